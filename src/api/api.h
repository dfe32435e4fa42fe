/* The api room: resources over HTTP. Parse → engine → write; what is slow or reads the store runs on pool
 * threads, each with a store connection of its own. */
#ifndef WG_API_API_H
#define WG_API_API_H

#include "base/json.h"
#include "engine/engine.h"
#include "http/http.h"

typedef struct wg_app wg_app;

/* A raster base map from elsewhere, below all else. Texts belong to the caller. */
enum { WG_RASTER_URLS = 8 };
typedef struct wg_raster {
  const char *url[WG_RASTER_URLS]; /* with {z}, {x}, {y}; several: the browser takes them in turn */
  int n;
  const char *attribution;
  int minzoom, maxzoom, tile_size;
} wg_raster;
/* From the object "raster" of the configuration file; texts point into it. */
wg_status wg_raster_read(const wg_json *object, wg_raster *out, wg_err *err);

typedef struct wg_app_config {
  const wg_raster *raster;     /* or NULL: none. Outlives the app */
  const char *web;             /* folder of the built pages, or NULL: no pages */
  const char *files;           /* folder of the files on incidents, beside the database */
  const unsigned char *secret; /* of the key that signs receipts and case files; NULL: none */
  const char *source;          /* how to name the database in messages */
  /* Opens one more connection for reading. */
  wg_status (*open_store)(void *ctx, wg_store **out, wg_err *err);
  void *ctx;
  const char *phrases; /* JSON of data/phrases.json: those of an account that has saved none */
  bool secure;         /* TLS: cookies are marked Secure */
} wg_app_config;

wg_status wg_app_new(const wg_app_config *config, wg_app **out, wg_err *err);
/* To be put into the engine's configuration before wg_engine_new. */
wg_engine_hooks wg_app_hooks(wg_app *app);
/* Adds routes, authorisation and pool to the server's configuration. */
void wg_app_http_config(wg_app *app, wg_http_config *config);
/* Before serving: the engine and the server (either may be set later; /readyz answers 503 until both are). */
void wg_app_attach(wg_app *app, wg_engine *engine, wg_http *http);
/* The incident as a nameless viewer gets it in lists. */
void wg_app_summary(const wg_picture *p, const wg_incident *i, wg_buf *out);
/* Streams say goodbye; call before wg_http_stop. */
void wg_app_closing(wg_app *app);
void wg_app_free(wg_app *app);

#endif
