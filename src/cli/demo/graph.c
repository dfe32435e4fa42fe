#include "cli/demo/graph.h"

#include <math.h>
#include <stdlib.h>

static const double THIN = 0.012; /* of a cell's size: the least area of a triangle that a move may leave */
static const double SHORT = 0.30; /* of a cell's side: edges below are merged */

static double cross(demo_xy o, demo_xy a, demo_xy b) {
  return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

/* --- from the triangulation
 * --------------------------------------------------------------------------------- */

static wg_status allocate(wg_arena *arena, const demo_sites *s, demo_graph *g) {
  uint32_t loops = 3 * s->mesh.n_triangles;
  g->n_cells = s->n;
  g->n_inside = s->n_inside;
  g->n_vertices = s->mesh.n_triangles;
  g->site = s->at;
  g->size = wg_arena_alloc(arena, s->n * sizeof *g->size);
  g->first = wg_arena_alloc(arena, (s->n + 1) * sizeof *g->first);
  g->len = wg_arena_alloc(arena, s->n);
  g->corner = wg_arena_alloc(arena, loops * sizeof *g->corner);
  g->edge = wg_arena_alloc(arena, loops * sizeof *g->edge);
  g->vertex = wg_arena_alloc(arena, g->n_vertices * sizeof *g->vertex);
  g->edges = wg_arena_alloc(arena, (loops / 2 + 1) * sizeof *g->edges);
  return g->size && g->first && g->len && g->corner && g->edge && g->vertex && g->edges ? WG_OK
                                                                                        : WG_NO_MEMORY;
}

/* One edge per pair of neighbouring triangles; side[3t+i] gets its number. */
static void number_edges(const demo_sites *s, demo_graph *g, uint32_t *side) {
  const demo_delaunay *m = &s->mesh;
  for (uint32_t t = 0; t < m->n_triangles; t++)
    for (uint32_t i = 0; i < 3; i++) {
      uint32_t o = m->beyond[3 * t + i];
      if (o == DEMO_NONE || o < t) continue;
      uint32_t j = m->beyond[3 * o] == t ? 0 : m->beyond[3 * o + 1] == t ? 1 : 2;
      side[3 * t + i] = side[3 * o + j] = g->n_edges;
      uint32_t left = m->corner[3 * t + (i + 2) % 3], right = m->corner[3 * t + (i + 1) % 3];
      bool dead = left >= s->n || right >= s->n; /* on a corner of the triangle around all */
      g->edges[g->n_edges++] = (demo_edge){.a = t, .b = o, .left = left, .right = right, .dead = dead};
    }
}

static void make_loops(const demo_sites *s, demo_graph *g, const uint32_t *side) {
  const demo_delaunay *m = &s->mesh;
  uint32_t n = 0, t[DEMO_CORNERS_MAX];
  for (uint32_t c = 0; c < s->n; c++) {
    g->first[c] = n;
    uint32_t k = demo_cell(s, c, t);
    g->len[c] = (uint8_t)k;
    for (uint32_t i = 0; i < k; i++) {
      const uint32_t *corner = m->corner + 3 * t[i];
      uint32_t at = corner[0] == c ? 0 : corner[1] == c ? 1 : 2;
      g->corner[n] = t[i];
      g->edge[n++] = side[3 * t[i] + (at + 1) % 3];
    }
  }
  g->first[s->n] = n;
}

wg_status demo_graph_make(wg_arena *arena, const demo_field *f, const demo_sites *s, demo_graph *out) {
  *out = (demo_graph){.field = f};
  wg_arena scratch;
  wg_arena_init(&scratch);
  uint32_t *side = wg_arena_alloc(&scratch, (size_t)3 * s->mesh.n_triangles * sizeof *side);
  wg_status st = side ? allocate(arena, s, out) : WG_NO_MEMORY;
  if (!st) {
    number_edges(s, out, side);
    make_loops(s, out, side);
    for (uint32_t t = 0; t < out->n_vertices; t++) {
      demo_vertex *v = out->vertex + t;
      bool real = true;
      for (int i = 0; i < 3; i++) {
        uint32_t c = s->mesh.corner[3 * t + i];
        if (c >= s->n)
          real = false;
        else
          v->cell[v->n_cells++] = c;
      }
      if (real) v->at = demo_circumcentre(s, t);
    }
    for (uint32_t c = 0; c < s->n; c++) out->size[c] = (float)(f->per_grid / demo_weight(f, s->at[c]));
    for (uint32_t c = 0; !st && c < s->n_inside; c++)
      if (!out->len[c]) st = WG_INTERNAL; /* the band outside did not close it */
  }
  wg_arena_clear(&scratch);
  return st;
}

/* --- looking around
 * ------------------------------------------------------------------------------------------ */

/* Where v stands in the loop of cell c; the cell is closed and has it. */
static uint32_t place_in(const demo_graph *g, uint32_t c, uint32_t v) {
  uint32_t k = 0;
  while (g->corner[g->first[c] + k] != v) k++;
  return k;
}

int demo_edges_at(const demo_graph *g, uint32_t v, uint32_t edge[DEMO_EDGES_MAX]) {
  int n = 0;
  const demo_vertex *x = g->vertex + v;
  for (int i = 0; i < x->n_cells; i++) {
    uint32_t c = x->cell[i], len = g->len[c];
    if (!len) continue;
    uint32_t k = place_in(g, c, v);
    uint32_t both[2] = {g->edge[g->first[c] + k], g->edge[g->first[c] + (k + len - 1) % len]};
    for (int j = 0; j < 2; j++) {
      int known = 0;
      while (known < n && edge[known] != both[j]) known++;
      if (known == n && n < DEMO_EDGES_MAX) edge[n++] = both[j];
    }
  }
  return n;
}

double demo_length(const demo_graph *g, const demo_edge *e) {
  return demo_distance(g->vertex[e->a].at, g->vertex[e->b].at);
}

/* --- changing
 * ------------------------------------------------------------------------------------------------ */

/* The triangle (site, a, b) after a change: thick enough, or no thinner than before. */
static bool thick(const demo_graph *g, uint32_t c, demo_xy a, demo_xy b, double before) {
  double area = cross(g->site[c], a, b) / 2, least = THIN * g->size[c];
  return area > 0 && (area >= least || area >= before);
}

static bool may_stand(const demo_graph *g, uint32_t v, demo_xy to) {
  const demo_vertex *x = g->vertex + v;
  for (int i = 0; i < x->n_cells; i++) {
    uint32_t c = x->cell[i], len = g->len[c], f = g->first[c];
    if (!len) continue;
    uint32_t k = place_in(g, c, v);
    demo_xy prev = g->vertex[g->corner[f + (k + len - 1) % len]].at,
            next = g->vertex[g->corner[f + (k + 1) % len]].at;
    if (!thick(g, c, prev, to, cross(g->site[c], prev, x->at) / 2)) return false;
    if (!thick(g, c, to, next, cross(g->site[c], x->at, next) / 2)) return false;
  }
  return true;
}

bool demo_move(demo_graph *g, uint32_t v, demo_xy to) {
  demo_xy from = g->vertex[v].at;
  double share = 1;
  for (int tries = 0; tries < 3; tries++, share /= 2) {
    demo_xy p = {from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share};
    if (!may_stand(g, v, p)) continue;
    g->vertex[v].at = p;
    return true;
  }
  return false;
}

/* Whether cell c stays a star when the ends of the edge become one at `to`. */
static bool star_after(const demo_graph *g, uint32_t c, const demo_edge *e, demo_xy to) {
  uint32_t len = g->len[c], f = g->first[c];
  if (!len) return true;
  bool beside = c == e->left || c == e->right;
  if (beside && len < 4) return false;
  for (uint32_t k = 0; k < len; k++) {
    uint32_t u = g->corner[f + k], w = g->corner[f + (k + 1) % len];
    bool mu = u == e->a || u == e->b, mw = w == e->a || w == e->b;
    if ((!mu && !mw) || (mu && mw)) continue;
    if (!thick(g, c, mu ? to : g->vertex[u].at, mw ? to : g->vertex[w].at, HUGE_VAL)) return false;
  }
  return true;
}

static void drop_from_loop(demo_graph *g, uint32_t c, uint32_t edge, uint32_t keep) {
  uint32_t len = g->len[c], f = g->first[c], k = 0;
  if (!len) return;
  while (g->edge[f + k] != edge) k++;
  uint32_t next = (k + 1) % len;
  g->corner[f + next] = keep; /* edge k led from corner k to corner next: corner k and edge k go */
  for (uint32_t i = k; i + 1 < len; i++) {
    g->corner[f + i] = g->corner[f + i + 1];
    g->edge[f + i] = g->edge[f + i + 1];
  }
  g->len[c]--;
}

bool demo_merge(demo_graph *g, uint32_t edge, demo_xy to) {
  demo_edge *e = g->edges + edge;
  demo_vertex *a = g->vertex + e->a, *b = g->vertex + e->b;
  if (e->dead || !g->len[e->left] || !g->len[e->right] || a->n_cells + b->n_cells - 2 > DEMO_MEET_MAX)
    return false;
  for (int i = 0; i < a->n_cells; i++)
    if (!star_after(g, a->cell[i], e, to)) return false;
  for (int i = 0; i < b->n_cells; i++)
    if (!star_after(g, b->cell[i], e, to)) return false;
  uint32_t at_b[DEMO_EDGES_MAX], keep = e->a, gone = e->b;
  int n = demo_edges_at(g, gone, at_b);
  drop_from_loop(g, e->left, edge, keep);
  drop_from_loop(g, e->right, edge, keep);
  for (int i = 0; i < b->n_cells; i++) {
    uint32_t c = b->cell[i];
    if (c == e->left || c == e->right) continue;
    if (g->len[c]) g->corner[g->first[c] + place_in(g, c, gone)] = keep;
    a->cell[a->n_cells++] = c;
  }
  for (int i = 0; i < n; i++) {
    demo_edge *x = g->edges + at_b[i];
    if (x->a == gone) x->a = keep;
    if (x->b == gone) x->b = keep;
  }
  e->dead = true;
  b->n_cells = 0;
  a->at = to;
  return true;
}

typedef struct ranked {
  double share;
  uint32_t edge;
} ranked;

static int by_share(const void *a, const void *b) {
  const ranked *p = a, *q = b;
  if (p->share != q->share) return p->share < q->share ? -1 : 1;
  return p->edge < q->edge ? -1 : 1;
}

wg_status demo_merge_short(wg_arena *scratch, demo_graph *g) {
  ranked *list = wg_arena_alloc(scratch, (size_t)g->n_edges * sizeof *list + 1);
  if (!list) return WG_NO_MEMORY;
  uint32_t n = 0;
  for (uint32_t i = 0; i < g->n_edges; i++) {
    const demo_edge *e = g->edges + i;
    if (e->dead || !g->len[e->left] || !g->len[e->right]) continue;
    double share = demo_length(g, e) / sqrt(demo_least_size(g, e));
    if (share < SHORT) list[n++] = (ranked){share, i};
  }
  qsort(list, n, sizeof *list, by_share);
  for (uint32_t i = 0; i < n; i++) {
    const demo_edge *e = g->edges + list[i].edge;
    demo_xy a = g->vertex[e->a].at, b = g->vertex[e->b].at;
    demo_merge(g, list[i].edge, (demo_xy){(a.x + b.x) / 2, (a.y + b.y) / 2});
  }
  return WG_OK;
}
