/* Directed segments on the lattice: which ones cancel, whether they meet only at ends, and the polygons that
 * they bound. Internal to geo/; every predicate is exact. */
#ifndef WG_GEO_SEGS_H
#define WG_GEO_SEGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/shape.h"

#define WG_NO_MATE UINT32_MAX

/* An edge with its inside on the left. */
typedef struct wg_seg {
  wg_pt a, b;
} wg_seg;

static inline bool wg_pt_same(wg_pt a, wg_pt b) { return a.x == b.x && a.y == b.y; }

static inline wg_box wg_seg_box(wg_seg s) {
  return (wg_box){s.a.x < s.b.x ? s.a.x : s.b.x, s.a.y < s.b.y ? s.a.y : s.b.y, s.a.x > s.b.x ? s.a.x : s.b.x,
                  s.a.y > s.b.y ? s.a.y : s.b.y};
}

/* Twice the area of a, b, c; positive counter-clockwise. */
static inline __int128 wg_turn(wg_pt a, wg_pt b, wg_pt c) {
  return (__int128)((int64_t)b.x - a.x) * ((int64_t)c.y - a.y) -
         (__int128)((int64_t)b.y - a.y) * ((int64_t)c.x - a.x);
}
static inline int wg_turn_sign(wg_pt a, wg_pt b, wg_pt c) {
  __int128 t = wg_turn(a, b, c);
  return (t > 0) - (t < 0);
}
/* Twice the signed area of a ring. */
__int128 wg_ring_area2(const wg_pt *p, uint32_t n);

/* Edge v of shapes goes from pts[v] to the next vertex of its ring. mate[v] becomes the edge that is equal
 * and opposite, v itself for an edge without length, or WG_NO_MATE. Where more than two edges lie on the same
 * two points they are paired as far as possible. */
typedef struct wg_mates {
  uint32_t *mate, *next, *ring; /* n_pts each: mate, end vertex, ring of an edge */
} wg_mates;
wg_status wg_mates_find(const wg_shapes *s, wg_mates *out);
void wg_mates_deinit(wg_mates *m);

/* Drops equal and opposite pairs, and sorts the rest. Returns how many are left. (wg_mates_find is the way
 * for millions.) */
uint32_t wg_segs_cancel(wg_seg *segs, uint32_t n);

/* Do the segments meet at common ends only? (Not even overlap from a common end.) */
wg_status wg_segs_clean(const wg_seg *segs, uint32_t n, bool *clean);

/* Appends to the last feature of out the polygons whose boundary the segments are: rings are closed, split
 * where they touch themselves, and holes put into their shells. *clean is false, and nothing appended, when
 * the segments cross or bound some land twice. owner_ring, when not NULL, gets n numbers: the ring of out
 * that each segment went into. */
wg_status wg_segs_polygons(const wg_seg *segs, uint32_t n, wg_shapes *out, bool *clean, uint32_t *owner_ring);

#endif
