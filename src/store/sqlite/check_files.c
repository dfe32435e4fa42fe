/* Attachments: each row against the event that brought it, each file against its row, and files that nobody
 * needs. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/files.h"
#include "base/time.h"
#include "check.h"

/* A file whose report is still on its way: uploads not attached are swept after a day. */
enum { YOUNG_MS = 26 * 3600 * 1000 };

struct files {
  struct check *c;
  char root[WG_FILES_PATH];
  int64_t rows;
};

static void check_file_of(struct files *f, int64_t seq, const unsigned char *sha, int64_t size) {
  char path[WG_FILES_PATH];
  unsigned char is[WG_SHA_LEN];
  int64_t n = 0;
  f->c->out->files++;
  if (!wg_files_path(f->root, sha, path) || wg_files_sha(path, is, &n, NULL))
    check_found(f->c, seq, "event %lld: the file %s that it names is missing",
                "日志 %lld：其附件文件 %s 缺失", (long long)seq, path);
  else if (n != size || memcmp(is, sha, WG_SHA_LEN) != 0)
    check_found(f->c, seq, "event %lld: the file %s that it names was changed",
                "日志 %lld：其附件文件 %s 已被改动", (long long)seq, path);
}

/* The event that erased it says so. */
static bool says_erased(sqlite3_stmt *st, int64_t seq) {
  char subject[40];
  const char *kind = (const char *)sqlite3_column_text(st, 7), *of = (const char *)sqlite3_column_text(st, 8),
             *body = (const char *)sqlite3_column_text(st, 9);
  snprintf(subject, sizeof subject, "event/%lld", (long long)seq);
  return kind && of && body && strcmp(kind, "personal.erased") == 0 && strcmp(of, subject) == 0 &&
         strstr(body, "\"file\"");
}

static wg_status one_row(struct files *f, sqlite3_stmt *st) {
  int64_t id = col_int(st, 0), incident = col_int(st, 1), seq = col_int(st, 2);
  unsigned char sha[WG_HASH_LEN];
  char subject[40], named[2 * WG_HASH_LEN + 20], hex[2 * WG_HASH_LEN + 1];
  const char *of = (const char *)sqlite3_column_text(st, 10),
             *body = (const char *)sqlite3_column_text(st, 11),
             *kind = (const char *)sqlite3_column_text(st, 12);
  f->rows++;
  bool whole = col_bytes(st, 3, sha, WG_HASH_LEN);
  wg_hex(sha, WG_HASH_LEN, hex);
  snprintf(subject, sizeof subject, "incident/%lld", (long long)incident);
  snprintf(named, sizeof named, "\"" WG_SHA_NAME ":%s\"", hex);
  if (!whole || !of || !body || !kind || strcmp(kind, "incident.attached") != 0 || strcmp(of, subject) != 0 ||
      !strstr(body, named)) {
    check_found(f->c, seq, "attachment %lld does not agree with event %lld", "附件 %lld 与日志 %lld 不一致",
                (long long)id, (long long)seq);
    return WG_OK;
  }
  if (!col_int(st, 5)) {
    check_file_of(f, seq, sha, col_int(st, 4));
    return WG_OK;
  }
  f->c->out->files_erased++;
  if (!says_erased(st, seq))
    check_found(f->c, seq, "attachment %lld is marked as erased, and no event says so",
                "附件 %lld 标记为已删除，但没有删除它的日志", (long long)id);
  return WG_OK;
}

static wg_status walk_rows(struct files *f) {
  sqlite3_stmt *st;
  wg_status status = db_stmt(
      f->c->db,
      "SELECT a.id, a.incident, a.seq, a.hash, a.size, a.erased_by, a.media, x.kind, x.subject, x.body, "
      "e.subject, e.body, e.kind FROM attachment a LEFT JOIN event e ON e.seq = a.seq "
      "LEFT JOIN event x ON x.seq = a.erased_by AND a.erased_by > 0 ORDER BY a.id",
      &st, f->c->err);
  while (!status) {
    bool row;
    status = db_step(f->c->db, st, &row, f->c->err);
    if (status || !row) break;
    status = one_row(f, st);
    if (status) sqlite3_reset(st);
  }
  return status;
}

static wg_status count_of(struct files *f, const unsigned char *sha, int64_t *live, int64_t *all) {
  sqlite3_stmt *st;
  bool row;
  wg_status status = db_stmt(f->c->db, "SELECT count(*), total(erased_by = 0) FROM attachment WHERE hash = ?",
                             &st, f->c->err);
  if (!status) bind_blob(st, 1, sha, WG_HASH_LEN);
  if (!status) status = db_step(f->c->db, st, &row, f->c->err);
  if (status) return status;
  *all = col_int(st, 0);
  *live = col_int(st, 1);
  sqlite3_reset(st);
  return WG_OK;
}

static wg_status one_file(void *ctx, const char *path, const unsigned char *sha) {
  struct files *f = ctx;
  struct stat there;
  int64_t live = 0, all = 0;
  wg_status status = count_of(f, sha, &live, &all);
  if (status || live || stat(path, &there) != 0) return status;
  bool young = wg_now_ms() - (int64_t)there.st_mtime * 1000 < YOUNG_MS;
  if (all)
    check_found(f->c, 0, "the file %s was erased by an event, and is still there",
                "文件 %s 已按日志删除，但仍然存在", path);
  else if (!young)
    check_found(f->c, 0, "no event names the file %s", "没有日志指向文件 %s", path);
  return WG_OK;
}

wg_status check_attachments(struct check *c) {
  struct files f = {.c = c};
  if (!wg_files_root(c->db->path, f.root)) return WG_OK;
  wg_status status = walk_rows(&f);
  if (!status && f.rows != c->attached)
    check_found(c, 0, "the log tells of %lld attachments, and there are %lld",
                "日志载有 %lld 个附件，实有 %lld 个", (long long)c->attached, (long long)f.rows);
  return status ? status : wg_files_each(f.root, one_file, &f);
}
