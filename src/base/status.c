#define WG_STATUS_C
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const struct {
  int http;
  const char *name, *en, *zh;
} table[] = {
    [WG_OK] = {200, "ok", "OK", "成功"},
    [WG_INVALID] = {400, "invalid", "The request is not valid", "请求有误"},
    [WG_UNAUTHENTICATED] = {401, "unauthenticated", "Sign in first", "请先登录"},
    [WG_FORBIDDEN] = {403, "forbidden", "You may not do this", "没有权限"},
    [WG_NOT_FOUND] = {404, "not-found", "There is no such thing", "未找到"},
    [WG_CONFLICT] = {409, "conflict", "It has changed since you saw it", "内容已被他人更改"},
    [WG_TOO_LARGE] = {413, "too-large", "Too large", "内容过大"},
    [WG_UNPROCESSABLE] = {422, "unprocessable", "A rule refuses this", "不符合规则"},
    [WG_THROTTLED] = {429, "throttled", "Too many tries", "尝试次数过多"},
    [WG_BUSY] = {503, "busy", "Busy, try again shortly", "系统繁忙，请稍后再试"},
    [WG_NO_SPACE] = {507, "no-space", "The disk is full", "磁盘已满"},
    [WG_NO_MEMORY] = {503, "no-memory", "Out of memory", "内存不足"},
    [WG_IO] = {500, "io", "Reading or writing failed", "读写失败"},
    [WG_CORRUPT] = {500, "corrupt", "Stored data is damaged", "存储的数据已损坏"},
    [WG_INTERNAL] = {500, "internal", "A fault in the server", "服务器内部错误"},
};

/* The sentence may quote the input and be cut in the middle of a character: what is left of one becomes '?'.
 */
static void mend_utf8(char *text) {
  for (size_t left = strlen(text); left;) {
    size_t n = 1;
    while (n <= 4 && n <= left && !wg_text_utf8(text, n)) n++;
    if (n > 4 || n > left) *text = '?', n = 1;
    text += n;
    left -= n;
  }
}

static void fill(wg_err *err, wg_status status, const char *code, const char *field, const char *en,
                 const char *zh, va_list args) {
  err->status = status;
  snprintf(err->code, sizeof err->code, "%s", code ? code : "");
  snprintf(err->field, sizeof err->field, "%s", field ? field : "");
  va_list again;
  va_copy(again, args);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  vsnprintf(err->en, sizeof err->en, en, args);
  vsnprintf(err->zh, sizeof err->zh, zh, again);
#pragma GCC diagnostic pop
  va_end(again);
  mend_utf8(err->field);
  mend_utf8(err->en);
  mend_utf8(err->zh);
}

wg_status wg_fail(wg_err *err, wg_status status, const char *field, const char *en, const char *zh, ...) {
  if (!err) return status;
  va_list args;
  va_start(args, zh);
  fill(err, status, NULL, field, en, zh, args);
  va_end(args);
  return status;
}

wg_status wg_fail_code(wg_err *err, wg_status status, const char *code, const char *field, const char *en,
                       const char *zh, ...) {
  if (!err) return status;
  va_list args;
  va_start(args, zh);
  fill(err, status, code, field, en, zh, args);
  va_end(args);
  return status;
}

int wg_status_http(wg_status status) { return table[status].http; }
int wg_status_exit(wg_status status) { return status == WG_OK ? 0 : 1; }
const char *wg_status_name(wg_status status) { return table[status].name; }
const char *wg_status_title(wg_status status, const char *lang) {
  return lang && strcmp(lang, "zh") == 0 ? table[status].zh : table[status].en;
}
