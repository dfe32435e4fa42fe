/* The layers of the map: what each holds, in the order of their numbers (WG_L_…). */
#include "api/tiles.h"

static const wg_layer_field areas[] = {{"code", "String", "Code", "编码"},
                                       {"name", "String", "Name", "名称"},
                                       {"name_zh", "String", "Chinese name", "中文名"},
                                       {"name_en", "String", "English name", "英文名"},
                                       {"level", "String", "Level", "层级"},
                                       {"depth", "Number", "Levels below the root", "距根的层数"}};
static const wg_layer_field grids[] = {{"code", "String", "Code", "编码"},
                                       {"name", "String", "Name", "名称"},
                                       {"name_zh", "String", "Chinese name", "中文名"},
                                       {"name_en", "String", "English name", "英文名"},
                                       {"area", "String", "Code of its area", "所属区划编码"},
                                       {"network", "String", "Network", "网格体系"},
                                       {"kind", "String", "basic or dedicated", "基础或专属"}};
static const wg_layer_field incidents[] = {
    {"number", "String", "Number", "编号"},
    {"state", "String", "State", "状态"},
    {"severity", "Number", "1–3", "严重程度 1–3"},
    {"category", "String", "Category", "事项编码"},
    {"grid", "String", "Grid", "网格编码"},
    {"overdue", "Boolean", "Overdue", "是否超期"},
    {"stack", "Number", "Incidents at this very place, if several", "同一位置的事件数（多于一件时）"},
    {"count", "Number", "Incidents in a cluster", "聚合内事件数"},
    {"n_reported", "Number", "Of a cluster, in this state; likewise n_<state>",
     "聚合内该状态事件数，其他状态同理"}};
static const wg_layer_field workers[] = {
    {"name", "String", "Name", "姓名"},
    {"at", "Number", "Seconds since 1970 of the fix", "定位时间（1970 年以来的秒数）"},
    {"count", "Number", "Workers in a cluster", "聚合内人数"},
    {"newest", "Number", "Seconds since 1970 of a cluster's newest fix",
     "聚合内最近一次定位时间（1970 年以来的秒数）"}};
static const wg_layer_field basemap[] = {{"kind", "String", "road, water, …", "类别"},
                                         {"class", "String", "Class within the kind", "细类"},
                                         {"name", "String", "Name", "名称"},
                                         {"name_zh", "String", "Chinese name", "中文名"},
                                         {"name_en", "String", "English name", "英文名"},
                                         {"rank", "Number", "0 the most important", "重要性，0 最高"}};

#define FIELDS(x) (x), sizeof(x) / sizeof *(x)
static const wg_layer_info all[WG_L_COUNT] = {
    [WG_L_AREAS] = {"areas", "Areas", "区划", "Polygon", 0, WG_TILE_MAX_ZOOM, FIELDS(areas)},
    [WG_L_GRIDS] = {"grids", "Grids", "网格", "Polygon", 0, WG_TILE_MAX_ZOOM, FIELDS(grids)},
    [WG_L_INCIDENTS] = {"incidents", "Open incidents", "未结事件", "Point", 0, WG_TILE_MAX_ZOOM,
                        FIELDS(incidents)},
    [WG_L_WORKERS] = {"workers", "Workers", "网格员", "Point", 0, WG_TILE_MAX_ZOOM, FIELDS(workers)},
    [WG_L_BASEMAP] = {"basemap", "Base map", "底图", "Mixed", 0, WG_TILE_MAX_ZOOM, FIELDS(basemap)},
};
const wg_layers wg_api_layers = {all, WG_L_COUNT};

/* Index = wg_state, so that a cluster's counts carry the states' own names. */
static const char *const states[WG_STATES] = {
    [WG_S_REPORTED] = "reported",   [WG_S_ACCEPTED] = "accepted",     [WG_S_REFUSED] = "refused",
    [WG_S_VERIFYING] = "verifying", [WG_S_FILED] = "filed",           [WG_S_VOID] = "void",
    [WG_S_REVIEW] = "review",       [WG_S_DISPATCHED] = "dispatched", [WG_S_CLAIMED] = "claimed",
    [WG_S_HANDLING] = "handling",   [WG_S_RETURNED] = "returned",     [WG_S_DONE] = "done",
    [WG_S_CHECKED] = "checked",     [WG_S_CLOSED] = "closed",         [WG_S_EVALUATED] = "evaluated"};
const wg_points_layer wg_incident_points = {.alone_from = 14, .states = states, .n_states = WG_STATES};
const wg_points_layer wg_worker_points = {.alone_from = 12};
