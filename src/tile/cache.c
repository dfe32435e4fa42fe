/* One lock, three things under it: the kept tiles (a hash table, and a ring from the freshest to the longest
 * unused), the flights under way, and the stamps.
 *
 * A kept tile remembers the clock of changes at the time its flight began; it is good as long as none of its
 * layers was touched there since. */
#include "tile/cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "tile/stamps.h"
#include "tile/tile_internal.h"

enum { ENTRY_COST = 256 }; /* book-keeping of a kept tile, bytes */

struct entry {
  wg_tile_key key;
  uint64_t clock;
  wg_tile_body *body;
  struct entry *chain;       /* in its bucket */
  struct entry *prev, *next; /* in the ring */
};

struct waiter {
  wg_tile_waiter fn;
  void *ctx;
  struct waiter *next;
};

struct wg_tile_flight {
  wg_tile_key key;
  uint64_t clock;
  bool listed;   /* newcomers join it */
  bool outdated; /* touched since it began: seen when the stamps were forgotten */
  struct waiter *waiters, **last;
  wg_tile_flight *prev, *next; /* of all flights */
};

struct wg_tile_cache {
  pthread_mutex_t lock;
  size_t max_bytes, bytes;
  struct entry **buckets;
  uint32_t n_buckets, n_entries;
  struct entry ring; /* ring.next is the freshest */
  wg_tile_flight *flights;
  uint64_t n_flights;
  wg_stamps stamps;
  wg_tile_cache_stats stats;
};

wg_status wg_tile_cache_new(size_t max_bytes, uint32_t max_stamps, wg_tile_cache **out) {
  *out = NULL;
  wg_tile_cache *c = calloc(1, sizeof *c);
  if (!c) return WG_NO_MEMORY;
  c->max_bytes = max_bytes;
  c->n_buckets = 1024;
  c->buckets = calloc(c->n_buckets, sizeof *c->buckets);
  if (!c->buckets || pthread_mutex_init(&c->lock, NULL)) {
    free(c->buckets);
    free(c);
    return WG_NO_MEMORY;
  }
  c->ring.prev = c->ring.next = &c->ring;
  wg_stamps_init(&c->stamps, max_stamps ? max_stamps : 1u << 17);
  *out = c;
  return WG_OK;
}

/* ---- entries ---- */

static uint64_t hash_key(const wg_tile_key *k) {
  uint64_t tile = (uint64_t)k->tile.z << 48 ^ (uint64_t)k->tile.x << 24 ^ k->tile.y;
  return wg_mix64(wg_mix64(k->layers) ^ k->rights * 0x9e3779b97f4a7c15ULL ^ wg_mix64(tile + 1));
}

static bool same_key(const wg_tile_key *a, const wg_tile_key *b) {
  return a->layers == b->layers && a->rights == b->rights && a->tile.z == b->tile.z &&
         a->tile.x == b->tile.x && a->tile.y == b->tile.y;
}

static struct entry **find_entry(wg_tile_cache *c, const wg_tile_key *key) {
  struct entry **at = &c->buckets[hash_key(key) & (c->n_buckets - 1)];
  while (*at && !same_key(&(*at)->key, key)) at = &(*at)->chain;
  return at;
}

static void unring(struct entry *e) {
  e->prev->next = e->next;
  e->next->prev = e->prev;
}

static void to_front(wg_tile_cache *c, struct entry *e) {
  e->prev = &c->ring;
  e->next = c->ring.next;
  e->prev->next = e->next->prev = e;
}

static size_t cost(const wg_tile_body *b) { return b->n + ENTRY_COST; }

static void drop_entry(wg_tile_cache *c, struct entry *e) {
  *find_entry(c, &e->key) = e->chain;
  unring(e);
  c->bytes -= cost(e->body);
  c->n_entries--;
  wg_tile_body_drop(e->body);
  free(e);
}

static void more_buckets(wg_tile_cache *c) {
  uint32_t n = c->n_buckets * 2;
  struct entry **buckets = calloc(n, sizeof *buckets);
  if (!buckets) return; /* longer chains, no harm */
  free(c->buckets);
  c->buckets = buckets;
  c->n_buckets = n;
  for (struct entry *e = c->ring.next; e != &c->ring; e = e->next) {
    struct entry **at = &buckets[hash_key(&e->key) & (n - 1)];
    e->chain = *at;
    *at = e;
  }
}

static bool is_stale(const wg_tile_cache *c, const wg_tile_key *key, uint64_t clock) {
  return wg_stamps_newer(&c->stamps, key->layers, key->tile, clock);
}

static void put_entry(wg_tile_cache *c, const wg_tile_key *key, uint64_t clock, wg_tile_body *body) {
  struct entry *old = *find_entry(c, key);
  if (old) {
    if (old->clock > clock) return; /* a later flight was faster */
    drop_entry(c, old);
  }
  if (cost(body) > c->max_bytes) return;
  while (c->bytes + cost(body) > c->max_bytes) {
    drop_entry(c, c->ring.prev);
    c->stats.evicted++;
  }
  if (c->n_entries >= c->n_buckets) more_buckets(c);
  struct entry *e = calloc(1, sizeof *e);
  if (!e) return; /* not kept, no harm */
  e->key = *key;
  e->clock = clock;
  e->body = wg_tile_body_keep(body);
  struct entry **at = &c->buckets[hash_key(key) & (c->n_buckets - 1)];
  e->chain = *at;
  *at = e;
  to_front(c, e);
  c->bytes += cost(body);
  c->n_entries++;
}

/* ---- asking ---- */

static wg_tile_flight *find_flight(wg_tile_cache *c, const wg_tile_key *key) {
  for (wg_tile_flight *f = c->flights; f; f = f->next)
    if (f->listed && same_key(&f->key, key)) return f;
  return NULL;
}

static wg_tile_flight *begin_flight(wg_tile_cache *c, const wg_tile_key *key, bool listed) {
  wg_tile_flight *f = calloc(1, sizeof *f);
  if (!f) return NULL;
  f->key = *key;
  f->clock = c->stamps.clock;
  f->listed = listed;
  f->last = &f->waiters;
  f->next = c->flights;
  if (f->next) f->next->prev = f;
  c->flights = f;
  c->n_flights++;
  return f;
}

static wg_status join_flight(wg_tile_flight *f, wg_tile_waiter fn, void *ctx) {
  struct waiter *w = malloc(sizeof *w);
  if (!w) return WG_NO_MEMORY;
  *w = (struct waiter){fn, ctx, NULL};
  *f->last = w;
  f->last = &w->next;
  return WG_OK;
}

static bool take_entry(wg_tile_cache *c, const wg_tile_key *key, wg_tile_body **body) {
  struct entry *e = *find_entry(c, key);
  if (!e) return false;
  if (is_stale(c, key, e->clock)) {
    c->stats.stale++;
    drop_entry(c, e);
    return false;
  }
  unring(e);
  to_front(c, e);
  *body = wg_tile_body_keep(e->body);
  c->stats.hits++;
  return true;
}

wg_status wg_tile_cache_get(wg_tile_cache *c, const wg_tile_key *key, wg_tile_waiter waiter, void *ctx,
                            wg_tile_got *got, wg_tile_body **body, wg_tile_flight **flight) {
  *body = NULL;
  *flight = NULL;
  *got = WG_TILE_HIT;
  wg_status st = WG_OK;
  pthread_mutex_lock(&c->lock);
  if (take_entry(c, key, body)) goto done;
  wg_tile_flight *f = find_flight(c, key);
  if (f && (f->outdated || is_stale(c, key, f->clock))) { /* it answers those who asked before the change */
    f->listed = false;
    f = NULL;
  }
  if (f && waiter) {
    *got = WG_TILE_WAIT;
    st = join_flight(f, waiter, ctx);
    c->stats.waits++;
  } else {
    *got = WG_TILE_BEGIN;
    *flight = begin_flight(c, key, !f);
    if (!*flight) st = WG_NO_MEMORY;
    c->stats.misses++;
  }
done:
  pthread_mutex_unlock(&c->lock);
  return st;
}

/* ---- answering ---- */

static void end_flight(wg_tile_cache *c, wg_tile_flight *f, wg_status status, wg_tile_body *body) {
  pthread_mutex_lock(&c->lock);
  if (f->prev)
    f->prev->next = f->next;
  else
    c->flights = f->next;
  if (f->next) f->next->prev = f->prev;
  c->n_flights--;
  if (body && !f->outdated && !is_stale(c, &f->key, f->clock)) put_entry(c, &f->key, f->clock, body);
  pthread_mutex_unlock(&c->lock);
  for (struct waiter *w = f->waiters, *next; w; w = next) { /* nobody can join any more */
    next = w->next;
    w->fn(w->ctx, status, body);
    free(w);
  }
  free(f);
}

void wg_tile_cache_fulfil(wg_tile_cache *c, wg_tile_flight *flight, wg_tile_body *body) {
  end_flight(c, flight, WG_OK, body);
}

void wg_tile_cache_abandon(wg_tile_cache *c, wg_tile_flight *flight, wg_status status) {
  end_flight(c, flight, status ? status : WG_INTERNAL, NULL);
}

/* ---- changes ---- */

/* Brings every tile and flight up to now, so that no stamp is needed any more. */
static void sweep(wg_tile_cache *c) {
  for (struct entry *e = c->ring.next, *next; e != &c->ring; e = next) {
    next = e->next;
    if (is_stale(c, &e->key, e->clock)) {
      c->stats.stale++;
      drop_entry(c, e);
    } else {
      e->clock = c->stamps.clock;
    }
  }
  for (wg_tile_flight *f = c->flights; f; f = f->next) {
    f->outdated = f->outdated || is_stale(c, &f->key, f->clock);
    f->clock = c->stamps.clock;
  }
  wg_stamps_forget(&c->stamps);
  c->stats.sweeps++;
}

void wg_tile_cache_touch(wg_tile_cache *c, unsigned layer, wg_box box, const int margins[WG_TILE_ZOOMS]) {
  if (layer >= WG_TILE_LAYERS) return;
  pthread_mutex_lock(&c->lock);
  if (!wg_stamps_box(&c->stamps, layer, box, margins)) {
    sweep(c);
    if (!wg_stamps_box(&c->stamps, layer, box, margins)) wg_stamps_whole(&c->stamps, layer);
  }
  pthread_mutex_unlock(&c->lock);
}

void wg_tile_cache_touch_all(wg_tile_cache *c, unsigned layer) {
  if (layer >= WG_TILE_LAYERS) return;
  pthread_mutex_lock(&c->lock);
  wg_stamps_whole(&c->stamps, layer);
  pthread_mutex_unlock(&c->lock);
}

void wg_tile_cache_stats_of(wg_tile_cache *c, wg_tile_cache_stats *out) {
  pthread_mutex_lock(&c->lock);
  *out = c->stats;
  out->bytes = c->bytes;
  out->entries = c->n_entries;
  out->stamps = c->stamps.n;
  out->flights = c->n_flights;
  pthread_mutex_unlock(&c->lock);
}

void wg_tile_cache_free(wg_tile_cache *c) {
  if (!c) return;
  for (struct entry *e = c->ring.next, *next; e != &c->ring; e = next) {
    next = e->next;
    wg_tile_body_drop(e->body);
    free(e);
  }
  free(c->buckets);
  wg_stamps_deinit(&c->stamps);
  pthread_mutex_destroy(&c->lock);
  free(c);
}
