/* Accounts, grants, and the one place where rights are decided: role × area × party. */
#ifndef WG_DOMAIN_ACCOUNT_H
#define WG_DOMAIN_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "domain/area.h"
#include "domain/category.h"

typedef enum wg_role {
  WG_ADMIN,
  WG_SECURITY,
  WG_AUDITOR,
  WG_PLANNER,
  WG_DISPATCHER,
  WG_LEADER,
  WG_DEPARTMENT,
  WG_WORKER,
  WG_WALL, /* a screen that everybody in the room sees */
  WG_ROLES
} wg_role;
const char *wg_role_name(wg_role role); /* "admin", … */
bool wg_role_parse(const char *text, wg_role *out);

typedef struct wg_grant {
  int64_t account;
  wg_role role;
  char org[WG_CODE_LEN];  /* "" when none */
  char area[WG_CODE_LEN]; /* rights reach this area and all below it */
  int64_t from, until;    /* ms; 0: open */
} wg_grant;

enum { WG_PASSWORD_MIN = 8, WG_PASSWORD_MAX = 256 }; /* bytes */
/* 1 to 64 bytes, without spaces at its ends and control characters: WG_INVALID, field "name". */
wg_status wg_account_name_check(const char *name, wg_err *err);

typedef struct wg_account {
  int64_t id;
  char name[65];
  char password[128];  /* argon2id string; "": no password log-in */
  int64_t staff;       /* the worker behind it, or 0 */
  bool disabled, demo; /* demo accounts are refused beyond loopback */
} wg_account;

/* What one may do; every route, tile and event names one of these. */
typedef enum wg_verb {
  WG_V_NONE,          /* a route without a rule: refused at start */
  WG_V_PUBLIC,        /* anyone, signed in or not */
  WG_V_SIGNED_IN,     /* any account: own session, catalogue, time */
  WG_V_SEE_MAP,       /* areas, grids, base map, resolve */
  WG_V_SEE_INCIDENT,  /* lists, tiles, feed, one incident */
  WG_V_REPORT,        /* report an incident */
  WG_V_SEE_STAFF,     /* names and phones of staff */
  WG_V_SEE_WORKERS,   /* live positions */
  WG_V_SEND_POSITION, /* own position */
  WG_V_EXPORT,        /* bulk files */
  WG_V_ADMIN,         /* accounts, settings */
  WG_V_AUDIT,         /* the log, sign-ins, metrics */
  WG_V_SEE_ACCOUNTS,  /* which accounts there are, and what they may */
  WG_V_GRANT,         /* what an account may */
  WG_V_DIRECT,        /* what the centre does to an incident: accept, dispatch, check, close */
  WG_V_WORK,          /* what is done by the hands it is with: claim, handle, return, done */
  WG_V_REVIEW,        /* what a leader decides: approves, sends back, instructs */
  WG_VERBS
} wg_verb;

/* How far a role's verb reaches. */
typedef enum wg_reach {
  WG_R_NO,
  WG_R_PARTY, /* only matters it is a party to: handed, copied, reported by it, its own grid */
  WG_R_AREA,  /* its granted area and below (and what it is a party to) */
  WG_R_ALL
} wg_reach;
wg_reach wg_rights_reach(wg_role role, wg_verb verb); /* the table of docs/rights.md */
wg_class wg_rights_class(wg_role role); /* the highest class of incidents the role sees by area */

/* One who asks, with the grants in force at the time; made at sign-in and when grants change. */
enum { WG_VIEWER_GRANTS = 16 };
typedef struct wg_viewer {
  int64_t account, staff;
  char name[65];
  bool demo;
  bool exclusive; /* setting "exclusive_admins": an admin keeps accounts and sees no incident */
  struct {
    wg_role role;
    uint32_t area;
    char org[WG_CODE_LEN];
    int64_t from, until;
  } grant[WG_VIEWER_GRANTS];
  int n_grants;
} wg_viewer;

/* What is asked for. */
typedef struct wg_target {
  uint32_t area; /* index in areas, or WG_NO_INDEX: belongs to no area (then the roots' viewers only) */
  wg_class class_;
  int64_t reporter;        /* account, or 0 */
  int64_t responsible;     /* staff, or 0 */
  const char *const *orgs; /* organisations it was handed or copied to; NULL-terminated; may be NULL */
} wg_target;
/* May the viewer at all, somewhere (target NULL), or on this target, at time `at`. */
bool wg_may(const wg_areas *areas, const wg_viewer *v, wg_verb verb, const wg_target *target, int64_t at);
/* Every grant in force at `at` is a wall's (and there is one): whatever this viewer gets holds no name, phone
 * or free word. The one place that decides it; by the time, since grants begin and end. */
bool wg_nameless(const wg_viewer *v, int64_t at);
/* The areas (indices, topmost only) in which the viewer has the verb by area, at most max; *all is set when
 * it reaches everywhere; *top gets the highest class seen. Returns how many. For lists, tiles and the feed.
 * With several grants *top may not hold in each of the areas (planner of the district, leader of one
 * township): ask wg_may for rows above ordinary, or take the areas class by class. */
int wg_rights_areas(const wg_areas *areas, const wg_viewer *v, wg_verb verb, int64_t at, uint32_t *area,
                    int max, bool *all, wg_class *top);
/* The same, of the grants that see incidents up to class_ at least. */
int wg_rights_areas_of_class(const wg_areas *areas, const wg_viewer *v, wg_verb verb, wg_class class_,
                             int64_t at, uint32_t *area, int max, bool *all, wg_class *top);

#endif
