/* The counters: one walk over the live table, by the asker's rights. */
#include <stdlib.h>
#include <string.h>

#include "api/app.h"
#include "base/time.h"

struct counts {
  const wg_asker *a;
  uint32_t within; /* count only below this area, or WG_NO_INDEX: all that the asker sees */
  uint32_t area;   /* break down by its children */
  int64_t day_start;
  int64_t open, today, overdue, unassigned, restricted, by_state[WG_STATES];
  int64_t *open_in, *overdue_in; /* by area index */
};

static bool in_scope(const struct counts *c, uint32_t area) {
  return c->within == WG_NO_INDEX || wg_area_under(&c->a->picture->land->areas, area, c->within);
}

static void count_children(struct counts *c, const wg_live_row *row) {
  const wg_areas *areas = &c->a->picture->land->areas;
  uint32_t a = row->area;
  while (a != WG_NO_INDEX && areas->parent[a] != c->area) a = areas->parent[a];
  if (a == WG_NO_INDEX) return;
  c->open_in[a]++;
  c->overdue_in[a] += row->i.overdue;
}

static bool count_row(void *ctx, const wg_live_row *row) {
  struct counts *c = ctx;
  const wg_areas *areas = &c->a->picture->land->areas;
  if (row->area != WG_NO_INDEX && row->area >= areas->n) return true; /* the land has just changed */
  if (!in_scope(c, row->area)) return true;
  wg_target t = {.area = row->area,
                 .class_ = row->i.class_,
                 .reporter = row->i.reporter,
                 .responsible = row->i.responsible,
                 .orgs = row->orgs};
  if (!wg_may(areas, c->a->viewer, WG_V_SEE_INCIDENT, &t, c->a->now)) {
    t.class_ = WG_ORDINARY; /* would see it, were it ordinary: then it is a count */
    if (wg_state_open(row->i.state) && wg_may(areas, c->a->viewer, WG_V_SEE_INCIDENT, &t, c->a->now))
      c->restricted++;
    return true;
  }
  c->today += row->i.received_at >= c->day_start;
  if (!wg_state_open(row->i.state)) return true;
  c->open++;
  c->by_state[row->i.state]++;
  c->overdue += row->i.overdue;
  c->unassigned += row->i.responsible == 0;
  count_children(c, row);
  return true;
}

struct online {
  const wg_asker *a;
  uint32_t area;
  int64_t n;
};

enum { ONLINE_MS = 10 * 60000 };

static bool count_worker(void *ctx, const wg_worker *w) {
  struct online *o = ctx;
  const wg_areas *areas = &o->a->picture->land->areas;
  if (w->area != WG_NO_INDEX && w->area >= areas->n) return true;
  wg_target t = {.area = w->area, .responsible = w->p.staff};
  if (o->a->now - w->p.received_at > ONLINE_MS) return true;
  if (o->area != WG_NO_INDEX && !wg_area_under(areas, w->area, o->area)) return true;
  o->n += wg_may(areas, o->a->viewer, WG_V_SEE_WORKERS, &t, o->a->now);
  return true;
}

static void write_counts(wg_jw *w, const struct counts *c, int64_t online, int64_t head) {
  const wg_picture *p = c->a->picture;
  wg_jw_begin_object(w);
  wg_jw_member_time(w, "time", wg_now_ms());
  wg_jw_member_int(w, "seq", head);
  wg_jw_member_int(w, "open", c->open);
  wg_jw_member_int(w, "today", c->today);
  wg_jw_member_int(w, "overdue", c->overdue);
  wg_jw_member_int(w, "unassigned", c->unassigned);
  wg_jw_member_int(w, "restricted", c->restricted);
  wg_jw_member_int(w, "workers_online", online);
  wg_jw_key(w, "by_state");
  wg_jw_begin_object(w);
  for (int s = 0; s < WG_STATES; s++)
    if (c->by_state[s]) wg_jw_member_int(w, wg_state_name((wg_state)s), c->by_state[s]);
  wg_jw_end_object(w);
  wg_jw_key(w, "by_area");
  wg_jw_begin_array(w);
  for (uint32_t a = 0; a < p->land->areas.n; a++) {
    if (p->land->areas.parent[a] != c->area || !c->open_in[a]) continue;
    wg_jw_begin_object(w);
    wg_jw_key(w, "area");
    wg_write_area(w, p, p->land->areas.item[a].code);
    wg_jw_member_int(w, "open", c->open_in[a]);
    wg_jw_member_int(w, "overdue", c->overdue_in[a]);
    wg_jw_end_object(w);
  }
  wg_jw_end_array(w);
  wg_jw_end_object(w);
}

/* The area to break down: the one asked for, else the asker's own when there is just one. */
static wg_status scope(wg_request *q, uint32_t *out, bool *filter) {
  wg_asker *a = wg_asker_of(q);
  const wg_areas *areas = &a->picture->land->areas;
  const char *code = NULL;
  wg_status st = wg_query_code(q, "area", &code);
  if (st) return st;
  *filter = code != NULL;
  if (code) {
    *out = wg_areas_find(areas, code);
    if (*out != WG_NO_INDEX) return WG_OK;
    return wg_fail_code(&q->err, WG_NOT_FOUND, "unknown-area", "area",
                        WG_T("there is no area %s", "没有区划 %s"), code);
  }
  uint32_t top[2];
  bool all = false;
  wg_class c;
  int n = wg_rights_areas(areas, a->viewer, WG_V_SEE_INCIDENT, a->now, top, 2, &all, &c);
  *out = n == 1 ? top[0] : a->picture->land->root;
  return WG_OK;
}

wg_status wg_h_overview(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  wg_engine *engine = atomic_load(&a->app->engine);
  const wg_areas *areas = &a->picture->land->areas;
  uint32_t area = WG_NO_INDEX;
  bool filter = false;
  wg_status st = scope(q, &area, &filter);
  if (st) return st;
  struct counts c = {.a = a,
                     .area = area,
                     .within = filter ? area : WG_NO_INDEX,
                     .day_start = wg_zone_day_start(a->picture->settings->zone, a->now)};
  c.open_in = wg_arena_alloc(&q->arena, (areas->n + 1) * sizeof *c.open_in);
  c.overdue_in = wg_arena_alloc(&q->arena, (areas->n + 1) * sizeof *c.overdue_in);
  if (!c.open_in || !c.overdue_in) return WG_NO_MEMORY;
  wg_live_each(wg_engine_live(engine), count_row, &c);
  struct online o = {a, c.within, 0};
  wg_workers_each(wg_engine_workers(engine), count_worker, &o);
  wg_jw w;
  wg_jw_init(&w, &r->body);
  write_counts(&w, &c, o.n, wg_feed_head(wg_engine_feed(engine)));
  return wg_answer(r, 200);
}
