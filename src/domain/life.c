#include "domain/life.h"

#include <string.h>

#define S(state) (1u << WG_S_##state)

/* clang-format off */
static const wg_step steps[WG_ACTIONS] = {
    [WG_A_ACCEPT]   = {"accept", "Accept", "受理", "incident.accepted", S(REPORTED) | S(RETURNED), WG_S_ACCEPTED, WG_V_DIRECT, false, false},
    [WG_A_REFUSE]   = {"refuse", "Refuse", "不予受理", "incident.refused", S(REPORTED), WG_S_REFUSED, WG_V_DIRECT, true, false},
    [WG_A_VERIFY]   = {"verify", "Have it verified", "核实", "incident.verifying", S(ACCEPTED), WG_S_VERIFYING, WG_V_DIRECT, false, false},
    [WG_A_FILE]     = {"file", "File", "立案", "incident.filed", S(ACCEPTED) | S(VERIFYING), WG_S_FILED, WG_V_DIRECT, false, false},
    [WG_A_VOID]     = {"void", "Void", "作废", "incident.void", S(ACCEPTED) | S(VERIFYING), WG_S_VOID, WG_V_DIRECT, true, false},
    [WG_A_DISPATCH] = {"dispatch", "Dispatch", "交办", "incident.dispatched", S(ACCEPTED) | S(FILED) | S(RETURNED), WG_S_DISPATCHED, WG_V_DIRECT, false, false},
    [WG_A_CLAIM]    = {"claim", "Claim", "认领", "incident.claimed", S(DISPATCHED), WG_S_CLAIMED, WG_V_WORK, false, false},
    [WG_A_RETURN]   = {"return", "Return", "退回", "incident.returned", S(DISPATCHED) | S(CLAIMED) | S(HANDLING), WG_S_RETURNED, WG_V_WORK, true, false},
    [WG_A_HANDLE]   = {"handle", "Handle", "办理", "incident.handling", S(CLAIMED) | S(HANDLING), WG_S_HANDLING, WG_V_WORK, false, false},
    [WG_A_DONE]     = {"done", "Done", "处置完成", "incident.done", S(CLAIMED) | S(HANDLING), WG_S_DONE, WG_V_WORK, false, false},
    [WG_A_CHECK]    = {"check", "Check", "核查", "incident.checked", S(DONE), WG_S_CHECKED, WG_V_DIRECT, false, true},
    [WG_A_REWORK]   = {"rework", "Rework", "返工", "incident.handling", S(DONE) | S(CHECKED), WG_S_HANDLING, WG_V_DIRECT, true, false},
    [WG_A_CLOSE]    = {"close", "Close", "结案", "incident.closed", S(CHECKED), WG_S_CLOSED, WG_V_DIRECT, false, false},
    [WG_A_REOPEN]   = {"reopen", "Reopen", "重新办理", "incident.accepted", S(CLOSED) | S(EVALUATED), WG_S_ACCEPTED, WG_V_DIRECT, true, false},
};
/* clang-format on */

const wg_step *wg_step_of(wg_action action) { return (unsigned)action < WG_ACTIONS ? &steps[action] : NULL; }

bool wg_action_parse(const char *text, wg_action *out) {
  for (int a = 0; a < WG_ACTIONS; a++)
    if (strcmp(text, steps[a].name) == 0) {
      *out = (wg_action)a;
      return true;
    }
  return false;
}

const char *wg_actions_in(wg_arena *arena, wg_state state) {
  const char *all = "";
  for (int a = 0; all && a < WG_ACTIONS; a++)
    if (steps[a].from >> state & 1)
      all = wg_arena_printf(arena, "%s%s%s", all, *all ? ", " : "", steps[a].name);
  return all ? all : "";
}

void wg_step_take(const wg_step *step, wg_incident *i, int64_t now) {
  i->state = step->to;
  i->version++;
  i->closed_at = wg_state_open(step->to) ? 0 : now;
  bool late = i->handle_due && i->handle_due <= now;
  if (step->from & S(REPORTED) && wg_state_open(step->to))
    i->overdue = late; /* what was late was accepting */
}
