/* What each account has done to incidents, by its own ids, so that nothing is done twice. */
#include <string.h>

#include "db.h"

static wg_status on_deed_get(wg_store *s, int64_t actor, const char *client_id, wg_deed *out, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  bool row;
  wg_status status =
      db_stmt(db, "SELECT incident, seq, hash FROM deed WHERE actor = ? AND client_id = ?", &st, err);
  if (status) return status;
  bind_int(st, 1, actor);
  bind_text(st, 2, client_id);
  status = db_step(db, st, &row, err);
  if (status) return status;
  if (!row) return wg_fail(err, WG_NOT_FOUND, "client_id", WG_T("there is no such action", "没有该操作"));
  out->incident = col_int(st, 0);
  out->seq = col_int(st, 1);
  if (!col_bytes(st, 2, out->hash, WG_HASH_LEN)) status = db_corrupt(err, "deed");
  sqlite3_reset(st);
  return status;
}

static wg_status on_deed_put(wg_store *s, int64_t actor, const char *client_id, const wg_deed *d,
                             wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_need_txn(db, err);
  if (!status)
    status = db_stmt(db, "INSERT INTO deed (actor, client_id, incident, seq, hash) VALUES (?, ?, ?, ?, ?)",
                     &st, err);
  if (status) return status;
  bind_int(st, 1, actor);
  bind_text(st, 2, client_id);
  bind_int(st, 3, d->incident);
  bind_int(st, 4, d->seq);
  bind_blob(st, 5, d->hash, WG_HASH_LEN);
  return db_run(db, st, err);
}

void db_fill_deed(wg_store *s) {
  s->deed_get = on_deed_get;
  s->deed_put = on_deed_put;
}
