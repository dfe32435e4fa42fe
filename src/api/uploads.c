/* /api/v1/uploads: files in pieces, each acknowledged when it is on the disk. */
#include <stdio.h>
#include <string.h>

#include "api/app.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "domain/setting.h"
#include "engine/upload.h"
#include "media/sniff.h"

enum { SWEEP_MS = 60000 };

wg_status wg_not_nameless(wg_request *q) {
  if (!wg_asker_of(q)->nameless) return WG_OK;
  return wg_fail(&q->err, WG_FORBIDDEN, "", WG_T("a wall shows no files of incidents", "大屏不显示事件附件"));
}

static bool needed(void *ctx, const unsigned char *sha) {
  wg_store *store = ctx;
  int64_t n = 1;
  return store->attachment_uses(store, sha, &n, NULL) != WG_OK || n > 0;
}

/* Once a minute at most, by whoever comes. */
static void sweep(wg_app *app, wg_store *store, int64_t now) {
  int64_t last = atomic_load(&app->swept_at);
  if (now - last < SWEEP_MS || !atomic_compare_exchange_strong(&app->swept_at, &last, now)) return;
  wg_upload_sweep(app->config.files, now, needed, store);
}

static wg_status check_id(wg_request *q, const wg_upload *x) {
  size_t n = strlen(x->id);
  bool uuid = n == 36 && strspn(x->id, "0123456789abcdefABCDEF-") == n;
  if (uuid || wg_text_plain_code(x->id)) return WG_OK;
  return wg_fail(&q->err, WG_INVALID, "id",
                 WG_T("id has 1 to 32 letters, digits, . _ - (or is a UUID)",
                      "id 应为 1 至 32 位字母、数字或 . _ -（或 UUID）"));
}

static wg_status check_name(wg_request *q, const wg_upload *x) {
  bool plain = true;
  for (const char *p = x->name; *p; p++)
    plain = plain && (unsigned char)*p >= 32 && *p != 127 && *p != '/' && *p != '\\';
  if (plain) return WG_OK;
  return wg_fail(&q->err, WG_INVALID, "name",
                 WG_T("name is a file's name without folders", "name 应为不含目录的文件名"));
}

static wg_status check_type(wg_request *q, const wg_upload *x) {
  if (wg_media_taken(x->type)) return WG_OK;
  return wg_fail_code(
      &q->err, WG_INVALID, "unknown-type", "type",
      WG_T("files of type %.31s are not taken; these are: %s", "不接受 %.31s 类型的文件，可接受：%s"),
      x->type, wg_media_list);
}

static wg_status read_hash(wg_request *q, const char *hex, wg_upload *x) {
  if (strncmp(hex, WG_SHA_NAME ":", 7) == 0) hex += 7;
  if (wg_unhex(hex, x->sha, WG_SHA_LEN)) return WG_OK;
  return wg_fail(
      &q->err, WG_INVALID, "hash",
      WG_T("hash is the SHA-256 of the file in 64 hex digits", "hash 应为文件的 SHA-256（64 位十六进制）"));
}

static wg_status check_size(wg_request *q, wg_store *store, const wg_upload *x) {
  const char *text = NULL;
  wg_status st = store->setting_get(store, &q->arena, "attachment_mb", &text, &q->err);
  int mb = (int)wg_setting_number(wg_setting_find("attachment_mb"), text);
  if (st || x->size <= (int64_t)mb << 20) return st;
  return wg_fail(&q->err, WG_TOO_LARGE, "size",
                 WG_T("a file may have %d MB at most (setting attachment_mb)",
                      "文件不得超过 %d MB（设置 attachment_mb）"),
                 mb);
}

static wg_status read_upload(wg_request *q, wg_store *store, wg_upload *x) {
  static const char *const names[] = {"id", "size", "hash", "name", "type", NULL};
  wg_json *body = NULL;
  const char *hex = NULL;
  wg_status st = wg_json_parse_object(&q->arena, q->body, q->body_len, &body, &q->err);
  if (!st) st = wg_json_only(body, names, &q->err);
  if (!st) st = wg_json_str(body, "id", WG_REQUIRED, WG_UPLOAD_ID, &x->id, &q->err);
  if (!st) st = wg_json_str(body, "name", WG_REQUIRED, WG_UPLOAD_NAME, &x->name, &q->err);
  if (!st) st = wg_json_str(body, "type", WG_REQUIRED, 31, &x->type, &q->err);
  if (!st) st = wg_json_str(body, "hash", WG_REQUIRED, 80, &hex, &q->err);
  if (!st) st = wg_json_int(body, "size", WG_REQUIRED, 1, INT64_MAX, &x->size, &q->err);
  if (!st) st = check_id(q, x);
  if (!st) st = check_name(q, x);
  if (!st) st = check_type(q, x);
  if (!st) st = read_hash(q, hex, x);
  return st ? st : check_size(q, store, x);
}

static wg_status answer(wg_request *q, wg_response *r, const wg_upload *x, int code) {
  wg_jw w;
  (void)q;
  wg_jw_init(&w, &r->body);
  wg_jw_begin_object(&w);
  wg_jw_member_str(&w, "id", x->id);
  wg_jw_member_int(&w, "offset", x->offset);
  wg_jw_member_int(&w, "size", x->size);
  wg_jw_member_bool(&w, "complete", x->complete);
  wg_jw_member_int(&w, "piece_max", WG_UPLOAD_PIECE);
  wg_jw_member_time(&w, "expires_at", x->begun + WG_UPLOAD_KEPT_MS);
  wg_jw_end_object(&w);
  return wg_answer(r, code);
}

wg_status wg_h_upload_begin(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  wg_store *store = NULL;
  wg_upload x = {.account = a->viewer->account};
  bool fresh = false;
  wg_status st = wg_not_nameless(q);
  if (!st) st = wg_mine_store(q->pool_mine, &store, &q->err);
  if (!st) st = read_upload(q, store, &x);
  if (st) return st;
  sweep(a->app, store, a->now);
  st = wg_upload_begin(a->app->config.files, &q->arena, &x, a->now, &fresh, &q->err);
  return st ? st : answer(q, r, &x, fresh ? 201 : 200);
}

static wg_status find(wg_request *q, wg_upload *x) {
  wg_asker *a = wg_asker_of(q);
  wg_status st = wg_not_nameless(q);
  return st ? st
            : wg_upload_find(a->app->config.files, &q->arena, a->viewer->account, q->param[0], a->now, x,
                             &q->err);
}

wg_status wg_h_upload(wg_request *q, wg_response *r) {
  wg_upload x;
  wg_status st = find(q, &x);
  return st ? st : answer(q, r, &x, 200);
}

wg_status wg_h_upload_piece(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  wg_upload x;
  int64_t offset = 0;
  wg_status st = find(q, &x);
  if (!st) st = wg_query_int(q, "offset", 0, INT64_MAX / 2, &offset);
  if (!st && !x.complete)
    st = wg_upload_piece(a->app->config.files, &x, offset, q->body, q->body_len, &q->err);
  return st ? st : answer(q, r, &x, 200);
}
