/* Staff and live workers: personal data, shown by area. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/app.h"
#include "base/time.h"
#include "engine/staff_edit.h"

/* The area of a post: that of its grid. */
static uint32_t post_area(const wg_picture *p, const wg_post *post) {
  uint32_t index = 0;
  const wg_network *n = wg_picture_network(p, post->network, &index);
  uint32_t g = n ? wg_plan_find(&n->plan, post->grid) : WG_NO_INDEX;
  return g == WG_NO_INDEX ? WG_NO_INDEX : p->land->grid_area[index][g];
}

struct staff_filter {
  uint32_t area;
  const char *grid, *text;
};

/* post: the person's n posts, as indices. */
static bool wanted(const wg_asker *a, const struct staff_filter *f, int64_t staff, const uint32_t *post,
                   uint32_t n) {
  const wg_roster *roster = &a->picture->people->roster;
  const wg_areas *areas = &a->picture->land->areas;
  bool match = !f->grid && f->area == WG_NO_INDEX, see = false;
  if (f->grid)
    for (uint32_t k = 0; k < n && !match; k++) match = strcmp(roster->post[post[k]].grid, f->grid) == 0;
  if (f->grid && !match) return false;
  for (uint32_t k = 0; k < n && !(match && see); k++) {
    uint32_t area = post_area(a->picture, &roster->post[post[k]]);
    wg_target t = {.area = area, .responsible = staff};
    see = see || wg_may(areas, a->viewer, WG_V_SEE_STAFF, &t, a->now);
    match = match || (!f->grid && wg_area_under(areas, area, f->area));
  }
  if (!match || see) return match;
  wg_target own = {.area = WG_NO_INDEX,
                   .responsible = n ? staff : 0}; /* without a post: who sees the whole district */
  return wg_may(areas, a->viewer, WG_V_SEE_STAFF, &own, a->now);
}

static bool named(const wg_staff *s, const char *text) {
  return !text || strcasestr(s->name, text) || strcasestr(s->code, text) || strcasestr(s->phone, text);
}

static void write_person(wg_request *q, wg_jw *w, const wg_staff *s, const uint32_t *posts, uint32_t n) {
  const wg_roster *roster = &wg_asker_of(q)->picture->people->roster;
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "id", wg_arena_printf(&q->arena, "%" PRId64, s->id));
  wg_jw_member_str(w, "code", s->code);
  wg_jw_member_str(w, "name", s->name);
  wg_jw_member_str(w, "phone", s->phone);
  wg_jw_member_str(w, "org", s->org[0] ? s->org : NULL);
  wg_jw_member_bool(w, "full_time", s->full_time);
  wg_jw_key(w, "posts");
  wg_jw_begin_array(w);
  for (uint32_t k = 0; k < n; k++) {
    const wg_post *post = &roster->post[posts[k]];
    wg_jw_begin_object(w);
    wg_jw_member_str(w, "post", wg_post_name(post->kind));
    wg_jw_member_str(w, "network", post->network);
    wg_jw_member_str(w, "grid", post->grid);
    wg_write_shifts(w, roster, post->id);
    wg_jw_end_object(w);
  }
  wg_jw_end_array(w);
  char version[WG_VERSION_LEN];
  wg_staff_version(roster, s, posts, n, version);
  wg_jw_member_str(w, "version", version);
  wg_jw_end_object(w);
}

static uint32_t first_staff(const wg_roster *roster, int64_t above) {
  uint32_t lo = 0, hi = roster->n_staff;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (roster->staff[mid].id <= above)
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo;
}

static uint32_t first_post(const wg_people *people, int64_t staff) {
  uint32_t lo = 0, hi = people->roster.n_posts;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (people->roster.post[people->post_of[mid]].staff < staff)
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo;
}

const uint32_t *wg_posts_of(const wg_people *people, int64_t staff, uint32_t *n) {
  uint32_t first = first_post(people, staff), k = first;
  while (k < people->roster.n_posts && people->roster.post[people->post_of[k]].staff == staff) k++;
  *n = k - first;
  return people->post_of + first;
}

void wg_write_person(wg_request *q, wg_jw *w, int64_t staff) {
  const wg_people *people = wg_asker_of(q)->picture->people;
  const wg_staff *s = wg_roster_staff(&people->roster, staff);
  uint32_t n = 0;
  const uint32_t *posts = wg_posts_of(people, staff, &n);
  if (s) write_person(q, w, s, posts, n);
}

bool wg_sees_person(const wg_asker *a, int64_t staff) {
  uint32_t n = 0;
  const uint32_t *posts = wg_posts_of(a->picture->people, staff, &n);
  return wanted(a, &(struct staff_filter){.area = WG_NO_INDEX}, staff, posts, n);
}

static wg_status read_staff_filter(wg_request *q, struct staff_filter *f, int *limit, int64_t *after) {
  wg_status st = wg_query_area(q, "area", &f->area);
  if (!st) st = wg_query_text(q, "q", &f->text);
  if (!st) st = wg_query_code(q, "grid", &f->grid);
  if (!st && f->grid && !wg_grid_known(wg_asker_of(q)->picture, f->grid)) st = wg_no_such_grid(q, f->grid);
  if (!st) st = wg_query_int(q, "after", 1, INT64_MAX, after);
  return st ? st : wg_query_limit(q, limit);
}

wg_status wg_h_staff(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  const wg_people *people = a->picture->people;
  const wg_roster *roster = &people->roster;
  struct staff_filter f = {0};
  int limit;
  int64_t after = 0, last = 0;
  wg_status st = read_staff_filter(q, &f, &limit, &after);
  if (!st) st = wg_note_access(q, "read-staff");
  if (st) return st;
  wg_jw w;
  wg_jw_init(&w, &r->body);
  r->body.max = 16 << 20;
  wg_jw_begin_object(&w);
  wg_jw_key(&w, "items");
  wg_jw_begin_array(&w);
  int n = 0;
  bool more = false;
  uint32_t s = first_staff(roster, after),
           k = s < roster->n_staff ? first_post(people, roster->staff[s].id) : 0;
  for (; s < roster->n_staff && !more; s++) {
    int64_t id = roster->staff[s].id;
    uint32_t first = k;
    while (k < roster->n_posts && roster->post[people->post_of[k]].staff == id) k++;
    if (!named(&roster->staff[s], f.text) || !wanted(a, &f, id, people->post_of + first, k - first)) continue;
    if (n++ == limit)
      more = true;
    else
      write_person(q, &w, &roster->staff[s], people->post_of + first, k - first), last = id;
  }
  wg_jw_end_array(&w);
  wg_jw_member_str(&w, "next", more ? wg_next_link(q, wg_arena_printf(&q->arena, "%" PRId64, last)) : NULL);
  wg_jw_end_object(&w);
  return wg_answer(r, 200);
}

/* --- workers
 * ------------------------------------------------------------------------------------------------ */

struct workers {
  wg_request *q;
  wg_jw w;
  wg_sight sight;
  uint32_t area;
  bool geojson, more;
  int limit, n;
  int64_t last;
};

static void write_worker(struct workers *x, const wg_worker *worker) {
  wg_asker *a = wg_asker_of(x->q);
  const wg_staff *s = wg_roster_staff(&a->picture->people->roster, worker->p.staff);
  wg_jw *w = &x->w;
  char id[24];
  snprintf(id, sizeof id, "%" PRId64, worker->p.staff);
  if (x->geojson) {
    wg_jw_begin_object(w);
    wg_jw_member_str(w, "type", "Feature");
    wg_jw_member_str(w, "id", id);
    wg_jw_key(w, "geometry");
    wg_jw_begin_object(w);
    wg_jw_member_str(w, "type", "Point");
    wg_jw_key(w, "coordinates");
    wg_jw_begin_array(w);
    wg_jw_degrees(w, worker->p.at.x);
    wg_jw_degrees(w, worker->p.at.y);
    wg_jw_end_array(w);
    wg_jw_end_object(w);
    wg_jw_key(w, "properties");
  }
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "id", id);
  wg_jw_member_str(w, "name", s && !a->nameless ? s->name : NULL);
  wg_jw_key(w, "lon");
  wg_jw_degrees(w, worker->p.at.x);
  wg_jw_key(w, "lat");
  wg_jw_degrees(w, worker->p.at.y);
  wg_jw_member_time(w, "at", worker->p.fixed_at);
  wg_jw_key(w, "accuracy_m");
  if (worker->p.accuracy_m >= 0)
    wg_jw_num(w, worker->p.accuracy_m, 1);
  else
    wg_jw_null(w);
  wg_jw_member_bool(w, "online",
                    a->now - worker->p.received_at <= a->picture->settings->online_minutes * 60000ll);
  wg_jw_end_object(w);
  if (x->geojson) wg_jw_end_object(w);
}

static bool each_worker(void *ctx, const wg_worker *worker) {
  struct workers *x = ctx;
  int64_t own = x->sight.viewer->staff;
  if (x->area != WG_NO_INDEX && !wg_area_under(x->sight.areas, worker->area, x->area)) return true;
  if (!wg_sight_area(&x->sight, worker->area, WG_ORDINARY) && !(own && worker->p.staff == own)) return true;
  x->more = x->n == x->limit;
  if (x->more) return false;
  x->n++;
  x->last = worker->p.staff;
  write_worker(x, worker);
  return true;
}

static wg_status read_worker_filter(wg_request *q, struct workers *x, int64_t *after) {
  wg_status st = wg_query_area(q, "area", &x->area);
  if (!st) st = wg_query_int(q, "after", 1, INT64_MAX - 1, after);
  if (!st) st = wg_query_limit(q, &x->limit);
  if (!st) st = wg_query_format(q, "geojson", &x->geojson);
  return !st && x->geojson ? wg_note_export(q) : st;
}

wg_status wg_h_workers(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  struct workers x = {.q = q, .area = WG_NO_INDEX};
  int64_t after = 0;
  wg_status st = read_worker_filter(q, &x, &after);
  if (!st) st = wg_sight_init(&x.sight, a->picture, a->viewer, WG_V_SEE_WORKERS, a->now);
  if (st) return st;
  wg_jw_init(&x.w, &r->body);
  r->body.max = 4 << 20;
  wg_jw_begin_object(&x.w);
  if (x.geojson) wg_jw_member_str(&x.w, "type", "FeatureCollection");
  wg_jw_key(&x.w, x.geojson ? "features" : "items");
  wg_jw_begin_array(&x.w);
  wg_workers *workers = wg_engine_workers(atomic_load(&a->app->engine));
  wg_workers_after(workers, a->picture->land, after, each_worker, &x);
  wg_sight_deinit(&x.sight);
  wg_jw_end_array(&x.w);
  char *next = x.more ? wg_next_link(q, wg_arena_printf(&q->arena, "%" PRId64, x.last)) : NULL;
  wg_jw_member_str(&x.w, "next", next);
  wg_jw_end_object(&x.w);
  if (x.geojson) r->type = "application/geo+json";
  return wg_answer(r, 200);
}
