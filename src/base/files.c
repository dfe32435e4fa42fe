#include "base/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"

wg_status wg_files_fail(const char *path, int code, wg_err *err) {
  bool full = code == ENOSPC || code == EDQUOT || code == EFBIG;
  if (full)
    return wg_fail(err, WG_NO_SPACE, "",
                   WG_T("the disk is full: %s could not be written; make room, then try again",
                        "磁盘已满：无法写入 %s；请腾出空间后重试"),
                   path);
  return wg_fail(err, WG_IO, "", WG_T("%s: %s", "%s：%s"), path, strerror(code));
}

bool wg_files_root(const char *db, char out[WG_FILES_PATH]) {
  return snprintf(out, WG_FILES_PATH, "%s.files", db) < WG_FILES_PATH - 80;
}

bool wg_files_path(const char *root, const unsigned char sha[WG_SHA_LEN], char out[WG_FILES_PATH]) {
  char hex[2 * WG_SHA_LEN + 1];
  wg_hex(sha, WG_SHA_LEN, hex);
  return snprintf(out, WG_FILES_PATH, "%s/%.2s/%s", root, hex, hex + 2) < WG_FILES_PATH;
}

wg_status wg_map_file(const char *path, wg_mapped *out, wg_err *err) {
  struct stat st;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  *out = (wg_mapped){NULL, 0};
  if (fd < 0) return wg_files_fail(path, errno, err);
  int code = fstat(fd, &st) == 0 ? 0 : errno;
  if (!code && !S_ISREG(st.st_mode)) code = EINVAL;
  if (!code && st.st_size) {
    void *at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (at == MAP_FAILED)
      code = errno;
    else
      *out = (wg_mapped){at, (size_t)st.st_size};
  }
  close(fd);
  return code ? wg_files_fail(path, code, err) : WG_OK;
}

void wg_unmap_file(wg_mapped *m) {
  if (m->bytes) munmap((void *)(uintptr_t)m->bytes, m->n);
  *m = (wg_mapped){NULL, 0};
}

/* Read, not mapped: a file that is cut while it is looked at must not end the process. */
wg_status wg_files_sha(const char *path, unsigned char sha[WG_SHA_LEN], int64_t *size, wg_err *err) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return wg_files_fail(path, errno, err);
  unsigned char *part = malloc(1 << 16);
  wg_sha h;
  ssize_t n = part ? 1 : 0;
  wg_sha_begin(&h);
  *size = 0;
  while (n > 0 && (n = read(fd, part, 1 << 16)) > 0) {
    wg_sha_add(&h, part, (size_t)n);
    *size += n;
  }
  int code = n < 0 ? errno : part ? 0 : ENOMEM;
  wg_sha_end(&h, sha);
  free(part);
  close(fd);
  return code ? wg_files_fail(path, code, err) : WG_OK;
}

bool wg_files_has(const char *root, const unsigned char sha[WG_SHA_LEN], int64_t size) {
  char path[WG_FILES_PATH];
  struct stat st;
  return wg_files_path(root, sha, path) && lstat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == size;
}

static int sync_folder(const char *path) {
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return errno;
  int code = fsync(fd) == 0 ? 0 : errno;
  close(fd);
  return code;
}

static int sync_above(const char *path) {
  char *copy = strdup(path);
  int code = copy ? sync_folder(dirname(copy)) : ENOMEM;
  free(copy);
  return code;
}

static int make_folder(const char *path) {
  if (mkdir(path, 0700) == 0) return sync_above(path);
  return errno == EEXIST ? 0 : errno;
}

wg_status wg_files_settle(const char *root, const char *from, const unsigned char sha[WG_SHA_LEN],
                          wg_err *err) {
  char path[WG_FILES_PATH];
  if (!wg_files_path(root, sha, path)) return wg_files_fail(root, ENAMETOOLONG, err);
  char *slash = strrchr(path, '/');
  int code = make_folder(root);
  *slash = 0;
  if (!code) code = make_folder(path);
  *slash = '/';
  if (!code && rename(from, path) != 0) code = errno;
  if (!code) code = sync_above(path);
  return code ? wg_files_fail(path, code, err) : WG_OK;
}

void wg_files_remove(const char *root, const unsigned char sha[WG_SHA_LEN]) {
  char path[WG_FILES_PATH];
  if (wg_files_path(root, sha, path)) unlink(path);
}

static int write_all(int fd, const unsigned char *p, size_t n) {
  while (n) {
    ssize_t done = write(fd, p, n);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return done < 0 ? errno : EIO;
    p += done;
    n -= (size_t)done;
  }
  return 0;
}

wg_status wg_write_whole(const char *path, const void *bytes, size_t n, unsigned mode, wg_err *err) {
  char tmp[WG_FILES_PATH + 40];
  snprintf(tmp, sizeof tmp, "%s.new-%d-%lx", path, (int)getpid(), (unsigned long)pthread_self());
  int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
  if (fd < 0) return wg_files_fail(path, errno, err);
  int code = write_all(fd, bytes, n);
  if (!code && fsync(fd) != 0) code = errno;
  close(fd);
  if (!code && rename(tmp, path) != 0) code = errno;
  if (!code) code = sync_above(path);
  if (code) unlink(tmp);
  return code ? wg_files_fail(path, code, err) : WG_OK;
}

wg_status wg_files_copy(const char *from, const char *to, const unsigned char sha[WG_SHA_LEN], wg_err *err) {
  char path[WG_FILES_PATH], aim[WG_FILES_PATH], tmp[WG_FILES_PATH];
  unsigned char is[WG_SHA_LEN];
  wg_mapped m;
  if (!wg_files_path(from, sha, path) || !wg_files_path(to, sha, aim) || strlen(to) > WG_FILES_PATH - 40)
    return wg_files_fail(to, ENAMETOOLONG, err);
  wg_status st = wg_map_file(path, &m, err);
  if (st) return st;
  wg_sha256(m.bytes, m.n, is);
  if (memcmp(is, sha, WG_SHA_LEN) != 0)
    st = wg_fail(err, WG_CORRUPT, "",
                 WG_T("the file %s is damaged: its bytes are not those its name says",
                      "文件 %s 已损坏：内容与其名称不符"),
                 path);
  int code = st ? 0 : make_folder(to);
  if (code) st = wg_files_fail(to, code, err);
  snprintf(tmp, sizeof tmp, "%.4200s/copying", to);
  if (!st) st = wg_write_whole(tmp, m.bytes ? (const void *)m.bytes : "", m.n, 0600, err);
  if (!st) st = wg_files_settle(to, tmp, sha, err);
  wg_unmap_file(&m);
  return st;
}

static wg_status each_in(const char *folder, const char *two,
                         wg_status (*fn)(void *, const char *, const unsigned char *), void *ctx) {
  char path[WG_FILES_PATH], hex[2 * WG_SHA_LEN + 1];
  unsigned char sha[WG_SHA_LEN];
  DIR *d = opendir(folder);
  wg_status st = WG_OK;
  for (struct dirent *e; !st && d && (e = readdir(d));) {
    if (strlen(e->d_name) != 2 * WG_SHA_LEN - 2) continue;
    snprintf(hex, sizeof hex, "%.2s%.62s", two, e->d_name);
    if (!wg_unhex(hex, sha, WG_SHA_LEN)) continue;
    if (snprintf(path, sizeof path, "%s/%s", folder, e->d_name) < (int)sizeof path) st = fn(ctx, path, sha);
  }
  if (d) closedir(d);
  return st;
}

wg_status wg_files_each(const char *root, wg_status (*fn)(void *, const char *, const unsigned char *),
                        void *ctx) {
  DIR *d = opendir(root);
  wg_status st = WG_OK;
  for (struct dirent *e; !st && d && (e = readdir(d));) {
    char folder[WG_FILES_PATH];
    unsigned char one;
    if (strlen(e->d_name) == 2 && wg_unhex(e->d_name, &one, 1) &&
        snprintf(folder, sizeof folder, "%s/%s", root, e->d_name) < (int)sizeof folder)
      st = each_in(folder, e->d_name, fn, ctx);
  }
  if (d) closedir(d);
  return st;
}

static void drop(const char *path, int deep) {
  DIR *d = deep ? opendir(path) : NULL;
  for (struct dirent *e; d && (e = readdir(d));) {
    char below[WG_FILES_PATH];
    if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) continue;
    if (snprintf(below, sizeof below, "%s/%s", path, e->d_name) >= (int)sizeof below) continue;
    if (unlink(below) != 0) drop(below, deep - 1);
  }
  if (d) closedir(d);
  rmdir(path);
}

void wg_files_drop(const char *root) { drop(root, 3); }
