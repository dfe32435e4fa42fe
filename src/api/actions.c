/* POST /api/v1/incidents/{id}/actions: what is done to an incident, answered after its commit. */
#include <string.h>

#include "api/app.h"
#include "base/json.h"
#include "base/text.h"
#include "engine/act.h"

enum { CLIENT_ID_MAX = 64, REASON_MAX = 2000 };

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

static wg_status read_body(wg_request *q, wg_act *x) {
  static const char *const names[] = {"action", "client_id", "version", "after", "reason", "to_org", NULL};
  wg_json *body = NULL;
  wg_status st = wg_json_parse_object(&q->arena, q->body, q->body_len, &body, &q->err);
  if (!st) st = wg_json_only(body, names, &q->err);
  if (!st) st = read_action(q, body, x);
  if (!st) st = wg_json_str(body, "client_id", WG_REQUIRED, CLIENT_ID_MAX, &x->client_id, &q->err);
  if (!st && !*x->client_id)
    st = wg_fail(&q->err, WG_INVALID, "client_id", WG_T("client_id is empty", "client_id 为空"));
  if (!st) st = read_seen(q, body, x);
  if (!st) st = wg_json_str(body, "reason", WG_OPTIONAL, REASON_MAX, &x->reason, &q->err);
  if (!st) st = wg_json_str(body, "to_org", WG_OPTIONAL, WG_CODE_LEN - 1, &x->to_org, &q->err);
  if (st) return st;
  if (x->reason && !*x->reason) x->reason = NULL;
  const char *canonical = wg_json_dump(&q->arena, body);
  if (!canonical) return WG_NO_MEMORY;
  wg_hash(canonical, strlen(canonical), x->hash);
  return WG_OK;
}

wg_status wg_h_action(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  wg_act x = {.actor = a->viewer->account, .arena = &q->arena};
  wg_status st = read_body(q, &x);
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
