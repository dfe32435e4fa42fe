#include "engine/resolve_row.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/json.h"

enum { GRID_CODE, GRID_NAME, WORKER_ID, WORKER_NAME, HOW };
const char *const wg_resolve_columns[] = {"grid_code", "grid_name", "worker_id", "worker_name", "how", NULL};

wg_status wg_resolve_rows_init(wg_resolve_rows *r, wg_arena *arena) {
  r->arena = arena;
  r->names = wg_arena_alloc(arena, ((r->plan ? r->plan->n : 0) + 1) * sizeof *r->names);
  return r->names ? WG_OK : WG_NO_MEMORY;
}

static const char *grid_name(wg_resolve_rows *r, uint32_t g) {
  if (!r->names[g]) r->names[g] = wg_name_pick(r->arena, r->plan->grid[g].names, r->lang);
  return r->names[g] ? r->names[g] : "";
}

bool wg_resolve_row(wg_resolve_rows *r, wg_pt at, const char **value) {
  wg_hit hit = {WG_HOW_NONE, WG_NO_FEATURE, 0};
  if (r->plan) hit = wg_resolve(r->resolver, at, r->tolerance);
  bool in = hit.feature != WG_NO_FEATURE;
  value[HOW] = wg_how_name(hit.how);
  if (in) {
    value[GRID_CODE] = r->plan->grid[hit.feature].code;
    value[GRID_NAME] = grid_name(r, hit.feature);
  }
  wg_assignment a = wg_assign(r->roster, r->network, in ? value[GRID_CODE] : "", r->at);
  const wg_staff *worker = a.staff ? wg_roster_staff(r->roster, a.staff) : NULL;
  if (worker) {
    snprintf(r->worker, sizeof r->worker, "%" PRId64, a.staff);
    value[WORKER_ID] = r->worker;
    value[WORKER_NAME] = worker->name;
  }
  return in;
}
