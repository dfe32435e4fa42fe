/* An incident: what was reported, where, whose it is, and where it stands. */
#ifndef WG_DOMAIN_INCIDENT_H
#define WG_DOMAIN_INCIDENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/shape.h"
#include "domain/account.h"
#include "domain/area.h"
#include "domain/category.h"
#include "domain/staff.h"

typedef enum wg_state {
  WG_S_REPORTED,
  WG_S_ACCEPTED,
  WG_S_REFUSED,
  WG_S_VERIFYING,
  WG_S_FILED,
  WG_S_VOID,
  WG_S_REVIEW,
  WG_S_DISPATCHED,
  WG_S_CLAIMED,
  WG_S_HANDLING,
  WG_S_RETURNED,
  WG_S_DONE,
  WG_S_CHECKED,
  WG_S_CLOSED,
  WG_S_EVALUATED,
  WG_S_MERGED, /* into another, whose end is its own */
  WG_STATES
} wg_state;
const char *wg_state_name(wg_state s); /* "reported", … */
const char *wg_state_title(wg_state s, const char *lang);
bool wg_state_parse(const char *text, wg_state *out);
bool wg_state_open(wg_state s); /* still somebody's work: not refused, void, closed, evaluated, merged */

typedef enum wg_datum { WG_DATUM_WGS84, WG_DATUM_GCJ02, WG_DATUM_BD09, WG_DATUM_EPSG } wg_datum;

/* Supervision 督办: ordinary 普通, yellow 黄牌, red 红牌, red and publicly listed 挂牌. */
typedef enum wg_supervision {
  WG_SUP_NONE,
  WG_SUP_ORDINARY,
  WG_SUP_YELLOW,
  WG_SUP_RED,
  WG_SUP_LISTED,
  WG_SUPERVISIONS
} wg_supervision;
const char *wg_supervision_name(wg_supervision s); /* "none", "ordinary", … */
bool wg_supervision_parse(const char *text, wg_supervision *out);

#define WG_NUMBER_LEN 96

typedef struct wg_incident {
  int64_t id;
  char number[WG_NUMBER_LEN]; /* area-yyyymmdd-serial */
  wg_state state;
  int severity;
  wg_class class_;
  bool has_position;
  wg_pt at;                /* WGS 84 lattice */
  double raw_lon, raw_lat; /* as sent */
  char crs[24];            /* "wgs84", "gcj02", "bd09", "EPSG:n" */
  double accuracy_m;       /* < 0: not given */
  char category[WG_CODE_LEN];
  bool category_retired;                                           /* it was retired when reported */
  char network[WG_CODE_LEN], grid[WG_CODE_LEN], area[WG_CODE_LEN]; /* "" when none */
  int64_t plan_version;                                            /* 0 when there is no plan */
  int how;                                                         /* wg_how of geo/resolver.h */
  wg_assignment assigned;                                          /* how the worker was found */
  int64_t responsible;                                             /* staff, or 0: the queue */
  int64_t occurred_at, received_at, sent_at, raw_occurred_at;      /* ms; sent_at 0: not given */
  int64_t accept_due, handle_due, closed_at;                       /* 0: none */
  bool overdue;                   /* set by an event, never by the time of asking */
  int64_t reporter;               /* account */
  const char *client_id;          /* "" when none */
  unsigned char request_hash[32]; /* of the canonical request: same client_id, other body → 422 */
  const char *source;             /* "field", "hotline", "api", "import", … */
  const char *description;        /* personal (side row): free words; NULL when erased */
  const char *attributes;         /* personal (side row): JSON object text, or "" */
  const char *place;              /* personal (side row): JSON object text, or "" */
  const char *caller;             /* personal (side row): who rang up, JSON object text, or "" */
  /* how it is worked on (domain/life.h) */
  int64_t rule;                 /* version of its category's rules that it started under */
  char centre[WG_CODE_LEN];     /* the area whose centre directs it; "": its own */
  char org[WG_CODE_LEN];        /* the organisation that has it in hand; "": the worker, or the centre */
  int64_t held_since;           /* since when whoever has it, has it; 0: since receipt */
  int64_t step_due;             /* of the step after acceptance that it stands in; 0: none */
  int64_t work_since, work_due; /* when it was last handed out, and when it must be done */
  uint32_t told;                /* clocks that ran out and were told of (life_clock.c) */
  bool urgent;
  wg_supervision supervised;
  int64_t suspended_at, suspended_until; /* 0: it is not; no end was said */
  int returns, reworks;
  bool ruled;                   /* the upper centre has said whose it is: it is not returned */
  wg_state review_from;         /* under review: where it came from */
  bool approved, review_owed;   /* a leader has agreed to the next step; will have to, afterwards */
  int days_asked, days_granted; /* of extension */
  int64_t merged_into, parent;  /* incidents, or 0 */
  int score;                    /* of the evaluation, 1–5; 0: none */
  int64_t doer;                 /* account that said it was done */
  int64_t version;              /* 1 at report, +1 with each event */
  int64_t seq;                  /* of its latest event */
} wg_incident;

wg_clock wg_incident_clock(const wg_incident *i);   /* of the step it stands in */
int64_t wg_incident_step_due(const wg_incident *i); /* when that runs out; 0: never */
/* An organisation's part in an incident. */
typedef enum wg_party_how {
  WG_P_HANDED, /* it has it in hand, and leads where there are others */
  WG_P_CO,     /* it works along */
  WG_P_COPIED, /* it is told */
  WG_P_FORMER, /* it had it */
  WG_P_HOWS
} wg_party_how;
const char *wg_party_how_name(wg_party_how how); /* "handed", "co", "copied", "former" */
typedef struct wg_party {
  char org[WG_CODE_LEN];
  wg_party_how how;
} wg_party;

/* A position report of one device. */
typedef struct wg_position {
  int64_t staff;
  char device[WG_CODE_LEN];
  int64_t counter; /* per device, rising; a smaller or equal one is old news */
  wg_pt at;
  double raw_lon, raw_lat;
  char crs[24];
  float accuracy_m, speed, heading; /* < 0: not given */
  int64_t fixed_at, received_at;
} wg_position;

/* One sentence: who decided, by which rule, in which version. Written from the stored rule and today's names,
 * so that no event's body holds a name. In the arena. */
struct wg_why {
  bool placeless; /* the report has no position, only a place in words */
  int how;        /* wg_how */
  const char *grid_code, *grid_name, *network;
  int64_t plan_version;
  double metres; /* nearest; 0: not known */
  const wg_assignment *assigned;
  const char *worker, *away; /* names, or NULL */
};
char *wg_why_sentence(wg_arena *arena, const struct wg_why *why, const char *lang);

#endif
