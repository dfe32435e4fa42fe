/* A made-up coverage for the tile tests: quadrangles that meet four at a node, bent shared edges, islands
 * inside some cells, cells of two parts, blocks of cells as areas, and the outline of it all. */
#ifndef WG_TESTS_TILE_COVER_SUPPORT_H
#define WG_TESTS_TILE_COVER_SUPPORT_H

#include <math.h>

#include "base/shape.h"

typedef struct patch {
  uint32_t nx, ny, bends; /* cells, points inside an edge */
  uint64_t seed;
  wg_box box;
  bool islands, pairs;
} patch;

static inline uint64_t patch_hash(const patch *p, uint64_t a, uint64_t b, uint64_t c) {
  uint64_t s = p->seed * 0x9e3779b97f4a7c15u + a * 0xbf58476d1ce4e5b9u + b * 0x94d049bb133111ebu + c;
  return tile_random(&s);
}

static inline double patch_noise(const patch *p, uint64_t a, uint64_t b, uint64_t c) {
  return (double)(patch_hash(p, a, b, c) >> 11) * 0x1p-52 - 1;
}

static inline void patch_node(const patch *p, uint32_t i, uint32_t j, double *x, double *y) {
  double w = ((double)p->box.x1 - p->box.x0) / p->nx, h = ((double)p->box.y1 - p->box.y0) / p->ny;
  *x = p->box.x0 + w * (i + (i && i < p->nx ? 0.2 * patch_noise(p, i, j, 1) : 0));
  *y = p->box.y0 + h * (j + (j && j < p->ny ? 0.2 * patch_noise(p, i, j, 2) : 0));
}

static inline void patch_put(wg_shapes *s, double x, double y) {
  assert_int_equal(wg_shapes_vertex(s, (wg_pt){(int32_t)lround(x), (int32_t)lround(y)}), WG_OK);
}

/* From node (i, j) to its neighbour to the east (or north), or back; without the last point. */
static inline void patch_edge(const patch *p, wg_shapes *s, uint32_t i, uint32_t j, bool north, bool back) {
  double x0, y0, x1, y1;
  patch_node(p, i, j, &x0, &y0);
  patch_node(p, i + !north, j + north, &x1, &y1);
  bool rim = north ? i == 0 || i == p->nx : j == 0 || j == p->ny; /* straight, within the box */
  uint64_t edge = ((uint64_t)i << 32 | j) * 2 + north;
  double w = ((double)p->box.x1 - p->box.x0) / p->nx, h = ((double)p->box.y1 - p->box.y0) / p->ny;
  /* small against the shorter side and smaller towards the ends, so that no two edges cross */
  double bend = 0.12 * (w < h ? w : h) / hypot(x1 - x0, y1 - y0);
  for (uint32_t k = 0; k <= p->bends; k++) {
    uint32_t at = back ? p->bends + 1 - k : k;
    double f = (double)at / (p->bends + 1);
    double d = 0;
    if (at > 0 && at <= p->bends && !rim && p->bends < 20) {
      d = bend * sin(M_PI * f) * patch_noise(p, edge, at, 3);
    } else if (at > 0 && at <= p->bends && !rim) { /* many points: smooth, as a river is */
      for (int wave = 1; wave <= 3; wave++)
        d += bend * 0.6 * sin(wave * M_PI * f) / wave * patch_noise(p, edge, (uint64_t)wave, 6);
    }
    patch_put(s, x0 + (x1 - x0) * f - (y1 - y0) * d, y0 + (y1 - y0) * f + (x1 - x0) * d);
  }
}

/* The outline of cells i0 … i1-1, j0 … j1-1, counter-clockwise. */
static inline void patch_ring(const patch *p, wg_shapes *s, uint32_t i0, uint32_t j0, uint32_t i1,
                              uint32_t j1) {
  assert_int_equal(wg_shapes_ring(s), WG_OK);
  for (uint32_t i = i0; i < i1; i++) patch_edge(p, s, i, j0, false, false);
  for (uint32_t j = j0; j < j1; j++) patch_edge(p, s, i1, j, true, false);
  for (uint32_t i = i1; i > i0; i--) patch_edge(p, s, i - 1, j1, false, true);
  for (uint32_t j = j1; j > j0; j--) patch_edge(p, s, i0, j - 1, true, true);
}

static inline bool patch_has_island(const patch *p, uint32_t i, uint32_t j) {
  return p->islands && patch_hash(p, i, j, 4) % 4 == 0;
}

/* A star of 12 points in the cell's middle. */
static inline void patch_island(const patch *p, wg_shapes *s, uint32_t i, uint32_t j, bool hole) {
  double x0, y0, x1, y1;
  patch_node(p, i, j, &x0, &y0);
  patch_node(p, i + 1, j + 1, &x1, &y1);
  double w = ((double)p->box.x1 - p->box.x0) / p->nx, h = ((double)p->box.y1 - p->box.y0) / p->ny;
  assert_int_equal(wg_shapes_ring(s), WG_OK);
  for (int k = 0; k < 12; k++) {
    int at = hole ? 12 - k : k; /* a hole starts elsewhere and runs the other way */
    double r = 0.12 + 0.04 * patch_noise(p, i * 1000 + j, (uint64_t)(at % 12), 5), a = 2 * M_PI * at / 12;
    patch_put(s, (x0 + x1) / 2 + r * w * cos(a), (y0 + y1) / 2 + r * h * sin(a));
  }
}

typedef struct patch_made {
  wg_shapes shapes;
  uint32_t n_grids, n_areas; /* grids come first, then areas, then the whole */
} patch_made;

static inline void patch_cell(const patch *p, wg_shapes *s, uint32_t i, uint32_t j) {
  assert_int_equal(wg_shapes_part(s), WG_OK);
  patch_ring(p, s, i, j, i + 1, j + 1);
  if (patch_has_island(p, i, j)) patch_island(p, s, i, j, true);
}

/* Whether cell (i, j) belongs to the feature of the cell two to its west. */
static inline bool patch_joined(const patch *p, uint32_t i, uint32_t j) {
  return p->pairs && i % 4 == 2 && j % 2;
}

static inline void patch_make(const patch *p, patch_made *m) {
  memset(m, 0, sizeof *m);
  wg_shapes *s = &m->shapes;
  wg_shapes_init(s);
  for (uint32_t j = 0; j < p->ny; j++)
    for (uint32_t i = 0; i < p->nx; i++) {
      if (patch_joined(p, i, j)) continue;
      assert_int_equal(wg_shapes_feature(s), WG_OK);
      patch_cell(p, s, i, j);
      if (i + 2 < p->nx && patch_joined(p, i + 2, j)) patch_cell(p, s, i + 2, j);
    }
  for (uint32_t j = 0; j < p->ny; j++)
    for (uint32_t i = 0; i < p->nx; i++) {
      if (!patch_has_island(p, i, j)) continue;
      assert_int_equal(wg_shapes_feature(s), WG_OK);
      assert_int_equal(wg_shapes_part(s), WG_OK);
      patch_island(p, s, i, j, false);
    }
  m->n_grids = s->n;
  for (uint32_t j = 0; j < p->ny; j += 3)
    for (uint32_t i = 0; i < p->nx; i += 3) {
      assert_int_equal(wg_shapes_feature(s), WG_OK);
      assert_int_equal(wg_shapes_part(s), WG_OK);
      patch_ring(p, s, i, j, i + 3 < p->nx ? i + 3 : p->nx, j + 3 < p->ny ? j + 3 : p->ny);
    }
  m->n_areas = s->n - m->n_grids;
  assert_int_equal(wg_shapes_feature(s), WG_OK);
  assert_int_equal(wg_shapes_part(s), WG_OK);
  patch_ring(p, s, 0, 0, p->nx, p->ny);
}

#endif
