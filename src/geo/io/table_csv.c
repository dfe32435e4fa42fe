/* A CSV as a table: the push reader of base/csv.h, fed piece by piece, its rows kept until they are asked
 * for. */
#include <cpl_vsi.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "geo/io/table_parts.h"

enum { PIECE = 64 * 1024 };

typedef struct csv_table {
  wg_io_file file;
  VSILFILE *in;
  wg_csv *csv;
  bool ended, has_header;
  wg_buf text;         /* cells of the waiting rows, each with its NUL */
  uint32_t *start;     /* offsets of cells: n_columns a row */
  uint64_t *number;    /* rows' numbers */
  uint32_t n, at, cap; /* waiting rows, the next to give */
  int wkt;             /* column of geometry, -1: none */
  OGRGeometryH geometry;
  wg_table *table;
} csv_table;

static wg_status make_columns(wg_table *t, const wg_csv_row *row, wg_err *err) {
  csv_table *c = t->self;
  int n = row->n;
  while (n && !row->cell[n - 1][0]) n--; /* a delimiter at the header's end */
  wg_status st = wg_table_room(t, n);
  if (st == WG_TOO_LARGE)
    return wg_fail(err, st, "file", WG_T("the table has more than %d columns", "表格超过 %d 列"),
                   WG_TABLE_COLUMNS_MAX);
  for (int i = 0; !st && i < n; i++) {
    char *copy = wg_arena_strdup(&t->arena, row->cell[i]);
    if (!copy) return WG_NO_MEMORY;
    char *name = wg_table_trim(copy);
    t->column[i] = name ? name : "";
  }
  static const char *const wkt[] = {"wkt", "geom", "geometry", "the_geom", NULL};
  c->wkt = st ? -1 : wg_column_find(t->column, n, wkt);
  c->has_header = true;
  return st;
}

static wg_status on_row(void *self, const wg_csv_row *row, wg_err *err) {
  csv_table *c = self;
  wg_table *t = c->table;
  if (row->number == 1) return c->has_header ? WG_OK : make_columns(t, row, err);
  int n = row->n;
  while (n > t->n && !row->cell[n - 1][0]) n--;
  if (n > t->n)
    return wg_fail(err, WG_INVALID, "row",
                   WG_T("row %llu has %d cells, the header %d; is a quote or a comma missing?",
                        "第 %llu 行有 %d 个单元格，表头有 %d 个；是否缺少引号或逗号？"),
                   (unsigned long long)row->number, n, t->n);
  if (c->n == c->cap) {
    uint32_t cap = c->cap ? c->cap * 2 : 256;
    uint32_t *start = realloc(c->start, (size_t)cap * (size_t)t->n * sizeof *start);
    if (start) c->start = start;
    uint64_t *number = realloc(c->number, cap * sizeof *number);
    if (number) c->number = number;
    if (!start || !number) return WG_NO_MEMORY;
    c->cap = cap;
  }
  for (int i = 0; i < t->n; i++) {
    c->start[(size_t)c->n * (size_t)t->n + (size_t)i] = (uint32_t)c->text.len;
    wg_buf_add(&c->text, i < n ? row->cell[i] : "", i < n ? strlen(row->cell[i]) + 1 : 1);
  }
  c->number[c->n++] = row->number;
  return wg_buf_status(&c->text);
}

static void stop(csv_table *c) {
  wg_csv_free(c->csv);
  if (c->in) VSIFCloseL(c->in);
  if (c->geometry) OGR_G_DestroyGeometry(c->geometry);
  c->csv = NULL;
  c->in = NULL;
  c->geometry = NULL;
  c->n = c->at = 0;
  c->ended = false;
  wg_buf_reset(&c->text);
}

static wg_status csv_rewind(wg_table *t, wg_err *err) {
  csv_table *c = t->self;
  stop(c);
  c->in = VSIFOpenL(c->file.path, "rb");
  if (!c->in)
    return wg_fail(err, WG_NOT_FOUND, "file", WG_T("%.120s cannot be read", "无法读取 %.120s"), c->file.name);
  return wg_csv_new(&(wg_csv_options){.encoding = t->options.encoding, .row = on_row, .ctx = c}, &c->csv,
                    err);
}

/* Reads on until a row waits, or the header alone is there when only that is wanted. */
static wg_status fill(csv_table *c, bool header_only, wg_err *err) {
  if (c->at == c->n) {
    c->at = c->n = 0;
    wg_buf_reset(&c->text);
  }
  char piece[PIECE];
  while (!c->ended && c->at == c->n && !(header_only && c->has_header)) {
    size_t n = VSIFReadL(piece, 1, sizeof piece, c->in);
    wg_status st = n ? wg_csv_feed(c->csv, piece, n, err) : WG_OK;
    if (!st && n < sizeof piece) {
      st = wg_csv_end(c->csv, err);
      c->ended = true;
    }
    if (st) return st;
  }
  return WG_OK;
}

static wg_status csv_next(wg_table *t, wg_table_row *row, wg_err *err) {
  csv_table *c = t->self;
  wg_status st = fill(c, false, err);
  if (st || c->at == c->n) return st;
  for (int i = 0; i < t->n; i++)
    t->cell[i] = wg_table_trim(c->text.data + c->start[(size_t)c->at * (size_t)t->n + (size_t)i]);
  row->number = c->number[c->at++];
  if (c->geometry) OGR_G_DestroyGeometry(c->geometry);
  c->geometry = NULL;
  if (c->wkt < 0 || !t->cell[c->wkt] || t->skip_geometry) return WG_OK;
  char *text = (char *)(uintptr_t)t->cell[c->wkt];
  wg_gdal_say say;
  wg_gdal_begin(&say);
  OGRErr bad = OGR_G_CreateFromWkt(&text, NULL, &c->geometry);
  wg_gdal_end();
  if (bad != OGRERR_NONE) c->geometry = NULL;
  row->geometry = c->geometry;
  wg_table_point(row);
  return WG_OK;
}

static void csv_close(wg_table *t) {
  csv_table *c = t->self;
  if (!c) return;
  stop(c);
  wg_buf_deinit(&c->text);
  free(c->start);
  free(c->number);
  free(c);
}

wg_status wg_table_open_csv(wg_table *t, const wg_io_file *file, wg_err *err) {
  static const wg_table_kind kind = {csv_next, csv_rewind, csv_close};
  csv_table *c = calloc(1, sizeof *c);
  if (!c) return WG_NO_MEMORY;
  t->kind = &kind;
  t->self = c;
  c->table = t;
  c->file = *file;
  c->wkt = -1;
  wg_buf_init(&c->text, 256u << 20);
  if (t->options.layer)
    return wg_fail(err, WG_INVALID, "--layer", WG_T("a CSV has no layers", "CSV 没有图层"));
  wg_status st = csv_rewind(t, err);
  if (!st) st = fill(c, true, err);
  if (st) return st;
  if (!c->has_header || !t->n)
    return wg_fail(err, WG_INVALID, "file", WG_T("%.120s has no header row", "%.120s 没有表头"), file->name);
  t->about.format = "CSV";
  t->about.layer = file->name;
  t->about.encoding = wg_csv_encoding(c->csv);
  t->about.encoding_en = t->options.encoding ? "as told" : "found by looking";
  t->about.encoding_zh = t->options.encoding ? "按参数指定" : "自动识别";
  t->about.rows = -1;
  return csv_rewind(t, err);
}
