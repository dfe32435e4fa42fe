/* A pyramid of odd shapes: islands, touching and broken rings, the world's ends; the same bytes again; an
 * edit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tile_draw.h"

/* ---- shapes by hand ---- */

static void ring_by_hand(wg_shapes *s, const wg_pt *p, uint32_t n) {
  assert_int_equal(wg_shapes_ring(s), WG_OK);
  for (uint32_t i = 0; i < n; i++) assert_int_equal(wg_shapes_vertex(s, p[i]), WG_OK);
}

static void box_by_hand(wg_shapes *s, wg_box b, bool feature, bool part, bool back) {
  if (feature) assert_int_equal(wg_shapes_feature(s), WG_OK);
  if (part) assert_int_equal(wg_shapes_part(s), WG_OK);
  wg_pt right[] = {{b.x0, b.y0}, {b.x1, b.y0}, {b.x1, b.y1}, {b.x0, b.y1}};
  wg_pt left[] = {{b.x0, b.y0}, {b.x0, b.y1}, {b.x1, b.y1}, {b.x1, b.y0}};
  ring_by_hand(s, back ? left : right, 4);
}

/* A closed arc, an island in a hole, an island in the island; each drawn alone is right too. */
static void islands_in_islands(void **state) {
  (void)state;
  wg_tile_id id = {10, 852, 424};
  wg_shapes s;
  wg_shapes_init(&s);
  for (int k = 0; k < 4; k++) {
    double d = 0.1 * k;
    box_by_hand(&s, box_around(id, 0.1 + d, 0.1 + d, 0.9 - d, 0.9 - d), true, true, false);
    d += 0.1;
    if (k < 3) box_by_hand(&s, box_around(id, 0.1 + d, 0.1 + d, 0.9 - d, 0.9 - d), false, false, true);
  }
  wg_pyramid *p = make(&s);
  wg_pyramid_stats stats;
  wg_pyramid_stats_of(p, &stats);
  assert_int_equal(stats.arcs, 4); /* an island's outline is one arc, for both who share it */
  for (uint8_t z = 0; z <= 10; z++) {
    wg_tile_id at = {z, id.x >> (10 - z), id.y >> (10 - z)};
    wg_buf bytes;
    mvt_tile t;
    int64_t sum = 0;
    draw(p, at, 0, 4, &bytes, &t, NULL);
    sum = total_area2(&t);
    struct edges e = {0};
    put_edges(&e, &t, false);
    for (uint32_t i = 0; z == 10 && i < 3; i++) assert_int_equal(t.layers[0].features[i].n_paths, 2);
    tile_done(&bytes, &t);
    draw(p, at, 0, 1, &bytes, &t, NULL); /* the outermost outline is the first one's shell */
    if (z > 3) {
      assert_true(sum == t.layers[0].features[0].paths[0].area2);
      struct edges shell = {0};
      put_edges(&shell, &t, true);
      for (size_t i = 0; i < shell.n && i < t.layers[0].features[0].paths[0].n; i++) {
        e.at = realloc(e.at, (e.n + 1) * sizeof *e.at);
        e.at[e.n++] = shell.at[i];
      }
      assert_int_equal(unglued(&e), 0);
      free(shell.at);
    }
    free(e.at);
    tile_done(&bytes, &t);
  }
  wg_pyramid_free(p);
  wg_shapes_deinit(&s);
}

/* Two cells of one feature that touch in a corner, a hole that touches its shell: simple rings all the same.
 */
static void touching_rings_stay_simple(void **state) {
  (void)state;
  wg_tile_id id = {12, 3400, 1700};
  wg_shapes s;
  wg_shapes_init(&s);
  wg_box a = box_around(id, 0.2, 0.2, 0.4, 0.4), b = box_around(id, 0.4, 0.4, 0.6, 0.6);
  b.x0 = a.x1;
  b.y1 = a.y0;
  box_by_hand(&s, a, true, true, false);
  box_by_hand(&s, b, false, true, false);
  wg_box c = box_around(id, 0.7, 0.7, 0.9, 0.9);
  assert_int_equal(wg_shapes_feature(&s), WG_OK);
  assert_int_equal(wg_shapes_part(&s), WG_OK);
  int32_t w = (c.x1 - c.x0) / 4, h = (c.y1 - c.y0) / 4;
  ring_by_hand(&s, (wg_pt[]){{c.x0, c.y0}, {c.x1, c.y0}, {c.x1, c.y1}, {c.x0, c.y1}}, 4);
  ring_by_hand(&s, (wg_pt[]){{c.x0, c.y0}, {c.x0 + w, c.y0 + 2 * h}, {c.x0 + 2 * w, c.y0 + h}}, 3);
  wg_box e = box_around(id, 0.05, 0.7, 0.25, 0.9); /* a hole that touches its shell twice leaves two pieces */
  int32_t ex = e.x0 + (e.x1 - e.x0) / 2, ey = e.y0 + (e.y1 - e.y0) / 2, ew = (e.x1 - e.x0) / 4;
  assert_int_equal(wg_shapes_feature(&s), WG_OK);
  assert_int_equal(wg_shapes_part(&s), WG_OK);
  ring_by_hand(&s, (wg_pt[]){{e.x0, e.y0}, {ex, e.y0}, {e.x1, e.y0}, {e.x1, e.y1}, {ex, e.y1}, {e.x0, e.y1}},
               6);
  ring_by_hand(&s, (wg_pt[]){{ex, e.y0}, {ex - ew, ey}, {ex, e.y1}, {ex + ew, ey}}, 4);
  wg_pyramid *p = make(&s);
  wg_buf bytes;
  mvt_tile t;
  draw(p, id, 0, 3, &bytes, &t, NULL);
  assert_int_equal(t.layers[0].n_features, 3);
  for (int i = 0; i < 3; i++) {
    const mvt_feature *f = &t.layers[0].features[i];
    assert_int_equal(f->n_paths, 2);
    assert_true(i == 1 ? f->paths[1].area2 < 0 : f->paths[1].area2 > 0);
    for (int k = 0; k < 2; k++) assert_in_range(f->paths[k].n, 3, 5);
  }
  GDALDatasetH ds = tile_gdal(bytes.data, bytes.len, id.z, id.x, id.y);
  OGRLayerH layer = GDALDatasetGetLayer(ds, 0);
  for (OGRFeatureH f; (f = OGR_L_GetNextFeature(layer)); OGR_F_Destroy(f))
    assert_true(OGR_G_IsValid(OGR_F_GetGeometryRef(f)));
  tile_gdal_close(ds);
  tile_done(&bytes, &t);
  wg_pyramid_free(p);
  wg_shapes_deinit(&s);
}

/* Rings as nobody should make them: repeats, spikes, two points, the wrong way round, nothing at all. */
static void bad_rings_do_no_harm(void **state) {
  (void)state;
  wg_tile_id id = {12, 3400, 1700};
  wg_box b = box_around(id, 0.25, 0.25, 0.75, 0.75);
  int32_t x = b.x0 + (b.x1 - b.x0) / 2, y = b.y0 + (b.y1 - b.y0) / 2;
  wg_shapes s;
  wg_shapes_init(&s);
  box_by_hand(&s, b, true, true, true);           /* 1: clockwise shell */
  assert_int_equal(wg_shapes_feature(&s), WG_OK); /* 2: a spike and repeats */
  assert_int_equal(wg_shapes_part(&s), WG_OK);
  ring_by_hand(&s,
               (wg_pt[]){{b.x0, b.y0},
                         {b.x1, b.y0},
                         {b.x1, b.y0},
                         {b.x1, b.y1},
                         {x, b.y1},
                         {x, y},
                         {x, b.y1},
                         {b.x0, b.y1},
                         {b.x0, b.y0}},
               9);
  assert_int_equal(wg_shapes_feature(&s), WG_OK); /* 3: two points */
  assert_int_equal(wg_shapes_part(&s), WG_OK);
  ring_by_hand(&s, (wg_pt[]){{b.x0, b.y0}, {b.x1, b.y1}}, 2);
  assert_int_equal(wg_shapes_feature(&s), WG_OK); /* 4: no part */
  assert_int_equal(wg_shapes_feature(&s), WG_OK); /* 5: a part without a ring, a ring without a point */
  assert_int_equal(wg_shapes_part(&s), WG_OK);
  assert_int_equal(wg_shapes_part(&s), WG_OK);
  assert_int_equal(wg_shapes_ring(&s), WG_OK);
  assert_int_equal(wg_shapes_feature(&s), WG_OK); /* 6: there and back */
  assert_int_equal(wg_shapes_part(&s), WG_OK);
  ring_by_hand(&s, (wg_pt[]){{b.x0, b.y0}, {x, y}, {b.x1, b.y1}, {x, y}}, 4);
  assert_int_equal(wg_shapes_feature(&s), WG_OK); /* 7: a bow tie through a vertex */
  assert_int_equal(wg_shapes_part(&s), WG_OK);
  ring_by_hand(&s, (wg_pt[]){{b.x0, b.y0}, {x, y}, {b.x1, b.y0}, {b.x1, b.y1}, {x, y}, {b.x0, b.y1}}, 6);
  wg_pyramid *p = make(&s);
  for (uint8_t z = 0; z <= 12; z++) {
    wg_buf bytes;
    mvt_tile t;
    draw(p, (wg_tile_id){z, id.x >> (12 - z), id.y >> (12 - z)}, 0, s.n, &bytes, &t, NULL);
    if (z == 12) {
      assert_int_equal(t.layers[0].n_features, 3);
      const mvt_feature *f = t.layers[0].features;
      assert_true(f[0].id == 1 && f[0].paths[0].area2 == 2 * 2048 * 2048);
      assert_true(f[1].id == 2 && f[1].n_paths == 1 && f[1].paths[0].area2 == 2 * 2048 * 2048);
      assert_true(f[2].id == 7 && f[2].n_paths == 2);
    }
    tile_done(&bytes, &t);
  }
  wg_pyramid_free(p);
  wg_shapes_deinit(&s);
}

/* Rings of random points from a small raster: they cross, touch, repeat and run back over themselves.
 * Whatever comes, the tile is valid (tile_finish checks), the same for a rebuilt pyramid, and nothing
 * crashes. */
static void rubbish_makes_valid_tiles(void **state) {
  (void)state;
  uint64_t seed = 60;
  size_t drawn = 0;
  for (int round = 0; round < 400; round++) {
    wg_tile_id id = {14, 13600, 6800};
    wg_box b = box_around(id, -0.3, -0.3, 1.3, 1.3);
    uint32_t raster = 3 + tile_below(&seed, 12);
    wg_shapes s;
    wg_shapes_init(&s);
    for (uint32_t f = 1 + tile_below(&seed, 5); f > 0; f--) {
      assert_int_equal(wg_shapes_feature(&s), WG_OK);
      for (uint32_t q = tile_below(&seed, 3); q > 0; q--) {
        assert_int_equal(wg_shapes_part(&s), WG_OK);
        for (uint32_t r = 1 + tile_below(&seed, 3); r > 0; r--) {
          assert_int_equal(wg_shapes_ring(&s), WG_OK);
          for (uint32_t v = tile_below(&seed, 40); v > 0; v--) {
            int32_t x = (b.x1 - b.x0) / (int32_t)raster, y = (b.y1 - b.y0) / (int32_t)raster;
            wg_pt at = {b.x0 + x * (int32_t)tile_below(&seed, raster),
                        b.y0 + y * (int32_t)tile_below(&seed, raster)};
            assert_int_equal(wg_shapes_vertex(&s, at), WG_OK);
          }
        }
      }
    }
    wg_pyramid *p = make(&s), *again = make(&s);
    for (uint8_t z = 6; z <= 15; z += 3) {
      wg_tile_id at = {z, z < 14 ? id.x >> (14 - z) : id.x << (z - 14),
                       z < 14 ? id.y >> (14 - z) : id.y << (z - 14)};
      wg_buf bytes, more;
      mvt_tile t, u;
      draw(p, at, 0, s.n, &bytes, &t, NULL);
      draw(again, at, 0, s.n, &more, &u, NULL);
      assert_int_equal(bytes.len, more.len);
      assert_true(!bytes.len || memcmp(bytes.data, more.data, bytes.len) == 0);
      drawn += bytes.len;
      tile_done(&bytes, &t);
      tile_done(&more, &u);
    }
    wg_pyramid_free(p);
    wg_pyramid_free(again);
    wg_shapes_deinit(&s);
  }
  assert_true(drawn > 100000);
}

/* ---- the world's ends ---- */

static void both_sides_of_the_antimeridian(void **state) {
  (void)state;
  wg_shapes s;
  wg_shapes_init(&s);
  box_by_hand(&s, (wg_box){1790000000, 0, 1800000000, 10000000}, true, true, false);
  box_by_hand(&s, (wg_box){-1800000000, 0, -1790000000, 10000000}, true, true, false);
  box_by_hand(&s, (wg_box){-10000000, -900000000, 10000000, 900000000}, true, true, false); /* pole to pole */
  box_by_hand(&s, (wg_box){-1800000000, 870000000, 1800000000, 900000000}, true, true, false);
  wg_pyramid *p = make(&s);
  for (uint8_t z = 0; z <= 8; z++) {
    uint32_t side = 1u << z, last = side - 1, row = z ? side / 2 - 1 : 0;
    wg_buf bytes;
    mvt_tile t;
    draw(p, (wg_tile_id){z, 0, row}, 0, 4, &bytes, &t, NULL);
    const mvt_feature *east = mvt_find(&t.layers[0], 1), *west = mvt_find(&t.layers[0], 2);
    assert_true(east && west); /* the eastern one within the buffer of the westernmost tile */
    int64_t least = 9999, most = -9999;
    for (uint32_t i = 0; i < east->n_pts; i++) {
      if (east->pts[i].x < least) least = east->pts[i].x;
      if (east->pts[i].x > most) most = east->pts[i].x;
    }
    assert_true(least < 0 && most == (z ? 0 : 4096));
    assert_int_equal(east->n_paths, z ? 1 : 2);
    assert_null(mvt_find(&t.layers[0], 4)); /* beyond the map */
    tile_done(&bytes, &t);
    if (z) {
      draw(p, (wg_tile_id){z, last, row}, 0, 4, &bytes, &t, NULL);
      assert_non_null(mvt_find(&t.layers[0], 2));
      tile_done(&bytes, &t);
    }
    draw(p, (wg_tile_id){z, side / 2, 0}, 0, 4, &bytes, &t, NULL);
    const mvt_feature *pole = mvt_find(&t.layers[0], 3);
    assert_non_null(pole); /* runs out of the map: no edge of it is seen at the rim */
    int64_t north = 9999;
    for (uint32_t i = 0; i < pole->n_pts; i++)
      if (pole->pts[i].y < north) north = pole->pts[i].y;
    assert_int_equal(north, LOW);
    tile_done(&bytes, &t);
  }
  wg_pyramid_free(p);
  wg_shapes_deinit(&s);
}

/* ---- the same again ---- */

static void rebuilt_it_gives_the_same_bytes(void **state) {
  (void)state;
  wg_tile_id id = {9, 426, 212};
  patch p = {20, 20, 7, 77, box_around(id, -0.1, 0.2, 0.7, 1.2), true, true};
  patch_made m;
  patch_make(&p, &m);
  wg_pyramid *a = make(&m.shapes), *b = make(&m.shapes);
  for (uint8_t z = 3; z < 12; z++) {
    wg_tile_id at = {z, z < 9 ? id.x >> (9 - z) : id.x << (z - 9), z < 9 ? id.y >> (9 - z) : id.y << (z - 9)};
    wg_buf x, y;
    mvt_tile tx, ty;
    draw(a, at, 0, m.n_grids, &x, &tx, NULL);
    draw(b, at, 0, m.n_grids, &y, &ty, NULL);
    assert_int_equal(x.len, y.len);
    assert_memory_equal(x.data, y.data, x.len);
    tile_done(&x, &tx);
    tile_done(&y, &ty);
  }
  wg_pyramid_free(a);
  wg_pyramid_free(b);
  wg_shapes_deinit(&m.shapes);
}

/* A grid's redraw changes tiles only within its box and the margin. */
static void an_edit_stays_in_its_box(void **state) {
  (void)state;
  wg_tile_id id = {9, 426, 212};
  patch p = {20, 20, 7, 78, box_around(id, 0.1, 0.1, 1.9, 1.9), false, false};
  patch_made m;
  patch_make(&p, &m);
  wg_pyramid *before = make(&m.shapes);
  uint32_t f = 10 * 20 + 10, v = m.shapes.vert[m.shapes.ring[m.shapes.part[f]]] + 3;
  wg_box box = wg_pyramid_box(before, f);
  wg_pt old = m.shapes.pts[v]; /* a vertex inside an edge, moved for both neighbours */
  for (uint32_t i = 0; i < m.shapes.n_pts; i++)
    if (m.shapes.pts[i].x == old.x && m.shapes.pts[i].y == old.y) m.shapes.pts[i].y += (box.y1 - box.y0) / 10;
  wg_pyramid *after = make(&m.shapes);
  size_t changed = 0;
  for (uint8_t z = 8; z <= 12; z++) {
    uint32_t x0 = z < 9 ? id.x >> 1 : id.x << (z - 9), y0 = z < 9 ? id.y >> 1 : id.y << (z - 9),
             n = z < 9 ? 1 : 2u << (z - 9);
    for (uint32_t k = 0; k < n * n; k++) {
      wg_tile_id at = {z, x0 + k % n, y0 + k / n};
      int64_t ox, oy;
      wg_tile_origin(at, &ox, &oy);
      wg_mpt nw = wg_mercator((wg_pt){box.x0, box.y1}), se = wg_mercator((wg_pt){box.x1, box.y0});
      double side = ldexp(1, 31 - z), margin = side / 4096 * (WG_PYRAMID_MARGIN + 1);
      bool near = se.x >= ox - margin && nw.x <= ox + side + margin && se.y >= oy - margin &&
                  nw.y <= oy + side + margin;
      wg_buf x, y;
      mvt_tile tx, ty;
      draw(before, at, 0, m.n_grids, &x, &tx, NULL);
      draw(after, at, 0, m.n_grids, &y, &ty, NULL);
      bool same = x.len == y.len && memcmp(x.data, y.data, x.len) == 0;
      assert_true(same || near);
      changed += !same;
      tile_done(&x, &tx);
      tile_done(&y, &ty);
    }
  }
  assert_true(changed >= 5);
  wg_pyramid_free(before);
  wg_pyramid_free(after);
  wg_shapes_deinit(&m.shapes);
}

/* ---- what the owner of the layer says ---- */

static bool odd_only(void *ctx, uint32_t i) {
  ++*(int *)ctx;
  return i % 2 == 1;
}
static uint64_t from_thousand(void *ctx, uint32_t i) {
  (void)ctx;
  return 1000 + i;
}
static void with_code(void *ctx, uint32_t i, wg_mvt *m) {
  (void)ctx;
  wg_mvt_int(m, "number", i);
}

static void the_owner_chooses_and_names(void **state) {
  (void)state;
  wg_tile_id id = {12, 3400, 1700};
  patch p = {4, 4, 3, 1, box_around(id, 0.1, 0.1, 0.9, 0.9), false, false};
  patch_made m;
  patch_make(&p, &m);
  wg_pyramid *pyramid = make(&m.shapes);
  int asked = 0;
  wg_tile_source source = {&asked, odd_only, from_thousand, with_code};
  wg_mvt *layer = tile_layer("grids");
  wg_tile_drawn drawn;
  assert_int_equal(wg_pyramid_tile(pyramid, id, &source, layer, &drawn), WG_OK);
  wg_buf bytes;
  mvt_tile t;
  tile_finish(layer, &bytes, &t);
  assert_int_equal(asked, m.shapes.n);
  assert_int_equal(t.layers[0].n_features, drawn.features);
  for (uint32_t i = 0; i < t.layers[0].n_features; i++) {
    const mvt_feature *f = &t.layers[0].features[i];
    assert_true(f->id == 1000 + 2 * i + 1);
    assert_true(mvt_tag(&t.layers[0], f, "number")->number == 2 * i + 1);
  }
  tile_done(&bytes, &t);
  layer = tile_layer("grids");
  assert_int_equal(wg_pyramid_tile(pyramid, (wg_tile_id){17, 0, 0}, &source, layer, NULL), WG_NOT_FOUND);
  assert_int_equal(wg_pyramid_tile(pyramid, (wg_tile_id){3, 8, 0}, &source, layer, NULL), WG_NOT_FOUND);
  assert_int_equal(wg_pyramid_tile(pyramid, (wg_tile_id){3, 1, 1}, &source, layer, NULL), WG_OK);
  assert_int_equal(wg_mvt_count(layer), 0);
  wg_mvt_free(layer);
  wg_pyramid_free(pyramid);
  wg_shapes_deinit(&m.shapes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(islands_in_islands),
      cmocka_unit_test(touching_rings_stay_simple),
      cmocka_unit_test(bad_rings_do_no_harm),
      cmocka_unit_test(rubbish_makes_valid_tiles),
      cmocka_unit_test(both_sides_of_the_antimeridian),
      cmocka_unit_test(rebuilt_it_gives_the_same_bytes),
      cmocka_unit_test(an_edit_stays_in_its_box),
      cmocka_unit_test(the_owner_chooses_and_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
