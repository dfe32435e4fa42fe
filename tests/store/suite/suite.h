/* The conformance suite: what every wg_store must do, in the words of domain/store.h. A store's own test
 * program gives a struct maker and runs SUITE_TESTS. Each test starts on an empty store. */
#ifndef WG_TESTS_STORE_SUITE_H
#define WG_TESTS_STORE_SUITE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "domain/store.h"

/* How to make an empty store, a further connection to it, and how to throw it away. */
struct maker {
  wg_status (*make)(void **place, wg_err *err);
  wg_status (*open)(void *place, bool writable, wg_store **out, wg_err *err);
  wg_status (*open_copy)(const char *path, wg_store **out, wg_err *err); /* a backup, to look into */
  void (*small)(wg_store *s); /* makes a small store take the ways of a large one; may be NULL */
  void (*drop)(void *place);
};

struct fix {
  const struct maker *maker;
  void *place;
  wg_store *s, *other; /* two writable connections */
  wg_arena a;
  wg_err err;
};

#define OK(call)                                                                                             \
  do {                                                                                                       \
    wg_status status_ = (call);                                                                              \
    if (status_) fail_msg("%s: %s (%s)", #call, wg_status_name(status_), f->err.en);                         \
  } while (0)
#define FAILS(want, call)                                                                                    \
  do {                                                                                                       \
    memset(&f->err, 0, sizeof f->err);                                                                       \
    wg_status status_ = (call);                                                                              \
    if (status_ != (want)) fail_msg("%s: %s, not %s", #call, wg_status_name(status_), wg_status_name(want)); \
    assert_true(f->err.en[0] && f->err.zh[0]); /* a sentence in both languages */                            \
  } while (0)

static inline void shut(struct fix *f) {
  if (f->s) f->s->close(f->s);
  if (f->other) f->other->close(f->other);
  f->s = f->other = NULL;
}

static inline void open_again(struct fix *f) {
  OK(f->maker->open(f->place, true, &f->s, &f->err));
  OK(f->maker->open(f->place, true, &f->other, &f->err));
}

static int fix_up(void **state, const struct maker *m) {
  struct fix *f = calloc(1, sizeof *f);
  f->maker = m;
  wg_arena_init(&f->a);
  OK(m->make(&f->place, &f->err));
  open_again(f);
  *state = f;
  return 0;
}

static int fix_down(void **state) {
  struct fix *f = *state;
  shut(f);
  f->maker->drop(f->place);
  wg_arena_clear(&f->a);
  free(f);
  return 0;
}

/* --- small makers of things ----------------------------------------------------------------- */

/* One event without personal texts, in a transaction of the caller's. */
static inline wg_event note(struct fix *f, wg_store *s, const char *subject, const char *body) {
  wg_event e = {.at = 1000, .actor = 7, .kind = "test.noted", .subject = subject, .body = body};
  OK(s->event_append(s, &e, NULL, 0, &f->err));
  return e;
}

/* One event with one personal text, committed. */
static inline int64_t note_private(struct fix *f, wg_store *s, const char *field, const char *text) {
  char hex[2 * WG_HASH_LEN + 1];
  wg_private p = {.field = field, .text = text};
  wg_private_seal(&p);
  wg_hex(p.hash, WG_HASH_LEN, hex);
  char *body = wg_arena_printf(&f->a, "{\"%s\":\"%s\"}", field, hex);
  wg_event e = {.at = 1000, .actor = 7, .kind = "test.noted", .subject = "test/1", .body = body};
  OK(s->begin(s, &f->err));
  OK(s->event_append(s, &e, &p, 1, &f->err));
  OK(s->commit(s, &f->err));
  return e.seq;
}

/* An incident and its first event; inside a transaction. Texts that are not "" become side rows. */
static inline void file_incident(struct fix *f, wg_store *s, wg_incident *i) {
  const char *field[3] = {"attributes", "description", "place"};
  const char *text[3] = {i->attributes, i->description, i->place};
  wg_private p[3];
  int n = 0;
  char body[600] = "{", hex[2 * WG_HASH_LEN + 1];
  if (!i->client_id) i->client_id = "";
  if (!i->source) i->source = "api";
  OK(s->incident_insert(s, i, &f->err));
  for (int k = 0; k < 3; k++) {
    if (!text[k] || !*text[k]) continue;
    p[n] = (wg_private){.field = field[k], .text = text[k]};
    wg_private_seal(&p[n]);
    wg_hex(p[n].hash, WG_HASH_LEN, hex);
    snprintf(body + strlen(body), sizeof body - strlen(body), "\"%s\":\"%s\",", field[k], hex);
    n++;
  }
  snprintf(body + strlen(body), sizeof body - strlen(body), "\"version\":%lld}", (long long)i->version);
  wg_event e = {.at = i->received_at, .actor = i->reporter, .kind = "incident.reported", .body = body};
  e.subject = wg_arena_printf(&f->a, "incident/%lld", (long long)i->id);
  OK(s->event_append(s, &e, p, n, &f->err));
  assert_int_equal(i->seq, e.seq);
}

/* The next event of an incident, and its row; inside a transaction. */
static inline void step_incident(struct fix *f, wg_store *s, wg_incident *i, wg_state state) {
  wg_event e = {.at = i->received_at + 1, .actor = 1, .kind = "incident.moved", .body = "{}"};
  e.subject = wg_arena_printf(&f->a, "incident/%lld", (long long)i->id);
  OK(s->event_append(s, &e, NULL, 0, &f->err));
  i->state = state;
  i->version++;
  i->seq = e.seq;
  OK(s->incident_update(s, i, &f->err));
}

static inline void square(struct fix *f, wg_shapes *s, int32_t x, int32_t y, int32_t side, int32_t hole) {
  const wg_pt shell[4] = {{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}};
  OK(wg_shapes_part(s));
  OK(wg_shapes_ring(s));
  for (int i = 0; i < 4; i++) OK(wg_shapes_vertex(s, shell[i]));
  if (!hole) return;
  int32_t m = (side - hole) / 2;
  const wg_pt inner[4] = {
      {x + m, y + m}, {x + m, y + m + hole}, {x + m + hole, y + m + hole}, {x + m + hole, y + m}};
  OK(wg_shapes_ring(s));
  for (int i = 0; i < 4; i++) OK(wg_shapes_vertex(s, inner[i]));
}

static inline wg_area area_of(const char *code, const char *parent) {
  wg_area x = {.level = "village", .names = "{\"zh\":\"城中社区\"}", .named = true};
  snprintf(x.code, sizeof x.code, "%s", code);
  snprintf(x.parent, sizeof x.parent, "%s", parent);
  return x;
}

/* n squares in a row, codes g000, g001, … */
static inline wg_plan plan_of(struct fix *f, const char *network, int n, int32_t side, int64_t valid_from) {
  wg_plan p = {.valid_from = valid_from, .source = "grids.geojson", .n = (uint32_t)n};
  snprintf(p.network, sizeof p.network, "%s", network);
  p.grid = wg_arena_alloc(&f->a, (size_t)n * sizeof *p.grid);
  wg_shapes_init(&p.shapes);
  for (int i = 0; i < n; i++) {
    snprintf(p.grid[i].code, sizeof p.grid[i].code, "g%03d", i);
    snprintf(p.grid[i].area, sizeof p.grid[i].area, "a%d", i / 3);
    snprintf(p.grid[i].kind, sizeof p.grid[i].kind, "%s", i % 5 ? "basic" : "dedicated");
    p.grid[i].names = wg_arena_printf(&f->a, "{\"zh\":\"第%d网格\"}", i);
    p.grid[i].area_m2 = 1234.5 + i / 3.0;
    OK(wg_shapes_feature(&p.shapes));
    square(f, &p.shapes, 1190000000 + i * side, 290000000, side, i % 2 ? side / 3 : 0);
  }
  return p;
}

/* Stores it with the event that names its content, as every writer must. */
static inline void publish(struct fix *f, wg_plan *p, unsigned char hash[WG_HASH_LEN]) {
  char hex[2 * WG_HASH_LEN + 1];
  OK(f->s->begin(f->s, &f->err));
  OK(f->s->plan_put(f->s, p, hash, &f->err));
  wg_hex(hash, WG_HASH_LEN, hex);
  char *subject = wg_arena_printf(&f->a, "plan/%s/%lld", p->network, (long long)p->version);
  note(f, f->s, subject, wg_arena_printf(&f->a, "{\"content\":\"%s\"}", hex));
  OK(f->s->commit(f->s, &f->err));
}

static inline void same_shapes(const wg_shapes *a, const wg_shapes *b) {
  wg_buf x, y;
  wg_buf_init(&x, 1 << 24);
  wg_buf_init(&y, 1 << 24);
  wg_shapes_encode(a, &x);
  wg_shapes_encode(b, &y);
  assert_int_equal(x.len, y.len);
  assert_memory_equal(x.data, y.data, x.len);
  wg_buf_deinit(&x);
  wg_buf_deinit(&y);
}

/* --- check must be content at the end ------------------------------------------------------- */

static inline void print_fault(void *ctx, const char *en, const char *zh) {
  (void)ctx;
  print_message("  fault: %s / %s\n", en, zh);
}

static inline void must_be_whole(struct fix *f, wg_store *s) {
  wg_check_report r;
  OK(s->check(s, &r, print_fault, NULL, &f->err));
  assert_int_equal(r.problems, 0);
  assert_int_equal(r.first_bad_seq, 0);
}

static inline wg_status count_row(void *ctx, const void *row) {
  (void)row;
  ++*(int *)ctx;
  return WG_OK;
}

#endif
