/* Time: milliseconds since 1970-01-01 UTC in int64 everywhere. RFC 3339 in and out, and time zones by name
 * (ICU's data: libc's zones are global to the process). */
#ifndef WG_BASE_TIME_H
#define WG_BASE_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

enum { WG_TIME_LEN = 40 };

int64_t wg_now_ms(void); /* wall clock */
/* For tests of what takes a month: from here on the clock is moved by the milliseconds that the file holds (8
 * bytes, this machine's order), read at each asking. WG_IO. Never undone. */
wg_status wg_clock_moved_by(const char *path, wg_err *err);
int64_t wg_monotonic_us(void); /* for durations only */

/* RFC 3339 with a zone; fractions past the millisecond are cut. Years 0001–9999. */
bool wg_time_parse(const char *text, int64_t *ms);
/* "2026-11-24T00:30:00.123Z", without the fraction where it is zero. */
void wg_time_format(int64_t ms, char out[WG_TIME_LEN]);

/* Days since 1970-01-01 of a date, and back; month 1-12. */
int wg_day_number(int year, int month, int day);
void wg_day_date(int number, int *year, int *month, int *day);

typedef struct wg_zone wg_zone; /* immutable after opening: any thread may use it */
typedef struct wg_local {
  int year, month, day; /* month 1–12 */
  int weekday;          /* 1 Monday … 7 Sunday (ISO 8601) */
  int minute;           /* of the day, 0–1439 */
  int second;           /* 0–59 */
  int offset;           /* seconds east of UTC */
} wg_local;

/* name: "Asia/Shanghai". WG_INVALID when ICU knows no such zone. */
wg_status wg_zone_open(const char *name, wg_zone **out, wg_err *err);
void wg_zone_free(wg_zone *zone);
const char *wg_zone_name(const wg_zone *zone);
wg_local wg_zone_local(const wg_zone *zone, int64_t ms);
/* The first moment at which the local clock shows this time or a later one; local_ms: the clock's date and
 * time as if it were UTC. So a time that is shown twice (clocks going back) is its first, and one that is
 * skipped (clocks going forward) is the moment of the change. Never less for a later local_ms. */
int64_t wg_zone_when(const wg_zone *zone, int64_t local_ms);
/* The first moment of the local day that holds ms. */
int64_t wg_zone_day_start(const wg_zone *zone, int64_t ms);

#endif
