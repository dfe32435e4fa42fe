/* Builds an R-tree in one go: for a table whose index lags by very many rows, where inserting one by one
 * would take ten times as long. */
#ifndef WG_STORE_SQLITE_RTREE_H
#define WG_STORE_SQLITE_RTREE_H

#include "db.h"

enum rtree_table { RTREE_INCIDENT, RTREE_GRID };

/* Replaces the whole index of the table's geometry and sets its watermark to the newest row. Inside a
 * transaction. */
wg_status rtree_build(struct db *db, enum rtree_table table, wg_err *err);

#endif
