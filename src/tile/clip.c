#include "tile/clip.h"

static inline int64_t div_round(int64_t a, int64_t b) { /* b > 0; half up */
  int64_t v = 2 * a + b, d = 2 * b, q = v / d;
  return q * d > v ? q - 1 : q;
}

static wg_tpt cut_x(wg_tpt a, wg_tpt b, int32_t x) {
  if (a.x > b.x) {
    wg_tpt t = a;
    a = b;
    b = t;
  }
  return (wg_tpt){x,
                  (int32_t)(a.y + div_round(((int64_t)x - a.x) * ((int64_t)b.y - a.y), (int64_t)b.x - a.x))};
}

static wg_tpt cut_y(wg_tpt a, wg_tpt b, int32_t y) {
  if (a.y > b.y) {
    wg_tpt t = a;
    a = b;
    b = t;
  }
  return (wg_tpt){(int32_t)(a.x + div_round(((int64_t)y - a.y) * ((int64_t)b.x - a.x), (int64_t)b.y - a.y)),
                  y};
}

static inline bool inside(wg_tpt p, int side) {
  switch (side) {
  case WG_WEST:
    return p.x >= WG_CLIP_LOW;
  case WG_EAST:
    return p.x <= WG_CLIP_HIGH;
  case WG_NORTH:
    return p.y >= WG_CLIP_LOW;
  default:
    return p.y <= WG_CLIP_HIGH;
  }
}

static inline wg_tpt cut(wg_tpt a, wg_tpt b, int side) {
  switch (side) {
  case WG_WEST:
    return cut_x(a, b, WG_CLIP_LOW);
  case WG_EAST:
    return cut_x(a, b, WG_CLIP_HIGH);
  case WG_NORTH:
    return cut_y(a, b, WG_CLIP_LOW);
  default:
    return cut_y(a, b, WG_CLIP_HIGH);
  }
}

uint32_t wg_clip_side(const wg_tpt *in, uint32_t n, wg_tpt *out, int side) {
  uint32_t k = 0;
  wg_tpt a = in[n - 1];
  bool a_in = inside(a, side);
  for (uint32_t i = 0; i < n; i++) {
    wg_tpt b = in[i];
    bool b_in = inside(b, side);
    if (a_in != b_in) out[k++] = cut(a, b, side);
    if (b_in) out[k++] = b;
    a = b;
    a_in = b_in;
  }
  return k;
}

bool wg_clip_edge(wg_tpt *a, wg_tpt *b) {
  for (int side = 0; side < 4; side++) {
    bool a_in = inside(*a, side), b_in = inside(*b, side);
    if (!a_in && !b_in) return false;
    if (a_in && b_in) continue;
    wg_tpt c = cut(*a, *b, side);
    if (a_in)
      *b = c;
    else
      *a = c;
  }
  return true;
}
