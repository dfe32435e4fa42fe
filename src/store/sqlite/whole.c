/* Backup, and the tending of what lags behind: spatial indexes and checkpoints. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "blob.h"
#include "db.h"

enum { WG_TEND_ROWS = 20000, WG_BACKUP_PAGES = 2048 };

/* --- spatial indexes ---------------------------------------------------------------------------------------
 */

static wg_status index_row(struct db *db, sqlite3_stmt *put, int64_t id, const void *blob, size_t n,
                           wg_err *err) {
  wg_box b;
  if (!blob) return WG_OK;
  if (blob_box(blob, n, &b)) return db_corrupt(err, "geometry");
  sqlite3_reset(put);
  bind_int(put, 1, id);
  bind_real(put, 2, b.x0 / WG_LATTICE);
  bind_real(put, 3, b.x1 / WG_LATTICE);
  bind_real(put, 4, b.y0 / WG_LATTICE);
  bind_real(put, 5, b.y1 / WG_LATTICE);
  return db_run(db, put, err);
}

static wg_status set_watermark(struct db *db, const char *name, int64_t done, wg_err *err) {
  sqlite3_stmt *st;
  wg_status status = db_stmt(db, "UPDATE watermark SET done = ? WHERE name = ?", &st, err);
  if (status) return status;
  bind_int(st, 1, done);
  bind_text(st, 2, name);
  return db_run(db, st, err);
}

static wg_status index_table(struct db *db, const char *name, const char *get, const char *put_sql,
                             int64_t rows, bool *more, wg_err *err) {
  sqlite3_stmt *st, *put;
  int64_t done = 0, last = 0, n = 0;
  bool row = false;
  wg_status status = db_stmt(db, "SELECT done FROM watermark WHERE name = ?", &st, err);
  if (!status) bind_text(st, 1, name);
  if (!status) status = db_step(db, st, &row, err);
  if (status) return status;
  done = last = row ? col_int(st, 0) : 0;
  sqlite3_reset(st);
  status = db_stmt(db, get, &st, err);
  if (!status) status = db_stmt(db, put_sql, &put, err);
  if (status) return status;
  bind_int(st, 1, done);
  bind_int(st, 2, rows ? rows : -1);
  for (; !status; n++) {
    status = db_step(db, st, &row, err);
    if (status || !row) break;
    last = col_int(st, 0);
    status = index_row(db, put, last, sqlite3_column_blob(st, 1), (size_t)sqlite3_column_bytes(st, 1), err);
    if (status) sqlite3_reset(st);
  }
  *more |= rows && n == rows;
  return status || last == done ? status : set_watermark(db, name, last, err);
}

wg_status db_index(struct db *db, int64_t rows, bool *more, wg_err *err) {
  *more = false;
  wg_status st =
      index_table(db, "grid", "SELECT id, geometry FROM grid WHERE id > ? ORDER BY id LIMIT ?",
                  "INSERT OR REPLACE INTO idx_grid_geometry VALUES (?, ?, ?, ?, ?)", rows, more, err);
  if (!st)
    st = index_table(db, "incident", "SELECT id, geometry FROM incident WHERE id > ? ORDER BY id LIMIT ?",
                     "INSERT OR REPLACE INTO idx_incident_geometry VALUES (?, ?, ?, ?, ?)", rows, more, err);
  return st;
}

/* Each turn is a short transaction of its own, so that reports slip in between. */
static wg_status catch_up(wg_store *s, wg_err *err) {
  struct db *db = db_of(s);
  bool more = true;
  wg_status status = WG_OK;
  while (!status && more) {
    status = s->begin(s, err);
    if (status) return status;
    status = db_index(db, WG_TEND_ROWS, &more, err);
    if (!status) status = s->commit(s, err);
    if (status) s->rollback(s);
  }
  return status;
}

static wg_status on_tend(wg_store *s, wg_err *err) {
  struct db *db = db_of(s);
  if (!db->writable || s->in_transaction(s)) return WG_OK;
  wg_status status = catch_up(s, err);
  if (status) return status;
  int rc = sqlite3_wal_checkpoint_v2(db->h, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
  db->wal_pages = 0;
  return rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_LOCKED ? WG_OK : db_fail(db, rc, err);
}

/* --- backup
 * -------------------------------------------------------------------------------------------------- */

static wg_status copy(struct db *db, sqlite3 *to, void (*progress)(void *, double), void *ctx, wg_err *err) {
  sqlite3_backup *b = sqlite3_backup_init(to, "main", db->h, "main");
  if (!b) return db_fail(db, sqlite3_errcode(to), err);
  int rc;
  do {
    rc = sqlite3_backup_step(b, WG_BACKUP_PAGES);
    int all = sqlite3_backup_pagecount(b);
    if (progress && all) progress(ctx, 1.0 - (double)sqlite3_backup_remaining(b) / all);
  } while (rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_LOCKED);
  int end = sqlite3_backup_finish(b);
  if (rc == SQLITE_DONE) rc = end;
  return rc == SQLITE_OK ? WG_OK : db_fail(db, rc, err);
}

static wg_status on_backup(wg_store *s, const char *path, void (*progress)(void *, double), void *ctx,
                           wg_err *err) {
  struct db *db = db_of(s);
  char *tmp = sqlite3_mprintf("%s.new-%d", path, (int)getpid());
  sqlite3 *to = NULL;
  if (!tmp) return db_no_memory(err);
  unlink(tmp);
  wg_status status = db->writable ? catch_up(s, err) : WG_OK;
  /* A read transaction holds one view for the whole copy: writers go on and nothing starts over. */
  if (!status) status = s->read_begin(s, err);
  if (!status && sqlite3_open_v2(tmp, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK)
    status = db_path_fail(path, sqlite3_system_errno(to), err);
  if (!status) status = copy(db, to, progress, ctx, err);
  s->read_end(s);
  if (!status && sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL) != SQLITE_OK)
    status = db_fail(db, sqlite3_errcode(to), err);
  sqlite3_close(to);
  if (!status && rename(tmp, path) != 0) status = db_path_fail(path, errno, err);
  if (status) unlink(tmp);
  sqlite3_free(tmp);
  return status;
}

void db_fill_whole(wg_store *s) {
  s->backup = on_backup;
  s->tend = on_tend;
}
