/* Writes what happened into the store, event by event in the order of time: each report is resolved and
 * assigned by the same rules that the server follows, and ends in the state of its last step. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "cli/demo/matters.h"
#include "cli/demo/random.h"
#include "engine/change.h"
#include "engine/intake.h"
#include "geo/resolver.h"

enum { BATCH = 40000, USE_PARTY = 121 };
static const double TOLERANCE = 1; /* metres: the setting that the database gets */

/* One event to come: the report of a matter (step −1) or one of its steps. */
typedef struct moment {
  int64_t at;
  uint32_t matter;
  int32_t step;
} moment;

typedef struct writer {
  demo_fill *f;
  demo_matters all;
  wg_resolver *resolver;
  wg_arena scratch;  /* of one event */
  const char **what; /* Chinese names of the categories */
} writer;

static int by_time(const void *a, const void *b) {
  const moment *p = a, *q = b;
  if (p->at != q->at) return p->at < q->at ? -1 : 1;
  if (p->matter != q->matter) return p->matter < q->matter ? -1 : 1;
  return p->step < q->step ? -1 : 1;
}

static moment *list_moments(wg_arena *arena, const demo_matters *all, uint32_t *n) {
  *n = all->n;
  for (uint32_t i = 0; i < all->n; i++) *n += all->item[i].n_steps;
  moment *list = wg_arena_alloc(arena, (size_t)*n * sizeof *list + 1);
  uint32_t k = 0;
  for (uint32_t i = 0; list && i < all->n; i++) {
    const demo_matter *x = all->item + i;
    list[k++] = (moment){x->at, i, -1};
    for (int s = 0; s < x->n_steps; s++) list[k++] = (moment){x->step[s].at, i, s};
  }
  if (list) qsort(list, *n, sizeof *list, by_time);
  return list;
}

/* The incident as the server would have made it at its report. */
static wg_status fill(writer *w, const demo_matter *x, wg_incident *i) {
  const demo_fill *f = w->f;
  const wg_category *c = w->all.category + x->category;
  wg_hit hit = wg_resolve(w->resolver, x->pos, TOLERANCE);
  const wg_grid *grid = hit.feature == WG_NO_FEATURE ? NULL : f->plan.grid + hit.feature;
  *i = (wg_incident){.severity = c->severity,
                     .class_ = c->class_,
                     .has_position = true,
                     .at = x->pos,
                     .raw_lon = x->raw_lon,
                     .raw_lat = x->raw_lat,
                     .accuracy_m = x->accuracy,
                     .network = "base",
                     .plan_version = f->plan.version,
                     .how = hit.how,
                     .occurred_at = x->at,
                     .received_at = x->at,
                     .client_id = "",
                     .source = demo_sources[x->source],
                     .attributes = "",
                     .place = "",
                     .rule = c->rules->version,
                     .version = 1,
                     .id = x->id};
  memcpy(i->category, c->code, sizeof i->category);
  snprintf(i->crs, sizeof i->crs, "%s", x->gcj ? "gcj02" : "wgs84");
  if (grid) memcpy(i->grid, grid->code, sizeof i->grid);
  if (grid) memcpy(i->area, grid->area, sizeof i->area);
  i->assigned = i->class_ == WG_SEALED ? wg_assign_sealed() : wg_assign(&f->roster, "base", i->grid, x->at);
  i->responsible = i->assigned.staff;
  i->reporter = x->source == 1                                        ? f->dispatcher
                : x->source == 0 && i->responsible == f->worker_staff ? f->worker
                                                                      : 0;
  i->accept_due = demo_due(f, c, WG_C_ACCEPT, x->at);
  i->handle_due = demo_due(f, c, WG_C_WHOLE, x->at);
  const char *where = grid ? wg_name_pick(&w->scratch, grid->names, "zh") : "区界附近";
  i->description = demo_words(&w->scratch, c->code, x->phrase, where, w->what[x->category]);
  return i->description ? WG_OK : WG_NO_MEMORY;
}

static wg_status report(writer *w, demo_matter *x) {
  wg_store *s = w->f->store;
  wg_incident i;
  wg_status st = fill(w, x, &i);
  if (st) return st;
  wg_local day = wg_zone_local(w->f->zone, x->at);
  int date = day.year * 10000 + day.month * 100 + day.day;
  int64_t serial = 0;
  const char *area = i.area[0] ? i.area : DEMO_ROOT;
  st = s->incident_serial(s, area, date, &serial, w->f->err);
  snprintf(i.number, sizeof i.number, "%s-%08d-%04" PRId64, area, date, serial);
  if (!st) st = wg_incident_record(s, &i, "incident.reported", x->at, w->f->err);
  x->id = i.id;
  return st;
}

/* Was it handed to a department? Most of the open ones are; of the others it is known of some. */
static bool handed(const writer *w, const demo_matter *x) {
  demo_rng r = demo_stream(w->f->land->seed, USE_PARTY, (uint64_t)x->id);
  bool open = !x->n_steps || wg_state_open((wg_state)x->step[x->n_steps - 1].state);
  return x->n_steps > 1 && demo_unit(&r) < (open ? 0.7 : 0.25);
}

/* What a step means for whose hands it is in. */
static const char *move_hands(const writer *w, const demo_matter *x, int k, wg_incident *i,
                              const char **how) {
  const char *org = demo_department(i->category);
  if (x->step[k].tick || !handed(w, x)) return NULL;
  if (x->step[k].state == WG_S_RETURNED) {
    i->returns++;
    i->org[0] = '\0';
    *how = "former";
    return org;
  }
  if (x->step[k].state != WG_S_DISPATCHED) return NULL;
  snprintf(i->org, sizeof i->org, "%s", org);
  *how = "handed";
  return org;
}

struct said {
  const wg_due_next *due;
  const char *action, *org, *how;
};

static void say(wg_jw *w, const void *ctx) {
  const struct said *s = ctx;
  if (s->due->what) {
    wg_jw_member_str(w, "clock", wg_clock_name(s->due->clock));
    wg_jw_member_int(w, "due", s->due->at);
    if (s->due->what == WG_TICK_SUPERVISE) wg_jw_member_str(w, "level", wg_supervision_name(s->due->level));
    return;
  }
  wg_jw_member_str(w, "action", s->action);
  if (!s->org) return;
  wg_jw_key(w, "parties");
  wg_jw_begin_array(w);
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "how", s->how);
  wg_jw_member_str(w, "org", s->org);
  wg_jw_end_object(w);
  wg_jw_end_array(w);
}

/* The event of a step: as the server writes it. */
static wg_status append(writer *w, const demo_step *t, const wg_incident *before, wg_incident *after,
                        const wg_held *held, const struct said *said) {
  wg_store *s = w->f->store;
  const char *body = NULL;
  char subject[40];
  const char *kind = said->due->what == WG_TICK_SUPERVISE ? "incident.supervised"
                     : said->due->what                    ? "incident.overdue"
                                       : wg_step_of(demo_action((wg_state)t->state))->event;
  wg_change_of change = {.before = before, .after = after, .held = held, .say = say, .ctx = said};
  snprintf(subject, sizeof subject, "incident/%" PRId64, after->id);
  wg_status st = wg_change_body(&w->scratch, &change, NULL, &body);
  wg_event e = {.at = t->at, .kind = kind, .subject = subject, .body = body};
  if (!st) st = s->event_append(s, &e, NULL, 0, w->f->err);
  if (!st && said->org) st = s->incident_party(s, after->id, said->org, said->how, w->f->err);
  after->seq = e.seq;
  return st;
}

/* A later event; the incident's row follows with the last one. */
static wg_status go_on(writer *w, const demo_matter *x, int k) {
  const wg_category *c = w->all.category + x->category;
  wg_incident before = {0}, i;
  wg_held held = {0};
  wg_due_next due = {0};
  struct said said = {.due = &due, .how = ""};
  wg_status st = fill(w, x, &i);
  if (st) return st;
  i.id = x->id;
  for (int j = 0; j <= k; j++) {
    before = i;
    said.org = move_hands(w, x, j, &i, &said.how);
    demo_go(w->f, c, &i, &x->step[j], &held, &due);
  }
  said.action = due.what ? "" : wg_step_of(demo_action((wg_state)x->step[k].state))->name;
  st = append(w, &x->step[k], &before, &i, &held, &said);
  return st || k + 1 < x->n_steps ? st : w->f->store->incident_update(w->f->store, &i, w->f->err);
}

static wg_status write_all(writer *w, const moment *list, uint32_t n) {
  wg_store *s = w->f->store;
  wg_status st = WG_OK;
  for (uint32_t k = 0; !st && k < n; k++) {
    if (k % BATCH == 0) st = s->begin(s, w->f->err);
    demo_matter *x = w->all.item + list[k].matter;
    if (!st) st = list[k].step < 0 ? report(w, x) : go_on(w, x, list[k].step);
    wg_arena_clear(&w->scratch);
    if (!st && (k % BATCH == BATCH - 1 || k + 1 == n)) {
      st = s->commit(s, w->f->err);
      demo_show(w->f, 0.25 + 0.7 * (k + 1) / n);
    }
  }
  if (st && s->in_transaction(s)) s->rollback(s);
  return st;
}

static wg_status name_categories(writer *w, wg_arena *arena) {
  w->what = wg_arena_alloc(arena, w->all.n_categories * sizeof *w->what + 1);
  if (!w->what) return WG_NO_MEMORY;
  for (uint32_t i = 0; i < w->all.n_categories; i++)
    w->what[i] = wg_name_pick(arena, w->all.category[i].names, "zh");
  return WG_OK;
}

wg_status demo_put_incidents(demo_fill *f, uint32_t n) {
  wg_arena arena;
  writer w = {.f = f};
  wg_arena_init(&arena);
  wg_arena_init(&w.scratch);
  uint32_t n_moments = 0;
  wg_status st = demo_matters_make(&arena, f, n, &w.all);
  if (!st) st = name_categories(&w, &arena);
  if (!st) st = wg_resolver_new(&f->plan.shapes, &w.resolver);
  const moment *list = st ? NULL : list_moments(&arena, &w.all, &n_moments);
  if (!st && !list) st = WG_NO_MEMORY;
  if (!st) st = write_all(&w, list, n_moments);
  wg_resolver_free(w.resolver);
  wg_arena_clear(&w.scratch);
  wg_arena_clear(&arena);
  return st;
}
