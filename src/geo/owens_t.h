/* Mass of a standard 2-D normal on the left of a directed segment, seen from the origin. Private to geo. */
#ifndef WG_GEO_OWENS_T_H
#define WG_GEO_OWENS_T_H

/* Owen's T: the mass between the ray at angle 0 and the ray at atan(a) beyond the line x = h (h, a ≥ 0). */
double wg_owens_t(double h, double a);

/* The signed mass of the triangle origin, (ax, ay), (bx, by), positive counter-clockwise. Summed over a
 * polygon's edges it is the polygon's mass, wherever the origin lies. */
double wg_normal_triangle(double ax, double ay, double bx, double by);

#endif
