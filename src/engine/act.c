#include "engine/act.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/jw.h"

/* The area of an incident, as rights are asked for. */
static wg_target target_of(const wg_picture *p, const wg_incident *i, const char *const *orgs, bool hands) {
  return (wg_target){.area = i->area[0] ? wg_areas_find(&p->land->areas, i->area) : WG_NO_INDEX,
                     .class_ = i->class_,
                     .reporter = hands ? 0 : i->reporter, /* having reported it is no hand in it */
                     .responsible = i->responsible,
                     .orgs = orgs};
}

static wg_status unseen(const wg_act *x, wg_err *err) {
  return wg_fail(err, WG_NOT_FOUND, "id",
                 WG_T("there is no incident %lld that you may see", "没有可查看的事件 %lld"),
                 (long long)x->incident);
}

static wg_status may(const wg_act *x, const wg_txn *txn, wg_err *err) {
  const wg_picture *p = txn->picture;
  const wg_viewer *v = wg_picture_viewer(p, x->actor);
  wg_target seen = target_of(p, &x->result, x->orgs, false), done = target_of(p, &x->result, x->orgs, true);
  if (!wg_may(&p->land->areas, v, WG_V_SEE_INCIDENT, &seen, txn->now)) return unseen(x, err);
  const wg_step *step = wg_step_of(x->action);
  if (wg_may(&p->land->areas, v, step->verb, &done, txn->now)) return WG_OK;
  if (step->verb == WG_V_DIRECT)
    return wg_fail(
        err, WG_FORBIDDEN, "action",
        WG_T("you may not %s this incident: that is for the centre", "您不能执行 %s：该操作属于指挥中心"),
        step->name);
  return wg_fail(err, WG_FORBIDDEN, "action",
                 WG_T("you may not %s this incident: that is for whom it was handed to",
                      "您不能执行 %s：该操作属于承办人"),
                 step->name);
}

/* The sender's own action of that client_id. WG_NOT_FOUND: there is none. */
static wg_status earlier(const wg_act *x, const wg_txn *txn, const char *client_id, wg_deed *out) {
  return txn->store->deed_get(txn->store, x->actor, client_id, out, NULL);
}

static wg_status fresh(const wg_act *x, const wg_txn *txn, wg_err *err) {
  wg_deed before;
  int64_t seen = x->version, now = x->result.version;
  if (x->after) {
    wg_status st = earlier(x, txn, x->after, &before);
    if (st == WG_NOT_FOUND)
      return wg_fail_code(err, WG_CONFLICT, "stale-version", "after",
                          WG_T("you have taken no action %.64s", "您没有编号为 %.64s 的操作"), x->after);
    if (st) return st;
    seen = before.incident == x->incident ? before.seq : -1;
    now = x->result.seq;
  }
  if (seen == now) return WG_OK;
  return wg_fail_code(err, WG_CONFLICT, "stale-version", x->after ? "after" : "version",
                      WG_T("the incident has moved on (version %lld, %s): read it again",
                           "事件已有新进展（第 %lld 版，%s），请重新读取"),
                      (long long)x->result.version, wg_state_name(x->result.state));
}

struct hand {
  int64_t actor;
};

static wg_status note_done(void *ctx, const void *row) {
  const wg_event *e = row;
  if (strcmp(e->kind, "incident.done") == 0) ((struct hand *)ctx)->actor = e->actor;
  return WG_OK;
}

static wg_status other_hand(const wg_act *x, const wg_txn *txn, wg_err *err) {
  struct hand last = {0};
  char subject[40];
  snprintf(subject, sizeof subject, "incident/%" PRId64, x->incident);
  wg_status st = txn->store->events_of(txn->store, txn->arena, subject, 0, 10000, note_done, &last, err);
  if (st || last.actor != x->actor) return st;
  return wg_fail_code(err, WG_UNPROCESSABLE, "same-hand", "action",
                      WG_T("you handled it: somebody else has to check it", "由您办理的事件须由他人核查"));
}

static wg_status allowed(const wg_act *x, const wg_txn *txn, wg_err *err) {
  const wg_step *step = wg_step_of(x->action);
  if (!(step->from >> x->result.state & 1))
    return wg_fail_code(
        err, WG_UNPROCESSABLE, "not-now", "action",
        WG_T("%s is not possible while it is %s; possible is: %s", "无法执行 %s：事件当前为 %s，可执行：%s"),
        step->name, wg_state_name(x->result.state), wg_actions_in(x->arena, x->result.state));
  if (step->reason && !x->reason)
    return wg_fail_code(err, WG_INVALID, "missing-field", "reason",
                        WG_T("reason is missing: %s needs one", "缺少 reason：%s 须说明理由"), step->name);
  if (x->to_org && x->action != WG_A_DISPATCH)
    return wg_fail(err, WG_INVALID, "to_org", WG_T("only dispatch has to_org", "只有交办可带 to_org"));
  return step->other_hand ? other_hand(x, txn, err) : WG_OK;
}

static wg_status org_known(const char *code, wg_txn *txn, wg_err *err) {
  wg_org *all = NULL;
  uint32_t n = 0;
  wg_status st = txn->store->orgs_load(txn->store, txn->arena, &all, &n, err);
  for (uint32_t k = 0; !st && k < n; k++)
    if (strcmp(all[k].code, code) == 0) return WG_OK;
  return st ? st
            : wg_fail_code(err, WG_INVALID, "unknown-org", "to_org",
                           WG_T("there is no organisation %.63s", "没有单位 %.63s"), code);
}

static wg_status hand_over(wg_act *x, wg_txn *txn, wg_err *err) {
  if (!x->to_org) return WG_OK;
  wg_status st = org_known(x->to_org, txn, err);
  if (!st) st = txn->store->incident_party(txn->store, x->incident, x->to_org, "handed", err);
  return st ? st : txn->store->incident_orgs(txn->store, x->arena, x->incident, &x->orgs, err);
}

static wg_status write(wg_act *x, wg_txn *txn, wg_err *err) {
  const wg_step *step = wg_step_of(x->action);
  wg_store *s = txn->store;
  wg_private reason = {.field = "reason", .text = x->reason};
  wg_buf body;
  wg_jw w;
  char subject[40], hex[2 * WG_HASH_LEN + 1];
  const char *from = wg_state_name(x->result.state);
  wg_step_take(step, &x->result, txn->now);
  wg_status st = hand_over(x, txn, err);
  if (st) return st;
  if (x->reason) wg_private_seal(&reason);
  wg_buf_init(&body, 4096);
  wg_jw_init(&w, &body);
  wg_jw_begin_object(&w);
  wg_jw_member_str(&w, "action", step->name);
  wg_jw_member_str(&w, "from", from);
  if (x->reason) {
    wg_hex(reason.hash, WG_HASH_LEN, hex);
    wg_jw_member_str(&w, "reason", hex);
  }
  wg_jw_member_str(&w, "state", wg_state_name(x->result.state));
  if (x->to_org) wg_jw_member_str(&w, "to_org", x->to_org);
  wg_jw_member_int(&w, "version", x->result.version);
  wg_jw_end_object(&w);
  snprintf(subject, sizeof subject, "incident/%" PRId64, x->incident);
  st = wg_buf_status(&body);
  if (!st)
    st = wg_txn_emit(txn, step->event, subject, x->actor, wg_buf_str(&body), &reason, x->reason ? 1 : 0,
                     &x->result.seq, err);
  wg_buf_deinit(&body);
  if (!st) st = s->incident_update(s, &x->result, err);
  wg_deed deed = {.incident = x->incident, .seq = x->result.seq};
  memcpy(deed.hash, x->hash, sizeof deed.hash);
  if (!st) st = s->deed_put(s, x->actor, x->client_id, &deed, err);
  return st ? st : wg_txn_incident(txn, &x->result, x->orgs);
}

static wg_status run(wg_command *c, wg_txn *txn) {
  wg_act *x = (wg_act *)c;
  wg_store *s = txn->store;
  wg_deed before;
  x->repeated = false;
  wg_status st = s->incident_get(s, x->arena, x->incident, &x->result, NULL);
  if (!st) st = s->incident_orgs(s, x->arena, x->incident, &x->orgs, &c->err);
  if (st == WG_NOT_FOUND) return unseen(x, &c->err);
  if (!st) st = may(x, txn, &c->err);
  if (st) return st;
  st = earlier(x, txn, x->client_id, &before);
  if (!st) {
    x->repeated = true;
    if (before.incident == x->incident && memcmp(before.hash, x->hash, sizeof x->hash) == 0) return WG_OK;
    return wg_fail_code(&c->err, WG_UNPROCESSABLE, "client-id-reused", "client_id",
                        WG_T("client_id %.64s was used for another action; give this one its own",
                             "client_id %.64s 已用于另一操作，请换一个"),
                        x->client_id);
  }
  if (st != WG_NOT_FOUND) return st;
  st = fresh(x, txn, &c->err);
  if (!st) st = allowed(x, txn, &c->err);
  return st ? st : write(x, txn, &c->err);
}

wg_status wg_act_do(wg_engine *e, wg_act *x, wg_err *err) {
  x->command.run = run;
  wg_status st = wg_engine_do(e, &x->command);
  if (st) *err = x->command.err;
  return st;
}
