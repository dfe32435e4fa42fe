/* The working calendars: which days and hours are worked. */
#include <stdio.h>
#include <string.h>

#include "api/app.h"
#include "base/text.h"
#include "base/time.h"
#include "engine/calendar_edit.h"
#include "engine/calendars.h"

enum { FILE_MAX = 1 << 20, LIST_MAX = 16 << 20 };

static const char district[] = "{\"en\":\"The district's calendar\",\"zh\":\"全区工作日历\"}";

static wg_engine *engine_of(wg_request *q) { return atomic_load(&wg_asker_of(q)->app->engine); }

static void write_year_members(wg_jw *w, const wg_calendar_year *y) {
  char version[WG_VERSION_LEN];
  wg_calendar_year_version(y, version);
  wg_jw_member_int(w, "year", y->year);
  wg_jw_member_raw(w, "holidays", y->holidays);
  wg_jw_member_raw(w, "working", y->working);
  wg_jw_member_raw(w, "names", y->names);
  wg_jw_member_bool(w, "provisional", y->provisional);
  wg_jw_member_str(w, "version", version);
}

static void write_year(wg_jw *w, const wg_calendar_year *y) {
  wg_jw_begin_object(w);
  write_year_members(w, y);
  wg_jw_end_object(w);
}

static wg_status write_calendar(wg_request *q, wg_jw *w, const char *code, const char *text) {
  const char *zone = wg_zone_name(wg_asker_of(q)->picture->settings->zone);
  char version[WG_VERSION_LEN];
  wg_calendar_year *year = NULL;
  wg_calendar_head h;
  uint32_t n = 0;
  wg_status st = wg_calendar_years(&q->arena, text, &year, &n, &q->err);
  if (!st) st = wg_calendar_head_of(&q->arena, text, zone, &h, &q->err);
  if (st) return st;
  wg_calendar_head_version(&h, version);
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "code", code);
  wg_jw_member_raw(w, "name", h.names ? h.names : district);
  wg_jw_member_str(w, "timezone", h.timezone);
  wg_jw_member_raw(w, "weekdays", h.weekdays);
  wg_jw_member_raw(w, "hours", h.hours);
  wg_jw_member_raw(w, "other_hours", h.other_hours ? h.other_hours : "[]");
  wg_jw_key(w, "years");
  wg_jw_begin_array(w);
  for (uint32_t i = 0; i < n; i++) write_year(w, &year[i]);
  wg_jw_end_array(w);
  wg_jw_member_str(w, "version", version);
  wg_jw_end_object(w);
  return WG_OK;
}

wg_status wg_h_calendars(wg_request *q, wg_response *r) {
  wg_store *s = NULL;
  wg_calendar_text *all = NULL;
  uint32_t n = 0;
  wg_status st = wg_mine_store(q->pool_mine, &s, &q->err);
  if (!st) st = wg_calendar_texts(s, &q->arena, &all, &n, &q->err);
  if (st) return st;
  wg_jw w;
  wg_jw_init(&w, &r->body);
  r->body.max = LIST_MAX;
  wg_jw_begin_object(&w);
  wg_jw_key(&w, "items");
  wg_jw_begin_array(&w);
  for (uint32_t i = 0; !st && i < n; i++) st = write_calendar(q, &w, all[i].code, all[i].text);
  wg_jw_end_array(&w);
  wg_jw_member_str(&w, "next", NULL);
  wg_jw_end_object(&w);
  return st ? st : wg_answer(r, 200);
}

/* --- one calendar -----------------------------------------------------------------------------------------
 */

wg_status wg_h_calendar_put(wg_request *q, wg_response *r) {
  wg_calendar_edit x = {.code = q->param[0]};
  wg_json *body = NULL;
  wg_store *s = NULL;
  const char *text = NULL;
  wg_status st =
      wg_edit_read(q, (const char *[]){"name", "timezone", "weekdays", "hours", "other_hours", NULL},
                   WG_EDIT_NEW, &body, &x.edit);
  if (!st) st = wg_path_code(q);
  if (!st) st = wg_calendar_head_read(&q->arena, body, &x.head, &q->err);
  if (!st) st = wg_calendar_put(engine_of(q), &x, &q->err);
  if (st) return wg_edit_refused(q, r, st, &x.edit);
  wg_asker_renew(wg_asker_of(q));
  st = wg_mine_store(q->pool_mine, &s, &q->err);
  if (!st) st = wg_calendar_text_of(s, &q->arena, x.code, &text, &q->err);
  if (!st && !text) st = WG_NOT_FOUND;
  if (st) return st;
  wg_jw w;
  wg_jw_init(&w, &r->body);
  r->body.max = LIST_MAX;
  st = write_calendar(q, &w, x.code, text);
  return st ? st : wg_answer(r, x.fresh ? 201 : 200);
}

/* --- one year ---------------------------------------------------------------------------------------------
 */

static wg_status read_year(wg_request *q, int64_t *year) {
  if (strlen(q->param[1]) == 4 && wg_text_int(q->param[1], year) && *year >= WG_CALENDAR_FIRST &&
      *year <= WG_CALENDAR_LAST)
    return WG_OK;
  return wg_fail(&q->err, WG_INVALID, "year", WG_T("a year is from %d to %d", "年份应在 %d 到 %d 之间"),
                 WG_CALENDAR_FIRST, WG_CALENDAR_LAST);
}

wg_status wg_h_calendar_year_put(wg_request *q, wg_response *r) {
  wg_calendar_year y = {0};
  wg_calendar_edit x = {.code = q->param[0], .year = &y, .n = 1};
  wg_json *body = NULL;
  int64_t year = 0;
  wg_status st = wg_edit_read(q, (const char *[]){"holidays", "working", "names", "provisional", NULL},
                              WG_EDIT_NEW, &body, &x.edit);
  if (!st) st = wg_path_code(q);
  if (!st) st = read_year(q, &year);
  if (!st) st = wg_calendar_year_read(&q->arena, body, (int)year, &y, &q->err);
  if (!st) st = wg_calendar_year_put(engine_of(q), &x, &q->err);
  if (st) return wg_edit_refused(q, r, st, &x.edit);
  wg_jw w;
  wg_jw_init(&w, &r->body);
  r->body.max = LIST_MAX;
  write_year(&w, &y);
  return wg_answer(r, x.fresh ? 201 : 200);
}

/* --- many, from a file ------------------------------------------------------------------------------------
 */

/* The text is the member at fault; what is wrong in it stands behind. */
static wg_status in_text(wg_request *q, wg_status st) {
  char field[sizeof q->err.field];
  if (!st || strcmp(q->err.field, "year") == 0) return st;
  snprintf(field, sizeof field, "text%s%.50s", q->err.field[0] ? "." : "", q->err.field);
  memcpy(q->err.field, field, sizeof field);
  return st;
}

static wg_status read_import(wg_request *q, const wg_json *body, wg_calendar_edit *x) {
  int64_t year = 0;
  bool provisional = false;
  wg_status st = wg_json_str(body, "text", WG_REQUIRED, FILE_MAX, &x->file, &q->err);
  if (!st) st = wg_json_int(body, "year", WG_OPTIONAL, WG_CALENDAR_FIRST, WG_CALENDAR_LAST, &year, &q->err);
  if (!st) st = wg_json_bool(body, "provisional", WG_OPTIONAL, &provisional, &q->err);
  if (!st)
    st = in_text(
        q, wg_calendar_import(&q->arena, x->file, strlen(x->file), (int)year, &x->year, &x->n, &q->err));
  for (uint32_t i = 0; !st && i < x->n; i++) x->year[i].provisional = provisional;
  return st;
}

static wg_status read_years(wg_request *q, const char *code, wg_calendar_year **out, uint32_t *n) {
  wg_store *s = NULL;
  const char *text = NULL;
  wg_status st = wg_mine_store(q->pool_mine, &s, &q->err);
  if (!st) st = wg_calendar_text_of(s, &q->arena, code, &text, &q->err);
  if (!st && !text)
    st = wg_fail(&q->err, WG_NOT_FOUND, "code", WG_T("there is no calendar %.64s", "没有日历 %.64s"), code);
  return st ? st : wg_calendar_years(&q->arena, text, out, n, &q->err);
}

static void write_imported(wg_jw *w, const wg_calendar_year *now, const wg_calendar_year *was) {
  char a[WG_VERSION_LEN] = "", b[WG_VERSION_LEN];
  wg_calendar_year_version(now, b);
  if (was) wg_calendar_year_version(was, a);
  wg_jw_begin_object(w);
  write_year_members(w, now);
  wg_jw_member_str(w, "what", !was ? "new" : strcmp(a, b) == 0 ? "same" : "changed");
  wg_jw_key(w, "before");
  if (was)
    write_year(w, was);
  else
    wg_jw_null(w);
  wg_jw_end_object(w);
}

/* was: the years as they were before; version: of the years there are now. */
static wg_status answer_import(wg_response *r, const wg_calendar_edit *x, const wg_calendar_year *was,
                               uint32_t n, const char *version, bool dry) {
  wg_jw w;
  wg_jw_init(&w, &r->body);
  r->body.max = LIST_MAX;
  wg_jw_begin_object(&w);
  wg_jw_member_bool(&w, "dry_run", dry);
  wg_jw_member_str(&w, "version", version);
  wg_jw_key(&w, "items");
  wg_jw_begin_array(&w);
  for (uint32_t i = 0; i < x->n; i++) {
    uint32_t k = 0;
    while (k < n && was[k].year != x->year[i].year) k++;
    write_imported(&w, &x->year[i], k < n ? &was[k] : NULL);
  }
  wg_jw_end_array(&w);
  wg_jw_end_object(&w);
  return wg_answer(r, 200);
}

wg_status wg_h_calendar_import(wg_request *q, wg_response *r) {
  wg_calendar_edit x = {.code = q->param[0]};
  wg_json *body = NULL;
  wg_calendar_year *was = NULL, *now = NULL;
  char version[WG_VERSION_LEN];
  uint32_t n = 0, n_now = 0;
  int64_t dry = 0;
  wg_status st = wg_query_int(q, "dry_run", 0, 1, &dry);
  if (!st)
    st = wg_edit_read(q, (const char *[]){"text", "year", "provisional", NULL},
                      dry ? WG_EDIT_TRIED : WG_EDIT_NEW, &body, &x.edit);
  if (!st) st = wg_path_code(q);
  if (!st) st = read_import(q, body, &x);
  if (!st) st = read_years(q, x.code, &was, &n);
  if (!st && !dry) st = wg_calendar_years_put(engine_of(q), &x, &q->err);
  if (!st) st = read_years(q, x.code, &now, &n_now);
  if (st) return wg_edit_refused(q, r, st, &x.edit);
  wg_calendar_years_version(now, n_now, version);
  return answer_import(r, &x, was, n, version, dry != 0);
}
