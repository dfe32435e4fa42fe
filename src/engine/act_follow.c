/* What an action means for others: an incident that was merged into another ends with it, with the same
 * words, so that everyone who reported it hears how it ended. */
#include <string.h>

#include "engine/act_inside.h"

enum { DEPTH = 4 }; /* merged into one that was merged: few ever are */

static void say_with(wg_jw *w, const void *ctx) { wg_jw_member_int(w, "with", *(const int64_t *)ctx); }

static wg_status end_one(wg_acting *a, int64_t id, int depth, wg_err *err);

static wg_status end_merged(wg_acting *a, int64_t into, int depth, wg_err *err) {
  wg_store *s = a->txn->store;
  wg_relative all[WG_RELATIVES_MAX];
  int n = 0;
  if (depth == DEPTH) return WG_OK;
  wg_status st = s->incident_relatives(s, into, all, WG_RELATIVES_MAX, &n, err);
  for (int k = 0; !st && k < n; k++)
    if (all[k].kind == WG_REL_MERGED && all[k].state == WG_S_MERGED)
      st = end_one(a, all[k].id, depth + 1, err);
  return st;
}

static wg_status end_one(wg_acting *a, int64_t id, int depth, wg_err *err) {
  wg_store *s = a->txn->store;
  wg_incident before, after;
  wg_status st = s->incident_get(s, a->txn->arena, id, &before, err);
  if (st) return st;
  after = before;
  after.state = a->x->result.state;
  after.version++;
  wg_change_of change = {.before = &before,
                         .after = &after,
                         .kind = a->step->event,
                         .actor = a->x->actor,
                         .reason = a->x->reason,
                         .say = say_with,
                         .ctx = &a->x->incident};
  st = wg_incident_changed(a->txn, &change, err);
  return st ? st : end_merged(a, id, depth, err);
}

wg_status wg_act_follow(wg_acting *a, wg_err *err) {
  bool ended = wg_state_open(a->before.state) && !wg_state_open(a->x->result.state);
  if (!ended || a->x->result.state == WG_S_MERGED) return WG_OK;
  return end_merged(a, a->x->incident, 0, err);
}
