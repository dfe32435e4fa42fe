/* Shares of an inexact position: against closed forms, and against Monte Carlo with GEOS as the judge. */
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
#include "geo/owens_t.h"
#include "geo_oracle.h"
#include "geo_support.h"

static double phi(double x) { return erfc(-x * M_SQRT1_2) / 2; }

/* Mass of a lattice box around p. */
static double box_mass(wg_pt p, double sigma, double x0, double y0, double x1, double y1) {
  double east, north;
  wg_lattice_scale(wg_lat(p), &east, &north);
  return (phi((x1 - p.x) * east / sigma) - phi((x0 - p.x) * east / sigma)) *
         (phi((y1 - p.y) * north / sigma) - phi((y0 - p.y) * north / sigma));
}

static double sigma_of(double accuracy, double level) { return accuracy / sqrt(-2 * log(1 - level)); }

static double share_of(const wg_shares *s, uint32_t f) {
  for (uint32_t i = 0; i < s->n; i++)
    if (s->share[i].feature == f) return s->share[i].probability;
  return 0;
}

static void assert_whole(const wg_shares *s) {
  double sum = s->outside + s->rest;
  for (uint32_t i = 0; i < s->n; i++) {
    sum += s->share[i].probability;
    assert_true(s->share[i].probability >= 1e-4);
    if (i) assert_true(s->share[i].probability <= s->share[i - 1].probability);
  }
  assert_true(fabs(sum - 1) < 1e-9);
  assert_true(s->outside >= 0 && s->rest >= 0);
}

static void owens_t(void **state) {
  (void)state;
  for (double h = 0; h < 8; h += 0.13) {
    assert_true(fabs(wg_owens_t(h, 1) - phi(h) * phi(-h) / 2) < 1e-12);
    for (double a = 0; a < 40; a = a * 1.4 + 0.05) {
      /* Simpson's rule with many steps, over the angle, where nothing is steep but the exponential */
      double sum = 0, end = atan(a);
      const int n = 4000;
      for (int i = 0; i <= n; i++) {
        double c = cos(end * i / n);
        sum += exp(-h * h / 2 / (c * c)) * (i == 0 || i == n ? 1 : i % 2 ? 4 : 2);
      }
      assert_true(fabs(wg_owens_t(h, a) - sum * end / n / 3 / (2 * M_PI)) < 1e-10);
    }
  }
  assert_true(fabs(wg_owens_t(0, 1e9) - 0.25) < 1e-9);
}

/* Short edges are reckoned another way: a long one in pieces must give the same. */
static void pieces(void **state) {
  (void)state;
  uint64_t seed = 21;
  for (int i = 0; i < 2000; i++) {
    double ax = geo_unit(&seed) * 8 - 4, ay = geo_unit(&seed) * 8 - 4, bx = geo_unit(&seed) * 8 - 4,
           by = geo_unit(&seed) * 8 - 4, sum = 0;
    if (i % 10 == 0) ax = ay = 1e-7 * i; /* past the centre itself */
    int n = (int)(hypot(bx - ax, by - ay) / 0.0999) + 1;
    for (int k = 0; k < n; k++)
      sum += wg_normal_triangle(ax + (bx - ax) * k / n, ay + (by - ay) * k / n, ax + (bx - ax) * (k + 1) / n,
                                ay + (by - ay) * (k + 1) / n);
    assert_true(fabs(sum - wg_normal_triangle(ax, ay, bx, by)) < 1e-8);
  }
}

/* A board of boxes, some missing, one with a hole: every share by the product of two normals. */
static void boxes(void **state) {
  (void)state;
  wg_shapes s;
  wg_resolver *r = NULL;
  wg_shares out;
  wg_shapes_init(&s);
  uint64_t seed = 12;
  int32_t x0 = 1190000000, y0 = 290000000, side = 500;
  for (int32_t i = 0; i < 36; i++) {
    if (i == 14)
      assert_int_equal(wg_shapes_feature(&s), WG_OK); /* missing */
    else
      geo_add_box(&s, x0 + i % 6 * side, y0 + i / 6 * side, x0 + i % 6 * side + side,
                  y0 + i / 6 * side + side, true);
    if (i == 21)
      geo_add_hole(&s, x0 + 3 * side + 100, y0 + 3 * side + 100, x0 + 3 * side + 300, y0 + 3 * side + 400);
  }
  assert_int_equal(wg_resolver_new(&s, &r), WG_OK);
  for (int round = 0; round < 400; round++) {
    wg_pt p = {x0 + (int32_t)(geo_unit(&seed) * 6 * side), y0 + (int32_t)(geo_unit(&seed) * 6 * side)};
    if (round % 5 == 0) p = (wg_pt){x0 + 2 * side, y0 + round % 6 * side}; /* on corners and edges */
    double accuracy = exp(geo_unit(&seed) * 7 - 2), level = round % 2 ? 0.68 : 0.95,
           sigma = sigma_of(accuracy, level);
    assert_int_equal(wg_resolve_shares(r, p, accuracy, level, &out), WG_OK);
    assert_whole(&out);
    double in = 0;
    for (uint32_t i = 0; i < 36; i++) {
      double bx = x0 + (double)(i % 6) * side, by = y0 + (double)(i / 6) * side;
      double want = i == 14 ? 0 : box_mass(p, sigma, bx, by, bx + side, by + side);
      if (i == 21) want -= box_mass(p, sigma, bx + 100, by + 100, bx + 300, by + 400);
      double have = share_of(&out, i);
      in += want;
      if (want > 1.001e-4) assert_true(fabs(have - want) < 1e-8);
      if (want < 0.999e-4) assert_true(have == 0);
    }
    assert_true(fabs(out.outside - (1 - in)) < 1e-8);
  }
  wg_resolver_free(r);
  wg_shapes_deinit(&s);
}

/* The radius holds its level of the mass. */
static void disc(void **state) {
  (void)state;
  wg_shapes s;
  wg_resolver *r = NULL;
  wg_shares out;
  double east, north;
  wg_pt p = {1190000000, 290000000};
  wg_lattice_scale(29, &east, &north);
  wg_shapes_init(&s);
  assert_int_equal(wg_shapes_feature(&s), WG_OK);
  assert_int_equal(wg_shapes_part(&s), WG_OK);
  assert_int_equal(wg_shapes_ring(&s), WG_OK);
  for (int i = 0; i < 3000; i++) {
    double a = i * 2 * M_PI / 3000;
    wg_pt v = {p.x + (int32_t)lround(cos(a) * 5000 / east), p.y + (int32_t)lround(sin(a) * 5000 / north)};
    assert_int_equal(wg_shapes_vertex(&s, v), WG_OK);
  }
  assert_int_equal(wg_resolver_new(&s, &r), WG_OK);
  const double levels[] = {0.393, 0.5, 0.68, 0.95};
  for (int i = 0; i < 4; i++) {
    assert_int_equal(wg_resolve_shares(r, p, 5000, levels[i], &out), WG_OK);
    assert_whole(&out);
    assert_true(fabs(share_of(&out, 0) - levels[i]) < 1e-5);
  }
  wg_resolver_free(r);
  wg_shapes_deinit(&s);
}

/* Where boxes overlap, the land is the smallest index's. */
static void overlaps(void **state) {
  (void)state;
  wg_shapes s;
  wg_resolver *r = NULL;
  wg_shares out;
  wg_shapes_init(&s);
  int32_t x = 1190000000, y = 290000000;
  geo_add_box(&s, x, y, x + 400, y + 400, true);             /* 0 */
  geo_add_box(&s, x + 300, y, x + 700, y + 400, true);       /* 1, partly in 0 */
  geo_add_box(&s, x + 100, y + 100, x + 200, y + 200, true); /* 2, all in 0 */
  geo_add_box(&s, x, y, x + 400, y + 400, true);             /* 3, the same as 0 */
  geo_add_box(&s, x + 700, y, x + 900, y + 400, true);       /* 4, beside 1 */
  assert_int_equal(wg_resolver_new(&s, &r), WG_OK);
  const wg_pt points[] = {
      {x + 50, y + 50}, {x + 150, y + 150}, {x + 350, y + 200}, {x + 700, y + 200}, {x + 401, y + 399}};
  for (int i = 0; i < 5; i++) {
    for (double accuracy = 0.1; accuracy < 30; accuracy *= 3) {
      wg_pt p = points[i];
      double sigma = sigma_of(accuracy, 0.68);
      assert_int_equal(wg_resolve_shares(r, p, accuracy, 0.68, &out), WG_OK);
      assert_whole(&out);
      const double want[5] = {box_mass(p, sigma, x, y, x + 400, y + 400),
                              box_mass(p, sigma, x + 400, y, x + 700, y + 400), 0, 0,
                              box_mass(p, sigma, x + 700, y, x + 900, y + 400)};
      for (uint32_t k = 0; k < 5; k++)
        if (fabs(want[k] - 1e-4) > 1e-6)
          assert_true(fabs(share_of(&out, k) - (want[k] < 1e-4 ? 0 : want[k])) < 1e-8);
    }
  }
  wg_resolver_free(r);
  wg_shapes_deinit(&s);
}

/* Bent cells, with some doubled and some missing, by throwing darts that GEOS places. */
static void darts(void **state) {
  (void)state;
  wg_shapes all, s;
  wg_resolver *r = NULL;
  wg_shares out;
  oracle o;
  tess t = {12, 12, 8, 3, {1190000000, 290000000, 1190060000, 290060000}};
  wg_shapes_init(&all);
  wg_shapes_init(&s);
  assert_int_equal(tess_make(&t, &all), WG_OK);
  for (uint32_t f = 0; f < all.n; f++)
    if (f % 17 != 3) assert_int_equal(wg_shapes_copy(&s, &all, f), WG_OK);
  geo_add_box(&s, 1190020000, 290020000, 1190040000, 290027000, true); /* over many */
  assert_int_equal(wg_resolver_new(&s, &r), WG_OK);
  oracle_new(&o, &s);
  uint64_t seed = 77;
  for (int round = 0; round < 4; round++) {
    wg_pt p = {1190030000 + (int32_t)(geo_unit(&seed) * 20000),
               290025000 + (int32_t)(geo_unit(&seed) * 20000)};
    double accuracy = 20 + 30 * round, sigma = sigma_of(accuracy, 0.68), east, north;
    wg_lattice_scale(wg_lat(p), &east, &north);
    assert_int_equal(wg_resolve_shares(r, p, accuracy, 0.68, &out), WG_OK);
    assert_whole(&out);
    double hits[200] = {0}, outside = 0;
    const int n = 20000;
    for (int i = 0; i < n; i++) {
      double radius = sigma * sqrt(-2 * log(1 - geo_unit(&seed))), a = geo_unit(&seed) * 2 * M_PI;
      wg_pt at = {p.x + (int32_t)lround(radius * cos(a) / east),
                  p.y + (int32_t)lround(radius * sin(a) / north)};
      oracle_ask(&o, at);
      if (o.found.n)
        hits[o.found.feature[0]] += 1.0 / n;
      else
        outside += 1.0 / n;
    }
    for (uint32_t f = 0; f < s.n; f++)
      assert_true(fabs(share_of(&out, f) - hits[f]) < 0.016); /* 4.5 sigmas */
    assert_true(fabs(out.outside - outside) < 0.016);
  }
  oracle_free(&o);
  wg_resolver_free(r);
  wg_shapes_deinit(&s);
  wg_shapes_deinit(&all);
}

/* More candidates than are listed: the rest is told. */
static void many(void **state) {
  (void)state;
  wg_shapes s;
  wg_resolver *r = NULL;
  wg_shares out;
  wg_shapes_init(&s);
  for (int32_t i = 0; i < 400; i++)
    geo_add_box(&s, i % 20 * 1000, i / 20 * 1000, i % 20 * 1000 + 1000, i / 20 * 1000 + 1000, true);
  assert_int_equal(wg_resolver_new(&s, &r), WG_OK);
  assert_int_equal(wg_resolve_shares(r, (wg_pt){10000, 10000}, 100, 0.68, &out), WG_OK);
  assert_whole(&out);
  assert_int_equal(out.n, WG_SHARES_MAX);
  assert_true(out.rest > 0.01);
  wg_resolver_free(r);
  wg_shapes_deinit(&s);
}

static void refuses_and_far(void **state) {
  (void)state;
  wg_shapes s;
  wg_resolver *r = NULL;
  wg_shares out;
  wg_shapes_init(&s);
  geo_add_box(&s, 0, 0, 1000, 1000, true);
  assert_int_equal(wg_resolver_new(&s, &r), WG_OK);
  const double bad[][2] = {{-1, 0.68}, {NAN, 0.68}, {INFINITY, 0.68}, {5, 0}, {5, 1}, {5, NAN}};
  for (int i = 0; i < 6; i++)
    assert_int_equal(wg_resolve_shares(r, (wg_pt){0, 0}, bad[i][0], bad[i][1], &out), WG_INVALID);
  assert_int_equal(wg_resolve_shares(r, (wg_pt){100000000, 0}, 10, 0.68, &out), WG_OK);
  assert_true(out.n == 0 && out.outside == 1 && out.rest == 0);
  assert_int_equal(wg_resolve_shares(r, (wg_pt){500, 900000000}, 10, 0.68, &out), WG_OK); /* the pole */
  assert_whole(&out);
  assert_int_equal(wg_resolve_shares(r, (wg_pt){500, 500}, 0, 0.68, &out), WG_OK);
  assert_true(fabs(share_of(&out, 0) - 1) < 1e-9);
  assert_int_equal(wg_resolve_shares(r, (wg_pt){0, 500}, 1e-6, 0.68, &out), WG_OK);
  assert_true(fabs(share_of(&out, 0) - 0.5) < 1e-9 && fabs(out.outside - 0.5) < 1e-9);
  wg_resolver_free(r);
  wg_shapes_deinit(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(owens_t), cmocka_unit_test(pieces),          cmocka_unit_test(boxes),
      cmocka_unit_test(disc),    cmocka_unit_test(overlaps),        cmocka_unit_test(darts),
      cmocka_unit_test(many),    cmocka_unit_test(refuses_and_far),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
