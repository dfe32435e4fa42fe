/* Whatever is changed behind the store's back, check() finds it: single bytes of every column of the log, its
 * side rows and content, rows deleted, added and swapped, and tables that no longer agree. Changes are made
 * by SQL on the file, each on a fresh copy. */
#include "store/suite/suite.h"

#include <sqlite3.h>

#include "store/sqlite.h"
#include "store/support.h"

enum { EVENTS = 40 };

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

/* --- a small world -------------------------------------------------------------------------- */

static void fill(struct fix *f) {
  unsigned char hash[WG_HASH_LEN];
  wg_plan p = plan_of(f, "base", 6, 900, 1000);
  publish(f, &p, hash);
  wg_shapes_deinit(&p.shapes);
  wg_shapes area;
  wg_shapes_init(&area);
  OK(wg_shapes_feature(&area));
  square(f, &area, 1190000000, 290000000, 5000, 100);
  wg_area a = area_of("a1", "");
  OK(f->s->begin(f->s, &f->err));
  OK(f->s->area_put(f->s, &a, &area, 0, &f->err));
  for (int k = 0; k < EVENTS; k++) {
    wg_incident i = {.number = "n",
                     .crs = "wgs84",
                     .version = 1,
                     .has_position = k % 3 != 0,
                     .at = {1190000000 + k, 290000000},
                     .area = "a1",
                     .grid = "g001",
                     .category = "c1",
                     .received_at = 1000 + k,
                     .reporter = 3,
                     .responsible = 4};
    i.client_id = wg_arena_printf(&f->a, "client-%d", k);
    i.description = wg_arena_printf(&f->a, "说明 %d", k);
    i.place = k % 2 ? "{\"address\":\"人民路\"}" : "";
    file_incident(f, f->s, &i);
    if (k % 4 == 0) step_incident(f, f->s, &i, WG_S_ACCEPTED);
  }
  OK(f->s->commit(f->s, &f->err));
  int64_t seq = note_private(f, f->s, "phone", "13800000000");
  OK(f->s->begin(f->s, &f->err));
  wg_event e = {
      .at = 9000, .kind = "personal.erased", .body = "{\"basis\":\"request\",\"fields\":[\"phone\"]}"};
  e.subject = wg_arena_printf(&f->a, "event/%lld", (long long)seq);
  OK(f->s->event_append(f->s, &e, NULL, 0, &f->err));
  OK(f->s->erase(f->s, seq, "phone", e.seq, &f->err));
  OK(f->s->commit(f->s, &f->err));
  OK(f->s->tend(f->s, &f->err));
  must_be_whole(f, f->s);
  wg_shapes_deinit(&area);
}

static int up(void **state) {
  if (fix_up(state, &sqlite)) return -1;
  fill(*state);
  return 0;
}

/* --- changing a copy ------------------------------------------------------------------------ */

struct copy {
  char path[120];
  sqlite3 *h;
};

static void run_sql(struct copy *c, const char *sql) {
  char *message = NULL;
  if (sqlite3_exec(c->h, sql, NULL, NULL, &message) != SQLITE_OK) fail_msg("%s: %s", sql, message);
}

static int64_t ask_int(struct copy *c, const char *sql) {
  sqlite3_stmt *st = NULL;
  if (sqlite3_prepare_v2(c->h, sql, -1, &st, NULL) != SQLITE_OK)
    fail_msg("%s: %s", sql, sqlite3_errmsg(c->h));
  int64_t v = sqlite3_step(st) == SQLITE_ROW ? sqlite3_column_int64(st, 0) : -1;
  sqlite3_finalize(st);
  return v;
}

static struct copy copy_of(struct fix *f) {
  struct copy c = {.h = NULL};
  snprintf(c.path, sizeof c.path, "%s.copy", ((struct room *)f->place)->path);
  unlink(c.path);
  OK(f->s->backup(f->s, c.path, NULL, NULL, &f->err));
  assert_int_equal(sqlite3_open(c.path, &c.h), SQLITE_OK);
  return c;
}

static void ignore(void *ctx, const char *en, const char *zh) {
  assert_true(en[0] && zh[0]);
  ++*(int *)ctx;
}

/* Closes the copy, checks it, and gives what was found. */
static wg_check_report look_at(struct fix *f, struct copy *c) {
  wg_store *s;
  wg_check_report r;
  int said = 0;
  sqlite3_close(c->h);
  OK(wg_sqlite_open(c->path, false, false, &s, &f->err));
  OK(s->check(s, &r, ignore, &said, &f->err));
  assert_true(!r.problems == !said);
  s->close(s);
  return r;
}

static void found_by(struct fix *f, const char *sql, int64_t seq) {
  struct copy c = copy_of(f);
  run_sql(&c, sql);
  assert_true(sqlite3_total_changes(c.h) > 0);
  wg_check_report r = look_at(f, &c);
  if (!r.problems) fail_msg("not found: %s", sql);
  if (seq && r.first_bad_seq != seq)
    fail_msg("%s: names %lld, not %lld", sql, (long long)r.first_bad_seq, (long long)seq);
}

static void tamper_untouched_is_whole(void **state) {
  struct fix *f = *state;
  struct copy c = copy_of(f);
  wg_check_report r = look_at(f, &c);
  assert_int_equal(r.problems, 0);
  assert_int_equal(r.erased, 1);
}

/* --- single bytes --------------------------------------------------------------------------- */

static uint64_t dice = 20260724;
static uint32_t roll_to(uint32_t n) {
  dice = dice * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(dice >> 33) % n;
}

/* Changes one bit of one byte of the value, keeping its type. False: the value has no bytes to change. */
static bool flip(struct copy *c, const char *table, const char *column, int64_t rowid, const char *where) {
  char sql[400];
  sqlite3_stmt *st = NULL;
  snprintf(sql, sizeof sql, "SELECT %s FROM %s WHERE %s", column, table, where);
  assert_int_equal(sqlite3_prepare_v2(c->h, sql, -1, &st, NULL), SQLITE_OK);
  sqlite3_bind_int64(st, 1, rowid);
  assert_int_equal(sqlite3_step(st), SQLITE_ROW);
  int type = sqlite3_column_type(st, 0), n = sqlite3_column_bytes(st, 0);
  int64_t number = sqlite3_column_int64(st, 0);
  double real = sqlite3_column_double(st, 0);
  unsigned char bytes[65536];
  assert_true(n < (int)sizeof bytes);
  if (type == SQLITE_TEXT || type == SQLITE_BLOB)
    memcpy(bytes, sqlite3_column_blob(st, 0) ? sqlite3_column_blob(st, 0) : "", (size_t)n);
  sqlite3_finalize(st);
  if (type == SQLITE_NULL || ((type == SQLITE_TEXT || type == SQLITE_BLOB) && !n)) return false;
  if (type == SQLITE_TEXT || type == SQLITE_BLOB)
    bytes[roll_to((uint32_t)n)] ^= (unsigned char)(1u << roll_to(8));
  snprintf(sql, sizeof sql, "UPDATE %s SET %s = ?2 WHERE %s", table, column, where);
  assert_int_equal(sqlite3_prepare_v2(c->h, sql, -1, &st, NULL), SQLITE_OK);
  sqlite3_bind_int64(st, 1, rowid);
  if (type == SQLITE_INTEGER)
    sqlite3_bind_int64(st, 2, number ^ (int64_t)(1ull << roll_to(20)));
  else if (type == SQLITE_FLOAT)
    sqlite3_bind_double(st, 2, real * (1 + 1e-15));
  else if (type == SQLITE_TEXT)
    sqlite3_bind_text(st, 2, (char *)bytes, n, SQLITE_STATIC);
  else
    sqlite3_bind_blob(st, 2, bytes, n, SQLITE_STATIC);
  int rc = sqlite3_step(st);
  sqlite3_finalize(st);
  return rc == SQLITE_DONE && sqlite3_changes(c->h) == 1; /* a constraint may refuse it */
}

static void flips(struct fix *f, const char *table, const char *column, int times, bool names_seq) {
  char sql[200], by_seq[] = "seq = ?1", by_id[] = "id = ?1",
                 by_rank[] = "(seq, field) = (SELECT seq, field FROM event_private "
                             "WHERE text IS NOT NULL ORDER BY seq, field LIMIT 1 OFFSET ?1)";
  int changed = 0;
  bool side = strcmp(table, "event_private") == 0, log = strcmp(table, "event") == 0;
  for (int k = 0; k < times; k++) {
    struct copy c = copy_of(f);
    snprintf(sql, sizeof sql,
             side ? "SELECT count(*) FROM %s WHERE text IS NOT NULL" : "SELECT max(%s) FROM %s",
             side  ? table
             : log ? "seq"
                   : "id",
             table);
    int64_t n = ask_int(&c, sql), row = side ? roll_to((uint32_t)n) : 1 + (int64_t)roll_to((uint32_t)n),
            seq = row;
    if (side) {
      snprintf(sql, sizeof sql,
               "SELECT seq FROM event_private WHERE text IS NOT NULL ORDER BY seq, field LIMIT 1 OFFSET %lld",
               (long long)row);
      seq = ask_int(&c, sql);
    }
    bool did = flip(&c, table, column, row, side ? by_rank : log ? by_seq : by_id);
    wg_check_report r = look_at(f, &c);
    if (!did) continue;
    changed++;
    if (!r.problems)
      fail_msg("%s.%s of row %lld: a changed byte was not found", table, column, (long long)row);
    if (names_seq && r.first_bad_seq != seq)
      fail_msg("%s.%s of event %lld: named %lld", table, column, (long long)seq, (long long)r.first_bad_seq);
  }
  assert_true(changed > times / 3);
}

static void tamper_bytes_of_events(void **state) {
  static const char *const column[] = {"at",   "actor",     "kind",      "subject",
                                       "body", "algorithm", "prev_hash", "hash"};
  for (size_t i = 0; i < sizeof column / sizeof *column; i++) flips(*state, "event", column[i], 12, true);
  flips(*state, "event", "seq", 6, false);
}

static void tamper_bytes_of_side_rows(void **state) {
  flips(*state, "event_private", "salt", 12, true);
  flips(*state, "event_private", "text", 12, true);
  flips(*state, "event_private", "field", 12, true);
  flips(*state, "event_private", "seq", 8, false);
}

static void tamper_bytes_of_content(void **state) {
  static const char *const column[] = {"hash", "size", "coding", "stored_hash", "bytes"};
  for (size_t i = 0; i < sizeof column / sizeof *column; i++) flips(*state, "content", column[i], 6, false);
}

static void tamper_bytes_of_other_rows(void **state) {
  static const char *const column[][2] = {
      {"grid", "code"},         {"grid", "area"},           {"grid", "kind"},
      {"grid", "names"},        {"grid", "area_m2"},        {"grid", "geometry"},
      {"plan", "version"},      {"plan", "content"},        {"plan", "grids"},
      {"plan", "network"},      {"event_head", "seq"},      {"event_head", "at"},
      {"event_head", "hash"},   {"area", "geometry"},       {"incident", "version"},
      {"incident", "seq"},      {"incident", "report_seq"}, {"incident", "area"},
      {"incident", "grid"},     {"incident", "category"},   {"incident", "responsible"},
      {"incident", "reporter"}, {"incident", "client_id"}};
  for (size_t i = 0; i < sizeof column / sizeof *column; i++)
    flips(*state, column[i][0], column[i][1], 4, false);
}

/* --- whole rows
 * ---------------------------------------------------------------------------------------------------------
 */

static void tamper_rows_of_the_log(void **state) {
  struct fix *f = *state;
  struct copy c = copy_of(f);
  int64_t last = ask_int(&c, "SELECT max(seq) FROM event");
  sqlite3_close(c.h);
  char sql[200];
  found_by(f, "DELETE FROM event WHERE seq = 20", 20);
  found_by(f, "DELETE FROM event WHERE seq = 1", 1);
  found_by(f, "DELETE FROM event WHERE seq BETWEEN 5 AND 9", 5);
  snprintf(sql, sizeof sql, "DELETE FROM event WHERE seq = %lld", (long long)last);
  found_by(f, sql, last);
  snprintf(sql, sizeof sql, "DELETE FROM event WHERE seq > %lld", (long long)last - 3);
  found_by(f, sql, last - 2);
  found_by(f, "DELETE FROM event", 1);
  found_by(f,
           "DELETE FROM event WHERE seq = 10; UPDATE event SET seq = seq - 1 WHERE seq > 10; UPDATE "
           "event_head SET seq = seq - 1",
           10);
  found_by(f,
           "UPDATE event SET seq = 1000 WHERE seq = 12; UPDATE event SET seq = 12 WHERE seq = 13; UPDATE "
           "event SET seq = 13 WHERE seq = 1000",
           12);
  found_by(f,
           "INSERT INTO event SELECT seq + 1, at, actor, kind, subject, body, algorithm, hash, hash FROM "
           "event WHERE seq = (SELECT max(seq) FROM event)",
           last + 1);
  found_by(f, "UPDATE event SET body = (SELECT body FROM event WHERE seq = 8) WHERE seq = 7", 7);
  found_by(f, "UPDATE event SET body = body || char(0) WHERE seq = 9", 9);
  found_by(f, "UPDATE event_head SET seq = seq - 1", 0);
  found_by(f, "DELETE FROM event_head", 0);
}

static void tamper_rules_of_categories(void **state) {
  struct fix *f = *state;
#define CATEGORY                                                                                             \
  "INSERT INTO category (code, family, names, family_names, severity, class, retired, fields) VALUES ('t', " \
  "'g', '{}', '{}', 1, 0, 0, '[]');"
#define RULE(version, text) "INSERT INTO category_rule VALUES ('t', " #version ", '" text "', 1);"
  found_by(f, CATEGORY, 0);
  found_by(f, RULE(1, "{}"), 0); /* of no category */
  found_by(f, CATEGORY RULE(1, "{}") RULE(3, "{}"), 0);
  found_by(f, CATEGORY RULE(1, "{"), 0);
  found_by(f, CATEGORY RULE(1, "{\"gates\":[\"open\"]}"), 0);
}

static void tamper_rows_beside_the_log(void **state) {
  struct fix *f = *state;
  struct copy c = copy_of(f);
  int64_t seq = ask_int(&c, "SELECT min(seq) FROM event_private"),
          erased = ask_int(&c, "SELECT seq FROM event_private WHERE text IS NULL");
  sqlite3_close(c.h);
  char sql[300];
  snprintf(sql, sizeof sql, "DELETE FROM event_private WHERE seq = %lld AND field = 'description'",
           (long long)seq);
  found_by(f, sql, seq); /* gone, and not erased */
  snprintf(sql, sizeof sql,
           "UPDATE event_private SET text = NULL, salt = NULL, erased_by = %lld WHERE seq = %lld",
           (long long)erased + 1, (long long)seq);
  found_by(f, sql, seq); /* the erasure of another text */
  snprintf(sql, sizeof sql, "UPDATE event_private SET text = NULL WHERE seq = %lld", (long long)seq);
  found_by(f, sql, seq);
  snprintf(sql, sizeof sql, "UPDATE event_private SET erased_by = NULL WHERE seq = %lld", (long long)erased);
  found_by(f, sql, erased);
  snprintf(sql, sizeof sql, "UPDATE event_private SET erased_by = 5000 WHERE seq = %lld", (long long)erased);
  found_by(f, sql, erased);
  snprintf(sql, sizeof sql, "DELETE FROM event_private WHERE seq = %lld", (long long)erased);
  found_by(f, sql, erased); /* the mark of the erasure itself */
  found_by(f, "INSERT INTO event_private VALUES (3, 'note', zeroblob(16), 'planted', NULL)", 3);
  found_by(f, "INSERT INTO event_private VALUES (100000, 'note', zeroblob(16), 'planted', NULL)", 100000);
  found_by(f, "DELETE FROM content", 1); /* event 1 names the plan */
  found_by(f, "UPDATE content SET bytes = x'00'", 0);
}

static void tamper_rows_of_tables(void **state) {
  struct fix *f = *state;
  found_by(f, "DELETE FROM grid WHERE code = 'g002'", 0);
  found_by(f, "DELETE FROM plan", 0);
  found_by(f, "INSERT INTO plan SELECT NULL, network, 2, valid_from, source, grids, content FROM plan", 0);
  found_by(f, "DELETE FROM incident WHERE id = 5", 0);
  found_by(f, "INSERT INTO post VALUES (1, 999, 'base', 'g1', 0)", 0);
  found_by(f, "UPDATE incident SET state = 9, version = version + 1 WHERE id = 5", 0);
  found_by(f, "DELETE FROM incident_key WHERE kind = 1 AND id = 7", 0);
  found_by(f, "UPDATE incident_key SET code = 'a2' WHERE kind = 1 AND id = 7", 0);
  found_by(f, "INSERT INTO incident_key VALUES (4, 4, 100000)", 0);
  found_by(f, "DELETE FROM incident_client WHERE id = 7", 0);
  found_by(f, "UPDATE incident_block SET low = high", 0);
  found_by(f, "DELETE FROM idx_incident_geometry WHERE pkid = 2", 0);
  found_by(f, "DELETE FROM idx_grid_geometry", 0);
  found_by(f, "UPDATE incident SET geometry = x'0001' WHERE id = 2", 0);
}

/* Bytes of the file itself, anywhere: what cannot be read any more is said, and nothing crashes. */
static void tamper_bytes_of_the_file(void **state) {
  struct fix *f = *state;
  int noticed = 0;
  for (int k = 0; k < 60; k++) {
    struct copy c = copy_of(f);
    sqlite3_close(c.h);
    FILE *file = fopen(c.path, "r+b");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    for (int n = 0; n < 20; n++) {
      fseek(file, (long)roll_to((uint32_t)size), SEEK_SET);
      fputc((int)roll_to(256), file);
    }
    fclose(file);
    wg_store *s = NULL;
    wg_check_report r = {.problems = 0};
    int said = 0;
    wg_status st = wg_sqlite_open(c.path, false, false, &s, &f->err);
    if (!st) st = s->check(s, &r, ignore, &said, &f->err);
    if (st || r.problems) noticed++;
    if (s) s->close(s);
  }
  assert_true(noticed > 30);
}

int main(void) {
#define T(test) cmocka_unit_test_setup_teardown(test, up, fix_down)
  const struct CMUnitTest tests[] = {T(tamper_untouched_is_whole),  T(tamper_bytes_of_events),
                                     T(tamper_bytes_of_side_rows),  T(tamper_bytes_of_content),
                                     T(tamper_bytes_of_other_rows), T(tamper_rows_of_the_log),
                                     T(tamper_rules_of_categories), T(tamper_rows_beside_the_log),
                                     T(tamper_rows_of_tables),      T(tamper_bytes_of_the_file)};
  return cmocka_run_group_tests_name("tamper", tests, NULL, NULL);
}
