/* What the geometry tests share: shapes by hand, random numbers, files of the shared test data. */
#ifndef WG_TESTS_GEO_SUPPORT_H
#define WG_TESTS_GEO_SUPPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/shape.h"

/* The folder of the shared test data: WG_SHARED_DATA, or beside the checkout. */
static inline void geo_data_path(char *out, size_t size, const char *name) {
  const char *dir = getenv("WG_SHARED_DATA");
  if (dir)
    snprintf(out, size, "%s/%s", dir, name);
  else
    snprintf(out, size, "%s/../shared/data/%s", WG_SOURCE_DIR, name);
}

/* A JSON file of the shared data; the test is skipped, saying so, when it is absent. */
static inline wg_json *geo_read_json(wg_arena *arena, const char *name) {
  char path[1024];
  geo_data_path(path, sizeof path, name);
  FILE *in = fopen(path, "rb");
  if (!in) {
    print_message("%s is absent: skipped\n", path);
    wg_arena_clear(arena);
    skip();
  }
  size_t cap = 4 << 20;
  char *text = wg_arena_alloc(arena, cap);
  size_t n = fread(text, 1, cap, in);
  fclose(in);
  wg_json *value = NULL;
  assert_int_equal(wg_json_parse(arena, text, n, &value, NULL), WG_OK);
  return value;
}

/* SplitMix64: the same numbers for the same seed everywhere. */
static inline uint64_t geo_random(uint64_t *seed) {
  uint64_t z = (*seed += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}
static inline double geo_unit(uint64_t *seed) { return (double)(geo_random(seed) >> 11) * 0x1p-53; }

static inline void geo_add_ring(wg_shapes *s, const wg_pt *p, uint32_t n) {
  assert_int_equal(wg_shapes_ring(s), WG_OK);
  for (uint32_t i = 0; i < n; i++) assert_int_equal(wg_shapes_vertex(s, p[i]), WG_OK);
}

/* A box as a shell, counter-clockwise; in a new feature, or as one more part of the last. */
static inline void geo_add_box(wg_shapes *s, int32_t x0, int32_t y0, int32_t x1, int32_t y1, bool feature) {
  if (feature) assert_int_equal(wg_shapes_feature(s), WG_OK);
  assert_int_equal(wg_shapes_part(s), WG_OK);
  geo_add_ring(s, (wg_pt[]){{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}, 4);
}

static inline void geo_add_hole(wg_shapes *s, int32_t x0, int32_t y0, int32_t x1, int32_t y1) {
  geo_add_ring(s, (wg_pt[]){{x0, y0}, {x0, y1}, {x1, y1}, {x1, y0}}, 4);
}

#endif
