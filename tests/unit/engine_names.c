/* Names as they are searched for. */
#include "engine/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static const char *at(const void *list, uint32_t i) { return ((const char *const *)list)[i]; }

static int fit(const char *map, const char *code, const char *typed) {
  wg_arena a;
  wg_names *n = NULL;
  wg_typed t;
  wg_arena_init(&a);
  assert_int_equal(wg_names_make(&a, at, &map, 1, &n), WG_OK);
  assert_int_equal(wg_typed_make(&a, typed, &t), WG_OK);
  int how = wg_names_fit(n, code, &t);
  wg_arena_clear(&a);
  return how;
}

static void names_fit(void **state) {
  (void)state;
  const char *map = "{\"zh\":\"红星路社区\",\"en\":\"Hongxing Road\"}";
  assert_int_equal(fit(map, "3301", "红星路社区"), WG_FIT_WHOLE);
  assert_int_equal(fit(map, "3301", "HONGXING road"), WG_FIT_WHOLE);
  assert_int_equal(fit(map, "3301", "3301"), WG_FIT_WHOLE);
  assert_int_equal(fit(map, "S01", "s0"), WG_FIT_BEGIN);
  assert_int_equal(fit(map, "3301", "红星"), WG_FIT_BEGIN);
  assert_int_equal(fit(map, "3301", "路社"), WG_FIT_PART);
  assert_int_equal(fit(map, "3301", "road"), WG_FIT_PART);
  assert_int_equal(fit(map, "3301", "hxl"), WG_FIT_INITIALS);
  assert_int_equal(fit(map, "3301", "HXLSQ"), WG_FIT_INITIALS);
  assert_int_equal(fit(map, "3301", "lsq"), WG_FIT_AMONG);
  assert_int_equal(fit(map, "3301", "sq"), WG_FIT_NONE);
  assert_int_equal(fit(map, "3301", "01"), WG_FIT_NONE);
  assert_int_equal(fit(map, "3301", ""), WG_FIT_NONE);
  assert_int_equal(fit(map, "3301", "\n"), WG_FIT_PART); /* a line feed is a space: no bound of a name */
}

static void any_text_is_a_name(void **state) {
  (void)state;
  assert_int_equal(fit("张三", "1", "zs"), WG_FIT_INITIALS);
  assert_int_equal(fit("{broken", "1", "{broken"), WG_FIT_WHOLE);
  assert_int_equal(fit("", "1", "x"), WG_FIT_NONE);
  assert_int_equal(fit("{\"zh\":7}", "1", "7"), WG_FIT_NONE);
  assert_int_equal(fit("a\nb", "1", "a"), WG_FIT_BEGIN);
  static char huge[400000];
  memset(huge, 'x', sizeof huge - 1);
  assert_int_equal(fit(huge, "1", "x"), WG_FIT_NONE);
}

/* A large city's grids must not hold up the start; the bound is far above what a slow machine takes. */
static void many_names_are_made_soon(void **state) {
  (void)state;
  enum { MANY = 20000 };
  static const char *list[MANY];
  wg_arena a;
  wg_names *n = NULL;
  wg_arena_init(&a);
  for (uint32_t i = 0; i < MANY; i++)
    list[i] = wg_arena_printf(&a, "{\"en\":\"Community %u, Grid 1\",\"zh\":\"红星路社区第%u网格\"}", i, i);
  struct timespec from, to;
  clock_gettime(CLOCK_MONOTONIC, &from);
  assert_int_equal(wg_names_make(&a, at, list, MANY, &n), WG_OK);
  clock_gettime(CLOCK_MONOTONIC, &to);
  double s = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
  print_message("%d names in %.3f s\n", MANY, s);
  assert_true(s < 5);
  wg_arena_clear(&a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_fit),
      cmocka_unit_test(any_text_is_a_name),
      cmocka_unit_test(many_names_are_made_soon),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
