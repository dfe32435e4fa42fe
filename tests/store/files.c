/* The SQLite store and the files it lives in: what is refused and in which words, locks, full disks, crashes,
 * restoring, erasing. */
#include "store/suite/suite.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/sqlite.h"
#include "store/sqlite/db.h"
#include "store/support.h"

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

static const char *path_of(struct fix *f) { return ((struct room *)f->place)->path; }
static char *beside(struct fix *f, const char *end) {
  return wg_arena_printf(&f->a, "%s%s", path_of(f), end);
}

static void write_file(const char *path, const char *text) {
  FILE *out = fopen(path, "wb");
  assert_non_null(out);
  fputs(text, out);
  fclose(out);
}

static void raw_sql(const char *path, const char *sql) {
  sqlite3 *h = NULL;
  assert_int_equal(sqlite3_open(path, &h), SQLITE_OK);
  if (sqlite3_exec(h, sql, NULL, NULL, NULL) != SQLITE_OK) fail_msg("%s: %s", sql, sqlite3_errmsg(h));
  sqlite3_close(h);
}

static void put_note(struct fix *f, wg_store *s) {
  OK(s->begin(s, &f->err));
  note(f, s, "test/1", "{}");
  OK(s->commit(s, &f->err));
}

static int64_t head_of(struct fix *f, wg_store *s) {
  wg_store_head h;
  OK(s->head(s, &h, &f->err));
  return h.seq;
}

static void reopen(struct fix *f) {
  shut(f);
  open_again(f);
}

/* --- opening
 * ---------------------------------------------------------------------------------------------------------
 */

static void files_create_only_what_is_not_there(void **state) {
  struct fix *f = *state;
  put_note(f, f->s);
  FAILS(WG_CONFLICT, wg_sqlite_create(path_of(f), &f->err));
  assert_int_equal(head_of(f, f->s), 1);
  FAILS(WG_NOT_FOUND, wg_sqlite_create("/tmp/wg-no-such-folder/x.db", &f->err));
  FAILS(WG_IO, wg_sqlite_create(beside(f, "/x.db"), &f->err)); /* a file where a folder should be */
  write_file(beside(f, ".two-wal"), "left over");
  FAILS(WG_CONFLICT, wg_sqlite_create(beside(f, ".two"), &f->err));
  assert_int_not_equal(access(beside(f, ".two"), F_OK), 0);
  DIR *d = opendir(((struct room *)f->place)->dir);
  for (struct dirent *e; (e = readdir(d));) assert_null(strstr(e->d_name, ".new-"));
  closedir(d);
}

static void files_open_only_what_is_ours(void **state) {
  struct fix *f = *state;
  wg_store *s;
  FAILS(WG_NOT_FOUND, wg_sqlite_open(beside(f, ".none"), true, false, &s, &f->err));
  assert_non_null(strstr(f->err.en, "wangge init"));
  assert_int_not_equal(access(beside(f, ".none.lock"), F_OK), 0); /* no lock file beside nothing */
  FAILS(WG_IO, wg_sqlite_open("/tmp", true, false, &s, &f->err));
  char *other = beside(f, ".other");
  write_file(other, "");
  FAILS(WG_CORRUPT, wg_sqlite_open(other, true, false, &s, &f->err));
  write_file(
      other,
      "This is a letter, not a database. It is long enough to have a header of one hundred bytes in it, "
      "which is what SQLite looks at first.");
  FAILS(WG_CORRUPT, wg_sqlite_open(other, true, false, &s, &f->err));
  FAILS(WG_CORRUPT, wg_sqlite_open(other, false, false, &s, &f->err));
  unlink(other);
  raw_sql(other, "CREATE TABLE t (x); INSERT INTO t VALUES (1)"); /* somebody else's database */
  FAILS(WG_CORRUPT, wg_sqlite_open(other, true, false, &s, &f->err));
  assert_null(s);
  raw_sql(path_of(f), "PRAGMA user_version = 99");
  FAILS(WG_UNPROCESSABLE, wg_sqlite_open(path_of(f), true, false, &s, &f->err));
  assert_non_null(strstr(f->err.en, "newer"));
  raw_sql(path_of(f), "PRAGMA user_version = 0");
  FAILS(WG_CORRUPT, wg_sqlite_open(path_of(f), true, false, &s, &f->err));
}

static wg_status count_place(void *ctx, const void *row) {
  (void)row;
  ++*(int *)ctx;
  return WG_OK;
}

/* What came with the life of an incident (schema 6). */
static void drop_life(const char *path) {
  static const char *const column[] = {
      "rule",       "centre",       "org",         "held_since",  "step_due",     "work_since",
      "work_due",   "told",         "urgent",      "supervised",  "suspended_at", "suspended_until",
      "returns",    "reworks",      "ruled",       "review_from", "approved",     "review_owed",
      "days_asked", "days_granted", "merged_into", "parent",      "score",        "doer"};
  raw_sql(path, "DROP TABLE incident_link; DROP TABLE precedent; DROP INDEX incident_merged; DROP INDEX "
                "incident_parent; ALTER TABLE org DROP COLUMN calendar; DROP TABLE staff_leave; DROP TABLE "
                "staff_cover; DROP TABLE unmanned;");
  for (size_t i = 0; i < sizeof column / sizeof *column; i++) {
    char sql[80];
    snprintf(sql, sizeof sql, "ALTER TABLE incident DROP COLUMN %s", column[i]);
    raw_sql(path, sql);
  }
}

static void make_older(const char *path) {
  drop_life(path);
  raw_sql(path,
          "DROP TABLE category_rule; ALTER TABLE category ADD COLUMN accept_minutes INTEGER NOT NULL "
          "DEFAULT 0; ALTER TABLE category ADD COLUMN handle_minutes INTEGER NOT NULL DEFAULT 0; "
          "INSERT OR REPLACE INTO category (code, family, names, family_names, severity, class, retired, "
          "fields, accept_minutes, handle_minutes) VALUES ('o1', 'g', '{}', '{}', 1, 0, 0, '[]', 60, 240), "
          "('o2', 'g', '{}', '{}', 1, 0, 0, '[]', 30, 0), ('o3', 'g', '{}', '{}', 1, 0, 0, '[]', 0, 90), "
          "('o4', 'g', '{}', '{}', 1, 0, 0, '[]', 0, 0); DROP TABLE deed; DROP TABLE device; DROP INDEX "
          "access_log_sign_in; DROP INDEX "
          "access_log_at; ALTER TABLE place "
          "DROP COLUMN alias; "
          "ALTER TABLE category DROP COLUMN filing_standard; ALTER TABLE category DROP COLUMN "
          "closing_standard; ALTER TABLE category DROP COLUMN usual_org; PRAGMA user_version = 1; "
          "INSERT OR REPLACE INTO place VALUES (7, '人民广场', 'y', 'poi', NULL, NULL, ''); "
          "INSERT INTO place_text (place_text) VALUES ('delete-all'); "
          "INSERT INTO place_text (rowid, name, address) VALUES (7, '人 民 广 场', 'y')");
}

/* The minutes that a category had are the first version of its rules. */
static void has_minutes(struct fix *f, const char *code, int accept, int whole) {
  wg_category *all = NULL;
  uint32_t n = 0, k = 0;
  OK(f->s->categories_load(f->s, &f->a, &all, &n, &f->err));
  while (k < n && strcmp(all[k].code, code) != 0) k++;
  assert_true(k < n);
  wg_rules want = {0};
  wg_rules_take_minutes(&want, accept, whole);
  assert_int_equal(all[k].rules->version, 1);
  assert_true(wg_rules_equal(all[k].rules, &want));
}

/* One that was late for its first step and is in somebody's hands: it stays so, and its whole time still
 * runs. */
static int64_t late_in_hand(struct fix *f) {
  wg_incident i = {.number = "990101-20260101-0001",
                   .state = WG_S_DISPATCHED,
                   .severity = 1,
                   .accuracy_m = -1,
                   .category = "o1",
                   .network = "base",
                   .handle_due = INT64_C(4000000000000),
                   .overdue = true,
                   .description = "",
                   .attributes = "",
                   .place = ""};
  OK(f->s->begin(f->s, &f->err));
  file_incident(f, f->s, &i);
  OK(f->s->incident_party(f->s, i.id, "water", "handed", &f->err));
  OK(f->s->commit(f->s, &f->err));
  return i.id;
}

/* A file of the first schema is brought up by whoever first opens it for writing. */
static void files_of_an_older_schema_are_brought_up(void **state) {
  struct fix *f = *state;
  wg_store *s;
  wg_incident late;
  int64_t id = late_in_hand(f);
  shut(f);
  make_older(path_of(f));
  FAILS(WG_UNPROCESSABLE, wg_sqlite_open(path_of(f), false, false, &s, &f->err));
  assert_non_null(strstr(f->err.en, "older"));
  open_again(f);
  wg_device *all = NULL;
  uint32_t n = 1;
  OK(f->s->devices_load(f->s, &f->a, &all, &n, &f->err));
  assert_int_equal(n, 0);
  const char *const by[] = {"人民", "rmgc"}; /* initials came with a later schema */
  for (size_t i = 0; i < sizeof by / sizeof *by; i++) {
    int found = 0;
    OK(f->s->places_find(f->s, &f->a, by[i], 5, count_place, &found, &f->err));
    assert_int_equal(found, 1);
  }
  has_minutes(f, "o1", 60, 240);
  has_minutes(f, "o2", 30, 0);
  has_minutes(f, "o3", 0, 90);
  has_minutes(f, "o4", 0, 0);
  OK(f->s->incident_get(f->s, &f->a, id, &late, &f->err));
  assert_string_equal(late.org, "water");
  assert_true(late.overdue && !(late.told & 1u << WG_C_WHOLE));
}

/* Runs fn as a user without rights, in a process of its own; its exit status is what fn gives. */
static int as_nobody(int (*fn)(struct fix *), struct fix *f) {
  fflush(NULL);
  pid_t child = fork();
  if (!child) {
    if (setgid(65534) || setuid(65534)) _exit(77);
    _exit(fn(f));
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

static int read_without_rights(struct fix *f) {
  wg_err err = {0};
  wg_store *s = NULL;
  wg_store_head head;
  if (wg_sqlite_open(path_of(f), true, false, &s, &err) != WG_IO || !err.zh[0]) return 1;
  if (wg_sqlite_open(path_of(f), false, false, &s, &err)) {
    fprintf(stderr, "%s\n", err.en);
    return 2;
  }
  if (s->head(s, &head, &err) || head.seq != 1) return 3;
  if (s->begin(s, &err) == WG_OK && s->setting_put(s, "a", "b", &err) == WG_OK) return 4;
  s->close(s);
  return 0;
}

static void files_read_without_the_right_to_write(void **state) {
  struct fix *f = *state;
  struct room *r = f->place;
  if (geteuid() != 0) {
    print_message("not root: cannot become another user\n");
    skip();
  }
  put_note(f, f->s);
  shut(f); /* the last one puts the log away */
  unlink(beside(f, ".lock"));
  chmod(r->dir, 0555);
  chmod(r->path, 0444);
  assert_int_equal(as_nobody(read_without_rights, f), 0);
  chmod(r->dir, 0000);
  chmod(r->dir, 0700);
  chmod(r->path, 0600);
  open_again(f);
}

/* --- locks
 * -----------------------------------------------------------------------------------------------------------
 */

static void files_say_who_is_writing(void **state) {
  struct fix *f = *state;
  sqlite3_busy_timeout(db_of(f->other)->h, 20);
  OK(f->s->begin(f->s, &f->err));
  note(f, f->s, "test/1", "{}");
  FAILS(WG_BUSY, f->other->begin(f->other, &f->err));
  assert_false(f->other->in_transaction(f->other));
  wg_position p = {.staff = 1, .device = "d", .counter = 1, .crs = "wgs84"};
  FAILS(WG_BUSY, f->other->positions_put(f->other, &p, 1, &f->err));
  OK(f->s->commit(f->s, &f->err));
  put_note(f, f->other);
  assert_int_equal(head_of(f, f->other), 2);
}

static void files_readers_may_not_write(void **state) {
  struct fix *f = *state;
  wg_store *reader;
  OK(wg_sqlite_open(path_of(f), false, false, &reader, &f->err));
  put_note(f, f->s);
  assert_int_equal(head_of(f, reader), 1);
  if (reader->begin(reader, &f->err) == WG_OK) FAILS(WG_IO, reader->setting_put(reader, "a", "b", &f->err));
  reader->rollback(reader);
  OK(reader->tend(reader, &f->err)); /* nothing to do for one that only reads */
  reader->close(reader);
}

/* --- full disks ----------------------------------------------------------------------------- */

/* Appends until the disk is full, each group a savepoint as the engine does; gives the seq last committed. */
static int64_t fill_up(struct fix *f, wg_store *s, const char *text) {
  int64_t done = head_of(f, s);
  for (int k = 0; k < 20000; k++) {
    wg_err err = {0};
    wg_event e = {.at = 1, .kind = "k", .subject = "s", .body = text};
    wg_status st = s->begin(s, &err);
    if (!st) st = s->savepoint(s, &err);
    if (!st) st = s->event_append(s, &e, NULL, 0, &err);
    if (!st) st = s->release(s, &err);
    if (!st) st = s->commit(s, &err);
    if (!st) {
      done = e.seq;
      continue;
    }
    assert_int_equal(st, WG_NO_SPACE);
    assert_true(err.en[0] && err.zh[0]);
    if (s->in_transaction(s)) s->rollback_to(s); /* does no harm where SQLite took the whole transaction */
    s->rollback(s);
    assert_false(s->in_transaction(s));
    return done;
  }
  fail_msg("the disk does not fill up");
  return 0;
}

static char *long_body(struct fix *f, int n) {
  char *text = wg_arena_alloc(&f->a, (size_t)n + 1);
  memset(text, 'x', (size_t)n);
  return wg_arena_printf(&f->a, "{\"a\":\"%s\"}", text);
}

static void files_hold_when_the_limit_is_reached(void **state) {
  struct fix *f = *state;
  int64_t pages = 0;
  wg_err err = {0};
  OK(db_int(db_of(f->s), "PRAGMA page_count", &pages, &err));
  char *limit = wg_arena_printf(&f->a, "PRAGMA max_page_count = %lld", (long long)pages + 40);
  OK(db_exec(db_of(f->s), limit, &err));
  int64_t done = fill_up(f, f->s, long_body(f, 20000));
  assert_true(done > 2);
  assert_int_equal(head_of(f, f->s), done);
  must_be_whole(f, f->other);
  OK(db_exec(db_of(f->s), "PRAGMA max_page_count = 1000000", &err)); /* space again: it goes on */
  put_note(f, f->s);
  assert_int_equal(head_of(f, f->other), done + 1);
  must_be_whole(f, f->s);
}

/* A full disk in a savepoint after good work in the same transaction: all of it goes or all of it stays. */
static void files_say_when_a_full_disk_took_the_transaction(void **state) {
  struct fix *f = *state;
  int64_t pages = 0;
  OK(db_int(db_of(f->s), "PRAGMA page_count", &pages, &f->err));
  OK(db_exec(db_of(f->s), wg_arena_printf(&f->a, "PRAGMA max_page_count = %lld", (long long)pages + 10),
             &f->err));
  OK(f->s->begin(f->s, &f->err));
  note(f, f->s, "test/1", "{}");
  OK(f->s->savepoint(f->s, &f->err));
  wg_event e = {.at = 1, .kind = "k", .subject = "s", .body = long_body(f, 200000)};
  FAILS(WG_NO_SPACE, f->s->event_append(f->s, &e, NULL, 0, &f->err));
  bool kept = f->s->in_transaction(f->s);
  f->s->rollback_to(f->s);
  assert_int_equal(f->s->in_transaction(f->s), kept);
  if (kept)
    OK(f->s->commit(f->s, &f->err));
  else
    FAILS(WG_INTERNAL, f->s->commit(f->s, &f->err));
  assert_int_equal(head_of(f, f->s), kept ? 1 : 0);
  OK(db_exec(db_of(f->s), "PRAGMA max_page_count = 1000000", &f->err));
  put_note(f, f->s);
  assert_int_equal(head_of(f, f->s), kept ? 2 : 1);
  must_be_whole(f, f->s);
}

static int on_a_small_disk(const char *dir) {
  struct fix fix = {.maker = &sqlite}, *f = &fix;
  char path[200], ballast[200];
  wg_store *s = NULL;
  snprintf(path, sizeof path, "%s/wg.db", dir);
  snprintf(ballast, sizeof ballast, "%s/ballast", dir);
  wg_arena_init(&f->a);
  if (wg_sqlite_create(path, &f->err) || wg_sqlite_open(path, true, false, &s, &f->err)) return 1;
  write_file(ballast, long_body(f, 1500000));
  int64_t done = fill_up(f, s, long_body(f, 3000));
  if (done < 10 || head_of(f, s) != done) return 2;
  unlink(ballast);
  put_note(f, s); /* space again */
  if (s->tend(s, &f->err)) return 3;
  s->close(s);
  if (wg_sqlite_open(path, true, false, &s, &f->err) || head_of(f, s) != done + 1) return 4;
  wg_check_report r;
  if (s->check(s, &r, NULL, NULL, &f->err) || r.problems) return 5;
  s->close(s);
  char copy[220];
  snprintf(copy, sizeof copy, "%s.bak", path);
  write_file(ballast, long_body(f, 2500000)); /* a backup that does not fit says so and leaves nothing */
  if (wg_sqlite_open(path, true, false, &s, &f->err)) return 6;
  if (s->backup(s, copy, NULL, NULL, &f->err) != WG_NO_SPACE || access(copy, F_OK) == 0) return 7;
  s->close(s);
  wg_arena_clear(&f->a);
  return 0;
}

static void files_hold_when_the_disk_is_full(void **state) {
  struct fix *f = *state;
  const char *dir = beside(f, ".disk");
  assert_int_equal(mkdir(dir, 0700), 0);
  fflush(NULL);
  pid_t child = fork();
  if (!child) { /* the mount is seen by this process alone and ends with it */
    if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
        mount("tmpfs", dir, "tmpfs", 0, "size=4m"))
      _exit(77);
    _exit(on_a_small_disk(dir));
  }
  int status = 0;
  waitpid(child, &status, 0);
  rmdir(dir);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
    print_message("no right to mount a small disk here\n");
    skip();
  }
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
}

/* --- crashes
 * ---------------------------------------------------------------------------------------------------------
 */

/* Commits for ever and tells each seq only after its commit. */
static void write_and_tell(const char *path, int out) {
  wg_err err = {0};
  wg_store *s = NULL;
  if (wg_sqlite_open(path, true, false, &s, &err)) _exit(1);
  for (;;) {
    wg_event e = {.at = 1, .kind = "k", .subject = "s", .body = "{\"a\":1}"};
    if (s->begin(s, &err) || s->event_append(s, &e, NULL, 0, &err) || s->commit(s, &err)) _exit(2);
    if (write(out, &e.seq, sizeof e.seq) != sizeof e.seq) _exit(3);
    if (e.seq % 50 == 0 && s->tend(s, &err)) _exit(4);
  }
}

static void files_keep_what_was_acknowledged(void **state) {
  struct fix *f = *state;
  for (int round = 1; round <= 3; round++) {
    int pipe_[2];
    assert_int_equal(pipe(pipe_), 0);
    fflush(NULL);
    pid_t child = fork();
    if (!child) write_and_tell(path_of(f), pipe_[1]);
    close(pipe_[1]);
    int64_t told = 0, seq;
    for (int k = 0; k < 60 * round && read(pipe_[0], &seq, sizeof seq) == sizeof seq; k++) told = seq;
    kill(child, SIGKILL);
    while (read(pipe_[0], &seq, sizeof seq) == sizeof seq) told = seq; /* told before it died */
    close(pipe_[0]);
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status) && told > 0);
    reopen(f);
    assert_true(head_of(f, f->s) >= told);
    must_be_whole(f, f->s);
  }
}

/* --- restoring ------------------------------------------------------------------------------ */

static void files_restore(void **state) {
  struct fix *f = *state;
  char *copy = beside(f, ".bak"), *fresh = beside(f, ".fresh");
  put_note(f, f->s);
  OK(f->s->backup(f->s, copy, NULL, NULL, &f->err));
  put_note(f, f->s);
  FAILS(WG_BUSY, wg_sqlite_restore(copy, path_of(f), NULL, &f->err)); /* somebody has it open */
  FAILS(WG_INVALID, wg_sqlite_restore(path_of(f), path_of(f), NULL, &f->err));
  FAILS(WG_INVALID, f->s->backup(f->s, path_of(f), NULL, NULL, &f->err));
  assert_int_equal(head_of(f, f->s), 2);
  shut(f);
  OK(wg_sqlite_restore(copy, path_of(f), NULL, &f->err));
  OK(wg_sqlite_restore(copy, fresh, NULL, &f->err)); /* where there is none yet */
  OK(f->maker->open(f->place, true, &f->s, &f->err));
  OK(wg_sqlite_open(fresh, true, false, &f->other, &f->err));
  assert_int_equal(head_of(f, f->s), 1);
  assert_int_equal(head_of(f, f->other), 1);
  put_note(f, f->s);
  put_note(f, f->other);
  must_be_whole(f, f->s);
}

/* From before an update, too; the backup itself stays as it is. */
static void files_restore_an_older_schema(void **state) {
  struct fix *f = *state;
  char *copy = beside(f, ".bak");
  wg_restored done;
  wg_store *s;
  put_note(f, f->s);
  OK(f->s->backup(f->s, copy, NULL, NULL, &f->err));
  shut(f);
  make_older(copy);
  OK(wg_sqlite_restore(copy, path_of(f), &done, &f->err));
  assert_int_equal(done.events, 1);
  open_again(f);
  assert_int_equal(head_of(f, f->s), 1);
  must_be_whole(f, f->s);
  FAILS(WG_UNPROCESSABLE, wg_sqlite_open(copy, false, false, &s, &f->err));
  shut(f);
  make_older(path_of(f)); /* and over an older one, whose events are counted */
  OK(wg_sqlite_restore(copy, path_of(f), &done, &f->err));
  assert_int_equal(done.events_before, 1);
  raw_sql(copy, "UPDATE event SET body = '{\"a\":2}'");
  FAILS(WG_CORRUPT, wg_sqlite_restore(copy, path_of(f), NULL, &f->err));
  open_again(f);
}

static void files_restore_only_what_is_whole(void **state) {
  struct fix *f = *state;
  char *copy = beside(f, ".bak"), *text = beside(f, ".txt");
  put_note(f, f->s);
  OK(f->s->backup(f->s, copy, NULL, NULL, &f->err));
  put_note(f, f->s);
  shut(f);
  raw_sql(copy, "UPDATE event SET body = '{\"a\":2}'");
  FAILS(WG_CORRUPT, wg_sqlite_restore(copy, path_of(f), NULL, &f->err));
  write_file(text, "not a backup");
  FAILS(WG_CORRUPT, wg_sqlite_restore(text, path_of(f), NULL, &f->err));
  FAILS(WG_NOT_FOUND, wg_sqlite_restore(beside(f, ".none"), path_of(f), NULL, &f->err));
  open_again(f);
  assert_int_equal(head_of(f, f->s), 2); /* nothing was touched */
  must_be_whole(f, f->s);
}

/* The log of the old database must not be played into the restored one. */
static void files_restore_over_a_crash(void **state) {
  struct fix *f = *state;
  char *copy = beside(f, ".bak");
  put_note(f, f->s);
  OK(f->s->backup(f->s, copy, NULL, NULL, &f->err));
  shut(f);
  fflush(NULL);
  pid_t child = fork();
  if (!child) { /* dies with its log not put away */
    wg_store *s = NULL;
    if (wg_sqlite_open(path_of(f), true, false, &s, &f->err)) _exit(1);
    for (int k = 0; k < 5; k++) put_note(f, s);
    kill(getpid(), SIGKILL);
  }
  int status;
  waitpid(child, &status, 0);
  assert_true(WIFSIGNALED(status));
  assert_int_equal(access(beside(f, "-wal"), F_OK), 0);
  OK(wg_sqlite_restore(copy, path_of(f), NULL, &f->err));
  open_again(f);
  assert_int_equal(head_of(f, f->s), 1);
  must_be_whole(f, f->s);
}

static void files_restore_over_damage(void **state) {
  struct fix *f = *state;
  char *copy = beside(f, ".bak");
  put_note(f, f->s);
  OK(f->s->backup(f->s, copy, NULL, NULL, &f->err));
  shut(f);
  write_file(path_of(f), "nothing is left of it");
  write_file(beside(f, "-wal"), "nor of its log");
  OK(wg_sqlite_restore(copy, path_of(f), NULL, &f->err));
  open_again(f);
  assert_int_equal(head_of(f, f->s), 1);
  must_be_whole(f, f->s);
}

/* --- tending
 * ---------------------------------------------------------------------------------------------------------
 */

static bool file_holds(const char *path, const char *text) {
  FILE *in = fopen(path, "rb");
  if (!in) return false;
  char *all = malloc(1 << 24);
  size_t n = fread(all, 1, 1 << 24, in);
  fclose(in);
  bool found = memmem(all, n, text, strlen(text)) != NULL;
  free(all);
  return found;
}

static void files_forget_what_was_erased(void **state) {
  struct fix *f = *state;
  const char *text = "13877778888-personal";
  int64_t seq = note_private(f, f->s, "phone", text);
  for (int k = 0; k < 20; k++) note_private(f, f->s, "phone", "other");
  OK(f->s->tend(f->s, &f->err));
  assert_true(file_holds(path_of(f), text) || file_holds(beside(f, "-wal"), text));
  OK(f->s->begin(f->s, &f->err));
  wg_event e = {
      .at = 2000, .kind = "personal.erased", .body = "{\"basis\":\"request\",\"fields\":[\"phone\"]}"};
  e.subject = wg_arena_printf(&f->a, "event/%lld", (long long)seq);
  OK(f->s->event_append(f->s, &e, NULL, 0, &f->err));
  OK(f->s->erase(f->s, seq, "phone", e.seq, &f->err));
  OK(f->s->commit(f->s, &f->err));
  OK(f->other->tend(f->other, &f->err)); /* whichever connection tends */
  assert_false(file_holds(path_of(f), text));
  assert_false(file_holds(beside(f, "-wal"), text));
  must_be_whole(f, f->s);
}

static void files_keep_the_log_short(void **state) {
  struct fix *f = *state;
  struct stat sb;
  char *body = long_body(f, 100000);
  for (int k = 0; k < 250; k++) {
    OK(f->s->begin(f->s, &f->err));
    note(f, f->s, "test/1", body);
    OK(f->s->commit(f->s, &f->err));
  }
  assert_int_equal(stat(beside(f, "-wal"), &sb), 0);
  assert_true(sb.st_size > 16000000);
  OK(f->other->read_begin(f->other,
                          &f->err)); /* a reader in the log keeps it from being cut, and is not disturbed */
  OK(f->s->tend(f->s, &f->err));
  f->other->read_end(f->other);
  OK(f->s->tend(f->s, &f->err));
  assert_int_equal(stat(beside(f, "-wal"), &sb), 0);
  assert_int_equal(sb.st_size, 0);
  must_be_whole(f, f->other);
}

int main(void) {
#define T(test) cmocka_unit_test_setup_teardown(test, up, fix_down)
  const struct CMUnitTest tests[] = {T(files_create_only_what_is_not_there),
                                     T(files_open_only_what_is_ours),
                                     T(files_of_an_older_schema_are_brought_up),
                                     T(files_read_without_the_right_to_write),
                                     T(files_say_who_is_writing),
                                     T(files_readers_may_not_write),
                                     T(files_hold_when_the_limit_is_reached),
                                     T(files_say_when_a_full_disk_took_the_transaction),
                                     T(files_hold_when_the_disk_is_full),
                                     T(files_keep_what_was_acknowledged),
                                     T(files_restore),
                                     T(files_restore_an_older_schema),
                                     T(files_restore_only_what_is_whole),
                                     T(files_restore_over_a_crash),
                                     T(files_restore_over_damage),
                                     T(files_forget_what_was_erased),
                                     T(files_keep_the_log_short)};
  return cmocka_run_group_tests_name("files", tests, NULL, NULL);
}
