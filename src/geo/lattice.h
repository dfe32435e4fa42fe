/* Degrees ↔ lattice integers (base/shape.h), and metres on the ellipsoid near a point. */
#ifndef WG_GEO_LATTICE_H
#define WG_GEO_LATTICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/shape.h"

/* Rounds once, half away from zero. False when not finite or outside the world (±180, ±90). */
bool wg_lattice_from(double lon, double lat, wg_pt *out);
static inline double wg_lon(wg_pt p) { return p.x / WG_LATTICE; }
static inline double wg_lat(wg_pt p) { return p.y / WG_LATTICE; }

/* Metres that one lattice step is worth at latitude lat (degrees), on the WGS 84 ellipsoid, eastward and
 * northward, by its radii of curvature (Snyder, Map Projections, USGS PP 1395, eq. 4-18 and 4-20). */
void wg_lattice_scale(double lat, double *east, double *north);

/* Geodesic area (m²) and perimeter (m) of feature f on WGS 84, by PROJ's geodesic routines
 * (Karney 2013, doi:10.1007/s00190-012-0578-z). Holes are subtracted. */
double wg_geodesic_area(const wg_shapes *s, uint32_t f);
double wg_geodesic_perimeter(const wg_shapes *s, uint32_t f);
double wg_geodesic_distance(wg_pt a, wg_pt b); /* metres */

/* Area (m²) on the ellipsoid of land whose edges are drawn straight in longitude and latitude, as every
 * predicate here takes them (a geodesic of 1 km leaves that line by centimetres: nothing for a district, and
 * more than a sliver is wide). By the area under each edge, Snyder eq. 3-12. */
double wg_drawn_area(const wg_shapes *s, uint32_t f);
double wg_drawn_ring_area(const double *xy, uint32_t n); /* x, y pairs in lattice steps; not negative */

#endif
