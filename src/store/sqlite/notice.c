/* Notices: who was told of which event, what was read, whom nothing has reached; and phrases. */
#include "db.h"

static wg_status on_follow_get(wg_store *s, const char *name, int64_t *seq, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  bool row;
  wg_status status = db_stmt(db, "SELECT seq FROM follow WHERE name = ?", &st, err);
  if (status) return status;
  bind_text(st, 1, name);
  status = db_step(db, st, &row, err);
  if (status) return status;
  *seq = row ? col_int(st, 0) : -1;
  sqlite3_reset(st);
  return WG_OK;
}

static wg_status on_follow_put(wg_store *s, const char *name, int64_t seq, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_need_txn(db, err);
  if (!status) status = db_stmt(db, "INSERT OR REPLACE INTO follow (name, seq) VALUES (?, ?)", &st, err);
  if (status) return status;
  bind_text(st, 1, name);
  bind_int(st, 2, seq);
  return db_run(db, st, err);
}

static wg_status on_notice_put(wg_store *s, const wg_notice *n, bool *added, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_need_txn(db, err);
  if (!status)
    status =
        db_stmt(db, "INSERT OR IGNORE INTO notice (account, incident, seq, kind, at) VALUES (?, ?, ?, ?, ?)",
                &st, err);
  if (status) return status;
  bind_int(st, 1, n->account);
  bind_int(st, 2, n->incident);
  bind_int(st, 3, n->seq);
  bind_text(st, 4, n->kind);
  bind_int(st, 5, n->at);
  status = db_run(db, st, err);
  *added = !status && sqlite3_changes(db->h) > 0;
  return status;
}

static wg_status on_notice_count_add(wg_store *s, const wg_notice_count *n, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_need_txn(db, err);
  if (!status)
    status =
        db_stmt(db,
                "INSERT INTO notice_count (account, kind, n, incident, seq, at) VALUES (?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (account, kind) DO UPDATE SET n = n + excluded.n, incident = "
                "excluded.incident, seq = excluded.seq, at = excluded.at",
                &st, err);
  if (status) return status;
  bind_int(st, 1, n->account);
  bind_text(st, 2, n->kind);
  bind_int(st, 3, n->n);
  bind_int(st, 4, n->incident);
  bind_int(st, 5, n->seq);
  bind_int(st, 6, n->at);
  return db_run(db, st, err);
}

static wg_status each_notice(struct db *db, sqlite3_stmt *st, wg_arena *a, wg_row_fn fn, void *ctx,
                             wg_err *err) {
  wg_status status = WG_OK;
  while (!status) {
    bool row;
    status = db_step(db, st, &row, err);
    if (status || !row) return status;
    wg_notice n = {.id = col_int(st, 0),
                   .account = col_int(st, 1),
                   .incident = col_int(st, 2),
                   .seq = col_int(st, 3),
                   .kind = col_str(st, 4, a),
                   .at = col_int(st, 5),
                   .read_at = col_int(st, 6),
                   .reached_at = col_int(st, 7)};
    status = n.kind ? fn(ctx, &n) : db_no_memory(err);
  }
  sqlite3_reset(st);
  return status;
}

static wg_status on_notices(wg_store *s, wg_arena *a, int64_t account, bool unread, int64_t before_id,
                            int limit, wg_row_fn fn, void *ctx, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status =
      unread ? db_stmt(db,
                       "SELECT id, account, incident, seq, kind, at, read_at, reached_at FROM notice WHERE "
                       "account = ? AND id < ? AND read_at = 0 ORDER BY id DESC LIMIT ?",
                       &st, err)
             : db_stmt(db,
                       "SELECT id, account, incident, seq, kind, at, read_at, reached_at FROM notice WHERE "
                       "account = ? AND seq < (SELECT coalesce((SELECT seq FROM notice WHERE id = ?), "
                       "9223372036854775807)) ORDER BY seq DESC LIMIT ?",
                       &st, err);
  if (status) return status;
  bind_int(st, 1, account);
  bind_int(st, 2, before_id ? before_id : unread ? INT64_MAX : 0);
  bind_int(st, 3, limit);
  return each_notice(db, st, a, fn, ctx, err);
}

static wg_status each_count(struct db *db, sqlite3_stmt *st, wg_arena *a, wg_row_fn fn, void *ctx,
                            wg_err *err) {
  wg_status status = WG_OK;
  while (!status) {
    bool row;
    status = db_step(db, st, &row, err);
    if (status || !row) return status;
    wg_notice_count n = {.account = col_int(st, 0), .n = col_int(st, 1)};
    if (a) {
      n.kind = col_str(st, 2, a);
      n.incident = col_int(st, 3);
      n.seq = col_int(st, 4);
      n.at = col_int(st, 5);
    }
    status = n.kind || !a ? fn(ctx, &n) : db_no_memory(err);
  }
  sqlite3_reset(st);
  return status;
}

static wg_status on_notice_counts(wg_store *s, wg_arena *a, int64_t account, wg_row_fn fn, void *ctx,
                                  wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_stmt(db,
                             "SELECT account, n, kind, incident, seq, at FROM notice_count WHERE account = ? "
                             "ORDER BY seq DESC",
                             &st, err);
  if (status) return status;
  bind_int(st, 1, account);
  return each_count(db, st, a, fn, ctx, err);
}

/* What is read was reached too. */
static wg_status on_notices_read(wg_store *s, int64_t account, int64_t id, int64_t up_to, int64_t at,
                                 wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_need_txn(db, err);
  if (!status)
    status = db_stmt(db,
                     "UPDATE notice SET read_at = ?1, reached_at = iif(reached_at = 0, ?1, reached_at) WHERE "
                     "account = ?2 AND read_at = 0 AND iif(?3 > 0, id = ?3, seq <= ?4)",
                     &st, err);
  if (status) return status;
  bind_int(st, 1, at);
  bind_int(st, 2, account);
  bind_int(st, 3, id);
  bind_int(st, 4, up_to);
  status = db_run(db, st, err);
  if (status || id) return status;
  status = db_stmt(db, "DELETE FROM notice_count WHERE account = ? AND seq <= ?", &st, err);
  if (status) return status;
  bind_int(st, 1, account);
  bind_int(st, 2, up_to);
  return db_run(db, st, err);
}

static wg_status on_notices_unread(wg_store *s, int64_t account, wg_row_fn fn, void *ctx, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status =
      account
          ? db_stmt(db,
                    "SELECT ?1, (SELECT count(*) FROM notice WHERE account = ?1 AND read_at = 0) + (SELECT "
                    "coalesce(sum(n), 0) FROM notice_count WHERE account = ?1)",
                    &st, err)
          : db_stmt(
                db,
                "SELECT account, sum(n) FROM (SELECT account, count(*) AS n FROM notice WHERE read_at = 0 "
                "GROUP BY account UNION ALL SELECT account, n FROM notice_count) GROUP BY account",
                &st, err);
  if (status) return status;
  if (account) bind_int(st, 1, account);
  return each_count(db, st, NULL, fn, ctx, err);
}

static wg_status on_notices_reached(wg_store *s, int64_t account, int64_t after, int64_t seq, int64_t at,
                                    wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_need_txn(db, err);
  if (!status)
    status = db_stmt(db,
                     "UPDATE notice SET reached_at = ?1 WHERE account = ?2 AND seq > ?3 AND seq <= ?4 AND "
                     "reached_at = 0",
                     &st, err);
  if (status) return status;
  bind_int(st, 1, at);
  bind_int(st, 2, account);
  bind_int(st, 3, after);
  bind_int(st, 4, seq);
  return db_run(db, st, err);
}

static wg_status on_notices_unreached(wg_store *s, wg_arena *a, int64_t before, int limit, wg_row_fn fn,
                                      void *ctx, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_stmt(db,
                             "SELECT id, account, incident, seq, kind, at, read_at, reached_at FROM notice "
                             "WHERE reached_at = 0 AND at < ? ORDER BY at LIMIT ?",
                             &st, err);
  if (status) return status;
  bind_int(st, 1, before);
  bind_int(st, 2, limit);
  return each_notice(db, st, a, fn, ctx, err);
}

static wg_status on_notices_trim(wg_store *s, int64_t before, int limit, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_need_txn(db, err);
  if (!status)
    status =
        db_stmt(db, "DELETE FROM notice WHERE id IN (SELECT id FROM notice WHERE at < ? ORDER BY at LIMIT ?)",
                &st, err);
  if (status) return status;
  bind_int(st, 1, before);
  bind_int(st, 2, limit);
  return db_run(db, st, err);
}

static wg_status on_phrases_get(wg_store *s, wg_arena *a, int64_t account, const char **out, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  bool row;
  *out = NULL;
  wg_status status = db_stmt(db, "SELECT items FROM phrase WHERE account = ?", &st, err);
  if (status) return status;
  bind_int(st, 1, account);
  status = db_step(db, st, &row, err);
  if (status || !row) return status;
  *out = col_str(st, 0, a);
  sqlite3_reset(st);
  return *out ? WG_OK : db_no_memory(err);
}

static wg_status on_phrases_put(wg_store *s, int64_t account, const char *items, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_need_txn(db, err);
  if (!status) status = db_stmt(db, "INSERT OR REPLACE INTO phrase (account, items) VALUES (?, ?)", &st, err);
  if (status) return status;
  bind_int(st, 1, account);
  bind_text(st, 2, items);
  return db_run(db, st, err);
}

void db_fill_notice(wg_store *s) {
  s->follow_get = on_follow_get;
  s->follow_put = on_follow_put;
  s->notice_put = on_notice_put;
  s->notice_count_add = on_notice_count_add;
  s->notices = on_notices;
  s->notice_counts = on_notice_counts;
  s->notices_read = on_notices_read;
  s->notices_unread = on_notices_unread;
  s->notices_reached = on_notices_reached;
  s->notices_unreached = on_notices_unreached;
  s->notices_trim = on_notices_trim;
  s->phrases_get = on_phrases_get;
  s->phrases_put = on_phrases_put;
}
