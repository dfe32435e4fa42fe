/* Incremental insertion along a Hilbert curve, walking to the triangle and flipping (Lawson 1977). The walk
 * is short because each point lies near the one before. */
#include "cli/demo/delaunay.h"

#include <stdbool.h>
#include <stdlib.h>

typedef __int128 wide;

typedef struct mesh {
  demo_ipt *pt;
  uint32_t *corner, *beyond, n;
} mesh;

static int64_t turn(demo_ipt a, demo_ipt b, demo_ipt c) {
  return ((int64_t)b.x - a.x) * ((int64_t)c.y - a.y) - ((int64_t)b.y - a.y) * ((int64_t)c.x - a.x);
}

/* d strictly inside the circle through a, b, c (counter-clockwise). */
static bool in_circle(demo_ipt a, demo_ipt b, demo_ipt c, demo_ipt d) {
  int64_t ax = (int64_t)a.x - d.x, ay = (int64_t)a.y - d.y, bx = (int64_t)b.x - d.x, by = (int64_t)b.y - d.y;
  int64_t cx = (int64_t)c.x - d.x, cy = (int64_t)c.y - d.y;
  wide det = (wide)(ax * ax + ay * ay) * (bx * cy - by * cx) -
             (wide)(bx * bx + by * by) * (ax * cy - ay * cx) +
             (wide)(cx * cx + cy * cy) * (ax * by - ay * bx);
  return det > 0;
}

static void set(mesh *m, uint32_t t, uint32_t a, uint32_t b, uint32_t c, uint32_t oa, uint32_t ob,
                uint32_t oc) {
  m->corner[3 * t] = a, m->corner[3 * t + 1] = b, m->corner[3 * t + 2] = c;
  m->beyond[3 * t] = oa, m->beyond[3 * t + 1] = ob, m->beyond[3 * t + 2] = oc;
}

static void relink(mesh *m, uint32_t t, uint32_t was, uint32_t now) {
  if (t == DEMO_NONE) return;
  for (int i = 0; i < 3; i++)
    if (m->beyond[3 * t + i] == was) {
      m->beyond[3 * t + i] = now;
      return;
    }
}

/* The triangle that holds p, from t on. *side: 0–2 when p lies on the side opposite to that corner, else 3.
 */
static uint32_t walk(const mesh *m, uint32_t t, demo_ipt p, int *side) {
  for (;;) {
    *side = 3;
    int out = -1;
    for (int i = 0; i < 3 && out < 0; i++) {
      int64_t s = turn(m->pt[m->corner[3 * t + (i + 1) % 3]], m->pt[m->corner[3 * t + (i + 2) % 3]], p);
      if (s < 0)
        out = i;
      else if (s == 0)
        *side = i;
    }
    if (out < 0) return t;
    t = m->beyond[3 * t + out];
  }
}

/* Makes the sides around p (corner 0 of the triangles on the stack) locally Delaunay. */
static void legalize(mesh *m, uint32_t *stack, int top) {
  while (top) {
    uint32_t t = stack[--top], o = m->beyond[3 * t];
    if (o == DEMO_NONE) continue;
    int j = m->beyond[3 * o] == t ? 0 : m->beyond[3 * o + 1] == t ? 1 : 2;
    uint32_t p = m->corner[3 * t], a = m->corner[3 * t + 1], b = m->corner[3 * t + 2],
             q = m->corner[3 * o + j];
    if (!in_circle(m->pt[p], m->pt[a], m->pt[b], m->pt[q])) continue;
    uint32_t past_b = m->beyond[3 * t + 1],
             past_a = m->beyond[3 * t + 2]; /* opposite to a (side bp), to b (pa) */
    uint32_t o_aq = m->beyond[3 * o + (j + 1) % 3], o_qb = m->beyond[3 * o + (j + 2) % 3];
    /* o is (q, b, a): the side opposite to b is aq, the one opposite to a is qb. */
    set(m, t, p, a, q, o_aq, o, past_a);
    set(m, o, p, q, b, o_qb, past_b, t);
    relink(m, o_aq, o, t);
    relink(m, past_b, t, o);
    stack[top++] = t;
    stack[top++] = o;
  }
}

static void split_inside(mesh *m, uint32_t t, uint32_t p, uint32_t *stack) {
  uint32_t a = m->corner[3 * t], b = m->corner[3 * t + 1], c = m->corner[3 * t + 2];
  uint32_t oa = m->beyond[3 * t], ob = m->beyond[3 * t + 1], oc = m->beyond[3 * t + 2];
  uint32_t u = m->n++, v = m->n++;
  set(m, t, p, b, c, oa, u, v);
  set(m, u, p, c, a, ob, v, t);
  set(m, v, p, a, b, oc, t, u);
  relink(m, ob, t, u);
  relink(m, oc, t, v);
  stack[0] = t, stack[1] = u, stack[2] = v;
  legalize(m, stack, 3);
}

/* p lies on the side of t opposite to corner i: both triangles there become two. */
static void split_side(mesh *m, uint32_t t, int i, uint32_t p, uint32_t *stack) {
  uint32_t a = m->corner[3 * t + i], b = m->corner[3 * t + (i + 1) % 3], c = m->corner[3 * t + (i + 2) % 3];
  uint32_t o = m->beyond[3 * t + i], ob = m->beyond[3 * t + (i + 1) % 3], oc = m->beyond[3 * t + (i + 2) % 3];
  int j = m->beyond[3 * o] == t ? 0 : m->beyond[3 * o + 1] == t ? 1 : 2;
  uint32_t d = m->corner[3 * o + j], past_b = m->beyond[3 * o + (j + 2) % 3],
           past_c = m->beyond[3 * o + (j + 1) % 3];
  /* o is (d, c, b): past_c is beyond the side bd, past_b beyond dc. */
  uint32_t u = m->n++, v = m->n++;
  set(m, t, p, a, b, oc, v, u);
  set(m, u, p, c, a, ob, t, o);
  set(m, o, p, d, c, past_b, u, v);
  set(m, v, p, b, d, past_c, o, t);
  relink(m, ob, t, u);
  relink(m, past_c, o, v);
  stack[0] = t, stack[1] = u, stack[2] = o, stack[3] = v;
  legalize(m, stack, 4);
}

/* Where a point stands along the Hilbert curve of 2^16 × 2^16 cells. */
static uint32_t hilbert(demo_ipt p) {
  uint32_t x = (uint32_t)(p.x + DEMO_SPAN) >> 8, y = (uint32_t)(p.y + DEMO_SPAN) >> 8, d = 0;
  for (uint32_t s = 1u << 15; s; s >>= 1) {
    uint32_t rx = (x & s) != 0, ry = (y & s) != 0;
    d += s * s * ((3 * rx) ^ ry);
    if (ry) continue;
    if (rx) x = 0xffff - x, y = 0xffff - y;
    uint32_t swap = x;
    x = y, y = swap;
  }
  return d;
}

typedef struct place {
  uint32_t along, point;
} place;

static int by_curve(const void *a, const void *b) {
  const place *p = a, *q = b;
  if (p->along != q->along) return p->along < q->along ? -1 : 1;
  return p->point < q->point ? -1 : 1;
}

wg_status demo_delaunay_make(wg_arena *arena, demo_ipt *pt, uint32_t n, demo_delaunay *out) {
  mesh m = {.pt = pt};
  uint32_t most = 2 * n + 1;
  m.corner = wg_arena_alloc(arena, (size_t)most * 3 * sizeof *m.corner);
  m.beyond = wg_arena_alloc(arena, (size_t)most * 3 * sizeof *m.beyond);
  place *order = wg_arena_alloc(arena, ((size_t)n + 1) * sizeof *order);
  uint32_t *stack = wg_arena_alloc(arena, ((size_t)most + 8) * sizeof *stack);
  if (!m.corner || !m.beyond || !order || !stack) return WG_NO_MEMORY;
  pt[n] = (demo_ipt){-20 * DEMO_SPAN, -18 * DEMO_SPAN};
  pt[n + 1] = (demo_ipt){20 * DEMO_SPAN, -18 * DEMO_SPAN};
  pt[n + 2] = (demo_ipt){0, 20 * DEMO_SPAN};
  set(&m, m.n++, n, n + 1, n + 2, DEMO_NONE, DEMO_NONE, DEMO_NONE);
  for (uint32_t i = 0; i < n; i++) order[i] = (place){hilbert(pt[i]), i};
  qsort(order, n, sizeof *order, by_curve);
  uint32_t at = 0;
  for (uint32_t i = 0; i < n; i++) {
    int side;
    at = walk(&m, at, pt[order[i].point], &side);
    if (side < 3)
      split_side(&m, at, side, order[i].point, stack);
    else
      split_inside(&m, at, order[i].point, stack);
  }
  *out = (demo_delaunay){n + 3, m.n, m.corner, m.beyond};
  return WG_OK;
}
