/* Surfaces of the base map. */
#include <math.h>

#include "cli/demo/contour.h"
#include "cli/demo/random.h"
#include "cli/demo/sketch.h"

enum { BUILDINGS_MOST = 40000, CORNERS_MOST = 64 };

static double woods(const demo_field *f, demo_xy p) {
  return demo_height(f, p) - 0.46 + 0.12 * demo_fractal(f->seed + 81, p.x / 2200, p.y / 2200, 3);
}
static double fields(const demo_field *f, demo_xy p) {
  double low = 0.43 - demo_height(f, p), open = (6 - demo_weight(f, p)) / 12;
  double patch = 0.1 + 0.5 * demo_fractal(f->seed + 82, p.x / 2600, p.y / 2600, 3);
  return fmin(fmin(low, open), patch);
}
static double built_up(const demo_field *f, demo_xy p) {
  return demo_weight(f, p) / 8 - 1 + 0.3 * demo_fractal(f->seed + 83, p.x / 900, p.y / 900, 2);
}

static wg_status draw_contour(demo_sketch *s, demo_scalar field, double least, const char *cls) {
  wg_shapes shapes;
  wg_status st = demo_contour(s->land->field, field, least, &shapes);
  for (uint32_t i = 0; !st && i < shapes.n; i++) st = demo_put_shape(s, "landuse", cls, NULL, 3, &shapes, i);
  wg_shapes_deinit(&shapes);
  return st;
}

/* A blob of about `radius` metres. */
static uint32_t blob(demo_rng *r, demo_xy at, double radius, wg_pt out[CORNERS_MOST]) {
  uint64_t seed = demo_next(r);
  for (int i = 0; i < CORNERS_MOST; i++) {
    double a = 2 * M_PI * i / CORNERS_MOST, x = cos(a), y = sin(a);
    double d = radius * (1 + 0.75 * demo_fractal(seed, x * 1.3, y * 1.3, 3));
    out[i] = demo_lattice((demo_xy){at.x + x * d * 1.25, at.y + y * d * 0.8});
  }
  return CORNERS_MOST;
}

static wg_status draw_lakes(demo_sketch *s) {
  const demo_field *f = s->land->field;
  demo_rng r = demo_stream(f->seed, 84, 0);
  uint32_t wanted = 3 + (uint32_t)(2 * f->size), made = 0;
  double reach = demo_reach(f);
  wg_status st = WG_OK;
  for (int tries = 0; !st && made < wanted && tries < 2000; tries++) {
    demo_xy p = {demo_between(&r, -reach, reach), demo_between(&r, -reach, reach)};
    double h = demo_height(f, p);
    if (demo_inside(f, p) < 0.1 || h < 0.38 || h > 0.7 || demo_river_distance(f, p) < 2500) continue;
    wg_pt ring[CORNERS_MOST];
    demo_name name = demo_water_name(s->land->seed, made++, -1);
    st = demo_put_points(s, "water", "reservoir", &name, 3, ring,
                         blob(&r, p, demo_between(&r, 250, 700), ring));
  }
  return st;
}

/* --- inside the towns
 * ------------------------------------------------------------------------------------------------ */

static bool in_town(const demo_land *l, uint32_t cell) {
  return l->graph.size[cell] < l->field->per_grid / 9;
}

static uint64_t lot(const demo_land *l, uint32_t cell) { return demo_mix(l->field->seed * 31 + cell) % 100; }

/* The cell, drawn in from its borders. */
static wg_status draw_park(demo_sketch *s, uint32_t cell, uint32_t k) {
  const demo_graph *g = &s->land->graph;
  wg_pt ring[DEMO_CORNERS_MAX];
  demo_xy o = g->site[cell];
  for (uint32_t i = 0; i < g->len[cell]; i++) {
    demo_xy p = g->vertex[g->corner[g->first[cell] + i]].at;
    ring[i] = demo_lattice((demo_xy){o.x + (p.x - o.x) * 0.82, o.y + (p.y - o.y) * 0.82});
  }
  demo_name name = demo_facility_name(s->land->seed, k, DEMO_PARK);
  return demo_put_points(s, "landuse", "park", &name, 3, ring, g->len[cell]);
}

typedef struct plot {
  demo_xy at;
  double angle, length, width;
} plot;

static void plot_corners(const plot *b, demo_xy out[4]) {
  double c = cos(b->angle), d = sin(b->angle);
  static const double sx[] = {-0.5, 0.5, 0.5, -0.5}, sy[] = {-0.5, -0.5, 0.5, 0.5};
  for (int i = 0; i < 4; i++) {
    double x = sx[i] * b->length, y = sy[i] * b->width;
    out[i] = (demo_xy){b->at.x + x * c - y * d, b->at.y + x * d + y * c};
  }
}

static wg_status draw_building(demo_sketch *s, uint32_t cell, const plot *b, uint32_t *made) {
  demo_xy corner[4];
  plot_corners(b, corner);
  double bank = demo_river_width(s->land->field, b->at) / 2 + 25;
  for (int i = 0; i < 4; i++)
    if (!demo_well_inside(s->land, cell, corner[i], 11, bank, 20)) return WG_OK;
  wg_pt ring[4];
  for (int i = 0; i < 4; i++) ring[i] = demo_lattice(corner[i]);
  ++*made;
  return demo_put_points(s, "building", "residential", NULL, 3, ring, 4);
}

/* Rows of long houses along the longest side of the block. */
static wg_status draw_block(demo_sketch *s, uint32_t cell, uint32_t *made) {
  const demo_graph *g = &s->land->graph;
  demo_rng r = demo_stream(s->land->field->seed, 85, cell);
  double longest = 0, angle = 0, reach = 0;
  for (uint32_t i = 0; i < g->len[cell]; i++) {
    demo_xy a = g->vertex[g->corner[g->first[cell] + i]].at,
            b = g->vertex[g->corner[g->first[cell] + (i + 1) % g->len[cell]]].at;
    if (demo_distance(a, b) > longest) longest = demo_distance(a, b), angle = atan2(b.y - a.y, b.x - a.x);
    reach = fmax(reach, demo_distance(a, g->site[cell]));
  }
  bool large = lot(s->land, cell) < 18; /* works and halls instead of houses */
  double dx = large ? 95 : demo_between(&r, 46, 62), dy = large ? 70 : demo_between(&r, 27, 34);
  wg_status st = WG_OK;
  for (double v = -reach; !st && v < reach; v += dy)
    for (double u = -reach; !st && u < reach; u += dx) {
      plot b = {.angle = angle,
                .length = dx * demo_between(&r, 0.55, 0.85),
                .width = dy * demo_between(&r, 0.42, 0.6)};
      double x = u + demo_between(&r, -3, 3), y = v + demo_between(&r, -2, 2);
      b.at = (demo_xy){g->site[cell].x + x * cos(angle) - y * sin(angle),
                       g->site[cell].y + x * sin(angle) + y * cos(angle)};
      if (demo_unit(&r) < 0.14) continue;
      st = draw_building(s, cell, &b, made);
    }
  return st;
}

static wg_status draw_blocks(demo_sketch *s) {
  const demo_land *l = s->land;
  uint32_t parks = 0, made = 0;
  wg_status st = WG_OK;
  for (uint32_t i = 0; !st && i < l->areas.n_grids && made < BUILDINGS_MOST; i++) {
    uint32_t cell = l->areas.cell[i];
    if (!in_town(l, cell)) continue;
    if (lot(l, cell) >= 97)
      st = draw_park(s, cell, parks++);
    else
      st = draw_block(s, cell, &made);
  }
  return st;
}

wg_status demo_draw_cover(demo_sketch *s) {
  wg_status st = draw_contour(s, fields, 60000, "farmland");
  if (!st) st = draw_contour(s, woods, 80000, "forest");
  if (!st) st = draw_contour(s, built_up, 40000, "residential");
  if (!st) st = draw_lakes(s);
  return st ? st : draw_blocks(s);
}
