#include "engine/handover.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool wg_handover_may(const wg_picture *p, const wg_viewer *v, const char *area, int64_t now) {
  wg_target t = {.area = wg_areas_find(&p->land->areas, area)};
  return t.area != WG_NO_INDEX && wg_may(&p->land->areas, v, WG_V_DIRECT, &t, now);
}

static wg_status tell(wg_handover_edit *x, wg_txn *txn, const char *kind, int64_t given, wg_err *err) {
  char subject[40];
  wg_jw *w = wg_edit_begin(&x->edit);
  wg_status st = WG_OK;
  wg_jw_member_str(w, "area", x->x.area);
  if (given) wg_jw_member_int(w, "given", given);
  if (x->note) wg_edit_private(&x->edit, "note", x->note);
  if (!given) st = wg_edit_content(&x->edit, txn, "snapshot", x->snapshot, err);
  snprintf(subject, sizeof subject, "handover/%" PRId64, x->x.id);
  return st ? st : wg_edit_emit(&x->edit, txn, kind, subject, err);
}

static wg_status forbidden(wg_err *err) {
  return wg_fail(err, WG_FORBIDDEN, "area",
                 WG_T("only who directs the centre of this area hands its shift over",
                      "仅该区域中心的调度人员可办理交接班"));
}

static wg_status give(wg_edit *edit, wg_txn *txn, wg_err *err) {
  wg_handover_edit *x = (wg_handover_edit *)edit;
  wg_handover there;
  wg_err none = {0};
  if (!wg_handover_may(txn->picture, wg_picture_viewer(txn->picture, edit->actor), x->x.area, txn->now))
    return forbidden(err);
  wg_status st = txn->store->handover_by_client(txn->store, edit->actor, x->x.client_id, &there, &none);
  if (!st && strcmp(there.area, x->x.area) != 0)
    return wg_fail(err, WG_UNPROCESSABLE, "client_id",
                   WG_T("this client_id was used for another area", "该 client_id 已用于其他区域"));
  if (!st) {
    x->x = there;
    x->repeated = true;
    return WG_OK;
  }
  if (st != WG_NOT_FOUND) return *err = none, st;
  x->x.at = txn->now;
  x->x.given_by = edit->actor;
  wg_hash(x->snapshot, strlen(x->snapshot), x->x.hash);
  st = txn->store->handover_add(txn->store, &x->x, err);
  return st ? st : tell(x, txn, "handover.given", 0, err);
}

wg_status wg_handover_give(wg_engine *e, wg_handover_edit *x, wg_err *err) {
  x->edit.verb = WG_V_DIRECT;
  x->edit.write = give;
  return wg_edit_do(e, &x->edit, err);
}

/* Another account of the same person is no second person. */
static bool same_person(const wg_txn *txn, int64_t a, int64_t b) {
  const wg_viewer *x = wg_picture_viewer(txn->picture, a), *y = wg_picture_viewer(txn->picture, b);
  return a == b || (x && y && x->staff && x->staff == y->staff);
}

static wg_status take(wg_edit *edit, wg_txn *txn, wg_err *err) {
  wg_handover_edit *x = (wg_handover_edit *)edit;
  wg_store_head head;
  wg_status st = txn->store->handover_get(txn->store, x->x.id, &x->x, err);
  if (st) return st;
  if (!wg_handover_may(txn->picture, wg_picture_viewer(txn->picture, edit->actor), x->x.area, txn->now))
    return wg_fail(err, WG_NOT_FOUND, "id", WG_T("there is no such handover", "没有该交接班记录"));
  if (x->x.taken_seq)
    return wg_fail_code(err, WG_CONFLICT, "already-taken", "id",
                        WG_T("it was signed already", "该交接班已签收"));
  if (same_person(txn, x->x.given_by, edit->actor))
    return wg_fail_code(err, WG_FORBIDDEN, "same-person", "id",
                        WG_T("who handed over does not sign for it as well", "交班人不能自行签收"));
  st = tell(x, txn, "handover.taken", x->x.seq, err);
  if (!st) st = txn->store->head(txn->store, &head, err);
  if (st) return st;
  x->x.taken_by = edit->actor;
  x->x.taken_at = txn->now;
  x->x.taken_seq = head.seq;
  return txn->store->handover_take(txn->store, &x->x, err);
}

wg_status wg_handover_take(wg_engine *e, wg_handover_edit *x, wg_err *err) {
  x->edit.verb = WG_V_DIRECT;
  x->edit.write = take;
  return wg_edit_do(e, &x->edit, err);
}
