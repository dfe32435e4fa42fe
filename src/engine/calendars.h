/* The working calendars there are: the district's, which is always there, and those that organisations may
 * name. */
#ifndef WG_ENGINE_CALENDARS_H
#define WG_ENGINE_CALENDARS_H

#include "domain/store.h"
#include "engine/picture.h"

enum { WG_CALENDARS_MAX = 50 }; /* beside the district's */

typedef struct wg_calendar_text {
  const char *code, *text; /* text: as kept (domain/calendar.h) */
} wg_calendar_text;
/* All of them: the district's first (WG_CALENDAR_ALWAYS where none is kept), then the others by code. */
wg_status wg_calendar_texts(wg_store *store, wg_arena *arena, wg_calendar_text **out, uint32_t *n,
                            wg_err *err);
/* One by its code; NULL: there is none. */
wg_status wg_calendar_text_of(wg_store *store, wg_arena *arena, const char *code, const char **out,
                              wg_err *err);
/* The setting that keeps it. In the arena. */
const char *wg_calendar_key(wg_arena *arena, const char *code);

typedef struct wg_calendar_in_force {
  const char *code;
  const wg_worktime *work;
} wg_calendar_in_force;
/* Into s->work and s->calendar; s->zone is that of a calendar that names none. One that cannot be read is
 * left out with a word in the log, and the district's holds: the server has to start. */
wg_status wg_calendars_load(wg_store *store, wg_settings *s, wg_err *err);
const wg_worktime *wg_calendar_find(const wg_settings *s, const char *code); /* NULL: none */

#endif
