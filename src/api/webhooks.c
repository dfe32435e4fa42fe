/* Programs that are told, and what could not be brought to them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "api/app.h"
#include "base/text.h"
#include "engine/webhook_edit.h"

static bool reaches(const wg_asker *a, const char *area) {
  const wg_areas *areas = &a->picture->land->areas;
  wg_target t = {.area = wg_areas_find(areas, area)};
  return wg_may(areas, a->viewer, WG_V_GRANT, &t, a->now);
}

static void write_ref(wg_jw *w, const char *member, int64_t id, const char *name) {
  wg_jw_key(w, member);
  if (!name) {
    wg_jw_null(w);
    return;
  }
  wg_jw_begin_object(w);
  wg_write_id(w, "id", id);
  wg_jw_member_str(w, "name", name);
  wg_jw_end_object(w);
}

static void write_account(wg_jw *w, const wg_asker *a, const char *member, int64_t id) {
  const wg_account *x = wg_picture_account(a->picture, id);
  write_ref(w, member, id, x ? x->name : NULL);
}

static void write_webhook(wg_jw *w, const wg_asker *a, const wg_webhook *h, bool secret) {
  char version[WG_VERSION_LEN], kind[64];
  wg_webhook_version(h, version);
  wg_jw_begin_object(w);
  wg_write_id(w, "id", h->id);
  wg_jw_member_str(w, "name", h->name);
  wg_jw_member_str(w, "url", h->url);
  wg_jw_key(w, "area");
  wg_write_area(w, a->picture, h->area);
  wg_jw_key(w, "kinds");
  wg_jw_begin_array(w);
  for (const char *p = h->kinds; *p; p += strcspn(p, ","), p += *p == ',') {
    snprintf(kind, sizeof kind, "%.*s", (int)strcspn(p, ","), p);
    wg_jw_str(w, kind);
  }
  wg_jw_end_array(w);
  wg_jw_member_bool(w, "enabled", h->enabled);
  wg_jw_member_time(w, "created_at", h->created_at);
  write_account(w, a, "created_by", h->created_by);
  wg_jw_member_str(w, "version", version);
  if (secret) wg_jw_member_str(w, "secret", h->secret);
  wg_jw_end_object(w);
}

static wg_status load(wg_request *q, wg_store **store, wg_webhook **all, int *n) {
  wg_status st = wg_mine_store(q->pool_mine, store, &q->err);
  return st ? st : (*store)->webhooks_load(*store, &q->arena, all, n, &q->err);
}

wg_status wg_h_webhooks(wg_request *q, wg_response *r) {
  wg_store *store = NULL;
  wg_webhook *all = NULL;
  int n = 0, limit = 0;
  wg_status st = wg_query_limit(q, &limit);
  if (!st) st = load(q, &store, &all, &n);
  if (st) return st;
  wg_jw w;
  wg_jw_init(&w, &r->body);
  wg_jw_begin_object(&w);
  wg_jw_key(&w, "items");
  wg_jw_begin_array(&w);
  for (int k = 0; k < n && k < limit; k++)
    if (reaches(wg_asker_of(q), all[k].area)) write_webhook(&w, wg_asker_of(q), &all[k], false);
  wg_jw_end_array(&w);
  wg_jw_member_str(&w, "next", NULL);
  wg_jw_end_object(&w);
  return wg_answer(r, 200);
}

/* --- edits -------------------------------------------------------------------------------------------------
 */

static wg_status read_kinds(wg_request *q, const wg_json *body, const char **out) {
  wg_json *list = NULL;
  const char *text = "";
  wg_status st = wg_json_arr(body, "kinds", WG_OPTIONAL, WG_WEBHOOK_KINDS, &list, &q->err);
  for (size_t k = 0; !st && list && k < wg_json_len(list); k++) {
    const char *kind = wg_json_text(wg_json_at(list, k));
    if (!kind || strncmp(kind, "incident.", 9) != 0 || strlen(kind) > 48 || !wg_text_plain_code(kind + 9))
      return wg_fail(&q->err, WG_INVALID, "kinds",
                     WG_T("kinds are kinds of events of incidents, like incident.dispatched",
                          "kinds 应为事件记录种类，如 incident.dispatched"));
    text = wg_arena_printf(&q->arena, "%s%s%s", text, k ? "," : "", kind);
    if (!text) return WG_NO_MEMORY;
  }
  *out = text;
  return st;
}

static wg_status read_webhook(wg_request *q, int how, wg_webhook_edit *x) {
  wg_webhook *h = &x->hook;
  wg_json *body = NULL;
  const char *area = NULL;
  h->enabled = true;
  wg_status st = wg_edit_read(q, (const char *[]){"name", "url", "area", "kinds", "enabled", NULL}, how,
                              &body, &x->edit);
  if (!st) st = wg_json_str(body, "name", WG_REQUIRED, 200, &h->name, &q->err);
  if (!st) st = wg_json_str(body, "url", WG_REQUIRED, WG_WEBHOOK_URL, &h->url, &q->err);
  if (!st) st = wg_json_str(body, "area", WG_REQUIRED, WG_CODE_LEN - 1, &area, &q->err);
  if (!st) st = wg_json_bool(body, "enabled", WG_OPTIONAL, &h->enabled, &q->err);
  if (!st) st = read_kinds(q, body, &h->kinds);
  if (!st && !h->name[0]) st = wg_fail(&q->err, WG_INVALID, "name", WG_T("it needs a name", "请填写名称"));
  if (!st) st = wg_webhook_url_check(h->url, &q->err);
  if (!st && !wg_text_code(area))
    st = wg_fail(&q->err, WG_INVALID, "area", WG_T("area is no code", "area 不是有效编码"));
  if (!st) snprintf(h->area, sizeof h->area, "%s", area);
  return st;
}

static const char *new_secret(wg_request *q) {
  char token[WG_TOKEN_LEN];
  wg_token_new(token);
  return wg_arena_printf(&q->arena, "whsec_%s", token);
}

static wg_status put(wg_request *q, wg_response *r, wg_webhook_edit *x, int code) {
  wg_status st = wg_webhook_put(atomic_load(&wg_asker_of(q)->app->engine), x, &q->err);
  if (st) return st;
  if (x->what == WG_HOOK_DROP) {
    r->code = 204;
    return WG_OK;
  }
  wg_jw w;
  wg_jw_init(&w, &r->body);
  write_webhook(&w, wg_asker_of(q), &x->hook, x->what != WG_HOOK_CHANGE);
  return wg_answer(r, code);
}

wg_status wg_h_webhook_add(wg_request *q, wg_response *r) {
  wg_webhook_edit x = {.what = WG_HOOK_ADD};
  wg_status st = read_webhook(q, WG_EDIT_NEW, &x);
  if (!st && !(x.hook.secret = new_secret(q))) st = WG_NO_MEMORY;
  return st ? st : put(q, r, &x, 201);
}

static wg_status change(wg_request *q, wg_response *r, wg_webhook_what what) {
  wg_webhook_edit x = {.what = what};
  wg_json *body = NULL;
  wg_status st = what == WG_HOOK_CHANGE ? read_webhook(q, WG_EDIT_SEEN, &x)
                                        : wg_edit_read(q, NULL, WG_EDIT_SEEN, &body, &x.edit);
  if (!st) st = wg_id_read(q, "id", q->param[0], &x.hook.id);
  if (!st && what == WG_HOOK_SECRET && !(x.hook.secret = new_secret(q))) st = WG_NO_MEMORY;
  return st ? st : put(q, r, &x, 200);
}

wg_status wg_h_webhook_change(wg_request *q, wg_response *r) { return change(q, r, WG_HOOK_CHANGE); }
wg_status wg_h_webhook_secret(wg_request *q, wg_response *r) { return change(q, r, WG_HOOK_SECRET); }
wg_status wg_h_webhook_drop(wg_request *q, wg_response *r) { return change(q, r, WG_HOOK_DROP); }

/* --- dead letters ------------------------------------------------------------------------------------------
 */

/* The channel that a word names: a webhook's id, or "command". */
static wg_status read_channel(wg_request *q, const char *text, int64_t *out) {
  *out = 0;
  return strcmp(text, "command") == 0 ? WG_OK : wg_id_read(q, "webhook", text, out);
}

struct letters {
  wg_request *q;
  wg_jw w;
  const wg_webhook *hook;
  int n_hooks, seen;
  int64_t last;
};

static wg_status write_letter(void *ctx, const void *row) {
  struct letters *l = ctx;
  const wg_letter *x = row;
  const wg_asker *a = wg_asker_of(l->q);
  const wg_webhook *h = NULL;
  l->seen++;
  l->last = x->id;
  for (int k = 0; k < l->n_hooks; k++)
    if (l->hook[k].id == x->channel) h = &l->hook[k];
  if (!reaches(a, h ? h->area : "")) return WG_OK; /* the command's are a root's */
  wg_jw_begin_object(&l->w);
  wg_write_id(&l->w, "id", x->id);
  write_ref(&l->w, "webhook", x->channel, h ? h->name : NULL);
  write_account(&l->w, a, "account", x->account);
  wg_write_id(&l->w, "incident", x->incident);
  wg_jw_member_int(&l->w, "seq", x->seq);
  wg_jw_member_time(&l->w, "at", x->at);
  wg_jw_member_str(&l->w, "kind", x->kind);
  wg_jw_member_int(&l->w, "tries", x->tries);
  wg_jw_member_str(&l->w, "error", x->error);
  wg_jw_end_object(&l->w);
  return wg_buf_status(l->w.buf);
}

wg_status wg_h_dead_letters(wg_request *q, wg_response *r) {
  wg_store *store = NULL;
  wg_webhook *all = NULL;
  struct letters l = {.q = q};
  int limit = 0;
  int64_t after = 0, channel = -1;
  const char *webhook = wg_request_query(q, "webhook");
  wg_status st = wg_query_int(q, "after", 1, INT64_MAX, &after);
  if (!st) st = wg_query_limit(q, &limit);
  if (!st && webhook) st = read_channel(q, webhook, &channel);
  if (!st) st = load(q, &store, &all, &l.n_hooks);
  if (st) return st;
  l.hook = all;
  wg_jw_init(&l.w, &r->body);
  wg_jw_begin_object(&l.w);
  wg_jw_key(&l.w, "items");
  wg_jw_begin_array(&l.w);
  st = store->letters_dead(store, &q->arena, channel, after, limit, write_letter, &l, &q->err);
  wg_jw_end_array(&l.w);
  wg_jw_member_str(&l.w, "next",
                   l.seen == limit ? wg_next_link(q, wg_arena_printf(&q->arena, "%" PRId64, l.last)) : NULL);
  wg_jw_end_object(&l.w);
  return st ? st : wg_answer(r, 200);
}

enum { IDS = 500 };

wg_status wg_h_dead_letters_replay(wg_request *q, wg_response *r) {
  wg_replay_edit x = {0};
  wg_json *body = NULL, *list = NULL;
  const char *webhook = NULL;
  wg_status st = wg_edit_read(q, (const char *[]){"webhook", "ids", NULL}, WG_EDIT_NEW, &body, &x.edit);
  if (!st) st = wg_json_str(body, "webhook", WG_REQUIRED, 24, &webhook, &q->err);
  if (!st) st = read_channel(q, webhook, &x.channel);
  if (!st) st = wg_json_arr(body, "ids", WG_OPTIONAL, IDS, &list, &q->err);
  x.n = st || !list ? 0 : (int)wg_json_len(list);
  int64_t *id = wg_arena_alloc(&q->arena, ((size_t)x.n + 1) * sizeof *id);
  if (!st && !id) st = WG_NO_MEMORY;
  for (int k = 0; !st && k < x.n; k++) {
    const char *text = wg_json_text(wg_json_at(list, (size_t)k));
    st = wg_id_read(q, "ids", text ? text : "", &id[k]);
  }
  x.id = id;
  if (!st) st = wg_letters_replay(atomic_load(&wg_asker_of(q)->app->engine), &x, &q->err);
  if (st) return st;
  wg_jw w;
  wg_jw_init(&w, &r->body);
  wg_jw_begin_object(&w);
  wg_jw_member_int(&w, "replayed", x.replayed);
  wg_jw_end_object(&w);
  return wg_answer(r, 200);
}
