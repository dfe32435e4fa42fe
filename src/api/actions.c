/* POST /api/v1/incidents/{id}/actions and /api/v1/actions: what is done to incidents, answered after its
 * commit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/app.h"
#include "base/json.h"
#include "base/text.h"
#include "engine/act.h"

enum { CLIENT_ID_MAX = 64, REASON_MAX = 4000, SUBJECT_MIN = 2, DAYS_MAX = 366 };

static wg_status read_action(wg_request *q, const wg_json *body, wg_act *x) {
  const char *action = NULL;
  wg_status st = wg_json_str(body, "action", WG_REQUIRED, 32, &action, &q->err);
  if (st || wg_action_parse(action, &x->action)) return st;
  return wg_fail_code(&q->err, WG_INVALID, "unknown-action", "action",
                      WG_T("there is no action \"%.32s\"", "没有名为“%.32s”的操作"), action);
}

/* What the sender had seen: the version, or its own action before this one. */
static wg_status read_seen(wg_request *q, const wg_json *body, wg_act *x) {
  x->version = -1;
  wg_status st = wg_json_int(body, "version", WG_OPTIONAL, 1, INT64_MAX, &x->version, &q->err);
  if (!st) st = wg_json_str(body, "after", WG_OPTIONAL, CLIENT_ID_MAX, &x->after, &q->err);
  if (st || (x->version < 0) != !x->after) return st;
  return wg_fail_code(&q->err, WG_INVALID, "missing-field", "version",
                      WG_T("give version (of the incident you saw) or after (your action before this one)",
                           "请提供 version（所见事件的版本）或 after（您此前的操作）之一"));
}

static wg_status read_id(wg_request *q, const wg_json *body, const char *name, int64_t *out) {
  const char *text = NULL;
  wg_status st = wg_json_str(body, name, WG_OPTIONAL, 24, &text, &q->err);
  return st || !text ? st : wg_id_read(q, name, text, out);
}

static wg_status read_words(wg_request *q, const wg_json *body, wg_act *x) {
  wg_status st = wg_json_str(body, "reason", WG_OPTIONAL, REASON_MAX, &x->reason, &q->err);
  if (st || !x->reason) return st;
  const char *first = x->reason + strspn(x->reason, " \t\r\n");
  if (!*first) x->reason = NULL;
  return WG_OK;
}

static wg_status read_basis(wg_request *q, const wg_json *body, wg_act *x) {
  wg_status st = wg_json_str(body, "basis", WG_OPTIONAL, 8, &x->basis, &q->err);
  if (st || !x->basis || strcmp(x->basis, "grid") == 0 || strcmp(x->basis, "law") == 0) return st;
  return wg_fail(&q->err, WG_INVALID, "basis",
                 WG_T("basis is grid or law", "basis 应为 grid（网格）或 law（法律依据）"));
}

static wg_status read_level(wg_request *q, const wg_json *body, wg_act *x) {
  const char *level = NULL;
  wg_status st = wg_json_str(body, "level", WG_OPTIONAL, 16, &level, &q->err);
  if (st || !level || (wg_supervision_parse(level, &x->level) && x->level > WG_SUP_NONE)) return st;
  return wg_fail(
      &q->err, WG_INVALID, "level",
      WG_T("level is ordinary, yellow, red or listed", "level 应为 ordinary、yellow、red 或 listed"));
}

static wg_status read_orgs(wg_request *q, const wg_json *body, wg_act *x) {
  wg_json *list = NULL;
  wg_status st = wg_json_arr(body, "orgs", WG_OPTIONAL, WG_ACT_ORGS_MAX, &list, &q->err);
  for (size_t k = 0; !st && list && k < wg_json_len(list); k++) {
    const char *code = wg_json_text(wg_json_at(list, k));
    char field[32];
    snprintf(field, sizeof field, "orgs.%zu", k);
    if (!code || strlen(code) >= WG_CODE_LEN)
      st = wg_fail(&q->err, WG_INVALID, field, WG_T("an organisation's code", "应为单位编码"));
    else
      x->org[x->n_orgs++] = code;
  }
  return st;
}

static wg_status read_parts(wg_request *q, const wg_json *body, wg_act *x) {
  static const char *const names[] = {"category", "description", NULL};
  wg_json *list = NULL;
  wg_status st = wg_json_arr(body, "parts", WG_OPTIONAL, WG_ACT_PARTS_MAX, &list, &q->err);
  for (size_t k = 0; !st && list && k < wg_json_len(list); k++) {
    wg_act_part *p = &x->part[x->n_parts++];
    const wg_json *one = wg_json_at(list, k);
    if (!wg_json_is_object(one))
      return wg_fail(&q->err, WG_INVALID, "parts", WG_T("parts are objects", "parts 的各项应为对象"));
    st = wg_json_only(one, names, &q->err);
    if (!st) st = wg_json_str(one, "category", WG_REQUIRED, WG_CODE_LEN - 1, &p->category, &q->err);
    if (!st) st = wg_json_str(one, "description", WG_REQUIRED, 8000, &p->description, &q->err);
  }
  return st;
}

/* Which members were given: what the action's row in the table is held against. */
static void note_said(wg_act *x) {
  const bool said[WG_SAYS] = {
      [WG_SAY_REASON] = x->reason,   [WG_SAY_TO_ORG] = x->to_org, [WG_SAY_TO_STAFF] = x->to_staff,
      [WG_SAY_TO_AREA] = x->to_area, [WG_SAY_ORGS] = x->n_orgs,   [WG_SAY_DAYS] = x->days,
      [WG_SAY_LEVEL] = x->level,     [WG_SAY_BASIS] = x->basis,   [WG_SAY_INTO] = x->into,
      [WG_SAY_PARTS] = x->n_parts,   [WG_SAY_SCORE] = x->score,   [WG_SAY_UNTIL] = x->until};
  for (int k = 0; k < WG_SAYS; k++) x->said |= said[k] ? 1u << k : 0;
}

static wg_status read_numbers(wg_request *q, const wg_json *body, wg_act *x) {
  int64_t days = 0, score = 0;
  wg_status st = wg_json_int(body, "days", WG_OPTIONAL, 1, DAYS_MAX, &days, &q->err);
  if (!st) st = wg_json_int(body, "score", WG_OPTIONAL, 1, 5, &score, &q->err);
  if (!st) st = wg_json_time(body, "until", WG_OPTIONAL, &x->until, &q->err);
  if (!st) st = read_id(q, body, "to_staff", &x->to_staff);
  if (!st) st = read_id(q, body, "into", &x->into);
  x->days = (int)days;
  x->score = (int)score;
  return st;
}

/* The members of an action; `id` is one of them where many are sent. */
static wg_status read_one(wg_request *q, const wg_json *body, bool with_id, wg_act *x) {
  static const char *const names[] = {"action",  "client_id", "version", "after", "reason", "to_org",
                                      "to_area", "to_staff",  "orgs",    "days",  "level",  "basis",
                                      "into",    "parts",     "score",   "until", "id",     NULL};
  const char *own[sizeof names / sizeof *names];
  memcpy(own, names, sizeof names);
  if (!with_id) own[sizeof names / sizeof *names - 2] = NULL;
  wg_status st = wg_json_only(body, own, &q->err);
  if (!st && with_id) {
    const char *id = NULL;
    st = wg_json_str(body, "id", WG_REQUIRED, 24, &id, &q->err);
    if (!st) st = wg_id_read(q, "id", id, &x->incident);
  }
  if (!st) st = read_action(q, body, x);
  if (!st) st = wg_json_str(body, "client_id", WG_REQUIRED, CLIENT_ID_MAX, &x->client_id, &q->err);
  if (!st && !*x->client_id)
    st = wg_fail(&q->err, WG_INVALID, "client_id", WG_T("client_id is empty", "client_id 为空"));
  if (!st) st = read_seen(q, body, x);
  if (!st) st = read_words(q, body, x);
  if (!st) st = wg_json_str(body, "to_org", WG_OPTIONAL, WG_CODE_LEN - 1, &x->to_org, &q->err);
  if (!st) st = wg_json_str(body, "to_area", WG_OPTIONAL, WG_CODE_LEN - 1, &x->to_area, &q->err);
  if (!st) st = read_basis(q, body, x);
  if (!st) st = read_level(q, body, x);
  if (!st) st = read_orgs(q, body, x);
  if (!st) st = read_parts(q, body, x);
  if (!st) st = read_numbers(q, body, x);
  if (st) return st;
  note_said(x);
  const char *canonical = wg_json_dump(&q->arena, body);
  if (!canonical) return WG_NO_MEMORY;
  wg_hash(canonical, strlen(canonical), x->hash);
  return WG_OK;
}

wg_status wg_h_action(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  wg_act x = {.actor = a->viewer->account, .arena = &q->arena};
  wg_json *body = NULL;
  wg_status st = wg_json_parse_object(&q->arena, q->body, q->body_len, &body, &q->err);
  if (!st) st = read_one(q, body, false, &x);
  if (!st && !(wg_text_int(q->param[0], &x.incident) && x.incident > 0))
    st = wg_fail(&q->err, WG_NOT_FOUND, "id",
                 WG_T("there is no incident %.20s that you may see", "没有可查看的事件 %.20s"), q->param[0]);
  if (!st) st = wg_act_do(atomic_load(&a->app->engine), &x, &q->err);
  if (st) return st;
  wg_jw w;
  wg_jw_init(&w, &r->body);
  wg_write_incident(&w, a->picture, &x.result, wg_write_for(a, WG_WRITE_FULL), q->lang);
  return wg_answer(r, 200);
}

/* --- many at once ------------------------------------------------------------------------------------------
 */

/* Whose fault it is, in front of the field. */
static void item_field(wg_request *q, int k) {
  char field[96];
  snprintf(field, sizeof field, "items.%d%s%s", k, q->err.field[0] ? "." : "", q->err.field);
  memcpy(q->err.field, field, sizeof q->err.field - 1);
}

static wg_status read_many(wg_request *q, wg_act **out, int *n, bool *all) {
  static const char *const names[] = {"mode", "items", NULL};
  wg_json *body = NULL, *list = NULL;
  const char *mode = "each";
  wg_status st = wg_json_parse_object(&q->arena, q->body, q->body_len, &body, &q->err);
  if (!st) st = wg_json_only(body, names, &q->err);
  if (!st) st = wg_json_str(body, "mode", WG_OPTIONAL, 8, &mode, &q->err);
  if (!st) st = wg_json_arr(body, "items", WG_REQUIRED, WG_ACTS_MAX, &list, &q->err);
  if (st) return st;
  *all = strcmp(mode, "all") == 0;
  if (!*all && strcmp(mode, "each") != 0)
    return wg_fail(&q->err, WG_INVALID, "mode", WG_T("mode is all or each", "mode 应为 all 或 each"));
  *n = (int)wg_json_len(list);
  *out = wg_arena_alloc(&q->arena, ((size_t)*n + 1) * sizeof **out);
  if (!*out) return WG_NO_MEMORY;
  for (int k = 0; !st && k < *n; k++) {
    const wg_json *one = wg_json_at(list, (size_t)k);
    (*out)[k] = (wg_act){.actor = wg_asker_of(q)->viewer->account, .arena = &q->arena};
    st = wg_json_is_object(one)
             ? read_one(q, one, true, &(*out)[k])
             : wg_fail(&q->err, WG_INVALID, "items", WG_T("items are actions", "items 的各项应为操作"));
    if (st) item_field(q, k);
  }
  return st;
}

static void write_result(wg_jw *w, wg_request *q, const wg_act *x) {
  wg_asker *a = wg_asker_of(q);
  char id[24];
  snprintf(id, sizeof id, "%lld", (long long)x->incident);
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "id", id);
  wg_jw_member_str(w, "client_id", x->client_id);
  wg_jw_member_int(w, "status", x->status ? wg_status_http(x->status) : 200);
  wg_jw_key(w, "incident");
  if (x->status)
    wg_jw_null(w);
  else
    wg_write_incident(w, a->picture, &x->result, wg_write_for(a, WG_WRITE_SUMMARY), q->lang);
  if (x->status) {
    bool zh = strncmp(q->lang, "zh", 2) == 0;
    wg_jw_member_str(w, "code", x->err.code[0] ? x->err.code : wg_status_name(x->status));
    wg_jw_member_str(w, "field", x->err.field);
    wg_jw_member_str(w, "detail", zh ? x->err.zh : x->err.en);
  }
  wg_jw_end_object(w);
}

wg_status wg_h_actions(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  wg_act *x = NULL;
  int n = 0, failed = -1;
  bool all = false;
  wg_status st = read_many(q, &x, &n, &all);
  if (!st) st = wg_acts_do(atomic_load(&a->app->engine), x, n, all, &failed, &q->err);
  if (st && failed >= 0) item_field(q, failed);
  if (st) return st;
  wg_jw w;
  r->body.max = 32u << 20; /* it is done: an answer too long to be given would say the opposite */
  wg_jw_init(&w, &r->body);
  wg_jw_begin_object(&w);
  wg_jw_key(&w, "items");
  wg_jw_begin_array(&w);
  for (int k = 0; k < n; k++) write_result(&w, q, &x[k]);
  wg_jw_end_array(&w);
  wg_jw_end_object(&w);
  return wg_answer(r, 200);
}
