/* What the files of this room share: a connection and the request it carries at the moment.
 *
 * A connection lives from MHD's STARTED to its CLOSED notification; its request part is used anew by every
 * request of a keep-alive connection. MHD calls it only on the one epoll thread it belongs to. Other threads
 * reach it in three ways only: the holder of a request (pool thread, deferred token) while the connection is
 * suspended, a waker of its stream, and the sweeper; the latter two under the lock of the connection's shard.
 */
#ifndef WG_HTTP_CONN_H
#define WG_HTTP_CONN_H

#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/pool.h"
#include "http/http.h"
#include "http/router.h"

enum {
  WG_URL_MAX = 10240,  /* path and query */
  WG_PATH_MAX = 2048,  /* decoded or not */
  WG_QUERY_MAX = 8192, /* before decoding */
  WG_QUERY_NAMES = 64,
  WG_HEADERS_MAX = 12288, /* the request line and all headers */
  /* MHD's pool of one connection: headers in, headers and stream chunks out. MHD zeroes half of it for every
   * request, and a stream keeps it: it is most of what a viewer costs. */
  WG_CONN_MEMORY = 16384,
  WG_SMALL_URL = 320,    /* longer ones go to the arena */
  WG_DRAIN_MAX = 65536,  /* a refused body up to this is read away to keep the connection */
  WG_KEEP_BUFFER = 4096, /* a response buffer up to this is kept for the next request */
  WG_MIN_RATE = 4096,    /* bytes/s a client must send or read, over stall_seconds of grace */
  WG_GZIP_FROM = 1024,
  WG_GZIP_LEVEL = 4,
  WG_SHARDS = 16
};
#define WG_RESPONSE_MAX ((size_t)256 << 20) /* a response body built in memory */

typedef enum wg_step {
  WG_STEP_IDLE,    /* between requests */
  WG_STEP_LINE,    /* the request line is in */
  WG_STEP_BODY,    /* the headers are in, the body comes */
  WG_STEP_RUNNING, /* a handler, a pool thread or a token has it */
  WG_STEP_READY,   /* the answer stands in r (or status says why not) */
  WG_STEP_SENT     /* queued with MHD */
} wg_step;

/* What the sweeper watches a connection for. */
typedef enum wg_watch {
  WG_WATCH_DEADLINE, /* idle, or a request that must be complete by the deadline */
  WG_WATCH_NOTHING,  /* the server's own turn */
  WG_WATCH_ANSWER,   /* the client reads an answer: the deadline, and it must not stall */
  WG_WATCH_STREAM    /* the client reads a stream: it must not stall */
} wg_watch;

typedef struct wg_pair {
  const char *name, *value;
} wg_pair;

/* The few request headers the server itself looks at, found in one walk. */
typedef struct wg_known {
  const char *accept_encoding, *accept_language, *content_length, *transfer_encoding, *content_encoding,
      *expect;
  const char *forwarded_for, *forwarded_proto;
  bool forwarded;
  int n_content_length, n_transfer_encoding, n_host;
} wg_known;

struct wg_stream {
  struct wg_http_conn *conn;
  struct wg_stream *prev, *next; /* in the connection's shard */
  wg_stream_source source;
  pthread_mutex_t lock; /* over the three flags and the suspension itself */
  bool asleep, woken, ending;
  size_t farewell; /* bytes taken since it was told to end; the epoll thread's own */
};

typedef struct wg_http_conn {
  wg_http *http;
  struct MHD_Connection *mhd;
  int fd;
  struct wg_http_conn *prev, *next; /* in its shard, under the shard's lock */
  struct wg_shard *shard;
  wg_stream *stream; /* set and cleared under the shard's lock */
  char peer[INET6_ADDRSTRLEN];

  atomic_int watch;
  _Atomic int64_t deadline_ms; /* monotonic */
  uint64_t acked;              /* the sweeper's: what the peer had taken … */
  int64_t acked_ms;            /* … since when */
  bool cut;                    /* the sweeper has shut the socket down */
  bool linger;                 /* closing with input unread: drain it, so that the answer survives */

  wg_step step;
  wg_status status;  /* of the handler or of the checks; READY */
  wg_http_make make; /* READY: what makes the answer, or NULL: it stands in r */
  void *make_what;
  bool counted; /* in http->busy */
  bool deferred, prepared, draining, closing, head, has_body;
  atomic_int holds; /* who still has the request: the handler, the token */
  int64_t started_ms;
  uint64_t body_want; /* Content-Length, or UINT64_MAX for a chunked body */
  size_t body_got, body_reserved;
  wg_buf body;
  wg_known known;
  wg_pair *query;
  int n_query;
  char *split;           /* a copy of the path for the router to cut */
  const char *raw_query; /* or NULL */
  int file_fd;           /* -1, or what to send instead of r.body */
  uint64_t file_size;
  char url_small[WG_SMALL_URL], path_small[WG_SMALL_URL], split_small[WG_SMALL_URL];
  char address[INET6_ADDRSTRLEN];
  wg_request q;
  wg_response r;
} wg_http_conn;

enum { WG_PROXIES_MOST = 8 };
typedef struct wg_shard {
  pthread_mutex_t lock;
  wg_http_conn *conns;
  wg_stream *streams;
  char pad[64]; /* a cache line of its own */
} wg_shard;

struct wg_http {
  wg_http_config config; /* with the defaults filled in */
  wg_router *router;
  struct MHD_Daemon *daemon;
  wg_pool *pool;
  int port;
  bool tls;
  char *cert_pem, *key_pem;
  int64_t stall_ms;
  char proxy[WG_PROXIES_MOST][INET6_ADDRSTRLEN]; /* config.proxies, each as inet_ntop writes it */
  int n_proxies;
  size_t body_memory;
  wg_shard shards[WG_SHARDS];
  atomic_bool stopping;
  atomic_int busy;    /* requests between dispatch and the end of their answer */
  atomic_int entered; /* epoll threads inside a dispatch */
  atomic_int streams;
  _Atomic size_t bodies; /* bytes of request bodies held */
  _Atomic int64_t n_requests, n_bytes_out, n_connections, by_class[6];
  pthread_mutex_t lock; /* over held */
  pthread_cond_t changed;
  int held; /* suspended for a pool thread or a token */
  struct wg_sweeper *sweeper;
  pthread_t waker;
  pthread_mutex_t wake_lock; /* over wake_wanted and wake_ending */
  pthread_cond_t wake_cond;
  bool wake_wanted, wake_ending;
  bool wake_running;
};

int64_t wg_http_now_ms(void); /* monotonic */

/* request.c — each: WG_OK, or the status with c->q.err filled (c->r.code too where the status has no own). */
wg_status wg_request_begin(wg_http_conn *c, const char *uri); /* copies the URL, resets the rest */
wg_status wg_request_framing(wg_http_conn *c);    /* known headers; where the body ends. On error: close */
wg_status wg_request_head(wg_http_conn *c);       /* limits, path, query, language, address */
wg_status wg_request_body_rules(wg_http_conn *c); /* the body's declared size and coding, for the route */
wg_status wg_request_body_add(wg_http_conn *c, const char *p, size_t n);
void wg_request_drop_body(wg_http_conn *c);
void wg_request_end(wg_http_conn *c); /* frees all that belongs to the request */

/* response.c */
void wg_answer_prepare(wg_http_conn *c); /* problem body, compression, headers; any thread that holds c */
enum MHD_Result wg_answer_queue(wg_http_conn *c); /* on the epoll thread */
/* Writes the prepared answer to the socket at once, for where MHD takes none (in mid-upload). */
void wg_answer_raw(wg_http_conn *c);
const char *wg_response_find(const wg_response *r, const char *name);
void wg_response_static(wg_response *r, const char *name, const char *value);

/* stream.c */
struct MHD_Response *wg_stream_response(wg_http_conn *c);
void wg_stream_end(wg_http_conn *c);  /* the request is over: close the source */
void wg_stream_hang_up(wg_stream *s); /* end soon; under the shard's lock */
void wg_http_hang_up_all(wg_http *http);
wg_status wg_waker_start(wg_http *http, wg_err *err);
void wg_waker_stop(wg_http *http);

/* file.c */
wg_status wg_file_attach(wg_http_conn *c); /* r.file → file_fd or r.body; fills r.type */
void wg_file_close(wg_http_conn *c);

/* conn.c */
void wg_conn_notify(void *cls, struct MHD_Connection *mhd, void **context,
                    enum MHD_ConnectionNotificationCode code);
void *wg_conn_uri(void *cls, const char *uri, struct MHD_Connection *mhd);
enum MHD_Result wg_conn_handle(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
                               const char *version, const char *upload, size_t *upload_size, void **context);
void wg_conn_completed(void *cls, struct MHD_Connection *mhd, void **context,
                       enum MHD_RequestTerminationCode code);
void wg_conn_watch(wg_http_conn *c, wg_watch watch, int64_t deadline_ms);

/* sweep.c */
wg_status wg_sweeper_start(wg_http *http, wg_err *err);
void wg_sweeper_stop(wg_http *http);
void wg_sweeper_linger(wg_http *http, int fd); /* dup of a closing socket; owned from here on */

#endif
