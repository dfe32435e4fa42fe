/* The clocks of an incident. What is timed follows from its state; the span of a step is counted by the
 * calendar of who has it: the district's while the centre has it, the organisation's while it is in hand.
 * Deadlines are stored when the step begins and never counted anew, so that no edit of a calendar or of a
 * category moves what was told to somebody. */
#include <string.h>

#include "domain/life.h"

/* Bits of told: WG_C_… that ran out, and the supervision that the clock has raised. */
enum { TOLD_ACCEPT_YELLOW = 16, TOLD_ACCEPT_RED, TOLD_HANDLE_YELLOW, TOLD_HANDLE_RED };

static wg_clock clock_of(wg_state s) {
  switch (s) {
  case WG_S_REPORTED:
    return WG_C_ACCEPT;
  case WG_S_VERIFYING:
    return WG_C_VERIFY;
  case WG_S_ACCEPTED:
  case WG_S_FILED:
  case WG_S_RETURNED:
    return WG_C_DISPATCH;
  case WG_S_REVIEW:
    return WG_C_REVIEW;
  case WG_S_DISPATCHED:
    return WG_C_CLAIM;
  case WG_S_CLAIMED:
  case WG_S_HANDLING:
    return WG_C_HANDLE;
  case WG_S_DONE:
  case WG_S_CHECKED:
    return WG_C_CHECK;
  default:
    return WG_C_WHOLE;
  }
}

wg_clock wg_incident_clock(const wg_incident *i) { return clock_of(i->state); }
int64_t wg_incident_step_due(const wg_incident *i) {
  return i->state == WG_S_REPORTED ? i->accept_due : i->step_due;
}
static int64_t held_since(const wg_incident *i) { return i->held_since ? i->held_since : i->received_at; }

static bool in_hand(wg_state s) { return s == WG_S_DISPATCHED || s == WG_S_CLAIMED || s == WG_S_HANDLING; }
static const wg_worktime *calendar_of(const wg_pace *p, wg_state s) {
  return in_hand(s) ? p->hands : p->centre;
}

static wg_span limit_of(const wg_pace *p, const wg_incident *i, wg_clock clock) {
  return wg_rules_limit(p->rules, clock, i->urgent ? WG_SEVERITY_MAX : i->severity);
}

static int64_t end_of(const wg_pace *p, const wg_incident *i, wg_clock clock) {
  const wg_worktime *w = clock == WG_C_CLAIM || clock == WG_C_HANDLE ? p->hands : p->centre;
  return wg_work_end(w, p->now, limit_of(p, i, clock));
}

static int64_t earlier(int64_t a, int64_t b) { return !a ? b : !b ? a : a < b ? a : b; }

static bool late_now(const wg_incident *i) {
  return (i->told >> WG_C_WHOLE & 1) || (i->told >> clock_of(i->state) & 1);
}

/* Whoever had it until now gives an account of it. */
static void end_holding(const wg_incident *was, const wg_pace *p, wg_held *held) {
  *held = (wg_held){.clock = clock_of(was->state),
                    .staff = in_hand(was->state) && !was->org[0] ? was->responsible : 0,
                    .from = held_since(was),
                    .until = p->now};
  memcpy(held->org, in_hand(was->state) ? was->org : "", in_hand(was->state) ? sizeof held->org : 1);
  int64_t due = wg_incident_step_due(was);
  held->work_ms = wg_work_between(in_hand(was->state) ? p->had : p->centre, held->from, p->now);
  held->late = due && due <= p->now;
}

static void start_step(wg_incident *i, const wg_pace *p) {
  wg_clock clock = clock_of(i->state);
  i->told &= (1u << WG_C_WHOLE) | ~((1u << WG_CLOCKS) - 1); /* a new step is not late yet */
  i->step_due = clock == WG_C_WHOLE ? 0 : end_of(p, i, clock);
  i->held_since = p->now;
}

/* The limit of handling runs from the dispatch on, whenever it is claimed. */
static void start_work(wg_incident *i, const wg_pace *p) {
  i->work_due = end_of(p, i, WG_C_HANDLE);
  i->work_since = p->now;
  i->told &=
      ~(1u << TOLD_HANDLE_YELLOW | 1u << TOLD_HANDLE_RED); /* who gets it now is pressed for its own time */
  start_step(i, p);
  i->step_due = earlier(i->step_due, i->work_due);
}

static void move_clocks(wg_action action, const wg_incident *was, wg_incident *i, const wg_pace *p) {
  switch (action) {
  case WG_A_CLAIM:
  case WG_A_HANDLE:
    if (was->state == WG_S_HANDLING) return;
    i->told &= ~(1u << WG_C_CLAIM);
    i->step_due = i->work_due;
    if (action == WG_A_CLAIM) i->held_since = p->now;
    return;
  case WG_A_DISPATCH:
  case WG_A_TRANSFER:
    start_work(i, p);
    return;
  case WG_A_REWORK:
    i->work_due = end_of(p, i, WG_C_HANDLE);
    i->work_since = p->now;
    start_step(i, p);
    return;
  case WG_A_CHECK:
    return; /* closing is timed with checking */
  case WG_A_FILE:
    if (was->state == WG_S_VERIFYING) start_step(i, p);
    return;
  default:
    start_step(i, p);
  }
}

/* What was left when it was suspended is left again. */
static int64_t pushed(const wg_pace *p, const wg_worktime *w, wg_unit unit, int64_t due, int64_t since) {
  if (!due || due <= since) return due;
  if (unit == WG_U_MINUTES) return due + (p->now - since);
  return wg_work_after(w, p->now, wg_work_between(w, since, due));
}

static void resume(wg_incident *i, const wg_pace *p) {
  wg_clock clock = clock_of(i->state);
  const wg_worktime *w = calendar_of(p, i->state);
  int64_t since = i->suspended_at;
  wg_unit step = limit_of(p, i, clock).unit, whole = limit_of(p, i, WG_C_WHOLE).unit;
  if (i->state == WG_S_REPORTED)
    i->accept_due = pushed(p, p->centre, step, i->accept_due, since);
  else
    i->step_due = pushed(p, w, step, i->step_due, since);
  i->work_due = pushed(p, p->hands, limit_of(p, i, WG_C_HANDLE).unit, i->work_due, since);
  i->handle_due = pushed(p, p->centre, whole, i->handle_due, since);
  i->held_since = p->now;
  i->suspended_at = i->suspended_until = 0;
}

/* A calendar without working time left moves nothing: a limit does not vanish by it. */
static int64_t later(const wg_worktime *w, int64_t due, wg_span more) {
  int64_t end = due ? wg_work_end(w, due, more) : 0;
  return end ? end : due;
}

void wg_life_extend(wg_incident *i, const wg_pace *p, int days) {
  wg_span more = {WG_U_DAYS, days};
  i->step_due = later(p->hands, i->step_due, more);
  i->work_due = later(p->hands, i->work_due, more);
  i->handle_due = later(p->centre, i->handle_due, more);
  i->days_granted += days;
  if (i->step_due > p->now) i->told &= ~(1u << clock_of(i->state));
  if (i->handle_due > p->now) i->told &= ~(1u << WG_C_WHOLE);
}

void wg_step_take(wg_action action, wg_incident *i, const wg_pace *p, wg_held *held) {
  const wg_step *step = wg_step_of(action);
  wg_incident was = *i;
  *held = (wg_held){0};
  bool back = step->but & WG_B_BACK && i->state == WG_S_REVIEW;
  if (back) i->state = i->review_from;
  if (step->to != WG_STAYS) i->state = (wg_state)step->to;
  if (i->state != was.state || action == WG_A_TRANSFER || action == WG_A_HAND_DOWN ||
      action == WG_A_ESCALATE) {
    if (action != WG_A_HANDLE && !(action == WG_A_FILE && was.state == WG_S_ACCEPTED) &&
        action != WG_A_CHECK && wg_state_open(was.state) && !was.suspended_at) /* that ended it already */
      end_holding(&was, p, held);
    move_clocks(action, &was, i, p);
    if (!in_hand(i->state) || action == WG_A_TRANSFER) i->days_asked = 0; /* who asked has it no more */
  }
  if (action == WG_A_SUSPEND) {
    end_holding(&was, p, held);
    i->suspended_at = p->now;
  }
  if (action == WG_A_RESUME) resume(i, p);
  bool open = wg_state_open(i->state);
  if (!open) {
    i->step_due = i->work_due = i->suspended_at = i->suspended_until = 0;
    i->review_owed = false;
  }
  if (wg_state_open(was.state) != open) i->closed_at = open ? 0 : p->now;
  if (open) i->overdue = late_now(i); /* an end keeps whether it came late */
  i->version++;
}

/* --- what comes next --------------------------------------------------------------------------------------
 */

static void sooner(wg_due_next *best, wg_due_next one) {
  if (one.at && (!best->at || one.at < best->at)) *best = one;
}

/* Yellow and red by the clock: so many working days after the step became possible, yellow not before its own
 * limit is over, red not before as many days after that as lie between the two. */
static void supervision(wg_due_next *best, const wg_incident *i, const wg_pace *p, wg_clock clock, int days,
                        int yellow, int bit, wg_supervision level, int64_t due) {
  if (days <= 0 || i->told >> bit & 1 || i->supervised >= level) return;
  int64_t since = in_hand(i->state) ? i->work_since : i->received_at;
  const wg_worktime *w = calendar_of(p, i->state);
  int64_t at = wg_work_end(w, since, (wg_span){WG_U_DAYS, days});
  if (yellow && days > yellow) due = wg_work_end(w, due, (wg_span){WG_U_DAYS, days - yellow});
  sooner(best, (wg_due_next){WG_TICK_SUPERVISE, at > due ? at : due, clock, level});
}

static bool worked_on(wg_state s) { return s != WG_S_DONE && s != WG_S_CHECKED; }

wg_due_next wg_life_next(const wg_incident *i, const wg_pace *p) {
  wg_due_next best = {0};
  if (!wg_state_open(i->state)) return best;
  if (i->suspended_at) {
    if (i->suspended_until) best = (wg_due_next){WG_TICK_RESUME, i->suspended_until, WG_C_WHOLE, WG_SUP_NONE};
    return best;
  }
  wg_clock clock = clock_of(i->state);
  int64_t due = wg_incident_step_due(i);
  if (!(i->told >> clock & 1)) sooner(&best, (wg_due_next){WG_TICK_OVERDUE, due, clock, WG_SUP_NONE});
  if (worked_on(i->state) && !(i->told >> WG_C_WHOLE & 1))
    sooner(&best, (wg_due_next){WG_TICK_OVERDUE, i->handle_due, WG_C_WHOLE, WG_SUP_NONE});
  if (!due) return best; /* without a limit nobody is pressed */
  if (i->state == WG_S_REPORTED) {
    supervision(&best, i, p, clock, p->supervise.accept_yellow, 0, TOLD_ACCEPT_YELLOW, WG_SUP_YELLOW, due);
    supervision(&best, i, p, clock, p->supervise.accept_red, p->supervise.accept_yellow, TOLD_ACCEPT_RED,
                WG_SUP_RED, due);
  } else if (in_hand(i->state)) {
    supervision(&best, i, p, clock, p->supervise.handle_yellow, 0, TOLD_HANDLE_YELLOW, WG_SUP_YELLOW, due);
    supervision(&best, i, p, clock, p->supervise.handle_red, p->supervise.handle_yellow, TOLD_HANDLE_RED,
                WG_SUP_RED, due);
  }
  return best;
}

void wg_life_tick(wg_incident *i, const wg_due_next *due, const wg_pace *p) {
  i->version++;
  if (due->what == WG_TICK_OVERDUE) {
    i->told |= 1u << due->clock;
    i->overdue = true;
  } else if (due->what == WG_TICK_SUPERVISE) {
    bool accept = due->clock == WG_C_ACCEPT, red = due->level >= WG_SUP_RED;
    i->told |= 1u << (accept ? red ? TOLD_ACCEPT_RED : TOLD_ACCEPT_YELLOW
                      : red  ? TOLD_HANDLE_RED
                             : TOLD_HANDLE_YELLOW);
    i->supervised = due->level;
  } else if (due->what == WG_TICK_RESUME) {
    resume(i, p);
  }
}

void wg_life_pass(wg_incident *i, int64_t staff, const wg_pace *p, wg_held *held) {
  end_holding(i, p, held);
  i->responsible = staff;
  i->held_since = p->now;
  i->version++;
}
