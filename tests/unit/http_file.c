/* Files below a web root: types, tags, ready-made gzip, and every way out of the root refused. */
#include <sys/stat.h>

#include "base/compress.h"
#include "http_client.h"

static char root[] = "/tmp/wg_http_file_XXXXXX";
static char outside[64];

static void put(const char *name, const void *bytes, size_t n) {
  char path[256];
  snprintf(path, sizeof path, "%s/%s", root, name);
  FILE *f = fopen(path, "wb");
  assert_non_null(f);
  assert_int_equal(fwrite(bytes, 1, n, f), n);
  fclose(f);
}

static wg_status serve(wg_request *q, wg_response *r) {
  return wg_http_file(q, r, root, q->n_params ? q->param[0] : "index.html");
}

/* What a handler might do with a path of its own making. */
static wg_status absolute(wg_request *q, wg_response *r) {
  r->file = wg_arena_printf(&q->arena, "%s/%s", root, wg_request_query(q, "f"));
  return WG_OK;
}

/* The path tricks without the server's own check of the address before them. */
static wg_status raw(wg_request *q, wg_response *r) {
  return wg_http_file(q, r, root, wg_request_query(q, "f"));
}

static const wg_route routes[] = {
    ROUTE("GET", "/", serve, WG_POOL, 0),
    ROUTE("GET", "/absolute", absolute, WG_POOL, 0),
    ROUTE("GET", "/raw", raw, WG_INLINE, 0),
    ROUTE("GET", "/{path...}", serve, WG_POOL, 0),
};

static wg_http *http;
static int port;
static char *bytes;
enum { LARGE = 3 << 20 };

static int setup(void **state) {
  (void)state;
  assert_non_null(mkdtemp(root));
  char path[256];
  snprintf(path, sizeof path, "%s/assets", root);
  mkdir(path, 0755);
  snprintf(outside, sizeof outside, "%s.outside", root);
  FILE *f = fopen(outside, "w");
  assert_non_null(f);
  fputs("secret", f);
  fclose(f);
  put("index.html", "<p>map</p>", 10);
  put("empty.txt", "", 0);
  put(".hidden", "no", 2);
  put("noending", "x", 1);
  bytes = malloc(LARGE);
  assert_non_null(bytes);
  for (size_t i = 0; i < LARGE; i++) bytes[i] = (char)(i * 2654435761U >> 13);
  put("large.png", bytes, LARGE);
  char text[5000];
  memset(text, 't', sizeof text);
  put("plain.js", text, sizeof text);
  put("assets/app-1a2b.js", text, sizeof text);
  wg_buf gz;
  wg_buf_init(&gz, 1 << 20);
  assert_int_equal(wg_gzip("ready", 5, 9, &gz), WG_OK);
  put("assets/app-1a2b.js.gz", gz.data, gz.len);
  wg_buf_deinit(&gz);
  snprintf(path, sizeof path, "%s/link.txt", root);
  assert_int_equal(symlink(outside, path), 0);
  snprintf(path, sizeof path, "%s/linkdir", root);
  assert_int_equal(symlink("/tmp", path), 0);
  snprintf(path, sizeof path, "%s/pipe.txt", root);
  assert_int_equal(mkfifo(path, 0600), 0);
  http = START(routes);
  port = wg_http_port(http);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  wg_http_stop(http);
  free(bytes);
  char command[200];
  snprintf(command, sizeof command, "rm -rf %s %s", root, outside);
  return system(command);
}

static void sends_files_by_type(void **state) {
  (void)state;
  static const struct {
    const char *url, *type;
    size_t n;
  } cases[] = {{"/", "text/html; charset=utf-8", 10},
               {"/index.html", "text/html; charset=utf-8", 10},
               {"/plain.js", "text/javascript; charset=utf-8", 5000},
               {"/large.png", "image/png", LARGE},
               {"/noending", "application/octet-stream", 1},
               {"/absolute?f=index.html", "text/html; charset=utf-8", 10}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    reply r = get(port, cases[i].url);
    assert_int_equal(r.code, 200);
    assert_string_equal(reply_header(&r, "Content-Type"), cases[i].type);
    assert_int_equal(r.body.len, cases[i].n);
    reply_free(&r);
  }
  reply r = get(port, "/large.png");
  assert_memory_equal(r.body.data, bytes, LARGE);
  reply_free(&r);
  r = get(port, "/empty.txt");
  assert_int_equal(r.code, 200);
  assert_string_equal(reply_header(&r, "Content-Length"), "0");
  reply_free(&r);
  r = ask(port, "HEAD /large.png HTTP/1.1\r\nHost: t\r\n\r\n");
  assert_int_equal(r.code, 200);
  assert_int_equal(atoi(reply_header(&r, "Content-Length")), LARGE);
  reply_free(&r);
}

static void lets_the_client_keep_what_it_has(void **state) {
  (void)state;
  char tag[512];
  reply r = get(port, "/plain.js");
  snprintf(tag, sizeof tag, "%s", reply_header(&r, "ETag"));
  assert_string_equal(reply_header(&r, "Cache-Control"), "no-cache");
  reply_free(&r);
  r = ask(port, "GET /plain.js HTTP/1.1\r\nHost: t\r\nIf-None-Match: %s\r\n\r\n", tag);
  assert_int_equal(r.code, 304);
  assert_string_equal(reply_header(&r, "ETag"), tag);
  reply_free(&r);
  char text[5001];
  memset(text, 'u', sizeof text);
  put("plain.js", text, sizeof text); /* changed: the old tag is worth nothing */
  r = ask(port, "GET /plain.js HTTP/1.1\r\nHost: t\r\nIf-None-Match: %s\r\n\r\n", tag);
  assert_int_equal(r.code, 200);
  assert_int_equal(r.body.len, 5001);
  reply_free(&r);
  static const char *const hashed[] = {"/assets/app-1a2b.js", "/absolute?f=assets/app-1a2b.js"};
  for (int i = 0; i < 2; i++) {
    r = get(port, hashed[i]);
    assert_non_null(strstr(reply_header(&r, "Cache-Control"), "immutable"));
    reply_free(&r);
  }
  r = get(port, "/absolute?f=plain.js");
  assert_string_equal(reply_header(&r, "Cache-Control"), "no-cache");
  reply_free(&r);
}

static void sends_ready_made_gzip(void **state) {
  (void)state;
  reply r =
      ask(port, "GET /absolute?f=assets/app-1a2b.js HTTP/1.1\r\nHost: t\r\nAccept-Encoding: gzip\r\n\r\n");
  assert_string_equal(reply_header(&r, "Content-Encoding"), "gzip");
  reply_free(&r);
  r = ask(port, "GET /assets/app-1a2b.js HTTP/1.1\r\nHost: t\r\nAccept-Encoding: gzip\r\n\r\n");
  assert_int_equal(r.code, 200);
  assert_string_equal(reply_header(&r, "Content-Encoding"), "gzip");
  assert_string_equal(reply_header(&r, "Content-Type"), "text/javascript; charset=utf-8");
  assert_string_equal(reply_header(&r, "Vary"), "Accept-Encoding");
  wg_buf out;
  wg_buf_init(&out, 1000);
  assert_int_equal(wg_gunzip(r.body.data, r.body.len, 1000, &out), WG_OK);
  assert_string_equal(wg_buf_str(&out), "ready");
  wg_buf_deinit(&out);
  reply_free(&r);
  r = get(port, "/assets/app-1a2b.js");
  assert_null(reply_header(&r, "Content-Encoding"));
  assert_int_equal(r.body.len, 5000);
  reply_free(&r);
}

static void nothing_leads_out_of_the_root(void **state) {
  (void)state;
  static const char *const urls[] = {"/link.txt",
                                     "/linkdir/x",
                                     "/.hidden",
                                     "/assets",
                                     "/assets/",
                                     "/pipe.txt",
                                     "/missing",
                                     "/index.html/x",
                                     "/raw?f=..",
                                     "/raw?f=",
                                     "/raw?f=/",
                                     "/raw?f=assets/",
                                     "/raw?f=.",
                                     "/raw?f=assets/../index.html",
                                     "/raw?f=assets//app-1a2b.js",
                                     "/raw?f=assets/./app-1a2b.js",
                                     "/absolute?f=missing",
                                     "/absolute?f=link.txt",
                                     "/absolute?f=assets"};
  for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
    reply r = get(port, urls[i]);
    if (r.code != 404) fail_msg("%s was answered with %d: %s", urls[i], r.code, wg_buf_str(&r.body));
    assert_string_equal(reply_header(&r, "Content-Type"), "application/problem+json");
    reply_free(&r);
  }
  char url[200];
  snprintf(url, sizeof url, "/raw?f=../%s", strrchr(outside, '/') + 1);
  reply r = get(port, url);
  assert_int_equal(r.code, 404);
  reply_free(&r);
  snprintf(url, sizeof url, "/raw?f=%s", outside); /* absolute: below the root it is nothing */
  r = get(port, url);
  assert_int_equal(r.code, 404);
  reply_free(&r);
  char name[400];
  memset(name, 'n', sizeof name);
  snprintf(url, sizeof url, "/%.180s", name);
  r = get(port, url);
  assert_int_equal(r.code, 404);
  reply_free(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sends_files_by_type),
      cmocka_unit_test(lets_the_client_keep_what_it_has),
      cmocka_unit_test(sends_ready_made_gzip),
      cmocka_unit_test(nothing_leads_out_of_the_root),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
