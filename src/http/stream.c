/* Streams: an answer without an end, pulled from its source whenever the socket takes bytes.
 *
 * MHD asks on_pull for bytes; where the source has none the connection is suspended, and a wake resumes it.
 * A wake that falls between the source's "nothing now" and the suspension must not be lost: both flags and
 * the suspension are changed under the stream's lock, and `woken` is cleared before the source is asked.
 * Nothing is queued for a viewer anywhere: one that does not read is not asked for, and holds MHD's buffer of
 * one connection and the socket's. */
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "http/conn.h"

/* Of a stream's socket: a viewer behind 100 ms still gets 600 KB/s, and 10 000 that stall hold at most this
 * each (the kernel doubles it for its own book-keeping). */
enum { SEND_BUFFER = 65536 };
/* A source that was told to end may still say goodbye, behind what it had begun; this much and no more. */
enum { FAREWELL_MAX = 1 << 20 };

wg_status wg_http_stream(wg_request *q, wg_response *r, wg_stream_source source, wg_stream **out) {
  wg_http_conn *c = q->conn;
  wg_http *http = c->http;
  (void)r;
  if (out) *out = NULL;
  wg_stream *s = c->stream ? NULL : calloc(1, sizeof *s);
  if (!s) {
    if (source.close) source.close(source.self);
    return WG_NO_MEMORY;
  }
  if (atomic_fetch_add(&http->streams, 1) >= http->config.max_streams) {
    atomic_fetch_sub(&http->streams, 1);
    free(s);
    if (source.close) source.close(source.self);
    return wg_fail_code(
        &q->err, WG_BUSY, "too-many-streams", "",
        WG_T("Too many viewers at once; try again in a moment.", "同时观看的人数过多，请稍后再试。"));
  }
  s->conn = c;
  s->source = source;
  pthread_mutex_init(&s->lock, NULL);
  if (out) *out = s; /* before anything can wake or close it */
  pthread_mutex_lock(&c->shard->lock);
  c->stream = s;
  s->next = c->shard->streams;
  if (s->next) s->next->prev = s;
  c->shard->streams = s;
  s->ending = atomic_load(&http->stopping);
  pthread_mutex_unlock(&c->shard->lock);
  return WG_OK;
}

static ssize_t on_pull(void *cls, uint64_t position, char *to, size_t max) {
  (void)position;
  wg_stream *s = cls;
  for (;;) {
    pthread_mutex_lock(&s->lock);
    s->woken = false;
    bool ending = s->ending;
    pthread_mutex_unlock(&s->lock);
    int64_t n = ending && s->farewell >= FAREWELL_MAX ? -1 : s->source.pull(s->source.self, to, max);
    if (n < 0 || (ending && n == 0)) return MHD_CONTENT_READER_END_OF_STREAM;
    if (n > 0) {
      if (ending) s->farewell += (size_t)n;
      atomic_fetch_add_explicit(&s->conn->http->n_bytes_out, n, memory_order_relaxed);
      return (ssize_t)n;
    }
    pthread_mutex_lock(&s->lock);
    bool sleep = !s->woken && !s->ending;
    if (sleep) {
      s->asleep = true;
      MHD_suspend_connection(s->conn->mhd); /* returning 0 without it would spin */
    }
    pthread_mutex_unlock(&s->lock);
    if (sleep) return 0;
  }
}

struct MHD_Response *wg_stream_response(wg_http_conn *c) {
  int size = SEND_BUFFER, on = 1;
  (void)setsockopt(c->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  (void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  /* The block is used only by HTTP/1.0 clients; for the rest MHD fills the connection's own buffer. */
  return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 1024, on_pull, c->stream, NULL);
}

static void wake(wg_stream *s, bool end) {
  pthread_mutex_lock(&s->lock);
  s->woken = true;
  if (end) s->ending = true;
  if (s->asleep) {
    s->asleep = false;
    MHD_resume_connection(s->conn->mhd);
  }
  pthread_mutex_unlock(&s->lock);
}

void wg_stream_wake(wg_stream *s) { wake(s, false); }
void wg_stream_hang_up(wg_stream *s) { wake(s, true); }

static void wake_each(wg_http *http, bool end) {
  for (int i = 0; i < WG_SHARDS; i++) {
    wg_shard *shard = &http->shards[i];
    pthread_mutex_lock(&shard->lock);
    for (wg_stream *s = shard->streams; s; s = s->next) wake(s, end);
    pthread_mutex_unlock(&shard->lock);
  }
}

void wg_http_hang_up_all(wg_http *http) { wake_each(http, true); }

/* --- waking all --------------------------------------------------------------------------------------- */

/* Waking thousands costs tens of milliseconds, and whoever publishes has better to do: a thread of its own
 * does it. What is published while it walks, or within WAKE_PAUSE_MS after, costs one more walk and no more.
 */
enum { WAKE_PAUSE_MS = 4 };

static void *wake_loop(void *arg) {
  wg_http *http = arg;
  const struct timespec pause = {0, WAKE_PAUSE_MS * 1000000};
  for (;;) {
    pthread_mutex_lock(&http->wake_lock);
    while (!http->wake_wanted && !http->wake_ending) pthread_cond_wait(&http->wake_cond, &http->wake_lock);
    bool ending = http->wake_ending;
    http->wake_wanted = false;
    pthread_mutex_unlock(&http->wake_lock);
    if (ending) return NULL;
    wake_each(http, false);
    nanosleep(&pause, NULL);
  }
}

void wg_http_wake_all(wg_http *http) {
  pthread_mutex_lock(&http->wake_lock);
  if (!http->wake_wanted) pthread_cond_signal(&http->wake_cond);
  http->wake_wanted = true;
  pthread_mutex_unlock(&http->wake_lock);
}

wg_status wg_waker_start(wg_http *http, wg_err *err) {
  if (pthread_create(&http->waker, NULL, wake_loop, http))
    return wg_fail(err, WG_IO, "", WG_T("The system gives no more threads.", "系统无法再创建线程。"));
  http->wake_running = true;
  return WG_OK;
}

void wg_waker_stop(wg_http *http) {
  if (!http->wake_running) return;
  pthread_mutex_lock(&http->wake_lock);
  http->wake_ending = true;
  pthread_cond_signal(&http->wake_cond);
  pthread_mutex_unlock(&http->wake_lock);
  pthread_join(http->waker, NULL);
  http->wake_running = false;
}

int wg_http_streams(wg_http *http) { return atomic_load(&http->streams); }

void wg_stream_end(wg_http_conn *c) {
  wg_stream *s = c->stream;
  if (!s) return;
  pthread_mutex_lock(&c->shard->lock); /* after this no wake_all and no sweeper has it */
  c->stream = NULL;
  if (s->prev)
    s->prev->next = s->next;
  else
    c->shard->streams = s->next;
  if (s->next) s->next->prev = s->prev;
  pthread_mutex_unlock(&c->shard->lock);
  if (s->source.close) s->source.close(s->source.self); /* after this no wg_stream_wake has it */
  pthread_mutex_destroy(&s->lock);
  free(s);
  atomic_fetch_sub(&c->http->streams, 1);
}
