/* What may be given to whom (准入): the public list, from the rules that are in force. */
#include <string.h>

#include "api/app.h"

enum { LIST_MAX = 16 << 20 };

static int today(const wg_asker *a) {
  wg_local day = wg_zone_local(a->picture->settings->zone, a->now);
  return day.year * 10000 + day.month * 100 + day.day;
}

/* Only what still holds. */
static void write_temporary(wg_jw *w, const wg_rules *r, int day) {
  wg_rules now = {0};
  for (int k = 0; k < r->n_temporary; k++)
    if (day <= r->temporary[k].until) now.temporary[now.n_temporary++] = r->temporary[k];
  wg_rules_write_temporary(w, &now);
}

static void write_row(wg_jw *w, const wg_category *c, int day) {
  const wg_rules *r = c->rules;
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "code", c->code);
  wg_jw_member_raw(w, "name", c->names[0] ? c->names : "{}");
  wg_jw_member_str(w, "group", c->group);
  wg_jw_member_raw(w, "group_name", c->group_names[0] ? c->group_names : "{}");
  wg_jw_member_bool(w, "anyone", r->posts == 0);
  wg_jw_key(w, "posts");
  wg_rules_write_posts(w, r);
  wg_jw_key(w, "temporary");
  write_temporary(w, r, day);
  wg_jw_member_int(w, "rules_version", r->version);
  wg_jw_end_object(w);
}

static wg_status read_post(wg_request *q, wg_post_kind *out, bool *given) {
  const char *text = wg_request_query(q, "post");
  *given = text != NULL;
  if (!text || wg_post_parse(text, out)) return WG_OK;
  return wg_fail(&q->err, WG_INVALID, "post",
                 WG_T("post is manager, officer, lead, police, cadre, judicial or other",
                      "post 应为 manager、officer、lead、police、cadre、judicial 或 other"));
}

wg_status wg_h_admission(wg_request *q, wg_response *r) {
  const wg_asker *a = wg_asker_of(q);
  const wg_catalogue *cat = a->picture->catalogue;
  const char *after = NULL, *last = NULL;
  wg_post_kind post = WG_POST_OTHER;
  int limit, n = 0, day = today(a);
  bool one = false, more = false;
  wg_status st = read_post(q, &post, &one);
  if (!st) st = wg_query_code(q, "after", &after);
  if (!st) st = wg_query_limit(q, &limit);
  if (st) return st;
  wg_jw w;
  wg_jw_init(&w, &r->body);
  r->body.max = LIST_MAX;
  wg_jw_begin_object(&w);
  wg_jw_key(&w, "items");
  wg_jw_begin_array(&w);
  for (uint32_t i = 0; i < cat->n && !more; i++) {
    const wg_category *c = &cat->item[i];
    if (c->retired || (after && strcmp(c->code, after) <= 0)) continue;
    if (one && !wg_rules_admit(c->rules, post, day)) continue;
    more = n++ == limit;
    if (more) break;
    last = c->code;
    write_row(&w, c, day);
  }
  wg_jw_end_array(&w);
  wg_jw_member_str(&w, "next", more ? wg_next_link(q, last) : NULL);
  wg_jw_end_object(&w);
  return wg_answer(r, 200);
}
