/* Records: what a cell that edges cross is written as. Layouts: resolver_internal.h. */
#include <stdlib.h>
#include <string.h>

#include "geo/resolver_builder.h"

wg_status wg_builder_room(wg_builder *b, uint64_t words, uint64_t align) {
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
static bool draft_add(wg_draft *d, wg_pt a, wg_pt b, uint32_t part) {
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
    wg_draft_edge *e = &d->edges[i];
    if (e->a.x != a.x || e->a.y != a.y || e->b.x != b.x || e->b.y != b.y) continue;
    e->odd ^= (uint8_t)(1 << k);
    e->all |= (uint8_t)(1 << k);
    return true;
  }
  if (d->n_edges == RECORD_EDGES_MAX) return false;
  d->edges[d->n_edges++] = (wg_draft_edge){a, b, (uint8_t)(1 << k), (uint8_t)(1 << k)};
  return true;
}

/* Sorts out the edges of a cell whose corner is (x, y) − ½. Parts come out ascending, since edges come in the
 * order of their vertices. */
void wg_draft_make(wg_builder *b, wg_draft *d, const wg_meet *meets, uint32_t n, int64_t x, int64_t y) {
  d->n_parts = d->n_edges = 0;
  d->fits = false;
  for (uint32_t i = 0; i < n; i++) {
    wg_pt p = b->s->pts[meets[i].v], q = b->s->pts[wg_meet_end(b->s, meets[i])];
    if (!draft_add(d, p, q, b->part_of_ring[meets[i].ring])) return;
  }
  for (uint32_t i = 0; i < d->n_edges; i++) {
    const wg_draft_edge *e = &d->edges[i];
    if (!near_enough(e->a, 2 * x - 1, 2 * y - 1) || !near_enough(e->b, 2 * x - 1, 2 * y - 1)) return;
    if (through_corner(e->a, e->b, 2 * x - 1, 2 * y - 1)) return;
  }
  d->fits = true;
}

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

/* Do the edges fit a small record? With doubled offsets up to c and points up to q every product sum is below
 * 2c² + 4cq, which must fit 31 bits. */
static bool is_small(const wg_draft *d, const wg_frame *f, int64_t x, int64_t y) {
  int64_t c = 0, q = (int64_t)2 << larger(f->sx, f->sy);
  if (d->n_edges > SMALL_EDGES || d->n_parts > SMALL_PARTS_MAX) return false;
  for (uint32_t i = 0; i < d->n_edges; i++) {
    const wg_draft_edge *e = &d->edges[i];
    c = larger(c, larger(llabs(2 * (e->a.x - x) + 1), llabs(2 * (e->a.y - y) + 1)));
    c = larger(c, larger(llabs(2 * (e->b.x - x) + 1), llabs(2 * (e->b.y - y) + 1)));
  }
  return c <= INT16_MAX && q <= INT16_MAX && 2 * c * c + 4 * c * q < INT32_MAX;
}

static void fill_small(const wg_builder *b, const wg_draft *d, int64_t x, int64_t y, uint32_t *w) {
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
    const wg_draft_edge *g = &d->edges[i];
    e[0] = (int16_t)(2 * (g->a.x - x) + 1);
    e[1] = (int16_t)(2 * (g->a.y - y) + 1);
    e[2] = (int16_t)(2 * (g->b.x - x) + 1);
    e[3] = (int16_t)(2 * (g->b.y - y) + 1);
    mask[i] = g->odd;
    mask[SMALL_EDGES + i] = g->all;
  }
}

/* One of the top grid goes to a place of its own: settle() brings those of a block together. */
static wg_status record_small(wg_builder *b, const wg_draft *d, int64_t x, int64_t y, int depth,
                              uint32_t *word) {
  if (depth) {
    wg_status st = wg_builder_room(b, SMALL_WORDS, SMALL_WORDS);
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

wg_status wg_record_plain(wg_builder *b, const wg_draft *d, const wg_frame *f, int64_t x, int64_t y,
                          int depth, uint32_t *word) {
  uint32_t set;
  wg_status st = wg_state_set_besides(b->state, d->part, d->n_parts, &set);
  if (!st && !set && is_small(d, f, x, y)) return record_small(b, d, x, y, depth, word);
  if (!st) st = wg_builder_room(b, 2 + d->n_parts + d->n_edges * 4 + (d->n_edges + 1) / 2, 2);
  if (st) return st;
  uint32_t *w = b->r->pool + b->r->pool_words, *start = w, ref = 0;
  for (uint32_t i = 0; i < d->n_parts; i++) ref |= (uint32_t)wg_state_has(b->state, d->part[i]) << i;
  *w++ = d->n_edges | d->n_parts << 8 | ref << 16 | (set ? (uint32_t)RECORD_SET : 0) << 24;
  if (set) *w++ = set;
  for (uint32_t i = 0; i < d->n_parts; i++) *w++ = b->feature_of_part[d->part[i]];
  for (uint32_t i = 0; i < d->n_edges; i++) {
    const wg_draft_edge *e = &d->edges[i];
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

wg_status wg_record_wide(wg_builder *b, const wg_meet *meets, uint32_t n, uint32_t *word) {
  uint32_t parts = 0, set = 0;
  wg_status st = WG_OK;
  for (uint32_t i = 0; i < n; i++)
    parts += i == 0 || b->part_of_ring[meets[i].ring] != b->part_of_ring[meets[i - 1].ring];
  uint32_t *part = calloc((size_t)parts + 1, sizeof *part);
  if (!part) return WG_NO_MEMORY;
  for (uint32_t i = 0, k = 0; i < n; i++)
    if (i == 0 || b->part_of_ring[meets[i].ring] != part[k - 1]) part[k++] = b->part_of_ring[meets[i].ring];
  st = wg_state_set_besides(b->state, part, parts, &set);
  if (!st) st = wg_builder_room(b, 4 + (uint64_t)parts * 3 + (uint64_t)n * 2, 2);
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
