#include "geo/io/basemap.h"

#include <math.h>
#include <ogr_api.h>
#include <string.h>
#include <strings.h>

#include "base/csv.h"
#include "base/text.h"
#include "geo/coverage.h"
#include "geo/crs.h"
#include "geo/io/open.h"
#include "geo/io/osm_tags.h"
#include "geo/lattice.h"

enum { FEATURES_MAX = 20000000, TEXT_MAX = 400 };

struct reading {
  const wg_basemap_options *options;
  wg_arena *arena;
  wg_status (*take)(void *ctx, const wg_map_item *item, wg_err *err);
  void *ctx;
  wg_basemap_report *report;
  wg_crs *crs;
  wg_shapes raw, clean; /* of one feature */
};

/* --- geometry ------------------------------------------------------------------------------------------- */

static void clear(wg_shapes *s) { s->n = s->n_parts = s->n_rings = s->n_pts = 0; }

/* The vertices of g as one ring of the last part. False: one lies outside the world. */
static bool take_vertices(struct reading *r, OGRGeometryH g, bool closed, wg_status *st) {
  int n = OGR_G_GetPointCount(g);
  *st = wg_shapes_ring(&r->raw);
  uint32_t first = r->raw.n_pts;
  for (int i = 0; !*st && i < n; i++) {
    double x = OGR_G_GetX(g, i), y = OGR_G_GetY(g, i);
    wg_pt at;
    wg_crs_to_wgs84(r->crs, &x, &y, 1, 1);
    if (!wg_lattice_from(x, y, &at)) return false;
    const wg_pt *last = r->raw.n_pts > first ? &r->raw.pts[r->raw.n_pts - 1] : NULL;
    if (last && last->x == at.x && last->y == at.y) continue;
    if (closed && i == n - 1 && last && r->raw.pts[first].x == at.x && r->raw.pts[first].y == at.y) continue;
    *st = wg_shapes_vertex(&r->raw, at);
  }
  return true;
}

/* 1 point, 2 line, 3 polygon, 0 nothing. Collections: by their first member. */
static int kind_of(OGRGeometryH g) {
  OGRwkbGeometryType t = wkbFlatten(OGR_G_GetGeometryType(g));
  if (t == wkbGeometryCollection)
    return OGR_G_GetGeometryCount(g) > 0 ? kind_of(OGR_G_GetGeometryRef(g, 0)) : 0;
  if (t == wkbPoint || t == wkbMultiPoint) return 1;
  if (t == wkbLineString || t == wkbMultiLineString) return 2;
  return t == wkbPolygon || t == wkbMultiPolygon ? 3 : 0;
}

static bool take_parts(struct reading *r, OGRGeometryH g, int kind, int depth, wg_status *st) {
  OGRwkbGeometryType t = wkbFlatten(OGR_G_GetGeometryType(g));
  int n = OGR_G_GetGeometryCount(g);
  if (kind_of(g) != kind || OGR_G_IsEmpty(g) || depth > 8) return true;
  if (t == wkbPoint || t == wkbLineString || t == wkbPolygon) {
    *st = wg_shapes_part(&r->raw);
    if (*st) return true;
    if (t != wkbPolygon) return take_vertices(r, g, false, st);
    for (int i = 0; i < n && !*st; i++)
      if (!take_vertices(r, OGR_G_GetGeometryRef(g, i), true, st)) return false;
    return true;
  }
  for (int i = 0; i < n && !*st; i++)
    if (!take_parts(r, OGR_G_GetGeometryRef(g, i), kind, depth + 1, st)) return false;
  return true;
}

/* Lines of one vertex are none: parts that are too short are left out. */
static wg_status tidy_lines(struct reading *r, uint32_t least) {
  clear(&r->clean);
  wg_status st = wg_shapes_feature(&r->clean);
  for (uint32_t p = 0; !st && p < r->raw.n_parts; p++) {
    uint32_t ring = r->raw.ring[p], first = r->raw.vert[ring], end = r->raw.vert[ring + 1];
    if (end - first < least) continue;
    st = wg_shapes_part(&r->clean);
    if (!st) st = wg_shapes_ring(&r->clean);
    for (uint32_t v = first; !st && v < end; v++) st = wg_shapes_vertex(&r->clean, r->raw.pts[v]);
  }
  return st;
}

/* Into r->clean; *ok false: nothing that can be drawn. */
static wg_status take_geometry(struct reading *r, OGRGeometryH g, int kind, bool *ok) {
  unsigned mended;
  clear(&r->raw);
  wg_status st = wg_shapes_feature(&r->raw);
  if (st) return st;
  *ok = take_parts(r, g, kind, 0, &st) && r->raw.n_pts > 0;
  if (st || !*ok) return st;
  if (kind == 3) {
    clear(&r->clean);
    st = wg_coverage_mend(&r->raw, 0, &r->clean, &mended, NULL);
    *ok = st == WG_OK;
    return st == WG_UNPROCESSABLE ? WG_OK : st;
  }
  st = tidy_lines(r, kind == 2 ? 2 : 1);
  *ok = r->clean.n_parts > 0;
  return st;
}

/* --- one feature ---------------------------------------------------------------------------------------- */

static const char *short_text(const char *text) {
  return text && *text && strlen(text) <= TEXT_MAX && wg_text_utf8(text, strlen(text)) ? text : NULL;
}

static wg_status give(struct reading *r, OGRGeometryH g, wg_map_item *item, wg_err *err) {
  bool ok = false;
  wg_status st = take_geometry(r, g, item->geometry, &ok);
  if (st) return st;
  if (!ok) {
    r->report->bad++;
    return WG_OK;
  }
  if (++r->report->taken > FEATURES_MAX)
    return wg_fail(err, WG_TOO_LARGE, "file", WG_T("more than %d features", "超过 %d 个要素"), FEATURES_MAX);
  item->shape = &r->clean;
  item->name = short_text(item->name);
  item->name_zh = short_text(item->name_zh);
  item->name_en = short_text(item->name_en);
  if (strlen(item->class_) > 23 || !wg_text_utf8(item->class_, strlen(item->class_))) item->class_ = "";
  return r->take(r->ctx, item, err);
}

/* --- OpenStreetMap -------------------------------------------------------------------------------------- */

static const char *osm_tag(void *ctx, const char *key) {
  OGRFeatureH f = ctx;
  int i = OGR_F_GetFieldIndex(f, key);
  if (i < 0 || !OGR_F_IsFieldSetAndNotNull(f, i)) return NULL;
  const char *v = OGR_F_GetFieldAsString(f, i);
  return *v ? v : NULL;
}

static wg_status osm_feature(struct reading *r, OGRFeatureH f, wg_err *err) {
  OGRGeometryH g = OGR_F_GetGeometryRef(f);
  wg_map_item item = {.geometry = g ? kind_of(g) : 0};
  r->report->read++;
  if (!item.geometry || !wg_osm_kind(item.geometry, osm_tag, f, &item.kind, &item.class_)) {
    r->report->other++;
    return WG_OK;
  }
  /* strings of a feature share one buffer per field, so they stand together */
  item.name = osm_tag(f, "name");
  item.name_zh = osm_tag(f, "name:zh");
  item.name_en = osm_tag(f, "name:en");
  return give(r, g, &item, err);
}

static wg_status read_osm(struct reading *r, const wg_io_file *file, GDALDatasetH data, wg_err *err) {
  wg_gdal_say say;
  wg_status st = WG_OK;
  r->report->about.format = "OSM";
  r->report->about.layer = wg_arena_strdup(r->arena, file->name);
  r->report->about.file = r->report->about.layer;
  r->report->about.rows = -1;
  wg_gdal_begin(&say);
  GDALDatasetResetReading(data);
  while (!st) {
    double done = 0;
    OGRFeatureH f = GDALDatasetGetNextFeature(data, NULL, &done, NULL, NULL);
    if (!f) break;
    st = osm_feature(r, f, err);
    if (r->options->progress && r->report->read % 512 == 0)
      r->options->progress(r->options->progress_ctx, done);
    OGR_F_Destroy(f);
  }
  wg_gdal_end();
  if (!st && say.failures)
    return wg_fail(err, WG_INVALID, "file", WG_T("%.120s is damaged: %s", "%.120s 已损坏：%s"), file->name,
                   say.first);
  return st;
}

/* --- any other file ------------------------------------------------------------------------------------- */

struct tagged {
  const wg_table *t;
  const wg_table_row *row;
};

static const char *table_tag(void *ctx, const char *key) {
  struct tagged *x = ctx;
  int n, i;
  const char *const *column = wg_table_columns(x->t, &n);
  const char *const one[] = {key, NULL};
  i = wg_column_find(column, n, one);
  return i < 0 ? NULL : x->row->cell[i];
}

/* What the file's or layer's name says of all its features. */
static const char *kind_by_name(const char *name, int geometry) {
  static const struct {
    const char *word, *kind;
  } words[] = {
      {"road", "road"},         {"street", "road"},     {"highway", "road"},  {"道路", "road"},
      {"公路", "road"},         {"街路", "road"},       {"rail", "rail"},     {"铁路", "rail"},
      {"building", "building"}, {"建筑", "building"},   {"房屋", "building"}, {"waterway", "waterway"},
      {"water", "water"},       {"river", "water"},     {"水系", "water"},    {"河流", "water"},
      {"湖", "water"},          {"landuse", "landuse"}, {"绿地", "landuse"},  {"用地", "landuse"},
      {"place", "place"},       {"地名", "place"},      {"poi", "poi"},       {"兴趣点", "poi"},
      {"bound", "boundary"}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (!strcasestr(name, words[i].word)) continue;
    return geometry == 2 && !strcmp(words[i].kind, "water") ? "waterway" : words[i].kind;
  }
  return NULL;
}

static bool row_kind(struct reading *r, const wg_table *t, const wg_table_row *row, wg_map_item *item) {
  struct tagged x = {t, row};
  const wg_table_about *a = wg_table_tells(t);
  item->class_ = "";
  if (r->options->kind)
    item->kind = r->options->kind;
  else if (wg_osm_kind(item->geometry, table_tag, &x, &item->kind, &item->class_))
    return true;
  else if (!(item->kind = kind_by_name(a->layer, item->geometry)) &&
           !(item->kind = kind_by_name(a->file, item->geometry)))
    return false;
  return true;
}

static wg_status find_crs(struct reading *r, const wg_table_about *about, wg_err *err) {
  const char *name = r->options->crs ? r->options->crs : about->crs && *about->crs ? about->crs : "wgs84";
  return wg_crs_open(name, &r->crs, err);
}

static wg_status find_columns(struct reading *r, const wg_table *t, int *name, int *class_, wg_err *err) {
  static const char *const names[] = {"name", "名称", "道路名称", "路名", NULL};
  static const char *const classes[] = {"class", "fclass", "type", "kind", "等级", "类型", NULL};
  int n;
  const char *const *column = wg_table_columns(t, &n);
  *name = wg_column_find(column, n, names);
  *class_ = wg_column_find(column, n, classes);
  wg_status st = WG_OK;
  if (r->options->name) st = wg_table_column(t, r->options->name, "--name", name, err);
  if (!st && r->options->class_) st = wg_table_column(t, r->options->class_, "--class", class_, err);
  return st;
}

static wg_status keep_about(struct reading *r, const wg_table *t) {
  wg_table_about *a = &r->report->about;
  *a = *wg_table_tells(t);
  const char **texts[] = {&a->file, &a->format, &a->layer, &a->encoding, &a->crs};
  for (int i = 0; i < 5; i++)
    if (*texts[i] && !(*texts[i] = wg_arena_strdup(r->arena, *texts[i]))) return WG_NO_MEMORY;
  return WG_OK;
}

static wg_status read_table(struct reading *r, wg_err *err) {
  wg_table *t = NULL;
  int name = -1, class_ = -1;
  wg_status st = wg_table_open(&(wg_table_options){.path = r->options->path,
                                                   .layer = r->options->layer,
                                                   .encoding = r->options->encoding},
                               &t, err);
  if (!st) st = keep_about(r, t);
  if (!st) st = find_columns(r, t, &name, &class_, err);
  if (!st) st = find_crs(r, wg_table_tells(t), err);
  while (!st) {
    wg_table_row row;
    st = wg_table_next(t, &row, err);
    if (st || !row.number) break;
    OGRGeometryH g = (OGRGeometryH)(uintptr_t)row.geometry;
    wg_map_item item = {.geometry = g ? kind_of(g) : 0};
    r->report->read++;
    if (!item.geometry)
      r->report->bad++;
    else if (!row_kind(r, t, &row, &item))
      r->report->other++;
    else {
      struct tagged x = {t, &row};
      if (class_ >= 0 && row.cell[class_] && !item.class_[0]) item.class_ = row.cell[class_];
      item.name = name >= 0 ? row.cell[name] : NULL;
      item.name_zh = table_tag(&x, "name:zh");
      item.name_en = table_tag(&x, "name:en");
      st = give(r, g, &item, err);
    }
    if (r->options->progress && r->report->about.rows > 0 && r->report->read % 512 == 0)
      r->options->progress(r->options->progress_ctx, (double)r->report->read / (double)r->report->about.rows);
  }
  wg_table_close(t);
  return st;
}

wg_status wg_basemap_read(const wg_basemap_options *o, wg_arena *arena,
                          wg_status (*take)(void *, const wg_map_item *, wg_err *), void *ctx,
                          wg_basemap_report *report, wg_err *err) {
  *report = (wg_basemap_report){0};
  struct reading r = {.options = o, .arena = arena, .take = take, .ctx = ctx, .report = report};
  wg_shapes_init(&r.raw);
  wg_shapes_init(&r.clean);
  wg_io_files files;
  GDALDatasetH data = NULL;
  const char *driver = "";
  bool input = strcmp(o->path, "-") == 0; /* can be read once only */
  wg_status st = input ? WG_OK : wg_io_find(arena, o->path, &files, err);
  if (!st && !input && files.n == 1 && !files.file[0].csv)
    st = wg_io_open(&files.file[0], &data, &driver, err);
  if (!st && !strcmp(driver, "OSM")) {
    st = wg_crs_open(o->crs ? o->crs : "wgs84", &r.crs, err);
    if (!st) st = read_osm(&r, &files.file[0], data, err);
    if (!st) report->about.hashed = wg_io_hash(files.plain, report->about.hash);
  } else if (!st) {
    st = read_table(&r, err);
  }
  if (data) GDALClose(data);
  wg_crs_free(r.crs);
  wg_shapes_deinit(&r.raw);
  wg_shapes_deinit(&r.clean);
  return st;
}
