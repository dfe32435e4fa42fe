#include "tile/mercator.h"

#include <math.h>

#define WORLD ((int64_t)1 << WG_WORLD_BITS)
#define TURN  3600000000LL /* lattice steps in 360° */

bool wg_tile_valid(wg_tile_id t) { return t.z <= WG_TILE_MAX_ZOOM && t.x < (1u << t.z) && t.y < (1u << t.z); }

/* Floor of a / b, b > 0. */
static int64_t floor_div(int64_t a, int64_t b) {
  int64_t q = a / b;
  return q * b > a ? q - 1 : q;
}

wg_mpt wg_mercator(wg_pt p) {
  wg_mpt m;
  m.x = (int32_t)floor_div((int64_t)p.x * WORLD + TURN / 2, TURN);
  double s = sin(p.y * (M_PI / (180 * WG_LATTICE)));
  /* asinh(tan φ) = atanh(sin φ), without the slow functions; sin 90° gives infinity, cut below */
  double y = -0.5 * log((1 + s) / (1 - s)) * ((double)WORLD / (2 * M_PI));
  if (!(y > -WG_WORLD_RIM)) y = -WG_WORLD_RIM;
  if (!(y < WG_WORLD_RIM)) y = WG_WORLD_RIM;
  m.y = (int32_t)floor(y + 0.5);
  return m;
}

wg_pt wg_mercator_back(wg_mpt m) {
  wg_pt p;
  int64_t x = floor_div((int64_t)m.x * TURN + WORLD / 2, WORLD);
  p.x = (int32_t)(x < -TURN / 2 ? -TURN / 2 : x > TURN / 2 ? TURN / 2 : x);
  double lat = atan(sinh(-m.y * (2 * M_PI / (double)WORLD)));
  p.y = (int32_t)floor(lat * (180 * WG_LATTICE / M_PI) + 0.5);
  return p;
}

void wg_tile_origin(wg_tile_id t, int64_t *x, int64_t *y) {
  *x = ((int64_t)t.x << (WG_WORLD_BITS - t.z)) - WG_WORLD_HALF;
  *y = ((int64_t)t.y << (WG_WORLD_BITS - t.z)) - WG_WORLD_HALF;
}

wg_tpt wg_tile_local(wg_tile_id t, wg_mpt p, int lap) {
  int64_t ox, oy;
  wg_tile_origin(t, &ox, &oy);
  int shift = WG_WORLD_BITS - 12 - t.z;
  int64_t half = (int64_t)1 << (shift - 1);
  return (wg_tpt){(int32_t)((p.x + lap * WORLD - ox + half) >> shift), (int32_t)((p.y - oy + half) >> shift)};
}

wg_mbox wg_tile_world(wg_tile_id t, int margin, int lap, bool *any) {
  int64_t ox, oy, unit = (int64_t)1 << (WG_WORLD_BITS - 12 - t.z);
  wg_tile_origin(t, &ox, &oy);
  ox -= lap * WORLD;
  /* what rounds into the margin: half a unit more on each side, the half itself only where it rounds inward
   */
  int64_t reach = margin * unit + unit / 2, side = (int64_t)WG_TILE_EXTENT * unit;
  int64_t b[4] = {ox - reach, oy - reach, ox + side + reach - 1, oy + side + reach - 1};
  for (int i = 0; i < 4; i++) {
    int64_t rim = i & 1 ? WG_WORLD_RIM : WG_WORLD_HALF;
    if (b[i] < -rim) b[i] = i < 2 ? -rim : INT32_MIN;
    if (b[i] > rim) b[i] = i < 2 ? INT32_MAX : rim;
  }
  wg_mbox box = {(int32_t)b[0], (int32_t)b[1], (int32_t)b[2], (int32_t)b[3]};
  *any = box.x0 <= box.x1 && box.y0 <= box.y1;
  return box;
}

int wg_tile_boxes(wg_tile_id t, int margin, wg_box boxes[2]) {
  if (!wg_tile_valid(t)) return 0;
  int n = 0;
  for (int turn = 0; turn < 3 && n < 2; turn++) {
    static const int laps[3] = {0, -1, 1};
    bool any;
    wg_mbox m = wg_tile_world(t, margin, laps[turn], &any);
    if (!any) continue;
    wg_pt nw = wg_mercator_back((wg_mpt){m.x0, m.y0}), se = wg_mercator_back((wg_mpt){m.x1, m.y1});
    wg_box b = {nw.x, se.y, se.x, nw.y};
    /* two steps more than the rounding of the way back can lose; what is cut at the rim reaches the pole */
    b.x0 = b.x0 > -TURN / 2 + 2 ? b.x0 - 2 : (int32_t)(-TURN / 2);
    b.x1 = b.x1 < TURN / 2 - 2 ? b.x1 + 2 : (int32_t)(TURN / 2);
    b.y0 = m.y1 >= WG_WORLD_RIM ? (int32_t)(-TURN / 4) : b.y0 - 2;
    b.y1 = m.y0 <= -WG_WORLD_RIM ? (int32_t)(TURN / 4) : b.y1 + 2;
    if (n && b.x0 <= boxes[0].x1 && boxes[0].x0 <= b.x1) {
      boxes[0].x0 = (int32_t)(-TURN / 2); /* they meet: the tile goes round the world */
      boxes[0].x1 = (int32_t)(TURN / 2);
      return 1;
    }
    boxes[n++] = b;
  }
  return n;
}
