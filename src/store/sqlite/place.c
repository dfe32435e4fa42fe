/* Places to search, and the base map. */
#include <string.h>

#include "base/initials.h"
#include "db.h"
#include "grams.h"

#define INDEX_ONE "INSERT INTO place_text (rowid, name, address) VALUES (?, ?, ?)"

static const char *or_none(const char *text) { return text ? text : ""; }

/* The words of a name, and its initials as words. */
static void name_words(const char *name, wg_buf *out) {
  grams_words(name, out);
  size_t before = out->len;
  wg_buf_add_char(out, ' ');
  wg_initials(name, ' ', out);
  if (out->len == before + 1) out->len = before;
}

/* The same of each alias. */
static void alias_words(const char *alias, wg_buf *out) {
  wg_buf one;
  wg_buf_init(&one, 1 << 20);
  for (const char *p = alias; *p;) {
    const char *wide = strstr(p, "、");
    size_t n = strcspn(p, ";");
    if (wide && (size_t)(wide - p) < n) n = (size_t)(wide - p);
    wg_buf_reset(&one);
    wg_buf_add(&one, p, n);
    if (out->len) wg_buf_add_char(out, ' ');
    name_words(wg_buf_str(&one), out);
    p += n;
    if (*p) p += *p == ';' ? 1 : strlen("、");
  }
  if (wg_buf_status(&one)) out->status = wg_buf_status(&one);
  wg_buf_deinit(&one);
}

static wg_status index_text(struct db *db, const char *sql, int64_t id, const char *name, const char *alias,
                            const char *address, wg_err *err) {
  sqlite3_stmt *st = NULL;
  wg_buf n, d;
  wg_buf_init(&n, 1 << 20);
  wg_buf_init(&d, 1 << 20);
  name_words(or_none(name), &n);
  alias_words(or_none(alias), &n);
  grams_words(address, &d);
  wg_status status = wg_buf_status(&n) || wg_buf_status(&d) ? db_no_memory(err) : db_stmt(db, sql, &st, err);
  if (!status) {
    bind_int(st, 1, id);
    bind_text(st, 2, wg_buf_str(&n));
    bind_text(st, 3, wg_buf_str(&d));
    status = db_run(db, st, err);
  }
  wg_buf_deinit(&n);
  wg_buf_deinit(&d);
  return status;
}

/* The old words leave the text index; it keeps no text of its own, so they are given again. */
static wg_status unindex(struct db *db, int64_t id, wg_err *err) {
  sqlite3_stmt *st;
  bool row;
  wg_status status = db_stmt(db, "SELECT name, address, alias FROM place WHERE id = ?", &st, err);
  if (status) return status;
  bind_int(st, 1, id);
  status = db_step(db, st, &row, err);
  if (status || !row) return status;
  status =
      index_text(db, "INSERT INTO place_text (place_text, rowid, name, address) VALUES ('delete', ?, ?, ?)",
                 id, (const char *)sqlite3_column_text(st, 0), (const char *)sqlite3_column_text(st, 2),
                 (const char *)sqlite3_column_text(st, 1), err);
  sqlite3_reset(st);
  return status;
}

static wg_status on_place_put(wg_store *s, wg_place *p, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_need_txn(db, err);
  if (!status && p->id) status = unindex(db, p->id, err);
  if (!status)
    status = db_stmt(
        db,
        "INSERT OR REPLACE INTO place (id, name, address, kind, x, y, area, alias) VALUES (?, ?, ?, ?, ?, ?, "
        "?, ?)",
        &st, err);
  if (status) return status;
  if (p->id) bind_int(st, 1, p->id);
  bind_text(st, 2, p->name);
  bind_text(st, 3, p->address);
  bind_text(st, 4, p->kind);
  if (p->has_position) {
    bind_int(st, 5, p->at.x);
    bind_int(st, 6, p->at.y);
  }
  bind_text(st, 7, p->area);
  bind_text(st, 8, p->alias);
  status = db_run(db, st, err);
  if (status) return status;
  p->id = sqlite3_last_insert_rowid(db->h);
  return index_text(db, INDEX_ONE, p->id, p->name, p->alias, p->address, err);
}

/* For files whose words were made by other rules. */
wg_status place_index_anew(struct db *db, wg_err *err) {
  sqlite3_stmt *st;
  wg_status status = db_exec(db, "INSERT INTO place_text (place_text) VALUES ('delete-all')", err);
  if (!status) status = db_stmt(db, "SELECT id, name, alias, address FROM place ORDER BY id", &st, err);
  while (!status) {
    bool row;
    status = db_step(db, st, &row, err);
    if (status || !row) break;
    status =
        index_text(db, INDEX_ONE, col_int(st, 0), (const char *)sqlite3_column_text(st, 1),
                   (const char *)sqlite3_column_text(st, 2), (const char *)sqlite3_column_text(st, 3), err);
    if (status) sqlite3_reset(st);
  }
  return status;
}

static wg_status read_place(sqlite3_stmt *st, wg_arena *a, wg_place *p, wg_err *err) {
  memset(p, 0, sizeof *p);
  p->id = col_int(st, 0);
  p->name = col_str(st, 1, a);
  p->address = col_str(st, 2, a);
  p->kind = col_str(st, 3, a);
  p->has_position = !col_null(st, 4);
  p->at = (wg_pt){(int32_t)col_int(st, 4), (int32_t)col_int(st, 5)};
  col_code(st, 6, p->area, sizeof p->area);
  p->alias = col_str(st, 7, a);
  return p->alias && p->name && p->address && p->kind ? WG_OK : db_no_memory(err);
}

static wg_status on_place_get(wg_store *s, wg_arena *a, int64_t id, wg_place *out, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  bool row;
  wg_status status =
      db_stmt(db, "SELECT id, name, address, kind, x, y, area, alias FROM place WHERE id = ?", &st, err);
  if (status) return status;
  bind_int(st, 1, id);
  status = db_step(db, st, &row, err);
  if (status) return status;
  if (!row) return wg_fail(err, WG_NOT_FOUND, "place", WG_T("there is no such place", "没有该地点"));
  status = read_place(st, a, out, err);
  sqlite3_reset(st);
  return status;
}

#define FIND(begins)                                                                                         \
  "SELECT id, name, address, kind, x, y, area, alias FROM place WHERE " begins                               \
  " id IN (SELECT rowid FROM place_text WHERE place_text MATCH ?1 LIMIT 3000) "                              \
  "ORDER BY CASE instr(lower(name), lower(?2)) WHEN 1 THEN 0 WHEN 0 THEN 2 ELSE 1 END, "                     \
  "length(name), length(address), id LIMIT ?3"

/* Names that begin with the text first, then names that hold it, then addresses; short ones first. A word
 * that very many places hold is cut off after some thousands, but not before the names that begin with it. */
static wg_status on_places_find(wg_store *s, wg_arena *a, const char *text, int limit, wg_row_fn fn,
                                void *ctx, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_buf match, begins;
  wg_buf_init(&match, 1 << 16);
  wg_buf_init(&begins, 1 << 16);
  bool words = grams_match(text, false, &match), few = grams_match(text, true, &begins);
  wg_status status = wg_buf_status(&match) || wg_buf_status(&begins) ? db_no_memory(err) : WG_OK;
  if (!status)
    status = db_stmt(
        db,
        few ? FIND("id IN (SELECT rowid FROM place_text WHERE place_text MATCH ?4 LIMIT 2000) OR") : FIND(""),
        &st, err);
  if (!status) {
    bind_text(st, 1, wg_buf_str(&match));
    bind_text(st, 2, text);
    bind_int(st, 3, limit);
    if (few) bind_text(st, 4, wg_buf_str(&begins));
  }
  while (!status && words) {
    bool row;
    wg_place p;
    status = db_step(db, st, &row, err);
    if (status || !row) break;
    status = read_place(st, a, &p, err);
    if (!status) status = fn(ctx, &p);
    if (status) sqlite3_reset(st);
  }
  wg_buf_deinit(&match);
  wg_buf_deinit(&begins);
  return status;
}

/* --- base map ----------------------------------------------------------------------------------------------
 */

static wg_status on_basemap_clear(wg_store *s, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_stmt(db, "DELETE FROM basemap", &st, err);
  return status ? status : db_run(db, st, err);
}

static wg_status on_basemap_put(wg_store *s, const wg_basemap_feature *f, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_stmt(
      db, "INSERT INTO basemap (kind, class, names, geometry_type, bytes) VALUES (?, ?, ?, ?, ?)", &st, err);
  if (status) return status;
  bind_text(st, 1, f->kind);
  bind_text(st, 2, f->class_);
  bind_text(st, 3, f->names);
  bind_int(st, 4, f->geometry);
  bind_blob(st, 5, f->bytes, f->n_bytes);
  return db_run(db, st, err);
}

static wg_status on_basemap_load(wg_store *s, wg_arena *a, wg_row_fn fn, void *ctx, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status =
      db_stmt(db, "SELECT kind, class, names, geometry_type, bytes FROM basemap ORDER BY id", &st, err);
  while (!status) {
    bool row;
    wg_basemap_feature f = {{0}};
    status = db_step(db, st, &row, err);
    if (status || !row) break;
    col_code(st, 0, f.kind, sizeof f.kind);
    col_code(st, 1, f.class_, sizeof f.class_);
    f.names = col_str(st, 2, a);
    f.geometry = (int)col_int(st, 3);
    f.n_bytes = (size_t)sqlite3_column_bytes(st, 4);
    unsigned char *bytes = wg_arena_alloc(a, f.n_bytes + 1);
    if (bytes && f.n_bytes) memcpy(bytes, sqlite3_column_blob(st, 4), f.n_bytes);
    f.bytes = bytes;
    status = bytes && f.names ? fn(ctx, &f) : db_no_memory(err);
    if (status) sqlite3_reset(st);
  }
  return status;
}

void db_fill_place(wg_store *s) {
  s->place_put = on_place_put;
  s->place_get = on_place_get;
  s->places_find = on_places_find;
  s->basemap_clear = on_basemap_clear;
  s->basemap_put = on_basemap_put;
  s->basemap_load = on_basemap_load;
}
