/* The nearest feature of a point that lies in none: edges of the cells around it, nearer cells first. */
#include <float.h>
#include <math.h>

#include "geo/lattice.h"
#include "geo/resolver_internal.h"

typedef struct near {
  const wg_resolver *r;
  wg_pt p;
  double east, north; /* metres a step */
  double best;        /* squared metres */
  uint32_t feature;
} near;

/* Squared metres from the point to an edge given by its ends' offsets. The same edge, and the same end of
 * different edges, give the very same number, so that ties between neighbours are ties here. */
static double edge_distance2(const near *q, int64_t ax, int64_t ay, int64_t bx, int64_t by) {
  double x0 = (double)ax * q->east, y0 = (double)ay * q->north;
  double x1 = (double)bx * q->east, y1 = (double)by * q->north;
  double dx = x1 - x0, dy = y1 - y0, along = -(x0 * dx + y0 * dy), length2 = dx * dx + dy * dy;
  if (along <= 0) return x0 * x0 + y0 * y0;
  if (along >= length2) return x1 * x1 + y1 * y1;
  double cross = x0 * dy - y0 * dx;
  return cross * cross / length2;
}

static void offer(near *q, double d2, uint32_t feature) {
  if (d2 > q->best || (d2 == q->best && feature >= q->feature)) return;
  q->best = d2;
  q->feature = feature;
}

/* Ends in order, as records have them. */
static void offer_edge(near *q, wg_pt a, wg_pt b, uint32_t feature) {
  if (a.x > b.x || (a.x == b.x && a.y > b.y)) {
    wg_pt t = a;
    a = b;
    b = t;
  }
  offer(q,
        edge_distance2(q, (int64_t)a.x - q->p.x, (int64_t)a.y - q->p.y, (int64_t)b.x - q->p.x,
                       (int64_t)b.y - q->p.y),
        feature);
}

static void near_wide(near *q, const uint32_t *w) {
  const wg_pt *pts = q->r->shapes->pts;
  uint32_t parts = w[2];
  w += 3;
  for (uint32_t k = 0; k < parts; k++) {
    uint32_t feature = w[0], n = w[2];
    w += 3;
    for (uint32_t i = 0; i < n; i++, w += 2) offer_edge(q, pts[w[0]], pts[w[1]], feature);
  }
}

/* (x, y) is the cell's first lattice point. */
static void near_record(near *q, const uint32_t *w, int64_t x, int64_t y) {
  uint32_t n = w[0] & 0xff, parts = w[0] >> 8 & 0xff;
  if (w[0] >> 24 & RECORD_WIDE) {
    near_wide(q, w);
    return;
  }
  const uint32_t *feature = w + 1 + ((w[0] >> 24 & RECORD_SET) != 0);
  const int32_t *e = (const int32_t *)(feature + parts);
  const uint8_t *mask = (const uint8_t *)(e + 4 * n);
  x -= q->p.x;
  y -= q->p.y;
  for (uint32_t i = 0; i < n; i++, e += 4, mask += 2) {
    double d2 =
        edge_distance2(q, x + (e[0] - 1) / 2, y + (e[1] - 1) / 2, x + (e[2] - 1) / 2, y + (e[3] - 1) / 2);
    offer(q, d2, feature[__builtin_ctz(mask[1])]);
  }
}

static void near_small(near *q, const uint32_t *w, int64_t x, int64_t y) {
  const int16_t *e = (const int16_t *)(w + SMALL_EDGE_AT);
  const uint8_t *all = (const uint8_t *)(w + SMALL_MASK_AT) + SMALL_EDGES;
  x -= q->p.x;
  y -= q->p.y;
  for (uint32_t i = 0; i < SMALL_EDGES && all[i]; i++, e += 4) {
    double d2 =
        edge_distance2(q, x + (e[0] - 1) / 2, y + (e[1] - 1) / 2, x + (e[2] - 1) / 2, y + (e[3] - 1) / 2);
    offer(q, d2, w[1 + __builtin_ctz(all[i])]);
  }
}

/* Cells of a frame that meet the box (of the world's lattice, wide enough not to overflow). */
static void near_cells(near *q, const wg_frame *f, const uint32_t *cell, const int64_t box[4]) {
  int64_t c0 = (box[0] - f->x0) >> f->sx, c1 = (box[2] - f->x0) >> f->sx;
  int64_t r0 = (box[1] - f->y0) >> f->sy, r1 = (box[3] - f->y0) >> f->sy;
  if (c0 < 0) c0 = 0;
  if (r0 < 0) r0 = 0;
  if (c1 >= f->cols) c1 = (int64_t)f->cols - 1;
  if (r1 >= f->rows) r1 = (int64_t)f->rows - 1;
  for (int64_t row = r0; row <= r1; row++) {
    for (int64_t col = c0; col <= c1; col++) {
      uint32_t word = cell[(uint64_t)row * f->cols + (uint64_t)col];
      const uint32_t *w = q->r->pool + (uint64_t)(word >> 2) * 2;
      int64_t x = f->x0 + (col << f->sx), y = f->y0 + (row << f->sy);
      if ((word & 3) == CELL_RECORD) near_record(q, w, x, y);
      if ((word & 3) == CELL_SMALL) near_small(q, w, x, y);
      if ((word & 3) != CELL_GRID) continue;
      int lx = (int)(w[0] & 0xff), ly = (int)(w[0] >> 8);
      near_cells(q, &(wg_frame){x, y, f->sx - lx, f->sy - ly, 1u << lx, 1u << ly}, w + 1, box);
    }
  }
}

/* Every edge within the radius lies partly in a cell that meets this box. */
static void near_radius(near *q, double metres) {
  double rx = fmin(ceil(metres / q->east) + 1, 4e9), ry = fmin(ceil(metres / q->north) + 1, 4e9);
  int64_t box[4] = {q->p.x - (int64_t)rx, q->p.y - (int64_t)ry, q->p.x + (int64_t)rx, q->p.y + (int64_t)ry};
  near_cells(q, &q->r->frame, q->r->cell, box);
}

wg_hit wg_resolver_nearest(const wg_resolver *r, wg_pt p, double tolerance) {
  near q = {r, p, 0, 0, INFINITY, WG_NO_FEATURE};
  if (r->cell && tolerance > 0) {
    wg_lattice_scale(wg_lat(p), &q.east, &q.north);
    if (q.east < 1e-9) q.east = 1e-9; /* a pole */
    /* Small circles first: what is found within one needs no larger. */
    for (double radius = 2 * ldexp(q.north, r->frame.sy);; radius *= 2) {
      double reach = fmin(radius, tolerance);
      near_radius(&q, reach);
      if (reach >= tolerance || q.best <= reach * reach) break;
    }
  }
  double metres = sqrt(q.best);
  if (q.feature == WG_NO_FEATURE || metres > tolerance) return (wg_hit){WG_HOW_NONE, WG_NO_FEATURE, 0};
  return (wg_hit){WG_HOW_NEAREST, q.feature, metres};
}
