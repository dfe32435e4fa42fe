/* Builds the resolver's index.
 *
 * 1. The cell size is the smallest power of two that keeps the number of cells, and of (edge, cell) pairs,
 *    within a few per edge.
 * 2. Every edge is listed in the cells that it meets (never too few: a cell without edges is uniform).
 * 3. A sweep walks the reference points, the lower left corners of the cells, row by row from outside all
 *    polygons. Between two corners the walk crosses only edges of the cell it walks through; every crossing
 *    toggles a part. So at each corner it is known, exactly, which parts hold it.
 * 4. A cell without edges is written as one word; one with a few edges as a record of those edges and what
 *    holds its corner; one with many is divided again.
 * Degenerate meetings (a corner exactly on an edge) are settled by moving corners by an infinitesimal (ε,
 * ε²). */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "geo/resolver_internal.h"

enum {
  DIVIDE_EDGES = 8, /* a cell with more different edges is divided if that helps */
  DEPTH_MAX = 4,
  SUB_LOG_MAX = 5,
  LINE = 64, /* bytes of a cache line */
  HUGE_PAGE = 2 << 20
};

/* An edge as a record holds it: its ends in order, and its parts as bits of the record's list. */
typedef struct edge {
  wg_pt a, b;
  uint8_t odd, all;
} edge;

typedef struct builder {
  wg_resolver *r;
  const wg_shapes *s;
  const wg_resolver_budget *budget;
  uint32_t *part_of_ring, *feature_of_part;
  wg_state *state;
  uint64_t pool_cap; /* words */
  uint32_t *small;   /* small records of the top grid, in the order of the sweep */
  uint64_t n_small, cap_small;
} builder;

/* Room for so many words at a multiple of `align` (2 at least, a power of two). */
static wg_status pool_need(builder *b, uint64_t words, uint64_t align) {
  wg_resolver *r = b->r;
  r->pool_words = (r->pool_words + align - 1) & ~(align - 1);
  if (r->pool_words + words > (uint64_t)CELL_VALUE_MAX * 2) return WG_TOO_LARGE;
  if (r->pool_words + words <= b->pool_cap) return WG_OK;
  uint64_t cap = b->pool_cap ? b->pool_cap + b->pool_cap / 2 : 4096;
  if (cap < r->pool_words + words) cap = r->pool_words + words;
  uint32_t *p = realloc(r->pool, cap * sizeof *p);
  if (!p) return WG_NO_MEMORY;
  r->pool = p;
  b->pool_cap = cap;
  return WG_OK;
}

/* --- lists of edges by cell ------------------------------------------------------------ */

static void count_meet(void *ctx, uint64_t cell, wg_meet m) {
  (void)m;
  ((uint32_t *)ctx)[cell]++;
}

typedef struct filler {
  uint32_t *at;
  wg_meet *meets;
} filler;

static void fill_meet(void *ctx, uint64_t cell, wg_meet m) {
  filler *f = ctx;
  f->meets[f->at[cell]++] = m;
}

/* Turns counts into starts; the total must fit 32 bits. */
static bool starts_of_counts(uint32_t *count, uint64_t n, uint64_t *total) {
  uint64_t sum = 0;
  for (uint64_t i = 0; i < n; i++) {
    uint32_t c = count[i];
    if (sum > UINT32_MAX) return false;
    count[i] = (uint32_t)sum;
    sum += c;
  }
  *total = sum;
  return sum <= UINT32_MAX;
}

/* --- the walk between corners ------------------------------------------------------------------------------
 */

/* Walks from corner (x0, y0) to (x1, y1), in lattice steps off the world's zero; along a row or a column.
 * Corners lie half a step lower left of what is given. The edges are those of the cell walked through. */
static void walk(builder *b, const wg_meet *meets, uint32_t n, int64_t x0, int64_t y0, int64_t x1,
                 int64_t y1) {
  int64_t u0 = 2 * x0 - 1, v0 = 2 * y0 - 1, u1 = 2 * x1 - 1, v1 = 2 * y1 - 1;
  bool along_row = v0 == v1;
  for (uint32_t i = 0; i < n; i++) {
    wg_pt p = b->s->pts[meets[i].v], q = b->s->pts[wg_meet_end(b->s, meets[i])];
    int64_t ax = 2 * (int64_t)p.x, ay = 2 * (int64_t)p.y, bx = 2 * (int64_t)q.x, by = 2 * (int64_t)q.y;
    /* Lattice points never lie on the line of a walk, so "on one side each" is plain. */
    if (along_row ? (ay > v0) == (by > v0) : (ax > u0) == (bx > u0)) continue;
    if (wg_side_moved(ax, ay, bx, by, u0, v0) != wg_side_moved(ax, ay, bx, by, u1, v1))
      wg_state_toggle(b->state, b->part_of_ring[meets[i].ring]);
  }
}

/* --- records
 * ------------------------------------------------------------------------------------------------- */

typedef struct draft {
  uint32_t n_parts, n_edges;
  uint32_t part[RECORD_PARTS_MAX];
  edge edges[RECORD_EDGES_MAX];
  bool fits; /* within the limits of a plain record */
} draft;

static bool through_corner(wg_pt a, wg_pt b, int64_t u, int64_t v) {
  int64_t ax = 2 * (int64_t)a.x, ay = 2 * (int64_t)a.y, bx = 2 * (int64_t)b.x, by = 2 * (int64_t)b.y;
  if (u < ax || u > bx || (v < ay && v < by) || (v > ay && v > by)) return false; /* ax ≤ bx */
  return wg_side(ax, ay, bx, by, u, v) == 0;
}

static bool near_enough(wg_pt p, int64_t u, int64_t v) {
  int64_t x = 2 * (int64_t)p.x - u, y = 2 * (int64_t)p.y - v;
  return x > -RECORD_COORD_MAX && x < RECORD_COORD_MAX && y > -RECORD_COORD_MAX && y < RECORD_COORD_MAX;
}

/* Adds one edge; equal edges of several parts become one. False when it does not fit. */
static bool draft_add(draft *d, wg_pt a, wg_pt b, uint32_t part) {
  if (a.x > b.x || (a.x == b.x && a.y > b.y)) {
    wg_pt t = a;
    a = b;
    b = t;
  }
  uint32_t k = 0;
  while (k < d->n_parts && d->part[k] != part) k++;
  if (k == d->n_parts) {
    if (k == RECORD_PARTS_MAX) return false;
    d->part[d->n_parts++] = part;
  }
  for (uint32_t i = 0; i < d->n_edges; i++) {
    edge *e = &d->edges[i];
    if (e->a.x != a.x || e->a.y != a.y || e->b.x != b.x || e->b.y != b.y) continue;
    e->odd ^= (uint8_t)(1 << k);
    e->all |= (uint8_t)(1 << k);
    return true;
  }
  if (d->n_edges == RECORD_EDGES_MAX) return false;
  d->edges[d->n_edges++] = (edge){a, b, (uint8_t)(1 << k), (uint8_t)(1 << k)};
  return true;
}

/* Sorts out the edges of a cell whose corner is (x, y) − ½. Parts come out ascending, since edges come in the
 * order of their vertices. */
static void draft_make(builder *b, draft *d, const wg_meet *meets, uint32_t n, int64_t x, int64_t y) {
  d->n_parts = d->n_edges = 0;
  d->fits = false;
  for (uint32_t i = 0; i < n; i++) {
    wg_pt p = b->s->pts[meets[i].v], q = b->s->pts[wg_meet_end(b->s, meets[i])];
    if (!draft_add(d, p, q, b->part_of_ring[meets[i].ring])) return;
  }
  for (uint32_t i = 0; i < d->n_edges; i++) {
    const edge *e = &d->edges[i];
    if (!near_enough(e->a, 2 * x - 1, 2 * y - 1) || !near_enough(e->b, 2 * x - 1, 2 * y - 1)) return;
    if (through_corner(e->a, e->b, 2 * x - 1, 2 * y - 1)) return;
  }
  d->fits = true;
}

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

/* Do the edges fit a small record? With doubled offsets up to c and points up to q every product sum is below
 * 2c² + 4cq, which must fit 31 bits. */
static bool is_small(const draft *d, const wg_frame *f, int64_t x, int64_t y) {
  int64_t c = 0, q = (int64_t)2 << larger(f->sx, f->sy);
  if (d->n_edges > SMALL_EDGES || d->n_parts > SMALL_PARTS_MAX) return false;
  for (uint32_t i = 0; i < d->n_edges; i++) {
    const edge *e = &d->edges[i];
    c = larger(c, larger(llabs(2 * (e->a.x - x) + 1), llabs(2 * (e->a.y - y) + 1)));
    c = larger(c, larger(llabs(2 * (e->b.x - x) + 1), llabs(2 * (e->b.y - y) + 1)));
  }
  return c <= INT16_MAX && q <= INT16_MAX && 2 * c * c + 4 * c * q < INT32_MAX;
}

static void fill_small(const builder *b, const draft *d, int64_t x, int64_t y, uint32_t *w) {
  static const int16_t aside[4] = {-3, -1, -1, -3};
  memset(w, 0, SMALL_WORDS * sizeof *w);
  w[0] = d->n_parts << 8;
  for (uint32_t i = 0; i < d->n_parts; i++) {
    w[0] |= (uint32_t)wg_state_has(b->state, d->part[i]) << i;
    w[1 + i] = b->feature_of_part[d->part[i]];
  }
  int16_t *e = (int16_t *)(w + SMALL_EDGE_AT);
  uint8_t *mask = (uint8_t *)(w + SMALL_MASK_AT);
  for (uint32_t i = 0; i < SMALL_EDGES; i++, e += 4) {
    if (i >= d->n_edges) {
      memcpy(e, aside, sizeof aside);
      continue;
    }
    const edge *g = &d->edges[i];
    e[0] = (int16_t)(2 * (g->a.x - x) + 1);
    e[1] = (int16_t)(2 * (g->a.y - y) + 1);
    e[2] = (int16_t)(2 * (g->b.x - x) + 1);
    e[3] = (int16_t)(2 * (g->b.y - y) + 1);
    mask[i] = g->odd;
    mask[SMALL_EDGES + i] = g->all;
  }
}

/* One of the top grid goes to a place of its own: settle() brings those of a block together. */
static wg_status record_small(builder *b, const draft *d, int64_t x, int64_t y, int depth, uint32_t *word) {
  if (depth) {
    wg_status st = pool_need(b, SMALL_WORDS, SMALL_WORDS);
    if (st) return st;
    fill_small(b, d, x, y, b->r->pool + b->r->pool_words);
    *word = cell_word(CELL_SMALL, (uint32_t)(b->r->pool_words / 2));
    b->r->pool_words += SMALL_WORDS;
    return WG_OK;
  }
  if (b->n_small == b->cap_small) {
    uint64_t cap = b->cap_small ? b->cap_small + b->cap_small / 2 : 256;
    uint32_t *p = realloc(b->small, cap * SMALL_WORDS * sizeof *p);
    if (!p) return WG_NO_MEMORY;
    b->small = p;
    b->cap_small = cap;
  }
  fill_small(b, d, x, y, b->small + b->n_small * SMALL_WORDS);
  *word = cell_word(CELL_SMALL, (uint32_t)b->n_small++);
  return WG_OK;
}

static wg_status record_plain(builder *b, const draft *d, const wg_frame *f, int64_t x, int64_t y, int depth,
                              uint32_t *word) {
  uint32_t set;
  wg_status st = wg_state_set_besides(b->state, d->part, d->n_parts, &set);
  if (!st && !set && is_small(d, f, x, y)) return record_small(b, d, x, y, depth, word);
  if (!st) st = pool_need(b, 2 + d->n_parts + d->n_edges * 4 + (d->n_edges + 1) / 2, 2);
  if (st) return st;
  uint32_t *w = b->r->pool + b->r->pool_words, *start = w, ref = 0;
  for (uint32_t i = 0; i < d->n_parts; i++) ref |= (uint32_t)wg_state_has(b->state, d->part[i]) << i;
  *w++ = d->n_edges | d->n_parts << 8 | ref << 16 | (set ? (uint32_t)RECORD_SET : 0) << 24;
  if (set) *w++ = set;
  for (uint32_t i = 0; i < d->n_parts; i++) *w++ = b->feature_of_part[d->part[i]];
  for (uint32_t i = 0; i < d->n_edges; i++) {
    const edge *e = &d->edges[i];
    *w++ = (uint32_t)(2 * (e->a.x - x) + 1);
    *w++ = (uint32_t)(2 * (e->a.y - y) + 1);
    *w++ = (uint32_t)(2 * (e->b.x - x) + 1);
    *w++ = (uint32_t)(2 * (e->b.y - y) + 1);
  }
  for (uint32_t i = 0; i < d->n_edges; i += 2) {
    uint32_t pair = d->edges[i].odd | (uint32_t)d->edges[i].all << 8;
    if (i + 1 < d->n_edges) pair |= (uint32_t)d->edges[i + 1].odd << 16 | (uint32_t)d->edges[i + 1].all << 24;
    *w++ = pair;
  }
  *word = cell_word(CELL_RECORD, (uint32_t)(b->r->pool_words / 2));
  b->r->pool_words += (uint64_t)(w - start);
  return WG_OK;
}

static wg_status record_wide(builder *b, const wg_meet *meets, uint32_t n, uint32_t *word) {
  uint32_t parts = 0, set = 0;
  wg_status st = WG_OK;
  for (uint32_t i = 0; i < n; i++)
    parts += i == 0 || b->part_of_ring[meets[i].ring] != b->part_of_ring[meets[i - 1].ring];
  uint32_t *part = malloc(((size_t)parts + 1) * sizeof *part);
  if (!part) return WG_NO_MEMORY;
  for (uint32_t i = 0, k = 0; i < n; i++)
    if (i == 0 || b->part_of_ring[meets[i].ring] != part[k - 1]) part[k++] = b->part_of_ring[meets[i].ring];
  st = wg_state_set_besides(b->state, part, parts, &set);
  if (!st) st = pool_need(b, 4 + (uint64_t)parts * 3 + (uint64_t)n * 2, 2);
  if (!st) {
    uint32_t *w = b->r->pool + b->r->pool_words, *start = w;
    *w++ = (uint32_t)RECORD_WIDE << 24;
    *w++ = set;
    *w++ = parts;
    for (uint32_t i = 0, k = 0; k < parts; k++) {
      *w++ = b->feature_of_part[part[k]];
      *w++ = wg_state_has(b->state, part[k]);
      uint32_t *count = w++;
      for (*count = 0; i < n && b->part_of_ring[meets[i].ring] == part[k]; i++, ++*count) {
        *w++ = meets[i].v;
        *w++ = wg_meet_end(b->s, meets[i]);
      }
    }
    *word = cell_word(CELL_RECORD, (uint32_t)(b->r->pool_words / 2));
    b->r->pool_words += (uint64_t)(w - start);
  }
  free(part);
  return st;
}

/* --- cells
 * ------------------------------------------------------------------------------------------------------ */

static wg_status write_cell(builder *b, const wg_frame *f, const wg_meet *meets, uint32_t n, int64_t x,
                            int64_t y, int depth, uint32_t *word);

/* Writes the cells of one row of a frame; the state is that of the row's first corner and is moved to its
 * last. at[c] is where the edges of cell c end in meets (their starts when `from` is where the row starts);
 * the words replace it. */
static wg_status write_row(builder *b, const wg_frame *f, uint32_t row, uint32_t *at, const wg_meet *meets,
                           uint32_t from, int depth) {
  wg_status st = WG_OK;
  int64_t y = f->y0 + ((int64_t)row << f->sy);
  for (uint32_t c = 0; c < f->cols && !st; c++) {
    uint32_t to = at[c];
    int64_t x = f->x0 + ((int64_t)c << f->sx);
    if (to == from) {
      st = wg_state_cell(b->state, &at[c]);
      continue;
    }
    st = write_cell(b, f, meets + from, to - from, x, y, depth, &at[c]);
    walk(b, meets + from, to - from, x, y, x + ((int64_t)1 << f->sx), y);
    from = to;
  }
  return st;
}

/* Lists the edges of a divided cell in its smaller cells; fewer of those when that lists too many. */
static wg_status divide_meets(builder *b, wg_frame *sub, int lx, int ly, const wg_meet *meets, uint32_t n,
                              uint32_t **at, wg_meet **out) {
  *at = NULL;
  *out = NULL;
  for (; lx + ly > 0; lx -= lx > 0, ly -= ly > 0) {
    wg_frame f = {sub->x0, sub->y0, sub->sx - lx, sub->sy - ly, 1u << lx, 1u << ly};
    uint64_t cells = (uint64_t)f.cols * f.rows, total;
    free(*at);
    if (!(*at = calloc(cells, sizeof **at))) return WG_NO_MEMORY;
    for (uint32_t i = 0; i < n; i++)
      wg_cells_of_edge(&f, b->s->pts[meets[i].v], b->s->pts[wg_meet_end(b->s, meets[i])], meets[i],
                       count_meet, *at);
    if (!starts_of_counts(*at, cells, &total) || total > 64 + (uint64_t)n * 3) continue;
    if (!(*out = malloc((total + 1) * sizeof **out))) break;
    filler fill = {*at, *out};
    for (uint32_t i = 0; i < n; i++)
      wg_cells_of_edge(&f, b->s->pts[meets[i].v], b->s->pts[wg_meet_end(b->s, meets[i])], meets[i], fill_meet,
                       &fill);
    *sub = f;
    return WG_OK;
  }
  bool memory = lx + ly > 0;
  free(*at);
  *at = NULL;
  return memory ? WG_NO_MEMORY : WG_OK; /* not worth dividing */
}

/* Divides a cell. *word stays CELL_FEATURE 0 when it is not worth it. The state is that of the cell's corner,
 * before and after. */
static wg_status write_grid(builder *b, const wg_frame *f, const wg_meet *meets, uint32_t n, int64_t x,
                            int64_t y, int depth, uint32_t *word) {
  wg_frame sub = {x, y, f->sx, f->sy, 1, 1};
  int lg = 1;
  while (lg < SUB_LOG_MAX && (1u << (2 * lg)) < n / 2) lg++;
  uint32_t *at, from = 0;
  wg_meet *mine;
  wg_status st =
      divide_meets(b, &sub, lg < f->sx ? lg : f->sx, lg < f->sy ? lg : f->sy, meets, n, &at, &mine);
  *word = 0;
  if (st || !at) return st;
  uint64_t cells = (uint64_t)sub.cols * sub.rows, worst = 0;
  for (uint64_t i = 0; i < cells; i++)
    if (at[i] - (i ? at[i - 1] : 0) > worst) worst = at[i] - (i ? at[i - 1] : 0);
  if (worst < n) { /* otherwise some smaller cell is as full as this one */
    int64_t right = x + ((int64_t)1 << f->sx);
    for (uint32_t row = 0; row < sub.rows && !st; row++) {
      int64_t low = y + ((int64_t)row << sub.sy), high = y + ((int64_t)(row + 1) << sub.sy);
      uint32_t end = at[(uint64_t)(row + 1) * sub.cols - 1];
      st = write_row(b, &sub, row, at + (uint64_t)row * sub.cols, mine, from, depth + 1);
      walk(b, meets, n, right, low, x, low); /* back to the row's start, */
      walk(b, meets, n, x, low, x, high);    /* and up to the next */
      from = end;
    }
    walk(b, meets, n, x, y + ((int64_t)1 << f->sy), x, y);
    if (!st) st = pool_need(b, 1 + cells, 2);
    if (!st) {
      uint32_t *w = b->r->pool + b->r->pool_words;
      w[0] = (uint32_t)(f->sx - sub.sx) | (uint32_t)(f->sy - sub.sy) << 8;
      memcpy(w + 1, at, cells * sizeof *at);
      *word = cell_word(CELL_GRID, (uint32_t)(b->r->pool_words / 2));
      b->r->pool_words += 1 + cells;
    }
  }
  free(at);
  free(mine);
  return st;
}

static wg_status write_cell(builder *b, const wg_frame *f, const wg_meet *meets, uint32_t n, int64_t x,
                            int64_t y, int depth, uint32_t *word) {
  draft d;
  draft_make(b, &d, meets, n, x, y);
  if (d.fits && d.n_edges <= DIVIDE_EDGES) return record_plain(b, &d, f, x, y, depth, word);
  if (depth < DEPTH_MAX && n > DIVIDE_EDGES) {
    wg_status st = write_grid(b, f, meets, n, x, y, depth, word);
    if (st || *word) return st;
  }
  return d.fits ? record_plain(b, &d, f, x, y, depth, word) : record_wide(b, meets, n, word);
}

/* --- the whole
 * --------------------------------------------------------------------------------------------------- */

typedef void edge_fn(builder *b, wg_pt p, wg_pt q, wg_meet m, void *ctx);

static void each_edge(builder *b, edge_fn *fn, void *ctx) {
  const wg_shapes *s = b->s;
  for (uint32_t r = 0; r < s->n_rings; r++) {
    for (uint32_t v = s->vert[r]; v < s->vert[r + 1]; v++) {
      wg_meet m = {v, r};
      wg_pt p = s->pts[v], q = s->pts[wg_meet_end(s, m)];
      if (p.x != q.x || p.y != q.y) fn(b, p, q, m, ctx);
    }
  }
}

typedef struct extent {
  int64_t x0, y0, x1, y1;
  double dx, dy; /* sums over the edges */
  uint64_t edges;
} extent;

static int64_t lesser(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t greater(int64_t a, int64_t b) { return a > b ? a : b; }

static void measure(builder *b, wg_pt p, wg_pt q, wg_meet m, void *ctx) {
  (void)b, (void)m;
  extent *e = ctx;
  e->x0 = lesser(e->x0, lesser(p.x, q.x));
  e->y0 = lesser(e->y0, lesser(p.y, q.y));
  e->x1 = greater(e->x1, greater(p.x, q.x));
  e->y1 = greater(e->y1, greater(p.y, q.y));
  e->dx += fabs((double)p.x - q.x);
  e->dy += fabs((double)p.y - q.y);
  e->edges++;
}

/* The finest cells that stay within the budgets of cells and of (edge, cell) pairs. */
static void choose_frame(const extent *e, const wg_resolver_budget *budget, wg_frame *f) {
  double cells_max = budget->cells_per_edge * (double)e->edges + budget->cells;
  double pairs_max = budget->pairs_per_edge * (double)e->edges + budget->pairs;
  *f = (wg_frame){e->x0, e->y0, 31, 31, 1, 1};
  for (;;) {
    int sx = f->sx - (f->sx >= f->sy && f->sx > 0), sy = f->sy - (f->sx < f->sy && f->sy > 0);
    uint64_t cols = (uint64_t)((e->x1 - e->x0) >> sx) + 1, rows = (uint64_t)((e->y1 - e->y0) >> sy) + 1;
    double pairs = (double)e->edges + ldexp(e->dx, -sx) + ldexp(e->dy, -sy);
    if ((sx == f->sx && sy == f->sy) || (double)cols * (double)rows > cells_max || pairs > pairs_max) break;
    *f = (wg_frame){e->x0, e->y0, sx, sy, (uint32_t)cols, (uint32_t)rows};
  }
  f->cols = (uint32_t)((e->x1 - e->x0) >> f->sx) + 1;
  f->rows = (uint32_t)((e->y1 - e->y0) >> f->sy) + 1;
}

typedef struct pass {
  wg_cell_fn *fn;
  void *ctx;
} pass;

static void pass_edge(builder *b, wg_pt p, wg_pt q, wg_meet m, void *ctx) {
  pass *s = ctx;
  wg_cells_of_edge(&b->r->frame, p, q, m, s->fn, s->ctx);
}

/* Words on large pages where the system has them: look-ups jump all over them. *bytes is what is taken. */
static uint32_t *words_new(uint64_t words, uint64_t *bytes) {
  *bytes = (words + 1) * sizeof(uint32_t);
  if (*bytes < HUGE_PAGE) {
    *bytes = (*bytes + LINE - 1) / LINE * LINE;
    return aligned_alloc(LINE, *bytes);
  }
  *bytes = (*bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
  uint32_t *p = aligned_alloc(HUGE_PAGE, *bytes);
  if (p) madvise(p, *bytes, MADV_HUGEPAGE); /* no matter when refused */
  return p;
}

/* Copies the small records of one block behind one another and gives their cells the new places. */
static void settle_block(builder *b, uint32_t block, uint32_t *to, uint32_t *at) {
  wg_resolver *r = b->r;
  wg_block *k = &r->block[block];
  uint32_t row0 = block / r->block_cols * 8, col0 = block % r->block_cols * 8;
  *k = (wg_block){0, *at};
  for (uint32_t i = 0; i < 64; i++) {
    uint32_t row = row0 + i / 8, col = col0 + i % 8;
    if (row >= r->frame.rows || col >= r->frame.cols) continue;
    uint32_t *word = &r->cell[(uint64_t)row * r->frame.cols + col];
    if ((*word & 3) != CELL_SMALL) continue;
    uint32_t *place = to + (uint64_t)*at * SMALL_WORDS;
    memcpy(place, b->small + (uint64_t)(*word >> 2) * SMALL_WORDS, SMALL_WORDS * sizeof *place);
    *word = cell_word(CELL_SMALL, (uint32_t)((uint64_t)(place - r->pool) / 2));
    k->bits |= (uint64_t)1 << i;
    ++*at;
  }
}

/* Brings the pool to its final place, the small records of the top grid behind the rest. */
static wg_status settle(builder *b) {
  wg_resolver *r = b->r;
  uint64_t words = (r->pool_words + SMALL_WORDS - 1) / SMALL_WORDS * SMALL_WORDS,
           total = words + b->n_small * SMALL_WORDS;
  if (total > (uint64_t)CELL_VALUE_MAX * 2) return WG_TOO_LARGE;
  uint32_t *p = words_new(total, &r->pool_bytes), at = 0;
  r->block_cols = (r->frame.cols + 7) / 8;
  r->block_rows = (r->frame.rows + 7) / 8;
  r->block = malloc((uint64_t)r->block_cols * r->block_rows * sizeof *r->block);
  if (!p || !r->block) {
    free(p);
    return WG_NO_MEMORY;
  }
  if (r->pool_words) memcpy(p, r->pool, r->pool_words * sizeof *p);
  free(r->pool);
  r->pool = p;
  r->pool_words = total;
  r->small = p + words;
  for (uint32_t i = 0; i < r->block_cols * r->block_rows; i++) settle_block(b, i, p + words, &at);
  return WG_OK;
}

static wg_status build_grid(builder *b) {
  wg_resolver *r = b->r;
  extent e = {INT64_MAX, INT64_MAX, INT64_MIN, INT64_MIN, 0, 0, 0};
  each_edge(b, measure, &e);
  if (!e.edges) e = (extent){0}; /* one cell of nothing */
  r->width = (uint32_t)(e.x1 - e.x0);
  r->height = (uint32_t)(e.y1 - e.y0);
  choose_frame(&e, b->budget, &r->frame);
  uint64_t cells = (uint64_t)r->frame.cols * r->frame.rows, total;
  if (!(r->cell = words_new(cells, &r->cell_bytes))) return WG_NO_MEMORY;
  memset(r->cell, 0, cells * sizeof *r->cell);
  each_edge(b, pass_edge, &(pass){count_meet, r->cell});
  if (!starts_of_counts(r->cell, cells, &total)) return WG_TOO_LARGE;
  wg_meet *meets = malloc((total + 1) * sizeof *meets);
  if (!meets) return WG_NO_MEMORY;
  each_edge(b, pass_edge, &(pass){fill_meet, &(filler){r->cell, meets}});
  wg_status st = WG_OK;
  uint32_t from = 0;
  for (uint32_t row = 0; row < r->frame.rows && !st; row++) {
    uint32_t *at = r->cell + (uint64_t)row * r->frame.cols, end = at[r->frame.cols - 1];
    st = write_row(b, &r->frame, row, at, meets, from, 0);
    wg_state_clear(b->state); /* it is empty right of everything; a no-op unless the shapes are broken */
    from = end;
  }
  free(meets);
  return st ? st : settle(b);
}

static wg_status build_boxes(const wg_shapes *s, wg_boxtree **out) {
  wg_box *box = malloc(((size_t)s->n + 1) * sizeof *box);
  if (!box) return WG_NO_MEMORY;
  for (uint32_t f = 0; f < s->n; f++) box[f] = wg_shapes_box(s, f);
  wg_status st = wg_boxtree_new(box, s->n, out);
  free(box);
  return st;
}

wg_status wg_resolver_new(const wg_shapes *shapes, wg_resolver **out) {
  static const wg_resolver_budget usual = {1.6, 300000, 2.2, 500000};
  return wg_resolver_build(shapes, &usual, out);
}

wg_status wg_resolver_build(const wg_shapes *shapes, const wg_resolver_budget *budget, wg_resolver **out) {
  *out = NULL;
  if (shapes->n >= CELL_VALUE_MAX) return WG_TOO_LARGE;
  builder b = {.s = shapes, .budget = budget};
  wg_status st = WG_NO_MEMORY;
  b.r = calloc(1, sizeof *b.r);
  b.part_of_ring = malloc(((size_t)shapes->n_rings + 1) * sizeof *b.part_of_ring);
  b.feature_of_part = malloc(((size_t)shapes->n_parts + 1) * sizeof *b.feature_of_part);
  if (!b.r || !b.part_of_ring || !b.feature_of_part) goto done;
  b.r->shapes = shapes;
  for (uint32_t f = 0; f < shapes->n; f++)
    for (uint32_t p = shapes->part[f]; p < shapes->part[f + 1]; p++) {
      b.feature_of_part[p] = f;
      for (uint32_t r = shapes->ring[p]; r < shapes->ring[p + 1]; r++) b.part_of_ring[r] = p;
    }
  if ((st = wg_state_new(shapes->n_parts, b.feature_of_part, &b.state))) goto done;
  if ((st = build_boxes(shapes, &b.r->boxes))) goto done;
  st = build_grid(&b);
  wg_state_take_sets(b.state, &b.r->sets, &b.r->set_words);
done:
  wg_state_free(b.state);
  free(b.small);
  free(b.part_of_ring);
  free(b.feature_of_part);
  if (st)
    wg_resolver_free(b.r);
  else
    *out = b.r;
  return st;
}

void wg_resolver_free(wg_resolver *r) {
  if (!r) return;
  wg_boxtree_free(r->boxes);
  free(r->cell);
  free(r->block);
  free(r->pool);
  free(r->sets);
  free(r);
}

uint64_t wg_resolver_bytes(const wg_resolver *r) {
  return sizeof *r + r->cell_bytes + (uint64_t)r->block_cols * r->block_rows * sizeof *r->block +
         r->pool_bytes + r->set_words * sizeof(uint32_t) + (r->boxes ? wg_boxtree_bytes(r->boxes) : 0);
}
