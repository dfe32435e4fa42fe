/* What every edit by an administrator sends, and how it is answered. */
#include "engine/edit.h"

#include <string.h>

#include "api/app.h"
#include "base/text.h"

enum { MEMBERS_MAX = 24, REASON_BYTES = 4 * WG_REASON_MAX };

static wg_status read_reason(wg_request *q, const wg_json *body, wg_edit *x) {
  wg_status st = wg_json_str(body, "reason", WG_REQUIRED, REASON_BYTES, &x->reason, &q->err);
  if (st) return st;
  size_t n = wg_text_chars(x->reason);
  if (n >= WG_REASON_MIN && n <= WG_REASON_MAX && x->reason[strspn(x->reason, " \t\r\n")]) return WG_OK;
  return wg_fail(&q->err, WG_INVALID, "reason",
                 WG_T("say why in %d to %d characters", "请用 %d 到 %d 个字说明原因"), WG_REASON_MIN,
                 WG_REASON_MAX);
}

/* "…", W/"…": the tag without its quotes. */
static const char *if_match(wg_request *q) {
  const char *tag = wg_request_header(q, "If-Match");
  if (!tag) return NULL;
  if (strncmp(tag, "W/", 2) == 0) tag += 2;
  size_t n = strlen(tag);
  return n >= 2 && tag[0] == '"' && tag[n - 1] == '"' ? wg_arena_strndup(&q->arena, tag + 1, n - 2) : tag;
}

static wg_status read_version(wg_request *q, const wg_json *body, bool seen, wg_edit *x) {
  wg_status st = wg_json_str(body, "version", WG_OPTIONAL, 64, &x->version, &q->err);
  if (!st && !x->version) x->version = if_match(q);
  if (st || x->version || !seen) return st;
  return wg_fail_code(&q->err, WG_INVALID, "missing-field", "version",
                      WG_T("version is missing: the one that was read (or the header If-Match)",
                           "缺少 version：请附上所读取的版本（或请求头 If-Match）"));
}

wg_status wg_edit_read(wg_request *q, const char *const *names, int how, wg_json **body, wg_edit *x) {
  const char *all[MEMBERS_MAX] = {"reason", "version", "confirm"};
  int n = 3;
  for (; names && *names && n < MEMBERS_MAX - 1; names++) all[n++] = *names;
  wg_status st = wg_json_parse_object(&q->arena, q->body, q->body_len, body, &q->err);
  if (!st) st = wg_json_only(*body, all, &q->err);
  if (!st && !(how & WG_EDIT_TRIED)) st = read_reason(q, *body, x);
  if (!st) st = read_version(q, *body, how & WG_EDIT_SEEN, x);
  if (!st) st = wg_json_bool(*body, "confirm", WG_OPTIONAL, &x->confirm, &q->err);
  x->actor = wg_asker_of(q)->viewer->account;
  x->verb = (wg_verb)q->route->rule;
  x->arena = &q->arena;
  return st;
}

wg_status wg_id_read(wg_request *q, const char *field, const char *text, int64_t *out) {
  if (wg_text_int(text, out) && *out > 0) return WG_OK;
  return wg_fail(&q->err, WG_INVALID, field, WG_T("\"%.40s\" is no id", "“%.40s”不是有效 id"), text);
}

static void write_touched(wg_jw *w, const char *name, const wg_touched *t) {
  wg_jw_key(w, name);
  wg_jw_begin_object(w);
  wg_jw_member_int(w, "count", t->n);
  wg_jw_key(w, "first");
  wg_jw_begin_array(w);
  for (int i = 0; i < t->n_names; i++) wg_jw_str(w, t->name[i]);
  wg_jw_end_array(w);
  wg_jw_end_object(w);
}

wg_status wg_edit_refused(wg_request *q, wg_response *r, wg_status st, const wg_edit *x) {
  if (strcmp(q->err.code, "would-orphan") != 0) return st;
  wg_jw w;
  wg_buf_reset(&r->body);
  wg_jw_init(&w, &r->body);
  wg_jw_begin_object(&w);
  wg_jw_member_str(&w, "type", "/problems/would-orphan");
  wg_jw_member_str(&w, "title", wg_status_title(st, q->lang));
  wg_jw_member_int(&w, "status", 409);
  wg_jw_member_str(&w, "detail", strcmp(q->lang, "zh") ? q->err.en : q->err.zh);
  wg_jw_member_str(&w, "field", q->err.field);
  wg_jw_member_str(&w, "code", q->err.code);
  wg_jw_key(&w, "touches");
  wg_jw_begin_object(&w);
  for (int k = 0; k < WG_TOUCHES; k++) write_touched(&w, wg_touch_name((wg_touch_kind)k), &x->touches[k]);
  wg_jw_end_object(&w);
  wg_jw_end_object(&w);
  r->type = "application/problem+json";
  return wg_answer(r, 409);
}

void wg_asker_renew(wg_asker *a) {
  wg_picture *fresh = wg_engine_picture(atomic_load(&a->app->engine));
  const wg_viewer *v = a->viewer ? wg_picture_viewer(fresh, a->viewer->account) : NULL;
  wg_picture_drop(a->picture);
  a->picture = fresh;
  a->viewer = v;
}
