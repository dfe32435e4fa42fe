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

enum { WG_COPY_BYTES = 1 << 20 };

static int sync_path(const char *path, int flags) {
  int fd = open(path, flags | O_CLOEXEC);
  if (fd < 0) return errno;
  int code = fsync(fd) == 0 ? 0 : errno;
  close(fd);
  return code;
}

static int sync_folder(const char *path) {
  char *copy = strdup(path);
  if (!copy) return ENOMEM;
  int code = sync_path(dirname(copy), O_RDONLY | O_DIRECTORY);
  free(copy);
  return code;
}

wg_status file_settle(const char *tmp, const char *path, wg_err *err) {
  int code = sync_path(tmp, O_RDONLY);
  if (!code && rename(tmp, path) != 0) code = errno;
  if (!code) code = sync_folder(path);
  return code ? db_path_fail(path, code, err) : WG_OK;
}

static int pour(int in, int out) {
  char *buf = malloc(WG_COPY_BYTES);
  if (!buf) return ENOMEM;
  int code = 0;
  for (;;) {
    ssize_t n = read(in, buf, WG_COPY_BYTES);
    if (n == 0) break;
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) code = errno;
    for (ssize_t done = 0; !code && done < n;) {
      ssize_t k = write(out, buf + done, (size_t)(n - done));
      if (k < 0 && errno != EINTR) code = errno;
      if (k > 0) done += k;
    }
    if (code) break;
  }
  free(buf);
  return code;
}

wg_status file_copy(const char *from, const char *to, wg_err *err) {
  int in = open(from, O_RDONLY | O_CLOEXEC);
  if (in < 0) return db_path_fail(from, errno, err);
  int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  int code = out < 0 ? errno : pour(in, out);
  if (out >= 0 && close(out) != 0 && !code) code = errno;
  close(in);
  return code ? db_path_fail(to, code, err) : WG_OK;
}

bool file_same(const char *a, const char *b) {
  struct stat x, y;
  return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}
