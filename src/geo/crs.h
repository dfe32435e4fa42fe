/* Coordinate reference systems: what PROJ knows, and the two Chinese datums that it does not.
 *
 * Everything turns into WGS 84 longitude, latitude in degrees. EPSG:4326 and 4490 given by code are taken in
 * lon, lat order here like every coordinate of ours (a file's own CRS is read with its axis order by geo/io).
 */
#ifndef WG_GEO_CRS_H
#define WG_GEO_CRS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/* GCJ-02 and BD-09. The forward formulae are the published ones (see docs/resolve.md). The inverse iterates
 * until a step is below 1e-11°. They return false (the best solution is given) near the rim of the rectangle
 * 72.004–137.8347 E, 0.8293–55.8271 N where no point or two points map there, and for what is not finite.
 * Outside the rectangle both datums are WGS 84. */
void wg_gcj02_from_wgs84(double lon, double lat, double *out_lon, double *out_lat);
bool wg_wgs84_from_gcj02(double lon, double lat, double *out_lon, double *out_lat);
void wg_bd09_from_gcj02(double lon, double lat, double *out_lon, double *out_lat);
bool wg_gcj02_from_bd09(double lon, double lat, double *out_lon, double *out_lat);

/* A reference system by name: "wgs84", "gcj02", "bd09", "EPSG:n" (any case), or any text that PROJ takes
 * (WKT, "ESRI:102100"). One context each: use it from one thread. */
typedef struct wg_crs wg_crs;
/* One of the names that people outside may give: wgs84, gcj02, bd09, EPSG:n. Anything else (WKT, PROJ
 * strings, which may name files) is for input that a local user chose. */
bool wg_crs_is_name(const char *name);
wg_status wg_crs_open(const char *name, wg_crs **out, wg_err *err);
void wg_crs_free(wg_crs *crs);
const char *wg_crs_name(const wg_crs *crs);
bool wg_crs_is_plain(const wg_crs *crs); /* lon, lat of WGS 84 already: converting changes nothing */
/* n points in place, x and y apart (stride in doubles): CRS coordinates (x easting or lon, y northing or lat)
 * → WGS 84. A point that cannot be converted becomes HUGE_VAL; returns how many. */
size_t wg_crs_to_wgs84(wg_crs *crs, double *x, double *y, size_t stride, size_t n);
size_t wg_crs_from_wgs84(wg_crs *crs, double *x, double *y, size_t stride, size_t n);

#endif
