/* Many connections at once: a writer, a tender, readers, and another process that writes too. */
#include "store/suite/suite.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/sqlite.h"
#include "store/sqlite/db.h"
#include "store/support.h"

enum { GROUPS = 60, GROUP = 20, FOREIGN = 40 };

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

struct shared {
  const char *path;
  atomic_bool stop;
  atomic_int failed, lists, tended;
};

/* A page must be newest first, without holes: ids are given in a row. */
struct page_seen {
  int64_t last;
  int n;
  bool wrong;
};

static wg_status see(void *ctx, const void *row) {
  struct page_seen *p = ctx;
  const wg_incident *i = row;
  p->wrong |= p->last && i->id != p->last - 1;
  p->wrong |= !i->description || !*i->description; /* its texts are there as soon as it is */
  p->last = i->id;
  p->n++;
  return WG_OK;
}

static void *read_pages(void *ctx) {
  struct shared *sh = ctx;
  wg_store *s = NULL;
  wg_err err = {0};
  if (wg_sqlite_open(sh->path, false, false, &s, &err)) atomic_fetch_add(&sh->failed, 1);
  while (s && !atomic_load(&sh->stop)) {
    wg_arena a;
    struct page_seen p = {0};
    const wg_incident_query q = {.top_class = WG_SEALED, .limit = 50};
    wg_arena_init(&a);
    if (s->incidents(s, &a, &q, see, &p, &err) || p.wrong) atomic_fetch_add(&sh->failed, 1);
    wg_arena_clear(&a);
    atomic_fetch_add(&sh->lists, 1);
  }
  if (s) s->close(s);
  return NULL;
}

static void *tend(void *ctx) {
  struct shared *sh = ctx;
  wg_store *s = NULL;
  wg_err err = {0};
  if (wg_sqlite_open(sh->path, true, false, &s, &err)) atomic_fetch_add(&sh->failed, 1);
  while (s && !atomic_load(&sh->stop)) {
    if (s->tend(s, &err)) atomic_fetch_add(&sh->failed, 1);
    atomic_fetch_add(&sh->tended, 1);
  }
  if (s) s->close(s);
  return NULL;
}

static int write_from_outside(const char *path) {
  struct fix fix = {.maker = &sqlite}, *f = &fix;
  wg_store *s = NULL;
  if (wg_sqlite_open(path, true, false, &s, &f->err)) return 1;
  for (int k = 0; k < FOREIGN; k++) {
    if (s->begin(s, &f->err)) return 2;
    note(f, s, "test/outside", "{}");
    if (s->commit(s, &f->err)) return 3;
  }
  s->close(s);
  return 0;
}

static void write_groups(struct fix *f, struct shared *sh) {
  for (int g = 0; g < GROUPS; g++) {
    OK(f->s->begin(f->s, &f->err));
    for (int k = 0; k < GROUP; k++) {
      wg_incident i = {.number = "n",
                       .crs = "wgs84",
                       .version = 1,
                       .area = "a1",
                       .has_position = true,
                       .description = "文字"};
      i.client_id = wg_arena_printf(&f->a, "c-%d-%d", g, k);
      file_incident(f, f->s, &i);
    }
    OK(f->s->commit(f->s, &f->err));
    if (g % 7 == 0) { /* a repeated report is known, whatever was tended meanwhile */
      wg_incident got;
      OK(f->s->incident_by_client(f->s, &f->a, 0, wg_arena_printf(&f->a, "c-%d-0", g / 2), &got, &f->err));
    }
  }
  while (!atomic_load(&sh->tended) || atomic_load(&sh->lists) < 20)
    usleep(1000); /* the others have had their turns */
}

static void together_nothing_is_lost(void **state) {
  struct fix *f = *state;
  struct shared sh = {.path = ((struct room *)f->place)->path};
  pthread_t thread[3];
  fflush(NULL);
  pid_t child = fork();
  if (!child) _exit(write_from_outside(sh.path));
  assert_int_equal(pthread_create(&thread[0], NULL, tend, &sh), 0);
  for (int i = 1; i < 3; i++) assert_int_equal(pthread_create(&thread[i], NULL, read_pages, &sh), 0);
  write_groups(f, &sh);
  int status;
  waitpid(child, &status, 0);
  atomic_store(&sh.stop, true);
  for (int i = 0; i < 3; i++) pthread_join(thread[i], NULL);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
  assert_int_equal(atomic_load(&sh.failed), 0);
  wg_store_head head;
  OK(f->other->head(f->other, &head, &f->err));
  assert_int_equal(head.seq, GROUPS * GROUP + FOREIGN);
  must_be_whole(f, f->s);
}

/* --- every statement by an index ------------------------------------------------------------ */

/* Statements that read a whole table on purpose. */
static bool whole_table(const char *sql) {
  static const char *const some[] = {
      "FROM area",     "FROM staff",     "FROM post",        "FROM shift",
      "FROM stand_in", "FROM unmanned",  "FROM category",    "FROM account",
      "FROM session",  "FROM basemap",   "DISTINCT network", "FROM position_last",
      "event_head",    "FROM watermark", "UPDATE watermark", "DELETE FROM basemap"};
  for (size_t i = 0; i < sizeof some / sizeof *some; i++)
    if (strstr(sql, some[i])) return true;
  return false;
}

static void explain(sqlite3 *h, const char *sql) {
  sqlite3_stmt *st = NULL;
  char *text = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql);
  int rc = sqlite3_prepare_v2(h, text, -1, &st, NULL);
  sqlite3_free(text);
  if (rc != SQLITE_OK) return; /* BEGIN, PRAGMA and such have no plan */
  while (sqlite3_step(st) == SQLITE_ROW) {
    const char *detail = (const char *)sqlite3_column_text(st, 3);
    if (strncmp(detail, "SCAN", 4) == 0 && strncmp(detail, "SCAN CONSTANT", 13) != 0 &&
        !strstr(detail, "SCAN (") && !strstr(detail, "VIRTUAL TABLE"))
      fail_msg("%s\n  reads a whole table: %s", sql, detail);
    if (strstr(detail, "TEMP B-TREE FOR ORDER BY") &&
        strstr(sql, "FROM incident ")) /* only the bulk runs of tend() sort */
      assert_non_null(strstr(sql, "INSERT INTO incident_"));
  }
  sqlite3_finalize(st);
}

static void together_statements_use_indexes(void **state) {
  struct fix *f = *state;
  wg_incident got;
  int n = 0;
  db_of(f->s)->scan_first = db_of(f->s)->scan_most = 1;
  OK(f->s->begin(f->s, &f->err));
  for (int k = 0; k < 300; k++) {
    wg_incident i = {.number = "n",
                     .crs = "wgs84",
                     .version = 1,
                     .area = "a1",
                     .grid = "g1",
                     .category = "c1",
                     .has_position = true,
                     .reporter = 3,
                     .responsible = 4,
                     .received_at = 1000 + k};
    i.client_id = wg_arena_printf(&f->a, "c-%d", k);
    file_incident(f, f->s, &i);
    step_incident(f, f->s, &i, k % 2 ? WG_S_CLOSED : WG_S_FILED);
    OK(f->s->incident_party(f->s, i.id, "o1", "handed", &f->err));
  }
  OK(f->s->commit(f->s, &f->err));
  OK(f->s->tend(f->s, &f->err));
  const char *areas[] = {"a1", "a2", NULL}, *orgs[] = {"o1", NULL};
  const wg_incident_query asked[] = {{.top_class = WG_SEALED,
                                      .areas = areas,
                                      .or_no_area = true,
                                      .party_account = 3,
                                      .party_staff = 4,
                                      .party_orgs = orgs},
                                     {.mine = true, .party_account = 3, .party_staff = 4, .party_orgs = orgs},
                                     {.grid = "g2"},
                                     {.category = "c2"},
                                     {.area = "a9"},
                                     {.states = 1u << WG_S_REVIEW},
                                     {.since = 5000},
                                     {.until = 5}};
  for (size_t k = 0; k < sizeof asked / sizeof *asked; k++) {
    wg_incident_query q = asked[k];
    q.limit = 400;
    OK(f->s->incidents(f->s, &f->a, &q, count_row, &n, &f->err));
  }
  OK(f->s->incident_by_client(f->s, &f->a, 3, "c-7", &got, &f->err));
  OK(f->s->incidents_live(f->s, &f->a, 100, count_row, &n, &f->err));
  OK(f->s->events_since(f->s, &f->a, 5, 5, count_row, &n, &f->err));
  OK(f->s->events_of(f->s, &f->a, "incident/1", 0, 5, count_row, &n, &f->err));
  OK(f->s->privates_of(f->s, &f->a, 1, count_row, &n, &f->err));
  OK(f->s->places_find(f->s, &f->a, "路", 5, count_row, &n, &f->err));
  OK(f->s->positions_last(f->s, &f->a, count_row, &n, &f->err));
  int seen = 0;
  for (int k = 0; k < WG_STATEMENTS; k++) {
    const char *sql = db_of(f->s)->cache[k].sql;
    if (!sql || whole_table(sql)) continue;
    explain(db_of(f->s)->h, sql);
    seen++;
  }
  assert_true(seen > 25);
}

int main(void) {
#define T(test) cmocka_unit_test_setup_teardown(test, up, fix_down)
  const struct CMUnitTest tests[] = {T(together_nothing_is_lost), T(together_statements_use_indexes)};
  return cmocka_run_group_tests_name("together", tests, NULL, NULL);
}
