/* Polygon rings in tile units: gathered, clipped, made clean and written. Internal to tile/.
 *
 * Rounding to tile units bends rings: two vertices fall on one, an edge runs back over another, a strait
 * closes. Clipping leaves edges that run to and fro along the tile's border. Both are mended in the same way,
 * by what remains when every edge that is walked in both directions is struck out: the rest falls into simple
 * loops, and a loop's own direction says whether it is a shell or a hole. No vertex is moved, so neighbours
 * stay glued. */
#ifndef WG_TILE_RING_H
#define WG_TILE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "tile/mercator.h"
#include "tile/mvt.h"

/* Shells run so that the surveyor's formula is positive in tile units (y downward), holes the other way. */
struct wg_ring_end {
  uint32_t end; /* one past the ring's last vertex in pts */
  bool hole;
  int64_t area2; /* by the surveyor's formula */
};

typedef struct wg_rings {
  wg_status status; /* the first failure sticks */
  wg_tpt *pts;
  uint32_t n, cap;
  struct wg_ring_end *rings;
  uint32_t n_rings, cap_rings;
  uint32_t open_at;    /* where the open ring starts */
  bool no_shell, odd;  /* the last shell was dropped; and a hole of it was not */
  uint32_t borders[4]; /* edges along the clip's west, east, north, south side */
  wg_tpt *swap;        /* the clipper's other buffer */
  uint32_t cap_swap;
  struct wg_soup *soup; /* made when first needed */
} wg_rings;

void wg_rings_init(wg_rings *r);
void wg_rings_deinit(wg_rings *r);
void wg_rings_reset(wg_rings *r);

/* Room for n more vertices of the open ring at pts + n; NULL on a failure. The caller adds to r->n. */
wg_tpt *wg_rings_room(wg_rings *r, uint32_t n);
/* Closes the ring of the vertices added since the last one: clips it to the tile with its buffer (when
 * `clip`), drops repeats, and drops it altogether when nothing is left. */
void wg_rings_close(wg_rings *r, bool hole, bool clip);

/* Writes what was gathered into the open feature. `soup`: the rings come from several features that are to be
 * joined, so strike out what they share in any case. */
void wg_rings_write(wg_rings *r, wg_mvt *m, bool soup);

#endif
