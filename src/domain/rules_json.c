/* Rules as JSON: read and checked, written. */
#include <stdio.h>
#include <string.h>

#include "domain/rules.h"

enum { TEXT_MAX = 64 << 10 };

/* Puts the place before the member that an inner getter named. */
static wg_status within(wg_status st, const char *where, wg_err *err) {
  if (!st || !err) return st;
  char at[sizeof err->field];
  snprintf(at, sizeof at, "%.23s%s%.38s", where, err->field[0] ? "." : "", err->field);
  memcpy(err->field, at, sizeof at);
  return st;
}

/* --- in ---------------------------------------------------------------------------------------------------
 */

static wg_status bad_span(const char *where, wg_err *err) {
  return wg_fail(
      err, WG_INVALID, where,
      WG_T("a limit is a number n from 1: at most 527040 minutes, 10000 work_hours or 1000 work_days",
           "时限为 1 以上的数量 n：最多 527040 分钟（minutes）、10000 工时（work_hours）或 1000 "
           "个工作日（work_days）"));
}

static wg_status read_span(const wg_json *object, const char *const *members, bool may_be_none, wg_span *out,
                           wg_err *err) {
  const char *unit = NULL;
  int64_t n = 0;
  wg_status st = wg_json_only(object, members, err);
  if (!st) st = wg_json_str(object, "unit", WG_REQUIRED, 16, &unit, err);
  if (!st) st = wg_json_int(object, "n", WG_OPTIONAL, 0, INT32_MAX, &n, err);
  if (st) return st;
  wg_span span = {.n = (int)n};
  if (!wg_unit_parse(unit, &span.unit) || (span.unit == WG_U_NONE && !may_be_none))
    return bad_span("unit", err);
  if (!wg_span_ok(span)) return bad_span("n", err);
  *out = span;
  return WG_OK;
}

static wg_status read_severities(const wg_json *object, wg_span limit[], wg_err *err) {
  static const char *const names[] = {"1", "2", "3", NULL}, *const members[] = {"n", "unit", NULL};
  wg_status st = wg_json_only(object, names, err);
  for (int s = 1; !st && s <= WG_SEVERITY_MAX; s++) {
    wg_json *own = NULL;
    st = wg_json_obj(object, names[s - 1], WG_OPTIONAL, &own, err);
    if (!st && own) st = within(read_span(own, members, false, &limit[s], err), names[s - 1], err);
  }
  return st;
}

static wg_status read_limit(const wg_json *object, wg_span limit[], wg_err *err) {
  static const char *const members[] = {"n", "unit", "by_severity", NULL};
  wg_json *by = NULL;
  wg_status st = read_span(object, members, true, &limit[0], err);
  if (!st) st = wg_json_obj(object, "by_severity", WG_OPTIONAL, &by, err);
  return st || !by ? st : within(read_severities(by, limit, err), "by_severity", err);
}

static wg_status read_limits(const wg_json *object, wg_rules *out, wg_err *err) {
  const char *names[WG_CLOCKS + 1] = {0};
  for (int c = 0; c < WG_CLOCKS; c++) names[c] = wg_clock_name((wg_clock)c);
  wg_status st = wg_json_only(object, names, err);
  for (int c = 0; !st && c < WG_CLOCKS; c++) {
    wg_json *one = NULL;
    st = wg_json_obj(object, names[c], WG_OPTIONAL, &one, err);
    if (!st && one) st = within(read_limit(one, out->limit[c], err), names[c], err);
  }
  return st;
}

static wg_status read_gates(const wg_json *object, wg_rules *out, wg_err *err) {
  wg_json *list = NULL;
  wg_status st = wg_json_arr(object, "gates", WG_OPTIONAL, 8, &list, err);
  for (size_t i = 0; !st && list && i < wg_json_len(list); i++) {
    const char *text = wg_json_text(wg_json_at(list, i));
    unsigned gate = text ? wg_gate_parse(text) : 0;
    out->gates |= gate;
    if (!gate)
      st = wg_fail(err, WG_INVALID, "gates",
                   WG_T("gates are dispatch, escalate and close", "gates 只能为 dispatch、escalate、close"));
  }
  return st;
}

static wg_status bad_post(const char *where, wg_err *err) {
  return wg_fail(err, WG_INVALID, where,
                 WG_T("a post is one of manager, officer, lead, police, cadre, judicial, other",
                      "岗位只能为 manager、officer、lead、police、cadre、judicial、other"));
}

static wg_status read_posts(const wg_json *object, wg_rules *out, wg_err *err) {
  wg_json *list = NULL;
  wg_status st = wg_json_arr(object, "posts", WG_OPTIONAL, 2 * WG_POST_KINDS, &list, err);
  for (size_t i = 0; !st && list && i < wg_json_len(list); i++) {
    const char *text = wg_json_text(wg_json_at(list, i));
    wg_post_kind post = WG_POST_OTHER;
    if (text && wg_post_parse(text, &post))
      out->posts |= 1U << post;
    else
      st = bad_post("posts", err);
  }
  return st;
}

/* "2026-12-31" → 20261231; 0: no such day. */
static int day_of(const char *text) {
  static const int length[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int y = 0, m = 0, d = 0;
  char again[40];
  if (strlen(text) != 10 || sscanf(text, "%4d-%2d-%2d", &y, &m, &d) != 3) return 0;
  bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
  if (y < 2000 || m < 1 || m > 12 || d < 1 || d > length[m - 1] + (m == 2 && leap)) return 0;
  snprintf(again, sizeof again, "%04d-%02d-%02d", y, m, d);
  return strcmp(again, text) == 0 ? y * 10000 + m * 100 + d : 0;
}

static wg_status read_one_temporary(wg_arena *arena, const wg_json *row, wg_temporary *out, wg_err *err) {
  const char *post = NULL, *until = NULL, *consent = NULL;
  if (!wg_json_is_object(row)) return bad_post("post", err);
  wg_status st = wg_json_only(row, (const char *[]){"post", "until", "consent", NULL}, err);
  if (!st) st = wg_json_str(row, "post", WG_REQUIRED, 40, &post, err);
  if (!st && !wg_post_parse(post, &out->post)) st = bad_post("post", err);
  if (!st) st = wg_json_str(row, "until", WG_REQUIRED, 10, &until, err);
  if (!st && !(out->until = day_of(until)))
    st = wg_fail(err, WG_INVALID, "until",
                 WG_T("until is a day, like 2026-12-31", "until 应为日期，例如 2026-12-31"));
  if (!st) st = wg_json_str(row, "consent", WG_REQUIRED, WG_CONSENT_MAX, &consent, err);
  if (!st && !consent[0])
    st = wg_fail(err, WG_INVALID, "consent", WG_T("say who agreed to it", "请写明由谁同意"));
  if (st) return st;
  out->consent = wg_arena_strdup(arena, consent);
  return out->consent ? WG_OK : WG_NO_MEMORY;
}

static wg_status read_temporary(wg_arena *arena, const wg_json *object, wg_rules *out, wg_err *err) {
  wg_json *list = NULL;
  char where[40];
  wg_status st = wg_json_arr(object, "temporary", WG_OPTIONAL, WG_TEMPORARY_MAX, &list, err);
  for (size_t i = 0; !st && list && i < wg_json_len(list); i++) {
    snprintf(where, sizeof where, "temporary.%zu", i);
    st = within(read_one_temporary(arena, wg_json_at(list, i), &out->temporary[i], err), where, err);
    out->n_temporary = (int)i + 1;
  }
  return st;
}

wg_status wg_rules_read(wg_arena *arena, const wg_json *object, wg_rules *out, wg_err *err) {
  static const char *const members[] = {"version", "limits", "verify_photos", "done_photos", "at_once",
                                        "gates",   "posts",  "temporary",     NULL};
  wg_json *limits = NULL;
  int64_t verify = 0, done = 0;
  *out = (wg_rules){0};
  wg_status st = wg_json_only(object, members, err);
  if (!st) st = wg_json_int(object, "version", WG_OPTIONAL, 0, INT32_MAX, &out->version, err);
  if (!st) st = wg_json_obj(object, "limits", WG_OPTIONAL, &limits, err);
  if (!st && limits) st = within(read_limits(limits, out, err), "limits", err);
  if (!st) st = wg_json_int(object, "verify_photos", WG_OPTIONAL, 0, WG_PHOTOS_MAX, &verify, err);
  if (!st) st = wg_json_int(object, "done_photos", WG_OPTIONAL, 0, WG_PHOTOS_MAX, &done, err);
  if (!st) st = wg_json_bool(object, "at_once", WG_OPTIONAL, &out->at_once, err);
  if (!st) st = read_gates(object, out, err);
  if (!st) st = read_posts(object, out, err);
  if (!st) st = read_temporary(arena, object, out, err);
  out->verify_photos = (int)verify;
  out->done_photos = (int)done;
  return st;
}

wg_status wg_rules_parse(wg_arena *arena, const char *text, wg_rules **out, wg_err *err) {
  wg_json *object = NULL;
  *out = wg_arena_alloc(arena, sizeof **out);
  if (!*out) return WG_NO_MEMORY;
  wg_status st = wg_json_parse_object(arena, text, strlen(text), &object, err);
  return st ? st : wg_rules_read(arena, object, *out, err);
}

/* --- out --------------------------------------------------------------------------------------------------
 */

static void write_span(wg_jw *w, wg_span span) {
  if (span.unit != WG_U_NONE) wg_jw_member_int(w, "n", span.n);
  wg_jw_member_str(w, "unit", wg_unit_name(span.unit));
}

static bool limited(const wg_rules *r, int clock, int least) {
  for (int s = least; s <= WG_SEVERITY_MAX; s++)
    if (r->limit[clock][s].unit != WG_U_NONE) return true;
  return false;
}

void wg_rules_write_limit(wg_jw *w, const wg_rules *r, wg_clock clock) {
  char name[] = "0";
  if (!limited(r, clock, 0)) {
    wg_jw_null(w);
    return;
  }
  wg_jw_begin_object(w);
  write_span(w, r->limit[clock][0]);
  if (limited(r, clock, 1)) {
    wg_jw_key(w, "by_severity");
    wg_jw_begin_object(w);
    for (int s = 1; s <= WG_SEVERITY_MAX; s++) {
      if (r->limit[clock][s].unit == WG_U_NONE) continue;
      name[0] = (char)('0' + s);
      wg_jw_key(w, name);
      wg_jw_begin_object(w);
      write_span(w, r->limit[clock][s]);
      wg_jw_end_object(w);
    }
    wg_jw_end_object(w);
  }
  wg_jw_end_object(w);
}

void wg_rules_write_gates(wg_jw *w, const wg_rules *r) {
  wg_jw_begin_array(w);
  for (unsigned gate = 1; gate <= WG_GATE_CLOSE; gate <<= 1)
    if (r->gates & gate) wg_jw_str(w, wg_gate_name(gate));
  wg_jw_end_array(w);
}

void wg_rules_write_posts(wg_jw *w, const wg_rules *r) {
  wg_jw_begin_array(w);
  for (int k = 0; k < WG_POST_KINDS; k++)
    if (r->posts >> k & 1) wg_jw_str(w, wg_post_name((wg_post_kind)k));
  wg_jw_end_array(w);
}

void wg_rules_write_temporary(wg_jw *w, const wg_rules *r) {
  char day[16];
  wg_jw_begin_array(w);
  for (int k = 0; k < r->n_temporary; k++) {
    const wg_temporary *t = &r->temporary[k];
    snprintf(day, sizeof day, "%04d-%02d-%02d", t->until / 10000 % 10000, t->until / 100 % 100,
             t->until % 100);
    wg_jw_begin_object(w);
    wg_jw_member_str(w, "post", wg_post_name(t->post));
    wg_jw_member_str(w, "until", day);
    wg_jw_member_str(w, "consent", t->consent);
    wg_jw_end_object(w);
  }
  wg_jw_end_array(w);
}

void wg_rules_write(wg_jw *w, const wg_rules *r) {
  wg_jw_begin_object(w);
  if (r->version) wg_jw_member_int(w, "version", r->version);
  wg_jw_key(w, "limits");
  wg_jw_begin_object(w);
  for (int c = 0; c < WG_CLOCKS; c++) {
    if (!limited(r, c, 0)) continue;
    wg_jw_key(w, wg_clock_name((wg_clock)c));
    wg_rules_write_limit(w, r, (wg_clock)c);
  }
  wg_jw_end_object(w);
  wg_jw_member_int(w, "verify_photos", r->verify_photos);
  wg_jw_member_int(w, "done_photos", r->done_photos);
  wg_jw_member_bool(w, "at_once", r->at_once);
  wg_jw_key(w, "gates");
  wg_rules_write_gates(w, r);
  wg_jw_key(w, "posts");
  wg_rules_write_posts(w, r);
  wg_jw_key(w, "temporary");
  wg_rules_write_temporary(w, r);
  wg_jw_end_object(w);
}

char *wg_rules_text(wg_arena *arena, const wg_rules *r) {
  wg_buf b;
  wg_jw w;
  wg_rules plain = *r;
  plain.version = 0;
  wg_buf_init(&b, TEXT_MAX);
  wg_jw_init(&w, &b);
  wg_rules_write(&w, &plain);
  char *text = wg_buf_status(&b) ? NULL : wg_arena_strdup(arena, wg_buf_str(&b));
  wg_buf_deinit(&b);
  return text;
}
