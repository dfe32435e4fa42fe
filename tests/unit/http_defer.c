/* Answers given later, by pool threads and by tokens from other threads: also when the client is gone, when
 * requests are pipelined, when the pool is full, and while the server stops. */
#include "base/pool.h"
#include "http_client.h"

/* --- a writer that completes tokens, as the engine's does --------------------------------------------- */

typedef struct job {
  wg_deferred *token;
  wg_request *q;
  wg_response *r;
} job;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER;
static job jobs[4096];
static int n_jobs;
static bool holding, ending; /* holding: jobs wait until released */
static atomic_int completed, released_users;

static void *write_loop(void *arg) {
  (void)arg;
  pthread_mutex_lock(&lock);
  while (!ending || n_jobs) {
    if (!n_jobs || (holding && !ending)) {
      pthread_cond_wait(&more, &lock);
      continue;
    }
    job j = jobs[--n_jobs];
    pthread_mutex_unlock(&lock);
    wg_status st = WG_OK;
    if (wg_request_query(j.q, "fail")) {
      st = wg_fail(&j.q->err, WG_CONFLICT, "version", WG_T("stale", "过期"));
    } else {
      j.r->type = "text/plain";
      wg_buf_printf(&j.r->body, "done %s", j.q->url);
      if (wg_request_query(j.q, "large"))
        for (int i = 0; i < 20000; i++) wg_buf_printf(&j.r->body, "%d,", i);
    }
    atomic_fetch_add(&completed, 1);
    wg_http_complete(j.token, st);
    pthread_mutex_lock(&lock);
  }
  pthread_mutex_unlock(&lock);
  return NULL;
}

static void hold(bool on) {
  pthread_mutex_lock(&lock);
  holding = on;
  pthread_cond_broadcast(&more);
  pthread_mutex_unlock(&lock);
}

static int waiting(void) {
  pthread_mutex_lock(&lock);
  int n = n_jobs;
  pthread_mutex_unlock(&lock);
  return n;
}

/* --- handlers ----------------------------------------------------------------------------------------- */

static wg_status later(wg_request *q, wg_response *r) {
  wg_deferred *token = wg_http_defer(q, r);
  if (!token || wg_http_defer(q, r)) abort(); /* one token, never two */
  pthread_mutex_lock(&lock);
  jobs[n_jobs++] = (job){token, q, r};
  pthread_cond_signal(&more);
  pthread_mutex_unlock(&lock);
  return WG_OK;
}

/* Handing over failed: the handler completes its own token. */
static wg_status at_once(wg_request *q, wg_response *r) {
  wg_deferred *token = wg_http_defer(q, r);
  wg_http_complete(token, wg_fail(&q->err, WG_BUSY, "", WG_T("queue full", "队列已满")));
  return WG_OK;
}

static wg_status in_pool(wg_request *q, wg_response *r) {
  r->type = "text/plain";
  wg_buf_printf(&r->body, "pool %s %s %.*s", (const char *)q->pool_mine, (const char *)q->user,
                (int)q->body_len, q->body);
  return WG_OK;
}

static atomic_int blocked;
static atomic_bool gate_open;

static wg_status block(wg_request *q, wg_response *r) {
  atomic_fetch_add(&blocked, 1);
  while (!atomic_load(&gate_open)) poll(NULL, 0, 1);
  return in_pool(q, r);
}

static wg_status allow(wg_request *q, const wg_route *route) {
  (void)route;
  q->user = strdup("someone");
  return WG_OK;
}

static void release(void *user) {
  free(user);
  atomic_fetch_add(&released_users, 1);
}

static void *pool_start(void *app) { return app; }

static const wg_route routes[] = {
    ROUTE("GET", "/hello", say_hello, WG_INLINE, 0), ROUTE("GET", "/later", later, WG_INLINE, 0),
    ROUTE("POST", "/later", later, WG_INLINE, 1000), ROUTE("GET", "/pool/later", later, WG_POOL, 0),
    ROUTE("GET", "/at_once", at_once, WG_INLINE, 0), ROUTE("GET", "/pool/at_once", at_once, WG_POOL, 0),
    ROUTE("POST", "/pool", in_pool, WG_POOL, 1000),  ROUTE("GET", "/pool", in_pool, WG_POOL, 0),
    ROUTE("GET", "/block", block, WG_POOL, 0),
};

static int http_threads; /* 0: the default */

static wg_http *begin(int pool_waiting) {
  return START(routes, .authorize = allow, .release = release, .pool_start = pool_start,
               .pool_waiting = pool_waiting, .http_threads = http_threads, .app = (void *)(uintptr_t) "mine");
}

static pthread_t writer;

static int setup(void **state) {
  (void)state;
  return pthread_create(&writer, NULL, write_loop, NULL);
}

static int teardown(void **state) {
  (void)state;
  pthread_mutex_lock(&lock);
  ending = true;
  pthread_cond_broadcast(&more);
  pthread_mutex_unlock(&lock);
  return pthread_join(writer, NULL);
}

/* --- tests -------------------------------------------------------------------------------------------- */

static void expect(client *c, int code, const char *words) {
  reply r;
  assert_true(client_reply(c, &r, false));
  if (r.code != code || !strstr(wg_buf_str(&r.body), words))
    fail_msg("%d %s instead of %d %s", r.code, wg_buf_str(&r.body), code, words);
  reply_free(&r);
}

static void answers_from_other_threads(void **state) {
  (void)state;
  wg_http *http = begin(0);
  client c = client_open(wg_http_port(http));
  for (int i = 0; i < 50; i++) {
    client_send(&c, "GET /later?a=1 HTTP/1.1\r\nHost: t\r\n\r\n");
    expect(&c, 200, "done /later?a=1");
    client_send(&c, "POST /later HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabc");
    expect(&c, 200, "done /later");
    client_send(&c, "GET /pool/later?fail HTTP/1.1\r\nHost: t\r\n\r\n");
    expect(&c, 409, "\"field\":\"version\"");
    client_send(&c, "GET /at_once HTTP/1.1\r\nHost: t\r\n\r\nGET /pool/at_once HTTP/1.1\r\nHost: t\r\n\r\n");
    expect(&c, 503, "队列已满");
    expect(&c, 503, "队列已满");
    client_send(&c, "POST /pool HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n\r\nbody");
    expect(&c, 200, "pool mine someone body");
    client_send(&c, "GET /hello HTTP/1.1\r\nHost: t\r\n\r\n");
    expect(&c, 200, "hello");
  }
  client_send(&c, "GET /later?large HTTP/1.1\r\nHost: t\r\nAccept-Encoding: gzip\r\n\r\n");
  reply r;
  assert_true(client_reply(&c, &r, false));
  assert_string_equal(reply_header(&r, "Content-Encoding"), "gzip");
  reply_free(&r);
  client_close(&c);
  wg_http_stop(http);
}

static void keeps_pipelined_requests_in_order(void **state) {
  (void)state;
  wg_http *http = begin(0);
  client c = client_open(wg_http_port(http));
  wg_buf text;
  wg_buf_init(&text, 1 << 20);
  static const char *const paths[] = {"/later?n=%d", "/hello?n=%d", "/pool?n=%d", "/pool/later?n=%d",
                                      "/nowhere?n=%d"};
  enum { N = 200 };
  for (int i = 0; i < N; i++) {
    char path[40];
    snprintf(path, sizeof path, "%.*s%d", (int)strcspn(paths[i % 5], "%"), paths[i % 5], i);
    wg_buf_printf(&text, "GET %s HTTP/1.1\r\nHost: t\r\n\r\n", path);
  }
  client_send_n(&c, text.data, text.len);
  wg_buf_deinit(&text);
  for (int i = 0; i < N; i++) {
    char words[40];
    snprintf(words, sizeof words, "done /%slater?n=%d", i % 5 == 3 ? "pool/" : "", i);
    if (i % 5 == 0 || i % 5 == 3)
      expect(&c, 200, words);
    else if (i % 5 == 1)
      expect(&c, 200, "hello");
    else if (i % 5 == 2)
      expect(&c, 200, "pool mine");
    else
      expect(&c, 404, "not-found");
  }
  client_close(&c);
  wg_http_stop(http);
}

static void survives_clients_that_hang_up(void **state) {
  (void)state;
  wg_http *http = begin(0);
  int port = wg_http_port(http), before = completed;
  enum { N = 200 };
  hold(true);
  released_users = 0;
  for (int i = 0; i < N; i++) {
    client c = client_open(port);
    client_send(&c, i % 2 ? "GET /later?large HTTP/1.1\r\nHost: t\r\n\r\n"
                          : "GET /pool/later HTTP/1.1\r\nHost: t\r\n\r\n");
    struct linger hard = {1, 0}; /* every third with a reset instead of an orderly end */
    if (i % 3 == 0) {
      wait_until(waiting() > i); /* a reset would discard what is not read yet */
      setsockopt(c.fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    }
    client_close(&c);
  }
  wait_until(waiting() == N);
  hold(false);
  wait_until(completed - before == N);
  wg_http_stats stats;
  wait_until((wg_http_get_stats(http, &stats), stats.connections == 0));
  assert_int_equal(released_users, N); /* everything of every request was given back */
  reply r = get(port, "/hello");
  assert_int_equal(r.code, 200);
  reply_free(&r);
  wg_http_stop(http);
}

static void says_so_when_the_pool_is_full(void **state) {
  (void)state;
  wg_http *http = begin(3); /* 2 threads, 3 waiting */
  client c[8];
  blocked = 0;
  gate_open = false;
  for (int i = 0; i < 2; i++) {
    c[i] = client_open(wg_http_port(http));
    client_send(&c[i], "GET /block HTTP/1.1\r\nHost: t\r\n\r\n");
  }
  wait_until(blocked == 2);
  for (int i = 2; i < 8; i++) {
    c[i] = client_open(wg_http_port(http));
    client_send(&c[i], "GET /block HTTP/1.1\r\nHost: t\r\n\r\n");
  }
  int refused = 0; /* three of the six are refused at once, while the others wait */
  wait_until(({
    refused = 0;
    for (int i = 2; i < 8; i++) refused += c[i].in.len || client_more(&c[i], 0);
    refused == 3;
  }));
  gate_open = true;
  int served = 0;
  for (int i = 0; i < 8; i++) {
    reply r;
    assert_true(client_reply(&c[i], &r, false));
    if (r.code == 200)
      served++;
    else {
      assert_int_equal(r.code, 503);
      assert_string_equal(reply_header(&r, "Retry-After"), "1");
    }
    reply_free(&r);
    client_close(&c[i]);
  }
  assert_int_equal(served, 5);
  wg_http_stop(http);
}

static void *stop_thread(void *http) {
  wg_http_stop(http);
  return NULL;
}

/* Stopping waits for what is deferred and answers it; it does not abort on suspended connections. */
static void stops_only_when_all_are_answered(void **state) {
  (void)state;
  for (int turn = 0; turn < 5; turn++) {
    wg_http *http = begin(0);
    int port = wg_http_port(http);
    client c[20];
    hold(true);
    for (int i = 0; i < 20; i++) {
      c[i] = client_open(port);
      client_send(&c[i], i % 2 ? "GET /later HTTP/1.1\r\nHost: t\r\n\r\n"
                               : "GET /pool/later HTTP/1.1\r\nHost: t\r\n\r\n");
    }
    client idle = client_open(port), half = client_open(port);
    client_send(&half, "GET /la");
    wait_until(waiting() == 20);
    pthread_t stopper;
    assert_int_equal(pthread_create(&stopper, NULL, stop_thread, http), 0);
    /* It has begun to stop when a new request is turned away. */
    wait_until(({
      client_send(&idle, "GET /hello HTTP/1.1\r\nHost: t\r\n\r\n");
      reply r;
      int code = client_reply(&idle, &r, false) ? r.code : 503;
      reply_free(&r);
      code == 503;
    }));
    /* It waits as long as it takes, here past the time it grants to answers already on their way. */
    if (turn == 0) assert_false(client_more(&c[0], 1500));
    hold(false);
    for (int i = 0; i < 20; i++) {
      expect(&c[i], 200, "done");
      client_close(&c[i]);
    }
    pthread_join(stopper, NULL);
    client_close(&idle);
    client_close(&half);
  }
}

/* Stopped in the middle of traffic, again and again. */
static void *hammer(void *arg) {
  int port = *(int *)arg;
  for (int i = 0; i < 100000; i++) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&a, sizeof a)) {
      close(fd);
      break; /* stopped */
    }
    static const char text[] = "GET /later HTTP/1.1\r\nHost: t\r\n\r\nGET /pool HTTP/1.1\r\nHost: t\r\n\r\n";
    char in[4096];
    if (send(fd, text, sizeof text - 1, MSG_NOSIGNAL) > 0 && i % 4) (void)!recv(fd, in, sizeof in, 0);
    close(fd);
  }
  return NULL;
}

static void stops_in_the_middle_of_traffic(void **state) {
  (void)state;
  for (int turn = 0; turn < 10; turn++) {
    http_threads = turn % 3; /* 0: two */
    wg_http *http = begin(0);
    int port = wg_http_port(http);
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) assert_int_equal(pthread_create(&threads[i], NULL, hammer, &port), 0);
    wg_http_stats stats;
    wait_until((wg_http_get_stats(http, &stats), stats.requests > 50 * (turn + 1)));
    wg_http_stop(http);
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(answers_from_other_threads),       cmocka_unit_test(keeps_pipelined_requests_in_order),
      cmocka_unit_test(survives_clients_that_hang_up),    cmocka_unit_test(says_so_when_the_pool_is_full),
      cmocka_unit_test(stops_only_when_all_are_answered), cmocka_unit_test(stops_in_the_middle_of_traffic),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
