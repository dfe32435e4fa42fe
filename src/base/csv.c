#include "base/csv.h"

#include <csv.h>
#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/charset.h"
#include "base/text.h"

enum { LOOK_BYTES = 64 * 1024, CHUNK = 64 * 1024 };

struct wg_csv {
  wg_csv_options options;
  struct csv_parser parser;
  wg_buf head;         /* what waits until encoding and delimiter are known */
  wg_buf text;         /* a chunk in UTF-8 */
  wg_charset *charset; /* NULL: UTF-8 as it stands */
  const char *encoding;
  bool decided, delimited, began;
  char delimiter;
  wg_buf row;      /* the cells of the row, each with its NUL */
  uint32_t *start; /* offsets of the cells in row */
  const char **cell;
  int n, cap;
  uint64_t number;
  wg_status status;
  wg_err *err; /* of the call under way */
};

const char *const wg_column_lon[] = {"lon",     "lng",       "longitude", "long",   "经度",
                                     "东经",    "lon_wgs84", "wgs84_lon", "x",      "easting",
                                     "coord_x", "point_x",   "经度坐标",  "横坐标", NULL};
const char *const wg_column_lat[] = {"lat",       "latitude", "纬度",     "北纬",    "lat_wgs84",
                                     "wgs84_lat", "y",        "northing", "coord_y", "point_y",
                                     "纬度坐标",  "纵坐标",   NULL};

static int never(unsigned char c) {
  (void)c;
  return 0;
}

/* libcsv asks for more only for a longer cell: here is the limit of one. */
static void *bounded_realloc(void *old, size_t size) {
  return size > (size_t)WG_CSV_CELL_MAX + 4096 ? NULL : realloc(old, size);
}

wg_status wg_csv_new(const wg_csv_options *options, wg_csv **out, wg_err *err) {
  *out = NULL;
  wg_csv *c = calloc(1, sizeof *c);
  if (!c) return WG_NO_MEMORY;
  c->options = *options;
  wg_status st = WG_OK;
  if (csv_init(&c->parser, CSV_APPEND_NULL)) st = WG_NO_MEMORY;
  csv_set_space_func(&c->parser, never); /* RFC 4180: spaces belong to the cell */
  csv_set_realloc_func(&c->parser, bounded_realloc);
  wg_buf_init(&c->head, LOOK_BYTES * 2);
  wg_buf_init(&c->text, CHUNK * 8);
  wg_buf_init(&c->row, WG_CSV_ROW_MAX);
  if (options->delimiter) {
    c->delimiter = options->delimiter;
    c->delimited = true;
    csv_set_delim(&c->parser, (unsigned char)c->delimiter);
  }
  if (!st && options->encoding) {
    c->encoding = wg_charset_name(options->encoding);
    if (!c->encoding || strcmp(c->encoding, "UTF-8") != 0)
      st = wg_charset_open(options->encoding, &c->charset, err);
    c->decided = true;
  }
  if (st) {
    wg_csv_free(c);
    return st;
  }
  *out = c;
  return WG_OK;
}

void wg_csv_free(wg_csv *c) {
  if (!c) return;
  csv_free(&c->parser);
  wg_charset_free(c->charset);
  wg_buf_deinit(&c->head);
  wg_buf_deinit(&c->text);
  wg_buf_deinit(&c->row);
  free(c->start);
  free(c->cell);
  free(c);
}

const char *wg_csv_encoding(const wg_csv *c) { return c->encoding ? c->encoding : "UTF-8"; }
char wg_csv_delimiter(const wg_csv *c) { return c->delimiter ? c->delimiter : ','; }

/* --- from libcsv ------------------------------------------------------------------------------------- */

static void on_cell(void *bytes, size_t n, void *self) {
  wg_csv *c = self;
  if (c->status) return;
  if (c->n == WG_CSV_COLUMNS_MAX) {
    c->status = wg_fail(c->err, WG_TOO_LARGE, "row",
                        WG_T("row %llu has more than %d columns", "第 %llu 行超过 %d 列"),
                        (unsigned long long)(c->number + 1), WG_CSV_COLUMNS_MAX);
    return;
  }
  if (c->n == c->cap) {
    int cap = c->cap ? c->cap * 2 : 64;
    uint32_t *start = realloc(c->start, (size_t)cap * sizeof *start);
    if (start) c->start = start;
    const char **cell = realloc(c->cell, (size_t)cap * sizeof *cell);
    if (cell) c->cell = cell;
    if (!start || !cell) {
      c->status = WG_NO_MEMORY;
      return;
    }
    c->cap = cap;
  }
  if (n && !wg_text_utf8(bytes, n)) {
    c->status = wg_fail(c->err, WG_INVALID, "row",
                        WG_T("row %llu is no UTF-8 text; say what it is with --encoding, for example gb18030",
                             "第 %llu 行不是 UTF-8 文本；请用 --encoding 指明编码，例如 gb18030"),
                        (unsigned long long)(c->number + 1));
    return;
  }
  c->start[c->n++] = (uint32_t)c->row.len;
  if (n) wg_buf_add(&c->row, bytes, n);
  wg_buf_add_char(&c->row, 0);
  if (wg_buf_status(&c->row))
    c->status =
        wg_fail(c->err, WG_TOO_LARGE, "row", WG_T("row %llu is longer than 4 MiB", "第 %llu 行超过 4 MiB"),
                (unsigned long long)(c->number + 1));
}

static void on_row(int end, void *self) {
  (void)end;
  wg_csv *c = self;
  if (c->status) return;
  c->number++;
  for (int i = 0; i < c->n; i++) c->cell[i] = c->row.data + c->start[i];
  wg_csv_row row = {.number = c->number, .n = c->n, .cell = c->cell};
  if (c->n) c->status = c->options.row(c->options.ctx, &row, c->err);
  c->n = 0;
  wg_buf_reset(&c->row);
}

static wg_status parse(wg_csv *c, const char *text, size_t n) {
  if (c->status) return c->status;
  if (csv_parse(&c->parser, text, n, on_cell, on_row, c) != n && !c->status) {
    bool long_cell = csv_error(&c->parser) == CSV_ENOMEM;
    c->status = long_cell
                    ? wg_fail(c->err, WG_TOO_LARGE, "row",
                              WG_T("row %llu has a cell longer than 1 MiB; is a closing quote missing?",
                                   "第 %llu 行有单元格超过 1 MiB；是否缺少右引号？"),
                              (unsigned long long)(c->number + 1))
                    : wg_fail(c->err, WG_INVALID, "row", WG_T("row %llu is no CSV", "第 %llu 行不是 CSV"),
                              (unsigned long long)(c->number + 1));
  }
  return c->status;
}

/* --- encoding and delimiter -------------------------------------------------------------------------- */

/* The delimiter that the first line has most of, outside quotes. */
static char find_delimiter(const char *text, size_t n) {
  static const char kinds[] = {',', '\t', ';', '|'};
  size_t count[sizeof kinds] = {0};
  bool quoted = false;
  for (size_t i = 0; i < n; i++) {
    if (text[i] == '"') quoted = !quoted;
    if (quoted) continue;
    if (text[i] == '\n' || text[i] == '\r') {
      if (count[0] + count[1] + count[2] + count[3]) break;
      continue;
    }
    for (size_t k = 0; k < sizeof kinds; k++) count[k] += text[i] == kinds[k];
  }
  size_t best = 0;
  for (size_t k = 1; k < sizeof kinds; k++)
    if (count[k] > count[best]) best = k;
  return kinds[best];
}

/* Text in UTF-8: drops a byte order mark, finds the delimiter by the first line, then parses. */
static wg_status take_text(wg_csv *c, const char *text, size_t n) {
  if (!c->began) {
    c->began = true;
    if (n >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) text += 3, n -= 3;
  }
  if (!c->delimited) {
    c->delimiter = find_delimiter(text, n);
    csv_set_delim(&c->parser, (unsigned char)c->delimiter);
    c->delimited = true;
  }
  return parse(c, text, n);
}

static wg_status decode(wg_csv *c, const char *bytes, size_t n, bool last) {
  if (!c->charset) return take_text(c, bytes, n);
  for (size_t at = 0; at <= n; at += CHUNK) {
    size_t k = n - at < CHUNK ? n - at : CHUNK;
    wg_buf_reset(&c->text);
    wg_status st = wg_charset_feed(c->charset, bytes + at, k, last && at + k == n, &c->text);
    if (st)
      return c->status =
                 wg_fail(c->err, st, "encoding",
                         WG_T("after row %llu the text is not %s", "第 %llu 行之后的文本不是 %s 编码"),
                         (unsigned long long)c->number, c->encoding);
    st = take_text(c, c->text.data, c->text.len);
    if (st || at + k == n) return st;
  }
  return WG_OK;
}

/* Decides the encoding by what has come; plain ASCII leaves it open until something else comes. */
static wg_status decide(wg_csv *c, const char *bytes, size_t n, bool whole) {
  switch (wg_charset_look(bytes, n, whole)) {
  case WG_CHARSET_ASCII:
    return WG_OK;
  case WG_CHARSET_UTF8:
    c->encoding = "UTF-8";
    break;
  case WG_CHARSET_UTF16:
    c->encoding = "UTF-16";
    break;
  case WG_CHARSET_GB:
    c->encoding = "GB18030";
    break;
  default:
    return c->status =
               wg_fail_code(c->err, WG_INVALID, "encoding-unknown", "encoding",
                            WG_T("the text is neither UTF-8 nor GB18030; say what it is with --encoding",
                                 "文本既不是 UTF-8 也不是 GB18030；请用 --encoding 指明编码"));
  }
  c->decided = true;
  return strcmp(c->encoding, "UTF-8") ? wg_charset_open(c->encoding, &c->charset, c->err) : WG_OK;
}

static wg_status flush_head(wg_csv *c, bool last) {
  wg_status st = c->decided ? WG_OK : decide(c, c->head.data ? c->head.data : "", c->head.len, last);
  if (!st) st = decode(c, c->head.data ? c->head.data : "", c->head.len, last);
  wg_buf_reset(&c->head);
  return c->status = st;
}

wg_status wg_csv_feed(wg_csv *c, const void *bytes, size_t n, wg_err *err) {
  if (c->status) return c->status;
  c->err = err;
  const char *p = bytes;
  while (n && !c->status) {
    size_t k = n < CHUNK ? n : CHUNK;
    if (c->decided && c->delimited) {
      decode(c, p, k, false);
    } else {
      /* The look needs a good piece of the text: 64 KiB, or all there is. */
      wg_buf_add(&c->head, p, k);
      if (wg_buf_status(&c->head))
        c->status = wg_buf_status(&c->head);
      else if (c->head.len >= LOOK_BYTES)
        flush_head(c, false);
    }
    p += k;
    n -= k;
  }
  return c->status;
}

wg_status wg_csv_end(wg_csv *c, wg_err *err) {
  if (c->status) return c->status;
  c->err = err;
  if (c->head.len || !c->decided)
    flush_head(c, true);
  else if (c->charset)
    decode(c, "", 0, true);
  csv_set_opts(&c->parser,
               CSV_APPEND_NULL | CSV_STRICT | CSV_STRICT_FINI); /* libcsv tells only when strict */
  if (!c->status && csv_fini(&c->parser, on_cell, on_row, c) && !c->status)
    c->status = wg_fail(c->err, WG_INVALID, "row",
                        WG_T("row %llu: a quoted cell has no closing quote", "第 %llu 行：引号没有闭合"),
                        (unsigned long long)(c->number + 1));
  return c->status;
}

/* --- out, and columns -------------------------------------------------------------------------------- */

void wg_csv_put(wg_buf *out, const char *text, char delimiter, bool first) {
  if (!first) wg_buf_add_char(out, delimiter);
  char special[] = {'"', '\r', '\n', delimiter, 0};
  size_t n = strlen(text);
  bool quote = strpbrk(text, special) || (n && (text[0] == ' ' || text[n - 1] == ' '));
  if (!quote) {
    wg_buf_add(out, text, n);
    return;
  }
  wg_buf_add_char(out, '"');
  for (const char *q; (q = strchr(text, '"')); text = q + 1) {
    wg_buf_add(out, text, (size_t)(q - text) + 1);
    wg_buf_add_char(out, '"');
  }
  wg_buf_add_str(out, text);
  wg_buf_add_char(out, '"');
}

static bool silent(char c) { return c == ' ' || c == '_' || c == '-' || c == '.' || c == '\t' || c == ':'; }

bool wg_column_same(const char *a, const char *b) {
  for (;; a++, b++) {
    while (silent(*a)) a++;
    while (silent(*b)) b++;
    if (tolower((unsigned char)*a) != tolower((unsigned char)*b)) return false;
    if (!*a) return true;
  }
}

int wg_column_find(const char *const *column, int n, const char *const *names) {
  for (; *names; names++)
    for (int i = 0; i < n; i++)
      if (wg_column_same(column[i], *names)) return i;
  return -1;
}
