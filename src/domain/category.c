/* The catalogue: reading it from its file. */
#include "domain/category.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"

static const char *const class_name[WG_CLASSES] = {"ordinary", "restricted", "sealed"};

const char *wg_class_name(wg_class c) { return (unsigned)c < WG_CLASSES ? class_name[c] : ""; }

bool wg_class_parse(const char *text, wg_class *out) {
  for (int c = 0; c < WG_CLASSES; c++)
    if (strcmp(text, class_name[c]) == 0) {
      *out = (wg_class)c;
      return true;
    }
  return false;
}

enum { MAX_GROUPS = 500, MAX_FIELDS = WG_CATEGORY_FIELDS_MAX, MAX_MINUTES = WG_CATEGORY_MINUTES_MAX };

static wg_status text_value(const char *name, wg_json *value, void *ctx) {
  (void)name;
  (void)ctx;
  return wg_json_text(value) ? WG_OK : WG_INVALID;
}

/* A code into `out`, and its name map. */
static wg_status code_and_names(wg_arena *arena, const wg_json *row, char out[WG_CODE_LEN],
                                const char **names, wg_err *err) {
  const char *code = NULL;
  wg_json *map = NULL;
  wg_status st = wg_json_str(row, "code", WG_REQUIRED, WG_CODE_LEN - 1, &code, err);
  if (!st && !wg_text_code(code))
    st = wg_fail(err, WG_INVALID, "code", WG_T("\"%.40s\" is no code", "“%.40s”不是有效编码"), code);
  if (!st) st = wg_json_obj(row, "names", WG_REQUIRED, &map, err);
  if (st) return st;
  if (wg_json_each(map, text_value, NULL))
    return wg_fail(err, WG_INVALID, "names", WG_T("a name of %s is no text", "%s 的名称不是文本"), code);
  memcpy(out, code, strlen(code) + 1);
  *names = wg_json_dump(arena, map);
  return *names ? WG_OK : WG_NO_MEMORY;
}

typedef struct group {
  char code[WG_CODE_LEN];
  const char *names;
} group;

static wg_status read_groups(wg_arena *arena, const wg_json *root, group **out, size_t *n, wg_err *err) {
  wg_json *list = NULL;
  wg_status st = wg_json_arr(root, "groups", WG_REQUIRED, MAX_GROUPS, &list, err);
  if (st) return st;
  *n = wg_json_len(list);
  *out = wg_arena_alloc(arena, *n * sizeof **out + 1);
  if (!*out) return WG_NO_MEMORY;
  for (size_t i = 0; !st && i < *n; i++)
    st = code_and_names(arena, wg_json_at(list, i), (*out)[i].code, &(*out)[i].names, err);
  return st;
}

/* The rules, or what older files say instead. */
static wg_status read_rules(wg_arena *arena, const wg_json *row, wg_category *c, wg_err *err) {
  int64_t accept = 0, handle = 0;
  wg_status st = wg_json_int(row, "accept_minutes", WG_OPTIONAL, 0, MAX_MINUTES, &accept, err);
  if (!st) st = wg_json_int(row, "handle_minutes", WG_OPTIONAL, 0, MAX_MINUTES, &handle, err);
  if (!st) st = wg_category_read_rules(arena, row, c, err);
  if (!st) wg_rules_take_minutes(c->rules, accept, handle);
  return st;
}

static wg_status read_category(wg_arena *arena, const wg_json *row, const group *groups, size_t n_groups,
                               wg_category *c, wg_err *err) {
  const char *in = NULL, *class_ = "ordinary", *usual = "";
  int64_t severity = 1;
  wg_json *fields = NULL;
  wg_status st = code_and_names(arena, row, c->code, &c->names, err);
  if (!st) st = wg_json_str(row, "group", WG_REQUIRED, WG_CODE_LEN - 1, &in, err);
  if (!st) st = wg_json_int(row, "severity", WG_OPTIONAL, 1, 3, &severity, err);
  if (!st) st = wg_json_str(row, "class", WG_OPTIONAL, 16, &class_, err);
  if (!st) st = wg_json_bool(row, "retired", WG_OPTIONAL, &c->retired, err);
  if (!st) st = read_rules(arena, row, c, err);
  if (!st) st = wg_json_arr(row, "fields", WG_OPTIONAL, MAX_FIELDS, &fields, err);
  c->filing_standard = c->closing_standard = "";
  if (!st) st = wg_json_str(row, "filing_standard", WG_OPTIONAL, WG_STANDARD_MAX, &c->filing_standard, err);
  if (!st) st = wg_json_str(row, "closing_standard", WG_OPTIONAL, WG_STANDARD_MAX, &c->closing_standard, err);
  if (!st) st = wg_json_str(row, "usual_org", WG_OPTIONAL, WG_CODE_LEN - 1, &usual, err);
  if (st) return st;
  memcpy(c->usual_org, usual, strlen(usual) + 1);
  if (!wg_class_parse(class_, &c->class_))
    return wg_fail(
        err, WG_INVALID, "class",
        WG_T("%s: class is ordinary, restricted or sealed", "%s：class 应为 ordinary、restricted 或 sealed"),
        c->code);
  size_t g = 0;
  while (g < n_groups && strcmp(groups[g].code, in) != 0) g++;
  if (g == n_groups)
    return wg_fail(err, WG_INVALID, "group", WG_T("%s: there is no group %.40s", "%s：没有大类 %.40s"),
                   c->code, in);
  memcpy(c->group, groups[g].code, sizeof c->group);
  c->group_names = groups[g].names;
  c->severity = (int)severity;
  c->fields = fields ? wg_json_dump(arena, fields) : "[]";
  return c->fields ? WG_OK : WG_NO_MEMORY;
}

static int by_code(const void *a, const void *b) {
  return strcmp(((const wg_category *)a)->code, ((const wg_category *)b)->code);
}

wg_status wg_catalogue_parse(wg_arena *arena, const char *text, size_t n, wg_category **out, uint32_t *n_out,
                             wg_err *err) {
  wg_json *root = NULL, *list = NULL;
  group *groups = NULL;
  size_t n_groups = 0;
  wg_status st = wg_json_parse_object(arena, text, n, &root, err);
  if (!st) st = read_groups(arena, root, &groups, &n_groups, err);
  if (!st) st = wg_json_arr(root, "categories", WG_REQUIRED, WG_CATEGORIES_MAX, &list, err);
  if (st) return st;
  size_t count = wg_json_len(list);
  wg_category *c = wg_arena_alloc(arena, count * sizeof *c + 1);
  if (!c) return WG_NO_MEMORY;
  for (size_t i = 0; !st && i < count; i++)
    st = read_category(arena, wg_json_at(list, i), groups, n_groups, c + i, err);
  if (st) return st;
  qsort(c, count, sizeof *c, by_code);
  for (size_t i = 1; i < count; i++)
    if (strcmp(c[i - 1].code, c[i].code) == 0)
      return wg_fail(err, WG_UNPROCESSABLE, "code", WG_T("category %s is given twice", "类别 %s 重复"),
                     c[i].code);
  *out = c;
  *n_out = (uint32_t)count;
  return WG_OK;
}

/* --- attributes ----------------------------------------------------------------------------------------- */

enum { ATTRIBUTE_MAX = 2000 };

struct attributes {
  const wg_category *category;
  const wg_json *fields;
  wg_err *err;
};

static wg_json *field_of(const wg_json *fields, const char *name) {
  for (size_t i = 0; i < wg_json_len(fields); i++) {
    const char *code = NULL;
    wg_json *f = wg_json_at(fields, i);
    if (!wg_json_str(f, "code", WG_REQUIRED, WG_CODE_LEN - 1, &code, NULL) && strcmp(code, name) == 0)
      return f;
  }
  return NULL;
}

static wg_status check_choice(const wg_json *field, const char *where, const char *text, wg_err *err) {
  wg_json *values = NULL;
  if (wg_json_arr(field, "values", WG_REQUIRED, 1000, &values, NULL)) return WG_OK; /* none are listed */
  for (size_t i = 0; i < wg_json_len(values); i++) {
    const char *one = wg_json_text(wg_json_at(values, i));
    if (one && strcmp(one, text) == 0) return WG_OK;
  }
  return wg_fail(err, WG_INVALID, where,
                 WG_T("%s: \"%.40s\" is none of the choices; see fields of /api/v1/categories",
                      "%s：“%.40s”不在可选值内，见 /api/v1/categories 的 fields"),
                 where, text);
}

static wg_status check_attribute(const char *name, wg_json *value, void *ctx) {
  struct attributes *x = ctx;
  const char *type = "text";
  char where[64];
  snprintf(where, sizeof where, "attributes.%.40s", name);
  const wg_json *field = field_of(x->fields, name);
  if (!field)
    return wg_fail(x->err, WG_INVALID, where,
                   WG_T("category %s has no field \"%.40s\"; see fields of /api/v1/categories",
                        "事项 %s 没有名为“%.40s”的字段，见 /api/v1/categories 的 fields"),
                   x->category->code, name);
  if (wg_json_is_null(value)) return WG_OK;
  wg_json_str(field, "type", WG_OPTIONAL, 32, &type, NULL);
  const char *text = wg_json_text(value);
  if (strcmp(type, "number") == 0) {
    if (wg_json_is_number(value)) return WG_OK;
    return wg_fail(x->err, WG_INVALID, where, WG_T("%s must be a number", "%s 应为数字"), where);
  }
  if (!text || strlen(text) > ATTRIBUTE_MAX)
    return wg_fail(x->err, WG_INVALID, where,
                   WG_T("%s must be a text of at most %d bytes", "%s 应为不超过 %d 字节的文本"), where,
                   ATTRIBUTE_MAX);
  return strcmp(type, "choice") == 0 ? check_choice(field, where, text, x->err) : WG_OK;
}

wg_status wg_attributes_check(wg_arena *arena, const wg_category *c, wg_json *attributes, wg_err *err) {
  struct attributes x = {.category = c, .err = err};
  const char *fields = c->fields && c->fields[0] ? c->fields : "[]";
  wg_json *list = NULL;
  wg_status st = wg_json_parse(arena, fields, strlen(fields), &list, err);
  x.fields = list;
  return st ? st : wg_json_each(attributes, check_attribute, &x);
}
