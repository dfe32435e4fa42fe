#include "engine/history.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT = 4 };

struct past {
  wg_network *network;
  int64_t seen_at; /* any time from valid_from up to this one is known to be this version's */
  uint64_t used;
};

struct wg_history {
  pthread_mutex_t lock;
  struct past past[KEPT];
  uint64_t clock;
};

wg_status wg_history_new(wg_history **out) {
  *out = calloc(1, sizeof **out);
  if (!*out) return WG_NO_MEMORY;
  pthread_mutex_init(&(*out)->lock, NULL);
  return WG_OK;
}

static void drop(wg_network *n) {
  if (!n || atomic_fetch_sub(&n->refs, 1) != 1) return;
  wg_resolver_free(n->resolver);
  wg_arena_clear(&n->arena);
  free(n);
}

void wg_history_free(wg_history *h) {
  if (!h) return;
  for (int i = 0; i < KEPT; i++) drop(h->past[i].network);
  pthread_mutex_destroy(&h->lock);
  free(h);
}

void wg_history_drop(const wg_network *network) { drop((wg_network *)network); }

/* Under the lock. */
static wg_network *kept(wg_history *h, const char *network, int64_t at) {
  for (int i = 0; i < KEPT; i++) {
    struct past *p = &h->past[i];
    if (!p->network || strcmp(p->network->plan.network, network) != 0) continue;
    if (at < p->network->plan.valid_from || at > p->seen_at) continue;
    p->used = ++h->clock;
    atomic_fetch_add(&p->network->refs, 1);
    return p->network;
  }
  return NULL;
}

static void keep(wg_history *h, wg_network *n, int64_t at) {
  struct past *slot = &h->past[0];
  for (int i = 0; i < KEPT; i++) {
    struct past *p = &h->past[i];
    if (p->network && p->network->plan.id == n->plan.id) {
      if (at > p->seen_at) p->seen_at = at;
      return;
    }
    if (p->used < slot->used) slot = p;
  }
  drop(slot->network);
  atomic_fetch_add(&n->refs, 1);
  *slot = (struct past){n, at, ++h->clock};
}

void wg_history_retire(wg_history *h, const wg_land *old, const wg_land *fresh) {
  pthread_mutex_lock(&h->lock);
  for (uint32_t i = 0; i < old->n_networks; i++)
    for (uint32_t k = 0; k < fresh->n_networks; k++) {
      wg_network *was = old->network[i];
      const wg_plan *now = &fresh->network[k]->plan;
      if (strcmp(was->plan.network, now->network) != 0 || now->version != was->plan.version + 1) continue;
      if (now->valid_from > was->plan.valid_from) keep(h, was, now->valid_from - 1);
    }
  pthread_mutex_unlock(&h->lock);
}

wg_status wg_history_network(wg_history *h, wg_store *store, const char *network, int64_t at,
                             const wg_network **out, wg_err *err) {
  pthread_mutex_lock(&h->lock);
  wg_network *n = kept(h, network, at);
  pthread_mutex_unlock(&h->lock);
  if (n) {
    *out = n;
    return WG_OK;
  }
  n = calloc(1, sizeof *n);
  if (!n) return WG_NO_MEMORY;
  atomic_init(&n->refs, 1);
  wg_status st = store->plan_load(store, &n->arena, network, at, &n->plan, err);
  if (st == WG_NOT_FOUND)
    st = wg_fail_code(err, WG_NOT_FOUND, "no-plan-then", "at",
                      WG_T("network %s had no plan at that time", "网格体系 %s 在该时间没有生效的方案"),
                      network);
  if (!st) st = wg_resolver_new(&n->plan.shapes, &n->resolver);
  if (st) {
    drop(n);
    return st;
  }
  pthread_mutex_lock(&h->lock);
  keep(h, n, at);
  pthread_mutex_unlock(&h->lock);
  *out = n;
  return WG_OK;
}
