/* What goes wrong around the writer: a savepoint or a read that fails once, data that cannot be read for a
 * while, more foreign events than go one by one, a picture that changes under a reader. */
#include <sched.h>

#include "unit/engine_support.h"

/* --- a store that fails when it is told to ------------------------------------------------------------ */

static atomic_int nth_savepoint, fail_events, fail_roster;
static wg_store real;

static bool due(atomic_int *left) { return atomic_load(left) > 0 && atomic_fetch_sub(left, 1) > 0; }

static wg_status savepoint(wg_store *s, wg_err *err) {
  bool fail = atomic_load(&nth_savepoint) > 0 && atomic_fetch_sub(&nth_savepoint, 1) == 1;
  return fail ? wg_fail(err, WG_IO, "", WG_T("told to", "奉命")) : real.savepoint(s, err);
}
static wg_status events_since(wg_store *s, wg_arena *a, int64_t seq, int limit, wg_row_fn fn, void *ctx,
                              wg_err *err) {
  if (due(&fail_events)) return wg_fail(err, WG_IO, "", WG_T("told to", "奉命"));
  return real.events_since(s, a, seq, limit, fn, ctx, err);
}
static wg_status roster_load(wg_store *s, wg_arena *a, wg_roster *out, wg_err *err) {
  if (due(&fail_roster)) return wg_fail(err, WG_CORRUPT, "", WG_T("told to", "奉命"));
  return real.roster_load(s, a, out, err);
}

static atomic_int renewals;
static void renewed(void *ctx, const wg_picture *p) {
  (void)ctx, (void)p;
  atomic_fetch_add(&renewals, 1);
}

static int faulty_up(void **state) {
  district_up(state);
  district *d = *state;
  stop_engine(d);
  wg_err err = {0};
  atomic_store(&nth_savepoint, 0);
  atomic_store(&fail_events, 0);
  atomic_store(&fail_roster, 0);
  atomic_store(&renewals, 0);
  wg_engine_config config = {.hooks = {.render = render, .wake = wake, .renewed = renewed, .ctx = d}};
  config.writer = open_store(d);
  config.tender = open_store(d);
  real = *config.writer;
  config.writer->savepoint = savepoint;
  config.writer->events_since = events_since;
  config.writer->roster_load = roster_load;
  ok(wg_engine_new(&config, &d->engine, &err));
  ok(wg_engine_start(d->engine, &err));
  return 0;
}

/* The whole database, as `wangge check` sees it. */
static void say(void *ctx, const char *en, const char *zh) {
  (void)ctx, (void)zh;
  print_error("%s\n", en);
}
static void expect_whole(const district *d) {
  wg_err err = {0};
  wg_check_report r = {0};
  wg_store *s = NULL;
  ok(wg_sqlite_open(d->db, true, true, &s, &err));
  ok(s->check(s, &r, say, NULL, &err));
  s->close(s);
  assert_int_equal(r.problems, 0);
}

/* --- tests -------------------------------------------------------------------------------------------- */

static atomic_bool holding, let_go;
static wg_status hold(wg_command *c, wg_txn *txn) {
  (void)c, (void)txn;
  atomic_store(&holding, true);
  while (!atomic_load(&let_go)) sched_yield();
  return WG_OK;
}
static void held(wg_command *c, wg_status st) { (void)c, (void)st; }

static wg_status write_and_fail(wg_command *c, wg_txn *txn) {
  wg_status st = wg_txn_emit(txn, "test.spoilt", "test", 0, "{}", NULL, 0, NULL, &c->err);
  return st ? st : wg_fail(&c->err, WG_INVALID, "", WG_T("after its first write", "写入之后"));
}
static _Atomic(wg_status) spoilt;
static void spoilt_done(wg_command *c, wg_status st) {
  (void)c;
  atomic_store(&spoilt, st);
}

/* One command fails after it has written, so that the group is run again in savepoints; one of these fails.
 */
static void a_failed_savepoint_harms_nobody_else(void **state) {
  district *d = *state;
  wg_command spoiler = {.run = write_and_fail, .done = spoilt_done};
  enum { N = 20 };
  static sent all[N];
  sent last;
  wg_command holder = {.run = hold, .done = held};
  atomic_store(&holding, false);
  atomic_store(&let_go, false);
  assert_int_equal(wg_engine_submit(d->engine, &holder), WG_OK);
  eventually(atomic_load(&holding)); /* the others come in one group behind it */
  assert_int_equal(wg_engine_submit(d->engine, &spoiler), WG_OK);
  for (int i = 0; i < N; i++) {
    prepare_report(d, &all[i], "A1", "", STEP / 2, "同组");
    assert_int_equal(wg_engine_submit(d->engine, &all[i].in.command), WG_OK);
  }
  atomic_store(&nth_savepoint, N / 2);
  atomic_store(&let_go, true);
  assert_int_equal(report(d, &last, "A1", "", STEP / 2, "后"), WG_OK);
  for (int i = 0; i < N; i++) assert_int_equal(all[i].status, i == N / 2 - 2 ? WG_IO : WG_OK);
  assert_int_equal(atomic_load(&spoilt), WG_INVALID);
  assert_int_equal(last.seq, all[0].seq + N - 1); /* and its event is nowhere */
  stop_engine(d);
  expect_whole(d);
  start_engine(d);
}

/* A report that works in the first run and fails in the second. */
struct once {
  sent s;
  wg_status (*run)(wg_command *c, wg_txn *txn);
  int runs;
};
static wg_status run_once(wg_command *c, wg_txn *txn) {
  struct once *x = (struct once *)c;
  return x->runs++ ? wg_fail(&c->err, WG_IO, "", WG_T("told to", "奉命")) : x->run(c, txn);
}

/* Found as a repetition in a run that was undone, and then not: it is a new report with a number of its own.
 */
static void a_repetition_of_what_was_undone_is_new(void **state) {
  district *d = *state;
  static struct once first;
  static sent second;
  sent last;
  wg_command holder = {.run = hold, .done = held}, spoiler = {.run = write_and_fail, .done = spoilt_done};
  wg_picture *p = wg_engine_picture(d->engine);
  wg_arena arena;
  wg_arena_init(&arena);
  prepare_report(d, &first.s, "A1", "same", STEP / 2, "一");
  first.run = first.s.in.command.run;
  first.runs = 0;
  first.s.in.command.run = run_once;
  prepare_report(d, &second, "A1", "same", STEP / 2, "一");
  wg_intake_prepare(&second.in, p, &arena, wg_now_ms());
  atomic_store(&holding, false);
  atomic_store(&let_go, false);
  assert_int_equal(wg_engine_submit(d->engine, &holder), WG_OK);
  eventually(atomic_load(&holding));
  assert_int_equal(wg_engine_submit(d->engine, &first.s.in.command), WG_OK);
  assert_int_equal(wg_engine_submit(d->engine, &second.in.command), WG_OK);
  assert_int_equal(wg_engine_submit(d->engine, &spoiler), WG_OK);
  atomic_store(&let_go, true);
  assert_int_equal(report(d, &last, "A1", "", STEP / 2, "末"), WG_OK);
  assert_int_equal(first.s.status, WG_IO);
  assert_int_equal(second.status, WG_OK);
  assert_false(second.in.repeated);
  assert_int_equal(strlen(second.number), strlen("990101001001-20260101-0001"));
  wg_picture_drop(p);
  wg_arena_clear(&arena);
}

static void what_could_not_be_read_is_read_later(void **state) {
  district *d = *state;
  wg_store *other = open_store(d);
  int64_t head = wg_feed_head(wg_engine_feed(d->engine));
  atomic_store(&fail_events, 2);
  put_plan(d, other, 3, 0);
  eventually(wg_feed_head(wg_engine_feed(d->engine)) == head + 1);
  assert_int_equal(atomic_load(&fail_events), 0);
  sent a;
  assert_int_equal(report(d, &a, "A1", "", 2 * STEP + STEP / 2, "新网格"), WG_OK);
  assert_string_equal(a.grid, "990101001001003");
  other->close(other);
}

static int64_t hire(district *d, const char *code, const char *grid) {
  wg_err err = {0};
  wg_store *s = open_store(d);
  wg_staff who = {.code = "", .name = "李四", .phone = "", .full_time = true};
  wg_post post = {.network = "base", .kind = WG_POST_MANAGER};
  wg_event e = {.at = wg_now_ms(), .kind = "staff.imported", .subject = "staff", .body = "{}"};
  snprintf(who.code, sizeof who.code, "%s", code);
  snprintf(post.grid, sizeof post.grid, "%s", grid);
  ok(s->begin(s, &err));
  ok(s->staff_put(s, &who, &err));
  post.staff = who.id;
  ok(s->posts_replace(s, who.id, &post, 1, NULL, 0, &err));
  ok(s->event_append(s, &e, NULL, 0, &err));
  ok(s->commit(s, &err));
  s->close(s);
  return who.id;
}

static int64_t responsible_now(district *d) {
  sent a;
  assert_int_equal(report(d, &a, "A1", "", STEP + STEP / 2, "谁负责"), WG_OK);
  return a.responsible;
}

/* A roster that cannot be read: reports go on with the one there is, and it is tried again. */
static void reports_go_on_with_the_picture_there_is(void **state) {
  district *d = *state;
  uint64_t epoch = wg_feed_epoch(wg_engine_feed(d->engine));
  int64_t head = wg_feed_head(wg_engine_feed(d->engine));
  atomic_store(&fail_roster, 1);
  int64_t id = hire(d, "w2", "990101001001002");
  eventually(wg_feed_head(wg_engine_feed(d->engine)) == head + 1);
  assert_int_equal(responsible_now(d), 0);
  eventually(wg_feed_epoch(wg_engine_feed(d->engine)) > epoch); /* viewers start anew */
  assert_int_equal(responsible_now(d), id);
  assert_int_equal(atomic_load(&renewals), 1); /* and so does what was drawn */
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

static void a_flood_from_outside_starts_anew(void **state) {
  district *d = *state;
  sent a;
  wg_err err = {0};
  assert_int_equal(report(d, &a, "A1", "", STEP / 2, "一"), WG_OK);
  uint64_t epoch = wg_feed_epoch(wg_engine_feed(d->engine));
  wg_store *s = open_store(d);
  wg_event e = {.at = wg_now_ms(), .kind = "other.thing", .subject = "x", .body = "{}"};
  ok(s->begin(s, &err));
  for (int i = 0; i < 20001; i++) ok(s->event_append(s, &e, NULL, 0, &err));
  ok(s->commit(s, &err));
  s->close(s);
  eventually(wg_feed_head(wg_engine_feed(d->engine)) == a.seq + 20001);
  assert_int_equal(wg_feed_epoch(wg_engine_feed(d->engine)), epoch + 1);
  assert_int_equal(atomic_load(&renewals), 1);
  assert_int_equal(count_live(d), 1);
  wg_feed_item *item = NULL;
  assert_int_equal(wg_feed_after(wg_engine_feed(d->engine), a.seq, &item), WG_FEED_TOO_OLD);
}

struct area_seen {
  const wg_land *land;
  const char *code;
};
static bool read_area(void *ctx, const wg_live_brief *b) {
  struct area_seen *x = ctx;
  x->code = b->area == WG_NO_INDEX ? "" : x->land->areas.item[b->area].code;
  return true;
}
static const char *area_in(district *d, const wg_picture *p) {
  struct area_seen x = {p->land, "nothing"};
  wg_live_each(wg_engine_live(d->engine), p->land, read_area, &x);
  return x.code;
}
static bool worker_area(void *ctx, const wg_worker *w) {
  struct area_seen *x = ctx;
  x->code = w->area == WG_NO_INDEX ? "" : x->land->areas.item[w->area].code;
  return true;
}
static const char *worker_in(district *d, const wg_picture *p) {
  struct area_seen x = {p->land, "nothing"};
  wg_workers_each(wg_engine_workers(d->engine), p->land, worker_area, &x);
  return x.code;
}

/* An area that sorts before the others moves every index: neither who holds the old picture nor who holds the
 * new one may take one place for another. */
static void areas_are_those_of_the_readers_land(void **state) {
  district *d = *state;
  sent a;
  wg_err err = {0};
  assert_int_equal(report(d, &a, "A1", "", STEP / 2, "哪里"), WG_OK);
  wg_picture *old = wg_engine_picture(d->engine);
  wg_position at = {.staff = d->worker, .device = "p1", .counter = 1, .at = {X0 + STEP / 2, Y0 + STEP / 2}};
  assert_true(wg_workers_put(wg_engine_workers(d->engine), old->land, &at, NULL, NULL));
  wg_store *s = open_store(d);
  wg_area area = {.code = "110101", .level = "county", .names = "{}", .named = true};
  wg_event e = {.at = wg_now_ms(), .kind = "areas.imported", .subject = "areas", .body = "{}"};
  int64_t head = wg_feed_head(wg_engine_feed(d->engine));
  ok(s->begin(s, &err));
  ok(s->area_put(s, &area, NULL, 0, &err));
  ok(s->event_append(s, &e, NULL, 0, &err));
  ok(s->commit(s, &err));
  s->close(s);
  eventually(wg_feed_head(wg_engine_feed(d->engine)) > head);
  wg_picture *now = wg_engine_picture(d->engine);
  assert_int_not_equal(wg_areas_find(&old->land->areas, "990101001001"),
                       wg_areas_find(&now->land->areas, "990101001001"));
  assert_string_equal(area_in(d, old), "990101001001");
  assert_string_equal(area_in(d, now), "990101001001");
  assert_string_equal(worker_in(d, old), "990101001001");
  assert_string_equal(worker_in(d, now), "990101001001");
  at.counter = 2; /* put by one who still holds the old picture */
  assert_true(wg_workers_put(wg_engine_workers(d->engine), old->land, &at, NULL, NULL));
  assert_string_equal(worker_in(d, now), "990101001001");
  wg_picture_drop(old);
  wg_picture_drop(now);
}

static bool read_state(void *ctx, const wg_live_row *row) {
  *(wg_state *)ctx = row->i.state;
  return true;
}

/* One without a position is not on the map, and its end must reach the counters all the same. */
static void what_has_no_place_is_closed_too(void **state) {
  district *d = *state;
  sent a;
  wg_err err = {0};
  prepare_report(d, &a, "A1", "", 0, "没有坐标");
  a.in.report.has_position = false;
  assert_int_equal(wg_engine_do(d->engine, &a.in.command), WG_OK);
  wg_arena arena;
  wg_arena_init(&arena);
  wg_store *s = open_store(d);
  wg_incident i;
  char subject[40];
  snprintf(subject, sizeof subject, "incident/%lld", (long long)a.id);
  wg_event e = {.at = wg_now_ms(), .kind = "incident.closed", .subject = subject, .body = "{}"};
  ok(s->begin(s, &err));
  ok(s->incident_get(s, &arena, a.id, &i, &err));
  ok(s->event_append(s, &e, NULL, 0, &err));
  i.state = WG_S_CLOSED;
  i.received_at -= 2 * 86400000ll; /* not of today */
  i.closed_at = e.at;
  i.version++;
  i.seq = e.seq;
  ok(s->incident_update(s, &i, &err));
  ok(s->commit(s, &err));
  s->close(s);
  wg_arena_clear(&arena);
  eventually(wg_feed_head(wg_engine_feed(d->engine)) == e.seq);
  wg_state now = WG_S_REPORTED;
  assert_true(wg_live_get(wg_engine_live(d->engine), a.id, read_state, &now));
  assert_int_equal(now, WG_S_CLOSED);
}

/* After an erasure nothing that held the text is given out again. */
static void an_erasure_empties_the_feed(void **state) {
  district *d = *state;
  sent a;
  wg_err err = {0};
  assert_int_equal(report(d, &a, "A1", "", STEP / 2, "要删除的话"), WG_OK);
  uint64_t epoch = wg_feed_epoch(wg_engine_feed(d->engine));
  wg_store *s = open_store(d);
  char subject[40];
  snprintf(subject, sizeof subject, "event/%lld", (long long)a.seq);
  wg_event e = {.at = wg_now_ms(),
                .kind = "personal.erased",
                .subject = subject,
                .body = "{\"basis\":\"PIPL 47\",\"fields\":[\"description\"]}"};
  ok(s->begin(s, &err));
  ok(s->event_append(s, &e, NULL, 0, &err));
  ok(s->erase(s, a.seq, "description", e.seq, &err));
  ok(s->commit(s, &err));
  s->close(s);
  eventually(wg_feed_head(wg_engine_feed(d->engine)) == e.seq);
  assert_true(wg_feed_epoch(wg_engine_feed(d->engine)) > epoch);
  wg_feed_item *item = NULL;
  assert_int_equal(wg_feed_after(wg_engine_feed(d->engine), a.seq - 1, &item), WG_FEED_TOO_OLD);
}

int main(void) {
#define faulty(fn) cmocka_unit_test_setup_teardown(fn, faulty_up, district_down)
  const struct CMUnitTest tests[] = {
      faulty(a_failed_savepoint_harms_nobody_else), faulty(a_repetition_of_what_was_undone_is_new),
      faulty(what_could_not_be_read_is_read_later), faulty(reports_go_on_with_the_picture_there_is),
      faulty(a_flood_from_outside_starts_anew),     faulty(areas_are_those_of_the_readers_land),
      faulty(what_has_no_place_is_closed_too),      faulty(an_erasure_empties_the_feed)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
