/* Point layers: alone at deep zooms, in clusters above; the same on both sides of a seam; nobody lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tile/points.h"
#include "tile_support.h"

static const char *const states[] = {"reported", "handling", "overdue"};

static void tags(void *ctx, const wg_tile_point *p, wg_mvt *m) {
  (void)ctx;
  wg_mvt_str(m, "state", states[p->state]);
  wg_mvt_int(m, "number", *(const int *)p->what);
}

static const wg_points_layer incidents = {14, states, 3, NULL, tags};

static int numbers[5000];

/* Points around Jinhua, thick in places. */
static void scatter(wg_tile_point *pts, size_t n, uint64_t seed) {
  for (size_t i = 0; i < n; i++) {
    double r = tile_unit(&seed) * tile_unit(&seed), a = tile_unit(&seed) * 6.283;
    numbers[i % 5000] = (int)(i % 5000);
    pts[i] = (wg_tile_point){
        {(int32_t)(1196500000 + 5000000 * r * cos(a)), (int32_t)(290900000 + 5000000 * r * sin(a))},
        i + 1,
        (uint8_t)tile_below(&seed, 3),
        (uint8_t)tile_below(&seed, 10),
        &numbers[i % 5000]};
  }
}

/* Gives the drawer only what stands in the boxes it asks for. */
static wg_tile_drawn draw(const wg_points_layer *layer, const wg_tile_point *pts, size_t n, wg_tile_id id,
                          wg_buf *bytes, mvt_tile *t) {
  wg_box boxes[2];
  int n_boxes = wg_tile_boxes(id, wg_points_margin(layer, id.z), boxes);
  wg_tile_point *near = malloc((n + 1) * sizeof *near);
  assert_non_null(near);
  size_t k = 0;
  for (int b = 0; b < n_boxes; b++)
    for (size_t i = 0; i < n; i++) {
      wg_pt p = pts[i].at;
      if (p.x >= boxes[b].x0 && p.x <= boxes[b].x1 && p.y >= boxes[b].y0 && p.y <= boxes[b].y1)
        near[k++] = pts[i];
    }
  assert_true(k <= n);
  wg_mvt *m = tile_layer("incidents");
  wg_tile_drawn drawn;
  assert_int_equal(wg_points_tile(layer, near, k, id, m, &drawn), WG_OK);
  free(near);
  tile_finish(m, bytes, t);
  return drawn;
}

static double number(const mvt_layer *l, const mvt_feature *f, const char *key) {
  const mvt_value *v = mvt_tag(l, f, key);
  return v ? v->number : 0;
}

/* Whether a place belongs to the tile itself and not to its neighbour. */
static bool own(const mvt_point *p) { return p->x >= 0 && p->x < 4096 && p->y >= 0 && p->y < 4096; }

static void nobody_is_lost_or_counted_twice(void **state) {
  (void)state;
  enum { N = 3000 };
  static wg_tile_point pts[N];
  scatter(pts, N, 1);
  int by_state[3] = {0};
  for (int i = 0; i < N; i++) by_state[pts[i].state]++;
  for (uint8_t z = 0; z <= 14; z++) {
    wg_mpt a = wg_mercator((wg_pt){1191000000, 296500000}), b = wg_mercator((wg_pt){1202000000, 285500000});
    int64_t side = (int64_t)1 << (31 - z), half = 1 << 30;
    double total = 0, seen[3] = {0}, severity = 0;
    size_t features = 0;
    for (int64_t y = (a.y + half) / side; y <= (b.y + half) / side; y++)
      for (int64_t x = (a.x + half) / side; x <= (b.x + half) / side; x++) {
        wg_buf bytes;
        mvt_tile t;
        draw(&incidents, pts, N, (wg_tile_id){z, (uint32_t)x, (uint32_t)y}, &bytes, &t);
        for (uint32_t i = 0; t.n_layers && i < t.layers[0].n_features; i++) {
          const mvt_layer *l = &t.layers[0];
          const mvt_feature *f = &l->features[i];
          bool cluster = mvt_tag(l, f, "count") != NULL;
          assert_true(cluster == (f->id >> 52 == 1));
          assert_true(cluster || mvt_tag(l, f, "state"));
          if (cluster) {
            double parts =
                number(l, f, "n_reported") + number(l, f, "n_handling") + number(l, f, "n_overdue");
            assert_true(parts == number(l, f, "count") && parts > 1);
            if (number(l, f, "severity") > severity) severity = number(l, f, "severity");
          } else {
            const wg_tile_point *p = &pts[f->id - 1]; /* stands where it is, with its own tags */
            wg_tpt q = wg_tile_local((wg_tile_id){z, (uint32_t)x, (uint32_t)y}, wg_mercator(p->at), 0);
            assert_true(q.x == f->pts[0].x && q.y == f->pts[0].y);
            assert_true(number(l, f, "number") == *(const int *)p->what);
          }
          if (!own(&f->pts[0])) continue;
          features++;
          total += cluster ? number(l, f, "count") : 1;
          for (int k = 0; k < 3; k++) {
            char key[32];
            snprintf(key, sizeof key, "n_%s", states[k]);
            seen[k] += cluster ? number(l, f, key) : pts[f->id - 1].state == k;
          }
        }
        tile_done(&bytes, &t);
      }
    assert_true(total == N);
    for (int k = 0; k < 3; k++) assert_true(seen[k] == by_state[k]);
    if (z < 8) assert_true(features < 100 && severity == 9);
    if (z == 14) assert_int_equal(features, N);
  }
}

/* Both tiles at a seam show the same clusters and points near it. */
static void tiles_agree_at_their_seam(void **state) {
  (void)state;
  enum { N = 4000 };
  static wg_tile_point pts[N];
  scatter(pts, N, 2);
  size_t met = 0;
  for (uint8_t z = 6; z <= 15; z++) {
    wg_mpt c = wg_mercator((wg_pt){1196500000, 290900000});
    int64_t side = (int64_t)1 << (31 - z);
    wg_tile_id a = {z, (uint32_t)(((int64_t)c.x + (1 << 30)) / side),
                    (uint32_t)(((int64_t)c.y + (1 << 30)) / side)};
    wg_tile_id b = {z, a.x + 1, a.y};
    wg_buf bytes[2];
    mvt_tile t[2];
    draw(&incidents, pts, N, a, &bytes[0], &t[0]);
    draw(&incidents, pts, N, b, &bytes[1], &t[1]);
    for (int turn = 0; turn < 2; turn++)
      for (uint32_t i = 0; t[turn].n_layers && i < t[turn].layers[0].n_features; i++) {
        const mvt_feature *f = &t[turn].layers[0].features[i];
        int64_t there = f->pts[0].x + (turn ? 4096 : -4096);
        if (there < -64 || there > 4160) continue;
        assert_int_equal(t[1 - turn].n_layers, 1);
        const mvt_feature *g = mvt_find(&t[1 - turn].layers[0], f->id);
        assert_non_null(g);
        assert_true(g->pts[0].x == there && g->pts[0].y == f->pts[0].y);
        assert_true(number(&t[turn].layers[0], f, "count") == number(&t[1 - turn].layers[0], g, "count"));
        met++;
      }
    for (int k = 0; k < 2; k++) tile_done(&bytes[k], &t[k]);
  }
  assert_true(met > 20);
}

static void order_does_not_matter(void **state) {
  (void)state;
  enum { N = 500 };
  static wg_tile_point pts[N], turned[N];
  scatter(pts, N, 3);
  for (int i = 0; i < N; i++) turned[i] = pts[N - 1 - i];
  for (uint8_t z = 0; z <= 16; z++) {
    wg_mpt c = wg_mercator((wg_pt){1196500000, 290900000});
    wg_tile_id id = {z, (uint32_t)(((int64_t)c.x + (1 << 30)) >> (31 - z)),
                     (uint32_t)(((int64_t)c.y + (1 << 30)) >> (31 - z))};
    wg_buf a, b;
    mvt_tile ta, tb;
    draw(&incidents, pts, N, id, &a, &ta);
    draw(&incidents, turned, N, id, &b, &tb);
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.data, b.data, a.len);
    tile_done(&a, &ta);
    tile_done(&b, &tb);
  }
}

static void both_sides_of_the_antimeridian(void **state) {
  (void)state;
  int what = 1;
  wg_tile_point pts[] = {{{1799999999, 100}, 1, 0, 0, &what},
                         {{-1799999999, -100}, 2, 0, 0, &what},
                         {{0, 900000000}, 3, 0, 0, &what}};
  wg_points_layer alone = incidents;
  alone.alone_from = 0;
  wg_buf bytes;
  mvt_tile t;
  draw(&alone, pts, 3, (wg_tile_id){0, 0, 0}, &bytes, &t);
  assert_int_equal(t.layers[0].n_features, 2); /* the pole is not on the map */
  for (int i = 0; i < 2; i++) {
    const mvt_feature *f = &t.layers[0].features[i];
    assert_int_equal(f->n_pts, 2);
    assert_true((f->pts[0].x == 0 && f->pts[1].x == 4096) || (f->pts[0].x == 4096 && f->pts[1].x == 0));
  }
  tile_done(&bytes, &t);
  for (uint8_t z = 1; z <= 16; z++)
    for (int east = 0; east < 2; east++) {
      uint32_t side = 1u << z;
      draw(z < 14 ? &incidents : &alone, pts, 3, (wg_tile_id){z, east ? side - 1 : 0, side / 2}, &bytes, &t);
      assert_int_equal(t.n_layers, 1); /* each tile shows the other side's point in its buffer */
      assert_int_equal(t.layers[0].n_features, 2);
      tile_done(&bytes, &t);
    }
}

/* Points on one spot say how many they are; a cluster says when its newest was. */
static void stacks_and_times_are_told(void **state) {
  (void)state;
  int what = 1;
  wg_tile_point pts[] = {{{1196500000, 290900000}, 1, 0, 1, &what, 700},
                         {{1196500000, 290900000}, 2, 1, 1, &what, 900},
                         {{1196500001, 290900000}, 3, 0, 1, &what, 800},
                         {{1196500000, 290900000}, 4, 0, 1, &what, 0}};
  const uint8_t zooms[] = {12, 16};
  for (int k = 0; k < 2; k++) {
    uint8_t z = zooms[k];
    wg_mpt c = wg_mercator(pts[0].at);
    wg_tile_id id = {z, (uint32_t)(((int64_t)c.x + (1 << 30)) >> (31 - z)),
                     (uint32_t)(((int64_t)c.y + (1 << 30)) >> (31 - z))};
    wg_buf bytes;
    mvt_tile t;
    draw(&incidents, pts, 4, id, &bytes, &t);
    const mvt_layer *l = &t.layers[0];
    assert_int_equal(l->n_features, z == 12 ? 1 : 4);
    for (uint32_t i = 0; i < l->n_features; i++) {
      const mvt_feature *f = &l->features[i];
      assert_true(number(l, f, "newest") == (z == 12 ? 900 : 0));
      assert_true(number(l, f, "stack") == (z == 12 || f->id == 3 ? 0 : 3));
    }
    tile_done(&bytes, &t);
  }
}

static void a_cap_is_said(void **state) {
  (void)state;
  static wg_tile_point pts[WG_TILE_FEATURES + 10];
  for (size_t i = 0; i < WG_TILE_FEATURES + 10; i++) pts[i] = (wg_tile_point){{1, 1}, i + 1, 0, 0, NULL};
  wg_points_layer plain = {0, NULL, 0, NULL, NULL};
  wg_mvt *m = tile_layer("incidents");
  wg_tile_drawn drawn;
  assert_int_equal(wg_points_tile(&plain, pts, WG_TILE_FEATURES + 10, (wg_tile_id){1, 1, 0}, m, &drawn),
                   WG_OK);
  assert_true(drawn.capped);
  assert_int_equal(drawn.features, WG_TILE_FEATURES);
  assert_int_equal(wg_mvt_count(m), WG_TILE_FEATURES);
  wg_mvt_free(m);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nobody_is_lost_or_counted_twice), cmocka_unit_test(tiles_agree_at_their_seam),
      cmocka_unit_test(order_does_not_matter),           cmocka_unit_test(both_sides_of_the_antimeridian),
      cmocka_unit_test(stacks_and_times_are_told),       cmocka_unit_test(a_cap_is_said),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
