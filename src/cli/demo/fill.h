/* Filling a database with the made-up district: everything that is not land. */
#ifndef WG_CLI_DEMO_FILL_H
#define WG_CLI_DEMO_FILL_H

#include "cli/cli.h"
#include "cli/demo/land.h"
#include "cli/demo/names.h"
#include "domain/store.h"

enum { DEMO_DAYS = 180, DEMO_INCIDENTS_MAX = 2000000, DEMO_WORKER_ACCOUNTS = 2000 };

typedef struct demo_fill {
  wg_store *store;
  const demo_land *land;
  int64_t now;   /* ms: what the demo takes for the present */
  int64_t start; /* the time of everything that was there before the first incident */
  wg_plan plan;
  wg_zone *zone;
  const wg_worktime *work; /* of the calendar that was put */
  wg_roster roster;
  int64_t worker, dispatcher; /* accounts */
  int64_t worker_staff;
  wg_progress *bar;
  wg_err *err;
} demo_fill;

/* How much of the whole is done. */
static inline void demo_show(demo_fill *f, double share) {
  if (f->bar) wg_progress_show(f->bar, share);
}

/* Appends an event of the system at `at`. */
wg_status demo_event(demo_fill *f, int64_t at, const char *kind, const char *subject, const char *body);
const char *demo_department(const char *category); /* the organisation that works on such matters */

/* orgs.c: townships' centres and departments. */
wg_status demo_put_orgs(demo_fill *f);
/* accounts.c: one per role, and one for each of the first DEMO_WORKER_ACCOUNTS of the staff. */
wg_status demo_put_accounts(demo_fill *f);
/* staff.c: people with posts, shifts, stand-ins; then the roster is loaded, in the arena. */
wg_status demo_put_staff(demo_fill *f, wg_arena *arena);
wg_status demo_put_positions(demo_fill *f);
/* matters.c and incidents.c: what happened in the last DEMO_DAYS days. Commits as it goes. */
wg_status demo_put_incidents(demo_fill *f, uint32_t n);

/* The whole: a new database at path, of `grids` and `incidents`, as if made at `now`; or nothing. Exposed for
 * the tests. bar may be NULL. */
wg_status demo_make(const char *path, uint64_t seed, uint32_t grids, uint32_t incidents, int64_t now,
                    wg_progress *bar, wg_err *err);

#endif
