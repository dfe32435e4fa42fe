#include "engine/change.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "domain/fold.h"

enum { BODY_MAX = 1 << 16 };

wg_pace wg_incident_pace(const wg_picture *p, const wg_incident *i, int64_t now) {
  const wg_settings *s = p->settings;
  const wg_worktime *hands = wg_picture_worktime(p, i->org);
  return (wg_pace){.rules = wg_picture_rules(p, i->category, i->rule),
                   .centre = wg_picture_worktime(p, ""),
                   .hands = hands,
                   .had = hands,
                   .now = now,
                   .supervise = {s->supervise[0], s->supervise[1], s->supervise[2], s->supervise[3]}};
}

static void write_held(wg_jw *w, const wg_held *h) {
  wg_jw_key(w, "held");
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "clock", wg_clock_name(h->clock));
  wg_jw_member_int(w, "from", h->from);
  wg_jw_member_bool(w, "late", h->late);
  if (h->org[0]) wg_jw_member_str(w, "org", h->org);
  if (h->staff) wg_jw_member_int(w, "staff", h->staff);
  wg_jw_member_int(w, "until", h->until);
  wg_jw_member_int(w, "work_ms", h->work_ms);
  wg_jw_end_object(w);
}

static void write_body(wg_jw *w, const wg_change_of *c, const wg_private *reason) {
  char hex[2 * WG_HASH_LEN + 1];
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "from", wg_state_name(c->before->state));
  if (c->held && c->held->from) write_held(w, c->held);
  if (c->reason) {
    wg_hex(reason->hash, WG_HASH_LEN, hex);
    wg_jw_member_str(w, "reason", hex);
  }
  if (c->say) c->say(w, c->ctx);
  wg_jw_key(w, "set");
  wg_jw_begin_object(w);
  wg_incident_diff(w, c->before, c->after);
  wg_jw_end_object(w);
  wg_jw_member_str(w, "state", wg_state_name(c->after->state));
  wg_jw_member_int(w, "version", c->after->version);
  wg_jw_end_object(w);
}

/* The members in the order of their names: a rule of the log. */
static wg_status sorted(wg_arena *arena, wg_buf *body, const char **out) {
  wg_json *value = NULL;
  wg_status st = wg_buf_status(body);
  if (!st) st = wg_json_parse_object(arena, wg_buf_str(body), body->len, &value, NULL);
  if (st) return st == WG_NO_MEMORY ? st : WG_INTERNAL;
  *out = wg_json_dump(arena, value);
  return *out ? WG_OK : WG_NO_MEMORY;
}

wg_status wg_change_body(wg_arena *arena, const wg_change_of *c, const wg_private *reason, const char **out) {
  wg_buf body;
  wg_jw w;
  wg_buf_init(&body, BODY_MAX);
  wg_jw_init(&w, &body);
  write_body(&w, c, reason);
  wg_status st = sorted(arena, &body, out);
  wg_buf_deinit(&body);
  return st;
}

wg_status wg_incident_changed(wg_txn *txn, const wg_change_of *c, wg_err *err) {
  wg_store *s = txn->store;
  wg_private reason = {.field = "reason", .text = c->reason};
  const char *text = NULL;
  const char *const *orgs = NULL;
  char subject[40];
  if (c->reason) wg_private_seal(&reason);
  wg_status st = wg_change_body(txn->arena, c, &reason, &text);
  snprintf(subject, sizeof subject, "incident/%" PRId64, c->after->id);
  if (!st)
    st = wg_txn_emit(txn, c->kind, subject, c->actor, text, &reason, c->reason ? 1 : 0, &c->after->seq, err);
  if (!st) st = s->incident_update(s, c->after, err);
  if (!st) st = s->incident_orgs(s, txn->arena, c->after->id, &orgs, err);
  return st ? st : wg_txn_incident(txn, c->after, orgs);
}
