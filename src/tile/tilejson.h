/* TileJSON 3.0.0 (https://github.com/mapbox/tilejson-spec/tree/master/3.0.0) and the catalogue at /tiles,
 * written from a table of layers. */
#ifndef WG_TILE_TILEJSON_H
#define WG_TILE_TILEJSON_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/shape.h"
#include "base/status.h"

typedef struct wg_layer_field {
  const char *name; /* as in the tiles */
  const char *type; /* "String", "Number" or "Boolean" */
  const char *en, *zh;
} wg_layer_field;

typedef struct wg_layer_info {
  const char *id; /* the layer's name in the tiles and in the URL */
  const char *en, *zh;
  const char *geometry; /* "Point", "LineString", "Polygon" or "Mixed", for the catalogue */
  uint8_t min_zoom, max_zoom;
  const wg_layer_field *fields;
  size_t n_fields;
} wg_layer_info;

/* The server's layers, in a fixed order: a layer's number is its place (bit i of a layer set). */
typedef struct wg_layers {
  const wg_layer_info *items;
  size_t n; /* ≤ 64 */
} wg_layers;

/* The layer's number, or -1. `id` need not end in NUL. */
int wg_layer_find(const wg_layers *all, const char *id, size_t n);
/* Reads "a,b,c" into a set of layers. WG_NOT_FOUND for an unknown name, WG_INVALID for an empty list, an
 * empty name, or one named twice. */
wg_status wg_layer_list(const wg_layers *all, const char *text, wg_err *err, uint64_t *set);

/* The document of the layers in the set. base_url without a closing slash ("http://host:8080"); bounds may be
 * empty (then the world); lang "zh" or anything else for English. */
wg_status wg_tilejson(const wg_layers *all, uint64_t set, const char *base_url, wg_box bounds,
                      const char *lang, wg_buf *out);
/* {"layers": [{id, title {en, zh}, geometry, minzoom, maxzoom, tilejson, tiles, fields [{name, type,
 * title}]}]} */
wg_status wg_tile_catalogue(const wg_layers *all, const char *base_url, wg_buf *out);

#endif
