/* Accounts as the store has them now, and the end of their sessions: what the commands and the API share. */
#ifndef WG_ENGINE_ACCOUNT_H
#define WG_ENGINE_ACCOUNT_H

#include "domain/store.h"

/* By name, or by id where name is NULL. WG_NOT_FOUND leaves err as it is. */
wg_status wg_account_now(wg_store *s, wg_arena *arena, const char *name, int64_t id, wg_account *out,
                         wg_err *err);

/* 1 to 64 bytes of UTF-8 without control characters and without spaces at its ends. */
bool wg_account_name_ok(const char *name, wg_err *err);

/* What a person calls a token: the first digits of its hash, which tell nothing of the token. */
enum { WG_TOKEN_ID = 12, WG_TOKEN_ID_LEN = WG_TOKEN_ID + 1 };
void wg_token_id(const wg_session *session, char out[WG_TOKEN_ID_LEN]);

typedef struct wg_session_end {
  int64_t account;
  const char *kind;          /* "session", "token" */
  const char *id;            /* wg_token_id of the one that ends; NULL: all of the kind */
  const unsigned char *keep; /* hash of one that stays, or NULL */
  wg_session *ended;         /* out: in the arena */
  uint32_t n_ended;
} wg_session_end;
/* In a transaction. */
wg_status wg_sessions_end(wg_store *s, wg_arena *arena, int64_t now, wg_session_end *x, wg_err *err);

#endif
