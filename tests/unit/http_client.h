/* A small blocking HTTP client for the tests, and a server of test routes to talk to. Header only: each test
 * program includes it once. Every wait has a limit of WAIT_MS, so that a hang is a failure. */
#ifndef WG_TESTS_HTTP_CLIENT_H
#define WG_TESTS_HTTP_CLIENT_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/time.h"
#include "http/http.h"

enum { WAIT_MS = 20000 };

static inline int64_t now_ms(void) { return wg_monotonic_us() / 1000; }

/* Polls a condition until it holds; fails the test when it does not within WAIT_MS. */
#define wait_until(condition)                                                                                \
  do {                                                                                                       \
    int64_t wait_end = now_ms() + WAIT_MS;                                                                   \
    while (!(condition)) {                                                                                   \
      if (now_ms() > wait_end) fail_msg("waited in vain for: %s", #condition);                               \
      poll(NULL, 0, 1);                                                                                      \
    }                                                                                                        \
  } while (0)

/* Processor time of this process, ms. */
static inline int64_t cpu_ms(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000 + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1000;
}

/* --- client ------------------------------------------------------------------------------------------- */

typedef struct client {
  int fd;
  wg_buf in;   /* what came and was not taken yet */
  bool closed; /* the server closed */
} client;

typedef struct reply {
  int code;
  wg_buf head, body;
  bool closed; /* the server closed behind it */
} reply;

static inline client client_open(int port) {
  client c = {.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  assert_true(c.fd >= 0);
  if (connect(c.fd, (struct sockaddr *)&a, sizeof a)) fail_msg("connect: %s", strerror(errno));
  wg_buf_init(&c.in, (size_t)64 << 20);
  return c;
}

static inline void client_close(client *c) {
  if (c->fd >= 0) close(c->fd);
  c->fd = -1;
  wg_buf_deinit(&c->in);
}

/* False when the server does not want it any more. */
static inline bool client_send_n(client *c, const void *bytes, size_t n) {
  const char *p = bytes;
  while (n) {
    ssize_t k = send(c->fd, p, n, MSG_NOSIGNAL);
    if (k <= 0) return false;
    p += k;
    n -= (size_t)k;
  }
  return true;
}

static inline bool client_send(client *c, const char *text) { return client_send_n(c, text, strlen(text)); }

/* Reads once into c->in; false at the end or when nothing comes for `ms`. */
static inline bool client_more(client *c, int ms) {
  struct pollfd p = {.fd = c->fd, .events = POLLIN};
  if (c->closed || poll(&p, 1, ms) <= 0) return false;
  char *to = wg_buf_reserve(&c->in, 65536);
  assert_non_null(to);
  ssize_t n = recv(c->fd, to, 65536, 0);
  if (n <= 0) {
    c->closed = true;
    return false;
  }
  c->in.len += (size_t)n;
  return true;
}

static inline void client_drop(client *c, size_t n) {
  memmove(c->in.data, c->in.data + n, c->in.len - n);
  c->in.len -= n;
}

/* Reads until `needle` is in; returns the offset behind it, or -1 when the server closed first. */
static inline ssize_t client_until(client *c, const char *needle) {
  for (;;) {
    char *at = c->in.len ? memmem(c->in.data, c->in.len, needle, strlen(needle)) : NULL;
    if (at) return at - c->in.data + (ssize_t)strlen(needle);
    if (!client_more(c, WAIT_MS)) {
      if (!c->closed) fail_msg("no “%s” within %d ms", needle, WAIT_MS);
      return -1;
    }
  }
}

static inline const char *reply_header(reply *r, const char *name) {
  static char value[512]; /* of the last call */
  size_t n = strlen(name);
  for (const char *line = wg_buf_str(&r->head); (line = strstr(line, "\r\n")); line += 2) {
    if (strncasecmp(line + 2, name, n) || line[2 + n] != ':') continue;
    const char *v = line + 3 + n + strspn(line + 3 + n, " ");
    snprintf(value, sizeof value, "%.*s", (int)strcspn(v, "\r"), v);
    return value;
  }
  return NULL;
}

static inline void take(client *c, wg_buf *to, size_t n) {
  while (c->in.len < n)
    if (!client_more(c, WAIT_MS)) fail_msg("the answer ends after %zu of %zu bytes", c->in.len, n);
  wg_buf_add(to, c->in.data, n);
  client_drop(c, n);
}

/* Reads one answer (head: of a HEAD request). False when the server closed without one. */
static inline bool client_reply(client *c, reply *r, bool head) {
  *r = (reply){0};
  wg_buf_init(&r->head, 1 << 20);
  wg_buf_init(&r->body, (size_t)64 << 20);
  ssize_t n = client_until(c, "\r\n\r\n");
  if (n < 0) return false;
  take(c, &r->head, (size_t)n);
  assert_int_equal(sscanf(wg_buf_str(&r->head), "HTTP/1.%*d %d", &r->code), 1);
  const char *length = reply_header(r, "Content-Length"), *coding;
  if (head || r->code == 204 || r->code == 304 || r->code < 200) return true;
  if (length) {
    take(c, &r->body, (size_t)atoll(length));
  } else if ((coding = reply_header(r, "Transfer-Encoding")) && !strcmp(coding, "chunked")) {
    for (size_t size = 1; size;) {
      n = client_until(c, "\r\n");
      assert_true(n > 0);
      size = strtoul(c->in.data, NULL, 16);
      client_drop(c, (size_t)n);
      take(c, &r->body, size);
      assert_int_equal(client_until(c, "\r\n"), 2);
      client_drop(c, 2);
    }
  } else {
    while (client_more(c, WAIT_MS)) {}
    take(c, &r->body, c->in.len);
  }
  return true;
}

static inline void reply_free(reply *r) {
  wg_buf_deinit(&r->head);
  wg_buf_deinit(&r->body);
}

/* One request on a connection of its own; `request` is a format of the whole text. */
static inline reply ask(int port, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline reply ask(int port, const char *format, ...) {
  char *text = NULL;
  va_list args;
  va_start(args, format);
  assert_true(vasprintf(&text, format, args) >= 0);
  va_end(args);
  client c = client_open(port);
  reply r;
  client_send(&c, text);
  if (!client_reply(&c, &r, !strncmp(text, "HEAD ", 5))) r.code = -1;
  free(text);
  client_close(&c);
  return r;
}

static inline reply get(int port, const char *url) {
  return ask(port, "GET %s HTTP/1.1\r\nHost: t\r\n\r\n", url);
}

/* --- server ------------------------------------------------------------------------------------------- */

static inline wg_http *start(const wg_route *routes, size_t n, wg_http_config config) {
  wg_http *http = NULL;
  wg_err err = {0};
  if (!config.listen) config.listen = "127.0.0.1:0";
  config.routes = routes;
  config.n_routes = n;
  if (wg_http_start(&config, &http, &err)) fail_msg("start: %s", err.en);
  return http;
}

#define START(routes, ...) start(routes, sizeof routes / sizeof *routes, (wg_http_config){__VA_ARGS__})
#define ROUTE(m, p, h, w, max)                                                                               \
  { .method = m, .pattern = p, .handler = h, .where = w, .rule = 1, .body_max = max, .en = "t", .zh = "测" }

static inline wg_status say_hello(wg_request *q, wg_response *r) {
  (void)q;
  r->type = "text/plain";
  wg_buf_add_str(&r->body, "hello");
  return WG_OK;
}

#endif
