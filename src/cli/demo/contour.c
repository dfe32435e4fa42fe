/* Marching squares: every crossed side of the sample grid has one point, and in every square the crossing
 * line leads from one side to another with the higher land on its left, so that lines close to rings: shells
 * counter-clockwise, holes clockwise. */
#include "cli/demo/contour.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

enum { SIDE = 260 }; /* samples each way */

typedef struct tracer {
  double origin, step;
  float *value; /* SIDE × SIDE */
  uint32_t
      *next; /* from crossed side to crossed side; sides: 2 × (y × SIDE + x), +0 eastward, +1 northward */
} tracer;

static uint32_t east(uint32_t x, uint32_t y) { return 2 * (y * SIDE + x); }
static uint32_t north(uint32_t x, uint32_t y) { return 2 * (y * SIDE + x) + 1; }

static wg_pt point_on(const tracer *t, uint32_t edge) {
  uint32_t i = edge / 2, j = edge & 1 ? i + SIDE : i + 1, column = i % SIDE, row = (i - column) / SIDE;
  double a = t->value[i], b = t->value[j], k = a / (a - b);
  double x = column + (edge & 1 ? 0 : k), y = row + (edge & 1 ? k : 0);
  return demo_lattice((demo_xy){t->origin + x * t->step, t->origin + y * t->step});
}

/* The lines in the square whose lower left corner is (x, y). */
static void cross_square(tracer *t, uint32_t x, uint32_t y) {
  const float *v = t->value + y * SIDE + x;
  bool high[4] = {v[0] > 0, v[1] > 0, v[SIDE + 1] > 0, v[SIDE] > 0}; /* counter-clockwise */
  uint32_t side[4] = {east(x, y), north(x + 1, y), east(x, y + 1), north(x, y)};
  /* A line starts on a side where the land falls on the way around, and ends on the last side before it where
   * the land rose: the high corners between lie on its left. With two of each, the high corners are kept
   * apart. */
  for (int i = 0; i < 4; i++) {
    if (!high[i] || high[(i + 1) & 3]) continue;
    int k = (i + 3) & 3;
    while (high[k] || !high[(k + 1) & 3]) k = (k + 3) & 3;
    t->next[side[i]] = side[k];
  }
}

static double ring_area(const wg_pt *p, uint32_t n) {
  double sum = 0;
  for (uint32_t i = 0; i < n; i++) {
    wg_pt a = p[i], b = p[(i + 1) % n], o = p[0];
    sum += ((double)a.x - o.x) * ((double)b.y - o.y) - ((double)b.x - o.x) * ((double)a.y - o.y);
  }
  return sum / 2;
}

static bool holds(const wg_pt *p, uint32_t n, wg_pt q) {
  bool in = false;
  for (uint32_t i = 0, j = n - 1; i < n; j = i++)
    if ((p[i].y > q.y) != (p[j].y > q.y) &&
        q.x < ((double)p[j].x - p[i].x) * ((double)q.y - p[i].y) / ((double)p[j].y - p[i].y) + p[i].x)
      in = !in;
  return in;
}

typedef struct ring {
  uint32_t first, n, shell;
  double area;
} ring;

static wg_status add_ring(wg_shapes *out, const wg_pt *p, uint32_t n) {
  wg_status st = wg_shapes_ring(out);
  for (uint32_t i = 0; !st && i < n; i++) st = wg_shapes_vertex(out, p[i]);
  return st;
}

static wg_status assemble(ring *r, uint32_t n, const wg_pt *pt, wg_shapes *out) {
  for (uint32_t h = 0; h < n; h++) {
    r[h].shell = UINT32_MAX;
    for (uint32_t s = 0; r[h].area < 0 && s < n; s++)
      if (r[s].area > 0 && r[s].area > -r[h].area && holds(pt + r[s].first, r[s].n, pt[r[h].first]) &&
          (r[h].shell == UINT32_MAX || r[s].area < r[r[h].shell].area))
        r[h].shell = s;
  }
  wg_status st = WG_OK;
  for (uint32_t s = 0; !st && s < n; s++) {
    if (r[s].area < 0) continue;
    st = wg_shapes_feature(out);
    if (!st) st = wg_shapes_part(out);
    if (!st) st = add_ring(out, pt + r[s].first, r[s].n);
    for (uint32_t h = 0; !st && h < n; h++)
      if (r[h].shell == s) st = add_ring(out, pt + r[h].first, r[h].n);
  }
  return st;
}

static wg_status trace(wg_arena *scratch, tracer *t, double least, wg_shapes *out) {
  uint32_t sides = 2 * SIDE * SIDE, n = 0, rings = 0;
  wg_pt *pt = wg_arena_alloc(scratch, (size_t)sides * sizeof *pt);
  ring *list = wg_arena_alloc(scratch, (size_t)(sides / 4) * sizeof *list);
  if (!pt || !list) return WG_NO_MEMORY;
  for (uint32_t e = 0; e < sides; e++) {
    if (t->next[e] == UINT32_MAX) continue;
    ring r = {.first = n};
    for (uint32_t at = e; t->next[at] != UINT32_MAX;) {
      uint32_t to = t->next[at];
      wg_pt p = point_on(t, at);
      if (r.n == 0 || p.x != pt[n - 1].x || p.y != pt[n - 1].y) pt[n++] = p, r.n++;
      t->next[at] = UINT32_MAX;
      at = to;
    }
    const double m2 = 1.113e-2 * 0.964e-2; /* of a lattice cell at 30° */
    r.area = r.n > 2 ? ring_area(pt + r.first, r.n) : 0;
    if (fabs(r.area) * m2 < least)
      n = r.first;
    else
      list[rings++] = r;
  }
  return assemble(list, rings, pt, out);
}

wg_status demo_contour(const demo_field *f, demo_scalar field, double least, wg_shapes *out) {
  wg_arena scratch;
  wg_arena_init(&scratch);
  double reach = demo_reach(f);
  tracer t = {.origin = -reach, .step = 2 * reach / (SIDE - 1)};
  t.value = wg_arena_alloc(&scratch, (size_t)SIDE * SIDE * sizeof *t.value);
  t.next = wg_arena_alloc(&scratch, (size_t)SIDE * SIDE * 2 * sizeof *t.next);
  wg_status st = t.value && t.next ? WG_OK : WG_NO_MEMORY;
  wg_shapes_init(out);
  for (uint32_t i = 0; !st && i < SIDE * SIDE; i++) {
    uint32_t x = i % SIDE, y = i / SIDE;
    bool rim = x == 0 || y == 0 || x == SIDE - 1 || y == SIDE - 1;
    double v = field(f, (demo_xy){t.origin + x * t.step, t.origin + y * t.step});
    t.value[i] = rim ? -1 : (float)(v == 0 ? 1e-9 : v); /* closed at the rim */
    t.next[2 * i] = t.next[2 * i + 1] = UINT32_MAX;
  }
  for (uint32_t y = 0; !st && y + 1 < SIDE; y++)
    for (uint32_t x = 0; x + 1 < SIDE; x++) cross_square(&t, x, y);
  if (!st) st = trace(&scratch, &t, least, out);
  wg_arena_clear(&scratch);
  return st;
}
