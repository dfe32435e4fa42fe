#include "tile/simplify.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
  DEEP = 48
}; /* splits at the farthest vertex before it falls back to the middle one: bounds the work */

struct wg_range {
  uint32_t from, to;
  uint8_t zoom, depth;
};

void wg_weigher_deinit(wg_weigher *w) {
  free(w->stack);
  memset(w, 0, sizeof *w);
}

/* Squared distance of q from the segment a–c. */
static inline double distance2(wg_mpt q, wg_mpt a, wg_mpt c) {
  double dx = (double)c.x - a.x, dy = (double)c.y - a.y, px = (double)q.x - a.x, py = (double)q.y - a.y;
  double len2 = dx * dx + dy * dy, t = px * dx + py * dy;
  if (t <= 0 || len2 == 0) return px * px + py * py;
  if (t >= len2) {
    px -= dx;
    py -= dy;
    return px * px + py * py;
  }
  double c2 = px * dy - py * dx;
  return c2 * c2 / len2;
}

static uint8_t zoom_of(double d2, uint8_t at_least) {
  uint8_t z = at_least;
  while (z < WG_TILE_MAX_ZOOM) { /* the tolerance is half a pixel: 4 tile units of 2^(19 - z) */
    double tolerance = (double)((uint64_t)(WG_TILE_PIXEL / 2) << (WG_WORLD_BITS - 12 - z));
    if (d2 > tolerance * tolerance) break;
    z++;
  }
  return z;
}

static bool push(wg_weigher *w, uint32_t *top, struct wg_range r) {
  if (r.to - r.from < 2) return true;
  if (*top == w->cap) {
    uint32_t cap = w->cap ? w->cap * 2 : 256;
    struct wg_range *p = realloc(w->stack, cap * sizeof *p);
    if (!p) return false;
    w->stack = p;
    w->cap = cap;
  }
  w->stack[(*top)++] = r;
  return true;
}

wg_status wg_weigh_line(wg_weigher *w, const wg_mpt *pts, uint8_t *zoom, uint32_t n) {
  uint32_t top = 0;
  zoom[0] = zoom[n - 1] = 0;
  if (!push(w, &top, (struct wg_range){0, n - 1, 0, 0})) return WG_NO_MEMORY;
  while (top) {
    struct wg_range r = w->stack[--top];
    double most = -1;
    uint32_t at = r.from;
    for (uint32_t i = r.from + 1; i < r.to; i++) {
      double d = distance2(pts[i], pts[r.from], pts[r.to]);
      if (d > most) {
        most = d;
        at = i;
      }
    }
    uint8_t z = zoom_of(most, r.zoom);
    if (z == WG_TILE_MAX_ZOOM) {
      memset(zoom + r.from + 1, z, r.to - r.from - 1);
      continue;
    }
    if (r.depth >= DEEP) at = r.from + (r.to - r.from) / 2;
    zoom[at] = z;
    uint8_t depth = (uint8_t)(r.depth < DEEP ? r.depth + 1 : DEEP);
    if (!push(w, &top, (struct wg_range){r.from, at, z, depth})) return WG_NO_MEMORY;
    if (!push(w, &top, (struct wg_range){at, r.to, z, depth})) return WG_NO_MEMORY;
  }
  return WG_OK;
}
