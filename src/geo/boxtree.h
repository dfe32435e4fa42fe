/* A packed tree over boxes (sort-tile-recursive, Leutenegger, Lopez and Edgington 1997), built once. */
#ifndef WG_GEO_BOXTREE_H
#define WG_GEO_BOXTREE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/shape.h"

typedef struct wg_boxtree wg_boxtree;

/* Over n boxes, numbered from 0; empty boxes (x0 > x1) are left out. The boxes are copied. */
wg_status wg_boxtree_new(const wg_box *boxes, uint32_t n, wg_boxtree **out);
void wg_boxtree_free(wg_boxtree *t);
uint64_t wg_boxtree_bytes(const wg_boxtree *t);

/* Calls fn for every box that meets `box` (both closed), in no order; stops when fn returns false. */
void wg_boxtree_query(const wg_boxtree *t, wg_box box, bool (*fn)(uint32_t id, void *ctx), void *ctx);

static inline bool wg_box_meets(wg_box a, wg_box b) {
  return a.x0 <= b.x1 && b.x0 <= a.x1 && a.y0 <= b.y1 && b.y0 <= a.y1;
}

#endif
