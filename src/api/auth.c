/* Who asks, and may they: the one door before every handler. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/app.h"
#include "base/time.h"

bool wg_is_loopback(const char *address) {
  return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0 ||
         strncmp(address, "::ffff:127.", 11) == 0;
}

void wg_asker_release(void *user) {
  wg_asker *a = user;
  if (!a) return;
  wg_picture_drop(a->picture);
  free(a);
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
  const char *site = wg_request_header(q, "Sec-Fetch-Site");
  bool writes = strcmp(q->method, "GET") != 0 && strcmp(q->method, "HEAD") != 0;
  if (*out && writes && site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
    return wg_fail(&q->err, WG_FORBIDDEN, "Sec-Fetch-Site",
                   WG_T("another site may not write with this cookie", "不允许其他网站使用此登录状态写入"));
  return WG_OK;
}

static wg_status check_query(wg_request *q) {
  const wg_api_route *route = wg_api_route_of(q);
  if (!route || strcmp(route->query, "*") == 0) return WG_OK;
  /* the names that the table allows, as the http room wants them */
  const char *names[20] = {"lang"};
  int n = 1;
  for (const char *p = route->query; *p && n < 19; p += strcspn(p, " "), p += strspn(p, " ")) {
    names[n++] = wg_arena_strndup(&q->arena, p, strcspn(p, " !"));
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
  int64_t account = token ? wg_engine_session(engine, token, a->now) : 0;
  a->viewer = account ? wg_picture_viewer(a->picture, account) : NULL;
  if (!a->viewer)
    return wg_fail(&q->err, WG_UNAUTHENTICATED, "",
                   token ? "this token is unknown or has expired; sign in again"
                         : "sign in first: POST /api/v1/login",
                   token ? "登录已失效，请重新登录" : "请先登录：POST /api/v1/login");
  bool forwarded = wg_request_header(q, "X-Forwarded-For") || wg_request_header(q, "Forwarded");
  if (a->viewer->demo && (!wg_is_loopback(q->address) || forwarded))
    return wg_fail_code(
        &q->err, WG_FORBIDDEN, "demo-account", "",
        WG_T("demo accounts work on this machine only (127.0.0.1)", "演示账号只能在本机（127.0.0.1）使用"));
  snprintf(a->token, sizeof a->token, "%s", token);
  return WG_OK;
}

wg_status wg_auth(wg_request *q, const wg_route *route) {
  wg_app *app = q->app;
  wg_engine *engine = atomic_load(&app->engine);
  bool public = route->rule == WG_V_PUBLIC;
  wg_status st = check_query(q);
  if (st) return st;
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

bool wg_may_see(const wg_picture *p, const wg_viewer *v, const wg_incident *i, const char *const *orgs,
                int64_t now) {
  wg_target t = {.area = wg_incident_area(p, i),
                 .class_ = i->class_,
                 .reporter = i->reporter,
                 .responsible = i->responsible,
                 .orgs = orgs};
  return wg_may(&p->land->areas, v, WG_V_SEE_INCIDENT, &t, now);
}
