/* Shifts handed over. */
#include <string.h>

#include "db.h"

#define COLUMNS "id, area, seq, at, given_by, client_id, taken_by, taken_at, taken_seq, hash"

static wg_status read_row(sqlite3_stmt *st, wg_handover *x, wg_err *err) {
  *x = (wg_handover){.id = col_int(st, 0),
                     .seq = col_int(st, 2),
                     .at = col_int(st, 3),
                     .given_by = col_int(st, 4),
                     .taken_by = col_int(st, 6),
                     .taken_at = col_int(st, 7),
                     .taken_seq = col_int(st, 8)};
  col_code(st, 1, x->area, sizeof x->area);
  col_code(st, 5, x->client_id, sizeof x->client_id);
  return col_bytes(st, 9, x->hash, WG_HASH_LEN) ? WG_OK : db_corrupt(err, "handover");
}

static wg_status one_row(struct db *db, sqlite3_stmt *st, wg_handover *out, wg_err *err) {
  bool row;
  wg_status status = db_step(db, st, &row, err);
  if (status) return status;
  if (!row) return wg_fail(err, WG_NOT_FOUND, "id", WG_T("there is no such handover", "没有该交接班记录"));
  status = read_row(st, out, err);
  sqlite3_reset(st);
  return status;
}

static wg_status on_handover_get(wg_store *s, int64_t id, wg_handover *out, wg_err *err) {
  sqlite3_stmt *st;
  wg_status status = db_stmt(db_of(s), "SELECT " COLUMNS " FROM handover WHERE id = ?", &st, err);
  if (status) return status;
  bind_int(st, 1, id);
  return one_row(db_of(s), st, out, err);
}

static wg_status on_handover_by_client(wg_store *s, int64_t account, const char *client_id, wg_handover *out,
                                       wg_err *err) {
  sqlite3_stmt *st;
  wg_status status =
      db_stmt(db_of(s), "SELECT " COLUMNS " FROM handover WHERE given_by = ? AND client_id = ?", &st, err);
  if (status) return status;
  bind_int(st, 1, account);
  bind_text(st, 2, client_id);
  return one_row(db_of(s), st, out, err);
}

static wg_status on_handover_add(wg_store *s, wg_handover *x, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_handover there;
  wg_err none = {0};
  wg_status status = db_need_txn(db, err);
  if (status) return status;
  status = on_handover_by_client(s, x->given_by, x->client_id, &there, &none);
  if (!status)
    return wg_fail(err, WG_CONFLICT, "client_id", WG_T("this client_id was used", "该 client_id 已使用过"));
  if (status != WG_NOT_FOUND) return *err = none, status;
  status =
      db_stmt(db, "INSERT INTO handover (area, seq, at, given_by, client_id, hash) VALUES (?, ?, ?, ?, ?, ?)",
              &st, err);
  if (status) return status;
  x->seq = db->head.seq + 1;
  bind_text(st, 1, x->area);
  bind_int(st, 2, x->seq);
  bind_int(st, 3, x->at);
  bind_int(st, 4, x->given_by);
  bind_text(st, 5, x->client_id);
  bind_blob(st, 6, x->hash, WG_HASH_LEN);
  status = db_run(db, st, err);
  if (!status) x->id = sqlite3_last_insert_rowid(db->h);
  return status;
}

static wg_status on_handover_take(wg_store *s, const wg_handover *x, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_need_txn(db, err);
  if (!status)
    status = db_stmt(db,
                     "UPDATE handover SET taken_by = ?, taken_at = ?, taken_seq = ? WHERE id = ? AND "
                     "taken_seq = 0",
                     &st, err);
  if (status) return status;
  bind_int(st, 1, x->taken_by);
  bind_int(st, 2, x->taken_at);
  bind_int(st, 3, x->taken_seq);
  bind_int(st, 4, x->id);
  status = db_run(db, st, err);
  if (status || sqlite3_changes(db->h) == 1) return status;
  return wg_fail(err, WG_CONFLICT, "id", WG_T("it was signed already", "该交接班已签收"));
}

static wg_status on_handovers(wg_store *s, int64_t before_id, wg_row_fn fn, void *ctx, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_stmt(db, "SELECT " COLUMNS " FROM handover WHERE id < ? ORDER BY id DESC", &st, err);
  if (status) return status;
  bind_int(st, 1, before_id ? before_id : INT64_MAX);
  while (!status) {
    bool row;
    wg_handover x;
    status = db_step(db, st, &row, err);
    if (status || !row) break;
    status = read_row(st, &x, err);
    if (!status) status = fn(ctx, &x);
    if (status) sqlite3_reset(st);
  }
  return status;
}

void db_fill_handover(wg_store *s) {
  s->handover_add = on_handover_add;
  s->handover_take = on_handover_take;
  s->handover_get = on_handover_get;
  s->handover_by_client = on_handover_by_client;
  s->handovers = on_handovers;
}
