/* Draws a tile of the base map. */
#include "tile/lines.h"

#include <string.h>

#include "tile/clip.h"
#include "tile/lines_internal.h"
#include "tile/ring.h"
#include "tile/tile_internal.h"

struct draw {
  const wg_map *map;
  wg_tile_id tile;
  wg_mvt *layer;
  wg_mbox view[3]; /* per lap */
  bool has_view[3];
  wg_rings rings; /* polygons; of lines and points only its buffer of vertices is used */
};

static bool meets(const wg_mbox *a, const wg_mbox *b) {
  return a->x0 <= b->x1 && b->x0 <= a->x1 && a->y0 <= b->y1 && b->y0 <= a->y1;
}

static bool within(const wg_mbox *a, const wg_mbox *b) {
  return a->x0 >= b->x0 && a->x1 <= b->x1 && a->y0 >= b->y0 && a->y1 <= b->y1;
}

/* The ring's vertices of this zoom, added to the buffer; the count. */
static uint32_t put_vertices(struct draw *d, uint32_t ring, bool closed, int lap) {
  const wg_map *m = d->map;
  uint32_t from = m->ring[ring], to = m->ring[ring + 1] - closed, n = 0;
  wg_tpt *out = wg_rings_room(&d->rings, to - from);
  if (!out) return 0;
  for (uint32_t i = from; i < to; i++)
    if (m->zoom[i] <= d->tile.z) out[n++] = wg_tile_local(d->tile, m->pts[i], lap - 1);
  d->rings.n += n;
  return n;
}

/* Cuts the line in the buffer to the tile and writes its pieces. */
static void put_line(struct draw *d, uint32_t n) {
  wg_tpt *piece = wg_rings_room(&d->rings, n + 1);
  if (!piece) return;
  const wg_tpt *line = d->rings.pts;
  uint32_t k = 0;
  for (uint32_t i = 1; i < n; i++) {
    wg_tpt a = line[i - 1], b = line[i];
    if (!wg_clip_edge(&a, &b)) continue;
    if (k && (a.x != piece[k - 1].x || a.y != piece[k - 1].y)) {
      wg_mvt_line(d->layer, piece, k);
      k = 0;
    }
    if (!k) piece[k++] = a;
    piece[k++] = b;
  }
  if (k) wg_mvt_line(d->layer, piece, k);
}

static void keep_inside(wg_rings *r) {
  uint32_t k = 0;
  for (uint32_t i = 0; i < r->n; i++) {
    wg_tpt p = r->pts[i];
    if (p.x < WG_CLIP_LOW || p.x > WG_CLIP_HIGH || p.y < WG_CLIP_LOW || p.y > WG_CLIP_HIGH) continue;
    r->pts[k++] = p;
  }
  r->n = k;
}

static void put_geometry(struct draw *d, uint32_t i) {
  const struct wg_map_item *item = &d->map->items[i];
  wg_rings_reset(&d->rings);
  for (int lap = 0; lap < 3; lap++) {
    if (!d->has_view[lap] || !meets(&d->map->box[i], &d->view[lap])) continue;
    bool clip = !within(&d->map->box[i], &d->view[lap]);
    for (uint32_t r = item->ring; r < item->ring + item->n_rings; r++) {
      uint32_t n = put_vertices(d, r, item->geometry == WG_MAP_POLYGON, lap);
      if (item->geometry == WG_MAP_POLYGON) {
        wg_rings_close(&d->rings, d->map->hole[r], clip);
      } else if (item->geometry == WG_MAP_LINE) {
        put_line(d, n);
        wg_rings_reset(&d->rings);
      }
    }
  }
  if (item->geometry == WG_MAP_POLYGON) wg_rings_write(&d->rings, d->layer, false);
  if (item->geometry == WG_MAP_POINT) {
    keep_inside(&d->rings);
    wg_mvt_points(d->layer, d->rings.pts, d->rings.n);
  }
}

static void put_tags(struct draw *d, const struct wg_map_item *item) {
  const wg_map *m = d->map;
  wg_mvt_str(d->layer, "kind", wg_map_kind_name(item->kind)); /* first: a key given twice keeps the first */
  wg_mvt_uint(d->layer, "rank", item->rank);
  for (uint32_t i = item->tag; i < item->tag + item->n_tags; i++)
    wg_mvt_str(d->layer, m->text + m->tags[i].key, m->text + m->tags[i].value);
}

/* Lines and polygons smaller than half a pixel both ways are not drawn. */
static bool too_small(const struct draw *d, uint32_t i) {
  const wg_mbox *b = &d->map->box[i];
  int64_t least = (int64_t)(WG_TILE_PIXEL / 2) << (WG_WORLD_BITS - 12 - d->tile.z);
  return d->tile.z < WG_TILE_MAX_ZOOM && d->map->items[i].geometry != WG_MAP_POINT &&
         (int64_t)b->x1 - b->x0 < least && (int64_t)b->y1 - b->y0 < least;
}

static wg_status draw_items(struct draw *d, const wg_hits *hits, wg_tile_drawn *drawn) {
  for (uint32_t k = 0; k < hits->n; k++) {
    uint32_t i = hits->at[k];
    const struct wg_map_item *item = &d->map->items[i];
    if (item->min_zoom > d->tile.z || too_small(d, i)) continue;
    if (drawn->features == WG_TILE_FEATURES) {
      drawn->capped = true;
      break;
    }
    wg_mvt_begin(d->layer, item->id);
    put_geometry(d, i);
    if (wg_mvt_drawn(d->layer)) put_tags(d, item);
    drawn->features += wg_mvt_end(d->layer);
    if (d->rings.status) return d->rings.status;
    if (wg_mvt_status(d->layer)) break;
  }
  return wg_mvt_status(d->layer);
}

wg_status wg_map_tile(const wg_map *m, wg_tile_id t, wg_mvt *layer, wg_tile_drawn *drawn) {
  wg_tile_drawn none = {0};
  if (!drawn) drawn = &none;
  *drawn = none;
  if (!wg_tile_valid(t)) return WG_NOT_FOUND;
  struct draw d = {.map = m, .tile = t, .layer = layer};
  wg_hits hits = {0};
  wg_rings_init(&d.rings);
  for (int lap = 0; lap < 3; lap++) {
    d.view[lap] = wg_tile_world(t, WG_TILE_BUFFER, lap - 1, &d.has_view[lap]);
    if (d.has_view[lap]) wg_hits_find(&hits, m->tree, d.view[lap]);
  }
  wg_status st = wg_hits_sort(&hits); /* ascending is by rank */
  if (!st) st = draw_items(&d, &hits, drawn);
  wg_rings_deinit(&d.rings);
  wg_hits_deinit(&hits);
  return st;
}
