#include "files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "file.h"

wg_status files_list(struct db *db, struct file_list *out, wg_err *err) {
  int64_t n = 0;
  sqlite3_stmt *st;
  if (db->as_is) { /* an older schema may have no such table */
    wg_status status = db_int(
        db, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'attachment'", &n, err);
    if (status || !n) return status;
  }
  wg_status status = db_int(db, "SELECT count(DISTINCT hash) FROM attachment WHERE erased_by = 0", &n, err);
  if (status || !n) return status;
  out->sha = malloc((size_t)n * sizeof *out->sha);
  if (!out->sha) return db_no_memory(err);
  status = db_stmt(db, "SELECT DISTINCT hash FROM attachment WHERE erased_by = 0", &st, err);
  while (!status) {
    bool row;
    status = db_step(db, st, &row, err);
    if (status || !row) break;
    if (out->n < n && col_bytes(st, 0, out->sha[out->n], WG_HASH_LEN))
      out->n++;
    else
      status = db_corrupt(err, "attachment");
    if (status) sqlite3_reset(st);
  }
  return status;
}

wg_status files_copy(const char *from, const struct file_list *list, const char *to, wg_err *err) {
  char source[WG_FILES_PATH], target[WG_FILES_PATH];
  wg_status st = WG_OK;
  if (!wg_files_root(from, source) || !wg_files_root(to, target)) return db_path_fail(to, ENAMETOOLONG, err);
  wg_files_drop(target);
  for (int64_t i = 0; !st && i < list->n; i++) st = wg_files_copy(source, target, list->sha[i], err);
  if (st) wg_files_drop(target);
  return st;
}

wg_status files_put(const char *tmp, const char *path, const char *kept, wg_err *err) {
  char source[WG_FILES_PATH], target[WG_FILES_PATH], aside[WG_FILES_PATH];
  char *away = sqlite3_mprintf("%s.before-%d", path, (int)getpid());
  bool keep = kept && *kept;
  if (!away) return db_no_memory(err);
  bool fits =
      wg_files_root(tmp, source) && wg_files_root(path, target) && wg_files_root(keep ? kept : away, aside);
  sqlite3_free(away);
  if (!fits) return db_path_fail(path, ENAMETOOLONG, err);
  if (rename(target, aside) != 0 && errno != ENOENT) return db_path_fail(target, errno, err);
  if (rename(source, target) != 0 && errno != ENOENT) {
    int code = errno;
    rename(aside, target);
    return db_path_fail(target, code, err);
  }
  if (!keep) wg_files_drop(aside);
  int code = file_sync_folder(path);
  return code ? db_path_fail(path, code, err) : WG_OK;
}

void files_drop(const char *path) {
  char root[WG_FILES_PATH];
  if (wg_files_root(path, root)) wg_files_drop(root);
}
