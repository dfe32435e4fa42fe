#include "domain/plan.h"

#include <string.h>

/* What one report asks, it asks several times: the last answer of this thread is tried first. */
static _Thread_local uint32_t last;

uint32_t wg_plan_find(const wg_plan *plan, const char *code) {
  uint32_t lo = 0, hi = plan->n;
  if (last < plan->n && strcmp(plan->grid[last].code, code) == 0) return last;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    int c = strcmp(plan->grid[mid].code, code);
    if (c == 0) return last = mid;
    if (c < 0)
      lo = mid + 1;
    else
      hi = mid;
  }
  return WG_NO_INDEX;
}
