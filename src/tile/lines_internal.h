/* What a base map layer holds: made by lines_build.c, drawn by lines.c. */
#ifndef WG_TILE_LINES_INTERNAL_H
#define WG_TILE_LINES_INTERNAL_H

#include <stdint.h>

#include "tile/hits.h"
#include "tile/lines.h"

struct wg_map_item {
  uint64_t id;
  uint32_t ring, n_rings; /* in wg_map.ring */
  uint32_t tag, n_tags;   /* in wg_map.tags */
  uint8_t geometry, kind, min_zoom, rank;
};

struct wg_map {
  uint32_t n, n_rings, n_pts;
  struct wg_map_item *items; /* by rank, then as they came */
  wg_mbox *box;              /* of each item */
  uint32_t *ring;            /* n_rings + 1 → pts; a polygon's ring has its first point again at its end */
  uint8_t *hole;             /* per ring */
  wg_mpt *pts;
  uint8_t *zoom; /* per point */
  struct wg_map_pair {
    uint32_t key, value; /* offsets in text */
  } * tags;
  char *text;
  wg_boxtree *tree;
  wg_box lattice;
};

#endif
