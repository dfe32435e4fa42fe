/* wangge backup: a copy of the database at one moment, also while a server writes to it. */
#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"
#include "store/sqlite.h"

static void show(void *ctx, double share) { wg_progress_show(ctx, share); }

int wg_cmd_backup(int argc, char **argv) {
  const char *db = NULL, *out[1];
  const wg_flag flags[] = {{"--db", &db, NULL, true}, {NULL, NULL, NULL, false}};
  int n;
  int bad = wg_cli_args(argc, argv, flags, out, 1, &n, 1);
  if (bad) return bad;
  wg_err err = {0};
  wg_store *s = NULL;
  wg_progress p;
  wg_status st = wg_sqlite_open(db, access(db, W_OK) == 0, false, &s, &err);
  wg_progress_begin(&p, "backing up", "正在备份");
  if (!st) st = s->backup(s, out[0], show, &p, &err);
  wg_progress_end(&p);
  if (s) s->close(s);
  if (st) return wg_cli_fail(&err, st);
  wg_cli_say("backed up to %s", "已备份到 %s", out[0]);
  return WG_EXIT_OK;
}
