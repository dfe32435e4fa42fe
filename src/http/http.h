/* The HTTP server: libmicrohttpd behind requests, responses, one routing table and streams.
 *
 * Threads. A few epoll threads parse and send; they run INLINE handlers, which must not touch SQL, files or
 * anything slow. POOL handlers run on a bounded pool, the connection suspended meanwhile. Any handler may
 * defer its answer (wg_http_defer) and be completed later from any thread, once. A STREAM handler's answer is
 * pulled by a source callback for as long as the client stays. */
#ifndef WG_HTTP_HTTP_H
#define WG_HTTP_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"

typedef struct wg_http wg_http;

typedef struct wg_response {
  int code;         /* HTTP status; 0: 200, or 204 when the body is empty */
  const char *type; /* Content-Type; NULL: application/json */
  wg_buf body;      /* owned by the response */
  bool gzipped;     /* the body is gzip already: sent as it is (the handler checked the client takes it) */
  bool no_compress; /* never compress this body */
  const char *file; /* instead of the body: a file to send (absolute, checked by the handler) */
  struct {
    const char *name, *value;
  } header[12]; /* in the request's arena or static */
  int n_headers;
} wg_response;

typedef struct wg_request {
  const char *method, *path; /* path decoded once, no query */
  const char *url;           /* as it came, with the query */
  const char *body;
  size_t body_len;
  const char *param[4]; /* what the pattern's {names} matched, in order; decoded, valid UTF-8, no NUL */
  int n_params;
  const char *address; /* of the client */
  bool secure;         /* over TLS, or a declared proxy says so */
  bool forwarded;   /* a header that only proxies send: the client may be anywhere, whatever `address` says */
  const char *lang; /* "zh" or "en": ?lang=, then Accept-Language, then "zh" */
  bool accepts_gzip;
  wg_arena arena; /* this request's; cleared after the answer is sent */
  wg_err err;
  void *user;      /* what authorize() found (the viewer); see its `release` */
  void *pool_mine; /* POOL: what the thread's start() gave */
  const struct wg_route *route;
  void *app;                 /* wg_http_config.app */
  struct wg_http_conn *conn; /* private */
} wg_request;

const char *wg_request_header(wg_request *q, const char *name); /* NULL when absent */
const char *wg_request_cookie(wg_request *q, const char *name);
const char *wg_request_query(wg_request *q, const char *name); /* decoded; NULL when absent; "" when bare */
/* The first query name that is not in the NULL-terminated list ("lang" is known everywhere), or NULL. */
const char *wg_request_query_stranger(wg_request *q, const char *const *names);
/* Whether If-None-Match names etag (quoted, as sent; compared weakly): answer 304 then. */
bool wg_request_etag_matches(wg_request *q, const char *etag);

/* name: static or in the arena; value: copied to it. At most 12. The server itself adds Content-Type, Vary
 * for what it compresses, Cache-Control: no-store where none is given, and the security headers. */
void wg_response_header(wg_request *q, wg_response *r, const char *name, const char *value);
/* application/problem+json from q->err (made from status where the handler left none), in q->lang. */
void wg_response_problem(wg_request *q, wg_response *r, wg_status status);
/* Answers with the file `path` below the directory `root`: type by its ending, ETag by size and time (304),
 * "NAME.gz" beside it where the client takes gzip, immutable below assets/. Links, dot names and all that
 * leaves the root are WG_NOT_FOUND. It reads the disk: for POOL handlers. */
wg_status wg_http_file(wg_request *q, wg_response *r, const char *root, const char *path);

typedef wg_status (*wg_handler)(wg_request *q, wg_response *r); /* not WG_OK: a problem answer from q->err */

typedef enum wg_where { WG_INLINE, WG_POOL, WG_STREAM } wg_where;

/* One row of the routing table. `rule` is the api room's (0 is refused at start). */
typedef struct wg_route {
  /* "/api/v1/incidents/{id}", "/tiles/{layers}/{z}/{x}/{y}.mvt", "/{file...}" (the rest, slashes included);
   * at most 4 {names}. A literal wins over an ending, that over a {name}, that over a rest. HEAD is GET's,
   * OPTIONS the server's. */
  const char *method, *pattern;
  wg_handler handler;
  wg_where where;
  int rule;                          /* api's rights rule; 0 = none given = the server does not start */
  size_t body_max;                   /* 0: a body is refused */
  const char *en, *zh;               /* summary; a route without one does not start */
  const char *larger_en, *larger_zh; /* what to do with a larger body, or NULL; said behind the limit */
} wg_route;

/* --- deferred answers -------------------------------------------------------------------------------- */
/* In an INLINE or POOL handler: keep the returned token, return WG_OK; later call wg_http_complete exactly
 * once, from any thread (also at once, where handing over failed). Between, q and r stay valid and belong to
 * whoever holds the token; once the token is handed over the handler itself may not touch them. A client that
 * hangs up meanwhile changes nothing of this. NULL when called twice. */
typedef struct wg_deferred wg_deferred;
wg_deferred *wg_http_defer(wg_request *q, wg_response *r);
void wg_http_complete(wg_deferred *token, wg_status status);
/* The same, with `make` called before the answer is sent, on the connection's epoll thread, so that the
 * caller (the writer, say) need not make it. It must not block. A handler's status comes back from it. */
typedef wg_status (*wg_http_make)(wg_request *q, wg_response *r, void *what);
void wg_http_complete_with(wg_deferred *token, wg_http_make make, void *what);

/* --- streams ----------------------------------------------------------------------------------------- */
/* A STREAM handler (it runs INLINE) fills this. pull: write at most `max` bytes to `to`; returns the count, 0
 * for "nothing now" (the connection sleeps until woken) or -1 to end the stream. pull runs on an epoll
 * thread, must not block. A sleeping stream is woken by wg_http_wake_all (new events), or its own
 * wg_stream_wake. */
typedef struct wg_stream wg_stream;
typedef struct wg_stream_source {
  int64_t (*pull)(void *self, char *to, size_t max);
  void (*close)(void *self); /* once, when the stream ends for any reason, on any thread */
  void *self;
} wg_stream_source;
/* Takes the source over: close() is called even when this fails (WG_BUSY: max_streams). *out is set before
 * the first pull and may be woken, from any thread, until close() returns: who wakes and who closes agree by
 * a lock of theirs. r->type NULL: text/event-stream. pull and close come on an epoll thread or in
 * wg_http_stop; q and its arena live until close() has returned. A viewer that hangs up, or has bytes waiting
 * and takes none for stall_seconds, is closed. */
wg_status wg_http_stream(wg_request *q, wg_response *r, wg_stream_source source, wg_stream **out);
void wg_stream_wake(wg_stream *s);
/* Returns at once: a thread of the server does the waking, and calls in quick succession become one. */
void wg_http_wake_all(wg_http *http);
int wg_http_streams(wg_http *http);

/* --- the server -------------------------------------------------------------------------------------- */
typedef struct wg_http_config {
  const char *listen;             /* "127.0.0.1:8080", "[::1]:0" */
  const char *tls_cert, *tls_key; /* PEM files, or NULL */
  const wg_route *routes;
  size_t n_routes;
  /* Who asks, and may they: fills q->user (released by `release` after the answer). Called inline before the
   * body is read, so that a body without a right costs nothing. Not WG_OK: a problem answer. */
  wg_status (*authorize)(wg_request *q, const wg_route *route);
  void (*release)(void *user);
  void *(*pool_start)(void *app); /* per pool thread */
  void (*pool_stop)(void *mine);
  void *app;
  int http_threads, pool_threads, pool_waiting, max_connections,
      max_streams;     /* 0: defaults 2, 2, 1024, 20000, 10000 */
  const char *proxies; /* addresses, parted by commas, whose X-Forwarded-For/-Proto are believed; or NULL */
  int stall_seconds; /* 0: 30; a client that takes longer to send a request or to read an answer is cut off */
  size_t body_memory; /* 0: 512 MiB; all request bodies held at once, beyond it 503 */
} wg_http_config;

/* WG_INVALID unless wg_http_start could understand this; opens nothing. */
wg_status wg_http_listen_check(const char *listen, wg_err *err);
wg_status wg_http_proxies_check(const char *proxies, wg_err *err);
wg_status wg_http_start(const wg_http_config *config, wg_http **out, wg_err *err);
int wg_http_port(const wg_http *http);
/* Stops taking connections, ends streams, waits for deferred answers, then stops. */
void wg_http_stop(wg_http *http);

typedef struct wg_http_stats {
  int64_t requests, bytes_out, connections, streams, by_class[6];
} wg_http_stats;
void wg_http_get_stats(wg_http *http, wg_http_stats *out);

#endif
