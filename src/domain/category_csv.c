/* The catalogue as a table, for spreadsheets. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/jw.h"
#include "base/text.h"
#include "domain/category.h"

enum { TAGS_MAX = 12 };

/* --- languages --------------------------------------------------------------------------------------------
 */

struct tags {
  const char *tag[TAGS_MAX];
  int n;
};

static wg_status note_tag(const char *tag, wg_json *value, void *ctx) {
  struct tags *t = ctx;
  (void)value;
  for (int i = 0; i < t->n; i++)
    if (strcmp(t->tag[i], tag) == 0) return WG_OK;
  if (t->n < TAGS_MAX) t->tag[t->n++] = tag;
  return WG_OK;
}

static void note_tags(struct tags *t, wg_arena *arena, const char *map) {
  wg_json *object = NULL;
  if (map && !wg_json_parse_object(arena, map, strlen(map), &object, NULL)) wg_json_each(object, note_tag, t);
}

static const char *text_of(wg_arena *arena, const char *map, const char *tag) {
  wg_json *object = NULL;
  const char *text = "";
  if (map && !wg_json_parse_object(arena, map, strlen(map), &object, NULL))
    wg_json_str(object, tag, WG_OPTIONAL, 1 << 16, &text, NULL);
  return text;
}

/* --- out --------------------------------------------------------------------------------------------------
 */

static void put(wg_buf *out, const char *text) { wg_csv_put(out, text, ',', false); }

static void put_number(wg_buf *out, int64_t n) {
  char text[24] = "";
  if (n) snprintf(text, sizeof text, "%lld", (long long)n);
  put(out, text);
}

static void put_tags(wg_buf *out, const struct tags *t, const char *prefix) {
  char name[80];
  for (int i = 0; i < t->n; i++) {
    snprintf(name, sizeof name, "%s%.60s", prefix, t->tag[i]);
    put(out, name);
  }
}

static void put_row(wg_buf *out, wg_arena *arena, const wg_category *c, const struct tags *groups,
                    const struct tags *names) {
  wg_csv_put(out, c->code, ',', true);
  put(out, c->group);
  for (int i = 0; i < groups->n; i++) put(out, text_of(arena, c->group_names, groups->tag[i]));
  for (int i = 0; i < names->n; i++) put(out, text_of(arena, c->names, names->tag[i]));
  put_number(out, c->severity);
  put(out, wg_class_name(c->class_));
  put_number(out, c->accept_minutes);
  put_number(out, c->handle_minutes);
  put(out, c->retired ? "1" : "");
  put(out, c->filing_standard);
  put(out, c->closing_standard);
  put(out, c->usual_org);
  put(out, c->fields && c->fields[0] ? c->fields : "[]");
  wg_csv_end_row(out);
}

void wg_catalogue_write_csv(wg_buf *out, wg_arena *arena, const wg_category *item, uint32_t n) {
  static const char *const rest[] = {"severity",         "class",     "accept_minutes",
                                     "handle_minutes",   "retired",   "filing_standard",
                                     "closing_standard", "usual_org", "fields"};
  struct tags groups = {{"zh", "en"}, 2}, names = {{"zh", "en"}, 2};
  for (uint32_t i = 0; i < n; i++) {
    note_tags(&groups, arena, item[i].group_names);
    note_tags(&names, arena, item[i].names);
  }
  wg_csv_put(out, "code", ',', true);
  put(out, "group");
  put_tags(out, &groups, "group_name_");
  put_tags(out, &names, "name_");
  for (size_t k = 0; k < sizeof rest / sizeof *rest; k++) put(out, rest[k]);
  wg_csv_end_row(out);
  for (uint32_t i = 0; i < n; i++) put_row(out, arena, &item[i], &groups, &names);
}

/* --- in ---------------------------------------------------------------------------------------------------
 */

struct reading {
  wg_arena *arena;
  const char *column[64];
  int n_columns;
  wg_category *item;
  uint32_t n, cap;
};

/* The field counts categories from 1, the sentence rows as a spreadsheet does. */
static wg_status bad_cell(uint32_t n, uint64_t row, const char *column, wg_err *err) {
  char field[64];
  snprintf(field, sizeof field, "rows.%u.%.40s", n + 1, column);
  return wg_fail(err, WG_INVALID, field,
                 WG_T("row %llu: %.40s is wrong or missing", "第 %llu 行：%.40s 有误或缺失"),
                 (unsigned long long)row, column);
}

static wg_status read_header(struct reading *x, const wg_csv_row *row, wg_err *err) {
  static const char *const known[] = {
      "code",    "group",           "severity",         "class",     "accept_minutes", "handle_minutes",
      "retired", "filing_standard", "closing_standard", "usual_org", "fields",         NULL};
  if (row->n > 64) return wg_fail(err, WG_INVALID, "csv", WG_T("more than %d columns", "列数超过 %d"), 64);
  for (int i = 0; i < row->n; i++) {
    const char *name = row->cell[i];
    bool ok = !strncmp(name, "name_", 5) || !strncmp(name, "group_name_", 11);
    for (int k = 0; known[k] && !ok; k++) ok = strcmp(name, known[k]) == 0;
    for (int k = 0; k < i; k++) ok = ok && strcmp(name, x->column[k]) != 0;
    if (!ok)
      return wg_fail(err, WG_INVALID, "csv",
                     WG_T("the column \"%.40s\" is unknown or given twice", "列“%.40s”未知或重复"), name);
    x->column[x->n_columns++] = wg_arena_strdup(x->arena, name);
  }
  return WG_OK;
}

/* The cell of a column in the arena; "" where there is none. */
static const char *cell(const struct reading *x, const wg_csv_row *row, const char *column) {
  for (int i = 0; i < x->n_columns && i < row->n; i++)
    if (strcmp(x->column[i], column) == 0) return wg_arena_strdup(x->arena, row->cell[i]);
  return "";
}

static const char *map_of(const struct reading *x, const wg_csv_row *row, const char *prefix) {
  wg_buf b;
  wg_jw w;
  wg_json *sorted = NULL;
  size_t n = strlen(prefix);
  wg_buf_init(&b, 1 << 20);
  wg_jw_init(&w, &b);
  wg_jw_begin_object(&w);
  for (int i = 0; i < x->n_columns && i < row->n; i++)
    if (strncmp(x->column[i], prefix, n) == 0 && row->cell[i][0])
      wg_jw_member_str(&w, x->column[i] + n, row->cell[i]);
  wg_jw_end_object(&w);
  wg_status st = wg_json_parse_object(x->arena, wg_buf_str(&b), b.len, &sorted, NULL);
  wg_buf_deinit(&b);
  return st ? "" : wg_json_dump(x->arena, sorted);
}

static bool read_code(const char *text, char out[WG_CODE_LEN], bool required) {
  if (!text || strlen(text) >= WG_CODE_LEN || (required && !text[0])) return false;
  memcpy(out, text, strlen(text) + 1);
  return true;
}

static bool read_int(const char *text, int64_t low, int64_t high, int64_t *out) {
  if (!text || !text[0]) return true;
  return wg_text_int(text, out) && *out >= low && *out <= high;
}

static wg_status read_row(struct reading *x, const wg_csv_row *row, wg_err *err) {
  wg_category *c = &x->item[x->n];
  int64_t severity = 1;
  *c = (wg_category){0};
  const char *class_ = cell(x, row, "class"), *retired = cell(x, row, "retired"),
             *fields = cell(x, row, "fields");
#define BAD(column) return bad_cell(x->n, row->number, column, err)
  if (!read_code(cell(x, row, "code"), c->code, true)) BAD("code");
  if (!read_code(cell(x, row, "group"), c->group, true)) BAD("group");
  if (!read_code(cell(x, row, "usual_org"), c->usual_org, false)) BAD("usual_org");
  if (!read_int(cell(x, row, "severity"), 1, 3, &severity)) BAD("severity");
  if (class_ && class_[0] && !wg_class_parse(class_, &c->class_)) BAD("class");
  if (!read_int(cell(x, row, "accept_minutes"), 0, WG_CATEGORY_MINUTES_MAX, &c->accept_minutes))
    BAD("accept_minutes");
  if (!read_int(cell(x, row, "handle_minutes"), 0, WG_CATEGORY_MINUTES_MAX, &c->handle_minutes))
    BAD("handle_minutes");
  if (!retired || (strcmp(retired, "") != 0 && strcmp(retired, "0") != 0 && strcmp(retired, "1") != 0))
    BAD("retired");
  c->filing_standard = cell(x, row, "filing_standard");
  c->closing_standard = cell(x, row, "closing_standard");
  if (!c->filing_standard || strlen(c->filing_standard) > WG_STANDARD_MAX) BAD("filing_standard");
  if (!c->closing_standard || strlen(c->closing_standard) > WG_STANDARD_MAX) BAD("closing_standard");
  wg_json *list = NULL; /* compact and sorted, as it is stored */
  if (!fields ||
      wg_json_parse(x->arena, fields[0] ? fields : "[]", fields[0] ? strlen(fields) : 2, &list, NULL))
    BAD("fields");
#undef BAD
  c->severity = (int)severity;
  c->retired = strcmp(retired, "1") == 0;
  c->fields = wg_json_dump(x->arena, list);
  c->names = map_of(x, row, "name_");
  c->group_names = map_of(x, row, "group_name_");
  if (!c->fields || !c->names || !c->group_names) return WG_NO_MEMORY;
  if (strcmp(c->group_names, "{}") == 0) c->group_names = NULL;
  x->n++;
  return WG_OK;
}

static wg_status on_row(void *ctx, const wg_csv_row *row, wg_err *err) {
  struct reading *x = ctx;
  if (row->number == 1 || !x->n_columns) return read_header(x, row, err);
  if (x->n == x->cap)
    return wg_fail(err, WG_TOO_LARGE, "csv", WG_T("more than %u categories", "事项超过 %u 个"), x->cap);
  return read_row(x, row, err);
}

wg_status wg_catalogue_read_csv(wg_arena *arena, const char *text, size_t size, wg_category **out,
                                uint32_t *n, wg_err *err) {
  struct reading x = {.arena = arena, .cap = WG_CATEGORIES_MAX};
  wg_csv *csv = NULL;
  x.item = wg_arena_alloc(arena, (size_t)x.cap * sizeof *x.item);
  if (!x.item) return WG_NO_MEMORY;
  wg_csv_options options = {.row = on_row, .ctx = &x};
  wg_status st = wg_csv_new(&options, &csv, err);
  if (!st) st = wg_csv_feed(csv, text, size, err);
  if (!st) st = wg_csv_end(csv, err);
  wg_csv_free(csv);
  *out = x.item;
  *n = x.n;
  return st;
}
