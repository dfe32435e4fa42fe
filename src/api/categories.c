/* The catalogue: listed for everyone, as a table too; kept by administrators. */
#include <stdio.h>
#include <string.h>

#include "api/app.h"
#include "engine/catalogue.h"

enum { LIST_MAX = 32 << 20, CSV_MAX = 4 << 20 };

/* --- the list ---------------------------------------------------------------------------------------------
 */

static void write_category(wg_jw *w, const wg_category *c) {
  char version[WG_VERSION_LEN];
  wg_category_version(c, version);
  wg_jw_begin_object(w);
  wg_category_write(w, c);
  wg_jw_member_str(w, "version", version);
  wg_jw_end_object(w);
}

static wg_status answer_csv(wg_request *q, wg_response *r) {
  const wg_catalogue *cat = wg_asker_of(q)->picture->catalogue;
  r->body.max = LIST_MAX;
  wg_buf_add_str(&r->body, "\xEF\xBB\xBF"); /* spreadsheets take it for UTF-8 then */
  wg_catalogue_write_csv(&r->body, &q->arena, cat->item, cat->n);
  r->type = "text/csv; charset=utf-8";
  wg_response_header(q, r, "Content-Disposition", "attachment; filename=\"catalogue.csv\"");
  return wg_answer(r, 200);
}

static bool named(const wg_category *c, const char *text) {
  return strcasestr(c->code, text) || strcasestr(c->names, text) ||
         (c->group_names && strcasestr(c->group_names, text));
}

static wg_status read_filter(wg_request *q, const char **text, const char **after, int *limit, bool *csv) {
  wg_status st = wg_query_text(q, "q", text);
  if (!st) st = wg_query_code(q, "after", after);
  if (!st) st = wg_query_limit(q, limit);
  return st ? st : wg_query_format(q, "csv", csv);
}

wg_status wg_h_categories(wg_request *q, wg_response *r) {
  const wg_catalogue *cat = wg_asker_of(q)->picture->catalogue;
  const char *after = NULL, *text = NULL, *last = NULL;
  int limit, n = 0;
  bool csv = false, more = false;
  wg_status st = read_filter(q, &text, &after, &limit, &csv);
  if (st || csv) return st ? st : answer_csv(q, r);
  wg_jw w;
  wg_jw_init(&w, &r->body);
  r->body.max = LIST_MAX;
  wg_jw_begin_object(&w);
  wg_jw_key(&w, "items");
  wg_jw_begin_array(&w);
  for (uint32_t i = 0; i < cat->n && !more; i++) {
    const wg_category *c = &cat->item[i];
    if ((after && strcmp(c->code, after) <= 0) || (text && !named(c, text))) continue;
    more = n++ == limit;
    if (more) break;
    last = c->code;
    write_category(&w, c);
  }
  wg_jw_end_array(&w);
  wg_jw_member_str(&w, "next", more ? wg_next_link(q, last) : NULL);
  wg_jw_end_object(&w);
  return wg_answer(r, 200);
}

/* --- one --------------------------------------------------------------------------------------------------
 */

/* The members of a category and no others, without the edit's own. */
static wg_status read_category(wg_request *q, wg_json *body, wg_category *c) {
  wg_status st = wg_path_code(q);
  if (st) return st;
  snprintf(c->code, sizeof c->code, "%s", q->param[0]);
  return wg_category_read(&q->arena, body, c, &q->err);
}

wg_status wg_h_category_put(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  wg_category c = {0};
  wg_category_edit x = {.item = &c, .n = 1};
  wg_json *body = NULL;
  wg_status st = wg_edit_read(q, wg_category_members, WG_EDIT_NEW, &body, &x.edit);
  if (!st) st = read_category(q, body, &c);
  if (!st) st = wg_category_put(atomic_load(&a->app->engine), &x, &q->err);
  if (st) return wg_edit_refused(q, r, st, &x.edit);
  wg_asker_renew(a);
  const wg_category *now = wg_picture_category(a->picture, q->param[0]);
  wg_jw w;
  wg_jw_init(&w, &r->body);
  r->body.max = LIST_MAX;
  if (!now) return WG_NOT_FOUND;
  write_category(&w, now);
  return wg_answer(r, x.fresh ? 201 : 200);
}

/* Every version of its rules, the newest first. */
wg_status wg_h_category_rules(wg_request *q, wg_response *r) {
  int limit, n = 0;
  int64_t after = INT64_MAX;
  char last[24] = "";
  bool more = false;
  wg_status st = wg_path_code(q);
  if (!st) st = wg_query_int(q, "after", 1, INT32_MAX, &after);
  if (!st) st = wg_query_limit(q, &limit);
  if (st) return st;
  const wg_category *c = wg_picture_category(wg_asker_of(q)->picture, q->param[0]);
  if (!c)
    return wg_fail_code(&q->err, WG_NOT_FOUND, "unknown-category", "code",
                        WG_T("there is no category %s", "没有事项 %s"), q->param[0]);
  wg_jw w;
  wg_jw_init(&w, &r->body);
  r->body.max = LIST_MAX;
  wg_jw_begin_object(&w);
  wg_jw_key(&w, "items");
  wg_jw_begin_array(&w);
  for (uint32_t k = c->n_rules; k > 0 && !more; k--) {
    const wg_rules *one = &c->all_rules[k - 1];
    if (one->version >= after) continue;
    more = n++ == limit;
    if (more) break;
    snprintf(last, sizeof last, "%lld", (long long)one->version);
    wg_rules_write(&w, one);
  }
  wg_jw_end_array(&w);
  wg_jw_member_str(&w, "next", more ? wg_next_link(q, last) : NULL);
  wg_jw_end_object(&w);
  return wg_answer(r, 200);
}

/* --- many -------------------------------------------------------------------------------------------------
 */

static wg_status read_import(wg_request *q, const wg_json *body, wg_category_edit *x) {
  const char *csv = NULL;
  wg_json *catalogue = NULL;
  wg_status st = wg_json_str(body, "csv", WG_OPTIONAL, CSV_MAX, &csv, &q->err);
  if (!st) st = wg_json_obj(body, "catalogue", WG_OPTIONAL, &catalogue, &q->err);
  if (st) return st;
  if (!csv == !catalogue)
    return wg_fail_code(
        &q->err, WG_INVALID, "missing-field", "csv",
        WG_T("give the catalogue either as csv or as catalogue", "请以 csv 或 catalogue 之一给出目录"));
  if (csv) return wg_catalogue_read_csv(&q->arena, csv, strlen(csv), &x->item, &x->n, &q->err);
  const char *text = wg_json_dump(&q->arena, catalogue);
  return text ? wg_catalogue_parse(&q->arena, text, strlen(text), &x->item, &x->n, &q->err) : WG_NO_MEMORY;
}

/* `was`: as it was read before; NULL: it is fresh. */
static void write_row(wg_jw *w, uint32_t i, const wg_category *was, const wg_category *c,
                      const wg_category_change *change) {
  wg_jw_begin_object(w);
  wg_jw_member_int(w, "row", i + 1);
  wg_jw_member_str(w, "code", c->code);
  wg_jw_member_raw(w, "name", c->names[0] ? c->names : "{}");
  wg_jw_member_str(w, "what", change->fresh ? "new" : change->members ? "changed" : "same");
  wg_jw_key(w, "changes");
  wg_category_write_changes(w, was, c);
  wg_jw_end_object(w);
}

static const wg_category_change *compare(const wg_picture *p, wg_category_edit *x, wg_arena *arena) {
  wg_category_change *change = wg_arena_alloc(arena, (size_t)x->n * sizeof *change + 1);
  for (uint32_t i = 0; change && i < x->n; i++) {
    wg_category_diff(wg_picture_category(p, x->item[i].code), &x->item[i], &change[i]);
    x->fresh += change[i].fresh;
    x->changed += change[i].members != 0;
  }
  return change;
}

/* before: the picture that was compared with. */
static wg_status answer_import(wg_request *q, wg_response *r, const wg_picture *before,
                               const wg_category_edit *x, const wg_category_change *change, bool dry) {
  const wg_catalogue *cat = wg_asker_of(q)->picture->catalogue;
  char version[WG_VERSION_LEN];
  wg_catalogue_version(cat->item, cat->n, version);
  wg_jw w;
  wg_jw_init(&w, &r->body);
  r->body.max = LIST_MAX;
  wg_jw_begin_object(&w);
  wg_jw_member_bool(&w, "dry_run", dry);
  wg_jw_member_int(&w, "new", x->fresh);
  wg_jw_member_int(&w, "changed", x->changed);
  wg_jw_member_int(&w, "same", x->n - x->fresh - x->changed);
  wg_jw_member_str(&w, "version", version);
  wg_jw_key(&w, "items");
  wg_jw_begin_array(&w);
  for (uint32_t i = 0; i < x->n; i++)
    write_row(&w, i, wg_picture_category(before, x->item[i].code), &x->item[i], &change[i]);
  wg_jw_end_array(&w);
  wg_jw_end_object(&w);
  return wg_answer(r, 200);
}

wg_status wg_h_categories_import(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  const wg_catalogue *cat = a->picture->catalogue;
  wg_category_edit x = {.import = true};
  wg_json *body = NULL;
  int64_t dry = 0;
  wg_status st = wg_query_int(q, "dry_run", 0, 1, &dry);
  if (!st)
    st = wg_edit_read(q, (const char *[]){"csv", "catalogue", NULL}, dry ? WG_EDIT_TRIED : WG_EDIT_NEW, &body,
                      &x.edit);
  if (!st) st = read_import(q, body, &x);
  if (!st) st = wg_categories_check(&q->arena, cat->item, cat->n, x.item, x.n, true, &q->err);
  if (st) return st;
  const wg_category_change *change = compare(a->picture, &x, &q->arena);
  if (!change) return WG_NO_MEMORY;
  wg_store *s = NULL;
  if (dry) st = wg_mine_store(q->pool_mine, &s, &q->err);
  if (dry && !st) st = wg_category_orgs_check(&x, s, &q->arena, cat->item, cat->n, &q->err);
  if (st) return st;
  if (dry) return answer_import(q, r, a->picture, &x, change, true);
  wg_picture *before = (wg_picture *)a->picture;
  wg_picture_hold(before);
  st = wg_category_put(atomic_load(&a->app->engine), &x, &q->err);
  if (!st) wg_asker_renew(a);
  st = st ? wg_edit_refused(q, r, st, &x.edit) : answer_import(q, r, before, &x, change, false);
  wg_picture_drop(before);
  return st;
}
