/* A strict reader of vector tiles, written apart from the encoder: decodes a tile and says the first rule of
 * the specification 2.1 that it breaks. What our own tiles must keep beyond that is in mvt_check_ours. */
#ifndef WG_TEST_TILE_CHECK_H
#define WG_TEST_TILE_CHECK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct mvt_point {
  int64_t x, y;
} mvt_point;

typedef struct mvt_path { /* a ring (without its closing point), a line, or one point */
  uint32_t from, n;       /* in mvt_feature.pts */
  int64_t area2;          /* of a ring: twice the signed area by the surveyor's formula */
} mvt_path;

typedef struct mvt_feature {
  bool has_id, has_type;
  uint64_t id;
  uint32_t type; /* 1 point, 2 line, 3 polygon */
  uint32_t *tags;
  uint32_t n_tags;
  mvt_point *pts;
  uint32_t n_pts;
  mvt_path *paths;
  uint32_t n_paths;
  int n_geometries;
} mvt_feature;

typedef struct mvt_value {
  int kind; /* the field of Value: 1 string, 2 float, 3 double, 4 int, 5 uint, 6 sint, 7 bool */
  const char *text;
  uint32_t n;
  double number;
  const unsigned char *bytes; /* the whole message */
  uint32_t n_bytes;
} mvt_value;

typedef struct mvt_layer {
  const char *name;
  uint32_t name_n;
  bool has_name, has_version;
  uint64_t version, extent;
  const char **keys;
  uint32_t *key_n, n_keys;
  mvt_value *values;
  uint32_t n_values;
  mvt_feature *features;
  uint32_t n_features;
} mvt_layer;

typedef struct mvt_tile {
  mvt_layer *layers;
  uint32_t n_layers;
  char why[160]; /* the rule that is broken */
} mvt_tile;

#define MVT_BAD(t, ...) (snprintf((t)->why, sizeof(t)->why, __VA_ARGS__), false)

static inline void *mvt_more(void *p, uint32_t n,
                             size_t size) { /* room for n + 1; doubles at powers of two */
  if (n && (n & (n - 1))) return p;
  void *q = realloc(p, (n ? 2 * (size_t)n : 1) * size);
  if (!q) abort();
  return q;
}

typedef struct mvt_in {
  const unsigned char *p, *end;
} mvt_in;

static inline bool mvt_varint(mvt_in *in, uint64_t *out) {
  *out = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (in->p == in->end) return false;
    unsigned char b = *in->p++;
    *out |= (uint64_t)(b & 127) << shift;
    if (!(b & 128)) return true;
  }
  return false;
}

/* A field's number and wire type, and its payload: a number (types 0, 1, 5) or bytes (type 2). */
static inline bool mvt_field(mvt_in *in, uint32_t *number, uint32_t *wire, uint64_t *value, mvt_in *bytes) {
  uint64_t tag;
  if (!mvt_varint(in, &tag)) return false;
  *number = (uint32_t)(tag >> 3);
  *wire = tag & 7;
  size_t fixed = *wire == 1 ? 8 : *wire == 5 ? 4 : 0;
  if (*wire == 0) return mvt_varint(in, value);
  if (*wire == 2) {
    uint64_t n;
    if (!mvt_varint(in, &n) || n > (uint64_t)(in->end - in->p)) return false;
    *bytes = (mvt_in){in->p, in->p + n};
    in->p += n;
    return true;
  }
  if (!fixed || (size_t)(in->end - in->p) < fixed) return false;
  *value = 0;
  memcpy(value, in->p, fixed);
  in->p += fixed;
  return true;
}

static inline int64_t mvt_area2(const mvt_point *p, uint32_t n) {
  int64_t a = 0;
  for (uint32_t i = 0; i < n; i++) {
    const mvt_point *q = &p[(i + 1) % n];
    a += p[i].x * q->y - q->x * p[i].y;
  }
  return a;
}

/* ---- geometry, §4.3 ---- */

static inline void mvt_put_point(mvt_feature *f, int64_t x, int64_t y) {
  f->pts = mvt_more(f->pts, f->n_pts, sizeof *f->pts);
  f->pts[f->n_pts++] = (mvt_point){x, y};
}

static inline void mvt_put_path(mvt_feature *f, uint32_t from) {
  f->paths = mvt_more(f->paths, f->n_paths, sizeof *f->paths);
  f->paths[f->n_paths++] = (mvt_path){from, f->n_pts - from, 0};
}

static inline bool mvt_run(mvt_tile *t, mvt_feature *f, mvt_in *in, uint32_t count, int64_t at[2],
                           bool line) {
  for (uint32_t i = 0; i < count; i++) {
    int64_t d[2];
    for (int k = 0; k < 2; k++) {
      uint64_t v;
      if (!mvt_varint(in, &v)) return MVT_BAD(t, "a command has fewer parameters than it says");
      if (v > UINT32_MAX) return MVT_BAD(t, "a parameter past 32 bits");
      d[k] = (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
      at[k] += d[k];
    }
    if (line && d[0] == 0 && d[1] == 0) return MVT_BAD(t, "LineTo (0, 0)");
    mvt_put_point(f, at[0], at[1]);
  }
  return true;
}

static inline bool mvt_end_ring(mvt_tile *t, mvt_feature *f, uint32_t from) {
  mvt_put_path(f, from);
  mvt_path *p = &f->paths[f->n_paths - 1];
  const mvt_point *a = f->pts + from, *z = f->pts + f->n_pts - 1;
  if (a->x == z->x && a->y == z->y) return MVT_BAD(t, "a ring repeats its first point at its end");
  p->area2 = mvt_area2(a, p->n);
  if (p->area2 == 0) return MVT_BAD(t, "a ring without area");
  if (f->n_paths == 1 && p->area2 < 0) return MVT_BAD(t, "the first ring is a hole");
  return true;
}

static inline bool mvt_geometry(mvt_tile *t, mvt_feature *f, mvt_in in) {
  int64_t at[2] = {0, 0};
  if (in.p == in.end) return MVT_BAD(t, "an empty geometry");
  while (in.p < in.end) {
    uint64_t c;
    if (!mvt_varint(&in, &c)) return MVT_BAD(t, "a command is cut off");
    uint32_t count = (uint32_t)(c >> 3), from = f->n_pts;
    if (c > UINT32_MAX || (c & 7) != 1) return MVT_BAD(t, "a geometry begins with command %d", (int)(c & 7));
    if (count == 0 || (count > 1 && f->type != 1)) return MVT_BAD(t, "MoveTo with count %u", count);
    if (!mvt_run(t, f, &in, count, at, false)) return false;
    if (f->type == 1) {
      for (uint32_t i = 0; i < count; i++) {
        mvt_put_path(f, from + i);
        f->paths[f->n_paths - 1].n = 1;
      }
      if (in.p < in.end) return MVT_BAD(t, "something behind a point's MoveTo");
      return true;
    }
    if (!mvt_varint(&in, &c) || (c & 7) != 2) return MVT_BAD(t, "no LineTo after MoveTo");
    count = (uint32_t)(c >> 3);
    if (count < f->type - 1) return MVT_BAD(t, "LineTo with count %u", count);
    if (!mvt_run(t, f, &in, count, at, true)) return false;
    if (f->type == 2) {
      mvt_put_path(f, from);
      continue;
    }
    if (!mvt_varint(&in, &c) || c != (1 << 3 | 7)) return MVT_BAD(t, "a ring is not closed by one ClosePath");
    if (!mvt_end_ring(t, f, from)) return false;
  }
  return true;
}

/* ---- features, layers, the tile ---- */

static inline bool mvt_read_feature(mvt_tile *t, mvt_feature *f, mvt_in in) {
  mvt_in geometry = {0};
  while (in.p < in.end) {
    uint32_t number, wire;
    uint64_t v = 0;
    mvt_in b = {0};
    if (!mvt_field(&in, &number, &wire, &v, &b)) return MVT_BAD(t, "a feature's bytes are not protobuf");
    static const uint32_t wires[] = {9, 0, 2, 0, 2};
    if (number < 1 || number > 4) return MVT_BAD(t, "a feature has field %u", number);
    if (wire != wires[number]) return MVT_BAD(t, "field %u of a feature has wire type %u", number, wire);
    if (number == 1) {
      f->has_id = true;
      f->id = v;
    } else if (number == 2) {
      while (b.p < b.end) {
        if (!mvt_varint(&b, &v)) return MVT_BAD(t, "a tag is cut off");
        f->tags = mvt_more(f->tags, f->n_tags, sizeof *f->tags);
        f->tags[f->n_tags++] = v > UINT32_MAX ? UINT32_MAX : (uint32_t)v;
      }
    } else if (number == 3) {
      f->has_type = true;
      f->type = (uint32_t)v;
      if (v > 3) return MVT_BAD(t, "geometry type %u", f->type);
    } else {
      geometry = b;
      if (f->n_geometries++) return MVT_BAD(t, "a feature has two geometries");
    }
  }
  if (!f->has_type) return MVT_BAD(t, "a feature has no type");
  if (!f->n_geometries) return MVT_BAD(t, "a feature has no geometry");
  if (f->n_tags % 2) return MVT_BAD(t, "an odd number of tags");
  return f->type == 0 || mvt_geometry(t, f, geometry);
}

static inline bool mvt_read_value(mvt_tile *t, mvt_value *out, mvt_in in) {
  static const uint32_t wires[] = {9, 2, 5, 1, 0, 0, 0, 0};
  *out = (mvt_value){.bytes = in.p, .n_bytes = (uint32_t)(in.end - in.p)};
  while (in.p < in.end) {
    uint32_t number, wire;
    uint64_t v = 0;
    mvt_in b = {0};
    if (!mvt_field(&in, &number, &wire, &v, &b)) return MVT_BAD(t, "a value's bytes are not protobuf");
    if (number < 1 || number > 7) return MVT_BAD(t, "a value has field %u", number);
    if (wire != wires[number]) return MVT_BAD(t, "field %u of a value has wire type %u", number, wire);
    if (out->kind) return MVT_BAD(t, "a value of two types");
    out->kind = (int)number;
    out->text = (const char *)b.p;
    out->n = (uint32_t)(b.end - b.p);
    float f32;
    if (number == 2) {
      memcpy(&f32, &v, 4);
      out->number = (double)f32;
    } else if (number == 3) {
      memcpy(&out->number, &v, 8);
    } else if (number == 4) {
      out->number = (double)(int64_t)v;
    } else if (number == 6) {
      out->number = (double)((int64_t)(v >> 1) ^ -(int64_t)(v & 1));
    } else {
      out->number = (double)v;
    }
  }
  return out->kind ? true : MVT_BAD(t, "a value without a value");
}

static inline bool mvt_read_layer(mvt_tile *t, mvt_layer *l, mvt_in in) {
  l->extent = 4096;
  while (in.p < in.end) {
    uint32_t number, wire;
    uint64_t v = 0;
    mvt_in b = {0};
    if (!mvt_field(&in, &number, &wire, &v, &b)) return MVT_BAD(t, "a layer's bytes are not protobuf");
    uint32_t want = number == 5 || number == 15 ? 0 : 2;
    if ((number < 1 || number > 5) && number != 15) return MVT_BAD(t, "a layer has field %u", number);
    if (wire != want) return MVT_BAD(t, "field %u of a layer has wire type %u", number, wire);
    if (number == 1) {
      l->has_name = true;
      l->name = (const char *)b.p;
      l->name_n = (uint32_t)(b.end - b.p);
    } else if (number == 2) {
      l->features = mvt_more(l->features, l->n_features, sizeof *l->features);
      l->features[l->n_features] = (mvt_feature){0};
      if (!mvt_read_feature(t, &l->features[l->n_features++], b)) return false;
    } else if (number == 3) {
      l->keys = mvt_more(l->keys, l->n_keys, sizeof *l->keys);
      l->key_n = mvt_more(l->key_n, l->n_keys, sizeof *l->key_n);
      l->keys[l->n_keys] = (const char *)b.p;
      l->key_n[l->n_keys++] = (uint32_t)(b.end - b.p);
    } else if (number == 4) {
      l->values = mvt_more(l->values, l->n_values, sizeof *l->values);
      if (!mvt_read_value(t, &l->values[l->n_values++], b)) return false;
    } else if (number == 5) {
      l->extent = v;
    } else {
      l->has_version = true;
      l->version = v;
    }
  }
  if (!l->has_name || !l->name_n) return MVT_BAD(t, "a layer without a name");
  if (!l->has_version) return MVT_BAD(t, "a layer without a version");
  if (l->version != 2 && l->version != 1) return MVT_BAD(t, "version %u", (unsigned)l->version);
  for (uint32_t i = 0; i < l->n_features; i++)
    for (uint32_t k = 0; k < l->features[i].n_tags; k += 2) {
      if (l->features[i].tags[k] >= l->n_keys) return MVT_BAD(t, "a tag of a key there is not");
      if (l->features[i].tags[k + 1] >= l->n_values) return MVT_BAD(t, "a tag of a value there is not");
    }
  return true;
}

/* False: not valid, t->why says it. Free with mvt_free in any case. The bytes must outlive the tile. */
static inline bool mvt_read(const void *bytes, size_t n, mvt_tile *t) {
  *t = (mvt_tile){0};
  mvt_in in = {bytes, (const unsigned char *)bytes + n};
  while (in.p < in.end) {
    uint32_t number, wire;
    uint64_t v;
    mvt_in b = {0};
    if (!mvt_field(&in, &number, &wire, &v, &b)) return MVT_BAD(t, "the bytes are not protobuf");
    if (number != 3 || wire != 2) return MVT_BAD(t, "the tile has field %u of wire type %u", number, wire);
    t->layers = mvt_more(t->layers, t->n_layers, sizeof *t->layers);
    t->layers[t->n_layers] = (mvt_layer){0};
    if (!mvt_read_layer(t, &t->layers[t->n_layers++], b)) return false;
    const mvt_layer *l = &t->layers[t->n_layers - 1];
    for (uint32_t i = 0; i + 1 < t->n_layers; i++)
      if (t->layers[i].name_n == l->name_n && memcmp(t->layers[i].name, l->name, l->name_n) == 0)
        return MVT_BAD(t, "two layers named %.*s", (int)l->name_n, l->name);
  }
  return true;
}

static inline void mvt_free(mvt_tile *t) {
  for (uint32_t i = 0; i < t->n_layers; i++) {
    mvt_layer *l = &t->layers[i];
    for (uint32_t k = 0; k < l->n_features; k++) {
      free(l->features[k].tags);
      free(l->features[k].pts);
      free(l->features[k].paths);
    }
    free(l->features);
    free(l->keys);
    free(l->key_n);
    free(l->values);
  }
  free(t->layers);
}

/* ---- what our tiles keep beyond the rules ---- */

static inline int mvt_by_id(const void *a, const void *b) {
  uint64_t p = *(const uint64_t *)a, q = *(const uint64_t *)b;
  return (p > q) - (p < q);
}

static inline bool mvt_ids_unique(mvt_tile *t, const mvt_layer *l) {
  uint64_t *ids = malloc((l->n_features + 1) * sizeof *ids);
  if (!ids) abort();
  for (uint32_t i = 0; i < l->n_features; i++) ids[i] = l->features[i].id;
  qsort(ids, l->n_features, sizeof *ids, mvt_by_id);
  bool ok = true;
  for (uint32_t i = 1; i < l->n_features; i++) ok = ok && ids[i] != ids[i - 1];
  free(ids);
  return ok ? true : MVT_BAD(t, "two features with one id");
}

static inline bool mvt_interned(mvt_tile *t, const mvt_layer *l) {
  uint32_t few = l->n_keys < 64 ? l->n_keys : 64;
  for (uint32_t i = 0; i < few; i++)
    for (uint32_t k = 0; k < i; k++)
      if (l->key_n[i] == l->key_n[k] && !memcmp(l->keys[i], l->keys[k], l->key_n[i]))
        return MVT_BAD(t, "a key comes twice");
  few = l->n_values < 512 ? l->n_values : 512;
  for (uint32_t i = 0; i < few; i++)
    for (uint32_t k = 0; k < i; k++)
      if (l->values[i].n_bytes == l->values[k].n_bytes &&
          !memcmp(l->values[i].bytes, l->values[k].bytes, l->values[i].n_bytes))
        return MVT_BAD(t, "a value comes twice");
  return true;
}

static inline bool mvt_check_ours(mvt_tile *t) {
  for (uint32_t i = 0; i < t->n_layers; i++) {
    const mvt_layer *l = &t->layers[i];
    if (l->version != 2) return MVT_BAD(t, "version %u", (unsigned)l->version);
    if (l->extent != 4096) return MVT_BAD(t, "extent %u", (unsigned)l->extent);
    if (!l->n_features) return MVT_BAD(t, "a layer without features");
    if (!mvt_ids_unique(t, l) || !mvt_interned(t, l)) return false;
    for (uint32_t k = 0; k < l->n_features; k++) {
      const mvt_feature *f = &l->features[k];
      if (!f->has_id) return MVT_BAD(t, "a feature without an id");
      if (f->type < 1) return MVT_BAD(t, "a feature of unknown type");
      for (uint32_t p = 0; p < f->n_pts; p++)
        if (f->pts[p].x < -64 || f->pts[p].x > 4160 || f->pts[p].y < -64 || f->pts[p].y > 4160)
          return MVT_BAD(t, "a point at %d %d is outside the buffer", (int)f->pts[p].x, (int)f->pts[p].y);
    }
  }
  return true;
}

/* The value of a feature's tag, NULL when it has none. */
static inline const mvt_value *mvt_tag(const mvt_layer *l, const mvt_feature *f, const char *key) {
  for (uint32_t i = 0; i < f->n_tags; i += 2)
    if (l->key_n[f->tags[i]] == strlen(key) && !memcmp(l->keys[f->tags[i]], key, strlen(key)))
      return &l->values[f->tags[i + 1]];
  return NULL;
}

static inline const mvt_feature *mvt_find(const mvt_layer *l, uint64_t id) {
  for (uint32_t i = 0; i < l->n_features; i++)
    if (l->features[i].id == id) return &l->features[i];
  return NULL;
}

#endif
