/* One row of a CSV of positions: the columns that `wangge resolve` and POST /api/v1/resolve add to it. */
#ifndef WG_ENGINE_RESOLVE_ROW_H
#define WG_ENGINE_RESOLVE_ROW_H

#include "base/arena.h"
#include "domain/plan.h"
#include "domain/staff.h"
#include "geo/resolver.h"

/* The added columns, for wg_csv_points_options.added. A row without a position leaves them all empty. */
extern const char *const wg_resolve_columns[];

typedef struct wg_resolve_rows {
  const wg_plan *plan;         /* NULL: the network has no plan yet */
  const wg_resolver *resolver; /* of the plan */
  const wg_roster *roster;
  const char *network, *lang;
  int64_t at;
  double tolerance;
  /* its own */
  wg_arena *arena;
  const char **names; /* of the grids, picked when first asked for */
  char worker[24];
} wg_resolve_rows;

/* The members above "its own" are set; the arena lives as long as the rows. */
wg_status wg_resolve_rows_init(wg_resolve_rows *r, wg_arena *arena);
/* Fills value[0…] for the point; true: it is in a grid. The values are good until the next call. */
bool wg_resolve_row(wg_resolve_rows *r, wg_pt at, const char **value);

#endif
