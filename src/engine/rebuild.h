/* The log against the tables: every incident, with who has a part in it, built anew from its events and held
 * against its row. */
#ifndef WG_ENGINE_REBUILD_H
#define WG_ENGINE_REBUILD_H

#include "domain/store.h"

/* Each difference is a line; *faults counts them. *older: incidents whose
 * events are from before schema 6 and do not tell of every change; nothing is said of them. In a stable view
 * of the store. */
wg_status wg_rebuild_compare(wg_store *s, wg_say_fn say, void *ctx, int64_t *incidents, int64_t *older,
                             int64_t *faults, wg_err *err);

#endif
