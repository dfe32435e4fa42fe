/* A calendar's week: which days are worked, from when to when. */
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "domain/calendar.h"

static const char whole_days[] = "[{\"from\":\"00:00\",\"to\":\"24:00\"}]", workdays[] = "[1,2,3,4,5]";

/* "08:30" in minutes; -1: none. */
static int minute_of(const char *t) {
  if (!t || strlen(t) != 5 || t[2] != ':') return -1;
  for (int i = 0; i < 5; i++)
    if (i != 2 && (t[i] < '0' || t[i] > '9')) return -1;
  int h = (t[0] - '0') * 10 + t[1] - '0', m = (t[3] - '0') * 10 + t[4] - '0';
  return m < 60 && h * 60 + m <= 1440 ? h * 60 + m : -1;
}

static wg_status read_hours(const wg_json *object, const char *where, wg_day_hours *out, wg_err *err) {
  static const char *const members[] = {"from", "to", NULL};
  wg_json *list = NULL;
  out->n = 0;
  wg_status st = wg_json_arr(object, "hours", WG_OPTIONAL, WG_CALENDAR_HOURS, &list, err);
  if (!st && !list) out->span[out->n++] = (wg_hours){0, 1440};
  for (size_t i = 0; !st && list && i < wg_json_len(list); i++) {
    const wg_json *row = wg_json_at(list, i);
    const char *from = NULL, *to = NULL;
    bool ok = wg_json_is_object(row) && !wg_json_only(row, members, NULL) &&
              !wg_json_str(row, "from", WG_REQUIRED, 5, &from, NULL) &&
              !wg_json_str(row, "to", WG_REQUIRED, 5, &to, NULL);
    wg_hours h = {ok ? minute_of(from) : -1, ok ? minute_of(to) : -1};
    ok = h.from >= 0 && h.to > h.from && (!out->n || h.from >= out->span[out->n - 1].to);
    char field[60];
    snprintf(field, sizeof field, "%s.%zu", where, i);
    if (!ok)
      return wg_fail(err, WG_INVALID, field,
                     WG_T("hours like 08:30 to 12:00, in order and apart; at most until 24:00",
                          "应为 08:30 至 12:00 这样的时段，依次排列、互不重叠，最晚至 24:00"));
    out->span[out->n++] = h;
  }
  return st;
}

/* A list of days of the week, none twice. */
static wg_status read_weekdays(const wg_json *calendar, bool on[7], wg_err *err) {
  wg_json *list = NULL;
  wg_status st = wg_json_arr(calendar, "weekdays", WG_OPTIONAL, 7, &list, err);
  for (int k = 0; k < 7; k++) on[k] = !list && k < 5;
  for (size_t i = 0; !st && list && i < wg_json_len(list); i++) {
    const wg_json *day = wg_json_at(list, i);
    double d = wg_json_is_number(day) ? wg_json_number(day) : 0;
    int k = d >= 1 && d <= 7 ? (int)d : 0;
    char field[40];
    snprintf(field, sizeof field, "weekdays.%zu", i);
    if (!k || d != k || on[k - 1])
      return wg_fail(err, WG_INVALID, field,
                     WG_T("a weekday is 1 (Monday) to 7, none twice", "应为 1（周一）到 7，且不得重复"));
    on[k - 1] = true;
  }
  return st;
}

static wg_status read_others(const wg_json *calendar, wg_day_hours other[7], bool has[7], wg_err *err) {
  static const char *const members[] = {"weekday", "hours", NULL};
  wg_json *list = NULL;
  wg_status st = wg_json_arr(calendar, "other_hours", WG_OPTIONAL, 7, &list, err);
  for (size_t i = 0; !st && list && i < wg_json_len(list); i++) {
    const wg_json *row = wg_json_at(list, i);
    int64_t day = 0;
    bool ok = wg_json_is_object(row) && !wg_json_only(row, members, NULL) && wg_json_has(row, "hours") &&
              !wg_json_int(row, "weekday", WG_REQUIRED, 1, 7, &day, NULL) && !has[day - 1];
    char field[40];
    snprintf(field, sizeof field, "other_hours.%zu", i);
    if (!ok)
      return wg_fail(
          err, WG_INVALID, field,
          WG_T("a weekday 1 to 7, none twice, and its hours", "应为星期（1–7，不得重复）及其时段"));
    has[day - 1] = true;
    snprintf(field, sizeof field, "other_hours.%zu.hours", i);
    st = read_hours(row, field, &other[day - 1], err);
  }
  return st;
}

wg_status wg_calendar_week(const wg_json *calendar, wg_week *out, wg_err *err) {
  bool on[7], has[7] = {false};
  wg_day_hours other[7];
  wg_status st = read_weekdays(calendar, on, err);
  if (!st) st = read_hours(calendar, "hours", &out->usual, err);
  if (!st) st = read_others(calendar, other, has, err);
  for (int k = 0; !st && k < 7; k++) {
    out->day[k] = has[k] ? other[k] : out->usual;
    if (!on[k]) out->day[k].n = 0;
  }
  return st;
}

/* --- the head ---------------------------------------------------------------------------------------------
 */

static wg_status list_or(wg_arena *arena, const wg_json *object, const char *name, const char *fallback,
                         const char **out, wg_err *err) {
  wg_json *list = NULL;
  wg_status st = wg_json_arr(object, name, WG_OPTIONAL, 100, &list, err);
  if (st) return st;
  *out = list ? wg_json_dump(arena, list) : fallback;
  return *out || !list ? WG_OK : WG_NO_MEMORY;
}

static wg_status lists_of(wg_arena *arena, const wg_json *root, wg_calendar_head *out, wg_err *err) {
  wg_status st = list_or(arena, root, "weekdays", workdays, &out->weekdays, err);
  if (!st) st = list_or(arena, root, "hours", whole_days, &out->hours, err);
  return st ? st : list_or(arena, root, "other_hours", NULL, &out->other_hours, err);
}

wg_status wg_calendar_head_of(wg_arena *arena, const char *text, const char *zone, wg_calendar_head *out,
                              wg_err *err) {
  wg_json *root = NULL, *names = NULL;
  *out = (wg_calendar_head){.timezone = zone};
  wg_status st = wg_json_parse_object(arena, text, strlen(text), &root, NULL);
  if (!st) st = wg_json_str(root, "timezone", WG_OPTIONAL, 64, &out->timezone, NULL);
  if (!st) st = wg_json_obj(root, "names", WG_OPTIONAL, &names, NULL);
  if (!st && names && !(out->names = wg_json_dump(arena, names))) return WG_NO_MEMORY;
  if (!st) st = lists_of(arena, root, out, NULL);
  if (!st || st == WG_NO_MEMORY) return st;
  return wg_fail(err, WG_CORRUPT, "calendar", WG_T("the calendar cannot be read", "日历数据无法读取"));
}

static wg_status check_zone(const char *name, wg_err *err) {
  wg_zone *zone = NULL;
  wg_status st = wg_zone_open(name, &zone, err);
  wg_zone_free(zone);
  return st;
}

wg_status wg_calendar_head_read(wg_arena *arena, const wg_json *body, wg_calendar_head *out, wg_err *err) {
  wg_json *names = NULL, *list = NULL;
  wg_week week;
  *out = (wg_calendar_head){0};
  wg_status st = wg_json_obj(body, "name", WG_REQUIRED, &names, err);
  if (!st) st = wg_name_map_check(names, "name", err);
  if (!st) st = wg_json_str(body, "timezone", WG_REQUIRED, 63, &out->timezone, err);
  if (!st) st = check_zone(out->timezone, err);
  if (!st) st = wg_json_arr(body, "weekdays", WG_REQUIRED, 7, &list, err);
  if (!st) st = wg_json_arr(body, "hours", WG_REQUIRED, WG_CALENDAR_HOURS, &list, err);
  if (!st) st = wg_calendar_week(body, &week, err);
  if (!st) st = lists_of(arena, body, out, err);
  if (st) return st;
  out->names = wg_json_dump(arena, names);
  return out->names ? WG_OK : WG_NO_MEMORY;
}
