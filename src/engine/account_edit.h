/* Edits of accounts by administrators: each a command with its event. docs/rights.md says who may what. */
#ifndef WG_ENGINE_ACCOUNT_EDIT_H
#define WG_ENGINE_ACCOUNT_EDIT_H

#include "engine/account.h"
#include "engine/edit.h"

/* Of what a list shows: name, staff, disabled, grants. */
void wg_account_version(const wg_account *a, const wg_grant *grants, int n, char out[WG_VERSION_LEN]);

typedef struct wg_account_edit {
  wg_edit edit; /* first */
  int64_t id;   /* of the account; create fills it */
  /* create, change: NULL or -1 is as it was */
  const char *name;
  int64_t staff; /* 0: nobody */
  int disabled;
  /* grants: the whole list; their account is not looked at */
  const wg_grant *grants;
  int n_grants;
  const char *hash; /* create, password: of the new password */
  uint32_t ended;   /* out: log-ins and tokens that ended */
} wg_account_edit;

/* WG_CONFLICT "name-taken"; "stale-version"; "would-orphan". WG_UNPROCESSABLE "last-admin": nobody would be
 * left who may do this. WG_NOT_FOUND: no such account, staff, area ("grants.N.area"), organisation. */
wg_status wg_account_create(wg_engine *e, wg_account_edit *x, wg_err *err);
wg_status wg_account_change(wg_engine *e, wg_account_edit *x, wg_err *err);
/* WG_FORBIDDEN: beyond the editor's area, or its own grants. WG_UNPROCESSABLE "exclusive-roles". */
wg_status wg_account_grant(wg_engine *e, wg_account_edit *x, wg_err *err);
/* Ends the log-ins; tokens stay. */
wg_status wg_account_reset_password(wg_engine *e, wg_account_edit *x, wg_err *err);
/* Ends log-ins and tokens. */
wg_status wg_account_sign_out(wg_engine *e, wg_account_edit *x, wg_err *err);

#endif
