#include "cli/import_common.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"

/* --- refused rows -------------------------------------------------------------------------------------- */

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
wg_status wg_tally_refuse(wg_tally *t, uint64_t row, const char *en, const char *zh, ...) {
  if (t->refused++ >= WG_TALLY_LISTED) return WG_OK;
  if (!t->first) t->first = wg_arena_alloc(t->arena, WG_TALLY_LISTED * sizeof *t->first);
  if (!t->first) return WG_NO_MEMORY;
  char text[2][512];
  for (int i = 0; i < 2; i++) {
    va_list args;
    va_start(args, zh);
    vsnprintf(text[i], sizeof text[i], i ? zh : en, args);
    va_end(args);
    size_t n = strlen(text[i]);
    while (n && !wg_text_utf8(text[i], n)) text[i][--n] = 0;
  }
  wg_refused_row *r = &t->first[t->refused - 1];
  r->row = row;
  r->en = wg_arena_strdup(t->arena, text[0]);
  r->zh = wg_arena_strdup(t->arena, text[1]);
  return r->en && r->zh ? WG_OK : WG_NO_MEMORY;
}
#pragma GCC diagnostic pop

void wg_tally_print(const wg_tally *t) {
  wg_cli_say("rows: %" PRIu64 " read, %" PRIu64 " taken, %" PRIu64 " refused",
             "行数：读取 %" PRIu64 "，采用 %" PRIu64 "，拒绝 %" PRIu64, t->read, t->taken, t->refused);
  bool zh = wg_cli_lang()[0] == 'z';
  for (uint64_t i = 0; i < t->refused && i < WG_TALLY_LISTED; i++)
    wg_cli_say("  row %" PRIu64 " %s", "  第 %" PRIu64 " 行%s", t->first[i].row,
               zh ? t->first[i].zh : t->first[i].en);
  if (t->refused > WG_TALLY_LISTED)
    wg_cli_say("  and %" PRIu64 " more", "  另有 %" PRIu64 " 行", t->refused - WG_TALLY_LISTED);
}

wg_status wg_tally_verdict(const wg_tally *t, bool skip_bad, wg_err *err) {
  if (t->refused && !skip_bad)
    return wg_fail(err, WG_UNPROCESSABLE, "file",
                   WG_T("%" PRIu64
                        " rows are refused, so nothing was changed; mend them, or take the others with "
                        "--skip-bad",
                        "有 %" PRIu64 " 行被拒绝，未做任何更改；请修正，或用 --skip-bad 只导入其余行"),
                   t->refused);
  if (!t->taken)
    return wg_fail(err, WG_UNPROCESSABLE, "file",
                   WG_T("no row can be taken; nothing was changed", "没有可导入的行，未做任何更改"));
  return WG_OK;
}

/* --- the store ------------------------------------------------------------------------------------------ */

wg_status wg_in_transaction(wg_store *s, wg_status (*work)(void *, wg_store *, wg_err *), void *ctx,
                            wg_err *err) {
  wg_status st = s->begin(s, err);
  if (st) return st;
  st = work(ctx, s, err);
  if (!st) st = s->commit(s, err);
  if (st && s->in_transaction(s)) s->rollback(s);
  return st;
}

wg_status wg_import_event(wg_store *s, const char *kind, const char *subject, wg_buf *body, wg_err *err) {
  wg_event e = {.at = wg_now_ms(), .kind = kind, .subject = subject, .body = wg_buf_str(body)};
  if (wg_buf_status(body)) return wg_buf_status(body);
  return s->event_append(s, &e, NULL, 0, err);
}

void wg_member_hash(wg_jw *w, const char *name, const unsigned char hash[WG_HASH_LEN]) {
  char hex[2 * WG_HASH_LEN + 1];
  wg_hex(hash, WG_HASH_LEN, hex);
  wg_jw_member_str(w, name, hex);
}

/* The file itself is not kept: its hash is written with the algorithm's name, so that nobody looks for
 * content. */
void wg_member_file_hash(wg_jw *w, const unsigned char hash[WG_HASH_LEN]) {
  char text[sizeof WG_HASH_NAME + 2 * WG_HASH_LEN + 1] = WG_HASH_NAME ":";
  wg_hex(hash, WG_HASH_LEN, text + sizeof WG_HASH_NAME);
  wg_jw_member_str(w, "file_hash", text);
}

struct seen {
  char hash[sizeof WG_HASH_NAME + 2 * WG_HASH_LEN + 1];
  int64_t seq;
};

static wg_status look(void *ctx, const void *row) {
  struct seen *x = ctx;
  const wg_event *e = row;
  if (strstr(e->body, x->hash)) x->seq = e->seq;
  return WG_OK;
}

wg_status wg_import_fresh(wg_store *s, const char *subject, const wg_table_about *about, bool again,
                          wg_err *err) {
  struct seen x = {.seq = 0};
  wg_arena arena;
  if (!about->hashed || again) return WG_OK;
  wg_hex(about->hash, WG_HASH_LEN, x.hash);
  wg_arena_init(&arena);
  wg_status st = s->events_of(s, &arena, subject, 0, 100000, look, &x, err);
  wg_arena_clear(&arena);
  if (!st && x.seq)
    st = wg_fail_code(err, WG_CONFLICT, "imported-already", "file",
                      WG_T("this very file was imported already (event %" PRId64
                           "); nothing was changed. --again takes "
                           "it once more",
                           "该文件已导入过（事件 %" PRId64 "），未做任何更改；如需再次导入请加 --again"),
                      x.seq);
  return st;
}

const char *wg_import_names(wg_arena *arena, const char *name, const char *name_en, const char *code) {
  if (!name || !name_en || !wg_text_has_han(name))
    return wg_name_map(arena, name ? name : name_en ? name_en : code);
  wg_buf text;
  wg_jw w;
  wg_buf_init(&text, 8192);
  wg_jw_init(&w, &text);
  wg_jw_begin_object(&w);
  wg_jw_member_str(&w, "en", name_en);
  wg_jw_member_str(&w, "zh", name);
  wg_jw_end_object(&w);
  const char *copy = wg_buf_status(&text) ? NULL : wg_arena_strdup(arena, wg_buf_str(&text));
  wg_buf_deinit(&text);
  return copy;
}

const char *wg_base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

void wg_import_progress(void *progress, double share) { wg_progress_show(progress, share); }

/* --- columns ---------------------------------------------------------------------------------------------
 */

wg_status wg_columns_wanted(const wg_table *t, const wg_wanted *list, wg_err *err) {
  int n;
  const char *const *column = wg_table_columns(t, &n);
  for (; list->flag; list++) {
    *list->out = -1;
    if (list->told) {
      wg_status st = wg_table_column(t, list->told, list->flag, list->out, err);
      if (st) return st;
      continue;
    }
    if (list->names) *list->out = wg_column_find(column, n, list->names);
    if (*list->out < 0 && list->required)
      return wg_fail_code(err, WG_INVALID, "field-unknown", list->flag,
                          WG_T("no column is named like \"%s\"; name it with %s. There are: %s",
                               "找不到“%s”列；请用 %s 指定。现有列：%s"),
                          list->names ? list->names[0] : list->flag, list->flag, wg_table_column_list(t));
  }
  return WG_OK;
}
