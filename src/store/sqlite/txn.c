/* Transactions, and the head of the log that travels with them. */
#include <string.h>

#include "db.h"
#include "keys.h"

wg_status db_head_read(struct db *db, wg_err *err) {
  sqlite3_stmt *st;
  bool row = false;
  wg_status status = db_stmt(db, "SELECT seq, at, hash FROM event_head", &st, err);
  if (!status) status = db_step(db, st, &row, err);
  if (status) return status;
  if (!row || !col_bytes(st, 2, db->head.hash, WG_HASH_LEN)) status = db_corrupt(err, "event_head");
  db->head.seq = row ? col_int(st, 0) : 0;
  db->head.at = row ? col_int(st, 1) : 0;
  db->head_dirty = false;
  sqlite3_reset(st);
  return status;
}

wg_status db_head_write(struct db *db, wg_err *err) {
  sqlite3_stmt *st;
  wg_status status = db_stmt(db, "UPDATE event_head SET seq = ?, at = ?, hash = ?", &st, err);
  if (status) return status;
  bind_int(st, 1, db->head.seq);
  bind_int(st, 2, db->head.at);
  bind_blob(st, 3, db->head.hash, WG_HASH_LEN);
  status = db_run(db, st, err);
  if (!status) db->head_dirty = false;
  return status;
}

wg_status db_need_txn(struct db *db, wg_err *err) {
  if (!sqlite3_get_autocommit(db->h)) return WG_OK;
  return wg_fail(err, WG_INTERNAL, NULL,
                 WG_T("this write needs an open transaction", "该写操作需要在事务中进行"));
}

static wg_status run_text(struct db *db, const char *sql, wg_err *err) {
  sqlite3_stmt *st;
  wg_status status = db_stmt(db, sql, &st, err);
  return status ? status : db_run(db, st, err);
}

static void on_rollback(wg_store *s) {
  struct db *db = db_of(s);
  if (!sqlite3_get_autocommit(db->h)) run_text(db, "ROLLBACK", NULL);
  db->head_dirty = false;
  db->expects = 0;
  client_begin(&db->clients);
}

static wg_status on_begin(wg_store *s, wg_err *err) {
  struct db *db = db_of(s);
  wg_status status = run_text(db, "BEGIN IMMEDIATE", err);
  if (status) return status;
  db->expects = 0;
  client_begin(&db->clients);
  status = db_head_read(db, err);
  if (status) on_rollback(s);
  return status;
}

static wg_status on_commit(wg_store *s, wg_err *err) {
  struct db *db = db_of(s);
  wg_status status = db_need_txn(db, err);
  if (status) return status;
  if (db->expects)
    return wg_fail(err, WG_INTERNAL, NULL, WG_T("incident %lld has no first event", "事件 %lld 缺少首条日志"),
                   (long long)db->expects);
  if (db->head_dirty) status = db_head_write(db, err);
  if (!status) status = run_text(db, "COMMIT", err);
  if (status) return status;
  client_committed(&db->clients);
  if (db->wal_pages > WG_WAL_PAGES_MOST) { /* nobody tends: better a slow commit than a log without end */
    sqlite3_wal_checkpoint_v2(db->h, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    db->wal_pages = 0;
  }
  return WG_OK;
}

static bool on_in_transaction(wg_store *s) { return !sqlite3_get_autocommit(db_of(s)->h); }

static int64_t on_writes(wg_store *s) {
  struct db *db = db_of(s);
  return sqlite3_total_changes64(db->h) + db->clients.serials.taken;
}

static wg_status on_savepoint(wg_store *s, wg_err *err) {
  struct db *db = db_of(s);
  wg_status status = db_need_txn(db, err);
  if (!status) status = run_text(db, "SAVEPOINT one", err);
  if (status) return status;
  db->saved = db->head;
  db->head_saved_dirty = db->head_dirty;
  db->saved_expects = db->expects;
  client_save(&db->clients);
  return WG_OK;
}

static wg_status on_release(wg_store *s, wg_err *err) {
  struct db *db = db_of(s);
  wg_status status = db_need_txn(db, err);
  return status ? status : run_text(db, "RELEASE one", err);
}

static void on_rollback_to(wg_store *s) {
  struct db *db = db_of(s);
  if (sqlite3_get_autocommit(db->h)) { /* a full disk took the whole transaction */
    on_rollback(s);
    return;
  }
  run_text(db, "ROLLBACK TO one", NULL);
  run_text(db, "RELEASE one", NULL);
  db->head = db->saved;
  db->head_dirty = db->head_saved_dirty;
  db->expects = db->saved_expects;
  client_back(&db->clients);
}

/* A deferred transaction takes its view with the first read, so read at once. Calls may be nested; inside a
 * write transaction they do nothing. */
static wg_status on_read_begin(wg_store *s, wg_err *err) {
  struct db *db = db_of(s);
  int64_t seq;
  if (db->reading) db->reading++;
  if (!sqlite3_get_autocommit(db->h)) return WG_OK;
  wg_status status = run_text(db, "BEGIN", err);
  if (!status) status = db_int(db, "SELECT seq FROM event_head", &seq, err);
  if (status && !sqlite3_get_autocommit(db->h)) run_text(db, "ROLLBACK", NULL);
  db->reading = !status;
  return status;
}

static void on_read_end(wg_store *s) {
  struct db *db = db_of(s);
  if (!db->reading || --db->reading) return;
  run_text(db, "COMMIT", NULL);
}

static wg_status on_changed(wg_store *s, bool *out, wg_err *err) {
  struct db *db = db_of(s);
  int64_t now;
  wg_status status = db_int(db, "PRAGMA data_version", &now, err);
  if (status) return status;
  *out = now != db->data_version;
  db->data_version = now;
  return WG_OK;
}

void db_fill_txn(wg_store *s) {
  s->begin = on_begin;
  s->commit = on_commit;
  s->rollback = on_rollback;
  s->in_transaction = on_in_transaction;
  s->writes = on_writes;
  s->savepoint = on_savepoint;
  s->release = on_release;
  s->rollback_to = on_rollback_to;
  s->read_begin = on_read_begin;
  s->read_end = on_read_end;
  s->changed = on_changed;
}
