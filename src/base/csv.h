/* CSV (RFC 4180) in and out, in pieces of any size and in constant memory, by libcsv.
 *
 * The encoding is found by looking (a byte order mark, else UTF-8, else GB18030) unless it is given, and so
 * is the delimiter (comma, tab, semicolon, bar: the one that the first line has most of). Rows come out as
 * UTF-8 without NUL. Empty lines are no rows. */
#ifndef WG_BASE_CSV_H
#define WG_BASE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"

/* Limits, said in the errors. */
enum { WG_CSV_CELL_MAX = 1 << 20, WG_CSV_ROW_MAX = 4 << 20, WG_CSV_COLUMNS_MAX = 4096 };

typedef struct wg_csv_row {
  uint64_t number;         /* 1 is the header, as a spreadsheet counts */
  int n;                   /* cells */
  const char *const *cell; /* UTF-8, NUL-terminated; valid during the call */
} wg_csv_row;

typedef struct wg_csv_options {
  const char *encoding;                                            /* NULL: found */
  char delimiter;                                                  /* 0: found */
  wg_status (*row)(void *ctx, const wg_csv_row *row, wg_err *err); /* not WG_OK stops the reading */
  void *ctx;
} wg_csv_options;

typedef struct wg_csv wg_csv;
wg_status wg_csv_new(const wg_csv_options *options, wg_csv **out, wg_err *err);
void wg_csv_free(wg_csv *csv);
/* Feeds n bytes; rows that are whole are given to the callback. After an error the reader is dead. */
wg_status wg_csv_feed(wg_csv *csv, const void *bytes, size_t n, wg_err *err);
/* The end of the input: gives the last row. */
wg_status wg_csv_end(wg_csv *csv, wg_err *err);
/* What was found, once the first row was given. */
const char *wg_csv_encoding(const wg_csv *csv);
char wg_csv_delimiter(const wg_csv *csv);

/* Appends one cell, quoted where needed, with the delimiter before it unless it is the row's first. */
void wg_csv_put(wg_buf *out, const char *text, char delimiter, bool first);
static inline void wg_csv_end_row(wg_buf *out) { wg_buf_add(out, "\r\n", 2); }

/* --- columns by name ----------------------------------------------------------------------------------- */

/* True when two column names are the same but for case, spaces, '_', '-' and '.'. */
bool wg_column_same(const char *a, const char *b);
/* The first of the NULL-terminated names that a column has, in the order of the names; -1: none. */
int wg_column_find(const char *const *column, int n, const char *const *names);
/* The usual names of a longitude (or easting) and a latitude (or northing), English and Chinese. */
extern const char *const wg_column_lon[], *const wg_column_lat[];

#endif
