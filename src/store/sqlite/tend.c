/* What lags behind on purpose: keys of incidents, spatial indexes, the checkpoint. */
#include <unistd.h>

#include "access.h"
#include "base/time.h"
#include "blob.h"
#include "db.h"
#include "keys.h"
#include "position.h"
#include "rtree.h"

enum {
  WG_KEY_ROWS = 20000,     /* incidents given their keys in one transaction where nobody waits */
  WG_KEY_ROWS_LIVE = 5000, /* … beside a server: 40 ms */
  WG_BURST_ROWS = 2000,    /* as many new rows since the last call: reports pour in, keys can wait … */
  WG_TAIL_MOST = 300000,   /* … up to here: lists read rows without keys one by one, some 0.3 s for these */
  WG_SPATIAL_ROWS = 4000,  /* rows put into the R-trees in one transaction: 0.1 s */
  WG_ACCESS_ROWS = 500,    /* old lines of the access log deleted in one transaction */
  WG_POSITION_ROWS = 1000, /* positions looked at, and old ones of them deleted, in one transaction */
  WG_PAUSE_US = 1000,      /* between turns, so that a writer that waits gets in */
  WG_STILL = 5,            /* calls without a new row: nothing else happens */
  WG_QUIET_TURNS = 8,      /* such transactions in one call when nothing else happens */
  WG_BUILD_ROWS = 300000,  /* most rows whose R-tree is made at once under a server: 0.7 s */
  WG_WAL_PAGES_CUT = 4096, /* a log longer than this (16 MB) is cut to nothing in a quiet moment, */
  WG_WAL_PAGES_LONG =
      8192, /* … than this (32 MB) begun anew in any: the writer waits for what is not copied, */
  WG_WAL_PAGES_NEAR = 512, /* … which is brought down to this first */
  WG_WAL_PASSES = 4
};

/* --- spatial indexes ---------------------------------------------------------------------------------------
 */

static wg_status index_row(struct db *db, sqlite3_stmt *put, int64_t id, const void *blob, size_t n,
                           wg_err *err) {
  wg_box b;
  if (!blob) return WG_OK;
  if (blob_box(blob, n, &b)) return db_corrupt(err, "geometry");
  sqlite3_reset(put);
  bind_int(put, 1, id);
  bind_real(put, 2, b.x0 / WG_LATTICE);
  bind_real(put, 3, b.x1 / WG_LATTICE);
  bind_real(put, 4, b.y0 / WG_LATTICE);
  bind_real(put, 5, b.y1 / WG_LATTICE);
  return db_run(db, put, err);
}

static wg_status watermark(struct db *db, const char *name, int64_t *done, wg_err *err) {
  sqlite3_stmt *st;
  bool row;
  wg_status status = db_stmt(db, "SELECT done FROM watermark WHERE name = ?", &st, err);
  if (status) return status;
  bind_text(st, 1, name);
  status = db_step(db, st, &row, err);
  if (status) return status;
  *done = row ? col_int(st, 0) : 0;
  sqlite3_reset(st);
  return row ? WG_OK : db_corrupt(err, "watermark");
}

static wg_status set_watermark(struct db *db, const char *name, int64_t done, wg_err *err) {
  sqlite3_stmt *st;
  wg_status status = db_stmt(db, "UPDATE watermark SET done = ? WHERE name = ?", &st, err);
  if (status) return status;
  bind_int(st, 1, done);
  bind_text(st, 2, name);
  return db_run(db, st, err);
}

static wg_status index_table(struct db *db, const char *name, const char *get, const char *put_sql,
                             int64_t rows, bool *more, wg_err *err) {
  sqlite3_stmt *st, *put;
  int64_t done = 0, n = 0;
  wg_status status = watermark(db, name, &done, err);
  int64_t last = done;
  if (!status) status = db_stmt(db, get, &st, err);
  if (!status) status = db_stmt(db, put_sql, &put, err);
  if (status) return status;
  bind_int(st, 1, done);
  bind_int(st, 2, rows ? rows : -1);
  for (; !status; n++) {
    bool row;
    status = db_step(db, st, &row, err);
    if (status || !row) break;
    last = col_int(st, 0);
    status = index_row(db, put, last, sqlite3_column_blob(st, 1), (size_t)sqlite3_column_bytes(st, 1), err);
    if (status) sqlite3_reset(st);
  }
  *more |= rows && n == rows;
  return status || last == done ? status : set_watermark(db, name, last, err);
}

/* At most `rows` of each table (0: all). Inside a transaction. */
static wg_status spatial_add(struct db *db, int64_t rows, bool *more, wg_err *err) {
  *more = false;
  wg_status st =
      index_table(db, "grid", "SELECT id, geometry FROM grid WHERE id > ? ORDER BY id LIMIT ?",
                  "INSERT OR REPLACE INTO idx_grid_geometry VALUES (?, ?, ?, ?, ?)", rows, more, err);
  if (st) return st;
  return index_table(db, "incident", "SELECT id, geometry FROM incident WHERE id > ? ORDER BY id LIMIT ?",
                     "INSERT OR REPLACE INTO idx_incident_geometry VALUES (?, ?, ?, ?, ?)", rows, more, err);
}

/* --- turns ---------------------------------------------------------------------------------- */

typedef wg_status (*turn_fn)(struct db *db, int64_t rows, bool *more, wg_err *err);

/* Each turn is a short transaction of its own, so that reports slip in between. */
static wg_status turn(wg_store *s, turn_fn fn, int64_t rows, bool *more, wg_err *err) {
  wg_status status = s->begin(s, err);
  if (status) return status;
  status = fn(db_of(s), rows, more, err);
  if (!status) status = s->commit(s, err);
  if (status) s->rollback(s);
  return status;
}

/* Whether there is anything to do, without taking the writer's lock. */
static wg_status behind(struct db *db, bool *keys, bool *spatial, wg_err *err) {
  int64_t lag = 0, space = 0;
  wg_status st =
      db_int(db, "SELECT (SELECT max(id) FROM incident) > (SELECT done FROM watermark WHERE name = 'keys')",
             &lag, err);
  if (!st)
    st = db_int(
        db,
        "SELECT coalesce((SELECT max(id) FROM incident) > (SELECT done FROM watermark WHERE name = "
        "'incident'), 0) "
        "OR coalesce((SELECT max(id) FROM grid) > (SELECT done FROM watermark WHERE name = 'grid'), 0)",
        &space, err);
  *keys = lag != 0;
  *spatial = space != 0;
  return st;
}

static wg_status build_incidents(struct db *db, int64_t rows, bool *more, wg_err *err) {
  (void)rows;
  *more = false;
  return rtree_build(db, RTREE_INCIDENT, err);
}

static wg_status build_grids(struct db *db, int64_t rows, bool *more, wg_err *err) {
  (void)rows;
  *more = false;
  return rtree_build(db, RTREE_GRID, err);
}

/* Tables whose index lacks most of many rows: to be made anew at once, 2 s for a million instead of 20. */
static wg_status far_behind(struct db *db, int64_t most, bool *incidents, bool *grids, wg_err *err) {
  sqlite3_stmt *st;
  bool row;
  *incidents = *grids = false;
  wg_status status =
      db_stmt(db,
              "SELECT n > 20000 AND n > 2 * a.done AND n <= ?1, m > 20000 AND m > 2 * b.done AND m <= ?1 "
              "FROM (SELECT (SELECT max(id) FROM incident) AS n, (SELECT max(id) FROM grid) AS m), "
              "watermark a, watermark b WHERE a.name = 'incident' AND b.name = 'grid'",
              &st, err);
  if (!status) bind_int(st, 1, most);
  if (!status) status = db_step(db, st, &row, err);
  if (status || !row) return status;
  *incidents = col_int(st, 0) != 0;
  *grids = col_int(st, 1) != 0;
  sqlite3_reset(st);
  return WG_OK;
}

static wg_status build_where_far(wg_store *s, int64_t most, wg_err *err) {
  bool incidents, grids, more;
  wg_status st = far_behind(db_of(s), most, &incidents, &grids, err);
  if (!st && incidents) st = turn(s, build_incidents, 0, &more, err);
  if (!st && grids) st = turn(s, build_grids, 0, &more, err);
  return st;
}

wg_status db_catch_up(wg_store *s, wg_err *err) {
  bool keys, spatial;
  wg_status st = behind(db_of(s), &keys, &spatial, err);
  while (!st && keys) st = turn(s, keys_add, WG_KEY_ROWS, &keys, err);
  if (!st && spatial) st = build_where_far(s, INT64_MAX, err);
  while (!st && spatial) st = turn(s, spatial_add, WG_SPATIAL_ROWS, &spatial, err);
  return st;
}

/* --- checkpoint ----------------------------------------------------------------------------- */

/* PASSIVE copies what it can and waits for nobody; what was written meanwhile is left to the next pass.
 * *pages: the log's length, *left: not copied yet. */
static int copy_log(struct db *db, int *pages, int *left) {
  int rc = SQLITE_OK, done = 0;
  *left = 0;
  for (int pass = 0; rc == SQLITE_OK && pass < WG_WAL_PASSES; pass++) {
    rc = sqlite3_wal_checkpoint_v2(db->h, NULL, SQLITE_CHECKPOINT_PASSIVE, pages, &done);
    *left = *pages - done;
    if (*left <= WG_WAL_PAGES_NEAR) break;
  }
  return rc;
}

/* The log is cut when it has grown or holds erased texts, and only if no reader is in it just then. In the
 * midst of a burst it is only begun anew: writing over what is there is cheaper than growing a file. */
static wg_status checkpoint(struct db *db, wg_err *err) {
  int pages = 0, left = 0;
  int64_t erased = 0;
  wg_status status = db_int(db, "SELECT done FROM watermark WHERE name = 'erased'", &erased, err);
  if (status) return status;
  int rc = copy_log(db, &pages, &left);
  bool cut = pages > 0 && (erased > db->cut || (!left && pages >= WG_WAL_PAGES_CUT));
  if (rc == SQLITE_OK && (cut || pages >= WG_WAL_PAGES_LONG)) {
    sqlite3_busy_timeout(db->h, 20);
    rc = sqlite3_wal_checkpoint_v2(db->h, NULL, cut ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_RESTART,
                                   NULL, NULL);
    db_wait_when_busy(db);
    if (rc == SQLITE_OK && cut) db->cut = erased;
  }
  db->wal_pages = 0;
  return rc == SQLITE_OK || (rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_LOCKED ? WG_OK
                                                                                       : db_fail(db, rc, err);
}

/* The R-trees serve GIS programs only, so they wait for a quiet moment. */
static wg_status tend_spatial(wg_store *s, bool quiet, wg_err *err) {
  struct db *db = db_of(s);
  bool spatial = true, incidents, grids;
  wg_status st = WG_OK;
  if (quiet) st = build_where_far(s, WG_BUILD_ROWS, err);
  if (!st && !quiet) {
    st = far_behind(db, INT64_MAX, &incidents, &grids, err);
    spatial = !incidents && !grids; /* in the midst of an import: it will be made at once, after */
  }
  for (int k = quiet ? WG_QUIET_TURNS : 1; !st && spatial && k; k--)
    st = turn(s, spatial_add, WG_SPATIAL_ROWS, &spatial, err);
  return st;
}

/* One step a call: what has waited a year can wait seconds. */
static wg_status tend_access(wg_store *s, wg_err *err) {
  int64_t before = 0;
  bool old = false;
  wg_status st = access_old(db_of(s), &before, &old, err);
  return st || !old ? st : turn(s, access_drop, WG_ACCESS_ROWS, &old, err);
}

/* One step a call: a thousand a second is more than workers send. */
static wg_status tend_positions(wg_store *s, wg_err *err) {
  bool old = false;
  wg_status st = position_old(db_of(s), WG_POSITION_ROWS, &old, err);
  return st || !old ? st : turn(s, position_drop, WG_POSITION_ROWS, &old, err);
}

static wg_status tend(wg_store *s, wg_err *err) {
  struct db *db = db_of(s);
  bool keys, spatial;
  int64_t done = 0, newest = 0;
  wg_status st = behind(db, &keys, &spatial, err);
  if (!st) st = keys_state(db, &done, &newest, err);
  if (st) return st;
  int64_t fresh = db->tended ? newest - db->tended : 0; /* not known at the first call */
  db->tended = newest;
  db->still = fresh ? 0 : db->still + 1;
  if (fresh > WG_BURST_ROWS && newest - done <= WG_TAIL_MOST) return WG_OK;
  while (!st && keys) {
    st = turn(s, keys_add, WG_KEY_ROWS_LIVE, &keys, err);
    if (keys) usleep(WG_PAUSE_US);
  }
  if (!st) st = tend_access(s, err);
  if (!st) st = tend_positions(s, err);
  return !st && spatial ? tend_spatial(s, db->still >= WG_STILL, err) : st;
}

/* What is written here can be made again from the rows, so its commits need not wait for the disk: the next
 * commit that does takes them along. */
static wg_status on_tend(wg_store *s, wg_err *err) {
  struct db *db = db_of(s);
  if (!db->writable || s->in_transaction(s)) return WG_OK;
  wg_status st = db_exec(db, "PRAGMA synchronous = NORMAL", err);
  if (!st) st = tend(s, err);
  wg_status back = db_exec(db, "PRAGMA synchronous = FULL", st ? NULL : err);
  if (!st) st = back;
  return st ? st : checkpoint(db, err);
}

void db_fill_tend(wg_store *s) { s->tend = on_tend; }
