/* Working time: a calendar made ready for counting in. Times are ms since 1970 UTC; days and hours are those
 * of the calendar's time zone, so that a change of the clocks is right. */
#ifndef WG_DOMAIN_WORKTIME_H
#define WG_DOMAIN_WORKTIME_H

#include "base/arena.h"
#include "base/time.h"

typedef enum wg_unit {
  WG_U_NONE,    /* no limit */
  WG_U_MINUTES, /* of the clock on the wall, day and night */
  WG_U_HOURS,   /* of work */
  WG_U_DAYS,    /* of work: ends at the same time of a later working day */
  WG_UNITS
} wg_unit;
const char *wg_unit_name(wg_unit u); /* "none", "minutes", "work_hours", "work_days" */
bool wg_unit_parse(const char *text, wg_unit *out);

typedef struct wg_span {
  wg_unit unit;
  int n;
} wg_span;

typedef struct wg_worktime wg_worktime; /* immutable: any thread may count */
/* text: a calendar's JSON (domain/calendar.h); NULL: every hour is one of work. The zone must outlive it.
 * In the arena. WG_CORRUPT when the text is no calendar. */
wg_status wg_worktime_read(wg_arena *arena, const char *text, const wg_zone *zone, const wg_worktime **out,
                           wg_err *err);
/* When the span that begins at `from` is over; 0: never (no limit). */
int64_t wg_work_end(const wg_worktime *w, int64_t from, wg_span span);
/* Working time between two times, in ms; 0 where to is not after from. */
int64_t wg_work_between(const wg_worktime *w, int64_t from, int64_t to);
/* The time that lies this much working time after `from`: the inverse of wg_work_between. */
int64_t wg_work_after(const wg_worktime *w, int64_t from, int64_t work_ms);

#endif
