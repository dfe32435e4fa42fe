/* Geometry in the file against SpatiaLite's own SQL, and GDAL's reader where it is installed. */
#include "store/suite/suite.h"

#include <math.h>
#include <sqlite3.h>

#include <spatialite.h> /* needs the line above */

#include "store/sqlite.h"
#include "store/sqlite/blob.h"
#include "store/sqlite/plan_bytes.h"
#include "store/sqlite/rtree.h"
#include "store/support.h"

enum { GRIDS = 60, POINTS = 3000 };

static wg_status make(void **place, wg_err *err) {
  struct room *r = room_new();
  *place = r;
  return wg_sqlite_create(r->path, err);
}
static wg_status open_one(void *place, bool writable, wg_store **out, wg_err *err) {
  return wg_sqlite_open(((struct room *)place)->path, writable, writable, out, err); /* with SpatiaLite */
}
static void drop(void *place) { room_free(place); }
static const struct maker sqlite = {.make = make, .open = open_one, .drop = drop};
static int up(void **state) { return fix_up(state, &sqlite); }

static uint64_t dice = 4326;
static uint32_t roll_to(uint32_t n) {
  dice = dice * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(dice >> 33) % n;
}

struct oracle {
  sqlite3 *h;
  void *cache;
};

static struct oracle oracle_open(const char *path) {
  struct oracle o;
  assert_int_equal(sqlite3_open_v2(path, &o.h, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
  o.cache = spatialite_alloc_connection();
  spatialite_init_ex(o.h, o.cache, 0);
  return o;
}

static void oracle_close(struct oracle *o) {
  sqlite3_close(o->h);
  spatialite_cleanup_ex(o->cache);
}

static sqlite3_stmt *query(struct oracle *o, const char *sql) {
  sqlite3_stmt *st = NULL;
  if (sqlite3_prepare_v2(o->h, sql, -1, &st, NULL) != SQLITE_OK)
    fail_msg("%s: %s", sql, sqlite3_errmsg(o->h));
  return st;
}

static double ask(struct oracle *o, const char *sql) {
  sqlite3_stmt *st = query(o, sql);
  if (sqlite3_step(st) != SQLITE_ROW) fail_msg("%s: %s", sql, sqlite3_errmsg(o->h));
  double v = sqlite3_column_double(st, 0);
  sqlite3_finalize(st);
  return v;
}

/* Squares, every third with a second part, every second with a hole, and one that touches the rim of the
 * world. */
static wg_plan many_grids(struct fix *f) {
  wg_plan p = plan_of(f, "base", GRIDS, 900, 1000);
  wg_shapes_deinit(&p.shapes);
  for (int i = 0; i < GRIDS; i++) {
    OK(wg_shapes_feature(&p.shapes));
    int32_t side = 100 + (int32_t)roll_to(90000), x = -1800000000 + (int32_t)roll_to(3500000000u),
            y = -900000000 + (int32_t)roll_to(1790000000);
    if (i == 7) x = 1800000000 - side;
    if (i == 8) y = 900000000 - side;
    square(f, &p.shapes, x, y, side, i % 2 ? side / 3 : 0);
    if (i % 3 == 0 && i != 9) square(f, &p.shapes, x > 0 ? x - 2 * side : x + 2 * side, y, side, 0);
  }
  return p;
}

static void file_points(struct fix *f, wg_pt *at) {
  OK(f->s->begin(f->s, &f->err));
  for (int k = 0; k < POINTS; k++) {
    wg_incident i = {.number = "n", .crs = "wgs84", .version = 1, .has_position = true};
    i.at = at[k] = (wg_pt){1190000000 + (int32_t)roll_to(20000000), 290000000 + (int32_t)roll_to(20000000)};
    file_incident(f, f->s, &i);
  }
  OK(f->s->commit(f->s, &f->err));
}

/* --- polygons ------------------------------------------------------------------------------- */

static double ring_area(const wg_pt *v, uint32_t n) { /* in square degrees, exact enough for a comparison */
  long double a = 0;
  for (uint32_t i = 0; i < n; i++) {
    const wg_pt *p = &v[i], *q = &v[(i + 1) % n];
    a += (long double)p->x * q->y - (long double)q->x * p->y;
  }
  return (double)(a / 2 / 1e14L);
}

static void spatial_polygons_are_spatialites(void **state) {
  struct fix *f = *state;
  wg_plan p = many_grids(f);
  unsigned char hash[WG_HASH_LEN];
  publish(f, &p, hash);
  struct oracle o = oracle_open(((struct room *)f->place)->path);
  sqlite3_stmt *st = query(&o, "SELECT GeometryType(geometry), IsValid(geometry), Srid(geometry), "
                               "NumGeometries(geometry), Area(geometry), "
                               "MbrMinX(geometry), MbrMaxY(geometry), geometry = "
                               "GeomFromText(AsText(geometry), 4326), NumPoints(geometry), "
                               "AsText(geometry) FROM grid ORDER BY code");
  for (uint32_t i = 0; i < p.n; i++) {
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(st, 0), "MULTIPOLYGON");
    if (!sqlite3_column_int(st, 1))
      fail_msg("grid %u is not valid: %s", i, (const char *)sqlite3_column_text(st, 9));
    assert_int_equal(sqlite3_column_int(st, 2), 4326);
    assert_int_equal(sqlite3_column_int(st, 3), p.shapes.part[i + 1] - p.shapes.part[i]);
    double area = 0;
    for (uint32_t r = p.shapes.ring[p.shapes.part[i]]; r < p.shapes.ring[p.shapes.part[i + 1]]; r++)
      area += ring_area(p.shapes.pts + p.shapes.vert[r], p.shapes.vert[r + 1] - p.shapes.vert[r]);
    assert_true(fabs(sqlite3_column_double(st, 4) - area) <= 1e-6 * area); /* holes count as holes */
    wg_box b = wg_shapes_box(&p.shapes, i);
    assert_true(sqlite3_column_double(st, 5) == b.x0 / 1e7 && sqlite3_column_double(st, 6) == b.y1 / 1e7);
  }
  sqlite3_finalize(st);
  oracle_close(&o);
  wg_shapes_deinit(&p.shapes);
}

/* What SpatiaLite writes for the same shape is the same bytes, and is read back as the same shape. */
static void spatial_blobs_are_spatialites(void **state) {
  struct fix *f = *state;
  struct oracle o = oracle_open(((struct room *)f->place)->path);
  wg_plan p = many_grids(f);
  wg_shapes got;
  wg_shapes_init(&got);
  wg_buf mine;
  wg_buf_init(&mine, 1 << 20);
  for (uint32_t i = 0; i < p.n; i++) {
    wg_buf_reset(&mine);
    blob_polygon(&p.shapes, i, &mine);
    sqlite3_stmt *st = query(&o, "SELECT GeomFromWKB(AsBinary(?1), 4326)");
    sqlite3_bind_blob(st, 1, mine.data, (int)mine.len, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    assert_int_equal(sqlite3_column_bytes(st, 0), mine.len);
    assert_memory_equal(sqlite3_column_blob(st, 0), mine.data, mine.len);
    assert_int_equal(blob_polygon_read(sqlite3_column_blob(st, 0), mine.len, &got), WG_OK);
    sqlite3_finalize(st);
  }
  same_shapes(&got, &p.shapes);
  for (int k = 0; k < 2000; k++) {
    wg_pt q = {-1800000000 + (int32_t)roll_to(3600000001u), -900000000 + (int32_t)roll_to(1800000001)}, again;
    unsigned char blob[WG_POINT_BLOB];
    blob_point(q, blob);
    sqlite3_stmt *st =
        query(&o, "SELECT MakePoint(?1 / 1e7, ?2 / 1e7, 4326), ST_X(?3) = ?1 / 1e7 AND ST_Y(?3) = ?2 / 1e7");
    sqlite3_bind_double(st, 1, q.x);
    sqlite3_bind_double(st, 2, q.y);
    sqlite3_bind_blob(st, 3, blob, sizeof blob, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    assert_int_equal(sqlite3_column_bytes(st, 0), WG_POINT_BLOB);
    assert_memory_equal(sqlite3_column_blob(st, 0), blob, sizeof blob);
    assert_int_equal(sqlite3_column_int(st, 1), 1);
    assert_int_equal(blob_point_read(sqlite3_column_blob(st, 0), WG_POINT_BLOB, &again), WG_OK);
    assert_true(again.x == q.x && again.y == q.y);
    sqlite3_finalize(st);
  }
  wg_buf_deinit(&mine);
  wg_shapes_deinit(&got);
  wg_shapes_deinit(&p.shapes);
  oracle_close(&o);
}

/* Bytes from a broken disk: refused or read, never beyond their end (the copy is exact, so ASan sees a step
 * over). */
static void spatial_blobs_survive_damage(void **state) {
  struct fix *f = *state;
  wg_plan p = many_grids(f);
  wg_buf good;
  wg_buf_init(&good, 1 << 20);
  int refused = 0;
  for (int k = 0; k < 20000; k++) {
    wg_buf_reset(&good);
    blob_polygon(&p.shapes, roll_to(p.n), &good);
    size_t n = roll_to(4) ? good.len : roll_to((uint32_t)good.len + 1);
    unsigned char *bytes = malloc(n ? n : 1);
    memcpy(bytes, good.data, n);
    for (uint32_t flips = roll_to(4); n && flips; flips--)
      bytes[roll_to((uint32_t)n)] = (unsigned char)roll_to(256);
    wg_shapes got;
    wg_pt q;
    wg_box b;
    wg_shapes_init(&got);
    refused += blob_polygon_read(bytes, n, &got) != WG_OK;
    (void)blob_point_read(bytes, n, &q);
    (void)blob_box(bytes, n, &b);
    wg_shapes_deinit(&got);
    free(bytes);
  }
  assert_true(refused > 8000);
  wg_buf_deinit(&good);
  wg_shapes_deinit(&p.shapes);
}

/* The same for a plan's content. */
static void spatial_plans_survive_damage(void **state) {
  struct fix *f = *state;
  wg_plan p = many_grids(f);
  wg_buf good;
  wg_buf_init(&good, 1 << 20);
  plan_encode(&p, &good);
  int refused = 0;
  for (int k = 0; k < 4000; k++) {
    size_t n = roll_to(4) ? good.len : roll_to((uint32_t)good.len + 1);
    unsigned char *bytes = malloc(n ? n : 1);
    memcpy(bytes, good.data, n);
    for (uint32_t flips = roll_to(4); n && flips; flips--)
      bytes[roll_to((uint32_t)n)] = (unsigned char)roll_to(256);
    wg_arena a;
    wg_plan got = {0};
    wg_arena_init(&a);
    refused += plan_decode(bytes, n, &a, &got) != WG_OK;
    wg_arena_clear(&a);
    free(bytes);
  }
  assert_true(refused > 800);
  wg_buf_deinit(&good);
  wg_shapes_deinit(&p.shapes);
}

/* --- spatial indexes ------------------------------------------------------------------------ */

static void spatial_indexes_find_what_is_there(void **state) {
  struct fix *f = *state;
  wg_pt *at = malloc(POINTS * sizeof *at);
  file_points(f, at);
  OK(f->s->tend(f->s, &f->err));
  struct oracle o = oracle_open(((struct room *)f->place)->path);
  assert_int_equal((int)ask(&o, "SELECT CheckSpatialIndex('incident', 'geometry')"), 1);
  assert_int_equal((int)ask(&o, "SELECT CheckSpatialIndex('grid', 'geometry')"), 1);
  assert_int_equal((int)ask(&o, "SELECT CheckSpatialIndex('area', 'geometry')"), 1);
  for (int k = 0; k < 40; k++) {
    wg_box b = {1190000000 + (int32_t)roll_to(20000000), 290000000 + (int32_t)roll_to(20000000), 0, 0};
    b.x1 = b.x0 + (int32_t)roll_to(5000000);
    b.y1 = b.y0 + (int32_t)roll_to(5000000);
    int want = 0;
    for (int i = 0; i < POINTS; i++)
      want += at[i].x >= b.x0 && at[i].x <= b.x1 && at[i].y >= b.y0 && at[i].y <= b.y1;
    char *sql = wg_arena_printf(&f->a,
                                "SELECT count(*) FROM incident WHERE id IN (SELECT rowid FROM SpatialIndex "
                                "WHERE f_table_name = 'incident' "
                                "AND search_frame = BuildMbr(%.7f, %.7f, %.7f, %.7f)) AND "
                                "MbrIntersects(geometry, BuildMbr(%.7f, %.7f, %.7f, %.7f))",
                                b.x0 / 1e7, b.y0 / 1e7, b.x1 / 1e7, b.y1 / 1e7, b.x0 / 1e7, b.y0 / 1e7,
                                b.x1 / 1e7, b.y1 / 1e7);
    assert_int_equal((int)ask(&o, sql), want);
  }
  oracle_close(&o);
  free(at);
}

/* The tree made in one go, at the sizes where it gains a node or a level, is one that SQLite works on with.
 */
static void spatial_indexes_can_be_built_at_once(void **state) {
  struct fix *f = *state;
  static const int size[] = {0, 1, 40, 41, 1600, 1601, 2500};
  int n = 0;
  for (size_t k = 0; k < sizeof size / sizeof *size; k++) {
    OK(f->s->begin(f->s, &f->err));
    for (; n < size[k]; n++) {
      wg_incident i = {.number = "n", .crs = "wgs84", .version = 1, .has_position = n % 50 != 7};
      i.at = (wg_pt){-1800000000 + (int32_t)roll_to(3600000001u), -900000000 + (int32_t)roll_to(1800000001)};
      file_incident(f, f->s, &i);
    }
    OK(rtree_build(db_of(f->s), RTREE_INCIDENT, &f->err));
    OK(rtree_build(db_of(f->s), RTREE_GRID, &f->err));
    OK(f->s->commit(f->s, &f->err));
    must_be_whole(f, f->s); /* rtreecheck() and the count of entries */
    struct oracle o = oracle_open(((struct room *)f->place)->path);
    assert_int_equal((int)ask(&o, "SELECT CheckSpatialIndex('incident', 'geometry')"), 1);
    oracle_close(&o);
  }
  OK(f->s->begin(f->s, &f->err));
  for (int k = 1; k <= 900; k++) { /* then rows are taken out and put in one by one */
    wg_incident i;
    OK(f->s->incident_get(f->s, &f->a, k, &i, &f->err));
    i.has_position = k % 3 != 0;
    i.at = (wg_pt){1190000000 + (int32_t)roll_to(20000000), 290000000};
    step_incident(f, f->s, &i, WG_S_ACCEPTED);
  }
  OK(f->s->commit(f->s, &f->err));
  must_be_whole(f, f->s);
}

static void spatial_indexes_follow_a_moved_point(void **state) {
  struct fix *f = *state;
  wg_incident i = {
      .number = "n", .crs = "wgs84", .version = 1, .has_position = true, .at = {1190000000, 290000000}};
  OK(f->s->begin(f->s, &f->err));
  file_incident(f, f->s, &i);
  OK(f->s->commit(f->s, &f->err));
  OK(f->s->tend(f->s, &f->err));
  OK(f->s->begin(f->s, &f->err));
  i.at = (wg_pt){1200000000, 300000000};
  step_incident(f, f->s, &i, WG_S_ACCEPTED);
  OK(f->s->commit(f->s, &f->err));
  must_be_whole(f, f->s);
  struct oracle o = oracle_open(((struct room *)f->place)->path);
  assert_int_equal(
      (int)ask(&o, "SELECT count(*) FROM SpatialIndex WHERE f_table_name = 'incident' AND search_frame = "
                   "BuildMbr(119.9, 29.9, 120.1, 30.1)"),
      1);
  assert_int_equal(
      (int)ask(&o, "SELECT count(*) FROM SpatialIndex WHERE f_table_name = 'incident' AND search_frame = "
                   "BuildMbr(118.9, 28.9, 119.1, 29.1)"),
      0);
  oracle_close(&o);
  OK(f->s->begin(f->s, &f->err));
  i.has_position = false; /* a position withdrawn leaves the index too */
  step_incident(f, f->s, &i, WG_S_ACCEPTED);
  OK(f->s->commit(f->s, &f->err));
  must_be_whole(f, f->s);
}

static void spatial_metadata_is_complete(void **state) {
  struct fix *f = *state;
  struct oracle o = oracle_open(((struct room *)f->place)->path);
  assert_int_equal((int)ask(&o, "SELECT CheckSpatialMetadata()"), 3); /* the current layout */
  assert_int_equal(
      (int)ask(&o, "SELECT count(*) FROM vector_layers WHERE layer_type = 'SpatialTable' AND srid = 4326"),
      3);
  assert_int_equal((int)ask(&o, "SELECT count(*) FROM spatial_ref_sys WHERE srid = 4326"), 1);
  assert_int_equal((int)ask(&o, "SELECT count(*) FROM vector_layers_auth WHERE read_only = 1"), 3);
  assert_true(ask(&o, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size") <
              1000000); /* an empty file stays small */
  oracle_close(&o);
}

/* --- GDAL's reader -------------------------------------------------------------------------- */

static bool says(const char *command, const char *what) {
  char line[500];
  bool found = false;
  FILE *out = popen(command, "r");
  while (out && fgets(line, sizeof line, out)) found |= strstr(line, what) != NULL;
  if (out) pclose(out);
  return found;
}

static void spatial_opens_in_gdal(void **state) {
  struct fix *f = *state;
  if (!says("ogrinfo --version 2>/dev/null", "GDAL")) {
    print_message("ogrinfo is not installed\n");
    skip();
  }
  wg_pt *at = malloc(POINTS * sizeof *at);
  wg_plan p = many_grids(f);
  unsigned char hash[WG_HASH_LEN];
  publish(f, &p, hash);
  file_points(f, at);
  OK(f->s->tend(f->s, &f->err));
  const char *path = ((struct room *)f->place)->path;
  assert_true(says(wg_arena_printf(&f->a, "ogrinfo -ro -so %s incident 2>&1", path), "Feature Count: 3000"));
  assert_true(says(wg_arena_printf(&f->a, "ogrinfo -ro -so %s incident 2>&1", path), "Geometry: Point"));
  assert_true(says(wg_arena_printf(&f->a, "ogrinfo -ro -so %s grid 2>&1", path), "Geometry: Multi Polygon"));
  assert_true(says(wg_arena_printf(&f->a, "ogrinfo -ro -so %s grid 2>&1", path), "Feature Count: 60"));
  wg_shapes_deinit(&p.shapes);
  free(at);
}

int main(void) {
#define T(test) cmocka_unit_test_setup_teardown(test, up, fix_down)
  const struct CMUnitTest tests[] = {T(spatial_polygons_are_spatialites),
                                     T(spatial_blobs_are_spatialites),
                                     T(spatial_blobs_survive_damage),
                                     T(spatial_plans_survive_damage),
                                     T(spatial_indexes_find_what_is_there),
                                     T(spatial_indexes_can_be_built_at_once),
                                     T(spatial_indexes_follow_a_moved_point),
                                     T(spatial_metadata_is_complete),
                                     T(spatial_opens_in_gdal)};
  return cmocka_run_group_tests_name("spatial", tests, NULL, NULL);
}
