/* A layer is kept as three byte strings (features, keys, values) in the protobuf wire format of
 * vector_tile.proto and put together at the end. Keys and values are interned in two open hash tables whose
 * slots point into those strings. */
#include "tile/mvt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tile/tile_internal.h"

enum { LIMIT_FEATURE = 64 << 20 }; /* bytes of one feature's geometry or tags */
enum { CMD_MOVE = 1, CMD_LINE = 2, CMD_CLOSE = 7 };
enum { GEOM_NONE, GEOM_POINT, GEOM_LINE, GEOM_POLYGON };

typedef struct intern {
  wg_buf bytes; /* the encoded fields, one after another */
  struct interned {
    uint32_t at, len; /* entry i's payload in bytes */
    uint32_t hash;
  } * entries;
  uint32_t n, cap;
  uint32_t *slots; /* index + 1, 0 empty */
  uint32_t n_slots;
} intern;

struct wg_mvt {
  char *name;
  size_t max;
  wg_status status;
  wg_buf features;
  intern keys, values;
  uint32_t count;
  /* the open feature */
  bool open;
  uint64_t id;
  uint8_t geometry;
  bool no_shell; /* the last shell was dropped: so are its holes */
  wg_tpt cursor;
  wg_buf geom, tags;
  uint32_t *tag_keys;                            /* keys given so far */
  uint32_t n_tag_keys, known_keys, cap_tag_keys; /* known: left there by features before */
  wg_tpt *ring;
  size_t cap_ring;
};

static void intern_init(intern *in, size_t max) {
  memset(in, 0, sizeof *in);
  wg_buf_init(&in->bytes, max);
}

static void intern_deinit(intern *in) {
  wg_buf_deinit(&in->bytes);
  free(in->entries);
  free(in->slots);
}

static wg_status intern_grow(intern *in) {
  if (in->n == in->cap) {
    uint32_t cap = in->cap ? in->cap * 2 : 256;
    struct interned *entries = realloc(in->entries, cap * sizeof *entries);
    if (!entries) return WG_NO_MEMORY;
    in->entries = entries;
    in->cap = cap;
  }
  if ((in->n + 1) * 2 <= in->n_slots) return WG_OK;
  uint32_t n_slots = in->n_slots ? in->n_slots * 4 : 512;
  uint32_t *slots = calloc(n_slots, sizeof *slots);
  if (!slots) return WG_NO_MEMORY;
  for (uint32_t i = 0; i < in->n; i++) {
    uint32_t h = in->entries[i].hash;
    while (slots[h & (n_slots - 1)]) h++;
    slots[h & (n_slots - 1)] = i + 1;
  }
  free(in->slots);
  in->slots = slots;
  in->n_slots = n_slots;
  return WG_OK;
}

static bool is_entry(const intern *in, uint32_t i, const char *bytes, size_t n) {
  return in->entries[i].len == n && memcmp(in->bytes.data + in->entries[i].at, bytes, n) == 0;
}

/* The index of a payload; put in as field `field` when it is new. */
static uint32_t intern_put(wg_mvt *m, intern *in, unsigned field, const char *bytes, size_t n) {
  if (m->status) return 0;
  if ((m->status = intern_grow(in))) return 0;
  uint32_t hash = (uint32_t)wg_hash_bytes(bytes, n), mask = in->n_slots - 1, h = hash, i;
  while ((i = in->slots[h & mask])) {
    if (in->entries[i - 1].hash == hash && is_entry(in, i - 1, bytes, n)) return i - 1;
    h++;
  }
  if (n > m->max || in->bytes.len > m->max) {
    m->status = WG_TOO_LARGE;
    return 0;
  }
  char *p = wg_buf_reserve(&in->bytes, n + 11);
  if (!p) {
    m->status = wg_buf_status(&in->bytes);
    return 0;
  }
  char *q = p;
  *q++ = (char)(field << 3 | 2);
  q = wg_put_varint(q, n);
  in->entries[in->n] = (struct interned){(uint32_t)(in->bytes.len + (size_t)(q - p)), (uint32_t)n, hash};
  memcpy(q, bytes, n);
  in->bytes.len += (size_t)(q - p) + n;
  in->slots[h & mask] = in->n + 1;
  return in->n++;
}

/* Features of a layer mostly have the same keys in the same order: the key that came at this place last time
 * is tried first. */
static uint32_t key_index(wg_mvt *m, const char *key) {
  size_t n = strlen(key);
  uint32_t place = m->n_tag_keys, guess = place < m->known_keys ? m->tag_keys[place] : UINT32_MAX;
  if (guess < m->keys.n && is_entry(&m->keys, guess, key, n)) return guess;
  return intern_put(m, &m->keys, 3, key, n);
}

wg_status wg_mvt_new(const char *name, size_t max_bytes, wg_mvt **out) {
  *out = NULL;
  wg_mvt *m = calloc(1, sizeof *m);
  if (!m) return WG_NO_MEMORY;
  m->max = max_bytes < ((size_t)1 << 30) ? max_bytes : (size_t)1 << 30;
  m->name = strdup(name);
  if (!m->name) {
    free(m);
    return WG_NO_MEMORY;
  }
  wg_buf_init(&m->features, m->max);
  wg_buf_init(&m->geom, LIMIT_FEATURE);
  wg_buf_init(&m->tags, LIMIT_FEATURE);
  intern_init(&m->keys, m->max);
  intern_init(&m->values, m->max);
  *out = m;
  return WG_OK;
}

void wg_mvt_free(wg_mvt *m) {
  if (!m) return;
  wg_buf_deinit(&m->features);
  wg_buf_deinit(&m->geom);
  wg_buf_deinit(&m->tags);
  intern_deinit(&m->keys);
  intern_deinit(&m->values);
  free(m->tag_keys);
  free(m->ring);
  free(m->name);
  free(m);
}

void wg_mvt_begin(wg_mvt *m, uint64_t id) {
  if (m->open && !m->status) m->status = WG_INTERNAL;
  m->open = true;
  m->id = id;
  m->geometry = GEOM_NONE;
  m->no_shell = true;
  m->cursor = (wg_tpt){0, 0};
  m->n_tag_keys = 0;
  wg_buf_reset(&m->geom);
  wg_buf_reset(&m->tags);
}

/* ---- properties ---- */

/* Adds the pair unless the feature has the key already. `value` is a whole Value message. */
static void put_tag(wg_mvt *m, const char *key, const char *value, size_t n) {
  if (m->status) return;
  if (!m->open) {
    m->status = WG_INTERNAL;
    return;
  }
  uint32_t k = key_index(m, key);
  if (m->status) return;
  for (uint32_t i = 0; i < m->n_tag_keys; i++)
    if (m->tag_keys[i] == k) return;
  if (m->n_tag_keys == m->cap_tag_keys) {
    uint32_t cap = m->cap_tag_keys ? m->cap_tag_keys * 2 : 16;
    uint32_t *p = realloc(m->tag_keys, cap * sizeof *p);
    if (!p) {
      m->status = WG_NO_MEMORY;
      return;
    }
    m->tag_keys = p;
    m->cap_tag_keys = cap;
  }
  m->tag_keys[m->n_tag_keys++] = k;
  if (m->n_tag_keys > m->known_keys) m->known_keys = m->n_tag_keys;
  uint32_t v = intern_put(m, &m->values, 4, value, n);
  char *p = wg_buf_reserve(&m->tags, 10);
  if (!p) {
    m->status = wg_buf_status(&m->tags);
    return;
  }
  char *q = wg_put_varint(wg_put_varint(p, k), v);
  m->tags.len += (size_t)(q - p);
}

void wg_mvt_strn(wg_mvt *m, const char *key, const char *value, size_t n) {
  if (!value || m->status) return;
  char small[512], *buf = small;
  if (n > sizeof small - 12) {
    if (n > m->max) {
      m->status = WG_TOO_LARGE;
      return;
    }
    if (!(buf = malloc(n + 12))) {
      m->status = WG_NO_MEMORY;
      return;
    }
  }
  char *q = buf;
  *q++ = 1 << 3 | 2;
  q = wg_put_varint(q, n);
  memcpy(q, value, n);
  put_tag(m, key, buf, (size_t)(q - buf) + n);
  if (buf != small) free(buf);
}

void wg_mvt_str(wg_mvt *m, const char *key, const char *value) {
  if (value) wg_mvt_strn(m, key, value, strlen(value));
}

static void put_number(wg_mvt *m, const char *key, unsigned field, uint64_t value) {
  char buf[12];
  buf[0] = (char)(field << 3);
  char *q = wg_put_varint(buf + 1, value);
  put_tag(m, key, buf, (size_t)(q - buf));
}

void wg_mvt_uint(wg_mvt *m, const char *key, uint64_t value) { put_number(m, key, 5, value); }
void wg_mvt_sint(wg_mvt *m, const char *key, int64_t value) {
  put_number(m, key, 6, (uint64_t)value << 1 ^ (uint64_t)(value >> 63));
}
void wg_mvt_int(wg_mvt *m, const char *key, int64_t value) {
  if (value >= 0)
    wg_mvt_uint(m, key, (uint64_t)value);
  else
    wg_mvt_sint(m, key, value);
}
void wg_mvt_bool(wg_mvt *m, const char *key, bool value) { put_number(m, key, 7, value); }

void wg_mvt_double(wg_mvt *m, const char *key, double value) {
  if (!isfinite(value)) return;
  char buf[9] = {3 << 3 | 1};
  uint64_t bits;
  memcpy(&bits, &value, 8);
  for (int i = 0; i < 8; i++) buf[1 + i] = (char)(bits >> 8 * i);
  put_tag(m, key, buf, sizeof buf);
}

/* ---- geometry ---- */

/* Room for a run of n points with its commands; NULL when it cannot be. */
static char *geom_room(wg_mvt *m, uint8_t geometry, size_t n) {
  if (m->status) return NULL;
  if (!m->open || (m->geometry != GEOM_NONE && m->geometry != geometry)) {
    m->status = WG_INTERNAL;
    return NULL;
  }
  char *p = n < LIMIT_FEATURE ? wg_buf_reserve(&m->geom, n * 10 + 16) : NULL;
  if (!p) {
    m->status = wg_buf_status(&m->geom) ? wg_buf_status(&m->geom) : WG_TOO_LARGE;
    return NULL;
  }
  m->geometry = geometry;
  return p;
}

static inline char *put_delta(wg_mvt *m, char *q, wg_tpt p) {
  int32_t dx = (int32_t)((uint32_t)p.x - (uint32_t)m->cursor.x);
  int32_t dy = (int32_t)((uint32_t)p.y - (uint32_t)m->cursor.y);
  m->cursor = p;
  uint32_t zx = (uint32_t)dx << 1 ^ (uint32_t)(dx >> 31), zy = (uint32_t)dy << 1 ^ (uint32_t)(dy >> 31);
  if ((zx | zy) < 0x80) { /* most deltas */
    *q++ = (char)zx;
    *q++ = (char)zy;
    return q;
  }
  return wg_put_varint(wg_put_varint(q, zx), zy);
}

static inline bool same(wg_tpt a, wg_tpt b) { return a.x == b.x && a.y == b.y; }

static void geom_done(wg_mvt *m, const char *end) { m->geom.len = (size_t)(end - m->geom.data); }

void wg_mvt_points(wg_mvt *m, const wg_tpt *pts, size_t n) {
  if (!n) return;
  if (m->geometry == GEOM_POINT) m->status = WG_INTERNAL; /* a multipoint is one MoveTo: one call */
  char *q = geom_room(m, GEOM_POINT, n);
  if (!q) return;
  q = wg_put_varint(q, n << 3 | CMD_MOVE);
  for (size_t i = 0; i < n; i++) q = put_delta(m, q, pts[i]);
  geom_done(m, q);
}

/* The points without repeats in m->ring; the count, 0 on a failure. */
static size_t without_repeats(wg_mvt *m, const wg_tpt *pts, size_t n) {
  if (n > m->cap_ring) {
    size_t cap = n + n / 2 + 64;
    wg_tpt *p = realloc(m->ring, cap * sizeof *p);
    if (!p) {
      m->status = WG_NO_MEMORY;
      return 0;
    }
    m->ring = p;
    m->cap_ring = cap;
  }
  size_t k = 0;
  for (size_t i = 0; i < n; i++)
    if (!k || !same(m->ring[k - 1], pts[i])) m->ring[k++] = pts[i];
  return k;
}

void wg_mvt_line(wg_mvt *m, const wg_tpt *pts, size_t n) {
  if (m->status) return;
  size_t k = without_repeats(m, pts, n);
  if (k < 2) return;
  char *q = geom_room(m, GEOM_LINE, k);
  if (!q) return;
  q = put_delta(m, wg_put_varint(q, 1 << 3 | CMD_MOVE), m->ring[0]);
  q = wg_put_varint(q, (k - 1) << 3 | CMD_LINE);
  for (size_t i = 1; i < k; i++) q = put_delta(m, q, m->ring[i]);
  geom_done(m, q);
}

int64_t wg_tile_area2(const wg_tpt *pts, size_t n) {
  int64_t area2 = 0;
  for (size_t i = 1; i + 1 < n; i++) {
    int64_t ax = (int64_t)pts[i].x - pts[0].x, ay = (int64_t)pts[i].y - pts[0].y;
    int64_t bx = (int64_t)pts[i + 1].x - pts[0].x, by = (int64_t)pts[i + 1].y - pts[0].y;
    area2 += ax * by - ay * bx;
  }
  return area2;
}

void wg_mvt_clean_ring(wg_mvt *m, const wg_tpt *pts, size_t n, bool hole, int64_t area2) {
  if (m->status || (hole && m->no_shell)) return;
  if (!hole) m->no_shell = area2 == 0;
  if (area2 == 0) return;
  char *q = geom_room(m, GEOM_POLYGON, n);
  if (!q) return;
  q = put_delta(m, wg_put_varint(q, 1 << 3 | CMD_MOVE), pts[0]);
  q = wg_put_varint(q, (n - 1) << 3 | CMD_LINE);
  if ((area2 > 0) != hole) {
    for (size_t i = 1; i < n; i++) q = put_delta(m, q, pts[i]);
  } else {
    for (size_t i = n - 1; i > 0; i--) q = put_delta(m, q, pts[i]);
  }
  q = wg_put_varint(q, 1 << 3 | CMD_CLOSE);
  geom_done(m, q);
}

void wg_mvt_ring(wg_mvt *m, const wg_tpt *pts, size_t n, bool hole) {
  if (m->status) return;
  size_t k = without_repeats(m, pts, n);
  while (k > 1 && same(m->ring[0], m->ring[k - 1])) k--;
  if (!m->status) wg_mvt_clean_ring(m, m->ring, k, hole, k < 3 ? 0 : wg_tile_area2(m->ring, k));
}

bool wg_mvt_drawn(const wg_mvt *m) { return m->open && m->geometry != GEOM_NONE && !m->status; }

/* A field's tag and the number it holds or the length of its bytes. */
static char *put_field(char *q, unsigned field, unsigned wire, uint64_t value) {
  *q = (char)(field << 3 | wire);
  return wg_put_varint(q + 1, value);
}

bool wg_mvt_end(wg_mvt *m) {
  bool was_open = m->open;
  m->open = false;
  if (!was_open && !m->status) m->status = WG_INTERNAL;
  if (m->status || m->geometry == GEOM_NONE) return false;
  size_t tags = m->tags.len, geom = m->geom.len;
  char head[48], *q = put_field(head, 1, 0, m->id);
  if (tags) q = put_field(q, 2, 2, tags);
  size_t before = (size_t)(q - head);
  q = put_field(q, 3, 0, m->geometry);
  q = put_field(q, 4, 2, geom);
  size_t body = (size_t)(q - head) + tags + geom;
  char *p = m->features.len + m->keys.bytes.len + m->values.bytes.len + body <= m->max
                ? wg_buf_reserve(&m->features, body + 12)
                : NULL;
  if (!p) {
    m->status = wg_buf_status(&m->features) ? wg_buf_status(&m->features) : WG_TOO_LARGE;
    return false;
  }
  char *w = put_field(p, 2, 2, body);
  w = mempcpy(w, head, before);
  if (tags) w = mempcpy(w, m->tags.data, tags);
  w = mempcpy(w, head + before, (size_t)(q - head) - before);
  w = mempcpy(w, m->geom.data, geom);
  m->features.len += (size_t)(w - p);
  m->count++;
  return true;
}

uint32_t wg_mvt_count(const wg_mvt *m) { return m->count; }

size_t wg_mvt_size(const wg_mvt *m) {
  return m->features.len + m->keys.bytes.len + m->values.bytes.len + strlen(m->name) + 16;
}

wg_status wg_mvt_status(const wg_mvt *m) { return m->status; }

wg_status wg_mvt_finish(wg_mvt *m, wg_buf *tile) {
  if (m->open && !m->status) m->status = WG_INTERNAL;
  if (m->status || !m->count) return m->status;
  size_t name = strlen(m->name);
  char head[32], extent[16], *q = put_field(head, 15, 0, 2); /* the version, first: a reader needs it first */
  q = put_field(q, 1, 2, name);
  size_t n_extent = (size_t)(put_field(extent, 5, 0, WG_TILE_EXTENT) - extent);
  size_t body =
      (size_t)(q - head) + name + m->features.len + m->keys.bytes.len + m->values.bytes.len + n_extent;
  char *p = wg_buf_reserve(tile, body + 12);
  if (!p) return wg_buf_status(tile);
  char *w = put_field(p, 3, 2, body);
  w = mempcpy(w, head, (size_t)(q - head));
  w = mempcpy(w, m->name, name);
  w = mempcpy(w, m->features.data, m->features.len);
  if (m->keys.bytes.len) w = mempcpy(w, m->keys.bytes.data, m->keys.bytes.len);
  if (m->values.bytes.len) w = mempcpy(w, m->values.bytes.data, m->values.bytes.len);
  w = mempcpy(w, extent, n_extent);
  tile->len += (size_t)(w - p);
  return WG_OK;
}
