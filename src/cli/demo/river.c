/* The river along its guide, bridges where streets meet it from both sides, brooks down from the hills. */
#include <math.h>
#include <stdlib.h>

#include "cli/demo/random.h"
#include "cli/demo/routes.h"

enum { USE_BROOK = 21 };

static demo_xy middle(const demo_graph *g, const demo_edge *e) {
  demo_xy a = g->vertex[e->a].at, b = g->vertex[e->b].at;
  return (demo_xy){(a.x + b.x) / 2, (a.y + b.y) / 2};
}

static double river_cost(const demo_graph *g, uint32_t edge, uint32_t from) {
  (void)from;
  const demo_edge *e = g->edges + edge;
  double off = demo_river_distance(g->field, middle(g, e)) / sqrt(demo_least_size(g, e));
  return demo_length(g, e) * (0.2 + 4 * off * off);
}

/* Where the river's guide comes in (step 1) or goes out (step −1) of the land. */
static demo_xy gate(const demo_field *f, int step) {
  int i = step > 0 ? 0 : DEMO_COURSE;
  while (i >= 0 && i <= DEMO_COURSE && demo_inside(f, f->course[i]) < -0.02) i += step;
  return f->course[i < 0 ? 0 : i > DEMO_COURSE ? DEMO_COURSE : i];
}

/* --- bridges
 * ------------------------------------------------------------------------------------------------- */

/* The river's edges at a vertex; false when there are not two (its ends). */
static bool river_pair(const demo_graph *g, uint32_t v, uint32_t pair[2], uint32_t all[DEMO_EDGES_MAX],
                       int *n) {
  int k = 0;
  *n = demo_edges_at(g, v, all);
  for (int i = 0; i < *n; i++)
    if (g->edges[all[i]].kind == DEMO_RIVER) {
      if (k == 2) return false;
      pair[k++] = all[i];
    }
  return k == 2;
}

/* Which banks have a way to the water at v: bit 0 left, bit 1 right of the way pair[0] → v → pair[1]. */
static int banks(const demo_graph *g, uint32_t v, const uint32_t pair[2], const uint32_t *all, int n) {
  demo_xy o = g->vertex[v].at, in = g->vertex[demo_other(g->edges + pair[0], v)].at;
  demo_xy out = g->vertex[demo_other(g->edges + pair[1], v)].at;
  double a0 = atan2(out.y - o.y, out.x - o.x), a1 = atan2(in.y - o.y, in.x - o.x);
  if (a1 < a0) a1 += 2 * M_PI;
  int sides = 0;
  for (int i = 0; i < n; i++) {
    if (all[i] == pair[0] || all[i] == pair[1]) continue;
    demo_xy p = g->vertex[demo_other(g->edges + all[i], v)].at;
    double a = atan2(p.y - o.y, p.x - o.x);
    if (a < a0) a += 2 * M_PI;
    sides |= a < a1 ? 1 : 2;
  }
  return sides;
}

static bool crossable(const demo_graph *g, uint32_t v) {
  uint32_t pair[2], all[DEMO_EDGES_MAX];
  int n;
  return river_pair(g, v, pair, all, &n) && banks(g, v, pair, all, n) == 3;
}

/* Walks the river; about every so many cells it wants a bridge, and takes the next place where both banks
 * have a way to it, or where merging two vertices makes one. */
static void build_bridges(demo_graph *g, const demo_path *river) {
  double since = 1e9;
  uint32_t v = river->from;
  for (uint32_t i = 0; i + 1 < river->n; i++) {
    demo_edge *e = g->edges + river->edge[i];
    if (e->dead) continue;
    uint32_t w = demo_other(e, v);
    double length = demo_length(g, e), cell = sqrt(demo_least_size(g, e));
    double want = cell < 400 * g->field->size ? 4.5 * cell : 4 * cell;
    since += length;
    if (since >= want) {
      if (!crossable(g, w) && i > 0) {
        demo_xy a = g->vertex[v].at, b = g->vertex[w].at;
        if (length < 0.8 * cell && demo_merge(g, river->edge[i], (demo_xy){(a.x + b.x) / 2, (a.y + b.y) / 2}))
          w = g->vertex[v].n_cells ? v : w;
      }
      if (crossable(g, w)) {
        g->vertex[w].bridge = true;
        since = 0;
      }
    }
    v = w;
  }
}

wg_status demo_lay_river(wg_arena *scratch, demo_graph *g) {
  if (g->n_inside < 60) return WG_OK;
  demo_finder *f = NULL;
  demo_path river = {0};
  uint32_t from = demo_nearest(g, gate(g->field, 1), false), to = demo_nearest(g, gate(g->field, -1), false);
  wg_status st = demo_finder_make(scratch, g, &f);
  if (!st) st = demo_find(f, from, to, NULL, river_cost, scratch, &river);
  if (st) return st;
  for (uint32_t i = 0; i < river.n; i++) g->edges[river.edge[i]].kind = DEMO_RIVER;
  build_bridges(g, &river);
  for (uint32_t i = 0; i < river.n; i++)
    if (!g->edges[river.edge[i]].dead)
      g->vertex[g->edges[river.edge[i]].a].river = g->vertex[g->edges[river.edge[i]].b].river = true;
  return WG_OK;
}

/* --- brooks
 * ---------------------------------------------------------------------------------------------------- */

/* Downhill is cheap, towns and roads are not for brooks. */
static double brook_cost(const demo_graph *g, uint32_t edge, uint32_t from) {
  (void)from;
  const demo_edge *e = g->edges + edge;
  if (e->kind == DEMO_RIVER) return 0;
  if (e->kind != DEMO_PLAIN) return -1;
  bool town = demo_least_size(g, e) < g->field->per_grid / 12;
  bool outside = e->left >= g->n_inside && e->right >= g->n_inside;
  return (town ? 5 : outside ? 8 : 1) * (e->way - 0.6 * demo_length(g, e));
}

wg_status demo_lay_brooks(wg_arena *scratch, demo_graph *g) {
  uint32_t *from = wg_arena_alloc(scratch, g->n_vertices * sizeof *from), n = 0;
  demo_finder *f = NULL;
  if (!from) return WG_NO_MEMORY;
  for (uint32_t v = 0; v < g->n_vertices; v++)
    if (g->vertex[v].river) from[n++] = v;
  if (!n) return WG_OK;
  wg_status st = demo_finder_make(scratch, g, &f);
  if (st) return st;
  demo_flood(f, from, n, brook_cost);
  demo_rng rng = demo_stream(g->field->seed, USE_BROOK, 0);
  double reach = demo_reach(g->field);
  uint32_t wanted = (uint32_t)(9 * g->field->size * g->field->size);
  for (uint32_t tries = 0, laid = 0; tries < 60 * wanted && laid < wanted; tries++) {
    demo_xy p = {demo_between(&rng, -reach, reach), demo_between(&rng, -reach, reach)};
    if (demo_inside(g->field, p) < 0.06 || demo_height(g->field, p) < 0.45) continue;
    uint32_t v = demo_nearest(g, p, true);
    if (v == DEMO_NONE || demo_back(f, v) == DEMO_NONE) continue;
    laid++;
    while (demo_back(f, v) != DEMO_NONE) {
      demo_edge *e = g->edges + demo_back(f, v);
      if (e->kind >= DEMO_STREAM) break; /* joins another brook, or the river */
      e->kind = DEMO_STREAM;
      v = demo_other(e, v);
    }
  }
  return WG_OK;
}
