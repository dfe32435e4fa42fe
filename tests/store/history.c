/* The history of positions: it does not grow without end. */
#include "store/suite/suite.h"

#include "base/time.h"
#include "store/sqlite.h"
#include "store/sqlite/db.h"
#include "store/support.h"

static const int64_t day = 86400000;

static wg_status make(void **place, wg_err *err) {
  struct room *r = room_new();
  *place = r;
  return wg_sqlite_create(r->path, err);
}
static wg_status open_one(void *place, bool writable, wg_store **out, wg_err *err) {
  return wg_sqlite_open(((struct room *)place)->path, writable, false, out, err);
}
static void drop(void *place) { room_free(place); }
static const struct maker sqlite = {.make = make, .open = open_one, .drop = drop};
static int up(void **state) { return fix_up(state, &sqlite); }

/* n positions of one device, a second apart, the last of them received so long ago. */
static void put_positions(struct fix *f, int64_t staff, int64_t counter, int n, int64_t age) {
  OK(f->s->begin(f->s, &f->err));
  for (int k = 0; k < n; k++) {
    int64_t at = wg_now_ms() - age - (n - 1 - k) * 1000;
    wg_position p = {.staff = staff, .device = "d", .counter = counter + k, .crs = "wgs84", .fixed_at = at};
    p.received_at = at;
    OK(f->s->positions_put(f->s, &p, 1, &f->err));
  }
  OK(f->s->commit(f->s, &f->err));
}

static int64_t count(struct fix *f, const char *where) {
  int64_t n = -1;
  OK(db_int(db_of(f->s), wg_arena_printf(&f->a, "SELECT count(*) FROM position %s", where), &n, &f->err));
  return n;
}

static void tend(struct fix *f, int times) {
  while (times--) OK(f->s->tend(f->s, &f->err));
}

static void set_days(struct fix *f, const char *days) {
  OK(f->s->begin(f->s, &f->err));
  OK(f->s->setting_put(f->s, "position_days", days, &f->err));
  OK(f->s->commit(f->s, &f->err));
}

/* Old positions go, in steps; never the newest of a device. */
static void history_forgets_old_positions(void **state) {
  struct fix *f = *state;
  put_positions(f, 1, 1, 2500, 40 * day); /* a worker who left */
  put_positions(f, 2, 1, 10, 40 * day);
  put_positions(f, 2, 11, 10, 20 * day);
  put_positions(f, 2, 21, 10, 0);
  tend(f, 1);
  assert_int_equal(count(f, ""), 1530); /* a small step at a time */
  tend(f, 4);
  assert_int_equal(count(f, ""), 21);
  assert_int_equal(count(f, "WHERE staff = 1 AND counter = 2500"), 1);
  static const struct {
    const char *days;
    int left;
  } rounds[] = {{"soon", 21}, {"0", 21}, {"3651", 21}, {"25", 21}, {"1", 11}};
  for (size_t r = 0; r < sizeof rounds / sizeof *rounds; r++) {
    set_days(f, rounds[r].days);
    tend(f, 3);
    assert_int_equal(count(f, ""), rounds[r].left);
  }
  int64_t bad = -1; /* each device still has its newest */
  OK(db_int(db_of(f->s), "SELECT count(*) FROM position_last WHERE position NOT IN (SELECT id FROM position)",
            &bad, &f->err));
  assert_int_equal(bad, 0);
  /* the worker comes back: what was the newest is one of many now */
  put_positions(f, 1, 2501, 1, 0);
  tend(f, 2);
  assert_int_equal(count(f, "WHERE staff = 1"), 1);
}

/* More devices gone for good than one step looks at do not hide what came after them. */
static void history_passes_the_newest_of_many(void **state) {
  struct fix *f = *state;
  OK(f->s->begin(f->s, &f->err));
  for (int64_t staff = 1; staff <= 2100; staff++) {
    wg_position p = {
        .staff = staff, .device = "d", .counter = 1, .crs = "wgs84", .received_at = 1000 + staff};
    OK(f->s->positions_put(f->s, &p, 1, &f->err));
  }
  OK(f->s->commit(f->s, &f->err));
  put_positions(f, 3000, 1, 50, 40 * day);
  tend(f, 4);
  assert_int_equal(count(f, "WHERE staff = 3000"), 1);
  assert_int_equal(count(f, ""), 2101);
  put_positions(f, 1, 2, 1, 0); /* the round begins anew */
  tend(f, 4);
  assert_int_equal(count(f, "WHERE staff = 1"), 1);
}

int main(void) {
#define T(test) cmocka_unit_test_setup_teardown(test, up, fix_down)
  const struct CMUnitTest tests[] = {T(history_forgets_old_positions), T(history_passes_the_newest_of_many)};
  return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
