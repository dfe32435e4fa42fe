/* wangge demo: a whole made-up district in a new database, or nothing. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/data.h"
#include "cli/demo_fill.h"
#include "cli/demo_sketch.h"
#include "geo/lattice.h"
#include "store/sqlite.h"

enum { GRIDS = 1300, INCIDENTS = 9000 };

wg_status demo_event(demo_fill *f, int64_t at, const char *kind, const char *subject, const char *body) {
  wg_event e = {.at = at, .kind = kind, .subject = subject, .body = body};
  return f->store->event_append(f->store, &e, NULL, 0, f->err);
}

static wg_status put_settings(demo_fill *f) {
  wg_store *s = f->store;
  wg_status st = wg_cli_put_catalogue(s, f->err);
  if (!st) st = wg_cli_put_defaults(s, f->err);
  if (!st) st = s->setting_put(s, "demo", "1", f->err);
  if (!st) st = s->setting_put(s, "root_area", DEMO_ROOT, f->err);
  return st ? st : demo_event(f, f->start, "demo.made", "database", "{}");
}

static wg_status put_areas(demo_fill *f) {
  const demo_land *l = f->land;
  wg_status st = WG_OK;
  for (uint32_t a = 0; !st && a < l->n_areas; a++) st = f->store->area_put(f->store, &l->area[a], &l->area_shapes, a, f->err);
  char body[80];
  snprintf(body, sizeof body, "{\"areas\":%u,\"file\":\"demo\"}", l->n_areas);
  return st ? st : demo_event(f, f->start, "areas.imported", "areas", body);
}

/* The plan's grids in the order of their codes; its shapes are the land's. */
static wg_status put_plan(demo_fill *f, wg_arena *arena) {
  const demo_land *l = f->land;
  uint32_t n = l->areas.n_grids, in_community = 0, last = WG_NO_INDEX;
  f->plan = (wg_plan){.network = "base", .valid_from = f->start, .source = "demo", .n = n, .shapes = l->grids};
  f->plan.grid = wg_arena_alloc(arena, (n + 1) * sizeof *f->plan.grid);
  if (!f->plan.grid) return WG_NO_MEMORY;
  for (uint32_t g = 0; g < n; g++) {
    wg_grid *x = f->plan.grid + g;
    uint32_t cell = l->areas.cell[g], community = l->areas.community_of[cell];
    if (community != last) in_community = 0;
    last = community;
    demo_name name = demo_grid_name(in_community++);
    memcpy(x->code, l->areas.grid_code[cell], sizeof x->code);
    memcpy(x->area, l->areas.community[community].code, sizeof x->area);
    snprintf(x->kind, sizeof x->kind, "basic");
    x->area_m2 = wg_geodesic_area(&l->grids, g);
    if (!(x->names = demo_name_map(arena, &name))) return WG_NO_MEMORY;
  }
  unsigned char hash[WG_HASH_LEN];
  char hex[2 * WG_HASH_LEN + 1], body[200];
  wg_status st = f->store->plan_put(f->store, &f->plan, hash, f->err);
  wg_hex(hash, WG_HASH_LEN, hex);
  snprintf(body, sizeof body, "{\"content\":\"%s\",\"file\":\"demo\",\"grids\":%u,\"network\":\"base\",\"version\":1}", hex, n);
  return st ? st : demo_event(f, f->start, "plan.published", "plan/base/1", body);
}

static wg_status put_map(demo_fill *f) {
  demo_sketch s = {.store = f->store, .land = f->land, .err = f->err};
  wg_status st = demo_draw_cover(&s);
  if (!st) st = demo_draw_lines(&s);
  if (!st) st = demo_draw_places(&s);
  char body[80];
  snprintf(body, sizeof body, "{\"features\":%llu,\"file\":\"demo\"}", (unsigned long long)s.features);
  if (!st) st = demo_event(f, f->start, "basemap.imported", "basemap", body);
  wg_arena_clear(&s.scratch);
  return st;
}

static void show(demo_fill *f, double share) {
  if (f->bar) wg_progress_show(f->bar, share);
}

static wg_status fill(demo_fill *f, wg_arena *arena, uint32_t incidents) {
  wg_store *s = f->store;
  wg_status st = s->begin(s, f->err);
  if (!st) st = put_settings(f);
  if (!st) st = put_areas(f);
  if (!st) st = put_plan(f, arena);
  show(f, 0.15);
  if (!st) st = put_map(f);
  show(f, 0.2);
  if (!st) st = demo_put_orgs(f);
  if (!st) st = demo_put_staff(f, arena);
  if (!st) st = demo_put_accounts(f);
  if (!st) st = s->commit(s, f->err);
  show(f, 0.3);
  if (!st) st = demo_put_incidents(f, incidents);
  if (!st) st = demo_put_positions(f);
  if (!st) st = s->tend(s, f->err);
  return st;
}

static void remove_file(const char *path) {
  static const char *const endings[] = {"", "-wal", "-shm", ".lock"};
  char name[4200];
  for (int k = 0; k < 4; k++) {
    snprintf(name, sizeof name, "%s%s", path, endings[k]);
    unlink(name);
  }
}

/* The database is made under another name and takes its own when it is whole. */
wg_status demo_make(const char *path, uint64_t seed, uint32_t grids, uint32_t incidents, int64_t now, wg_progress *bar,
                    wg_err *err) {
  char making[4096];
  if ((size_t)snprintf(making, sizeof making, "%s.making", path) >= sizeof making)
    return wg_fail(err, WG_INVALID, "db", WG_T("the path is too long", "路径过长"));
  if (access(path, F_OK) == 0)
    return wg_fail(err, WG_CONFLICT, "db", WG_T("%.300s is there already; remove it first or name another file",
                                                "%.300s 已存在；请先删除或换一个文件名"), path);
  wg_arena arena;
  wg_arena_init(&arena);
  demo_land land = {0};
  demo_fill f = {.land = &land, .now = now, .start = now - (DEMO_DAYS + 10) * 86400000ll, .bar = bar, .err = err};
  remove_file(making);
  wg_status st = wg_zone_open("Asia/Shanghai", &f.zone, err);
  if (!st) st = wg_sqlite_create(making, err);
  if (!st) st = demo_land_make(&arena, seed, grids, &land, err);
  show(&f, 0.1);
  if (!st) st = wg_sqlite_open(making, true, true, &f.store, err);
  if (!st) st = fill(&f, &arena, incidents);
  if (f.store) f.store->close(f.store);
  if (!st && rename(making, path) != 0)
    st = wg_fail(err, WG_IO, "db", WG_T("%.300s cannot be put in place: %s", "无法写入 %.300s：%s"), path, strerror(errno));
  remove_file(making);
  demo_land_deinit(&land);
  wg_zone_free(f.zone);
  wg_arena_clear(&arena);
  return st;
}

/* A whole number from lo to hi. */
static int read_number(const char *name, const char *text, int64_t lo, int64_t hi, int64_t *out) {
  if (!text) return WG_EXIT_OK;
  if (wg_text_int(text, out) && *out >= lo && *out <= hi) return WG_EXIT_OK;
  return wg_cli_usage_error("%s must be a whole number from %lld to %lld", "%s 应为 %lld 到 %lld 之间的整数", name,
                            (long long)lo, (long long)hi);
}

int wg_cmd_demo(int argc, char **argv) {
  const char *db = NULL, *grids = NULL, *incidents = NULL, *seed = NULL, *none[1];
  const wg_flag flags[] = {{"--db", &db, NULL, true},
                           {"--grids", &grids, NULL, false},
                           {"--incidents", &incidents, NULL, false},
                           {"--seed", &seed, NULL, false},
                           {NULL, NULL, NULL, false}};
  int64_t n_grids = GRIDS, n_incidents = INCIDENTS, n_seed = 1;
  int n;
  int bad = wg_cli_args(argc, argv, flags, none, 0, &n, 0);
  if (!bad) bad = read_number("--grids", grids, 1, DEMO_GRIDS_MAX, &n_grids);
  if (!bad) bad = read_number("--incidents", incidents, 0, DEMO_INCIDENTS_MAX, &n_incidents);
  if (!bad) bad = read_number("--seed", seed, 0, INT64_MAX, &n_seed);
  if (bad) return bad;
  wg_err err = {0};
  wg_progress bar;
  wg_progress_begin(&bar, "making the demo district", "正在生成演示区");
  wg_status st = demo_make(db, (uint64_t)n_seed, (uint32_t)n_grids, (uint32_t)n_incidents, wg_now_ms(), &bar, &err);
  wg_progress_end(&bar);
  if (st) return wg_cli_fail(&err, st);
  wg_cli_say("%s holds the demo district %s: %lld grids, %lld incidents", "%s 已生成演示区 %s：%lld 个网格，%lld 起事件", db, DEMO_ROOT,
             (long long)n_grids, (long long)n_incidents);
  return WG_EXIT_OK;
}
