/* wangge token NAME: a bearer token that does not expire, printed once; only its hash is kept. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "base/time.h"
#include "cli/cli.h"
#include "store/sqlite.h"

static wg_status find_account(wg_store *s, wg_arena *arena, const char *name, int64_t *out, wg_err *err) {
  wg_account *all = NULL;
  wg_grant *grants = NULL;
  uint32_t n = 0, n_grants = 0;
  wg_status st = s->accounts_load(s, arena, &all, &n, &grants, &n_grants, err);
  for (uint32_t i = 0; !st && i < n; i++)
    if (strcmp(all[i].name, name) == 0) {
      *out = all[i].id;
      return WG_OK;
    }
  return st ? st
            : wg_fail(err, WG_NOT_FOUND, "name", WG_T("there is no account \"%.64s\"", "没有账号“%.64s”"),
                      name);
}

static wg_status write_token(wg_store *s, int64_t account, const char *token, wg_err *err) {
  char subject[40];
  int64_t now = wg_now_ms();
  wg_session session = {.account = account, .created_at = now, .kind = "token"};
  wg_hash(token, strlen(token), session.token_hash);
  snprintf(subject, sizeof subject, "account/%" PRId64, account);
  wg_event e = {.at = now, .kind = "token.issued", .subject = subject, .body = "{}"};
  wg_status st = s->begin(s, err);
  if (!st) st = s->session_put(s, &session, err);
  if (!st) st = s->event_append(s, &e, NULL, 0, err);
  if (!st) st = s->commit(s, err);
  if (st && s->in_transaction(s)) s->rollback(s);
  return st;
}

int wg_cmd_token(int argc, char **argv) {
  const char *db = NULL, *name = NULL;
  const wg_flag flags[] = {{"--db", &db, NULL, true}, {NULL, NULL, NULL, false}};
  int n;
  int bad = wg_cli_args(argc, argv, flags, &name, 1, &n, 1);
  if (bad) return bad;
  wg_err err = {0};
  wg_arena arena;
  wg_arena_init(&arena);
  wg_store *s = NULL;
  int64_t account = 0;
  char token[WG_TOKEN_LEN];
  wg_token_new(token);
  wg_status st = wg_sqlite_open(db, true, false, &s, &err);
  if (!st) st = find_account(s, &arena, name, &account, &err);
  if (!st) st = write_token(s, account, token, &err);
  if (s) s->close(s);
  wg_arena_clear(&arena);
  if (st) return wg_cli_fail(&err, st);
  puts(token);
  return WG_EXIT_OK;
}
