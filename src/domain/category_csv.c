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

static void put_column(wg_buf *out, const char *prefix, const char *name) {
  char column[80];
  snprintf(column, sizeof column, "%s%.60s", prefix, name);
  put(out, column);
}

static void put_tags(wg_buf *out, const struct tags *t, const char *prefix) {
  for (int i = 0; i < t->n; i++) put_column(out, prefix, t->tag[i]);
}

static const char *temporary_of(wg_buf *cell, const wg_rules *r) {
  wg_jw w;
  if (!r->n_temporary) return "";
  wg_jw_init(&w, cell);
  wg_rules_write_temporary(&w, r);
  return wg_buf_str(cell);
}

static void put_rules(wg_buf *out, const wg_rules *r) {
  static const wg_rules none = {0};
  wg_buf cell;
  wg_buf_init(&cell, 64 << 10);
  if (!r) r = &none;
  for (int c = 0; c < WG_CLOCKS; c++) {
    wg_buf_reset(&cell);
    wg_rules_put_limit(&cell, r, (wg_clock)c);
    put(out, wg_buf_str(&cell));
  }
  put_number(out, r->verify_photos);
  put_number(out, r->done_photos);
  put(out, r->at_once ? "1" : "");
  wg_buf_reset(&cell);
  wg_rules_put_gates(&cell, r);
  put(out, wg_buf_str(&cell));
  wg_buf_reset(&cell);
  wg_rules_put_posts(&cell, r);
  put(out, wg_buf_str(&cell));
  wg_buf_reset(&cell);
  put(out, temporary_of(&cell, r));
  wg_buf_deinit(&cell);
}

static void put_row(wg_buf *out, wg_arena *arena, const wg_category *c, const struct tags *groups,
                    const struct tags *names) {
  wg_csv_put(out, c->code, ',', true);
  put(out, c->group);
  for (int i = 0; i < groups->n; i++) put(out, text_of(arena, c->group_names, groups->tag[i]));
  for (int i = 0; i < names->n; i++) put(out, text_of(arena, c->names, names->tag[i]));
  put_number(out, c->severity);
  put(out, wg_class_name(c->class_));
  put_rules(out, c->rules);
  put(out, c->retired ? "1" : "");
  put(out, c->filing_standard);
  put(out, c->closing_standard);
  put(out, c->usual_org);
  put(out, c->fields && c->fields[0] ? c->fields : "[]");
  wg_csv_end_row(out);
}

void wg_catalogue_write_csv(wg_buf *out, wg_arena *arena, const wg_category *item, uint32_t n) {
  static const char *const kind[] = {"severity", "class"}, *const rules[] = {"verify_photos", "done_photos",
                                                                             "at_once",       "gates",
                                                                             "posts",         "temporary"},
                           *const rest[] = {"retired", "filing_standard", "closing_standard", "usual_org",
                                            "fields"};
  struct tags groups = {{"zh", "en"}, 2}, names = {{"zh", "en"}, 2};
  for (uint32_t i = 0; i < n; i++) {
    note_tags(&groups, arena, item[i].group_names);
    note_tags(&names, arena, item[i].names);
  }
  wg_csv_put(out, "code", ',', true);
  put(out, "group");
  put_tags(out, &groups, "group_name_");
  put_tags(out, &names, "name_");
  for (size_t k = 0; k < sizeof kind / sizeof *kind; k++) put(out, kind[k]);
  for (int k = 0; k < WG_CLOCKS; k++) put_column(out, "limit_", wg_clock_name((wg_clock)k));
  for (size_t k = 0; k < sizeof rules / sizeof *rules; k++) put(out, rules[k]);
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
      "code",          "group",           "severity",         "class",     "accept_minutes", "handle_minutes",
      "verify_photos", "done_photos",     "at_once",          "gates",     "posts",          "temporary",
      "retired",       "filing_standard", "closing_standard", "usual_org", "fields",         NULL};
  wg_clock clock;
  if (row->n > 64) return wg_fail(err, WG_INVALID, "csv", WG_T("more than %d columns", "列数超过 %d"), 64);
  for (int i = 0; i < row->n; i++) {
    const char *name = row->cell[i];
    bool ok = !strncmp(name, "name_", 5) || !strncmp(name, "group_name_", 11) ||
              (!strncmp(name, "limit_", 6) && wg_clock_parse(name + 6, &clock));
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

/* "", "0" or "1". */
static bool read_flag(const char *text, bool *out) {
  if (!text || (strcmp(text, "") != 0 && strcmp(text, "0") != 0 && strcmp(text, "1") != 0)) return false;
  *out = strcmp(text, "1") == 0;
  return true;
}

/* Minutes of older tables, where there is no limit in words. NULL: fine; else the column at fault. */
static const char *read_minutes(const struct reading *x, const wg_csv_row *row, wg_rules *r) {
  int64_t accept = 0, handle = 0;
  if (!read_int(cell(x, row, "accept_minutes"), 0, WG_CATEGORY_MINUTES_MAX, &accept)) return "accept_minutes";
  if (!read_int(cell(x, row, "handle_minutes"), 0, WG_CATEGORY_MINUTES_MAX, &handle)) return "handle_minutes";
  wg_rules_take_minutes(r, accept, handle);
  return wg_rules_sound(r, NULL) ? "limit_accept" : NULL;
}

static bool read_temporary(const struct reading *x, const char *text, wg_rules *r) {
  wg_rules read;
  wg_json *object = NULL;
  if (!text || !text[0]) return text != NULL;
  char *wrapped = wg_arena_printf(x->arena, "{\"temporary\":%s}", text);
  if (!wrapped || wg_json_parse_object(x->arena, wrapped, strlen(wrapped), &object, NULL) ||
      wg_json_only(object, (const char *[]){"temporary", NULL}, NULL) ||
      wg_rules_read(x->arena, object, &read, NULL))
    return false;
  r->n_temporary = read.n_temporary;
  memcpy(r->temporary, read.temporary, sizeof r->temporary);
  return true;
}

/* The column at fault, or NULL. */
static const char *read_rules(const struct reading *x, const wg_csv_row *row, wg_rules *r) {
  static const char *const column[WG_CLOCKS] = {"limit_whole",    "limit_accept", "limit_verify",
                                                "limit_dispatch", "limit_claim",  "limit_handle",
                                                "limit_check",    "limit_review"};
  int64_t verify = 0, done = 0;
  for (int c = 0; c < WG_CLOCKS; c++) {
    const char *text = cell(x, row, column[c]);
    if (!text || !wg_rules_take_limit(r, (wg_clock)c, text)) return column[c];
  }
  const char *gates = cell(x, row, "gates"), *posts = cell(x, row, "posts");
  if (!read_int(cell(x, row, "verify_photos"), 0, WG_PHOTOS_MAX, &verify)) return "verify_photos";
  if (!read_int(cell(x, row, "done_photos"), 0, WG_PHOTOS_MAX, &done)) return "done_photos";
  if (!read_flag(cell(x, row, "at_once"), &r->at_once)) return "at_once";
  if (!gates || !wg_rules_take_gates(r, gates)) return "gates";
  if (!posts || !wg_rules_take_posts(r, posts)) return "posts";
  if (!read_temporary(x, cell(x, row, "temporary"), r)) return "temporary";
  r->verify_photos = (int)verify;
  r->done_photos = (int)done;
  return read_minutes(x, row, r);
}

static wg_status read_row(struct reading *x, const wg_csv_row *row, wg_err *err) {
  wg_category *c = &x->item[x->n];
  int64_t severity = 1;
  *c = (wg_category){0};
  const char *class_ = cell(x, row, "class"), *fields = cell(x, row, "fields");
#define BAD(column) return bad_cell(x->n, row->number, column, err)
  if (!read_code(cell(x, row, "code"), c->code, true)) BAD("code");
  if (!read_code(cell(x, row, "group"), c->group, true)) BAD("group");
  if (!read_code(cell(x, row, "usual_org"), c->usual_org, false)) BAD("usual_org");
  if (!read_int(cell(x, row, "severity"), 1, 3, &severity)) BAD("severity");
  if (class_ && class_[0] && !wg_class_parse(class_, &c->class_)) BAD("class");
  if (!(c->rules = wg_arena_alloc(x->arena, sizeof *c->rules))) return WG_NO_MEMORY;
  *c->rules = (wg_rules){0};
  const char *wrong = read_rules(x, row, c->rules);
  if (wrong) BAD(wrong);
  if (!read_flag(cell(x, row, "retired"), &c->retired)) BAD("retired");
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
