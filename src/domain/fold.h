/* What an event changed of an incident: written as the difference of before and after, and read back. The log
 * so holds all that the table holds: folding an incident's events one after another gives its row. */
#ifndef WG_DOMAIN_FOLD_H
#define WG_DOMAIN_FOLD_H

#include "base/json.h"
#include "base/jw.h"
#include "domain/incident.h"

/* The members of an object, in the order of their names, for every field that differs. Texts, and what never
 * changes (number, reporter, times of receipt), are not looked at. */
void wg_incident_diff(wg_jw *w, const wg_incident *before, const wg_incident *after);
/* The same members into the incident. WG_CORRUPT: a name or a value that is none of them. */
wg_status wg_incident_fold(wg_incident *i, const wg_json *set, wg_err *err);
/* The incident that a first event tells of (its body), as far as these fields go; *i is filled anew. */
wg_status wg_incident_of_report(wg_incident *i, const wg_json *body, wg_err *err);
/* Does every one of these fields have the same value? The first name that differs, or NULL. */
const char *wg_incident_differs(const wg_incident *a, const wg_incident *b);

#endif
