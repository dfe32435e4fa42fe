/* Matters that are not claimed yet do not wait for somebody who has gone: what the setting "reassign" says of
 * them happens when their worker goes off duty, on leave, or loses the account, and leaves an event. Whoever
 * is on duty anywhere, or has claimed it, keeps what they have. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/time.h"
#include "domain/duty.h"
#include "engine/change.h"
#include "engine/inside.h"

/* Not claimed, and with a worker. */
static bool waits(const wg_incident *i) {
  bool open = i->state == WG_S_REPORTED || i->state == WG_S_ACCEPTED || i->state == WG_S_FILED ||
              i->state == WG_S_DISPATCHED;
  return open && i->responsible && !i->org[0] && i->grid[0] && i->class_ != WG_SEALED && !i->suspended_at;
}

/* Every account of theirs is disabled (whoever has none works by paper and is there). */
static bool locked_out(const wg_picture *p, int64_t staff) {
  bool any = false;
  for (uint32_t k = 0; k < p->accounts->n; k++) {
    if (p->accounts->item[k].staff != staff) continue;
    if (!p->accounts->item[k].disabled) return false;
    any = true;
  }
  return any;
}

static bool there(const wg_roster *r, const wg_incident *i, int64_t at) {
  return wg_serves(r, i->network, i->grid, i->responsible, at) || wg_duty_anywhere(r, i->responsible, at);
}

/* Who should have it now, or whoever has it: 0 is the centre's queue. */
static int64_t goes_to(const wg_picture *p, const wg_incident *i, int64_t now, wg_assignment *found) {
  const wg_roster *r = &p->people->roster;
  int64_t who = i->responsible;
  bool out = locked_out(p, who), away = wg_on_leave(r, who, now);
  *found = i->assigned;
  if (!waits(i) || p->settings->reassign == WG_REASSIGN_KEEP) return who;
  if (!out && there(r, i, now)) return who;
  /* the centre may give it, at night, to somebody of the next day: that one has not gone */
  if (!out && !away && !there(r, i, i->held_since ? i->held_since : i->received_at)) return who;
  if (p->settings->reassign == WG_REASSIGN_QUEUE) return 0;
  *found = wg_assign(r, i->network, i->grid, now);
  if (found->staff && found->staff != who && !locked_out(p, found->staff)) return found->staff;
  *found = i->assigned;
  return out || away ? 0 : who; /* nobody is there: who comes back for the next shift keeps it */
}

/* --- the change -------------------------------------------------------------------------------------------
 */

struct move {
  wg_command command;
  int64_t id;
};

struct say {
  int64_t from, to;
  const char *rule;
};

static void say(wg_jw *w, const void *ctx) {
  const struct say *x = ctx;
  wg_jw_member_int(w, "from_staff", x->from);
  wg_jw_member_str(w, "rule", x->rule);
  if (x->to) wg_jw_member_int(w, "to_staff", x->to); /* else to the queue */
}

static wg_status run(wg_command *c, wg_txn *txn) {
  struct move *m = (struct move *)c;
  wg_incident before, after;
  wg_assignment found;
  wg_held held;
  wg_status st = txn->store->incident_get(txn->store, txn->arena, m->id, &before, &c->err);
  if (st) return st == WG_NOT_FOUND ? WG_OK : st;
  int64_t to = before.responsible ? goes_to(txn->picture, &before, txn->now, &found) : 0;
  if (to == before.responsible) return WG_OK; /* moved on since */
  wg_pace pace = wg_incident_pace(txn->picture, &before, txn->now);
  after = before;
  wg_life_pass(&after, to, &pace, &held);
  if (to) after.assigned = found;
  struct say x = {before.responsible, to, wg_reassign_name((wg_reassign)txn->picture->settings->reassign)};
  wg_change_of change = {.before = &before,
                         .after = &after,
                         .kind = "incident.reassigned",
                         .held = &held,
                         .say = say,
                         .ctx = &x};
  return wg_incident_changed(txn, &change, &c->err);
}

/* --- looking for them --------------------------------------------------------------------------------------
 */

struct some {
  wg_incident *item;
  uint32_t n, max;
};

static bool take(void *ctx, const wg_live_brief *b) {
  struct some *s = ctx;
  if (b->responsible && b->state <= WG_S_DISPATCHED && s->n < s->max && waits(&b->row->i))
    s->item[s->n++] = b->row->i; /* its texts are not looked at */
  return true;
}

void wg_reassign_all(wg_engine *e, const wg_picture *p, int64_t now) {
  if (p->settings->reassign == WG_REASSIGN_KEEP) return;
  struct some s = {.max = wg_live_count(e->live) + 64};
  s.item = malloc(s.max * sizeof *s.item);
  if (!s.item) return;
  wg_live_each(e->live, p->land, take, &s);
  for (uint32_t k = 0; k < s.n; k++) {
    wg_assignment found;
    if (goes_to(p, &s.item[k], now, &found) == s.item[k].responsible) continue;
    struct move m = {.command = {.run = run}, .id = s.item[k].id};
    wg_status st = wg_engine_do(e, &m.command);
    if (st && !e->stopping)
      wg_error("engine", "incident %" PRId64 " was not reassigned: %s", m.id, m.command.err.en);
    if (st) break;
  }
  free(s.item);
}
