/* What happened to incidents in a span of time, from the log: small rows, to be played on a map. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "api/narrow.h"
#include "base/text.h"

enum {
  SPAN_MS = 86400000, /* the longest span */
  USUAL_MS = 28800000,
  STEP = 500,   /* events read at once */
  MOST = 20000, /* looked at for one page, whatever is found */
  KNOWN = 1024  /* incidents remembered; a power of two */
};

struct known {
  int64_t id; /* 0: free */
  bool sees, has_position;
  wg_pt at;
};

struct play {
  wg_request *q;
  wg_store *store;
  wg_narrow narrow;
  wg_jw w;
  wg_arena step;
  int64_t since, until, after;
  int limit, n, looked;
  bool ended;
  struct known known[KNOWN];
};

static wg_status keep_at(void *ctx, const void *row) {
  const wg_event *e = row;
  *(int64_t *)ctx = e->at;
  return WG_OK;
}

/* The last event before `since`: times rise with the seq. */
static wg_status find_start(struct play *p, int64_t head, int64_t *out) {
  int64_t low = 0, high = head; /* everything up to low is before; high + 1 is not */
  while (low < high) {
    int64_t mid = low + (high - low + 1) / 2, at = INT64_MAX;
    wg_status st = p->store->events_since(p->store, &p->step, mid - 1, 1, keep_at, &at, &p->q->err);
    wg_arena_clear(&p->step);
    if (st) return st;
    if (at < p->since)
      low = mid;
    else
      high = mid - 1;
  }
  *out = low;
  return WG_OK;
}

/* Rights are those of now, on the incident as it is now, like the feed's. */
static wg_status look_up(struct play *p, int64_t id, struct known **out) {
  const wg_asker *a = wg_asker_of(p->q);
  struct known *k = *out = &p->known[(uint64_t)id & (KNOWN - 1)];
  if (k->id == id) return WG_OK;
  wg_incident i;
  wg_err none = {0};
  const char *const *orgs = NULL;
  *k = (struct known){.id = id};
  wg_status st = p->store->incident_get(p->store, &p->step, id, &i, &none);
  if (st == WG_NOT_FOUND) return WG_OK;
  if (!st) st = p->store->incident_orgs(p->store, &p->step, id, &orgs, &none);
  if (st) {
    p->q->err = none;
    return st;
  }
  k->has_position = i.has_position;
  k->at = i.at;
  k->sees = wg_narrow_area(&p->narrow, &a->picture->land->areas, wg_incident_area(a->picture, &i)) &&
            wg_may_see(a->picture, a->viewer, &i, orgs, a->now);
  return WG_OK;
}

/* The state that the event led to; NULL: it left it as it was. */
static wg_status state_of(struct play *p, const wg_event *e, const char **out) {
  wg_json *body = NULL, *set = NULL;
  *out = NULL;
  wg_status st = wg_json_parse_object(&p->step, e->body, strlen(e->body), &body, &p->q->err);
  if (!st && strcmp(e->kind, "incident.reported") == 0) *out = wg_state_name(WG_S_REPORTED);
  if (!st) st = wg_json_obj(body, "set", WG_OPTIONAL, &set, &p->q->err);
  if (st || !set || !wg_json_has(set, "state")) return st;
  return wg_json_str(set, "state", WG_OPTIONAL, 32, out, &p->q->err);
}

static void write_row(struct play *p, const wg_event *e, const struct known *k, const char *state) {
  wg_jw *w = &p->w;
  wg_jw_begin_object(w);
  wg_jw_member_int(w, "seq", e->seq);
  wg_jw_member_time(w, "at", e->at);
  wg_write_id(w, "id", k->id);
  wg_jw_member_str(w, "kind", e->kind);
  wg_jw_member_str(w, "state", state);
  wg_jw_key(w, "lon");
  if (k->has_position)
    wg_jw_degrees(w, k->at.x);
  else
    wg_jw_null(w);
  wg_jw_key(w, "lat");
  if (k->has_position)
    wg_jw_degrees(w, k->at.y);
  else
    wg_jw_null(w);
  wg_jw_end_object(w);
}

static wg_status play_event(void *ctx, const void *row) {
  struct play *p = ctx;
  const wg_event *e = row;
  struct known *k = NULL;
  const char *state = NULL;
  int64_t id = 0;
  if (p->n == p->limit || p->ended) return WG_OK;
  if (e->at >= p->until) {
    p->ended = true;
    return WG_OK;
  }
  p->after = e->seq;
  p->looked++;
  if (strncmp(e->subject, "incident/", 9) != 0 || !wg_text_int(e->subject + 9, &id)) return WG_OK;
  wg_status st = look_up(p, id, &k);
  if (st || !k->sees) return st;
  st = state_of(p, e, &state);
  if (st) return st;
  write_row(p, e, k, state);
  p->n++;
  return wg_buf_status(p->w.buf);
}

static wg_status read_span(wg_request *q, struct play *p) {
  p->until = wg_asker_of(q)->now;
  wg_status st = wg_query_time(q, "until", &p->until);
  p->since = p->until - USUAL_MS;
  if (!st) st = wg_query_time(q, "since", &p->since);
  if (st) return st;
  if (p->since >= p->until)
    return wg_fail(&q->err, WG_INVALID, "until", WG_T("until must be after since", "until 应晚于 since"));
  if (p->until - p->since > SPAN_MS)
    return wg_fail(&q->err, WG_INVALID, "since",
                   WG_T("at most 24 hours are replayed at once", "一次最多回放 24 小时"));
  return WG_OK;
}

static wg_status play_all(struct play *p) {
  wg_store_head head;
  int64_t start = 0;
  wg_status st = p->store->head(p->store, &head, &p->q->err);
  if (!st) st = find_start(p, head.seq, &start);
  if (start > p->after) p->after = start;
  while (!st && !p->ended && p->n < p->limit && p->looked < MOST) {
    int64_t was = p->after;
    st = p->store->events_since(p->store, &p->step, p->after, STEP, play_event, p, &p->q->err);
    wg_arena_clear(&p->step);
    if (p->after == was) p->ended = true;
  }
  return st;
}

static wg_status answer(wg_request *q, wg_response *r, struct play *p) {
  r->body.max = 4u << 20;
  wg_jw_init(&p->w, &r->body);
  wg_jw_begin_object(&p->w);
  wg_write_time(&p->w, "since", p->since);
  wg_write_time(&p->w, "until", p->until);
  wg_jw_key(&p->w, "items");
  wg_jw_begin_array(&p->w);
  wg_status st = p->store->read_begin(p->store, &q->err);
  if (!st) {
    st = play_all(p);
    p->store->read_end(p->store);
  }
  wg_jw_end_array(&p->w);
  char *next = p->ended ? NULL : wg_arena_printf(&q->arena, "%" PRId64, p->after);
  wg_jw_member_str(&p->w, "next", next ? wg_next_link(q, next) : NULL);
  wg_jw_end_object(&p->w);
  if (st) wg_buf_reset(&r->body);
  return st ? st : wg_answer(r, 200);
}

wg_status wg_h_replay(wg_request *q, wg_response *r) {
  struct play *p = calloc(1, sizeof *p);
  if (!p) return WG_NO_MEMORY;
  p->q = q;
  wg_arena_init(&p->step);
  wg_status st = wg_narrow_read(q, WG_BY_AREA, &p->narrow);
  if (!st) st = read_span(q, p);
  if (!st) st = wg_query_int(q, "after", 0, INT64_MAX, &p->after);
  if (!st) st = wg_query_limit(q, &p->limit);
  if (!st) st = wg_mine_store(q->pool_mine, &p->store, &q->err);
  if (!st) st = answer(q, r, p);
  wg_arena_clear(&p->step);
  free(p);
  return st;
}
