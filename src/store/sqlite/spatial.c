#include "spatial.h"

#include <spatialite.h>

wg_status spatial_load(sqlite3 *h, void **cache, wg_err *err) {
  *cache = spatialite_alloc_connection();
  if (!*cache)
    return wg_fail(err, WG_NO_MEMORY, NULL, WG_T("SpatiaLite cannot start", "SpatiaLite 无法启动"));
  spatialite_init_ex(h, *cache, 0);
  return WG_OK;
}

void spatial_free(void *cache) {
  if (cache) spatialite_cleanup_ex(cache);
}

wg_status spatial_tables(sqlite3 *h, wg_err *err) {
  sqlite3_stmt *st = NULL;
  int rc = sqlite3_prepare_v2(h, "SELECT InitSpatialMetadata(0, 'WGS84')", -1, &st, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_step(st);
  int done = rc == SQLITE_ROW ? sqlite3_column_int(st, 0) : 0;
  sqlite3_finalize(st);
  if (done) return WG_OK;
  return wg_fail(err, WG_IO, NULL,
                 WG_T("SpatiaLite cannot make its tables: %s", "SpatiaLite 无法创建其表：%s"),
                 sqlite3_errmsg(h));
}
