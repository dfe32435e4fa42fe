/* Putting the room together. */
#include <stdlib.h>

#include "api/app.h"
#include "base/log.h"
#include "base/time.h"

enum { CACHE_BYTES = 256 << 20, SLOW_THREADS = 2, SLOW_WAITING = 4096, BULK_WAITING = 16 };

struct mine {
  wg_app *app;
  wg_store *store;
};

static void *open_mine(void *ctx) {
  struct mine *m = calloc(1, sizeof *m);
  if (m) m->app = ctx;
  return m;
}

static void close_mine(void *mine) {
  struct mine *m = mine;
  if (m && m->store) m->store->close(m->store);
  free(m);
}

wg_status wg_mine_store(void *mine, wg_store **out, wg_err *err) {
  struct mine *m = mine;
  if (!m) return WG_NO_MEMORY;
  wg_status st = m->store ? WG_OK : m->app->config.open_store(m->app->config.ctx, &m->store, err);
  *out = m->store;
  return st;
}

wg_status wg_app_new(const wg_app_config *config, wg_app **out, wg_err *err) {
  wg_app *app = calloc(1, sizeof *app);
  if (!app) return WG_NO_MEMORY;
  app->config = *config;
  app->started_at = wg_now_ms();
  wg_status st = wg_tile_cache_new(CACHE_BYTES, 0, &app->tiles);
  if (!st) st = wg_throttle_new(&app->throttle);
  if (!st) st = wg_crs_box_new(&app->crs);
  if (!st) st = wg_kept_hours_new(&app->hours);
  if (!st) st = wg_sent_positions_new(&app->positions);
  if (!st) st = wg_pool_new(SLOW_THREADS, SLOW_WAITING, open_mine, close_mine, app, &app->slow);
  if (!st) st = wg_pool_new(1, BULK_WAITING, open_mine, close_mine, app, &app->bulk);
  if (st) {
    wg_app_free(app);
    return wg_fail(err, st, "", WG_T("out of memory at the start", "启动时内存不足"));
  }
  *out = app;
  return WG_OK;
}

static void wake(void *ctx) {
  wg_app *app = ctx;
  wg_http *http = atomic_load(&app->http);
  if (http) wg_http_wake_all(http);
}

wg_engine_hooks wg_app_hooks(wg_app *app) {
  return (wg_engine_hooks){.picture = {.land_ready = wg_land_tiles_make, .ctx = app},
                           .render = wg_mark_change,
                           .renewed = wg_mark_renewed,
                           .wake = wake,
                           .moved = wg_mark_moved,
                           .ctx = app};
}

void wg_app_http_config(wg_app *app, wg_http_config *config) {
  for (size_t i = 0; i < wg_api_n_routes && i < WG_ROUTES_MAX; i++) app->route[i] = wg_api_routes[i].route;
  config->routes = app->route;
  config->n_routes = wg_api_n_routes;
  config->authorize = wg_auth;
  config->release = wg_asker_release;
  config->pool_start = open_mine;
  config->pool_stop = close_mine;
  config->app = app;
}

void wg_app_attach(wg_app *app, wg_engine *engine, wg_http *http) {
  if (engine) atomic_store(&app->engine, engine);
  if (http) atomic_store(&app->http, http);
}

void wg_app_summary(const wg_picture *p, const wg_incident *i, wg_buf *out) {
  wg_jw w;
  wg_jw_init(&w, out);
  wg_write_incident(&w, p, i, WG_WRITE_SUMMARY | WG_WRITE_NAMELESS, "zh");
}

void wg_app_closing(wg_app *app) {
  atomic_store(&app->closing, true);
  wake(app);
}

void wg_app_free(wg_app *app) {
  if (!app) return;
  wg_pool_free(app->slow);
  wg_pool_free(app->bulk);
  wg_sent_positions_free(app->positions);
  wg_tile_cache_free(app->tiles);
  wg_throttle_free(app->throttle);
  wg_crs_box_free(app->crs);
  wg_kept_hours_free(app->hours);
  free(app);
}
