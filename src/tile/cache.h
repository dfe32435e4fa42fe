/* Finished tiles in memory, exact about edits.
 *
 * A tile is kept under (layers, rights class, z, x, y) as a gzip body with its ETag. wg_tile_cache_touch
 * tells that a layer changed within a box: the tiles of every zoom that may show it are stamped, and a kept
 * tile older than a stamp is not given out again. Nothing expires otherwise. Each missed tile is computed
 * once however many ask: the first asker gets a flight to fulfil or abandon, the others a call back.
 *
 * Order that makes "the next request has the new content" true: commit → change the live picture → touch →
 * answer the writer. A flight begun before a touch still answers those who asked before it; whoever asks
 * after it gets a new flight.
 *
 * Thread-safe. Call-backs run on the thread that fulfils, outside the cache's lock. */
#ifndef WG_TILE_CACHE_H
#define WG_TILE_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"
#include "tile/cover.h"
#include "tile/mercator.h"

enum { WG_TILE_LAYERS = 64, WG_ETAG_LEN = 24 };

/* A finished tile. Counted: valid until the holder calls wg_tile_body_drop. */
typedef struct wg_tile_body {
  const void *gzip; /* NULL when the tile is empty: answer 204 */
  size_t n;
  size_t raw_n;           /* bytes when inflated (wg_gunzip) */
  unsigned char hash[32]; /* BLAKE2b-256 of the uncompressed bytes */
  bool capped;            /* a limit cut the tile: say so in a header */
} wg_tile_body;

/* Compresses a tile (level 1–12; 0 bytes make the empty body). */
wg_status wg_tile_body_new(const void *raw, size_t n, int level, bool capped, wg_tile_body **out);
/* Several layers' tiles as one, without compressing again: gzip members put behind one another. The hash of
 * one part is that part's; of several, the hash over the parts' hashes (empty ones included). */
wg_status wg_tile_join(wg_tile_body *const *parts, size_t n, wg_tile_body **out);
wg_tile_body *wg_tile_body_keep(wg_tile_body *b);
void wg_tile_body_drop(wg_tile_body *b); /* NULL is fine */
/* The strong ETag in quotes: "0123456789abcdef-g" gzip, "0123456789abcdef-i" identity. */
void wg_tile_etag(const wg_tile_body *b, bool gzip, char out[WG_ETAG_LEN]);

typedef struct wg_tile_key {
  uint64_t layers; /* bit i: the caller's layer number i is in the tile */
  uint64_t rights; /* hash of what the asker may see */
  wg_tile_id tile;
} wg_tile_key;

typedef struct wg_tile_cache wg_tile_cache;
typedef struct wg_tile_flight wg_tile_flight;

/* max_bytes bounds the bodies with their book-keeping, max_stamps the stamps (0: 2^17, 4 MB). When the stamps
 * run out, what is stale is dropped at once and the stamps start anew: nothing that is still right is lost.
 */
wg_status wg_tile_cache_new(size_t max_bytes, uint32_t max_stamps, wg_tile_cache **out);
/* No flight may be open. */
void wg_tile_cache_free(wg_tile_cache *c);

/* body is NULL when the flight was abandoned with that status; otherwise it is kept for the call only
 * (wg_tile_body_keep to hold on). */
typedef void (*wg_tile_waiter)(void *ctx, wg_status status, wg_tile_body *body);

typedef enum wg_tile_got {
  WG_TILE_HIT,   /* *body is set, the caller drops it */
  WG_TILE_BEGIN, /* *flight is set: compute, then fulfil or abandon it */
  WG_TILE_WAIT   /* someone computes it: waiter(ctx, …) will be called once, maybe before this returns */
} wg_tile_got;

/* waiter NULL: never waits; then a tile in flight is begun once more (for callers that cannot suspend). */
wg_status wg_tile_cache_get(wg_tile_cache *c, const wg_tile_key *key, wg_tile_waiter waiter, void *ctx,
                            wg_tile_got *got, wg_tile_body **body, wg_tile_flight **flight);
/* Both end the flight and call its waiters. fulfil keeps the body for the cache; the caller still drops its
 * own. */
void wg_tile_cache_fulfil(wg_tile_cache *c, wg_tile_flight *flight, wg_tile_body *body);
void wg_tile_cache_abandon(wg_tile_cache *c, wg_tile_flight *flight, wg_status status);

/* Layer number `layer` changed within this box: every tile that may show it, at every zoom with that zoom's
 * buffer, is stamped. margins as for wg_cover_changed. Each call is later than the ones before. */
void wg_tile_cache_touch(wg_tile_cache *c, unsigned layer, wg_box box, const int margins[WG_TILE_ZOOMS]);
/* The whole layer changed (a plan was published, a base map came in). */
void wg_tile_cache_touch_all(wg_tile_cache *c, unsigned layer);

typedef struct wg_tile_cache_stats {
  uint64_t hits, misses, waits, stale, evicted;
  uint64_t bytes, entries, stamps, flights, sweeps;
} wg_tile_cache_stats;
void wg_tile_cache_stats_of(wg_tile_cache *c, wg_tile_cache_stats *out);

#endif
