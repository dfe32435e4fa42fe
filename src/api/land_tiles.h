/* What is drawn of a land: a pyramid per network with the areas beside its grids, and the base map. */
#ifndef WG_API_LAND_TILES_H
#define WG_API_LAND_TILES_H

#include "api/roads.h"
#include "engine/picture.h"
#include "tile/lines.h"
#include "tile/pyramid.h"

typedef struct wg_land_name {
  const char *zh, *en, *any; /* in the arena; NULL when there is none */
} wg_land_name;

typedef struct wg_land_tiles {
  wg_arena arena;
  uint32_t n_areas, n_networks; /* at least one pyramid, of areas alone where there is no network */
  wg_pyramid **pyramid;         /* features: areas first, then the network's grids */
  wg_land_name *area_name;
  wg_land_name **grid_name; /* [network][grid] */
  uint64_t *area_id;
  uint64_t **grid_id;
  wg_map *basemap; /* or NULL */
  wg_roads roads;  /* those of the base map that have a name */
} wg_land_tiles;

/* A grid's name in this language, else in another; "" when it has none. No parsing: the names were taken
 * apart once. */
const char *wg_land_grid_name(const wg_land *land, uint32_t network, uint32_t grid, const char *lang);

#endif
