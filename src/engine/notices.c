#include "engine/notices.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "engine/inside.h"

struct entry {
  int64_t account, unread;
  uint64_t version;
  int64_t told, noted; /* a page has shown what is up to told; that is written down up to noted */
};

struct wg_notices {
  pthread_mutex_t lock;
  atomic_ullong version;
  atomic_llong seq;
  struct entry *slot; /* open addressing; account 0: free */
  uint32_t n, cap;    /* cap: a power of two */
  int n_told;
  wg_unreached unreached[WG_UNREACHED];
  int n_unreached;
};

wg_status wg_notices_new(wg_notices **out) {
  wg_notices *n = calloc(1, sizeof *n);
  *out = n;
  if (!n) return WG_NO_MEMORY;
  pthread_mutex_init(&n->lock, NULL);
  atomic_init(&n->version, 1);
  return WG_OK;
}

void wg_notices_free(wg_notices *n) {
  if (!n) return;
  pthread_mutex_destroy(&n->lock);
  free(n->slot);
  free(n);
}

static uint32_t slot_of(const struct entry *slot, uint32_t cap, int64_t account) {
  uint32_t i = (uint32_t)((uint64_t)account * 0x9E3779B97F4A7C15u >> 32) & (cap - 1);
  while (slot[i].account && slot[i].account != account) i = (i + 1) & (cap - 1);
  return i;
}

static bool grow(wg_notices *n) {
  uint32_t cap = n->cap ? 2 * n->cap : 256;
  struct entry *slot = calloc(cap, sizeof *slot);
  if (!slot) return false;
  for (uint32_t i = 0; i < n->cap; i++)
    if (n->slot[i].account) slot[slot_of(slot, cap, n->slot[i].account)] = n->slot[i];
  free(n->slot);
  n->slot = slot;
  n->cap = cap;
  return true;
}

/* Under the lock; NULL: it has none (make: memory is out). */
static struct entry *find(wg_notices *n, int64_t account, bool make) {
  if (make && 2 * n->n >= n->cap && !grow(n)) return NULL;
  if (!n->cap || !account) return NULL;
  struct entry *e = &n->slot[slot_of(n->slot, n->cap, account)];
  if (e->account) return e;
  if (!make) return NULL;
  e->account = account;
  n->n++;
  return e;
}

uint64_t wg_notices_version(wg_notices *n) { return atomic_load(&n->version); }

int64_t wg_notices_unread(wg_notices *n, int64_t account, uint64_t *version) {
  pthread_mutex_lock(&n->lock);
  const struct entry *e = find(n, account, false);
  int64_t unread = e ? e->unread : 0;
  *version = e ? e->version : 0;
  pthread_mutex_unlock(&n->lock);
  return unread;
}

static void change(wg_notices *n, int64_t account, int64_t value, bool add) {
  pthread_mutex_lock(&n->lock);
  struct entry *e = find(n, account, true);
  if (e) {
    e->unread = add ? e->unread + value : value;
    e->version = atomic_fetch_add(&n->version, 1) + 1;
  } else {
    wg_error("engine", "no memory for the notices of account %lld", (long long)account);
  }
  pthread_mutex_unlock(&n->lock);
}

void wg_notices_set(wg_notices *n, int64_t account, int64_t unread) { change(n, account, unread, false); }
void wg_notices_add(wg_notices *n, int64_t account, int64_t more) { change(n, account, more, true); }

int64_t wg_notices_seq(wg_notices *n) { return atomic_load(&n->seq); }
void wg_notices_put_seq(wg_notices *n, int64_t seq) { atomic_store(&n->seq, seq); }

void wg_notices_told(wg_notices *n, int64_t account, int64_t seq) {
  pthread_mutex_lock(&n->lock);
  struct entry *e = find(n, account, false);
  if (e && seq > e->told) {
    n->n_told += e->told == e->noted;
    e->told = seq;
  }
  pthread_mutex_unlock(&n->lock);
}

int wg_notices_take_told(wg_notices *n, wg_told *out, int max) {
  int got = 0;
  pthread_mutex_lock(&n->lock);
  for (uint32_t i = 0; n->n_told && i < n->cap && got < max; i++) {
    struct entry *e = &n->slot[i];
    if (e->told == e->noted) continue;
    out[got++] = (wg_told){e->account, e->noted, e->told};
    e->noted = e->told;
    n->n_told--;
  }
  pthread_mutex_unlock(&n->lock);
  return got;
}

void wg_notices_give_back(wg_notices *n, const wg_told *told) {
  pthread_mutex_lock(&n->lock);
  struct entry *e = find(n, told->account, false);
  if (e) {
    n->n_told += e->told == e->noted;
    e->noted = told->after;
  }
  pthread_mutex_unlock(&n->lock);
}

void wg_notices_put_unreached(wg_notices *n, const wg_unreached *list, int count) {
  if (count > WG_UNREACHED) count = WG_UNREACHED;
  pthread_mutex_lock(&n->lock);
  if (count) memcpy(n->unreached, list, (size_t)count * sizeof *list);
  n->n_unreached = count;
  pthread_mutex_unlock(&n->lock);
}

int wg_notices_unreached(wg_notices *n, wg_unreached *out, int max) {
  pthread_mutex_lock(&n->lock);
  int count = n->n_unreached < max ? n->n_unreached : max;
  if (count) memcpy(out, n->unreached, (size_t)count * sizeof *out);
  pthread_mutex_unlock(&n->lock);
  return count;
}

/* --- commands ----------------------------------------------------------------------------------------------
 */

static void wake(wg_engine *e) {
  if (e->hooks.wake) e->hooks.wake(e->hooks.ctx);
}

static wg_status run_batch(wg_command *c, wg_txn *txn) {
  wg_notices_batch *b = (wg_notices_batch *)c;
  wg_store *s = txn->store;
  wg_status st = WG_OK;
  for (int k = 0; !st && k < b->n_notices; k++) st = s->notice_put(s, &b->notice[k], &b->added[k], &c->err);
  for (int k = 0; !st && k < b->n_counts; k++) st = s->notice_count_add(s, &b->count[k], &c->err);
  for (int k = 0; !st && k < b->n_letters; k++) st = s->letter_put(s, &b->letter[k], &c->err);
  return st ? st : s->follow_put(s, "notices", b->seq, &c->err);
}

/* On the writer's thread, as a reading's: so what is added and what is set keep the order of the commits. */
static void batch_done(wg_command *c, wg_status st) {
  wg_notices_batch *b = (wg_notices_batch *)c;
  if (!st) wg_notices_put_seq(b->notices, b->seq); /* first: who is shown the new number is shown all this */
  for (int k = 0; !st && k < b->n_notices; k++)
    if (b->added[k]) wg_notices_add(b->notices, b->notice[k].account, 1);
  for (int k = 0; !st && k < b->n_counts; k++) wg_notices_add(b->notices, b->count[k].account, b->count[k].n);
}

wg_status wg_notices_write(wg_engine *e, wg_notices_batch *b, wg_err *err) {
  b->command.run = run_batch;
  b->command.done = batch_done;
  b->notices = e->notices;
  wg_status st = wg_engine_do(e, &b->command);
  if (st) *err = b->command.err;
  if (!st && (b->n_notices || b->n_counts)) wake(e);
  return st;
}

static wg_status take_unread(void *ctx, const void *row) {
  ((wg_notices_reading *)ctx)->unread = ((const wg_notice_count *)row)->n;
  return WG_OK;
}

static wg_status run_reading(wg_command *c, wg_txn *txn) {
  wg_notices_reading *r = (wg_notices_reading *)c;
  wg_store *s = txn->store;
  wg_status st = WG_OK;
  for (int k = 0; !st && k < r->n; k++) st = s->notices_read(s, r->account, r->id[k], 0, txn->now, &c->err);
  if (!st && !r->n) st = s->notices_read(s, r->account, 0, r->up_to, txn->now, &c->err);
  return st ? st : s->notices_unread(s, r->account, take_unread, r, &c->err);
}

static void reading_done(wg_command *c, wg_status st) {
  wg_notices_reading *r = (wg_notices_reading *)c;
  if (!st) wg_notices_set(r->notices, r->account, r->unread);
}

wg_status wg_notices_read(wg_engine *e, wg_notices_reading *r, wg_err *err) {
  r->command.run = run_reading;
  r->command.done = reading_done;
  r->notices = e->notices;
  wg_status st = wg_engine_do(e, &r->command);
  if (st) *err = r->command.err;
  if (!st) wake(e);
  return st;
}
