/* Who is told of what: event kind → audiences, one table; and whether an account belongs to one of them. The
 * one who did it is never told, and an unknown kind tells nobody. */
#ifndef WG_DOMAIN_NOTIFY_H
#define WG_DOMAIN_NOTIFY_H

#include "domain/account.h"

/* Bits of a set. */
enum {
  WG_TELL_HAND = 1,    /* the worker responsible */
  WG_TELL_ORG = 2,     /* accounts of the organisation that has it in hand: then not the worker's */
  WG_TELL_CENTRE = 4,  /* dispatchers of its area: they get a count per kind, so that they are not drowned */
  WG_TELL_LEADERS = 8, /* leaders of its area */
  WG_TELL_REPORTER = 16,
  WG_TELL_ORGS = 32 /* accounts of every organisation that it was handed or copied to */
};

typedef struct wg_telling {
  const char *kind; /* of the event, "incident.dispatched" */
  unsigned whom;
  const char *en, *zh; /* what a notice says */
} wg_telling;
extern const wg_telling wg_tellings[];
extern const int wg_tellings_count;
const wg_telling *wg_telling_of(const char *kind); /* NULL: nobody is told */

/* org: the organisation that has it in hand, or "". Why this viewer is told (bits of t->whom), 0: it is not:
 * it did it itself, belongs to no audience, or may not see the incident. */
unsigned wg_tells(const wg_telling *t, const wg_areas *areas, const wg_viewer *v, const wg_target *incident,
                  const char *org, int64_t actor, int64_t at);

#endif
