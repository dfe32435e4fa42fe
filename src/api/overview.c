/* The counters: one walk over the briefs of the live table, by the asker's rights. */

#include "api/narrow.h"
#include "base/time.h"
#include "domain/queue.h"
#include "engine/notices.h"

struct counts {
  wg_sight sight;
  wg_narrow narrow;
  int64_t day_start;
  int64_t open, today, overdue, unassigned, supervised, unmanned, restricted, by_state[WG_STATES],
      queue[WG_QUEUE_REASONS];
  int64_t *open_in, *overdue_in; /* by area index; the last: in no area */
};

static bool count_row(void *ctx, const wg_live_brief *b) {
  struct counts *c = ctx;
  if (!wg_narrow_area(&c->narrow, c->sight.areas, b->area)) return true;
  bool open = wg_state_open((wg_state)b->state);
  if (!wg_sight_brief(&c->sight, b)) {
    c->restricted += open && wg_sight_counts(&c->sight, b->area, (wg_class)b->class_);
    return true; /* whatever the category: what it is about is hidden too */
  }
  if (!wg_narrow_passes(&c->narrow, c->sight.areas, b)) return true;
  c->today += b->received_at >= c->day_start;
  if (!open) return true;
  uint32_t area = b->area < c->sight.areas->n ? b->area : c->sight.areas->n;
  c->open++;
  c->by_state[b->state]++;
  c->queue[b->queue]++;
  c->overdue += b->overdue;
  c->unassigned += b->responsible == 0 && !b->row->i.org[0];
  c->supervised += b->row->i.supervised != WG_SUP_NONE;
  c->open_in[area]++;
  c->overdue_in[area] += b->overdue;
  return true;
}

/* What lies below a child of `top` becomes the child's. */
static void roll_up(struct counts *c, uint32_t top) {
  const wg_areas *areas = c->sight.areas;
  for (uint32_t i = 0; i < areas->n; i++) {
    if (!c->open_in[i] || areas->parent[i] == top) continue;
    uint32_t a = i;
    while (a != WG_NO_INDEX && areas->parent[a] != top) a = areas->parent[a];
    if (a == WG_NO_INDEX) continue;
    c->open_in[a] += c->open_in[i];
    c->overdue_in[a] += c->overdue_in[i];
  }
}

/* People whom no channel has reached in time, about a matter that the asker sees. */
struct silent {
  struct counts *c;
  bool seen;
};

static bool see_row(void *ctx, const wg_live_row *row) {
  struct silent *s = ctx;
  const wg_areas *areas = s->c->sight.areas;
  uint32_t area = row->i.area[0] ? wg_areas_find(areas, row->i.area) : WG_NO_INDEX;
  s->seen = wg_narrow_area(&s->c->narrow, areas, area) && wg_sight_area(&s->c->sight, area, row->i.class_);
  return true;
}

static int64_t count_unreached(wg_arena *arena, wg_engine *engine, struct counts *c) {
  wg_unreached *all = wg_arena_alloc(arena, WG_UNREACHED * sizeof *all);
  int n = all ? wg_notices_unreached(wg_engine_notices(engine), all, WG_UNREACHED) : 0, people = 0;
  for (int k = 0; k < n; k++) {
    struct silent s = {.c = c};
    wg_live_get(wg_engine_live(engine), all[k].incident, see_row, &s);
    if (!s.seen) continue;
    int same = 0;
    while (same < people && all[same].account != all[k].account) same++;
    if (same == people) all[people++].account = all[k].account;
  }
  return people;
}

struct online {
  wg_sight sight;
  const wg_narrow *narrow;
  int64_t since, n;
};

static bool count_worker(void *ctx, const wg_worker *w) {
  struct online *o = ctx;
  if (w->p.received_at < o->since || !wg_narrow_area(o->narrow, o->sight.areas, w->area)) return true;
  o->n += wg_sight_area(&o->sight, w->area, WG_ORDINARY) ||
          (o->sight.viewer->staff && w->p.staff == o->sight.viewer->staff);
  return true;
}

static void write_counts(wg_jw *w, const wg_picture *p, const struct counts *c, uint32_t top, int64_t online,
                         int64_t unreached, int64_t head) {
  wg_jw_begin_object(w);
  wg_jw_member_time(w, "time", wg_now_ms());
  wg_jw_member_int(w, "seq", head);
  wg_jw_member_int(w, "open", c->open);
  wg_jw_member_int(w, "today", c->today);
  wg_jw_member_int(w, "overdue", c->overdue);
  wg_jw_member_int(w, "unassigned", c->unassigned);
  wg_jw_member_int(w, "supervised", c->supervised);
  wg_jw_member_int(w, "restricted", c->restricted);
  wg_jw_member_int(w, "unmanned", c->unmanned);
  wg_jw_member_int(w, "workers_online", online);
  wg_jw_member_int(w, "unreached", unreached);
  wg_jw_key(w, "by_state");
  wg_jw_begin_object(w);
  for (int s = 0; s < WG_STATES; s++)
    if (c->by_state[s]) wg_jw_member_int(w, wg_state_name((wg_state)s), c->by_state[s]);
  wg_jw_end_object(w);
  wg_jw_key(w, "queue"); /* by reason, of those that there are */
  wg_jw_begin_object(w);
  for (int s = WG_Q_NONE + 1; s < WG_QUEUE_REASONS; s++)
    if (c->queue[s]) wg_jw_member_int(w, wg_queue_name((wg_queue_reason)s), c->queue[s]);
  wg_jw_end_object(w);
  wg_jw_key(w, "by_area");
  wg_jw_begin_array(w);
  for (uint32_t a = 0; a < p->land->areas.n; a++) {
    if (p->land->areas.parent[a] != top || !c->open_in[a]) continue;
    wg_jw_begin_object(w);
    wg_jw_key(w, "area");
    wg_write_area(w, p, p->land->areas.item[a].code);
    wg_jw_member_int(w, "open", c->open_in[a]);
    wg_jw_member_int(w, "overdue", c->overdue_in[a]);
    wg_jw_end_object(w);
  }
  wg_jw_end_array(w);
  wg_jw_key(w, "networks");
  wg_jw_begin_array(w);
  for (uint32_t n = 0; n < p->land->n_networks; n++) wg_jw_str(w, p->land->network[n]->plan.network);
  wg_jw_end_array(w);
  wg_jw_end_object(w);
}

/* The area to break down: the one asked for, else the asker's own when there is just one. */
static uint32_t scope(const wg_asker *a, const wg_narrow *narrow) {
  uint32_t top[2];
  bool all = false;
  wg_class c;
  if (narrow->area) return narrow->within;
  int n = wg_rights_areas(&a->picture->land->areas, a->viewer, WG_V_SEE_INCIDENT, a->now, top, 2, &all, &c);
  return n == 1 ? top[0] : a->picture->land->root;
}

static int64_t count_online(const wg_asker *a, wg_workers *workers, const wg_narrow *narrow) {
  struct online o = {.narrow = narrow, .since = a->now - a->picture->settings->online_minutes * 60000ll};
  if (!wg_may(&a->picture->land->areas, a->viewer, WG_V_SEE_WORKERS, NULL, a->now)) return 0;
  if (wg_sight_init(&o.sight, a->picture, a->viewer, WG_V_SEE_WORKERS, a->now)) return 0;
  wg_workers_each(workers, a->picture->land, count_worker, &o);
  wg_sight_deinit(&o.sight);
  return o.n;
}

wg_status wg_h_overview(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  wg_engine *engine = atomic_load(&a->app->engine);
  const wg_areas *areas = &a->picture->land->areas;
  struct counts c = {.day_start = wg_zone_day_start(a->picture->settings->zone, a->now)};
  wg_status st = wg_narrow_read(q, WG_BY_AREA | WG_BY_NETWORK | WG_BY_CATEGORY, &c.narrow);
  if (st) return st;
  uint32_t top = scope(a, &c.narrow);
  c.open_in = wg_arena_alloc(&q->arena, (areas->n + 1) * sizeof *c.open_in);
  c.overdue_in = wg_arena_alloc(&q->arena, (areas->n + 1) * sizeof *c.overdue_in);
  if (!c.open_in || !c.overdue_in) return WG_NO_MEMORY;
  st = wg_sight_init(&c.sight, a->picture, a->viewer, WG_V_SEE_INCIDENT, a->now);
  if (st) return st;
  int64_t head = wg_feed_head(wg_engine_feed(engine)); /* before the walk: what it says is counted at least */
  wg_live_each(wg_engine_live(engine), a->picture->land, count_row, &c);
  roll_up(&c, top);
  int64_t unreached = count_unreached(&q->arena, engine, &c);
  c.unmanned = wg_count_unmanned(q, &c.sight, &c.narrow);
  wg_sight_deinit(&c.sight);
  wg_jw w;
  wg_jw_init(&w, &r->body);
  write_counts(&w, a->picture, &c, top, count_online(a, wg_engine_workers(engine), &c.narrow), unreached,
               head);
  return wg_answer(r, 200);
}
