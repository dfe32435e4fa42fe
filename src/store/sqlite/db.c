/* Connections: making, opening and closing a file, the statement cache, results to statuses. */
#include "db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/time.h"
#include "file.h"
#include "keys.h"
#include "spatial.h"
#include "store/sqlite.h"
#include "store_sql.h"

/* --- statements ----------------------------------------------------------------------------- */

/* Texts are literals, so the address names the statement; equal texts at two addresses only cost a slot. */
static size_t slot_of(const char *sql) { return ((uintptr_t)sql >> 3) * 0x9E3779B97F4A7C15u >> 55; }
_Static_assert(WG_STATEMENTS == 512, "slot_of takes the top 9 bits");

wg_status db_stmt(struct db *db, const char *sql, sqlite3_stmt **out, wg_err *err) {
  size_t i = slot_of(sql);
  for (int tries = 0; tries < WG_STATEMENTS; tries++, i = (i + 1) % WG_STATEMENTS) {
    if (db->cache[i].sql == sql) {
      *out = db->cache[i].st;
      sqlite3_reset(*out);
      sqlite3_clear_bindings(*out);
      return WG_OK;
    }
    if (db->cache[i].sql) continue;
    int rc = sqlite3_prepare_v3(db->h, sql, -1, SQLITE_PREPARE_PERSISTENT, &db->cache[i].st, NULL);
    if (rc != SQLITE_OK) return db_fail(db, rc, err);
    db->cache[i].sql = sql;
    *out = db->cache[i].st;
    return WG_OK;
  }
  return wg_fail(err, WG_INTERNAL, NULL, WG_T("the statement cache is full", "语句缓存已满"));
}

wg_status db_step(struct db *db, sqlite3_stmt *st, bool *row, wg_err *err) {
  int rc = sqlite3_step(st);
  *row = rc == SQLITE_ROW;
  if (*row) return WG_OK;
  wg_status status = rc == SQLITE_DONE ? WG_OK : db_fail(db, rc, err);
  sqlite3_reset(st);
  return status;
}

wg_status db_run(struct db *db, sqlite3_stmt *st, wg_err *err) {
  bool row;
  wg_status status = db_step(db, st, &row, err);
  if (row) sqlite3_reset(st);
  return status;
}

wg_status db_exec(struct db *db, const char *sql, wg_err *err) {
  int rc = sqlite3_exec(db->h, sql, NULL, NULL, NULL);
  return rc == SQLITE_OK ? WG_OK : db_fail(db, rc, err);
}

wg_status db_int(struct db *db, const char *sql, int64_t *out, wg_err *err) {
  sqlite3_stmt *st = NULL;
  bool row = false;
  wg_status status = db_stmt(db, sql, &st, err);
  if (!status) status = db_step(db, st, &row, err);
  if (status) return status;
  *out = row ? col_int(st, 0) : 0;
  sqlite3_reset(st);
  return WG_OK;
}

const char *col_str(sqlite3_stmt *st, int i, wg_arena *a) {
  const char *text = (const char *)sqlite3_column_text(st, i);
  return wg_arena_strndup(a, text ? text : "", text ? (size_t)sqlite3_column_bytes(st, i) : 0);
}

void col_code(sqlite3_stmt *st, int i, char *out, size_t size) {
  const char *text = (const char *)sqlite3_column_text(st, i);
  size_t n = text ? (size_t)sqlite3_column_bytes(st, i) : 0;
  if (n > size - 1) n = size - 1;
  if (n) memcpy(out, text, n);
  out[n] = 0;
}

bool col_bytes(sqlite3_stmt *st, int i, void *out, size_t n) {
  const void *b = sqlite3_column_blob(st, i);
  if (!b || (size_t)sqlite3_column_bytes(st, i) != n) return false;
  memcpy(out, b, n);
  return true;
}

/* --- errors --------------------------------------------------------------------------------- */

wg_status db_no_memory(wg_err *err) {
  return wg_fail(err, WG_NO_MEMORY, NULL,
                 WG_T("memory is out; close other programs or ask for less at once",
                      "内存不足；请关闭其他程序，或减少一次处理的数据量"));
}

wg_status db_corrupt(wg_err *err, const char *what) {
  return wg_fail(err, WG_CORRUPT, NULL,
                 WG_T("the database is damaged (%s); run `wangge check`, then restore the latest backup",
                      "数据库已损坏（%s）；请运行 wangge check，然后恢复最近的备份"),
                 what);
}

static wg_status no_space(struct db *db, wg_err *err) {
  return wg_fail(err, WG_NO_SPACE, NULL,
                 WG_T("the disk is full: free some space where %s lies; nothing of this was written",
                      "磁盘已满：请在 %s 所在的磁盘上腾出空间；本次内容未写入"),
                 db->path);
}

static wg_status io_fail(struct db *db, wg_err *err) {
  int code = sqlite3_system_errno(db->h);
  if (code == ENOSPC || code == EDQUOT) return no_space(db, err);
  return wg_fail(err, WG_IO, NULL,
                 WG_T("reading or writing %s failed (%s, %s): check the disk and its mount",
                      "读写 %s 失败（%s，%s）：请检查磁盘及其挂载"),
                 db->path, sqlite3_errmsg(db->h), strerror(code));
}

wg_status db_fail(struct db *db, int rc, wg_err *err) {
  switch (rc & 0xff) {
  case SQLITE_OK:
  case SQLITE_ROW:
  case SQLITE_DONE:
    return WG_OK;
  case SQLITE_FULL:
    return no_space(db, err);
  case SQLITE_NOMEM:
    return db_no_memory(err);
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return wg_fail(err, WG_BUSY, NULL,
                   WG_T("another process is writing to %s; wait for it to finish, then try again",
                        "另一个进程正在写入 %s；请等其完成后重试"),
                   db->path);
  case SQLITE_NOTADB:
    return wg_fail(err, WG_CORRUPT, NULL,
                   WG_T("%s is no database of wangge: check the path", "%s 不是 wangge 数据库：请检查路径"),
                   db->path);
  case SQLITE_CORRUPT:
    return db_corrupt(err, sqlite3_errmsg(db->h));
  case SQLITE_TOOBIG:
    return wg_fail(err, WG_TOO_LARGE, NULL,
                   WG_T("a single value is over 1 GB; divide it", "单个值超过 1 GB；请拆分"));
  case SQLITE_READONLY:
    return wg_fail(err, WG_IO, NULL,
                   WG_T("%s may only be read: give this user the right to write to it and its folder",
                        "%s 只读：请授予当前用户对该文件及其目录的写权限"),
                   db->path);
  case SQLITE_IOERR:
    return io_fail(db, err);
  case SQLITE_CANTOPEN:
    return db_path_fail(db->path, sqlite3_system_errno(db->h), err);
  default:
    return wg_fail(err, WG_INTERNAL, NULL,
                   WG_T("the database refused a statement: %s", "数据库拒绝了语句：%s"),
                   sqlite3_errmsg(db->h));
  }
}

wg_status db_path_fail(const char *path, int code, wg_err *err) {
  switch (code) {
  case ENOENT:
    return wg_fail(err, WG_NOT_FOUND, "db",
                   WG_T("there is no file %s (or no such folder): check the path; `wangge init` makes a new "
                        "database",
                        "没有文件 %s（或没有该目录）：请检查路径；新建数据库请用 wangge init"),
                   path);
  case EACCES:
  case EPERM:
  case EROFS:
    return wg_fail(err, WG_IO, "db",
                   WG_T("%s may not be opened: give this user the right to read and write it and its folder",
                        "无法打开 %s：请授予当前用户对该文件及其目录的读写权限"),
                   path);
  case EISDIR:
  case ENOTDIR:
    return wg_fail(err, WG_IO, "db",
                   WG_T("%s is not a file in a folder: check the path", "%s 不是目录中的文件：请检查路径"),
                   path);
  case ENOSPC:
  case EDQUOT:
    return wg_fail(
        err, WG_NO_SPACE, "db",
        WG_T("the disk is full: free some space where %s lies", "磁盘已满：请在 %s 所在的磁盘上腾出空间"),
        path);
  default:
    return wg_fail(err, WG_IO, "db",
                   WG_T("%s cannot be opened (%s): check the path", "无法打开 %s（%s）：请检查路径"), path,
                   code ? strerror(code) : "SQLite");
  }
}

/* --- open and close ------------------------------------------------------------------------- */

static void db_free(struct db *db) {
  for (int i = 0; i < WG_STATEMENTS; i++) sqlite3_finalize(db->cache[i].st);
  if (db->h) sqlite3_close(db->h);
  spatial_free(db->spatial);
  client_free(&db->clients);
  if (db->lock >= 0) close(db->lock);
  free(db->path);
  free(db);
}

static void on_close(wg_store *s) {
  struct db *db = db_of(s);
  if (!sqlite3_get_autocommit(db->h)) sqlite3_exec(db->h, "ROLLBACK", NULL, NULL, NULL);
  db_free(db);
}

static int on_wal(void *ctx, sqlite3 *h, const char *name, int pages) {
  (void)h, (void)name;
  ((struct db *)ctx)->wal_pages = pages;
  return SQLITE_OK;
}

static struct db *db_new(const char *path) {
  struct db *db = calloc(1, sizeof *db);
  if (!db) return NULL;
  db->lock = -1;
  db->scan_first = WG_SCAN_FIRST;
  db->scan_most = WG_SCAN_MOST;
  db->path = strdup(path);
  if (db->path) return db;
  free(db);
  return NULL;
}

/* SQLite's own busy handler sleeps up to 100 ms at a time; the tender's turns are far shorter. */
static int on_busy(void *ctx, int tries) {
  struct db *db = ctx;
  int64_t now = wg_monotonic_us();
  if (!tries) db->busy_until = now + (int64_t)WG_BUSY_MS * 1000;
  if (now >= db->busy_until) return 0;
  usleep(tries < 50 ? 200 : 2000);
  return 1;
}

void db_wait_when_busy(struct db *db) { sqlite3_busy_handler(db->h, on_busy, db); }

/* What every connection has. */
static wg_status configure(struct db *db, wg_err *err) {
  sqlite3_extended_result_codes(db->h, 1);
  db_wait_when_busy(db);
  sqlite3_db_config(db->h, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config(db->h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config(db->h, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
  return db_exec(db,
                 db->writable
                     ? "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;"
                       "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA journal_mode = WAL;"
                     : "PRAGMA query_only = ON; PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY;",
                 err);
}

static void fill(wg_store *s) {
  db_fill_txn(s);
  db_fill_log(s);
  db_fill_area(s);
  db_fill_plan(s);
  db_fill_category(s);
  db_fill_staff(s);
  db_fill_device(s);
  db_fill_deed(s);
  db_fill_notice(s);
  db_fill_letter(s);
  db_fill_attachment(s);
  db_fill_access(s);
  db_fill_account(s);
  db_fill_incident(s);
  db_fill_relation(s);
  db_fill_incident_list(s);
  db_fill_incident_find(s);
  db_fill_position(s);
  db_fill_place(s);
  db_fill_tend(s);
  db_fill_backup(s);
  db_fill_check(s);
  s->close = on_close;
}

/* A file in a folder that may only be read, without a log beside it, can still be read as it lies. */
static int open_read_only(struct db *db) {
  char *uri = sqlite3_mprintf("%s-wal", db->path);
  bool wal = uri && access(uri, F_OK) == 0;
  sqlite3_free(uri);
  int rc = sqlite3_open_v2(db->path, &db->h, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_exec(db->h, "SELECT 1 FROM sqlite_schema", NULL, NULL, NULL);
  if (((rc & 0xff) != SQLITE_CANTOPEN && (rc & 0xff) != SQLITE_READONLY) || wal) return rc;
  sqlite3_close(db->h);
  db->h = NULL;
  wg_arena a;
  wg_arena_init(&a);
  char *escaped = wg_arena_alloc(&a, strlen(db->path) * 3 + 32);
  if (!escaped) return SQLITE_NOMEM;
  char *p = escaped + sprintf(escaped, "file:");
  for (const char *c = db->path; *c; c++)
    p += (*c == '%' || *c == '?' || *c == '#') ? sprintf(p, "%%%02X", (unsigned char)*c) : (*p = *c, 1);
  sprintf(p, "?immutable=1");
  rc = sqlite3_open_v2(escaped, &db->h, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, NULL);
  wg_arena_clear(&a);
  return rc;
}

static wg_status open_handle(struct db *db, wg_err *err) {
  struct stat sb;
  if (stat(db->path, &sb) != 0) return db_path_fail(db->path, errno, err);
  if (S_ISDIR(sb.st_mode)) return db_path_fail(db->path, EISDIR, err);
  if (access(db->path, R_OK) != 0) return db_path_fail(db->path, errno, err);
  bool may_write = access(db->path, W_OK) == 0;
  if (!may_write && db->writable) return db_fail(db, SQLITE_READONLY, err);
  int rc = may_write ? sqlite3_open_v2(db->path, &db->h, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL)
                     : open_read_only(db);
  return rc == SQLITE_OK ? WG_OK : db_fail(db, rc, err);
}

wg_status wg_sqlite_open(const char *path, bool writable, bool spatial, wg_store **out, wg_err *err) {
  return db_open(path, writable, spatial, true, out, err);
}

wg_status db_open(const char *path, bool writable, bool spatial, bool lock, wg_store **out, wg_err *err) {
  *out = NULL;
  /* Counting what SQLite holds takes a lock with every allocation. Refused when it runs already: no harm. */
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  if (wg_crypto_init())
    return wg_fail(err, WG_INTERNAL, NULL, WG_T("libsodium cannot start", "libsodium 无法启动"));
  struct db *db = db_new(path);
  if (!db) return db_no_memory(err);
  db->writable = writable;
  db->as_is = !writable && !lock;
  bool made = false;
  wg_status st = lock ? db_lock(path, false, &db->lock, &made, err) : WG_OK;
  if (!st) st = open_handle(db, err);
  if (!st) st = configure(db, err);
  if (!st) st = db_migrate(db, err);
  if (!st && spatial) st = spatial_load(db->h, &db->spatial, err);
  if (!st) st = keys_functions(db, err);
  if (!st && writable) sqlite3_wal_hook(db->h, on_wal, db);
  if (!st) st = db_int(db, "PRAGMA data_version", &db->data_version, err);
  if (st) {
    db_free(db);
    if (made) db_unlock_gone(path); /* what is no database gets no lock file */
    return st;
  }
  fill(&db->store);
  *out = &db->store;
  return WG_OK;
}

/* --- a new file ----------------------------------------------------------------------------- */

/* Tables first in the plain rollback mode, then WAL, so that the file is whole in itself when closed. */
static wg_status build(struct db *db, wg_err *err) {
  int rc = sqlite3_open_v2(db->path, &db->h, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                           NULL);
  if (rc != SQLITE_OK) return db_fail(db, rc, err);
  sqlite3_extended_result_codes(db->h, 1);
  wg_status st = spatial_load(db->h, &db->spatial, err);
  if (!st) st = db_exec(db, "PRAGMA foreign_keys = ON; BEGIN", err);
  if (!st) st = spatial_tables(db->h, err);
  if (!st) st = db_exec(db, wg_sql_schema, err);
  if (!st) st = db_exec(db, wg_sql_spatial, err);
  char *marks = sqlite3_mprintf("PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT; "
                                "PRAGMA journal_mode = WAL",
                                WG_APPLICATION, WG_SCHEMA);
  if (!st) st = marks ? db_exec(db, marks, err) : db_no_memory(err);
  sqlite3_free(marks);
  return st;
}

/* Puts `from` at `to` unless something is there. */
static int rename_new(const char *from, const char *to) {
  if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  if (link(from, to) != 0) return errno; /* file systems without the flag have hard links, as a rule */
  return unlink(from) == 0 ? 0 : errno;
}

static wg_status exists(const char *path, wg_err *err) {
  return wg_fail(err, WG_CONFLICT, "db",
                 WG_T("%s is there already; give another path, or move it away first",
                      "%s 已存在；请换一个路径，或先将其移走"),
                 path);
}

/* A log left beside a file that is gone would be played into the new one. */
static wg_status leftover(const char *path, wg_err *err) {
  static const char *const ends[] = {"", "-wal", "-journal"};
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
    char *name = sqlite3_mprintf("%s%s", path, ends[i]);
    if (!name) return db_no_memory(err);
    wg_status st = access(name, F_OK) == 0 ? exists(name, err) : WG_OK;
    sqlite3_free(name);
    if (st) return st;
  }
  return WG_OK;
}

wg_status wg_sqlite_create(const char *path, wg_err *err) {
  wg_status st = leftover(path, err);
  if (!st) st = file_folder_check(path, err);
  if (st) return st;
  char *tmp = sqlite3_mprintf("%s.new-%d", path, (int)getpid());
  struct db *db = tmp ? db_new(tmp) : NULL;
  if (!db) {
    sqlite3_free(tmp);
    return db_no_memory(err);
  }
  unlink(tmp); /* of a process of this number that died here */
  st = build(db, err);
  db_free(db);
  if (!st) {
    int code = rename_new(tmp, path);
    if (!code) code = file_sync_folder(path);
    if (code) st = code == EEXIST ? exists(path, err) : db_path_fail(path, code, err);
  }
  if (st) unlink(tmp);
  sqlite3_free(tmp);
  return st;
}
