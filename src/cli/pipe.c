#include "cli/pipe.h"

#include <errno.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/temp.h"

enum { PIECE = 256 * 1024 };

char *wg_pipe_file(wg_arena *arena, const char *near, const char *name, wg_err *err) {
  const char *folder = NULL;
  char *copy = wg_arena_strdup(arena, near);
  if (!copy || wg_temp_folder(arena, dirname(copy), &folder, err)) return NULL;
  return wg_arena_printf(arena, "%s/%s", folder, name);
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
