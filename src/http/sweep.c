/* The sweeper: one thread that a few times per stall_seconds looks at every connection and shuts down the
 * socket of one that takes too long to send a request, or has an answer or a stream waiting and takes no
 * byte of it; MHD then closes it. It also drains sockets that MHD closed before their client had sent all:
 * closing with unread input makes the kernel send a reset, which may overtake the answer.
 *
 * "Takes no byte": the kernel's own count of bytes the peer has acknowledged (TCP_INFO) stands still while
 * bytes wait. Descriptors are safe here because a connection leaves its shard, under the shard's lock, before
 * MHD closes its socket. */
#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/conn.h"

enum {
  LINGER_MAX = 128,       /* sockets drained at once; more are simply closed */
  LINGER_MS = 3000,       /* for so long */
  LINGER_BYTES = 16 << 20 /* and for so much input */
};

typedef struct dying {
  int fd;
  int64_t until_ms;
  size_t left;
} dying;

typedef struct wg_sweeper {
  wg_http *http;
  pthread_t thread;
  int wake_fd; /* eventfd: something to linger for, or the end */
  int64_t interval_ms;
  pthread_mutex_t lock; /* over came, n_came, ending */
  int came[LINGER_MAX], n_came;
  bool ending;
  dying lingers[LINGER_MAX]; /* the thread's own */
  int n_lingers;
} wg_sweeper;

/* --- connections -------------------------------------------------------------------------------------- */

/* Whether the peer is gone, or has taken nothing for stall_ms of what waits for it. */
static bool stalled(wg_http_conn *c, int64_t now) {
  struct tcp_info info = {0};
  socklen_t size = sizeof info;
  if (getsockopt(c->fd, IPPROTO_TCP, TCP_INFO, &info, &size)) return false;
  enum { CLOSE = 7, CLOSE_WAIT = 8 }; /* the kernel's TCP_CLOSE and TCP_CLOSE_WAIT */
  if (info.tcpi_state == CLOSE) return true;
  if (info.tcpi_state == CLOSE_WAIT && c->stream) return true; /* nobody half-closes to watch a stream */
  bool waiting = info.tcpi_unacked || info.tcpi_notsent_bytes;
  if (!waiting || info.tcpi_bytes_acked != c->acked || !c->acked_ms) {
    c->acked = info.tcpi_bytes_acked;
    c->acked_ms = now;
    return false;
  }
  return now - c->acked_ms >= c->http->stall_ms;
}

static void cut(wg_http_conn *c) {
  c->cut = true;
  shutdown(c->fd, SHUT_RDWR);
  if (c->stream) wg_stream_hang_up(c->stream); /* a sleeping one would not hear of it */
}

static void look_at(wg_http_conn *c, int64_t now) {
  int watch = atomic_load_explicit(&c->watch, memory_order_acquire);
  if (watch == WG_WATCH_NOTHING || c->cut) {
    c->acked_ms = 0;
    return;
  }
  bool late = watch != WG_WATCH_STREAM && now > atomic_load_explicit(&c->deadline_ms, memory_order_relaxed);
  if (watch == WG_WATCH_DEADLINE) c->acked_ms = 0;
  if (late || (watch != WG_WATCH_DEADLINE && stalled(c, now))) cut(c);
}

static void sweep(wg_http *http) {
  int64_t now = wg_http_now_ms();
  for (int i = 0; i < WG_SHARDS; i++) {
    pthread_mutex_lock(&http->shards[i].lock);
    for (wg_http_conn *c = http->shards[i].conns; c; c = c->next) look_at(c, now);
    pthread_mutex_unlock(&http->shards[i].lock);
  }
}

/* --- lingering ---------------------------------------------------------------------------------------- */

void wg_sweeper_linger(wg_http *http, int fd) {
  wg_sweeper *s = http->sweeper;
  if (fd < 0) return;
  pthread_mutex_lock(&s->lock);
  bool room = s->n_came < LINGER_MAX && !s->ending;
  if (room) s->came[s->n_came++] = fd;
  pthread_mutex_unlock(&s->lock);
  if (!room)
    close(fd);
  else
    eventfd_write(s->wake_fd, 1);
}

static void take_in(wg_sweeper *s) {
  pthread_mutex_lock(&s->lock);
  for (int i = 0; i < s->n_came; i++) {
    if (s->n_lingers == LINGER_MAX)
      close(s->came[i]);
    else
      s->lingers[s->n_lingers++] = (dying){s->came[i], wg_http_now_ms() + LINGER_MS, LINGER_BYTES};
  }
  s->n_came = 0;
  pthread_mutex_unlock(&s->lock);
}

/* Throws away what came; true when the socket is done with. */
static bool drain(dying *l) {
  for (int turn = 0; turn < 64; turn++) {
    ssize_t n = recv(l->fd, NULL, 1 << 20, MSG_TRUNC | MSG_DONTWAIT); /* TCP: discards without copying */
    if (n < 0) return errno != EAGAIN && errno != EINTR;
    if (n == 0 || (size_t)n >= l->left) return true;
    l->left -= (size_t)n;
  }
  return false;
}

static void linger_on(wg_sweeper *s, bool all) {
  int64_t now = wg_http_now_ms();
  for (int i = 0; i < s->n_lingers;) {
    dying *l = &s->lingers[i];
    if (all || now >= l->until_ms || drain(l)) {
      close(l->fd);
      *l = s->lingers[--s->n_lingers];
    } else {
      i++;
    }
  }
}

/* --- the thread --------------------------------------------------------------------------------------- */

static void *run(void *arg) {
  wg_sweeper *s = arg;
  int64_t next = wg_http_now_ms() + s->interval_ms;
  for (;;) {
    struct pollfd fds[LINGER_MAX + 1] = {{.fd = s->wake_fd, .events = POLLIN}};
    for (int i = 0; i < s->n_lingers; i++)
      fds[i + 1] = (struct pollfd){.fd = s->lingers[i].fd, .events = POLLIN};
    int64_t wait = next - wg_http_now_ms();
    poll(fds, (nfds_t)s->n_lingers + 1, wait > 0 ? (int)wait : 0);
    if (fds[0].revents) {
      eventfd_t n;
      eventfd_read(s->wake_fd, &n);
    }
    take_in(s);
    pthread_mutex_lock(&s->lock);
    bool ending = s->ending;
    pthread_mutex_unlock(&s->lock);
    linger_on(s, ending);
    if (ending) return NULL;
    if (wg_http_now_ms() < next) continue;
    sweep(s->http);
    next = wg_http_now_ms() + s->interval_ms;
  }
}

wg_status wg_sweeper_start(wg_http *http, wg_err *err) {
  wg_sweeper *s = calloc(1, sizeof *s);
  if (!s) return WG_NO_MEMORY;
  s->http = http;
  s->interval_ms = http->stall_ms / 8 < 2000 ? http->stall_ms / 8 : 2000;
  pthread_mutex_init(&s->lock, NULL);
  s->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (s->wake_fd < 0 || pthread_create(&s->thread, NULL, run, s)) {
    if (s->wake_fd >= 0) close(s->wake_fd);
    pthread_mutex_destroy(&s->lock);
    free(s);
    return wg_fail(
        err, WG_IO, "",
        WG_T("The system gives no more threads or descriptors.", "系统无法再创建线程或文件描述符。"));
  }
  http->sweeper = s;
  return WG_OK;
}

void wg_sweeper_stop(wg_http *http) {
  wg_sweeper *s = http->sweeper;
  if (!s) return;
  pthread_mutex_lock(&s->lock);
  s->ending = true;
  pthread_mutex_unlock(&s->lock);
  eventfd_write(s->wake_fd, 1);
  pthread_join(s->thread, NULL);
  take_in(s);
  linger_on(s, true);
  close(s->wake_fd);
  pthread_mutex_destroy(&s->lock);
  free(s);
  http->sweeper = NULL;
}
