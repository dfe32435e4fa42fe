/* Grids that nobody answers for, now and soon, before a report falls into one. */
#include <string.h>

#include "api/narrow.h"
#include "engine/duty.h"

struct view {
  wg_request *q;
  wg_jw *w;
  wg_sight sight;
  wg_narrow narrow;
  const wg_duty *duty;
};

/* The grid's area in the asker's land. */
static uint32_t area_of(const wg_picture *p, const wg_duty *d, uint32_t g) {
  if (p->land->generation == d->picture->land->generation) return p->land->grid_area[d->index][g];
  return wg_areas_find(&p->land->areas, d->network->plan.grid[g].area);
}

static bool seen(struct view *v, const wg_duty_grid *x) {
  uint32_t area = area_of(wg_asker_of(v->q)->picture, v->duty, x->grid);
  return wg_narrow_area(&v->narrow, v->sight.areas, area) && wg_sight_area(&v->sight, area, WG_ORDINARY);
}

static void write_grids(struct view *v, const char *name, const char *when, const wg_duty_grid *list,
                        uint32_t n, int limit, int64_t *count) {
  const wg_asker *a = wg_asker_of(v->q);
  *count = 0;
  wg_jw_key(v->w, name);
  wg_jw_begin_array(v->w);
  for (uint32_t k = 0; k < n; k++) {
    if (!seen(v, &list[k]) || ++*count > limit) continue;
    const wg_grid *g = &v->duty->network->plan.grid[list[k].grid];
    wg_jw_begin_object(v->w);
    wg_jw_key(v->w, "grid");
    wg_write_grid(v->w, a->picture, "base", g->code, v->duty->network->plan.version);
    wg_jw_key(v->w, "area");
    wg_write_area(v->w, a->picture, g->area);
    wg_write_time(v->w, when, list[k].at);
    wg_jw_end_object(v->w);
  }
  wg_jw_end_array(v->w);
}

int64_t wg_count_unmanned(wg_request *q, wg_sight *sight, const wg_narrow *narrow) {
  wg_duty *d = wg_engine_duty(atomic_load(&wg_asker_of(q)->app->engine));
  struct view v = {.q = q, .sight = *sight, .narrow = *narrow, .duty = d};
  int64_t n = 0;
  for (uint32_t k = 0; d && k < d->n_now; k++) n += seen(&v, &d->now[k]);
  wg_duty_drop(d);
  return n;
}

wg_status wg_h_duty(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  int64_t limit = 1000, now = 0, soon = 0;
  wg_jw w;
  struct view v = {.q = q, .w = &w};
  wg_status st = wg_narrow_read(q, WG_BY_AREA, &v.narrow);
  if (!st) st = wg_query_int(q, "limit", 1, 100000, &limit);
  if (!st) st = wg_sight_init(&v.sight, a->picture, a->viewer, WG_V_SEE_MAP, a->now);
  if (st) return st;
  wg_duty *d = wg_engine_duty(atomic_load(&a->app->engine));
  v.duty = d;
  r->body.max = 32u << 20;
  wg_jw_init(&w, &r->body);
  wg_jw_begin_object(&w);
  write_grids(&v, "now", "since", d ? d->now : NULL, d ? d->n_now : 0, (int)limit, &now);
  wg_jw_member_int(&w, "unmanned", now);
  write_grids(&v, "soon", "from", d ? d->soon : NULL, d ? d->n_soon : 0, (int)limit, &soon);
  wg_jw_member_int(&w, "unmanned_soon", soon);
  wg_write_time(&w, "until", d ? d->until : 0);
  wg_jw_end_object(&w);
  wg_duty_drop(d);
  wg_sight_deinit(&v.sight);
  return wg_answer(r, 200);
}
