/* Coordinates in the ways that people write them, and what only looks like some. */
#include "geo/coord_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void is(const char *text, double x, double y, const char *crs, bool sure) {
  wg_coord_text c;
  if (!wg_coord_text_parse(text, &c)) fail_msg("not read: %s", text);
  if (c.x < x - 1e-9 || c.x > x + 1e-9 || c.y < y - 1e-9 || c.y > y + 1e-9)
    fail_msg("%s: %.10f, %.10f", text, c.x, c.y);
  if (strcmp(c.crs, crs) != 0) fail_msg("%s: %s", text, c.crs);
  assert_int_equal(c.sure, sure);
}

static void two_numbers(void **state) {
  (void)state;
  const char *const same[] = {"120.1,30.2",   "120.1 30.2",    " 120.1 , 30.2 ", "120.1，30.2", "120.1;30.2",
                              "120.1 / 30.2", "(120.1, 30.2)", "+120.1 30.2",    "120.1、30.2"};
  for (size_t i = 0; i < sizeof same / sizeof *same; i++) is(same[i], 120.1, 30.2, "wgs84", false);
  is("-70.5 -33.25", -70.5, -33.25, "wgs84", false);
  is("30.2,120.1", 30.2, 120.1, "wgs84", false);
}

static void sides(void **state) {
  (void)state;
  const char *const same[] = {"30.2N 120.1E",
                              "30.2N120.1E",
                              "N30.2 E120.1",
                              "120.1E,30.2N",
                              "e120.1, n30.2",
                              "北纬30.2 东经120.1",
                              "东经120.1北纬30.2",
                              "30.2°N 120.1°E",
                              "30°12'N 120°6'E",
                              "30°12'00\"N, 120°06'00\"E",
                              "东经120度6分 北纬30度12分",
                              "30 12 0 N 120 6 0 E",
                              "N 30 12 E 120 06"};
  for (size_t i = 0; i < sizeof same / sizeof *same; i++) is(same[i], 120.1, 30.2, "wgs84", true);
  is("33.5S 70.5W", -70.5, -33.5, "wgs84", true);
  is("120°06′00″ 30°12′00″", 120.1, 30.2, "wgs84", false);
  is("-0°30' 51°30'", -0.5, 51.5, "wgs84", false);
}

static void reference_systems(void **state) {
  (void)state;
  is("gcj02 120.1,30.2", 120.1, 30.2, "gcj02", false);
  is("GCJ-02: 120.1,30.2", 120.1, 30.2, "gcj02", false);
  is("高德 120.1,30.2", 120.1, 30.2, "gcj02", false);
  is("高德坐标：120.1，30.2", 120.1, 30.2, "gcj02", false);
  is("120.1,30.2 腾讯", 120.1, 30.2, "gcj02", false);
  is("120.1,30.2国测局", 120.1, 30.2, "gcj02", false);
  is("百度地图 120.1 30.2", 120.1, 30.2, "bd09", false);
  is("120.1,30.2 (bd09)", 120.1, 30.2, "bd09", false);
  is("wgs84 30.2N 120.1E", 120.1, 30.2, "wgs84", true);
  is("EPSG:4549 3456789,40512345", 3456789, 40512345, "EPSG:4549", false);
  is("3456789,512345 epsg:4549", 3456789, 512345, "EPSG:4549", false);
}

static void something_else(void **state) {
  (void)state;
  const char *const other[] = {"",
                               "120.1",
                               "20261124-0007",
                               "990101001001-20261124-0007",
                               "红星路 3 5",
                               "红星路3号",
                               "1 2 3",
                               "1,2,3,4",
                               "120.1.2,30.2",
                               "N30.2 N120.1",
                               "30.2N 120.1",
                               "30.2N 120.1S",
                               "-30.2S 120.1E",
                               "30°72'N 120°6'E",
                               "30.5°12'N 120°6'E",
                               "0x12 5",
                               "1e5 2",
                               "nan inf",
                               "gcj02",
                               "EPSG:4549",
                               "EPSG: 12 13",
                               "99999999999999999999999999999999999999999 1",
                               "° °",
                               "N E",
                               "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19"};
  wg_coord_text c;
  for (size_t i = 0; i < sizeof other / sizeof *other; i++)
    if (wg_coord_text_parse(other[i], &c)) fail_msg("read: %s", other[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(two_numbers),
      cmocka_unit_test(sides),
      cmocka_unit_test(reference_systems),
      cmocka_unit_test(something_else),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
