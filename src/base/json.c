#include "base/json.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/jw.h"
#include "base/text.h"
#include "base/time.h"

enum { MAX_DEPTH = 32 };

static void release(void *value) { json_decref(value); }

/* Depth is checked before parsing: jansson's own limit (2048) is set when it is built. */
static bool too_deep(const char *text, size_t n) {
  int depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < n; i++) {
    char c = text[i];
    if (quoted) {
      if (c == '\\')
        i++;
      else if (c == '"')
        quoted = false;
    } else if (c == '"')
      quoted = true;
    else if (c == '[' || c == '{') {
      if (++depth > MAX_DEPTH) return true;
    } else if (c == ']' || c == '}')
      depth--;
  }
  return false;
}

wg_status wg_json_parse(wg_arena *arena, const char *text, size_t n, wg_json **out, wg_err *err) {
  if (n == 0)
    return wg_fail(err, WG_INVALID, "", WG_T("the body is empty; JSON is expected", "请求体为空，应为 JSON"));
  if (too_deep(text, n))
    return wg_fail(err, WG_INVALID, "", WG_T("JSON nested deeper than 32 levels", "JSON 嵌套超过 32 层"));
  json_error_t e;
  json_t *value = json_loadb(text, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &e);
  if (!value)
    return wg_fail(err, WG_INVALID, "", WG_T("not valid JSON, line %d: %s", "JSON 格式错误，第 %d 行：%s"),
                   e.line, e.text);
  if (wg_arena_defer(arena, release, value)) return WG_NO_MEMORY;
  *out = value;
  return WG_OK;
}

wg_status wg_json_parse_object(wg_arena *arena, const char *text, size_t n, wg_json **out, wg_err *err) {
  wg_status st = wg_json_parse(arena, text, n, out, err);
  if (st) return st;
  if (!json_is_object(*out))
    return wg_fail(err, WG_INVALID, "", WG_T("a JSON object is expected", "应为 JSON 对象"));
  return WG_OK;
}

wg_status wg_json_only(const wg_json *object, const char *const *names, wg_err *err) {
  const char *key;
  json_t *value;
  json_object_foreach((json_t *)object, key, value) {
    const char *const *n = names;
    while (*n && strcmp(*n, key) != 0) n++;
    if (!*n)
      return wg_fail_code(err, WG_INVALID, "unknown-field", key,
                          WG_T("there is no field \"%.40s\" here", "没有名为“%.40s”的字段"), key);
  }
  return WG_OK;
}

bool wg_json_has(const wg_json *object, const char *name) {
  json_t *v = json_object_get(object, name);
  return v && !json_is_null(v);
}

void wg_json_drop(wg_json *object, const char *name) { json_object_del(object, name); }

/* The member, or NULL when absent (status says whether that is fine). */
static json_t *member(const wg_json *object, const char *name, int required, wg_status *st, wg_err *err) {
  json_t *v = json_object_get(object, name);
  if (v && !json_is_null(v)) return v;
  *st = required
            ? wg_fail_code(err, WG_INVALID, "missing-field", name, WG_T("%s is missing", "缺少 %s"), name)
            : WG_OK;
  return NULL;
}

/* The wanted kind has a name of its own in each language, so the Chinese text is set apart. */
static wg_status must_be(wg_err *err, const char *name, const char *en, const char *zh) {
  wg_status st = wg_fail(err, WG_INVALID, name, WG_T("%s must be %s", "%s: %s"), name, en);
  if (err) snprintf(err->zh, sizeof err->zh, "%s 应为%s", name, zh);
  return st;
}

wg_status wg_json_str(const wg_json *object, const char *name, int required, size_t max_bytes,
                      const char **out, wg_err *err) {
  wg_status st;
  json_t *v = member(object, name, required, &st, err);
  if (!v) return st;
  if (!json_is_string(v)) return must_be(err, name, "text", "文本");
  if (json_string_length(v) > max_bytes)
    return wg_fail(err, WG_INVALID, name, WG_T("%s is longer than %zu bytes", "%s 超过 %zu 字节"), name,
                   max_bytes);
  if (required && json_string_length(v) == 0)
    return wg_fail(err, WG_INVALID, name, WG_T("%s must not be empty", "%s 不能为空"), name);
  *out = json_string_value(v);
  return WG_OK;
}

wg_status wg_json_num(const wg_json *object, const char *name, int required, double min, double max,
                      double *out, wg_err *err) {
  wg_status st;
  json_t *v = member(object, name, required, &st, err);
  if (!v) return st;
  if (!json_is_number(v)) return must_be(err, name, "a number", "数字");
  double d = json_number_value(v);
  if (!isfinite(d) || d < min || d > max)
    return wg_fail(err, WG_INVALID, name,
                   WG_T("%s must be from %.10g to %.10g", "%s 应在 %.10g 到 %.10g 之间"), name, min, max);
  *out = d;
  return WG_OK;
}

wg_status wg_json_int(const wg_json *object, const char *name, int required, int64_t min, int64_t max,
                      int64_t *out, wg_err *err) {
  wg_status st;
  json_t *v = member(object, name, required, &st, err);
  if (!v) return st;
  if (!json_is_integer(v)) return must_be(err, name, "a whole number", "整数");
  json_int_t i = json_integer_value(v);
  if (i < min || i > max)
    return wg_fail(err, WG_INVALID, name, WG_T("%s must be from %lld to %lld", "%s 应在 %lld 到 %lld 之间"),
                   name, (long long)min, (long long)max);
  *out = i;
  return WG_OK;
}

wg_status wg_json_bool(const wg_json *object, const char *name, int required, bool *out, wg_err *err) {
  wg_status st;
  json_t *v = member(object, name, required, &st, err);
  if (!v) return st;
  if (!json_is_boolean(v)) return must_be(err, name, "true or false", "true 或 false");
  *out = json_is_true(v);
  return WG_OK;
}

wg_status wg_json_time(const wg_json *object, const char *name, int required, int64_t *out, wg_err *err) {
  const char *text = NULL;
  wg_status st = wg_json_str(object, name, required, 40, &text, err);
  if (st || !text) return st;
  if (!wg_time_parse(text, out))
    return must_be(err, name, "an RFC 3339 time with zone, like 2026-11-24T08:30:00+08:00",
                   "带时区的 RFC 3339 时间，例如 2026-11-24T08:30:00+08:00");
  return WG_OK;
}

wg_status wg_json_obj(const wg_json *object, const char *name, int required, wg_json **out, wg_err *err) {
  wg_status st;
  json_t *v = member(object, name, required, &st, err);
  if (!v) return st;
  if (!json_is_object(v)) return must_be(err, name, "an object", "对象");
  *out = v;
  return WG_OK;
}

wg_status wg_json_arr(const wg_json *object, const char *name, int required, size_t max_items, wg_json **out,
                      wg_err *err) {
  wg_status st;
  json_t *v = member(object, name, required, &st, err);
  if (!v) return st;
  if (!json_is_array(v)) return must_be(err, name, "a list", "列表");
  if (json_array_size(v) > max_items)
    return wg_fail(err, WG_INVALID, name, WG_T("%s has more than %zu items", "%s 超过 %zu 项"), name,
                   max_items);
  *out = v;
  return WG_OK;
}

size_t wg_json_len(const wg_json *array) { return json_array_size(array); }
wg_json *wg_json_at(const wg_json *array, size_t i) { return json_array_get(array, i); }
const char *wg_json_text(const wg_json *string) { return json_string_value(string); }
bool wg_json_is_object(const wg_json *value) { return json_is_object(value); }
bool wg_json_nulls(const wg_json *object, const char *name) {
  return json_is_null(json_object_get(object, name));
}

bool wg_json_is_null(const wg_json *value) { return json_is_null(value); }
bool wg_json_is_number(const wg_json *value) { return json_is_number(value); }
double wg_json_number(const wg_json *value) { return json_number_value(value); }

wg_status wg_json_each(wg_json *object, wg_status (*fn)(const char *, wg_json *, void *), void *ctx) {
  const char *key;
  json_t *value;
  json_object_foreach(object, key, value) {
    wg_status st = fn(key, value, ctx);
    if (st) return st;
  }
  return WG_OK;
}

char *wg_json_dump(wg_arena *arena, const wg_json *value) {
  char *text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
  if (!text) return NULL;
  char *copy = wg_arena_strdup(arena, text);
  free(text);
  return copy;
}

const char *wg_name_pick(wg_arena *arena, const char *map, const char *lang) {
  if (!map || map[0] != '{') return map ? map : "";
  wg_json *value = NULL;
  if (wg_json_parse_object(arena, map, strlen(map), &value, NULL)) return map;
  const char *order[] = {lang ? lang : "zh", "zh", "en", "und"};
  for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
    const char *text = json_string_value(json_object_get(value, order[i]));
    if (text) return text;
  }
  const char *first = json_string_value(json_object_iter_value(json_object_iter(value)));
  return first ? first : "";
}

enum { NAME_BYTES = 200, TAG_BYTES = 15 };

static bool is_name(const char *tag, const json_t *value) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
  size_t n = strlen(tag), length = json_is_string(value) ? json_string_length(value) : 0;
  return length >= 1 && length <= NAME_BYTES && n >= 2 && n <= TAG_BYTES && strspn(tag, plain) == n;
}

wg_status wg_name_map_check(const wg_json *map, const char *where, wg_err *err) {
  const char *tag;
  json_t *value;
  bool ok = json_is_object(map) && json_object_size(map) > 0;
  json_object_foreach((json_t *)map, tag, value) ok = ok && is_name(tag, value);
  if (ok) return WG_OK;
  return wg_fail(err, WG_INVALID, where,
                 WG_T("%s is a map of language tag to text (1 to %d bytes), with one at least",
                      "%s 应为“语言标签 → 文本（1 到 %d 字节）”的映射，且至少一项"),
                 where, NAME_BYTES);
}

char *wg_name_map(wg_arena *arena, const char *text) {
  wg_buf buf;
  wg_buf_init(&buf, 1 << 16);
  wg_jw w;
  wg_jw_init(&w, &buf);
  wg_jw_begin_object(&w);
  wg_jw_member_str(&w, wg_text_has_han(text) ? "zh" : "und", text);
  wg_jw_end_object(&w);
  char *copy = wg_buf_status(&buf) ? NULL : wg_arena_strdup(arena, wg_buf_str(&buf));
  wg_buf_deinit(&buf);
  return copy;
}
