/* The live tables: incidents that matter now, and where workers are. Changed in place by the writer thread
 * under short locks; read by any thread.
 *
 * Areas are indices, and an index means nothing but in its own land. The tables keep those of the newest
 * land; a reader may still hold an older picture (or a newer one, for a moment), so each says in which land
 * it wants them, and gets them for that one. */
#ifndef WG_ENGINE_LIVE_H
#define WG_ENGINE_LIVE_H

#include "domain/incident.h"
#include "engine/picture.h"

/* --- incidents: all open ones, and those received today ------------------------------------------------- */
typedef struct wg_live_row {
  wg_incident i;           /* strings owned by the row; no personal texts */
  const char *const *orgs; /* handed or copied to; NULL-terminated, owned */
} wg_live_row;

/* What counting and drawing ask of a row, in one line of the cache: fifty thousand of them are walked in less
 * than a millisecond. */
typedef struct wg_live_brief {
  const wg_live_row *row; /* all the rest, while the lock is held */
  int64_t received_at, reporter, responsible, seq;
  wg_pt at;           /* where has_position */
  uint32_t area;      /* index in the reader's land, or WG_NO_INDEX */
  uint32_t grid_hash; /* wg_live_grid_hash of its network and grid */
  uint8_t state, severity, class_;
  uint8_t queue; /* wg_queue_reason: what it waits for the centre for */
  bool has_position, overdue, has_orgs;
} wg_live_brief;
uint32_t wg_live_grid_hash(const char *network, const char *grid);

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

/* Readers: fn runs under the read lock, keep it short; false stops. It may not ask the table again. */
typedef bool (*wg_live_fn)(void *ctx, const wg_live_brief *b);
void wg_live_each(wg_live *live, const wg_land *land, wg_live_fn fn, void *ctx);
void wg_live_in_box(wg_live *live, const wg_land *land, wg_box box, wg_live_fn fn, void *ctx);
/* Calls fn for the one row, when it is there. */
bool wg_live_get(wg_live *live, int64_t id, bool (*fn)(void *ctx, const wg_live_row *row), void *ctx);
/* The same with its brief. */
bool wg_live_one(wg_live *live, const wg_land *land, int64_t id, wg_live_fn fn, void *ctx);
uint32_t wg_live_count(wg_live *live);

/* --- workers ---------------------------------------------------------------------------------------------
 */
typedef struct wg_worker {
  wg_position p;
  uint32_t area;       /* where it stands, by the base network of the reader's land; WG_NO_INDEX outside */
  uint64_t generation; /* of the land that area was found in */
} wg_worker;

typedef struct wg_workers wg_workers;
wg_status wg_workers_new(wg_workers **out);
void wg_workers_free(wg_workers *w);
/* Any thread. Takes it when it is newer than what there is of that person (by device counter, then by fix).
 * *had and *was: whether and where the person was seen before (may be NULL). */
bool wg_workers_put(wg_workers *w, const wg_land *land, const wg_position *p, bool *had, wg_pt *was);
void wg_workers_reindex(wg_workers *w, const wg_land *land);
/* The newest counter of a device, 0: none. */
int64_t wg_workers_counter(wg_workers *w, int64_t staff, const char *device);
typedef bool (*wg_worker_fn)(void *ctx, const wg_worker *worker);
void wg_workers_each(wg_workers *w, const wg_land *land, wg_worker_fn fn, void *ctx);
/* The same in the order of staff ids, from the first one above `after`. */
void wg_workers_after(wg_workers *w, const wg_land *land, int64_t after, wg_worker_fn fn, void *ctx);
/* Ticker: closes the batch of those that moved since the last call; readers see it as batch number *batch. */
void wg_workers_turn(wg_workers *w);
/* fn may be NULL: only the number. */
uint64_t wg_workers_batch(wg_workers *w, const wg_land *land, wg_worker_fn fn, void *ctx);

#endif
