/* The resolver against GEOS: tessellations and dirt, at every kind of point, with every kind of cell. */
#include "geo/resolver.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/tessellation.h"
#include "geo/lattice.h"
#include "geo/resolver_internal.h"
#include "geo_oracle.h"
#include "geo_support.h"

static wg_pt beside(wg_pt p, uint64_t random) {
  return (wg_pt){p.x + (int32_t)(random % 3) - 1, p.y + (int32_t)(random / 3 % 3) - 1};
}

/* Every vertex, every rounded edge midpoint, a point beside each, and as many at random in the box. */
static void check_all(const wg_shapes *s, const wg_resolver *r, uint64_t seed, uint32_t step) {
  oracle o;
  oracle_new(&o, s);
  wg_box box = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
  for (uint32_t i = 0; i < s->n_pts; i++) {
    wg_pt p = s->pts[i];
    box = (wg_box){p.x < box.x0 ? p.x : box.x0, p.y < box.y0 ? p.y : box.y0, p.x > box.x1 ? p.x : box.x1,
                   p.y > box.y1 ? p.y : box.y1};
  }
  for (uint32_t ring = 0; ring < s->n_rings; ring++) {
    for (uint32_t v = s->vert[ring]; v < s->vert[ring + 1]; v += step) {
      wg_pt a = s->pts[v], b = s->pts[v + 1 < s->vert[ring + 1] ? v + 1 : s->vert[ring]];
      wg_pt mid = {(int32_t)(((int64_t)a.x + b.x) / 2), (int32_t)(((int64_t)a.y + b.y) / 2)};
      wg_pt free = {(int32_t)(box.x0 - 3 + geo_unit(&seed) * ((double)box.x1 - box.x0 + 6)),
                    (int32_t)(box.y0 - 3 + geo_unit(&seed) * ((double)box.y1 - box.y0 + 6))};
      assert_true(oracle_agrees(&o, r, a));
      assert_true(oracle_agrees(&o, r, mid));
      assert_true(oracle_agrees(&o, r, beside(a, geo_random(&seed))));
      assert_true(oracle_agrees(&o, r, beside(mid, geo_random(&seed))));
      assert_true(oracle_agrees(&o, r, free));
    }
  }
  oracle_free(&o);
}

static const wg_resolver_budget budgets[] = {
    {0, 1, 1e9, 1e9}, {0, 5, 1e9, 1e9}, {0.1, 40, 1e9, 1e9}, {1, 1, 2, 10}, {1.6, 300000, 2.2, 500000}};
enum { BUDGETS = sizeof budgets / sizeof *budgets };

static void check_with_budgets(const wg_shapes *s, uint64_t seed, uint32_t step) {
  for (int k = 0; k < BUDGETS; k++) {
    wg_resolver *r = NULL;
    assert_int_equal(wg_resolver_build(s, &budgets[k], &r), WG_OK);
    check_all(s, r, seed + (uint64_t)k, step);
    wg_resolver_free(r);
  }
}

/* --- clean coverages -------------------------------------------------------------------------------------
 */

static void bent_tessellation(void **state) {
  (void)state;
  wg_shapes s;
  wg_shapes_init(&s);
  tess t = {17, 13, 8, 5, {1190000000, 285000000, 1190400000, 285500000}};
  assert_int_equal(tess_make(&t, &s), WG_OK);
  check_with_budgets(&s, 1, 3);
  wg_shapes_deinit(&s);
}

/* A Voronoi diagram by GEOS, its vertices rounded: neighbours still share them. */
static void add_voronoi(wg_shapes *s, uint32_t n, int32_t x0, int32_t y0, int32_t size, uint64_t seed) {
  GEOSContextHandle_t g = GEOS_init_r();
  GEOSCoordSequence *c = GEOSCoordSeq_create_r(g, n, 2);
  for (uint32_t i = 0; i < n; i++)
    GEOSCoordSeq_setXY_r(g, c, i, x0 + geo_unit(&seed) * size, y0 + geo_unit(&seed) * size);
  GEOSGeometry *sites = GEOSGeom_createLineString_r(g, c);
  GEOSGeometry *v = GEOSVoronoiDiagram_r(g, sites, NULL, 0, 0);
  for (int i = 0; i < GEOSGetNumGeometries_r(g, v); i++) {
    const GEOSGeometry *ring = GEOSGetExteriorRing_r(g, GEOSGetGeometryN_r(g, v, i));
    const GEOSCoordSequence *q = GEOSGeom_getCoordSeq_r(g, ring);
    unsigned m;
    char ccw;
    GEOSCoordSeq_getSize_r(g, q, &m);
    GEOSCoordSeq_isCCW_r(g, q, &ccw);
    assert_int_equal(wg_shapes_feature(s), WG_OK);
    assert_int_equal(wg_shapes_part(s), WG_OK);
    assert_int_equal(wg_shapes_ring(s), WG_OK);
    for (unsigned k = 0; k + 1 < m; k++) {
      double x, y;
      GEOSCoordSeq_getXY_r(g, q, ccw ? k : m - 1 - k, &x, &y);
      assert_int_equal(wg_shapes_vertex(s, (wg_pt){(int32_t)lround(x), (int32_t)lround(y)}), WG_OK);
    }
  }
  GEOSGeom_destroy_r(g, v);
  GEOSGeom_destroy_r(g, sites);
  GEOS_finish_r(g);
}

static void voronoi(void **state) {
  (void)state;
  wg_shapes s;
  wg_shapes_init(&s);
  add_voronoi(&s, 400, 1190000000, 285000000, 3000000, 11);
  check_with_budgets(&s, 2, 3);
  wg_shapes_deinit(&s);
}

/* --- dirt -------------------------------------------------------------------------------------------------
 */

static int32_t between(uint64_t *seed, int32_t lo, int32_t hi) {
  return lo + (int32_t)(geo_random(seed) % (uint64_t)(hi - lo + 1));
}

/* A ring of random points in a box: crosses itself and touches whatever it likes. */
static void add_scribble(wg_shapes *s, uint64_t *seed, wg_box b, int32_t scale) {
  assert_int_equal(wg_shapes_ring(s), WG_OK);
  for (uint64_t n = 3 + geo_random(seed) % 6; n--;) {
    wg_pt p = {between(seed, b.x0, b.x1) * scale, between(seed, b.y0, b.y1) * scale};
    assert_int_equal(wg_shapes_vertex(s, p), WG_OK);
  }
}

/* A shell and perhaps a hole, which may cross it but stays in its box (as the shape of shapes asks). */
static void add_scribbled_part(wg_shapes *s, uint64_t *seed, int32_t scale) {
  assert_int_equal(wg_shapes_part(s), WG_OK);
  add_scribble(s, seed, (wg_box){0, 0, 23, 23}, scale);
  if (geo_random(seed) % 2) return;
  wg_box b = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
  for (uint32_t v = s->vert[s->n_rings - 1]; v < s->n_pts; v++) {
    wg_pt p = {s->pts[v].x / scale, s->pts[v].y / scale};
    b = (wg_box){p.x < b.x0 ? p.x : b.x0, p.y < b.y0 ? p.y : b.y0, p.x > b.x1 ? p.x : b.x1,
                 p.y > b.y1 ? p.y : b.y1};
  }
  add_scribble(s, seed, b, scale);
}

/* On a small lattice everything meets everything: every point is asked. With a scale above 1 the vertices
 * keep their coincidences and the cells grow larger than the gaps. */
static void scribbles(void **state) {
  (void)state;
  static const int32_t scales[] = {1, 2, 5};
  for (uint64_t round = 0; round < 60; round++) {
    uint64_t seed = 1000 + round;
    int32_t scale = scales[round % 3];
    wg_shapes s;
    wg_shapes_init(&s);
    for (int f = 0; f < 12; f++) {
      assert_int_equal(wg_shapes_feature(&s), WG_OK);
      for (uint64_t parts = geo_random(&seed) % 3; parts--;) add_scribbled_part(&s, &seed, scale);
      if (f == 7) assert_int_equal(wg_shapes_copy(&s, &s, 3), WG_OK); /* a duplicate */
    }
    oracle o;
    oracle_new(&o, &s);
    wg_resolver *r = NULL;
    assert_int_equal(wg_resolver_build(&s, &budgets[round / 3 % BUDGETS], &r), WG_OK);
    for (int32_t y = -2; y < 24 * scale + 2; y += 1 + (scale > 2))
      for (int32_t x = -2; x < 24 * scale + 2; x++) assert_true(oracle_agrees(&o, r, (wg_pt){x, y}));
    wg_resolver_free(r);
    oracle_free(&o);
    wg_shapes_deinit(&s);
  }
}

/* Boxes one in the other, more of them than a set lists. */
static void nested(void **state) {
  (void)state;
  wg_shapes s;
  wg_shapes_init(&s);
  for (int32_t i = 0; i < 150; i++) geo_add_box(&s, i * 10, i * 10, 4000 - i * 10, 4000 - i * 10, true);
  check_with_budgets(&s, 3, 1);
  wg_shapes_deinit(&s);
}

/* Many wedges around one vertex, and many copies of one box. */
static void crowded(void **state) {
  (void)state;
  wg_shapes s;
  wg_shapes_init(&s);
  for (int i = 0; i < 60; i++) {
    double a = i * 2 * M_PI / 60, b = (i + 1) * 2 * M_PI / 60;
    assert_int_equal(wg_shapes_feature(&s), WG_OK);
    assert_int_equal(wg_shapes_part(&s), WG_OK);
    geo_add_ring(&s,
                 (wg_pt[]){{0, 0},
                           {(int32_t)lround(cos(a) * 5000), (int32_t)lround(sin(a) * 5000)},
                           {(int32_t)lround(cos(b) * 5000), (int32_t)lround(sin(b) * 5000)}},
                 3);
  }
  for (int i = 0; i < 30; i++) geo_add_box(&s, -100, -100, 100, 100, true);
  check_with_budgets(&s, 4, 1);
  wg_shapes_deinit(&s);
}

/* Edges as long as the world beside edges of one step. */
static void huge_and_tiny(void **state) {
  (void)state;
  wg_shapes s;
  wg_shapes_init(&s);
  geo_add_box(&s, -1800000000, -900000000, 1800000000, 900000000, true);
  geo_add_hole(&s, -5, -5, 5, 5);
  assert_int_equal(wg_shapes_feature(&s), WG_OK);
  assert_int_equal(wg_shapes_part(&s), WG_OK);
  geo_add_ring(&s, (wg_pt[]){{-1800000000, -900000000}, {1800000000, 899999999}, {1799999999, 900000000}}, 3);
  geo_add_box(&s, 0, 0, 1, 1, true);
  geo_add_box(&s, 1799999999, 899999999, 1800000000, 900000000, true);
  check_with_budgets(&s, 5, 1);
  wg_shapes_deinit(&s);
}

/* Squares and diagonals, whose edges run through cell corners and along cell rims. */
static void checkerboard(void **state) {
  (void)state;
  wg_shapes s;
  wg_shapes_init(&s);
  for (int32_t y = 0; y < 12; y++) {
    for (int32_t x = 0; x < 12; x++) {
      int32_t x0 = x * 16, y0 = y * 16;
      assert_int_equal(wg_shapes_feature(&s), WG_OK);
      assert_int_equal(wg_shapes_part(&s), WG_OK);
      geo_add_ring(&s, (wg_pt[]){{x0, y0}, {x0 + 16, y0}, {x0 + 16, y0 + 16}}, 3);
      assert_int_equal(wg_shapes_feature(&s), WG_OK);
      assert_int_equal(wg_shapes_part(&s), WG_OK);
      geo_add_ring(&s, (wg_pt[]){{x0, y0}, {x0 + 16, y0 + 16}, {x0, y0 + 16}}, 3);
    }
  }
  check_with_budgets(&s, 6, 1);
  wg_shapes_deinit(&s);
}

static void empty_and_partless(void **state) {
  (void)state;
  wg_shapes s;
  wg_resolver *r = NULL;
  wg_shapes_init(&s);
  assert_int_equal(wg_resolver_new(&s, &r), WG_OK);
  assert_int_equal(wg_resolve(r, (wg_pt){0, 0}, 1e9).how, WG_HOW_NONE);
  wg_resolver_free(r);
  assert_int_equal(wg_shapes_feature(&s), WG_OK);
  geo_add_box(&s, 0, 0, 10, 10, true);
  assert_int_equal(wg_shapes_feature(&s), WG_OK);
  assert_int_equal(wg_resolver_new(&s, &r), WG_OK);
  assert_int_equal(wg_resolve(r, (wg_pt){10, 10}, 0).feature, 1);
  assert_int_equal(wg_resolve(r, (wg_pt){11, 10}, 0).feature, WG_NO_FEATURE);
  uint32_t found[3] = {9, 9, 9};
  assert_int_equal(wg_resolver_query(r, (wg_box){-5, -5, 0, 0}, 3, found), 1);
  assert_int_equal(found[0], 1);
  assert_int_equal(wg_resolver_query(r, (wg_box){-5, -5, -1, 0}, 3, found), 0);
  wg_resolver_free(r);
  wg_shapes_deinit(&s);
}

/* --- the answers' other forms ------------------------------------------------------------------------------
 */

static void hows(void **state) {
  (void)state;
  wg_shapes s;
  wg_resolver *r = NULL;
  wg_shapes_init(&s);
  geo_add_box(&s, 100, 0, 200, 100, true);
  geo_add_box(&s, 0, 0, 100, 100, true);
  geo_add_box(&s, 150, 50, 250, 150, true);
  assert_int_equal(wg_resolver_new(&s, &r), WG_OK);
  const struct {
    wg_pt p;
    wg_how how;
    uint32_t feature;
  } cases[] = {
      {{50, 50}, WG_HOW_INSIDE, 1},
      {{0, 0}, WG_HOW_INSIDE, 1},
      {{100, 50}, WG_HOW_BOUNDARY, 0},
      {{100, 0}, WG_HOW_BOUNDARY, 0},
      {{160, 60}, WG_HOW_OVERLAP, 0},
      {{150, 60}, WG_HOW_OVERLAP, 0},
      {{200, 100}, WG_HOW_OVERLAP, 0},
      {{200, 120}, WG_HOW_INSIDE, 2},
      {{300, 300}, WG_HOW_NONE, WG_NO_FEATURE},
      {{-1, 50}, WG_HOW_NEAREST, 1},
      {{100, -50}, WG_HOW_NEAREST, 0},
      {{101, 101}, WG_HOW_NEAREST, 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    wg_hit h = wg_resolve(r, cases[i].p, 1), many;
    wg_resolve_many(r, &cases[i].p, 1, 1, &many);
    assert_int_equal(h.how, cases[i].how);
    assert_int_equal(h.feature, cases[i].feature);
    assert_memory_equal(&h.metres, &many.metres, sizeof h.metres);
    assert_int_equal(many.how, h.how);
    assert_true((h.metres > 0) == (h.how == WG_HOW_NEAREST));
  }
  assert_string_equal(wg_how_name(WG_HOW_OVERLAP), "overlap");
  wg_resolver_free(r);
  wg_shapes_deinit(&s);
}

/* The nearest by GEOS distances in scaled metres, over all features. */
static double nearest_by_geos(const wg_shapes *s, wg_pt p, uint32_t *which) {
  double east, north, best = INFINITY;
  GEOSContextHandle_t g = GEOS_init_r();
  GEOSGeometry *here = GEOSGeom_createPointFromXY_r(g, 0, 0);
  wg_lattice_scale(wg_lat(p), &east, &north);
  *which = WG_NO_FEATURE;
  for (uint32_t f = 0; f < s->n; f++) {
    uint32_t n = s->vert[f + 1] - s->vert[f]; /* one ring a feature */
    GEOSCoordSequence *c = GEOSCoordSeq_create_r(g, n + 1, 2);
    for (uint32_t i = 0; i <= n; i++) {
      wg_pt v = s->pts[s->vert[f] + i % n];
      GEOSCoordSeq_setXY_r(g, c, i, ((double)v.x - p.x) * east, ((double)v.y - p.y) * north);
    }
    GEOSGeometry *ring = GEOSGeom_createPolygon_r(g, GEOSGeom_createLinearRing_r(g, c), NULL, 0);
    double d = INFINITY;
    GEOSDistance_r(g, here, ring, &d);
    if (d < best) best = d, *which = f;
    GEOSGeom_destroy_r(g, ring);
  }
  GEOSGeom_destroy_r(g, here);
  GEOS_finish_r(g);
  return best;
}

/* In gaps, outside, and far away; with every kind of cell. */
static void nearest(void **state) {
  (void)state;
  wg_shapes s;
  wg_shapes_init(&s);
  uint64_t seed = 99;
  for (int i = 0; i < 100; i++) {
    int32_t x = 1190000000 + (int32_t)(geo_unit(&seed) * 100000),
            y = 285000000 + (int32_t)(geo_unit(&seed) * 100000);
    geo_add_box(&s, x, y, x + 1000 + (int32_t)(geo_unit(&seed) * 4000), y + 1000, true);
  }
  for (int i = 0; i < 24; i++) { /* many wedges on one point, with gaps between them */
    double a = i * 2 * M_PI / 24, b = a + 0.1;
    assert_int_equal(wg_shapes_feature(&s), WG_OK);
    assert_int_equal(wg_shapes_part(&s), WG_OK);
    geo_add_ring(&s,
                 (wg_pt[]){{1190150000, 285050000},
                           {1190150000 + (int32_t)(cos(a) * 30000), 285050000 + (int32_t)(sin(a) * 30000)},
                           {1190150000 + (int32_t)(cos(b) * 30000), 285050000 + (int32_t)(sin(b) * 30000)}},
                 3);
  }
  for (int k = 0; k < BUDGETS; k++) {
    wg_resolver *r = NULL;
    int near = 0, none = 0;
    assert_int_equal(wg_resolver_build(&s, &budgets[k], &r), WG_OK);
    for (int i = 0; i < 400; i++) {
      wg_pt p = {1189980000 + (int32_t)(geo_unit(&seed) * 220000),
                 284980000 + (int32_t)(geo_unit(&seed) * 140000)};
      double tolerance = i % 3 == 0 ? 1 : i % 3 == 1 ? 30 : 5000;
      wg_hit h = wg_resolve(r, p, tolerance);
      if (h.how != WG_HOW_NEAREST && h.how != WG_HOW_NONE) continue;
      uint32_t which;
      double best = nearest_by_geos(&s, p, &which);
      assert_int_equal(h.how, best > tolerance ? WG_HOW_NONE : WG_HOW_NEAREST);
      none += best > tolerance;
      if (best > tolerance) continue;
      assert_int_equal(h.feature, which);
      assert_true(fabs(h.metres - best) < 1e-6 * best + 1e-9);
      near++;
    }
    assert_true(near > 50 && none > 50);
    assert_true(wg_resolver_bytes(r) > s.n_pts * sizeof(wg_pt) && wg_resolver_bytes(r) < 20000000);
    wg_resolver_free(r);
  }
  wg_shapes_deinit(&s);
}

/* A room too small is filled with the smallest, and the number tells how many there are. */
static void small_room(void **state) {
  (void)state;
  wg_shapes s;
  wg_resolver *r = NULL;
  wg_shapes_init(&s);
  for (int i = 0; i < 100; i++) geo_add_box(&s, -i, -i, 1000, 1000, true);
  assert_int_equal(wg_resolver_new(&s, &r), WG_OK);
  uint32_t f[4] = {77, 77, 77, 77};
  uint8_t on[4] = {7, 7, 7, 7};
  assert_int_equal(wg_resolve_all(r, (wg_pt){1000, 1000}, 3, f, on), 100);
  assert_true(f[0] == 0 && f[2] == 2 && f[3] == 77 && on[0] == 1 && on[3] == 7);
  assert_int_equal(wg_resolve_all(r, (wg_pt){5, 5}, 3, f, on), 100);
  assert_true(f[2] == 2 && on[2] == 0);
  assert_int_equal(wg_resolve(r, (wg_pt){5, 5}, 0).how, WG_HOW_OVERLAP);
  uint32_t room[2] = {9, 9};
  assert_int_equal(wg_resolver_query(r, (wg_box){0, 0, 1, 1}, 1, room), 100);
  assert_true(room[0] < 100 && room[1] == 9);
  wg_resolver_free(r);
  wg_shapes_deinit(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bent_tessellation),
      cmocka_unit_test(voronoi),
      cmocka_unit_test(scribbles),
      cmocka_unit_test(nested),
      cmocka_unit_test(crowded),
      cmocka_unit_test(huge_and_tiny),
      cmocka_unit_test(checkerboard),
      cmocka_unit_test(empty_and_partless),
      cmocka_unit_test(hows),
      cmocka_unit_test(nearest),
      cmocka_unit_test(small_room),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
