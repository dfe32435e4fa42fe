/* The api room: resources over HTTP. Parse → engine → write; what is slow or reads the store runs on pool
 * threads, each with a store connection of its own. */
#ifndef WG_API_API_H
#define WG_API_API_H

#include "engine/engine.h"
#include "http/http.h"

typedef struct wg_app wg_app;

typedef struct wg_app_config {
  const char *web;    /* folder of the built pages, or NULL: no pages */
  const char *source; /* how to name the database in messages */
  /* Opens one more connection for reading. */
  wg_status (*open_store)(void *ctx, wg_store **out, wg_err *err);
  void *ctx;
  bool secure; /* TLS: cookies are marked Secure */
} wg_app_config;

wg_status wg_app_new(const wg_app_config *config, wg_app **out, wg_err *err);
/* To be put into the engine's configuration before wg_engine_new. */
wg_engine_hooks wg_app_hooks(wg_app *app);
/* Adds routes, authorisation and pool to the server's configuration. */
void wg_app_http_config(wg_app *app, wg_http_config *config);
/* Before serving: the engine and the server (either may be set later; /readyz answers 503 until both are). */
void wg_app_attach(wg_app *app, wg_engine *engine, wg_http *http);
/* Streams say goodbye; call before wg_http_stop. */
void wg_app_closing(wg_app *app);
void wg_app_free(wg_app *app);

#endif
