/* Faces between segments by GEOS, and which of them lie how often inside. */
#include <math.h>
#include <stdlib.h>

#include "geo/geos.h"

static GEOSGeometry *lines_of(GEOSContextHandle_t g, const wg_seg *segs, uint32_t n) {
  wg_geos_list lines = {0};
  GEOSGeometry *out = NULL;
  for (uint32_t i = 0; i < n; i++)
    if (wg_geos_list_add(g, &lines, wg_geos_line(g, segs[i].a, segs[i].b))) goto done;
  out = GEOSGeom_createCollection_r(g, GEOS_MULTILINESTRING, lines.at, lines.n);
  if (out) lines.n = 0; /* taken over */
done:
  wg_geos_list_deinit(g, &lines);
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

/* --- lists ------------------------------------------------------------------------------------- */

wg_status wg_geos_list_add(GEOSContextHandle_t g, wg_geos_list *list, GEOSGeometry *geometry) {
  if (!geometry) return WG_NO_MEMORY;
  if (list->n == list->cap) {
    uint32_t cap = list->cap ? list->cap * 2 : 16;
    GEOSGeometry **p = realloc(list->at, cap * sizeof(GEOSGeometry *));
    if (!p) {
      GEOSGeom_destroy_r(g, geometry);
      return WG_NO_MEMORY;
    }
    list->at = p;
    list->cap = cap;
  }
  list->at[list->n++] = geometry;
  return WG_OK;
}

void wg_geos_list_deinit(GEOSContextHandle_t g, wg_geos_list *list) {
  for (uint32_t i = 0; i < list->n; i++) GEOSGeom_destroy_r(g, list->at[i]);
  free(list->at);
  *list = (wg_geos_list){0};
}

wg_status wg_geos_unite(GEOSContextHandle_t g, wg_geos_list *list, wg_shapes *out) {
  GEOSGeometry *all = GEOSGeom_createCollection_r(g, GEOS_GEOMETRYCOLLECTION, list->at, list->n);
  if (!all) return WG_NO_MEMORY;
  list->n = 0; /* taken over */
  GEOSGeometry *one = GEOSUnaryUnionPrec_r(g, all, 1);
  wg_status st = one ? wg_geos_append(g, one, out) : WG_INTERNAL;
  GEOSGeom_destroy_r(g, all);
  GEOSGeom_destroy_r(g, one);
  return st;
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
