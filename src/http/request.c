/* What came in: limits, decoding, and the accessors handlers use.
 *
 * The path and the query are percent-decoded exactly once and must then be UTF-8 without control characters.
 * A path with an empty, "." or ".." segment or with an encoded slash is refused rather than cleaned, since
 * what is behind us might read it another way. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "http/conn.h"

/* --- begin and end ------------------------------------------------------------------------------------ */

wg_status wg_request_begin(wg_http_conn *c, const char *uri) {
  wg_request_end(c);
  c->q = (wg_request){
      .arena = c->q.arena, .conn = c, .app = c->http->config.app, .lang = "zh", .url = "", .path = ""};
  c->body_got = c->body_reserved = 0;
  c->known = (wg_known){0};
  c->query = NULL;
  c->n_query = 0;
  c->raw_query = NULL;
  c->make = NULL;
  c->deferred = c->prepared = c->draining = c->closing = c->head = c->linger = false;
  if (!strncasecmp(uri, "http://", 7) || !strncasecmp(uri, "https://", 8)) { /* the absolute form */
    uri = strchr(uri, ':') + 3;
    uri += strcspn(uri, "/?");
  }
  size_t n = strlen(uri);
  if (n > WG_URL_MAX) {
    c->r.code = 414;
    return wg_fail_code(&c->q.err, WG_INVALID, "uri-too-long", "",
                        WG_T("The address is too long.", "网址过长。"));
  }
  if (n < sizeof c->url_small) {
    memcpy(c->url_small, uri, n + 1);
    c->q.url = c->url_small;
  } else if (!(c->q.url = wg_arena_strndup(&c->q.arena, uri, n))) {
    return WG_NO_MEMORY;
  }
  return WG_OK;
}

static void buffer_done(wg_buf *b, size_t max) {
  if (b->cap > WG_KEEP_BUFFER) wg_buf_deinit(b);
  wg_buf_reset(b);
  b->max = max;
}

void wg_request_drop_body(wg_http_conn *c) {
  wg_buf_deinit(&c->body);
  if (c->body_reserved) atomic_fetch_sub(&c->http->bodies, c->body_reserved);
  c->body_reserved = 0;
}

void wg_request_end(wg_http_conn *c) {
  if (c->q.user && c->http->config.release) c->http->config.release(c->q.user);
  c->q.user = NULL;
  wg_request_drop_body(c);
  buffer_done(&c->r.body, WG_RESPONSE_MAX);
  c->r = (wg_response){.body = c->r.body};
  if (c->file_fd >= 0) wg_file_close(c);
  wg_arena_clear(&c->q.arena);
}

/* --- headers ------------------------------------------------------------------------------------------ */

static enum MHD_Result note_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value) {
  (void)kind;
  wg_known *k = cls;
  if (!name || !value) return MHD_YES;
  switch (strlen(name)) {
  case 3:
    k->forwarded = k->forwarded || !strcasecmp(name, "Via");
    break;
  case 4:
    k->n_host += !strcasecmp(name, "Host");
    break;
  case 6:
    if (!strcasecmp(name, "Expect")) k->expect = value;
    break;
  case 9:
    k->forwarded = k->forwarded || !strcasecmp(name, "Forwarded") || !strcasecmp(name, "X-Real-IP");
    break;
  case 14:
    if (!strcasecmp(name, "Content-Length")) k->content_length = value, k->n_content_length++;
    break;
  case 15:
    if (!strcasecmp(name, "Accept-Encoding"))
      k->accept_encoding = value;
    else if (!strcasecmp(name, "Accept-Language"))
      k->accept_language = value;
    else if (!strcasecmp(name, "X-Forwarded-For"))
      k->forwarded_for = value, k->forwarded = true; /* the last one counts */
    break;
  case 16:
    if (!strcasecmp(name, "Content-Encoding"))
      k->content_encoding = value;
    else if (!strcasecmp(name, "X-Forwarded-Host"))
      k->forwarded = true;
    break;
  case 17:
    if (!strcasecmp(name, "Transfer-Encoding"))
      k->transfer_encoding = value, k->n_transfer_encoding++;
    else if (!strcasecmp(name, "X-Forwarded-Proto"))
      k->forwarded_proto = value, k->forwarded = true;
    break;
  default:
    break;
  }
  return MHD_YES;
}

wg_status wg_request_framing(wg_http_conn *c) {
  wg_known *k = &c->known;
  MHD_get_connection_values(c->mhd, MHD_HEADER_KIND, note_header, k);
  c->head = !strcmp(c->q.method, "HEAD");
  c->body_want = k->transfer_encoding ? UINT64_MAX : 0;
  int64_t n = 0;
  if (k->content_length && !k->transfer_encoding) {
    if (!wg_text_int(k->content_length, &n) || n < 0)
      c->body_want = UINT64_MAX;
    else
      c->body_want = (uint64_t)n;
  }
  /* Two readers of the same bytes must agree on where a body ends, or one can be made to smuggle requests
   * past the other. */
  bool sound = k->n_content_length <= 1 && k->n_transfer_encoding <= 1 && k->n_host <= 1 &&
               !(k->content_length && k->transfer_encoding) &&
               (!k->transfer_encoding || !strcasecmp(k->transfer_encoding, "chunked")) &&
               (!k->content_length || (k->content_length[0] >= '0' && k->content_length[0] <= '9'));
  if (!sound)
    return wg_fail_code(&c->q.err, WG_INVALID, "bad-framing", "",
                        WG_T("The headers contradict each other about the body's length.",
                             "请求头对正文长度的说明互相矛盾。"));
  return WG_OK;
}

static bool next_token(const char **list, const char **token, size_t *n) {
  const char *p = *list + strspn(*list, ", \t");
  if (!*p) return false;
  *token = p;
  *n = strcspn(p, ",");
  *list = p + *n;
  return true;
}

/* Whether a list header ("gzip;q=0.5, br") names `what` with a weight above zero. */
static bool header_allows(const char *list, const char *what) {
  const char *t;
  size_t n;
  while (list && next_token(&list, &t, &n)) {
    size_t name = strcspn(t, ";, \t");
    if (name > n) name = n;
    if (name != strlen(what) || strncasecmp(t, what, name)) continue;
    const char *q = memchr(t, ';', n);
    if (!q) return true;
    q += 1 + strspn(q + 1, " \t");
    return strncasecmp(q, "q=", 2) != 0 || strtod(q + 2, NULL) > 0;
  }
  return false;
}

static const char *pick_lang(wg_http_conn *c) {
  const char *asked = wg_request_query(&c->q, "lang");
  if (asked && !strcmp(asked, "en")) return "en";
  if (asked && !strncmp(asked, "zh", 2)) return "zh";
  const char *list = c->known.accept_language, *t;
  const char *best = "zh";
  double best_q = 0;
  size_t n;
  while (list && next_token(&list, &t, &n)) {
    const char *lang = !strncasecmp(t, "zh", 2) ? "zh" : !strncasecmp(t, "en", 2) ? "en" : NULL;
    const char *semi = memchr(t, ';', n), *q = semi ? semi + 1 + strspn(semi + 1, " \t") : NULL;
    double weight = q && !strncasecmp(q, "q=", 2) ? strtod(q + 2, NULL) : 1;
    if (lang && weight > best_q) best = lang, best_q = weight;
  }
  return best;
}

static bool is_proxy(const wg_http *http, const char *address) {
  for (int i = 0; i < http->n_proxies; i++)
    if (!strcmp(http->proxy[i], address)) return true;
  return false;
}

/* The last word of a list; where nothing stands there: "". Cuts it off: *end is the new end. */
static void last_word(const char *list, size_t *end, char *out, size_t room) {
  size_t stop = *end, start;
  while (stop && strchr(" \t", list[stop - 1])) stop--;
  for (start = stop; start && !strchr(", \t", list[start - 1]);) start--;
  size_t n = stop - start;
  *out = 0;
  if (n && n < room) memcpy(out, list + start, n), out[n] = 0;
  while (start && list[start - 1] != ',') start--;
  *end = start ? start - 1 : 0;
}

/* Each proxy appends the address that it saw, so the list is read from its end, past declared proxies, up to
 * the first who is none; whatever stands before that is that one's own claim. */
static void believe_for(wg_http_conn *c) {
  const char *list = c->known.forwarded_for;
  size_t end = list ? strlen(list) : 0;
  char word[INET6_ADDRSTRLEN], plain[INET6_ADDRSTRLEN];
  unsigned char bytes[16];
  while (end) {
    last_word(list, &end, word, sizeof word);
    int family = inet_pton(AF_INET, word, bytes) == 1    ? AF_INET
                 : inet_pton(AF_INET6, word, bytes) == 1 ? AF_INET6
                                                         : 0;
    if (!family || !inet_ntop(family, bytes, plain, sizeof plain)) return;
    memcpy(c->address, plain, sizeof plain);
    c->q.address = c->address;
    if (!is_proxy(c->http, plain)) return;
  }
}

/* Only a declared proxy may say for whom it asks, and how it was asked. */
static void believe_proxy(wg_http_conn *c) {
  wg_request *q = &c->q;
  q->address = c->peer;
  q->secure = c->http->tls;
  q->forwarded = c->known.forwarded;
  if (!is_proxy(c->http, c->peer)) return;
  believe_for(c);
  const char *proto = c->known.forwarded_proto;
  size_t end = proto ? strlen(proto) : 0;
  char word[8];
  if (!proto) return;
  last_word(proto, &end, word, sizeof word);
  q->secure = !strcasecmp(word, "https");
}

/* --- path and query ----------------------------------------------------------------------------------- */

static int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes n bytes to `to` (room for n + 1) and ends it; false when the result is not clean text. */
static bool decode(const char *from, size_t n, char *to, bool plus_is_space, bool *slash) {
  char *p = to;
  for (size_t i = 0; i < n; i++) {
    unsigned char ch = (unsigned char)from[i];
    if (ch == '%') {
      int a = i + 2 < n ? hex(from[i + 1]) : -1, b = a >= 0 ? hex(from[i + 2]) : -1;
      if (b < 0) return false;
      ch = (unsigned char)(a << 4 | b);
      i += 2;
      if (slash && ch == '/') *slash = true;
    } else if (ch == '+' && plus_is_space) {
      ch = ' ';
    }
    if ((ch < 0x20 && !plus_is_space) || ch == 0x7f) return false; /* NUL: wg_text_utf8 */
    *p++ = (char)ch;
  }
  *p = 0;
  return wg_text_utf8(to, (size_t)(p - to));
}

static bool clean_segments(const char *path) {
  if (*path != '/') return false;
  for (const char *s = path + 1;; s++) {
    size_t n = strcspn(s, "/");
    if ((n == 1 && s[0] == '.') || (n == 2 && s[0] == '.' && s[1] == '.')) return false;
    if (n == 0 && s[0] == '/') return false; /* "//" */
    s += n;
    if (!*s) return true;
  }
}

static wg_status take_path(wg_http_conn *c) {
  wg_request *q = &c->q;
  const char *mark = strchr(q->url, '?');
  size_t n = mark ? (size_t)(mark - q->url) : strlen(q->url);
  c->raw_query = mark ? mark + 1 : NULL;
  if (n > WG_PATH_MAX || (mark && strlen(mark + 1) > WG_QUERY_MAX)) {
    c->r.code = 414;
    return wg_fail_code(&q->err, WG_INVALID, "uri-too-long", "",
                        WG_T("The address is too long: at most %d bytes of path and %d of query.",
                             "网址过长：路径至多 %d 字节，查询至多 %d 字节。"),
                        WG_PATH_MAX, WG_QUERY_MAX);
  }
  char *path = n < sizeof c->path_small ? c->path_small : wg_arena_alloc(&q->arena, n + 1);
  c->split = n < sizeof c->split_small ? c->split_small : wg_arena_alloc(&q->arena, n + 1);
  if (!path || !c->split) return WG_NO_MEMORY;
  bool slash = false;
  if (!decode(q->url, n, path, false, &slash) || slash || !clean_segments(path))
    return wg_fail_code(&q->err, WG_INVALID, "bad-path", "",
                        WG_T("The address is not a plain path in UTF-8.", "网址不是有效的 UTF-8 路径。"));
  memcpy(c->split, path, strlen(path) + 1);
  q->path = path;
  return WG_OK;
}

static wg_status take_query(wg_http_conn *c) {
  wg_request *q = &c->q;
  if (!c->raw_query || !*c->raw_query) return WG_OK;
  size_t all = strlen(c->raw_query), names = 1;
  for (size_t i = 0; i < all; i++) names += c->raw_query[i] == '&';
  if (names > WG_QUERY_NAMES)
    return wg_fail(&q->err, WG_INVALID, "", WG_T("At most %d query parameters.", "查询参数至多 %d 个。"),
                   WG_QUERY_NAMES);
  c->query = wg_arena_alloc(&q->arena, names * sizeof *c->query);
  char *to = wg_arena_alloc(&q->arena, all + 2 * names); /* every text and its NUL */
  if (!c->query || !to) return WG_NO_MEMORY;
  for (const char *p = c->raw_query; *p; p += *p == '&') {
    size_t n = strcspn(p, "&"), name = strcspn(p, "=");
    if (name > n) name = n;
    char *value = to + name + 1;
    bool good = decode(p, name, to, true, NULL) &&
                (name == n ? (*value = 0, true) : decode(p + name + 1, n - name - 1, value, true, NULL));
    if (!good)
      return wg_fail(
          &q->err, WG_INVALID, "",
          WG_T("The query is not percent-encoded UTF-8.", "查询参数不是有效的 UTF-8 百分号编码。"));
    if (n && wg_request_query(q, to))
      return wg_fail(&q->err, WG_INVALID, to, WG_T("A query parameter is given twice.", "查询参数重复。"));
    if (n) c->query[c->n_query++] = (wg_pair){to, value};
    to = value + n - name + 1;
    p += n;
  }
  return WG_OK;
}

wg_status wg_request_head(wg_http_conn *c) {
  wg_request *q = &c->q;
  believe_proxy(c);
  q->accepts_gzip = header_allows(c->known.accept_encoding, "gzip");
  q->lang = pick_lang(c);
  const union MHD_ConnectionInfo *size =
      MHD_get_connection_info(c->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
  if (size && size->header_size > WG_HEADERS_MAX) {
    c->r.code = 431;
    return wg_fail_code(&q->err, WG_INVALID, "headers-too-large", "",
                        WG_T("The request's headers are larger than %d bytes.", "请求头超过 %d 字节。"),
                        WG_HEADERS_MAX);
  }
  wg_status st = take_path(c);
  if (!st) st = take_query(c);
  q->lang = pick_lang(c); /* again: now ?lang= is known */
  return st;
}

/* --- body --------------------------------------------------------------------------------------------- */

static wg_status too_large(wg_http_conn *c) {
  size_t max = c->q.route->body_max;
  if (!max)
    return wg_fail(&c->q.err, WG_TOO_LARGE, "",
                   WG_T("This address takes no body.", "此地址不接受请求正文。"));
  const wg_route *r = c->q.route;
  return wg_fail(&c->q.err, WG_TOO_LARGE, "",
                 WG_T("The body is larger than %zu bytes.%s%s%.0s", "请求正文超过 %zu 字节。%.0s%.0s%s"), max,
                 r->larger_en ? " " : "", r->larger_en ? r->larger_en : "", r->larger_zh ? r->larger_zh : "");
}

/* Takes n more bytes of the memory that all bodies share. Only what has arrived counts: a promise of much
 * would let a slow sender keep the others out. */
static wg_status reserve(wg_http_conn *c, size_t n) {
  size_t before = atomic_fetch_add(&c->http->bodies, n);
  c->body_reserved += n;
  if (before + n <= c->http->body_memory) return WG_OK;
  return wg_fail(
      &c->q.err, WG_BUSY, "",
      WG_T("Too many large uploads at once; try again in a moment.", "同时上传过多，请稍后再试。"));
}

wg_status wg_request_body_rules(wg_http_conn *c) {
  size_t max = c->q.route->body_max;
  const char *coding = c->known.content_encoding;
  if (c->body_want && coding && strcasecmp(coding, "identity")) {
    c->r.code = 415;
    return wg_fail_code(
        &c->q.err, WG_INVALID, "content-encoding", "",
        WG_T("Send the body without Content-Encoding.", "请不要压缩请求正文（Content-Encoding）。"));
  }
  wg_buf_init(&c->body, max);
  if (c->body_want == UINT64_MAX) return max ? WG_OK : too_large(c);
  return c->body_want > max ? too_large(c) : WG_OK;
}

wg_status wg_request_body_add(wg_http_conn *c, const char *p, size_t n) {
  if (n > c->body.max - c->body.len) return too_large(c);
  wg_status st = reserve(c, n);
  if (st) return st;
  wg_buf_add(&c->body, p, n);
  return wg_buf_status(&c->body);
}

/* --- for handlers ------------------------------------------------------------------------------------- */

const char *wg_request_header(wg_request *q, const char *name) {
  const char *v = q->conn ? MHD_lookup_connection_value(q->conn->mhd, MHD_HEADER_KIND, name) : NULL;
  return v && wg_text_utf8(v, strlen(v)) ? v : NULL;
}

const char *wg_request_cookie(wg_request *q, const char *name) {
  const char *v = q->conn ? MHD_lookup_connection_value(q->conn->mhd, MHD_COOKIE_KIND, name) : NULL;
  return v && wg_text_utf8(v, strlen(v)) ? v : NULL;
}

const char *wg_request_query(wg_request *q, const char *name) {
  wg_http_conn *c = q->conn;
  for (int i = 0; c && i < c->n_query; i++)
    if (!strcmp(c->query[i].name, name)) return c->query[i].value;
  return NULL;
}

const char *wg_request_query_stranger(wg_request *q, const char *const *names) {
  wg_http_conn *c = q->conn;
  for (int i = 0; c && i < c->n_query; i++) {
    bool known = !strcmp(c->query[i].name, "lang"); /* the server's own, on every route */
    for (const char *const *n = names; *n && !known; n++) known = !strcmp(*n, c->query[i].name);
    if (!known) return c->query[i].name;
  }
  return NULL;
}

bool wg_request_etag_matches(wg_request *q, const char *etag) {
  const char *list = wg_request_header(q, "If-None-Match");
  const char *t;
  size_t n;
  if (!strncmp(etag, "W/", 2)) etag += 2;
  while (list && next_token(&list, &t, &n)) {
    while (n && (t[n - 1] == ' ' || t[n - 1] == '\t')) n--;
    if (n == 1 && *t == '*') return true;
    if (n > 2 && !strncmp(t, "W/", 2)) t += 2, n -= 2; /* the weak comparison: RFC 9110, 13.1.2 */
    if (n == strlen(etag) && !memcmp(t, etag, n)) return true;
  }
  return false;
}
