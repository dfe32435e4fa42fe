/* What goes out: problems in both languages, HEAD, 204 and 304, compression once, headers. */
#include "base/compress.h"
#include "base/json.h"
#include "http_client.h"

static char large[20000];

static wg_status fail_field(wg_request *q, wg_response *r) {
  wg_buf_add_str(&r->body, "half an ans"); /* must not leak into the problem */
  wg_response_header(q, r, "X-Kept", "1");
  return wg_fail_code(&q->err, WG_UNPROCESSABLE, "category-unknown", "category",
                      WG_T("There is no category “%s”.", "没有“%s”这个类别。"), "x\"y");
}

static wg_status fail_bare(wg_request *q, wg_response *r) {
  (void)r;
  return (wg_status)atoi(q->param[0]);
}

static wg_status big_json(wg_request *q, wg_response *r) {
  if (wg_request_query(q, "etag")) wg_response_header(q, r, "ETag", "\"abc\"");
  if (wg_request_query(q, "vary")) wg_response_header(q, r, "Vary", "Cookie");
  if (wg_request_query(q, "cache")) wg_response_header(q, r, "Cache-Control", "private");
  if (wg_request_query(q, "png")) r->type = "image/png";
  if (wg_request_query(q, "plain")) r->no_compress = true;
  size_t n = wg_request_query(q, "small") ? 1000 : sizeof large;
  wg_buf_add(&r->body, large, n);
  return WG_OK;
}

/* A tile as the tile room keeps it: compressed already. */
static wg_status ready_gzip(wg_request *q, wg_response *r) {
  (void)q;
  r->type = "application/vnd.mapbox-vector-tile";
  r->gzipped = true;
  return wg_gzip(large, sizeof large, 6, &r->body);
}

static wg_status cached(wg_request *q, wg_response *r) {
  wg_response_header(q, r, "ETag", "\"v1\"");
  if (wg_request_etag_matches(q, "\"v1\"")) r->code = 304;
  wg_buf_add_str(&r->body, "content"); /* also with the 304, which must not carry it */
  return WG_OK;
}

static wg_status empty(wg_request *q, wg_response *r) {
  r->code = q->param[0] ? atoi(q->param[0]) : 0;
  return WG_OK;
}

static wg_status html(wg_request *q, wg_response *r) {
  (void)q;
  r->type = "text/html; charset=utf-8";
  wg_buf_add_str(&r->body, "<p>网格</p>");
  return WG_OK;
}

static wg_status inject(wg_request *q, wg_response *r) {
  wg_response_header(q, r, "X-Echo", wg_request_query(q, "v"));
  wg_buf_add_str(&r->body, "1");
  return WG_OK;
}

static wg_status many_headers(wg_request *q, wg_response *r) {
  for (int i = 0; i < 20; i++) wg_response_header(q, r, "X-N", "1");
  wg_buf_add_str(&r->body, "1");
  return WG_OK;
}

static wg_status overflow(wg_request *q, wg_response *r) {
  (void)q;
  r->body.max = 10;
  wg_buf_add_str(&r->body, "twelve bytes");
  return WG_OK;
}

static wg_status denied(wg_request *q, const wg_route *route) {
  if (strcmp(route->pattern, "/denied")) return WG_OK;
  return wg_fail(&q->err, WG_UNAUTHENTICATED, "", WG_T("Sign in first.", "请先登录。"));
}

static const wg_route routes[] = {
    ROUTE("GET", "/fail", fail_field, WG_INLINE, 0),
    ROUTE("GET", "/fail/pool", fail_field, WG_POOL, 0),
    ROUTE("GET", "/bare/{status}", fail_bare, WG_INLINE, 0),
    ROUTE("GET", "/big", big_json, WG_INLINE, 0),
    ROUTE("GET", "/big/pool", big_json, WG_POOL, 0),
    ROUTE("GET", "/tile", ready_gzip, WG_INLINE, 0),
    ROUTE("GET", "/cached", cached, WG_INLINE, 0),
    ROUTE("GET", "/empty", empty, WG_INLINE, 0),
    ROUTE("GET", "/empty/{code}", empty, WG_INLINE, 0),
    ROUTE("GET", "/html", html, WG_INLINE, 0),
    ROUTE("GET", "/inject", inject, WG_INLINE, 0),
    ROUTE("GET", "/many", many_headers, WG_INLINE, 0),
    ROUTE("GET", "/overflow", overflow, WG_INLINE, 0),
    ROUTE("GET", "/denied", html, WG_INLINE, 0),
    ROUTE("POST", "/denied", html, WG_INLINE, (size_t)1 << 30),
};

static wg_http *http;
static int port;

static int setup(void **state) {
  (void)state;
  uint32_t x = 1; /* four letters in no order: gzip halves it twice, and no more */
  for (size_t i = 0; i < sizeof large; i++) large[i] = "wang"[(x = x * 1664525 + 1013904223) >> 30];
  http = START(routes, .authorize = denied);
  port = wg_http_port(http);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  wg_http_stop(http);
  return 0;
}

static reply get_as(const char *url, const char *header) {
  return ask(port, "GET %s HTTP/1.1\r\nHost: t\r\n%s\r\n\r\n", url, header);
}

static void expect_problem(reply r, int code, const char *type, const char *title, const char *detail,
                           const char *field) {
  wg_arena arena;
  wg_arena_init(&arena);
  wg_json *p = NULL;
  const char *s = NULL;
  int64_t status = 0;
  assert_int_equal(r.code, code);
  assert_string_equal(reply_header(&r, "Content-Type"), "application/problem+json");
  assert_int_equal(wg_json_parse_object(&arena, r.body.data, r.body.len, &p, NULL), WG_OK);
  wg_json_str(p, "type", WG_REQUIRED, 100, &s, NULL);
  assert_string_equal(s, type);
  wg_json_str(p, "title", WG_REQUIRED, 100, &s, NULL);
  assert_string_equal(s, title);
  wg_json_str(p, "detail", WG_REQUIRED, 400, &s, NULL);
  assert_string_equal(s, detail);
  wg_json_int(p, "status", WG_REQUIRED, 100, 599, &status, NULL);
  assert_int_equal(status, code);
  s = NULL;
  wg_json_str(p, "field", WG_OPTIONAL, 100, &s, NULL);
  if (field)
    assert_string_equal(s, field);
  else
    assert_null(s);
  wg_arena_clear(&arena);
  reply_free(&r);
}

static void problems_say_what_is_wrong_in_two_languages(void **state) {
  (void)state;
  static const char *const urls[] = {"/fail", "/fail/pool"};
  for (int i = 0; i < 2; i++) {
    expect_problem(get_as(urls[i], "Accept-Language: en"), 422, "/problems/category-unknown",
                   "A rule refuses this", "There is no category “x\"y”.", "category");
    expect_problem(get_as(urls[i], "Accept-Language: zh-CN"), 422, "/problems/category-unknown", "不符合规则",
                   "没有“x\"y”这个类别。", "category");
  }
  reply r = get(port, "/fail");
  assert_string_equal(reply_header(&r, "X-Kept"), "1");
  reply_free(&r);
  expect_problem(get(port, "/bare/4"), 404, "/problems/not-found", "未找到", "未找到", NULL);
  expect_problem(get(port, "/bare/14?lang=en"), 500, "/problems/internal", "A fault in the server",
                 "A fault in the server", NULL);
  expect_problem(get(port, "/nowhere?lang=en"), 404, "/problems/not-found", "There is no such thing",
                 "There is nothing at this address.", NULL);
  expect_problem(ask(port, "PUT /fail?lang=en HTTP/1.1\r\nHost: t\r\n\r\n"), 405,
                 "/problems/method-not-allowed", "This method is not possible here",
                 "This method is not possible here; possible are GET, HEAD, OPTIONS.", NULL);
  expect_problem(get(port, "/overflow?lang=en"), 500, "/problems/too-large", "Too large",
                 "The answer grew too large.", NULL);
  r = get(port, "/bare/9");
  assert_int_equal(r.code, 503);
  assert_string_equal(reply_header(&r, "Retry-After"), "1");
  reply_free(&r);
}

static void refuses_before_the_body_is_read(void **state) {
  (void)state;
  reply r = get(port, "/denied");
  assert_string_equal(reply_header(&r, "WWW-Authenticate"), "Bearer realm=\"wangge\"");
  expect_problem(r, 401, "/problems/unauthenticated", "请先登录", "请先登录。", NULL);
  r = ask(port, "POST /denied HTTP/1.1\r\nHost: t\r\nContent-Length: 1000000000\r\n\r\n");
  assert_int_equal(r.code, 401);
  reply_free(&r);
}

/* How many gzip layers lie around `large`. */
static void expect_gzip_once(reply r) {
  assert_int_equal(r.code, 200);
  assert_string_equal(reply_header(&r, "Content-Encoding"), "gzip");
  assert_true(r.body.len < sizeof large / 2);
  wg_buf out;
  wg_buf_init(&out, 1 << 20);
  assert_int_equal(wg_gunzip(r.body.data, r.body.len, 1 << 20, &out), WG_OK);
  assert_int_equal(out.len, sizeof large);
  assert_memory_equal(out.data, large, sizeof large);
  wg_buf_deinit(&out);
  reply_free(&r);
}

static void expect_plain(reply r, size_t n, const char *vary) {
  assert_int_equal(r.code, 200);
  assert_null(reply_header(&r, "Content-Encoding"));
  assert_int_equal(r.body.len, n);
  assert_memory_equal(r.body.data, large, n);
  const char *v = reply_header(&r, "Vary");
  if (vary)
    assert_string_equal(v, vary);
  else
    assert_null(v);
  reply_free(&r);
}

static void compresses_once_and_only_for_those_who_take_it(void **state) {
  (void)state;
  expect_gzip_once(get_as("/big", "Accept-Encoding: gzip"));
  expect_gzip_once(get_as("/big/pool", "Accept-Encoding: br;q=1.0, GZIP;q=0.5"));
  expect_gzip_once(get_as("/tile", "Accept-Encoding: deflate, gzip"));
  expect_plain(get_as("/big", "X: y"), sizeof large, "Accept-Encoding");
  expect_plain(get_as("/big", "Accept-Encoding: gzip;q=0"), sizeof large, "Accept-Encoding");
  expect_plain(get_as("/big", "Accept-Encoding: gzipped, br"), sizeof large, "Accept-Encoding");
  expect_plain(get_as("/big?vary", "Accept-Encoding: br"), sizeof large, "Cookie, Accept-Encoding");
  expect_plain(get_as("/big?small", "Accept-Encoding: gzip"), 1000, NULL);
  expect_plain(get_as("/big?png", "Accept-Encoding: gzip"), sizeof large, NULL);
  expect_plain(get_as("/big?plain", "Accept-Encoding: gzip"), sizeof large, NULL);
  /* other bytes may not carry the same strong tag */
  reply r = get_as("/big?etag", "Accept-Encoding: gzip");
  assert_string_equal(reply_header(&r, "ETag"), "W/\"abc\"");
  reply_free(&r);
  r = get_as("/empty", "Accept-Encoding: gzip");
  assert_int_equal(r.code, 204);
  assert_null(reply_header(&r, "Content-Encoding"));
  reply_free(&r);
}

/* Each is followed by a second request on the same connection: a stray body would garble it. */
static void expect_no_body(const char *request, int code, const char *length) {
  client c = client_open(port);
  reply r;
  client_send(&c, request);
  client_send(&c, "GET /html HTTP/1.1\r\nHost: t\r\n\r\n");
  assert_true(client_reply(&c, &r, true));
  assert_int_equal(r.code, code);
  const char *n = reply_header(&r, "Content-Length");
  if (length) assert_string_equal(n ? n : "none", length);
  reply_free(&r);
  assert_true(client_reply(&c, &r, false));
  assert_int_equal(r.code, 200);
  assert_string_equal(wg_buf_str(&r.body), "<p>网格</p>");
  reply_free(&r);
  client_close(&c);
}

static void sends_no_body_where_none_belongs(void **state) {
  (void)state;
  expect_no_body("HEAD /html HTTP/1.1\r\nHost: t\r\n\r\n", 200, "13");
  expect_no_body("HEAD /big HTTP/1.1\r\nHost: t\r\n\r\n", 200, "20000");
  expect_no_body("HEAD /nowhere HTTP/1.1\r\nHost: t\r\n\r\n", 404, NULL);
  expect_no_body("GET /empty HTTP/1.1\r\nHost: t\r\n\r\n", 204, "none");
  expect_no_body("GET /empty/204 HTTP/1.1\r\nHost: t\r\n\r\n", 204, "none");
  expect_no_body("GET /empty/201 HTTP/1.1\r\nHost: t\r\n\r\n", 201, "0");
  expect_no_body("GET /cached HTTP/1.1\r\nHost: t\r\nIf-None-Match: \"v1\"\r\n\r\n", 304, NULL);
  expect_no_body("OPTIONS /html HTTP/1.1\r\nHost: t\r\n\r\n", 204, "none");
}

static void compares_tags_weakly(void **state) {
  (void)state;
  static const struct {
    const char *header;
    int code;
  } cases[] = {{"\"v1\"", 304}, {"W/\"v1\"", 304},  {"\"v0\", W/\"v1\" ", 304},
               {"*", 304},      {"\"v0\", *", 304}, {"\"v2\"", 200},
               {"v1", 200},     {"", 200},          {"\"v1", 200},
               {",,,", 200}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char header[64];
    snprintf(header, sizeof header, "If-None-Match: %s", cases[i].header);
    reply r = get_as("/cached", header);
    if (r.code != cases[i].code) fail_msg("%s gave %d", header, r.code);
    assert_string_equal(reply_header(&r, "ETag"), "\"v1\"");
    reply_free(&r);
  }
}

static void every_answer_carries_its_safety(void **state) {
  (void)state;
  static const char *const urls[] = {"/html", "/fail", "/nowhere", "/big", "/empty"};
  for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
    reply r = get(port, urls[i]);
    assert_string_equal(reply_header(&r, "X-Content-Type-Options"), "nosniff");
    assert_string_equal(reply_header(&r, "Referrer-Policy"), "same-origin");
    assert_string_equal(reply_header(&r, "Cache-Control"), "no-store");
    assert_non_null(reply_header(&r, "Date"));
    reply_free(&r);
  }
  reply r = get(port, "/html");
  assert_non_null(strstr(reply_header(&r, "Content-Security-Policy"), "default-src 'self'"));
  reply_free(&r);
  r = get(port, "/big?cache");
  assert_string_equal(reply_header(&r, "Cache-Control"), "private");
  reply_free(&r);
  /* a line break in a value would be a header of the attacker's */
  r = get(port, "/inject?v=a%0d%0aSet-Cookie:%20x=1");
  assert_int_equal(r.code, 200);
  assert_null(reply_header(&r, "Set-Cookie"));
  reply_free(&r);
  r = get(port, "/many");
  assert_int_equal(r.code, 200);
  reply_free(&r);
}

static void counts_what_it_answers(void **state) {
  (void)state;
  wg_http_stats before, after;
  wg_http_get_stats(http, &before);
  for (int i = 0; i < 3; i++) {
    reply r = get(port, i ? "/html" : "/nowhere");
    reply_free(&r);
  }
  wg_http_get_stats(http, &after);
  assert_int_equal(after.requests - before.requests, 3);
  assert_int_equal(after.by_class[2] - before.by_class[2], 2);
  assert_int_equal(after.by_class[4] - before.by_class[4], 1);
  assert_true(after.bytes_out - before.bytes_out > 2 * 13);
  wait_until((wg_http_get_stats(http, &after), after.connections == 0));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(problems_say_what_is_wrong_in_two_languages),
      cmocka_unit_test(refuses_before_the_body_is_read),
      cmocka_unit_test(compresses_once_and_only_for_those_who_take_it),
      cmocka_unit_test(sends_no_body_where_none_belongs),
      cmocka_unit_test(compares_tags_weakly),
      cmocka_unit_test(every_answer_carries_its_safety),
      cmocka_unit_test(counts_what_it_answers),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
