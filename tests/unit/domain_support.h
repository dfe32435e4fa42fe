/* A small random source, the same on every machine. */
#ifndef WG_TESTS_DOMAIN_SUPPORT_H
#define WG_TESTS_DOMAIN_SUPPORT_H

#include <stdint.h>

static inline uint64_t domain_random(uint64_t *seed) {
  uint64_t z = (*seed += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}
static inline uint32_t domain_below(uint64_t *seed, uint32_t n) {
  return (uint32_t)(domain_random(seed) % n);
}

#endif
