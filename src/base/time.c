/* Zones are read from ICU once into a table of (start, offset); looking up is a binary search. The table
 * runs to the end of 2099; later times use its last offset. */
#include "base/time.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>
#include <unistd.h>

/* The one global of the program: a clock is one by nature, and this one is set once, before any thread. */
static const _Atomic int64_t *moved_by;

wg_status wg_clock_moved_by(const char *path, wg_err *err) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  struct stat st;
  bool whole = fd >= 0 && fstat(fd, &st) == 0 && st.st_size >= (off_t)sizeof *moved_by;
  void *map = whole ? mmap(NULL, sizeof *moved_by, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
  if (fd >= 0) close(fd);
  if (map == MAP_FAILED)
    return wg_fail(err, WG_IO, "test-clock", WG_T("%s does not hold 8 bytes", "%s 不是 8 字节的文件"), path);
  moved_by = map;
  return WG_OK;
}

int64_t wg_now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  int64_t now = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
  return moved_by ? now + *moved_by : now;
}

int64_t wg_monotonic_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static bool digits(const char **p, int n, int *out) {
  int v = 0;
  for (int i = 0; i < n; i++, (*p)++) {
    if (!isdigit((unsigned char)**p)) return false;
    v = v * 10 + (**p - '0');
  }
  *out = v;
  return true;
}

static bool one(const char **p, const char *of) {
  if (!**p || !strchr(of, **p)) return false;
  (*p)++;
  return true;
}

static bool valid_date(int y, int mo, int d) {
  static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (y < 1 || mo < 1 || mo > 12 || d < 1 || d > days[mo - 1]) return false;
  return mo != 2 || d < 29 || (y % 4 == 0 && (y % 100 != 0 || y % 400 == 0));
}

bool wg_time_parse(const char *text, int64_t *ms) {
  const char *p = text;
  int y, mo, d, h, mi, s, frac = 0, zh = 0, zm = 0, sign = 1;
  if (!digits(&p, 4, &y) || !one(&p, "-") || !digits(&p, 2, &mo) || !one(&p, "-") || !digits(&p, 2, &d) ||
      !one(&p, "Tt ") || !digits(&p, 2, &h) || !one(&p, ":") || !digits(&p, 2, &mi) || !one(&p, ":") ||
      !digits(&p, 2, &s))
    return false;
  if (!valid_date(y, mo, d) || h > 23 || mi > 59 || s > 60) return false;
  if (one(&p, ".")) {
    if (!isdigit((unsigned char)*p)) return false;
    for (int scale = 100; isdigit((unsigned char)*p); p++, scale /= 10) frac += (*p - '0') * scale;
  }
  if (!one(&p, "Zz")) {
    if (*p == '-') sign = -1;
    if (!one(&p, "+-") || !digits(&p, 2, &zh) || !one(&p, ":") || !digits(&p, 2, &zm)) return false;
    if (zh > 23 || zm > 59) return false;
  }
  if (*p) return false;
  struct tm tm = {
      .tm_year = y - 1900, .tm_mon = mo - 1, .tm_mday = d, .tm_hour = h, .tm_min = mi, .tm_sec = s};
  *ms = ((int64_t)timegm(&tm) - sign * (zh * 3600 + zm * 60)) * 1000 + frac;
  return true;
}

/* n digits and what follows them. */
static char *put(char *p, int value, int n, char then) {
  for (int k = n; k--; value /= 10) p[k] = (char)('0' + value % 10);
  p[n] = then;
  return p + n + 1;
}

void wg_time_format(int64_t ms, char out[WG_TIME_LEN]) {
  int64_t sec = ms >= 0 ? ms / 1000 : -((-ms + 999) / 1000);
  int frac = (int)(ms - sec * 1000);
  time_t t = (time_t)sec;
  struct tm tm;
  if (!gmtime_r(&t, &tm) || tm.tm_year < -1899 || tm.tm_year > 8099) {
    snprintf(out, WG_TIME_LEN, "0001-01-01T00:00:00Z");
    return;
  }
  char *p = put(out, tm.tm_year + 1900, 4, '-');
  p = put(p, tm.tm_mon + 1, 2, '-');
  p = put(p, tm.tm_mday, 2, 'T');
  p = put(p, tm.tm_hour, 2, ':');
  p = put(p, tm.tm_min, 2, ':');
  p = put(p, tm.tm_sec, 2, frac ? '.' : 'Z');
  if (frac) p = put(p, frac, 3, 'Z');
  *p = 0;
}

/* Howard Hinnant's days_from_civil and civil_from_days: years that begin in March, in eras of 400. */
int wg_day_number(int year, int month, int day) {
  int y = month <= 2 ? year - 1 : year, era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
  int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void wg_day_date(int number, int *year, int *month, int *day) {
  int z = number + 719468, era = (z >= 0 ? z : z - 146096) / 146097, of_era = z - era * 146097;
  int y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  int of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;
  *day = of_year - (153 * m + 2) / 5 + 1;
  *month = m < 10 ? m + 3 : m - 9;
  *year = era * 400 + y + (*month <= 2);
}

struct wg_zone {
  char name[64];
  int n;
  struct {
    int64_t from;
    int32_t offset;
  } span[512]; /* a zone has two a year at most, 1900–2099 */
};

static const UDate TABLE_END = 4102444800000.0; /* 2100-01-01 */

static int32_t offset_at(UCalendar *cal, UDate at, UErrorCode *e) {
  ucal_setMillis(cal, at, e);
  return (ucal_get(cal, UCAL_ZONE_OFFSET, e) + ucal_get(cal, UCAL_DST_OFFSET, e)) / 1000;
}

wg_status wg_zone_open(const char *name, wg_zone **out, wg_err *err) {
  UChar uname[64], canonical[64];
  UErrorCode e = U_ZERO_ERROR;
  UBool system = 0;
  int32_t n = 0;
  u_strFromUTF8(uname, 64, &n, name, -1, &e);
  ucal_getCanonicalTimeZoneID(uname, n, canonical, 64, &system, &e);
  if (U_FAILURE(e) || !system)
    return wg_fail(err, WG_INVALID, "timezone",
                   WG_T("\"%.60s\" is no time zone; names look like Asia/Shanghai",
                        "“%.60s”不是有效时区，应类似 Asia/Shanghai"),
                   name);
  UCalendar *cal = ucal_open(uname, n, "en_US", UCAL_GREGORIAN, &e);
  wg_zone *z = calloc(1, sizeof *z);
  if (U_FAILURE(e) || !z) {
    if (U_SUCCESS(e)) ucal_close(cal);
    free(z);
    return WG_NO_MEMORY;
  }
  snprintf(z->name, sizeof z->name, "%s", name);
  UDate at = -2208988800000.0; /* 1900-01-01 */
  z->span[0].from = INT64_MIN;
  z->span[0].offset = offset_at(cal, at, &e);
  z->n = 1;
  while (z->n < (int)(sizeof z->span / sizeof *z->span)) {
    UDate next;
    ucal_setMillis(cal, at, &e);
    if (!ucal_getTimeZoneTransitionDate(cal, UCAL_TZ_TRANSITION_NEXT, &next, &e) || U_FAILURE(e)) break;
    if (next >= TABLE_END) break;
    at = next;
    int32_t offset = offset_at(cal, at, &e);
    if (offset == z->span[z->n - 1].offset) continue;
    z->span[z->n].from = (int64_t)at;
    z->span[z->n++].offset = offset;
  }
  ucal_close(cal);
  *out = z;
  return WG_OK;
}

void wg_zone_free(wg_zone *zone) { free(zone); }
const char *wg_zone_name(const wg_zone *zone) { return zone->name; }

static int span_at(const wg_zone *zone, int64_t ms) {
  int lo = 0, hi = zone->n - 1;
  while (lo < hi) {
    int mid = (lo + hi + 1) / 2;
    if (zone->span[mid].from <= ms)
      lo = mid;
    else
      hi = mid - 1;
  }
  return lo;
}

wg_local wg_zone_local(const wg_zone *zone, int64_t ms) {
  int32_t offset = zone->span[span_at(zone, ms)].offset;
  int64_t local = ms + (int64_t)offset * 1000;
  time_t t = (time_t)(local >= 0 ? local / 1000 : -((-local + 999) / 1000));
  struct tm tm = {0};
  gmtime_r(&t, &tm);
  return (wg_local){tm.tm_year + 1900,           tm.tm_mon + 1, tm.tm_mday, tm.tm_wday ? tm.tm_wday : 7,
                    tm.tm_hour * 60 + tm.tm_min, tm.tm_sec,     offset};
}

enum { FARTHEST_MS = 36 * 3600000 }; /* no clock is farther from UTC */

int64_t wg_zone_when(const wg_zone *zone, int64_t local_ms) {
  int i = span_at(zone, local_ms - FARTHEST_MS);
  for (;; i++) {
    int64_t offset = (int64_t)zone->span[i].offset * 1000, at = local_ms - offset;
    if (i && at < zone->span[i].from) at = zone->span[i].from;
    if (i == zone->n - 1 || at < zone->span[i + 1].from) return at;
  }
}

int64_t wg_zone_day_start(const wg_zone *zone, int64_t ms) {
  wg_local l = wg_zone_local(zone, ms);
  struct tm tm = {.tm_year = l.year - 1900, .tm_mon = l.month - 1, .tm_mday = l.day};
  return wg_zone_when(zone, (int64_t)timegm(&tm) * 1000);
}
