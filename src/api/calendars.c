/* The working calendar: which days are worked. */
#include <string.h>

#include "api/app.h"
#include "base/text.h"
#include "base/time.h"
#include "engine/setting_edit.h"

static wg_status load(wg_request *q, const char **text) {
  wg_store *s = NULL;
  wg_status st = wg_mine_store(q->pool_mine, &s, &q->err);
  if (!st) st = s->setting_get(s, &q->arena, "calendar", text, &q->err);
  if (!st && !*text) *text = "{}";
  return st;
}

static void write_year(wg_jw *w, const wg_calendar_year *y) {
  char version[WG_VERSION_LEN];
  wg_calendar_version(y, version);
  wg_jw_begin_object(w);
  wg_jw_member_int(w, "year", y->year);
  wg_jw_member_raw(w, "holidays", y->holidays);
  wg_jw_member_raw(w, "working", y->working);
  wg_jw_member_str(w, "version", version);
  wg_jw_end_object(w);
}

static wg_status write_calendar(wg_request *q, wg_jw *w, const char *text) {
  const char *zone = wg_zone_name(wg_asker_of(q)->picture->settings->zone);
  wg_calendar_year *year = NULL;
  wg_json *root = NULL, *weekdays = NULL, *hours = NULL;
  uint32_t n = 0;
  wg_status st = wg_calendar_years(&q->arena, text, &year, &n, &q->err);
  if (!st) st = wg_json_parse_object(&q->arena, text, strlen(text), &root, &q->err);
  if (!st) st = wg_json_str(root, "timezone", WG_OPTIONAL, 64, &zone, &q->err);
  if (!st) st = wg_json_arr(root, "weekdays", WG_OPTIONAL, 7, &weekdays, &q->err);
  if (!st) st = wg_json_arr(root, "hours", WG_OPTIONAL, 20, &hours, &q->err);
  if (st) return st;
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "code", WG_CALENDAR_CODE);
  wg_jw_member_str(w, "timezone", zone);
  wg_jw_member_raw(w, "weekdays", weekdays ? wg_json_dump(&q->arena, weekdays) : "[1,2,3,4,5]");
  wg_jw_member_raw(w, "hours", hours ? wg_json_dump(&q->arena, hours) : "[]");
  wg_jw_key(w, "years");
  wg_jw_begin_array(w);
  for (uint32_t i = 0; i < n; i++) write_year(w, &year[i]);
  wg_jw_end_array(w);
  wg_jw_end_object(w);
  return WG_OK;
}

wg_status wg_h_calendars(wg_request *q, wg_response *r) {
  const char *text = NULL;
  wg_status st = load(q, &text);
  if (st) return st;
  wg_jw w;
  wg_jw_init(&w, &r->body);
  wg_jw_begin_object(&w);
  wg_jw_key(&w, "items");
  wg_jw_begin_array(&w);
  st = write_calendar(q, &w, text);
  wg_jw_end_array(&w);
  wg_jw_member_str(&w, "next", NULL);
  wg_jw_end_object(&w);
  return st ? st : wg_answer(r, 200);
}

static wg_status read_year(wg_request *q, int64_t *year) {
  if (strcmp(q->param[0], WG_CALENDAR_CODE) != 0)
    return wg_fail(&q->err, WG_NOT_FOUND, "code", WG_T("there is no calendar %.64s", "没有日历 %.64s"),
                   q->param[0]);
  if (strlen(q->param[1]) == 4 && wg_text_int(q->param[1], year) && *year >= WG_CALENDAR_FIRST &&
      *year <= WG_CALENDAR_LAST)
    return WG_OK;
  return wg_fail(&q->err, WG_INVALID, "year", WG_T("a year is from %d to %d", "年份应在 %d 到 %d 之间"),
                 WG_CALENDAR_FIRST, WG_CALENDAR_LAST);
}

wg_status wg_h_calendar_put(wg_request *q, wg_response *r) {
  wg_calendar_edit x = {0};
  wg_json *body = NULL;
  int64_t year = 0;
  wg_status st = wg_edit_read(q, (const char *[]){"holidays", "working", NULL}, WG_EDIT_NEW, &body, &x.edit);
  if (!st) st = read_year(q, &year);
  if (!st) st = wg_calendar_year_read(&q->arena, body, (int)year, &x.year, &q->err);
  if (!st) st = wg_calendar_put(atomic_load(&wg_asker_of(q)->app->engine), &x, &q->err);
  if (st) return wg_edit_refused(q, r, st, &x.edit);
  wg_jw w;
  wg_jw_init(&w, &r->body);
  write_year(&w, &x.year);
  return wg_answer(r, x.fresh ? 201 : 200);
}
