/* Cheapest paths on the graph (Dijkstra 1959). */
#include <math.h>

#include "cli/demo/heap.h"
#include "cli/demo/routes.h"

struct demo_finder {
  const demo_graph *g;
  demo_heap heap;
  uint32_t *back; /* the edge by which a vertex was reached */
};

wg_status demo_finder_make(wg_arena *arena, const demo_graph *g, demo_finder **out) {
  demo_finder *f = wg_arena_alloc(arena, sizeof *f);
  if (!f) return WG_NO_MEMORY;
  f->g = g;
  f->back = wg_arena_alloc(arena, g->n_vertices * sizeof *f->back);
  *out = f;
  return f->back ? demo_heap_make(arena, g->n_vertices, &f->heap) : WG_NO_MEMORY;
}

/* Until it comes to `to` or a goal; returns which, or DEMO_NONE. */
static uint32_t run(demo_finder *f, const uint32_t *from, uint32_t n_from, uint32_t to, const bool *goal,
                    demo_cost cost) {
  demo_heap *h = &f->heap;
  demo_heap_clear(h);
  for (uint32_t v = 0; v < f->g->n_vertices; v++) f->back[v] = DEMO_NONE;
  for (uint32_t i = 0; i < n_from; i++) demo_heap_put(h, from[i], 0);
  while (h->n) {
    uint32_t v = demo_heap_pop(h), edge[DEMO_EDGES_MAX];
    if (v == to || (goal && goal[v])) return v;
    int n = demo_edges_at(f->g, v, edge);
    for (int i = 0; i < n; i++) {
      uint32_t w = demo_other(f->g->edges + edge[i], v);
      double step = cost(f->g, edge[i], v);
      if (step < 0 || h->cost[v] + step >= h->cost[w]) continue;
      f->back[w] = edge[i];
      demo_heap_put(h, w, h->cost[v] + step);
    }
  }
  return DEMO_NONE;
}

void demo_flood(demo_finder *f, const uint32_t *from, uint32_t n_from, demo_cost cost) {
  run(f, from, n_from, DEMO_NONE, NULL, cost);
}

uint32_t demo_back(const demo_finder *f, uint32_t v) { return f->back[v]; }
double demo_far(const demo_finder *f, uint32_t v) { return f->heap.cost[v]; }

wg_status demo_find(demo_finder *f, uint32_t from, uint32_t to, const bool *goal, demo_cost cost,
                    wg_arena *arena, demo_path *out) {
  uint32_t n = 0, end = run(f, &from, 1, to, goal, cost);
  for (uint32_t v = end; end != DEMO_NONE && f->back[v] != DEMO_NONE; n++)
    v = demo_other(f->g->edges + f->back[v], v);
  *out = (demo_path){.from = from, .n = n, .edge = wg_arena_alloc(arena, (n + 1) * sizeof *out->edge)};
  if (!out->edge) return WG_NO_MEMORY;
  for (uint32_t v = end; n; v = demo_other(f->g->edges + out->edge[n], v)) out->edge[--n] = f->back[v];
  return WG_OK;
}

uint32_t demo_nearest(const demo_graph *g, demo_xy p, bool dry) {
  uint32_t best = DEMO_NONE;
  double least = HUGE_VAL;
  for (uint32_t v = 0; v < g->n_vertices; v++) {
    const demo_vertex *x = g->vertex + v;
    bool closed = false;
    for (int i = 0; i < x->n_cells && !closed; i++) closed = g->len[x->cell[i]] > 0;
    if (!closed || (dry && x->river)) continue;
    double dx = x->at.x - p.x, dy = x->at.y - p.y, d = dx * dx + dy * dy;
    if (d < least) least = d, best = v;
  }
  return best;
}
