/* The zoom from which each vertex of a line is drawn. Internal to tile/. */
#ifndef WG_TILE_SIMPLIFY_H
#define WG_TILE_SIMPLIFY_H

#include <stdint.h>

#include "base/status.h"
#include "tile/mercator.h"

typedef struct wg_weigher {
  struct wg_range *stack;
  uint32_t cap;
} wg_weigher;
void wg_weigher_deinit(wg_weigher *w);

/* Douglas and Peucker (1973) on a line of n ≥ 2 points (a ring: with its first point again at the end):
 * zoom[i] is the smallest zoom at which point i stands farther than half a pixel from the line that would
 * replace it, never smaller than that of the point which split its range, so each zoom's line refines the
 * zoom above. The ends get 0; at the largest zoom everything shows. WG_NO_MEMORY. */
wg_status wg_weigh_line(wg_weigher *w, const wg_mpt *pts, uint8_t *zoom, uint32_t n);

#endif
