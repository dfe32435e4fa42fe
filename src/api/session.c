/* Signing in and out. */
#include <stdio.h>
#include <string.h>

#include "api/app.h"
#include "base/crypto.h"
#include "base/json.h"
#include "base/time.h"

enum { SESSION_HOURS = 12 };

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
static const char NOBODY[] = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
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
  char token[WG_TOKEN_LEN];
  wg_token_new(token);
  struct sign_in s = {.command = {.run = write_sign_in},
                      .session = {.account = acc ? acc->id : 0,
                                  .created_at = a->now,
                                  .expires_at = a->now + SESSION_HOURS * 3600000ll,
                                  .kind = "session"},
                      .name = name,
                      .address = q->address,
                      .ok = st == WG_OK};
  wg_hash(token, strlen(token), s.session.token_hash);
  wg_status written = wg_engine_do(atomic_load(&app->engine), &s.command);
  if (st) return st;
  if (written) {
    q->err = s.command.err;
    return written;
  }
  wg_engine_session_add(atomic_load(&app->engine), &s.session);
  a->viewer = wg_picture_viewer(a->picture, acc->id);
  set_cookie(q, r, token, SESSION_HOURS * 3600);
  wg_jw w;
  wg_jw_init(&w, &r->body);
  wg_jw_begin_object(&w);
  wg_jw_member_str(&w, "token", token);
  wg_jw_member_time(&w, "expires_at", s.session.expires_at);
  wg_jw_key(&w, "account");
  wg_write_account(&w, a);
  wg_jw_end_object(&w);
  return wg_answer(r, 200);
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
  wg_engine_session_remove(engine, s.session.token_hash);
  set_cookie(q, r, "", 0);
  r->code = 204;
  return WG_OK;
}

wg_status wg_h_me(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  const wg_settings *s = a->picture->settings;
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
  wg_jw_member_bool(&w, "demo", s->demo);
  wg_jw_key(&w, "root");
  const wg_land *land = a->picture->land;
  wg_write_area(&w, a->picture, land->root == WG_NO_INDEX ? "" : land->areas.item[land->root].code);
  wg_jw_end_object(&w);
  wg_jw_end_object(&w);
  return wg_answer(r, 200);
}
