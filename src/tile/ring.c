#include "tile/ring.h"

#include <stdlib.h>
#include <string.h>

#include "tile/clip.h"
#include "tile/soup.h"
#include "tile/tile_internal.h"

enum { LIMIT_VERTICES = 1 << 27 };

void wg_rings_init(wg_rings *r) { memset(r, 0, sizeof *r); }

void wg_rings_deinit(wg_rings *r) {
  free(r->pts);
  free(r->rings);
  free(r->swap);
  wg_soup_free(r->soup);
  memset(r, 0, sizeof *r);
}

void wg_rings_reset(wg_rings *r) {
  r->n = r->n_rings = r->open_at = 0;
  r->no_shell = r->odd = false;
  memset(r->borders, 0, sizeof r->borders);
}

static bool grow(wg_rings *r, wg_tpt **pts, uint32_t *cap, uint64_t need) {
  if (need <= *cap) return true;
  if (need > LIMIT_VERTICES) {
    r->status = WG_TOO_LARGE;
    return false;
  }
  uint32_t want = *cap ? *cap * 2 : 1024;
  if (want < need) want = (uint32_t)need;
  wg_tpt *p = realloc(*pts, want * sizeof *p);
  if (!p) {
    r->status = WG_NO_MEMORY;
    return false;
  }
  *pts = p;
  *cap = want;
  return true;
}

wg_tpt *wg_rings_room(wg_rings *r, uint32_t n) {
  if (r->status || !grow(r, &r->pts, &r->cap, (uint64_t)r->n + n)) return NULL;
  return r->pts + r->n;
}

/* Clips the open ring of n vertices in place; the count that is left. */
static uint32_t clip_ring(wg_rings *r, uint32_t n) {
  wg_tpt *ring = r->pts + r->open_at;
  int32_t x0 = ring[0].x, x1 = x0, y0 = ring[0].y, y1 = y0;
  for (uint32_t i = 1; i < n; i++) {
    if (ring[i].x < x0) x0 = ring[i].x;
    if (ring[i].x > x1) x1 = ring[i].x;
    if (ring[i].y < y0) y0 = ring[i].y;
    if (ring[i].y > y1) y1 = ring[i].y;
  }
  if (x0 > WG_CLIP_HIGH || x1 < WG_CLIP_LOW || y0 > WG_CLIP_HIGH || y1 < WG_CLIP_LOW) return 0;
  bool needed[4] = {x0<WG_CLIP_LOW, x1> WG_CLIP_HIGH, y0<WG_CLIP_LOW, y1> WG_CLIP_HIGH};
  for (int side = 0; side < 4 && n; side++) {
    if (!needed[side]) continue;
    /* a side adds at most one vertex for each edge that crosses it */
    if (!grow(r, &r->swap, &r->cap_swap, 2 * (uint64_t)n + 2)) return 0;
    n = wg_clip_side(r->pts + r->open_at, n, r->swap, side);
    if (!grow(r, &r->pts, &r->cap, (uint64_t)r->open_at + n)) return 0;
    memcpy(r->pts + r->open_at, r->swap, n * sizeof *r->swap);
  }
  return n;
}

static inline bool same(wg_tpt a, wg_tpt b) { return a.x == b.x && a.y == b.y; }

static void count_border(wg_rings *r, wg_tpt a, wg_tpt b) {
  if (a.x == b.x) {
    r->borders[WG_WEST] += a.x == WG_CLIP_LOW;
    r->borders[WG_EAST] += a.x == WG_CLIP_HIGH;
  } else if (a.y == b.y) {
    r->borders[WG_NORTH] += a.y == WG_CLIP_LOW;
    r->borders[WG_SOUTH] += a.y == WG_CLIP_HIGH;
  }
}

void wg_rings_close(wg_rings *r, bool hole, bool clip) {
  uint32_t n = r->n - r->open_at;
  if (r->status || n < 3) goto drop;
  if (clip) n = clip_ring(r, n);
  wg_tpt *ring = r->pts + r->open_at;
  uint32_t k = 0;
  for (uint32_t i = 0; i < n; i++)
    if (!k || !same(ring[k - 1], ring[i])) ring[k++] = ring[i];
  while (k > 1 && same(ring[0], ring[k - 1])) k--;
  if (k < 3) goto drop;
  if (r->n_rings == r->cap_rings) {
    uint32_t cap = r->cap_rings ? r->cap_rings * 2 : 64;
    struct wg_ring_end *p = realloc(r->rings, cap * sizeof *p);
    if (!p) {
      r->status = WG_NO_MEMORY;
      goto drop;
    }
    r->rings = p;
    r->cap_rings = cap;
  }
  if (clip)
    for (uint32_t i = 0; i < k; i++) count_border(r, ring[i], ring[i + 1 < k ? i + 1 : 0]);
  r->n = r->open_at += k;
  if (hole)
    r->odd |= r->no_shell;
  else
    r->no_shell = false;
  r->rings[r->n_rings++] = (struct wg_ring_end){r->n, hole, wg_tile_area2(ring, k)};
  return;
drop:
  r->n = r->open_at;
  if (!hole) r->no_shell = true;
}

/* Every ring runs its right way, no vertex comes twice, and at most one edge lies on each side of the clip.
 */
static bool is_clean(wg_rings *r) {
  if (r->odd) return false;
  for (int side = 0; side < 4; side++)
    if (r->borders[side] > 1) return false;
  for (uint32_t i = 0; i < r->n_rings; i++)
    if (r->rings[i].area2 == 0 || (r->rings[i].area2 < 0) != r->rings[i].hole) return false;
  return wg_soup_distinct(r->soup, r->pts, r->n);
}

void wg_rings_write(wg_rings *r, wg_mvt *m, bool soup) {
  if (r->status || !r->n_rings) return;
  if (!r->soup && !(r->soup = wg_soup_new())) {
    r->status = WG_NO_MEMORY;
    return;
  }
  bool clean = !soup && is_clean(r);
  uint32_t from = 0;
  if (clean) {
    for (uint32_t i = 0; i < r->n_rings; from = r->rings[i++].end)
      wg_mvt_clean_ring(m, r->pts + from, r->rings[i].end - from, r->rings[i].hole, r->rings[i].area2);
    return;
  }
  wg_soup_begin(r->soup, r->n);
  for (uint32_t i = 0; i < r->n_rings; from = r->rings[i++].end)
    wg_soup_ring(r->soup, r->pts + from, r->rings[i].end - from);
  r->status = wg_soup_write(r->soup, m);
}
