/* Leave, grids covered for a time, and the grids that have nobody. */
#include <string.h>

#include "db.h"

static wg_status delete_row(struct db *db, const char *sql, int64_t id, wg_err *err) {
  sqlite3_stmt *st;
  wg_status status = db_need_txn(db, err);
  if (!status) status = db_stmt(db, sql, &st, err);
  if (status) return status;
  bind_int(st, 1, id);
  return db_run(db, st, err);
}

static wg_status on_leave_add(wg_store *s, wg_leave *x, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_need_txn(db, err);
  if (!status)
    status = db_stmt(db, "INSERT INTO staff_leave (staff, start, stop, kind) VALUES (?, ?, ?, ?)", &st, err);
  if (status) return status;
  bind_int(st, 1, x->staff);
  bind_int(st, 2, x->from);
  bind_int(st, 3, x->until);
  bind_int(st, 4, x->kind);
  status = db_run(db, st, err);
  if (!status) x->id = sqlite3_last_insert_rowid(db->h);
  return status;
}

static wg_status on_leave_delete(wg_store *s, int64_t id, wg_err *err) {
  return delete_row(db_of(s), "DELETE FROM staff_leave WHERE id = ?", id, err);
}

static wg_status on_cover_add(wg_store *s, wg_temp_post *x, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_need_txn(db, err);
  if (!status)
    status = db_stmt(db, "INSERT INTO staff_cover (staff, network, grid, start, stop) VALUES (?, ?, ?, ?, ?)",
                     &st, err);
  if (status) return status;
  bind_int(st, 1, x->staff);
  bind_text(st, 2, x->network);
  bind_text(st, 3, x->grid);
  bind_int(st, 4, x->from);
  bind_int(st, 5, x->until);
  status = db_run(db, st, err);
  if (!status) x->id = sqlite3_last_insert_rowid(db->h);
  return status;
}

static wg_status on_cover_delete(wg_store *s, int64_t id, wg_err *err) {
  return delete_row(db_of(s), "DELETE FROM staff_cover WHERE id = ?", id, err);
}

static wg_status on_unmanned_load(wg_store *s, wg_arena *a, wg_row_fn fn, void *ctx, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  (void)a;
  wg_status status =
      db_stmt(db, "SELECT network, grid, since FROM unmanned ORDER BY network, grid", &st, err);
  while (!status) {
    bool row;
    wg_unmanned x;
    status = db_step(db, st, &row, err);
    if (status || !row) break;
    col_code(st, 0, x.network, sizeof x.network);
    col_code(st, 1, x.grid, sizeof x.grid);
    x.since = col_int(st, 2);
    status = fn(ctx, &x);
    if (status) sqlite3_reset(st);
  }
  return status;
}

static wg_status on_unmanned_put(wg_store *s, const wg_unmanned *x, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_need_txn(db, err);
  if (!status)
    status = db_stmt(db,
                     x->since ? "INSERT OR REPLACE INTO unmanned (network, grid, since) VALUES (?, ?, ?)"
                              : "DELETE FROM unmanned WHERE network = ? AND grid = ?",
                     &st, err);
  if (status) return status;
  bind_text(st, 1, x->network);
  bind_text(st, 2, x->grid);
  if (x->since) bind_int(st, 3, x->since);
  return db_run(db, st, err);
}

void db_fill_duty(wg_store *s) {
  s->leave_add = on_leave_add;
  s->leave_delete = on_leave_delete;
  s->cover_add = on_cover_add;
  s->cover_delete = on_cover_delete;
  s->unmanned_load = on_unmanned_load;
  s->unmanned_put = on_unmanned_put;
}
