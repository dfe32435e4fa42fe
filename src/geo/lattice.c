/* Degrees ↔ lattice integers and metres on the WGS 84 ellipsoid. */
#include "geo/lattice.h"

#include <geodesic.h>
#include <math.h>
#include <stddef.h>

#define WGS84_A 6378137.0
#define WGS84_F (1 / 298.257223563)

bool wg_lattice_from(double lon, double lat, wg_pt *out) {
  /* A comparison with NaN is false, so this refuses NaN as well as infinities. */
  if (!(lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90)) return false;
  out->x = (int32_t)round(lon * WG_LATTICE);
  out->y = (int32_t)round(lat * WG_LATTICE);
  return true;
}

void wg_lattice_scale(double lat, double *east, double *north) {
  const double e2 = WGS84_F * (2 - WGS84_F);
  double phi = lat * (M_PI / 180), s = sin(phi);
  double w = 1 - e2 * s * s;
  double step = M_PI / 180 / WG_LATTICE;
  *north = WGS84_A * (1 - e2) / (w * sqrt(w)) * step;
  *east = WGS84_A / sqrt(w) * cos(phi) * step;
}

/* Signed area (counter-clockwise positive) and perimeter of one ring. */
static void ring_measure(const struct geod_geodesic *g, const wg_pt *p, uint32_t n, double *area,
                         double *perimeter) {
  struct geod_polygon poly;
  geod_polygon_init(&poly, 0);
  for (uint32_t i = 0; i < n; i++) geod_polygon_addpoint(g, &poly, wg_lat(p[i]), wg_lon(p[i]));
  geod_polygon_compute(g, &poly, 0, 1, area, perimeter);
}

static void feature_measure(const wg_shapes *s, uint32_t f, double *area, double *perimeter) {
  struct geod_geodesic g;
  geod_init(&g, WGS84_A, WGS84_F);
  *area = *perimeter = 0;
  for (uint32_t p = s->part[f]; p < s->part[f + 1]; p++) {
    for (uint32_t r = s->ring[p]; r < s->ring[p + 1]; r++) {
      double a, l;
      ring_measure(&g, s->pts + s->vert[r], s->vert[r + 1] - s->vert[r], &a, &l);
      /* The place of a ring in its part says what it is, whichever way it runs. */
      *area += r == s->ring[p] ? fabs(a) : -fabs(a);
      *perimeter += l;
    }
  }
}

double wg_geodesic_area(const wg_shapes *s, uint32_t f) {
  double area, perimeter;
  feature_measure(s, f, &area, &perimeter);
  return area;
}

double wg_geodesic_perimeter(const wg_shapes *s, uint32_t f) {
  double area, perimeter;
  feature_measure(s, f, &area, &perimeter);
  return perimeter;
}

double wg_geodesic_distance(wg_pt a, wg_pt b) {
  struct geod_geodesic g;
  double metres;
  geod_init(&g, WGS84_A, WGS84_F);
  geod_inverse(&g, wg_lat(a), wg_lon(a), wg_lat(b), wg_lon(b), &metres, NULL, NULL);
  return metres;
}
