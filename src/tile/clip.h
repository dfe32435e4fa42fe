/* Cuts at the sides of the tile with its buffer (Sutherland and Hodgman 1974, one side after another), in
 * tile units. A cut is computed from the edge's ends in a fixed order, so both neighbours of an edge get the
 * same point. Coordinates up to ±2^29. Internal to tile/. */
#ifndef WG_TILE_CLIP_H
#define WG_TILE_CLIP_H

#include <stdbool.h>
#include <stdint.h>

#include "tile/mercator.h"

enum { WG_CLIP_LOW = -WG_TILE_BUFFER, WG_CLIP_HIGH = WG_TILE_EXTENT + WG_TILE_BUFFER };
enum { WG_WEST, WG_EAST, WG_NORTH, WG_SOUTH };

/* Clips a ring at one side; out has room for 2n. The count. */
uint32_t wg_clip_side(const wg_tpt *in, uint32_t n, wg_tpt *out, int side);
/* Shortens the edge to what lies within all sides; false when nothing does. */
bool wg_clip_edge(wg_tpt *a, wg_tpt *b);

#endif
