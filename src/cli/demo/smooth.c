/* Bends the graph: rivers and main roads run smoothly through their vertices, the rim loses its zigzag, and
 * what lies between gives way. */
#include <math.h>

#include "cli/demo/routes.h"

enum { ROUNDS = 12, RIVER_ROUNDS = 3, BROOK_ROUNDS = 3, RIM_ROUNDS = 5 };
enum { RIM = 1, BROOK = 2, RIVER = 9 }; /* ranks; roads between by their kind */

static bool on_rim(const demo_graph *g, const demo_edge *e) {
  return (e->left < g->n_inside) != (e->right < g->n_inside);
}

/* How much an edge counts for the course of the line through a vertex: the river before all, then roads by
 * rank. */
static int rank(const demo_graph *g, const demo_edge *e, int round) {
  if (e->kind == DEMO_RIVER) return RIVER;
  if (e->kind == DEMO_STREAM) return BROOK;
  if (e->kind >= DEMO_SECONDARY) return e->kind;
  return on_rim(g, e) && round < RIM_ROUNDS ? RIM : 0;
}

/* The middle of the neighbours of v along edges of at least this rank. Returns how many. */
static int middle(const demo_graph *g, uint32_t v, const uint32_t *edge, int n, int least, int most,
                  int round, demo_xy *out) {
  demo_xy sum = {0, 0};
  int count = 0;
  for (int i = 0; i < n; i++) {
    int r = rank(g, g->edges + edge[i], round);
    if (r < least || r > most) continue;
    sum = demo_add(sum, g->vertex[demo_other(g->edges + edge[i], v)].at, 1);
    count++;
  }
  if (count) *out = (demo_xy){sum.x / count, sum.y / count};
  return count;
}

/* Where v wants to be, and how strongly. False: where it is. */
static bool wish(const demo_graph *g, uint32_t v, int round, demo_xy *to, double *share) {
  uint32_t edge[DEMO_EDGES_MAX];
  int n = demo_edges_at(g, v, edge), most = 0;
  if (n < 3) return false; /* at the rim of what is known */
  for (int i = 0; i < n; i++) {
    int r = rank(g, g->edges + edge[i], round);
    if (r > most) most = r;
  }
  bool town = most == 0 && g->size[g->vertex[v].cell[0]] < g->field->per_grid / 20;
  if (town) return false; /* blocks stay as they were laid out */
  if ((most == RIVER && round >= RIVER_ROUNDS) || (most == BROOK && round >= BROOK_ROUNDS)) return false;
  int count = middle(g, v, edge, n, most, 9, round, to);
  if (most > RIM && count < 2) { /* a line's end stays, or goes with the rim that it ends on */
    most = RIM;
    count = middle(g, v, edge, n, RIM, RIM, round, to);
  }
  if (most && count < 2) return false;
  *share = most == RIM ? 0.35 : most ? 0.5 : 0.12;
  return true;
}

void demo_smooth(demo_graph *g) {
  for (int round = 0; round < ROUNDS; round++)
    for (uint32_t v = 0; v < g->n_vertices; v++) {
      demo_xy to;
      double share;
      if (!g->vertex[v].n_cells || !wish(g, v, round, &to, &share)) continue;
      demo_xy at = g->vertex[v].at;
      demo_move(g, v, (demo_xy){at.x + (to.x - at.x) * share, at.y + (to.y - at.y) * share});
    }
}
