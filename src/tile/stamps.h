/* Which tiles of which layers changed, and when: a clock of changes and marks on tiles. Not thread-safe; the
 * cache's lock guards it. Internal to tile/.
 *
 * A touched tile gets an exact mark. Where a box would touch many tiles of a zoom, the tiles of the last zoom
 * where it touches few get a deep mark, which stands for everything below them: a deep tile that shows the
 * box lies below such a tile, because a buffer of a fixed number of units shrinks on the ground with the
 * zoom. */
#ifndef WG_TILE_STAMPS_H
#define WG_TILE_STAMPS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "tile/cache.h"

typedef struct wg_stamps {
  uint64_t clock;                 /* grows with every change */
  uint64_t whole[WG_TILE_LAYERS]; /* when the layer changed as a whole */
  struct wg_stamp {
    uint64_t key; /* 0: free */
    uint64_t at;
  } * slots;
  uint32_t n_slots, n, max;
} wg_stamps;

void wg_stamps_init(wg_stamps *s, uint32_t max);
void wg_stamps_deinit(wg_stamps *s);
/* False: no room, nothing was marked beyond what is; the clock has moved. Forget everything (after marking
 * stale what is stale) and call again, or mark the whole layer. */
bool wg_stamps_box(wg_stamps *s, unsigned layer, wg_box box, const int *margins);
void wg_stamps_whole(wg_stamps *s, unsigned layer);
void wg_stamps_forget(wg_stamps *s);
/* Whether one of the layers changed in the tile after `since`. */
bool wg_stamps_newer(const wg_stamps *s, uint64_t layers, wg_tile_id t, uint64_t since);

#endif
