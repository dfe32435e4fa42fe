/* wangge restore: puts a backup in the place of the database, once it has passed the check. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/pipe.h"
#include "store/sqlite.h"

static wg_status from_pipe(const char *db, wg_restored *done, wg_err *err) {
  wg_arena arena;
  wg_arena_init(&arena);
  char *file = wg_pipe_file(&arena, db, "backup.db", err);
  wg_status st = file ? wg_pipe_in(file, err) : WG_IO;
  if (!st) st = wg_sqlite_restore(file, db, done, err);
  wg_arena_clear(&arena);
  return st;
}

static void tell(const char *db, const char *from, const wg_restored *done) {
  wg_cli_say("%s is restored from %s: %" PRId64 " events", "已用 %2$s 恢复 %1$s：共 %3$" PRId64 " 条日志", db,
             from, done->events);
  if (!done->kept[0]) return;
  if (done->events_before < 0)
    wg_cli_say("the database that was there could not be read; it is kept as %s",
               "原数据库无法读取，已保留为 %s", done->kept);
  else
    wg_cli_say("the database that was there had %" PRId64 " events; it is kept as %s",
               "原数据库有 %" PRId64 " 条日志，已保留为 %s", done->events_before, done->kept);
}

int wg_cmd_restore(int argc, char **argv) {
  const char *db = NULL, *from[1];
  const wg_flag flags[] = {{"--db", &db, NULL, true}, {NULL, NULL, NULL, false}};
  int n;
  int bad = wg_cli_args(argc, argv, flags, from, 1, &n, 1);
  if (bad) return bad;
  wg_err err = {0};
  wg_restored done;
  wg_status st =
      strcmp(from[0], "-") == 0 ? from_pipe(db, &done, &err) : wg_sqlite_restore(from[0], db, &done, &err);
  if (st) return wg_cli_fail(&err, st);
  tell(db, from[0], &done);
  return WG_EXIT_OK;
}
