/* Rows of any file that people have their data in: CSV (own reader), and every vector or spreadsheet format
 * that GDAL reads. Text comes out as UTF-8 without NUL, trimmed; numbers and times in one spelling.
 *
 * A table is read once from the first row to the last, and again after wg_table_rewind. The strings of a row
 * live until the next call. */
#ifndef WG_GEO_IO_TABLE_H
#define WG_GEO_IO_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/crypto.h"
#include "base/status.h"

enum { WG_TABLE_COLUMNS_MAX = 1024 };

typedef struct wg_table_options {
  const char *path;     /* "-": standard input */
  const char *layer;    /* NULL: the only one there is */
  const char *encoding; /* NULL: found (shapefile, CSV) */
  bool polygons;        /* of several layers, one with polygons is meant */
} wg_table_options;

typedef struct wg_table_about {
  const char *file;   /* name without folders */
  const char *format; /* "CSV", "ESRI Shapefile", … */
  const char *layer;
  const char *encoding;                  /* what the text was read as; NULL where the format says it itself */
  const char *encoding_en, *encoding_zh; /* why; NULL like the encoding */
  const char *crs;                       /* "EPSG:n", or WKT; NULL: the file names none */
  bool geographic;                       /* the CRS is in degrees */
  bool rebuilt_shx;                      /* the index of a shapefile was missing */
  int64_t rows;                          /* -1: unknown until read */
  bool hashed;                           /* a plain file: the hash of its bytes (BLAKE2b-256) is in hash */
  unsigned char hash[WG_HASH_LEN];
} wg_table_about;

typedef struct wg_table_row {
  uint64_t number;         /* in a CSV or sheet the header is row 1; in a geodata file the first feature is 1;
                              0: there is no further row */
  const char *const *cell; /* one per column; NULL: null, absent or empty */
  const void *geometry;    /* OGRGeometryH of the row, x = easting or lon; NULL: none */
  bool has_point;          /* the geometry is a point */
  double x, y;
} wg_table_row;

typedef struct wg_table wg_table;
/* WG_NOT_FOUND no such file; WG_INVALID not readable, no such layer, several layers (the error lists them),
 * undecided encoding; WG_TOO_LARGE. */
wg_status wg_table_open(const wg_table_options *options, wg_table **out, wg_err *err);
void wg_table_close(wg_table *t);
const wg_table_about *wg_table_tells(const wg_table *t);
const char *const *wg_table_columns(const wg_table *t, int *n);
/* A file that breaks off is WG_INVALID, never a short table. */
wg_status wg_table_next(wg_table *t, wg_table_row *row, wg_err *err);
wg_status wg_table_rewind(wg_table *t, wg_err *err);
/* Geometry is not wanted until the next rewind: reading attributes alone is much faster. */
void wg_table_skip_geometry(wg_table *t, bool skip);

/* A column by name: exactly, else but for case and separators. WG_INVALID names the flag and lists the
 * columns. */
wg_status wg_table_column(const wg_table *t, const char *name, const char *flag, int *out, wg_err *err);
/* "a, b, c": the columns' names, cut at about 200 bytes; owned by the table. */
const char *wg_table_column_list(const wg_table *t);

#endif
