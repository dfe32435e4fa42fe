#include "cli/cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/charset.h"
#include "base/time.h"
#include "geo/crs.h"

const char *wg_cli_lang(void) {
  static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
  for (int i = 0; i < 3; i++) {
    const char *v = getenv(names[i]);
    if (v && *v) return strncmp(v, "zh", 2) == 0 ? "zh" : "en";
  }
  return "en";
}

static bool zh(void) { return wg_cli_lang()[0] == 'z'; }

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
void wg_cli_say(const char *en, const char *in_zh, ...) {
  va_list args;
  va_start(args, in_zh);
  vprintf(zh() ? in_zh : en, args);
  va_end(args);
  putchar('\n');
  fflush(stdout);
}

void wg_cli_note(const char *en, const char *in_zh, ...) {
  va_list args;
  va_start(args, in_zh);
  vfprintf(stderr, zh() ? in_zh : en, args);
  va_end(args);
  fputc('\n', stderr);
}

int wg_cli_usage_error(const char *en, const char *in_zh, ...) {
  va_list args;
  va_start(args, in_zh);
  fputs("wangge: ", stderr);
  vfprintf(stderr, zh() ? in_zh : en, args);
  va_end(args);
  fputc('\n', stderr);
  return WG_EXIT_USAGE;
}
#pragma GCC diagnostic pop

int wg_cli_fail(const wg_err *err, wg_status status) {
  const char *text = err ? (zh() ? err->zh : err->en) : "";
  fprintf(stderr, "wangge: %s\n", *text ? text : wg_status_title(status, wg_cli_lang()));
  return wg_status_exit(status ? status : WG_INTERNAL);
}

int wg_cli_bad_value(const wg_err *err, wg_status status) {
  int code = wg_cli_fail(err, status);
  return status == WG_INVALID ? WG_EXIT_USAGE : code;
}

int wg_cli_check_crs(const char *crs) {
  if (!crs) return WG_EXIT_OK;
  if (!wg_crs_is_name(crs))
    return wg_cli_usage_error("--crs is wgs84, gcj02, bd09 or EPSG:n",
                              "--crs 应为 wgs84、gcj02、bd09 或 EPSG:n");
  wg_crs *open = NULL; /* a number that no system has is found by opening it */
  wg_err err = {0};
  wg_status st = wg_crs_open(crs, &open, &err);
  wg_crs_free(open);
  return st ? wg_cli_bad_value(&err, st) : WG_EXIT_OK;
}

int wg_cli_check_encoding(const char *encoding) {
  if (!encoding || wg_charset_name(encoding)) return WG_EXIT_OK;
  return wg_cli_usage_error("--encoding \"%.40s\" is not known; UTF-8, GBK and Big5 are some that are",
                            "--encoding “%.40s”不是已知的编码；例如 UTF-8、GBK、Big5", encoding);
}

static const wg_flag *flag_of(const wg_flag *flags, const char *arg) {
  for (; flags->name; flags++) {
    size_t n = strlen(flags->name);
    if (strncmp(arg, flags->name, n) == 0 && (!arg[n] || arg[n] == '=')) return flags;
  }
  return NULL;
}

/* Takes the flag at argv[*i]; moves *i past its value. */
static int take_flag(const wg_flag *flags, int argc, char **argv, int *i) {
  const wg_flag *f = flag_of(flags, argv[*i]);
  if (!f)
    return wg_cli_usage_error("there is no option %s here; see: wangge help",
                              "没有选项 %s；请看：wangge help", argv[*i]);
  const char *eq = strchr(argv[*i], '=');
  if (f->on) {
    if (eq) return wg_cli_usage_error("%s takes no value", "%s 不带值", f->name);
    *f->on = true;
    return WG_EXIT_OK;
  }
  if (!eq && *i + 1 >= argc) return wg_cli_usage_error("%s needs a value", "%s 缺少值", f->name);
  *f->value = eq ? eq + 1 : argv[++*i];
  return WG_EXIT_OK;
}

int wg_cli_args(int argc, char **argv, const wg_flag *flags, const char **operand, int max, int *n,
                int min_operands) {
  bool plain = false;
  *n = 0;
  for (int i = 1; i < argc; i++) {
    if (!plain && strcmp(argv[i], "--") == 0) {
      plain = true;
    } else if (!plain && argv[i][0] == '-' && argv[i][1]) {
      int bad = take_flag(flags, argc, argv, &i);
      if (bad) return bad;
    } else if (*n == max) {
      return wg_cli_usage_error("\"%s\" is one argument too many", "多余的参数“%s”", argv[i]);
    } else {
      operand[(*n)++] = argv[i];
    }
  }
  for (const wg_flag *f = flags; f->name; f++)
    if (f->required && f->value && !*f->value)
      return wg_cli_usage_error("%s is missing; see: wangge help", "缺少 %s；请看：wangge help", f->name);
  if (*n < min_operands)
    return wg_cli_usage_error("an argument is missing; see: wangge help", "缺少参数；请看：wangge help");
  return WG_EXIT_OK;
}

void wg_progress_begin(wg_progress *p, const char *en, const char *in_zh) {
  *p = (wg_progress){.on = isatty(STDERR_FILENO) == 1, .what_en = en, .what_zh = in_zh};
}

void wg_progress_show(wg_progress *p, double share) {
  if (!p->on) return;
  long long now = wg_monotonic_us();
  if (now - p->last_us < 100000) return;
  p->last_us = now;
  if (share < 0) share = 0;
  if (share > 1) share = 1;
  char bar[31];
  int full = (int)(share * 30);
  for (int i = 0; i < 30; i++) bar[i] = i < full ? '#' : '-';
  bar[30] = 0;
  fprintf(stderr, "\r%s [%s] %3d%%", zh() ? p->what_zh : p->what_en, bar, (int)(share * 100));
}

void wg_progress_end(wg_progress *p) {
  if (p->on && p->last_us) fputs("\r\033[K", stderr);
}
