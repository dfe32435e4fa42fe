/* GET /api/v1/intake: reports by hour, today beside the same weekday of the weeks before.
 *
 * Today's come from the live table (all that was received today is in it), with everything that the asker
 * sees. A past day is walked in the store once and kept for a quarter of an hour: a wall that asks every
 * minute costs nothing, and a matter that was closed to the asker meanwhile is soon not counted any more. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/narrow.h"
#include "base/time.h"

enum { HOURS = 24, WEEKS = 4, KEPT = 1024, KEPT_MS = 15 * 60000, HOUR_MS = 3600000, CLEAR_ROWS = 512 };

/* --- what is kept --------------------------------------------------------------------------------------- */

struct day {
  uint64_t key; /* 0: free */
  int64_t made_at;
  uint32_t hour[HOURS];
};
struct wg_kept_hours {
  pthread_mutex_t lock;
  struct day day[KEPT];
};

wg_status wg_kept_hours_new(struct wg_kept_hours **out) {
  *out = calloc(1, sizeof **out);
  if (!*out) return WG_NO_MEMORY;
  pthread_mutex_init(&(*out)->lock, NULL);
  return WG_OK;
}

void wg_kept_hours_free(struct wg_kept_hours *k) {
  if (!k) return;
  pthread_mutex_destroy(&k->lock);
  free(k);
}

static bool kept_get(struct wg_kept_hours *k, uint64_t key, int64_t now, uint32_t hour[HOURS]) {
  pthread_mutex_lock(&k->lock);
  const struct day *d = &k->day[key % KEPT];
  bool fresh = d->key == key && d->made_at <= now && now - d->made_at < KEPT_MS;
  if (fresh) memcpy(hour, d->hour, sizeof d->hour);
  pthread_mutex_unlock(&k->lock);
  return fresh;
}

static void kept_put(struct wg_kept_hours *k, uint64_t key, int64_t now, const uint32_t hour[HOURS]) {
  pthread_mutex_lock(&k->lock);
  struct day *d = &k->day[key % KEPT];
  d->key = key;
  d->made_at = now;
  memcpy(d->hour, hour, sizeof d->hour);
  pthread_mutex_unlock(&k->lock);
}

/* --- counting ------------------------------------------------------------------------------------------- */

struct count {
  wg_request *q;
  wg_asker *a;
  wg_sight sight;
  wg_narrow narrow;
  const wg_zone *zone;
  int64_t from, until; /* the day */
  wg_store *store;     /* past days */
  wg_arena scratch;
  uint32_t rows;
  bool orgs; /* the asker may be a party by an organisation */
  uint32_t hour[HOURS];
};

static void add(struct count *c, int64_t at) {
  bool plain = c->until - c->from == HOURS * HOUR_MS; /* no clock is put forward or back */
  int64_t h = plain ? (at - c->from) / HOUR_MS : wg_zone_local(c->zone, at).minute / 60;
  if (h >= 0 && h < HOURS) c->hour[h]++;
}

static bool live_row(void *ctx, const wg_live_brief *b) {
  struct count *c = ctx;
  if (b->received_at >= c->from && b->received_at < c->until &&
      wg_narrow_passes(&c->narrow, c->sight.areas, b) && wg_sight_brief(&c->sight, b))
    add(c, b->received_at);
  return true;
}

static wg_status past_row(void *ctx, const void *row) {
  struct count *c = ctx;
  const wg_received *r = row;
  uint32_t area = r->area[0] ? wg_areas_find(c->sight.areas, r->area) : WG_NO_INDEX;
  wg_status st = WG_OK;
  if (!wg_narrow_area(&c->narrow, c->sight.areas, area)) return WG_OK;
  bool sees = wg_sight_area(&c->sight, area, r->class_);
  const wg_viewer *v = c->a->viewer;
  if (!sees && (c->orgs || r->reporter == v->account || (v->staff && r->responsible == v->staff))) {
    wg_target t = {.area = area, .class_ = r->class_, .reporter = r->reporter, .responsible = r->responsible};
    if (c->orgs) st = c->store->incident_orgs(c->store, &c->scratch, r->id, &t.orgs, &c->q->err);
    sees = !st && wg_may(c->sight.areas, v, WG_V_SEE_INCIDENT, &t, c->a->now);
    if (++c->rows % CLEAR_ROWS == 0) wg_arena_clear(&c->scratch);
  }
  if (sees) add(c, r->received_at);
  return st;
}

/* What the counts of a day depend on: the rights, whose matters one is a party to, the area, the day. */
static uint64_t key_of(const struct count *c) {
  const wg_viewer *v = c->a->viewer;
  wg_hasher h;
  unsigned char hash[WG_HASH_LEN];
  uint64_t key;
  wg_hasher_begin(&h);
  wg_hasher_int(&h, (int64_t)wg_sight_hash(c->a->picture, v, WG_V_SEE_INCIDENT, c->a->now));
  wg_hasher_int(&h, v->account);
  wg_hasher_int(&h, v->staff);
  for (int g = 0; g < v->n_grants; g++) {
    bool in_force = (!v->grant[g].from || v->grant[g].from <= c->a->now) &&
                    (!v->grant[g].until || v->grant[g].until > c->a->now);
    if (!in_force) continue;
    wg_hasher_int(&h, v->grant[g].role);
    wg_hasher_field(&h, v->grant[g].org, strlen(v->grant[g].org));
  }
  wg_hasher_int(&h, (int64_t)c->a->picture->land->generation);
  wg_hasher_int(&h, (int64_t)wg_narrow_hash(&c->narrow));
  wg_hasher_int(&h, c->from);
  wg_hasher_int(&h, c->until);
  wg_hasher_end(&h, hash);
  memcpy(&key, hash, sizeof key);
  return key ? key : 1;
}

static wg_status past_day(struct count *c) {
  struct wg_kept_hours *kept = c->a->app->hours;
  uint64_t key = key_of(c);
  if (kept_get(kept, key, c->a->now, c->hour)) return WG_OK;
  memset(c->hour, 0, sizeof c->hour);
  wg_status st = wg_mine_store(c->q->pool_mine, &c->store, &c->q->err);
  if (!st) st = c->store->incidents_received(c->store, c->from, c->until, past_row, c, &c->q->err);
  wg_arena_clear(&c->scratch);
  if (!st) kept_put(kept, key, c->a->now, c->hour);
  return st;
}

/* --- the answer ----------------------------------------------------------------------------------------- */

struct intake {
  int64_t today_from, today_until;
  int weeks;
  uint32_t today[HOURS];
  uint64_t past[HOURS]; /* of all weeks together */
};

/* The day `days` before the one that begins at `start`: by its noon, whatever the clocks did between. */
static int64_t day_before(const wg_zone *zone, int64_t start, int days) {
  return wg_zone_day_start(zone, start - (int64_t)days * HOURS * HOUR_MS + 12 * HOUR_MS);
}

/* From when on the log covers whole days: its own beginning, or the day of the first of what was imported. */
static wg_status covered_from(struct count *c, int64_t *out) {
  int64_t log = INT64_MAX, first = INT64_MAX;
  wg_status st = wg_mine_store(c->q->pool_mine, &c->store, &c->q->err);
  if (!st) st = c->store->incidents_began(c->store, &log, &first, &c->q->err);
  *out = first < log ? wg_zone_day_start(c->zone, first) : log;
  return st;
}

static wg_status count_weeks(struct count *c, struct intake *x) {
  int64_t covered = 0;
  wg_status st = covered_from(c, &covered);
  for (int w = 1; !st && w <= WEEKS; w++) {
    c->from = day_before(c->zone, x->today_from, 7 * w);
    c->until = day_before(c->zone, x->today_from, 7 * w - 1);
    if (c->from < covered) break;
    st = past_day(c);
    for (int h = 0; h < HOURS; h++) x->past[h] += c->hour[h];
    x->weeks++;
  }
  return st;
}

static void write_intake(wg_jw *w, const struct count *c, const struct intake *x) {
  wg_local now = wg_zone_local(c->zone, c->a->now);
  char date[32];
  int64_t today = 0;
  double until_now = 0;
  int weeks = x->weeks ? x->weeks : 1;
  snprintf(date, sizeof date, "%04d-%02d-%02d", now.year, now.month, now.day);
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "date", date);
  wg_jw_member_str(w, "timezone", wg_zone_name(c->zone));
  wg_jw_member_int(w, "weeks", x->weeks);
  wg_jw_key(w, "hours");
  wg_jw_begin_array(w);
  for (int h = 0; h < HOURS; h++) {
    double usual = (double)x->past[h] / weeks;
    int into = now.minute - 60 * h; /* minutes of this hour that are over */
    wg_jw_begin_object(w);
    wg_jw_member_int(w, "hour", h);
    wg_jw_key(w, "today");
    if (into < 0)
      wg_jw_null(w);
    else
      wg_jw_int(w, x->today[h]);
    wg_jw_member_num(w, "usual", usual, 2);
    wg_jw_end_object(w);
    today += x->today[h];
    if (into > 0) until_now += usual * (into >= 60 ? 1 : into / 60.0);
  }
  wg_jw_end_array(w);
  wg_jw_member_int(w, "today", today);
  wg_jw_member_num(w, "usual_until_now", until_now, 2);
  wg_jw_end_object(w);
}

wg_status wg_h_intake(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  struct count c = {.q = q, .a = a, .zone = a->picture->settings->zone};
  struct intake x = {0};
  wg_status st = wg_narrow_read(q, WG_BY_AREA, &c.narrow);
  if (!st) st = wg_sight_init(&c.sight, a->picture, a->viewer, WG_V_SEE_INCIDENT, a->now);
  if (st) return st;
  for (int g = 0; g < a->viewer->n_grants; g++) c.orgs = c.orgs || a->viewer->grant[g].org[0];
  wg_arena_init(&c.scratch);
  x.today_from = c.from = wg_zone_day_start(c.zone, a->now);
  x.today_until = c.until = day_before(c.zone, x.today_from, -1);
  wg_live_each(wg_engine_live(atomic_load(&a->app->engine)), a->picture->land, live_row, &c);
  memcpy(x.today, c.hour, sizeof x.today);
  st = count_weeks(&c, &x);
  wg_sight_deinit(&c.sight);
  wg_arena_clear(&c.scratch);
  if (st) return st;
  wg_jw w;
  wg_jw_init(&w, &r->body);
  write_intake(&w, &c, &x);
  return wg_answer(r, 200);
}
