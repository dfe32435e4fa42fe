/* Edits of settings. Calendars are kept as settings too: engine/calendar_edit.h. */
#ifndef WG_ENGINE_SETTING_EDIT_H
#define WG_ENGINE_SETTING_EDIT_H

#include "domain/setting.h"
#include "engine/edit.h"

/* value NULL: nothing is stored. */
void wg_setting_version(const wg_setting *s, const char *value, char out[WG_VERSION_LEN]);

typedef struct wg_setting_edit {
  wg_edit edit; /* first */
  const wg_setting *setting;
  const char *value; /* checked by wg_setting_check */
} wg_setting_edit;
/* WG_NOT_FOUND "unknown-area", "unknown-profile". exclusive_admins: WG_FORBIDDEN "beyond-reach" to who does
 * not give rights from a root area; WG_UNPROCESSABLE "exclusive-roles" where the three are not three people
 * yet. */
wg_status wg_setting_put(wg_engine *e, wg_setting_edit *x, wg_err *err);

#endif
