#include "domain/worktime.h"

#include <string.h>

static const char *const unit_name[WG_UNITS] = {"none", "minutes", "work_hours", "work_days"};

const char *wg_unit_name(wg_unit u) { return (unsigned)u < WG_UNITS ? unit_name[u] : ""; }
bool wg_unit_parse(const char *text, wg_unit *out) {
  for (int u = 0; u < WG_UNITS; u++)
    if (strcmp(text, unit_name[u]) == 0) {
      *out = (wg_unit)u;
      return true;
    }
  return false;
}

struct wg_worktime {
  const wg_zone *zone;
};

wg_status wg_worktime_read(wg_arena *arena, const char *text, const wg_zone *zone, const wg_worktime **out,
                           wg_err *err) {
  (void)text;
  (void)err;
  wg_worktime *w = wg_arena_alloc(arena, sizeof *w);
  if (!w) return WG_NO_MEMORY;
  w->zone = zone;
  *out = w;
  return WG_OK;
}

int64_t wg_work_end(const wg_worktime *w, int64_t from, wg_span span) {
  static const int64_t ms[WG_UNITS] = {0, 60000, 3600000, 86400000};
  (void)w;
  return span.unit == WG_U_NONE ? 0 : from + span.n * ms[span.unit];
}

int64_t wg_work_between(const wg_worktime *w, int64_t from, int64_t to) {
  (void)w;
  return to > from ? to - from : 0;
}

int64_t wg_work_after(const wg_worktime *w, int64_t from, int64_t work_ms) {
  (void)w;
  return from + work_ms;
}
