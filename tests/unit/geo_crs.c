/* Reference systems: against published city coordinates, against PROJ's own figures, there and back. */
#include "geo/crs.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "geo/lattice.h"
#include "geo_support.h"

static double coord(wg_json *coords, const char *name, size_t i) {
  wg_json *pair = NULL;
  assert_int_equal(wg_json_arr(coords, name, WG_REQUIRED, 2, &pair, NULL), WG_OK);
  return wg_json_number(wg_json_at(pair, i));
}

/* 332 cities as the map makers' own services gave them, with seven decimals and their own noise. */
static void cities(void **state) {
  (void)state;
  wg_arena arena;
  wg_arena_init(&arena);
  wg_json *list = geo_read_json(&arena, "6_test_vectors/gcj02_bd09_cities.json");
  size_t n = wg_json_len(list);
  assert_true(n > 300);
  double worst_gcj = 0, worst_bd = 0;
  for (size_t i = 0; i < n; i++) {
    wg_json *c = NULL;
    assert_int_equal(wg_json_obj(wg_json_at(list, i), "coords", WG_REQUIRED, &c, NULL), WG_OK);
    double lon, lat, x, y;
    wg_gcj02_from_wgs84(coord(c, "WGS84", 0), coord(c, "WGS84", 1), &lon, &lat);
    worst_gcj = fmax(worst_gcj, fmax(fabs(lon - coord(c, "GCJ02", 0)), fabs(lat - coord(c, "GCJ02", 1))));
    wg_bd09_from_gcj02(coord(c, "GCJ02", 0), coord(c, "GCJ02", 1), &x, &y);
    worst_bd = fmax(worst_bd, fmax(fabs(x - coord(c, "BD09", 0)), fabs(y - coord(c, "BD09", 1))));
    assert_true(wg_wgs84_from_gcj02(coord(c, "GCJ02", 0), coord(c, "GCJ02", 1), &x, &y));
    worst_gcj = fmax(worst_gcj, fmax(fabs(x - coord(c, "WGS84", 0)), fabs(y - coord(c, "WGS84", 1))));
  }
  wg_arena_clear(&arena);
  print_message("%zu cities: GCJ-02 within %.1e degrees, BD-09 within %.1e\n", n, worst_gcj, worst_bd);
  assert_true(worst_gcj < 1e-5);
  assert_true(worst_bd < 1e-5);
}

static void there_and_back(void **state) {
  (void)state;
  uint64_t seed = 7;
  double worst = 0;
  for (int i = 0; i < 100000; i++) {
    double lon = 72.1 + geo_unit(&seed) * (137.7 - 72.1), lat = 0.9 + geo_unit(&seed) * (55.7 - 0.9);
    if (i % 50 == 0) lon = 105; /* where the shift has a kink */
    if (i % 75 == 0) lat = 35;
    double gx, gy, bx, by, x, y;
    wg_gcj02_from_wgs84(lon, lat, &gx, &gy);
    wg_bd09_from_gcj02(gx, gy, &bx, &by);
    assert_true(wg_gcj02_from_bd09(bx, by, &x, &y));
    worst = fmax(worst, fmax(fabs(x - gx), fabs(y - gy)));
    assert_true(wg_wgs84_from_gcj02(gx, gy, &x, &y));
    worst = fmax(worst, fmax(fabs(x - lon), fabs(y - lat)));
  }
  assert_true(worst < 1e-9);
}

static void rim_and_outside(void **state) {
  (void)state;
  double x, y;
  assert_true(wg_wgs84_from_gcj02(2.35, 48.85, &x, &y));
  assert_true(x == 2.35 && y == 48.85);
  wg_gcj02_from_wgs84(-70.5, -33.4, &x, &y);
  assert_true(x == -70.5 && y == -33.4);
  assert_false(wg_wgs84_from_gcj02(NAN, 30, &x, &y));
  assert_false(wg_wgs84_from_gcj02(INFINITY, 30, &x, &y));
  /* Somewhere along the rim the answer is not exact, is said so, and is still near. */
  int inexact = 0;
  for (double lat = 1; lat < 55; lat += 0.1) {
    for (double lon = 71.95; lon < 72.1; lon += 0.001) {
      bool exact = wg_wgs84_from_gcj02(lon, lat, &x, &y);
      assert_true(fabs(x - lon) < 0.05 && fabs(y - lat) < 0.05);
      inexact += !exact;
      if (!exact) continue;
      double gx, gy;
      wg_gcj02_from_wgs84(x, y, &gx, &gy);
      assert_true(fabs(gx - lon) < 1e-9 && fabs(gy - lat) < 1e-9);
    }
  }
  assert_true(inexact > 0);
}

static void check_system(wg_json *point, const char *srid) {
  wg_json *to = NULL, *at = NULL;
  double lon, lat, x, y;
  assert_int_equal(wg_json_num(point, "lon", WG_REQUIRED, -180, 180, &lon, NULL), WG_OK);
  assert_int_equal(wg_json_num(point, "lat", WG_REQUIRED, -90, 90, &lat, NULL), WG_OK);
  assert_int_equal(wg_json_obj(point, "to", WG_REQUIRED, &to, NULL), WG_OK);
  assert_int_equal(wg_json_obj(to, srid, WG_REQUIRED, &at, NULL), WG_OK);
  assert_int_equal(wg_json_num(at, "easting", WG_REQUIRED, -1e9, 1e9, &x, NULL), WG_OK);
  assert_int_equal(wg_json_num(at, "northing", WG_REQUIRED, -1e9, 1e9, &y, NULL), WG_OK);
  char name[32];
  snprintf(name, sizeof name, "epsg:%s", srid);
  wg_crs *crs = NULL;
  assert_int_equal(wg_crs_open(name, &crs, NULL), WG_OK);
  assert_false(wg_crs_is_plain(crs));
  double bx = lon, by = lat, e = x, n = y;
  assert_int_equal(wg_crs_from_wgs84(crs, &bx, &by, 1, 1), 0);
  assert_true(fabs(bx - x) < 1e-3 && fabs(by - y) < 1e-3);
  assert_int_equal(wg_crs_to_wgs84(crs, &e, &n, 1, 1), 0);
  assert_true(fabs(e - lon) < 1e-8 && fabs(n - lat) < 1e-8);
  wg_crs_free(crs);
}

static void cgcs2000(void **state) {
  (void)state;
  static const char *const srids[] = {"4549", "4528", "4509", "3857", "32650"};
  wg_arena arena;
  wg_arena_init(&arena);
  wg_json *points = NULL;
  assert_int_equal(wg_json_arr(geo_read_json(&arena, "6_test_vectors/cgcs2000_jinhua.json"), "points",
                               WG_REQUIRED, 1000, &points, NULL),
                   WG_OK);
  assert_true(wg_json_len(points) > 3);
  for (size_t i = 0; i < wg_json_len(points); i++)
    for (size_t k = 0; k < 5; k++) check_system(wg_json_at(points, i), srids[k]);
  wg_arena_clear(&arena);
}

static void names(void **state) {
  (void)state;
  static const char *const plain[] = {"wgs84", "WGS84", "EPSG:4326", "epsg:4326", "OGC:CRS84"};
  static const char *const bad[] = {"",          "wgs 84",    "EPSG:",     "EPSG:0",     "EPSG:999999",
                                    "EPSG:4978", "EPSG:5773", "hello\x01", "+proj=nope", "gcj-02",
                                    "EPSG:4326x"};
  wg_crs *crs = NULL;
  wg_err err;
  for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
    assert_int_equal(wg_crs_open(plain[i], &crs, NULL), WG_OK);
    assert_true(wg_crs_is_plain(crs));
    double x = 119.123456789, y = 29.987654321;
    assert_int_equal(wg_crs_to_wgs84(crs, &x, &y, 1, 1), 0);
    assert_true(x == 119.123456789 && y == 29.987654321);
    wg_crs_free(crs);
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    memset(&err, 0, sizeof err);
    assert_int_equal(wg_crs_open(bad[i], &crs, &err), WG_INVALID);
    assert_null(crs);
    assert_string_equal(err.field, "crs");
    assert_true(err.en[0] && err.zh[0]);
  }
  /* CGCS2000 by code is taken lon first, like everything here. */
  assert_int_equal(wg_crs_open("EPSG:4490", &crs, NULL), WG_OK);
  double x = 119.5, y = 29;
  assert_int_equal(wg_crs_to_wgs84(crs, &x, &y, 1, 1), 0);
  assert_true(fabs(x - 119.5) < 1e-7 && fabs(y - 29) < 1e-7);
  assert_string_equal(wg_crs_name(crs), "EPSG:4490");
  wg_crs_free(crs);
  assert_true(wg_crs_is_name("bd09") && wg_crs_is_name("Epsg:4549"));
  assert_false(wg_crs_is_name("+proj=utm +zone=50") || wg_crs_is_name("EPSG:") ||
               wg_crs_is_name("EPSG:12345678"));
}

static void strides_and_failures(void **state) {
  (void)state;
  wg_crs *crs = NULL;
  assert_int_equal(wg_crs_open("EPSG:4549", &crs, NULL), WG_OK);
  double xy[] = {466174.5175, 3218475.0384, NAN, 1, 1e30, 1e30, 500000, 3209269.3238};
  assert_int_equal(wg_crs_to_wgs84(crs, xy, xy + 1, 2, 4), 2);
  assert_true(fabs(xy[0] - 119.652579) < 1e-8 && fabs(xy[1] - 29.082607) < 1e-8);
  assert_true(xy[2] == HUGE_VAL && xy[3] == HUGE_VAL && xy[4] == HUGE_VAL && xy[5] == HUGE_VAL);
  assert_true(fabs(xy[6] - 120) < 1e-8 && fabs(xy[7] - 29) < 1e-8);
  wg_crs_free(crs);
  assert_int_equal(wg_crs_open("bd09", &crs, NULL), WG_OK);
  double b[] = {119.66, 29.09, INFINITY, 3}, c[] = {0, 0};
  c[0] = b[0], c[1] = b[1];
  assert_int_equal(wg_crs_to_wgs84(crs, b, b + 1, 2, 2), 1);
  assert_true(fabs(b[0] - c[0]) > 0.005);
  assert_int_equal(wg_crs_from_wgs84(crs, b, b + 1, 2, 1), 0);
  assert_true(fabs(b[0] - c[0]) < 1e-9 && fabs(b[1] - c[1]) < 1e-9);
  wg_crs_free(crs);
}

static void lattice(void **state) {
  (void)state;
  wg_pt p;
  assert_true(wg_lattice_from(119.00000004, -29.00000006, &p));
  assert_int_equal(p.x, 1190000000);
  assert_int_equal(p.y, -290000001);
  assert_true(wg_lattice_from(-180, 90, &p));
  assert_int_equal(p.x, -1800000000);
  assert_false(wg_lattice_from(180.0000001, 0, &p));
  assert_false(wg_lattice_from(0, -90.1, &p));
  assert_false(wg_lattice_from(NAN, 0, &p));
  assert_false(wg_lattice_from(0, INFINITY, &p));
  /* The scale against geodesic distances of a short way. */
  for (int lat = -80; lat <= 80; lat += 20) {
    double east, north;
    wg_lattice_scale(lat, &east, &north);
    wg_pt o = {0, lat * 10000000}, e = {10000, o.y}, n0 = {0, o.y - 5000}, n1 = {0, o.y + 5000};
    assert_true(fabs(wg_geodesic_distance(o, e) / (10000 * east) - 1) < 1e-7);
    assert_true(fabs(wg_geodesic_distance(n0, n1) / (10000 * north) - 1) < 1e-7);
  }
}

static void geodesic_area(void **state) {
  (void)state;
  wg_shapes s;
  wg_shapes_init(&s);
  /* A square degree on the equator with a square hole; 12 308 778 361.469 m² is the degree's geodesic area.
   */
  geo_add_box(&s, 0, 0, 10000000, 10000000, true);
  double whole = wg_geodesic_area(&s, 0), rim = wg_geodesic_perimeter(&s, 0);
  assert_true(fabs(whole - 12308778361.469) < 1);
  assert_true(fabs(rim - 443770.917) < 0.01);
  geo_add_box(&s, 0, 0, 10000000, 10000000, true);
  geo_add_hole(&s, 2000000, 2000000, 4000000, 4000000);
  geo_add_box(&s, 2000000, 2000000, 4000000, 4000000, true);
  assert_true(fabs(wg_geodesic_area(&s, 1) + wg_geodesic_area(&s, 2) - whole) < 1e-3);
  wg_shapes_feature(&s);
  assert_true(wg_geodesic_area(&s, 3) == 0);
  assert_true(wg_drawn_area(&s, 3) == 0);
  /* Drawn straight: the zone between two parallels. A small box is both, by its scale. */
  assert_true(fabs(wg_drawn_area(&s, 1) + wg_drawn_area(&s, 2) - wg_drawn_area(&s, 0)) < 1e-3);
  assert_true(fabs(wg_drawn_area(&s, 0) / whole - 1) < 1e-4 && wg_drawn_area(&s, 0) < whole);
  for (int lat = -80; lat <= 80; lat += 20) {
    double east, north;
    int32_t y = lat * 10000000, k = s.n;
    geo_add_box(&s, 1190000000, y - 500, 1190001000, y + 500, true);
    wg_lattice_scale(lat, &east, &north);
    assert_true(fabs(wg_drawn_area(&s, (uint32_t)k) / (1e6 * east * north) - 1) < 1e-7);
  }
  wg_shapes_deinit(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cities),   cmocka_unit_test(there_and_back), cmocka_unit_test(rim_and_outside),
      cmocka_unit_test(cgcs2000), cmocka_unit_test(names),          cmocka_unit_test(strides_and_failures),
      cmocka_unit_test(lattice),  cmocka_unit_test(geodesic_area),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
