/* What init and demo put into a new database from the files embedded in the binary (data/ in the source). */
#ifndef WG_CLI_DATA_H
#define WG_CLI_DATA_H

#include "domain/store.h"

/* The catalogue of categories, as rows. Inside a transaction. */
wg_status wg_cli_put_catalogue(wg_store *store, wg_err *err);
/* Settings "calendar" and "profiles" (JSON text) and "timezone", "tolerance_m". Inside a transaction. */
wg_status wg_cli_put_defaults(wg_store *store, wg_err *err);

#endif
