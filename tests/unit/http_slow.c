/* Clients that take their time: half a request, a byte now and then, an answer not read, an idle connection.
 * Each is cut off, and none of it stops the others. */
#include "http_client.h"

enum { STALL_S = 1, STALL_MS = 1000 * STALL_S };

static atomic_int bodies;

static wg_status receive(wg_request *q, wg_response *r) {
  (void)q;
  (void)r;
  atomic_fetch_add(&bodies, 1);
  return WG_OK;
}

static wg_status large(wg_request *q, wg_response *r) {
  (void)q;
  r->type = "application/octet-stream";
  for (int i = 0; i < 32; i++) {
    char *to = wg_buf_reserve(&r->body, 1 << 20);
    if (!to) return WG_NO_MEMORY;
    memset(to, i, 1 << 20);
    r->body.len += 1 << 20;
  }
  return WG_OK;
}

static atomic_bool gate_open;

static wg_status slow_pool(wg_request *q, wg_response *r) {
  while (!atomic_load(&gate_open)) poll(NULL, 0, 1);
  return say_hello(q, r);
}

static const wg_route routes[] = {
    ROUTE("GET", "/hello", say_hello, WG_INLINE, 0),
    ROUTE("POST", "/take", receive, WG_INLINE, 1 << 20),
    ROUTE("GET", "/large", large, WG_INLINE, 0),
    ROUTE("GET", "/pool", slow_pool, WG_POOL, 0),
};

static wg_http *http;
static int port;

static int setup(void **state) {
  (void)state;
  http = START(routes, .stall_seconds = STALL_S);
  port = wg_http_port(http);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  wg_http_stop(http);
  return 0;
}

static void others_are_served(void) {
  reply r = get(port, "/hello");
  assert_int_equal(r.code, 200);
  reply_free(&r);
}

static void no_connection_is_left(void) {
  wg_http_stats s;
  wait_until((wg_http_get_stats(http, &s), s.connections == 0));
}

/* Waits for the cut and returns how long it took. */
static int64_t until_cut(client *c, int64_t begun) {
  while (client_more(c, WAIT_MS)) {}
  if (!c->closed) fail_msg("not cut off in %d ms", WAIT_MS);
  return now_ms() - begun;
}

static void half_requests_are_cut(void **state) {
  (void)state;
  static const char *const halves[] = {
      "",
      "G",
      "GET /hello HTTP/1.1\r\n",
      "GET /hello HTTP/1.1\r\nHost: t\r\n",
      "POST /take HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\n12345",
      "POST /take HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12",
      "POST /take HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n"};
  enum { N = sizeof halves / sizeof *halves };
  client c[N];
  int64_t begun = now_ms();
  int before = bodies;
  for (int i = 0; i < N; i++) {
    c[i] = client_open(port);
    client_send(&c[i], halves[i]);
  }
  others_are_served();
  for (int i = 0; i < N; i++) {
    int64_t took = until_cut(&c[i], begun);
    if (took < STALL_MS) fail_msg("“%s” was cut already after %lld ms", halves[i], (long long)took);
    assert_int_equal(c[i].in.len, 0);
    client_close(&c[i]);
  }
  assert_int_equal(bodies, before);
  no_connection_is_left();
}

/* One byte every 50 ms is progress, but not enough of it: the whole request has a limit. */
static void dripping_requests_are_cut(void **state) {
  (void)state;
  static const char *const starts[] = {"GET /hello HTTP/1.1\r\nHost: t\r\nX: ", "G",
                                       "POST /take HTTP/1.1\r\nHost: t\r\nContent-Length: 100000\r\n\r\n"};
  enum { N = 3 };
  client c[N];
  int64_t begun = now_ms();
  for (int i = 0; i < N; i++) {
    c[i] = client_open(port);
    client_send(&c[i], starts[i]);
  }
  for (int open = N; open && now_ms() - begun < WAIT_MS;) {
    open = 0;
    for (int i = 0; i < N; i++) {
      if (c[i].closed) continue;
      client_send(&c[i], "x");
      client_more(&c[i], 20);
      if (c[i].closed) assert_true(now_ms() - begun >= STALL_MS);
      open += !c[i].closed;
    }
  }
  assert_true(now_ms() - begun < STALL_MS * 5);
  for (int i = 0; i < N; i++) {
    assert_true(c[i].closed);
    client_close(&c[i]);
  }
  others_are_served();
  no_connection_is_left();
}

/* A body that keeps coming at a decent pace may take longer than that. */
static void a_steady_upload_is_taken(void **state) {
  (void)state;
  client c = client_open(port);
  char piece[2000];
  memset(piece, 'p', sizeof piece);
  client_send(&c, "POST /take HTTP/1.1\r\nHost: t\r\nContent-Length: 100000\r\n\r\n");
  int64_t begun = now_ms();
  for (int i = 0; i < 50; i++) {
    assert_true(client_send_n(&c, piece, sizeof piece));
    poll(NULL, 0, 40); /* its slowness is the point here */
  }
  reply r;
  assert_true(client_reply(&c, &r, false));
  assert_int_equal(r.code, 204);
  assert_true(now_ms() - begun > STALL_MS);
  reply_free(&r);
  client_close(&c);
}

static void an_answer_not_read_is_cut(void **state) {
  (void)state;
  client c = client_open(port);
  int64_t begun = now_ms();
  client_send(&c, "GET /large HTTP/1.1\r\nHost: t\r\n\r\n");
  no_connection_is_left();
  assert_true(now_ms() - begun >= STALL_MS);
  size_t got = 0;
  while (client_more(&c, WAIT_MS)) got += c.in.len, wg_buf_reset(&c.in);
  assert_true(c.closed);
  assert_true(got < (size_t)32 << 20);
  client_close(&c);
  /* and one that reads it gets all */
  reply r = get(port, "/large");
  assert_int_equal(r.body.len, 32 << 20);
  reply_free(&r);
}

static void idle_connections_are_closed(void **state) {
  (void)state;
  client c = client_open(port);
  reply r;
  for (int i = 0; i < 2; i++) {
    client_send(&c, "GET /hello HTTP/1.1\r\nHost: t\r\n\r\n");
    assert_true(client_reply(&c, &r, false));
    assert_int_equal(r.code, 200);
    reply_free(&r);
  }
  assert_true(until_cut(&c, now_ms()) >= STALL_MS / 2);
  client_close(&c);
}

/* The server's own slowness is not the client's fault. */
static void a_slow_handler_is_no_reason_to_cut(void **state) {
  (void)state;
  gate_open = false;
  client c = client_open(port);
  client_send(&c, "GET /pool HTTP/1.1\r\nHost: t\r\n\r\n");
  assert_false(client_more(&c, STALL_MS * 2));
  assert_false(c.closed);
  gate_open = true;
  reply r;
  assert_true(client_reply(&c, &r, false));
  assert_int_equal(r.code, 200);
  reply_free(&r);
  client_close(&c);
}

/* Five hundred of them at once. */
static void a_crowd_of_slow_ones_harms_nobody(void **state) {
  (void)state;
  enum { N = 500 };
  client *c = calloc(N, sizeof *c);
  assert_non_null(c);
  for (int i = 0; i < N; i++) {
    c[i] = client_open(port);
    client_send(&c[i], i % 2 ? "POST /take HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\n" : "GET /he");
  }
  others_are_served();
  for (int i = 0; i < N; i++) {
    until_cut(&c[i], 0);
    client_close(&c[i]);
  }
  free(c);
  no_connection_is_left();
  others_are_served();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(half_requests_are_cut),
      cmocka_unit_test(dripping_requests_are_cut),
      cmocka_unit_test(a_steady_upload_is_taken),
      cmocka_unit_test(an_answer_not_read_is_cut),
      cmocka_unit_test(idle_connections_are_closed),
      cmocka_unit_test(a_slow_handler_is_no_reason_to_cut),
      cmocka_unit_test(a_crowd_of_slow_ones_harms_nobody),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
