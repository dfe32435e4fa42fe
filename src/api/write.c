/* Domain things as JSON. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "api/app.h"
#include "api/land_tiles.h"
#include "base/crypto.h"
#include "base/json.h"

wg_status wg_answer(wg_response *r, int code) {
  r->code = code;
  return wg_buf_status(&r->body);
}

wg_status wg_answer_tagged(wg_request *q, wg_response *r) {
  unsigned char hash[WG_HASH_LEN];
  char hex[2 * WG_HASH_LEN + 1];
  wg_hash(r->body.data, r->body.len, hash);
  wg_hex(hash, 16, hex);
  char *etag = wg_arena_printf(&q->arena, "\"%s\"", hex);
  if (!etag) return WG_NO_MEMORY;
  wg_response_header(q, r, "ETag", etag);
  wg_response_header(q, r, "Cache-Control", "private, no-cache");
  wg_response_header(q, r, "Vary", "Cookie, Authorization, Accept-Encoding, Accept-Language");
  if (!wg_request_etag_matches(q, etag)) return wg_answer(r, 200);
  wg_buf_reset(&r->body);
  r->code = 304;
  return WG_OK;
}

void wg_write_id(wg_jw *w, const char *name, int64_t id) {
  char text[24];
  snprintf(text, sizeof text, "%" PRId64, id);
  wg_jw_member_str(w, name, text);
}

static void write_id_value(wg_jw *w, int64_t id) {
  char text[24];
  snprintf(text, sizeof text, "%" PRId64, id);
  wg_jw_str(w, text);
}

void wg_write_time(wg_jw *w, const char *name, int64_t ms) {
  wg_jw_key(w, name);
  if (ms)
    wg_jw_time(w, ms);
  else
    wg_jw_null(w);
}

void wg_write_area(wg_jw *w, const wg_picture *p, const char *code) {
  if (!code[0]) {
    wg_jw_null(w);
    return;
  }
  uint32_t a = wg_areas_find(&p->land->areas, code);
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "code", code);
  wg_jw_member_raw(
      w, "name", a == WG_NO_INDEX || !p->land->areas.item[a].names[0] ? "{}" : p->land->areas.item[a].names);
  wg_jw_end_object(w);
}

void wg_write_grid(wg_jw *w, const wg_picture *p, const char *network, const char *code, int64_t version) {
  if (!code[0]) {
    wg_jw_null(w);
    return;
  }
  const wg_network *n = wg_picture_network(p, network, NULL);
  uint32_t g = n ? wg_plan_find(&n->plan, code) : WG_NO_INDEX;
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "code", code);
  wg_jw_member_raw(w, "name", g == WG_NO_INDEX || !n->plan.grid[g].names[0] ? "{}" : n->plan.grid[g].names);
  if (version) wg_jw_member_int(w, "plan_version", version);
  wg_jw_end_object(w);
}

void wg_write_staff(wg_jw *w, const wg_picture *p, int64_t staff, const char *post, wg_shown shown) {
  const wg_staff *s = staff ? wg_roster_staff(&p->people->roster, staff) : NULL;
  if (!s) {
    wg_jw_null(w);
    return;
  }
  wg_jw_begin_object(w);
  if (shown == WG_SHOW_POST)
    wg_jw_member_str(w, "id", NULL);
  else
    wg_write_id(w, "id", s->id);
  wg_jw_member_str(w, "name", shown == WG_SHOW_POST ? NULL : s->name);
  if (post) wg_jw_member_str(w, "post", post);
  if (shown == WG_SHOW_PHONE) wg_jw_member_str(w, "phone", s->phone);
  wg_jw_end_object(w);
}

static void clock_member(wg_jw *w, const char *name, int minutes) {
  char text[8];
  snprintf(text, sizeof text, "%02d:%02d", minutes / 60 % 100, minutes % 60);
  wg_jw_member_str(w, name, text);
}

void wg_write_shifts(wg_jw *w, const wg_roster *roster, int64_t post) {
  uint32_t first = 0, n = 0;
  wg_roster_shifts(roster, post, &first, &n);
  wg_jw_key(w, "shifts");
  wg_jw_begin_array(w);
  for (const wg_shift *s = roster->shift + first; n; n--, s++) {
    wg_jw_begin_object(w);
    wg_jw_key(w, "days");
    wg_jw_begin_array(w);
    for (int day = 0; day < 7; day++)
      if (s->weekdays >> day & 1) wg_jw_int(w, day + 1);
    wg_jw_end_array(w);
    clock_member(w, "from", s->from);
    clock_member(w, "to", s->to);
    wg_jw_end_object(w);
  }
  wg_jw_end_array(w);
}

const char *wg_write_why(wg_arena *arena, const wg_picture *p, const char *lang, int how, const char *network,
                         const char *grid, int64_t version, double metres, bool placeless,
                         const wg_assignment *assigned, bool nameless) {
  const wg_roster *roster = &p->people->roster;
  const wg_staff *worker = !nameless && assigned->staff ? wg_roster_staff(roster, assigned->staff) : NULL;
  const wg_staff *away =
      !nameless && assigned->stands_for ? wg_roster_staff(roster, assigned->stands_for) : NULL;
  uint32_t index = 0;
  const wg_network *n = wg_picture_network(p, network, &index);
  uint32_t g = n && grid[0] ? wg_plan_find(&n->plan, grid) : WG_NO_INDEX;
  struct wg_why why = {.how = how,
                       .placeless = placeless,
                       .grid_code = grid,
                       .network = network,
                       .plan_version = version,
                       .metres = metres,
                       .grid_name = g == WG_NO_INDEX ? "" : wg_land_grid_name(p->land, index, g, lang),
                       .assigned = assigned,
                       .worker = worker ? worker->name : NULL,
                       .away = away ? away->name : NULL};
  return wg_why_sentence(arena, &why, lang);
}

static void write_where(wg_jw *w, const wg_incident *i) {
  wg_jw_key(w, "lon");
  if (i->has_position)
    wg_jw_degrees(w, i->at.x);
  else
    wg_jw_null(w);
  wg_jw_key(w, "lat");
  if (i->has_position)
    wg_jw_degrees(w, i->at.y);
  else
    wg_jw_null(w);
}

static void write_raw(wg_jw *w, const wg_incident *i) {
  wg_jw_key(w, "raw");
  if (i->has_position) {
    wg_jw_begin_object(w);
    wg_jw_member_num(w, "lon", i->raw_lon, 12);
    wg_jw_member_num(w, "lat", i->raw_lat, 12);
    wg_jw_member_str(w, "crs", i->crs);
    wg_jw_end_object(w);
  } else {
    wg_jw_null(w);
  }
  wg_jw_key(w, "accuracy_m");
  if (i->accuracy_m >= 0)
    wg_jw_num(w, i->accuracy_m, 3);
  else
    wg_jw_null(w);
}

static void write_category(wg_jw *w, const wg_picture *p, const wg_incident *i) {
  const wg_category *c = wg_picture_category(p, i->category);
  wg_jw_key(w, "category");
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "code", i->category);
  wg_jw_member_raw(w, "name", c && c->names[0] ? c->names : "{}");
  wg_jw_member_bool(w, "retired", i->category_retired);
  wg_jw_end_object(w);
}

/* How far the nearest grid was: it is not stored, and known as long as that version is in force. */
static double metres_of(const wg_picture *p, const wg_incident *i) {
  const wg_network *n = wg_picture_network(p, i->network, NULL);
  if (i->how != WG_HOW_NEAREST || !i->has_position || !n || n->plan.version != i->plan_version) return 0;
  return wg_resolve(n->resolver, i->at, p->settings->tolerance_m).metres;
}

/* What a summary leaves out. */
static void write_rest(wg_jw *w, const wg_picture *p, const wg_incident *i, const char *lang, bool nameless) {
  wg_arena arena;
  write_raw(w, i);
  wg_arena_init(&arena);
  wg_jw_member_str(w, "why",
                   wg_write_why(&arena, p, lang, i->how, i->network, i->grid, i->plan_version,
                                metres_of(p, i), !i->has_position, &i->assigned, nameless));
  wg_arena_clear(&arena);
  wg_write_time(w, "sent_at", i->sent_at);
  wg_write_time(w, "raw_occurred_at", i->raw_occurred_at);
  wg_jw_member_raw(w, "attributes",
                   nameless                            ? NULL
                   : i->attributes && i->attributes[0] ? i->attributes
                                                       : "{}");
  wg_jw_member_raw(w, "place", nameless ? NULL : i->place);
}

static void write_reporter(wg_jw *w, const wg_account *reporter) {
  wg_jw_key(w, "reporter");
  if (!reporter) {
    wg_jw_null(w);
    return;
  }
  wg_jw_begin_object(w);
  wg_write_id(w, "id", reporter->id);
  wg_jw_member_str(w, "name", reporter->name);
  wg_jw_end_object(w);
}

/* Where it stands: whose turn it is, by which clock. */
static void write_step(wg_jw *w, const wg_incident *i) {
  wg_jw_key(w, "step");
  if (wg_state_open(i->state)) {
    wg_jw_begin_object(w);
    wg_jw_member_str(w, "clock", wg_clock_name(wg_incident_clock(i)));
    wg_jw_member_time(w, "since", i->held_since ? i->held_since : i->received_at);
    wg_write_time(w, "due", i->suspended_at ? 0 : wg_incident_step_due(i));
    wg_jw_end_object(w);
  } else {
    wg_jw_null(w);
  }
  wg_jw_member_str(w, "org", i->org[0] ? i->org : NULL);
  wg_jw_member_bool(w, "urgent", i->urgent);
  wg_jw_member_str(w, "supervised", wg_supervision_name(i->supervised));
  wg_jw_member_bool(w, "suspended", i->suspended_at != 0);
}

/* How it went so far. */
static void write_course(wg_jw *w, const wg_picture *p, const wg_incident *i) {
  wg_jw_key(w, "centre");
  wg_write_area(w, p, i->centre[0] ? i->centre : i->area);
  wg_jw_member_int(w, "rule", i->rule);
  wg_jw_member_int(w, "returns", i->returns);
  wg_jw_member_int(w, "reworks", i->reworks);
  wg_jw_member_bool(w, "ruled", i->ruled);
  wg_jw_member_bool(w, "approved", i->approved);
  wg_jw_member_bool(w, "review_owed", i->review_owed);
  wg_jw_member_int(w, "days_asked", i->days_asked);
  wg_jw_member_int(w, "days_granted", i->days_granted);
  wg_write_time(w, "suspended_at", i->suspended_at);
  wg_write_time(w, "suspended_until", i->suspended_until);
  wg_write_time(w, "work_due", i->work_due);
  wg_write_time(w, "closed_at", i->closed_at);
  wg_jw_key(w, "merged_into");
  if (i->merged_into)
    write_id_value(w, i->merged_into);
  else
    wg_jw_null(w);
  wg_jw_key(w, "parent");
  if (i->parent)
    write_id_value(w, i->parent);
  else
    wg_jw_null(w);
  wg_jw_key(w, "score");
  if (i->score)
    wg_jw_int(w, i->score);
  else
    wg_jw_null(w);
}

/* The summary: the same in every language. `source` and `client_id` are words of the program that reported.
 */
static void write_summary(wg_jw *w, const wg_picture *p, const wg_incident *i, bool nameless) {
  wg_write_id(w, "id", i->id);
  wg_jw_member_str(w, "number", i->number);
  wg_jw_member_str(w, "state", wg_state_name(i->state));
  wg_jw_member_bool(w, "open", wg_state_open(i->state));
  wg_jw_member_int(w, "severity", i->severity);
  wg_jw_member_str(w, "class", wg_class_name(i->class_));
  write_where(w, i);
  wg_jw_member_str(w, "network", i->network);
  wg_jw_key(w, "grid");
  wg_write_grid(w, p, i->network, i->grid, i->plan_version);
  wg_jw_key(w, "area");
  wg_write_area(w, p, i->area);
  wg_jw_key(w, "responsible");
  wg_write_staff(w, p, i->responsible, wg_post_name(i->assigned.post),
                 nameless ? WG_SHOW_POST : WG_SHOW_NAME);
  wg_jw_member_str(w, "how", wg_how_name((wg_how)i->how));
  write_category(w, p, i);
  wg_jw_key(w, "deadlines");
  wg_jw_begin_object(w);
  wg_write_time(w, "accept", i->accept_due);
  wg_write_time(w, "handle", i->handle_due);
  wg_jw_end_object(w);
  wg_jw_member_bool(w, "overdue", i->overdue);
  write_step(w, i);
  wg_jw_member_time(w, "occurred_at", i->occurred_at);
  wg_jw_member_time(w, "received_at", i->received_at);
  wg_jw_member_str(w, "description", nameless ? NULL : i->description);
  wg_jw_member_str(w, "source", nameless ? NULL : i->source);
  write_reporter(w, nameless ? NULL : wg_picture_account(p, i->reporter));
  wg_jw_member_str(w, "client_id", !nameless && i->client_id && i->client_id[0] ? i->client_id : NULL);
  wg_jw_member_int(w, "version", i->version);
  wg_jw_member_int(w, "seq", i->seq);
}

void wg_write_incident(wg_jw *w, const wg_picture *p, const wg_incident *i, int how_much, const char *lang) {
  bool nameless = how_much & WG_WRITE_NAMELESS;
  wg_jw_begin_object(w);
  write_summary(w, p, i, nameless);
  if (how_much & WG_WRITE_FULL) write_course(w, p, i);
  if (how_much & WG_WRITE_FULL) write_rest(w, p, i, lang, nameless);
  wg_jw_end_object(w);
}

static void write_grants(wg_jw *w, const wg_asker *a) {
  const wg_viewer *v = a->viewer;
  wg_jw_key(w, "grants");
  wg_jw_begin_array(w);
  for (int g = 0; g < v->n_grants; g++) {
    if ((v->grant[g].from && v->grant[g].from > a->now) || (v->grant[g].until && v->grant[g].until <= a->now))
      continue;
    wg_jw_begin_object(w);
    wg_jw_member_str(w, "role", wg_role_name(v->grant[g].role));
    wg_jw_key(w, "area");
    wg_write_area(w, a->picture,
                  v->grant[g].area == WG_NO_INDEX ? "" : a->picture->land->areas.item[v->grant[g].area].code);
    wg_jw_member_str(w, "org", v->grant[g].org[0] ? v->grant[g].org : NULL);
    wg_write_time(w, "from", v->grant[g].from);
    wg_write_time(w, "until", v->grant[g].until);
    wg_jw_end_object(w);
  }
  wg_jw_end_array(w);
}

void wg_write_account(wg_jw *w, const wg_asker *a) {
  static const struct {
    wg_verb verb;
    const char *name;
  } verbs[] = {{WG_V_SEE_MAP, "see-map"},
               {WG_V_SEE_INCIDENT, "see-incident"},
               {WG_V_REPORT, "report"},
               {WG_V_SEE_STAFF, "see-staff"},
               {WG_V_SEE_WORKERS, "see-workers"},
               {WG_V_SEND_POSITION, "send-position"},
               {WG_V_EXPORT, "export"},
               {WG_V_ADMIN, "admin"},
               {WG_V_AUDIT, "audit"},
               {WG_V_DIRECT, "direct"},
               {WG_V_WORK, "work"},
               {WG_V_REVIEW, "review"},
               {WG_V_SEE_ACCOUNTS, "see-accounts"},
               {WG_V_GRANT, "grant"}};
  const wg_viewer *v = a->viewer;
  wg_jw_begin_object(w);
  wg_write_id(w, "id", v->account);
  wg_jw_member_str(w, "name", v->name);
  wg_jw_key(w, "staff");
  wg_write_staff(w, a->picture, v->staff, NULL, a->nameless ? WG_SHOW_POST : WG_SHOW_NAME);
  write_grants(w, a);
  wg_jw_key(w, "may");
  wg_jw_begin_array(w);
  for (size_t k = 0; k < sizeof verbs / sizeof *verbs; k++)
    if (wg_may(&a->picture->land->areas, v, verbs[k].verb, NULL, a->now)) wg_jw_str(w, verbs[k].name);
  wg_jw_end_array(w);
  wg_jw_end_object(w);
}
