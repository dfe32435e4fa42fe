/* Edits of webhooks, dead letters sent again, and an account's own phrases. */
#ifndef WG_ENGINE_WEBHOOK_EDIT_H
#define WG_ENGINE_WEBHOOK_EDIT_H

#include "engine/edit.h"

void wg_webhook_version(const wg_webhook *h, char out[WG_VERSION_LEN]);

typedef enum wg_webhook_what { WG_HOOK_ADD, WG_HOOK_CHANGE, WG_HOOK_SECRET, WG_HOOK_DROP } wg_webhook_what;
typedef struct wg_webhook_edit {
  wg_edit edit; /* first */
  wg_webhook_what what;
  wg_webhook hook; /* in: id and what is new; out: as it is then */
} wg_webhook_edit;
/* Its area and what it had before must be within the editor's right to grant, as for walls. */
wg_status wg_webhook_put(wg_engine *e, wg_webhook_edit *x, wg_err *err);

typedef struct wg_replay_edit {
  wg_edit edit;      /* first */
  const int64_t *id; /* these of the channel, or (n 0) all of it */
  int n;
  int64_t channel;  /* a webhook; 0: the command, which takes the right to grant from a root area */
  int64_t replayed; /* out */
} wg_replay_edit;
wg_status wg_letters_replay(wg_engine *e, wg_replay_edit *x, wg_err *err);

/* Leaves an event with the phrases as a personal text beside it. */
wg_status wg_phrases_put(wg_engine *e, int64_t account, const char *items, wg_err *err);

#endif
