/* Start and stop: the configuration's checks, the listening socket, TLS, MHD's daemon, and an orderly end. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "http/conn.h"

enum {
  SPARE_FILES = 512, /* descriptors for everything that is no connection */
  PEM_MAX = 1 << 20,
  LEAVE_MS = 1000 /* at the end: for answers still on their way */
};

/* --- the listening socket ----------------------------------------------------------------------------- */

static wg_status bad_listen(const char *listen, wg_err *err) {
  return wg_fail(err, WG_INVALID, "listen",
                 WG_T("“%s” is not ADDRESS:PORT, like 127.0.0.1:8080 or [::1]:8080",
                      "“%s”不是 地址:端口 的形式，例如 127.0.0.1:8080 或 [::1]:8080"),
                 listen);
}

static wg_status resolve(const char *text, struct addrinfo **out, wg_err *err) {
  char host[128];
  const char *colon = strrchr(text, ':');
  if (!colon || (size_t)(colon - text) >= sizeof host || !colon[1] ||
      strspn(colon + 1, "0123456789") != strlen(colon + 1) || strlen(colon + 1) > 5 ||
      atoi(colon + 1) > 65535)
    return bad_listen(text, err);
  size_t n = (size_t)(colon - text);
  const char *from = text;
  if (n >= 2 && from[0] == '[' && from[n - 1] == ']')
    from++, n -= 2;
  else if (memchr(from, ':', n))
    return bad_listen(text, err);
  memcpy(host, from, n);
  host[n] = 0;
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
  return getaddrinfo(n ? host : NULL, colon + 1, &hints, out) ? bad_listen(text, err) : WG_OK;
}

wg_status wg_http_listen_check(const char *listen, wg_err *err) {
  struct addrinfo *a = NULL;
  wg_status st = resolve(listen, &a, err);
  if (a) freeaddrinfo(a);
  return st;
}

static wg_status listen_failed(const char *text, int fault, wg_err *err) {
  switch (fault) {
  case EADDRINUSE:
    return wg_fail(err, WG_IO, "listen",
                   WG_T("%s is in use: stop the other program or choose another port",
                        "%s 已被占用：请停止占用它的程序，或换一个端口"),
                   text);
  case EACCES:
    return wg_fail(err, WG_IO, "listen",
                   WG_T("no permission to listen on %s: choose a port from 1024 up",
                        "没有权限监听 %s：请使用 1024 以上的端口"),
                   text);
  case EADDRNOTAVAIL:
    return wg_fail(err, WG_IO, "listen", WG_T("this machine has no address like %s", "本机没有 %s 这个地址"),
                   text);
  default:
    return wg_fail(err, WG_IO, "listen", WG_T("cannot listen on %s (error %d)", "无法监听 %s（错误 %d）"),
                   text, fault);
  }
}

static wg_status open_listener(const char *text, int *out, int *port, wg_err *err) {
  struct addrinfo *a = NULL;
  wg_status st = resolve(text, &a, err);
  if (st || !a) return st ? st : WG_IO;
  int on = 1, fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  struct sockaddr_storage got = {0};
  socklen_t size = sizeof got;
  if (fd >= 0) (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (fd < 0 || bind(fd, a->ai_addr, a->ai_addrlen) || listen(fd, SOMAXCONN) ||
      getsockname(fd, (void *)&got, &size)) {
    st = listen_failed(text, errno, err);
    if (fd >= 0) close(fd);
  } else {
    *out = fd;
    /* getsockname has filled it, which the analyser does not see */
    // NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage)
    *port = ntohs(got.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&got)->sin6_port
                                            : ((struct sockaddr_in *)&got)->sin_port);
  }
  freeaddrinfo(a);
  return st;
}

/* --- TLS ---------------------------------------------------------------------------------------------- */

static wg_status read_pem(const char *path, const char *field, char **out, wg_err *err) {
  FILE *f = fopen(path, "rbe");
  char *text = f ? calloc(1, PEM_MAX + 1) : NULL;
  size_t n = text ? fread(text, 1, PEM_MAX, f) : 0;
  if (f) fclose(f);
  if (n) {
    *out = text;
    return WG_OK;
  }
  free(text);
  return wg_fail(err, WG_INVALID, field, WG_T("%s cannot be read", "无法读取 %s"), path);
}

/* MHD would only say "no": ask GnuTLS first, so that the sentence names what is wrong. */
static wg_status check_pair(wg_http *http, wg_err *err) {
  gnutls_certificate_credentials_t cred;
  if (gnutls_certificate_allocate_credentials(&cred)) return WG_NO_MEMORY;
  gnutls_datum_t cert = {(unsigned char *)http->cert_pem, (unsigned)strlen(http->cert_pem)};
  gnutls_datum_t key = {(unsigned char *)http->key_pem, (unsigned)strlen(http->key_pem)};
  int rc = gnutls_certificate_set_x509_key_mem(cred, &cert, &key, GNUTLS_X509_FMT_PEM);
  gnutls_certificate_free_credentials(cred);
  if (rc >= 0) return WG_OK;
  return wg_fail(err, WG_INVALID, "tls_cert",
                 WG_T("the certificate and the key do not work together: %s", "证书与私钥不能配合使用：%s"),
                 gnutls_strerror(rc));
}

static wg_status load_tls(wg_http *http, wg_err *err) {
  const wg_http_config *k = &http->config;
  if (!k->tls_cert && !k->tls_key) return WG_OK;
  if (!k->tls_cert || !k->tls_key)
    return wg_fail(err, WG_INVALID, "tls_cert",
                   WG_T("TLS needs both a certificate and a key", "启用 TLS 需要同时给出证书和私钥"));
  wg_status st = read_pem(k->tls_cert, "tls_cert", &http->cert_pem, err);
  if (!st) st = read_pem(k->tls_key, "tls_key", &http->key_pem, err);
  if (!st) st = check_pair(http, err);
  http->tls = !st;
  return st;
}

/* --- start -------------------------------------------------------------------------------------------- */

/* "127.0.0.1, ::1" → as inet_ntop writes them. */
static wg_status read_proxies(const char *text, char out[WG_PROXIES_MOST][INET6_ADDRSTRLEN], int *n,
                              wg_err *err) {
  *n = 0;
  for (const char *p = text; p && *p;) {
    char one[INET6_ADDRSTRLEN] = "";
    unsigned char bytes[16];
    p += strspn(p, " ");
    size_t length = strcspn(p, ", ");
    if (length < sizeof one) memcpy(one, p, length), one[length] = 0;
    int family = inet_pton(AF_INET, one, bytes) == 1    ? AF_INET
                 : inet_pton(AF_INET6, one, bytes) == 1 ? AF_INET6
                                                        : 0;
    if (!family)
      return wg_fail(err, WG_INVALID, "behind_proxy",
                     WG_T("“%.*s” is not an IP address", "“%.*s”不是 IP 地址"),
                     (int)(length < 64 ? length : 64), p);
    if (*n == WG_PROXIES_MOST)
      return wg_fail(err, WG_INVALID, "behind_proxy",
                     WG_T("at most %d proxies can be declared", "最多可声明 %d 个代理"), WG_PROXIES_MOST);
    inet_ntop(family, bytes, out[(*n)++], INET6_ADDRSTRLEN);
    p += length;
    p += strspn(p, " ");
    if (*p == ',') p++;
  }
  return WG_OK;
}

wg_status wg_http_proxies_check(const char *proxies, wg_err *err) {
  char out[WG_PROXIES_MOST][INET6_ADDRSTRLEN];
  int n = 0;
  return read_proxies(proxies, out, &n, err);
}

static void or_default(int *value, int standard) {
  if (*value <= 0) *value = standard;
}

/* Every connection is a descriptor: raise the limit, or take fewer connections. */
static void fit_files(wg_http_config *k, bool asked) {
  struct rlimit lim;
  rlim_t want = (rlim_t)k->max_connections + SPARE_FILES;
  if (getrlimit(RLIMIT_NOFILE, &lim) || lim.rlim_cur >= want) return;
  struct rlimit more = {want, lim.rlim_max > want ? lim.rlim_max : want};
  if (setrlimit(RLIMIT_NOFILE, &more)) {
    more = (struct rlimit){lim.rlim_max < want ? lim.rlim_max : want, lim.rlim_max};
    (void)setrlimit(RLIMIT_NOFILE, &more);
  }
  if (getrlimit(RLIMIT_NOFILE, &lim) || lim.rlim_cur >= want) return;
  int fit = lim.rlim_cur > 2 * SPARE_FILES ? (int)lim.rlim_cur - SPARE_FILES : (int)lim.rlim_cur / 2;
  if (asked)
    wg_warn("http", "the system allows %llu open files: at most %d connections instead of %d",
            (unsigned long long)lim.rlim_cur, fit, k->max_connections);
  k->max_connections = fit;
}

/* While stopping, new connections are closed at once. (MHD_quiesce_daemon would do it too, but in 0.9.75 it
 * can abort when a worker thread takes the listening socket out of its epoll set at the same moment.) */
static enum MHD_Result may_connect(void *cls, const struct sockaddr *addr, socklen_t size) {
  (void)addr;
  (void)size;
  wg_http *http = cls;
  return atomic_load(&http->stopping) ? MHD_NO : MHD_YES;
}

static size_t leave_escaped(void *cls, struct MHD_Connection *mhd, char *text) {
  (void)cls;
  (void)mhd;
  return strlen(text); /* request.c decodes, once */
}

static wg_status start_daemon(wg_http *http, int listener, wg_err *err) {
  const wg_http_config *k = &http->config;
  struct MHD_OptionItem options[16] = {
      {MHD_OPTION_LISTEN_SOCKET, listener, NULL},
      {MHD_OPTION_CONNECTION_LIMIT, k->max_connections, NULL},
      {MHD_OPTION_CONNECTION_MEMORY_LIMIT, WG_CONN_MEMORY, NULL},
      {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
      {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)wg_conn_notify, http},
      {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)wg_conn_completed, http},
      {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)wg_conn_uri, http},
      {MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)leave_escaped, NULL},
  };
  int n = 8;
  if (k->http_threads > 1)
    options[n++] = (struct MHD_OptionItem){MHD_OPTION_THREAD_POOL_SIZE, k->http_threads, NULL};
  unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;
  if (http->tls) {
    flags |= MHD_USE_TLS;
    options[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, http->cert_pem};
    options[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, http->key_pem};
    options[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_PRIORITIES, 0,
                                           (void *)(uintptr_t) "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1"};
  }
  options[n] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
  http->daemon = MHD_start_daemon(flags, 0, may_connect, http, wg_conn_handle, http, MHD_OPTION_ARRAY,
                                  options, MHD_OPTION_END);
  return http->daemon
             ? WG_OK
             : wg_fail(err, WG_IO, "",
                       WG_T("the HTTP server does not start: the system gives no more threads or descriptors",
                            "HTTP 服务无法启动：系统无法再创建线程或文件描述符"));
}

static void free_all(wg_http *http) {
  wg_waker_stop(http);
  wg_sweeper_stop(http);
  wg_pool_free(http->pool);
  wg_router_free(http->router);
  free(http->cert_pem);
  free(http->key_pem);
  for (int i = 0; i < WG_SHARDS; i++) pthread_mutex_destroy(&http->shards[i].lock);
  pthread_cond_destroy(&http->changed);
  pthread_cond_destroy(&http->wake_cond);
  pthread_mutex_destroy(&http->wake_lock);
  pthread_mutex_destroy(&http->lock);
  free(http);
}

static wg_http *blank(const wg_http_config *config) {
  wg_http *http = calloc(1, sizeof *http);
  if (!http) return NULL;
  http->config = *config;
  wg_http_config *k = &http->config;
  or_default(&k->http_threads, 2);
  or_default(&k->pool_threads, 2);
  or_default(&k->pool_waiting, 1024);
  or_default(&k->max_connections, 20000);
  or_default(&k->max_streams, 10000);
  or_default(&k->stall_seconds, 30);
  http->stall_ms = (int64_t)k->stall_seconds * 1000;
  http->body_memory = k->body_memory ? k->body_memory : (size_t)512 << 20;
  pthread_mutex_init(&http->lock, NULL);
  pthread_mutex_init(&http->wake_lock, NULL);
  pthread_cond_init(&http->wake_cond, NULL);
  pthread_condattr_t attr;
  pthread_condattr_init(&attr);
  pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
  pthread_cond_init(&http->changed, &attr);
  pthread_condattr_destroy(&attr);
  for (int i = 0; i < WG_SHARDS; i++) pthread_mutex_init(&http->shards[i].lock, NULL);
  return http;
}

wg_status wg_http_start(const wg_http_config *config, wg_http **out, wg_err *err) {
  int listener = -1;
  wg_http *http = blank(config);
  if (!http) return WG_NO_MEMORY;
  wg_http_config *k = &http->config;
  wg_status st = wg_router_new(k->routes, k->n_routes, &http->router, err);
  if (!st) st = read_proxies(k->proxies, http->proxy, &http->n_proxies, err);
  if (!st) st = load_tls(http, err);
  if (!st) st = open_listener(k->listen, &listener, &http->port, err);
  if (!st) {
    fit_files(k, config->max_connections > 0);
    st = wg_pool_new(k->pool_threads, k->pool_waiting, k->pool_start, k->pool_stop, k->app, &http->pool);
  }
  if (!st) st = wg_sweeper_start(http, err);
  if (!st) st = wg_waker_start(http, err);
  int mine = listener;
  if (!st) {
    mine = -1; /* MHD closes it, also where it fails */
    st = start_daemon(http, listener, err);
  }
  if (st) {
    if (mine >= 0) close(mine);
    free_all(http);
    return st;
  }
  *out = http;
  return WG_OK;
}

int wg_http_port(const wg_http *http) { return http->port; }

/* --- stop --------------------------------------------------------------------------------------------- */

static struct timespec in_ms(int64_t ms) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  t.tv_sec += ms / 1000;
  t.tv_nsec += ms % 1000 * 1000000;
  if (t.tv_nsec >= 1000000000) t.tv_sec++, t.tv_nsec -= 1000000000;
  return t;
}

/* Waits a little for a change of `held`, which alone is signalled; the other counts are looked at again. */
static void wait_a_little(wg_http *http, int64_t ms) {
  struct timespec t = in_ms(ms);
  pthread_cond_timedwait(&http->changed, &http->lock, &t);
}

/* MHD aborts when it is stopped with a suspended connection. So: nothing new is handed out (`stopping`), the
 * streams are woken to their end, the tokens and pool jobs waited for; only then MHD is stopped. */
void wg_http_stop(wg_http *http) {
  if (!http) return;
  atomic_store(&http->stopping, true);
  wg_waker_stop(http);
  wg_http_hang_up_all(http);
  int64_t told = wg_http_now_ms();
  pthread_mutex_lock(&http->lock);
  while (atomic_load(&http->entered) || http->held) {
    wait_a_little(http, 5);
    if (wg_http_now_ms() - told < 5000) continue;
    told = wg_http_now_ms();
    wg_warn("http", "stopping: %d answers are still awaited", http->held);
  }
  /* Let the last answers and stream ends reach their sockets; one whose client does not read is dropped. */
  int64_t until = wg_http_now_ms() + LEAVE_MS;
  while (atomic_load(&http->busy) && wg_http_now_ms() < until) wait_a_little(http, 5);
  pthread_mutex_unlock(&http->lock);
  MHD_stop_daemon(http->daemon);
  free_all(http);
}

void wg_http_get_stats(wg_http *http, wg_http_stats *out) {
  out->requests = atomic_load(&http->n_requests);
  out->bytes_out = atomic_load(&http->n_bytes_out);
  out->connections = atomic_load(&http->n_connections);
  out->streams = atomic_load(&http->streams);
  for (int i = 0; i < 6; i++) out->by_class[i] = atomic_load(&http->by_class[i]);
}
