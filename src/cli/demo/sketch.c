#include "cli/demo/sketch.h"

#include <math.h>
#include <stdio.h>

#include "base/buf.h"

enum { FEATURE_MOST = 8 << 20 };

wg_status demo_put_shape(demo_sketch *s, const char *kind, const char *cls, const demo_name *name,
                         int geometry, const wg_shapes *shapes, uint32_t f) {
  wg_shapes one;
  wg_shapes_init(&one);
  wg_buf buf;
  wg_buf_init(&buf, FEATURE_MOST);
  wg_arena arena;
  wg_arena_init(&arena);
  wg_status st = wg_shapes_copy(&one, shapes, f);
  if (!st) {
    wg_shapes_encode(&one, &buf);
    st = wg_buf_status(&buf);
  }
  wg_basemap_feature x = {
      .geometry = geometry, .names = "", .bytes = (const unsigned char *)buf.data, .n_bytes = buf.len};
  snprintf(x.kind, sizeof x.kind, "%s", kind);
  snprintf(x.class_, sizeof x.class_, "%s", cls);
  if (!st && name && !(x.names = demo_name_map(&arena, name))) st = WG_NO_MEMORY;
  if (!st) st = s->store->basemap_put(s->store, &x, s->err);
  s->features++;
  wg_arena_clear(&arena);
  wg_buf_deinit(&buf);
  wg_shapes_deinit(&one);
  return st;
}

wg_status demo_put_points(demo_sketch *s, const char *kind, const char *cls, const demo_name *name,
                          int geometry, const wg_pt *pt, uint32_t n) {
  wg_shapes one;
  wg_shapes_init(&one);
  wg_status st = wg_shapes_feature(&one);
  if (!st) st = wg_shapes_part(&one);
  if (!st) st = wg_shapes_ring(&one);
  for (uint32_t i = 0; !st && i < n; i++) st = wg_shapes_vertex(&one, pt[i]);
  if (!st) st = demo_put_shape(s, kind, cls, name, geometry, &one, 0);
  wg_shapes_deinit(&one);
  return st;
}

bool demo_well_inside(const demo_land *land, uint32_t cell, demo_xy p, double inset, double bank,
                      double kerb) {
  const demo_graph *g = &land->graph;
  for (uint32_t k = 0; k < g->len[cell]; k++) {
    const demo_edge *e = g->edges + g->edge[g->first[cell] + k];
    demo_xy a = g->vertex[g->corner[g->first[cell] + k]].at;
    demo_xy b = g->vertex[g->corner[g->first[cell] + (k + 1) % g->len[cell]]].at;
    double length = demo_distance(a, b),
           off = ((b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x)) / length;
    double least = demo_is_water(e->kind) ? bank : e->kind >= DEMO_SECONDARY ? kerb : inset;
    if (off < least) return false;
  }
  return true;
}

double demo_river_width(const demo_field *f, demo_xy at) {
  double down = at.x / demo_reach(f); /* it flows east and widens */
  return 95 + 25 * down + 18 * sin(at.x / 1700) + 10 * sin(at.y / 900);
}
