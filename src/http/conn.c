/* A connection's life: MHD's callbacks, the steps of a request, handing it to a pool thread or a token and
 * taking it back.
 *
 * MHD calls wg_conn_handle once with the headers, then per piece of the body, then once with the request
 * complete; an answer may be queued only in the first call (MHD then closes the connection, since it cannot
 * know whether the body still comes) or in the last (the connection stays). A suspended connection is called
 * in the last way again after it was resumed. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/time.h"
#include "http/conn.h"

int64_t wg_http_now_ms(void) { return wg_monotonic_us() / 1000; }

void wg_conn_watch(wg_http_conn *c, wg_watch watch, int64_t deadline_ms) {
  atomic_store_explicit(&c->deadline_ms, deadline_ms, memory_order_relaxed);
  atomic_store_explicit(&c->watch, watch, memory_order_release);
}

/* --- connection --------------------------------------------------------------------------------------- */

static void name_peer(wg_http_conn *c, const struct sockaddr *a) {
  const void *bytes = NULL;
  if (a && a->sa_family == AF_INET) bytes = &((const struct sockaddr_in *)(const void *)a)->sin_addr;
  if (a && a->sa_family == AF_INET6) bytes = &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr;
  if (!bytes || !inet_ntop(a->sa_family, bytes, c->peer, sizeof c->peer)) c->peer[0] = 0;
  if (!strncmp(c->peer, "::ffff:", 7) && strchr(c->peer, '.'))
    memmove(c->peer, c->peer + 7, strlen(c->peer + 7) + 1);
}

static void opened(wg_http *http, struct MHD_Connection *mhd, void **context) {
  wg_http_conn *c = calloc(1, sizeof *c);
  if (!c) return; /* its requests are answered by closing */
  c->http = http;
  c->mhd = mhd;
  c->file_fd = -1;
  wg_arena_init(&c->q.arena);
  wg_buf_init(&c->r.body, WG_RESPONSE_MAX);
  c->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
  name_peer(c, MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr);
  wg_conn_watch(c, WG_WATCH_DEADLINE, wg_http_now_ms() + http->stall_ms);
  c->shard = &http->shards[(unsigned)c->fd % WG_SHARDS];
  pthread_mutex_lock(&c->shard->lock);
  c->next = c->shard->conns;
  if (c->next) c->next->prev = c;
  c->shard->conns = c;
  pthread_mutex_unlock(&c->shard->lock);
  atomic_fetch_add_explicit(&http->n_connections, 1, memory_order_relaxed);
  *context = c;
}

static void closed(wg_http *http, void **context) {
  wg_http_conn *c = *context;
  if (!c) return;
  *context = NULL;
  /* From here on the sweeper does not see the descriptor, which MHD closes after this call. */
  pthread_mutex_lock(&c->shard->lock);
  if (c->prev)
    c->prev->next = c->next;
  else
    c->shard->conns = c->next;
  if (c->next) c->next->prev = c->prev;
  pthread_mutex_unlock(&c->shard->lock);
  if (c->linger && !c->cut && !http->stopping) wg_sweeper_linger(http, dup(c->fd));
  wg_request_end(c);
  wg_arena_clear(&c->q.arena);
  wg_buf_deinit(&c->r.body);
  atomic_fetch_sub_explicit(&http->n_connections, 1, memory_order_relaxed);
  free(c);
}

void wg_conn_notify(void *cls, struct MHD_Connection *mhd, void **context,
                    enum MHD_ConnectionNotificationCode code) {
  if (code == MHD_CONNECTION_NOTIFY_STARTED)
    opened(cls, mhd, context);
  else
    closed(cls, context);
}

void *wg_conn_uri(void *cls, const char *uri, struct MHD_Connection *mhd) {
  (void)cls;
  wg_http_conn *c = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
  if (!c) return NULL;
  c->step = WG_STEP_LINE;
  c->started_ms = wg_http_now_ms();
  wg_conn_watch(c, WG_WATCH_DEADLINE, c->started_ms + c->http->stall_ms);
  c->status = wg_request_begin(c, uri ? uri : "");
  return c;
}

void wg_conn_completed(void *cls, struct MHD_Connection *mhd, void **context,
                       enum MHD_RequestTerminationCode code) {
  (void)mhd;
  (void)code;
  wg_http *http = cls;
  wg_http_conn *c = *context;
  if (!c) return;
  wg_stream_end(c);
  wg_request_end(c);
  if (c->counted) {
    c->counted = false;
    atomic_fetch_sub(&http->busy, 1);
  }
  c->step = WG_STEP_IDLE;
  wg_conn_watch(c, WG_WATCH_DEADLINE, wg_http_now_ms() + http->stall_ms);
}

/* --- handing over and taking back --------------------------------------------------------------------- */

static void suspend(wg_http_conn *c) {
  wg_http *http = c->http;
  pthread_mutex_lock(&http->lock);
  http->held++;
  pthread_mutex_unlock(&http->lock);
  MHD_suspend_connection(c->mhd);
}

/* One holder less; the last one gives a suspended request back to its epoll thread. After that the
 * connection may be gone at any moment. */
static void let_go(wg_http_conn *c) {
  if (atomic_fetch_sub(&c->holds, 1) != 1) return;
  wg_http *http = c->http;
  MHD_resume_connection(c->mhd);
  pthread_mutex_lock(&http->lock);
  if (--http->held == 0) pthread_cond_broadcast(&http->changed);
  pthread_mutex_unlock(&http->lock);
}

wg_deferred *wg_http_defer(wg_request *q, wg_response *r) {
  wg_http_conn *c = q->conn;
  (void)r;
  if (c->deferred) return NULL; /* one answer, one token */
  c->deferred = true;
  atomic_fetch_add(&c->holds, 1);
  if (c->q.route->where != WG_POOL) suspend(c); /* else it is suspended already */
  return (wg_deferred *)c;
}

void wg_http_complete(wg_deferred *token, wg_status status) {
  wg_http_conn *c = (wg_http_conn *)token;
  c->status = status;
  /* A large body is compressed here rather than on the epoll thread; a small one there, since the caller is
   * often the writer, which has more to do. */
  if (c->r.body.len > 65536) wg_answer_prepare(c);
  c->step = WG_STEP_READY;
  let_go(c);
}

void wg_http_complete_with(wg_deferred *token, wg_http_make make, void *what) {
  wg_http_conn *c = (wg_http_conn *)token;
  c->make = make;
  c->make_what = what;
  c->step = WG_STEP_READY;
  let_go(c);
}

static void pool_job(void *what, void *mine) {
  wg_http_conn *c = what;
  c->q.pool_mine = mine;
  wg_status st = c->q.route->handler(&c->q, &c->r);
  if (!c->deferred) {
    c->status = st;
    wg_answer_prepare(c);
    c->step = WG_STEP_READY;
  }
  let_go(c);
}

/* --- the steps ---------------------------------------------------------------------------------------- */

static wg_status busy(wg_http_conn *c) {
  return wg_fail(&c->q.err, WG_BUSY, "",
                 WG_T("The server has too much to do; try again in a moment.", "服务器繁忙，请稍后再试。"));
}

static enum MHD_Result answer(wg_http_conn *c) {
  wg_answer_prepare(c);
  return wg_answer_queue(c);
}

static enum MHD_Result answer_with(wg_http_conn *c, wg_status status) {
  c->status = status;
  return answer(c);
}

static enum MHD_Result run_inline(wg_http_conn *c) {
  atomic_store(&c->holds, 1);
  wg_status st = c->q.route->handler(&c->q, &c->r);
  if (!c->deferred) return answer_with(c, st);
  let_go(c); /* the token may have been completed meanwhile: then this resumes */
  return MHD_YES;
}

static enum MHD_Result run_pool(wg_http_conn *c) {
  atomic_store(&c->holds, 1);
  suspend(c); /* before a pool thread can have it */
  if (wg_pool_submit(c->http->pool, pool_job, c)) {
    c->status = busy(c);
    c->step = WG_STEP_READY;
    let_go(c);
  }
  return MHD_YES;
}

static enum MHD_Result dispatch(wg_http_conn *c) {
  wg_http *http = c->http;
  c->step = WG_STEP_RUNNING;
  c->q.body = c->body.len ? wg_buf_str(&c->body) : "";
  c->q.body_len = c->body.len;
  if (wg_buf_status(&c->body)) return answer_with(c, WG_NO_MEMORY);
  c->counted = true;
  atomic_fetch_add(&http->busy, 1);
  /* Counted before `stopping` is read: wg_http_stop sets that first and then waits until nobody is in here,
   * so that after that wait no connection can become suspended. */
  atomic_fetch_add(&http->entered, 1);
  bool stopping = atomic_load(&http->stopping);
  if (!stopping) wg_conn_watch(c, WG_WATCH_NOTHING, 0);
  enum MHD_Result ok = MHD_YES;
  if (!stopping) ok = c->q.route->where == WG_POOL ? run_pool(c) : run_inline(c);
  atomic_fetch_sub(&http->entered, 1);
  if (!stopping) return ok;
  c->closing = true;
  return answer_with(
      c, wg_fail(&c->q.err, WG_BUSY, "",
                 WG_T("The server is stopping; try again shortly.", "服务器正在停止，请稍后再试。")));
}

/* Route and rights. WG_OK without a route: OPTIONS, the answer stands. */
static wg_status admit(wg_http_conn *c) {
  wg_match m;
  wg_request *q = &c->q;
  wg_router_find(c->http->router, q->method, q->path, c->split, &m);
  if (!m.route && !m.allow[0])
    return wg_fail(&q->err, WG_NOT_FOUND, "", WG_T("There is nothing at this address.", "此地址没有内容。"));
  if (!m.route) {
    char *all = wg_arena_printf(&q->arena, "%s, OPTIONS", m.allow);
    if (!all) return WG_NO_MEMORY;
    wg_response_static(&c->r, "Allow", all);
    c->r.code = strcmp(q->method, "OPTIONS") ? 405 : 204;
    if (c->r.code == 204) return WG_OK;
    return wg_fail_code(
        &q->err, WG_INVALID, "method-not-allowed", "",
        WG_T("This method is not possible here; possible are %s.", "此地址不支持该方法，支持：%s。"), all);
  }
  q->route = m.route;
  q->n_params = m.n_params;
  for (int i = 0; i < m.n_params; i++) q->param[i] = m.param[i];
  return c->http->config.authorize ? c->http->config.authorize(q, m.route) : WG_OK;
}

static enum MHD_Result headers_in(wg_http_conn *c) {
  c->step = WG_STEP_BODY;
  wg_status framing = wg_request_framing(c);
  if (!c->status) c->status = framing;
  if (!c->status) c->status = wg_request_head(c);
  if (!c->status) c->status = admit(c);
  if (!c->status && c->q.route) c->status = wg_request_body_rules(c);
  if (!c->status && c->q.route) return MHD_YES;
  /* The answer is known. With no body to come, or a small one, it waits for the last call, so that the
   * connection can stay; else it goes out now, and the connection closes. */
  if (!framing && !c->known.expect && c->body_want <= WG_DRAIN_MAX) {
    c->draining = true;
    return MHD_YES;
  }
  c->closing = c->linger = true;
  return answer(c);
}

static enum MHD_Result body_in(wg_http_conn *c, const char *piece, size_t n) {
  c->body_got += n;
  if (c->draining) return MHD_YES;
  wg_status st = wg_request_body_add(c, piece, n);
  if (!st) {
    int64_t earned = (int64_t)(c->body_got / WG_MIN_RATE) * 1000;
    wg_conn_watch(c, WG_WATCH_DEADLINE, c->started_ms + c->http->stall_ms + earned);
    return MHD_YES;
  }
  c->status = st;
  c->closing = c->linger = true;
  wg_answer_prepare(c);
  wg_request_drop_body(c);
  wg_answer_raw(c);
  return MHD_NO;
}

enum MHD_Result wg_conn_handle(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
                               const char *version, const char *upload, size_t *upload_size, void **context) {
  (void)cls;
  (void)mhd;
  (void)url;
  (void)version;
  wg_http_conn *c = *context;
  if (!c) return MHD_NO;
  switch (c->step) {
  case WG_STEP_LINE:
    c->q.method = method;
    return headers_in(c);
  case WG_STEP_BODY:
    if (*upload_size) {
      size_t n = *upload_size;
      *upload_size = 0;
      return body_in(c, upload, n);
    }
    return c->status || !c->q.route ? answer(c) : dispatch(c);
  case WG_STEP_READY:
    if (c->make) c->status = c->make(&c->q, &c->r, c->make_what);
    return answer(c);
  default:
    return MHD_NO;
  }
}
