/* Which cells of a frame an edge meets. */
#include <math.h>

#include "geo/resolver_internal.h"

static int64_t clamp(int64_t v, int64_t lo, int64_t hi) { return v < lo ? lo : v > hi ? hi : v; }

static void row_run(const wg_frame *f, int64_t row, double xa, double xb, wg_meet m, wg_cell_fn *fn,
                    void *ctx) {
  /* A thousandth of a step covers the rounding of xa and xb, which is below 2e-6. */
  double lo = fmin(xa, xb) + 0.499, hi = fmax(xa, xb) + 0.501;
  int64_t c0 = (int64_t)floor(lo) >> f->sx, c1 = (int64_t)floor(hi) >> f->sx;
  if (c1 < 0 || c0 >= f->cols) return;
  c0 = clamp(c0, 0, f->cols - 1);
  c1 = clamp(c1, 0, f->cols - 1);
  for (int64_t c = c0; c <= c1; c++) fn(ctx, (uint64_t)row * f->cols + (uint64_t)c, m);
}

void wg_cells_of_edge(const wg_frame *f, wg_pt p, wg_pt q, wg_meet m, wg_cell_fn *fn, void *ctx) {
  if (p.y > q.y) {
    wg_pt t = p;
    p = q;
    q = t;
  }
  int64_t ax = p.x - f->x0, ay = p.y - f->y0, bx = q.x - f->x0, by = q.y - f->y0;
  int64_t r0 = ay >> f->sy, r1 = by >> f->sy;
  if (r1 < 0 || r0 >= f->rows) return;
  if (r0 == r1) {
    if (ax >> f->sx == bx >> f->sx && ax >= 0 && ax >> f->sx < f->cols)
      fn(ctx, (uint64_t)r0 * f->cols + (uint64_t)(ax >> f->sx), m);
    else
      row_run(f, r0, (double)ax, (double)bx, m, fn, ctx);
    return;
  }
  double slope = (double)(bx - ax) / (double)(by - ay);
  int64_t size = (int64_t)1 << f->sy;
  for (int64_t row = r0 < 0 ? 0 : r0; row <= r1 && row < f->rows; row++) {
    double y0 = row == r0 ? (double)ay : (double)(row * size) - 0.5;
    double y1 = row == r1 ? (double)by : (double)((row + 1) * size) - 0.5;
    row_run(f, row, (double)ax + slope * (y0 - (double)ay), (double)ax + slope * (y1 - (double)ay), m, fn,
            ctx);
  }
}
