/* Base map features from a file: OpenStreetMap (.osm, .osm.pbf, also .gz), or any file of lines, polygons or
 * points. */
#ifndef WG_GEO_IO_BASEMAP_H
#define WG_GEO_IO_BASEMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/shape.h"
#include "geo/io/table.h"

typedef struct wg_basemap_options {
  const char *path, *layer, *encoding;
  const char *crs;  /* NULL: what the file says, else WGS 84 */
  const char *kind; /* of all features of a file that is no OpenStreetMap; NULL: by its tags or its name */
  const char *class_, *name;                 /* field names; NULL: found */
  void (*progress)(void *ctx, double share); /* NULL: none */
  void *progress_ctx;
} wg_basemap_options;

/* geometry: 1 point, 2 line, 3 polygon. Of points and lines each part is one ring of the points or of one
 * line. */
typedef struct wg_map_item {
  const char *kind, *class_;            /* "road", "primary"; class_ may be "" */
  const char *name, *name_zh, *name_en; /* NULL: none */
  int geometry;
  const wg_shapes *shape; /* one feature, on the lattice */
} wg_map_item;

typedef struct wg_basemap_report {
  uint64_t read, taken, other; /* other: of no kind that a base map shows */
  uint64_t bad;                /* geometry that is empty, outside the world, or no polygon */
  wg_table_about about;        /* texts in the arena given */
} wg_basemap_report;

/* Gives each feature to `take`, whose status stops the reading. */
wg_status wg_basemap_read(const wg_basemap_options *options, wg_arena *arena,
                          wg_status (*take)(void *ctx, const wg_map_item *item, wg_err *err), void *ctx,
                          wg_basemap_report *report, wg_err *err);

#endif
