/* Finished tiles: exact about edits, computed once, bounded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compress.h"
#include "tile/cache.h"

static wg_tile_body *body(const char *text) {
  wg_tile_body *b;
  assert_int_equal(wg_tile_body_new(text, strlen(text), 6, false, &b), WG_OK);
  return b;
}

static void text_of(const wg_tile_body *b, char *out, size_t size) {
  wg_buf raw;
  wg_buf_init(&raw, size - 1);
  if (b->n) assert_int_equal(wg_gunzip(b->gzip, b->n, size - 1, &raw), WG_OK);
  assert_int_equal(raw.len, b->raw_n);
  snprintf(out, size, "%s", wg_buf_str(&raw));
  wg_buf_deinit(&raw);
}

static wg_tile_cache *cache(size_t bytes, uint32_t stamps) {
  wg_tile_cache *c;
  assert_int_equal(wg_tile_cache_new(bytes, stamps, &c), WG_OK);
  return c;
}

static wg_tile_key key(unsigned layer, uint8_t z, uint32_t x, uint32_t y) {
  return (wg_tile_key){1ULL << layer, 7, {z, x, y}};
}

/* Asks without waiting. On a miss puts `text` in, when given. */
static wg_tile_got ask(wg_tile_cache *c, wg_tile_key k, const char *text) {
  wg_tile_got got;
  wg_tile_body *b;
  wg_tile_flight *f;
  assert_int_equal(wg_tile_cache_get(c, &k, NULL, NULL, &got, &b, &f), WG_OK);
  if (got == WG_TILE_HIT) {
    char have[64];
    text_of(b, have, sizeof have);
    if (text) assert_string_equal(have, text);
    wg_tile_body_drop(b);
  } else if (text) {
    b = body(text);
    wg_tile_cache_fulfil(c, f, b);
    wg_tile_body_drop(b);
  } else {
    wg_tile_cache_abandon(c, f, WG_BUSY);
  }
  return got;
}

static wg_box at(int32_t x, int32_t y) { return (wg_box){x, y, x, y}; }

static wg_tile_id tile_of(uint8_t z, int32_t x, int32_t y) {
  wg_cover c = wg_cover_point((wg_pt){x, y}, z, 0);
  return wg_cover_tile(&c, 0);
}

/* ---- bodies ---- */

static void a_body_has_its_etag(void **state) {
  (void)state;
  wg_tile_body *a = body("hello"), *b = body("hello"), *c = body("hallo"), *none = body("");
  char ta[WG_ETAG_LEN], tb[WG_ETAG_LEN], tc[WG_ETAG_LEN];
  wg_tile_etag(a, true, ta);
  wg_tile_etag(b, true, tb);
  wg_tile_etag(c, true, tc);
  assert_string_equal(ta, tb);
  assert_string_not_equal(ta, tc);
  assert_int_equal(strlen(ta), 20);
  assert_true(ta[0] == '"' && ta[19] == '"' && ta[18] == 'g');
  wg_tile_etag(a, false, tb);
  assert_true(tb[18] == 'i' && strncmp(ta, tb, 17) == 0); /* the same tile, another coding */
  /* BLAKE2b-256 of "hello" by an independent implementation (coreutils' b2sum -l 256) */
  assert_true(strncmp(ta + 1, "324dcf027dd4a30a", 16) == 0);
  assert_null(none->gzip);
  assert_int_equal(none->n, 0); /* never a gzip of nothing */
  wg_tile_body_drop(a);
  wg_tile_body_drop(b);
  wg_tile_body_drop(c);
  wg_tile_body_drop(none);
  wg_tile_body_drop(NULL);
}

static void parts_are_joined_without_compressing(void **state) {
  (void)state;
  wg_tile_body *parts[3] = {body("abc"), body(""), body("defg")}, *all, *other, *one;
  assert_int_equal(wg_tile_join(parts, 3, &all), WG_OK);
  char text[64];
  text_of(all, text, sizeof text);
  assert_string_equal(text, "abcdefg");
  assert_int_equal(all->n, parts[0]->n + parts[2]->n);
  wg_tile_body *turned[3] = {parts[2], parts[1], parts[0]};
  assert_int_equal(wg_tile_join(turned, 3, &other), WG_OK);
  assert_memory_not_equal(all->hash, other->hash, 32);
  assert_int_equal(wg_tile_join(parts, 1, &one), WG_OK);
  assert_ptr_equal(one, parts[0]);
  wg_tile_body *empty;
  assert_int_equal(wg_tile_join((wg_tile_body *[]){parts[1], parts[1]}, 2, &empty), WG_OK);
  assert_null(empty->gzip);
  wg_tile_body_drop(all);
  wg_tile_body_drop(other);
  wg_tile_body_drop(one);
  wg_tile_body_drop(empty);
  for (int i = 0; i < 3; i++) wg_tile_body_drop(parts[i]);
}

/* ---- keeping ---- */

static void what_was_put_in_comes_out(void **state) {
  (void)state;
  wg_tile_cache *c = cache(1 << 20, 0);
  assert_int_equal(ask(c, key(1, 5, 3, 4), "one"), WG_TILE_BEGIN);
  assert_int_equal(ask(c, key(1, 5, 3, 4), "one"), WG_TILE_HIT);
  assert_int_equal(ask(c, key(2, 5, 3, 4), "two"), WG_TILE_BEGIN);
  assert_int_equal(ask(c, key(1, 5, 4, 3), "three"), WG_TILE_BEGIN);
  wg_tile_key other = key(1, 5, 3, 4);
  other.rights = 8;
  assert_int_equal(ask(c, other, ""), WG_TILE_BEGIN);
  assert_int_equal(ask(c, other, ""), WG_TILE_HIT); /* an empty tile is kept as well */
  assert_int_equal(ask(c, key(1, 5, 3, 4), "one"), WG_TILE_HIT);
  assert_int_equal(ask(c, key(1, 6, 0, 0), NULL), WG_TILE_BEGIN); /* given up: */
  assert_int_equal(ask(c, key(1, 6, 0, 0), NULL), WG_TILE_BEGIN); /* begun again */
  wg_tile_cache_free(c);
}

static void it_stays_within_its_bytes(void **state) {
  (void)state;
  wg_tile_cache *c = cache(20000, 0);
  wg_tile_cache_stats s;
  for (uint32_t i = 0; i < 500; i++) {
    ask(c, key(1, 16, i, 0), "some text");
    ask(c, key(1, 16, 0, 0), "some text"); /* used all the time: stays */
    wg_tile_cache_stats_of(c, &s);
    assert_true(s.bytes <= 20000);
  }
  assert_true(s.evicted > 300 && s.entries > 20);
  assert_int_equal(ask(c, key(1, 16, 0, 0), "some text"), WG_TILE_HIT);
  assert_int_equal(ask(c, key(1, 16, 499, 0), "some text"), WG_TILE_HIT);
  assert_int_equal(ask(c, key(1, 16, 1, 0), "some text"), WG_TILE_BEGIN);
  char *big = malloc(100000);
  assert_non_null(big);
  for (int i = 0; i < 99999; i++) big[i] = (char)(33 + rand() % 90);
  big[99999] = 0;
  assert_int_equal(ask(c, key(1, 16, 9, 9), big), WG_TILE_BEGIN); /* does not fit, and drives nothing out */
  free(big);
  assert_int_equal(ask(c, key(1, 16, 499, 0), "some text"), WG_TILE_HIT);
  wg_tile_cache_free(c);
}

/* ---- edits ---- */

static void an_edit_renews_what_it_touches_only(void **state) {
  (void)state;
  wg_tile_cache *c = cache(8 << 20, 0);
  int32_t x = 1196453210, y = 290887654;
  for (int layer = 1; layer <= 2; layer++)
    for (uint8_t z = 0; z <= 16; z++)
      for (int dx = -2; dx <= 2; dx++) {
        wg_tile_id t = tile_of(z, x, y);
        ask(c, key((unsigned)layer, z, (t.x + (uint32_t)dx) & ((1u << z) - 1), t.y), "old");
      }
  wg_tile_cache_touch(c, 1, at(x, y), NULL);
  for (int layer = 1; layer <= 2; layer++)
    for (uint8_t z = 0; z <= 16; z++)
      for (int dx = -2; dx <= 2; dx++) {
        wg_tile_id t = tile_of(z, x, y);
        t.x = (t.x + (uint32_t)dx) & ((1u << z) - 1);
        wg_cover cover = wg_cover_point((wg_pt){x, y}, z, WG_TILE_BUFFER);
        bool touched = layer == 1 && wg_cover_has(&cover, t);
        wg_tile_got got = ask(c, key((unsigned)layer, z, t.x, t.y), touched ? "new" : NULL);
        if (z > 2) assert_int_equal(got, touched ? WG_TILE_BEGIN : WG_TILE_HIT);
        assert_int_equal(ask(c, key((unsigned)layer, z, t.x, t.y), touched ? "new" : NULL), WG_TILE_HIT);
      }
  wg_tile_cache_free(c);
}

static void a_tile_of_two_layers_follows_both(void **state) {
  (void)state;
  wg_tile_cache *c = cache(1 << 20, 0);
  wg_tile_key k = {1ULL << 3 | 1ULL << 60, 0, tile_of(9, 1196453210, 290887654)};
  ask(c, k, "a");
  wg_tile_cache_touch(c, 4, at(1196453210, 290887654), NULL);
  assert_int_equal(ask(c, k, "a"), WG_TILE_HIT);
  wg_tile_cache_touch(c, 60, at(1196453210, 290887654), NULL);
  assert_int_equal(ask(c, k, "b"), WG_TILE_BEGIN);
  wg_tile_cache_touch_all(c, 3);
  assert_int_equal(ask(c, k, "c"), WG_TILE_BEGIN);
  assert_int_equal(ask(c, k, "c"), WG_TILE_HIT);
  wg_tile_cache_touch(c, 64, at(0, 0), NULL); /* there is no such layer */
  assert_int_equal(ask(c, k, "c"), WG_TILE_HIT);
  wg_tile_cache_free(c);
}

static void a_wide_edit_reaches_every_zoom(void **state) {
  (void)state;
  wg_tile_cache *c = cache(8 << 20, 0);
  wg_box wide = {1190000000, 285000000, 1200000000, 295000000};
  for (uint8_t z = 0; z <= 16; z++) {
    wg_tile_id in = tile_of(z, 1199000000, 286000000), out = tile_of(z, 1100000000, 286000000);
    ask(c, key(1, z, in.x, in.y), "old");
    ask(c, key(1, z, out.x, out.y), "old");
  }
  wg_tile_cache_touch(c, 1, wide, NULL);
  for (uint8_t z = 0; z <= 16; z++) {
    wg_tile_id in = tile_of(z, 1199000000, 286000000), out = tile_of(z, 1100000000, 286000000);
    assert_int_equal(ask(c, key(1, z, in.x, in.y), "new"), WG_TILE_BEGIN);
    if (z > 6) assert_int_equal(ask(c, key(1, z, out.x, out.y), "old"), WG_TILE_HIT);
  }
  wg_tile_cache_stats s;
  wg_tile_cache_stats_of(c, &s);
  assert_true(s.stamps < 500);
  wg_tile_cache_free(c);
}

/* With few stamps the cache sweeps; what it gives out is right all the same, and the untouched stays. */
static void stamps_are_bounded_and_lose_nothing(void **state) {
  (void)state;
  wg_tile_cache *c = cache(8 << 20, 100);
  uint64_t seed = 1;
  int version[64] = {0};
  for (int round = 0; round < 3000; round++) {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    uint32_t i = (uint32_t)(seed >> 33) % 64;
    int32_t x = 1190000000 + (int32_t)i * 1000000, y = 290000000;
    char text[32];
    snprintf(text, sizeof text, "%d", version[i]);
    wg_tile_id t = tile_of(14, x, y);
    ask(c, key(1, 14, t.x, t.y), text); /* asserts the text on a hit */
    if (round % 3 == 0) {
      version[i]++;
      wg_tile_cache_touch(c, 1, at(x, y), NULL);
    }
    wg_tile_cache_stats s;
    wg_tile_cache_stats_of(c, &s);
    assert_true(s.stamps <= 100);
  }
  wg_tile_cache_stats s;
  wg_tile_cache_stats_of(c, &s);
  assert_true(s.sweeps > 50);
  assert_true(s.hits > 1000); /* sweeping did not empty it */
  wg_tile_cache_free(c);
  c = cache(1 << 20, 3); /* too few for one edit: the layer goes as a whole */
  ask(c, key(1, 9, 1, 1), "old");
  ask(c, key(2, 9, 1, 1), "old");
  wg_tile_cache_touch(c, 1, at(0, 0), NULL);
  assert_int_equal(ask(c, key(1, 9, 1, 1), "new"), WG_TILE_BEGIN);
  assert_int_equal(ask(c, key(2, 9, 1, 1), "old"), WG_TILE_HIT);
  wg_tile_cache_free(c);
}

/* ---- flights ---- */

struct heard {
  int calls;
  wg_status status;
  char text[32];
};

static void hear(void *ctx, wg_status status, wg_tile_body *b) {
  struct heard *h = ctx;
  h->calls++;
  h->status = status;
  if (b) text_of(b, h->text, sizeof h->text);
}

static wg_tile_got join(wg_tile_cache *c, wg_tile_key k, struct heard *h, wg_tile_flight **f) {
  wg_tile_got got;
  wg_tile_body *b;
  assert_int_equal(wg_tile_cache_get(c, &k, hear, h, &got, &b, f), WG_OK);
  wg_tile_body_drop(b);
  return got;
}

static void land(wg_tile_cache *c, wg_tile_flight *f, const char *text) {
  wg_tile_body *b = body(text);
  wg_tile_cache_fulfil(c, f, b);
  wg_tile_body_drop(b);
}

static void the_second_asker_waits_for_the_first(void **state) {
  (void)state;
  wg_tile_cache *c = cache(1 << 20, 0);
  wg_tile_key k = key(1, 8, 200, 100);
  wg_tile_flight *first, *none, *aside;
  struct heard h[3] = {0};
  assert_int_equal(join(c, k, &h[0], &first), WG_TILE_BEGIN);
  assert_int_equal(join(c, k, &h[1], &none), WG_TILE_WAIT);
  assert_int_equal(join(c, k, &h[2], &none), WG_TILE_WAIT);
  wg_tile_got got;
  wg_tile_body *b;
  assert_int_equal(wg_tile_cache_get(c, &k, NULL, NULL, &got, &b, &aside), WG_OK);
  assert_int_equal(got, WG_TILE_BEGIN); /* who cannot wait computes */
  assert_int_equal(h[1].calls, 0);
  land(c, first, "it");
  assert_int_equal(h[0].calls, 0); /* the first has it already */
  for (int i = 1; i < 3; i++) {
    assert_int_equal(h[i].calls, 1);
    assert_int_equal(h[i].status, WG_OK);
    assert_string_equal(h[i].text, "it");
  }
  land(c, aside, "it");
  assert_int_equal(join(c, k, &h[0], &none), WG_TILE_HIT);
  wg_tile_cache_free(c);
}

static void a_flight_given_up_is_told(void **state) {
  (void)state;
  wg_tile_cache *c = cache(1 << 20, 0);
  wg_tile_key k = key(1, 8, 200, 100);
  wg_tile_flight *first, *none;
  struct heard h[2] = {0};
  assert_int_equal(join(c, k, &h[0], &first), WG_TILE_BEGIN);
  assert_int_equal(join(c, k, &h[1], &none), WG_TILE_WAIT);
  wg_tile_cache_abandon(c, first, WG_TOO_LARGE);
  assert_int_equal(h[1].calls, 1);
  assert_int_equal(h[1].status, WG_TOO_LARGE);
  assert_int_equal(join(c, k, &h[0], &first), WG_TILE_BEGIN);
  wg_tile_cache_abandon(c, first, WG_OK); /* giving up is never a success */
  wg_tile_cache_free(c);
}

/* An edit in mid-flight: those before it may get the old tile, nobody after it, and it is not kept. */
static void nobody_after_an_edit_gets_a_flight_from_before(void **state) {
  (void)state;
  for (uint32_t stamps = 0; stamps <= 30; stamps += 30) { /* 30: every other edit sweeps */
    wg_tile_cache *c = cache(1 << 20, stamps);
    int32_t x = 1196453210, y = 290887654;
    wg_tile_id t = tile_of(8, x, y);
    wg_tile_key k = key(1, t.z, t.x, t.y);
    wg_tile_flight *first, *second, *none;
    struct heard h[4] = {0};
    assert_int_equal(join(c, k, &h[0], &first), WG_TILE_BEGIN);
    assert_int_equal(join(c, k, &h[1], &none), WG_TILE_WAIT);
    wg_tile_cache_touch(c, 1, at(x, y), NULL);
    for (int i = 0; i < 20; i++) wg_tile_cache_touch(c, 2, at(x - 10000000 * i, y), NULL);
    assert_int_equal(join(c, k, &h[2], &second), WG_TILE_BEGIN);
    assert_int_equal(join(c, k, &h[3], &none), WG_TILE_WAIT);
    land(c, first, "old");
    assert_string_equal(h[1].text, "old");
    assert_int_equal(h[3].calls, 0);
    assert_int_equal(join(c, k, &h[2], &none), WG_TILE_WAIT); /* the old one was not kept */
    land(c, second, "new");
    assert_string_equal(h[3].text, "new");
    assert_string_equal(h[2].text, "new");
    assert_int_equal(ask(c, k, "new"), WG_TILE_HIT);
    wg_tile_cache_free(c);
  }
}

static void a_late_old_flight_does_not_undo_a_new_one(void **state) {
  (void)state;
  wg_tile_cache *c = cache(1 << 20, 0);
  int32_t x = 1196453210, y = 290887654;
  wg_tile_id t = tile_of(8, x, y);
  wg_tile_key k = key(1, t.z, t.x, t.y);
  wg_tile_flight *first, *second;
  struct heard h = {0};
  assert_int_equal(join(c, k, &h, &first), WG_TILE_BEGIN);
  wg_tile_cache_touch(c, 1, at(x, y), NULL);
  assert_int_equal(join(c, k, &h, &second), WG_TILE_BEGIN);
  land(c, second, "new");
  land(c, first, "old");
  assert_int_equal(ask(c, k, "new"), WG_TILE_HIT);
  wg_tile_cache_free(c);
}

/* ---- many threads ---- */

/* Threads ask for a few tiles while one edits them: nobody who asks after edit n reads a tile from before it.
 * A tile's text is the version its maker read when it began. */
enum { TILES = 8, THREADS = 6, ROUNDS = 1500 };

struct shared {
  wg_tile_cache *cache;
  atomic_int picture[TILES];   /* what a maker reads */
  atomic_int announced[TILES]; /* edits whose writers have been answered */
  bool gives_up;               /* now and then */
  atomic_int computed, too_old, answered;
};

struct wait {
  struct shared *shared;
  int least;
  pthread_mutex_t lock;
  pthread_cond_t done;
  bool is_done;
};

static void check_version(struct shared *s, const wg_tile_body *b, int least) {
  char text[32];
  text_of(b, text, sizeof text);
  if (atoi(text) < least) atomic_fetch_add(&s->too_old, 1);
  atomic_fetch_add(&s->answered, 1);
}

static void wake(void *ctx, wg_status status, wg_tile_body *b) {
  struct wait *w = ctx;
  if (status == WG_OK) check_version(w->shared, b, w->least);
  pthread_mutex_lock(&w->lock);
  w->is_done = true;
  pthread_cond_signal(&w->done);
  pthread_mutex_unlock(&w->lock);
}

static wg_tile_id place(int i) { return tile_of(14, 1190000000 + i * 1000000, 290000000); }

static void *asker(void *arg) {
  struct shared *s = arg;
  unsigned seed = (unsigned)(uintptr_t)&seed;
  for (int round = 0; round < ROUNDS; round++) {
    int i = (int)((unsigned)rand_r(&seed) % TILES);
    wg_tile_id t = place(i);
    wg_tile_key k = key(1, t.z, t.x, t.y);
    struct wait w = {s, atomic_load(&s->announced[i]), PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER,
                     false};
    wg_tile_got got;
    wg_tile_body *b;
    wg_tile_flight *f;
    if (wg_tile_cache_get(s->cache, &k, wake, &w, &got, &b, &f)) abort();
    if (got == WG_TILE_HIT) {
      check_version(s, b, w.least);
      wg_tile_body_drop(b);
    } else if (got == WG_TILE_BEGIN) {
      char text[32];
      snprintf(text, sizeof text, "%d", atomic_load(&s->picture[i]));
      atomic_fetch_add(&s->computed, 1);
      if (wg_tile_body_new(text, strlen(text), 1, false, &b)) abort();
      check_version(s, b, w.least);
      if (s->gives_up && round % 50 == 0)
        wg_tile_cache_abandon(s->cache, f, WG_BUSY);
      else
        wg_tile_cache_fulfil(s->cache, f, b);
      wg_tile_body_drop(b);
    } else {
      pthread_mutex_lock(&w.lock);
      while (!w.is_done) pthread_cond_wait(&w.done, &w.lock);
      pthread_mutex_unlock(&w.lock);
    }
  }
  return NULL;
}

static void *editor(void *arg) {
  struct shared *s = arg;
  unsigned seed = 5;
  while (atomic_load(&s->answered) < THREADS * ROUNDS / 2) {
    int i = (int)((unsigned)rand_r(&seed) % TILES);
    int next = atomic_load(&s->picture[i]) + 1;
    atomic_store(&s->picture[i], next);
    wg_tile_cache_touch(s->cache, 1, at(1190000000 + i * 1000000, 290000000), NULL);
    atomic_store(&s->announced[i], next);
  }
  return NULL;
}

static void threads_see_no_old_tile(void **state) {
  (void)state;
  struct shared s = {.cache = cache(1 << 20, 64), .gives_up = true};
  pthread_t threads[THREADS], edits;
  assert_int_equal(pthread_create(&edits, NULL, editor, &s), 0);
  for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&threads[i], NULL, asker, &s), 0);
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  pthread_join(edits, NULL);
  assert_int_equal(atomic_load(&s.too_old), 0);
  wg_tile_cache_stats st;
  wg_tile_cache_stats_of(s.cache, &st);
  assert_int_equal(st.flights, 0);
  wg_tile_cache_free(s.cache);
}

/* Without edits each tile is computed once, however many ask. */
static void each_missed_tile_is_computed_once(void **state) {
  (void)state;
  struct shared s = {.cache = cache(1 << 20, 0)};
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&threads[i], NULL, asker, &s), 0);
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  assert_int_equal(atomic_load(&s.computed), TILES);
  wg_tile_cache_stats st;
  wg_tile_cache_stats_of(s.cache, &st);
  assert_int_equal(st.misses, TILES);
  wg_tile_cache_free(s.cache);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_body_has_its_etag),
      cmocka_unit_test(parts_are_joined_without_compressing),
      cmocka_unit_test(what_was_put_in_comes_out),
      cmocka_unit_test(it_stays_within_its_bytes),
      cmocka_unit_test(an_edit_renews_what_it_touches_only),
      cmocka_unit_test(a_tile_of_two_layers_follows_both),
      cmocka_unit_test(a_wide_edit_reaches_every_zoom),
      cmocka_unit_test(stamps_are_bounded_and_lose_nothing),
      cmocka_unit_test(the_second_asker_waits_for_the_first),
      cmocka_unit_test(a_flight_given_up_is_told),
      cmocka_unit_test(nobody_after_an_edit_gets_a_flight_from_before),
      cmocka_unit_test(a_late_old_flight_does_not_undo_a_new_one),
      cmocka_unit_test(threads_see_no_old_tile),
      cmocka_unit_test(each_missed_tile_is_computed_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
