#include "geo/io/layers.h"

#include <cpl_conv.h>
#include <ogr_srs_api.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

enum { SAMPLE = 200, LIST_MAX = 260 };

/* One layer that could be meant. */
typedef struct candidate {
  int file, index;
  const char *name;
  int64_t rows;
  bool polygons;
} candidate;

typedef struct candidates {
  candidate *item;
  int n;
} candidates;

enum { CANDIDATES_MAX = 2000 };

void wg_layer_close(wg_layer *layer) {
  if (layer->data) GDALClose(layer->data);
  layer->data = NULL;
}

const char *wg_layer_name(wg_arena *arena, OGRLayerH layer) {
  const char *name = OGR_L_GetName(layer);
  return wg_arena_strdup(arena, wg_text_utf8(name, strlen(name)) ? name : "?");
}

static bool holds_polygons(OGRGeometryH g) {
  if (!g) return false;
  OGRwkbGeometryType type = wkbFlatten(OGR_G_GetGeometryType(g));
  if (OGR_GT_IsSubClassOf(type, wkbSurface) || OGR_GT_IsSubClassOf(type, wkbMultiSurface)) return true;
  if (type != wkbGeometryCollection) return false;
  return OGR_G_GetGeometryCount(g) > 0 && holds_polygons(OGR_G_GetGeometryRef(g, 0));
}

/* By the layer's type, else by its first features. */
static bool polygon_layer(OGRLayerH layer) {
  OGRwkbGeometryType type = wkbFlatten(OGR_L_GetGeomType(layer));
  if (OGR_GT_IsSubClassOf(type, wkbSurface) || OGR_GT_IsSubClassOf(type, wkbMultiSurface)) return true;
  if (type != wkbUnknown && type != wkbGeometryCollection) return false;
  bool found = false;
  OGR_L_ResetReading(layer);
  for (int i = 0; i < SAMPLE && !found; i++) {
    OGRFeatureH f = OGR_L_GetNextFeature(layer);
    if (!f) break;
    found = holds_polygons(OGR_F_GetGeometryRef(f));
    OGR_F_Destroy(f);
  }
  OGR_L_ResetReading(layer);
  return found;
}

static wg_status look_into(wg_arena *arena, GDALDatasetH data, int file, const char *driver,
                           candidates *out) {
  int n = GDALDatasetGetLayerCount(data);
  bool osm = !strcmp(driver, "OSM"); /* its layers share one pass over the file: no count beforehand */
  for (int i = 0; i < n && out->n < CANDIDATES_MAX; i++) {
    OGRLayerH layer = GDALDatasetGetLayer(data, i);
    candidate *c = &out->item[out->n];
    *c = (candidate){.file = file,
                     .index = i,
                     .name = wg_layer_name(arena, layer),
                     .polygons = osm || polygon_layer(layer)};
    if (!c->name) return WG_NO_MEMORY;
    c->rows = OGR_L_GetFeatureCount(layer, FALSE);
    if (c->rows < 0 && !osm) c->rows = OGR_L_GetFeatureCount(layer, TRUE);
    out->n++;
  }
  return WG_OK;
}

/* "villages (7701), stops (12)" */
static const char *listed(wg_arena *arena, const candidates *all, bool polygons_only) {
  wg_buf text;
  wg_buf_init(&text, 8192);
  for (int i = 0; i < all->n; i++) {
    const candidate *c = &all->item[i];
    if (polygons_only && !c->polygons) continue;
    if (text.len > LIST_MAX) {
      wg_buf_add_str(&text, " …");
      break;
    }
    wg_buf_printf(&text, "%s%.80s (%lld)", text.len ? ", " : "", c->name, (long long)c->rows);
  }
  const char *copy = wg_arena_strdup(arena, wg_buf_str(&text));
  wg_buf_deinit(&text);
  return copy ? copy : "";
}

static wg_status decide(wg_arena *arena, const candidates *all, const wg_table_options *o,
                        const wg_io_files *files, const candidate **out, wg_err *err) {
  int found = 0;
  for (int i = 0; i < all->n; i++) {
    const candidate *c = &all->item[i];
    bool meant = o->layer ? !strcmp(o->layer, c->name) || !strcmp(o->layer, files->file[c->file].name)
                          : (o->polygons ? c->polygons && c->rows != 0 : c->rows != 0 || all->n == 1);
    if (!meant) continue;
    *out = c;
    found++;
  }
  if (found == 1) return WG_OK;
  if (!found && !o->layer && all->n == 1) { /* empty, or without polygons: told by the reader, row by row */
    *out = &all->item[0];
    return WG_OK;
  }
  if (!found && o->layer)
    return wg_fail_code(err, WG_INVALID, "layer-unknown", "--layer",
                        WG_T("there is no layer \"%.80s\"; there are: %s", "没有图层“%.80s”；现有图层：%s"),
                        o->layer, listed(arena, all, false));
  if (!found)
    return wg_fail_code(err, WG_INVALID, "layer-none", "file",
                        WG_T("no layer holds polygons; there are: %s", "没有含面要素的图层；现有图层：%s"),
                        listed(arena, all, false));
  return wg_fail_code(err, WG_INVALID, "layer-several", "--layer",
                      WG_T("the file has several layers; choose one with --layer: %s",
                           "文件有多个图层，请用 --layer 选择一个：%s"),
                      listed(arena, all, o->polygons && !o->layer));
}

wg_status wg_layer_pick(wg_arena *arena, const wg_io_files *files, const wg_table_options *o, wg_layer *out,
                        wg_err *err) {
  *out = (wg_layer){.rows = -1};
  candidates all = {.item = wg_arena_alloc(arena, CANDIDATES_MAX * sizeof(candidate))};
  if (!all.item) return WG_NO_MEMORY;
  wg_status st = WG_OK;
  wg_gdal_say say;
  int last = -1;
  for (int i = 0; !st && i < files->n; i++) {
    if (files->file[i].csv) continue;
    wg_layer_close(out);
    st = wg_io_open(&files->file[i], &out->data, &out->driver, err);
    if (st && files->n > 1) { /* one broken file among many: the others may be meant */
      st = WG_OK;
      continue;
    }
    if (st) break;
    last = i;
    wg_gdal_begin(&say);
    st = look_into(arena, out->data, i, out->driver, &all);
    wg_gdal_end();
  }
  if (!st && !all.n)
    st = wg_fail(err, WG_INVALID, "file",
                 WG_T("%.120s holds no layer that can be read", "%.120s 中没有可读取的图层"), files->name);
  const candidate *pick = NULL;
  if (!st) st = decide(arena, &all, o, files, &pick, err);
  if (!st && !pick) st = WG_INTERNAL;
  if (!st && pick->file != last) {
    wg_layer_close(out);
    st = wg_io_open(&files->file[pick->file], &out->data, &out->driver, err);
  }
  if (st) {
    wg_layer_close(out);
    return st;
  }
  out->layer = GDALDatasetGetLayer(out->data, pick->index);
  out->rows = pick->rows;
  return WG_OK;
}

/* --- reference system --------------------------------------------------------------------------------- */

static bool points_north(OGRSpatialReferenceH srs, int axis) {
  OGRAxisOrientation way = OAO_Other;
  OSRGetAxis(srs, NULL, axis, &way);
  return way == OAO_North || way == OAO_South;
}

/* The data's first axis, counted through GDAL's mapping, runs north and its second does not. */
static bool north_first(OGRSpatialReferenceH srs) {
  int n = 0;
  const int *map = OSRGetDataAxisToSRSAxisMapping(srs, &n);
  if (!map || n < 2 || map[0] < 1 || map[1] < 1) return false;
  return points_north(srs, map[0] - 1) && !points_north(srs, map[1] - 1);
}

const char *wg_layer_crs(wg_arena *arena, OGRLayerH layer, bool *geographic, bool *swap) {
  *geographic = *swap = false;
  OGRSpatialReferenceH srs = OGR_L_GetSpatialRef(layer);
  if (!srs || OSRIsLocal(srs)) return NULL;
  *geographic = OSRIsGeographic(srs);
  *swap = north_first(srs);
  const char *authority = OSRGetAuthorityName(srs, NULL), *code = OSRGetAuthorityCode(srs, NULL);
  if (authority && code && !strcmp(authority, "EPSG")) return wg_arena_printf(arena, "EPSG:%s", code);
  char *wkt = NULL;
  static const char *const options[] = {"FORMAT=WKT2_2019", NULL};
  if (OSRExportToWktEx(srs, &wkt, options) != OGRERR_NONE || !wkt || !*wkt) {
    CPLFree(wkt);
    return NULL;
  }
  /* A file must not make PROJ open other files: grids named by a path are refused with the whole system. */
  bool names_file = strstr(wkt, "PARAMETERFILE") ||
                    (strcasestr(wkt, "grids=") && strpbrk(strcasestr(wkt, "grids="), "/\\"));
  const char *copy = names_file ? "" : wg_arena_strdup(arena, wkt);
  CPLFree(wkt);
  return copy;
}
