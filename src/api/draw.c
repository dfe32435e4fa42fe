/* Draws one layer of one tile from the picture and the live tables. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/land_tiles.h"
#include "api/tiles.h"

enum { LAYER_MAX = 8 << 20 };

struct land_ctx {
  const wg_picture *p;
  const wg_land_tiles *t;
  uint32_t network;
  bool grids;
};

static bool want(void *ctx, uint32_t i) {
  const struct land_ctx *x = ctx;
  return (i >= x->t->n_areas) == x->grids;
}

static uint64_t feature_id(void *ctx, uint32_t i) {
  const struct land_ctx *x = ctx;
  return i < x->t->n_areas ? x->t->area_id[i] : x->t->grid_id[x->network][i - x->t->n_areas];
}

static void name_tags(const wg_land_name *n, wg_mvt *m) {
  wg_mvt_str(m, "name", n->any);
  wg_mvt_str(m, "name_zh", n->zh);
  wg_mvt_str(m, "name_en", n->en);
}

static void feature_tags(void *ctx, uint32_t i, wg_mvt *m) {
  const struct land_ctx *x = ctx;
  if (i < x->t->n_areas) {
    const wg_area *a = &x->p->land->areas.item[i];
    wg_mvt_str(m, "code", a->code);
    name_tags(&x->t->area_name[i], m);
    wg_mvt_str(m, "level", a->level);
    wg_mvt_uint(m, "depth", x->p->land->areas.depth[i]);
    return;
  }
  const wg_plan *plan = &x->p->land->network[x->network]->plan;
  const wg_grid *g = &plan->grid[i - x->t->n_areas];
  wg_mvt_str(m, "code", g->code);
  name_tags(&x->t->grid_name[x->network][i - x->t->n_areas], m);
  wg_mvt_str(m, "area", g->area);
  wg_mvt_str(m, "network", plan->network);
  wg_mvt_str(m, "kind", g->kind);
}

static wg_status draw_land(const wg_asker *a, bool grids, uint32_t network, wg_tile_id t, wg_mvt *m,
                           bool *capped) {
  const wg_land_tiles *tiles = a->picture->land->extra;
  if (grids && network >= a->picture->land->n_networks) return WG_OK;
  struct land_ctx x = {a->picture, tiles, network, grids};
  wg_tile_source source = {.ctx = &x, .want = want, .id = feature_id, .tags = feature_tags};
  wg_tile_drawn drawn = {0};
  wg_status st =
      wg_pyramid_tile(tiles->pyramid[network < tiles->n_networks ? network : 0], t, &source, m, &drawn);
  *capped = *capped || drawn.capped;
  return st;
}

/* --- points
 * ------------------------------------------------------------------------------------------------- */

struct incident_point {
  int64_t seq;
  wg_state state;
  int severity;
  bool overdue;
};

struct worker_point {
  int64_t staff, at;
};

struct gather {
  wg_sight sight;
  const wg_narrow *narrow;
  wg_tile_point *point;
  void *what; /* struct incident_point[] or struct worker_point[] */
  size_t n, cap, size;
  wg_box box;
  wg_status status;
};

static bool make_room(struct gather *g) {
  if (g->n < g->cap) return true;
  size_t cap = g->cap ? g->cap * 2 : 256;
  wg_tile_point *point = realloc(g->point, cap * sizeof *point);
  if (point) g->point = point;
  void *what = realloc(g->what, cap * g->size);
  if (what) g->what = what;
  if (!point || !what) {
    g->status = WG_NO_MEMORY;
    return false;
  }
  g->cap = cap;
  return true;
}

static bool gather_incident(void *ctx, const wg_live_brief *b) {
  struct gather *g = ctx;
  if (!wg_state_open((wg_state)b->state)) return true;
  /* by area and class only: what one is a party to outside comes through /incidents?mine=1 */
  if (!wg_sight_area(&g->sight, b->area, (wg_class)b->class_)) return true;
  if (!wg_narrow_passes(g->narrow, g->sight.areas, b)) return true;
  if (!make_room(g)) return false;
  struct incident_point *x = (struct incident_point *)g->what + g->n;
  *x = (struct incident_point){
      .seq = b->seq, .state = (wg_state)b->state, .severity = b->severity, .overdue = b->overdue};
  g->point[g->n++] =
      (wg_tile_point){.at = b->at, .id = (uint64_t)b->row->i.id, .state = b->state, .severity = b->severity};
  return true;
}

/* What only a point by itself shows; of thousands in a cluster nobody asks for it. */
struct incident_words {
  int64_t seq;
  bool found;
  char number[WG_NUMBER_LEN], category[WG_CODE_LEN], grid[WG_CODE_LEN];
};

static bool read_words(void *ctx, const wg_live_row *row) {
  struct incident_words *x = ctx;
  x->found = row->i.seq == x->seq; /* else it has changed since it was gathered, perhaps its class: then its
                                      tile is stale already, and the next one has it */
  memcpy(x->number, row->i.number, sizeof x->number);
  memcpy(x->category, row->i.category, sizeof x->category);
  memcpy(x->grid, row->i.grid, sizeof x->grid);
  return true;
}

struct points_ctx {
  const wg_picture *picture;
  wg_live *live;
  bool nameless;
};

static void incident_tags(void *ctx, const wg_tile_point *p, wg_mvt *m) {
  const struct points_ctx *c = ctx;
  const struct incident_point *x = p->what;
  struct incident_words w = {.seq = x->seq};
  wg_live_get(c->live, (int64_t)p->id, read_words, &w);
  if (w.found) wg_mvt_str(m, "number", w.number);
  wg_mvt_str(m, "state", wg_state_name(x->state));
  wg_mvt_uint(m, "severity", (uint64_t)x->severity);
  if (w.found) wg_mvt_str(m, "category", w.category);
  if (w.found && w.grid[0]) wg_mvt_str(m, "grid", w.grid);
  wg_mvt_bool(m, "overdue", x->overdue);
}

static bool gather_worker(void *ctx, const wg_worker *w) {
  struct gather *g = ctx;
  wg_pt p = w->p.at;
  if (p.x < g->box.x0 || p.x > g->box.x1 || p.y < g->box.y0 || p.y > g->box.y1) return true;
  if (!wg_sight_area(&g->sight, w->area, WG_ORDINARY)) return true;
  if (!make_room(g)) return false;
  ((struct worker_point *)g->what)[g->n] = (struct worker_point){w->p.staff, w->p.fixed_at};
  g->point[g->n++] = (wg_tile_point){.at = p, .id = (uint64_t)w->p.staff, .at_s = w->p.fixed_at / 1000};
  return true;
}

static void worker_tags(void *ctx, const wg_tile_point *p, wg_mvt *m) {
  const struct points_ctx *c = ctx;
  const struct worker_point *x = p->what;
  const wg_staff *s = c->nameless ? NULL : wg_roster_staff(&c->picture->people->roster, x->staff);
  if (s) wg_mvt_str(m, "name", s->name);
  wg_mvt_int(m, "at", x->at / 1000);
}

static wg_status draw_points(const wg_asker *a, bool workers, const wg_narrow *narrow, wg_tile_id t,
                             wg_mvt *m, bool *capped) {
  wg_engine *engine = atomic_load(&a->app->engine);
  wg_points_layer layer = workers ? wg_worker_points : wg_incident_points;
  struct points_ctx ctx = {a->picture, wg_engine_live(engine), wg_nameless(a->viewer, a->now)};
  layer.ctx = &ctx;
  layer.tags = workers ? worker_tags : incident_tags;
  wg_tile_drawn drawn = {0};
  struct gather g = {.narrow = narrow,
                     .size = workers ? sizeof(struct worker_point) : sizeof(struct incident_point)};
  g.status =
      wg_sight_init(&g.sight, a->picture, a->viewer, workers ? WG_V_SEE_WORKERS : WG_V_SEE_INCIDENT, a->now);
  wg_box boxes[2];
  int n = wg_tile_boxes(t, wg_points_margin(&layer, t.z), boxes);
  for (int k = 0; !g.status && k < n; k++) {
    g.box = boxes[k];
    if (workers)
      wg_workers_each(wg_engine_workers(engine), a->picture->land, gather_worker, &g);
    else
      wg_live_in_box(wg_engine_live(engine), a->picture->land, boxes[k], gather_incident, &g);
  }
  wg_sight_deinit(&g.sight);
  for (size_t k = 0; k < g.n; k++) g.point[k].what = (char *)g.what + k * g.size;
  wg_status st = g.status ? g.status : wg_points_tile(&layer, g.point, g.n, t, m, &drawn);
  *capped = *capped || drawn.capped;
  free(g.point);
  free(g.what);
  return st;
}

wg_status wg_tile_draw(const wg_asker *a, int layer, uint32_t network, const wg_narrow *narrow, wg_tile_id t,
                       wg_buf *out, bool *capped) {
  const wg_land_tiles *tiles = a->picture->land->extra;
  wg_tile_drawn drawn = {0};
  wg_mvt *m = NULL;
  wg_status st = wg_mvt_new(wg_api_layers.items[layer].id, LAYER_MAX, &m);
  if (st) return st;
  switch (layer) {
  case WG_L_AREAS:
    st = draw_land(a, false, network, t, m, capped);
    break;
  case WG_L_GRIDS:
    st = draw_land(a, true, network, t, m, capped);
    break;
  case WG_L_INCIDENTS:
    st = draw_points(a, false, narrow, t, m, capped);
    break;
  case WG_L_WORKERS:
    st = draw_points(a, true, narrow, t, m, capped);
    break;
  default:
    if (tiles->basemap) st = wg_map_tile(tiles->basemap, t, m, &drawn);
    *capped = *capped || drawn.capped;
  }
  if (!st) st = wg_mvt_finish(m, out);
  wg_mvt_free(m);
  return st;
}

uint64_t wg_tile_rights(const wg_asker *a, uint64_t layers, const char *network, const wg_narrow *narrow) {
  unsigned char hash[WG_HASH_LEN];
  uint64_t rights;
  wg_hash(network, strlen(network), hash);
  memcpy(&rights, hash, sizeof rights);
  if (layers >> WG_L_INCIDENTS & 1)
    rights ^= wg_sight_hash(a->picture, a->viewer, WG_V_SEE_INCIDENT, a->now) ^ wg_narrow_hash(narrow);
  if (layers >> WG_L_WORKERS & 1) rights ^= wg_sight_hash(a->picture, a->viewer, WG_V_SEE_WORKERS, a->now);
  return rights;
}
