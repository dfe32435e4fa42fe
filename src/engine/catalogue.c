#include "engine/catalogue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ONE_MAX = 1 << 20, ALL_MAX = 64 << 20 };

/* --- what a category was when it was read
 * --------------------------------------------------------------------
 */

static const wg_rules *rules_of(const wg_category *c) {
  static const wg_rules none = {0};
  return c->rules ? c->rules : &none;
}

static void put_text(wg_hasher *h, const char *text) { wg_hasher_field(h, text, text ? strlen(text) : 0); }

static void hash_rules(wg_hasher *h, const wg_rules *r) {
  for (int c = 0; c < WG_CLOCKS; c++)
    for (int s = 0; s <= WG_SEVERITY_MAX; s++) {
      wg_hasher_int(h, r->limit[c][s].unit);
      wg_hasher_int(h, r->limit[c][s].n);
    }
  const int64_t rest[] = {r->verify_photos, r->done_photos, r->at_once, r->gates, r->posts, r->n_temporary};
  for (size_t k = 0; k < sizeof rest / sizeof *rest; k++) wg_hasher_int(h, rest[k]);
  for (int k = 0; k < r->n_temporary; k++) {
    wg_hasher_int(h, r->temporary[k].post);
    wg_hasher_int(h, r->temporary[k].until);
    put_text(h, r->temporary[k].consent);
  }
}

static void hash_one(wg_hasher *h, const wg_category *c) {
  put_text(h, c->code);
  put_text(h, c->group);
  put_text(h, c->names);
  put_text(h, c->group_names);
  wg_hasher_int(h, c->severity);
  wg_hasher_int(h, c->class_);
  wg_hasher_int(h, c->retired);
  hash_rules(h, rules_of(c));
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
                          !wg_rules_equal(rules_of(was), rules_of(now)),
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

static wg_status at_row(wg_status st, bool import, uint32_t i, wg_err *err) {
  if (!st || !import || !err) return st;
  char field[sizeof err->field];
  snprintf(field, sizeof field, "rows.%u.%.40s", i + 1, err->field);
  memcpy(err->field, field, sizeof field);
  return st;
}

/* --- many at once: sorted, so that five thousand do not hold up the writer ---------------------------------
 */

static int cmp_code(const void *a, const void *b) {
  const wg_category *x = *(wg_category *const *)a, *y = *(wg_category *const *)b;
  int c = strcmp(x->code, y->code);
  return c ? c : (x > y) - (x < y);
}

static int cmp_group(const void *a, const void *b) {
  const wg_category *x = *(wg_category *const *)a, *y = *(wg_category *const *)b;
  int c = strcmp(x->group, y->group);
  return c ? c : (x > y) - (x < y);
}

static wg_category **sorted(wg_arena *arena, wg_category *item, uint32_t n,
                            int (*cmp)(const void *, const void *)) {
  wg_category **out = wg_arena_alloc(arena, ((size_t)n + 1) * sizeof *out);
  for (uint32_t i = 0; out && i < n; i++) out[i] = &item[i];
  if (out && n) qsort(out, n, sizeof *out, cmp);
  return out;
}

static wg_status check_twice(wg_category *const *by_code, const wg_category *item, uint32_t n, bool import,
                             wg_err *err) {
  for (uint32_t i = 1; i < n; i++)
    if (strcmp(by_code[i - 1]->code, by_code[i]->code) == 0)
      return at_row(wg_fail_code(err, WG_UNPROCESSABLE, "duplicate", "code",
                                 WG_T("category %s is given twice", "事项 %s 重复"), by_code[i]->code),
                    import, (uint32_t)(by_code[i] - item), err);
  return WG_OK;
}

/* The name of one group, a run of n: as one of them says it, else as it is. */
static wg_status name_group(wg_category **run, uint32_t n, const wg_category *item, const wg_category *all,
                            uint32_t n_all, bool import, wg_err *err) {
  const char *name = NULL, *group = run[0]->group;
  for (uint32_t i = 0; i < n; i++) {
    if (!name) name = run[i]->group_names;
    if (run[i]->group_names && strcmp(run[i]->group_names, name) != 0)
      return at_row(wg_fail(err, WG_INVALID, "group_name",
                            WG_T("group %s is given two names", "大类 %s 有两个不同的名称"), group),
                    import, (uint32_t)(run[i] - item), err);
  }
  for (uint32_t i = 0; i < n_all && !name; i++)
    if (strcmp(all[i].group, group) == 0) name = all[i].group_names;
  if (!name)
    return at_row(
        wg_fail_code(err, WG_INVALID, "missing-field", "group_name",
                     WG_T("group %s is new and needs a group_name", "大类 %s 为新增，须给出 group_name"),
                     group),
        import, (uint32_t)(run[0] - item), err);
  for (uint32_t i = 0; i < n; i++) run[i]->group_names = name;
  return WG_OK;
}

wg_status wg_categories_check(wg_arena *arena, const wg_category *all, uint32_t n_all, wg_category *item,
                              uint32_t n, bool import, wg_err *err) {
  wg_category **by_code = sorted(arena, item, n, cmp_code), **by_group = sorted(arena, item, n, cmp_group);
  if (!by_code || !by_group) return WG_NO_MEMORY;
  wg_status st = WG_OK;
  for (uint32_t i = 0; !st && i < n; i++)
    st = at_row(wg_category_check(arena, &item[i], err), import, i, err);
  if (!st) st = check_twice(by_code, item, n, import, err);
  for (uint32_t i = 0, end = 0; !st && i < n; i = end) {
    while (end < n && strcmp(by_group[end]->group, by_group[i]->group) == 0) end++;
    st = name_group(by_group + i, end - i, item, all, n_all, import, err);
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

static int by_group_name(const void *key, const void *item) {
  return strcmp(key, (*(wg_category *const *)item)->group);
}

static int by_code_name(const void *key, const void *item) {
  return strcmp(key, (*(wg_category *const *)item)->code);
}

/* The categories that this edit does not hold take the names it gives to their groups. */
static wg_status rename_groups(wg_category_edit *x, wg_txn *txn, const wg_category *all, uint32_t n,
                               wg_err *err) {
  wg_category **by_code = sorted(txn->arena, x->item, x->n, cmp_code);
  wg_category **by_group = sorted(txn->arena, x->item, x->n, cmp_group);
  wg_status st = by_code && by_group ? WG_OK : WG_NO_MEMORY;
  for (uint32_t i = 0; !st && x->n && i < n; i++) {
    wg_category **same = bsearch(all[i].group, by_group, x->n, sizeof *by_group, by_group_name);
    if (!same || !differ(all[i].group_names, (*same)->group_names)) continue;
    if (bsearch(all[i].code, by_code, x->n, sizeof *by_code, by_code_name)) continue;
    wg_category c = all[i];
    c.group_names = (*same)->group_names;
    st = txn->store->category_put(txn->store, &c, err);
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
    if (change.fresh || change.members)
      st = txn->store->category_put(txn->store, &x->item[i], err);
    else
      x->item[i].rules->version = was->rules->version;
  }
  if (!st) st = rename_groups(x, txn, all, n, err);
  return st ? st : emit(x, txn, err);
}

wg_status wg_category_put(wg_engine *e, wg_category_edit *x, wg_err *err) {
  x->edit.write = put;
  return wg_edit_do(e, &x->edit, err);
}
