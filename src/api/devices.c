/* The registry of wall devices, and their signing on. */
#include "engine/device.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/app.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "base/time.h"

/* --- seen ------------------------------------------------------------------------------------------------
 */

struct seen {
  wg_command command;
  int64_t account;
};

static wg_status write_seen(wg_command *c, wg_txn *txn) {
  return txn->store->device_seen(txn->store, ((struct seen *)c)->account, txn->now, &c->err);
}

static void seen_done(wg_command *c, wg_status st) {
  if (st) wg_warn("api", "that a device was seen was not written down: %s", c->err.en);
  free(c);
}

void wg_note_seen(wg_app *app, int64_t account) {
  struct seen *x = calloc(1, sizeof *x);
  if (!x) return;
  *x = (struct seen){.command = {.run = write_seen, .done = seen_done}, .account = account};
  if (wg_engine_submit(atomic_load(&app->engine), &x->command)) free(x);
}

/* --- the list --------------------------------------------------------------------------------------------
 */

static void write_device(wg_jw *w, const wg_asker *a, const wg_device *d) {
  int64_t seen = wg_engine_last_seen(atomic_load(&a->app->engine), d->account);
  const wg_account *by = wg_picture_account(a->picture, d->created_by);
  wg_jw_begin_object(w);
  wg_write_id(w, "id", d->account);
  wg_jw_member_str(w, "name", d->name);
  wg_jw_member_str(w, "area", d->area);
  wg_jw_member_time(w, "created_at", d->created_at);
  wg_jw_key(w, "created_by");
  if (by) {
    wg_jw_begin_object(w);
    wg_write_id(w, "id", by->id);
    wg_jw_member_str(w, "name", by->name);
    wg_jw_end_object(w);
  } else {
    wg_jw_null(w);
  }
  wg_write_time(w, "signed_on_at", d->signed_on_at);
  wg_write_time(w, "last_seen_at", seen > d->last_seen_at ? seen : d->last_seen_at);
  wg_write_time(w, "revoked_at", d->revoked_at);
  wg_jw_end_object(w);
}

wg_status wg_h_devices(wg_request *q, wg_response *r) {
  wg_store *store = NULL;
  wg_device *all = NULL;
  uint32_t n = 0;
  int limit = 0, shown = 0;
  int64_t after = 0;
  wg_status st = wg_query_int(q, "after", 1, INT64_MAX, &after);
  if (!st) st = wg_query_limit(q, &limit);
  if (!st) st = wg_mine_store(q->pool_mine, &store, &q->err);
  if (!st) st = store->devices_load(store, &q->arena, &all, &n, &q->err);
  if (st) return st;
  char *next = NULL;
  wg_jw w;
  wg_jw_init(&w, &r->body);
  wg_jw_begin_object(&w);
  wg_jw_key(&w, "items");
  wg_jw_begin_array(&w);
  for (uint32_t i = 0; i < n && !next; i++) {
    const wg_asker *a = wg_asker_of(q);
    wg_target t = {.area = wg_areas_find(&a->picture->land->areas, all[i].area)};
    if (all[i].account <= after || !wg_may(&a->picture->land->areas, a->viewer, WG_V_GRANT, &t, a->now))
      continue;
    if (shown++ < limit)
      write_device(&w, wg_asker_of(q), &all[i]);
    else
      next = wg_next_link(q, wg_arena_printf(&q->arena, "%" PRId64, all[i - 1].account));
  }
  wg_jw_end_array(&w);
  wg_jw_member_str(&w, "next", next);
  wg_jw_end_object(&w);
  return wg_answer(r, 200);
}

/* --- adding, another code, revoking ----------------------------------------------------------------------
 */

struct change {
  wg_command command;
  int64_t actor;
  wg_device device;
  char code[WG_DEVICE_CODE_LEN];
};

static wg_status emit(struct change *c, wg_txn *txn, const char *kind, int64_t actor, const char *body) {
  char subject[WG_DEVICE_SUBJECT];
  wg_device_subject(&c->device, subject);
  return wg_txn_emit(txn, kind, subject, actor, body, NULL, 0, NULL, &c->command.err);
}

/* A screen sees what its area holds: adding one is giving a right, and asked again by the writer. */
static wg_status reached(const struct change *c, const wg_txn *txn, wg_err *err) {
  const wg_areas *areas = &txn->picture->land->areas;
  wg_target t = {.area = wg_areas_find(areas, c->device.area)};
  if (wg_may(areas, wg_picture_viewer(txn->picture, c->actor), WG_V_GRANT, &t, txn->now)) return WG_OK;
  return wg_fail_code(
      err, WG_FORBIDDEN, "beyond-reach", "area",
      WG_T("area %s is beyond the area in which this account gives rights", "区划 %s 超出本账号的授权范围"),
      c->device.area);
}

static wg_status run_add(wg_command *command, wg_txn *txn) {
  struct change *c = (struct change *)command;
  if (wg_areas_find(&txn->picture->land->areas, c->device.area) == WG_NO_INDEX)
    return wg_fail_code(&command->err, WG_NOT_FOUND, "unknown-area", "area",
                        WG_T("there is no area %s", "没有区划 %s"), c->device.area);
  wg_status st = reached(c, txn, &command->err);
  if (st) return st;
  c->device.created_at = txn->now;
  c->device.created_by = c->actor;
  st = wg_device_add(txn->store, txn->arena, &c->device, c->code, &command->err);
  char *body = wg_arena_printf(txn->arena, "{\"area\":\"%s\",\"role\":\"wall\"}", c->device.area);
  if (!st && !body) st = WG_NO_MEMORY;
  return st ? st : emit(c, txn, "device.added", c->actor, body);
}

/* The device that the path names, as this transaction has it. */
static wg_status find(struct change *c, wg_txn *txn) {
  return wg_device_find(txn->store, txn->arena, NULL, c->device.account, &c->device, &c->command.err);
}

static wg_status run_code(wg_command *command, wg_txn *txn) {
  struct change *c = (struct change *)command;
  wg_status st = find(c, txn);
  if (!st) st = reached(c, txn, &command->err);
  if (!st) st = wg_device_code(txn->store, &c->device, txn->now, c->code, &command->err);
  return st ? st : emit(c, txn, "device.code", c->actor, "{}");
}

static wg_status run_revoke(wg_command *command, wg_txn *txn) {
  struct change *c = (struct change *)command;
  wg_status st = find(c, txn);
  if (!st) st = reached(c, txn, &command->err);
  if (st || c->device.revoked_at) return st;
  st = wg_device_revoke(txn->store, txn->arena, &c->device, txn->now, &command->err);
  return st ? st : emit(c, txn, "device.revoked", c->actor, "{}");
}

static wg_status do_change(wg_request *q, struct change *c) {
  c->actor = wg_asker_of(q)->viewer->account;
  wg_status st = wg_engine_do(atomic_load(&wg_asker_of(q)->app->engine), &c->command);
  if (st && c->command.err.status) q->err = c->command.err;
  return st;
}

static wg_status read_id(wg_request *q, int64_t *out) {
  if (wg_text_int(q->param[0], out) && *out > 0) return WG_OK;
  return wg_fail(&q->err, WG_NOT_FOUND, "id", WG_T("there is no such device", "没有这台设备"));
}

static wg_status answer_code(wg_response *r, const struct change *c, int code) {
  wg_jw w;
  wg_jw_init(&w, &r->body);
  wg_jw_begin_object(&w);
  wg_write_id(&w, "id", c->device.account);
  wg_jw_member_str(&w, "name", c->device.name);
  wg_jw_member_str(&w, "area", c->device.area);
  wg_jw_member_str(&w, "code", c->code);
  wg_jw_member_time(&w, "code_expires_at", c->device.code_expires_at);
  wg_jw_end_object(&w);
  return wg_answer(r, code);
}

static wg_status read_new(wg_request *q, wg_device *d) {
  wg_json *body = NULL;
  const char *name = NULL, *area = NULL;
  wg_status st = wg_json_parse_object(&q->arena, q->body, q->body_len, &body, &q->err);
  if (!st) st = wg_json_only(body, (const char *[]){"name", "area", NULL}, &q->err);
  if (!st) st = wg_json_str(body, "name", WG_REQUIRED, 64, &name, &q->err);
  if (!st) st = wg_json_str(body, "area", WG_REQUIRED, WG_CODE_LEN - 1, &area, &q->err);
  if (!st) st = wg_account_name_check(name, &q->err);
  if (!st && !wg_text_code(area))
    st = wg_fail(&q->err, WG_INVALID, "area", WG_T("area is no code", "area 不是有效编码"));
  if (st) return st;
  snprintf(d->name, sizeof d->name, "%s", name);
  snprintf(d->area, sizeof d->area, "%s", area);
  return WG_OK;
}

wg_status wg_h_device_add(wg_request *q, wg_response *r) {
  struct change c = {.command = {.run = run_add}};
  wg_status st = read_new(q, &c.device);
  if (!st) st = do_change(q, &c);
  return st ? st : answer_code(r, &c, 201);
}

wg_status wg_h_device_code(wg_request *q, wg_response *r) {
  struct change c = {.command = {.run = run_code}};
  wg_status st = read_id(q, &c.device.account);
  if (!st) st = do_change(q, &c);
  return st ? st : answer_code(r, &c, 200);
}

wg_status wg_h_device_revoke(wg_request *q, wg_response *r) {
  struct change c = {.command = {.run = run_revoke}};
  wg_status st = read_id(q, &c.device.account);
  if (!st) st = do_change(q, &c);
  if (!st) r->code = 204;
  return st;
}

/* --- signing on ------------------------------------------------------------------------------------------
 */

struct sign_on {
  struct change change;
  wg_session session;
  const char *typed, *address;
  bool wrong; /* noted as a failed sign-in, which is all that is written */
};

static wg_status run_sign_on(wg_command *command, wg_txn *txn) {
  struct sign_on *s = (struct sign_on *)command;
  wg_device *d = &s->change.device;
  wg_status st = wg_device_sign_on(txn->store, txn->arena, s->typed, txn->now, d, &s->session, &command->err);
  s->wrong = st == WG_UNAUTHENTICATED;
  if (s->wrong) st = WG_OK;
  if (!st)
    st = txn->store->access_log(txn->store, txn->now, s->wrong ? 0 : d->account, s->wrong ? "" : d->name,
                                s->address, "sign-in", "device", !s->wrong, &command->err);
  return st || s->wrong ? st : emit(&s->change, txn, "device.signed_on", d->account, "{}");
}

static wg_status read_code(wg_request *q, const char **out) {
  wg_json *body = NULL;
  wg_status st = wg_json_parse_object(&q->arena, q->body, q->body_len, &body, &q->err);
  if (!st) st = wg_json_only(body, (const char *[]){"code", NULL}, &q->err);
  return st ? st : wg_json_str(body, "code", WG_REQUIRED, 32, out, &q->err);
}

wg_status wg_h_device_sign_on(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  wg_app *app = q->app;
  struct sign_on s = {.change = {.command = {.run = run_sign_on}}, .address = q->address};
  wg_status st = read_code(q, &s.typed);
  if (st) return st;
  if (!a)
    return wg_fail(&q->err, WG_BUSY, "",
                   WG_T("starting; try again in a few seconds", "正在启动，请稍后再试"));
  /* a code is nobody's name: tries are counted by the address alone */
  const char *key = wg_arena_printf(&q->arena, "device@%s", q->address);
  int retry = 0;
  if (!key) return WG_NO_MEMORY;
  st = wg_throttle_check(app->throttle, key, q->address, a->now, &retry, &q->err);
  if (retry) wg_response_header(q, r, "Retry-After", wg_arena_printf(&q->arena, "%d", retry));
  if (st) return st;
  char token[WG_TOKEN_LEN];
  wg_token_new(token);
  wg_hash(token, strlen(token), s.session.token_hash);
  wg_engine *engine = atomic_load(&app->engine);
  st = wg_engine_do(engine, &s.change.command);
  if (st || s.wrong) q->err = s.change.command.err;
  if (st) return st;
  wg_tell_access(app, &(wg_access){.account = s.session.account,
                                   .name = s.wrong ? "" : s.change.device.name,
                                   .address = q->address,
                                   .what = "sign-in",
                                   .detail = "device",
                                   .ok = !s.wrong});
  wg_throttle_note(app->throttle, key, q->address, a->now, !s.wrong);
  if (s.wrong) return WG_UNAUTHENTICATED;
  wg_picture_drop(a->picture); /* the one of before may not know the device */
  a->picture = wg_engine_picture(engine);
  a->viewer = wg_picture_viewer(a->picture, s.change.device.account);
  return a->viewer ? wg_answer_session(q, r, token, 0) : WG_UNAUTHENTICATED;
}
