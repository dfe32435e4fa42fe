/* Handing a shift over: how the area stands goes into the log, and somebody else signs for it. */
#include "api/handover.h"

#include <stdlib.h>
#include <string.h>

#include "api/narrow.h"

/* One incident as it stood. */
typedef struct row {
  int64_t due, id;
  unsigned why;
  wg_state state;
  char number[WG_NUMBER_LEN];
} row;

/* The first of them by deadline, those without one last. */
struct rows {
  row item[WG_HANDOVER_ROWS];
  int n;
  int64_t all;
};

enum { BY_URGENT, BY_SUPERVISED, BY_OVERDUE, BY_UNCLAIMED, REASONS };
static const char *const reasons[REASONS] = {"urgent", "supervised", "overdue", "unclaimed"};

struct stand {
  wg_sight sight;
  wg_narrow narrow;
  int64_t now, count[WG_STATES], open, overdue;
  struct rows promised, watched;
};

static bool before(const row *a, const row *b) { return a->due != b->due ? a->due < b->due : a->id < b->id; }

static void keep(struct rows *l, const row *r) {
  l->all++;
  if (l->n == WG_HANDOVER_ROWS && !before(r, &l->item[l->n - 1])) return;
  int at = l->n < WG_HANDOVER_ROWS ? l->n++ : l->n - 1;
  for (; at && before(r, &l->item[at - 1]); at--) l->item[at] = l->item[at - 1];
  l->item[at] = *r;
}

static unsigned reasons_of(const wg_incident *i) {
  unsigned why = 0;
  if (i->urgent) why |= 1u << BY_URGENT;
  if (i->supervised) why |= 1u << BY_SUPERVISED;
  if (i->overdue) why |= 1u << BY_OVERDUE;
  if (i->state == WG_S_DISPATCHED) why |= 1u << BY_UNCLAIMED;
  return why;
}

/* The sooner of the step's and the whole's; 0: none runs. */
static int64_t due_of(const wg_incident *i) {
  int64_t step = i->suspended_at ? 0 : wg_incident_step_due(i), whole = i->suspended_at ? 0 : i->handle_due;
  return !step || (whole && whole < step) ? whole : step;
}

static bool is_promised(const wg_incident *i, int64_t now) {
  int64_t at[] = {i->handle_due, wg_incident_step_due(i)};
  for (int k = 0; k < 2 && !i->suspended_at; k++)
    if (at[k] > now && at[k] <= now + WG_HANDOVER_SOON_MS) return true;
  return false;
}

static bool count_row(void *ctx, const wg_live_brief *b) {
  struct stand *s = ctx;
  const wg_incident *i = &b->row->i;
  if (!wg_state_open(i->state) || !wg_narrow_area(&s->narrow, s->sight.areas, b->area)) return true;
  bool sees = wg_sight_brief(&s->sight, b);
  if (!sees && !wg_sight_counts(&s->sight, b->area, (wg_class)b->class_)) return true;
  s->count[i->state]++;
  s->open++;
  s->overdue += i->overdue;
  if (!sees) return true;
  int64_t due = due_of(i);
  row r = {.due = due ? due : INT64_MAX, .id = i->id, .why = reasons_of(i), .state = i->state};
  memcpy(r.number, i->number, sizeof r.number);
  if (is_promised(i, s->now)) keep(&s->promised, &r);
  if (r.why) keep(&s->watched, &r);
  return true;
}

static void write_rows(wg_jw *w, const char *name, const struct rows *l) {
  wg_jw_key(w, name);
  wg_jw_begin_array(w);
  for (int k = 0; k < l->n; k++) {
    const row *r = &l->item[k];
    wg_jw_begin_object(w);
    if (r->due != INT64_MAX) wg_jw_member_int(w, "due", r->due);
    wg_jw_member_int(w, "id", r->id);
    wg_jw_member_str(w, "number", r->number);
    wg_jw_member_str(w, "state", wg_state_name(r->state));
    wg_jw_key(w, "why");
    wg_jw_begin_array(w);
    for (int y = 0; y < REASONS; y++)
      if (r->why >> y & 1) wg_jw_str(w, reasons[y]);
    wg_jw_end_array(w);
    wg_jw_end_object(w);
  }
  wg_jw_end_array(w);
}

static void write_stand(wg_jw *w, const char *area, const struct stand *s) {
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "area", area);
  wg_jw_member_int(w, "at", s->now);
  wg_jw_key(w, "by_state");
  wg_jw_begin_object(w);
  for (int k = 0; k < WG_STATES; k++)
    if (s->count[k]) wg_jw_member_int(w, wg_state_name((wg_state)k), s->count[k]);
  wg_jw_end_object(w);
  wg_jw_member_int(w, "open", s->open);
  wg_jw_member_int(w, "overdue", s->overdue);
  write_rows(w, "promised", &s->promised);
  wg_jw_member_int(w, "promised_count", s->promised.all);
  write_rows(w, "watched", &s->watched);
  wg_jw_member_int(w, "watched_count", s->watched.all);
  wg_jw_end_object(w);
}

wg_status wg_handover_snapshot(wg_request *q, const char *area, char **out) {
  const wg_asker *a = wg_asker_of(q);
  const wg_areas *areas = &a->picture->land->areas;
  struct stand *s = wg_arena_alloc(&q->arena, sizeof *s);
  if (!s) return WG_NO_MEMORY;
  memset(s, 0, sizeof *s);
  s->now = a->now;
  s->narrow = (wg_narrow){.area = area, .within = wg_areas_find(areas, area)};
  wg_status st = wg_sight_init(&s->sight, a->picture, a->viewer, WG_V_SEE_INCIDENT, a->now);
  if (st) return st;
  wg_live_each(wg_engine_live(atomic_load(&a->app->engine)), a->picture->land, count_row, s);
  wg_sight_deinit(&s->sight);
  wg_buf text;
  wg_jw w;
  wg_buf_init(&text, 1 << 20);
  wg_jw_init(&w, &text);
  write_stand(&w, area, s);
  st = wg_buf_status(&text);
  if (!st && !(*out = wg_arena_strndup(&q->arena, wg_buf_str(&text), text.len))) st = WG_NO_MEMORY;
  wg_buf_deinit(&text);
  return st;
}

static wg_status read_note(wg_request *q, const wg_json *body, wg_handover_edit *x) {
  wg_status st = wg_json_str(body, "note", WG_OPTIONAL, WG_HANDOVER_NOTE_MAX, &x->note, &q->err);
  if (x->note && !*x->note) x->note = NULL;
  x->edit.actor = wg_asker_of(q)->viewer->account;
  x->edit.arena = &q->arena;
  return st;
}

static wg_status read_give(wg_request *q, wg_handover_edit *x) {
  wg_json *body = NULL;
  const char *area = NULL, *client = NULL;
  wg_status st = wg_json_parse_object(&q->arena, q->body, q->body_len, &body, &q->err);
  if (!st) st = wg_json_only(body, (const char *[]){"area", "note", "client_id", NULL}, &q->err);
  if (!st) st = wg_json_str(body, "area", WG_REQUIRED, WG_CODE_LEN - 1, &area, &q->err);
  if (!st) st = wg_json_str(body, "client_id", WG_REQUIRED, WG_HANDOVER_CLIENT_MAX, &client, &q->err);
  if (!st) st = read_note(q, body, x);
  if (st) return st;
  if (!*client)
    return wg_fail(&q->err, WG_INVALID, "client_id", WG_T("client_id is empty", "client_id 为空"));
  memcpy(x->x.area, area, strlen(area) + 1);
  memcpy(x->x.client_id, client, strlen(client) + 1);
  if (wg_areas_find(&wg_asker_of(q)->picture->land->areas, area) != WG_NO_INDEX) return WG_OK;
  return wg_fail_code(&q->err, WG_NOT_FOUND, "unknown-area", "area",
                      WG_T("there is no area %s", "没有编码为 %s 的区划"), area);
}

static wg_status answer(wg_request *q, wg_response *r, const wg_handover *x, int code) {
  wg_asker_renew(wg_asker_of(q));
  wg_jw w;
  r->body.max = 4u << 20;
  wg_jw_init(&w, &r->body);
  wg_status st = wg_write_handover(q, &w, x, true);
  if (st) wg_buf_reset(&r->body);
  return st ? st : wg_answer(r, code);
}

wg_status wg_h_handover_give(wg_request *q, wg_response *r) {
  const wg_asker *a = wg_asker_of(q);
  wg_handover_edit x = {0};
  char *snapshot = NULL;
  wg_status st = read_give(q, &x);
  if (!st && wg_handover_may(a->picture, a->viewer, x.x.area, a->now))
    st = wg_handover_snapshot(q, x.x.area, &snapshot);
  x.snapshot = snapshot ? snapshot : "{}"; /* without the right it is refused */
  if (!st) st = wg_handover_give(atomic_load(&a->app->engine), &x, &q->err);
  return st ? st : answer(q, r, &x.x, x.repeated ? 200 : 201);
}

wg_status wg_h_handover_sign(wg_request *q, wg_response *r) {
  wg_handover_edit x = {0};
  wg_json *body = NULL;
  wg_status st = wg_id_read(q, "id", q->param[0], &x.x.id);
  if (!st && q->body_len) st = wg_json_parse_object(&q->arena, q->body, q->body_len, &body, &q->err);
  if (!st && body) st = wg_json_only(body, (const char *[]){"note", NULL}, &q->err);
  if (!st && body) st = read_note(q, body, &x);
  x.edit.actor = wg_asker_of(q)->viewer->account;
  x.edit.arena = &q->arena;
  if (!st) st = wg_handover_take(atomic_load(&wg_asker_of(q)->app->engine), &x, &q->err);
  return st ? st : answer(q, r, &x.x, 200);
}
