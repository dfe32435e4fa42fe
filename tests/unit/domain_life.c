/* The table of the life cycle, its clocks, and what an event says of a change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "domain/fold.h"
#include "domain/life.h"
#include "domain_support.h"

static const int64_t HOUR = 3600000, DAY = 86400000, NOW = 1795500000000; /* a Tuesday */

struct fix {
  wg_arena a;
  wg_rules rules;
  wg_pace pace;
  const wg_worktime *work;
};

static int set_up(void **state) {
  static struct fix f;
  wg_arena_init(&f.a);
  static wg_zone *zone;
  if (!zone) assert_int_equal(wg_zone_open("UTC", &zone, NULL), WG_OK);
  assert_int_equal(wg_worktime_read(&f.a, NULL, zone, &f.work, NULL), WG_OK);
  f.rules = (wg_rules){.version = 1};
  const wg_clock limited[] = {WG_C_ACCEPT, WG_C_DISPATCH, WG_C_CLAIM, WG_C_HANDLE, WG_C_CHECK, WG_C_REVIEW};
  for (size_t k = 0; k < sizeof limited / sizeof *limited; k++)
    f.rules.limit[limited[k]][0] = (wg_span){WG_U_MINUTES, 60 * (int)(k + 1)};
  f.rules.limit[WG_C_HANDLE][3] = (wg_span){WG_U_MINUTES, 30};
  f.pace = (wg_pace){&f.rules, f.work, f.work, f.work, NOW, {1, 5, 3, 7}};
  *state = &f;
  return 0;
}
static int tear_down(void **state) {
  wg_arena_clear(&((struct fix *)*state)->a);
  return 0;
}

static wg_incident fresh(void) {
  return (wg_incident){.received_at = NOW,
                       .accept_due = NOW + HOUR,
                       .handle_due = NOW + 2 * DAY,
                       .severity = 1,
                       .version = 1,
                       .responsible = 7};
}
static wg_held take(struct fix *f, wg_action a, wg_incident *i, int64_t at) {
  wg_held held;
  f->pace.now = at;
  wg_step_take(a, i, &f->pace, &held);
  return held;
}

static void the_table_is_whole(void **state) {
  (void)state;
  uint32_t reached = 1u << WG_S_REPORTED;
  for (int a = 0; a < WG_ACTIONS; a++) {
    const wg_step *s = wg_step_of((wg_action)a);
    wg_action back;
    assert_non_null(s->name);
    assert_true(wg_action_parse(s->name, &back) && (int)back == a);
    assert_true(wg_text_has_han(s->zh) && !wg_text_has_han(s->en));
    assert_int_equal(strncmp(s->event, "incident.", 9), 0);
    assert_true(s->from && !(s->from >> WG_STATES));
    assert_true(s->verb == WG_V_DIRECT || s->verb == WG_V_WORK || s->verb == WG_V_REVIEW);
    assert_int_equal(s->needs & s->takes, 0);
    assert_int_equal(s->clocks_en[0] == 0, s->clocks_zh[0] == 0);
    if (s->to != WG_STAYS) reached |= 1u << s->to;
  }
  assert_int_equal(reached, (1u << WG_STATES) - 1); /* every state can be come to */
  for (int k = 0; k < WG_STATES; k++) {             /* and left, while it is open */
    int ways = 0;
    for (int a = 0; a < WG_ACTIONS; a++) ways += wg_step_of((wg_action)a)->from >> k & 1;
    if (wg_state_open((wg_state)k)) assert_true(ways > 3);
  }
  wg_action none;
  assert_false(wg_action_parse("", &none) || wg_action_parse("explode", &none));
}

static void each_holder_is_charged_its_time(void **state) {
  struct fix *f = *state;
  wg_incident i = fresh();
  wg_held h = take(f, WG_A_ACCEPT, &i, NOW + HOUR / 2);
  assert_int_equal(h.clock, WG_C_ACCEPT);
  assert_int_equal(h.work_ms, HOUR / 2);
  assert_false(h.late);
  snprintf(i.org, sizeof i.org, "water");
  h = take(f, WG_A_DISPATCH, &i, NOW + 4 * HOUR);
  assert_int_equal(h.clock, WG_C_DISPATCH);
  assert_true(h.late); /* two hours were given, three and a half it took */
  assert_string_equal(h.org, "");
  assert_int_equal(i.step_due,
                   NOW + 7 * HOUR); /* to claim: three hours; to handle: four, from the dispatch too */
  assert_int_equal(i.work_due, NOW + 8 * HOUR);
  h = take(f, WG_A_CLAIM, &i, NOW + 6 * HOUR);
  assert_string_equal(h.org, "water");
  assert_int_equal(h.work_ms, 2 * HOUR);
  assert_int_equal(i.step_due, NOW + 8 * HOUR); /* claiming late gives no more time to handle */
  i.returns = 1;
  h = take(f, WG_A_RETURN, &i, NOW + 7 * HOUR);
  assert_string_equal(h.org, "water");
  assert_int_equal(i.handle_due, NOW + 2 * DAY); /* the whole was not set anew */
  assert_int_equal(i.step_due, NOW + 9 * HOUR);
}

static void suspending_gives_back_what_was_left(void **state) {
  struct fix *f = *state;
  wg_incident i = fresh();
  take(f, WG_A_ACCEPT, &i, NOW);
  take(f, WG_A_DISPATCH, &i, NOW);
  take(f, WG_A_CLAIM, &i, NOW);
  int64_t left = i.step_due - (NOW + HOUR), whole = i.handle_due - (NOW + HOUR);
  wg_held h = take(f, WG_A_SUSPEND, &i, NOW + HOUR);
  assert_int_equal(h.work_ms, HOUR);
  assert_int_equal(wg_life_next(&i, &f->pace).what, WG_TICK_NONE);
  i.suspended_until = NOW + 5 * DAY;
  assert_int_equal(wg_life_next(&i, &f->pace).what, WG_TICK_RESUME);
  h = take(f, WG_A_RESUME, &i, NOW + 3 * DAY);
  assert_int_equal(i.step_due - (NOW + 3 * DAY), left);
  (void)whole; /* has no limit of its own in these rules: it counts as working time */
  assert_true(i.handle_due > NOW + 2 * DAY);
  assert_int_equal(i.suspended_at, 0);
  h = take(f, WG_A_DONE, &i, NOW + 3 * DAY + HOUR);
  assert_int_equal(h.work_ms, HOUR); /* not the three days */
}

/* A transfer from one office to another: what it took is counted by the hours of the one that had it, what is
 * left by those of the next. */
static void each_holder_has_its_own_hours(void **state) {
  struct fix *f = *state;
  static wg_zone *zone;
  const wg_worktime *office;
  if (!zone) assert_int_equal(wg_zone_open("UTC", &zone, NULL), WG_OK);
  const char *text = "{\"weekdays\":[1,2,3,4,5],\"hours\":[{\"from\":\"09:00\",\"to\":\"10:00\"}]}";
  assert_int_equal(wg_worktime_read(&f->a, text, zone, &office, NULL), WG_OK);
  f->rules.limit[WG_C_HANDLE][0] = (wg_span){WG_U_HOURS, 1};
  wg_incident i = fresh();
  take(f, WG_A_ACCEPT, &i, NOW);
  f->pace.hands = office;
  take(f, WG_A_DISPATCH, &i, NOW);
  snprintf(i.org, sizeof i.org, "%s", "water"); /* open day and night */
  i.days_asked = 3;
  f->pace.had = office;
  f->pace.hands = f->work;
  wg_held h = take(f, WG_A_TRANSFER, &i, NOW + 2 * DAY);
  assert_int_equal(h.work_ms, 2 * HOUR); /* two days of an hour each */
  assert_int_equal(i.work_due, NOW + 2 * DAY + HOUR);
  assert_int_equal(i.days_asked, 0); /* the one before had asked */
}

static void a_pause_is_charged_to_nobody(void **state) {
  struct fix *f = *state;
  wg_incident i = fresh();
  take(f, WG_A_ACCEPT, &i, NOW);
  wg_held h = take(f, WG_A_SUSPEND, &i, NOW + HOUR);
  assert_int_equal(h.work_ms, HOUR);
  h = take(f, WG_A_MERGE, &i, NOW + 2 * DAY); /* its holding ended when it was suspended */
  assert_int_equal(h.from, 0);
  assert_int_equal(i.state, WG_S_MERGED);
}

static void what_runs_out_is_told_once(void **state) {
  struct fix *f = *state;
  wg_incident i = fresh();
  int overdue = 0, supervised = 0;
  int64_t last = 0;
  for (wg_due_next d; (d = wg_life_next(&i, &f->pace)).at && d.at < NOW + 100 * DAY; last = d.at) {
    assert_true(d.at >= last);
    f->pace.now = d.at;
    wg_life_tick(&i, &d, &f->pace);
    overdue += d.what == WG_TICK_OVERDUE;
    supervised += d.what == WG_TICK_SUPERVISE;
    assert_true(overdue + supervised < 10);
  }
  assert_int_equal(overdue, 2);    /* accepting, and the whole */
  assert_int_equal(supervised, 2); /* yellow, then red */
  assert_int_equal(i.supervised, WG_SUP_RED);
  take(f, WG_A_ACCEPT, &i, NOW + 100 * DAY);
  assert_true(i.overdue); /* the whole is late whatever the step */
  wg_life_extend(&i, &f->pace, 200);
  take(f, WG_A_DISPATCH, &i, NOW + 100 * DAY);
  assert_false(i.overdue);
}

static void urgency_shortens_the_next_step(void **state) {
  struct fix *f = *state;
  wg_incident i = fresh();
  i.urgent = true;
  take(f, WG_A_ACCEPT, &i, NOW);
  take(f, WG_A_DISPATCH, &i, NOW);
  assert_int_equal(i.work_due, NOW + HOUR / 2);
  assert_int_equal(i.step_due, NOW + HOUR / 2); /* before the three hours to claim it */
}

static void supervision_only_becomes_graver(void **state) {
  (void)state;
  for (int now = 0; now < WG_SUPERVISIONS; now++)
    for (int next = 1; next < WG_SUPERVISIONS; next++)
      assert_int_equal(wg_supervision_follows((wg_supervision)now, (wg_supervision)next), next > now);
}

/* Whatever differs is written, and read back gives the same: over random walks through the table. */
static void a_change_is_written_and_read_back(void **state) {
  struct fix *f = *state;
  uint64_t seed = 4;
  wg_arena scratch;
  wg_arena_init(&scratch);
  for (int round = 0; round < 3000; round++) {
    wg_incident i = fresh(), built = i;
    int64_t at = NOW;
    for (int k = 0; k < 12; k++) {
      wg_action a = (wg_action)domain_below(&seed, WG_ACTIONS);
      if (!wg_step_now(wg_step_of(a), &i)) continue;
      wg_incident before = i;
      at += domain_below(&seed, 40) * HOUR;
      if (domain_below(&seed, 2)) snprintf(i.org, sizeof i.org, "org%u", domain_below(&seed, 3));
      if (!domain_below(&seed, 5)) i.org[0] = '\0';
      i.supervised = (wg_supervision)domain_below(&seed, WG_SUPERVISIONS);
      i.days_asked = (int)domain_below(&seed, 3);
      i.doer = domain_below(&seed, 5);
      i.approved = domain_below(&seed, 2);
      if (a == WG_A_SEND_REVIEW) i.review_from = i.state;
      take(f, a, &i, at);
      wg_buf b;
      wg_jw w;
      wg_json *set = NULL;
      wg_buf_init(&b, 4096);
      wg_jw_init(&w, &b);
      wg_jw_begin_object(&w);
      wg_incident_diff(&w, &before, &i);
      wg_jw_end_object(&w);
      assert_int_equal(wg_json_parse_object(&scratch, wg_buf_str(&b), b.len, &set, NULL), WG_OK);
      char *sorted = wg_json_dump(&scratch, set);
      assert_string_equal(sorted, wg_buf_str(&b)); /* in the order of their names */
      assert_int_equal(wg_incident_fold(&built, set, NULL), WG_OK);
      assert_null(wg_incident_differs(&built, &i));
      wg_buf_deinit(&b);
    }
    wg_arena_clear(&scratch);
  }
}

static void what_cannot_be_read_is_refused(void **state) {
  struct fix *f = *state;
  static const char *const bad[] = {
      "{\"nonsense\":1}", "{\"state\":\"gone\"}", "{\"state\":3}",        "{\"org\":7}",
      "{\"told\":-1}",    "{\"urgent\":\"yes\"}", "{\"step_due\":\"x\"}", "{\"returns\":99999999999}"};
  for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
    wg_json *set = NULL;
    wg_incident i = fresh();
    assert_int_equal(wg_json_parse_object(&f->a, bad[k], strlen(bad[k]), &set, NULL), WG_OK);
    assert_int_equal(wg_incident_fold(&i, set, NULL), WG_CORRUPT);
  }
}

int main(void) {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {T(the_table_is_whole),
                                     T(each_holder_is_charged_its_time),
                                     T(suspending_gives_back_what_was_left),
                                     T(each_holder_has_its_own_hours),
                                     T(a_pause_is_charged_to_nobody),
                                     T(what_runs_out_is_told_once),
                                     T(urgency_shortens_the_next_step),
                                     T(supervision_only_becomes_graver),
                                     T(a_change_is_written_and_read_back),
                                     T(what_cannot_be_read_is_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
