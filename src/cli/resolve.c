/* wangge resolve: adds grid and worker to each row of a CSV, in a stream. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/csv_points.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/cli.h"
#include "domain/setting.h"
#include "engine/resolve_row.h"
#include "geo/crs.h"
#include "geo/lattice.h"
#include "geo/resolver.h"
#include "store/sqlite.h"

enum { PIECE = 256 * 1024 };

struct resolving {
  wg_arena arena;
  wg_plan plan;
  wg_roster roster;
  wg_zone *zone;
  wg_resolver *resolver;
  wg_crs *crs;
  const char *lang;
  int64_t at;
  double tolerance;
  FILE *out;
  wg_resolve_rows rows;
  uint64_t in_grid, outside_world;
};

static wg_status load(struct resolving *r, const char *db, const char *network, const char *tolerance,
                      wg_err *err) {
  wg_store *s = NULL;
  const char *zone = NULL, *metres = NULL;
  wg_status st = wg_sqlite_open(db, false, false, &s, err);
  if (st) return st;
  st = s->read_begin(s, err);
  if (!st) st = s->setting_get(s, &r->arena, "timezone", &zone, err);
  if (!st) st = s->setting_get(s, &r->arena, "tolerance_m", &metres, err);
  if (!st) st = wg_zone_open(zone ? zone : wg_setting_find("timezone")->fallback, &r->zone, err);
  if (!st) st = s->plan_load(s, &r->arena, network, r->at, &r->plan, err);
  if (!st) st = s->roster_load(s, &r->arena, &r->roster, err);
  s->read_end(s);
  s->close(s);
  if (!st) {
    r->roster.zone = r->zone;
    st = wg_roster_index(&r->roster, err);
  }
  if (st) return st;
  if (!tolerance || !wg_text_double(tolerance, &r->tolerance))
    r->tolerance = wg_setting_number(wg_setting_find("tolerance_m"), metres);
  if (!r->at) r->at = wg_now_ms();
  st = wg_resolver_new(&r->plan.shapes, &r->resolver);
  r->rows = (wg_resolve_rows){.plan = &r->plan,
                              .resolver = r->resolver,
                              .roster = &r->roster,
                              .network = r->plan.network,
                              .lang = r->lang,
                              .at = r->at,
                              .tolerance = r->tolerance};
  return st ? st : wg_resolve_rows_init(&r->rows, &r->arena);
}

static wg_status on_row(void *ctx, bool has, double lon, double lat, const char **value, wg_err *err) {
  struct resolving *r = ctx;
  wg_pt at;
  (void)err;
  if (!has) return WG_OK;
  wg_crs_to_wgs84(r->crs, &lon, &lat, 1, 1);
  if (!wg_lattice_from(lon, lat, &at)) {
    r->outside_world++;
    return WG_OK;
  }
  r->in_grid += wg_resolve_row(&r->rows, at, value);
  return WG_OK;
}

static wg_status on_write(void *ctx, const char *bytes, size_t n, wg_err *err) {
  struct resolving *r = ctx;
  if (fwrite(bytes, 1, n, r->out) == n) return WG_OK;
  return wg_fail(err, errno == ENOSPC ? WG_NO_SPACE : WG_IO, "",
                 WG_T("the output cannot be written: %s", "无法写入输出：%s"), strerror(errno));
}

static wg_status stream(struct resolving *r, wg_csv_points *p, FILE *in, int64_t size,
                        wg_csv_points_report *report, wg_err *err) {
  char *piece = malloc(PIECE);
  wg_progress bar;
  int64_t done = 0;
  wg_status st = piece ? WG_OK : WG_NO_MEMORY;
  wg_progress_begin(&bar, "resolving", "归属计算");
  while (!st) {
    size_t n = fread(piece, 1, PIECE, in);
    if (ferror(in))
      st = wg_fail(err, WG_IO, "", WG_T("the input cannot be read: %s", "无法读取输入：%s"), strerror(errno));
    else if (n)
      st = wg_csv_points_feed(p, piece, n, err);
    done += (int64_t)n;
    if (size > 0) wg_progress_show(&bar, (double)done / (double)size);
    if (n < PIECE) break;
  }
  if (!st) st = wg_csv_points_end(p, report, err);
  wg_progress_end(&bar);
  free(piece);
  if (!st && fflush(r->out))
    st = wg_fail(err, errno == ENOSPC ? WG_NO_SPACE : WG_IO, "",
                 WG_T("the output cannot be written: %s", "无法写入输出：%s"), strerror(errno));
  return st;
}

static int64_t size_of(FILE *f) {
  if (fseeko(f, 0, SEEK_END)) return -1;
  int64_t n = ftello(f);
  rewind(f);
  return n;
}

/* Opens both ends; a named output is written beside and renamed at the end, so that a failure leaves nothing.
 */
static wg_status open_ends(struct resolving *r, const char *from, const char *to, FILE **in, char temp[4096],
                           wg_err *err) {
  temp[0] = 0;
  *in = strcmp(from, "-") == 0 ? stdin : fopen(from, "rb");
  if (!*in)
    return wg_fail(err, WG_NOT_FOUND, "", WG_T("%.200s cannot be read: %s", "无法读取 %.200s：%s"), from,
                   strerror(errno));
  r->out = stdout;
  if (strcmp(to, "-") == 0) return WG_OK;
  struct stat there;
  if (!stat(to, &there) && !S_ISREG(there.st_mode)) { /* a pipe or a device is written to, never replaced */
    r->out = fopen(to, "wb");
    if (r->out) return WG_OK;
    return wg_fail(err, WG_IO, "", WG_T("%.200s cannot be written: %s", "无法写入 %.200s：%s"), to,
                   strerror(errno));
  }
  if (snprintf(temp, 4096, "%s.%ld.tmp", to, (long)getpid()) >= 4096) temp[0] = 0;
  r->out = temp[0] ? fopen(temp, "wb") : NULL;
  if (r->out) return WG_OK;
  temp[0] = 0;
  return wg_fail(err, WG_IO, "", WG_T("%.200s cannot be written: %s", "无法写入 %.200s：%s"), to,
                 strerror(errno));
}

static wg_status work(struct resolving *r, const wg_csv_points_options *o, const char *from, const char *to,
                      wg_err *err) {
  FILE *in = NULL;
  char temp[4096];
  wg_csv_points *p = NULL;
  wg_csv_points_report report = {0};
  wg_status st = open_ends(r, from, to, &in, temp, err);
  if (!st) st = wg_csv_points_new(o, &p, err);
  if (!st) st = stream(r, p, in, in == stdin ? -1 : size_of(in), &report, err);
  if (in && in != stdin) fclose(in);
  if (r->out && r->out != stdout && fclose(r->out) && !st)
    st = wg_fail(err, WG_IO, "", WG_T("%.200s cannot be written: %s", "无法写入 %.200s：%s"), to,
                 strerror(errno));
  if (temp[0]) {
    if (!st && rename(temp, to))
      st = wg_fail(err, WG_IO, "", WG_T("%.200s cannot be written: %s", "无法写入 %.200s：%s"), to,
                   strerror(errno));
    if (st) unlink(temp);
  }
  wg_csv_points_free(p);
  if (st) return st;
  /* the tidings go to standard error: standard output may be the CSV */
  bool zh = wg_cli_lang()[0] == 'z';
  fprintf(stderr, zh ? "共 %llu 行，%llu 行有所属网格\n" : "%llu rows, %llu in a grid\n",
          (unsigned long long)report.rows, (unsigned long long)r->in_grid);
  if (report.without)
    fprintf(stderr,
            zh ? "%llu 行没有可读的坐标（首个为第 %llu 行）\n"
               : "%llu rows have no readable position (first: row %llu)\n",
            (unsigned long long)report.without, (unsigned long long)report.first_without);
  if (r->outside_world)
    fprintf(stderr,
            zh ? "%llu 行的坐标超出范围；请检查 --crs\n"
               : "%llu positions lie outside the world; is --crs right?\n",
            (unsigned long long)r->outside_world);
  return WG_OK;
}

int wg_cmd_resolve(int argc, char **argv) {
  const char *db = NULL, *crs = "wgs84", *at = NULL, *tolerance = NULL, *network = "base",
             *file[2] = {"-", "-"};
  wg_csv_points_options o = {.added = wg_resolve_columns, .row = on_row, .write = on_write};
  const wg_flag flags[] = {{"--db", &db, NULL, true},   {"--crs", &crs},         {"--at", &at},
                           {"--tolerance", &tolerance}, {"--network", &network}, {"--encoding", &o.encoding},
                           {"--lon", &o.lon},           {"--lat", &o.lat},       {NULL, NULL, NULL, false}};
  int n, bad = wg_cli_args(argc, argv, flags, file, 2, &n, 0);
  if (bad) return bad;
  struct resolving r = {.lang = wg_cli_lang()};
  if (at && !wg_time_parse(at, &r.at))
    return wg_cli_usage_error("--at is no time like 2026-11-24T08:00:00+08:00",
                              "--at 不是形如 2026-11-24T08:00:00+08:00 的时间");
  double metres;
  if (tolerance && (!wg_text_double(tolerance, &metres) || metres < 0 || metres > 100000))
    return wg_cli_usage_error("--tolerance is metres, 0 to 100000", "--tolerance 为 0 到 100000 米");
  if (!wg_text_code(network)) return wg_cli_usage_error("--network is no code", "--network 不是有效编码");
  if ((bad = wg_cli_check_crs(crs)) || (bad = wg_cli_check_encoding(o.encoding))) return bad;
  wg_err err = {0};
  wg_arena_init(&r.arena);
  o.ctx = &r;
  wg_status st = wg_crs_open(crs, &r.crs, &err);
  if (!st) st = load(&r, db, network, tolerance, &err);
  if (!st) st = work(&r, &o, file[0], file[1], &err);
  wg_resolver_free(r.resolver);
  wg_crs_free(r.crs);
  wg_arena_clear(&r.arena);
  wg_zone_free(r.zone);
  return st ? wg_cli_fail(&err, st) : WG_EXIT_OK;
}
