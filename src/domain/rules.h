/* The rules of a category: how long each step may take, what evidence it needs, who may be given it, and what
 * a leader looks at first. A change makes a new version; an incident keeps the one it started under. */
#ifndef WG_DOMAIN_RULES_H
#define WG_DOMAIN_RULES_H

#include <stdbool.h>

#include "domain/worktime.h"

/* What may be timed. Each clock starts when its step becomes possible; WG_C_WHOLE is the incident's own: it
 * starts at receipt, is never set anew, and is what whoever reported was promised. */
typedef enum wg_clock {
  WG_C_WHOLE,
  WG_C_ACCEPT,
  WG_C_VERIFY,
  WG_C_DISPATCH,
  WG_C_CLAIM,
  WG_C_HANDLE,
  WG_C_CHECK,
  WG_C_REVIEW,
  WG_CLOCKS
} wg_clock;
const char *wg_clock_name(wg_clock c); /* "whole", "accept", … */
bool wg_clock_parse(const char *text, wg_clock *out);

/* What a leader approves before it is done. */
enum { WG_GATE_DISPATCH = 1, WG_GATE_ESCALATE = 2, WG_GATE_CLOSE = 4 };
enum { WG_SEVERITY_MAX = 3 };

typedef struct wg_rules {
  int64_t version;                               /* from 1, of its category */
  wg_span limit[WG_CLOCKS][WG_SEVERITY_MAX + 1]; /* [clock][severity]; [0]: where that severity has none */
  int verify_photos, done_photos;                /* how many a step needs */
  bool at_once;                                  /* may be reported and done in one go */
  unsigned gates;                                /* WG_GATE_… */
  unsigned posts; /* bit set of wg_post_kind: posts that may be given such work; 0: any */
} wg_rules;
wg_span wg_rules_limit(const wg_rules *r, wg_clock clock, int severity);

#endif
