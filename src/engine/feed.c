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

/* What the two texts may come to, counted before they are written. */
enum { TEXT_SIZE = 4096 };

/* Free words in JSON: the one part of a text that has no bound of its own. */
static size_t escaped(const char *text) {
  size_t n = 0;
  for (const char *p = text ? text : ""; *p; p++)
    n += (unsigned char)*p < 0x20 ? 6 : *p == '"' || *p == '\\' ? 2 : 1;
  return n;
}

static char *keep(char **to, const char *text) {
  size_t n = strlen(text) + 1;
  char *at = memcpy(*to, text, n);
  *to += n;
  return at;
}

/* One block: the item, the incident, the list of parties, then the texts. */
wg_feed_item *wg_feed_item_new(int64_t seq, int64_t at, const char *kind, const wg_incident *i,
                               const char *const *orgs) {
  static const char none[] = "";
  const char *client = i && i->client_id ? i->client_id : none, *source = i && i->source ? i->source : none;
  const char *words = i ? i->description : NULL;
  size_t n_orgs = 0, texts = strlen(kind) + 1 + strlen(client) + 1 + strlen(source) + 1;
  if (words) texts += strlen(words) + 1;
  for (; orgs && orgs[n_orgs]; n_orgs++) texts += strlen(orgs[n_orgs]) + 1;
  size_t fixed = sizeof(wg_feed_item) + (i ? sizeof *i : 0) + (n_orgs ? (n_orgs + 1) * sizeof *orgs : 0);
  char *block = malloc(fixed + texts);
  if (!block) return NULL;
  char *rest = block + sizeof(wg_feed_item), *text = block + fixed;
  wg_feed_item *item = (wg_feed_item *)(void *)block;
  *item = (wg_feed_item){
      .seq = seq, .at = at, .audience = WG_TO_NOBODY, .size = fixed + texts + TEXT_SIZE + escaped(words)};
  atomic_init(&item->refs, 1);
  atomic_init(&item->text, NULL);
  atomic_init(&item->nameless, NULL);
  item->kind = keep(&text, kind);
  if (!i) return item;
  wg_incident *copy = (wg_incident *)(void *)rest;
  *copy = *i;
  copy->client_id = keep(&text, client);
  copy->source = keep(&text, source);
  copy->description = words ? keep(&text, words) : NULL;
  copy->attributes = copy->place = copy->caller = NULL;
  item->incident = copy;
  item->audience = WG_TO_INCIDENT;
  if (!n_orgs) return item;
  const char **list = (const char **)(void *)(rest + sizeof *i);
  for (size_t k = 0; k < n_orgs; k++) list[k] = keep(&text, orgs[k]);
  list[n_orgs] = NULL;
  item->orgs = list;
  return item;
}

void wg_feed_text_free(wg_feed_text *t) {
  if (!t) return;
  free(t->data);
  free(t->tiles);
  free(t);
}

const wg_feed_text *wg_feed_item_settle(_Atomic(wg_feed_text *) *slot, wg_feed_text *text) {
  wg_feed_text *there = NULL;
  if (!text) return atomic_load(slot);
  if (atomic_compare_exchange_strong(slot, &there, text)) return text;
  wg_feed_text_free(text);
  return there;
}

void wg_feed_item_drop(wg_feed_item *item) {
  if (!item || atomic_fetch_sub(&item->refs, 1) != 1) return;
  wg_feed_text_free(atomic_load(&item->text));
  wg_feed_text_free(atomic_load(&item->nameless));
  free(item);
}

static void drop_first(wg_feed *f) {
  wg_feed_item *old = f->ring[f->first];
  f->first = (f->first + 1) % f->cap;
  f->n--;
  f->bytes -= old->size;
  f->floor = old->seq;
  wg_feed_item_drop(old);
}

void wg_feed_push(wg_feed *f, wg_feed_item *item) {
  pthread_mutex_lock(&f->lock);
  while (f->n && (f->n == f->cap || f->bytes + item->size > f->max_bytes)) drop_first(f);
  f->ring[(f->first + f->n++) % f->cap] = item;
  f->bytes += item->size;
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
