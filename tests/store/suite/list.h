/* Lists of incidents against the plainest answer: every incident held in an array and asked one by one. */
#ifndef WG_TESTS_STORE_SUITE_LIST_H
#define WG_TESTS_STORE_SUITE_LIST_H

#include "suite.h"

enum {
  LIST_ROWS = 1500,
  LIST_AREAS = 60,
  LIST_GRIDS = 150,
  LIST_CATEGORIES = 12,
  LIST_ORGS = 4,
  LIST_PEOPLE = 8
};

struct world {
  wg_incident row[LIST_ROWS];
  uint8_t orgs[LIST_ROWS]; /* bit set */
  int n;
  uint64_t seed;
};

static uint32_t roll(struct world *w, uint32_t n) {
  w->seed = w->seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(w->seed >> 33) % n;
}

static void shuffle_keys(struct world *w, wg_incident *i) {
  i->class_ = roll(w, 10) ? WG_ORDINARY : roll(w, 2) ? WG_RESTRICTED : WG_SEALED;
  uint32_t a = roll(w, LIST_AREAS + 3);
  if (a < LIST_AREAS)
    snprintf(i->area, sizeof i->area, "a%02u", a);
  else
    i->area[0] = 0;
  if (roll(w, 10))
    snprintf(i->grid, sizeof i->grid, "g%03u", roll(w, LIST_GRIDS));
  else
    i->grid[0] = 0;
  snprintf(i->category, sizeof i->category, "c%u", roll(w, LIST_CATEGORIES));
  snprintf(i->network, sizeof i->network, "%s", roll(w, 4) ? "base" : "safety");
  i->responsible = roll(w, LIST_PEOPLE);
}

static void add_rows(struct fix *f, struct world *w, int n) {
  OK(f->s->begin(f->s, &f->err));
  for (int k = 0; k < n && w->n < LIST_ROWS; k++, w->n++) {
    wg_incident *i = &w->row[w->n];
    *i = (wg_incident){.number = "n", .crs = "wgs84", .accuracy_m = -1, .version = 1};
    shuffle_keys(w, i);
    i->state = WG_S_REPORTED;
    i->reporter = roll(w, LIST_PEOPLE);
    i->received_at = 1000 + w->n * 10 + (int64_t)roll(w, 200); /* not quite in the order of ids */
    file_incident(f, f->s, i);
    i->client_id = i->source = "";
    for (uint32_t o = 0; o < LIST_ORGS; o++) {
      if (roll(w, 20)) continue;
      w->orgs[w->n] |= (uint8_t)(1u << o);
      OK(f->s->incident_party(f->s, i->id, wg_arena_printf(&f->a, "o%u", o), "handed", &f->err));
    }
  }
  OK(f->s->commit(f->s, &f->err));
}

static void change_rows(struct fix *f, struct world *w, int n) {
  OK(f->s->begin(f->s, &f->err));
  while (n-- && w->n) {
    wg_incident *i = &w->row[roll(w, (uint32_t)w->n)];
    if (roll(w, 2)) shuffle_keys(w, i);
    wg_state s = (wg_state)roll(w, WG_STATES);
    i->closed_at = wg_state_open(s) ? 0 : 5000 + (int64_t)roll(w, 1000);
    step_incident(f, f->s, i, s);
  }
  OK(f->s->commit(f->s, &f->err));
}

/* --- the plain answer ----------------------------------------------------------------------- */

static bool in_list(const char *const *list, const char *code) {
  for (; *list; list++)
    if (strcmp(*list, code) == 0) return true;
  return false;
}

static bool is_party(const struct world *w, int k, const wg_incident_query *q) {
  const wg_incident *i = &w->row[k];
  if (q->party_account && i->reporter == q->party_account) return true;
  if (q->party_staff && i->responsible == q->party_staff) return true;
  for (int o = 0; o < LIST_ORGS && q->party_orgs; o++) {
    char name[4];
    snprintf(name, sizeof name, "o%d", o);
    if (w->orgs[k] >> o & 1 && in_list(q->party_orgs, name)) return true;
  }
  return false;
}

static bool passes(const struct world *w, int k, const wg_incident_query *q) {
  const wg_incident *i = &w->row[k];
  bool by_area = i->class_ <= q->top_class &&
                 (!q->areas || in_list(q->areas, i->area) || (q->or_no_area && !i->area[0]));
  bool party = is_party(w, k, q);
  if (q->mine ? !party : !by_area && !party) return false;
  if (q->grid && strcmp(q->grid, i->grid) != 0) return false;
  if (q->category && strcmp(q->category, i->category) != 0) return false;
  if (q->network && strcmp(q->network, i->network) != 0) return false;
  if (q->area_codes ? !in_list(q->area_codes, i->area) : q->area && strcmp(q->area, i->area) != 0)
    return false;
  if (q->states && !(q->states >> i->state & 1)) return false;
  if (q->since && i->received_at < q->since) return false;
  if (q->until && i->received_at >= q->until) return false;
  return !q->before_id || i->id < q->before_id;
}

struct list_got {
  int64_t id[LIST_ROWS];
  int n;
};

static wg_status keep_id(void *ctx, const void *row) {
  struct list_got *g = ctx;
  g->id[g->n++] = ((const wg_incident *)row)->id;
  return WG_OK;
}

static void compare(struct fix *f, struct world *w, wg_store *s, const wg_incident_query *q,
                    const char *what) {
  struct list_got g = {.n = 0};
  wg_arena a;
  wg_arena_init(&a);
  OK(s->incidents(s, &a, q, keep_id, &g, &f->err));
  int n = 0;
  for (int k = w->n; k-- && n < q->limit;) {
    if (!passes(w, k, q)) continue;
    if (n >= g.n || g.id[n] != w->row[k].id)
      fail_msg("%s: place %d holds %lld, not %lld", what, n, n < g.n ? (long long)g.id[n] : -1,
               (long long)w->row[k].id);
    n++;
  }
  if (g.n != n) fail_msg("%s: %d rows, not %d", what, g.n, n);
  wg_arena_clear(&a);
}

/* --- questions ------------------------------------------------------------------------------ */

struct question {
  wg_incident_query q;
  char code[LIST_AREAS + 2][16], grid[8], category[8];
  const char *areas[LIST_AREAS + 2], *area_codes[LIST_AREAS + 2], *orgs[3];
};

static const char *const *some_areas(struct world *w, struct question *x, const char **list) {
  uint32_t n = roll(w, 3) ? roll(w, 6) : LIST_AREAS, k = 0;
  for (uint32_t i = 0; i < LIST_AREAS; i++)
    if (n == LIST_AREAS || roll(w, LIST_AREAS) < n) list[k++] = x->code[i];
  list[k++] = x->code[LIST_AREAS]; /* one that nothing lies in */
  list[k] = NULL;
  return list;
}

static void ask(struct world *w, struct question *x) {
  memset(x, 0, sizeof *x);
  for (int i = 0; i <= LIST_AREAS; i++) snprintf(x->code[i], sizeof x->code[i], "a%02d", i);
  wg_incident_query *q = &x->q;
  q->top_class = (wg_class)roll(w, WG_CLASSES);
  if (roll(w, 2)) q->areas = some_areas(w, x, x->areas);
  q->or_no_area = roll(w, 3) == 0;
  if (roll(w, 2)) q->party_account = roll(w, LIST_PEOPLE);
  if (roll(w, 2)) q->party_staff = roll(w, LIST_PEOPLE);
  if (roll(w, 3) == 0) {
    x->orgs[0] = "o1";
    x->orgs[1] = roll(w, 2) ? "o3" : NULL;
    q->party_orgs = x->orgs;
  }
  q->mine = roll(w, 5) == 0;
  snprintf(x->grid, sizeof x->grid, "g%03u", roll(w, LIST_GRIDS));
  snprintf(x->category, sizeof x->category, "c%u", roll(w, LIST_CATEGORIES + 1));
  if (roll(w, 6) == 0) q->grid = roll(w, 5) ? x->grid : "";
  if (roll(w, 4) == 0) q->category = x->category;
  if (roll(w, 6) == 0) q->network = roll(w, 2) ? "safety" : "base";
  if (roll(w, 4) == 0) q->area_codes = some_areas(w, x, x->area_codes);
  if (roll(w, 5) == 0) q->area = x->code[roll(w, LIST_AREAS)];
  if (roll(w, 3) == 0) q->states = roll(w, 1u << WG_STATES);
  if (roll(w, 3) == 0) q->since = 1000 + roll(w, (uint32_t)w->n * 10 + 10);
  if (roll(w, 3) == 0) q->until = 1000 + roll(w, (uint32_t)w->n * 10 + 10);
  if (roll(w, 3) == 0) q->before_id = 1 + roll(w, (uint32_t)w->n + 10);
  q->limit = roll(w, 3) ? (int)roll(w, 40) : 1000;
}

static void questions(struct fix *f, struct world *w, int n) {
  for (int k = 0; k < n; k++) {
    struct question x;
    uint64_t seed = w->seed;
    ask(w, &x);
    compare(f, w, k % 2 ? f->s : f->other, &x.q,
            wg_arena_printf(&f->a, "question of seed %llu", (unsigned long long)seed));
  }
}

static void list_answers_as_asked(void **state) {
  struct fix *f = *state;
  if (f->maker->small) f->maker->small(f->s); /* the other connection goes the usual way */
  struct world *w = calloc(1, sizeof *w);
  w->seed = 20260101;
  questions(f, w, 20); /* nothing there */
  for (int round = 0; round < 4; round++) {
    add_rows(f, w, LIST_ROWS / 4);
    change_rows(f, w, 200);
    questions(f, w, 60);
    if (round != 2) OK(f->s->tend(f->s, &f->err)); /* some rounds end with rows that lag behind */
    questions(f, w, 150);
    change_rows(f, w, 200); /* … and rows change that were tended */
    questions(f, w, 60);
  }
  must_be_whole(f, f->s);
  free(w);
}

static void list_pages_by_key(void **state) {
  struct fix *f = *state;
  struct world *w = calloc(1, sizeof *w);
  w->seed = 7;
  add_rows(f, w, 500);
  OK(f->s->tend(f->s, &f->err));
  add_rows(f, w, 100);
  wg_incident_query q = {.top_class = WG_SEALED, .limit = 37};
  int64_t last = 0;
  int total = 0;
  for (;;) {
    struct list_got g = {.n = 0};
    OK(f->other->incidents(f->other, &f->a, &q, keep_id, &g, &f->err));
    for (int k = 0; k < g.n; k++, total++) {
      assert_true(!last || g.id[k] < last);
      last = g.id[k];
    }
    if (g.n < q.limit) break;
    q.before_id = last;
  }
  assert_int_equal(total, 600);
  free(w);
}

struct live_got {
  bool seen[LIST_ROWS + 1];
  int n;
};

static wg_status keep_live(void *ctx, const void *row) {
  struct live_got *g = ctx;
  const wg_incident *i = row;
  assert_null(i->description);  /* without personal texts */
  assert_false(g->seen[i->id]); /* each once */
  g->seen[i->id] = true;
  g->n++;
  return WG_OK;
}

static void list_of_the_living(void **state) {
  struct fix *f = *state;
  struct world *w = calloc(1, sizeof *w);
  w->seed = 99;
  add_rows(f, w, 400);
  change_rows(f, w, 600);
  const int64_t since[] = {0, 5500, 100000};
  for (size_t s = 0; s < sizeof since / sizeof *since; s++) {
    struct live_got *g = calloc(1, sizeof *g);
    OK(f->other->incidents_live(f->other, &f->a, since[s], keep_live, g, &f->err));
    int n = 0;
    for (int k = 0; k < w->n; k++) {
      const wg_incident *i = &w->row[k];
      bool want = wg_state_open(i->state) || i->closed_at > since[s];
      assert_int_equal(g->seen[i->id], want);
      n += want;
    }
    assert_int_equal(g->n, n);
    free(g);
  }
  free(w);
}

/* --- by number, by time --------------------------------------------------------------------- */

static int64_t put_numbered(struct fix *f, const char *number, int64_t received) {
  wg_incident i = {
      .crs = "wgs84", .accuracy_m = -1, .version = 1, .state = WG_S_REPORTED, .received_at = received};
  snprintf(i.number, sizeof i.number, "%s", number);
  OK(f->s->begin(f->s, &f->err));
  file_incident(f, f->s, &i);
  OK(f->s->commit(f->s, &f->err));
  return i.id;
}

static struct list_got numbered(struct fix *f, const char *number) {
  struct list_got g = {.n = 0};
  OK(f->other->incidents_numbered(f->other, &f->a, number, keep_id, &g, &f->err));
  return g;
}

static void list_finds_numbers(void **state) {
  struct fix *f = *state;
  const char *const foreign = "2019/业-7";
  for (int round = 0; round < 2; round++) { /* before and after they have keys */
    int64_t a = round ? 1 : put_numbered(f, "a1-20261124-0007", 10),
            b = round ? 2 : put_numbered(f, "a2-20261124-0007", 20),
            c = round ? 3 : put_numbered(f, "a2-20261124-0070", 30),
            d = round ? 4 : put_numbered(f, foreign, 40);
    struct list_got g = numbered(f, "a1-20261124-0007");
    assert_true(g.n == 1 && g.id[0] == a);
    g = numbered(f, "20261124-7");
    assert_true(g.n == 2 && g.id[0] == b && g.id[1] == a);
    g = numbered(f, "20261124-0070");
    assert_true(g.n == 1 && g.id[0] == c);
    g = numbered(f, foreign);
    assert_true(g.n == 1 && g.id[0] == d);
    const char *const none[] = {"", "7", "20261123-7", "a1-20261124", "x-20261124-0007", "%", "20261124-"};
    for (size_t k = 0; k < sizeof none / sizeof *none; k++) assert_int_equal(numbered(f, none[k]).n, 0);
    OK(f->s->tend(f->s, &f->err));
  }
  must_be_whole(f, f->s);
}

static wg_status keep_received(void *ctx, const void *row) {
  ((bool *)ctx)[((const wg_received *)row)->id] = true;
  return WG_OK;
}

static void list_of_a_span(void **state) {
  struct fix *f = *state;
  struct world *w = calloc(1, sizeof *w);
  w->seed = 4;
  int64_t log = 0, first = 0, least = INT64_MAX;
  OK(f->other->incidents_began(f->other, &log, &first, &f->err));
  assert_true(first == INT64_MAX);
  for (int round = 0; round < 3; round++) {
    add_rows(f, w, 450);
    if (round) OK(f->s->tend(f->s, &f->err));
    for (int k = 0; k < 40; k++) {
      int64_t since = roll(w, 16000), until = since + roll(w, 5000);
      bool *seen = calloc(LIST_ROWS + 2, sizeof *seen);
      OK(f->other->incidents_received(f->other, since, until, keep_received, seen, &f->err));
      for (int i = 0; i < w->n; i++)
        assert_int_equal(seen[w->row[i].id], w->row[i].received_at >= since && w->row[i].received_at < until);
      free(seen);
    }
  }
  for (int i = 0; i < w->n; i++)
    if (w->row[i].received_at < least) least = w->row[i].received_at;
  OK(f->other->incidents_began(f->other, &log, &first, &f->err));
  assert_true(first == least && log > 0 && log < INT64_MAX);
  free(w);
}

#define LIST_TESTS(T)                                                                                        \
  T(list_answers_as_asked), T(list_pages_by_key), T(list_of_the_living), T(list_finds_numbers),              \
      T(list_of_a_span)

#endif
