/* Reading incidents: lists, one, its events, the counters. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/narrow.h"
#include "api/work.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"

/* The codes of the area and all below it, NULL-terminated, in the arena. */
static const char *const *codes_below(wg_arena *arena, const wg_areas *areas, const uint32_t *top,
                                      int n_top) {
  uint32_t n = 0;
  for (int k = 0; k < n_top; k++)
    for (uint32_t a = 0; a < areas->n; a++) n += wg_area_under(areas, a, top[k]);
  const char **codes = wg_arena_alloc(arena, (n + 1) * sizeof *codes);
  if (!codes) return NULL;
  n = 0;
  for (int k = 0; k < n_top; k++)
    for (uint32_t a = 0; a < areas->n; a++)
      if (wg_area_under(areas, a, top[k])) codes[n++] = areas->item[a].code;
  return codes;
}

enum { TOP_AREAS = 64 };

/* What the asker may see, as a filter; every row is asked again by wg_may_see. */
static wg_status rights_filter(wg_request *q, wg_incident_query *f) {
  wg_asker *a = wg_asker_of(q);
  const wg_areas *areas = &a->picture->land->areas;
  uint32_t top[TOP_AREAS];
  bool all = false;
  wg_class top_class = WG_ORDINARY;
  int n = wg_rights_areas(areas, a->viewer, WG_V_SEE_INCIDENT, a->now, top, TOP_AREAS, &all, &top_class);
  f->top_class = top_class;
  f->party_account = a->viewer->account;
  f->party_staff = a->viewer->staff;
  const char **orgs = wg_arena_alloc(&q->arena, (WG_VIEWER_GRANTS + 1) * sizeof *orgs);
  if (!orgs) return WG_NO_MEMORY;
  for (int g = 0, k = 0; g < a->viewer->n_grants; g++)
    if (a->viewer->grant[g].org[0]) orgs[k++] = a->viewer->grant[g].org;
  f->party_orgs = orgs;
  if (all) return WG_OK;
  for (int k = 0; k < n; k++)
    if (areas->parent[top[k]] == WG_NO_INDEX) f->or_no_area = true;
  f->areas = codes_below(&q->arena, areas, top, n);
  return f->areas ? WG_OK : WG_NO_MEMORY;
}

static wg_status read_filter(wg_request *q, wg_incident_query *f) {
  wg_asker *a = wg_asker_of(q);
  int64_t mine = 0, before = 0;
  int limit = 0;
  wg_narrow n;
  wg_status st = rights_filter(q, f);
  if (!st) st = wg_narrow_read(q, WG_BY_ALL, &n);
  if (!st) st = wg_query_code(q, "grid", &f->grid);
  if (!st) st = wg_query_time(q, "until", &f->until);
  if (!st) st = wg_query_int(q, "mine", 0, 1, &mine);
  if (!st) st = wg_query_int(q, "after", 1, INT64_MAX, &before);
  if (!st) st = wg_query_limit(q, &limit);
  if (st) return st;
  f->area = n.area;
  f->network = n.network;
  f->category = n.category;
  f->states = n.states;
  f->since = n.since;
  f->mine = mine == 1;
  f->before_id = before;
  f->limit = limit;
  if (n.area) f->area_codes = codes_below(&q->arena, &a->picture->land->areas, &n.within, 1);
  return n.area && !f->area_codes ? WG_NO_MEMORY : WG_OK;
}

struct known {
  wg_request *q;
  wg_store *store;
  bool seen;
};

static wg_status known_row(void *ctx, const void *row) {
  struct known *k = ctx;
  const wg_asker *a = wg_asker_of(k->q);
  const wg_incident *i = row;
  const char *const *orgs = NULL;
  if (k->seen) return WG_OK;
  wg_status st = k->store->incident_orgs(k->store, &k->q->arena, i->id, &orgs, &k->q->err);
  k->seen = !st && wg_may_see(a->picture, a->viewer, i, orgs, a->now);
  return st;
}

/* A grid of an earlier plan is known by its incidents: by those that the asker may see, so that a hidden one
 * does not tell of itself. */
static wg_status check_grid(wg_request *q, wg_store *store, const char *grid) {
  if (!grid || wg_grid_known(wg_asker_of(q)->picture, grid)) return WG_OK;
  struct known k = {.q = q, .store = store};
  wg_incident_query f = {.grid = grid, .limit = 100};
  wg_status st = rights_filter(q, &f);
  if (!st) st = store->incidents(store, &q->arena, &f, known_row, &k, &q->err);
  return st || k.seen ? st : wg_no_such_grid(q, grid);
}

struct list {
  wg_request *q;
  wg_jw w;
  wg_store *store;
  bool geojson;
  int seen;
  int64_t last;
};

static wg_status list_row(void *ctx, const void *row) {
  struct list *l = ctx;
  const wg_incident *i = row;
  wg_asker *a = wg_asker_of(l->q);
  l->seen++;
  l->last = i->id;
  const char *const *orgs = NULL;
  wg_status st = l->store->incident_orgs(l->store, &l->q->arena, i->id, &orgs, &l->q->err);
  if (st) return st;
  if (!wg_may_see(a->picture, a->viewer, i, orgs, a->now)) return WG_OK;
  if (l->geojson && !wg_may_on(a->picture, a->viewer, WG_V_EXPORT, i, orgs, a->now)) return WG_OK;
  if (!l->geojson) {
    wg_write_incident(&l->w, a->picture, i, wg_write_for(a, WG_WRITE_SUMMARY), l->q->lang);
    return wg_buf_status(l->w.buf);
  }
  wg_jw_begin_object(&l->w);
  wg_jw_member_str(&l->w, "type", "Feature");
  wg_jw_member_str(&l->w, "id", wg_arena_printf(&l->q->arena, "%" PRId64, i->id));
  wg_jw_key(&l->w, "geometry");
  if (i->has_position) {
    wg_jw_begin_object(&l->w);
    wg_jw_member_str(&l->w, "type", "Point");
    wg_jw_key(&l->w, "coordinates");
    wg_jw_begin_array(&l->w);
    wg_jw_degrees(&l->w, i->at.x);
    wg_jw_degrees(&l->w, i->at.y);
    wg_jw_end_array(&l->w);
    wg_jw_end_object(&l->w);
  } else {
    wg_jw_null(&l->w);
  }
  wg_jw_key(&l->w, "properties");
  wg_write_incident(&l->w, a->picture, i, wg_write_for(a, WG_WRITE_SUMMARY), l->q->lang);
  wg_jw_end_object(&l->w);
  return wg_buf_status(l->w.buf);
}

wg_status wg_h_incidents(wg_request *q, wg_response *r) {
  wg_incident_query f = {0};
  struct list l = {.q = q};
  r->body.max = 16u << 20;
  wg_status st = wg_query_format(q, "geojson", &l.geojson);
  if (!st) st = read_filter(q, &f);
  if (!st && l.geojson) st = wg_note_export(q);
  if (!st) st = wg_mine_store(q->pool_mine, &l.store, &q->err);
  if (!st) st = check_grid(q, l.store, f.grid);
  if (st) return st;
  wg_jw_init(&l.w, &r->body);
  wg_jw_begin_object(&l.w);
  if (l.geojson) wg_jw_member_str(&l.w, "type", "FeatureCollection");
  wg_jw_key(&l.w, l.geojson ? "features" : "items");
  wg_jw_begin_array(&l.w);
  st = l.store->incidents(l.store, &q->arena, &f, list_row, &l, &q->err);
  if (st) {
    wg_buf_reset(&r->body);
    return st;
  }
  wg_jw_end_array(&l.w);
  char *next = NULL;
  if (l.seen == f.limit) next = wg_next_link(q, wg_arena_printf(&q->arena, "%" PRId64, l.last));
  wg_jw_member_str(&l.w, "next", next);
  wg_jw_end_object(&l.w);
  if (l.geojson) r->type = "application/geo+json";
  return wg_answer(r, 200);
}

/* The incident that the path names, when the asker may see it: anything else is "not found", so that nobody
 * learns of what they may not see. */
wg_status wg_find_incident(wg_request *q, wg_store **mine, wg_incident *out) {
  wg_asker *a = wg_asker_of(q);
  int64_t id = 0;
  const char *const *orgs = NULL;
  wg_status st = wg_mine_store(q->pool_mine, mine, &q->err);
  wg_store *store = *mine;
  if (!st && !(wg_text_int(q->param[0], &id) && id > 0)) st = WG_NOT_FOUND;
  if (!st) st = store->incident_get(store, &q->arena, id, out, &q->err);
  if (!st) st = store->incident_orgs(store, &q->arena, id, &orgs, &q->err);
  if (!st && !wg_may_see(a->picture, a->viewer, out, orgs, a->now)) st = WG_NOT_FOUND;
  if (st == WG_NOT_FOUND)
    wg_fail(&q->err, WG_NOT_FOUND, "id",
            WG_T("there is no incident %.20s that you may see", "没有可查看的事件 %.20s"), q->param[0]);
  return st;
}

wg_status wg_h_incident(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  wg_incident i;
  wg_store *store = NULL;
  wg_status st = wg_find_incident(q, &store, &i);
  if (st) return st;
  wg_jw w;
  wg_jw_init(&w, &r->body);
  wg_write_incident(&w, a->picture, &i, wg_write_for(a, WG_WRITE_FULL), q->lang);
  return wg_answer_tagged(q, r);
}

struct privates {
  wg_jw *w;
  bool directs;
};

/* Who rang up is for the centre that has it to know, not for all who see the matter. */
static wg_status write_private(void *ctx, const void *row) {
  const struct privates *x = ctx;
  const wg_private *p = row;
  if (x->directs || strcmp(p->field, "caller") != 0) wg_jw_member_str(x->w, p->field, p->text);
  return WG_OK;
}

struct keep {
  wg_arena *arena;
  wg_event *event;
  int n, cap;
};

static wg_status keep_event(void *ctx, const void *row) {
  struct keep *k = ctx;
  if (k->n < k->cap) k->event[k->n++] = *(const wg_event *)row;
  return WG_OK;
}

/* The body holds times as milliseconds since 1970, and is shown as it was hashed. */
static bool is_time(const char *name, const wg_json *value) {
  size_t n = strlen(name);
  bool named = strcmp(name, "at") == 0 || strcmp(name, "due") == 0 ||
               (n > 3 && strcmp(name + n - 3, "_at") == 0) || (n > 4 && strcmp(name + n - 4, "_due") == 0);
  return named && wg_json_is_number(value);
}

struct values {
  wg_jw *w;
  wg_arena *arena;
};

static wg_status write_value(const char *name, wg_json *value, void *ctx) {
  struct values *v = ctx;
  if (is_time(name, value)) {
    wg_jw_member_time(v->w, name, (int64_t)wg_json_number(value));
    return WG_OK;
  }
  const char *text = wg_json_dump(v->arena, value);
  if (!text) return WG_NO_MEMORY;
  wg_jw_member_raw(v->w, name, text);
  return WG_OK;
}

/* The body's members with times as everywhere else. */
static wg_status write_values(wg_request *q, wg_jw *w, const char *body) {
  wg_json *object = NULL;
  struct values v = {w, &q->arena};
  wg_status st = wg_json_parse_object(&q->arena, body, strlen(body), &object, &q->err);
  wg_jw_key(w, "values");
  wg_jw_begin_object(w);
  if (!st) st = wg_json_each(object, write_value, &v);
  wg_jw_end_object(w);
  return st;
}

/* Who sees no names sees what happened and when, and the hashes that prove it: a body may hold words of the
 * program that reported. */
static wg_status write_event(wg_request *q, wg_store *store, wg_jw *w, const wg_event *e, bool directs) {
  char hex[2 * WG_HASH_LEN + 1];
  bool nameless = wg_asker_of(q)->nameless;
  struct privates x = {w, directs};
  const wg_account *actor = nameless ? NULL : wg_picture_account(wg_asker_of(q)->picture, e->actor);
  wg_jw_begin_object(w);
  wg_jw_member_int(w, "seq", e->seq);
  wg_jw_member_time(w, "at", e->at);
  wg_jw_member_str(w, "kind", e->kind);
  wg_jw_key(w, "actor");
  if (actor) {
    wg_jw_begin_object(w);
    wg_jw_member_str(w, "id", wg_arena_printf(&q->arena, "%" PRId64, actor->id));
    wg_jw_member_str(w, "name", actor->name);
    wg_jw_end_object(w);
  } else {
    wg_jw_null(w);
  }
  wg_jw_member_raw(w, "body", nameless ? "{}" : e->body);
  wg_status st = write_values(q, w, nameless ? "{}" : e->body);
  wg_jw_key(w, "private");
  wg_jw_begin_object(w);
  if (!st && !nameless) st = store->privates_of(store, &q->arena, e->seq, write_private, &x, &q->err);
  wg_jw_end_object(w);
  wg_hex(e->hash, WG_HASH_LEN, hex);
  wg_jw_member_str(w, "hash", hex);
  wg_hex(e->prev_hash, WG_HASH_LEN, hex);
  wg_jw_member_str(w, "prev_hash", hex);
  wg_jw_end_object(w);
  return st;
}

wg_status wg_h_incident_events(wg_request *q, wg_response *r) {
  wg_store *store = NULL;
  wg_incident i;
  wg_status st = wg_find_incident(q, &store, &i);
  struct keep k = {.arena = &q->arena};
  int64_t after = 0;
  if (!st) st = wg_query_int(q, "after", 1, INT64_MAX, &after);
  if (!st) st = wg_query_limit(q, &k.cap);
  if (!st) k.event = wg_arena_alloc(&q->arena, (size_t)k.cap * sizeof *k.event);
  if (!st && !k.event) st = WG_NO_MEMORY;
  if (!st)
    st = store->events_of(store, &q->arena, wg_arena_printf(&q->arena, "incident/%" PRId64, i.id), after,
                          k.cap, keep_event, &k, &q->err);
  wg_jw w;
  wg_jw_init(&w, &r->body);
  r->body.max = 16u << 20;
  wg_jw_begin_object(&w);
  wg_jw_key(&w, "items");
  wg_jw_begin_array(&w);
  bool directs = !st && wg_directs(wg_asker_of(q), &i);
  for (int e = 0; !st && e < k.n; e++) st = write_event(q, store, &w, &k.event[e], directs);
  wg_jw_end_array(&w);
  char *next = NULL;
  if (!st && k.n == k.cap)
    next = wg_next_link(q, wg_arena_printf(&q->arena, "%" PRId64, k.event[k.n - 1].seq));
  wg_jw_member_str(&w, "next", next);
  wg_jw_end_object(&w);
  if (st) wg_buf_reset(&r->body);
  return st ? st : wg_answer(r, 200);
}
