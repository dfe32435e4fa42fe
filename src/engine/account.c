#include "engine/account.h"

#include <string.h>

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
