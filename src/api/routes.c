/* The one routing table: method, pattern, handler, rights rule, body limit, summary. The OpenAPI document and
 * the rights tests are made from it, and from the schemas below. */
#include "api/app.h"

#define KB 1024u
#define MB (1024u * KB)

const wg_api_route wg_api_routes[] = {
    {{"POST", "/api/v1/login", wg_h_login, WG_POOL, WG_V_PUBLIC, 4 * KB, "Sign in", "登录"},
     "",
     "name!:string(64) password!:string(256)",
     "200:Session 401 429"},
    {{"POST", "/api/v1/logout", wg_h_logout, WG_POOL, WG_V_SIGNED_IN, KB, "Sign out", "退出登录"},
     "",
     "",
     "204"},
    {{"POST", "/api/v1/password", wg_h_password, WG_POOL, WG_V_SIGNED_IN, 4 * KB, "Change one's own password",
      "更改本人密码"},
     "",
     "old!:string(256) new!:string(256)",
     "204 403 409 429"},
    {{"GET", "/api/v1/me", wg_h_me, WG_INLINE, WG_V_SIGNED_IN, 0, "The signed-in account", "当前账号"},
     "",
     "",
     "200:Me"},

    {{"GET", "/api/v1/resolve", wg_h_resolve, WG_INLINE, WG_V_SEE_MAP, 0, "Whose point is it",
      "查询某点的责任网格与责任人"},
     "lon!:num lat!:num crs accuracy:num(0,100000) accuracy_level:num(0.01,0.9999) at:time network "
     "tolerance:num(0,10000)",
     "",
     "200:Owner 404"},
    {{"POST", "/api/v1/resolve", wg_h_resolve_csv, WG_INLINE, WG_V_SEE_MAP, 64 * MB,
      "Resolve every row of a CSV", "批量查询 CSV 中每一行的责任网格",
      "For larger files use the command: wangge resolve", "更大的文件请用命令：wangge resolve"},
     "crs at:time network tolerance:num(0,10000)",
     "=text/csv",
     "200=text/csv 404"},

    {{"POST", "/api/v1/incidents", wg_h_report, WG_INLINE, WG_V_REPORT, 64 * KB, "Report an incident",
      "上报事件"},
     "",
     "+Report",
     "201:Incident 200:Incident 404 422"},
    {{"GET", "/api/v1/incidents", wg_h_incidents, WG_POOL, WG_V_SEE_INCIDENT, 0,
      "List incidents, newest first", "事件列表，最新在前"},
     "area grid state category since:time until:time mine:int(0,1) limit:int(1,1000) after "
     "format:json|geojson",
     "",
     "200:IncidentList 404"},
    {{"GET", "/api/v1/incidents/{id}", wg_h_incident, WG_POOL, WG_V_SEE_INCIDENT, 0, "One incident",
      "事件详情"},
     "",
     "",
     "200:Incident 304 404"},
    {{"GET", "/api/v1/incidents/{id}/events", wg_h_incident_events, WG_POOL, WG_V_SEE_INCIDENT, 0,
      "What happened to an incident", "事件的办理过程"},
     "limit:int(1,1000) after",
     "",
     "200:IncidentEventList 404"},
    {{"GET", "/api/v1/overview", wg_h_overview, WG_INLINE, WG_V_SEE_INCIDENT, 0, "Counters", "总览数字"},
     "area",
     "",
     "200:Overview 404"},
    {{"GET", "/api/v1/events", wg_h_events, WG_STREAM, WG_V_SIGNED_IN, 0,
      "The live feed (server-sent events)", "实时消息流"},
     "after",
     "",
     "200=text/event-stream"},

    {{"GET", "/api/v1/areas", wg_h_areas, WG_POOL, WG_V_SEE_MAP, 0, "List areas", "区划列表"},
     "parent level limit:int(1,1000) after format:json|geojson",
     "",
     "200:AreaList 404"},
    {{"GET", "/api/v1/grids", wg_h_grids, WG_POOL, WG_V_SEE_MAP, 0, "List grids", "网格列表"},
     "area network at:time limit:int(1,1000) after format:json|geojson",
     "",
     "200:GridList 404"},
    {{"GET", "/api/v1/grids/{code}", wg_h_grid, WG_POOL, WG_V_SEE_MAP, 0, "One grid and who serves it",
      "网格详情与服务人员"},
     "network",
     "",
     "200:GridDetail 404"},
    {{"GET", "/api/v1/staff", wg_h_staff, WG_POOL, WG_V_SEE_STAFF, 0, "List staff", "人员列表"},
     "area grid limit:int(1,1000) after",
     "",
     "200:StaffList 404"},
    {{"GET", "/api/v1/workers", wg_h_workers, WG_POOL, WG_V_SEE_WORKERS, 0, "Where workers are",
      "网格员位置"},
     "area limit:int(1,1000) after format:json|geojson",
     "",
     "200:WorkerList 404"},
    {{"GET", "/api/v1/categories", wg_h_categories, WG_POOL, WG_V_SIGNED_IN, 0, "The catalogue", "事项目录"},
     "limit:int(1,1000) after",
     "",
     "200:CategoryList"},
    {{"POST", "/api/v1/positions", wg_h_positions, WG_POOL, WG_V_SEND_POSITION, 512 * KB,
      "Send positions of a device", "上传设备位置"},
     "",
     "device!:string positions!:[Position]",
     "200:Taken 422"},

    {{"GET", "/tiles", wg_h_tiles, WG_INLINE, WG_V_SEE_MAP, 0, "The catalogue of layers", "图层目录"},
     "",
     "",
     "200:LayerCatalogue 304"},
    {{"GET", "/tiles/{layer}.json", wg_h_tilejson, WG_INLINE, WG_V_SEE_MAP, 0, "TileJSON of a layer",
      "图层的 TileJSON"},
     "network",
     "",
     "200:TileJson 304 404"},
    {{"GET", "/tiles/{layer}/{z}/{x}/{y}.mvt", wg_h_tile, WG_INLINE, WG_V_SEE_MAP, 0, "One vector tile",
      "矢量瓦片"},
     "network",
     "",
     "200=application/vnd.mapbox-vector-tile 204 304 404"},

    {{"GET", "/healthz", wg_h_healthz, WG_INLINE, WG_V_PUBLIC, 0, "Is the process alive", "进程存活检查"},
     "",
     "",
     "200:Health"},
    {{"GET", "/readyz", wg_h_readyz, WG_INLINE, WG_V_PUBLIC, 0, "Does it serve", "就绪检查"},
     "",
     "",
     "200:Health 503"},
    {{"GET", "/metrics", wg_h_metrics, WG_INLINE, WG_V_AUDIT, 0, "Figures for Prometheus", "监控指标"},
     "",
     "",
     "200=text/plain"},
    {{"GET", "/api/openapi.json", wg_h_openapi, WG_INLINE, WG_V_PUBLIC, 0, "This interface as OpenAPI 3.1",
      "OpenAPI 3.1 接口文档"},
     "",
     "",
     "200:Any"},
    {{"GET", "/", wg_h_page, WG_POOL, WG_V_PUBLIC, 0, "The live map", "实时地图"},
     "*",
     "",
     "200=text/html 404"},
    {{"GET", "/assets/{name}", wg_h_page, WG_POOL, WG_V_PUBLIC, 0, "Files of the pages", "页面文件"},
     "*",
     "",
     "200=text/html 404"},
    {{"GET", "/favicon.svg", wg_h_page, WG_POOL, WG_V_PUBLIC, 0, "Icon", "图标"},
     "*",
     "",
     "200=text/html 404"},
};
const size_t wg_api_n_routes = sizeof wg_api_routes / sizeof *wg_api_routes;

/* What bodies and answers look like, in the notation of app.h. */
const wg_api_schema wg_api_schemas[] = {
    {"Problem", "type! title! status!:int detail! field"},
    {"Any", "=any"},
    {"Names", "={string}"},
    {"Box", "=[num]"},
    {"Ref", "code! name!:Names"},
    {"GridRef", "code! name!:Names plan_version:int"},
    {"AccountRef", "id! name!"},
    {"Person", "id! name! post:Post phone"},

    {"Grant", "role!:Role area!:Ref? org!:string? from!:time? until!:time?"},
    {"Account", "id! name! staff!:Person? grants!:[Grant] may!:[string]"},
    {"Session", "token! expires_at!:time account!:Account"},
    {"Raster", "urls!:[string] attribution! minzoom!:int maxzoom!:int tile_size!:int"},
    {"Server", "time!:time version! timezone! raster!:Raster? demo!:bool root!:Ref?"},
    {"Me", "account!:Account server!:Server"},

    {"Candidate", "grid!:Ref probability!:num(0,1)"},
    {"Owner", "lon!:num lat!:num crs! network! at!:time how!:How plan_version!:int? grid!:Ref? area!:Ref? "
              "responsible!:Person? team!:[Person] why! distance_m!:num? hint candidates:[Candidate] "
              "outside:num(0,1) rest:num(0,1)"},

    {"Place", "id address:string(400) building:string(400) floor:string(400) unit:string(400)"},
    {"Report",
     "lon:num lat:num crs:string(23) accuracy_m:num(0,1000000) category!:string(63) "
     "description:string(8000) occurred_at:time sent_at:time client_id:string(64) source:string(32) "
     "attributes:object place:Place network:string(63)"},
    {"CategoryRef", "code! name!:Names retired!:bool"},
    {"Deadlines", "accept!:time? handle!:time?"},
    {"Summary", "id! number! state!:State open!:bool severity!:int(1,3) class!:Class lon!:num? lat!:num? "
                "network! grid!:GridRef? area!:Ref? responsible!:Person? how!:How category!:CategoryRef "
                "deadlines!:Deadlines overdue!:bool occurred_at!:time received_at!:time description!:string? "
                "source! reporter!:AccountRef? client_id!:string? version!:int seq!:int"},
    {"RawPosition", "lon!:num lat!:num crs!"},
    {"Incident", "+Summary raw!:RawPosition? accuracy_m!:num? why! sent_at!:time? raw_occurred_at!:time? "
                 "attributes!:object place!:Place?"},
    {"IncidentEvent", "seq!:int at!:time kind! actor!:AccountRef? body!:object values!:object "
                      "private!:{string?} hash! prev_hash!"},
    {"AreaCount", "area!:Ref open!:int overdue!:int"},
    {"Overview", "time!:time seq!:int open!:int today!:int overdue!:int unassigned!:int restricted!:int "
                 "workers_online!:int by_state!:{int} by_area!:[AreaCount]"},

    {"Area", "code! name!:Names level! depth!:int parent!:string? named!:bool grids!:int bbox!:Box?"},
    {"Grid", "code! name!:Names kind! area!:Ref? area_m2!:num network! plan_version!:int bbox!:Box?"},
    {"Shift", "days!:[int(1,7)] from! to!"},
    {"GridPost", "id! name!:string? phone:string? post!:Post title! on_duty!:bool shifts!:[Shift]"},
    {"GridDetail", "+Grid posts!:[GridPost] open!:int"},
    {"StaffPost", "post!:Post network! grid!"},
    {"Staff", "id! code! name! phone!:string? org!:string? full_time!:bool posts!:[StaffPost]"},
    {"Worker", "id! name!:string? lon!:num lat!:num at!:time accuracy_m!:num? online!:bool"},
    {"Limits", "accept_minutes!:int? handle_minutes!:int?"},
    {"Field", "code! names!:Names type! required:bool values:[string]"},
    {"Category", "code! name!:Names group! group_name!:Names severity!:int(1,3) class!:Class retired!:bool "
                 "limits!:Limits fields!:[Field]"},
    {"Position", "counter!:int lon!:num lat!:num crs:string(23) accuracy_m:num speed:num heading:num "
                 "fixed_at!:time"},
    {"Taken", "taken!:int repeated!:int counter!:int"},

    {"LayerField", "name! type! title!:Names"},
    {"Layer", "id! title!:Names geometry! minzoom!:int maxzoom!:int tilejson! tiles!:[string] "
              "fields!:[LayerField]"},
    {"LayerCatalogue", "layers!:[Layer]"},
    {"VectorLayer", "id! description! minzoom!:int maxzoom!:int fields!:{string}"},
    {"TileJson", "tilejson! name! description! scheme! tiles!:[string] minzoom!:int maxzoom!:int bounds!:Box "
                 "center:[num] vector_layers!:[VectorLayer]"},
    {"Health", "status!"},

    {"IncidentList", "items!:[Summary] next!:string?"},
    {"IncidentEventList", "items!:[IncidentEvent] next!:string?"},
    {"AreaList", "items!:[Area] next!:string?"},
    {"GridList", "items!:[Grid] next!:string?"},
    {"StaffList", "items!:[Staff] next!:string?"},
    {"WorkerList", "items!:[Worker] next!:string?"},
    {"CategoryList", "items!:[Category] next!:string?"},
    {"Feature", "type! id! geometry!:object? properties!:object"},
    {"FeatureCollection", "type! features!:[Feature] next!:string?"},
};
const size_t wg_api_n_schemas = sizeof wg_api_schemas / sizeof *wg_api_schemas;

const wg_api_route *wg_api_route_of(const wg_request *q) {
  for (size_t i = 0; i < wg_api_n_routes; i++)
    if (wg_api_routes[i].route.handler == q->route->handler &&
        wg_api_routes[i].route.pattern == q->route->pattern)
      return &wg_api_routes[i];
  return NULL;
}
