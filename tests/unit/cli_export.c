/* What is exported stands in the file under its own name, with the very geometry, in every format: GDAL reads
 * it back, GEOS (through GDAL) compares. And the base maps of real cities, counted by GDAL beside. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <cpl_conv.h>
#include <gdal.h>
#include <math.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <sqlite3.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/time.h"
#include "cli/cli.h"
#include "cli/demo/fill.h"
#include "geo/crs.h"
#include "store/sqlite.h"

enum { GRIDS = 60, INCIDENTS = 120 };
static char dir[64], db[96];

/* Runs a command here, its words into a file: it runs under the sanitizers like the test itself. */
static int run(int (*command)(int, char **), const char *const *args) {
  char *argv[16] = {NULL}, path[128];
  int argc = 0, out = dup(1), err = dup(2);
  for (; args[argc]; argc++) argv[argc] = (char *)(uintptr_t)args[argc];
  fflush(NULL);
  snprintf(path, sizeof path, "%s/.said", dir);
  FILE *said = fopen(path, "w");
  dup2(fileno(said), 1);
  dup2(fileno(said), 2);
  int code = command(argc, argv);
  fflush(NULL);
  dup2(out, 1);
  dup2(err, 2);
  close(out);
  close(err);
  fclose(said);
  return code;
}
#define RUN(command, ...) run(command, (const char *const[]){__VA_ARGS__, "--db", db, NULL})

static const char *at(const char *name) {
  static char path[4][200];
  static int i;
  i = (i + 1) % 4;
  snprintf(path[i], sizeof path[i], "%s/%s", dir, name);
  return path[i];
}

static long long ask(const char *sql) {
  sqlite3 *h = NULL;
  sqlite3_stmt *st = NULL;
  long long n = -1;
  assert_int_equal(sqlite3_open_v2(db, &h, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_prepare_v2(h, sql, -1, &st, NULL), SQLITE_OK);
  if (sqlite3_step(st) == SQLITE_ROW) n = sqlite3_column_int64(st, 0);
  sqlite3_finalize(st);
  sqlite3_close(h);
  return n;
}

static int before(void **state) {
  (void)state;
  wg_err err = {0};
  int64_t now = 0;
  snprintf(dir, sizeof dir, "/tmp/wg_export_XXXXXX");
  if (wg_crypto_init() || !mkdtemp(dir)) return -1;
  snprintf(db, sizeof db, "%s/demo.db", dir);
  setenv("LC_ALL", "C", 1);
  GDALAllRegister();
  CPLSetConfigOption("OGR_XLSX_HEADERS", "FORCE"); /* the first row of our sheets is the header */
  CPLSetConfigOption("OGR_ODS_HEADERS", "FORCE");
  wg_time_parse("2026-03-18T15:00:00+08:00", &now);
  if (demo_make(db, 7, GRIDS, INCIDENTS, now, NULL, &err)) {
    print_error("%s\n", err.en);
    return -1;
  }
  return 0;
}

static int after(void **state) {
  (void)state;
  DIR *d = opendir(dir);
  for (struct dirent *e; (e = readdir(d));) unlink(at(e->d_name));
  closedir(d);
  return rmdir(dir);
}

static GDALDatasetH open_file(const char *path) {
  GDALDatasetH data = GDALOpenEx(path, GDAL_OF_VECTOR, NULL, NULL, NULL);
  if (!data) fail_msg("GDAL cannot open %s", path);
  return data;
}

static const char *text(OGRFeatureH f, const char *name) {
  int i = OGR_F_GetFieldIndex(f, name);
  if (i < 0) fail_msg("no field %s", name);
  return OGR_F_GetFieldAsString(f, i);
}

static const char *const formats[] = {"gpkg", "geojson", "json", "shp",  "fgb",
                                      "csv",  "kml",     "gml",  "xlsx", "ods"};
enum { FORMATS = sizeof formats / sizeof *formats };

/* Every row of every kind is in every format; each export leaves one line in the access log. */
static void nothing_is_lost_in_any_format(void **state) {
  (void)state;
  static const char *const kind[] = {"grids", "areas", "incidents", "staff"};
  static const char *const count[] = {
      "SELECT count(*) FROM grid", "SELECT count(*) FROM area", "SELECT count(*) FROM incident",
      "SELECT (SELECT count(*) FROM post) + (SELECT count(*) FROM staff WHERE id NOT IN (SELECT staff FROM "
      "post))"};
  long long logged = ask("SELECT count(*) FROM access_log WHERE what = 'export'");
  for (int k = 0; k < 4; k++) {
    long long want = ask(count[k]);
    assert_true(want > 10);
    for (int i = 0; i < FORMATS; i++) {
      char name[32];
      snprintf(name, sizeof name, "%s.%s", kind[k], formats[i]);
      if (!strcmp(name, "staff.shp") || !strcmp(name, "staff.fgb")) { /* no place, no shapefile */
        assert_int_equal(RUN(wg_cmd_export, "export", kind[k], at(name)), 1);
        assert_int_equal(access(at(name), F_OK), -1);
        assert_int_equal(access(at("staff.dbf"), F_OK), -1);
        continue;
      }
      if (RUN(wg_cmd_export, "export", kind[k], at(name)) != 0) fail_msg("%s fails", name);
      GDALDatasetH data = open_file(at(name));
      long long got = OGR_L_GetFeatureCount(GDALDatasetGetLayer(data, 0), TRUE);
      GDALClose(data);
      if (got != want) fail_msg("%s: %lld rows of %lld", name, got, want);
      assert_int_equal(ask("SELECT count(*) FROM access_log WHERE what = 'export'"), ++logged);
    }
  }
}

/* A polygon of the plan, written as decimal text and read by GDAL. */
static OGRGeometryH by_text(const wg_shapes *s, uint32_t f) {
  wg_buf wkt;
  wg_buf_init(&wkt, 16 << 20);
  wg_buf_add_str(&wkt, "MULTIPOLYGON(");
  for (uint32_t p = s->part[f]; p < s->part[f + 1]; p++) {
    wg_buf_add_str(&wkt, p > s->part[f] ? ",(" : "(");
    for (uint32_t r = s->ring[p]; r < s->ring[p + 1]; r++) {
      uint32_t n = s->vert[r + 1] - s->vert[r];
      wg_buf_add_str(&wkt, r > s->ring[p] ? ",(" : "(");
      for (uint32_t v = 0; v <= n; v++) {
        wg_pt q = s->pts[s->vert[r] + v % n];
        assert_true(q.x > 0 && q.y > 0);
        wg_buf_printf(&wkt, "%s%d.%07d %d.%07d", v ? "," : "", q.x / 10000000, q.x % 10000000, q.y / 10000000,
                      q.y % 10000000);
      }
      wg_buf_add_str(&wkt, ")");
    }
    wg_buf_add_str(&wkt, ")");
  }
  wg_buf_add_str(&wkt, ")");
  OGRGeometryH g = NULL;
  char *text_ = (char *)(uintptr_t)wg_buf_str(&wkt);
  assert_int_equal(OGR_G_CreateFromWkt(&text_, NULL, &g), OGRERR_NONE);
  wg_buf_deinit(&wkt);
  return g;
}

static void one_plan(wg_arena *arena, wg_plan *plan) {
  wg_store *s = NULL;
  wg_err err = {0};
  assert_int_equal(wg_sqlite_open(db, false, false, &s, &err), WG_OK);
  assert_int_equal(s->plan_load(s, arena, "base", 0, plan, &err), WG_OK);
  s->close(s);
  assert_int_equal(plan->n, ask("SELECT count(*) FROM grid"));
}

static void grids_stand_where_they_are_under_their_codes(void **state) {
  (void)state;
  wg_arena arena;
  wg_arena_init(&arena);
  wg_plan plan = {0};
  one_plan(&arena, &plan);
  static const char *const with_shapes[] = {"gpkg", "geojson", "shp", "fgb", "csv", "kml", "gml"};
  for (size_t i = 0; i < sizeof with_shapes / sizeof *with_shapes; i++) {
    char name[32];
    snprintf(name, sizeof name, "g.%s", with_shapes[i]);
    assert_int_equal(RUN(wg_cmd_export, "export", "grids", at(name)), 0);
    GDALDatasetH data = open_file(at(name));
    OGRLayerH layer = GDALDatasetGetLayer(data, 0);
    uint32_t seen = 0;
    for (OGRFeatureH f; (f = OGR_L_GetNextFeature(layer)); OGR_F_Destroy(f)) {
      uint32_t g = wg_plan_find(&plan, text(f, "code"));
      if (g == WG_NO_INDEX) fail_msg("%s: no grid has the code \"%s\"", name, text(f, "code"));
      seen++;
      assert_string_equal(text(f, "area"), plan.grid[g].area);
      assert_string_equal(text(f, "kind"), plan.grid[g].kind);
      assert_string_equal(text(f, "network"), "base");
      assert_true(fabs(atof(text(f, "area_m2")) - plan.grid[g].area_m2) < 0.01);
      assert_non_null(strstr(plan.grid[g].names, text(f, "name_zh")));
      assert_true(strlen(text(f, "name_zh")) > 3);
      OGRGeometryH got = OGR_F_GetGeometryRef(f), want = by_text(&plan.shapes, g);
      if (!got || !OGR_G_Within(got, want) || !OGR_G_Within(want, got))
        fail_msg("%s: %s has another shape", name, plan.grid[g].code);
      OGR_G_DestroyGeometry(want);
    }
    assert_int_equal(seen, plan.n);
    GDALClose(data);
  }
  wg_arena_clear(&arena);
}

/* GDAL's own transformation to a projected system; the formulae of GCJ-02, and no system named. */
static void points_are_in_the_system_asked_for(void **state) {
  (void)state;
  assert_int_equal(RUN(wg_cmd_export, "export", "incidents", at("w.gpkg")), 0);
  assert_int_equal(RUN(wg_cmd_export, "export", "incidents", at("m.gpkg"), "--crs", "EPSG:3857"), 0);
  assert_int_equal(RUN(wg_cmd_export, "export", "incidents", at("g.geojson"), "--crs", "gcj02"), 0);
  GDALDatasetH data[3] = {open_file(at("w.gpkg")), open_file(at("m.gpkg")), open_file(at("g.geojson"))};
  OGRLayerH layer[3];
  for (int i = 0; i < 3; i++) layer[i] = GDALDatasetGetLayer(data[i], 0);
  OGRSpatialReferenceH mercator = OGR_L_GetSpatialRef(layer[1]), wgs84 = OGR_L_GetSpatialRef(layer[0]);
  assert_string_equal(OSRGetAuthorityCode(wgs84, NULL), "4326");
  assert_string_equal(OSRGetAuthorityCode(mercator, NULL), "3857");
  OGRCoordinateTransformationH to = OCTNewCoordinateTransformation(wgs84, mercator);
  int seen = 0;
  for (OGRFeatureH w; (w = OGR_L_GetNextFeature(layer[0])); OGR_F_Destroy(w), seen++) {
    OGRFeatureH m = OGR_L_GetNextFeature(layer[1]), g = OGR_L_GetNextFeature(layer[2]);
    assert_string_equal(text(m, "number"), text(w, "number"));
    assert_string_equal(text(g, "number"), text(w, "number"));
    OGRGeometryH pw = OGR_F_GetGeometryRef(w), pm = OGR_F_GetGeometryRef(m), pg = OGR_F_GetGeometryRef(g);
    if (pw) {
      double x = OGR_G_GetX(pw, 0), y = OGR_G_GetY(pw, 0), lon, lat;
      wg_gcj02_from_wgs84(x, y, &lon, &lat);
      assert_true(fabs(OGR_G_GetX(pg, 0) - lon) < 1e-7 && fabs(OGR_G_GetY(pg, 0) - lat) < 1e-7);
      assert_true(hypot(lon - x, lat - y) > 1e-4); /* they do differ here */
      assert_true(OCTTransform(to, 1, &x, &y, NULL));
      assert_true(hypot(OGR_G_GetX(pm, 0) - x, OGR_G_GetY(pm, 0) - y) < 1e-6);
    }
    OGR_F_Destroy(m);
    OGR_F_Destroy(g);
  }
  assert_int_equal(seen, ask("SELECT count(*) FROM incident"));
  OCTDestroyCoordinateTransformation(to);
  for (int i = 0; i < 3; i++) GDALClose(data[i]);
}

static void a_failure_leaves_the_old_file(void **state) {
  (void)state;
  FILE *f = fopen(at("kept.gpkg"), "w");
  fputs("old", f);
  fclose(f);
  assert_int_equal(RUN(wg_cmd_export, "export", "grids", at("kept.gpkg"), "--network", "none"), 1);
  assert_int_equal(RUN(wg_cmd_export, "export", "grids", at("kept.gpkg"), "--crs", "EPSG:999999"), 2);
  struct stat st;
  assert_int_equal(stat(at("kept.gpkg"), &st), 0);
  assert_int_equal(st.st_size, 3);
  DIR *d = opendir(dir);
  for (struct dirent *e; (e = readdir(d));) assert_null(strstr(e->d_name, "wangge-export"));
  closedir(d);
}

/* --- base maps of real cities --------------------------------------------------------------------------- */

struct counts {
  long long roads, buildings;
  double length; /* of the roads, in degrees */
};

static bool worth(const char *highway) {
  static const char *const out[] = {"proposed", "construction", "razed", "abandoned", "platform", "no"};
  for (size_t i = 0; i < sizeof out / sizeof *out; i++)
    if (!strcmp(highway, out[i])) return false;
  return *highway != 0;
}

/* By GDAL with the settings that it comes with. */
static struct counts by_gdal(const char *path) {
  struct counts c = {0};
  GDALDatasetH data = open_file(path);
  GDALDatasetResetReading(data);
  OGRLayerH of = NULL;
  for (OGRFeatureH f; (f = GDALDatasetGetNextFeature(data, &of, NULL, NULL, NULL)); OGR_F_Destroy(f)) {
    OGRGeometryH g = OGR_F_GetGeometryRef(f);
    if (!strcmp(OGR_L_GetName(of), "lines") && worth(text(f, "highway"))) {
      c.roads++;
      c.length += OGR_G_Length(g);
    }
    if (!strcmp(OGR_L_GetName(of), "multipolygons") && *text(f, "building") &&
        strcmp(text(f, "building"), "no") != 0)
      c.buildings++;
  }
  GDALClose(data);
  return c;
}

static wg_status count_row(void *ctx, const void *row) {
  struct counts *c = ctx;
  const wg_basemap_feature *f = row;
  c->buildings += !strcmp(f->kind, "building");
  if (strcmp(f->kind, "road") != 0) return WG_OK;
  wg_shapes s;
  c->roads++;
  wg_status st = wg_shapes_decode(f->bytes, f->n_bytes, &s);
  for (uint32_t r = 0; !st && r < s.n_rings; r++)
    for (uint32_t v = s.vert[r]; v + 1 < s.vert[r + 1]; v++)
      c->length +=
          hypot(s.pts[v + 1].x - (double)s.pts[v].x, s.pts[v + 1].y - (double)s.pts[v].y) / WG_LATTICE;
  wg_shapes_deinit(&s);
  return st;
}

static struct counts by_store(void) {
  struct counts c = {0};
  wg_arena arena;
  wg_store *s = NULL;
  wg_arena_init(&arena);
  assert_int_equal(wg_sqlite_open(db, false, false, &s, NULL), WG_OK);
  assert_int_equal(s->basemap_load(s, &arena, count_row, &c, NULL), WG_OK);
  s->close(s);
  wg_arena_clear(&arena);
  return c;
}

static const char *real_file(const char *name) {
  static char path[600];
  const char *shared = getenv("WG_SHARED_DATA");
  snprintf(path, sizeof path, "%s/5_roads_tracks/%s", shared ? shared : WG_SOURCE_DIR "/../shared/data",
           name);
  if (access(path, R_OK) == 0) return path;
  print_message("%s is absent\n", path);
  skip();
  return NULL;
}

static void same_counts(struct counts got, struct counts want) {
  print_message("roads %lld of %lld, buildings %lld of %lld\n", got.roads, want.roads, got.buildings,
                want.buildings);
  assert_true(want.roads > 1000 && want.buildings > 200);
  assert_int_equal(got.roads, want.roads);
  assert_int_equal(got.buildings, want.buildings);
  assert_true(fabs(got.length / want.length - 1) < 1e-5);
}

static void andorra_is_whole_and_takes_the_place_of_the_old(void **state) {
  (void)state;
  const char *path = real_file("andorra.osm.pbf");
  struct counts old = by_store(), want = by_gdal(path);
  static const char events[] = "SELECT count(*) FROM event WHERE kind = 'basemap.imported'";
  long long before_ = ask(events);
  assert_int_equal(RUN(wg_cmd_import_basemap, "basemap", path, "--dry-run"), 0);
  assert_int_equal(by_store().roads, old.roads);
  assert_int_equal(RUN(wg_cmd_import_basemap, "basemap", path), 0);
  same_counts(by_store(), want);
  assert_int_equal(RUN(wg_cmd_import_basemap, "basemap", path), 0);
  same_counts(by_store(), want);
  assert_int_equal(ask(events), before_ + 2);
  assert_int_equal(RUN(wg_cmd_check, "check"), 0);
}

static void nanshan_is_whole(void **state) {
  (void)state;
  const char *path = real_file("shenzhen_nanshan.osm.gz");
  char plain[64 + 20], command[900];
  snprintf(plain, sizeof plain, "%s/nanshan.osm", dir);
  snprintf(command, sizeof command, "gzip -dc '%s' > '%s'", path, plain);
  assert_int_equal(system(command), 0);
  struct counts want = by_gdal(plain);
  assert_int_equal(RUN(wg_cmd_import_basemap, "basemap", path), 0);
  same_counts(by_store(), want);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_is_lost_in_any_format),
      cmocka_unit_test(grids_stand_where_they_are_under_their_codes),
      cmocka_unit_test(points_are_in_the_system_asked_for),
      cmocka_unit_test(a_failure_leaves_the_old_file),
      cmocka_unit_test(andorra_is_whole_and_takes_the_place_of_the_old),
      cmocka_unit_test(nanshan_is_whole),
  };
  return cmocka_run_group_tests(tests, before, after);
}
