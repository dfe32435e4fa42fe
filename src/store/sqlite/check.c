/* The whole store looked through. What each part proves is said in docs/event-log.md. */
#include "check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void check_found(struct check *c, int64_t seq, const char *en, const char *zh, ...) {
  char one[600], two[600];
  va_list args, again;
  va_start(args, zh);
  va_copy(again, args);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  vsnprintf(one, sizeof one, en, args);
  vsnprintf(two, sizeof two, zh, again);
#pragma GCC diagnostic pop
  va_end(args);
  va_end(again);
  c->out->problems++;
  if (seq > 0 && (!c->out->first_bad_seq || seq < c->out->first_bad_seq)) c->out->first_bad_seq = seq;
  if (c->said >= WG_SAY_MOST) {
    c->unsaid++;
    return;
  }
  c->said++;
  if (c->say) c->say(c->ctx, one, two);
}

void check_part_end(struct check *c) {
  char en[80], zh[80];
  if (c->unsaid && c->say) {
    snprintf(en, sizeof en, "… and %d more of this kind", c->unsaid);
    snprintf(zh, sizeof zh, "……此类问题另有 %d 处", c->unsaid);
    c->say(c->ctx, en, zh);
  }
  c->said = c->unsaid = 0;
}

wg_status check_rows(struct check *c, const char *sql, wg_status (*each)(struct check *, sqlite3_stmt *)) {
  sqlite3_stmt *st;
  wg_status status = db_stmt(c->db, sql, &st, c->err);
  while (!status) {
    bool row;
    status = db_step(c->db, st, &row, c->err);
    if (status || !row) break;
    status = each(c, st);
    if (status) sqlite3_reset(st);
  }
  return status;
}

/* --- SQLite's own ------------------------------------------------------------------------------------------
 */

static wg_status bad_page(struct check *c, sqlite3_stmt *st) {
  const char *text = (const char *)sqlite3_column_text(st, 0);
  if (text && strcmp(text, "ok") != 0) check_found(c, 0, "file: %s", "文件：%s", text);
  return WG_OK;
}

static wg_status bad_key(struct check *c, sqlite3_stmt *st) {
  check_found(c, 0, "table %s: row %lld points to a row of %s that is not there",
              "表 %s：第 %lld 行指向 %s 中不存在的行", (const char *)sqlite3_column_text(st, 0),
              (long long)col_int(st, 1), (const char *)sqlite3_column_text(st, 2));
  return WG_OK;
}

wg_status check_file(struct check *c) {
  wg_status st = check_rows(c, "PRAGMA integrity_check(100)", bad_page);
  return st ? st : check_rows(c, "PRAGMA foreign_key_check", bad_key);
}

/* --- all ---------------------------------------------------------------------------------------------------
 */

static wg_status on_check(wg_store *s, wg_check_report *out, wg_say_fn say, void *ctx, wg_err *err) {
  static wg_status (*const parts[])(struct check *) = {check_file,      check_log,        check_contents,
                                                       check_plans,     check_land,       check_rules,
                                                       check_incidents, check_attachments};
  struct check c = {.db = db_of(s), .out = out, .say = say, .ctx = ctx, .err = err};
  memset(out, 0, sizeof *out);
  wg_status status = WG_OK;
  if (c.db->writable && !s->in_transaction(s)) status = db_catch_up(s, err);
  if (status == WG_CORRUPT) { /* that is what is being looked for */
    check_found(&c, 0, "indexes cannot be brought up to date: %s", "索引无法更新：%s",
                sqlite3_errmsg(c.db->h));
    status = WG_OK;
  }
  if (!status) status = s->read_begin(s, err);
  if (status) return status;
  for (size_t i = 0; !status && i < sizeof parts / sizeof *parts; i++) {
    status = parts[i](&c);
    if (status == WG_CORRUPT) { /* the rest may still tell more */
      check_found(&c, 0, "table damaged: %s", "表已损坏：%s", sqlite3_errmsg(c.db->h));
      status = WG_OK;
    }
    check_part_end(&c);
  }
  tally_free(&c.incidents);
  s->read_end(s);
  return status;
}

void db_fill_check(wg_store *s) { s->check = on_check; }
