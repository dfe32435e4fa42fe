/* Rows of a table → items and gathered polygons: what can be said of a row by itself is decided here. */
#include <math.h>
#include <ogr_api.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "geo/io/import_parts.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
void wg_item_refuse(wg_import *in, wg_item *it, wg_refuse why, const char *en, const char *zh, ...) {
  char text[2][512];
  for (int i = 0; i < 2; i++) {
    va_list args;
    va_start(args, zh);
    vsnprintf(text[i], sizeof text[i], i ? zh : en, args);
    va_end(args);
    size_t n = strlen(text[i]); /* a name cut in the middle of a character */
    while (n && !wg_text_utf8(text[i], n)) text[i][--n] = 0;
  }
  it->refused = true;
  it->why = (wg_refusal){.row = it->row.row,
                         .why = why,
                         .code = it->raw_code,
                         .en = wg_arena_strdup(&in->arena, text[0]),
                         .zh = wg_arena_strdup(&in->arena, text[1]),
                         .shape = UINT32_MAX};
  if (!it->why.en) it->why.en = "";
  if (!it->why.zh) it->why.zh = "";
}
#pragma GCC diagnostic pop

/* --- geometry ----------------------------------------------------------------------------------------- */

typedef enum shape_fault {
  SHAPE_OK,
  SHAPE_EMPTY,
  SHAPE_NOT_POLYGON,
  SHAPE_NOT_FINITE,
  SHAPE_FAILED
} shape_fault;

static shape_fault take_ring(wg_gather *g, OGRGeometryH ring, wg_status *st) {
  int n = OGR_G_GetPointCount(ring);
  if (n <= 0) return SHAPE_OK;
  double *xy = NULL;
  *st = wg_gather_ring(g);
  if (!*st) *st = wg_gather_room(g, (uint64_t)n, &xy);
  if (*st) return SHAPE_FAILED;
  n = OGR_G_GetPoints(ring, xy, 2 * sizeof *xy, xy + 1, 2 * sizeof *xy, NULL, 0);
  for (int i = 0; i < n; i++)
    if (!isfinite(xy[2 * i]) || !isfinite(xy[2 * i + 1])) return SHAPE_NOT_FINITE;
  if (n > 1 && xy[0] == xy[2 * n - 2] && xy[1] == xy[2 * n - 1]) n--;
  wg_gather_took(g, (uint64_t)n);
  return SHAPE_OK;
}

static shape_fault take_polygon(wg_gather *g, OGRGeometryH polygon, wg_status *st) {
  int n = OGR_G_GetGeometryCount(polygon);
  if (n == 0 || OGR_G_IsEmpty(polygon)) return SHAPE_OK;
  *st = wg_gather_part(g);
  if (*st) return SHAPE_FAILED;
  for (int i = 0; i < n; i++) {
    shape_fault f = take_ring(g, OGR_G_GetGeometryRef(polygon, i), st);
    if (f) return f;
  }
  return SHAPE_OK;
}

/* Polygons and collections of nothing but polygons; depth is bounded by GDAL's own (32). */
static shape_fault take_geometry(wg_gather *g, OGRGeometryH geom, int depth, wg_status *st) {
  OGRwkbGeometryType type = wkbFlatten(OGR_G_GetGeometryType(geom));
  if (type == wkbPolygon) return take_polygon(g, geom, st);
  if ((type != wkbMultiPolygon && type != wkbGeometryCollection) || depth > 8) return SHAPE_NOT_POLYGON;
  for (int i = 0, n = OGR_G_GetGeometryCount(geom); i < n; i++) {
    shape_fault f = take_geometry(g, OGR_G_GetGeometryRef(geom, i), depth + 1, st);
    if (f) return f;
  }
  return SHAPE_OK;
}

static const char *geometry_word(OGRGeometryH geom) { return OGR_G_GetGeometryName(geom); }

static wg_status take_shape(const wg_import_options *o, wg_import *in, wg_item *it, const void *geometry,
                            wg_gather *g) {
  OGRGeometryH geom = (OGRGeometryH)(uintptr_t)geometry;
  it->feature = UINT32_MAX;
  if (!geom || OGR_G_IsEmpty(geom)) {
    if (!o->polygons_optional)
      wg_item_refuse(in, it, WG_REFUSE_EMPTY, WG_T("has no geometry", "没有几何图形"));
    return WG_OK;
  }
  wg_gather mark = *g;
  wg_status st = wg_gather_feature(g);
  if (st) return st;
  uint32_t vertices = g->s.n_pts;
  shape_fault f = take_geometry(g, geom, 0, &st);
  if (f == SHAPE_FAILED) return st;
  if (f == SHAPE_OK && g->s.n_pts == vertices) f = SHAPE_EMPTY;
  if (f == SHAPE_OK) {
    it->feature = g->s.n - 1;
    return WG_OK;
  }
  wg_gather_cut(g, &mark);
  if (f == SHAPE_EMPTY)
    wg_item_refuse(in, it, WG_REFUSE_EMPTY, WG_T("has an empty geometry", "几何图形为空"));
  else if (f == SHAPE_NOT_FINITE)
    wg_item_refuse(in, it, WG_REFUSE_NOT_FINITE,
                   WG_T("has a coordinate that is no number", "坐标不是有效数字"));
  else
    wg_item_refuse(in, it, WG_REFUSE_NOT_POLYGON, WG_T("is a %s, not a polygon", "是 %s，不是面"),
                   geometry_word(geom));
  return WG_OK;
}

/* --- attributes --------------------------------------------------------------------------------------- */

static const char *cell_of(wg_import *in, const wg_pick *p, const wg_table_row *row, wg_status *st) {
  const char *cell = p->text && p->n == 1 ? row->cell[p->column[0]] : NULL;
  if (!cell) return NULL;
  const char *copy = wg_arena_strdup(&in->arena, cell);
  if (!copy) *st = WG_NO_MEMORY;
  return copy;
}

/* A code in a cell; some files put an object there: {"adcode":330700}. */
static const char *code_cell(wg_import *in, const wg_pick *p, const wg_table_row *row, wg_status *st) {
  const char *cell = cell_of(in, p, row, st);
  if (!cell || cell[0] != '{') return cell;
  wg_json *object = NULL;
  if (wg_json_parse_object(&in->arena, cell, strlen(cell), &object, NULL)) return NULL;
  static const char *const names[] = {"adcode", "code", "id"};
  for (int i = 0; i < 3; i++) {
    int64_t number = 0;
    const char *text = NULL;
    if (!wg_json_has(object, names[i])) continue;
    if (!wg_json_int(object, names[i], WG_OPTIONAL, 0, INT64_MAX, &number, NULL))
      return wg_arena_printf(&in->arena, "%lld", (long long)number);
    if (!wg_json_str(object, names[i], WG_OPTIONAL, 64, &text, NULL)) return text;
  }
  return NULL;
}

static void check_texts(wg_import *in, wg_item *it) {
  const char *const all[] = {it->row.name, it->row.name_en, it->row.level};
  for (int i = 0; i < 3 && !it->refused; i++)
    if (all[i] && strlen(all[i]) > WG_IMPORT_TEXT_MAX)
      wg_item_refuse(in, it, WG_REFUSE_VALUE, WG_T("has a name longer than %d bytes", "的名称超过 %d 字节"),
                     WG_IMPORT_TEXT_MAX);
}

static wg_status take_code(wg_import *in, wg_item *it, const wg_table_row *row) {
  char text[128];
  const wg_pick *p = &in->pick[WG_COL_CODE];
  const char *code = wg_pick_cell(p, row, text);
  if (p->text && p->n == 0) { /* by row: filled in when the number of rows is known */
    it->raw_code = "";
    return WG_OK;
  }
  if (!code) {
    wg_item_refuse(in, it, WG_REFUSE_NO_CODE, WG_T("has no code in %s", "在 %s 列没有编码"),
                   p->text ? p->text : "?");
    return WG_OK;
  }
  it->raw_code = wg_arena_strdup(&in->arena, code);
  if (!it->raw_code) return WG_NO_MEMORY;
  it->row.code = it->raw_code;
  if (!wg_text_code(code))
    wg_item_refuse(in, it, WG_REFUSE_BAD_CODE,
                   WG_T("has \"%.60s\", which is no code: 1 to 64 bytes without / \\ \" < > , ;",
                        "的“%.60s”不是编码：应为 1～64 字节，且不含 / \\ \" < > , ;"),
                   code);
  return WG_OK;
}

static wg_item *next_item(wg_items *items) {
  if (items->n == items->cap) {
    uint32_t cap = items->cap ? items->cap * 2 : 1024;
    wg_item *p = realloc(items->item, cap * sizeof *p);
    if (!p) return NULL;
    items->item = p;
    items->cap = cap;
  }
  wg_item *it = &items->item[items->n++];
  *it = (wg_item){.feature = UINT32_MAX};
  return it;
}

static wg_status take_row(const wg_import_options *o, wg_import *in, wg_item *it, const wg_table_row *row,
                          wg_gather *g) {
  it->row.row = row->number;
  wg_status st = take_code(in, it, row);
  it->row.name = cell_of(in, &in->pick[WG_COL_NAME], row, &st);
  it->row.name_en = cell_of(in, &in->pick[WG_COL_NAME_EN], row, &st);
  it->row.level = cell_of(in, &in->pick[WG_COL_LEVEL], row, &st);
  it->row.area = code_cell(in, &in->pick[WG_COL_AREA], row, &st);
  it->row.parent = code_cell(in, &in->pick[WG_COL_PARENT], row, &st);
  if (st) return st;
  if (!it->refused) check_texts(in, it);
  wg_refusal first = it->why;
  bool refused = it->refused;
  st = take_shape(o, in, it, row->geometry, g);
  if (refused) it->why = first; /* the first reason is the one that is told */
  return st;
}

wg_status wg_import_rows(const wg_import_options *o, wg_table *t, wg_import *in, wg_items *items,
                         wg_gather *g, wg_err *err) {
  const wg_table_about *about = wg_table_tells(t);
  for (;;) {
    wg_table_row row;
    wg_status st = wg_table_next(t, &row, err);
    if (st) return st;
    if (!row.number) return WG_OK;
    if (items->n == WG_IMPORT_ROWS_MAX)
      return wg_fail(err, WG_TOO_LARGE, "file",
                     WG_T("more than %d rows; split the file", "超过 %d 行；请拆分文件"), WG_IMPORT_ROWS_MAX);
    wg_item *it = next_item(items);
    st = it ? take_row(o, in, it, &row, g) : WG_NO_MEMORY;
    if (st == WG_TOO_LARGE)
      return wg_fail(err, st, "file",
                     WG_T("more than %d vertices; split the file", "超过 %d 个顶点；请拆分文件"),
                     WG_IMPORT_VERTICES_MAX);
    if (st) return st;
    in->read++;
    if (about->rows > 0 && in->read % 1024 == 0)
      wg_import_step(o, 0.05 + 0.35 * (double)in->read / (double)about->rows);
  }
}
