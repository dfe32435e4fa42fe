#include "cli/account.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/cli.h"

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
  wg_account *all = NULL;
  wg_grant *grants = NULL;
  uint32_t n = 0, n_grants = 0;
  wg_status st = s->accounts_load(s, arena, &all, &n, &grants, &n_grants, err);
  if (st) return st;
  for (uint32_t i = 0; i < n; i++)
    if (strcmp(all[i].name, name) == 0) {
      *out = all[i];
      return WG_OK;
    }
  return wg_fail(err, WG_NOT_FOUND, "name",
                 WG_T("there is no account \"%.64s\"; `wangge user list` shows them",
                      "没有账号“%.64s”；可用 `wangge user list` 查看"),
                 name);
}

wg_status wg_account_event(wg_store *s, const char *kind, int64_t account, wg_err *err) {
  char subject[40];
  snprintf(subject, sizeof subject, "account/%" PRId64, account);
  wg_event e = {.at = wg_now_ms(), .kind = kind, .subject = subject, .body = "{}"};
  return s->event_append(s, &e, NULL, 0, err);
}

void wg_token_id(const wg_session *session, char out[WG_TOKEN_ID_LEN]) {
  wg_hex(session->token_hash, WG_TOKEN_ID / 2, out);
}

wg_status wg_account_end(wg_store *s, wg_arena *arena, int64_t account, const char *kind, const char *id,
                         uint32_t *ended, wg_err *err) {
  wg_session *all = NULL;
  uint32_t n = 0;
  *ended = 0;
  wg_status st = s->sessions_load(s, arena, wg_now_ms(), &all, &n, err);
  for (uint32_t i = 0; !st && i < n; i++) {
    char own[WG_TOKEN_ID_LEN];
    wg_token_id(&all[i], own);
    if (all[i].account != account || strcmp(all[i].kind, kind) != 0 || (id && strcmp(id, own) != 0)) continue;
    st = s->session_delete(s, all[i].token_hash, err);
    ++*ended;
  }
  return st;
}
