/* The registry of wall devices. */
#include <string.h>

#include "db.h"

static bool read_device(sqlite3_stmt *st, wg_device *d) {
  d->account = col_int(st, 0);
  col_code(st, 1, d->name, sizeof d->name);
  col_code(st, 2, d->area, sizeof d->area);
  d->created_at = col_int(st, 3);
  d->created_by = col_int(st, 4);
  d->code_expires_at = col_int(st, 6);
  d->signed_on_at = col_int(st, 7);
  d->last_seen_at = col_int(st, 8);
  d->revoked_at = col_int(st, 9);
  return col_bytes(st, 5, d->code_hash, WG_HASH_LEN);
}

static wg_status on_devices_load(wg_store *s, wg_arena *a, wg_device **out, uint32_t *n, wg_err *err) {
  struct db *db = db_of(s);
  int64_t rows = 0;
  sqlite3_stmt *st;
  wg_device *all = NULL;
  *n = 0;
  wg_status status = s->read_begin(s, err);
  if (status) return status;
  status = db_int(db, "SELECT count(*) FROM device", &rows, err);
  if (!status && !(all = wg_arena_alloc(a, (size_t)(rows + 1) * sizeof *all))) status = WG_NO_MEMORY;
  if (!status)
    status = db_stmt(db,
                     "SELECT d.account, a.name, d.area, d.created_at, d.created_by, d.code_hash, "
                     "d.code_expires_at, d.signed_on_at, d.last_seen_at, d.revoked_at "
                     "FROM device d JOIN account a ON a.id = d.account ORDER BY d.account",
                     &st, err);
  while (!status) {
    bool row;
    status = db_step(db, st, &row, err);
    if (status || !row) break;
    if (*n < rows && read_device(st, &all[(*n)++])) continue;
    sqlite3_reset(st);
    status = db_corrupt(err, "device");
  }
  s->read_end(s);
  *out = all;
  return status;
}

static wg_status on_device_put(wg_store *s, const wg_device *d, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status =
      db_stmt(db,
              "INSERT OR REPLACE INTO device (account, area, created_at, created_by, code_hash, "
              "code_expires_at, signed_on_at, last_seen_at, revoked_at) "
              "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
              &st, err);
  if (status) return status;
  bind_int(st, 1, d->account);
  bind_text(st, 2, d->area);
  bind_int(st, 3, d->created_at);
  bind_int(st, 4, d->created_by);
  bind_blob(st, 5, d->code_hash, WG_HASH_LEN);
  bind_int(st, 6, d->code_expires_at);
  bind_int(st, 7, d->signed_on_at);
  bind_int(st, 8, d->last_seen_at);
  bind_int(st, 9, d->revoked_at);
  return db_run(db, st, err);
}

static wg_status on_device_seen(wg_store *s, int64_t account, int64_t at, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status =
      db_stmt(db, "UPDATE device SET last_seen_at = ?2 WHERE account = ?1 AND last_seen_at < ?2", &st, err);
  if (status) return status;
  bind_int(st, 1, account);
  bind_int(st, 2, at);
  return db_run(db, st, err);
}

void db_fill_device(wg_store *s) {
  s->devices_load = on_devices_load;
  s->device_put = on_device_put;
  s->device_seen = on_device_seen;
}
