/* Edits of leave, and of grids that somebody covers for a time. The reason of the edit is the private note.
 */
#ifndef WG_ENGINE_ABSENCE_H
#define WG_ENGINE_ABSENCE_H

#include "engine/edit.h"

void wg_leave_version(const wg_leave *x, char out[WG_VERSION_LEN]);
void wg_cover_version(const wg_temp_post *x, char out[WG_VERSION_LEN]);

typedef struct wg_leave_edit {
  wg_edit edit; /* first */
  wg_leave x;   /* end: only id; add fills it */
} wg_leave_edit;
/* WG_NOT_FOUND "unknown-staff"; WG_CONFLICT "duplicate": overlaps another leave of the same person. */
wg_status wg_leave_add(wg_engine *e, wg_leave_edit *x, wg_err *err);
wg_status wg_leave_end(wg_engine *e, wg_leave_edit *x, wg_err *err);

typedef struct wg_cover_edit {
  wg_edit edit; /* first */
  wg_temp_post x;
} wg_cover_edit;
/* WG_NOT_FOUND "unknown-staff", "unknown-grid"; WG_CONFLICT "duplicate". */
wg_status wg_cover_add(wg_engine *e, wg_cover_edit *x, wg_err *err);
wg_status wg_cover_end(wg_engine *e, wg_cover_edit *x, wg_err *err);

#endif
