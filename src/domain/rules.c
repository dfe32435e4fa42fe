#include "domain/rules.h"

#include <stdio.h>
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

static const struct {
  unsigned gate;
  const char *name;
} gates[] = {{WG_GATE_DISPATCH, "dispatch"}, {WG_GATE_ESCALATE, "escalate"}, {WG_GATE_CLOSE, "close"}};

const char *wg_gate_name(unsigned gate) {
  for (size_t k = 0; k < sizeof gates / sizeof *gates; k++)
    if (gates[k].gate == gate) return gates[k].name;
  return "";
}

unsigned wg_gate_parse(const char *text) {
  for (size_t k = 0; k < sizeof gates / sizeof *gates; k++)
    if (strcmp(gates[k].name, text) == 0) return gates[k].gate;
  return 0;
}

wg_span wg_rules_limit(const wg_rules *r, wg_clock clock, int severity) {
  wg_span own = severity > 0 && severity <= WG_SEVERITY_MAX ? r->limit[clock][severity] : (wg_span){0};
  return own.unit == WG_U_NONE ? r->limit[clock][0] : own;
}

bool wg_span_ok(wg_span span) {
  static const int most[WG_UNITS] = {
      [WG_U_MINUTES] = 366 * 24 * 60, [WG_U_HOURS] = 10000, [WG_U_DAYS] = 1000};
  if (span.unit == WG_U_NONE) return span.n == 0;
  return span.unit < WG_UNITS && span.n > 0 && span.n <= most[span.unit];
}

wg_status wg_rules_sound(const wg_rules *r, wg_err *err) {
  char where[sizeof((wg_err *)0)->field] = "limits.accept";
  for (int s = 1; s <= WG_SEVERITY_MAX; s++) {
    wg_span accept = wg_rules_limit(r, WG_C_ACCEPT, s), whole = wg_rules_limit(r, WG_C_WHOLE, s);
    if (accept.unit == WG_U_NONE || accept.unit != whole.unit || accept.n <= whole.n) continue;
    if (r->limit[WG_C_ACCEPT][s].unit != WG_U_NONE)
      snprintf(where, sizeof where, "limits.accept.by_severity.%d", s);
    return wg_fail(err, WG_INVALID, where,
                   WG_T("accepting may not take longer (%d) than the whole (%d), severity %d",
                        "受理时限（%d）不能长于总时限（%d），等级 %d"),
                   accept.n, whole.n, s);
  }
  return WG_OK;
}

bool wg_rules_admit(const wg_rules *r, wg_post_kind post, int day) {
  if (!r->posts || r->posts >> post & 1) return true;
  for (int k = 0; k < r->n_temporary; k++)
    if (r->temporary[k].post == post && day <= r->temporary[k].until) return true;
  return false;
}

static bool same_limits(const wg_rules *a, const wg_rules *b) {
  for (int c = 0; c < WG_CLOCKS; c++)
    for (int s = 0; s <= WG_SEVERITY_MAX; s++)
      if (a->limit[c][s].unit != b->limit[c][s].unit || a->limit[c][s].n != b->limit[c][s].n) return false;
  return true;
}

static bool same_temporary(const wg_rules *a, const wg_rules *b) {
  if (a->n_temporary != b->n_temporary) return false;
  for (int k = 0; k < a->n_temporary; k++) {
    const wg_temporary *x = &a->temporary[k], *y = &b->temporary[k];
    if (x->post != y->post || x->until != y->until || strcmp(x->consent, y->consent) != 0) return false;
  }
  return true;
}

bool wg_rules_equal(const wg_rules *a, const wg_rules *b) {
  return same_limits(a, b) && a->verify_photos == b->verify_photos && a->done_photos == b->done_photos &&
         a->at_once == b->at_once && a->gates == b->gates && a->posts == b->posts && same_temporary(a, b);
}

void wg_rules_take_minutes(wg_rules *r, int64_t accept, int64_t handle) {
  if (accept && r->limit[WG_C_ACCEPT][0].unit == WG_U_NONE)
    r->limit[WG_C_ACCEPT][0] = (wg_span){WG_U_MINUTES, (int)accept};
  if (handle && r->limit[WG_C_WHOLE][0].unit == WG_U_NONE)
    r->limit[WG_C_WHOLE][0] = (wg_span){WG_U_MINUTES, (int)handle};
}
