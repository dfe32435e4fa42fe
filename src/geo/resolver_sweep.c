/* The sweep: walks from corner to corner, and writes each cell on the way. See resolver_build.c. */
#include <stdlib.h>
#include <string.h>

#include "geo/resolver_builder.h"

enum {
  DIVIDE_EDGES = 8, /* a cell with more different edges is divided if that helps */
  DEPTH_MAX = 4,
  SUB_LOG_MAX = 5
};

/* --- lists of edges by cell ------------------------------------------------------------ */

void wg_count_meet(void *ctx, uint64_t cell, wg_meet m) {
  (void)m;
  ((uint32_t *)ctx)[cell]++;
}

void wg_fill_meet(void *ctx, uint64_t cell, wg_meet m) {
  wg_meet_filler *f = ctx;
  f->meets[f->at[cell]++] = m;
}

/* Turns counts into starts; the total must fit 32 bits. */
bool wg_starts_of_counts(uint32_t *count, uint64_t n, uint64_t *total) {
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
static void walk(wg_builder *b, const wg_meet *meets, uint32_t n, int64_t x0, int64_t y0, int64_t x1,
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

/* --- cells --------------------------------------------------------------------------------------- */

static wg_status write_cell(wg_builder *b, const wg_frame *f, const wg_meet *meets, uint32_t n, int64_t x,
                            int64_t y, int depth, uint32_t *word);

wg_status wg_write_row(wg_builder *b, const wg_frame *f, uint32_t row, uint32_t *at, const wg_meet *meets,
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
static wg_status divide_meets(wg_builder *b, wg_frame *sub, int lx, int ly, const wg_meet *meets, uint32_t n,
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
                       wg_count_meet, *at);
    if (!wg_starts_of_counts(*at, cells, &total) || total > 64 + (uint64_t)n * 3) continue;
    if (!(*out = malloc((total + 1) * sizeof **out))) break;
    wg_meet_filler fill = {*at, *out};
    for (uint32_t i = 0; i < n; i++)
      wg_cells_of_edge(&f, b->s->pts[meets[i].v], b->s->pts[wg_meet_end(b->s, meets[i])], meets[i],
                       wg_fill_meet, &fill);
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
static wg_status write_grid(wg_builder *b, const wg_frame *f, const wg_meet *meets, uint32_t n, int64_t x,
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
      st = wg_write_row(b, &sub, row, at + (uint64_t)row * sub.cols, mine, from, depth + 1);
      walk(b, meets, n, right, low, x, low); /* back to the row's start, */
      walk(b, meets, n, x, low, x, high);    /* and up to the next */
      from = end;
    }
    walk(b, meets, n, x, y + ((int64_t)1 << f->sy), x, y);
    if (!st) st = wg_builder_room(b, 1 + cells, 2);
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

static wg_status write_cell(wg_builder *b, const wg_frame *f, const wg_meet *meets, uint32_t n, int64_t x,
                            int64_t y, int depth, uint32_t *word) {
  wg_draft d;
  wg_draft_make(b, &d, meets, n, x, y);
  if (f->sx > RECORD_CELL_MAX || f->sy > RECORD_CELL_MAX) d.fits = false;
  if (d.fits && d.n_edges <= DIVIDE_EDGES) return wg_record_plain(b, &d, f, x, y, depth, word);
  if (depth < DEPTH_MAX && n > DIVIDE_EDGES) {
    wg_status st = write_grid(b, f, meets, n, x, y, depth, word);
    if (st || *word) return st;
  }
  return d.fits ? wg_record_plain(b, &d, f, x, y, depth, word) : wg_record_wide(b, meets, n, word);
}
