#include "tile/tilejson.h"

#include <stdbool.h>
#include <string.h>

#include "base/jw.h"
#include "tile/mercator.h"

enum { NAME_MAX_LEN = 64 };

int wg_layer_find(const wg_layers *all, const char *id, size_t n) {
  for (size_t i = 0; i < all->n && i < 64; i++)
    if (strlen(all->items[i].id) == n && memcmp(all->items[i].id, id, n) == 0) return (int)i;
  return -1;
}

wg_status wg_layer_list(const wg_layers *all, const char *text, wg_err *err, uint64_t *set) {
  *set = 0;
  for (const char *p = text;;) {
    size_t n = strcspn(p, ",");
    if (!n)
      return wg_fail(err, WG_INVALID, "layer",
                     WG_T("name the layers, with a comma between two", "请写出图层名，多个图层以逗号分隔"));
    int i = wg_layer_find(all, p, n);
    int shown = n > NAME_MAX_LEN ? NAME_MAX_LEN : (int)n;
    if (i < 0)
      return wg_fail(
          err, WG_NOT_FOUND, "layer",
          WG_T("there is no layer named %.*s; /tiles lists them", "没有名为 %.*s 的图层；列表见 /tiles"),
          shown, p);
    if (*set >> i & 1)
      return wg_fail(err, WG_INVALID, "layer", WG_T("layer %.*s is named twice", "图层 %.*s 重复"), shown, p);
    *set |= 1ULL << i;
    p += n;
    if (!*p) return WG_OK;
    p++;
  }
}

static const char *text_of(const char *en, const char *zh, const char *lang) {
  return lang && strncmp(lang, "zh", 2) == 0 ? zh : en;
}

/* "http://host/tiles/a,b" + ending, as a JSON string. */
static void put_url(wg_jw *w, const char *base_url, const char *names, const char *ending) {
  wg_buf url;
  wg_buf_init(&url, 8192);
  wg_buf_add_str(&url, base_url);
  wg_buf_add_str(&url, "/tiles/");
  wg_buf_add_str(&url, names);
  wg_buf_add_str(&url, ending);
  wg_jw_str(w, wg_buf_str(&url));
  wg_buf_deinit(&url);
}

static void put_fields(wg_jw *w, const wg_layer_info *l, const char *lang) {
  wg_jw_begin_object(w);
  for (size_t i = 0; i < l->n_fields; i++) {
    const wg_layer_field *f = &l->fields[i];
    wg_buf text;
    wg_buf_init(&text, 4096);
    wg_buf_printf(&text, "%s. %s", f->type, text_of(f->en, f->zh, lang));
    wg_jw_member_str(w, f->name, wg_buf_str(&text));
    wg_buf_deinit(&text);
  }
  wg_jw_end_object(w);
}

static void put_vector_layers(wg_jw *w, const wg_layers *all, uint64_t set, const char *lang) {
  wg_jw_key(w, "vector_layers");
  wg_jw_begin_array(w);
  for (size_t i = 0; i < all->n && i < 64; i++) {
    if (!(set >> i & 1)) continue;
    const wg_layer_info *l = &all->items[i];
    wg_jw_begin_object(w);
    wg_jw_member_str(w, "id", l->id);
    wg_jw_member_str(w, "description", text_of(l->en, l->zh, lang));
    wg_jw_member_int(w, "minzoom", l->min_zoom);
    wg_jw_member_int(w, "maxzoom", l->max_zoom);
    wg_jw_key(w, "fields");
    put_fields(w, l, lang);
    wg_jw_end_object(w);
  }
  wg_jw_end_array(w);
}

static void put_bounds(wg_jw *w, wg_box b) {
  enum { RIM = 850511287 }; /* the map ends at 85.0511287° */
  bool world = b.x0 > b.x1 || b.y0 > b.y1;
  int32_t at[4] = {world ? -1800000000 : b.x0, world || b.y0 < -RIM ? -RIM : b.y0, world ? 1800000000 : b.x1,
                   world || b.y1 > RIM ? RIM : b.y1};
  wg_jw_key(w, "bounds");
  wg_jw_begin_array(w);
  for (int i = 0; i < 4; i++) wg_jw_degrees(w, at[i]);
  wg_jw_end_array(w);
  if (world) return;
  wg_jw_key(w, "center"); /* lon, lat, zoom: the deepest that shows the bounds on 1 024 pixels */
  double span = (double)at[2] - at[0] > (double)at[3] - at[1] ? (double)at[2] - at[0] : (double)at[3] - at[1];
  int zoom = 0;
  while (zoom < WG_TILE_MAX_ZOOM && span * 512 * (1 << (zoom + 1)) <= 1024 * 360 * WG_LATTICE) zoom++;
  wg_jw_begin_array(w);
  wg_jw_degrees(w, (int32_t)(((int64_t)at[0] + at[2]) / 2));
  wg_jw_degrees(w, (int32_t)(((int64_t)at[1] + at[3]) / 2));
  wg_jw_int(w, zoom);
  wg_jw_end_array(w);
}

wg_status wg_tilejson(const wg_layers *all, uint64_t set, const char *base_url, wg_box bounds,
                      const char *lang, wg_buf *out) {
  wg_buf names, titles;
  wg_buf_init(&names, 8192);
  wg_buf_init(&titles, 8192);
  uint8_t min_zoom = UINT8_MAX, max_zoom = 0;
  for (size_t i = 0; i < all->n && i < 64; i++) {
    if (!(set >> i & 1)) continue;
    const wg_layer_info *l = &all->items[i];
    wg_buf_printf(&names, "%s%s", names.len ? "," : "", l->id);
    wg_buf_printf(&titles, "%s%s", titles.len ? ", " : "", text_of(l->en, l->zh, lang));
    if (l->min_zoom < min_zoom) min_zoom = l->min_zoom;
    if (l->max_zoom > max_zoom) max_zoom = l->max_zoom;
  }
  wg_status st = names.len ? wg_buf_status(&names) : WG_INVALID;
  if (!st) {
    wg_jw w;
    wg_jw_init(&w, out);
    wg_jw_begin_object(&w);
    wg_jw_member_str(&w, "tilejson", "3.0.0");
    wg_jw_member_str(&w, "name", wg_buf_str(&names));
    wg_jw_member_str(&w, "description", wg_buf_str(&titles));
    wg_jw_member_str(&w, "scheme", "xyz");
    wg_jw_key(&w, "tiles");
    wg_jw_begin_array(&w);
    put_url(&w, base_url, wg_buf_str(&names), "/{z}/{x}/{y}.mvt");
    wg_jw_end_array(&w);
    wg_jw_member_int(&w, "minzoom", min_zoom);
    wg_jw_member_int(&w, "maxzoom", max_zoom);
    put_bounds(&w, bounds);
    put_vector_layers(&w, all, set, lang);
    wg_jw_end_object(&w);
    st = wg_buf_status(out);
  }
  wg_buf_deinit(&names);
  wg_buf_deinit(&titles);
  return st;
}

static void put_text_map(wg_jw *w, const char *name, const char *en, const char *zh) {
  wg_jw_key(w, name);
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "en", en);
  wg_jw_member_str(w, "zh", zh);
  wg_jw_end_object(w);
}

static void put_layer(wg_jw *w, const wg_layer_info *l, const char *base_url) {
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "id", l->id);
  put_text_map(w, "title", l->en, l->zh);
  wg_jw_member_str(w, "geometry", l->geometry);
  wg_jw_member_int(w, "minzoom", l->min_zoom);
  wg_jw_member_int(w, "maxzoom", l->max_zoom);
  wg_jw_key(w, "tilejson");
  put_url(w, base_url, l->id, ".json");
  wg_jw_key(w, "tiles");
  wg_jw_begin_array(w);
  put_url(w, base_url, l->id, "/{z}/{x}/{y}.mvt");
  wg_jw_end_array(w);
  wg_jw_key(w, "fields");
  wg_jw_begin_array(w);
  for (size_t i = 0; i < l->n_fields; i++) {
    wg_jw_begin_object(w);
    wg_jw_member_str(w, "name", l->fields[i].name);
    wg_jw_member_str(w, "type", l->fields[i].type);
    put_text_map(w, "title", l->fields[i].en, l->fields[i].zh);
    wg_jw_end_object(w);
  }
  wg_jw_end_array(w);
  wg_jw_end_object(w);
}

wg_status wg_tile_catalogue(const wg_layers *all, const char *base_url, wg_buf *out) {
  wg_jw w;
  wg_jw_init(&w, out);
  wg_jw_begin_object(&w);
  wg_jw_key(&w, "layers");
  wg_jw_begin_array(&w);
  for (size_t i = 0; i < all->n && i < 64; i++) put_layer(&w, &all->items[i], base_url);
  wg_jw_end_array(&w);
  wg_jw_end_object(&w);
  return wg_buf_status(out);
}
