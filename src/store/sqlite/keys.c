#include "keys.h"

#include <string.h>

static void sql_client_key(sqlite3_context *ctx, int n, sqlite3_value **v) {
  (void)n;
  const char *text = (const char *)sqlite3_value_text(v[1]);
  if (!text) return;
  sqlite3_result_int64(ctx, client_key(sqlite3_value_int64(v[0]), text, (size_t)sqlite3_value_bytes(v[1])));
}

/* wg_number(number, part): 0 the area, 1 the day, 2 the serial; NULL for a number of another form. */
static void sql_number(sqlite3_context *ctx, int n, sqlite3_value **v) {
  (void)n;
  const char *text = (const char *)sqlite3_value_text(v[0]);
  size_t area = 0;
  int day = 0;
  int64_t serial = 0;
  if (!text || !serial_parse(text, (size_t)sqlite3_value_bytes(v[0]), &area, &day, &serial)) return;
  switch (sqlite3_value_int(v[1])) {
  case 0:
    sqlite3_result_text(ctx, text, (int)area, SQLITE_TRANSIENT);
    break;
  case 1:
    sqlite3_result_int(ctx, day);
    break;
  default:
    sqlite3_result_int64(ctx, serial);
  }
}

wg_status keys_functions(struct db *db, wg_err *err) {
  int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
  int rc = sqlite3_create_function(db->h, "wg_client_key", 2, flags, NULL, sql_client_key, NULL, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_create_function(db->h, "wg_number", 2, flags, NULL, sql_number, NULL, NULL);
  return rc == SQLITE_OK ? WG_OK : db_fail(db, rc, err);
}

wg_status keys_state(struct db *db, int64_t *done, int64_t *last, wg_err *err) {
  wg_status st = db_int(db, "SELECT done FROM watermark WHERE name = 'keys'", done, err);
  return st ? st : db_int(db, "SELECT max(id) FROM incident", last, err);
}

/* Runs one bulk statement over the ids from + 1 … to. */
static wg_status bulk(struct db *db, const char *sql, int64_t from, int64_t to, wg_err *err) {
  sqlite3_stmt *st;
  wg_status status = db_stmt(db, sql, &st, err);
  if (status) return status;
  bind_int(st, 1, from);
  bind_int(st, 2, to);
  return db_run(db, st, err);
}

#define ADD(kind, column, where)                                                                             \
  "INSERT INTO incident_key SELECT " #kind ", " column ", id FROM incident WHERE id > ?1 AND id <= ?2" where \
  " ORDER BY " column ", id"

wg_status keys_add(struct db *db, int64_t rows, bool *more, wg_err *err) {
  static const char *const sql[] = {
      ADD(1, "area", ""),
      ADD(2, "grid", " AND grid <> ''"),
      ADD(3, "category", ""),
      ADD(4, "responsible", " AND responsible <> 0"),
      ADD(5, "reporter", " AND reporter <> 0"),
      ADD(6, "number", ""),
      "INSERT INTO incident_client SELECT wg_client_key(reporter, client_id) AS k, id FROM incident "
      "WHERE id > ?1 AND id <= ?2 AND client_id IS NOT NULL ORDER BY k, id",
      "INSERT OR REPLACE INTO incident_block SELECT id >> 10, min(received_at), max(received_at) FROM "
      "incident "
      "WHERE id >= (((?1 + 1) >> 10) << 10) AND id <= ?2 GROUP BY id >> 10",
      "INSERT INTO incident_serial (area, day, last) SELECT wg_number(number, 0), wg_number(number, 1) AS d, "
      "max(wg_number(number, 2)) FROM incident WHERE id > ?1 AND id <= ?2 GROUP BY 2, 1 HAVING d IS NOT NULL "
      "ON CONFLICT (day, area) DO UPDATE SET last = max(last, excluded.last)",
      "UPDATE watermark SET done = ?2 WHERE name = 'keys' AND done = ?1",
  };
  _Static_assert(WG_BLOCK_BITS == 10, "the statements above shift by it");
  int64_t done = 0, last = 0;
  *more = false;
  wg_status status = keys_state(db, &done, &last, err);
  if (status || last <= done) return status;
  if (rows && last - done > rows) {
    last = done + rows;
    *more = true;
  }
  for (size_t i = 0; !status && i < sizeof sql / sizeof *sql; i++) status = bulk(db, sql[i], done, last, err);
  return status;
}

/* --- moving ------------------------------------------------------------------------------------------------
 */

struct code {
  const char *text; /* NULL: the number counts */
  int64_t number;
};

static bool same(struct code a, struct code b) {
  return a.text ? strcmp(a.text, b.text) == 0 : a.number == b.number;
}

static wg_status change(struct db *db, const char *sql, int kind, struct code c, int64_t id, wg_err *err) {
  sqlite3_stmt *st;
  bool none = kind == KEY_GRID ? !*c.text : !c.text && !c.number; /* such have no key */
  wg_status status = none ? WG_OK : db_stmt(db, sql, &st, err);
  if (status || none) return status;
  bind_int(st, 1, kind);
  if (c.text)
    bind_text(st, 2, c.text);
  else
    bind_int(st, 2, c.number);
  bind_int(st, 3, id);
  return db_run(db, st, err);
}

static wg_status move(struct db *db, int kind, struct code from, struct code to, int64_t id, wg_err *err) {
  if (same(from, to)) return WG_OK;
  wg_status st =
      change(db, "DELETE FROM incident_key WHERE kind = ? AND code = ? AND id = ?", kind, from, id, err);
  return st ? st : change(db, "INSERT INTO incident_key VALUES (?, ?, ?)", kind, to, id, err);
}

wg_status keys_move(struct db *db, const wg_incident *next, wg_err *err) {
  sqlite3_stmt *st;
  bool row;
  wg_status status = db_stmt(db,
                             "SELECT area, grid, category, responsible FROM incident WHERE id = ?1 AND "
                             "?1 <= (SELECT done FROM watermark WHERE name = 'keys')",
                             &st, err);
  if (status) return status;
  bind_int(st, 1, next->id);
  status = db_step(db, st, &row, err);
  if (status || !row) return status;
  char area[WG_CODE_LEN], grid[WG_CODE_LEN], category[WG_CODE_LEN];
  col_code(st, 0, area, sizeof area);
  col_code(st, 1, grid, sizeof grid);
  col_code(st, 2, category, sizeof category);
  int64_t responsible = col_int(st, 3), id = next->id;
  sqlite3_reset(st);
  status = move(db, KEY_AREA, (struct code){area, 0}, (struct code){next->area, 0}, id, err);
  if (!status) status = move(db, KEY_GRID, (struct code){grid, 0}, (struct code){next->grid, 0}, id, err);
  if (!status)
    status = move(db, KEY_CATEGORY, (struct code){category, 0}, (struct code){next->category, 0}, id, err);
  if (!status)
    status = move(db, KEY_RESPONSIBLE, (struct code){NULL, responsible},
                  (struct code){NULL, next->responsible}, id, err);
  return status;
}
