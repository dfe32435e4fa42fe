/* What an action means for others: an incident that was merged into another ends with it, with the same
 * words, so that everyone who reported it hears how it ended. */
#include <string.h>

#include "engine/act_inside.h"

/* DEPTH: merged into one that was merged. A burst pipe is reported by hundreds: they are met by the batch. */
enum { DEPTH = 64, BATCH = 64 };

static void say_with(wg_jw *w, const void *ctx) { wg_jw_member_int(w, "with", *(const int64_t *)ctx); }

static wg_status end_one(wg_acting *a, int64_t id, int depth, wg_err *err);

static wg_status end_merged(wg_acting *a, int64_t into, int depth, wg_err *err) {
  wg_store *s = a->txn->store;
  int64_t id[BATCH], last = 0;
  int n = 0;
  wg_status st = WG_OK;
  if (depth == DEPTH) return WG_OK;
  do {
    st = s->incident_merged(s, into, last, id, BATCH, &n, err);
    for (int k = 0; !st && k < n; k++) st = end_one(a, last = id[k], depth + 1, err);
  } while (!st && n == BATCH);
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
