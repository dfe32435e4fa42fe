/* What comes in: decoding, hostile paths and queries, limits of headers and bodies, the proxy's word. */
#include "http_client.h"

static atomic_int handled; /* bodies that reached the handler */

/* Shows the request as the handler sees it. */
static wg_status show(wg_request *q, wg_response *r) {
  r->type = "text/plain";
  const char *a = wg_request_query(q, "a"), *cookie = wg_request_cookie(q, "session");
  const char *agent = wg_request_header(q, "user-agent");
  static const char *const known[] = {"a", "b", NULL};
  const char *stranger = wg_request_query_stranger(q, known);
  wg_buf_printf(&r->body, "path=%s a=%s cookie=%s agent=%s stranger=%s lang=%s address=%s secure=%d", q->path,
                a ? a : "-", cookie ? cookie : "-", agent ? agent : "-", stranger ? stranger : "-", q->lang,
                q->address, q->secure);
  return WG_OK;
}

static wg_status keep(wg_request *q, wg_response *r) {
  atomic_fetch_add(&handled, 1);
  r->type = "text/plain";
  r->no_compress = true;
  wg_buf_add(&r->body, q->body, q->body_len);
  return WG_OK;
}

static const wg_route routes[] = {
    ROUTE("GET", "/show/{x}", show, WG_INLINE, 0), ROUTE("GET", "/show", show, WG_INLINE, 0),
    ROUTE("POST", "/keep", keep, WG_INLINE, 1000), ROUTE("POST", "/big", keep, WG_POOL, 4 << 20),
    ROUTE("POST", "/nothing", keep, WG_INLINE, 0), ROUTE("GET", "/keep", keep, WG_INLINE, 0),
};

static wg_http *http;
static int port;

static int setup(void **state) {
  (void)state;
  http = START(routes, .proxies = "10.1.1.1, 127.0.0.1,::1");
  port = wg_http_port(http);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  wg_http_stop(http);
  return 0;
}

static void expect_text(reply r, int code, const char *words) {
  if (r.code != code) fail_msg("%d instead of %d: %s", r.code, code, wg_buf_str(&r.body));
  if (!strstr(wg_buf_str(&r.body), words)) fail_msg("“%s” is not in: %s", words, wg_buf_str(&r.body));
  reply_free(&r);
}

static void decodes_once(void **state) {
  (void)state;
  expect_text(get(port, "/show?a=%E7%BD%91%E6%A0%BC+1%2B1"), 200, "a=网格 1+1 ");
  expect_text(get(port, "/show?a=%2541"), 200, "a=%41 ");
  expect_text(get(port, "/show?a"), 200, "a= ");
  expect_text(get(port, "/show?a=x=y&b=&&"), 200, "a=x=y ");
  expect_text(get(port, "/show?b=1"), 200, "a=- ");
  expect_text(get(port, "/show?%61=1"), 200, "a=1 ");
  expect_text(get(port, "/show?a=1&zoom=2"), 200, "stranger=zoom ");
  expect_text(get(port, "/show?a=1&lang=en"), 200, "stranger=- lang=en");
  expect_text(get(port, "/show/%2541"), 200, "path=/show/%41 ");
  expect_text(get(port, "http://other.host/show?a=1"), 200, "path=/show a=1 ");
  expect_text(
      ask(port,
          "GET /show HTTP/1.1\r\nHost: t\r\nCookie: x=1; session=abc; y=2\r\nUser-Agent: 浏览器\r\n\r\n"),
      200, "cookie=abc agent=浏览器 ");
  expect_text(ask(port, "GET /show HTTP/1.1\r\nHost: t\r\nUser-Agent: \xff\xfe\r\n\r\n"), 200, "agent=- ");
}

static void refuses_hostile_paths(void **state) {
  (void)state;
  static const char *const bad[] = {
      "/show/%00",
      "/show/a%00b",
      "/show/%2e%2e",
      "/show/..",
      "/show/%2E./x",
      "/../show",
      "/./show",
      "//show",
      "/show//x",
      "/show/%2f",
      "/show/a%2Fb",
      "/show/%",
      "/show/%4",
      "/show/%zz",
      "/show/%c0%ae",
      "/show/%e0%80%af",
      "/show/%ff",
      "/show/%ed%a0%80",
      "/show/%f5%80%80%80",
      "/show/%0a",
      "/show/%0d%0aX:%20y",
      "/show/%7f",
      "/show/\xff",
      "show",
      "*",
      "/show?a=%ff",
      "/show?a=%00",
      "/show?a=%",
      "/show?%c0%af=1",
      "/show?a=1&a=2",
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    reply r = get(port, bad[i]);
    if (r.code != 400) fail_msg("%s was answered with %d", bad[i], r.code);
    assert_string_equal(reply_header(&r, "Content-Type"), "application/problem+json");
    reply_free(&r);
  }
  expect_text(get(port, "/show?a=1&a=2"), 400, "\"field\":\"a\"");
}

static char *filled(size_t n, char with) {
  char *s = malloc(n + 1);
  assert_non_null(s);
  memset(s, with, n);
  s[n] = 0;
  return s;
}

static void limits_address_and_headers(void **state) {
  (void)state;
  char *s = filled(8186, 'x');
  expect_text(ask(port, "GET /show?a=%s HTTP/1.1\r\nHost: t\r\n\r\n", s), 200, "a=xxx"); /* 8188 of query */
  expect_text(ask(port, "GET /show?a=%sxxxxxxxx HTTP/1.1\r\nHost: t\r\n\r\n", s), 414, "uri-too-long");
  expect_text(ask(port, "GET /%.3000s HTTP/1.1\r\nHost: t\r\n\r\n", s), 414, "uri-too-long");
  expect_text(ask(port, "GET /show HTTP/1.1\r\nHost: t\r\nX: %s\r\n\r\n", s), 200, "path=/show");
  expect_text(ask(port, "GET /show HTTP/1.1\r\nHost: t\r\nX: %s\r\nY: %.5000s\r\n\r\n", s, s), 431,
              "headers-too-large");
  free(s);
  s = filled(200000, 'x'); /* past what the connection can hold: the library's own answer, or none */
  reply r = ask(port, "GET /%s HTTP/1.1\r\nHost: t\r\n\r\n", s);
  assert_true(r.code == 414 || r.code == -1);
  reply_free(&r);
  r = ask(port, "GET /show HTTP/1.1\r\nHost: t\r\nX: %s\r\n\r\n", s);
  assert_true(r.code == 431 || r.code == -1);
  reply_free(&r);
  free(s);
  char many[1024] = "/show?x0";
  for (int i = 1; i <= 64; i++) sprintf(many + strlen(many), "&x%d", i);
  expect_text(get(port, many), 400, "64");
}

static void speaks_the_language_asked_for(void **state) {
  (void)state;
  static const struct {
    const char *accept, *lang;
  } cases[] = {{"en-US,en;q=0.9,zh;q=0.8", "en"},
               {"zh-CN,zh;q=0.9,en;q=0.8", "zh"},
               {"fr,en;q=0.5", "en"},
               {"fr", "zh"},
               {"en;q=0.1, zh;q=0.2", "zh"},
               {"en;q=0", "zh"},
               {";,;q=,,", "zh"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char words[16];
    snprintf(words, sizeof words, "lang=%s ", cases[i].lang);
    expect_text(ask(port, "GET /show HTTP/1.1\r\nHost: t\r\nAccept-Language: %s\r\n\r\n", cases[i].accept),
                200, words);
  }
  expect_text(ask(port, "GET /show?lang=zh HTTP/1.1\r\nHost: t\r\nAccept-Language: en\r\n\r\n"), 200,
              "lang=zh ");
}

static void believes_only_the_declared_proxy(void **state) {
  (void)state;
#define FORWARDED                                                                                            \
  "GET /show HTTP/1.1\r\nHost: t\r\nX-Forwarded-For: 6.6.6.6, 203.0.113.9\r\nX-Forwarded-Proto: "            \
  "https\r\n\r\n"
  expect_text(ask(port, FORWARDED), 200, "address=203.0.113.9 secure=1");
  expect_text(ask(port, "GET /show HTTP/1.1\r\nHost: t\r\nX-Forwarded-For: <script>\r\n\r\n"), 200,
              "address=127.0.0.1 secure=0");
  /* further proxies of ours are passed over; what a client claims stands before, and does not count */
  static const struct {
    const char *list, *address;
  } chains[] = {{"6.6.6.6, 203.0.113.9, 10.1.1.1", "203.0.113.9"},
                {"203.0.113.9,10.1.1.1,127.0.0.1", "203.0.113.9"},
                {"10.1.1.1", "10.1.1.1"},
                {"6.6.6.6, 0:0:0:0:0:0:0:1", "6.6.6.6"},
                {"2001:DB8::0:1", "2001:db8::1"},
                {"6.6.6.6,", "127.0.0.1"},
                {"", "127.0.0.1"},
                {",,,", "127.0.0.1"},
                {"6.6.6.6, unknown", "127.0.0.1"},
                {"6.6.6.6, 203.0.113.9:4711", "127.0.0.1"},
                {"6.6.6.6 203.0.113.9", "203.0.113.9"},
                {"6.6.6.6, 203.0.113.9.evil.example", "127.0.0.1"},
                {"00000000000000000000000000000000000000000000000000000000001.2.3.4", "127.0.0.1"}};
  for (size_t i = 0; i < sizeof chains / sizeof *chains; i++) {
    char words[80];
    snprintf(words, sizeof words, "address=%s secure=0", chains[i].address);
    expect_text(ask(port, "GET /show HTTP/1.1\r\nHost: t\r\nX-Forwarded-For: %s\r\n\r\n", chains[i].list),
                200, words);
  }
  static const struct {
    const char *proto;
    int secure;
  } protos[] = {{"https", 1},       {"HTTPS", 1},  {"http", 0}, {"https, http", 0},
                {"http, https", 1}, {"httpsx", 0}, {"", 0}};
  for (size_t i = 0; i < sizeof protos / sizeof *protos; i++) {
    char words[40];
    snprintf(words, sizeof words, "address=127.0.0.1 secure=%d", protos[i].secure);
    expect_text(ask(port, "GET /show HTTP/1.1\r\nHost: t\r\nX-Forwarded-Proto: %s\r\n\r\n", protos[i].proto),
                200, words);
  }
  wg_http *plain = START(routes);
  expect_text(ask(wg_http_port(plain), FORWARDED), 200, "address=127.0.0.1 secure=0");
  wg_http_stop(plain);
}

static void takes_bodies(void **state) {
  (void)state;
  expect_text(ask(port, "POST /keep HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nabcde"), 200, "abcde");
  expect_text(ask(port, "POST /keep HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: "
                        "chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: 1\r\n\r\n"),
              200, "abcde");
  expect_text(
      ask(port, "POST /keep HTTP/1.1\r\nHost: t\r\nContent-Encoding: identity\r\nContent-Length: 1\r\n\r\nx"),
      200, "x");
  reply r = ask(port, "POST /keep HTTP/1.1\r\nHost: t\r\n\r\n"); /* no body at all */
  assert_int_equal(r.code, 204);
  reply_free(&r);
  /* three megabytes, in whatever pieces they come */
  char *s = filled(3 << 20, 'm');
  r = ask(port, "POST /big HTTP/1.1\r\nHost: t\r\nContent-Length: %d\r\n\r\n%s", 3 << 20, s);
  assert_int_equal(r.code, 200);
  assert_int_equal(r.body.len, 3 << 20);
  assert_memory_equal(r.body.data, s, 3 << 20);
  reply_free(&r);
  free(s);
}

static void asks_for_the_body_only_when_it_is_wanted(void **state) {
  (void)state;
  client c = client_open(port);
  reply r;
  client_send(&c, "POST /keep HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  assert_true(client_reply(&c, &r, false));
  assert_int_equal(r.code, 100);
  reply_free(&r);
  client_send(&c, "12345");
  assert_true(client_reply(&c, &r, false));
  expect_text(r, 200, "12345");
  client_send(&c, "POST /keep HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 5000\r\n\r\n");
  assert_true(client_reply(&c, &r, false));
  expect_text(r, 413, "/problems/too-large"); /* no 100 before it */
  client_close(&c);
}

/* A gigabyte is announced and not sent: the answer comes at once. */
static void refuses_a_gigabyte_unread(void **state) {
  (void)state;
  int before = handled;
  reply r = ask(port, "POST /keep HTTP/1.1\r\nHost: t\r\nContent-Length: 1073741824\r\n\r\n");
  assert_string_equal(reply_header(&r, "Connection"), "close");
  expect_text(r, 413, "1000");
  expect_text(ask(port, "POST /nothing HTTP/1.1\r\nHost: t\r\nContent-Length: 1073741824\r\n\r\n"), 413,
              "/problems/too-large");
  expect_text(ask(port, "POST /nothing HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"), 413,
              "/problems/too-large");
  expect_text(ask(port, "GET /keep HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabc"), 413,
              "/problems/too-large");
  static const char *const lengths[] = {"99999999999999999999", "-1", "1x", "", "0x10", "+5"};
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    r = ask(port, "POST /keep HTTP/1.1\r\nHost: t\r\nContent-Length: %s\r\n\r\n", lengths[i]);
    if (r.code != 400 && r.code != 413)
      fail_msg("Content-Length: %s was answered with %d", lengths[i], r.code);
    reply_free(&r);
  }
  assert_int_equal(handled, before);
}

/* The client goes on sending chunks as if it had not seen the answer. */
static void refuses_a_chunked_body_in_mid_upload(void **state) {
  (void)state;
  int before = handled;
  for (int turn = 0; turn < 20; turn++) {
    client c = client_open(port);
    client_send(&c, "POST /keep HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n");
    char *chunk = filled(4096, 'c');
    char head[16];
    snprintf(head, sizeof head, "%x\r\n", 4096);
    for (int i = 0; i < 50; i++) client_send(&c, head), client_send(&c, chunk), client_send(&c, "\r\n");
    free(chunk);
    reply r;
    assert_true(client_reply(&c, &r, false));
    assert_string_equal(reply_header(&r, "Content-Type"), "application/problem+json");
    assert_string_equal(reply_header(&r, "Connection"), "close");
    expect_text(r, 413, "/problems/too-large");
    assert_false(client_more(&c, WAIT_MS)); /* and it closes */
    assert_true(c.closed);
    client_close(&c);
  }
  assert_int_equal(handled, before);
}

/* A simple client first sends all it has and only then reads. The server neither wants nor keeps the 8 MB,
 * and yet its closing must not turn into a reset that destroys the answer. */
static void the_answer_reaches_a_client_that_sends_on(void **state) {
  (void)state;
  char *s = filled(8 << 20, 'b');
  for (int turn = 0; turn < 10; turn++) {
    client c = client_open(port);
    client_send(&c, "POST /keep HTTP/1.1\r\nHost: t\r\nContent-Length: 8388608\r\n\r\n");
    assert_true(client_send(&c, s));
    reply r;
    assert_true(client_reply(&c, &r, false));
    expect_text(r, 413, "/problems/too-large");
    client_close(&c);
  }
  free(s);
}

static void refuses_contradictory_framing(void **state) {
  (void)state;
  static const char *const bad[] = {
      "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
      "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
      "Transfer-Encoding: identity\r\n\r\nabc",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
      "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
      "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
      "Host: u\r\n\r\n",
  };
  int before = handled;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    client c = client_open(port);
    reply r;
    client_send(&c, "POST /keep HTTP/1.1\r\nHost: t\r\n");
    client_send(&c, bad[i]);
    assert_true(client_reply(&c, &r, false));
    if (r.code != 400 && r.code != 413) fail_msg("%s was answered with %d", bad[i], r.code);
    reply_free(&r);
    if (i < 7) {
      while (client_more(&c, WAIT_MS)) {}
      assert_true(c.closed);
    }
    client_close(&c);
  }
  assert_int_equal(handled, before);
}

static void takes_no_compressed_body(void **state) {
  (void)state;
  expect_text(
      ask(port, "POST /keep HTTP/1.1\r\nHost: t\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"),
      415, "/problems/content-encoding");
}

/* An error need not cost the connection: the refused small body is read away. */
static void stays_after_errors(void **state) {
  (void)state;
  client c = client_open(port);
  static const struct {
    const char *text;
    int code;
  } turns[] = {
      {"GET /none HTTP/1.1\r\nHost: t\r\n\r\n", 404},
      {"POST /none HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nGET /", 404},
      {"POST /keep HTTP/1.1\r\nHost: t\r\nContent-Encoding: br\r\nContent-Length: 3\r\n\r\nabc", 415},
      {"DELETE /keep HTTP/1.1\r\nHost: t\r\n\r\n", 405},
      {"GET /show/%00 HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"POST /keep HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabc", 200},
  };
  for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
    reply r;
    client_send(&c, turns[i].text);
    assert_true(client_reply(&c, &r, false));
    assert_int_equal(r.code, turns[i].code);
    assert_null(reply_header(&r, "Connection"));
    reply_free(&r);
  }
  client_close(&c);
}

/* Bodies of all requests together are limited; what is over is refused in mid-upload and given back. */
static void limits_all_bodies_together(void **state) {
  (void)state;
  wg_http *small = START(routes, .body_memory = 1 << 20);
  char *s = filled(3 << 20, 'm');
  for (int turn = 0; turn < 3; turn++) {
    expect_text(
        ask(wg_http_port(small), "POST /big HTTP/1.1\r\nHost: t\r\nContent-Length: %d\r\n\r\n%s", 3 << 20, s),
        503, "/problems/busy");
    expect_text(ask(wg_http_port(small),
                    "POST /big HTTP/1.1\r\nHost: t\r\nContent-Length: 900000\r\n\r\n%.900000s", s),
                200, "mmm");
  }
  free(s);
  wg_http_stop(small);
}

static void garbage_is_no_request(void **state) {
  (void)state;
  wg_http *hasty =
      START(routes, .stall_seconds = 1); /* what looks like the beginning of a request waits so long */
  static const char *const bad[] = {"\r\n\r\n\r\n",
                                    "GET\r\n\r\n",
                                    "GET /\r\n\r\n",
                                    "GET / HTTP/9.9\r\n\r\n",
                                    "\x16\x03\x01\x02",
                                    "GET / HTTP/1.1\r\nNoColon\r\n\r\n",
                                    "GET /show HTTP/1.1\r\n\r\n",
                                    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    client c = client_open(wg_http_port(hasty));
    client_send(&c, bad[i]);
    shutdown(c.fd, SHUT_WR);
    while (client_more(&c, WAIT_MS)) {}
    if (!c.closed) fail_msg("garbage %zu was not closed", i);
    assert_null(c.in.len ? memmem(c.in.data, c.in.len, " 200 ", 5) : NULL);
    client_close(&c);
  }
  expect_text(get(wg_http_port(hasty), "/show"), 200, "path=/show");
  wg_http_stop(hasty);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(decodes_once),
      cmocka_unit_test(refuses_hostile_paths),
      cmocka_unit_test(limits_address_and_headers),
      cmocka_unit_test(speaks_the_language_asked_for),
      cmocka_unit_test(believes_only_the_declared_proxy),
      cmocka_unit_test(takes_bodies),
      cmocka_unit_test(asks_for_the_body_only_when_it_is_wanted),
      cmocka_unit_test(refuses_a_gigabyte_unread),
      cmocka_unit_test(refuses_a_chunked_body_in_mid_upload),
      cmocka_unit_test(the_answer_reaches_a_client_that_sends_on),
      cmocka_unit_test(refuses_contradictory_framing),
      cmocka_unit_test(takes_no_compressed_body),
      cmocka_unit_test(stays_after_errors),
      cmocka_unit_test(limits_all_bodies_together),
      cmocka_unit_test(garbage_is_no_request),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
