#include "engine/org_edit.h"

#include <stdio.h>
#include <string.h>

#include "engine/account.h"
#include "engine/calendars.h"

static void put_text(wg_hasher *h, const char *text) { wg_hasher_field(h, text, strlen(text)); }

void wg_org_version(const wg_org *org, char out[WG_VERSION_LEN]) {
  wg_hasher h;
  wg_hasher_begin(&h);
  put_text(&h, org->code);
  put_text(&h, org->names);
  put_text(&h, org->area);
  put_text(&h, org->calendar);
  wg_version_end(&h, out);
}

void wg_area_version(const wg_area *area, char out[WG_VERSION_LEN]) {
  wg_hasher h;
  wg_hasher_begin(&h);
  put_text(&h, area->code);
  put_text(&h, area->parent);
  put_text(&h, area->level);
  put_text(&h, area->names);
  wg_hasher_int(&h, area->named);
  wg_version_end(&h, out);
}

/* --- organisations ----------------------------------------------------------------------------------------
 */

/* As this transaction has it; *out NULL: there is none. */
static wg_status find_org(wg_org_edit *x, wg_txn *txn, const wg_org **out, wg_err *err) {
  wg_org *all = NULL;
  uint32_t n = 0;
  char version[WG_VERSION_LEN];
  *out = NULL;
  wg_status st = txn->store->orgs_load(txn->store, txn->arena, &all, &n, err);
  for (uint32_t i = 0; !st && i < n; i++)
    if (strcmp(all[i].code, x->code) == 0) *out = &all[i];
  if (st) return st;
  if (*out) wg_org_version(*out, version);
  return wg_edit_fresh(&x->edit, *out ? version : NULL, err);
}

static wg_status emit_org(wg_org_edit *x, wg_txn *txn, const char *kind, wg_err *err) {
  return wg_edit_emit(&x->edit, txn, kind, wg_arena_printf(txn->arena, "org/%s", x->code), err);
}

static wg_status check_calendar(const wg_org_edit *x, wg_txn *txn, wg_err *err) {
  const char *text = NULL;
  if (!x->calendar[0]) return WG_OK;
  wg_status st = wg_calendar_text_of(txn->store, txn->arena, x->calendar, &text, err);
  if (st || text) return st;
  return wg_fail_code(err, WG_NOT_FOUND, "unknown-calendar", "calendar",
                      WG_T("there is no calendar %s", "没有日历 %s"), x->calendar);
}

static wg_status put_org(wg_edit *edit, wg_txn *txn, wg_err *err) {
  wg_org_edit *x = (wg_org_edit *)edit;
  const wg_org *was = NULL;
  wg_status st = find_org(x, txn, &was, err);
  x->fresh = !was;
  if (!st && x->area[0] && wg_areas_find(&txn->picture->land->areas, x->area) == WG_NO_INDEX)
    st = wg_fail_code(err, WG_NOT_FOUND, "unknown-area", "area", WG_T("there is no area %s", "没有区划 %s"),
                      x->area);
  if (!st) st = check_calendar(x, txn, err);
  wg_org org = {.names = x->names};
  snprintf(org.code, sizeof org.code, "%s", x->code);
  snprintf(org.area, sizeof org.area, "%s", x->area);
  snprintf(org.calendar, sizeof org.calendar, "%s", x->calendar);
  if (!st) st = txn->store->org_put(txn->store, &org, err);
  if (st) return st;
  wg_jw *w = wg_edit_begin(edit);
  wg_jw_member_str(w, "area", x->area[0] ? x->area : NULL);
  wg_jw_member_str(w, "calendar", x->calendar[0] ? x->calendar : NULL);
  wg_jw_member_raw(w, "names", x->names);
  wg_edit_reason(edit);
  return emit_org(x, txn, "org.changed", err);
}

wg_status wg_org_put(wg_engine *e, wg_org_edit *x, wg_err *err) {
  x->edit.write = put_org;
  return wg_edit_do(e, &x->edit, err);
}

static wg_status touch_grants(wg_org_edit *x, wg_txn *txn, wg_err *err) {
  wg_account_book book;
  wg_status st = wg_account_book_load(txn->store, txn->arena, &book, err);
  for (uint32_t i = 0; !st && i < book.n; i++) {
    int n = 0;
    const wg_grant *g = wg_account_book_grants(&book, book.item[i].id, &n);
    bool named = false;
    for (int k = 0; k < n; k++) named = named || strcmp(g[k].org, x->code) == 0;
    if (named) wg_touch(&x->edit.touches[WG_T_ACCOUNTS], x->edit.arena, book.item[i].name);
  }
  return st;
}

static wg_status touch_org(wg_org_edit *x, wg_txn *txn, wg_err *err) {
  const wg_viewer *v = wg_picture_viewer(txn->picture, x->edit.actor);
  bool staff = wg_may(&txn->picture->land->areas, v, WG_V_SEE_STAFF, NULL, txn->now);
  wg_roster roster;
  wg_category *category = NULL;
  uint32_t n = 0;
  wg_edit_touch_incidents(&x->edit, txn, &(wg_touch_filter){.org = x->code});
  wg_status st = touch_grants(x, txn, err);
  if (!st) st = txn->store->roster_load(txn->store, txn->arena, &roster, err);
  for (uint32_t i = 0; !st && i < roster.n_staff; i++)
    if (strcmp(roster.staff[i].org, x->code) == 0)
      wg_touch(&x->edit.touches[WG_T_STAFF], x->edit.arena, staff ? roster.staff[i].name : NULL);
  if (!st) st = txn->store->categories_load(txn->store, txn->arena, &category, &n, err);
  for (uint32_t i = 0; !st && i < n; i++)
    if (strcmp(category[i].usual_org, x->code) == 0)
      wg_touch(&x->edit.touches[WG_T_CATEGORIES], x->edit.arena, category[i].code);
  return st;
}

static wg_status drop_org(wg_edit *edit, wg_txn *txn, wg_err *err) {
  wg_org_edit *x = (wg_org_edit *)edit;
  const wg_org *was = NULL;
  wg_status st = find_org(x, txn, &was, err);
  if (!st && !was)
    st = wg_fail(err, WG_NOT_FOUND, "code", WG_T("there is no such organisation", "没有该单位"));
  if (!st) st = touch_org(x, txn, err);
  if (!st) st = wg_edit_orphans(edit, err);
  if (!st) st = txn->store->org_delete(txn->store, x->code, err);
  if (st) return st;
  wg_edit_begin(edit);
  wg_edit_reason(edit);
  return emit_org(x, txn, "org.removed", err);
}

wg_status wg_org_drop(wg_engine *e, wg_org_edit *x, wg_err *err) {
  x->edit.write = drop_org;
  return wg_edit_do(e, &x->edit, err);
}

/* --- areas ------------------------------------------------------------------------------------------------
 */

/* Accounts whose rights reach the area from above now, and would not from its new parent. Who reaches
 * everything loses nothing. */
static void touch_viewers(wg_area_edit *x, const wg_txn *txn, const wg_areas *areas, uint32_t area,
                          uint32_t parent) {
  const wg_picture *p = txn->picture;
  for (uint32_t i = 0; i < p->accounts->n; i++) {
    const wg_viewer *v = &p->viewer[i];
    bool loses = false;
    for (int g = 0; g < v->n_grants; g++) {
      bool all = wg_rights_reach(v->grant[g].role, WG_V_SEE_MAP) == WG_R_ALL;
      const char *code = v->grant[g].area == WG_NO_INDEX ? "" : p->land->areas.item[v->grant[g].area].code;
      uint32_t at = wg_areas_find(areas, code);
      loses = loses ||
              (!all && at != area && wg_area_under(areas, area, at) && !wg_area_under(areas, parent, at));
    }
    if (loses) wg_touch(&x->edit.touches[WG_T_ACCOUNTS], x->edit.arena, v->name);
  }
}

/* With exclusive administrators somebody has to give rights from a root area (docs/rights.md): a root is not
 * put below another while nobody else does. */
static wg_status keep_security(const wg_area_edit *x, wg_txn *txn, const wg_areas *areas, uint32_t area,
                               uint32_t parent, wg_err *err) {
  wg_account_book book;
  bool exclusive = false;
  if (areas->parent[area] != WG_NO_INDEX || parent == WG_NO_INDEX) return WG_OK;
  wg_status st = wg_exclusive_now(txn->store, txn->arena, &exclusive, err);
  if (st || !exclusive) return st;
  st = wg_account_book_load(txn->store, txn->arena, &book, err);
  for (uint32_t i = 0; !st && i < book.n; i++) {
    int n = 0;
    const wg_grant *g = wg_account_book_grants(&book, book.item[i].id, &n);
    for (; n && !book.item[i].disabled; n--, g++) {
      uint32_t at = wg_areas_find(areas, g->area);
      if (g->role == WG_SECURITY && at != WG_NO_INDEX && at != area && areas->parent[at] == WG_NO_INDEX &&
          g->from <= txn->now && !g->until)
        return WG_OK;
    }
  }
  if (st) return st;
  return wg_fail_code(err, WG_UNPROCESSABLE, "last-admin", "parent",
                      WG_T("then no security administrator of a root area would be left: %s is the last",
                           "如此将不再有顶级区划的安全管理员：%s 是最后一个"),
                      x->code);
}

static wg_status find_parent(wg_area_edit *x, const wg_areas *areas, uint32_t area, uint32_t *out,
                             wg_err *err) {
  *out = x->parent[0] ? wg_areas_find(areas, x->parent) : WG_NO_INDEX;
  if (x->parent[0] && *out == WG_NO_INDEX)
    return wg_fail_code(err, WG_NOT_FOUND, "unknown-area", "parent",
                        WG_T("there is no area %s", "没有区划 %s"), x->parent);
  if (!wg_area_under(areas, *out, area)) return WG_OK;
  return wg_fail_code(err, WG_UNPROCESSABLE, "cycle", "parent",
                      WG_T("area %s lies below %s (or is it)", "区划 %s 是 %s 本身或其下级"), x->parent,
                      x->code);
}

static wg_status find_area(wg_area_edit *x, wg_txn *txn, wg_areas *areas, uint32_t *out, wg_err *err) {
  char version[WG_VERSION_LEN];
  wg_status st = txn->store->areas_load(txn->store, txn->arena, areas, err);
  if (!st) st = wg_areas_index(txn->arena, areas, err);
  if (st) return st;
  *out = wg_areas_find(areas, x->code);
  if (*out == WG_NO_INDEX)
    return wg_fail(err, WG_NOT_FOUND, "code", WG_T("there is no area %s", "没有区划 %s"), x->code);
  wg_area_version(&areas->item[*out], version);
  return wg_edit_fresh(&x->edit, version, err);
}

static wg_status change_area(wg_edit *edit, wg_txn *txn, wg_err *err) {
  wg_area_edit *x = (wg_area_edit *)edit;
  wg_areas areas;
  uint32_t i = WG_NO_INDEX, parent = WG_NO_INDEX;
  wg_status st = find_area(x, txn, &areas, &i, err);
  if (!st && x->parent) st = find_parent(x, &areas, i, &parent, err);
  if (!st && x->parent) st = keep_security(x, txn, &areas, i, parent, err);
  if (!st && x->parent && parent != areas.parent[i]) touch_viewers(x, txn, &areas, i, parent);
  if (!st) st = wg_edit_orphans(edit, err);
  if (st) return st;
  wg_area a = areas.item[i];
  if (x->names) a.names = x->names;
  if (x->names) a.named = true;
  if (x->parent)
    snprintf(a.parent, sizeof a.parent, "%s", parent == WG_NO_INDEX ? "" : areas.item[parent].code);
  st = txn->store->area_put(txn->store, &a, NULL, 0, err);
  if (st) return st;
  wg_jw *w = wg_edit_begin(edit);
  if (x->names) wg_jw_member_raw(w, "names", a.names);
  if (x->parent) wg_jw_member_str(w, "parent", a.parent[0] ? a.parent : NULL);
  wg_edit_reason(edit);
  return wg_edit_emit(edit, txn, "area.changed", wg_arena_printf(txn->arena, "area/%s", a.code), err);
}

wg_status wg_area_change(wg_engine *e, wg_area_edit *x, wg_err *err) {
  x->edit.write = change_area;
  return wg_edit_do(e, &x->edit, err);
}
