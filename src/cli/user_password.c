/* wangge user password NAME: a new password for an account whose own is lost; it comes on standard input. */
#include <string.h>

#include "base/crypto.h"
#include "base/time.h"
#include "cli/account.h"
#include "cli/cli.h"
#include "cli/import_common.h"
#include "engine/device.h"
#include "store/sqlite.h"

struct changing {
  const char *name;
  wg_account account;
  char hash[sizeof((wg_account *)0)->password];
  uint32_t ended;
  wg_arena arena;
};

static wg_status find(struct changing *c, wg_store *s, wg_err *err) {
  wg_status st = wg_account_find(s, &c->arena, c->name, &c->account, err);
  if (!st) st = wg_device_refuse(s, &c->arena, c->account.id, err);
  if (!st && c->account.demo)
    st = wg_fail(
        err, WG_FORBIDDEN, "name",
        WG_T("the password of a demo account is public and stays", "演示账号的密码是公开的，不能更改"));
  return st;
}

/* As POST /api/v1/password does: log-ins end, tokens made on purpose stay. The account is read again: another
 * may have changed it while the password was typed. */
static wg_status write_password(void *ctx, wg_store *s, wg_err *err) {
  struct changing *c = ctx;
  wg_status st = find(c, s, err);
  if (st) return st;
  memcpy(c->account.password, c->hash, sizeof c->hash);
  wg_access note = {.at = wg_now_ms(),
                    .account = c->account.id,
                    .name = "wangge user password",
                    .address = "",
                    .what = "password",
                    .detail = "",
                    .ok = true};
  st = wg_access_note(s, &note, err);
  if (!st) st = s->account_put(s, &c->account, err);
  wg_session_end end = {.account = c->account.id, .kind = "session"};
  if (!st) st = wg_sessions_end(s, &c->arena, wg_now_ms(), &end, err);
  c->ended = end.n_ended;
  return st ? st : wg_account_event(s, "account.password", c->account.id, err);
}

int wg_cmd_user_password(int argc, char **argv) {
  struct changing c = {0};
  const char *db = NULL;
  const wg_flag flags[] = {{"--db", &db, NULL, true}, {NULL, NULL, NULL, false}};
  int n, bad = wg_cli_args(argc, argv, flags, &c.name, 1, &n, 1);
  if (bad) return bad;
  wg_err err = {0};
  wg_store *s = NULL;
  char password[WG_PASSWORD_ROOM];
  wg_arena_init(&c.arena);
  wg_status st = wg_sqlite_open(db, true, false, &s, &err);
  if (!st) st = find(&c, s, &err);
  if (!st) st = wg_read_password(password, &err);
  if (!st) st = wg_password_hash(password, c.hash);
  if (!st) st = wg_in_transaction(s, write_password, &c, &err);
  if (s) s->close(s);
  wg_arena_clear(&c.arena);
  if (st) return wg_cli_fail(&err, st);
  wg_cli_say("account %s has a new password; log-ins ended: %u (tokens of `wangge token` stay)",
             "账号 %s 已更改密码；已结束 %u 个登录（`wangge token` 签发的令牌仍有效）", c.name, c.ended);
  return WG_EXIT_OK;
}
