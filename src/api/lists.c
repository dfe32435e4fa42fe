/* Lists of reference things: areas and grids. All from the picture in memory; pages
 * go by key, so that a list can be walked while it changes. GeoJSON is RFC 7946. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "api/app.h"
#include "base/time.h"
#include "engine/org_edit.h"

enum { GEOJSON_MAX = 96 << 20 };

static void begin_list(wg_request *q, wg_response *r, wg_jw *w, bool geojson) {
  (void)q;
  wg_jw_init(w, &r->body);
  r->body.max = GEOJSON_MAX;
  wg_jw_begin_object(w);
  if (geojson) {
    wg_jw_member_str(w, "type", "FeatureCollection");
    r->type = "application/geo+json";
  }
  wg_jw_key(w, geojson ? "features" : "items");
  wg_jw_begin_array(w);
}

static wg_status end_list(wg_request *q, wg_response *r, wg_jw *w, const char *next_after) {
  wg_jw_end_array(w);
  wg_jw_member_str(w, "next", next_after ? wg_next_link(q, next_after) : NULL);
  wg_jw_end_object(w);
  if (wg_buf_status(&r->body) == WG_TOO_LARGE)
    return wg_fail(&q->err, WG_TOO_LARGE, "limit",
                   WG_T("these features are too large for one answer; ask for a smaller limit",
                        "结果过大，请减小 limit"));
  return wg_answer(r, 200);
}

/* --- geometry ----------------------------------------------------------------------------------------------
 */

static void write_ring(wg_jw *w, const wg_shapes *s, uint32_t ring) {
  uint32_t first = s->vert[ring], end = s->vert[ring + 1];
  wg_jw_begin_array(w);
  for (uint32_t v = first; v <= end && end > first; v++) {
    wg_pt p = s->pts[v == end ? first : v]; /* RFC 7946 closes its rings */
    wg_jw_begin_array(w);
    wg_jw_degrees(w, p.x);
    wg_jw_degrees(w, p.y);
    wg_jw_end_array(w);
  }
  wg_jw_end_array(w);
}

static void write_geometry(wg_jw *w, const wg_shapes *s, uint32_t f) {
  wg_jw_key(w, "geometry");
  if (s->part[f] == s->part[f + 1]) {
    wg_jw_null(w);
    return;
  }
  bool many = s->part[f + 1] - s->part[f] > 1;
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "type", many ? "MultiPolygon" : "Polygon");
  wg_jw_key(w, "coordinates");
  if (many) wg_jw_begin_array(w);
  for (uint32_t p = s->part[f]; p < s->part[f + 1]; p++) {
    wg_jw_begin_array(w);
    for (uint32_t ring = s->ring[p]; ring < s->ring[p + 1]; ring++) write_ring(w, s, ring);
    wg_jw_end_array(w);
  }
  if (many) wg_jw_end_array(w);
  wg_jw_end_object(w);
}

static void begin_feature(wg_jw *w, const char *id, const wg_shapes *s, uint32_t f) {
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "type", "Feature");
  wg_jw_member_str(w, "id", id);
  write_geometry(w, s, f);
  wg_jw_key(w, "properties");
}

static void write_bbox(wg_jw *w, const wg_shapes *s, uint32_t f) {
  wg_box b = wg_shapes_box(s, f);
  wg_jw_key(w, "bbox");
  if (b.x0 > b.x1) {
    wg_jw_null(w);
    return;
  }
  wg_jw_begin_array(w);
  wg_jw_degrees(w, b.x0);
  wg_jw_degrees(w, b.y0);
  wg_jw_degrees(w, b.x1);
  wg_jw_degrees(w, b.y1);
  wg_jw_end_array(w);
}

/* --- areas
 * --------------------------------------------------------------------------------------------------- */

void wg_write_area_item(wg_jw *w, const wg_asker *a, uint32_t i) {
  const wg_area *x = &a->picture->land->areas.item[i];
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "code", x->code);
  wg_jw_member_raw(w, "name", x->names[0] ? x->names : "{}");
  wg_jw_member_str(w, "level", x->level);
  wg_jw_member_raw(w, "level_name", wg_profile_level_names(&a->picture->settings->profile, x->level));
  wg_jw_member_int(w, "depth", a->picture->land->areas.depth[i]);
  wg_jw_member_str(w, "parent", x->parent[0] ? x->parent : NULL);
  wg_jw_member_bool(w, "named", x->named);
  wg_jw_member_int(w, "grids", a->picture->land->grids_below[i]);
  write_bbox(w, &a->picture->land->areas.shapes, i);
  char version[WG_VERSION_LEN];
  wg_area_version(x, version);
  wg_jw_member_str(w, "version", version);
  wg_jw_end_object(w);
}

/* The first code above `after` in a list sorted by code; code(i) at base + i * size. */
static uint32_t first_after(const void *base, size_t size, uint32_t n, const char *after) {
  uint32_t lo = 0, hi = after ? n : 0;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (strcmp((const char *)base + mid * size, after) <= 0)
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo;
}

wg_status wg_h_areas(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  const wg_areas *areas = &a->picture->land->areas;
  uint32_t parent;
  int limit;
  bool geojson;
  const char *after = NULL, *level = NULL, *text = NULL, *last = NULL;
  wg_status st = wg_query_area(q, "parent", &parent);
  if (!st) st = wg_query_code(q, "level", &level);
  if (!st) st = wg_query_text(q, "q", &text);
  if (!st) st = wg_query_code(q, "after", &after);
  if (!st) st = wg_query_limit(q, &limit);
  if (!st) st = wg_query_format(q, "geojson", &geojson);
  if (st) return st;
  wg_jw w;
  begin_list(q, r, &w, geojson);
  int n = 0;
  for (uint32_t i = first_after(areas->item, sizeof *areas->item, areas->n, after); i < areas->n; i++) {
    const wg_area *x = &areas->item[i];
    if (parent != WG_NO_INDEX && areas->parent[i] != parent) continue;
    if (level && strcmp(x->level, level) != 0) continue;
    if (text && !strcasestr(x->code, text) && !strcasestr(x->names, text)) continue;
    if (n++ == limit) return end_list(q, r, &w, last);
    last = x->code;
    if (geojson) begin_feature(&w, x->code, &areas->shapes, i);
    wg_write_area_item(&w, a, i);
    if (geojson) wg_jw_end_object(&w);
  }
  return end_list(q, r, &w, NULL);
}

/* --- grids
 * --------------------------------------------------------------------------------------------------- */

static void write_grid_members(wg_jw *w, const wg_asker *a, const wg_network *n, uint32_t g) {
  const wg_grid *x = &n->plan.grid[g];
  wg_jw_member_str(w, "code", x->code);
  wg_jw_member_raw(w, "name", x->names[0] ? x->names : "{}");
  wg_jw_member_str(w, "kind", x->kind);
  wg_jw_key(w, "area");
  wg_write_area(w, a->picture, x->area);
  wg_jw_member_num(w, "area_m2", x->area_m2, 2);
  wg_jw_member_str(w, "network", n->plan.network);
  wg_jw_member_int(w, "plan_version", n->plan.version);
  write_bbox(w, &n->plan.shapes, g);
}

/* The network as it is, or as it was at `at`; *past is set when it must be let go. *index: of the network as
 * it is. */
static wg_status take_network(wg_request *q, const wg_network **out, uint32_t *index, bool *past) {
  wg_asker *a = wg_asker_of(q);
  const char *code = "base";
  int64_t at = a->now;
  wg_status st = wg_query_code(q, "network", &code);
  if (!st) st = wg_query_time(q, "at", &at);
  if (st) return st;
  *out = wg_picture_network(a->picture, code, index);
  *past = *out && at < (*out)->plan.valid_from;
  if (*past) {
    wg_store *store = NULL;
    *past = false; /* until there is one to let go */
    st = wg_mine_store(q->pool_mine, &store, &q->err);
    if (!st)
      st = wg_history_network(wg_engine_history(atomic_load(&a->app->engine)), store, code, at, out, &q->err);
    *past = !st;
    return st;
  }
  if (*out || strcmp(code, "base") == 0) return WG_OK;
  return wg_fail_code(&q->err, WG_NOT_FOUND, "unknown-network", "network",
                      WG_T("there is no network \"%s\"", "没有名为“%s”的网格体系"), code);
}

/* area_of: the areas of the grids by index, or NULL: to be found by their codes (a past plan). */
static wg_status write_grids(wg_request *q, wg_response *r, const wg_network *n, const uint32_t *area_of,
                             uint32_t area, const char *after, int limit, bool geojson) {
  wg_asker *a = wg_asker_of(q);
  const wg_areas *areas = &a->picture->land->areas;
  const char *last = NULL;
  wg_jw w;
  int k = 0;
  begin_list(q, r, &w, geojson);
  uint32_t start = n ? first_after(n->plan.grid, sizeof *n->plan.grid, n->plan.n, after) : 0;
  for (uint32_t g = start; n && g < n->plan.n; g++) {
    const wg_grid *x = &n->plan.grid[g];
    if (area != WG_NO_INDEX &&
        !wg_area_under(areas, area_of ? area_of[g] : wg_areas_find(areas, x->area), area))
      continue;
    if (k++ == limit) return end_list(q, r, &w, last);
    last = x->code;
    if (geojson) begin_feature(&w, x->code, &n->plan.shapes, g);
    wg_jw_begin_object(&w);
    write_grid_members(&w, a, n, g);
    wg_jw_end_object(&w);
    if (geojson) wg_jw_end_object(&w);
  }
  return end_list(q, r, &w, NULL);
}

wg_status wg_h_grids(wg_request *q, wg_response *r) {
  const wg_network *n = NULL;
  uint32_t area, index = 0;
  int limit;
  bool geojson, past = false;
  const char *after = NULL;
  wg_status st = wg_query_area(q, "area", &area);
  if (!st) st = wg_query_code(q, "after", &after);
  if (!st) st = wg_query_limit(q, &limit);
  if (!st) st = wg_query_format(q, "geojson", &geojson);
  if (!st) st = take_network(q, &n, &index, &past);
  const wg_land *land = wg_asker_of(q)->picture->land;
  if (!st) st = write_grids(q, r, n, n && !past ? land->grid_area[index] : NULL, area, after, limit, geojson);
  if (past) wg_history_drop(n);
  return st;
}

static bool may_see_phones(const wg_asker *a, uint32_t area) {
  wg_target t = {.area = area};
  return wg_may(&a->picture->land->areas, a->viewer, WG_V_SEE_STAFF, &t, a->now);
}

struct open_in {
  wg_sight sight;
  const char *network, *grid;
  uint32_t hash;
  int64_t n;
};

static bool count_open(void *ctx, const wg_live_brief *b) {
  struct open_in *o = ctx;
  if (b->grid_hash != o->hash || !wg_state_open((wg_state)b->state)) return true;
  const wg_incident *i = &b->row->i;
  if (strcmp(i->grid, o->grid) == 0 && strcmp(i->network, o->network) == 0)
    o->n += wg_sight_brief(&o->sight, b);
  return true;
}

static wg_status count_open_in(const wg_asker *a, const char *network, const char *grid, int64_t *out) {
  struct open_in o = {.network = network, .grid = grid, .hash = wg_live_grid_hash(network, grid)};
  wg_status st = wg_sight_init(&o.sight, a->picture, a->viewer, WG_V_SEE_INCIDENT, a->now);
  if (!st) wg_live_each(wg_engine_live(atomic_load(&a->app->engine)), a->picture->land, count_open, &o);
  wg_sight_deinit(&o.sight);
  *out = o.n;
  return st;
}

static void write_post(wg_request *q, wg_jw *w, const wg_post *post, bool phone) {
  const wg_asker *a = wg_asker_of(q);
  const wg_roster *roster = &a->picture->people->roster;
  const wg_staff *s = wg_roster_staff(roster, post->staff);
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "id", a->nameless ? NULL : wg_arena_printf(&q->arena, "%" PRId64, post->staff));
  wg_jw_member_str(w, "name", s && !a->nameless ? s->name : NULL);
  if (phone) wg_jw_member_str(w, "phone", s ? s->phone : NULL);
  wg_jw_member_str(w, "post", wg_post_name(post->kind));
  wg_jw_member_str(w, "title", wg_post_title(post->kind, q->lang));
  wg_jw_member_bool(w, "on_duty", wg_on_duty(roster, post, a->now));
  wg_write_shifts(w, roster, post->id);
  wg_jw_end_object(w);
}

wg_status wg_h_grid(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  const char *code = "base";
  wg_status st = wg_query_code(q, "network", &code);
  if (st) return st;
  uint32_t index = 0;
  const wg_network *n = wg_picture_network(a->picture, code, &index);
  uint32_t g = n ? wg_plan_find(&n->plan, q->param[0]) : WG_NO_INDEX;
  if (g == WG_NO_INDEX)
    return wg_fail(&q->err, WG_NOT_FOUND, "code", WG_T("there is no grid %.32s", "没有网格 %.32s"),
                   q->param[0]);
  const wg_roster *roster = &a->picture->people->roster;
  bool phone = may_see_phones(a, a->picture->land->grid_area[index][g]);
  uint32_t first = 0, posts = 0;
  wg_roster_posts(roster, code, n->plan.grid[g].code, &first, &posts);
  int64_t open = 0;
  if (phone && posts) st = wg_note_access(q, "read-staff"); /* their phones */
  if (st) return st;
  st = count_open_in(a, code, n->plan.grid[g].code, &open);
  if (st) return st;
  wg_jw w;
  wg_jw_init(&w, &r->body);
  wg_jw_begin_object(&w);
  write_grid_members(&w, a, n, g);
  wg_jw_key(&w, "posts");
  wg_jw_begin_array(&w);
  for (uint32_t k = first; k < first + posts; k++) write_post(q, &w, &roster->post[k], phone);
  wg_jw_end_array(&w);
  wg_jw_member_int(&w, "open", open);
  wg_jw_end_object(&w);
  return wg_answer(r, 200);
}
