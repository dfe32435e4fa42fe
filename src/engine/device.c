#include "engine/device.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char letters[] = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"; /* no I L O 0 1 */
enum { LETTERS = sizeof letters - 1, FAIR = 256 / LETTERS * LETTERS };

static void draw_code(char out[WG_DEVICE_CODE_LEN]) {
  for (int i = 0; i < WG_DEVICE_CODE;) {
    unsigned char byte;
    wg_random(&byte, 1);
    if (byte < FAIR) out[i++] = letters[byte % LETTERS];
  }
  out[WG_DEVICE_CODE] = 0;
}

static void hash_code(const char *code, unsigned char out[WG_HASH_LEN]) {
  wg_hasher h;
  wg_hasher_begin(&h);
  wg_hasher_field(&h, "device code", 11); /* so that a code is no token */
  wg_hasher_field(&h, code, strlen(code));
  wg_hasher_end(&h, out);
}

/* As drawn, from as typed; false: it cannot be a code. */
static bool read_code(const char *text, char out[WG_DEVICE_CODE_LEN]) {
  int n = 0;
  for (const char *p = text; *p; p++) {
    char c = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
    if (c == ' ' || c == '-') continue;
    if (n == WG_DEVICE_CODE || !strchr(letters, c)) return false;
    out[n++] = c;
  }
  out[n] = 0;
  return n == WG_DEVICE_CODE;
}

void wg_device_subject(const wg_device *d, char out[WG_DEVICE_SUBJECT]) {
  snprintf(out, WG_DEVICE_SUBJECT, "device/%" PRId64, d->account);
}

wg_status wg_device_find(wg_store *s, wg_arena *arena, const char *name, int64_t account, wg_device *out,
                         wg_err *err) {
  wg_device *all = NULL;
  uint32_t n = 0;
  wg_status st = s->devices_load(s, arena, &all, &n, err);
  if (st) return st;
  for (uint32_t i = 0; i < n; i++) {
    if (name ? strcmp(all[i].name, name) != 0 : all[i].account != account) continue;
    *out = all[i];
    return WG_OK;
  }
  return wg_fail(err, WG_NOT_FOUND, name ? "name" : "id",
                 name ? "there is no device \"%.64s\"; `wangge device list` shows them"
                      : "there is no such device",
                 name ? "没有设备“%.64s”；可用 `wangge device list` 查看" : "没有这台设备", name);
}

wg_status wg_device_refuse(wg_store *s, wg_arena *arena, int64_t account, wg_err *err) {
  wg_device *all = NULL;
  uint32_t n = 0;
  wg_status st = s->devices_load(s, arena, &all, &n, err);
  for (uint32_t i = 0; !st && i < n; i++)
    if (all[i].account == account)
      st = wg_fail_code(
          err, WG_UNPROCESSABLE, "wall-device", "id",
          WG_T("%s is a wall device: it has no password and takes no other grant; see `wangge device`",
               "%s 是大屏设备：没有密码，也不能追加其他授权；请用 `wangge device` 管理"),
          all[i].name);
  return st;
}

static void give_code(wg_device *d, int64_t now, char code[WG_DEVICE_CODE_LEN]) {
  draw_code(code);
  hash_code(code, d->code_hash);
  d->code_expires_at = now + WG_DEVICE_CODE_MS;
}

wg_status wg_device_add(wg_store *s, wg_arena *arena, wg_device *d, char code[WG_DEVICE_CODE_LEN],
                        wg_err *err) {
  wg_account account = {0}, there;
  wg_grant grant = {.role = WG_WALL};
  wg_status st = wg_account_now(s, arena, d->name, 0, &there, err);
  if (!st)
    return wg_fail(err, WG_CONFLICT, "name",
                   WG_T("there is an account or device \"%.64s\" already", "已有账号或设备“%.64s”"), d->name);
  if (st != WG_NOT_FOUND) return st;
  snprintf(account.name, sizeof account.name, "%s", d->name);
  snprintf(grant.area, sizeof grant.area, "%s", d->area);
  st = s->account_put(s, &account, err);
  d->account = grant.account = account.id;
  give_code(d, d->created_at, code);
  if (!st) st = s->grant_put(s, &grant, err);
  return st ? st : s->device_put(s, d, err);
}

wg_status wg_device_code(wg_store *s, wg_device *d, int64_t now, char code[WG_DEVICE_CODE_LEN], wg_err *err) {
  if (d->revoked_at)
    return wg_fail(
        err, WG_CONFLICT, "id",
        WG_T("device %s was revoked; add it under another name", "设备 %s 已吊销；请用其他名称重新添加"),
        d->name);
  give_code(d, now, code);
  return s->device_put(s, d, err);
}

static wg_status find_code(wg_store *s, wg_arena *arena, const char *text, int64_t now, wg_device *out,
                           wg_err *err) {
  wg_device *all = NULL;
  uint32_t n = 0;
  char code[WG_DEVICE_CODE_LEN];
  unsigned char hash[WG_HASH_LEN];
  bool is = read_code(text, code);
  hash_code(is ? code : "", hash);
  wg_status st = s->devices_load(s, arena, &all, &n, err);
  for (uint32_t i = 0; !st && is && i < n; i++) {
    if (all[i].revoked_at || all[i].code_expires_at <= now) continue;
    if (!wg_bytes_equal(all[i].code_hash, hash, WG_HASH_LEN)) continue;
    *out = all[i];
    return WG_OK;
  }
  if (st) return st;
  return wg_fail_code(
      err, WG_UNAUTHENTICATED, "wrong-code", "code",
      WG_T("no device waits for this code: it is wrong, was used, or is older than 15 minutes",
           "代码无效：输入有误、已被使用，或已超过 15 分钟"));
}

static wg_status end_sessions(wg_store *s, wg_arena *arena, int64_t account, int64_t now, wg_err *err) {
  static const char *const kinds[] = {"wall", "token", "session"};
  wg_status st = WG_OK;
  for (int k = 0; !st && k < 3; k++) {
    wg_session_end end = {.account = account, .kind = kinds[k]};
    st = wg_sessions_end(s, arena, now, &end, err);
  }
  return st;
}

wg_status wg_device_sign_on(wg_store *s, wg_arena *arena, const char *code, int64_t now, wg_device *out,
                            wg_session *session, wg_err *err) {
  wg_status st = find_code(s, arena, code, now, out, err);
  if (!st) st = end_sessions(s, arena, out->account, now, err);
  if (st) return st;
  memset(out->code_hash, 0, sizeof out->code_hash);
  out->code_expires_at = 0;
  out->signed_on_at = out->last_seen_at = now;
  session->account = out->account;
  session->created_at = now;
  session->expires_at = 0;
  session->kind = "wall";
  st = s->device_put(s, out, err);
  return st ? st : s->session_put(s, session, err);
}

wg_status wg_device_revoke(wg_store *s, wg_arena *arena, wg_device *d, int64_t now, wg_err *err) {
  wg_account account;
  if (d->revoked_at) return WG_OK;
  wg_status st = wg_account_now(s, arena, NULL, d->account, &account, err);
  if (st) return st;
  account.disabled = true;
  memset(d->code_hash, 0, sizeof d->code_hash);
  d->code_expires_at = 0;
  d->revoked_at = now;
  st = s->account_put(s, &account, err);
  if (!st) st = s->device_put(s, d, err);
  return st ? st : end_sessions(s, arena, d->account, now, err);
}
