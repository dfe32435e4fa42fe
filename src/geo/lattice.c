/* Degrees ↔ lattice integers and metres on the WGS 84 ellipsoid. */
#include "geo/lattice.h"

#include <geodesic.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>

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

/* Area between the equator and a parallel, per radian of longitude. */
static double zone(double lat) {
  const double e2 = WGS84_F * (2 - WGS84_F), e = sqrt(e2), b = WGS84_A * (1 - WGS84_F);
  double s = sin(lat);
  return b * b / 2 * (s / (1 - e2 * s * s) + atanh(e * s) / e);
}

double wg_drawn_ring_area(const double *xy, uint32_t n) {
  const double step = M_PI / 180 / WG_LATTICE;
  /* Gauss-Legendre with three points: an edge's latitude runs evenly from one end to the other. */
  const double at[3] = {0.5 - 0.3872983346207417, 0.5, 0.5 + 0.3872983346207417},
               weight[3] = {5 / 18.0, 8 / 18.0, 5 / 18.0};
  double sum = 0,
         base = n ? zone(xy[1] * step) : 0; /* reckoned from a near parallel, so that small stays exact */
  for (uint32_t i = 0; i < n; i++) {
    const double *p = xy + 2 * (size_t)i, *q = xy + 2 * (size_t)(i + 1 < n ? i + 1 : 0);
    double mean = 0;
    for (int k = 0; k < 3; k++) mean += weight[k] * (zone((p[1] + (q[1] - p[1]) * at[k]) * step) - base);
    sum -= (q[0] - p[0]) * step * mean;
  }
  return fabs(sum);
}

double wg_drawn_area(const wg_shapes *s, uint32_t f) {
  double area = 0;
  for (uint32_t p = s->part[f]; p < s->part[f + 1]; p++) {
    for (uint32_t r = s->ring[p]; r < s->ring[p + 1]; r++) {
      uint32_t n = s->vert[r + 1] - s->vert[r];
      double *xy = malloc(((size_t)n + 1) * 2 * sizeof *xy);
      if (!xy) return NAN;
      for (uint32_t i = 0; i < n; i++) {
        xy[2 * i] = s->pts[s->vert[r] + i].x;
        xy[2 * i + 1] = s->pts[s->vert[r] + i].y;
      }
      double ring = wg_drawn_ring_area(xy, n);
      area += r == s->ring[p] ? ring : -ring;
      free(xy);
    }
  }
  return area;
}
