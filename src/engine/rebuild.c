#include "engine/rebuild.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "domain/fold.h"

enum { PAGE = 1000, EVENTS_MAX = 100000, SAID_MAX = 20 };

struct rebuild {
  wg_store *s;
  wg_arena page, one; /* of a page of rows; of one incident */
  wg_say_fn say;
  void *ctx;
  int64_t incidents, faults, last, before;
  wg_err *err;
  int rows;
  /* the incident in work */
  wg_incident built;
  wg_party party[WG_PARTIES_MAX];
  int n_parties;
  bool begun, old; /* old: from before events told of every change */
};

static void differs(struct rebuild *r, int64_t id, const char *what) {
  char en[160], zh[160];
  if (++r->faults > SAID_MAX) return;
  snprintf(en, sizeof en, "incident %" PRId64 ": %s is not what its events make", id, what);
  snprintf(zh, sizeof zh, "事件 %" PRId64 "：%s 与日志重建的结果不一致", id, what);
  r->say(r->ctx, en, zh);
}

static void take_part(struct rebuild *r, const char *org, const char *how) {
  wg_party_how h = WG_P_HANDED;
  while (h < WG_P_HOWS && strcmp(how, wg_party_how_name(h)) != 0) h++;
  int k = 0;
  while (k < r->n_parties && strcmp(r->party[k].org, org) != 0) k++;
  if (k == WG_PARTIES_MAX || h == WG_P_HOWS) return;
  if (k == r->n_parties) r->n_parties++;
  snprintf(r->party[k].org, sizeof r->party[k].org, "%s", org);
  r->party[k].how = h;
}

static void take_parts(struct rebuild *r, const wg_json *body) {
  wg_json *list = NULL;
  if (wg_json_arr(body, "parties", WG_OPTIONAL, 2 * WG_PARTIES_MAX, &list, NULL) || !list) return;
  for (size_t k = 0; k < wg_json_len(list); k++) {
    const char *org = "", *how = "";
    const wg_json *one = wg_json_at(list, k);
    if (wg_json_is_object(one) && !wg_json_str(one, "org", WG_REQUIRED, WG_CODE_LEN - 1, &org, NULL) &&
        !wg_json_str(one, "how", WG_REQUIRED, 16, &how, NULL))
      take_part(r, org, how);
  }
}

static wg_status take_event(void *ctx, const void *row) {
  struct rebuild *r = ctx;
  const wg_event *e = row;
  wg_json *body = NULL, *set = NULL;
  wg_status st = wg_json_parse_object(&r->one, e->body, strlen(e->body), &body, r->err);
  if (st) return st;
  if (!r->begun) {
    r->begun = true;
    r->old = !wg_json_has(body, "rule");
    return wg_incident_of_report(&r->built, body, r->err);
  }
  st = wg_json_obj(body, "set", WG_OPTIONAL, &set, r->err);
  if (!st && set) st = wg_incident_fold(&r->built, set, r->err);
  bool tells = wg_json_has(body, "state") || wg_json_has(body, "clock");
  if (!set && wg_json_has(body, "version") && tells) r->old = true;
  take_parts(r, body);
  return st;
}

static wg_status compare_parties(struct rebuild *r, int64_t id) {
  wg_party there[WG_PARTIES_MAX];
  int n = 0;
  wg_status st = r->s->incident_parties(r->s, id, there, WG_PARTIES_MAX, &n, r->err);
  if (st) return st;
  bool same = n == r->n_parties;
  for (int k = 0; same && k < n; k++) {
    int j = 0;
    while (j < r->n_parties && strcmp(r->party[j].org, there[k].org) != 0) j++;
    same = j < r->n_parties && r->party[j].how == there[k].how;
  }
  if (!same) differs(r, id, "parties");
  return WG_OK;
}

static wg_status compare_one(void *ctx, const void *row) {
  struct rebuild *r = ctx;
  const wg_incident *i = row;
  char subject[40];
  r->rows++;
  r->incidents++;
  r->last = i->id;
  r->begun = false;
  r->n_parties = 0;
  snprintf(subject, sizeof subject, "incident/%" PRId64, i->id);
  wg_status st = r->s->events_of(r->s, &r->one, subject, 0, EVENTS_MAX, take_event, r, r->err);
  if (st == WG_CORRUPT || st == WG_INVALID) {
    differs(r, i->id, "event");
    st = WG_OK;
  } else if (!st) {
    const char *field = r->begun ? wg_incident_differs(i, &r->built) : "event";
    if (field && !r->old) differs(r, i->id, field);
    if (r->old)
      r->before++;
    else
      st = compare_parties(r, i->id);
  }
  wg_arena_clear(&r->one);
  return st;
}

wg_status wg_rebuild_compare(wg_store *s, wg_say_fn say, void *ctx, int64_t *incidents, int64_t *older,
                             int64_t *faults, wg_err *err) {
  struct rebuild r = {.s = s, .say = say, .ctx = ctx, .err = err};
  wg_arena_init(&r.page);
  wg_arena_init(&r.one);
  wg_status st = s->read_begin(s, err);
  bool view = !st;
  do {
    wg_incident_query q = {.or_no_area = true, .top_class = WG_SEALED, .limit = PAGE, .before_id = r.last};
    r.rows = 0;
    if (!st) st = s->incidents(s, &r.page, &q, compare_one, &r, err);
    wg_arena_clear(&r.page);
  } while (!st && r.rows == PAGE);
  if (view) s->read_end(s);
  wg_arena_clear(&r.one);
  *incidents = r.incidents - r.before;
  *older = r.before;
  *faults = r.faults;
  return st;
}
