/* Rows with a position: what places and incidents share. */
#ifndef WG_CLI_IMPORT_POINTS_H
#define WG_CLI_IMPORT_POINTS_H

#include "cli/import_common.h"
#include "geo/crs.h"

typedef struct wg_points {
  const char *crs_told, *lon_told, *lat_told; /* from the command line */
  int lon, lat;                               /* columns; -1: the geometry is the position */
  wg_crs *crs;
  const char *crs_name;
} wg_points;

/* Finds the columns (or that rows are points) and opens the reference system: --crs, else the file's for
 * points, else WGS 84, and says which. */
wg_status wg_points_open(wg_points *p, const wg_table *t, bool required, wg_err *err);
void wg_points_close(wg_points *p);

typedef enum wg_point_is {
  WG_POINT_OK,
  WG_POINT_NONE,
  WG_POINT_NO_NUMBER,
  WG_POINT_OUTSIDE,
  WG_POINT_SWAPPED
} wg_point_is;
/* raw gets lon, lat (easting, northing) as the row has them. */
wg_point_is wg_points_at(const wg_points *p, const wg_table_row *row, double raw[2], wg_pt *out);
/* Refuses a row for that. */
wg_status wg_points_refuse(wg_tally *t, uint64_t row, wg_point_is why, const double raw[2]);

#endif
