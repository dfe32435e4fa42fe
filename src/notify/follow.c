/* From the log to notices, counts and letters: a run of events in one command. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "domain/notify.h"
#include "notify/inside.h"

/* A run ends when half of the room is full; what one event adds beyond the other half is left out: it would
 * be thousands of people. */
enum { RUN = 256, NOTICES = 8192, COUNTS = 2048, LETTERS = 8192 };

/* --- who there is ------------------------------------------------------------------------------------------
 */

static int by_key(const void *a, const void *b) {
  const struct seat *x = a, *y = b;
  return x->key < y->key ? -1 : x->key > y->key;
}

static bool has(const wg_viewer *v, bool org) {
  for (int g = 0; g < v->n_grants; g++)
    if (org ? v->grant[g].org[0] != 0 : v->grant[g].role == WG_DISPATCHER || v->grant[g].role == WG_LEADER)
      return true;
  return false;
}

/* The accounts by what binds them, once for each picture's. */
static wg_status seats(wg_notify *n) {
  wg_picture *now = wg_engine_picture(n->engine);
  if (now == n->picture) {
    wg_picture_drop(now);
    return WG_OK;
  }
  wg_picture_drop(n->picture);
  n->picture = now;
  const wg_accounts *a = n->picture->accounts;
  wg_arena_clear(&n->arena);
  n->n_by_staff = n->n_above = n->n_with_org = 0;
  n->by_staff = wg_arena_alloc(&n->arena, (a->n + 1) * sizeof *n->by_staff);
  n->above = wg_arena_alloc(&n->arena, (a->n + 1) * sizeof(wg_viewer *));
  n->with_org = wg_arena_alloc(&n->arena, (a->n + 1) * sizeof(wg_viewer *));
  if (!n->by_staff || !n->above || !n->with_org) return WG_NO_MEMORY;
  for (uint32_t i = 0; i < a->n; i++) {
    const wg_viewer *v = &n->picture->viewer[i];
    if (a->item[i].disabled) continue;
    if (v->staff) n->by_staff[n->n_by_staff++] = (struct seat){v->staff, v->account};
    if (has(v, false)) n->above[n->n_above++] = v;
    if (has(v, true)) n->with_org[n->n_with_org++] = v;
  }
  qsort(n->by_staff, n->n_by_staff, sizeof *n->by_staff, by_key);
  return WG_OK;
}

/* --- one run -----------------------------------------------------------------------------------------------
 */

struct run {
  wg_notify *n;
  wg_arena arena;
  wg_event *event;
  int n_events;
  wg_notice *notice;
  wg_notice_count *count;
  wg_letter *letter;
  int n_notices, n_counts, n_letters;
  wg_webhook *hook;
  int n_hooks;
  int64_t seq; /* of the last event that is in it as a whole */
  int64_t now;
};

static wg_status keep_event(void *ctx, const void *row) {
  struct run *r = ctx;
  wg_event *e = &r->event[r->n_events++];
  *e = *(const wg_event *)row;
  e->kind = wg_arena_strdup(&r->arena, e->kind);
  e->subject = wg_arena_strdup(&r->arena, e->subject);
  e->body = NULL;
  return e->kind && e->subject ? WG_OK : WG_NO_MEMORY;
}

static bool told_already(const struct run *r, const wg_event *e, int64_t account) {
  for (int k = r->n_notices; k > 0 && r->notice[k - 1].seq == e->seq; k--)
    if (r->notice[k - 1].account == account) return true;
  return false;
}

/* By the command too, where the account has a person behind it with a number to call. */
static void call(struct run *r, const wg_event *e, const wg_viewer *v, int64_t incident) {
  const wg_notify_config *c = &r->n->config;
  const wg_staff *person = v->staff ? wg_roster_staff(&r->n->picture->people->roster, v->staff) : NULL;
  if (!c->command[0] || !person || !person->phone[0] || r->n_letters == LETTERS) return;
  if (!wg_webhook_wants(&(wg_webhook){.kinds = c->kinds ? c->kinds : ""}, e->kind)) return;
  r->letter[r->n_letters++] = (wg_letter){.incident = incident,
                                          .seq = e->seq,
                                          .at = e->at,
                                          .account = v->account,
                                          .kind = e->kind,
                                          .next_at = r->now};
}

static void count(struct run *r, const wg_event *e, const wg_viewer *v, int64_t incident) {
  int k = 0;
  while (k < r->n_counts && (r->count[k].account != v->account || strcmp(r->count[k].kind, e->kind) != 0))
    k++;
  if (k == COUNTS) return;
  if (k == r->n_counts) r->count[r->n_counts++] = (wg_notice_count){.account = v->account, .kind = e->kind};
  r->count[k].n++;
  r->count[k].incident = incident;
  r->count[k].seq = e->seq;
  r->count[k].at = e->at;
}

struct matter {
  const wg_event *e;
  const wg_telling *telling;
  const wg_incident *i;
  wg_target target;
};

static void tell(struct run *r, const struct matter *m, const wg_viewer *v) {
  const wg_event *e = m->e;
  if (!v || r->n_notices == NOTICES || told_already(r, e, v->account)) return;
  unsigned why =
      wg_tells(m->telling, &r->n->picture->land->areas, v, &m->target, m->i->org, e->actor, r->now);
  if (!why) return;
  if (why == WG_TELL_CENTRE) {
    count(r, e, v, m->i->id);
    return;
  }
  r->notice[r->n_notices++] =
      (wg_notice){.account = v->account, .incident = m->i->id, .seq = e->seq, .at = e->at, .kind = e->kind};
  call(r, e, v, m->i->id);
}

static void tell_all(struct run *r, const struct matter *m) {
  wg_notify *n = r->n;
  unsigned whom = m->telling->whom;
  if (whom & WG_TELL_REPORTER) tell(r, m, wg_picture_viewer(n->picture, m->i->reporter));
  struct seat want = {.key = m->i->responsible};
  if (whom & WG_TELL_HAND && want.key) {
    uint32_t low = 0, high = n->n_by_staff;
    while (low < high) {
      uint32_t mid = (low + high) / 2;
      if (n->by_staff[mid].key < want.key)
        low = mid + 1;
      else
        high = mid;
    }
    for (; low < n->n_by_staff && n->by_staff[low].key == want.key; low++)
      tell(r, m, wg_picture_viewer(n->picture, n->by_staff[low].account));
  }
  if (whom & (WG_TELL_ORG | WG_TELL_ORGS) && m->target.orgs)
    for (uint32_t k = 0; k < n->n_with_org; k++) tell(r, m, n->with_org[k]);
  if (whom & (WG_TELL_CENTRE | WG_TELL_LEADERS))
    for (uint32_t k = 0; k < n->n_above; k++) tell(r, m, n->above[k]);
}

static void send_hooks(struct run *r, const struct matter *m) {
  const wg_areas *areas = &r->n->picture->land->areas;
  for (int k = 0; k < r->n_hooks; k++) {
    const wg_webhook *h = &r->hook[k];
    if (!h->enabled || r->n_letters == LETTERS || !wg_webhook_wants(h, m->e->kind)) continue;
    wg_viewer v = wg_webhook_viewer(h, areas);
    if (!wg_may(areas, &v, WG_V_SEE_INCIDENT, &m->target, r->now)) continue;
    r->letter[r->n_letters++] = (wg_letter){.channel = h->id,
                                            .incident = m->i->id,
                                            .seq = m->e->seq,
                                            .at = m->e->at,
                                            .kind = m->e->kind,
                                            .next_at = r->now};
  }
}

static bool take_row(void *ctx, const wg_live_row *row) {
  struct {
    wg_incident *i;
    wg_arena *arena;
    const char *const **orgs;
    bool ok;
  } *x = ctx;
  size_t n = 0;
  *x->i = row->i;
  while (row->orgs && row->orgs[n]) n++;
  const char **orgs = wg_arena_alloc(x->arena, (n + 1) * sizeof *orgs);
  x->ok = orgs != NULL;
  for (size_t k = 0; x->ok && k < n; k++) x->ok = (orgs[k] = wg_arena_strdup(x->arena, row->orgs[k])) != NULL;
  *x->orgs = orgs;
  /* personal texts are not kept there, and nothing here asks for them */
  x->i->client_id = x->i->source = x->i->description = x->i->attributes = x->i->place = "";
  return true;
}

wg_status wg_follow_incident(wg_notify *n, wg_arena *arena, int64_t id, wg_incident *out,
                             const char *const **orgs, wg_err *err) {
  struct {
    wg_incident *i;
    wg_arena *arena;
    const char *const **orgs;
    bool ok;
  } x = {out, arena, orgs, false};
  if (wg_live_get(wg_engine_live(n->engine), id, take_row, &x)) return x.ok ? WG_OK : WG_NO_MEMORY;
  wg_status st = n->store->incident_get(n->store, arena, id, out, err);
  return st ? st : n->store->incident_orgs(n->store, arena, id, orgs, err);
}

static wg_status one(struct run *r, const wg_event *e) {
  struct matter m = {.e = e, .telling = wg_telling_of(e->kind)};
  int64_t id = 0;
  wg_incident i;
  if (strncmp(e->kind, "incident.", 9) != 0 || strncmp(e->subject, "incident/", 9) != 0) return WG_OK;
  if (!wg_text_int(e->subject + 9, &id) || (!m.telling && !r->n_hooks)) return WG_OK;
  wg_status st = wg_follow_incident(r->n, &r->arena, id, &i, &m.target.orgs, NULL);
  if (st) return st == WG_NOT_FOUND ? WG_OK : st;
  const wg_areas *areas = &r->n->picture->land->areas;
  m.i = &i;
  m.target.area = i.area[0] ? wg_areas_find(areas, i.area) : WG_NO_INDEX;
  m.target.class_ = i.class_;
  m.target.reporter = i.reporter;
  m.target.responsible = i.responsible;
  if (m.telling) tell_all(r, &m);
  send_hooks(r, &m);
  return WG_OK;
}

static bool full(const struct run *r) {
  return r->n_notices > NOTICES / 2 || r->n_counts > COUNTS / 2 || r->n_letters > LETTERS / 2;
}

static bool room(struct run *r) {
  r->notice = wg_arena_alloc(&r->arena, NOTICES * sizeof *r->notice);
  r->count = wg_arena_alloc(&r->arena, COUNTS * sizeof *r->count);
  r->letter = wg_arena_alloc(&r->arena, LETTERS * sizeof *r->letter);
  return r->notice && r->count && r->letter;
}

static wg_status make(struct run *r, wg_err *err) {
  wg_notify *n = r->n;
  wg_store *s = n->store;
  r->event = wg_arena_alloc(&r->arena, RUN * sizeof *r->event);
  if (!r->event) return WG_NO_MEMORY;
  wg_status st = s->events_since(s, &r->arena, n->seq, RUN, keep_event, r, err);
  if (st || !r->n_events) return st;
  if (!room(r)) return WG_NO_MEMORY;
  st = s->webhooks_load(s, &r->arena, &r->hook, &r->n_hooks, err);
  if (!st) st = seats(n);
  for (int k = 0; !st && k < r->n_events && !full(r); k++) {
    st = one(r, &r->event[k]);
    r->seq = r->event[k].seq;
  }
  return st;
}

wg_status wg_follow(wg_notify *n, bool *more, wg_err *err) {
  struct run r = {.n = n, .now = wg_now_ms(), .seq = n->seq};
  wg_arena_init(&r.arena);
  wg_status st = make(&r, err);
  *more = r.n_events == RUN || (r.n_events && r.seq < r.event[r.n_events - 1].seq);
  if (!st && r.seq > n->seq) {
    wg_notices_batch b = {.seq = r.seq,
                          .notice = r.notice,
                          .count = r.count,
                          .letter = r.letter,
                          .n_notices = r.n_notices,
                          .n_counts = r.n_counts,
                          .n_letters = r.n_letters};
    b.added = wg_arena_alloc(&r.arena, (size_t)r.n_notices + 1);
    st = b.added ? wg_notices_write(n->engine, &b, err) : WG_NO_MEMORY;
    if (!st) n->seq = r.seq;
  }
  wg_arena_clear(&r.arena);
  return st;
}
