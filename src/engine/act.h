/* An action on an incident: checked, written with its event, and told. */
#ifndef WG_ENGINE_ACT_H
#define WG_ENGINE_ACT_H

#include "domain/life.h"
#include "engine/engine.h"

typedef struct wg_act {
  wg_command command; /* first */
  int64_t actor, incident;
  wg_action action;
  const char *client_id;   /* the sender's own, once */
  int64_t version;         /* what the sender saw; or -1, and */
  const char *after;       /* … the client_id of the sender's own preceding action */
  const char *reason;      /* NULL: none */
  const char *to_org;      /* dispatch: the organisation it is handed to; NULL: the grid's own hands */
  unsigned char hash[32];  /* of the canonical request */
  wg_arena *arena;         /* of the request, whose thread waits */
  wg_incident result;      /* out, in the arena; also where it was done before */
  const char *const *orgs; /* out */
  bool repeated;           /* out */
} wg_act;

/* Runs it through the writer and waits. WG_NOT_FOUND: no incident that the actor may see. WG_FORBIDDEN.
 * WG_CONFLICT "stale-version". WG_UNPROCESSABLE "not-now" (the state does not allow it), "same-hand",
 * "client-id-reused". WG_INVALID names the field. */
wg_status wg_act_do(wg_engine *e, wg_act *x, wg_err *err);

#endif
