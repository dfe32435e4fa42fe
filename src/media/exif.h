/* What a camera wrote into a photo: where and when it was taken. Evidence, and never part of a copy that goes
 * out. */
#ifndef WG_MEDIA_EXIF_H
#define WG_MEDIA_EXIF_H

#include <stdbool.h>
#include <stddef.h>

typedef struct wg_exif {
  bool has_place;
  double lon, lat; /* WGS 84 degrees */
  bool has_time;   /* of the original */
  bool has_zone;   /* `time` ends in a zone */
  char time[40];   /* "2026-11-24T10:00:00+08:00", or without the zone */
} wg_exif;

/* Of a JPEG. False: it says neither. */
bool wg_exif_read(const void *bytes, size_t n, wg_exif *out);

#endif
