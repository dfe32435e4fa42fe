#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "db.h"

/* A file of its own: closing any second descriptor of the database itself would drop SQLite's POSIX locks.
 * Beside a database it is never removed (removing a lock file races with those who wait on it). */
wg_status db_lock(const char *path, bool exclusive, int *out, bool *made, wg_err *err) {
  *out = -1;
  *made = false;
  char *name = sqlite3_mprintf("%s.lock", path);
  if (!name) return db_no_memory(err);
  int fd = -1;
  if (exclusive || access(path, F_OK) == 0) {
    fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    *made = fd >= 0;
    if (fd < 0) fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  }
  if (fd < 0) fd = open(name, O_RDONLY | O_CLOEXEC);
  int code = errno;
  sqlite3_free(name);
  if (fd < 0) return exclusive ? db_path_fail(path, code, err) : WG_OK;
  if (flock(fd, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0) {
    *out = fd;
    return WG_OK;
  }
  close(fd);
  if (exclusive)
    return wg_fail(err, WG_BUSY, "db",
                   WG_T("%s is open in another process: stop the server (and any other command) first",
                        "%s 正被其他进程使用：请先停止服务（及其他命令）"),
                   path);
  return wg_fail(
      err, WG_BUSY, "db",
      WG_T("%s is being restored from a backup; wait for it to finish", "%s 正在从备份恢复；请等待完成"),
      path);
}

void db_unlock_gone(const char *path) {
  char *name = sqlite3_mprintf("%s.lock", path);
  if (name) unlink(name);
  sqlite3_free(name);
}
