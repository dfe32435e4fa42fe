/* Areas and plans. */
#ifndef WG_TESTS_STORE_SUITE_LAND_H
#define WG_TESTS_STORE_SUITE_LAND_H

#include "suite.h"

static void land_keeps_areas(void **state) {
  struct fix *f = *state;
  wg_shapes s, want;
  wg_shapes_init(&s);
  wg_shapes_init(&want);
  OK(wg_shapes_feature(&s)); /* two parts, one with a hole */
  square(f, &s, 1196000000, 290000000, 1000, 400);
  square(f, &s, 1196005000, 290000000, 777, 0);
  wg_area b = area_of("990101002", "990101"), a = area_of("990101001", "990101"),
          root = area_of("990101", "");
  root.named = false;
  OK(f->s->begin(f->s, &f->err));
  OK(f->s->area_put(f->s, &b, &s, 0, &f->err));
  OK(f->s->area_put(f->s, &a, NULL, 0, &f->err));
  OK(f->s->area_put(f->s, &root, NULL, 0, &f->err));
  OK(f->s->commit(f->s, &f->err));

  snprintf(b.level, sizeof b.level, "community");
  OK(f->s->begin(f->s, &f->err));
  OK(f->s->area_put(f->s, &b, NULL, 0, &f->err)); /* keeps its polygon */
  OK(f->s->commit(f->s, &f->err));

  wg_areas got;
  OK(f->other->areas_load(f->other, &f->a, &got, &f->err));
  assert_int_equal(got.n, 3);
  assert_string_equal(got.item[0].code, "990101");
  assert_false(got.item[0].named);
  assert_string_equal(got.item[2].code, "990101002");
  assert_string_equal(got.item[2].parent, "990101");
  assert_string_equal(got.item[2].level, "community");
  assert_string_equal(got.item[2].names, "{\"zh\":\"城中社区\"}");
  OK(wg_shapes_feature(&want));
  OK(wg_shapes_feature(&want));
  OK(wg_shapes_copy(&want, &s, 0));
  same_shapes(&got.shapes, &want);
  must_be_whole(f, f->s);
  wg_shapes_deinit(&s);
  wg_shapes_deinit(&want);
}

static void land_keeps_plans(void **state) {
  struct fix *f = *state;
  int64_t v = -1;
  OK(f->s->plan_version(f->s, "base", &v, &f->err));
  assert_int_equal(v, 0);
  wg_plan p = plan_of(f, "base", 40, 900, 1000), got;
  unsigned char hash[WG_HASH_LEN];
  publish(f, &p, hash);
  assert_int_equal(p.version, 1);
  assert_true(p.id > 0);
  OK(f->other->plan_load(f->other, &f->a, "base", 0, &got, &f->err));
  assert_int_equal(got.id, p.id);
  assert_int_equal(got.version, 1);
  assert_int_equal(got.valid_from, 1000);
  assert_string_equal(got.network, "base");
  assert_string_equal(got.source, "grids.geojson");
  assert_int_equal(got.n, 40);
  for (uint32_t i = 0; i < got.n; i++) {
    assert_string_equal(got.grid[i].code, p.grid[i].code);
    assert_string_equal(got.grid[i].area, p.grid[i].area);
    assert_string_equal(got.grid[i].kind, p.grid[i].kind);
    assert_string_equal(got.grid[i].names, p.grid[i].names);
    assert_true(memcmp(&got.grid[i].area_m2, &p.grid[i].area_m2, sizeof(double)) == 0);
  }
  same_shapes(&got.shapes, &p.shapes);
  must_be_whole(f, f->s);
  wg_shapes_deinit(&p.shapes);
}

static int64_t version_at(struct fix *f, const char *network, int64_t at) {
  wg_plan got;
  OK(f->s->plan_load(f->s, &f->a, network, at, &got, &f->err));
  return got.version;
}

static void land_knows_every_past_plan(void **state) {
  struct fix *f = *state;
  unsigned char hash[3][WG_HASH_LEN];
  wg_plan one = plan_of(f, "base", 3, 900, 1000), two = plan_of(f, "base", 4, 900, 5000),
          same = plan_of(f, "base", 3, 900, 5000);
  wg_plan safety = plan_of(f, "safety", 2, 900, 2000), got;
  publish(f, &one, hash[0]);
  publish(f, &two, hash[1]);
  publish(f, &same, hash[2]);
  assert_memory_equal(hash[0], hash[2], WG_HASH_LEN); /* the same grids, the same content */
  assert_memory_not_equal(hash[0], hash[1], WG_HASH_LEN);
  unsigned char other[WG_HASH_LEN];
  publish(f, &safety, other);
  assert_int_equal(safety.version, 1); /* numbered within the network */
  FAILS(WG_NOT_FOUND, f->s->plan_load(f->s, &f->a, "base", 999, &got, &f->err));
  FAILS(WG_NOT_FOUND, f->s->plan_load(f->s, &f->a, "none", 0, &got, &f->err));
  assert_int_equal(version_at(f, "base", 1000), 1);
  assert_int_equal(version_at(f, "base", 4999), 1);
  assert_int_equal(version_at(f, "base", 5000), 3); /* of two from the same moment the newer */
  assert_int_equal(version_at(f, "base", 0), 3);
  int64_t v;
  OK(f->s->plan_version(f->s, "base", &v, &f->err));
  assert_int_equal(v, 3);
  const char *const *names;
  OK(f->s->networks(f->s, &f->a, &names, &f->err));
  assert_string_equal(names[0], "base");
  assert_string_equal(names[1], "safety");
  assert_null(names[2]);
  must_be_whole(f, f->s);
  wg_shapes_deinit(&one.shapes);
  wg_shapes_deinit(&two.shapes);
  wg_shapes_deinit(&same.shapes);
  wg_shapes_deinit(&safety.shapes);
}

static void land_refuses_bad_plans(void **state) {
  struct fix *f = *state;
  unsigned char hash[WG_HASH_LEN];
  wg_plan p = plan_of(f, "base", 3, 900, 1000);
  OK(f->s->begin(f->s, &f->err));
  snprintf(p.grid[1].code, sizeof p.grid[1].code, "g000"); /* twice */
  FAILS(WG_UNPROCESSABLE, f->s->plan_put(f->s, &p, hash, &f->err));
  snprintf(p.grid[1].code, sizeof p.grid[1].code, "z"); /* out of order */
  FAILS(WG_UNPROCESSABLE, f->s->plan_put(f->s, &p, hash, &f->err));
  snprintf(p.grid[1].code, sizeof p.grid[1].code, "g001");
  p.n = 2; /* fewer grids than shapes */
  FAILS(WG_INTERNAL, f->s->plan_put(f->s, &p, hash, &f->err));
  p.n = 3;
  wg_shapes_deinit(&p.shapes);
  for (int i = 0; i < 3; i++) OK(wg_shapes_feature(&p.shapes)); /* no polygons */
  FAILS(WG_UNPROCESSABLE, f->s->plan_put(f->s, &p, hash, &f->err));
  f->s->rollback(f->s);
  wg_shapes_deinit(&p.shapes);
  FAILS(WG_NOT_FOUND, f->s->plan_load(f->s, &f->a, "base", 0, &p, &f->err));
  must_be_whole(f, f->s);
}

#define LAND_TESTS(T)                                                                                        \
  T(land_keeps_areas), T(land_keeps_plans), T(land_knows_every_past_plan), T(land_refuses_bad_plans)

#endif
