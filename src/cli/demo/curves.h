/* The edges' final course on the lattice, each made once and used by both neighbours; and the grids'
 * polygons. */
#ifndef WG_CLI_DEMO_CURVES_H
#define WG_CLI_DEMO_CURVES_H

#include "base/shape.h"
#include "cli/demo/areas.h"

typedef struct demo_curves {
  wg_pt *vertex;   /* of the graph's vertices */
  wg_pt *site;     /* of its sites */
  uint32_t *first; /* edge e has the points first[e] … first[e+1]−1 between its ends */
  wg_pt *pt;
} demo_curves;

/* WG_INTERNAL when rounding broke a cell's star (the seed is unlucky; another one is not). */
wg_status demo_curves_make(wg_arena *arena, const demo_graph *g, const demo_areas *areas, demo_curves *out);
/* The polygons of the grids, in the order of their codes. */
wg_status demo_curves_shapes(const demo_graph *g, const demo_areas *areas, const demo_curves *c,
                             wg_shapes *out);

#endif
