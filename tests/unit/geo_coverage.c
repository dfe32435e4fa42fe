/* Coverages: noding, mending, checking, dissolving, inner points; against GEOS. */
#include "geo/coverage.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/tessellation.h"
#include "geo/lattice.h"
#include "geo_oracle.h"
#include "geo_support.h"

static void quiet(const char *message, void *ctx) { (void)message, (void)ctx; }

static GEOSContextHandle_t quiet_geos(void) {
  GEOSContextHandle_t g = GEOS_init_r();
  GEOSContext_setErrorMessageHandler_r(g, quiet, NULL);
  GEOSContext_setNoticeMessageHandler_r(g, quiet, NULL);
  return g;
}

static double planar_area(GEOSContextHandle_t g, const GEOSGeometry *a) {
  double area = 0;
  assert_int_equal(GEOSArea_r(g, a, &area), 1);
  return area;
}

static bool valid(const wg_shapes *s, uint32_t f) {
  GEOSContextHandle_t g = quiet_geos();
  GEOSGeometry *a = oracle_feature(g, s, f);
  bool ok = GEOSisValid_r(g, a) == 1;
  GEOSGeom_destroy_r(g, a);
  GEOS_finish_r(g);
  return ok;
}

/* --- noding ------------------------------------------------------------------------------------ */

/* A wall of bricks, turned by an angle so that no edge is level: every long edge has a neighbour's corner on
 * it. In the coordinates of a projection, metres. */
static void make_wall(wg_raw_shapes *r, uint32_t nx, uint32_t ny) {
  uint32_t n = nx * ny;
  *r = (wg_raw_shapes){n, n, n, 4 * n, NULL, NULL, NULL, NULL};
  r->part = malloc((n + 1) * sizeof *r->part);
  r->ring = malloc((n + 1) * sizeof *r->ring);
  r->vert = malloc((n + 1) * sizeof *r->vert);
  r->xy = malloc(8 * (size_t)n * sizeof *r->xy);
  for (uint32_t i = 0; i <= n; i++) {
    r->part[i] = r->ring[i] = i;
    r->vert[i] = 4 * i;
  }
  for (uint32_t i = 0; i < n; i++) {
    double x = 200.0 * (i % nx) + 77.7 * (i / nx % 2), y = 100.0 * (i / nx), c = cos(0.3), s = sin(0.3);
    const double dx[4] = {0, 200, 200, 0}, dy[4] = {0, 0, 100, 100};
    for (int k = 0; k < 4; k++) {
      r->xy[8 * (size_t)i + 2 * k] = 466174 + c * (x + dx[k]) - s * (y + dy[k]);
      r->xy[8 * (size_t)i + 2 * k + 1] = 3218475 + s * (x + dx[k]) + c * (y + dy[k]);
    }
  }
}

/* Bent (a projection's inverse would do as much) and rounded. */
static void bend(const wg_raw_shapes *r, wg_shapes *s) {
  for (uint32_t f = 0; f < r->n; f++) {
    assert_int_equal(wg_shapes_feature(s), WG_OK);
    assert_int_equal(wg_shapes_part(s), WG_OK);
    assert_int_equal(wg_shapes_ring(s), WG_OK);
    for (uint32_t v = r->vert[f]; v < r->vert[f + 1]; v++) {
      double x = (r->xy[2 * v] - 466174) * 103, y = (r->xy[2 * v + 1] - 3218475) * 90;
      wg_pt p = {1196000000 + (int32_t)round(x + y * y * 2e-8), 290000000 + (int32_t)round(y + x * x * 2e-8)};
      assert_int_equal(wg_shapes_vertex(s, p), WG_OK);
    }
  }
}

static void noding_keeps_a_coverage_whole(void **state) {
  (void)state;
  enum { NX = 20, NY = 15 };
  wg_raw_shapes r;
  wg_shapes s;
  wg_flaws flaws;
  uint64_t inserted;
  make_wall(&r, NX, NY);
  wg_shapes_init(&s);
  bend(&r, &s);
  assert_int_equal(wg_coverage_check(&s, 10, &flaws), WG_OK);
  assert_true(flaws.gaps + flaws.overlaps > 100); /* what noding is for */
  wg_flaws_deinit(&flaws);
  wg_shapes_deinit(&s);

  assert_int_equal(wg_coverage_node(&r, 0, &inserted), WG_OK);
  /* Between two rows each brick above has one corner below inside its edge, and the other way round, but for
   * one end of each of the two. */
  assert_int_equal(inserted, (NY - 1) * 2 * (NX - 1) + (NY - 1) * 2);
  assert_int_equal(r.n_pts, 4 * NX * NY + inserted);
  bend(&r, &s);
  assert_int_equal(wg_coverage_check(&s, 10, &flaws), WG_OK);
  assert_int_equal(flaws.gaps, 0);
  assert_int_equal(flaws.overlaps, 0);
  wg_flaws_deinit(&flaws);
  wg_shapes_deinit(&s);

  assert_int_equal(wg_coverage_node(&r, 0, &inserted), WG_OK); /* nothing is left to do */
  assert_int_equal(inserted, 0);
  wg_raw_shapes_deinit(&r);
}

/* Near an end of an edge, on a rim of its own ring, or off it by more than eps: not inserted. */
static void noding_leaves_alone(void **state) {
  (void)state;
  const double xy[] = {0,        0, 10, 0, 10, 10, 0,    10, /* a box */
                       10.00001, 3, 15, 3, 15, 6,  10.1, 6,  10, 10.0000000001, 4, -0.0000000001, NAN, 3};
  wg_raw_shapes r = {2, 2, 2, 11, NULL, NULL, NULL, NULL};
  r.part = calloc(3, 4);
  r.ring = calloc(3, 4);
  r.vert = calloc(3, 4);
  r.xy = malloc(sizeof xy);
  memcpy(r.xy, xy, sizeof xy);
  for (uint32_t i = 1; i < 3; i++) r.part[i] = r.ring[i] = i;
  r.vert[1] = 4;
  r.vert[2] = 11;
  uint64_t inserted;
  assert_int_equal(wg_coverage_node(&r, 1e-8, &inserted), WG_OK);
  assert_int_equal(inserted, 1); /* only (4, −1e-10), into the first edge */
  assert_true(r.xy[2] == 4 && r.xy[3] == -0.0000000001);
  assert_int_equal(r.vert[1], 5);
  assert_int_equal(r.n_pts, 12);
  wg_raw_shapes_deinit(&r);
  wg_raw_shapes none = {0};
  assert_int_equal(wg_coverage_node(&none, 0, &inserted), WG_OK);
  assert_int_equal(inserted, 0);
}

/* --- mending ----------------------------------------------------------------------------------- */

static void add_text_ring(wg_shapes *s, const int *xy, uint32_t n) {
  assert_int_equal(wg_shapes_ring(s), WG_OK);
  for (uint32_t i = 0; i < n; i++)
    assert_int_equal(wg_shapes_vertex(s, (wg_pt){xy[2 * i], xy[2 * i + 1]}), WG_OK);
}

static void begin(wg_shapes *s) {
  assert_int_equal(wg_shapes_feature(s), WG_OK);
  assert_int_equal(wg_shapes_part(s), WG_OK);
}

#define RING(s, ...)                                                                                         \
  add_text_ring(s, (const int[]){__VA_ARGS__}, sizeof((const int[]){__VA_ARGS__}) / 2 / sizeof(int))

static double area_of(const wg_shapes *s, uint32_t f) {
  GEOSContextHandle_t g = quiet_geos();
  GEOSGeometry *a = oracle_feature(g, s, f);
  double area = planar_area(g, a);
  GEOSGeom_destroy_r(g, a);
  GEOS_finish_r(g);
  return area;
}

static void mending_by_hand(void **state) {
  (void)state;
  wg_shapes s, out;
  wg_shapes_init(&s);
  wg_shapes_init(&out);
  struct {
    unsigned bits;
    double area;
    uint32_t parts, rings;
  } want[16];
  uint32_t n = 0;
#define WANT(bits, area, parts, rings) want[n++] = (typeof(want[0])){bits, area, parts, rings}
  begin(&s), RING(&s, 0, 0, 10, 0, 10, 10, 0, 10); /* nothing to do */
  WANT(0, 100, 1, 1);
  begin(&s), RING(&s, 0, 0, 0, 0, 10, 0, 10, 10, 10, 10, 0, 10, 0, 0);
  WANT(WG_MEND_REPEATED, 100, 1, 1);
  begin(&s), RING(&s, 0, 0, 0, 10, 10, 10, 10, 0);
  WANT(WG_MEND_ORDER, 100, 1, 1);
  begin(&s), RING(&s, 0, 0, 10, 0, 10, 10, 30, 10, 10, 10, 0, 10);
  WANT(WG_MEND_SPIKE | WG_MEND_REPEATED, 100, 1, 1);
  begin(&s), RING(&s, 20, 0, 0, 0, 10, 0, 10, 10, 0, 10, 0, 0, 20, 0); /* a spike over the start */
  WANT(WG_MEND_SPIKE | WG_MEND_REPEATED | WG_MEND_ORDER, 100, 1, 1);
  begin(&s), RING(&s, 0, 0, 20, 0, 20, 20, 0, 20), RING(&s, 5, 5, 15, 5, 10, 5);
  WANT(WG_MEND_SPIKE | WG_MEND_RING | WG_MEND_REPEATED, 400, 1, 1);
  begin(&s), RING(&s, 0, 0, 20, 0, 20, 20, 0, 20),
      RING(&s, 5, 5, 15, 5, 15, 15, 5, 15); /* a hole the wrong way */
  WANT(WG_MEND_ORDER, 300, 1, 2);
  begin(&s),
      RING(&s, 0, 0, 10, 0, 10, 10, 20, 10, 20, 20, 10, 20, 10, 10, 0, 10); /* two squares on one point */
  WANT(WG_MEND_ORDER, 200, 2, 2);
  begin(&s), RING(&s, 0, 0, 30, 0, 30, 30, 0, 30, 0, 0, 10, 20, 20, 10); /* a hole hung on a corner */
  WANT(WG_MEND_ORDER, 750, 1, 2);
  begin(&s), RING(&s, 0, 0, 10, 10, 10, 0, 0, 10); /* a bow tie */
  WANT(WG_MEND_SELF, 50, 2, 2);
  begin(&s), RING(&s, 0, 0, 10, 0, 10, 10, 0, 10);
  assert_int_equal(wg_shapes_part(&s), WG_OK);
  RING(&s, 10, 0, 20, 0, 20, 10, 10, 10); /* two parts that share an edge */
  WANT(WG_MEND_ORDER, 200, 1, 1);
  for (uint32_t f = 0; f < s.n; f++) {
    unsigned bits = 99;
    assert_int_equal(wg_coverage_mend(&s, f, &out, &bits, NULL), WG_OK);
    assert_int_equal(out.n, f + 1);
    assert_true(valid(&out, f));
    assert_true(fabs(area_of(&out, f) - want[f].area) < 1e-9);
    assert_int_equal(out.part[f + 1] - out.part[f], want[f].parts);
    assert_int_equal(out.ring[out.part[f + 1]] - out.ring[out.part[f]], want[f].rings);
    if (f != 4 && f != 5)
      assert_int_equal(bits & ~(unsigned)WG_MEND_REPEATED, want[f].bits & ~(unsigned)WG_MEND_REPEATED);
    if (f == 0) assert_int_equal(bits, 0);
    if (f == 5) assert_true(bits & WG_MEND_RING);
  }
  wg_shapes_deinit(&s);
  wg_shapes_deinit(&out);
}

static void mending_refuses(void **state) {
  (void)state;
  wg_shapes s, out;
  wg_err err;
  unsigned bits;
  wg_shapes_init(&s);
  wg_shapes_init(&out);
  assert_int_equal(wg_shapes_feature(&s), WG_OK);
  begin(&s), RING(&s, 0, 0, 10, 0);
  begin(&s), RING(&s, 0, 0, 10, 10, 20, 20, 5, 5);
  begin(&s);
  begin(&s), RING(&s, 3, 3, 3, 3, 3, 3, 3, 3);
  geo_add_box(&out, 0, 0, 5, 5, true);
  for (uint32_t f = 0; f < s.n; f++) {
    memset(&err, 0, sizeof err);
    assert_int_equal(wg_coverage_mend(&s, f, &out, &bits, &err), WG_UNPROCESSABLE);
    assert_true(err.en[0] && err.zh[0]);
    assert_int_equal(out.n, 1);
    assert_int_equal(out.n_pts, 4);
  }
  assert_int_equal(wg_shapes_feature(&out), WG_OK); /* still good to go on with */
  assert_int_equal(out.part[2], 1);
  wg_shapes_deinit(&s);
  wg_shapes_deinit(&out);
}

/* Scribbles of any kind become valid, and keep the land that odd crossings put in them, but for rounding. */
static void mending_scribbles(void **state) {
  (void)state;
  GEOSContextHandle_t g = quiet_geos();
  uint64_t seed = 3;
  int crossing = 0;
  for (int round = 0; round < 300; round++) {
    wg_shapes s, out;
    unsigned bits = 0;
    wg_shapes_init(&s);
    wg_shapes_init(&out);
    begin(&s);
    assert_int_equal(wg_shapes_ring(&s), WG_OK);
    for (uint64_t n = 3 + geo_random(&seed) % 9; n--;) {
      wg_pt p = {(int32_t)(geo_random(&seed) % 8) * 100000, (int32_t)(geo_random(&seed) % 8) * 100000};
      assert_int_equal(wg_shapes_vertex(&s, p), WG_OK);
    }
    wg_status st = wg_coverage_mend(&s, 0, &out, &bits, NULL);
    assert_true(st == WG_OK || st == WG_UNPROCESSABLE);
    if (!st) assert_true(valid(&out, 0));
    crossing += !st && (bits & WG_MEND_SELF) != 0;
    GEOSGeometry *raw = oracle_feature(g, &s, 0), *good = st ? NULL : oracle_feature(g, &out, 0);
    const GEOSPreparedGeometry *before = GEOSPrepare_r(g, GEOSGetGeometryN_r(g, raw, 0));
    for (int i = 0; i < 100; i++) {
      GEOSGeometry *at = GEOSGeom_createPointFromXY_r(g, geo_unit(&seed) * 700000, geo_unit(&seed) * 700000);
      double near = 0;
      bool in = GEOSPreparedCovers_r(g, before, at) == 1, kept = good && GEOSIntersects_r(g, good, at) == 1;
      GEOSGeometry *rim = GEOSBoundary_r(g, raw);
      GEOSDistance_r(g, rim, at, &near);
      if (near > 2) assert_int_equal(in, kept);
      GEOSGeom_destroy_r(g, rim);
      GEOSGeom_destroy_r(g, at);
    }
    GEOSPreparedGeom_destroy_r(g, before);
    GEOSGeom_destroy_r(g, raw);
    GEOSGeom_destroy_r(g, good);
    wg_shapes_deinit(&s);
    wg_shapes_deinit(&out);
  }
  assert_true(crossing > 100);
  GEOS_finish_r(g);
}

/* --- checking ---------------------------------------------------------------------------------- */

static void clean_coverage_with_a_lake(void **state) {
  (void)state;
  wg_shapes all, s;
  wg_flaws flaws;
  tess t = {20, 20, 6, 3, {1190000000, 285000000, 1190400000, 285400000}};
  wg_shapes_init(&all);
  wg_shapes_init(&s);
  assert_int_equal(tess_make(&t, &all), WG_OK);
  assert_int_equal(wg_coverage_check(&all, 10, &flaws), WG_OK);
  assert_int_equal(flaws.gaps + flaws.overlaps, 0);
  assert_int_equal(flaws.n, 0);
  wg_flaws_deinit(&flaws);
  /* One cell missing, and elsewhere seven around an island. */
  double hole = 0, lake = 0;
  const uint32_t around[] = {208, 209, 210, 211, 189, 190, 191, 229, 230, 231,
                             188, 192, 228, 232, 169, 170, 171, 249, 250, 251};
  for (uint32_t f = 0; f < all.n; f++) {
    bool in_lake = false;
    for (size_t i = 0; i < sizeof around / sizeof *around; i++) in_lake |= around[i] == f;
    if (f == 210) in_lake = false; /* the island */
    if (f == 45) hole = wg_drawn_area(&all, f);
    if (in_lake) lake += wg_drawn_area(&all, f);
    if (!in_lake && f != 45) assert_int_equal(wg_shapes_copy(&s, &all, f), WG_OK);
  }
  assert_int_equal(wg_coverage_check(&s, 10, &flaws), WG_OK);
  assert_int_equal(flaws.overlaps, 0);
  assert_int_equal(flaws.gaps, 2);
  assert_true(fabs(flaws.gap_area - hole - lake) < 1e-3);
  assert_true(fabs(flaws.flaw[0].area - lake) < 1e-3 && fabs(flaws.flaw[1].area - hole) < 1e-3);
  for (uint32_t i = 0; i < 2; i++) {
    assert_int_equal(flaws.flaw[i].kind, WG_FLAW_GAP);
    assert_true(fabs(wg_drawn_area(&flaws.shapes, flaws.flaw[i].shape) - flaws.flaw[i].area) < 1e-3);
    assert_true(flaws.flaw[i].a < s.n && flaws.flaw[i].b < s.n && flaws.flaw[i].a != flaws.flaw[i].b);
    wg_resolver *r = NULL; /* the place to look at is in the gap, not in a feature */
    assert_int_equal(wg_resolver_new(&s, &r), WG_OK);
    assert_int_equal(wg_resolve(r, flaws.flaw[i].at, 0).how, WG_HOW_NONE);
    wg_resolver_free(r);
  }
  wg_flaws_deinit(&flaws);
  wg_shapes_deinit(&all);
  wg_shapes_deinit(&s);
}

static void hole_of_one_feature(void **state) {
  (void)state;
  wg_shapes s;
  wg_flaws flaws;
  wg_shapes_init(&s);
  geo_add_box(&s, 0, 0, 100000, 100000, true);
  geo_add_hole(&s, 10000, 10000, 20000, 20000);
  assert_int_equal(wg_coverage_check(&s, 10, &flaws), WG_OK);
  assert_int_equal(flaws.gaps, 1);
  assert_int_equal(flaws.flaw[0].a, 0);
  assert_int_equal(flaws.flaw[0].b, UINT32_MAX);
  wg_flaws_deinit(&flaws);
  wg_shapes_deinit(&s);
}

/* Every pair's common land, by brute force. */
static void compare_overlaps(GEOSContextHandle_t g, const wg_shapes *s, const wg_flaws *flaws) {
  uint32_t pairs = 0;
  for (uint32_t a = 0; a < s->n; a++) {
    for (uint32_t b = a + 1; b < s->n; b++) {
      GEOSGeometry *p = oracle_feature(g, s, a), *q = oracle_feature(g, s, b),
                   *both = GEOSIntersection_r(g, p, q);
      double area = both ? planar_area(g, both) : 0;
      const wg_flaw *found = NULL;
      for (uint32_t i = 0; i < flaws->n; i++)
        if (flaws->flaw[i].kind == WG_FLAW_OVERLAP && flaws->flaw[i].a == a && flaws->flaw[i].b == b)
          found = &flaws->flaw[i];
      if (area >= 0.5) {
        assert_non_null(found);
        double east, north;
        wg_lattice_scale(0.05, &east, &north);
        assert_true(fabs(found->area - area * east * north) < 1e-4 * found->area + 1e-6);
        pairs++;
      } else if (area < 1e-3) {
        assert_null(found);
      }
      GEOSGeom_destroy_r(g, p);
      GEOSGeom_destroy_r(g, q);
      GEOSGeom_destroy_r(g, both);
    }
  }
  assert_true(flaws->overlaps >= pairs);
}

/* Land that is not in the union, and not joined to the outside. */
static double enclosed(GEOSContextHandle_t g, const wg_shapes *s, uint32_t *count) {
  GEOSGeometry **all = malloc(s->n * sizeof *all);
  for (uint32_t f = 0; f < s->n; f++) all[f] = oracle_feature(g, s, f);
  GEOSGeometry *many = GEOSGeom_createCollection_r(g, GEOS_GEOMETRYCOLLECTION, all, s->n);
  GEOSGeometry *one = GEOSUnaryUnion_r(g, many), *frame = GEOSGeom_createRectangle_r(g, -1e6, -1e6, 1e6, 1e6);
  GEOSGeometry *rest = GEOSDifference_r(g, frame, one);
  double sum = 0;
  *count = 0;
  for (int i = 0; i < GEOSGetNumGeometries_r(g, rest); i++) {
    const GEOSGeometry *p = GEOSGetGeometryN_r(g, rest, i);
    double area = planar_area(g, p), x0, y0, x1, y1;
    assert_int_equal(GEOSGeom_getExtent_r(g, p, &x0, &y0, &x1, &y1), 1);
    if (x0 == -1e6) continue;
    sum += area;
    *count += area >= 50;
  }
  GEOSGeom_destroy_r(g, rest);
  GEOSGeom_destroy_r(g, frame);
  GEOSGeom_destroy_r(g, one);
  GEOSGeom_destroy_r(g, many);
  free(all);
  return sum;
}

static void dirty_boxes(void **state) {
  (void)state;
  GEOSContextHandle_t g = quiet_geos();
  uint64_t total_gaps = 0, total_overlaps = 0;
  for (uint64_t round = 0; round < 25; round++) {
    uint64_t seed = 50 + round;
    wg_shapes s;
    wg_flaws flaws;
    wg_shapes_init(&s);
    int32_t unit = round % 2 ? 1000 : 1; /* on a coarse lattice everything coincides */
    for (int f = 0; f < 40; f++) {
      int32_t span = 100000 / unit, x = (int32_t)(geo_unit(&seed) * span / 7),
              y = (int32_t)(geo_unit(&seed) * span / 7);
      int32_t w = 1 + (int32_t)(geo_unit(&seed) * span / 30), h = 1 + (int32_t)(geo_unit(&seed) * span / 30);
      int32_t lean = (int32_t)(geo_unit(&seed) * (w < h ? w : h)); /* stays counter-clockwise */
      assert_int_equal(wg_shapes_feature(&s), WG_OK);
      assert_int_equal(wg_shapes_part(&s), WG_OK);
      geo_add_ring(&s,
                   (wg_pt[]){{x * unit, y * unit},
                             {(x + w) * unit, (y + lean) * unit},
                             {(x + w + lean) * unit, (y + h + lean) * unit},
                             {(x + lean) * unit, (y + h) * unit}},
                   4);
    }
    assert_int_equal(wg_coverage_check(&s, 10000, &flaws), WG_OK);
    compare_overlaps(g, &s, &flaws);
    uint32_t count, listed = 0;
    double east, north, want = enclosed(g, &s, &count);
    wg_lattice_scale(0.05, &east, &north);
    for (uint32_t i = 0; i < flaws.n; i++)
      listed += flaws.flaw[i].kind == WG_FLAW_GAP && flaws.flaw[i].area >= 50 * east * north;
    assert_int_equal(listed, count);
    assert_true(fabs(flaws.gap_area - want * east * north) < 1e-4 * flaws.gap_area + 1e-5);
    assert_int_equal(flaws.n, flaws.gaps + flaws.overlaps);
    for (uint32_t i = 1; i < flaws.n; i++) assert_true(flaws.flaw[i].area <= flaws.flaw[i - 1].area);
    total_gaps += flaws.gaps;
    total_overlaps += flaws.overlaps;
    wg_flaws short_list;
    assert_int_equal(wg_coverage_check(&s, 3, &short_list), WG_OK);
    assert_int_equal(short_list.n, flaws.n < 3 ? flaws.n : 3);
    assert_int_equal(short_list.shapes.n, short_list.n);
    assert_int_equal(short_list.overlaps, flaws.overlaps);
    assert_true(short_list.overlap_area == flaws.overlap_area);
    wg_flaws_deinit(&short_list);
    wg_flaws_deinit(&flaws);
    wg_shapes_deinit(&s);
  }
  assert_true(total_gaps > 20 && total_overlaps > 500);
  GEOS_finish_r(g);
}

/* Two clean layers over one another: no edge of one is on the other, and the pairs cross cancelled edges. */
static void two_layers(void **state) {
  (void)state;
  wg_shapes s;
  wg_flaws flaws;
  wg_shapes_init(&s);
  for (int layer = 0; layer < 2; layer++)
    for (int32_t i = 0; i < 9; i++) {
      int32_t x = i % 3 * 1000 + layer * 300, y = i / 3 * 1000 + layer * 400;
      geo_add_box(&s, x, y, x + 1000, y + 1000, true);
    }
  assert_int_equal(wg_coverage_check(&s, 100, &flaws), WG_OK);
  GEOSContextHandle_t g = quiet_geos();
  compare_overlaps(g, &s, &flaws);
  GEOS_finish_r(g);
  assert_int_equal(flaws.gaps, 0);
  assert_int_equal(flaws.overlaps, 9 + 6 + 6 + 4);
  wg_flaws_deinit(&flaws);
  wg_shapes_deinit(&s);
}

/* --- dissolving -------------------------------------------------------------------------------- */

static void compare_dissolved(const wg_shapes *s, const uint32_t *group, uint32_t n_groups, double slack) {
  GEOSContextHandle_t g = quiet_geos();
  wg_shapes out;
  assert_int_equal(wg_dissolve(s, group, n_groups, &out), WG_OK);
  assert_int_equal(out.n, n_groups);
  for (uint32_t k = 0; k < n_groups; k++) {
    GEOSGeometry **all = malloc(s->n * sizeof *all);
    uint32_t n = 0;
    for (uint32_t f = 0; f < s->n; f++)
      if (group[f] == k) all[n++] = oracle_feature(g, s, f);
    GEOSGeometry *many = GEOSGeom_createCollection_r(g, GEOS_GEOMETRYCOLLECTION, all, n),
                 *want = GEOSUnaryUnion_r(g, many);
    GEOSGeometry *have = oracle_feature(g, &out, k);
    assert_int_equal(GEOSisValid_r(g, have), 1);
    GEOSGeometry *differ = GEOSSymDifference_r(g, want, have);
    assert_true(planar_area(g, differ) <= slack);
    assert_int_equal(n == 0, out.part[k] == out.part[k + 1]);
    GEOSGeom_destroy_r(g, many);
    GEOSGeom_destroy_r(g, want);
    GEOSGeom_destroy_r(g, have);
    GEOSGeom_destroy_r(g, differ);
    free(all);
  }
  wg_shapes_deinit(&out);
  GEOS_finish_r(g);
}

static void dissolve_clean(void **state) {
  (void)state;
  wg_shapes s;
  tess t = {20, 20, 4, 3, {1190000000, 285000000, 1190400000, 285400000}};
  wg_shapes_init(&s);
  assert_int_equal(tess_make(&t, &s), WG_OK);
  uint32_t *group = malloc(s.n * sizeof *group);
  uint64_t seed = 8;
  /* At random: holes, islands, parts. And some in no group. */
  for (uint32_t f = 0; f < s.n; f++) {
    uint32_t k = (uint32_t)(geo_random(&seed) % 6);
    group[f] = k == 5 ? UINT32_MAX : k;
  }
  compare_dissolved(&s, group, 6, 0);
  for (uint32_t f = 0; f < s.n; f++) group[f] = f % 20 / 5 + f / 100 * 4;
  compare_dissolved(&s, group, 16, 0);
  free(group);
  wg_shapes_deinit(&s);
}

/* Squares that touch at corners only, in rings round a hole. */
static void dissolve_pinched(void **state) {
  (void)state;
  wg_shapes s;
  uint32_t group[100];
  wg_shapes_init(&s);
  uint64_t seed = 5;
  for (int32_t i = 0; i < 100; i++)
    geo_add_box(&s, i % 10 * 50, i / 10 * 50, i % 10 * 50 + 50, i / 10 * 50 + 50, true);
  for (int round = 0; round < 20; round++) {
    for (int i = 0; i < 100; i++)
      group[i] = round == 0 ? (uint32_t)(i % 10 + i / 10) % 2 : (uint32_t)(geo_random(&seed) % 2);
    compare_dissolved(&s, group, 2, 0);
  }
  wg_shapes_deinit(&s);
}

static void dissolve_dirty(void **state) {
  (void)state;
  wg_shapes s;
  uint32_t group[60];
  wg_shapes_init(&s);
  uint64_t seed = 15;
  for (int i = 0; i < 60; i++) {
    int32_t x = (int32_t)(geo_unit(&seed) * 100000), y = (int32_t)(geo_unit(&seed) * 100000);
    geo_add_box(&s, x, y, x + 500 + (int32_t)(geo_unit(&seed) * 20000), y + 20000, true);
    group[i] = (uint32_t)i % 4;
  }
  wg_shapes_copy(&s, &s, 4);
  wg_shapes copy;
  wg_shapes_init(&copy);
  for (uint32_t f = 0; f < 59; f++) wg_shapes_copy(&copy, &s, f);
  wg_shapes_copy(&copy, &s, 4); /* twice the same */
  group[59] = group[4];
  compare_dissolved(&copy, group, 4, 0);
  wg_shapes_deinit(&copy);
  wg_shapes_deinit(&s);
}

/* Crossings off the lattice: valid there all the same, and right but for a step along the edges. */
static void dissolve_slanted(void **state) {
  (void)state;
  wg_shapes s;
  uint32_t group[90];
  wg_shapes_init(&s);
  uint64_t seed = 16;
  for (int i = 0; i < 90; i++) {
    int32_t span = i < 30 ? 100000 : i < 60 ? 3000 : 60; /* some of it as fine as the lattice */
    wg_pt p[3];
    do {
      for (int k = 0; k < 3; k++)
        p[k] = (wg_pt){(int32_t)(geo_unit(&seed) * span), (int32_t)(geo_unit(&seed) * span)};
    } while (
        ((int64_t)p[1].x - p[0].x) * (p[2].y - p[0].y) - ((int64_t)p[1].y - p[0].y) * (p[2].x - p[0].x) <= 0);
    assert_int_equal(wg_shapes_feature(&s), WG_OK);
    assert_int_equal(wg_shapes_part(&s), WG_OK);
    geo_add_ring(&s, p, 3);
    group[i] = (uint32_t)i % 3;
  }
  compare_dissolved(&s, group, 3, 2e6);
  for (int i = 0; i < 90; i++) group[i] = (uint32_t)i / 30;
  compare_dissolved(&s, group, 3, 2e6);
  wg_shapes_deinit(&s);
}

/* The same land and groups give the same bytes, whatever the order of the features. */
static void dissolve_is_canonical(void **state) {
  (void)state;
  wg_shapes s, turned, one, two;
  tess t = {8, 8, 4, 3, {1190000000, 285000000, 1190400000, 285400000}};
  wg_shapes_init(&s);
  wg_shapes_init(&turned);
  assert_int_equal(tess_make(&t, &s), WG_OK);
  uint32_t group[64], group2[64];
  for (uint32_t f = 0; f < 64; f++) {
    assert_int_equal(wg_shapes_copy(&turned, &s, 63 - f), WG_OK);
    group[f] = f % 8 / 4;
    group2[63 - f] = group[f];
  }
  assert_int_equal(wg_dissolve(&s, group, 2, &one), WG_OK);
  assert_int_equal(wg_dissolve(&turned, group2, 2, &two), WG_OK);
  assert_int_equal(one.n_pts, two.n_pts);
  assert_memory_equal(one.pts, two.pts, one.n_pts * sizeof *one.pts);
  wg_shapes_deinit(&s);
  wg_shapes_deinit(&turned);
  wg_shapes_deinit(&one);
  wg_shapes_deinit(&two);
}

/* --- inner points ------------------------------------------------------------------------------ */

static void inner_points(void **state) {
  (void)state;
  wg_shapes s;
  wg_pt p;
  wg_shapes_init(&s);
  assert_int_equal(wg_shapes_feature(&s), WG_OK);
  assert_false(wg_shape_inner_point(&s, 0, &p));
  tess t = {10, 10, 5, 3, {1190000000, 285000000, 1190400000, 285400000}};
  assert_int_equal(tess_make(&t, &s), WG_OK);
  begin(&s), RING(&s, 0, 0, 1, 0, 0, 1); /* no lattice point is inside */
  begin(&s), RING(&s, 0, 0, 1000, 0, 1000, 1000, 0, 1000), RING(&s, 100, 100, 100, 900, 900, 900, 900, 100);
  begin(&s), RING(&s, 0, 0, 1000000, 1000000, 1000001, 1000000);
  for (uint32_t f = 1; f < s.n; f++) {
    assert_true(wg_shape_inner_point(&s, f, &p));
    GEOSContextHandle_t g = quiet_geos();
    GEOSGeometry *a = oracle_feature(g, &s, f), *at = GEOSGeom_createPointFromXY_r(g, p.x, p.y);
    assert_int_equal(GEOSCovers_r(g, a, at), 1);
    if (f <= 100) { /* well inside: further from the rim than a fifth of a circle as large as the cell */
      double d, area = planar_area(g, a);
      GEOSGeometry *rim = GEOSBoundary_r(g, a);
      GEOSDistance_r(g, rim, at, &d);
      assert_true(d > 0.2 * sqrt(area / M_PI));
      GEOSGeom_destroy_r(g, rim);
    }
    GEOSGeom_destroy_r(g, a);
    GEOSGeom_destroy_r(g, at);
    GEOS_finish_r(g);
  }
  wg_shapes_deinit(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(noding_keeps_a_coverage_whole),
      cmocka_unit_test(noding_leaves_alone),
      cmocka_unit_test(mending_by_hand),
      cmocka_unit_test(mending_refuses),
      cmocka_unit_test(mending_scribbles),
      cmocka_unit_test(clean_coverage_with_a_lake),
      cmocka_unit_test(hole_of_one_feature),
      cmocka_unit_test(dirty_boxes),
      cmocka_unit_test(two_layers),
      cmocka_unit_test(dissolve_clean),
      cmocka_unit_test(dissolve_pinched),
      cmocka_unit_test(dissolve_dirty),
      cmocka_unit_test(dissolve_slanted),
      cmocka_unit_test(dissolve_is_canonical),
      cmocka_unit_test(inner_points),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
