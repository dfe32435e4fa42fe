/* Accounts, grants, sessions. */
#include <string.h>

#include "db.h"

static wg_status load_accounts(struct db *db, wg_arena *a, wg_account **out, uint32_t *n, wg_err *err) {
  int64_t rows = 0;
  sqlite3_stmt *st;
  *n = 0;
  wg_status status = db_int(db, "SELECT count(*) FROM account", &rows, err);
  if (status) return status;
  *out = wg_arena_alloc(a, (size_t)(rows ? rows : 1) * sizeof **out);
  if (!*out) return db_no_memory(err);
  status = db_stmt(
      db, "SELECT id, name, password, coalesce(staff, 0), disabled, demo FROM account ORDER BY id", &st, err);
  while (!status) {
    bool row;
    status = db_step(db, st, &row, err);
    if (status || !row) break;
    if (*n == rows) {
      sqlite3_reset(st);
      break;
    }
    wg_account *x = &(*out)[(*n)++];
    x->id = col_int(st, 0);
    col_code(st, 1, x->name, sizeof x->name);
    col_code(st, 2, x->password, sizeof x->password);
    x->staff = col_int(st, 3);
    x->disabled = col_int(st, 4) != 0;
    x->demo = col_int(st, 5) != 0;
  }
  return status;
}

static wg_status load_grants(struct db *db, wg_arena *a, wg_grant **out, uint32_t *n, wg_err *err) {
  int64_t rows = 0;
  sqlite3_stmt *st;
  *n = 0;
  wg_status status = db_int(db, "SELECT count(*) FROM account_grant", &rows, err);
  if (status) return status;
  *out = wg_arena_alloc(a, (size_t)(rows ? rows : 1) * sizeof **out);
  if (!*out) return db_no_memory(err);
  status = db_stmt(
      db, "SELECT account, role, org, area, start, stop FROM account_grant ORDER BY account, role, org, area",
      &st, err);
  while (!status) {
    bool row;
    status = db_step(db, st, &row, err);
    if (status || !row) break;
    int64_t role = col_int(st, 1);
    if (*n == rows || role < 0 || role >= WG_ROLES) {
      sqlite3_reset(st);
      return *n == rows ? WG_OK : db_corrupt(err, "account_grant");
    }
    wg_grant *x = &(*out)[(*n)++];
    x->account = col_int(st, 0);
    x->role = (wg_role)role;
    col_code(st, 2, x->org, sizeof x->org);
    col_code(st, 3, x->area, sizeof x->area);
    x->from = col_int(st, 4);
    x->until = col_int(st, 5);
  }
  return status;
}

static wg_status on_accounts_load(wg_store *s, wg_arena *a, wg_account **acc, uint32_t *n, wg_grant **grants,
                                  uint32_t *n_grants, wg_err *err) {
  struct db *db = db_of(s);
  wg_status status = s->read_begin(s, err);
  if (status) return status;
  if (!status) status = load_accounts(db, a, acc, n, err);
  if (!status) status = load_grants(db, a, grants, n_grants, err);
  s->read_end(s);
  return status;
}

static wg_status on_account_put(wg_store *s, wg_account *x, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  bool row = false;
  wg_status status =
      db_stmt(db,
              "INSERT INTO account (name, password, staff, disabled, demo) VALUES (?1, ?2, ?3, ?4, ?5) "
              "ON CONFLICT (name) DO UPDATE SET password = ?2, staff = ?3, disabled = ?4, demo = ?5 "
              "RETURNING id",
              &st, err);
  if (status) return status;
  bind_text(st, 1, x->name);
  bind_text(st, 2, x->password);
  if (x->staff) bind_int(st, 3, x->staff);
  bind_int(st, 4, x->disabled);
  bind_int(st, 5, x->demo);
  status = db_step(db, st, &row, err);
  if (row) x->id = col_int(st, 0);
  sqlite3_reset(st);
  return status;
}

static wg_status on_account_update(wg_store *s, const wg_account *x, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_stmt(db,
                             "UPDATE account SET name = ?2, password = ?3, staff = ?4, disabled = ?5, "
                             "demo = ?6 WHERE id = ?1",
                             &st, err);
  if (status) return status;
  bind_int(st, 1, x->id);
  bind_text(st, 2, x->name);
  bind_text(st, 3, x->password);
  if (x->staff) bind_int(st, 4, x->staff);
  bind_int(st, 5, x->disabled);
  bind_int(st, 6, x->demo);
  return db_run(db, st, err);
}

static wg_status on_grant_put(wg_store *s, const wg_grant *g, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_stmt(db,
                             "INSERT OR REPLACE INTO account_grant (account, role, org, area, start, stop) "
                             "VALUES (?, ?, ?, ?, ?, ?)",
                             &st, err);
  if (status) return status;
  bind_int(st, 1, g->account);
  bind_int(st, 2, g->role);
  bind_text(st, 3, g->org);
  bind_text(st, 4, g->area);
  bind_int(st, 5, g->from);
  bind_int(st, 6, g->until);
  return db_run(db, st, err);
}

static wg_status on_grants_replace(wg_store *s, int64_t account, const wg_grant *grants, int n, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_need_txn(db, err);
  if (!status) status = db_stmt(db, "DELETE FROM account_grant WHERE account = ?", &st, err);
  if (status) return status;
  bind_int(st, 1, account);
  status = db_run(db, st, err);
  for (int i = 0; !status && i < n; i++) {
    wg_grant g = grants[i];
    g.account = account;
    status = on_grant_put(s, &g, err);
  }
  return status;
}

static wg_status on_last_sign_in(wg_store *s, int64_t account, int64_t *out, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  bool row = false;
  *out = 0;
  wg_status status = db_stmt(
      db, "SELECT max(at) FROM access_log WHERE account = ? AND what = 'sign-in' AND ok = 1", &st, err);
  if (status) return status;
  bind_int(st, 1, account);
  status = db_step(db, st, &row, err);
  if (row) *out = col_int(st, 0);
  sqlite3_reset(st);
  return status;
}

/* --- sessions ------------------------------------------------------------------------------- */

static wg_status on_session_put(wg_store *s, const wg_session *x, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_stmt(db,
                             "INSERT OR REPLACE INTO session (token_hash, account, created_at, expires_at, "
                             "kind) VALUES (?, ?, ?, ?, ?)",
                             &st, err);
  if (status) return status;
  bind_blob(st, 1, x->token_hash, WG_HASH_LEN);
  bind_int(st, 2, x->account);
  bind_int(st, 3, x->created_at);
  bind_int(st, 4, x->expires_at);
  bind_text(st, 5, x->kind);
  return db_run(db, st, err);
}

static wg_status on_session_delete(wg_store *s, const unsigned char token_hash[WG_HASH_LEN], wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_stmt(db, "DELETE FROM session WHERE token_hash = ?", &st, err);
  if (status) return status;
  bind_blob(st, 1, token_hash, WG_HASH_LEN);
  return db_run(db, st, err);
}

static wg_status on_sessions_load(wg_store *s, wg_arena *a, int64_t now, wg_session **out, uint32_t *n,
                                  wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  int64_t rows = 0;
  *n = 0;
  wg_status status = db_int(db, "SELECT count(*) FROM session", &rows, err);
  if (status) return status;
  *out = wg_arena_alloc(a, (size_t)(rows ? rows : 1) * sizeof **out);
  if (!*out) return db_no_memory(err);
  status = db_stmt(db,
                   "SELECT token_hash, account, created_at, expires_at, kind FROM session "
                   "WHERE expires_at = 0 OR expires_at > ?1 LIMIT ?2",
                   &st, err);
  if (status) return status;
  bind_int(st, 1, now);
  bind_int(st, 2, rows);
  while (!status) {
    bool row;
    status = db_step(db, st, &row, err);
    if (status || !row) break;
    wg_session *x = &(*out)[(*n)++];
    bool whole = col_bytes(st, 0, x->token_hash, WG_HASH_LEN);
    x->account = col_int(st, 1);
    x->created_at = col_int(st, 2);
    x->expires_at = col_int(st, 3);
    x->kind = col_str(st, 4, a);
    if (!whole || !x->kind) {
      sqlite3_reset(st);
      return whole ? db_no_memory(err) : db_corrupt(err, "session");
    }
  }
  return status;
}

void db_fill_account(wg_store *s) {
  s->accounts_load = on_accounts_load;
  s->account_put = on_account_put;
  s->account_update = on_account_update;
  s->grant_put = on_grant_put;
  s->grants_replace = on_grants_replace;
  s->last_sign_in = on_last_sign_in;
  s->session_put = on_session_put;
  s->session_delete = on_session_delete;
  s->sessions_load = on_sessions_load;
}
