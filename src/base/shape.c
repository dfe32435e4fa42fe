#include "base/shape.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

void wg_shapes_init(wg_shapes *s) { memset(s, 0, sizeof *s); }

void wg_shapes_deinit(wg_shapes *s) {
  free(s->part);
  free(s->ring);
  free(s->vert);
  free(s->pts);
  memset(s, 0, sizeof *s);
}

/* Makes room for `need` elements of `size` bytes. */
static wg_status grow(void **data, uint32_t *cap, uint64_t need, size_t size) {
  if (need <= *cap) return WG_OK;
  if (need > (uint64_t)INT_MAX) return WG_TOO_LARGE;
  uint64_t want = *cap ? (uint64_t)*cap * 2 : 64;
  if (want < need) want = need;
  if (want > (uint64_t)INT_MAX) want = INT_MAX;
  void *p = realloc(*data, want * size);
  if (!p) return WG_NO_MEMORY;
  *data = p;
  *cap = (uint32_t)want;
  return WG_OK;
}

static wg_status grow_offsets(uint32_t **data, uint32_t *cap, uint32_t n) {
  return grow((void **)data, cap, (uint64_t)n + 2, sizeof **data);
}

wg_status wg_shapes_feature(wg_shapes *s) {
  wg_status st = grow_offsets(&s->part, &s->cap_n, s->n);
  if (st) return st;
  s->part[s->n++] = s->n_parts;
  s->part[s->n] = s->n_parts;
  return WG_OK;
}

wg_status wg_shapes_part(wg_shapes *s) {
  wg_status st = grow_offsets(&s->ring, &s->cap_parts, s->n_parts);
  if (st) return st;
  s->ring[s->n_parts++] = s->n_rings;
  s->ring[s->n_parts] = s->n_rings;
  s->part[s->n] = s->n_parts;
  return WG_OK;
}

wg_status wg_shapes_ring(wg_shapes *s) {
  wg_status st = grow_offsets(&s->vert, &s->cap_rings, s->n_rings);
  if (st) return st;
  s->vert[s->n_rings++] = s->n_pts;
  s->vert[s->n_rings] = s->n_pts;
  s->ring[s->n_parts] = s->n_rings;
  return WG_OK;
}

wg_status wg_shapes_vertex(wg_shapes *s, wg_pt p) {
  wg_status st = grow((void **)&s->pts, &s->cap_pts, (uint64_t)s->n_pts + 1, sizeof *s->pts);
  if (st) return st;
  s->pts[s->n_pts++] = p;
  s->vert[s->n_rings] = s->n_pts;
  return WG_OK;
}

wg_status wg_shapes_copy(wg_shapes *s, const wg_shapes *from, uint32_t f) {
  wg_status st = wg_shapes_feature(s);
  for (uint32_t p = from->n ? from->part[f] : 0; !st && p < from->part[f + 1]; p++) {
    st = wg_shapes_part(s);
    for (uint32_t r = from->ring[p]; !st && r < from->ring[p + 1]; r++) {
      st = wg_shapes_ring(s);
      uint32_t k = from->vert[r + 1] - from->vert[r];
      if (!st) st = grow((void **)&s->pts, &s->cap_pts, (uint64_t)s->n_pts + k, sizeof *s->pts);
      if (st || !k) continue;
      memcpy(s->pts + s->n_pts, from->pts + from->vert[r], k * sizeof *s->pts);
      s->n_pts += k;
      s->vert[s->n_rings] = s->n_pts;
    }
  }
  return st;
}

void wg_shapes_turn(wg_shapes *s, uint32_t f) {
  for (uint32_t r = s->ring[s->part[f]]; r < s->ring[s->part[f + 1]]; r++) {
    uint32_t first = s->vert[r], n = s->vert[r + 1] - first, least = 0;
    wg_pt *p = s->pts + first;
    for (uint32_t i = 1; i < n; i++)
      if (p[i].x < p[least].x || (p[i].x == p[least].x && p[i].y < p[least].y)) least = i;
    /* three reversals turn in place */
    const uint32_t ends[3][2] = {{0, least}, {least, n}, {0, n}};
    for (int k = 0; least && k < 3; k++)
      for (uint32_t a = ends[k][0], b = ends[k][1]; a + 1 < b; a++) {
        wg_pt t = p[a];
        p[a] = p[--b];
        p[b] = t;
      }
  }
}

wg_box wg_shapes_box(const wg_shapes *s, uint32_t f) {
  wg_box b = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
  for (uint32_t p = s->part[f]; p < s->part[f + 1]; p++) {
    uint32_t r = s->ring[p]; /* the shell bounds its holes */
    if (r == s->ring[p + 1]) continue;
    for (uint32_t v = s->vert[r]; v < s->vert[r + 1]; v++) {
      wg_pt q = s->pts[v];
      if (q.x < b.x0) b.x0 = q.x;
      if (q.x > b.x1) b.x1 = q.x;
      if (q.y < b.y0) b.y0 = q.y;
      if (q.y > b.y1) b.y1 = q.y;
    }
  }
  return b;
}

/* Byte form: "WGS1", n, then per feature its parts, per part its rings, per ring its vertices: a count,
 * then zigzag deltas of x and y from the vertex before (the first from the last vertex written). */
static void put_varint(wg_buf *out, uint64_t v) {
  unsigned char b[10];
  size_t n = 0;
  while (v >= 0x80) {
    b[n++] = (unsigned char)(v | 0x80);
    v >>= 7;
  }
  b[n++] = (unsigned char)v;
  wg_buf_add(out, b, n);
}

static uint64_t zigzag(int64_t v) { return ((uint64_t)v << 1) ^ (uint64_t)(v >> 63); }

void wg_shapes_encode(const wg_shapes *s, wg_buf *out) {
  wg_buf_add(out, "WGS1", 4);
  put_varint(out, s->n);
  wg_pt last = {0, 0};
  for (uint32_t f = 0; f < s->n; f++) {
    put_varint(out, s->part[f + 1] - s->part[f]);
    for (uint32_t p = s->part[f]; p < s->part[f + 1]; p++) {
      put_varint(out, s->ring[p + 1] - s->ring[p]);
      for (uint32_t r = s->ring[p]; r < s->ring[p + 1]; r++) {
        put_varint(out, s->vert[r + 1] - s->vert[r]);
        for (uint32_t v = s->vert[r]; v < s->vert[r + 1]; v++) {
          put_varint(out, zigzag((int64_t)s->pts[v].x - last.x));
          put_varint(out, zigzag((int64_t)s->pts[v].y - last.y));
          last = s->pts[v];
        }
      }
    }
  }
}

struct reader {
  const unsigned char *p, *end;
  wg_status status;
};

static uint64_t get_varint(struct reader *in) {
  uint64_t v = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (in->p == in->end) break;
    unsigned char b = *in->p++;
    v |= (uint64_t)(b & 0x7f) << shift;
    if (!(b & 0x80)) return v;
  }
  in->status = WG_CORRUPT;
  return 0;
}

/* A count of things that each take at least one byte. */
static uint64_t get_count(struct reader *in) {
  uint64_t v = get_varint(in);
  if (v > (uint64_t)(in->end - in->p)) in->status = WG_CORRUPT;
  return in->status ? 0 : v;
}

static int64_t get_delta(struct reader *in) {
  uint64_t v = get_varint(in);
  return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

static wg_status read_ring(struct reader *in, wg_shapes *out, wg_pt *last) {
  wg_status st = wg_shapes_ring(out);
  for (uint64_t k = get_count(in); !st && !in->status && k--;) {
    int64_t dx = get_delta(in), dy = get_delta(in);
    if (dx < -4000000000 || dx > 4000000000 || dy < -4000000000 || dy > 4000000000) return WG_CORRUPT;
    int64_t x = last->x + dx, y = last->y + dy;
    if (x < -1800000000 || x > 1800000000 || y < -900000000 || y > 900000000) return WG_CORRUPT;
    *last = (wg_pt){(int32_t)x, (int32_t)y};
    st = wg_shapes_vertex(out, *last);
  }
  return st;
}

wg_status wg_shapes_decode(const void *bytes, uint64_t n, wg_shapes *out) {
  wg_shapes_init(out);
  if (n < 5 || memcmp(bytes, "WGS1", 4) != 0) return WG_CORRUPT;
  struct reader in = {(const unsigned char *)bytes + 4, (const unsigned char *)bytes + n, WG_OK};
  wg_pt last = {0, 0};
  wg_status st = WG_OK;
  for (uint64_t f = get_count(&in); !st && !in.status && f--;) {
    st = wg_shapes_feature(out);
    for (uint64_t p = get_count(&in); !st && !in.status && p--;) {
      st = wg_shapes_part(out);
      for (uint64_t r = get_count(&in); !st && !in.status && r--;) st = read_ring(&in, out, &last);
    }
  }
  if (!st) st = in.status;
  if (!st && in.p != in.end) st = WG_CORRUPT;
  if (st) wg_shapes_deinit(out);
  return st;
}
