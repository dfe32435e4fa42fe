/* Edits of people, their posts, and who stands in for whom. */
#ifndef WG_ENGINE_STAFF_EDIT_H
#define WG_ENGINE_STAFF_EDIT_H

#include "engine/edit.h"

/* Of the person and their posts with shifts; post: indices into the roster's posts, in its order. */
void wg_staff_version(const wg_roster *r, const wg_staff *s, const uint32_t *post, uint32_t n,
                      char out[WG_VERSION_LEN]);
void wg_stand_in_version(const wg_stand_in *x, char out[WG_VERSION_LEN]);

enum { WG_STAFF_POSTS_MAX = 64, WG_POST_SHIFTS_MAX = 20 };
typedef struct wg_staff_edit {
  wg_edit edit;   /* first */
  int64_t id;     /* create fills it */
  wg_staff staff; /* create: code; create, change: name, phone, org, full_time */
  wg_post *posts; /* posts: the whole list */
  int n_posts;
  wg_shift *shifts; /* shifts[i].post: index into posts */
  int n_shifts;
} wg_staff_edit;
/* WG_NOT_FOUND: no such person, "unknown-org". WG_CONFLICT "code-taken", "stale-version". */
wg_status wg_staff_create(wg_engine *e, wg_staff_edit *x, wg_err *err);
wg_status wg_staff_change(wg_engine *e, wg_staff_edit *x, wg_err *err);
/* WG_NOT_FOUND "unknown-grid", field "posts.N.grid". "would-orphan": grids whose last manager this was, open
 * incidents of grids that the person serves no more. */
wg_status wg_staff_post(wg_engine *e, wg_staff_edit *x, wg_err *err);

typedef struct wg_stand_in_edit {
  wg_edit edit;  /* first */
  wg_stand_in x; /* end: only id */
} wg_stand_in_edit;
/* WG_NOT_FOUND "unknown-staff"; WG_CONFLICT "duplicate": the same two from the same time. */
wg_status wg_stand_in_add(wg_engine *e, wg_stand_in_edit *x, wg_err *err);
wg_status wg_stand_in_end(wg_engine *e, wg_stand_in_edit *x, wg_err *err);

#endif
