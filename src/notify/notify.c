#include "notify/notify.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "base/time.h"
#include "domain/setting.h"
#include "notify/inside.h"

enum {
  REST_MS = 20,        /* between two looks, so that a hundred commits are one run */
  BUSY_REST_MS = 200,  /* the same while the intake is busy: its commands go first */
  BUSY_COMMANDS = 400, /* a second, from here on it is */
  LOOK_MS = 500,
  SECOND_US = 1000000,
  MINUTE_US = 60000000,
  TOLD = 1024,
  TRIM = 2000
};
static const int64_t day_ms = 86400000;
enum { KEPT_DAYS = 90 };

/* --- once in a while ---------------------------------------------------------------------------------------
 */

struct told {
  wg_command command;
  wg_told item[TOLD];
  int n;
};

static wg_status write_told(wg_command *c, wg_txn *txn) {
  struct told *t = (struct told *)c;
  wg_status st = WG_OK;
  for (int k = 0; !st && k < t->n; k++)
    st = txn->store->notices_reached(txn->store, t->item[k].account, t->item[k].after, t->item[k].seq,
                                     txn->now, &c->err);
  return st;
}

static wg_status note_told(wg_notify *n, wg_err *err) {
  struct told t = {.command.run = write_told};
  t.n = wg_notices_take_told(wg_engine_notices(n->engine), t.item, TOLD);
  if (!t.n) return WG_OK;
  wg_status st = wg_engine_do(n->engine, &t.command);
  if (st) *err = t.command.err;
  for (int k = 0; st && k < t.n; k++) wg_notices_give_back(wg_engine_notices(n->engine), &t.item[k]);
  return st;
}

struct unreached {
  wg_unreached *item;
  int n;
};

static wg_status keep_unreached(void *ctx, const void *row) {
  struct unreached *u = ctx;
  const wg_notice *x = row;
  wg_unreached *to = &u->item[u->n++];
  to->account = x->account;
  to->incident = x->incident;
  to->at = x->at;
  snprintf(to->kind, sizeof to->kind, "%s", x->kind);
  return WG_OK;
}

static wg_status find_unreached(wg_notify *n, wg_err *err) {
  wg_store *s = n->store;
  const wg_setting *setting = wg_setting_find("notify_unreached_minutes");
  const char *text = NULL;
  wg_arena arena;
  wg_arena_init(&arena);
  struct unreached u = {.item = wg_arena_alloc(&arena, WG_UNREACHED * sizeof(wg_unreached))};
  wg_status st = u.item ? s->setting_get(s, &arena, setting->key, &text, err) : WG_NO_MEMORY;
  int64_t ms = (int64_t)(wg_setting_number(setting, text) * 60000);
  if (!st) st = s->notices_unreached(s, &arena, wg_now_ms() - ms, WG_UNREACHED, keep_unreached, &u, err);
  if (!st) wg_notices_put_unreached(wg_engine_notices(n->engine), u.item, u.n);
  wg_arena_clear(&arena);
  return st;
}

static wg_status write_trim(wg_command *c, wg_txn *txn) {
  return txn->store->notices_trim(txn->store, txn->now - KEPT_DAYS * day_ms, TRIM, &c->err);
}

static wg_status tidy(wg_notify *n, wg_err *err) {
  int64_t now = wg_monotonic_us();
  wg_status st = WG_OK;
  if (now - n->second_at >= SECOND_US) {
    n->second_at = now;
    st = note_told(n, err);
    if (!st) st = find_unreached(n, err);
  }
  if (!st && now - n->minute_at >= MINUTE_US) {
    wg_command trim = {.run = write_trim};
    n->minute_at = now;
    st = wg_engine_do(n->engine, &trim);
    if (st) *err = trim.err;
  }
  return st;
}

/* --- the thread --------------------------------------------------------------------------------------------
 */

static void rest(wg_notify *n, int64_t ms, bool until_poked) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  t.tv_sec += ms / 1000;
  t.tv_nsec += ms % 1000 * 1000000;
  t.tv_sec += t.tv_nsec / 1000000000;
  t.tv_nsec %= 1000000000;
  pthread_mutex_lock(&n->lock);
  while (!atomic_load(&n->stopping) && !(until_poked && n->poked))
    if (pthread_cond_timedwait(&n->more, &n->lock, &t) == ETIMEDOUT) break;
  if (until_poked) n->poked = false;
  pthread_mutex_unlock(&n->lock);
}

/* How long to let the intake have the writer. */
static int64_t pace(wg_notify *n) {
  wg_engine_stats stats;
  wg_engine_get_stats(n->engine, &stats);
  int64_t now = wg_monotonic_us(), us = now - n->looked_at + 1;
  bool busy = (stats.commands - n->commands) * 1000000 / us > BUSY_COMMANDS;
  n->commands = stats.commands;
  n->looked_at = now;
  return busy ? BUSY_REST_MS : REST_MS;
}

static void *run(void *arg) {
  wg_notify *n = arg;
  wg_status said = WG_OK;
  while (!atomic_load(&n->stopping)) {
    wg_err err = {0};
    bool more = false;
    int64_t next = INT64_MAX;
    wg_status st = wg_follow(n, &more, &err);
    if (!st) st = wg_deliver(n, &next, &err);
    if (!st) st = tidy(n, &err);
    if (st && st != said && !atomic_load(&n->stopping))
      wg_error("notify", "telling waits: %s", err.en[0] ? err.en : wg_status_name(st));
    said = st;
    rest(n, st ? LOOK_MS : pace(n), false);
    int64_t wait = next - wg_now_ms();
    if (!more && !st) rest(n, wait < LOOK_MS ? (wait > REST_MS ? wait : REST_MS) : LOOK_MS, true);
  }
  return NULL;
}

/* --- starting and stopping ---------------------------------------------------------------------------------
 */

static wg_status put_unread(void *ctx, const void *row) {
  const wg_notice_count *c = row;
  wg_notices_set(ctx, c->account, c->n);
  return WG_OK;
}

struct begin {
  wg_command command;
  int64_t seq;
};
static wg_status write_begin(wg_command *c, wg_txn *txn) {
  return txn->store->follow_put(txn->store, "notices", ((struct begin *)c)->seq, &c->err);
}

/* Where it was; the first time, here: nobody is told of what was before. */
static wg_status find_place(wg_notify *n, wg_err *err) {
  wg_store *s = n->store;
  wg_store_head head;
  wg_status st = s->follow_get(s, "notices", &n->seq, err);
  if (!st) st = s->notices_unread(s, 0, put_unread, wg_engine_notices(n->engine), err);
  if (!st) st = s->head(s, &head, err);
  if (!st) wg_notices_put_seq(wg_engine_notices(n->engine), n->seq >= 0 ? n->seq : head.seq);
  if (st || n->seq >= 0) return st;
  struct begin begin = {.command.run = write_begin, .seq = n->seq = head.seq};
  st = wg_engine_do(n->engine, &begin.command);
  if (st) *err = begin.command.err;
  return st;
}

static void set_defaults(wg_notify_config *c) {
  if (!c->command_seconds) c->command_seconds = 10;
  if (!c->backoff_ms) c->backoff_ms = 2000;
  if (!c->tries) c->tries = 12;
}

wg_status wg_notify_start(const wg_notify_config *config, wg_engine *engine, wg_notify **out, wg_err *err) {
  wg_notify *n = calloc(1, sizeof *n);
  if (!n) return WG_NO_MEMORY;
  pthread_condattr_t monotonic;
  pthread_condattr_init(&monotonic);
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
  pthread_mutex_init(&n->lock, NULL);
  pthread_cond_init(&n->more, &monotonic);
  pthread_condattr_destroy(&monotonic);
  wg_arena_init(&n->arena);
  n->config = *config;
  n->engine = engine;
  set_defaults(&n->config);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  wg_status st = config->open_store(config->ctx, &n->store, err);
  if (!st) st = find_place(n, err);
  if (!st) st = wg_pool_new(WG_FLYING / 2, WG_FLYING, NULL, NULL, NULL, &n->pool);
  if (!st) n->started = pthread_create(&n->thread, NULL, run, n) == 0;
  if (!st && !n->started) st = WG_NO_MEMORY;
  if (n->started) pthread_setname_np(n->thread, "wg-notify");
  if (st) wg_notify_free(n);
  if (st && err && !err->en[0]) wg_fail(err, st, "", WG_T("notifying cannot be started", "通知服务无法启动"));
  *out = st ? NULL : n;
  return st;
}

void wg_notify_poke(wg_notify *n) {
  pthread_mutex_lock(&n->lock);
  if (!n->poked) pthread_cond_signal(&n->more);
  n->poked = true;
  pthread_mutex_unlock(&n->lock);
}

void wg_notify_stop(wg_notify *n) {
  if (!n) return;
  pthread_mutex_lock(&n->lock);
  atomic_store(&n->stopping, true);
  pthread_cond_broadcast(&n->more);
  pthread_mutex_unlock(&n->lock);
  if (n->started) pthread_join(n->thread, NULL);
  wg_pool_free(n->pool);
  n->pool = NULL;
  if (n->started) wg_deliver_end(n, NULL); /* what was taken meanwhile is not sent again */
  n->started = false;
}

void wg_notify_free(wg_notify *n) {
  if (!n) return;
  wg_notify_stop(n);
  for (int k = 0; k < WG_FLYING; k++) {
    free(n->parcel[k].url);
    free(n->parcel[k].secret);
    free(n->parcel[k].body);
  }
  if (n->store) n->store->close(n->store);
  wg_picture_drop(n->picture);
  wg_arena_clear(&n->arena);
  pthread_cond_destroy(&n->more);
  pthread_mutex_destroy(&n->lock);
  free(n);
}
