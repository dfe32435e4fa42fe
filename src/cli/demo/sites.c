/* Sites stand in pairs along the river, so that the border between the two runs along it; on a lattice in the
 * main town, so that its grids are blocks; and elsewhere by chance, as dense as people live, evened out by
 * Lloyd's method (1982). */
#include "cli/demo/sites.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/demo/random.h"

enum { USE_LATTICE = 11, USE_FREE = 12, USE_GHOST = 13, LLOYD_ROUNDS = 4, PER_METRE = 8 };

typedef struct maker {
  const demo_field *f;
  demo_sites *s;
  uint32_t cap;
  double half; /* half the side of the square in which sites may stand */
} maker;

static void add(maker *m, demo_xy p, bool fixed) {
  if (m->s->n == m->cap) return;
  m->s->fixed[m->s->n] = fixed;
  m->s->at[m->s->n++] = p;
}

/* Pairs left and right of the river's course. */
static void add_river(maker *m) {
  double t = -0.99;
  while (t < 0.99) {
    demo_xy a = demo_river(m->f, t), b = demo_river(m->f, t + 0.0005);
    double speed = demo_distance(a, b) / 0.0005, spacing = demo_spacing(m->f, a);
    double nx = -(b.y - a.y) / (speed * 0.0005), ny = (b.x - a.x) / (speed * 0.0005);
    demo_xy left = {a.x + nx * spacing * 0.48, a.y + ny * spacing * 0.5};
    demo_xy right = {a.x - nx * spacing * 0.48, a.y - ny * spacing * 0.5};
    if (demo_inside(m->f, left) > 0.01 && demo_inside(m->f, right) > 0.01) {
      add(m, left, true);
      add(m, right, true);
    }
    t += spacing * 0.85 / speed;
  }
}

/* Blocks of the main town: a lattice along the river, a little uneven, bent by noise. */
static void add_lattice(maker *m) {
  const demo_field *f = m->f;
  double s = demo_spacing(f, f->core), most = demo_weight(f, f->core);
  int k = (int)(2.5 * f->core_radius / s) + 1;
  demo_rng rng = demo_stream(f->seed, USE_LATTICE, 0);
  double c = cos(f->turn), d = sin(f->turn);
  for (int j = -k; j <= k; j++)
    for (int i = -k; i <= k; i++) {
      double u = (i + (j & 1 ? 0.08 : 0)) * s * 1.12 + demo_between(&rng, -0.1, 0.1) * s;
      double v = (j + 0.5) * s * 0.9 + demo_between(&rng, -0.1, 0.1) * s;
      double bend = 0.8 * s * demo_noise(f->seed + 31, u / (9 * s), v / (9 * s));
      demo_xy p = {f->core.x + u * c - (v + bend) * d, f->core.y + u * d + (v + bend) * c};
      if (demo_weight(f, p) < 0.72 * most || demo_inside(f, p) < 0.05) continue;
      if (demo_river_distance(f, p) < 0.98 * demo_spacing(f, p)) continue;
      add(m, p, true);
    }
}

/* A raster of the square, walked along a Hilbert curve so that equal shares of weight are near together. */
typedef struct raster {
  uint32_t side, n;
  float *weight; /* by position on the curve */
} raster;

static demo_xy raster_at(const maker *m, uint32_t side, uint32_t d, double dx, double dy) {
  uint32_t x = 0, y = 0;
  for (uint32_t s = 1, t = d; s < side; s *= 2, t /= 4) {
    uint32_t rx = 1 & (t / 2), ry = 1 & (t ^ rx);
    if (!ry) {
      if (rx) x = s - 1 - x, y = s - 1 - y;
      uint32_t swap = x;
      x = y, y = swap;
    }
    x += s * rx;
    y += s * ry;
  }
  double cell = 2 * m->half / side;
  return (demo_xy){-m->half + (x + dx) * cell, -m->half + (y + dy) * cell};
}

/* Whether a free site (inside the outline, or in the band around it that bounds the cells at the rim) may
 * stand here. */
static bool allowed(const maker *m, demo_xy p, bool inside) {
  double in = demo_inside(m->f, p);
  if (inside) return in > 0;
  double spacing = demo_spacing(m->f, p) / (18000 * m->f->size);
  return in < -0.12 * spacing && in > -3.5 * spacing;
}

static bool taken(const maker *m, demo_xy p, double weight, double lattice_least) {
  if (lattice_least > 0 && weight >= lattice_least) return true;
  return m->s->n && demo_river_distance(m->f, p) < 0.98 * sqrt(m->f->per_grid / weight);
}

/* count sites by weight; those inside keep off what is taken. */
static wg_status add_free(wg_arena *arena, maker *m, uint32_t count, bool inside, double lattice_least) {
  raster r = {.side = count > 20000 ? 1024 : count > 5000 ? 512 : 256};
  r.n = r.side * r.side;
  r.weight = wg_arena_alloc(arena, (size_t)r.n * sizeof *r.weight);
  if (!r.weight) return WG_NO_MEMORY;
  double sum = 0;
  for (uint32_t d = 0; d < r.n; d++) {
    demo_xy p = raster_at(m, r.side, d, 0.5, 0.5);
    if (!allowed(m, p, inside)) continue;
    double weight = demo_weight(m->f, p);
    if (inside && taken(m, p, weight, lattice_least)) continue;
    sum += r.weight[d] = (float)weight;
  }
  if (sum <= 0) return WG_INTERNAL;
  if (!inside)
    count = (uint32_t)(sum * (2 * m->half / r.side) * (2 * m->half / r.side) / m->f->per_grid) + 24;
  demo_rng rng = demo_stream(m->f->seed, inside ? USE_FREE : USE_GHOST, 0);
  double passed = 0;
  uint32_t d = 0;
  for (uint32_t i = 0; i < count; i++) {
    double want = (i + demo_unit(&rng)) * sum / count;
    while (d + 1 < r.n && passed + r.weight[d] <= want) passed += r.weight[d++];
    while (d && r.weight[d] <= 0) passed -= r.weight[--d]; /* rounding at the very end */
    demo_xy p = raster_at(m, r.side, d, 0.5, 0.5);
    for (int tries = 0; tries < 8; tries++) {
      demo_xy q = raster_at(m, r.side, d, demo_unit(&rng), demo_unit(&rng));
      if (!allowed(m, q, inside)) continue;
      p = q;
      break;
    }
    add(m, p, false);
  }
  return WG_OK;
}

/* --- the triangulation ------------------------------------------------------------------------------------
 */

static int by_place(const void *a, const void *b) {
  const demo_ipt *p = a, *q = b;
  if (p->x != q->x) return p->x < q->x ? -1 : 1;
  return (p->y > q->y) - (p->y < q->y);
}

/* True when two of the points are the same. */
static bool any_twice(demo_ipt *scratch, uint32_t n) {
  qsort(scratch, n, sizeof *scratch, by_place);
  for (uint32_t i = 1; i < n; i++)
    if (by_place(scratch + i - 1, scratch + i) == 0) return true;
  return false;
}

static wg_status triangulate(wg_arena *arena, demo_sites *s) {
  demo_ipt *pt = wg_arena_alloc(arena, ((size_t)s->n + 3) * sizeof *pt);
  demo_ipt *scratch = wg_arena_alloc(arena, (size_t)s->n * sizeof *scratch + 1);
  if (!pt || !scratch) return WG_NO_MEMORY;
  demo_rng rng = demo_stream(s->n, 99, 0);
  for (int tries = 0; tries < 20; tries++) {
    for (uint32_t i = 0; i < s->n; i++)
      pt[i] = (demo_ipt){(int32_t)lround(s->at[i].x * PER_METRE), (int32_t)lround(s->at[i].y * PER_METRE)};
    memcpy(scratch, pt, s->n * sizeof *pt);
    if (!any_twice(scratch, s->n)) break;
    for (uint32_t i = 0; i < s->n; i++)
      s->at[i] = demo_add(s->at[i], (demo_xy){demo_between(&rng, -1, 1), demo_between(&rng, -1, 1)}, 0.5);
  }
  wg_status st = demo_delaunay_make(arena, pt, s->n, &s->mesh);
  for (uint32_t t = 0; !st && t < s->mesh.n_triangles; t++)
    for (int i = 0; i < 3; i++)
      if (s->mesh.corner[3 * t + i] < s->n) s->triangle[s->mesh.corner[3 * t + i]] = t;
  return st;
}

demo_xy demo_circumcentre(const demo_sites *s, uint32_t t) {
  demo_xy a = s->at[s->mesh.corner[3 * t]], b = s->at[s->mesh.corner[3 * t + 1]],
          c = s->at[s->mesh.corner[3 * t + 2]];
  double bx = b.x - a.x, by = b.y - a.y, cx = c.x - a.x, cy = c.y - a.y, d = 2 * (bx * cy - by * cx);
  double b2 = bx * bx + by * by, c2 = cx * cx + cy * cy;
  if (d == 0) d = 1e-9;
  return (demo_xy){a.x + (cy * b2 - by * c2) / d, a.y + (bx * c2 - cx * b2) / d};
}

uint32_t demo_cell(const demo_sites *s, uint32_t site, uint32_t triangle[DEMO_CORNERS_MAX]) {
  uint32_t n = 0, t = s->triangle[site];
  do {
    const uint32_t *c = s->mesh.corner + 3 * t;
    if (n == DEMO_CORNERS_MAX || c[0] >= s->n || c[1] >= s->n || c[2] >= s->n) return 0;
    triangle[n++] = t;
    int i = c[0] == site ? 0 : c[1] == site ? 1 : 2;
    t = s->mesh.beyond[3 * t + (i + 1) % 3];
  } while (t != s->triangle[site]);
  return n;
}

/* Moves every free site to the middle of its cell, where that lies on its own side of the outline. */
static void relax(const maker *m) {
  demo_sites *s = m->s;
  for (uint32_t i = 0; i < s->n; i++) {
    uint32_t t[DEMO_CORNERS_MAX], n = s->fixed[i] ? 0 : demo_cell(s, i, t);
    double area = 0, x = 0, y = 0;
    demo_xy o = s->at[i];
    for (uint32_t k = 0; k < n; k++) {
      demo_xy a = demo_circumcentre(s, t[k]), b = demo_circumcentre(s, t[(k + 1) % n]);
      double w = (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
      area += w;
      x += w * (a.x + b.x - 2 * o.x) / 3;
      y += w * (a.y + b.y - 2 * o.y) / 3;
    }
    if (n == 0 || area <= 0) continue;
    demo_xy to = {o.x + x / area, o.y + y / area};
    bool inside = i < s->n_inside;
    if (demo_distance(o, to) > 2 * demo_spacing(m->f, o) || !allowed(m, to, inside)) continue;
    s->at[i] = to;
  }
}

static wg_status place(wg_arena *arena, maker *m, uint32_t grids) {
  demo_sites *s = m->s;
  double least = 0.72 * demo_weight(m->f, m->f->core);
  m->cap = grids;
  if (grids >= 60) add_river(m);
  if (s->n > grids / 3) s->n = 0; /* too few grids to give half of them to the river */
  if (s->n) add_lattice(m);
  if (s->n > grids * 4 / 5) {
    s->n = 0;
    least = 0;
  }
  wg_status st = WG_OK;
  if (s->n < grids) st = add_free(arena, m, grids - s->n, true, s->n ? least : 0);
  s->n_inside = s->n;
  m->cap = grids * 3 + 4000;
  if (!st) st = add_free(arena, m, 0, false, 0);
  return st;
}

wg_status demo_sites_make(wg_arena *arena, const demo_field *f, uint32_t grids, demo_sites *out) {
  size_t most = (size_t)grids * 3 + 4000;
  *out = (demo_sites){.at = wg_arena_alloc(arena, most * sizeof *out->at),
                      .fixed = wg_arena_alloc(arena, most),
                      .triangle = wg_arena_alloc(arena, most * sizeof *out->triangle)};
  if (!out->at || !out->fixed || !out->triangle) return WG_NO_MEMORY;
  maker m = {.f = f, .s = out, .half = 1.25 * demo_reach(f) + 4.5 * sqrt(f->per_grid / 0.45)};
  wg_status st = place(arena, &m, grids);
  for (int round = 0; !st && round < LLOYD_ROUNDS; round++) {
    wg_arena scratch;
    wg_arena_init(&scratch);
    st = triangulate(&scratch, out);
    if (!st) relax(&m);
    wg_arena_clear(&scratch);
  }
  return st ? st : triangulate(arena, out);
}
