/* The log of access: written, searched, and shortened at its old end. */
#include "access.h"

#include <stdlib.h>
#include <string.h>

#include "base/time.h"

enum { SCAN_MOST = 20000 /* lines looked through for one page: some 30 ms */ };
static const int64_t day_ms = 86400000;

static wg_status on_access_log(wg_store *s, int64_t at, int64_t account, const char *name,
                               const char *address, const char *what, const char *detail, bool ok,
                               wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_stmt(db,
                             "INSERT INTO access_log (at, account, name, address, what, detail, ok) "
                             "VALUES (?, ?, ?, ?, ?, ?, ?)",
                             &st, err);
  if (status) return status;
  bind_int(st, 1, at);
  bind_int(st, 2, account);
  bind_text(st, 3, name);
  bind_text(st, 4, address);
  bind_text(st, 5, what);
  bind_text(st, 6, detail);
  bind_int(st, 7, ok);
  return db_run(db, st, err);
}

/* --- searching ---------------------------------------------------------------------------------------------
 */

static bool matches(const wg_access *x, const wg_access_query *q) {
  if ((q->since && x->at < q->since) || (q->until && x->at >= q->until)) return false;
  if ((q->account && x->account != q->account) || (q->ok >= 0 && x->ok != (q->ok == 1))) return false;
  if (q->what && strcmp(x->what, q->what) != 0) return false;
  return !q->q || strcasestr(x->name, q->q) || strcasestr(x->address, q->q) || strcasestr(x->detail, q->q);
}

/* The ids between which a span of time lies. Times rise with the ids but for a clock set back. */
static wg_status span(struct db *db, const wg_access_query *q, int64_t *low, int64_t *high, wg_err *err) {
  sqlite3_stmt *st;
  bool row;
  *low = 0;
  *high = q->before_id ? q->before_id : INT64_MAX;
  if (!q->since && !q->until) return WG_OK;
  wg_status status =
      db_stmt(db,
              "SELECT coalesce((SELECT min(id) FROM (SELECT id FROM access_log WHERE at >= ?1 "
              "ORDER BY at LIMIT 1)), 9223372036854775807), coalesce((SELECT max(id) FROM (SELECT "
              "id FROM access_log WHERE at < ?2 ORDER BY at DESC LIMIT 1)), 0)",
              &st, err);
  if (!status) bind_int(st, 1, q->since);
  if (!status) bind_int(st, 2, q->until ? q->until : INT64_MAX);
  if (!status) status = db_step(db, st, &row, err);
  if (status) return status;
  if (q->since) *low = col_int(st, 0);
  if (q->until && col_int(st, 1) < *high - 1) *high = col_int(st, 1) + 1;
  sqlite3_reset(st);
  return WG_OK;
}

static wg_status read_line(sqlite3_stmt *st, wg_arena *a, wg_access *x, wg_err *err) {
  *x = (wg_access){.id = col_int(st, 0),
                   .at = col_int(st, 1),
                   .account = col_int(st, 2),
                   .name = col_str(st, 3, a),
                   .address = col_str(st, 4, a),
                   .what = col_str(st, 5, a),
                   .detail = col_str(st, 6, a),
                   .ok = col_int(st, 7) != 0};
  return x->name && x->address && x->what && x->detail ? WG_OK : db_no_memory(err);
}

static wg_status on_access_list(wg_store *s, wg_arena *a, const wg_access_query *q, wg_row_fn fn, void *ctx,
                                int64_t *next, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  int64_t low = 0, high = 0;
  int found = 0, seen = 0;
  *next = 0;
  wg_status status = span(db, q, &low, &high, err);
  if (!status)
    status = db_stmt(db,
                     "SELECT id, at, account, name, address, what, detail, ok FROM access_log "
                     "WHERE id >= ? AND id < ? ORDER BY id DESC",
                     &st, err);
  if (status) return status;
  bind_int(st, 1, low);
  bind_int(st, 2, high);
  while (!status) {
    bool row;
    wg_access x = {0};
    wg_arena line; /* of thousands, few are given on */
    status = db_step(db, st, &row, err);
    if (status || !row) break;
    if (found == q->limit || seen == SCAN_MOST) {
      *next = col_int(st, 0) + 1;
      sqlite3_reset(st);
      break;
    }
    seen++;
    wg_arena_init(&line);
    status = read_line(st, &line, &x, err);
    if (!status && matches(&x, q)) {
      found++;
      status = fn(ctx, &x);
    }
    wg_arena_clear(&line);
    if (status) sqlite3_reset(st);
  }
  (void)a;
  return status;
}

/* --- its old end
 * -------------------------------------------------------------------------------------------- */

wg_status access_old(struct db *db, int64_t *before, bool *any, wg_err *err) {
  sqlite3_stmt *st;
  int64_t days = WG_ACCESS_DAYS;
  wg_status status = db_setting_int(db, "access_log_days", INT64_MIN, 36499, &days, err);
  if (days < WG_ACCESS_DAYS_MIN) days = WG_ACCESS_DAYS_MIN;
  *before = wg_now_ms() - days * day_ms;
  if (!status) status = db_stmt(db, "SELECT 1 FROM access_log WHERE at < ? LIMIT 1", &st, err);
  if (status) return status;
  bind_int(st, 1, *before);
  status = db_step(db, st, any, err);
  if (!status && *any) sqlite3_reset(st);
  return status;
}

wg_status access_drop(struct db *db, int64_t rows, bool *more, wg_err *err) {
  sqlite3_stmt *st;
  int64_t before = 0;
  wg_status status = access_old(db, &before, more, err);
  if (status || !*more) return status;
  status = db_stmt(
      db, "DELETE FROM access_log WHERE id IN (SELECT id FROM access_log WHERE at < ? ORDER BY at LIMIT ?)",
      &st, err);
  if (status) return status;
  bind_int(st, 1, before);
  bind_int(st, 2, rows);
  status = db_run(db, st, err);
  *more = sqlite3_changes(db->h) == rows;
  return status;
}

void db_fill_access(wg_store *s) {
  s->access_log = on_access_log;
  s->access_list = on_access_list;
}
