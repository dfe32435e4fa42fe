/* Initials of names, and folded case. */
#include "base/initials.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void is(const char *text, const char *want) {
  wg_buf b;
  wg_buf_init(&b, 4096);
  wg_initials(text, ' ', &b);
  assert_string_equal(wg_buf_str(&b), want);
  wg_buf_deinit(&b);
}

static void names_have_initials(void **state) {
  (void)state;
  is("红星路", "hxl");
  is("红星路3号", "hxl3h");
  is("第一网格", "dywg");
  is("East Lake Road", "elr");
  is("People's Park", "pp");
  is("A区12栋", "aq12d ao12d");
  is("", "");
  is("，。!", "");
  is("Été", "");
}

static void second_readings_are_spelt_too(void **state) {
  (void)state;
  wg_buf b;
  wg_buf_init(&b, 4096);
  wg_initials("长安路", '\n', &b);
  const char *got = wg_buf_str(&b);
  assert_true(strcmp(got, "zal\ncal") == 0 || strcmp(got, "cal\nzal") == 0);
  wg_buf_deinit(&b);
  wg_buf_init(&b, 4096);
  wg_initials("长长长长长", ' ', &b); /* one and three more at most */
  assert_int_equal(b.len, 5 * 4 + 3);
  wg_buf_deinit(&b);
}

static void bytes_that_are_no_text_do_no_harm(void **state) {
  (void)state;
  is("\xe7\xba", "");
  is("\xff红", "h");
}

static void *many(void *arg) {
  for (int k = 0; k < 300; k++) {
    wg_buf b;
    wg_buf_init(&b, 4096);
    wg_initials("城东街道红星路社区第一网格", ' ', &b);
    if (strncmp(wg_buf_str(&b), "cdjd", 4) != 0) *(int *)arg = 1;
    wg_buf_deinit(&b);
  }
  return NULL;
}

static void threads_share_what_is_known(void **state) {
  (void)state;
  pthread_t t[4];
  int bad[4] = {0};
  for (int k = 0; k < 4; k++) pthread_create(&t[k], NULL, many, &bad[k]);
  for (int k = 0; k < 4; k++) {
    pthread_join(t[k], NULL);
    assert_int_equal(bad[k], 0);
  }
}

static void case_is_folded(void **state) {
  (void)state;
  wg_buf b;
  wg_buf_init(&b, 4096);
  wg_fold("Straße ÉTÉ 红星", &b);
  assert_string_equal(wg_buf_str(&b), "strasse été 红星");
  wg_buf_deinit(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_have_initials),
      cmocka_unit_test(second_readings_are_spelt_too),
      cmocka_unit_test(bytes_that_are_no_text_do_no_harm),
      cmocka_unit_test(threads_share_what_is_known),
      cmocka_unit_test(case_is_folded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
