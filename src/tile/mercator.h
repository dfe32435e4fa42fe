/* Web Mercator on integers, and the tile's own numbers.
 *
 * The world is a square of 2^31 units a side, its middle (0° E, 0° N) at (0, 0); x grows east, y grows SOUTH
 * as in a tile. A unit is 1.9 cm at the equator. Tile (z, x, y) is the XYZ scheme's (EPSG:3857, y from the
 * north), 4096 units a side with 64 units of buffer around it; a tile is drawn 512 CSS pixels wide, so a
 * pixel is 8 tile units.
 *   x = lon / 360°, y = -asinh(tan lat) / 2π   (EPSG Guidance Note 7-2, 3.2.1.2 Popular Visualisation) */
#ifndef WG_TILE_MERCATOR_H
#define WG_TILE_MERCATOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/shape.h"

enum {
  WG_TILE_EXTENT = 4096,
  WG_TILE_BUFFER = 64,
  WG_TILE_PIXEL = 8,  /* tile units in a CSS pixel */
  WG_TILE_ZOOMS = 17, /* 0 … 16 */
  WG_TILE_MAX_ZOOM = WG_TILE_ZOOMS - 1,
  WG_WORLD_BITS = 31,
  WG_WORLD_HALF = 1 << 30,
  WG_WORLD_RIM =
      WG_WORLD_HALF + (1 << 27) /* |y| is cut here: beyond the z0 tile's buffer, so no edge shows */
};

typedef struct wg_mpt {
  int32_t x, y; /* world units */
} wg_mpt;
typedef struct wg_mbox {
  int32_t x0, y0, x1, y1; /* closed; y0 is the north side */
} wg_mbox;

/* A point in a tile: units from its north-west corner; may lie in or past the buffer. */
typedef struct wg_tpt {
  int32_t x, y;
} wg_tpt;

typedef struct wg_tile_id {
  uint8_t z;
  uint32_t x, y;
} wg_tile_id;

/* z ≤ 16 and x, y below 2^z. */
bool wg_tile_valid(wg_tile_id t);

wg_mpt wg_mercator(wg_pt p);      /* rounds to the nearest unit */
wg_pt wg_mercator_back(wg_mpt p); /* to the nearest lattice point; clamps to ±85.06° and ±180° */
/* World units of the tile's north-west corner, and how many bits a tile unit is worth (19 - z). */
void wg_tile_origin(wg_tile_id t, int64_t *x, int64_t *y);
/* Rounds half up (floor(v + ½)), the same in every tile, so that neighbours agree. `lap` turns the world that
 * many times eastward: what lies across the antimeridian is drawn with lap -1 or +1. */
wg_tpt wg_tile_local(wg_tile_id t, wg_mpt p, int lap);

/* The world box of what may show in a tile with `margin` units around it, of what is turned `lap` times; *any
 * is false when the world has nothing there. */
wg_mbox wg_tile_world(wg_tile_id t, int margin, int lap, bool *any);

/* The lattice boxes to search for what may show in a tile with `margin` units around it (64, or what a layer
 * asks for): 1, or 2 that do not meet where the tile touches the antimeridian; 0 for a tile that is not
 * valid. */
int wg_tile_boxes(wg_tile_id t, int margin, wg_box boxes[2]);

#endif
