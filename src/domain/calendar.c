#include "domain/calendar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jw.h"
#include "base/time.h"

enum { YEARS_MAX = WG_CALENDAR_LAST - WG_CALENDAR_FIRST + 1, TEXT_MAX = 4 << 20 };

static wg_status damaged(wg_err *err) {
  return wg_fail(err, WG_CORRUPT, "calendar", WG_T("the calendar cannot be read", "日历数据无法读取"));
}

static int by_year(const void *a, const void *b) {
  return ((const wg_calendar_year *)a)->year - ((const wg_calendar_year *)b)->year;
}

static wg_status list_text(wg_arena *arena, const wg_json *row, const char *name, const char **out) {
  wg_json *list = NULL;
  if (wg_json_arr(row, name, WG_OPTIONAL, WG_CALENDAR_SPANS, &list, NULL)) return WG_CORRUPT;
  *out = list ? wg_json_dump(arena, list) : "[]";
  return *out ? WG_OK : WG_NO_MEMORY;
}

wg_status wg_calendar_years(wg_arena *arena, const char *text, wg_calendar_year **out, uint32_t *n,
                            wg_err *err) {
  wg_json *root = NULL, *list = NULL;
  *n = 0;
  wg_status st = wg_json_parse_object(arena, text, strlen(text), &root, NULL);
  if (!st) st = wg_json_arr(root, "years", WG_OPTIONAL, YEARS_MAX, &list, NULL);
  if (st) return damaged(err);
  size_t count = list ? wg_json_len(list) : 0;
  *out = wg_arena_alloc(arena, (count + 1) * sizeof **out);
  if (!*out) return WG_NO_MEMORY;
  for (size_t i = 0; !st && i < count; i++) {
    const wg_json *row = wg_json_at(list, i);
    wg_calendar_year *y = &(*out)[(*n)++];
    int64_t year = 0;
    st = wg_json_is_object(row) ? wg_json_int(row, "year", WG_REQUIRED, 1, 9999, &year, NULL) : WG_CORRUPT;
    y->year = (int)year;
    if (!st) st = list_text(arena, row, "holidays", &y->holidays);
    if (!st) st = list_text(arena, row, "working", &y->working);
    if (!st) st = list_text(arena, row, "names", &y->names);
    y->provisional = false;
    if (!st) st = wg_json_bool(row, "provisional", WG_OPTIONAL, &y->provisional, NULL);
  }
  if (st) return st == WG_NO_MEMORY ? st : damaged(err);
  qsort(*out, *n, sizeof **out, by_year);
  return WG_OK;
}

/* --- a year as it is sent ---------------------------------------------------------------------------------
 */

static bool leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

/* "2026-02-16" as the day of that year, from 0; -1: no day of it. */
static int day_of(const char *text, int year) {
  static const int length[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  char again[40];
  int y = 0, m = 0, d = 0;
  if (sscanf(text, "%4d-%2d-%2d", &y, &m, &d) != 3 || y != year || m < 1 || m > 12 || d < 1) return -1;
  if (d > length[m - 1] + (m == 2 && leap(y))) return -1;
  snprintf(again, sizeof again, "%04d-%02d-%02d", y, m, d);
  if (strncmp(again, text, 10) != 0) return -1;
  return wg_day_number(y, m, d) - wg_day_number(y, 1, 1);
}

/* One day or "from/to", into the days taken; false: no such days, or some taken already. */
static bool take(const char *text, int year, unsigned char taken[366], unsigned char as) {
  size_t n = text ? strlen(text) : 0;
  if (n != 10 && !(n == 21 && text[10] == '/')) return false;
  int from = day_of(text, year), to = n == 10 ? from : day_of(text + 11, year);
  if (from < 0 || to < from) return false;
  for (int d = from; d <= to; d++) {
    if (taken[d]) return false;
    taken[d] = as;
  }
  return true;
}

wg_status wg_calendar_marks(wg_arena *arena, const wg_calendar_year *y, unsigned char mark[366],
                            wg_err *err) {
  const char *text[] = {y->holidays, y->working};
  memset(mark, WG_DAY_USUAL, 366);
  for (int k = 0; k < 2; k++) {
    wg_json *list = NULL;
    wg_status st = wg_json_parse(arena, text[k], strlen(text[k]), &list, NULL);
    if (st) return st == WG_NO_MEMORY ? st : damaged(err);
    for (size_t i = 0; i < wg_json_len(list); i++)
      if (!take(wg_json_text(wg_json_at(list, i)), y->year, mark, k ? WG_DAY_WORKING : WG_DAY_HOLIDAY))
        return damaged(err);
  }
  return WG_OK;
}

static wg_status read_days(wg_arena *arena, const wg_json *body, const char *name, int year,
                           unsigned char taken[366], const char **out, wg_err *err) {
  wg_json *list = NULL;
  char field[32];
  wg_status st = wg_json_arr(body, name, WG_REQUIRED, WG_CALENDAR_SPANS, &list, err);
  for (size_t i = 0; !st && i < wg_json_len(list); i++) {
    snprintf(field, sizeof field, "%s.%zu", name, i);
    if (!take(wg_json_text(wg_json_at(list, i)), year, taken, 1))
      st = wg_fail(err, WG_INVALID, field,
                   WG_T("days of %d like 2026-01-01 or 2026-02-16/2026-02-22, none of them twice",
                        "应为 %d 年的日期，如 2026-01-01 或 2026-02-16/2026-02-22，且不得重复"),
                   year);
  }
  if (st) return st;
  *out = wg_json_dump(arena, list);
  return *out ? WG_OK : WG_NO_MEMORY;
}

static wg_status read_names(wg_arena *arena, const wg_json *body, int year, const char **out, wg_err *err) {
  static const char *const members[] = {"days", "name", NULL};
  wg_json *list = NULL;
  wg_status st = wg_json_arr(body, "names", WG_OPTIONAL, WG_CALENDAR_SPANS, &list, err);
  for (size_t i = 0; !st && list && i < wg_json_len(list); i++) {
    const wg_json *row = wg_json_at(list, i);
    const char *days = NULL, *name = NULL;
    unsigned char taken[366] = {0};
    bool ok = wg_json_is_object(row) && !wg_json_only(row, members, NULL) &&
              !wg_json_str(row, "days", WG_REQUIRED, 21, &days, NULL) && take(days, year, taken, 1) &&
              !wg_json_str(row, "name", WG_REQUIRED, WG_CALENDAR_NAME, &name, NULL) && name[0];
    char field[32];
    snprintf(field, sizeof field, "names.%zu", i);
    if (!ok)
      st = wg_fail(err, WG_INVALID, field,
                   WG_T("days of %d and their name, of at most %d bytes",
                        "应为 %d 年的日期（days）及名称（name，不超过 %d 字节）"),
                   year, WG_CALENDAR_NAME);
  }
  if (st) return st;
  *out = list ? wg_json_dump(arena, list) : "[]";
  return *out ? WG_OK : WG_NO_MEMORY;
}

wg_status wg_calendar_year_read(wg_arena *arena, const wg_json *body, int year, wg_calendar_year *out,
                                wg_err *err) {
  unsigned char taken[366] = {0};
  out->year = year;
  out->provisional = false;
  wg_status st = read_days(arena, body, "holidays", year, taken, &out->holidays, err);
  if (!st) st = read_days(arena, body, "working", year, taken, &out->working, err);
  if (!st) st = read_names(arena, body, year, &out->names, err);
  return st ? st : wg_json_bool(body, "provisional", WG_OPTIONAL, &out->provisional, err);
}

/* --- put in place -----------------------------------------------------------------------------------------
 */

struct copying {
  wg_jw w;
  wg_arena *arena;
  const char *const *without;
};

static wg_status copy_member(const char *name, wg_json *value, void *ctx) {
  struct copying *c = ctx;
  for (const char *const *p = c->without; *p; p++)
    if (strcmp(name, *p) == 0) return WG_OK;
  const char *text = wg_json_dump(c->arena, value);
  if (!text) return WG_NO_MEMORY;
  wg_jw_member_raw(&c->w, name, text);
  return WG_OK;
}

void wg_calendar_year_write(wg_jw *w, const wg_calendar_year *y) {
  wg_jw_begin_object(w);
  wg_jw_member_int(w, "year", y->year);
  wg_jw_member_raw(w, "holidays", y->holidays);
  wg_jw_member_raw(w, "working", y->working);
  if (y->names && strcmp(y->names, "[]") != 0) wg_jw_member_raw(w, "names", y->names);
  if (y->provisional) wg_jw_member_bool(w, "provisional", true);
  wg_jw_end_object(w);
}

/* Begins the text with the members of the old one, but for some. */
static wg_status begin_copy(wg_arena *arena, const char *text, const char *const *without, wg_buf *b,
                            struct copying *c, wg_err *err) {
  wg_json *root = NULL;
  wg_buf_init(b, TEXT_MAX);
  wg_status st = wg_json_parse_object(arena, text, strlen(text), &root, err);
  *c = (struct copying){.arena = arena, .without = without};
  wg_jw_init(&c->w, b);
  wg_jw_begin_object(&c->w);
  return st ? st : wg_json_each(root, copy_member, c);
}

static wg_status end_copy(wg_status st, wg_buf *b, struct copying *c, const char **out) {
  wg_jw_end_object(&c->w);
  if (!st) st = wg_buf_status(b);
  *out = st ? NULL : wg_arena_strdup(c->arena, wg_buf_str(b));
  wg_buf_deinit(b);
  return st || *out ? st : WG_NO_MEMORY;
}

wg_status wg_calendar_with(wg_arena *arena, const char *text, const wg_calendar_year *year, const char **out,
                           wg_err *err) {
  static const char *const without[] = {"years", NULL};
  wg_calendar_year *all = NULL;
  uint32_t n = 0, i = 0;
  wg_buf b;
  struct copying c;
  wg_status st = wg_calendar_years(arena, text, &all, &n, err);
  if (st) return st;
  st = begin_copy(arena, text, without, &b, &c, err);
  wg_jw_key(&c.w, "years");
  wg_jw_begin_array(&c.w);
  for (; i < n && all[i].year < year->year; i++) wg_calendar_year_write(&c.w, &all[i]);
  wg_calendar_year_write(&c.w, year);
  for (; i < n; i++)
    if (all[i].year != year->year) wg_calendar_year_write(&c.w, &all[i]);
  wg_jw_end_array(&c.w);
  return end_copy(st, &b, &c, out);
}

wg_status wg_calendar_with_head(wg_arena *arena, const char *text, const wg_calendar_head *h,
                                const char **out, wg_err *err) {
  static const char *const without[] = {"names", "timezone", "weekdays", "hours", "other_hours", NULL};
  wg_buf b;
  struct copying c;
  wg_status st = begin_copy(arena, text, without, &b, &c, err);
  if (h->names) wg_jw_member_raw(&c.w, "names", h->names);
  wg_jw_member_str(&c.w, "timezone", h->timezone);
  wg_jw_member_raw(&c.w, "weekdays", h->weekdays);
  wg_jw_member_raw(&c.w, "hours", h->hours);
  if (h->other_hours) wg_jw_member_raw(&c.w, "other_hours", h->other_hours);
  return end_copy(st, &b, &c, out);
}
