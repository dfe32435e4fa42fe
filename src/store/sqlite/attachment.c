/* Files on incidents: the rows. The bytes lie in PATH.files; files_*.c look after them. */
#include <string.h>

#include "db.h"

#define COLUMNS                                                                                              \
  "SELECT a.id, a.incident, a.seq, a.at, a.account, a.kind, a.hash, a.size, a.media, a.width, a.height, "    \
  "a.erased_by, n.text, m.text, c.text FROM attachment a "                                                   \
  "LEFT JOIN event_private n ON n.seq = a.seq AND n.field = 'name' "                                         \
  "LEFT JOIN event_private m ON m.seq = a.seq AND m.field = 'note' "                                         \
  "LEFT JOIN event_private c ON c.seq = a.seq AND c.field = 'camera' "

static wg_status text_of(sqlite3_stmt *st, int i, wg_arena *a, const char **out) {
  *out = col_null(st, i) ? NULL : col_str(st, i, a);
  return *out || col_null(st, i) ? WG_OK : WG_NO_MEMORY;
}

static wg_status read_row(sqlite3_stmt *st, wg_arena *a, wg_attachment *x, wg_err *err) {
  memset(x, 0, sizeof *x);
  x->id = col_int(st, 0);
  x->incident = col_int(st, 1);
  x->seq = col_int(st, 2);
  x->at = col_int(st, 3);
  x->account = col_int(st, 4);
  col_code(st, 5, x->kind, sizeof x->kind);
  if (!col_bytes(st, 6, x->sha, WG_HASH_LEN)) return db_corrupt(err, "attachment");
  x->size = col_int(st, 7);
  col_code(st, 8, x->media, sizeof x->media);
  x->width = col_int(st, 9);
  x->height = col_int(st, 10);
  x->erased_by = col_int(st, 11);
  wg_status status = text_of(st, 12, a, &x->name);
  if (!status) status = text_of(st, 13, a, &x->note);
  if (!status) status = text_of(st, 14, a, &x->camera);
  return status;
}

static wg_status on_put(wg_store *s, wg_attachment *x, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_need_txn(db, err);
  if (!status)
    status =
        db_stmt(db,
                "INSERT INTO attachment (incident, seq, at, account, kind, hash, size, media, width, height) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                &st, err);
  if (status) return status;
  bind_int(st, 1, x->incident);
  bind_int(st, 2, x->seq);
  bind_int(st, 3, x->at);
  bind_int(st, 4, x->account);
  bind_text(st, 5, x->kind);
  bind_blob(st, 6, x->sha, WG_HASH_LEN);
  bind_int(st, 7, x->size);
  bind_text(st, 8, x->media);
  bind_int(st, 9, x->width);
  bind_int(st, 10, x->height);
  status = db_run(db, st, err);
  if (!status) x->id = sqlite3_last_insert_rowid(db->h);
  return status;
}

static wg_status on_list(wg_store *s, wg_arena *a, int64_t incident, wg_row_fn fn, void *ctx, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_stmt(db, COLUMNS "WHERE a.incident = ? ORDER BY a.id", &st, err);
  if (status) return status;
  bind_int(st, 1, incident);
  for (;;) {
    bool row;
    wg_attachment x;
    status = db_step(db, st, &row, err);
    if (status || !row) return status;
    status = read_row(st, a, &x, err);
    if (!status) status = fn(ctx, &x);
    if (!status) continue;
    sqlite3_reset(st);
    return status;
  }
}

static wg_status one(struct db *db, sqlite3_stmt *st, wg_arena *a, int64_t key, wg_attachment *out,
                     wg_err *err) {
  bool row;
  bind_int(st, 1, key);
  wg_status status = db_step(db, st, &row, err);
  if (status) return status;
  if (!row) return wg_fail(err, WG_NOT_FOUND, "id", WG_T("there is no such attachment", "没有该附件"));
  status = read_row(st, a, out, err);
  sqlite3_reset(st);
  return status;
}

static wg_status on_get(wg_store *s, wg_arena *a, int64_t id, wg_attachment *out, wg_err *err) {
  sqlite3_stmt *st;
  wg_status status = db_stmt(db_of(s), COLUMNS "WHERE a.id = ?", &st, err);
  return status ? status : one(db_of(s), st, a, id, out, err);
}

static wg_status on_of_event(wg_store *s, wg_arena *a, int64_t seq, wg_attachment *out, wg_err *err) {
  sqlite3_stmt *st;
  wg_status status = db_stmt(db_of(s), COLUMNS "WHERE a.seq = ?", &st, err);
  return status ? status : one(db_of(s), st, a, seq, out, err);
}

static wg_status on_erase(wg_store *s, int64_t id, int64_t by, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_need_txn(db, err);
  if (!status)
    status = db_stmt(db, "UPDATE attachment SET erased_by = ?2 WHERE id = ?1 AND erased_by = 0", &st, err);
  if (status) return status;
  bind_int(st, 1, id);
  bind_int(st, 2, by);
  status = db_run(db, st, err);
  if (status || sqlite3_changes(db->h)) return status;
  return wg_fail(err, WG_NOT_FOUND, "attachments", WG_T("there is no such attachment", "没有该附件"));
}

static wg_status on_uses(wg_store *s, const unsigned char sha[WG_HASH_LEN], int64_t *n, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  bool row;
  *n = 0;
  wg_status status =
      db_stmt(db, "SELECT count(*) FROM attachment WHERE hash = ? AND erased_by = 0", &st, err);
  if (status) return status;
  bind_blob(st, 1, sha, WG_HASH_LEN);
  status = db_step(db, st, &row, err);
  if (status) return status;
  if (row) *n = col_int(st, 0);
  sqlite3_reset(st);
  return WG_OK;
}

static wg_status on_hashes(wg_store *s, int64_t first, int64_t last, wg_row_fn fn, void *ctx, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_stmt(db, "SELECT hash FROM event WHERE seq BETWEEN ? AND ? ORDER BY seq", &st, err);
  if (status) return status;
  bind_int(st, 1, first);
  bind_int(st, 2, last);
  for (;;) {
    bool row;
    unsigned char hash[WG_HASH_LEN];
    status = db_step(db, st, &row, err);
    if (status || !row) return status;
    status = col_bytes(st, 0, hash, WG_HASH_LEN) ? fn(ctx, hash) : db_corrupt(err, "event");
    if (!status) continue;
    sqlite3_reset(st);
    return status;
  }
}

void db_fill_attachment(wg_store *s) {
  s->attachment_put = on_put;
  s->attachments = on_list;
  s->attachment_get = on_get;
  s->attachment_of_event = on_of_event;
  s->attachment_erase = on_erase;
  s->attachment_uses = on_uses;
  s->event_hashes = on_hashes;
}
