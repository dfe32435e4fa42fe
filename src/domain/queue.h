/* The centre's queue: open incidents that nobody but the centre can send on their way, and why. */
#ifndef WG_DOMAIN_QUEUE_H
#define WG_DOMAIN_QUEUE_H

#include "domain/incident.h"

/* Of several that hold, the first in this order is the one that is said. */
typedef enum wg_queue_reason {
  WG_Q_NONE,      /* it is not the centre's turn */
  WG_Q_SEALED,    /* about a worker: never to the field */
  WG_Q_NO_GRID,   /* the point is in no grid, or there is no point */
  WG_Q_OVERLAP,   /* inside several grids */
  WG_Q_BOUNDARY,  /* on the line between several */
  WG_Q_CONTESTED, /* within the accuracy that the sender stated lies another grid */
  WG_Q_NOBODY,    /* nobody answers for the grid at the time */
  WG_QUEUE_REASONS
} wg_queue_reason;
const char *wg_queue_name(wg_queue_reason reason); /* "sealed", "no-grid", … */
bool wg_queue_parse(const char *text, wg_queue_reason *out);
/* One sentence of why it waits for the centre. */
const char *wg_queue_sentence(wg_queue_reason reason, const char *lang);

/* orgs: was it handed or copied to an organisation. contested: as the geometry says. Where it lies is a
 * question until it is dispatched; that it is with nobody stays one until it is with somebody. */
wg_queue_reason wg_queue_of(const wg_incident *i, bool orgs, bool contested);
/* Is the geometry asked at all? */
bool wg_queue_asks_accuracy(const wg_incident *i);
/* The clock that runs while it waits, ms; INT64_MAX: none. */
int64_t wg_queue_clock(const wg_incident *i);

#endif
