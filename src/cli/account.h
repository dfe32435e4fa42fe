/* What the commands on accounts share. */
#ifndef WG_CLI_ACCOUNT_H
#define WG_CLI_ACCOUNT_H

#include "domain/store.h"

enum { WG_PASSWORD_MIN = 8, WG_PASSWORD_MAX = 256, WG_PASSWORD_ROOM = WG_PASSWORD_MAX + 4 };
/* One line of standard input; not shown on a terminal. */
wg_status wg_read_password(char out[WG_PASSWORD_ROOM], wg_err *err);

/* WG_NOT_FOUND says how the accounts are listed. */
wg_status wg_account_find(wg_store *s, wg_arena *arena, const char *name, wg_account *out, wg_err *err);
/* An event of the system about an account, with nothing in its body. */
wg_status wg_account_event(wg_store *s, const char *kind, int64_t account, wg_err *err);

/* What a person calls a token: the first digits of its hash, which tell nothing of the token. */
enum { WG_TOKEN_ID = 12, WG_TOKEN_ID_LEN = WG_TOKEN_ID + 1 };
void wg_token_id(const wg_session *session, char out[WG_TOKEN_ID_LEN]);
/* Deletes the account's sessions of this kind ("session", "token"); with an id, that one alone. */
wg_status wg_account_end(wg_store *s, wg_arena *arena, int64_t account, const char *kind, const char *id,
                         uint32_t *ended, wg_err *err);

#endif
