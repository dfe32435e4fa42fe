/* What a search of a box tree found, in ascending order. Internal to tile/. */
#ifndef WG_TILE_HITS_H
#define WG_TILE_HITS_H

#include <stdint.h>

#include "base/status.h"
#include "geo/boxtree.h"
#include "tile/mercator.h"

/* A tree over world boxes (empty ones left out). */
wg_status wg_tree_new(const wg_mbox *boxes, uint32_t n, wg_boxtree **out);

/* A growing list of item numbers. */
typedef struct wg_hits {
  wg_status status; /* the first failure sticks */
  uint32_t *at;
  uint32_t n, cap;
} wg_hits;
void wg_hits_deinit(wg_hits *h);
/* Appends the items whose box meets `box`, in no particular order. */
wg_status wg_hits_find(wg_hits *h, const wg_boxtree *t, wg_mbox box);
/* Ascending, each once. */
wg_status wg_hits_sort(wg_hits *h);

#endif
