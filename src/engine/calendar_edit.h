/* Edits of the working calendars. What was counted before an edit stays as it was: deadlines are kept with
 * the incident, and events are never written again. */
#ifndef WG_ENGINE_CALENDAR_EDIT_H
#define WG_ENGINE_CALENDAR_EDIT_H

#include "domain/calendar.h"
#include "engine/edit.h"

void wg_calendar_head_version(const wg_calendar_head *h, char out[WG_VERSION_LEN]);
void wg_calendar_year_version(const wg_calendar_year *y, char out[WG_VERSION_LEN]);
/* Of all that an import may replace. */
void wg_calendar_years_version(const wg_calendar_year *years, uint32_t n, char out[WG_VERSION_LEN]);

typedef struct wg_calendar_edit {
  wg_edit edit; /* first */
  const char *code;
  wg_calendar_head head;  /* of wg_calendar_put */
  wg_calendar_year *year; /* of the others: each takes the place of the year there is */
  uint32_t n;
  const char *file; /* of an import: its text, kept as content */
  bool fresh;       /* out: it was not there */
} wg_calendar_edit;

/* Makes a calendar, or changes all of it but the years. WG_TOO_LARGE: there are WG_CALENDARS_MAX. */
wg_status wg_calendar_put(wg_engine *e, wg_calendar_edit *x, wg_err *err);
/* One year. WG_NOT_FOUND: there is no such calendar. */
wg_status wg_calendar_year_put(wg_engine *e, wg_calendar_edit *x, wg_err *err);
/* Several at once; its version, where one was sent, is wg_calendar_years_version. */
wg_status wg_calendar_years_put(wg_engine *e, wg_calendar_edit *x, wg_err *err);

#endif
