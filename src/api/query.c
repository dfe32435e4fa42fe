/* What a query string says, checked. */
#include <string.h>

#include "api/app.h"
#include "base/text.h"
#include "base/time.h"

wg_status wg_query_num(wg_request *q, const char *name, bool required, double min, double max, double *out) {
  const char *text = wg_request_query(q, name);
  if (!text) {
    if (!required) return WG_OK;
    return wg_fail_code(&q->err, WG_INVALID, "missing-field", name, WG_T("%s is missing", "缺少 %s"), name);
  }
  double v;
  if (!wg_text_double(text, &v))
    return wg_fail(&q->err, WG_INVALID, name, WG_T("%s must be a number", "%s 应为数字"), name);
  if (v < min || v > max)
    return wg_fail(&q->err, WG_INVALID, name,
                   WG_T("%s must be from %.10g to %.10g", "%s 应在 %.10g 到 %.10g 之间"), name, min, max);
  *out = v;
  return WG_OK;
}

wg_status wg_query_int(wg_request *q, const char *name, int64_t min, int64_t max, int64_t *out) {
  const char *text = wg_request_query(q, name);
  if (!text) return WG_OK;
  int64_t v;
  if (!wg_text_int(text, &v) || v < min || v > max)
    return wg_fail(&q->err, WG_INVALID, name,
                   WG_T("%s must be a whole number from %lld to %lld", "%s 应为 %lld 到 %lld 之间的整数"),
                   name, (long long)min, (long long)max);
  *out = v;
  return WG_OK;
}

wg_status wg_query_time(wg_request *q, const char *name, int64_t *out) {
  const char *text = wg_request_query(q, name);
  if (!text) return WG_OK;
  if (!wg_time_parse(text, out))
    return wg_fail(
        &q->err, WG_INVALID, name,
        WG_T("%s must be an RFC 3339 time with zone, like 2026-11-24T08:30:00+08:00 (write + as %%2B)",
             "%s 应为带时区的 RFC 3339 时间，例如 2026-11-24T08:30:00+08:00（+ 写作 %%2B）"),
        name);
  return WG_OK;
}

wg_status wg_query_code(wg_request *q, const char *name, const char **out) {
  const char *text = wg_request_query(q, name);
  if (!text) return WG_OK;
  if (!wg_text_code(text))
    return wg_fail(&q->err, WG_INVALID, name,
                   WG_T("%s must be a code: 1–64 bytes without / \\ \" < > , ;",
                        "%s 应为编码：1–64 字节，且不含 / \\ \" < > , ;"),
                   name);
  *out = text;
  return WG_OK;
}

wg_status wg_query_format(wg_request *q, const char *other, bool *is) {
  const char *format = wg_request_query(q, "format");
  *is = format && strcmp(format, other) == 0;
  if (!format || *is || strcmp(format, "json") == 0) return WG_OK;
  return wg_fail(&q->err, WG_INVALID, "format", WG_T("format must be json or %s", "format 应为 json 或 %s"),
                 other);
}

wg_status wg_path_code(wg_request *q) {
  if (wg_text_code(q->param[0])) return WG_OK;
  return wg_fail(&q->err, WG_INVALID, "code",
                 WG_T("a code has 1 to 64 bytes without / \\ \" < > , ;",
                      "编码为 1 到 64 个字节，且不含 / \\ \" < > , ;"));
}

wg_status wg_query_area(wg_request *q, const char *name, uint32_t *out) {
  const char *code = NULL;
  *out = WG_NO_INDEX;
  wg_status st = wg_query_code(q, name, &code);
  if (st || !code) return st;
  *out = wg_areas_find(&wg_asker_of(q)->picture->land->areas, code);
  if (*out != WG_NO_INDEX) return WG_OK;
  return wg_fail_code(&q->err, WG_NOT_FOUND, "unknown-area", name, WG_T("there is no area %s", "没有区划 %s"),
                      code);
}

wg_status wg_query_text(wg_request *q, const char *name, const char **out) {
  const char *text = wg_request_query(q, name);
  if (text && strlen(text) > WG_QUERY_TEXT_MAX)
    return wg_fail(&q->err, WG_INVALID, name, WG_T("%s is longer than %d bytes", "%s 超过 %d 个字节"), name,
                   WG_QUERY_TEXT_MAX);
  *out = text && text[0] ? text : NULL;
  return WG_OK;
}

wg_status wg_query_limit(wg_request *q, int *out) {
  int64_t limit = 100;
  wg_status st = wg_query_int(q, "limit", 1, 1000, &limit);
  *out = (int)limit;
  return st;
}

bool wg_grid_known(const wg_picture *p, const char *code) {
  for (uint32_t n = 0; n < p->land->n_networks; n++)
    if (wg_plan_find(&p->land->network[n]->plan, code) != WG_NO_INDEX) return true;
  return false;
}

wg_status wg_no_such_grid(wg_request *q, const char *code) {
  return wg_fail_code(&q->err, WG_NOT_FOUND, "unknown-grid", "grid",
                      WG_T("there is no grid %s", "没有网格 %s"), code);
}

static void percent(wg_buf *b, const char *text, size_t n) {
  static const char hex[] = "0123456789ABCDEF";
  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)text[i];
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || strchr("-._~", c)) {
      wg_buf_add_char(b, (char)c);
    } else {
      wg_buf_add_char(b, '%');
      wg_buf_add_char(b, hex[c >> 4]);
      wg_buf_add_char(b, hex[c & 15]);
    }
  }
}

char *wg_next_link(wg_request *q, const char *after) {
  const wg_api_route *route = wg_api_route_of(q);
  wg_buf b;
  wg_buf_init(&b, 16384);
  wg_buf_add_str(&b, q->path);
  char sep = '?';
  for (const char *p = route ? route->query : ""; *p; p += strcspn(p, " "), p += strspn(p, " ")) {
    char *name = wg_arena_strndup(&q->arena, p, strcspn(p, " !:"));
    const char *value = name && strcmp(name, "after") != 0 ? wg_request_query(q, name) : NULL;
    if (!value) continue;
    wg_buf_add_char(&b, sep);
    wg_buf_add_str(&b, name);
    wg_buf_add_char(&b, '=');
    percent(&b, value, strlen(value));
    sep = '&';
  }
  wg_buf_add_char(&b, sep);
  wg_buf_add_str(&b, "after=");
  percent(&b, after, strlen(after));
  char *copy = wg_buf_status(&b) ? NULL : wg_arena_strdup(&q->arena, wg_buf_str(&b));
  wg_buf_deinit(&b);
  return copy;
}
