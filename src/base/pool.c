#include "base/pool.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct job {
  void (*fn)(void *, void *);
  void *what;
};

struct wg_pool {
  pthread_mutex_t lock;
  pthread_cond_t more;
  struct job *ring;
  int cap, head, count, n_threads;
  bool closing;
  void *(*start)(void *);
  void (*stop)(void *);
  void *ctx;
  pthread_t threads[];
};

static void *work(void *arg) {
  wg_pool *p = arg;
  void *mine = p->start ? p->start(p->ctx) : NULL;
  pthread_mutex_lock(&p->lock);
  for (;;) {
    while (!p->count && !p->closing) pthread_cond_wait(&p->more, &p->lock);
    if (!p->count) break;
    struct job j = p->ring[p->head];
    p->head = (p->head + 1) % p->cap;
    p->count--;
    pthread_mutex_unlock(&p->lock);
    j.fn(j.what, mine);
    pthread_mutex_lock(&p->lock);
  }
  pthread_mutex_unlock(&p->lock);
  if (p->stop) p->stop(mine);
  return NULL;
}

wg_status wg_pool_new(int threads, int max_waiting, void *(*start)(void *), void (*stop)(void *), void *ctx,
                      wg_pool **out) {
  wg_pool *p = calloc(1, sizeof *p + (size_t)threads * sizeof *p->threads);
  if (!p) return WG_NO_MEMORY;
  p->ring = calloc((size_t)max_waiting, sizeof *p->ring);
  if (!p->ring) {
    free(p);
    return WG_NO_MEMORY;
  }
  p->cap = max_waiting;
  p->start = start;
  p->stop = stop;
  p->ctx = ctx;
  pthread_mutex_init(&p->lock, NULL);
  pthread_cond_init(&p->more, NULL);
  for (; p->n_threads < threads; p->n_threads++)
    if (pthread_create(&p->threads[p->n_threads], NULL, work, p)) break;
  if (p->n_threads == 0) {
    wg_pool_free(p);
    return WG_NO_MEMORY;
  }
  *out = p;
  return WG_OK;
}

wg_status wg_pool_submit(wg_pool *p, void (*fn)(void *, void *), void *what) {
  pthread_mutex_lock(&p->lock);
  bool full = p->count == p->cap || p->closing;
  if (!full) {
    p->ring[(p->head + p->count++) % p->cap] = (struct job){fn, what};
    pthread_cond_signal(&p->more);
  }
  pthread_mutex_unlock(&p->lock);
  return full ? WG_BUSY : WG_OK;
}

int wg_pool_waiting(wg_pool *p) {
  pthread_mutex_lock(&p->lock);
  int n = p->count;
  pthread_mutex_unlock(&p->lock);
  return n;
}

void wg_pool_free(wg_pool *p) {
  if (!p) return;
  pthread_mutex_lock(&p->lock);
  p->closing = true;
  pthread_cond_broadcast(&p->more);
  pthread_mutex_unlock(&p->lock);
  for (int i = 0; i < p->n_threads; i++) pthread_join(p->threads[i], NULL);
  pthread_cond_destroy(&p->more);
  pthread_mutex_destroy(&p->lock);
  free(p->ring);
  free(p);
}
