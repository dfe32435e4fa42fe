/* Edits of organisations and of the tree of areas. */
#ifndef WG_ENGINE_ORG_EDIT_H
#define WG_ENGINE_ORG_EDIT_H

#include "engine/edit.h"

void wg_org_version(const wg_org *org, char out[WG_VERSION_LEN]);
void wg_area_version(const wg_area *area, char out[WG_VERSION_LEN]);

typedef struct wg_org_edit {
  wg_edit edit; /* first */
  const char *code;
  const char *names;    /* name map */
  const char *area;     /* "" none */
  const char *calendar; /* "" the district's */
  bool fresh;           /* out: it was not there */
} wg_org_edit;
/* WG_NOT_FOUND "unknown-area", "unknown-calendar"; WG_CONFLICT "stale-version". */
wg_status wg_org_put(wg_engine *e, wg_org_edit *x, wg_err *err);
/* "would-orphan": staff, grants, categories and open incidents that name it. Their rows keep the code. */
wg_status wg_org_drop(wg_engine *e, wg_org_edit *x, wg_err *err);

typedef struct wg_area_edit {
  wg_edit edit; /* first */
  const char *code;
  const char *names;  /* NULL: as they were */
  const char *parent; /* NULL: as it was; "": a root */
} wg_area_edit;
/* Rights follow the links: accounts that would lose sight of the area are told as would-orphan.
 * WG_UNPROCESSABLE "cycle": the parent lies below it. */
wg_status wg_area_change(wg_engine *e, wg_area_edit *x, wg_err *err);

#endif
