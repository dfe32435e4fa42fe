/* An action on an incident: checked, written with its event, and told. */
#ifndef WG_ENGINE_ACT_H
#define WG_ENGINE_ACT_H

#include "domain/life.h"
#include "engine/engine.h"

enum {
  WG_ACT_ORGS_MAX = 20,
  WG_ACT_PARTS_MAX = 20,
  WG_ACTS_MAX = 500 /* at once */
};

typedef struct wg_act_part {
  const char *category, *description;
} wg_act_part;

typedef struct wg_act {
  int64_t actor, incident;
  wg_action action;
  const char *client_id; /* the sender's own, once */
  int64_t version;       /* what the sender saw; or -1, and */
  const char *after;     /* … the client_id of the sender's own preceding action */
  uint32_t said;         /* bit set of wg_say: which of these were given */
  const char *reason, *to_org, *to_area, *basis;
  int64_t to_staff, into, until;
  const char *org[WG_ACT_ORGS_MAX];
  int n_orgs, days, score;
  wg_supervision level;
  wg_act_part part[WG_ACT_PARTS_MAX];
  int n_parts;
  unsigned char hash[32];  /* of the canonical request */
  wg_arena *arena;         /* of the request, whose thread waits */
  wg_incident result;      /* out, in the arena; also where it was done before */
  const char *const *orgs; /* out */
  bool repeated;           /* out */
  wg_status status;        /* out: of this one */
  wg_err err;              /* out */
} wg_act;

/* Runs it through the writer and waits. WG_NOT_FOUND: no incident that the actor may see. WG_FORBIDDEN.
 * WG_CONFLICT "stale-version". WG_UNPROCESSABLE "not-now" (the state does not allow it), "same-hand",
 * "client-id-reused", "needs-review", "not-admitted", "nobody", "ruled", "supervision-order", "no-upper",
 * "evidence-missing". WG_INVALID names the field. */
wg_status wg_act_do(wg_engine *e, wg_act *x, wg_err *err);
/* Up to WG_ACTS_MAX, in their order. all: all of them or none, and *failed says which one stood in the way;
 * else each by itself: see the status of each, and the answer is WG_OK unless nothing could be tried. */
wg_status wg_acts_do(wg_engine *e, wg_act *x, int n, bool all, int *failed, wg_err *err);

/* Might the viewer take this action on this incident now, as far as state and rights say? For buttons. */
bool wg_act_possible(const wg_picture *p, const wg_viewer *v, wg_action action, const wg_incident *i,
                     const wg_party *party, int n, int64_t now);

#endif
