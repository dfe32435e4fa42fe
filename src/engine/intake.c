#include "engine/intake.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/jw.h"

wg_status wg_find_owner(const wg_picture *p, const char *network, const wg_network *past, bool has_position,
                        wg_pt at, int64_t when, double tolerance, wg_owner *out, wg_err *err) {
  *out = (wg_owner){.hit = {WG_HOW_NONE, WG_NO_FEATURE, 0}, .area = WG_NO_INDEX};
  uint32_t index = 0;
  out->network = wg_picture_network(p, network, &index);
  if (!out->network && strcmp(network, "base") != 0)
    return wg_fail_code(err, WG_NOT_FOUND, "unknown-network", "network",
                        WG_T("there is no network \"%.40s\"", "没有名为“%.40s”的网格体系"), network);
  if (past) out->network = past;
  if (out->network && has_position) {
    out->hit = wg_resolve(out->network->resolver, at, tolerance);
    if (out->hit.feature != WG_NO_FEATURE) {
      out->grid = &out->network->plan.grid[out->hit.feature];
      out->area = past ? wg_areas_find(&p->land->areas, out->grid->area)
                       : p->land->grid_area[index][out->hit.feature];
    }
  }
  out->assigned = wg_assign(&p->people->roster, network, out->grid ? out->grid->code : "", when);
  return WG_OK;
}

int64_t wg_report_occurred_at(const wg_report *r, int64_t now) {
  if (r->sent_at && r->raw_occurred_at) return now - (r->sent_at - r->raw_occurred_at);
  return r->occurred_at ? r->occurred_at : now;
}

/* The grid of record is that of the time and place of occurrence: a report that waited on a phone over a
 * publication is looked up in the plan of its day. The hands are those of receipt. */
static bool before_plan(const wg_report *r, const wg_picture *p, int64_t now) {
  const wg_network *n = wg_picture_network(p, r->network, NULL);
  return n && r->has_position && wg_report_occurred_at(r, now) < n->plan.valid_from;
}

/* Published just now, mostly: then it is at hand. *loaded is to be dropped; NULL: before the first plan, and
 * the plan there is will do. */
static wg_status load_past(const wg_report *r, const wg_txn *txn, const wg_network **loaded) {
  wg_status st = wg_history_network(wg_engine_history(txn->engine), txn->store, r->network,
                                    wg_report_occurred_at(r, txn->now), loaded, NULL);
  return st == WG_NOT_FOUND ? WG_OK : st;
}

/* Fills everything of the incident that the report and the picture decide. */
static wg_status decide(const wg_report *r, const wg_picture *p, const wg_network *past, int64_t now,
                        wg_incident *i, wg_err *err) {
  const wg_category *cat = wg_picture_category(p, r->category);
  if (!cat)
    return wg_fail_code(err, WG_INVALID, "unknown-category", "category",
                        WG_T("there is no category \"%.32s\"; see /api/v1/categories",
                             "没有编码为“%.32s”的事项，请查看 /api/v1/categories"),
                        r->category);
  wg_owner owner;
  wg_status st =
      wg_find_owner(p, r->network, past, r->has_position, r->at, now, p->settings->tolerance_m, &owner, err);
  if (st) return st;
  if (cat->class_ == WG_SEALED) owner.assigned = wg_assign_sealed();
  *i = (wg_incident){.state = WG_S_REPORTED,
                     .severity = cat->severity,
                     .class_ = cat->class_,
                     .has_position = r->has_position,
                     .at = r->at,
                     .raw_lon = r->raw_lon,
                     .raw_lat = r->raw_lat,
                     .accuracy_m = r->accuracy_m,
                     .category_retired = cat->retired,
                     .plan_version = owner.network ? owner.network->plan.version : 0,
                     .how = owner.hit.how,
                     .assigned = owner.assigned,
                     .responsible = owner.assigned.staff,
                     .occurred_at = wg_report_occurred_at(r, now),
                     .received_at = now,
                     .sent_at = r->sent_at,
                     .raw_occurred_at = r->raw_occurred_at,
                     .reporter = r->account,
                     .client_id = r->client_id,
                     .source = r->source,
                     .description = r->description ? r->description : "", /* NULL: erased */
                     .attributes = r->attributes,
                     .place = r->place,
                     .caller = r->caller,
                     .rule = cat->rules->version,
                     .version = 1};
  memcpy(i->request_hash, r->hash, sizeof i->request_hash);
  snprintf(i->category, sizeof i->category, "%s", r->category);
  snprintf(i->crs, sizeof i->crs, "%s", r->crs);
  snprintf(i->network, sizeof i->network, "%s", r->network);
  if (owner.grid) memcpy(i->grid, owner.grid->code, sizeof i->grid);
  if (owner.area != WG_NO_INDEX) memcpy(i->area, p->land->areas.item[owner.area].code, sizeof i->area);
  const wg_worktime *work = wg_picture_worktime(p, "");
  i->accept_due = wg_work_end(work, now, wg_rules_limit(cat->rules, WG_C_ACCEPT, cat->severity));
  i->handle_due = wg_work_end(work, now, wg_rules_limit(cat->rules, WG_C_WHOLE, cat->severity));
  return WG_OK;
}

/* area-yyyymmdd-serial: the day in the organisation's zone; a report in no area counts under the root.
 * Without the serial here. */
static void begin_number(const wg_picture *p, wg_incident *i, wg_draft *d) {
  const char *area = i->area;
  if (!*area) area = p->land->root == WG_NO_INDEX ? "0" : p->land->areas.item[p->land->root].code;
  wg_local day = wg_zone_local(p->settings->zone, i->received_at);
  d->day = day.year * 10000 + day.month * 100 + day.day;
  snprintf(d->area, sizeof d->area, "%s", area);
  snprintf(i->number, sizeof i->number, "%s-%08d-", area, d->day);
}

static void hash_member(wg_jw *w, const char *name, const wg_private *priv, int n) {
  for (int k = 0; k < n; k++) {
    if (strcmp(priv[k].field, name) != 0) continue;
    char hex[2 * WG_HASH_LEN + 1];
    wg_hex(priv[k].hash, WG_HASH_LEN, hex);
    wg_jw_member_str(w, name, hex);
  }
}

/* A text of somebody else's that looks like a hash (phones like to name their reports so) gets "=" before it:
 * a string of 64 hex digits in a body stands for a hash of ours and nothing else. No code and no client_id is
 * that long. */
static void text_member(wg_jw *w, const char *name, const char *text) {
  if (!text || !*text) return;
  char marked[2 * WG_HASH_LEN + 2] = "=";
  bool hash = strlen(text) == 2 * WG_HASH_LEN && strspn(text, "0123456789abcdef") == 2 * WG_HASH_LEN;
  if (hash) memcpy(marked + 1, text, 2 * WG_HASH_LEN + 1);
  wg_jw_member_str(w, name, hash ? marked : text);
}

static void time_member(wg_jw *w, const char *name, int64_t ms) {
  if (ms) wg_jw_member_int(w, name, ms);
}

/* The event's body: members in the order of their names. *number_end: behind the number's last character. */
static void write_body(wg_jw *w, const wg_incident *i, const wg_private *priv, int n, size_t *number_end) {
  wg_jw_begin_object(w);
  time_member(w, "accept_due", i->accept_due);
  if (i->accuracy_m >= 0) wg_jw_member_num(w, "accuracy_m", i->accuracy_m, 3);
  text_member(w, "area", i->area);
  wg_jw_member_int(w, "assign_rule", i->assigned.rule);
  hash_member(w, "attributes", priv, n);
  hash_member(w, "caller", priv, n);
  text_member(w, "category", i->category);
  wg_jw_member_str(w, "class", wg_class_name(i->class_));
  text_member(w, "client_id", i->client_id);
  time_member(w, "closed_at", i->closed_at);
  if (i->has_position) wg_jw_member_str(w, "crs", i->crs);
  hash_member(w, "description", priv, n);
  text_member(w, "grid", i->grid);
  time_member(w, "handle_due", i->handle_due);
  wg_jw_member_str(w, "how", wg_how_name((wg_how)i->how));
  if (i->has_position) {
    wg_jw_key(w, "lat");
    wg_jw_degrees(w, i->at.y);
    wg_jw_key(w, "lon");
    wg_jw_degrees(w, i->at.x);
  }
  text_member(w, "network", i->network);
  wg_jw_member_str(w, "number", i->number);
  *number_end = w->buf->len - 1;
  wg_jw_member_int(w, "occurred_at", i->occurred_at);
  if (i->overdue) wg_jw_member_bool(w, "overdue", true);
  if (i->parent) wg_jw_member_int(w, "parent", i->parent);
  hash_member(w, "place", priv, n);
  wg_jw_member_int(w, "plan_version", i->plan_version);
  if (i->assigned.staff) wg_jw_member_str(w, "post", wg_post_name(i->assigned.post));
  if (i->has_position) {
    wg_jw_member_num(w, "raw_lat", i->raw_lat, 12);
    wg_jw_member_num(w, "raw_lon", i->raw_lon, 12);
  }
  time_member(w, "raw_occurred_at", i->raw_occurred_at);
  wg_jw_member_int(w, "received_at", i->received_at);
  if (i->responsible) wg_jw_member_int(w, "responsible", i->responsible);
  wg_jw_member_int(w, "rule", i->rule);
  time_member(w, "sent_at", i->sent_at);
  wg_jw_member_int(w, "severity", i->severity);
  text_member(w, "source", i->source);
  if (i->assigned.stands_for) wg_jw_member_int(w, "stands_for", i->assigned.stands_for);
  if (i->state != WG_S_REPORTED)
    wg_jw_member_str(w, "state", wg_state_name(i->state)); /* brought in from the past */
  if (i->told) wg_jw_member_int(w, "told", i->told);
  wg_jw_end_object(w);
}

static int seal(const wg_incident *i, wg_private priv[WG_INCIDENT_TEXTS]) {
  const struct {
    const char *field, *text;
  } all[WG_INCIDENT_TEXTS] = {{"attributes", i->attributes},
                              {"caller", i->caller},
                              {"description", i->description},
                              {"place", i->place}};
  int n = 0;
  for (int k = 0; k < WG_INCIDENT_TEXTS; k++)
    if (all[k].text && *all[k].text) {
      priv[n] = (wg_private){.field = all[k].field, .text = all[k].text};
      wg_private_seal(&priv[n++]);
    }
  return n;
}

/* Everything of the event that does not depend on what comes before it in the chain. */
static wg_status write_draft(const wg_picture *p, wg_incident *i, wg_draft *d, wg_arena *arena) {
  begin_number(p, i, d);
  d->n_priv = seal(i, d->priv);
  wg_buf body;
  wg_buf_init(&body, 16384);
  wg_buf_reserve(&body, 1024);
  wg_jw w;
  wg_jw_init(&w, &body);
  write_body(&w, i, d->priv, d->n_priv, &d->serial_at);
  d->len = body.len;
  wg_status st = wg_buf_status(&body);
  if (!st && !(d->body = wg_arena_strndup(arena, wg_buf_str(&body), body.len))) st = WG_NO_MEMORY;
  wg_buf_deinit(&body);
  return st;
}

/* The serial into the incident's number and into the body; NULL: no memory. */
static char *put_serial(wg_arena *arena, const wg_draft *d, wg_incident *i, int64_t serial) {
  char digits[24];
  size_t n = (size_t)snprintf(digits, sizeof digits, "%04" PRId64, serial), at = strlen(i->number);
  char *body = wg_arena_alloc(arena, d->len + n + 1);
  if (!body || at + n >= sizeof i->number) return NULL;
  memcpy(i->number + at, digits, n + 1);
  memcpy(body, d->body, d->serial_at);
  memcpy(body + d->serial_at, digits, n);
  memcpy(body + d->serial_at + n, d->body + d->serial_at, d->len - d->serial_at);
  body[d->len + n] = 0;
  return body;
}

static wg_status record(wg_txn *txn, wg_incident *i, const wg_draft *d, int64_t actor, wg_err *err) {
  wg_store *s = txn->store;
  int64_t serial = 0;
  wg_status st = s->incident_serial(s, d->area, d->day, &serial, err);
  if (st) return st;
  char *body = put_serial(txn->arena, d, i, serial);
  if (!body) return WG_NO_MEMORY;
  st = s->incident_insert(s, i, err);
  if (st) return st;
  char subject[40];
  snprintf(subject, sizeof subject, "incident/%" PRId64, i->id);
  st = wg_txn_emit(txn, "incident.reported", subject, actor, body, d->priv, d->n_priv, &i->seq, err);
  return st ? st : wg_txn_incident(txn, i, NULL);
}

wg_status wg_incident_record(wg_store *s, wg_incident *i, const char *kind, int64_t at, wg_err *err) {
  wg_status st = s->incident_insert(s, i, err);
  if (st) return st;
  wg_private priv[WG_INCIDENT_TEXTS];
  int n = seal(i, priv);
  size_t number_end;
  wg_buf body;
  wg_buf_init(&body, 16384);
  wg_jw w;
  wg_jw_init(&w, &body);
  write_body(&w, i, priv, n, &number_end);
  char subject[40];
  snprintf(subject, sizeof subject, "incident/%" PRId64, i->id);
  wg_event e = {.at = at, .actor = i->reporter, .kind = kind, .subject = subject, .body = wg_buf_str(&body)};
  st = wg_buf_status(&body);
  if (!st) st = s->event_append(s, &e, priv, n, err);
  wg_buf_deinit(&body);
  return st;
}

/* A report without a fix takes the position of the place that it names. */
static wg_status take_place(wg_report *r, wg_txn *txn, wg_err *err) {
  if (!r->place_id) return WG_OK;
  wg_place place;
  wg_status st = txn->store->place_get(txn->store, txn->arena, r->place_id, &place, err);
  if (st == WG_NOT_FOUND)
    return wg_fail_code(err, WG_INVALID, "unknown-place", "place",
                        WG_T("there is no place %lld", "没有编号为 %lld 的地点"), (long long)r->place_id);
  if (st || r->has_position || !place.has_position) return st;
  r->has_position = true;
  r->at = place.at;
  r->raw_lon = place.at.x / WG_LATTICE;
  r->raw_lat = place.at.y / WG_LATTICE;
  r->crs = "wgs84";
  return WG_OK;
}

void wg_intake_prepare(wg_intake *in, const wg_picture *p, wg_arena *arena, int64_t now) {
  const wg_report *r = &in->report;
  bool place = r->place_id && !r->has_position;
  if (place || (before_plan(r, p, now) && !r->past)) return;
  const wg_network *past = before_plan(r, p, now) ? r->past : NULL;
  if (decide(r, p, past, now, &in->incident, NULL)) return; /* the writer says why */
  if (!write_draft(p, &in->incident, &in->draft, arena)) in->decided_by = p;
}

/* What was not decided before, or from another picture. */
static wg_status decide_now(wg_intake *in, wg_txn *txn, wg_err *err) {
  const wg_report *r = &in->report;
  const wg_network *past = NULL, *loaded = NULL;
  wg_status st = WG_OK;
  if (before_plan(r, txn->picture, txn->now)) {
    past = r->past;
    if (!past) st = load_past(r, txn, &loaded);
    if (!past) past = loaded;
  }
  if (!st) st = decide(r, txn->picture, past, txn->now, &in->incident, err);
  if (!st) st = write_draft(txn->picture, &in->incident, &in->draft, txn->arena);
  wg_history_drop(loaded);
  return st;
}

static wg_status run(wg_command *c, wg_txn *txn) {
  wg_intake *in = (wg_intake *)c;
  wg_report *r = &in->report;
  wg_store *s = txn->store;
  bool decided = in->decided_by == txn->picture;
  in->decided_by = NULL; /* incident and draft serve one run: a second one decides again */
  in->repeated = false;
  if (*r->client_id) {
    wg_incident there;
    wg_status st = s->incident_by_client(s, txn->arena, r->account, r->client_id, &there, NULL);
    if (!st) {
      in->incident = there;
      in->repeated = true;
      if (memcmp(there.request_hash, r->hash, sizeof r->hash) == 0) return WG_OK;
      return wg_fail_code(&c->err, WG_UNPROCESSABLE, "client-id-reused", "client_id",
                          WG_T("client_id %.64s was used for another report; give this one its own",
                               "client_id %.64s 已用于另一条上报，请换一个"),
                          r->client_id);
    }
    if (st != WG_NOT_FOUND) return st;
  }
  wg_status st = take_place(r, txn, &c->err);
  if (!st && !decided) st = decide_now(in, txn, &c->err);
  return st ? st : record(txn, &in->incident, &in->draft, in->incident.reporter, &c->err);
}

wg_status wg_intake_part(wg_txn *txn, const wg_report *r, const wg_incident *whole, int64_t actor,
                         wg_incident *out, wg_err *err) {
  const wg_network *past = NULL;
  wg_draft draft = {0};
  wg_status st = WG_OK;
  if (before_plan(r, txn->picture, txn->now)) st = load_past(r, txn, &past);
  if (!st) st = decide(r, txn->picture, past, txn->now, out, err);
  out->parent = whole->id;
  if (out->class_ < whole->class_) out->class_ = whole->class_;
  if (out->class_ == WG_SEALED) out->assigned = wg_assign_sealed();
  out->responsible = out->assigned.staff;
  if (!st) st = write_draft(txn->picture, out, &draft, txn->arena);
  wg_history_drop(past);
  return st ? st : record(txn, out, &draft, actor, err);
}

static void done(wg_command *c, wg_status st) {
  wg_intake *in = (wg_intake *)c;
  in->finished(in, st);
}

void wg_intake_init(wg_intake *in) {
  in->command.run = run;
  in->command.done = done;
}
