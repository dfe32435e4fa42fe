/* Working time against a slow oracle that walks minute by minute, and the cases of docs/clocks.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka.h wants those first */
#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/profile.h"
#include "domain/worktime.h"

static const int64_t MIN = 60000, HOUR = 3600000, DAY = 86400000;

static wg_arena arena;

static wg_zone *zone_of(const char *name) {
  static wg_zone *kept[8];
  for (int i = 0; i < 8; i++) {
    if (kept[i] && strcmp(wg_zone_name(kept[i]), name) == 0) return kept[i];
    if (kept[i]) continue;
    assert_int_equal(wg_zone_open(name, &kept[i], NULL), WG_OK);
    assert_int_equal(wg_arena_defer(&arena, (void (*)(void *))wg_zone_free, kept[i]), 0);
    return kept[i];
  }
  return NULL;
}

static const wg_worktime *work_of(const char *text, const char *zone) {
  const wg_worktime *w = NULL;
  wg_err err = {0};
  if (wg_worktime_read(&arena, text, zone_of(zone), &w, &err)) fail_msg("%s", err.en);
  return w;
}

static int64_t at(const char *text) {
  int64_t ms = 0;
  if (!wg_time_parse(text, &ms)) fail_msg("no time: %s", text);
  return ms;
}

#define SAME(is, expected) same(is, expected, __LINE__)
static void same(int64_t is, const char *expected, int line) {
  char a[WG_TIME_LEN], b[WG_TIME_LEN];
  wg_time_format(is, a);
  wg_time_format(at(expected), b);
  if (strcmp(a, b) != 0) fail_msg("line %d: %s, not %s", line, a, b);
}

/* --- the oracle -------------------------------------------------------------------------------------------
 */

/* A calendar as it is written, and a stretch of minutes in which each is worked or not. */
enum { STRETCH = 24 * 1440 };
struct oracle {
  wg_week week;
  wg_calendar_year *year;
  uint32_t n;
  int64_t from;
  bool works[STRETCH];
  int day[STRETCH]; /* whose hours it is of; days since 1970 */
};

static int kind_of(const struct oracle *o, int day, const wg_day_hours **hours) {
  static const wg_day_hours none = {0};
  int y = 0, m = 0, d = 0;
  wg_day_date(day, &y, &m, &d);
  *hours = &o->week.day[(day + 3) % 7];
  for (uint32_t i = 0; i < o->n; i++) {
    unsigned char mark[366];
    if (o->year[i].year != y) continue;
    assert_int_equal(wg_calendar_marks(&arena, &o->year[i], mark, NULL), WG_OK);
    int k = mark[day - wg_day_number(y, 1, 1)];
    if (k == WG_DAY_HOLIDAY) *hours = &none;
    if (k == WG_DAY_WORKING) *hours = &o->week.usual;
    return k;
  }
  return 0;
}

/* The clock's date and time in minutes, and the highest that it ever showed: a time has come when the clock
 * first shows it or a later one. */
static void walk(struct oracle *o, const char *text, const wg_zone *zone, int64_t from) {
  wg_json *root = NULL;
  assert_int_equal(wg_json_parse_object(&arena, text, strlen(text), &root, NULL), WG_OK);
  assert_int_equal(wg_calendar_week(root, &o->week, NULL), WG_OK);
  assert_int_equal(wg_calendar_years(&arena, text, &o->year, &o->n, NULL), WG_OK);
  o->from = from;
  int64_t most = INT64_MIN;
  const wg_day_hours *h = NULL;
  int last = 0;
  for (int k = -3000; k < STRETCH; k++) { /* two days before, so that the highest is known */
    wg_local l = wg_zone_local(zone, from + k * MIN);
    int64_t shown = (int64_t)wg_day_number(l.year, l.month, l.day) * 1440 + l.minute;
    if (shown > most) most = shown;
    int day = (int)(most / 1440), minute = (int)(most % 1440);
    if (k < 0) continue;
    if (!h || day != last) kind_of(o, day, &h);
    last = day;
    o->day[k] = day;
    o->works[k] = false;
    for (int i = 0; i < h->n; i++)
      if (minute >= h->span[i].from && minute < h->span[i].to) o->works[k] = true;
  }
}

/* While the clock repeats an hour the highest it showed stands still, at the last minute before: that minute
 * is worked or not, and so is the hour. */
static int64_t slow_between(const struct oracle *o, int from, int to) {
  int64_t n = 0;
  for (int k = from; k < to; k++) n += o->works[k];
  return n * MIN;
}

static int slow_after(const struct oracle *o, int from, int minutes) {
  int k = from;
  for (; minutes && k < STRETCH; k++) minutes -= o->works[k];
  return minutes ? -1 : k;
}

static int slow_days(const struct oracle *o, const wg_zone *zone, int from, int n) {
  int k = from;
  while (k < STRETCH && !o->works[k]) k++;
  if (k == STRETCH) return -1;
  wg_local l = wg_zone_local(zone, o->from + k * MIN);
  int day = o->day[k], date = wg_day_number(l.year, l.month, l.day), ahead = date - day, last = day;
  int i = k;
  for (; n && i < STRETCH; i++)
    if (o->works[i] && o->day[i] != last) {
      last = o->day[i];
      n--;
    }
  if (n || o->day[STRETCH - 1] <= last) return -1; /* the day is not whole */
  i -= i > k;
  /* the last minute of that day's work at which that time has not come, or the first */
  int64_t target = (int64_t)(last + ahead) * 1440 + l.minute, most = INT64_MIN;
  int best = i, begins = i, ended = -1;
  for (int m = begins - 2000 > 0 ? begins - 2000 : 0; m < STRETCH && o->day[m] <= last; m++) {
    wg_local c = wg_zone_local(zone, o->from + m * MIN);
    int64_t shown = (int64_t)wg_day_number(c.year, c.month, c.day) * 1440 + c.minute;
    if (shown > most) most = shown;
    bool come = most >= target;
    if (m < begins) {
      if (come) return begins;
      continue;
    }
    if (come) { /* here if this is worked, else where work last ended */
      return o->works[m] ? m : ended > 0 ? ended : m;
    }
    if (o->works[m]) ended = m + 1;
    best = m;
  }
  return ended > 0 ? ended : best;
}

/* --- against the oracle -----------------------------------------------------------------------------------
 */

static const char office[] =
    "{\"weekdays\":[1,2,3,4,5],\"hours\":[{\"from\":\"08:30\",\"to\":\"12:00\"},{\"from\":\"13:30\",\"to\":"
    "\"17:00\"}],\"other_hours\":[{\"weekday\":5,\"hours\":[{\"from\":\"08:00\",\"to\":\"13:00\"}]}],"
    "\"years\":[{\"year\":2026,\"holidays\":[\"2026-02-15/2026-02-23\",\"2026-03-30\",\"2026-10-01/"
    "2026-10-07\",\"2026-10-26\"],\"working\":[\"2026-02-14\",\"2026-02-28\",\"2026-03-29\",\"2026-10-10\","
    "\"2026-11-01\",\"2026-03-08\"]}]}";
/* Night and day with a change of shifts in every hour at which clocks are put forward or back. */
static const char nights[] =
    "{\"weekdays\":[1,3,4,6,7],\"hours\":[{\"from\":\"00:00\",\"to\":\"02:15\"},{\"from\":\"02:30\",\"to\":"
    "\"02:45\"},{\"from\":\"03:15\",\"to\":\"05:00\"},{\"from\":\"21:10\",\"to\":\"24:00\"}],\"years\":[]}";
static const char whole[] = "{\"weekdays\":[1,2,3,4,5,6,7]}";

static uint32_t seed = 20261124;
static int any(int n) {
  seed = seed * 1664525u + 1013904223u;
  return (int)((seed >> 8) % (unsigned)n);
}

static void compare(const char *text, const char *name, int64_t from) {
  static struct oracle o;
  const wg_zone *zone = zone_of(name);
  const wg_worktime *w = work_of(text, name);
  walk(&o, text, zone, from);
  for (int k = 0; k < 400; k++) {
    int a = any(STRETCH), b = any(STRETCH), minutes = 1 + any(3000), days = 1 + any(9);
    int64_t from_ms = from + a * MIN, is = wg_work_between(w, from_ms, from + b * MIN);
    if (is != (b > a ? slow_between(&o, a, b) : 0))
      fail_msg("%s: between %d and %d: %lld", name, a, b, (long long)is);
    int then = slow_after(&o, a, minutes);
    is = wg_work_after(w, from_ms, minutes * MIN);
    if (then >= 0 && is != from + then * MIN)
      fail_msg("%s: %d min after %d: %lld, not %d", name, minutes, a, (long long)((is - from) / MIN), then);
    then = slow_days(&o, zone, a, days);
    is = wg_work_end(w, from_ms, (wg_span){WG_U_DAYS, days});
    if (then >= 0 && then < STRETCH - 1 && is != from + then * MIN)
      fail_msg("%s: %d days after %d: %lld, not %d", name, days, a, (long long)((is - from) / MIN), then);
  }
}

static void as_the_oracle(void **state) {
  (void)state;
  static const char *const zone[] = {"Asia/Shanghai", "Europe/Berlin", "America/New_York",
                                     "America/St_Johns"};
  /* around each change of the clocks, holidays with make-up days, and an ordinary time; St. John's put them
   * back over midnight until 2011 */
  static const char *const from[] = {"2026-02-10T00:00:00Z", "2026-03-01T00:00:00Z", "2026-03-22T00:00:00Z",
                                     "2026-09-28T00:00:00Z", "2026-10-18T00:00:00Z", "2026-06-01T00:00:00Z",
                                     "2008-10-25T00:00:00Z", "2010-03-05T00:00:00Z"};
  static const char *const text[] = {office, nights, whole};
  for (int z = 0; z < 4; z++)
    for (int f = 0; f < 8; f++)
      for (int t = 0; t < 3; t++) compare(text[t], zone[z], at(from[f]));
}

/* --- laws -------------------------------------------------------------------------------------------------
 */

static int64_t any_time(void) {
  return at("2020-01-01T00:00:00Z") + (int64_t)any(3600 * 24) * 100000 + any(100000);
}

static void laws(void **state) {
  (void)state;
  static const char *const zone[] = {"Asia/Shanghai", "Europe/Berlin", "America/New_York"};
  static const char *const text[] = {office, nights, whole, NULL};
  for (int z = 0; z < 3; z++)
    for (int t = 0; t < 4; t++) {
      const wg_worktime *w = work_of(text[t], zone[z]);
      for (int k = 0; k < 3000; k++) {
        int64_t a = any_time(), b = any_time(), c = any_time(), x = (int64_t)any(400000) * 1777;
        int64_t end = wg_work_after(w, a, x);
        assert_true(end >= a);
        assert_int_equal(wg_work_between(w, a, end), x);                /* adding, then subtracting */
        if (x) assert_int_equal(wg_work_between(w, a, end - 1), x - 1); /* and not a moment sooner */
        if (a < b) {
          int64_t between = wg_work_between(w, a, b), back = wg_work_after(w, a, between);
          assert_true(back <= b && between <= b - a);
          assert_int_equal(wg_work_between(w, back, b), 0); /* subtracting, then adding */
        } else {
          assert_int_equal(wg_work_between(w, a, b), 0);
        }
        int64_t p[3] = {a, b, c}, swap;
        for (int i = 0; i < 2; i++)
          for (int j = 0; j < 2 - i; j++)
            if (p[j] > p[j + 1]) swap = p[j], p[j] = p[j + 1], p[j + 1] = swap;
        assert_int_equal(wg_work_between(w, p[0], p[2]),
                         wg_work_between(w, p[0], p[1]) + wg_work_between(w, p[1], p[2]));
        for (int u = WG_U_MINUTES; u < WG_UNITS; u++) { /* later begun or longer is not sooner over */
          int n = 1 + any(20);
          int64_t one = wg_work_end(w, p[0], (wg_span){(wg_unit)u, n});
          assert_true(one > p[0]);
          assert_true(wg_work_end(w, p[1], (wg_span){(wg_unit)u, n}) >= one);
          assert_true(wg_work_end(w, p[0], (wg_span){(wg_unit)u, n + 1}) > one);
          if (u != WG_U_MINUTES) /* not outside working time: work goes up to it, or begins there */
            assert_true(wg_work_between(w, one - 1, one) == 1 || wg_work_between(w, one, one + 1) == 1);
        }
      }
    }
}

/* --- edges ------------------------------------------------------------------------------------------------
 */

static const char cn[] =
    "{\"weekdays\":[1,2,3,4,5],\"hours\":[{\"from\":\"08:30\",\"to\":\"12:00\"},{\"from\":\"13:30\",\"to\":"
    "\"17:00\"}],\"years\":[{\"year\":2026,\"holidays\":[\"2026-10-01/2026-10-07\"],\"working\":[\"2026-09-20"
    "\",\"2026-10-10\"]}]}";

static int64_t days(const wg_worktime *w, const char *from, int n) {
  return wg_work_end(w, at(from), (wg_span){WG_U_DAYS, n});
}
static int64_t hours(const wg_worktime *w, const char *from, int n) {
  return wg_work_end(w, at(from), (wg_span){WG_U_HOURS, n});
}

static void the_header(void **state) {
  (void)state;
  const wg_worktime *w = work_of(cn, "Asia/Shanghai");
  SAME(days(w, "2026-11-20T15:00:00+08:00", 1), "2026-11-23T15:00:00+08:00"); /* Friday to Monday */
  SAME(days(w, "2026-11-21T11:00:00+08:00", 1), "2026-11-24T08:30:00+08:00"); /* Saturday */
  SAME(days(w, "2026-11-23T12:00:00+08:00", 1), "2026-11-24T13:30:00+08:00"); /* noon is not worked */
  SAME(days(w, "2026-11-23T17:00:00+08:00", 1), "2026-11-25T08:30:00+08:00"); /* closing time */
  SAME(days(w, "2026-09-18T10:00:00+08:00", 1), "2026-09-20T10:00:00+08:00"); /* a Sunday that is worked */
  SAME(days(w, "2026-09-30T16:59:59.5+08:00", 4), "2026-10-12T16:59:59.5+08:00");
  SAME(hours(w, "2026-11-20T15:00:00+08:00", 2), "2026-11-20T17:00:00+08:00"); /* at closing, not on Monday */
  SAME(hours(w, "2026-11-20T15:00:00+08:00", 3), "2026-11-23T09:30:00+08:00");
  SAME(hours(w, "2026-09-30T16:00:00+08:00", 4), "2026-10-08T11:30:00+08:00");
  SAME(wg_work_end(w, at("2026-10-01T03:00:00+08:00"), (wg_span){WG_U_MINUTES, 90}),
       "2026-10-01T04:30:00+08:00");
  assert_int_equal(wg_work_end(w, at("2026-10-01T03:00:00+08:00"), (wg_span){WG_U_NONE, 5}), 0);
  assert_int_equal(wg_work_end(w, 77, (wg_span){WG_U_DAYS, 0}), 77);
  const wg_worktime *half = work_of(office, "Asia/Shanghai"); /* Friday is worked from 8 to 13 */
  SAME(days(half, "2026-06-04T15:00:00+08:00", 1), "2026-06-05T13:00:00+08:00");
  SAME(days(half, "2026-06-05T08:10:00+08:00", 1), "2026-06-08T08:30:00+08:00");
  SAME(days(half, "2026-06-05T12:30:00+08:00", 1), "2026-06-08T12:00:00+08:00");
  /* a day of 23 hours, and one of 25 */
  w = work_of(whole, "Europe/Berlin");
  assert_int_equal(wg_work_between(w, at("2026-03-29T00:00:00+01:00"), at("2026-03-30T00:00:00+02:00")),
                   23 * HOUR);
  assert_int_equal(wg_work_between(w, at("2026-10-25T00:00:00+02:00"), at("2026-10-26T00:00:00+01:00")),
                   25 * HOUR);
  SAME(days(w, "2026-03-28T02:30:00+01:00", 1), "2026-03-29T03:00:00+02:00"); /* skipped: the change itself */
  SAME(days(w, "2026-10-24T02:30:00+02:00", 1), "2026-10-25T02:30:00+02:00"); /* shown twice: the first */
  SAME(days(work_of(NULL, "Europe/Berlin"), "2026-10-24T12:00:00+02:00", 1), "2026-10-25T12:00:00+01:00");
}

static void never(void **state) {
  (void)state;
  static const char *const empty[] = {"{\"weekdays\":[]}", "{\"hours\":[]}",
                                      "{\"weekdays\":[6],\"other_hours\":[{\"weekday\":6,\"hours\":[]}]}"};
  for (int i = 0; i < 3; i++) {
    const wg_worktime *w = work_of(empty[i], "Asia/Shanghai");
    assert_int_equal(days(w, "2026-11-20T15:00:00+08:00", 1), 0);
    assert_int_equal(hours(w, "2026-11-20T15:00:00+08:00", 1), 0);
    assert_int_equal(wg_work_between(w, 0, at("2090-01-01T00:00:00Z")), 0);
    SAME(wg_work_end(w, at("2026-11-20T15:00:00Z"), (wg_span){WG_U_MINUTES, 1}), "2026-11-20T15:01:00Z");
  }
  const wg_worktime *w = work_of(cn, "Asia/Shanghai");
  assert_int_equal(days(w, "2099-12-31T15:00:00+08:00", 1), 0); /* the end of what is laid out */
  assert_int_equal(days(w, "2150-01-01T00:00:00Z", 1), 0);
  assert_int_equal(days(w, "2026-01-01T00:00:00Z", INT32_MAX), 0);
  assert_int_equal(hours(w, "2026-01-01T00:00:00Z", INT32_MAX), 0);
  assert_int_equal(wg_work_after(w, at("2026-01-01T00:00:00Z"), INT64_MAX / 2), 0);
  SAME(hours(w, "1980-01-01T00:00:00Z", 1), "2000-01-03T09:30:00+08:00"); /* its first working day */
  assert_int_equal(wg_work_between(w, at("2150-01-01T00:00:00Z"), at("2160-01-01T00:00:00Z")), 0);
  static const char *const broken[] = {"[]",
                                       "{",
                                       "{\"weekdays\":[8]}",
                                       "{\"weekdays\":[1,1]}",
                                       "{\"hours\":[{\"from\":\"10:00\",\"to\":\"09:00\"}]}",
                                       "{\"hours\":[{\"from\":\"10:00\",\"to\":\"24:01\"}]}",
                                       "{\"years\":[{\"year\":2026,\"holidays\":[\"2027-01-01\"]}]}",
                                       "{\"other_hours\":[{\"weekday\":1}]}"};
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
    const wg_worktime *out = NULL;
    assert_int_equal(wg_worktime_read(&arena, broken[i], zone_of("UTC"), &out, NULL), WG_CORRUPT);
  }
}

/* --- the clock on the wall --------------------------------------------------------------------------------
 */

static void when_it_shows(void **state) {
  (void)state;
  static const struct {
    const char *zone, *shown, *is;
  } cases[] = {
      {"Europe/Berlin", "2026-03-29T01:59:59Z", "2026-03-29T00:59:59Z"},
      {"Europe/Berlin", "2026-03-29T02:30:00Z", "2026-03-29T01:00:00Z"}, /* skipped */
      {"Europe/Berlin", "2026-03-29T03:00:00Z", "2026-03-29T01:00:00Z"},
      {"Europe/Berlin", "2026-10-25T02:30:00Z", "2026-10-25T00:30:00Z"}, /* shown twice */
      {"Europe/Berlin", "2026-10-25T03:00:00Z", "2026-10-25T02:00:00Z"},
      {"America/New_York", "2026-11-01T01:30:00Z", "2026-11-01T05:30:00Z"},
      {"America/Sao_Paulo", "2018-11-04T00:00:00Z", "2018-11-04T03:00:00Z"}, /* no midnight */
      {"America/St_Johns", "2010-11-07T00:00:30Z", "2010-11-07T02:30:30Z"},
      {"Pacific/Apia", "2011-12-30T12:00:00Z", "2011-12-30T10:00:00Z"}, /* a day that was left out */
      {"Asia/Shanghai", "2150-01-01T00:00:00Z", "2149-12-31T16:00:00Z"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    wg_zone *z = NULL;
    assert_int_equal(wg_zone_open(cases[i].zone, &z, NULL), WG_OK);
    SAME(wg_zone_when(z, at(cases[i].shown)), cases[i].is);
    wg_zone_free(z);
  }
  SAME(wg_zone_day_start(zone_of("America/Sao_Paulo"), at("2018-11-04T12:00:00Z")), "2018-11-04T03:00:00Z");
  SAME(wg_zone_day_start(zone_of("Europe/Berlin"), at("2026-03-29T12:00:00Z")), "2026-03-28T23:00:00Z");
  for (int day = -800000; day < 80000; day += 17) {
    int y = 0, m = 0, d = 0;
    wg_day_date(day, &y, &m, &d);
    assert_int_equal(wg_day_number(y, m, d), day);
  }
  assert_int_equal(wg_day_number(2026, 11, 24), at("2026-11-24T00:00:00Z") / DAY);
}

/* --- the page ---------------------------------------------------------------------------------------------
 */

static char *read_whole(const char *path) {
  FILE *f = fopen(path, "rb");
  char *text = wg_arena_alloc(&arena, 1 << 20);
  if (!f || !text) fail_msg("cannot read %s", path);
  size_t n = fread(text, 1, (1 << 20) - 1, f);
  fclose(f);
  text[n] = 0;
  return text;
}

/* "2026-11-20 15:00" by the calendar's clock. */
static int64_t on_the_clock(const wg_zone *zone, const char *date, const char *clock) {
  return wg_zone_when(zone, at(wg_arena_printf(&arena, "%sT%s:00Z", date, clock)));
}

static void the_page(void **state) {
  (void)state;
  char *profiles = read_whole(WG_SOURCE_DIR "/data/profiles.json");
  char *page = read_whole(WG_SOURCE_DIR "/docs/clocks.md"), *rest = NULL;
  int rows = 0;
  for (char *line = strtok_r(page, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
    char code[8], date[2][16], clock[2][8], unit[16];
    wg_span span;
    wg_profile p;
    wg_calendar_head head;
    if (sscanf(line, "| %7s | %15s %7s | %d %15s | %15s %7s |", code, date[0], clock[0], &span.n, unit,
               date[1], clock[1]) != 7)
      continue;
    assert_true(wg_unit_parse(unit, &span.unit));
    assert_int_equal(wg_profile_parse(&arena, profiles, code, &p, NULL), WG_OK);
    assert_int_equal(wg_calendar_head_of(&arena, p.calendar, "UTC", &head, NULL), WG_OK);
    const wg_zone *zone = zone_of(head.timezone);
    int64_t end =
        wg_work_end(work_of(p.calendar, head.timezone), on_the_clock(zone, date[0], clock[0]), span);
    if (end != on_the_clock(zone, date[1], clock[1])) {
      wg_local l = wg_zone_local(zone, end);
      fail_msg("%s\nis %d-%d %02d:%02d", line, l.month, l.day, l.minute / 60, l.minute % 60);
    }
    rows++;
  }
  assert_int_equal(rows, 13);
}

static int begin(void **state) {
  (void)state;
  wg_arena_init(&arena);
  return 0;
}
static int end(void **state) {
  (void)state;
  wg_arena_clear(&arena);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(when_it_shows), cmocka_unit_test(the_header), cmocka_unit_test(never),
      cmocka_unit_test(as_the_oracle), cmocka_unit_test(the_page),   cmocka_unit_test(laws),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
