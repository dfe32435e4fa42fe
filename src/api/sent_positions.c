#include <stdlib.h>
#include <string.h>

#include "api/app.h"

enum { KEPT = 64 };

struct sent {
  wg_sent_key key;
  char *json;
  size_t n;
};

struct wg_sent_positions {
  pthread_mutex_t lock;
  struct sent sent[KEPT];
  unsigned next;
};

wg_status wg_sent_positions_new(struct wg_sent_positions **out) {
  *out = calloc(1, sizeof **out);
  if (!*out) return WG_NO_MEMORY;
  pthread_mutex_init(&(*out)->lock, NULL);
  return WG_OK;
}

void wg_sent_positions_free(struct wg_sent_positions *s) {
  if (!s) return;
  for (int i = 0; i < KEPT; i++) free(s->sent[i].json);
  pthread_mutex_destroy(&s->lock);
  free(s);
}

static bool same(const wg_sent_key *a, const wg_sent_key *b) {
  return a->batch == b->batch && a->generation == b->generation && a->rights == b->rights &&
         a->staff == b->staff;
}

bool wg_sent_positions_get(struct wg_sent_positions *s, const wg_sent_key *key, wg_buf *out) {
  bool found = false;
  pthread_mutex_lock(&s->lock);
  for (int i = 0; i < KEPT && !found; i++) {
    const struct sent *x = &s->sent[i];
    if (!x->json || !same(&x->key, key)) continue;
    if (x->n) wg_buf_add(out, x->json, x->n);
    found = true;
  }
  pthread_mutex_unlock(&s->lock);
  return found;
}

void wg_sent_positions_put(struct wg_sent_positions *s, const wg_sent_key *key, const char *json, size_t n) {
  char *copy = malloc(n + 1);
  if (!copy) return; /* not kept, no harm */
  if (n) memcpy(copy, json, n);
  pthread_mutex_lock(&s->lock);
  struct sent *x = &s->sent[s->next++ % KEPT];
  char *old = x->json;
  *x = (struct sent){*key, copy, n};
  pthread_mutex_unlock(&s->lock);
  free(old);
}
