/* The handshake between a running server and the other commands: a small file beside the database, locked by
 * the server for as long as it serves, that says up to which event it has come. A command that wrote waits
 * for it, so that what it did is on the map when it returns. */
#ifndef WG_CLI_SERVING_H
#define WG_CLI_SERVING_H

#include <stdint.h>

#include "base/status.h"

typedef struct wg_serving wg_serving;
/* WG_CONFLICT when another server has this database. */
wg_status wg_serving_begin(const char *db, wg_serving **out, wg_err *err);
void wg_serving_applied(void *serving, int64_t seq); /* any thread */
void wg_serving_end(wg_serving *s);                  /* NULL is fine */

/* Waits until the server of this database, if there is one, has applied all that is committed; at most a
 * minute. */
void wg_serving_settle(const char *db);

#endif
