#include "base/csv_points.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

enum { WRITE_AT = 64 * 1024, OUT_MAX = 16 << 20 };

struct wg_csv_points {
  wg_csv_points_options options;
  wg_csv *csv;
  wg_arena arena; /* the header's names */
  wg_buf out;
  int n, n_added, lon, lat; /* columns of the input */
  bool *dropped;
  const char **column;
  wg_csv_points_report report;
};

/* "a, b, c" of the columns, for an error. */
static const char *listed(wg_csv_points *p, const wg_csv_row *row) {
  wg_buf text;
  wg_buf_init(&text, 240);
  for (int i = 0; i < row->n; i++) {
    size_t before = text.len;
    wg_buf_printf(&text, i ? ", %s" : "%s", row->cell[i]);
    if (wg_buf_status(&text)) {
      text.status = WG_OK;
      text.len = before;
      break;
    }
  }
  const char *copy = wg_arena_strdup(&p->arena, wg_buf_str(&text));
  wg_buf_deinit(&text);
  return copy ? copy : "";
}

static wg_status column_of(wg_csv_points *p, const wg_csv_row *row, const char *wanted,
                           const char *const *usual, const char *flag, int *out, wg_err *err) {
  const char *const one[] = {wanted, NULL};
  *out = wg_column_find(row->cell, row->n, wanted ? one : usual);
  if (*out >= 0) return WG_OK;
  if (wanted)
    return wg_fail(err, WG_INVALID, flag,
                   WG_T("there is no column \"%.60s\"; there are: %s", "没有列“%.60s”；现有列：%s"), wanted,
                   listed(p, row));
  return wg_fail(err, WG_INVALID, flag,
                 WG_T("no column is named like a %s; name the two as lon and lat. There are: %s",
                      "找不到坐标列（%s）；请把两列命名为 lon 和 lat。现有列：%s"),
                 flag, listed(p, row));
}

static wg_status header(wg_csv_points *p, const wg_csv_row *row, wg_err *err) {
  p->n = row->n;
  p->column = wg_arena_alloc(&p->arena, (size_t)row->n * sizeof *p->column);
  p->dropped = wg_arena_alloc(&p->arena, (size_t)row->n * sizeof *p->dropped);
  if (!p->column || !p->dropped) return WG_NO_MEMORY;
  wg_status st = column_of(p, row, p->options.lon, wg_column_lon, "lon", &p->lon, err);
  if (!st) st = column_of(p, row, p->options.lat, wg_column_lat, "lat", &p->lat, err);
  if (st) return st;
  bool first = true;
  for (int i = 0; i < row->n; i++) {
    p->column[i] = wg_arena_strdup(&p->arena, row->cell[i]);
    if (!p->column[i]) return WG_NO_MEMORY;
    for (const char *const *a = p->options.added; *a; a++) p->dropped[i] |= !strcmp(*a, row->cell[i]);
    if (p->dropped[i]) continue;
    wg_csv_put(&p->out, row->cell[i], wg_csv_delimiter(p->csv), first);
    first = false;
  }
  for (const char *const *a = p->options.added; *a; a++)
    wg_csv_put(&p->out, *a, wg_csv_delimiter(p->csv), false);
  wg_csv_end_row(&p->out);
  return wg_buf_status(&p->out);
}

static wg_status flush(wg_csv_points *p, wg_err *err) {
  wg_status st = p->out.len ? p->options.write(p->options.ctx, p->out.data, p->out.len, err) : WG_OK;
  wg_buf_reset(&p->out);
  return st;
}

static wg_status on_row(void *self, const wg_csv_row *row, wg_err *err) {
  wg_csv_points *p = self;
  if (row->number == 1) return header(p, row, err);
  int n = row->n;
  while (n > p->n && !row->cell[n - 1][0]) n--;
  if (n > p->n)
    return wg_fail(err, WG_INVALID, "row",
                   WG_T("row %llu has %d cells, the header %d", "第 %llu 行有 %d 个单元格，表头有 %d 个"),
                   (unsigned long long)row->number, row->n, p->n);
  double lon = 0, lat = 0;
  bool has = p->lon < row->n && p->lat < row->n && wg_text_double(row->cell[p->lon], &lon) &&
             wg_text_double(row->cell[p->lat], &lat);
  const char *value[WG_CSV_POINTS_ADDED_MAX] = {0};
  p->report.rows++;
  if (!has) {
    p->report.without++;
    if (!p->report.first_without) p->report.first_without = row->number;
  }
  wg_status st = p->options.row(p->options.ctx, has, lon, lat, value, err);
  if (st) return st;
  bool first = true;
  for (int i = 0; i < p->n; i++) {
    if (p->dropped[i]) continue;
    wg_csv_put(&p->out, i < row->n ? row->cell[i] : "", wg_csv_delimiter(p->csv), first);
    first = false;
  }
  for (int i = 0; i < p->n_added; i++)
    wg_csv_put(&p->out, value[i] ? value[i] : "", wg_csv_delimiter(p->csv), false);
  wg_csv_end_row(&p->out);
  if (wg_buf_status(&p->out)) return wg_buf_status(&p->out);
  return p->out.len >= WRITE_AT ? flush(p, err) : WG_OK;
}

wg_status wg_csv_points_new(const wg_csv_points_options *options, wg_csv_points **out, wg_err *err) {
  *out = NULL;
  wg_csv_points *p = calloc(1, sizeof *p);
  if (!p) return WG_NO_MEMORY;
  p->options = *options;
  while (options->added[p->n_added]) p->n_added++;
  wg_arena_init(&p->arena);
  wg_buf_init(&p->out, OUT_MAX);
  wg_status st = p->n_added <= WG_CSV_POINTS_ADDED_MAX ? WG_OK : WG_INTERNAL;
  if (!st)
    st = wg_csv_new(&(wg_csv_options){.encoding = options->encoding, .row = on_row, .ctx = p}, &p->csv, err);
  if (st) {
    wg_csv_points_free(p);
    return st;
  }
  *out = p;
  return WG_OK;
}

void wg_csv_points_free(wg_csv_points *p) {
  if (!p) return;
  wg_csv_free(p->csv);
  wg_buf_deinit(&p->out);
  wg_arena_clear(&p->arena);
  free(p);
}

wg_status wg_csv_points_feed(wg_csv_points *p, const void *bytes, size_t n, wg_err *err) {
  return wg_csv_feed(p->csv, bytes, n, err);
}

wg_status wg_csv_points_end(wg_csv_points *p, wg_csv_points_report *report, wg_err *err) {
  wg_status st = wg_csv_end(p->csv, err);
  if (!st && !p->column)
    st = wg_fail(
        err, WG_INVALID, "",
        WG_T("the CSV is empty: a header with lon and lat is expected", "CSV 为空：需要含 lon、lat 的表头"));
  if (!st) st = flush(p, err);
  p->report.lon = st ? NULL : p->column[p->lon];
  p->report.lat = st ? NULL : p->column[p->lat];
  p->report.encoding = wg_csv_encoding(p->csv);
  if (report) *report = p->report;
  return st;
}
