/* ROOT/uploads/ACCOUNT-HASH.json says what is coming, ….part holds what came. A complete upload has no .part
 * any more. One writer per upload: the .json is locked while a piece is put. */
#include "engine/upload.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/json.h"
#include "base/jw.h"
#include "media/sniff.h"

enum { STEM = WG_FILES_PATH - 16 };

/* The path without its ending. The id is the sender's words: only its hash becomes a name. */
static bool stem_of(const char *root, int64_t account, const char *id, char out[STEM]) {
  unsigned char hash[WG_HASH_LEN];
  char hex[33];
  wg_hash(id, strlen(id), hash);
  wg_hex(hash, 16, hex);
  return snprintf(out, STEM, "%s/uploads/%" PRId64 "-%s", root, account, hex) < STEM;
}

static void path_of(const char *stem, const char *ending, char out[WG_FILES_PATH]) {
  snprintf(out, WG_FILES_PATH, "%s%s", stem, ending);
}

static void forget(const char *stem) {
  char path[WG_FILES_PATH];
  path_of(stem, ".part", path);
  unlink(path);
  path_of(stem, ".json", path);
  unlink(path);
}

static wg_status write_note(const char *stem, const wg_upload *x, wg_err *err) {
  char path[WG_FILES_PATH], hex[2 * WG_SHA_LEN + 1];
  wg_buf b;
  wg_jw w;
  wg_hex(x->sha, WG_SHA_LEN, hex);
  wg_buf_init(&b, 8192);
  wg_jw_init(&w, &b);
  wg_jw_begin_object(&w);
  wg_jw_member_int(&w, "begun", x->begun);
  wg_jw_member_int(&w, "height", x->height);
  wg_jw_member_str(&w, "id", x->id);
  wg_jw_member_str(&w, "name", x->name);
  wg_jw_member_str(&w, WG_SHA_NAME, hex);
  wg_jw_member_int(&w, "size", x->size);
  wg_jw_member_str(&w, "type", x->type);
  wg_jw_member_int(&w, "width", x->width);
  wg_jw_end_object(&w);
  path_of(stem, ".json", path);
  wg_status st = wg_buf_status(&b);
  if (!st) st = wg_write_whole(path, b.data, b.len, 0600, err);
  wg_buf_deinit(&b);
  return st;
}

static wg_status read_note(const char *path, wg_arena *arena, wg_upload *x, wg_err *err) {
  wg_mapped m;
  wg_json *o = NULL;
  const char *hex = NULL;
  int64_t width = 0, height = 0;
  wg_status st = wg_map_file(path, &m, err);
  if (st) return st;
  st = wg_json_parse_object(arena, (const char *)m.bytes, m.n, &o, err);
  wg_unmap_file(&m);
  if (!st) st = wg_json_int(o, "begun", WG_REQUIRED, 0, INT64_MAX, &x->begun, err);
  if (!st) st = wg_json_str(o, "id", WG_REQUIRED, WG_UPLOAD_ID, &x->id, err);
  if (!st) st = wg_json_str(o, "name", WG_REQUIRED, WG_UPLOAD_NAME, &x->name, err);
  if (!st) st = wg_json_str(o, "type", WG_REQUIRED, 64, &x->type, err);
  if (!st) st = wg_json_str(o, WG_SHA_NAME, WG_REQUIRED, 64, &hex, err);
  if (!st) st = wg_json_int(o, "size", WG_REQUIRED, 0, INT64_MAX, &x->size, err);
  if (!st) st = wg_json_int(o, "width", WG_REQUIRED, 0, UINT32_MAX, &width, err);
  if (!st) st = wg_json_int(o, "height", WG_REQUIRED, 0, UINT32_MAX, &height, err);
  if (!st && !wg_unhex(hex, x->sha, WG_SHA_LEN)) st = WG_CORRUPT;
  x->width = (uint32_t)width;
  x->height = (uint32_t)height;
  return st;
}

wg_status wg_upload_find(const char *root, wg_arena *arena, int64_t account, const char *id, int64_t now,
                         wg_upload *x, wg_err *err) {
  char stem[STEM], path[WG_FILES_PATH];
  struct stat part;
  wg_status st = WG_OK;
  *x = (wg_upload){.account = account};
  if (!stem_of(root, account, id, stem)) return WG_TOO_LARGE;
  path_of(stem, ".json", path);
  if (access(path, F_OK) != 0) st = WG_NOT_FOUND;
  if (!st) st = read_note(path, arena, x, err);
  if (!st && now - x->begun > WG_UPLOAD_KEPT_MS) st = WG_NOT_FOUND;
  if (st == WG_NOT_FOUND)
    return wg_fail(err, WG_NOT_FOUND, "upload",
                   WG_T("there is no upload %.64s of yours (any more); begin it anew",
                        "没有您编号为 %.64s 的上传（或已过期），请重新开始"),
                   id);
  if (st) return st;
  path_of(stem, ".part", path);
  if (stat(path, &part) == 0) {
    x->offset = part.st_size < x->size ? part.st_size : x->size;
  } else {
    x->complete = wg_files_has(root, x->sha, x->size);
    x->offset = x->complete ? x->size : 0;
  }
  return WG_OK;
}

/* How much this account has unfinished. */
static wg_status check_quota(const char *root, const wg_upload *x, wg_err *err) {
  char folder[WG_FILES_PATH], prefix[32];
  int n = 0;
  int64_t bytes = x->size;
  snprintf(folder, sizeof folder, "%.4200s/uploads", root);
  size_t length = (size_t)snprintf(prefix, sizeof prefix, "%" PRId64 "-", x->account);
  DIR *d = opendir(folder);
  for (struct dirent *e; d && (e = readdir(d));) {
    char path[WG_FILES_PATH];
    wg_arena arena;
    wg_upload other = {0};
    if (strncmp(e->d_name, prefix, length) != 0 || !strstr(e->d_name, ".part")) continue;
    n++;
    snprintf(path, sizeof path, "%.4200s/%.60s", folder, e->d_name);
    char *end = strstr(path + strlen(folder), ".part");
    if (!end) continue;
    snprintf(end, sizeof ".json", ".json");
    wg_arena_init(&arena);
    if (!read_note(path, &arena, &other, NULL)) bytes += other.size;
    wg_arena_clear(&arena);
  }
  if (d) closedir(d);
  if (n < WG_UPLOADS_OPEN && bytes <= (int64_t)WG_UPLOADS_OPEN_MB << 20) return WG_OK;
  return wg_fail_code(err, WG_THROTTLED, "too-many-uploads", "id",
                      WG_T("%d uploads of yours are unfinished: end those first (they go after a day)",
                           "您有 %d 个未完成的上传：请先完成它们（一天后自动清除）"),
                      n);
}

static bool same(const wg_upload *a, const wg_upload *b) {
  return a->size == b->size && memcmp(a->sha, b->sha, WG_SHA_LEN) == 0 && strcmp(a->name, b->name) == 0 &&
         strcmp(a->type, b->type) == 0;
}

static int make_folders(const char *root) {
  char folder[WG_FILES_PATH];
  snprintf(folder, sizeof folder, "%.4200s/uploads", root);
  if (mkdir(root, 0700) != 0 && errno != EEXIST) return errno;
  return mkdir(folder, 0700) == 0 || errno == EEXIST ? 0 : errno;
}

static wg_status make_part(const char *stem, wg_err *err) {
  char path[WG_FILES_PATH];
  path_of(stem, ".part", path);
  int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return wg_files_fail(path, errno, err);
  close(fd);
  return WG_OK;
}

wg_status wg_upload_begin(const char *root, wg_arena *arena, wg_upload *x, int64_t now, bool *fresh,
                          wg_err *err) {
  char stem[STEM];
  wg_upload was;
  *fresh = false;
  if (!stem_of(root, x->account, x->id, stem)) return WG_TOO_LARGE;
  wg_status st = wg_upload_find(root, arena, x->account, x->id, now, &was, err);
  if (st && st != WG_NOT_FOUND) return st;
  if (!st && !same(x, &was))
    return wg_fail_code(err, WG_UNPROCESSABLE, "upload-id-reused", "id",
                        WG_T("upload %.64s is of another file; give this one its own id",
                             "编号 %.64s 已用于另一个文件，请换一个"),
                        x->id);
  if (!st && (was.complete || was.offset)) {
    *x = was;
    return WG_OK;
  }
  if (err) *err = (wg_err){0};
  *fresh = st == WG_NOT_FOUND;
  st = *fresh ? check_quota(root, x, err) : WG_OK;
  if (st) return st;
  int code = make_folders(root);
  if (code) return wg_files_fail(root, code, err);
  x->begun = now;
  x->offset = 0;
  x->complete = false;
  st = make_part(stem, err);
  return st ? st : write_note(stem, x, err);
}

/* --- the last piece ---------------------------------------------------------------------------------------
 */

static wg_status check_whole(const char *path, wg_upload *x, wg_err *err) {
  unsigned char sha[WG_SHA_LEN];
  wg_mapped m;
  wg_sniffed is;
  wg_status st = wg_map_file(path, &m, err);
  if (st) return st;
  wg_sha256(m.bytes, m.n, sha);
  bool known = wg_sniff(m.bytes ? (const void *)m.bytes : "", m.n, &is);
  wg_unmap_file(&m);
  if (memcmp(sha, x->sha, WG_SHA_LEN) != 0)
    return wg_fail_code(err, WG_UNPROCESSABLE, "hash-mismatch", "hash",
                        WG_T("what came is not the file of this hash: send it again from the beginning",
                             "收到的内容与哈希不符：请从头重新上传"));
  /* a recording without pictures is told from a film by what is in it, which the sender may see otherwise */
  if (!known || strcmp(is.type, x->type) != 0)
    return wg_fail_code(err, WG_UNPROCESSABLE, "type-mismatch", "type",
                        WG_T("the file says that it is %.40s, and is %s", "文件自称 %.40s，实际为 %s"),
                        x->type, known ? is.type : "?");
  x->width = is.width;
  x->height = is.height;
  return WG_OK;
}

static wg_status finish(const char *root, const char *stem, wg_upload *x, wg_err *err) {
  char path[WG_FILES_PATH];
  path_of(stem, ".part", path);
  wg_status st = check_whole(path, x, err);
  if (st == WG_UNPROCESSABLE) forget(stem);
  if (!st) st = write_note(stem, x, err);
  if (!st) st = wg_files_settle(root, path, x->sha, err);
  if (!st) x->complete = true;
  return st;
}

static int put(int fd, int64_t offset, const char *p, size_t n) {
  int64_t at = offset;
  while (n) {
    ssize_t done = pwrite(fd, p, n, at);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return done < 0 ? errno : EIO;
    p += done;
    at += done;
    n -= (size_t)done;
  }
  return fsync(fd) == 0 ? 0 : errno;
}

static wg_status put_piece(const char *stem, wg_upload *x, int64_t offset, const void *bytes, size_t n,
                           wg_err *err) {
  char path[WG_FILES_PATH];
  struct stat is;
  path_of(stem, ".part", path);
  int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0 && errno == ENOENT) /* another piece was the last one, this very moment */
    return wg_fail(err, WG_BUSY, "",
                   WG_T("this upload has just ended; ask for it again", "该上传刚刚完成，请重新查询"));
  if (fd < 0) return wg_files_fail(path, errno, err);
  int code = fstat(fd, &is) == 0 ? 0 : errno;
  wg_status st = WG_OK;
  if (!code && offset != is.st_size) {
    x->offset = is.st_size;
    bool had = offset < is.st_size && offset + (int64_t)n <= is.st_size;
    if (!had)
      st = wg_fail_code(err, WG_CONFLICT, "wrong-offset", "offset",
                        WG_T("the next piece begins at %lld, not %lld", "下一段应从 %lld 开始，而不是 %lld"),
                        (long long)is.st_size, (long long)offset);
  } else if (!code) {
    code = put(fd, offset, bytes, n);
    if (code && ftruncate(fd, offset) != 0) code = errno; /* half a piece is none */
    if (!code) x->offset = offset + (int64_t)n;
  }
  close(fd);
  return code ? wg_files_fail(path, code, err) : st;
}

wg_status wg_upload_piece(const char *root, wg_upload *x, int64_t offset, const void *bytes, size_t n,
                          wg_err *err) {
  char stem[STEM], note[WG_FILES_PATH];
  if (!stem_of(root, x->account, x->id, stem)) return WG_TOO_LARGE;
  if (offset + (int64_t)n > x->size)
    return wg_fail(err, WG_INVALID, "offset",
                   WG_T("this piece goes beyond the file's %lld bytes", "该段超出文件大小（%lld 字节）"),
                   (long long)x->size);
  path_of(stem, ".part", note); /* the part itself is the lock: it never changes its inode */
  int lock = open(note, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (lock < 0) { /* complete meanwhile, or swept */
    x->complete = wg_files_has(root, x->sha, x->size);
    x->offset = x->complete ? x->size : 0;
    return x->complete
               ? WG_OK
               : wg_fail(err, WG_NOT_FOUND, "upload", WG_T("begin this upload anew", "请重新开始上传"));
  }
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    close(lock);
    return wg_fail(err, WG_BUSY, "",
                   WG_T("another piece of this upload is just being written", "该上传正在写入"));
  }
  wg_status st = put_piece(stem, x, offset, bytes, n, err);
  if (!st && x->offset == x->size) st = finish(root, stem, x, err);
  close(lock);
  return st;
}

/* --- the end ----------------------------------------------------------------------------------------------
 */

typedef void (*each_fn)(void *ctx, const char *path, const wg_upload *x);

static void each(const char *root, each_fn fn, void *ctx) {
  char folder[WG_FILES_PATH];
  snprintf(folder, sizeof folder, "%.4200s/uploads", root);
  DIR *d = opendir(folder);
  for (struct dirent *e; d && (e = readdir(d));) {
    char path[WG_FILES_PATH];
    wg_arena arena;
    wg_upload x = {0};
    size_t n = strlen(e->d_name);
    if (n < 6 || strcmp(e->d_name + n - 5, ".json") != 0) continue;
    snprintf(path, sizeof path, "%.4200s/%.60s", folder, e->d_name);
    wg_arena_init(&arena);
    if (read_note(path, &arena, &x, NULL)) x.begun = 0; /* what cannot be read has expired */
    path[strlen(path) - 5] = 0;
    fn(ctx, path, &x);
    wg_arena_clear(&arena);
  }
  if (d) closedir(d);
}

struct sweep {
  const char *root;
  int64_t now;
  bool (*needed)(void *, const unsigned char *);
  void *ctx;
};

static void sweep_one(void *ctx, const char *stem, const wg_upload *x) {
  struct sweep *s = ctx;
  if (s->now - x->begun < WG_UPLOAD_KEPT_MS + 3600 * 1000) return; /* none attaches it any more */
  if (x->begun && !s->needed(s->ctx, x->sha)) wg_files_remove(s->root, x->sha);
  forget(stem);
}

void wg_upload_sweep(const char *root, int64_t now, bool (*needed)(void *, const unsigned char *),
                     void *ctx) {
  struct sweep s = {root, now, needed, ctx};
  each(root, sweep_one, &s);
}

static void forget_one(void *ctx, const char *stem, const wg_upload *x) {
  if (x->begun && memcmp(x->sha, ctx, WG_SHA_LEN) == 0) forget(stem);
}

void wg_upload_forget(const char *root, const unsigned char sha[WG_SHA_LEN]) {
  each(root, forget_one, (void *)(uintptr_t)sha);
}

void wg_thumb_path(const char *root, const unsigned char sha[WG_SHA_LEN], const char *size,
                   char out[WG_FILES_PATH]) {
  char hex[2 * WG_SHA_LEN + 1];
  wg_hex(sha, WG_SHA_LEN, hex);
  snprintf(out, WG_FILES_PATH, "%.4200s/small/%s-%.8s.jpg", root, hex, size);
}

void wg_thumbs_remove(const char *root, const unsigned char sha[WG_SHA_LEN]) {
  static const char *const sizes[] = {"thumb", "public"};
  char path[WG_FILES_PATH];
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    wg_thumb_path(root, sha, sizes[i], path);
    unlink(path);
  }
}
