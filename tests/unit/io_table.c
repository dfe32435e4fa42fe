/* Tables from any file: formats, encodings, layers, archives, columns, hostile input. */
#include "io_support.h"

#include "base/buf.h"
#include "geo/io/columns.h"
#include "geo/io/table.h"

static wg_err err;

/* All rows as text. */
static wg_status dump(const wg_table_options *o, wg_buf *out, wg_table_about *about) {
  wg_table *t = NULL;
  err = (wg_err){0};
  wg_buf_init(out, 64 << 20);
  wg_status st = wg_table_open(o, &t, &err);
  if (st) return st;
  int n;
  const char *const *column = wg_table_columns(t, &n);
  for (int i = 0; i < n; i++) wg_buf_printf(out, i ? "|%s" : "%s", column[i]);
  wg_buf_add_char(out, '\n');
  for (;;) {
    wg_table_row row;
    st = wg_table_next(t, &row, &err);
    if (st || !row.number) break;
    wg_buf_printf(out, "%llu:", (unsigned long long)row.number);
    for (int i = 0; i < n; i++) wg_buf_printf(out, i ? "|%s" : "%s", row.cell[i] ? row.cell[i] : "-");
    wg_buf_add_char(out, '\n');
  }
  if (about) {
    *about = *wg_table_tells(t);
    about->encoding = about->encoding ? wg_buf_str(out) : NULL; /* its own text is gone with the table */
  }
  wg_table_close(t);
  return st;
}
static void expect(const wg_table_options *o, const char *want) {
  wg_buf out;
  io_ok(dump(o, &out, NULL), &err);
  assert_string_equal(wg_buf_str(&out), want);
  wg_buf_deinit(&out);
}
static void expect_fail(const wg_table_options *o, wg_status want, const char *tells) {
  wg_buf out;
  assert_int_equal(dump(o, &out, NULL), want);
  io_tells(&err, tells);
  wg_buf_deinit(&out);
}

static void test_csv(void **state) {
  (void)state;
  const char *path = io_file("a.csv", "code,name\n1, x \n2,\n\n3,\"a\nb\"\n");
  expect(&(wg_table_options){.path = path}, "code|name\n2:1|x\n3:2|-\n4:3|a\nb\n");
  path = io_file("gbk.csv", "\xb1\xe0\xc2\xeb,\xc3\xfb\xb3\xc6\n1,\xe6\xc4\xb3\xc7\xc7\xf8\n");
  expect(&(wg_table_options){.path = path}, "编码|名称\n2:1|婺城区\n");
  path = io_file("t.tab", "a\tb\n1\t2\n");
  expect(&(wg_table_options){.path = path}, "a|b\n2:1|2\n");
  expect_fail(&(wg_table_options){.path = io_file("w.csv", "a,b\n1,2,3\n")}, WG_INVALID, "row 2");
  expect_fail(&(wg_table_options){.path = io_file("e.csv", "")}, WG_INVALID, "empty");
  expect_fail(&(wg_table_options){.path = io_file("n.csv", "\n\n")}, WG_INVALID, "header");
}

/* Every format that can be written here gives the same rows back. */
static void test_formats(void **state) {
  (void)state;
  static const struct {
    const char *driver, *file;
  } all[] = {{"ESRI Shapefile", "f.shp"},
             {"GPKG", "f.gpkg"},
             {"GeoJSON", "f.geojson"},
             {"FlatGeobuf", "f.fgb"},
             {"GML", "f.gml"},
             {"XLSX", "f.xlsx"},
             {"ODS", "f.ods"},
             {"MapInfo File", "m.mif"},
             {"GeoJSONSeq", "f.geojsonl"}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    bool sheet = !strcmp(all[i].driver, "XLSX") || !strcmp(all[i].driver, "ODS");
    char *utf8[] = {(char *)(uintptr_t) "ENCODING=UTF-8", NULL};
    io_made m = io_make(all[i].driver, io_path(all[i].file), "f", sheet ? 0 : 4326,
                        sheet ? wkbNone : wkbPolygon, "code:s name:s n:i", i == 0 ? utf8 : NULL);
    /* MapInfo files are in a code page of their own: ASCII there */
    io_add(m, sheet ? NULL : io_box(120, 30, 120.1, 30.1), "330702001", i == 7 ? "east" : "城东", "7");
    io_add(m, sheet ? NULL : io_box(120.1, 30, 120.2, 30.1), "330702002", NULL, "8");
    io_done(m);
    wg_buf out;
    io_ok(dump(&(wg_table_options){.path = io_path(all[i].file)}, &out, NULL), &err);
    const char *text = wg_buf_str(&out);
    if (!strstr(text, sheet    ? "2:330702001|城东|7\n3:330702002|-|8\n"
                      : i == 7 ? "330702001|east|7\n"
                               : "330702001|城东|7\n") ||
        !strstr(text, "330702002|-|8\n"))
      fail_msg("%s: %s", all[i].driver, text);
    wg_buf_deinit(&out);
  }
}

static void test_kml(void **state) {
  (void)state;
  const char *path =
      io_file("g.kml", "<?xml version='1.0' encoding='UTF-8'?><kml xmlns='http://www.opengis.net/kml/2.2'>"
                       "<Document><Folder><name>g</name><Placemark><name>一</name><ExtendedData>"
                       "<Data name='code'><value>7</value></Data></ExtendedData><Polygon><outerBoundaryIs>"
                       "<LinearRing><coordinates>0,0 1,0 1,1 0,0</coordinates></LinearRing></outerBoundaryIs>"
                       "</Polygon></Placemark></Folder></Document></kml>");
  wg_buf out;
  io_ok(dump(&(wg_table_options){.path = path}, &out, NULL), &err);
  assert_non_null(strstr(wg_buf_str(&out), "1:一|"));
  assert_non_null(strstr(wg_buf_str(&out), "|7"));
  wg_buf_deinit(&out);
}

/* A .dbf in GBK, with a language byte, with a .cpg, with neither, with a wrong one; names cut in two. */
static void make_gbk(const char *name, const char *cpg, unsigned char ldid) {
  char path[64];
  snprintf(path, sizeof path, "%s.shp", name);
  char *options[] = {(char *)(uintptr_t) "ENCODING=CP936", NULL};
  io_made m = io_make("ESRI Shapefile", io_path(path), name, 4326, wkbPolygon, "code:s 名称:s", options);
  io_add(m, io_box(0, 0, 1, 1), "1", "婺城区东市街道");
  io_add(m, io_box(1, 0, 2, 1), "2", "城中街道");
  io_done(m);
  snprintf(path, sizeof path, "%s.cpg", name);
  unlink(io_path(path));
  if (cpg) io_file(path, cpg);
  snprintf(path, sizeof path, "%s.dbf", name);
  FILE *f = fopen(io_path(path), "r+b");
  assert_non_null(f);
  fseek(f, 29, SEEK_SET);
  fputc(ldid, f);
  fclose(f);
}

static void test_gbk(void **state) {
  (void)state;
  static const struct {
    const char *name, *cpg;
    unsigned char ldid;
  } all[] = {{"g1", NULL, 0x4d}, {"g2", "GBK", 0},   {"g3", NULL, 0},
             {"g4", NULL, 0x57}, {"g5", "UTF-8", 0}, {"g6", "936", 0}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    make_gbk(all[i].name, all[i].cpg, all[i].ldid);
    char path[64];
    snprintf(path, sizeof path, "%s.shp", all[i].name);
    expect(&(wg_table_options){.path = io_path(path)}, "code|名称\n1:1|婺城区东市街道\n2:2|城中街道\n");
    expect(&(wg_table_options){.path = io_path(path), .encoding = "gb18030"},
           "code|名称\n1:1|婺城区东市街道\n2:2|城中街道\n");
  }
  expect_fail(&(wg_table_options){.path = io_path("g1.shp"), .encoding = "nonsense"}, WG_INVALID, "nonsense");
  expect_fail(
      &(wg_table_options){.path = io_file("j.geojson", "{\"type\":\"FeatureCollection\",\"features\":[]}"),
                          .encoding = "gbk"},
      WG_INVALID, "--encoding");
}

/* A shapefile whose index was lost is still read, and nothing is written beside it. */
static void test_lost_index(void **state) {
  (void)state;
  make_gbk("lost", NULL, 0x4d);
  unlink(io_path("lost.shx"));
  expect(&(wg_table_options){.path = io_path("lost.shp")}, "code|名称\n1:1|婺城区东市街道\n2:2|城中街道\n");
  assert_int_not_equal(access(io_path("lost.shx"), F_OK), 0);
}

static void zip(const char *path, const char *const *names, const char *const *inner) {
  char vsi[700];
  for (int i = 0; names[i]; i++) {
    snprintf(vsi, sizeof vsi, "/vsizip/%s/%s", path, inner ? inner[i] : names[i]);
    assert_int_equal(CPLCopyFile(vsi, io_path(names[i])), 0);
  }
}

static void test_zip(void **state) {
  (void)state;
  make_gbk("z", NULL, 0x4d);
  const char *names[] = {"z.shp", "z.shx", "z.dbf", "z.prj", NULL};
  const char *inner[] = {"../../etc/z.shp", "../../etc/z.shx", "../../etc/z.dbf", "../../etc/z.prj", NULL};
  zip(io_path("z.zip"), names, NULL);
  expect(&(wg_table_options){.path = io_path("z.zip"), .polygons = true},
         "code|名称\n1:1|婺城区东市街道\n2:2|城中街道\n");
  /* a path that climbs out of the archive is only a name */
  zip(io_path("climb.zip"), names, inner);
  expect(&(wg_table_options){.path = io_path("climb.zip"), .polygons = true},
         "code|名称\n1:1|婺城区东市街道\n2:2|城中街道\n");
  io_file("r.pdf", "nothing");
  const char *other[] = {"r.pdf", NULL};
  zip(io_path("other.zip"), other, NULL);
  expect_fail(&(wg_table_options){.path = io_path("other.zip")}, WG_INVALID, "no geodata");
  io_file("broken.zip", "PK\3\4this is no archive");
  expect_fail(&(wg_table_options){.path = io_path("broken.zip")}, WG_INVALID, "archive");
}

static void test_gzip(void **state) {
  (void)state;
  VSILFILE *f = VSIFOpenL(CPLSPrintf("/vsigzip/%s", io_path("a.csv.gz")), "wb");
  assert_non_null(f);
  VSIFWriteL("a,b\n1,2\n", 1, 8, f);
  VSIFCloseL(f);
  expect(&(wg_table_options){.path = io_path("a.csv.gz")}, "a|b\n2:1|2\n");
  assert_int_not_equal(access(io_path("a.csv.gz.properties"), F_OK), 0);
  io_file_bytes("bad.geojson.gz", "\x1f\x8b\x08\x00garbage", 11);
  expect_fail(&(wg_table_options){.path = io_path("bad.geojson.gz")}, WG_INVALID, "damaged");
}

static void test_layers(void **state) {
  (void)state;
  const char *path = io_path("l.gpkg");
  io_made m = io_make("GPKG", path, "stops", 4326, wkbPoint, "name:s", NULL);
  io_add(m, "POINT(1 2)", "stop");
  OGRLayerH grids = GDALDatasetCreateLayer(m.data, "grids", NULL, wkbPolygon, NULL);
  OGRFieldDefnH d = OGR_Fld_Create("code", OFTString);
  OGR_L_CreateField(grids, d, TRUE);
  io_add((io_made){m.data, grids}, io_box(0, 0, 1, 1), "7");
  OGRLayerH more = GDALDatasetCreateLayer(m.data, "more", NULL, wkbMultiPolygon, NULL);
  OGR_L_CreateField(more, d, TRUE);
  OGR_Fld_Destroy(d);
  io_done(m);
  expect(&(wg_table_options){.path = path, .polygons = true, .layer = "grids"}, "code\n1:7\n");
  expect(&(wg_table_options){.path = path, .layer = "stops"}, "name\n1:stop\n");
  expect_fail(&(wg_table_options){.path = path, .layer = "none"}, WG_INVALID, "grids (1)");
  /* the empty one is not meant */
  expect(&(wg_table_options){.path = path, .polygons = true}, "code\n1:7\n");
  expect_fail(&(wg_table_options){.path = path}, WG_INVALID, "--layer");
  const char *topo = io_file(
      "t.topojson",
      "{\"type\":\"Topology\",\"arcs\":[[[0,0],[1,0],[1,1],[0,0]]],\"objects\":{"
      "\"one\":{\"type\":\"GeometryCollection\",\"geometries\":[{\"type\":\"Polygon\",\"arcs\":[[0]],"
      "\"properties\":{\"id\":\"a\"}}]},\"two\":{\"type\":\"GeometryCollection\",\"geometries\":[{\"type\":"
      "\"Polygon\",\"arcs\":[[0]],\"properties\":{\"id\":\"b\"}}]}}}");
  expect_fail(&(wg_table_options){.path = topo, .polygons = true}, WG_INVALID, "one (1), two (1)");
  wg_buf out;
  io_ok(dump(&(wg_table_options){.path = topo, .layer = "two"}, &out, NULL), &err);
  assert_non_null(strstr(wg_buf_str(&out), "b"));
  wg_buf_deinit(&out);
}

/* Nothing but a plain file is opened, whatever it is called. */
static void test_paths(void **state) {
  (void)state;
  static const char *const bad[] = {"/vsicurl/http://127.0.0.1/x.geojson",
                                    "/vsizip/x.zip",
                                    "http://127.0.0.1/x.geojson",
                                    "{\"type\":\"Point\",\"coordinates\":[0,0]}",
                                    "PG:dbname=x",
                                    "<OGRVRTDataSource/>",
                                    "/dev/zero",
                                    "/",
                                    ""};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    wg_buf out;
    wg_status st = dump(&(wg_table_options){.path = bad[i]}, &out, NULL);
    if (st != WG_NOT_FOUND && st != WG_INVALID) fail_msg("\"%s\" gave %s", bad[i], wg_status_name(st));
    wg_buf_deinit(&out);
  }
  /* a virtual dataset would read another file */
  io_file("secret.csv", "code\nsecret\n");
  io_file("v.vrt", "<OGRVRTDataSource><OGRVRTLayer name='secret'><SrcDataSource relativeToVRT='1'>secret.csv"
                   "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>");
  expect_fail(&(wg_table_options){.path = io_path("v.vrt")}, WG_INVALID, "v.vrt");
  CPLCopyFile(io_path("v.gpkg"), io_path("v.vrt"));
  expect_fail(&(wg_table_options){.path = io_path("v.gpkg")}, WG_INVALID, "v.gpkg");
}

/* A file that breaks off is an error, not a short file. */
static void test_truncated(void **state) {
  (void)state;
  io_made m = io_make("FlatGeobuf", io_path("t.fgb"), "t", 4326, wkbPolygon, "code:s", NULL);
  char code[16];
  for (int i = 0; i < 200; i++) {
    snprintf(code, sizeof code, "c%d", i);
    io_add(m, io_box(i, 0, i + 1, 1), code);
  }
  io_done(m);
  make_gbk("cut", NULL, 0x4d);
  static const char *const files[] = {"t.fgb", "t.geojson", "cut.dbf", NULL};
  char text[2000];
  size_t n = (size_t)snprintf(text, sizeof text,
                              "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",");
  io_file_bytes("t.geojson", text, n);
  for (int i = 0; files[i]; i++) {
    FILE *f = fopen(io_path(files[i]), "rb");
    fseek(f, 0, SEEK_END);
    long size = ftell(f);
    fclose(f);
    assert_int_equal(truncate(io_path(files[i]), size * 2 / 3), 0);
    wg_buf out;
    const char *path = i == 2 ? io_path("cut.dbf") : io_path(files[i]);
    wg_status st = dump(&(wg_table_options){.path = path}, &out, NULL);
    if (st != WG_INVALID) fail_msg("%s: %s\n%s", files[i], wg_status_name(st), wg_buf_str(&out));
    wg_buf_deinit(&out);
  }
}

/* Every hostile file of the shared data is read or refused; nothing crashes (and ASan watches). */
static void test_hostile_files(void **state) {
  (void)state;
  static const char *const zips[] = {"6_test_vectors/geojson_invalid.zip",
                                     "6_test_vectors/broken_and_encoded_shapefiles.zip", NULL};
  for (int z = 0; zips[z]; z++) {
    const char *from = io_shared(zips[z]);
    char **list = VSIReadDirRecursive(CPLSPrintf("/vsizip/%s", from));
    assert_non_null(list);
    int opened = 0, tried = 0;
    for (char **name = list; *name; name++) {
      if ((*name)[strlen(*name) - 1] == '/') continue;
      const char *to = io_path(CPLGetFilename(*name));
      CPLCopyFile(to, CPLSPrintf("/vsizip/%s/%s", from, *name));
    }
    for (char **name = list; *name; name++) {
      if ((*name)[strlen(*name) - 1] == '/') continue;
      wg_buf out;
      wg_status st = dump(&(wg_table_options){.path = io_path(CPLGetFilename(*name))}, &out, NULL);
      if (st && (!err.en[0] || !err.zh[0])) fail_msg("%s: %s without a word", *name, wg_status_name(st));
      opened += st == WG_OK;
      tried++;
      wg_buf_deinit(&out);
    }
    CSLDestroy(list);
    print_message("%s: %d files, %d readable\n", zips[z], tried, opened);
    assert_in_range(opened, 10, tried - 5);
  }
}

static void pick(const char *path, const char *told, const char *code, const char *name) {
  wg_table *t = NULL;
  wg_pick p[WG_COLS];
  err = (wg_err){0};
  io_ok(wg_table_open(&(wg_table_options){.path = path}, &t, &err), &err);
  wg_columns_wish wish = {.wanted = {true, true, true, true, true, true}};
  wish.told[WG_COL_CODE] = told;
  wg_status st = wg_columns_find(t, &wish, p, &err);
  if (!code) {
    assert_int_equal(st, WG_INVALID);
  } else {
    io_ok(st, &err);
    assert_string_equal(p[WG_COL_CODE].text, code);
    if (name)
      assert_string_equal(p[WG_COL_NAME].text, name);
    else
      assert_null(p[WG_COL_NAME].text);
  }
  wg_table_close(t);
}

static void test_columns(void **state) {
  (void)state;
  pick(io_file("c1.csv", "OBJECTID,GRIDCODE,NAME\n1,a1,x\n2,a2,y\n"), NULL, "GRIDCODE", "NAME");
  pick(io_file("c2.csv", "序号,网格编码,网格名称\n1,a1,甲\n2,a2,乙\n"), NULL, "网格编码", "网格名称");
  pick(io_file("c3.csv", "COUNTYCODE,COUNTYNAME,VILLCODE,VILLNAME\n1,c,11,x\n1,c,12,y\n"), NULL, "VILLCODE",
       "VILLNAME");
  pick(io_file("c4.csv", "AREA,TRACT,pop\n1.5,100200,7\n2.5,100300,8\n"), NULL, "TRACT", NULL);
  /* a well-named column with a doubled code is still the code */
  pick(io_file("c5.csv", "code,ward_id\na1,1\na2,2\na3,3\na4,4\na5,5\na6,6\na7,7\na8,8\na9,9\na9,10\n"), NULL,
       "code", NULL);
  pick(io_file("c6.csv", "pop,area\n7,1.5\n7,2.5\n"), NULL, NULL, NULL);
  io_tells(&err, "pop, area");
  /* with nothing better, what tells the rows apart: in any script, serial numbers last */
  pick(io_file("c10.csv", "fid,name\n1,甲镇\n2,乙镇\n"), NULL, "name", NULL);
  pick(io_file("c7.csv", "row,col\n1,1\n1,2\n2,1\n"), "row+col", "row+col", NULL);
  pick(io_file("c8.csv", "row,col\n1,1\n1,2\n2,1\n"), "#", "#", NULL);
  pick(io_file("c9.csv", "a,b\n1,1\n"), "c", NULL, NULL);
  io_tells(&err, "a, b");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_csv),     cmocka_unit_test(test_formats),    cmocka_unit_test(test_kml),
      cmocka_unit_test(test_gbk),     cmocka_unit_test(test_lost_index), cmocka_unit_test(test_zip),
      cmocka_unit_test(test_gzip),    cmocka_unit_test(test_layers),     cmocka_unit_test(test_paths),
      cmocka_unit_test(test_columns), cmocka_unit_test(test_truncated),  cmocka_unit_test(test_hostile_files),
  };
  return cmocka_run_group_tests(tests, io_setup, io_teardown);
}
