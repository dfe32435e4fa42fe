/* Which addresses are of private networks, of this machine or of none: not to be called for somebody else. */
#ifndef WG_NOTIFY_ADDRESS_H
#define WG_NOTIFY_ADDRESS_H

#include <stdbool.h>

struct sockaddr;
bool wg_address_private(const struct sockaddr *address); /* true for families that are not IP, too */

#endif
