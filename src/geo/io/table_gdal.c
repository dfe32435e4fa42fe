/* A layer of a GDAL dataset as a table. Layers are chosen in layers.c, the text's encoding in dbf_text.c. */
#include <cpl_conv.h>
#include <cpl_string.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "geo/io/dbf_text.h"
#include "geo/io/layers.h"
#include "geo/io/table_parts.h"

/* What one cell of a binary or list field may give, in bytes. */
enum { CELL_MAX = 1 << 20, ROW_MAX = 8 << 20 };

typedef struct gdal_table {
  wg_layer layer;
  OGRFeatureH feature;
  OGRGeometryH linear; /* made from curves; NULL when the feature's own serves */
  OGRFieldType *type;
  wg_charset *charset; /* NULL: UTF-8 as it stands */
  wg_buf text;
  size_t *start;
  bool swap, skipping;
  uint64_t number;
  bool sheet; /* the header is a row too */
} gdal_table;

static void swap_xy(OGRGeometryH g) { OGR_G_SwapXY(g); }

/* A real number as people write it: without the padding of a DBF field. */
static void put_real(wg_buf *out, double v) {
  if (isfinite(v) && fabs(v) < 1e15 && v == floor(v))
    wg_buf_printf(out, "%.0f", v);
  else
    wg_buf_printf(out, "%.15g", v);
}

static void put_time(wg_buf *out, OGRFeatureH f, int i, OGRFieldType type) {
  int y, mo, d, h, mi, zone;
  float s;
  if (!OGR_F_GetFieldAsDateTimeEx(f, i, &y, &mo, &d, &h, &mi, &s, &zone)) return;
  if (type == OFTDate) {
    wg_buf_printf(out, "%04d-%02d-%02d", y, mo, d);
    return;
  }
  if (type == OFTDateTime) wg_buf_printf(out, "%04d-%02d-%02d ", y, mo, d);
  wg_buf_printf(out, "%02d:%02d:%02d", h, mi, (int)s);
  if (zone < 100) return; /* GDAL: 0 unknown, 1 local, 100 UTC, in quarters of an hour */
  int quarters = abs(zone - 100);
  wg_buf_printf(out, "%c%02d:%02d", zone < 100 ? '-' : '+', quarters / 4, quarters % 4 * 15);
}

/* Text that is not UTF-8 after all loses what cannot be read; NUL never comes out of GDAL. */
static void put_text(gdal_table *g, const char *raw) {
  size_t n = strnlen(raw, CELL_MAX), before = g->text.len;
  if (!g->charset && wg_text_utf8(raw, n)) {
    wg_buf_add(&g->text, raw, n);
    return;
  }
  wg_dbf_decode(g->charset, raw, n, &g->text);
  if (wg_buf_status(&g->text) == WG_OK && !wg_text_utf8(g->text.data + before, g->text.len - before))
    g->text.len = before;
}

static void put_cell(gdal_table *g, int i) {
  OGRFeatureH f = g->feature;
  if (OGR_F_IsFieldSetAndNotNull(f, i)) {
    switch (g->type[i]) {
    case OFTReal:
      put_real(&g->text, OGR_F_GetFieldAsDouble(f, i));
      break;
    case OFTInteger:
    case OFTInteger64:
      wg_buf_printf(&g->text, "%lld", (long long)OGR_F_GetFieldAsInteger64(f, i));
      break;
    case OFTDate:
    case OFTTime:
    case OFTDateTime:
      put_time(&g->text, f, i, g->type[i]);
      break;
    case OFTBinary:
      break;
    default:
      put_text(g, OGR_F_GetFieldAsString(f, i));
    }
  }
  wg_buf_add_char(&g->text, 0);
}

static void drop_feature(gdal_table *g) {
  if (g->linear) OGR_G_DestroyGeometry(g->linear);
  if (g->feature) OGR_F_Destroy(g->feature);
  g->linear = NULL;
  g->feature = NULL;
}

static void take_geometry(gdal_table *g, wg_table_row *row) {
  OGRGeometryH geom = OGR_F_GetGeometryRef(g->feature);
  if (!geom) return;
  if (OGR_G_HasCurveGeometry(geom, TRUE)) {
    g->linear = OGR_G_GetLinearGeometry(geom, 0, NULL);
    if (g->linear) geom = g->linear;
  }
  if (g->swap) swap_xy(geom);
  row->geometry = geom;
  wg_table_point(row);
}

static wg_status broken(wg_table *t, gdal_table *g, const char *why, wg_err *err) {
  return wg_fail(err, WG_INVALID, "file",
                 WG_T("%.100s is damaged after row %llu: %s", "%.100s 在第 %llu 行之后损坏：%s"),
                 t->about.file, (unsigned long long)g->number, why[0] ? why : "it breaks off");
}

static wg_status gdal_next(wg_table *t, wg_table_row *row, wg_err *err) {
  gdal_table *g = t->self;
  drop_feature(g);
  wg_buf_reset(&g->text);
  wg_gdal_say say;
  wg_gdal_begin(&say);
  g->feature = OGR_L_GetNextFeature(g->layer.layer);
  bool failed = !g->feature && say.failures;
  if (g->feature && !g->skipping) take_geometry(g, row);
  for (int i = 0; g->feature && i < t->n; i++) {
    g->start[i] = g->text.len;
    put_cell(g, i);
  }
  wg_gdal_end();
  if (failed) return broken(t, g, say.first, err);
  if (!g->feature) {
    /* a file that is shorter than it says is no whole file */
    bool short_file = t->about.rows > 0 && (int64_t)(g->number - (g->sheet && g->number)) < t->about.rows;
    return short_file ? broken(t, g, "", err) : WG_OK;
  }
  if (wg_buf_status(&g->text)) return broken(t, g, "a row is longer than 8 MiB", err);
  for (int i = 0; i < t->n; i++) t->cell[i] = wg_table_trim(g->text.data + g->start[i]);
  if (g->sheet && !g->number) g->number = 1;
  row->number = ++g->number;
  return WG_OK;
}

static wg_status gdal_rewind(wg_table *t, wg_err *err) {
  gdal_table *g = t->self;
  (void)err;
  drop_feature(g);
  static const char *const no_geometry[] = {"OGR_GEOMETRY", NULL};
  wg_gdal_say say;
  wg_gdal_begin(&say);
  OGR_L_SetIgnoredFields(g->layer.layer, t->skip_geometry ? (const char **)(uintptr_t)no_geometry : NULL);
  OGR_L_ResetReading(g->layer.layer);
  wg_gdal_end();
  g->skipping = t->skip_geometry;
  g->number = 0;
  return WG_OK;
}

static void gdal_close(wg_table *t) {
  gdal_table *g = t->self;
  if (!g) return;
  wg_gdal_say say;
  wg_gdal_begin(&say);
  drop_feature(g);
  wg_layer_close(&g->layer);
  wg_gdal_end();
  wg_charset_free(g->charset);
  wg_buf_deinit(&g->text);
  free(g->type);
  free(g->start);
  free(g);
}

static wg_status columns(wg_table *t, gdal_table *g) {
  OGRFeatureDefnH defn = OGR_L_GetLayerDefn(g->layer.layer);
  int n = OGR_FD_GetFieldCount(defn);
  wg_status st = wg_table_room(t, n < WG_TABLE_COLUMNS_MAX ? n : WG_TABLE_COLUMNS_MAX);
  g->type = calloc((size_t)t->n + 1, sizeof *g->type);
  g->start = calloc((size_t)t->n + 1, sizeof *g->start);
  if (st || !g->type || !g->start) return WG_NO_MEMORY;
  for (int i = 0; i < t->n; i++) {
    OGRFieldDefnH f = OGR_FD_GetFieldDefn(defn, i);
    g->type[i] = OGR_Fld_GetType(f);
    wg_buf_reset(&g->text);
    put_text(g, OGR_Fld_GetNameRef(f));
    wg_buf_add_char(&g->text, 0);
    if (wg_buf_status(&g->text)) return WG_NO_MEMORY;
    char *copy = wg_arena_strdup(&t->arena, g->text.data);
    if (!copy) return WG_NO_MEMORY;
    char *name = wg_table_trim(copy);
    t->column[i] = name ? name : "";
  }
  return WG_OK;
}

wg_status wg_table_open_gdal(wg_table *t, wg_err *err) {
  static const wg_table_kind kind = {gdal_next, gdal_rewind, gdal_close};
  gdal_table *g = calloc(1, sizeof *g);
  if (!g) return WG_NO_MEMORY;
  t->kind = &kind;
  t->self = g;
  wg_buf_init(&g->text, ROW_MAX);
  wg_status st = wg_layer_pick(&t->arena, &t->files, &t->options, &g->layer, err);
  if (st) return st;
  t->about.format = g->layer.driver;
  t->about.layer = wg_layer_name(&t->arena, g->layer.layer);
  t->about.rows = g->layer.rows;
  t->about.crs = wg_layer_crs(&t->arena, g->layer.layer, &t->about.geographic, &g->swap);
  g->sheet =
      !strcmp(g->layer.driver, "XLSX") || !strcmp(g->layer.driver, "XLS") || !strcmp(g->layer.driver, "ODS");
  if (!strcmp(g->layer.driver, "ESRI Shapefile")) {
    wg_gdal_say say;
    wg_gdal_begin(&say);
    st = wg_dbf_encoding(g->layer.layer, t->options.encoding, &t->about, &g->charset, err);
    wg_gdal_end();
  } else if (t->options.encoding) {
    st = wg_fail(err, WG_INVALID, "--encoding",
                 WG_T("--encoding is for shapefiles and CSV; a %s file says its own encoding",
                      "--encoding 只用于 Shapefile 和 CSV；%s 文件自带编码信息"),
                 g->layer.driver);
  }
  if (!st) st = columns(t, g);
  return st ? st : gdal_rewind(t, err);
}
