/* GET /api/v1/search: one line of text, and what it may mean. */
#include "api/search.h"

#include <string.h>

#include "base/text.h"

static const wg_box no_box = {1, 1, 0, 0};

wg_found *wg_search_add(wg_search *s, int type) {
  if (s->n[type] == s->limit) return NULL;
  wg_found *h = &s->hit[type][s->n[type]++];
  *h = (wg_found){.box = no_box};
  return h;
}

static wg_status read_text(wg_request *q, const char **out) {
  const char *text = wg_request_query(q, "q");
  if (!text) return wg_fail_code(&q->err, WG_INVALID, "missing-field", "q", WG_T("q is missing", "缺少 q"));
  text += strspn(text, " \t\r\n");
  size_t n = strlen(text);
  while (n && strchr(" \t\r\n", text[n - 1])) n--;
  char *trimmed = wg_arena_strndup(&q->arena, text, n);
  if (!trimmed) return WG_NO_MEMORY;
  size_t chars = wg_text_chars(trimmed);
  *out = trimmed;
  if (chars >= 1 && chars <= WG_SEARCH_CHARS && wg_text_utf8(trimmed, n)) return WG_OK;
  return wg_fail(&q->err, WG_INVALID, "q",
                 WG_T("q must be text of 1 to %d characters", "q 应为 1 到 %d 个字符的文字"),
                 WG_SEARCH_CHARS);
}

static wg_status find_all(wg_search *s) {
  bool sure = false;
  wg_status st = wg_search_coordinate(s, &sure);
  if (st || sure) return st;
  st = wg_search_land(s);
  if (!st) st = wg_search_incidents(s);
  if (!st) st = wg_search_roads(s);
  if (!st) st = wg_search_places(s);
  if (!st) st = wg_search_staff(s);
  return st;
}

/* How many of each type: in turns, so that many grids do not hide the one place. */
static void share(const wg_search *s, int take[WG_HIT_TYPES]) {
  int left = s->limit;
  bool more = true;
  memset(take, 0, WG_HIT_TYPES * sizeof *take);
  while (more && left) {
    more = false;
    for (int t = 0; t < WG_HIT_TYPES && left; t++)
      if (take[t] < s->n[t]) {
        take[t]++;
        left--;
        more = true;
      }
  }
}

static void write_position(wg_jw *w, const wg_found *h) {
  wg_jw_key(w, "lon");
  if (h->has_position)
    wg_jw_degrees(w, h->at.x);
  else
    wg_jw_null(w);
  wg_jw_key(w, "lat");
  if (h->has_position)
    wg_jw_degrees(w, h->at.y);
  else
    wg_jw_null(w);
  wg_jw_key(w, "bbox");
  if (h->box.x0 > h->box.x1) {
    wg_jw_null(w);
    return;
  }
  wg_jw_begin_array(w);
  wg_jw_degrees(w, h->box.x0);
  wg_jw_degrees(w, h->box.y0);
  wg_jw_degrees(w, h->box.x1);
  wg_jw_degrees(w, h->box.y1);
  wg_jw_end_array(w);
}

static void write_hit(const wg_search *s, wg_jw *w, int type, const wg_found *h) {
  static const char *const types[] = {"coordinate", "grid", "incident", "area", "place", "staff"};
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "type", types[type]);
  wg_jw_member_str(w, "id", h->id);
  wg_jw_member_raw(w, "name", h->names && h->names[0] ? h->names : "{}");
  wg_jw_member_str(w, "detail", h->detail && h->detail[0] ? h->detail : NULL);
  write_position(w, h);
  wg_jw_key(w, "area");
  wg_write_area(w, s->a->picture, h->area ? h->area : "");
  wg_jw_end_object(w);
}

static wg_status answer(wg_search *s, wg_response *r) {
  int take[WG_HIT_TYPES];
  wg_jw w;
  share(s, take);
  if (take[WG_HIT_STAFF]) { /* names of people were looked at */
    wg_status st = wg_note_access(s->q, "read-staff");
    if (st) return st;
  }
  wg_jw_init(&w, &r->body);
  wg_jw_begin_object(&w);
  wg_jw_key(&w, "items");
  wg_jw_begin_array(&w);
  for (int t = 0; t < WG_HIT_TYPES; t++)
    for (int k = 0; k < take[t]; k++) write_hit(s, &w, t, &s->hit[t][k]);
  wg_jw_end_array(&w);
  wg_jw_end_object(&w);
  return wg_answer(r, 200);
}

wg_status wg_h_search(wg_request *q, wg_response *r) {
  int64_t limit = WG_SEARCH_USUAL;
  wg_search *s = wg_arena_alloc(&q->arena, sizeof *s);
  if (!s) return WG_NO_MEMORY;
  s->q = q;
  s->a = wg_asker_of(q);
  wg_status st = read_text(q, &s->text);
  if (!st) st = wg_query_int(q, "limit", 1, WG_SEARCH_MOST, &limit);
  if (!st) st = wg_typed_make(&q->arena, s->text, &s->typed);
  s->limit = (int)limit;
  if (!st) st = wg_sight_init(&s->map, s->a->picture, s->a->viewer, WG_V_SEE_MAP, s->a->now);
  if (st) return st;
  st = find_all(s);
  wg_sight_deinit(&s->map);
  return st ? st : answer(s, r);
}
