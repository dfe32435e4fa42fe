/* The live tables: incidents that matter now, and where workers are. Changed in place by the writer thread
 * under short locks; read by any thread. */
#ifndef WG_ENGINE_LIVE_H
#define WG_ENGINE_LIVE_H

#include "domain/incident.h"
#include "engine/picture.h"

/* --- incidents: all open ones, and those received today ------------------------------------------------- */
typedef struct wg_live_row {
  wg_incident i;           /* strings owned by the row; no attributes or place */
  uint32_t area;           /* index in the land that `generation` names */
  const char *const *orgs; /* handed or copied to; NULL-terminated, owned */
} wg_live_row;

typedef struct wg_live wg_live;
wg_status wg_live_new(wg_live **out);
void wg_live_free(wg_live *live);

/* Writer only. Puts a copy in (or in the place of the same id). */
wg_status wg_live_put(wg_live *live, const wg_land *land, const wg_incident *i, const char *const *orgs);
void wg_live_clear(wg_live *live);
/* Writer only. Forgets closed rows received before `day_start`. */
void wg_live_purge(wg_live *live, int64_t day_start);
/* Writer only. Finds every row's area again in a new land. */
void wg_live_reindex(wg_live *live, const wg_land *land);

/* Readers: fn runs under the read lock, keep it short; false stops. */
typedef bool (*wg_live_fn)(void *ctx, const wg_live_row *row);
void wg_live_each(wg_live *live, wg_live_fn fn, void *ctx);
void wg_live_in_box(wg_live *live, wg_box box, wg_live_fn fn, void *ctx);
/* Calls fn for the one row, when it is there. */
bool wg_live_get(wg_live *live, int64_t id, wg_live_fn fn, void *ctx);
uint32_t wg_live_count(wg_live *live);

/* --- workers ---------------------------------------------------------------------------------------------
 */
typedef struct wg_worker {
  wg_position p;
  uint32_t area; /* where it stands, by the base network; WG_NO_INDEX outside */
} wg_worker;

typedef struct wg_workers wg_workers;
wg_status wg_workers_new(wg_workers **out);
void wg_workers_free(wg_workers *w);
/* Any thread. Takes it when it is newer than what there is of that person (by device counter, then by fix).
 */
bool wg_workers_put(wg_workers *w, const wg_land *land, const wg_position *p);
void wg_workers_reindex(wg_workers *w, const wg_land *land);
/* The newest counter of a device, 0: none. */
int64_t wg_workers_counter(wg_workers *w, int64_t staff, const char *device);
typedef bool (*wg_worker_fn)(void *ctx, const wg_worker *worker);
void wg_workers_each(wg_workers *w, wg_worker_fn fn, void *ctx);
/* Ticker: closes the batch of those that moved since the last call; readers see it as batch number *batch. */
void wg_workers_turn(wg_workers *w);
uint64_t wg_workers_batch(wg_workers *w, wg_worker_fn fn, void *ctx); /* fn may be NULL: only the number */

#endif
