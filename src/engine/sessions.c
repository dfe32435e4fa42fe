/* Who is signed in: token hashes in an open hash table. The tokens themselves are nowhere. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "engine/inside.h"

struct entry {
  struct entry *next;
  unsigned char hash[WG_HASH_LEN];
  int64_t account, expires_at;
  atomic_llong seen_at, noted_at; /* of a lasting one */
  bool stale;                     /* while all are loaded anew: not met yet */
};

enum { BUCKETS = 4096, NOTE_MS = 10 * 60000 };

struct wg_sessions {
  pthread_rwlock_t lock;
  struct entry *bucket[BUCKETS];
};

wg_status wg_sessions_new(wg_sessions **out) {
  *out = calloc(1, sizeof **out);
  if (!*out) return WG_NO_MEMORY;
  pthread_rwlock_init(&(*out)->lock, NULL);
  return WG_OK;
}

static struct entry **place(wg_sessions *s, const unsigned char hash[WG_HASH_LEN]) {
  struct entry **p = &s->bucket[(hash[0] | hash[1] << 8) % BUCKETS];
  while (*p && memcmp((*p)->hash, hash, WG_HASH_LEN) != 0) p = &(*p)->next;
  return p;
}

static wg_status put(wg_sessions *s, const wg_session *x) {
  struct entry **p = place(s, x->token_hash);
  if (!*p) {
    *p = calloc(1, sizeof **p);
    if (!*p) return WG_NO_MEMORY;
    memcpy((*p)->hash, x->token_hash, WG_HASH_LEN);
  }
  (*p)->stale = false;
  (*p)->account = x->account;
  (*p)->expires_at = x->expires_at;
  return WG_OK;
}

static void mark_all(wg_sessions *s) {
  for (int b = 0; b < BUCKETS; b++)
    for (struct entry *x = s->bucket[b]; x; x = x->next) x->stale = true;
}

static void drop_stale(wg_sessions *s) {
  for (int b = 0; b < BUCKETS; b++)
    for (struct entry **p = &s->bucket[b], *x; (x = *p);) {
      if (!x->stale) {
        p = &x->next;
        continue;
      }
      *p = x->next;
      free(x);
    }
}

void wg_sessions_free(wg_sessions *s) {
  if (!s) return;
  mark_all(s);
  drop_stale(s);
  pthread_rwlock_destroy(&s->lock);
  free(s);
}

wg_status wg_sessions_load(wg_sessions *s, wg_store *store, int64_t now, wg_err *err) {
  wg_arena arena;
  wg_arena_init(&arena);
  wg_session *all = NULL;
  uint32_t n = 0;
  wg_status st = store->sessions_load(store, &arena, now, &all, &n, err);
  if (!st) {
    pthread_rwlock_wrlock(&s->lock);
    mark_all(s); /* those that stay keep when they were seen */
    for (uint32_t i = 0; !st && i < n; i++) st = put(s, &all[i]);
    drop_stale(s);
    pthread_rwlock_unlock(&s->lock);
  }
  wg_arena_clear(&arena);
  return st;
}

void wg_sessions_purge(wg_sessions *s, int64_t now) {
  pthread_rwlock_wrlock(&s->lock);
  for (int b = 0; b < BUCKETS; b++)
    for (struct entry **p = &s->bucket[b], *x; (x = *p);) {
      if (!x->expires_at || x->expires_at > now) {
        p = &x->next;
        continue;
      }
      *p = x->next;
      free(x);
    }
  pthread_rwlock_unlock(&s->lock);
}

static void see(struct entry *x, int64_t now, wg_session_use *use) {
  long long noted = atomic_load(&x->noted_at);
  use->lasting = true;
  atomic_store(&x->seen_at, now);
  use->note = now - noted >= NOTE_MS && atomic_compare_exchange_strong(&x->noted_at, &noted, now);
}

int64_t wg_engine_session(wg_engine *e, const char *token, int64_t now, wg_session_use *use) {
  if (use) *use = (wg_session_use){0};
  unsigned char hash[WG_HASH_LEN];
  wg_hash(token, strlen(token), hash);
  pthread_rwlock_rdlock(&e->sessions->lock);
  struct entry *x = *place(e->sessions, hash);
  int64_t account = x && (!x->expires_at || x->expires_at > now) ? x->account : 0;
  if (use && account && !x->expires_at) see(x, now, use);
  pthread_rwlock_unlock(&e->sessions->lock);
  return account;
}

int64_t wg_engine_last_seen(wg_engine *e, int64_t account) {
  wg_sessions *s = e->sessions;
  int64_t last = 0;
  pthread_rwlock_rdlock(&s->lock);
  for (int b = 0; b < BUCKETS; b++)
    for (struct entry *x = s->bucket[b]; x; x = x->next)
      if (x->account == account && atomic_load(&x->seen_at) > last) last = atomic_load(&x->seen_at);
  pthread_rwlock_unlock(&s->lock);
  return last;
}

void wg_engine_session_add(wg_engine *e, const wg_session *x) {
  pthread_rwlock_wrlock(&e->sessions->lock);
  put(e->sessions, x); /* without memory the token is simply unknown until the next start */
  pthread_rwlock_unlock(&e->sessions->lock);
}

void wg_engine_session_remove(wg_engine *e, const unsigned char hash[WG_HASH_LEN]) {
  pthread_rwlock_wrlock(&e->sessions->lock);
  struct entry **p = place(e->sessions, hash), *x = *p;
  if (x) *p = x->next;
  pthread_rwlock_unlock(&e->sessions->lock);
  free(x);
}
