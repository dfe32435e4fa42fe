/* Polygons with a code from any file → a clean coverage on the lattice, and a report of what was found.
 *
 * The order of the work: read and check each row; put the vertices of neighbours that lie on an edge into
 * that edge, in the source's own coordinates; bend the long edges of projected systems; convert to WGS 84;
 * round once to the lattice; mend; check the coverage. See docs/import.md. Nothing here knows the store. */
#ifndef WG_GEO_IO_IMPORT_H
#define WG_GEO_IO_IMPORT_H

#include "base/arena.h"
#include "base/crypto.h"
#include "base/shape.h"
#include "geo/coverage.h"
#include "geo/io/columns.h"
#include "geo/io/table.h"

/* Limits, said in the errors. */
enum { WG_IMPORT_ROWS_MAX = 2000000, WG_IMPORT_VERTICES_MAX = 80000000, WG_IMPORT_TEXT_MAX = 400 };

typedef struct wg_import_options {
  const char *path, *layer, *encoding;
  const char *crs; /* wgs84, gcj02, bd09, EPSG:n; NULL: what the file says */
  wg_columns_wish columns;
  const char *code_prefix; /* before the row's number when the code is "#"; NULL: none */
  bool polygons_optional;  /* a row without geometry is fine */
  bool merge;              /* rows of one code become one multipolygon, instead of being refused */
  bool check;              /* look for gaps and overlaps */
  void (*progress)(void *ctx, double share); /* 0–1; NULL: none */
  void *ctx;
} wg_import_options;

typedef enum wg_refuse {
  WG_REFUSE_NO_CODE,
  WG_REFUSE_BAD_CODE,
  WG_REFUSE_TWICE,
  WG_REFUSE_EMPTY,
  WG_REFUSE_NOT_POLYGON,
  WG_REFUSE_NOT_FINITE,
  WG_REFUSE_OUTSIDE,
  WG_REFUSE_NO_AREA,
  WG_REFUSE_VALUE,
  WG_REFUSES
} wg_refuse;
const char *wg_refuse_name(wg_refuse why); /* "no-code", … */

typedef struct wg_refusal {
  uint64_t row;
  wg_refuse why;
  const char *code;    /* as the row has it; NULL: none */
  const char *en, *zh; /* one sentence */
  uint32_t shape;      /* index into refused_shapes; UINT32_MAX: none */
} wg_refusal;

typedef struct wg_import_row {
  const char *code;                                   /* a wg_text_code */
  const char *name, *name_en, *area, *parent, *level; /* UTF-8; NULL: the row has none */
  uint64_t row;
  unsigned mended; /* WG_MEND_* bits */
  double area_m2;  /* geodesic; 0 without a polygon */
} wg_import_row;

enum { WG_MEND_KINDS = 5 }; /* the bits of geo/coverage.h */

typedef struct wg_import {
  wg_arena arena;
  wg_table_about about; /* texts in the arena */
  wg_pick pick[WG_COLS];
  const char *crs;             /* what the coordinates were read as */
  const char *crs_en, *crs_zh; /* why */
  wg_import_row *row;          /* sorted by code, bytewise */
  uint32_t n;
  wg_shapes shapes;    /* in the same order; a feature without a part has no polygon */
  wg_refusal *refused; /* by row */
  uint32_t n_refused;
  wg_shapes refused_shapes;
  uint64_t read, merged;
  uint64_t t_junctions;                      /* vertices put into neighbours' edges */
  uint64_t bent;                             /* vertices put into long edges that reprojection bends */
  uint64_t mended, mended_by[WG_MEND_KINDS]; /* rows; a ring direction alone is not counted as mended */
  wg_flaws flaws;
  double total_m2;
} wg_import;

/* WG_OK also when rows were refused: the caller decides what that means. Errors: those of wg_table_open and
 * wg_columns_find; WG_INVALID empty file, reference system unknown; WG_TOO_LARGE. *out is valid after WG_OK
 * only, and then wants wg_import_deinit. */
wg_status wg_import_read(const wg_import_options *options, wg_import *out, wg_err *err);
void wg_import_deinit(wg_import *in);

/* Gaps, overlaps and refused rows as a GeoJSON file of features with kind, reason (en, zh), row, code,
 * area_m2. Written beside and renamed. */
wg_status wg_import_write_report(const wg_import *in, const char *path, wg_err *err);

#endif
