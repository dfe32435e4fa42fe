/* Roads: a motorway past the main town, main roads through it and out of the district, a ring, roads between
 * the towns; later a road to every community and the streets. */
#include <math.h>
#include <stdlib.h>

#include "cli/demo/random.h"
#include "cli/demo/routes.h"

enum { USE_ROADS = 31, EXITS = 6, RING = 10 };

typedef struct builder {
  demo_graph *g;
  demo_finder *f;
  wg_arena *scratch;
  uint16_t routes;
} builder;

/* Metres, more uphill and along the rim; water is closed but for its bridges; what is a road already is
 * cheap. */
static void price_edges(demo_graph *g) {
  for (uint32_t i = 0; i < g->n_edges; i++) {
    demo_edge *e = g->edges + i;
    if (e->dead) continue;
    demo_xy a = g->vertex[e->a].at, b = g->vertex[e->b].at, mid = {(a.x + b.x) / 2, (a.y + b.y) / 2};
    bool rim = (e->left < g->n_inside) != (e->right < g->n_inside);
    double h = demo_height(g->field, mid);
    e->way = (float)(demo_distance(a, b) * (1 + 1.6 * h * h) * (rim ? 1.5 : 1));
  }
}

static double road_cost(const demo_graph *g, uint32_t edge, uint32_t from) {
  const demo_edge *e = g->edges + edge;
  const demo_vertex *to = g->vertex + demo_other(e, from);
  if (demo_is_water(e->kind) || (to->river && !to->bridge)) return -1;
  double k = e->kind >= DEMO_SECONDARY ? 0.5 : e->kind >= DEMO_STREET ? 0.8 : 1;
  return e->way * k + (to->bridge ? 300 : 0);
}

/* As straight as it can, whatever is there. */
static double express_cost(const demo_graph *g, uint32_t edge, uint32_t from) {
  const demo_edge *e = g->edges + edge;
  double cost = road_cost(g, edge, from);
  bool town = demo_least_size(g, e) < g->field->per_grid / 9;
  return cost < 0 ? cost : e->way * (town ? 2.5 : 1);
}

static void lay_path(builder *b, const demo_path *path, demo_kind kind, uint16_t route) {
  for (uint32_t i = 0; i < path->n; i++) {
    demo_edge *e = b->g->edges + path->edge[i];
    if (e->kind >= kind) continue;
    e->kind = (uint8_t)kind;
    e->route = route;
  }
}

static wg_status lay(builder *b, uint32_t from, uint32_t to, demo_kind kind, demo_cost cost, uint16_t route) {
  demo_path path = {0};
  if (from == DEMO_NONE || to == DEMO_NONE) return WG_OK;
  wg_status st = demo_find(b->f, from, to, NULL, cost, b->scratch, &path);
  if (!st) lay_path(b, &path, kind, route);
  return st;
}

/* A route through points, each taken to the nearest vertex. */
static wg_status lay_through(builder *b, const demo_xy *p, int n, demo_kind kind, demo_cost cost) {
  uint16_t route = ++b->routes;
  uint32_t last = demo_nearest(b->g, p[0], true);
  wg_status st = WG_OK;
  for (int i = 1; !st && i < n; i++) {
    uint32_t next = demo_nearest(b->g, p[i], true);
    st = lay(b, last, next, kind, cost, route);
    last = next;
  }
  return st;
}

/* Where the way from the main town in a direction leaves the land. */
static demo_xy gate(const demo_field *f, double angle) {
  demo_xy p = f->core, step = {cos(angle), sin(angle)};
  while (demo_inside(f, p) > -0.05) p = demo_add(p, step, 250 * f->size);
  return p;
}

static demo_xy around(const demo_field *f, double angle, double k) {
  double a = f->core_radius * 1.25 * k * cos(angle), c = f->core_radius * 0.85 * k * sin(angle);
  return (demo_xy){f->core.x + a * cos(f->turn) - c * sin(f->turn),
                   f->core.y + a * sin(f->turn) + c * cos(f->turn)};
}

static wg_status lay_main(builder *b) {
  const demo_field *f = b->g->field;
  demo_rng rng = demo_stream(f->seed, USE_ROADS, 0);
  double lean = f->turn + demo_between(&rng, 0.25, 0.6) * (demo_unit(&rng) < 0.5 ? -1 : 1);
  double side = demo_unit(&rng) < 0.5 ? M_PI / 2 : -M_PI / 2;
  demo_xy past[] = {gate(f, lean), around(f, 0.45 * side, 2.1), around(f, side, 2.3),
                    around(f, M_PI - 0.45 * side, 2.1), gate(f, lean + M_PI + demo_between(&rng, -0.3, 0.3))};
  wg_status st = lay_through(b, past, 5, DEMO_MOTORWAY, express_cost);
  for (int i = 0; !st && i < EXITS; i++) {
    double angle = f->turn + (i + demo_between(&rng, 0.2, 0.8)) * 2 * M_PI / EXITS;
    demo_xy out[] = {f->core, around(f, angle - f->turn, 1), gate(f, angle)};
    st = lay_through(b, out, 3, DEMO_PRIMARY, road_cost);
  }
  if (st || b->g->n_inside < 300) return st;
  demo_xy ring[RING + 1];
  for (int i = 0; i <= RING; i++) ring[i] = around(f, (i % RING + 0.5) * 2 * M_PI / RING, 0.98);
  st = lay_through(b, ring, RING + 1, DEMO_PRIMARY, express_cost);
  for (int i = 0; !st && i < 5; i++) { /* main streets across, two along the river and three over it */
    double at = (i < 2 ? i - 0.5 : i - 3) * 0.95, u = 0.95;
    demo_xy across[2];
    for (int k = 0; k < 2; k++, u = -u) {
      double x = i < 2 ? u * 1.25 : at * 0.9, y = i < 2 ? at * 0.8 : u * 0.85, r = f->core_radius;
      across[k] = (demo_xy){f->core.x + r * (x * cos(f->turn) - y * sin(f->turn)),
                            f->core.y + r * (x * sin(f->turn) + y * cos(f->turn))};
    }
    st = lay_through(b, across, 2, i % 2 ? DEMO_SECONDARY : DEMO_PRIMARY, express_cost);
  }
  return st;
}

typedef struct seat {
  double away;
  uint32_t town;
} seat;

static int by_away(const void *a, const void *b) {
  const seat *p = a, *q = b;
  return (p->away > q->away) - (p->away < q->away);
}

/* The vertices that roads have reached. */
static void mark_reached(const demo_graph *g, bool *reached) {
  for (uint32_t k = 0; k < g->n_edges; k++)
    if (!g->edges[k].dead && demo_is_road(g->edges[k].kind))
      reached[g->edges[k].a] = reached[g->edges[k].b] = true;
}

static uint32_t nearest_town(const demo_field *f, uint32_t town) {
  uint32_t best = DEMO_NONE;
  double least = HUGE_VAL;
  for (uint32_t k = 0; k < f->n_towns; k++) {
    double d = demo_distance(f->town[k].at, f->town[town].at);
    if (k != town && d < least) least = d, best = k;
  }
  return best;
}

/* Every town joins the roads there are, the nearest to the main town first; then it joins the nearest other
 * town, which closes loops. */
static wg_status lay_between_towns(builder *b) {
  demo_graph *g = b->g;
  const demo_field *f = g->field;
  seat order[DEMO_TOWNS_MAX];
  bool *reached = wg_arena_alloc(b->scratch, g->n_vertices);
  uint32_t *at = wg_arena_alloc(b->scratch, f->n_towns * sizeof *at + 1);
  if (!reached || !at) return WG_NO_MEMORY;
  for (uint32_t i = 0; i < f->n_towns; i++) {
    order[i] = (seat){demo_distance(f->town[i].at, f->core), i};
    at[i] = demo_nearest(g, f->town[i].at, true);
  }
  qsort(order, f->n_towns, sizeof *order, by_away);
  wg_status st = WG_OK;
  for (uint32_t i = 0; !st && i < f->n_towns; i++) {
    uint32_t town = order[i].town, other = nearest_town(f, town);
    mark_reached(g, reached);
    demo_path path = {0};
    uint16_t route = ++b->routes;
    if (at[town] != DEMO_NONE)
      st = demo_find(b->f, at[town], DEMO_NONE, reached, road_cost, b->scratch, &path);
    if (!st) lay_path(b, &path, DEMO_SECONDARY, route);
    if (!st && other != DEMO_NONE) st = lay(b, at[town], at[other], DEMO_SECONDARY, road_cost, route);
  }
  return st;
}

wg_status demo_lay_roads(wg_arena *scratch, demo_graph *g) {
  builder b = {.g = g, .scratch = scratch};
  price_edges(g);
  if (g->n_inside < 60) return WG_OK;
  wg_status st = demo_finder_make(scratch, g, &b.f);
  if (!st) st = lay_main(&b);
  return st ? st : lay_between_towns(&b);
}

wg_status demo_lay_local_roads(wg_arena *scratch, demo_graph *g, const uint32_t *heart, uint32_t n) {
  demo_finder *f = NULL;
  uint32_t *from = wg_arena_alloc(scratch, g->n_vertices * sizeof *from), k = 0;
  if (!from) return WG_NO_MEMORY;
  for (uint32_t v = 0; v < g->n_vertices; v++) {
    uint32_t edge[DEMO_EDGES_MAX];
    int at = demo_edges_at(g, v, edge);
    for (int i = 0; i < at; i++)
      if (demo_is_road(g->edges[edge[i]].kind)) {
        from[k++] = v;
        break;
      }
  }
  wg_status st = k ? demo_finder_make(scratch, g, &f) : WG_OK;
  if (st || !k) return st;
  demo_flood(f, from, k, road_cost);
  for (uint32_t c = 0; c < n; c++) {
    uint32_t cell = heart[c], v = g->corner[g->first[cell]];
    for (uint32_t i = 1; i < g->len[cell]; i++)
      if (demo_far(f, g->corner[g->first[cell] + i]) < demo_far(f, v)) v = g->corner[g->first[cell] + i];
    for (; demo_back(f, v) != DEMO_NONE; v = demo_other(g->edges + demo_back(f, v), v))
      if (g->edges[demo_back(f, v)].kind == DEMO_PLAIN) g->edges[demo_back(f, v)].kind = DEMO_TERTIARY;
  }
  double street = g->field->per_grid / 7; /* cells this small stand in a town */
  for (uint32_t i = 0; i < g->n_edges; i++) {
    demo_edge *e = g->edges + i;
    if (!e->dead && e->kind == DEMO_PLAIN && e->left < g->n_inside && e->right < g->n_inside &&
        g->size[e->left] < street && g->size[e->right] < street)
      e->kind = DEMO_STREET;
  }
  return WG_OK;
}
