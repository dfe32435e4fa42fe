/* What the commands on accounts share. */
#ifndef WG_CLI_ACCOUNT_H
#define WG_CLI_ACCOUNT_H

#include "engine/account.h"

enum { WG_PASSWORD_ROOM = WG_PASSWORD_MAX + 4 };
/* One line of standard input; not shown on a terminal. */
wg_status wg_read_password(char out[WG_PASSWORD_ROOM], wg_err *err);

/* WG_NOT_FOUND says how the accounts are listed. */
wg_status wg_account_find(wg_store *s, wg_arena *arena, const char *name, wg_account *out, wg_err *err);
/* A line of the access log, told to syslog too where the setting says so. */
wg_status wg_access_note(wg_store *s, const wg_access *x, wg_err *err);
/* An event of the system about an account, with nothing in its body. */
wg_status wg_account_event(wg_store *s, const char *kind, int64_t account, wg_err *err);

#endif
