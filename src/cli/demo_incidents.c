/* What happened in the last half year: when, where, of which kind, and how far the work has come. Everything of an
 * incident follows from its number and the seed, so that only a few bytes of each are kept; what happens to all of
 * them is sorted by time and written in that order, as it would have been. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/jw.h"
#include "cli/demo_fill.h"
#include "cli/demo_random.h"
#include "geo/resolver.h"

enum { USE_WHEN = 111, USE_WHERE = 112, USE_WHAT = 113, USE_WORDS = 114, COMMIT_EVERY = 4000, HOT_ONE_IN = 40 };
static const int64_t MINUTE = 60000, DAY = 86400000, DETAILED = 14 * 86400000ll;

/* The steps of the work, and after which share of its length each comes. */
static const struct {
  const char *kind;
  wg_state state;
  double share;
} steps[] = {{"incident.reported", WG_S_REPORTED, 0},     {"incident.accepted", WG_S_ACCEPTED, 0.02},
             {"incident.dispatched", WG_S_DISPATCHED, 0.05}, {"incident.claimed", WG_S_CLAIMED, 0.15},
             {"incident.handling", WG_S_HANDLING, 0.25},  {"incident.done", WG_S_DONE, 0.85},
             {"incident.checked", WG_S_CHECKED, 0.93},    {"incident.closed", WG_S_CLOSED, 1}};
enum { N_STEPS = sizeof steps / sizeof *steps, CLOSED = N_STEPS - 1, DISPATCHED = 2, OVERDUE = N_STEPS };

typedef struct matter {
  int64_t at, length; /* ms: received, and from there to its closing */
  int64_t id;
  uint32_t category;
  wg_pt place;
  int32_t version;
  bool overdue;
} matter;

typedef struct happening {
  int64_t at;
  uint32_t matter;
  uint8_t step;
} happening;

typedef struct story {
  demo_fill *f;
  wg_category *category;
  uint32_t n_categories;
  double *weight; /* running sums */
  wg_resolver *resolver;
  matter *matter;
  happening *happening;
  uint32_t n;
  uint64_t n_happenings, cap_happenings;
} story;

/* --- when, where, what --------------------------------------------------------------------------------------- */

/* How busy an hour is, by the first letter of the category: components by day, street order into the evening. */
static double busy(char group, int hour) {
  double day = exp(-pow((hour - 10.0) / 3.2, 2)) + 0.8 * exp(-pow((hour - 16.0) / 2.6, 2));
  double evening = exp(-pow((hour - 20.0) / 2.2, 2));
  if (group == 'c') return 0.03 + day;
  if (group == 's') return 0.06 + 0.6 * day + 0.9 * evening;
  return 0.05 + 0.8 * day + 0.7 * evening;
}

static int64_t draw_time(const story *s, demo_rng *r, char group) {
  const demo_fill *f = s->f;
  for (int k = 0; k < 200; k++) {
    int64_t at = f->now - (int64_t)(demo_unit(r) * DEMO_DAYS * (double)DAY);
    wg_local l = wg_zone_local(f->zone, at);
    double weekend = l.weekday > 5 ? 0.7 : 1;
    double recent = 0.75 + 0.25 * (1 - (double)(f->now - at) / (DEMO_DAYS * (double)DAY));
    if (demo_unit(r) * 1.7 < busy(group, l.minute / 60) * weekend * recent) return at;
  }
  return f->now - (int64_t)(demo_unit(r) * DEMO_DAYS * (double)DAY);
}

static uint32_t draw_category(const story *s, demo_rng *r) {
  double k = demo_unit(r) * s->weight[s->n_categories - 1];
  uint32_t c = 0;
  while (c + 1 < s->n_categories && s->weight[c] <= k) c++;
  return c;
}

/* In a grid; some grids are hot spots and draw many times more, around one corner. */
static wg_pt draw_place(const story *s, demo_rng *r) {
  const demo_land *l = s->f->land;
  const demo_graph *g = &l->graph;
  uint32_t grid = demo_below(r, l->areas.n_grids);
  bool hot = demo_unit(r) < 0.3;
  if (hot) grid -= grid % HOT_ONE_IN;
  uint32_t cell = l->areas.cell[grid], corner = demo_below(r, g->len[cell]);
  if (hot) corner = (uint32_t)(demo_mix(l->seed + cell) % g->len[cell]);
  demo_xy o = g->site[cell], a = g->vertex[g->corner[g->first[cell] + corner]].at;
  demo_xy b = g->vertex[g->corner[g->first[cell] + (corner + 1) % g->len[cell]]].at;
  double u = hot ? 0.55 + 0.08 * demo_gauss(r) : sqrt(demo_unit(r)) * 0.95, v = hot ? 0.3 + 0.08 * demo_gauss(r) : demo_unit(r);
  u = fmin(fmax(u, 0.02), 0.96), v = fmin(fmax(v, 0.02), 0.98);
  return demo_lattice((demo_xy){o.x + u * (a.x - o.x + v * (b.x - a.x)), o.y + u * (a.y - o.y + v * (b.y - a.y))});
}

static int64_t draw_length(demo_rng *r, const wg_category *c) {
  double limit = c->handle_minutes ? (double)c->handle_minutes * MINUTE : 3 * (double)DAY;
  double length = limit * exp(-0.9 + 0.75 * demo_gauss(r)); /* most within the limit, a tail beyond */
  return (int64_t)fmin(fmax(length, 20 * MINUTE), 16 * (double)DAY);
}

static void draw_matter(story *s, uint32_t k) {
  matter *m = s->matter + k;
  uint64_t seed = s->f->land->seed;
  demo_rng what = demo_stream(seed, USE_WHAT, k), when = demo_stream(seed, USE_WHEN, k), where = demo_stream(seed, USE_WHERE, k);
  m->category = draw_category(s, &what);
  m->at = draw_time(s, &when, s->category[m->category].code[0]);
  m->length = draw_length(&when, s->category + m->category);
  m->place = draw_place(s, &where);
}

/* --- the order of things ---------------------------------------------------------------------------------------- */

static wg_status add(story *s, int64_t at, uint32_t k, int step) {
  if (s->n_happenings == s->cap_happenings) {
    uint64_t cap = s->cap_happenings ? s->cap_happenings * 2 : 65536;
    happening *more = realloc(s->happening, cap * sizeof *more);
    if (!more) return WG_NO_MEMORY;
    s->happening = more;
    s->cap_happenings = cap;
  }
  s->happening[s->n_happenings++] = (happening){at, k, (uint8_t)step};
  return WG_OK;
}

/* Recent work leaves every step in the log; what is long over, its report and its closing. */
static wg_status lay_out(story *s, uint32_t k) {
  const matter *m = s->matter + k;
  int64_t now = s->f->now, end = m->at + m->length;
  bool detailed = m->at > now - DETAILED || end > now;
  wg_status st = WG_OK;
  for (int step = 0; !st && step < N_STEPS; step++) {
    int64_t at = m->at + (int64_t)(steps[step].share * (double)m->length);
    if (at <= now && (detailed || step == 0 || step == CLOSED)) st = add(s, at, k, step);
  }
  int64_t limit = s->category[m->category].handle_minutes, due = m->at + limit * MINUTE;
  if (!st && detailed && limit && due < now && due < m->at + (int64_t)(0.85 * (double)m->length)) st = add(s, due, k, OVERDUE);
  return st;
}

static int by_time(const void *a, const void *b) {
  const happening *x = a, *y = b;
  if (x->at != y->at) return x->at < y->at ? -1 : 1;
  if (x->matter != y->matter) return x->matter < y->matter ? -1 : 1;
  return x->step - y->step;
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

static const char *const words[] = {"，请尽快处理。", "，已在现场，附近居民多次反映。", "，影响通行。", "，有安全隐患，请派人查看。",
                                    "，情况与上周相同。", "，已先行劝导，仍需处置。"};

/* The incident as it was reported. */
static void first_form(const story *s, const matter *m, wg_incident *i) {
  const demo_fill *f = s->f;
  const wg_category *c = s->category + m->category;
  wg_hit hit = wg_resolve(s->resolver, m->place, 1);
  *i = (wg_incident){.id = m->id, .state = WG_S_REPORTED, .severity = c->severity, .class_ = c->class_, .has_position = true,
                     .at = m->place, .raw_lon = m->place.x / WG_LATTICE, .raw_lat = m->place.y / WG_LATTICE, .crs = "wgs84",
                     .accuracy_m = 5 + (double)(demo_mix((uint64_t)m->at) % 30), .network = "base", .plan_version = f->plan.version,
                     .how = hit.how, .occurred_at = m->at - 2 * MINUTE, .received_at = m->at, .client_id = "",
                     .version = 1, .overdue = m->overdue};
  bool field = demo_mix((uint64_t)m->at + 7) % 10 < 6;
  i->reporter = field ? f->worker : f->dispatcher;
  i->source = field ? "field" : "hotline";
  memcpy(i->category, c->code, sizeof i->category);
  if (hit.feature != WG_NO_FEATURE) {
    memcpy(i->grid, f->plan.grid[hit.feature].code, sizeof i->grid);
    memcpy(i->area, f->plan.grid[hit.feature].area, sizeof i->area);
  }
  i->assigned = wg_assign(&f->roster, "base", i->grid, m->at);
  i->responsible = i->assigned.staff;
  if (c->accept_minutes) i->accept_due = m->at + c->accept_minutes * MINUTE;
  if (c->handle_minutes) i->handle_due = m->at + c->handle_minutes * MINUTE;
}

static wg_status report(story *s, uint32_t k) {
  matter *m = s->matter + k;
  wg_store *store = s->f->store;
  wg_arena a;
  wg_arena_init(&a);
  wg_incident i;
  first_form(s, m, &i);
  demo_rng r = demo_stream(s->f->land->seed, USE_WORDS, k);
  const char *kind = wg_name_pick(&a, s->category[m->category].names, "zh");
  wg_private p = {.field = "description",
                  .text = wg_arena_printf(&a, "%s%s", kind, words[demo_below(&r, sizeof words / sizeof *words)])};
  i.description = p.text;
  wg_local d = wg_zone_local(s->f->zone, m->at);
  int64_t serial = 0;
  int date = d.year * 10000 + d.month * 100 + d.day;
  const char *area = i.area[0] ? i.area : DEMO_ROOT;
  wg_status st = p.text ? store->incident_serial(store, area, date, &serial, s->f->err) : WG_NO_MEMORY;
  snprintf(i.number, sizeof i.number, "%s-%08d-%04" PRId64, area, date, serial);
  if (!st) st = store->incident_insert(store, &i, s->f->err);
  if (!st) wg_private_seal(&p);
  char hex[2 * WG_HASH_LEN + 1], subject[40];
  wg_hex(p.hash, WG_HASH_LEN, hex);
  snprintf(subject, sizeof subject, "incident/%" PRId64, i.id);
  char *body = wg_arena_printf(&a, "{\"area\":\"%s\",\"assign_rule\":%d,\"category\":\"%s\",\"class\":\"%s\",\"crs\":\"wgs84\",\"description\":\"%s\","
                                   "\"grid\":\"%s\",\"how\":\"%s\",\"lat\":%.7f,\"lon\":%.7f,\"network\":\"base\",\"number\":\"%s\",\"plan_version\":%" PRId64
                                   ",\"received_at\":%" PRId64 ",\"responsible\":%" PRId64 ",\"source\":\"%s\"}",
                               i.area, (int)i.assigned.rule, i.category, wg_class_name(i.class_), hex, i.grid, wg_how_name((wg_how)i.how),
                               i.raw_lat, i.raw_lon, i.number, i.plan_version, i.received_at, i.responsible, i.source);
  wg_event e = {.at = m->at, .actor = i.reporter, .kind = "incident.reported", .subject = subject, .body = body};
  if (!st && !body) st = WG_NO_MEMORY;
  if (!st) st = store->event_append(store, &e, &p, 1, s->f->err);
  m->id = i.id;
  m->version = 1;
  wg_arena_clear(&a);
  return st;
}

static wg_status advance(story *s, const happening *h) {
  matter *m = s->matter + h->matter;
  wg_store *store = s->f->store;
  wg_incident i;
  if (h->step == OVERDUE) m->overdue = true;
  first_form(s, m, &i);
  i.version = ++m->version;
  /* the last step that has come by now; being overdue changes none */
  for (int k = 0; k < N_STEPS; k++)
    if (m->at + (int64_t)(steps[k].share * (double)m->length) <= h->at) i.state = steps[k].state;
  if (h->step != OVERDUE) i.state = steps[h->step].state;
  if (h->step == CLOSED) i.closed_at = h->at;
  char subject[40], body[120];
  snprintf(subject, sizeof subject, "incident/%" PRId64, m->id);
  if (h->step == OVERDUE)
    snprintf(body, sizeof body, "{\"clock\":\"handle\",\"due\":%" PRId64 ",\"version\":%d}", i.handle_due, m->version);
  else snprintf(body, sizeof body, "{\"to\":\"%s\",\"version\":%d}", wg_state_name(i.state), m->version);
  wg_event e = {.at = h->at, .actor = h->step == OVERDUE ? 0 : s->f->dispatcher,
                .kind = h->step == OVERDUE ? "incident.overdue" : steps[h->step].kind, .subject = subject, .body = body};
  wg_status st = store->event_append(store, &e, NULL, 0, s->f->err);
  i.seq = e.seq;
  if (!st) st = store->incident_update(store, &i, s->f->err);
  if (!st && h->step == DISPATCHED) st = store->incident_party(store, m->id, demo_department(i.category), "handle", s->f->err);
  return st;
}

static wg_status write_all(story *s) {
  wg_store *store = s->f->store;
  wg_status st = store->begin(store, s->f->err);
  for (uint64_t k = 0; !st && k < s->n_happenings; k++) {
    const happening *h = s->happening + k;
    st = h->step ? advance(s, h) : report(s, h->matter);
    if (st || (k + 1) % COMMIT_EVERY) continue;
    if (s->f->bar) wg_progress_show(s->f->bar, 0.3 + 0.65 * (double)k / (double)s->n_happenings);
    st = store->commit(store, s->f->err);
    if (!st) st = store->begin(store, s->f->err);
  }
  return st ? st : store->commit(store, s->f->err);
}

/* A few kinds make up most of what is reported. */
static wg_status weigh(story *s, wg_arena *a) {
  wg_status st = s->f->store->categories_load(s->f->store, a, &s->category, &s->n_categories, s->f->err);
  if (st) return st;
  s->weight = wg_arena_alloc(a, (s->n_categories + 1) * sizeof *s->weight);
  if (!s->weight) return WG_NO_MEMORY;
  double sum = 0;
  for (uint32_t c = 0; c < s->n_categories; c++) {
    double common = 1 + (double)(demo_mix(s->f->land->seed + c) % 12);
    if (s->category[c].severity == 3) common *= 0.3;
    if (s->category[c].class_ != WG_ORDINARY) common *= s->category[c].class_ == WG_SEALED ? 0.05 : 0.3;
    sum += s->category[c].retired ? 0 : common;
    s->weight[c] = sum;
  }
  return s->n_categories ? WG_OK : WG_INTERNAL;
}

wg_status demo_put_incidents(demo_fill *f, uint32_t n) {
  story s = {.f = f, .n = n};
  wg_arena a;
  wg_arena_init(&a);
  wg_status st = weigh(&s, &a);
  s.matter = calloc((size_t)n + 1, sizeof *s.matter);
  if (!st && !s.matter) st = WG_NO_MEMORY;
  if (!st) st = wg_resolver_new(&f->plan.shapes, &s.resolver);
  for (uint32_t k = 0; !st && k < n; k++) {
    draw_matter(&s, k);
    st = lay_out(&s, k);
  }
  if (!st && s.n_happenings) qsort(s.happening, s.n_happenings, sizeof *s.happening, by_time);
  if (!st) st = write_all(&s);
  wg_resolver_free(s.resolver);
  free(s.matter);
  free(s.happening);
  wg_arena_clear(&a);
  return st;
}
