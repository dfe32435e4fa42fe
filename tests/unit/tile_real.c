/* Real coverages from the shared data, imported as the server does: no edge is walked twice the same way, and
 * GEOS finds no overlap that could be seen, none at all at deep zooms. Skipped where the data is absent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <cpl_conv.h>

#include "geo/io/import.h"
#include "tile_draw.h"

static void read_file(const char *name, const char *layer, wg_import *in) {
  char path[1100];
  tile_data_path(path, sizeof path, name);
  VSIStatBufL stat;
  if (VSIStatL(path, &stat)) {
    print_message("%s is absent: skipped\n", path);
    skip();
  }
  CPLSetConfigOption("CPL_VSIL_GZIP_WRITE_PROPERTIES", "NO");
  wg_import_options options = {.path = path, .layer = layer, .check = true};
  options.columns.told[WG_COL_CODE] = "#";
  wg_err err = {0};
  wg_status st = wg_import_read(&options, in, &err);
  if (st) print_message("%s: %s\n", path, err.en);
  assert_int_equal(st, WG_OK);
}

struct found {
  int tiles, features, invalid;
  size_t edges, twice, unglued;
  double area, overlap;
};

/* Within a feature or between two, no edge is walked twice the same way. */
static void count_edges(const mvt_tile *t, struct found *sum) {
  struct edges e = {0};
  put_edges(&e, t, false);
  if (e.n) qsort(e.at, e.n, sizeof *e.at, by_edge);
  for (size_t i = 0; i < e.n; i++) {
    sum->twice += i > 0 && by_edge(&e.at[i], &e.at[i - 1]) == 0;
    sum->unglued += times(&e, (struct edge){e.at[i].x1, e.at[i].y1, e.at[i].x0, e.at[i].y0}) == 0;
  }
  sum->edges += e.n;
  free(e.at);
}

static void ask_geos(const wg_buf *bytes, wg_tile_id id, struct found *sum) {
  CPLPushErrorHandler(CPLQuietErrorHandler);
  GDALDatasetH ds = tile_gdal(bytes->data, bytes->len, id.z, id.x, id.y);
  assert_non_null(ds);
  OGRLayerH layer = GDALDatasetGetLayer(ds, 0);
  OGRGeometryH many = OGR_G_CreateGeometry(wkbMultiPolygon);
  double unit = 2 * 20037508.342789244 / ldexp(4096, id.z), area = 0;
  for (OGRFeatureH f; (f = OGR_L_GetNextFeature(layer)); OGR_F_Destroy(f)) {
    OGRGeometryH g = OGR_F_GetGeometryRef(f), good = OGR_G_IsValid(g) ? OGR_G_Clone(g) : OGR_G_MakeValid(g);
    sum->features++;
    sum->invalid += !OGR_G_IsValid(g);
    area += OGR_G_Area(good) / unit / unit;
    bool single = wkbFlatten(OGR_G_GetGeometryType(good)) == wkbPolygon;
    for (int k = 0; k < (single ? 1 : OGR_G_GetGeometryCount(good)); k++) {
      OGRGeometryH part = single ? good : OGR_G_GetGeometryRef(good, k);
      if (wkbFlatten(OGR_G_GetGeometryType(part)) == wkbPolygon) OGR_G_AddGeometry(many, part);
    }
    OGR_G_DestroyGeometry(good);
  }
  OGRGeometryH whole = OGR_G_UnionCascaded(many);
  if (whole) {
    sum->area += area;
    sum->overlap += fabs(area - OGR_G_Area(whole) / unit / unit);
  }
  OGR_G_DestroyGeometry(whole);
  OGR_G_DestroyGeometry(many);
  tile_gdal_close(ds);
  CPLPopErrorHandler();
}

static struct found look(const wg_shapes *s, uint8_t z, uint32_t most_tiles) {
  struct found sum = {0};
  wg_pyramid *p = make(s);
  wg_box all = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
  for (uint32_t f = 0; f < s->n; f++) {
    wg_box b = wg_pyramid_box(p, f);
    if (b.x0 < all.x0) all.x0 = b.x0;
    if (b.y0 < all.y0) all.y0 = b.y0;
    if (b.x1 > all.x1) all.x1 = b.x1;
    if (b.y1 > all.y1) all.y1 = b.y1;
  }
  wg_cover c = wg_cover_box(all, z, 0);
  uint64_t n = wg_cover_count(&c), step = n > most_tiles ? n / most_tiles : 1;
  for (uint64_t i = 0; i < n; i += step) {
    wg_buf bytes;
    mvt_tile t;
    draw(p, wg_cover_tile(&c, i), 0, s->n, &bytes, &t, NULL);
    if (t.n_layers) {
      sum.tiles++;
      count_edges(&t, &sum);
      ask_geos(&bytes, wg_cover_tile(&c, i), &sum);
    }
    tile_done(&bytes, &t);
  }
  wg_pyramid_free(p);
  return sum;
}

static void check_file(const char *name, const char *layer, uint8_t from, uint8_t to) {
  wg_import in;
  read_file(name, layer, &in);
  for (uint8_t z = from; z <= to; z += 2) {
    struct found f = look(&in.shapes, z, 12);
    if (z == from || z == to)
      print_message(
          "%s z%u: %d tiles, %d features, %d with a ring that touches or crosses itself, %zu edges, "
          "overlap %.1f units² a feature\n",
          name, z, f.tiles, f.features, f.invalid, f.edges, f.overlap / f.features);
    assert_int_equal(f.twice, 0);
    assert_true(f.features > 0 && f.unglued < f.edges / 2 + 100); /* the outer rim is without a neighbour */
    assert_true(f.invalid <= f.features / 10 + 1);
    assert_true(f.overlap < WG_TILE_PIXEL * WG_TILE_PIXEL * f.features); /* less than can be seen */
    if (z >= 12) assert_true(f.overlap < 1e-6 * f.area && f.invalid <= f.features / 100 + 1);
  }
  wg_import_deinit(&in);
}

static void yuhang_townships(void **state) {
  (void)state;
  check_file("1_boundaries/yuhang_330110_townships_wgs84.geojson", NULL, 4, 14);
}
static void taiwan_villages(void **state) {
  (void)state;
  check_file("1_boundaries/taiwan_villages.topojson.gz", "villages", 4, 12);
}
static void providence_blocks(void **state) {
  (void)state;
  check_file("2_tessellations/Providence_blocks.zip", NULL, 4, 14);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(yuhang_townships),
      cmocka_unit_test(taiwan_villages),
      cmocka_unit_test(providence_blocks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
