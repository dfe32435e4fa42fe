#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tile/lines_internal.h"
#include "tile/simplify.h"

static const char *const kind_names[WG_MAP_KINDS] = {"road",    "rail",     "water", "waterway", "building",
                                                     "landuse", "boundary", "place", "poi"};

const char *wg_map_kind_name(wg_map_kind k) { return (unsigned)k < WG_MAP_KINDS ? kind_names[k] : "other"; }

uint8_t wg_map_default_zoom(wg_map_kind k, const char *cls) {
  static const struct {
    uint8_t kind;
    const char *cls;
    uint8_t zoom;
  } table[] = {
      {WG_MAP_ROAD, "motorway", 5},   {WG_MAP_ROAD, "trunk", 6},     {WG_MAP_ROAD, "primary", 8},
      {WG_MAP_ROAD, "secondary", 10}, {WG_MAP_ROAD, "tertiary", 11}, {WG_MAP_ROAD, "residential", 13},
      {WG_MAP_ROAD, "service", 14},   {WG_MAP_ROAD, "footway", 15},  {WG_MAP_WATERWAY, "river", 8},
      {WG_MAP_WATERWAY, "canal", 10}, {WG_MAP_PLACE, "city", 4},     {WG_MAP_PLACE, "town", 8},
      {WG_MAP_PLACE, "suburb", 11},   {WG_MAP_PLACE, "village", 12},
  };
  static const uint8_t plain[WG_MAP_KINDS] = {12, 10, 6, 13, 14, 10, 4, 13, 15};
  for (size_t i = 0; cls && i < sizeof table / sizeof *table; i++)
    if (table[i].kind == k && strcmp(table[i].cls, cls) == 0) return table[i].zoom;
  return (unsigned)k < WG_MAP_KINDS ? plain[k] : WG_TILE_MAX_ZOOM;
}

struct build {
  const wg_map_features *in;
  wg_map *m;
  uint32_t *order; /* item i is feature order[i] */
  wg_weigher weigher;
  uint32_t n_tags;
  uint64_t n_text;
};

/* ---- checks ---- */

static wg_status check_feature(const struct build *b, uint32_t f, wg_err *err) {
  const wg_map_feature *x = &b->in->features[f];
  const wg_shapes *s = b->in->shapes;
  if (x->geometry < WG_MAP_POINT || x->geometry > WG_MAP_POLYGON || x->kind >= WG_MAP_KINDS)
    return wg_fail(err, WG_INVALID, "kind",
                   WG_T("feature %u has an unknown kind or geometry", "第 %u 个要素的类别或几何类型未知"), f);
  for (uint32_t i = 0; i < x->n_tags; i++)
    if (!wg_text_utf8(x->tags[i].key, strlen(x->tags[i].key)) ||
        !wg_text_utf8(x->tags[i].value, strlen(x->tags[i].value)))
      return wg_fail(err, WG_INVALID, "tags",
                     WG_T("a tag of feature %u is not valid UTF-8", "第 %u 个要素的属性不是有效的 UTF-8"), f);
  for (uint32_t p = s->part[f]; p < s->part[f + 1]; p++)
    for (uint32_t r = s->ring[p]; r < s->ring[p + 1]; r++) {
      uint32_t n = s->vert[r + 1] - s->vert[r];
      if (n < x->geometry || (x->geometry != WG_MAP_POLYGON && r > s->ring[p]))
        return wg_fail(err, WG_INVALID, "geometry",
                       WG_T("feature %u has too few points, or a hole where none can be",
                            "第 %u 个要素的点数不足，或不应有孔洞"),
                       f);
    }
  return WG_OK;
}

static wg_status check(struct build *b, wg_err *err) {
  const wg_map_features *in = b->in;
  if (in->shapes->n != in->n)
    return wg_fail(err, WG_INVALID, "shapes", WG_T("%u features with %u shapes", "%u 个要素对应 %u 个图形"),
                   in->n, in->shapes->n);
  for (uint32_t f = 0; f < in->n; f++) {
    wg_status st = check_feature(b, f, err);
    if (st) return st;
    const wg_map_feature *x = &in->features[f];
    for (uint32_t i = 0; i < x->n_tags; i++)
      b->n_text += strlen(x->tags[i].key) + strlen(x->tags[i].value) + 2;
    b->n_tags += x->n_tags;
  }
  if (b->n_text > INT32_MAX || in->shapes->n_pts > INT32_MAX / 2)
    return wg_fail(err, WG_TOO_LARGE, "features", WG_T("the base map is too large", "底图过大"));
  return WG_OK;
}

/* ---- copies ---- */

static void sort_by_rank(struct build *b) {
  uint32_t at[257] = {0};
  for (uint32_t f = 0; f < b->in->n; f++) at[b->in->features[f].rank + 1]++;
  for (int i = 0; i < 256; i++) at[i + 1] += at[i];
  for (uint32_t f = 0; f < b->in->n; f++) b->order[at[b->in->features[f].rank]++] = f;
}

static uint32_t put_text(struct build *b, const char *text) {
  size_t n = strlen(text) + 1;
  memcpy(b->m->text + b->n_text, text, n);
  b->n_text += n;
  return (uint32_t)(b->n_text - n);
}

static void put_tags(struct build *b, const wg_map_feature *x, struct wg_map_item *item) {
  item->tag = b->n_tags;
  for (uint32_t i = 0; i < x->n_tags; i++)
    b->m->tags[b->n_tags++] =
        (struct wg_map_pair){put_text(b, x->tags[i].key), put_text(b, x->tags[i].value)};
  item->n_tags = x->n_tags;
}

static void widen(wg_mbox *box, wg_mpt q) {
  if (q.x < box->x0) box->x0 = q.x;
  if (q.x > box->x1) box->x1 = q.x;
  if (q.y < box->y0) box->y0 = q.y;
  if (q.y > box->y1) box->y1 = q.y;
}

static void turn(wg_mpt *pts, uint32_t n) {
  for (uint32_t i = 0; i < n / 2; i++) {
    wg_mpt t = pts[i];
    pts[i] = pts[n - 1 - i];
    pts[n - 1 - i] = t;
  }
}

/* Shells have positive area in tile units (y southward), holes negative. */
static void turn_right(wg_mpt *pts, uint32_t n, bool hole) {
  double area2 = 0;
  for (uint32_t i = 1; i + 1 < n; i++)
    area2 += ((double)pts[i].x - pts[0].x) * ((double)pts[i + 1].y - pts[0].y) -
             ((double)pts[i].y - pts[0].y) * ((double)pts[i + 1].x - pts[0].x);
  if (hole ? area2 > 0 : area2 < 0) turn(pts, n);
}

static wg_status put_ring(struct build *b, uint32_t r, uint8_t geometry, bool hole, wg_mbox *box) {
  const wg_shapes *s = b->in->shapes;
  wg_map *m = b->m;
  wg_mpt *pts = m->pts + m->n_pts;
  uint32_t n = s->vert[r + 1] - s->vert[r];
  for (uint32_t i = 0; i < n; i++) {
    pts[i] = wg_mercator(s->pts[s->vert[r] + i]);
    widen(box, pts[i]);
  }
  wg_status st = WG_OK;
  if (geometry == WG_MAP_POLYGON) {
    turn_right(pts, n, hole);
    pts[n] = pts[0];
    n++;
  }
  if (geometry == WG_MAP_POINT)
    memset(m->zoom + m->n_pts, 0, n);
  else
    st = wg_weigh_line(&b->weigher, pts, m->zoom + m->n_pts, n);
  m->hole[m->n_rings] = hole;
  m->n_pts += n;
  m->ring[++m->n_rings] = m->n_pts;
  return st;
}

static wg_status put_feature(struct build *b, uint32_t i) {
  const wg_shapes *s = b->in->shapes;
  wg_map *m = b->m;
  uint32_t f = b->order[i];
  const wg_map_feature *x = &b->in->features[f];
  struct wg_map_item *item = &m->items[i];
  wg_mbox box = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
  wg_status st = WG_OK;
  *item = (struct wg_map_item){.id = x->id,
                               .ring = m->n_rings,
                               .geometry = x->geometry,
                               .kind = x->kind,
                               .min_zoom = x->min_zoom,
                               .rank = x->rank};
  for (uint32_t p = s->part[f]; p < s->part[f + 1]; p++)
    for (uint32_t r = s->ring[p]; !st && r < s->ring[p + 1]; r++)
      st = put_ring(b, r, x->geometry, r > s->ring[p], &box);
  item->n_rings = m->n_rings - item->ring;
  m->box[i] = box;
  wg_box l = wg_shapes_box(s, f);
  if (l.x0 < m->lattice.x0) m->lattice.x0 = l.x0;
  if (l.y0 < m->lattice.y0) m->lattice.y0 = l.y0;
  if (l.x1 > m->lattice.x1) m->lattice.x1 = l.x1;
  if (l.y1 > m->lattice.y1) m->lattice.y1 = l.y1;
  put_tags(b, x, item);
  return st;
}

static wg_status make(struct build *b) {
  const wg_map_features *in = b->in;
  wg_map *m = b->m;
  size_t rings = in->shapes->n_rings, pts = (size_t)in->shapes->n_pts + rings;
  m->n = in->n;
  m->lattice = (wg_box){INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
  m->items = malloc(((size_t)in->n + 1) * sizeof *m->items);
  m->box = malloc(((size_t)in->n + 1) * sizeof *m->box);
  m->ring = calloc(rings + 1, sizeof *m->ring);
  m->hole = malloc(rings + 1);
  m->pts = malloc((pts + 1) * sizeof *m->pts);
  m->zoom = malloc(pts + 1);
  m->tags = malloc(((size_t)b->n_tags + 1) * sizeof *m->tags);
  m->text = malloc(b->n_text + 1);
  b->order = malloc(((size_t)in->n + 1) * sizeof *b->order);
  if (!m->items || !m->box || !m->ring || !m->hole || !m->pts || !m->zoom || !m->tags || !m->text ||
      !b->order)
    return WG_NO_MEMORY;
  b->n_tags = 0;
  b->n_text = 0;
  sort_by_rank(b);
  wg_status st = WG_OK;
  for (uint32_t i = 0; !st && i < in->n; i++) st = put_feature(b, i);
  if (!st) st = wg_tree_new(m->box, m->n, &m->tree);
  return st;
}

wg_status wg_map_new(const wg_map_features *in, wg_err *err, wg_map **out) {
  *out = NULL;
  struct build b = {.in = in};
  wg_status st = check(&b, err);
  if (st) return st;
  b.m = calloc(1, sizeof *b.m);
  st = b.m ? make(&b) : WG_NO_MEMORY;
  free(b.order);
  wg_weigher_deinit(&b.weigher);
  if (st) {
    wg_map_free(b.m);
    return wg_fail(err, st, "", WG_T("not enough memory for the base map", "内存不足，无法载入底图"));
  }
  *out = b.m;
  return WG_OK;
}

void wg_map_free(wg_map *m) {
  if (!m) return;
  free(m->items);
  free(m->box);
  free(m->ring);
  free(m->hole);
  free(m->pts);
  free(m->zoom);
  free(m->tags);
  free(m->text);
  wg_boxtree_free(m->tree);
  free(m);
}

wg_box wg_map_box(const wg_map *m) { return m->lattice; }
