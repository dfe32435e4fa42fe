/* wangge import incidents FILE: what happened before the server was there. Each is resolved in the plan in
 * force and assigned as if reported then; they stand in the order of their times. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "base/text.h"
#include "cli/import_points.h"
#include "cli/import_time.h"
#include "cli/text_index.h"
#include "engine/intake.h"
#include "store/sqlite.h"

enum { TIME, CATEGORY, DESCRIPTION, NUMBER, STATE, COLUMNS };
enum { ROWS_MAX = 5000000, TEXT_MAX = 8000, MADE_MAX = 1000 };

static const char *const time_names[] = {
    "occurred_at", "time",  "date",     "datetime", "occurred", "created_date", "created date",
    "reported_at", "month", "发生时间", "时间",     "日期",     "上报时间",     NULL};
static const char *const category_names[] = {
    "category",     "type",       "kind", "complaint_type", "complaint type",
    "offense_type", "crime_type", "类别", "事项",           "事项编码",
    "类型",         "分类",       NULL};
static const char *const text_names[] = {"description", "descriptor", "details", "描述",
                                         "内容",        "详情",       "备注",    NULL};
static const char *const number_names[] = {"number", "编号", "案件编号", "事件编号", NULL};
static const char *const state_names[] = {"state", "status", "状态", NULL};

struct row {
  int64_t at;
  wg_pt place;
  double lon, lat;
  uint32_t category;
  wg_state state;
  const char *text, *number;
  uint64_t order;
};

struct incidents {
  const char *db, *path, *layer, *encoding, *default_category, *network, *source, *timezone;
  const char *told[COLUMNS];
  int column[COLUMNS];
  bool again, dry_run, skip_bad, make_categories;
  wg_points points;
  wg_arena arena;
  wg_tally tally;
  wg_table_about about;
  wg_picture *picture;
  wg_zone *zone_told; /* NULL: the organisation's */
  wg_store *store;
  wg_text_index by_name; /* code or name of a category → index */
  wg_category *made;
  uint32_t n_made;
  struct row *row;
  uint64_t n, cap, in_grid;
};

#define REFUSE(...) return wg_tally_refuse(&x->tally, row->number, __VA_ARGS__)

static const wg_category *category_at(const struct incidents *x, uint32_t i) {
  return i < x->picture->catalogue->n ? &x->picture->catalogue->item[i]
                                      : &x->made[i - x->picture->catalogue->n];
}

static wg_status know_name(struct incidents *x, const char *key, uint32_t i) {
  if (!*key || wg_text_index_get(&x->by_name, key) != WG_TEXT_NONE) return WG_OK;
  return wg_text_index_put(&x->by_name, key, i);
}

static wg_status know_categories(struct incidents *x) {
  const wg_catalogue *c = x->picture->catalogue;
  wg_status st = WG_OK;
  for (uint32_t i = 0; !st && i < c->n; i++) {
    st = know_name(x, c->item[i].code, i);
    if (!st) st = know_name(x, wg_name_pick(&x->arena, c->item[i].names, "zh"), i);
    if (!st) st = know_name(x, wg_name_pick(&x->arena, c->item[i].names, "en"), i);
  }
  x->made = wg_arena_alloc(&x->arena, MADE_MAX * sizeof *x->made);
  return st || x->made ? st : WG_NO_MEMORY;
}

/* A category for a name that the catalogue does not have: its own text is the code where it can be one. */
static wg_status make_category(struct incidents *x, const char *text, uint32_t *out) {
  wg_category *c = &x->made[x->n_made];
  *c = (wg_category){.severity = 1, .fields = "[]", .group_names = "{}"};
  snprintf(c->group, sizeof c->group, "imported");
  if (wg_text_code(text) && strlen(text) <= 40)
    snprintf(c->code, sizeof c->code, "%s", text);
  else
    snprintf(c->code, sizeof c->code, "imported-%u", x->n_made + 1);
  c->names = wg_name_map(&x->arena, text);
  *out = x->picture->catalogue->n + x->n_made++;
  char *key = wg_arena_strdup(&x->arena, text);
  return c->names && key ? know_name(x, key, *out) : WG_NO_MEMORY;
}

static wg_status find_category(struct incidents *x, const wg_table_row *row, uint32_t *out, bool *ok) {
  const char *text = wg_cell(row, x->column[CATEGORY]);
  *ok = false;
  *out = text ? wg_text_index_get(&x->by_name, text) : WG_TEXT_NONE;
  if (*out == WG_TEXT_NONE && text && x->make_categories && x->n_made < MADE_MAX && strlen(text) <= 200) {
    *ok = true;
    return make_category(x, text, out);
  }
  if (*out == WG_TEXT_NONE && x->default_category) *out = wg_text_index_get(&x->by_name, x->default_category);
  *ok = *out != WG_TEXT_NONE;
  if (*ok) return WG_OK;
  if (!text)
    REFUSE(WG_T("has no category; --category-default CODE gives one to all such",
                "没有事项；可用 --category-default 指定"));
  REFUSE(WG_T("has the unknown category \"%.60s\"; --make-categories makes it, --category-default CODE "
              "stands for it",
              "的事项“%.60s”不在目录中；可用 --make-categories 新建，或用 --category-default 代替"),
         text);
}

static struct row *next_row(struct incidents *x) {
  if (x->n == x->cap) {
    uint64_t cap = x->cap ? x->cap * 2 : 8192;
    struct row *p = realloc(x->row, cap * sizeof *p);
    if (!p) return NULL;
    x->row = p;
    x->cap = cap;
  }
  return &x->row[x->n++];
}

/* Of times without one. */
static const wg_zone *zone_of(const struct incidents *x) {
  return x->zone_told ? x->zone_told : x->picture->settings->zone;
}

/* Our names, their titles in both languages, and "open". */
static bool state_of(const char *text, wg_state *out) {
  for (int s = 0; s < WG_STATES; s++)
    if (!strcasecmp(text, wg_state_name((wg_state)s)) ||
        !strcasecmp(text, wg_state_title((wg_state)s, "en")) ||
        !strcmp(text, wg_state_title((wg_state)s, "zh"))) {
      *out = (wg_state)s;
      return true;
    }
  *out = WG_S_REPORTED;
  return strcasecmp(text, "open") == 0;
}

static wg_status take_row(struct incidents *x, const wg_table_row *row) {
  struct row r = {.state = WG_S_CLOSED, .order = row->number};
  const char *when = wg_cell(row, x->column[TIME]), *text = wg_cell(row, x->column[DESCRIPTION]),
             *number = wg_cell(row, x->column[NUMBER]), *state = wg_cell(row, x->column[STATE]);
  double raw[2];
  bool known;
  if (!when) REFUSE(WG_T("has no time", "没有时间"));
  if (!wg_import_time(zone_of(x), when, &r.at))
    REFUSE(WG_T("has \"%.40s\", which is no time", "的“%.40s”不是时间"), when);
  if (r.at > wg_now_ms()) REFUSE(WG_T("lies in the future (%.40s)", "的时间在未来（%.40s）"), when);
  wg_point_is is = wg_points_at(&x->points, row, raw, &r.place);
  if (is != WG_POINT_OK) return wg_points_refuse(&x->tally, row->number, is, raw);
  if (state && !state_of(state, &r.state))
    REFUSE(
        WG_T("has the unknown state \"%.40s\"; words: open closed reported accepted refused verifying filed "
             "void review dispatched claimed handling returned done checked evaluated",
             "的状态“%.40s”无法识别；可用：open closed reported accepted refused verifying filed void "
             "review dispatched claimed handling returned done checked evaluated，或其中文名称（如 已结案）"),
        state);
  if (text && strlen(text) > TEXT_MAX)
    REFUSE(WG_T("has a description longer than %d bytes", "的描述超过 %d 字节"), TEXT_MAX);
  if (number && (strlen(number) >= WG_NUMBER_LEN || !wg_text_code(number))) number = NULL;
  wg_status st = find_category(x, row, &r.category, &known);
  if (st || !known) return st;
  r.lon = raw[0], r.lat = raw[1];
  r.text = text ? wg_arena_strdup(&x->arena, text) : NULL;
  r.number = number ? wg_arena_strdup(&x->arena, number) : NULL;
  struct row *to = next_row(x);
  if (!to) return WG_NO_MEMORY;
  *to = r;
  x->tally.taken++;
  return WG_OK;
}

static wg_status read_table(struct incidents *x, wg_err *err) {
  wg_table *t = NULL;
  wg_status st = wg_table_open(
      &(wg_table_options){.path = x->path, .layer = x->layer, .encoding = x->encoding}, &t, err);
  if (st) return st;
  x->about = *wg_table_tells(t);
  wg_print_table(&x->about);
  st = wg_import_fresh(x->store, "incidents", &x->about, x->again, err);
  const wg_wanted list[] = {
      {"--time", x->told[TIME], time_names, true, &x->column[TIME]},
      {"--category", x->told[CATEGORY], category_names, !x->default_category, &x->column[CATEGORY]},
      {"--description", x->told[DESCRIPTION], text_names, false, &x->column[DESCRIPTION]},
      {"--number", x->told[NUMBER], number_names, false, &x->column[NUMBER]},
      {"--state", x->told[STATE], state_names, false, &x->column[STATE]},
      {NULL, NULL, NULL, false, NULL}};
  if (!st) st = wg_columns_wanted(t, list, err);
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

/* --- writing
 * ------------------------------------------------------------------------------------------------------ */

static int by_time(const void *a, const void *b) {
  const struct row *x = a, *y = b;
  if (x->at != y->at) return x->at < y->at ? -1 : 1;
  return x->order < y->order ? -1 : x->order > y->order;
}

static wg_status fill(struct incidents *x, const struct row *r, wg_incident *i, wg_err *err) {
  const wg_picture *p = x->picture;
  const wg_category *c = category_at(x, r->category);
  wg_owner owner;
  wg_status st =
      wg_find_owner(p, x->network, NULL, true, r->place, r->at, p->settings->tolerance_m, &owner, err);
  if (st) return st;
  if (c->class_ == WG_SEALED) owner.assigned = wg_assign_sealed();
  *i = (wg_incident){.state = r->state,
                     .severity = c->severity,
                     .class_ = c->class_,
                     .has_position = true,
                     .at = r->place,
                     .raw_lon = r->lon,
                     .raw_lat = r->lat,
                     .accuracy_m = -1,
                     .category_retired = c->retired,
                     .plan_version = owner.network ? owner.network->plan.version : 0,
                     .how = owner.hit.how,
                     .assigned = owner.assigned,
                     .responsible = owner.assigned.staff,
                     .occurred_at = r->at,
                     .received_at = r->at,
                     .closed_at = wg_state_open(r->state) ? 0 : r->at,
                     .client_id = "",
                     .source = x->source,
                     .description = r->text,
                     .version = 1};
  snprintf(i->crs, sizeof i->crs, "%.23s", x->points.crs_name);
  memcpy(i->category, c->code, sizeof i->category);
  snprintf(i->network, sizeof i->network, "%s", x->network);
  if (owner.grid) memcpy(i->grid, owner.grid->code, sizeof i->grid);
  if (owner.area != WG_NO_INDEX) memcpy(i->area, p->land->areas.item[owner.area].code, sizeof i->area);
  x->in_grid += owner.grid != NULL;
  return WG_OK;
}

static wg_status number(struct incidents *x, wg_store *s, const struct row *r, wg_incident *i, wg_err *err) {
  if (r->number) {
    snprintf(i->number, sizeof i->number, "%s", r->number);
    return WG_OK;
  }
  const wg_land *land = x->picture->land;
  const char *area = i->area[0]                  ? i->area
                     : land->root == WG_NO_INDEX ? "0"
                                                 : land->areas.item[land->root].code;
  wg_local d = wg_zone_local(x->picture->settings->zone, r->at);
  int date = d.year * 10000 + d.month * 100 + d.day;
  int64_t serial = 0;
  wg_status st = s->incident_serial(s, area, date, &serial, err);
  snprintf(i->number, sizeof i->number, "%s-%08d-%04" PRId64, area, date, serial);
  return st;
}

static wg_status write_one(struct incidents *x, wg_store *s, const struct row *r, wg_err *err) {
  wg_incident i;
  wg_status st = fill(x, r, &i, err);
  if (!st) st = number(x, s, r, &i, err);
  if (!st) st = s->incident_insert(s, &i, err);
  if (st) return st;
  wg_private p = {.field = "description", .text = r->text};
  wg_buf body;
  wg_jw w;
  char subject[40], hex[2 * WG_HASH_LEN + 1];
  wg_buf_init(&body, 8192);
  wg_jw_init(&w, &body);
  wg_jw_begin_object(&w);
  wg_jw_member_str(&w, "area", i.area);
  wg_jw_member_str(&w, "category", i.category);
  if (r->text) {
    wg_private_seal(&p);
    wg_hex(p.hash, WG_HASH_LEN, hex);
    wg_jw_member_str(&w, "description", hex);
  }
  wg_jw_member_str(&w, "grid", i.grid);
  wg_jw_member_str(&w, "how", wg_how_name((wg_how)i.how));
  wg_jw_key(&w, "lat");
  wg_jw_degrees(&w, i.at.y);
  wg_jw_key(&w, "lon");
  wg_jw_degrees(&w, i.at.x);
  wg_jw_member_str(&w, "number", i.number);
  wg_jw_member_int(&w, "occurred_at", i.occurred_at);
  wg_jw_member_int(&w, "plan_version", i.plan_version);
  wg_jw_member_str(&w, "state", wg_state_name(i.state));
  wg_jw_end_object(&w);
  snprintf(subject, sizeof subject, "incident/%" PRId64, i.id);
  wg_event e = {
      .at = wg_now_ms(), .kind = "incident.imported", .subject = subject, .body = wg_buf_str(&body)};
  st = s->event_append(s, &e, &p, r->text ? 1 : 0, err);
  wg_buf_deinit(&body);
  return st;
}

static wg_status write_all(void *ctx, wg_store *s, wg_err *err) {
  struct incidents *x = ctx;
  wg_status st = WG_OK;
  wg_progress bar;
  wg_progress_begin(&bar, "writing", "写入");
  for (uint32_t c = 0; !st && c < x->n_made; c++) st = s->category_put(s, &x->made[c], err);
  for (uint64_t k = 0; !st && k < x->n; k++) {
    st = write_one(x, s, &x->row[k], err);
    if (k % 512 == 0) wg_progress_show(&bar, (double)k / (double)x->n);
  }
  wg_progress_end(&bar);
  wg_buf body;
  wg_jw w;
  wg_buf_init(&body, 4096);
  wg_jw_init(&w, &body);
  wg_jw_begin_object(&w);
  wg_jw_member_int(&w, "categories_made", x->n_made);
  wg_jw_member_str(&w, "file", wg_base_name(x->path));
  if (x->about.hashed) wg_member_file_hash(&w, x->about.hash);
  wg_jw_member_int(&w, "incidents", (int64_t)x->n);
  wg_jw_member_int(&w, "refused", (int64_t)x->tally.refused);
  wg_jw_end_object(&w);
  if (!st)
    st = wg_import_event(s, x->n_made ? "category.imported" : "incidents.imported", "incidents", &body, err);
  wg_buf_deinit(&body);
  return st;
}

static wg_status import(struct incidents *x, wg_err *err) {
  wg_store *s = NULL;
  wg_status st = wg_sqlite_open(x->db, !x->dry_run, false, &s, err);
  if (!st) st = wg_picture_load(s, NULL, WG_PART_ALL, NULL, &x->picture, err);
  if (!st) st = know_categories(x);
  if (!st && x->default_category && wg_text_index_get(&x->by_name, x->default_category) == WG_TEXT_NONE)
    st = wg_fail(err, WG_INVALID, "--category-default",
                 WG_T("there is no category \"%.40s\"", "没有事项“%.40s”"), x->default_category);
  x->store = s;
  if (!st) st = read_table(x, err);
  if (!st) {
    wg_tally_print(&x->tally);
    st = wg_tally_verdict(&x->tally, x->skip_bad, err);
  }
  if (!st && x->n) qsort(x->row, x->n, sizeof *x->row, by_time);
  if (!st && !x->dry_run) st = wg_in_transaction(s, write_all, x, err);
  if (!st && x->n_made) wg_cli_say("categories made: %u", "新建事项：%u 个", x->n_made);
  if (!st && !x->dry_run)
    wg_cli_say("%" PRIu64 " incidents, %" PRIu64 " in a grid",
               "事件 %" PRIu64 " 起，其中 %" PRIu64 " 起在网格内", x->n, x->in_grid);
  if (!st && x->dry_run) wg_cli_say("nothing was changed (--dry-run)", "试运行，未做任何更改");
  wg_picture_drop(x->picture);
  if (s) s->close(s);
  return st;
}

int wg_cmd_import_incidents(int argc, char **argv) {
  struct incidents x = {.network = "base", .source = "import"};
  const wg_flag flags[] = {{"--db", &x.db, NULL, true},
                           {"--layer", &x.layer},
                           {"--encoding", &x.encoding},
                           {"--crs", &x.points.crs_told},
                           {"--lon", &x.points.lon_told},
                           {"--lat", &x.points.lat_told},
                           {"--time", &x.told[TIME]},
                           {"--category", &x.told[CATEGORY]},
                           {"--description", &x.told[DESCRIPTION]},
                           {"--number", &x.told[NUMBER]},
                           {"--state", &x.told[STATE]},
                           {"--network", &x.network},
                           {"--timezone", &x.timezone},
                           {"--category-default", &x.default_category},
                           {"--make-categories", NULL, &x.make_categories},
                           {"--again", NULL, &x.again},
                           {"--dry-run", NULL, &x.dry_run},
                           {"--skip-bad", NULL, &x.skip_bad},
                           {NULL, NULL, NULL, false}};
  const char *file[1];
  int n, bad = wg_cli_args(argc, argv, flags, file, 1, &n, 1);
  if (bad) return bad;
  if (!wg_text_code(x.network)) return wg_cli_usage_error("--network is no code", "--network 不是有效编码");
  if ((bad = wg_cli_check_crs(x.points.crs_told)) || (bad = wg_cli_check_encoding(x.encoding))) return bad;
  x.path = file[0];
  wg_err err = {0};
  wg_arena_init(&x.arena);
  x.tally.arena = &x.arena;
  wg_status told = x.timezone ? wg_zone_open(x.timezone, &x.zone_told, &err) : WG_OK,
            st = told ? told : import(&x, &err);
  wg_points_close(&x.points);
  wg_zone_free(x.zone_told);
  wg_text_index_deinit(&x.by_name);
  free(x.row);
  wg_arena_clear(&x.arena);
  if (told) return wg_cli_bad_value(&err, told);
  return st ? wg_cli_fail(&err, st) : WG_EXIT_OK;
}
