/* Webhooks, and what waits to be brought by one of them or by the command. */
#include "db.h"

static bool read_webhook(sqlite3_stmt *st, wg_arena *a, wg_webhook *h) {
  h->id = col_int(st, 0);
  h->name = col_str(st, 1, a);
  h->url = col_str(st, 2, a);
  h->secret = col_str(st, 3, a);
  col_code(st, 4, h->area, sizeof h->area);
  h->kinds = col_str(st, 5, a);
  h->enabled = col_int(st, 6) != 0;
  h->created_at = col_int(st, 7);
  h->created_by = col_int(st, 8);
  return h->name && h->url && h->secret && h->kinds;
}

static wg_status on_webhooks_load(wg_store *s, wg_arena *a, wg_webhook **out, int *n, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  *n = 0;
  wg_webhook *all = wg_arena_alloc(a, WG_WEBHOOKS * sizeof *all);
  if (!all) return db_no_memory(err);
  wg_status status =
      db_stmt(db,
              "SELECT id, name, url, secret, area, kinds, enabled, created_at, created_by FROM "
              "webhook ORDER BY id LIMIT 64",
              &st, err);
  while (!status) {
    bool row;
    status = db_step(db, st, &row, err);
    if (status || !row) break;
    if (*n < WG_WEBHOOKS && read_webhook(st, a, &all[(*n)++])) continue;
    sqlite3_reset(st);
    status = db_no_memory(err);
  }
  *out = all;
  return status;
}

static wg_status on_webhook_put(wg_store *s, wg_webhook *h, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_need_txn(db, err);
  if (!status)
    status =
        db_stmt(db,
                "INSERT OR REPLACE INTO webhook (id, name, url, secret, area, kinds, enabled, created_at, "
                "created_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                &st, err);
  if (status) return status;
  if (h->id) bind_int(st, 1, h->id);
  bind_text(st, 2, h->name);
  bind_text(st, 3, h->url);
  bind_text(st, 4, h->secret);
  bind_text(st, 5, h->area);
  bind_text(st, 6, h->kinds);
  bind_int(st, 7, h->enabled);
  bind_int(st, 8, h->created_at);
  bind_int(st, 9, h->created_by);
  status = db_run(db, st, err);
  if (!status && !h->id) h->id = sqlite3_last_insert_rowid(db->h);
  return status;
}

static wg_status on_webhook_drop(wg_store *s, int64_t id, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_need_txn(db, err);
  if (!status) status = db_stmt(db, "DELETE FROM letter WHERE channel = ?", &st, err);
  if (status) return status;
  bind_int(st, 1, id);
  status = db_run(db, st, err);
  if (!status) status = db_stmt(db, "DELETE FROM webhook WHERE id = ?", &st, err);
  if (status) return status;
  bind_int(st, 1, id);
  return db_run(db, st, err);
}

static wg_status on_letter_put(wg_store *s, const wg_letter *l, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_need_txn(db, err);
  if (!status)
    status =
        db_stmt(db,
                "INSERT OR IGNORE INTO letter (channel, incident, seq, account, kind, at, next_at, tries, "
                "dead, error) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, '')",
                &st, err);
  if (status) return status;
  bind_int(st, 1, l->channel);
  bind_int(st, 2, l->incident);
  bind_int(st, 3, l->seq);
  bind_int(st, 4, l->account);
  bind_text(st, 5, l->kind);
  bind_int(st, 6, l->at);
  bind_int(st, 7, l->next_at);
  return db_run(db, st, err);
}

static wg_status each_letter(struct db *db, sqlite3_stmt *st, wg_arena *a, wg_row_fn fn, void *ctx,
                             wg_err *err) {
  wg_status status = WG_OK;
  while (!status) {
    bool row;
    status = db_step(db, st, &row, err);
    if (status || !row) return status;
    wg_letter l = {.id = col_int(st, 0),
                   .channel = col_int(st, 1),
                   .incident = col_int(st, 2),
                   .seq = col_int(st, 3),
                   .account = col_int(st, 4),
                   .kind = col_str(st, 5, a),
                   .at = col_int(st, 6),
                   .next_at = col_int(st, 7),
                   .tries = col_int(st, 8),
                   .dead = col_int(st, 9) != 0,
                   .error = col_str(st, 10, a)};
    status = l.kind && l.error ? fn(ctx, &l) : db_no_memory(err);
  }
  sqlite3_reset(st);
  return status;
}

static wg_status on_letters_due(wg_store *s, wg_arena *a, int64_t channel, int64_t now, int limit,
                                wg_row_fn fn, void *ctx, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status =
      db_stmt(db,
              "SELECT id, channel, incident, seq, account, kind, at, next_at, tries, dead, error FROM letter "
              "AS l WHERE dead = 0 AND channel = ? AND next_at <= ? AND NOT EXISTS (SELECT 1 FROM letter AS "
              "e WHERE e.dead = 0 "
              "AND e.channel = l.channel AND e.incident = l.incident AND e.account = l.account AND e.seq < "
              "l.seq) ORDER BY next_at, id LIMIT ?",
              &st, err);
  if (status) return status;
  bind_int(st, 1, channel);
  bind_int(st, 2, now);
  bind_int(st, 3, limit);
  return each_letter(db, st, a, fn, ctx, err);
}

static wg_status on_letters_next(wg_store *s, int64_t *at, wg_err *err) {
  return db_int(db_of(s), "SELECT coalesce(min(next_at), 9223372036854775807) FROM letter WHERE dead = 0", at,
                err);
}

static wg_status on_letter_drop(wg_store *s, int64_t id, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_need_txn(db, err);
  if (!status) status = db_stmt(db, "DELETE FROM letter WHERE id = ?", &st, err);
  if (status) return status;
  bind_int(st, 1, id);
  return db_run(db, st, err);
}

static wg_status on_letter_failed(wg_store *s, const wg_letter *l, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_need_txn(db, err);
  if (!status)
    status =
        db_stmt(db, "UPDATE letter SET tries = ?, next_at = ?, dead = ?, error = ? WHERE id = ?", &st, err);
  if (status) return status;
  bind_int(st, 1, l->tries);
  bind_int(st, 2, l->next_at);
  bind_int(st, 3, l->dead);
  bind_text(st, 4, l->error);
  bind_int(st, 5, l->id);
  status = db_run(db, st, err);
  if (status || l->dead) return status;
  status =
      db_stmt(db,
              "UPDATE letter SET next_at = ?1 WHERE dead = 0 AND channel = ?2 AND incident = ?3 AND account "
              "= ?4 AND seq > ?5 AND next_at < ?1",
              &st, err);
  if (status) return status;
  bind_int(st, 1, l->next_at);
  bind_int(st, 2, l->channel);
  bind_int(st, 3, l->incident);
  bind_int(st, 4, l->account);
  bind_int(st, 5, l->seq);
  return db_run(db, st, err);
}

static wg_status on_letters_dead(wg_store *s, wg_arena *a, int64_t channel, int64_t before_id, int limit,
                                 wg_row_fn fn, void *ctx, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status =
      db_stmt(db,
              "SELECT id, channel, incident, seq, account, kind, at, next_at, tries, dead, error "
              "FROM letter WHERE dead = 1 AND id < ?1 AND (?2 < 0 OR channel = ?2) ORDER BY id "
              "DESC LIMIT ?3",
              &st, err);
  if (status) return status;
  bind_int(st, 1, before_id ? before_id : INT64_MAX);
  bind_int(st, 2, channel);
  bind_int(st, 3, limit);
  return each_letter(db, st, a, fn, ctx, err);
}

static wg_status on_letters_replay(wg_store *s, int64_t id, int64_t channel, int64_t now, int64_t *n,
                                   wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_need_txn(db, err);
  if (!status)
    status = db_stmt(
        db,
        "UPDATE letter SET dead = 0, tries = 0, next_at = ?1 WHERE dead = 1 AND (?2 = 0 OR id = ?2) AND "
        "(?3 < 0 OR channel = ?3)",
        &st, err);
  if (status) return status;
  bind_int(st, 1, now);
  bind_int(st, 2, id);
  bind_int(st, 3, channel);
  status = db_run(db, st, err);
  if (!status) *n = sqlite3_changes(db->h);
  return status;
}

void db_fill_letter(wg_store *s) {
  s->webhooks_load = on_webhooks_load;
  s->webhook_put = on_webhook_put;
  s->webhook_drop = on_webhook_drop;
  s->letter_put = on_letter_put;
  s->letters_due = on_letters_due;
  s->letters_next = on_letters_next;
  s->letter_drop = on_letter_drop;
  s->letter_failed = on_letter_failed;
  s->letters_dead = on_letters_dead;
  s->letters_replay = on_letters_replay;
}
