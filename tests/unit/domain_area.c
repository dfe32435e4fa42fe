/* The tree of areas against walking up the parents, and China's codes against their rule in words. */
#include "domain/area.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/plan.h"
#include "domain_support.h"

/* A forest of n areas whose codes stand in random order, each with a one-point mark as its polygon. */
static void make(wg_arena *a, wg_areas *areas, uint32_t n, uint64_t *seed) {
  memset(areas, 0, sizeof *areas);
  areas->n = n;
  areas->item = wg_arena_alloc(a, n * sizeof *areas->item + 1);
  uint32_t *perm = wg_arena_alloc(a, n * sizeof *perm + 1);
  for (uint32_t i = 0; i < n; i++) {
    uint32_t j = domain_below(seed, i + 1);
    perm[i] = perm[j];
    perm[j] = i;
  }
  for (uint32_t i = 0; i < n; i++) {
    snprintf(areas->item[i].code, WG_CODE_LEN, "a%05u", perm[i] * 7 % 99991);
    if (i && domain_below(seed, 10))
      snprintf(areas->item[i].parent, WG_CODE_LEN, "%s", areas->item[domain_below(seed, i)].code);
    else if (domain_below(seed, 2))
      snprintf(areas->item[i].parent, WG_CODE_LEN, "nobody");
    assert_int_equal(wg_shapes_feature(&areas->shapes), WG_OK);
    if (domain_below(seed, 4) == 0) continue; /* no polygon */
    assert_int_equal(wg_shapes_part(&areas->shapes), WG_OK);
    assert_int_equal(wg_shapes_ring(&areas->shapes), WG_OK);
    int mark = atoi(areas->item[i].code + 1);
    for (int k = 0; k < 3; k++) assert_int_equal(wg_shapes_vertex(&areas->shapes, (wg_pt){mark, k}), WG_OK);
  }
}

static bool naive_under(const wg_areas *areas, const char *code, const char *root) {
  while (code[0]) {
    if (strcmp(code, root) == 0) return true;
    const char *parent = "";
    for (uint32_t i = 0; i < areas->n; i++)
      if (strcmp(areas->item[i].code, code) == 0) parent = areas->item[i].parent;
    code = parent;
  }
  return false;
}

static void tree(void **state) {
  (void)state;
  uint64_t seed = 11;
  for (int round = 0; round < 60; round++) {
    wg_arena a;
    wg_arena_init(&a);
    wg_areas areas;
    uint32_t n = domain_below(&seed, 60);
    make(&a, &areas, n, &seed);
    uint32_t with_polygon = areas.shapes.n_parts;
    assert_int_equal(wg_areas_index(&a, &areas, NULL), WG_OK);
    assert_int_equal(areas.shapes.n_parts, with_polygon);
    for (uint32_t i = 0; i < n; i++) {
      assert_int_equal(wg_areas_find(&areas, areas.item[i].code), i);
      if (i) assert_true(strcmp(areas.item[i - 1].code, areas.item[i].code) < 0);
      if (areas.shapes.part[i] < areas.shapes.part[i + 1]) /* the polygon came along */
        assert_int_equal(wg_shapes_box(&areas.shapes, i).x0, atoi(areas.item[i].code + 1));
      uint32_t p = wg_areas_find(&areas, areas.item[i].parent);
      assert_int_equal(areas.parent[i], p);
      assert_int_equal(areas.depth[i], p == WG_NO_INDEX ? 0 : areas.depth[p] + 1);
      for (uint32_t j = 0; j < n; j++)
        assert_int_equal(wg_area_under(&areas, i, j),
                         naive_under(&areas, areas.item[i].code, areas.item[j].code));
    }
    assert_int_equal(wg_areas_find(&areas, "zzz"), WG_NO_INDEX);
    assert_false(wg_area_under(&areas, WG_NO_INDEX, 0));
    wg_shapes_deinit(&areas.shapes);
    wg_arena_clear(&a);
  }
}

/* A chain deeper than any stack. */
static void deep(void **state) {
  (void)state;
  enum { N = 200000 };
  wg_arena a;
  wg_arena_init(&a);
  wg_areas areas = {.n = N, .item = wg_arena_alloc(&a, N * sizeof *areas.item)};
  for (int i = 0; i < N; i++) {
    snprintf(areas.item[i].code, WG_CODE_LEN, "%06d", i);
    if (i) snprintf(areas.item[i].parent, WG_CODE_LEN, "%06d", i - 1);
  }
  assert_int_equal(wg_areas_index(&a, &areas, NULL), WG_OK);
  assert_int_equal(areas.depth[N - 1], N - 1);
  assert_true(wg_area_under(&areas, N - 1, 0));
  assert_false(wg_area_under(&areas, 0, N - 1));
  wg_arena_clear(&a);
}

static wg_status index_of(const char *const (*rows)[2], uint32_t n, wg_err *err) {
  wg_arena a;
  wg_arena_init(&a);
  wg_areas areas = {.n = n, .item = wg_arena_alloc(&a, n * sizeof *areas.item)};
  for (uint32_t i = 0; i < n; i++) {
    snprintf(areas.item[i].code, WG_CODE_LEN, "%s", rows[i][0]);
    snprintf(areas.item[i].parent, WG_CODE_LEN, "%s", rows[i][1]);
  }
  *err = (wg_err){0};
  wg_status st = wg_areas_index(&a, &areas, err);
  wg_arena_clear(&a);
  return st;
}

static void refused(void **state) {
  (void)state;
  wg_err err;
  const char *const twice[][2] = {{"a", ""}, {"b", "a"}, {"a", ""}};
  assert_int_equal(index_of(twice, 3, &err), WG_UNPROCESSABLE);
  assert_string_equal(err.code, "area-twice");
  assert_non_null(strstr(err.en, "area a"));
  const char *const sorted_twice[][2] = {{"a", ""}, {"a", ""}};
  assert_int_equal(index_of(sorted_twice, 2, &err), WG_UNPROCESSABLE);
  const char *const circle[][2] = {{"a", "c"}, {"b", "a"}, {"c", "b"}, {"d", ""}};
  assert_int_equal(index_of(circle, 4, &err), WG_UNPROCESSABLE);
  assert_string_equal(err.code, "area-cycle");
  const char *const itself[][2] = {{"a", "a"}};
  assert_int_equal(index_of(itself, 1, &err), WG_UNPROCESSABLE);
}

/* 330702 and 330702000000 are one county, whichever the tree has. */
static void both_spellings(void **state) {
  (void)state;
  static const char *const trees[][3] = {{"330702", "330702001000", "330702001001"},
                                         {"330702000000", "330702001000", "330702001001"}};
  static const char *const above[] = {"", "330702000000", "330702001000"};
  for (int t = 0; t < 2; t++) {
    wg_arena a;
    wg_arena_init(&a);
    wg_areas areas = {.n = 3};
    areas.item = wg_arena_alloc(&a, 3 * sizeof *areas.item);
    for (int i = 0; i < 3; i++) {
      snprintf(areas.item[i].code, WG_CODE_LEN, "%s", trees[t][i]);
      snprintf(areas.item[i].parent, WG_CODE_LEN, "%s", above[i]);
      assert_int_equal(wg_shapes_feature(&areas.shapes), WG_OK);
    }
    assert_int_equal(wg_areas_index(&a, &areas, NULL), WG_OK);
    uint32_t county = wg_areas_find(&areas, "330702");
    assert_int_equal(county, wg_areas_find(&areas, "330702000000"));
    assert_string_equal(areas.item[county].code, trees[t][0]);
    assert_true(wg_area_under(&areas, wg_areas_find(&areas, "330702001001"), county));
    assert_int_equal(wg_areas_find(&areas, "330703"), WG_NO_INDEX);
    wg_shapes_deinit(&areas.shapes);
    wg_arena_clear(&a);
  }
}

static void grids(void **state) {
  (void)state;
  wg_grid g[] = {{.code = "001"}, {.code = "002"}, {.code = "0021"}, {.code = "a"}};
  wg_plan plan = {.grid = g, .n = 4};
  for (uint32_t i = 0; i < 4; i++) assert_int_equal(wg_plan_find(&plan, g[i].code), i);
  assert_int_equal(wg_plan_find(&plan, "0020"), WG_NO_INDEX);
  assert_int_equal(wg_plan_find(&plan, ""), WG_NO_INDEX);
  plan.n = 0;
  assert_int_equal(wg_plan_find(&plan, "001"), WG_NO_INDEX);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tree),           cmocka_unit_test(deep),  cmocka_unit_test(refused),
      cmocka_unit_test(both_spellings), cmocka_unit_test(grids),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
