#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db.h"

static int sync_path(const char *path, int flags) {
  int fd = open(path, flags | O_CLOEXEC);
  if (fd < 0) return errno;
  int code = fsync(fd) == 0 ? 0 : errno;
  close(fd);
  return code;
}

int file_sync_folder(const char *path) {
  char *copy = strdup(path);
  if (!copy) return ENOMEM;
  int code = sync_path(dirname(copy), O_RDONLY | O_DIRECTORY);
  free(copy);
  return code;
}

wg_status file_settle(const char *tmp, const char *path, wg_err *err) {
  int code = sync_path(tmp, O_RDONLY);
  if (!code && rename(tmp, path) != 0) code = errno;
  if (!code) code = file_sync_folder(path);
  return code ? db_path_fail(path, code, err) : WG_OK;
}

wg_status file_folder_check(const char *path, wg_err *err) {
  char *copy = strdup(path);
  if (!copy) return db_no_memory(err);
  const char *folder = dirname(copy);
  struct stat there;
  wg_status st = WG_OK;
  if (stat(folder, &there) != 0 && errno == ENOENT)
    st = wg_fail(err, WG_NOT_FOUND, "db",
                 WG_T("the folder of %s does not exist: make it first", "%s 所在的目录不存在：请先创建"),
                 path);
  else if (stat(folder, &there) == 0 && !S_ISDIR(there.st_mode))
    st = db_path_fail(path, ENOTDIR, err);
  else if (access(folder, W_OK | X_OK) != 0)
    st =
        wg_fail(err, WG_IO, "db",
                WG_T("the folder of %s may not be written to (%s): give this user the right, or take another "
                     "folder",
                     "%s 所在的目录不可写（%s）：请授予当前用户写权限，或换一个目录"),
                path, strerror(errno));
  free(copy);
  return st;
}

bool file_same(const char *a, const char *b) {
  struct stat x, y;
  return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}
