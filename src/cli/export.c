/* wangge export grids|areas|incidents|staff FILE|-. Personal data stands in `staff` alone. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/account.h"
#include "cli/cli.h"
#include "cli/export.h"
#include "cli/pipe.h"
#include "geo/crs.h"
#include "geo/io/export.h"
#include "geo/resolver.h"
#include "store/sqlite.h"

enum { PAGE = 1000 };

struct exporting {
  const char *network, *at;
  int64_t when; /* 0: now */
  wg_export_options options;
  wg_export *out;
  wg_store *store;
  wg_arena arena, page; /* the whole run; one row or page */
  uint64_t rows;
};

/* The three texts of a name map. */
static void put_names(struct exporting *x, int first, const char *names) {
  wg_arena_clear(&x->page);
  wg_json *map = NULL;
  const char *zh = NULL, *en = NULL;
  wg_export_text(x->out, first, wg_name_pick(&x->page, names, wg_cli_lang()));
  if (names && names[0] == '{' && !wg_json_parse_object(&x->page, names, strlen(names), &map, NULL)) {
    wg_json_str(map, "zh", WG_OPTIONAL, 4096, &zh, NULL);
    wg_json_str(map, "en", WG_OPTIONAL, 4096, &en, NULL);
  }
  wg_export_text(x->out, first + 1, zh);
  wg_export_text(x->out, first + 2, en);
}

static void put_time(struct exporting *x, int field, int64_t ms) {
  char text[WG_TIME_LEN];
  if (!ms) return;
  wg_time_format(ms, text);
  wg_export_text(x->out, field, text);
}

static wg_status row_done(struct exporting *x, wg_err *err) {
  x->rows++;
  return wg_export_row(x->out, err);
}

/* --- grids ---------------------------------------------------------------------------------------------- */

static const wg_export_field grid_fields[] = {{"code", WG_EXPORT_TEXT},    {"name", WG_EXPORT_TEXT},
                                              {"name_zh", WG_EXPORT_TEXT}, {"name_en", WG_EXPORT_TEXT},
                                              {"area", WG_EXPORT_TEXT},    {"kind", WG_EXPORT_TEXT},
                                              {"network", WG_EXPORT_TEXT}, {"version", WG_EXPORT_INT},
                                              {"area_m2", WG_EXPORT_REAL}, {NULL, WG_EXPORT_TEXT}};

static wg_status put_grids(struct exporting *x, wg_err *err) {
  wg_plan plan = {0};
  wg_status st = x->store->plan_load(x->store, &x->arena, x->network, x->when, &plan, err);
  for (uint32_t i = 0; !st && i < plan.n; i++) {
    const wg_grid *g = &plan.grid[i];
    wg_export_text(x->out, 0, g->code);
    put_names(x, 1, g->names);
    wg_export_text(x->out, 4, g->area);
    wg_export_text(x->out, 5, g->kind);
    wg_export_text(x->out, 6, plan.network);
    wg_export_int(x->out, 7, plan.version);
    wg_export_real(x->out, 8, g->area_m2);
    wg_export_polygon(x->out, &plan.shapes, i);
    st = row_done(x, err);
  }
  return st;
}

/* --- areas ---------------------------------------------------------------------------------------------- */

static const wg_export_field area_fields[] = {{"code", WG_EXPORT_TEXT},    {"name", WG_EXPORT_TEXT},
                                              {"name_zh", WG_EXPORT_TEXT}, {"name_en", WG_EXPORT_TEXT},
                                              {"parent", WG_EXPORT_TEXT},  {"level", WG_EXPORT_TEXT},
                                              {"named", WG_EXPORT_INT},    {NULL, WG_EXPORT_TEXT}};

static wg_status put_areas(struct exporting *x, wg_err *err) {
  wg_areas areas = {0};
  wg_status st = x->store->areas_load(x->store, &x->arena, &areas, err);
  if (!st) st = wg_areas_index(&x->arena, &areas, err);
  for (uint32_t i = 0; !st && i < areas.n; i++) {
    const wg_area *a = &areas.item[i];
    wg_export_text(x->out, 0, a->code);
    put_names(x, 1, a->names);
    wg_export_text(x->out, 4, a->parent[0] ? a->parent : NULL);
    wg_export_text(x->out, 5, a->level[0] ? a->level : NULL);
    wg_export_int(x->out, 6, a->named);
    if (areas.shapes.n == areas.n) wg_export_polygon(x->out, &areas.shapes, i);
    st = row_done(x, err);
  }
  return st;
}

/* --- incidents ------------------------------------------------------------------------------------------ */

static const wg_export_field incident_fields[] = {
    {"number", WG_EXPORT_TEXT},   {"state", WG_EXPORT_TEXT},    {"category", WG_EXPORT_TEXT},
    {"severity", WG_EXPORT_INT},  {"class", WG_EXPORT_TEXT},    {"network", WG_EXPORT_TEXT},
    {"grid", WG_EXPORT_TEXT},     {"area", WG_EXPORT_TEXT},     {"plan_ver", WG_EXPORT_INT},
    {"how", WG_EXPORT_TEXT},      {"lon", WG_EXPORT_REAL},      {"lat", WG_EXPORT_REAL},
    {"occurred", WG_EXPORT_TEXT}, {"received", WG_EXPORT_TEXT}, {"closed", WG_EXPORT_TEXT},
    {"overdue", WG_EXPORT_INT},   {"source", WG_EXPORT_TEXT},   {NULL, WG_EXPORT_TEXT}};

struct page {
  struct exporting *x;
  int64_t last;
  int n;
  wg_err *err;
};

static wg_status put_incident(void *ctx, const void *row) {
  struct page *p = ctx;
  const wg_incident *i = row;
  wg_export *out = p->x->out;
  p->last = i->id;
  p->n++;
  wg_export_text(out, 0, i->number);
  wg_export_text(out, 1, wg_state_name(i->state));
  wg_export_text(out, 2, i->category);
  wg_export_int(out, 3, i->severity);
  wg_export_text(out, 4, wg_class_name(i->class_));
  wg_export_text(out, 5, i->network);
  wg_export_text(out, 6, i->grid[0] ? i->grid : NULL);
  wg_export_text(out, 7, i->area[0] ? i->area : NULL);
  wg_export_int(out, 8, i->plan_version);
  wg_export_text(out, 9, wg_how_name((wg_how)i->how));
  if (i->has_position) {
    double lon, lat;
    wg_export_place(out, i->at, &lon, &lat);
    wg_export_real(out, 10, lon);
    wg_export_real(out, 11, lat);
    wg_export_point(out, i->at);
  }
  put_time(p->x, 12, i->occurred_at);
  put_time(p->x, 13, i->received_at);
  put_time(p->x, 14, i->closed_at);
  wg_export_int(out, 15, i->overdue);
  wg_export_text(out, 16, i->source);
  return row_done(p->x, p->err);
}

static wg_status put_incidents(struct exporting *x, wg_err *err) {
  struct page p = {.x = x, .err = err};
  wg_incident_query q = {.or_no_area = true, .top_class = WG_SEALED, .limit = PAGE};
  wg_status st = WG_OK;
  do {
    p.n = 0;
    wg_arena page;
    wg_arena_init(&page);
    st = x->store->incidents(x->store, &page, &q, put_incident, &p, err);
    wg_arena_clear(&page);
    q.before_id = p.last;
  } while (!st && p.n == PAGE);
  return st;
}

/* --- staff ---------------------------------------------------------------------------------------------- */

/* The names that `import staff` finds again. */
static const wg_export_field staff_fields[] = {{"code", WG_EXPORT_TEXT},      {"name", WG_EXPORT_TEXT},
                                               {"phone", WG_EXPORT_TEXT},     {"org", WG_EXPORT_TEXT},
                                               {"post", WG_EXPORT_TEXT},      {"network", WG_EXPORT_TEXT},
                                               {"grid", WG_EXPORT_TEXT},      {"shifts", WG_EXPORT_TEXT},
                                               {"full_time", WG_EXPORT_TEXT}, {NULL, WG_EXPORT_TEXT}};

void wg_shift_text(const wg_shift *s, char out[WG_SHIFT_TEXT]) {
  static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  size_t n = 0;
  for (int d = 0; d < 7; d++) {
    if (!(s->weekdays >> d & 1)) continue;
    int e = d;
    while (e + 1 < 7 && (s->weekdays >> (e + 1) & 1)) e++;
    n += (size_t)snprintf(out + n, WG_SHIFT_TEXT - n, e > d ? "%s%s-%s" : "%s%s", n ? "," : "", days[d],
                          days[e]);
    d = e;
  }
  snprintf(out + n, WG_SHIFT_TEXT - n, " %02d:%02d-%02d:%02d", s->from / 60, s->from % 60, s->to / 60,
           s->to % 60);
}

static const char *shifts_of(struct exporting *x, const wg_roster *r, int64_t post) {
  wg_buf text;
  char one[WG_SHIFT_TEXT];
  wg_buf_init(&text, 65536);
  uint32_t lo = 0, hi = r->n_shifts; /* sorted by post */
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (r->shift[mid].post < post)
      lo = mid + 1;
    else
      hi = mid;
  }
  for (uint32_t i = lo; i < r->n_shifts && r->shift[i].post == post; i++) {
    wg_shift_text(&r->shift[i], one);
    if (text.len) wg_buf_add_str(&text, "; ");
    wg_buf_add_str(&text, one);
  }
  const char *copy = text.len ? wg_arena_strdup(&x->page, wg_buf_str(&text)) : NULL;
  wg_buf_deinit(&text);
  return copy;
}

static void put_person(struct exporting *x, const wg_staff *s) {
  wg_export_text(x->out, 0, s->code);
  wg_export_text(x->out, 1, s->name);
  wg_export_text(x->out, 2, s->phone[0] ? s->phone : NULL);
  wg_export_text(x->out, 3, s->org[0] ? s->org : NULL);
  wg_export_text(x->out, 8, s->full_time ? "yes" : "no");
}

static wg_status put_staff(struct exporting *x, wg_err *err) {
  wg_roster r = {0};
  wg_status st = x->store->roster_load(x->store, &x->arena, &r, err);
  if (!st) st = wg_roster_index(&r, err);
  uint8_t *posted = st ? NULL : wg_arena_alloc(&x->arena, r.n_staff + 1);
  if (!st && !posted) st = WG_NO_MEMORY;
  for (uint32_t i = 0; !st && i < r.n_posts; i++) {
    const wg_post *p = &r.post[i];
    const wg_staff *s = wg_roster_staff(&r, p->staff);
    if (!s) continue;
    posted[s - r.staff] = 1;
    wg_arena_clear(&x->page);
    put_person(x, s);
    wg_export_text(x->out, 4, wg_post_name(p->kind));
    wg_export_text(x->out, 5, p->network);
    wg_export_text(x->out, 6, p->grid);
    wg_export_text(x->out, 7, shifts_of(x, &r, p->id));
    st = row_done(x, err);
  }
  for (uint32_t i = 0; !st && i < r.n_staff; i++) {
    if (posted[i]) continue;
    put_person(x, &r.staff[i]);
    st = row_done(x, err);
  }
  return st;
}

/* --- the whole ------------------------------------------------------------------------------------------ */

static const struct {
  const char *what;
  wg_export_geometry geometry;
  const wg_export_field *fields;
  wg_status (*put)(struct exporting *, wg_err *);
} kinds[] = {{"grids", WG_EXPORT_POLYGON, grid_fields, put_grids},
             {"areas", WG_EXPORT_POLYGON, area_fields, put_areas},
             {"incidents", WG_EXPORT_POINT, incident_fields, put_incidents},
             {"staff", WG_EXPORT_NONE, staff_fields, put_staff}};

static wg_status log_it(struct exporting *x, const char *what, bool ok, wg_err *err) {
  wg_access note = {
      .at = wg_now_ms(), .name = "wangge export", .address = "", .what = "export", .detail = what, .ok = ok};
  wg_status st = x->store->begin(x->store, err);
  if (!st) st = wg_access_note(x->store, &note, err);
  if (!st) st = x->store->commit(x->store, err);
  if (st && x->store->in_transaction(x->store)) x->store->rollback(x->store);
  return st;
}

static wg_status export(struct exporting *x, const char *db, size_t kind, wg_err *err) {
  wg_status st = wg_sqlite_open(db, true, false, &x->store, err);
  if (!st) st = wg_export_open(&x->options, &x->out, err);
  if (!st) st = x->store->read_begin(x->store, err);
  if (!st) {
    st = kinds[kind].put(x, err);
    x->store->read_end(x->store);
  }
  /* logged before the file is there: nothing leaves unlogged */
  if (!st) st = log_it(x, kinds[kind].what, true, err);
  wg_status closed = wg_export_close(x->out, !st, st ? NULL : err);
  if (x->store) x->store->close(x->store);
  return st ? st : closed;
}

/* A format may need to go back in its file, so it is made whole and then sent. */
static wg_status to_pipe(struct exporting *x, const char *db, size_t kind, const char *ending, wg_err *err) {
  char *name = wg_arena_printf(&x->arena, "%s.%s", kinds[kind].what, ending);
  if (!name) return WG_NO_MEMORY;
  x->options.path = wg_pipe_file(&x->arena, db, name, err);
  if (!x->options.path) return WG_IO;
  wg_status st = export(x, db, kind, err);
  return st ? st : wg_pipe_out(x->options.path, err);
}

int wg_cmd_export(int argc, char **argv) {
  const char *db = NULL, *operand[2], *ending = NULL;
  struct exporting x = {.network = "base", .options = {.crs = "wgs84"}};
  const wg_flag flags[] = {{"--db", &db, NULL, true}, {"--crs", &x.options.crs}, {"--network", &x.network},
                           {"--at", &x.at},           {"--format", &ending},     {NULL, NULL, NULL, false}};
  int n, bad = wg_cli_args(argc, argv, flags, operand, 2, &n, 2);
  if (bad) return bad;
  size_t kind = 0;
  while (kind < sizeof kinds / sizeof *kinds && strcmp(kinds[kind].what, operand[0]) != 0) kind++;
  if (kind == sizeof kinds / sizeof *kinds)
    return wg_cli_usage_error("\"%s\" is not grids, areas, incidents or staff",
                              "“%s”不是 grids、areas、incidents 或 staff", operand[0]);
  if (!wg_text_code(x.network)) return wg_cli_usage_error("--network is no code", "--network 不是有效编码");
  if ((bad = wg_cli_check_crs(x.options.crs))) return bad;
  if (x.at && !wg_time_parse(x.at, &x.when))
    return wg_cli_usage_error("--at is no time like 2026-11-24T08:00:00+08:00",
                              "--at 不是形如 2026-11-24T08:00:00+08:00 的时间");
  bool piped = strcmp(operand[1], "-") == 0;
  if (ending && !piped)
    return wg_cli_usage_error("--format is for standard output (-); a file's format follows from its ending",
                              "--format 仅用于标准输出（-）；文件的格式由扩展名决定");
  if (ending && !wg_export_one_file(ending))
    return wg_cli_usage_error("--format is geojson, gpkg, fgb, csv, kml, gml, xlsx or ods",
                              "--format 应为 geojson、gpkg、fgb、csv、kml、gml、xlsx 或 ods");
  x.options.path = operand[1];
  x.options.layer = kinds[kind].what;
  x.options.geometry = kinds[kind].geometry;
  x.options.fields = kinds[kind].fields;
  wg_err err = {0};
  wg_arena_init(&x.arena);
  wg_arena_init(&x.page);
  wg_status st =
      piped ? to_pipe(&x, db, kind, ending ? ending : "geojson", &err) : export(&x, db, kind, &err);
  wg_arena_clear(&x.page);
  wg_arena_clear(&x.arena);
  if (st) return strcmp(err.code, "format-unknown") == 0 ? wg_cli_bad_value(&err, st) : wg_cli_fail(&err, st);
  if (piped)
    wg_cli_note("%" PRIu64 " rows", "已输出 %" PRIu64 " 行", x.rows);
  else
    wg_cli_say("%" PRIu64 " rows in %s", "已写入 %" PRIu64 " 行：%s", x.rows, operand[1]);
  return WG_EXIT_OK;
}
