/* TileJSON 3.0.0 and the catalogue. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <jansson.h>
#include <string.h>

#include "tile/tilejson.h"

static const wg_layer_field grid_fields[] = {{"code", "String", "code of the grid", "网格编码"},
                                             {"load", "Number", "open matters", "未结事项数"}};
static const wg_layer_info items[] = {{"grids", "Grids", "网格", "Polygon", 0, 16, grid_fields, 2},
                                      {"incidents", "Incidents", "事件", "Point", 2, 15, NULL, 0}};
static const wg_layers all = {items, 2};

static json_t *read_json(wg_buf *b) {
  json_error_t error;
  json_t *v = json_loads(wg_buf_str(b), JSON_REJECT_DUPLICATES, &error);
  if (!v) print_message("%s\n%s\n", error.text, wg_buf_str(b));
  assert_non_null(v);
  return v;
}

static const char *str(const json_t *o, const char *k) {
  const char *s = json_string_value(json_object_get(o, k));
  return s ? s : "";
}
static json_int_t num(const json_t *o, const char *k) { return json_integer_value(json_object_get(o, k)); }

static void one_layer(void **state) {
  (void)state;
  wg_buf b;
  wg_buf_init(&b, 1 << 16);
  wg_box bounds = {1190000000, 285000000, 1200000000, 295000001};
  assert_int_equal(wg_tilejson(&all, 1, "http://h:8080", bounds, "zh", &b), WG_OK);
  json_t *v = read_json(&b);
  assert_string_equal(str(v, "tilejson"), "3.0.0");
  assert_string_equal(str(v, "name"), "grids");
  assert_string_equal(str(v, "description"), "网格");
  const json_t *tiles = json_object_get(v, "tiles");
  assert_int_equal(json_array_size(tiles), 1);
  assert_string_equal(json_string_value(json_array_get(tiles, 0)),
                      "http://h:8080/tiles/grids/{z}/{x}/{y}.mvt");
  assert_int_equal(num(v, "minzoom"), 0);
  assert_int_equal(num(v, "maxzoom"), 16);
  const json_t *at = json_object_get(v, "bounds"), *center = json_object_get(v, "center");
  assert_true(json_number_value(json_array_get(at, 0)) == 119 &&
              json_number_value(json_array_get(at, 3)) == 29.5000001);
  assert_int_equal(json_array_size(center), 3);
  assert_true(json_number_value(json_array_get(center, 0)) == 119.5);
  assert_in_range(json_integer_value(json_array_get(center, 2)), 7, 10);
  const json_t *layers = json_object_get(v, "vector_layers"), *grids = json_array_get(layers, 0);
  assert_int_equal(json_array_size(layers), 1);
  assert_string_equal(str(grids, "id"), "grids");
  assert_string_equal(str(json_object_get(grids, "fields"), "code"), "String. 网格编码");
  assert_int_equal(json_object_size(json_object_get(grids, "fields")), 2);
  json_decref(v);
  wg_buf_deinit(&b);
}

static void several_layers_and_no_bounds(void **state) {
  (void)state;
  wg_buf b;
  wg_buf_init(&b, 1 << 16);
  assert_int_equal(wg_tilejson(&all, 3, "", (wg_box){1, 1, 0, 0}, "en", &b), WG_OK);
  json_t *v = read_json(&b);
  assert_string_equal(json_string_value(json_array_get(json_object_get(v, "tiles"), 0)),
                      "/tiles/grids,incidents/{z}/{x}/{y}.mvt");
  assert_string_equal(str(v, "description"), "Grids, Incidents");
  const json_t *layers = json_object_get(v, "vector_layers"), *at = json_object_get(v, "bounds");
  assert_int_equal(json_array_size(layers), 2);
  assert_int_equal(num(json_array_get(layers, 1), "minzoom"), 2);
  assert_int_equal(num(json_array_get(layers, 1), "maxzoom"), 15);
  assert_true(
      json_is_object(json_object_get(json_array_get(layers, 1), "fields"))); /* required, even if empty */
  assert_true(json_number_value(json_array_get(at, 0)) == -180 &&
              json_number_value(json_array_get(at, 2)) == 180);
  assert_true(json_number_value(json_array_get(at, 3)) < 85.06);
  json_decref(v);
  wg_buf_deinit(&b);
  wg_buf_init(&b, 1 << 16);
  assert_int_equal(wg_tilejson(&all, 0, "", (wg_box){1, 1, 0, 0}, "en", &b), WG_INVALID);
  wg_buf_deinit(&b);
}

static void the_catalogue_lists_every_layer(void **state) {
  (void)state;
  wg_buf b;
  wg_buf_init(&b, 1 << 16);
  assert_int_equal(wg_tile_catalogue(&all, "http://h", &b), WG_OK);
  json_t *v = read_json(&b);
  const json_t *layers = json_object_get(v, "layers"), *first = json_array_get(layers, 0);
  assert_int_equal(json_array_size(layers), 2);
  assert_string_equal(str(first, "id"), "grids");
  assert_string_equal(str(json_object_get(first, "title"), "zh"), "网格");
  assert_string_equal(str(first, "tilejson"), "http://h/tiles/grids.json");
  assert_int_equal(json_array_size(json_object_get(first, "fields")), 2);
  json_decref(v);
  wg_buf_deinit(&b);
}

static void a_list_of_layers_is_read_strictly(void **state) {
  (void)state;
  uint64_t set;
  wg_err err = {0};
  assert_int_equal(wg_layer_list(&all, "incidents,grids", &err, &set), WG_OK);
  assert_true(set == 3);
  assert_int_equal(wg_layer_list(&all, "incidents", &err, &set), WG_OK);
  assert_true(set == 2);
  static const struct {
    const char *text;
    wg_status want;
  } bad[] = {{"", WG_INVALID},
             {",grids", WG_INVALID},
             {"grids,", WG_INVALID},
             {"grids,,incidents", WG_INVALID},
             {"grids,grids", WG_INVALID},
             {"roads", WG_NOT_FOUND},
             {"grid", WG_NOT_FOUND},
             {"gridsx", WG_NOT_FOUND},
             {"grids, incidents", WG_NOT_FOUND}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    assert_int_equal(wg_layer_list(&all, bad[i].text, &err, &set), bad[i].want);
    assert_string_equal(err.field, "layer");
  }
  char *big = malloc(100001);
  assert_non_null(big);
  memset(big, 'x', 100000);
  big[100000] = 0;
  assert_int_equal(wg_layer_list(&all, big, &err, &set), WG_NOT_FOUND);
  free(big);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(one_layer),
      cmocka_unit_test(several_layers_and_no_bounds),
      cmocka_unit_test(the_catalogue_lists_every_layer),
      cmocka_unit_test(a_list_of_layers_is_read_strictly),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
