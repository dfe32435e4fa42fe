#include "domain/rules.h"

#include <string.h>

static const char *const clock_name[WG_CLOCKS] = {"whole", "accept", "verify", "dispatch",
                                                  "claim", "handle", "check",  "review"};

const char *wg_clock_name(wg_clock c) { return (unsigned)c < WG_CLOCKS ? clock_name[c] : ""; }
bool wg_clock_parse(const char *text, wg_clock *out) {
  for (int c = 0; c < WG_CLOCKS; c++)
    if (strcmp(text, clock_name[c]) == 0) {
      *out = (wg_clock)c;
      return true;
    }
  return false;
}

wg_span wg_rules_limit(const wg_rules *r, wg_clock clock, int severity) {
  wg_span own = severity > 0 && severity <= WG_SEVERITY_MAX ? r->limit[clock][severity] : (wg_span){0};
  return own.unit == WG_U_NONE ? r->limit[clock][0] : own;
}
