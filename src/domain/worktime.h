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

/* Times of the clock are turned into moments by wg_zone_when: hours that fall into a gap (clocks going
 * forward) are not there and are not counted; those that are shown twice count from the first to the first.
 *
 * A working day is a day with any working time. A span of working time that begins at `from`:
 * - minutes go by the wall clock, day and night;
 * - n hours of work are over as soon as n hours have been worked: at the end of a span of hours rather than
 * at the beginning of the next (from Friday 15:30, closing at 17:00, 1.5 hours end on Friday at 17:00);
 * - n working days end at the same time of the n-th working day after the one that holds `from`: 1 working
 * day from Friday 15:00 ends on Monday at 15:00. What begins outside working time (at night, on a holiday, at
 *   noon, at closing time) begins with the next working time: 1 working day from Saturday ends on Tuesday at
 *   the hour at which Monday's work begins. A day that is not worked at that time ends it at the last
 *   working moment before, or with its first one: never outside working time.
 * Days are counted from 2000 to 2099: before and after there is no working time. */
typedef struct wg_worktime wg_worktime; /* immutable: any thread may count */
/* text: a calendar's JSON (domain/calendar.h); NULL: every hour is one of work, in any year. The zone must
 * outlive it. In the arena (about 260 KB). WG_CORRUPT when the text is no calendar. Takes about 2 ms. */
wg_status wg_worktime_read(wg_arena *arena, const char *text, const wg_zone *zone, const wg_worktime **out,
                           wg_err *err);
/* When the span that begins at `from` is over; 0: never (no limit, or the calendar has no such time). What
 * is not positive is over at once, at `from`. */
int64_t wg_work_end(const wg_worktime *w, int64_t from, wg_span span);
/* Working time between two times, in ms; 0 where to is not after from. */
int64_t wg_work_between(const wg_worktime *w, int64_t from, int64_t to);
/* The first time that lies this much working time after `from`, which is `from` itself for 0; 0: never. The
 * inverse of wg_work_between: between(from, after(from, x)) is x, and after(from, between(from, to)) is `to`
 * where `to` is in working time or ends it, else the end of the working time before it. */
int64_t wg_work_after(const wg_worktime *w, int64_t from, int64_t work_ms);

#endif
