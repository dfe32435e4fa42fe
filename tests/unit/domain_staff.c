/* Posts, shifts, stand-ins: what is written is what is meant, at every minute of a week, in zones whose
 * clocks jump; and who answers for a grid, against a naive reading of the rule. */
#include "domain/duty.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "domain_support.h"

static int64_t ms(const char *text) {
  int64_t t = 0;
  assert_true(wg_time_parse(text, &t));
  return t;
}

static void posts(void **state) {
  (void)state;
  wg_post_kind k;
  for (int i = 0; i < WG_POST_KINDS; i++) {
    assert_true(wg_post_parse(wg_post_name((wg_post_kind)i), &k));
    assert_int_equal(k, i);
    assert_true(wg_post_parse(wg_post_title((wg_post_kind)i, "zh"), &k));
    assert_int_equal(k, i);
    assert_true(wg_post_parse(wg_post_title((wg_post_kind)i, "en"), &k));
    assert_int_equal(k, i);
  }
  assert_true(wg_post_parse("Manager", &k) && k == WG_POST_MANAGER);
  assert_true(wg_post_parse("民警", &k) && k == WG_POST_POLICE);
  assert_false(wg_post_parse("", &k));
  assert_false(wg_post_parse("mayor", &k));
}

/* Each text and the same in the plainest words: days as bits from Monday, from–to. */
static void written(void **state) {
  (void)state;
  static const struct {
    const char *text, *plain;
  } cases[] = {
      {"", ""},
      {"Mon-Fri 08:00-18:00", "0011111 480-1080;"},
      {"Mon-Fri 08:00-18:00; Sat 09:00-12:00", "0011111 480-1080;0100000 540-720;"},
      {"1-5 08:00-18:00", "0011111 480-1080;"},
      {"1,3,5 8:00-12:00,14:00-18:00", "0010101 480-720;0010101 840-1080;"},
      {"周一至周五 8:00-18:00", "0011111 480-1080;"},
      {"星期一到星期五8：00～18：00；周六、周日 09:00-12:00", "0011111 480-1080;1100000 540-720;"},
      {"周一、三、五 8:00至12:00", "0010101 480-720;"},
      {"星期天 8:00-9:00", "1000000 480-540;"},
      {"每天 22:00-06:00", "1111111 1320-360;"},
      {"08:00-24:00", "1111111 480-1440;"},
      {"daily 00:00-00:00", "1111111 0-0;"},
      {"Sat-Mon 10:00-11:00", "1100001 600-660;"},
      {"WEEKDAYS 8:30-17:00, weekend 9:00-12:00", "0011111 510-1020;1100000 540-720;"},
      {"工作日 8:30-17:00\n周末 9:00-12:00", "0011111 510-1020;1100000 540-720;"},
      {"Mon. 8:00-9:00", "0000001 480-540;"},
      {" ; ; ", ""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    wg_shift s[8];
    int n = -1;
    wg_err err = {0};
    if (wg_shifts_parse(cases[i].text, s, 8, &n, &err)) fail_msg("%s: %s", cases[i].text, err.en);
    char plain[300] = "";
    for (int k = 0; k < n; k++) {
      for (int d = 6; d >= 0; d--) strcat(plain, s[k].weekdays >> d & 1 ? "1" : "0");
      snprintf(plain + strlen(plain), 40, " %d-%d;", s[k].from, s[k].to);
    }
    assert_string_equal(plain, cases[i].plain);
  }
}

static void badly_written(void **state) {
  (void)state;
  static const char *const bad[] = {
      "Mon-Fri",
      "Monkey 8:00-9:00",
      "8-18",
      "08:00",
      "25:00-26:00",
      "08:60-09:00",
      "24:00-25:00",
      "24:00-08:00",
      "Mon- 8:00-9:00",
      "8 8:00-9:00",
      "Mon,, 8:00-9:00",
      "周八 8:00-9:00",
      "早班",
      "8:00-24:30",
      "008:00-09:00",
      "Mon 8:00-9:00x",
      "Mon-weekend 8:00-9:00",
      "08:00-18:00 Mon",
      "-",
      "Mon 8:00-9:00,",
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    wg_shift s[8];
    int n = -1;
    wg_err err = {0};
    if (wg_shifts_parse(bad[i], s, 8, &n, &err) != WG_INVALID) fail_msg("taken: %s", bad[i]);
    assert_int_equal(n, 0);
    assert_string_equal(err.field, "shifts");
    assert_string_equal(err.code, "bad-shift");
    assert_non_null(strstr(err.en, "shifts: "));
    assert_non_null(strstr(err.zh, "班次"));
  }
  wg_shift two[2];
  int n;
  assert_int_equal(wg_shifts_parse("1 8:00-9:00,10:00-11:00", two, 2, &n, NULL), WG_OK);
  assert_int_equal(wg_shifts_parse("1 8:00-9:00,10:00-11:00,12:00-13:00", two, 2, &n, NULL), WG_TOO_LARGE);
  char longer[4000];
  memset(longer, ' ', sizeof longer);
  longer[sizeof longer - 1] = '\0';
  assert_int_equal(wg_shifts_parse(longer, two, 2, &n, NULL), WG_TOO_LARGE);
}

/* Random bytes: any answer but a crash, and never more than max. */
static void noise(void **state) {
  (void)state;
  static const char *const bits[] = {"周", "一", "Mon", "-", ",",    ":",    "08:00",
                                     "1",  "；", "至",  " ", "\xe5", "每天", "9:30"};
  uint64_t seed = 3;
  for (int i = 0; i < 20000; i++) {
    char text[200] = "";
    for (uint32_t k = domain_below(&seed, 14); k; k--)
      strcat(text, bits[domain_below(&seed, sizeof bits / sizeof *bits)]);
    wg_shift s[3];
    int n;
    wg_err err;
    wg_status st = wg_shifts_parse(text, s, 3, &n, &err);
    assert_true(st == WG_OK || st == WG_INVALID || st == WG_TOO_LARGE);
    assert_in_range(n, 0, 3);
  }
}

/* Every minute of a fortnight in three zones, two of them over a change of the clock: on duty exactly where
 * the wall clock lies in a shift that began today or yesterday. */
static void every_minute(void **state) {
  (void)state;
  static const struct {
    const char *zone, *from;
  } where[] = {{"Asia/Shanghai", "2026-03-01T00:00:00Z"},
               {"Europe/Berlin", "2026-03-25T00:00:00Z"},     /* 29 March: 02:00 becomes 03:00 */
               {"America/New_York", "2026-10-28T00:00:00Z"}}; /* 1 November: 02:00 becomes 01:00 */
  static const char *const duties[] = {"Mon-Fri 08:00-18:00", "daily 22:00-06:00", "Sun 01:30-02:30",
                                       "Sat 20:00-20:00", "周五 18:00-08:00; 周六至周日 00:00-24:00"};
  for (size_t z = 0; z < 3; z++) {
    wg_zone *zone;
    assert_int_equal(wg_zone_open(where[z].zone, &zone, NULL), WG_OK);
    for (size_t d = 0; d < sizeof duties / sizeof *duties; d++) {
      wg_shift shift[8];
      int n;
      assert_int_equal(wg_shifts_parse(duties[d], shift, 8, &n, NULL), WG_OK);
      for (int i = 0; i < n; i++) shift[i].post = 7;
      wg_staff staff = {.id = 1};
      wg_post post = {.id = 7, .staff = 1, .network = "base", .grid = "g"};
      wg_roster r = {.staff = &staff,
                     .n_staff = 1,
                     .post = &post,
                     .n_posts = 1,
                     .shift = shift,
                     .n_shifts = (uint32_t)n,
                     .zone = zone};
      assert_int_equal(wg_roster_index(&r, NULL), WG_OK);
      for (int m = 0; m < 14 * 1440; m++) {
        int64_t at = ms(where[z].from) + (int64_t)m * 60000;
        wg_local l = wg_zone_local(zone, at);
        bool want = false;
        for (int i = 0; i < n; i++) {
          bool today = shift[i].weekdays & (1 << (l.weekday - 1));
          bool yesterday = shift[i].weekdays & (1 << (l.weekday == 1 ? 6 : l.weekday - 2));
          bool overnight = shift[i].to <= shift[i].from;
          want |= today && l.minute >= shift[i].from && (overnight || l.minute < shift[i].to);
          want |= yesterday && overnight && l.minute < shift[i].to;
        }
        assert_int_equal(wg_on_duty(&r, &post, at), want);
      }
    }
    wg_zone_free(zone);
  }
}

/* --- who answers -----------------------------------------------------------------------------------------
 */

enum { STAFF = 8, GRIDS = 3 };
typedef struct world {
  wg_staff staff[STAFF];
  wg_post post[14];
  wg_shift shift[14];
  wg_stand_in away[6];
  wg_leave leave[5];
  wg_temp_post cover[5];
  wg_roster r;
} world;

static void random_world(world *w, uint64_t *seed, const wg_zone *zone) {
  memset(w, 0, sizeof *w);
  for (int i = 0; i < STAFF; i++)
    w->staff[i] = (wg_staff){.id = STAFF - i, .name = "", .full_time = domain_below(seed, 2)};
  uint32_t posts = domain_below(seed, 15), aways = domain_below(seed, 7), shifts = 0;
  for (uint32_t i = 0; i < posts; i++) {
    w->post[i] =
        (wg_post){.id = 100 + i, .staff = 1 + domain_below(seed, STAFF), .kind = domain_below(seed, 4)};
    snprintf(w->post[i].network, WG_CODE_LEN, "%s", domain_below(seed, 5) ? "base" : "safety");
    snprintf(w->post[i].grid, WG_CODE_LEN, "g%u", domain_below(seed, GRIDS));
    if (domain_below(seed, 3))
      w->shift[shifts++] = (wg_shift){.post = 100 + i,
                                      .weekdays = (uint8_t)(1 + domain_below(seed, 127)),
                                      .from = (int16_t)domain_below(seed, 1440),
                                      .to = (int16_t)domain_below(seed, 1441)};
  }
  for (uint32_t i = 0; i < aways; i++)
    w->away[i] = (wg_stand_in){1 + domain_below(seed, STAFF), 1 + domain_below(seed, STAFF),
                               domain_below(seed, 2) ? ms("2026-06-03T00:00:00Z") + (int64_t)i : 0,
                               domain_below(seed, 2) ? ms("2026-06-08T00:00:00Z") : 0};
  w->r = (wg_roster){w->staff, STAFF, w->post, posts, w->shift, shifts, w->away, aways, zone};
  w->r.leave = w->leave;
  w->r.cover = w->cover;
  w->r.n_leaves = domain_below(seed, 6);
  w->r.n_covers = domain_below(seed, 6);
  for (uint32_t i = 0; i < w->r.n_leaves; i++) {
    int64_t from = ms("2026-06-01T00:00:00Z") + (int64_t)domain_below(seed, 10 * 1440) * 60000;
    w->leave[i] =
        (wg_leave){.id = i + 1,
                   .staff = 1 + domain_below(seed, STAFF),
                   .from = from,
                   .until = domain_below(seed, 3) ? from + 86400000ll * (1 + domain_below(seed, 9)) : 0};
  }
  for (uint32_t i = 0; i < w->r.n_covers; i++) {
    int64_t from = ms("2026-06-01T00:00:00Z") + (int64_t)i + (int64_t)domain_below(seed, 10) * 86400000;
    w->cover[i] = (wg_temp_post){.id = i + 1,
                                 .staff = 1 + domain_below(seed, STAFF),
                                 .from = from,
                                 .until = from + 86400000ll * (1 + domain_below(seed, 9))};
    snprintf(w->cover[i].network, WG_CODE_LEN, "%s", domain_below(seed, 5) ? "base" : "safety");
    snprintf(w->cover[i].grid, WG_CODE_LEN, "g%u", domain_below(seed, GRIDS));
  }
}

static int64_t naive_stand_in(const world *w, int64_t who, int64_t at) {
  const wg_stand_in *best = NULL;
  for (uint32_t i = 0; i < w->r.n_stand_ins; i++) {
    const wg_stand_in *s = w->away + i;
    if (s->staff != who || s->by == who || (s->from && at < s->from) || (s->until && at >= s->until))
      continue;
    if (!best || s->from > best->from || (s->from == best->from && s->by < best->by)) best = s;
  }
  return best ? best->by : 0;
}

static bool naive_leave(const world *w, int64_t who, int64_t at) {
  for (uint32_t i = 0; i < w->r.n_leaves; i++)
    if (w->leave[i].staff == who && at >= w->leave[i].from && (!w->leave[i].until || at < w->leave[i].until))
      return true;
  return false;
}

/* 0: on leave, and nobody is there instead. */
static int64_t naive_present(const world *w, int64_t who, int64_t at) {
  int64_t now = who;
  for (int i = 0; i < 8; i++) {
    int64_t by = naive_stand_in(w, now, at);
    if (!by || by == who) break;
    now = by;
  }
  return naive_leave(w, now, at) ? 0 : now;
}

/* By the shifts alone: a roster of one post that nobody is on leave from. */
static bool naive_shift(const world *w, const wg_post *p, int64_t at) {
  wg_roster r = w->r;
  r.n_leaves = 0;
  return wg_on_duty(&r, p, at);
}

static int64_t naive_rank(const world *w, const wg_post *p) {
  return p->kind * 1000 + (wg_roster_staff(&w->r, p->staff)->full_time ? 0 : 100) + p->staff;
}

static int64_t naive_cover(const world *w, const char *grid, int64_t at) {
  const wg_temp_post *best = NULL;
  int64_t who = 0;
  for (uint32_t i = 0; i < w->r.n_covers; i++) {
    const wg_temp_post *c = w->cover + i;
    if (strcmp(c->network, "base") != 0 || strcmp(c->grid, grid) != 0 || at < c->from || at >= c->until)
      continue;
    if (!naive_present(w, c->staff, at)) continue;
    if (!best || c->from < best->from) best = c, who = naive_present(w, c->staff, at);
  }
  return who;
}

/* The best by rank among all posts whose work somebody is there to do, without any sorting. */
static wg_assignment naive_assign(const world *w, const char *grid, int64_t at) {
  const wg_post *best = NULL, *lead = NULL, *gone = NULL;
  bool any = false;
  for (uint32_t i = 0; i < w->r.n_posts; i++) {
    const wg_post *p = w->post + i;
    if (strcmp(p->network, "base") != 0 || strcmp(p->grid, grid) != 0) continue;
    if (p->kind == WG_POST_LEAD && (!lead || naive_rank(w, p) < naive_rank(w, lead))) lead = p;
    if (p->kind > WG_POST_OFFICER) continue;
    any = true;
    if (!naive_shift(w, p, at)) continue;
    if (!naive_present(w, p->staff, at)) {
      if (!gone || naive_rank(w, p) < naive_rank(w, gone)) gone = p;
    } else if (!best || naive_rank(w, p) < naive_rank(w, best))
      best = p;
  }
  if (best && gone && naive_rank(w, gone) > naive_rank(w, best)) gone = NULL;
  int64_t cover = naive_cover(w, grid, at);
  if (!best && cover) return (wg_assignment){WG_ASSIGN_COVER, cover, WG_POST_OFFICER, gone ? gone->staff : 0};
  const wg_post *p = best ? best : lead;
  int64_t who = p ? naive_present(w, p->staff, at) : 0;
  if (!who)
    return (wg_assignment){.rule = p || gone ? WG_ASSIGN_QUEUE_LEAVE
                                   : any     ? WG_ASSIGN_QUEUE_OFF_DUTY
                                             : WG_ASSIGN_QUEUE_NO_STAFF};
  if (best && who == p->staff && gone) return (wg_assignment){WG_ASSIGN_NEXT_POST, who, p->kind, gone->staff};
  wg_assign_rule rule = !best ? WG_ASSIGN_LEAD : who == p->staff ? WG_ASSIGN_ON_DUTY : WG_ASSIGN_STAND_IN;
  return (wg_assignment){rule, who, p->kind, who == p->staff ? 0 : p->staff};
}

static bool naive_serves(const world *w, const char *grid, int64_t staff, int64_t at) {
  for (uint32_t i = 0; i < w->r.n_posts; i++) {
    const wg_post *p = w->post + i;
    if (strcmp(p->network, "base") != 0 || strcmp(p->grid, grid) != 0 || p->kind > WG_POST_LEAD) continue;
    if ((p->kind == WG_POST_LEAD || naive_shift(w, p, at)) && naive_present(w, p->staff, at) == staff)
      return true;
  }
  return naive_cover(w, grid, at) == staff;
}

static void assigned(void **state) {
  (void)state;
  uint64_t seed = 21;
  int seen[WG_ASSIGN_RULES] = {0};
  wg_zone *zone;
  assert_int_equal(wg_zone_open("Asia/Shanghai", &zone, NULL), WG_OK);
  for (int round = 0; round < 4000; round++) {
    world w;
    random_world(&w, &seed, zone);
    assert_int_equal(wg_roster_index(&w.r, NULL), WG_OK);
    for (int k = 0; k < 6; k++) {
      char grid[4];
      snprintf(grid, sizeof grid, "g%u", domain_below(&seed, GRIDS + 1));
      int64_t at = ms("2026-06-01T00:00:00Z") + (int64_t)domain_below(&seed, 14 * 1440) * 60000;
      wg_assignment got = wg_assign(&w.r, "base", grid, at), want = naive_assign(&w, grid, at);
      assert_int_equal(got.rule, want.rule);
      assert_int_equal(got.staff, want.staff);
      assert_int_equal(got.stands_for, want.stands_for);
      if (got.staff) assert_int_equal(got.post, want.post);
      seen[got.rule]++;
      assert_int_equal(wg_assign_waits(got.rule), got.staff == 0);
      for (int64_t who = 1; who <= STAFF; who++)
        assert_int_equal(wg_serves(&w.r, "base", grid, who, at), naive_serves(&w, grid, who, at));
      if (got.staff) assert_true(wg_serves(&w.r, "base", grid, got.staff, at));
    }
    wg_assignment none = wg_assign(&w.r, "base", "", 0);
    assert_int_equal(none.rule, WG_ASSIGN_QUEUE_NO_GRID);
    assert_int_equal(none.staff, 0);
  }
  for (int rule = WG_ASSIGN_QUEUE_NO_STAFF; rule < WG_ASSIGN_RULES; rule++)
    if (rule != WG_ASSIGN_QUEUE_SEALED) assert_true(seen[rule] > 100);
  wg_zone_free(zone);
}

/* Going through all grids in order says what asking for each says; and between two moments of change nobody's
 * answer changes, minute by minute, also where a clock jumps. */
static void duty_of_all(void **state) {
  (void)state;
  static const char *const zones[] = {"Asia/Shanghai", "Europe/Berlin"};
  uint64_t seed = 77;
  int changed = 0;
  for (int round = 0; round < 300; round++) {
    wg_zone *zone;
    world w;
    int64_t at[256], start = ms(round % 2 ? "2026-03-28T12:00:00Z" : "2026-06-02T00:00:30Z");
    assert_int_equal(wg_zone_open(zones[round % 2], &zone, NULL), WG_OK);
    random_world(&w, &seed, zone);
    assert_int_equal(wg_roster_index(&w.r, NULL), WG_OK);
    uint32_t n = wg_duty_changes(&w.r, start, start + 86400000, at, 256), next = 0;
    assert_in_range(n, 0, 255);
    for (uint32_t k = 1; k < n; k++) assert_true(at[k - 1] < at[k]);
    wg_assignment before[GRIDS];
    for (int64_t t = start; t < start + 86400000; t += 60000) {
      wg_local now = wg_zone_local(zone, t);
      uint32_t cursor = 0;
      bool change = false;
      while (next < n && at[next] <= t) next++, change = true;
      for (int g = 0; g < GRIDS; g++) {
        char grid[16];
        snprintf(grid, sizeof grid, "g%d", g);
        wg_assignment a = wg_assign(&w.r, "base", grid, t);
        assert_int_equal(wg_duty_manned(&w.r, "base", grid, t, &now, &cursor), !wg_assign_waits(a.rule));
        if (t > start && (a.rule != before[g].rule || a.staff != before[g].staff)) {
          assert_true(change);
          changed++;
        }
        if (a.staff) assert_true(a.rule == WG_ASSIGN_LEAD || wg_duty_anywhere(&w.r, a.staff, t));
        before[g] = a;
      }
    }
    uint32_t few = wg_duty_changes(&w.r, start, start + 86400000, at, 2);
    assert_int_equal(few, n < 2 ? n : 2);
    wg_zone_free(zone);
  }
  assert_true(changed > 300);
}

static void runs_of_posts(void **state) {
  (void)state;
  uint64_t seed = 4;
  for (int round = 0; round < 500; round++) {
    world w;
    random_world(&w, &seed, NULL);
    assert_int_equal(wg_roster_index(&w.r, NULL), WG_OK);
    uint32_t sum = 0, first, n;
    for (int s = 0; s < 2; s++)
      for (int g = 0; g < GRIDS; g++) {
        char grid[16];
        snprintf(grid, sizeof grid, "g%d", g);
        wg_roster_posts(&w.r, s ? "safety" : "base", grid, &first, &n);
        for (uint32_t i = first; i < first + n; i++) {
          assert_string_equal(w.r.post[i].grid, grid);
          if (i > first) assert_true(w.r.post[i - 1].kind <= w.r.post[i].kind);
        }
        sum += n;
      }
    assert_int_equal(sum, w.r.n_posts);
    wg_roster_posts(&w.r, "base", "", &first, &n);
    assert_int_equal(n, 0);
  }
}

static void broken_roster(void **state) {
  (void)state;
  wg_staff staff[] = {{.id = 2}, {.id = 1}};
  wg_post post = {.id = 1, .staff = 3, .network = "base", .grid = "g"};
  wg_roster r = {.staff = staff, .n_staff = 2, .post = &post, .n_posts = 1};
  assert_int_equal(wg_roster_index(&r, NULL), WG_CORRUPT);
  post.staff = 2;
  wg_stand_in away = {.staff = 1, .by = 9};
  r.stand_in = &away;
  r.n_stand_ins = 1;
  assert_int_equal(wg_roster_index(&r, NULL), WG_CORRUPT);
  away.by = 2;
  wg_leave leave = {.staff = 9};
  wg_temp_post cover = {.staff = 9, .grid = "g"};
  r.leave = &leave;
  r.cover = &cover;
  r.n_leaves = 1;
  assert_int_equal(wg_roster_index(&r, NULL), WG_CORRUPT);
  leave.staff = 1;
  r.n_covers = 1;
  assert_int_equal(wg_roster_index(&r, NULL), WG_CORRUPT);
  cover.staff = 1;
  assert_int_equal(wg_roster_index(&r, NULL), WG_OK);
  assert_int_equal(wg_roster_staff(&r, 2)->id, 2);
  assert_null(wg_roster_staff(&r, 9));
  wg_roster empty = {0};
  assert_int_equal(wg_roster_index(&empty, NULL), WG_OK);
  assert_int_equal(wg_assign(&empty, "base", "g", 0).rule, WG_ASSIGN_QUEUE_NO_STAFF);
  assert_null(wg_roster_staff(&empty, 1));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(posts),         cmocka_unit_test(written),      cmocka_unit_test(badly_written),
      cmocka_unit_test(noise),         cmocka_unit_test(every_minute), cmocka_unit_test(assigned),
      cmocka_unit_test(runs_of_posts), cmocka_unit_test(duty_of_all),  cmocka_unit_test(broken_roster),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
