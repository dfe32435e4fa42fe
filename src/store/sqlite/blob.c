#include "blob.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { HEAD = 43, START = 0x00, LITTLE = 0x01, MBR_END = 0x7C, END = 0xFE, ENTITY = 0x69 };
enum { CLASS_POINT = 1, CLASS_POLYGON = 3, CLASS_MULTIPOLYGON = 6 };

static unsigned char *put32(unsigned char *p, uint32_t v) {
  for (int i = 0; i < 4; i++) p[i] = (unsigned char)(v >> (8 * i));
  return p + 4;
}

static uint64_t bits_of(double d) {
  uint64_t v;
  memcpy(&v, &d, sizeof v);
  return v;
}

static unsigned char *put_degrees(unsigned char *p, int32_t lattice) {
  uint64_t v = bits_of(lattice / WG_LATTICE);
  for (int i = 0; i < 8; i++) p[i] = (unsigned char)(v >> (8 * i));
  return p + 8;
}

static unsigned char *put_head(unsigned char *p, wg_box b, uint32_t geometry_class) {
  *p++ = START;
  *p++ = LITTLE;
  p = put32(p, WG_SRID);
  p = put_degrees(p, b.x0);
  p = put_degrees(p, b.y0);
  p = put_degrees(p, b.x1);
  p = put_degrees(p, b.y1);
  *p++ = MBR_END;
  return put32(p, geometry_class);
}

void blob_point(wg_pt q, unsigned char out[WG_POINT_BLOB]) {
  unsigned char *p = put_head(out, (wg_box){q.x, q.y, q.x, q.y}, CLASS_POINT);
  p = put_degrees(p, q.x);
  p = put_degrees(p, q.y);
  *p = END;
}

static unsigned char *put_ring(unsigned char *p, const wg_pt *v, uint32_t n) {
  p = put32(p, n + 1);
  for (uint32_t i = 0; i < n; i++) {
    p = put_degrees(p, v[i].x);
    p = put_degrees(p, v[i].y);
  }
  p = put_degrees(p, v[0].x);
  return put_degrees(p, v[0].y);
}

/* Bytes of the feature's blob: head and end, per polygon 9 + 4, per ring 4 + 16 a point. */
static size_t polygon_size(const wg_shapes *s, uint32_t f) {
  size_t size = HEAD + 4 + 1;
  for (uint32_t p = s->part[f]; p < s->part[f + 1]; p++) {
    size += 9;
    for (uint32_t r = s->ring[p]; r < s->ring[p + 1]; r++)
      size += 4 + ((size_t)s->vert[r + 1] - s->vert[r] + 1) * 16;
  }
  return size;
}

void blob_polygon(const wg_shapes *s, uint32_t f, wg_buf *out) {
  size_t size = polygon_size(s, f);
  unsigned char *start = (unsigned char *)wg_buf_reserve(out, size), *p = start;
  if (!start) return;
  p = put_head(p, wg_shapes_box(s, f), CLASS_MULTIPOLYGON);
  p = put32(p, s->part[f + 1] - s->part[f]);
  for (uint32_t k = s->part[f]; k < s->part[f + 1]; k++) {
    *p++ = ENTITY;
    p = put32(p, CLASS_POLYGON);
    p = put32(p, s->ring[k + 1] - s->ring[k]);
    for (uint32_t r = s->ring[k]; r < s->ring[k + 1]; r++)
      p = put_ring(p, s->pts + s->vert[r], s->vert[r + 1] - s->vert[r]);
  }
  *p++ = END;
  out->len += (size_t)(p - start);
}

struct reader {
  const unsigned char *p, *end;
  bool bad;
};

static unsigned get8(struct reader *r) {
  if (r->bad || r->p >= r->end) {
    r->bad = true;
    return 0;
  }
  return *r->p++;
}

static uint32_t get32(struct reader *r) {
  if (r->bad || r->end - r->p < 4) {
    r->bad = true;
    return 0;
  }
  uint32_t v = r->p[0] | (uint32_t)r->p[1] << 8 | (uint32_t)r->p[2] << 16 | (uint32_t)r->p[3] << 24;
  r->p += 4;
  return v;
}

/* Only the very double that put_degrees writes for some lattice integer within `most` degrees. */
static int32_t get_degrees(struct reader *r, double most) {
  if (r->bad || r->end - r->p < 8) {
    r->bad = true;
    return 0;
  }
  uint64_t v = 0;
  for (int i = 0; i < 8; i++) v |= (uint64_t)r->p[i] << (8 * i);
  r->p += 8;
  double d;
  memcpy(&d, &v, sizeof d);
  if (!(d >= -most && d <= most)) {
    r->bad = true;
    return 0;
  }
  int32_t x = (int32_t)lrint(d * WG_LATTICE);
  if (bits_of(x / WG_LATTICE) != v) r->bad = true; /* also -0, which is no lattice's zero */
  return x;
}

static wg_pt get_pt(struct reader *r) {
  wg_pt q;
  q.x = get_degrees(r, 180);
  q.y = get_degrees(r, 90);
  return q;
}

static wg_box get_head(struct reader *r, uint32_t geometry_class) {
  wg_box b = {1, 1, 0, 0};
  if (get8(r) != START || get8(r) != LITTLE || get32(r) != WG_SRID) r->bad = true;
  wg_pt lo = get_pt(r), hi = get_pt(r);
  if (get8(r) != MBR_END) r->bad = true;
  if (geometry_class && get32(r) != geometry_class) r->bad = true;
  if (!r->bad) b = (wg_box){lo.x, lo.y, hi.x, hi.y};
  return b;
}

static bool same_box(wg_box a, wg_box b) {
  return a.x0 == b.x0 && a.y0 == b.y0 && a.x1 == b.x1 && a.y1 == b.y1;
}

wg_status blob_box(const void *bytes, size_t n, wg_box *out) {
  struct reader r = {bytes, (const unsigned char *)bytes + n, false};
  *out = get_head(&r, 0);
  return r.bad ? WG_CORRUPT : WG_OK;
}

wg_status blob_point_read(const void *bytes, size_t n, wg_pt *out) {
  struct reader r = {bytes, (const unsigned char *)bytes + n, false};
  wg_box b = get_head(&r, CLASS_POINT);
  *out = get_pt(&r);
  if (get8(&r) != END || r.p != r.end || !same_box(b, (wg_box){out->x, out->y, out->x, out->y})) r.bad = true;
  return r.bad ? WG_CORRUPT : WG_OK;
}

static wg_status read_ring(struct reader *r, wg_shapes *out) {
  uint32_t n = get32(r);
  if (r->bad || n < 4 || n > (size_t)(r->end - r->p) / 16) return WG_CORRUPT;
  wg_status st = wg_shapes_ring(out);
  wg_pt first = get_pt(r);
  if (!st) st = wg_shapes_vertex(out, first);
  for (uint32_t i = 1; !st && i + 1 < n; i++) st = wg_shapes_vertex(out, get_pt(r));
  wg_pt last = get_pt(r);
  if (last.x != first.x || last.y != first.y) r->bad = true;
  return st ? st : r->bad ? WG_CORRUPT : WG_OK;
}

wg_status blob_polygon_read(const void *bytes, size_t n, wg_shapes *out) {
  struct reader r = {bytes, (const unsigned char *)bytes + n, false};
  wg_box b = get_head(&r, CLASS_MULTIPOLYGON);
  uint32_t parts = get32(&r);
  if (r.bad || parts < 1) return WG_CORRUPT;
  wg_status st = wg_shapes_feature(out);
  while (!st && parts--) {
    if (get8(&r) != ENTITY || get32(&r) != CLASS_POLYGON) return WG_CORRUPT;
    uint32_t rings = get32(&r);
    if (r.bad || rings < 1) return WG_CORRUPT;
    st = wg_shapes_part(out);
    while (!st && rings--) st = read_ring(&r, out);
  }
  if (st) return st;
  if (get8(&r) != END || r.p != r.end || !same_box(b, wg_shapes_box(out, out->n - 1))) return WG_CORRUPT;
  return WG_OK;
}
