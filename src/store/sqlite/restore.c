/* A backup put in the place of a database: checked first, copied beside it, then renamed over it. */
#include <stdio.h>
#include <unistd.h>

#include "db.h"
#include "file.h"
#include "store/sqlite.h"

static wg_status whole(wg_store *s, const char *from, wg_err *err) {
  wg_check_report report;
  wg_status st = s->check(s, &report, NULL, NULL, err);
  if (st || !report.problems) return st;
  return wg_fail(err, WG_CORRUPT, "from",
                 WG_T("%s is not whole (%d faults): nothing was restored; `wangge check --db %s` lists them, "
                      "take another backup",
                      "%s 不完整（%d 处问题）：未作恢复；可用 wangge check --db %s 查看，请换用其他备份"),
                 from, report.problems, from);
}

/* The database that is there gives up its log, which also shows that no program has it open unknown to the
 * lock. One that is damaged (the reason to restore) is let go as it is. */
static wg_status settle_old(const char *path, wg_err *err) {
  sqlite3 *h = NULL;
  if (access(path, F_OK) != 0) return WG_OK;
  int rc = sqlite3_open_v2(path, &h, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
  if (rc == SQLITE_OK) sqlite3_busy_timeout(h, 2000);
  if (rc == SQLITE_OK) rc = sqlite3_exec(h, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
  sqlite3_close(h);
  if ((rc & 0xff) != SQLITE_BUSY && (rc & 0xff) != SQLITE_LOCKED) return WG_OK;
  return wg_fail(err, WG_BUSY, "db",
                 WG_T("%s is open in another program: close it first", "%s 正被其他程序打开：请先关闭"),
                 path);
}

static void remove_log(const char *path) {
  static const char *const ends[] = {"-wal", "-shm", "-journal"};
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
    char *name = sqlite3_mprintf("%s%s", path, ends[i]);
    if (name) unlink(name);
    sqlite3_free(name);
  }
}

static wg_status put(wg_store *backup, const char *path, wg_err *err) {
  char *tmp = sqlite3_mprintf("%s.restore-%d", path, (int)getpid());
  if (!tmp) return db_no_memory(err);
  wg_status st = backup->backup(backup, tmp, NULL, NULL, err);
  if (!st) st = settle_old(path, err);
  if (!st) remove_log(path);
  if (!st) st = file_settle(tmp, path, err);
  if (st) unlink(tmp);
  sqlite3_free(tmp);
  return st;
}

wg_status wg_sqlite_restore(const char *from, const char *path, wg_err *err) {
  wg_store *backup = NULL;
  int lock = -1;
  if (file_same(from, path))
    return wg_fail(err, WG_INVALID, "from",
                   WG_T("the backup and the database are one file: nothing to restore",
                        "备份与数据库是同一文件：无需恢复"));
  wg_status st = db_lock(path, true, &lock, err);
  if (!st) st = db_open(from, false, false, false, &backup, err);
  if (!st) st = whole(backup, from, err);
  if (!st) st = put(backup, path, err);
  if (backup) backup->close(backup);
  if (lock >= 0) close(lock);
  return st;
}
