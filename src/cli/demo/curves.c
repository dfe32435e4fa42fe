/* An edge may bend as it likes inside the two triangles that its ends make with the sites beside it, as long
 * as it always goes forward: then it crosses neither itself nor any other edge, and all of it is checked on
 * the rounded integers. Roads and rivers run on smoothly from edge to edge (Hermite curves), old borders
 * wander. */
#include "cli/demo/curves.h"

#include <math.h>

#include "cli/demo/random.h"

enum { USE_CURVE = 51, BETWEEN_MAX = 18, WAVES = 9 };
static const double STEP = 60;   /* metres between points */
static const double INNER = 0.8; /* how much of the triangles may be used: neighbours keep some distance */

static int64_t cross(wg_pt o, wg_pt a, wg_pt b) {
  return ((int64_t)a.x - o.x) * ((int64_t)b.y - o.y) - ((int64_t)a.y - o.y) * ((int64_t)b.x - o.x);
}
static int64_t dot(wg_pt o, wg_pt a, wg_pt p, wg_pt q) {
  return ((int64_t)a.x - o.x) * ((int64_t)q.x - p.x) + ((int64_t)a.y - o.y) * ((int64_t)q.y - p.y);
}

/* --- the wanted course
 * ---------------------------------------------------------------------------------------- */

/* The direction in which the line through edge e passes vertex v, seen along e from v; e's own where it ends.
 */
static demo_xy direction(const demo_graph *g, uint32_t e, uint32_t v) {
  demo_xy o = g->vertex[v].at, to = g->vertex[demo_other(g->edges + e, v)].at;
  demo_xy own = {to.x - o.x, to.y - o.y};
  uint32_t edge[DEMO_EDGES_MAX], best = DEMO_NONE;
  int n = demo_edges_at(g, v, edge);
  double length = hypot(own.x, own.y), most = 0.35; /* turns sharper than this are corners */
  for (int i = 0; i < n; i++) {
    if (edge[i] == e || g->edges[edge[i]].kind != g->edges[e].kind) continue;
    demo_xy p = g->vertex[demo_other(g->edges + edge[i], v)].at;
    double dx = o.x - p.x, dy = o.y - p.y, straight = (dx * own.x + dy * own.y) / (hypot(dx, dy) * length);
    if (straight > most) most = straight, best = edge[i];
  }
  if (best == DEMO_NONE) return (demo_xy){own.x / length, own.y / length};
  demo_xy p = g->vertex[demo_other(g->edges + best, v)].at;
  double l2 = demo_distance(o, p);
  demo_xy sum = {own.x / length + (o.x - p.x) / l2, own.y / length + (o.y - p.y) / l2};
  double norm = hypot(sum.x, sum.y);
  return (demo_xy){sum.x / norm, sum.y / norm};
}

typedef struct course {
  demo_xy a, b, ta, tb;  /* ends, and tangents times the length */
  double length, wander; /* wander: of the length */
  double wave[WAVES];
} course;

static void plan_course(const demo_graph *g, const demo_areas *areas, uint32_t edge, course *c) {
  const demo_edge *e = g->edges + edge;
  *c = (course){.a = g->vertex[e->a].at, .b = g->vertex[e->b].at};
  c->length = demo_distance(c->a, c->b);
  demo_xy ta = direction(g, edge, e->a), tb = direction(g, edge, e->b);
  bool smooth = e->kind >= DEMO_TERTIARY;
  double k = smooth ? c->length : 0;
  c->ta = (demo_xy){ta.x * k, ta.y * k};
  c->tb = (demo_xy){-tb.x * k, -tb.y * k};
  if (!smooth) c->ta = c->tb = (demo_xy){c->b.x - c->a.x, c->b.y - c->a.y};
  uint32_t ca = e->left < g->n_inside ? areas->community_of[e->left] : DEMO_NONE;
  uint32_t cb = e->right < g->n_inside ? areas->community_of[e->right] : DEMO_NONE;
  bool rim = ca == DEMO_NONE || cb == DEMO_NONE;
  bool between = !rim && areas->community[ca].township != areas->community[cb].township;
  switch (e->kind) {
  case DEMO_PLAIN:
    c->wander = rim ? 0.13 : between ? 0.11 : 0.075;
    break;
  case DEMO_STREET:
    c->wander = 0.006;
    break;
  case DEMO_TERTIARY:
    c->wander = 0.035;
    break;
  case DEMO_STREAM:
    c->wander = 0.06 * fmin(1, c->length / 700);
    break;
  case DEMO_RIVER:
    c->wander = 0.05 * fmin(1, c->length / 700);
    break;
  default:
    c->wander = 0.008;
    break;
  }
  demo_rng rng = demo_stream(g->field->seed, USE_CURVE, edge);
  for (int i = 0; i < WAVES; i++) c->wave[i] = demo_gauss(&rng) / pow(i + 1, 1.15);
}

static demo_xy course_at(const course *c, double t) {
  double t2 = t * t, t3 = t2 * t, ha = 2 * t3 - 3 * t2 + 1, hb = 1 - ha, ga = t3 - 2 * t2 + t, gb = t3 - t2,
         d = 0;
  demo_xy p = {c->a.x * ha + c->b.x * hb + c->ta.x * ga + c->tb.x * gb,
               c->a.y * ha + c->b.y * hb + c->ta.y * ga + c->tb.y * gb};
  for (int i = 0; i < WAVES; i++) d += c->wave[i] * sin(M_PI * (i + 1) * t);
  d *= c->wander;
  return (demo_xy){p.x - (c->b.y - c->a.y) * d, p.y + (c->b.x - c->a.x) * d};
}

/* --- what rounding and the neighbours allow
 * ----------------------------------------------------------------------- */

static wg_pt toward(wg_pt a, wg_pt b, wg_pt s) { /* the site, drawn in to the middle of the edge */
  double mx = ((double)a.x + b.x) / 2, my = ((double)a.y + b.y) / 2;
  return (wg_pt){(int32_t)lround(mx + (s.x - mx) * INNER), (int32_t)lround(my + (s.y - my) * INNER)};
}

typedef struct kite {
  wg_pt a, b, left, right;
} kite;

static bool fits(const kite *k, wg_pt p) {
  int64_t side = cross(k->a, k->b, p);
  if (side > 0) return cross(k->b, k->left, p) > 0 && cross(k->left, k->a, p) > 0;
  if (side < 0) return cross(k->a, k->right, p) > 0 && cross(k->right, k->b, p) > 0;
  return true;
}

/* Puts the points of one edge to `out`; returns how many. */
static uint32_t bend(const course *c, const kite *k, wg_pt out[BETWEEN_MAX]) {
  int wanted = (int)(c->length / STEP);
  if (wanted > BETWEEN_MAX) wanted = BETWEEN_MAX;
  uint32_t n = 0;
  wg_pt last = k->a;
  for (int i = 1; i <= wanted; i++) {
    double t = (double)i / (wanted + 1);
    demo_xy chord = {c->a.x + (c->b.x - c->a.x) * t, c->a.y + (c->b.y - c->a.y) * t}, at = course_at(c, t);
    double share = 1;
    for (int tries = 0; tries < 5; tries++, share *= 0.6) {
      wg_pt p =
          demo_lattice((demo_xy){chord.x + (at.x - chord.x) * share, chord.y + (at.y - chord.y) * share});
      if (!fits(k, p) || dot(k->a, k->b, last, p) <= 0 || dot(k->a, k->b, p, k->b) <= 0) continue;
      out[n++] = last = p;
      break;
    }
  }
  return n;
}

/* Every cell that touches the land is still a star. */
static bool stars(const demo_graph *g, const demo_curves *c) {
  for (uint32_t k = 0; k < g->n_cells; k++) {
    bool near = k < g->n_inside;
    for (uint32_t i = 0; i < g->len[k] && !near; i++) {
      const demo_edge *e = g->edges + g->edge[g->first[k] + i];
      near = e->left < g->n_inside || e->right < g->n_inside;
    }
    for (uint32_t i = 0; near && i < g->len[k]; i++) {
      wg_pt a = c->vertex[g->corner[g->first[k] + i]],
            b = c->vertex[g->corner[g->first[k] + (i + 1) % g->len[k]]];
      if (cross(c->site[k], a, b) <= 0) return false;
    }
  }
  return true;
}

wg_status demo_curves_make(wg_arena *arena, const demo_graph *g, const demo_areas *areas, demo_curves *out) {
  *out = (demo_curves){.vertex = wg_arena_alloc(arena, g->n_vertices * sizeof *out->vertex),
                       .site = wg_arena_alloc(arena, g->n_cells * sizeof *out->site),
                       .first = wg_arena_alloc(arena, (g->n_edges + 1) * sizeof *out->first)};
  wg_arena scratch;
  wg_arena_init(&scratch);
  wg_pt *all = wg_arena_alloc(&scratch, (size_t)g->n_edges * BETWEEN_MAX * sizeof *all);
  uint32_t n = 0;
  wg_status st = out->vertex && out->site && out->first && all ? WG_OK : WG_NO_MEMORY;
  for (uint32_t v = 0; !st && v < g->n_vertices; v++) out->vertex[v] = demo_lattice(g->vertex[v].at);
  for (uint32_t s = 0; !st && s < g->n_cells; s++) out->site[s] = demo_lattice(g->site[s]);
  if (!st && !stars(g, out)) st = WG_INTERNAL;
  for (uint32_t i = 0; !st && i < g->n_edges; i++) {
    const demo_edge *e = g->edges + i;
    out->first[i] = n;
    if (e->dead || (e->left >= g->n_inside && e->right >= g->n_inside && e->kind == DEMO_PLAIN)) continue;
    if (!g->len[e->left] || !g->len[e->right]) continue;
    wg_pt a = out->vertex[e->a], b = out->vertex[e->b];
    kite k = {a, b, toward(a, b, out->site[e->left]), toward(a, b, out->site[e->right])};
    course c;
    plan_course(g, areas, i, &c);
    n += bend(&c, &k, all + n);
  }
  if (!st) {
    out->first[g->n_edges] = n;
    out->pt = wg_arena_alloc(arena, n * sizeof *out->pt + 1);
    if (!out->pt) st = WG_NO_MEMORY;
    for (uint32_t i = 0; !st && i < n; i++) out->pt[i] = all[i];
  }
  wg_arena_clear(&scratch);
  return st;
}

static wg_status add_cell(const demo_graph *g, const demo_curves *c, uint32_t cell, wg_shapes *out) {
  wg_status st = wg_shapes_feature(out);
  if (!st) st = wg_shapes_part(out);
  if (!st) st = wg_shapes_ring(out);
  for (uint32_t i = 0; !st && i < g->len[cell]; i++) {
    uint32_t v = g->corner[g->first[cell] + i], e = g->edge[g->first[cell] + i];
    uint32_t from = c->first[e], n = c->first[e + 1] - from;
    st = wg_shapes_vertex(out, c->vertex[v]);
    for (uint32_t k = 0; !st && k < n; k++)
      st = wg_shapes_vertex(out, c->pt[g->edges[e].a == v ? from + k : from + n - 1 - k]);
  }
  return st;
}

wg_status demo_curves_shapes(const demo_graph *g, const demo_areas *areas, const demo_curves *c,
                             wg_shapes *out) {
  wg_shapes_init(out);
  wg_status st = WG_OK;
  for (uint32_t i = 0; !st && i < areas->n_grids; i++) st = add_cell(g, c, areas->cell[i], out);
  return st;
}
