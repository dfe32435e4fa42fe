/* What a pyramid holds: made by pyramid_build.c, drawn by pyramid.c. */
#ifndef WG_TILE_PYRAMID_INTERNAL_H
#define WG_TILE_PYRAMID_INTERNAL_H

#include <stdint.h>

#include "tile/hits.h"
#include "tile/pyramid.h"

enum { WG_ARC_BLOCK = 32 };

struct wg_pyramid {
  uint32_t n, n_parts, n_rings, n_arcs;
  uint32_t *part; /* n + 1 → parts */
  uint32_t *ring; /* n_parts + 1 → rings, the shell first */
  uint32_t *ref;  /* n_rings + 1 → refs */
  uint32_t *refs; /* arc << 1 | 1 when walked backward; a ring walks its refs in order */
  uint32_t *arc;  /* n_arcs + 1 → pts; both ends are in, of a closed arc the same point twice */
  wg_mpt *pts;
  uint8_t *zoom;    /* per point: shown from this zoom on; 0 at an arc's ends */
  wg_mbox *arc_box; /* per arc */
  wg_mbox *block;   /* per WG_ARC_BLOCK points of pts, whatever arc they are in */
  wg_mbox *feature; /* per feature, empty: x0 > x1 */
  wg_box *lattice;  /* per feature */
  wg_boxtree *tree; /* of the features */
  uint64_t bytes;
};

#endif
