/* A point well inside a feature: the best of some points half-way along scan lines, judged by their distance
 * from the nearest edge. Not the very deepest point, but near it, and always on the surface. */
#include <math.h>
#include <stdlib.h>

#include "geo/coverage.h"
#include "geo/segs.h"

enum { SCANS = 9, CROSSINGS_MAX = 4096 };

typedef struct best {
  bool found;
  wg_pt p;
  double d2;
} best;

/* Exact: 1 inside the part, 0 on its edge, −1 outside. */
static int place_in_part(const wg_shapes *s, uint32_t part, wg_pt p) {
  bool in = false;
  for (uint32_t r = s->ring[part]; r < s->ring[part + 1]; r++) {
    uint32_t first = s->vert[r], end = s->vert[r + 1];
    for (uint32_t v = first; v < end; v++) {
      wg_pt a = s->pts[v], b = s->pts[v + 1 < end ? v + 1 : first];
      if ((a.y > p.y && b.y > p.y) || (a.y < p.y && b.y < p.y)) continue;
      int side = wg_turn_sign(a, b, p);
      if (!side && (a.x <= p.x ? p.x <= b.x : p.x >= b.x)) return 0;
      if ((a.y > p.y) != (b.y > p.y) && (side > 0) == (b.y > a.y)) in = !in;
    }
  }
  return in ? 1 : -1;
}

/* Squared distance to the part's nearest edge, in steps with longitude shortened by its latitude. */
static double depth2(const wg_shapes *s, uint32_t part, wg_pt p) {
  double shrink = cos(p.y / WG_LATTICE * (M_PI / 180)), least = INFINITY;
  for (uint32_t r = s->ring[part]; r < s->ring[part + 1]; r++) {
    uint32_t first = s->vert[r], end = s->vert[r + 1];
    for (uint32_t v = first; v < end; v++) {
      wg_pt a = s->pts[v], b = s->pts[v + 1 < end ? v + 1 : first];
      double ax = ((double)a.x - p.x) * shrink, ay = (double)a.y - p.y;
      double dx = ((double)b.x - a.x) * shrink, dy = (double)b.y - a.y, l2 = dx * dx + dy * dy;
      double t = l2 > 0 ? -(ax * dx + ay * dy) / l2 : 0;
      t = t < 0 ? 0 : t > 1 ? 1 : t;
      double x = ax + t * dx, y = ay + t * dy;
      least = fmin(least, x * x + y * y);
    }
  }
  return least;
}

static void offer(const wg_shapes *s, uint32_t part, wg_pt p, best *b) {
  if (place_in_part(s, part, p) < 0) return;
  double d2 = depth2(s, part, p);
  if (b->found && d2 <= b->d2) return;
  *b = (best){true, p, d2};
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Half-way points of the two widest runs of a horizontal line through the part. */
static void scan(const wg_shapes *s, uint32_t part, int32_t y, double *x, best *b) {
  uint32_t n = 0;
  for (uint32_t r = s->ring[part]; r < s->ring[part + 1]; r++) {
    uint32_t first = s->vert[r], end = s->vert[r + 1];
    for (uint32_t v = first; v < end && n < CROSSINGS_MAX; v++) {
      wg_pt p = s->pts[v], q = s->pts[v + 1 < end ? v + 1 : first];
      if ((p.y > y) != (q.y > y))
        x[n++] = p.x + ((double)q.x - p.x) * ((double)y - p.y) / ((double)q.y - p.y);
    }
  }
  qsort(x, n, sizeof *x, ascending);
  uint32_t widest = UINT32_MAX, second = UINT32_MAX;
  for (uint32_t i = 0; i + 1 < n; i += 2) {
    double w = x[i + 1] - x[i];
    if (widest == UINT32_MAX || w > x[widest + 1] - x[widest]) {
      second = widest;
      widest = i;
    } else if (second == UINT32_MAX || w > x[second + 1] - x[second]) {
      second = i;
    }
  }
  if (widest != UINT32_MAX) offer(s, part, (wg_pt){(int32_t)round((x[widest] + x[widest + 1]) / 2), y}, b);
  if (second != UINT32_MAX) offer(s, part, (wg_pt){(int32_t)round((x[second] + x[second + 1]) / 2), y}, b);
}

/* The part with the largest shell, or none. */
static bool largest_part(const wg_shapes *s, uint32_t f, uint32_t *part) {
  double most = -1;
  for (uint32_t p = s->part[f]; p < s->part[f + 1]; p++) {
    uint32_t r = s->ring[p];
    if (r == s->ring[p + 1] || s->vert[r] == s->vert[r + 1]) continue;
    double a = fabs((double)wg_ring_area2(s->pts + s->vert[r], s->vert[r + 1] - s->vert[r]));
    if (a <= most) continue;
    most = a;
    *part = p;
  }
  return most >= 0;
}

bool wg_shape_inner_point(const wg_shapes *s, uint32_t f, wg_pt *out) {
  uint32_t part = 0;
  if (!largest_part(s, f, &part)) return false;
  uint32_t r = s->ring[part];
  int64_t y0 = INT32_MAX, y1 = INT32_MIN;
  for (uint32_t v = s->vert[r]; v < s->vert[r + 1]; v++) {
    if (s->pts[v].y < y0) y0 = s->pts[v].y;
    if (s->pts[v].y > y1) y1 = s->pts[v].y;
  }
  best b = {.p = s->pts[s->vert[r]]}; /* a vertex is on the surface too, where nothing better is found */
  double *x = malloc(CROSSINGS_MAX * sizeof *x);
  for (int i = 1; x && i <= SCANS; i++) scan(s, part, (int32_t)(y0 + (y1 - y0) * i / (SCANS + 1)), x, &b);
  free(x);
  *out = b.p;
  return true;
}
