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
  WG_STATES
} wg_state;
const char *wg_state_name(wg_state s); /* "reported", … */
const char *wg_state_title(wg_state s, const char *lang);
bool wg_state_parse(const char *text, wg_state *out);
bool wg_state_open(wg_state s); /* still somebody's work: not refused, void, closed, evaluated */

typedef enum wg_datum { WG_DATUM_WGS84, WG_DATUM_GCJ02, WG_DATUM_BD09, WG_DATUM_EPSG } wg_datum;

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
  int64_t version;                /* 1 at report, +1 with each event */
  int64_t seq;                    /* of its latest event */
} wg_incident;

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
