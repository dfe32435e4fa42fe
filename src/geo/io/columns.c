#include "geo/io/columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "geo/io/column_stats.h"
#include "geo/io/table_parts.h"

#define SAYS(p, a, b) ((p)->en = (a), (p)->zh = (b))

static const char *const code_names[] = {
    "code",     "gridcode",       "wgbm",     "wgdm",   "wgbh",   "网格编码", "网格代码", "网格编号",
    "网格号",   "编码",           "代码",     "编号",   "gridid", "gridno",   "区划代码", "行政区划代码",
    "区划编码", "统计用区划代码", "areacode", "adcode", "xzqdm",  "geoid",    NULL};
static const char *const code_ends[] = {"code", "cd", "geoid", "编码", "代码", "编号",
                                        "dm",   "bm", "gid",   "id",   NULL};
static const char *const serials[] = {"objectid", "fid",   "oid",  "ogcfid", "gid",
                                      "rowid",    "osmid", "序号", NULL};
static const char *const name_names[] = {"name",   "名称",     "gridname", "wgmc",     "网格名称",
                                         "网格名", "区划名称", "社区名称", "村社名称", "mc",
                                         "xzqmc",  "title",    "label",    "姓名",     NULL};
static const char *const name_ends[] = {"name", "nm", "名称", "名", "mc", NULL};
static const char *const en_names[] = {"nameen",  "ename",  "engname",  "enname",
                                       "nameeng", "英文名", "英文名称", NULL};
static const char *const area_names[] = {"areacode",  "area",       "villagecode", "communitycode",
                                         "community", "社区编码",   "村社区编码",  "所属社区编码",
                                         "所属区划",  "区划代码",   "sqbm",        "xzqdm",
                                         "parent",    "parentcode", "上级编码",    NULL};
static const char *const parent_names[] = {"parent", "parentcode", "parentid", "pcode",    "upcode",
                                           "上级",   "上级编码",   "上级代码", "父级编码", NULL};
static const char *const level_names[] = {"level", "层级", "级别", "等级", NULL};

static bool ends_with(const char *text, const char *end) {
  size_t n = strlen(text), k = strlen(end);
  return n > k && !strncasecmp(text + n - k, end, k);
}

static bool named(const wg_table *t, int i, const char *const *names) {
  return wg_column_find(&t->column[i], 1, names) == 0;
}

/* "GEOID10" and "NAME10" end in a year; the name is what stands before. */
static bool ends_in(const char *text, const char *const *ends) {
  char bare[128];
  snprintf(bare, sizeof bare, "%s", text);
  for (size_t n = strlen(bare); n && bare[n - 1] >= '0' && bare[n - 1] <= '9'; n--) bare[n - 1] = 0;
  for (; *ends; ends++)
    if (ends_with(bare, *ends) || ends_with(text, *ends)) return true;
  return false;
}

static int rank(const wg_table *t, int i, const char *const *names) {
  for (int k = 0; names[k]; k++)
    if (wg_column_same(t->column[i], names[k])) return k;
  return -1;
}

static void set(const wg_table *t, wg_pick *p, int column, const char *en, const char *zh) {
  p->column[0] = column;
  p->n = 1;
  p->text = t->column[column];
  SAYS(p, en, zh);
}

/* A weight above it: the column's name says "code" and nothing else. */
enum { WELL_NAMED = 970 };

/* --- code --------------------------------------------------------------------------------------------- */

static int code_weight(const wg_table *t, const wg_column_stats *s, int i) {
  int r = rank(t, i, code_names);
  if (r >= 0) return 1000 - r;
  static const char *const id[] = {"id", NULL};
  if (named(t, i, serials)) return 0;
  if (named(t, i, id)) return 400;
  if (!strncasecmp(t->column[i], "geoid", 5)) return 900;
  if (ends_in(t->column[i], code_ends)) return ends_with(t->column[i], "id") ? 300 : 500;
  return s->min_len == s->max_len && s->min_len >= 4 && s->digits == s->filled ? 100 : 0;
}

static bool find_code(const wg_table *t, const wg_stats *all, wg_pick *p) {
  int best = -1, weight = 0, strong = -1;
  for (int i = 0; i < t->n; i++) {
    const wg_column_stats *s = &all->column[i];
    bool id = s->filled == all->rows && s->distinct == all->rows && s->codes == all->rows && !s->decimals;
    int w = code_weight(t, s, i);
    if (w < WELL_NAMED) id = id && s->plain == all->rows; /* a name alone must not look like a code */
    if (id && w > weight) best = i, weight = w;
    /* a well-named column with a few faults is still the code: the faults are what a person must see */
    bool nearly = s->distinct * 10 >= all->rows * 9 && s->codes * 10 >= s->filled * 9;
    if (nearly && w > WELL_NAMED && (strong < 0 || w > code_weight(t, &all->column[strong], strong)))
      strong = i;
  }
  if (strong >= 0 && (best < 0 || code_weight(t, &all->column[strong], strong) > weight)) {
    set(t, p, strong, "by its name", "按字段名");
    return true;
  }
  if (best >= 0) {
    if (weight > 100)
      set(t, p, best, "by its name; every row has one and none comes twice", "按字段名；每行都有且不重复");
    else
      set(t, p, best, "by its content: every row has a code and none comes twice",
          "按内容：每行都有编码且不重复");
    return true;
  }
  /* nothing is called a code: the first column that tells the rows apart, plain ones first, serial numbers
   * last */
  for (int want = 0; want < 3 && all->rows; want++)
    for (int i = 0; i < t->n; i++) {
      const wg_column_stats *s = &all->column[i];
      if (s->filled != all->rows || s->distinct != all->rows || s->codes != all->rows || s->decimals)
        continue;
      if (named(t, i, serials) != (want == 2) || (want == 0 && s->plain != all->rows)) continue;
      set(t, p, i, "as it tells all rows apart; name another with --code",
          "该字段在各行互不相同；可用 --code 另行指定");
      return true;
    }
  /* a name that is a number or the like, as in KML, where there is nothing else */
  for (int i = 0; i < t->n && all->rows; i++) {
    const wg_column_stats *s = &all->column[i];
    if (rank(t, i, name_names) < 0 || s->filled != all->rows || s->digits != all->rows ||
        s->distinct * 10 < all->rows * 9)
      continue;
    set(t, p, i, "by its content: it holds codes", "按内容：该字段内容是编码");
    return true;
  }
  /* named like a code, with faults in many rows */
  for (int i = 0; i < t->n; i++) {
    int w = code_weight(t, &all->column[i], i);
    if (w >= 300 && w > weight && all->column[i].codes * 2 >= all->rows && all->rows) best = i, weight = w;
  }
  if (best >= 0) set(t, p, best, "by its name", "按字段名");
  return best >= 0;
}

/* "A+B", "#", or one name. */
static wg_status told_code(const wg_table *t, const char *told, wg_pick *p, wg_err *err) {
  p->text = told;
  SAYS(p, "as told", "按参数指定");
  if (!strcmp(told, "#")) return WG_OK; /* n = 0: the row's number */
  wg_status st = wg_table_column(t, told, "--code", &p->column[0], NULL);
  if (!st) {
    p->n = 1;
    return WG_OK;
  }
  char copy[512], *save = NULL;
  if (!strchr(told, '+') || snprintf(copy, sizeof copy, "%s", told) >= (int)sizeof copy)
    return wg_table_column(t, told, "--code", &p->column[0], err);
  for (char *part = strtok_r(copy, "+", &save); part; part = strtok_r(NULL, "+", &save)) {
    if (p->n == WG_CODE_PARTS_MAX)
      return wg_fail(err, WG_INVALID, "--code",
                     WG_T("--code joins at most %d fields", "--code 最多连接 %d 个字段"), WG_CODE_PARTS_MAX);
    st = wg_table_column(t, part, "--code", &p->column[p->n], err);
    if (st) return st;
    p->n++;
  }
  return WG_OK;
}

/* --- name and the others ------------------------------------------------------------------------------- */

static size_t shared_start(const char *a, const char *b) {
  size_t n = 0;
  while (a[n] && (a[n] | 32) == (b[n] | 32)) n++;
  return n;
}

static void find_name(const wg_table *t, const wg_stats *all, const wg_pick *code, wg_pick *p) {
  int best = -1;
  uint64_t weight = 0;
  for (int i = 0; i < t->n; i++) {
    const wg_column_stats *s = &all->column[i];
    if (!s->filled || s->numbers == s->filled || (code->n == 1 && code->column[0] == i)) continue;
    int r = rank(t, i, name_names);
    uint64_t w = r >= 0                             ? 10000000000u - (uint64_t)r * 1000000
                 : ends_in(t->column[i], name_ends) ? 1000000000
                                                    : 0;
    if (!w) continue;
    /* VILLNAME goes with VILLCODE */
    if (code->n == 1)
      w += 100000 * (uint64_t)(shared_start(t->column[i], t->column[code->column[0]]) % 1000) * (r < 0);
    w += s->distinct < 99999 ? s->distinct : 99999;
    if (w > weight) best = i, weight = w;
  }
  if (best >= 0) set(t, p, best, "by its name", "按字段名");
}

static void find_by_list(const wg_table *t, const wg_stats *all, const char *const *names, bool codes,
                         const wg_pick *code, wg_pick *p) {
  for (; *names; names++)
    for (int i = 0; i < t->n; i++) {
      const wg_column_stats *s = &all->column[i];
      if (!wg_column_same(t->column[i], *names) || !s->filled || (code->n == 1 && code->column[0] == i))
        continue;
      if (codes && s->plain * 2 < s->filled && s->objects * 2 < s->filled) continue;
      set(t, p, i, "by its name", "按字段名");
      return;
    }
}

/* VILLENG beside VILLNAME. */
static void find_english(const wg_table *t, const wg_stats *all, const wg_pick *name, wg_pick *p) {
  find_by_list(t, all, en_names, false, name, p);
  for (int i = 0; i < t->n && !p->text && name->n == 1; i++) {
    size_t n = shared_start(t->column[i], name->text);
    if (n >= 3 && wg_column_same(t->column[i] + n, "eng") && all->column[i].filled)
      set(t, p, i, "by its name, beside the name field", "按字段名，与名称字段成对");
  }
}

/* The column whose values are the beginning of the row's code, the longest such. */
static void find_prefix(const wg_table *t, const wg_stats *all, const wg_pick *code, wg_pick *p) {
  uint32_t longest = 0;
  int best = -1;
  for (int i = 0; i < t->n && code->n == 1; i++) {
    const wg_column_stats *s = &all->column[i];
    if (i == code->column[0] || s->filled < all->rows || !all->rows) continue;
    bool all_prefix = all->n_sample > 0;
    for (uint32_t r = 0; all_prefix && r < all->n_sample; r++) {
      const char *c = wg_stats_cell(all, r, code->column[0]), *v = wg_stats_cell(all, r, i);
      all_prefix = c && v && strlen(v) < strlen(c) && !strncmp(c, v, strlen(v));
    }
    if (all_prefix && s->min_len >= 2 && s->max_len > longest) best = i, longest = s->max_len;
  }
  if (best >= 0) set(t, p, best, "by its content: every code begins with it", "按内容：每个编码都以它开头");
}

static void find_other(const wg_table *t, const wg_stats *all, const wg_pick *pick, wg_col col, wg_pick *p) {
  const wg_pick *code = &pick[WG_COL_CODE];
  switch (col) {
  case WG_COL_NAME:
    find_name(t, all, code, p);
    break;
  case WG_COL_NAME_EN:
    find_english(t, all, &pick[WG_COL_NAME], p);
    break;
  case WG_COL_AREA:
    find_by_list(t, all, area_names, true, code, p);
    break;
  case WG_COL_PARENT:
    find_by_list(t, all, parent_names, true, code, p);
    if (!p->text) find_prefix(t, all, code, p);
    break;
  case WG_COL_LEVEL:
    find_by_list(t, all, level_names, false, code, p);
    break;
  default:
    break;
  }
}

static wg_status no_code(const wg_table *t, wg_err *err) {
  return wg_fail_code(
      err, WG_INVALID, "code-field-unknown", "--code",
      WG_T("no field looks like a code; name it with --code FIELD (A+B joins two, # numbers the rows). "
           "There are: %s",
           "找不到编码字段；请用 --code 指定（A+B 连接两列，# 按行编号）。现有字段：%s"),
      wg_table_column_list(t));
}

wg_status wg_columns_find(wg_table *t, const wg_columns_wish *wish, wg_pick pick[WG_COLS], wg_err *err) {
  static const char *const flags[WG_COLS] = {"--code",       "--name",   "--name-en",
                                             "--area-field", "--parent", "--level"};
  memset(pick, 0, WG_COLS * sizeof *pick);
  wg_stats all = {0};
  wg_status st = wg_stats_read(t, &all, err);
  for (int c = 0; !st && c < WG_COLS; c++) {
    if (wish->told[c] && !wish->told[c][0]) continue;
    if (wish->told[c] && c == WG_COL_CODE) {
      st = told_code(t, wish->told[c], &pick[c], err);
    } else if (wish->told[c]) {
      st = wg_table_column(t, wish->told[c], flags[c], &pick[c].column[0], err);
      if (!st) set(t, &pick[c], pick[c].column[0], "as told", "按参数指定");
    } else if (wish->wanted[c] && c == WG_COL_CODE) {
      if (!find_code(t, &all, &pick[c]) && !wish->code_optional && all.rows) st = no_code(t, err);
    } else if (wish->wanted[c]) {
      find_other(t, &all, pick, (wg_col)c, &pick[c]);
    }
  }
  wg_stats_deinit(&all);
  return st;
}

const char *wg_pick_cell(const wg_pick *p, const wg_table_row *row, char text[128]) {
  if (!p->text) return NULL;
  if (p->n == 0) {
    snprintf(text, 128, "%llu", (unsigned long long)row->number);
    return text;
  }
  if (p->n == 1) return row->cell[p->column[0]];
  size_t n = 0;
  for (int i = 0; i < p->n; i++) {
    const char *cell = row->cell[p->column[i]];
    if (!cell) return NULL;
    n += (size_t)snprintf(text + n, 128 - n, i ? "-%s" : "%s", cell);
    if (n >= 128) return text; /* too long for a code: told as such */
  }
  return text;
}
