/* Health, metrics, the OpenAPI document. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "api/app.h"
#include "base/time.h"

wg_status wg_h_healthz(wg_request *q, wg_response *r) {
  (void)q;
  r->no_compress = true;
  wg_buf_add_str(&r->body, "{\"status\":\"ok\"}");
  return wg_answer(r, 200);
}

wg_status wg_h_readyz(wg_request *q, wg_response *r) {
  wg_app *app = q->app;
  if (atomic_load(&app->engine) && !atomic_load(&app->closing)) return wg_h_healthz(q, r);
  return wg_fail(&q->err, WG_BUSY, "", WG_T("starting or stopping", "正在启动或停止"));
}

static void figure(wg_buf *b, const char *name, const char *type, const char *help, int64_t value) {
  wg_buf_printf(b, "# HELP wangge_%s %s\n# TYPE wangge_%s %s\nwangge_%s %" PRId64 "\n", name, help, name,
                type, name, value);
}

wg_status wg_h_metrics(wg_request *q, wg_response *r) {
  wg_app *app = q->app;
  wg_engine_stats e;
  wg_tile_cache_stats t;
  wg_http_stats h = {0};
  wg_engine_get_stats(atomic_load(&app->engine), &e);
  wg_tile_cache_stats_of(app->tiles, &t);
  if (atomic_load(&app->http)) wg_http_get_stats(atomic_load(&app->http), &h);
  wg_buf *b = &r->body;
  figure(b, "commits_total", "counter", "Groups committed", e.commits);
  figure(b, "commands_total", "counter", "Commands run", e.commands);
  figure(b, "commands_failed_total", "counter", "Commands refused or failed", e.failed);
  figure(b, "events_total", "counter", "Events appended by this server", e.events);
  figure(b, "commands_waiting", "gauge", "Commands waiting for the writer", e.waiting);
  figure(b, "commit_group_max", "gauge", "Largest group so far", e.largest_group);
  figure(b, "commit_microseconds_total", "counter", "Time spent in groups", e.commit_us);
  figure(b, "event_head", "gauge", "Seq of the newest event",
         wg_feed_head(wg_engine_feed(atomic_load(&app->engine))));
  figure(b, "incidents_live", "gauge", "Incidents kept in memory",
         wg_live_count(wg_engine_live(atomic_load(&app->engine))));
  figure(b, "tiles_hits_total", "counter", "Tiles from the cache", (int64_t)t.hits);
  figure(b, "tiles_misses_total", "counter", "Tiles drawn", (int64_t)t.misses);
  figure(b, "tiles_bytes", "gauge", "Bytes of cached tiles", (int64_t)t.bytes);
  figure(b, "http_requests_total", "counter", "Requests answered", h.requests);
  figure(b, "http_bytes_total", "counter", "Bytes sent", h.bytes_out);
  figure(b, "http_connections", "gauge", "Open connections", h.connections);
  figure(b, "http_streams", "gauge", "Open streams", h.streams);
  wg_buf_add_str(
      b,
      "# HELP wangge_http_answers_total Answers by status class\n# TYPE wangge_http_answers_total counter\n");
  for (int c = 1; c < 6; c++)
    wg_buf_printf(b, "wangge_http_answers_total{class=\"%dxx\"} %" PRId64 "\n", c, h.by_class[c]);
  figure(b, "uptime_seconds", "gauge", "Since the start", (wg_now_ms() - app->started_at) / 1000);
  r->type = "text/plain; version=0.0.4; charset=utf-8";
  return wg_answer(r, 200);
}

/* --- OpenAPI
 * ---------------------------------------------------------------------------------------------------- */

/* Calls fn for each word of a space-separated list. */
static void each_word(const char *list, wg_jw *w,
                      void (*fn)(wg_jw *w, const char *name, size_t n, bool required)) {
  for (const char *p = list; *p; p += strcspn(p, " "), p += strspn(p, " ")) {
    size_t n = strcspn(p, " !");
    fn(w, p, n, p[n] == '!');
  }
}

static void write_name(wg_jw *w, const char *name, size_t n) {
  char text[64];
  snprintf(text, sizeof text, "%.*s", (int)n, name);
  wg_jw_str(w, text);
}

static void parameter(wg_jw *w, const char *name, size_t n, bool required, const char *in) {
  wg_jw_begin_object(w);
  wg_jw_key(w, "name");
  write_name(w, name, n);
  wg_jw_member_str(w, "in", in);
  wg_jw_member_bool(w, "required", required);
  wg_jw_key(w, "schema");
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "type", "string");
  wg_jw_end_object(w);
  wg_jw_end_object(w);
}

static void query_parameter(wg_jw *w, const char *name, size_t n, bool required) {
  parameter(w, name, n, required, "query");
}

static void body_property(wg_jw *w, const char *name, size_t n, bool required) {
  char text[64];
  (void)required;
  snprintf(text, sizeof text, "%.*s", (int)n, name);
  wg_jw_key(w, text);
  wg_jw_begin_object(w);
  wg_jw_end_object(w);
}

static void body_required(wg_jw *w, const char *name, size_t n, bool required) {
  if (required) write_name(w, name, n);
}

static void write_parameters(wg_jw *w, const wg_api_route *r) {
  wg_jw_key(w, "parameters");
  wg_jw_begin_array(w);
  for (const char *p = strchr(r->route.pattern, '{'); p; p = strchr(p + 1, '{'))
    parameter(w, p + 1, strcspn(p + 1, "}"), true, "path");
  if (strcmp(r->query, "*") != 0) each_word(r->query, w, query_parameter);
  wg_jw_end_array(w);
}

static void write_body(wg_jw *w, const wg_api_route *r) {
  if (!r->route.body_max || !*r->body) return;
  wg_jw_key(w, "requestBody");
  wg_jw_begin_object(w);
  wg_jw_key(w, "content");
  wg_jw_begin_object(w);
  wg_jw_key(w, "application/json");
  wg_jw_begin_object(w);
  wg_jw_key(w, "schema");
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "type", "object");
  wg_jw_member_bool(w, "additionalProperties", false);
  wg_jw_key(w, "properties");
  wg_jw_begin_object(w);
  each_word(r->body, w, body_property);
  wg_jw_end_object(w);
  wg_jw_key(w, "required");
  wg_jw_begin_array(w);
  each_word(r->body, w, body_required);
  wg_jw_end_array(w);
  for (int k = 0; k < 4; k++) wg_jw_end_object(w);
}

static void write_operation(wg_jw *w, const wg_api_route *r, const char *lang) {
  char method[8];
  size_t n = 0;
  for (; r->route.method[n] && n < 7; n++) method[n] = (char)(r->route.method[n] | 0x20);
  method[n] = 0;
  wg_jw_key(w, method);
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "summary", lang[0] == 'z' ? r->route.zh : r->route.en);
  write_parameters(w, r);
  write_body(w, r);
  wg_jw_key(w, "security");
  wg_jw_begin_array(w);
  if (r->route.rule != WG_V_PUBLIC) {
    wg_jw_begin_object(w);
    wg_jw_key(w, "bearer");
    wg_jw_begin_array(w);
    wg_jw_end_array(w);
    wg_jw_end_object(w);
  }
  wg_jw_end_array(w);
  wg_jw_member_int(w, "x-body-limit", (int64_t)r->route.body_max);
  wg_jw_key(w, "responses");
  wg_jw_begin_object(w);
  wg_jw_key(w, "default");
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "description", "the answer, or application/problem+json");
  wg_jw_end_object(w);
  wg_jw_end_object(w);
  wg_jw_end_object(w);
}

/* Routes of one path stand together: each path is written once, with all of its methods. */
static void write_paths(wg_jw *w, const char *lang) {
  for (size_t i = 0; i < wg_api_n_routes; i++) {
    const char *path = wg_api_routes[i].route.pattern;
    bool first = true;
    for (size_t k = 0; k < i; k++) first = first && strcmp(wg_api_routes[k].route.pattern, path) != 0;
    if (!first) continue;
    wg_jw_key(w, path);
    wg_jw_begin_object(w);
    for (size_t k = i; k < wg_api_n_routes; k++)
      if (strcmp(wg_api_routes[k].route.pattern, path) == 0) write_operation(w, &wg_api_routes[k], lang);
    wg_jw_end_object(w);
  }
}

wg_status wg_h_openapi(wg_request *q, wg_response *r) {
  wg_jw w;
  wg_jw_init(&w, &r->body);
  wg_jw_begin_object(&w);
  wg_jw_member_str(&w, "openapi", "3.1.0");
  wg_jw_key(&w, "info");
  wg_jw_begin_object(&w);
  wg_jw_member_str(&w, "title", "wangge 网格");
  wg_jw_member_str(&w, "version", WG_VERSION);
  wg_jw_end_object(&w);
  wg_jw_key(&w, "components");
  wg_jw_begin_object(&w);
  wg_jw_member_raw(&w, "securitySchemes", "{\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\"}}");
  wg_jw_end_object(&w);
  wg_jw_key(&w, "paths");
  wg_jw_begin_object(&w);
  write_paths(&w, q->lang);
  wg_jw_end_object(&w);
  wg_jw_end_object(&w);
  return wg_answer(r, 200);
}
