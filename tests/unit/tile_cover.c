/* Projection, the tiles that show a box, and what a message about an edit names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <ogr_srs_api.h>

#include "tile/cover.h"
#include "tile_support.h"

static wg_pt random_point(uint64_t *seed) {
  return (wg_pt){(int32_t)((tile_unit(seed) * 2 - 1) * 1800000000),
                 (int32_t)((tile_unit(seed) * 2 - 1) * 900000000)};
}

/* PROJ says the same, to the unit. */
static void mercator_is_the_worlds(void **state) {
  (void)state;
  OGRSpatialReferenceH geo = OSRNewSpatialReference(NULL), web = OSRNewSpatialReference(NULL);
  assert_int_equal(OSRImportFromEPSG(geo, 4326), 0);
  assert_int_equal(OSRImportFromEPSG(web, 3857), 0);
  OSRSetAxisMappingStrategy(geo, OAMS_TRADITIONAL_GIS_ORDER);
  OGRCoordinateTransformationH there = OCTNewCoordinateTransformation(geo, web);
  assert_non_null(there);
  uint64_t seed = 1;
  double unit = 2 * 20037508.342789244 / 2147483648.0;
  for (int i = 0; i < 20000; i++) {
    wg_pt p = random_point(&seed);
    if (p.y > 850000000 || p.y < -850000000) continue;
    double x = p.x / WG_LATTICE, y = p.y / WG_LATTICE;
    assert_true(OCTTransform(there, 1, &x, &y, NULL));
    wg_mpt m = wg_mercator(p);
    assert_true(fabs(m.x - x / unit) <= 0.51 && fabs(m.y + y / unit) <= 0.51);
    wg_pt back = wg_mercator_back(m);
    assert_true(abs(back.x - p.x) <= 2 && abs(back.y - p.y) <= 2);
  }
  OCTDestroyCoordinateTransformation(there);
  OSRDestroySpatialReference(geo);
  OSRDestroySpatialReference(web);
  assert_int_equal(wg_mercator((wg_pt){0, 900000000}).y, -WG_WORLD_RIM);
  assert_int_equal(wg_mercator((wg_pt){0, -900000000}).y, WG_WORLD_RIM);
  assert_int_equal(wg_mercator((wg_pt){1800000000, 0}).x, WG_WORLD_HALF);
}

/* Whether a point drawn in the tile falls within the margin: asked of every tile, not computed. */
static bool shows(wg_tile_id t, wg_pt p, int margin) {
  for (int lap = -1; lap <= 1; lap++) {
    wg_tpt q = wg_tile_local(t, wg_mercator(p), lap);
    if (q.x >= -margin && q.x <= 4096 + margin && q.y >= -margin && q.y <= 4096 + margin) return true;
  }
  return false;
}

static void a_points_cover_is_exact(void **state) {
  (void)state;
  uint64_t seed = 2;
  static const int margins[] = {64, 96, 512};
  for (int i = 0; i < 600; i++) {
    wg_pt p = random_point(&seed);
    uint8_t z = (uint8_t)(i % 6);
    if (i % 5 == 0)
      p = wg_mercator_back((wg_mpt){(int32_t)(((int64_t)tile_below(&seed, 1u << z) << (31 - z)) - (1 << 30)),
                                    wg_mercator(p).y});
    if (i % 7 == 0) p.x = i % 2 ? 1800000000 : -1800000000;
    int margin = margins[i % 3];
    wg_cover c = wg_cover_point(p, z, margin);
    uint64_t n = 0;
    for (uint32_t y = 0; y < 1u << z; y++)
      for (uint32_t x = 0; x < 1u << z; x++) {
        wg_tile_id t = {z, x, y};
        assert_int_equal(wg_cover_has(&c, t), shows(t, p, margin));
        n += shows(t, p, margin);
      }
    assert_int_equal(wg_cover_count(&c), n);
    for (uint64_t k = 0; k < n; k++) assert_true(shows(wg_cover_tile(&c, k), p, margin));
  }
}

static void a_boxs_cover_is_exact(void **state) {
  (void)state;
  uint64_t seed = 3;
  for (int i = 0; i < 300; i++) {
    wg_pt a = random_point(&seed), b = random_point(&seed);
    wg_box box = {a.x < b.x ? a.x : b.x, a.y < b.y ? a.y : b.y, a.x < b.x ? b.x : a.x, a.y < b.y ? b.y : a.y};
    uint8_t z = (uint8_t)(i % 5);
    wg_cover c = wg_cover_box(box, z, 64);
    wg_mpt nw = wg_mercator((wg_pt){box.x0, box.y1}), se = wg_mercator((wg_pt){box.x1, box.y0});
    for (uint32_t y = 0; y < 1u << z; y++)
      for (uint32_t x = 0; x < 1u << z; x++) {
        wg_tile_id t = {z, x, y};
        bool meets = false;
        for (int lap = -1; lap <= 1; lap++) {
          wg_tpt q = wg_tile_local(t, nw, lap), r = wg_tile_local(t, se, lap);
          meets |= q.x <= 4160 && r.x >= -64 && q.y <= 4160 && r.y >= -64;
        }
        assert_int_equal(wg_cover_has(&c, t), meets);
      }
  }
  wg_cover none = wg_cover_box((wg_box){1, 1, 0, 0}, 3, 64);
  assert_int_equal(wg_cover_count(&none), 0);
  none = wg_cover_point((wg_pt){0, 900000000}, 9, 64);
  assert_int_equal(wg_cover_count(&none), 0);
}

/* The boxes to search hold every point that shows, and do not meet. */
static void search_boxes_miss_nothing(void **state) {
  (void)state;
  uint64_t seed = 4;
  for (int i = 0; i < 20000; i++) {
    uint8_t z = (uint8_t)(i % 17);
    wg_pt p = random_point(&seed);
    if (i % 3 == 0)
      p.x = i % 2 ? 1800000000 - (int32_t)tile_below(&seed, 1000)
                  : -1800000000 + (int32_t)tile_below(&seed, 1000);
    wg_cover c = wg_cover_point(p, z, 512);
    if (!wg_cover_count(&c)) continue;
    wg_tile_id t = wg_cover_tile(&c, tile_below(&seed, (uint32_t)wg_cover_count(&c)));
    wg_box boxes[2];
    int n = wg_tile_boxes(t, 512, boxes), in = 0;
    for (int k = 0; k < n; k++)
      in += p.x >= boxes[k].x0 && p.x <= boxes[k].x1 && p.y >= boxes[k].y0 && p.y <= boxes[k].y1;
    assert_int_equal(in, 1);
  }
  wg_box boxes[2];
  assert_int_equal(wg_tile_boxes((wg_tile_id){2, 4, 0}, 64, boxes), 0);
}

/* ---- messages ---- */

static bool named(const wg_tile_id *tiles, size_t n, wg_tile_id t) {
  for (size_t i = 0; i < n; i++)
    if (tiles[i].x >> (tiles[i].z - t.z) == t.x && tiles[i].y >> (tiles[i].z - t.z) == t.y) return true;
  return false;
}

/* Every tile that may have changed, at every zoom, is named or is the parent of one that is. */
static void parents_follow_from_the_names(void **state) {
  (void)state;
  uint64_t seed = 5;
  int margins[WG_TILE_ZOOMS];
  for (int z = 0; z < WG_TILE_ZOOMS; z++) margins[z] = z < 14 ? 512 : 64;
  size_t lists = 0, boxes = 0, most = 0;
  for (int i = 0; i < 4000; i++) {
    wg_pt p = random_point(&seed);
    if (i % 4 == 0) p.x = i % 8 ? 1799999990 : -1799999990;
    if (i % 16 == 1) p.y = i % 32 == 1 ? 851000000 : -852000000; /* in reach of shallow tiles only */
    int32_t w = i % 3 ? 0 : (int32_t)tile_below(&seed, 600000);
    wg_box box = {p.x > 1790000000 ? p.x - w : p.x, p.y > 800000000 ? p.y - w : p.y,
                  p.x > 1790000000 ? p.x : p.x + w, p.y > 800000000 ? p.y : p.y + w};
    const int *with = i % 2 ? margins : NULL;
    wg_tile_id out[WG_COVER_TILES];
    size_t n = wg_cover_changed(box, 16, with, out);
    wg_cover deep = wg_cover_box(box, 16, with ? with[16] : 64);
    if (n > WG_COVER_TILES) {
      assert_true(wg_cover_count(&deep) > WG_COVER_TILES - 64);
      boxes++;
      continue;
    }
    lists++;
    if (n > most) most = n;
    for (uint8_t z = 0; z <= 16; z++) {
      wg_cover c = wg_cover_box(box, z, with ? with[z] : 64);
      for (uint64_t k = 0; k < wg_cover_count(&c); k++) assert_true(named(out, n, wg_cover_tile(&c, k)));
    }
    for (size_t k = 0; k < n; k++) { /* and none without a reason: it or a parent of it shows the edit */
      assert_true(out[k].z == 16 && wg_tile_valid(out[k]));
      bool reason = false;
      for (uint8_t z = 0; z <= 16; z++) {
        wg_cover c = wg_cover_box(box, z, with ? with[z] : 64);
        reason |= wg_cover_has(&c, (wg_tile_id){z, out[k].x >> (16 - z), out[k].y >> (16 - z)});
      }
      assert_true(reason);
    }
    for (size_t k = 0; k < n; k++)
      for (size_t j = 0; j < k; j++) assert_false(out[k].x == out[j].x && out[k].y == out[j].y);
  }
  assert_true(lists > 2000 && boxes > 100 && most > 60);
}

static void a_small_edit_names_few(void **state) {
  (void)state;
  wg_tile_id out[WG_COVER_TILES];
  wg_pt p = {1196453210, 290887654};
  size_t n = wg_cover_changed((wg_box){p.x, p.y, p.x, p.y}, 16, NULL, out);
  assert_in_range(n, 1, 8);
  assert_true(shows(out[0], p, 64));
  assert_int_equal(wg_cover_changed((wg_box){1190000000, 290000000, 1200000000, 300000000}, 16, NULL, out),
                   WG_COVER_TILES + 1);
  assert_int_equal(wg_cover_changed((wg_box){1, 1, 0, 0}, 16, NULL, out), 0);
}

static void an_outline_holds_its_box(void **state) {
  (void)state;
  wg_box box = {1190000000, 290000000, 1200000000, 300000000};
  wg_cover c = wg_cover_box(box, 10, 64);
  wg_box o = wg_cover_outline(&c);
  assert_true(o.x0 <= box.x0 && o.y0 <= box.y0 && o.x1 >= box.x1 && o.y1 >= box.y1);
  assert_true(o.x1 - o.x0 < 2 * (box.x1 - box.x0));
  c = wg_cover_point((wg_pt){1799999999, 0}, 5, 64); /* goes round */
  o = wg_cover_outline(&c);
  assert_int_equal(c.nx, 2);
  assert_true(o.x0 > o.x1);
  wg_cover none = {0};
  o = wg_cover_outline(&none);
  assert_true(o.x0 > o.x1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(mercator_is_the_worlds),        cmocka_unit_test(a_points_cover_is_exact),
      cmocka_unit_test(a_boxs_cover_is_exact),         cmocka_unit_test(search_boxes_miss_nothing),
      cmocka_unit_test(parents_follow_from_the_names), cmocka_unit_test(a_small_edit_names_few),
      cmocka_unit_test(an_outline_holds_its_box),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
