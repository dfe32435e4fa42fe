/* Leave, and grids that somebody covers for a time. */
#include "engine/absence.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/app.h"
#include "base/text.h"

static wg_engine *engine_of(wg_request *q) { return atomic_load(&wg_asker_of(q)->app->engine); }

static void write_leave(wg_jw *w, const wg_picture *p, const wg_leave *x) {
  char version[WG_VERSION_LEN];
  wg_leave_version(x, version);
  wg_jw_begin_object(w);
  wg_write_id(w, "id", x->id);
  wg_jw_key(w, "staff");
  wg_write_staff(w, p, x->staff, NULL, WG_SHOW_NAME);
  wg_jw_member_str(w, "kind", wg_leave_name(x->kind));
  wg_write_time(w, "from", x->from);
  wg_write_time(w, "until", x->until);
  wg_jw_member_str(w, "version", version);
  wg_jw_end_object(w);
}

static void write_cover(wg_jw *w, const wg_picture *p, const wg_temp_post *x) {
  char version[WG_VERSION_LEN];
  wg_cover_version(x, version);
  wg_jw_begin_object(w);
  wg_write_id(w, "id", x->id);
  wg_jw_key(w, "staff");
  wg_write_staff(w, p, x->staff, NULL, WG_SHOW_NAME);
  wg_jw_member_str(w, "network", x->network);
  wg_jw_member_str(w, "grid", x->grid);
  wg_write_time(w, "from", x->from);
  wg_write_time(w, "until", x->until);
  wg_jw_member_str(w, "version", version);
  wg_jw_end_object(w);
}

/* --- lists, by id ----------------------------------------------------------------------------------------
 */

typedef struct list {
  int64_t staff, after;
  int limit;
} list;

static wg_status begin(wg_request *q, wg_response *r, wg_jw *w, list *l) {
  *l = (list){0};
  wg_status st = wg_query_int(q, "staff", 1, INT64_MAX, &l->staff);
  if (!st) st = wg_query_int(q, "after", 1, INT64_MAX, &l->after);
  if (!st) st = wg_query_limit(q, &l->limit);
  if (!st) st = wg_note_access(q, "read-staff");
  if (st) return st;
  wg_jw_init(w, &r->body);
  r->body.max = 16 << 20;
  wg_jw_begin_object(w);
  wg_jw_key(w, "items");
  wg_jw_begin_array(w);
  return WG_OK;
}

static wg_status end(wg_request *q, wg_response *r, wg_jw *w, bool more, int64_t last) {
  wg_jw_end_array(w);
  wg_jw_member_str(w, "next", more ? wg_next_link(q, wg_arena_printf(&q->arena, "%" PRId64, last)) : NULL);
  wg_jw_end_object(w);
  return wg_answer(r, 200);
}

static bool meant(const wg_asker *a, const list *l, int64_t id, int64_t staff) {
  return id > l->after && (!l->staff || l->staff == staff) && wg_sees_person(a, staff);
}

static int leave_by_id(const void *a, const void *b) {
  int64_t x = (*(const wg_leave *const *)a)->id, y = (*(const wg_leave *const *)b)->id;
  return x < y ? -1 : x > y;
}

wg_status wg_h_leaves(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  const wg_roster *roster = &a->picture->people->roster;
  const wg_leave **all = wg_arena_alloc(&q->arena, ((size_t)roster->n_leaves + 1) * sizeof *all);
  list l;
  wg_jw w;
  int n = 0;
  wg_status st = all ? begin(q, r, &w, &l) : WG_NO_MEMORY;
  if (st) return st;
  for (uint32_t i = 0; i < roster->n_leaves; i++) all[i] = &roster->leave[i];
  qsort(all, roster->n_leaves, sizeof *all, leave_by_id);
  for (uint32_t i = 0; i < roster->n_leaves; i++) {
    if (!meant(a, &l, all[i]->id, all[i]->staff)) continue;
    if (n++ == l.limit) return end(q, r, &w, true, l.after);
    l.after = all[i]->id;
    write_leave(&w, a->picture, all[i]);
  }
  return end(q, r, &w, false, 0);
}

static int cover_by_id(const void *a, const void *b) {
  int64_t x = (*(const wg_temp_post *const *)a)->id, y = (*(const wg_temp_post *const *)b)->id;
  return x < y ? -1 : x > y;
}

wg_status wg_h_covers(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  const wg_roster *roster = &a->picture->people->roster;
  const wg_temp_post **all = wg_arena_alloc(&q->arena, ((size_t)roster->n_covers + 1) * sizeof *all);
  list l;
  wg_jw w;
  int n = 0;
  wg_status st = all ? begin(q, r, &w, &l) : WG_NO_MEMORY;
  if (st) return st;
  for (uint32_t i = 0; i < roster->n_covers; i++) all[i] = &roster->cover[i];
  qsort(all, roster->n_covers, sizeof *all, cover_by_id);
  for (uint32_t i = 0; i < roster->n_covers; i++) {
    if (!meant(a, &l, all[i]->id, all[i]->staff)) continue;
    if (n++ == l.limit) return end(q, r, &w, true, l.after);
    l.after = all[i]->id;
    write_cover(&w, a->picture, all[i]);
  }
  return end(q, r, &w, false, 0);
}

/* --- edits -----------------------------------------------------------------------------------------------
 */

static wg_status read_span(wg_request *q, const wg_json *body, bool open, int64_t *staff, int64_t *from,
                           int64_t *until) {
  const char *text = NULL;
  wg_status st = wg_json_str(body, "staff", WG_REQUIRED, 20, &text, &q->err);
  if (!st) st = wg_id_read(q, "staff", text, staff);
  if (!st) st = wg_json_time(body, "from", WG_REQUIRED, from, &q->err);
  if (!st) st = wg_json_time(body, "until", open ? WG_OPTIONAL : WG_REQUIRED, until, &q->err);
  if (!st && *until && *until <= *from)
    st = wg_fail(&q->err, WG_INVALID, "until", WG_T("until must be after from", "until 应晚于 from"));
  return st;
}

wg_status wg_h_leave_add(wg_request *q, wg_response *r) {
  wg_leave_edit x = {0};
  wg_json *body = NULL;
  const char *kind = "annual";
  wg_status st =
      wg_edit_read(q, (const char *[]){"staff", "kind", "from", "until", NULL}, WG_EDIT_NEW, &body, &x.edit);
  if (!st) st = read_span(q, body, true, &x.x.staff, &x.x.from, &x.x.until);
  if (!st) st = wg_json_str(body, "kind", WG_OPTIONAL, 20, &kind, &q->err);
  if (!st && !wg_leave_parse(kind, &x.x.kind))
    st = wg_fail(&q->err, WG_INVALID, "kind",
                 WG_T("there is no kind of leave \"%.20s\"", "没有休假类型“%.20s”"), kind);
  if (!st) st = wg_leave_add(engine_of(q), &x, &q->err);
  if (st) return wg_edit_refused(q, r, st, &x.edit);
  wg_asker_renew(wg_asker_of(q));
  wg_jw w;
  wg_jw_init(&w, &r->body);
  write_leave(&w, wg_asker_of(q)->picture, &x.x);
  return wg_answer(r, 201);
}

wg_status wg_h_leave_end(wg_request *q, wg_response *r) {
  wg_leave_edit x = {0};
  wg_json *body = NULL;
  wg_status st = wg_id_read(q, "id", q->param[0], &x.x.id);
  if (!st) st = wg_edit_read(q, NULL, WG_EDIT_SEEN, &body, &x.edit);
  if (!st) st = wg_leave_end(engine_of(q), &x, &q->err);
  if (st) return wg_edit_refused(q, r, st, &x.edit);
  r->code = 204;
  return WG_OK;
}

wg_status wg_h_cover_add(wg_request *q, wg_response *r) {
  wg_cover_edit x = {0};
  wg_json *body = NULL;
  const char *network = "base", *grid = NULL;
  wg_status st = wg_edit_read(q, (const char *[]){"staff", "network", "grid", "from", "until", NULL},
                              WG_EDIT_NEW, &body, &x.edit);
  if (!st) st = wg_json_str(body, "network", WG_OPTIONAL, WG_CODE_LEN - 1, &network, &q->err);
  if (!st) st = wg_json_str(body, "grid", WG_REQUIRED, WG_CODE_LEN - 1, &grid, &q->err);
  if (!st) st = read_span(q, body, false, &x.x.staff, &x.x.from, &x.x.until);
  if (st) return st;
  snprintf(x.x.network, sizeof x.x.network, "%s", network);
  snprintf(x.x.grid, sizeof x.x.grid, "%s", grid);
  st = wg_cover_add(engine_of(q), &x, &q->err);
  if (st) return wg_edit_refused(q, r, st, &x.edit);
  wg_asker_renew(wg_asker_of(q));
  wg_jw w;
  wg_jw_init(&w, &r->body);
  write_cover(&w, wg_asker_of(q)->picture, &x.x);
  return wg_answer(r, 201);
}

wg_status wg_h_cover_end(wg_request *q, wg_response *r) {
  wg_cover_edit x = {0};
  wg_json *body = NULL;
  wg_status st = wg_id_read(q, "id", q->param[0], &x.x.id);
  if (!st) st = wg_edit_read(q, NULL, WG_EDIT_SEEN, &body, &x.edit);
  if (!st) st = wg_cover_end(engine_of(q), &x, &q->err);
  if (st) return wg_edit_refused(q, r, st, &x.edit);
  r->code = 204;
  return WG_OK;
}
