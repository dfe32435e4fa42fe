/* The hashes that an event's body names: members whose value is a string of 64 lower-case hex digits. Bodies
 * hold such strings for nothing but side rows of the event (under the field's name) and content. */
#ifndef WG_STORE_SQLITE_NAMES_H
#define WG_STORE_SQLITE_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/crypto.h"

/* Calls fn for each, with the member's name (of an array: the array's) as it stands in the text and the
 * digits (not NUL-terminated). Stops at the first status that is not WG_OK. */
wg_status names_each(const char *body, size_t n, wg_status (*fn)(void *, const char *, size_t, const char *),
                     void *ctx);
bool names_unhex(const char *hex, unsigned char out[WG_HASH_LEN]); /* 64 lower-case digits */

#endif
