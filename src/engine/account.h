/* Accounts as the store has them now, and the end of their sessions: what the commands and the API share. */
#ifndef WG_ENGINE_ACCOUNT_H
#define WG_ENGINE_ACCOUNT_H

#include "base/jw.h"
#include "domain/store.h"

/* By name, or by id where name is NULL. WG_NOT_FOUND leaves err as it is. */
wg_status wg_account_now(wg_store *s, wg_arena *arena, const char *name, int64_t id, wg_account *out,
                         wg_err *err);

/* All of them, as the store has them. */
typedef struct wg_account_book {
  wg_account *item; /* by id */
  wg_grant *grant;  /* by account */
  uint32_t n, n_grants;
} wg_account_book;
wg_status wg_account_book_load(wg_store *s, wg_arena *arena, wg_account_book *out, wg_err *err);
/* The grants of one account: a run of book->grant. */
const wg_grant *wg_account_book_grants(const wg_account_book *book, int64_t account, int *n);
/* Do the three administrators exclude one another now (setting "exclusive_admins")? */
wg_status wg_exclusive_now(wg_store *s, wg_arena *arena, bool *out, wg_err *err);
/* WG_UNPROCESSABLE "exclusive-roles" where they do, and these grants of one account are of two of the roles.
 */
wg_status wg_exclusive_check(bool exclusive, const wg_grant *grants, int n, wg_err *err);
/* A grant as the log has it: an object, its members sorted. */
void wg_grant_body(wg_jw *w, const wg_grant *g);

/* What a person calls a token: the first digits of its hash, which tell nothing of the token. */
enum { WG_TOKEN_ID = 12, WG_TOKEN_ID_LEN = WG_TOKEN_ID + 1 };
void wg_token_id(const wg_session *session, char out[WG_TOKEN_ID_LEN]);

typedef struct wg_session_end {
  int64_t account;
  const char *kind;          /* "session", "token"; NULL: every kind */
  const char *id;            /* wg_token_id of the one that ends; NULL: all of the kind */
  const unsigned char *keep; /* hash of one that stays, or NULL */
  wg_session *ended;         /* out: in the arena */
  uint32_t n_ended;
} wg_session_end;
/* In a transaction. */
wg_status wg_sessions_end(wg_store *s, wg_arena *arena, int64_t now, wg_session_end *x, wg_err *err);

#endif
