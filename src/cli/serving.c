#include "cli/serving.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/time.h"
#include "store/sqlite.h"

enum { SIZE = 4096, STEP_NS = 3000000, WAIT_US = 60000000 };

struct wg_serving {
  int fd;
  _Atomic int64_t *seq; /* shared memory: the file's first 8 bytes */
};

static int open_file(const char *db, int flags) {
  char name[4200];
  if ((size_t)snprintf(name, sizeof name, "%s.serving", db) >= sizeof name) {
    errno = ENAMETOOLONG;
    return -1;
  }
  return open(name, flags | O_CLOEXEC, 0666);
}

static _Atomic int64_t *map(int fd, int protection) {
  void *p = mmap(NULL, SIZE, protection, MAP_SHARED, fd, 0);
  return p == MAP_FAILED ? NULL : p;
}

wg_status wg_serving_begin(const char *db, wg_serving **out, wg_err *err) {
  wg_serving *s = calloc(1, sizeof *s);
  if (!s) return WG_NO_MEMORY;
  s->fd = open_file(db, O_RDWR | O_CREAT);
  if (s->fd < 0) {
    int code = errno;
    free(s);
    return wg_fail(err, WG_IO, "db",
                   WG_T("%.300s.serving cannot be made: %s; the folder must be writable",
                        "无法创建 %.300s.serving：%s；目录需可写"),
                   db, strerror(code));
  }
  if (flock(s->fd, LOCK_EX | LOCK_NB) != 0) {
    wg_serving_end(s);
    return wg_fail(
        err, WG_CONFLICT, "db",
        WG_T("%.300s is being served already; stop that server first", "%.300s 已有服务在运行，请先停止它"),
        db);
  }
  if (ftruncate(s->fd, SIZE) != 0 || !(s->seq = map(s->fd, PROT_READ | PROT_WRITE))) {
    int code = errno;
    wg_serving_end(s);
    return wg_fail(err, code == ENOSPC ? WG_NO_SPACE : WG_IO, "db",
                   WG_T("%.300s.serving: %s", "%.300s.serving：%s"), db, strerror(code));
  }
  atomic_store(s->seq, 0);
  *out = s;
  return WG_OK;
}

void wg_serving_applied(void *serving, int64_t seq) { atomic_store(((wg_serving *)serving)->seq, seq); }

void wg_serving_end(wg_serving *s) {
  if (!s) return;
  if (s->seq) munmap((void *)s->seq, SIZE);
  close(s->fd); /* the lock goes with it; the file stays: removing it would race with the next server */
  free(s);
}

static int64_t head_of(const char *db) {
  wg_store *store = NULL;
  wg_store_head head = {0};
  if (wg_sqlite_open(db, false, false, &store, NULL)) return 0;
  wg_status st = store->head(store, &head, NULL);
  store->close(store);
  return st ? 0 : head.seq;
}

void wg_serving_settle(const char *db) {
  int fd = open_file(db, O_RDWR);
  if (fd < 0) return; /* never served */
  if (flock(fd, LOCK_SH | LOCK_NB) == 0) {
    close(fd); /* nobody serves it now */
    return;
  }
  _Atomic int64_t *seq = lseek(fd, 0, SEEK_END) >= SIZE ? map(fd, PROT_READ) : NULL;
  int64_t head = seq ? head_of(db) : 0, until = wg_monotonic_us() + WAIT_US;
  while (seq && atomic_load(seq) < head && wg_monotonic_us() < until && flock(fd, LOCK_SH | LOCK_NB) != 0)
    nanosleep(&(struct timespec){.tv_nsec = STEP_NS}, NULL);
  if (seq) munmap((void *)seq, SIZE);
  close(fd);
}
