/* Putting features of the base map into the store. */
#ifndef WG_CLI_DEMO_SKETCH_H
#define WG_CLI_DEMO_SKETCH_H

#include "cli/demo/land.h"
#include "cli/demo/names.h"
#include "domain/store.h"

typedef struct demo_sketch {
  wg_store *store;
  const demo_land *land;
  wg_arena scratch; /* cleared by whoever fills it */
  uint64_t features;
  wg_err *err;
} demo_sketch;

/* Parts of one feature: geometry 1 point, 2 line, 3 polygon; name may be NULL. Feature f of shapes. */
wg_status demo_put_shape(demo_sketch *s, const char *kind, const char *cls, const demo_name *name,
                         int geometry, const wg_shapes *shapes, uint32_t f);
wg_status demo_put_points(demo_sketch *s, const char *kind, const char *cls, const demo_name *name,
                          int geometry, const wg_pt *pt, uint32_t n);

/* lines.c: roads, brooks, the river, the railway. */
wg_status demo_draw_lines(demo_sketch *s);
/* cover.c: woods, fields, built-up land, lakes, parks, buildings. */
wg_status demo_draw_cover(demo_sketch *s);
/* places.c: schools, markets, stations, …: points of the base map, and places to search with their
 * addresses. */
wg_status demo_draw_places(demo_sketch *s);

/* Whether p is in the cell, at least `inset` metres from its borders, `bank` from the river and `kerb` from
 * main roads. */
bool demo_well_inside(const demo_land *land, uint32_t cell, demo_xy p, double inset, double bank,
                      double kerb);
double demo_river_width(const demo_field *f, demo_xy at);

#endif
