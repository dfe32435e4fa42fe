/* The old end of the access log, for tend. */
#ifndef WG_STORE_SQLITE_ACCESS_H
#define WG_STORE_SQLITE_ACCESS_H

#include "db.h"

/* Whether there are lines older than the setting keeps: those before *before (ms). */
wg_status access_old(struct db *db, int64_t *before, bool *any, wg_err *err);
/* Deletes at most `rows` of them, inside a transaction. */
wg_status access_drop(struct db *db, int64_t rows, bool *more, wg_err *err);

#endif
