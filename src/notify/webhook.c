/* One POST: signed, to an address that was looked at before and is held to, without redirects, within limits.
 */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "base/time.h"
#include "notify/address.h"
#include "notify/inside.h"

enum { CONNECT_MS = 5000, WHOLE_MS = 10000, ANSWER_MAX = 64 << 10, ADDRESSES = 8 };

struct way { /* what the name leads to */
  char host[260], port[8];
  char pin[1200]; /* "host:port:address,address" */
};

static void fail(struct parcel *p, const char *why) { snprintf(p->error, sizeof p->error, "%s", why); }

static bool part(CURLU *u, CURLUPart which, unsigned flags, char *out, size_t size) {
  char *text = NULL;
  bool ok = curl_url_get(u, which, &text, flags) == CURLUE_OK && strlen(text) < size;
  if (ok) snprintf(out, size, "%s", text);
  curl_free(text);
  return ok;
}

static bool split(const char *url, struct way *w) {
  CURLU *u = curl_url();
  bool ok = u && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
            part(u, CURLUPART_HOST, 0, w->host, sizeof w->host) &&
            part(u, CURLUPART_PORT, CURLU_DEFAULT_PORT, w->port, sizeof w->port);
  curl_url_cleanup(u);
  return ok;
}

/* Every address that the name has must be allowed: else a name could be pointed at our own network between
 * two looks. */
static bool resolve(struct parcel *p, struct way *w) {
  char bare[260];
  bool literal6 = w->host[0] == '[';
  snprintf(bare, sizeof bare, "%s", w->host + literal6);
  if (literal6) bare[strcspn(bare, "]")] = 0;
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *all = NULL;
  if (getaddrinfo(bare, w->port, &hints, &all) != 0) {
    fail(p, "the name has no address");
    return false;
  }
  size_t n = (size_t)snprintf(w->pin, sizeof w->pin, "%s:%s:", w->host, w->port);
  bool ok = n < sizeof w->pin;
  int k = 0;
  for (struct addrinfo *a = all; ok && a && k < ADDRESSES; a = a->ai_next, k++) {
    char text[INET6_ADDRSTRLEN];
    if (!p->n->config.webhook_private && wg_address_private(a->ai_addr)) {
      fail(p, "the address belongs to a private network");
      ok = false;
    } else if (getnameinfo(a->ai_addr, a->ai_addrlen, text, sizeof text, NULL, 0, NI_NUMERICHOST) == 0 &&
               !strchr(text, '%')) {
      n += (size_t)snprintf(w->pin + n, n < sizeof w->pin ? sizeof w->pin - n : 0,
                            strchr(text, ':') ? "%s[%s]" : "%s%s", k ? "," : "", text);
      ok = n < sizeof w->pin;
    }
  }
  freeaddrinfo(all);
  if (!ok && !p->error[0]) fail(p, "the address cannot be used");
  return ok;
}

static size_t swallow(char *bytes, size_t one, size_t n, void *ctx) {
  size_t *got = ctx;
  (void)bytes;
  *got += one * n;
  return *got > ANSWER_MAX ? 0 : one * n;
}

static int still(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
  (void)a, (void)b, (void)c, (void)d;
  return atomic_load(&((wg_notify *)ctx)->stopping);
}

static struct curl_slist *headers_of(const struct parcel *p) {
  char t[24], line[200], hex[2 * WG_HASH_LEN + 1];
  unsigned char mac[WG_HASH_LEN];
  snprintf(t, sizeof t, "%" PRId64 ".", wg_now_ms() / 1000);
  wg_hmac_sha256(p->secret, t, p->body, mac);
  wg_hex(mac, sizeof mac, hex);
  snprintf(line, sizeof line, "Wangge-Signature: t=%.*s,v1=%s", (int)strlen(t) - 1, t, hex);
  struct curl_slist *list = curl_slist_append(NULL, "Content-Type: application/json");
  struct curl_slist *more = list ? curl_slist_append(list, line) : NULL;
  if (more) more = curl_slist_append(list, "Expect:");
  if (!more) curl_slist_free_all(list);
  return more ? list : NULL;
}

static void post(struct parcel *p, CURL *c, const struct way *w) {
  size_t got = 0;
  long code = 0;
  struct curl_slist *headers = headers_of(p), *pin = curl_slist_append(NULL, w->pin);
  if (!headers || !pin) {
    fail(p, "out of memory");
    curl_slist_free_all(headers);
    curl_slist_free_all(pin);
    return;
  }
  curl_easy_setopt(c, CURLOPT_URL, p->url);
  curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(c, CURLOPT_RESOLVE, pin);
  curl_easy_setopt(c, CURLOPT_PROXY, ""); /* a proxy would look the name up again */
  curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
  curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)WHOLE_MS);
  curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, still);
  curl_easy_setopt(c, CURLOPT_XFERINFODATA, p->n);
  curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(c, CURLOPT_USERAGENT, "wangge/" WG_VERSION);
  curl_easy_setopt(c, CURLOPT_POSTFIELDS, p->body);
  curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, swallow);
  curl_easy_setopt(c, CURLOPT_WRITEDATA, &got);
  CURLcode rc = curl_easy_perform(c);
  curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &code);
  if (rc == CURLE_WRITE_ERROR)
    fail(p, "the answer is over 64 KiB");
  else if (rc != CURLE_OK)
    fail(p, curl_easy_strerror(rc));
  else if (code < 200 || code > 299)
    snprintf(p->error, sizeof p->error, "answered %ld", code);
  curl_slist_free_all(headers);
  curl_slist_free_all(pin);
}

void wg_bring_by_webhook(struct parcel *p) {
  struct way w = {0};
  CURL *c = NULL;
  if (atomic_load(&p->n->stopping))
    fail(p, WG_STOPPING);
  else if (!split(p->url, &w))
    fail(p, "the address cannot be read");
  else if (resolve(p, &w) && !(c = curl_easy_init()))
    fail(p, "out of memory");
  if (c) post(p, c, &w);
  curl_easy_cleanup(c);
}
