/* Signing in and out. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "api/app.h"
#include "base/crypto.h"
#include "base/json.h"
#include "base/time.h"
#include "domain/setting.h"
#include "engine/account.h"

enum { WALL_DAYS = 400 }; /* browsers keep no cookie longer; it is renewed */

struct sign_in {
  wg_command command;
  wg_session session;
  const char *name, *address;
  bool ok;
};

static wg_status write_sign_in(wg_command *c, wg_txn *txn) {
  struct sign_in *s = (struct sign_in *)c;
  wg_status st = s->ok ? txn->store->session_put(txn->store, &s->session, &c->err) : WG_OK;
  return st ? st
            : txn->store->access_log(txn->store, txn->now, s->session.account, s->name, s->address, "sign-in",
                                     "", s->ok, &c->err);
}

/* A hash of no password, so that an unknown name takes as long as a wrong password. */
static const char NOBODY[WG_PASSWORD_LEN] = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
                                            "5Z0mVvG1CqS0dXy4o9n5m0zH5bqgqQ0JpX0xXyYwJ0o";

static wg_status check_password(wg_request *q, const wg_account *acc, const char *password) {
  bool known = acc && !acc->disabled && acc->password[0];
  bool right = wg_password_verify(known ? acc->password : NOBODY, password);
  if (!known || !right)
    return wg_fail_code(&q->err, WG_UNAUTHENTICATED, "wrong-password", "",
                        WG_T("the name or the password is wrong", "账号或密码错误"));
  return wg_refuse_demo(q, acc->demo);
}

static void set_cookie(wg_request *q, wg_response *r, const char *token, int seconds) {
  wg_response_header(q, r, "Set-Cookie",
                     wg_arena_printf(&q->arena, "wangge=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%d%s",
                                     token, seconds, q->secure ? "; Secure" : ""));
}

wg_status wg_answer_session(wg_request *q, wg_response *r, const char *token, int64_t expires_at) {
  wg_asker *a = wg_asker_of(q);
  set_cookie(q, r, token, expires_at ? a->picture->settings->session_hours * 3600 : WALL_DAYS * 86400);
  a->nameless = wg_nameless(a->viewer, a->now);
  wg_jw w;
  wg_jw_init(&w, &r->body);
  wg_jw_begin_object(&w);
  wg_jw_member_str(&w, "token", token);
  wg_jw_key(&w, "expires_at");
  if (expires_at)
    wg_jw_time(&w, expires_at);
  else
    wg_jw_null(&w);
  wg_jw_key(&w, "account");
  wg_write_account(&w, a);
  wg_jw_end_object(&w);
  return wg_answer(r, 200);
}

static void tell(wg_request *q, int64_t account, const char *name, const char *what, bool ok) {
  wg_access x = {
      .account = account, .name = name, .address = q->address, .what = what, .detail = "", .ok = ok};
  wg_tell_access(q->app, &x);
}

static wg_status read_login(wg_request *q, const char **name, const char **password) {
  wg_json *body = NULL;
  wg_status st = wg_json_parse_object(&q->arena, q->body, q->body_len, &body, &q->err);
  if (!st) st = wg_json_only(body, (const char *[]){"name", "password", NULL}, &q->err);
  if (!st) st = wg_json_str(body, "name", WG_REQUIRED, 64, name, &q->err);
  if (!st) st = wg_json_str(body, "password", WG_REQUIRED, 256, password, &q->err);
  return st;
}

wg_status wg_h_login(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  wg_app *app = q->app;
  const char *name = NULL, *password = NULL;
  wg_status st = read_login(q, &name, &password);
  if (st) return st;
  if (!a)
    return wg_fail(&q->err, WG_BUSY, "",
                   WG_T("starting; try again in a few seconds", "正在启动，请稍后再试"));
  int retry = 0;
  st = wg_throttle_check(app->throttle, name, q->address, a->now, &retry, &q->err);
  if (st) {
    wg_response_header(q, r, "Retry-After", wg_arena_printf(&q->arena, "%d", retry));
    return st;
  }
  const wg_account *acc = wg_picture_account_named(a->picture, name);
  st = check_password(q, acc, password);
  wg_throttle_note(app->throttle, name, q->address, a->now, st == WG_OK);
  int hours = a->picture->settings->session_hours;
  char token[WG_TOKEN_LEN];
  wg_token_new(token);
  struct sign_in s = {.command = {.run = write_sign_in},
                      .session = {.account = acc ? acc->id : 0,
                                  .created_at = a->now,
                                  .expires_at = a->now + hours * 3600000ll,
                                  .kind = "session"},
                      .name = name,
                      .address = q->address,
                      .ok = st == WG_OK};
  wg_hash(token, strlen(token), s.session.token_hash);
  wg_status written = wg_engine_do(atomic_load(&app->engine), &s.command);
  if (!written) tell(q, s.session.account, name, "sign-in", s.ok);
  if (st) return st;
  if (written) {
    q->err = s.command.err;
    return written;
  }
  wg_engine_session_add(atomic_load(&app->engine), &s.session);
  a->viewer = wg_picture_viewer(a->picture, acc->id);
  return wg_answer_session(q, r, token, s.session.expires_at);
}

static wg_status write_sign_out(wg_command *c, wg_txn *txn) {
  struct sign_in *s = (struct sign_in *)c;
  wg_status st = txn->store->session_delete(txn->store, s->session.token_hash, &c->err);
  return st ? st
            : txn->store->access_log(txn->store, txn->now, s->session.account, s->name, s->address,
                                     "sign-out", "", true, &c->err);
}

wg_status wg_h_logout(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  wg_engine *engine = atomic_load(&((wg_app *)q->app)->engine);
  struct sign_in s = {.command = {.run = write_sign_out},
                      .session = {.account = a->viewer->account},
                      .name = a->viewer->name,
                      .address = q->address};
  wg_hash(a->token, strlen(a->token), s.session.token_hash);
  wg_status st = wg_engine_do(engine, &s.command);
  if (st) {
    q->err = s.command.err;
    return st;
  }
  tell(q, a->viewer->account, a->viewer->name, "sign-out", true);
  wg_engine_session_remove(engine, s.session.token_hash);
  set_cookie(q, r, "", 0);
  r->code = 204;
  return WG_OK;
}

/* --- an account's own password ---------------------------------------------------------------------------
 */

struct change {
  wg_command command;
  wg_account account; /* with the new hash */
  const char *old_hash, *address;
  unsigned char own[WG_HASH_LEN]; /* the session that asks: it stays */
  bool right;                     /* the old password; else the try is noted, and nothing else */
  wg_arena *arena;                /* of the request, whose thread waits meanwhile */
  wg_session_end end;             /* log-ins, to be forgotten after the commit; tokens made on purpose stay */
};

static wg_status write_password(wg_command *command, wg_txn *txn) {
  struct change *c = (struct change *)command;
  char subject[40];
  int64_t seq = 0;
  wg_status st = txn->store->access_log(txn->store, txn->now, c->account.id, c->account.name, c->address,
                                        "password", "", c->right, &command->err);
  if (st || !c->right) return st;
  wg_account now; /* of the store, not of the picture: another of this group may have changed it */
  st = wg_account_now(txn->store, txn->arena, NULL, c->account.id, &now, &command->err);
  if (st && st != WG_NOT_FOUND) return st;
  if (st || strcmp(now.password, c->old_hash) != 0)
    return wg_fail(&command->err, WG_CONFLICT, "old",
                   WG_T("the password was changed by somebody else just now", "密码刚刚已被他人更改"));
  if (now.disabled) return WG_UNAUTHENTICATED;
  memcpy(now.password, c->account.password, sizeof now.password);
  snprintf(subject, sizeof subject, "account/%" PRId64, c->account.id);
  c->end = (wg_session_end){.account = c->account.id, .kind = "session", .keep = c->own};
  st = txn->store->account_put(txn->store, &now, &command->err);
  if (!st) st = wg_sessions_end(txn->store, c->arena, txn->now, &c->end, &command->err);
  if (!st)
    st = wg_txn_emit(txn, "account.password", subject, c->account.id, "{}", NULL, 0, &seq, &command->err);
  return st;
}

static wg_status read_change(wg_request *q, const char **old, const char **new) {
  wg_json *body = NULL;
  wg_status st = wg_json_parse_object(&q->arena, q->body, q->body_len, &body, &q->err);
  if (!st) st = wg_json_only(body, (const char *[]){"old", "new", NULL}, &q->err);
  if (!st) st = wg_json_str(body, "old", WG_REQUIRED, WG_PASSWORD_MAX, old, &q->err);
  if (!st) st = wg_json_str(body, "new", WG_REQUIRED, WG_PASSWORD_MAX, new, &q->err);
  if (!st && strlen(*new) < WG_PASSWORD_MIN)
    st = wg_fail(&q->err, WG_INVALID, "new",
                 WG_T("the new password needs at least %d bytes", "新密码至少 %d 个字节"), WG_PASSWORD_MIN);
  return st;
}

wg_status wg_h_password(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  wg_app *app = q->app;
  const char *old = NULL, *new = NULL, *name = a->viewer->name;
  int retry = 0;
  wg_status st = read_change(q, &old, &new);
  if (!st) st = wg_throttle_check(app->throttle, name, q->address, a->now, &retry, &q->err);
  if (retry) wg_response_header(q, r, "Retry-After", wg_arena_printf(&q->arena, "%d", retry));
  const wg_account *acc = wg_picture_account(a->picture, a->viewer->account);
  if (!st && !acc) st = WG_UNAUTHENTICATED;
  if (!st && acc->demo)
    st = wg_fail_code(
        &q->err, WG_FORBIDDEN, "demo-account", "",
        WG_T("the password of a demo account is public and stays", "演示账号的密码是公开的，不能更改"));
  if (st) return st;
  bool right = acc->password[0] && wg_password_verify(acc->password, old);
  wg_throttle_note(app->throttle, name, q->address, a->now, right);
  wg_engine *engine = atomic_load(&app->engine);
  struct change c = {.command = {.run = write_password},
                     .account = *acc,
                     .old_hash = acc->password,
                     .address = q->address,
                     .arena = &q->arena,
                     .right = right};
  wg_hash(a->token, strlen(a->token), c.own);
  if (right) st = wg_password_hash(new, c.account.password);
  if (!st) st = wg_engine_do(engine, &c.command);
  if (st && c.command.err.status) q->err = c.command.err;
  if (st) return st;
  tell(q, acc->id, name, "password", right);
  if (!right)
    return wg_fail_code(&q->err, WG_FORBIDDEN, "wrong-password", "old",
                        WG_T("the old password is wrong", "原密码错误"));
  for (uint32_t i = 0; i < c.end.n_ended; i++) wg_engine_session_remove(engine, c.end.ended[i].token_hash);
  r->code = 204;
  return WG_OK;
}

wg_status wg_h_me(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  const wg_settings *s = a->picture->settings;
  if (a->lasting && !wg_request_header(q, "Authorization"))
    set_cookie(q, r, a->token, WALL_DAYS * 86400); /* a wall that stays on keeps its cookie */
  wg_jw w;
  wg_jw_init(&w, &r->body);
  wg_jw_begin_object(&w);
  wg_jw_key(&w, "account");
  wg_write_account(&w, a);
  wg_jw_key(&w, "server");
  wg_jw_begin_object(&w);
  wg_jw_member_time(&w, "time", wg_now_ms());
  wg_jw_member_str(&w, "version", WG_VERSION);
  wg_jw_member_str(&w, "timezone", wg_zone_name(s->zone));
  wg_raster_write(&w, a->app->config.raster);
  wg_jw_member_bool(&w, "demo", s->demo);
  wg_jw_key(&w, "languages");
  wg_setting_write(&w, wg_setting_find("languages"), s->languages);
  wg_jw_member_str(&w, "profile", s->profile.code[0] ? s->profile.code : NULL);
  wg_jw_member_raw(&w, "datums", s->profile.datums);
  wg_jw_key(&w, "root");
  const wg_land *land = a->picture->land;
  wg_write_area(&w, a->picture, land->root == WG_NO_INDEX ? "" : land->areas.item[land->root].code);
  wg_jw_end_object(&w);
  wg_jw_end_object(&w);
  return wg_answer(r, 200);
}
