/* How much of an inexact position lies in each feature: a 2-D normal over polygons.
 *
 * Around the point the plane is flat, in units of sigma. A polygon's mass is the sum of the signed masses of
 * the triangles between the centre and its edges (owens_t.c), exact but for rounding, so nothing is sampled.
 * Land that several features hold goes to the first: whether there is any is decided exactly from the edges
 * that do not cancel (the number of holders changes across those only), and only then GEOS cuts it out. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geo/geos.h"
#include "geo/lattice.h"
#include "geo/owens_t.h"
#include "geo/resolver_internal.h"

#define REACH    6.5     /* sigmas: the mass beyond is below 1e-9 */
#define SHARE_IN 1e-4    /* less is folded into `rest` */
#define LEAST    1e-3    /* metres: no accuracy is better */
enum { CUT_MAX = 1024 }; /* features that GEOS is asked to cut out of one another */

typedef struct lens {
  const wg_resolver *r;
  wg_pt p;
  double x, y; /* sigmas a step */
  wg_box box;  /* within reach */
  uint32_t *feature, n;
  double *mass;
} lens;

static double edge_mass(const lens *l, double ax, double ay, double bx, double by) {
  return wg_normal_triangle((ax - l->p.x) * l->x, (ay - l->p.y) * l->y, (bx - l->p.x) * l->x,
                            (by - l->p.y) * l->y);
}

static double feature_mass(const lens *l, uint32_t f) {
  const wg_shapes *s = l->r->shapes;
  double sum = 0;
  for (uint32_t p = s->part[f]; p < s->part[f + 1]; p++)
    for (uint32_t r = s->ring[p]; r < s->ring[p + 1]; r++)
      for (uint32_t v = s->vert[r], first = v, end = s->vert[r + 1]; v < end; v++) {
        wg_pt a = s->pts[v], b = s->pts[v + 1 < end ? v + 1 : first];
        sum += edge_mass(l, a.x, a.y, b.x, b.y);
      }
  return sum;
}

/* --- is any land held twice? --------------------------------------------------------------------- */

static wg_status list_rim(const lens *l, wg_seg **rim, uint32_t *n) {
  const wg_shapes *s = l->r->shapes;
  uint64_t total = 0;
  *n = 0;
  for (uint32_t i = 0; i < l->n; i++)
    for (uint32_t p = s->part[l->feature[i]]; p < s->part[l->feature[i] + 1]; p++)
      total += s->vert[s->ring[p + 1]] - s->vert[s->ring[p]];
  if (!(*rim = malloc((total + 1) * sizeof **rim))) return WG_NO_MEMORY;
  for (uint32_t i = 0; i < l->n; i++)
    for (uint32_t p = s->part[l->feature[i]]; p < s->part[l->feature[i] + 1]; p++)
      for (uint32_t r = s->ring[p]; r < s->ring[p + 1]; r++)
        for (uint32_t v = s->vert[r], first = v, end = s->vert[r + 1]; v < end; v++)
          (*rim)[(*n)++] = (wg_seg){s->pts[v], s->pts[v + 1 < end ? v + 1 : first]};
  *n = wg_segs_cancel(*rim, *n);
  return WG_OK;
}

/* *twice: some land within reach is, or may be, held by several. */
static wg_status held_twice(const lens *l, double total, bool *twice) {
  wg_seg *rim = NULL;
  uint32_t n, within = 0;
  bool clean = true;
  wg_status st = list_rim(l, &rim, &n);
  for (uint32_t i = 0; i < n && !st; i++) within += wg_box_meets(wg_seg_box(rim[i]), l->box);
  if (!st && within) { /* the rim comes near: it must hold its inside once, as a whole */
    wg_shapes whole;
    wg_shapes_init(&whole);
    st = wg_shapes_feature(&whole);
    if (!st) st = wg_segs_polygons(rim, n, &whole, &clean, NULL);
    wg_shapes_deinit(&whole);
  }
  /* Otherwise the number of holders is the same all over, and the total mass tells it. */
  *twice = within ? !clean : total > 1.5;
  free(rim);
  return st;
}

/* --- cutting it out ------------------------------------------------------------------------------ */

typedef struct summing {
  const lens *l;
  double sum;
} summing;

static double ring_mass(GEOSContextHandle_t g, const lens *l, const GEOSGeometry *ring) {
  const GEOSCoordSequence *c = GEOSGeom_getCoordSeq_r(g, ring);
  unsigned n = 0;
  double sum = 0;
  if (!c || !GEOSCoordSeq_getSize_r(g, c, &n)) return 0;
  for (unsigned i = 0; i + 1 < n; i++) {
    double ax, ay, bx, by;
    GEOSCoordSeq_getXY_r(g, c, i, &ax, &ay);
    GEOSCoordSeq_getXY_r(g, c, i + 1, &bx, &by);
    sum += edge_mass(l, ax, ay, bx, by);
  }
  return fabs(sum);
}

static wg_status add_polygon(GEOSContextHandle_t g, const GEOSGeometry *polygon, void *ctx) {
  summing *s = ctx;
  s->sum += ring_mass(g, s->l, GEOSGetExteriorRing_r(g, polygon));
  int n = GEOSGetNumInteriorRings_r(g, polygon);
  for (int i = 0; i < n; i++) s->sum -= ring_mass(g, s->l, GEOSGetInteriorRingN_r(g, polygon, i));
  return WG_OK;
}

static GEOSGeometry *sound_feature(GEOSContextHandle_t g, const wg_shapes *s, uint32_t f) {
  GEOSGeometry *raw = wg_geos_feature(g, s, f);
  if (!raw || GEOSisValid_r(g, raw) == 1) return raw;
  GEOSGeometry *valid = GEOSMakeValid_r(g, raw);
  GEOSGeom_destroy_r(g, raw);
  return valid;
}

/* Each feature's land without that of the features before it. */
static wg_status cut_out(lens *l) {
  GEOSContextHandle_t g = wg_geos_new();
  GEOSGeometry **land = calloc((size_t)l->n + 1, sizeof *land);
  wg_status st = g && land ? WG_OK : WG_NO_MEMORY;
  for (uint32_t i = 0; i < l->n && !st; i++) {
    GEOSGeometry *left = NULL;
    wg_box mine = wg_shapes_box(l->r->shapes, l->feature[i]);
    if (!(land[i] = sound_feature(g, l->r->shapes, l->feature[i])) || !(left = GEOSGeom_clone_r(g, land[i])))
      st = WG_NO_MEMORY;
    for (uint32_t j = 0; j < i && !st; j++) {
      if (!wg_box_meets(mine, wg_shapes_box(l->r->shapes, l->feature[j]))) continue;
      GEOSGeometry *less = GEOSDifference_r(g, left, land[j]);
      if (!less) st = WG_INTERNAL;
      GEOSGeom_destroy_r(g, left);
      left = less;
    }
    summing s = {l, 0};
    if (!st) st = wg_geos_each_polygon(g, left, add_polygon, &s);
    if (!st) l->mass[i] = s.sum;
    if (left) GEOSGeom_destroy_r(g, left);
  }
  for (uint32_t i = 0; g && land && i < l->n; i++)
    if (land[i]) GEOSGeom_destroy_r(g, land[i]);
  free(land);
  if (g) GEOS_finish_r(g);
  return st;
}

/* --- the answer ---------------------------------------------------------------------------------- */

static int largest_first(const void *a, const void *b) {
  const wg_share *p = a, *q = b;
  if (p->probability != q->probability) return p->probability > q->probability ? -1 : 1;
  return (p->feature > q->feature) - (p->feature < q->feature);
}

static wg_status write_shares(const lens *l, wg_shares *out) {
  wg_share *all = malloc(((size_t)l->n + 1) * sizeof *all);
  if (!all) return WG_NO_MEMORY;
  double total = 0;
  for (uint32_t i = 0; i < l->n; i++) {
    all[i] = (wg_share){l->feature[i], fmin(fmax(l->mass[i], 0), 1)};
    total += all[i].probability;
  }
  /* Rounding may leave the sum a hair above 1. */
  double scale = total > 1 ? 1 / total : 1;
  out->outside = fmax(0, 1 - total);
  qsort(all, l->n, sizeof *all, largest_first);
  for (uint32_t i = 0; i < l->n; i++) {
    all[i].probability *= scale;
    if (out->n < WG_SHARES_MAX && all[i].probability >= SHARE_IN)
      out->share[out->n++] = all[i];
    else
      out->rest += all[i].probability;
  }
  free(all);
  return WG_OK;
}

static int32_t within_lattice(double v) { return (int32_t)fmax(-2e9, fmin(2e9, v)); }

static wg_status list_candidates(lens *l) {
  l->n = wg_resolver_query(l->r, l->box, 0, NULL);
  l->feature = malloc(((size_t)l->n + 1) * sizeof *l->feature);
  l->mass = malloc(((size_t)l->n + 1) * sizeof *l->mass);
  if (!l->feature || !l->mass) return WG_NO_MEMORY;
  wg_resolver_query(l->r, l->box, l->n, l->feature);
  return WG_OK;
}

wg_status wg_resolve_shares(const wg_resolver *r, wg_pt p, double accuracy, double level, wg_shares *out) {
  memset(out, 0, sizeof *out);
  if (!(accuracy >= 0 && accuracy < 1e8) || !(level > 0 && level < 1)) return WG_INVALID;
  double sigma = fmax(accuracy, LEAST) / sqrt(-2 * log1p(-level)), east, north;
  wg_lattice_scale(wg_lat(p), &east, &north);
  if (east < 1e-6) east = 1e-6; /* a pole */
  lens l = {.r = r, .p = p, .x = east / sigma, .y = north / sigma};
  double rx = REACH / l.x + 1, ry = REACH / l.y + 1;
  l.box = (wg_box){within_lattice(p.x - rx), within_lattice(p.y - ry), within_lattice(p.x + rx),
                   within_lattice(p.y + ry)};
  double total = 0;
  bool twice = false;
  wg_status st = list_candidates(&l);
  for (uint32_t i = 0; i < l.n && !st; i++) total += l.mass[i] = feature_mass(&l, l.feature[i]);
  if (!st && l.n > 1 && l.n <= CUT_MAX && !r->once) st = held_twice(&l, total, &twice);
  if (!st && twice) st = cut_out(&l);
  if (!st) st = write_shares(&l, out);
  free(l.feature);
  free(l.mass);
  return st;
}
