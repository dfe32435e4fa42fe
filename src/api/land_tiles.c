#include "api/land_tiles.h"

#include <stdlib.h>
#include <string.h>

#include "api/app.h"
#include "base/json.h"

static void land_tiles_free(void *what) {
  wg_land_tiles *t = what;
  for (uint32_t i = 0; t->pyramid && i < t->n_networks; i++) wg_pyramid_free(t->pyramid[i]);
  wg_map_free(t->basemap);
  wg_roads_free(&t->roads);
  wg_arena_clear(&t->arena);
  free(t);
}

/* 53 bits of the code's hash: stable over edits, exact in JavaScript. */
static uint64_t id_of(const char *code) {
  unsigned char hash[WG_HASH_LEN];
  wg_hash(code, strlen(code), hash);
  uint64_t id = 0;
  for (int k = 0; k < 7; k++) id = id << 8 | hash[k];
  return id >> 3;
}

static wg_status read_name(const char *name, wg_json *value, void *ctx) {
  void **x = ctx; /* name, arena */
  wg_land_name *out = x[0];
  const char *text = wg_json_text(value);
  if (!text) return WG_OK;
  text = wg_arena_strdup(x[1], text);
  if (!text) return WG_NO_MEMORY;
  if (strcmp(name, "zh") == 0)
    out->zh = text;
  else if (strcmp(name, "en") == 0)
    out->en = text;
  if (!out->any || strcmp(name, "zh") == 0) out->any = text;
  return WG_OK;
}

/* The map of names apart, in `keep`. */
static wg_status split_names(wg_arena *keep, const char *names, wg_land_name *out) {
  if (!names || names[0] != '{') return WG_OK;
  wg_arena scratch;
  wg_arena_init(&scratch);
  wg_json *value = NULL;
  void *x[2] = {out, keep};
  wg_status st = wg_json_parse_object(&scratch, names, strlen(names), &value, NULL);
  st = st ? WG_OK : wg_json_each(value, read_name, x); /* a damaged name is drawn without */
  wg_arena_clear(&scratch);
  return st;
}

static wg_status prepare_areas(wg_land_tiles *t, const wg_land *land) {
  t->n_areas = land->areas.n;
  t->area_name = wg_arena_alloc(&t->arena, (t->n_areas + 1) * sizeof *t->area_name);
  t->area_id = wg_arena_alloc(&t->arena, (t->n_areas + 1) * sizeof *t->area_id);
  wg_status st = t->area_name && t->area_id ? WG_OK : WG_NO_MEMORY;
  for (uint32_t a = 0; !st && a < t->n_areas; a++) {
    t->area_id[a] = id_of(land->areas.item[a].code);
    st = split_names(&t->arena, land->areas.item[a].names, &t->area_name[a]);
  }
  return st;
}

static wg_status prepare_grids(wg_land_tiles *t, const wg_plan *plan, uint32_t i) {
  t->grid_name[i] = wg_arena_alloc(&t->arena, (plan->n + 1) * sizeof **t->grid_name);
  t->grid_id[i] = wg_arena_alloc(&t->arena, (plan->n + 1) * sizeof **t->grid_id);
  wg_status st = t->grid_name[i] && t->grid_id[i] ? WG_OK : WG_NO_MEMORY;
  for (uint32_t g = 0; !st && g < plan->n; g++) {
    t->grid_id[i][g] = id_of(plan->grid[g].code);
    st = split_names(&t->arena, plan->grid[g].names, &t->grid_name[i][g]);
  }
  return st;
}

static wg_status build_pyramid(const wg_land *land, uint32_t i, wg_pyramid **out) {
  wg_shapes all;
  wg_shapes_init(&all);
  wg_status st = WG_OK;
  for (uint32_t a = 0; !st && a < land->areas.n; a++) st = wg_shapes_copy(&all, &land->areas.shapes, a);
  const wg_plan *plan = i < land->n_networks ? &land->network[i]->plan : NULL;
  for (uint32_t g = 0; !st && plan && g < plan->n; g++) st = wg_shapes_copy(&all, &plan->shapes, g);
  if (!st) st = wg_pyramid_new(&all, out);
  wg_shapes_deinit(&all);
  return st;
}

/* --- the base map
 * -------------------------------------------------------------------------------------------- */

struct map_input {
  wg_arena arena;
  wg_shapes shapes;
  wg_map_feature *feature;
  uint32_t n, cap;
  wg_land_tiles *tiles; /* takes the roads */
};

static bool kind_of(const char *text, wg_map_kind *out) {
  for (int k = 0; k < WG_MAP_KINDS; k++)
    if (strcmp(wg_map_kind_name((wg_map_kind)k), text) == 0) {
      *out = (wg_map_kind)k;
      return true;
    }
  return false;
}

static wg_status map_tags(struct map_input *in, const wg_basemap_feature *f, wg_map_feature *out) {
  wg_land_name name = {0};
  wg_status st = split_names(&in->arena, f->names, &name);
  const wg_map_tag all[] = {{"class", f->class_[0] ? wg_arena_strdup(&in->arena, f->class_) : NULL},
                            {"name", name.any},
                            {"name_zh", name.zh},
                            {"name_en", name.en}};
  wg_map_tag *tags = wg_arena_alloc(&in->arena, sizeof all);
  if (st || !tags) return st ? st : WG_NO_MEMORY;
  out->tags = tags;
  for (size_t k = 0; k < sizeof all / sizeof *all; k++)
    if (all[k].value) tags[out->n_tags++] = all[k];
  return WG_OK;
}

static wg_status map_row(void *ctx, const void *row) {
  struct map_input *in = ctx;
  const wg_basemap_feature *f = row;
  wg_map_kind kind;
  wg_shapes one;
  if (!kind_of(f->kind, &kind)) return WG_OK; /* a kind of a later version is left out */
  wg_status st = wg_shapes_decode(f->bytes, f->n_bytes, &one);
  if (st) return st;
  if (in->n == in->cap) {
    uint32_t cap = in->cap ? in->cap * 2 : 1024;
    wg_map_feature *more = realloc(in->feature, cap * sizeof *more);
    if (more)
      in->feature = more, in->cap = cap;
    else
      st = WG_NO_MEMORY;
  }
  if (!st && one.n == 1) {
    wg_map_feature *x = &in->feature[in->n];
    *x = (wg_map_feature){.id = in->n + 1,
                          .geometry = (uint8_t)f->geometry,
                          .kind = (uint8_t)kind,
                          .min_zoom = wg_map_default_zoom(kind, f->class_[0] ? f->class_ : NULL),
                          .rank = wg_map_default_zoom(kind, f->class_[0] ? f->class_ : NULL)};
    st = map_tags(in, f, x);
    if (!st) st = wg_shapes_copy(&in->shapes, &one, 0);
    if (!st) st = wg_roads_add(&in->tiles->roads, &in->tiles->arena, f, &one);
    if (!st) in->n++;
  }
  wg_shapes_deinit(&one);
  return st;
}

static wg_status load_basemap(wg_app *app, wg_land_tiles *t, wg_err *err) {
  struct map_input in = {.tiles = t};
  wg_shapes_init(&in.shapes);
  wg_store *store = NULL;
  wg_arena rows;
  wg_arena_init(&rows);
  wg_status st = app->config.open_store(app->config.ctx, &store, err);
  if (!st) st = store->basemap_load(store, &rows, map_row, &in, err);
  if (!st && in.n) {
    wg_map_features features = {.n = in.n, .features = in.feature, .shapes = &in.shapes};
    st = wg_map_new(&features, err, &t->basemap);
  }
  if (store) store->close(store);
  free(in.feature);
  wg_shapes_deinit(&in.shapes);
  wg_arena_clear(&in.arena);
  wg_arena_clear(&rows);
  return st;
}

wg_status wg_land_tiles_make(void *ctx, wg_land *land, wg_err *err) {
  wg_land_tiles *t = calloc(1, sizeof *t);
  if (!t) return WG_NO_MEMORY;
  t->n_networks = land->n_networks ? land->n_networks : 1;
  t->pyramid = wg_arena_alloc(&t->arena, t->n_networks * sizeof *t->pyramid);
  t->grid_name = wg_arena_alloc(&t->arena, t->n_networks * sizeof *t->grid_name);
  t->grid_id = wg_arena_alloc(&t->arena, t->n_networks * sizeof *t->grid_id);
  wg_status st = t->pyramid && t->grid_name && t->grid_id ? prepare_areas(t, land) : WG_NO_MEMORY;
  for (uint32_t i = 0; !st && i < land->n_networks; i++) st = prepare_grids(t, &land->network[i]->plan, i);
  for (uint32_t i = 0; !st && i < t->n_networks; i++) st = build_pyramid(land, i, &t->pyramid[i]);
  if (!st) st = load_basemap(ctx, t, err);
  if (!st) st = wg_roads_ready(&t->roads, &t->arena, land);
  if (st) {
    land_tiles_free(t);
    return st;
  }
  land->extra = t;
  land->extra_free = land_tiles_free;
  return WG_OK;
}

const char *wg_land_grid_name(const wg_land *land, uint32_t network, uint32_t grid, const char *lang) {
  const wg_land_tiles *t = land->extra;
  const wg_land_name *n = &t->grid_name[network][grid];
  const char *first = lang[0] == 'z' ? n->zh : n->en, *second = lang[0] == 'z' ? n->en : n->zh;
  return first ? first : second ? second : n->any ? n->any : "";
}
