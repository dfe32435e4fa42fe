#include "cli/demo/land.h"

#include <stdio.h>
#include <string.h>

#include "cli/demo/names.h"
#include "geo/coverage.h"

enum { TRIES = 8 };

static wg_status grow(wg_arena *arena, wg_arena *scratch, demo_land *l, uint64_t seed, uint32_t grids) {
  demo_field_make(l->field, seed, grids, demo_townships_for(grids));
  demo_graph *g = &l->graph;
  wg_status st = demo_sites_make(arena, l->field, grids, &l->sites);
  if (!st) st = demo_graph_make(arena, l->field, &l->sites, g);
  if (!st) st = demo_merge_short(scratch, g);
  if (!st) st = demo_lay_river(scratch, g);
  if (!st) st = demo_lay_roads(scratch, g);
  if (!st) st = demo_lay_brooks(scratch, g);
  if (st) return st;
  demo_smooth(g);
  st = demo_areas_make(arena, g, &l->areas);
  uint32_t n = l->areas.n_communities, *heart = wg_arena_alloc(scratch, (size_t)n * sizeof *heart + 1);
  if (!st && !heart) st = WG_NO_MEMORY;
  for (uint32_t i = 0; !st && i < n; i++) heart[i] = l->areas.community[i].heart;
  if (!st) st = demo_lay_local_roads(scratch, g, heart, n);
  return st ? st : demo_curves_make(arena, g, &l->areas, &l->curves);
}

static wg_status name_area(wg_arena *arena, wg_area *a, const char *code, const char *parent,
                           const char *level, demo_name name) {
  snprintf(a->code, sizeof a->code, "%s", code);
  snprintf(a->parent, sizeof a->parent, "%s", parent);
  snprintf(a->level, sizeof a->level, "%s", level);
  a->named = true;
  a->names = demo_name_map(arena, &name);
  return a->names ? WG_OK : WG_NO_MEMORY;
}

/* Fills `area` in the order of codes; `of_community` and `of_township` get where each stands in it. */
static wg_status list_areas(wg_arena *arena, demo_land *l, uint32_t *of_community, uint32_t *of_township) {
  const demo_areas *s = &l->areas;
  l->n_areas = 0;
  wg_status st =
      name_area(arena, l->area + l->n_areas++, DEMO_ROOT, "", "county", demo_district_name(l->seed));
  for (uint32_t t = 0; t < s->n_townships; t++) of_township[t] = WG_NO_INDEX;
  uint32_t in_township = 0;
  for (uint32_t c = 0; !st && c < s->n_communities; c++) {
    const demo_community *x = s->community + c;
    const demo_township *t = s->township + x->township;
    if (of_township[x->township] == WG_NO_INDEX) {
      in_township = 0;
      of_township[x->township] = l->n_areas;
      st = name_area(arena, l->area + l->n_areas++, t->code, DEMO_ROOT, "township",
                     demo_township_name(l->seed, x->township, (int)t->rank));
    }
    of_community[c] = l->n_areas;
    if (!st)
      st = name_area(arena, l->area + l->n_areas++, x->code, t->code, "village",
                     demo_community_name(l->seed, x->township, in_township++, x->urban));
  }
  return st;
}

static wg_status join(wg_arena *arena, wg_arena *scratch, demo_land *l) {
  const demo_areas *s = &l->areas;
  uint32_t most = 1 + s->n_townships + s->n_communities;
  l->area = wg_arena_alloc(arena, most * sizeof *l->area);
  uint32_t *of_community = wg_arena_alloc(scratch, s->n_communities * sizeof *of_community);
  uint32_t *of_township = wg_arena_alloc(scratch, s->n_townships * sizeof *of_township);
  uint32_t *group = wg_arena_alloc(scratch, s->n_grids * sizeof *group);
  if (!l->area || !of_community || !of_township || !group) return WG_NO_MEMORY;
  wg_status st = list_areas(arena, l, of_community, of_township);
  wg_shapes level[3] = {{0}};
  for (int k = 0; !st && k < 3; k++) {
    for (uint32_t i = 0; i < s->n_grids; i++) {
      uint32_t c = s->community_of[s->cell[i]];
      group[i] = k == 0 ? 0 : k == 1 ? of_township[s->community[c].township] : of_community[c];
    }
    st = wg_dissolve(&l->grids, group, l->n_areas, &level[k]);
  }
  for (uint32_t a = 0; !st && a < l->n_areas; a++) {
    int k = a == 0 ? 0 : strcmp(l->area[a].level, "township") == 0 ? 1 : 2;
    st = wg_shapes_copy(&l->area_shapes, &level[k], a);
  }
  for (int k = 0; k < 3; k++) wg_shapes_deinit(&level[k]);
  return st;
}

wg_status demo_land_make(wg_arena *arena, uint64_t seed, uint32_t grids, demo_land *out, wg_err *err) {
  wg_arena scratch;
  wg_arena_init(&scratch);
  *out = (demo_land){.seed = seed, .field = wg_arena_alloc(arena, sizeof *out->field)};
  wg_status st = out->field ? WG_INTERNAL : WG_NO_MEMORY;
  /* Rounding may break one land in very many; the next seed's then stands for it. */
  for (int k = 0; k < TRIES && st == WG_INTERNAL; k++) {
    st = grow(arena, &scratch, out, seed + (uint64_t)k * 1000003, grids);
    wg_arena_clear(&scratch);
  }
  if (st == WG_INTERNAL)
    st = wg_fail(err, WG_INTERNAL, "seed",
                 WG_T("no land came of this seed; take another", "该种子无法生成演示区，请换一个"));
  if (!st) st = demo_curves_shapes(&out->graph, &out->areas, &out->curves, &out->grids);
  if (!st) st = join(arena, &scratch, out);
  wg_arena_clear(&scratch);
  return st;
}

void demo_land_deinit(demo_land *land) {
  wg_shapes_deinit(&land->grids);
  wg_shapes_deinit(&land->area_shapes);
}
