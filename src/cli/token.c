/* wangge token NAME: a bearer token, printed once; only its hash is kept. And which there are, and their end.
 */
#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/account.h"
#include "cli/cli.h"
#include "cli/import_common.h"
#include "store/sqlite.h"

enum { DAYS = 365, DAYS_MAX = 3650 };
static const int64_t day_ms = 86400000;

struct token {
  const char *name, *id; /* id NULL: all */
  wg_account account;
  wg_session session;
  uint32_t ended;
  wg_arena arena;
};

/* Opens, finds the account, does the work (in a transaction where it writes), closes. */
static wg_status with_account(struct token *t, const char *db, bool writes,
                              wg_status (*work)(void *, wg_store *, wg_err *), wg_err *err) {
  wg_store *s = NULL;
  wg_arena_init(&t->arena);
  wg_status st = wg_sqlite_open(db, writes, false, &s, err);
  if (!st) st = wg_account_find(s, &t->arena, t->name, &t->account, err);
  if (!st) st = writes ? wg_in_transaction(s, work, t, err) : work(t, s, err);
  if (s) s->close(s);
  wg_arena_clear(&t->arena);
  return st;
}

/* --- a new one ------------------------------------------------------------------------------------------ */

static wg_status issue(void *ctx, wg_store *s, wg_err *err) {
  struct token *t = ctx;
  t->session.account = t->account.id;
  wg_status st = s->session_put(s, &t->session, err);
  return st ? st : wg_account_event(s, "token.issued", t->account.id, err);
}

int wg_cmd_token(int argc, char **argv) {
  struct token t = {.session = {.kind = "token"}};
  const char *db = NULL, *days_text = NULL;
  const wg_flag flags[] = {
      {"--db", &db, NULL, true}, {"--days", &days_text, NULL, false}, {NULL, NULL, NULL, false}};
  int n, bad = wg_cli_args(argc, argv, flags, &t.name, 1, &n, 1);
  if (bad) return bad;
  int64_t days = DAYS;
  if (days_text && (!wg_text_int(days_text, &days) || days < 1 || days > DAYS_MAX))
    return wg_cli_usage_error("--days must be a whole number from 1 to %d", "--days 应为 1 到 %d 的整数",
                              DAYS_MAX);
  wg_err err = {0};
  char token[WG_TOKEN_LEN], until[WG_TIME_LEN];
  wg_token_new(token);
  wg_hash(token, strlen(token), t.session.token_hash);
  t.session.created_at = wg_now_ms();
  t.session.expires_at = t.session.created_at + days * day_ms;
  wg_status st = with_account(&t, db, true, issue, &err);
  if (st) return wg_cli_fail(&err, st);
  puts(token);
  wg_time_format(t.session.expires_at, until);
  wg_cli_note("valid until %s", "有效期至 %s", until);
  return WG_EXIT_OK;
}

/* --- which there are ------------------------------------------------------------------------------------ */

static wg_status list(void *ctx, wg_store *s, wg_err *err) {
  struct token *t = ctx;
  wg_session *all = NULL;
  uint32_t n = 0;
  wg_status st = s->sessions_load(s, &t->arena, wg_now_ms(), &all, &n, err);
  if (!st) puts("id\tcreated\texpires");
  for (uint32_t i = 0; !st && i < n; i++) {
    char id[WG_TOKEN_ID_LEN], created[WG_TIME_LEN], expires[WG_TIME_LEN] = "";
    if (all[i].account != t->account.id || strcmp(all[i].kind, "token") != 0) continue;
    wg_token_id(&all[i], id);
    wg_time_format(all[i].created_at, created);
    if (all[i].expires_at) wg_time_format(all[i].expires_at, expires);
    printf("%s\t%s\t%s\n", id, created, expires);
  }
  return st;
}

int wg_cmd_token_list(int argc, char **argv) {
  struct token t = {0};
  const char *db = NULL;
  const wg_flag flags[] = {{"--db", &db, NULL, true}, {NULL, NULL, NULL, false}};
  int n, bad = wg_cli_args(argc, argv, flags, &t.name, 1, &n, 1);
  if (bad) return bad;
  wg_err err = {0};
  wg_status st = with_account(&t, db, false, list, &err);
  return st ? wg_cli_fail(&err, st) : WG_EXIT_OK;
}

/* --- their end ------------------------------------------------------------------------------------------ */

static wg_status revoke(void *ctx, wg_store *s, wg_err *err) {
  struct token *t = ctx;
  wg_session_end end = {.account = t->account.id, .kind = "token", .id = t->id};
  wg_status st = wg_sessions_end(s, &t->arena, wg_now_ms(), &end, err);
  t->ended = end.n_ended;
  if (!st && t->id && !t->ended)
    st = wg_fail(err, WG_NOT_FOUND, "id",
                 WG_T("account %s has no token %.40s; `wangge token list` shows them",
                      "账号 %s 没有令牌 %.40s；可用 `wangge token list` 查看"),
                 t->name, t->id);
  return st || !t->ended ? st : wg_account_event(s, "token.revoked", t->account.id, err);
}

int wg_cmd_token_revoke(int argc, char **argv) {
  struct token t = {0};
  const char *db = NULL, *operand[2];
  const wg_flag flags[] = {{"--db", &db, NULL, true}, {NULL, NULL, NULL, false}};
  int n, bad = wg_cli_args(argc, argv, flags, operand, 2, &n, 2);
  if (bad) return bad;
  t.name = operand[0];
  t.id = strcmp(operand[1], "all") == 0 ? NULL : operand[1];
  wg_err err = {0};
  wg_status st = with_account(&t, db, true, revoke, &err);
  if (st) return wg_cli_fail(&err, st);
  wg_cli_say("tokens revoked: %u", "已吊销令牌：%u 个", t.ended);
  return WG_EXIT_OK;
}
