/* A made-up coverage for benchmarks and tests: nx × ny cells with six neighbours each, corners moved at
 * random, shared edges bent alike for both neighbours. The same for the same seed on every machine.
 *
 * Rows of bricks, every second row shifted by half a brick, corners raised and lowered into hexagons: what a
 * Voronoi tessellation looks like, without its cost. An edge is bent by three sines with random weights, so
 * that a cell has 6 × bends vertices; they stay small enough that no two edges cross. */
#ifndef WG_BENCH_TESSELLATION_H
#define WG_BENCH_TESSELLATION_H

#include <math.h>
#include <stdint.h>

#include "base/shape.h"

typedef struct tess {
  uint32_t nx, ny, bends;
  uint64_t seed;
  wg_box box; /* where it lies */
} tess;

/* 100 000 cells of 48 vertices (49 with the closing one) over one square degree around Jinhua. */
#define TESS_100K ((tess){400, 250, 8, 1, {1190000000, 285000000, 1200000000, 295000000}})

static inline uint64_t tess_hash(uint64_t seed, uint64_t a, uint64_t b, uint64_t c) {
  uint64_t z = seed * 0x9e3779b97f4a7c15u + a * 0xbf58476d1ce4e5b9u + b * 0x94d049bb133111ebu + c;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/* -1 … 1 */
static inline double tess_noise(uint64_t seed, uint64_t a, uint64_t b, uint64_t c) {
  return (double)(tess_hash(seed, a, b, c) >> 11) * 0x1p-52 - 1;
}

/* Corner k (half bricks from the left) of line j between rows; in lattice units. */
static inline void tess_corner(const tess *t, uint32_t k, uint32_t j, double *x, double *y) {
  double w = ((double)t->box.x1 - t->box.x0) / (t->nx + 0.5),
         h = ((double)t->box.y1 - t->box.y0) / (t->ny + 1);
  int up = (k + j) % 2 == 0; /* the side of a brick above the line ends here */
  *x = t->box.x0 + w * (0.05 + 0.5 * k * (t->nx + 0.3) / (t->nx + 0.5)) +
       w * 0.08 * tess_noise(t->seed, k, j, 1);
  *y = t->box.y0 + h * (0.5 + j + (up ? 0.14 : -0.14)) + h * 0.1 * tess_noise(t->seed, k, j, 2);
}

/* Vertices from corner a up to, not with, corner b. The bend is reckoned from the smaller corner, so both
 * neighbours get the same vertices. */
static inline wg_status tess_edge(const tess *t, wg_shapes *s, uint32_t ka, uint32_t ja, uint32_t kb,
                                  uint32_t jb) {
  int turned = ja > jb || (ja == jb && ka > kb);
  uint32_t k0 = turned ? kb : ka, j0 = turned ? jb : ja, k1 = turned ? ka : kb, j1 = turned ? ja : jb;
  double x0, y0, x1, y1;
  tess_corner(t, k0, j0, &x0, &y0);
  tess_corner(t, k1, j1, &x1, &y1);
  uint64_t edge = ((uint64_t)k0 << 32 | j0) * 2 + (j0 != j1);
  double w1 = 0.06 * tess_noise(t->seed, edge, 1, 3), w2 = 0.03 * tess_noise(t->seed, edge, 2, 3);
  double w3 = 0.02 * tess_noise(t->seed, edge, 3, 3);
  wg_status st = WG_OK;
  for (uint32_t i = 0; i < t->bends && !st; i++) {
    double f = (double)(turned ? t->bends - i : i) / t->bends;
    double d = w1 * sin(M_PI * f) + w2 * sin(2 * M_PI * f) + w3 * sin(3 * M_PI * f);
    double x = x0 + (x1 - x0) * f - (y1 - y0) * d, y = y0 + (y1 - y0) * f + (x1 - x0) * d;
    st = wg_shapes_vertex(s, (wg_pt){(int32_t)lround(x), (int32_t)lround(y)});
  }
  return st;
}

/* Appends the cells row by row. */
static inline wg_status tess_make(const tess *t, wg_shapes *s) {
  wg_status st = WG_OK;
  for (uint32_t j = 0; j < t->ny && !st; j++) {
    for (uint32_t i = 0; i < t->nx && !st; i++) {
      uint32_t k = 2 * i + j % 2;
      const uint32_t ks[7] = {k, k + 1, k + 2, k + 2, k + 1, k, k}, js[7] = {j, j, j, j + 1, j + 1, j + 1, j};
      st = wg_shapes_feature(s);
      if (!st) st = wg_shapes_part(s);
      if (!st) st = wg_shapes_ring(s);
      for (int e = 0; e < 6 && !st; e++) st = tess_edge(t, s, ks[e], js[e], ks[e + 1], js[e + 1]);
    }
  }
  return st;
}

#endif
