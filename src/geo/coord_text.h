/* Coordinates as people write them: "120.1,30.2", "30.2N 120.1E", 东经120°6′ 北纬30°12′, with the name of a
 * reference system before or after ("gcj02 120.1 30.2", "120.1,30.2 百度", "EPSG:4549 3345678,512345"). */
#ifndef WG_GEO_COORD_TEXT_H
#define WG_GEO_COORD_TEXT_H

#include <stdbool.h>

typedef struct wg_coord_text {
  double x, y;  /* as they stand; with letters for north and east: lon, lat */
  char crs[24]; /* "wgs84", "gcj02", "bd09", "EPSG:n" */
  bool named;   /* the text says which reference system */
  bool sure;    /* the text says which of the two is the longitude */
} wg_coord_text;
/* False: the text is something else. Numbers are finite; whether they lie in the world is not looked at. */
bool wg_coord_text_parse(const char *text, wg_coord_text *out);

#endif
