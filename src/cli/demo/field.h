/* The lie of the made-up land: outline, heights, river, towns, and how densely people live.
 * Coordinates are metres east and north of the district's middle. */
#ifndef WG_CLI_DEMO_FIELD_H
#define WG_CLI_DEMO_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/shape.h"

typedef struct demo_xy {
  double x, y;
} demo_xy;

enum { DEMO_TOWNS_MAX = 250, DEMO_COURSE = 1024 };

typedef struct demo_town {
  demo_xy at;
  double radius;
} demo_town;

typedef struct demo_field {
  uint64_t seed;
  double size;  /* 1: about 48 × 36 km */
  demo_xy core; /* the middle of the main town, on the river */
  double core_radius;
  double turn;                    /* the direction of the main town's streets, radians */
  demo_town town[DEMO_TOWNS_MAX]; /* the seats of the outer townships */
  uint32_t n_towns;
  uint32_t n_core;                 /* townships in the main town */
  demo_xy course[DEMO_COURSE + 1]; /* the river at even steps of t */
  double per_grid;                 /* the weight that makes one grid */
} demo_field;

/* The field for about `grids` grids in `townships` townships. */
void demo_field_make(demo_field *f, uint64_t seed, uint32_t grids, uint32_t townships);
double demo_inside(const demo_field *f, demo_xy p); /* > 0 inside the outline, falling outwards */
double demo_height(const demo_field *f, demo_xy p); /* 0 valley – 1 hills */
double demo_weight(const demo_field *f,
                   demo_xy p); /* density of people: 0.5 in the hills, about 45 in town */
double demo_spacing(const demo_field *f,
                    demo_xy p);         /* metres between the middles of neighbouring grids there */
double demo_reach(const demo_field *f); /* half the side of a square that holds it all */
demo_xy demo_river(const demo_field *f,
                   double t); /* the river's course, t in −1 … 1 from west to east and beyond */
double demo_river_distance(const demo_field *f, demo_xy p); /* metres, about */

/* To the lattice: an invented place around 120° E 30° N, plane, since nobody will measure it. */
wg_pt demo_lattice(demo_xy p);

static inline demo_xy demo_add(demo_xy a, demo_xy b, double k) {
  return (demo_xy){a.x + b.x * k, a.y + b.y * k};
}
double demo_distance(demo_xy a, demo_xy b);
double demo_segment_distance(demo_xy a, demo_xy b, demo_xy p);

#endif
