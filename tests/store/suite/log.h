/* The log, its side rows, content, transactions. */
#ifndef WG_TESTS_STORE_SUITE_LOG_H
#define WG_TESTS_STORE_SUITE_LOG_H

#include "suite.h"

struct got {
  wg_event e[8];
  int n, stop_after;
};

static wg_status keep_event(void *ctx, const void *row) {
  struct got *g = ctx;
  g->e[g->n++] = *(const wg_event *)row; /* texts live in the arena */
  return g->stop_after && g->n == g->stop_after ? WG_THROTTLED : WG_OK;
}

static void log_chains(void **state) {
  struct fix *f = *state;
  wg_store_head head;
  OK(f->s->head(f->s, &head, &f->err));
  assert_int_equal(head.seq, 0);
  OK(f->s->begin(f->s, &f->err));
  wg_event one = note(f, f->s, "test/1", "{\"a\":1}"), two = note(f, f->s, "test/2", "{\"b\":\"中\"}");
  OK(f->s->head(f->s, &head, &f->err));
  assert_int_equal(head.seq, 2); /* the transaction sees its own */
  OK(f->s->commit(f->s, &f->err));

  struct got g = {.n = 0};
  OK(f->other->events_since(f->other, &f->a, 0, 10, keep_event, &g, &f->err));
  assert_int_equal(g.n, 2);
  assert_int_equal(one.seq, 1);
  assert_int_equal(two.seq, 2);
  assert_string_equal(g.e[1].body, "{\"b\":\"中\"}");
  assert_string_equal(g.e[1].subject, "test/2");
  assert_string_equal(g.e[1].kind, "test.noted");
  assert_int_equal(g.e[1].actor, 7);
  static const unsigned char zero[WG_HASH_LEN];
  assert_memory_equal(g.e[0].prev_hash, zero, WG_HASH_LEN);
  assert_memory_equal(g.e[1].prev_hash, g.e[0].hash, WG_HASH_LEN);
  unsigned char hash[WG_HASH_LEN];
  for (int i = 0; i < 2; i++) {
    wg_event_hash(&g.e[i], hash);
    assert_memory_equal(g.e[i].hash, hash, WG_HASH_LEN);
  }
  OK(f->other->head(f->other, &head, &f->err));
  assert_int_equal(head.seq, 2);
  assert_memory_equal(head.hash, g.e[1].hash, WG_HASH_LEN);
  must_be_whole(f, f->s);
}

static void log_pages(void **state) {
  struct fix *f = *state;
  OK(f->s->begin(f->s, &f->err));
  for (int i = 0; i < 7; i++) note(f, f->s, i % 2 ? "test/odd" : "test/even", "{}");
  OK(f->s->commit(f->s, &f->err));
  struct got g = {.n = 0};
  OK(f->s->events_since(f->s, &f->a, 2, 3, keep_event, &g, &f->err));
  assert_int_equal(g.n, 3);
  assert_int_equal(g.e[0].seq, 3);
  assert_int_equal(g.e[2].seq, 5);
  g.n = 0;
  OK(f->s->events_of(f->s, &f->a, "test/odd", 0, 100, keep_event, &g, &f->err));
  assert_int_equal(g.n, 3);
  assert_int_equal(g.e[2].seq, 6);
  g.n = 0;
  OK(f->s->events_of(f->s, &f->a, "test/eve", 0, 100, keep_event, &g, &f->err));
  assert_int_equal(g.n, 0);
  g = (struct got){.stop_after = 2};
  assert_int_equal(f->s->events_since(f->s, &f->a, 0, 10, keep_event, &g, &f->err), WG_THROTTLED);
  assert_int_equal(g.n, 2); /* the walk stops where the reader says */
}

static void log_time_never_runs_back(void **state) {
  struct fix *f = *state;
  wg_event e = {.at = 5000, .kind = "k", .subject = "s", .body = "{}"},
           late = {.at = 10, .kind = "k", .subject = "s", .body = "{}"};
  OK(f->s->begin(f->s, &f->err));
  OK(f->s->event_append(f->s, &e, NULL, 0, &f->err));
  OK(f->s->commit(f->s, &f->err));
  OK(f->other->begin(f->other, &f->err));
  OK(f->other->event_append(f->other, &late, NULL, 0, &f->err));
  OK(f->other->commit(f->other, &f->err));
  assert_int_equal(late.at, 5000);
  must_be_whole(f, f->s);
}

static void log_refuses(void **state) {
  struct fix *f = *state;
  wg_event e = {.at = 1, .kind = "k", .subject = "s", .body = "{}"};
  FAILS(WG_INTERNAL, f->s->event_append(f->s, &e, NULL, 0, &f->err)); /* no transaction */
  OK(f->s->begin(f->s, &f->err));
  wg_private p = {.field = "name", .text = "张三"};
  wg_private_seal(&p);
  FAILS(WG_INTERNAL, f->s->event_append(f->s, &e, &p, 1, &f->err)); /* a text that the body does not name */
  char hex[2 * WG_HASH_LEN + 1];
  wg_hex(p.hash, WG_HASH_LEN, hex);
  e.body = wg_arena_printf(&f->a, "{\"phone\":\"%s\"}", hex);
  FAILS(WG_INTERNAL, f->s->event_append(f->s, &e, &p, 1, &f->err)); /* … under another field */
  e.body = wg_arena_printf(&f->a, "{\"name\":\"%s\"}", hex);
  FAILS(WG_INTERNAL, f->s->event_append(f->s, &e, NULL, 0, &f->err)); /* a hash of nothing */
  OK(f->s->event_append(f->s, &e, &p, 1, &f->err));
  assert_int_equal(e.seq, 1); /* the refused ones took no number */
  OK(f->s->commit(f->s, &f->err));
  must_be_whole(f, f->s);
}

static void log_rolls_back(void **state) {
  struct fix *f = *state;
  wg_store_head head;
  OK(f->s->begin(f->s, &f->err));
  wg_event one = note(f, f->s, "test/1", "{}");
  OK(f->s->savepoint(f->s, &f->err));
  note(f, f->s, "test/2", "{}");
  f->s->rollback_to(f->s);
  assert_true(f->s->in_transaction(f->s));
  OK(f->s->savepoint(f->s, &f->err));
  wg_event two = note(f, f->s, "test/3", "{}");
  OK(f->s->release(f->s, &f->err));
  assert_int_equal(two.seq, 2);
  assert_memory_equal(two.prev_hash, one.hash, WG_HASH_LEN);
  OK(f->s->commit(f->s, &f->err));
  assert_false(f->s->in_transaction(f->s));

  OK(f->s->begin(f->s, &f->err));
  note(f, f->s, "test/4", "{}");
  f->s->rollback(f->s);
  assert_false(f->s->in_transaction(f->s));
  OK(f->s->head(f->s, &head, &f->err));
  assert_int_equal(head.seq, 2);
  must_be_whole(f, f->s);
  FAILS(WG_INTERNAL, f->s->commit(f->s, &f->err));
  FAILS(WG_INTERNAL, f->s->savepoint(f->s, &f->err));
}

static void log_two_writers_take_turns(void **state) {
  struct fix *f = *state;
  bool changed;
  OK(f->s->changed(f->s, &changed, &f->err));
  for (int i = 0; i < 4; i++) {
    wg_store *s = i % 2 ? f->other : f->s;
    OK(s->begin(s, &f->err));
    wg_event e = note(f, s, "test/1", "{}");
    assert_int_equal(e.seq, i + 1); /* each reads the other's head inside its own transaction */
    OK(s->commit(s, &f->err));
    OK(f->s->changed(f->s, &changed, &f->err));
    assert_int_equal(changed, s == f->other); /* one's own commits are no news */
  }
  OK(f->s->changed(f->s, &changed, &f->err));
  assert_false(changed);
  must_be_whole(f, f->s);
}

static void log_reads_stand_still(void **state) {
  struct fix *f = *state;
  wg_store_head head;
  OK(f->s->begin(f->s, &f->err));
  note(f, f->s, "test/1", "{}");
  OK(f->other->head(f->other, &head, &f->err));
  assert_int_equal(head.seq, 0); /* not committed: not seen */
  OK(f->s->commit(f->s, &f->err));
  OK(f->other->read_begin(f->other, &f->err));
  OK(f->s->begin(f->s, &f->err));
  note(f, f->s, "test/2", "{}");
  OK(f->s->commit(f->s, &f->err)); /* a reader does not hold a writer up */
  OK(f->other->head(f->other, &head, &f->err));
  assert_int_equal(head.seq, 1);
  OK(f->other->read_begin(f->other, &f->err)); /* nested: the view is the outer one's, and ends with it */
  f->other->read_end(f->other);
  OK(f->other->head(f->other, &head, &f->err));
  assert_int_equal(head.seq, 1);
  f->other->read_end(f->other);
  OK(f->other->head(f->other, &head, &f->err));
  assert_int_equal(head.seq, 2);
}

struct private_got {
  int n;
  char field[32], text[64];
  bool erased;
  unsigned char hash[WG_HASH_LEN];
};

static wg_status keep_private(void *ctx, const void *row) {
  struct private_got *g = ctx;
  const wg_private *p = row;
  g->n++;
  snprintf(g->field, sizeof g->field, "%s", p->field);
  g->erased = !p->text;
  snprintf(g->text, sizeof g->text, "%s", p->text ? p->text : "");
  memcpy(g->hash, p->hash, WG_HASH_LEN);
  return WG_OK;
}

static void log_erases(void **state) {
  struct fix *f = *state;
  int64_t seq = note_private(f, f->s, "phone", "13800000000"),
          kept = note_private(f, f->s, "phone", "13900000000");
  struct private_got g = {0};
  OK(f->s->privates_of(f->s, &f->a, seq, keep_private, &g, &f->err));
  assert_string_equal(g.field, "phone");
  assert_string_equal(g.text, "13800000000");

  OK(f->s->begin(f->s, &f->err));
  wg_event e = {
      .at = 2000, .kind = "personal.erased", .body = "{\"basis\":\"PIPL 47\",\"fields\":[\"phone\"]}"};
  e.subject = wg_arena_printf(&f->a, "event/%lld", (long long)seq);
  OK(f->s->event_append(f->s, &e, NULL, 0, &f->err));
  OK(f->s->erase(f->s, seq, "phone", e.seq, &f->err));
  FAILS(WG_NOT_FOUND, f->s->erase(f->s, seq, "phone", e.seq, &f->err));
  FAILS(WG_NOT_FOUND, f->s->erase(f->s, seq, "name", e.seq, &f->err));
  OK(f->s->commit(f->s, &f->err));

  g.n = 0;
  OK(f->other->privates_of(f->other, &f->a, seq, keep_private, &g, &f->err));
  assert_int_equal(g.n, 1);
  assert_true(g.erased);
  OK(f->other->privates_of(f->other, &f->a, kept, keep_private, &g, &f->err));
  assert_string_equal(g.text, "13900000000");
  wg_check_report r;
  OK(f->s->check(f->s, &r, print_fault, NULL, &f->err));
  assert_int_equal(r.problems, 0);
  assert_int_equal(r.erased, 1);
  assert_int_equal(r.events, 3);
}

static void log_keeps_content(void **state) {
  struct fix *f = *state;
  enum { BIG = 300000 };
  unsigned char *big = malloc(BIG), hash[4][WG_HASH_LEN], again[WG_HASH_LEN];
  for (int i = 0; i < BIG; i++) big[i] = (unsigned char)("abcdefg"[i % 7] + (i >> 14));
  struct {
    const void *bytes;
    size_t n;
  } item[4] = {{"", 0}, {"\0a\0", 3}, {big, BIG}, {big, 200}};
  OK(f->s->begin(f->s, &f->err));
  for (int i = 0; i < 4; i++) OK(f->s->content_put(f->s, item[i].bytes, item[i].n, hash[i], &f->err));
  OK(f->s->content_put(f->s, big, BIG, again, &f->err)); /* there already */
  assert_memory_equal(again, hash[2], WG_HASH_LEN);
  OK(f->s->commit(f->s, &f->err));
  for (int i = 0; i < 4; i++) {
    const void *bytes;
    size_t n;
    OK(f->other->content_get(f->other, &f->a, hash[i], &bytes, &n, &f->err));
    assert_int_equal(n, item[i].n);
    assert_memory_equal(bytes, item[i].bytes, n);
  }
  again[0] ^= 1;
  const void *bytes;
  size_t n;
  FAILS(WG_NOT_FOUND, f->s->content_get(f->s, &f->a, again, &bytes, &n, &f->err));
  FAILS(WG_INTERNAL, f->s->content_put(f->s, "x", 1, again, &f->err)); /* no transaction */
  must_be_whole(f, f->s);
  free(big);
}

static void log_keeps_settings(void **state) {
  struct fix *f = *state;
  const char *v;
  OK(f->s->setting_get(f->s, &f->a, "timezone", &v, &f->err));
  assert_null(v);
  OK(f->s->setting_put(f->s, "timezone", "Asia/Shanghai", &f->err));
  OK(f->s->setting_put(f->s, "timezone", "Asia/Urumqi", &f->err));
  OK(f->other->setting_get(f->other, &f->a, "timezone", &v, &f->err));
  assert_string_equal(v, "Asia/Urumqi");
}

#define LOG_TESTS(T)                                                                                         \
  T(log_chains), T(log_pages), T(log_time_never_runs_back), T(log_refuses), T(log_rolls_back),               \
      T(log_two_writers_take_turns), T(log_reads_stand_still), T(log_erases), T(log_keeps_content),          \
      T(log_keeps_settings)

#endif
