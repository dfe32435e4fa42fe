#include "cli/import_points.h"

#include <math.h>
#include <string.h>

#include "base/csv.h"
#include "base/text.h"
#include "geo/lattice.h"

wg_status wg_points_open(wg_points *p, const wg_table *t, bool required, wg_err *err) {
  const wg_table_about *about = wg_table_tells(t);
  bool table = !strcmp(about->format, "CSV") || !strcmp(about->format, "XLSX") ||
               !strcmp(about->format, "XLS") || !strcmp(about->format, "ODS");
  const wg_wanted list[] = {{"--lon", p->lon_told, wg_column_lon, required && table, &p->lon},
                            {"--lat", p->lat_told, wg_column_lat, required && table, &p->lat},
                            {NULL, NULL, NULL, false, NULL}};
  wg_status st = wg_columns_wanted(t, list, err);
  if (st) return st;
  /* a file of points carries its position itself, unless columns are told */
  if (!table && !p->lon_told && !p->lat_told) p->lon = p->lat = -1;
  if ((p->lon < 0) != (p->lat < 0)) p->lon = p->lat = -1;
  bool assumed = !p->crs_told && !(p->lon < 0 && about->crs && *about->crs);
  const char *name = p->crs_told ? p->crs_told : assumed ? "wgs84" : about->crs;
  st = wg_crs_open(name, &p->crs, err);
  if (st) return st;
  p->crs_name = wg_crs_is_name(name) ? name : "wgs84";
  int n;
  const char *const *column = wg_table_columns(t, &n);
  if (p->lon >= 0)
    wg_cli_say("position: fields %s and %s", "坐标：字段 %s 与 %s", column[p->lon], column[p->lat]);
  else if (!table)
    wg_cli_say("position: the row's point", "坐标：要素自身的点");
  if (strchr(name, '"'))
    wg_cli_say("reference system: as the file says", "坐标系：按文件声明");
  else if (assumed)
    wg_cli_say("reference system: WGS 84 (assumed; say another with --crs)",
               "坐标系：WGS 84（假定；可用 --crs 指定）");
  else
    wg_cli_say("reference system: %s", "坐标系：%s", name);
  return WG_OK;
}

void wg_points_close(wg_points *p) { wg_crs_free(p->crs); }

wg_point_is wg_points_at(const wg_points *p, const wg_table_row *row, double raw[2], wg_pt *out) {
  raw[0] = raw[1] = 0;
  if (p->lon >= 0) {
    const char *lon = row->cell[p->lon], *lat = row->cell[p->lat];
    if (!lon && !lat) return WG_POINT_NONE;
    if (!lon || !lat || !wg_text_double(lon, &raw[0]) || !wg_text_double(lat, &raw[1]))
      return WG_POINT_NO_NUMBER;
  } else {
    if (!row->has_point) return WG_POINT_NONE;
    raw[0] = row->x;
    raw[1] = row->y;
  }
  if (!isfinite(raw[0]) || !isfinite(raw[1])) return WG_POINT_NO_NUMBER;
  double x = raw[0], y = raw[1];
  wg_crs_to_wgs84(p->crs, &x, &y, 1, 1);
  if (wg_lattice_from(x, y, out)) return WG_POINT_OK;
  bool swapped = fabs(raw[1]) > 90 && fabs(raw[1]) <= 180 && fabs(raw[0]) <= 90;
  return swapped ? WG_POINT_SWAPPED : WG_POINT_OUTSIDE;
}

wg_status wg_points_refuse(wg_tally *t, uint64_t row, wg_point_is why, const double raw[2]) {
  switch (why) {
  case WG_POINT_NONE:
    return wg_tally_refuse(t, row, WG_T("has no position", "没有坐标"));
  case WG_POINT_NO_NUMBER:
    return wg_tally_refuse(t, row, WG_T("has a position that is no number", "的坐标不是数字"));
  case WG_POINT_SWAPPED:
    return wg_tally_refuse(t, row,
                           WG_T("lies outside the world at (%.7g, %.7g): longitude and latitude look swapped",
                                "坐标 (%.7g, %.7g) 超出范围：经纬度似乎颠倒了"),
                           raw[0], raw[1]);
  default:
    return wg_tally_refuse(t, row,
                           WG_T("lies outside the world at (%.7g, %.7g); is --crs right?",
                                "坐标 (%.7g, %.7g) 超出范围；请检查 --crs"),
                           raw[0], raw[1]);
  }
}
