#include "api/roads.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"

static wg_status note_name(const char *language, wg_json *value, void *ctx) {
  const char *text = wg_json_text(value);
  (void)language;
  if (text && text[0]) *(bool *)ctx = true;
  return WG_OK;
}

static bool named(const char *names) {
  bool any = false;
  wg_arena scratch;
  wg_json *map = NULL;
  if (!names || names[0] != '{') return false;
  wg_arena_init(&scratch);
  if (!wg_json_parse_object(&scratch, names, strlen(names), &map, NULL)) wg_json_each(map, note_name, &any);
  wg_arena_clear(&scratch);
  return any;
}

/* Vertices spread over the feature, from the middle outwards. */
static void take_points(wg_road *road, const wg_shapes *shape) {
  static const uint32_t eighth[WG_ROAD_POINTS] = {4, 3, 5, 2, 6, 1, 7, 0};
  uint32_t before = 0;
  for (int k = 0; k < WG_ROAD_POINTS; k++) {
    uint32_t v = (uint32_t)((uint64_t)shape->n_pts * eighth[k] / WG_ROAD_POINTS);
    if (road->n && v == before) continue;
    before = v;
    road->at[road->n++] = shape->pts[v];
  }
}

wg_status wg_roads_add(wg_roads *r, wg_arena *arena, const wg_basemap_feature *f, const wg_shapes *shape) {
  if (strcmp(f->kind, "road") != 0 || r->n == WG_ROADS_MOST || shape->n != 1 || !shape->n_pts ||
      !named(f->names))
    return WG_OK;
  if (r->n == r->cap) {
    uint32_t cap = r->cap ? r->cap * 2 : 256;
    wg_road *more = realloc(r->item, cap * sizeof *more);
    if (!more) return WG_NO_MEMORY;
    r->item = more;
    r->cap = cap;
  }
  wg_road *road = &r->item[r->n];
  *road = (wg_road){.names = wg_arena_strdup(arena, f->names), .box = wg_shapes_box(shape, 0)};
  take_points(road, shape);
  if (!road->names) return WG_NO_MEMORY;
  r->n++;
  return WG_OK;
}

static const char *names_at(const void *list, uint32_t i) { return ((const wg_road *)list)[i].names; }

static uint32_t area_at(const wg_land *land, wg_pt at) {
  for (uint32_t n = 0; n < land->n_networks; n++) {
    if (strcmp(land->network[n]->plan.network, "base") != 0) continue;
    wg_hit hit = wg_resolve(land->network[n]->resolver, at, 0);
    return hit.feature == WG_NO_FEATURE ? WG_NO_INDEX : land->grid_area[n][hit.feature];
  }
  return WG_NO_INDEX;
}

wg_status wg_roads_ready(wg_roads *r, wg_arena *arena, const wg_land *land) {
  for (uint32_t i = 0; i < r->n; i++)
    for (int k = 0; k < r->item[i].n; k++) r->item[i].area[k] = area_at(land, r->item[i].at[k]);
  return wg_names_make(arena, names_at, r->item, r->n, &r->made);
}

void wg_roads_free(wg_roads *r) { free(r->item); }
