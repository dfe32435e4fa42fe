/* Polygons from files: what is taken, mended, refused; reference systems; neighbours; reports. GDAL makes the
 * files and GEOS is the oracle. */
#include "io_support.h"

#include <math.h>

#include "geo/crs.h"
#include "geo/io/import.h"
#include "geo/lattice.h"

static wg_err err;

static wg_import_options options(const char *path) {
  return (wg_import_options){.path = path, .check = true, .columns.wanted = {true, true, true, true}};
}
static void read_ok(const wg_import_options *o, wg_import *in) {
  err = (wg_err){0};
  io_ok(wg_import_read(o, in, &err), &err);
}
static void read_fails(const wg_import_options *o, wg_status want, const char *tells) {
  wg_import in;
  err = (wg_err){0};
  wg_status st = wg_import_read(o, &in, &err);
  if (st == WG_OK) wg_import_deinit(&in);
  assert_int_equal(st, want);
  io_tells(&err, tells);
}

static void test_plain(void **state) {
  (void)state;
  io_made m = io_make("GPKG", io_path("p.gpkg"), "grids", 4326, wkbPolygon, "grid_code:s name:s", NULL);
  io_add(m, io_box(120.1, 30, 120.2, 30.1), "b", "乙");
  io_add(m, io_box(120, 30, 120.1, 30.1), "a", "甲");
  io_done(m);
  wg_import_options o = options(io_path("p.gpkg"));
  wg_import in;
  read_ok(&o, &in);
  assert_int_equal(in.n, 2);
  assert_string_equal(in.row[0].code, "a"); /* sorted by code, the shapes along */
  assert_string_equal(in.row[0].name, "甲");
  assert_int_equal(in.row[0].row, 2);
  assert_int_equal(wg_shapes_box(&in.shapes, 0).x0, 1200000000);
  assert_int_equal(wg_shapes_box(&in.shapes, 1).x0, 1201000000);
  assert_string_equal(in.crs, "EPSG:4326");
  assert_int_equal(in.flaws.gaps + in.flaws.overlaps, 0);
  /* a tenth of a degree each way at 30° north: 9 650 m × 11 085 m, twice */
  assert_true(fabs(in.total_m2 - 2 * 9650.0 * 11085.0) < 3e5);
  assert_true(fabs(in.row[0].area_m2 + in.row[1].area_m2 - in.total_m2) < 1e-3);
  wg_import_deinit(&in);
}

/* Each fault is told with its row, and the sound rows are there. */
static void test_refused(void **state) {
  (void)state;
  io_made m = io_make("GPKG", io_path("r.gpkg"), "r", 4326, wkbUnknown, "code:s name:s", NULL);
  io_add(m, io_box(0, 0, 1, 1), "a", "x");
  io_add(m, io_box(1, 0, 2, 1), NULL, "x");
  io_add(m, io_box(2, 0, 3, 1), "c", "x");
  io_add(m, io_box(3, 0, 4, 1), "c", "x");
  io_add(m, "LINESTRING(0 0,1 1)", "d", "x");
  io_add(m, "POLYGON EMPTY", "e", "x");
  io_add(m, NULL, "f", "x");
  io_add(m, io_box(179, 0, 181, 1), "g", "x");
  io_add(m, "POLYGON((0 0,1 1,2 2,0 0))", "h", "x");
  io_add(m, io_box(5, 0, 6, 1), "no/code", "x");
  io_add(m, io_box(30, 100, 31, 101), "k", "x");
  io_add(m, "GEOMETRYCOLLECTION(POLYGON((7 0,8 0,8 1,7 0)),POLYGON((9 0,10 0,10 1,9 0)))", "m", "x");
  io_done(m);
  wg_import_options o = options(io_path("r.gpkg"));
  o.columns.told[WG_COL_CODE] = "code";
  wg_import in;
  read_ok(&o, &in);
  static const struct {
    uint64_t row;
    wg_refuse why;
    const char *tells;
  } want[] = {{2, WG_REFUSE_NO_CODE, "code"},      {3, WG_REFUSE_TWICE, "row 4"},
              {4, WG_REFUSE_TWICE, "row 3"},       {5, WG_REFUSE_NOT_POLYGON, "LINESTRING"},
              {6, WG_REFUSE_EMPTY, "geometry"},    {7, WG_REFUSE_EMPTY, "geometry"},
              {8, WG_REFUSE_OUTSIDE, "181"},       {9, WG_REFUSE_NO_AREA, "area"},
              {10, WG_REFUSE_BAD_CODE, "no/code"}, {11, WG_REFUSE_OUTSIDE, "swapped"}};
  assert_int_equal(in.n_refused, sizeof want / sizeof *want);
  for (uint32_t i = 0; i < in.n_refused; i++) {
    assert_int_equal(in.refused[i].row, want[i].row);
    assert_int_equal(in.refused[i].why, want[i].why);
    if (!strstr(in.refused[i].en, want[i].tells)) fail_msg("row %d: %s", (int)want[i].row, in.refused[i].en);
    assert_true(in.refused[i].zh[0]);
  }
  assert_int_equal(in.n, 2);
  assert_string_equal(in.row[0].code, "a");
  assert_string_equal(in.row[1].code, "m");
  assert_int_equal(in.read, 12);
  assert_int_equal(in.shapes.part[2] - in.shapes.part[1], 2);
  wg_import_deinit(&in);
}

static void test_not_finite(void **state) {
  (void)state;
  const char *path =
      io_file("nan.csv", "code,wkt\na,\"POLYGON((0 0,1 0,nan 1,0 0))\"\nb,\"POLYGON((0 0,1 0,1 1,0 0))\"\n"
                         "c,\"POLYGON((0 0,1e999 0,1 1,0 0))\"\nd,POLY\n");
  wg_import_options o = options(path);
  wg_import in;
  read_ok(&o, &in);
  assert_int_equal(in.n, 1);
  assert_int_equal(in.n_refused, 3);
  wg_import_deinit(&in);
}

static void test_merge(void **state) {
  (void)state;
  io_made m = io_make("GPKG", io_path("m.gpkg"), "m", 4326, wkbPolygon, "code:s", NULL);
  io_add(m, io_box(0, 0, 1, 1), "a");
  io_add(m, io_box(2, 0, 3, 1), "b");
  io_add(m, io_box(4, 0, 5, 1), "a");
  io_add(m, io_box(6, 0, 7, 1), "c");
  io_done(m);
  wg_import_options o = options(io_path("m.gpkg"));
  o.columns.told[WG_COL_CODE] = "code";
  o.merge = true;
  wg_import in;
  read_ok(&o, &in);
  assert_int_equal(in.n, 3);
  assert_int_equal(in.merged, 1);
  assert_int_equal(in.n_refused, 0);
  assert_int_equal(in.shapes.part[1], 2);
  wg_import_deinit(&in);
}

static void test_mended(void **state) {
  (void)state;
  io_made m = io_make("GPKG", io_path("d.gpkg"), "d", 4326, wkbPolygon, "code:s", NULL);
  io_add(m, "POLYGON((0 0,0 1,1 1,1 0,0 0))", "clockwise");
  io_add(m, "POLYGON((2 0,3 0,3 0,3 1,2 1,2 0))", "repeated");
  io_add(m, "POLYGON((4 0,5 0,5 1,5 2,5 1,4 1,4 0))", "spike");
  io_add(m, "POLYGON((6 0,8 2,8 0,6 2,6 0))", "bow");
  io_done(m);
  wg_import_options o = options(io_path("d.gpkg"));
  wg_import in;
  read_ok(&o, &in);
  assert_int_equal(in.n, 4);
  assert_int_equal(in.mended, 3); /* a ring direction is set right without ado */
  for (uint32_t i = 0; i < 4; i++) {
    unsigned want = !strcmp(in.row[i].code, "bow")        ? WG_MEND_SELF
                    : !strcmp(in.row[i].code, "spike")    ? WG_MEND_SPIKE
                    : !strcmp(in.row[i].code, "repeated") ? WG_MEND_REPEATED
                                                          : WG_MEND_ORDER;
    if (!(in.row[i].mended & want)) fail_msg("%s: %x", in.row[i].code, in.row[i].mended);
  }
  wg_import_deinit(&in);
}

/* --- reference systems --------------------------------------------------------------------------------- */

/* Gauss–Krüger zone 3° 40 (EPSG:4528): a box in metres comes back where PROJ puts it. */
static void test_projected(void **state) {
  (void)state;
  io_made m = io_make("ESRI Shapefile", io_path("gk.shp"), "gk", 4549, wkbPolygon, "code:s", NULL);
  io_add(m, io_box(480000, 3200000, 481000, 3201000), "a");
  io_add(m, io_box(481000, 3200000, 482000, 3201000), "b");
  io_done(m);
  wg_import_options o = options(io_path("gk.shp"));
  wg_import in;
  read_ok(&o, &in);
  assert_string_equal(in.crs, "EPSG:4549");
  wg_crs *crs = NULL;
  double x = 480000, y = 3200000;
  wg_pt at;
  assert_int_equal(wg_crs_open("EPSG:4549", &crs, NULL), WG_OK);
  wg_crs_to_wgs84(crs, &x, &y, 1, 1);
  wg_crs_free(crs);
  assert_true(wg_lattice_from(x, y, &at));
  wg_box box = wg_shapes_box(&in.shapes, 0);
  assert_in_range(abs(box.x0 - at.x), 0, 200); /* the grid's north leans a little */
  assert_in_range(abs(box.y0 - at.y), 0, 2000);
  assert_true(fabs(in.total_m2 - 2e6) < 100);
  assert_int_equal(in.flaws.gaps + in.flaws.overlaps, 0);
  wg_import_deinit(&in);
  /* without its .prj: eastings that are no degrees, and no zone number */
  unlink(io_path("gk.prj"));
  read_fails(&o, WG_INVALID, "--crs");
  o.crs = "EPSG:4549";
  read_ok(&o, &in);
  assert_string_equal(in.crs_en, "as told");
  assert_int_equal(in.n, 2);
  wg_import_deinit(&in);
}

static void test_zone_hint(void **state) {
  (void)state;
  io_made m = io_make("ESRI Shapefile", io_path("z.shp"), "z", 0, wkbPolygon, "code:s", NULL);
  io_add(m, io_box(40480000, 3200000, 40481000, 3201000), "a");
  io_done(m);
  wg_import_options o = options(io_path("z.shp"));
  read_fails(&o, WG_INVALID, "EPSG:4528");
}

static void test_assumed(void **state) {
  (void)state;
  io_made m = io_make("ESRI Shapefile", io_path("n.shp"), "n", 0, wkbPolygon, "code:s", NULL);
  io_add(m, io_box(113, 22, 114, 23), "a");
  io_done(m);
  wg_import_options o = options(io_path("n.shp"));
  wg_import in;
  read_ok(&o, &in);
  assert_non_null(strstr(in.crs_en, "assumed"));
  assert_string_equal(in.crs, "wgs84");
  wg_import_deinit(&in);
  /* the datum of Chinese maps is told, not guessed: it moves the box by some 500 m */
  o.crs = "gcj02";
  read_ok(&o, &in);
  wg_box box = wg_shapes_box(&in.shapes, 0);
  assert_in_range(abs(box.x0 - 1130000000), 20000, 80000);
  wg_import_deinit(&in);
  o.crs = "EPSG:999999";
  read_fails(&o, WG_INVALID, "EPSG:999999");
}

/* EPSG:4326 by authority is latitude first; the file's own order is what counts. */
static void test_axis_order(void **state) {
  (void)state;
  static const struct {
    const char *driver, *file;
    int epsg;
  } all[] = {{"GML", "x.gml", 4326},
             {"GPKG", "x.gpkg", 4490},
             {"FlatGeobuf", "x.fgb", 4326},
             {"ESRI Shapefile", "x.shp", 4490}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    io_made m = io_make(all[i].driver, io_path(all[i].file), "x", all[i].epsg, wkbPolygon, "code:s", NULL);
    io_add(m, io_box(119, 29, 120, 30), "a");
    io_done(m);
    wg_import_options o = options(io_path(all[i].file));
    wg_import in;
    read_ok(&o, &in);
    wg_box box = wg_shapes_box(&in.shapes, 0);
    if (box.x0 != 1190000000 || box.y0 != 290000000) fail_msg("%s: %d, %d", all[i].driver, box.x0, box.y0);
    wg_import_deinit(&in);
  }
}

/* --- neighbours ------------------------------------------------------------------------------------------
 */

/* A neighbour's vertex in the middle of a long edge: without it in that edge, converting opens a sliver. */
static void test_t_junction(void **state) {
  (void)state;
  io_made m = io_make("GPKG", io_path("t.gpkg"), "t", 4549, wkbPolygon, "code:s", NULL);
  io_add(m, io_box(400000, 3200000, 440000, 3220000), "a");
  io_add(m, io_box(400000, 3220000, 417001, 3240000), "b");
  io_add(m, io_box(417001, 3220000, 440000, 3240000), "c");
  io_done(m);
  wg_import_options o = options(io_path("t.gpkg"));
  wg_import in;
  read_ok(&o, &in);
  assert_int_equal(in.t_junctions, 1);
  assert_int_equal(in.flaws.gaps + in.flaws.overlaps, 0);
  /* 40 km edges bend by metres between the projection and degrees: vertices are put in, the same on both
   * sides */
  assert_true(in.bent > 100);
  wg_import_deinit(&in);
}

/* No edge of the result is further than about 1 cm from the source's edge. */
static void test_bend(void **state) {
  (void)state;
  io_made m = io_make("GPKG", io_path("b.gpkg"), "b", 4549, wkbPolygon, "code:s", NULL);
  io_add(m, io_box(300000, 3200000, 360000, 3260000), "a");
  io_done(m);
  wg_import_options o = options(io_path("b.gpkg"));
  wg_import in;
  read_ok(&o, &in);
  wg_crs *crs = NULL;
  assert_int_equal(wg_crs_open("EPSG:4549", &crs, NULL), WG_OK);
  double worst = 0;
  uint32_t n = in.shapes.n_pts;
  for (uint32_t i = 0; i < n; i++) {
    wg_pt a = in.shapes.pts[i], b = in.shapes.pts[(i + 1) % n];
    double x = ((double)a.x + b.x) / 2 / WG_LATTICE, y = ((double)a.y + b.y) / 2 / WG_LATTICE;
    wg_crs_from_wgs84(crs, &x, &y, 1, 1);
    double off = fmin(fmin(fabs(x - 300000), fabs(x - 360000)), fmin(fabs(y - 3200000), fabs(y - 3260000)));
    worst = fmax(worst, off);
  }
  wg_crs_free(crs);
  assert_true(n > 50);
  assert_true(worst < 0.025); /* 1 cm of bending, and the lattice's half step */
  wg_import_deinit(&in);
}

static void test_gaps(void **state) {
  (void)state;
  io_made m = io_make("GPKG", io_path("g.gpkg"), "g", 4326, wkbPolygon, "code:s", NULL);
  io_add(m, "POLYGON((0 0,0.003 0,0.003 0.001,0.002 0.001,0.002 0.002,0.003 0.002,0.003 0.003,0 0.003,0 0))",
         "a");
  io_add(m, io_box(0.003, 0, 0.006, 0.003), "b");
  io_add(m, io_box(0.0059, 0, 0.008, 0.003), "c");
  io_done(m);
  wg_import_options o = options(io_path("g.gpkg"));
  wg_import in;
  read_ok(&o, &in);
  assert_int_equal(in.flaws.gaps, 1);
  assert_int_equal(in.flaws.overlaps, 1);
  assert_true(fabs(in.flaws.gap_area - 111.32 * 110.57) < 20);
  assert_true(fabs(in.flaws.overlap_area - 11.132 * 331.7) < 10);
  /* and as GeoJSON that a GIS opens */
  err = (wg_err){0};
  io_ok(wg_import_write_report(&in, io_path("report.geojson"), &err), &err);
  wg_import_deinit(&in);
  GDALDatasetH data = GDALOpenEx(io_path("report.geojson"), GDAL_OF_VECTOR, NULL, NULL, NULL);
  assert_non_null(data);
  OGRLayerH layer = GDALDatasetGetLayer(data, 0);
  assert_int_equal(OGR_L_GetFeatureCount(layer, TRUE), 2);
  for (int i = 0; i < 2; i++) {
    OGRFeatureH f = OGR_L_GetNextFeature(layer);
    OGRGeometryH g = OGR_F_GetGeometryRef(f);
    assert_non_null(g);
    assert_true(OGR_G_IsValid(g));
    double area = OGR_F_GetFieldAsDouble(f, OGR_F_GetFieldIndex(f, "area_m2"));
    assert_true(fabs(area / (111320.0 * 110570.0) / OGR_G_Area(g) - 1) < 0.01);
    assert_true(strlen(OGR_F_GetFieldAsString(f, OGR_F_GetFieldIndex(f, "reason"))) > 0);
    OGR_F_Destroy(f);
  }
  GDALClose(data);
}

static void test_report_of_refused(void **state) {
  (void)state;
  io_made m = io_make("GPKG", io_path("rr.gpkg"), "r", 4549, wkbPolygon, "code:s", NULL);
  io_add(m, io_box(480000, 3200000, 481000, 3201000), "a");
  io_add(m, io_box(490000, 3200000, 491000, 3201000), "a");
  io_add(m, NULL, "b");
  io_done(m);
  wg_import_options o = options(io_path("rr.gpkg"));
  o.columns.told[WG_COL_CODE] = "code";
  wg_import in;
  read_ok(&o, &in);
  assert_int_equal(in.n, 0);
  io_ok(wg_import_write_report(&in, io_path("rr.geojson"), &err), &err);
  wg_import_deinit(&in);
  GDALDatasetH data = GDALOpenEx(io_path("rr.geojson"), GDAL_OF_VECTOR, NULL, NULL, NULL);
  OGRLayerH layer = GDALDatasetGetLayer(data, 0);
  int shapes = 0, all = 0;
  for (OGRFeatureH f; (f = OGR_L_GetNextFeature(layer)); OGR_F_Destroy(f), all++)
    shapes += OGR_F_GetGeometryRef(f) != NULL;
  assert_int_equal(all, 3);
  assert_int_equal(shapes, 2);
  GDALClose(data);
  wg_err e = {0};
  wg_import none = {0};
  assert_int_equal(wg_import_write_report(&none, "/nowhere/at/all.geojson", &e), WG_IO);
  assert_string_equal(e.field, "--report");
}

static void test_empty(void **state) {
  (void)state;
  wg_import_options o = options(io_file("e.geojson", "{\"type\":\"FeatureCollection\",\"features\":[]}"));
  read_fails(&o, WG_INVALID, "no rows");
  o = options(io_file("e2.geojson", ""));
  read_fails(&o, WG_INVALID, "empty");
  o = options(io_path("absent.gpkg"));
  read_fails(&o, WG_NOT_FOUND, "absent.gpkg");
}

static void test_row_codes(void **state) {
  (void)state;
  io_made m = io_make("GeoJSON", io_path("rc.geojson"), "r", 4326, wkbPolygon, "col:i row:i", NULL);
  io_add(m, io_box(0, 0, 1, 1), "1", "1");
  io_add(m, io_box(1, 0, 2, 1), "2", "1");
  io_add(m, io_box(0, 1, 1, 2), "1", "2");
  io_done(m);
  wg_import_options o = options(io_path("rc.geojson"));
  read_fails(&o, WG_INVALID, "col, row");
  o.columns.told[WG_COL_CODE] = "col+row";
  wg_import in;
  read_ok(&o, &in);
  assert_string_equal(in.row[0].code, "1-1");
  assert_string_equal(in.row[1].code, "1-2");
  assert_string_equal(in.row[2].code, "2-1");
  wg_import_deinit(&in);
  o.columns.told[WG_COL_CODE] = "#";
  o.code_prefix = "330702001002";
  read_ok(&o, &in);
  assert_string_equal(in.row[0].code, "330702001002001");
  wg_import_deinit(&in);
  o.columns.told[WG_COL_CODE] = "nothing";
  read_fails(&o, WG_INVALID, "nothing");
}

/* Every prefix of a good file, and single bytes changed: read or refused, never a crash. */
static void test_fuzz(void **state) {
  (void)state;
  io_made m = io_make("FlatGeobuf", io_path("f.fgb"), "f", 4549, wkbPolygon, "code:s name:s", NULL);
  for (int i = 0; i < 5; i++)
    io_add(m, io_box(400000 + 1000 * i, 3200000, 401000 + 1000 * i, 3201000), CPLSPrintf("c%d", i), "甲");
  io_done(m);
  m = io_make("ESRI Shapefile", io_path("f.shp"), "f", 4549, wkbPolygon, "code:s name:s", NULL);
  for (int i = 0; i < 5; i++)
    io_add(m, io_box(400000 + 1000 * i, 3200000, 401000 + 1000 * i, 3201000), CPLSPrintf("c%d", i), "甲");
  io_done(m);
  static const char *const files[] = {"f.fgb", "f.shp", "f.dbf", "f.shx"};
  uint32_t seed = 7;
  for (int k = 0; k < 4; k++) {
    FILE *f = fopen(io_path(files[k]), "rb");
    static char good[100000], bad[100000];
    size_t n = fread(good, 1, sizeof good, f);
    fclose(f);
    for (int turn = 0; turn < 24; turn++) {
      memcpy(bad, good, n);
      seed = seed * 1664525 + 1013904223;
      size_t length = turn % 3 == 0 ? 1 + seed % n : n;
      for (int c = 0; c < 3 && turn % 3; c++) {
        seed = seed * 1664525 + 1013904223;
        bad[(seed >> 8) % n] = (char)seed;
      }
      io_file_bytes(files[k], bad, length);
      wg_import_options o = options(io_path(k ? "f.shp" : "f.fgb"));
      wg_import in;
      err = (wg_err){0};
      wg_status st = wg_import_read(&o, &in, &err);
      if (st == WG_OK) {
        assert_true(in.n <= 5);
        wg_import_deinit(&in);
      } else if (st != WG_INVALID && st != WG_TOO_LARGE && st != WG_UNPROCESSABLE) {
        fail_msg("%s turn %d: %s %s", files[k], turn, wg_status_name(st), err.en);
      }
    }
    io_file_bytes(files[k], good, n);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_plain),
      cmocka_unit_test(test_refused),
      cmocka_unit_test(test_not_finite),
      cmocka_unit_test(test_merge),
      cmocka_unit_test(test_mended),
      cmocka_unit_test(test_projected),
      cmocka_unit_test(test_zone_hint),
      cmocka_unit_test(test_assumed),
      cmocka_unit_test(test_axis_order),
      cmocka_unit_test(test_t_junction),
      cmocka_unit_test(test_bend),
      cmocka_unit_test(test_gaps),
      cmocka_unit_test(test_report_of_refused),
      cmocka_unit_test(test_empty),
      cmocka_unit_test(test_row_codes),
      cmocka_unit_test(test_fuzz),
  };
  return cmocka_run_group_tests(tests, io_setup, io_teardown);
}
