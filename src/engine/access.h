/* A line of the access log as it goes to the system's own log. */
#ifndef WG_ENGINE_ACCESS_H
#define WG_ENGINE_ACCESS_H

#include "domain/store.h"

enum { WG_ACCESS_LINE = 1024 };
/* access what="sign-in" ok=1 account=4 name="hotline" address="10.0.0.7" detail="": texts quoted, and what
 * could end a line or a quote made harmless. */
void wg_access_line(const wg_access *x, char out[WG_ACCESS_LINE]);
/* syslog(3), facility auth; may wait for the daemon: not on an epoll thread, nor the writer's. */
void wg_access_syslog(const wg_access *x);

#endif
