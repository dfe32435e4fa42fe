/* Working calendars: weekdays and hours of work, and by year the holidays and the days worked instead (调休).
 * Each is one JSON text (a profile's in data/profiles.json): the district's is the setting "calendar", others
 * are settings "calendar.CODE":
 *   {"names": {"zh": …}, "timezone": "Asia/Shanghai", "weekdays": [1, …], "hours": [{"from": "08:30", "to":
 *   "12:00"}, …], "other_hours": [{"weekday": 6, "hours": […]}], "years": [{"year", "holidays", "working",
 *   "names", "provisional"}]}
 * hours are those of the weekdays that have no others of their own, and of each day in "working". Absent they
 * are the whole day; absent weekdays are Monday to Friday. Hours end by 24:00: what is worked over midnight
 * is two spans. */
#ifndef WG_DOMAIN_CALENDAR_H
#define WG_DOMAIN_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/jw.h"

#define WG_CALENDAR_CODE   "work"                           /* the district's */
#define WG_CALENDAR_ALWAYS "{\"weekdays\":[1,2,3,4,5,6,7]}" /* where none is kept */

enum {
  WG_CALENDAR_FIRST = 1990,
  WG_CALENDAR_LAST = 2199,
  WG_CALENDAR_SPANS = 100,
  WG_CALENDAR_HOURS = 12,
  WG_CALENDAR_NAME = 120
};

typedef struct wg_hours {
  int from, to; /* minutes of the day; to > from, at most 1440 */
} wg_hours;
typedef struct wg_day_hours {
  int n;
  wg_hours span[WG_CALENDAR_HOURS]; /* in order, apart or touching */
} wg_day_hours;
typedef struct wg_week {
  wg_day_hours usual;  /* of a day worked instead of another */
  wg_day_hours day[7]; /* Monday first; n 0: not worked */
} wg_week;
/* The members weekdays, hours and other_hours of a calendar. WG_INVALID names the one that is wrong. */
wg_status wg_calendar_week(const wg_json *calendar, wg_week *out, wg_err *err);

typedef struct wg_calendar_year {
  int year;
  const char *holidays, *working; /* JSON lists of "2026-01-01" and "2026-02-16/2026-02-22" */
  const char *names;              /* JSON list of {"days": one of these, "name": text} */
  bool provisional;               /* the official notice is not out yet */
} wg_calendar_year;

/* What a day of the year is beside what its weekday says. */
enum { WG_DAY_USUAL, WG_DAY_HOLIDAY, WG_DAY_WORKING };
/* mark: of each day of the year. WG_CORRUPT when the lists are none. */
wg_status wg_calendar_marks(wg_arena *arena, const wg_calendar_year *y, unsigned char mark[366], wg_err *err);

/* The years of a calendar, in order. WG_CORRUPT when it is none. */
wg_status wg_calendar_years(wg_arena *arena, const char *text, wg_calendar_year **out, uint32_t *n,
                            wg_err *err);
/* {"holidays": […], "working": […], "names"?, "provisional"?}: real days of this year, none twice. WG_INVALID
 * names "holidays.N". */
wg_status wg_calendar_year_read(wg_arena *arena, const wg_json *body, int year, wg_calendar_year *out,
                                wg_err *err);
/* A year as it is kept. */
void wg_calendar_year_write(wg_jw *w, const wg_calendar_year *y);
/* The calendar's text with this year in the place of what it had. */
wg_status wg_calendar_with(wg_arena *arena, const char *text, const wg_calendar_year *year, const char **out,
                           wg_err *err);

/* --- all but the years ---------------------------------------------------------------------------------- */

/* As it is sent and kept, JSON texts; names and other_hours may be NULL: none. */
typedef struct wg_calendar_head {
  const char *names, *timezone, *weekdays, *hours, *other_hours;
} wg_calendar_head;
/* Of a stored calendar: what it leaves out is filled in; zone: of one that names none. */
wg_status wg_calendar_head_of(wg_arena *arena, const char *text, const char *zone, wg_calendar_head *out,
                              wg_err *err);
/* Of an edit: names are {"name": map}. WG_INVALID names the member. */
wg_status wg_calendar_head_read(wg_arena *arena, const wg_json *body, wg_calendar_head *out, wg_err *err);
/* The calendar's text with this head and its own years. */
wg_status wg_calendar_with_head(wg_arena *arena, const char *text, const wg_calendar_head *head,
                                const char **out, wg_err *err);

/* --- read from a file ------------------------------------------------------------------------------------
 */

/* What the file says of each year it names, in order. only: one year, 0: all. CSV has the columns date, kind
 * (holiday, working; also 放假, 上班 and the like) and name; a row without kind is a holiday. Dates are
 * 2026-10-01, 2026/10/1 or 20261001. iCalendar: every event of whole days; which of them are worked: see
 * base/ical.h. WG_INVALID names "rows.N"; WG_UNPROCESSABLE "recurring": events of every year and no
 * `only`. */
wg_status wg_calendar_import(wg_arena *arena, const char *text, size_t n, int only, wg_calendar_year **out,
                             uint32_t *n_years, wg_err *err);

#endif
