/* Shifts handed over: the list, and one. Numbers and states are as they were, beside how each stands now. */
#include <inttypes.h>
#include <string.h>

#include "api/handover.h"

static wg_status keep_note(void *ctx, const void *row) {
  const wg_private *p = row;
  const char **out = ctx;
  if (strcmp(p->field, "note") == 0) *out = p->text;
  return WG_OK;
}

static void write_by(wg_jw *w, const wg_picture *p, const char *name, int64_t account) {
  const wg_account *by = account ? wg_picture_account(p, account) : NULL;
  wg_jw_key(w, name);
  if (!by) {
    wg_jw_null(w);
    return;
  }
  wg_jw_begin_object(w);
  wg_write_id(w, "id", by->id);
  wg_jw_member_str(w, "name", by->name);
  wg_jw_end_object(w);
}

/* What is left out is not there for this reader. */
static wg_status write_item(wg_request *q, wg_store *s, wg_jw *w, const wg_json *item) {
  const wg_asker *a = wg_asker_of(q);
  int64_t id = 0, due = 0;
  const char *number = "", *state = "";
  const char *const *orgs = NULL;
  wg_json *why = NULL;
  wg_incident i;
  wg_status st = wg_json_int(item, "id", WG_REQUIRED, 1, INT64_MAX, &id, &q->err);
  if (!st) st = wg_json_int(item, "due", WG_OPTIONAL, 0, INT64_MAX, &due, &q->err);
  if (!st) st = wg_json_str(item, "number", WG_REQUIRED, WG_NUMBER_LEN, &number, &q->err);
  if (!st) st = wg_json_str(item, "state", WG_REQUIRED, 32, &state, &q->err);
  if (!st) st = wg_json_arr(item, "why", WG_REQUIRED, 8, &why, &q->err);
  if (!st) st = s->incident_get(s, &q->arena, id, &i, &q->err);
  if (!st) st = s->incident_orgs(s, &q->arena, id, &orgs, &q->err);
  if (st || !wg_may_see(a->picture, a->viewer, &i, orgs, a->now)) return st;
  wg_jw_begin_object(w);
  wg_write_id(w, "id", id);
  wg_jw_member_str(w, "number", number);
  wg_jw_member_str(w, "state", state);
  wg_write_time(w, "due", due);
  wg_jw_key(w, "why");
  wg_jw_raw(w, wg_json_dump(&q->arena, why));
  wg_jw_key(w, "now");
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "state", wg_state_name(i.state));
  wg_jw_member_bool(w, "open", wg_state_open(i.state));
  wg_jw_member_bool(w, "overdue", i.overdue);
  wg_jw_end_object(w);
  wg_jw_end_object(w);
  return wg_buf_status(w->buf);
}

static wg_status write_list(wg_request *q, wg_store *s, wg_jw *w, const wg_json *content, const char *name) {
  wg_json *list = NULL;
  wg_status st = wg_json_arr(content, name, WG_REQUIRED, WG_HANDOVER_ROWS, &list, &q->err);
  wg_jw_key(w, name);
  wg_jw_begin_array(w);
  for (size_t k = 0; !st && k < wg_json_len(list); k++) st = write_item(q, s, w, wg_json_at(list, k));
  wg_jw_end_array(w);
  return st;
}

static wg_status write_number(wg_request *q, wg_jw *w, const wg_json *content, const char *name) {
  int64_t n = 0;
  wg_status st = wg_json_int(content, name, WG_REQUIRED, 0, INT64_MAX, &n, &q->err);
  wg_jw_member_int(w, name, n);
  return st;
}

static wg_status write_content(wg_request *q, wg_store *s, wg_jw *w, const wg_handover *x, bool full) {
  static const char *const numbers[] = {"open", "overdue", "promised_count", "watched_count"};
  const void *bytes = NULL;
  size_t n = 0;
  wg_json *content = NULL, *states = NULL;
  wg_status st = s->content_get(s, &q->arena, x->hash, &bytes, &n, &q->err);
  if (!st) st = wg_json_parse_object(&q->arena, bytes, n, &content, &q->err);
  for (size_t k = 0; !st && k < sizeof numbers / sizeof *numbers; k++)
    st = write_number(q, w, content, numbers[k]);
  if (st || !full) return st;
  st = wg_json_obj(content, "by_state", WG_REQUIRED, &states, &q->err);
  if (st) return st;
  wg_jw_member_raw(w, "by_state", wg_json_dump(&q->arena, states));
  st = write_list(q, s, w, content, "promised");
  return st ? st : write_list(q, s, w, content, "watched");
}

wg_status wg_write_handover(wg_request *q, wg_jw *w, const wg_handover *x, bool full) {
  const wg_picture *p = wg_asker_of(q)->picture;
  const char *note = NULL, *taken_note = NULL;
  wg_store *s = NULL;
  wg_status st = wg_mine_store(q->pool_mine, &s, &q->err);
  if (!st) st = s->privates_of(s, &q->arena, x->seq, keep_note, &note, &q->err);
  if (!st && x->taken_seq) st = s->privates_of(s, &q->arena, x->taken_seq, keep_note, &taken_note, &q->err);
  if (st) return st;
  wg_jw_begin_object(w);
  wg_write_id(w, "id", x->id);
  wg_jw_key(w, "area");
  wg_write_area(w, p, x->area);
  wg_jw_member_int(w, "seq", x->seq);
  wg_write_time(w, "at", x->at);
  write_by(w, p, "given_by", x->given_by);
  wg_jw_member_str(w, "note", note);
  write_by(w, p, "taken_by", x->taken_by);
  wg_write_time(w, "taken_at", x->taken_at);
  wg_jw_member_str(w, "taken_note", taken_note);
  st = write_content(q, s, w, x, full);
  wg_jw_end_object(w);
  return st;
}

static bool is_seen(const wg_asker *a, const wg_handover *x) {
  return wg_handover_may(a->picture, a->viewer, x->area, a->now);
}

struct page {
  const wg_asker *asker;
  uint32_t within;
  const char *area;
  wg_handover *item;
  int n, cap;
};

static wg_status page_row(void *ctx, const void *row) {
  struct page *g = ctx;
  const wg_handover *x = row;
  const wg_areas *areas = &g->asker->picture->land->areas;
  if (!is_seen(g->asker, x)) return WG_OK;
  if (g->area && !wg_area_under(areas, wg_areas_find(areas, x->area), g->within)) return WG_OK;
  g->item[g->n++] = *x;
  return g->n == g->cap ? WG_CONFLICT : WG_OK; /* enough */
}

wg_status wg_h_handovers(wg_request *q, wg_response *r) {
  struct page g = {.asker = wg_asker_of(q), .within = WG_NO_INDEX};
  int64_t before = 0;
  int limit = 0;
  wg_store *s = NULL;
  wg_status st = wg_query_code(q, "area", &g.area);
  if (!st) st = wg_query_area(q, "area", &g.within);
  if (!st) st = wg_query_int(q, "after", 1, INT64_MAX, &before);
  if (!st) st = wg_query_limit(q, &limit);
  if (!st) st = wg_mine_store(q->pool_mine, &s, &q->err);
  if (st) return st;
  g.cap = limit + 1;
  g.item = wg_arena_alloc(&q->arena, (size_t)g.cap * sizeof *g.item);
  if (!g.item) return WG_NO_MEMORY;
  st = s->handovers(s, before, page_row, &g, &q->err);
  if (st && st != WG_CONFLICT) return st;
  st = WG_OK;
  wg_jw w;
  r->body.max = 16u << 20;
  wg_jw_init(&w, &r->body);
  wg_jw_begin_object(&w);
  wg_jw_key(&w, "items");
  wg_jw_begin_array(&w);
  for (int k = 0; !st && k < g.n && k < limit; k++) st = wg_write_handover(q, &w, &g.item[k], false);
  wg_jw_end_array(&w);
  char *next = g.n > limit ? wg_arena_printf(&q->arena, "%" PRId64, g.item[limit - 1].id) : NULL;
  wg_jw_member_str(&w, "next", next ? wg_next_link(q, next) : NULL);
  wg_jw_end_object(&w);
  if (st) wg_buf_reset(&r->body);
  return st ? st : wg_answer(r, 200);
}

wg_status wg_h_handover(wg_request *q, wg_response *r) {
  wg_handover x;
  int64_t id = 0;
  wg_store *s = NULL;
  wg_status st = wg_id_read(q, "id", q->param[0], &id);
  if (!st) st = wg_mine_store(q->pool_mine, &s, &q->err);
  if (!st) st = s->handover_get(s, id, &x, &q->err);
  if (st) return st;
  if (!is_seen(wg_asker_of(q), &x))
    return wg_fail(&q->err, WG_NOT_FOUND, "id", WG_T("there is no such handover", "没有该交接班记录"));
  wg_jw w;
  r->body.max = 4u << 20;
  wg_jw_init(&w, &r->body);
  st = wg_write_handover(q, &w, &x, true);
  if (st) wg_buf_reset(&r->body);
  return st ? st : wg_answer(r, 200);
}
