#include "tile/points.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tile/tile_internal.h"

enum { CELL = 64 * WG_TILE_PIXEL, CELLS = WG_TILE_EXTENT / CELL };
enum { AROUND = CELLS + 2 }; /* the tile's own and one on each side */

static bool clustered(const wg_points_layer *layer, uint8_t z) { return z < layer->alone_from; }

int wg_points_margin(const wg_points_layer *layer, uint8_t z) {
  return clustered(layer, z) ? CELL : WG_TILE_BUFFER;
}

/* Where a point shows in the tile, at most once for each turn of the world. */
static size_t places(wg_tile_id t, wg_mpt p, wg_tpt out[3]) {
  size_t n = 0;
  for (int lap = -1; lap <= 1; lap++) {
    wg_tpt q = wg_tile_local(t, p, lap);
    if (q.x >= -WG_TILE_BUFFER && q.x <= WG_TILE_EXTENT + WG_TILE_BUFFER && q.y >= -WG_TILE_BUFFER &&
        q.y <= WG_TILE_EXTENT + WG_TILE_BUFFER)
      out[n++] = q;
  }
  return n;
}

static bool draw_point(const wg_points_layer *layer, const wg_tile_point *p, uint32_t stack, wg_tile_id t,
                       wg_mvt *m) {
  wg_tpt at[3];
  size_t n = places(t, wg_mercator(p->at), at);
  if (!n) return false;
  wg_mvt_begin(m, p->id);
  wg_mvt_points(m, at, n);
  if (layer->tags) layer->tags(layer->ctx, p, m);
  if (stack > 1) wg_mvt_uint(m, "stack", stack);
  return wg_mvt_end(m);
}

/* ---- alone ---- */

struct shown {
  uint64_t id;
  size_t i;
  wg_pt at;
  uint32_t stack; /* points at this very place */
};

static int by_place(const void *a, const void *b) {
  const struct shown *p = a, *q = b;
  int c = (p->at.x > q->at.x) - (p->at.x < q->at.x);
  return c ? c : (p->at.y > q->at.y) - (p->at.y < q->at.y);
}

static void count_stacks(struct shown *s, size_t n) {
  qsort(s, n, sizeof *s, by_place);
  for (size_t i = 0, end; i < n; i = end) {
    for (end = i + 1; end < n && by_place(&s[i], &s[end]) == 0;) end++;
    for (size_t k = i; k < end; k++) s[k].stack = (uint32_t)(end - i);
  }
}

static int by_id(const void *a, const void *b) {
  const struct shown *p = a, *q = b;
  return (p->id > q->id) - (p->id < q->id);
}

static wg_status draw_alone(const wg_points_layer *layer, const wg_tile_point *pts, size_t n, wg_tile_id t,
                            wg_mvt *m, wg_tile_drawn *drawn) {
  struct shown *shown = malloc((n ? n : 1) * sizeof *shown);
  if (!shown) return WG_NO_MEMORY;
  size_t k = 0;
  wg_tpt at[3];
  for (size_t i = 0; i < n; i++)
    if (places(t, wg_mercator(pts[i].at), at)) shown[k++] = (struct shown){pts[i].id, i, pts[i].at, 1};
  count_stacks(shown, k);
  qsort(shown, k, sizeof *shown, by_id);
  for (size_t i = 0; i < k && !wg_mvt_status(m); i++) {
    if (drawn->features == WG_TILE_FEATURES) {
      drawn->capped = true;
      break;
    }
    drawn->features += draw_point(layer, &pts[shown[i].i], shown[i].stack, t, m);
  }
  free(shown);
  return wg_mvt_status(m);
}

/* ---- in clusters ---- */

struct cluster {
  uint32_t n;
  uint8_t severity;
  int64_t x, y; /* sums of world units */
  int64_t newest;
  const wg_tile_point *first; /* one of its points: the only one, when n is 1 */
  uint32_t by_state[WG_POINT_STATES];
};

/* The column or row of the cell of a world coordinate; the world's last rim belongs to the last cell. */
static int64_t cell_of(int32_t at, uint8_t z) {
  int shift = WG_WORLD_BITS - 12 - z;
  int64_t unit = (at + (int64_t)WG_WORLD_HALF + ((int64_t)1 << (shift - 1))) >> shift;
  return unit >= 0 ? unit / CELL : -((CELL - 1 - unit) / CELL);
}

static void put_point(const wg_points_layer *layer, const wg_tile_point *p, wg_tile_id t,
                      struct cluster *clusters) {
  wg_mpt w = wg_mercator(p->at);
  int64_t side = (int64_t)CELLS << t.z, cx = cell_of(w.x, t.z), cy = cell_of(w.y, t.z);
  if (cx >= side) cx = side - 1;
  int64_t col = (cx - ((int64_t)t.x * CELLS - 1) + side) % side, row = cy - ((int64_t)t.y * CELLS - 1);
  if (col >= AROUND || row < 0 || row >= AROUND) return;
  struct cluster *c = &clusters[row * AROUND + col];
  c->n++;
  c->x += w.x;
  c->y += w.y;
  if (p->severity > c->severity) c->severity = p->severity;
  if (p->at_s > c->newest) c->newest = p->at_s;
  if (p->state < layer->n_states && p->state < WG_POINT_STATES) c->by_state[p->state]++;
  c->first = p;
}

static int32_t mean(int64_t sum, uint32_t n) { /* half up */
  int64_t v = 2 * sum + n, d = 2 * (int64_t)n, q = v / d;
  return (int32_t)(q * d > v ? q - 1 : q);
}

static bool draw_cluster(const wg_points_layer *layer, const struct cluster *c, uint64_t id, wg_tile_id t,
                         wg_mvt *m) {
  wg_tpt at[3];
  size_t n = places(t, (wg_mpt){mean(c->x, c->n), mean(c->y, c->n)}, at);
  if (!n) return false;
  wg_mvt_begin(m, id);
  wg_mvt_points(m, at, n);
  wg_mvt_uint(m, "count", c->n);
  for (uint8_t s = 0; s < layer->n_states && s < WG_POINT_STATES; s++) {
    if (!c->by_state[s]) continue;
    char key[80];
    snprintf(key, sizeof key, "n_%s", layer->states[s]);
    wg_mvt_uint(m, key, c->by_state[s]);
  }
  wg_mvt_uint(m, "severity", c->severity);
  if (c->newest) wg_mvt_int(m, "newest", c->newest);
  return wg_mvt_end(m);
}

static wg_status draw_clusters(const wg_points_layer *layer, const wg_tile_point *pts, size_t n, wg_tile_id t,
                               wg_mvt *m, wg_tile_drawn *drawn) {
  struct cluster *clusters = calloc(AROUND * AROUND, sizeof *clusters);
  if (!clusters) return WG_NO_MEMORY;
  for (size_t i = 0; i < n; i++) put_point(layer, &pts[i], t, clusters);
  uint64_t side = (uint64_t)CELLS << t.z;
  for (uint32_t i = 0; i < AROUND * AROUND && !wg_mvt_status(m); i++) {
    const struct cluster *c = &clusters[i];
    if (!c->n) continue;
    if (c->n == 1) {
      drawn->features += draw_point(layer, c->first, 1, t, m);
      continue;
    }
    uint64_t col = ((uint64_t)t.x * CELLS + side - 1 + i % AROUND) % side;
    uint64_t row = (uint64_t)t.y * CELLS + i / AROUND; /* one more than the row, so that none is below 0 */
    bool shown = draw_cluster(layer, c, 1ULL << 52 | (uint64_t)t.z << 44 | row << 22 | col, t, m);
    drawn->features += shown;
    drawn->merged += shown ? c->n : 0;
  }
  free(clusters);
  return wg_mvt_status(m);
}

wg_status wg_points_tile(const wg_points_layer *layer, const wg_tile_point *pts, size_t n, wg_tile_id t,
                         wg_mvt *m, wg_tile_drawn *drawn) {
  wg_tile_drawn none = {0};
  if (!drawn) drawn = &none;
  *drawn = none;
  if (!wg_tile_valid(t)) return WG_NOT_FOUND;
  if (clustered(layer, t.z)) return draw_clusters(layer, pts, n, t, m, drawn);
  return draw_alone(layer, pts, n, t, m, drawn);
}
