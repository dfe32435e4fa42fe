/* wangge serve: opens the store, wires engine, api and http together, and runs until told to stop. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/api.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "base/time.h"
#include "cli/cli.h"
#include "cli/data.h"
#include "cli/serving.h"
#include "domain/setting.h"
#include "engine/proof.h"
#include "notify/notify.h"
#include "store/sqlite.h"

struct server {
  const char *db, *listen, *web, *cert, *key, *config;
  char files[WG_FILES_PATH];
  unsigned char secret[WG_SIGN_SECRET]; /* signs heads, receipts, case files */
  int64_t head_day;                     /* of the tender: the day before this one has its head */
  const char *proxies;                  /* whose X-Forwarded-For and -Proto are believed */
  wg_raster raster;
  bool has_raster;
  wg_arena arena; /* what the configuration file says */
  wg_serving *serving;
  wg_app *app;
  wg_engine_config stores;
  wg_engine *engine;
  wg_http *http;
  wg_notify_config telling;
  _Atomic(wg_notify *) notify;
};

static wg_status open_reader(void *ctx, wg_store **out, wg_err *err) {
  return wg_sqlite_open(ctx, false, false, out, err);
}

enum { CONFIG_MAX = 65536, KINDS_MAX = 64 };

/* The words of a list, at most max, into `out`. */
static wg_status read_words(const wg_json *object, const char *name, int max, const char **out, int *n,
                            wg_err *err) {
  wg_json *list = NULL;
  wg_status st = wg_json_arr(object, name, WG_OPTIONAL, (size_t)max, &list, err);
  *n = st || !list ? 0 : (int)wg_json_len(list);
  for (int k = 0; !st && k < *n; k++) {
    out[k] = wg_json_text(wg_json_at(list, (size_t)k));
    if (!out[k] || !out[k][0])
      st = wg_fail(err, WG_INVALID, name, WG_T("%s is a list of texts", "%s 应为文本列表"), name);
  }
  return st;
}

/* How people and programs are told (docs/notifications.md). */
static wg_status read_telling(struct server *s, const wg_json *object, wg_err *err) {
  wg_notify_config *c = &s->telling;
  const char *kind[KINDS_MAX] = {0};
  int n = 0;
  wg_status st = read_words(object, "notify_command", WG_NOTIFY_ARGS, c->command, &n, err);
  if (!st && n && c->command[0][0] != '/')
    st = wg_fail(err, WG_INVALID, "notify_command",
                 WG_T("the first word of notify_command is the path of a program, from /",
                      "notify_command 的第一项应为程序的绝对路径"));
  if (!st) st = read_words(object, "notify_kinds", KINDS_MAX, kind, &n, err);
  for (int k = 0; !st && k < n; k++) {
    c->kinds = wg_arena_printf(&s->arena, "%s%s%s", k ? c->kinds : "", k ? "," : "", kind[k]);
    if (!c->kinds) return WG_NO_MEMORY;
  }
  if (!st) st = wg_json_int(object, "notify_command_seconds", WG_OPTIONAL, 1, 120, &c->command_seconds, err);
  if (!st) st = wg_json_int(object, "notify_backoff_ms", WG_OPTIONAL, 10, 600000, &c->backoff_ms, err);
  if (!st) st = wg_json_int(object, "notify_tries", WG_OPTIONAL, 1, 100, &c->tries, err);
  if (!st) st = wg_json_bool(object, "webhook_private", WG_OPTIONAL, &c->webhook_private, err);
  return st;
}

/* The configuration file: JSON with the same names as the flags. A flag wins over the file. (trusted_proxy is
 * what behind_proxy was called first.) */
static wg_status read_config(struct server *s, wg_err *err) {
  if (!s->config) return WG_OK;
  static const char *const names[] = {"listen",
                                      "web",
                                      "tls_cert",
                                      "tls_key",
                                      "behind_proxy",
                                      "trusted_proxy",
                                      "raster",
                                      "notify_command",
                                      "notify_kinds",
                                      "notify_command_seconds",
                                      "notify_backoff_ms",
                                      "notify_tries",
                                      "webhook_private",
                                      NULL};
  const char **to[] = {&s->listen, &s->web, &s->cert, &s->key, &s->proxies, &s->proxies};
  FILE *f = fopen(s->config, "rb");
  char *text = wg_arena_alloc(&s->arena, CONFIG_MAX + 1);
  size_t n = f && text ? fread(text, 1, CONFIG_MAX + 1, f) : 0;
  if (f) fclose(f);
  if (!f) return wg_fail(err, WG_IO, "config", WG_T("%s cannot be read", "无法读取 %s"), s->config);
  if (!text) return WG_NO_MEMORY;
  if (n > CONFIG_MAX)
    return wg_fail(err, WG_TOO_LARGE, "config", WG_T("%s is over 64 KiB", "%s 超过 64 KiB"), s->config);
  wg_json *object = NULL;
  wg_status st = wg_json_parse_object(&s->arena, text, n, &object, err);
  if (!st) st = wg_json_only(object, names, err);
  for (size_t k = 0; !st && k < sizeof to / sizeof *to; k++) {
    const char *value = NULL;
    st = wg_json_str(object, names[k], WG_OPTIONAL, 4096, &value, err);
    if (value && !*to[k]) *to[k] = value;
  }
  wg_json *raster = NULL;
  if (!st) st = wg_json_obj(object, "raster", WG_OPTIONAL, &raster, err);
  if (!st && raster) st = wg_raster_read(raster, &s->raster, err);
  s->has_raster = raster != NULL;
  return st ? st : read_telling(s, object, err);
}

/* The database first: nothing is made or started beside a file that cannot be served. */
static wg_status open_all(struct server *s, wg_err *err) {
  if (!wg_files_root(s->db, s->files))
    return wg_fail(err, WG_INVALID, "db", WG_T("the path of the database is too long", "数据库路径过长"));
  wg_app_config app = {.web = s->web,
                       .files = s->files,
                       .secret = s->secret,
                       .raster = s->has_raster ? &s->raster : NULL,
                       .source = s->db,
                       .open_store = open_reader,
                       .ctx = (void *)s->db,
                       .phrases = wg_cli_phrases(),
                       .secure = s->cert != NULL};
  wg_status st = wg_sqlite_open(s->db, true, false, &s->stores.writer, err);
  if (!st) st = wg_sqlite_open(s->db, true, false, &s->stores.tender, err);
  if (!st) st = wg_key_load(s->db, s->secret, err);
  if (!st) st = wg_serving_begin(s->db, &s->serving, err);
  if (!st) st = wg_app_new(&app, &s->app, err);
  return st;
}

/* Writer thread: the commands beside the server wait for the one, the telling goes on by the other. */
static void applied(void *ctx, int64_t seq) {
  struct server *s = ctx;
  wg_notify *notify = atomic_load(&s->notify);
  wg_serving_applied(s->serving, seq);
  if (notify) wg_notify_poke(notify);
}

/* The head of the day that has ended, written once; looked for as often as the store is tended. */
static void keep_head(void *ctx, wg_store *tender) {
  struct server *s = ctx;
  wg_picture *p = wg_engine_picture(s->engine);
  int64_t now = wg_now_ms(), day = wg_zone_day_start(p->settings->zone, now);
  wg_arena arena;
  wg_err err = {0};
  const char *wanted = NULL;
  wg_arena_init(&arena);
  if (s->head_day != day) {
    wg_status st = tender->setting_get(tender, &arena, "daily_head", &wanted, &err);
    if (!st && wg_setting_number(wg_setting_find("daily_head"), wanted) > 0)
      st = wg_heads_keep(tender, s->db, p->settings->zone, now, &err);
    if (!st) s->head_day = day;
    if (st && st != WG_BUSY) wg_error("serve", "the daily head was not written: %s", err.en);
  }
  wg_arena_clear(&arena);
  wg_picture_drop(p);
}

/* Reads the whole picture: seconds, for a large district. */
static wg_status start_engine(struct server *s, wg_err *err) {
  wg_engine_config config = s->stores;
  s->stores = (wg_engine_config){0};
  config.hooks = wg_app_hooks(s->app);
  config.watches_duty = true;
  config.hooks.applied = applied;
  config.hooks.applied_ctx = s;
  config.hooks.tended = keep_head;
  config.hooks.tended_ctx = s;
  wg_status st = wg_engine_new(&config, &s->engine, err); /* owns both from here on, also when it fails */
  if (!st) st = wg_engine_start(s->engine, err);
  wg_notify *notify = NULL;
  s->telling.open_store = open_reader;
  s->telling.ctx = (void *)s->db;
  s->telling.summary = wg_app_summary;
  if (!st) st = wg_notify_start(&s->telling, s->engine, &notify, err);
  atomic_store(&s->notify, notify);
  return st;
}

/* Told at the start: pages that are not there would only show as a 404 in somebody's browser. */
static wg_status check_web(const struct server *s, wg_err *err) {
  struct stat st;
  if (!s->web || (stat(s->web, &st) == 0 && S_ISDIR(st.st_mode))) return WG_OK;
  return wg_fail(err, WG_NOT_FOUND, "web",
                 WG_T("--web %.200s is no folder; give the one with the built pages (web/dist)",
                      "--web %.200s 不是目录；请指定页面构建结果所在目录（web/dist）"),
                 s->web);
}

static wg_status start_http(struct server *s, wg_err *err) {
  wg_http_config config = {
      .listen = s->listen, .tls_cert = s->cert, .tls_key = s->key, .proxies = s->proxies};
  wg_app_http_config(s->app, &config);
  return wg_http_start(&config, &s->http, err);
}

static void print_demo_accounts(const struct server *s) {
  wg_picture *p = wg_engine_picture(s->engine);
  wg_arena arena;
  wg_arena_init(&arena);
  wg_json *list = NULL;
  const char *text = p->settings->demo_accounts;
  if (text && !wg_json_parse(&arena, text, strlen(text), &list, NULL)) {
    wg_cli_say("demo accounts (this machine only):", "演示账号（仅限本机使用）：");
    for (size_t i = 0; i < wg_json_len(list); i++) {
      const char *name = NULL, *password = NULL, *role = "";
      wg_json *one = wg_json_at(list, i);
      if (wg_json_str(one, "name", WG_REQUIRED, 64, &name, NULL)) continue;
      if (wg_json_str(one, "password", WG_REQUIRED, 128, &password, NULL)) continue;
      wg_json_str(one, "role", WG_OPTIONAL, 32, &role, NULL);
      printf("  %-12s %-20s %s\n", name, password, role);
    }
    fflush(stdout);
  }
  wg_arena_clear(&arena);
  wg_picture_drop(p);
}

/* "127.0.0.1:0" → "127.0.0.1": what stands before the last colon. */
static void print_address(const struct server *s) {
  const char *colon = strrchr(s->listen, ':');
  int n = colon ? (int)(colon - s->listen) : (int)strlen(s->listen);
  printf("listening on %s://%.*s:%d\n", s->cert ? "https" : "http", n, s->listen, wg_http_port(s->http));
  fflush(stdout);
  bool here = strncmp(s->listen, "127.", 4) == 0 || strncmp(s->listen, "[::1]", 5) == 0 ||
              strncmp(s->listen, "localhost:", 10) == 0;
  if (!here && !s->cert && !s->proxies)
    wg_cli_say("warning: without TLS passwords travel in the clear and phones do not work (browsers give no "
               "position "
               "and keep nothing offline); give --tls-cert and --tls-key, or put a reverse proxy with TLS in "
               "front and "
               "say --behind-proxy ADDRESS (docs/deploy.md)",
               "警告：未启用 TLS，密码将明文传输，手机端无法使用（浏览器不提供定位，也不能离线）；请提供 "
               "--tls-cert 和 "
               "--tls-key，或在前面架设启用 TLS 的反向代理并加上 --behind-proxy 地址（见 docs/deploy.md）");
}

static void stop(struct server *s) {
  if (s->app) wg_app_closing(s->app);
  wg_notify *notify = atomic_load(&s->notify);
  wg_notify_stop(notify);
  if (s->engine) wg_engine_stop(s->engine); /* answers what waits for a commit */
  if (s->http) wg_http_stop(s->http);
  wg_engine_free(s->engine);
  wg_notify_free(notify); /* the writer might poke it to its end */
  if (s->stores.writer) s->stores.writer->close(s->stores.writer);
  if (s->stores.tender) s->stores.tender->close(s->stores.tender);
  wg_app_free(s->app);
  wg_serving_end(s->serving);
  wg_arena_clear(&s->arena);
}

/* The signals that stop it, blocked in every thread and waited for here. */
static int wait_for_signal(sigset_t *set) {
  int got = 0;
  while (sigwait(set, &got) != 0) {}
  return got;
}

int wg_cmd_serve(int argc, char **argv) {
  struct server s = {0};
  const char *clock = NULL; /* a file that moves the clock: for tests of what takes a month */
  const wg_flag flags[] = {{"--db", &s.db, NULL, true},
                           {"--listen", &s.listen, NULL, false},
                           {"--web", &s.web, NULL, false},
                           {"--tls-cert", &s.cert, NULL, false},
                           {"--tls-key", &s.key, NULL, false},
                           {"--config", &s.config, NULL, false},
                           {"--behind-proxy", &s.proxies, NULL, false},
                           {"--test-clock", &clock, NULL, false},
                           {NULL, NULL, NULL, false}};
  const char *none[1];
  int n;
  int bad = wg_cli_args(argc, argv, flags, none, 0, &n, 0);
  if (bad) return bad;
  wg_err err = {0};
  wg_status st = clock ? wg_clock_moved_by(clock, &err) : WG_OK;
  if (!st) st = read_config(&s, &err);
  if (clock && !st)
    wg_cli_say("warning: the clock is moved by a test file; nothing written now is at its true time",
               "警告：时钟由测试文件偏移，所记录的时间并非真实时间");
  if (st || !s.cert != !s.key) stop(&s);
  if (st) return wg_cli_fail(&err, st);
  if (!s.listen) s.listen = "127.0.0.1:8080";
  if (!s.cert != !s.key)
    return wg_cli_usage_error("--tls-cert and --tls-key go together", "--tls-cert 与 --tls-key 必须同时给出");
  st = wg_http_listen_check(s.listen, &err);
  if (!st) st = wg_http_proxies_check(s.proxies, &err);
  if (st) {
    stop(&s);
    return wg_cli_bad_value(&err, st);
  }
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  signal(SIGPIPE, SIG_IGN);
  st = check_web(&s, &err);
  if (!st) st = open_all(&s, &err);
  if (!st) st = start_http(&s, &err); /* a port that is taken is told at once; until the rest is ready: 503 */
  if (!st) wg_app_attach(s.app, NULL, s.http);
  if (!st) st = start_engine(&s, &err);
  if (st) {
    stop(&s);
    return wg_cli_fail(&err, st);
  }
  wg_app_attach(s.app, s.engine, NULL);
  print_address(&s);
  print_demo_accounts(&s);
  wait_for_signal(&set);
  stop(&s);
  wg_cli_say("stopped", "已停止");
  return WG_EXIT_OK;
}
