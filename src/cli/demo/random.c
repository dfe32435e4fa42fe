#include "cli/demo/random.h"

#include <math.h>

double demo_gauss(demo_rng *r) { /* Box and Muller */
  double u = 1 - demo_unit(r), v = demo_unit(r);
  return sqrt(-2 * log(u)) * cos(2 * M_PI * v);
}

/* The slope at a lattice point, in one of 16 directions, times the way from there. */
static double corner(uint64_t seed, int64_t ix, int64_t iy, double dx, double dy) {
  static const double slope[16][2] = {{1, 0},  {0.924, 0.383},   {0.707, 0.707},   {0.383, 0.924},
                                      {0, 1},  {-0.383, 0.924},  {-0.707, 0.707},  {-0.924, 0.383},
                                      {-1, 0}, {-0.924, -0.383}, {-0.707, -0.707}, {-0.383, -0.924},
                                      {0, -1}, {0.383, -0.924},  {0.707, -0.707},  {0.924, -0.383}};
  uint64_t h = demo_mix(seed * 0x9e3779b97f4a7c15u + ((uint64_t)ix << 32 ^ (uint64_t)(uint32_t)iy));
  const double *s = slope[h & 15];
  return s[0] * dx + s[1] * dy;
}

static double fade(double t) { return t * t * t * (t * (t * 6 - 15) + 10); }

double demo_noise(uint64_t seed, double x, double y) { /* Perlin 2002 */
  double fx = floor(x), fy = floor(y), dx = x - fx, dy = y - fy;
  int64_t ix = (int64_t)fx, iy = (int64_t)fy;
  double u = fade(dx), v = fade(dy);
  double low = corner(seed, ix, iy, dx, dy) * (1 - u) + corner(seed, ix + 1, iy, dx - 1, dy) * u;
  double high =
      corner(seed, ix, iy + 1, dx, dy - 1) * (1 - u) + corner(seed, ix + 1, iy + 1, dx - 1, dy - 1) * u;
  return (low * (1 - v) + high * v) * 1.5;
}

double demo_fractal(uint64_t seed, double x, double y, int octaves) {
  double sum = 0, share = 0.5;
  for (int i = 0; i < octaves; i++, share /= 2, x *= 2, y *= 2)
    sum += share * demo_noise(seed + (uint64_t)i, x, y);
  return sum;
}
