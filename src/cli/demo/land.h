/* The whole made-up land: `wangge demo` fills a database from it. The same seed and number of grids make the
 * same land, to the last vertex. */
#ifndef WG_CLI_DEMO_LAND_H
#define WG_CLI_DEMO_LAND_H

#include "cli/demo/curves.h"
#include "cli/demo/routes.h"

enum { DEMO_GRIDS_MAX = 200000 };

typedef struct demo_land {
  uint64_t seed;
  demo_field *field;
  demo_sites sites;
  demo_graph graph;
  demo_areas areas;
  demo_curves curves;
  wg_shapes grids; /* in the order of areas.cell: by code */
  wg_area *area;   /* the district, its townships and communities, by code */
  uint32_t n_areas;
  wg_shapes area_shapes; /* exact unions of grids, in the order of `area` */
} demo_land;

/* grids from 1 to DEMO_GRIDS_MAX. Freed by deinit, before the arena. */
wg_status demo_land_make(wg_arena *arena, uint64_t seed, uint32_t grids, demo_land *out, wg_err *err);
void demo_land_deinit(demo_land *land);

#endif
