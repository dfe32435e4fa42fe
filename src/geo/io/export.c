#include "geo/io/export.h"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <errno.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "geo/crs.h"
#include "geo/io/open.h"

typedef struct format {
  const char *ending, *driver;
  bool wgs84_only, plain; /* plain: no geometry of its own (sheets) */
  const char *options[4];
  bool shapes_only;
} format;

static const format formats[] = {
    {"gpkg", "GPKG", false, false, {NULL}},
    {"geojson", "GeoJSON", false, false, {"COORDINATE_PRECISION=7", NULL}},
    {"json", "GeoJSON", false, false, {"COORDINATE_PRECISION=7", NULL}},
    {"shp", "ESRI Shapefile", false, false, {"ENCODING=UTF-8", NULL}, true},
    /* its spatial index would leave out rows without a geometry */
    {"fgb", "FlatGeobuf", false, false, {"SPATIAL_INDEX=NO", NULL}, true},
    {"kml", "LIBKML", true, false, {NULL}},
    {"gml", "GML", false, false, {NULL}},
    {"csv", "CSV", false, false, {"GEOMETRY=AS_WKT", "WRITE_BOM=YES", "LINEFORMAT=CRLF", NULL}},
    {"xlsx", "XLSX", false, true, {NULL}},
    {"ods", "ODS", false, true, {NULL}}};

enum { FIELDS_MAX = 64 };

struct wg_export {
  const format *format;
  int column[FIELDS_MAX]; /* of a field in the layer: KML has its own before ours, and `name` is one of them
                           */
  bool outside;           /* the row has a place that the system cannot say */
  char path[4096], folder[4096], file[4096]; /* the target; the temporary folder beside it; the file in it */
  GDALDatasetH data;
  OGRLayerH layer;
  OGRFeatureH feature;
  wg_crs *crs;
  bool transaction;
};

/* --- opening -------------------------------------------------------------------------------------------- */

bool wg_export_one_file(const char *ending) {
  for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
    if (!strcasecmp(ending, formats[i].ending)) return strcasecmp(ending, "shp") != 0;
  return false;
}

static wg_status find_format(const wg_export_options *o, const format **out, wg_err *err) {
  const char *dot = strrchr(o->path, '.');
  for (size_t i = 0; dot && i < sizeof formats / sizeof *formats; i++)
    if (!strcasecmp(dot + 1, formats[i].ending)) {
      *out = &formats[i];
      if (formats[i].wgs84_only && strcasecmp(o->crs, "wgs84") && strcasecmp(o->crs, "EPSG:4326"))
        return wg_fail(err, WG_INVALID, "--crs", WG_T("KML is always in WGS 84", "KML 只能使用 WGS 84"));
      /* GDAL would leave a table of another name, or one that it does not open again */
      if (o->geometry == WG_EXPORT_NONE && formats[i].shapes_only)
        return wg_fail(err, WG_INVALID, "file",
                       WG_T("%s have no place, so a .%s cannot hold them; take csv, xlsx, ods or gpkg",
                            "%s 没有几何图形，不能写成 .%s；可用 csv、xlsx、ods 或 gpkg"),
                       o->layer, formats[i].ending);
      return WG_OK;
    }
  return wg_fail_code(
      err, WG_INVALID, "format-unknown", "file",
      WG_T("the ending of %.120s names no format; there are: gpkg geojson shp fgb csv kml gml xlsx ods",
           "无法由 %.120s 的扩展名判断格式；可用：gpkg geojson shp fgb csv kml gml xlsx ods"),
      o->path);
}

static wg_status cannot_write(const char *path, const char *why, wg_err *err) {
  bool full = errno == ENOSPC;
  return wg_fail(err, full ? WG_NO_SPACE : WG_IO, "file",
                 WG_T("%.200s cannot be written: %s", "无法写入 %.200s：%s"), path,
                 why && *why ? why : strerror(errno));
}

static wg_status make_folder(wg_export *x, wg_err *err) {
  const char *slash = strrchr(x->path, '/');
  int k = snprintf(x->folder, sizeof x->folder, "%.*s.wangge-export-XXXXXX",
                   slash ? (int)(slash - x->path + 1) : 0, x->path);
  if (k >= (int)sizeof x->folder) return cannot_write(x->path, "the path is too long", err);
  if (!mkdtemp(x->folder)) {
    x->folder[0] = 0;
    return cannot_write(x->path, NULL, err);
  }
  k = snprintf(x->file, sizeof x->file, "%s/%s", x->folder, slash ? slash + 1 : x->path);
  return k < (int)sizeof x->file ? WG_OK : cannot_write(x->path, "the path is too long", err);
}

/* NULL where the system has no register entry: the Chinese datums. */
static OGRSpatialReferenceH srs_of(const char *crs) {
  int code = strcasecmp(crs, "wgs84") == 0 ? 4326 : strncasecmp(crs, "EPSG:", 5) == 0 ? atoi(crs + 5) : 0;
  if (!code) return NULL;
  OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
  if (srs && OSRImportFromEPSG(srs, code) == OGRERR_NONE) {
    OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
    return srs;
  }
  if (srs) OSRRelease(srs);
  return NULL;
}

static bool make_layer(wg_export *x, const wg_export_options *o) {
  static const OGRwkbGeometryType types[] = {wkbNone, wkbPoint, wkbMultiPolygon};
  bool none = x->format->plain || o->geometry == WG_EXPORT_NONE;
  OGRSpatialReferenceH srs = none ? NULL : srs_of(o->crs);
  const char *const *options = x->format->options;
  const char *const no_geometry[] = {"WRITE_BOM=YES", "LINEFORMAT=CRLF", NULL};
  const char *const rfc7946[] = {"RFC7946=YES", NULL};
  /* points in a CSV have their lon and lat in columns */
  if (!strcmp(x->format->driver, "CSV") && o->geometry != WG_EXPORT_POLYGON) options = no_geometry;
  if (!strcmp(x->format->driver, "GeoJSON") && wg_crs_is_plain(x->crs)) options = rfc7946;
  x->data = GDALCreate(GDALGetDriverByName(x->format->driver), x->file, 0, 0, 0, GDT_Unknown, NULL);
  if (x->data)
    x->layer = GDALDatasetCreateLayer(x->data, o->layer, srs, none ? wkbNone : types[o->geometry],
                                      (char **)(uintptr_t)options);
  if (srs) OSRRelease(srs);
  int n = 0;
  for (const wg_export_field *f = o->fields; x->layer && f->name && n < FIELDS_MAX; f++) {
    OGRFieldDefnH d = OGR_Fld_Create(f->name, f->type == WG_EXPORT_TEXT  ? OFTString
                                              : f->type == WG_EXPORT_INT ? OFTInteger64
                                                                         : OFTReal);
    if (f->type == WG_EXPORT_TEXT && !strcmp(x->format->driver, "ESRI Shapefile")) OGR_Fld_SetWidth(d, 254);
    OGRErr bad = OGR_L_CreateField(x->layer, d, TRUE);
    OGR_Fld_Destroy(d);
    if (bad != OGRERR_NONE) return false;
    x->column[n] = OGR_FD_GetFieldIndex(OGR_L_GetLayerDefn(x->layer), f->name);
    if (x->column[n++] < 0) return false;
  }
  return x->layer != NULL;
}

wg_status wg_export_open(const wg_export_options *o, wg_export **out, wg_err *err) {
  *out = NULL;
  wg_export *x = calloc(1, sizeof *x);
  if (!x) return WG_NO_MEMORY;
  if (GDALGetDriverCount() == 0) GDALAllRegister();
  wg_status st = find_format(o, &x->format, err);
  if (!st && snprintf(x->path, sizeof x->path, "%s", o->path) >= (int)sizeof x->path)
    st = cannot_write(o->path, "the path is too long", err);
  if (!st) st = wg_crs_open(o->crs, &x->crs, err);
  struct stat there;
  if (!st && !stat(x->path, &there) && !S_ISREG(there.st_mode))
    st = cannot_write(x->path, "it is not a plain file", err);
  if (!st) st = make_folder(x, err);
  wg_gdal_say say;
  wg_gdal_begin(&say);
  bool ok = st || make_layer(x, o);
  if (ok && !st) {
    x->transaction = GDALDatasetTestCapability(x->data, ODsCTransactions) &&
                     GDALDatasetStartTransaction(x->data, FALSE) == OGRERR_NONE;
    x->feature = OGR_F_Create(OGR_L_GetLayerDefn(x->layer));
  }
  wg_gdal_end();
  if (!st && (!ok || !x->feature)) st = cannot_write(o->path, say.first, err);
  if (st) {
    wg_export_close(x, false, NULL);
    return st;
  }
  *out = x;
  return WG_OK;
}

/* --- rows ----------------------------------------------------------------------------------------------- */

void wg_export_text(wg_export *x, int field, const char *text) {
  if (text) OGR_F_SetFieldString(x->feature, x->column[field], text);
}
void wg_export_int(wg_export *x, int field, int64_t value) {
  OGR_F_SetFieldInteger64(x->feature, x->column[field], value);
}
void wg_export_real(wg_export *x, int field, double value) {
  OGR_F_SetFieldDouble(x->feature, x->column[field], value);
}

void wg_export_place(wg_export *x, wg_pt at, double *lon, double *lat) {
  *lon = at.x / WG_LATTICE;
  *lat = at.y / WG_LATTICE;
  if (wg_crs_from_wgs84(x->crs, lon, lat, 1, 1)) x->outside = true;
}

void wg_export_point(wg_export *x, wg_pt at) {
  if (x->format->plain) return;
  double lon, lat;
  wg_export_place(x, at, &lon, &lat);
  OGRGeometryH g = OGR_G_CreateGeometry(wkbPoint);
  OGR_G_SetPoint_2D(g, 0, lon, lat);
  OGR_F_SetGeometryDirectly(x->feature, g);
}

void wg_export_polygon(wg_export *x, const wg_shapes *s, uint32_t f) {
  if (x->format->plain || s->part[f] == s->part[f + 1]) return;
  OGRGeometryH all = OGR_G_CreateGeometry(wkbMultiPolygon);
  for (uint32_t p = s->part[f]; p < s->part[f + 1]; p++) {
    OGRGeometryH polygon = OGR_G_CreateGeometry(wkbPolygon);
    for (uint32_t r = s->ring[p]; r < s->ring[p + 1]; r++) {
      uint32_t first = s->vert[r], n = s->vert[r + 1] - first;
      OGRGeometryH ring = OGR_G_CreateGeometry(wkbLinearRing);
      OGR_G_SetPointCount(ring, (int)n + 1);
      for (uint32_t v = 0; v <= n; v++) {
        double lon, lat;
        wg_export_place(x, s->pts[first + v % n], &lon, &lat);
        OGR_G_SetPoint_2D(ring, (int)v, lon, lat);
      }
      OGR_G_AddGeometryDirectly(polygon, ring);
    }
    OGR_G_AddGeometryDirectly(all, polygon);
  }
  OGR_F_SetGeometryDirectly(x->feature, all);
}

wg_status wg_export_row(wg_export *x, wg_err *err) {
  if (x->outside)
    return wg_fail(err, WG_UNPROCESSABLE, "--crs",
                   WG_T("a row lies where %s has no coordinates; choose another system with --crs",
                        "有要素超出 %s 的适用范围；请用 --crs 选择其他坐标系"),
                   wg_crs_name(x->crs));
  wg_gdal_say say;
  wg_gdal_begin(&say);
  OGRErr bad = OGR_L_CreateFeature(x->layer, x->feature);
  OGR_F_Destroy(x->feature);
  x->feature = OGR_F_Create(OGR_L_GetLayerDefn(x->layer));
  wg_gdal_end();
  if (!x->feature) return WG_NO_MEMORY;
  return bad == OGRERR_NONE ? WG_OK : cannot_write(x->path, say.first, err);
}

/* --- closing -------------------------------------------------------------------------------------------- */

/* Moves what lies in the temporary folder to its place; of a shapefile its parts, the .shp last. */
static wg_status move_all(wg_export *x, wg_err *err) {
  char **list = VSIReadDir(x->folder);
  wg_status st = WG_OK;
  for (int turn = 0; turn < 2; turn++)
    for (char **name = list; !st && name && *name; name++) {
      if (!strcmp(*name, ".") || !strcmp(*name, "..")) continue;
      char from[8200], to[8200];
      const char *slash = strrchr(x->path, '/');
      snprintf(from, sizeof from, "%s/%s", x->folder, *name);
      snprintf(to, sizeof to, "%.*s%s", slash ? (int)(slash - x->path + 1) : 0, x->path, *name);
      bool main_file = !strcmp(from, x->file);
      if (main_file == (turn == 1) && rename(from, to)) st = cannot_write(to, NULL, err);
    }
  CSLDestroy(list);
  return st;
}

wg_status wg_export_close(wg_export *x, bool done, wg_err *err) {
  if (!x) return WG_OK;
  wg_status st = WG_OK;
  wg_gdal_say say;
  wg_gdal_begin(&say);
  if (x->feature) OGR_F_Destroy(x->feature);
  if (x->transaction && done && GDALDatasetCommitTransaction(x->data) != OGRERR_NONE) say.failures++;
  if (x->transaction && !done) GDALDatasetRollbackTransaction(x->data);
  if (x->data) GDALClose(x->data);
  wg_gdal_end();
  if (done && say.failures) st = cannot_write(x->path, say.first, err);
  if (done && !st) st = move_all(x, err);
  if (x->folder[0]) VSIRmdirRecursive(x->folder);
  wg_crs_free(x->crs);
  free(x);
  return st;
}
