/* The old end of the history of positions, for tend. */
#ifndef WG_STORE_SQLITE_POSITION_H
#define WG_STORE_SQLITE_POSITION_H

#include "db.h"

/* Whether the next `rows` rows hold any that may go: older than the setting keeps, and not the newest of a
 * device. */
wg_status position_old(struct db *db, int64_t rows, bool *any, wg_err *err);
/* Deletes those of the next `rows`, inside a transaction. */
wg_status position_drop(struct db *db, int64_t rows, bool *more, wg_err *err);

#endif
