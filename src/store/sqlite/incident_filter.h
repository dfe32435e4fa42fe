/* Which incidents a query lets through, decided on one row's key columns; see wg_incident_query. */
#ifndef WG_STORE_SQLITE_INCIDENT_FILTER_H
#define WG_STORE_SQLITE_INCIDENT_FILTER_H

#include "db.h"

#define FILTER_COLUMNS "id, state, class, category, grid, area, received_at, responsible, reporter, network"
enum { F_ID, F_STATE, F_CLASS, F_CATEGORY, F_GRID, F_AREA, F_RECEIVED, F_RESPONSIBLE, F_REPORTER, F_NETWORK };

/* A set of codes: sorted, for bsearch. */
struct code_set {
  const char **code;
  size_t n;
};

struct filter {
  const wg_incident_query *q;
  struct code_set areas, area_codes, orgs;
  bool any_area, any_area_code; /* that list is no limit */
};

bool code_set_has(const struct code_set *set, const char *code);

wg_status filter_init(struct filter *f, wg_arena *a, const wg_incident_query *q, wg_err *err);
/* st stands on a row of FILTER_COLUMNS. */
wg_status filter_pass(const struct filter *f, struct db *db, sqlite3_stmt *st, bool *pass, wg_err *err);

#endif
