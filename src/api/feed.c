/* GET /api/v1/events: the live feed as server-sent events. A stream keeps the seq it has reached, a clock,
 * and one message at a time; what it sends is pulled when the socket takes bytes. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/app.h"
#include "base/text.h"
#include "base/time.h"
#include "engine/notices.h"

enum { MESSAGE_MAX = 8 << 20, ENOUGH = 32 << 10, KEPT = 4 << 10 };

struct stream {
  wg_app *app;
  int64_t account;
  char token[64];
  wg_buf out; /* what is written and not yet taken */
  size_t sent;
  int64_t seq; /* reached */
  wg_feed_item
      *held; /* seen by this viewer, written when it is known whether it is its commit's last visible */
  int64_t ticks;
  uint64_t batch, epoch;
  uint64_t notices, told; /* versions: of all notices looked at, of the account's own that was sent */
  bool under_way;         /* it has read the feed: who falls off the ring now was too slow */
  bool ending;            /* the last message is in `out` */
};

static void message(struct stream *s, const char *event, int64_t id, const char *data) {
  if (id) wg_buf_printf(&s->out, "id: %" PRId64 "\n", id);
  wg_buf_add_str(&s->out, "event: ");
  wg_buf_add_str(&s->out, event);
  wg_buf_add_str(&s->out, "\ndata: ");
  wg_buf_add_str(&s->out, data);
  wg_buf_add_str(&s->out, "\n\n");
}

static void clock_message(struct stream *s, const char *event, int64_t head) {
  char at[WG_TIME_LEN], data[120];
  wg_time_format(wg_now_ms(), at);
  snprintf(data, sizeof data, "{\"time\":\"%s\",\"head\":%" PRId64 "}", at, head);
  message(s, event, 0, data);
}

static void bye(struct stream *s, const char *why) {
  char data[64];
  snprintf(data, sizeof data, "{\"why\":\"%s\"}", why);
  message(s, "bye", 0, data);
  s->ending = true;
}

/* What of an item this viewer gets: 0 nothing, 1 all, 2 only that there was something. */
static int share_of(const wg_picture *p, const wg_viewer *v, const wg_feed_item *item, int64_t now) {
  const wg_areas *areas = &p->land->areas;
  if (item->audience == WG_TO_NOBODY) return 0;
  if (item->audience == WG_TO_ALL) return wg_may(areas, v, WG_V_SEE_MAP, NULL, now);
  const wg_incident *i = item->incident;
  wg_target t = {.area = i->area[0] ? wg_areas_find(areas, i->area) : WG_NO_INDEX,
                 .class_ = i->class_,
                 .reporter = i->reporter,
                 .responsible = i->responsible,
                 .orgs = item->orgs};
  if (wg_may(areas, v, WG_V_SEE_INCIDENT, &t, now)) return 1;
  t = (wg_target){.area = t.area}; /* it counts for those who would see it by its area, were it ordinary */
  return i->class_ != WG_ORDINARY && wg_may(areas, v, WG_V_SEE_INCIDENT, &t, now) ? 2 : 0;
}

static void write_item(struct stream *s, const wg_picture *p, const wg_viewer *v, wg_feed_item *item,
                       bool last) {
  int64_t id = last ? item->seq : 0, at = wg_now_ms();
  if (share_of(p, v, item, at) == 2) {
    char data[96];
    snprintf(data, sizeof data, "{\"seq\":%" PRId64 ",\"class\":\"%s\"}", item->seq,
             wg_class_name(item->incident->class_));
    message(s, "count", id, data);
    return;
  }
  /* of a picture no older than the item: what is written here is kept for all readers */
  wg_picture *now = wg_engine_picture(atomic_load(&s->app->engine));
  const wg_feed_text *text = wg_mark_text(now, item, wg_nameless(v, at));
  wg_picture_drop(now);
  if (text && text->tiles_len) wg_buf_add(&s->out, text->tiles, text->tiles_len);
  message(s, item->event, id, text && text->data ? text->data : "{}");
}

static void flush_held(struct stream *s, const wg_picture *p, const wg_viewer *v, bool last) {
  if (!s->held) return;
  write_item(s, p, v, s->held, last);
  wg_feed_item_drop(s->held);
  s->held = NULL;
}

static void reset(struct stream *s, wg_feed *feed, const char *why) {
  wg_feed_item_drop(s->held);
  s->held = NULL;
  s->epoch = wg_feed_epoch(feed); /* before the head: a reset too many does no harm, one too few does */
  s->seq = wg_feed_head(feed);
  char data[96];
  snprintf(data, sizeof data, "{\"head\":%" PRId64 ",\"why\":\"%s\"}", s->seq, why);
  message(s, "reset", s->seq, data);
}

/* Takes items until there is enough to send or nothing is left. */
static void take_items(struct stream *s, wg_feed *feed, const wg_picture *p, const wg_viewer *v) {
  if (s->epoch != wg_feed_epoch(feed)) {
    reset(s, feed, "renewed");
    return;
  }
  while (s->out.len < ENOUGH) {
    wg_feed_item *item = NULL;
    wg_feed_got got = wg_feed_after(feed, s->seq, &item);
    if (got == WG_FEED_TOO_OLD) {
      if (s->under_way)
        bye(s, "slow"); /* it comes back with its last id, and is told to start anew then */
      else
        reset(s, feed, "too-old");
      return;
    }
    s->under_way = true;
    if (got == WG_FEED_NONE) return;
    s->seq = item->seq;
    bool end_of_commit = item->last;
    if (share_of(p, v, item, wg_now_ms())) {
      flush_held(s, p, v, false);
      s->held = item;
    } else {
      wg_feed_item_drop(item);
    }
    if (end_of_commit) flush_held(s, p, v, true);
  }
}

struct positions {
  wg_jw w;
  wg_sight sight;
  int64_t staff; /* the viewer's own */
  int n;
};

static bool write_position(void *ctx, const wg_worker *worker) {
  struct positions *x = ctx;
  bool own = x->staff && worker->p.staff == x->staff;
  if (!own && !wg_sight_area(&x->sight, worker->area, WG_ORDINARY)) return true;
  char id[24];
  snprintf(id, sizeof id, "%" PRId64, worker->p.staff);
  wg_jw_begin_object(&x->w);
  wg_jw_member_str(&x->w, "id", id);
  wg_jw_key(&x->w, "lon");
  wg_jw_degrees(&x->w, worker->p.at.x);
  wg_jw_key(&x->w, "lat");
  wg_jw_degrees(&x->w, worker->p.at.y);
  wg_jw_member_time(&x->w, "at", worker->p.fixed_at);
  if (worker->p.accuracy_m >= 0) wg_jw_member_num(&x->w, "accuracy_m", worker->p.accuracy_m, 1);
  wg_jw_end_object(&x->w);
  x->n++;
  return true;
}

/* The newest batch as this viewer may see it; empty: none of it. *number: which batch that was. */
static wg_status render_positions(const wg_picture *p, const wg_viewer *v, wg_workers *workers, wg_buf *json,
                                  uint64_t *number) {
  struct positions x = {.staff = v->staff};
  int64_t now = wg_now_ms();
  wg_status st = wg_sight_init(&x.sight, p, v, WG_V_SEE_WORKERS, now);
  if (st) return st;
  wg_jw_init(&x.w, json);
  wg_jw_begin_object(&x.w);
  wg_jw_member_time(&x.w, "time", now);
  wg_jw_key(&x.w, "workers");
  wg_jw_begin_array(&x.w);
  *number = wg_workers_batch(workers, p->land, write_position, &x);
  wg_jw_end_array(&x.w);
  wg_jw_end_object(&x.w);
  wg_sight_deinit(&x.sight);
  if (!x.n) wg_buf_reset(json);
  return wg_buf_status(json);
}

static void take_positions(struct stream *s, wg_workers *workers, const wg_picture *p, const wg_viewer *v) {
  uint64_t batch = wg_workers_batch(workers, NULL, NULL, NULL);
  if (batch == s->batch) return;
  s->batch = batch;
  int64_t now = wg_now_ms();
  wg_sent_key key = {.batch = batch,
                     .generation = p->land->generation,
                     .rights = wg_sight_hash(p, v, WG_V_SEE_WORKERS, now),
                     .staff = v->staff};
  if (!wg_may(&p->land->areas, v, WG_V_SEE_WORKERS, NULL, now)) return;
  wg_buf json;
  wg_buf_init(&json, MESSAGE_MAX / 2);
  wg_status st = WG_OK;
  if (!wg_sent_positions_get(s->app->positions, &key, &json)) {
    st = render_positions(p, v, workers, &json, &key.batch);
    s->batch = key.batch;
    if (!st) wg_sent_positions_put(s->app->positions, &key, json.data, json.len);
  }
  if (!st && json.len) message(s, "positions", 0, wg_buf_str(&json));
  wg_buf_deinit(&json);
}

/* How many notices the account has unread, when that has changed. Whoever gets it was reached. */
static void take_notices(struct stream *s, wg_notices *notices, const wg_viewer *v) {
  uint64_t version = wg_notices_version(notices), own = 0;
  if (version == s->notices || wg_nameless(v, wg_now_ms())) return;
  s->notices = version;
  int64_t seq = wg_notices_seq(notices);
  int64_t unread = wg_notices_unread(notices, s->account, &own);
  if (own == s->told) return;
  s->told = own;
  char data[48];
  snprintf(data, sizeof data, "{\"unread\":%" PRId64 "}", unread);
  message(s, "notice", 0, data);
  wg_notices_told(notices, s->account, seq);
}

/* Fills `out` with what there is; leaves it empty when there is nothing. */
static void fill(struct stream *s) {
  wg_engine *engine = atomic_load(&s->app->engine);
  if (atomic_load(&s->app->closing)) {
    bye(s, "stopping");
    return;
  }
  wg_picture *p = wg_engine_picture(engine);
  int64_t ticks = wg_engine_ticks(engine);
  bool tick = ticks != s->ticks;
  int64_t account = s->account;
  wg_session_use use = {0};
  if (tick) account = wg_engine_session(engine, s->token, wg_now_ms(), &use);
  if (use.note) wg_note_seen(s->app, account);
  const wg_viewer *v = account == s->account ? wg_picture_viewer(p, account) : NULL;
  if (!v) {
    bye(s, "signed-out");
  } else {
    if (tick) clock_message(s, "tick", wg_feed_head(wg_engine_feed(engine))); /* never waits behind a flood */
    s->ticks = ticks;
    take_notices(s, wg_engine_notices(engine), v);
    take_positions(s, wg_engine_workers(engine), p, v);
    take_items(s, wg_engine_feed(engine), p, v);
  }
  wg_picture_drop(p);
}

static int64_t pull(void *self, char *to, size_t max) {
  struct stream *s = self;
  if (s->sent == s->out.len) {
    if (s->ending) return -1;
    if (s->out.cap > KEPT)
      wg_buf_deinit(&s->out); /* ten thousand viewers must not keep their largest message */
    else
      wg_buf_reset(&s->out);
    s->sent = 0;
    fill(s);
    if (wg_buf_status(&s->out)) return -1;
  }
  size_t n = s->out.len - s->sent;
  if (n > max) n = max;
  if (n) memcpy(to, s->out.data + s->sent, n);
  s->sent += n;
  return (int64_t)n;
}

static void close_stream(void *self) {
  struct stream *s = self;
  wg_feed_item_drop(s->held);
  wg_buf_deinit(&s->out);
  free(s);
}

static wg_status read_after(wg_request *q, int64_t *out) {
  const char *text = wg_request_header(q, "Last-Event-ID");
  const char *query = wg_request_query(q, "after");
  const char *name = query ? "after" : "Last-Event-ID";
  if (query) text = query;
  if (!text || !*text) return WG_OK;
  if (wg_text_int(text, out) && *out >= 0) return WG_OK;
  return wg_fail(&q->err, WG_INVALID, name,
                 WG_T("%s must be a seq: a whole number", "%s 应为事件序号（整数）"), name);
}

wg_status wg_h_events(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  wg_engine *engine = atomic_load(&a->app->engine);
  int64_t head = wg_feed_head(wg_engine_feed(engine)), after = head;
  wg_status st = read_after(q, &after);
  if (st) return st;
  struct stream *s = calloc(1, sizeof *s);
  if (!s) return WG_NO_MEMORY;
  s->app = a->app;
  s->account = a->viewer->account;
  s->seq = after;
  s->ticks = wg_engine_ticks(engine);
  s->batch = wg_workers_batch(wg_engine_workers(engine), NULL, NULL, NULL);
  s->epoch = wg_feed_epoch(wg_engine_feed(engine));
  snprintf(s->token, sizeof s->token, "%s", a->token);
  wg_buf_init(&s->out, MESSAGE_MAX);
  wg_buf_add_str(&s->out, "retry: 2000\n\n");
  clock_message(s, "hello", head);
  /* the stream asks for the picture of the moment, and must not keep this one alive for as long as it lasts
   */
  wg_picture_drop(a->picture);
  a->picture = NULL;
  a->viewer = NULL;
  r->type = "text/event-stream; charset=utf-8";
  r->no_compress = true;
  wg_response_header(q, r, "Cache-Control", "no-store");
  wg_response_header(q, r, "X-Accel-Buffering", "no");
  wg_stream *stream = NULL;
  return wg_http_stream(q, r, (wg_stream_source){pull, close_stream, s}, &stream);
}
