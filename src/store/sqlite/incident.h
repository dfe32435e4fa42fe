/* What incident.c and incident_list.c share: the columns of a row, in the order that incident_row reads. */
#ifndef WG_STORE_SQLITE_INCIDENT_H
#define WG_STORE_SQLITE_INCIDENT_H

#include "db.h"

#define INCIDENT_COLUMNS                                                                                     \
  "id, number, state, severity, class, geometry, raw_lon, raw_lat, crs, accuracy_m, category, "              \
  "category_retired, "                                                                                       \
  "network, grid, area, plan_version, how, assign_rule, assign_staff, assign_post, assign_for, "             \
  "responsible, "                                                                                            \
  "occurred_at, received_at, sent_at, raw_occurred_at, accept_due, handle_due, closed_at, overdue, "         \
  "reporter, "                                                                                               \
  "client_id, request_hash, source, version, seq, report_seq, "                                              \
  "rule, centre, org, held_since, step_due, work_since, work_due, told, urgent, supervised, suspended_at, "  \
  "suspended_until, "                                                                                        \
  "returns, reworks, ruled, review_from, approved, review_owed, days_asked, days_granted, merged_into, "     \
  "parent, score, doer"

/* One row of a statement that selects INCIDENT_COLUMNS. Personal texts are NULL unless `texts`. */
wg_status incident_row(struct db *db, sqlite3_stmt *st, wg_arena *a, bool texts, wg_incident *out,
                       wg_err *err);
/* Calls fn for every row of the statement. */
wg_status incident_walk(struct db *db, sqlite3_stmt *st, wg_arena *a, bool texts, wg_row_fn fn, void *ctx,
                        wg_err *err);

#endif
