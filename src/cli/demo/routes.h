/* Rivers and roads: paths along the edges of the graph, which they then bend to their own course. */
#ifndef WG_CLI_DEMO_ROUTES_H
#define WG_CLI_DEMO_ROUTES_H

#include "cli/demo/graph.h"

/* --- finder.c: cheapest paths -------------------------------------------------------------------------
 */

/* A path: n edges from vertex `from` on. */
typedef struct demo_path {
  uint32_t from, n;
  uint32_t *edge;
} demo_path;

/* What it costs to go along an edge from vertex `from`; a negative cost closes it. */
typedef double (*demo_cost)(const demo_graph *g, uint32_t edge, uint32_t from);
typedef struct demo_finder demo_finder;
wg_status demo_finder_make(wg_arena *arena, const demo_graph *g, demo_finder **out);
/* The cheapest path from one vertex to another, or to the first that has its mark in `goal` (then `to` is
 * DEMO_NONE); n = 0 when there is none. The path is in the arena. */
wg_status demo_find(demo_finder *f, uint32_t from, uint32_t to, const bool *goal, demo_cost cost,
                    wg_arena *arena, demo_path *out);
/* Cheapest paths from the sources to everywhere: afterwards demo_back gives the edge to take from a vertex
 * towards its source (DEMO_NONE at a source, and where nothing came), demo_far the cost. */
void demo_flood(demo_finder *f, const uint32_t *from, uint32_t n_from, demo_cost cost);
uint32_t demo_back(const demo_finder *f, uint32_t v);
double demo_far(const demo_finder *f, uint32_t v);
/* The vertex nearest to p that is on a closed cell and, when dry, not on the river. */
uint32_t demo_nearest(const demo_graph *g, demo_xy p, bool dry);

/* --- river.c, roads.c, smooth.c
 * ---------------------------------------------------------------- */

wg_status demo_lay_river(wg_arena *scratch, demo_graph *g);  /* with its bridges */
wg_status demo_lay_brooks(wg_arena *scratch, demo_graph *g); /* after the roads */
wg_status demo_lay_roads(wg_arena *scratch, demo_graph *g);  /* down to secondary ones */
void demo_smooth(demo_graph *g);
/* Once the areas stand: a road to every community, and the streets of the towns. heart[c]: the cell in the
 * middle of community c. */
wg_status demo_lay_local_roads(wg_arena *scratch, demo_graph *g, const uint32_t *heart, uint32_t n);

#endif
