/* Being overdue is an event, never a matter of when one asks; so is supervision by the clock, and the end of
 * a suspension. What is due next stands in a heap, so that a million open incidents cost nothing while
 * nothing is due. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/time.h"
#include "engine/change.h"
#include "engine/inside.h"

wg_status wg_due_push(wg_due_heap *h, wg_due due) {
  if (h->n == h->cap) {
    uint32_t cap = h->cap ? h->cap * 2 : 1024;
    wg_due *item = realloc(h->item, cap * sizeof *item);
    if (!item) return WG_NO_MEMORY;
    h->item = item;
    h->cap = cap;
  }
  uint32_t k = h->n++;
  for (; k && h->item[(k - 1) / 2].at > due.at; k = (k - 1) / 2) h->item[k] = h->item[(k - 1) / 2];
  h->item[k] = due;
  return WG_OK;
}

bool wg_due_pop(wg_due_heap *h, int64_t now, wg_due *out) {
  if (!h->n || h->item[0].at > now) return false;
  *out = h->item[0];
  wg_due tail = h->item[--h->n];
  uint32_t k = 0;
  for (uint32_t child; (child = 2 * k + 1) < h->n; k = child) {
    if (child + 1 < h->n && h->item[child + 1].at < h->item[child].at) child++;
    if (h->item[child].at >= tail.at) break;
    h->item[k] = h->item[child];
  }
  if (h->n) h->item[k] = tail;
  return true;
}

wg_status wg_overdue_watch(wg_engine *e, const wg_incident *i) {
  wg_pace pace = wg_incident_pace(e->picture, i, wg_now_ms());
  int64_t at = wg_life_next(i, &pace).at;
  return at ? wg_due_push(&e->due, (wg_due){at, i->id, i->version}) : WG_OK;
}

static bool watch_row(void *ctx, const wg_live_brief *b) {
  if (wg_state_open((wg_state)b->state) && wg_overdue_watch(ctx, &b->row->i))
    wg_error("engine", "no memory for the deadline of incident %" PRId64, b->row->i.id);
  return true;
}

void wg_overdue_renew(wg_engine *e) {
  e->due.n = 0;
  wg_live_each(e->live, e->picture->land, watch_row, e);
}

int64_t wg_overdue_next(wg_engine *e) { return e->due.n ? e->due.item[0].at : INT64_MAX; }

struct overdue {
  wg_command command;
  wg_engine *engine;
  wg_due due;
  int64_t later; /* a longer limit or a holiday came in between: then it is due then */
};

enum { AGAIN_MS = 10000 }; /* after a full disk or a held lock */

struct tick {
  const wg_due_next *due;
  int points;
};

static void say(wg_jw *w, const void *ctx) {
  const struct tick *t = ctx;
  wg_jw_member_str(w, "clock", wg_clock_name(t->due->clock));
  wg_jw_member_int(w, "due", t->due->at);
  if (t->due->what != WG_TICK_SUPERVISE) return;
  wg_jw_member_str(w, "level", wg_supervision_name(t->due->level));
  if (t->points) wg_jw_member_int(w, "points", t->points);
}

static const char *kind_of(wg_tick what) {
  return what == WG_TICK_OVERDUE     ? "incident.overdue"
         : what == WG_TICK_SUPERVISE ? "incident.supervised"
                                     : "incident.resumed";
}

/* What is due now, once; what comes after it is watched when the event is applied. */
static wg_status run(wg_command *c, wg_txn *txn) {
  struct overdue *o = (struct overdue *)c;
  wg_incident before, after;
  o->later = 0;
  wg_status st = txn->store->incident_get(txn->store, txn->arena, o->due.id, &before, &c->err);
  if (st) return st == WG_NOT_FOUND ? WG_OK : st;
  wg_pace pace = wg_incident_pace(txn->picture, &before, txn->now);
  wg_due_next due = wg_life_next(&before, &pace);
  if (due.at > txn->now && before.version == o->due.version) o->later = due.at;
  if (!due.at || due.at > txn->now) return WG_OK; /* or it moved on since, and is watched anew */
  struct tick tick = {&due, due.what == WG_TICK_SUPERVISE ? txn->picture->settings->points[due.level] : 0};
  after = before;
  wg_life_tick(&after, &due, &pace);
  wg_change_of change = {
      .before = &before, .after = &after, .kind = kind_of(due.what), .say = say, .ctx = &tick};
  return wg_incident_changed(txn, &change, &c->err);
}

static void done(wg_command *c, wg_status st) {
  struct overdue *o = (struct overdue *)c;
  if (st) {
    wg_error("engine", "incident %" PRId64 " was not marked overdue: %s", o->due.id, c->err.en);
    o->later = wg_now_ms() + AGAIN_MS;
  }
  if (o->later) wg_due_push(&o->engine->due, (wg_due){o->later, o->due.id, o->due.version});
  free(o);
}

wg_command *wg_overdue_commands(wg_engine *e, int64_t now, int max) {
  wg_command *first = NULL;
  wg_due due;
  while (max-- > 0 && wg_due_pop(&e->due, now, &due)) {
    struct overdue *o = calloc(1, sizeof *o);
    if (!o) {
      wg_due_push(&e->due, (wg_due){now + AGAIN_MS, due.id, due.version});
      break;
    }
    o->engine = e;
    o->due = due;
    o->command = (wg_command){.run = run, .done = done, .next = first};
    first = &o->command;
  }
  return first;
}
