/* GET /tiles/…: vector tiles from the cache or drawn off the epoll threads, TileJSON, the catalogue. */
#include "api/tiles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compress.h"
#include "base/text.h"

enum { TILE_MAX = 32 << 20, GZIP_LEVEL = 5 };

/* What a tile request asks. Who waits for another's drawing may be told before the request is suspended, so
 * the two sides meet at `stage`: the first to come leaves it to the second to complete. */
enum { ALONE, SUSPENDED, TOLD };
struct want_tile {
  atomic_int stage;
  wg_status told;
  wg_request *q;
  wg_response *r;
  wg_deferred *token;
  wg_tile_flight *flight;
  wg_tile_key key;
  const char *network;
  wg_narrow narrow; /* of the incidents */
};

/* "grids,areas" → a set. A worker layer needs its own right, an incident layer its own. */
static wg_status read_layers(wg_request *q, const char *text, uint64_t *set) {
  wg_asker *a = wg_asker_of(q);
  wg_status st = wg_layer_list(&wg_api_layers, text, &q->err, set);
  if (st) return st;
  static const struct {
    int layer;
    wg_verb verb;
  } needs[] = {{WG_L_INCIDENTS, WG_V_SEE_INCIDENT}, {WG_L_WORKERS, WG_V_SEE_WORKERS}};
  for (size_t k = 0; k < 2; k++)
    if (*set >> needs[k].layer & 1 &&
        !wg_may(&a->picture->land->areas, a->viewer, needs[k].verb, NULL, a->now))
      return wg_fail(&q->err, WG_FORBIDDEN, "layer",
                     WG_T("account %s may not see this layer", "账号 %s 无权查看此图层"), a->viewer->name);
  return WG_OK;
}

static bool small_number(const char *text, uint32_t *out) {
  size_t n = strlen(text);
  if (n < 1 || n > 6) return false;
  uint32_t v = 0;
  for (size_t i = 0; i < n; i++) {
    if (text[i] < '0' || text[i] > '9') return false;
    v = v * 10 + (uint32_t)(text[i] - '0');
  }
  *out = v;
  return true;
}

static wg_status read_tile(wg_request *q, wg_tile_id *t) {
  uint32_t z = 0, x = 0, y = 0;
  bool ok = small_number(q->param[1], &z) && small_number(q->param[2], &x) && small_number(q->param[3], &y) &&
            z <= WG_TILE_MAX_ZOOM;
  if (ok) {
    *t = (wg_tile_id){(uint8_t)z, x, y};
    ok = wg_tile_valid(*t);
  }
  if (ok) return WG_OK;
  return wg_fail(&q->err, WG_NOT_FOUND, "z",
                 WG_T("there is no such tile; zooms run from 0 to %d", "没有这个瓦片；级别为 0 到 %d"),
                 WG_TILE_MAX_ZOOM);
}

static wg_status read_network(wg_request *q, const char **out) {
  *out = "base";
  wg_status st = wg_query_code(q, "network", out);
  if (st || wg_picture_network(wg_asker_of(q)->picture, *out, NULL) || strcmp(*out, "base") == 0) return st;
  return wg_fail_code(&q->err, WG_NOT_FOUND, "unknown-network", "network",
                      WG_T("there is no network \"%s\"", "没有名为“%s”的网格体系"), *out);
}

/* The finished tile as an answer. */
static wg_status answer_tile(wg_request *q, wg_response *r, const wg_tile_body *body) {
  char etag[WG_ETAG_LEN];
  wg_response_header(q, r, "Cache-Control", "private, no-cache");
  wg_response_header(q, r, "Vary", "Cookie, Authorization, Accept-Encoding");
  if (body->capped) wg_response_header(q, r, "X-Tile-Capped", "features");
  wg_tile_etag(body, q->accepts_gzip, etag);
  wg_response_header(q, r, "ETag", wg_arena_strdup(&q->arena, etag));
  r->type = "application/vnd.mapbox-vector-tile";
  r->no_compress = true;
  if (wg_request_etag_matches(q, etag)) {
    r->code = 304;
    return WG_OK;
  }
  if (!body->gzip) {
    r->code = 204;
    return WG_OK;
  }
  r->body.max = TILE_MAX;
  r->code = 200;
  r->gzipped = q->accepts_gzip;
  if (q->accepts_gzip)
    wg_buf_add(&r->body, body->gzip, body->n);
  else
    return wg_gunzip(body->gzip, body->n, body->raw_n, &r->body);
  return wg_buf_status(&r->body);
}

static wg_status draw_layer(const wg_asker *a, const struct want_tile *x, int layer, wg_tile_body **out) {
  wg_buf raw;
  bool capped = false;
  uint32_t network = 0;
  wg_picture_network(a->picture, x->network, &network);
  wg_buf_init(&raw, TILE_MAX);
  wg_narrow narrow = x->narrow;
  wg_narrow_in(&narrow, &a->picture->land->areas);
  wg_status st = wg_tile_draw(a, layer, network, &narrow, x->key.tile, &raw, &capped);
  if (!st) st = wg_tile_body_new(raw.data, raw.len, GZIP_LEVEL, capped, out);
  wg_buf_deinit(&raw);
  return st;
}

static wg_status draw_layers(const wg_asker *a, const struct want_tile *x, wg_tile_body **out) {
  wg_tile_body *part[WG_L_COUNT] = {0};
  size_t n = 0;
  wg_status st = WG_OK;
  for (int layer = 0; !st && layer < WG_L_COUNT; layer++) {
    if (!(x->key.layers >> layer & 1)) continue;
    st = draw_layer(a, x, layer, &part[n]);
    if (!st) n++;
  }
  if (!st) st = wg_tile_join(part, n, out);
  for (size_t k = 0; k < n; k++) wg_tile_body_drop(part[k]);
  return st;
}

/* On a pool thread. Draws from the picture of now, not of when the request came: the flight began after that,
 * and what it brings is kept as new. */
static wg_status draw_tile(const struct want_tile *x, wg_tile_body **out) {
  wg_asker fresh = *wg_asker_of(x->q);
  int64_t account = fresh.viewer->account;
  fresh.picture = wg_engine_picture(atomic_load(&fresh.app->engine));
  fresh.viewer = wg_picture_viewer(fresh.picture, account);
  bool same = fresh.viewer && wg_tile_rights(&fresh, x->key.layers, x->network, &x->narrow) == x->key.rights;
  wg_status st = same ? draw_layers(&fresh, x, out)
                      : wg_fail(&x->q->err, WG_BUSY, "",
                                WG_T("rights have just changed; ask again", "权限刚刚变更，请重试"));
  wg_picture_drop(fresh.picture);
  return st;
}

static void draw_job(void *what, void *mine) {
  struct want_tile *x = what;
  wg_app *app = x->q->app;
  (void)mine;
  wg_tile_body *body = NULL;
  wg_status st = draw_tile(x, &body);
  if (body)
    wg_tile_cache_fulfil(app->tiles, x->flight, body);
  else
    wg_tile_cache_abandon(app->tiles, x->flight, st);
  if (body) st = answer_tile(x->q, x->r, body);
  wg_tile_body_drop(body);
  wg_http_complete(x->token, st);
}

static void waited(void *ctx, wg_status st, wg_tile_body *body) {
  struct want_tile *x = ctx;
  x->told = st || !body ? st : answer_tile(x->q, x->r, body);
  int stage = ALONE;
  if (!atomic_compare_exchange_strong(&x->stage, &stage, TOLD)) wg_http_complete(x->token, x->told);
}

static void wait(struct want_tile *x) {
  x->token = wg_http_defer(x->q, x->r);
  int stage = ALONE;
  if (!atomic_compare_exchange_strong(&x->stage, &stage, SUSPENDED)) wg_http_complete(x->token, x->told);
}

wg_status wg_h_tile(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  struct want_tile *x = wg_arena_alloc(&q->arena, sizeof *x);
  if (!x) return WG_NO_MEMORY;
  *x = (struct want_tile){.q = q, .r = r};
  wg_status st = read_layers(q, q->param[0], &x->key.layers);
  if (!st) st = read_tile(q, &x->key.tile);
  if (!st) st = read_network(q, &x->network);
  if (!st) st = wg_narrow_read(q, WG_BY_ALL, &x->narrow);
  if (st) return st;
  x->key.rights = wg_tile_rights(a, x->key.layers, x->network, &x->narrow);
  wg_tile_body *body = NULL;
  wg_tile_got got;
  st = wg_tile_cache_get(a->app->tiles, &x->key, waited, x, &got, &body, &x->flight);
  if (st) return st;
  if (got == WG_TILE_HIT) {
    st = answer_tile(q, r, body);
    wg_tile_body_drop(body);
    return st;
  }
  if (got == WG_TILE_WAIT) {
    wait(x);
    return WG_OK;
  }
  x->token = wg_http_defer(q, r);
  st = wg_pool_submit(a->app->slow, draw_job, x);
  if (st) {
    wg_tile_cache_abandon(a->app->tiles, x->flight, st);
    wg_http_complete(x->token, st);
  }
  return WG_OK;
}

/* --- descriptions
 * --------------------------------------------------------------------------------------------- */

static char *base_url(wg_request *q) {
  const char *host = wg_request_header(q, "Host");
  if (!host ||
      strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]") != strlen(host))
    host = "localhost";
  return wg_arena_printf(&q->arena, "%s://%s", q->secure ? "https" : "http", host);
}

wg_status wg_h_tilejson(wg_request *q, wg_response *r) {
  uint64_t set = 0;
  wg_status st = read_layers(q, q->param[0], &set);
  if (!st)
    st = wg_tilejson(&wg_api_layers, set, base_url(q), wg_asker_of(q)->picture->land->extent, q->lang,
                     &r->body);
  return st ? st : wg_answer_tagged(q, r);
}

wg_status wg_h_tiles(wg_request *q, wg_response *r) {
  wg_status st = wg_tile_catalogue(&wg_api_layers, base_url(q), &r->body);
  return st ? st : wg_answer_tagged(q, r);
}
