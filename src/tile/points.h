/* Point layers (incidents, workers): each point by itself at deep zooms, clusters above.
 *
 * Below `alone_from` the points of a cell of 64 CSS pixels become one feature. Cells stand on the world, not
 * on the tile, and eight of them fit a tile, so both sides of a tile's seam show the same cluster. A cluster
 * stands at the rounded mean of its points and carries
 *   count, n_<state> for each state that occurs, severity (the largest), newest where the layer's points have
 * a time, and no other property. A cell with one point shows that point as it is. From `alone_from` on, a
 * point that others stand on exactly carries stack: how many stand there, itself counted. */
#ifndef WG_TILE_POINTS_H
#define WG_TILE_POINTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/shape.h"
#include "tile/mercator.h"
#include "tile/mvt.h"

typedef struct wg_tile_point {
  wg_pt at;
  uint64_t id;
  uint8_t state;    /* index into the layer's states */
  uint8_t severity; /* larger is worse */
  const void *what; /* the caller's own */
  int64_t at_s;     /* its time, seconds since 1970; 0: none */
} wg_tile_point;

enum { WG_POINT_STATES = 32 };

typedef struct wg_points_layer {
  uint8_t alone_from; /* 14 for incidents, 12 for workers; 0: never clustered */
  const char *const *states;
  uint8_t n_states; /* ≤ WG_POINT_STATES */
  void *ctx;
  void (*tags)(void *ctx, const wg_tile_point *p, wg_mvt *m); /* a point's properties; NULL: none */
} wg_points_layer;

/* How far around a tile of this zoom the layer must look, in tile units: the buffer, or a whole cell more
 * where clusters are made. Give it to wg_tile_boxes (what to fetch) and to wg_cover_* (what a change
 * touches). */
int wg_points_margin(const wg_points_layer *layer, uint8_t z);

/* pts: everything in the boxes of wg_tile_boxes(t, margin), each once; more does no harm, and their order
 * does not matter. A cluster's id is 2^52 + its zoom and cell: the same in every tile, never a point's id
 * below 2^52. What shows on both sides of a z0 tile is one feature with two points. drawn may be NULL. */
wg_status wg_points_tile(const wg_points_layer *layer, const wg_tile_point *pts, size_t n, wg_tile_id t,
                         wg_mvt *m, wg_tile_drawn *drawn);

#endif
