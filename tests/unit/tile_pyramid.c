/* A coverage's tiles: neighbours glued at every zoom, seams, how true the outlines are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tile_draw.h"

/* Everything of the grids and of the areas adds up to the whole, edge for edge and unit for unit. */
struct tally {
  size_t tiles, edges, unglued, features, merged, folded;
  int64_t area2, missing2;
};

/* Edges that one feature walks both ways: what was joined was not dissolved, or a spike was left. */
static size_t folded(const mvt_tile *t) {
  size_t bad = 0;
  for (uint32_t i = 0; t->n_layers && i < t->layers[0].n_features; i++) {
    mvt_layer one = {.features = &t->layers[0].features[i], .n_features = 1};
    struct edges e = {0};
    put_edges(&e, &(mvt_tile){.layers = &one, .n_layers = 1}, false);
    if (e.n) qsort(e.at, e.n, sizeof *e.at, by_edge);
    for (size_t k = 0; k < e.n; k++)
      bad += times(&e, (struct edge){e.at[k].x1, e.at[k].y1, e.at[k].x0, e.at[k].y0}) > 0;
    free(e.at);
  }
  return bad;
}

static void check_tile(const wg_pyramid *p, const patch_made *m, uint32_t from, wg_tile_id id,
                       struct tally *sum) {
  wg_buf bytes[3];
  mvt_tile t[3];
  wg_tile_drawn drawn;
  uint32_t n = m->n_grids + m->n_areas;
  draw(p, id, from, m->n_grids, &bytes[0], &t[0], &drawn);
  sum->features += drawn.features;
  sum->merged += drawn.merged;
  draw(p, id, m->n_grids, n, &bytes[1], &t[1], NULL);
  draw(p, id, n, n + 1, &bytes[2], &t[2], NULL);
  for (int level = 0; level < 2; level++) {
    struct edges e = {0};
    put_edges(&e, &t[level], false);
    put_edges(&e, &t[2], true);
    sum->edges += e.n;
    sum->unglued += unglued(&e);
    free(e.at);
    int64_t missing = total_area2(&t[level]) - total_area2(&t[2]);
    sum->area2 += total_area2(&t[2]);
    sum->missing2 += missing < 0 ? -missing : missing;
  }
  sum->folded += folded(&t[0]);
  struct edges grids = {0}, areas = {0};
  put_edges(&grids, &t[0], false);
  put_edges(&areas, &t[1], false);
  if (grids.n) qsort(grids.at, grids.n, sizeof *grids.at, by_edge);
  for (size_t i = 0; i < areas.n && !drawn.merged; i++) sum->unglued += !times(&grids, areas.at[i]);
  free(grids.at);
  free(areas.at);
  sum->tiles++;
  for (int i = 0; i < 3; i++) tile_done(&bytes[i], &t[i]);
}

/* A tile with neighbours to the east and south, not at the map's rim. */
static wg_tile_id random_tile(uint8_t z, uint64_t *seed) {
  uint32_t side = 1u << z;
  return (wg_tile_id){z, 1 + tile_below(seed, side - 2), side / 4 + tile_below(seed, side / 2)};
}

static void neighbours_are_glued_at_every_zoom(void **state) {
  (void)state;
  uint64_t seed = 20;
  for (uint8_t z = 2; z <= WG_TILE_MAX_ZOOM; z++) {
    struct tally sum = {0};
    static const double sizes[] = {0.01, 0.03, 0.1, 0.4, 1, 3};
    for (size_t round = 0; round < sizeof sizes / sizeof *sizes; round++) {
      wg_tile_id id = random_tile(z, &seed);
      double s = sizes[round], x = 1 - s * tile_unit(&seed), y = 1 - s * tile_unit(&seed);
      if (s > 1) x = y = z == 2 ? -0.4 : -1;
      if (s > 1 && z == 2) s = 2.2; /* the world is four tiles wide */
      patch p = {6 + tile_below(&seed, 10),
                 6 + tile_below(&seed, 8),
                 s > 0.3 ? 150 : 7, /* long arcs, mostly outside the tile, are drawn by blocks */
                 tile_random(&seed),
                 box_around(id, x, y, x + s, y + s),
                 true,
                 true};
      patch_made m;
      patch_make(&p, &m);
      wg_pyramid *pyramid = make(&m.shapes);
      for (uint32_t k = 0; k < 4; k++)
        check_tile(pyramid, &m, 0, (wg_tile_id){z, id.x + (k & 1), id.y + (k >> 1)}, &sum);
      wg_pyramid_free(pyramid);
      wg_shapes_deinit(&m.shapes);
    }
    if (sum.unglued || sum.missing2)
      print_message("z%u: %zu of %zu edges unglued, %lld units too many or too few\n", z, sum.unglued,
                    sum.edges, (long long)sum.missing2);
    assert_int_equal(sum.unglued, 0);
    assert_int_equal(sum.folded, 0);
    assert_true(sum.missing2 == 0);
    assert_true(sum.merged > 50); /* the small ones were met */
    assert_true(sum.features > 400 && sum.edges > 5000);
  }
}

/* The check above can fail: a grid left out leaves edges that nobody walks back. */
static void a_missing_grid_is_noticed(void **state) {
  (void)state;
  wg_tile_id id = {12, 3400, 1700};
  patch p = {8, 8, 7, 5, box_around(id, 0.1, 0.1, 0.9, 0.9), false, false};
  patch_made m;
  patch_make(&p, &m);
  wg_pyramid *pyramid = make(&m.shapes);
  struct tally sum = {0};
  check_tile(pyramid, &m, 1, id, &sum);
  assert_true(sum.unglued > 0 && sum.missing2 > 0);
  wg_pyramid_free(pyramid);
  wg_shapes_deinit(&m.shapes);
}

/* ---- seams between tiles ---- */

static int by_point(const void *a, const void *b) { return memcmp(a, b, sizeof(mvt_point)); }

/* Vertices that lie in both tiles' buffers, as the western (northern) tile counts; not within two units of a
 * clip's side, where a sliver's two cuts may fall on one point and the sliver is gone. */
static size_t seam_points(const mvt_feature *f, bool vertical, int64_t shift, mvt_point *out) {
  size_t n = 0;
  for (uint32_t i = 0; f && i < f->n_pts; i++) {
    mvt_point q = f->pts[i];
    int64_t across = vertical ? q.x : q.y, along = vertical ? q.y : q.x;
    across += shift;
    assert_true(n < 8192);
    if (across > 4096 - 62 && across < 4096 + 62 && along > LOW && along < HIGH)
      out[n++] = (mvt_point){across, along};
  }
  qsort(out, n, sizeof *out, by_point);
  size_t k = 0; /* each once: where a ring touches itself, one tile may see it once, the other twice */
  for (size_t i = 0; i < n; i++)
    if (!k || by_point(&out[k - 1], &out[i]) != 0) out[k++] = out[i];
  return k;
}

static void check_seam(const wg_pyramid *p, uint32_t n, wg_tile_id a, bool vertical, size_t *met) {
  wg_tile_id b = {a.z, a.x + vertical, a.y + !vertical};
  wg_buf bytes[2];
  mvt_tile t[2];
  draw(p, a, 0, n, &bytes[0], &t[0], NULL);
  draw(p, b, 0, n, &bytes[1], &t[1], NULL);
  static mvt_point pa[8192], pb[8192];
  for (uint64_t id = 1; t[0].n_layers && t[1].n_layers && id <= n; id++) {
    const mvt_feature *fa = mvt_find(&t[0].layers[0], id), *fb = mvt_find(&t[1].layers[0], id);
    size_t na = seam_points(fa, vertical, 0, pa), nb = seam_points(fb, vertical, 4096, pb);
    assert_int_equal(na, nb);
    assert_true(na == 0 || memcmp(pa, pb, na * sizeof *pa) == 0);
    *met += na;
  }
  tile_done(&bytes[0], &t[0]);
  tile_done(&bytes[1], &t[1]);
}

/* Both tiles at a seam draw the same vertices around it, merged features too. */
static void tiles_agree_at_their_seam(void **state) {
  (void)state;
  uint64_t seed = 30;
  size_t met = 0;
  for (uint8_t z = 2; z <= WG_TILE_MAX_ZOOM; z++)
    for (int round = 0; round < 3; round++) {
      wg_tile_id id = random_tile(z, &seed);
      double s = round == 0 ? 0.02 : round == 1 ? 0.05 : 1.9; /* 1: small cells as far as the buffer's end */
      uint32_t n = round == 1 ? 24 : 12;
      patch p = {n,
                 n,
                 round == 2 ? 200 : 7,
                 tile_random(&seed),
                 box_around(id, 1 - s / 2, 1 - s / 2, 1 + s / 2, 1 + s / 2),
                 true,
                 true};
      patch_made m;
      patch_make(&p, &m);
      wg_pyramid *pyramid = make(&m.shapes);
      check_seam(pyramid, m.n_grids, id, true, &met);
      check_seam(pyramid, m.n_grids, id, false, &met);
      wg_pyramid_free(pyramid);
      wg_shapes_deinit(&m.shapes);
    }
  assert_true(met > 5000);
}

/* ---- what a person sees ---- */

/* Nothing moves by more than half a pixel and the rounding: compared with the exact outline, by GEOS. */
static void outlines_stay_within_half_a_pixel(void **state) {
  (void)state;
  uint64_t seed = 40;
  wg_tile_id home = {8, 213, 106};
  patch p = {5, 5, 60, 9, box_around(home, 0.2, 0.2, 0.8, 0.8), true, false};
  patch_made m;
  patch_make(&p, &m);
  wg_pyramid *pyramid = make(&m.shapes);
  size_t vertices[WG_TILE_ZOOMS] = {0};
  for (uint8_t z = 6; z <= 9; z++) {
    wg_tile_id id = {z, z < 8 ? home.x >> (8 - z) : home.x << (z - 8),
                     z < 8 ? home.y >> (8 - z) : home.y << (z - 8)};
    wg_buf bytes;
    mvt_tile t;
    draw(pyramid, id, 0, m.n_grids, &bytes, &t, NULL);
    for (uint32_t f = 0; f < m.n_grids; f++) {
      const mvt_feature *drawn = mvt_find(&t.layers[0], f + 1);
      if (!drawn) continue;
      for (uint32_t r = m.shapes.ring[m.shapes.part[f]]; r < m.shapes.ring[m.shapes.part[f + 1]]; r++)
        for (uint32_t v = m.shapes.vert[r]; v < m.shapes.vert[r + 1]; v += 1 + tile_below(&seed, 4)) {
          wg_tpt q = wg_tile_local(id, wg_mercator(m.shapes.pts[v]), 0);
          if (q.x < 0 || q.x > 4096 || q.y < 0 || q.y > 4096) continue;
          double best = 1e18;
          for (uint32_t k = 0; k < drawn->n_paths; k++)
            for (uint32_t i = 0; i < drawn->paths[k].n; i++) {
              const mvt_point *a = &drawn->pts[drawn->paths[k].from + i];
              const mvt_point *b = &drawn->pts[drawn->paths[k].from + (i + 1) % drawn->paths[k].n];
              double dx = (double)(b->x - a->x), dy = (double)(b->y - a->y), px = (double)(q.x - a->x),
                     py = (double)(q.y - a->y), len2 = dx * dx + dy * dy;
              double at = len2 > 0 ? (px * dx + py * dy) / len2 : 0;
              at = at < 0 ? 0 : at > 1 ? 1 : at;
              double d = hypot(px - at * dx, py - at * dy);
              if (d < best) best = d;
            }
          assert_true(best <= 4 + 1.5);
        }
      vertices[z] += drawn->n_pts;
    }
    tile_done(&bytes, &t);
  }
  assert_true(vertices[6] < vertices[7]); /* and what cannot be seen is left out */
  assert_true(vertices[6] < m.shapes.n_pts / 2);
  wg_pyramid_free(pyramid);
  wg_shapes_deinit(&m.shapes);
}

/* GDAL reads the tiles, GEOS calls the polygons valid, and they cover their union once. */
static void geos_finds_no_overlap(void **state) {
  (void)state;
  uint64_t seed = 50;
  int valid = 0, all = 0;
  double area = 0, together = 0;
  for (uint8_t z = 3; z <= WG_TILE_MAX_ZOOM; z++) {
    wg_tile_id id = random_tile(z, &seed);
    patch p = {14, 14, 7, tile_random(&seed), box_around(id, -0.2, -0.2, 1.2, 1.2), true, true};
    patch_made m;
    patch_make(&p, &m);
    wg_pyramid *pyramid = make(&m.shapes);
    wg_buf bytes;
    mvt_tile t;
    draw(pyramid, id, 0, m.n_grids, &bytes, &t, NULL);
    GDALDatasetH ds = tile_gdal(bytes.data, bytes.len, id.z, id.x, id.y);
    assert_non_null(ds);
    OGRLayerH layer = GDALDatasetGetLayer(ds, 0);
    assert_int_equal(OGR_L_GetFeatureCount(layer, TRUE), t.layers[0].n_features);
    OGRGeometryH many = OGR_G_CreateGeometry(wkbMultiPolygon);
    double unit = 2 * 20037508.342789244 / ldexp(4096, z), sum = 0;
    for (OGRFeatureH f; (f = OGR_L_GetNextFeature(layer)); OGR_F_Destroy(f)) {
      OGRGeometryH g = OGR_F_GetGeometryRef(f);
      all++;
      OGRGeometryH mended = OGR_G_IsValid(g) ? NULL : OGR_G_MakeValid(g); /* a ring that touches itself, */
      valid += !mended;
      if (mended)
        assert_true(fabs(OGR_G_Area(mended) - OGR_G_Area(g)) < 1e-9 * OGR_G_Area(g)); /* never crosses */
      OGR_G_DestroyGeometry(mended);
      sum += OGR_G_Area(g) / unit / unit;
      bool single = wkbFlatten(OGR_G_GetGeometryType(g)) == wkbPolygon;
      for (int k = 0; k < (single ? 1 : OGR_G_GetGeometryCount(g)); k++)
        OGR_G_AddGeometry(many, single ? g : OGR_G_GetGeometryRef(g, k));
    }
    OGRGeometryH whole = OGR_G_UnionCascaded(many);
    assert_non_null(whole);
    area += sum;
    together += OGR_G_Area(whole) / unit / unit;
    OGR_G_DestroyGeometry(whole);
    OGR_G_DestroyGeometry(many);
    tile_gdal_close(ds);
    tile_done(&bytes, &t);
    wg_pyramid_free(pyramid);
    wg_shapes_deinit(&m.shapes);
  }
  assert_true(valid >= all * 0.995);
  assert_true(fabs(area - together) < 1e-6 * area);
}

static void small_ones_leave_no_hole(void **state) {
  (void)state;
  wg_tile_id id = {9, 426, 212};
  patch p = {60, 60, 3, 3, box_around(id, 0.4, 0.4, 0.4 + 300.0 / 4096, 0.4 + 300.0 / 4096), false, false};
  patch_made m;
  patch_make(&p, &m);
  wg_pyramid *pyramid = make(&m.shapes);
  wg_buf bytes, whole_bytes;
  mvt_tile t, whole;
  wg_tile_drawn drawn;
  draw(pyramid, id, 0, m.n_grids, &bytes, &t, &drawn);
  draw(pyramid, id, m.n_grids + m.n_areas, m.n_grids + m.n_areas + 1, &whole_bytes, &whole, NULL);
  assert_true(drawn.features < 700);
  assert_int_equal(drawn.features + drawn.merged, 3600);
  assert_true(total_area2(&t) == total_area2(&whole));
  tile_done(&bytes, &t);
  tile_done(&whole_bytes, &whole);
  wg_pyramid_free(pyramid);
  wg_shapes_deinit(&m.shapes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(neighbours_are_glued_at_every_zoom),
      cmocka_unit_test(a_missing_grid_is_noticed),
      cmocka_unit_test(tiles_agree_at_their_seam),
      cmocka_unit_test(outlines_stay_within_half_a_pixel),
      cmocka_unit_test(geos_finds_no_overlap),
      cmocka_unit_test(small_ones_leave_no_hole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
