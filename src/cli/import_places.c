/* wangge import places FILE: addresses and names to search. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/text.h"
#include "cli/import_points.h"
#include "engine/intake.h"
#include "store/sqlite.h"

enum { NAME_MAX_BYTES = 300, ADDRESS_MAX = 2000, KIND_MAX = 300, ALIAS_MAX = 1000, ROWS_MAX = 5000000 };

struct places {
  const char *db, *path, *layer, *encoding, *kind;
  const char *told[7];
  bool again, dry_run, skip_bad;
  wg_points points;
  wg_arena arena;
  wg_tally tally;
  wg_table_about about;
  wg_picture *picture;
  wg_store *store;
  int column[7];
  wg_place *place;
  uint64_t n, cap, no_position, in_area;
};

enum { NAME, ADDRESS, KIND, NUMBER, STREET, UNIT, ALIAS, COLUMNS };
static const char *const name_names[] = {"name", "名称", "地名", "标题", "title", "label", NULL};
static const char *const address_names[] = {"address", "addr", "地址", "详细地址", "full_address", NULL};
static const char *const kind_names[] = {"kind", "type", "类别", "类型", "分类", "category", NULL};
static const char *const number_names[] = {"number",           "housenumber", "house_number",
                                           "addr:housenumber", "门牌号",      NULL};
static const char *const street_names[] = {"street", "street_name", "addr:street", "街道", "道路", NULL};
static const char *const alias_names[] = {"alias", "aliases", "alt_name", "别名", "俗称", "又名", NULL};
static const char *const unit_names[] = {"unit", "addr:unit", "单元", NULL};

/* "1550 04th Street 2" of the parts there are. */
static const char *joined(struct places *x, const wg_table_row *row) {
  const char *number = wg_cell(row, x->column[NUMBER]), *street = wg_cell(row, x->column[STREET]),
             *unit = wg_cell(row, x->column[UNIT]);
  if (!street) return NULL;
  bool han = wg_text_has_han(street);
  if (han) return wg_arena_printf(&x->arena, "%s%s%s", street, number ? number : "", unit ? unit : "");
  return wg_arena_printf(&x->arena, "%s%s%s%s%s", number ? number : "", number ? " " : "", street,
                         unit ? " " : "", unit ? unit : "");
}

static void find_area(struct places *x, wg_place *p) {
  wg_owner owner;
  if (!p->has_position || wg_find_owner(x->picture, "base", NULL, true, p->at, 0,
                                        x->picture->settings->tolerance_m, &owner, NULL))
    return;
  if (owner.area == WG_NO_INDEX) return;
  memcpy(p->area, x->picture->land->areas.item[owner.area].code, sizeof p->area);
  x->in_area++;
}

static wg_place *next_place(struct places *x) {
  if (x->n == x->cap) {
    uint64_t cap = x->cap ? x->cap * 2 : 4096;
    wg_place *p = realloc(x->place, cap * sizeof *p);
    if (!p) return NULL;
    x->place = p;
    x->cap = cap;
  }
  wg_place *p = &x->place[x->n++];
  *p = (wg_place){0};
  return p;
}

#define REFUSE(...) return wg_tally_refuse(&x->tally, row->number, __VA_ARGS__)

static wg_status take_row(struct places *x, const wg_table_row *row) {
  const char *name = wg_cell(row, x->column[NAME]), *address = wg_cell(row, x->column[ADDRESS]),
             *kind = wg_cell(row, x->column[KIND]), *alias = wg_cell(row, x->column[ALIAS]);
  if (!address) address = joined(x, row);
  if (!name && !address) REFUSE(WG_T("has neither a name nor an address", "既没有名称也没有地址"));
  if (name && strlen(name) > NAME_MAX_BYTES)
    REFUSE(WG_T("has a name longer than %d bytes", "的名称超过 %d 字节"), NAME_MAX_BYTES);
  if (address && strlen(address) > ADDRESS_MAX)
    REFUSE(WG_T("has an address longer than %d bytes", "的地址超过 %d 字节"), ADDRESS_MAX);
  if (kind && strlen(kind) > KIND_MAX)
    REFUSE(WG_T("has a kind longer than %d bytes", "的类别超过 %d 字节"), KIND_MAX);
  if (alias && strlen(alias) > ALIAS_MAX)
    REFUSE(WG_T("has aliases longer than %d bytes", "的别名超过 %d 字节"), ALIAS_MAX);
  double raw[2];
  wg_pt at = {0, 0};
  wg_point_is is = wg_points_at(&x->points, row, raw, &at);
  if (is != WG_POINT_OK && is != WG_POINT_NONE) return wg_points_refuse(&x->tally, row->number, is, raw);
  wg_place *p = next_place(x);
  if (!p) return WG_NO_MEMORY;
  p->name = wg_arena_strdup(&x->arena, name ? name : address);
  p->address = name && address ? wg_arena_strdup(&x->arena, address) : "";
  p->kind = kind ? wg_arena_strdup(&x->arena, kind) : x->kind ? x->kind : name ? "poi" : "address";
  p->alias = alias ? wg_arena_strdup(&x->arena, alias) : "";
  p->has_position = is == WG_POINT_OK;
  p->at = at;
  x->no_position += !p->has_position;
  x->tally.taken++;
  find_area(x, p);
  return p->name && p->address && p->kind && p->alias ? WG_OK : WG_NO_MEMORY;
}

static wg_status read_table(struct places *x, wg_err *err) {
  wg_table *t = NULL;
  wg_status st = wg_table_open(
      &(wg_table_options){.path = x->path, .layer = x->layer, .encoding = x->encoding}, &t, err);
  if (st) return st;
  x->about = *wg_table_tells(t);
  wg_print_table(&x->about);
  st = wg_import_fresh(x->store, "places", &x->about, x->again, err);
  const char *const *names[] = {name_names,   address_names, kind_names, number_names,
                                street_names, unit_names,    alias_names};
  static const char *const flags[] = {"--name",   "--address", "--kind-field", "--number",
                                      "--street", "--unit",    "--alias"};
  wg_wanted list[COLUMNS + 1] = {{0}};
  for (int i = 0; i < COLUMNS; i++)
    list[i] = (wg_wanted){flags[i], x->told[i], names[i], false, &x->column[i]};
  if (!st) st = wg_columns_wanted(t, list, err);
  if (!st && x->column[NAME] < 0 && x->column[ADDRESS] < 0 && x->column[STREET] < 0)
    st = wg_fail(err, WG_INVALID, "--name",
                 WG_T("no column is a name or an address; say which with --name or --address. There are: %s",
                      "找不到名称列或地址列；请用 --name 或 --address 指定。现有列：%s"),
                 wg_table_column_list(t));
  if (!st) st = wg_points_open(&x->points, t, true, err);
  while (!st) {
    wg_table_row row;
    st = wg_table_next(t, &row, err);
    if (st || !row.number) break;
    if (++x->tally.read > ROWS_MAX)
      st = wg_fail(err, WG_TOO_LARGE, "file", WG_T("more than %d rows", "超过 %d 行"), ROWS_MAX);
    else
      st = take_row(x, &row);
  }
  wg_table_close(t);
  return st;
}

static wg_status write_all(void *ctx, wg_store *s, wg_err *err) {
  struct places *x = ctx;
  wg_status st = WG_OK;
  wg_progress bar;
  wg_progress_begin(&bar, "writing", "写入");
  for (uint64_t i = 0; !st && i < x->n; i++) {
    st = s->place_put(s, &x->place[i], err);
    if (i % 1024 == 0) wg_progress_show(&bar, (double)i / (double)x->n);
  }
  wg_progress_end(&bar);
  wg_buf body;
  wg_jw w;
  wg_buf_init(&body, 4096);
  wg_jw_init(&w, &body);
  wg_jw_begin_object(&w);
  wg_jw_member_str(&w, "file", wg_base_name(x->path));
  if (x->about.hashed) wg_member_file_hash(&w, x->about.hash);
  wg_jw_member_int(&w, "places", (int64_t)x->n);
  wg_jw_member_int(&w, "refused", (int64_t)x->tally.refused);
  wg_jw_member_int(&w, "rows", (int64_t)x->tally.read);
  wg_jw_end_object(&w);
  if (!st) st = wg_import_event(s, "places.imported", "places", &body, err);
  wg_buf_deinit(&body);
  return st;
}

static wg_status import(struct places *x, wg_err *err) {
  wg_store *s = NULL;
  wg_status st = wg_sqlite_open(x->db, !x->dry_run, false, &s, err);
  if (!st) st = wg_picture_load(s, NULL, WG_PART_ALL, NULL, &x->picture, err);
  x->store = s;
  if (!st) st = read_table(x, err);
  if (!st) {
    wg_tally_print(&x->tally);
    st = wg_tally_verdict(&x->tally, x->skip_bad, err);
  }
  if (!st && !x->dry_run) st = wg_in_transaction(s, write_all, x, err);
  if (!st) {
    wg_cli_say("%" PRIu64 " places, %" PRIu64 " without a position, %" PRIu64 " in an area",
               "地点 %" PRIu64 " 个，无坐标 %" PRIu64 " 个，已归入区域 %" PRIu64 " 个", x->n, x->no_position,
               x->in_area);
    if (x->dry_run) wg_cli_say("nothing was changed (--dry-run)", "试运行，未做任何更改");
  }
  wg_picture_drop(x->picture);
  if (s) s->close(s);
  return st;
}

int wg_cmd_import_places(int argc, char **argv) {
  struct places x = {0};
  const wg_flag flags[] = {{"--db", &x.db, NULL, true},       {"--layer", &x.layer},
                           {"--encoding", &x.encoding},       {"--crs", &x.points.crs_told},
                           {"--lon", &x.points.lon_told},     {"--lat", &x.points.lat_told},
                           {"--name", &x.told[NAME]},         {"--address", &x.told[ADDRESS]},
                           {"--kind-field", &x.told[KIND]},   {"--number", &x.told[NUMBER]},
                           {"--street", &x.told[STREET]},     {"--unit", &x.told[UNIT]},
                           {"--alias", &x.told[ALIAS]},       {"--kind", &x.kind},
                           {"--again", NULL, &x.again},       {"--dry-run", NULL, &x.dry_run},
                           {"--skip-bad", NULL, &x.skip_bad}, {NULL, NULL, NULL, false}};
  const char *file[1];
  int n, bad = wg_cli_args(argc, argv, flags, file, 1, &n, 1);
  if (bad) return bad;
  if ((bad = wg_cli_check_crs(x.points.crs_told)) || (bad = wg_cli_check_encoding(x.encoding))) return bad;
  x.path = file[0];
  wg_err err = {0};
  wg_arena_init(&x.arena);
  x.tally.arena = &x.arena;
  wg_status st = import(&x, &err);
  wg_points_close(&x.points);
  free(x.place);
  wg_arena_clear(&x.arena);
  return st ? wg_cli_fail(&err, st) : WG_EXIT_OK;
}
