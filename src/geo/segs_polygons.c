/* From directed segments to polygons: closing rings, splitting them where they touch themselves, and putting
 * holes into shells. The segments meet at ends only, so all that is left to decide is which way to turn at a
 * shared end, and what lies in what. */
#include <stdlib.h>
#include <string.h>

#include "geo/boxtree.h"
#include "geo/segs.h"

typedef struct loop {
  uint32_t from, n; /* its segments in `order` */
  bool shell;
  __int128 area2;
  uint32_t parent; /* of a hole */
} loop;

typedef struct work {
  const wg_seg *segs;
  uint32_t n;
  uint32_t *by_start; /* segments sorted by their start */
  uint32_t *next;     /* the segment that follows */
  uint32_t *place;    /* of a start (the first of equals in by_start): where it is on the stack, + 1 */
  uint32_t *start_of; /* of a segment: the first of equals in by_start */
  uint32_t *stack, *order, *loop_of;
  loop *loops;
  uint32_t n_loops, n_order;
} work;

/* --- what follows what -------------------------------------------------------------------------------------
 */

static int compare_pts(wg_pt a, wg_pt b) {
  if (a.x != b.x) return a.x < b.x ? -1 : 1;
  return (a.y > b.y) - (a.y < b.y);
}

static int by_start(const void *a, const void *b, void *ctx) {
  const wg_seg *segs = ctx;
  uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
  int c = compare_pts(segs[i].a, segs[j].a);
  return c ? c : compare_pts(segs[i].b, segs[j].b);
}

/* The first of by_start that starts at p, or n. */
static uint32_t find_start(const work *w, wg_pt p) {
  uint32_t lo = 0, hi = w->n;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (compare_pts(w->segs[w->by_start[mid]].a, p) < 0)
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo < w->n && wg_pt_same(w->segs[w->by_start[lo]].a, p) ? lo : w->n;
}

/* Turning clockwise about o from the way to u: is the way to p met before the way to q? */
static bool clockwise_before(wg_pt o, wg_pt u, wg_pt p, wg_pt q) {
  int sp = wg_turn_sign(o, u, p), sq = wg_turn_sign(o, u, q);
  /* the right half first, then straight on, then the left half (0 behind u itself cannot be) */
  if (sp != sq) return sp < sq;
  return wg_turn_sign(o, p, q) < 0;
}

/* Inside is on the left: coming into a shared end, the boundary of the same wedge of inside goes on with the
 * first way out clockwise. Each way out must be taken once. */
static bool link_all(work *w) {
  memset(w->place, 0, w->n * sizeof *w->place); /* here: taken */
  for (uint32_t i = 0; i < w->n; i++) {
    const wg_seg *s = &w->segs[i];
    uint32_t k = find_start(w, s->b);
    if (k == w->n) return false;
    uint32_t best = k;
    for (uint32_t j = k + 1; j < w->n && wg_pt_same(w->segs[w->by_start[j]].a, s->b); j++)
      if (clockwise_before(s->b, s->a, w->segs[w->by_start[j]].b, w->segs[w->by_start[best]].b)) best = j;
    if (w->place[best]++) return false;
    w->next[i] = w->by_start[best];
    w->start_of[w->next[i]] = k;
  }
  memset(w->place, 0, w->n * sizeof *w->place);
  return true;
}

/* --- loops --------------------------------------------------------------------------------------- */

/* Takes the segments on the stack from `from` up as one loop. */
static void take_loop(work *w, uint32_t from, uint32_t top) {
  loop *l = &w->loops[w->n_loops];
  *l = (loop){.from = w->n_order, .n = top - from};
  wg_pt o = w->segs[w->stack[from]].a;
  for (uint32_t i = from; i < top; i++) {
    const wg_seg *s = &w->segs[w->stack[i]];
    w->order[w->n_order++] = w->stack[i];
    w->loop_of[w->stack[i]] = w->n_loops;
    w->place[w->start_of[w->stack[i]]] = 0;
    l->area2 += wg_turn(o, s->a, s->b);
  }
  l->shell = l->area2 > 0;
  w->n_loops++;
}

/* Walks along from an unused segment; whenever a start comes up again, what lies between is a loop. */
static void trace(work *w, uint32_t first) {
  uint32_t top = 0, i = first;
  do {
    uint32_t *place = &w->place[w->start_of[i]];
    if (*place) {
      uint32_t from = *place - 1;
      take_loop(w, from, top);
      top = from;
    }
    *place = top + 1;
    w->stack[top++] = i;
    i = w->next[i];
  } while (i != first);
  take_loop(w, 0, top);
}

/* --- what lies in what --------------------------------------------------------------------------- */

typedef struct ray {
  const work *w;
  int64_t x2, y2; /* twice the point */
  uint32_t self, n, cap;
  uint32_t *hit; /* loops crossed, once for each crossing */
  bool failed;
} ray;

static bool cast(uint32_t id, void *ctx) {
  ray *r = ctx;
  if (r->w->loop_of[id] == r->self) return true;
  const wg_seg *s = &r->w->segs[id];
  int64_t ax = 2 * (int64_t)s->a.x, ay = 2 * (int64_t)s->a.y, bx = 2 * (int64_t)s->b.x,
          by = 2 * (int64_t)s->b.y;
  if ((ay > r->y2) == (by > r->y2)) return true;
  __int128 side = (__int128)(bx - ax) * (r->y2 - ay) - (__int128)(by - ay) * (r->x2 - ax);
  if ((side > 0) != (by > ay)) return true; /* it crosses left of the point */
  if (r->n == r->cap) {
    uint32_t cap = r->cap ? r->cap * 2 : 64, *p = realloc(r->hit, cap * sizeof *p);
    if (!p) {
      r->failed = true;
      return false;
    }
    r->hit = p;
    r->cap = cap;
  }
  r->hit[r->n++] = r->w->loop_of[id];
  return true;
}

static int ascending(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

/* The loops around loop i: their winding, and the smallest shell among them. */
static bool surroundings(const work *w, const wg_boxtree *tree, int32_t right, uint32_t i, ray *r,
                         int *winding, uint32_t *parent) {
  const wg_seg *s = &w->segs[w->order[w->loops[i].from]]; /* its middle lies on no other loop */
  r->x2 = (int64_t)s->a.x + s->b.x;
  r->y2 = (int64_t)s->a.y + s->b.y;
  r->self = i;
  r->n = 0;
  int32_t x = (int32_t)(r->x2 >> 1), y = (int32_t)(r->y2 >> 1);
  wg_boxtree_query(tree, (wg_box){x, y, right, y + (int32_t)(r->y2 & 1)}, cast, r);
  if (r->failed) return false;
  if (r->n) qsort(r->hit, r->n, sizeof *r->hit, ascending);
  *winding = 0;
  *parent = UINT32_MAX;
  for (uint32_t k = 0, end; k < r->n; k = end) {
    for (end = k; end < r->n && r->hit[end] == r->hit[k]; end++) {}
    if ((end - k) % 2 == 0) continue;
    const loop *l = &w->loops[r->hit[k]];
    *winding += l->shell ? 1 : -1;
    if (l->shell && (*parent == UINT32_MAX || l->area2 < w->loops[*parent].area2)) *parent = r->hit[k];
  }
  return true;
}

/* A shell must lie in nothing's inside, a hole in exactly one. */
static wg_status nest(work *w, bool *clean) {
  if (w->n_loops == 1) {
    *clean = w->loops[0].shell;
    return WG_OK;
  }
  wg_box *box = malloc(w->n * sizeof *box);
  wg_boxtree *tree = NULL;
  ray r = {.w = w};
  wg_status st = WG_NO_MEMORY;
  int32_t right = INT32_MIN;
  if (!box) goto done;
  for (uint32_t i = 0; i < w->n; i++) {
    wg_pt a = w->segs[i].a, b = w->segs[i].b;
    box[i] =
        (wg_box){a.x < b.x ? a.x : b.x, a.y < b.y ? a.y : b.y, a.x > b.x ? a.x : b.x, a.y > b.y ? a.y : b.y};
    if (box[i].x1 > right) right = box[i].x1;
  }
  if ((st = wg_boxtree_new(box, w->n, &tree))) goto done;
  for (uint32_t i = 0; i < w->n_loops && *clean; i++) {
    int winding;
    if (!surroundings(w, tree, right, i, &r, &winding, &w->loops[i].parent)) {
      st = WG_NO_MEMORY;
      goto done;
    }
    *clean = winding == (w->loops[i].shell ? 0 : 1);
  }
done:
  wg_boxtree_free(tree);
  free(r.hit);
  free(box);
  return st;
}

/* --- writing ------------------------------------------------------------------------------------- */

static wg_status write_loop(const work *w, uint32_t i, wg_shapes *out, uint32_t *owner_ring) {
  wg_status st = wg_shapes_ring(out);
  for (uint32_t k = 0; k < w->loops[i].n && !st; k++) {
    uint32_t seg = w->order[w->loops[i].from + k];
    st = wg_shapes_vertex(out, w->segs[seg].a);
    if (owner_ring) owner_ring[seg] = out->n_rings - 1;
  }
  return st;
}

typedef struct child {
  uint32_t parent, loop;
} child;

static int by_parent(const void *a, const void *b) {
  const child *p = a, *q = b;
  if (p->parent != q->parent) return p->parent < q->parent ? -1 : 1;
  return (p->loop > q->loop) - (p->loop < q->loop);
}

static wg_status write_parts(const work *w, wg_shapes *out, uint32_t *owner_ring) {
  child *holes = malloc(w->n_loops * sizeof *holes);
  if (!holes) return WG_NO_MEMORY;
  uint32_t n = 0, at = 0;
  for (uint32_t i = 0; i < w->n_loops; i++)
    if (!w->loops[i].shell) holes[n++] = (child){w->loops[i].parent, i};
  qsort(holes, n, sizeof *holes, by_parent);
  wg_status st = WG_OK;
  for (uint32_t i = 0; i < w->n_loops && !st; i++) {
    if (!w->loops[i].shell) continue;
    st = wg_shapes_part(out);
    if (!st) st = write_loop(w, i, out, owner_ring);
    while (at < n && holes[at].parent < i) at++;
    for (; at < n && holes[at].parent == i && !st; at++) st = write_loop(w, holes[at].loop, out, owner_ring);
  }
  free(holes);
  return st;
}

static bool work_new(work *w, const wg_seg *segs, uint32_t n) {
  uint32_t *u = calloc((size_t)n * 7, sizeof *u);
  *w = (work){.segs = segs, .n = n, .by_start = u, .loops = malloc(n * sizeof *w->loops)};
  if (!u || !w->loops) return false;
  w->next = u + n;
  w->place = u + 2 * (size_t)n;
  w->start_of = u + 3 * (size_t)n;
  w->stack = u + 4 * (size_t)n;
  w->order = u + 5 * (size_t)n;
  w->loop_of = u + 6 * (size_t)n;
  for (uint32_t i = 0; i < n; i++) w->by_start[i] = i;
  qsort_r(w->by_start, n, sizeof *w->by_start, by_start, (void *)(uintptr_t)segs);
  return true;
}

wg_status wg_segs_polygons(const wg_seg *segs, uint32_t n, wg_shapes *out, bool *clean,
                           uint32_t *owner_ring) {
  *clean = true;
  if (!n) return WG_OK;
  wg_status st = wg_segs_clean(segs, n, clean);
  if (st || !*clean) return st;
  work w;
  st = WG_NO_MEMORY;
  if (!work_new(&w, segs, n)) goto done;
  st = WG_OK;
  *clean = link_all(&w);
  if (!*clean) goto done;
  memset(w.loop_of, 0xff, n * sizeof *w.loop_of);
  for (uint32_t k = 0; k < n; k++)
    if (w.loop_of[w.by_start[k]] == UINT32_MAX) trace(&w, w.by_start[k]);
  st = nest(&w, clean);
  if (!st && *clean) st = write_parts(&w, out, owner_ring);
done:
  free(w.by_start);
  free(w.loops);
  return st;
}
