/* OpenStreetMap's tags → the kinds of the base map. Private to geo/io. */
#ifndef WG_GEO_IO_OSM_TAGS_H
#define WG_GEO_IO_OSM_TAGS_H

#include <stdbool.h>

/* The tags that matter, and the file that makes GDAL's OSM driver give them as fields. */
extern const char wg_osm_config[];

/* tag(ctx, key): the value, or NULL. geometry: 1 point, 2 line, 3 polygon. False: nothing that a base map
 * shows. *class_ is a value of the tags. */
bool wg_osm_kind(int geometry, const char *(*tag)(void *ctx, const char *key), void *ctx, const char **kind,
                 const char **class_);

#endif
