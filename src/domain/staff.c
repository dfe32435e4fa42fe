/* Who answers for a grid at a time: posts, shifts, stand-ins. */
#include "domain/staff.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { STAND_IN_HOPS = 8 }; /* a stand-in may be away too; past this many the last one found answers */

static const struct {
  const char *name, *en, *zh;
} posts[WG_POST_KINDS] = {
    [WG_POST_MANAGER] = {"manager", "grid manager", "网格管理员"},
    [WG_POST_OFFICER] = {"officer", "grid information officer", "网格信息员"},
    [WG_POST_LEAD] = {"lead", "grid lead", "网格长"},
    [WG_POST_POLICE] = {"police", "community police officer", "社区民警"},
    [WG_POST_CADRE] = {"cadre", "village or community cadre", "村（社区）干部"},
    [WG_POST_JUDICIAL] = {"judicial", "judicial worker", "司法人员"},
    [WG_POST_OTHER] = {"other", "other", "其他"},
};

/* What files call them besides. */
static const struct {
  const char *text;
  wg_post_kind kind;
} aliases[] = {
    {"管理员", WG_POST_MANAGER},
    {"专职网格员", WG_POST_MANAGER},
    {"网格员", WG_POST_MANAGER},
    {"信息员", WG_POST_OFFICER},
    {"information officer", WG_POST_OFFICER},
    {"组长", WG_POST_LEAD},
    {"leader", WG_POST_LEAD},
    {"民警", WG_POST_POLICE},
    {"警员", WG_POST_POLICE},
    {"辅警", WG_POST_POLICE},
    {"村干部", WG_POST_CADRE},
    {"社区干部", WG_POST_CADRE},
    {"村(社区)干部", WG_POST_CADRE},
    {"司法", WG_POST_JUDICIAL},
    {"人民调解员", WG_POST_JUDICIAL},
    {"其它", WG_POST_OTHER},
};

const char *wg_post_name(wg_post_kind kind) { return (unsigned)kind < WG_POST_KINDS ? posts[kind].name : ""; }

const char *wg_post_title(wg_post_kind kind, const char *lang) {
  if ((unsigned)kind >= WG_POST_KINDS) return "";
  return lang && strncmp(lang, "zh", 2) == 0 ? posts[kind].zh : posts[kind].en;
}

bool wg_post_parse(const char *text, wg_post_kind *out) {
  for (int k = 0; k < WG_POST_KINDS; k++)
    if (strcasecmp(text, posts[k].name) == 0 || strcasecmp(text, posts[k].en) == 0 ||
        !strcmp(text, posts[k].zh)) {
      *out = (wg_post_kind)k;
      return true;
    }
  for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
    if (strcasecmp(text, aliases[i].text) == 0) {
      *out = aliases[i].kind;
      return true;
    }
  return false;
}

static const char *const leaves[WG_LEAVE_KINDS] = {"annual", "sick", "training", "other"};

const char *wg_leave_name(wg_leave_kind kind) { return (unsigned)kind < WG_LEAVE_KINDS ? leaves[kind] : ""; }

bool wg_leave_parse(const char *text, wg_leave_kind *out) {
  for (int k = 0; k < WG_LEAVE_KINDS; k++)
    if (strcmp(text, leaves[k]) == 0) {
      *out = (wg_leave_kind)k;
      return true;
    }
  return false;
}

/* --- the roster ---------------------------------------------------------------------------------------- */

static int cmp64(int64_t a, int64_t b) { return (a > b) - (a < b); }

static int by_id(const void *a, const void *b) {
  return cmp64(((const wg_staff *)a)->id, ((const wg_staff *)b)->id);
}

static int by_place(const char *network, const char *grid, const wg_post *p) {
  int c = strcmp(network, p->network);
  return c ? c : strcmp(grid, p->grid);
}

static int by_duty(const void *a, const void *b, void *ctx) {
  const wg_post *p = a, *q = b;
  int c = by_place(p->network, p->grid, q);
  if (!c) c = (p->kind > q->kind) - (p->kind < q->kind);
  if (!c) c = wg_roster_staff(ctx, q->staff)->full_time - wg_roster_staff(ctx, p->staff)->full_time;
  if (!c) c = cmp64(p->staff, q->staff);
  return c ? c : cmp64(p->id, q->id);
}

static int by_post(const void *a, const void *b) {
  const wg_shift *p = a, *q = b;
  int c = cmp64(p->post, q->post);
  return c ? c : cmp64(p->from, q->from);
}

/* Of several arrangements the latest stands first: it replaces the earlier ones. */
static int by_away(const void *a, const void *b) {
  const wg_stand_in *p = a, *q = b;
  int c = cmp64(p->staff, q->staff);
  if (!c) c = cmp64(q->from, p->from);
  return c ? c : cmp64(p->by, q->by);
}

static int by_leave(const void *a, const void *b) {
  const wg_leave *p = a, *q = b;
  int c = cmp64(p->staff, q->staff);
  if (!c) c = cmp64(p->from, q->from);
  return c ? c : cmp64(p->id, q->id);
}

static int by_cover(const void *a, const void *b) {
  const wg_temp_post *p = a, *q = b;
  int c = strcmp(p->network, q->network);
  if (!c) c = strcmp(p->grid, q->grid);
  if (!c) c = cmp64(p->from, q->from);
  return c ? c : cmp64(p->staff, q->staff);
}

static wg_status stranger(int64_t staff, const char *field, wg_err *err) {
  return wg_fail(err, WG_CORRUPT, field,
                 WG_T("a row of %s names staff %lld, who does not exist", "%s 中的人员 %lld 不存在"), field,
                 (long long)staff);
}

static wg_status index_absences(wg_roster *r, wg_err *err) {
  for (uint32_t i = 0; i < r->n_leaves; i++)
    if (!wg_roster_staff(r, r->leave[i].staff)) return stranger(r->leave[i].staff, "leave", err);
  for (uint32_t i = 0; i < r->n_covers; i++)
    if (!wg_roster_staff(r, r->cover[i].staff)) return stranger(r->cover[i].staff, "cover", err);
  if (r->n_leaves) qsort(r->leave, r->n_leaves, sizeof *r->leave, by_leave);
  if (r->n_covers) qsort(r->cover, r->n_covers, sizeof *r->cover, by_cover);
  return WG_OK;
}

wg_status wg_roster_index(wg_roster *r, wg_err *err) {
  if (r->n_staff) qsort(r->staff, r->n_staff, sizeof *r->staff, by_id);
  for (uint32_t i = 0; i < r->n_posts; i++)
    if (!wg_roster_staff(r, r->post[i].staff))
      return wg_fail(err, WG_CORRUPT, "post",
                     WG_T("post %lld of grid %s names staff %lld, who does not exist",
                          "岗位 %lld（网格 %s）所属人员 %lld 不存在"),
                     (long long)r->post[i].id, r->post[i].grid, (long long)r->post[i].staff);
  for (uint32_t i = 0; i < r->n_stand_ins; i++)
    if (!wg_roster_staff(r, r->stand_in[i].by))
      return wg_fail(err, WG_CORRUPT, "stand_in",
                     WG_T("the stand-in of staff %lld is staff %lld, who does not exist",
                          "人员 %lld 的代岗人 %lld 不存在"),
                     (long long)r->stand_in[i].staff, (long long)r->stand_in[i].by);
  if (r->n_posts) qsort_r(r->post, r->n_posts, sizeof *r->post, by_duty, r);
  if (r->n_shifts) qsort(r->shift, r->n_shifts, sizeof *r->shift, by_post);
  if (r->n_stand_ins) qsort(r->stand_in, r->n_stand_ins, sizeof *r->stand_in, by_away);
  return index_absences(r, err);
}

const wg_staff *wg_roster_staff(const wg_roster *r, int64_t id) {
  if (!r->n_staff) return NULL;
  uint64_t guess = (uint64_t)id - (uint64_t)r->staff[0].id; /* ids seldom have gaps */
  if (guess < r->n_staff && r->staff[guess].id == id) return &r->staff[guess];
  wg_staff key = {.id = id};
  return bsearch(&key, r->staff, r->n_staff, sizeof *r->staff, by_id);
}

void wg_roster_posts(const wg_roster *r, const char *network, const char *grid, uint32_t *first,
                     uint32_t *n) {
  uint32_t lo = 0, hi = r->n_posts;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (by_place(network, grid, r->post + mid) > 0)
      lo = mid + 1;
    else
      hi = mid;
  }
  *first = lo;
  while (hi < r->n_posts && by_place(network, grid, r->post + hi) == 0) hi++;
  *n = hi - lo;
}

static uint32_t first_shift(const wg_roster *r, int64_t post) {
  uint32_t lo = 0, hi = r->n_shifts;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (r->shift[mid].post < post)
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo;
}

void wg_roster_shifts(const wg_roster *r, int64_t post, uint32_t *first, uint32_t *n) {
  *first = first_shift(r, post);
  *n = 0;
  while (*first + *n < r->n_shifts && r->shift[*first + *n].post == post) ++*n;
}

/* By the clock on the wall: an hour that daylight saving repeats is served twice, one it skips not at all. */
static bool in_shift(const wg_shift *s, const wg_local *now) {
  int today = now->weekday - 1, yesterday = (today + 6) % 7;
  if (s->from < s->to) return s->weekdays >> today & 1 && s->from <= now->minute && now->minute < s->to;
  return (s->weekdays >> today & 1 && s->from <= now->minute) ||
         (s->weekdays >> yesterday & 1 && now->minute < s->to);
}

bool wg_in_shifts(const wg_roster *r, const wg_post *post, const wg_local *now) {
  uint32_t i = first_shift(r, post->id);
  if (i == r->n_shifts || r->shift[i].post != post->id) return true;
  for (; i < r->n_shifts && r->shift[i].post == post->id; i++)
    if (in_shift(r->shift + i, now)) return true;
  return false;
}

/* The local time is asked for only where there is a shift. */
static bool in_shifts(const wg_roster *r, const wg_post *post, int64_t at) {
  wg_local now = {.weekday = 1};
  if (r->n_shifts) now = wg_zone_local(r->zone, at);
  return wg_in_shifts(r, post, &now);
}

static bool in_force(int64_t from, int64_t until, int64_t at) { return from <= at && (!until || at < until); }

bool wg_on_leave(const wg_roster *r, int64_t staff, int64_t at) {
  uint32_t lo = 0, hi = r->n_leaves;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (r->leave[mid].staff < staff)
      lo = mid + 1;
    else
      hi = mid;
  }
  for (; lo < r->n_leaves && r->leave[lo].staff == staff; lo++)
    if (in_force(r->leave[lo].from, r->leave[lo].until, at)) return true;
  return false;
}

bool wg_on_duty(const wg_roster *r, const wg_post *post, int64_t at) {
  return in_shifts(r, post, at) && !wg_on_leave(r, post->staff, at);
}

/* Who stands in for `staff` at the time, or 0. */
static int64_t stand_in(const wg_roster *r, int64_t staff, int64_t at) {
  uint32_t lo = 0, hi = r->n_stand_ins;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (r->stand_in[mid].staff < staff)
      lo = mid + 1;
    else
      hi = mid;
  }
  for (; lo < r->n_stand_ins && r->stand_in[lo].staff == staff; lo++) {
    const wg_stand_in *s = r->stand_in + lo;
    if ((!s->from || s->from <= at) && (!s->until || at < s->until) && s->by != staff) return s->by;
  }
  return 0;
}

/* The one who does the work of `staff`: the stand-in of the stand-in where that one is away too. 0: on leave,
 * and nobody stands in. */
int64_t wg_present(const wg_roster *r, int64_t staff, int64_t at) {
  int64_t who = staff;
  for (int hop = 0; hop < STAND_IN_HOPS; hop++) {
    int64_t by = stand_in(r, who, at);
    if (!by || by == staff) break;
    who = by;
  }
  return wg_on_leave(r, who, at) ? 0 : who;
}

/* The first who covers the grid and is there, or 0. */
int64_t wg_covering(const wg_roster *r, const char *network, const char *grid, int64_t at) {
  uint32_t lo = 0, hi = r->n_covers;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    int c = strcmp(r->cover[mid].network, network);
    if (!c) c = strcmp(r->cover[mid].grid, grid);
    if (c < 0)
      lo = mid + 1;
    else
      hi = mid;
  }
  for (; lo < r->n_covers; lo++) {
    const wg_temp_post *x = &r->cover[lo];
    if (strcmp(x->network, network) != 0 || strcmp(x->grid, grid) != 0) break;
    int64_t who = in_force(x->from, x->until, at) ? wg_present(r, x->staff, at) : 0;
    if (who) return who;
  }
  return 0;
}

wg_assignment wg_assign(const wg_roster *r, const char *network, const char *grid, int64_t at) {
  wg_assignment a = {.rule = WG_ASSIGN_QUEUE_NO_GRID};
  if (!grid[0]) return a;
  uint32_t first, n;
  wg_roster_posts(r, network, grid, &first, &n);
  a.rule = WG_ASSIGN_QUEUE_NO_STAFF;
  const wg_post *lead = NULL;
  int64_t away = 0; /* on leave, and would have been the one */
  for (uint32_t i = first; i < first + n; i++) {
    const wg_post *p = r->post + i;
    if (p->kind == WG_POST_LEAD && !lead) lead = p;
    if (p->kind >= WG_POST_LEAD) continue;
    if (a.rule == WG_ASSIGN_QUEUE_NO_STAFF) a.rule = WG_ASSIGN_QUEUE_OFF_DUTY;
    if (!in_shifts(r, p, at)) continue;
    int64_t who = wg_present(r, p->staff, at);
    if (who == p->staff && away) return (wg_assignment){WG_ASSIGN_NEXT_POST, who, p->kind, away};
    if (who == p->staff) return (wg_assignment){WG_ASSIGN_ON_DUTY, who, p->kind, 0};
    if (who) return (wg_assignment){WG_ASSIGN_STAND_IN, who, p->kind, p->staff};
    if (!away) away = p->staff;
    a.rule = WG_ASSIGN_QUEUE_LEAVE;
  }
  int64_t cover = wg_covering(r, network, grid, at);
  if (cover) return (wg_assignment){WG_ASSIGN_COVER, cover, WG_POST_OFFICER, away};
  if (!lead) return a;
  int64_t who = wg_present(r, lead->staff, at);
  if (!who) return (wg_assignment){.rule = WG_ASSIGN_QUEUE_LEAVE};
  return (wg_assignment){WG_ASSIGN_LEAD, who, WG_POST_LEAD, who == lead->staff ? 0 : lead->staff};
}

bool wg_serves(const wg_roster *r, const char *network, const char *grid, int64_t staff, int64_t at) {
  uint32_t first, n;
  if (!staff || !grid[0]) return false;
  wg_roster_posts(r, network, grid, &first, &n);
  for (uint32_t i = first; i < first + n; i++) {
    const wg_post *p = r->post + i;
    if (p->kind > WG_POST_LEAD || (p->kind < WG_POST_LEAD && !in_shifts(r, p, at))) continue;
    if (wg_present(r, p->staff, at) == staff) return true;
  }
  return wg_covering(r, network, grid, at) == staff;
}
