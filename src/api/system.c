/* Health and metrics. */
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
