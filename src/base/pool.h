/* A bounded queue of jobs and a few threads that do them. */
#ifndef WG_BASE_POOL_H
#define WG_BASE_POOL_H

#include "base/status.h"

typedef struct wg_pool wg_pool;

/* Each thread calls start(ctx) once and passes what it gave to every job, then stop() at its end: a place for
 * a database connection or a GEOS context per thread. Both may be NULL. */
wg_status wg_pool_new(int threads, int max_waiting, void *(*start)(void *ctx), void (*stop)(void *mine),
                      void *ctx, wg_pool **out);
/* WG_BUSY when max_waiting jobs wait already. */
wg_status wg_pool_submit(wg_pool *pool, void (*job)(void *what, void *mine), void *what);
int wg_pool_waiting(wg_pool *pool);
void wg_pool_free(wg_pool *pool); /* does what waits, then joins */

#endif
