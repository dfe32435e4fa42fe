#include "engine/setting_edit.h"

#include <stdio.h>
#include <string.h>

#include "engine/account.h"
#include "engine/profile.h"

void wg_setting_version(const wg_setting *s, const char *value, char out[WG_VERSION_LEN]) {
  if (!value) value = s->fallback;
  wg_hasher h;
  wg_hasher_begin(&h);
  wg_hasher_field(&h, s->key, strlen(s->key));
  wg_hasher_field(&h, value, strlen(value));
  wg_version_end(&h, out);
}

/* --- the three administrators -----------------------------------------------------------------------------
 */

static wg_status not_three(const char *name, wg_err *err) {
  return wg_fail_code(err, WG_UNPROCESSABLE, "exclusive-roles", "value",
                      name ? "account %.64s holds two of the roles admin, security and auditor"
                           : "there is no enabled security administrator of a root area yet%s",
                      name ? "账号 %.64s 同时具有系统、安全、审计管理员中的两种角色"
                           : "尚无启用的、授权范围为顶级区划的安全管理员%s",
                      name ? name : "");
}

/* Each enabled account holds one of the three at most, and somebody gives rights from a root area. */
static wg_status check_three(wg_txn *txn, wg_err *err) {
  const wg_areas *areas = &txn->picture->land->areas;
  wg_account_book book;
  bool security = false;
  wg_status st = wg_account_book_load(txn->store, txn->arena, &book, err);
  for (uint32_t i = 0; !st && i < book.n; i++) {
    int n = 0;
    const wg_grant *g = wg_account_book_grants(&book, book.item[i].id, &n);
    bool has[WG_ROLES] = {false};
    for (; n && !book.item[i].disabled; n--, g++) {
      if (g->until && g->until <= txn->now) continue;
      has[g->role] = true;
      uint32_t area = wg_areas_find(areas, g->area);
      bool root = area != WG_NO_INDEX && areas->parent[area] == WG_NO_INDEX;
      security = security || (g->role == WG_SECURITY && root && g->from <= txn->now);
    }
    if (has[WG_ADMIN] + has[WG_SECURITY] + has[WG_AUDITOR] > 1) return not_three(book.item[i].name, err);
  }
  return st || security ? st : not_three(NULL, err);
}

static wg_status check_exclusive(const wg_setting_edit *x, wg_txn *txn, wg_err *err) {
  const wg_picture *p = txn->picture;
  wg_target everything = {.area = WG_NO_INDEX};
  const wg_viewer *v = wg_picture_viewer(p, x->edit.actor);
  if (!wg_may(&p->land->areas, v, WG_V_GRANT, &everything, txn->now))
    return wg_fail_code(err, WG_FORBIDDEN, "beyond-reach", "",
                        WG_T("this takes the right to grant from a root area", "须具有顶级区划的授权权限"));
  return strcmp(x->value, "1") == 0 ? check_three(txn, err) : WG_OK;
}

/* --- the edit ---------------------------------------------------------------------------------------------
 */

static wg_status check(const wg_setting_edit *x, wg_txn *txn, wg_err *err) {
  if (strcmp(x->setting->key, "exclusive_admins") == 0) return check_exclusive(x, txn, err);
  if (x->setting->type == WG_SET_PROFILE) return wg_profile_known(txn->store, txn->arena, x->value, err);
  if (x->setting->type != WG_SET_AREA || !x->value[0]) return WG_OK;
  if (wg_areas_find(&txn->picture->land->areas, x->value) != WG_NO_INDEX) return WG_OK;
  return wg_fail_code(err, WG_NOT_FOUND, "unknown-area", "value", WG_T("there is no area %s", "没有区划 %s"),
                      x->value);
}

static wg_status put(wg_edit *edit, wg_txn *txn, wg_err *err) {
  wg_setting_edit *x = (wg_setting_edit *)edit;
  const char *was = NULL, *key = x->setting->key;
  char version[WG_VERSION_LEN];
  wg_status st = txn->store->setting_get(txn->store, txn->arena, key, &was, err);
  if (st) return st;
  wg_setting_version(x->setting, was, version);
  st = wg_edit_fresh(edit, version, err);
  if (!st) st = check(x, txn, err);
  if (!st) st = txn->store->setting_put(txn->store, key, x->value, err);
  if (st) return st;
  wg_jw *w = wg_edit_begin(edit);
  wg_edit_reason(edit);
  wg_jw_member_str(w, "value", x->value);
  /* the root is kept with the land */
  return wg_edit_emit(edit, txn, x->setting->type == WG_SET_AREA ? "setting.area" : "setting.changed",
                      wg_arena_printf(txn->arena, "setting/%s", key), err);
}

wg_status wg_setting_put(wg_engine *e, wg_setting_edit *x, wg_err *err) {
  x->edit.write = put;
  return wg_edit_do(e, &x->edit, err);
}
