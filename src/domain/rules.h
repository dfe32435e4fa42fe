/* The rules of a category: how long each step may take, what evidence it needs, who may be given it, and what
 * a leader looks at first. A change makes a new version; an incident keeps the one it started under. */
#ifndef WG_DOMAIN_RULES_H
#define WG_DOMAIN_RULES_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/jw.h"
#include "domain/staff.h"
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
enum { WG_SEVERITY_MAX = 3, WG_TEMPORARY_MAX = 8 };
enum { WG_PHOTOS_MAX = 20, WG_CONSENT_MAX = 400 };

/* A post that may be given such work for a while, though it is not among `posts` (临时准入). */
typedef struct wg_temporary {
  wg_post_kind post;
  int until;           /* the last day, yyyymmdd */
  const char *consent; /* who agreed to it, in words */
} wg_temporary;

typedef struct wg_rules {
  int64_t version;                               /* from 1, of its category */
  wg_span limit[WG_CLOCKS][WG_SEVERITY_MAX + 1]; /* [clock][severity]; [0]: where that severity has none */
  int verify_photos, done_photos;                /* how many a step needs */
  bool at_once;                                  /* may be reported and done in one go */
  unsigned gates;                                /* WG_GATE_… */
  unsigned posts; /* bit set of wg_post_kind: posts that may be given such work; 0: any */
  int n_temporary;
  wg_temporary temporary[WG_TEMPORARY_MAX];
} wg_rules;
wg_span wg_rules_limit(const wg_rules *r, wg_clock clock, int severity);
/* May work of this category be given to somebody of this post on that day (yyyymmdd, the district's)? */
bool wg_rules_admit(const wg_rules *r, wg_post_kind post, int day);
/* Whether they say the same, whatever their versions. */
bool wg_rules_equal(const wg_rules *a, const wg_rules *b);
/* WG_INVALID naming the member, where accepting may take longer than the whole (compared where both are told
 * in the same unit: a work day has as many hours as its calendar). Asked of edits, not of what is stored. */
wg_status wg_rules_sound(const wg_rules *r, wg_err *err);
/* How long a limit may be: 366 days of minutes, 10 000 hours or 1 000 days of work. */
bool wg_span_ok(wg_span span);
const char *wg_gate_name(unsigned gate);  /* "dispatch", "escalate", "close" */
unsigned wg_gate_parse(const char *text); /* 0: none of them */

/* As JSON (rules_json.c): {version, limits: {CLOCK: {n, unit, by_severity: {"3": {n, unit}}}}, verify_photos,
 * done_photos, at_once, gates, posts, temporary: [{post, until: "2026-12-31", consent}]}. A clock that is
 * left out has no limit; one with a limit for some severities only has the unit "none" besides. WG_INVALID
 * names the member ("limits.accept.n"). Texts are in the arena. */
wg_status wg_rules_read(wg_arena *arena, const wg_json *object, wg_rules *out, wg_err *err);
wg_status wg_rules_parse(wg_arena *arena, const char *text, wg_rules **out, wg_err *err);
void wg_rules_write(wg_jw *w, const wg_rules *r);        /* an object; without the version where that is 0 */
char *wg_rules_text(wg_arena *arena, const wg_rules *r); /* without the version: equal rules, equal text */
/* The parts of it, as values: for who shows what changes. */
void wg_rules_write_limit(wg_jw *w, const wg_rules *r, wg_clock clock); /* null: none */
void wg_rules_write_gates(wg_jw *w, const wg_rules *r);
void wg_rules_write_posts(wg_jw *w, const wg_rules *r);
void wg_rules_write_temporary(wg_jw *w, const wg_rules *r);

/* In a table (rules_table.c), a cell each: "30 minutes; 3: 10 minutes", "4 work_hours", "dispatch; close",
 * "manager; officer". Chinese words for units and posts are read too. Read into what is empty; false: no such
 * words. */
void wg_rules_put_limit(wg_buf *out, const wg_rules *r, wg_clock clock);
void wg_rules_put_gates(wg_buf *out, const wg_rules *r);
void wg_rules_put_posts(wg_buf *out, const wg_rules *r);
bool wg_rules_take_limit(wg_rules *r, wg_clock clock, const char *text);
bool wg_rules_take_gates(wg_rules *r, const char *text);
bool wg_rules_take_posts(wg_rules *r, const char *text);
/* What files said before there were rules: minutes from receipt, where nothing else is said of these clocks.
 */
void wg_rules_take_minutes(wg_rules *r, int64_t accept, int64_t handle);

#endif
