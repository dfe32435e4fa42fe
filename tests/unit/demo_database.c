/* The demo database: whole by the store's own check, every incident owned and assigned by the rules, made at
 * once or not at all. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/demo/fill.h"
#include "geo/resolver.h"
#include "store/sqlite.h"

enum { GRIDS = 150, INCIDENTS = 1500 };
static char dir[64], db[96];
static int64_t now;

static int files_here(void) {
  DIR *d = opendir(dir);
  int n = 0;
  for (struct dirent *e; (e = readdir(d));) n += e->d_name[0] != '.';
  closedir(d);
  return n;
}

static int before(void **state) {
  (void)state;
  snprintf(dir, sizeof dir, "/tmp/wg_demo_XXXXXX");
  if (wg_crypto_init() || !mkdtemp(dir)) return -1;
  snprintf(db, sizeof db, "%s/demo.db", dir);
  wg_time_parse("2026-03-18T15:00:00+08:00", &now);
  wg_err err = {0};
  if (demo_make(db, 7, GRIDS, INCIDENTS, now, NULL, &err)) {
    print_error("%s\n", err.en);
    return -1;
  }
  return 0;
}

static int after(void **state) {
  (void)state;
  DIR *d = opendir(dir);
  for (struct dirent *e; (e = readdir(d));) {
    char path[400];
    snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
    unlink(path);
  }
  closedir(d);
  return rmdir(dir);
}

static wg_store *open_it(void) {
  wg_store *s = NULL;
  wg_err err = {0};
  if (wg_sqlite_open(db, false, true, &s, &err)) fail_msg("%s", err.en);
  return s;
}

static void print_line(void *ctx, const char *en, const char *zh) {
  (void)ctx;
  (void)zh;
  print_error("%s\n", en);
}

static void check_passes(void **state) {
  (void)state;
  wg_store *s = open_it();
  wg_check_report report = {0};
  assert_int_equal(s->check(s, &report, print_line, NULL, NULL), WG_OK);
  assert_int_equal(report.problems, 0);
  assert_int_equal(report.first_bad_seq, 0);
  assert_true(report.events > 3 * INCIDENTS);
  s->close(s);
}

/* Everything needed to ask again whose a point is. */
typedef struct world {
  wg_arena arena;
  wg_store *s;
  wg_plan plan;
  wg_roster roster;
  wg_zone *zone;
  wg_resolver *resolver;
  uint32_t seen, open, overdue, of_how[5], of_rule[WG_ASSIGN_QUEUE_SEALED + 1], by_hour[24], misplaced;
  int64_t last_id;
} world;

static void open_world(world *w) {
  memset(w, 0, sizeof *w);
  wg_arena_init(&w->arena);
  w->s = open_it();
  assert_int_equal(w->s->plan_load(w->s, &w->arena, "base", 0, &w->plan, NULL), WG_OK);
  assert_int_equal(w->s->roster_load(w->s, &w->arena, &w->roster, NULL), WG_OK);
  assert_int_equal(wg_zone_open("Asia/Shanghai", &w->zone, NULL), WG_OK);
  w->roster.zone = w->zone;
  assert_int_equal(wg_roster_index(&w->roster, NULL), WG_OK);
  assert_int_equal(wg_resolver_new(&w->plan.shapes, &w->resolver), WG_OK);
}

static void close_world(world *w) {
  wg_resolver_free(w->resolver);
  wg_zone_free(w->zone);
  w->s->close(w->s);
  wg_arena_clear(&w->arena);
}

static wg_status one_incident(void *ctx, const void *row) {
  world *w = ctx;
  const wg_incident *i = row;
  wg_hit hit = wg_resolve(w->resolver, i->at, 1);
  const wg_grid *g = hit.feature == WG_NO_FEATURE ? NULL : w->plan.grid + hit.feature;
  assert_int_equal(i->how, hit.how);
  assert_string_equal(i->grid, g ? g->code : "");
  assert_string_equal(i->area, g ? g->area : "");
  wg_assignment a =
      i->class_ == WG_SEALED ? wg_assign_sealed() : wg_assign(&w->roster, "base", i->grid, i->received_at);
  assert_int_equal(i->assigned.rule, a.rule);
  assert_int_equal(i->assigned.staff, a.staff);
  assert_int_equal(i->assigned.stands_for, a.stands_for);
  assert_int_equal(i->responsible, a.staff);
  assert_int_equal(i->plan_version, w->plan.version);
  assert_true(i->received_at <= now && i->received_at > now - 181 * INT64_C(86400000));
  assert_int_equal(i->closed_at > 0, !wg_state_open(i->state));
  if (i->closed_at) assert_true(i->closed_at >= i->received_at && i->closed_at <= now);
  assert_true(i->description && strlen(i->description) > 10);
  w->seen++;
  w->open += wg_state_open(i->state);
  w->overdue += wg_state_open(i->state) && i->overdue;
  w->of_how[hit.how]++;
  w->of_rule[a.rule]++;
  w->by_hour[wg_zone_local(w->zone, i->received_at).minute / 60]++;
  w->last_id = i->id;
  return WG_OK;
}

/* Owner and hands of all are what the rules say; and the half year looks like one. */
static void owned_by_the_rules(void **state) {
  (void)state;
  world w;
  open_world(&w);
  assert_int_equal(w.plan.n, GRIDS);
  wg_incident_query q = {.top_class = WG_SEALED, .limit = 500};
  for (uint32_t seen = 1; seen != w.seen;) {
    seen = w.seen;
    q.before_id = w.last_id;
    assert_int_equal(w.s->incidents(w.s, &w.arena, &q, one_incident, &w, NULL), WG_OK);
  }
  assert_int_equal(w.seen, INCIDENTS);
  assert_in_range(w.open, 1, INCIDENTS / 15);
  assert_true(w.overdue > 0);
  assert_true(w.of_how[WG_HOW_INSIDE] > INCIDENTS * 9 / 10);
  assert_true(w.of_how[WG_HOW_BOUNDARY] > 0 && w.of_how[WG_HOW_NONE] > 0);
  assert_true(w.of_rule[WG_ASSIGN_ON_DUTY] > INCIDENTS / 3 && w.of_rule[WG_ASSIGN_LEAD] > 0);
  assert_true(w.by_hour[9] + w.by_hour[10] > 5 * (w.by_hour[2] + w.by_hour[3])); /* the night is quiet */
  close_world(&w);
}

typedef struct told {
  int64_t at, reported;
  bool ordered;
} told;

static wg_status one_event(void *ctx, const void *row) {
  told *t = ctx;
  const wg_event *e = row;
  if (e->at < t->at) t->ordered = false;
  t->at = e->at;
  assert_true(e->at <= now);
  t->reported += strcmp(e->kind, "incident.reported") == 0;
  assert_false(wg_text_has_han(e->body)); /* no words of people in the log */
  return WG_OK;
}

static void log_in_order(void **state) {
  (void)state;
  wg_store *s = open_it();
  told t = {.ordered = true};
  wg_arena a;
  wg_arena_init(&a);
  assert_int_equal(s->events_since(s, &a, 0, 1000000, one_event, &t, NULL), WG_OK);
  assert_true(t.ordered);
  assert_int_equal(t.reported, INCIDENTS);
  wg_arena_clear(&a);
  s->close(s);
}

/* One account per role, with the password that the setting tells, and one for each of the staff; all marked.
 */
static void accounts(void **state) {
  (void)state;
  wg_store *s = open_it();
  wg_arena a;
  wg_arena_init(&a);
  wg_account *acc = NULL;
  wg_grant *grant = NULL;
  wg_roster roster;
  uint32_t n = 0, n_grants = 0;
  assert_int_equal(s->accounts_load(s, &a, &acc, &n, &grant, &n_grants, NULL), WG_OK);
  assert_int_equal(s->roster_load(s, &a, &roster, NULL), WG_OK);
  assert_int_equal(n, WG_ROLES + roster.n_staff);
  assert_int_equal(n_grants, n);
  const char *text = NULL, *demo = NULL;
  assert_int_equal(s->setting_get(s, &a, "demo", &demo, NULL), WG_OK);
  assert_string_equal(demo, "1");
  assert_int_equal(s->setting_get(s, &a, "demo_accounts", &text, NULL), WG_OK);
  wg_json *list = NULL;
  assert_int_equal(wg_json_parse(&a, text, strlen(text), &list, NULL), WG_OK);
  assert_int_equal(wg_json_len(list), WG_ROLES);
  for (uint32_t i = 0; i < n; i++) assert_true(acc[i].demo && !acc[i].disabled);
  for (uint32_t i = 0; i < WG_ROLES; i++) {
    const char *name = NULL, *password = NULL;
    assert_int_equal(wg_json_str(wg_json_at(list, i), "name", WG_REQUIRED, 64, &name, NULL), WG_OK);
    assert_int_equal(wg_json_str(wg_json_at(list, i), "password", WG_REQUIRED, 64, &password, NULL), WG_OK);
    assert_string_equal(acc[i].name, name);
    if (i == WG_DISPATCHER || i == WG_WORKER) assert_true(wg_password_verify(acc[i].password, password));
    if (i == WG_WORKER) assert_true(acc[i].staff > 0);
  }
  for (uint32_t i = WG_ROLES; i < n; i++) {
    const wg_staff *who = roster.staff + (i - WG_ROLES);
    assert_string_equal(acc[i].name, who->code);
    assert_int_equal(acc[i].staff, who->id);
    assert_int_equal(grant[i].role, WG_WORKER);
    assert_string_equal(grant[i].area, who->org);
  }
  assert_true(wg_password_verify(acc[n - 1].password, "wangge-demo"));
  wg_arena_clear(&a);
  s->close(s);
}

/* Some people, posts of all important kinds, telephones that cannot be real. */
static void people(void **state) {
  (void)state;
  world w;
  open_world(&w);
  uint32_t of_kind[WG_POST_KINDS] = {0};
  for (uint32_t i = 0; i < w.roster.n_posts; i++) of_kind[w.roster.post[i].kind]++;
  assert_true(of_kind[WG_POST_MANAGER] > GRIDS * 9 / 10 && of_kind[WG_POST_LEAD] > GRIDS / 2 &&
              of_kind[WG_POST_POLICE] > 0);
  assert_true(w.roster.n_stand_ins > 0 && w.roster.n_shifts > 0);
  for (uint32_t i = 0; i < w.roster.n_staff; i++) {
    assert_int_equal(strlen(w.roster.staff[i].phone), 11);
    assert_memory_equal(w.roster.staff[i].phone, "129", 3);
  }
  close_world(&w);
}

static void all_or_nothing(void **state) {
  (void)state;
  wg_err err = {0};
  struct stat then, there;
  int files = files_here();
  assert_int_equal(stat(db, &then), 0);
  assert_int_equal(demo_make(db, 7, 10, 10, now, NULL, &err), WG_CONFLICT);
  assert_int_equal(stat(db, &there), 0);
  assert_true(there.st_mtime == then.st_mtime && there.st_size == then.st_size);
  assert_int_equal(files_here(), files);
  char nowhere[128];
  snprintf(nowhere, sizeof nowhere, "%s/none/demo.db", dir);
  assert_int_not_equal(demo_make(nowhere, 7, 10, 10, now, NULL, &err), WG_OK);
  assert_true(err.en[0] && err.zh[0]);
  assert_int_equal(files_here(), files);
}

/* The sentence that says why counts on these (domain/ may not include geo/). */
_Static_assert(WG_HOW_NONE == 0 && WG_HOW_INSIDE == 1 && WG_HOW_BOUNDARY == 2 && WG_HOW_OVERLAP == 3 &&
                   WG_HOW_NEAREST == 4,
               "domain/incident.c names these values");

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(check_passes), cmocka_unit_test(owned_by_the_rules),
      cmocka_unit_test(log_in_order), cmocka_unit_test(accounts),
      cmocka_unit_test(people),       cmocka_unit_test(all_or_nothing),
  };
  return cmocka_run_group_tests(tests, before, after);
}
