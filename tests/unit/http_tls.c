/* TLS together with all that suspends: pool threads, tokens, streams, a refusal in mid-upload, stopping. The
 * client is GnuTLS in this process, the certificate is made here. */
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <time.h>

#include "http_client.h"

static char dir[] = "/tmp/wg_http_tls_XXXXXX";
static char cert_file[64], key_file[64], other_key_file[64];

/* --- certificate -------------------------------------------------------------------------------------- */

static gnutls_x509_privkey_t make_key(const char *path) {
  gnutls_x509_privkey_t key;
  gnutls_datum_t pem = {0};
  assert_int_equal(gnutls_x509_privkey_init(&key), 0);
  assert_int_equal(
      gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
      0);
  assert_int_equal(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &pem), 0);
  FILE *f = fopen(path, "wb");
  assert_non_null(f);
  assert_int_equal(fwrite(pem.data, 1, pem.size, f), pem.size);
  fclose(f);
  gnutls_free(pem.data);
  return key;
}

static int make_files(void **state) {
  (void)state;
  assert_non_null(mkdtemp(dir));
  snprintf(cert_file, sizeof cert_file, "%s/cert.pem", dir);
  snprintf(key_file, sizeof key_file, "%s/key.pem", dir);
  snprintf(other_key_file, sizeof other_key_file, "%s/other.pem", dir);
  gnutls_x509_privkey_deinit(make_key(other_key_file));
  gnutls_x509_privkey_t key = make_key(key_file);
  gnutls_x509_crt_t crt;
  gnutls_datum_t pem = {0};
  assert_int_equal(gnutls_x509_crt_init(&crt), 0);
  gnutls_x509_crt_set_version(crt, 3);
  gnutls_x509_crt_set_serial(crt, "\x01", 1);
  gnutls_x509_crt_set_activation_time(crt, time(NULL) - 3600);
  gnutls_x509_crt_set_expiration_time(crt, time(NULL) + 3600);
  gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, "localhost", 9);
  gnutls_x509_crt_set_key(crt, key);
  assert_int_equal(gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0), 0);
  assert_int_equal(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &pem), 0);
  FILE *f = fopen(cert_file, "wb");
  assert_non_null(f);
  assert_int_equal(fwrite(pem.data, 1, pem.size, f), pem.size);
  fclose(f);
  gnutls_free(pem.data);
  gnutls_x509_crt_deinit(crt);
  gnutls_x509_privkey_deinit(key);
  return 0;
}

static int remove_files(void **state) {
  (void)state;
  unlink(cert_file);
  unlink(key_file);
  unlink(other_key_file);
  return rmdir(dir);
}

/* --- client ------------------------------------------------------------------------------------------- */

typedef struct tls {
  client c; /* c.in holds what was decrypted */
  gnutls_session_t s;
  gnutls_certificate_credentials_t cred;
} tls;

static void tls_open(tls *t, int port) {
  t->c = client_open(port);
  assert_int_equal(gnutls_certificate_allocate_credentials(&t->cred), 0);
  assert_int_equal(gnutls_init(&t->s, GNUTLS_CLIENT), 0);
  assert_int_equal(gnutls_set_default_priority(t->s), 0);
  gnutls_credentials_set(t->s, GNUTLS_CRD_CERTIFICATE, t->cred);
  gnutls_transport_set_int(t->s, t->c.fd);
  gnutls_handshake_set_timeout(t->s, WAIT_MS);
  int rc;
  do rc = gnutls_handshake(t->s);
  while (rc < 0 && !gnutls_error_is_fatal(rc));
  if (rc < 0) fail_msg("handshake: %s", gnutls_strerror(rc));
}

static void tls_close(tls *t) {
  gnutls_deinit(t->s);
  gnutls_certificate_free_credentials(t->cred);
  client_close(&t->c);
}

static void tls_send(tls *t, const void *bytes, size_t n) {
  for (const char *p = bytes; n;) {
    ssize_t k = gnutls_record_send(t->s, p, n);
    if (k < 0 && gnutls_error_is_fatal((int)k))
      return; /* the server closed; what it said is looked at below */
    if (k > 0) p += k, n -= (size_t)k;
  }
}

/* Reads until `needle` came; false at the end of the connection. */
static bool tls_until(tls *t, const char *needle) {
  gnutls_record_set_timeout(t->s, WAIT_MS);
  for (;;) {
    char *at = t->c.in.len ? memmem(t->c.in.data, t->c.in.len, needle, strlen(needle)) : NULL;
    if (at) {
      client_drop(&t->c, (size_t)(at - t->c.in.data) + strlen(needle));
      return true;
    }
    char piece[16384];
    ssize_t n = gnutls_record_recv(t->s, piece, sizeof piece);
    if (n == GNUTLS_E_TIMEDOUT) fail_msg("no “%s” within %d ms", needle, WAIT_MS);
    if (n == 0 || (n < 0 && gnutls_error_is_fatal((int)n))) return false;
    if (n > 0) wg_buf_add(&t->c.in, piece, (size_t)n);
  }
}

static void tls_ask(tls *t, const char *text) { tls_send(t, text, strlen(text)); }

/* --- routes ------------------------------------------------------------------------------------------- */

static wg_status echo(wg_request *q, wg_response *r) {
  r->type = "text/plain";
  r->no_compress = true;
  wg_buf_printf(&r->body, "secure=%d ", q->secure);
  wg_buf_add(&r->body, q->body, q->body_len);
  wg_buf_add_str(&r->body, " end");
  return WG_OK;
}

static void *complete(void *token) {
  poll(NULL, 0, 1); /* so that the epoll thread sees the suspension first, as a rule */
  wg_http_complete(token, WG_OK);
  return NULL;
}

static wg_status later(wg_request *q, wg_response *r) {
  echo(q, r);
  pthread_t thread;
  wg_deferred *token = wg_http_defer(q, r);
  if (pthread_create(&thread, NULL, complete, token)) abort();
  pthread_detach(thread);
  return WG_OK;
}

static _Atomic int64_t head;
static atomic_int closed;

static int64_t pull(void *self, char *to, size_t max) {
  int64_t *seen = self;
  (void)max;
  return *seen < atomic_load(&head) ? sprintf(to, "id: %lld\n\n", (long long)++*seen) : 0;
}

static void close_source(void *self) {
  free(self);
  atomic_fetch_add(&closed, 1);
}

static wg_status feed(wg_request *q, wg_response *r) {
  int64_t *seen = calloc(1, sizeof *seen);
  if (!seen) return WG_NO_MEMORY;
  return wg_http_stream(q, r, (wg_stream_source){pull, close_source, seen}, NULL);
}

static const wg_route routes[] = {
    ROUTE("GET", "/echo", echo, WG_INLINE, 0),      ROUTE("POST", "/echo", echo, WG_INLINE, 4 << 20),
    ROUTE("POST", "/pool", echo, WG_POOL, 4 << 20), ROUTE("POST", "/later", later, WG_INLINE, 4 << 20),
    ROUTE("POST", "/small", echo, WG_INLINE, 100),  ROUTE("GET", "/feed", feed, WG_STREAM, 0),
};

static wg_http *begin(int stall_seconds) {
  return START(routes, .tls_cert = cert_file, .tls_key = key_file, .stall_seconds = stall_seconds);
}

/* --- tests -------------------------------------------------------------------------------------------- */

static void serves_inline_pool_and_deferred(void **state) {
  (void)state;
  wg_http *http = begin(0);
  tls t;
  tls_open(&t, wg_http_port(http));
  enum { N = 3 << 20 };
  char *body = malloc(N);
  assert_non_null(body);
  for (int i = 0; i < N; i++) body[i] = (char)('a' + i % 26);
  static const char *const paths[] = {"/echo", "/pool", "/later"};
  for (int turn = 0; turn < 30; turn++) {
    int n = turn % 10 == 9 ? N : turn * 37;
    char text[200];
    snprintf(text, sizeof text, "POST %s HTTP/1.1\r\nHost: t\r\nContent-Length: %d\r\n\r\n", paths[turn % 3],
             n);
    tls_ask(&t, text);
    tls_send(&t, body, (size_t)n);
    assert_true(tls_until(&t, "\r\n\r\nsecure=1 "));
    assert_true(tls_until(&t, " end"));
  }
  free(body);
  /* pipelined in one record */
  tls_ask(&t, "GET /echo HTTP/1.1\r\nHost: t\r\n\r\nPOST /pool HTTP/1.1\r\nHost: t\r\nContent-Length: "
              "1\r\n\r\nxGET /echo HTTP/1.1\r\nHost: t\r\n\r\n");
  for (int i = 0; i < 3; i++) assert_true(tls_until(&t, " end"));
  tls_close(&t);
  wg_http_stop(http);
}

static void streams_sleep_and_wake(void **state) {
  (void)state;
  enum { N = 50, MESSAGES = 300 };
  wg_http *http = begin(0);
  tls *t = calloc(N, sizeof *t);
  assert_non_null(t);
  closed = 0;
  head = 0;
  for (int i = 0; i < N; i++) {
    tls_open(&t[i], wg_http_port(http));
    tls_ask(&t[i], "GET /feed HTTP/1.1\r\nHost: t\r\n\r\n");
    assert_true(tls_until(&t[i], "\r\n\r\n"));
  }
  for (int m = 1; m <= MESSAGES; m++) {
    char words[32];
    snprintf(words, sizeof words, "id: %d\n\n", m);
    head++;
    wg_http_wake_all(http);
    for (int i = m % 7 ? N - 1 : 0; i < N; i++) assert_true(tls_until(&t[i], words));
  }
  int64_t cpu = cpu_ms();
  poll(NULL, 0, 500); /* the time that is measured: sleeping viewers cost nothing */
  assert_true(cpu_ms() - cpu < 100);
  for (int i = 0; i < N / 2; i++) tls_close(&t[i]);
  wait_until((atomic_fetch_add(&head, 1), wg_http_wake_all(http), closed >= N / 2));
  wg_http_stop(http); /* half of them asleep */
  assert_int_equal(closed, N);
  for (int i = N / 2; i < N; i++) {
    assert_true(tls_until(&t[i], "0\r\n\r\n"));
    tls_close(&t[i]);
  }
  free(t);
}

static void refuses_in_mid_upload(void **state) {
  (void)state;
  wg_http *http = begin(0);
  for (int turn = 0; turn < 5; turn++) {
    tls t;
    tls_open(&t, wg_http_port(http));
    tls_ask(&t, "POST /small HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 20; i++) tls_ask(&t, "20\r\n0123456789abcdef0123456789abcdef\r\n");
    assert_true(tls_until(&t, "HTTP/1.1 413 "));
    assert_true(tls_until(&t, "/problems/too-large"));
    tls_close(&t);
  }
  wg_http_stop(http);
}

static void cuts_off_slow_handshakes(void **state) {
  (void)state;
  wg_http *http = begin(1);
  client silent = client_open(wg_http_port(http)), plain = client_open(wg_http_port(http));
  client_send(&plain, "GET /echo HTTP/1.1\r\nHost: t\r\n\r\n"); /* not TLS at all */
  tls t;
  tls_open(&t, wg_http_port(http)); /* others are served meanwhile */
  tls_ask(&t, "GET /echo HTTP/1.1\r\nHost: t\r\n\r\n");
  assert_true(tls_until(&t, "secure=1"));
  tls_close(&t);
  while (client_more(&silent, WAIT_MS)) {}
  assert_true(silent.closed);
  while (client_more(&plain, WAIT_MS)) {}
  assert_true(plain.closed);
  assert_null(plain.in.len ? memmem(plain.in.data, plain.in.len, "secure", 6) : NULL);
  client_close(&silent);
  client_close(&plain);
  wg_http_stop(http);
}

static void says_what_is_wrong_with_the_files(void **state) {
  (void)state;
  wg_http *http = NULL;
  wg_err err = {0};
  wg_http_config k = {.listen = "127.0.0.1:0", .routes = routes, .n_routes = 6, .tls_cert = cert_file};
  assert_int_equal(wg_http_start(&k, &http, &err), WG_INVALID);
  assert_non_null(strstr(err.en, "both"));
  k.tls_key = "/nonexistent/key.pem";
  assert_int_equal(wg_http_start(&k, &http, &err), WG_INVALID);
  assert_string_equal(err.field, "tls_key");
  k.tls_key = other_key_file;
  assert_int_equal(wg_http_start(&k, &http, &err), WG_INVALID);
  assert_non_null(strstr(err.en, "do not work together"));
  k.tls_key = cert_file;
  assert_int_equal(wg_http_start(&k, &http, &err), WG_INVALID);
  assert_null(http);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(serves_inline_pool_and_deferred),
      cmocka_unit_test(streams_sleep_and_wake),
      cmocka_unit_test(refuses_in_mid_upload),
      cmocka_unit_test(cuts_off_slow_handshakes),
      cmocka_unit_test(says_what_is_wrong_with_the_files),
  };
  return cmocka_run_group_tests(tests, make_files, remove_files);
}
