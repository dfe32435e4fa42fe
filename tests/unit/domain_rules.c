/* Rules of categories: as JSON and in the cells of a table, there and back; what is refused; who is admitted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "domain/category.h"
#include "rules_support.h"

static wg_status read(wg_arena *a, const char *text, wg_rules **out, wg_err *err) {
  *err = (wg_err){0};
  return wg_rules_parse(a, text, out, err);
}

/* Everything that can be said, in the form that is written. */
static const char whole[] = "{\"limits\":{\"whole\":{\"n\":5,\"unit\":\"work_days\"},\"accept\":{\"n\":30,"
                            "\"unit\":\"minutes\",\"by_severity\":{"
                            "\"2\":{\"n\":20,\"unit\":\"minutes\"},\"3\":{\"n\":10,\"unit\":\"minutes\"}}},"
                            "\"review\":{\"unit\":\"none\",\"by_"
                            "severity\":{\"3\":{\"n\":4,\"unit\":\"work_hours\"}}}},\"verify_photos\":1,"
                            "\"done_photos\":2,\"at_once\":true,"
                            "\"gates\":[\"dispatch\",\"close\"],\"posts\":[\"manager\",\"lead\"],"
                            "\"temporary\":[{\"post\":\"cadre\",\"until\":"
                            "\"2026-12-31\",\"consent\":\"区委政法委同意\"}]}";

static void all_of_it(void **state) {
  (void)state;
  wg_arena a;
  wg_rules *r;
  wg_err err;
  wg_arena_init(&a);
  if (read(&a, whole, &r, &err)) fail_msg("%s: %s", err.field, err.en);
  assert_int_equal(r->limit[WG_C_WHOLE][0].unit, WG_U_DAYS);
  assert_int_equal(wg_rules_limit(r, WG_C_ACCEPT, 1).n, 30);
  assert_int_equal(wg_rules_limit(r, WG_C_ACCEPT, 2).n, 20);
  assert_int_equal(wg_rules_limit(r, WG_C_ACCEPT, 3).n, 10);
  assert_int_equal(wg_rules_limit(r, WG_C_REVIEW, 1).unit, WG_U_NONE);
  assert_int_equal(wg_rules_limit(r, WG_C_REVIEW, 3).unit, WG_U_HOURS);
  assert_int_equal(wg_rules_limit(r, WG_C_HANDLE, 3).unit, WG_U_NONE);
  assert_int_equal(r->gates, WG_GATE_DISPATCH | WG_GATE_CLOSE);
  assert_int_equal(r->posts, 1U << WG_POST_MANAGER | 1U << WG_POST_LEAD);
  assert_string_equal(wg_rules_text(&a, r), whole);
  r->version = 9;
  assert_string_equal(wg_rules_text(&a, r), whole); /* the same content, whichever version */
  assert_int_equal(read(&a, "{}", &r, &err), WG_OK);
  assert_true(wg_rules_equal(r, &(wg_rules){0}));
  wg_arena_clear(&a);
}

static void refused(void **state) {
  (void)state;
#define ACCEPT(span) "{\"limits\":{\"accept\":" span "}}"
#define LATER(row)   "{\"temporary\":[{\"post\":\"cadre\",\"until\":\"2028-02-29\",\"consent\":\"x\"}," row "]}"
  static const struct {
    const char *text, *field;
  } bad[] = {
      {"{\"limit\":{}}", "limit"},
      {"{\"limits\":[]}", "limits"},
      {"{\"limits\":{\"closing\":{\"n\":1,\"unit\":\"minutes\"}}}", "limits.closing"},
      {ACCEPT("30"), "limits.accept"},
      {ACCEPT("{\"n\":30}"), "limits.accept.unit"},
      {ACCEPT("{\"n\":30,\"unit\":\"hours\"}"), "limits.accept.unit"},
      {ACCEPT("{\"n\":1,\"unit\":\"none\"}"), "limits.accept.n"},
      {ACCEPT("{\"unit\":\"minutes\"}"), "limits.accept.n"},
      {ACCEPT("{\"n\":0,\"unit\":\"minutes\"}"), "limits.accept.n"},
      {ACCEPT("{\"n\":-1,\"unit\":\"minutes\"}"), "limits.accept.n"},
      {ACCEPT("{\"n\":1.5,\"unit\":\"minutes\"}"), "limits.accept.n"},
      {ACCEPT("{\"n\":527041,\"unit\":\"minutes\"}"), "limits.accept.n"},
      {ACCEPT("{\"n\":10001,\"unit\":\"work_hours\"}"), "limits.accept.n"},
      {ACCEPT("{\"n\":1001,\"unit\":\"work_days\"}"), "limits.accept.n"},
      {ACCEPT("{\"n\":1,\"unit\":\"minutes\",\"by_severity\":{\"4\":{}}}"), "limits.accept.by_severity.4"},
      {ACCEPT("{\"unit\":\"none\",\"by_severity\":{\"3\":{\"unit\":\"none\"}}}"),
       "limits.accept.by_severity.3.unit"},
      {"{\"limits\":{\"dispatch\":{\"unit\":\"none\",\"by_severity\":{\"3\":{\"unit\":\"none\"}}}}}",
       "limits.dispatch.by_severity.3.unit"},
      {"{\"verify_photos\":-1}", "verify_photos"},
      {"{\"done_photos\":21}", "done_photos"},
      {"{\"at_once\":1}", "at_once"},
      {"{\"gates\":[\"open\"]}", "gates"},
      {"{\"gates\":[1]}", "gates"},
      {"{\"posts\":\"manager\"}", "posts"},
      {"{\"posts\":[\"king\"]}", "posts"},
      {LATER("1"), "temporary.1.post"},
      {LATER("{\"post\":\"king\",\"until\":\"2026-12-31\",\"consent\":\"x\"}"), "temporary.1.post"},
      {LATER("{\"post\":\"cadre\",\"until\":\"2026-02-29\",\"consent\":\"x\"}"), "temporary.1.until"},
      {LATER("{\"post\":\"cadre\",\"until\":\"2026-2-9\",\"consent\":\"x\"}"), "temporary.1.until"},
      {LATER("{\"post\":\"cadre\",\"until\":\"2026-12-31\",\"consent\":\"\"}"), "temporary.1.consent"},
      {LATER("{\"post\":\"cadre\",\"until\":\"2026-12-31\"}"), "temporary.1.consent"},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    wg_arena a;
    wg_rules *r;
    wg_err err;
    wg_arena_init(&a);
    if (read(&a, bad[i].text, &r, &err) != WG_INVALID) fail_msg("taken: %s", bad[i].text);
    assert_string_equal(err.field, bad[i].field);
    assert_true(err.en[0] && err.zh[0]);
    wg_arena_clear(&a);
  }
}

static void there_and_back(void **state) {
  (void)state;
  uint64_t seed = 5;
  for (int round = 0; round < 500; round++) {
    wg_arena a;
    wg_rules *r, *back;
    wg_err err;
    wg_arena_init(&a);
    r = domain_some_rules(&a, &seed);
    if (read(&a, wg_rules_text(&a, r), &back, &err)) fail_msg("%s: %s", err.field, err.en);
    assert_true(wg_rules_equal(r, back));
    back->limit[WG_C_CHECK][2].n++;
    assert_false(wg_rules_equal(r, back));
    wg_arena_clear(&a);
  }
}

static const char *cell_of(const wg_rules *r, wg_clock clock, wg_buf *b) {
  wg_buf_reset(b);
  wg_rules_put_limit(b, r, clock);
  return wg_buf_str(b);
}

static void in_cells(void **state) {
  (void)state;
  static const struct {
    const char *typed, *written; /* NULL: refused */
  } cases[] = {
      {"", ""},
      {"30 minutes", "30 minutes"},
      {"30 minutes; 3: 10 minutes", "30 minutes; 3: 10 minutes"},
      {" 3：10分钟 ；5 工作日 ; ", "5 work_days; 3: 10 minutes"},
      {"4工作小时", "4 work_hours"},
      {"1:1 minute;2: 2 work_hours", "1: 1 minutes; 2: 2 work_hours"},
      {"30", NULL},
      {"minutes", NULL},
      {"4 hours", NULL},
      {"4 小时", NULL}, /* of which clock? */
      {"0 minutes", NULL},
      {"-4 minutes", NULL},
      {"99999999999999999999 minutes", NULL},
      {"4: 10 minutes", NULL},
      {"3: ", NULL},
      {"1 minutes; 2 minutes", NULL},
      {"3: 1 minutes; 3: 1 minutes", NULL},
      {"1 none", NULL},
      {"1 minutesssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss", NULL},
  };
  wg_buf b;
  wg_buf_init(&b, 1 << 10);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    wg_rules r = {0};
    if (wg_rules_take_limit(&r, WG_C_CLAIM, cases[i].typed) != (cases[i].written != NULL))
      fail_msg("\"%s\"", cases[i].typed);
    if (cases[i].written) assert_string_equal(cell_of(&r, WG_C_CLAIM, &b), cases[i].written);
  }
  wg_rules r = {0};
  assert_true(wg_rules_take_gates(&r, "close;dispatch") && r.gates == (WG_GATE_CLOSE | WG_GATE_DISPATCH));
  assert_true(wg_rules_take_posts(&r, "manager； 网格长") &&
              r.posts == (1U << WG_POST_MANAGER | 1U << WG_POST_LEAD));
  assert_false(wg_rules_take_gates(&r, "open") || wg_rules_take_posts(&r, "manager, king"));
  wg_buf_deinit(&b);
}

static void older_minutes(void **state) {
  (void)state;
  wg_rules r = {0};
  wg_rules_take_minutes(&r, 30, 240);
  assert_int_equal(wg_rules_limit(&r, WG_C_ACCEPT, 1).n, 30);
  assert_int_equal(wg_rules_limit(&r, WG_C_WHOLE, 1).n, 240);
  wg_rules_take_minutes(&r, 99, 0); /* what is said in rules holds */
  assert_int_equal(wg_rules_limit(&r, WG_C_ACCEPT, 1).n, 30);
  wg_arena a;
  wg_category *c = NULL;
  uint32_t n = 0;
  wg_arena_init(&a);
  static const char csv[] = "code,group,name_zh,accept_minutes,handle_minutes,limit_accept\n"
                            "a,g,甲,30,240,\nb,g,乙,30,,2 work_hours\n";
  assert_int_equal(wg_catalogue_read_csv(&a, csv, sizeof csv - 1, &c, &n, NULL), WG_OK);
  assert_int_equal(n, 2);
  assert_int_equal(c[0].rules->limit[WG_C_ACCEPT][0].n, 30);
  assert_int_equal(c[0].rules->limit[WG_C_WHOLE][0].n, 240);
  assert_int_equal(c[1].rules->limit[WG_C_ACCEPT][0].unit, WG_U_HOURS);
  assert_int_equal(c[1].rules->limit[WG_C_WHOLE][0].unit, WG_U_NONE);
  static const char json[] =
      "{\"groups\":[{\"code\":\"g\",\"names\":{\"zh\":\"大\"}}],\"categories\":[{\"code\":\"a\","
      "\"group\":\"g\",\"names\":{\"zh\":\"甲\"},\"accept_minutes\":30,\"handle_minutes\":240}]}";
  assert_int_equal(wg_catalogue_parse(&a, json, sizeof json - 1, &c, &n, NULL), WG_OK);
  assert_int_equal(c[0].rules->limit[WG_C_WHOLE][0].n, 240);
  wg_arena_clear(&a);
}

static void admission(void **state) {
  (void)state;
  wg_rules r = {0};
  assert_true(wg_rules_admit(&r, WG_POST_OTHER, 20260101)); /* nobody named: anybody */
  r.posts = 1U << WG_POST_MANAGER;
  r.n_temporary = 1;
  r.temporary[0] = (wg_temporary){WG_POST_CADRE, 20261231, "x"};
  assert_true(wg_rules_admit(&r, WG_POST_MANAGER, 20270101));
  assert_false(wg_rules_admit(&r, WG_POST_OFFICER, 20260101));
  assert_true(wg_rules_admit(&r, WG_POST_CADRE, 20261231)); /* the last day counts */
  assert_false(wg_rules_admit(&r, WG_POST_CADRE, 20270101));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_of_it), cmocka_unit_test(refused),       cmocka_unit_test(there_and_back),
      cmocka_unit_test(in_cells),  cmocka_unit_test(older_minutes), cmocka_unit_test(admission),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
