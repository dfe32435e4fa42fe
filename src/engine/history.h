/* Networks as past plan versions had them: loaded when asked for, the last few kept. Any thread. */
#ifndef WG_ENGINE_HISTORY_H
#define WG_ENGINE_HISTORY_H

#include "engine/picture.h"

typedef struct wg_history wg_history;
wg_status wg_history_new(wg_history **out);
void wg_history_free(wg_history *h);
/* The version of the network in force at `at` (ms). *out is held: wg_history_drop. WG_NOT_FOUND: there was no
 * plan then. */
wg_status wg_history_network(wg_history *h, wg_store *store, const char *network, int64_t at,
                             const wg_network **out, wg_err *err);
void wg_history_drop(const wg_network *network); /* NULL is fine */
/* A new land takes the place of the old one: the versions that a next one has replaced are kept, so that
 * reports which were on their way need not load them. */
void wg_history_retire(wg_history *h, const wg_land *old, const wg_land *fresh);

#endif
