/* What the files of this room share and nobody else needs. */
#ifndef WG_TILE_INTERNAL_H
#define WG_TILE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "tile/mercator.h"
#include "tile/mvt.h"

/* Writes a protobuf varint, at most 10 bytes; the place behind it. */
static inline char *wg_put_varint(char *p, uint64_t v) {
  while (v >= 0x80) {
    *p++ = (char)(v | 0x80);
    v >>= 7;
  }
  *p++ = (char)v;
  return p;
}

static inline uint64_t wg_mix64(uint64_t h) { /* the finaliser of MurmurHash3 */
  h ^= h >> 33;
  h *= 0xff51afd7ed558ccdULL;
  h ^= h >> 33;
  h *= 0xc4ceb9fe1a85ec53ULL;
  return h ^ h >> 33;
}

/* For tables in memory only: not stable over machines, not safe against those who choose the bytes. */
static inline uint64_t wg_hash_bytes(const void *bytes, size_t n) {
  const unsigned char *p = bytes;
  uint64_t h = n * 0x9e3779b97f4a7c15ULL, w;
  for (; n >= 8; n -= 8, p += 8) {
    memcpy(&w, p, 8);
    h = (h ^ w) * 0x9fb21c651e98df25ULL;
    h ^= h >> 32;
  }
  w = 0;
  if (n) memcpy(&w, p, n);
  return wg_mix64(h ^ w);
}

/* Twice the signed area by the surveyor's formula. */
int64_t wg_tile_area2(const wg_tpt *pts, size_t n);

/* wg_mvt_ring for a ring that has no repeats and whose area is known. */
void wg_mvt_clean_ring(wg_mvt *m, const wg_tpt *pts, size_t n, bool hole, int64_t area2);

/* The open feature has some geometry already. */
bool wg_mvt_drawn(const wg_mvt *m);

#endif
