/* wangge backup: a copy of the database at one moment, also while a server writes to it. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "cli/cli.h"
#include "cli/pipe.h"
#include "store/sqlite.h"

static void show(void *ctx, double share) { wg_progress_show(ctx, share); }

/* The last good backup is not written over by accident. */
static wg_status unused(const char *db, const char *out, wg_err *err) {
  struct stat a, b;
  if (stat(out, &a) != 0) return WG_OK;
  if (stat(db, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino)
    return WG_OK; /* the store refuses it */
  return wg_fail(err, WG_CONFLICT, "out",
                 WG_T("%s is there already; give another path, or --force to replace it",
                      "%s 已存在；请换一个路径，或用 --force 覆盖"),
                 out);
}

/* A stream holds the database alone: where there are files beside it, it would be half a backup. */
static wg_status no_files(const char *file, wg_err *err) {
  char root[WG_FILES_PATH];
  if (!wg_files_root(file, root) || access(root, F_OK) != 0) return WG_OK;
  wg_files_drop(root);
  return wg_fail(err, WG_UNPROCESSABLE, "out",
                 WG_T("there are files on incidents, which standard output cannot carry: back up to a path",
                      "存在事件附件，标准输出无法容纳：请备份到文件路径"));
}

static wg_status to_pipe(wg_store *s, const char *db, wg_progress *p, wg_err *err) {
  wg_arena arena;
  wg_arena_init(&arena);
  char *file = wg_pipe_file(&arena, db, "backup.db", err);
  wg_status st = file ? s->backup(s, file, show, p, err) : WG_IO;
  if (!st) st = no_files(file, err);
  if (!st) st = wg_pipe_out(file, err);
  wg_arena_clear(&arena);
  return st;
}

int wg_cmd_backup(int argc, char **argv) {
  const char *db = NULL, *out[1];
  bool force = false;
  const wg_flag flags[] = {
      {"--db", &db, NULL, true}, {"--force", NULL, &force, false}, {NULL, NULL, NULL, false}};
  int n;
  int bad = wg_cli_args(argc, argv, flags, out, 1, &n, 1);
  if (bad) return bad;
  bool piped = strcmp(out[0], "-") == 0;
  if (piped && isatty(STDOUT_FILENO))
    return wg_cli_usage_error("a backup is no text for a terminal; redirect standard output to a file",
                              "备份不是可在终端显示的文本；请将标准输出重定向到文件");
  wg_err err = {0};
  wg_store *s = NULL;
  wg_progress p;
  wg_status st = wg_sqlite_open(db, access(db, W_OK) == 0, false, &s, &err);
  if (!st && !piped && !force) st = unused(db, out[0], &err);
  wg_progress_begin(&p, "backing up", "正在备份");
  if (!st && piped) st = to_pipe(s, db, &p, &err);
  if (!st && !piped) st = s->backup(s, out[0], show, &p, &err);
  wg_progress_end(&p);
  if (s) s->close(s);
  if (st) return wg_cli_fail(&err, st);
  if (!piped) wg_cli_say("backed up to %s", "已备份到 %s", out[0]);
  return WG_EXIT_OK;
}
