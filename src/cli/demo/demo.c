/* wangge demo: a whole made-up district, the same for the same seed. */
#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"
#include "base/time.h"
#include "cli/demo/fill.h"

enum { GRIDS = 1300, INCIDENTS = 20000 };

static bool number(const char *text, const char *flag, int64_t least, int64_t most, int64_t *out) {
  if (!text) return true;
  if (wg_text_int(text, out) && *out >= least && *out <= most) return true;
  wg_cli_usage_error("%s must be a whole number from %lld to %lld", "%s 应为 %lld 到 %lld 的整数", flag,
                     (long long)least, (long long)most);
  return false;
}

int wg_cmd_demo(int argc, char **argv) {
  const char *db = NULL, *grids_text = NULL, *incidents_text = NULL, *seed_text = NULL, *now_text = NULL,
             *none[1];
  const wg_flag flags[] = {{"--db", &db, NULL, true},
                           {"--grids", &grids_text, NULL, false},
                           {"--incidents", &incidents_text, NULL, false},
                           {"--seed", &seed_text, NULL, false},
                           {"--now", &now_text, NULL, false},
                           {NULL, NULL, NULL, false}};
  int n;
  int bad = wg_cli_args(argc, argv, flags, none, 0, &n, 0);
  if (bad) return bad;
  int64_t grids = GRIDS, incidents = INCIDENTS, seed = 1, now = wg_now_ms();
  if (!number(grids_text, "--grids", 1, DEMO_GRIDS_MAX, &grids) ||
      !number(incidents_text, "--incidents", 0, DEMO_INCIDENTS_MAX, &incidents) ||
      !number(seed_text, "--seed", 0, INT64_C(1) << 53, &seed))
    return WG_EXIT_USAGE;
  if (now_text && !wg_time_parse(now_text, &now))
    return wg_cli_usage_error("--now must be a time with zone, like 2026-11-24T08:30:00+08:00",
                              "--now 应为带时区的时间，例如 2026-11-24T08:30:00+08:00");
  wg_err err = {0};
  wg_progress bar;
  wg_progress_begin(&bar, "making the demo district", "正在生成演示区");
  wg_status st = demo_make(db, (uint64_t)seed, (uint32_t)grids, (uint32_t)incidents, now, &bar, &err);
  wg_progress_end(&bar);
  if (st) return wg_cli_fail(&err, st);
  wg_cli_say(
      "%s holds a made-up district, area 990101: %" PRId64 " grids, %" PRId64 " incidents (seed %" PRId64 ")",
      "%s 已生成虚构的演示区（区划 990101）：%" PRId64 " 个网格，%" PRId64 " 件事件（种子 %" PRId64 "）", db,
      grids, incidents, seed);
  return WG_EXIT_OK;
}
