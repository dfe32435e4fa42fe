/* Intake through the real store: owner, number, chain, idempotence, refusal, and what the feed then holds. */
#include <sched.h>

#include "base/json.h"
#include "domain/fold.h"
#include "unit/engine_support.h"

static void owner_and_number(void **state) {
  district *d = *state;
  sent a, b, c;
  assert_int_equal(report(d, &a, "A1", "", STEP / 2, "一"), WG_OK);
  assert_string_equal(a.grid, "990101001001001");
  assert_int_equal(a.responsible, d->worker);
  assert_int_equal(report(d, &b, "A1", "", STEP + STEP / 2, "二"), WG_OK);
  assert_string_equal(b.grid, "990101001001002");
  assert_int_equal(b.responsible, 0); /* nobody serves it: the queue */
  assert_int_equal(report(d, &c, "A1", "", STEP, "三"), WG_OK);
  assert_string_equal(c.grid, "990101001001001"); /* on the shared edge: the smallest code */
  assert_true(strncmp(a.number, "990101001001-", 13) == 0);
  assert_string_equal(a.number + strlen(a.number) - 5, "-0001");
  assert_string_equal(b.number + strlen(b.number) - 5, "-0002");
  assert_true(b.seq == a.seq + 1 && c.seq == b.seq + 1);
}

static void outside_goes_to_the_queue(void **state) {
  district *d = *state;
  sent a;
  assert_int_equal(report(d, &a, "A1", "", -5 * STEP, "远"), WG_OK);
  assert_string_equal(a.grid, "");
  assert_int_equal(a.responsible, 0);
  assert_true(strncmp(a.number, "990101-", 7) == 0); /* counted under the root */
}

static void same_client_id(void **state) {
  district *d = *state;
  sent a, b, c;
  assert_int_equal(report(d, &a, "A1", "phone-1", STEP / 2, "同一条"), WG_OK);
  int64_t head = wg_feed_head(wg_engine_feed(d->engine));
  assert_int_equal(report(d, &b, "A1", "phone-1", STEP / 2, "同一条"), WG_OK);
  assert_true(b.in.repeated);
  assert_int_equal(b.id, a.id);
  assert_int_equal(report(d, &c, "A1", "phone-1", STEP / 2, "另一条"), WG_UNPROCESSABLE);
  assert_string_equal(c.in.command.err.field, "client_id");
  assert_int_equal(wg_feed_head(wg_engine_feed(d->engine)), head);
}

static void categories(void **state) {
  district *d = *state;
  sent a, b;
  assert_int_equal(report(d, &a, "nope", "", STEP / 2, "x"), WG_INVALID);
  assert_string_equal(a.in.command.err.field, "category");
  assert_int_equal(report(d, &b, "OLD", "", STEP / 2, "x"), WG_OK);
  assert_true(b.in.incident.category_retired);
}

/* A group in which some commands fail leaves the others whole. */
static void group_of_good_and_bad(void **state) {
  district *d = *state;
  enum { N = 200 };
  static sent all[N];
  for (int i = 0; i < N; i++) {
    prepare_report(d, &all[i], i % 3 ? "A1" : "nope", "", STEP / 2, "组");
    assert_int_equal(wg_engine_submit(d->engine, &all[i].in.command), WG_OK);
  }
  sent last;
  assert_int_equal(report(d, &last, "A1", "", STEP / 2, "末"), WG_OK);
  int64_t seq = 0;
  for (int i = 0; i < N; i++) {
    assert_int_equal(all[i].status, i % 3 ? WG_OK : WG_INVALID);
    if (i % 3 == 0) continue;
    assert_true(!seq || all[i].seq == seq + 1);
    seq = all[i].seq;
  }
  assert_int_equal(last.seq, seq + 1);
}

static void feed_has_every_event_in_order(void **state) {
  district *d = *state;
  wg_feed *feed = wg_engine_feed(d->engine);
  int64_t head = wg_feed_head(feed);
  sent a;
  for (int i = 0; i < 5; i++) assert_int_equal(report(d, &a, "A1", "", STEP / 2, "流"), WG_OK);
  for (int64_t seq = head; seq < a.seq;) {
    wg_feed_item *item = NULL;
    assert_int_equal(wg_feed_after(feed, seq, &item), WG_FEED_ITEM);
    assert_int_equal(item->seq, seq + 1);
    assert_int_equal(item->audience, WG_TO_INCIDENT);
    assert_string_equal(item->incident->area, "990101001001");
    seq = item->seq;
    wg_feed_item_drop(item);
  }
}

static bool count(void *ctx, const wg_live_brief *b) {
  (void)b;
  ++*(int *)ctx;
  return true;
}
static int count_live(const district *d) {
  int n = 0;
  wg_picture *p = wg_engine_picture(d->engine);
  wg_live_each(wg_engine_live(d->engine), p->land, count, &n);
  wg_picture_drop(p);
  return n;
}

static void restart_resumes(void **state) {
  district *d = *state;
  sent a, b;
  assert_int_equal(report(d, &a, "A1", "", STEP / 2, "前"), WG_OK);
  assert_int_equal(report(d, &b, "R1", "", STEP / 2, "后"), WG_OK);
  int before = count_live(d);
  stop_engine(d);
  start_engine(d);
  assert_int_equal(count_live(d), before);
  wg_feed_item *item = NULL;
  assert_int_equal(wg_feed_after(wg_engine_feed(d->engine), a.seq, &item), WG_FEED_ITEM);
  assert_int_equal(item->seq, b.seq);
  assert_int_equal(item->incident->class_, WG_RESTRICTED);
  wg_feed_item_drop(item);
}

static void other_writer_is_seen(void **state) {
  district *d = *state;
  wg_store *other = open_store(d);
  int64_t head = wg_feed_head(wg_engine_feed(d->engine));
  put_plan(d, other, 3, 0);
  eventually(wg_feed_head(wg_engine_feed(d->engine)) > head);
  sent a;
  assert_int_equal(report(d, &a, "A1", "", 2 * STEP + STEP / 2, "新网格"), WG_OK);
  assert_string_equal(a.grid, "990101001001003");
  assert_int_equal(a.in.incident.plan_version, 2);
  /* a commit right before ours, with no time to be noticed, is applied first all the same */
  put_plan(d, other, 4, 0);
  assert_int_equal(report(d, &a, "A1", "", 3 * STEP + STEP / 2, "更新"), WG_OK);
  assert_string_equal(a.grid, "990101001001004");
  other->close(other);
}

/* A phone that was offline over a publication: the grid of record is that of the time of occurrence. */
static void late_report_gets_the_grid_of_its_day(void **state) {
  district *d = *state;
  wg_store *other = open_store(d);
  put_plan(d, other, 3, 0);
  other->close(other);
  sent a, b;
  prepare_report(d, &a, "A1", "", 2 * STEP + STEP / 2, "当时没有这个网格");
  a.in.report.sent_at = wg_now_ms() + 3600000; /* its clock is an hour ahead: only the difference counts */
  a.in.report.raw_occurred_at = a.in.report.sent_at - 1800000; /* half an hour ago: between the two plans */
  assert_int_equal(wg_engine_do(d->engine, &a.in.command), WG_OK);
  assert_string_equal(a.grid, "");
  assert_int_equal(a.in.incident.plan_version, 1);
  assert_int_equal(report(d, &b, "A1", "", 2 * STEP + STEP / 2, "现在有"), WG_OK);
  assert_string_equal(b.grid, "990101001001003");
}

struct seen {
  bool overdue, there;
};
static bool read_overdue(void *ctx, const wg_live_row *row) {
  ((struct seen *)ctx)->overdue = row->i.overdue;
  return true;
}
static bool is_overdue(district *d, int64_t id) {
  struct seen s = {0};
  wg_live_get(wg_engine_live(d->engine), id, read_overdue, &s);
  return s.overdue;
}

/* A limit that ran out while the server was down is an event right after the start, once. */
static void overdue_is_an_event(void **state) {
  district *d = *state;
  sent a;
  assert_int_equal(report(d, &a, "A1", "", STEP / 2, "迟"), WG_OK);
  assert_false(is_overdue(d, a.id));
  stop_engine(d);
  wg_err err = {0};
  wg_arena arena;
  wg_arena_init(&arena);
  wg_store *s = open_store(d);
  wg_incident i;
  wg_event e = {.at = wg_now_ms(), .kind = "incident.limits", .body = "{}"};
  char subject[40];
  snprintf(subject, sizeof subject, "incident/%lld", (long long)a.id);
  e.subject = subject;
  ok(s->begin(s, &err));
  ok(s->incident_get(s, &arena, a.id, &i, &err));
  ok(s->event_append(s, &e, NULL, 0, &err));
  i.accept_due = wg_now_ms() - 1000;
  i.version++;
  i.seq = e.seq;
  ok(s->incident_update(s, &i, &err));
  ok(s->commit(s, &err));
  s->close(s);
  wg_arena_clear(&arena);
  start_engine(d);
  eventually(wg_feed_head(wg_engine_feed(d->engine)) == e.seq + 1);
  assert_true(is_overdue(d, a.id));
  int64_t head = wg_feed_head(wg_engine_feed(d->engine));
  stop_engine(d);
  start_engine(d);
  assert_true(is_overdue(d, a.id));
  assert_int_equal(wg_feed_head(wg_engine_feed(d->engine)), head);
}

static wg_status refuse(wg_command *c, wg_txn *txn) {
  int64_t seq;
  wg_status st = wg_txn_emit(txn, "setting.changed", "setting/x", 0, "{}", NULL, 0, &seq, &c->err);
  return st ? st : wg_fail(&c->err, WG_CONFLICT, "version", WG_T("stale", "已过期"));
}

static void refused_command_leaves_nothing(void **state) {
  district *d = *state;
  int64_t head = wg_feed_head(wg_engine_feed(d->engine));
  wg_command c = {.run = refuse};
  assert_int_equal(wg_engine_do(d->engine, &c), WG_CONFLICT);
  assert_string_equal(c.err.field, "version");
  sent a;
  assert_int_equal(report(d, &a, "A1", "", STEP / 2, "后来"), WG_OK);
  assert_int_equal(a.seq, head + 1);
}

/* domain/ may not see the resolver: the words of `how` are there twice. */
static void how_is_the_same_in_both_rooms(void **state) {
  wg_arena arena;
  (void)state;
  wg_arena_init(&arena);
  for (int how = WG_HOW_NONE; how <= WG_HOW_NEAREST; how++) {
    char body[200];
    wg_json *json = NULL;
    wg_incident i;
    snprintf(body, sizeof body, "{\"class\":\"ordinary\",\"how\":\"%s\",\"severity\":1}",
             wg_how_name((wg_how)how));
    assert_int_equal(wg_json_parse_object(&arena, body, strlen(body), &json, NULL), WG_OK);
    assert_int_equal(wg_incident_of_report(&i, json, NULL), WG_OK);
    assert_int_equal(i.how, how);
  }
  wg_arena_clear(&arena);
}

int main(void) {
#define test(fn) cmocka_unit_test_setup_teardown(fn, district_up, district_down)
  const struct CMUnitTest tests[] = {test(owner_and_number),
                                     test(outside_goes_to_the_queue),
                                     test(same_client_id),
                                     test(categories),
                                     test(group_of_good_and_bad),
                                     test(feed_has_every_event_in_order),
                                     test(restart_resumes),
                                     test(other_writer_is_seen),
                                     test(late_report_gets_the_grid_of_its_day),
                                     test(overdue_is_an_event),
                                     test(refused_command_leaves_nothing),
                                     cmocka_unit_test(how_is_the_same_in_both_rooms)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
