/* A change of an incident by an event: the difference of before and after goes into the event's body, the row
 * into the store, the news to all who watch. Everything that changes an incident after its report comes here.
 */
#ifndef WG_ENGINE_CHANGE_H
#define WG_ENGINE_CHANGE_H

#include "base/jw.h"
#include "domain/life.h"
#include "engine/engine.h"

typedef struct wg_change_of {
  const wg_incident *before;
  wg_incident *after;  /* version risen; seq is filled in */
  const char *kind;    /* of the event */
  int64_t actor;       /* 0: the clock */
  const char *reason;  /* personal words, or NULL */
  const wg_held *held; /* the holding that ended; NULL or from 0: none */
  /* More members of the body, in any order; may be NULL. */
  void (*say)(wg_jw *w, const void *ctx);
  const void *ctx;
} wg_change_of;
/* The body of its event, in the arena; reason: sealed, where c->reason is there. */
wg_status wg_change_body(wg_arena *arena, const wg_change_of *c, const wg_private *reason, const char **out);
wg_status wg_incident_changed(wg_txn *txn, const wg_change_of *c, wg_err *err);

/* What counting its clocks needs, now. */
wg_pace wg_incident_pace(const wg_picture *p, const wg_incident *i, int64_t now);

#endif
