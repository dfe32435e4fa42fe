#include "tile/cover.h"

enum { MAP_RIM = 850511287 }; /* latitude of the map's upper and lower side, lattice units */

static int64_t floor_div(int64_t a, int64_t b) {
  int64_t q = a / b;
  return q * b > a ? q - 1 : q;
}

/* The tiles along one axis whose square with its margin meets world units a … b: first to last. */
static void span(int32_t a, int32_t b, uint8_t z, int margin, int64_t *first, int64_t *last) {
  int shift = WG_WORLD_BITS - 12 - z;
  int64_t half = (int64_t)1 << (shift - 1);
  int64_t ga = (a + (int64_t)WG_WORLD_HALF + half) >> shift; /* tile units from the world's corner */
  int64_t gb = (b + (int64_t)WG_WORLD_HALF + half) >> shift;
  *first = -floor_div(-(ga - WG_TILE_EXTENT - margin), WG_TILE_EXTENT);
  *last = floor_div(gb + margin, WG_TILE_EXTENT);
}

wg_cover wg_cover_box(wg_box box, uint8_t z, int margin) {
  wg_cover c = {.z = z};
  if (box.x0 > box.x1 || box.y0 > box.y1 || z > WG_TILE_MAX_ZOOM) return c;
  wg_mpt nw = wg_mercator((wg_pt){box.x0, box.y1}), se = wg_mercator((wg_pt){box.x1, box.y0});
  int64_t side = (int64_t)1 << z, x0, x1, y0, y1;
  span(nw.x, se.x, z, margin, &x0, &x1);
  span(nw.y, se.y, z, margin, &y0, &y1);
  if (y0 < 0) y0 = 0;
  if (y1 > side - 1) y1 = side - 1;
  if (y0 > y1) return c; /* beyond the map, near a pole */
  int64_t nx = x1 - x0 + 1;
  if (nx >= side) {
    nx = side;
    x0 = 0;
  }
  c.x0 = (uint32_t)((x0 + side) % side);
  c.nx = (uint32_t)nx;
  c.y0 = (uint32_t)y0;
  c.ny = (uint32_t)(y1 - y0 + 1);
  return c;
}

wg_cover wg_cover_point(wg_pt p, uint8_t z, int margin) {
  return wg_cover_box((wg_box){p.x, p.y, p.x, p.y}, z, margin);
}

uint64_t wg_cover_count(const wg_cover *c) { return (uint64_t)c->nx * c->ny; }

wg_tile_id wg_cover_tile(const wg_cover *c, uint64_t i) {
  uint32_t mask = (1u << c->z) - 1;
  return (wg_tile_id){c->z, (c->x0 + (uint32_t)(i % c->nx)) & mask, c->y0 + (uint32_t)(i / c->nx)};
}

bool wg_cover_has(const wg_cover *c, wg_tile_id t) {
  uint32_t mask = (1u << c->z) - 1;
  return t.z == c->z && ((t.x - c->x0) & mask) < c->nx && t.y >= c->y0 && t.y - c->y0 < c->ny;
}

wg_box wg_cover_outline(const wg_cover *c) {
  if (!wg_cover_count(c)) return (wg_box){1, 1, 0, 0};
  int64_t x0, y0, x1, y1, side = (int64_t)1 << (WG_WORLD_BITS - c->z);
  wg_tile_origin(wg_cover_tile(c, 0), &x0, &y0);
  wg_tile_origin(wg_cover_tile(c, wg_cover_count(c) - 1), &x1, &y1);
  wg_pt nw = wg_mercator_back((wg_mpt){(int32_t)x0, (int32_t)y0});
  wg_pt se = wg_mercator_back((wg_mpt){(int32_t)(x1 + side), (int32_t)(y1 + side)});
  return (wg_box){nw.x, se.y, se.x, nw.y};
}

/* ---- the list a message names ---- */

static bool is_parent_of_one(const wg_tile_id *tiles, size_t n, wg_tile_id t) {
  for (size_t i = 0; i < n; i++) {
    int up = tiles[i].z - t.z;
    if (tiles[i].x >> up == t.x && tiles[i].y >> up == t.y) return true;
  }
  return false;
}

/* Steps from column a to column b the shorter way round. */
static uint32_t around(uint32_t a, uint32_t b, uint32_t mask) {
  uint32_t d = (b - a) & mask;
  return d <= mask / 2 ? d : ((a - b) & mask);
}

/* The tile at the cover's zoom below t that is nearest to the cover. */
static wg_tile_id nearest_below(wg_tile_id t, const wg_cover *c) {
  int down = c->z - t.z;
  uint32_t mask = (1u << c->z) - 1, x0 = t.x << down, x1 = x0 + (1u << down) - 1;
  uint32_t y0 = t.y << down, y1 = y0 + (1u << down) - 1;
  uint32_t cx0 = c->x0, cx1 = (c->x0 + c->nx - 1) & mask, x = x0;
  if (((cx0 - x0) & mask) <= x1 - x0) {
    x = cx0;
  } else if (((x0 - cx0) & mask) >= c->nx) { /* beside the cover, not within its columns */
    uint32_t west = around(cx1, x0, mask), east = around(x1, cx0, mask);
    x = east < west ? x1 : x0;
  }
  uint32_t y = c->y0 < y0 ? y0 : c->y0 > y1 ? y1 : c->y0;
  return (wg_tile_id){c->z, x, y};
}

size_t wg_cover_changed(wg_box box, uint8_t z_max, const int margins[WG_TILE_ZOOMS],
                        wg_tile_id out[WG_COVER_TILES]) {
  wg_cover deep = wg_cover_box(box, z_max, margins ? margins[z_max] : WG_TILE_BUFFER);
  size_t n = 0;
  if (wg_cover_count(&deep) > WG_COVER_TILES) return WG_COVER_TILES + 1;
  for (uint64_t i = 0; i < wg_cover_count(&deep); i++) out[n++] = wg_cover_tile(&deep, i);
  if (!n) { /* near a pole, in reach of the map only at shallow zooms: start from the map's rim */
    wg_box rim = box;
    if (rim.y1 < -MAP_RIM) rim.y0 = rim.y1 = -MAP_RIM;
    if (rim.y0 > MAP_RIM) rim.y0 = rim.y1 = MAP_RIM;
    deep = wg_cover_box(rim, z_max, WG_TILE_BUFFER);
    if (!wg_cover_count(&deep)) return 0;
  }
  for (int z = z_max - 1; z >= 0; z--) {
    wg_cover c = wg_cover_box(box, (uint8_t)z, margins ? margins[z] : WG_TILE_BUFFER);
    for (uint64_t i = 0; i < wg_cover_count(&c); i++) {
      wg_tile_id t = wg_cover_tile(&c, i);
      if (is_parent_of_one(out, n, t)) continue;
      if (n == WG_COVER_TILES) return WG_COVER_TILES + 1;
      out[n++] = nearest_below(t, &deep);
    }
  }
  return n;
}
