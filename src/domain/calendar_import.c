/* Holidays and make-up working days out of a file. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/ical.h"
#include "base/jw.h"
#include "base/text.h"
#include "base/time.h"
#include "domain/calendar.h"

enum { YEARS_MAX = 30, ROWS_MAX = 20000, LIST_MAX = 64 << 10 };

struct year {
  int year;
  unsigned char mark[366];
  const char *name[366]; /* "" none */
};

struct import {
  wg_arena *arena;
  int only, n;
  struct year *year[YEARS_MAX];
  int date, kind, name; /* columns of a CSV */
};

/* --- gathering --------------------------------------------------------------------------------------------
 */

static wg_status at_row(wg_err *err, uint64_t row, const char *en, const char *zh) {
  char field[32];
  snprintf(field, sizeof field, "rows.%llu", (unsigned long long)row);
  wg_status st = wg_fail(err, WG_INVALID, field, WG_T("%s", "%s"), en);
  if (err) snprintf(err->zh, sizeof err->zh, "%s", zh);
  return st;
}

static wg_status find_year(struct import *x, int year, struct year **out, wg_err *err) {
  for (int i = 0; i < x->n; i++)
    if (x->year[i]->year == year) {
      *out = x->year[i];
      return WG_OK;
    }
  if (x->n == YEARS_MAX)
    return wg_fail(err, WG_TOO_LARGE, "", WG_T("more than %d years in one file", "一个文件不得超过 %d 年"),
                   YEARS_MAX);
  struct year *y = wg_arena_alloc(x->arena, sizeof *y);
  if (!y) return WG_NO_MEMORY;
  memset(y, 0, sizeof *y);
  y->year = year;
  for (int d = 0; d < 366; d++) y->name[d] = "";
  *out = x->year[x->n++] = y;
  return WG_OK;
}

/* A name that is kept: without what only says which kind of day it is, and not longer than names are. */
static const char *short_name(wg_arena *arena, const char *name) {
  static const char *const ends[] = {"（休）", "（班）", "(休)", "(班)"};
  size_t n = strlen(name);
  while (n && isspace((unsigned char)name[n - 1])) n--;
  while (n && isspace((unsigned char)*name)) name++, n--;
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
    size_t m = strlen(ends[i]);
    if (n > m && memcmp(name + n - m, ends[i], m) == 0) n -= m;
  }
  if (n > WG_CALENDAR_NAME)
    for (n = WG_CALENDAR_NAME; n && ((unsigned char)name[n] & 0xC0) == 0x80;) n--;
  return wg_arena_strndup(arena, name, n);
}

static wg_status put_days(struct import *x, uint64_t row, int from, int to, bool working, const char *name,
                          wg_err *err) {
  unsigned char as = working ? WG_DAY_WORKING : WG_DAY_HOLIDAY;
  const char *kept = short_name(x->arena, name);
  wg_status st = kept ? WG_OK : WG_NO_MEMORY;
  for (int d = from; !st && d <= to; d++) {
    int year = 0, month = 0, day = 0;
    struct year *y = NULL;
    wg_day_date(d, &year, &month, &day);
    if (x->only && year != x->only) continue;
    if (year < WG_CALENDAR_FIRST || year > WG_CALENDAR_LAST)
      return at_row(err, row, "a date outside 1990 to 2199", "日期不在 1990 至 2199 年之间");
    st = find_year(x, year, &y, err);
    if (st) return st;
    int at = d - wg_day_number(year, 1, 1);
    if (y->mark[at] && y->mark[at] != as)
      return at_row(err, row, "a day that is a holiday and worked as well", "同一天既为放假又为上班");
    y->mark[at] = as;
    if (kept[0] && !y->name[at][0]) y->name[at] = kept;
  }
  return st;
}

/* --- CSV --------------------------------------------------------------------------------------------------
 */

/* "2026-10-01", "2026/10/1", "20261001"; false: no date. */
static bool date_of(const char *text, int *out) {
  int y = 0, m = 0, d = 0, end = 0;
  char sep = 0;
  while (isspace((unsigned char)*text)) text++;
  size_t n = strlen(text);
  while (n && isspace((unsigned char)text[n - 1])) n--;
  if (n == 8 && strspn(text, "0123456789") >= 8)
    sscanf(text, "%4d%2d%2d%n", &y, &m, &d, &end);
  else if (sscanf(text, "%4d%c%2d%*c%2d%n", &y, &sep, &m, &d, &end) != 4 || !strchr("-/.", sep) ||
           strspn(text, "0123456789-/.") < n)
    return false;
  int yy = 0, mm = 0, dd = 0;
  if ((size_t)end != n || y < 1 || m < 1 || m > 12 || d < 1 || d > 31) return false;
  *out = wg_day_number(y, m, d);
  wg_day_date(*out, &yy, &mm, &dd);
  return yy == y && mm == m && dd == d;
}

/* 1 holiday, 2 worked, 0 neither. */
static int kind_of(const char *text) {
  static const char *const holiday[] = {"", "holiday", "off", "rest", "放假", "休", "休假", "节假日", "假日"};
  static const char *const working[] = {"working", "workday", "work",     "上班",
                                        "班",      "调休",    "调休上班", "补班"};
  for (size_t i = 0; i < sizeof holiday / sizeof *holiday; i++)
    if (wg_column_same(text, holiday[i])) return WG_DAY_HOLIDAY;
  for (size_t i = 0; i < sizeof working / sizeof *working; i++)
    if (wg_column_same(text, working[i])) return WG_DAY_WORKING;
  return 0;
}

static wg_status take_header(struct import *x, const wg_csv_row *row, wg_err *err) {
  static const char *const dates[] = {"date", "day", "日期", NULL};
  static const char *const kinds[] = {"kind", "type", "类型", "类别", NULL};
  static const char *const names[] = {"name", "summary", "名称", "节日", NULL};
  x->date = wg_column_find(row->cell, row->n, dates);
  x->kind = wg_column_find(row->cell, row->n, kinds);
  x->name = wg_column_find(row->cell, row->n, names);
  if (x->date >= 0) return WG_OK;
  return wg_fail(err, WG_INVALID, "rows.1",
                 WG_T("the first row has to name the columns: date, kind, name",
                      "首行应为列名：date（日期）、kind（类型）、name（名称）"));
}

static const char *cell(const wg_csv_row *row, int column) {
  return column >= 0 && column < row->n ? row->cell[column] : "";
}

static wg_status take_row(void *ctx, const wg_csv_row *row, wg_err *err) {
  struct import *x = ctx;
  int day = 0;
  if (row->number == 1) return take_header(x, row, err);
  if (row->number > ROWS_MAX)
    return wg_fail(err, WG_TOO_LARGE, "", WG_T("more than %d rows", "超过 %d 行"), ROWS_MAX);
  if (!date_of(cell(row, x->date), &day))
    return at_row(err, row->number, "a date is like 2026-10-01", "日期应类似 2026-10-01");
  int kind = kind_of(cell(row, x->kind));
  if (!kind)
    return at_row(err, row->number, "kind is holiday or working",
                  "类型应为 holiday（放假）或 working（上班）");
  return put_days(x, row->number, day, day, kind == WG_DAY_WORKING, cell(row, x->name), err);
}

static wg_status read_csv(struct import *x, const char *text, size_t n, wg_err *err) {
  wg_csv *csv = NULL;
  wg_status st = wg_csv_new(&(wg_csv_options){.row = take_row, .ctx = x}, &csv, err);
  if (!st) st = wg_csv_feed(csv, text, n, err);
  if (!st) st = wg_csv_end(csv, err);
  wg_csv_free(csv);
  return st;
}

/* --- iCalendar --------------------------------------------------------------------------------------------
 */

static wg_status take_event(void *ctx, const wg_ical_event *e, wg_err *err) {
  if (!wg_text_utf8(e->summary, strlen(e->summary)))
    return at_row(err, (uint64_t)e->row, "its summary is not UTF-8", "摘要不是 UTF-8 文字");
  return put_days(ctx, (uint64_t)e->row, e->from, e->to, e->working, e->summary, err);
}

/* --- the years --------------------------------------------------------------------------------------------
 */

enum { SPAN_LEN = 64 };
static void put_span(char out[SPAN_LEN], int year, int from, int to) {
  int y = 0, m = 0, d = 0, first = wg_day_number(year, 1, 1);
  wg_day_date(first + from, &y, &m, &d);
  int n = snprintf(out, SPAN_LEN, "%04d-%02d-%02d", y, m, d);
  if (from == to) return;
  wg_day_date(first + to, &y, &m, &d);
  snprintf(out + n, (size_t)(SPAN_LEN - n), "/%04d-%02d-%02d", y, m, d);
}

/* Spans of one kind; with names: of one kind and name, as {"days", "name"}. */
static wg_status list_of(struct import *x, const struct year *y, unsigned char as, bool names,
                         const char **out, wg_err *err) {
  wg_buf b;
  wg_jw w;
  int n = 0;
  wg_buf_init(&b, LIST_MAX);
  wg_jw_init(&w, &b);
  wg_jw_begin_array(&w);
  for (int d = 0, end = 0; d < 366; d = end + 1) {
    char span[SPAN_LEN];
    for (end = d; end < 365 && y->mark[end + 1] == y->mark[d] &&
                  (!names || strcmp(y->name[end + 1], y->name[d]) == 0);)
      end++;
    if (names ? !y->name[d][0] : y->mark[d] != as) continue;
    put_span(span, y->year, d, end);
    n++;
    if (names) {
      wg_jw_begin_object(&w);
      wg_jw_member_str(&w, "days", span);
      wg_jw_member_str(&w, "name", y->name[d]);
      wg_jw_end_object(&w);
    } else {
      wg_jw_str(&w, span);
    }
  }
  wg_jw_end_array(&w);
  wg_status st = wg_buf_status(&b);
  if (!st && n > WG_CALENDAR_SPANS)
    st = wg_fail(err, WG_TOO_LARGE, "", WG_T("%d has more than %d spans of days", "%d 年的日期段超过 %d 个"),
                 y->year, WG_CALENDAR_SPANS);
  *out = st ? NULL : wg_arena_strdup(x->arena, wg_buf_str(&b));
  wg_buf_deinit(&b);
  return st || *out ? st : WG_NO_MEMORY;
}

static int by_year(const void *a, const void *b) {
  return (*(struct year *const *)a)->year - (*(struct year *const *)b)->year;
}

wg_status wg_calendar_import(wg_arena *arena, const char *text, size_t n, int only, wg_calendar_year **out,
                             uint32_t *n_years, wg_err *err) {
  struct import x = {.arena = arena, .only = only, .date = -1, .kind = -1, .name = -1};
  wg_ical_options ical = {.only = only, .event = take_event, .ctx = &x};
  *n_years = 0;
  wg_status st = wg_ical_is(text, n) ? wg_ical_read(text, n, &ical, err) : read_csv(&x, text, n, err);
  if (!st && !x.n)
    st = wg_fail(err, WG_INVALID, "", WG_T("the file has no days of that kind", "文件中没有相应的日期"));
  if (st) return st;
  qsort(x.year, (size_t)x.n, sizeof *x.year, by_year);
  *out = wg_arena_alloc(arena, (size_t)x.n * sizeof **out);
  if (!*out) return WG_NO_MEMORY;
  for (int i = 0; !st && i < x.n; i++) {
    wg_calendar_year *y = &(*out)[(*n_years)++];
    *y = (wg_calendar_year){.year = x.year[i]->year};
    st = list_of(&x, x.year[i], WG_DAY_HOLIDAY, false, &y->holidays, err);
    if (!st) st = list_of(&x, x.year[i], WG_DAY_WORKING, false, &y->working, err);
    if (!st) st = list_of(&x, x.year[i], 0, true, &y->names, err);
  }
  return st;
}
