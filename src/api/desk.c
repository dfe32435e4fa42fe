/* GET /api/v1/desk and /api/v1/desk/{inbox}: what waits for the asker, by what is to be done next; the
 * nearest deadline first. One walk over the live table; what is written out is read from the store. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/narrow.h"
#include "api/work.h"
#include "base/text.h"
#include "domain/life.h"

enum { SOON_MS = 4 * 3600000 };

enum inbox {
  BOX_ACCEPT,
  BOX_DISPATCH,
  BOX_RETURNED,
  BOX_CLAIM,
  BOX_HANDLE,
  BOX_CHECK,
  BOX_CLOSE,
  BOX_REVIEW,
  BOX_EXTENSION,
  BOX_SOON,
  BOX_OVERDUE,
  BOX_SUPERVISED,
  BOX_SUSPENDED,
  BOX_QUEUE,
  BOX_ALL,
  BOXES
};
static const struct {
  const char *code, *en, *zh;
} boxes[BOXES] = {{"accept", "To accept", "待受理"},
                  {"dispatch", "To dispatch", "待交办"},
                  {"returned", "Returned", "被退回"},
                  {"claim", "To claim", "待认领"},
                  {"handle", "In hand", "办理中"},
                  {"check", "To check", "待核查"},
                  {"close", "To close", "待结案"},
                  {"review", "To review", "待审核"},
                  {"extension", "Extensions asked", "延期申请"},
                  {"soon", "Due soon", "即将到期"},
                  {"overdue", "Overdue", "已超期"},
                  {"supervised", "Supervised", "督办中"},
                  {"suspended", "Suspended", "缓办"},
                  {"queue", "Nobody's yet", "待定责任人"},
                  {"all", "All open", "全部在办"}};

struct item {
  int64_t due, id; /* due INT64_MAX: no clock runs */
};

struct walk {
  wg_sight see, direct, review, work;
  wg_narrow narrow;
  const wg_viewer *viewer;
  int64_t now;
  int64_t count[BOXES], late[BOXES];
  int box; /* that is listed; BOXES: none */
  struct item *item;
  uint32_t n, cap;
  bool full;
};

static uint32_t centre_of(const struct walk *k, const wg_live_brief *b) {
  return b->row->i.centre[0] ? wg_areas_find(k->see.areas, b->row->i.centre) : b->area;
}

/* Is it in the viewer's own hands, or in those that the viewer speaks for? */
static bool in_own_hands(const struct walk *k, const wg_incident *i) {
  if (!i->org[0]) return i->responsible && i->responsible == k->viewer->staff;
  for (int g = 0; g < k->viewer->n_grants; g++)
    if (strcmp(k->viewer->grant[g].org, i->org) == 0) return true;
  return false;
}

static uint32_t at_centre(const wg_incident *i) {
  switch (i->state) {
  case WG_S_REPORTED:
    return 1u << BOX_ACCEPT;
  case WG_S_ACCEPTED:
  case WG_S_VERIFYING:
  case WG_S_FILED:
    return 1u << BOX_DISPATCH;
  case WG_S_RETURNED:
    return 1u << BOX_RETURNED | 1u << BOX_DISPATCH;
  case WG_S_DONE:
    return 1u << BOX_CHECK;
  case WG_S_CHECKED:
    return 1u << BOX_CLOSE;
  default:
    return 0;
  }
}

static uint32_t boxes_of(struct walk *k, const wg_live_brief *b) {
  const wg_incident *i = &b->row->i;
  wg_class class_ = (wg_class)b->class_;
  uint32_t centre = centre_of(k, b), in = 1u << BOX_ALL;
  bool directs = wg_sight_area(&k->direct, centre, class_);
  bool works = in_own_hands(k, i) || wg_sight_area(&k->work, centre, class_);
  int64_t due = wg_incident_step_due(i);
  if (i->suspended_at) return in | 1u << BOX_SUSPENDED | (i->supervised ? 1u << BOX_SUPERVISED : 0);
  if (directs) in |= at_centre(i);
  if (directs && i->days_asked) in |= 1u << BOX_EXTENSION;
  if (directs && !i->responsible && !i->org[0]) in |= 1u << BOX_QUEUE;
  if (works && i->state == WG_S_DISPATCHED) in |= 1u << BOX_CLAIM;
  if (works && (i->state == WG_S_CLAIMED || i->state == WG_S_HANDLING)) in |= 1u << BOX_HANDLE;
  if ((i->state == WG_S_REVIEW || i->review_owed) && wg_sight_area(&k->review, centre, class_))
    in |= 1u << BOX_REVIEW;
  if (due && !i->overdue && due <= k->now + SOON_MS) in |= 1u << BOX_SOON;
  if (i->overdue) in |= 1u << BOX_OVERDUE;
  if (i->supervised) in |= 1u << BOX_SUPERVISED;
  return in;
}

static bool keep(struct walk *k, const wg_incident *i) {
  if (k->n == k->cap) {
    uint32_t cap = k->cap ? k->cap * 2 : 256;
    struct item *more = realloc(k->item, cap * sizeof *more);
    if (!more) return false;
    k->item = more;
    k->cap = cap;
  }
  int64_t due = i->suspended_at ? 0 : wg_incident_step_due(i);
  k->item[k->n++] = (struct item){due ? due : INT64_MAX, i->id};
  return true;
}

static bool walk_row(void *ctx, const wg_live_brief *b) {
  struct walk *k = ctx;
  if (!wg_state_open((wg_state)b->state) || !wg_narrow_area(&k->narrow, k->see.areas, b->area)) return true;
  if (!wg_sight_brief(&k->see, b) || !wg_narrow_passes(&k->narrow, k->see.areas, b)) return true;
  uint32_t in = boxes_of(k, b);
  for (int box = 0; box < BOXES; box++) {
    if (!(in >> box & 1)) continue;
    k->count[box]++;
    k->late[box] += b->overdue;
  }
  if (k->box < BOXES && in >> k->box & 1) k->full = !keep(k, &b->row->i);
  return !k->full;
}

static void walk_end(struct walk *k) {
  wg_sight_deinit(&k->see);
  wg_sight_deinit(&k->direct);
  wg_sight_deinit(&k->review);
  wg_sight_deinit(&k->work);
  free(k->item);
}

static wg_status walk(wg_request *q, struct walk *k) {
  wg_asker *a = wg_asker_of(q);
  wg_status st = wg_narrow_read(q, WG_BY_AREA | WG_BY_CATEGORY, &k->narrow);
  k->viewer = a->viewer;
  k->now = a->now;
  if (!st) st = wg_sight_init(&k->see, a->picture, a->viewer, WG_V_SEE_INCIDENT, a->now);
  if (!st) st = wg_sight_init(&k->direct, a->picture, a->viewer, WG_V_DIRECT, a->now);
  if (!st) st = wg_sight_init(&k->review, a->picture, a->viewer, WG_V_REVIEW, a->now);
  if (!st) st = wg_sight_init(&k->work, a->picture, a->viewer, WG_V_WORK, a->now);
  if (st) return st;
  wg_live_each(wg_engine_live(atomic_load(&a->app->engine)), a->picture->land, walk_row, k);
  return k->full ? WG_NO_MEMORY : WG_OK;
}

wg_status wg_h_desk(wg_request *q, wg_response *r) {
  struct walk k = {.box = BOXES};
  bool zh = strncmp(q->lang, "zh", 2) == 0;
  wg_status st = walk(q, &k);
  wg_jw w;
  wg_jw_init(&w, &r->body);
  wg_jw_begin_object(&w);
  wg_jw_key(&w, "inboxes");
  wg_jw_begin_array(&w);
  for (int box = 0; box < BOXES; box++) {
    wg_jw_begin_object(&w);
    wg_jw_member_str(&w, "code", boxes[box].code);
    wg_jw_member_str(&w, "title", zh ? boxes[box].zh : boxes[box].en);
    wg_jw_member_int(&w, "count", k.count[box]);
    wg_jw_member_int(&w, "overdue", k.late[box]);
    wg_jw_end_object(&w);
  }
  wg_jw_end_array(&w);
  wg_jw_end_object(&w);
  walk_end(&k);
  if (st) wg_buf_reset(&r->body);
  return st ? st : wg_answer(r, 200);
}

/* --- one of them
 * -------------------------------------------------------------------------------------------- */

static int by_due(const void *a, const void *b) {
  const struct item *x = a, *y = b;
  if (x->due != y->due) return x->due < y->due ? -1 : 1;
  return x->id < y->id ? -1 : x->id > y->id;
}

/* "DUE-ID": the last item of the page before. */
static wg_status read_after(wg_request *q, struct item *after) {
  const char *text = NULL;
  *after = (struct item){INT64_MIN, 0};
  wg_status st = wg_query_text(q, "after", &text);
  if (st || !text) return st;
  const char *dash = strchr(text, '-');
  char *due = dash ? wg_arena_strndup(&q->arena, text, (size_t)(dash - text)) : NULL;
  if (due && wg_text_int(due, &after->due) && wg_text_int(dash + 1, &after->id)) return WG_OK;
  return wg_fail(&q->err, WG_INVALID, "after", WG_T("follow next as it is", "请原样使用 next"));
}

static wg_status write_item(wg_request *q, wg_store *s, wg_jw *w, int64_t id) {
  wg_asker *a = wg_asker_of(q);
  wg_incident i;
  const char *const *orgs = NULL;
  wg_status st = s->incident_get(s, &q->arena, id, &i, &q->err);
  if (st == WG_NOT_FOUND) return WG_OK;
  if (!st) st = s->incident_orgs(s, &q->arena, id, &orgs, &q->err);
  if (!st && wg_may_see(a->picture, a->viewer, &i, orgs, a->now))
    wg_write_incident(w, a->picture, &i, wg_write_for(a, WG_WRITE_SUMMARY), q->lang);
  return st;
}

static wg_status write_page(wg_request *q, wg_response *r, struct walk *k, struct item after, int limit) {
  wg_store *store = NULL;
  wg_status st = wg_mine_store(q->pool_mine, &store, &q->err);
  if (k->n) qsort(k->item, k->n, sizeof *k->item, by_due);
  uint32_t at = 0;
  while (at < k->n && by_due(&k->item[at], &after) <= 0) at++;
  uint32_t end = at + (uint32_t)limit < k->n ? at + (uint32_t)limit : k->n;
  wg_jw w;
  r->body.max = 4u << 20;
  wg_jw_init(&w, &r->body);
  wg_jw_begin_object(&w);
  wg_jw_member_int(&w, "count", k->n);
  wg_jw_key(&w, "items");
  wg_jw_begin_array(&w);
  for (uint32_t j = at; !st && j < end; j++) st = write_item(q, store, &w, k->item[j].id);
  wg_jw_end_array(&w);
  char *next = NULL;
  if (end < k->n)
    next = wg_next_link(
        q, wg_arena_printf(&q->arena, "%" PRId64 "-%" PRId64, k->item[end - 1].due, k->item[end - 1].id));
  wg_jw_member_str(&w, "next", next);
  wg_jw_end_object(&w);
  if (st) wg_buf_reset(&r->body);
  return st ? st : wg_answer(r, 200);
}

wg_status wg_h_desk_box(wg_request *q, wg_response *r) {
  struct walk k = {.box = 0};
  struct item after;
  int limit = 100;
  while (k.box < BOXES && strcmp(boxes[k.box].code, q->param[0]) != 0) k.box++;
  if (k.box == BOXES)
    return wg_fail(&q->err, WG_NOT_FOUND, "inbox", WG_T("there is no inbox %.20s", "没有名为 %.20s 的收件箱"),
                   q->param[0]);
  wg_status st = wg_query_limit(q, &limit);
  if (!st) st = read_after(q, &after);
  if (!st) st = walk(q, &k);
  if (!st) st = write_page(q, r, &k, after, limit);
  walk_end(&k);
  return st;
}
