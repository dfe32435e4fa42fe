/* Another program that is told: where, of what, and with which key it can tell that it was us. A webhook sees
 * what a wall of its area sees: ordinary matters, nameless. */
#ifndef WG_DOMAIN_WEBHOOK_H
#define WG_DOMAIN_WEBHOOK_H

#include "domain/account.h"

enum { WG_WEBHOOK_URL = 1000, WG_WEBHOOK_SECRET = 64, WG_WEBHOOK_KINDS = 64, WG_WEBHOOKS = 64 };

typedef struct wg_webhook {
  int64_t id;
  const char *name, *url;
  const char *secret; /* never shown but when it is made */
  char area[WG_CODE_LEN];
  const char *kinds; /* kinds of events, "," between them; "": all of incidents */
  bool enabled;
  int64_t created_at, created_by;
} wg_webhook;

/* http or https, a host, no user or password in it: WG_INVALID, field "url". */
wg_status wg_webhook_url_check(const char *url, wg_err *err);
bool wg_webhook_wants(const wg_webhook *h, const char *kind);
/* A viewer with the rights of a wall in that area. */
wg_viewer wg_webhook_viewer(const wg_webhook *h, const wg_areas *areas);

#endif
