/* Settings and areas. */
#include <string.h>

#include "base/text.h"
#include "blob.h"
#include "db.h"

enum { WG_POLYGON_MOST = 500000000 };

static wg_status on_setting_get(wg_store *s, wg_arena *a, const char *key, const char **out, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  bool row = false;
  *out = NULL;
  wg_status status = db_stmt(db, "SELECT value FROM setting WHERE key = ?", &st, err);
  if (status) return status;
  bind_text(st, 1, key);
  status = db_step(db, st, &row, err);
  if (status || !row) return status;
  *out = col_str(st, 0, a);
  sqlite3_reset(st);
  return *out ? WG_OK : db_no_memory(err);
}

wg_status db_setting_int(struct db *db, const char *key, int64_t least, int64_t most, int64_t *out,
                         wg_err *err) {
  sqlite3_stmt *st;
  bool row = false;
  int64_t value = 0;
  wg_status status = db_stmt(db, "SELECT value FROM setting WHERE key = ?", &st, err);
  if (status) return status;
  bind_text(st, 1, key);
  status = db_step(db, st, &row, err);
  if (status || !row) return status;
  const char *text = (const char *)sqlite3_column_text(st, 0);
  if (text && wg_text_int(text, &value) && value >= least && value <= most) *out = value;
  sqlite3_reset(st);
  return WG_OK;
}

static wg_status on_setting_put(wg_store *s, const char *key, const char *value, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_stmt(db, "INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)", &st, err);
  if (status) return status;
  bind_text(st, 1, key);
  bind_text(st, 2, value);
  return db_run(db, st, err);
}

static wg_status on_settings_of(wg_store *s, wg_arena *a, const char *prefix, wg_row_fn fn, void *ctx,
                                wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  bool row = false;
  wg_status status = db_stmt(
      db, "SELECT key, value FROM setting WHERE substr(key, 1, length(?1)) = ?1 ORDER BY key", &st, err);
  if (status) return status;
  bind_text(st, 1, prefix);
  while (!(status = db_step(db, st, &row, err)) && row) {
    wg_setting_row x = {.key = col_str(st, 0, a), .value = col_str(st, 1, a)};
    status = x.key && x.value ? fn(ctx, &x) : db_no_memory(err);
    if (status) break;
  }
  sqlite3_reset(st);
  return status;
}

/* --- areas ---------------------------------------------------------------------------------- */

static void free_shapes(void *shapes) { wg_shapes_deinit(shapes); }

static wg_status load_area(sqlite3_stmt *st, wg_arena *a, wg_area *x, wg_shapes *shapes, wg_err *err) {
  col_code(st, 0, x->code, sizeof x->code);
  col_code(st, 1, x->parent, sizeof x->parent);
  col_code(st, 2, x->level, sizeof x->level);
  x->names = col_str(st, 3, a);
  x->named = col_int(st, 4) != 0;
  if (!x->names) return db_no_memory(err);
  wg_status status = col_null(st, 5) ? wg_shapes_feature(shapes)
                                     : blob_polygon_read(sqlite3_column_blob(st, 5),
                                                         (size_t)sqlite3_column_bytes(st, 5), shapes);
  return status == WG_CORRUPT ? db_corrupt(err, x->code) : status ? db_no_memory(err) : WG_OK;
}

static wg_status on_areas_load(wg_store *s, wg_arena *a, wg_areas *out, wg_err *err) {
  struct db *db = db_of(s);
  memset(out, 0, sizeof *out);
  int64_t n = 0;
  wg_status status = db_int(db, "SELECT count(*) FROM area", &n, err);
  if (status) return status;
  wg_shapes_init(&out->shapes);
  wg_shapes *owned = wg_arena_alloc(a, sizeof *owned);
  out->item = wg_arena_alloc(a, (size_t)(n ? n : 1) * sizeof *out->item);
  if (!out->item || !owned) return db_no_memory(err);
  sqlite3_stmt *st;
  status = db_stmt(db, "SELECT code, parent, level, names, named, geometry FROM area ORDER BY code LIMIT ?",
                   &st, err);
  if (!status) bind_int(st, 1, n);
  while (!status) {
    bool row;
    status = db_step(db, st, &row, err);
    if (status || !row) break;
    status = load_area(st, a, &out->item[out->n], &out->shapes, err);
    if (status) sqlite3_reset(st);
    out->n += !status;
  }
  if (status) {
    wg_shapes_deinit(&out->shapes);
    return status;
  }
  /* The arena frees the arrays; wg_areas_index permutes into arrays of its own or in place. */
  *owned = out->shapes;
  return wg_arena_defer(a, free_shapes, owned) == 0 ? WG_OK : db_no_memory(err);
}

static wg_status bind_polygon(struct db *db, sqlite3_stmt *st, int i, const wg_shapes *shapes, uint32_t f,
                              wg_buf *buf, wg_err *err) {
  (void)db;
  if (!shapes || shapes->part[f] == shapes->part[f + 1]) return WG_OK;
  blob_polygon(shapes, f, buf);
  if (wg_buf_status(buf))
    return wg_buf_status(buf) == WG_TOO_LARGE ? db_fail(db, SQLITE_TOOBIG, err) : db_no_memory(err);
  bind_blob(st, i, buf->data, buf->len);
  return WG_OK;
}

/* The few areas are indexed at once: id, box. */
static wg_status index_area(struct db *db, const char *code, const wg_shapes *shapes, uint32_t f,
                            wg_err *err) {
  if (!shapes) return WG_OK;
  bool has = shapes->part[f] < shapes->part[f + 1];
  sqlite3_stmt *st;
  wg_status status =
      has ? db_stmt(db,
                    "INSERT OR REPLACE INTO idx_area_geometry SELECT id, ?2, ?3, ?4, ?5 FROM area WHERE code "
                    "= ?1",
                    &st, err)
          : db_stmt(db, "DELETE FROM idx_area_geometry WHERE pkid = (SELECT id FROM area WHERE code = ?1)",
                    &st, err);
  if (status) return status;
  bind_text(st, 1, code);
  if (has) {
    wg_box b = wg_shapes_box(shapes, f);
    bind_real(st, 2, b.x0 / WG_LATTICE);
    bind_real(st, 3, b.x1 / WG_LATTICE);
    bind_real(st, 4, b.y0 / WG_LATTICE);
    bind_real(st, 5, b.y1 / WG_LATTICE);
  }
  return db_run(db, st, err);
}

static wg_status on_area_put(wg_store *s, const wg_area *x, const wg_shapes *shapes, uint32_t f,
                             wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_buf buf;
  wg_buf_init(&buf, WG_POLYGON_MOST);
  wg_status status = db_need_txn(db, err);
  if (!status)
    status = db_stmt(
        db,
        "INSERT INTO area (code, parent, level, names, named, geometry) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
        "ON CONFLICT (code) DO UPDATE SET parent = ?2, level = ?3, names = ?4, named = ?5, "
        "geometry = iif(?7, geometry, ?6)",
        &st, err);
  if (!status) status = bind_polygon(db, st, 6, shapes, f, &buf, err);
  if (!status) {
    bind_text(st, 1, x->code);
    bind_text(st, 2, x->parent);
    bind_text(st, 3, x->level);
    bind_text(st, 4, x->names);
    bind_int(st, 5, x->named);
    bind_int(st, 7, !shapes);
    status = db_run(db, st, err);
  }
  if (!status) status = index_area(db, x->code, shapes, f, err);
  wg_buf_deinit(&buf);
  return status;
}

void db_fill_area(wg_store *s) {
  s->setting_get = on_setting_get;
  s->setting_put = on_setting_put;
  s->settings_of = on_settings_of;
  s->areas_load = on_areas_load;
  s->area_put = on_area_put;
}
