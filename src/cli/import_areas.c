/* wangge import areas FILE: the tree of areas, with or without polygons. Parents come from a column, else
 * from the digits of the country's codes; they are stored as links either way. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/import_areas.h"
#include "cli/import_common.h"
#include "geo/coverage.h"
#include "store/sqlite.h"

enum { MADE_LISTED = 20 };

struct areas {
  const char *db, *report, *parent;
  bool dry_run, skip_bad;
  wg_import_options import;
  wg_import in;
  wg_arena arena;
  wg_land_book book;
  wg_text_index by_code; /* of the file's rows */
  wg_area *area;         /* in->n, the rows' own */
  bool digits;           /* parents and levels follow from the digits, in all rows */
  uint32_t by_digits, roots;
};

/* The row of the file with this code, in any spelling that the country has; NULL: none. */
static const char *in_file(const struct areas *x, const char *code) {
  uint32_t i = wg_text_index_get(&x->by_code, code);
  char other[WG_CODE_LEN];
  for (int k = 0; i == WG_TEXT_NONE && k < x->book.profile.n_digits; k++)
    if (wg_profile_respell(&x->book.profile, code, k, other)) i = wg_text_index_get(&x->by_code, other);
  return i == WG_TEXT_NONE ? NULL : x->in.row[i].code;
}

/* The area of this code; where the digits tell it and it is not there, the next above it that is (many lists
 * leave out a level). NULL: none. */
static const char *find_above(const struct areas *x, const wg_import_row *row, const char *wanted,
                              bool climb) {
  char at[WG_CODE_LEN], next[WG_CODE_LEN];
  snprintf(at, sizeof at, "%s", wanted);
  for (;;) {
    const char *found = in_file(x, at);
    if (found && strcmp(found, row->code) == 0) found = NULL; /* itself, by another spelling */
    if (!found) found = wg_land_book_find(&x->book, at);
    if (found || !climb || !wg_profile_parent(&x->book.profile, at, next) || !next[0]) return found;
    snprintf(at, sizeof at, "%s", next);
  }
}

static wg_status find_parent(struct areas *x, const wg_import_row *row, wg_area *a) {
  const wg_profile *p = &x->book.profile;
  char digits[WG_CODE_LEN] = "";
  const char *wanted = row->parent && wg_text_code(row->parent) ? row->parent : NULL;
  if (!wanted && x->parent) wanted = x->parent;
  if (!wanted && x->digits && wg_profile_parent(p, row->code, digits) && digits[0]) wanted = digits;
  if (!wanted || strcmp(wanted, row->code) == 0) {
    x->roots++;
    return WG_OK;
  }
  /* above a county nothing is made: a district does not keep the nation's tree */
  bool top = digits[0] && wg_profile_level_of(p, row->code) <= p->top;
  const char *found = find_above(x, row, wanted, top);
  if (!found && !top && !(found = wg_land_book_need(&x->book, wanted))) return WG_NO_MEMORY;
  if (!found) x->roots++;
  if (found && digits[0]) x->by_digits++;
  snprintf(a->parent, sizeof a->parent, "%s", found ? found : "");
  return WG_OK;
}

static wg_status fill(struct areas *x) {
  const wg_import *in = &x->in;
  const wg_profile *p = &x->book.profile;
  uint32_t known = 0;
  x->area = wg_arena_alloc(&x->arena, (in->n + 1) * sizeof *x->area);
  if (!x->area) return WG_NO_MEMORY;
  wg_status st = WG_OK;
  for (uint32_t i = 0; !st && i < in->n; i++) {
    st = wg_text_index_put(&x->by_code, in->row[i].code, i);
    known += wg_profile_level_of(p, in->row[i].code) >= 0;
  }
  x->digits = in->n && known == in->n;
  for (uint32_t i = 0; !st && i < in->n; i++) {
    const wg_import_row *row = &in->row[i];
    wg_area *a = &x->area[i];
    snprintf(a->code, sizeof a->code, "%s", row->code);
    if (row->level && wg_text_code(row->level))
      snprintf(a->level, sizeof a->level, "%s", row->level);
    else if (x->digits)
      snprintf(a->level, sizeof a->level, "%s", wg_profile_level_code(p, row->code));
    a->names = wg_import_names(&x->arena, row->name, row->name_en, row->code);
    a->named = row->name || row->name_en;
    st = a->names ? find_parent(x, row, a) : WG_NO_MEMORY;
  }
  return st;
}

/* How many of the file's own areas stand above row i. */
static uint32_t depth_of(const struct areas *x, uint32_t i) {
  uint32_t depth = 0;
  while (depth < 64 && x->area[i].parent[0]) {
    i = wg_text_index_get(&x->by_code, x->area[i].parent);
    if (i == WG_TEXT_NONE) break;
    depth++;
  }
  return depth;
}

/* The polygons of one depth; levels lie over one another, so only those of the same are compared. */
static wg_status check_level(struct areas *x, const uint32_t *depth, uint32_t level, uint32_t *rows,
                             bool *any) {
  const wg_shapes *all = &x->in.shapes;
  wg_shapes s;
  wg_flaws flaws = {0};
  wg_shapes_init(&s);
  wg_status st = WG_OK;
  for (uint32_t i = 0; !st && i < x->in.n; i++)
    if (depth[i] == level && all->part[i] < all->part[i + 1]) {
      rows[s.n] = i;
      st = wg_shapes_copy(&s, all, i);
    }
  if (!st && s.n > 1) {
    st = wg_coverage_check(&s, 10000, &flaws);
    for (uint32_t k = 0; !st && k < flaws.n; k++) {
      wg_flaw *f = &flaws.flaw[k];
      if (f->a < s.n) f->a = rows[f->a];
      if (f->b < s.n) f->b = rows[f->b];
    }
    if (!st) wg_print_flaws(&flaws, &x->in);
    if (!st && !*any) { /* the report shows those of the first level that has polygons */
      x->in.flaws = flaws;
      flaws = (wg_flaws){0};
      *any = true;
    }
  }
  wg_flaws_deinit(&flaws);
  wg_shapes_deinit(&s);
  return st;
}

static wg_status check_levels(struct areas *x) {
  uint32_t *depth = wg_arena_alloc(&x->arena, ((size_t)x->in.n + 1) * 2 * sizeof *depth), deepest = 0;
  if (!depth) return WG_NO_MEMORY;
  for (uint32_t i = 0; i < x->in.n; i++) {
    depth[i] = depth_of(x, i);
    if (depth[i] > deepest) deepest = depth[i];
  }
  bool any = false;
  wg_status st = WG_OK;
  for (uint32_t level = 0; !st && level <= deepest; level++)
    st = check_level(x, depth, level, depth + x->in.n + 1, &any);
  return st;
}

static wg_status write_all(void *ctx, wg_store *s, wg_err *err) {
  struct areas *x = ctx;
  const wg_new_areas *made = &x->book.made;
  wg_status st = WG_OK;
  if (made->n) st = wg_put_areas(s, made->item, made->n, NULL, x->in.about.file, "named as a parent", err);
  if (!st) st = wg_put_areas(s, x->area, x->in.n, &x->in.shapes, x->in.about.file, "imported", err);
  /* the whole tree once more: parents that hang in a circle are refused here, and nothing is kept */
  wg_areas all = {0};
  if (!st) st = s->areas_load(s, &x->arena, &all, err);
  return st ? st : wg_areas_index(&x->arena, &all, err);
}

static void print_tree(const struct areas *x) {
  if (x->by_digits)
    wg_cli_say("parents: %u by the digits of their codes (profile %s)",
               "上级：%u 个按编码位数确定（国别配置 %s）", x->by_digits, x->book.profile.code);
  wg_cli_say("areas: %u, of them %u without one above", "区划：%u 个，其中 %u 个没有上级", x->in.n, x->roots);
  const wg_new_areas *made = &x->book.made;
  if (!made->n) return;
  wg_cli_say("areas made without a name, as nobody has imported them: %u",
             "新建的未命名区域（尚未导入）：%u 个", made->n);
  for (uint32_t i = 0; i < made->n && i < MADE_LISTED; i++) wg_cli_say("  %s", "  %s", made->item[i].code);
  if (made->n > MADE_LISTED) wg_cli_say("  and %u more", "  另有 %u 个", made->n - MADE_LISTED);
}

static wg_status verdict(const struct areas *x, wg_err *err) {
  if (!x->in.n)
    return wg_fail(err, WG_UNPROCESSABLE, "file",
                   WG_T("no row can be taken, so nothing was changed", "没有可用的行，未做任何更改"));
  if (!x->in.n_refused || x->skip_bad) return WG_OK;
  return wg_fail(
      err, WG_UNPROCESSABLE, "file",
      WG_T("%u rows are refused, so nothing was changed; mend them, or take the others with --skip-bad",
           "有 %u 行被拒绝，未做任何更改；请修正，或用 --skip-bad 只导入其余各行"),
      x->in.n_refused);
}

static wg_status import(struct areas *x, wg_err *err) {
  wg_store *s = NULL;
  wg_progress bar;
  wg_status st = wg_sqlite_open(x->db, !x->dry_run, false, &s, err);
  if (st) return st;
  wg_progress_begin(&bar, "reading", "读取");
  x->import.progress = wg_import_progress;
  x->import.ctx = &bar;
  st = wg_import_read(&x->import, &x->in, err);
  wg_progress_end(&bar);
  bool read = !st;
  if (!st) wg_print_import(&x->in, false);
  if (!st) st = wg_land_book_open(&x->book, &x->arena, s, err);
  if (!st) st = fill(x);
  if (!st) st = check_levels(x);
  if (!st && x->report) st = wg_import_write_report(&x->in, x->report, err);
  if (!st) st = verdict(x, err);
  if (!st) print_tree(x);
  if (!st && !x->dry_run) st = wg_in_transaction(s, write_all, x, err);
  if (!st && x->dry_run) wg_cli_say("nothing was changed (--dry-run)", "试运行，未做任何更改");
  wg_land_book_close(&x->book);
  if (read) wg_import_deinit(&x->in);
  s->close(s);
  return st;
}

int wg_cmd_import_areas(int argc, char **argv) {
  struct areas x = {0};
  wg_import_options *o = &x.import;
  const char **told = o->columns.told;
  const wg_flag flags[] = {{"--db", &x.db, NULL, true},
                           {"--layer", &o->layer},
                           {"--crs", &o->crs},
                           {"--encoding", &o->encoding},
                           {"--code", &told[WG_COL_CODE]},
                           {"--name", &told[WG_COL_NAME]},
                           {"--name-en", &told[WG_COL_NAME_EN]},
                           {"--parent-field", &told[WG_COL_PARENT]},
                           {"--level", &told[WG_COL_LEVEL]},
                           {"--parent", &x.parent},
                           {"--report", &x.report},
                           {"--dry-run", NULL, &x.dry_run},
                           {"--skip-bad", NULL, &x.skip_bad},
                           {"--merge", NULL, &o->merge},
                           {NULL, NULL, NULL, false}};
  const char *file[1];
  int n, bad = wg_cli_args(argc, argv, flags, file, 1, &n, 1);
  if (bad) return bad;
  if ((bad = wg_cli_check_crs(o->crs)) || (bad = wg_cli_check_encoding(o->encoding))) return bad;
  if (x.parent && !wg_text_code(x.parent))
    return wg_cli_usage_error("--parent is no code", "--parent 不是有效编码");
  o->path = file[0];
  o->polygons_optional = true;
  for (int c = 0; c < WG_COLS; c++) o->columns.wanted[c] = c != WG_COL_AREA;
  wg_err err = {0};
  wg_arena_init(&x.arena);
  wg_status st = import(&x, &err);
  wg_text_index_deinit(&x.by_code);
  wg_arena_clear(&x.arena);
  return st ? wg_cli_fail(&err, st) : WG_EXIT_OK;
}
