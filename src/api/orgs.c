/* Organisations, and edits of the tree of areas. */
#include <string.h>

#include "api/app.h"
#include "engine/org_edit.h"

static wg_engine *engine_of(wg_request *q) { return atomic_load(&wg_asker_of(q)->app->engine); }

static wg_status load(wg_request *q, wg_org **all, uint32_t *n) {
  wg_store *s = NULL;
  wg_status st = wg_mine_store(q->pool_mine, &s, &q->err);
  return st ? st : s->orgs_load(s, &q->arena, all, n, &q->err);
}

static void write_org(wg_request *q, wg_jw *w, const wg_org *org) {
  char version[WG_VERSION_LEN];
  wg_org_version(org, version);
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "code", org->code);
  wg_jw_member_raw(w, "name", org->names[0] ? org->names : "{}");
  wg_jw_key(w, "area");
  wg_write_area(w, wg_asker_of(q)->picture, org->area);
  wg_jw_member_str(w, "calendar", org->calendar[0] ? org->calendar : NULL);
  wg_jw_member_str(w, "version", version);
  wg_jw_end_object(w);
}

struct filter {
  const char *text, *after;
  uint32_t area;
  int limit;
};

static wg_status read_filter(wg_request *q, struct filter *f) {
  wg_status st = wg_query_text(q, "q", &f->text);
  if (!st) st = wg_query_area(q, "area", &f->area);
  if (!st) st = wg_query_code(q, "after", &f->after);
  return st ? st : wg_query_limit(q, &f->limit);
}

static bool wanted(const wg_areas *areas, const struct filter *f, const wg_org *org) {
  if (f->after && strcmp(org->code, f->after) <= 0) return false;
  if (f->text && !strcasestr(org->code, f->text) && !strcasestr(org->names, f->text)) return false;
  return f->area == WG_NO_INDEX || wg_area_under(areas, wg_areas_find(areas, org->area), f->area);
}

wg_status wg_h_orgs(wg_request *q, wg_response *r) {
  struct filter f = {0};
  wg_org *all = NULL;
  uint32_t total = 0;
  wg_status st = read_filter(q, &f);
  if (!st) st = load(q, &all, &total);
  if (st) return st;
  wg_jw w;
  wg_jw_init(&w, &r->body);
  r->body.max = 16 << 20;
  wg_jw_begin_object(&w);
  wg_jw_key(&w, "items");
  wg_jw_begin_array(&w);
  const char *last = NULL, *next = NULL;
  int n = 0;
  for (uint32_t i = 0; i < total && !next; i++) {
    if (!wanted(&wg_asker_of(q)->picture->land->areas, &f, &all[i])) continue;
    if (n++ == f.limit) {
      next = wg_next_link(q, last);
      break;
    }
    last = all[i].code;
    write_org(q, &w, &all[i]);
  }
  wg_jw_end_array(&w);
  wg_jw_member_str(&w, "next", next);
  wg_jw_end_object(&w);
  return wg_answer(r, 200);
}

static wg_status answer_org(wg_request *q, wg_response *r, int code) {
  wg_org *all = NULL;
  uint32_t n = 0;
  wg_status st = load(q, &all, &n);
  for (uint32_t i = 0; !st && i < n; i++) {
    if (strcmp(all[i].code, q->param[0]) != 0) continue;
    wg_jw w;
    wg_jw_init(&w, &r->body);
    write_org(q, &w, &all[i]);
    return wg_answer(r, code);
  }
  return st ? st
            : wg_fail(&q->err, WG_NOT_FOUND, "code", WG_T("there is no organisation %.64s", "没有单位 %.64s"),
                      q->param[0]);
}

wg_status wg_h_org(wg_request *q, wg_response *r) { return answer_org(q, r, 200); }

/* "name": a name map, its text in the arena. */
static wg_status read_names(wg_request *q, const wg_json *body, int required, const char **out) {
  wg_json *map = NULL;
  wg_status st = wg_json_obj(body, "name", required, &map, &q->err);
  if (!st && map) st = wg_name_map_check(map, "name", &q->err);
  if (st || !map) return st;
  *out = wg_json_dump(&q->arena, map);
  return *out ? WG_OK : WG_NO_MEMORY;
}

wg_status wg_h_org_put(wg_request *q, wg_response *r) {
  wg_org_edit x = {.code = q->param[0], .area = "", .calendar = ""};
  wg_json *body = NULL;
  wg_status st =
      wg_edit_read(q, (const char *[]){"name", "area", "calendar", NULL}, WG_EDIT_NEW, &body, &x.edit);
  if (!st) st = wg_path_code(q);
  if (!st) st = read_names(q, body, WG_REQUIRED, &x.names);
  if (!st) st = wg_json_str(body, "area", WG_OPTIONAL, WG_CODE_LEN - 1, &x.area, &q->err);
  if (!st) st = wg_json_str(body, "calendar", WG_OPTIONAL, WG_CODE_LEN - 1, &x.calendar, &q->err);
  if (!st) st = wg_org_put(engine_of(q), &x, &q->err);
  if (st) return wg_edit_refused(q, r, st, &x.edit);
  wg_asker_renew(wg_asker_of(q));
  return answer_org(q, r, x.fresh ? 201 : 200);
}

wg_status wg_h_org_drop(wg_request *q, wg_response *r) {
  wg_org_edit x = {.code = q->param[0]};
  wg_json *body = NULL;
  wg_status st = wg_edit_read(q, NULL, WG_EDIT_SEEN, &body, &x.edit);
  if (!st) st = wg_org_drop(engine_of(q), &x, &q->err);
  if (st) return wg_edit_refused(q, r, st, &x.edit);
  r->code = 204;
  return WG_OK;
}

wg_status wg_h_area_change(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  wg_area_edit x = {.code = q->param[0]};
  wg_json *body = NULL;
  wg_status st = wg_edit_read(q, (const char *[]){"name", "parent", NULL}, WG_EDIT_SEEN, &body, &x.edit);
  if (!st) st = read_names(q, body, WG_OPTIONAL, &x.names);
  if (!st && wg_json_nulls(body, "parent")) x.parent = "";
  if (!st) st = wg_json_str(body, "parent", WG_OPTIONAL, WG_CODE_LEN - 1, &x.parent, &q->err);
  if (!st) st = wg_area_change(engine_of(q), &x, &q->err);
  if (st) return wg_edit_refused(q, r, st, &x.edit);
  wg_asker_renew(a);
  wg_jw w;
  wg_jw_init(&w, &r->body);
  wg_write_area_item(&w, a, wg_areas_find(&a->picture->land->areas, x.code));
  return wg_answer(r, 200);
}
