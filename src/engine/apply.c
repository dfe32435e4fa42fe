/* From committed events to the live picture and the feed. The one place where the picture changes, whoever
 * wrote the event: our own writer, or another process seen through the log. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "base/time.h"
#include "engine/inside.h"

enum {
  REPLAY = 4096, /* events that a reader can resume over after a restart */
  FOREIGN_STEP = 1000,
  FOREIGN_WHOLE = 20000, /* more foreign events than this at once: read the live table again instead */
  RETRY_US = 1000000     /* between tries to read what could not be read */
};

/* The reference data that an event of this kind changes. */
static unsigned parts_of(const char *kind) {
  static const struct {
    const char *prefix;
    unsigned parts;
  } table[] = {
      {"plan.", WG_PART_LAND},          {"grids.", WG_PART_LAND},
      {"areas.", WG_PART_LAND},         {"area.", WG_PART_LAND},
      {"staff.", WG_PART_PEOPLE},       {"roster.", WG_PART_PEOPLE},
      {"org.", WG_PART_PEOPLE}, /* whose calendar each follows; and all who watch are told */
      {"category.", WG_PART_CATALOGUE}, {"catalogue.", WG_PART_CATALOGUE},
      {"account.", WG_PART_ACCOUNTS},   {"token.", WG_PART_ACCOUNTS},
      {"device.", WG_PART_ACCOUNTS},    {"setting.area", WG_PART_SETTINGS | WG_PART_LAND}, /* the root */
      {"setting.", WG_PART_SETTINGS},   {"calendar.", WG_PART_SETTINGS},
      {"basemap.", WG_PART_LAND}, /* its index is kept beside the land's tiles */
      {"demo.", WG_PART_ALL},           {"init.", WG_PART_ALL},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    if (strncmp(kind, table[i].prefix, strlen(table[i].prefix)) == 0) return table[i].parts;
  return 0;
}

static int64_t incident_of(const char *subject) {
  int64_t id = 0;
  if (strncmp(subject, "incident/", 9) != 0 || !wg_text_int(subject + 9, &id)) return 0;
  return id;
}

struct was {
  wg_change *c;
  bool there;
};

static bool read_was(void *ctx, const wg_live_row *row) {
  struct was *x = ctx;
  x->there = true;
  x->c->was_on_map = row->i.has_position && wg_state_open(row->i.state);
  x->c->was = row->i.at;
  return true;
}

/* Puts one event into the feed. */
static void publish(wg_engine *e, const wg_event *ev, wg_change *c, bool last) {
  wg_feed_item *item = wg_feed_item_new(ev->seq, ev->at, ev->kind, c->now, c->orgs);
  bool erased = strncmp(ev->kind, "personal.", 9) == 0; /* what is kept of earlier events may hold the text */
  if (!item || erased) { /* without memory readers must start anew rather than miss one */
    wg_feed_floor(e->feed, ev->seq);
    wg_feed_item_drop(item);
    return;
  }
  item->last = last;
  item->moved = !c->replay;
  item->was_on_map = c->was_on_map;
  item->is_on_map = c->is_on_map;
  item->was = c->was;
  bool all = parts_of(ev->kind) & ~(unsigned)WG_PART_ACCOUNTS || strncmp(ev->kind, "grid.", 5) == 0;
  if (!c->now) item->audience = all ? WG_TO_ALL : WG_TO_NOBODY;
  if (e->hooks.render) e->hooks.render(e->hooks.ctx, e->picture, c, item);
  wg_feed_push(e->feed, item);
}

static void apply_incident(wg_engine *e, wg_change *c, const wg_incident *i, const char *const *orgs) {
  c->now = i;
  c->orgs = orgs;
  c->is_on_map = i->has_position && wg_state_open(i->state);
  struct was was = {.c = c};
  wg_live_get(e->live, i->id, read_was, &was);
  if (wg_state_open(i->state) || i->received_at >= e->day_start || was.there)
    if (wg_live_put(e->live, e->picture->land, i, orgs))
      wg_error("engine", "no memory for incident %" PRId64, i->id);
  if (wg_overdue_watch(e, i)) wg_error("engine", "no memory for the deadline of incident %" PRId64, i->id);
}

static void apply_one(wg_engine *e, const wg_event *ev, const wg_incident *i, const char *const *orgs,
                      const wg_land *old_land, bool last) {
  wg_change c = {.seq = ev->seq, .at = ev->at, .kind = ev->kind, .subject = ev->subject};
  if (i)
    apply_incident(e, &c, i, orgs);
  else if (parts_of(ev->kind) & WG_PART_LAND)
    c.old_land = old_land;
  publish(e, ev, &c, last);
  e->applied = ev->seq;
}

/* Reads changed parts again and swaps the picture. */
static wg_status swap_picture(wg_engine *e, unsigned parts, wg_picture **old, wg_err *err) {
  wg_picture *fresh = NULL;
  wg_status st = wg_picture_load(e->writer, e->picture, parts, &e->hooks.picture, &fresh, err);
  if (!st && parts & WG_PART_ACCOUNTS) st = wg_sessions_load(e->sessions, e->writer, wg_now_ms(), err);
  if (st) {
    wg_picture_drop(fresh);
    return st;
  }
  if (parts & WG_PART_LAND) wg_history_retire(e->history, e->picture->land, fresh->land);
  pthread_mutex_lock(&e->lock);
  *old = e->picture;
  e->picture = fresh;
  pthread_mutex_unlock(&e->lock);
  if (parts & WG_PART_LAND) {
    wg_live_reindex(e->live, fresh->land);
    wg_workers_reindex(e->workers, fresh->land);
  }
  return WG_OK;
}

/* Readers of the feed start anew from seq, and nothing drawn before is shown again. */
static void start_anew(wg_engine *e, int64_t seq) {
  if (e->hooks.renewed) e->hooks.renewed(e->hooks.ctx, e->picture);
  wg_feed_floor(e->feed, seq);
}

/* Brings the picture up to date. What cannot be read (no memory, a damaged plan) must not stop the reports:
 * they go on with the picture there is, and the parts are tried again. The old picture (may be NULL) is given
 * to the caller held by *old. */
static void refresh(wg_engine *e, unsigned parts, wg_picture **old) {
  wg_err err = {0};
  *old = NULL;
  parts |= e->stale;
  if (!parts) return;
  wg_status st = swap_picture(e, parts, old, &err);
  bool was_stale = e->stale != 0;
  e->stale = st ? parts : 0;
  e->retry_us = wg_monotonic_us() + RETRY_US;
  if (st) wg_error("engine", "reading changed data again: %s", err.en[0] ? err.en : wg_status_name(st));
  if (!st && parts & WG_PART_SETTINGS)
    wg_overdue_renew(e); /* supervision may come sooner than it was awaited */
  if (!st && was_stale) start_anew(e, e->applied);
}

void wg_apply_retry(wg_engine *e) {
  if (!e->stale || wg_monotonic_us() < e->retry_us) return;
  wg_picture *old = NULL;
  refresh(e, 0, &old);
  wg_picture_drop(old);
  if (!e->stale && e->hooks.wake) e->hooks.wake(e->hooks.ctx);
}

static void tell_applied(const wg_engine *e) {
  if (e->hooks.applied) e->hooks.applied(e->hooks.applied_ctx, e->applied);
}

void wg_apply_own(wg_engine *e, struct wg_emitted *first) {
  if (!first) return;
  unsigned parts = 0;
  for (struct wg_emitted *m = first; m; m = m->next) parts |= parts_of(m->e.kind);
  wg_picture *old = NULL;
  if (parts) refresh(e, parts, &old);
  for (struct wg_emitted *m = first; m; m = m->next)
    apply_one(e, &m->e, m->incident, m->orgs, old ? old->land : NULL, !m->next);
  wg_picture_drop(old);
  tell_applied(e);
  if (e->hooks.wake) e->hooks.wake(e->hooks.ctx);
}

/* --- other writers ---------------------------------------------------------------------------------------
 */

struct batch {
  wg_arena arena;
  wg_event *event;
  int n, cap;
  unsigned parts;
};

static wg_status keep_event(void *ctx, const void *row) {
  struct batch *b = ctx;
  if (b->n == b->cap) return WG_INTERNAL;
  b->event[b->n++] = *(const wg_event *)row;
  b->parts |= parts_of(((const wg_event *)row)->kind);
  return WG_OK;
}

static wg_status read_batch(wg_engine *e, int64_t after, int limit, struct batch *b, wg_err *err) {
  wg_arena_init(&b->arena);
  b->n = 0;
  b->cap = limit;
  b->parts = 0;
  b->event = wg_arena_alloc(&b->arena, (size_t)limit * sizeof *b->event);
  if (!b->event) return WG_NO_MEMORY;
  return e->writer->events_since(e->writer, &b->arena, after, limit, keep_event, b, err);
}

static wg_status keep_live(void *ctx, const void *row) {
  wg_engine *e = ctx;
  const wg_incident *i = row;
  wg_arena arena;
  wg_arena_init(&arena);
  const char *const *orgs = NULL;
  wg_status st = e->writer->incident_orgs(e->writer, &arena, i->id, &orgs, NULL);
  if (!st) st = wg_live_put(e->live, e->picture->land, i, orgs);
  if (!st) st = wg_overdue_watch(e, i);
  wg_arena_clear(&arena);
  return st;
}

static wg_status read_live(wg_engine *e, wg_err *err) {
  wg_live_clear(e->live);
  e->due.n = 0;
  wg_arena arena;
  wg_arena_init(&arena);
  wg_status st = e->writer->incidents_live(e->writer, &arena, e->day_start, keep_live, e, err);
  wg_arena_clear(&arena);
  return st;
}

/* One batch of events that somebody else wrote. */
static wg_status apply_batch(wg_engine *e, struct batch *b, wg_err *err) {
  wg_picture *old = NULL;
  wg_status st = WG_OK;
  if (b->parts) refresh(e, b->parts, &old);
  for (int k = 0; !st && k < b->n; k++) {
    const wg_event *ev = &b->event[k];
    int64_t id = incident_of(ev->subject);
    wg_incident i;
    const char *const *orgs = NULL;
    if (id) {
      st = e->writer->incident_get(e->writer, &b->arena, id, &i, err);
      if (!st) st = e->writer->incident_orgs(e->writer, &b->arena, id, &orgs, err);
      if (st == WG_NOT_FOUND) id = 0, st = WG_OK;
    }
    if (!st) apply_one(e, ev, id ? &i : NULL, orgs, old ? old->land : NULL, true);
  }
  wg_picture_drop(old);
  return st;
}

/* Too many to go one by one. */
static wg_status apply_whole(wg_engine *e, int64_t head, wg_err *err) {
  wg_picture *old = NULL;
  refresh(e, WG_PART_ALL, &old);
  wg_picture_drop(old);
  wg_status st = read_live(e, err);
  if (st) return st;
  e->applied = head;
  start_anew(e, head);
  return WG_OK;
}

static wg_status apply_up_to_head(wg_engine *e, wg_err *err) {
  wg_store_head head;
  wg_status st = e->writer->head(e->writer, &head, err);
  if (st || head.seq == e->applied) return st;
  if (head.seq - e->applied > FOREIGN_WHOLE) st = apply_whole(e, head.seq, err);
  while (!st && e->applied < head.seq) {
    struct batch b;
    st = read_batch(e, e->applied, FOREIGN_STEP, &b, err);
    if (!st && !b.n)
      st = wg_fail(err, WG_CORRUPT, "",
                   WG_T("the log's head names an event that is not there", "事件链头指向不存在的事件"));
    if (!st) st = apply_batch(e, &b, err);
    wg_arena_clear(&b.arena);
  }
  tell_applied(e);
  if (e->hooks.wake) e->hooks.wake(e->hooks.ctx);
  return st;
}

wg_status wg_apply_foreign(wg_engine *e, wg_err *err) {
  bool changed = false;
  wg_status st = e->writer->changed(e->writer, &changed, err);
  if (!st && (changed || e->behind)) {
    e->behind = true; /* the store tells of a change once: what fails now is tried again */
    st = apply_up_to_head(e, err);
    e->behind = st != WG_OK;
  }
  return st;
}

/* --- the start ---------------------------------------------------------------------------------------------
 */

static wg_status keep_position(void *ctx, const void *row) {
  wg_engine *e = ctx;
  wg_workers_put(e->workers, e->picture->land, row, NULL, NULL);
  return WG_OK;
}

/* The newest events go into the feed again, so that a reader resumes over a restart. */
static wg_status replay(wg_engine *e, int64_t head, wg_err *err) {
  int64_t from = head > REPLAY ? head - REPLAY : 0;
  wg_feed_floor(e->feed, from);
  struct batch b;
  wg_status st = read_batch(e, from, REPLAY, &b, err);
  for (int k = 0; !st && k < b.n; k++) {
    const wg_event *ev = &b.event[k];
    wg_change c = {.seq = ev->seq, .at = ev->at, .kind = ev->kind, .subject = ev->subject, .replay = true};
    wg_incident i;
    int64_t id = incident_of(ev->subject);
    if (id && !(st = e->writer->incident_get(e->writer, &b.arena, id, &i, err))) {
      c.now = &i;
      st = e->writer->incident_orgs(e->writer, &b.arena, id, &c.orgs, err);
    }
    if (st == WG_NOT_FOUND) st = WG_OK;
    if (!st) publish(e, ev, &c, true);
  }
  wg_arena_clear(&b.arena);
  return st;
}

wg_status wg_apply_start(wg_engine *e, wg_err *err) {
  wg_store_head head;
  bool changed = false;
  wg_arena arena;
  wg_arena_init(&arena);
  wg_status st = e->writer->read_begin(e->writer, err);
  if (st) return st;
  st = e->writer->changed(e->writer, &changed, err); /* from here on, only what comes after counts */
  if (!st) st = e->writer->head(e->writer, &head, err);
  if (!st) st = wg_picture_load(e->writer, NULL, WG_PART_ALL, &e->hooks.picture, &e->picture, err);
  if (!st) e->day_start = wg_zone_day_start(e->picture->settings->zone, wg_now_ms());
  if (!st) st = wg_sessions_load(e->sessions, e->writer, wg_now_ms(), err);
  if (!st) st = read_live(e, err);
  if (!st) st = e->writer->positions_last(e->writer, &arena, keep_position, e, err);
  if (!st) st = replay(e, head.seq, err);
  if (!st) e->applied = head.seq;
  if (!st) tell_applied(e);
  e->writer->read_end(e->writer);
  wg_arena_clear(&arena);
  return st;
}
