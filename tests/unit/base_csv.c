/* CSV: RFC 4180, encodings, delimiters, hostile input, and the columns added by position. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/charset.h"
#include "base/csv.h"
#include "base/csv_points.h"

/* Rows as text: cells in [], one line a row. */
static wg_status show(void *ctx, const wg_csv_row *row, wg_err *err) {
  (void)err;
  wg_buf *b = ctx;
  for (int i = 0; i < row->n; i++) wg_buf_printf(b, "[%s]", row->cell[i]);
  wg_buf_add_char(b, '\n');
  return wg_buf_status(b);
}

static wg_status read_csv(const char *bytes, size_t n, size_t piece, const char *encoding, wg_buf *out,
                          wg_err *err) {
  wg_csv *c = NULL;
  wg_buf_init(out, 32 << 20);
  wg_status st = wg_csv_new(&(wg_csv_options){.encoding = encoding, .row = show, .ctx = out}, &c, err);
  for (size_t at = 0; !st && at < n; at += piece)
    st = wg_csv_feed(c, bytes + at, n - at < piece ? n - at : piece, err);
  if (!st) st = wg_csv_end(c, err);
  wg_csv_free(c);
  return st;
}

/* The same in pieces of 1, 2, 3, 7 bytes and at once. */
static void expect_rows(const char *bytes, size_t n, const char *encoding, const char *want) {
  const size_t pieces[] = {1, 2, 3, 7, 1 << 20};
  for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
    wg_buf out;
    wg_err err = {0};
    wg_status st = read_csv(bytes, n, pieces[i], encoding, &out, &err);
    if (st) print_message("%s\n", err.en);
    assert_int_equal(st, WG_OK);
    assert_string_equal(wg_buf_str(&out), want);
    wg_buf_deinit(&out);
  }
}
#define EXPECT(text, want) expect_rows(text, sizeof text - 1, NULL, want)

static void expect_error(const char *bytes, size_t n, wg_status want, const char *part) {
  wg_buf out;
  wg_err err = {0};
  assert_int_equal(read_csv(bytes, n, 1 << 16, NULL, &out, &err), want);
  if (!strstr(err.en, part)) fail_msg("\"%s\" does not tell \"%s\"", err.en, part);
  assert_true(err.zh[0]);
  wg_buf_deinit(&out);
}

static void test_rfc4180(void **state) {
  (void)state;
  EXPECT("a,b\r\n1,2\r\n", "[a][b]\n[1][2]\n");
  EXPECT("a,b\n1,2", "[a][b]\n[1][2]\n");
  EXPECT("a,\"b \"\"q\"\"\r\nx\", c \n", "[a][b \"q\"\r\nx][ c ]\n");
  EXPECT("a,b\n\n,\n\"\",2\n", "[a][b]\n[][]\n[][2]\n");
  EXPECT("5\" pipe,b\n", "[5\" pipe][b]\n");
  EXPECT("", "");
}

static void test_delimiters(void **state) {
  (void)state;
  EXPECT("a\tb,c\td\n1\t2\t3\n", "[a][b,c][d]\n[1][2][3]\n");
  EXPECT("a;b;c\n1,5;2;3\n", "[a][b][c]\n[1,5][2][3]\n");
  EXPECT("\"a;x\",b\n", "[a;x][b]\n");
  EXPECT("one\nx\n", "[one]\n[x]\n");
}

static void test_encodings(void **state) {
  (void)state;
  EXPECT("\xef\xbb\xbf\xe5\x90\x8d,b\n", "[\xe5\x90\x8d][b]\n");
  /* "编码,名称\n1,婺城区" in GBK */
  const char gbk[] = "\xb1\xe0\xc2\xeb,\xc3\xfb\xb3\xc6\n1,\xe6\xc4\xb3\xc7\xc7\xf8\n";
  EXPECT(gbk, "[编码][名称]\n[1][婺城区]\n");
  expect_rows(gbk, sizeof gbk - 1, "gbk", "[编码][名称]\n[1][婺城区]\n");
  const char utf16[] = "\xff\xfe\x16\x7f,\0b\0\n\0";
  EXPECT(utf16, "[编][b]\n");
  /* Latin text needs to be told: "Zürich" is sound GB18030, but no Chinese */
  const char latin[] = "name\nZ\xfcrich\n";
  expect_error(latin, sizeof latin - 1, WG_INVALID, "--encoding");
  expect_rows(latin, sizeof latin - 1, "latin1", "[name]\n[Zürich]\n");
  /* the first byte that is not ASCII stands far behind the first look */
  size_t n = 300000;
  char *late = malloc(n + 32);
  for (size_t i = 0; i < n; i++) late[i] = i % 50 == 49 ? '\n' : 'a';
  memcpy(late + n, gbk, sizeof gbk - 1);
  wg_buf out;
  wg_err err = {0};
  assert_int_equal(read_csv(late, n + sizeof gbk - 1, 1000, NULL, &out, &err), WG_OK);
  assert_non_null(strstr(wg_buf_str(&out), "[1][婺城区]\n"));
  wg_buf_deinit(&out);
  free(late);
}

static void test_hostile(void **state) {
  (void)state;
  expect_error("a,\"b\nc\n", 7, WG_INVALID, "quote");
  expect_error("a,b\0c\n", 6, WG_INVALID, "row 1");
  expect_error("ab\xe4\xb8\xad\xff\xff\xff\n", 9, WG_INVALID, "--encoding");
  size_t n = 3 << 20;
  char *big = malloc(n);
  memset(big, 'x', n);
  big[0] = '"';
  expect_error(big, n, WG_TOO_LARGE, "1 MiB");
  memset(big, ',', n);
  expect_error(big, n, WG_TOO_LARGE, "columns");
  free(big);
  wg_csv *c;
  wg_err err = {0};
  assert_int_equal(wg_csv_new(&(wg_csv_options){.encoding = "klingon", .row = show}, &c, &err), WG_INVALID);
  assert_string_equal(err.field, "encoding");
}

static void test_put(void **state) {
  (void)state;
  const char *cells[] = {"plain", "a,b", "say \"hi\"", "two\nlines", " edge", ""};
  wg_buf text, out;
  wg_buf_init(&text, 1000);
  for (int i = 0; i < 6; i++) wg_csv_put(&text, cells[i], ',', i == 0);
  wg_csv_end_row(&text);
  wg_err err = {0};
  assert_int_equal(read_csv(text.data, text.len, 5, NULL, &out, &err), WG_OK);
  assert_string_equal(wg_buf_str(&out), "[plain][a,b][say \"hi\"][two\nlines][ edge][]\n");
  wg_buf_deinit(&text);
  wg_buf_deinit(&out);
}

static void test_columns(void **state) {
  (void)state;
  const char *have[] = {"ID", "Grid_Code", "经度", "Y"};
  assert_int_equal(wg_column_find(have, 4, (const char *const[]){"grid code", "id", NULL}), 1);
  assert_int_equal(wg_column_find(have, 4, wg_column_lon), 2);
  assert_int_equal(wg_column_find(have, 4, wg_column_lat), 3);
  assert_int_equal(wg_column_find(have, 4, (const char *const[]){"name", NULL}), -1);
}

/* Adds the sum of the two and a word. */
static wg_status sum(void *ctx, bool has, double lon, double lat, const char **value, wg_err *err) {
  (void)ctx, (void)err;
  static char text[32];
  snprintf(text, sizeof text, "%g", lon + lat);
  if (has) value[0] = text, value[1] = "a,b";
  return WG_OK;
}
static wg_status collect(void *ctx, const char *bytes, size_t n, wg_err *err) {
  (void)err;
  wg_buf_add(ctx, bytes, n);
  return wg_buf_status(ctx);
}
static wg_status points(const char *in, const char *lon, wg_buf *out, wg_csv_points_report *report,
                        wg_err *err) {
  static const char *const added[] = {"sum", "how", NULL};
  wg_csv_points *p = NULL;
  wg_buf_init(out, 1 << 20);
  wg_csv_points_options o = {.lon = lon, .added = added, .row = sum, .write = collect, .ctx = out};
  wg_status st = wg_csv_points_new(&o, &p, err);
  for (const char *c = in; !st && *c; c++) st = wg_csv_points_feed(p, c, 1, err);
  if (!st) st = wg_csv_points_end(p, report, err);
  if (report) report->lon = report->lat = NULL;
  wg_csv_points_free(p);
  return st;
}

static void test_points(void **state) {
  (void)state;
  wg_buf out;
  wg_err err = {0};
  wg_csv_points_report r = {0};
  assert_int_equal(points("id,经度,纬度\n1,120,30\n\"x,y\",,30\n3,1e999,nan\n4,121\n", NULL, &out, &r, &err),
                   WG_OK);
  assert_string_equal(wg_buf_str(&out), "id,经度,纬度,sum,how\r\n1,120,30,150,\"a,b\"\r\n\"x,y\",,30,,\r\n"
                                        "3,1e999,nan,,\r\n4,121,,,\r\n");
  assert_int_equal(r.rows, 4);
  assert_int_equal(r.without, 3);
  assert_int_equal(r.first_without, 3);
  /* what it gave can be given to it again: the columns are made anew */
  wg_buf again;
  assert_int_equal(points(wg_buf_str(&out), NULL, &again, &r, &err), WG_OK);
  assert_string_equal(wg_buf_str(&again), wg_buf_str(&out));
  wg_buf_deinit(&out);
  wg_buf_deinit(&again);

  assert_int_equal(points("a,b\n1,2\n", NULL, &out, &r, &err), WG_INVALID);
  assert_string_equal(err.field, "lon");
  assert_non_null(strstr(err.en, "a, b"));
  wg_buf_deinit(&out);
  assert_int_equal(points("lon,lat\n1,2\n", "east", &out, &r, &err), WG_INVALID);
  assert_non_null(strstr(err.en, "east"));
  wg_buf_deinit(&out);
  assert_int_equal(points("lon,lat\n1,2,3\n", NULL, &out, &r, &err), WG_INVALID);
  wg_buf_deinit(&out);
  assert_int_equal(points("", NULL, &out, &r, &err), WG_INVALID);
  wg_buf_deinit(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_rfc4180), cmocka_unit_test(test_delimiters), cmocka_unit_test(test_encodings),
      cmocka_unit_test(test_hostile), cmocka_unit_test(test_put),        cmocka_unit_test(test_columns),
      cmocka_unit_test(test_points),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
