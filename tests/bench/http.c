/* The HTTP room's speed: requests per second of a 5-byte answer beside bare libmicrohttpd's (by wrk), and how
 * soon an event reaches 1 000 and 10 000 viewers. Prints one line per figure. Usage: bench_http [SECONDS] */
#include <arpa/inet.h>
#include <math.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/time.h"
#include "http/http.h"

/* --- requests ----------------------------------------------------------------------------------------- */

static wg_status hello(wg_request *q, wg_response *r) {
  (void)q;
  r->type = "text/plain";
  wg_buf_add(&r->body, "hello", 5);
  return WG_OK;
}

static _Atomic int64_t head;

static int64_t pull(void *self, char *to, size_t max) {
  int64_t *seen = self;
  (void)max;
  int64_t now = atomic_load(&head);
  if (*seen >= now) return 0;
  *seen = now;
  return sprintf(to, "id: %lld\ndata: {\"kind\":\"incident.created\",\"id\":\"990101-20261124-000001\"}\n\n",
                 (long long)now);
}

static wg_status feed(wg_request *q, wg_response *r) {
  int64_t *seen = calloc(1, sizeof *seen);
  if (!seen) return WG_NO_MEMORY;
  *seen = atomic_load(&head);
  return wg_http_stream(q, r, (wg_stream_source){pull, free, seen}, NULL);
}

static const wg_route routes[] = {
    {"GET", "/hello", hello, WG_INLINE, 1, 0, "five bytes", "五个字节"},
    {"GET", "/pool", hello, WG_POOL, 1, 0, "by a pool thread", "由线程池应答"},
    {"GET", "/feed", feed, WG_STREAM, 1, 0, "a stream", "事件流"},
};

/* What the library does by itself: one ready response for every request, no header but its own. */
static enum MHD_Result bare(void *cls, struct MHD_Connection *c, const char *url, const char *method,
                            const char *version, const char *upload, size_t *size, void **context) {
  (void)url, (void)method, (void)version, (void)upload, (void)size;
  if (!*context) {
    *context = cls;
    return MHD_YES;
  }
  return MHD_queue_response(c, 200, cls);
}

static double wrk(int port, const char *path, int connections, int seconds) {
  char command[200], line[200];
  snprintf(command, sizeof command, "wrk -t1 -c%d -d%d http://127.0.0.1:%d%s", connections, seconds, port,
           path);
  FILE *f = popen(command, "r");
  double rate = 0;
  while (f && fgets(line, sizeof line, f))
    if (!strncmp(line, "Requests/sec:", 13)) rate = atof(line + 13);
  if (f) pclose(f);
  return rate;
}

static void measure_requests(wg_http *http, int seconds) {
  struct MHD_Response *ready =
      MHD_create_response_from_buffer(5, (void *)(uintptr_t) "hello", MHD_RESPMEM_PERSISTENT);
  struct MHD_Daemon *d = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, bare, ready,
                                          MHD_OPTION_THREAD_POOL_SIZE, 2, MHD_OPTION_END);
  if (!d) return;
  int their_port = MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT)->port, our_port = wg_http_port(http);
  for (int c = 1; c <= 64; c *= 8) {
    double theirs = 0, ours = 0,
           pool = 0; /* in turn, the best of each: other work on the machine counts less */
    for (int turn = 0; turn < 4; turn++) {
      theirs = fmax(theirs, wrk(their_port, "/hello", c, seconds));
      ours = fmax(ours, wrk(our_port, "/hello", c, seconds));
      pool = fmax(pool, wrk(our_port, "/pool", c, seconds));
    }
    printf("%2d connections: bare libmicrohttpd %.0f/s, INLINE %.0f/s (%.0f %%), POOL %.0f/s\n", c, theirs,
           ours, 100 * ours / theirs, pool);
  }
  MHD_stop_daemon(d);
  MHD_destroy_response(ready);
}

/* --- streams ------------------------------------------------------------------------------------------ */

/* The viewers, in a process of their own: writes the time of the last of n arrivals, per event. */
static void view(int port, int n, int in, int out) {
  struct rlimit lim = {(rlim_t)n + 64, (rlim_t)n + 64};
  (void)setrlimit(RLIMIT_NOFILE, &lim);
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int ep = epoll_create1(0);
  char buf[4096];
  for (int i = 0; i < n; i++) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    static const char text[] = "GET /feed HTTP/1.1\r\nHost: t\r\n\r\n";
    if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) || send(fd, text, sizeof text - 1, 0) < 0 ||
        recv(fd, buf, sizeof buf, 0) <= 0) {
      perror("viewer");
      _exit(1);
    }
    struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
  }
  (void)!write(out, "r", 1);
  while (read(in, buf, 1) == 1) {
    struct epoll_event e[512];
    for (int got = 0; got < n;) {
      int k = epoll_wait(ep, e, 512, 10000);
      if (k <= 0) _exit(1);
      for (int i = 0; i < k; i++) got += recv(e[i].data.fd, buf, sizeof buf, 0) > 0;
    }
    int64_t t = wg_monotonic_us();
    (void)!write(out, &t, sizeof t);
  }
  _exit(0);
}

static int64_t resident_kib(void) {
  long pages = 0;
  FILE *f = fopen("/proc/self/statm", "r");
  if (f && fscanf(f, "%*d %ld", &pages) != 1) pages = 0;
  if (f) fclose(f);
  return pages * 4;
}

static void measure_streams(wg_http *http, int n) {
  int to[2], from[2];
  if (pipe(to) || pipe(from)) return;
  int64_t before = resident_kib();
  pid_t child = fork();
  if (!child) {
    close(to[1]);
    close(from[0]);
    view(wg_http_port(http), n, to[0], from[1]);
  }
  close(to[0]);
  close(from[1]);
  char ready;
  if (read(from[0], &ready, 1) == 1) {
    int64_t best = INT64_MAX, worst = 0, call = 0;
    for (int turn = 0; turn < 20; turn++) {
      (void)!write(to[1], "g", 1);
      poll(NULL, 0, 50);
      int64_t t0 = wg_monotonic_us(), t1;
      atomic_fetch_add(&head, 1);
      wg_http_wake_all(http);
      call += wg_monotonic_us() - t0;
      if (read(from[0], &t1, sizeof t1) != sizeof t1) break;
      if (t1 - t0 < best) best = t1 - t0;
      if (t1 - t0 > worst) worst = t1 - t0;
    }
    printf("%d viewers: the last has an event after %.1f ms (best) to %.1f ms (worst of 20); wake_all %.2f "
           "ms; %.1f KiB each\n",
           n, (double)best / 1e3, (double)worst / 1e3, (double)call / 20e3,
           (double)(resident_kib() - before) / n);
  }
  close(to[1]);
  close(from[0]);
  waitpid(child, NULL, 0);
  while (wg_http_streams(http)) {
    wg_http_wake_all(http);
    atomic_fetch_add(&head, 1);
    poll(NULL, 0, 10);
  }
}

int main(int argc, char **argv) {
  int seconds = argc > 1 ? atoi(argv[1]) : 1;
  wg_http_config k = {.listen = "127.0.0.1:0", .routes = routes, .n_routes = 3, .max_connections = 12000};
  wg_http *http = NULL;
  wg_err err = {0};
  if (wg_http_start(&k, &http, &err)) {
    fprintf(stderr, "%s\n", err.en);
    return 1;
  }
  setvbuf(stdout, NULL, _IOLBF, 0);
  measure_streams(http, 1000);
  measure_streams(http, 10000);
  measure_requests(http, seconds);
  wg_http_stop(http);
  return 0;
}
