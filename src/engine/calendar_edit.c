#include "engine/calendar_edit.h"

#include <string.h>

#include "engine/calendars.h"

enum { YEARS_TEXT_MAX = 1 << 20 };

static void put_text(wg_hasher *h, const char *text) {
  wg_hasher_field(h, text ? text : "", text ? strlen(text) : 0);
}

void wg_calendar_head_version(const wg_calendar_head *x, char out[WG_VERSION_LEN]) {
  wg_hasher h;
  wg_hasher_begin(&h);
  put_text(&h, x->names);
  put_text(&h, x->timezone);
  put_text(&h, x->weekdays);
  put_text(&h, x->hours);
  put_text(&h, x->other_hours);
  wg_version_end(&h, out);
}

static void put_year_into(wg_hasher *h, const wg_calendar_year *y) {
  wg_hasher_int(h, y->year);
  put_text(h, y->holidays);
  put_text(h, y->working);
  put_text(h, y->names);
  wg_hasher_int(h, y->provisional);
}

void wg_calendar_year_version(const wg_calendar_year *y, char out[WG_VERSION_LEN]) {
  wg_hasher h;
  wg_hasher_begin(&h);
  put_year_into(&h, y);
  wg_version_end(&h, out);
}

void wg_calendar_years_version(const wg_calendar_year *years, uint32_t n, char out[WG_VERSION_LEN]) {
  wg_hasher h;
  wg_hasher_begin(&h);
  for (uint32_t i = 0; i < n; i++) put_year_into(&h, &years[i]);
  wg_version_end(&h, out);
}

static wg_status read_text(const wg_calendar_edit *x, wg_txn *txn, const char **text, wg_err *err) {
  wg_status st = wg_calendar_text_of(txn->store, txn->arena, x->code, text, err);
  if (st || *text) return st;
  return wg_fail(err, WG_NOT_FOUND, "code", WG_T("there is no calendar %.64s", "没有日历 %.64s"), x->code);
}

static wg_status keep_text(const wg_calendar_edit *x, wg_txn *txn, const char *text, wg_err *err) {
  const char *key = wg_calendar_key(txn->arena, x->code);
  return key ? txn->store->setting_put(txn->store, key, text, err) : WG_NO_MEMORY;
}

/* --- all but the years ------------------------------------------------------------------------------------
 */

static wg_status check_room(wg_txn *txn, wg_err *err) {
  wg_calendar_text *all = NULL;
  uint32_t n = 0;
  wg_status st = wg_calendar_texts(txn->store, txn->arena, &all, &n, err);
  if (st || n <= WG_CALENDARS_MAX) return st;
  return wg_fail(err, WG_TOO_LARGE, "code",
                 WG_T("there are %d calendars, and no more may be", "日历不得超过 %d 个"), WG_CALENDARS_MAX);
}

static wg_status put_head(wg_edit *edit, wg_txn *txn, wg_err *err) {
  wg_calendar_edit *x = (wg_calendar_edit *)edit;
  const char *text = NULL, *after = NULL, *zone = wg_zone_name(txn->picture->settings->zone);
  char version[WG_VERSION_LEN];
  wg_calendar_head was;
  wg_status st = wg_calendar_text_of(txn->store, txn->arena, x->code, &text, err);
  x->fresh = !text;
  if (!st && text) st = wg_calendar_head_of(txn->arena, text, zone, &was, err);
  if (st) return st;
  if (text) wg_calendar_head_version(&was, version);
  st = wg_edit_fresh(edit, text ? version : NULL, err);
  if (!st && !text) st = check_room(txn, err);
  if (!st) st = wg_calendar_with_head(txn->arena, text ? text : "{}", &x->head, &after, err);
  if (!st) st = keep_text(x, txn, after, err);
  if (st) return st;
  wg_jw *w = wg_edit_begin(edit);
  wg_jw_member_raw(w, "hours", x->head.hours);
  wg_jw_member_raw(w, "names", x->head.names);
  wg_jw_member_raw(w, "other_hours", x->head.other_hours ? x->head.other_hours : "[]");
  wg_edit_reason(edit);
  wg_jw_member_str(w, "timezone", x->head.timezone);
  wg_jw_member_raw(w, "weekdays", x->head.weekdays);
  return wg_edit_emit(edit, txn, "calendar.changed", wg_arena_printf(txn->arena, "calendar/%s", x->code),
                      err);
}

wg_status wg_calendar_put(wg_engine *e, wg_calendar_edit *x, wg_err *err) {
  x->edit.write = put_head;
  return wg_edit_do(e, &x->edit, err);
}

/* --- years ------------------------------------------------------------------------------------------------
 */

static wg_status put_year(wg_edit *edit, wg_txn *txn, wg_err *err) {
  wg_calendar_edit *x = (wg_calendar_edit *)edit;
  const wg_calendar_year *y = x->year;
  wg_calendar_year *all = NULL;
  const char *text = NULL, *after = NULL;
  char version[WG_VERSION_LEN];
  uint32_t n = 0, i = 0;
  wg_status st = read_text(x, txn, &text, err);
  if (!st) st = wg_calendar_years(txn->arena, text, &all, &n, err);
  if (st) return st;
  while (i < n && all[i].year != y->year) i++;
  x->fresh = i == n;
  if (!x->fresh) wg_calendar_year_version(&all[i], version);
  st = wg_edit_fresh(edit, x->fresh ? NULL : version, err);
  if (!st) st = wg_calendar_with(txn->arena, text, y, &after, err);
  if (!st) st = keep_text(x, txn, after, err);
  if (st) return st;
  wg_jw *w = wg_edit_begin(edit);
  wg_jw_member_raw(w, "holidays", y->holidays);
  wg_jw_member_raw(w, "names", y->names);
  wg_jw_member_bool(w, "provisional", y->provisional);
  wg_edit_reason(edit);
  wg_jw_member_raw(w, "working", y->working);
  return wg_edit_emit(edit, txn, "calendar.changed",
                      wg_arena_printf(txn->arena, "calendar/%s/%d", x->code, y->year), err);
}

wg_status wg_calendar_year_put(wg_engine *e, wg_calendar_edit *x, wg_err *err) {
  x->edit.write = put_year;
  return wg_edit_do(e, &x->edit, err);
}

/* The years as they are kept from here on, so that the log alone says what an import did. */
static wg_status years_text(const wg_calendar_edit *x, wg_arena *arena, const char **out) {
  wg_buf b;
  wg_jw w;
  wg_buf_init(&b, YEARS_TEXT_MAX);
  wg_jw_init(&w, &b);
  wg_jw_begin_array(&w);
  for (uint32_t i = 0; i < x->n; i++) wg_calendar_year_write(&w, &x->year[i]);
  wg_jw_end_array(&w);
  wg_status st = wg_buf_status(&b);
  *out = st ? NULL : wg_arena_strdup(arena, wg_buf_str(&b));
  wg_buf_deinit(&b);
  return st || *out ? st : WG_NO_MEMORY;
}

static wg_status tell_import(wg_calendar_edit *x, wg_txn *txn, wg_err *err) {
  const char *years = NULL;
  wg_status st = years_text(x, txn->arena, &years);
  if (st) return st;
  wg_jw *w = wg_edit_begin(&x->edit);
  st = wg_edit_content(&x->edit, txn, "file", x->file, err);
  wg_edit_reason(&x->edit);
  wg_jw_key(w, "taken");
  wg_jw_begin_array(w);
  for (uint32_t i = 0; i < x->n; i++) wg_jw_int(w, x->year[i].year);
  wg_jw_end_array(w);
  if (!st) st = wg_edit_content(&x->edit, txn, "years", years, err);
  if (st) return st;
  return wg_edit_emit(&x->edit, txn, "calendar.imported", wg_arena_printf(txn->arena, "calendar/%s", x->code),
                      err);
}

static wg_status put_years(wg_edit *edit, wg_txn *txn, wg_err *err) {
  wg_calendar_edit *x = (wg_calendar_edit *)edit;
  wg_calendar_year *all = NULL;
  const char *text = NULL;
  char version[WG_VERSION_LEN];
  uint32_t n = 0;
  wg_status st = read_text(x, txn, &text, err);
  if (!st) st = wg_calendar_years(txn->arena, text, &all, &n, err);
  if (st) return st;
  wg_calendar_years_version(all, n, version);
  if (edit->version) st = wg_edit_fresh(edit, version, err);
  for (uint32_t i = 0; !st && i < x->n; i++) st = wg_calendar_with(txn->arena, text, &x->year[i], &text, err);
  if (!st) st = keep_text(x, txn, text, err);
  return st ? st : tell_import(x, txn, err);
}

wg_status wg_calendar_years_put(wg_engine *e, wg_calendar_edit *x, wg_err *err) {
  x->edit.write = put_years;
  return wg_edit_do(e, &x->edit, err);
}
