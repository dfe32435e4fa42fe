/* Incidents, one by one; lists are in suite/list.h. */
#ifndef WG_TESTS_STORE_SUITE_INCIDENT_H
#define WG_TESTS_STORE_SUITE_INCIDENT_H

#include "suite.h"

static wg_incident incident_of(const char *client_id) {
  wg_incident i = {.number = "990101-20260101-0001",
                   .state = WG_S_REPORTED,
                   .severity = 2,
                   .class_ = WG_ORDINARY,
                   .has_position = true,
                   .at = {1196543217, 290123457},
                   .raw_lon = 119.65432171,
                   .raw_lat = 29.01234569,
                   .crs = "gcj02",
                   .accuracy_m = 12.5,
                   .category = "c1",
                   .category_retired = true,
                   .network = "base",
                   .grid = "g1",
                   .area = "a1",
                   .plan_version = 3,
                   .how = 2,
                   .assigned = {WG_ASSIGN_STAND_IN, 5, WG_POST_LEAD, 6},
                   .responsible = 5,
                   .occurred_at = 900,
                   .received_at = 1000,
                   .sent_at = 990,
                   .raw_occurred_at = 890,
                   .accept_due = 2000,
                   .handle_due = 3000,
                   .reporter = 9,
                   .version = 1};
  i.client_id = client_id;
  i.source = "field";
  i.description = "路灯坏了 \"quoted\"";
  i.attributes = "{\"n\":1}";
  i.place = "";
  memset(i.request_hash, 0xab, sizeof i.request_hash);
  return i;
}

static void same_incident(const wg_incident *a, const wg_incident *b) {
  assert_int_equal(a->id, b->id);
  assert_string_equal(a->number, b->number);
  assert_int_equal(a->state, b->state);
  assert_int_equal(a->severity, b->severity);
  assert_int_equal(a->class_, b->class_);
  assert_int_equal(a->has_position, b->has_position);
  assert_memory_equal(&a->at, &b->at, sizeof a->at);
  assert_true(memcmp(&a->raw_lon, &b->raw_lon, 8) == 0 && memcmp(&a->raw_lat, &b->raw_lat, 8) == 0);
  assert_string_equal(a->crs, b->crs);
  assert_true(memcmp(&a->accuracy_m, &b->accuracy_m, 8) == 0);
  assert_string_equal(a->category, b->category);
  assert_int_equal(a->category_retired, b->category_retired);
  assert_string_equal(a->network, b->network);
  assert_string_equal(a->grid, b->grid);
  assert_string_equal(a->area, b->area);
  assert_int_equal(a->plan_version, b->plan_version);
  assert_int_equal(a->how, b->how);
  assert_int_equal(a->assigned.rule, b->assigned.rule);
  assert_int_equal(a->assigned.staff, b->assigned.staff);
  assert_int_equal(a->assigned.post, b->assigned.post);
  assert_int_equal(a->assigned.stands_for, b->assigned.stands_for);
  assert_int_equal(a->responsible, b->responsible);
  assert_int_equal(a->occurred_at, b->occurred_at);
  assert_int_equal(a->received_at, b->received_at);
  assert_int_equal(a->sent_at, b->sent_at);
  assert_int_equal(a->raw_occurred_at, b->raw_occurred_at);
  assert_int_equal(a->accept_due, b->accept_due);
  assert_int_equal(a->handle_due, b->handle_due);
  assert_int_equal(a->closed_at, b->closed_at);
  assert_int_equal(a->overdue, b->overdue);
  assert_int_equal(a->reporter, b->reporter);
  assert_string_equal(a->client_id, b->client_id);
  assert_memory_equal(a->request_hash, b->request_hash, sizeof a->request_hash);
  assert_string_equal(a->source, b->source);
  assert_int_equal(a->version, b->version);
  assert_int_equal(a->seq, b->seq);
}

static void incident_comes_back_as_it_was(void **state) {
  struct fix *f = *state;
  wg_incident i = incident_of("c-1"), bare = {.number = "n", .crs = "wgs84", .accuracy_m = -1, .version = 1},
              got;
  OK(f->s->begin(f->s, &f->err));
  file_incident(f, f->s, &i);
  file_incident(f, f->s, &bare);
  OK(f->s->commit(f->s, &f->err));
  OK(f->other->incident_get(f->other, &f->a, i.id, &got, &f->err));
  same_incident(&got, &i);
  assert_string_equal(got.description, i.description);
  assert_string_equal(got.attributes, i.attributes);
  assert_string_equal(got.place, "");
  OK(f->other->incident_get(f->other, &f->a, bare.id, &got, &f->err));
  same_incident(&got, &bare);
  assert_string_equal(got.description, "");
  FAILS(WG_NOT_FOUND, f->s->incident_get(f->s, &f->a, 999, &got, &f->err));
  must_be_whole(f, f->s);
}

static void incident_moves_with_its_events(void **state) {
  struct fix *f = *state;
  wg_incident i = incident_of("c-1"), got;
  OK(f->s->begin(f->s, &f->err));
  file_incident(f, f->s, &i);
  OK(f->s->commit(f->s, &f->err));
  OK(f->s->tend(f->s, &f->err));
  OK(f->s->begin(f->s, &f->err));
  i.severity = 3;
  i.class_ = WG_SEALED;
  i.at.x += 5;
  i.responsible = 77;
  i.overdue = true;
  i.closed_at = 5000;
  snprintf(i.area, sizeof i.area, "a2");
  snprintf(i.grid, sizeof i.grid, "g2");
  snprintf(i.category, sizeof i.category, "c2");
  step_incident(f, f->s, &i, WG_S_CLOSED);
  OK(f->s->commit(f->s, &f->err));
  OK(f->other->incident_get(f->other, &f->a, i.id, &got, &f->err));
  same_incident(&got, &i);
  assert_string_equal(got.description, i.description); /* the texts stay with the report */
  must_be_whole(f, f->s);
  OK(f->s->begin(f->s, &f->err));
  FAILS(WG_CONFLICT, f->s->incident_update(f->s, &i, &f->err)); /* this version is stored already */
  i.version = 99;
  i.id = 12345;
  FAILS(WG_NOT_FOUND, f->s->incident_update(f->s, &i, &f->err));
  f->s->rollback(f->s);
}

static void incident_needs_its_first_event(void **state) {
  struct fix *f = *state;
  wg_incident i = incident_of("c-1"), second = incident_of("c-2");
  FAILS(WG_INTERNAL, f->s->incident_insert(f->s, &i, &f->err)); /* no transaction */
  OK(f->s->begin(f->s, &f->err));
  OK(f->s->incident_insert(f->s, &i, &f->err));
  FAILS(WG_INTERNAL, f->s->incident_insert(f->s, &second, &f->err));
  wg_event e = {.at = 1, .kind = "k", .subject = "incident/999", .body = "{}"};
  FAILS(WG_INTERNAL, f->s->event_append(f->s, &e, NULL, 0, &f->err));
  FAILS(WG_INTERNAL, f->s->commit(f->s, &f->err));
  f->s->rollback(f->s);
  OK(f->s->begin(f->s, &f->err)); /* nothing of it sticks */
  file_incident(f, f->s, &second);
  OK(f->s->commit(f->s, &f->err));
  must_be_whole(f, f->s);
}

/* Who has sent this before: known at once, from every connection, before and after tending, and forgotten
 * with what is rolled back. */
static void incident_is_known_by_its_client(void **state) {
  struct fix *f = *state;
  wg_incident i = incident_of("c-1"), twin = incident_of("c-1"), got;
  FAILS(WG_NOT_FOUND, f->s->incident_by_client(f->s, &f->a, 9, "c-1", &got, &f->err));
  OK(f->s->begin(f->s, &f->err));
  OK(f->s->savepoint(f->s, &f->err));
  file_incident(f, f->s, &twin);
  OK(f->s->incident_by_client(f->s, &f->a, 9, "c-1", &got, &f->err));
  f->s->rollback_to(f->s);
  FAILS(WG_NOT_FOUND, f->s->incident_by_client(f->s, &f->a, 9, "c-1", &got, &f->err));
  file_incident(f, f->s, &twin);
  f->s->rollback(f->s);
  FAILS(WG_NOT_FOUND, f->s->incident_by_client(f->s, &f->a, 9, "c-1", &got, &f->err));

  for (int round = 0; round < 3; round++) {
    wg_store *s = round % 2 ? f->other : f->s;
    i = incident_of(wg_arena_printf(&f->a, "c-%d", round));
    OK(s->begin(s, &f->err));
    file_incident(f, s, &i);
    twin = incident_of(i.client_id);
    FAILS(WG_CONFLICT, s->incident_insert(s, &twin, &f->err));
    OK(s->commit(s, &f->err));
    for (int k = 0; k <= round; k++) { /* both connections know all so far */
      const char *id = wg_arena_printf(&f->a, "c-%d", k);
      OK(f->s->incident_by_client(f->s, &f->a, 9, id, &got, &f->err));
      assert_string_equal(got.client_id, id);
      OK(f->other->incident_by_client(f->other, &f->a, 9, id, &got, &f->err));
      assert_string_equal(got.client_id, id);
    }
    FAILS(WG_NOT_FOUND, s->incident_by_client(s, &f->a, 8, i.client_id, &got, &f->err)); /* another's */
    OK(s->begin(s, &f->err));
    twin = incident_of("c-0");
    FAILS(WG_CONFLICT, s->incident_insert(s, &twin, &f->err));
    twin.reporter = 10 + round; /* the same word from another account is another report */
    file_incident(f, s, &twin);
    OK(s->commit(s, &f->err));
    if (round) OK(f->s->tend(f->s, &f->err));
  }
  must_be_whole(f, f->s);
}

static void incident_texts_can_be_erased(void **state) {
  struct fix *f = *state;
  wg_incident i = incident_of(""), got;
  OK(f->s->begin(f->s, &f->err));
  file_incident(f, f->s, &i);
  wg_event e = {
      .at = 2000, .kind = "personal.erased", .body = "{\"basis\":\"request\",\"fields\":[\"description\"]}"};
  e.subject = wg_arena_printf(&f->a, "event/%lld", (long long)i.seq);
  OK(f->s->event_append(f->s, &e, NULL, 0, &f->err));
  OK(f->s->erase(f->s, i.seq, "description", e.seq, &f->err));
  OK(f->s->commit(f->s, &f->err));
  OK(f->s->incident_get(f->s, &f->a, i.id, &got, &f->err));
  assert_null(got.description);
  assert_string_equal(got.attributes, "{\"n\":1}");
  must_be_whole(f, f->s);
}

static void file_numbered(struct fix *f, wg_store *s, const char *number) {
  wg_incident i = incident_of("");
  snprintf(i.number, sizeof i.number, "%s", number);
  file_incident(f, s, &i);
}

static int64_t next_serial(struct fix *f, wg_store *s, const char *area, int day) {
  int64_t n = 0;
  OK(s->incident_serial(s, area, day, &n, &f->err));
  return n;
}

static void incident_serials_count_per_area_and_day(void **state) {
  struct fix *f = *state;
  const struct {
    const char *area;
    int day;
    int64_t want;
  } step[] = {{"a1", 20260101, 1}, {"a1", 20260101, 2}, {"a2", 20260101, 1},
              {"a1", 20260102, 1}, {"a1", 20260101, 3}, {"", 20260101, 1}};
  OK(f->s->begin(f->s, &f->err));
  for (size_t i = 0; i < sizeof step / sizeof *step; i++)
    assert_int_equal(next_serial(f, f->s, step[i].area, step[i].day), step[i].want);
  file_numbered(f, f->s, "a1-20260101-0003");
  OK(f->s->commit(f->s, &f->err));
  OK(f->s->begin(f->s, &f->err));
  assert_int_equal(next_serial(f, f->s, "a1", 20260101), 4);
  f->s->rollback(f->s); /* a number not used is given again */
  OK(f->other->begin(f->other, &f->err));
  assert_int_equal(next_serial(f, f->other, "a1", 20260101), 4);
  file_numbered(f, f->other, "a1-20260101-0004");
  OK(f->other->commit(f->other, &f->err));
  OK(f->s->begin(f->s, &f->err));
  assert_int_equal(next_serial(f, f->s, "a1", 20260101), 5); /* what others stored counts */
  f->s->rollback(f->s);
}

/* Over the watermark and back: the table takes up what the rows have used. */
/* A number that came from elsewhere counts too, before the commit and after it. */
static void incident_serials_pass_numbers_given_by_hand(void **state) {
  struct fix *f = *state;
  OK(f->s->begin(f->s, &f->err));
  file_numbered(f, f->s, "a1-20260101-0007");
  assert_int_equal(next_serial(f, f->s, "a1", 20260101), 8);
  file_numbered(f, f->s, "a1-20260101-0008");
  OK(f->s->commit(f->s, &f->err));
  OK(f->s->begin(f->s, &f->err));
  assert_int_equal(next_serial(f, f->s, "a1", 20260101), 9);
  f->s->rollback(f->s);
}

static void incident_serials_outlive_the_connection(void **state) {
  struct fix *f = *state;
  OK(f->s->begin(f->s, &f->err));
  file_numbered(f, f->s, "a-with-a-dash-20260101-0041");
  file_numbered(f, f->s, "a-with-a-dash-20260101-0017");
  file_numbered(f, f->s, "0-20260101-12345");
  file_numbered(f, f->s, "from elsewhere 7");
  OK(f->s->commit(f->s, &f->err));
  OK(f->other->tend(f->other, &f->err));
  OK(f->s->begin(f->s, &f->err));
  assert_int_equal(next_serial(f, f->s, "a-with-a-dash", 20260101), 42);
  assert_int_equal(next_serial(f, f->s, "0", 20260101), 12346);
  file_numbered(f, f->s, "a-with-a-dash-20260101-0042");
  OK(f->s->commit(f->s, &f->err));
  OK(f->other->begin(f->other, &f->err));
  assert_int_equal(next_serial(f, f->other, "a-with-a-dash", 20260101), 43);
  f->other->rollback(f->other);
  must_be_whole(f, f->s);
}

/* What a savepoint undoes is given again; what came before it stays taken. */
static void incident_serials_go_back_to_the_savepoint(void **state) {
  struct fix *f = *state;
  OK(f->s->begin(f->s, &f->err));
  assert_int_equal(next_serial(f, f->s, "a1", 20260101), 1);
  int64_t writes = f->s->writes(f->s);
  OK(f->s->savepoint(f->s, &f->err));
  assert_int_equal(f->s->writes(f->s), writes);
  for (int k = 0; k < 3000; k++) { /* the table of them grows meanwhile */
    const char *area = wg_arena_printf(&f->a, "b%d", k);
    assert_int_equal(next_serial(f, f->s, area, 20260101), 1);
  }
  assert_int_equal(next_serial(f, f->s, "a1", 20260101), 2);
  assert_true(f->s->writes(f->s) > writes);
  f->s->rollback_to(f->s);
  assert_int_equal(next_serial(f, f->s, "a1", 20260101), 2);
  assert_int_equal(next_serial(f, f->s, "b7", 20260101), 1);
  f->s->rollback(f->s);
}

static void incident_has_parties(void **state) {
  struct fix *f = *state;
  wg_incident i = incident_of("");
  const char *const *orgs;
  OK(f->s->begin(f->s, &f->err));
  file_incident(f, f->s, &i);
  for (int k = 19; k >= 0; k--)
    OK(f->s->incident_party(f->s, i.id, wg_arena_printf(&f->a, "o%02d", k), "handed", &f->err));
  OK(f->s->incident_party(f->s, i.id, "o05", "copied", &f->err));
  OK(f->s->commit(f->s, &f->err));
  OK(f->other->incident_orgs(f->other, &f->a, i.id, &orgs, &f->err));
  for (int k = 0; k < 20; k++) assert_string_equal(orgs[k], wg_arena_printf(&f->a, "o%02d", k));
  assert_null(orgs[20]);
  OK(f->other->incident_orgs(f->other, &f->a, 999, &orgs, &f->err));
  assert_null(orgs[0]);
}

/* Hundreds report one thing: all are found, a batch at a time, also beside many links. */
static void incident_tells_what_was_merged_into_it(void **state) {
  struct fix *f = *state;
  enum { MANY = 130, BATCH = 50 };
  wg_incident into = incident_of(""), one[MANY];
  int64_t id[BATCH], last = 0;
  int n = 0, found = 0;
  OK(f->s->begin(f->s, &f->err));
  file_incident(f, f->s, &into);
  for (int k = 0; k < MANY; k++) {
    one[k] = incident_of("");
    file_incident(f, f->s, &one[k]);
    OK(f->s->incident_link(f->s, one[k].id, into.id, &f->err));
    one[k].merged_into = k % 2 ? into.id : 0;
    one[k].state = k == 1 ? WG_S_CLOSED : WG_S_MERGED;
    one[k].version++;
    OK(f->s->incident_update(f->s, &one[k], &f->err));
  }
  OK(f->s->commit(f->s, &f->err));
  do {
    OK(f->other->incident_merged(f->other, into.id, last, id, BATCH, &n, &f->err));
    for (int k = 0; k < n; k++) {
      assert_int_equal(id[k], one[3 + 2 * found++].id);
      last = id[k];
    }
  } while (n == BATCH);
  assert_int_equal(found, MANY / 2 - 1); /* one has ended */
}

#define INCIDENT_TESTS(T)                                                                                    \
  T(incident_comes_back_as_it_was), T(incident_moves_with_its_events), T(incident_needs_its_first_event),    \
      T(incident_is_known_by_its_client), T(incident_texts_can_be_erased),                                   \
      T(incident_serials_count_per_area_and_day), T(incident_serials_pass_numbers_given_by_hand),            \
      T(incident_serials_outlive_the_connection), T(incident_serials_go_back_to_the_savepoint),              \
      T(incident_has_parties), T(incident_tells_what_was_merged_into_it)

#endif
