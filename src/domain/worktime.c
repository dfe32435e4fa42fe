/* A calendar is laid out once, by day: what was worked before each (a prefix sum), and how many days were
 * worked. Counting is a look into those, adding a binary search in them. */
#include "domain/worktime.h"

#include <stddef.h>
#include <string.h>

#include "domain/calendar.h"

static const char *const unit_name[WG_UNITS] = {"none", "minutes", "work_hours", "work_days"};

const char *wg_unit_name(wg_unit u) { return (unsigned)u < WG_UNITS ? unit_name[u] : ""; }
bool wg_unit_parse(const char *text, wg_unit *out) {
  for (int u = 0; u < WG_UNITS; u++)
    if (strcmp(text, unit_name[u]) == 0) {
      *out = (wg_unit)u;
      return true;
    }
  return false;
}

enum {
  FIRST = 2000,  /* the first year laid out */
  FROM = 10957,  /* its first day, since 1970 */
  DAYS = 36525,  /* to the end of 2099, where the table of a zone ends too */
  USUAL_KIND = 8 /* 0: not worked, 1 to 7: as that weekday is, 8: as a usual day */
};
static const int64_t MINUTE_MS = 60000, HOUR_MS = 3600000, DAY_MS = 86400000;

struct wg_worktime {
  const wg_zone *zone;
  bool always; /* every hour is one of work: nothing is laid out */
  wg_day_hours hours[USUAL_KIND + 1];
  uint32_t worked[DAYS + 1]; /* seconds before the day: less than 2^32 in these hundred years */
  uint16_t days[DAYS + 1];   /* days of work before the day */
  uint8_t kind[DAYS];
};

/* --- laying out -------------------------------------------------------------------------------------------
 */

static int64_t when(const wg_worktime *w, int day, int minute) {
  return wg_zone_when(w->zone, (day + FROM) * DAY_MS + minute * MINUTE_MS);
}

static int minutes_of(const wg_day_hours *h) {
  int all = 0;
  for (int i = 0; i < h->n; i++) all += h->span[i].to - h->span[i].from;
  return all;
}

/* 1970-01-01 was a Thursday. */
static int weekday_of(int day) { return (day + FROM + 3) % 7; }

static void lay_out(wg_worktime *w) {
  int64_t start = when(w, 0, 0);
  int32_t offset = wg_zone_local(w->zone, start).offset;
  for (int d = 0; d < DAYS; d++) {
    const wg_day_hours *h = &w->hours[w->kind[d]];
    int64_t next = when(w, d + 1, 0), ms = minutes_of(h) * MINUTE_MS;
    int32_t then = wg_zone_local(w->zone, next).offset;
    if (then != offset || next - start != DAY_MS) { /* the clocks change */
      ms = 0;
      for (int i = 0; i < h->n; i++) ms += when(w, d, h->span[i].to) - when(w, d, h->span[i].from);
    }
    w->worked[d + 1] = w->worked[d] + (uint32_t)(ms / 1000);
    w->days[d + 1] = (uint16_t)(w->days[d] + (ms > 0));
    start = next;
    offset = then;
  }
}

static wg_status mark_years(wg_arena *arena, const char *text, wg_worktime *w, wg_err *err) {
  wg_calendar_year *year = NULL;
  uint32_t n = 0;
  wg_status st = wg_calendar_years(arena, text, &year, &n, err);
  for (uint32_t i = 0; !st && i < n; i++) {
    unsigned char mark[366];
    if (year[i].year < FIRST || year[i].year > 2099) continue;
    st = wg_calendar_marks(arena, &year[i], mark, err);
    int first = wg_day_number(year[i].year, 1, 1) - FROM;
    int days = wg_day_number(year[i].year + 1, 1, 1) - FROM - first;
    for (int d = 0; !st && d < days; d++) {
      if (mark[d] == WG_DAY_HOLIDAY) w->kind[first + d] = 0;
      if (mark[d] == WG_DAY_WORKING) w->kind[first + d] = USUAL_KIND;
    }
  }
  return st;
}

static wg_status read_calendar(wg_arena *arena, const char *text, wg_worktime *w, wg_err *err) {
  wg_json *root = NULL;
  wg_week week;
  wg_status st = wg_json_parse_object(arena, text, strlen(text), &root, NULL);
  if (!st) st = wg_calendar_week(root, &week, NULL);
  if (st == WG_INVALID)
    st = wg_fail(err, WG_CORRUPT, "calendar", WG_T("the calendar cannot be read", "日历数据无法读取"));
  if (st) return st;
  for (int k = 0; k < 7; k++) w->hours[k + 1] = week.day[k];
  w->hours[USUAL_KIND] = week.usual;
  for (int d = 0; d < DAYS; d++) w->kind[d] = (uint8_t)(weekday_of(d) + 1);
  st = mark_years(arena, text, w, err);
  if (!st) lay_out(w);
  return st;
}

wg_status wg_worktime_read(wg_arena *arena, const char *text, const wg_zone *zone, const wg_worktime **out,
                           wg_err *err) {
  size_t size = text ? sizeof(wg_worktime) : offsetof(wg_worktime, worked);
  wg_arena scratch;
  wg_worktime *w = wg_arena_alloc(arena, size);
  if (!w) return WG_NO_MEMORY;
  memset(w, 0, size);
  w->zone = zone;
  w->always = !text;
  wg_arena_init(&scratch);
  wg_status st = text ? read_calendar(&scratch, text, w, err) : WG_OK;
  wg_arena_clear(&scratch);
  if (!st) *out = w;
  return st;
}

/* --- days and moments -------------------------------------------------------------------------------------
 */

/* The day that holds a moment; less than 0, or DAYS: outside of what is laid out. */
static int day_at(const wg_worktime *w, int64_t ms) {
  if (ms < when(w, 0, 0)) return -1;
  if (ms >= when(w, DAYS, 0)) return DAYS;
  wg_local l = wg_zone_local(w->zone, ms);
  int day = wg_day_number(l.year, l.month, l.day) - FROM;
  while (day + 1 < DAYS && when(w, day + 1, 0) <= ms) day++; /* clocks put back over midnight */
  return day;
}

static const wg_day_hours *hours_of(const wg_worktime *w, int day) { return &w->hours[w->kind[day]]; }

/* Working time before a moment, in ms. */
static int64_t worked_at(const wg_worktime *w, int64_t ms) {
  int day = day_at(w, ms);
  if (day < 0) return 0;
  int64_t all = w->worked[day] * INT64_C(1000);
  const wg_day_hours *h = day < DAYS ? hours_of(w, day) : &w->hours[0];
  for (int i = 0; i < h->n; i++) {
    int64_t from = when(w, day, h->span[i].from), to = when(w, day, h->span[i].to);
    if (ms > from) all += (ms < to ? ms : to) - from;
  }
  return all;
}

/* The first moment at which this much (> 0) was worked; 0: never. */
static int64_t moment_of(const wg_worktime *w, int64_t all) {
  int lo = 0, hi = DAYS; /* the last day before which less was worked */
  if (w->worked[DAYS] * INT64_C(1000) < all) return 0;
  while (hi - lo > 1) {
    int mid = (lo + hi) / 2;
    if (w->worked[mid] * INT64_C(1000) < all)
      lo = mid;
    else
      hi = mid;
  }
  const wg_day_hours *h = hours_of(w, lo);
  int64_t rest = all - w->worked[lo] * INT64_C(1000);
  for (int i = 0; i < h->n; i++) {
    int64_t from = when(w, lo, h->span[i].from), there = when(w, lo, h->span[i].to) - from;
    if (rest <= there) return from + rest;
    rest -= there;
  }
  return 0;
}

int64_t wg_work_between(const wg_worktime *w, int64_t from, int64_t to) {
  if (to <= from) return 0;
  return w->always ? to - from : worked_at(w, to) - worked_at(w, from);
}

int64_t wg_work_after(const wg_worktime *w, int64_t from, int64_t work_ms) {
  if (work_ms <= 0) return from;
  return w->always ? from + work_ms : moment_of(w, worked_at(w, from) + work_ms);
}

/* --- spans of days ----------------------------------------------------------------------------------------
 */

/* The n-th day (from 0) that is worked; -1: there are not that many. */
static int day_worked(const wg_worktime *w, int n) {
  int lo = 0, hi = DAYS;
  if (n >= w->days[DAYS]) return -1;
  while (hi - lo > 1) { /* the last day before which at most n are worked */
    int mid = (lo + hi) / 2;
    if (w->days[mid] <= n)
      lo = mid;
    else
      hi = mid;
  }
  return lo;
}

static int64_t local_ms(const wg_local *l) {
  return wg_day_number(l->year, l->month, l->day) * DAY_MS + l->minute * MINUTE_MS + l->second * 1000;
}

/* `ms` when it is in working time, else the working time's next beginning; 0: none. */
static int64_t begin(const wg_worktime *w, int64_t ms) {
  int64_t end = moment_of(w, worked_at(w, ms) + 1);
  return end ? end - 1 : 0;
}

/* That time of the day, in working time: the last moment of work up to it, else the day's first. A span that
 * the clocks swallowed is none. */
static int64_t within(const wg_worktime *w, int day, int64_t ms) {
  const wg_day_hours *h = hours_of(w, day);
  int64_t best = 0;
  for (int i = 0; i < h->n; i++) {
    int64_t from = when(w, day, h->span[i].from), to = when(w, day, h->span[i].to);
    if (from == to) continue;
    if (!best || from <= ms) best = from > ms ? from : ms < to ? ms : to;
  }
  return best;
}

static int64_t days_on(const wg_worktime *w, int64_t from, int n) {
  int64_t start = begin(w, from);
  if (!start || n > DAYS) return 0;
  int day = day_at(w, start), then = day_worked(w, w->days[day] + n);
  if (then < 0) return 0;
  wg_local l = wg_zone_local(w->zone, start);
  int64_t clock = local_ms(&l) + (start % 1000 + 1000) % 1000;
  return within(w, then, wg_zone_when(w->zone, clock + (then - day) * DAY_MS));
}

int64_t wg_work_end(const wg_worktime *w, int64_t from, wg_span span) {
  if (span.unit == WG_U_NONE) return 0;
  if (span.n <= 0) return from;
  if (span.unit == WG_U_MINUTES) return from + span.n * MINUTE_MS;
  if (span.unit == WG_U_HOURS) return wg_work_after(w, from, span.n * HOUR_MS);
  if (!w->always) return days_on(w, from, span.n);
  wg_local l = wg_zone_local(w->zone, from);
  return wg_zone_when(w->zone, local_ms(&l) + (from % 1000 + 1000) % 1000 + span.n * DAY_MS);
}
