/* Shapes to GEOS and back. */
#include "geo/geos.h"

#include <math.h>
#include <stdlib.h>

#include "geo/lattice.h"

static void quiet(const char *message, void *ctx) { (void)message, (void)ctx; }

GEOSContextHandle_t wg_geos_new(void) {
  GEOSContextHandle_t g = GEOS_init_r();
  if (!g) return NULL;
  GEOSContext_setNoticeMessageHandler_r(g, quiet, NULL);
  GEOSContext_setErrorMessageHandler_r(g, quiet, NULL);
  return g;
}

static GEOSGeometry *ring_of(GEOSContextHandle_t g, const wg_pt *p, uint32_t n) {
  GEOSCoordSequence *c = GEOSCoordSeq_create_r(g, n + 1, 2);
  if (!c) return NULL;
  for (uint32_t i = 0; i <= n; i++) GEOSCoordSeq_setXY_r(g, c, i, p[i % n].x, p[i % n].y);
  return GEOSGeom_createLinearRing_r(g, c);
}

GEOSGeometry *wg_geos_part(GEOSContextHandle_t g, const wg_shapes *s, uint32_t p) {
  uint32_t first = s->ring[p], end = s->ring[p + 1], n = 0;
  if (first == end || s->vert[first + 1] - s->vert[first] < 3) return GEOSGeom_createEmptyPolygon_r(g);
  GEOSGeometry *shell = ring_of(g, s->pts + s->vert[first], s->vert[first + 1] - s->vert[first]);
  GEOSGeometry **hole = malloc((size_t)(end - first) * sizeof(GEOSGeometry *)), *out = NULL;
  bool ok = shell && hole;
  for (uint32_t r = first + 1; r < end && ok; r++) {
    uint32_t k = s->vert[r + 1] - s->vert[r];
    if (k < 3) continue;
    ok = (hole[n] = ring_of(g, s->pts + s->vert[r], k)) != NULL;
    if (ok) n++;
  }
  if (ok) {
    out = GEOSGeom_createPolygon_r(g, shell, hole, n); /* takes them over, also when it fails */
  } else {
    GEOSGeom_destroy_r(g, shell);
    for (uint32_t i = 0; i < n; i++) GEOSGeom_destroy_r(g, hole[i]);
  }
  free(hole);
  return out;
}

GEOSGeometry *wg_geos_feature(GEOSContextHandle_t g, const wg_shapes *s, uint32_t f) {
  uint32_t first = s->part[f], n = s->part[f + 1] - first, made = 0;
  if (n == 1) return wg_geos_part(g, s, first);
  GEOSGeometry **part = malloc(((size_t)n + 1) * sizeof(GEOSGeometry *)), *out = NULL;
  if (!part) return NULL;
  for (; made < n; made++)
    if (!(part[made] = wg_geos_part(g, s, first + made))) break;
  if (made == n)
    out = GEOSGeom_createCollection_r(g, GEOS_MULTIPOLYGON, part, n);
  else
    for (uint32_t i = 0; i < made; i++) GEOSGeom_destroy_r(g, part[i]);
  free(part);
  return out;
}

GEOSGeometry *wg_geos_line(GEOSContextHandle_t g, wg_pt a, wg_pt b) {
  GEOSCoordSequence *c = GEOSCoordSeq_create_r(g, 2, 2);
  if (!c) return NULL;
  GEOSCoordSeq_setXY_r(g, c, 0, a.x, a.y);
  GEOSCoordSeq_setXY_r(g, c, 1, b.x, b.y);
  return GEOSGeom_createLineString_r(g, c);
}

wg_status wg_geos_each_polygon(GEOSContextHandle_t g, const GEOSGeometry *geometry,
                               wg_status (*fn)(GEOSContextHandle_t, const GEOSGeometry *, void *),
                               void *ctx) {
  int type = GEOSGeomTypeId_r(g, geometry);
  if (type == GEOS_POLYGON) return GEOSisEmpty_r(g, geometry) ? WG_OK : fn(g, geometry, ctx);
  if (type != GEOS_MULTIPOLYGON && type != GEOS_GEOMETRYCOLLECTION) return WG_OK;
  wg_status st = WG_OK;
  int n = GEOSGetNumGeometries_r(g, geometry);
  for (int i = 0; i < n && !st; i++)
    st = wg_geos_each_polygon(g, GEOSGetGeometryN_r(g, geometry, i), fn, ctx);
  return st;
}

/* --- back to shapes ----------------------------------------------------------------------------------------
 */

static int32_t rounded(double v, double limit) { return (int32_t)fmax(-limit, fmin(limit, round(v))); }

/* Appends a ring, rounded and without repeats, in the wanted direction; *kept is false when nothing with area
 * is left of it. Vertices go into `room`, which holds as many. */
static wg_status append_ring(GEOSContextHandle_t g, const GEOSGeometry *ring, bool shell, wg_shapes *out,
                             bool *kept) {
  const GEOSCoordSequence *c = GEOSGeom_getCoordSeq_r(g, ring);
  unsigned n = 0;
  *kept = false;
  if (!c || !GEOSCoordSeq_getSize_r(g, c, &n) || n < 4) return WG_OK;
  wg_pt *p = malloc(n * sizeof *p);
  if (!p) return WG_NO_MEMORY;
  uint32_t k = 0;
  for (unsigned i = 0; i + 1 < n; i++) {
    double x, y;
    GEOSCoordSeq_getXY_r(g, c, i, &x, &y);
    p[k] = (wg_pt){rounded(x, 1.8e9), rounded(y, 0.9e9)};
    if (k == 0 || !wg_pt_same(p[k], p[k - 1])) k++;
  }
  while (k > 1 && wg_pt_same(p[0], p[k - 1])) k--;
  __int128 area = k < 3 ? 0 : wg_ring_area2(p, k);
  wg_status st = WG_OK;
  if (area) {
    bool turn = (area > 0) != shell;
    st = wg_shapes_ring(out);
    for (uint32_t i = 0; i < k && !st; i++) st = wg_shapes_vertex(out, p[turn ? k - 1 - i : i]);
    *kept = true;
  }
  free(p);
  return st;
}

static wg_status append_polygon(GEOSContextHandle_t g, const GEOSGeometry *polygon, void *ctx) {
  wg_shapes *out = ctx;
  bool kept = false;
  wg_status st = wg_shapes_part(out);
  if (!st) st = append_ring(g, GEOSGetExteriorRing_r(g, polygon), true, out, &kept);
  if (!st && !kept) { /* take the empty part back */
    out->part[out->n] = --out->n_parts;
    return WG_OK;
  }
  int n = GEOSGetNumInteriorRings_r(g, polygon);
  for (int i = 0; i < n && !st; i++)
    st = append_ring(g, GEOSGetInteriorRingN_r(g, polygon, i), false, out, &kept);
  return st;
}

wg_status wg_geos_append(GEOSContextHandle_t g, const GEOSGeometry *geometry, wg_shapes *out) {
  return wg_geos_each_polygon(g, geometry, append_polygon, out);
}

/* --- areas --------------------------------------------------------------------------------------- */

static double ring_area(GEOSContextHandle_t g, const GEOSGeometry *ring) {
  const GEOSCoordSequence *c = GEOSGeom_getCoordSeq_r(g, ring);
  unsigned n = 0;
  if (!c || !GEOSCoordSeq_getSize_r(g, c, &n) || n < 4) return 0;
  double *xy = malloc((size_t)n * 2 * sizeof *xy);
  if (!xy) return NAN;
  for (unsigned i = 0; i < n; i++) GEOSCoordSeq_getXY_r(g, c, i, &xy[2 * i], &xy[2 * i + 1]);
  double area = wg_drawn_ring_area(xy, n - 1);
  free(xy);
  return area;
}

static wg_status add_area(GEOSContextHandle_t g, const GEOSGeometry *polygon, void *ctx) {
  double *sum = ctx;
  *sum += ring_area(g, GEOSGetExteriorRing_r(g, polygon));
  int n = GEOSGetNumInteriorRings_r(g, polygon);
  for (int i = 0; i < n; i++) *sum -= ring_area(g, GEOSGetInteriorRingN_r(g, polygon, i));
  return WG_OK;
}

double wg_geos_area(GEOSContextHandle_t g, const GEOSGeometry *geometry) {
  double sum = 0;
  wg_geos_each_polygon(g, geometry, add_area, &sum);
  return sum;
}
