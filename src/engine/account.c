#include "engine/account.h"

#include <string.h>

wg_status wg_account_book_load(wg_store *s, wg_arena *arena, wg_account_book *out, wg_err *err) {
  *out = (wg_account_book){0};
  return s->accounts_load(s, arena, &out->item, &out->n, &out->grant, &out->n_grants, err);
}

wg_status wg_account_now(wg_store *s, wg_arena *arena, const char *name, int64_t id, wg_account *out,
                         wg_err *err) {
  wg_account_book b;
  wg_status st = wg_account_book_load(s, arena, &b, err);
  if (st) return st;
  for (uint32_t i = 0; i < b.n; i++) {
    if (name ? strcmp(b.item[i].name, name) != 0 : b.item[i].id != id) continue;
    *out = b.item[i];
    return WG_OK;
  }
  return WG_NOT_FOUND;
}

const wg_grant *wg_account_book_grants(const wg_account_book *book, int64_t account, int *n) {
  uint32_t first = 0, end = book->n_grants;
  while (first < end) {
    uint32_t mid = first + (end - first) / 2;
    if (book->grant[mid].account < account)
      first = mid + 1;
    else
      end = mid;
  }
  *n = 0;
  while (first + (uint32_t)*n < book->n_grants && book->grant[first + (uint32_t)*n].account == account) ++*n;
  return book->grant + first;
}

wg_status wg_exclusive_now(wg_store *s, wg_arena *arena, bool *out, wg_err *err) {
  const char *text = NULL;
  wg_status st = s->setting_get(s, arena, "exclusive_admins", &text, err);
  *out = text && strcmp(text, "1") == 0;
  return st;
}

wg_status wg_exclusive_check(bool exclusive, const wg_grant *grants, int n, wg_err *err) {
  bool has[WG_ROLES] = {false};
  for (int i = 0; i < n; i++) has[grants[i].role] = true;
  if (!exclusive || has[WG_ADMIN] + has[WG_SECURITY] + has[WG_AUDITOR] < 2) return WG_OK;
  return wg_fail_code(err, WG_UNPROCESSABLE, "exclusive-roles", "grants",
                      WG_T("admin, security and auditor are three people (setting exclusive_admins)",
                           "系统、安全、审计管理员须为三人（设置 exclusive_admins）"));
}

void wg_grant_body(wg_jw *w, const wg_grant *g) {
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "area", g->area);
  if (g->from) wg_jw_member_int(w, "from", g->from);
  wg_jw_member_str(w, "org", g->org[0] ? g->org : NULL);
  wg_jw_member_str(w, "role", wg_role_name(g->role));
  if (g->until) wg_jw_member_int(w, "until", g->until);
  wg_jw_end_object(w);
}

void wg_token_id(const wg_session *session, char out[WG_TOKEN_ID_LEN]) {
  wg_hex(session->token_hash, WG_TOKEN_ID / 2, out);
}

static bool ends(const wg_session_end *x, const wg_session *session) {
  char id[WG_TOKEN_ID_LEN];
  wg_token_id(session, id);
  return session->account == x->account && (!x->kind || strcmp(session->kind, x->kind) == 0) &&
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
