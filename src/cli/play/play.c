/* wangge play: keeps a demo district alive until it is told to stop. */
#include "cli/play/play.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/cli.h"

enum { WAIT_LEAST_MS = 1000, WAIT_MOST_MS = 30000, IDLE_MS = 500 };
static const double PACE_LEAST = 0.01, PACE_MOST = 100;

typedef struct run {
  play p;
  const char *url;
  int64_t until;          /* monotonic ms; 0: no end */
  int64_t again_at, wait; /* the server is away: when to try again, and how long the next wait is */
  bool away;
  int exit; /* −1: goes on */
} run;

/* At once: what the server has taken is safe, and there is nothing else to lose. */
static void leave(int signal) {
  (void)signal;
  _exit(WG_EXIT_OK);
}

static int64_t monotonic_ms(void) { return wg_monotonic_us() / 1000; }

static void no_demo(run *r) {
  wg_cli_note("wangge: the server at %s has no demo district; the player plays nowhere else",
              "wangge: %s 的数据库不是演示区，play 命令只用于演示区", r->url);
  r->exit = WG_EXIT_FAILED;
}

static void back_off(run *r) {
  if (!r->away)
    wg_cli_note("the server at %s does not take it (%s): trying again until it does",
                "%s 暂不可用（%s），将持续重试", r->url, play_trouble(r->p.link, &r->p.scratch));
  r->away = true;
  r->wait = r->wait ? r->wait * 2 : WAIT_LEAST_MS;
  if (r->wait > WAIT_MOST_MS) r->wait = WAIT_MOST_MS;
  int64_t asked = (int64_t)play_retry_after(r->p.link) * 1000;
  r->again_at = r->p.now + (asked > r->wait ? asked : r->wait) + demo_below(&r->p.rng, 500);
}

/* What every answer means for the run. */
static void judge(run *r, int code) {
  if (play_later(code)) {
    back_off(r);
    return;
  }
  if (r->away) wg_cli_note("the server is back", "服务已恢复");
  r->away = false;
  r->wait = 0;
}

/* Both desks signed in, and the district known. */
static void begin(run *r) {
  play *p = &r->p;
  bool demo = false, knew = p->learned;
  int code = play_greet(p, &demo);
  if (code == 200 && demo && !p->learned) code = play_learn(p);
  judge(r, code);
  if (play_later(code)) return;
  if (code == 401 || (code == 200 && !demo)) {
    no_demo(r);
  } else if (code != 200 || !p->learned) {
    wg_cli_note("wangge: the district cannot be read: %d %s", "wangge: 无法读取演示区：%d %s", code,
                play_trouble(p->link, &p->scratch));
    r->exit = WG_EXIT_FAILED;
  } else if (!knew) {
    p->next_report = p->now;
    wg_cli_say("playing the demo district at %s: %u grids, %u workers in turn",
               "正在演示：%s，网格 %u 个，轮班人员 %u 名", r->url, p->n_plots, p->n_people);
  }
}

/* What the server refuses for good is told, the first times. */
static void report(run *r) {
  play *p = &r->p;
  uint64_t refused = p->refused;
  judge(r, play_report(p));
  if (p->refused > refused && p->refused <= 5)
    wg_cli_note("a report was refused: %s", "上报被拒绝：%s", play_trouble(p->link, &p->scratch));
}

static void hire(run *r) {
  bool knew = r->p.no_workers;
  judge(r, play_hire(&r->p));
  if (r->p.no_workers && !knew)
    wg_cli_note("this demo was made by an earlier version: its workers have no accounts and stand still; "
                "make it anew to see them walk",
                "该演示库由旧版本生成，人员没有账号，位置不会移动；重新生成后即可");
}

/* One thing that is due; returns how long nothing else will be. */
static int64_t step(run *r) {
  play *p = &r->p;
  int64_t next = INT64_MAX;
  if (r->away && p->now < r->again_at) return r->again_at - p->now;
  if (!p->learned || !p->desk[PLAY_HOTLINE][0] || !p->desk[PLAY_OTHER_SYSTEM][0] ||
      !p->desk[PLAY_LEADER][0]) {
    begin(r);
    return 0;
  }
  if (p->now >= p->next_report) {
    report(r);
    return 0;
  }
  if (p->now >= p->next_work) {
    judge(r, play_work(p));
    if (r->away) return 0;
  }
  if (p->now >= p->next_hire) {
    hire(r);
    if (r->away) return 0;
  }
  judge(r, play_walk(p, &next));
  if (p->next_report < next) next = p->next_report;
  if (p->next_hire < next) next = p->next_hire;
  if (p->next_work < next) next = p->next_work;
  return next - monotonic_ms();
}

static void go(run *r) {
  while (r->exit < 0) {
    r->p.now = monotonic_ms();
    if (r->until && r->p.now >= r->until) {
      r->exit = r->p.learned ? WG_EXIT_OK : WG_EXIT_FAILED;
      break;
    }
    int64_t wait = step(r);
    wg_arena_clear(&r->p.scratch);
    if (wait > IDLE_MS) wait = IDLE_MS;
    if (wait > 0) nanosleep(&(struct timespec){.tv_nsec = wait * 1000000}, NULL);
  }
}

static int play_it(run *r, wg_err *err) {
  play *p = &r->p;
  wg_arena_init(&p->keep);
  wg_arena_init(&p->scratch);
  wg_buf_init(&p->report, PLAY_BODY_MAX);
  wg_status st = play_link_new(r->url, &p->link, err);
  if (!st) {
    signal(SIGINT, leave); /* also where the shell had it ignored, as for a job in the background */
    signal(SIGTERM, leave);
    signal(SIGPIPE, SIG_IGN);
    go(r);
    if (r->exit == WG_EXIT_OK)
      wg_cli_say("%llu reports, %llu positions, %llu steps of work sent",
                 "已发送上报 %llu 件、位置 %llu 条、办理 %llu 步", (unsigned long long)p->reports,
                 (unsigned long long)p->positions, (unsigned long long)p->deeds);
  }
  play_link_free(p->link);
  wg_buf_deinit(&p->report);
  wg_zone_free(p->zone);
  wg_arena_clear(&p->scratch);
  wg_arena_clear(&p->keep);
  return st ? wg_cli_bad_value(err, st) : r->exit;
}

static bool number(const char *text, const char *flag, double least, double most, double *out) {
  if (!text) return true;
  if (wg_text_double(text, out) && *out >= least && *out <= most) return true;
  wg_cli_usage_error("%s must be a number from %g to %g", "%s 应为 %g 到 %g 的数字", flag, least, most);
  return false;
}

int wg_cmd_play(int argc, char **argv) {
  const char *url = "http://127.0.0.1:8080", *pace_text = NULL, *seed_text = NULL, *for_text = NULL, *none[1];
  const wg_flag flags[] = {{"--url", &url, NULL, false},
                           {"--pace", &pace_text, NULL, false},
                           {"--seed", &seed_text, NULL, false},
                           {"--for", &for_text, NULL, false},
                           {NULL, NULL, NULL, false}};
  int n;
  int bad = wg_cli_args(argc, argv, flags, none, 0, &n, 0);
  if (bad) return bad;
  double pace = 1, seed = (double)wg_now_ms(), seconds = 0;
  if (!number(pace_text, "--pace", PACE_LEAST, PACE_MOST, &pace) ||
      !number(seed_text, "--seed", 0, 9007199254740992.0, &seed) ||
      !number(for_text, "--for", 0.1, 1e8, &seconds))
    return WG_EXIT_USAGE;
  run *r = calloc(1, sizeof *r);
  if (!r) return wg_cli_fail(NULL, WG_NO_MEMORY);
  r->url = url;
  r->exit = -1;
  r->until = for_text ? monotonic_ms() + (int64_t)(seconds * 1000) : 0;
  r->p.pace = pace;
  r->p.session = (uint64_t)wg_now_ms();
  r->p.rng = demo_stream((uint64_t)seed, 0, 0);
  wg_err err = {0};
  int code = play_it(r, &err);
  free(r);
  return code;
}
