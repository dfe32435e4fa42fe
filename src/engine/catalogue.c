#include "engine/catalogue.h"

#include <stdio.h>
#include <string.h>

enum { ONE_MAX = 1 << 20, ALL_MAX = 64 << 20 };

/* --- a category as text -----------------------------------------------------------------------------------
 */

static void minutes_member(wg_jw *w, const char *name, int64_t minutes) {
  wg_jw_key(w, name);
  if (minutes)
    wg_jw_int(w, minutes);
  else
    wg_jw_null(w);
}

static const char *text_or_null(const char *text) { return text && text[0] ? text : NULL; }

void wg_category_write(wg_jw *w, const wg_category *c) {
  wg_jw_member_str(w, "code", c->code);
  wg_jw_member_raw(w, "name", c->names[0] ? c->names : "{}");
  wg_jw_member_str(w, "group", c->group);
  wg_jw_member_raw(w, "group_name", c->group_names && c->group_names[0] ? c->group_names : "{}");
  wg_jw_member_int(w, "severity", c->severity);
  wg_jw_member_str(w, "class", wg_class_name(c->class_));
  wg_jw_member_bool(w, "retired", c->retired);
  wg_jw_key(w, "limits");
  wg_jw_begin_object(w);
  minutes_member(w, "accept_minutes", c->accept_minutes);
  minutes_member(w, "handle_minutes", c->handle_minutes);
  wg_jw_end_object(w);
  wg_jw_member_raw(w, "fields", c->fields && c->fields[0] ? c->fields : "[]");
  wg_jw_member_str(w, "filing_standard", text_or_null(c->filing_standard));
  wg_jw_member_str(w, "closing_standard", text_or_null(c->closing_standard));
  wg_jw_member_str(w, "usual_org", text_or_null(c->usual_org));
}

static void put_text(wg_hasher *h, const char *text) { wg_hasher_field(h, text, text ? strlen(text) : 0); }

static void hash_one(wg_hasher *h, const wg_category *c) {
  put_text(h, c->code);
  put_text(h, c->group);
  put_text(h, c->names);
  put_text(h, c->group_names);
  wg_hasher_int(h, c->severity);
  wg_hasher_int(h, c->class_);
  wg_hasher_int(h, c->retired);
  wg_hasher_int(h, c->accept_minutes);
  wg_hasher_int(h, c->handle_minutes);
  put_text(h, c->fields);
  put_text(h, c->filing_standard);
  put_text(h, c->closing_standard);
  put_text(h, c->usual_org);
}

void wg_catalogue_version(const wg_category *item, uint32_t n, char out[WG_VERSION_LEN]) {
  wg_hasher h;
  wg_hasher_begin(&h);
  for (uint32_t i = 0; i < n; i++) hash_one(&h, &item[i]);
  wg_version_end(&h, out);
}

void wg_category_version(const wg_category *c, char out[WG_VERSION_LEN]) { wg_catalogue_version(c, 1, out); }

/* --- what changes -----------------------------------------------------------------------------------------
 */

static bool differ(const char *a, const char *b) { return strcmp(a ? a : "", b ? b : "") != 0; }

void wg_category_diff(const wg_category *was, const wg_category *now, wg_category_change *out) {
  *out = (wg_category_change){.fresh = !was};
  if (!was) return;
  const bool changed[] = {differ(was->names, now->names),
                          differ(was->group, now->group),
                          differ(was->group_names, now->group_names),
                          was->severity != now->severity,
                          was->class_ != now->class_,
                          was->retired != now->retired,
                          was->accept_minutes != now->accept_minutes ||
                              was->handle_minutes != now->handle_minutes,
                          differ(was->fields, now->fields),
                          differ(was->filing_standard, now->filing_standard),
                          differ(was->closing_standard, now->closing_standard),
                          differ(was->usual_org, now->usual_org)};
  for (size_t k = 0; k < sizeof changed / sizeof *changed; k++) out->members |= (uint32_t)changed[k] << k;
}

static const wg_category *find(const wg_category *all, uint32_t n, const char *code) {
  uint32_t lo = 0, hi = n;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    int c = strcmp(all[mid].code, code);
    if (c == 0) return &all[mid];
    if (c < 0)
      lo = mid + 1;
    else
      hi = mid;
  }
  return NULL;
}

/* The name of a group: as another of this edit says it, else as it is. */
static wg_status name_group(wg_category *c, const wg_category *item, uint32_t n, const wg_category *all,
                            uint32_t n_all, wg_err *err) {
  for (uint32_t i = 0; i < n; i++) {
    if (strcmp(item[i].group, c->group) != 0 || !item[i].group_names) continue;
    if (!c->group_names) c->group_names = item[i].group_names;
    if (strcmp(item[i].group_names, c->group_names) != 0)
      return wg_fail(err, WG_INVALID, "group_name",
                     WG_T("group %s is given two names", "大类 %s 有两个不同的名称"), c->group);
  }
  for (uint32_t i = 0; i < n_all && !c->group_names; i++)
    if (strcmp(all[i].group, c->group) == 0) c->group_names = all[i].group_names;
  if (c->group_names) return WG_OK;
  return wg_fail_code(err, WG_INVALID, "missing-field", "group_name",
                      WG_T("group %s is new and needs a group_name", "大类 %s 为新增，须给出 group_name"),
                      c->group);
}

static wg_status at_row(wg_status st, bool import, uint32_t i, wg_err *err) {
  if (!st || !import || !err) return st;
  char field[sizeof err->field];
  snprintf(field, sizeof field, "rows.%u.%.40s", i + 1, err->field);
  memcpy(err->field, field, sizeof field);
  return st;
}

wg_status wg_categories_check(wg_arena *arena, const wg_category *all, uint32_t n_all, wg_category *item,
                              uint32_t n, bool import, wg_err *err) {
  wg_status st = WG_OK;
  for (uint32_t i = 0; !st && i < n; i++) {
    st = wg_category_check(arena, &item[i], err);
    if (!st) st = name_group(&item[i], item, n, all, n_all, err);
    for (uint32_t k = 0; !st && k < i; k++)
      if (strcmp(item[k].code, item[i].code) == 0)
        st = wg_fail_code(err, WG_UNPROCESSABLE, "duplicate", "code",
                          WG_T("category %s is given twice", "事项 %s 重复"), item[i].code);
    st = at_row(st, import, i, err);
  }
  return st;
}

/* --- the edit ---------------------------------------------------------------------------------------------
 */

wg_status wg_category_orgs_check(const wg_category_edit *x, wg_store *s, wg_arena *arena,
                                 const wg_category *all, uint32_t n_all, wg_err *err) {
  wg_org *org = NULL;
  uint32_t n = 0;
  wg_status st = s->orgs_load(s, arena, &org, &n, err);
  for (uint32_t i = 0; !st && i < x->n; i++) {
    const wg_category *was = find(all, n_all, x->item[i].code);
    const char *code = x->item[i].usual_org;
    if (!code[0] || (was && strcmp(was->usual_org, code) == 0)) continue;
    uint32_t k = 0;
    while (k < n && strcmp(org[k].code, code) != 0) k++;
    if (k == n)
      st = at_row(wg_fail_code(err, WG_NOT_FOUND, "unknown-org", "usual_org",
                               WG_T("there is no organisation %s", "没有单位 %s"), code),
                  x->import, i, err);
  }
  return st;
}

static wg_status check_version(const wg_category_edit *x, const wg_category *all, uint32_t n, wg_err *err) {
  char version[WG_VERSION_LEN];
  const wg_category *was = x->import ? NULL : find(all, n, x->item[0].code);
  if (x->import && !x->edit.version) return WG_OK;
  if (x->import)
    wg_catalogue_version(all, n, version);
  else if (was)
    wg_category_version(was, version);
  return wg_edit_fresh(&x->edit, x->import || was ? version : NULL, err);
}

/* Those of the group that this edit does not hold. */
static wg_status rename_group(wg_category_edit *x, wg_txn *txn, const wg_category *all, uint32_t n,
                              const wg_category *now, wg_err *err) {
  wg_status st = WG_OK;
  for (uint32_t i = 0; !st && i < n; i++) {
    if (strcmp(all[i].group, now->group) != 0 || !differ(all[i].group_names, now->group_names)) continue;
    bool held = false;
    for (uint32_t k = 0; k < x->n && !held; k++) held = strcmp(x->item[k].code, all[i].code) == 0;
    wg_category c = all[i];
    c.group_names = now->group_names;
    if (!held) st = txn->store->category_put(txn->store, &c, err);
  }
  return st;
}

/* What was written, as content of the log. */
static char *text_of(const wg_category_edit *x, wg_arena *arena) {
  wg_buf b;
  wg_jw w;
  wg_buf_init(&b, x->import ? ALL_MAX : ONE_MAX);
  wg_jw_init(&w, &b);
  wg_jw_begin_array(&w);
  for (uint32_t i = 0; i < x->n; i++) {
    wg_jw_begin_object(&w);
    wg_category_write(&w, &x->item[i]);
    wg_jw_end_object(&w);
  }
  wg_jw_end_array(&w);
  char *text = wg_buf_status(&b) ? NULL : wg_arena_strdup(arena, wg_buf_str(&b));
  wg_buf_deinit(&b);
  return text;
}

static wg_status emit(wg_category_edit *x, wg_txn *txn, wg_err *err) {
  const char *text = text_of(x, txn->arena);
  if (!text) return WG_NO_MEMORY;
  wg_jw *w = wg_edit_begin(&x->edit);
  if (x->import) wg_jw_member_int(w, "changed", x->changed);
  wg_status st = wg_edit_content(&x->edit, txn, "content", text, err);
  if (st) return st;
  if (x->import) wg_jw_member_int(w, "new", x->fresh);
  wg_edit_reason(&x->edit);
  if (x->import) return wg_edit_emit(&x->edit, txn, "catalogue.imported", "catalogue", err);
  return wg_edit_emit(&x->edit, txn, "category.changed",
                      wg_arena_printf(txn->arena, "category/%s", x->item[0].code), err);
}

static wg_status put(wg_edit *edit, wg_txn *txn, wg_err *err) {
  wg_category_edit *x = (wg_category_edit *)edit;
  wg_category *all = NULL;
  uint32_t n = 0;
  x->fresh = x->changed = 0;
  wg_status st = txn->store->categories_load(txn->store, txn->arena, &all, &n, err);
  if (!st) st = check_version(x, all, n, err);
  if (!st) st = wg_categories_check(txn->arena, all, n, x->item, x->n, x->import, err);
  if (!st) st = wg_category_orgs_check(x, txn->store, txn->arena, all, n, err);
  for (uint32_t i = 0; !st && i < x->n; i++) {
    const wg_category *was = find(all, n, x->item[i].code);
    wg_category_change change;
    wg_category_diff(was, &x->item[i], &change);
    x->fresh += change.fresh;
    x->changed += change.members != 0;
    if (n + x->fresh > WG_CATEGORIES_MAX)
      return wg_fail(err, WG_UNPROCESSABLE, "",
                     WG_T("a catalogue has at most %d categories", "事项目录最多 %d 项"), WG_CATEGORIES_MAX);
    if (change.fresh || change.members) st = txn->store->category_put(txn->store, &x->item[i], err);
    if (!st) st = rename_group(x, txn, all, n, &x->item[i], err);
  }
  return st ? st : emit(x, txn, err);
}

wg_status wg_category_put(wg_engine *e, wg_category_edit *x, wg_err *err) {
  x->edit.write = put;
  return wg_edit_do(e, &x->edit, err);
}
