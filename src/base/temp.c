#include "base/temp.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void drop(void *folder) {
  DIR *d = opendir(folder);
  for (struct dirent *e; d && (e = readdir(d));) unlinkat(dirfd(d), e->d_name, 0);
  if (d) closedir(d);
  rmdir(folder);
}

wg_status wg_temp_folder(wg_arena *arena, const char *otherwise, const char **out, wg_err *err) {
  const char *dir = getenv("TMPDIR");
  char *name = wg_arena_printf(arena, "%s/wangge-XXXXXX", dir && *dir ? dir : otherwise);
  if (!name) return WG_NO_MEMORY;
  if (!mkdtemp(name))
    return wg_fail(
        err, WG_IO, "file",
        WG_T("no temporary file can be made: %s; set TMPDIR", "无法创建临时文件：%s；请设置 TMPDIR"),
        strerror(errno));
  *out = name;
  return wg_arena_defer(arena, drop, name) ? WG_NO_MEMORY : WG_OK;
}
