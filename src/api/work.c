/* GET /api/v1/incidents/{id}/work: all that somebody at a desk needs beside the incident: what may be done
 * now, who has a part in it, who held it how long, what lies near, and whose it could be. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/app.h"
#include "api/work.h"
#include "base/json.h"
#include "engine/act.h"
#include "engine/change.h"
#include "geo/lattice.h"

enum {
  NEAR_MAX = 20,
  NEAR_M = 200,
  NEAR_MS = 3 * 86400000,
  PRECEDENTS = 5,
  STAFF_MAX = 5,
  EVENTS_MAX = 1000
};

void wg_write_org(wg_jw *w, const wg_org *org, uint32_t n, const char *code) {
  if (!code[0]) {
    wg_jw_null(w);
    return;
  }
  const char *names = "{}";
  for (uint32_t k = 0; k < n; k++)
    if (strcmp(org[k].code, code) == 0 && org[k].names[0]) names = org[k].names;
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "code", code);
  wg_jw_member_raw(w, "name", names);
  wg_jw_end_object(w);
}

bool wg_directs(const wg_asker *a, const wg_incident *i) {
  const wg_areas *areas = &a->picture->land->areas;
  const char *centre = i->centre[0] ? i->centre : i->area;
  wg_target t = {.area = centre[0] ? wg_areas_find(areas, centre) : WG_NO_INDEX, .class_ = i->class_};
  return wg_may(areas, a->viewer, WG_V_DIRECT, &t, a->now);
}

struct work {
  wg_request *q;
  wg_asker *a;
  wg_store *store;
  wg_jw *w;
  const wg_incident *i;
  wg_org *org;
  uint32_t n_orgs;
  wg_party party[WG_PARTIES_MAX];
  int n_parties;
};

/* --- what may be done
 * --------------------------------------------------------------------------------------- */

static void write_says(wg_jw *w, const char *name, uint32_t says) {
  wg_jw_key(w, name);
  wg_jw_begin_array(w);
  for (int k = 0; k < WG_SAYS; k++)
    if (says >> k & 1) wg_jw_str(w, wg_say_name((wg_say)k));
  wg_jw_end_array(w);
}

static void write_actions(struct work *x) {
  bool zh = strncmp(x->q->lang, "zh", 2) == 0;
  wg_jw_key(x->w, "actions");
  wg_jw_begin_array(x->w);
  for (int k = 0; k < WG_ACTIONS; k++) {
    const wg_step *step = wg_step_of((wg_action)k);
    if (!wg_act_possible(x->a->picture, x->a->viewer, (wg_action)k, x->i, x->party, x->n_parties, x->a->now))
      continue;
    wg_jw_begin_object(x->w);
    wg_jw_member_str(x->w, "action", step->name);
    wg_jw_member_str(x->w, "title", zh ? step->zh : step->en);
    write_says(x->w, "needs", step->needs);
    write_says(x->w, "takes", step->takes);
    wg_jw_end_object(x->w);
  }
  wg_jw_end_array(x->w);
}

/* --- who has a part in it
 * ----------------------------------------------------------------------------------- */

static void write_parties(struct work *x) {
  wg_jw_key(x->w, "parties");
  wg_jw_begin_array(x->w);
  for (int k = 0; k < x->n_parties; k++) {
    wg_jw_begin_object(x->w);
    wg_jw_key(x->w, "org");
    wg_write_org(x->w, x->org, x->n_orgs, x->party[k].org);
    wg_jw_member_str(x->w, "how", wg_party_how_name(x->party[k].how));
    wg_jw_end_object(x->w);
  }
  wg_jw_end_array(x->w);
}

static bool may_see_id(struct work *x, int64_t id) {
  wg_incident i;
  const char *const *orgs = NULL;
  return !x->store->incident_get(x->store, &x->q->arena, id, &i, NULL) &&
         !x->store->incident_orgs(x->store, &x->q->arena, id, &orgs, NULL) &&
         wg_may_see(x->a->picture, x->a->viewer, &i, orgs, x->a->now);
}

static wg_status write_relatives(struct work *x) {
  static const char *const kind[] = {"linked", "merged", "part"};
  wg_relative all[WG_RELATIVES_MAX];
  int n = 0;
  wg_status st = x->store->incident_relatives(x->store, x->i->id, all, WG_RELATIVES_MAX, &n, &x->q->err);
  if (st) return st;
  wg_jw_key(x->w, "relatives");
  wg_jw_begin_array(x->w);
  for (int k = 0; k < n; k++) {
    if (!may_see_id(x, all[k].id)) continue;
    wg_jw_begin_object(x->w);
    wg_write_id(x->w, "id", all[k].id);
    wg_jw_member_str(x->w, "number", all[k].number);
    wg_jw_member_str(x->w, "kind", kind[all[k].kind]);
    wg_jw_member_str(x->w, "state", wg_state_name(all[k].state));
    wg_jw_end_object(x->w);
  }
  wg_jw_end_array(x->w);
  return WG_OK;
}

/* --- who held it how long
 * ------------------------------------------------------------------------------------ */

static void write_hold(struct work *x, const char *clock, const char *org, int64_t staff, int64_t from,
                       int64_t until, int64_t work_ms, bool late) {
  wg_jw_begin_object(x->w);
  wg_jw_member_str(x->w, "clock", clock);
  wg_jw_key(x->w, "org");
  wg_write_org(x->w, x->org, x->n_orgs, org);
  wg_jw_key(x->w, "staff");
  wg_write_staff(x->w, x->a->picture, staff, NULL, x->a->nameless ? WG_SHOW_POST : WG_SHOW_NAME);
  wg_jw_member_time(x->w, "from", from);
  wg_write_time(x->w, "until", until);
  wg_jw_member_int(x->w, "work_minutes", work_ms / 60000);
  wg_jw_member_bool(x->w, "late", late);
  wg_jw_end_object(x->w);
}

/* As the event that ended it wrote it down. */
static wg_status event_hold(void *ctx, const void *row) {
  struct work *x = ctx;
  const wg_event *e = row;
  wg_json *body = NULL, *held = NULL;
  const char *clock = "", *org = "";
  int64_t from = 0, until = 0, work_ms = 0, staff = 0;
  bool late = false;
  if (!strstr(e->body, "\"held\"") ||
      wg_json_parse_object(&x->q->arena, e->body, strlen(e->body), &body, NULL) ||
      wg_json_obj(body, "held", WG_OPTIONAL, &held, NULL) || !held)
    return WG_OK;
  if (!wg_json_str(held, "clock", WG_REQUIRED, 16, &clock, NULL) &&
      !wg_json_str(held, "org", WG_OPTIONAL, WG_CODE_LEN, &org, NULL) &&
      !wg_json_int(held, "from", WG_REQUIRED, 0, INT64_MAX, &from, NULL) &&
      !wg_json_int(held, "until", WG_REQUIRED, 0, INT64_MAX, &until, NULL) &&
      !wg_json_int(held, "staff", WG_OPTIONAL, 0, INT64_MAX, &staff, NULL) &&
      !wg_json_int(held, "work_ms", WG_REQUIRED, 0, INT64_MAX, &work_ms, NULL) &&
      !wg_json_bool(held, "late", WG_OPTIONAL, &late, NULL))
    write_hold(x, clock, org, staff, from, until, work_ms, late);
  return WG_OK;
}

static bool in_hand(wg_state s) { return s == WG_S_DISPATCHED || s == WG_S_CLAIMED || s == WG_S_HANDLING; }

static wg_status write_holds(struct work *x) {
  const wg_incident *i = x->i;
  char subject[40];
  snprintf(subject, sizeof subject, "incident/%" PRId64, i->id);
  wg_jw_key(x->w, "holds");
  wg_jw_begin_array(x->w);
  wg_status st =
      x->store->events_of(x->store, &x->q->arena, subject, 0, EVENTS_MAX, event_hold, x, &x->q->err);
  if (!st && wg_state_open(i->state) && !i->suspended_at) { /* and who has it now */
    int64_t from = i->held_since ? i->held_since : i->received_at, due = wg_incident_step_due(i);
    bool hands = in_hand(i->state);
    const wg_worktime *work = wg_picture_worktime(x->a->picture, hands ? i->org : "");
    write_hold(x, wg_clock_name(wg_incident_clock(i)), hands ? i->org : "",
               hands && !i->org[0] ? i->responsible : 0, from, 0, wg_work_between(work, from, x->a->now),
               due && due <= x->a->now);
  }
  wg_jw_end_array(x->w);
  return st;
}

/* --- what lies near
 * ------------------------------------------------------------------------------------------ */

struct near {
  const wg_incident *i;
  const char *group;
  const wg_picture *p;
  struct {
    int64_t id;
    double metres;
  } hit[NEAR_MAX];
  int n;
};

static const char *group_of(const wg_picture *p, const char *category) {
  const wg_category *c = wg_picture_category(p, category);
  return c ? c->group : category;
}

static bool near_row(void *ctx, const wg_live_brief *b) {
  struct near *n = ctx;
  if (!wg_state_open((wg_state)b->state) || b->row->i.id == n->i->id) return true;
  if (llabs(b->received_at - n->i->received_at) > NEAR_MS) return true;
  if (strcmp(group_of(n->p, b->row->i.category), n->group) != 0) return true;
  double d = wg_geodesic_distance(b->at, n->i->at);
  if (d > NEAR_M) return true;
  int k = n->n < NEAR_MAX ? n->n++ : NEAR_MAX - 1; /* by distance; the farthest falls off */
  if (k == NEAR_MAX - 1 && n->n == NEAR_MAX && n->hit[k].id && n->hit[k].metres <= d) return true;
  for (; k && n->hit[k - 1].metres > d; k--) n->hit[k] = n->hit[k - 1];
  n->hit[k].id = b->row->i.id;
  n->hit[k].metres = d;
  return true;
}

static wg_status write_near(struct work *x) {
  struct near n = {.i = x->i, .p = x->a->picture, .group = group_of(x->a->picture, x->i->category)};
  wg_jw_key(x->w, "near");
  wg_jw_begin_array(x->w);
  if (x->i->has_position) {
    double cos_lat = fmax(0.05, cos(x->i->at.y / WG_LATTICE * M_PI / 180));
    int32_t dy = (int32_t)(NEAR_M / 110574.0 * WG_LATTICE),
            dx = (int32_t)(NEAR_M / 111320.0 / cos_lat * WG_LATTICE);
    wg_box box = {x->i->at.x - dx, x->i->at.y - dy, x->i->at.x + dx, x->i->at.y + dy};
    wg_live_in_box(wg_engine_live(atomic_load(&x->a->app->engine)), x->a->picture->land, box, near_row, &n);
  }
  for (int k = 0; k < n.n; k++) {
    wg_incident i;
    const char *const *orgs = NULL;
    if (x->store->incident_get(x->store, &x->q->arena, n.hit[k].id, &i, NULL) ||
        x->store->incident_orgs(x->store, &x->q->arena, i.id, &orgs, NULL) ||
        !wg_may_see(x->a->picture, x->a->viewer, &i, orgs, x->a->now))
      continue;
    wg_jw_begin_object(x->w);
    wg_jw_member_num(x->w, "metres", n.hit[k].metres, 0);
    wg_jw_key(x->w, "incident");
    wg_write_incident(x->w, x->a->picture, &i, wg_write_for(x->a, WG_WRITE_SUMMARY), x->q->lang);
    wg_jw_end_object(x->w);
  }
  wg_jw_end_array(x->w);
  return WG_OK;
}

/* --- whose it could be
 * --------------------------------------------------------------------------------------- */

static void suggest_org(struct work *x, const char *code, const wg_precedent *p, bool usual) {
  bool zh = strncmp(x->q->lang, "zh", 2) == 0;
  const char *why;
  if (p && p->ruled)
    why = wg_arena_printf(&x->q->arena,
                          zh ? "上级中心曾 %lld 次裁定此类事项归其办理" : "ruled to be theirs %lld times",
                          (long long)p->ruled);
  else if (p)
    why = wg_arena_printf(&x->q->arena,
                          zh ? "同类事项曾交办 %lld 次，退回 %lld 次"
                             : "%lld like this went there, %lld came back",
                          (long long)p->sent, (long long)p->returned);
  else
    why = zh ? "该事项通常由其办理" : "mostly handles this category";
  wg_jw_begin_object(x->w);
  wg_jw_key(x->w, "org");
  wg_write_org(x->w, x->org, x->n_orgs, code);
  wg_jw_key(x->w, "staff");
  wg_jw_null(x->w);
  wg_jw_member_str(x->w, "why", why);
  wg_jw_member_bool(x->w, "usual", usual);
  wg_jw_member_int(x->w, "sent", p ? p->sent : 0);
  wg_jw_member_int(x->w, "returned", p ? p->returned : 0);
  wg_jw_end_object(x->w);
}

static void suggest_staff(struct work *x, int64_t staff, const char *post, const char *why) {
  wg_jw_begin_object(x->w);
  wg_jw_key(x->w, "org");
  wg_jw_null(x->w);
  wg_jw_key(x->w, "staff");
  wg_write_staff(x->w, x->a->picture, staff, post, WG_SHOW_NAME);
  wg_jw_member_str(x->w, "why", why);
  wg_jw_member_bool(x->w, "usual", false);
  wg_jw_member_int(x->w, "sent", 0);
  wg_jw_member_int(x->w, "returned", 0);
  wg_jw_end_object(x->w);
}

/* The worker of the grid, as it is now. */
static void suggest_worker(struct work *x) {
  const wg_incident *i = x->i;
  if (!i->grid[0] || i->class_ == WG_SEALED) return;
  wg_assignment as = wg_assign(&x->a->picture->people->roster, i->network, i->grid, x->a->now);
  unsigned posts = wg_picture_rules(x->a->picture, i->category, i->rule)->posts;
  if (!as.staff || (posts && !(posts >> as.post & 1))) return;
  suggest_staff(x, as.staff, wg_post_name(as.post),
                wg_write_why(&x->q->arena, x->a->picture, x->q->lang, i->how, i->network, i->grid,
                             i->plan_version, 0, !i->has_position, &as, false));
}

static wg_status write_suggestions(struct work *x) {
  wg_precedent p[PRECEDENTS];
  int n = 0;
  const wg_category *c = wg_picture_category(x->a->picture, x->i->category);
  wg_status st = x->store->precedents(x->store, x->i->category, p, PRECEDENTS, &n, &x->q->err);
  if (st) return st;
  bool usual = c && c->usual_org[0];
  wg_jw_key(x->w, "suggestions");
  wg_jw_begin_array(x->w);
  for (int k = 0; k < n && usual; k++)
    if (strcmp(p[k].org, c->usual_org) == 0) {
      suggest_org(x, c->usual_org, &p[k], true);
      usual = false;
    }
  if (usual) suggest_org(x, c->usual_org, NULL, true);
  suggest_worker(x);
  for (int k = 0; k < n; k++)
    if ((!c || strcmp(p[k].org, c->usual_org) != 0) && (p[k].ruled || p[k].sent > 2 * p[k].returned))
      suggest_org(x, p[k].org, &p[k], false);
  wg_jw_end_array(x->w);
  return WG_OK;
}

wg_status wg_h_incident_work(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  wg_incident i;
  struct work x = {.q = q, .a = a, .i = &i};
  wg_status st = wg_find_incident(q, &x.store, &i);
  if (!st && a->nameless)
    st = wg_fail(&q->err, WG_FORBIDDEN, "", WG_T("that is not for a wall", "大屏设备不可查看"));
  if (!st) st = x.store->orgs_load(x.store, &q->arena, &x.org, &x.n_orgs, &q->err);
  if (!st) st = x.store->incident_parties(x.store, i.id, x.party, WG_PARTIES_MAX, &x.n_parties, &q->err);
  if (st) return st;
  wg_jw w;
  x.w = &w;
  r->body.max = 2u << 20;
  wg_jw_init(&w, &r->body);
  wg_jw_begin_object(&w);
  wg_jw_member_int(&w, "version", i.version);
  wg_jw_member_raw(&w, "caller", i.caller && *i.caller && wg_directs(a, &i) ? i.caller : NULL);
  write_actions(&x);
  write_parties(&x);
  st = write_relatives(&x);
  if (!st) st = write_holds(&x);
  if (!st) st = write_near(&x);
  if (!st) st = write_suggestions(&x);
  if (st) {
    wg_buf_reset(&r->body);
    return st;
  }
  wg_jw_end_object(&w);
  return wg_answer(r, 200);
}
