/* wangge init: an empty database with its catalogue, country profile, calendar and account admin. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/time.h"
#include "cli/cli.h"
#include "cli/data.h"
#include "store/sqlite.h"

static wg_status fill(wg_store *s, const char *profile, const char *password, wg_err *err) {
  wg_account admin = {.name = "admin"};
  wg_grant grant = {.role = WG_ADMIN};
  wg_event e = {.at = wg_now_ms(), .kind = "init.done", .subject = "database", .body = "{}"};
  wg_status st = wg_password_hash(password, admin.password);
  if (!st) st = s->begin(s, err);
  if (!st) st = wg_cli_put_catalogue(s, err);
  if (!st) st = wg_cli_put_defaults(s, profile, err);
  if (!st) st = s->account_put(s, &admin, err);
  grant.account = admin.id;
  if (!st) st = s->grant_put(s, &grant, err);
  if (!st) st = s->event_append(s, &e, NULL, 0, err);
  if (!st) st = s->commit(s, err);
  return st;
}

static int check_profile(const char *code) {
  wg_arena arena;
  wg_profile p;
  wg_arena_init(&arena);
  wg_status st = wg_cli_profile(&arena, code, &p, NULL);
  wg_arena_clear(&arena);
  return st == WG_OK ? 0
                     : wg_cli_usage_error("--profile must be cn, de or free, not \"%s\"",
                                          "--profile 应为 cn、de 或 free，不能是“%s”", code);
}

int wg_cmd_init(int argc, char **argv) {
  const char *db = NULL, *profile = "cn", *none[1];
  const wg_flag flags[] = {{"--db", &db, NULL, true}, {"--profile", &profile}, {NULL, NULL, NULL, false}};
  int n;
  int bad = wg_cli_args(argc, argv, flags, none, 0, &n, 0);
  if (bad || (bad = check_profile(profile))) return bad;
  wg_err err = {0};
  wg_store *s = NULL;
  char password[WG_PASSWORD_DRAWN];
  wg_password_draw(password);
  wg_status st = wg_sqlite_create(db, &err);
  bool made = !st;
  if (!st) st = wg_sqlite_open(db, true, false, &s, &err);
  if (!st) st = fill(s, profile, password, &err);
  if (s) s->close(s);
  if (st) {
    if (made) unlink(db); /* nothing half-made stays */
    return wg_cli_fail(&err, st);
  }
  wg_cli_say("%s is ready. Sign in as admin with this password: %s",
             "%s 已就绪。请用账号 admin 与此密码登录：%s", db, password);
  wg_cli_say("it is shown only now; to change it: wangge user password admin --db %s",
             "密码仅显示这一次；如需更改：wangge user password admin --db %s", db);
  return WG_EXIT_OK;
}
