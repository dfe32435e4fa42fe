/* Events: the one ordered, hash-chained log. See docs/event-log.md.
 *
 * hash = BLAKE2b-256 over, each length-prefixed: the algorithm's name, seq, at, actor, kind, subject, body,
 * prev_hash — the stored bytes, never something serialised anew. Bodies hold no personal data: a personal
 * text is a side row with a salt, and the body holds its salted hash under the same field name. */
#ifndef WG_DOMAIN_EVENT_H
#define WG_DOMAIN_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/crypto.h"

typedef struct wg_event {
  int64_t seq, at;     /* at: ms */
  int64_t actor;       /* account, 0: the system */
  const char *kind;    /* "incident.reported", "plan.published", "staff.imported", … */
  const char *subject; /* "incident/123", "plan/base/4", "account/7", … */
  const char *body;    /* JSON object text, compact, sorted keys */
  unsigned char prev_hash[WG_HASH_LEN], hash[WG_HASH_LEN];
} wg_event;
void wg_event_hash(const wg_event *e, unsigned char out[WG_HASH_LEN]); /* over all but e->hash */

/* One personal text of an event: side row (seq, field, salt, text). */
typedef struct wg_private {
  const char *field;
  const char *text;
  unsigned char salt[WG_SALT_LEN]; /* filled by wg_private_seal */
  unsigned char hash[WG_HASH_LEN];
} wg_private;
void wg_private_seal(wg_private *p); /* draws the salt, computes the hash; the body then names hex(hash) */

#endif
