/* An action from the request to the commit: who may, whether it was done before, whether the sender has seen
 * the newest, whether the state allows it; then act_take.c, and the event. */
#include "engine/act.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/jw.h"
#include "engine/act_inside.h"
#include "engine/evidence.h"

uint32_t wg_act_centre(const wg_picture *p, const wg_incident *i) {
  const char *code = i->centre[0] ? i->centre : i->area;
  return code[0] ? wg_areas_find(&p->land->areas, code) : WG_NO_INDEX;
}

/* --- who may ----------------------------------------------------------------------------------------------
 */

/* Whose hands it is in: the organisation and those that work along, else the worker. A note may be left by
 * everyone who has a part in it. */
static void hands_of(wg_action action, const wg_incident *i, const wg_party *party, int n, const char **hands,
                     wg_target *t) {
  int k = 0;
  for (int p = 0; p < n; p++)
    if (action == WG_A_NOTE || party[p].how == WG_P_HANDED || party[p].how == WG_P_CO)
      hands[k++] = party[p].org;
  hands[k] = NULL;
  t->orgs = hands;
  t->responsible = action == WG_A_NOTE || !i->org[0] ? i->responsible : 0;
}

static bool may_take(const wg_picture *p, const wg_viewer *v, wg_action action, const wg_incident *i,
                     const wg_party *party, int n, int64_t now) {
  const char *hands[WG_PARTIES_MAX + 1];
  wg_target t = {.area = wg_act_centre(p, i), .class_ = i->class_};
  const wg_step *step = wg_step_of(action);
  if (step->verb == WG_V_WORK) hands_of(action, i, party, n, hands, &t);
  return wg_may(&p->land->areas, v, step->verb, &t, now);
}

bool wg_act_possible(const wg_picture *p, const wg_viewer *v, wg_action action, const wg_incident *i,
                     const wg_party *party, int n, int64_t now) {
  const wg_step *step = wg_step_of(action);
  if (step->but & WG_B_AT_ONCE && !wg_picture_rules(p, i->category, i->rule)->at_once) return false;
  if (step->but & WG_B_OTHER_HAND && i->doer == v->account) return false;
  return wg_step_now(step, i) && may_take(p, v, action, i, party, n, now);
}

static wg_status unseen(const wg_act *x, wg_err *err) {
  return wg_fail(err, WG_NOT_FOUND, "id",
                 WG_T("there is no incident %lld that you may see", "没有可查看的事件 %lld"),
                 (long long)x->incident);
}

static wg_status forbidden(const wg_acting *a, wg_err *err) {
  switch (a->step->verb) {
  case WG_V_REVIEW:
    return wg_fail(
        err, WG_FORBIDDEN, "action",
        WG_T("you may not %s this incident: that is for a leader", "您不能执行 %s：该操作属于领导"),
        a->step->name);
  case WG_V_WORK:
    return wg_fail(err, WG_FORBIDDEN, "action",
                   WG_T("you may not %s this incident: that is for whom it was handed to",
                        "您不能执行 %s：该操作属于承办人"),
                   a->step->name);
  default:
    return wg_fail(err, WG_FORBIDDEN, "action",
                   WG_T("you may not %s this incident: that is for the centre that directs it",
                        "您不能执行 %s：该操作属于主管该事件的指挥中心"),
                   a->step->name);
  }
}

static wg_status sees(const wg_acting *a, wg_err *err) {
  const wg_picture *p = a->txn->picture;
  const wg_incident *i = &a->before;
  const wg_viewer *v = wg_picture_viewer(p, a->x->actor);
  wg_target seen = {.area = i->area[0] ? wg_areas_find(&p->land->areas, i->area) : WG_NO_INDEX,
                    .class_ = i->class_,
                    .reporter = i->reporter,
                    .responsible = i->responsible,
                    .orgs = a->x->orgs};
  return wg_may(&p->land->areas, v, WG_V_SEE_INCIDENT, &seen, a->txn->now) ? WG_OK : unseen(a->x, err);
}

static wg_status may(const wg_acting *a, wg_err *err) {
  const wg_picture *p = a->txn->picture;
  const wg_viewer *v = wg_picture_viewer(p, a->x->actor);
  if (may_take(p, v, a->x->action, &a->before, a->party, a->n_parties, a->txn->now)) return WG_OK;
  return forbidden(a, err);
}

/* --- whether it is still so -------------------------------------------------------------------------------
 */

/* The sender's own action of that client_id. WG_NOT_FOUND: there is none. */
static wg_status earlier(const wg_acting *a, const char *client_id, wg_deed *out) {
  return a->txn->store->deed_get(a->txn->store, a->x->actor, client_id, out, NULL);
}

static wg_status by_hand(void *ctx, const void *row) {
  *(bool *)ctx |= ((const wg_event *)row)->actor != 0;
  return WG_OK;
}

/* What only the clock has done since then does not make an action of somebody who was offline a late one. */
static bool only_the_clock_since(const wg_acting *a, int64_t seq) {
  bool others = false;
  char subject[40];
  snprintf(subject, sizeof subject, "incident/%" PRId64, a->x->incident);
  return !a->txn->store->events_of(a->txn->store, a->txn->arena, subject, seq, 1000, by_hand, &others,
                                   NULL) &&
         !others;
}

static wg_status fresh(const wg_acting *a, wg_err *err) {
  const wg_act *x = a->x;
  wg_deed before;
  int64_t seen = x->version, now = a->before.version;
  if (x->after) {
    wg_status st = earlier(a, x->after, &before);
    if (st == WG_NOT_FOUND)
      return wg_fail_code(err, WG_CONFLICT, "stale-version", "after",
                          WG_T("you have taken no action %.64s", "您没有编号为 %.64s 的操作"), x->after);
    if (st) return st;
    seen = before.incident == x->incident ? before.seq : -1;
    now = a->before.seq;
    if (seen > 0 && seen < now && only_the_clock_since(a, seen)) return WG_OK;
  }
  if (seen == now) return WG_OK;
  return wg_fail_code(err, WG_CONFLICT, "stale-version", x->after ? "after" : "version",
                      WG_T("the incident has moved on (version %lld, %s): read it again",
                           "事件已有新进展（第 %lld 版，%s），请重新读取"),
                      (long long)a->before.version, wg_state_name(a->before.state));
}

static wg_status says_enough(const wg_acting *a, wg_err *err) {
  const wg_step *step = a->step;
  for (int k = 0; k < WG_SAYS; k++) {
    const char *name = wg_say_name((wg_say)k);
    if (step->needs >> k & 1 && !(a->x->said >> k & 1))
      return wg_fail_code(err, WG_INVALID, "missing-field", name,
                          WG_T("%s is missing: %s needs one", "缺少 %s：%s 须提供"), name, step->name);
    if (a->x->said >> k & 1 && !((step->needs | step->takes) >> k & 1))
      return wg_fail(err, WG_INVALID, name, WG_T("%s is nothing that %s takes", "%s 不适用于 %s"), name,
                     step->name);
  }
  return WG_OK;
}

static wg_status not_now(const wg_acting *a, wg_err *err) {
  const wg_incident *i = &a->before;
  const char *possible = wg_actions_in(a->x->arena, i);
  if (a->x->action == WG_A_RETURN && i->ruled)
    return wg_fail_code(err, WG_UNPROCESSABLE, "ruled", "action",
                        WG_T("the upper centre has ruled whose it is, and that binds; possible is: %s",
                             "上级中心已裁定归属，不得再退回；可执行：%s"),
                        possible);
  return wg_fail_code(err, WG_UNPROCESSABLE, "not-now", "action",
                      WG_T("%s is not possible while it is %s%s; possible is: %s",
                           "无法执行 %s：事件当前为 %s%s，可执行：%s"),
                      a->step->name, wg_state_name(i->state), i->suspended_at ? " (suspended)" : "",
                      possible);
}

/* Photos of the end are those since the work was handed out; of a matter done at once, any. */
static wg_status photographed(const wg_acting *a, wg_err *err) {
  const wg_incident *i = &a->before;
  const wg_rules *rules = wg_picture_rules(a->txn->picture, i->category, i->rule);
  bool verify = a->step->but & WG_B_VERIFY_PHOTOS && i->state == WG_S_VERIFYING;
  bool done = a->step->but & WG_B_DONE_PHOTOS;
  int wanted = verify ? rules->verify_photos : done ? rules->done_photos : 0, n = 0;
  int64_t since = done && a->x->action == WG_A_DONE ? i->work_since : 0;
  if (!wanted) return WG_OK;
  wg_status st = wg_evidence_photos(a->txn->store, a->txn->arena, i->id, since, &n, err);
  if (st || n >= wanted) return st;
  return wg_fail_code(err, WG_UNPROCESSABLE, "evidence-missing", "action",
                      WG_T("%s needs %d photo(s) of what was done, and there are %d: attach them first",
                           "%s 须附 %d 张照片，目前 %d 张：请先上传"),
                      a->step->name, wanted, n);
}

static wg_status allowed(const wg_acting *a, wg_err *err) {
  if (!wg_step_now(a->step, &a->before)) return not_now(a, err);
  wg_status st = says_enough(a, err);
  if (st) return st;
  st = photographed(a, err);
  if (st) return st;
  if (a->step->but & WG_B_OTHER_HAND && a->before.doer == a->x->actor)
    return wg_fail_code(err, WG_UNPROCESSABLE, "same-hand", "action",
                        WG_T("you handled it: somebody else has to check it", "由您办理的事件须由他人核查"));
  return WG_OK;
}

/* --- the event --------------------------------------------------------------------------------------------
 */

static void say_parties(wg_jw *w, const wg_acting *a) {
  if (!a->n_changes) return;
  wg_jw_key(w, "parties");
  wg_jw_begin_array(w);
  for (int k = 0; k < a->n_changes; k++) {
    wg_jw_begin_object(w);
    wg_jw_member_str(w, "how", wg_party_how_name(a->change[k].how));
    wg_jw_member_str(w, "org", a->change[k].org);
    wg_jw_end_object(w);
  }
  wg_jw_end_array(w);
}

/* On what a return rests: the grid, its plan and the rule that made it whose it was. */
static void say_proof(wg_jw *w, const wg_acting *a) {
  const wg_incident *i = &a->before;
  wg_jw_key(w, "proof");
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "area", i->area);
  wg_jw_member_int(w, "assign_rule", i->assigned.rule);
  wg_jw_member_str(w, "grid", i->grid);
  wg_jw_member_str(w, "network", i->network);
  wg_jw_member_int(w, "plan_version", i->plan_version);
  wg_jw_end_object(w);
}

static void say(wg_jw *w, const void *ctx) {
  const wg_acting *a = ctx;
  const wg_act *x = a->x;
  wg_jw_member_str(w, "action", a->step->name);
  if (x->to_org) wg_jw_member_str(w, "to_org", x->to_org);
  if (x->to_staff) wg_jw_member_int(w, "to_staff", x->to_staff);
  if (x->to_area) wg_jw_member_str(w, "to_area", x->to_area);
  if (x->days) wg_jw_member_int(w, "days", x->days);
  if (x->basis) wg_jw_member_str(w, "basis", x->basis);
  if (x->into) wg_jw_member_int(w, "into", x->into);
  if (a->points) wg_jw_member_int(w, "points", a->points);
  if (a->ruling) wg_jw_member_bool(w, "ruling", true);
  if (x->action == WG_A_SUPERVISE) wg_jw_member_str(w, "level", wg_supervision_name(x->level));
  if (x->action == WG_A_RETURN) say_proof(w, a);
  if (a->n_made) {
    wg_jw_key(w, "made");
    wg_jw_begin_array(w);
    for (int k = 0; k < a->n_made; k++) wg_jw_int(w, a->made[k]);
    wg_jw_end_array(w);
  }
  say_parties(w, a);
}

static wg_status write(wg_acting *a, wg_err *err) {
  wg_act *x = a->x;
  wg_store *s = a->txn->store;
  wg_held held = {0};
  wg_status st = wg_act_take(a, err);
  if (st) return st;
  wg_pace pace = wg_incident_pace(a->txn->picture, &a->before, a->txn->now);
  pace.hands = wg_picture_worktime(a->txn->picture, x->result.org); /* of the next one */
  if (x->action == WG_A_GRANT_EXTENSION) wg_life_extend(&x->result, &pace, x->days);
  wg_step_take(x->action, &x->result, &pace, &held);
  wg_change_of change = {.before = &a->before,
                         .after = &x->result,
                         .kind = a->step->event,
                         .actor = x->actor,
                         .reason = x->reason,
                         .held = &held,
                         .say = say,
                         .ctx = a};
  st = wg_incident_changed(a->txn, &change, err);
  wg_deed deed = {.incident = x->incident, .seq = x->result.seq};
  memcpy(deed.hash, x->hash, sizeof deed.hash);
  if (!st) st = s->deed_put(s, x->actor, x->client_id, &deed, err);
  if (!st) st = wg_act_follow(a, err);
  return st ? st : s->incident_orgs(s, x->arena, x->incident, &x->orgs, err);
}

static wg_status again(const wg_acting *a, const wg_deed *before, wg_err *err) {
  a->x->repeated = true;
  if (before->incident == a->x->incident && memcmp(before->hash, a->x->hash, sizeof a->x->hash) == 0)
    return WG_OK;
  return wg_fail_code(err, WG_UNPROCESSABLE, "client-id-reused", "client_id",
                      WG_T("client_id %.64s was used for another action; give this one its own",
                           "client_id %.64s 已用于另一操作，请换一个"),
                      a->x->client_id);
}

static wg_status run_one(wg_act *x, wg_txn *txn, wg_err *err) {
  wg_store *s = txn->store;
  wg_acting a = {.x = x, .txn = txn, .step = wg_step_of(x->action)};
  wg_deed before;
  x->repeated = false;
  wg_status st = s->incident_get(s, x->arena, x->incident, &x->result, NULL);
  if (st == WG_NOT_FOUND) return unseen(x, err);
  if (!st) st = s->incident_orgs(s, x->arena, x->incident, &x->orgs, err);
  if (!st) st = s->incident_parties(s, x->incident, a.party, WG_PARTIES_MAX, &a.n_parties, err);
  if (st) return st;
  a.before = x->result;
  st = sees(&a, err);
  if (st) return st;
  st = earlier(&a, x->client_id, &before); /* first: who gave it away has it no more, and may not know */
  if (!st) return again(&a, &before, err);
  if (st != WG_NOT_FOUND) return st;
  st = may(&a, err);
  if (!st) st = fresh(&a, err);
  if (!st) st = allowed(&a, err);
  return st ? st : write(&a, err);
}

/* --- through the writer -----------------------------------------------------------------------------------
 */

struct one {
  wg_command command; /* first */
  wg_act *x;
  struct tally *tally; /* of those that run each by itself */
};

static wg_status run(wg_command *c, wg_txn *txn) { return run_one(((struct one *)c)->x, txn, &c->err); }

wg_status wg_act_do(wg_engine *e, wg_act *x, wg_err *err) {
  struct one one = {.command = {.run = run}, .x = x};
  x->status = wg_engine_do(e, &one.command);
  if (x->status) *err = x->err = one.command.err;
  return x->status;
}

/* How many are still under way. */
struct tally {
  pthread_mutex_t lock;
  pthread_cond_t over;
  int left;
};

static void settle(struct one *one, wg_status st) {
  struct tally *t = one->tally;
  one->x->status = st;
  one->x->err = one->command.err;
  pthread_mutex_lock(&t->lock);
  if (--t->left == 0) pthread_cond_signal(&t->over);
  pthread_mutex_unlock(&t->lock);
}

static void one_done(wg_command *c, wg_status st) { settle((struct one *)c, st); }

/* All are queued at once, in their order, so that they share commits. */
static wg_status each_by_itself(wg_engine *e, wg_act *x, int n) {
  struct one *all = wg_arena_alloc(x[0].arena, (size_t)n * sizeof *all);
  struct tally t = {.left = n};
  if (!all) return WG_NO_MEMORY;
  pthread_mutex_init(&t.lock, NULL);
  pthread_cond_init(&t.over, NULL);
  for (int k = 0; k < n; k++) {
    all[k] = (struct one){.command = {.run = run, .done = one_done}, .x = &x[k], .tally = &t};
    wg_status st = wg_engine_submit(e, &all[k].command);
    if (st) settle(&all[k], st);
  }
  pthread_mutex_lock(&t.lock);
  while (t.left) pthread_cond_wait(&t.over, &t.lock);
  pthread_mutex_unlock(&t.lock);
  pthread_cond_destroy(&t.over);
  pthread_mutex_destroy(&t.lock);
  return WG_OK;
}

struct many {
  wg_command command; /* first */
  wg_act *x;
  int n, failed;
};

static wg_status run_many(wg_command *c, wg_txn *txn) {
  struct many *m = (struct many *)c;
  m->failed = -1;
  for (int k = 0; k < m->n; k++) {
    wg_status st = run_one(&m->x[k], txn, &c->err);
    if (!st) continue;
    m->failed = k;
    return st;
  }
  return WG_OK;
}

wg_status wg_acts_do(wg_engine *e, wg_act *x, int n, bool all, int *failed, wg_err *err) {
  *failed = -1;
  if (all) {
    struct many m = {.command = {.run = run_many}, .x = x, .n = n};
    wg_status st = wg_engine_do(e, &m.command);
    *failed = m.failed;
    if (st) *err = m.command.err;
    return st;
  }
  if (!n) return WG_OK;
  wg_status st = each_by_itself(e, x, n);
  if (!st && x[0].status == WG_BUSY) { /* nothing could be tried */
    st = WG_BUSY;
    *err = x[0].err;
  }
  return st;
}
