#include "engine/absence.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void wg_leave_version(const wg_leave *x, char out[WG_VERSION_LEN]) {
  wg_hasher h;
  wg_hasher_begin(&h);
  wg_hasher_int(&h, x->id);
  wg_hasher_int(&h, x->staff);
  wg_hasher_int(&h, x->from);
  wg_hasher_int(&h, x->until);
  wg_hasher_int(&h, x->kind);
  wg_version_end(&h, out);
}

void wg_cover_version(const wg_temp_post *x, char out[WG_VERSION_LEN]) {
  wg_hasher h;
  wg_hasher_begin(&h);
  wg_hasher_int(&h, x->id);
  wg_hasher_int(&h, x->staff);
  wg_hasher_int(&h, x->from);
  wg_hasher_int(&h, x->until);
  wg_hasher_field(&h, x->network, strlen(x->network));
  wg_hasher_field(&h, x->grid, strlen(x->grid));
  wg_version_end(&h, out);
}

static wg_status load(wg_txn *txn, int64_t staff, wg_roster *r, wg_err *err) {
  wg_status st = txn->store->roster_load(txn->store, txn->arena, r, err);
  if (!st) st = wg_roster_index(r, err);
  if (st || !staff || wg_roster_staff(r, staff)) return st;
  return wg_fail_code(err, WG_NOT_FOUND, "unknown-staff", "staff",
                      WG_T("there is no staff %lld", "没有人员 %lld"), (long long)staff);
}

static bool overlap(int64_t from, int64_t until, int64_t from2, int64_t until2) {
  return (!until2 || from < until2) && (!until || from2 < until);
}

static wg_status gone(wg_err *err) {
  return wg_fail(err, WG_NOT_FOUND, "id", WG_T("there is no such arrangement", "没有该安排"));
}

/* --- leave ------------------------------------------------------------------------------------------------
 */

static wg_status tell_leave(wg_edit *edit, wg_txn *txn, const wg_leave *x, const char *kind, wg_err *err) {
  char subject[40];
  snprintf(subject, sizeof subject, "staff/%" PRId64, x->staff);
  wg_jw *w = wg_edit_begin(edit);
  wg_jw_member_int(w, "from", x->from);
  wg_jw_member_int(w, "id", x->id);
  wg_jw_member_str(w, "kind", wg_leave_name(x->kind));
  wg_edit_reason(edit);
  if (x->until) wg_jw_member_int(w, "until", x->until);
  return wg_edit_emit(edit, txn, kind, subject, err);
}

static wg_status leave_add(wg_edit *edit, wg_txn *txn, wg_err *err) {
  wg_leave_edit *x = (wg_leave_edit *)edit;
  wg_roster r;
  wg_status st = wg_edit_fresh(edit, NULL, err); /* it is new */
  if (!st) st = load(txn, x->x.staff, &r, err);
  for (uint32_t i = 0; !st && i < r.n_leaves; i++)
    if (r.leave[i].staff == x->x.staff && overlap(r.leave[i].from, r.leave[i].until, x->x.from, x->x.until))
      st = wg_fail_code(err, WG_CONFLICT, "duplicate", "from",
                        WG_T("this person is on leave then already", "该人员此时段已有休假"));
  if (!st) st = txn->store->leave_add(txn->store, &x->x, err);
  return st ? st : tell_leave(edit, txn, &x->x, "roster.leave", err);
}

wg_status wg_leave_add(wg_engine *e, wg_leave_edit *x, wg_err *err) {
  x->edit.write = leave_add;
  return wg_edit_do(e, &x->edit, err);
}

static wg_status leave_end(wg_edit *edit, wg_txn *txn, wg_err *err) {
  wg_leave_edit *x = (wg_leave_edit *)edit;
  wg_roster r;
  char version[WG_VERSION_LEN];
  uint32_t i = 0;
  wg_status st = load(txn, 0, &r, err);
  while (!st && i < r.n_leaves && r.leave[i].id != x->x.id) i++;
  if (st || i == r.n_leaves) return st ? st : gone(err);
  wg_leave_version(&r.leave[i], version);
  st = wg_edit_fresh(edit, version, err);
  if (!st) st = txn->store->leave_delete(txn->store, x->x.id, err);
  return st ? st : tell_leave(edit, txn, &r.leave[i], "roster.leave-ended", err);
}

wg_status wg_leave_end(wg_engine *e, wg_leave_edit *x, wg_err *err) {
  x->edit.write = leave_end;
  return wg_edit_do(e, &x->edit, err);
}

/* --- covering another grid --------------------------------------------------------------------------------
 */

static wg_status tell_cover(wg_edit *edit, wg_txn *txn, const wg_temp_post *x, const char *kind,
                            wg_err *err) {
  char subject[40];
  snprintf(subject, sizeof subject, "staff/%" PRId64, x->staff);
  wg_jw *w = wg_edit_begin(edit);
  wg_jw_member_int(w, "from", x->from);
  wg_jw_member_str(w, "grid", x->grid);
  wg_jw_member_int(w, "id", x->id);
  wg_jw_member_str(w, "network", x->network);
  wg_edit_reason(edit);
  wg_jw_member_int(w, "until", x->until);
  return wg_edit_emit(edit, txn, kind, subject, err);
}

static wg_status cover_add(wg_edit *edit, wg_txn *txn, wg_err *err) {
  wg_cover_edit *x = (wg_cover_edit *)edit;
  const wg_network *n = wg_picture_network(txn->picture, x->x.network, NULL);
  wg_roster r;
  wg_status st = wg_edit_fresh(edit, NULL, err); /* it is new */
  if (!st) st = load(txn, x->x.staff, &r, err);
  if (!st && (!n || wg_plan_find(&n->plan, x->x.grid) == WG_NO_INDEX))
    st = wg_fail_code(err, WG_NOT_FOUND, "unknown-grid", "grid",
                      WG_T("there is no grid %s in network %s", "没有网格 %s（网络 %s）"), x->x.grid,
                      x->x.network);
  for (uint32_t i = 0; !st && i < r.n_covers; i++) {
    const wg_temp_post *c = &r.cover[i];
    if (c->staff == x->x.staff && strcmp(c->grid, x->x.grid) == 0 && strcmp(c->network, x->x.network) == 0 &&
        overlap(c->from, c->until, x->x.from, x->x.until))
      st = wg_fail_code(err, WG_CONFLICT, "duplicate", "from",
                        WG_T("this is arranged already", "已有相同的临时兼管安排"));
  }
  if (!st) st = txn->store->cover_add(txn->store, &x->x, err);
  return st ? st : tell_cover(edit, txn, &x->x, "roster.cover", err);
}

wg_status wg_cover_add(wg_engine *e, wg_cover_edit *x, wg_err *err) {
  x->edit.write = cover_add;
  return wg_edit_do(e, &x->edit, err);
}

static wg_status cover_end(wg_edit *edit, wg_txn *txn, wg_err *err) {
  wg_cover_edit *x = (wg_cover_edit *)edit;
  wg_roster r;
  char version[WG_VERSION_LEN];
  uint32_t i = 0;
  wg_status st = load(txn, 0, &r, err);
  while (!st && i < r.n_covers && r.cover[i].id != x->x.id) i++;
  if (st || i == r.n_covers) return st ? st : gone(err);
  wg_cover_version(&r.cover[i], version);
  st = wg_edit_fresh(edit, version, err);
  if (!st) st = txn->store->cover_delete(txn->store, x->x.id, err);
  return st ? st : tell_cover(edit, txn, &r.cover[i], "roster.cover-ended", err);
}

wg_status wg_cover_end(wg_engine *e, wg_cover_edit *x, wg_err *err) {
  x->edit.write = cover_end;
  return wg_edit_do(e, &x->edit, err);
}
