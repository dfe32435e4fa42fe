/* The one routing table: method, pattern, handler, rights rule, body limit, summary. The OpenAPI document and
 * the rights tests are made from it. */
#include "api/app.h"

#define KB 1024u
#define MB (1024u * KB)

const wg_api_route wg_api_routes[] = {
    {{"POST", "/api/v1/login", wg_h_login, WG_POOL, WG_V_PUBLIC, 4 * KB, "Sign in", "登录"},
     "",
     "name! password!"},
    {{"POST", "/api/v1/logout", wg_h_logout, WG_POOL, WG_V_SIGNED_IN, KB, "Sign out", "退出登录"}, "", ""},
    {{"GET", "/api/v1/me", wg_h_me, WG_INLINE, WG_V_SIGNED_IN, 0, "The signed-in account", "当前账号"},
     "",
     ""},

    {{"GET", "/api/v1/resolve", wg_h_resolve, WG_INLINE, WG_V_SEE_MAP, 0, "Whose point is it",
      "查询某点的责任网格与责任人"},
     "lon! lat! crs accuracy accuracy_level at network tolerance",
     ""},
    {{"POST", "/api/v1/resolve", wg_h_resolve_csv, WG_INLINE, WG_V_SEE_MAP, 64 * MB,
      "Resolve every row of a CSV", "批量查询 CSV 中每一行的责任网格"},
     "crs at network tolerance",
     ""},

    {{"POST", "/api/v1/incidents", wg_h_report, WG_INLINE, WG_V_REPORT, 64 * KB, "Report an incident",
      "上报事件"},
     "",
     "lon lat crs accuracy_m category! description occurred_at sent_at client_id source attributes place "
     "network"},
    {{"GET", "/api/v1/incidents", wg_h_incidents, WG_POOL, WG_V_SEE_INCIDENT, 0,
      "List incidents, newest first", "事件列表，最新在前"},
     "area grid state category since until mine limit after format",
     ""},
    {{"GET", "/api/v1/incidents/{id}", wg_h_incident, WG_POOL, WG_V_SEE_INCIDENT, 0, "One incident",
      "事件详情"},
     "",
     ""},
    {{"GET", "/api/v1/incidents/{id}/events", wg_h_incident_events, WG_POOL, WG_V_SEE_INCIDENT, 0,
      "What happened to an incident", "事件的办理过程"},
     "",
     ""},
    {{"GET", "/api/v1/overview", wg_h_overview, WG_INLINE, WG_V_SEE_INCIDENT, 0, "Counters", "总览数字"},
     "area",
     ""},
    {{"GET", "/api/v1/events", wg_h_events, WG_STREAM, WG_V_SIGNED_IN, 0,
      "The live feed (server-sent events)", "实时消息流"},
     "after",
     ""},

    {{"GET", "/api/v1/areas", wg_h_areas, WG_POOL, WG_V_SEE_MAP, 0, "List areas", "区划列表"},
     "parent level limit after format",
     ""},
    {{"GET", "/api/v1/grids", wg_h_grids, WG_POOL, WG_V_SEE_MAP, 0, "List grids", "网格列表"},
     "area network at limit after format",
     ""},
    {{"GET", "/api/v1/grids/{code}", wg_h_grid, WG_POOL, WG_V_SEE_MAP, 0, "One grid and who serves it",
      "网格详情与服务人员"},
     "network",
     ""},
    {{"GET", "/api/v1/staff", wg_h_staff, WG_POOL, WG_V_SEE_STAFF, 0, "List staff", "人员列表"},
     "area grid limit after",
     ""},
    {{"GET", "/api/v1/workers", wg_h_workers, WG_POOL, WG_V_SEE_WORKERS, 0, "Where workers are",
      "网格员位置"},
     "area limit after format",
     ""},
    {{"GET", "/api/v1/categories", wg_h_categories, WG_POOL, WG_V_SIGNED_IN, 0, "The catalogue", "事项目录"},
     "",
     ""},
    {{"POST", "/api/v1/positions", wg_h_positions, WG_POOL, WG_V_SEND_POSITION, 512 * KB,
      "Send positions of a device", "上传设备位置"},
     "",
     "device! positions!"},

    {{"GET", "/tiles", wg_h_tiles, WG_INLINE, WG_V_SEE_MAP, 0, "The catalogue of layers", "图层目录"},
     "",
     ""},
    {{"GET", "/tiles/{layer}", wg_h_tilejson, WG_INLINE, WG_V_SEE_MAP, 0, "TileJSON of a layer",
      "图层的 TileJSON"},
     "network",
     ""},
    {{"GET", "/tiles/{layer}/{z}/{x}/{y}", wg_h_tile, WG_INLINE, WG_V_SEE_MAP, 0, "One vector tile",
      "矢量瓦片"},
     "network",
     ""},

    {{"GET", "/healthz", wg_h_healthz, WG_INLINE, WG_V_PUBLIC, 0, "Is the process alive", "进程存活检查"},
     "",
     ""},
    {{"GET", "/readyz", wg_h_readyz, WG_INLINE, WG_V_PUBLIC, 0, "Does it serve", "就绪检查"}, "", ""},
    {{"GET", "/metrics", wg_h_metrics, WG_INLINE, WG_V_AUDIT, 0, "Figures for Prometheus", "监控指标"},
     "",
     ""},
    {{"GET", "/api/openapi.json", wg_h_openapi, WG_INLINE, WG_V_SIGNED_IN, 0, "This interface as OpenAPI 3.1",
      "OpenAPI 3.1 接口文档"},
     "",
     ""},
    {{"GET", "/", wg_h_page, WG_POOL, WG_V_PUBLIC, 0, "The live map", "实时地图"}, "*", ""},
    {{"GET", "/assets/{name}", wg_h_page, WG_POOL, WG_V_PUBLIC, 0, "Files of the pages", "页面文件"},
     "*",
     ""},
    {{"GET", "/favicon.svg", wg_h_page, WG_POOL, WG_V_PUBLIC, 0, "Icon", "图标"}, "*", ""},
};
const size_t wg_api_n_routes = sizeof wg_api_routes / sizeof *wg_api_routes;

const wg_api_route *wg_api_route_of(const wg_request *q) {
  for (size_t i = 0; i < wg_api_n_routes; i++)
    if (wg_api_routes[i].route.handler == q->route->handler &&
        wg_api_routes[i].route.pattern == q->route->pattern)
      return &wg_api_routes[i];
  return NULL;
}
