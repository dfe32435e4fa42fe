/* One site per grid: the points whose cells become the grids, and some outside that bound them. */
#ifndef WG_CLI_DEMO_SITES_H
#define WG_CLI_DEMO_SITES_H

#include "cli/demo/delaunay.h"
#include "cli/demo/field.h"

typedef struct demo_sites {
  uint32_t n_inside, n; /* the first n_inside are grids */
  demo_xy *at;
  uint8_t *fixed; /* stands where a river or a street wants it */
  demo_delaunay mesh;
  uint32_t *triangle; /* one triangle at each site */
} demo_sites;

/* Exactly `grids` sites inside the outline. In the arena. */
wg_status demo_sites_make(wg_arena *arena, const demo_field *f, uint32_t grids, demo_sites *out);

/* The middles of the circles around the triangles at site s, counter-clockwise; at most max. Returns how
 * many, or 0 when the cell is not bounded. */
enum { DEMO_CORNERS_MAX = 64 };
uint32_t demo_cell(const demo_sites *s, uint32_t site, uint32_t triangle[DEMO_CORNERS_MAX]);
demo_xy demo_circumcentre(const demo_sites *s, uint32_t triangle);

#endif
