/* wangge erase: personal texts and files taken away on a legal basis, also while a server runs. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "cli/cli.h"
#include "engine/evidence.h"
#include "store/sqlite.h"

struct at {
  wg_store *store;
  int64_t now;
};

static wg_status emit(void *ctx, const char *subject, const char *body, int64_t *seq, wg_err *err) {
  struct at *at = ctx;
  wg_event e = {.at = at->now, .kind = "personal.erased", .subject = subject, .body = body};
  wg_status st = at->store->event_append(at->store, &e, NULL, 0, err);
  *seq = e.seq;
  return st;
}

static wg_status first_id(void *ctx, const void *row) {
  int64_t *id = ctx;
  if (!*id) *id = ((const wg_incident *)row)->id;
  return WG_OK;
}

/* By its number, or by its id. */
static wg_status find(wg_store *s, wg_arena *a, const char *text, int64_t *id, wg_err *err) {
  wg_incident i;
  wg_status st = s->incidents_numbered(s, a, text, first_id, id, err);
  if (st || *id) return st;
  if (wg_text_int(text, id) && *id > 0) return s->incident_get(s, a, *id, &i, err);
  return wg_fail(err, WG_NOT_FOUND, "incident", WG_T("there is no incident %.90s", "没有事件 %.90s"), text);
}

static wg_status split(wg_arena *a, const char *fields, wg_erase *x, wg_err *err) {
  for (const char *p = fields; p && *p; p += strcspn(p, ","), p += *p == ',') {
    if (x->n_fields == WG_ERASE_FIELDS)
      return wg_fail(err, WG_INVALID, "fields", WG_T("at most %d fields at once", "一次最多 %d 个字段"),
                     WG_ERASE_FIELDS);
    x->field[x->n_fields] = wg_arena_strndup(a, p, strcspn(p, ","));
    if (!x->field[x->n_fields++]) return WG_NO_MEMORY;
  }
  return WG_OK;
}

static wg_status run(const char *db, const char *incident, wg_erase *x, const char *fields, wg_err *err) {
  wg_arena arena;
  wg_store *s = NULL;
  char root[WG_FILES_PATH];
  wg_arena_init(&arena);
  wg_status st = wg_sqlite_open(db, true, false, &s, err);
  struct at at = {s, wg_now_ms()};
  if (!st) st = split(&arena, fields, x, err);
  if (!st) st = s->begin(s, err);
  if (!st && incident) st = find(s, &arena, incident, &x->incident, err);
  if (!st) st = wg_erase_run(s, &arena, x, emit, &at, err);
  if (!st) st = s->commit(s, err);
  if (st && s && s->in_transaction(s)) s->rollback(s);
  if (!st && wg_files_root(db, root)) wg_erase_finish(x, root);
  if (!st) st = s->tend(s, err); /* cuts the log, where the old page still lies */
  if (st == WG_BUSY) st = WG_OK; /* a running server does it within seconds */
  if (s) s->close(s);
  wg_arena_clear(&arena);
  return st;
}

int wg_cmd_erase(int argc, char **argv) {
  const char *db = NULL, *incident = NULL, *event = NULL, *fields = NULL, *basis = NULL, *none[1];
  static wg_erase x;
  bool files = false;
  const wg_flag flags[] = {{"--db", &db, NULL, true},        {"--incident", &incident, NULL, false},
                           {"--event", &event, NULL, false}, {"--fields", &fields, NULL, false},
                           {"--files", NULL, &files, false}, {"--basis", &basis, NULL, true},
                           {NULL, NULL, NULL, false}};
  int n;
  int bad = wg_cli_args(argc, argv, flags, none, 0, &n, 0);
  if (bad) return bad;
  x = (wg_erase){.basis = basis, .all_files = files};
  if (!incident == !event || (event && (!wg_text_int(event, &x.seq) || x.seq < 1)) || (event && files))
    return wg_cli_usage_error(
        "say --incident NUMBER (with --fields, --files) or --event SEQ (with --fields)",
        "请给出 --incident 编号（可带 --fields、--files）或 --event 序号（带 --fields）");
  wg_err err = {0};
  wg_status st = run(db, incident, &x, fields, &err);
  if (st) return wg_cli_fail(&err, st);
  wg_cli_say("erased: %d personal texts, %d files", "已删除：个人信息 %d 条，文件 %d 个", x.erased,
             x.erased_files);
  wg_cli_note("backups taken before still hold them: replace those too",
              "此前的备份仍含有上述内容，请一并更换");
  return WG_EXIT_OK;
}
