/* The routing table: matching, precedence, 404 against 405, what is refused at start. */
#include "http_client.h"

/* Echoes the method, the route's pattern and the params. */
static wg_status echo(wg_request *q, wg_response *r) {
  r->type = "text/plain";
  wg_buf_printf(&r->body, "%s %s", q->method, q->route->pattern);
  for (int i = 0; i < q->n_params; i++) wg_buf_printf(&r->body, " [%s]", q->param[i]);
  return WG_OK;
}

static const wg_route routes[] = {
    ROUTE("GET", "/", echo, WG_INLINE, 0),
    ROUTE("GET", "/api/v1/areas", echo, WG_INLINE, 0),
    ROUTE("POST", "/api/v1/areas", echo, WG_INLINE, 100),
    ROUTE("GET", "/api/v1/areas/{id}", echo, WG_INLINE, 0),
    ROUTE("DELETE", "/api/v1/areas/{id}", echo, WG_INLINE, 0),
    ROUTE("GET", "/api/v1/areas/root", echo, WG_INLINE, 0),
    ROUTE("POST", "/api/v1/areas/root/only", echo, WG_INLINE, 100),
    ROUTE("GET", "/api/v1/areas/{id}/grids", echo, WG_INLINE, 0),
    ROUTE("GET", "/tiles/{layers}/{z}/{x}/{y}.mvt", echo, WG_INLINE, 0),
    ROUTE("GET", "/tiles/{layer}.json", echo, WG_INLINE, 0),
    ROUTE("GET", "/tiles/{layer}", echo, WG_INLINE, 0),
    ROUTE("GET", "/{file...}", echo, WG_INLINE, 0),
};

static void expect_at(int port, const char *url, const char *body) {
  reply r = get(port, url);
  assert_int_equal(r.code, 200);
  assert_string_equal(wg_buf_str(&r.body), body);
  reply_free(&r);
}

static void finds_the_most_exact_route(void **state) {
  (void)state;
  wg_http *http = START(routes);
  int port = wg_http_port(http);
  expect_at(port, "/", "GET /");
  expect_at(port, "/?a=1", "GET /");
  expect_at(port, "/api/v1/areas", "GET /api/v1/areas");
  expect_at(port, "/api/v1/areas/990101", "GET /api/v1/areas/{id} [990101]");
  expect_at(port, "/api/v1/areas/root", "GET /api/v1/areas/root");
  /* "root" has no /grids below it: the search backs up to {id} */
  expect_at(port, "/api/v1/areas/root/grids", "GET /api/v1/areas/{id}/grids [root]");
  expect_at(port, "/tiles/a,b/13/1/2.mvt", "GET /tiles/{layers}/{z}/{x}/{y}.mvt [a,b] [13] [1] [2]");
  expect_at(port, "/tiles/grids.json", "GET /tiles/{layer}.json [grids]");
  expect_at(port, "/tiles/.json", "GET /tiles/{layer} [.json]");
  expect_at(port, "/tiles/grids", "GET /tiles/{layer} [grids]");
  expect_at(port, "/assets/a/b.js", "GET /{file...} [assets/a/b.js]");
  expect_at(port, "/tiles/a/1/2/3.png", "GET /{file...} [tiles/a/1/2/3.png]");
  expect_at(port, "/api/v1/areas/%E7%BD%91%E6%A0%BC%20%2b", "GET /api/v1/areas/{id} [网格 +]");
  wg_http_stop(http);
}

static const wg_route few[] = {
    ROUTE("GET", "/a", echo, WG_INLINE, 0),
    ROUTE("POST", "/a", echo, WG_INLINE, 10),
    ROUTE("DELETE", "/a/{id}", echo, WG_INLINE, 0),
};

static void tells_no_page_from_no_method(void **state) {
  (void)state;
  wg_http *http = START(few);
  int port = wg_http_port(http);
  static const char *const nowhere[] = {"/b", "/a/", "/a/b/c", "/", "/A"};
  for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++) {
    reply r = get(port, nowhere[i]);
    assert_int_equal(r.code, 404);
    assert_null(reply_header(&r, "Allow"));
    reply_free(&r);
  }
  reply r = ask(port, "DELETE /a HTTP/1.1\r\nHost: t\r\n\r\n");
  assert_int_equal(r.code, 405);
  assert_string_equal(reply_header(&r, "Allow"), "GET, HEAD, POST, OPTIONS");
  assert_non_null(strstr(wg_buf_str(&r.body), "\"/problems/method-not-allowed\""));
  reply_free(&r);
  r = get(port, "/a/1");
  assert_int_equal(r.code, 405);
  assert_string_equal(reply_header(&r, "Allow"), "DELETE, OPTIONS");
  reply_free(&r);
  r = ask(port, "OPTIONS /a HTTP/1.1\r\nHost: t\r\n\r\n");
  assert_int_equal(r.code, 204);
  assert_string_equal(reply_header(&r, "Allow"), "GET, HEAD, POST, OPTIONS");
  reply_free(&r);
  r = ask(port, "HEAD /a HTTP/1.1\r\nHost: t\r\n\r\n");
  assert_int_equal(r.code, 200);
  assert_string_equal(reply_header(&r, "Content-Length"), "7"); /* "HEAD /a" */
  reply_free(&r);
  wg_http_stop(http);
}

static void refused(const wg_route *table, size_t n, const char *words) {
  wg_http *http = NULL;
  wg_err err = {0};
  wg_http_config k = {.listen = "127.0.0.1:0", .routes = table, .n_routes = n};
  assert_int_equal(wg_http_start(&k, &http, &err), WG_INVALID);
  assert_null(http);
  if (!strstr(err.en, words)) fail_msg("“%s” does not say “%s”", err.en, words);
}

static void refuses_a_careless_table(void **state) {
  (void)state;
  wg_route ok = ROUTE("GET", "/a/{x}", echo, WG_INLINE, 0);
  wg_route bad[2] = {ok, ok};
  bad[1].pattern = "/a/{other}"; /* the same place under another name */
  refused(bad, 2, "twice");
  bad[0].rule = 0;
  refused(bad, 1, "rule");
  bad[0] = ok, bad[0].zh = "";
  refused(bad, 1, "summary");
  bad[0] = ok, bad[0].en = NULL;
  refused(bad, 1, "summary");
  bad[0] = ok, bad[0].handler = NULL;
  refused(bad, 1, "lacks");
  static const char *const malformed[] = {"",    "a",       "//",    "/a/",       "/{",
                                          "/{}", "/{a}{b}", "/a{b}", "/{a...}/b", "/{a}/{b}/{c}/{d}/{e}"};
  for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
    bad[0] = ok, bad[0].pattern = malformed[i];
    refused(bad, 1, "malformed");
  }
}

static void listening_errors_say_what_to_do(void **state) {
  (void)state;
  wg_http *first = START(few), *second = NULL;
  char listen[64];
  snprintf(listen, sizeof listen, "127.0.0.1:%d", wg_http_port(first));
  wg_http_config k = {.listen = listen, .routes = few, .n_routes = 3};
  wg_err err = {0};
  assert_int_equal(wg_http_start(&k, &second, &err), WG_IO);
  assert_non_null(strstr(err.en, "in use"));
  static const char *const wrong[] = {
      "", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:99999", "::1:80", "no such host:1"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    k.listen = wrong[i];
    assert_int_equal(wg_http_start(&k, &second, &err), WG_INVALID);
    assert_string_equal(err.field, "listen");
  }
  k.listen = "127.0.0.1:0", k.proxies = "127.0.0.1,proxy.local";
  assert_int_equal(wg_http_start(&k, &second, &err), WG_INVALID);
  assert_string_equal(err.field, "behind_proxy");
  k.proxies = "1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4,1.1.1.5,1.1.1.6,1.1.1.7,1.1.1.8,1.1.1.9";
  assert_int_equal(wg_http_start(&k, &second, &err), WG_INVALID);
  assert_non_null(strstr(err.en, "at most 8"));
  assert_int_equal(wg_http_proxies_check("10.0.0.1, fe80::1", &err), WG_OK);
  assert_int_equal(wg_http_proxies_check("10.0.0.0/8", &err), WG_INVALID);
  wg_http_stop(first);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(finds_the_most_exact_route),
      cmocka_unit_test(tells_no_page_from_no_method),
      cmocka_unit_test(refuses_a_careless_table),
      cmocka_unit_test(listening_errors_say_what_to_do),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
