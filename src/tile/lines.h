/* The base map's layer: points, lines and polygons that share no edges, each with its own tags.
 *
 * Not a coverage: each feature is simplified by itself. Immutable once made; any number of threads may draw.
 */
#ifndef WG_TILE_LINES_H
#define WG_TILE_LINES_H

#include <stddef.h>
#include <stdint.h>

#include "base/shape.h"
#include "tile/mercator.h"
#include "tile/mvt.h"

typedef enum wg_map_geometry { WG_MAP_POINT = 1, WG_MAP_LINE = 2, WG_MAP_POLYGON = 3 } wg_map_geometry;

typedef enum wg_map_kind { /* the property `kind` */
                           WG_MAP_ROAD,
                           WG_MAP_RAIL,
                           WG_MAP_WATER,
                           WG_MAP_WATERWAY,
                           WG_MAP_BUILDING,
                           WG_MAP_LANDUSE,
                           WG_MAP_BOUNDARY,
                           WG_MAP_PLACE,
                           WG_MAP_POI,
                           WG_MAP_KINDS
} wg_map_kind;
const char *wg_map_kind_name(wg_map_kind k); /* "road", … */

typedef struct wg_map_tag {
  const char *key, *value; /* valid UTF-8 */
} wg_map_tag;

/* One feature: its geometry is feature `shape` of the shapes given along: points and lines as parts of one
 * ring each (a ring of k vertices is a line of k points, or k points), polygons as wg_shapes says. */
typedef struct wg_map_feature {
  uint64_t id;
  uint8_t geometry;       /* wg_map_geometry */
  uint8_t kind;           /* wg_map_kind */
  uint8_t min_zoom;       /* shown from this zoom on */
  uint8_t rank;           /* 0 the most important (motorway, capital); drawn in the property `rank` */
  const wg_map_tag *tags; /* e.g. name, name:en, class; a pair of `kind` or `rank` is ignored */
  uint32_t n_tags;
} wg_map_feature;

typedef struct wg_map_features {
  uint32_t n;
  const wg_map_feature *features; /* features[i] is drawn from shapes' feature i */
  const wg_shapes *shapes;        /* shapes->n == n; rings of lines may have 2 vertices, of points 1 */
} wg_map_features;

typedef struct wg_map wg_map;

/* Copies all it needs (tags too). WG_INVALID when the counts differ or a geometry does not fit its kind. */
wg_status wg_map_new(const wg_map_features *in, wg_err *err, wg_map **out);
void wg_map_free(wg_map *m);
/* The zoom from which a kind is worth showing when the source does not say. `cls` may be NULL ("motorway",
 * …). */
uint8_t wg_map_default_zoom(wg_map_kind k, const char *cls);

/* Adds what shows in the tile, in the order of rank, then input; at most WG_TILE_FEATURES. What is smaller
 * than half a pixel is left out. drawn may be NULL. */
wg_status wg_map_tile(const wg_map *m, wg_tile_id t, wg_mvt *layer, wg_tile_drawn *drawn);
wg_box wg_map_box(const wg_map *m); /* of everything; empty when there is nothing */

#endif
