/* wangge user list: a line for every grant, its cells parted by tabs, so that other programs can read it. */
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "cli/account.h"
#include "cli/cli.h"
#include "store/sqlite.h"

static const char *time_of(int64_t ms, char out[WG_TIME_LEN]) {
  out[0] = 0;
  if (ms) wg_time_format(ms, out);
  return out;
}

/* grant NULL: an account that may do nothing. */
static void print(const wg_account *a, const wg_grant *g) {
  char from[WG_TIME_LEN], until[WG_TIME_LEN];
  printf("%s\t%s\t%s\t%s\t%s\t%s\t%s\n", a->name, g ? wg_role_name(g->role) : "", g ? g->area : "",
         g ? g->org : "", time_of(g ? g->from : 0, from), time_of(g ? g->until : 0, until),
         a->disabled ? "disabled"
         : a->demo   ? "demo"
                     : "");
}

static wg_status list(wg_store *s, wg_arena *arena, wg_err *err) {
  wg_account *all = NULL;
  wg_grant *grants = NULL;
  uint32_t n = 0, n_grants = 0;
  wg_status st = s->accounts_load(s, arena, &all, &n, &grants, &n_grants, err);
  if (st) return st;
  puts("name\trole\tarea\torg\tfrom\tuntil\tstate");
  for (uint32_t i = 0; i < n; i++) {
    bool any = false;
    for (uint32_t g = 0; g < n_grants; g++) {
      if (grants[g].account != all[i].id) continue;
      print(&all[i], &grants[g]);
      any = true;
    }
    if (!any) print(&all[i], NULL);
  }
  return WG_OK;
}

int wg_cmd_user_list(int argc, char **argv) {
  const char *db = NULL, *none[1];
  const wg_flag flags[] = {{"--db", &db, NULL, true}, {NULL, NULL, NULL, false}};
  int n, bad = wg_cli_args(argc, argv, flags, none, 0, &n, 0);
  if (bad) return bad;
  wg_err err = {0};
  wg_arena arena;
  wg_store *s = NULL;
  wg_arena_init(&arena);
  wg_status st = wg_sqlite_open(db, false, false, &s, &err);
  if (!st) st = list(s, &arena, &err);
  if (s) s->close(s);
  wg_arena_clear(&arena);
  return st ? wg_cli_fail(&err, st) : WG_EXIT_OK;
}
