/* Backup while serving: one stable view is copied page by page, then the files that it names, then both take
 * their names. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db.h"
#include "file.h"
#include "files.h"

enum { WG_BACKUP_PAGES = 1024 };

static wg_status target_fail(struct db *db, sqlite3 *to, const char *path, int rc, wg_err *err) {
  if ((rc & 0xff) == SQLITE_FULL || sqlite3_system_errno(to) == ENOSPC)
    return db_path_fail(path, ENOSPC, err);
  if ((rc & 0xff) == SQLITE_NOMEM) return db_no_memory(err);
  (void)db;
  return db_path_fail(path, sqlite3_system_errno(to), err);
}

static wg_status copy(struct db *db, sqlite3 *to, const char *path, void (*progress)(void *, double),
                      void *ctx, wg_err *err) {
  sqlite3_backup *b = sqlite3_backup_init(to, "main", db->h, "main");
  if (!b) return target_fail(db, to, path, sqlite3_errcode(to), err);
  int rc;
  do {
    rc = sqlite3_backup_step(b, WG_BACKUP_PAGES);
    int all = sqlite3_backup_pagecount(b);
    if (progress && all) progress(ctx, 1.0 - (double)sqlite3_backup_remaining(b) / all);
  } while (rc == SQLITE_OK);
  int end = sqlite3_backup_finish(b);
  if (rc == SQLITE_DONE && end == SQLITE_OK) return WG_OK;
  return rc == SQLITE_DONE ? target_fail(db, to, path, end, err) : target_fail(db, to, path, rc, err);
}

/* The copy is closed as a plain file without a log of its own. */
static wg_status seal(struct db *db, sqlite3 *to, const char *path, wg_err *err) {
  int rc = sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
  return rc == SQLITE_OK ? WG_OK : target_fail(db, to, path, rc, err);
}

/* The read transaction holds the view: writers go on, and nothing starts over (sqlite3_backup restarts only
 * when its source changes under it). A checkpoint cannot cut the log meanwhile; it grows and is cut after. */
static wg_status write_copy(wg_store *s, const char *tmp, const char *path, struct file_list *files,
                            void (*progress)(void *, double), void *ctx, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3 *to = NULL;
  wg_status st = s->read_begin(s, err);
  if (st) return st;
  int rc = sqlite3_open_v2(tmp, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
  if (rc != SQLITE_OK) st = target_fail(db, to, path, rc, err);
  if (!st) sqlite3_exec(to, "PRAGMA synchronous = OFF", NULL, NULL, NULL); /* synced once, at the end */
  if (!st) st = copy(db, to, path, progress, ctx, err);
  if (!st) st = files_list(db, files, err);
  s->read_end(s);
  if (!st) st = seal(db, to, path, err);
  sqlite3_close(to);
  return st;
}

static wg_status on_backup(wg_store *s, const char *path, void (*progress)(void *, double), void *ctx,
                           wg_err *err) {
  struct db *db = db_of(s);
  if (s->in_transaction(s))
    return wg_fail(err, WG_INTERNAL, NULL,
                   WG_T("a backup needs no open transaction", "备份时不应有未结束的事务"));
  if (file_same(path, db->path))
    return wg_fail(err, WG_INVALID, "out",
                   WG_T("the backup may not overwrite the database itself: give another path",
                        "备份不能覆盖数据库本身：请换一个路径"));
  wg_status st = file_folder_check(path, err);
  if (st) return st;
  char *tmp = sqlite3_mprintf("%s.new-%d", path, (int)getpid());
  if (!tmp) return db_no_memory(err);
  struct file_list files = {0};
  unlink(tmp);
  st = db->writable ? db_catch_up(s, err) : WG_OK;
  if (!st) st = write_copy(s, tmp, path, &files, progress, ctx, err);
  if (!st) st = files_copy(db->path, &files, tmp, err);
  if (!st) st = files_put(tmp, path, NULL, err);
  if (!st) st = file_settle(tmp, path, err);
  if (st) unlink(tmp);
  if (st) files_drop(tmp);
  free(files.sha);
  sqlite3_free(tmp);
  return st;
}

void db_fill_backup(wg_store *s) { s->backup = on_backup; }
