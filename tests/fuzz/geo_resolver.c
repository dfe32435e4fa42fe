/* The resolver on any polygons, dirty ones too: what one call says and what another says must agree, and a
 * plain crossing count (the same integers, no index) must name the same holders. */
#include <string.h>

#include "fuzz/fuzz.h"
#include "geo/resolver.h"

enum { FEATURES = 24, POINTS = 400 };

/* 1 inside, 0 on an edge, -1 outside, of one ring. */
static int in_ring(const wg_shapes *s, uint32_t ring, wg_pt p) {
  uint32_t first = s->vert[ring], n = s->vert[ring + 1] - first;
  int inside = -1;
  for (uint32_t i = 0; i < n; i++) {
    wg_pt a = s->pts[first + i], b = s->pts[first + (i + 1) % n];
    __int128 turn = (__int128)((int64_t)b.x - a.x) * ((int64_t)p.y - a.y) -
                    (__int128)((int64_t)b.y - a.y) * ((int64_t)p.x - a.x);
    int between_x = (a.x <= b.x ? a.x : b.x) <= p.x && p.x <= (a.x <= b.x ? b.x : a.x);
    int between_y = (a.y <= b.y ? a.y : b.y) <= p.y && p.y <= (a.y <= b.y ? b.y : a.y);
    if (turn == 0 && between_x && between_y) return 0;
    if ((a.y > p.y) != (b.y > p.y) && (b.y > a.y) == (turn > 0)) inside = -inside;
  }
  return inside;
}

/* By parity within a part; a feature is the union of its parts, so an edge inside another part is no edge. */
static int in_part(const wg_shapes *s, uint32_t part, wg_pt p) {
  int odd = -1;
  for (uint32_t r = s->ring[part]; r < s->ring[part + 1]; r++) {
    int in = in_ring(s, r, p);
    if (in == 0) return 0;
    if (in > 0) odd = -odd;
  }
  return odd;
}

static int in_feature(const wg_shapes *s, uint32_t f, wg_pt p) {
  int best = -1;
  for (uint32_t part = s->part[f]; part < s->part[f + 1]; part++) {
    int in = in_part(s, part, p);
    if (in > best) best = in;
  }
  return best;
}

static void ask(const wg_resolver *r, const wg_shapes *s, wg_pt p) {
  uint32_t held[FEATURES];
  uint8_t on[FEATURES];
  uint32_t n = wg_resolve_all(r, p, FEATURES, held, on), k = 0;
  for (uint32_t f = 0; f < s->n; f++) {
    int in = in_feature(s, f, p);
    if (in < 0) continue;
    FUZZ_HOLDS(k < n && held[k] == f && on[k] == (in == 0));
    k++;
  }
  FUZZ_HOLDS(k == n);
  wg_hit hit = wg_resolve(r, p, 0), many;
  FUZZ_HOLDS(hit.feature == (n ? held[0] : WG_NO_FEATURE));
  FUZZ_HOLDS((hit.how == WG_HOW_NONE) == (n == 0) && (hit.how == WG_HOW_INSIDE) == (n == 1));
  wg_resolve_many(r, &p, 1, 0, &many);
  FUZZ_HOLDS(many.how == hit.how && many.feature == hit.feature);
  wg_hit near = wg_resolve(r, p, 100);
  FUZZ_HOLDS(n ? near.how == hit.how && near.feature == hit.feature : near.metres <= 100.001);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  wg_shapes s;
  wg_shapes_init(&s);
  wg_resolver *r = NULL;
  if (!wg_shapes_decode(bytes, n, &s) && s.n && s.n <= FEATURES && s.n_pts <= POINTS &&
      !wg_resolver_new(&s, &r)) {
    for (uint32_t i = 0; i < s.n_pts; i++) {
      wg_pt a = s.pts[i], b = s.pts[(i + 1) % s.n_pts];
      ask(r, &s, a);
      ask(r, &s, (wg_pt){(int32_t)(((int64_t)a.x + b.x) / 2), (int32_t)(((int64_t)a.y + b.y) / 2)});
      if (a.x < INT32_MAX && a.y > INT32_MIN) ask(r, &s, (wg_pt){a.x + 1, a.y - 1});
    }
  }
  wg_resolver_free(r);
  wg_shapes_deinit(&s);
  return 0;
}
