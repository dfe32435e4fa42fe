/* Who is told of what: each audience by its own bond to the incident, nobody of what they did or may not see.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "domain/notify.h"
#include "domain/webhook.h"

/* district 0 above township 1 above community 2; township 3 beside it */
static uint32_t parent[] = {WG_NO_INDEX, 0, 1, 0};
static uint32_t enter[] = {0, 1, 2, 3}, leave[] = {4, 3, 3, 4};
static wg_area item[4] = {{.code = "d"}, {.code = "t1"}, {.code = "c1"}, {.code = "t2"}};

static wg_viewer viewer(int64_t account, wg_role role, uint32_t area, const char *org, int64_t staff) {
  wg_viewer v = {.account = account, .staff = staff, .n_grants = 1};
  v.grant[0].role = role;
  v.grant[0].area = area;
  strcpy(v.grant[0].org, org);
  return v;
}

static unsigned told_of(const char *kind, const wg_viewer *v, const wg_target *t, const char *org,
                        int64_t actor) {
  const wg_areas areas = {.item = item, .parent = parent, .enter = enter, .leave = leave, .n = 4};
  const wg_telling *telling = wg_telling_of(kind);
  return telling ? wg_tells(telling, &areas, v, t, org, actor, 1000) : 0;
}
static unsigned told(const char *kind, const wg_viewer *v, const wg_target *t, int64_t actor) {
  return told_of(kind, v, t, "", actor);
}

static const char *const water[] = {"water", NULL};
static const wg_target matter = {.area = 2, .reporter = 5, .responsible = 70, .orgs = water};

static void each_audience_by_its_bond(void **state) {
  (void)state;
  wg_viewer hand = viewer(1, WG_WORKER, 2, "", 70), org = viewer(2, WG_DEPARTMENT, 0, "water", 0);
  wg_viewer other = viewer(3, WG_DEPARTMENT, 0, "power", 0), centre = viewer(4, WG_DISPATCHER, 1, "", 0);
  wg_viewer reporter = viewer(5, WG_DEPARTMENT, 0, "", 0), leader = viewer(6, WG_LEADER, 0, "", 0);
  wg_viewer beside = viewer(7, WG_DISPATCHER, 3, "", 0);
  assert_int_equal(told("incident.dispatched", &hand, &matter, 4), WG_TELL_HAND);
  assert_int_equal(told_of("incident.dispatched", &org, &matter, "water", 4), WG_TELL_ORG);
  assert_int_equal(told_of("incident.dispatched", &hand, &matter, "water", 4),
                   0); /* it is not the worker's */
  assert_int_equal(told_of("incident.dispatched", &other, &matter, "water", 4), 0);
  assert_int_equal(told("incident.dispatched", &org, &matter, 4), 0); /* it had it once */
  assert_int_equal(told("incident.copied", &org, &matter, 4), WG_TELL_ORGS);
  assert_int_equal(told("incident.dispatched", &reporter, &matter, 4), 0);
  assert_int_equal(told("incident.returned", &centre, &matter, 2), WG_TELL_CENTRE);
  assert_int_equal(told("incident.returned", &beside, &matter, 2), 0);
  assert_int_equal(told("incident.review", &leader, &matter, 4), WG_TELL_LEADERS);
  assert_int_equal(told("incident.closed", &reporter, &matter, 4), WG_TELL_REPORTER);
  assert_int_equal(told("incident.overdue", &hand, &matter, 0), WG_TELL_HAND);
}

static void never_who_did_it(void **state) {
  (void)state;
  for (int k = 0; k < wg_tellings_count; k++) {
    wg_viewer all = viewer(5, WG_DISPATCHER, 0, "water", 70);
    assert_int_equal(told(wg_tellings[k].kind, &all, &matter, 5), 0);
    if (wg_tellings[k].whom & ~(unsigned)WG_TELL_LEADERS)
      assert_int_not_equal(told(wg_tellings[k].kind, &all, &matter, 9),
                           0); /* who is all of these hears of it */
  }
}

static void nobody_of_the_unknown(void **state) {
  (void)state;
  assert_null(wg_telling_of("incident.invented"));
  assert_null(wg_telling_of("account.changed"));
  assert_null(wg_telling_of("incident.noted")); /* known, and nobody's business */
  assert_null(wg_telling_of(""));
}

static void nobody_of_what_they_may_not_see(void **state) {
  (void)state;
  wg_target sealed = matter;
  sealed.class_ = WG_SEALED;
  wg_viewer hand = viewer(1, WG_WORKER, 2, "", 70), centre = viewer(4, WG_DISPATCHER, 1, "", 0);
  wg_viewer leader = viewer(6, WG_LEADER, 0, "", 0);
  assert_int_equal(told("incident.reported", &hand, &sealed, 9), 0); /* it may be about this very worker */
  assert_int_equal(told("incident.returned", &centre, &sealed, 9), 0);
  assert_int_equal(told("incident.supervised", &leader, &sealed, 9), WG_TELL_LEADERS);
  wg_viewer past = viewer(6, WG_LEADER, 0, "", 0);
  past.grant[0].until = 500;
  assert_int_equal(told("incident.supervised", &past, &matter, 9), 0);
}

static void webhooks_take_addresses_and_kinds(void **state) {
  (void)state;
  static const char *const bad[] = {"",    "ftp://a",     "http://",    "https://u:p@h/", "http://h/a b",
                                    "//h", "http://:80/", "file:///etc"};
  for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
    assert_int_equal(wg_webhook_url_check(bad[k], NULL), WG_INVALID);
  assert_int_equal(wg_webhook_url_check("https://hooks.example.cn/a?b=c@d", NULL), WG_OK);
  wg_webhook h = {.kinds = "incident.closed,incident.done"};
  assert_true(wg_webhook_wants(&h, "incident.done"));
  assert_false(wg_webhook_wants(&h, "incident.don"));
  assert_false(wg_webhook_wants(&h, "incident.reported"));
  h.kinds = "";
  assert_true(wg_webhook_wants(&h, "incident.reported"));
  assert_false(wg_webhook_wants(&h, "account.changed"));
}

/* docs/notifications.md has the same table in words. */
static void the_page_says_the_same(void **state) {
  (void)state;
  static const char *const name[] = {"worker", "organisation", "centre", "leaders", "reporter", "parties"};
  static const int order[] = {0, 1, 5, 2, 3, 4};
  static char page[65536];
  FILE *f = fopen(WG_SOURCE_DIR "/docs/notifications.md", "rb");
  assert_non_null(f);
  page[fread(page, 1, sizeof page - 1, f)] = 0;
  fclose(f);
  for (int k = 0; k < wg_tellings_count; k++) {
    const wg_telling *t = &wg_tellings[k];
    char row[300], whom[120] = "";
    for (int b = 0; b < 6; b++)
      if (t->whom >> order[b] & 1) {
        if (whom[0]) strcat(whom, ", ");
        strcat(whom, name[order[b]]);
      }
    snprintf(row, sizeof row, "| `%s` | %s | %s | %s |\n", t->kind, whom[0] ? whom : "–", t->en, t->zh);
    if (!strstr(page, row)) fail_msg("not on the page: %s", row);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_audience_by_its_bond),
      cmocka_unit_test(never_who_did_it),
      cmocka_unit_test(nobody_of_the_unknown),
      cmocka_unit_test(nobody_of_what_they_may_not_see),
      cmocka_unit_test(webhooks_take_addresses_and_kinds),
      cmocka_unit_test(the_page_says_the_same),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
