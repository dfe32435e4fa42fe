/* wangge restore: puts a backup in the place of the database, once it has passed the check. */
#include <stdio.h>

#include "cli/cli.h"
#include "store/sqlite.h"

int wg_cmd_restore(int argc, char **argv) {
  const char *db = NULL, *from[1];
  const wg_flag flags[] = {{"--db", &db, NULL, true}, {NULL, NULL, NULL, false}};
  int n;
  int bad = wg_cli_args(argc, argv, flags, from, 1, &n, 1);
  if (bad) return bad;
  wg_err err = {0};
  wg_status st = wg_sqlite_restore(from[0], db, &err);
  if (st) return wg_cli_fail(&err, st);
  wg_cli_say("%s is restored from %s", "已用 %2$s 恢复 %1$s", db, from[0]);
  return WG_EXIT_OK;
}
