/* The imports, export and resolve as a person meets them: real commands on a real database. */
#include "io_support.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/json.h"
#include "cli/cli.h"
#include "cli/data.h"
#include "store/sqlite.h"

struct said {
  int exit;
  char text[20000]; /* both outputs */
};
static struct said said;
static char db[400];

/* Runs one command in a process of its own, its input from `input`. */
static int run_in(const char *lang, const char *input, int (*command)(int, char **),
                  const char *const *args) {
  int out[2], argc = 0, status;
  char *argv[32] = {NULL};
  for (; args[argc]; argc++) argv[argc] = (char *)(uintptr_t)args[argc];
  assert_int_equal(pipe(out), 0);
  fflush(NULL);
  pid_t child = fork();
  if (!child) {
    if (!freopen(input ? input : "/dev/null", "rb", stdin)) _exit(99);
    dup2(out[1], STDOUT_FILENO);
    dup2(out[1], STDERR_FILENO);
    close(out[0]);
    setenv("LC_ALL", lang, 1);
    int code = command(argc, argv);
    fflush(NULL);
    _exit(code);
  }
  close(out[1]);
  size_t n = 0;
  for (ssize_t k; (k = read(out[0], said.text + n, sizeof said.text - 1 - n)) > 0;) n += (size_t)k;
  said.text[n] = 0;
  close(out[0]);
  waitpid(child, &status, 0);
  said.exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return said.exit;
}
#define RUN(command, ...) run_in("C", NULL, command, (const char *const[]){__VA_ARGS__, "--db", db, NULL})
static void expect(int code, const char *word) {
  if (said.exit != code || !strstr(said.text, word))
    fail_msg("exit %d (want %d, \"%s\"): %s", said.exit, code, word, said.text);
}

/* The first cell of a query. */
static const char *ask(const char *sql) {
  static char cell[8][300];
  static int at;
  at = (at + 1) % 8;
  sqlite3 *h = NULL;
  sqlite3_stmt *st = NULL;
  assert_int_equal(sqlite3_open_v2(db, &h, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_prepare_v2(h, sql, -1, &st, NULL), SQLITE_OK);
  cell[at][0] = 0;
  if (sqlite3_step(st) == SQLITE_ROW && sqlite3_column_text(st, 0))
    snprintf(cell[at], sizeof cell[at], "%s", (const char *)sqlite3_column_text(st, 0));
  sqlite3_finalize(st);
  sqlite3_close(h);
  return cell[at];
}

static int fresh(void **state) {
  (void)state;
  static int n;
  snprintf(db, sizeof db, "%s/t%d.db", io_folder, n++);
  return RUN(wg_cmd_init, "init") == 0 ? 0 : -1;
}

/* The same with another country's profile. */
static void fresh_de(void) {
  static int n;
  snprintf(db, sizeof db, "%s/de%d.db", io_folder, n++);
  RUN(wg_cmd_init, "init", "--profile", "de");
  expect(0, "is ready");
}

/* Two villages' grids by China's codes, with a shared edge. */
static const char *grids_file(void) {
  const char *path = io_path("grids.geojson");
  unlink(path);
  io_made m = io_make("GeoJSON", path, "g", 4326, wkbPolygon, "code:s name:s", NULL);
  io_add(m, io_box(119.60, 29.00, 119.61, 29.01), "330702001001001", "第一网格");
  io_add(m, io_box(119.61, 29.00, 119.62, 29.01), "330702001001002", "第二网格");
  io_add(m, io_box(119.62, 29.00, 119.63, 29.01), "330702001002001", "第三网格");
  io_done(m);
  return path;
}

static void test_grids(void **state) {
  (void)state;
  const char *path = grids_file();
  RUN(wg_cmd_import_grids, "grids", path, "--dry-run");
  expect(0, "nothing was changed");
  assert_string_equal(ask("SELECT count(*) FROM plan"), "0");
  assert_string_equal(ask("SELECT count(*) FROM event"), "1");

  RUN(wg_cmd_import_grids, "grids", path);
  expect(0, "version 1 with 3 grids");
  assert_string_equal(ask("SELECT count(*) FROM grid"), "3");
  assert_string_equal(ask("SELECT names FROM grid WHERE code = '330702001001001'"), "{\"zh\":\"第一网格\"}");
  assert_string_equal(ask("SELECT area FROM grid WHERE code = '330702001002001'"), "330702001002");
  /* areas that the codes name are made, unnamed, under one another */
  assert_string_equal(
      ask("SELECT group_concat(code || '<' || parent || ' ' || level || named, ';') FROM (SELECT * FROM "
          "area ORDER BY code)"),
      "330702000000< county0;330702001000<330702000000 township0;330702001001<330702001000 village0;"
      "330702001002<330702001000 village0");
  assert_string_equal(ask("SELECT group_concat(kind) FROM event"), "init.done,areas.imported,plan.published");
  assert_string_equal(
      ask("SELECT json_extract(body, '$.file') || json_extract(body, '$.grids') FROM event WHERE kind = "
          "'plan.published'"),
      "grids.geojson3");
  assert_null(strstr(ask("SELECT body FROM event WHERE kind = 'plan.published'"), "/"));
  RUN(wg_cmd_import_grids, "grids", path);
  expect(0, "version 2");
}

/* A new version replaces the whole network: what that takes away is said before and after. */
static void test_grids_change(void **state) {
  (void)state;
  RUN(wg_cmd_import_grids, "grids", grids_file());
  expect(0, "the network is new");
  RUN(wg_cmd_import_staff, "staff",
      io_file("change_staff.csv", "姓名,网格编码\n张三,330702001001002\n李四,330702001001001\n"));
  expect(0, "2 posts");
  RUN(wg_cmd_import_incidents, "incidents",
      io_file("change_incidents.csv", "lon,lat,occurred_at,category,state\n"
                                      "119.615,29.005,2026-01-02T08:00:00+08:00,x,dispatched\n"
                                      "119.615,29.005,2026-01-02T08:00:00+08:00,x,closed\n"),
      "--make-categories");
  assert_string_equal(ask("SELECT count(DISTINCT state) || max(grid) FROM incident"), "2330702001001002");
  const char *path = io_path("grids2.geojson");
  io_made m = io_make("GeoJSON", path, "g", 4326, wkbPolygon, "code:s name:s", NULL);
  io_add(m, io_box(119.60, 29.00, 119.61, 29.01), "330702001001001", "第一网格");
  io_add(m, io_box(119.62, 29.00, 119.64, 29.01), "330702001002001", "第三网格");
  io_add(m, io_box(119.64, 29.00, 119.65, 29.01), "330702001002002", "第四网格");
  io_done(m);
  RUN(wg_cmd_import_grids, "grids", path, "--dry-run");
  expect(0, "version 1 → 2: 1 grids added, 1 removed, 1 changed in shape, 1 unchanged");
  expect(0, "1 open incidents (they keep the grid they have), 1 posts");
  RUN(wg_cmd_import_grids, "grids", path);
  expect(0, "version 1 → 2: 1 grids added, 1 removed, 1 changed in shape, 1 unchanged");
  assert_string_equal(ask("SELECT json_extract(body, '$.removed') || json_extract(body, '$.unchanged') FROM "
                          "event WHERE subject = 'plan/base/2'"),
                      "11");
}

static void test_grids_refused(void **state) {
  (void)state;
  const char *path = io_path("bad.gpkg");
  io_made m = io_make("GPKG", path, "g", 4326, wkbPolygon, "code:s", NULL);
  io_add(m, io_box(0, 0, 1, 1), "a");
  io_add(m, io_box(1, 0, 2, 1), "b");
  io_add(m, io_box(2, 0, 3, 1), "b");
  io_done(m);
  RUN(wg_cmd_import_grids, "grids", path, "--code", "code", "--report", io_path("bad.report.geojson"));
  expect(1, "row 3 has code b, as row 2 has");
  assert_non_null(strstr(said.text, "nothing was changed"));
  assert_string_equal(ask("SELECT count(*) FROM plan"), "0");
  assert_int_equal(access(io_path("bad.report.geojson"), R_OK), 0);
  run_in("zh_CN.UTF-8", NULL, wg_cmd_import_grids,
         (const char *const[]){"grids", path, "--db", db, "--code", "code", NULL});
  expect(1, "第 3 行编码 b 与第 2 行重复");
  RUN(wg_cmd_import_grids, "grids", path, "--code", "code", "--skip-bad");
  expect(0, "version 1 with 1 grids");
  RUN(wg_cmd_import_grids, "grids", path, "--code", "code", "--merge", "--network", "safety");
  expect(0, "network safety is now at version 1 with 2 grids");
  RUN(wg_cmd_import_grids, "grids", path, "--code", "nothing");
  expect(1, "it has: code");
  RUN(wg_cmd_import_grids, "grids", io_path("absent.shp"));
  expect(1, "absent.shp");
  RUN(wg_cmd_import_grids, "grids",
      io_file("empty.geojson", "{\"type\":\"FeatureCollection\",\"features\":[]}"));
  expect(1, "no rows");
  RUN(wg_cmd_import_grids, "grids");
  expect(2, "missing");
  RUN(wg_cmd_import_grids, "grids", path, "--wrong");
  expect(2, "--wrong");
  RUN(wg_cmd_import_grids, "grids", path, "--network", "a/b");
  expect(2, "--network");
}

/* A grid without a telling code belongs to the deepest area whose polygon holds it; --area goes first. */
static void test_area_of_grid(void **state) {
  (void)state;
  io_made m = io_make("GeoJSON", io_path("a.geojson"), "a", 4326, wkbPolygon, "code:s name:s parent:s", NULL);
  io_add(m, io_box(0, 0, 10, 10), "N", "north", NULL);
  io_add(m, io_box(0, 0, 5, 10), "N1", "one", "N");
  io_done(m);
  RUN(wg_cmd_import_areas, "areas", io_path("a.geojson"));
  expect(0, "areas: 2, of them 1 without one above");
  m = io_make("GeoJSON", io_path("h.geojson"), "h", 4326, wkbPolygon, "code:s", NULL);
  io_add(m, io_box(1, 1, 2, 2), "x");
  io_add(m, io_box(7, 1, 8, 2), "y");
  io_add(m, io_box(20, 1, 21, 2), "z");
  io_add(m, io_box(30, 1, 31, 2), "N1-7");
  io_done(m);
  RUN(wg_cmd_import_grids, "grids", io_path("h.geojson"));
  expect(0, "1 grids belong to none");
  assert_string_equal(ask("SELECT group_concat(code || '>' || area) FROM (SELECT * FROM grid ORDER BY code)"),
                      "N1-7>N1,x>N1,y>N,z>");
  RUN(wg_cmd_import_grids, "grids", io_path("h.geojson"), "--area", "M");
  expect(0, "areas made without a name");
  assert_string_equal(ask("SELECT count(*) FROM grid WHERE area = 'M'"), "4");
}

static void test_areas(void **state) {
  (void)state;
  const char *path =
      io_file("tree.csv",
              "code,name,up\n330702,婺城区,\n330702001,城东街道,330702\n330702001001,第一社区,330702001\n");
  RUN(wg_cmd_import_areas, "areas", path, "--parent-field", "up");
  expect(0, "areas: 3, of them 1 without one above");
  assert_string_equal(ask("SELECT parent || level FROM area WHERE code = '330702001001'"),
                      "330702001village");
  /* without a column the digits tell; another spelling of the same code is the same area */
  RUN(wg_cmd_import_areas, "areas",
      io_file("more.csv", "code,name\n330702001002,第二社区\n330702009003,第三社区\n"));
  expect(0, "areas made without a name");
  assert_string_equal(ask("SELECT parent FROM area WHERE code = '330702001002'"), "330702001");
  assert_string_equal(ask("SELECT parent || named FROM area WHERE code = '330702009000'"), "3307020");
  /* a circle changes nothing */
  RUN(wg_cmd_import_areas, "areas", io_file("circle.csv", "code,name,parent\na,x,b\nb,y,a\n"));
  expect(1, "circle");
  assert_string_equal(ask("SELECT count(*) FROM area WHERE code IN ('a','b')"), "0");
}

static void test_staff(void **state) {
  (void)state;
  RUN(wg_cmd_import_grids, "grids", grids_file());
  const char *text = "姓名,手机,岗位,网格编码,班次,是否专职\n"
                     "张三,13800000001,网格管理员、网格长,330702001001001,周一至周五 8:00-18:00,是\n"
                     "李四,13800000002,网格信息员,330702001001001、330702001001002,,兼职\n"
                     "张三,13800000001,网格长,330702001002001,,是\n";
  RUN(wg_cmd_import_staff, "staff", io_file("staff.csv", text));
  expect(0, "2 people with 5 posts");
  assert_string_equal(
      ask("SELECT group_concat(code || name || phone || full_time) FROM (SELECT * FROM staff ORDER BY code)"),
      "S000001张三138000000011,S000002李四138000000020");
  assert_string_equal(ask("SELECT count(*) FROM shift"), "2");
  /* no personal word in the event */
  const char *body = ask("SELECT body FROM event WHERE kind = 'staff.imported'");
  assert_null(strstr(body, "张三"));
  assert_null(strstr(body, "138000"));
  assert_non_null(strstr(body, "\"staff\":2"));
  /* again: the same people, not twice */
  RUN(wg_cmd_import_staff, "staff", io_path("staff.csv"));
  expect(0, "2 people with 5 posts");
  assert_string_equal(ask("SELECT count(*) || ',' || (SELECT count(*) FROM post) FROM staff"), "2,5");
  static const struct {
    const char *row, *tells;
  } bad[] = {{"王五,1380000,网格长,nowhere,,", "nowhere"},
             {",138000001,网格长,330702001001001,,", "no name"},
             {"王五,phone,网格长,330702001001001,,", "phone"},
             {"王五,,厨师,330702001001001,,", "厨师"},
             {"王五,,网格长,330702001001001,sometimes,", "sometimes"},
             {"王五,,网格长,330702001001001,,maybe", "maybe"},
             {"王五,,网格长,,,", "no grid"}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    char csv[400];
    snprintf(csv, sizeof csv, "姓名,手机,岗位,网格编码,班次,是否专职\n%s\n", bad[i].row);
    RUN(wg_cmd_import_staff, "staff", io_file("bad.csv", csv));
    expect(1, bad[i].tells);
    assert_non_null(strstr(said.text, "row 2"));
  }
  assert_string_equal(ask("SELECT count(*) FROM staff"), "2");
  /* out and in again, through a spreadsheet */
  RUN(wg_cmd_export, "export", "staff", io_path("staff.xlsx"));
  expect(0, "5 rows");
  assert_string_equal(ask("SELECT what || detail FROM access_log"), "exportstaff");
  RUN(wg_cmd_import_staff, "staff", io_path("staff.xlsx"));
  expect(0, "2 people with 5 posts");
  assert_string_equal(ask("SELECT count(*) || ',' || (SELECT count(*) FROM post) || ',' || (SELECT count(*) "
                          "FROM shift) FROM staff"),
                      "2,5,2");
}

static void test_places(void **state) {
  (void)state;
  RUN(wg_cmd_import_grids, "grids", grids_file());
  const char *path = io_file(
      "p.csv",
      "name,address,lon,lat\n城东小学,中山路1号,119.605,29.005\n,解放路2号,119.999,29.5\n无坐标,,,\n");
  RUN(wg_cmd_import_places, "places", path);
  expect(0, "3 places, 1 without a position, 1 in an area");
  assert_string_equal(ask("SELECT area || kind FROM place WHERE name = '城东小学'"), "330702001001poi");
  RUN(wg_cmd_import_places, "places", path);
  expect(1, "--again");
  RUN(wg_cmd_import_places, "places", path, "--again");
  expect(0, "3 places");
  RUN(wg_cmd_import_places, "places", io_file("p2.csv", "lon,lat,name\n29,119,swapped\n"));
  expect(1, "swapped");
  RUN(wg_cmd_import_places, "places", io_file("p3.csv", "NUMBER,STREET,LON,LAT\n12,Main Street,1,2\n"));
  expect(0, "1 places");
  assert_string_equal(ask("SELECT name || kind FROM place ORDER BY id DESC LIMIT 1"),
                      "12 Main Streetaddress");
}

static void test_incidents(void **state) {
  (void)state;
  RUN(wg_cmd_import_grids, "grids", grids_file());
  const char *text = "when,lng,lat,what,note\n2024-03-01 08:30,119.605,29.005,litter,by the gate\n"
                     "2024-03-01T01:00:00Z,119.700,29.005,noise,\n2024-02-28 10:00,119.61,29.005,litter,\n";
  const char *path = io_file("i.csv", text);
  RUN(wg_cmd_import_incidents, "incidents", path, "--time", "when", "--category", "what");
  expect(1, "--make-categories");
  RUN(wg_cmd_import_incidents, "incidents", path, "--time", "when", "--category", "what", "--make-categories",
      "--description", "note");
  expect(0, "3 incidents, 2 in a grid");
  /* in the order of their times, numbered by area and local day, closed; the point on an edge goes to the
   * smaller code */
  assert_string_equal(
      ask("SELECT group_concat(number || ' ' || grid || ' ' || occurred_at, ';') FROM (SELECT * FROM "
          "incident "
          "ORDER BY id)"),
      "330702001001-20240228-0001 330702001001001 1709085600000;330702001001-20240301-0001 330702001001001 "
      "1709253000000;330702000000-20240301-0001  1709254800000");
  assert_string_equal(ask("SELECT text FROM event_private WHERE field = 'description'"), "by the gate");
  assert_string_equal(
      ask("SELECT count(*) FROM event WHERE kind LIKE 'incident.%' AND body LIKE '%by the gate%'"), "0");
  RUN(wg_cmd_import_incidents, "incidents", path, "--time", "when", "--category", "what");
  expect(1, "imported already");
  RUN(wg_cmd_check, "check");
  expect(0, "whole");
  RUN(wg_cmd_export, "export", "incidents", io_path("out.geojson"));
  expect(0, "3 rows");
  GDALDatasetH data = GDALOpenEx(io_path("out.geojson"), GDAL_OF_VECTOR, NULL, NULL, NULL);
  assert_non_null(data);
  assert_int_equal(OGR_L_GetFeatureCount(GDALDatasetGetLayer(data, 0), TRUE), 3);
  assert_int_equal(OGR_FD_GetFieldIndex(OGR_L_GetLayerDefn(GDALDatasetGetLayer(data, 0)), "description"), -1);
  GDALClose(data);
}

/* What is exported comes back the same, in every format that holds polygons. */
static void test_export(void **state) {
  (void)state;
  RUN(wg_cmd_import_grids, "grids", grids_file());
  char first[300];
  snprintf(first, sizeof first, "%s", ask("SELECT hex(content) FROM plan WHERE version = 1"));
  static const char *const endings[] = {"gpkg", "geojson", "shp", "fgb", "kml", "csv", "gml"};
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
    const char *path = io_path(CPLSPrintf("e.%s", endings[i]));
    RUN(wg_cmd_export, "export", "grids", path);
    expect(0, "3 rows");
    RUN(wg_cmd_import_grids, "grids", path, "--code", "code", "--name", "name");
    expect(0, "3 grids");
    const char *again = ask("SELECT hex(content) FROM plan ORDER BY version DESC LIMIT 1");
    if (strcmp(first, again) != 0) fail_msg("%s: another content\n%s", endings[i], said.text);
  }
  RUN(wg_cmd_export, "export", "grids", io_path("m.gpkg"), "--crs", "EPSG:4549");
  RUN(wg_cmd_import_grids, "grids", io_path("m.gpkg"), "--code", "code", "--name", "name");
  expect(0, "EPSG:4549");
  RUN(wg_cmd_export, "export", "grids", io_path("e.doc"));
  expect(2, "gpkg");
  RUN(wg_cmd_export, "export", "secrets", io_path("e.csv"));
  expect(2, "secrets");
  RUN(wg_cmd_export, "export", "grids", "/nowhere/x.gpkg");
  expect(1, "cannot be written");
  char **left = VSIReadDir(io_folder);
  for (char **name = left; *name; name++) assert_null(strstr(*name, ".wangge-export"));
  CSLDestroy(left);
}

static void test_resolve(void **state) {
  (void)state;
  RUN(wg_cmd_import_grids, "grids", grids_file());
  RUN(wg_cmd_import_staff, "staff", io_file("s.csv", "name,grid\n张三,330702001001001\n"));
  char in[600]; /* io_path's own texts are soon used again */
  snprintf(
      in, sizeof in, "%s",
      io_file("in.csv",
              "id,经度,纬度\n1,119.605,29.005\n2,119.61,29.005\n3,100,10\n4,,\n5,119.6299,29.01000001\n"));
  RUN(wg_cmd_resolve, "resolve", in, io_path("out.csv"));
  expect(0, "5 rows, 3 in a grid");
  char text[1000] = {0};
  FILE *f = fopen(io_path("out.csv"), "rb");
  assert_non_null(f);
  assert_true(fread(text, 1, sizeof text - 1, f) > 0);
  fclose(f);
  assert_string_equal(text, "id,经度,纬度,grid_code,grid_name,worker_id,worker_name,how\r\n"
                            "1,119.605,29.005,330702001001001,第一网格,1,张三,inside\r\n"
                            "2,119.61,29.005,330702001001001,第一网格,1,张三,boundary\r\n"
                            "3,100,10,,,,,none\r\n4,,,,,,,\r\n"
                            "5,119.6299,29.01000001,330702001002001,第三网格,,,inside\r\n");
  run_in("C", in, wg_cmd_resolve, (const char *const[]){"resolve", "--db", db, "-", "-", NULL});
  expect(0, "1,119.605,29.005,330702001001001");
  /* a failure leaves what was there */
  RUN(wg_cmd_resolve, "resolve", io_file("x.csv", "a,b\n1,2\n"), io_path("out.csv"));
  expect(1, "a, b");
  f = fopen(io_path("out.csv"), "rb");
  char again[1000] = {0};
  assert_true(fread(again, 1, sizeof again - 1, f) > 0);
  fclose(f);
  assert_string_equal(again, text);
  /* a device is written to, never replaced by a file */
  assert_int_equal(mkfifo(io_path("pipe"), 0600), 0);
  int hold = open(io_path("pipe"), O_RDWR | O_NONBLOCK);
  RUN(wg_cmd_resolve, "resolve", in, io_path("pipe"));
  expect(0, "5 rows");
  struct stat there;
  assert_int_equal(stat(io_path("pipe"), &there), 0);
  assert_true(S_ISFIFO(there.st_mode));
  close(hold);
  RUN(wg_cmd_resolve, "resolve", in, "--at", "yesterday");
  expect(2, "--at");
  RUN(wg_cmd_resolve, "resolve", in, "--at", "2001-01-01T00:00:00Z");
  expect(1, "no plan");
  RUN(wg_cmd_resolve, "resolve", in, "--crs", "mars");
  expect(2, "--crs");
}

static void test_basemap(void **state) {
  (void)state;
  const char *osm = io_file(
      "m.osm",
      "<osm version='0.6'><node id='1' lon='1' lat='1'/><node id='2' lon='1.01' lat='1'/>"
      "<node id='3' lon='1.01' lat='1.01'/><node id='4' lon='1.02' lat='1.02'><tag k='place' "
      "v='village'/><tag k='name' v='村'/></node>"
      "<way id='9'><nd ref='1'/><nd ref='2'/><tag k='highway' v='primary'/><tag k='name' v='中山路'/>"
      "<tag k='name:en' v='Zhongshan Road'/></way>"
      "<way id='10'><nd ref='1'/><nd ref='2'/><nd ref='3'/><nd ref='1'/><tag k='natural' v='water'/></way>"
      "<way id='11'><nd ref='1'/><nd ref='3'/><tag k='boundary' v='administrative'/></way></osm>");
  RUN(wg_cmd_import_basemap, "basemap", osm);
  expect(0, "3 taken");
  assert_string_equal(ask("SELECT group_concat(kind || '/' || class || geometry_type) FROM (SELECT * FROM "
                          "basemap ORDER BY kind)"),
                      "place/village1,road/primary2,water/3");
  assert_string_equal(ask("SELECT names FROM basemap WHERE kind = 'road'"),
                      "{\"en\":\"Zhongshan Road\",\"zh\":\"中山路\"}");
  io_made m = io_make("GeoJSON", io_path("lines.geojson"), "l", 4326, wkbLineString, "name:s fclass:s", NULL);
  io_add(m, "LINESTRING(0 0,1 1)", "x", "track");
  io_done(m);
  RUN(wg_cmd_import_basemap, "basemap", io_path("lines.geojson"));
  expect(1, "--kind");
  RUN(wg_cmd_import_basemap, "basemap", io_path("lines.geojson"), "--kind", "road", "--add");
  expect(0, "1 taken");
  assert_string_equal(ask("SELECT count(*) || max(class) FROM basemap WHERE kind = 'road'"), "2track");
  RUN(wg_cmd_import_basemap, "basemap", osm);
  assert_string_equal(ask("SELECT count(*) FROM basemap"), "3");
  RUN(wg_cmd_import_basemap, "basemap", osm, "--kind", "rocket");
  expect(2, "--kind");
}

/* --- country profiles ---------------------------------------------------------------------------------- */

static const char *hessen_file(void) {
  return io_file("hessen.csv",
                 "code,name\n06,Hessen\n065,Gießen\n06531,Landkreis Gießen\n"
                 "06531005,\"Gießen, Universitätsstadt\"\n06411,Darmstadt\n06411000,Darmstadt\n");
}
#define TREE                                                                                                 \
  "SELECT group_concat(code || '<' || parent || ' ' || level || named, ';') FROM (SELECT * FROM area ORDER " \
  "BY code)"

/* One file under two profiles: the digits are a tree in the one, and tell nothing in the other. */
static void test_profiles(void **state) {
  (void)state;
  RUN(wg_cmd_import_areas, "areas", hessen_file());
  expect(0, "areas: 6, of them 6 without one above");
  assert_null(strstr(said.text, "digits"));
  assert_string_equal(ask(TREE), "06< 1;06411< 1;06411000< 1;065< 1;06531< 1;06531005< 1");

  fresh_de();
  RUN(wg_cmd_import_areas, "areas", hessen_file());
  expect(0, "areas: 6, of them 1 without one above");
  expect(0, "parents: 5 by the digits of their codes (profile de)");
  assert_string_equal(ask(TREE), "06< land1;06411<06 kreis1;06411000<06411 gemeinde1;065<06 "
                                 "regierungsbezirk1;06531<065 kreis1;06531005<06531 gemeinde1");
  assert_string_equal(ask("SELECT value FROM setting WHERE key = 'timezone'"), "Europe/Berlin");
  assert_string_equal(
      ask("SELECT json_extract(value, '$.years[1].holidays[1]') FROM setting WHERE key = 'calendar'"),
      "2026-04-03");

  /* China's codes tell nothing here */
  fresh_de();
  RUN(wg_cmd_import_areas, "areas", io_file("cn.csv", "code,name\n330702,婺城区\n330702001,城东街道\n"));
  expect(0, "areas: 2, of them 2 without one above");
}

static void holidays(void **state) {
  (void)state;
  const char *file =
      io_file("holidays.csv", "date,kind,name\n2027-10-01,holiday,国庆节\n2027-10-09,working,\n");
  RUN(wg_cmd_import_calendar, "calendar", file, "--dry-run");
  expect(0, "2027: 1 holidays (13 before), 1 days worked instead (0 before)");
  RUN(wg_cmd_import_calendar, "calendar", file, "--code", "night");
  expect(1, "there is no calendar night");
  RUN(wg_cmd_import_calendar, "calendar", file, "--year", "27");
  expect(2, "--year");
  RUN(wg_cmd_import_calendar, "calendar", file, "--year", "2028");
  expect(1, "no days");
  assert_string_equal(ask("SELECT count(*) FROM event WHERE kind = 'calendar.imported'"), "0");
  RUN(wg_cmd_import_calendar, "calendar", file);
  expect(0, "2027");
  assert_string_equal(ask("SELECT json_extract(value, '$.years[2]') FROM setting WHERE key = 'calendar'"),
                      "{\"year\":2027,\"holidays\":[\"2027-10-01\"],\"working\":[\"2027-10-09\"],\"names\":"
                      "[{\"days\":\"2027-10-01\",\"name\":\"国庆节\"}]}");
  assert_string_equal(ask("SELECT subject FROM event WHERE kind = 'calendar.imported'"), "calendar/work");
  RUN(wg_cmd_check, "check");
  expect(0, "");
}

/* A Gemeinde alone makes its Kreis, unnamed, and nothing above; so does a grid. */
static void test_profile_makes(void **state) {
  (void)state;
  fresh_de();
  RUN(wg_cmd_import_areas, "areas", io_file("one.csv", "code,name\n06531005,Gießen\n"));
  expect(0, "areas made without a name");
  assert_string_equal(ask(TREE), "06531< kreis0;06531005<06531 gemeinde1");
  const char *path = io_path("de.geojson");
  unlink(path);
  io_made m = io_make("GeoJSON", path, "g", 4326, wkbPolygon, "code:s name:s", NULL);
  io_add(m, io_box(8.67, 50.58, 8.68, 50.59), "065310050001", "Innenstadt 1");
  io_add(m, io_box(8.68, 50.58, 8.69, 50.59), "065310140001", "Pohlheim 1");
  io_done(m);
  RUN(wg_cmd_import_grids, "grids", path);
  expect(0, "version 1 with 2 grids");
  assert_string_equal(
      ask("SELECT group_concat(code || '<' || area, ';') FROM (SELECT * FROM grid ORDER BY code)"),
      "065310050001<06531005;065310140001<06531014");
  assert_string_equal(ask("SELECT parent || level || named FROM area WHERE code = '06531014'"),
                      "06531gemeinde0");
}

/* Every profile's datums are some that we read. */
static void test_profile_datums(void **state) {
  (void)state;
  RUN(wg_cmd_init, "init", "--profile", "fr");
  expect(2, "cn, de or free");
  static const char *const codes[] = {"cn", "de", "free"};
  for (int i = 0; i < 3; i++) {
    wg_arena a;
    wg_profile p;
    wg_json *list = NULL;
    wg_arena_init(&a);
    assert_int_equal(wg_cli_profile(&a, codes[i], &p, NULL), WG_OK);
    assert_int_equal(wg_json_parse(&a, p.datums, strlen(p.datums), &list, NULL), WG_OK);
    assert_true(wg_json_len(list) > 0);
    for (size_t k = 0; k < wg_json_len(list); k++) {
      const char *code = NULL;
      assert_int_equal(wg_json_str(wg_json_at(list, k), "code", WG_REQUIRED, 64, &code, NULL), WG_OK);
      if (wg_cli_check_crs(code)) fail_msg("%s", code);
    }
    wg_arena_clear(&a);
  }
}

int main(void) {
#define T(name) cmocka_unit_test_setup(name, fresh)
  const struct CMUnitTest tests[] = {
      T(holidays),     T(test_grids),   T(test_grids_refused), T(test_grids_change),  T(test_area_of_grid),
      T(test_areas),   T(test_staff),   T(test_places),        T(test_incidents),     T(test_export),
      T(test_resolve), T(test_basemap), T(test_profiles),      T(test_profile_makes), T(test_profile_datums),
  };
  return wg_crypto_init() ? 1 : cmocka_run_group_tests(tests, io_setup, io_teardown);
}
