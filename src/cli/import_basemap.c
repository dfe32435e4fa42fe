/* wangge import basemap FILE: roads, water, buildings, land use, places to draw under the grids. Takes the
 * place of the base map there is; --add keeps it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import_common.h"
#include "geo/io/basemap.h"
#include "store/sqlite.h"
#include "tile/lines.h"

struct basemap {
  const char *db;
  bool add, dry_run;
  wg_basemap_options read;
  wg_basemap_report report;
  wg_arena arena;
  wg_basemap_feature *feature;
  uint64_t n, cap, by_kind[WG_MAP_KINDS];
};

static const char *names_of(struct basemap *x, const wg_map_item *item) {
  if (item->name_zh || (item->name && item->name_en)) {
    const char *zh = item->name_zh ? item->name_zh : item->name;
    return wg_import_names(&x->arena, zh, item->name_en, zh);
  }
  const char *any = item->name ? item->name : item->name_en;
  return any ? wg_import_names(&x->arena, any, NULL, any) : "";
}

static wg_status take(void *ctx, const wg_map_item *item, wg_err *err) {
  struct basemap *x = ctx;
  (void)err;
  if (x->n == x->cap) {
    uint64_t cap = x->cap ? x->cap * 2 : 4096;
    wg_basemap_feature *p = realloc(x->feature, cap * sizeof *p);
    if (!p) return WG_NO_MEMORY;
    x->feature = p;
    x->cap = cap;
  }
  wg_basemap_feature *f = &x->feature[x->n];
  *f = (wg_basemap_feature){.geometry = item->geometry, .names = names_of(x, item)};
  snprintf(f->kind, sizeof f->kind, "%s", item->kind);
  snprintf(f->class_, sizeof f->class_, "%s", item->class_);
  for (int k = 0; k < WG_MAP_KINDS; k++)
    x->by_kind[k] += strcmp(wg_map_kind_name((wg_map_kind)k), f->kind) == 0;
  wg_buf bytes;
  wg_buf_init(&bytes, 256u << 20);
  wg_shapes_encode(item->shape, &bytes);
  wg_status st = wg_buf_status(&bytes);
  unsigned char *copy = st ? NULL : wg_arena_alloc(&x->arena, bytes.len);
  if (copy) memcpy(copy, bytes.data, bytes.len);
  f->bytes = copy;
  f->n_bytes = bytes.len;
  wg_buf_deinit(&bytes);
  x->n++;
  return st ? st : copy && f->names ? WG_OK : WG_NO_MEMORY;
}

static wg_status write_all(void *ctx, wg_store *s, wg_err *err) {
  struct basemap *x = ctx;
  wg_status st = x->add ? WG_OK : s->basemap_clear(s, err);
  for (uint64_t i = 0; !st && i < x->n; i++) st = s->basemap_put(s, &x->feature[i], err);
  wg_buf body;
  wg_jw w;
  wg_buf_init(&body, 4096);
  wg_jw_init(&w, &body);
  wg_jw_begin_object(&w);
  wg_jw_member_bool(&w, "add", x->add);
  wg_jw_member_int(&w, "features", (int64_t)x->n);
  wg_jw_member_str(&w, "file", x->report.about.file);
  if (x->report.about.hashed) wg_member_file_hash(&w, x->report.about.hash);
  wg_jw_end_object(&w);
  if (!st) st = wg_import_event(s, "basemap.imported", "basemap", &body, err);
  wg_buf_deinit(&body);
  return st;
}

static void print(const struct basemap *x) {
  wg_print_table(&x->report.about);
  wg_cli_say("features: %" PRIu64 " read, %" PRIu64 " taken, %" PRIu64 " of other kinds, %" PRIu64
             " that cannot be drawn",
             "要素：读取 %" PRIu64 "，采用 %" PRIu64 "，其他类别 %" PRIu64 "，无法绘制 %" PRIu64,
             x->report.read, x->report.taken, x->report.other, x->report.bad);
  for (int k = 0; k < WG_MAP_KINDS; k++)
    if (x->by_kind[k])
      wg_cli_say("  %s: %" PRIu64, "  %s：%" PRIu64, wg_map_kind_name((wg_map_kind)k), x->by_kind[k]);
}

static wg_status import(struct basemap *x, wg_err *err) {
  wg_store *s = NULL;
  wg_progress bar;
  wg_status st = wg_sqlite_open(x->db, !x->dry_run, false, &s, err);
  if (st) return st;
  wg_progress_begin(&bar, "reading", "读取");
  x->read.progress = wg_import_progress;
  x->read.progress_ctx = &bar;
  st = wg_basemap_read(&x->read, &x->arena, take, x, &x->report, err);
  wg_progress_end(&bar);
  if (!st) print(x);
  if (!st && !x->n)
    st = wg_fail(err, WG_UNPROCESSABLE, "file",
                 WG_T("nothing to draw was found; nothing was changed. Say what the features are with --kind "
                      "road, water, …",
                      "没有可绘制的要素，未做任何更改；可用 --kind road、water 等指定类别"));
  if (!st && !x->dry_run) st = wg_in_transaction(s, write_all, x, err);
  if (!st && x->dry_run) wg_cli_say("nothing was changed (--dry-run)", "试运行，未做任何更改");
  s->close(s);
  return st;
}

static bool known_kind(const char *kind) {
  for (int k = 0; k < WG_MAP_KINDS; k++)
    if (!strcmp(wg_map_kind_name((wg_map_kind)k), kind)) return true;
  return false;
}

int wg_cmd_import_basemap(int argc, char **argv) {
  struct basemap x = {0};
  wg_basemap_options *o = &x.read;
  const wg_flag flags[] = {
      {"--db", &x.db, NULL, true},  {"--layer", &o->layer},  {"--crs", &o->crs},
      {"--encoding", &o->encoding}, {"--kind", &o->kind},    {"--class", &o->class_},
      {"--name", &o->name},         {"--add", NULL, &x.add}, {"--dry-run", NULL, &x.dry_run},
      {NULL, NULL, NULL, false}};
  const char *file[1];
  int n, bad = wg_cli_args(argc, argv, flags, file, 1, &n, 1);
  if (bad) return bad;
  if ((bad = wg_cli_check_crs(o->crs)) || (bad = wg_cli_check_encoding(o->encoding))) return bad;
  if (o->kind && !known_kind(o->kind))
    return wg_cli_usage_error(
        "--kind is road, rail, water, waterway, building, landuse, boundary, place or poi",
        "--kind 应为 road、rail、water、waterway、building、landuse、boundary、place 或 poi");
  o->path = file[0];
  wg_err err = {0};
  wg_arena_init(&x.arena);
  wg_status st = import(&x, &err);
  free(x.feature);
  wg_arena_clear(&x.arena);
  return st ? wg_cli_fail(&err, st) : WG_EXIT_OK;
}
