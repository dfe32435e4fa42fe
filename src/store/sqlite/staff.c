/* Staff, posts, shifts, stand-ins, organisations. */
#include <string.h>

#include "db.h"

/* --- loading ----------------------------------------------------------------------------------------------
 */

/* Reads all rows of `sql` into an array of `size`-byte items in the arena; `count` says how many there are.
 */
typedef wg_status (*load_fn)(sqlite3_stmt *st, wg_arena *a, void *item);

static wg_status load_all(struct db *db, wg_arena *a, const char *count, const char *sql, size_t size,
                          load_fn fn, void **out, uint32_t *n, wg_err *err) {
  int64_t rows = 0;
  sqlite3_stmt *st;
  *n = 0;
  wg_status status = db_int(db, count, &rows, err);
  if (status) return status;
  char *items = wg_arena_alloc(a, (size_t)(rows ? rows : 1) * size);
  if (!items) return db_no_memory(err);
  status = db_stmt(db, sql, &st, err);
  while (!status) {
    bool row;
    status = db_step(db, st, &row, err);
    if (status || !row || *n >= rows) break;
    status = fn(st, a, items + (size_t)*n * size);
    if (status == WG_NO_MEMORY) db_no_memory(err);
    if (status)
      sqlite3_reset(st);
    else
      ++*n;
  }
  *out = items;
  return status;
}

static wg_status load_staff(sqlite3_stmt *st, wg_arena *a, void *item) {
  wg_staff *x = item;
  x->id = col_int(st, 0);
  col_code(st, 1, x->code, sizeof x->code);
  x->name = col_str(st, 2, a);
  x->phone = col_str(st, 3, a);
  col_code(st, 4, x->org, sizeof x->org);
  x->full_time = col_int(st, 5) != 0;
  return x->name && x->phone ? WG_OK : WG_NO_MEMORY;
}

static wg_status load_post(sqlite3_stmt *st, wg_arena *a, void *item) {
  (void)a;
  wg_post *x = item;
  x->id = col_int(st, 0);
  x->staff = col_int(st, 1);
  col_code(st, 2, x->network, sizeof x->network);
  col_code(st, 3, x->grid, sizeof x->grid);
  x->kind = (wg_post_kind)col_int(st, 4);
  return x->kind >= 0 && x->kind < WG_POST_KINDS ? WG_OK : WG_CORRUPT;
}

static wg_status load_shift(sqlite3_stmt *st, wg_arena *a, void *item) {
  (void)a;
  wg_shift *x = item;
  x->post = col_int(st, 0);
  x->weekdays = (uint8_t)col_int(st, 1);
  x->from = (int16_t)col_int(st, 2);
  x->to = (int16_t)col_int(st, 3);
  return WG_OK;
}

static wg_status load_stand_in(sqlite3_stmt *st, wg_arena *a, void *item) {
  (void)a;
  wg_stand_in *x = item;
  x->id = col_int(st, 0);
  x->staff = col_int(st, 1);
  x->by = col_int(st, 2);
  x->from = col_int(st, 3);
  x->until = col_int(st, 4);
  return WG_OK;
}

static wg_status load_leave(sqlite3_stmt *st, wg_arena *a, void *item) {
  (void)a;
  wg_leave *x = item;
  *x = (wg_leave){
      .id = col_int(st, 0), .staff = col_int(st, 1), .from = col_int(st, 2), .until = col_int(st, 3)};
  x->kind = (wg_leave_kind)col_int(st, 4);
  return (unsigned)x->kind < WG_LEAVE_KINDS ? WG_OK : WG_CORRUPT;
}

static wg_status load_cover(sqlite3_stmt *st, wg_arena *a, void *item) {
  (void)a;
  wg_temp_post *x = item;
  *x = (wg_temp_post){
      .id = col_int(st, 0), .staff = col_int(st, 1), .from = col_int(st, 4), .until = col_int(st, 5)};
  col_code(st, 2, x->network, sizeof x->network);
  col_code(st, 3, x->grid, sizeof x->grid);
  return WG_OK;
}

static wg_status load_absences(struct db *db, wg_arena *a, wg_roster *out, wg_err *err) {
  wg_status status = load_all(db, a, "SELECT count(*) FROM staff_leave",
                              "SELECT id, staff, start, stop, kind FROM staff_leave ORDER BY staff, id",
                              sizeof *out->leave, load_leave, (void **)&out->leave, &out->n_leaves, err);
  if (!status)
    status = load_all(db, a, "SELECT count(*) FROM staff_cover",
                      "SELECT id, staff, network, grid, start, stop FROM staff_cover ORDER BY id",
                      sizeof *out->cover, load_cover, (void **)&out->cover, &out->n_covers, err);
  return status;
}

static wg_status on_roster_load(wg_store *s, wg_arena *a, wg_roster *out, wg_err *err) {
  struct db *db = db_of(s);
  memset(out, 0, sizeof *out);
  /* One view over the tables. */
  wg_status status = s->read_begin(s, err);
  if (status) return status;
  if (!status)
    status = load_all(db, a, "SELECT count(*) FROM staff",
                      "SELECT id, code, name, phone, org, full_time FROM staff ORDER BY id",
                      sizeof *out->staff, load_staff, (void **)&out->staff, &out->n_staff, err);
  if (!status)
    status = load_all(db, a, "SELECT count(*) FROM post",
                      "SELECT id, staff, network, grid, kind FROM post ORDER BY id", sizeof *out->post,
                      load_post, (void **)&out->post, &out->n_posts, err);
  if (!status)
    status = load_all(db, a, "SELECT count(*) FROM shift",
                      "SELECT post, weekdays, start, stop FROM shift ORDER BY post", sizeof *out->shift,
                      load_shift, (void **)&out->shift, &out->n_shifts, err);
  if (!status)
    status = load_all(db, a, "SELECT count(*) FROM stand_in",
                      "SELECT id, staff, deputy, start, stop FROM stand_in ORDER BY staff, id",
                      sizeof *out->stand_in, load_stand_in, (void **)&out->stand_in, &out->n_stand_ins, err);
  if (!status) status = load_absences(db, a, out, err);
  s->read_end(s);
  return status == WG_CORRUPT ? db_corrupt(err, "post") : status;
}

/* --- writing ----------------------------------------------------------------------------------------------
 */

static wg_status on_staff_put(wg_store *s, wg_staff *x, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  bool row = false;
  wg_status status =
      db_stmt(db,
              "INSERT INTO staff (code, name, phone, org, full_time) VALUES (?1, ?2, ?3, ?4, ?5) "
              "ON CONFLICT (code) DO UPDATE SET name = ?2, phone = ?3, org = ?4, full_time = ?5 "
              "RETURNING id",
              &st, err);
  if (status) return status;
  bind_text(st, 1, x->code);
  bind_text(st, 2, x->name);
  bind_text(st, 3, x->phone);
  bind_text(st, 4, x->org);
  bind_int(st, 5, x->full_time);
  status = db_step(db, st, &row, err);
  if (row) x->id = col_int(st, 0);
  sqlite3_reset(st);
  return status;
}

static wg_status insert_post(struct db *db, int64_t staff, const wg_post *x, int64_t *id, wg_err *err) {
  sqlite3_stmt *st;
  wg_status status =
      db_stmt(db, "INSERT INTO post (staff, network, grid, kind) VALUES (?, ?, ?, ?)", &st, err);
  if (status) return status;
  bind_int(st, 1, staff);
  bind_text(st, 2, x->network);
  bind_text(st, 3, x->grid);
  bind_int(st, 4, x->kind);
  status = db_run(db, st, err);
  *id = sqlite3_last_insert_rowid(db->h);
  return status;
}

static wg_status insert_shift(struct db *db, int64_t post, const wg_shift *x, wg_err *err) {
  sqlite3_stmt *st;
  wg_status status =
      db_stmt(db, "INSERT OR IGNORE INTO shift (post, weekdays, start, stop) VALUES (?, ?, ?, ?)", &st, err);
  if (status) return status;
  bind_int(st, 1, post);
  bind_int(st, 2, x->weekdays);
  bind_int(st, 3, x->from);
  bind_int(st, 4, x->to);
  return db_run(db, st, err);
}

static wg_status on_posts_replace(wg_store *s, int64_t staff, const wg_post *posts, int n,
                                  const wg_shift *shifts, int n_shifts, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_need_txn(db, err);
  if (!status) status = db_stmt(db, "DELETE FROM post WHERE staff = ?", &st, err);
  if (status) return status;
  bind_int(st, 1, staff);
  status = db_run(db, st, err);
  for (int i = 0; !status && i < n; i++) {
    int64_t id = 0;
    status = insert_post(db, staff, &posts[i], &id, err);
    for (int k = 0; !status && k < n_shifts; k++)
      if (shifts[k].post == i) status = insert_shift(db, id, &shifts[k], err);
  }
  return status;
}

static wg_status on_stand_in_put(wg_store *s, const wg_stand_in *x, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_stmt(db,
                             "INSERT INTO stand_in (staff, deputy, start, stop) VALUES (?1, ?2, ?3, ?4) "
                             "ON CONFLICT (staff, deputy, start) DO UPDATE SET stop = ?4",
                             &st, err);
  if (status) return status;
  bind_int(st, 1, x->staff);
  bind_int(st, 2, x->by);
  bind_int(st, 3, x->from);
  bind_int(st, 4, x->until);
  return db_run(db, st, err);
}

static wg_status on_stand_in_delete(wg_store *s, int64_t id, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_stmt(db, "DELETE FROM stand_in WHERE id = ?", &st, err);
  if (status) return status;
  bind_int(st, 1, id);
  return db_run(db, st, err);
}

/* --- organisations --------------------------------------------------------------- */

static wg_status load_org(sqlite3_stmt *st, wg_arena *a, void *item) {
  wg_org *x = item;
  col_code(st, 0, x->code, sizeof x->code);
  x->names = col_str(st, 1, a);
  col_code(st, 2, x->area, sizeof x->area);
  col_code(st, 3, x->calendar, sizeof x->calendar);
  return x->names ? WG_OK : WG_NO_MEMORY;
}

static wg_status on_orgs_load(wg_store *s, wg_arena *a, wg_org **out, uint32_t *n, wg_err *err) {
  return load_all(db_of(s), a, "SELECT count(*) FROM org",
                  "SELECT code, names, area, calendar FROM org ORDER BY code", sizeof **out, load_org,
                  (void **)out, n, err);
}

static wg_status on_org_delete(wg_store *s, const char *code, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_stmt(db, "DELETE FROM org WHERE code = ?", &st, err);
  if (status) return status;
  bind_text(st, 1, code);
  return db_run(db, st, err);
}

static wg_status on_org_put(wg_store *s, const wg_org *org, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status =
      db_stmt(db, "INSERT OR REPLACE INTO org (code, names, area, calendar) VALUES (?, ?, ?, ?)", &st, err);
  if (status) return status;
  bind_text(st, 1, org->code);
  bind_text(st, 2, org->names);
  bind_text(st, 3, org->area);
  bind_text(st, 4, org->calendar);
  return db_run(db, st, err);
}

void db_fill_staff(wg_store *s) {
  s->roster_load = on_roster_load;
  s->staff_put = on_staff_put;
  s->posts_replace = on_posts_replace;
  s->stand_in_put = on_stand_in_put;
  s->stand_in_delete = on_stand_in_delete;
  db_fill_duty(s);
  db_fill_handover(s);
  s->orgs_load = on_orgs_load;
  s->org_put = on_org_put;
  s->org_delete = on_org_delete;
}
