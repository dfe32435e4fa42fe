/* Mapbox Vector Tile 2.1 encoder: one layer at a time, appended to a tile.
 *
 * The bytes depend only on the calls: the same calls give the same bytes. What is written is valid by the
 * specification (https://github.com/mapbox/vector-tile-spec, 2.1): command integers §4.3.1, winding §4.3.3.3
 * (shells have positive area by the surveyor's formula, y downward), no repeated closing point, no ring
 * without area, no LineTo of (0, 0), no feature without geometry, keys and values interned, null left out.
 *
 *   wg_mvt_new("grids", max_bytes, &m);
 *   wg_mvt_begin(m, id); wg_mvt_str(m, "code", code); … wg_mvt_ring(m, pts, n, false); wg_mvt_end(m);
 *   wg_mvt_finish(m, &tile);     // adds the layer to the tile's bytes
 *   wg_mvt_free(m);
 *
 * Errors stick: after the first (memory, limit) the calls do nothing and wg_mvt_finish returns it. A layer's
 * name must appear once in a tile: the caller sees to it (wg_tile_join checks).  Not thread-safe. */
#ifndef WG_TILE_MVT_H
#define WG_TILE_MVT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"
#include "tile/mercator.h"

typedef struct wg_mvt wg_mvt;

/* name: not empty, valid UTF-8, copied. max_bytes bounds the layer's encoded size (WG_TOO_LARGE). */
wg_status wg_mvt_new(const char *name, size_t max_bytes, wg_mvt **out);
void wg_mvt_free(wg_mvt *m);

void wg_mvt_begin(wg_mvt *m, uint64_t id); /* opens a feature */
/* Properties of the open feature. Text must be valid UTF-8; NULL is left out, as is a double that is not
 * finite. A key given twice in one feature keeps the first value. Whole numbers ≥ 0 go as uint, below as
 * sint. Numbers past ±2^53 lose digits in JavaScript: give such things as text. */
void wg_mvt_str(wg_mvt *m, const char *key, const char *value);
void wg_mvt_strn(wg_mvt *m, const char *key, const char *value, size_t n);
void wg_mvt_int(wg_mvt *m, const char *key, int64_t value);
void wg_mvt_uint(wg_mvt *m, const char *key, uint64_t value);
void wg_mvt_sint(wg_mvt *m, const char *key, int64_t value);
void wg_mvt_double(wg_mvt *m, const char *key, double value);
void wg_mvt_bool(wg_mvt *m, const char *key, bool value);

/* Geometry of the open feature, after its properties or before; one kind per feature (mixing is
 * WG_INTERNAL). Several calls make a multi-geometry. */
void wg_mvt_points(wg_mvt *m, const wg_tpt *pts, size_t n);
/* Repeated points are dropped; a line of fewer than two different points is left out. */
void wg_mvt_line(wg_mvt *m, const wg_tpt *pts, size_t n);
/* A ring without its closing point, in either direction: it is turned the right way. Repeated points and a
 * ring without area are dropped, with a dropped shell its holes. A hole belongs to the shell before it. */
void wg_mvt_ring(wg_mvt *m, const wg_tpt *pts, size_t n, bool hole);
/* Closes the feature. False: nothing was left of its geometry, and the feature is not in the layer. */
bool wg_mvt_end(wg_mvt *m);

uint32_t wg_mvt_count(const wg_mvt *m); /* features closed so far */
size_t wg_mvt_size(const wg_mvt *m);    /* bytes so far, about what finish will add */
wg_status wg_mvt_status(const wg_mvt *m);
/* Appends the layer to a tile; nothing when no feature is in it. */
wg_status wg_mvt_finish(wg_mvt *m, wg_buf *tile);

/* What a layer's drawer asks of the layer's owner about item i. `ctx` is passed to each. Called from the
 * thread that draws, items in ascending order for `want`. */
typedef struct wg_tile_source {
  void *ctx;
  bool (*want)(void *ctx, uint32_t i);            /* in this tile at all (rights, level)? NULL: all */
  uint64_t (*id)(void *ctx, uint32_t i);          /* NULL: i + 1 */
  void (*tags)(void *ctx, uint32_t i, wg_mvt *m); /* adds the properties; NULL: none */
} wg_tile_source;

enum { WG_TILE_FEATURES = 100000 }; /* per layer and tile */
/* What came of it. */
typedef struct wg_tile_drawn {
  uint32_t features; /* put into the layer */
  uint32_t merged;   /* not put in, but drawn within another's feature (small neighbours, clusters) */
  bool capped;       /* WG_TILE_FEATURES reached: say so in a header */
} wg_tile_drawn;

#endif
