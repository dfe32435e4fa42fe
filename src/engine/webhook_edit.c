#include "engine/webhook_edit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void wg_webhook_version(const wg_webhook *h, char out[WG_VERSION_LEN]) {
  wg_hasher hash;
  wg_hasher_begin(&hash);
  const char *const text[] = {h->name, h->url, h->area, h->kinds};
  for (size_t k = 0; k < sizeof text / sizeof *text; k++) wg_hasher_field(&hash, text[k], strlen(text[k]));
  wg_hasher_int(&hash, h->enabled);
  wg_version_end(&hash, out);
}

/* It shows what its area holds to whoever listens: like a wall, it is a right that somebody gives. */
static wg_status reached(const wg_edit *x, const wg_txn *txn, const char *area, wg_err *err) {
  const wg_areas *areas = &txn->picture->land->areas;
  wg_target t = {.area = wg_areas_find(areas, area)};
  if (wg_may(areas, wg_picture_viewer(txn->picture, x->actor), WG_V_GRANT, &t, txn->now)) return WG_OK;
  return wg_fail_code(
      err, WG_FORBIDDEN, "beyond-reach", "area",
      WG_T("area %s is beyond the area in which this account gives rights", "区划 %s 超出本账号的授权范围"),
      area);
}

static wg_status find(wg_webhook_edit *x, wg_txn *txn, wg_webhook *out, wg_err *err) {
  wg_webhook *all = NULL;
  int n = 0;
  wg_status st = txn->store->webhooks_load(txn->store, x->edit.arena, &all, &n, err);
  if (st) return st;
  if (x->what == WG_HOOK_ADD && n >= WG_WEBHOOKS)
    return wg_fail(err, WG_UNPROCESSABLE, "", WG_T("there are %d webhooks already", "已有 %d 个 webhook"), n);
  if (x->what == WG_HOOK_ADD) return WG_OK;
  for (int k = 0; k < n; k++)
    if (all[k].id == x->hook.id) {
      *out = all[k];
      return WG_OK;
    }
  return wg_fail(err, WG_NOT_FOUND, "id", WG_T("there is no such webhook", "没有这个 webhook"));
}

static const char *const kind_of[] = {"webhook.added", "webhook.changed", "webhook.secret",
                                      "webhook.removed"};

static wg_status emit(wg_webhook_edit *x, wg_txn *txn, wg_err *err) {
  const wg_webhook *h = &x->hook;
  wg_jw *w = wg_edit_begin(&x->edit);
  if (x->what <= WG_HOOK_CHANGE) {
    wg_jw_member_str(w, "area", h->area);
    wg_jw_member_bool(w, "enabled", h->enabled);
    wg_jw_member_str(w, "kinds", h->kinds);
    wg_jw_member_str(w, "name", h->name);
  }
  wg_edit_reason(&x->edit);
  if (x->what <= WG_HOOK_CHANGE) wg_edit_private(&x->edit, "url", h->url); /* it may hold a key */
  return wg_edit_emit(&x->edit, txn, kind_of[x->what], wg_arena_printf(txn->arena, "webhook/%" PRId64, h->id),
                      err);
}

static wg_status put(wg_edit *edit, wg_txn *txn, wg_err *err) {
  wg_webhook_edit *x = (wg_webhook_edit *)edit;
  wg_webhook was = {0}, asked = x->hook;
  char version[WG_VERSION_LEN];
  wg_status st = find(x, txn, &was, err);
  if (st) return st;
  if (was.id) wg_webhook_version(&was, version);
  st = wg_edit_fresh(edit, was.id ? version : NULL, err);
  if (!st && was.id) st = reached(edit, txn, was.area, err);
  if (x->what > WG_HOOK_CHANGE) {
    x->hook = was;
  } else {
    if (!st && wg_areas_find(&txn->picture->land->areas, x->hook.area) == WG_NO_INDEX)
      st = wg_fail_code(err, WG_NOT_FOUND, "unknown-area", "area", WG_T("there is no area %s", "没有区划 %s"),
                        x->hook.area);
    if (!st) st = reached(edit, txn, x->hook.area, err);
    x->hook.created_at = was.id ? was.created_at : txn->now;
    x->hook.created_by = was.id ? was.created_by : edit->actor;
  }
  if (x->what == WG_HOOK_CHANGE) x->hook.secret = was.secret;
  if (x->what == WG_HOOK_SECRET) x->hook.secret = asked.secret;
  if (st) return st;
  st = x->what == WG_HOOK_DROP ? txn->store->webhook_drop(txn->store, was.id, err)
                               : txn->store->webhook_put(txn->store, &x->hook, err);
  if (!st) st = emit(x, txn, err);
  if (x->what == WG_HOOK_ADD && st) x->hook.id = 0; /* it may be run again */
  return st;
}

wg_status wg_webhook_put(wg_engine *e, wg_webhook_edit *x, wg_err *err) {
  x->edit.write = put;
  return wg_edit_do(e, &x->edit, err);
}

/* --- dead letters ------------------------------------------------------------------------------------------
 */

static wg_status may_replay(wg_replay_edit *x, wg_txn *txn, wg_err *err) {
  wg_webhook_edit of = {.edit = x->edit, .what = WG_HOOK_CHANGE, .hook.id = x->channel};
  wg_webhook was = {0};
  wg_status st = x->channel ? find(&of, txn, &was, err) : WG_OK;
  return st ? st : reached(&x->edit, txn, was.area, err); /* of no area: a root's */
}

static wg_status replay(wg_edit *edit, wg_txn *txn, wg_err *err) {
  wg_replay_edit *x = (wg_replay_edit *)edit;
  wg_store *s = txn->store;
  wg_status st = may_replay(x, txn, err);
  int64_t n = 0;
  x->replayed = 0;
  for (int k = 0; !st && k < x->n; k++) {
    st = s->letters_replay(s, x->id[k], x->channel, txn->now, &n, err);
    x->replayed += n;
  }
  if (!st && !x->n) st = s->letters_replay(s, 0, x->channel, txn->now, &x->replayed, err);
  if (st) return st;
  wg_jw *w = wg_edit_begin(edit);
  wg_jw_member_int(w, "letters", x->replayed);
  wg_edit_reason(edit);
  return wg_edit_emit(edit, txn, "webhook.replayed",
                      wg_arena_printf(txn->arena, "webhook/%" PRId64, x->channel), err);
}

wg_status wg_letters_replay(wg_engine *e, wg_replay_edit *x, wg_err *err) {
  x->edit.write = replay;
  return wg_edit_do(e, &x->edit, err);
}

/* --- phrases -----------------------------------------------------------------------------------------------
 */

struct phrases {
  wg_command command;
  int64_t account;
  const char *items;
};

static wg_status put_phrases(wg_command *c, wg_txn *txn) {
  struct phrases *x = (struct phrases *)c;
  wg_private items = {.field = "items", .text = x->items};
  char hex[2 * WG_HASH_LEN + 1], body[128], subject[40];
  wg_private_seal(&items);
  wg_hex(items.hash, WG_HASH_LEN, hex);
  snprintf(body, sizeof body, "{\"items\":\"%s\"}", hex);
  snprintf(subject, sizeof subject, "account/%" PRId64, x->account);
  wg_status st = txn->store->phrases_put(txn->store, x->account, x->items, &c->err);
  return st ? st : wg_txn_emit(txn, "phrases.saved", subject, x->account, body, &items, 1, NULL, &c->err);
}

wg_status wg_phrases_put(wg_engine *e, int64_t account, const char *items, wg_err *err) {
  struct phrases x = {.command = {.run = put_phrases}, .account = account, .items = items};
  wg_status st = wg_engine_do(e, &x.command);
  if (st) *err = x.command.err;
  return st;
}
