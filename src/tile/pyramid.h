/* The tiles of a coverage whose neighbours stay glued at every zoom.
 *
 * All polygons that must fit together (the grids of a network, the areas of every level) go into one pyramid.
 * Their rings are cut into arcs at the vertices where three or more edges meet; each arc is kept once, put
 * into Web Mercator once, and each of its vertices carries the zoom from which on it is drawn
 * (Douglas–Peucker distance, made monotone: what shows at a zoom shows at every deeper one; nothing moves by
 * more than half a CSS pixel). A ring is a list of arcs, so two neighbours draw the very same vertices at
 * every zoom. At the largest zoom nothing is left out. Two edges are one only if they have the same two
 * vertices on the lattice: a vertex of a neighbour that lies inside an edge must have been put into that edge
 * before (geo/coverage.h does so at import).
 *
 * Immutable once made; any number of threads may draw from it at once. */
#ifndef WG_TILE_PYRAMID_H
#define WG_TILE_PYRAMID_H

#include "base/shape.h"
#include "tile/mercator.h"
#include "tile/mvt.h"

typedef struct wg_pyramid wg_pyramid;

/* Copies what it needs of `shapes`. WG_NO_MEMORY, or WG_TOO_LARGE past 2^31 vertices or arcs. */
wg_status wg_pyramid_new(const wg_shapes *shapes, wg_pyramid **out);
void wg_pyramid_free(wg_pyramid *p);

typedef struct wg_pyramid_stats {
  uint32_t features, rings, arcs, vertices; /* vertices: kept once each per arc */
  uint64_t bytes;
} wg_pyramid_stats;
void wg_pyramid_stats_of(const wg_pyramid *p, wg_pyramid_stats *out);

enum { WG_PYRAMID_MARGIN = WG_TILE_BUFFER + 32 };

/* Adds to `layer` every wanted feature that shows in the tile, in ascending order. Features smaller than two
 * pixels that stand in the same cell of two by two pixels are drawn as one, in the outline of their union,
 * with the id and the tags of the first: no hole opens between their neighbours. drawn may be NULL. */
wg_status wg_pyramid_tile(const wg_pyramid *p, wg_tile_id t, const wg_tile_source *source, wg_mvt *layer,
                          wg_tile_drawn *drawn);

/* The lattice box of feature f (for tile/cover.h), empty when it has no part. An edit of the coverage changes
 * tiles only within the boxes of the features that changed, old and new, with WG_PYRAMID_MARGIN around (the
 * buffer, and the reach of a merged cell), as long as the features keep their order among one another. */
wg_box wg_pyramid_box(const wg_pyramid *p, uint32_t f);

#endif
