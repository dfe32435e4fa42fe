/* The picture: the reference data that answers are made from. Immutable and counted; a change makes a new
 * picture that shares the parts which did not change. Hold one (wg_picture_hold) for as long as you look at
 * anything inside, then let go. */
#ifndef WG_ENGINE_PICTURE_H
#define WG_ENGINE_PICTURE_H

#include <stdatomic.h>

#include "domain/profile.h"
#include "domain/store.h"
#include "engine/names.h"
#include "geo/resolver.h"

/* One network's version in force, with its resolver. Shared between lands. */
typedef struct wg_network {
  atomic_int refs;
  wg_arena arena;
  wg_plan plan;
  wg_resolver *resolver;
  wg_names *names; /* of the grids, as in the plan; NULL where nobody searches (without hooks) */
} wg_network;

/* Areas and networks together, because a grid knows its area by index. */
typedef struct wg_land {
  atomic_int refs;
  wg_arena arena;
  uint64_t generation; /* rises with every change of land */
  wg_areas areas;      /* areas without a polygon of their own got the union of their grids' (base network) */
  wg_network **network; /* sorted by code */
  uint32_t n_networks;
  uint32_t **grid_area;  /* [network][grid]: index of its area, or WG_NO_INDEX */
  uint32_t *grids_below; /* [area]: how many base grids lie in it and below */
  wg_names *names;       /* of the areas; NULL where nobody searches */
  uint32_t root;         /* the district's area, or WG_NO_INDEX */
  wg_box extent;         /* of all areas and grids; empty when there is none */
  void *extra;           /* what the api keeps beside it (tile pyramids) */
  void (*extra_free)(void *);
} wg_land;

typedef struct wg_people {
  atomic_int refs;
  wg_arena arena;
  wg_roster roster;
  wg_names *names;   /* of the staff, as in the roster; NULL where nobody searches */
  uint32_t *post_of; /* roster.n_posts indices of posts, by staff, then in the roster's order */
  wg_org *org;       /* by code */
  uint32_t n_orgs;
} wg_people;

typedef struct wg_catalogue {
  atomic_int refs;
  wg_arena arena;
  wg_category *item; /* by code */
  uint32_t n;
} wg_catalogue;

typedef struct wg_accounts {
  atomic_int refs;
  wg_arena arena;
  wg_account *item; /* by id */
  uint32_t n;
  wg_grant *grant; /* by account */
  uint32_t n_grants;
} wg_accounts;

typedef struct wg_settings {
  atomic_int refs;
  wg_arena arena;
  wg_zone *zone;
  const wg_worktime *work;               /* the district's calendar */
  struct wg_calendar_in_force *calendar; /* the others, by code (engine/calendars.h) */
  uint32_t n_calendars;
  double tolerance_m;
  int session_hours, online_minutes;
  wg_profile profile;
  const char *languages; /* "zh,en" */
  bool demo;
  bool access_log_syslog;      /* lines of the access log go to syslog too */
  int supervise[4];            /* working days until yellow and red, of accepting and of handling; 0: never */
  int points[WG_SUPERVISIONS]; /* that a supervision takes off */
  int return_limit;            /* so many returns, and the upper centre rules; 0: never */
  int review_severity;         /* from this severity on a leader approves what is handed out; 0: never */
  int reassign;                /* wg_reassign */
  bool exclusive_admins;       /* the three administrators exclude one another */
  const char *demo_accounts;   /* JSON, or NULL */
} wg_settings;

typedef struct wg_picture {
  atomic_int refs;
  wg_arena arena;
  wg_land *land;
  wg_people *people;
  wg_catalogue *catalogue;
  wg_accounts *accounts;
  wg_settings *settings;
  wg_viewer *viewer; /* accounts->n, in the same order */
} wg_picture;

/* What changed: parts to read again. */
enum {
  WG_PART_LAND = 1,
  WG_PART_PEOPLE = 2,
  WG_PART_CATALOGUE = 4,
  WG_PART_ACCOUNTS = 8,
  WG_PART_SETTINGS = 16,
  WG_PART_ALL = 31
};

typedef struct wg_picture_hooks {
  /* Called when a land is ready, before anyone sees it; sets land->extra. */
  wg_status (*land_ready)(void *ctx, wg_land *land, wg_err *err);
  void *ctx;
} wg_picture_hooks;

/* With hooks somebody serves what is read: names are made ready for searching.
 * Reads the parts from the store, the others from `old` (NULL at the start). The caller holds the result. */
wg_status wg_picture_load(wg_store *store, const wg_picture *old, unsigned parts,
                          const wg_picture_hooks *hooks, wg_picture **out, wg_err *err);
void wg_picture_hold(wg_picture *p);
void wg_picture_drop(wg_picture *p);

const wg_network *wg_picture_network(const wg_picture *p, const char *code, uint32_t *index); /* NULL: none */
const wg_category *wg_picture_category(const wg_picture *p, const char *code);
/* The rules of a category in one of their versions (0: the newest); never NULL. */
const wg_rules *wg_picture_rules(const wg_picture *p, const char *category, int64_t version);
/* The working time of an organisation: its own calendar, else the district's. */
const wg_worktime *wg_picture_worktime(const wg_picture *p, const char *org);
const wg_account *wg_picture_account(const wg_picture *p, int64_t id);
const wg_account *wg_picture_account_named(const wg_picture *p, const char *name);
const wg_viewer *wg_picture_viewer(const wg_picture *p, int64_t account);

#endif
