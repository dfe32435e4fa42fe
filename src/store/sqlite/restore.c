/* A backup put in the place of a database: checked first, copied beside it, then renamed over it;
 * what was there is kept under another name. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/time.h"
#include "db.h"
#include "file.h"
#include "files.h"
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

/* A log that could not be settled goes with the file it belongs to. */
static void move_log(const char *path, const char *kept) {
  static const char *const ends[] = {"-wal", "-shm", "-journal"};
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
    char *from = sqlite3_mprintf("%s%s", path, ends[i]), *to = sqlite3_mprintf("%s%s", kept, ends[i]);
    if (from && to && i != 1 && *kept) rename(from, to);
    if (from) unlink(from);
    sqlite3_free(from);
    sqlite3_free(to);
  }
}

/* The old file gets a second name, so that at no moment there is none at its own. */
static wg_status keep_old(const char *path, wg_restored *out, wg_err *err) {
  if (access(path, F_OK) != 0) return WG_OK;
  int64_t now = wg_now_ms();
  time_t seconds = (time_t)(now / 1000);
  struct tm at;
  char stamp[32];
  gmtime_r(&seconds, &at);
  strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%S", &at);
  int n = snprintf(out->kept, sizeof out->kept, "%s.before-restore-%s.%03dZ", path, stamp, (int)(now % 1000));
  int code = n >= (int)sizeof out->kept ? ENAMETOOLONG : link(path, out->kept) == 0 ? 0 : errno;
  if (code == EPERM || code == ENOTSUP)
    code = rename(path, out->kept) == 0 ? 0 : errno; /* no hard links here */
  if (!code) return WG_OK;
  out->kept[0] = 0;
  return wg_fail(
      err, WG_IO, "db",
      WG_T("the database that is there cannot be kept beside (%s.before-restore-…: %s): nothing was "
           "restored; move it away yourself",
           "无法在旁保留现有数据库（%s.before-restore-…：%s）：未作恢复；请自行将其移走"),
      path, strerror(code));
}

/* The copy of a backup from before an update. The backup stays as it is: it may be all there is. */
static wg_status bring_up(const char *copy, const char *from, wg_err *err) {
  wg_store *s = NULL;
  wg_status st = db_open(copy, true, false, false, &s, err);
  if (!st) st = db_catch_up(s, err);
  if (!st) st = whole(s, from, err);
  if (s) s->close(s);
  return st ? st : settle_old(copy, err);
}

static void drop_copy(char *tmp) {
  unlink(tmp);
  files_drop(tmp);
  move_log(tmp, "");
  sqlite3_free(tmp);
}

static wg_status put(wg_store *backup, bool older, const char *from, const char *path, wg_restored *out,
                     wg_err *err) {
  char *tmp = sqlite3_mprintf("%s.restore-%d", path, (int)getpid());
  if (!tmp) return db_no_memory(err);
  wg_status st = backup->backup(backup, tmp, NULL, NULL, err);
  if (!st && older) st = bring_up(tmp, from, err);
  if (!st) st = settle_old(path, err);
  if (!st) st = keep_old(path, out, err);
  if (!st) move_log(path, out->kept);
  if (!st) st = files_put(tmp, path, out->kept, err);
  if (!st) st = file_settle(tmp, path, err);
  if (st)
    drop_copy(tmp);
  else
    sqlite3_free(tmp);
  return st;
}

/* How much is about to be put aside; a damaged one (the reason to restore) cannot say. */
static int64_t events_of(const char *path) {
  wg_store *s = NULL;
  wg_store_head head = {0};
  if (access(path, F_OK) != 0 || db_open(path, false, false, false, &s, NULL)) return -1;
  wg_status st = s->head(s, &head, NULL);
  s->close(s);
  return st ? -1 : head.seq;
}

static wg_status restore(const char *from, const char *path, wg_restored *out, wg_err *err) {
  wg_store *backup = NULL;
  wg_store_head head = {0};
  if (access(from, F_OK) != 0)
    return wg_fail(err, WG_NOT_FOUND, "from",
                   WG_T("there is no backup %s: check the path", "没有备份 %s：请检查路径"), from);
  int64_t version = 0;
  wg_status st = db_open(from, false, false, false, &backup, err);
  if (!st) st = db_int(db_of(backup), "PRAGMA user_version", &version, err);
  bool older = version < WG_SCHEMA;
  if (!st && !older) st = whole(backup, from, err);
  if (!st) st = backup->head(backup, &head, err);
  out->events = head.seq;
  if (!st) out->events_before = events_of(path);
  if (!st) st = put(backup, older, from, path, out, err);
  if (backup) backup->close(backup);
  return st;
}

wg_status wg_sqlite_restore(const char *from, const char *path, wg_restored *out, wg_err *err) {
  wg_restored mine;
  int lock = -1;
  bool made = false;
  if (!out) out = &mine;
  *out = (wg_restored){.events_before = -1};
  if (file_same(from, path))
    return wg_fail(err, WG_INVALID, "from",
                   WG_T("the backup and the database are one file: nothing to restore",
                        "备份与数据库是同一文件：无需恢复"));
  wg_status st = file_folder_check(path, err);
  if (!st) st = db_lock(path, true, &lock, &made, err);
  if (!st) st = restore(from, path, out, err);
  if (st && made && access(path, F_OK) != 0) db_unlock_gone(path);
  if (lock >= 0) close(lock);
  return st;
}
