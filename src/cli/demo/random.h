/* Chance and noise that depend on the seed alone: the same on every machine. */
#ifndef WG_CLI_DEMO_RANDOM_H
#define WG_CLI_DEMO_RANDOM_H

#include <stdint.h>

/* splitmix64 (Steele, Lea, Flood 2014). */
static inline uint64_t demo_mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

typedef struct demo_rng {
  uint64_t s;
} demo_rng;
/* A stream of its own for each (seed, use, thing), so that one part's draws never shift another's. */
static inline demo_rng demo_stream(uint64_t seed, uint64_t use, uint64_t thing) {
  return (demo_rng){demo_mix(seed + 0x9e3779b97f4a7c15u * (use + 1)) ^
                    demo_mix(thing * 0xd1342543de82ef95u + 1)};
}
static inline uint64_t demo_next(demo_rng *r) { return demo_mix(r->s += 0x9e3779b97f4a7c15u); }
static inline double demo_unit(demo_rng *r) { return (double)(demo_next(r) >> 11) * 0x1p-53; } /* [0, 1) */
static inline double demo_between(demo_rng *r, double lo, double hi) { return lo + (hi - lo) * demo_unit(r); }
static inline uint32_t demo_below(demo_rng *r, uint32_t n) { return (uint32_t)(demo_unit(r) * n); }
double demo_gauss(demo_rng *r); /* mean 0, deviation 1 */

/* Smooth noise with one bump per unit, about −1 … 1; and octaves of it, each twice as fine and half as high.
 */
double demo_noise(uint64_t seed, double x, double y);
double demo_fractal(uint64_t seed, double x, double y, int octaves);

#endif
