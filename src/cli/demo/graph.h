/* The planar graph of the land: cells around sites, the edges between them, the vertices where edges meet.
 *
 * One thing holds from first to last: seen from its site, every edge of a cell runs counter-clockwise. A cell
 * is therefore a star around its site, the triangles (site, edge) tile the land, and whatever stays inside
 * the two triangles beside an edge crosses nothing. Vertices may be moved and edges merged while that holds.
 */
#ifndef WG_CLI_DEMO_GRAPH_H
#define WG_CLI_DEMO_GRAPH_H

#include "cli/demo/sites.h"

/* What runs along an edge. Roads rise with their rank. */
typedef enum demo_kind {
  DEMO_PLAIN,
  DEMO_STREET,
  DEMO_TERTIARY,
  DEMO_SECONDARY,
  DEMO_PRIMARY,
  DEMO_MOTORWAY,
  DEMO_STREAM,
  DEMO_RIVER
} demo_kind;
static inline bool demo_is_road(int kind) { return kind >= DEMO_STREET && kind <= DEMO_MOTORWAY; }
static inline bool demo_is_water(int kind) { return kind >= DEMO_STREAM; }

typedef struct demo_edge {
  uint32_t a, b;        /* vertices */
  uint32_t left, right; /* cells beside it, going from a to b */
  uint8_t kind;         /* demo_kind */
  bool dead;            /* merged away */
  uint16_t route;       /* the named road it belongs to, 0: none */
  float way;            /* what a road pays to run here: metres, more of them uphill */
} demo_edge;

enum { DEMO_MEET_MAX = 8 }; /* cells that meet at a vertex */
typedef struct demo_vertex {
  demo_xy at;
  uint32_t cell[DEMO_MEET_MAX];
  uint8_t n_cells;
  bool river, bridge; /* on the river; a road may cross here */
} demo_vertex;

typedef struct demo_graph {
  const demo_field *field;
  uint32_t n_inside, n_cells, n_vertices, n_edges; /* cells below n_inside are grids */
  demo_xy *site;
  float *size;             /* the area that the field wants a cell to have, m² */
  uint32_t *first;         /* a cell's loop starts here … */
  uint8_t *len;            /* … and has so many corners; 0: the cell is open, beyond the rim */
  uint32_t *corner, *edge; /* counter-clockwise; edge[i] leads from corner[i] to the next */
  demo_vertex *vertex;
  demo_edge *edges;
} demo_graph;

wg_status demo_graph_make(wg_arena *arena, const demo_field *f, const demo_sites *s, demo_graph *out);

enum { DEMO_EDGES_MAX = 16 };
/* The live edges at a vertex. Returns how many. */
int demo_edges_at(const demo_graph *g, uint32_t v, uint32_t edge[DEMO_EDGES_MAX]);
static inline uint32_t demo_other(const demo_edge *e, uint32_t v) { return e->a == v ? e->b : e->a; }
double demo_length(const demo_graph *g, const demo_edge *e);
static inline double demo_least_size(const demo_graph *g, const demo_edge *e) { /* of the cells beside it */
  return g->size[e->left] < g->size[e->right] ? g->size[e->left] : g->size[e->right];
}

/* Moves v to `to` if no triangle beside it gets too thin; goes half the way, then a quarter, if it must. */
bool demo_move(demo_graph *g, uint32_t v, demo_xy to);
/* Merges the two ends of an edge into one vertex, at `to`. False, and nothing done, when the star would
 * break. */
bool demo_merge(demo_graph *g, uint32_t edge, demo_xy to);
/* Merges edges that are short for their place: streets then cross, instead of meeting side by side. */
wg_status demo_merge_short(wg_arena *scratch, demo_graph *g);

#endif
