/* Questions to the resolver. The index and its proofs: docs/resolve.md; its layout: resolver_internal.h. */
#include "geo/resolver.h"

#include <stdlib.h>
#include <string.h>

#include "geo/resolver_internal.h"

const char *wg_how_name(wg_how how) {
  static const char *const names[] = {"none", "inside", "boundary", "overlap", "nearest"};
  return (unsigned)how < sizeof names / sizeof *names ? names[how] : "none";
}

/* The cell of a point: its word, and the point's place in it. */
typedef struct spot {
  uint32_t word;
  uint32_t col, row; /* in the top grid */
  uint32_t lx, ly;   /* steps from the cell's first column and row */
} spot;

/* What the top grid has for a cell: its small record, or else its word. */
typedef struct top {
  const uint32_t *at;
  bool small;
} top;

/* Bits set, without a machine instruction that not every machine has. */
static inline uint32_t count_bits(uint64_t v) {
  v -= v >> 1 & 0x5555555555555555u;
  v = (v & 0x3333333333333333u) + (v >> 2 & 0x3333333333333333u);
  v = (v + (v >> 4)) & 0x0f0f0f0f0f0f0f0fu;
  return (uint32_t)(v * 0x0101010101010101u >> 56);
}

/* The block of a point and its cell in it, or NULL beyond the grid. The 32-bit differences wrap round for
 * points left of or below the grid, and are then larger than its width or height, since that ends below 2^31.
 */
static inline const wg_block *find_block(const wg_resolver *r, wg_pt p, spot *s) {
  uint32_t ux = (uint32_t)p.x - (uint32_t)r->frame.x0, uy = (uint32_t)p.y - (uint32_t)r->frame.y0;
  if (ux > r->width || uy > r->height) return NULL;
  s->col = ux >> r->frame.sx;
  s->row = uy >> r->frame.sy;
  s->lx = ux - (s->col << r->frame.sx);
  s->ly = uy - (s->row << r->frame.sy);
  return &r->block[(s->row >> 3) * r->block_cols + (s->col >> 3)];
}

static inline top find_top(const wg_resolver *r, const wg_block *b, const spot *s) {
  uint32_t at = (s->row & 7) << 3 | (s->col & 7);
  const uint32_t *small =
      r->small + (uint64_t)(b->first + count_bits(b->bits & (((uint64_t)1 << at) - 1))) * SMALL_WORDS;
  const uint32_t *word = &r->cell[(uint64_t)s->row * r->frame.cols + s->col];
  bool is_small = b->bits >> at & 1;
  return (top){is_small ? small : word, is_small};
}

/* Goes down divided cells. */
static inline void descend(const wg_resolver *r, spot *s) {
  int sx = r->frame.sx, sy = r->frame.sy;
  while ((s->word & 3) == CELL_GRID) {
    const uint32_t *g = r->pool + (uint64_t)(s->word >> 2) * 2;
    int lx = (int)(g[0] & 0xff), ly = (int)(g[0] >> 8);
    sx -= lx;
    sy -= ly;
    uint32_t col = s->lx >> sx, row = s->ly >> sy;
    s->lx -= col << sx;
    s->ly -= row << sy;
    s->word = g[1 + ((uint64_t)row << lx) + col];
  }
}

/* What the edges of a plain record say of a point: which parts hold it (by parity), which have it on an edge.
 */
typedef struct verdict {
  uint32_t in, on;
  uint32_t n_parts;
  const uint32_t *feature; /* of each part */
  const uint32_t *set;     /* or NULL */
} verdict;

/* The point p is twice its offset from the corner 0, odd in both. The segment from 0 to p crosses edge a b
 * when a and b lie on different sides of its line, and 0 and p on different sides of the edge's line.
 * A vertex on the segment's line counts as right of it; docs/resolve.md shows why that is exact. */
static inline verdict record_verdict(const wg_resolver *r, const uint32_t *w, uint32_t lx, uint32_t ly) {
  uint32_t n = w[0] & 0xff, parts = w[0] >> 8 & 0xff, flags = w[0] >> 24;
  verdict v = {w[0] >> 16 & 0xff, 0, parts, w + 1, NULL};
  if (flags & RECORD_SET) {
    v.set = r->sets + w[1];
    v.feature++;
  }
  const int32_t *e = (const int32_t *)(v.feature + parts);
  const uint8_t *mask = (const uint8_t *)(e + 4 * n);
  int64_t px = 2 * (int64_t)lx + 1, py = 2 * (int64_t)ly + 1;
  for (uint32_t i = 0; i < n; i++, e += 4, mask += 2) {
    int64_t ax = e[0], ay = e[1], bx = e[2], by = e[3];
    int64_t side_a = px * ay - py * ax, side_b = px * by - py * bx;
    int64_t side_0 = ax * by - ay * bx, side_p = side_0 + side_a - side_b;
    uint32_t crossed = (uint32_t)((side_a > 0) ^ (side_b > 0)) & (uint32_t)((side_0 > 0) ^ (side_p > 0));
    v.in ^= -crossed & mask[0];
    if (__builtin_expect(side_p == 0, 0) && ax <= px && px <= bx &&
        ((ay <= py && py <= by) || (by <= py && py <= ay)))
      v.on |= mask[1];
  }
  return v;
}

/* The same for a small record: always four edges, no turns for the machine to guess. */
static inline verdict small_verdict(const uint32_t *w, uint32_t lx, uint32_t ly) {
  verdict v = {w[0] & 0xff, 0, w[0] >> 8, w + 1, NULL};
  const int16_t *e = (const int16_t *)(w + SMALL_EDGE_AT);
  const uint8_t *mask = (const uint8_t *)(w + SMALL_MASK_AT);
  int32_t px = (int32_t)(2 * lx + 1), py = (int32_t)(2 * ly + 1);
  uint32_t on_line = 0;
  for (int i = 0; i < SMALL_EDGES; i++) {
    int32_t ax = e[4 * i], ay = e[4 * i + 1], bx = e[4 * i + 2], by = e[4 * i + 3];
    int32_t side_a = px * ay - py * ax, side_b = px * by - py * bx;
    int32_t side_0 = ax * by - ay * bx, side_p = side_0 + side_a - side_b;
    uint32_t crossed = (uint32_t)((side_a > 0) ^ (side_b > 0)) & (uint32_t)((side_0 > 0) ^ (side_p > 0));
    v.in ^= -crossed & mask[i];
    on_line |= (uint32_t)(side_p == 0) << i;
  }
  for (; __builtin_expect(on_line != 0, 0); on_line &= on_line - 1) {
    int i = __builtin_ctz(on_line);
    int32_t ax = e[4 * i], ay = e[4 * i + 1], bx = e[4 * i + 2], by = e[4 * i + 3];
    if (ax <= px && px <= bx && ((ay <= py && py <= by) || (by <= py && py <= ay)))
      v.on |= mask[SMALL_EDGES + i];
  }
  return v;
}

/* --- all that hold a point, ascending ------------------------------------------------------------ */

typedef struct gather {
  uint32_t n, max; /* found; room */
  uint32_t *feature;
  uint8_t *on;
  uint32_t first, last; /* features */
  uint32_t interior;    /* how many hold it in their interior */
  bool last_on;
} gather;

/* Features come ascending, perhaps once for each of their parts; one whose interior it is counts as such. */
static void put(gather *g, uint32_t feature, bool on) {
  if (g->n && g->last == feature) {
    if (on || !g->last_on) return;
    g->last_on = false;
    g->interior++;
    if (g->n <= g->max) g->on[g->n - 1] = 0;
    return;
  }
  if (!g->n) g->first = feature;
  if (g->n < g->max) {
    g->feature[g->n] = feature;
    g->on[g->n] = on;
  }
  g->n++;
  g->last = feature;
  g->last_on = on;
  g->interior += !on;
}

/* A list of ascending features that hold all of the cell, merged in before each feature of the cell's own. */
typedef struct rest {
  const uint32_t *at, *end;
} rest;

static void put_merged(gather *g, rest *more, uint32_t feature, bool on) {
  while (more->at < more->end && *more->at <= feature) put(g, *more->at++, false);
  put(g, feature, on);
}

static void put_all(gather *g, rest *more) {
  while (more->at < more->end) put(g, *more->at++, false);
}

static rest rest_of(const uint32_t *set) {
  return set ? (rest){set + 2, set + 2 + set[0]} : (rest){NULL, NULL};
}

static void gather_plain(gather *g, const verdict *v) {
  rest more = rest_of(v->set);
  for (uint32_t i = 0; i < v->n_parts; i++)
    if (((v->in | v->on) >> i) & 1) put_merged(g, &more, v->feature[i], (v->on >> i) & 1);
  put_all(g, &more);
}

/* Does one edge cross the segment from the moved corner to p (doubled coordinates)? Sets *on when p is on it.
 */
static bool crosses_moved(wg_pt a, wg_pt b, int64_t cx, int64_t cy, int64_t px, int64_t py, bool *on) {
  int64_t ax = 2 * (int64_t)a.x, ay = 2 * (int64_t)a.y, bx = 2 * (int64_t)b.x, by = 2 * (int64_t)b.y;
  __int128 side_p = wg_side(ax, ay, bx, by, px, py);
  if (side_p == 0 && ((ax <= px && px <= bx) || (bx <= px && px <= ax)) &&
      ((ay <= py && py <= by) || (by <= py && py <= ay)))
    *on = true;
  /* Where a vertex stands to the line from p to the moved corner, as the corner's side of the line vertex, p:
   * it is 0 for no vertex but p itself, and then p is on the edge. */
  if ((ax == px && ay == py) || (bx == px && by == py)) return false;
  if (wg_side_moved(ax, ay, px, py, cx, cy) == wg_side_moved(bx, by, px, py, cx, cy)) return false;
  return (side_p > 0) != (wg_side_moved(ax, ay, bx, by, cx, cy) > 0);
}

static void gather_wide(const wg_resolver *r, gather *g, const uint32_t *w, wg_pt p, uint32_t lx,
                        uint32_t ly) {
  int64_t px = 2 * (int64_t)p.x, py = 2 * (int64_t)p.y;
  int64_t cx = px - 2 * (int64_t)lx - 1, cy = py - 2 * (int64_t)ly - 1;
  rest more = rest_of(w[1] ? r->sets + w[1] : NULL);
  uint32_t parts = w[2];
  w += 3;
  for (uint32_t k = 0; k < parts; k++) {
    uint32_t feature = w[0], n = w[2];
    bool in = w[1], on = false;
    w += 3;
    for (uint32_t i = 0; i < n; i++, w += 2)
      in ^= crosses_moved(r->shapes->pts[w[0]], r->shapes->pts[w[1]], cx, cy, px, py, &on);
    if (in || on) put_merged(g, &more, feature, on);
  }
  put_all(g, &more);
}

/* Without the index: every feature whose box holds the point, edge by edge. For sets too large to list. */
static void test_part(const wg_shapes *s, uint32_t part, wg_pt p, bool *in, bool *on) {
  int64_t px = p.x, py = p.y;
  *in = *on = false;
  for (uint32_t r = s->ring[part]; r < s->ring[part + 1]; r++) {
    uint32_t first = s->vert[r], end = s->vert[r + 1];
    for (uint32_t v = first; v < end; v++) {
      wg_pt a = s->pts[v], b = s->pts[v + 1 < end ? v + 1 : first];
      if ((a.y > py && b.y > py) || (a.y < py && b.y < py)) continue;
      __int128 side = wg_side(a.x, a.y, b.x, b.y, px, py);
      if (side == 0 && ((a.x <= px && px <= b.x) || (b.x <= px && px <= a.x))) *on = true;
      if ((a.y > py) != (b.y > py) && (side > 0) == (b.y > a.y)) *in = !*in;
    }
  }
}

typedef struct box_list {
  uint32_t n, cap;
  uint32_t *feature;
  bool failed;
} box_list;

static bool list_feature(uint32_t f, void *ctx) {
  box_list *l = ctx;
  if (l->n == l->cap) {
    uint32_t cap = l->cap ? l->cap * 2 : 256, *p = realloc(l->feature, cap * sizeof *p);
    if (!p) {
      l->failed = true;
      return false;
    }
    l->feature = p;
    l->cap = cap;
  }
  l->feature[l->n++] = f;
  return true;
}

static int ascending(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static bool gather_searching(const wg_resolver *r, gather *g, wg_pt p) {
  box_list l = {0};
  wg_boxtree_query(r->boxes, (wg_box){p.x, p.y, p.x, p.y}, list_feature, &l);
  if (!l.failed && l.n) qsort(l.feature, l.n, sizeof *l.feature, ascending);
  for (uint32_t i = 0; i < l.n && !l.failed; i++) {
    for (uint32_t part = r->shapes->part[l.feature[i]]; part < r->shapes->part[l.feature[i] + 1]; part++) {
      bool in, on;
      test_part(r->shapes, part, p, &in, &on);
      if (in || on) put(g, l.feature[i], on);
    }
  }
  free(l.feature);
  return !l.failed;
}

static const uint32_t *set_of_spot(const wg_resolver *r, const spot *s) {
  const uint32_t *w = r->pool + (uint64_t)(s->word >> 2) * 2;
  if ((s->word & 3) == CELL_FEATURE && s->word >> 2 >= CELL_SET) return r->sets + ((s->word >> 2) - CELL_SET);
  if ((s->word & 3) != CELL_RECORD) return NULL;
  if (w[0] >> 24 & RECORD_WIDE) return w[1] ? r->sets + w[1] : NULL;
  return w[0] >> 24 & RECORD_SET ? r->sets + w[1] : NULL;
}

static void gather_spot(const wg_resolver *r, gather *g, const spot *s, wg_pt p) {
  uint32_t kind = s->word & 3, value = s->word >> 2;
  if (kind == CELL_FEATURE) {
    rest more = rest_of(value >= CELL_SET ? r->sets + (value - CELL_SET) : NULL);
    if (value && value < CELL_SET) put(g, value - 1, false);
    put_all(g, &more);
    return;
  }
  const uint32_t *w = r->pool + (uint64_t)value * 2;
  if (kind == CELL_RECORD && w[0] >> 24 & RECORD_WIDE) {
    gather_wide(r, g, w, p, s->lx, s->ly);
    return;
  }
  verdict v = kind == CELL_SMALL ? small_verdict(w, s->lx, s->ly) : record_verdict(r, w, s->lx, s->ly);
  gather_plain(g, &v);
}

uint32_t wg_resolve_all(const wg_resolver *r, wg_pt p, uint32_t max, uint32_t *feature, uint8_t *on) {
  spot s;
  if (!find_block(r, p, &s)) return 0;
  s.word = r->cell[(uint64_t)s.row * r->frame.cols + s.col];
  descend(r, &s);
  gather g = {.max = max, .feature = feature, .on = on};
  const uint32_t *set = set_of_spot(r, &s);
  if (set && set[1] & SET_MANY && gather_searching(r, &g, p)) return g.n;
  g.n = g.interior = 0;
  gather_spot(r, &g, &s, p);
  return g.n;
}

/* --- the owner ----------------------------------------------------------------------------------- */

/* In no feature, or outside everything. */
static wg_hit nobody(const wg_resolver *r, wg_pt p, double tolerance) {
  if (tolerance > 0) return wg_resolver_nearest(r, p, tolerance);
  return (wg_hit){WG_HOW_NONE, WG_NO_FEATURE, 0};
}

static wg_hit owner_of(const wg_resolver *r, const gather *g, wg_pt p, double tolerance) {
  if (!g->n) return nobody(r, p, tolerance);
  wg_how how = g->n == 1 ? WG_HOW_INSIDE : g->interior ? WG_HOW_OVERLAP : WG_HOW_BOUNDARY;
  return (wg_hit){how, g->first, 0};
}

/* The cell is an unusual one. */
static __attribute__((noinline)) wg_hit resolve_unusual(const wg_resolver *r, const spot *s, wg_pt p,
                                                        double tolerance) {
  gather g = {0};
  gather_spot(r, &g, s, p);
  return owner_of(r, &g, p, tolerance);
}

/* A verdict without a set. */
static inline wg_hit resolve_verdict(const wg_resolver *r, const verdict *v, wg_pt p, double tolerance) {
  uint32_t held = v->in | v->on;
  if (__builtin_expect(held == 0, 0)) return nobody(r, p, tolerance);
  if (__builtin_expect(held & (held - 1), 0)) {
    gather g = {0};
    for (; held; held &= held - 1) {
      int i = __builtin_ctz(held);
      put(&g, v->feature[i], (v->on >> i) & 1);
    }
    return owner_of(r, &g, p, tolerance);
  }
  return (wg_hit){WG_HOW_INSIDE, v->feature[__builtin_ctz(held)], 0};
}

static inline wg_hit resolve_spot(const wg_resolver *r, spot *s, wg_pt p, double tolerance) {
  if ((s->word & 3) == CELL_GRID) descend(r, s);
  uint32_t kind = s->word & 3, value = s->word >> 2;
  const uint32_t *w = r->pool + (uint64_t)value * 2;
  if (kind == CELL_SMALL) {
    verdict v = small_verdict(w, s->lx, s->ly);
    return resolve_verdict(r, &v, p, tolerance);
  }
  if (kind == CELL_RECORD && !(w[0] >> 24)) {
    verdict v = record_verdict(r, w, s->lx, s->ly);
    return resolve_verdict(r, &v, p, tolerance);
  }
  if (kind == CELL_RECORD || value >= CELL_SET) return resolve_unusual(r, s, p, tolerance);
  if (!value) return nobody(r, p, tolerance);
  return (wg_hit){WG_HOW_INSIDE, value - 1, 0};
}

static inline wg_hit resolve_top(const wg_resolver *r, top t, spot *s, wg_pt p, double tolerance) {
  if (t.small) {
    verdict v = small_verdict(t.at, s->lx, s->ly);
    return resolve_verdict(r, &v, p, tolerance);
  }
  s->word = *t.at;
  return resolve_spot(r, s, p, tolerance);
}

wg_hit wg_resolve(const wg_resolver *r, wg_pt p, double tolerance) {
  spot s;
  const wg_block *b = find_block(r, p, &s);
  if (!b) return nobody(r, p, tolerance);
  return resolve_top(r, find_top(r, b, &s), &s, p, tolerance);
}

/* Many at once: the memory of all look-ups of a group is asked for before the first is needed. */
enum { GROUP = 32 };

static void resolve_group(const wg_resolver *r, const wg_pt *p, uint32_t n, double tolerance, wg_hit *out) {
  const wg_block *b[GROUP];
  top t[GROUP];
  spot s[GROUP];
  for (uint32_t i = 0; i < n; i++) {
    b[i] = find_block(r, p[i], &s[i]);
    __builtin_prefetch(b[i]);
  }
  for (uint32_t i = 0; i < n; i++) {
    if (!b[i]) continue;
    t[i] = find_top(r, b[i], &s[i]);
    __builtin_prefetch(t[i].at);
  }
  for (uint32_t i = 0; i < n; i++)
    out[i] = b[i] ? resolve_top(r, t[i], &s[i], p[i], tolerance) : nobody(r, p[i], tolerance);
}

void wg_resolve_many(const wg_resolver *r, const wg_pt *p, uint64_t n, double tolerance, wg_hit *out) {
  for (uint64_t i = 0; i < n; i += GROUP)
    resolve_group(r, p + i, n - i < GROUP ? (uint32_t)(n - i) : GROUP, tolerance, out + i);
}

uint32_t wg_resolver_query(const wg_resolver *r, wg_box box, uint32_t max, uint32_t *feature) {
  box_list l = {0};
  wg_boxtree_query(r->boxes, box, list_feature, &l);
  uint32_t n = l.n;
  if (n) qsort(l.feature, n, sizeof *l.feature, ascending);
  if (n && max) memcpy(feature, l.feature, (n < max ? n : max) * sizeof *feature);
  free(l.feature);
  return n;
}
