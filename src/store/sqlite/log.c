/* The log: events, their personal side rows, large content by hash. See docs/event-log.md. */
#include <stdlib.h>
#include <string.h>

#include "base/compress.h"
#include "db.h"
#include "names.h"

enum { WG_CONTENT_MOST = 1000000000 };

static wg_status on_head(wg_store *s, wg_store_head *out, wg_err *err) {
  struct db *db = db_of(s);
  if (!db->head_dirty) {
    struct head keep = db->head;
    wg_status status = db_head_read(db, err);
    if (status) {
      db->head = keep;
      return status;
    }
  }
  out->seq = db->head.seq;
  memcpy(out->hash, db->head.hash, WG_HASH_LEN);
  return WG_OK;
}

/* --- append --------------------------------------------------------------------------------- */

struct explain {
  struct db *db;
  const wg_private *priv;
  int n, found;
  wg_err *err;
};

/* Every hash that a body names must lead somewhere: to a side row of this event, or to content. */
static wg_status explain(void *ctx, const char *field, size_t n_field, const char *hex) {
  struct explain *x = ctx;
  unsigned char hash[WG_HASH_LEN];
  if (!names_unhex(hex, hash)) return WG_OK;
  for (int i = 0; i < x->n; i++)
    if (strlen(x->priv[i].field) == n_field && memcmp(x->priv[i].field, field, n_field) == 0 &&
        memcmp(x->priv[i].hash, hash, WG_HASH_LEN) == 0) {
      x->found++;
      return WG_OK;
    }
  sqlite3_stmt *st;
  bool row = false;
  wg_status status = db_stmt(x->db, "SELECT 1 FROM content WHERE hash = ?", &st, x->err);
  if (status) return status;
  bind_blob(st, 1, hash, WG_HASH_LEN);
  status = db_step(x->db, st, &row, x->err);
  sqlite3_reset(st);
  if (status || row) return status;
  return wg_fail(
      x->err, WG_INTERNAL, NULL,
      WG_T("the event's %.*s names a hash of nothing that is stored", "日志的 %.*s 所指的哈希没有对应内容"),
      (int)n_field, field);
}

static wg_status check_names(struct db *db, const wg_event *e, const wg_private *priv, int n, wg_err *err) {
  struct explain x = {db, priv, n, 0, err};
  wg_status status = names_each(e->body, strlen(e->body), explain, &x);
  if (status || x.found == n) return status;
  return wg_fail(
      err, WG_INTERNAL, NULL,
      WG_T("the body of %s names %d of %d personal texts", "%s 的正文只写明了 %d / %d 个个人信息哈希"),
      e->kind, x.found, n);
}

static wg_status insert_event(struct db *db, const wg_event *e, wg_err *err) {
  sqlite3_stmt *st;
  wg_status status =
      db_stmt(db,
              "INSERT INTO event (seq, at, actor, kind, subject, body, algorithm, prev_hash, hash) "
              "VALUES (?, ?, ?, ?, ?, ?, '" WG_HASH_NAME "', ?, ?)",
              &st, err);
  if (status) return status;
  bind_int(st, 1, e->seq);
  bind_int(st, 2, e->at);
  bind_int(st, 3, e->actor);
  bind_text(st, 4, e->kind);
  bind_text(st, 5, e->subject);
  bind_text(st, 6, e->body);
  bind_blob(st, 7, e->prev_hash, WG_HASH_LEN);
  bind_blob(st, 8, e->hash, WG_HASH_LEN);
  return db_run(db, st, err);
}

static wg_status insert_private(struct db *db, int64_t seq, const wg_private *p, wg_err *err) {
  sqlite3_stmt *st;
  wg_status status =
      db_stmt(db, "INSERT INTO event_private (seq, field, salt, text) VALUES (?, ?, ?, ?)", &st, err);
  if (status) return status;
  bind_int(st, 1, seq);
  bind_text(st, 2, p->field);
  bind_blob(st, 3, p->salt, WG_SALT_LEN);
  bind_text(st, 4, p->text);
  return db_run(db, st, err);
}

/* An incident just inserted counts on its first event being the next one. */
static wg_status meet_expectation(struct db *db, const wg_event *e, wg_err *err) {
  if (!db->expects) return WG_OK;
  char subject[40];
  sqlite3_snprintf(sizeof subject, subject, "incident/%lld", (long long)db->expects);
  if (strcmp(subject, e->subject) != 0)
    return wg_fail(err, WG_INTERNAL, NULL,
                   WG_T("the next event must be the first of %s", "下一条日志必须是 %s 的首条"), subject);
  db->expects = 0;
  return WG_OK;
}

static wg_status on_event_append(wg_store *s, wg_event *e, const wg_private *priv, int n_priv, wg_err *err) {
  struct db *db = db_of(s);
  wg_status status = db_need_txn(db, err);
  if (!status) status = check_names(db, e, priv, n_priv, err);
  if (!status) status = meet_expectation(db, e, err);
  if (status) return status;
  e->seq = db->head.seq + 1;
  if (e->at < db->head.at) e->at = db->head.at;
  memcpy(e->prev_hash, db->head.hash, WG_HASH_LEN);
  wg_event_hash(e, e->hash);
  status = insert_event(db, e, err);
  for (int i = 0; !status && i < n_priv; i++) status = insert_private(db, e->seq, &priv[i], err);
  if (status) return status;
  db->head.seq = e->seq;
  db->head.at = e->at;
  memcpy(db->head.hash, e->hash, WG_HASH_LEN);
  db->head_dirty = true;
  return WG_OK;
}

/* Text and salt are overwritten in the file (secure_delete); what lies in older backups is their keeper's. */
static wg_status on_erase(wg_store *s, int64_t seq, const char *field, int64_t by, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_need_txn(db, err);
  if (!status)
    status = db_stmt(db,
                     "UPDATE event_private SET text = NULL, salt = NULL, erased_by = ?3 "
                     "WHERE seq = ?1 AND field = ?2 AND text IS NOT NULL",
                     &st, err);
  if (status) return status;
  bind_int(st, 1, seq);
  bind_text(st, 2, field);
  bind_int(st, 3, by);
  status = db_run(db, st, err);
  if (status) return status;
  if (sqlite3_changes(db->h) == 0)
    return wg_fail(err, WG_NOT_FOUND, "field",
                   WG_T("event %lld has no personal text %s", "日志 %lld 没有个人信息 %s"), (long long)seq,
                   field);
  /* tend(), on whatever connection, then cuts the log, where the old page still stands. */
  status = db_stmt(db, "UPDATE watermark SET done = ? WHERE name = 'erased'", &st, err);
  if (status) return status;
  bind_int(st, 1, by);
  return db_run(db, st, err);
}

/* --- read ----------------------------------------------------------------------------------- */

static wg_status give_event(struct db *db, sqlite3_stmt *st, wg_arena *a, wg_row_fn fn, void *ctx,
                            wg_err *err) {
  (void)db;
  wg_event e = {.seq = col_int(st, 0), .at = col_int(st, 1), .actor = col_int(st, 2)};
  e.kind = col_str(st, 3, a);
  e.subject = col_str(st, 4, a);
  e.body = col_str(st, 5, a);
  if (!e.kind || !e.subject || !e.body) return db_no_memory(err);
  if (!col_bytes(st, 6, e.prev_hash, WG_HASH_LEN) || !col_bytes(st, 7, e.hash, WG_HASH_LEN))
    return db_corrupt(err, "event");
  return fn(ctx, &e);
}

static wg_status walk_events(struct db *db, sqlite3_stmt *st, wg_arena *a, wg_row_fn fn, void *ctx,
                             wg_err *err) {
  for (;;) {
    bool row;
    wg_status status = db_step(db, st, &row, err);
    if (status || !row) return status;
    status = give_event(db, st, a, fn, ctx, err);
    if (!status) continue;
    sqlite3_reset(st);
    return status;
  }
}

#define EVENT_COLUMNS "seq, at, actor, kind, subject, body, prev_hash, hash"

static wg_status on_events_since(wg_store *s, wg_arena *a, int64_t seq, int limit, wg_row_fn fn, void *ctx,
                                 wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status =
      db_stmt(db, "SELECT " EVENT_COLUMNS " FROM event WHERE seq > ? ORDER BY seq LIMIT ?", &st, err);
  if (status) return status;
  bind_int(st, 1, seq);
  bind_int(st, 2, limit);
  return walk_events(db, st, a, fn, ctx, err);
}

static wg_status on_events_of(wg_store *s, wg_arena *a, const char *subject, int64_t seq, int limit,
                              wg_row_fn fn, void *ctx, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_stmt(
      db, "SELECT " EVENT_COLUMNS " FROM event WHERE subject = ? AND seq > ? ORDER BY seq LIMIT ?", &st, err);
  if (status) return status;
  bind_text(st, 1, subject);
  bind_int(st, 2, seq);
  bind_int(st, 3, limit);
  return walk_events(db, st, a, fn, ctx, err);
}

static wg_status on_privates_of(wg_store *s, wg_arena *a, int64_t seq, wg_row_fn fn, void *ctx, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status =
      db_stmt(db, "SELECT field, salt, text FROM event_private WHERE seq = ? ORDER BY field", &st, err);
  if (status) return status;
  bind_int(st, 1, seq);
  for (;;) {
    bool row;
    status = db_step(db, st, &row, err);
    if (status || !row) return status;
    wg_private p = {.field = col_str(st, 0, a), .text = col_null(st, 2) ? NULL : col_str(st, 2, a)};
    if (!p.field || (!p.text && !col_null(st, 2))) status = db_no_memory(err);
    if (p.text && !col_bytes(st, 1, p.salt, WG_SALT_LEN)) status = db_corrupt(err, "event_private");
    if (p.text) wg_hash_salted(p.salt, p.text, strlen(p.text), p.hash);
    if (!status) status = fn(ctx, &p);
    if (!status) continue;
    sqlite3_reset(st);
    return status;
  }
}

/* --- content -------------------------------------------------------------------------------- */

static wg_status content_there(struct db *db, const unsigned char hash[WG_HASH_LEN], bool *there,
                               wg_err *err) {
  sqlite3_stmt *st;
  wg_status status = db_stmt(db, "SELECT 1 FROM content WHERE hash = ?", &st, err);
  if (status) return status;
  bind_blob(st, 1, hash, WG_HASH_LEN);
  status = db_step(db, st, there, err);
  sqlite3_reset(st);
  return status;
}

static wg_status insert_content(struct db *db, const unsigned char *hash, size_t size, const char *coding,
                                const void *bytes, size_t n, wg_err *err) {
  unsigned char stored[WG_HASH_LEN];
  wg_hash(bytes, n, stored);
  sqlite3_stmt *st;
  wg_status status = db_stmt(
      db, "INSERT INTO content (hash, size, coding, stored_hash, bytes) VALUES (?, ?, ?, ?, ?)", &st, err);
  if (status) return status;
  bind_blob(st, 1, hash, WG_HASH_LEN);
  bind_int(st, 2, (int64_t)size);
  bind_text(st, 3, coding);
  bind_blob(st, 4, stored, WG_HASH_LEN);
  bind_blob(st, 5, bytes, n);
  return db_run(db, st, err);
}

static wg_status on_content_put(wg_store *s, const void *bytes, size_t n, unsigned char hash[WG_HASH_LEN],
                                wg_err *err) {
  struct db *db = db_of(s);
  bool there = false;
  wg_hash(bytes, n, hash);
  wg_status status = db_need_txn(db, err);
  if (!status && n > WG_CONTENT_MOST) status = db_fail(db, SQLITE_TOOBIG, err);
  if (!status) status = content_there(db, hash, &there, err);
  if (status || there) return status;
  wg_buf zip;
  wg_buf_init(&zip, WG_CONTENT_MOST + 65536);
  if (n > 256 && wg_gzip(bytes, n, 1, &zip) == WG_OK && zip.len < n - n / 16)
    status = insert_content(db, hash, n, "gzip", zip.data, zip.len, err);
  else
    status = insert_content(db, hash, n, "", bytes, n, err);
  wg_buf_deinit(&zip);
  return status;
}

static void free_buf(void *data) { free(data); }

static wg_status unpack(sqlite3_stmt *st, wg_arena *a, const void **bytes, size_t *n, wg_err *err) {
  const void *raw = sqlite3_column_blob(st, 2);
  size_t n_raw = (size_t)sqlite3_column_bytes(st, 2), size = (size_t)col_int(st, 0);
  const char *coding = (const char *)sqlite3_column_text(st, 1);
  if (size > WG_CONTENT_MOST || !coding) return WG_CORRUPT;
  if (strcmp(coding, "gzip") != 0) {
    void *copy = wg_arena_alloc(a, n_raw + 1);
    if (!copy) return db_no_memory(err);
    if (n_raw) memcpy(copy, raw, n_raw);
    *bytes = copy;
    *n = n_raw;
    return n_raw == size ? WG_OK : WG_CORRUPT;
  }
  wg_buf buf;
  wg_buf_init(&buf, size + 4096);
  wg_buf_reserve(&buf, size + 1);
  wg_status status = wg_gunzip(raw, n_raw, size + 1, &buf);
  if (!status && buf.len != size) status = WG_CORRUPT;
  if (status) {
    wg_buf_deinit(&buf);
    return status == WG_NO_MEMORY ? db_no_memory(err) : WG_CORRUPT;
  }
  *bytes = wg_buf_take(&buf, n);
  return wg_arena_defer(a, free_buf, (void *)(uintptr_t)*bytes) == 0 ? WG_OK : db_no_memory(err);
}

static wg_status on_content_get(wg_store *s, wg_arena *a, const unsigned char hash[WG_HASH_LEN],
                                const void **bytes, size_t *n, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  bool row = false;
  wg_status status = db_stmt(db, "SELECT size, coding, bytes FROM content WHERE hash = ?", &st, err);
  if (status) return status;
  bind_blob(st, 1, hash, WG_HASH_LEN);
  status = db_step(db, st, &row, err);
  if (status) return status;
  if (!row) return wg_fail(err, WG_NOT_FOUND, "content", WG_T("there is no such content", "没有该内容"));
  status = unpack(st, a, bytes, n, err);
  sqlite3_reset(st);
  unsigned char again[WG_HASH_LEN];
  if (!status) wg_hash(*bytes, *n, again);
  if (!status && memcmp(again, hash, WG_HASH_LEN) != 0) status = WG_CORRUPT;
  return status == WG_CORRUPT ? db_corrupt(err, "content") : status;
}

void db_fill_log(wg_store *s) {
  s->head = on_head;
  s->event_append = on_event_append;
  s->erase = on_erase;
  s->events_since = on_events_since;
  s->events_of = on_events_of;
  s->privates_of = on_privates_of;
  s->content_put = on_content_put;
  s->content_get = on_content_get;
}
