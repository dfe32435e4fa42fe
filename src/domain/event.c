#include "domain/event.h"

#include <string.h>

void wg_event_hash(const wg_event *e, unsigned char out[WG_HASH_LEN]) {
  wg_hasher h;
  wg_hasher_begin(&h);
  wg_hasher_field(&h, WG_HASH_NAME, strlen(WG_HASH_NAME));
  wg_hasher_int(&h, e->seq);
  wg_hasher_int(&h, e->at);
  wg_hasher_int(&h, e->actor);
  wg_hasher_field(&h, e->kind, strlen(e->kind));
  wg_hasher_field(&h, e->subject, strlen(e->subject));
  wg_hasher_field(&h, e->body, strlen(e->body));
  wg_hasher_field(&h, e->prev_hash, WG_HASH_LEN);
  wg_hasher_end(&h, out);
}

void wg_private_seal(wg_private *p) {
  wg_random(p->salt, sizeof p->salt);
  wg_hash_salted(p->salt, p->text, strlen(p->text), p->hash);
}
