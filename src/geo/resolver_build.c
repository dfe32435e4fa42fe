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

#include "geo/check_parts.h"
#include "geo/resolver_builder.h"

enum {
  LINE = 64, /* bytes of a cache line */
  HUGE_PAGE = 2 << 20
};

typedef void edge_fn(wg_builder *b, wg_pt p, wg_pt q, wg_meet m, void *ctx);

static void each_edge(wg_builder *b, edge_fn *fn, void *ctx) {
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

static void measure(wg_builder *b, wg_pt p, wg_pt q, wg_meet m, void *ctx) {
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

static void pass_edge(wg_builder *b, wg_pt p, wg_pt q, wg_meet m, void *ctx) {
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
static void settle_block(wg_builder *b, uint32_t block, uint32_t *to, uint32_t *at) {
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
static wg_status settle(wg_builder *b) {
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

static wg_status build_grid(wg_builder *b) {
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
  each_edge(b, pass_edge, &(pass){wg_count_meet, r->cell});
  if (!wg_starts_of_counts(r->cell, cells, &total)) return WG_TOO_LARGE;
  wg_meet *meets = malloc((total + 1) * sizeof *meets);
  if (!meets) return WG_NO_MEMORY;
  each_edge(b, pass_edge, &(pass){wg_fill_meet, &(wg_meet_filler){r->cell, meets}});
  wg_status st = WG_OK;
  uint32_t from = 0;
  for (uint32_t row = 0; row < r->frame.rows && !st; row++) {
    uint32_t *at = r->cell + (uint64_t)row * r->frame.cols, end = at[r->frame.cols - 1];
    st = wg_write_row(b, &r->frame, row, at, meets, from, 0);
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
  wg_builder b = {.s = shapes, .budget = budget};
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
  /* freed at done, which the analyser does not follow */
  // NOLINTNEXTLINE(clang-analyzer-unix.Malloc)
  if ((st = build_boxes(shapes, &b.r->boxes))) goto done;
  st = build_grid(&b);
  if (!st) st = wg_holds_once(shapes, &b.r->once);
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
