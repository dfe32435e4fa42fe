#include "cli/account.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/text.h"
#include "base/time.h"
#include "cli/cli.h"
#include "engine/access.h"

static char *read_line(char out[WG_PASSWORD_ROOM]) {
  struct termios before, hidden;
  bool terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &before) == 0;
  if (terminal) {
    wg_cli_note("password:", "密码：");
    hidden = before;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  char *got = fgets(out, WG_PASSWORD_ROOM, stdin);
  if (terminal) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
  if (got) out[strcspn(out, "\r\n")] = 0;
  return got;
}

wg_status wg_read_password(char out[WG_PASSWORD_ROOM], wg_err *err) {
  if (!read_line(out) || strlen(out) < WG_PASSWORD_MIN)
    return wg_fail(err, WG_INVALID, "password",
                   WG_T("a password of at least %d bytes is expected on standard input",
                        "请在标准输入给出至少 %d 个字节的密码"),
                   WG_PASSWORD_MIN);
  if (strlen(out) > WG_PASSWORD_MAX) /* cut off, it would be another password */
    return wg_fail(err, WG_INVALID, "password",
                   WG_T("the password has more than %d bytes", "密码超过 %d 个字节"), WG_PASSWORD_MAX);
  if (!wg_text_utf8(out, strlen(out)))
    return wg_fail(err, WG_INVALID, "password",
                   WG_T("the password is not UTF-8 text", "密码不是 UTF-8 文本"));
  return WG_OK;
}

wg_status wg_account_find(wg_store *s, wg_arena *arena, const char *name, wg_account *out, wg_err *err) {
  wg_status st = wg_account_now(s, arena, name, 0, out, err);
  if (st != WG_NOT_FOUND) return st;
  return wg_fail(err, WG_NOT_FOUND, "name",
                 WG_T("there is no account \"%.64s\"; `wangge user list` shows them",
                      "没有账号“%.64s”；可用 `wangge user list` 查看"),
                 name);
}

wg_status wg_access_note(wg_store *s, const wg_access *x, wg_err *err) {
  wg_arena arena;
  const char *to_syslog = NULL;
  wg_arena_init(&arena);
  wg_status st = s->access_log(s, x->at, x->account, x->name, x->address, x->what, x->detail, x->ok, err);
  if (!st) st = s->setting_get(s, &arena, "access_log_syslog", &to_syslog, err);
  if (!st && to_syslog && strcmp(to_syslog, "1") == 0) wg_access_syslog(x);
  wg_arena_clear(&arena);
  return st;
}

wg_status wg_account_event(wg_store *s, const char *kind, int64_t account, wg_err *err) {
  char subject[40];
  snprintf(subject, sizeof subject, "account/%" PRId64, account);
  wg_event e = {.at = wg_now_ms(), .kind = kind, .subject = subject, .body = "{}"};
  return s->event_append(s, &e, NULL, 0, err);
}
