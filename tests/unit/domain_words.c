/* The sentence that says why, states, and the catalogue that the binary carries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/text.h"
#include "domain/incident.h"

static void says(const struct wg_why *w, const char *lang, const char *want) {
  wg_arena a;
  wg_arena_init(&a);
  assert_string_equal(wg_why_sentence(&a, w, lang), want);
  wg_arena_clear(&a);
}

static void sentences(void **state) {
  (void)state;
  wg_assignment a = {.rule = WG_ASSIGN_ON_DUTY, .staff = 1, .post = WG_POST_MANAGER};
  struct wg_why w = {.how = 1,
                     .grid_code = "330702001001001",
                     .network = "base",
                     .plan_version = 3,
                     .assigned = &a,
                     .worker = "Zhang San"};
  says(&w, "en",
       "The point is inside grid 330702001001001 (plan base v3); Zhang San, grid manager, is on duty, so the "
       "report "
       "is theirs.");
  w.worker = "张三";
  w.grid_name = "第一网格";
  says(&w, "zh",
       "该点在网格330702001001001“第一网格”（基础网格方案第 3 版）内，网格管理员张三正在值班，由其负责。");
  w.how = 2;
  a = (wg_assignment){.rule = WG_ASSIGN_STAND_IN, .staff = 2, .post = WG_POST_OFFICER, .stands_for = 1};
  w.worker = "Li Si";
  w.away = "Zhang San";
  w.grid_name = NULL;
  says(&w, "en",
       "The point is on the boundary of several grids; the smallest code is grid 330702001001001 (plan base "
       "v3); "
       "Li Si stands in for Zhang San, grid information officer, so the report is theirs.");
  w.how = 4;
  w.metres = 0.634;
  a = (wg_assignment){.rule = WG_ASSIGN_LEAD, .staff = 2, .post = WG_POST_LEAD};
  says(&w, "en",
       "The point is in no grid; the nearest, 0.63 m away, is grid 330702001001001 (plan base v3); nobody is "
       "on duty, "
       "so the report goes to the grid lead, Li Si.");
  w.how = 3;
  a = (wg_assignment){.rule = WG_ASSIGN_QUEUE_OFF_DUTY};
  says(&w, "zh",
       "该点同时在几个重叠的网格内，编码最小的是网格330702001001001（基础网格方案第 3 "
       "版），此时无人值班且未设网格长，因此"
       "进入乡镇（街道）中心待派队列。");
  struct wg_why none = {.how = 0, .network = "base", .plan_version = 3, .assigned = &a};
  a = (wg_assignment){.rule = WG_ASSIGN_QUEUE_NO_GRID};
  says(&none, "en", "The point is in no grid (plan base v3), so the report waits in the centre's queue.");
  none.placeless = true;
  says(&none, "en",
       "The report gives a place in words and no position, so the report waits in the centre's queue.");
  none.placeless = false;
  none.plan_version = 0;
  says(&none, "en", "Network base has no plan yet, so the report waits in the centre's queue.");
  none.assigned = NULL;
  says(&none, "zh", "基础网格尚无方案。");
  none.network = "police";
  says(&none, "zh", "police 尚无方案。");
}

/* Every how × rule × language × (name shown or not): one sentence, valid text, one full stop at its end, the
 * rule's own words in it, no two rules alike. */
static void every_sentence(void **state) {
  (void)state;
  wg_arena arena;
  wg_arena_init(&arena);
  for (int zh = 0; zh < 2; zh++)
    for (int named = 0; named < 2; named++)
      for (int how = 1; how <= 4; how++) {
        const char *all[WG_ASSIGN_LEAD + 2];
        int n = 0;
        for (int rule = WG_ASSIGN_QUEUE_NO_STAFF; rule <= WG_ASSIGN_LEAD + 1; rule++) {
          wg_assignment a = {.rule = rule > WG_ASSIGN_LEAD ? WG_ASSIGN_LEAD : (wg_assign_rule)rule,
                             .staff = 1,
                             .post = WG_POST_LEAD,
                             .stands_for = rule == WG_ASSIGN_STAND_IN || rule > WG_ASSIGN_LEAD ? 2 : 0};
          struct wg_why w = {.how = how,
                             .grid_code = "G1",
                             .network = "base",
                             .plan_version = 1,
                             .metres = 0.5,
                             .assigned = &a,
                             .worker = named ? "NAME" : NULL,
                             .away = named ? "AWAY" : NULL};
          char *s = wg_why_sentence(&arena, &w, zh ? "zh-CN" : "en");
          assert_true(wg_text_utf8(s, strlen(s)));
          assert_non_null(strstr(s, "G1"));
          const char *end = zh ? "。" : ".";
          assert_string_equal(s + strlen(s) - strlen(end), end);
          assert_null(strstr(s, "(null)"));
          assert_null(strstr(s, "  "));
          if (named && rule >= WG_ASSIGN_ON_DUTY) assert_non_null(strstr(s, "NAME"));
          if (named && a.stands_for) assert_non_null(strstr(s, "AWAY"));
          for (int i = 0; i < n; i++) assert_string_not_equal(all[i], s);
          all[n++] = s;
        }
      }
  wg_arena_clear(&arena);
}

static void states(void **state) {
  (void)state;
  int open = 0;
  for (int s = 0; s < WG_STATES; s++) {
    wg_state back;
    assert_true(wg_state_parse(wg_state_name((wg_state)s), &back));
    assert_int_equal(back, s);
    assert_true(wg_text_has_han(wg_state_title((wg_state)s, "zh")));
    assert_false(wg_text_has_han(wg_state_title((wg_state)s, "en")));
    open += wg_state_open((wg_state)s);
  }
  assert_int_equal(open, WG_STATES - 5);
  assert_false(wg_state_open(WG_S_CLOSED) || wg_state_open(WG_S_VOID) || wg_state_open(WG_S_REFUSED));
  wg_state none;
  assert_false(wg_state_parse("opened", &none));
}

static char *catalogue_file(wg_arena *a, size_t *n) {
  FILE *f = fopen(WG_SOURCE_DIR "/data/catalogue.json", "rb");
  assert_non_null(f);
  char *text = wg_arena_alloc(a, 1 << 20);
  *n = fread(text, 1, 1 << 20, f);
  fclose(f);
  return text;
}

static void catalogue(void **state) {
  (void)state;
  wg_arena a;
  wg_arena_init(&a);
  size_t len;
  const char *text = catalogue_file(&a, &len);
  wg_category *c = NULL;
  uint32_t n = 0;
  wg_err err = {0};
  if (wg_catalogue_parse(&a, text, len, &c, &n, &err)) fail_msg("%s", err.en);
  assert_in_range(n, 40, 100);
  int of_class[WG_CLASSES] = {0};
  for (uint32_t i = 0; i < n; i++) {
    assert_true(wg_text_has_han(wg_name_pick(&a, c[i].names, "zh")));
    assert_false(wg_text_has_han(wg_name_pick(&a, c[i].names, "en")));
    assert_true(wg_text_has_han(wg_name_pick(&a, c[i].group_names, "zh")));
    assert_in_range(c[i].severity, 1, 3);
    assert_true(wg_rules_limit(c[i].rules, WG_C_ACCEPT, c[i].severity).n > 0);
    assert_int_equal(c[i].fields[0], '[');
    if (i) assert_true(strcmp(c[i - 1].code, c[i].code) < 0);
    of_class[c[i].class_]++;
  }
  assert_true(of_class[WG_ORDINARY] && of_class[WG_RESTRICTED] && of_class[WG_SEALED]);
  wg_arena_clear(&a);
}

static void bad_catalogue(void **state) {
  (void)state;
#define G "{\"groups\":[{\"code\":\"g\",\"names\":{\"en\":\"G\"}}],\"categories\":["
#define N "\"group\":\"g\",\"names\":{\"en\":\"A\"}"
  static const struct {
    const char *text, *field;
    wg_status st;
  } bad[] = {
      {"", "", WG_INVALID},
      {"[]", "", WG_INVALID},
      {"{\"groups\":[]}", "categories", WG_INVALID},
      {G "{\"code\":\"a\"," N "},{\"code\":\"a\"," N "}]}", "code", WG_UNPROCESSABLE},
      {G "{\"code\":\"a\\tb\"," N "}]}", "code", WG_INVALID},
      {G "{\"code\":\"a\",\"group\":\"h\",\"names\":{\"en\":\"A\"}}]}", "group", WG_INVALID},
      {G "{\"code\":\"a\",\"group\":\"g\",\"names\":{\"en\":1}}]}", "names", WG_INVALID},
      {G "{\"code\":\"a\",\"group\":\"g\",\"names\":\"A\"}]}", "names", WG_INVALID},
      {G "{\"code\":\"a\",\"severity\":4," N "}]}", "severity", WG_INVALID},
      {G "{\"code\":\"a\",\"class\":\"secret\"," N "}]}", "class", WG_INVALID},
      {G "{\"code\":\"a\",\"handle_minutes\":-1," N "}]}", "handle_minutes", WG_INVALID},
      {G "7]}", "code", WG_INVALID},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    wg_arena a;
    wg_arena_init(&a);
    wg_category *c = NULL;
    uint32_t n = 0;
    wg_err err = {0};
    assert_int_equal(wg_catalogue_parse(&a, bad[i].text, strlen(bad[i].text), &c, &n, &err), bad[i].st);
    assert_string_equal(err.field, bad[i].field);
    assert_int_equal(n, 0);
    wg_arena_clear(&a);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sentences), cmocka_unit_test(every_sentence), cmocka_unit_test(states),
      cmocka_unit_test(catalogue), cmocka_unit_test(bad_catalogue),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
