/* Starting and stopping, the queue's door, the ticker and the tender. */
#include "engine/engine.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "base/time.h"
#include "engine/inside.h"
#include "engine/notices.h"

enum { FEED_ITEMS = 16384, FEED_BYTES = 64 << 20, TEND_S = 1 };

/* Waits go by the monotonic clock: a wall clock set back must not stop the ticks. */
static void init_locks(wg_engine *e) {
  pthread_condattr_t monotonic;
  pthread_condattr_init(&monotonic);
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
  pthread_mutex_init(&e->lock, NULL);
  pthread_cond_init(&e->more, &monotonic);
  pthread_cond_init(&e->end, &monotonic);
  pthread_condattr_destroy(&monotonic);
}

wg_status wg_engine_new(const wg_engine_config *config, wg_engine **out, wg_err *err) {
  wg_engine *e = calloc(1, sizeof *e);
  if (!e) return WG_NO_MEMORY;
  init_locks(e);
  e->hooks = config->hooks;
  e->watches_duty = config->watches_duty;
  e->writer = config->writer;
  e->tender = config->tender;
  e->max_waiting = config->max_waiting ? config->max_waiting : 4096;
  wg_status st = wg_live_new(&e->live);
  if (!st) st = wg_workers_new(&e->workers);
  if (!st) st = wg_feed_new(FEED_ITEMS, FEED_BYTES, &e->feed);
  if (!st) st = wg_sessions_new(&e->sessions);
  if (!st) st = wg_history_new(&e->history);
  if (!st) st = wg_notices_new(&e->notices);
  if (!st) st = wg_apply_start(e, err);
  if (!st) st = wg_duty_load(e, err);
  if (st) {
    wg_engine_free(e);
    return st;
  }
  *out = e;
  return WG_OK;
}

bool wg_engine_rest(wg_engine *e, int64_t until_us) {
  pthread_mutex_lock(&e->lock);
  while (!e->stopping) {
    if (wg_monotonic_us() >= until_us) break;
    struct timespec at = {.tv_sec = until_us / 1000000, .tv_nsec = until_us % 1000000 * 1000};
    pthread_cond_timedwait(&e->end, &e->lock, &at);
  }
  bool stop = e->stopping;
  pthread_mutex_unlock(&e->lock);
  return stop;
}

static void *ticker_main(void *engine) {
  wg_engine *e = engine;
  int64_t next = wg_monotonic_us();
  for (int second = 0; !wg_engine_rest(e, next += 1000000); second++) {
    wg_workers_turn(e->workers);
    if (second % 2) atomic_fetch_add(&e->ticks, 1);
    if (e->hooks.wake) e->hooks.wake(e->hooks.ctx);
  }
  return NULL;
}

static void *tender_main(void *engine) {
  wg_engine *e = engine;
  int64_t next = wg_monotonic_us();
  while (!wg_engine_rest(e, next += TEND_S * 1000000ll)) {
    wg_err err = {0};
    wg_status st = e->tender->tend(e->tender, &err);
    if (st && st != WG_BUSY) wg_error("engine", "tending the store: %s", err.en);
    if (e->hooks.tended) e->hooks.tended(e->hooks.tended_ctx, e->tender);
  }
  return NULL;
}

static void tell_end(wg_engine *e) {
  pthread_mutex_lock(&e->lock);
  e->stopping = true;
  pthread_cond_broadcast(&e->more);
  pthread_cond_broadcast(&e->end);
  pthread_mutex_unlock(&e->lock);
}

static bool start_thread(pthread_t *thread, void *(*main)(void *), wg_engine *e, const char *name) {
  if (pthread_create(thread, NULL, main, e) != 0) return false;
  pthread_setname_np(*thread, name); /* for top, perf and gdb */
  return true;
}

wg_status wg_engine_start(wg_engine *e, wg_err *err) {
  int n = start_thread(&e->writer_thread, wg_writer_main, e, "wg-writer");
  n += n == 1 && start_thread(&e->ticker_thread, ticker_main, e, "wg-ticker");
  n += n == 2 && start_thread(&e->tender_thread, tender_main, e, "wg-tender");
  n += n == 3 && (!e->watches_duty || start_thread(&e->duty_thread, wg_duty_main, e, "wg-duty"));
  if (n == 4) {
    e->running = true;
    return WG_OK;
  }
  tell_end(e);
  if (n > 0) pthread_join(e->writer_thread, NULL);
  if (n > 1) pthread_join(e->ticker_thread, NULL);
  if (n > 2) pthread_join(e->tender_thread, NULL);
  return wg_fail(err, WG_NO_MEMORY, "", WG_T("the system gives no more threads", "系统无法再创建线程"));
}

void wg_engine_stop(wg_engine *e) {
  if (!e->running) return;
  tell_end(e);
  pthread_join(e->writer_thread, NULL);
  pthread_join(e->ticker_thread, NULL);
  pthread_join(e->tender_thread, NULL);
  if (e->watches_duty) pthread_join(e->duty_thread, NULL);
  e->running = false;
}

void wg_engine_free(wg_engine *e) {
  if (!e) return;
  wg_engine_stop(e);
  wg_duty_drop(e->duty);
  free(e->unmanned);
  wg_picture_drop(e->picture);
  wg_live_free(e->live);
  wg_workers_free(e->workers);
  wg_feed_free(e->feed);
  wg_sessions_free(e->sessions);
  wg_history_free(e->history);
  wg_notices_free(e->notices);
  free(e->due.item);
  if (e->writer) e->writer->close(e->writer);
  if (e->tender) e->tender->close(e->tender);
  pthread_cond_destroy(&e->more);
  pthread_cond_destroy(&e->end);
  pthread_mutex_destroy(&e->lock);
  free(e);
}

wg_picture *wg_engine_picture(wg_engine *e) {
  pthread_mutex_lock(&e->lock);
  wg_picture *p = e->picture;
  wg_picture_hold(p);
  pthread_mutex_unlock(&e->lock);
  return p;
}

wg_duty *wg_engine_duty(wg_engine *e) {
  pthread_mutex_lock(&e->lock);
  wg_duty *d = e->duty;
  if (d) wg_duty_hold(d);
  pthread_mutex_unlock(&e->lock);
  return d;
}

wg_live *wg_engine_live(wg_engine *e) { return e->live; }
wg_workers *wg_engine_workers(wg_engine *e) { return e->workers; }
wg_feed *wg_engine_feed(wg_engine *e) { return e->feed; }
wg_history *wg_engine_history(wg_engine *e) { return e->history; }
wg_notices *wg_engine_notices(wg_engine *e) { return e->notices; }
int64_t wg_engine_ticks(wg_engine *e) { return atomic_load(&e->ticks); }

void wg_engine_get_stats(wg_engine *e, wg_engine_stats *out) {
  pthread_mutex_lock(&e->lock);
  *out = e->stats;
  out->waiting = e->waiting;
  pthread_mutex_unlock(&e->lock);
}

wg_status wg_engine_submit(wg_engine *e, wg_command *c) {
  pthread_mutex_lock(&e->lock);
  bool full = e->waiting >= e->max_waiting || e->stopping;
  if (!full) {
    c->next = NULL;
    if (e->last)
      e->last->next = c;
    else
      e->first = c;
    e->last = c;
    e->waiting++; /* the writer sleeps only when nothing waits, or for company */
    if (e->waiting == 1 || e->waiting == e->wanted) pthread_cond_signal(&e->more);
  }
  pthread_mutex_unlock(&e->lock);
  return full ? wg_fail(&c->err, WG_BUSY, "",
                        WG_T("too many changes wait to be written; try again in a second",
                             "待写入的请求过多，请稍后再试"))
              : WG_OK;
}

struct waiting {
  wg_command outer;
  wg_command *inner;
  pthread_mutex_t lock;
  pthread_cond_t done;
  bool over;
  wg_status status;
};

static wg_status run_inner(wg_command *c, wg_txn *txn) {
  struct waiting *w = (struct waiting *)c;
  wg_status st = w->inner->run(w->inner, txn);
  c->err = w->inner->err;
  return st;
}

static void inner_done(wg_command *c, wg_status st) {
  struct waiting *w = (struct waiting *)c;
  w->inner->err = c->err;
  if (w->inner->done) w->inner->done(w->inner, st);
  pthread_mutex_lock(&w->lock);
  w->status = st;
  w->over = true;
  pthread_cond_signal(&w->done);
  pthread_mutex_unlock(&w->lock);
}

wg_status wg_engine_do(wg_engine *e, wg_command *c) {
  struct waiting w = {.outer = {.run = run_inner, .done = inner_done}, .inner = c};
  pthread_mutex_init(&w.lock, NULL);
  pthread_cond_init(&w.done, NULL);
  wg_status st = wg_engine_submit(e, &w.outer);
  if (st) c->err = w.outer.err;
  if (!st) {
    pthread_mutex_lock(&w.lock);
    while (!w.over) pthread_cond_wait(&w.done, &w.lock);
    st = w.status;
    pthread_mutex_unlock(&w.lock);
  }
  pthread_cond_destroy(&w.done);
  pthread_mutex_destroy(&w.lock);
  return st;
}
