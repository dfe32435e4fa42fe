/* What a new version changes against the one in force: a whole network is replaced, and whoever does it sees
 * what is lost before and after. */
#ifndef WG_CLI_IMPORT_CHANGE_H
#define WG_CLI_IMPORT_CHANGE_H

#include "domain/store.h"

typedef struct wg_plan_change {
  int64_t before; /* the version that was in force; 0: none */
  uint32_t added, removed, reshaped, same;
  uint32_t open_incidents, posts; /* that name a removed grid */
} wg_plan_change;

/* Compares by code with what the store has now. */
wg_status wg_plan_compare(wg_store *store, const wg_plan *fresh, wg_plan_change *out, wg_err *err);
void wg_print_plan_change(const wg_plan_change *c, int64_t after);

#endif
