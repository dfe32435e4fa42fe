#include "domain/plan.h"

#include <string.h>

uint32_t wg_plan_find(const wg_plan *plan, const char *code) {
  uint32_t lo = 0, hi = plan->n;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    int c = strcmp(plan->grid[mid].code, code);
    if (c == 0) return mid;
    if (c < 0)
      lo = mid + 1;
    else
      hi = mid;
  }
  return WG_NO_INDEX;
}
