/* Files: opened once by descriptor, checked on that descriptor, then sent from it.
 *
 * Below a root, every step of the path is opened relative to the one before without following links, so a
 * path cannot leave the root whatever is renamed meanwhile. Names that begin with a dot are not served.
 * A small text is read into the body, where it may be compressed; a larger file goes out by sendfile. A
 * ready-made "NAME.gz" beside the file is sent to clients that take gzip. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http/conn.h"

enum { READ_IN_MAX = 1 << 20 }; /* up to here a file without .gz is read in and compressed */

static const struct {
  const char *ending, *type;
  bool text;
} types[] = {
    {".html", "text/html; charset=utf-8", true},
    {".js", "text/javascript; charset=utf-8", true},
    {".mjs", "text/javascript; charset=utf-8", true},
    {".css", "text/css; charset=utf-8", true},
    {".json", "application/json", true},
    {".geojson", "application/geo+json", true},
    {".map", "application/json", true},
    {".webmanifest", "application/manifest+json", true},
    {".svg", "image/svg+xml", true},
    {".txt", "text/plain; charset=utf-8", true},
    {".csv", "text/csv; charset=utf-8", true},
    {".mvt", "application/vnd.mapbox-vector-tile", true},
    {".pbf", "application/x-protobuf", true},
    {".png", "image/png", false},
    {".jpg", "image/jpeg", false},
    {".jpeg", "image/jpeg", false},
    {".webp", "image/webp", false},
    {".ico", "image/x-icon", false},
    {".woff2", "font/woff2", false},
    {".wasm", "application/wasm", false},
    {".pdf", "application/pdf", false},
};

static size_t type_of(const char *name) {
  const size_t n = sizeof types / sizeof types[0];
  const char *dot = strrchr(name, '.');
  size_t i = 0;
  while (i < n && (!dot || strcasecmp(dot, types[i].ending))) i++;
  return i; /* n: unknown */
}

static wg_status absent(wg_request *q) {
  return wg_fail(&q->err, WG_NOT_FOUND, "", WG_T("There is no such file.", "文件不存在。"));
}

/* --- opening ------------------------------------------------------------------------------------------ */

static int open_regular(int dir, const char *name, struct stat *st) {
  int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
  if (fd < 0) return -1;
  if (!fstat(fd, st) && S_ISREG(st->st_mode)) return fd;
  close(fd);
  return -1;
}

/* The directory that holds the last segment of path, and that segment. */
static int open_parent(const char *root, const char *path, const char **last) {
  int dir = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  while (dir >= 0) {
    size_t n = strcspn(path, "/");
    char name[256];
    bool bad = n == 0 || n >= sizeof name || path[0] == '.';
    if (!bad && !path[n]) {
      *last = path;
      return dir;
    }
    int next = -1;
    if (!bad) {
      memcpy(name, path, n);
      name[n] = 0;
      next = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    }
    close(dir);
    dir = next;
    path += n + 1;
  }
  return -1;
}

/* --- answering ---------------------------------------------------------------------------------------- */

typedef struct opened {
  int fd;
  struct stat st;
  bool gz;
  size_t type;
} opened;

static wg_status read_in(wg_http_conn *c, const opened *f) {
  size_t n = (size_t)f->st.st_size, got = 0;
  char *to = wg_buf_reserve(&c->r.body, n);
  while (to && got < n) {
    ssize_t k = pread(f->fd, to + got, n - got, (off_t)got);
    if (k < 0 && errno == EINTR) continue;
    if (k <= 0) break;
    got += (size_t)k;
  }
  if (!to) return wg_buf_status(&c->r.body);
  if (got < n) return wg_fail(&c->q.err, WG_IO, "", WG_T("The file could not be read.", "文件读取失败。"));
  c->r.body.len += n;
  return WG_OK;
}

/* Puts the open file into the answer; owns f->fd. */
static wg_status put(wg_http_conn *c, opened *f) {
  wg_request *q = &c->q;
  wg_response *r = &c->r;
  bool text = f->type < sizeof types / sizeof types[0] && types[f->type].text;
  if (!r->type)
    r->type = f->type < sizeof types / sizeof types[0] ? types[f->type].type : "application/octet-stream";
  if (!wg_response_find(r, "ETag")) {
    char tag[64];
    snprintf(tag, sizeof tag, "\"%llx-%llx%s\"", (unsigned long long)f->st.st_size,
             (unsigned long long)f->st.st_mtim.tv_sec * 1000000000ULL +
                 (unsigned long long)f->st.st_mtim.tv_nsec,
             f->gz ? "-gz" : "");
    wg_response_header(q, r, "ETag", tag);
  }
  const char *tag = wg_response_find(r, "ETag");
  bool unchanged = tag && wg_request_etag_matches(q, tag);
  if (text) wg_response_static(r, "Vary", "Accept-Encoding");
  r->gzipped = f->gz;
  wg_status st = WG_OK;
  if (unchanged) {
    r->code = 304;
  } else if (f->st.st_size <= READ_IN_MAX) {
    st = read_in(c, f);
  } else {
    (void)posix_fadvise(f->fd, 0, 0, POSIX_FADV_WILLNEED);
    c->file_fd = f->fd;
    c->file_size = (uint64_t)f->st.st_size;
    return WG_OK;
  }
  close(f->fd);
  if (!st && !unchanged && !r->body.len && !r->code) r->code = 200; /* an empty file */
  return st;
}

/* Opens dir/name, or name.gz beside it for those who take it, and answers with it. Closes dir. Below assets/
 * names carry a hash of their content: what they hold never changes. */
static wg_status open_and_put(wg_http_conn *c, int dir, const char *name, bool immutable) {
  wg_response *r = &c->r;
  opened f = {.fd = -1, .type = type_of(name)};
  struct stat plain;
  int fd = dir >= 0 ? open_regular(dir, name, &plain) : -1;
  if (fd >= 0) {
    char gz[264];
    snprintf(gz, sizeof gz, "%s.gz", name);
    if (c->q.accepts_gzip) f.fd = open_regular(dir, gz, &f.st);
    f.gz = f.fd >= 0;
    if (f.gz)
      close(fd);
    else
      f.fd = fd, f.st = plain;
  }
  if (dir >= 0) close(dir);
  if (f.fd < 0) return absent(&c->q);
  if (!wg_response_find(r, "Cache-Control"))
    wg_response_static(r, "Cache-Control", immutable ? "public, max-age=31536000, immutable" : "no-cache");
  return put(c, &f);
}

wg_status wg_http_file(wg_request *q, wg_response *r, const char *root, const char *path) {
  (void)r;
  const char *name = "";
  while (*path == '/') path++;
  int dir = open_parent(root, path, &name);
  return open_and_put(q->conn, dir, name, !strncmp(path, "assets/", 7));
}

wg_status wg_file_attach(wg_http_conn *c) {
  const char *path = c->r.file, *slash = strrchr(path, '/');
  const char *folder = slash ? wg_arena_strndup(&c->q.arena, path, (size_t)(slash - path) + 1) : ".";
  if (!folder) return WG_NO_MEMORY;
  const char *name = slash ? slash + 1 : path;
  if (!*name || strlen(name) > 255) return absent(&c->q);
  return open_and_put(c, open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), name, strstr(path, "/assets/"));
}

void wg_file_close(wg_http_conn *c) {
  if (c->file_fd >= 0) close(c->file_fd);
  c->file_fd = -1;
}
