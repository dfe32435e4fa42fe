/* A CSV with positions goes in, the same CSV with columns added to each row comes out: the core of `wangge
 * resolve` and of POST /api/v1/resolve. Constant memory; the output is UTF-8 with the delimiter of the input.
 */
#ifndef WG_BASE_CSV_POINTS_H
#define WG_BASE_CSV_POINTS_H

#include <stdbool.h>

#include "base/csv.h"

enum { WG_CSV_POINTS_ADDED_MAX = 16 };

typedef struct wg_csv_points_options {
  const char *encoding;     /* NULL: found */
  const char *lon, *lat;    /* column names; NULL: found by their usual names */
  const char *const *added; /* NULL-terminated names of the new columns; input columns of the same names (of
                               an earlier run) are left out of the output */
  /* One row: fills value[i] (NULL: empty) for each added column. has: both cells hold finite numbers. The
   * values must stay valid until the next call. */
  wg_status (*row)(void *ctx, bool has, double lon, double lat, const char **value, wg_err *err);
  /* Takes a piece of the output. */
  wg_status (*write)(void *ctx, const char *bytes, size_t n, wg_err *err);
  void *ctx;
} wg_csv_points_options;

typedef struct wg_csv_points_report {
  uint64_t rows, without; /* data rows; those without a readable position */
  uint64_t first_without; /* row number of the first of these, the header being 1; 0: none */
  const char *lon, *lat;  /* the columns used; valid as long as the reader */
  const char *encoding;
} wg_csv_points_report;

typedef struct wg_csv_points wg_csv_points;
wg_status wg_csv_points_new(const wg_csv_points_options *options, wg_csv_points **out, wg_err *err);
void wg_csv_points_free(wg_csv_points *p);
/* WG_INVALID: no header, no column of a position (the error lists the columns), text that is not readable. */
wg_status wg_csv_points_feed(wg_csv_points *p, const void *bytes, size_t n, wg_err *err);
wg_status wg_csv_points_end(wg_csv_points *p, wg_csv_points_report *report, wg_err *err);

#endif
