/* Matters cluster: some communities and some blocks have more of one kind than others, days differ by season,
 * weekday and weather, hours by kind, and few things last long. */
#include "cli/demo/matters.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/demo/random.h"
#include "cli/demo/sketch.h"
#include "geo/crs.h"
#include "geo/lattice.h"

enum { DOMAINS = DEMO_DOMAINS, USE_PLACE = 111, USE_MATTER = 112, USE_DAY = 113 };
static const int64_t MINUTE = 60000, HOUR = 3600000, DAY = 86400000;

const char *const demo_sources[4] = {"field", "hotline", "public", "api"};

static const double weekday_share[DOMAINS][7] = {{1.2, 1.15, 1.1, 1.1, 1.1, 0.65, 0.45},
                                                 {1, 0.95, 0.95, 1, 1.1, 1.2, 1.05},
                                                 {1.05, 0.95, 0.95, 0.95, 1, 1.15, 1.1}};

/* Running sums to draw from. */
typedef struct wheel {
  double *sum;
  uint32_t n;
} wheel;

static uint32_t spin(const wheel *w, demo_rng *r) {
  double want = demo_unit(r) * w->sum[w->n - 1];
  uint32_t lo = 0, hi = w->n - 1;
  while (lo < hi) {
    uint32_t mid = (lo + hi) / 2;
    if (w->sum[mid] > want)
      hi = mid;
    else
      lo = mid + 1;
  }
  return lo;
}

static wg_status new_wheel(wg_arena *a, uint32_t n, wheel *w) {
  *w = (wheel){wg_arena_alloc(a, n * sizeof *w->sum + 1), n};
  return w->sum ? WG_OK : WG_NO_MEMORY;
}

typedef struct maker {
  const demo_fill *f;
  demo_matters *out;
  wheel what, where[DOMAINS], day[DOMAINS];
  bool storm[DEMO_DAYS]; /* heavy rain: water everywhere */
  uint32_t *wet;         /* the categories of such days */
  uint32_t n_wet;
  int64_t today; /* the beginning of the present day */
} maker;

static void turn_what(maker *m) {
  double sum = 0;
  for (uint32_t i = 0; i < m->out->n_categories; i++) {
    const wg_category *c = m->out->category + i;
    m->what.sum[i] = sum += demo_how_often(c->code, c->severity, c->class_);
    if (!strcmp(c->code, "e103") || !strcmp(c->code, "e506") || !strcmp(c->code, "c402"))
      m->wet[m->n_wet++] = i;
  }
}

/* Cells by chance, log-normal: a few hot ones, many quiet ones; countryside reports less. */
static void turn_where(maker *m) {
  const demo_land *l = m->f->land;
  for (int d = 0; d < DOMAINS; d++) {
    double sum = 0;
    for (uint32_t c = 0; c < l->graph.n_inside; c++) {
      demo_rng own = demo_stream(l->seed, USE_PLACE, c * DOMAINS + (uint32_t)d);
      demo_rng all = demo_stream(l->seed, USE_PLACE + 1000, l->areas.community_of[c] * DOMAINS + (uint32_t)d);
      bool urban = l->areas.community[l->areas.community_of[c]].urban;
      sum += exp(0.8 * demo_gauss(&own) + 0.7 * demo_gauss(&all)) * (urban ? 1 : d == 2 ? 0.6 : 0.3);
      m->where[d].sum[c] = sum;
    }
  }
}

static void turn_days(maker *m) {
  for (int d = 0; d < DOMAINS; d++) {
    double sum = 0;
    for (int k = 0; k < DEMO_DAYS; k++) {
      demo_rng r = demo_stream(m->f->land->seed, USE_DAY, (uint64_t)k);
      wg_local day = wg_zone_local(m->f->zone, m->today - (DEMO_DAYS - 1 - k) * DAY + 12 * HOUR);
      m->storm[k] = demo_unit(&r) < 0.035;
      double season = 1 + 0.18 * sin(2 * M_PI * (day.month * 30 + day.day) / 365.0) + 0.0008 * k;
      double part =
          k == DEMO_DAYS - 1 ? (double)(m->f->now - m->today) / (double)DAY : 1; /* today is not over */
      double w = season * weekday_share[d][day.weekday - 1] * demo_between(&r, 0.8, 1.2) *
                 (m->storm[k] && d == 1 ? 1.9 : 1);
      m->day[d].sum[k] = sum += w * part;
    }
  }
}

/* --- where exactly
 * ----------------------------------------------------------------------------------------------- */

static demo_xy in_triangle(demo_rng *r, demo_xy a, demo_xy b, demo_xy c) {
  double u = demo_unit(r), v = demo_unit(r);
  if (u + v > 1) u = 1 - u, v = 1 - v;
  return (demo_xy){a.x + (b.x - a.x) * u + (c.x - a.x) * v, a.y + (b.y - a.y) * u + (c.y - a.y) * v};
}

/* In the cell, or along one of its borders: those are the streets. */
static demo_xy in_cell(const demo_graph *g, demo_rng *r, uint32_t c, bool border) {
  uint32_t k = demo_below(r, g->len[c]);
  demo_xy a = g->vertex[g->corner[g->first[c] + k]].at,
          b = g->vertex[g->corner[g->first[c] + (k + 1) % g->len[c]]].at;
  if (!border) return in_triangle(r, g->site[c], a, b);
  double t = demo_unit(r);
  return (demo_xy){a.x + (b.x - a.x) * t + 12 * demo_gauss(r), a.y + (b.y - a.y) * t + 12 * demo_gauss(r)};
}

/* A few exactly on a vertex that grids share, a few beyond the rim of the district; nobody reports from the
 * river. */
static void put_somewhere(const maker *m, demo_rng *r, demo_matter *x) {
  const demo_land *l = m->f->land;
  const demo_graph *g = &l->graph;
  double way = demo_unit(r);
  if (way < 0.004) {
    x->pos = l->curves.vertex[g->corner[g->first[x->cell] + demo_below(r, g->len[x->cell])]];
    return;
  }
  demo_xy p;
  if (way < 0.007) { /* from the middle of the district outwards */
    double turn = 2 * M_PI * demo_unit(r);
    for (p = l->field->core; demo_inside(l->field, p) > -0.02;)
      p = demo_add(p, (demo_xy){cos(turn), sin(turn)}, 200);
    x->cell = DEMO_NONE;
  } else {
    for (int tries = 0; tries < 8; tries++) {
      p = in_cell(g, r, x->cell, way < 0.5);
      if (demo_well_inside(l, x->cell, p, -1000, demo_river_width(l->field, p) / 2 + 8, -1000)) break;
    }
  }
  x->pos = demo_lattice(p);
}

/* What a phone would have sent, and what we make of it. */
static void measure(demo_rng *r, demo_matter *x) {
  x->accuracy = (float)(x->source == 1 ? -1 : fmin(120, 3 + 9 * -log(1 - demo_unit(r))));
  x->gcj = x->source != 1 && demo_unit(r) < 0.3;
  x->raw_lon = wg_lon(x->pos);
  x->raw_lat = wg_lat(x->pos);
  if (!x->gcj) return;
  double lon, lat;
  wg_gcj02_from_wgs84(x->raw_lon, x->raw_lat, &lon, &lat);
  x->raw_lon = round(lon * 1e7) / 1e7;
  x->raw_lat = round(lat * 1e7) / 1e7;
  wg_wgs84_from_gcj02(x->raw_lon, x->raw_lat, &lon, &lat);
  wg_lattice_from(lon, lat, &x->pos);
}

/* --- how it went on
 * --------------------------------------------------------------------------------------------- */

int64_t demo_due(const demo_fill *f, const wg_category *c, wg_clock clock, int64_t at) {
  return wg_work_end(f->work, at, wg_rules_limit(c->rules, clock, c->severity));
}

static void step(demo_matter *x, int64_t at, wg_state state, int64_t now) {
  if (at > now || x->n_steps == DEMO_STEPS_MAX) return;
  x->step[x->n_steps++] = (demo_step){at, (uint8_t)state, false};
}

wg_incident demo_begin(const demo_fill *f, const wg_category *c, const demo_matter *x) {
  return (wg_incident){.state = WG_S_REPORTED,
                       .severity = c->severity,
                       .received_at = x->at,
                       .accept_due = demo_due(f, c, WG_C_ACCEPT, x->at),
                       .handle_due = demo_due(f, c, WG_C_WHOLE, x->at),
                       .rule = c->rules->version,
                       .version = 1};
}

wg_action demo_action(wg_state to) {
  for (int a = 0; a < WG_ACTIONS; a++)
    if (wg_step_of((wg_action)a)->to == (int)to && a != WG_A_AT_ONCE) return (wg_action)a;
  return WG_ACTIONS;
}

void demo_go(const demo_fill *f, const wg_category *c, wg_incident *i, const demo_step *t, wg_held *held,
             wg_due_next *due) {
  wg_pace pace = {c->rules, f->work, f->work, f->work, t->at, {1, 5, 3, 7}};
  *held = (wg_held){0};
  *due = (wg_due_next){0};
  if (t->tick) {
    *due = wg_life_next(i, &pace);
    wg_life_tick(i, due, &pace);
  } else {
    wg_step_take(demo_action((wg_state)t->state), i, &pace, held);
  }
}

/* Puts what the clocks do between the steps among them, as the server would have. */
static void wind(const demo_fill *f, const wg_category *c, demo_matter *x) {
  wg_incident i = demo_begin(f, c, x);
  demo_step was[DEMO_STEPS_MAX];
  int n = x->n_steps, k = 0, out = 0;
  memcpy(was, x->step, sizeof was);
  while (k < n || out < DEMO_STEPS_MAX) {
    wg_pace pace = {c->rules, f->work, f->work, f->work, x->at, {1, 5, 3, 7}};
    wg_held held;
    wg_due_next due = wg_life_next(&i, &pace);
    int64_t until = k < n ? was[k].at : f->now;
    bool tick = due.at && due.at <= until && out + (n - k) < DEMO_STEPS_MAX;
    if (!tick && k == n) break;
    int64_t last = out ? x->step[out - 1].at : x->at; /* what was due earlier is told now */
    x->step[out] = tick ? (demo_step){due.at > last ? due.at : last, (uint8_t)i.state, true} : was[k++];
    demo_go(f, c, &i, &x->step[out++], &held, &due);
  }
  x->n_steps = (uint8_t)out;
}

/* Some time within the limit of a step that began at `at`; now and then a little after it. */
static int64_t within(demo_rng *r, const demo_fill *f, const wg_category *c, wg_clock clock, int64_t at) {
  int64_t due = demo_due(f, c, clock, at), limit = due ? due - at : 4 * HOUR;
  double share = demo_unit(r) < 0.03 ? demo_between(r, 1.02, 1.3) : 0.05 + 0.8 * demo_unit(r) * demo_unit(r);
  return at + MINUTE + (int64_t)(share * (double)limit);
}

struct course {
  int64_t accept, dispatch, claim, done, check, closed;
};

/* The steps one by one; what lies comes to a stop on the way. */
static void go_through(demo_rng *r, const struct course *t, demo_matter *x, int64_t now, bool lies) {
  bool open = t->closed > now || lies;
  step(x, t->accept, WG_S_ACCEPTED, now);
  step(x, t->dispatch, WG_S_DISPATCHED, now);
  if (open && demo_unit(r) < 0.08) {
    step(x, t->claim, WG_S_RETURNED, now);
    return;
  }
  if (lies && demo_unit(r) < 0.4) return;
  step(x, t->claim, WG_S_CLAIMED, now);
  if (open) step(x, t->claim + (t->done - t->claim) / 3, WG_S_HANDLING, now);
  if (lies) return;
  step(x, t->done, WG_S_DONE, now);
  step(x, t->check, WG_S_CHECKED, now);
}

/* Most are accepted soon, done within their limit and closed; a few are refused, come back, run late, or lie.
 */
static void live(demo_rng *r, const demo_fill *f, const wg_category *c, demo_matter *x, bool brief,
                 bool lies) {
  int64_t accept_due = demo_due(f, c, WG_C_ACCEPT, x->at), soon = accept_due ? accept_due - x->at : DAY,
          now = f->now;
  double fate = demo_unit(r), speed = demo_unit(r);
  bool late = fate < 0.005; /* for being accepted */
  struct course t = {.accept =
                         x->at + MINUTE +
                         (int64_t)((double)soon * (late ? demo_between(r, 1, 1.6) : 0.5 * speed * speed))};
  if (fate > 0.99 && !lies) {
    step(x, t.accept, fate > 0.996 ? WG_S_VOID : WG_S_REFUSED, now);
    return;
  }
  double share = fate < 0.015 ? demo_between(r, 1.02, 1.4) : 0.1 + 0.85 * demo_unit(r);
  t.dispatch = within(r, f, c, WG_C_DISPATCH, t.accept);
  t.claim = within(r, f, c, WG_C_CLAIM, t.dispatch);
  int64_t due = demo_due(f, c, WG_C_HANDLE, t.dispatch), limit = due ? due - t.dispatch : 3 * DAY;
  t.done = t.dispatch + (int64_t)(share * (double)limit);
  if (t.done < t.claim + 10 * MINUTE) t.done = t.claim + 10 * MINUTE;
  t.check = within(r, f, c, WG_C_CHECK, t.done);
  t.closed = t.check + (int64_t)((0.05 + 0.1 * demo_unit(r)) * (double)(t.check - t.done)) + MINUTE;
  if (t.closed > now || lies || !brief || late || share > 1) go_through(r, &t, x, now, lies);
  if (lies || t.closed > now) return;
  step(x, t.closed, WG_S_CLOSED, now);
  if (demo_unit(r) < 0.1)
    step(x, t.closed + HOUR + (int64_t)(demo_unit(r) * 2 * (double)DAY), WG_S_EVALUATED, now);
}

static int64_t when(const maker *m, demo_rng *r, int domain, int *day) {
  static const int tries_most = 40;
  int64_t at = 0;
  for (int tries = 0; tries < tries_most; tries++) {
    *day = (int)spin(&m->day[domain], r);
    double want = demo_unit(r) * demo_hours_sum(domain);
    int hour = 0;
    while (hour < DEMO_HOURS - 1 && want >= demo_hour_share(domain, hour))
      want -= demo_hour_share(domain, hour++);
    at = m->today - (DEMO_DAYS - 1 - *day) * DAY + hour * HOUR + (int64_t)(demo_unit(r) * (double)HOUR);
    if (at < m->f->now - MINUTE) return at;
  }
  return m->f->now - MINUTE - (int64_t)demo_below(r, 3600000);
}

/* The same hour of a day one to four weeks ago: whatever the limit was, it has run out. */
static int64_t weeks_ago(const maker *m, demo_rng *r, int64_t at) {
  return m->today - (8 + (int64_t)demo_below(r, 20)) * DAY + (at % DAY - m->today % DAY + DAY) % DAY;
}

/* The worker whose account anybody may try finds something to do: of the last three days, in its hours, and
 * with time left. */
static void give_worker(const maker *m, demo_rng *r, demo_matter *x) {
  const demo_fill *f = m->f;
  const wg_post *own = NULL;
  for (uint32_t i = 0; i < f->roster.n_posts && !own; i++)
    if (f->roster.post[i].staff == f->worker_staff) own = f->roster.post + i;
  uint32_t grid = own ? wg_plan_find(&f->plan, own->grid) : WG_NO_INDEX;
  if (grid == WG_NO_INDEX) return;
  x->cell = f->land->areas.cell[grid];
  for (int tries = 0; tries < 400; tries++) {
    x->category = (uint16_t)spin(&m->what, r);
    x->at = f->now - (int64_t)(demo_between(r, 0.02, 2.9) * (double)DAY);
    const wg_category *c = m->out->category + x->category;
    if (c->class_ == WG_ORDINARY && wg_on_duty(&f->roster, own, x->at) &&
        demo_due(f, c, WG_C_WHOLE, x->at) - x->at >= 3 * DAY)
      return;
  }
}

static void make_one(const maker *m, uint32_t i, demo_matter *x) {
  demo_rng r = demo_stream(m->f->land->seed, USE_MATTER, i);
  *x = (demo_matter){.category = (uint16_t)spin(&m->what, &r)};
  int domain = demo_domain_of(m->out->category[x->category].code), day;
  x->at = when(m, &r, domain, &day);
  bool lies = i % DEMO_LYING == 0, own = i > 0 && i <= DEMO_OWN; /* one at least lies, where there are any */
  if (lies) x->at = weeks_ago(m, &r, x->at);
  if (m->storm[day] && domain == 1 && m->n_wet && demo_unit(&r) < 0.35)
    x->category = (uint16_t)m->wet[demo_below(&r, m->n_wet)];
  x->cell = spin(&m->where[domain], &r);
  if (own) give_worker(m, &r, x);
  double from = demo_unit(&r);
  x->source = from < 0.72 ? 0 : from < 0.88 ? 1 : from < 0.97 ? 2 : 3;
  x->phrase = (uint8_t)demo_below(&r, DEMO_PHRASES);
  put_somewhere(m, &r, x);
  measure(&r, x);
  const wg_category *c = m->out->category + x->category;
  bool brief = m->out->n > DEMO_BRIEF && m->f->now - x->at > 14 * DAY;
  live(&r, m->f, c, x, brief, lies || own);
  bool told =
      x->n_steps > 0 && x->step[0].state != WG_S_CLOSED; /* a lone closing says nothing of the clocks */
  if (told || !x->n_steps) wind(m->f, c, x);
}

static int by_time(const void *a, const void *b) {
  const demo_matter *p = a, *q = b;
  if (p->at != q->at) return p->at < q->at ? -1 : 1;
  if (p->pos.x != q->pos.x) return p->pos.x < q->pos.x ? -1 : 1;
  return (p->pos.y > q->pos.y) - (p->pos.y < q->pos.y);
}

wg_status demo_matters_make(wg_arena *arena, const demo_fill *f, uint32_t n, demo_matters *out) {
  wg_arena scratch;
  wg_arena_init(&scratch);
  maker m = {.f = f, .out = out, .today = wg_zone_day_start(f->zone, f->now)};
  wg_category *categories = NULL;
  wg_status st = f->store->categories_load(f->store, arena, &categories, &out->n_categories, f->err);
  out->category = categories;
  out->n = n;
  out->item = wg_arena_alloc(arena, (size_t)n * sizeof *out->item + 1);
  m.wet = wg_arena_alloc(&scratch, out->n_categories * sizeof *m.wet + 1);
  if (!st && (!out->item || !m.wet)) st = WG_NO_MEMORY;
  if (!st) st = new_wheel(&scratch, out->n_categories, &m.what);
  for (int d = 0; !st && d < DOMAINS; d++) {
    st = new_wheel(&scratch, f->land->graph.n_inside, &m.where[d]);
    if (!st) st = new_wheel(&scratch, DEMO_DAYS, &m.day[d]);
  }
  if (!st) {
    turn_what(&m);
    turn_where(&m);
    turn_days(&m);
    for (uint32_t i = 0; i < n; i++) make_one(&m, i, out->item + i);
    qsort(out->item, n, sizeof *out->item, by_time);
  }
  wg_arena_clear(&scratch);
  return st;
}
