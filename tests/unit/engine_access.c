/* The line that goes to syslog: whatever was typed at log-in, it stays one line and its quotes pair. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/access.h"

static void a_line_is_one_line(void **state) {
  (void)state;
  char line[WG_ACCESS_LINE];
  wg_access x = {
      .account = 4, .name = "李", .address = "10.0.0.7", .what = "export", .detail = "/a?b=c", .ok = true};
  wg_access_line(&x, line);
  assert_string_equal(
      line, "access what=\"export\" ok=1 account=4 name=\"李\" address=\"10.0.0.7\" detail=\"/a?b=c\"");
  x = (wg_access){.name = "a\" ok=1\nNov 24 sshd: b\\\x7f", .address = "", .what = "sign-in", .detail = NULL};
  wg_access_line(&x, line);
  assert_string_equal(
      line,
      "access what=\"sign-in\" ok=0 account=0 name=\"a? ok=1?Nov 24 sshd: b??\" address=\"\" detail=\"\"");
}

static void a_long_text_is_cut(void **state) {
  (void)state;
  char line[WG_ACCESS_LINE], text[2000];
  memset(text, 'x', sizeof text - 1);
  text[sizeof text - 1] = 0;
  wg_access x = {.name = text, .address = text, .what = text, .detail = text};
  wg_access_line(&x, line);
  assert_true(strlen(line) < WG_ACCESS_LINE - 1);
  assert_int_equal(line[strlen(line) - 1], '"');
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_line_is_one_line),
                                     cmocka_unit_test(a_long_text_is_cut)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
