/* The base map's layer: clipped lines, polygons, points, their tags, zooms and ranks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tile/lines.h"
#include "tile_support.h"

enum { TILE_X = 3408, TILE_Y = 1699 };
static const wg_tile_id home = {12, TILE_X, TILE_Y};

/* The lattice point at a place of the home tile, in tile units. */
static wg_pt at(double x, double y) {
  int64_t ox, oy;
  wg_tile_origin(home, &ox, &oy);
  double unit = 1 << (31 - 12 - 12);
  return wg_mercator_back((wg_mpt){(int32_t)(ox + x * unit), (int32_t)(oy + y * unit)});
}

typedef struct made {
  wg_shapes shapes;
  wg_map_feature features[64];
  uint32_t n;
} made;

static void begin(made *m, uint8_t geometry, uint8_t kind, uint8_t min_zoom, uint8_t rank) {
  m->features[m->n] = (wg_map_feature){
      .id = m->n + 1, .geometry = geometry, .kind = kind, .min_zoom = min_zoom, .rank = rank};
  m->n++;
  assert_int_equal(wg_shapes_feature(&m->shapes), WG_OK);
}

static void path(made *m, bool part, const wg_pt *pts, uint32_t n) {
  if (part) assert_int_equal(wg_shapes_part(&m->shapes), WG_OK);
  assert_int_equal(wg_shapes_ring(&m->shapes), WG_OK);
  for (uint32_t i = 0; i < n; i++) assert_int_equal(wg_shapes_vertex(&m->shapes, pts[i]), WG_OK);
}

static wg_map *finish(made *m) {
  wg_map *map;
  assert_int_equal(wg_map_new(&(wg_map_features){m->n, m->features, &m->shapes}, NULL, &map), WG_OK);
  wg_shapes_deinit(&m->shapes); /* the map keeps its own */
  return map;
}

static void draw(const wg_map *map, wg_tile_id id, wg_buf *bytes, mvt_tile *t) {
  wg_mvt *m = tile_layer("basemap");
  assert_int_equal(wg_map_tile(map, id, m, NULL), WG_OK);
  tile_finish(m, bytes, t);
}

static void a_line_is_cut_into_pieces(void **state) {
  (void)state;
  made m = {0};
  begin(&m, WG_MAP_LINE, WG_MAP_ROAD, 0, 3);
  path(&m, true, (wg_pt[]){at(-500, 1000), at(1000, 1000), at(1000, -900), at(2000, -900), at(2000, 2000)},
       5);
  path(&m, true, (wg_pt[]){at(5000, 5000), at(6000, 6000)}, 2);
  wg_map *map = finish(&m);
  wg_buf bytes;
  mvt_tile t;
  draw(map, home, &bytes, &t);
  const mvt_feature *f = &t.layers[0].features[0];
  assert_int_equal(f->type, 2);
  assert_int_equal(f->n_paths, 2);
  assert_int_equal(f->paths[0].n, 3);
  assert_int_equal(f->paths[1].n, 2);
  static const int want[5][2] = {{-64, 1000}, {1000, 1000}, {1000, -64}, {2000, -64}, {2000, 2000}};
  for (int i = 0; i < 5; i++) {
    assert_int_equal(f->pts[i].x, want[i][0]);
    assert_int_equal(f->pts[i].y, want[i][1]);
  }
  assert_memory_equal(mvt_tag(&t.layers[0], f, "kind")->text, "road", 4);
  assert_true(mvt_tag(&t.layers[0], f, "rank")->number == 3);
  tile_done(&bytes, &t);
  draw(map, (wg_tile_id){12, TILE_X + 3, TILE_Y}, &bytes, &t);
  assert_int_equal(t.n_layers, 0);
  tile_done(&bytes, &t);
  wg_map_free(map);
}

static void polygons_keep_their_holes(void **state) {
  (void)state;
  made m = {0};
  begin(&m, WG_MAP_POLYGON, WG_MAP_WATER, 0, 0); /* reaches out of the tile; both rings run the wrong way */
  path(&m, true, (wg_pt[]){at(1000, 1000), at(6000, 1000), at(6000, 3000), at(1000, 3000)}, 4);
  path(&m, false, (wg_pt[]){at(1500, 1500), at(1500, 2000), at(2000, 2000), at(2000, 1500)}, 4);
  wg_map *map = finish(&m);
  wg_buf bytes;
  mvt_tile t;
  draw(map, home, &bytes, &t);
  const mvt_feature *f = &t.layers[0].features[0];
  assert_int_equal(f->n_paths, 2);
  assert_int_equal(f->paths[0].area2, 2 * 3160 * 2000);
  assert_int_equal(f->paths[1].area2, -2 * 500 * 500);
  tile_done(&bytes, &t);
  for (uint8_t z = 0; z <= 16; z++) { /* and is valid at every zoom, until it is too small to see */
    wg_tile_id id = {z, z < 12 ? TILE_X >> (12 - z) : TILE_X << (z - 12),
                     z < 12 ? TILE_Y >> (12 - z) : TILE_Y << (z - 12)};
    draw(map, id, &bytes, &t);
    if (z <= 1) assert_int_equal(t.n_layers, 0);
    if (z >= 4 && z <= 12) assert_int_equal(t.n_layers, 1);
    tile_done(&bytes, &t);
  }
  wg_map_free(map);
}

static void zoom_rank_and_tags(void **state) {
  (void)state;
  made m = {0};
  const wg_map_tag names[] = {{"name", "婺城区"}, {"kind", "lie"}, {"class", "city"}};
  begin(&m, WG_MAP_POINT, WG_MAP_POI, 14, 200);
  path(&m, true, (wg_pt[]){at(10, 10)}, 1);
  begin(&m, WG_MAP_POINT, WG_MAP_PLACE, 4, 1);
  path(&m, true, (wg_pt[]){at(20, 20), at(5000, 20), at(30, 30)}, 3);
  m.features[1].tags = names;
  m.features[1].n_tags = 3;
  begin(&m, WG_MAP_POINT, WG_MAP_PLACE, 4, 0);
  path(&m, true, (wg_pt[]){at(40, 40)}, 1);
  wg_map *map = finish(&m);
  wg_buf bytes;
  mvt_tile t;
  draw(map, home, &bytes, &t);
  const mvt_layer *l = &t.layers[0];
  assert_int_equal(l->n_features, 2);
  assert_int_equal(l->features[0].id, 3); /* by rank */
  const mvt_feature *f = &l->features[1];
  assert_int_equal(f->id, 2);
  assert_int_equal(f->n_pts, 2); /* the one outside is not drawn */
  assert_int_equal(mvt_tag(l, f, "name")->n, 9);
  assert_memory_equal(mvt_tag(l, f, "name")->text, "婺城区", 9);
  assert_memory_equal(mvt_tag(l, f, "kind")->text, "place", 5);
  assert_int_equal(f->n_tags / 2, 4);
  tile_done(&bytes, &t);
  draw(map, (wg_tile_id){14, TILE_X << 2, TILE_Y << 2}, &bytes, &t);
  assert_int_equal(t.layers[0].n_features, 3);
  tile_done(&bytes, &t);
  draw(map, (wg_tile_id){3, TILE_X >> 9, TILE_Y >> 9}, &bytes, &t);
  assert_int_equal(t.n_layers, 0);
  tile_done(&bytes, &t);
  wg_map_free(map);
}

/* Many winding lines and stars at every zoom: valid, and GDAL counts the same. */
static void random_maps_are_valid(void **state) {
  (void)state;
  uint64_t seed = 4;
  made m = {0};
  for (int i = 0; i < 60; i++) {
    wg_pt pts[80];
    double x = tile_unit(&seed) * 4096, y = tile_unit(&seed) * 4096, size = exp(tile_unit(&seed) * 8);
    for (int k = 0; k < 80; k++) {
      double a = 2 * M_PI * k / 80, r = size * (0.5 + tile_unit(&seed));
      pts[k] = i % 2 ? at(x + r * cos(a), y + r * sin(a)) : at(x + r, y + size * (tile_unit(&seed) - 0.5));
    }
    begin(&m, i % 2 ? WG_MAP_POLYGON : WG_MAP_LINE, (uint8_t)(i % WG_MAP_KINDS), 0, (uint8_t)i);
    path(&m, true, pts, 80);
  }
  wg_map *map = finish(&m);
  for (uint8_t z = 0; z <= 16; z++)
    for (int round = 0; round < 4; round++) {
      uint32_t n = z > 12 ? 1u << (z - 12) : 1, dx = tile_below(&seed, n), dy = tile_below(&seed, n);
      wg_tile_id id = {z, (z < 12 ? TILE_X >> (12 - z) : TILE_X << (z - 12)) + dx,
                       (z < 12 ? TILE_Y >> (12 - z) : TILE_Y << (z - 12)) + dy};
      wg_buf bytes;
      mvt_tile t;
      draw(map, id, &bytes, &t);
      if (t.n_layers) {
        GDALDatasetH ds = tile_gdal(bytes.data, bytes.len, id.z, id.x, id.y);
        assert_non_null(ds);
        assert_int_equal(OGR_L_GetFeatureCount(GDALDatasetGetLayer(ds, 0), TRUE), t.layers[0].n_features);
        tile_gdal_close(ds);
      }
      tile_done(&bytes, &t);
    }
  wg_map_free(map);
}

static void bad_input_is_refused(void **state) {
  (void)state;
  made m = {0};
  wg_map *map;
  wg_err err = {0};
  begin(&m, WG_MAP_LINE, WG_MAP_ROAD, 0, 0);
  path(&m, true, (wg_pt[]){at(1, 1)}, 1);
  wg_map_features in = {m.n, m.features, &m.shapes};
  assert_int_equal(wg_map_new(&in, &err, &map), WG_INVALID);
  assert_string_equal(err.field, "geometry");
  m.features[0].geometry = 7;
  assert_int_equal(wg_map_new(&in, &err, &map), WG_INVALID);
  m.features[0].geometry = WG_MAP_POINT;
  m.features[0].kind = WG_MAP_KINDS;
  assert_int_equal(wg_map_new(&in, &err, &map), WG_INVALID);
  m.features[0].kind = WG_MAP_POI;
  const wg_map_tag bad = {"name", "\xff"};
  m.features[0].tags = &bad;
  m.features[0].n_tags = 1;
  assert_int_equal(wg_map_new(&in, &err, &map), WG_INVALID);
  assert_string_equal(err.field, "tags");
  m.features[0].n_tags = 0;
  in.n = 0;
  assert_int_equal(wg_map_new(&in, &err, &map), WG_INVALID);
  in.n = 1;
  assert_int_equal(wg_map_new(&in, &err, &map), WG_OK);
  wg_map_free(map);
  wg_shapes_deinit(&m.shapes);
  made none = {0};
  map = finish(&none);
  wg_mvt *layer = tile_layer("basemap");
  assert_int_equal(wg_map_tile(map, home, layer, NULL), WG_OK);
  assert_int_equal(wg_map_tile(map, (wg_tile_id){17, 0, 0}, layer, NULL), WG_NOT_FOUND);
  wg_box box = wg_map_box(map);
  assert_true(box.x0 > box.x1);
  wg_mvt_free(layer);
  wg_map_free(map);
}

static void kinds_have_names_and_zooms(void **state) {
  (void)state;
  for (int k = 0; k < WG_MAP_KINDS; k++) {
    assert_non_null(wg_map_kind_name((wg_map_kind)k));
    assert_in_range(wg_map_default_zoom((wg_map_kind)k, NULL), 1, 16);
  }
  assert_true(wg_map_default_zoom(WG_MAP_ROAD, "motorway") < wg_map_default_zoom(WG_MAP_ROAD, "residential"));
  assert_int_equal(wg_map_default_zoom(WG_MAP_ROAD, "?"), wg_map_default_zoom(WG_MAP_ROAD, NULL));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_line_is_cut_into_pieces), cmocka_unit_test(polygons_keep_their_holes),
      cmocka_unit_test(zoom_rank_and_tags),        cmocka_unit_test(random_maps_are_valid),
      cmocka_unit_test(bad_input_is_refused),      cmocka_unit_test(kinds_have_names_and_zooms),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
