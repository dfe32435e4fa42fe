/* wangge import calendar: the holidays and make-up days of whole years, from iCalendar or CSV. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/import_common.h"
#include "domain/calendar.h"
#include "engine/calendars.h"
#include "store/sqlite.h"

enum { FILE_MAX = 1 << 20, TEXT_MAX = 1 << 20 };

struct calendar_import {
  wg_arena arena;
  const char *path, *db, *code, *only, *text;
  bool dry_run, provisional;
  char *bytes;
  size_t n;
  wg_calendar_year *year;
  uint32_t n_years;
};

static wg_status read_file(struct calendar_import *x, wg_err *err) {
  bool in = strcmp(x->path, "-") == 0;
  FILE *f = in ? stdin : fopen(x->path, "rb");
  x->bytes = f ? malloc(FILE_MAX + 1) : NULL;
  if (x->bytes) x->n = fread(x->bytes, 1, FILE_MAX + 1, f);
  bool bad = !f || (x->bytes && ferror(f));
  int why = errno;
  if (f && !in) fclose(f);
  if (bad)
    return wg_fail(err, WG_IO, "file", WG_T("%s cannot be read: %s", "无法读取 %s：%s"), x->path,
                   strerror(why));
  if (!x->bytes) return WG_NO_MEMORY;
  if (x->n > FILE_MAX)
    return wg_fail(err, WG_TOO_LARGE, "file", WG_T("more than %d bytes", "超过 %d 字节"), FILE_MAX);
  return WG_OK;
}

static int count_days(struct calendar_import *x, const wg_calendar_year *y, int kind) {
  unsigned char mark[366];
  int n = 0;
  if (wg_calendar_marks(&x->arena, y, mark, NULL)) return 0;
  for (int d = 0; d < 366; d++) n += mark[d] == kind;
  return n;
}

static void print_years(struct calendar_import *x, const wg_calendar_year *was, uint32_t n) {
  for (uint32_t i = 0; i < x->n_years; i++) {
    const wg_calendar_year *y = &x->year[i];
    uint32_t k = 0;
    while (k < n && was[k].year != y->year) k++;
    if (k == n)
      wg_cli_say("%d: %d holidays, %d days worked instead; a new year",
                 "%d 年：放假 %d 天，调休上班 %d 天；新增年份", y->year, count_days(x, y, WG_DAY_HOLIDAY),
                 count_days(x, y, WG_DAY_WORKING));
    else
      wg_cli_say("%d: %d holidays (%d before), %d days worked instead (%d before)",
                 "%d 年：放假 %d 天（原 %d 天），调休上班 %d 天（原 %d 天）", y->year,
                 count_days(x, y, WG_DAY_HOLIDAY), count_days(x, &was[k], WG_DAY_HOLIDAY),
                 count_days(x, y, WG_DAY_WORKING), count_days(x, &was[k], WG_DAY_WORKING));
  }
}

/* The years as they are kept, so that the log alone says what the import did. */
static wg_status put_years(struct calendar_import *x, wg_store *s, unsigned char hash[WG_HASH_LEN],
                           wg_err *err) {
  wg_buf b;
  wg_jw w;
  wg_buf_init(&b, TEXT_MAX);
  wg_jw_init(&w, &b);
  wg_jw_begin_array(&w);
  for (uint32_t i = 0; i < x->n_years; i++) wg_calendar_year_write(&w, &x->year[i]);
  wg_jw_end_array(&w);
  wg_status st = wg_buf_status(&b);
  if (!st) st = s->content_put(s, wg_buf_str(&b), strlen(wg_buf_str(&b)), hash, err);
  wg_buf_deinit(&b);
  return st;
}

static wg_status write_all(void *ctx, wg_store *s, wg_err *err) {
  struct calendar_import *x = ctx;
  unsigned char file[WG_HASH_LEN], years[WG_HASH_LEN];
  const char *key = wg_calendar_key(&x->arena, x->code), *text = x->text;
  wg_status st = key ? WG_OK : WG_NO_MEMORY;
  for (uint32_t i = 0; !st && i < x->n_years; i++)
    st = wg_calendar_with(&x->arena, text, &x->year[i], &text, err);
  if (!st) st = s->setting_put(s, key, text, err);
  if (!st) st = s->content_put(s, x->bytes, x->n, file, err);
  if (!st) st = put_years(x, s, years, err);
  if (st) return st;
  wg_buf body;
  wg_jw w;
  wg_buf_init(&body, 4096);
  wg_jw_init(&w, &body);
  wg_jw_begin_object(&w);
  wg_member_hash(&w, "file", file);
  wg_jw_member_str(&w, "name", wg_base_name(x->path));
  wg_jw_key(&w, "taken");
  wg_jw_begin_array(&w);
  for (uint32_t i = 0; i < x->n_years; i++) wg_jw_int(&w, x->year[i].year);
  wg_jw_end_array(&w);
  wg_member_hash(&w, "years", years);
  wg_jw_end_object(&w);
  st =
      wg_import_event(s, "calendar.imported", wg_arena_printf(&x->arena, "calendar/%s", x->code), &body, err);
  wg_buf_deinit(&body);
  return st;
}

static wg_status import(struct calendar_import *x, wg_err *err) {
  wg_store *s = NULL;
  wg_calendar_year *was = NULL;
  int64_t only = 0;
  uint32_t n = 0;
  if (x->only) wg_text_int(x->only, &only); /* checked by who reads the command line */
  wg_status st = read_file(x, err);
  if (!st) st = wg_calendar_import(&x->arena, x->bytes, x->n, (int)only, &x->year, &x->n_years, err);
  for (uint32_t i = 0; !st && i < x->n_years; i++) x->year[i].provisional = x->provisional;
  if (!st) st = wg_sqlite_open(x->db, !x->dry_run, false, &s, err);
  if (!st) st = wg_calendar_text_of(s, &x->arena, x->code, &x->text, err);
  if (!st && !x->text)
    st = wg_fail(err, WG_NOT_FOUND, "code", WG_T("there is no calendar %.64s", "没有日历 %.64s"), x->code);
  if (!st) st = wg_calendar_years(&x->arena, x->text, &was, &n, err);
  if (!st) print_years(x, was, n);
  if (!st && !x->dry_run) st = wg_in_transaction(s, write_all, x, err);
  if (!st && x->dry_run) wg_cli_say("--dry-run: nothing was changed", "试运行，未做任何更改");
  if (s) s->close(s);
  return st;
}

int wg_cmd_import_calendar(int argc, char **argv) {
  struct calendar_import x = {.code = WG_CALENDAR_CODE};
  const wg_flag flags[] = {{"--db", &x.db, NULL, true},
                           {"--code", &x.code},
                           {"--year", &x.only},
                           {"--provisional", NULL, &x.provisional},
                           {"--dry-run", NULL, &x.dry_run},
                           {NULL, NULL, NULL, false}};
  const char *file[1];
  int64_t only = 0;
  int n, bad = wg_cli_args(argc, argv, flags, file, 1, &n, 1);
  if (bad) return bad;
  if (!wg_text_code(x.code)) return wg_cli_usage_error("--code is no code", "--code 不是有效编码");
  if (x.only && (!wg_text_int(x.only, &only) || only < WG_CALENDAR_FIRST || only > WG_CALENDAR_LAST))
    return wg_cli_usage_error("--year is no year", "--year 不是有效年份");
  x.path = file[0];
  wg_err err = {0};
  wg_arena_init(&x.arena);
  wg_status st = import(&x, &err);
  free(x.bytes);
  wg_arena_clear(&x.arena);
  return st ? wg_cli_fail(&err, st) : WG_EXIT_OK;
}
