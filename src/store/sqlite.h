/* The SQLite + SpatiaLite store: one file, WAL, synchronous=FULL. */
#ifndef WG_STORE_SQLITE_H
#define WG_STORE_SQLITE_H

#include <stdbool.h>

#include "domain/store.h"

/* Makes a new file with all tables. WG_CONFLICT when the path exists already. */
wg_status wg_sqlite_create(const char *path, wg_err *err);
/* Opens an existing file of this or an older schema (migrated when writable). spatial: load SpatiaLite (57
 * ms). */
wg_status wg_sqlite_open(const char *path, bool writable, bool spatial, wg_store **out, wg_err *err);
typedef struct wg_restored {
  int64_t events;        /* of the database now in place */
  int64_t events_before; /* of the one that was there; -1: it could not be read */
  char kept[4200];       /* where that one lies now; "": there was none */
} wg_restored;
/* Puts the backup at `from` in the place of `path` by rename, refusing while a server has it open, and
 * refusing a file that is no whole backup. The database that was there is kept as
 * PATH.before-restore-TIME. out may be NULL. */
wg_status wg_sqlite_restore(const char *from, const char *path, wg_restored *out, wg_err *err);

#endif
