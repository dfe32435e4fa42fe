/* The made-up land: whole, the same for the same seed, and with borders that follow its rivers and roads. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/json.h"
#include "cli/data.h"
#include "cli/demo/delaunay.h"
#include "cli/demo/land.h"
#include "cli/demo/names.h"
#include "cli/demo/random.h"
#include "geo/coverage.h"
#include "geo_oracle.h"

typedef struct made {
  wg_arena arena;
  demo_land land;
} made;

static void make(made *m, uint64_t seed, uint32_t grids) {
  wg_err err = {0};
  wg_arena_init(&m->arena);
  if (demo_land_make(&m->arena, seed, grids, &m->land, &err))
    fail_msg("seed %u, %u grids: %s", (unsigned)seed, grids, err.en);
}

static void drop(made *m) {
  demo_land_deinit(&m->land);
  wg_arena_clear(&m->arena);
}

/* Every triangle's circle is empty: what Delaunay means, by brute force; also with many points in one line
 * and on one circle. */
static void triangles(void **state) {
  (void)state;
  for (int kind = 0; kind < 3; kind++) {
    enum { N = 180 };
    demo_ipt pt[N + 3];
    demo_rng r = demo_stream(5, (uint64_t)kind, 0);
    for (int i = 0; i < N; i++) {
      pt[i] = (demo_ipt){(int32_t)demo_below(&r, 100000) - 50000, (int32_t)demo_below(&r, 100000) - 50000};
      if (kind == 1) pt[i] = (demo_ipt){i % 15 * 100, i / 15 * 100};
      if (kind == 2)
        pt[i] =
            (demo_ipt){(int32_t)lround(9000 * cos(i * 0.0349)) + i, (int32_t)lround(9000 * sin(i * 0.0349))};
    }
    wg_arena a;
    wg_arena_init(&a);
    demo_delaunay d;
    assert_int_equal(demo_delaunay_make(&a, pt, N, &d), WG_OK);
    assert_int_equal(d.n_triangles, 2 * N + 1);
    for (uint32_t t = 0; t < d.n_triangles; t++) {
      demo_ipt p[3];
      for (int i = 0; i < 3; i++) {
        p[i] = pt[d.corner[3 * t + i]];
        uint32_t o = d.beyond[3 * t + i];
        if (o == DEMO_NONE) continue;
        assert_true(d.beyond[3 * o] == t || d.beyond[3 * o + 1] == t || d.beyond[3 * o + 2] == t);
      }
      for (int i = 0; i < N; i++) {
        __int128 m[3][3];
        for (int k = 0; k < 3; k++) {
          __int128 x = (__int128)p[k].x - pt[i].x, y = (__int128)p[k].y - pt[i].y;
          m[k][0] = x, m[k][1] = y, m[k][2] = x * x + y * y;
        }
        __int128 det = m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) -
                       m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
                       m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
        assert_true(det <= 0);
      }
    }
    wg_arena_clear(&a);
  }
}

/* GEOS finds each polygon valid, and their union as large as their sum: nothing overlaps; our own check finds
 * no gap either. Twice the area is a whole number on the lattice, so the sums are exact in doubles. */
static void is_whole(const wg_shapes *s) {
  wg_flaws flaws;
  assert_int_equal(wg_coverage_check(s, 8, &flaws), WG_OK);
  assert_int_equal(flaws.gaps, 0);
  assert_int_equal(flaws.overlaps, 0);
  wg_flaws_deinit(&flaws);
  GEOSContextHandle_t g = GEOS_init_r();
  GEOSGeometry **all = calloc(s->n, sizeof *all);
  double sum = 0, area = 0;
  for (uint32_t f = 0; f < s->n; f++) {
    assert_true(s->part[f] < s->part[f + 1]);
    all[f] = oracle_feature(g, s, f);
    assert_int_equal(GEOSisValid_r(g, all[f]), 1);
    assert_int_equal(GEOSArea_r(g, all[f], &area), 1);
    sum += area;
  }
  GEOSGeometry *list = GEOSGeom_createCollection_r(g, GEOS_GEOMETRYCOLLECTION, all, s->n);
  GEOSGeometry *whole = GEOSUnaryUnion_r(g, list);
  assert_int_equal(GEOSArea_r(g, whole, &area), 1);
  assert_true(fabs(area - sum) <= 1e-12 * sum);
  GEOSGeom_destroy_r(g, whole);
  GEOSGeom_destroy_r(g, list);
  free(all);
  GEOS_finish_r(g);
}

static double plane_area(const wg_shapes *s, uint32_t f) {
  double sum = 0;
  for (uint32_t r = s->ring[s->part[f]]; r < s->ring[s->part[f + 1]]; r++)
    for (uint32_t v = s->vert[r]; v < s->vert[r + 1]; v++) {
      wg_pt o = s->pts[s->vert[r]], p = s->pts[v], q = s->pts[v + 1 < s->vert[r + 1] ? v + 1 : s->vert[r]];
      sum += ((double)p.x - o.x) * ((double)q.y - o.y) - ((double)q.x - o.x) * ((double)p.y - o.y);
    }
  return sum / 2;
}

static void counts_and_codes(const demo_land *l, uint32_t grids) {
  const demo_areas *a = &l->areas;
  assert_int_equal(l->grids.n, grids);
  assert_int_equal(a->n_grids, grids);
  assert_int_equal(a->n_townships, demo_townships_for(grids));
  assert_int_equal(a->n_communities, demo_communities_for(grids));
  assert_int_equal(l->n_areas, 1 + a->n_townships + a->n_communities);
  for (uint32_t i = 0; i < grids; i++) {
    const char *code = a->grid_code[a->cell[i]];
    assert_int_equal(strlen(code), 15);
    if (i) assert_true(strcmp(a->grid_code[a->cell[i - 1]], code) < 0);
    assert_memory_equal(code, a->community[a->community_of[a->cell[i]]].code, 12);
  }
  wg_arena arena;
  wg_profile cn;
  wg_arena_init(&arena);
  assert_int_equal(wg_cli_profile(&arena, "cn", &cn, NULL), WG_OK);
  for (uint32_t i = 0; i < l->n_areas; i++) {
    if (i) assert_true(strcmp(l->area[i - 1].code, l->area[i].code) < 0);
    char parent[WG_CODE_LEN];
    if (i == 0) continue;
    assert_true(wg_profile_parent(&cn, l->area[i].code, parent));
    assert_memory_equal(parent, l->area[i].parent, strlen(l->area[i].parent)); /* 990101 for 990101000000 */
    assert_string_equal(l->area[i].level, wg_profile_level_code(&cn, l->area[i].code));
  }
  wg_arena_clear(&arena);
}

/* Each level of areas covers exactly what its grids cover. */
static void levels_nest(const demo_land *l) {
  double whole = 0, sum[3] = {0};
  for (uint32_t i = 0; i < l->grids.n; i++) whole += plane_area(&l->grids, i);
  for (uint32_t i = 0; i < l->n_areas; i++)
    sum[i == 0 ? 0 : strcmp(l->area[i].level, "township") ? 2 : 1] += plane_area(&l->area_shapes, i);
  for (int k = 0; k < 3; k++) assert_true(fabs(sum[k] - whole) <= 1e-12 * whole);
}

static void names_differ(const demo_land *l) {
  for (uint32_t i = 0; i < l->n_areas; i++) {
    wg_json *map = NULL;
    wg_arena arena;
    wg_arena_init(&arena);
    assert_int_equal(wg_json_parse_object(&arena, l->area[i].names, strlen(l->area[i].names), &map, NULL),
                     WG_OK);
    assert_true(wg_json_has(map, "zh") && wg_json_has(map, "en"));
    wg_arena_clear(&arena);
    for (uint32_t k = i + 1; k < l->n_areas; k++)
      if (strcmp(l->area[i].parent, l->area[k].parent) == 0)
        assert_string_not_equal(l->area[i].names, l->area[k].names);
  }
  assert_non_null(strstr(l->area[0].names, "演示"));
}

static void every_size(void **state) {
  (void)state;
  static const uint32_t sizes[] = {1, 2, 3, 7, 30, 59, 60, 61, 150, 400};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    made m;
    make(&m, 3 + i, sizes[i]);
    counts_and_codes(&m.land, sizes[i]);
    is_whole(&m.land.grids);
    levels_nest(&m.land);
    names_differ(&m.land);
    drop(&m);
  }
}

/* The land as bytes. */
static void encode(const demo_land *l, wg_buf *out) {
  wg_buf_init(out, 64 << 20);
  wg_shapes_encode(&l->grids, out);
  wg_shapes_encode(&l->area_shapes, out);
  for (uint32_t i = 0; i < l->n_areas; i++) wg_buf_add_str(out, l->area[i].names);
  assert_int_equal(wg_buf_status(out), WG_OK);
}

static void same_seed(void **state) {
  (void)state;
  made a, b, c;
  wg_buf x, y, z;
  make(&a, 42, 250);
  make(&b, 42, 250);
  make(&c, 43, 250);
  encode(&a.land, &x);
  encode(&b.land, &y);
  encode(&c.land, &z);
  assert_int_equal(x.len, y.len);
  assert_memory_equal(x.data, y.data, x.len);
  assert_false(x.len == z.len && memcmp(x.data, z.data, x.len) == 0);
  wg_buf_deinit(&x);
  wg_buf_deinit(&y);
  wg_buf_deinit(&z);
  drop(&a);
  drop(&b);
  drop(&c);
}

/* The default size: every community is one piece, and borders of townships run along rivers and roads far
 * more than other borders do. */
static void believable(void **state) {
  (void)state;
  made m;
  make(&m, 1, 1300);
  const demo_land *l = &m.land;
  assert_int_equal(l->areas.n_townships, 27);
  assert_int_equal(l->areas.n_communities, 440);
  double along[2] = {0}, all[2] = {0}; /* borders inside a community, of townships */
  uint32_t bridges = 0;
  for (uint32_t i = 0; i < l->graph.n_edges; i++) {
    const demo_edge *e = l->graph.edges + i;
    if (e->dead || e->left >= l->graph.n_inside || e->right >= l->graph.n_inside) continue;
    const demo_community *p = l->areas.community + l->areas.community_of[e->left];
    const demo_community *q = l->areas.community + l->areas.community_of[e->right];
    int k = p == q ? 0 : p->township != q->township ? 1 : -1;
    if (k < 0) continue;
    double length = demo_length(&l->graph, e);
    all[k] += length;
    if (e->kind >= DEMO_SECONDARY) along[k] += length;
  }
  for (uint32_t v = 0; v < l->graph.n_vertices; v++) bridges += l->graph.vertex[v].bridge;
  print_message(
      "along rivers and main roads: %.0f %% of township borders, %.0f %% inside communities; %u bridges\n",
      100 * along[1] / all[1], 100 * along[0] / all[0], bridges);
  assert_true(along[1] / all[1] > 0.4);
  assert_true(along[1] / all[1] > 3 * along[0] / all[0]);
  assert_in_range(bridges, 3, 40);
  uint32_t pieces = 0;
  for (uint32_t i = 0; i < l->n_areas; i++) pieces += l->area_shapes.part[i + 1] - l->area_shapes.part[i] - 1;
  assert_true(pieces <= 3); /* an islet of the outline may stand apart */
  drop(&m);
}

static void grid_names(void **state) {
  (void)state;
  static const struct {
    uint32_t k;
    const char *zh;
  } want[] = {{0, "第一网格"},    {8, "第九网格"},         {9, "第十网格"},
              {10, "第十一网格"}, {19, "第二十网格"},      {20, "第二十一网格"},
              {99, "第一百网格"}, {100, "第一百零一网格"}, {110, "第一百一十一网格"}};
  for (size_t i = 0; i < sizeof want / sizeof *want; i++)
    assert_string_equal(demo_grid_name(want[i].k).zh, want[i].zh);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(triangles), cmocka_unit_test(every_size),
                                     cmocka_unit_test(same_seed), cmocka_unit_test(believable),
                                     cmocka_unit_test(grid_names)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
