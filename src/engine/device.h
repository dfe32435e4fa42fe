/* Wall devices: screens that sign on once with a code, read, and are revoked. Every function works inside the
 * caller's transaction, and the caller appends the event: what the commands and the API share. */
#ifndef WG_ENGINE_DEVICE_H
#define WG_ENGINE_DEVICE_H

#include "engine/account.h"

/* The one-time code: letters and digits that nobody mistakes for one another, valid for a quarter of an hour.
 * Only its hash is stored. */
enum { WG_DEVICE_CODE = 8, WG_DEVICE_CODE_LEN = WG_DEVICE_CODE + 1, WG_DEVICE_CODE_MS = 15 * 60000 };

/* By name, or by account where name is NULL. WG_NOT_FOUND says so. */
wg_status wg_device_find(wg_store *s, wg_arena *arena, const char *name, int64_t account, wg_device *out,
                         wg_err *err);
/* WG_UNPROCESSABLE "wall-device" when the account is one: with a password or another grant it would show more
 * than a wall may, and what was revoked stays so. */
wg_status wg_device_refuse(wg_store *s, wg_arena *arena, int64_t account, wg_err *err);
/* name, area (a known one), created_at and created_by are the caller's; fills the rest. WG_CONFLICT: the name
 * is taken. */
wg_status wg_device_add(wg_store *s, wg_arena *arena, wg_device *d, char code[WG_DEVICE_CODE_LEN],
                        wg_err *err);
/* Another code; one that waits is void. The screen that is signed on stays until the code is used.
 * WG_CONFLICT: the device was revoked. */
wg_status wg_device_code(wg_store *s, wg_device *d, int64_t now, char code[WG_DEVICE_CODE_LEN], wg_err *err);
/* Takes the code as a person types it (any case, with blanks or hyphens) and uses it up. An earlier screen of
 * the device is signed off. session: token_hash is the caller's. WG_UNAUTHENTICATED: no such code waits. */
wg_status wg_device_sign_on(wg_store *s, wg_arena *arena, const char *code, int64_t now, wg_device *out,
                            wg_session *session, wg_err *err);
/* For good: the account is disabled, its sessions and tokens end. Nothing changes when it was done before. */
wg_status wg_device_revoke(wg_store *s, wg_arena *arena, wg_device *d, int64_t now, wg_err *err);
/* The subject of its events. */
enum { WG_DEVICE_SUBJECT = 40 };
void wg_device_subject(const wg_device *d, char out[WG_DEVICE_SUBJECT]);

#endif
