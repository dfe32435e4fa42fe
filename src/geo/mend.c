/* Mending one feature: rings tidied vertex by vertex, then put together anew where they only touch, and given
 * to GEOS where they cross. */
#include <stdlib.h>
#include <string.h>

#include "geo/coverage.h"
#include "geo/geos.h"

/* The tidied rings of one feature, as directed segments. */
typedef struct tidy {
  wg_shapes rings; /* one feature */
  wg_seg *segs;
  uint32_t n;
} tidy;

/* Is b a turning back, or no turn at all with nothing between (a = b)? */
static bool is_spike(wg_pt a, wg_pt b, wg_pt c) {
  if (wg_turn_sign(a, b, c) != 0) return false;
  __int128 dot = (__int128)((int64_t)a.x - b.x) * ((int64_t)c.x - b.x) +
                 (__int128)((int64_t)a.y - b.y) * ((int64_t)c.y - b.y);
  return dot > 0;
}

/* Drops repeated points and spikes, also over the ring's start. Returns how many vertices are left. */
static uint32_t tidy_ring(wg_pt *p, uint32_t n, unsigned *mended) {
  for (bool again = true; again && n >= 3;) {
    uint32_t k = 0;
    again = false;
    for (uint32_t i = 0; i < n; i++) {
      p[k++] = p[i];
      for (bool back = true; back && k > 1;) {
        back = false;
        if (wg_pt_same(p[k - 1], p[k - 2])) {
          k--;
          *mended |= WG_MEND_REPEATED;
          back = true;
        } else if (k > 2 && is_spike(p[k - 3], p[k - 2], p[k - 1])) {
          p[k - 2] = p[k - 1];
          k--;
          *mended |= WG_MEND_SPIKE;
          back = true;
        }
      }
    }
    while (k > 1 && wg_pt_same(p[0], p[k - 1])) {
      k--;
      *mended |= WG_MEND_REPEATED;
    }
    if (k >= 3 && (is_spike(p[k - 2], p[k - 1], p[0]) || is_spike(p[k - 1], p[0], p[1]))) {
      /* a spike over the start: turn the ring by two so that it comes inside, and go once more */
      wg_pt first = p[0], second = p[1];
      memmove(p, p + 2, (k - 2) * sizeof *p);
      p[k - 2] = first;
      p[k - 1] = second;
      again = true;
    }
    n = k;
  }
  return n;
}

static void turn_ring(wg_pt *p, uint32_t n) {
  for (uint32_t i = 0; i < n / 2; i++) {
    wg_pt t = p[i];
    p[i] = p[n - 1 - i];
    p[n - 1 - i] = t;
  }
}

/* Copies the ring tidied and in its direction. *kept is false when it has no area. */
static wg_status add_ring(tidy *t, const wg_pt *p, uint32_t n, bool shell, unsigned *mended, bool *kept) {
  wg_pt *q = malloc(((size_t)n + 1) * sizeof *q);
  if (!q) return WG_NO_MEMORY;
  if (n) memcpy(q, p, n * sizeof *q);
  n = tidy_ring(q, n, mended);
  *kept = n >= 3; /* what runs along one line only is all spikes, and gone */
  wg_status st = WG_OK;
  if (!*kept) {
    *mended |= WG_MEND_RING;
  } else {
    __int128 area = wg_ring_area2(q, n);
    if (area && (area > 0) != shell) {
      turn_ring(q, n);
      *mended |= WG_MEND_ORDER;
    }
    st = wg_shapes_ring(&t->rings);
    for (uint32_t i = 0; i < n && !st; i++) st = wg_shapes_vertex(&t->rings, q[i]);
  }
  free(q);
  return st;
}

static wg_status tidy_feature(const wg_shapes *in, uint32_t f, tidy *t, unsigned *mended) {
  wg_status st = wg_shapes_feature(&t->rings);
  for (uint32_t p = in->part[f]; p < in->part[f + 1] && !st; p++) {
    bool kept = false;
    if (in->ring[p] == in->ring[p + 1]) continue;
    st = wg_shapes_part(&t->rings);
    for (uint32_t r = in->ring[p]; r < in->ring[p + 1] && !st; r++) {
      bool shell = r == in->ring[p];
      st = add_ring(t, in->pts + in->vert[r], in->vert[r + 1] - in->vert[r], shell, mended, &kept);
      if (shell && !kept) break; /* holes of nothing go with it */
    }
    if (!st && t->rings.ring[t->rings.n_parts - 1] == t->rings.n_rings)
      t->rings.part[t->rings.n] = --t->rings.n_parts;
  }
  return st;
}

/* A ring that visits a point twice, however it does, is one no reader agrees on. Segments that are equal and
 * opposite (parts sharing an edge) cancel. */
static wg_status list_segs(tidy *t) {
  const wg_shapes *s = &t->rings;
  wg_mates m = {0};
  wg_status st = WG_OK;
  t->segs = malloc(((size_t)s->n_pts + 1) * sizeof *t->segs);
  if (!t->segs) return WG_NO_MEMORY;
  if (s->n_rings > 1 && (st = wg_mates_find(s, &m))) return st;
  for (uint32_t r = 0; r < s->n_rings; r++)
    for (uint32_t v = s->vert[r]; v < s->vert[r + 1]; v++)
      if (!m.mate || m.mate[v] == WG_NO_MATE)
        t->segs[t->n++] = (wg_seg){s->pts[v], s->pts[v + 1 < s->vert[r + 1] ? v + 1 : s->vert[r]]};
  wg_mates_deinit(&m);
  return WG_OK;
}

static int by_place(const void *a, const void *b) {
  const wg_pt *p = a, *q = b;
  if (p->x != q->x) return p->x < q->x ? -1 : 1;
  return (p->y > q->y) - (p->y < q->y);
}

/* Are the vertices of a ring all different? */
static wg_status all_different(const wg_pt *p, uint32_t n, bool *yes) {
  enum { FEW = 256 };
  wg_pt few[FEW], *q = n <= FEW ? few : malloc(n * sizeof *q);
  if (!q) return WG_NO_MEMORY;
  memcpy(q, p, n * sizeof *q);
  qsort(q, n, sizeof *q, by_place);
  *yes = true;
  for (uint32_t i = 1; i < n && *yes; i++) *yes = !wg_pt_same(q[i], q[i - 1]);
  if (q != few) free(q);
  return WG_OK;
}

/* Most features: one ring that nowhere touches itself. */
static wg_status is_simple(const tidy *t, bool *simple) {
  *simple = false;
  if (t->rings.n_rings != 1) return WG_OK;
  wg_status st = all_different(t->rings.pts, t->rings.n_pts, simple);
  return st || !*simple ? st : wg_segs_clean(t->segs, t->n, simple);
}

/* Same rings, whatever their order and start? Counting is enough: nothing else can have changed. */
static bool same_build(const wg_shapes *a, const wg_shapes *b, uint32_t fb) {
  uint32_t parts = b->part[fb + 1] - b->part[fb];
  return a->n_parts == parts && a->n_rings == b->ring[b->part[fb + 1]] - b->ring[b->part[fb]];
}

static wg_status refuse(wg_err *err) {
  return wg_fail_code(
      err, WG_UNPROCESSABLE, "polygon-broken", "geometry",
      WG_T("the polygon crosses itself in a way that cannot be mended", "多边形自相交，无法自动修复"));
}

/* --- by GEOS ------------------------------------------------------------------------------------- */

/* Is a place that is on no edge inside a part: crossed by an odd number of its edges? */
static bool inside_part(const wg_shapes *s, uint32_t part, double x, double y) {
  bool in = false;
  for (uint32_t r = s->ring[part]; r < s->ring[part + 1]; r++) {
    for (uint32_t v = s->vert[r]; v < s->vert[r + 1]; v++) {
      wg_pt a = s->pts[v], b = s->pts[v + 1 < s->vert[r + 1] ? v + 1 : s->vert[r]];
      if ((a.y > y) == (b.y > y)) continue;
      if (a.x + (y - a.y) / ((double)b.y - a.y) * ((double)b.x - a.x) > x) in = !in;
    }
  }
  return in;
}

static bool inside_any(double x, double y, void *ctx) {
  const wg_shapes *s = ctx;
  bool in = false;
  for (uint32_t p = 0; p < s->n_parts && !in; p++) in = inside_part(s, p, x, y);
  return in;
}

/* The rings are cut where they cross; of the faces between them those are kept that lie in a part by the rule
 * of odd crossings, which is how a reader and the resolver see them. (GEOSMakeValid would take lines drawn
 * twice for borders.) */
static wg_status mend_by_geos(tidy *t, wg_shapes *out, wg_err *err) {
  GEOSContextHandle_t g = wg_geos_new();
  if (!g) return WG_NO_MEMORY;
  uint32_t parts = out->n_parts;
  wg_status st = wg_geos_land(g, t->segs, t->n, inside_any, &t->rings, out);
  if (st == WG_INTERNAL || (!st && out->n_parts == parts)) st = refuse(err);
  GEOS_finish_r(g);
  return st;
}

static wg_status mend_into(const wg_shapes *in, uint32_t f, tidy *t, wg_shapes *out, unsigned *mended,
                           wg_err *err) {
  wg_status st = tidy_feature(in, f, t, mended);
  if (st) return st;
  if (!t->rings.n_parts)
    return wg_fail_code(err, WG_UNPROCESSABLE, "polygon-empty", "geometry",
                        WG_T("the polygon has no area", "多边形没有面积"));
  bool simple, clean = false;
  if ((st = list_segs(t)) || (st = is_simple(t, &simple))) return st;
  if (simple) return wg_shapes_copy(out, &t->rings, 0);
  if ((st = wg_shapes_feature(out))) return st;
  if ((st = wg_segs_polygons(t->segs, t->n, out, &clean, NULL))) return st;
  if (clean && t->n) {
    if (!same_build(&t->rings, out, out->n - 1)) *mended |= WG_MEND_ORDER;
    return WG_OK;
  }
  *mended |= WG_MEND_SELF;
  return mend_by_geos(t, out, err);
}

wg_status wg_coverage_mend(const wg_shapes *in, uint32_t f, wg_shapes *out, unsigned *mended, wg_err *err) {
  tidy t = {.n = 0};
  wg_shapes_init(&t.rings);
  uint32_t n = out->n, parts = out->n_parts, rings = out->n_rings, pts = out->n_pts;
  *mended = 0;
  wg_status st = mend_into(in, f, &t, out, mended, err);
  if (st && out->n > n) { /* nothing half-written */
    out->n = n;
    out->n_parts = parts;
    out->n_rings = rings;
    out->n_pts = pts;
  }
  if (st == WG_NO_MEMORY || st == WG_TOO_LARGE)
    wg_fail(err, st, "geometry",
            WG_T("the polygon is too large for this machine's memory", "多边形过大，内存不足"));
  free(t.segs);
  wg_shapes_deinit(&t.rings);
  return st;
}
