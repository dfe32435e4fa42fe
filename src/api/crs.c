/* Reference systems of reports. WGS 84, GCJ-02 and BD-09 are plain arithmetic; what PROJ must do is opened
 * once and kept, a few at most, behind a lock (a context serves one thread at a time). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/app.h"
#include "geo/crs.h"
#include "geo/lattice.h"

enum { KEPT = 8 };

struct wg_crs_box {
  pthread_mutex_t lock;
  wg_crs *crs[KEPT];
  char name[KEPT][24];
  int next;
};

wg_status wg_crs_box_new(struct wg_crs_box **out) {
  *out = calloc(1, sizeof **out);
  if (!*out) return WG_NO_MEMORY;
  pthread_mutex_init(&(*out)->lock, NULL);
  return WG_OK;
}

void wg_crs_box_free(struct wg_crs_box *box) {
  if (!box) return;
  for (int i = 0; i < KEPT; i++) wg_crs_free(box->crs[i]);
  pthread_mutex_destroy(&box->lock);
  free(box);
}

/* Under the lock. */
static wg_status open_kept(struct wg_crs_box *box, const char *name, wg_crs **out, wg_err *err) {
  for (int i = 0; i < KEPT; i++)
    if (box->crs[i] && strcasecmp(box->name[i], name) == 0) {
      *out = box->crs[i];
      return WG_OK;
    }
  wg_crs *fresh = NULL;
  wg_status st = wg_crs_open(name, &fresh, err);
  if (st) return st;
  int slot = box->next++ % KEPT;
  wg_crs_free(box->crs[slot]);
  box->crs[slot] = fresh;
  snprintf(box->name[slot], sizeof box->name[slot], "%s", name);
  *out = fresh;
  return WG_OK;
}

/* Names that a request may give: no free text reaches PROJ. */
static bool known_form(const char *crs) {
  if (strcasecmp(crs, "wgs84") == 0 || strcasecmp(crs, "gcj02") == 0 || strcasecmp(crs, "bd09") == 0)
    return true;
  if (strncasecmp(crs, "EPSG:", 5) != 0) return false;
  size_t n = strspn(crs + 5, "0123456789");
  return n >= 1 && n <= 6 && !crs[5 + n];
}

bool wg_crs_by_proj(const char *crs) { return strncasecmp(crs, "EPSG:", 5) == 0; }

wg_status wg_crs_known(const char *crs, wg_err *err) {
  if (known_form(crs)) return WG_OK;
  return wg_fail(err, WG_INVALID, "crs",
                 WG_T("crs must be wgs84, gcj02, bd09 or EPSG:n", "crs 应为 wgs84、gcj02、bd09 或 EPSG:n"));
}

wg_status wg_crs_convert(struct wg_crs_box *box, const char *crs, double x, double y, wg_pt *out,
                         wg_err *err) {
  wg_status known = wg_crs_known(crs, err);
  if (known) return known;
  double lon = x, lat = y;
  bool degrees = !wg_crs_by_proj(crs);
  if (degrees && (fabs(lat) > 90 || fabs(lon) > 180)) {
    if (fabs(lon) <= 90 && fabs(lat) <= 180)
      return wg_fail_code(err, WG_INVALID, "swapped", "lat",
                          WG_T("lat %.7g is no latitude: lon and lat look swapped",
                               "lat %.7g 不是有效纬度：经纬度可能写反了"),
                          lat);
    return wg_fail(err, WG_INVALID, fabs(lon) > 180 ? "lon" : "lat",
                   WG_T("lon must be from -180 to 180 and lat from -90 to 90",
                        "lon 应在 -180 到 180、lat 应在 -90 到 90 之间"));
  }
  if (strcasecmp(crs, "gcj02") == 0) {
    wg_wgs84_from_gcj02(x, y, &lon, &lat);
  } else if (strcasecmp(crs, "bd09") == 0) {
    double glon, glat;
    wg_gcj02_from_bd09(x, y, &glon, &glat);
    wg_wgs84_from_gcj02(glon, glat, &lon, &lat);
  } else if (!degrees) {
    pthread_mutex_lock(&box->lock);
    wg_crs *kept = NULL;
    wg_status st = open_kept(box, crs, &kept, err);
    if (!st) wg_crs_to_wgs84(kept, &lon, &lat, 1, 1);
    pthread_mutex_unlock(&box->lock);
    if (st) return st;
  }
  if (!wg_lattice_from(lon, lat, out))
    return wg_fail(err, WG_INVALID, "lon",
                   WG_T("%.10g, %.10g in %s is nowhere in the world", "%.10g, %.10g（%s）不在地球范围内"), x,
                   y, crs);
  return WG_OK;
}

static bool within(wg_box b, wg_pt p, int32_t margin) {
  return (int64_t)p.x >= (int64_t)b.x0 - margin && (int64_t)p.x <= (int64_t)b.x1 + margin &&
         (int64_t)p.y >= (int64_t)b.y0 - margin && (int64_t)p.y <= (int64_t)b.y1 + margin;
}

bool wg_looks_swapped(const wg_picture *p, const char *crs, double x, double y) {
  wg_box b = p->land->extent;
  wg_pt here, turned;
  if (b.x0 > b.x1 || wg_crs_by_proj(crs)) return false;
  if (!wg_lattice_from(x, y, &here) || !wg_lattice_from(y, x, &turned)) return false;
  return !within(b, here, WG_LATTICE / 2) && within(b, turned, WG_LATTICE / 100);
}
