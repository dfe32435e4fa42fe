/* GEOS for what is dirty: between shapes and its geometries, on lattice integers as doubles. Private to geo.
 */
#ifndef WG_GEO_GEOS_H
#define WG_GEO_GEOS_H

#include <geos_c.h>

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

/* The geometry with every vertex on the lattice and still valid (it may change where it is thinner than a
 * step). NULL on failure. */
GEOSGeometry *wg_geos_snap(GEOSContextHandle_t g, const GEOSGeometry *geometry);

/* wg_drawn_area of polygons whose coordinates are lattice steps, rounded or not. */
double wg_geos_area(GEOSContextHandle_t g, const GEOSGeometry *geometry);

/* Calls fn for every polygon in a geometry, however nested; stops at what is not WG_OK. */
wg_status wg_geos_each_polygon(GEOSContextHandle_t g, const GEOSGeometry *geometry,
                               wg_status (*fn)(GEOSContextHandle_t, const GEOSGeometry *, void *), void *ctx);

#endif
