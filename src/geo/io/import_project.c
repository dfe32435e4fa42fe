/* The source's coordinates → WGS 84.
 *
 * A straight edge of a projected system is no straight line in degrees. Where its middle would be off by more
 * than 1 cm the edge gets vertices. They are worked out from the edge's two ends in a fixed order, so the two
 * neighbours that share the edge get the very same ones. The sagitta of a curve falls with the square of the
 * number of pieces, hence k = ceil(sqrt(off / 1 cm)). Edges below 200 m bend by less than 1 cm in every
 * system that maps are made in, and are not asked. An edge whose middle is off by half its length has an end
 * where the projection means nothing; it stays as it is. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geo/io/import_parts.h"

#define BEND_MAX    0.01  /* m */
#define BEND_LENGTH 200.0 /* m */
#define DEGREE_M    111320.0
enum { PIECES_MAX = 512 };

/* --- reference system --------------------------------------------------------------------------------- */

static void extent(const wg_raw_shapes *s, double box[4]) {
  box[0] = box[1] = HUGE_VAL;
  box[2] = box[3] = -HUGE_VAL;
  for (size_t i = 0; i < s->n_pts; i++) {
    box[0] = fmin(box[0], s->xy[2 * i]);
    box[1] = fmin(box[1], s->xy[2 * i + 1]);
    box[2] = fmax(box[2], s->xy[2 * i]);
    box[3] = fmax(box[3], s->xy[2 * i + 1]);
  }
}

/* Chinese Gauss–Krüger eastings that begin with their zone's number tell the system; 0: they do not. */
static int zone_guess(const double box[4]) {
  int zone = (int)(box[0] / 1e6);
  if (box[1] < 1e5 || box[3] > 6.5e6 || zone != (int)(box[2] / 1e6)) return 0;
  if (zone >= 25 && zone <= 45) return 4513 + zone - 25;
  return zone >= 13 && zone <= 23 ? 4491 + zone - 13 : 0;
}

static wg_status no_crs(const double box[4], wg_err *err) {
  int guess = zone_guess(box);
  if (guess)
    return wg_fail_code(
        err, WG_INVALID, "crs-missing", "--crs",
        WG_T("the file does not say its reference system; its eastings begin with a zone number, so it is "
             "probably EPSG:%d: say so with --crs EPSG:%d",
             "文件没有坐标系信息；横坐标带有带号，很可能是 EPSG:%d，请用 --crs EPSG:%d 指明"),
        guess, guess);
  return wg_fail_code(
      err, WG_INVALID, "crs-missing", "--crs",
      WG_T("the file does not say its reference system and its coordinates (%.7g … %.7g, %.7g … %.7g) are "
           "no degrees; say it with --crs EPSG:n",
           "文件没有坐标系信息，且坐标（%.7g … %.7g，%.7g … %.7g）不是经纬度；请用 --crs EPSG:n 指明"),
      box[0], box[2], box[1], box[3]);
}

wg_status wg_import_crs(const wg_import_options *o, wg_import *in, const wg_raw_shapes *s, wg_crs **out,
                        wg_err *err) {
  const char *said = in->about.crs;
  in->crs_en = o->crs ? "as told" : "as the file says";
  in->crs_zh = o->crs ? "按参数指定" : "按文件声明";
  if (!o->crs && said && !*said)
    return wg_fail_code(
        err, WG_INVALID, "crs-unsafe", "--crs",
        WG_T("the file's reference system names a grid file; say the system with --crs EPSG:n",
             "文件的坐标系引用了格网文件；请用 --crs EPSG:n 指明坐标系"));
  const char *name = o->crs ? o->crs : said;
  if (!name) {
    double box[4];
    extent(s, box);
    if (s->n_pts && (box[0] < -180 || box[2] > 180 || box[1] < -90 || box[3] > 90)) return no_crs(box, err);
    name = "wgs84";
    in->crs_en = "assumed: the file says none, and the coordinates are degrees";
    in->crs_zh = "假定：文件未声明坐标系，坐标在经纬度范围内";
  }
  wg_status st = wg_crs_open(name, out, err);
  if (st) return st;
  /* a WKT text is long: its first quoted words name it */
  const char *quote = strchr(name, '"'), *end = quote ? strchr(quote + 1, '"') : NULL;
  in->crs = end ? wg_arena_strndup(&in->arena, quote + 1, (size_t)(end - quote - 1))
                : wg_arena_strdup(&in->arena, name);
  return in->crs ? WG_OK : WG_NO_MEMORY;
}

/* --- bending ------------------------------------------------------------------------------------------ */

typedef struct bend {
  uint32_t vertex; /* the edge starts here */
  uint32_t pieces;
} bend;

typedef struct ends {
  double lo[2], hi[2];
  bool turned; /* the edge runs from hi to lo */
} ends;

static ends ordered(const double *a, const double *b) {
  bool turned = a[0] > b[0] || (a[0] == b[0] && a[1] > b[1]);
  const double *lo = turned ? b : a, *hi = turned ? a : b;
  return (ends){{lo[0], lo[1]}, {hi[0], hi[1]}, turned};
}

static void point_on(const ends *e, double share, double out[2]) {
  out[0] = e->lo[0] + (e->hi[0] - e->lo[0]) * share;
  out[1] = e->lo[1] + (e->hi[1] - e->lo[1]) * share;
}

static double metres(double dlon, double dlat, double lat) {
  return hypot(dlon * cos(lat * M_PI / 180), dlat) * DEGREE_M;
}

/* Vertex after v in its ring r. */
static uint32_t after(const wg_raw_shapes *s, uint32_t r, uint32_t v) {
  return v + 1 < s->vert[r + 1] ? v + 1 : s->vert[r];
}

/* Edges long enough to ask, with their middles in source coordinates. */
static wg_status long_edges(const wg_raw_shapes *s, const double *lonlat, bend **out, double **middle,
                            size_t *n) {
  size_t cap = 0;
  *n = 0;
  for (uint32_t r = 0; r < s->n_rings; r++)
    for (uint32_t v = s->vert[r]; v < s->vert[r + 1]; v++) {
      uint32_t w = after(s, r, v);
      const double *a = lonlat + 2 * (size_t)v, *b = lonlat + 2 * (size_t)w;
      double length = metres(b[0] - a[0], b[1] - a[1], (a[1] + b[1]) / 2);
      if (!(length > BEND_LENGTH) || !isfinite(length)) continue;
      if (*n == cap) {
        cap = cap ? cap * 2 : 1024;
        bend *p = realloc(*out, cap * sizeof *p);
        if (p) *out = p;
        double *q = realloc(*middle, cap * 2 * sizeof *q);
        if (q) *middle = q;
        if (!p || !q) return WG_NO_MEMORY;
      }
      ends e = ordered(s->xy + 2 * (size_t)v, s->xy + 2 * (size_t)w);
      (*out)[*n] = (bend){.vertex = v};
      point_on(&e, 0.5, *middle + 2 * (*n)++);
    }
  return WG_OK;
}

/* How many pieces each long edge needs; drops those that need one. Returns how many vertices that adds. */
static uint64_t pieces(const wg_raw_shapes *s, const double *lonlat, const uint32_t *next, bend *b,
                       const double *middle, size_t *n) {
  (void)s;
  uint64_t added = 0;
  size_t kept = 0;
  for (size_t i = 0; i < *n; i++) {
    const double *p = lonlat + 2 * (size_t)b[i].vertex, *q = lonlat + 2 * (size_t)next[i],
                 *m = middle + 2 * i;
    double off = metres(m[0] - (p[0] + q[0]) / 2, m[1] - (p[1] + q[1]) / 2, m[1]);
    double length = metres(p[0] - q[0], p[1] - q[1], m[1]);
    if (!(off > BEND_MAX) || !(off < length / 2) || !isfinite(off)) continue;
    double k = ceil(sqrt(off / BEND_MAX));
    b[kept] = (bend){b[i].vertex, k > PIECES_MAX ? PIECES_MAX : (uint32_t)k};
    added += b[kept++].pieces - 1;
  }
  *n = kept;
  return added;
}

/* The vertices to put in, in the direction of each edge, converted. */
static double *inserted_points(wg_crs *crs, const wg_raw_shapes *s, const bend *b, const uint32_t *next,
                               size_t n, uint64_t added) {
  double *xy = malloc((size_t)added * 2 * sizeof *xy), *at = xy;
  for (size_t i = 0; xy && i < n; i++) {
    ends e = ordered(s->xy + 2 * (size_t)b[i].vertex, s->xy + 2 * (size_t)next[i]);
    for (uint32_t k = 1; k < b[i].pieces; k++, at += 2)
      point_on(&e, (double)(e.turned ? b[i].pieces - k : k) / b[i].pieces, at);
  }
  if (xy) wg_crs_to_wgs84(crs, xy, xy + 1, 2, added);
  return xy;
}

/* lonlat with the new vertices put in becomes the shapes' coordinates. */
static wg_status weave(wg_raw_shapes *s, const double *lonlat, const bend *b, size_t n, const double *put,
                       uint64_t added) {
  uint64_t total = s->n_pts + added;
  if (total > WG_IMPORT_VERTICES_MAX) return WG_TOO_LARGE;
  double *xy = malloc((size_t)total * 2 * sizeof *xy), *at = xy;
  if (!xy) return WG_NO_MEMORY;
  size_t i = 0;
  for (uint32_t r = 0; r < s->n_rings; r++) {
    uint32_t first = s->vert[r], end = s->vert[r + 1];
    s->vert[r] = (uint32_t)((at - xy) / 2);
    for (uint32_t v = first; v < end; v++, at += 2) {
      memcpy(at, lonlat + 2 * (size_t)v, 2 * sizeof *at);
      if (i == n || b[i].vertex != v) continue;
      size_t k = 2 * (size_t)(b[i++].pieces - 1);
      memcpy(at + 2, put, k * sizeof *put);
      at += k;
      put += k;
    }
  }
  s->vert[s->n_rings] = s->n_pts = (uint32_t)total;
  free(s->xy);
  s->xy = xy;
  return WG_OK;
}

static uint32_t *edge_ends(const wg_raw_shapes *s, const bend *b, size_t n) {
  uint32_t *next = malloc((n + 1) * sizeof *next), r = 0;
  for (size_t i = 0; next && i < n; i++) {
    while (b[i].vertex >= s->vert[r + 1]) r++;
    next[i] = after(s, r, b[i].vertex);
  }
  return next;
}

/* No map has coordinates this large; beyond, projections give any number back. */
static void drop_absurd(wg_raw_shapes *s) {
  for (size_t i = 0; i < 2 * (size_t)s->n_pts; i++)
    if (fabs(s->xy[i]) > 1e9) s->xy[i] = HUGE_VAL;
}

wg_status wg_import_convert(wg_crs *crs, wg_raw_shapes *s, uint64_t *bent) {
  *bent = 0;
  if (wg_crs_is_plain(crs) || !s->n_pts) return WG_OK;
  drop_absurd(s);
  bend *b = NULL;
  double *middle = NULL, *put = NULL, *lonlat = malloc((size_t)s->n_pts * 2 * sizeof *lonlat);
  uint32_t *next = NULL;
  size_t n = 0;
  if (!lonlat) return WG_NO_MEMORY;
  memcpy(lonlat, s->xy, (size_t)s->n_pts * 2 * sizeof *lonlat);
  wg_crs_to_wgs84(crs, lonlat, lonlat + 1, 2, s->n_pts);
  wg_status st = long_edges(s, lonlat, &b, &middle, &n);
  if (st) goto done;
  if (n) wg_crs_to_wgs84(crs, middle, middle + 1, 2, n);
  next = edge_ends(s, b, n);
  if (!next) {
    st = WG_NO_MEMORY;
    goto done;
  }
  *bent = pieces(s, lonlat, next, b, middle, &n);
  if (!*bent) {
    memcpy(s->xy, lonlat, (size_t)s->n_pts * 2 * sizeof *lonlat);
    goto done;
  }
  free(next);
  next = edge_ends(s, b, n);
  put = next ? inserted_points(crs, s, b, next, n, *bent) : NULL;
  st = put ? weave(s, lonlat, b, n, put, *bent) : WG_NO_MEMORY;
done:
  free(b);
  free(middle);
  free(put);
  free(next);
  free(lonlat);
  return st;
}
