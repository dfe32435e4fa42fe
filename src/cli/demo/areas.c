/* Regions grow from seeds at equal speed, counted in cells, slowed by what people see as a border; then each
 * seed moves to the middle of its region (Lloyd's method on a graph). Growing keeps every region connected.
 */
#include "cli/demo/areas.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/demo/heap.h"
#include "cli/demo/random.h"

enum { ROUNDS = 3, JIEDAO_FROM = 1, ZHEN_FROM = 100, XIANG_FROM = 200, VILLAGE_FROM = 201 };

uint32_t demo_townships_for(uint32_t grids) {
  double n = grids <= 1300 ? grids / 48.0 : 27 * sqrt(grids / 1300.0);
  return n < 1 ? 1 : n > DEMO_TOWNS_MAX ? DEMO_TOWNS_MAX : (uint32_t)lround(n);
}

uint32_t demo_communities_for(uint32_t grids) {
  uint32_t n = (uint32_t)lround(grids / 2.955), least = demo_townships_for(grids);
  return n < least ? least : n;
}

typedef struct grower {
  const demo_graph *g;
  demo_heap heap;
  uint32_t *label;       /* region of each cell, DEMO_NONE: none yet */
  const uint32_t *group; /* growth stays within cells of one group; NULL: everywhere */
} grower;

/* What it costs to spread over an edge. */
static double barrier(const demo_graph *g, uint32_t edge) {
  static const double of_kind[] = {
      [DEMO_PLAIN] = 0,   [DEMO_STREET] = 0,     [DEMO_TERTIARY] = 0.3, [DEMO_SECONDARY] = 1.2,
      [DEMO_PRIMARY] = 2, [DEMO_MOTORWAY] = 2.5, [DEMO_STREAM] = 0.9,   [DEMO_RIVER] = 6};
  demo_rng chance = demo_stream(g->field->seed, 41, edge);
  return 1 + of_kind[g->edges[edge].kind] + 0.3 * demo_unit(&chance);
}

/* Spreads what is on the heap; a cell that is reached at less cost changes its region. */
static void grow(grower *w) {
  const demo_graph *g = w->g;
  while (w->heap.n) {
    uint32_t c = demo_heap_pop(&w->heap);
    for (uint32_t k = 0; k < g->len[c]; k++) {
      uint32_t e = g->edge[g->first[c] + k];
      uint32_t d = g->edges[e].left == c ? g->edges[e].right : g->edges[e].left;
      if (d >= g->n_inside || (w->group && w->group[d] != w->group[c])) continue;
      double cost = w->heap.cost[c] + barrier(g, e);
      if (cost >= w->heap.cost[d]) continue;
      w->label[d] = w->label[c];
      demo_heap_put(&w->heap, d, cost);
    }
  }
}

static void seed_at(grower *w, uint32_t cell, uint32_t label) {
  w->label[cell] = label;
  demo_heap_put(&w->heap, cell, 0);
}

static void forget(grower *w, const uint32_t *cells, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    w->heap.cost[cells[i]] = HUGE_VAL;
    w->label[cells[i]] = DEMO_NONE;
  }
}

/* The cell of the list nearest to the middle of those with the label. */
static uint32_t middle_cell(const grower *w, const uint32_t *cells, uint32_t n, uint32_t label) {
  demo_xy sum = {0, 0};
  uint32_t count = 0, best = DEMO_NONE;
  for (uint32_t i = 0; i < n; i++)
    if (w->label[cells[i]] == label) sum = demo_add(sum, w->g->site[cells[i]], 1), count++;
  demo_xy mid = {sum.x / count, sum.y / count};
  double least = HUGE_VAL;
  for (uint32_t i = 0; i < n; i++) {
    double d = demo_distance(w->g->site[cells[i]], mid);
    if (w->label[cells[i]] == label && d < least) least = d, best = cells[i];
  }
  return best;
}

/* Cuts the cells of one group into k regions, labelled from `label` on; heart[0 … k−1] get their middles. */
static void cut(grower *w, const uint32_t *cells, uint32_t n, uint32_t k, uint32_t label, uint32_t *heart) {
  forget(w, cells, n);
  heart[0] = cells[0]; /* the first seed is anywhere, each other one as far from all as can be */
  for (uint32_t s = 0; s < k; s++) {
    if (s) {
      heart[s] = DEMO_NONE;
      for (uint32_t i = 0; i < n; i++)
        if (w->heap.cost[cells[i]] > 0 &&
            (heart[s] == DEMO_NONE || w->heap.cost[cells[i]] > w->heap.cost[heart[s]]))
          heart[s] = cells[i];
    }
    seed_at(w, heart[s], label + s);
    grow(w);
  }
  for (int round = 0; round < ROUNDS; round++) {
    for (uint32_t s = 0; s < k; s++) {
      uint32_t m = middle_cell(w, cells, n, label + s);
      if (m != DEMO_NONE) heart[s] = m;
    }
    forget(w, cells, n);
    for (uint32_t s = 0; s < k; s++) seed_at(w, heart[s], label + s);
    grow(w);
  }
  /* Land that is cut off from the rest (an island of the outline) goes to the nearest region. */
  for (uint32_t i = 0; i < n; i++) {
    if (w->label[cells[i]] != DEMO_NONE) continue;
    uint32_t near = 0;
    for (uint32_t s = 1; s < k; s++)
      if (demo_distance(w->g->site[heart[s]], w->g->site[cells[i]]) <
          demo_distance(w->g->site[heart[near]], w->g->site[cells[i]]))
        near = s;
    w->label[cells[i]] = label + near;
  }
}

/* --- townships
 * ------------------------------------------------------------------------------------------------- */

static uint32_t cell_at(const demo_graph *g, demo_xy p, const uint32_t *taken) {
  uint32_t best = DEMO_NONE;
  double least = HUGE_VAL;
  for (uint32_t c = 0; c < g->n_inside; c++) {
    double d = demo_distance(g->site[c], p);
    if (d < least && taken[c] == DEMO_NONE) least = d, best = c;
  }
  return best;
}

/* Townships grow from the seats of the towns and from seeds spread over the main town. */
static wg_status grow_townships(wg_arena *scratch, grower *w, demo_areas *out) {
  const demo_graph *g = w->g;
  const demo_field *f = g->field;
  uint32_t *cells = wg_arena_alloc(scratch, g->n_inside * sizeof *cells), n = 0,
           heart[DEMO_TOWNS_MAX + 1] = {0};
  if (!cells) return WG_NO_MEMORY;
  uint32_t core = f->n_core < out->n_townships ? f->n_core : out->n_townships;
  for (uint32_t c = 0; c < g->n_inside; c++)
    if (demo_distance(g->site[c], f->core) < 2.2 * f->core_radius) cells[n++] = c;
  if (n < core) core = n;
  if (core) cut(w, cells, n, core, 0, heart);
  for (uint32_t c = 0; c < g->n_inside; c++) cells[c] = c;
  forget(w, cells, g->n_inside);
  for (uint32_t t = 0; t < out->n_townships; t++) {
    if (t >= core) heart[t] = cell_at(g, t - core < f->n_towns ? f->town[t - core].at : f->core, w->label);
    seed_at(w, heart[t], t);
    out->township[t].heart = heart[t];
  }
  grow(w);
  for (uint32_t c = 0; c < g->n_inside; c++) {
    if (w->label[c] != DEMO_NONE) continue;
    uint32_t near = 0;
    for (uint32_t t = 1; t < out->n_townships; t++)
      if (demo_distance(g->site[heart[t]], g->site[c]) < demo_distance(g->site[heart[near]], g->site[c]))
        near = t;
    w->label[c] = near;
  }
  return WG_OK;
}

static void rank_townships(const demo_graph *g, uint32_t core, demo_areas *out) {
  int next[3] = {JIEDAO_FROM, ZHEN_FROM, XIANG_FROM};
  for (uint32_t t = 0; t < out->n_townships; t++) {
    demo_township *x = out->township + t;
    bool hills = demo_height(g->field, g->site[x->heart]) > 0.45;
    x->rank = t < core && next[DEMO_JIEDAO] < ZHEN_FROM ? DEMO_JIEDAO : DEMO_ZHEN;
    if (x->rank == DEMO_ZHEN && (hills || next[DEMO_ZHEN] >= XIANG_FROM)) x->rank = DEMO_XIANG;
    snprintf(x->code, sizeof x->code, DEMO_ROOT "%03d000", next[x->rank]++);
  }
}

/* --- communities
 * ------------------------------------------------------------------------------------------------ */

/* How many communities each township gets: by its grids, at least one, in sum exactly n_communities. */
static void share_out(demo_areas *out, uint32_t *quota) {
  uint32_t sum = 0;
  for (uint32_t t = 0; t < out->n_townships; t++) {
    double want = (double)out->township[t].grids * out->n_communities / out->n_grids;
    quota[t] = want < 1 ? (out->township[t].grids ? 1 : 0) : (uint32_t)want;
    sum += quota[t];
  }
  while (sum != out->n_communities) { /* whoever is furthest from its share gives or takes one */
    uint32_t best = 0;
    double most = -HUGE_VAL;
    int sign = sum < out->n_communities ? 1 : -1;
    for (uint32_t t = 0; t < out->n_townships; t++) {
      double want = (double)out->township[t].grids * out->n_communities / out->n_grids;
      bool can = sign > 0 ? quota[t] < out->township[t].grids : quota[t] > 1;
      if (can && sign * (want - quota[t]) > most) most = sign * (want - quota[t]), best = t;
    }
    quota[best] += (uint32_t)sign;
    sum += (uint32_t)sign;
  }
}

static wg_status grow_communities(wg_arena *scratch, grower *w, const uint32_t *township_of,
                                  demo_areas *out) {
  const demo_graph *g = w->g;
  uint32_t quota[DEMO_TOWNS_MAX + 1] = {0}, start = 0;
  uint32_t *cells = wg_arena_alloc(scratch, g->n_inside * sizeof *cells);
  uint32_t *heart = wg_arena_alloc(scratch, out->n_communities * sizeof *heart);
  if (!cells || !heart) return WG_NO_MEMORY;
  share_out(out, quota);
  w->group = township_of;
  for (uint32_t t = 0; t < out->n_townships; t++) {
    uint32_t n = 0;
    for (uint32_t c = 0; c < g->n_inside; c++)
      if (township_of[c] == t) cells[n++] = c;
    if (!quota[t]) continue;
    cut(w, cells, n, quota[t], start, heart + start);
    for (uint32_t k = 0; k < quota[t]; k++) {
      demo_community *x = out->community + start + k;
      x->township = t;
      x->heart = heart[start + k];
      x->urban = g->size[x->heart] < g->field->per_grid / 6;
    }
    start += quota[t];
  }
  for (uint32_t c = 0; c < g->n_inside; c++) {
    out->community_of[c] = w->label[c];
    out->community[w->label[c]].grids++;
  }
  return WG_OK;
}

/* --- codes
 * -------------------------------------------------------------------------------------------------------- */

/* A thing to be numbered: rows from north to south, in each from west to east. */
typedef struct numbered {
  uint32_t thing, group, row;
  double x, y;
} numbered;

static int by_row(const void *a, const void *b) {
  const numbered *p = a, *q = b;
  if (p->group != q->group) return p->group < q->group ? -1 : 1;
  if (p->row != q->row) return p->row < q->row ? -1 : 1;
  if (p->x != q->x) return p->x < q->x ? -1 : 1;
  return p->thing < q->thing ? -1 : 1;
}

/* Sorts by group, and in each by rows: about as many rows as columns. */
static void number(numbered *list, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) list[i].row = 0;
  qsort(list, n, sizeof *list, by_row);
  for (uint32_t i = 0, end; i < n; i = end) {
    double top = -HUGE_VAL, low = HUGE_VAL;
    for (end = i; end < n && list[end].group == list[i].group; end++) {
      top = fmax(top, list[end].y);
      low = fmin(low, list[end].y);
    }
    double rows = ceil(sqrt(end - i));
    for (uint32_t k = i; k < end; k++) list[k].row = (uint32_t)((top - list[k].y) / (top - low + 1) * rows);
  }
  qsort(list, n, sizeof *list, by_row);
}

/* Numbers communities in their townships and puts them in the order of their codes. */
static wg_status code_communities(wg_arena *scratch, const demo_graph *g, demo_areas *out) {
  uint32_t n = out->n_communities;
  numbered *list = wg_arena_alloc(scratch, n * sizeof *list);
  uint32_t *now = wg_arena_alloc(scratch, n * sizeof *now);
  demo_community *sorted = wg_arena_alloc(scratch, n * sizeof *sorted);
  if (!list || !now || !sorted) return WG_NO_MEMORY;
  for (uint32_t i = 0; i < n; i++) {
    const demo_community *x = out->community + i;
    demo_xy p = g->site[x->heart];
    /* Townships stand in the order of their codes; in each the 社区 come first. */
    int code = atoi(out->township[x->township].code + 6);
    list[i] = (numbered){i, (uint32_t)code / 1000 * 2 + !x->urban, 0, p.x, p.y};
  }
  number(list, n);
  int next = 0;
  for (uint32_t i = 0; i < n; i++) {
    const demo_community *x = out->community + list[i].thing;
    bool first = i == 0 || list[i].group / 2 != list[i - 1].group / 2;
    if (first) next = 1;
    if (!x->urban && next < VILLAGE_FROM) next = VILLAGE_FROM;
    sorted[i] = *x;
    snprintf(sorted[i].code, WG_CODE_LEN, "%.9s%03d", out->township[x->township].code, next++);
    now[list[i].thing] = i;
  }
  memcpy(out->community, sorted, n * sizeof *sorted);
  for (uint32_t c = 0; c < out->n_grids; c++) out->community_of[c] = now[out->community_of[c]];
  return WG_OK;
}

static wg_status code_grids(wg_arena *scratch, const demo_graph *g, demo_areas *out) {
  numbered *list = wg_arena_alloc(scratch, out->n_grids * sizeof *list);
  if (!list) return WG_NO_MEMORY;
  for (uint32_t c = 0; c < out->n_grids; c++)
    list[c] = (numbered){c, out->community_of[c], 0, g->site[c].x, g->site[c].y};
  number(list, out->n_grids);
  uint32_t serial = 0;
  for (uint32_t i = 0; i < out->n_grids; i++) {
    serial = i && list[i].group == list[i - 1].group ? serial + 1 : 1;
    out->cell[i] = list[i].thing;
    snprintf(out->grid_code[list[i].thing], WG_CODE_LEN, "%.12s%03u", out->community[list[i].group].code,
             serial);
  }
  return WG_OK;
}

static wg_status allocate(wg_arena *arena, const demo_graph *g, demo_areas *out) {
  uint32_t n = g->n_inside;
  *out = (demo_areas){
      .n_townships = demo_townships_for(n), .n_communities = demo_communities_for(n), .n_grids = n};
  out->township = wg_arena_alloc(arena, out->n_townships * sizeof *out->township);
  out->community = wg_arena_alloc(arena, out->n_communities * sizeof *out->community);
  out->community_of = wg_arena_alloc(arena, n * sizeof *out->community_of);
  out->grid_code = wg_arena_alloc(arena, n * sizeof *out->grid_code);
  out->cell = wg_arena_alloc(arena, n * sizeof *out->cell);
  return out->township && out->community && out->community_of && out->grid_code && out->cell ? WG_OK
                                                                                             : WG_NO_MEMORY;
}

wg_status demo_areas_make(wg_arena *arena, const demo_graph *g, demo_areas *out) {
  wg_arena scratch;
  wg_arena_init(&scratch);
  grower w = {.g = g, .label = wg_arena_alloc(&scratch, g->n_inside * sizeof *w.label)};
  uint32_t *township_of = wg_arena_alloc(&scratch, g->n_inside * sizeof *township_of);
  wg_status st = w.label && township_of ? allocate(arena, g, out) : WG_NO_MEMORY;
  if (!st) st = demo_heap_make(&scratch, g->n_inside, &w.heap);
  if (!st) {
    for (uint32_t c = 0; c < g->n_inside; c++) w.label[c] = DEMO_NONE;
    st = grow_townships(&scratch, &w, out);
  }
  if (!st) {
    memcpy(township_of, w.label, g->n_inside * sizeof *township_of);
    for (uint32_t c = 0; c < g->n_inside; c++) out->township[township_of[c]].grids++;
    rank_townships(g, g->field->n_core, out);
    st = grow_communities(&scratch, &w, township_of, out);
  }
  if (!st) st = code_communities(&scratch, g, out);
  if (!st) st = code_grids(&scratch, g, out);
  wg_arena_clear(&scratch);
  return st;
}
