/* POST /api/v1/incidents: a report, answered after its commit. */
#include <stdlib.h>
#include <string.h>

#include "api/app.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"

static const char *const members[] = {"lon",         "lat",         "crs",     "accuracy_m", "category",
                                      "description", "occurred_at", "sent_at", "client_id",  "source",
                                      "attributes",  "place",       "network", "caller",     NULL};

enum {
  DESCRIPTION_MAX = 8000,
  CALLER_NAME_MAX = 100,
  CALLER_PHONE_MAX = 32,
  PLACE_TEXT_MAX = 400,
  DAY_MS = 86400000,
  AHEAD_MS = 5 * 60000
};

struct pending {
  wg_intake in;
  wg_request *q;
  wg_response *r;
  wg_deferred *token;
};

static wg_status read_position(wg_request *q, const wg_json *body, wg_report *out) {
  bool lon = wg_json_has(body, "lon"), lat = wg_json_has(body, "lat");
  out->crs = "wgs84";
  out->accuracy_m = -1;
  wg_status st = wg_json_str(body, "crs", WG_OPTIONAL, 23, &out->crs, &q->err);
  if (!st) st = wg_crs_known(out->crs, &q->err);
  if (!st) st = wg_json_num(body, "accuracy_m", WG_OPTIONAL, 0, 1e6, &out->accuracy_m, &q->err);
  if (st) return st;
  if (!lon && !lat) {
    if (wg_json_has(body, "place")) return WG_OK;
    return wg_fail_code(&q->err, WG_INVALID, "missing-field", "lon",
                        WG_T("lon and lat are missing; without them give a place",
                             "缺少 lon 和 lat；没有坐标时请提供 place"));
  }
  st = wg_json_num(body, "lon", WG_REQUIRED, -1e9, 1e9, &out->raw_lon, &q->err);
  if (!st) st = wg_json_num(body, "lat", WG_REQUIRED, -1e9, 1e9, &out->raw_lat, &q->err);
  out->has_position = !st;
  return st;
}

/* The point of the position as sent. */
static wg_status convert_position(wg_request *q, wg_report *out) {
  if (!out->has_position) return WG_OK;
  wg_status st =
      wg_crs_convert(wg_asker_of(q)->app->crs, out->crs, out->raw_lon, out->raw_lat, &out->at, &q->err);
  if (!st && wg_looks_swapped(wg_asker_of(q)->picture, out->crs, out->raw_lon, out->raw_lat))
    st = wg_fail_code(
        &q->err, WG_INVALID, "swapped", "lat",
        WG_T("lon %.7g, lat %.7g is far outside the district, and the other way round it is inside: "
             "lon and lat look swapped",
             "lon %.7g、lat %.7g 远在辖区之外，对调后则在辖区内：经纬度可能写反了"),
        out->raw_lon, out->raw_lat);
  return st;
}

/* The times of occurrence and sending. With sent_at the phone's clock is only a difference; without it the
 * time must be plausible by itself. */
static wg_status read_times(wg_request *q, const wg_json *body, wg_report *out) {
  int64_t now = wg_asker_of(q)->now;
  wg_status st = wg_json_time(body, "occurred_at", WG_OPTIONAL, &out->raw_occurred_at, &q->err);
  if (!st) st = wg_json_time(body, "sent_at", WG_OPTIONAL, &out->sent_at, &q->err);
  if (st) return st;
  if (out->sent_at && out->raw_occurred_at && out->raw_occurred_at > out->sent_at + AHEAD_MS)
    return wg_fail(&q->err, WG_INVALID, "occurred_at",
                   WG_T("occurred_at is after sent_at", "occurred_at 晚于 sent_at"));
  if (out->sent_at && out->raw_occurred_at && out->sent_at - out->raw_occurred_at > 366ll * DAY_MS)
    return wg_fail(
        &q->err, WG_INVALID, "occurred_at",
        WG_T("occurred_at is more than a year before sent_at", "occurred_at 比 sent_at 早一年以上"));
  if (out->sent_at || !out->raw_occurred_at) return WG_OK;
  if (out->raw_occurred_at > now + AHEAD_MS)
    return wg_fail(&q->err, WG_INVALID, "occurred_at",
                   WG_T("occurred_at lies in the future; check the clock, or send sent_at with it",
                        "occurred_at 在未来；请检查时钟，或同时提供 sent_at"));
  if (out->raw_occurred_at < now - 366ll * DAY_MS)
    return wg_fail(
        &q->err, WG_INVALID, "occurred_at",
        WG_T("occurred_at is more than a year ago; past incidents come in by: wangge import incidents",
             "occurred_at 已超过一年；历史事件请用 wangge import incidents 导入"));
  out->occurred_at = out->raw_occurred_at;
  return WG_OK;
}

static wg_status read_place(wg_request *q, const wg_json *body, wg_report *out) {
  wg_json *place = NULL;
  wg_status st = wg_json_obj(body, "place", WG_OPTIONAL, &place, &q->err);
  if (st || !place) return st;
  static const char *const names[] = {"id", "address", "building", "floor", "unit", NULL};
  const char *text[5] = {0};
  st = wg_json_only(place, names, &q->err);
  for (int k = 0; !st && k < 5; k++)
    st = wg_json_str(place, names[k], WG_OPTIONAL, PLACE_TEXT_MAX, &text[k], &q->err);
  if (!st && text[0] && (!wg_text_int(text[0], &out->place_id) || out->place_id < 1))
    st = wg_fail_code(&q->err, WG_INVALID, "unknown-place", "place",
                      WG_T("there is no place %.40s", "没有编号为 %.40s 的地点"), text[0]);
  if (!st && !(text[0] && *text[0]) && !(text[1] && *text[1]))
    st = wg_fail(&q->err, WG_INVALID, "place",
                 WG_T("place needs an id or an address", "place 需要 id 或 address"));
  if (!st && !(out->place = wg_json_dump(&q->arena, place))) st = WG_NO_MEMORY;
  return st;
}

/* Who rang up, as the centre wrote it down. */
static wg_status read_caller(wg_request *q, const wg_json *body, wg_report *out) {
  static const char *const names[] = {"name", "phone", NULL};
  wg_json *caller = NULL;
  const char *name = NULL, *phone = NULL;
  wg_status st = wg_json_obj(body, "caller", WG_OPTIONAL, &caller, &q->err);
  if (st || !caller) return st;
  st = wg_json_only(caller, names, &q->err);
  if (!st) st = wg_json_str(caller, "name", WG_OPTIONAL, CALLER_NAME_MAX, &name, &q->err);
  if (!st) st = wg_json_str(caller, "phone", WG_OPTIONAL, CALLER_PHONE_MAX, &phone, &q->err);
  if (!st && !(name && *name) && !(phone && *phone))
    st = wg_fail(&q->err, WG_INVALID, "caller",
                 WG_T("caller needs a name or a phone", "caller 需要 name 或 phone"));
  if (!st && !(out->caller = wg_json_dump(&q->arena, caller))) st = WG_NO_MEMORY;
  return st;
}

/* An unknown category is refused by the engine, with words of its own. */
static wg_status check_attributes(wg_request *q, const char *category, wg_json *attributes) {
  const wg_category *c = wg_picture_category(wg_asker_of(q)->picture, category);
  return c ? wg_attributes_check(&q->arena, c, attributes, &q->err) : WG_OK;
}

static wg_status read_report(wg_request *q, wg_report *out) {
  wg_json *body = NULL, *attributes = NULL;
  wg_status st = wg_json_parse_object(&q->arena, q->body, q->body_len, &body, &q->err);
  if (!st) st = wg_json_only(body, members, &q->err);
  *out = (wg_report){
      .account = wg_asker_of(q)->viewer->account, .network = "base", .client_id = "", .source = "api"};
  if (!st) st = read_position(q, body, out);
  if (!st) st = wg_json_str(body, "category", WG_REQUIRED, WG_CODE_LEN - 1, &out->category, &q->err);
  if (!st) st = wg_json_str(body, "description", WG_OPTIONAL, DESCRIPTION_MAX, &out->description, &q->err);
  if (!st) st = read_times(q, body, out);
  if (!st) st = wg_json_str(body, "client_id", WG_OPTIONAL, 64, &out->client_id, &q->err);
  if (!st) st = wg_json_str(body, "source", WG_OPTIONAL, 32, &out->source, &q->err);
  if (!st) st = wg_json_str(body, "network", WG_OPTIONAL, WG_CODE_LEN - 1, &out->network, &q->err);
  if (!st) st = wg_json_obj(body, "attributes", WG_OPTIONAL, &attributes, &q->err);
  if (!st && attributes) st = check_attributes(q, out->category, attributes);
  if (!st && attributes && !(out->attributes = wg_json_dump(&q->arena, attributes))) st = WG_NO_MEMORY;
  if (!st) st = read_place(q, body, out);
  if (!st) st = read_caller(q, body, out);
  if (st) return st;
  /* sent_at is about the sending: a phone that tries again has another one, and means the same report */
  wg_json_drop(body, "sent_at");
  char *canonical = wg_json_dump(&q->arena, body);
  if (!canonical) return WG_NO_MEMORY;
  wg_hash(canonical, strlen(canonical), out->hash);
  return WG_OK;
}

static wg_status answer(wg_request *q, wg_response *r, const wg_intake *in) {
  /* of the picture that decided, or a newer one: the asker's may not know the worker yet */
  wg_picture *now = wg_engine_picture(atomic_load(&wg_asker_of(q)->app->engine));
  wg_jw w;
  wg_jw_init(&w, &r->body);
  wg_write_incident(&w, now, &in->incident, WG_WRITE_FULL, q->lang);
  wg_picture_drop(now);
  wg_response_header(q, r, "Location",
                     wg_arena_printf(&q->arena, "/api/v1/incidents/%lld", (long long)in->incident.id));
  return wg_answer(r, in->repeated ? 200 : 201);
}

static void complete(struct pending *p, wg_status st) {
  wg_history_drop(p->in.report.past);
  wg_http_complete(p->token, st); /* q and all in its arena, p too, may be gone after this */
}

static wg_status answer_later(wg_request *q, wg_response *r, void *pending) {
  return answer(q, r, &((struct pending *)pending)->in);
}

/* Writer thread, after the commit. The answer of a new report is made on its connection's thread: all it
 * needs lies in the request. That of an older one is made here, since its texts end with the group. */
static void finished(wg_intake *in, wg_status st) {
  struct pending *p = in->ctx;
  if (!st && !in->repeated) {
    wg_history_drop(in->report.past);
    wg_http_complete_with(p->token, answer_later, p);
    return;
  }
  if (st)
    p->q->err = in->command.err;
  else
    st = answer(p->q, p->r, in);
  complete(p, st);
}

static void submit(struct pending *p) {
  wg_asker *a = wg_asker_of(p->q);
  wg_intake_prepare(&p->in, a->picture, &p->q->arena, wg_now_ms());
  wg_status st = wg_engine_submit(atomic_load(&a->app->engine), &p->in.command);
  if (!st) return;
  p->q->err = p->in.command.err;
  complete(p, st);
}

/* --- what must not be done on an epoll thread ----------------------------------------------------------- */

static bool before_plan(const wg_request *q, const wg_report *r) {
  const wg_asker *a = q->user;
  const wg_network *n = wg_picture_network(a->picture, r->network, NULL);
  return n && (r->has_position || r->place_id) && wg_report_occurred_at(r, a->now) < n->plan.valid_from;
}

/* The plan of its day is loaded here, so that the writer need not. */
static wg_status load_past(struct pending *p, void *mine) {
  wg_asker *a = wg_asker_of(p->q);
  wg_report *r = &p->in.report;
  wg_store *store = NULL;
  wg_status st = wg_mine_store(mine, &store, &p->q->err);
  if (!st)
    st = wg_history_network(wg_engine_history(atomic_load(&a->app->engine)), store, r->network,
                            wg_report_occurred_at(r, a->now), &r->past, NULL);
  return st == WG_NOT_FOUND ? WG_OK : st; /* before the first plan */
}

static void prepare(void *what, void *mine) {
  struct pending *p = what;
  wg_status st = convert_position(p->q, &p->in.report);
  if (!st && before_plan(p->q, &p->in.report)) st = load_past(p, mine);
  if (st)
    complete(p, st);
  else
    submit(p);
}

wg_status wg_h_report(wg_request *q, wg_response *r) {
  struct pending *p = wg_arena_alloc(&q->arena, sizeof *p);
  if (!p) return WG_NO_MEMORY;
  wg_status st = read_report(q, &p->in.report);
  bool slow = !st && (wg_crs_by_proj(p->in.report.crs) || before_plan(q, &p->in.report));
  if (!st && !slow) st = convert_position(q, &p->in.report);
  if (st) return st;
  p->q = q;
  p->r = r;
  p->in.finished = finished;
  p->in.ctx = p;
  wg_intake_init(&p->in);
  p->token = wg_http_defer(q, r);
  if (!slow)
    submit(p);
  else if ((st = wg_pool_submit(wg_asker_of(q)->app->slow, prepare, p)))
    complete(p, st);
  return WG_OK;
}
