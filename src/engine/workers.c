/* Where workers are: one row a person, kept in the order of staff ids. A turn (once a second) makes the list
 * of those that moved, so that a thousand viewers read one short list and not every row. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "engine/live.h"

struct wg_workers {
  pthread_mutex_t lock;
  wg_worker *row;
  bool *moved;
  uint32_t n, cap;
  wg_worker *batch;
  uint32_t n_batch, cap_batch;
  uint64_t number;
};

wg_status wg_workers_new(wg_workers **out) {
  wg_workers *w = calloc(1, sizeof *w);
  if (!w) return WG_NO_MEMORY;
  pthread_mutex_init(&w->lock, NULL);
  *out = w;
  return WG_OK;
}

void wg_workers_free(wg_workers *w) {
  if (!w) return;
  pthread_mutex_destroy(&w->lock);
  free(w->row);
  free(w->moved);
  free(w->batch);
  free(w);
}

static uint32_t slot(const wg_workers *w, int64_t staff) {
  uint32_t lo = 0, hi = w->n;
  while (lo < hi) {
    uint32_t mid = (lo + hi) / 2;
    if (w->row[mid].p.staff < staff)
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo;
}

static bool make_room(wg_workers *w) {
  if (w->n < w->cap) return true;
  uint32_t cap = w->cap ? w->cap * 2 : 256;
  wg_worker *row = realloc(w->row, cap * sizeof *row);
  if (row) w->row = row;
  bool *moved = realloc(w->moved, cap * sizeof *moved);
  if (moved) w->moved = moved;
  if (!row || !moved) return false;
  w->cap = cap;
  return true;
}

static uint32_t area_of(const wg_land *land, wg_pt at) {
  for (uint32_t i = 0; i < land->n_networks; i++) {
    if (strcmp(land->network[i]->plan.network, "base") != 0) continue;
    wg_hit hit = wg_resolve(land->network[i]->resolver, at, 0);
    return hit.feature == WG_NO_FEATURE ? WG_NO_INDEX : land->grid_area[i][hit.feature];
  }
  return WG_NO_INDEX;
}

bool wg_workers_put(wg_workers *w, const wg_land *land, const wg_position *p, bool *had, wg_pt *was_at) {
  uint32_t area = area_of(land, p->at);
  bool taken = false;
  if (had) *had = false;
  pthread_mutex_lock(&w->lock);
  uint32_t k = slot(w, p->staff);
  if (k < w->n && w->row[k].p.staff == p->staff) {
    const wg_position *was = &w->row[k].p;
    if (had) *had = true;
    if (was_at) *was_at = was->at;
    bool same = strcmp(was->device, p->device) == 0;
    taken = same ? p->counter > was->counter : p->fixed_at > was->fixed_at;
  } else if (make_room(w)) {
    memmove(w->row + k + 1, w->row + k, (w->n - k) * sizeof *w->row);
    memmove(w->moved + k + 1, w->moved + k, (w->n - k) * sizeof *w->moved);
    w->n++;
    taken = true;
  }
  if (taken) {
    w->row[k] = (wg_worker){*p, area, land->generation};
    w->moved[k] = true;
  }
  pthread_mutex_unlock(&w->lock);
  return taken;
}

void wg_workers_reindex(wg_workers *w, const wg_land *land) {
  pthread_mutex_lock(&w->lock);
  for (uint32_t k = 0; k < w->n; k++) {
    w->row[k].area = area_of(land, w->row[k].p.at);
    w->row[k].generation = land->generation;
  }
  pthread_mutex_unlock(&w->lock);
}

int64_t wg_workers_counter(wg_workers *w, int64_t staff, const char *device) {
  int64_t counter = 0;
  pthread_mutex_lock(&w->lock);
  uint32_t k = slot(w, staff);
  if (k < w->n && w->row[k].p.staff == staff && strcmp(w->row[k].p.device, device) == 0)
    counter = w->row[k].p.counter;
  pthread_mutex_unlock(&w->lock);
  return counter;
}

/* A row with its area in the reader's land. */
static bool show(const wg_worker *row, const wg_land *land, wg_worker_fn fn, void *ctx) {
  if (row->generation == land->generation) return fn(ctx, row);
  wg_worker there = *row;
  there.area = area_of(land, row->p.at);
  return fn(ctx, &there);
}

void wg_workers_after(wg_workers *w, const wg_land *land, int64_t after, wg_worker_fn fn, void *ctx) {
  pthread_mutex_lock(&w->lock);
  for (uint32_t k = slot(w, after + 1); k < w->n && show(&w->row[k], land, fn, ctx); k++) {}
  pthread_mutex_unlock(&w->lock);
}

void wg_workers_each(wg_workers *w, const wg_land *land, wg_worker_fn fn, void *ctx) {
  wg_workers_after(w, land, 0, fn, ctx);
}

void wg_workers_turn(wg_workers *w) {
  pthread_mutex_lock(&w->lock);
  uint32_t n = 0;
  for (uint32_t k = 0; k < w->n; k++) n += w->moved[k];
  if (n > w->cap_batch) {
    wg_worker *batch = realloc(w->batch, n * sizeof *batch);
    if (!batch)
      n = 0; /* they stay marked and come with a later turn */
    else
      w->batch = batch, w->cap_batch = n;
  }
  if (n) {
    w->n_batch = 0;
    for (uint32_t k = 0; k < w->n; k++)
      if (w->moved[k]) {
        w->batch[w->n_batch++] = w->row[k];
        w->moved[k] = false;
      }
    w->number++;
  }
  pthread_mutex_unlock(&w->lock);
}

uint64_t wg_workers_batch(wg_workers *w, const wg_land *land, wg_worker_fn fn, void *ctx) {
  pthread_mutex_lock(&w->lock);
  for (uint32_t k = 0; fn && k < w->n_batch && show(&w->batch[k], land, fn, ctx); k++) {}
  uint64_t number = w->number;
  pthread_mutex_unlock(&w->lock);
  return number;
}
