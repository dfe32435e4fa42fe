/* Who asks, and may they: the one door before every handler. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/app.h"
#include "base/time.h"

static bool loopback_address(const char *address) {
  return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0 ||
         strncmp(address, "::ffff:127.", 11) == 0;
}

/* "localhost:8080", "127.0.0.1", "[::1]:8080" */
static bool loopback_name(const char *host) {
  size_t n = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");
  return (n == 9 && strncasecmp(host, "localhost", n) == 0) || (n == 5 && strncmp(host, "[::1]", n) == 0) ||
         (strncmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") == n);
}

bool wg_is_local(wg_request *q) {
  const char *host = wg_request_header(q, "Host");
  return loopback_address(q->address) && !q->forwarded && (!host || loopback_name(host));
}

wg_status wg_refuse_demo(wg_request *q, bool demo) {
  if (!demo || wg_is_local(q)) return WG_OK;
  return wg_fail_code(
      &q->err, WG_FORBIDDEN, "demo-account", "",
      WG_T("demo accounts work on this machine only (127.0.0.1)", "演示账号只能在本机（127.0.0.1）使用"));
}

void wg_asker_release(void *user) {
  wg_asker *a = user;
  if (!a) return;
  wg_picture_drop(a->picture);
  free(a);
}

/* Which page a writing request comes from: 1 ours, -1 another's, 0 nobody says. Browsers send Sec-Fetch-Site
 * over TLS and to this machine; elsewhere there is Origin, to be compared with the name we were asked by. */
static int from_our_page(wg_request *q) {
  const char *site = wg_request_header(q, "Sec-Fetch-Site");
  if (site) return strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0 ? 1 : -1;
  const char *origin = wg_request_header(q, "Origin"), *host = wg_request_header(q, "Host");
  if (!origin) return 0;
  const char *name = strstr(origin, "://");
  return name && host && strcasecmp(name + 3, host) == 0 ? 1 : -1;
}

static bool writes(const wg_request *q) {
  return strcmp(q->method, "GET") != 0 && strcmp(q->method, "HEAD") != 0;
}

static wg_status refuse_page(wg_request *q) {
  return wg_fail(
      &q->err, WG_FORBIDDEN, "Sec-Fetch-Site",
      WG_T("writing with the cookie takes \"Sec-Fetch-Site: same-origin\", as browsers send it from our own "
           "pages; programs use the bearer token",
           "凭登录 Cookie 写入须带 “Sec-Fetch-Site: "
           "same-origin”（浏览器在本站页面会自动发送）；程序请用访问令牌"));
}

/* The bearer token, else the cookie. A cookie alone does not let another site write. */
static wg_status find_token(wg_request *q, const char **out) {
  const char *h = wg_request_header(q, "Authorization");
  if (h) {
    if (strncasecmp(h, "Bearer ", 7) != 0)
      return wg_fail(&q->err, WG_UNAUTHENTICATED, "Authorization",
                     WG_T("Authorization must be \"Bearer <token>\"", "Authorization 应为 “Bearer <令牌>”"));
    *out = h + 7;
    return WG_OK;
  }
  *out = wg_request_cookie(q, "wangge");
  return *out && writes(q) && from_our_page(q) <= 0 ? refuse_page(q) : WG_OK;
}

static wg_status check_query(wg_request *q) {
  const wg_api_route *route = wg_api_route_of(q);
  if (!route || strcmp(route->query, "*") == 0) return WG_OK;
  /* the names that the table allows, as the http room wants them */
  const char *names[20] = {"lang"};
  int n = 1;
  for (const char *p = route->query; *p && n < 19; p += strcspn(p, " "), p += strspn(p, " ")) {
    names[n++] = wg_arena_strndup(&q->arena, p, strcspn(p, " !:"));
    if (!names[n - 1]) return WG_NO_MEMORY;
  }
  const char *stranger = wg_request_query_stranger(q, names);
  if (!stranger) return WG_OK;
  return wg_fail_code(&q->err, WG_INVALID, "unknown-parameter", stranger,
                      WG_T("there is no parameter \"%.40s\" here", "没有名为“%.40s”的参数"), stranger);
}

static wg_status find_viewer(wg_request *q, wg_asker *a, wg_engine *engine) {
  const char *token = NULL;
  wg_status st = find_token(q, &token);
  if (st) return st;
  wg_session_use use = {0};
  int64_t account = token ? wg_engine_session(engine, token, a->now, &use) : 0;
  if (use.note) wg_note_seen(a->app, account);
  a->lasting = use.lasting;
  a->viewer = account ? wg_picture_viewer(a->picture, account) : NULL;
  if (!a->viewer)
    return wg_fail(&q->err, WG_UNAUTHENTICATED, "",
                   token ? "this token is unknown or has expired; sign in again"
                         : "sign in first: POST /api/v1/login",
                   token ? "登录已失效，请重新登录" : "请先登录：POST /api/v1/login");
  a->nameless = wg_nameless(a->viewer, a->now);
  st = wg_refuse_demo(q, a->viewer->demo);
  if (st) return st;
  snprintf(a->token, sizeof a->token, "%s", token);
  return WG_OK;
}

wg_status wg_auth(wg_request *q, const wg_route *route) {
  wg_app *app = q->app;
  wg_engine *engine = atomic_load(&app->engine);
  bool public = route->rule == WG_V_PUBLIC;
  wg_status st = check_query(q);
  if (st) return st;
  if (public && writes(q) && from_our_page(q) < 0)
    return refuse_page(q); /* nobody is signed in behind their back */
  if (!engine && public) return WG_OK;
  if (!engine)
    return wg_fail(&q->err, WG_BUSY, "",
                   WG_T("starting; try again in a few seconds", "正在启动，请稍后再试"));
  wg_asker *a = calloc(1, sizeof *a);
  if (!a) return WG_NO_MEMORY;
  q->user = a;
  a->app = app;
  a->picture = wg_engine_picture(engine);
  a->now = wg_now_ms();
  if (public) return WG_OK;
  st = find_viewer(q, a, engine);
  if (st || route->rule == WG_V_SIGNED_IN) return st;
  if (wg_may(&a->picture->land->areas, a->viewer, (wg_verb)route->rule, NULL, a->now)) return WG_OK;
  return wg_fail(&q->err, WG_FORBIDDEN, "", WG_T("account %s has no right to this", "账号 %s 没有此项权限"),
                 a->viewer->name);
}

/* May the viewer, at the edges of its rights? See domain/account.h. */
uint32_t wg_incident_area(const wg_picture *p, const wg_incident *i) {
  return i->area[0] ? wg_areas_find(&p->land->areas, i->area) : WG_NO_INDEX;
}

bool wg_may_on(const wg_picture *p, const wg_viewer *v, wg_verb verb, const wg_incident *i,
               const char *const *orgs, int64_t now) {
  wg_target t = {.area = wg_incident_area(p, i),
                 .class_ = i->class_,
                 .reporter = i->reporter,
                 .responsible = i->responsible,
                 .orgs = orgs};
  return wg_may(&p->land->areas, v, verb, &t, now);
}

bool wg_may_see(const wg_picture *p, const wg_viewer *v, const wg_incident *i, const char *const *orgs,
                int64_t now) {
  return wg_may_on(p, v, WG_V_SEE_INCIDENT, i, orgs, now);
}
