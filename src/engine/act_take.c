/* What an action says, into the incident: whose hands, which centre, which rules stand in the way. Clocks and
 * state are domain/life_clock.c's. */
#include <stdio.h>
#include <string.h>

#include "engine/act_inside.h"
#include "engine/intake.h"

/* --- organisations, people --------------------------------------------------------------------------------
 */

static wg_status org_known(const wg_acting *a, const char *code, const char *field, wg_err *err) {
  wg_org *all = NULL;
  uint32_t n = 0;
  wg_status st = a->txn->store->orgs_load(a->txn->store, a->txn->arena, &all, &n, err);
  for (uint32_t k = 0; !st && k < n; k++)
    if (strcmp(all[k].code, code) == 0) return WG_OK;
  return st ? st
            : wg_fail_code(err, WG_INVALID, "unknown-org", field,
                           WG_T("there is no organisation %.63s", "没有单位 %.63s"), code);
}

static wg_status part(wg_acting *a, const char *org, wg_party_how how, wg_err *err) {
  for (int k = 0; k < a->n_parties; k++)
    if (strcmp(a->party[k].org, org) == 0 && a->party[k].how == how) return WG_OK;
  if (a->n_changes == WG_PARTIES_MAX || (a->n_parties + a->n_changes >= WG_PARTIES_MAX && how != WG_P_FORMER))
    return wg_fail(err, WG_TOO_LARGE, "orgs",
                   WG_T("at most %d organisations take part in an incident", "一个事件最多 %d 个单位参与"),
                   WG_PARTIES_MAX);
  wg_party *p = &a->change[a->n_changes++];
  snprintf(p->org, sizeof p->org, "%s", org);
  p->how = how;
  wg_store *s = a->txn->store;
  return s->incident_party(s, a->x->incident, org, wg_party_how_name(how), err);
}

/* Its part after what was changed so far. */
static wg_party_how how_of(const wg_acting *a, const char *org, bool *is) {
  wg_party_how how = WG_P_FORMER;
  *is = false;
  for (int k = 0; k < a->n_parties + a->n_changes; k++) {
    const wg_party *p = k < a->n_parties ? &a->party[k] : &a->change[k - a->n_parties];
    if (strcmp(p->org, org) != 0) continue;
    *is = true;
    how = p->how;
  }
  return how;
}

/* Co-handlers, or who is told. Nobody's part becomes smaller by it. */
static wg_status add_orgs(wg_acting *a, wg_party_how how, wg_err *err) {
  wg_status st = WG_OK;
  for (int k = 0; !st && k < a->x->n_orgs; k++) {
    const char *org = a->x->org[k];
    char field[24];
    bool is = false;
    snprintf(field, sizeof field, "orgs.%d", k);
    st = org_known(a, org, field, err);
    wg_party_how now = how_of(a, org, &is);
    if (st || (is && now <= how) || strcmp(org, a->x->result.org) == 0) continue;
    st = part(a, org, how, err);
  }
  return st;
}

/* Does the person hold a post that may be given such work today? Where any post may, so may everyone. */
static bool admitted(const wg_acting *a, int64_t staff) {
  const wg_picture *p = a->txn->picture;
  const wg_roster *r = &p->people->roster;
  const wg_rules *rules = wg_picture_rules(p, a->before.category, a->before.rule);
  wg_local day = wg_zone_local(p->settings->zone, a->txn->now);
  bool any = !rules->posts;
  for (uint32_t k = 0; !any && k < r->n_posts; k++)
    any = r->post[k].staff == staff &&
          wg_rules_admit(rules, r->post[k].kind, day.year * 10000 + day.month * 100 + day.day);
  return any;
}

static wg_status not_admitted(const wg_acting *a, const char *field, wg_err *err) {
  return wg_fail_code(err, WG_UNPROCESSABLE, "not-admitted", field,
                      WG_T("category %s is not on the list of what this post may be given; hand it to an "
                           "organisation, or have it admitted",
                           "事项 %s 不在该岗位的准入清单内，请交办给单位，或先办理准入"),
                      a->before.category);
}

static wg_status to_person(wg_acting *a, wg_err *err) {
  wg_incident *i = &a->x->result;
  const wg_picture *p = a->txn->picture;
  if (!a->x->to_staff && !i->responsible)
    return wg_fail_code(
        err, WG_UNPROCESSABLE, "nobody", "to_org",
        WG_T("nobody answers for it: say to_org or to_staff", "该事件无责任人：请指定 to_org 或 to_staff"));
  if (a->x->to_staff) {
    if (!wg_roster_staff(&p->people->roster, a->x->to_staff))
      return wg_fail_code(err, WG_INVALID, "unknown-staff", "to_staff",
                          WG_T("there is no such person", "没有该人员"));
    i->responsible = a->x->to_staff;
  }
  if (!admitted(a, i->responsible)) return not_admitted(a, a->x->to_staff ? "to_staff" : "to_org", err);
  i->org[0] = '\0';
  return WG_OK;
}

static wg_status hand_over(wg_acting *a, wg_err *err) {
  wg_incident *i = &a->x->result;
  wg_store *s = a->txn->store;
  wg_status st = WG_OK;
  if (a->x->to_org && a->x->to_staff)
    return wg_fail(err, WG_INVALID, "to_staff",
                   WG_T("say to_org or to_staff, not both", "to_org 与 to_staff 只能指定其一"));
  if (a->x->to_org) {
    st = org_known(a, a->x->to_org, "to_org", err);
    if (!st) snprintf(i->org, sizeof i->org, "%s", a->x->to_org);
    if (!st) st = part(a, i->org, WG_P_HANDED, err);
    if (!st) st = s->precedent_add(s, i->category, i->org, 1, 0, a->ruling, err);
  } else {
    st = to_person(a, err);
  }
  if (!st && a->before.org[0] && strcmp(a->before.org, i->org) != 0)
    st = part(a, a->before.org, WG_P_FORMER, err);
  for (int k = 0; !st && k < a->n_parties; k++) /* who had it before, and is not who gets it now */
    if (a->party[k].how == WG_P_HANDED && strcmp(a->party[k].org, i->org) != 0 &&
        strcmp(a->party[k].org, a->before.org) != 0)
      st = part(a, a->party[k].org, WG_P_FORMER, err);
  return st ? st : add_orgs(a, WG_P_CO, err);
}

/* --- what a leader looks at first --------------------------------------------------------------------------
 */

static bool gated(const wg_acting *a, unsigned gate) {
  const wg_incident *i = &a->before;
  const wg_settings *s = a->txn->picture->settings;
  bool severe = gate == WG_GATE_DISPATCH && s->review_severity && i->severity >= s->review_severity;
  return severe || wg_picture_rules(a->txn->picture, i->category, i->rule)->gates & gate;
}

static wg_status pass_gate(wg_acting *a, unsigned gate, wg_err *err) {
  wg_incident *i = &a->x->result;
  bool agreed = i->approved, ends = gate == WG_GATE_CLOSE;
  i->approved = false; /* for this step, needed or not: never for a later one */
  if (agreed || (!gated(a, gate) && !(ends && i->review_owed))) return WG_OK;
  if (i->urgent && !ends) { /* 先办后审; after the end there is no afterwards */
    i->review_owed = true;
    return WG_OK;
  }
  return wg_fail_code(err, WG_UNPROCESSABLE, "needs-review", "action",
                      WG_T("a leader has to approve that first: send it for review, or make it urgent",
                           "该事件须先经领导审核：请先送审；紧急事项可先加急办理、事后补审"));
}

/* --- centres -----------------------------------------------------------------------------------------------
 */

/* After so many returns the upper centre says whose it is. */
static wg_status rule_on_it(wg_acting *a, wg_err *err) {
  const wg_picture *p = a->txn->picture;
  wg_incident *i = &a->x->result;
  int limit = p->settings->return_limit;
  if (!limit || i->returns < limit || i->ruled) return WG_OK;
  wg_target t = {.area = p->land->root, .class_ = i->class_};
  if (!wg_may(&p->land->areas, wg_picture_viewer(p, a->x->actor), WG_V_DIRECT, &t, a->txn->now))
    return wg_fail_code(err, WG_FORBIDDEN, "upper-centre-rules", "action",
                        WG_T("it came back %d times: the district's centre rules whose it is; escalate it",
                             "该事件已被退回 %d 次：由区级中心裁定归属，请上报上级"),
                        i->returns);
  a->ruling = i->ruled = true;
  return WG_OK;
}

/* The highest area above (or at) `here` that the actor directs: a matter of a village is directed by the
 * township's centre, and what that one escalates goes to the one above the township. */
static uint32_t highest_directed(const wg_acting *a, uint32_t here) {
  const wg_picture *p = a->txn->picture;
  const wg_viewer *v = wg_picture_viewer(p, a->x->actor);
  uint32_t top = here;
  for (uint32_t k = here; k != WG_NO_INDEX; k = p->land->areas.parent[k]) {
    wg_target t = {.area = k, .class_ = a->before.class_};
    if (wg_may(&p->land->areas, v, WG_V_DIRECT, &t, a->txn->now)) top = k;
  }
  return top;
}

static wg_status escalate(wg_acting *a, wg_err *err) {
  const wg_picture *p = a->txn->picture;
  uint32_t here = wg_act_centre(p, &a->before), top = highest_directed(a, here);
  uint32_t up = top == WG_NO_INDEX ? WG_NO_INDEX : p->land->areas.parent[top];
  if (up == WG_NO_INDEX || top == p->land->root)
    return wg_fail_code(err, WG_UNPROCESSABLE, "no-upper", "action",
                        WG_T("there is no centre above", "没有上级中心可上报"));
  memcpy(a->x->result.centre, p->land->areas.item[up].code, sizeof a->x->result.centre);
  return WG_OK;
}

static wg_status hand_down(wg_acting *a, wg_err *err) {
  const wg_picture *p = a->txn->picture;
  uint32_t here = wg_act_centre(p, &a->before), to = wg_areas_find(&p->land->areas, a->x->to_area);
  if (to == WG_NO_INDEX)
    return wg_fail_code(err, WG_INVALID, "unknown-area", "to_area",
                        WG_T("there is no area %.63s", "没有区划 %.63s"), a->x->to_area);
  if (to == here || (here != WG_NO_INDEX && !wg_area_under(&p->land->areas, to, here)))
    return wg_fail(err, WG_INVALID, "to_area",
                   WG_T("%.63s is not below the centre that has it", "%.63s 不在当前主管中心之下"),
                   a->x->to_area);
  /* A centre that does not see where it lies could do nothing with it. */
  uint32_t own = a->before.area[0] ? wg_areas_find(&p->land->areas, a->before.area) : WG_NO_INDEX;
  if (own == WG_NO_INDEX ||
      (!wg_area_under(&p->land->areas, own, to) && !wg_area_under(&p->land->areas, to, own)))
    return wg_fail(err, WG_INVALID, "to_area",
                   WG_T("the incident does not lie in %.63s", "该事件不在 %.63s 辖区内"), a->x->to_area);
  memcpy(a->x->result.centre, p->land->areas.item[to].code, sizeof a->x->result.centre);
  return WG_OK;
}

/* --- others ------------------------------------------------------------------------------------------------
 */

/* It is with the centre again, and no organisation has it in hand. */
static wg_status let_go(wg_acting *a, wg_err *err) {
  wg_incident *i = &a->x->result;
  wg_status st = i->org[0] ? part(a, i->org, WG_P_FORMER, err) : WG_OK;
  i->org[0] = '\0';
  return st;
}

static wg_status give_back(wg_acting *a, wg_err *err) {
  wg_incident *i = &a->x->result;
  wg_store *s = a->txn->store;
  i->returns++;
  wg_status st = i->org[0] ? s->precedent_add(s, i->category, i->org, 0, 1, 0, err) : WG_OK;
  return st ? st : let_go(a, err);
}

static wg_status supervise(wg_acting *a, wg_err *err) {
  wg_incident *i = &a->x->result;
  if (!wg_supervision_follows(i->supervised, a->x->level))
    return wg_fail_code(err, WG_UNPROCESSABLE, "supervision-order", "level",
                        WG_T("it is under %s supervision already; only a graver one may follow",
                             "该事件已处于 %s 督办，只能升级，不能重复或降级"),
                        wg_supervision_name(i->supervised));
  i->supervised = a->x->level;
  a->points = a->txn->picture->settings->points[a->x->level];
  return WG_OK;
}

/* The other incident, which the actor must see and direct. */
static wg_status other(const wg_acting *a, bool direct, wg_incident *out, wg_err *err) {
  wg_store *s = a->txn->store;
  const wg_picture *p = a->txn->picture;
  const char *const *orgs = NULL;
  const wg_viewer *v = wg_picture_viewer(p, a->x->actor);
  wg_status st =
      a->x->into == a->x->incident ? WG_NOT_FOUND : s->incident_get(s, a->txn->arena, a->x->into, out, NULL);
  if (!st) st = s->incident_orgs(s, a->txn->arena, a->x->into, &orgs, err);
  if (st && st != WG_NOT_FOUND) return st;
  bool sees = false;
  if (!st) {
    wg_target t = {.area = out->area[0] ? wg_areas_find(&p->land->areas, out->area) : WG_NO_INDEX,
                   .class_ = out->class_,
                   .reporter = out->reporter,
                   .responsible = out->responsible,
                   .orgs = orgs};
    sees = wg_may(&p->land->areas, v, WG_V_SEE_INCIDENT, &t, a->txn->now);
    wg_target centre = {.area = wg_act_centre(p, out), .class_ = out->class_};
    if (direct) sees = sees && wg_may(&p->land->areas, v, WG_V_DIRECT, &centre, a->txn->now);
  }
  if (sees) return WG_OK;
  return wg_fail_code(
      err, WG_INVALID, "unknown-incident", "into",
      WG_T("there is no other incident %lld that you may do this with", "没有可用于此操作的其他事件 %lld"),
      (long long)a->x->into);
}

static wg_status merge(wg_acting *a, wg_err *err) {
  wg_incident into;
  wg_status st = other(a, true, &into, err);
  if (st) return st;
  if (!wg_state_open(into.state))
    return wg_fail_code(err, WG_UNPROCESSABLE, "not-open", "into",
                        WG_T("%s is %s: merge into one that is open", "%s 当前为 %s：只能并入未办结的事件"),
                        into.number, wg_state_name(into.state));
  a->x->result.merged_into = into.id;
  return WG_OK;
}

static wg_status link_other(wg_acting *a, wg_err *err) {
  wg_incident into;
  wg_status st = other(a, false, &into, err);
  return st ? st : a->txn->store->incident_link(a->txn->store, a->x->incident, into.id, err);
}

/* One visit, several matters: each part becomes an incident of its own, at the same place and by the same
 * reporter. */
static wg_status split(wg_acting *a, wg_err *err) {
  const wg_incident *i = &a->before;
  wg_status st = WG_OK;
  for (int k = 0; !st && k < a->x->n_parts; k++) {
    wg_report r = {.account = i->reporter,
                   .has_position = i->has_position,
                   .at = i->at,
                   .raw_lon = i->raw_lon,
                   .raw_lat = i->raw_lat,
                   .crs = i->crs,
                   .accuracy_m = i->accuracy_m,
                   .category = a->x->part[k].category,
                   .network = i->network,
                   .occurred_at = i->occurred_at,
                   .client_id = "",
                   .source = "split",
                   .description = a->x->part[k].description,
                   .place = i->place};
    wg_incident made;
    st = wg_intake_part(a->txn, &r, i, a->x->actor, &made, err);
    if (st == WG_INVALID && err) snprintf(err->field, sizeof err->field, "parts.%d.category", k);
    if (!st) a->made[a->n_made++] = made.id;
  }
  return st;
}

static wg_status extension(wg_acting *a, wg_err *err) {
  wg_incident *i = &a->x->result;
  switch (a->x->action) {
  case WG_A_ASK_EXTENSION:
    i->days_asked = a->x->days;
    break;
  case WG_A_GRANT_EXTENSION:
    if (i->days_granted + a->x->days > 366)
      return wg_fail(err, WG_INVALID, "days",
                     WG_T("no more than 366 days in all", "累计延期不得超过 366 天"));
    i->days_asked = 0;
    break;
  default:
    i->days_asked = 0;
  }
  return WG_OK;
}

static wg_status suspend(wg_acting *a, wg_err *err) {
  if (a->x->until && a->x->until <= a->txn->now)
    return wg_fail(err, WG_INVALID, "until", WG_T("until must be in the future", "until 须晚于当前时间"));
  a->x->result.suspended_until = a->x->until;
  return WG_OK;
}

static wg_status verify_by(wg_acting *a, wg_err *err) {
  if (!a->x->to_staff) return WG_OK;
  if (!wg_roster_staff(&a->txn->picture->people->roster, a->x->to_staff))
    return wg_fail_code(err, WG_INVALID, "unknown-staff", "to_staff",
                        WG_T("there is no such person", "没有该人员"));
  a->x->result.responsible = a->x->to_staff;
  return WG_OK;
}

static wg_status at_once(wg_acting *a, wg_err *err) {
  a->x->result.doer = a->x->actor;
  if (wg_picture_rules(a->txn->picture, a->before.category, a->before.rule)->at_once)
    return pass_gate(a, WG_GATE_CLOSE, err);
  return wg_fail_code(err, WG_UNPROCESSABLE, "not-at-once", "action",
                      WG_T("category %s is not one that may be done at once", "事项 %s 不适用即报即结"),
                      a->before.category);
}

wg_status wg_act_take(wg_acting *a, wg_err *err) {
  wg_incident *i = &a->x->result;
  wg_status st = WG_OK;
  switch (a->x->action) {
  case WG_A_VERIFY:
    return verify_by(a, err);
  case WG_A_SEND_REVIEW:
    i->review_from = i->state;
    return WG_OK;
  case WG_A_APPROVE:
    i->approved = i->state == WG_S_REVIEW;
    i->review_owed = false;
    return WG_OK;
  case WG_A_SEND_BACK:
    i->approved = false;
    return let_go(a, err);
  case WG_A_DISPATCH:
    st = rule_on_it(a, err);
    if (!st) st = pass_gate(a, WG_GATE_DISPATCH, err);
    return st ? st : hand_over(a, err);
  case WG_A_TRANSFER:
    return hand_over(a, err);
  case WG_A_ESCALATE:
    st = pass_gate(a, WG_GATE_ESCALATE, err);
    return st ? st : escalate(a, err);
  case WG_A_HAND_DOWN:
    return hand_down(a, err);
  case WG_A_COPY:
    return add_orgs(a, WG_P_COPIED, err);
  case WG_A_CO_HANDLE:
    return add_orgs(a, WG_P_CO, err);
  case WG_A_RETURN:
    return give_back(a, err);
  case WG_A_AT_ONCE:
    return at_once(a, err);
  case WG_A_DONE:
    i->doer = a->x->actor;
    return WG_OK;
  case WG_A_REWORK:
    i->reworks++;
    i->approved = false; /* what was agreed to was the work before */
    return WG_OK;
  case WG_A_CLOSE:
    return pass_gate(a, WG_GATE_CLOSE, err);
  case WG_A_REOPEN:
    i->approved = false;
    i->merged_into = 0; /* it ended with that one, and goes on by itself */
    return let_go(a, err);
  case WG_A_EVALUATE:
    i->score = a->x->score;
    return WG_OK;
  case WG_A_SUSPEND:
    return suspend(a, err);
  case WG_A_ASK_EXTENSION:
  case WG_A_GRANT_EXTENSION:
  case WG_A_REFUSE_EXTENSION:
    return extension(a, err);
  case WG_A_URGENT:
    i->urgent = true;
    return WG_OK;
  case WG_A_SUPERVISE:
    return supervise(a, err);
  case WG_A_UNSUPERVISE:
    i->supervised = WG_SUP_NONE;
    return WG_OK;
  case WG_A_MERGE:
    return merge(a, err);
  case WG_A_SPLIT:
    return split(a, err);
  case WG_A_LINK:
    return link_other(a, err);
  default:
    return WG_OK;
  }
}
