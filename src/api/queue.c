/* The centre's queue: what waits for somebody to say whose it is, the most pressing clock first. From the
 * live table: one walk picks the page's ids, then each row is copied; the shares of grids in an inexact
 * position are computed for what is shown, outside the table's lock. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "api/narrow.h"
#include "base/text.h"
#include "domain/queue.h"

typedef struct key {
  int64_t clock, id;
} key;

static bool before(key a, key b) { return a.clock != b.clock ? a.clock < b.clock : a.id < b.id; }

static int by_key(const void *a, const void *b) {
  return before(*(const key *)a, *(const key *)b) ? -1 : before(*(const key *)b, *(const key *)a);
}

/* The smallest `cap` keys after `after`: a heap with the largest on top. */
struct pick {
  wg_sight sight;
  wg_narrow narrow;
  uint32_t reasons; /* bit set; 0: any */
  key after;
  key *heap;
  int n, cap;
};

static void sift(struct pick *p, key k) {
  int at = 0;
  for (int child; (child = 2 * at + 1) < p->n; at = child) {
    if (child + 1 < p->n && before(p->heap[child], p->heap[child + 1])) child++;
    if (!before(k, p->heap[child])) break;
    p->heap[at] = p->heap[child];
  }
  p->heap[at] = k;
}

static void push(struct pick *p, key k) {
  if (p->n == p->cap) {
    if (before(k, p->heap[0])) sift(p, k);
    return;
  }
  int at = p->n++;
  for (; at && before(p->heap[(at - 1) / 2], k); at = (at - 1) / 2) p->heap[at] = p->heap[(at - 1) / 2];
  p->heap[at] = k;
}

static bool pick_row(void *ctx, const wg_live_brief *b) {
  struct pick *p = ctx;
  if (b->queue == WG_Q_NONE || (p->reasons && !(p->reasons >> b->queue & 1))) return true;
  if (!wg_narrow_area(&p->narrow, p->sight.areas, b->area) || !wg_sight_brief(&p->sight, b)) return true;
  key k = {wg_queue_clock(&b->row->i), b->row->i.id};
  if (before(p->after, k)) push(p, k);
  return true;
}

/* One row as it is now; it may have moved on since the walk. */
struct one {
  wg_arena *arena;
  wg_incident i;
  wg_queue_reason reason;
  bool known;
};

static bool copy_row(void *ctx, const wg_live_brief *b) {
  struct one *o = ctx;
  o->i = b->row->i;
  o->i.client_id = wg_arena_strdup(o->arena, b->row->i.client_id);
  o->i.source = wg_arena_strdup(o->arena, b->row->i.source);
  o->reason = (wg_queue_reason)b->queue;
  o->known = o->i.client_id && o->i.source;
  return true;
}

static void write_candidate(wg_jw *w, const wg_grid *g, double probability) {
  wg_jw_begin_object(w);
  wg_jw_key(w, "grid");
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "code", g->code);
  wg_jw_member_raw(w, "name", g->names[0] ? g->names : "{}");
  wg_jw_end_object(w);
  wg_jw_member_num(w, "probability", probability, 4);
  wg_jw_end_object(w);
}

enum { HELD_MAX = 16 };

/* The grids it may belong to: by the accuracy where one was stated, else those that hold the point. */
static wg_status write_candidates(wg_jw *w, const wg_picture *p, const wg_incident *i) {
  const wg_network *n = i->has_position ? wg_picture_network(p, i->network, NULL) : NULL;
  wg_shares shares = {0};
  uint32_t held[HELD_MAX];
  uint8_t on[HELD_MAX];
  wg_status st = WG_OK;
  wg_jw_key(w, "candidates");
  wg_jw_begin_array(w);
  if (n && i->accuracy_m > 0 && i->accuracy_m <= 1000) {
    st = wg_resolve_shares(n->resolver, i->at, i->accuracy_m, 0.68, &shares);
    for (uint32_t k = 0; !st && k < shares.n; k++)
      write_candidate(w, &n->plan.grid[shares.share[k].feature], shares.share[k].probability);
  } else if (n) {
    uint32_t all = wg_resolve_all(n->resolver, i->at, HELD_MAX, held, on);
    for (uint32_t k = 0; k < all && k < HELD_MAX; k++) write_candidate(w, &n->plan.grid[held[k]], 1.0 / all);
  }
  wg_jw_end_array(w);
  return st;
}

static wg_status write_item(wg_request *q, wg_jw *w, const struct one *o) {
  const wg_asker *a = wg_asker_of(q);
  int64_t clock = wg_queue_clock(&o->i);
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "reason", wg_queue_name(o->reason));
  wg_jw_member_str(w, "sentence", wg_queue_sentence(o->reason, q->lang));
  wg_write_time(w, "clock", clock == INT64_MAX ? 0 : clock);
  wg_status st = write_candidates(w, a->picture, &o->i);
  wg_jw_key(w, "incident");
  wg_write_incident(w, a->picture, &o->i, wg_write_for(a, WG_WRITE_SUMMARY), q->lang);
  wg_jw_end_object(w);
  return st;
}

static wg_status read_after(wg_request *q, key *out) {
  const char *text = wg_request_query(q, "after"), *dash = text ? strchr(text, '-') : NULL;
  *out = (key){INT64_MIN, 0};
  if (!text) return WG_OK;
  char *clock = dash ? wg_arena_strndup(&q->arena, text, (size_t)(dash - text)) : NULL;
  if (clock && wg_text_int(clock, &out->clock) && wg_text_int(dash + 1, &out->id)) return WG_OK;
  return wg_fail(&q->err, WG_INVALID, "after",
                 WG_T("after is what an answer's next says", "after 应取自上一页的 next"));
}

static wg_status read_reasons(wg_request *q, uint32_t *out) {
  const char *text = wg_request_query(q, "reason");
  wg_queue_reason reason = WG_Q_NONE;
  if (!text) return WG_OK;
  if (!wg_queue_parse(text, &reason))
    return wg_fail(&q->err, WG_INVALID, "reason", WG_T("there is no reason \"%.40s\"", "没有原因“%.40s”"),
                   text);
  *out = 1u << reason;
  return WG_OK;
}

static wg_status write_page(wg_request *q, wg_response *r, const struct pick *p, int limit) {
  wg_live *live = wg_engine_live(atomic_load(&wg_asker_of(q)->app->engine));
  wg_status st = WG_OK;
  wg_jw w;
  wg_jw_init(&w, &r->body);
  r->body.max = 16u << 20;
  wg_jw_begin_object(&w);
  wg_jw_key(&w, "items");
  wg_jw_begin_array(&w);
  for (int k = 0; !st && k < p->n && k < limit; k++) {
    struct one o = {.arena = &q->arena};
    wg_live_one(live, wg_asker_of(q)->picture->land, p->heap[k].id, copy_row, &o);
    if (o.known && o.reason != WG_Q_NONE) st = write_item(q, &w, &o);
  }
  wg_jw_end_array(&w);
  const key *last = p->n > limit ? &p->heap[limit - 1] : NULL;
  wg_jw_member_str(
      &w, "next",
      last ? wg_next_link(q, wg_arena_printf(&q->arena, "%" PRId64 "-%" PRId64, last->clock, last->id))
           : NULL);
  wg_jw_end_object(&w);
  if (st) wg_buf_reset(&r->body);
  return st ? st : wg_answer(r, 200);
}

wg_status wg_h_queue(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  struct pick p = {.n = 0};
  int limit = 0;
  wg_status st = wg_narrow_read(q, WG_BY_AREA, &p.narrow);
  if (!st) st = read_reasons(q, &p.reasons);
  if (!st) st = read_after(q, &p.after);
  if (!st) st = wg_query_limit(q, &limit);
  if (st) return st;
  p.cap = limit + 1; /* one more tells that there is a next page */
  p.heap = wg_arena_alloc(&q->arena, (size_t)p.cap * sizeof *p.heap);
  if (!p.heap) return WG_NO_MEMORY;
  st = wg_sight_init(&p.sight, a->picture, a->viewer, WG_V_SEE_INCIDENT, a->now);
  if (st) return st;
  wg_live_each(wg_engine_live(atomic_load(&a->app->engine)), a->picture->land, pick_row, &p);
  wg_sight_deinit(&p.sight);
  qsort(p.heap, (size_t)p.n, sizeof *p.heap, by_key);
  return write_page(q, r, &p, limit);
}
