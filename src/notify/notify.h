/* Telling: a thread follows the committed log by seq, writes down who is told of what, and brings it, by the
 * command (an SMS gateway's) and by webhooks. What it has done is in the store, so it goes on where it was.
 */
#ifndef WG_NOTIFY_NOTIFY_H
#define WG_NOTIFY_NOTIFY_H

#include "engine/engine.h"

enum { WG_NOTIFY_ARGS = 16 };
typedef struct wg_notify_config {
  wg_status (*open_store)(void *ctx, wg_store **out, wg_err *err); /* a connection for reading */
  void *ctx;
  const char *command[WG_NOTIFY_ARGS + 1]; /* argv, the first a path; NULL-terminated; empty: none */
  const char *kinds;                       /* of the command: "incident.dispatched,…"; NULL: all */
  int64_t command_seconds;                 /* 1–120; 0: 10 */
  int64_t backoff_ms;                      /* after the first failure, then doubled; 0: 2000 */
  int64_t tries;                           /* until a letter is given up; 0: 12 */
  bool webhook_private;                    /* addresses of private networks may be called */
  /* Appends the incident as a nameless viewer gets it, a JSON object. */
  void (*summary)(const wg_picture *p, const wg_incident *i, wg_buf *out);
} wg_notify_config;

typedef struct wg_notify wg_notify;
/* The texts of config belong to the caller and outlive it. */
wg_status wg_notify_start(const wg_notify_config *config, wg_engine *engine, wg_notify **out, wg_err *err);
void wg_notify_poke(wg_notify *n); /* something was committed; any thread, cheap */
void wg_notify_stop(wg_notify *n); /* before the engine is stopped; it may still be poked. NULL is fine */
void wg_notify_free(wg_notify *n);

#endif
