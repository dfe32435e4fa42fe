/* What the files of actions share. */
#ifndef WG_ENGINE_ACT_INSIDE_H
#define WG_ENGINE_ACT_INSIDE_H

#include "base/jw.h"
#include "engine/act.h"
#include "engine/change.h"

/* An action while it runs: the incident before, and what its event will say besides. */
typedef struct wg_acting {
  wg_act *x;
  wg_txn *txn;
  const wg_step *step;
  wg_incident before;
  wg_party party[WG_PARTIES_MAX];
  int n_parties;
  wg_party change[WG_PARTIES_MAX]; /* parts that organisations get */
  int n_changes;
  int64_t made[WG_ACT_PARTS_MAX]; /* incidents split off */
  int n_made;
  bool ruling; /* the upper centre says whose it is */
  int points;  /* that supervision takes off */
} wg_acting;

/* act_take.c: what the action says, into x->result and the store. Refuses what the rules refuse. */
wg_status wg_act_take(wg_acting *a, wg_err *err);
/* act_follow.c: what follows for others: those merged into it end with it. */
wg_status wg_act_follow(wg_acting *a, wg_err *err);
/* act.c: the area whose centre directs it. */
uint32_t wg_act_centre(const wg_picture *p, const wg_incident *i);

#endif
