/* An optional raster base map: where its tiles are, and what the pages may therefore ask elsewhere. */
#include <string.h>

#include "api/app.h"

enum { URL_MAX = 500, ORIGIN_MAX = 264, TILE_MIN = 64, TILE_MAX = 2048, ZOOM_MAX = 24 };

/* "https://host:port" of an address, as it stands in a content policy: letters that could end it are refused.
 * 0: it is none. */
static size_t origin_len(const char *url) {
  size_t scheme = strncmp(url, "https://", 8) == 0 ? 8 : strncmp(url, "http://", 7) == 0 ? 7 : 0;
  if (!scheme) return 0;
  size_t host = strspn(url + scheme, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]");
  char end = url[scheme + host];
  return host && scheme + host < ORIGIN_MAX && (end == '/' || end == '?') ? scheme + host : 0;
}

static wg_status read_url(const wg_json *value, const char **out, wg_err *err) {
  const char *url = wg_json_text(value);
  bool tile = url && strlen(url) <= URL_MAX && strstr(url, "{z}") && strstr(url, "{x}") && strstr(url, "{y}");
  *out = url;
  if (tile && origin_len(url)) return WG_OK;
  return wg_fail(err, WG_INVALID, "raster.urls",
                 WG_T("each of raster.urls is http(s)://…, at most %d bytes, with {z}, {x} and {y}",
                      "raster.urls 的每一项须为 http(s) 地址，不超过 %d 字节，并含 {z}、{x}、{y}"),
                 URL_MAX);
}

wg_status wg_raster_read(const wg_json *object, wg_raster *out, wg_err *err) {
  static const char *const names[] = {"urls", "attribution", "minzoom", "maxzoom", "tile_size", NULL};
  wg_json *urls = NULL;
  int64_t minzoom = 0, maxzoom = 18, tile = 256;
  *out = (wg_raster){.attribution = ""};
  wg_status st = wg_json_only(object, names, err);
  if (!st) st = wg_json_arr(object, "urls", WG_REQUIRED, WG_RASTER_URLS, &urls, err);
  if (!st) st = wg_json_str(object, "attribution", WG_OPTIONAL, 300, &out->attribution, err);
  if (!st) st = wg_json_int(object, "minzoom", WG_OPTIONAL, 0, ZOOM_MAX, &minzoom, err);
  if (!st) st = wg_json_int(object, "maxzoom", WG_OPTIONAL, minzoom, ZOOM_MAX, &maxzoom, err);
  if (!st) st = wg_json_int(object, "tile_size", WG_OPTIONAL, TILE_MIN, TILE_MAX, &tile, err);
  if (!st && !wg_json_len(urls))
    st = wg_fail(err, WG_INVALID, "raster.urls", WG_T("raster.urls is empty", "raster.urls 为空"));
  for (size_t i = 0; !st && i < wg_json_len(urls); i++)
    st = read_url(wg_json_at(urls, i), &out->url[out->n++], err);
  out->minzoom = (int)minzoom;
  out->maxzoom = (int)maxzoom;
  out->tile_size = (int)tile;
  return st;
}

void wg_raster_write(wg_jw *w, const wg_raster *raster) {
  wg_jw_key(w, "raster");
  if (!raster) {
    wg_jw_null(w);
    return;
  }
  wg_jw_begin_object(w);
  wg_jw_key(w, "urls");
  wg_jw_begin_array(w);
  for (int i = 0; i < raster->n; i++) wg_jw_str(w, raster->url[i]);
  wg_jw_end_array(w);
  wg_jw_member_str(w, "attribution", raster->attribution);
  wg_jw_member_int(w, "minzoom", raster->minzoom);
  wg_jw_member_int(w, "maxzoom", raster->maxzoom);
  wg_jw_member_int(w, "tile_size", raster->tile_size);
  wg_jw_end_object(w);
}

/* What the pages may load: nothing from elsewhere but these tiles. */
char *wg_page_policy(wg_arena *arena, const wg_raster *raster) {
  const char *more = "";
  for (int i = 0; raster && i < raster->n; i++) {
    int n = (int)origin_len(raster->url[i]);
    more = wg_arena_printf(arena, "%s %.*s", more, n, raster->url[i]);
    if (!more) return NULL;
  }
  return wg_arena_printf(
      arena,
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:%s; "
      "font-src 'self'; connect-src 'self'%s; worker-src 'self'; media-src 'self'; base-uri 'none'; "
      "form-action 'self'; frame-ancestors 'none'",
      more, more);
}
