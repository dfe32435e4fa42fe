/* Rights: the whole table role × verb, and random trees, viewers and targets against an oracle that knows
 * only codes, parents and the rule in words (docs/rights.md). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "domain/account.h"
#include "domain_support.h"

/* The table as docs/rights.md has it, one letter a verb: - no, p party, a area, * all.
 * Verbs: none public signed-in map incident report staff workers position export admin audit
 * accounts grant direct work review. */
static const char *const table[WG_ROLES + 1] = {
    "-****************", "-***-------a*a---", "-***-------**----", "-**aa-a--a-------", "-**aaaaa-a----aa-",
    "-**aaaaa-a----aaa", "-**ap*---------p-", "-**ap*a-*------p-", "-**aa--a---------", "-***--*--**-*----",
};
static const wg_class top[WG_ROLES + 1] = {WG_RESTRICTED, WG_ORDINARY, WG_ORDINARY, WG_ORDINARY,
                                           WG_RESTRICTED, WG_SEALED,   WG_ORDINARY, WG_ORDINARY,
                                           WG_ORDINARY,   WG_ORDINARY};

static void matrix(void **state) {
  (void)state;
  for (int r = 0; r < WG_ROLES; r++) {
    for (int v = 0; v < WG_VERBS; v++)
      assert_int_equal(wg_rights_reach((wg_role)r, (wg_verb)v), strchr("-pa*", table[r][v]) - "-pa*");
    assert_int_equal(wg_rights_class((wg_role)r), top[r]);
    wg_role back;
    assert_true(wg_role_parse(wg_role_name((wg_role)r), &back));
    assert_int_equal(back, r);
  }
  assert_int_equal(wg_rights_reach(WG_ROLES, WG_V_ADMIN), WG_R_NO);
  assert_int_equal(wg_rights_reach(WG_ADMIN, WG_VERBS), WG_R_NO);
  wg_role none;
  assert_false(wg_role_parse("root", &none));
  assert_false(wg_role_parse("", &none));
}

/* Whoever is not named anywhere gets nothing, whatever the verb. */
static void nobody(void **state) {
  (void)state;
  wg_viewer stranger = {.account = 7}, nameless = {.account = 0, .n_grants = 1};
  nameless.grant[0].role = WG_ADMIN;
  for (int v = 0; v < WG_VERBS; v++) {
    assert_int_equal(wg_may(NULL, NULL, (wg_verb)v, NULL, 0), v == WG_V_PUBLIC);
    assert_int_equal(wg_may(NULL, &nameless, (wg_verb)v, NULL, 0), v == WG_V_PUBLIC);
    assert_int_equal(wg_may(NULL, &stranger, (wg_verb)v, NULL, 0), v == WG_V_PUBLIC || v == WG_V_SIGNED_IN);
  }
}

enum { AREAS = 24, ORGS = 4 };
static const char *const org_name[ORGS] = {"", "water", "police", "parks"};

static void forest(wg_arena *a, wg_areas *areas, uint64_t *seed) {
  memset(areas, 0, sizeof *areas);
  areas->n = 1 + domain_below(seed, AREAS);
  areas->item = wg_arena_alloc(a, areas->n * sizeof *areas->item);
  for (uint32_t i = 0; i < areas->n; i++) {
    snprintf(areas->item[i].code, WG_CODE_LEN, "%03u", (i * 37) % 101);
    if (i && domain_below(seed, 6))
      snprintf(areas->item[i].parent, WG_CODE_LEN, "%s", areas->item[domain_below(seed, i)].code);
  }
  assert_int_equal(wg_areas_index(a, areas, NULL), WG_OK);
}

static void random_viewer(wg_viewer *v, const wg_areas *areas, uint64_t *seed) {
  *v = (wg_viewer){.account = 1 + domain_below(seed, 3), .staff = domain_below(seed, 4)};
  v->exclusive = domain_below(seed, 2);
  v->n_grants = (int)domain_below(seed, 4);
  for (int g = 0; g < v->n_grants; g++) {
    v->grant[g].role = (wg_role)domain_below(seed, WG_ROLES);
    v->grant[g].area = domain_below(seed, 8) ? domain_below(seed, areas->n) : WG_NO_INDEX;
    v->grant[g].from = domain_below(seed, 3) ? 0 : 90 + domain_below(seed, 20);
    v->grant[g].until = domain_below(seed, 3) ? 0 : 90 + domain_below(seed, 20);
    snprintf(v->grant[g].org, WG_CODE_LEN, "%s", org_name[domain_below(seed, ORGS)]);
  }
}

/* Walks up by codes, knows nothing of tours and indices. */
static bool naive_reaches(const wg_areas *areas, uint32_t grant, uint32_t target) {
  if (grant == WG_NO_INDEX) return false;
  const char *root = areas->item[grant].code;
  if (target == WG_NO_INDEX) return areas->item[grant].parent[0] == '\0';
  const char *code = areas->item[target].code;
  for (;;) {
    if (strcmp(code, root) == 0) return true;
    const char *parent = areas->item[wg_areas_find(areas, code)].parent;
    if (!parent[0]) return false;
    code = parent;
  }
}

static bool naive_may(const wg_areas *areas, const wg_viewer *v, wg_verb verb, const wg_target *t,
                      int64_t at) {
  if (verb == WG_V_PUBLIC || verb == WG_V_SIGNED_IN) return true;
  bool yes = false;
  for (int g = 0; g < v->n_grants; g++) {
    bool in_force = at >= v->grant[g].from && (v->grant[g].until == 0 || at < v->grant[g].until);
    int row = v->grant[g].role == WG_ADMIN && v->exclusive ? WG_ROLES : (int)v->grant[g].role;
    char reach = table[row][verb];
    if (!in_force || reach == '-') continue;
    if (!t) return true;
    bool party =
        t->reporter == v->account || (t->class_ != WG_SEALED && v->staff && t->responsible == v->staff);
    for (int o = 0; t->orgs && t->orgs[o]; o++)
      if (v->grant[g].org[0] && strcmp(t->orgs[o], v->grant[g].org) == 0) party = true;
    bool class_ok = (verb != WG_V_SEE_INCIDENT && verb != WG_V_EXPORT && verb != WG_V_DIRECT &&
                     verb != WG_V_WORK && verb != WG_V_REVIEW) ||
                    t->class_ <= top[row];
    bool by_place = reach == '*' || (reach == 'a' && naive_reaches(areas, v->grant[g].area, t->area));
    if (row == WG_WALL) party = false;
    if (party || (class_ok && by_place)) yes = true;
  }
  return yes;
}

static void property(void **state) {
  (void)state;
  uint64_t seed = 5;
  int yes = 0, no = 0;
  for (int round = 0; round < 400; round++) {
    wg_arena a;
    wg_arena_init(&a);
    wg_areas areas;
    forest(&a, &areas, &seed);
    for (int k = 0; k < 60; k++) {
      wg_viewer v;
      random_viewer(&v, &areas, &seed);
      const char *orgs[3] = {org_name[1 + domain_below(&seed, 3)], org_name[1 + domain_below(&seed, 3)],
                             NULL};
      wg_target t = {.area = domain_below(&seed, 6) ? domain_below(&seed, areas.n) : WG_NO_INDEX,
                     .class_ = (wg_class)domain_below(&seed, WG_CLASSES),
                     .reporter = domain_below(&seed, 8),
                     .responsible = domain_below(&seed, 8),
                     .orgs = domain_below(&seed, 2) ? orgs + domain_below(&seed, 3) : NULL};
      const wg_target *target = domain_below(&seed, 8) ? &t : NULL;
      int64_t at = 85 + domain_below(&seed, 30);
      for (int verb = WG_V_PUBLIC; verb < WG_VERBS; verb++) {
        bool want = naive_may(&areas, &v, (wg_verb)verb, target, at);
        assert_int_equal(wg_may(&areas, &v, (wg_verb)verb, target, at), want);
        if (want)
          yes++;
        else
          no++;
      }
    }
    wg_arena_clear(&a);
  }
  assert_true(yes > 50000 && no > 50000); /* the dice throw both */
}

/* The areas of a list must be exactly those where wg_may says yes to a stranger's incident of that class. */
static void lists(void **state) {
  (void)state;
  uint64_t seed = 9;
  for (int round = 0; round < 3000; round++) {
    wg_arena a;
    wg_arena_init(&a);
    wg_areas areas;
    forest(&a, &areas, &seed);
    wg_viewer v;
    random_viewer(&v, &areas, &seed);
    for (int c = 0; c < WG_CLASSES; c++) {
      uint32_t area[WG_VIEWER_GRANTS];
      bool all;
      wg_class highest;
      int n = wg_rights_areas_of_class(&areas, &v, WG_V_SEE_INCIDENT, (wg_class)c, 100, area,
                                       WG_VIEWER_GRANTS, &all, &highest);
      bool any = all;
      for (uint32_t i = 0; i < areas.n; i++) {
        int hits = 0;
        for (int k = 0; k < n; k++) hits += wg_area_under(&areas, i, area[k]);
        assert_true(hits <= 1); /* topmost only: none inside another */
        wg_target t = {.area = i, .class_ = (wg_class)c};
        assert_int_equal(all || hits, wg_may(&areas, &v, WG_V_SEE_INCIDENT, &t, 100));
        any = any || hits;
      }
      if (any) assert_true((int)highest >= c);
      if (c) continue;
      uint32_t one[1] = {12345};
      bool all2;
      assert_int_equal(wg_rights_areas(&areas, &v, WG_V_SEE_INCIDENT, 100, one, 0, &all2, &highest), n);
      assert_int_equal(one[0], 12345); /* nothing written past max */
      assert_int_equal(all2, all);
    }
    wg_arena_clear(&a);
  }
}

/* Rules that a reader of docs/rights.md would try first. */
static void in_words(void **state) {
  (void)state;
  wg_arena a;
  wg_arena_init(&a);
  wg_area item[] = {{.code = "d"}, {.code = "t1", .parent = "d"}, {.code = "t2", .parent = "d"}};
  wg_areas areas = {.item = item, .n = 3};
  assert_int_equal(wg_areas_index(&a, &areas, NULL), WG_OK);
  const char *const to_water[] = {"water", NULL};
  wg_target here = {.area = 1}, handed = {.area = 2, .orgs = to_water}, no_area = {.area = WG_NO_INDEX};
  wg_target secret = {.area = 1, .class_ = WG_RESTRICTED},
            complaint = {.area = 1, .class_ = WG_SEALED, .responsible = 5};

  wg_viewer water = {.account = 3, .n_grants = 1};
  water.grant[0].role = WG_DEPARTMENT;
  water.grant[0].area = 0;
  snprintf(water.grant[0].org, WG_CODE_LEN, "water");
  assert_false(wg_may(&areas, &water, WG_V_SEE_INCIDENT, &here, 1));
  assert_true(wg_may(&areas, &water, WG_V_SEE_INCIDENT, &handed, 1));

  wg_viewer worker = {.account = 4, .staff = 5, .n_grants = 1};
  worker.grant[0].role = WG_WORKER;
  worker.grant[0].area = 1;
  wg_target mine = {.area = 1, .responsible = 5, .class_ = WG_RESTRICTED};
  assert_true(wg_may(&areas, &worker, WG_V_SEE_INCIDENT, &mine, 1));
  assert_false(wg_may(&areas, &worker, WG_V_SEE_INCIDENT, &here, 1));
  assert_false(
      wg_may(&areas, &worker, WG_V_SEE_INCIDENT, &complaint, 1)); /* about the worker itself, perhaps */
  assert_true(wg_may(&areas, &worker, WG_V_REPORT, &no_area, 1)); /* a report is never lost */

  wg_viewer dispatcher = {.account = 6, .n_grants = 1};
  dispatcher.grant[0].role = WG_DISPATCHER;
  dispatcher.grant[0].area = 1;
  assert_true(wg_may(&areas, &dispatcher, WG_V_SEE_INCIDENT, &secret, 1));
  assert_false(wg_may(&areas, &dispatcher, WG_V_SEE_INCIDENT, &complaint, 1));
  assert_false(wg_may(&areas, &dispatcher, WG_V_SEE_INCIDENT, &handed, 1));
  assert_false(wg_may(&areas, &dispatcher, WG_V_SEE_INCIDENT, &no_area, 1));
  dispatcher.grant[0].area = 0;
  assert_true(wg_may(&areas, &dispatcher, WG_V_SEE_INCIDENT, &no_area, 1));
  dispatcher.grant[0].until = 10;
  assert_true(wg_may(&areas, &dispatcher, WG_V_SEE_INCIDENT, &here, 9));
  assert_false(wg_may(&areas, &dispatcher, WG_V_SEE_INCIDENT, &here, 10));
  dispatcher.grant[0].from = 5;
  assert_false(wg_may(&areas, &dispatcher, WG_V_SEE_INCIDENT, &here, 4));
  wg_arena_clear(&a);
}

/* A wall sees no names; whoever holds another grant in force does. */
static void namelessness(void **state) {
  (void)state;
  wg_viewer v = {.account = 1};
  assert_false(wg_nameless(NULL, 1));
  assert_false(wg_nameless(&v, 1)); /* it sees nothing anyway */
  v.n_grants = 2;
  v.grant[0].role = v.grant[1].role = WG_WALL;
  assert_true(wg_nameless(&v, 1));
  v.grant[1].role = WG_DISPATCHER;
  assert_false(wg_nameless(&v, 1));
  v.grant[1].from = 10;
  v.grant[1].until = 20;
  assert_true(wg_nameless(&v, 9));
  assert_false(wg_nameless(&v, 10));
  assert_true(wg_nameless(&v, 20));
  v.grant[0].until = 5;
  assert_false(wg_nameless(&v, 9)); /* no grant is in force */
}

/* A screen is nobody's party: what was handed to an organisation or lies above ordinary stays away. */
static void a_wall_is_no_party(void **state) {
  (void)state;
  wg_arena a;
  wg_arena_init(&a);
  wg_area item[] = {{.code = "d"}, {.code = "t1", .parent = "d"}, {.code = "t2", .parent = "d"}};
  wg_areas areas = {.item = item, .n = 3};
  assert_int_equal(wg_areas_index(&a, &areas, NULL), WG_OK);
  wg_viewer wall = {.account = 3, .staff = 5, .n_grants = 1};
  wall.grant[0].role = WG_WALL;
  wall.grant[0].area = 1;
  snprintf(wall.grant[0].org, WG_CODE_LEN, "water");
  const char *const to_water[] = {"water", NULL};
  wg_target here = {.area = 1}, there = {.area = 2, .orgs = to_water, .reporter = 3, .responsible = 5};
  wg_target restricted = {.area = 1, .class_ = WG_RESTRICTED, .reporter = 3};
  assert_true(wg_may(&areas, &wall, WG_V_SEE_INCIDENT, &here, 1));
  assert_false(wg_may(&areas, &wall, WG_V_SEE_INCIDENT, &there, 1));
  assert_false(wg_may(&areas, &wall, WG_V_SEE_INCIDENT, &restricted, 1));
  for (int v = WG_V_REPORT; v < WG_VERBS; v++)
    if (v != WG_V_SEE_WORKERS) assert_false(wg_may(&areas, &wall, (wg_verb)v, NULL, 1));
  wg_arena_clear(&a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(matrix),
      cmocka_unit_test(nobody),
      cmocka_unit_test(property),
      cmocka_unit_test(lists),
      cmocka_unit_test(in_words),
      cmocka_unit_test(namelessness),
      cmocka_unit_test(a_wall_is_no_party),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
