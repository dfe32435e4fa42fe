/* Staff, posts, shifts, stand-ins, and the rule that says who answers for a grid at a time. */
#ifndef WG_DOMAIN_STAFF_H
#define WG_DOMAIN_STAFF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/time.h"
#include "domain/area.h"

/* An organisation: a department, a centre, a company. Staff, grants and incidents name it by its code. */
typedef struct wg_org {
  char code[WG_CODE_LEN];
  char area[WG_CODE_LEN];     /* where it works; "" unknown */
  const char *names;          /* name map */
  char calendar[WG_CODE_LEN]; /* of its working time; "" the district's */
} wg_org;

typedef struct wg_staff {
  int64_t id;
  char code[WG_CODE_LEN]; /* the organisation's own number; unique; given by us when the file has none */
  const char *name;       /* personal */
  const char *phone;      /* personal; "" when unknown */
  char org[WG_CODE_LEN];
  bool full_time;
} wg_staff;

/* What a person is to a grid. Only the first three can be responsible, in this order; the others stand
 * beside (组团服务). */
typedef enum wg_post_kind {
  WG_POST_MANAGER,  /* 网格管理员 */
  WG_POST_OFFICER,  /* 网格信息员 */
  WG_POST_LEAD,     /* 网格长 */
  WG_POST_POLICE,   /* 社区民警 */
  WG_POST_CADRE,    /* 村（社区）干部 */
  WG_POST_JUDICIAL, /* 司法 */
  WG_POST_OTHER,
  WG_POST_KINDS
} wg_post_kind;
const char *wg_post_name(wg_post_kind kind); /* "manager", … */
const char *wg_post_title(wg_post_kind kind, const char *lang);
bool wg_post_parse(const char *text, wg_post_kind *out); /* English names and Chinese titles */

typedef struct wg_post {
  int64_t id;
  int64_t staff;
  char network[WG_CODE_LEN];
  char grid[WG_CODE_LEN];
  wg_post_kind kind;
} wg_post;

/* Weekly duty of a post, in the organisation's zone. A post without any shift is always on duty. */
typedef struct wg_shift {
  int64_t post;
  uint8_t weekdays; /* bit 0 Monday … bit 6 Sunday: the day the shift starts on */
  int16_t from, to; /* minutes of the day, 0–1440; to <= from runs into the next day */
} wg_shift;
/* "Mon-Fri 08:00-18:00; Sat 09:00-12:00", "1-5 08:00-18:00", "周一至周五 8:00-18:00", "" → none. Several days
 * and several times with commas ("Mon,Wed 08:00-12:00,14:00-18:00"); without days: daily; 1 is Monday; also
 * "daily", "weekdays", "weekend", 每天, 工作日, 周末. WG_INVALID, field "shifts"; WG_TOO_LARGE past max. */
wg_status wg_shifts_parse(const char *text, wg_shift *out, int max, int *n, wg_err *err);

typedef struct wg_stand_in {
  int64_t staff, by;   /* `by` does the work of `staff` */
  int64_t from, until; /* ms, 0: open; of several in force the one that began last counts */
  int64_t id;          /* of the store; 0: not stored yet */
} wg_stand_in;

/* Away: not on duty, whatever the shifts say. Who stands in does the work; without one the next post does. */
typedef enum wg_leave_kind {
  WG_LEAVE_ANNUAL,
  WG_LEAVE_SICK,
  WG_LEAVE_TRAINING,
  WG_LEAVE_OTHER,
  WG_LEAVE_KINDS
} wg_leave_kind;
const char *wg_leave_name(wg_leave_kind kind); /* "annual", … */
bool wg_leave_parse(const char *text, wg_leave_kind *out);
typedef struct wg_leave {
  int64_t id, staff;
  int64_t from, until; /* ms; until 0: open */
  wg_leave_kind kind;
} wg_leave;

/* For a time somebody serves another grid besides: after its own people on duty and before its lead. */
typedef struct wg_temp_post {
  int64_t id, staff;
  int64_t from, until; /* ms */
  char network[WG_CODE_LEN], grid[WG_CODE_LEN];
} wg_temp_post;

/* Everything needed to name the responsible worker. Sorted as wg_roster_index leaves it; immutable after. */
typedef struct wg_roster {
  wg_staff *staff;
  uint32_t n_staff; /* by id */
  wg_post *post;
  uint32_t n_posts; /* by network, grid, kind, then full-time first, then staff id */
  wg_shift *shift;
  uint32_t n_shifts; /* by post */
  wg_stand_in *stand_in;
  uint32_t n_stand_ins; /* by staff */
  const wg_zone *zone;  /* not owned */
  wg_leave *leave;
  uint32_t n_leaves; /* by staff */
  wg_temp_post *cover;
  uint32_t n_covers; /* by network, grid, then the earliest, then staff */
} wg_roster;
wg_status wg_roster_index(wg_roster *roster,
                          wg_err *err); /* sorts; a post or a stand-in of unknown staff: WG_CORRUPT */
const wg_staff *wg_roster_staff(const wg_roster *roster, int64_t id); /* or NULL */
/* Posts of one grid: a run of roster->post. */
void wg_roster_posts(const wg_roster *roster, const char *network, const char *grid, uint32_t *first,
                     uint32_t *n);
/* Shifts of one post: a run of roster->shift. */
void wg_roster_shifts(const wg_roster *roster, int64_t post, uint32_t *first, uint32_t *n);
bool wg_on_duty(const wg_roster *roster, const wg_post *post,
                int64_t at); /* by its shifts, and not on leave */
/* For duty.c: by the shifts alone, at a local time; who does somebody's work at the time (0: on leave, and
 * nobody stands in); who covers a grid (0: nobody). */
bool wg_in_shifts(const wg_roster *roster, const wg_post *post, const wg_local *now);
int64_t wg_present(const wg_roster *roster, int64_t staff, int64_t at);
int64_t wg_covering(const wg_roster *roster, const char *network, const char *grid, int64_t at);
bool wg_on_leave(const wg_roster *roster, int64_t staff, int64_t at);
/* Does this one serve the grid at the time: on duty there, for another or as a cover, or as its lead? */
bool wg_serves(const wg_roster *roster, const char *network, const char *grid, int64_t staff, int64_t at);

typedef enum wg_assign_rule {
  WG_ASSIGN_QUEUE_NO_GRID,  /* no grid owns the point: the centre's queue */
  WG_ASSIGN_QUEUE_NO_STAFF, /* a grid that nobody serves: the township centre's queue */
  WG_ASSIGN_QUEUE_OFF_DUTY, /* nobody on duty and no grid lead: the township centre's queue */
  WG_ASSIGN_ON_DUTY,        /* the first of manager, officer on duty */
  WG_ASSIGN_STAND_IN,       /* the stand-in of that one */
  WG_ASSIGN_LEAD,           /* nobody on duty: the grid lead */
  WG_ASSIGN_QUEUE_SEALED,   /* about a worker: to the township centre, never to the worker concerned */
  WG_ASSIGN_NEXT_POST,      /* on duty, where the one before is on leave without a stand-in */
  WG_ASSIGN_COVER,          /* who covers the grid for a time: none of its own is on duty */
  WG_ASSIGN_QUEUE_LEAVE,    /* who would be on duty is on leave, and nobody comes after */
  WG_ASSIGN_RULES
} wg_assign_rule;
/* Does it name nobody? */
static inline bool wg_assign_waits(wg_assign_rule r) {
  return r <= WG_ASSIGN_QUEUE_OFF_DUTY || r == WG_ASSIGN_QUEUE_SEALED || r == WG_ASSIGN_QUEUE_LEAVE;
}

typedef struct wg_assignment {
  wg_assign_rule rule;
  int64_t staff;      /* 0: a queue */
  wg_post_kind post;  /* of the one responsible (of the one stood in for) */
  int64_t stands_for; /* staff that is away, or 0 */
} wg_assignment;
/* grid "" : none owns it. Of several on duty: manager before officer, full-time before part-time, then the
 * smallest id. A person away with a stand-in is on duty through the stand-in; on leave without one (or where
 * the last in that row is on leave) not at all, and the next post answers. The lead answers whenever nobody
 * else does, on duty or not (through the stand-in when away; not on leave without one). */
/* A sealed matter goes to nobody in the field: the centre's queue, whoever serves the grid. */
static inline wg_assignment wg_assign_sealed(void) { return (wg_assignment){.rule = WG_ASSIGN_QUEUE_SEALED}; }
wg_assignment wg_assign(const wg_roster *roster, const char *network, const char *grid, int64_t at);

#endif
