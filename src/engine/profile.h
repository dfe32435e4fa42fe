/* The country profile in force, read from the settings. */
#ifndef WG_ENGINE_PROFILE_H
#define WG_ENGINE_PROFILE_H

#include "domain/profile.h"
#include "domain/store.h"

/* One that tells nothing where the store has no profiles, or none of the chosen code. */
wg_status wg_profile_load(wg_store *store, wg_arena *arena, wg_profile *out, wg_err *err);
/* Is it among the stored ones? WG_NOT_FOUND "unknown-profile", field "value". */
wg_status wg_profile_known(wg_store *store, wg_arena *arena, const char *code, wg_err *err);

#endif
