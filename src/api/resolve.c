/* Whose point is it: one point, or a CSV of many. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "api/app.h"
#include "base/csv_points.h"
#include "base/json.h"
#include "base/text.h"
#include "engine/resolve_row.h"

/* What a resolve request asks, checked. */
struct question {
  const char *crs, *network;
  int64_t at;
  double lon, lat, tolerance, accuracy, level;
  bool past; /* `at` lies before the plan in force */
};

static wg_status read_question(wg_request *q, struct question *x) {
  wg_asker *a = wg_asker_of(q);
  *x = (struct question){.crs = "wgs84",
                         .network = "base",
                         .at = a->now,
                         .accuracy = -1,
                         .level = 0.68,
                         .tolerance = a->picture->settings->tolerance_m};
  const char *crs = wg_request_query(q, "crs");
  if (crs) x->crs = crs;
  wg_status st = wg_query_code(q, "network", &x->network);
  if (!st) st = wg_query_time(q, "at", &x->at);
  if (!st) st = wg_query_num(q, "tolerance", false, 0, 10000, &x->tolerance);
  if (!st) st = wg_query_num(q, "accuracy", false, 0, 100000, &x->accuracy);
  if (!st) st = wg_query_num(q, "accuracy_level", false, 0.01, 0.9999, &x->level);
  const wg_network *n = st ? NULL : wg_picture_network(a->picture, x->network, NULL);
  x->past = n && x->at < n->plan.valid_from;
  if (!st && !n && strcmp(x->network, "base") != 0)
    st = wg_fail_code(&q->err, WG_NOT_FOUND, "unknown-network", "network",
                      WG_T("there is no network \"%s\"", "没有名为“%s”的网格体系"), x->network);
  return st;
}

struct found {
  wg_hit hit;
  const wg_network *network; /* NULL: the network has no plan yet */
  const wg_grid *grid;
  wg_assignment assigned;
};

static void find(const wg_picture *p, const wg_network *n, const struct question *x, wg_pt at,
                 struct found *f) {
  *f = (struct found){.hit = {WG_HOW_NONE, WG_NO_FEATURE, 0}, .network = n};
  if (n) f->hit = wg_resolve(n->resolver, at, x->tolerance);
  if (f->hit.feature != WG_NO_FEATURE) f->grid = &n->plan.grid[f->hit.feature];
  f->assigned = wg_assign(&p->people->roster, x->network, f->grid ? f->grid->code : "", x->at);
}

static wg_shown shown_in(const wg_asker *a, uint32_t area) {
  wg_target t = {.area = area};
  if (a->nameless) return WG_SHOW_POST;
  return wg_may(&a->picture->land->areas, a->viewer, WG_V_SEE_STAFF, &t, a->now) ? WG_SHOW_PHONE
                                                                                 : WG_SHOW_NAME;
}

static void write_team(wg_jw *w, const wg_asker *a, const char *network, const wg_grid *grid,
                       wg_shown shown) {
  wg_jw_key(w, "team");
  wg_jw_begin_array(w);
  uint32_t first = 0, n = 0;
  const wg_roster *roster = &a->picture->people->roster;
  if (grid) wg_roster_posts(roster, network, grid->code, &first, &n);
  for (uint32_t k = first; k < first + n; k++)
    if (roster->post[k].kind > WG_POST_LEAD)
      wg_write_staff(w, a->picture, roster->post[k].staff, wg_post_name(roster->post[k].kind), shown);
  wg_jw_end_array(w);
}

static wg_status write_shares(wg_jw *w, const struct found *f, wg_pt at, const struct question *x) {
  wg_shares shares = {.outside = 1};
  wg_status st =
      f->network ? wg_resolve_shares(f->network->resolver, at, x->accuracy, x->level, &shares) : WG_OK;
  if (st) return st;
  wg_jw_key(w, "candidates");
  wg_jw_begin_array(w);
  for (uint32_t k = 0; k < shares.n; k++) {
    const wg_grid *g = &f->network->plan.grid[shares.share[k].feature];
    wg_jw_begin_object(w);
    wg_jw_key(w, "grid");
    wg_jw_begin_object(w);
    wg_jw_member_str(w, "code", g->code);
    wg_jw_member_raw(w, "name", g->names[0] ? g->names : "{}");
    wg_jw_end_object(w);
    wg_jw_member_num(w, "probability", shares.share[k].probability, 9);
    wg_jw_end_object(w);
  }
  wg_jw_end_array(w);
  wg_jw_member_num(w, "outside", shares.outside, 9);
  if (shares.rest > 0) wg_jw_member_num(w, "rest", shares.rest, 9);
  return WG_OK;
}

static wg_status write_answer(wg_request *q, wg_response *r, const struct question *x, const wg_network *n,
                              wg_pt at) {
  wg_asker *a = wg_asker_of(q);
  const wg_picture *p = a->picture;
  struct found f;
  find(p, n, x, at, &f);
  uint32_t area = f.grid ? wg_areas_find(&p->land->areas, f.grid->area) : WG_NO_INDEX;
  wg_shown shown = shown_in(a, area);
  int64_t version = n ? n->plan.version : 0;
  wg_jw w;
  wg_jw_init(&w, &r->body);
  wg_jw_begin_object(&w);
  wg_jw_key(&w, "lon");
  wg_jw_degrees(&w, at.x);
  wg_jw_key(&w, "lat");
  wg_jw_degrees(&w, at.y);
  wg_jw_member_str(&w, "crs", x->crs);
  wg_jw_member_str(&w, "network", x->network);
  wg_jw_member_time(&w, "at", x->at);
  wg_jw_member_str(&w, "how", wg_how_name(f.hit.how));
  wg_jw_key(&w, "plan_version");
  if (version)
    wg_jw_int(&w, version);
  else
    wg_jw_null(&w);
  wg_jw_key(&w, "grid");
  if (f.grid) {
    wg_jw_begin_object(&w);
    wg_jw_member_str(&w, "code", f.grid->code);
    wg_jw_member_raw(&w, "name", f.grid->names[0] ? f.grid->names : "{}");
    wg_jw_end_object(&w);
  } else {
    wg_jw_null(&w);
  }
  wg_jw_key(&w, "area");
  wg_write_area(&w, p, f.grid ? f.grid->area : "");
  wg_jw_key(&w, "responsible");
  wg_write_staff(&w, p, f.assigned.staff, wg_post_name(f.assigned.post), shown);
  write_team(&w, a, x->network, f.grid, shown);
  wg_jw_member_str(&w, "why",
                   wg_write_why(&q->arena, p, q->lang, f.hit.how, x->network, f.grid ? f.grid->code : "",
                                version, f.hit.metres, false, &f.assigned, a->nameless));
  wg_jw_key(&w, "distance_m");
  if (f.hit.how == WG_HOW_NONE)
    wg_jw_null(&w);
  else
    wg_jw_num(&w, f.hit.metres, 3);
  if (!f.grid && wg_looks_swapped(p, x->crs, x->lon, x->lat))
    wg_jw_member_str(&w, "hint", q->lang[0] == 'z' ? "经纬度可能写反了" : "lon and lat look swapped");
  wg_status st = x->accuracy >= 0 ? write_shares(&w, &f, at, x) : WG_OK;
  wg_jw_end_object(&w);
  return st ? st : wg_answer(r, 200);
}

/* --- one point ------------------------------------------------------------------------------------------ */

/* Beyond this the disc may hold thousands of grids. */
enum { WIDE_M = 1000 };

struct slow_job {
  wg_request *q;
  wg_response *r;
  wg_deferred *token;
  struct question x;
};

static wg_status answer_point(wg_request *q, wg_response *r, const struct question *x, void *mine) {
  wg_asker *a = wg_asker_of(q);
  wg_pt at = {0, 0};
  const wg_network *past = NULL;
  wg_store *store = NULL;
  wg_status st = wg_crs_convert(a->app->crs, x->crs, x->lon, x->lat, &at, &q->err);
  if (!st && x->past) st = wg_mine_store(mine, &store, &q->err);
  if (!st && x->past)
    st = wg_history_network(wg_engine_history(atomic_load(&a->app->engine)), store, x->network, x->at, &past,
                            &q->err);
  if (!st) st = write_answer(q, r, x, past ? past : wg_picture_network(a->picture, x->network, NULL), at);
  wg_history_drop(past);
  return st;
}

static void answer_slowly(void *what, void *mine) {
  struct slow_job *j = what;
  wg_http_complete(j->token, answer_point(j->q, j->r, &j->x, mine));
}

/* Off the epoll threads: what reads a store or PROJ's data, or computes for long. */
static wg_status defer(wg_request *q, wg_response *r, const struct question *x) {
  struct slow_job *j = wg_arena_alloc(&q->arena, sizeof *j);
  if (!j) return WG_NO_MEMORY;
  *j = (struct slow_job){.q = q, .r = r, .x = *x};
  j->token = wg_http_defer(q, r);
  wg_status st = wg_pool_submit(wg_asker_of(q)->app->slow, answer_slowly, j);
  if (st) wg_http_complete(j->token, st);
  return WG_OK;
}

wg_status wg_h_resolve(wg_request *q, wg_response *r) {
  struct question x;
  wg_status st = read_question(q, &x);
  if (!st) st = wg_query_num(q, "lon", true, -1e9, 1e9, &x.lon);
  if (!st) st = wg_query_num(q, "lat", true, -1e9, 1e9, &x.lat);
  if (st) return st;
  if (x.past || wg_crs_by_proj(x.crs) || x.accuracy > WIDE_M) return defer(q, r, &x);
  return answer_point(q, r, &x, NULL);
}

/* --- a CSV ----------------------------------------------------------------------------------------------
 */

struct csv_job {
  wg_asker *a;
  const struct question *x;
  wg_buf *out;
  wg_resolve_rows rows;
};

static wg_status csv_row(void *ctx, bool has, double lon, double lat, const char **value, wg_err *err) {
  struct csv_job *j = ctx;
  wg_pt at;
  (void)err;
  if (has && !wg_crs_convert(j->a->app->crs, j->x->crs, lon, lat, &at, NULL))
    wg_resolve_row(&j->rows, at, value);
  return WG_OK;
}

static wg_status csv_write(void *ctx, const char *bytes, size_t n, wg_err *err) {
  struct csv_job *j = ctx;
  wg_buf_add(j->out, bytes, n);
  if (!wg_buf_status(j->out)) return WG_OK;
  return wg_fail(err, WG_TOO_LARGE, "",
                 WG_T("the answer is too large; use the command: wangge resolve",
                      "结果过大，请改用命令：wangge resolve"));
}

static wg_status resolve_csv(wg_request *q, wg_response *r, const struct question *x, void *mine) {
  wg_asker *a = wg_asker_of(q);
  const wg_network *past = NULL;
  wg_store *store = NULL;
  wg_status st = x->past ? wg_mine_store(mine, &store, &q->err) : WG_OK;
  if (!st && x->past)
    st = wg_history_network(wg_engine_history(atomic_load(&a->app->engine)), store, x->network, x->at, &past,
                            &q->err);
  const wg_network *n = past ? past : wg_picture_network(a->picture, x->network, NULL);
  struct csv_job j = {.a = a,
                      .x = x,
                      .out = &r->body,
                      .rows = {.plan = n ? &n->plan : NULL,
                               .resolver = n ? n->resolver : NULL,
                               .roster = &a->picture->people->roster,
                               .network = x->network,
                               .lang = q->lang,
                               .at = x->at,
                               .tolerance = x->tolerance}};
  if (!st) st = wg_resolve_rows_init(&j.rows, &q->arena);
  r->body.max = 256u << 20;
  wg_csv_points_options options = {
      .added = wg_resolve_columns, .row = csv_row, .write = csv_write, .ctx = &j};
  wg_csv_points *csv = NULL;
  wg_csv_points_report report;
  if (!st) st = wg_csv_points_new(&options, &csv, &q->err);
  if (!st) st = wg_csv_points_feed(csv, q->body, q->body_len, &q->err);
  if (!st) st = wg_csv_points_end(csv, &report, &q->err);
  wg_csv_points_free(csv);
  wg_history_drop(past);
  if (st) {
    wg_buf_reset(&r->body);
    return st;
  }
  r->type = "text/csv; charset=utf-8";
  return wg_answer(r, 200);
}

static void answer_csv(void *what, void *mine) {
  struct slow_job *j = what;
  wg_http_complete(j->token, resolve_csv(j->q, j->r, &j->x, mine));
}

/* Its rows name the workers. */
static wg_status refuse_nameless(wg_request *q) {
  if (!wg_asker_of(q)->nameless) return WG_OK;
  return wg_fail(&q->err, WG_FORBIDDEN, "",
                 WG_T("a wall asks for single points only", "大屏账号只能逐点查询"));
}

wg_status wg_h_resolve_csv(wg_request *q, wg_response *r) {
  struct slow_job *j = wg_arena_alloc(&q->arena, sizeof *j);
  if (!j) return WG_NO_MEMORY;
  *j = (struct slow_job){.q = q, .r = r};
  wg_status st = refuse_nameless(q);
  if (!st) st = read_question(q, &j->x);
  if (!st) st = wg_crs_known(j->x.crs, &q->err);
  if (!st) st = wg_note_access(q, "export");
  if (st) return st;
  j->token = wg_http_defer(q, r);
  st = wg_pool_submit(wg_asker_of(q)->app->bulk, answer_csv, j);
  if (st) {
    wg_response_header(q, r, "Retry-After", "10");
    wg_http_complete(j->token, st);
  }
  return WG_OK;
}
