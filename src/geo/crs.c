/* A reference system by name, turned into WGS 84 by PROJ or by the Chinese datums of china_datum.c. */
#include "geo/crs.h"

#include <ctype.h>
#include <math.h>
#include <proj.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NAME_MAX_BYTES = 64 * 1024, EPSG_DIGITS_MAX = 6 };

typedef enum crs_kind { KIND_PLAIN, KIND_GCJ02, KIND_BD09, KIND_PROJ } crs_kind;

struct wg_crs {
  crs_kind kind;
  char *name;
  PJ_CONTEXT *ctx; /* KIND_PROJ only */
  PJ *to_wgs84;    /* x, y (easting or lon first) → lon, lat in degrees */
};

static bool is_epsg(const char *name) {
  if (strncasecmp(name, "epsg:", 5) != 0) return false;
  size_t digits = strspn(name + 5, "0123456789");
  return digits > 0 && digits <= EPSG_DIGITS_MAX && name[5 + digits] == 0;
}

bool wg_crs_is_name(const char *name) {
  return !strcasecmp(name, "wgs84") || !strcasecmp(name, "gcj02") || !strcasecmp(name, "bd09") ||
         is_epsg(name);
}

static wg_status unknown(wg_err *err, const char *name) {
  return wg_fail_code(
      err, WG_INVALID, "crs-unknown", "crs",
      WG_T("\"%.120s\" is no reference system that is known here; give wgs84, gcj02, bd09 or EPSG:n",
           "“%.120s”不是已知的坐标系；请给出 wgs84、gcj02、bd09 或 EPSG:n"),
      name);
}

/* Horizontal coordinates that a map can be made of. */
static bool is_horizontal(PJ_CONTEXT *ctx, const PJ *crs) {
  switch (proj_get_type(crs)) {
  case PJ_TYPE_GEOGRAPHIC_2D_CRS:
  case PJ_TYPE_GEOGRAPHIC_3D_CRS:
  case PJ_TYPE_PROJECTED_CRS:
    return true;
  case PJ_TYPE_BOUND_CRS: {
    PJ *base = proj_get_source_crs(ctx, crs);
    bool ok = base && is_horizontal(ctx, base);
    proj_destroy(base);
    return ok;
  }
  case PJ_TYPE_COMPOUND_CRS: {
    PJ *first = proj_crs_get_sub_crs(ctx, crs, 0);
    bool ok = first && is_horizontal(ctx, first);
    proj_destroy(first);
    return ok;
  }
  default:
    return false;
  }
}

static wg_status open_proj(wg_crs *c, wg_err *err) {
  PJ *crs = NULL, *wgs84 = NULL, *raw = NULL;
  wg_status st = WG_OK;
  c->ctx = proj_context_create();
  if (!c->ctx) return WG_NO_MEMORY;
  proj_log_level(c->ctx, PJ_LOG_NONE);
  proj_context_set_enable_network(c->ctx, 0);
  /* proj_create takes a plain word for a name and finds something like it ("hello" does), so only what is
   * written as WKT, JSON, a PROJ string or authority:code is handed to it, and a bare code to the register.
   */
  if (is_epsg(c->name))
    crs = proj_create_from_database(c->ctx, "EPSG", c->name + 5, PJ_CATEGORY_CRS, 0, NULL);
  else if (strpbrk(c->name, "[{+=:"))
    crs = proj_create(c->ctx, c->name);
  wgs84 = proj_create(c->ctx, "EPSG:4326");
  if (!wgs84) {
    st = wg_fail(err, WG_IO, "",
                 WG_T("the PROJ database (proj.db) cannot be read; install the package proj-data",
                      "无法读取 PROJ 数据库（proj.db）；请安装 proj-data 软件包"));
    goto done;
  }
  if (!crs || !is_horizontal(c->ctx, crs)) {
    st = unknown(err, c->name);
    goto done;
  }
  if (proj_is_equivalent_to_with_ctx(c->ctx, crs, wgs84, PJ_COMP_EQUIVALENT_EXCEPT_AXIS_ORDER_GEOGCRS)) {
    c->kind = KIND_PLAIN;
    goto done;
  }
  raw = proj_create_crs_to_crs_from_pj(c->ctx, crs, wgs84, NULL, NULL);
  c->to_wgs84 = raw ? proj_normalize_for_visualization(c->ctx, raw) : NULL;
  if (!c->to_wgs84)
    st = wg_fail_code(
        err, WG_INVALID, "crs-no-path", "crs",
        WG_T("there is no known way from \"%.120s\" to WGS 84", "没有已知的从“%.120s”到 WGS 84 的转换方法"),
        c->name);
  if (c->to_wgs84 && !strcmp(proj_pj_info(c->to_wgs84).id, "noop")) c->kind = KIND_PLAIN; /* EPSG:4490 */
done:
  proj_destroy(raw);
  proj_destroy(crs);
  proj_destroy(wgs84);
  return st;
}

wg_status wg_crs_open(const char *name, wg_crs **out, wg_err *err) {
  *out = NULL;
  if (!name[0] || strnlen(name, NAME_MAX_BYTES + 1) > NAME_MAX_BYTES) return unknown(err, name);
  wg_crs *c = calloc(1, sizeof *c);
  if (!c) return WG_NO_MEMORY;
  wg_status st = WG_OK;
  c->name = strdup(name);
  if (!c->name)
    st = WG_NO_MEMORY;
  else if (!strcasecmp(name, "wgs84") || !strcasecmp(name, "epsg:4326"))
    c->kind = KIND_PLAIN;
  else if (!strcasecmp(name, "gcj02"))
    c->kind = KIND_GCJ02;
  else if (!strcasecmp(name, "bd09"))
    c->kind = KIND_BD09;
  else {
    c->kind = KIND_PROJ;
    st = open_proj(c, err);
  }
  if (st) {
    wg_crs_free(c);
    return st;
  }
  *out = c;
  return WG_OK;
}

void wg_crs_free(wg_crs *crs) {
  if (!crs) return;
  proj_destroy(crs->to_wgs84);
  if (crs->ctx) proj_context_destroy(crs->ctx);
  free(crs->name);
  free(crs);
}

const char *wg_crs_name(const wg_crs *crs) { return crs->name; }

bool wg_crs_is_plain(const wg_crs *crs) { return crs->kind == KIND_PLAIN; }

/* One point through the Chinese datums. */
static void china(crs_kind kind, PJ_DIRECTION way, double *x, double *y) {
  if (way == PJ_FWD) {
    if (kind == KIND_BD09) wg_gcj02_from_bd09(*x, *y, x, y);
    wg_wgs84_from_gcj02(*x, *y, x, y);
  } else {
    wg_gcj02_from_wgs84(*x, *y, x, y);
    if (kind == KIND_BD09) wg_bd09_from_gcj02(*x, *y, x, y);
  }
}

static size_t convert(wg_crs *c, PJ_DIRECTION way, double *x, double *y, size_t stride, size_t n) {
  size_t failed = 0, bytes = stride * sizeof(double);
  if (c->kind == KIND_PROJ && n) {
    proj_errno_reset(c->to_wgs84);
    proj_trans_generic(c->to_wgs84, way, x, bytes, n, y, bytes, n, NULL, 0, 0, NULL, 0, 0);
  }
  for (size_t i = 0; i < n; i++) {
    double *px = x + i * stride, *py = y + i * stride;
    if ((c->kind == KIND_GCJ02 || c->kind == KIND_BD09) && isfinite(*px) && isfinite(*py))
      china(c->kind, way, px, py);
    if (isfinite(*px) && isfinite(*py)) continue;
    *px = *py = HUGE_VAL;
    failed++;
  }
  return failed;
}

size_t wg_crs_to_wgs84(wg_crs *crs, double *x, double *y, size_t stride, size_t n) {
  return convert(crs, PJ_FWD, x, y, stride, n);
}

size_t wg_crs_from_wgs84(wg_crs *crs, double *x, double *y, size_t stride, size_t n) {
  return convert(crs, PJ_INV, x, y, stride, n);
}
