/* Numbers and times as JSON text, against printf and the C library's calendar. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/jw.h"
#include "base/time.h"

static uint64_t state = 88172645463325252u;
static uint64_t draw(void) { /* xorshift: the same run every time */
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

static void expect_int(int64_t v) {
  wg_buf b;
  wg_jw w;
  char want[32];
  wg_buf_init(&b, 64);
  wg_jw_init(&w, &b);
  wg_jw_int(&w, v);
  snprintf(want, sizeof want, "%" PRId64, v);
  assert_string_equal(wg_buf_str(&b), want);
  wg_buf_deinit(&b);
}

static void integers(void **unused) {
  (void)unused;
  const int64_t edges[] = {0, 1, -1, 9, 10, -10, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN};
  for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) expect_int(edges[i]);
  for (int i = 0; i < 20000; i++) expect_int((int64_t)draw() >> draw() % 64);
}

static void expect_degrees(int32_t v) {
  wg_buf b;
  wg_jw w;
  char want[32];
  wg_buf_init(&b, 64);
  wg_jw_init(&w, &b);
  wg_jw_degrees(&w, v);
  long long size = llabs((long long)v);
  snprintf(want, sizeof want, "%s%lld.%07lld", v < 0 ? "-" : "", size / 10000000, size % 10000000);
  size_t n = strlen(want);
  while (want[n - 1] == '0') n--;
  if (want[n - 1] == '.') n--;
  want[n] = 0;
  assert_string_equal(wg_buf_str(&b), want);
  wg_buf_deinit(&b);
}

static void degrees(void **unused) {
  (void)unused;
  const int32_t edges[] = {0,           1,          -1, 10000000, -10000000, 1800000000,
                           -1800000000, 1200000001, 5,  -50,      INT32_MIN};
  for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) expect_degrees(edges[i]);
  for (int i = 0; i < 20000; i++) expect_degrees((int32_t)((int64_t)(draw() % 3600000001u) - 1800000000));
}

static void expect_time(int64_t ms) {
  char got[WG_TIME_LEN], want[64];
  int64_t sec = ms / 1000 - (ms % 1000 < 0), frac = ms - sec * 1000, back = 0;
  time_t t = (time_t)sec;
  struct tm tm;
  assert_non_null(gmtime_r(&t, &tm));
  size_t n = strftime(want, sizeof want, "%Y-%m-%dT%H:%M:%S", &tm);
  if (frac)
    snprintf(want + n, sizeof want - n, ".%03dZ", (int)frac);
  else
    snprintf(want + n, sizeof want - n, "Z");
  wg_time_format(ms, got);
  assert_string_equal(got, want);
  assert_true(wg_time_parse(got, &back));
  assert_int_equal(back, ms);
}

static void times(void **unused) {
  (void)unused;
  const int64_t edges[] = {0, 1, -1, 999, -999, -1000, 951782400000, 253402300799999, 4102444800123};
  for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) expect_time(edges[i]);
  for (int i = 0; i < 20000; i++) expect_time((int64_t)(draw() % 255000000000000u) - 30000000000000);
  char text[WG_TIME_LEN];
  wg_time_format(INT64_MAX, text); /* no year of four digits */
  assert_string_equal(text, "0001-01-01T00:00:00Z");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(integers), cmocka_unit_test(degrees),
                                     cmocka_unit_test(times)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
