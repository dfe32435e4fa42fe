/* wangge device add | code | list | revoke: screens that sign on with a one-time code. */
#include "engine/device.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "cli/cli.h"
#include "cli/import_common.h"
#include "store/sqlite.h"

struct device {
  const char *name, *area;
  wg_device is;
  char code[WG_DEVICE_CODE_LEN];
  wg_arena arena;
};

static wg_status event(wg_store *s, const struct device *d, const char *kind, const char *body, wg_err *err) {
  char subject[WG_DEVICE_SUBJECT];
  wg_device_subject(&d->is, subject);
  wg_event e = {.at = wg_now_ms(), .kind = kind, .subject = subject, .body = body};
  return s->event_append(s, &e, NULL, 0, err);
}

static wg_status check_area(struct device *d, wg_store *s, wg_err *err) {
  wg_areas areas = {0};
  wg_status st = s->areas_load(s, &d->arena, &areas, err);
  if (!st) st = wg_areas_index(&d->arena, &areas, err);
  if (st || wg_areas_find(&areas, d->area) != WG_NO_INDEX) return st;
  return wg_fail_code(err, WG_NOT_FOUND, "unknown-area", "area", WG_T("there is no area %s", "没有区划 %s"),
                      d->area);
}

static wg_status add(void *ctx, wg_store *s, wg_err *err) {
  struct device *d = ctx;
  wg_status st = check_area(d, s, err);
  if (st) return st;
  snprintf(d->is.name, sizeof d->is.name, "%s", d->name);
  snprintf(d->is.area, sizeof d->is.area, "%s", d->area);
  d->is.created_at = wg_now_ms();
  st = wg_device_add(s, &d->arena, &d->is, d->code, err);
  char *body = wg_arena_printf(&d->arena, "{\"area\":\"%s\",\"role\":\"wall\"}", d->area);
  if (!st && !body) st = WG_NO_MEMORY;
  return st ? st : event(s, d, "device.added", body, err);
}

static wg_status code(void *ctx, wg_store *s, wg_err *err) {
  struct device *d = ctx;
  wg_status st = wg_device_find(s, &d->arena, d->name, 0, &d->is, err);
  if (!st) st = wg_device_code(s, &d->is, wg_now_ms(), d->code, err);
  return st ? st : event(s, d, "device.code", "{}", err);
}

static wg_status revoke(void *ctx, wg_store *s, wg_err *err) {
  struct device *d = ctx;
  wg_status st = wg_device_find(s, &d->arena, d->name, 0, &d->is, err);
  if (st || d->is.revoked_at) return st;
  st = wg_device_revoke(s, &d->arena, &d->is, wg_now_ms(), err);
  return st ? st : event(s, d, "device.revoked", "{}", err);
}

static wg_status in_store(struct device *d, const char *db, wg_status (*work)(void *, wg_store *, wg_err *),
                          wg_err *err) {
  wg_store *s = NULL;
  wg_arena_init(&d->arena);
  wg_status st = wg_sqlite_open(db, true, false, &s, err);
  if (!st) st = wg_in_transaction(s, work, d, err);
  if (s) s->close(s);
  wg_arena_clear(&d->arena);
  return st;
}

/* The code is the data: alone on standard output. */
static int print_code(const struct device *d) {
  puts(d->code);
  wg_cli_note("type this code on the screen of %s within 15 minutes",
              "请在 15 分钟内在 %s 的屏幕上输入此代码", d->is.name);
  return WG_EXIT_OK;
}

int wg_cmd_device_add(int argc, char **argv) {
  struct device d = {0};
  const char *db = NULL;
  const wg_flag flags[] = {
      {"--db", &db, NULL, true}, {"--area", &d.area, NULL, true}, {NULL, NULL, NULL, false}};
  int n, bad = wg_cli_args(argc, argv, flags, &d.name, 1, &n, 1);
  if (bad) return bad;
  wg_err err = {0};
  if (wg_account_name_check(d.name, &err)) return wg_cli_bad_value(&err, WG_INVALID);
  if (!wg_text_code(d.area)) return wg_cli_usage_error("--area is no code", "--area 不是有效编码");
  wg_status st = in_store(&d, db, add, &err);
  return st ? wg_cli_fail(&err, st) : print_code(&d);
}

static int on_one(int argc, char **argv, struct device *d, wg_status (*work)(void *, wg_store *, wg_err *)) {
  const char *db = NULL;
  const wg_flag flags[] = {{"--db", &db, NULL, true}, {NULL, NULL, NULL, false}};
  int n, bad = wg_cli_args(argc, argv, flags, &d->name, 1, &n, 1);
  if (bad) return bad;
  wg_err err = {0};
  wg_status st = in_store(d, db, work, &err);
  return st ? wg_cli_fail(&err, st) : WG_EXIT_OK;
}

int wg_cmd_device_code(int argc, char **argv) {
  struct device d = {0};
  int bad = on_one(argc, argv, &d, code);
  return bad ? bad : print_code(&d);
}

int wg_cmd_device_revoke(int argc, char **argv) {
  struct device d = {0};
  int bad = on_one(argc, argv, &d, revoke);
  if (!bad) wg_cli_say("device %s revoked", "已吊销设备 %s", d.name);
  return bad;
}

/* --- list ------------------------------------------------------------------------------------------------
 */

static const char *time_of(int64_t ms, char out[WG_TIME_LEN]) {
  out[0] = 0;
  if (ms) wg_time_format(ms, out);
  return out;
}

int wg_cmd_device_list(int argc, char **argv) {
  const char *db = NULL, *none[1];
  const wg_flag flags[] = {{"--db", &db, NULL, true}, {NULL, NULL, NULL, false}};
  int n, bad = wg_cli_args(argc, argv, flags, none, 0, &n, 0);
  if (bad) return bad;
  wg_err err = {0};
  wg_arena arena;
  wg_store *s = NULL;
  wg_device *all = NULL;
  uint32_t count = 0;
  wg_arena_init(&arena);
  wg_status st = wg_sqlite_open(db, false, false, &s, &err);
  if (!st) st = s->devices_load(s, &arena, &all, &count, &err);
  if (!st) puts("name\tarea\tadded\tsigned on\tlast seen\trevoked");
  for (uint32_t i = 0; !st && i < count; i++) {
    char t[4][WG_TIME_LEN];
    printf("%s\t%s\t%s\t%s\t%s\t%s\n", all[i].name, all[i].area, time_of(all[i].created_at, t[0]),
           time_of(all[i].signed_on_at, t[1]), time_of(all[i].last_seen_at, t[2]),
           time_of(all[i].revoked_at, t[3]));
  }
  if (s) s->close(s);
  wg_arena_clear(&arena);
  return st ? wg_cli_fail(&err, st) : WG_EXIT_OK;
}
