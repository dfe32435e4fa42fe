/* Streams: every viewer is woken, no wake is lost, the one who does not read is cut off and holds no memory,
 * the one who leaves is noticed, and the server stops under all of them. */
#include "http_client.h"

/* --- a feed: numbered messages, every viewer with its own cursor -------------------------------------- */

static _Atomic int64_t head;              /* messages published so far */
static atomic_int opened, closed, pulled; /* viewers; calls of endless pulls */
static _Atomic int64_t pulled_bytes;

typedef struct viewer {
  int64_t seen;
} viewer;

static int64_t pull_feed(void *self, char *to, size_t max) {
  viewer *v = self;
  size_t n = 0;
  while (v->seen < atomic_load(&head) && max - n > 40)
    n += (size_t)sprintf(to + n, "id: %lld\n\n", (long long)++v->seen);
  return (int64_t)n;
}

static void close_feed(void *self) {
  free(self);
  atomic_fetch_add(&closed, 1);
}

static wg_status feed(wg_request *q, wg_response *r) {
  viewer *v = calloc(1, sizeof *v);
  if (!v) return WG_NO_MEMORY;
  v->seen = wg_request_query(q, "from") ? atoll(wg_request_query(q, "from")) : atomic_load(&head);
  atomic_fetch_add(&opened, 1);
  return wg_http_stream(q, r, (wg_stream_source){pull_feed, close_feed, v}, NULL);
}

static int64_t pull_endless(void *self, char *to, size_t max) {
  (void)self;
  memset(to, 'x', max);
  atomic_fetch_add(&pulled, 1);
  atomic_fetch_add(&pulled_bytes, (int64_t)max);
  return (int64_t)max;
}

static int64_t pull_three(void *self, char *to, size_t max) {
  viewer *v = self;
  (void)max;
  if (v->seen == 3) return -1;
  return sprintf(to, "%lld;", (long long)++v->seen);
}

static wg_status endless(wg_request *q, wg_response *r) {
  r->type = "text/plain";
  atomic_fetch_add(&opened, 1);
  return wg_http_stream(q, r, (wg_stream_source){pull_endless, close_feed, calloc(1, sizeof(viewer))}, NULL);
}

static wg_status three(wg_request *q, wg_response *r) {
  r->type = "text/plain";
  wg_response_header(q, r, "X-Mine", "1");
  atomic_fetch_add(&opened, 1);
  return wg_http_stream(q, r, (wg_stream_source){pull_three, close_feed, calloc(1, sizeof(viewer))}, NULL);
}

static wg_status broken(wg_request *q, wg_response *r) {
  wg_status st = three(q, r);
  return st ? st : wg_fail(&q->err, WG_FORBIDDEN, "", WG_T("no", "不"));
}

/* One stream that its owner wakes by itself. */
static pthread_mutex_t own_lock = PTHREAD_MUTEX_INITIALIZER;
static wg_stream *own;
static int own_ready;

static int64_t pull_own(void *self, char *to, size_t max) {
  (void)self;
  (void)max;
  pthread_mutex_lock(&own_lock);
  int n = own_ready;
  own_ready = 0;
  pthread_mutex_unlock(&own_lock);
  return n ? sprintf(to, "%d;", n) : 0;
}

static void close_own(void *self) {
  (void)self;
  pthread_mutex_lock(&own_lock);
  own = NULL;
  pthread_mutex_unlock(&own_lock);
  atomic_fetch_add(&closed, 1);
}

static wg_status own_stream(wg_request *q, wg_response *r) {
  pthread_mutex_lock(&own_lock);
  wg_status st = wg_http_stream(q, r, (wg_stream_source){pull_own, close_own, NULL}, &own);
  pthread_mutex_unlock(&own_lock);
  return st;
}

/* Is woken exactly between its "nothing now" and falling asleep, a hundred times. */
static wg_stream *window;

static int64_t pull_window(void *self, char *to, size_t max) {
  int *turn = self;
  (void)max;
  if (++*turn > 200) return -1;
  if (*turn % 2 == 0) return sprintf(to, "%d;", *turn);
  wg_stream_wake(window);
  return 0;
}

static wg_status window_stream(wg_request *q, wg_response *r) {
  atomic_fetch_add(&opened, 1);
  return wg_http_stream(q, r, (wg_stream_source){pull_window, close_feed, calloc(1, sizeof(int))}, &window);
}

static const wg_route routes[] = {
    ROUTE("GET", "/window", window_stream, WG_STREAM, 0), ROUTE("GET", "/feed", feed, WG_STREAM, 0),
    ROUTE("GET", "/pool/feed", feed, WG_POOL, 0),         ROUTE("GET", "/endless", endless, WG_STREAM, 0),
    ROUTE("GET", "/three", three, WG_STREAM, 0),          ROUTE("GET", "/broken", broken, WG_STREAM, 0),
    ROUTE("GET", "/own", own_stream, WG_STREAM, 0),       ROUTE("GET", "/hello", say_hello, WG_INLINE, 0),
};

static wg_http *begin(int stall_seconds, int max_streams) {
  opened = closed = pulled = 0;
  pulled_bytes = 0;
  return START(routes, .stall_seconds = stall_seconds, .max_streams = max_streams);
}

static void end(wg_http *http) {
  wg_http_stop(http);
  assert_int_equal(opened, closed); /* every source was closed, once */
}

static client view(int port, const char *path) {
  client c = client_open(port);
  char text[200];
  snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: t\r\n\r\n", path);
  client_send(&c, text);
  return c;
}

static void publish(wg_http *http, int n) {
  atomic_fetch_add(&head, n);
  wg_http_wake_all(http);
}

/* --- tests -------------------------------------------------------------------------------------------- */

static void opens_at_once_and_ends_in_order(void **state) {
  (void)state;
  wg_http *http = begin(0, 0);
  client c = view(wg_http_port(http), "/feed");
  ssize_t n = client_until(&c, "\r\n\r\n"); /* the head comes although there is no message yet */
  assert_true(n > 0);
  assert_non_null(memmem(c.in.data, (size_t)n, "text/event-stream", 17));
  assert_non_null(memmem(c.in.data, (size_t)n, "no-store", 8));
  client_drop(&c, (size_t)n);
  assert_int_equal(wg_http_streams(http), 1);
  int64_t from = head;
  publish(http, 2);
  char words[64];
  snprintf(words, sizeof words, "id: %lld\n\nid: %lld\n\n", (long long)from + 1, (long long)from + 2);
  assert_true(client_until(&c, words) > 0);
  client_close(&c);
  /* a source that ends: the client sees a complete answer and may go on with the connection */
  c = view(wg_http_port(http), "/three");
  for (int i = 0; i < 2; i++) {
    reply r;
    assert_true(client_reply(&c, &r, false));
    assert_string_equal(wg_buf_str(&r.body), i ? "hello" : "1;2;3;");
    if (!i) assert_string_equal(reply_header(&r, "X-Mine"), "1");
    reply_free(&r);
    if (!i) client_send(&c, "GET /hello HTTP/1.1\r\nHost: t\r\n\r\n");
  }
  client_close(&c);
  reply r = ask(wg_http_port(http), "GET /three HTTP/1.0\r\n\r\n"); /* ends by closing */
  assert_string_equal(wg_buf_str(&r.body), "1;2;3;");
  reply_free(&r);
  r = ask(wg_http_port(http), "HEAD /three HTTP/1.1\r\nHost: t\r\n\r\n");
  assert_int_equal(r.code, 200);
  reply_free(&r);
  r = get(wg_http_port(http), "/broken");
  assert_int_equal(r.code, 403);
  assert_string_equal(reply_header(&r, "Content-Type"), "application/problem+json");
  reply_free(&r);
  wait_until(wg_http_streams(http) == 0);
  end(http);
}

static void a_thousand_viewers_hear_at_once(void **state) {
  (void)state;
  enum { N = 1100 }; /* past libmicrohttpd's own limit of connections and past FD_SETSIZE */
  wg_http *http = begin(0, 0);
  client *c = calloc(N, sizeof *c);
  assert_non_null(c);
  for (int i = 0; i < N; i++) c[i] = view(wg_http_port(http), i % 10 ? "/feed" : "/pool/feed");
  for (int i = 0; i < N; i++) {
    ssize_t n = client_until(&c[i], "\r\n\r\n");
    assert_true(n > 0);
    client_drop(&c[i], (size_t)n);
  }
  assert_int_equal(wg_http_streams(http), N);
  for (int turn = 0; turn < 5; turn++) {
    char words[64];
    snprintf(words, sizeof words, "id: %lld\n\n", (long long)head + 1);
    int64_t t0 = wg_monotonic_us();
    publish(http, 1);
    int64_t t1 = wg_monotonic_us();
    for (int i = 0; i < N; i++) assert_true(client_until(&c[i], words) > 0);
    if (turn == 4)
      print_message("%d viewers: wake_all took %lld us, all had it after %lld us\n", N, (long long)(t1 - t0),
                    (long long)(wg_monotonic_us() - t0));
  }
  for (int i = 0; i < N; i++) client_close(&c[i]);
  free(c);
  end(http);
}

/* A wake between "nothing now" and falling asleep would be lost: the viewer would hang. */
static void *publish_many(void *arg) {
  for (int i = 0; i < 20000; i++) {
    publish(arg, 1);
    if (i % 64 == 0) poll(NULL, 0, 0);
  }
  return NULL;
}

static void no_wake_is_lost(void **state) {
  (void)state;
  enum { N = 4 };
  wg_http *http = begin(0, 0);
  reply r = get(wg_http_port(http), "/window");
  assert_int_equal(r.code, 200);
  assert_non_null(strstr(wg_buf_str(&r.body), "198;200;"));
  reply_free(&r);
  client c[N];
  char path[64];
  int64_t from = head;
  snprintf(path, sizeof path, "/feed?from=%lld", (long long)from);
  for (int i = 0; i < N; i++) c[i] = view(wg_http_port(http), path);
  wait_until(wg_http_streams(http) == N);
  pthread_t publisher;
  assert_int_equal(pthread_create(&publisher, NULL, publish_many, http), 0);
  for (int i = 0; i < N; i++)
    for (int64_t id = from + 1; id <= from + 20000; id++) {
      char words[64];
      snprintf(words, sizeof words, "id: %lld\n\n", (long long)id);
      ssize_t n = client_until(&c[i], words);
      assert_true(n > 0);
      client_drop(&c[i], (size_t)n); /* so the next must come behind: none missing, none twice */
    }
  pthread_join(publisher, NULL);
  for (int i = 0; i < N; i++) client_close(&c[i]);
  end(http);
}

static void one_stream_can_be_woken_alone(void **state) {
  (void)state;
  wg_http *http = begin(0, 0);
  client c = view(wg_http_port(http), "/own");
  assert_true(client_until(&c, "\r\n\r\n") > 0);
  for (int i = 1; i < 200; i++) {
    char words[32];
    snprintf(words, sizeof words, "%d;", i);
    pthread_mutex_lock(&own_lock);
    own_ready = i;
    wg_stream_wake(own);
    pthread_mutex_unlock(&own_lock);
    ssize_t n = client_until(&c, words);
    assert_true(n > 0);
    client_drop(&c, (size_t)n);
  }
  client_close(&c);
  opened++;
  end(http);
  assert_null(own);
}

static int64_t resident_kib(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return u.ru_maxrss;
}

/* Ten viewers of an endless stream that never read: the source is soon asked no more, memory stays, and after
 * stall_seconds they are cut off, while one who reads goes on. */
static void cuts_off_who_never_reads(void **state) {
  (void)state;
  enum { N = 10 };
  wg_http *http = begin(1, 0);
  client c[N], reader = view(wg_http_port(http), "/feed");
  int64_t before = resident_kib(), begun = now_ms();
  for (int i = 0; i < N; i++) c[i] = view(wg_http_port(http), "/endless");
  wait_until(wg_http_streams(http) == N + 1);
  wait_until(closed == N);
  assert_true(now_ms() - begun >= 1000); /* not before they had their time */
  assert_int_equal(wg_http_streams(http), 1);
  print_message("%d viewers that never read: %lld bytes pulled for all, memory grew %lld KiB\n", N,
                (long long)pulled_bytes, (long long)(resident_kib() - before));
  assert_true(pulled_bytes < N * (8 << 20)); /* what fits into the kernel's buffers of both ends */
  assert_true(resident_kib() - before < 32 * 1024);
  publish(http, 1);
  assert_true(client_until(&reader, "id: ") > 0);
  client_close(&reader);
  for (int i = 0; i < N; i++) {
    while (client_more(&c[i], WAIT_MS)) wg_buf_reset(&c[i].in);
    assert_true(c[i].closed); /* it reads what had been sent, and then the end */
    client_close(&c[i]);
  }
  end(http);
}

/* A slow but steady reader is not cut off: it takes a little all the time, for more than twice stall_seconds.
 */
static void keeps_a_slow_reader(void **state) {
  (void)state;
  wg_http *http = begin(1, 0);
  client c = view(wg_http_port(http), "/endless");
  int64_t until = now_ms() + 2300;
  while (now_ms() < until) {
    assert_true(client_more(&c, WAIT_MS));
    wg_buf_reset(&c.in);
    poll(NULL, 0, 20); /* its slowness is the point here */
  }
  assert_int_equal(closed, 0);
  client_close(&c);
  wait_until(closed == 1);
  end(http);
}

/* Nobody publishes anything: still the viewer's leaving is noticed, and its place given to the next. */
static void notices_who_leaves(void **state) {
  (void)state;
  wg_http *http = begin(1, 3);
  int port = wg_http_port(http);
  client c[3];
  for (int turn = 0; turn < 2; turn++) {
    for (int i = 0; i < 3; i++) {
      c[i] = view(port, "/feed");
      assert_true(client_until(&c[i], "\r\n\r\n") > 0);
    }
    reply r = get(port, "/feed");
    assert_int_equal(r.code, 503);
    assert_non_null(strstr(wg_buf_str(&r.body), "too-many-streams"));
    reply_free(&r);
    for (int i = 0; i < 3; i++) client_close(&c[i]);
    wait_until(wg_http_streams(http) == 0);
  }
  end(http);
}

/* A sleeping stream must outlive stall_seconds: silence is no stall. */
static void silence_is_no_stall(void **state) {
  (void)state;
  wg_http *http = begin(1, 0);
  client c = view(wg_http_port(http), "/feed");
  ssize_t n = client_until(&c, "\r\n\r\n");
  client_drop(&c, (size_t)n);
  assert_false(client_more(&c, 1700));
  assert_false(c.closed);
  publish(http, 1);
  assert_true(client_until(&c, "id: ") > 0);
  client_close(&c);
  end(http);
}

/* In one turn, some viewers do not read: the server does not wait for them forever. */
static bool stuck(int turn, int i) { return turn == 4 && i % 8 == 7; }

/* Asleep, stalled or idle: nobody may make an epoll thread go round in circles. */
static void waiting_costs_nothing(void **state) {
  (void)state;
  wg_http *http = begin(0, 0);
  client c[4];
  static const char *const paths[] = {"/feed", "/endless", "/hello", "/own"};
  for (int i = 0; i < 4; i++) {
    c[i] = view(wg_http_port(http), paths[i]);
    assert_true(client_until(&c[i], "\r\n\r\n") > 0);
  }
  publish(http, 1);
  int64_t before = -1;
  wait_until(({ /* the endless one has filled its socket */
                bool same = before == pulled_bytes;
                before = pulled_bytes;
                poll(NULL, 0, 50);
                same;
  }));
  int64_t cpu = cpu_ms();
  poll(NULL, 0, 500); /* the time that is measured */
  assert_true(cpu_ms() - cpu < 100);
  for (int i = 0; i < 4; i++) client_close(&c[i]);
  opened++; /* own_stream does not count itself */
  end(http);
}

static void stops_under_its_viewers(void **state) {
  (void)state;
  for (int turn = 0; turn < 10; turn++) {
    enum { N = 40 };
    wg_http *http = begin(0, 0);
    client c[N];
    for (int i = 0; i < N; i++) c[i] = view(wg_http_port(http), stuck(turn, i) ? "/endless" : "/feed");
    for (int i = 0; i < N; i++) assert_true(client_until(&c[i], "\r\n\r\n") > 0);
    if (turn % 2) publish(http, 1);
    end(http);
    for (int i = 0; i < N; i++) {
      if (i % 8 != 7)
        assert_true(client_until(&c[i], "0\r\n\r\n") > 0); /* an orderly end, so that they come back */
      client_close(&c[i]);
    }
  }
}

/* Viewers come, leave and are woken from two threads while the server stops. */
static void *come_and_go(void *arg) {
  int port = *(int *)arg;
  for (int i = 0; i < 100000; i++) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&a, sizeof a)) {
      close(fd);
      break;
    }
    static const char text[] = "GET /feed?from=0 HTTP/1.1\r\nHost: t\r\n\r\n";
    char in[4096];
    if (send(fd, text, sizeof text - 1, MSG_NOSIGNAL) > 0 && i % 3) (void)!recv(fd, in, sizeof in, 0);
    close(fd);
  }
  return NULL;
}

static void stops_while_viewers_come_and_go(void **state) {
  (void)state;
  for (int turn = 0; turn < 8; turn++) {
    wg_http *http = begin(1, 0);
    int port = wg_http_port(http);
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) assert_int_equal(pthread_create(&threads[i], NULL, come_and_go, &port), 0);
    wait_until((publish(http, 1), closed > 30));
    end(http);
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(opens_at_once_and_ends_in_order),
      cmocka_unit_test(a_thousand_viewers_hear_at_once),
      cmocka_unit_test(no_wake_is_lost),
      cmocka_unit_test(one_stream_can_be_woken_alone),
      cmocka_unit_test(cuts_off_who_never_reads),
      cmocka_unit_test(keeps_a_slow_reader),
      cmocka_unit_test(notices_who_leaves),
      cmocka_unit_test(silence_is_no_stall),
      cmocka_unit_test(waiting_costs_nothing),
      cmocka_unit_test(stops_under_its_viewers),
      cmocka_unit_test(stops_while_viewers_come_and_go),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
