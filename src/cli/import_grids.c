/* wangge import grids FILE: a boundary file becomes a new version of a network's plan, or nothing changes. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "cli/import_areas.h"
#include "cli/import_change.h"
#include "cli/import_common.h"
#include "geo/coverage.h"
#include "store/sqlite.h"

enum { MADE_LISTED = 8 };

struct grids {
  const char *db, *area, *network, *report, *file;
  bool dry_run, skip_bad;
  wg_import_options import;
  wg_import in;
  wg_arena arena;
  wg_land_book book;
  wg_plan plan;
  wg_plan_change change;
  uint32_t by[WG_AREA_FROMS];
};

static wg_status refused(const struct grids *g, wg_err *err) {
  if (g->in.n_refused && !g->skip_bad)
    return wg_fail(
        err, WG_UNPROCESSABLE, "file",
        WG_T("%u rows are refused, so nothing was changed; mend them, or take the others with --skip-bad",
             "有 %u 行被拒绝，未做任何更改；请修正，或用 --skip-bad 只导入其余行"),
        g->in.n_refused);
  if (!g->in.n)
    return wg_fail(err, WG_UNPROCESSABLE, "file",
                   WG_T("no row can be taken; nothing was changed", "没有可导入的行，未做任何更改"));
  return WG_OK;
}

static wg_status fill_plan(struct grids *g, wg_err *err) {
  const wg_import *in = &g->in;
  wg_plan *p = &g->plan;
  snprintf(p->network, sizeof p->network, "%s", g->network);
  p->valid_from = wg_now_ms();
  p->source = in->about.file;
  p->n = in->n;
  p->shapes = in->shapes; /* lent */
  p->grid = wg_arena_alloc(&g->arena, in->n * sizeof *p->grid);
  if (!p->grid) return WG_NO_MEMORY;
  for (uint32_t i = 0; i < in->n; i++) {
    const wg_import_row *row = &in->row[i];
    wg_grid *grid = &p->grid[i];
    wg_area_from from;
    wg_pt at = {0, 0};
    bool has = wg_shape_inner_point(&in->shapes, i, &at);
    bool hint = row->area && wg_text_code(row->area);
    snprintf(grid->code, sizeof grid->code, "%s", row->code);
    snprintf(grid->kind, sizeof grid->kind, "basic");
    grid->area_m2 = row->area_m2;
    grid->names = wg_import_names(&g->arena, row->name, row->name_en, row->code);
    if (!grid->names) return WG_NO_MEMORY;
    wg_status st = wg_land_book_area(&g->book, row->code, g->area, hint ? row->area : NULL, has, at,
                                     grid->area, &from, err);
    if (st) return st;
    g->by[from]++;
  }
  return WG_OK;
}

static void print_areas(const struct grids *g) {
  static const char *const en[] = {"as told", "by the row's field", "by the code's digits",
                                   "by the beginning of the code", "by the polygon that holds it"};
  static const char *const zh[] = {"按参数指定", "按行内字段", "按编码位数", "按编码前缀", "按所在区域图形"};
  for (int i = 0; i < WG_AREA_NONE; i++)
    if (g->by[i])
      wg_cli_say("areas: %u grids %s", "所属区域：%u 个网格%s", g->by[i],
                 wg_cli_lang()[0] == 'z' ? zh[i] : en[i]);
  if (g->by[WG_AREA_NONE])
    wg_cli_say("areas: %u grids belong to none; give --area CODE, or import the areas first",
               "所属区域：%u 个网格没有归属；请用 --area 指定，或先导入区划", g->by[WG_AREA_NONE]);
  const wg_new_areas *made = &g->book.made;
  if (!made->n) return;
  wg_cli_say("areas made without a name, as nobody has imported them: %u",
             "新建的未命名区域（尚未导入）：%u 个", made->n);
  for (uint32_t i = 0; i < made->n && i < MADE_LISTED; i++)
    wg_cli_say("  %s (under %s)", "  %s（上级 %s）", made->item[i].code,
               made->item[i].parent[0] ? made->item[i].parent : "–");
  if (made->n > MADE_LISTED) wg_cli_say("  and %u more", "  另有 %u 个", made->n - MADE_LISTED);
}

static wg_status write_event(const struct grids *g, wg_store *s, const unsigned char content[WG_HASH_LEN],
                             wg_err *err) {
  wg_buf body;
  wg_jw w;
  char subject[80];
  wg_buf_init(&body, 8192);
  wg_jw_init(&w, &body);
  wg_jw_begin_object(&w);
  wg_jw_member_int(&w, "added", g->change.added);
  wg_jw_member_num(&w, "area_m2", g->in.total_m2, 1);
  wg_jw_member_int(&w, "areas_made", g->book.made.n);
  wg_member_hash(&w, "content", content);
  wg_jw_member_str(&w, "crs", g->in.crs);
  wg_jw_member_str(&w, "file", g->in.about.file);
  if (g->in.about.hashed) wg_member_file_hash(&w, g->in.about.hash);
  wg_jw_member_int(&w, "gaps", (int64_t)g->in.flaws.gaps);
  wg_jw_member_int(&w, "grids", g->plan.n);
  wg_jw_member_int(&w, "mended", (int64_t)g->in.mended);
  wg_jw_member_str(&w, "network", g->plan.network);
  wg_jw_member_int(&w, "overlaps", (int64_t)g->in.flaws.overlaps);
  wg_jw_member_int(&w, "refused", g->in.n_refused);
  wg_jw_member_int(&w, "removed", g->change.removed);
  wg_jw_member_int(&w, "reshaped", g->change.reshaped);
  wg_jw_member_int(&w, "unchanged", g->change.same);
  wg_jw_member_int(&w, "valid_from", g->plan.valid_from);
  wg_jw_member_int(&w, "version", g->plan.version);
  wg_jw_end_object(&w);
  snprintf(subject, sizeof subject, "plan/%s/%" PRId64, g->plan.network, g->plan.version);
  wg_status st = wg_import_event(s, "plan.published", subject, &body, err);
  wg_buf_deinit(&body);
  return st;
}

static wg_status write_all(void *ctx, wg_store *s, wg_err *err) {
  struct grids *g = ctx;
  unsigned char content[WG_HASH_LEN];
  wg_status st = WG_OK;
  if (g->book.made.n)
    st = wg_put_areas(s, g->book.made.item, g->book.made.n, NULL, g->in.about.file, "named by a grid's code",
                      err);
  /* inside the transaction: nobody publishes between the comparison and the new version */
  if (!st) st = wg_plan_compare(s, &g->plan, &g->change, err);
  if (!st) st = s->plan_put(s, &g->plan, content, err);
  return st ? st : write_event(g, s, content, err);
}

static wg_status import(struct grids *g, wg_err *err) {
  wg_store *s = NULL;
  wg_progress bar;
  /* the database is asked first: a long read for nothing helps nobody */
  wg_status st = wg_sqlite_open(g->db, !g->dry_run, false, &s, err);
  if (st) return st;
  wg_progress_begin(&bar, "reading", "读取");
  g->import.progress = wg_import_progress;
  g->import.ctx = &bar;
  st = wg_import_read(&g->import, &g->in, err);
  wg_progress_end(&bar);
  if (st) {
    s->close(s);
    return st;
  }
  wg_print_import(&g->in, true);
  if (g->report) st = wg_import_write_report(&g->in, g->report, err);
  if (!st) st = refused(g, err);
  if (!st) st = wg_land_book_open(&g->book, &g->arena, s, err);
  if (!st) st = fill_plan(g, err);
  if (!st) print_areas(g);
  if (!st && !g->dry_run) st = wg_in_transaction(s, write_all, g, err);
  if (!st && g->dry_run) st = wg_plan_compare(s, &g->plan, &g->change, err);
  if (!st) wg_print_plan_change(&g->change, g->change.before + 1);
  if (!st && g->dry_run) wg_cli_say("nothing was changed (--dry-run)", "试运行，未做任何更改");
  if (!st && !g->dry_run)
    wg_cli_say("network %s is now at version %" PRId64 " with %u grids",
               "网格体系 %s 已发布第 %" PRId64 " 版，共 %u 个网格", g->plan.network, g->plan.version,
               g->plan.n);
  wg_land_book_close(&g->book);
  wg_import_deinit(&g->in);
  s->close(s);
  return st;
}

int wg_cmd_import_grids(int argc, char **argv) {
  struct grids g = {.network = "base"};
  wg_import_options *o = &g.import;
  const char **told = o->columns.told;
  const wg_flag flags[] = {{"--db", &g.db, NULL, true},
                           {"--layer", &o->layer},
                           {"--crs", &o->crs},
                           {"--encoding", &o->encoding},
                           {"--code", &told[WG_COL_CODE]},
                           {"--name", &told[WG_COL_NAME]},
                           {"--name-en", &told[WG_COL_NAME_EN]},
                           {"--area-field", &told[WG_COL_AREA]},
                           {"--area", &g.area},
                           {"--network", &g.network},
                           {"--report", &g.report},
                           {"--dry-run", NULL, &g.dry_run},
                           {"--skip-bad", NULL, &g.skip_bad},
                           {"--merge", NULL, &o->merge},
                           {NULL, NULL, NULL, false}};
  const char *file[1];
  int n, bad = wg_cli_args(argc, argv, flags, file, 1, &n, 1);
  if (bad) return bad;
  if ((bad = wg_cli_check_crs(o->crs)) || (bad = wg_cli_check_encoding(o->encoding))) return bad;
  if (!wg_text_code(g.network)) return wg_cli_usage_error("--network is no code", "--network 不是有效编码");
  if (g.area && !wg_text_code(g.area)) return wg_cli_usage_error("--area is no code", "--area 不是有效编码");
  o->path = file[0];
  o->check = true;
  o->code_prefix = g.area;
  for (int c = 0; c < WG_COLS; c++)
    o->columns.wanted[c] = c == WG_COL_CODE || c == WG_COL_NAME || c == WG_COL_NAME_EN;
  o->columns.wanted[WG_COL_AREA] = !g.area;
  wg_err err = {0};
  wg_arena_init(&g.arena);
  wg_status st = import(&g, &err);
  wg_arena_clear(&g.arena);
  return st ? wg_cli_fail(&err, st) : WG_EXIT_OK;
}
