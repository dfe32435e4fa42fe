/* The only place that calls SpatiaLite. Most connections do without it: the first costs tens of ms. */
#ifndef WG_STORE_SQLITE_SPATIAL_H
#define WG_STORE_SQLITE_SPATIAL_H

#include <sqlite3.h>

#include "base/status.h"

wg_status spatial_load(sqlite3 *h, void **cache, wg_err *err);
void spatial_free(void *cache); /* after closing the connection */
/* The metadata tables, with WGS 84 only: 0.34 MB instead of 6.6. Inside a transaction. */
wg_status spatial_tables(sqlite3 *h, wg_err *err);

#endif
