/* The working calendar: weekdays and hours of work, and by year the holidays and the days worked instead. It
 * is one JSON text (a profile's in data/profiles.json), kept as the setting "calendar". */
#ifndef WG_DOMAIN_CALENDAR_H
#define WG_DOMAIN_CALENDAR_H

#include <stdint.h>

#include "base/arena.h"
#include "base/json.h"

#define WG_CALENDAR_CODE "work" /* what the one calendar there is, is called */

enum { WG_CALENDAR_FIRST = 1990, WG_CALENDAR_LAST = 2199, WG_CALENDAR_SPANS = 100 };

typedef struct wg_calendar_year {
  int year;
  const char *holidays, *working; /* JSON lists of "2026-01-01" and "2026-02-16/2026-02-22" */
} wg_calendar_year;

/* The years of a calendar, in order. WG_CORRUPT when it is none. */
wg_status wg_calendar_years(wg_arena *arena, const char *text, wg_calendar_year **out, uint32_t *n,
                            wg_err *err);
/* {"holidays": […], "working": […]}: real days of this year, none twice. WG_INVALID names "holidays.N". */
wg_status wg_calendar_year_read(wg_arena *arena, const wg_json *body, int year, wg_calendar_year *out,
                                wg_err *err);
/* The calendar's text with this year in the place of what it had. */
wg_status wg_calendar_with(wg_arena *arena, const char *text, const wg_calendar_year *year, const char **out,
                           wg_err *err);

#endif
