#include "engine/account.h"

#include <string.h>

#include "base/text.h"

wg_status wg_account_now(wg_store *s, wg_arena *arena, const char *name, int64_t id, wg_account *out,
                         wg_err *err) {
  wg_account *all = NULL;
  wg_grant *grants = NULL;
  uint32_t n = 0, n_grants = 0;
  wg_status st = s->accounts_load(s, arena, &all, &n, &grants, &n_grants, err);
  if (st) return st;
  for (uint32_t i = 0; i < n; i++) {
    if (name ? strcmp(all[i].name, name) != 0 : all[i].id != id) continue;
    *out = all[i];
    return WG_OK;
  }
  return WG_NOT_FOUND;
}

bool wg_account_name_ok(const char *name, wg_err *err) {
  size_t n = strlen(name);
  bool plain = n >= 1 && n <= 64 && wg_text_utf8(name, n) && name[0] != ' ' && name[n - 1] != ' ';
  for (const char *p = name; *p; p++) plain = plain && (unsigned char)*p >= ' ' && *p != 127;
  if (!plain)
    wg_fail(err, WG_INVALID, "name",
            WG_T("a name has 1 to 64 bytes, without spaces at its ends and control characters",
                 "账号名为 1 到 64 个字节，首尾不能有空格，也不能含控制字符"));
  return plain;
}

void wg_token_id(const wg_session *session, char out[WG_TOKEN_ID_LEN]) {
  wg_hex(session->token_hash, WG_TOKEN_ID / 2, out);
}

static bool ends(const wg_session_end *x, const wg_session *session) {
  char id[WG_TOKEN_ID_LEN];
  wg_token_id(session, id);
  return session->account == x->account && strcmp(session->kind, x->kind) == 0 &&
         (!x->id || strcmp(x->id, id) == 0) &&
         (!x->keep || memcmp(session->token_hash, x->keep, WG_HASH_LEN) != 0);
}

wg_status wg_sessions_end(wg_store *s, wg_arena *arena, int64_t now, wg_session_end *x, wg_err *err) {
  uint32_t n = 0;
  x->ended = NULL;
  x->n_ended = 0;
  wg_status st = s->sessions_load(s, arena, now, &x->ended, &n, err);
  for (uint32_t i = 0; !st && i < n; i++) { /* those that end move to the front of the list */
    if (!ends(x, &x->ended[i])) continue;
    x->ended[x->n_ended++] = x->ended[i];
    st = s->session_delete(s, x->ended[x->n_ended - 1].token_hash, err);
  }
  return st;
}
