/* GEOS for what is dirty: between shapes and its geometries, on lattice integers as doubles. Private to geo.
 */
#ifndef WG_GEO_GEOS_H
#define WG_GEO_GEOS_H

#include <geos_c.h>

#include "geo/boxtree.h"
#include "geo/segs.h"

/* A context that says nothing on standard error; one for each call of ours. NULL when memory is out. */
GEOSContextHandle_t wg_geos_new(void);

/* Feature f, or part p alone. Rings of fewer than three vertices are left out. NULL on failure. */
GEOSGeometry *wg_geos_feature(GEOSContextHandle_t g, const wg_shapes *s, uint32_t f);
GEOSGeometry *wg_geos_part(GEOSContextHandle_t g, const wg_shapes *s, uint32_t p);
GEOSGeometry *wg_geos_line(GEOSContextHandle_t g, wg_pt a, wg_pt b);

/* Appends the polygons of any geometry, vertices rounded, to the last feature of out; whatever rounding left
 * without area is left out. Rings get their direction by their place. */
wg_status wg_geos_append(GEOSContextHandle_t g, const GEOSGeometry *geometry, wg_shapes *out);

/* wg_drawn_area of polygons whose coordinates are lattice steps, rounded or not. */
double wg_geos_area(GEOSContextHandle_t g, const GEOSGeometry *geometry);

/* Calls fn for every polygon in a geometry, however nested; stops at what is not WG_OK. */
wg_status wg_geos_each_polygon(GEOSContextHandle_t g, const GEOSGeometry *geometry,
                               wg_status (*fn)(GEOSContextHandle_t, const GEOSGeometry *, void *), void *ctx);

/* Cuts the segments where they meet or cross and calls fn for every face between them (the outside is none).
 * WG_INTERNAL when GEOS cannot. */
wg_status wg_geos_faces(GEOSContextHandle_t g, const wg_seg *segs, uint32_t n,
                        wg_status (*fn)(GEOSContextHandle_t, const GEOSGeometry *, void *), void *ctx);
/* A point in a polygon. False when GEOS cannot say. */
bool wg_geos_point_in(GEOSContextHandle_t g, const GEOSGeometry *polygon, double *x, double *y);

/* Appends to the last feature of out the land between the segments for which inside(x, y) holds; it is asked
 * once for each face. Vertices are on the lattice, and the polygons valid there: the segments are cut, the
 * kept faces rounded and joined, and once more where rounding made them cross. */
wg_status wg_geos_land(GEOSContextHandle_t g, const wg_seg *segs, uint32_t n,
                       bool (*inside)(double x, double y, void *ctx), void *ctx, wg_shapes *out);

/* How often directed segments wind around a point: how many features hold it, when the segments are what is
 * left of those features' edges after equal and opposite ones cancelled. */
typedef struct wg_winding wg_winding;
wg_status wg_winding_new(const wg_seg *segs, uint32_t n, wg_winding **out); /* keeps the pointer */
void wg_winding_free(wg_winding *w);
int wg_winding_at(const wg_winding *w, double x, double y);
/* The boxes of the segments, as a tree. */
const wg_boxtree *wg_winding_tree(const wg_winding *w);

#endif
