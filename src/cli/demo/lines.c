/* Lines of the base map. Edges of one kind are joined where they run on straight, so that a road is one line
 * with one name. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/demo/random.h"
#include "cli/demo/sketch.h"

static const char *const class_of[] = {"",        "residential", "tertiary", "secondary",
                                       "primary", "motorway",    "stream",   "river"};
enum { POINTS_MOST = 1 << 16, NAMED_METRES = 350 };

typedef struct joiner {
  const demo_land *land;
  uint32_t *partner; /* of end 2e (at a) and 2e+1 (at b): the end that follows, DEMO_NONE: none */
  bool *done;
  wg_pt *pt;
  demo_xy *xy;
  uint32_t n;
} joiner;

static bool drawn(const demo_land *l, uint32_t e) {
  const demo_edge *x = l->graph.edges + e;
  return !x->dead && x->kind != DEMO_PLAIN;
}

static double straightness(const demo_graph *g, uint32_t v, uint32_t e, uint32_t f) {
  demo_xy o = g->vertex[v].at, p = g->vertex[demo_other(g->edges + e, v)].at,
          q = g->vertex[demo_other(g->edges + f, v)].at;
  return -((p.x - o.x) * (q.x - o.x) + (p.y - o.y) * (q.y - o.y)) /
         (demo_distance(o, p) * demo_distance(o, q));
}

static uint32_t end_at(const demo_graph *g, uint32_t e, uint32_t v) { return 2 * e + (g->edges[e].a != v); }

/* Pairs the ends that meet at v, the straightest first. */
static void pair_ends(joiner *j, uint32_t v) {
  const demo_graph *g = &j->land->graph;
  uint32_t edge[DEMO_EDGES_MAX];
  int n = demo_edges_at(g, v, edge);
  for (;;) {
    double most = 0.25;
    int x = -1, y = -1;
    for (int i = 0; i < n; i++)
      for (int k = i + 1; k < n; k++) {
        const demo_edge *a = g->edges + edge[i], *b = g->edges + edge[k];
        if (!drawn(j->land, edge[i]) || a->kind != b->kind ||
            (a->kind >= DEMO_SECONDARY && a->route != b->route))
          continue;
        if (j->partner[end_at(g, edge[i], v)] != DEMO_NONE || j->partner[end_at(g, edge[k], v)] != DEMO_NONE)
          continue;
        double s = a->kind == DEMO_RIVER ? 1 : straightness(g, v, edge[i], edge[k]);
        if (s > most) most = s, x = i, y = k;
      }
    if (x < 0) return;
    uint32_t p = end_at(g, edge[x], v), q = end_at(g, edge[y], v);
    j->partner[p] = q;
    j->partner[q] = p;
  }
}

static void add_point(joiner *j, wg_pt p) {
  if (j->n && j->pt[j->n - 1].x == p.x && j->pt[j->n - 1].y == p.y) return;
  if (j->n < POINTS_MOST) j->pt[j->n++] = p;
}

/* The points of edge e but the last, from its end `from` on. */
static void add_edge(joiner *j, uint32_t e, uint32_t from) {
  const demo_curves *c = &j->land->curves;
  const demo_edge *x = j->land->graph.edges + e;
  uint32_t first = c->first[e], n = c->first[e + 1] - first;
  bool forward = (from & 1) == 0;
  add_point(j, c->vertex[forward ? x->a : x->b]);
  for (uint32_t i = 0; i < n; i++) add_point(j, c->pt[forward ? first + i : first + n - 1 - i]);
}

/* Collects the whole line that edge e is part of; marks its edges. Returns its length in metres. */
static double collect(joiner *j, uint32_t e, uint32_t *ends) {
  const demo_graph *g = &j->land->graph;
  uint32_t from = 2 * e, start = from;
  while (j->partner[from] != DEMO_NONE) { /* back to the beginning, or once around */
    from = j->partner[from] ^ 1;
    if (from == start) break;
  }
  double length = 0;
  j->n = 0;
  ends[0] = from & 1 ? g->edges[from / 2].b : g->edges[from / 2].a;
  for (;;) {
    uint32_t x = from / 2;
    j->done[x] = true;
    add_edge(j, x, from);
    length += demo_length(g, g->edges + x);
    ends[1] = from & 1 ? g->edges[x].a : g->edges[x].b;
    from = j->partner[from ^ 1];
    if (from == DEMO_NONE || j->done[from / 2]) break;
  }
  add_point(j, j->land->curves.vertex[ends[1]]);
  return length;
}

/* Lattice steps to metres, and an end cut back to the river's bank. */
static double apart(wg_pt a, wg_pt b) {
  return hypot((a.x - (double)b.x) * 0.00964, (a.y - (double)b.y) * 0.01113);
}

static void cut_end(joiner *j, double metres) {
  wg_pt end = j->pt[j->n - 1], last = end;
  while (j->n > 1 && apart(j->pt[j->n - 1], end) < metres) last = j->pt[--j->n];
  wg_pt p = j->pt[j->n - 1];
  double a = apart(p, end), b = apart(last, end), k = a > b ? (metres - b) / (a - b) : 0;
  if (a >= metres)
    add_point(j, (wg_pt){last.x + (int32_t)lround((p.x - last.x) * k),
                         last.y + (int32_t)lround((p.y - last.y) * k)});
}

static void reverse(joiner *j) {
  for (uint32_t i = 0; i < j->n / 2; i++) {
    wg_pt p = j->pt[i];
    j->pt[i] = j->pt[j->n - 1 - i];
    j->pt[j->n - 1 - i] = p;
  }
}

static bool ends_in_river(const demo_land *l, uint32_t v) {
  return l->graph.vertex[v].river && !l->graph.vertex[v].bridge;
}

static wg_status draw_road(demo_sketch *s, joiner *j, uint32_t e, uint32_t *counter) {
  const demo_edge *x = j->land->graph.edges + e;
  uint32_t ends[2];
  double length = collect(j, e, ends);
  if (demo_is_road(x->kind))
    for (int k = 0; k < 2; k++) {
      reverse(j);
      if (ends_in_river(j->land, ends[k])) cut_end(j, 75);
    }
  if (j->n < 2) return WG_OK;
  if (x->kind == DEMO_STREAM) {
    demo_name name = demo_water_name(j->land->seed, (*counter)++, DEMO_STREAM);
    return demo_put_points(s, "waterway", "stream", length > 1500 ? &name : NULL, 2, j->pt, j->n);
  }
  bool main = x->kind >= DEMO_SECONDARY;
  demo_name name = demo_road_name(j->land->seed, main ? x->route : (*counter)++, x->kind);
  return demo_put_points(s, "road", class_of[x->kind], main || length > NAMED_METRES ? &name : NULL, 2, j->pt,
                         j->n);
}

/* --- the river
 * --------------------------------------------------------------------------------------------------- */

static demo_xy metres(wg_pt p) {
  wg_pt o = demo_lattice((demo_xy){0, 0}), e = demo_lattice((demo_xy){100000, 100000});
  return (demo_xy){((double)p.x - o.x) * 100000.0 / ((double)e.x - o.x),
                   ((double)p.y - o.y) * 100000.0 / ((double)e.y - o.y)};
}

/* Even steps along the line, from west to east, with the guide's course before and after it. */
static uint32_t lengthen(joiner *j, demo_xy *out, uint32_t most) {
  const demo_field *f = j->land->field;
  demo_xy a = metres(j->pt[0]), b = metres(j->pt[j->n - 1]);
  uint32_t n = 0;
  double step = 45;
  for (int i = 0; i <= DEMO_COURSE && n < most; i++)
    if (f->course[i].x < a.x - 400 && demo_inside(f, f->course[i]) < 0) out[n++] = f->course[i];
  for (uint32_t i = 0; i < j->n && n < most; i++) {
    demo_xy p = metres(j->pt[i]);
    while (n && n < most && demo_distance(out[n - 1], p) > step) {
      double d = demo_distance(out[n - 1], p);
      out[n] = demo_add(out[n - 1], (demo_xy){p.x - out[n - 1].x, p.y - out[n - 1].y}, step / d);
      n++;
    }
    if (!n) out[n++] = p;
  }
  for (int i = 0; i <= DEMO_COURSE && n < most; i++)
    if (f->course[i].x > b.x + 400 && demo_inside(f, f->course[i]) < 0) out[n++] = f->course[i];
  for (int round = 0; round < 4; round++)
    for (uint32_t i = 1; i + 1 < n; i++)
      out[i] = (demo_xy){(out[i - 1].x + 2 * out[i].x + out[i + 1].x) / 4,
                         (out[i - 1].y + 2 * out[i].y + out[i + 1].y) / 4};
  return n;
}

/* One bank: points beside the course that are no nearer to any stretch of it nearby. */
static uint32_t bank(const demo_field *f, const demo_xy *c, uint32_t n, int side, wg_pt *out) {
  uint32_t k = 0;
  for (uint32_t i = 0; i < n; i++) {
    demo_xy a = c[i ? i - 1 : 0], b = c[i + 1 < n ? i + 1 : i];
    double d = demo_distance(a, b), w = demo_river_width(f, c[i]) / 2;
    demo_xy p = {c[i].x - side * (b.y - a.y) / d * w, c[i].y + side * (b.x - a.x) / d * w};
    bool near = false;
    for (uint32_t m = i > 12 ? i - 12 : 0; m < n && m <= i + 12 && !near; m++)
      near = demo_distance(p, c[m]) < 0.93 * w;
    if (!near) out[k++] = demo_lattice(p);
  }
  return k;
}

static wg_status draw_river(demo_sketch *s, joiner *j, uint32_t e) {
  uint32_t ends[2];
  collect(j, e, ends);
  if (j->pt[0].x > j->pt[j->n - 1].x) reverse(j);
  uint32_t n = lengthen(j, j->xy, POINTS_MOST / 2);
  uint32_t left = bank(s->land->field, j->xy, n, 1, j->pt),
           right = bank(s->land->field, j->xy, n, -1, j->pt + left);
  /* The right bank forward, the left one back: counter-clockwise. */
  wg_pt *ring = wg_arena_alloc(&s->scratch, (left + right) * sizeof *ring);
  if (!ring) return WG_NO_MEMORY;
  for (uint32_t i = 0; i < right; i++) ring[i] = j->pt[left + i];
  for (uint32_t i = 0; i < left; i++) ring[right + i] = j->pt[left - 1 - i];
  demo_name name = demo_water_name(s->land->seed, 0, DEMO_RIVER);
  wg_status st = demo_put_points(s, "water", "river", NULL, 3, ring, left + right);
  for (uint32_t i = 0; i < n; i++) j->pt[i] = demo_lattice(j->xy[i]);
  return st ? st : demo_put_points(s, "waterway", "river", &name, 2, j->pt, n);
}

/* --- the railway
 * ---------------------------------------------------------------------------------------------------- */

static wg_status draw_railway(demo_sketch *s, joiner *j) {
  const demo_field *f = s->land->field;
  demo_rng r = demo_stream(f->seed, 71, 0);
  double lean = f->turn + demo_between(&r, -0.35, 0.35), off = 0.95 * f->core_radius,
         reach = 0.93 * demo_reach(f);
  double wave = demo_between(&r, 0, 6.28);
  j->n = 0;
  int half = (int)(reach / 150);
  for (int k = -half; k <= half; k++) {
    double u = k * 150.0;
    double v = off + 0.07 * reach * sin(u / reach * 4 + wave) - 0.07 * reach * sin(wave) +
               0.03 * reach * demo_noise(f->seed + 72, u / (0.4 * reach), 0);
    add_point(j, demo_lattice((demo_xy){f->core.x + u * cos(lean) - v * sin(lean),
                                        f->core.y + u * sin(lean) + v * cos(lean)}));
  }
  return demo_put_points(s, "rail", "rail", NULL, 2, j->pt, j->n);
}

wg_status demo_draw_lines(demo_sketch *s) {
  const demo_graph *g = &s->land->graph;
  joiner j = {.land = s->land};
  j.partner = wg_arena_alloc(&s->scratch, (size_t)g->n_edges * 2 * sizeof *j.partner);
  j.done = wg_arena_alloc(&s->scratch, g->n_edges);
  j.pt = wg_arena_alloc(&s->scratch, POINTS_MOST * sizeof *j.pt);
  j.xy = wg_arena_alloc(&s->scratch, POINTS_MOST * sizeof *j.xy);
  if (!j.partner || !j.done || !j.pt || !j.xy) return WG_NO_MEMORY;
  for (uint32_t i = 0; i < 2 * g->n_edges; i++) j.partner[i] = DEMO_NONE;
  for (uint32_t v = 0; v < g->n_vertices; v++)
    if (g->vertex[v].n_cells) pair_ends(&j, v);
  wg_status st = WG_OK;
  uint32_t counter[DEMO_RIVER + 1] = {0};
  for (uint32_t e = 0; !st && e < g->n_edges; e++) {
    if (j.done[e] || !drawn(s->land, e)) continue;
    uint8_t kind = g->edges[e].kind;
    st = kind == DEMO_RIVER ? draw_river(s, &j, e) : draw_road(s, &j, e, &counter[kind]);
  }
  if (!st && g->n_inside >= 60) st = draw_railway(s, &j);
  wg_arena_clear(&s->scratch);
  return st;
}
