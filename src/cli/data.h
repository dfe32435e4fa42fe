/* What init and demo put into a new database from the files embedded in the binary (data/ in the source). */
#ifndef WG_CLI_DATA_H
#define WG_CLI_DATA_H

#include "domain/profile.h"
#include "domain/store.h"

/* The catalogue of categories, as rows. Inside a transaction. */
wg_status wg_cli_put_catalogue(wg_store *store, wg_err *err);
/* Settings "profiles" (JSON text), "profile" (its code), "calendar" and "timezone" as it has them, and
 * "tolerance_m". Inside a transaction. WG_NOT_FOUND: there is no such profile. */
wg_status wg_cli_put_defaults(wg_store *store, const char *profile, wg_err *err);
/* The phrases of who has saved none, JSON. */
const char *wg_cli_phrases(void);
/* WG_NOT_FOUND: there is no such profile. */
wg_status wg_cli_profile(wg_arena *arena, const char *code, wg_profile *out, wg_err *err);

#endif
