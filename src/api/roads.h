/* The named roads of the base map, to be searched. */
#ifndef WG_API_ROADS_H
#define WG_API_ROADS_H

#include "domain/store.h"
#include "engine/names.h"
#include "engine/picture.h"

enum { WG_ROAD_POINTS = 8, WG_ROADS_MOST = 200000 };

/* One feature. Its points lie on it, the middle first: who sees the area of one of them finds the road there.
 */
typedef struct wg_road {
  const char *names; /* a name map, in the arena */
  wg_box box;
  int n;
  wg_pt at[WG_ROAD_POINTS];
  uint32_t area[WG_ROAD_POINTS]; /* index, or WG_NO_INDEX */
} wg_road;

typedef struct wg_roads {
  wg_road *item;
  wg_names *made; /* as item */
  uint32_t n, cap;
} wg_roads;

/* A feature without a name, or beyond the most, is left out. */
wg_status wg_roads_add(wg_roads *r, wg_arena *arena, const wg_basemap_feature *f, const wg_shapes *shape);
/* When all are there: their areas and what they are found by. */
wg_status wg_roads_ready(wg_roads *r, wg_arena *arena, const wg_land *land);
void wg_roads_free(wg_roads *r);

#endif
