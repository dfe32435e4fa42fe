/* Positions of devices: a history and the newest of each device; no hash, no seq. */
#include "position.h"

#include <string.h>

#include "base/time.h"

static const int64_t day_ms = 86400000;

/* Takes the row only when its counter is newer than the device's last. */
static wg_status newer(struct db *db, const wg_position *p, bool *is, wg_err *err) {
  sqlite3_stmt *st;
  bool row;
  wg_status status =
      db_stmt(db, "SELECT counter FROM position_last WHERE staff = ? AND device = ?", &st, err);
  if (status) return status;
  bind_int(st, 1, p->staff);
  bind_text(st, 2, p->device);
  status = db_step(db, st, &row, err);
  *is = !row || col_int(st, 0) < p->counter;
  sqlite3_reset(st);
  return status;
}

static wg_status insert(struct db *db, const wg_position *p, wg_err *err) {
  sqlite3_stmt *st;
  wg_status status =
      db_stmt(db,
              "INSERT INTO position (staff, device, counter, x, y, raw_lon, raw_lat, crs, accuracy_m, "
              "speed, heading, fixed_at, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              &st, err);
  if (status) return status;
  bind_int(st, 1, p->staff);
  bind_text(st, 2, p->device);
  bind_int(st, 3, p->counter);
  bind_int(st, 4, p->at.x);
  bind_int(st, 5, p->at.y);
  bind_real(st, 6, p->raw_lon);
  bind_real(st, 7, p->raw_lat);
  bind_text(st, 8, p->crs);
  bind_real(st, 9, (double)p->accuracy_m);
  bind_real(st, 10, (double)p->speed);
  bind_real(st, 11, (double)p->heading);
  bind_int(st, 12, p->fixed_at);
  bind_int(st, 13, p->received_at);
  return db_run(db, st, err);
}

static wg_status put_one(struct db *db, const wg_position *p, wg_err *err) {
  sqlite3_stmt *st;
  bool take = false;
  wg_status status = newer(db, p, &take, err);
  if (status || !take) return status;
  status = insert(db, p, err);
  if (!status)
    status = db_stmt(
        db, "INSERT OR REPLACE INTO position_last (staff, device, counter, position) VALUES (?, ?, ?, ?)",
        &st, err);
  if (status) return status;
  bind_int(st, 4, sqlite3_last_insert_rowid(db->h));
  bind_int(st, 1, p->staff);
  bind_text(st, 2, p->device);
  bind_int(st, 3, p->counter);
  return db_run(db, st, err);
}

/* A transaction of its own, unless the caller has one open. */
static wg_status on_positions_put(wg_store *s, const wg_position *p, int n, wg_err *err) {
  struct db *db = db_of(s);
  bool own = !s->in_transaction(s);
  wg_status status = own ? s->begin(s, err) : WG_OK;
  if (status) return status;
  for (int i = 0; !status && i < n; i++) status = put_one(db, &p[i], err);
  if (!own) return status;
  if (!status) status = s->commit(s, err);
  if (status) s->rollback(s);
  return status;
}

static void read_row(sqlite3_stmt *st, wg_position *p) {
  memset(p, 0, sizeof *p);
  p->staff = col_int(st, 0);
  col_code(st, 1, p->device, sizeof p->device);
  p->counter = col_int(st, 2);
  p->at = (wg_pt){(int32_t)col_int(st, 3), (int32_t)col_int(st, 4)};
  p->raw_lon = col_real(st, 5);
  p->raw_lat = col_real(st, 6);
  col_code(st, 7, p->crs, sizeof p->crs);
  p->accuracy_m = (float)col_real(st, 8);
  p->speed = (float)col_real(st, 9);
  p->heading = (float)col_real(st, 10);
  p->fixed_at = col_int(st, 11);
  p->received_at = col_int(st, 12);
}

/* Of several devices of one person the one with the newest fix; a clock that runs ahead counts as received.
 */
static wg_status on_positions_last(wg_store *s, wg_arena *a, wg_row_fn fn, void *ctx, wg_err *err) {
  (void)a;
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  int64_t last = 0;
  wg_status status = db_stmt(
      db,
      "SELECT p.staff, p.device, p.counter, p.x, p.y, p.raw_lon, p.raw_lat, p.crs, p.accuracy_m, p.speed, "
      "p.heading, p.fixed_at, p.received_at FROM position_last l JOIN position p ON p.id = l.position "
      "ORDER BY p.staff, min(p.fixed_at, p.received_at) DESC, p.id DESC",
      &st, err);
  while (!status) {
    bool row;
    wg_position p;
    status = db_step(db, st, &row, err);
    if (status || !row) break;
    read_row(st, &p);
    if (p.staff == last) continue;
    last = p.staff;
    status = fn(ctx, &p);
    if (status) sqlite3_reset(st);
  }
  return status;
}

/* --- the old end of the history
 * -------------------------------------------------------------------------------------- */

/* Of the next rows in the order they came: how many are old, the last of these, and how many may go. Ids rise
 * with the time of receipt, so that no index by time is kept for every position. */
struct look {
  int64_t before, old, last, loose;
};

static wg_status look(struct db *db, int64_t rows, struct look *l, wg_err *err) {
  sqlite3_stmt *st;
  bool row;
  int64_t days = WG_POSITION_DAYS;
  wg_status status = db_setting_int(db, "position_days", 1, WG_POSITION_DAYS_MAX, &days, err);
  l->before = wg_now_ms() - days * day_ms;
  if (!status)
    status = db_stmt(db,
                     "SELECT count(*), coalesce(max(p.id), 0), coalesce(sum(NOT EXISTS (SELECT 1 FROM "
                     "position_last l WHERE l.position = p.id)), 0) FROM (SELECT id, received_at FROM "
                     "position WHERE id > ? ORDER BY id LIMIT ?) p WHERE p.received_at < ?",
                     &st, err);
  if (status) return status;
  bind_int(st, 1, db->swept);
  bind_int(st, 2, rows);
  bind_int(st, 3, l->before);
  status = db_step(db, st, &row, err);
  if (status) return status;
  l->old = col_int(st, 0);
  l->last = col_int(st, 1);
  l->loose = col_int(st, 2);
  sqlite3_reset(st);
  return WG_OK;
}

/* Behind rows that are all old more may follow; else the round begins anew: what was the newest of a device
 * may have become one of many. */
static void go_on(struct db *db, int64_t rows, const struct look *l) {
  db->swept = l->old == rows ? l->last : 0;
}

wg_status position_old(struct db *db, int64_t rows, bool *any, wg_err *err) {
  struct look l = {0};
  wg_status st = look(db, rows, &l, err);
  *any = l.loose > 0;
  if (!st && !*any) go_on(db, rows, &l);
  return st;
}

wg_status position_drop(struct db *db, int64_t rows, bool *more, wg_err *err) {
  struct look l = {0};
  sqlite3_stmt *st;
  wg_status status = look(db, rows, &l, err);
  *more = false;
  if (status || !l.loose) return status;
  status = db_stmt(db,
                   "DELETE FROM position WHERE id > ? AND id <= ? AND received_at < ? AND NOT EXISTS "
                   "(SELECT 1 FROM position_last l WHERE l.position = position.id)",
                   &st, err);
  if (status) return status;
  bind_int(st, 1, db->swept);
  bind_int(st, 2, l.last);
  bind_int(st, 3, l.before);
  status = db_run(db, st, err);
  if (!status) go_on(db, rows, &l);
  *more = l.old == rows;
  return status;
}

void db_fill_position(wg_store *s) {
  s->positions_put = on_positions_put;
  s->positions_last = on_positions_last;
}
