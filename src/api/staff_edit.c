/* People, their posts and shifts, and who stands in for whom, as administrators keep them. */
#include "engine/staff_edit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/app.h"
#include "base/text.h"

static wg_engine *engine_of(wg_request *q) { return atomic_load(&wg_asker_of(q)->app->engine); }

/* Where in a list a fault stands: "posts.2.grid". */
static wg_status at_item(wg_request *q, wg_status st, const char *list, int i) {
  char field[sizeof q->err.field];
  if (!st) return st;
  snprintf(field, sizeof field, "%s.%d%s%.36s", list, i, q->err.field[0] ? "." : "", q->err.field);
  memcpy(q->err.field, field, sizeof field);
  return st;
}

typedef wg_status (*run_fn)(wg_engine *e, wg_staff_edit *x, wg_err *err);

static wg_status run(wg_request *q, wg_response *r, run_fn fn, wg_staff_edit *x, int code) {
  wg_status st = fn(engine_of(q), x, &q->err);
  if (st) return wg_edit_refused(q, r, st, &x->edit);
  wg_asker_renew(wg_asker_of(q));
  wg_jw w;
  wg_jw_init(&w, &r->body);
  wg_write_person(q, &w, x->id);
  return wg_answer(r, code);
}

/* --- the person -------------------------------------------------------------------------------------------
 */

enum { NAME_MAX_BYTES = 200, PHONE_MAX = 64 };

static bool plain(const char *text) {
  for (const char *p = text; *p; p++)
    if ((unsigned char)*p < ' ' || *p == 127) return false;
  return text[0] != ' ' && (!text[0] || text[strlen(text) - 1] != ' ');
}

static wg_status read_person(wg_request *q, const wg_json *body, wg_staff *s) {
  const char *org = "";
  s->phone = "";
  wg_status st = wg_json_str(body, "name", WG_REQUIRED, NAME_MAX_BYTES, &s->name, &q->err);
  if (!st) st = wg_json_str(body, "phone", WG_OPTIONAL, PHONE_MAX, &s->phone, &q->err);
  if (!st) st = wg_json_str(body, "org", WG_OPTIONAL, WG_CODE_LEN - 1, &org, &q->err);
  if (!st) st = wg_json_bool(body, "full_time", WG_OPTIONAL, &s->full_time, &q->err);
  if (st) return st;
  snprintf(s->org, sizeof s->org, "%s", org);
  if (plain(s->name) && plain(s->phone)) return WG_OK;
  return wg_fail(&q->err, WG_INVALID, plain(s->name) ? "phone" : "name",
                 WG_T("no control characters, and no spaces at the ends", "不能含控制字符，首尾不能有空格"));
}

wg_status wg_h_staff_create(wg_request *q, wg_response *r) {
  wg_staff_edit x = {.staff = {.full_time = true}};
  wg_json *body = NULL;
  const char *code = NULL;
  wg_status st = wg_edit_read(q, (const char *[]){"code", "name", "phone", "org", "full_time", NULL},
                              WG_EDIT_NEW, &body, &x.edit);
  if (!st) st = wg_json_str(body, "code", WG_REQUIRED, WG_CODE_LEN - 1, &code, &q->err);
  if (!st && !wg_text_code(code))
    st = wg_fail(&q->err, WG_INVALID, "code", WG_T("\"%.40s\" is no code", "“%.40s”不是有效编码"), code);
  if (!st) st = read_person(q, body, &x.staff);
  if (st) return st;
  snprintf(x.staff.code, sizeof x.staff.code, "%s", code);
  return run(q, r, wg_staff_create, &x, 201);
}

wg_status wg_h_staff_change(wg_request *q, wg_response *r) {
  wg_staff_edit x = {.staff = {.full_time = true}};
  wg_json *body = NULL;
  wg_status st = wg_id_read(q, "id", q->param[0], &x.id);
  if (!st)
    st = wg_edit_read(q, (const char *[]){"name", "phone", "org", "full_time", NULL}, WG_EDIT_SEEN, &body,
                      &x.edit);
  if (!st) st = read_person(q, body, &x.staff);
  return st ? st : run(q, r, wg_staff_change, &x, 200);
}

/* --- posts ------------------------------------------------------------------------------------------------
 */

/* "08:30" → 510; "24:00" only where a day ends. */
static bool read_clock(const char *text, int most, int16_t *out) {
  if (!text || strlen(text) != 5 || text[2] != ':') return false;
  for (int i = 0; i < 5; i++)
    if (i != 2 && (text[i] < '0' || text[i] > '9')) return false;
  int hour = (text[0] - '0') * 10 + text[1] - '0', minute = (text[3] - '0') * 10 + text[4] - '0';
  *out = (int16_t)(hour * 60 + minute);
  return minute < 60 && *out <= most;
}

static wg_status read_days(wg_request *q, const wg_json *row, wg_shift *s) {
  wg_json *days = NULL;
  wg_status st = wg_json_arr(row, "days", WG_REQUIRED, 7, &days, &q->err);
  bool ok = !st && wg_json_len(days) > 0;
  for (size_t i = 0; ok && i < wg_json_len(days); i++) {
    const wg_json *day = wg_json_at(days, i);
    double d = wg_json_is_number(day) ? wg_json_number(day) : 0;
    ok = d >= 1 && d <= 7 && d == (int)d && !(s->weekdays >> ((int)d - 1) & 1);
    if (ok) s->weekdays = (uint8_t)(s->weekdays | 1 << ((int)d - 1));
  }
  if (st || ok) return st;
  return wg_fail(&q->err, WG_INVALID, "days",
                 WG_T("days are different numbers from 1 (Monday) to 7", "days 为 1（周一）到 7 的不同整数"));
}

static wg_status read_shift(wg_request *q, const wg_json *row, wg_shift *s) {
  const char *from = NULL, *to = NULL;
  if (!wg_json_is_object(row))
    return wg_fail(&q->err, WG_INVALID, "", WG_T("a shift is {days, from, to}", "班次应为 {days, from, to}"));
  wg_status st = wg_json_only(row, (const char *[]){"days", "from", "to", NULL}, &q->err);
  if (!st) st = read_days(q, row, s);
  if (!st) st = wg_json_str(row, "from", WG_REQUIRED, 5, &from, &q->err);
  if (!st) st = wg_json_str(row, "to", WG_REQUIRED, 5, &to, &q->err);
  if (st) return st;
  bool from_ok = read_clock(from, 24 * 60 - 1, &s->from);
  if (from_ok && read_clock(to, 24 * 60, &s->to)) return WG_OK;
  return wg_fail(&q->err, WG_INVALID, from_ok ? "to" : "from",
                 WG_T("a time of day is like 08:30", "时刻格式如 08:30"));
}

static wg_status read_shifts(wg_request *q, const wg_json *row, int post, wg_staff_edit *x) {
  wg_json *list = NULL;
  wg_status st = wg_json_arr(row, "shifts", WG_OPTIONAL, WG_POST_SHIFTS_MAX, &list, &q->err);
  if (st || !list) return st;
  for (size_t i = 0; !st && i < wg_json_len(list); i++) {
    wg_shift s = {.post = post};
    st = at_item(q, read_shift(q, wg_json_at(list, i), &s), "shifts", (int)i);
    x->shifts[x->n_shifts++] = s;
  }
  return st;
}

static wg_status read_post(wg_request *q, const wg_json *row, int i, wg_staff_edit *x) {
  const char *kind = NULL, *network = "base", *grid = NULL;
  wg_post *p = &x->posts[i];
  if (!wg_json_is_object(row))
    return wg_fail(&q->err, WG_INVALID, "",
                   WG_T("a post is {post, network, grid, shifts}", "岗位应为 {post, network, grid, shifts}"));
  wg_status st = wg_json_only(row, (const char *[]){"post", "network", "grid", "shifts", NULL}, &q->err);
  if (!st) st = wg_json_str(row, "post", WG_REQUIRED, 40, &kind, &q->err);
  if (!st && !wg_post_parse(kind, &p->kind))
    st = wg_fail(&q->err, WG_INVALID, "post", WG_T("there is no post \"%.40s\"", "没有岗位“%.40s”"), kind);
  if (!st) st = wg_json_str(row, "network", WG_OPTIONAL, WG_CODE_LEN - 1, &network, &q->err);
  if (!st) st = wg_json_str(row, "grid", WG_REQUIRED, WG_CODE_LEN - 1, &grid, &q->err);
  if (st) return st;
  snprintf(p->network, sizeof p->network, "%s", network);
  snprintf(p->grid, sizeof p->grid, "%s", grid);
  return read_shifts(q, row, i, x);
}

static wg_status read_posts(wg_request *q, const wg_json *body, wg_staff_edit *x) {
  wg_json *list = NULL;
  wg_status st = wg_json_arr(body, "posts", WG_REQUIRED, WG_STAFF_POSTS_MAX, &list, &q->err);
  if (st) return st;
  x->n_posts = (int)wg_json_len(list);
  x->posts = wg_arena_alloc(&q->arena, WG_STAFF_POSTS_MAX * sizeof *x->posts);
  x->shifts = wg_arena_alloc(&q->arena, WG_STAFF_POSTS_MAX * WG_POST_SHIFTS_MAX * sizeof *x->shifts);
  if (!x->posts || !x->shifts) return WG_NO_MEMORY;
  for (int i = 0; !st && i < x->n_posts; i++)
    st = at_item(q, read_post(q, wg_json_at(list, (size_t)i), i, x), "posts", i);
  return st;
}

wg_status wg_h_staff_posts(wg_request *q, wg_response *r) {
  wg_staff_edit x = {0};
  wg_json *body = NULL;
  wg_status st = wg_id_read(q, "id", q->param[0], &x.id);
  if (!st) st = wg_edit_read(q, (const char *[]){"posts", NULL}, WG_EDIT_SEEN, &body, &x.edit);
  if (!st) st = read_posts(q, body, &x);
  return st ? st : run(q, r, wg_staff_post, &x, 200);
}

/* --- standing in ------------------------------------------------------------------------------------------
 */

static void write_stand_in(wg_jw *w, const wg_picture *p, const wg_stand_in *s) {
  char version[WG_VERSION_LEN];
  wg_stand_in_version(s, version);
  wg_jw_begin_object(w);
  wg_write_id(w, "id", s->id);
  wg_jw_key(w, "staff");
  wg_write_staff(w, p, s->staff, NULL, WG_SHOW_NAME);
  wg_jw_key(w, "by");
  wg_write_staff(w, p, s->by, NULL, WG_SHOW_NAME);
  wg_write_time(w, "from", s->from);
  wg_write_time(w, "until", s->until);
  wg_jw_member_str(w, "version", version);
  wg_jw_end_object(w);
}

static int by_id(const void *a, const void *b) {
  int64_t x = (*(const wg_stand_in *const *)a)->id, y = (*(const wg_stand_in *const *)b)->id;
  return x < y ? -1 : x > y;
}

wg_status wg_h_stand_ins(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  const wg_roster *roster = &a->picture->people->roster;
  int64_t staff = 0, after = 0, last = 0;
  int limit, n = 0;
  wg_status st = wg_query_int(q, "staff", 1, INT64_MAX, &staff);
  if (!st) st = wg_query_int(q, "after", 1, INT64_MAX, &after);
  if (!st) st = wg_query_limit(q, &limit);
  if (!st) st = wg_note_access(q, "read-staff");
  const wg_stand_in **all = wg_arena_alloc(&q->arena, ((size_t)roster->n_stand_ins + 1) * sizeof *all);
  if (st || !all) return st ? st : WG_NO_MEMORY;
  for (uint32_t i = 0; i < roster->n_stand_ins; i++) all[i] = &roster->stand_in[i];
  qsort(all, roster->n_stand_ins, sizeof *all, by_id);
  wg_jw w;
  bool more = false;
  wg_jw_init(&w, &r->body);
  r->body.max = 16 << 20;
  wg_jw_begin_object(&w);
  wg_jw_key(&w, "items");
  wg_jw_begin_array(&w);
  for (uint32_t i = 0; i < roster->n_stand_ins && !more; i++) {
    const wg_stand_in *s = all[i];
    if (s->id <= after || (staff && s->staff != staff && s->by != staff) || !wg_sees_person(a, s->staff))
      continue;
    more = n++ == limit;
    if (more) break;
    last = s->id;
    write_stand_in(&w, a->picture, s);
  }
  wg_jw_end_array(&w);
  wg_jw_member_str(&w, "next", more ? wg_next_link(q, wg_arena_printf(&q->arena, "%" PRId64, last)) : NULL);
  wg_jw_end_object(&w);
  return wg_answer(r, 200);
}

static wg_status read_who(wg_request *q, const wg_json *body, const char *name, int64_t *out) {
  const char *text = NULL;
  wg_status st = wg_json_str(body, name, WG_REQUIRED, 20, &text, &q->err);
  return st ? st : wg_id_read(q, name, text, out);
}

wg_status wg_h_stand_in_add(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  wg_stand_in_edit x = {0};
  wg_json *body = NULL;
  wg_status st =
      wg_edit_read(q, (const char *[]){"staff", "by", "from", "until", NULL}, WG_EDIT_NEW, &body, &x.edit);
  if (!st) st = read_who(q, body, "staff", &x.x.staff);
  if (!st) st = read_who(q, body, "by", &x.x.by);
  if (!st) st = wg_json_time(body, "from", WG_OPTIONAL, &x.x.from, &q->err);
  if (!st) st = wg_json_time(body, "until", WG_OPTIONAL, &x.x.until, &q->err);
  if (!st && x.x.staff == x.x.by)
    st = wg_fail(&q->err, WG_INVALID, "by", WG_T("nobody stands in for themselves", "不能由本人代岗"));
  if (!st && x.x.until && x.x.until <= x.x.from)
    st = wg_fail(&q->err, WG_INVALID, "until", WG_T("until must be after from", "until 应晚于 from"));
  if (!st) st = wg_stand_in_add(engine_of(q), &x, &q->err);
  if (st) return wg_edit_refused(q, r, st, &x.edit);
  wg_asker_renew(a);
  const wg_roster *roster = &a->picture->people->roster;
  wg_jw w;
  wg_jw_init(&w, &r->body);
  for (uint32_t i = 0; i < roster->n_stand_ins; i++)
    if (roster->stand_in[i].staff == x.x.staff && roster->stand_in[i].by == x.x.by &&
        roster->stand_in[i].from == x.x.from)
      write_stand_in(&w, a->picture, &roster->stand_in[i]);
  return wg_answer(r, 201);
}

wg_status wg_h_stand_in_end(wg_request *q, wg_response *r) {
  wg_stand_in_edit x = {0};
  wg_json *body = NULL;
  wg_status st = wg_id_read(q, "id", q->param[0], &x.x.id);
  if (!st) st = wg_edit_read(q, NULL, WG_EDIT_SEEN, &body, &x.edit);
  if (!st) st = wg_stand_in_end(engine_of(q), &x, &q->err);
  if (st) return wg_edit_refused(q, r, st, &x.edit);
  r->code = 204;
  return WG_OK;
}
