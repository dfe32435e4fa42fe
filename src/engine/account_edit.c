#include "engine/account_edit.h"

#include "engine/device.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void wg_account_version(const wg_account *a, const wg_grant *grants, int n, char out[WG_VERSION_LEN]) {
  wg_hasher h;
  wg_hasher_begin(&h);
  wg_hasher_int(&h, a->id);
  wg_hasher_field(&h, a->name, strlen(a->name));
  wg_hasher_int(&h, a->staff);
  wg_hasher_int(&h, a->disabled);
  for (int i = 0; i < n; i++) {
    wg_hasher_int(&h, grants[i].role);
    wg_hasher_field(&h, grants[i].area, strlen(grants[i].area));
    wg_hasher_field(&h, grants[i].org, strlen(grants[i].org));
    wg_hasher_int(&h, grants[i].from);
    wg_hasher_int(&h, grants[i].until);
  }
  wg_version_end(&h, out);
}

/* --- what all of them ask ---------------------------------------------------------------------------------
 */

/* The account as this transaction has it, among all. */
struct now {
  wg_account_book book;
  wg_account account;
  const wg_grant *grants;
  int n_grants;
  bool exclusive; /* the three administrators */
};

static wg_status find(wg_account_edit *x, wg_txn *txn, struct now *now, wg_err *err) {
  char version[WG_VERSION_LEN];
  wg_status st = wg_account_book_load(txn->store, txn->arena, &now->book, err);
  if (!st) st = wg_exclusive_now(txn->store, txn->arena, &now->exclusive, err);
  if (st) return st;
  uint32_t i = 0;
  while (i < now->book.n && now->book.item[i].id != x->id) i++;
  if (i == now->book.n)
    return wg_fail(err, WG_NOT_FOUND, "id", WG_T("there is no such account", "没有该账号"));
  st = wg_device_refuse(txn->store, txn->arena, x->id, err);
  if (st) return st;
  now->account = now->book.item[i];
  now->grants = wg_account_book_grants(&now->book, x->id, &now->n_grants);
  wg_account_version(&now->account, now->grants, now->n_grants, version);
  return wg_edit_fresh(&x->edit, version, err);
}

static wg_status check_name(const wg_account_edit *x, const wg_account_book *book, wg_err *err) {
  wg_status st = wg_account_name_check(x->name, err);
  for (uint32_t i = 0; !st && i < book->n; i++)
    if (book->item[i].id != x->id && strcmp(book->item[i].name, x->name) == 0)
      st = wg_fail_code(err, WG_CONFLICT, "name-taken", "name",
                        WG_T("there is an account of this name already", "已有同名账号"));
  return st;
}

static wg_status check_staff(int64_t staff, const wg_txn *txn, wg_err *err) {
  if (staff <= 0 || wg_roster_staff(&txn->picture->people->roster, staff)) return WG_OK;
  return wg_fail_code(err, WG_NOT_FOUND, "unknown-staff", "staff",
                      WG_T("there is no staff %lld", "没有人员 %lld"), (long long)staff);
}

static bool in_force(const wg_grant *g, int64_t at) {
  return (!g->from || g->from <= at) && (!g->until || at < g->until);
}

static bool has_role(const wg_grant *grants, int n, wg_role role, int64_t at) {
  for (int i = 0; i < n; i++)
    if (grants[i].role == role && in_force(&grants[i], at)) return true;
  return false;
}

/* Lets others in: an admin, or a security administrator of a root area (one below cannot make another).
 * lasting: by a grant without an end. */
static bool keeps(const wg_areas *areas, const wg_account *a, const wg_grant *grants, int n, wg_role role,
                  int64_t at, bool lasting) {
  for (int i = 0; !a->disabled && i < n; i++) {
    if (grants[i].role != role || !in_force(&grants[i], at) || (lasting && grants[i].until)) continue;
    uint32_t area = wg_areas_find(areas, grants[i].area);
    if (role == WG_ADMIN || (area != WG_NO_INDEX && areas->parent[area] == WG_NO_INDEX)) return true;
  }
  return false;
}

/* Does this account keep in the role, would it not as given, and nobody else? One whose right ends is none
 * who stays, unless there are only such. */
static bool is_last(const struct now *now, const wg_txn *txn, wg_role role, const wg_account *as,
                    const wg_grant *grants, int n) {
  const wg_areas *areas = &txn->picture->land->areas;
  for (int lasting = 0; lasting < 2; lasting++) {
    bool others = false;
    if (!keeps(areas, &now->account, now->grants, now->n_grants, role, txn->now, lasting)) continue;
    if (keeps(areas, as, grants, n, role, txn->now, lasting)) continue;
    for (uint32_t i = 0; i < now->book.n && !others; i++) {
      const wg_account *a = &now->book.item[i];
      int m = 0;
      const wg_grant *g = wg_account_book_grants(&now->book, a->id, &m);
      others = a->id != as->id && keeps(areas, a, g, m, role, txn->now, lasting);
    }
    if (!others) return true;
  }
  return false;
}

/* Whoever can still do this now must not be the last: nobody could let anyone in again. */
static wg_status keep_keepers(const wg_account_edit *x, const wg_txn *txn, const struct now *now,
                              const wg_account *as, const wg_grant *grants, int n, wg_err *err) {
  bool own = x->id == x->edit.actor;
  if (has_role(now->grants, now->n_grants, WG_ADMIN, txn->now) && own &&
      (as->disabled || !has_role(grants, n, WG_ADMIN, txn->now)))
    return wg_fail_code(err, WG_UNPROCESSABLE, "last-admin", "",
                        WG_T("an administrator is not taken away by itself: another one has to do it",
                             "管理员不能取消自己的管理权限，须由另一位管理员操作"));
  if (is_last(now, txn, WG_ADMIN, as, grants, n))
    return wg_fail_code(err, WG_UNPROCESSABLE, "last-admin", "",
                        WG_T("this is the last enabled administrator whose right has no end",
                             "这是最后一个启用且权限不限期的管理员"));
  if (now->exclusive && is_last(now, txn, WG_SECURITY, as, grants, n))
    return wg_fail_code(
        err, WG_UNPROCESSABLE, "last-admin", "",
        WG_T("this is the last enabled security administrator of a root area, and nobody else "
             "gives rights there",
             "这是最后一个启用的顶级区划安全管理员，其他人无法在顶级区划授权"));
  return WG_OK;
}

static wg_status end_sessions(wg_account_edit *x, wg_txn *txn, const char *kind, wg_err *err) {
  wg_session_end end = {.account = x->id, .kind = kind};
  wg_status st = wg_sessions_end(txn->store, txn->arena, txn->now, &end, err);
  x->ended = end.n_ended;
  return st;
}

static wg_status emit(wg_account_edit *x, wg_txn *txn, const char *kind, wg_err *err) {
  char subject[40];
  snprintf(subject, sizeof subject, "account/%" PRId64, x->id);
  return wg_edit_emit(&x->edit, txn, kind, subject, err);
}

/* --- create, change ---------------------------------------------------------------------------------------
 */

static wg_status create(wg_edit *edit, wg_txn *txn, wg_err *err) {
  wg_account_edit *x = (wg_account_edit *)edit;
  wg_account_book book;
  x->id = 0;
  wg_status st = wg_account_book_load(txn->store, txn->arena, &book, err);
  if (!st) st = check_name(x, &book, err);
  if (!st) st = check_staff(x->staff, txn, err);
  if (st) return st;
  wg_account a = {.staff = x->staff > 0 ? x->staff : 0, .disabled = x->disabled > 0};
  snprintf(a.name, sizeof a.name, "%s", x->name);
  snprintf(a.password, sizeof a.password, "%s", x->hash);
  st = txn->store->account_put(txn->store, &a, err);
  x->id = a.id;
  wg_jw *w = wg_edit_begin(edit);
  wg_edit_private(edit, "name", a.name);
  wg_edit_reason(edit);
  if (a.staff) wg_jw_member_int(w, "staff", a.staff);
  return st ? st : emit(x, txn, "account.added", err);
}

wg_status wg_account_create(wg_engine *e, wg_account_edit *x, wg_err *err) {
  x->edit.write = create;
  return wg_edit_do(e, &x->edit, err);
}

static wg_status change(wg_edit *edit, wg_txn *txn, wg_err *err) {
  wg_account_edit *x = (wg_account_edit *)edit;
  struct now now = {0};
  wg_status st = find(x, txn, &now, err);
  if (!st && x->name) st = check_name(x, &now.book, err);
  if (!st) st = check_staff(x->staff, txn, err);
  if (st) return st;
  wg_account a = now.account;
  if (x->name) snprintf(a.name, sizeof a.name, "%s", x->name);
  if (x->staff >= 0) a.staff = x->staff;
  if (x->disabled >= 0) a.disabled = x->disabled;
  st = keep_keepers(x, txn, &now, &a, now.grants, now.n_grants, err);
  bool was_there = now.account.staff && !now.account.disabled;
  if (!st && was_there && (a.disabled || a.staff != now.account.staff))
    wg_edit_touch_incidents(edit, txn, &(wg_touch_filter){.staff = now.account.staff});
  if (!st) st = wg_edit_orphans(edit, err);
  if (!st) st = txn->store->account_update(txn->store, &a, err);
  if (!st && a.disabled && !now.account.disabled) st = end_sessions(x, txn, NULL, err);
  if (st) return st;
  wg_jw *w = wg_edit_begin(edit);
  if (x->disabled >= 0) wg_jw_member_bool(w, "disabled", a.disabled);
  if (x->name) wg_edit_private(edit, "name", a.name);
  wg_edit_reason(edit);
  if (x->staff >= 0) wg_jw_member_int(w, "staff", a.staff);
  return emit(x, txn, "account.changed", err);
}

wg_status wg_account_change(wg_engine *e, wg_account_edit *x, wg_err *err) {
  x->edit.write = change;
  return wg_edit_do(e, &x->edit, err);
}

/* --- grants -----------------------------------------------------------------------------------------------
 */

static bool same(const wg_grant *a, const wg_grant *b) {
  return a->role == b->role && a->from == b->from && a->until == b->until && !strcmp(a->area, b->area) &&
         !strcmp(a->org, b->org);
}

static bool among(const wg_grant *g, const wg_grant *list, int n) {
  for (int i = 0; i < n; i++)
    if (same(g, &list[i])) return true;
  return false;
}

static bool keeper(wg_role role) { return role == WG_ADMIN || role == WG_SECURITY || role == WG_AUDITOR; }

/* Within what the editor may give: its area and below; the administrators' roles, which reach everything,
 * from a root area only. */
static wg_status in_reach(const wg_account_edit *x, const wg_txn *txn, const wg_grant *g, wg_err *err) {
  const wg_areas *areas = &txn->picture->land->areas;
  const wg_viewer *v = wg_picture_viewer(txn->picture, x->edit.actor);
  wg_target t = {.area = keeper(g->role) ? WG_NO_INDEX : wg_areas_find(areas, g->area)};
  if (wg_may(areas, v, WG_V_GRANT, &t, txn->now)) return WG_OK;
  return wg_fail_code(err, WG_FORBIDDEN, "beyond-reach", "grants",
                      WG_T("%s in %s is beyond the area in which this account gives rights",
                           "在 %2$s 授予或取消 %1$s 超出本账号的授权范围"),
                      wg_role_name(g->role), g->area);
}

/* An organisation brings the sight of all that is handed to it, wherever that is: it must lie in the reach
 * too; one of no area is for the root. */
static wg_status org_in_reach(const wg_account_edit *x, const wg_txn *txn, const char *code,
                              const wg_org *org, uint32_t n, const char *field, wg_err *err) {
  const wg_areas *areas = &txn->picture->land->areas;
  const wg_viewer *v = wg_picture_viewer(txn->picture, x->edit.actor);
  uint32_t i = 0;
  while (i < n && strcmp(org[i].code, code) != 0) i++;
  if (i == n)
    return wg_fail_code(err, WG_NOT_FOUND, "unknown-org", field,
                        WG_T("there is no organisation %s", "没有单位 %s"), code);
  wg_target t = {.area = wg_areas_find(areas, org[i].area)};
  if (wg_may(areas, v, WG_V_GRANT, &t, txn->now)) return WG_OK;
  return wg_fail_code(err, WG_FORBIDDEN, "beyond-reach", field,
                      WG_T("organisation %s is beyond the area in which this account gives rights",
                           "单位 %s 超出本账号的授权范围"),
                      code);
}

static wg_status check_new(const wg_account_edit *x, const wg_txn *txn, int i, const wg_org *org,
                           uint32_t n_orgs, wg_err *err) {
  const wg_grant *g = &x->grants[i];
  char field[40];
  snprintf(field, sizeof field, "grants.%d.area", i);
  bool everywhere = g->role == WG_ADMIN || g->role == WG_AUDITOR; /* they need no area */
  if (!(everywhere && !g->area[0]) && wg_areas_find(&txn->picture->land->areas, g->area) == WG_NO_INDEX)
    return wg_fail_code(err, WG_NOT_FOUND, "unknown-area", field, WG_T("there is no area %s", "没有区划 %s"),
                        g->area);
  snprintf(field, sizeof field, "grants.%d.org", i);
  wg_status st = g->org[0] ? org_in_reach(x, txn, g->org, org, n_orgs, field, err) : WG_OK;
  snprintf(field, sizeof field, "grants.%d.until", i);
  if (!st && g->until && g->until <= g->from)
    st = wg_fail(err, WG_INVALID, field, WG_T("until must be after from", "until 应晚于 from"));
  return st ? st : in_reach(x, txn, g, err);
}

static wg_status check_list(const wg_account_edit *x, const struct now *now, wg_err *err) {
  for (int i = 0; i < x->n_grants; i++) {
    const wg_grant *g = &x->grants[i];
    for (int k = 0; k < i; k++)
      if (g->role == x->grants[k].role && !strcmp(g->area, x->grants[k].area) &&
          !strcmp(g->org, x->grants[k].org))
        return wg_fail_code(err, WG_UNPROCESSABLE, "duplicate", "grants",
                            WG_T("grants %d and %d are of one role, area and organisation",
                                 "第 %d 项与第 %d 项授权的角色、区划和单位相同"),
                            k, i);
  }
  return wg_exclusive_check(now->exclusive, x->grants, x->n_grants, err);
}

/* Every grant that comes or goes; what stays is not looked at again. */
static wg_status check_changed(const wg_account_edit *x, wg_txn *txn, const struct now *now, wg_err *err) {
  wg_org *org = NULL;
  uint32_t n_orgs = 0;
  wg_status st = txn->store->orgs_load(txn->store, txn->arena, &org, &n_orgs, err);
  for (int i = 0; !st && i < x->n_grants; i++)
    if (!among(&x->grants[i], now->grants, now->n_grants)) st = check_new(x, txn, i, org, n_orgs, err);
  for (int i = 0; !st && i < now->n_grants; i++)
    if (!among(&now->grants[i], x->grants, x->n_grants)) st = in_reach(x, txn, &now->grants[i], err);
  return st;
}

/* One's own rights are given by another; only who also keeps the accounts (one person does all then) may. */
static wg_status refuse_own(const wg_account_edit *x, const wg_txn *txn, wg_err *err) {
  const wg_viewer *v = wg_picture_viewer(txn->picture, x->edit.actor);
  if (x->id != x->edit.actor || wg_may(&txn->picture->land->areas, v, WG_V_ADMIN, NULL, txn->now))
    return WG_OK;
  return wg_fail_code(err, WG_FORBIDDEN, "own-grants", "id",
                      WG_T("one's own rights are given by somebody else", "本人的权限须由他人授予"));
}

static wg_status grant(wg_edit *edit, wg_txn *txn, wg_err *err) {
  wg_account_edit *x = (wg_account_edit *)edit;
  struct now now = {0};
  wg_status st = find(x, txn, &now, err);
  if (!st) st = refuse_own(x, txn, err);
  if (!st) st = check_list(x, &now, err);
  if (!st) st = check_changed(x, txn, &now, err);
  if (!st) st = keep_keepers(x, txn, &now, &now.account, x->grants, x->n_grants, err);
  bool worked = !st && has_role(now.grants, now.n_grants, WG_WORKER, txn->now);
  if (!st && worked && now.account.staff && !has_role(x->grants, x->n_grants, WG_WORKER, txn->now))
    wg_edit_touch_incidents(edit, txn, &(wg_touch_filter){.staff = now.account.staff});
  if (!st) st = wg_edit_orphans(edit, err);
  if (!st) st = txn->store->grants_replace(txn->store, x->id, x->grants, x->n_grants, err);
  if (st) return st;
  wg_jw *w = wg_edit_begin(edit);
  wg_jw_key(w, "grants");
  wg_jw_begin_array(w);
  for (int i = 0; i < x->n_grants; i++) wg_grant_body(w, &x->grants[i]);
  wg_jw_end_array(w);
  wg_edit_reason(edit);
  return emit(x, txn, "account.grants", err);
}

wg_status wg_account_grant(wg_engine *e, wg_account_edit *x, wg_err *err) {
  x->edit.write = grant;
  return wg_edit_do(e, &x->edit, err);
}

/* --- password, sessions -----------------------------------------------------------------------------------
 */

/* With exclusive administrators a reset would make the one who keeps accounts into the one who gives rights:
 * those passwords are reset at the machine. */
static wg_status refuse_keepers(const struct now *now, const wg_txn *txn, wg_err *err) {
  bool theirs = false;
  for (int i = 0; i < now->n_grants; i++) { /* one that begins later too */
    const wg_grant *g = &now->grants[i];
    theirs =
        theirs || ((g->role == WG_SECURITY || g->role == WG_AUDITOR) && (!g->until || txn->now < g->until));
  }
  if (!theirs || !now->exclusive) return WG_OK;
  return wg_fail_code(err, WG_FORBIDDEN, "exclusive-roles", "id",
                      WG_T("the password of a security administrator or auditor is reset at the machine: "
                           "wangge user password",
                           "安全、审计管理员的密码须在服务器上重置：wangge user password"));
}

static wg_status reset_password(wg_edit *edit, wg_txn *txn, wg_err *err) {
  wg_account_edit *x = (wg_account_edit *)edit;
  struct now now = {0};
  wg_status st = find(x, txn, &now, err);
  if (!st) st = refuse_keepers(&now, txn, err);
  if (!st && now.account.demo)
    st = wg_fail_code(
        err, WG_FORBIDDEN, "demo-account", "id",
        WG_T("the password of a demo account is public and stays", "演示账号的密码是公开的，不能更改"));
  if (st) return st;
  snprintf(now.account.password, sizeof now.account.password, "%s", x->hash);
  st = txn->store->account_update(txn->store, &now.account, err);
  if (!st) st = end_sessions(x, txn, "session", err);
  if (st) return st;
  wg_edit_begin(edit);
  wg_edit_reason(edit);
  return emit(x, txn, "account.password", err);
}

wg_status wg_account_reset_password(wg_engine *e, wg_account_edit *x, wg_err *err) {
  x->edit.write = reset_password;
  return wg_edit_do(e, &x->edit, err);
}

static wg_status sign_out(wg_edit *edit, wg_txn *txn, wg_err *err) {
  wg_account_edit *x = (wg_account_edit *)edit;
  struct now now = {0};
  wg_status st = find(x, txn, &now, err);
  if (!st) st = end_sessions(x, txn, NULL, err);
  if (st) return st;
  wg_jw *w = wg_edit_begin(edit);
  wg_jw_member_int(w, "ended", x->ended);
  wg_edit_reason(edit);
  return emit(x, txn, "account.signed-out", err);
}

wg_status wg_account_sign_out(wg_engine *e, wg_account_edit *x, wg_err *err) {
  x->edit.write = sign_out;
  return wg_edit_do(e, &x->edit, err);
}
