#include "plan_bytes.h"

#include <string.h>

static void put_varint(wg_buf *out, uint64_t v) {
  for (; v >= 0x80; v >>= 7) wg_buf_add_char(out, (char)(v | 0x80));
  wg_buf_add_char(out, (char)v);
}

static void put_text(wg_buf *out, const char *text) {
  size_t n = strlen(text);
  put_varint(out, n);
  wg_buf_add(out, text, n);
}

static void put_double(wg_buf *out, double d) {
  uint64_t v;
  memcpy(&v, &d, sizeof v);
  for (int i = 0; i < 8; i++) wg_buf_add_char(out, (char)(v >> (8 * i)));
}

void plan_encode(const wg_plan *plan, wg_buf *out) {
  wg_buf_add(out, "WGP1", 4);
  put_varint(out, plan->n);
  for (uint32_t i = 0; i < plan->n; i++) {
    const wg_grid *g = &plan->grid[i];
    put_text(out, g->code);
    put_text(out, g->area);
    put_text(out, g->kind);
    put_text(out, g->names ? g->names : "");
    put_double(out, g->area_m2);
  }
  wg_shapes_encode(&plan->shapes, out);
}

struct reader {
  const unsigned char *p, *end;
  bool bad;
};

static uint64_t get_varint(struct reader *r) {
  uint64_t v = 0;
  for (int shift = 0; shift < 64 && r->p < r->end; shift += 7) {
    unsigned char b = *r->p++;
    v |= (uint64_t)(b & 0x7f) << shift;
    if (!(b & 0x80)) return v;
  }
  r->bad = true;
  return 0;
}

static const char *get_text(struct reader *r, size_t *n) {
  uint64_t len = get_varint(r);
  if (r->bad || len > (uint64_t)(r->end - r->p)) {
    r->bad = true;
    *n = 0;
    return "";
  }
  const char *text = (const char *)r->p;
  r->p += len;
  *n = (size_t)len;
  return text;
}

static void get_code(struct reader *r, char *out, size_t size) {
  size_t n;
  const char *text = get_text(r, &n);
  if (n >= size)
    r->bad = true;
  else
    memcpy(out, text, n);
}

static double get_double(struct reader *r) {
  if (r->bad || r->end - r->p < 8) {
    r->bad = true;
    return 0;
  }
  uint64_t v = 0;
  for (int i = 0; i < 8; i++) v |= (uint64_t)*r->p++ << (8 * i);
  double d;
  memcpy(&d, &v, sizeof d);
  return d;
}

static void free_shapes(void *shapes) { wg_shapes_deinit(shapes); }

wg_status plan_decode(const void *bytes, size_t n, wg_arena *a, wg_plan *out) {
  struct reader r = {bytes, (const unsigned char *)bytes + n, false};
  if (n < 5 || memcmp(bytes, "WGP1", 4) != 0) return WG_CORRUPT;
  r.p += 4;
  uint64_t grids = get_varint(&r);
  if (r.bad || grids > n / 12) return WG_CORRUPT; /* a grid takes 12 bytes at least */
  out->n = (uint32_t)grids;
  out->grid = wg_arena_alloc(a, (grids ? grids : 1) * sizeof *out->grid);
  wg_shapes *owned = wg_arena_alloc(a, sizeof *owned);
  if (!out->grid || !owned) return WG_NO_MEMORY;
  for (uint32_t i = 0; i < out->n && !r.bad; i++) {
    wg_grid *g = &out->grid[i];
    size_t len;
    get_code(&r, g->code, sizeof g->code);
    get_code(&r, g->area, sizeof g->area);
    get_code(&r, g->kind, sizeof g->kind);
    const char *names = get_text(&r, &len);
    g->names = wg_arena_strndup(a, names, len);
    g->area_m2 = get_double(&r);
    if (!g->names) return WG_NO_MEMORY;
  }
  if (r.bad) return WG_CORRUPT;
  wg_status st = wg_shapes_decode(r.p, (uint64_t)(r.end - r.p), &out->shapes);
  if (st) return st;
  *owned = out->shapes;
  if (wg_arena_defer(a, free_shapes, owned) != 0) return WG_NO_MEMORY;
  return out->shapes.n == out->n ? WG_OK : WG_CORRUPT;
}
