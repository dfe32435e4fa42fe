/* Staff, catalogue, accounts. */
#ifndef WG_TESTS_STORE_SUITE_PEOPLE_H
#define WG_TESTS_STORE_SUITE_PEOPLE_H

#include "base/time.h"
#include "suite.h"

static wg_staff staff_of(const char *code, const char *name) {
  wg_staff x = {.name = name, .phone = "13800000000", .org = "o1", .full_time = true};
  snprintf(x.code, sizeof x.code, "%s", code);
  return x;
}

static inline wg_status count_unmanned(void *ctx, const void *row) {
  const wg_unmanned *x = row;
  assert_string_equal(x->network, "base");
  assert_string_equal(x->grid, "g1");
  *(int64_t *)ctx += x->since;
  return WG_OK;
}

/* Leave, covers, and the grids that have nobody, come back as they went in. */
static inline void people_absences(struct fix *f, int64_t staff) {
  wg_leave l = {.staff = staff, .from = 10, .until = 20, .kind = WG_LEAVE_SICK};
  wg_temp_post c = {.staff = staff, .from = 30, .until = 40, .network = "base", .grid = "g1"};
  wg_unmanned u = {.network = "base", .grid = "g1", .since = 7};
  wg_roster r;
  int64_t since = 0;
  OK(f->s->begin(f->s, &f->err));
  OK(f->s->leave_add(f->s, &l, &f->err));
  OK(f->s->cover_add(f->s, &c, &f->err));
  OK(f->s->unmanned_put(f->s, &u, &f->err));
  OK(f->s->commit(f->s, &f->err));
  OK(f->s->roster_load(f->s, &f->a, &r, &f->err));
  assert_int_equal(r.n_leaves, 1);
  assert_int_equal(r.leave[0].id, l.id);
  assert_int_equal(r.leave[0].until, 20);
  assert_int_equal(r.leave[0].kind, WG_LEAVE_SICK);
  assert_int_equal(r.n_covers, 1);
  assert_string_equal(r.cover[0].grid, "g1");
  assert_int_equal(r.cover[0].from, 30);
  OK(f->s->unmanned_load(f->s, &f->a, count_unmanned, &since, &f->err));
  assert_int_equal(since, 7);
  u.since = 0;
  OK(f->s->begin(f->s, &f->err));
  OK(f->s->unmanned_put(f->s, &u, &f->err));
  OK(f->s->leave_delete(f->s, l.id, &f->err));
  OK(f->s->cover_delete(f->s, c.id, &f->err));
  OK(f->s->commit(f->s, &f->err));
  since = 0;
  OK(f->s->unmanned_load(f->s, &f->a, count_unmanned, &since, &f->err));
  assert_int_equal(since, 0);
  OK(f->s->roster_load(f->s, &f->a, &r, &f->err));
  assert_int_equal(r.n_leaves + r.n_covers, 0);
}

static void people_keeps_the_roster(void **state) {
  struct fix *f = *state;
  wg_staff a = staff_of("w1", "张三"), b = staff_of("w2", "李四");
  b.full_time = false;
  wg_post posts[2] = {{.network = "base", .grid = "g1", .kind = WG_POST_OFFICER},
                      {.network = "base", .grid = "g2", .kind = WG_POST_LEAD}};
  wg_shift shifts[3] = {{0, 0x1f, 480, 1080}, {0, 0x20, 540, 720}, {1, 0x7f, 1200, 480}};
  OK(f->s->begin(f->s, &f->err));
  OK(f->s->staff_put(f->s, &a, &f->err));
  OK(f->s->staff_put(f->s, &b, &f->err));
  assert_true(a.id > 0 && b.id > 0 && a.id != b.id);
  OK(f->s->posts_replace(f->s, a.id, posts, 2, shifts, 3, &f->err));
  wg_stand_in x = {a.id, b.id, 100, 200};
  OK(f->s->stand_in_put(f->s, &x, &f->err));
  OK(f->s->commit(f->s, &f->err));

  wg_roster r;
  OK(f->other->roster_load(f->other, &f->a, &r, &f->err));
  assert_int_equal(r.n_staff, 2);
  assert_int_equal(r.n_posts, 2);
  assert_int_equal(r.n_shifts, 3);
  assert_int_equal(r.n_stand_ins, 1);
  OK(wg_roster_index(&r, &f->err));
  assert_string_equal(wg_roster_staff(&r, a.id)->name, "张三");
  assert_string_equal(wg_roster_staff(&r, b.id)->phone, "13800000000");
  assert_false(wg_roster_staff(&r, b.id)->full_time);
  int seen = 0;
  for (uint32_t i = 0; i < r.n_shifts; i++)
    for (uint32_t k = 0; k < r.n_posts; k++)
      if (r.post[k].id == r.shift[i].post)
        seen += r.shift[i].to == 480 ? r.post[k].kind == WG_POST_LEAD : r.post[k].kind == WG_POST_OFFICER;
  assert_int_equal(seen, 3); /* each shift is with its post */
  assert_int_equal(r.stand_in[0].by, b.id);
  assert_int_equal(r.stand_in[0].until, 200);
  people_absences(f, a.id);
  must_be_whole(f, f->s);
}

static void people_replaces_by_code(void **state) {
  struct fix *f = *state;
  wg_staff a = staff_of("w1", "张三"), again = staff_of("w1", "张三丰");
  wg_post post = {.network = "base", .grid = "g1", .kind = WG_POST_MANAGER},
          other = {.network = "base", .grid = "g9", .kind = WG_POST_LEAD};
  wg_shift shift = {0, 1, 0, 60};
  OK(f->s->begin(f->s, &f->err));
  OK(f->s->staff_put(f->s, &a, &f->err));
  OK(f->s->posts_replace(f->s, a.id, &post, 1, &shift, 1, &f->err));
  OK(f->s->staff_put(f->s, &again, &f->err));
  assert_int_equal(again.id, a.id);
  OK(f->s->posts_replace(f->s, a.id, &other, 1, NULL, 0, &f->err));
  OK(f->s->commit(f->s, &f->err));
  wg_roster r;
  OK(f->s->roster_load(f->s, &f->a, &r, &f->err));
  assert_int_equal(r.n_staff, 1);
  assert_string_equal(r.staff[0].name, "张三丰");
  assert_int_equal(r.n_posts, 1);
  assert_string_equal(r.post[0].grid, "g9");
  assert_int_equal(r.n_shifts, 0); /* went with their post */
}

static void people_keeps_the_catalogue(void **state) {
  struct fix *f = *state;
  wg_rules rules = {.limit[WG_C_ACCEPT] = {{WG_U_MINUTES, 60}, [3] = {WG_U_MINUTES, 10}}, .posts = 1U};
  wg_category c = {.code = "b2",
                   .group = "city",
                   .names = "{\"zh\":\"暴露垃圾\"}",
                   .group_names = "{\"zh\":\"市容环境\"}",
                   .severity = 2,
                   .class_ = WG_RESTRICTED,
                   .rules = &rules,
                   .fields = "[{\"code\":\"n\"}]"};
  OK(f->s->category_put(f->s, &c, &f->err));
  snprintf(c.code, sizeof c.code, "a1");
  c.retired = true;
  OK(f->s->category_put(f->s, &c, &f->err));
  c.severity = 3;
  OK(f->s->category_put(f->s, &c, &f->err));
  wg_category *got;
  uint32_t n;
  OK(f->other->categories_load(f->other, &f->a, &got, &n, &f->err));
  assert_int_equal(n, 2);
  assert_string_equal(got[0].code, "a1");
  assert_true(got[0].retired);
  assert_int_equal(got[0].severity, 3);
  assert_string_equal(got[1].code, "b2");
  assert_string_equal(got[1].group, "city");
  assert_string_equal(got[1].names, "{\"zh\":\"暴露垃圾\"}");
  assert_string_equal(got[1].group_names, "{\"zh\":\"市容环境\"}");
  assert_int_equal(got[1].class_, WG_RESTRICTED);
  assert_int_equal(got[1].rules->version, 1);
  assert_int_equal(got[1].n_rules, 1);
  assert_true(wg_rules_equal(got[1].rules, &rules));
  assert_string_equal(got[1].fields, "[{\"code\":\"n\"}]");
  wg_org org = {.code = "o1", .names = "{\"zh\":\"城管局\"}", .area = "990101", .calendar = "night"}, *orgs;
  OK(f->s->org_put(f->s, &org, &f->err));
  org = (wg_org){.code = "o0", .names = "{}"};
  OK(f->s->org_put(f->s, &org, &f->err));
  OK(f->other->orgs_load(f->other, &f->a, &orgs, &n, &f->err));
  assert_int_equal(n, 2);
  assert_string_equal(orgs[0].calendar, "");
  assert_string_equal(orgs[1].code, "o1");
  assert_string_equal(orgs[1].calendar, "night");
  assert_string_equal(orgs[1].area, "990101");
  assert_string_equal(orgs[1].names, "{\"zh\":\"城管局\"}");
}

/* Each change of the rules is a version; what was said before stays to be read. */
static void people_keeps_versions_of_rules(void **state) {
  struct fix *f = *state;
  wg_rules rules = {.version = 77, .limit[WG_C_WHOLE][0] = {WG_U_DAYS, 5}}, first = rules;
  wg_category c = {
      .code = "b2", .group = "g", .names = "{}", .group_names = "{}", .severity = 1, .rules = &rules};
  OK(f->s->category_put(f->s, &c, &f->err));
  assert_int_equal(rules.version, 1); /* whatever it said */
  c.severity = 2;
  OK(f->s->category_put(f->s, &c, &f->err));
  assert_int_equal(rules.version, 1); /* the rules did not change */
  rules.done_photos = 1;
  rules.n_temporary = 1;
  rules.temporary[0] = (wg_temporary){WG_POST_CADRE, 20261231, "区委政法委 2026 年 11 月同意"};
  OK(f->s->category_put(f->s, &c, &f->err));
  assert_int_equal(rules.version, 2);
  c.rules = NULL;
  c.severity = 3;
  OK(f->s->category_put(f->s, &c, &f->err)); /* without: as they are */
  snprintf(c.code, sizeof c.code, "a1");
  OK(f->s->category_put(f->s, &c, &f->err));
  wg_category *got;
  uint32_t n;
  OK(f->other->categories_load(f->other, &f->a, &got, &n, &f->err));
  assert_int_equal(n, 2);
  assert_int_equal(got[0].n_rules, 1); /* never had any */
  assert_true(wg_rules_equal(got[0].rules, &(wg_rules){0}));
  assert_int_equal(got[1].severity, 3);
  assert_int_equal(got[1].n_rules, 2);
  assert_int_equal(got[1].all_rules[0].version, 1);
  assert_true(wg_rules_equal(&got[1].all_rules[0], &first));
  assert_ptr_equal(got[1].rules, &got[1].all_rules[1]);
  assert_int_equal(got[1].rules->version, 2);
  assert_true(wg_rules_equal(got[1].rules, &rules));
  rules = (wg_rules){.at_once = true};
  c.rules = &rules;
  OK(f->s->category_put(f->s, &c, &f->err));
  assert_int_equal(rules.version, 2); /* saying nothing was its first */
  first.limit[WG_C_WHOLE][0].n = 6;
  c.rules = &first;
  snprintf(c.code, sizeof c.code, "b2");
  OK(f->s->category_put(f->s, &c, &f->err));
  assert_int_equal(first.version, 3);
}

static void people_keeps_accounts(void **state) {
  struct fix *f = *state;
  wg_staff w = staff_of("w1", "张三");
  wg_account a = {.name = "zhang", .password = "$argon2id$x", .demo = true}, b = {.name = "admin"};
  OK(f->s->begin(f->s, &f->err));
  OK(f->s->staff_put(f->s, &w, &f->err));
  a.staff = w.id;
  OK(f->s->account_put(f->s, &a, &f->err));
  OK(f->s->account_put(f->s, &b, &f->err));
  wg_grant g = {.account = a.id, .role = WG_WORKER, .area = "990101001", .from = 5, .until = 9};
  OK(f->s->grant_put(f->s, &g, &f->err));
  g.role = WG_DISPATCHER;
  OK(f->s->grant_put(f->s, &g, &f->err));
  g.until = 99; /* the same grant again: its span changes */
  OK(f->s->grant_put(f->s, &g, &f->err));
  wg_account again = a;
  again.disabled = true;
  OK(f->s->account_put(f->s, &again, &f->err));
  assert_int_equal(again.id, a.id);
  OK(f->s->commit(f->s, &f->err));

  wg_account *acc;
  wg_grant *grants;
  uint32_t n, m;
  OK(f->other->accounts_load(f->other, &f->a, &acc, &n, &grants, &m, &f->err));
  assert_int_equal(n, 2);
  assert_int_equal(m, 2);
  assert_string_equal(acc[0].name, "zhang");
  assert_string_equal(acc[0].password, "$argon2id$x");
  assert_int_equal(acc[0].staff, w.id);
  assert_true(acc[0].disabled && acc[0].demo);
  assert_int_equal(acc[1].staff, 0);
  for (uint32_t i = 0; i < m; i++) {
    assert_int_equal(grants[i].account, a.id);
    assert_int_equal(grants[i].until, grants[i].role == WG_DISPATCHER ? 99 : 9);
    assert_string_equal(grants[i].area, "990101001");
  }
  must_be_whole(f, f->s);
}

static void people_keeps_sessions(void **state) {
  struct fix *f = *state;
  wg_account a = {.name = "zhang"};
  OK(f->s->account_put(f->s, &a, &f->err));
  wg_session x = {.account = a.id, .created_at = 10, .expires_at = 100, .kind = "session"}, forever = x,
             old = x;
  memset(x.token_hash, 1, sizeof x.token_hash);
  memset(forever.token_hash, 2, sizeof x.token_hash);
  memset(old.token_hash, 3, sizeof x.token_hash);
  forever.expires_at = 0;
  forever.kind = "token";
  old.expires_at = 50;
  OK(f->s->session_put(f->s, &x, &f->err));
  OK(f->s->session_put(f->s, &forever, &f->err));
  OK(f->s->session_put(f->s, &old, &f->err));
  wg_session *got;
  uint32_t n;
  OK(f->other->sessions_load(f->other, &f->a, 50, &got, &n, &f->err));
  assert_int_equal(n, 2); /* one ended at 50 */
  OK(f->s->session_delete(f->s, x.token_hash, &f->err));
  OK(f->s->session_delete(f->s, x.token_hash, &f->err)); /* gone is gone */
  OK(f->other->sessions_load(f->other, &f->a, 50, &got, &n, &f->err));
  assert_int_equal(n, 1);
  assert_string_equal(got[0].kind, "token");
  assert_int_equal(got[0].account, a.id);
  assert_memory_equal(got[0].token_hash, forever.token_hash, WG_HASH_LEN);
}

static wg_status count_line(void *ctx, const void *row) {
  const wg_access *x = row;
  int64_t *last = ctx;
  if (*last && x->id >= *last) return WG_INTERNAL; /* newest first */
  *last = x->id;
  return WG_OK;
}

struct lines {
  int n;
  int64_t last;
};

static wg_status each_line(void *ctx, const void *row) {
  struct lines *l = ctx;
  l->n++;
  return count_line(&l->last, row);
}

/* Every line that matches, page by page. */
static int lines_of(struct fix *f, wg_access_query q) {
  struct lines l = {0};
  int64_t next = 0;
  q.limit = q.limit ? q.limit : 1000;
  do {
    int before = l.n;
    OK(f->other->access_list(f->other, &f->a, &q, each_line, &l, &next, &f->err));
    assert_true(l.n - before <= q.limit);
    q.before_id = next;
  } while (next);
  return l.n;
}

static void people_searches_the_access_log(void **state) {
  struct fix *f = *state;
  OK(f->s->begin(f->s, &f->err));
  for (int k = 0; k < 50; k++)
    OK(f->s->access_log(f->s, 1000 + k, k % 5, k % 2 ? "zhang" : "李", k % 3 ? "10.0.0.1" : "2001:db8::1",
                        k % 4 ? "sign-in" : "export", k == 7 ? "/api/v1/Staff?area=9" : "", k % 10 != 0,
                        &f->err));
  OK(f->s->commit(f->s, &f->err));
  assert_int_equal(lines_of(f, (wg_access_query){.ok = -1}), 50);
  assert_int_equal(lines_of(f, (wg_access_query){.ok = -1, .limit = 7}), 50);
  assert_int_equal(lines_of(f, (wg_access_query){.ok = 0}), 5);
  assert_int_equal(lines_of(f, (wg_access_query){.ok = 1, .limit = 1}), 45);
  assert_int_equal(lines_of(f, (wg_access_query){.ok = -1, .what = "export"}), 13);
  assert_int_equal(lines_of(f, (wg_access_query){.ok = -1, .account = 3}), 10);
  assert_int_equal(lines_of(f, (wg_access_query){.ok = -1, .since = 1010}), 40);
  assert_int_equal(lines_of(f, (wg_access_query){.ok = -1, .until = 1010, .limit = 3}), 10);
  assert_int_equal(lines_of(f, (wg_access_query){.ok = -1, .since = 1010, .until = 1020, .limit = 3}), 10);
  assert_int_equal(lines_of(f, (wg_access_query){.ok = -1, .since = 2000}), 0);
  assert_int_equal(lines_of(f, (wg_access_query){.ok = -1, .until = 1000}), 0);
  assert_int_equal(lines_of(f, (wg_access_query){.ok = -1, .q = "ZHANG"}), 25);
  assert_int_equal(lines_of(f, (wg_access_query){.ok = -1, .q = "李"}), 25);
  assert_int_equal(lines_of(f, (wg_access_query){.ok = -1, .q = "DB8"}), 17);
  assert_int_equal(lines_of(f, (wg_access_query){.ok = -1, .q = "staff"}), 1);
  assert_int_equal(lines_of(f, (wg_access_query){.ok = -1, .q = "%"}), 0); /* no pattern language */
}

/* Old lines go, in steps; never those of the last half year, whatever the setting says. */
static void people_forgets_old_access(void **state) {
  struct fix *f = *state;
  int64_t now = wg_now_ms(), day = 86400000;
  static const struct {
    const char *setting;
    int left;
  } rounds[] = {{NULL, 3}, {"soon", 3}, {"300", 2}, {"1", 1}};
  OK(f->s->begin(f->s, &f->err));
  for (int k = 0; k < 1200; k++)
    OK(f->s->access_log(f->s, now - 500 * day - k, 0, "", "", "sign-in", "", true, &f->err));
  static const int ages[] = {390, 250, 170};
  for (int k = 0; k < 3; k++)
    OK(f->s->access_log(f->s, now - ages[k] * day, 0, "", "", "sign-in", "", true, &f->err));
  OK(f->s->commit(f->s, &f->err));
  OK(f->s->tend(f->s, &f->err));
  assert_true(lines_of(f, (wg_access_query){.ok = -1}) > 500); /* a small step at a time */
  for (size_t r = 0; r < sizeof rounds / sizeof *rounds; r++) {
    OK(f->s->begin(f->s, &f->err));
    if (rounds[r].setting) OK(f->s->setting_put(f->s, "access_log_days", rounds[r].setting, &f->err));
    OK(f->s->commit(f->s, &f->err));
    for (int k = 0; k < 4; k++) OK(f->s->tend(f->s, &f->err));
    assert_int_equal(lines_of(f, (wg_access_query){.ok = -1}), rounds[r].left);
  }
}

static wg_status each_handover(void *ctx, const void *row) {
  const wg_handover *x = row;
  int64_t *last = ctx;
  if (*last && x->id >= *last) return WG_INTERNAL; /* newest first */
  *last = x->id;
  return WG_OK;
}

static wg_handover hand_over(struct fix *f, const char *client_id) {
  wg_handover x = {.area = "01", .at = 1000, .given_by = 7};
  snprintf(x.client_id, sizeof x.client_id, "%s", client_id);
  OK(f->s->content_put(f->s, "{}", 2, x.hash, &f->err));
  OK(f->s->handover_add(f->s, &x, &f->err));
  note(f, f->s, wg_arena_printf(&f->a, "handover/%lld", (long long)x.id), "{}");
  return x;
}

static void people_hands_a_shift_over(void **state) {
  struct fix *f = *state;
  wg_handover got;
  wg_store_head head;
  OK(f->s->begin(f->s, &f->err));
  wg_handover a = hand_over(f, "a");
  OK(f->s->head(f->s, &head, &f->err));
  assert_int_equal(a.seq, head.seq); /* that of the event that came next */
  wg_handover b = hand_over(f, "b"), again = a;
  assert_int_equal(f->s->handover_add(f->s, &again, &f->err), WG_CONFLICT);
  a.taken_by = 8;
  a.taken_at = 2000;
  a.taken_seq = b.seq;
  OK(f->s->handover_take(f->s, &a, &f->err));
  assert_int_equal(f->s->handover_take(f->s, &a, &f->err), WG_CONFLICT); /* once */
  OK(f->s->commit(f->s, &f->err));
  OK(f->other->handover_get(f->other, a.id, &got, &f->err));
  assert_string_equal(got.area, "01");
  assert_int_equal(got.taken_by, 8);
  assert_int_equal(got.taken_at, 2000);
  assert_memory_equal(got.hash, a.hash, WG_HASH_LEN);
  OK(f->other->handover_by_client(f->other, 7, "b", &got, &f->err));
  assert_int_equal(got.id, b.id);
  assert_int_equal(got.taken_by, 0);
  assert_int_equal(f->other->handover_by_client(f->other, 8, "b", &got, &f->err), WG_NOT_FOUND);
  assert_int_equal(f->other->handover_get(f->other, b.id + 1, &got, &f->err), WG_NOT_FOUND);
  int64_t last = 0;
  OK(f->other->handovers(f->other, 0, each_handover, &last, &f->err));
  assert_int_equal(last, a.id);
  last = 0;
  OK(f->other->handovers(f->other, a.id, each_handover, &last, &f->err));
  assert_int_equal(last, 0);
}

#define PEOPLE_TESTS(T)                                                                                      \
  T(people_keeps_the_roster), T(people_replaces_by_code), T(people_keeps_the_catalogue),                     \
      T(people_keeps_versions_of_rules), T(people_keeps_accounts), T(people_keeps_sessions),                 \
      T(people_searches_the_access_log), T(people_forgets_old_access), T(people_hands_a_shift_over)

#endif
