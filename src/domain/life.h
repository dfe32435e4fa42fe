/* The life of an incident: which action leads from which states to which, who may take it, and what it needs.
 * One table (life.c); the API, its documents and the tests are made from it. */
#ifndef WG_DOMAIN_LIFE_H
#define WG_DOMAIN_LIFE_H

#include "domain/incident.h"

typedef enum wg_action {
  WG_A_ACCEPT,
  WG_A_REFUSE,
  WG_A_VERIFY,
  WG_A_FILE,
  WG_A_VOID,
  WG_A_DISPATCH,
  WG_A_CLAIM,
  WG_A_RETURN,
  WG_A_HANDLE,
  WG_A_DONE,
  WG_A_CHECK,
  WG_A_REWORK,
  WG_A_CLOSE,
  WG_A_REOPEN,
  WG_ACTIONS
} wg_action;

typedef struct wg_step {
  const char *name, *en, *zh;
  const char *event; /* the kind of the event it leaves: "incident.accepted" */
  uint32_t from;     /* bit set of wg_state */
  wg_state to;
  wg_verb verb;    /* WG_V_DIRECT: the centre's; WG_V_WORK: of the hands it is with */
  bool reason;     /* words are required */
  bool other_hand; /* not by the one who said that it is done */
} wg_step;

const wg_step *wg_step_of(wg_action action);
bool wg_action_parse(const char *text, wg_action *out);
/* The names of what may be done in a state, ", " between them; in the arena. */
const char *wg_actions_in(wg_arena *arena, wg_state state);

/* Puts the incident where the step leads, and its clocks: accepting ends that of acceptance, an end closes
 * it. */
void wg_step_take(const wg_step *step, wg_incident *i, int64_t now);

#endif
