/* Which tiles a change touches: from a lattice box to the tiles that show it, buffers included. */
#ifndef WG_TILE_COVER_H
#define WG_TILE_COVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/shape.h"
#include "tile/mercator.h"

/* A rectangle of tiles of one zoom: columns x0, x0+1, … (nx of them, going round at 2^z), rows y0 … y0+ny-1.
 * nx or ny 0: none. */
typedef struct wg_cover {
  uint8_t z;
  uint32_t x0, y0, nx, ny;
} wg_cover;

enum { WG_COVER_TILES = 256 }; /* a `tiles` message names at most so many; above, it gives the box */

/* Exactly the tiles at zoom z whose buffered square meets the closed box after rounding to tile units.
 * `margin`: WG_TILE_BUFFER, or what a point layer's clusters need (wg_points_margin). An empty box gives
 * none. */
wg_cover wg_cover_box(wg_box box, uint8_t z, int margin);
wg_cover wg_cover_point(wg_pt p, uint8_t z, int margin);
uint64_t wg_cover_count(const wg_cover *c);
/* Tile i of the cover, row by row, i < count. */
wg_tile_id wg_cover_tile(const wg_cover *c, uint64_t i);
bool wg_cover_has(const wg_cover *c, wg_tile_id t); /* t at the cover's zoom */
/* What a `tiles` message says of an edit within `box`: tiles at zoom z_max such that every tile that may have
 * changed, at any zoom up to z_max, is one of them or the parent of one. A shallow tile's buffer is wider on
 * the ground, so the tiles of z_max that show the box are not enough: one more is named for each shallow tile
 * that sees the edit only in its buffer (the nearest below it). margins: per zoom, NULL for the buffer
 * everywhere. Returns the count, or WG_COVER_TILES + 1 when there would be more: then send the box. */
size_t wg_cover_changed(wg_box box, uint8_t z_max, const int margins[WG_TILE_ZOOMS],
                        wg_tile_id out[WG_COVER_TILES]);

/* The cover's own outline in lattice degrees, buffers not included: what a message says above 256 tiles.
 * x0 > x1 when it crosses the antimeridian. */
wg_box wg_cover_outline(const wg_cover *c);

#endif
