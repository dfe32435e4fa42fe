/* GCJ-02 and BD-09, the datums of Chinese phone maps, which PROJ does not know.
 *
 * GCJ-02 moves a WGS 84 point by up to several hundred metres, by polynomials and sines of its place that
 * were found by comparison and have been public for years (see docs/resolve.md). BD-09 turns and stretches
 * GCJ-02 once more. Both forward formulae are closed; both inverses are found by iteration, since the shift
 * changes by less than 2 % of the way: every step gains at least one and a half digits. */
#include <math.h>

#include "geo/crs.h"

#define KRASOVSKY_A  6378245.0
#define KRASOVSKY_E2 0.00669342162296594323
#define BD_TURN      (M_PI * 3000 / 180)
#define STEP_SMALL   1e-11 /* degrees: the iteration has arrived */
#define STEPS_MAX    30

static bool in_china_box(double lon, double lat) {
  return lon >= 72.004 && lon <= 137.8347 && lat >= 0.8293 && lat <= 55.8271;
}

/* The shift of GCJ-02 at a WGS 84 point, in degrees. */
static void gcj02_shift(double lon, double lat, double *dlon, double *dlat) {
  double x = lon - 105, y = lat - 35, root = sqrt(fabs(x));
  double common = (20 * sin(6 * M_PI * x) + 20 * sin(2 * M_PI * x)) * 2 / 3;
  double n = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common;
  n += (20 * sin(M_PI * y) + 40 * sin(M_PI * y / 3)) * 2 / 3;
  n += (160 * sin(M_PI * y / 12) + 320 * sin(M_PI * y / 30)) * 2 / 3;
  double e = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common;
  e += (20 * sin(M_PI * x) + 40 * sin(M_PI * x / 3)) * 2 / 3;
  e += (150 * sin(M_PI * x / 12) + 300 * sin(M_PI * x / 30)) * 2 / 3;
  double phi = lat * (M_PI / 180), s = sin(phi), w = 1 - KRASOVSKY_E2 * s * s;
  *dlat = n * 180 / (KRASOVSKY_A * (1 - KRASOVSKY_E2) / (w * sqrt(w)) * M_PI);
  *dlon = e * 180 / (KRASOVSKY_A / sqrt(w) * cos(phi) * M_PI);
}

/* What BD-09 adds to a GCJ-02 point, in degrees. */
static void bd09_shift(double lon, double lat, double *dlon, double *dlat) {
  double z = sqrt(lon * lon + lat * lat) + 0.00002 * sin(lat * BD_TURN);
  double theta = atan2(lat, lon) + 0.000003 * cos(lon * BD_TURN);
  *dlon = z * cos(theta) + 0.0065 - lon;
  *dlat = z * sin(theta) + 0.006 - lat;
}

typedef void shift_fn(double lon, double lat, double *dlon, double *dlat);

static void forward(shift_fn *shift, double lon, double lat, double *out_lon, double *out_lat) {
  double dlon = 0, dlat = 0;
  if (in_china_box(lon, lat)) shift(lon, lat, &dlon, &dlat);
  *out_lon = lon + dlon;
  *out_lat = lat + dlat;
}

/* The point that the shift takes to (lon, lat). Inside the box the shift is smooth and is followed past the
 * rim too; a solution counts when it lies in the box, for only there is the shift applied. */
static bool inverse(shift_fn *shift, double lon, double lat, double *out_lon, double *out_lat) {
  double x = lon, y = lat, dx, dy;
  bool arrived = false;
  *out_lon = lon;
  *out_lat = lat;
  /* Far outside no shift can have come from inside; this also keeps NaN and infinities out. */
  if (!(lon > 71.9 && lon < 137.95 && lat > 0.7 && lat < 55.95)) return isfinite(lon) && isfinite(lat);
  for (int i = 0; i < STEPS_MAX && !arrived; i++) {
    shift(x, y, &dx, &dy);
    double nx = lon - dx, ny = lat - dy;
    arrived = fabs(nx - x) < STEP_SMALL && fabs(ny - y) < STEP_SMALL;
    x = nx;
    y = ny;
  }
  bool from_inside = in_china_box(x, y);
  if (!in_china_box(lon, lat)) return !from_inside; /* itself; two points map here when both hold */
  *out_lon = x;
  *out_lat = y;
  return from_inside && arrived;
}

void wg_gcj02_from_wgs84(double lon, double lat, double *out_lon, double *out_lat) {
  forward(gcj02_shift, lon, lat, out_lon, out_lat);
}

bool wg_wgs84_from_gcj02(double lon, double lat, double *out_lon, double *out_lat) {
  return inverse(gcj02_shift, lon, lat, out_lon, out_lat);
}

void wg_bd09_from_gcj02(double lon, double lat, double *out_lon, double *out_lat) {
  forward(bd09_shift, lon, lat, out_lon, out_lat);
}

bool wg_gcj02_from_bd09(double lon, double lat, double *out_lon, double *out_lat) {
  return inverse(bd09_shift, lon, lat, out_lon, out_lat);
}
