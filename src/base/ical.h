/* Whole days out of iCalendar files (RFC 5545), by libical. */
#ifndef WG_BASE_ICAL_H
#define WG_BASE_ICAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/* An event as the file has it. Days are "days since 1970-01-01", the last one included. An event with times
 * counts for the days that it touches, as the file writes them. */
typedef struct wg_ical_event {
  int row; /* the how many-th event, from 1 */
  int from, to;
  const char *summary; /* "" where there is none; valid during the call */
  /* The day is worked instead of another (调休): X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY, a category WORKING
   * (or WORKDAY), or a summary with 上班, 补班 or （班）. */
  bool working;
} wg_ical_event;

typedef struct wg_ical_options {
  int only; /* occurrences of this year alone; 0: all, and then nothing may recur */
  wg_status (*event)(void *ctx, const wg_ical_event *e, wg_err *err);
  void *ctx;
} wg_ical_options;

enum { WG_ICAL_EVENTS = 5000, WG_ICAL_DAYS = 366 };

/* True when the text looks like iCalendar at all. */
bool wg_ical_is(const char *text, size_t n);
/* Gives every event. In a file that marks some with X-APPLE-SPECIAL-DAY the others are anniversaries and left
 * out. WG_INVALID: no iCalendar, or an event ("rows.N") without days or of more than WG_ICAL_DAYS;
 * WG_TOO_LARGE: more events than WG_ICAL_EVENTS; WG_UNPROCESSABLE "recurring": something recurs and no year
 * was asked for, or it recurs otherwise than yearly. */
wg_status wg_ical_read(const char *text, size_t n, const wg_ical_options *o, wg_err *err);

#endif
