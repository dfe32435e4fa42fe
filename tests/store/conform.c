/* The conformance suite on the SQLite store. */
#include "store/suite/suite.h"

#include <unistd.h>

#include "store/sqlite.h"
#include "store/sqlite/db.h"
#include "store/suite/ground.h"
#include "store/suite/incident.h"
#include "store/suite/land.h"
#include "store/suite/list.h"
#include "store/suite/log.h"
#include "store/suite/notice.h"
#include "store/suite/people.h"
#include "store/support.h"

static wg_status make(void **place, wg_err *err) {
  struct room *r = room_new();
  *place = r;
  return wg_sqlite_create(r->path, err);
}

static wg_status open_one(void *place, bool writable, wg_store **out, wg_err *err) {
  return wg_sqlite_open(((struct room *)place)->path, writable, false, out, err);
}

static wg_status open_copy(const char *path, wg_store **out, wg_err *err) {
  return wg_sqlite_open(path, false, false, out, err);
}

/* Lists go by keys after a few rows instead of 1500. */
static void small(wg_store *s) {
  db_of(s)->scan_first = 40;
  db_of(s)->scan_most = 120;
}

static void drop(void *place) { room_free(place); }

static const struct maker sqlite = {make, open_one, open_copy, small, drop};

static int up(void **state) { return fix_up(state, &sqlite); }

int main(void) {
#define T(test) cmocka_unit_test_setup_teardown(test, up, fix_down)
  const struct CMUnitTest tests[] = {LOG_TESTS(T),  LAND_TESTS(T),   PEOPLE_TESTS(T), INCIDENT_TESTS(T),
                                     LIST_TESTS(T), GROUND_TESTS(T), NOTICE_TESTS(T)};
  return cmocka_run_group_tests_name("conform (SQLite)", tests, NULL, NULL);
}
