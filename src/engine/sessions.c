/* Who is signed in: token hashes in an open hash table. The tokens themselves are nowhere. */
#include <stdlib.h>
#include <string.h>

#include "engine/inside.h"

struct entry {
  struct entry *next;
  unsigned char hash[WG_HASH_LEN];
  int64_t account, expires_at;
};

enum { BUCKETS = 4096 };

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
  (*p)->account = x->account;
  (*p)->expires_at = x->expires_at;
  return WG_OK;
}

static void clear(wg_sessions *s) {
  for (int b = 0; b < BUCKETS; b++) {
    for (struct entry *x = s->bucket[b], *next; x; x = next) {
      next = x->next;
      free(x);
    }
    s->bucket[b] = NULL;
  }
}

void wg_sessions_free(wg_sessions *s) {
  if (!s) return;
  clear(s);
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
    clear(s);
    for (uint32_t i = 0; !st && i < n; i++) st = put(s, &all[i]);
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

int64_t wg_engine_session(wg_engine *e, const char *token, int64_t now) {
  unsigned char hash[WG_HASH_LEN];
  wg_hash(token, strlen(token), hash);
  pthread_rwlock_rdlock(&e->sessions->lock);
  struct entry *x = *place(e->sessions, hash);
  int64_t account = x && (!x->expires_at || x->expires_at > now) ? x->account : 0;
  pthread_rwlock_unlock(&e->sessions->lock);
  return account;
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
