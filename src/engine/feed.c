#include "engine/feed.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct wg_feed {
  pthread_mutex_t lock;
  wg_feed_item **ring;
  uint32_t cap, first, n;
  uint64_t bytes, max_bytes;
  int64_t floor, head;
  atomic_ullong epoch;
};

wg_status wg_feed_new(uint32_t max_items, uint64_t max_bytes, wg_feed **out) {
  wg_feed *f = calloc(1, sizeof *f);
  if (f) f->ring = calloc(max_items, sizeof *f->ring);
  if (!f || !f->ring) {
    free(f);
    return WG_NO_MEMORY;
  }
  pthread_mutex_init(&f->lock, NULL);
  f->cap = max_items;
  f->max_bytes = max_bytes;
  *out = f;
  return WG_OK;
}

wg_feed_item *wg_feed_item_new(int64_t seq) {
  wg_feed_item *item = calloc(1, sizeof *item);
  if (!item) return NULL;
  atomic_init(&item->refs, 1);
  item->seq = seq;
  return item;
}

void wg_feed_item_drop(wg_feed_item *item) {
  if (!item || atomic_fetch_sub(&item->refs, 1) != 1) return;
  for (char **o = item->orgs; o && *o; o++) free(*o);
  free(item->orgs);
  free(item->data);
  free(item->tiles);
  free(item);
}

static uint64_t size_of(const wg_feed_item *item) { return sizeof *item + item->data_len + item->tiles_len; }

static void drop_first(wg_feed *f) {
  wg_feed_item *old = f->ring[f->first];
  f->first = (f->first + 1) % f->cap;
  f->n--;
  f->bytes -= size_of(old);
  f->floor = old->seq;
  wg_feed_item_drop(old);
}

void wg_feed_push(wg_feed *f, wg_feed_item *item) {
  pthread_mutex_lock(&f->lock);
  while (f->n && (f->n == f->cap || f->bytes + size_of(item) > f->max_bytes)) drop_first(f);
  f->ring[(f->first + f->n++) % f->cap] = item;
  f->bytes += size_of(item);
  f->head = item->seq;
  pthread_mutex_unlock(&f->lock);
}

void wg_feed_floor(wg_feed *f, int64_t seq) {
  pthread_mutex_lock(&f->lock);
  while (f->n) drop_first(f);
  f->floor = seq;
  if (f->head < seq) f->head = seq;
  atomic_fetch_add(&f->epoch, 1);
  pthread_mutex_unlock(&f->lock);
}

uint64_t wg_feed_epoch(wg_feed *f) { return atomic_load(&f->epoch); }

int64_t wg_feed_head(wg_feed *f) {
  pthread_mutex_lock(&f->lock);
  int64_t head = f->head;
  pthread_mutex_unlock(&f->lock);
  return head;
}

wg_feed_got wg_feed_after(wg_feed *f, int64_t seq, wg_feed_item **out) {
  wg_feed_got got = WG_FEED_NONE;
  pthread_mutex_lock(&f->lock);
  if (seq < f->floor || seq > f->head) {
    got = WG_FEED_TOO_OLD;
  } else if (seq < f->head) {
    uint32_t lo = 0, hi = f->n;
    while (lo < hi) {
      uint32_t mid = (lo + hi) / 2;
      if (f->ring[(f->first + mid) % f->cap]->seq <= seq)
        lo = mid + 1;
      else
        hi = mid;
    }
    if (lo < f->n) {
      *out = f->ring[(f->first + lo) % f->cap];
      atomic_fetch_add(&(*out)->refs, 1);
      got = WG_FEED_ITEM;
    }
  }
  pthread_mutex_unlock(&f->lock);
  return got;
}

void wg_feed_free(wg_feed *f) {
  if (!f) return;
  while (f->n) drop_first(f);
  pthread_mutex_destroy(&f->lock);
  free(f->ring);
  free(f);
}
