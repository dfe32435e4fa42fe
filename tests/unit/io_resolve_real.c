/* Real boundary sets: every answer against GEOS, their known flaws, and dissolving them.
 *
 * With WG_RESOLVE_STEP=1 every vertex of every set is asked (several million points, for release builds);
 * otherwise one in a few hundred. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "geo_oracle.h"
#include "io_real.h"

typedef struct set {
  const char *prefix, *file, *inside, *layer;
  uint32_t features; /* as known of the source */
} set;

static const set providence = {"/vsizip/", "2_tessellations/Providence_blocks.zip", "/Providence_blocks.shp",
                               NULL, 3014};
static const set connecticut = {"/vsizip/", "2_tessellations/CT_precincts.zip", "", NULL, 739};
static const set new_york = {"/vsizip/", "2_tessellations/nyc_tracts_epsg2263.zip", "", NULL, 2165};
static const set lancashire = {"/vsigzip/", "2_tessellations/lancashire_lsoa.geojson.gz", "", NULL, 941};
static const set taiwan = {"/vsigzip/", "1_boundaries/taiwan_villages.topojson.gz", "", "villages", 7701};
static const set yuhang = {"", "1_boundaries/yuhang_330110_townships_wgs84.geojson", "", NULL, 12};
static const set jinhua = {"", "1_boundaries/jinhua_330700_counties.geojson", "", NULL, 9};
static const set shenzhen = {"/vsizip/", "1_boundaries/shenzhen_500m_grid.zip", "", NULL, 9005};

static void read_set(const set *s, wg_shapes *out) {
  real_read(s->prefix, s->file, s->inside, s->layer, out, NULL, NULL, NULL);
  assert_int_equal(out->n, s->features);
}

static wg_pt beside(wg_pt p, uint64_t random) {
  return (wg_pt){p.x + (int32_t)(random % 3) - 1, p.y + (int32_t)(random / 3 % 3) - 1};
}

static void check_set(const set *which) {
  wg_shapes s;
  wg_resolver *r = NULL;
  oracle o;
  read_set(which, &s);
  assert_int_equal(wg_resolver_new(&s, &r), WG_OK);
  oracle_new(&o, &s);
  const char *told = getenv("WG_RESOLVE_STEP");
  uint32_t step = told && atoi(told) > 0 ? (uint32_t)atoi(told) : s.n_pts / 400 + 1;
  uint64_t seed = 4, asked = 0;
  for (uint32_t ring = 0, v = 0; ring < s.n_rings; ring++) {
    for (; v < s.vert[ring + 1]; v += step) {
      wg_pt a = s.pts[v], b = s.pts[v + 1 < s.vert[ring + 1] ? v + 1 : s.vert[ring]];
      wg_pt mid = {(int32_t)(((int64_t)a.x + b.x) / 2), (int32_t)(((int64_t)a.y + b.y) / 2)};
      wg_pt c = s.pts[geo_random(&seed) % s.n_pts]; /* anywhere between two places that are near each other */
      wg_pt free = {(int32_t)(a.x + geo_unit(&seed) * 0.05 * ((double)c.x - a.x)),
                    (int32_t)(a.y + geo_unit(&seed) * 0.05 * ((double)c.y - a.y))};
      const wg_pt points[] = {a, mid, beside(a, geo_random(&seed)), beside(mid, geo_random(&seed)), free};
      for (int i = 0; i < 5; i++, asked++) assert_true(oracle_agrees(&o, r, points[i]));
    }
  }
  print_message("%llu points, all as GEOS says\n", (unsigned long long)asked);
  oracle_free(&o);
  wg_resolver_free(r);
  wg_shapes_deinit(&s);
}

static void resolve_providence(void **state) { (void)state, check_set(&providence); }
static void resolve_connecticut(void **state) { (void)state, check_set(&connecticut); }
static void resolve_new_york(void **state) { (void)state, check_set(&new_york); }
static void resolve_lancashire(void **state) { (void)state, check_set(&lancashire); }
static void resolve_taiwan(void **state) { (void)state, check_set(&taiwan); }
static void resolve_jinhua(void **state) { (void)state, check_set(&jinhua); }
static void resolve_shenzhen(void **state) { (void)state, check_set(&shenzhen); }

/* --- flaws ------------------------------------------------------------------------------------- */

static double metres2(GEOSContextHandle_t g, const GEOSGeometry *land) {
  double area = 0, x, y, east, north;
  GEOSGeometry *c = GEOSGetCentroid_r(g, land);
  if (GEOSArea_r(g, land, &area) && area > 0 && GEOSGeomGetX_r(g, c, &x) && GEOSGeomGetY_r(g, c, &y)) {
    wg_lattice_scale(y / WG_LATTICE, &east, &north);
    area *= east * north;
  }
  GEOSGeom_destroy_r(g, c);
  return area;
}

typedef struct pairs {
  GEOSContextHandle_t g;
  GEOSGeometry **feature;
  uint32_t me, n;
  double area;
} pairs;

static void add_pair(void *item, void *ctx) {
  pairs *p = ctx;
  uint32_t other = (uint32_t)(uintptr_t)item;
  if (other <= p->me) return;
  GEOSGeometry *both = GEOSIntersection_r(p->g, p->feature[p->me], p->feature[other]);
  assert_non_null(both);
  double area = metres2(p->g, both);
  p->area += area;
  p->n += area > 1;
  GEOSGeom_destroy_r(p->g, both);
}

/* The sums that GEOS finds on the same lattice, by every pair and by the whole union. */
static void flaws_by_geos(const wg_shapes *s, uint32_t *overlaps, double *overlap_area, double *gap_area) {
  pairs p = {.g = GEOS_init_r(), .feature = calloc(s->n, sizeof(GEOSGeometry *))};
  GEOSSTRtree *tree = GEOSSTRtree_create_r(p.g, 10);
  GEOSGeometry **copy = calloc(s->n, sizeof *copy);
  for (uint32_t f = 0; f < s->n; f++) {
    p.feature[f] = oracle_feature(p.g, s, f);
    copy[f] = GEOSGeom_clone_r(p.g, p.feature[f]);
    GEOSSTRtree_insert_r(p.g, tree, p.feature[f], (void *)(uintptr_t)f);
  }
  for (p.me = 0; p.me < s->n; p.me++) GEOSSTRtree_query_r(p.g, tree, p.feature[p.me], add_pair, &p);
  *overlaps = p.n;
  *overlap_area = p.area;
  GEOSGeometry *all = GEOSGeom_createCollection_r(p.g, GEOS_GEOMETRYCOLLECTION, copy, s->n);
  GEOSGeometry *one = GEOSUnaryUnion_r(p.g, all),
               *frame = GEOSGeom_createRectangle_r(p.g, -2e9, -1e9, 2e9, 1e9);
  GEOSGeometry *rest = GEOSDifference_r(p.g, frame, one);
  *gap_area = 0;
  for (int i = 0; i < GEOSGetNumGeometries_r(p.g, rest); i++) {
    const GEOSGeometry *part = GEOSGetGeometryN_r(p.g, rest, i);
    double x0, y0, x1, y1;
    GEOSGeom_getExtent_r(p.g, part, &x0, &y0, &x1, &y1);
    if (x0 > -2e9) *gap_area += metres2(p.g, part);
  }
  GEOSGeom_destroy_r(p.g, all);
  GEOSGeom_destroy_r(p.g, one);
  GEOSGeom_destroy_r(p.g, frame);
  GEOSGeom_destroy_r(p.g, rest);
  GEOSSTRtree_destroy_r(p.g, tree);
  for (uint32_t f = 0; f < s->n; f++) GEOSGeom_destroy_r(p.g, p.feature[f]);
  free(p.feature);
  free(copy);
  GEOS_finish_r(p.g);
}

static void flaws_of(const set *which, wg_flaws *flaws) {
  wg_shapes s;
  uint32_t pairs_geos, pairs_here = 0;
  double overlap, gap;
  read_set(which, &s);
  assert_int_equal(wg_coverage_check(&s, 100000, flaws), WG_OK);
  for (uint32_t i = 0; i < flaws->n; i++)
    pairs_here += flaws->flaw[i].kind == WG_FLAW_OVERLAP && flaws->flaw[i].area > 1;
  print_message("%llu gaps, %.3f m2; %llu overlaps, %.3f m2, of them over 1 m2: %u\n",
                (unsigned long long)flaws->gaps, flaws->gap_area, (unsigned long long)flaws->overlaps,
                flaws->overlap_area, pairs_here);
  if (s.n > 2000 && !getenv("WG_RESOLVE_STEP")) { /* GEOS takes its time */
    wg_shapes_deinit(&s);
    return;
  }
  flaws_by_geos(&s, &pairs_geos, &overlap, &gap);
  print_message("GEOS: %u overlaps over 1 m2, %.3f m2; gaps %.3f m2\n", pairs_geos, overlap, gap);
  assert_int_equal(pairs_here, pairs_geos);
  assert_true(fabs(flaws->overlap_area - overlap) < 1e-3 + 1e-4 * overlap);
  assert_true(fabs(flaws->gap_area - gap) < 0.02 + 1e-4 * gap);
  wg_shapes_deinit(&s);
}

/* As known of the source before rounding: 79 pairs over 1 m², gaps of 12 597 m². */
static void flaws_of_connecticut(void **state) {
  (void)state;
  wg_flaws flaws;
  flaws_of(&connecticut, &flaws);
  uint32_t pairs_found = 0;
  for (uint32_t i = 0; i < flaws.n; i++)
    pairs_found += flaws.flaw[i].kind == WG_FLAW_OVERLAP && flaws.flaw[i].area > 1;
  assert_true(pairs_found >= 77 && pairs_found <= 80);
  assert_true(fabs(flaws.gap_area - 12597) < 20);
  wg_flaws_deinit(&flaws);
}

/* 8 gaps of 26 km², as known. */
static void flaws_of_taiwan(void **state) {
  (void)state;
  wg_flaws flaws;
  flaws_of(&taiwan, &flaws);
  assert_true(fabs(flaws.gap_area - 26.2e6) < 0.2e6);
  assert_true(flaws.overlap_area < 20);
  wg_flaws_deinit(&flaws);
}

static void flaws_of_lancashire(void **state) {
  (void)state;
  wg_flaws flaws;
  flaws_of(&lancashire, &flaws);
  assert_true(flaws.overlap_area < 3);
  wg_flaws_deinit(&flaws);
}

static void no_flaws(void **state) {
  (void)state;
  const set *const exact[] = {&providence, &yuhang, &jinhua};
  for (int i = 0; i < 3; i++) {
    wg_flaws flaws;
    flaws_of(exact[i], &flaws);
    assert_int_equal(flaws.gaps + flaws.overlaps, 0);
    wg_flaws_deinit(&flaws);
  }
}

/* Villages to counties: valid, and the very land of the villages. */
static void dissolve_taiwan(void **state) {
  (void)state;
  wg_shapes s, out;
  uint32_t *group = NULL, n = 0;
  real_read(taiwan.prefix, taiwan.file, taiwan.inside, taiwan.layer, &s, "COUNTYNAME", &group, &n);
  assert_int_equal(n, 22);
  assert_int_equal(wg_dissolve(&s, group, n, &out), WG_OK);
  GEOSContextHandle_t g = GEOS_init_r();
  for (uint32_t k = 0; k < n; k++) {
    double sum = 0;
    for (uint32_t f = 0; f < s.n; f++)
      if (group[f] == k) sum += wg_geodesic_area(&s, f);
    GEOSGeometry *one = oracle_feature(g, &out, k);
    assert_int_equal(GEOSisValid_r(g, one), 1);
    assert_true(fabs(wg_geodesic_area(&out, k) - sum) < 20); /* overlaps of some m² are counted once */
    GEOSGeom_destroy_r(g, one);
  }
  GEOS_finish_r(g);
  free(group);
  wg_shapes_deinit(&s);
  wg_shapes_deinit(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(resolve_providence), cmocka_unit_test(resolve_connecticut),
      cmocka_unit_test(resolve_new_york),   cmocka_unit_test(resolve_lancashire),
      cmocka_unit_test(resolve_taiwan),     cmocka_unit_test(resolve_jinhua),
      cmocka_unit_test(resolve_shenzhen),   cmocka_unit_test(flaws_of_connecticut),
      cmocka_unit_test(flaws_of_taiwan),    cmocka_unit_test(flaws_of_lancashire),
      cmocka_unit_test(no_flaws),           cmocka_unit_test(dissolve_taiwan),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
