/* Faces between segments by GEOS, and which of them lie how often inside. */
#include <math.h>
#include <stdlib.h>

#include "geo/geos.h"

static GEOSGeometry *lines_of(GEOSContextHandle_t g, const wg_seg *segs, uint32_t n) {
  GEOSGeometry **line = malloc(((size_t)n + 1) * sizeof(GEOSGeometry *)), *out = NULL;
  uint32_t made = 0;
  if (!line) return NULL;
  while (made < n && (line[made] = wg_geos_line(g, segs[made].a, segs[made].b))) made++;
  if (made == n)
    out = GEOSGeom_createCollection_r(g, GEOS_MULTILINESTRING, line, n); /* takes them over */
  else
    while (made) GEOSGeom_destroy_r(g, line[--made]);
  free(line);
  return out;
}

wg_status wg_geos_faces(GEOSContextHandle_t g, const wg_seg *segs, uint32_t n,
                        wg_status (*fn)(GEOSContextHandle_t, const GEOSGeometry *, void *), void *ctx) {
  GEOSGeometry *lines = lines_of(g, segs, n);
  if (!lines) return WG_NO_MEMORY;
  GEOSGeometry *noded = GEOSUnaryUnion_r(g, lines);
  /* Where floating noding does not come to an end, a fine grid settles it. */
  if (!noded) noded = GEOSUnaryUnionPrec_r(g, lines, 1e-3);
  const GEOSGeometry *input = noded;
  GEOSGeometry *faces = noded ? GEOSPolygonize_r(g, &input, 1) : NULL;
  wg_status st = faces ? wg_geos_each_polygon(g, faces, fn, ctx) : WG_INTERNAL;
  GEOSGeom_destroy_r(g, lines);
  GEOSGeom_destroy_r(g, noded);
  GEOSGeom_destroy_r(g, faces);
  return st;
}

bool wg_geos_point_in(GEOSContextHandle_t g, const GEOSGeometry *polygon, double *x, double *y) {
  GEOSGeometry *p = GEOSPointOnSurface_r(g, polygon);
  bool ok = p && GEOSGeomGetX_r(g, p, x) == 1 && GEOSGeomGetY_r(g, p, y) == 1;
  GEOSGeom_destroy_r(g, p);
  return ok;
}

/* --- the winding number ------------------------------------------------------------------------ */

struct wg_winding {
  const wg_seg *segs;
  wg_boxtree *tree;
  int32_t right; /* the largest x */
};

wg_status wg_winding_new(const wg_seg *segs, uint32_t n, wg_winding **out) {
  wg_winding *w = calloc(1, sizeof *w);
  wg_box *box = malloc(((size_t)n + 1) * sizeof *box);
  wg_status st = w && box ? WG_OK : WG_NO_MEMORY;
  *out = NULL;
  if (!st) {
    *w = (wg_winding){segs, NULL, INT32_MIN};
    for (uint32_t i = 0; i < n; i++) {
      box[i] = wg_seg_box(segs[i]);
      if (box[i].x1 > w->right) w->right = box[i].x1;
    }
    st = wg_boxtree_new(box, n, &w->tree);
  }
  free(box);
  if (st)
    free(w);
  else
    *out = w;
  return st;
}

void wg_winding_free(wg_winding *w) {
  if (!w) return;
  wg_boxtree_free(w->tree);
  free(w);
}

const wg_boxtree *wg_winding_tree(const wg_winding *w) { return w->tree; }

typedef struct ray {
  const wg_seg *segs;
  double x, y;
  int winding;
} ray;

static bool cross_ray(uint32_t id, void *ctx) {
  ray *r = ctx;
  wg_seg s = r->segs[id];
  bool up = s.a.y <= r->y && s.b.y > r->y, down = s.b.y <= r->y && s.a.y > r->y;
  if (!up && !down) return true;
  double x = s.a.x + (r->y - s.a.y) / ((double)s.b.y - s.a.y) * ((double)s.b.x - s.a.x);
  if (x > r->x) r->winding += up ? 1 : -1;
  return true;
}

int wg_winding_at(const wg_winding *w, double x, double y) {
  ray r = {w->segs, x, y, 0};
  wg_boxtree_query(w->tree, (wg_box){(int32_t)floor(x), (int32_t)floor(y), w->right, (int32_t)ceil(y)},
                   cross_ray, &r);
  return r.winding;
}

/* --- land -------------------------------------------------------------------------------------- */

enum { ROUNDS = 6 };

typedef struct land {
  bool (*inside)(double x, double y, void *ctx);
  void *ctx;
  wg_seg *segs; /* the kept faces' edges, rounded */
  uint32_t n, cap;
} land;

static wg_status add_seg(land *l, wg_pt a, wg_pt b) {
  if (wg_pt_same(a, b)) return WG_OK;
  if (l->n == l->cap) {
    uint32_t cap = l->cap ? l->cap * 2 : 256;
    wg_seg *p = realloc(l->segs, cap * sizeof *p);
    if (!p) return WG_NO_MEMORY;
    l->segs = p;
    l->cap = cap;
  }
  l->segs[l->n++] = (wg_seg){a, b};
  return WG_OK;
}

static wg_pt rounded(double x, double y) { return (wg_pt){(int32_t)round(x), (int32_t)round(y)}; }

static wg_status add_ring(GEOSContextHandle_t g, const GEOSGeometry *ring, bool shell, land *l) {
  const GEOSCoordSequence *c = GEOSGeom_getCoordSeq_r(g, ring);
  unsigned n = 0;
  char ccw = 0;
  if (!c || !GEOSCoordSeq_getSize_r(g, c, &n) || n < 4 || !GEOSCoordSeq_isCCW_r(g, c, &ccw)) return WG_OK;
  wg_status st = WG_OK;
  for (unsigned i = 0; i + 1 < n && !st; i++) {
    double ax, ay, bx, by;
    GEOSCoordSeq_getXY_r(g, c, i, &ax, &ay);
    GEOSCoordSeq_getXY_r(g, c, i + 1, &bx, &by);
    wg_pt a = rounded(ax, ay), b = rounded(bx, by);
    st = (ccw != 0) == shell ? add_seg(l, a, b) : add_seg(l, b, a);
  }
  return st;
}

static wg_status keep_face(GEOSContextHandle_t g, const GEOSGeometry *face, void *ctx) {
  land *l = ctx;
  double x, y;
  if (!wg_geos_point_in(g, face, &x, &y) || !l->inside(x, y, l->ctx)) return WG_OK;
  wg_status st = add_ring(g, GEOSGetExteriorRing_r(g, face), true, l);
  int holes = GEOSGetNumInteriorRings_r(g, face);
  for (int i = 0; i < holes && !st; i++) st = add_ring(g, GEOSGetInteriorRingN_r(g, face, i), false, l);
  return st;
}

static bool held(double x, double y, void *ctx) { return wg_winding_at(ctx, x, y) > 0; }

wg_status wg_geos_land(GEOSContextHandle_t g, const wg_seg *segs, uint32_t n,
                       bool (*inside)(double x, double y, void *ctx), void *ctx, wg_shapes *out) {
  land l = {inside, ctx, NULL, 0, 0};
  bool clean = false;
  wg_status st = wg_geos_faces(g, segs, n, keep_face, &l);
  for (int round = 0; !st && round < ROUNDS; round++) {
    l.n = wg_segs_cancel(l.segs, l.n);
    st = wg_segs_polygons(l.segs, l.n, out, &clean, NULL);
    if (st || clean) break;
    /* What was kept is itself land of this kind: held where its edges wind. */
    land again = {held, NULL, NULL, 0, 0};
    wg_winding *w = NULL;
    st = wg_winding_new(l.segs, l.n, &w);
    again.ctx = w;
    if (!st) st = wg_geos_faces(g, l.segs, l.n, keep_face, &again);
    wg_winding_free(w);
    free(l.segs);
    l = again;
  }
  free(l.segs);
  return st ? st : clean ? WG_OK : WG_INTERNAL;
}
