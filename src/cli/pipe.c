#include "cli/pipe.h"

#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 256 * 1024 };

wg_status wg_pipe_folder(const char *near, char out[WG_PIPE_NAME], wg_err *err) {
  const char *dir = getenv("TMPDIR");
  char *copy = strdup(near);
  if (!copy) return WG_NO_MEMORY;
  if (!dir || !*dir) dir = dirname(copy);
  int n = snprintf(out, WG_PIPE_NAME, "%s/wangge-XXXXXX", dir);
  free(copy);
  if (n < WG_PIPE_NAME && mkdtemp(out)) return WG_OK;
  int code = n < WG_PIPE_NAME ? errno : ENAMETOOLONG;
  out[0] = 0;
  return wg_fail(err, WG_IO, "file",
                 WG_T("no temporary file can be made: %s; set TMPDIR", "无法创建临时文件：%s；请设置 TMPDIR"),
                 strerror(code));
}

void wg_pipe_drop(const char *folder) {
  DIR *d = *folder ? opendir(folder) : NULL;
  for (struct dirent *e; d && (e = readdir(d));) unlinkat(dirfd(d), e->d_name, 0);
  if (d) closedir(d);
  if (*folder) rmdir(folder);
}

static wg_status copy(FILE *in, FILE *out, wg_err *err) {
  char *piece = malloc(PIECE);
  if (!piece) return WG_NO_MEMORY;
  size_t n, total = 0;
  bool bad = false;
  while (!bad && (n = fread(piece, 1, PIECE, in)) > 0) {
    bad = fwrite(piece, 1, n, out) != n;
    total += n;
  }
  bad = bad || fflush(out) != 0;
  int code = errno;
  free(piece);
  if (bad)
    return wg_fail(err, code == ENOSPC ? WG_NO_SPACE : WG_IO, "file",
                   WG_T("the output cannot be written: %s", "无法写入输出：%s"), strerror(code));
  if (ferror(in))
    return wg_fail(err, WG_IO, "file", WG_T("the input cannot be read: %s", "无法读取输入：%s"),
                   strerror(code));
  if (!total) return wg_fail(err, WG_INVALID, "file", WG_T("the input is empty", "输入为空"));
  return WG_OK;
}

wg_status wg_pipe_out(const char *path, wg_err *err) {
  FILE *in = fopen(path, "rb");
  if (!in)
    return wg_fail(err, WG_IO, "file", WG_T("%.200s cannot be read: %s", "无法读取 %.200s：%s"), path,
                   strerror(errno));
  wg_status st = copy(in, stdout, err);
  fclose(in);
  return st;
}

wg_status wg_pipe_in(const char *path, wg_err *err) {
  FILE *out = fopen(path, "wbx");
  if (!out)
    return wg_fail(err, WG_IO, "file", WG_T("%.200s cannot be written: %s", "无法写入 %.200s：%s"), path,
                   strerror(errno));
  wg_status st = copy(stdin, out, err);
  if (fclose(out) && !st)
    st = wg_fail(err, errno == ENOSPC ? WG_NO_SPACE : WG_IO, "file",
                 WG_T("the output cannot be written: %s", "无法写入输出：%s"), strerror(errno));
  return st;
}
