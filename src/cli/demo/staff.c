/* People: a manager for nearly every grid (some have two), an information officer here and there for evenings
 * and nights, a lead per community, police beside them; shifts, some gaps, some people away with a stand-in.
 */
#include <stdio.h>
#include <string.h>

#include "cli/demo/fill.h"
#include "cli/demo/random.h"
#include "cli/demo/sketch.h"

enum {
  POSTS_MOST = 512,
  SHIFTS_MOST = 1024,
  POSITIONS_MOST = 5000,
  USE_STAFF = 101,
  USE_AWAY = 102,
  USE_WALK = 103
};
static const int64_t DAY = 86400000;

typedef struct hirer {
  demo_fill *f;
  uint32_t count;
  /* the person being hired */
  wg_staff staff;
  wg_post post[POSTS_MOST];
  wg_shift shift[SHIFTS_MOST];
  int n_posts, n_shifts;
  uint64_t posts;
  int64_t last_manager; /* for stand-ins */
} hirer;

static void begin(hirer *h, uint32_t township, bool full_time) {
  h->staff = (wg_staff){.full_time = full_time};
  snprintf(h->staff.org, sizeof h->staff.org, "%s", h->f->land->areas.township[township].code);
  h->n_posts = h->n_shifts = 0;
}

/* One more post, with shifts as people write them. */
static wg_status add_post(hirer *h, uint32_t grid, wg_post_kind kind, const char *shifts) {
  if (h->n_posts == POSTS_MOST) return WG_OK;
  wg_post *p = h->post + h->n_posts;
  *p = (wg_post){.network = "base", .kind = kind};
  memcpy(p->grid, h->f->plan.grid[grid].code, sizeof p->grid);
  int n = 0;
  wg_status st = wg_shifts_parse(shifts, h->shift + h->n_shifts, SHIFTS_MOST - h->n_shifts, &n, h->f->err);
  for (int i = 0; i < n; i++) h->shift[h->n_shifts + i].post = h->n_posts;
  h->n_shifts += n;
  h->n_posts++;
  h->posts++;
  return st;
}

static wg_status finish(hirer *h) {
  wg_store *s = h->f->store;
  if (!h->n_posts) return WG_OK;
  char name[DEMO_NAME_LEN], phone[16];
  demo_person_name(h->f->land->seed, h->count, name);
  demo_phone(h->f->land->seed, h->count, phone);
  snprintf(h->staff.code, sizeof h->staff.code, "S%06u", ++h->count);
  h->staff.name = name;
  h->staff.phone = phone;
  wg_status st = s->staff_put(s, &h->staff, h->f->err);
  for (int i = 0; i < h->n_posts; i++) h->post[i].staff = h->staff.id;
  return st ? st : s->posts_replace(s, h->staff.id, h->post, h->n_posts, h->shift, h->n_shifts, h->f->err);
}

static const char *usual_shift(demo_rng *r) {
  double k = demo_unit(r);
  return k < 0.5    ? "Mon-Fri 08:00-18:00; Sat 09:00-12:00"
         : k < 0.72 ? "daily 08:00-20:00"
         : k < 0.9  ? "Mon-Sat 07:30-17:30"
                    : "";
}

/* Some of those with a stand-in are away now, some were. */
static wg_status maybe_away(hirer *h, demo_rng *r) {
  wg_store *s = h->f->store;
  int64_t by = h->last_manager, id = h->staff.id;
  h->last_manager = id;
  double k = demo_unit(r);
  if (!by || k > 0.06) return WG_OK;
  int64_t from = h->f->now - DAY * (k < 0.02 ? demo_below(r, 6) : 10 + demo_below(r, DEMO_DAYS - 20));
  wg_stand_in x = {
      .staff = id, .by = by, .from = from, .until = from + DAY * (k < 0.02 ? 8 : 3 + demo_below(r, 7))};
  return s->stand_in_put(s, &x, h->f->err);
}

/* Grids first … first+n−1 are those of one community. */
static wg_status hire_managers(hirer *h, demo_rng *r, const demo_community *c, uint32_t first, uint32_t n,
                               bool lead) {
  wg_status st = WG_OK;
  bool hired = false;
  for (uint32_t i = 0; !st && i < n; i++) {
    if (demo_unit(r) < 0.02) continue; /* nobody serves this grid */
    bool shared = hired && demo_unit(r) < (c->urban ? 0.15 : 0.4);
    if (!shared) {
      if (hired) {
        st = finish(h);
        if (!st) st = maybe_away(h, r);
      }
      begin(h, c->township, demo_unit(r) < 0.8);
      hired = true;
    }
    if (!st) st = add_post(h, first + i, WG_POST_MANAGER, usual_shift(r));
    for (uint32_t k = 0; !st && lead && k < n; k++) st = add_post(h, first + k, WG_POST_LEAD, "");
    lead = false; /* the first manager is the lead of all */
  }
  if (!st && hired) st = finish(h);
  return st || !hired ? st : maybe_away(h, r);
}

static wg_status hire_others(hirer *h, demo_rng *r, const demo_community *c, uint32_t first, uint32_t n,
                             bool own_lead) {
  wg_status st = WG_OK;
  if (own_lead) {
    begin(h, c->township, true);
    for (uint32_t i = 0; !st && i < n; i++) st = add_post(h, first + i, WG_POST_LEAD, "");
    if (!st) st = add_post(h, first, WG_POST_CADRE, "");
    if (!st) st = finish(h);
  }
  for (uint32_t i = 0; !st && i < n; i++) {
    if (demo_unit(r) > (c->urban ? 0.16 : 0.05)) continue;
    begin(h, c->township, false);
    st = add_post(h, first + i, WG_POST_OFFICER,
                  c->urban ? "daily 18:00-08:00" : "daily 17:00-22:00; Sat-Sun 08:00-22:00");
    if (!st) st = finish(h);
  }
  if (!st && demo_unit(r) < 0.3) {
    begin(h, c->township, true);
    for (uint32_t i = 0; !st && i < n; i++) st = add_post(h, first + i, WG_POST_POLICE, "");
    if (!st) st = finish(h);
  }
  return st;
}

static wg_status hire_all(hirer *h) {
  const demo_areas *a = &h->f->land->areas;
  wg_status st = WG_OK;
  for (uint32_t i = 0, end; !st && i < a->n_grids; i = end) {
    uint32_t c = a->community_of[a->cell[i]];
    for (end = i; end < a->n_grids && a->community_of[a->cell[end]] == c; end++) {}
    demo_rng r = demo_stream(h->f->land->seed, USE_STAFF, c);
    double lead = demo_unit(&r); /* their own, the first manager, or none */
    st = hire_managers(h, &r, a->community + c, i, end - i, lead >= 0.6 && lead < 0.92);
    if (!st) st = hire_others(h, &r, a->community + c, i, end - i, lead < 0.6);
  }
  return st;
}

/* The manager nearest to the middle of the main town gets the account "worker". */
static void choose_worker(demo_fill *f) {
  const demo_land *l = f->land;
  double least = 1e18;
  for (uint32_t i = 0; i < f->roster.n_posts; i++) {
    const wg_post *p = f->roster.post + i;
    uint32_t grid = wg_plan_find(&f->plan, p->grid);
    if (p->kind != WG_POST_MANAGER || grid == WG_NO_INDEX) continue;
    double d = demo_distance(l->graph.site[l->areas.cell[grid]], l->field->core);
    if (d < least) least = d, f->worker_staff = p->staff;
  }
}

wg_status demo_put_staff(demo_fill *f, wg_arena *arena) {
  hirer *h = wg_arena_alloc(arena, sizeof *h);
  if (!h) return WG_NO_MEMORY;
  h->f = f;
  wg_status st = hire_all(h);
  char body[120];
  snprintf(body, sizeof body, "{\"file\":\"demo\",\"posts\":%llu,\"staff\":%u}", (unsigned long long)h->posts,
           h->count);
  if (!st) st = demo_event(f, f->start, "staff.imported", "staff", body);
  if (!st) st = f->store->roster_load(f->store, arena, &f->roster, f->err);
  f->roster.zone = f->zone;
  if (!st) st = wg_roster_index(&f->roster, f->err);
  if (!st) choose_worker(f);
  return st;
}

/* Somewhere in the cell, on dry land. */
static demo_xy walking_at(const demo_land *l, uint32_t cell, demo_rng *r) {
  const demo_graph *g = &l->graph;
  demo_xy o = g->site[cell], at = o;
  for (int tries = 0; tries < 8; tries++) {
    demo_xy q = g->vertex[g->corner[g->first[cell] + demo_below(r, g->len[cell])]].at;
    double k = demo_between(r, 0.05, 0.9);
    at = (demo_xy){o.x + (q.x - o.x) * k, o.y + (q.y - o.y) * k};
    if (demo_well_inside(l, cell, at, 5, demo_river_width(l->field, at) / 2 + 8, 5)) break;
  }
  return at;
}

/* Where those on duty were a few minutes ago. */
wg_status demo_put_positions(demo_fill *f) {
  const demo_land *l = f->land;
  wg_position batch[256];
  int n = 0;
  uint32_t all = 0;
  int64_t last = 0;
  wg_status st = WG_OK;
  for (uint32_t i = 0; !st && i < f->roster.n_posts && all < POSITIONS_MOST; i++) {
    const wg_post *p = f->roster.post + i;
    demo_rng r = demo_stream(l->seed, USE_WALK, (uint64_t)p->staff);
    if (p->kind != WG_POST_MANAGER || p->staff == last || demo_unit(&r) < 0.25 ||
        !wg_on_duty(&f->roster, p, f->now))
      continue;
    last = p->staff;
    uint32_t cell = l->areas.cell[wg_plan_find(&f->plan, p->grid)];
    wg_pt at = demo_lattice(walking_at(l, cell, &r));
    int64_t fixed = f->now - (int64_t)demo_below(&r, 240) * 1000;
    batch[n] = (wg_position){.staff = p->staff,
                             .counter = 1,
                             .at = at,
                             .raw_lon = at.x / WG_LATTICE,
                             .raw_lat = at.y / WG_LATTICE,
                             .crs = "wgs84",
                             .accuracy_m = (float)demo_between(&r, 4, 30),
                             .speed = (float)demo_between(&r, 0, 1.6),
                             .heading = (float)demo_between(&r, 0, 360),
                             .fixed_at = fixed,
                             .received_at = fixed + 1200};
    snprintf(batch[n].device, sizeof batch[n].device, "demo-%lld", (long long)p->staff);
    all++;
    if (++n == 256) {
      st = f->store->positions_put(f->store, batch, n, f->err);
      n = 0;
    }
  }
  return st || !n ? st : f->store->positions_put(f->store, batch, n, f->err);
}
