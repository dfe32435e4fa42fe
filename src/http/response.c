/* What goes out: the problem body, compression, the headers every answer carries, and the way to MHD.
 *
 * wg_answer_prepare does all that needs no connection (so a pool thread can do it), wg_answer_queue the rest
 * on the epoll thread. */
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/compress.h"
#include "base/jw.h"
#include "base/log.h"
#include "http/conn.h"

/* --- headers ------------------------------------------------------------------------------------------ */

void wg_response_static(wg_response *r, const char *name, const char *value) {
  int room = (int)(sizeof r->header / sizeof r->header[0]);
  if (r->n_headers == room) {
    wg_error("http", "more than %d headers on one answer; %s is left out", room, name);
    return;
  }
  r->header[r->n_headers].name = name;
  r->header[r->n_headers++].value = value;
}

void wg_response_header(wg_request *q, wg_response *r, const char *name, const char *value) {
  const char *copy = wg_arena_strdup(&q->arena, value);
  if (copy) wg_response_static(r, name, copy);
}

const char *wg_response_find(const wg_response *r, const char *name) {
  for (int i = 0; i < r->n_headers; i++)
    if (!strcasecmp(r->header[i].name, name)) return r->header[i].value;
  return NULL;
}

enum { PROBLEM_MAX = 8192 };

/* --- problem ------------------------------------------------------------------------------------------ */

/* Titles of the codes that no wg_status has. */
static const struct {
  int code;
  const char *en, *zh;
} http_titles[] = {
    {405, "This method is not possible here", "不支持该方法"},
    {414, "The address is too long", "网址过长"},
    {415, "The body's form is not supported", "不支持的正文格式"},
    {431, "The headers are too large", "请求头过大"},
};

static const char *title_of(int code, wg_status status, const char *lang) {
  for (size_t i = 0; i < sizeof http_titles / sizeof http_titles[0]; i++)
    if (http_titles[i].code == code) return strcmp(lang, "zh") ? http_titles[i].en : http_titles[i].zh;
  return wg_status_title(status, lang);
}

/* What a handler said of the content it then did not deliver. */
static void forget_content_headers(wg_response *r) {
  static const char *const names[] = {"Cache-Control", "ETag", "Last-Modified", "Content-Disposition",
                                      "Vary"};
  int kept = 0;
  for (int i = 0; i < r->n_headers; i++) {
    bool content = false;
    for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
      content |= !strcasecmp(r->header[i].name, names[k]);
    if (!content) r->header[kept++] = r->header[i];
  }
  r->n_headers = kept;
}

void wg_response_problem(wg_request *q, wg_response *r, wg_status status) {
  if (status == WG_OK) status = WG_INTERNAL;
  if (r->code < 400) r->code = wg_status_http(status);
  const wg_err *e = &q->err;
  char type[96];
  snprintf(type, sizeof type, "/problems/%s", e->code[0] ? e->code : wg_status_name(status));
  const char *title = title_of(r->code, status, q->lang);
  const char *detail = strcmp(q->lang, "zh") ? e->en : e->zh;
  r->type = "application/problem+json";
  r->file = NULL;
  r->gzipped = false;
  forget_content_headers(r);
  wg_buf_reset(&r->body);
  if (r->body.max < PROBLEM_MAX) r->body.max = PROBLEM_MAX; /* the handler may have set less */
  wg_jw w;
  wg_jw_init(&w, &r->body);
  wg_jw_begin_object(&w);
  wg_jw_member_str(&w, "type", type);
  wg_jw_member_str(&w, "title", title);
  wg_jw_member_int(&w, "status", r->code);
  wg_jw_member_str(&w, "detail", *detail ? detail : title);
  if (e->field[0]) wg_jw_member_str(&w, "field", e->field);
  wg_jw_end_object(&w);
  if (r->code == 401 && !wg_response_find(r, "WWW-Authenticate"))
    wg_response_static(r, "WWW-Authenticate", "Bearer realm=\"wangge\"");
  if ((r->code == 503 || r->code == 429) && !wg_response_find(r, "Retry-After"))
    wg_response_static(r, "Retry-After", "1");
  if (r->code >= 500 && r->code != 503) /* being busy is told to the client, and counted */
    wg_error("http", "%s %s: %d %s: %s", q->method ? q->method : "-", q->path, r->code,
             wg_status_name(status), e->en);
}

/* --- prepare ------------------------------------------------------------------------------------------ */

static bool compressible(const char *type) {
  size_t n = strcspn(type, ";");
  if (!strncasecmp(type, "text/", 5)) return true;
  static const char *const endings[] = {"json",       "xml",     "javascript", "mapbox-vector-tile",
                                        "x-protobuf", "x-ndjson"};
  for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
    size_t m = strlen(endings[i]);
    if (n >= m && !strncasecmp(type + n - m, endings[i], m)) return true;
  }
  return false;
}

static void set_header(wg_response *r, const char *name, const char *value) {
  for (int i = 0; i < r->n_headers; i++)
    if (!strcasecmp(r->header[i].name, name)) {
      r->header[i].value = value;
      return;
    }
  wg_response_static(r, name, value);
}

static void vary_by_coding(wg_request *q, wg_response *r) {
  const char *vary = wg_response_find(r, "Vary");
  if (!vary)
    wg_response_static(r, "Vary", "Accept-Encoding");
  else if (!strcasestr(vary, "Accept-Encoding") && !strchr(vary, '*')) {
    char *both = wg_arena_printf(&q->arena, "%s, Accept-Encoding", vary);
    if (both) set_header(r, "Vary", both);
  }
}

static void compress(wg_request *q, wg_response *r) {
  if (r->gzipped) {
    vary_by_coding(q, r);
    return;
  }
  if (r->no_compress || r->body.len < WG_GZIP_FROM || !compressible(r->type)) return;
  vary_by_coding(q, r);
  if (!q->accepts_gzip || wg_response_find(r, "Content-Encoding")) return;
  wg_buf out;
  wg_buf_init(&out, r->body.len + r->body.len / 8 + 1024); /* the bound libdeflate asks for */
  if (wg_gzip(r->body.data, r->body.len, WG_GZIP_LEVEL, &out)) {
    wg_buf_deinit(&out);
    return;
  }
  wg_buf_deinit(&r->body);
  out.max = WG_RESPONSE_MAX;
  r->body = out;
  r->gzipped = true;
  const char *etag = wg_response_find(r, "ETag"); /* other bytes may not have the same strong tag */
  if (etag && etag[0] == '"') {
    char *weak = wg_arena_printf(&q->arena, "W/%s", etag);
    if (weak) set_header(r, "ETag", weak);
  }
}

void wg_answer_prepare(wg_http_conn *c) {
  wg_request *q = &c->q;
  wg_response *r = &c->r;
  if (c->prepared) return;
  c->prepared = true;
  if (!c->status && r->file) c->status = wg_file_attach(c);
  if (!c->status && wg_buf_status(&r->body)) {
    c->status =
        wg_fail(&q->err, wg_buf_status(&r->body), "", WG_T("The answer grew too large.", "响应内容过大。"));
    r->code = 500;
  }
  if (c->status) {
    wg_stream_end(c);
    wg_response_problem(q, r, c->status);
  }
  c->has_body = r->body.len || c->file_fd >= 0 || c->stream;
  if (!r->code) r->code = c->has_body ? 200 : 204;
  if (r->code == 204 || r->code == 304) {
    wg_buf_reset(&r->body);
    c->has_body = false;
  }
  if (!r->type) r->type = c->stream ? "text/event-stream" : "application/json";
  if (!c->stream && r->body.len) compress(q, r);
}

/* --- queue -------------------------------------------------------------------------------------------- */

typedef void (*header_sink)(void *to, const char *name, const char *value);

/* Every header of the answer, in order; MHD adds Date, Content-Length and the rest of the framing. */
static void each_header(wg_http_conn *c, header_sink sink, void *to) {
  const wg_response *r = &c->r;
  bool html = !strncasecmp(r->type, "text/html", 9);
  if (c->has_body) sink(to, "Content-Type", r->type);
  if (c->has_body && r->gzipped) sink(to, "Content-Encoding", "gzip");
  for (int i = 0; i < r->n_headers; i++) sink(to, r->header[i].name, r->header[i].value);
  if (!wg_response_find(r, "Cache-Control")) sink(to, "Cache-Control", "no-store");
  sink(to, "X-Content-Type-Options", "nosniff");
  if (!wg_response_find(r, "Referrer-Policy")) sink(to, "Referrer-Policy", "same-origin");
  if (html && !wg_response_find(r, "Content-Security-Policy"))
    sink(to, "Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'");
  if (c->stream && !wg_response_find(r, "X-Accel-Buffering")) sink(to, "X-Accel-Buffering", "no");
  if (c->closing) sink(to, "Connection", "close");
}

static void to_mhd(void *to, const char *name, const char *value) {
  if (!MHD_add_response_header(to, name, value)) wg_error("http", "the header %s was refused", name);
}

static void count(wg_http_conn *c, uint64_t bytes) {
  wg_http *http = c->http;
  int class = c->r.code / 100;
  atomic_fetch_add_explicit(&http->n_requests, 1, memory_order_relaxed);
  atomic_fetch_add_explicit(&http->by_class[class >= 1 && class <= 5 ? class : 0], 1, memory_order_relaxed);
  atomic_fetch_add_explicit(&http->n_bytes_out, (int64_t)bytes, memory_order_relaxed);
}

enum MHD_Result wg_answer_queue(wg_http_conn *c) {
  wg_response *r = &c->r;
  struct MHD_Response *m;
  uint64_t bytes = r->body.len;
  if (c->stream) {
    m = wg_stream_response(c);
  } else if (c->file_fd >= 0) {
    bytes = c->file_size;
    m = MHD_create_response_from_fd64(c->file_size, c->file_fd);
    if (m) c->file_fd = -1; /* MHD's now, closed with the response */
  } else {
    /* The body stays ours until the completed-notification, which comes after its last use. */
    m = MHD_create_response_from_buffer(r->body.len, r->body.len ? r->body.data : (void *)(uintptr_t) "",
                                        MHD_RESPMEM_PERSISTENT);
  }
  if (!m) return MHD_NO;
  each_header(c, to_mhd, m);
  c->step = WG_STEP_SENT;
  if (c->stream && !c->head)
    wg_conn_watch(c, WG_WATCH_STREAM, 0);
  else
    wg_conn_watch(c, WG_WATCH_ANSWER,
                  wg_http_now_ms() + c->http->stall_ms + (int64_t)(bytes / WG_MIN_RATE) * 1000);
  count(c, c->head ? 0 : bytes);
  enum MHD_Result ok = MHD_queue_response(c->mhd, (unsigned)r->code, m);
  MHD_destroy_response(m);
  return ok;
}

/* --- raw ---------------------------------------------------------------------------------------------- */

static void to_text(void *to, const char *name, const char *value) {
  wg_buf_printf(to, "%s: %s\r\n", name, value);
}

void wg_answer_raw(wg_http_conn *c) {
  wg_buf text;
  wg_buf_init(&text, 65536);
  wg_buf_printf(&text, "HTTP/1.1 %d %s\r\n", c->r.code, MHD_get_reason_phrase_for((unsigned)c->r.code));
  each_header(c, to_text, &text);
  wg_buf_printf(&text, "Content-Length: %zu\r\n\r\n", c->r.body.len);
  wg_buf_add(&text, c->r.body.data, c->r.body.len);
  count(c, c->r.body.len);
  /* A few hundred bytes into an empty send buffer: all or, when the peer is gone, nothing. */
  const union MHD_ConnectionInfo *tls =
      c->http->tls ? MHD_get_connection_info(c->mhd, MHD_CONNECTION_INFO_GNUTLS_SESSION) : NULL;
  if (wg_buf_status(&text))
    wg_error("http", "no memory for an answer");
  else if (tls)
    (void)gnutls_record_send(tls->tls_session, text.data, text.len);
  else
    (void)!send(c->fd, text.data, text.len, MSG_NOSIGNAL | MSG_DONTWAIT);
  wg_buf_deinit(&text);
}
