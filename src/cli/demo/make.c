/* The demo database, made beside its place and renamed when it is whole. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "cli/data.h"
#include "cli/demo/fill.h"
#include "cli/demo/sketch.h"
#include "geo/lattice.h"
#include "store/sqlite.h"

#define PART ".part-" /* and the number of the process that makes it */
enum { CONTENT_MOST = 512 << 20 };

wg_status demo_event(demo_fill *f, int64_t at, const char *kind, const char *subject, const char *body) {
  wg_event e = {.at = at, .kind = kind, .subject = subject, .body = body};
  return f->store->event_append(f->store, &e, NULL, 0, f->err);
}

static wg_status put_settings(demo_fill *f) {
  wg_store *s = f->store;
  char text[32];
  wg_status st = wg_cli_put_catalogue(s, f->err);
  if (!st) st = wg_cli_put_defaults(s, "cn", f->err);
  if (!st) st = s->setting_put(s, "demo", "1", f->err);
  if (!st) st = s->setting_put(s, "root_area", DEMO_ROOT, f->err);
  snprintf(text, sizeof text, "%" PRIu64, f->land->seed);
  if (!st) st = s->setting_put(s, "demo_seed", text, f->err);
  char body[120];
  snprintf(body, sizeof body, "{\"grids\":%u,\"seed\":%" PRIu64 "}", f->land->areas.n_grids, f->land->seed);
  return st ? st : demo_event(f, f->start, "demo.made", "database", body);
}

/* An event whose body names stored content. */
static wg_status content_event(demo_fill *f, const char *kind, const char *subject, const char *before,
                               const unsigned char hash[WG_HASH_LEN], const char *after) {
  char hex[2 * WG_HASH_LEN + 1], body[400];
  wg_hex(hash, WG_HASH_LEN, hex);
  snprintf(body, sizeof body, "{%s\"content\":\"%s\"%s}", before, hex, after);
  return demo_event(f, f->start, kind, subject, body);
}

static wg_status put_areas(demo_fill *f) {
  const demo_land *l = f->land;
  wg_store *s = f->store;
  wg_status st = WG_OK;
  wg_buf bytes;
  wg_buf_init(&bytes, CONTENT_MOST);
  for (uint32_t i = 0; !st && i < l->n_areas; i++) {
    st = s->area_put(s, l->area + i, &l->area_shapes, i, f->err);
    wg_buf_printf(&bytes, "%s %s %s %s\n", l->area[i].code, l->area[i].parent, l->area[i].level,
                  l->area[i].names);
  }
  wg_shapes_encode(&l->area_shapes, &bytes);
  unsigned char hash[WG_HASH_LEN];
  char count[40];
  snprintf(count, sizeof count, "\"areas\":%u,", l->n_areas);
  if (!st) st = wg_buf_status(&bytes);
  if (!st) st = s->content_put(s, bytes.data, bytes.len, hash, f->err);
  if (!st) st = content_event(f, "areas.imported", "areas", count, hash, ",\"file\":\"demo\"");
  wg_buf_deinit(&bytes);
  return st;
}

static wg_status fill_plan(demo_fill *f, wg_arena *arena) {
  const demo_land *l = f->land;
  wg_plan *p = &f->plan;
  *p = (wg_plan){
      .network = "base", .valid_from = f->start, .source = "demo", .n = l->areas.n_grids, .shapes = l->grids};
  p->grid = wg_arena_alloc(arena, p->n * sizeof *p->grid);
  if (!p->grid) return WG_NO_MEMORY;
  uint32_t serial = 0, in = 0, last = DEMO_NONE;
  for (uint32_t i = 0; i < p->n; i++) {
    uint32_t cell = l->areas.cell[i], c = l->areas.community_of[cell];
    wg_grid *g = p->grid + i;
    const demo_community *x = l->areas.community + c;
    if (c != last) {
      in = last == DEMO_NONE || l->areas.community[last].township != x->township ? 0 : in + 1;
      serial = 0;
      last = c;
    }
    memcpy(g->code, l->areas.grid_code[cell], sizeof g->code);
    memcpy(g->area, x->code, sizeof g->area);
    demo_name of = demo_community_name(l->seed, x->township, in, x->urban), own = demo_grid_name(serial++),
              name;
    snprintf(name.zh, sizeof name.zh, "%.60s%.30s", of.zh, own.zh);
    snprintf(name.en, sizeof name.en, "%.60s, %.30s", of.en, own.en);
    snprintf(g->kind, sizeof g->kind, "basic");
    g->names = demo_name_map(arena, &name);
    wg_shapes_turn(&p->shapes, i); /* as an import leaves them */
    g->area_m2 = wg_geodesic_area(&l->grids, i);
    if (!g->names) return WG_NO_MEMORY;
  }
  return WG_OK;
}

static wg_status put_plan(demo_fill *f, wg_arena *arena) {
  unsigned char hash[WG_HASH_LEN];
  wg_status st = fill_plan(f, arena);
  if (!st) st = f->store->plan_put(f->store, &f->plan, hash, f->err);
  char after[160];
  snprintf(after, sizeof after,
           ",\"file\":\"demo\",\"grids\":%u,\"network\":\"base\",\"valid_from\":%" PRId64
           ",\"version\":%" PRId64,
           f->plan.n, f->plan.valid_from, f->plan.version);
  char subject[40];
  snprintf(subject, sizeof subject, "plan/base/%" PRId64, f->plan.version);
  return st ? st : content_event(f, "plan.published", subject, "", hash, after);
}

static wg_status put_basemap(demo_fill *f) {
  demo_sketch s = {.store = f->store, .land = f->land, .err = f->err};
  wg_arena_init(&s.scratch);
  wg_status st = demo_draw_cover(&s);
  if (!st) st = demo_draw_lines(&s);
  if (!st) st = demo_draw_places(&s);
  char body[80];
  snprintf(body, sizeof body, "{\"features\":%" PRIu64 ",\"file\":\"demo\"}", s.features);
  if (!st) st = demo_event(f, f->start, "basemap.imported", "basemap", body);
  wg_arena_clear(&s.scratch);
  return st;
}

/* All but the incidents, in one transaction. */
static wg_status put_district(demo_fill *f, wg_arena *arena) {
  wg_store *s = f->store;
  wg_status st = s->begin(s, f->err);
  if (!st) st = put_settings(f);
  if (!st) st = put_areas(f);
  if (!st) st = put_plan(f, arena);
  demo_show(f, 0.15);
  if (!st) st = put_basemap(f);
  demo_show(f, 0.2);
  if (!st) st = demo_put_orgs(f);
  if (!st) st = demo_put_staff(f, arena);
  if (!st) st = demo_put_accounts(f);
  if (!st) st = s->commit(s, f->err);
  if (st && s->in_transaction(s)) s->rollback(s);
  return st ? st : demo_put_positions(f);
}

static wg_status read_calendar(demo_fill *f, wg_arena *arena) {
  const char *calendar = NULL;
  wg_status st = f->store->setting_get(f->store, arena, "calendar", &calendar, f->err);
  return st ? st : wg_worktime_read(arena, calendar, f->zone, &f->work, f->err);
}

static wg_status fill(demo_fill *f, uint64_t seed, uint32_t grids, uint32_t incidents) {
  wg_arena arena;
  wg_arena_init(&arena);
  wg_status st = wg_zone_open("Asia/Shanghai", &f->zone, f->err);
  demo_land *land = wg_arena_alloc(&arena, sizeof *land);
  if (!st && !land) st = WG_NO_MEMORY;
  if (!st) st = demo_land_make(&arena, seed, grids, land, f->err);
  if (!st) {
    f->land = land;
    f->start = wg_zone_day_start(f->zone, f->now) - (int64_t)DEMO_DAYS * 86400000;
    demo_show(f, 0.1);
    st = put_district(f, &arena);
    if (!st) st = read_calendar(f, &arena);
    if (!st && incidents) st = demo_put_incidents(f, incidents);
    if (!st) st = f->store->tend(f->store, f->err);
  }
  if (land) demo_land_deinit(land);
  wg_zone_free(f->zone);
  wg_arena_clear(&arena);
  return st;
}

static void remove_all(const char *path) {
  static const char *const ends[] = {"", "-wal", "-shm", "-journal", ".lock"};
  char name[4200];
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
    if (snprintf(name, sizeof name, "%s%s", path, ends[i]) < (int)sizeof name) unlink(name);
}

/* What runs that were killed have left beside the path. */
static void sweep(const char *path) {
  char folder[4096];
  snprintf(folder, sizeof folder, "%s", path);
  char *slash = strrchr(folder, '/');
  const char *name = slash ? path + (slash - folder) + 1 : path;
  if (slash) slash[slash == folder] = '\0';
  DIR *d = opendir(slash ? folder : ".");
  if (!d) return;
  size_t n = strlen(name);
  for (struct dirent *e; (e = readdir(d));) {
    long pid = 0;
    int end = 0;
    if (strncmp(e->d_name, name, n) != 0 || sscanf(e->d_name + n, PART "%ld%n", &pid, &end) != 1 ||
        e->d_name[n + (size_t)end])
      continue;
    char part[4400];
    snprintf(part, sizeof part, "%s" PART "%ld", path, pid);
    if (pid > 0 && kill((pid_t)pid, 0) != 0 && errno == ESRCH) remove_all(part);
  }
  closedir(d);
}

/* Whoever made the file meanwhile keeps it. */
static wg_status take_place(const char *part, const char *path, wg_err *err) {
  int bad = renameat2(AT_FDCWD, part, AT_FDCWD, path, RENAME_NOREPLACE);
  if (bad && (errno == EINVAL || errno == ENOSYS)) bad = rename(part, path); /* a file system without it */
  if (!bad) return WG_OK;
  return wg_fail(err, errno == EEXIST ? WG_CONFLICT : WG_IO, "db",
                 WG_T("%s cannot be made: %s", "无法创建 %s：%s"), path, strerror(errno));
}

wg_status demo_make(const char *path, uint64_t seed, uint32_t grids, uint32_t incidents, int64_t now,
                    wg_progress *bar, wg_err *err) {
  char part[4096];
  if (snprintf(part, sizeof part, "%s" PART "%ld", path, (long)getpid()) >= (int)sizeof part)
    return wg_fail(err, WG_INVALID, "db", WG_T("the file name is too long", "文件名过长"));
  if (access(path, F_OK) == 0)
    return wg_fail(
        err, WG_CONFLICT, "db",
        WG_T("%s is there already; remove it or name another file", "%s 已存在；请删除或换一个文件名"), path);
  demo_fill f = {.now = now, .bar = bar, .err = err};
  sweep(path);
  wg_status st = wg_sqlite_create(part, err);
  if (!st) {
    st = wg_sqlite_open(part, true, false, &f.store, err);
    if (!st) st = fill(&f, seed, grids, incidents);
    if (f.store) f.store->close(f.store);
    if (!st) st = take_place(part, path, err);
  }
  remove_all(part);
  return st;
}
