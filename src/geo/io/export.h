/* Rows into a file of any format that people open: GeoPackage, GeoJSON, shapefile, FlatGeobuf, CSV, KML,
 * XLSX, ODS. The format follows from the file's ending. All is written beside the file and renamed at the
 * end: a failure leaves what was there. */
#ifndef WG_GEO_IO_EXPORT_H
#define WG_GEO_IO_EXPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/shape.h"
#include "base/status.h"

typedef enum wg_export_type { WG_EXPORT_TEXT, WG_EXPORT_INT, WG_EXPORT_REAL } wg_export_type;
typedef enum wg_export_geometry { WG_EXPORT_NONE, WG_EXPORT_POINT, WG_EXPORT_POLYGON } wg_export_geometry;

typedef struct wg_export_field {
  const char *name; /* at most 10 bytes, for shapefiles; NULL ends the list */
  wg_export_type type;
} wg_export_field;

typedef struct wg_export_options {
  const char *path, *layer;
  const char *crs; /* wgs84, gcj02, bd09, EPSG:n */
  wg_export_geometry geometry;
  const wg_export_field *fields;
} wg_export_options;

typedef struct wg_export wg_export;
/* Is this an ending of one single file: all but shp, which is several. */
bool wg_export_one_file(const char *ending);
/* WG_INVALID: an ending that is no format (the error lists them), a system the format cannot hold; WG_IO. */
wg_status wg_export_open(const wg_export_options *options, wg_export **out, wg_err *err);
/* The cells of the row to come; those not set are null. Text may be NULL. */
void wg_export_text(wg_export *x, int field, const char *text);
void wg_export_int(wg_export *x, int field, int64_t value);
void wg_export_real(wg_export *x, int field, double value);
void wg_export_point(wg_export *x, wg_pt at);
void wg_export_polygon(wg_export *x, const wg_shapes *s, uint32_t f); /* nothing where it has no part */
/* Coordinates in the system of the file. */
void wg_export_place(wg_export *x, wg_pt at, double *lon, double *lat);
wg_status wg_export_row(wg_export *x, wg_err *err);
/* done false: throws away what was written. Frees x either way. */
wg_status wg_export_close(wg_export *x, bool done, wg_err *err);

#endif
