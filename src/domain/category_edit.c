/* A category as it is edited: read, and held against all that it must be. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "domain/category.h"

enum { VALUES_MAX = 200, VALUE_MAX = 200 };

const char *const wg_category_members[] = {
    "name",  "group",  "group_name",      "severity",         "class",     "retired",
    "rules", "fields", "filing_standard", "closing_standard", "usual_org", NULL};

wg_status wg_category_read_rules(wg_arena *arena, const wg_json *row, wg_category *c, wg_err *err) {
  wg_json *rules = NULL;
  wg_status st = wg_json_obj(row, "rules", WG_OPTIONAL, &rules, err);
  if (st) return st;
  c->rules = wg_arena_alloc(arena, sizeof *c->rules);
  if (!c->rules) return WG_NO_MEMORY;
  *c->rules = (wg_rules){0};
  if (rules) st = wg_rules_read(arena, rules, c->rules, err);
  if (!st) st = wg_rules_sound(c->rules, err);
  if (!st || !err) return st;
  char where[sizeof err->field];
  snprintf(where, sizeof where, "rules%s%.50s", err->field[0] ? "." : "", err->field);
  memcpy(err->field, where, sizeof where);
  return st;
}

static wg_status read_map(wg_arena *arena, const wg_json *row, const char *name, int required,
                          const char **out, wg_err *err) {
  wg_json *map = NULL;
  *out = NULL;
  wg_status st = wg_json_obj(row, name, required, &map, err);
  if (st || !map) return st;
  *out = wg_json_dump(arena, map);
  return *out ? WG_OK : WG_NO_MEMORY;
}

static wg_status bad_class(const char *text, wg_err *err) {
  return wg_fail(err, WG_INVALID, "class",
                 WG_T("class is ordinary, restricted or sealed, not \"%.20s\"",
                      "class 应为 ordinary、restricted 或 sealed，而不是“%.20s”"),
                 text);
}

wg_status wg_category_read(wg_arena *arena, const wg_json *row, wg_category *c, wg_err *err) {
  const char *group = NULL, *class_ = "ordinary", *usual = "";
  int64_t severity = 1;
  wg_json *fields = NULL;
  c->filing_standard = c->closing_standard = "";
  wg_status st = read_map(arena, row, "name", WG_REQUIRED, &c->names, err);
  if (!st) st = read_map(arena, row, "group_name", WG_OPTIONAL, &c->group_names, err);
  if (!st) st = wg_json_str(row, "group", WG_REQUIRED, WG_CODE_LEN - 1, &group, err);
  if (!st) st = wg_json_int(row, "severity", WG_OPTIONAL, 1, 3, &severity, err);
  if (!st) st = wg_json_str(row, "class", WG_OPTIONAL, 16, &class_, err);
  if (!st && !wg_class_parse(class_, &c->class_)) st = bad_class(class_, err);
  if (!st) st = wg_json_bool(row, "retired", WG_OPTIONAL, &c->retired, err);
  if (!st) st = wg_category_read_rules(arena, row, c, err);
  if (!st) st = wg_json_arr(row, "fields", WG_OPTIONAL, WG_CATEGORY_FIELDS_MAX, &fields, err);
  if (!st) st = wg_json_str(row, "filing_standard", WG_OPTIONAL, WG_STANDARD_MAX, &c->filing_standard, err);
  if (!st) st = wg_json_str(row, "closing_standard", WG_OPTIONAL, WG_STANDARD_MAX, &c->closing_standard, err);
  if (!st) st = wg_json_str(row, "usual_org", WG_OPTIONAL, WG_CODE_LEN - 1, &usual, err);
  if (st) return st;
  c->severity = (int)severity;
  memcpy(c->group, group, strlen(group) + 1);
  memcpy(c->usual_org, usual, strlen(usual) + 1);
  c->fields = fields ? wg_json_dump(arena, fields) : "[]";
  return c->fields ? WG_OK : WG_NO_MEMORY;
}

/* --- checks -----------------------------------------------------------------------------------------------
 */

static wg_status check_map_text(wg_arena *arena, const char *text, const char *where, wg_err *err) {
  wg_json *map = NULL;
  if (!text || wg_json_parse(arena, text, strlen(text), &map, NULL)) map = NULL;
  return wg_name_map_check(map, where, err);
}

/* The values of a choice: texts, one at least, none twice; no other type has any. */
static wg_status check_values(const wg_json *field, bool choice, const char *where, wg_err *err) {
  wg_json *values = NULL;
  char at[64];
  snprintf(at, sizeof at, "%.50s.values", where);
  bool ok = !wg_json_arr(field, "values", WG_OPTIONAL, VALUES_MAX, &values, NULL);
  size_t n = ok && values ? wg_json_len(values) : 0;
  for (size_t i = 0; ok && i < n; i++) {
    const char *text = wg_json_text(wg_json_at(values, i));
    ok = text && text[0] && strlen(text) <= VALUE_MAX;
    for (size_t k = 0; ok && k < i; k++) ok = strcmp(text, wg_json_text(wg_json_at(values, k))) != 0;
  }
  if (ok && (choice ? n > 0 : n == 0)) return WG_OK;
  return wg_fail(err, WG_INVALID, at,
                 WG_T("a choice has 1 to %d different values of at most %d bytes; other types have none",
                      "choice 类型须有 1 到 %d 个互不相同、不超过 %d 字节的 values；其他类型不能有"),
                 VALUES_MAX, VALUE_MAX);
}

/* What a getter said of a member, with the place it stands at. */
static wg_status inner_fault(wg_err *inner, const char *where, wg_err *err) {
  char at[2 * sizeof inner->field];
  snprintf(at, sizeof at, "%s%s%.40s", where, inner->field[0] ? "." : "", inner->field);
  snprintf(inner->field, sizeof inner->field, "%.*s", (int)sizeof inner->field - 1, at);
  if (err) *err = *inner;
  return WG_INVALID;
}

static wg_status check_field(const wg_json *list, size_t i, wg_err *err) {
  static const char *const members[] = {"code", "names", "type", "required", "values", NULL};
  wg_json *field = wg_json_at(list, i), *names = NULL;
  const char *code = NULL, *type = "text", *other = NULL;
  bool required = false;
  char where[32], at[48];
  snprintf(where, sizeof where, "fields.%zu", i);
  wg_err inner = {0};
  wg_status st = WG_INVALID;
  if (field && wg_json_is_object(field))
    st = wg_json_only(field, members, &inner);
  else
    wg_fail(&inner, WG_INVALID, "",
            WG_T("a field is {code, names, type, required, values}",
                 "字段应为 {code, names, type, required, values}"));
  if (!st) st = wg_json_str(field, "code", WG_REQUIRED, 40, &code, &inner);
  if (!st) st = wg_json_obj(field, "names", WG_REQUIRED, &names, &inner);
  if (!st) st = wg_json_str(field, "type", WG_OPTIONAL, 16, &type, &inner);
  if (!st) st = wg_json_bool(field, "required", WG_OPTIONAL, &required, &inner);
  if (st) return inner_fault(&inner, where, err);
  bool choice = strcmp(type, "choice") == 0;
  snprintf(at, sizeof at, "%s.code", where);
  for (size_t k = 0; k < i; k++)
    if (!wg_json_str(wg_json_at(list, k), "code", WG_REQUIRED, 40, &other, NULL) && !strcmp(other, code))
      return wg_fail(err, WG_INVALID, at, WG_T("field %s is given twice", "字段 %s 重复"), code);
  if (!wg_text_code(code))
    return wg_fail(err, WG_INVALID, at, WG_T("\"%.40s\" is no code", "“%.40s”不是有效编码"), code);
  snprintf(at, sizeof at, "%s.type", where);
  if (!choice && strcmp(type, "text") != 0 && strcmp(type, "number") != 0 && strcmp(type, "photo") != 0)
    return wg_fail(err, WG_INVALID, at,
                   WG_T("type is text, number, choice or photo", "type 应为 text、number、choice 或 photo"));
  snprintf(at, sizeof at, "%s.names", where);
  st = wg_name_map_check(names, at, err);
  return st ? st : check_values(field, choice, where, err);
}

static wg_status check_fields(wg_arena *arena, const char *text, wg_err *err) {
  wg_json *root = NULL, *list = NULL;
  /* as a member, so that its type and length are checked by the getter */
  char *wrapped = wg_arena_printf(arena, "{\"fields\":%s}", text && text[0] ? text : "[]");
  if (!wrapped) return WG_NO_MEMORY;
  wg_status st = wg_json_parse_object(arena, wrapped, strlen(wrapped), &root, err);
  if (!st) st = wg_json_only(root, (const char *[]){"fields", NULL}, err);
  if (!st) st = wg_json_arr(root, "fields", WG_REQUIRED, WG_CATEGORY_FIELDS_MAX, &list, err);
  if (st)
    return wg_fail(err, WG_INVALID, "fields",
                   WG_T("fields is a JSON list of at most %d fields", "fields 应为 JSON 列表，最多 %d 项"),
                   WG_CATEGORY_FIELDS_MAX);
  for (size_t i = 0; !st && i < wg_json_len(list); i++) st = check_field(list, i, err);
  return st;
}

static wg_status check_code(const char *code, const char *where, wg_err *err) {
  if (wg_text_code(code)) return WG_OK;
  return wg_fail(err, WG_INVALID, where, WG_T("\"%.40s\" is no code", "“%.40s”不是有效编码"), code);
}

wg_status wg_category_check(wg_arena *arena, const wg_category *c, wg_err *err) {
  wg_status st = check_code(c->code, "code", err);
  if (!st) st = check_code(c->group, "group", err);
  if (!st && c->usual_org[0]) st = check_code(c->usual_org, "usual_org", err);
  if (!st) st = check_map_text(arena, c->names, "name", err);
  if (!st && c->group_names) st = check_map_text(arena, c->group_names, "group_name", err);
  if (!st) st = check_fields(arena, c->fields, err);
  return st;
}
