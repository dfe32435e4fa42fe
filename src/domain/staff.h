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
} wg_roster;
wg_status wg_roster_index(wg_roster *roster,
                          wg_err *err); /* sorts; a post or a stand-in of unknown staff: WG_CORRUPT */
const wg_staff *wg_roster_staff(const wg_roster *roster, int64_t id); /* or NULL */
/* Posts of one grid: a run of roster->post. */
void wg_roster_posts(const wg_roster *roster, const char *network, const char *grid, uint32_t *first,
                     uint32_t *n);
/* Shifts of one post: a run of roster->shift. */
void wg_roster_shifts(const wg_roster *roster, int64_t post, uint32_t *first, uint32_t *n);
bool wg_on_duty(const wg_roster *roster, const wg_post *post, int64_t at);

typedef enum wg_assign_rule {
  WG_ASSIGN_QUEUE_NO_GRID,  /* no grid owns the point: the centre's queue */
  WG_ASSIGN_QUEUE_NO_STAFF, /* a grid that nobody serves: the township centre's queue */
  WG_ASSIGN_QUEUE_OFF_DUTY, /* nobody on duty and no grid lead: the township centre's queue */
  WG_ASSIGN_ON_DUTY,        /* the first of manager, officer on duty */
  WG_ASSIGN_STAND_IN,       /* the stand-in of that one */
  WG_ASSIGN_LEAD,           /* nobody on duty: the grid lead */
  WG_ASSIGN_QUEUE_SEALED    /* about a worker: to the township centre, never to the worker concerned */
} wg_assign_rule;

typedef struct wg_assignment {
  wg_assign_rule rule;
  int64_t staff;      /* 0: a queue */
  wg_post_kind post;  /* of the one responsible (of the one stood in for) */
  int64_t stands_for; /* staff that is away, or 0 */
} wg_assignment;
/* grid "" : none owns it. Of several on duty: manager before officer, full-time before part-time, then the
 * smallest id. A person away with a stand-in is on duty through the stand-in. The lead answers whenever
 * nobody else does, on duty or not (through the stand-in when away). */
/* A sealed matter goes to nobody in the field: the centre's queue, whoever serves the grid. */
static inline wg_assignment wg_assign_sealed(void) { return (wg_assignment){.rule = WG_ASSIGN_QUEUE_SEALED}; }
wg_assignment wg_assign(const wg_roster *roster, const char *network, const char *grid, int64_t at);

#endif
