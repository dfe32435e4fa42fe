/* Draws a tile of a pyramid: which features, which of them are too small to stand alone, and their rings. */
#include <stdlib.h>
#include <string.h>

#include "tile/pyramid_internal.h"
#include "tile/ring.h"
#include "tile/tile_internal.h"

enum { TINY = 2 * WG_TILE_PIXEL }; /* features of at most so many units a side are joined cell by cell */
#define NONE UINT32_MAX

struct seen { /* a feature that shows in the tile */
  uint32_t feature;
  uint8_t laps;  /* bit lap + 1 */
  bool follower; /* drawn with the first of its cell */
  uint32_t next; /* the next of its cell, an index of seen; NONE */
};

struct draw {
  const wg_pyramid *p;
  const wg_tile_source *source;
  wg_tile_id tile;
  wg_mvt *layer;
  int shift;       /* world units to tile units */
  wg_mbox view[3]; /* world box of the tile with its buffer, per lap */
  bool has_view[3];
  int64_t origin_x[3], origin_y; /* what to take off before the shift, rounding included */
  wg_rings rings;
  struct seen *seen;
  uint32_t n_seen, cap_seen;
};

static inline bool meets(const wg_mbox *a, const wg_mbox *b) {
  return a->x0 <= b->x1 && b->x0 <= a->x1 && a->y0 <= b->y1 && b->y0 <= a->y1;
}

/* ---- rings ---- */

static inline wg_tpt local(const struct draw *d, wg_mpt q, int lap) {
  return (wg_tpt){(int32_t)((q.x - d->origin_x[lap]) >> d->shift),
                  (int32_t)((q.y - d->origin_y) >> d->shift)};
}

/* All of an arc but its last vertex: the next arc starts there. */
static void put_arc(struct draw *d, uint32_t ref, int lap) {
  const wg_pyramid *p = d->p;
  uint32_t from = p->arc[ref >> 1], to = p->arc[(ref >> 1) + 1] - 1;
  wg_tpt *out = wg_rings_room(&d->rings, to - from + 1);
  if (!out) return;
  uint8_t z = d->tile.z;
  const wg_mpt *pts = p->pts;
  const uint8_t *zoom = p->zoom;
  wg_tpt *q = out;
  if (ref & 1) { /* each is written, and kept if it shows: no branch to guess wrong */
    for (uint32_t i = to; i > from; i--) {
      *q = local(d, pts[i], lap);
      q += zoom[i] <= z;
    }
  } else {
    for (uint32_t i = from; i < to; i++) {
      *q = local(d, pts[i], lap);
      q += zoom[i] <= z;
    }
  }
  d->rings.n += (uint32_t)(q - out);
}

/* The box lies wholly past one side of the view: a line within it can be drawn straight without changing
 * anything inside. */
static bool past(const wg_mbox *box, const wg_mbox *view) {
  return box->x1 < view->x0 || box->x0 > view->x1 || box->y1 < view->y0 || box->y0 > view->y1;
}

/* put_arc for an arc that may be long and mostly outside: of a block of points past one side only the first
 * and the last that show at this zoom are put. */
static void put_far_arc(struct draw *d, uint32_t ref, int lap) {
  const wg_pyramid *p = d->p;
  const wg_mbox *view = &d->view[lap];
  uint32_t from = p->arc[ref >> 1], to = p->arc[(ref >> 1) + 1] - 1;
  bool back = ref & 1;
  if (to - from < 4 || past(&p->arc_box[ref >> 1], view)) {
    if (past(&p->arc_box[ref >> 1], view)) {
      wg_tpt *out = wg_rings_room(&d->rings, 1);
      if (!out) return;
      *out = local(d, p->pts[back ? to : from], lap);
      d->rings.n++;
    } else {
      put_arc(d, ref, lap);
    }
    return;
  }
  if (to - from < 2 * WG_ARC_BLOCK) {
    put_arc(d, ref, lap);
    return;
  }
  wg_tpt *out = wg_rings_room(&d->rings, to - from + 1);
  if (!out) return;
  wg_tpt *q = out;
  uint8_t z = d->tile.z;
  /* i counts steps along the walk, at is the point there; both ends are kept apart from blocks */
  for (uint32_t i = 0, n = to - from; i < n;) {
    uint32_t at = back ? to - i : from + i;
    uint32_t lo = back ? at + 1 - WG_ARC_BLOCK : at; /* first point of a block that starts here */
    bool block = n - i > WG_ARC_BLOCK && lo % WG_ARC_BLOCK == 0 && past(&p->block[lo / WG_ARC_BLOCK], view);
    uint32_t run = block ? WG_ARC_BLOCK : 1;
    wg_tpt *start = q;
    for (uint32_t k = 0; k < run; k++, i++) {
      at = back ? to - i : from + i;
      if (p->zoom[at] > z) continue;
      if (q - start == 2) q--;
      *q++ = local(d, p->pts[at], lap);
    }
  }
  d->rings.n += (uint32_t)(q - out);
}

static void put_feature(struct draw *d, const struct seen *s) {
  const wg_pyramid *p = d->p;
  for (int lap = 0; lap < 3; lap++) {
    if (!(s->laps & 1 << lap)) continue;
    const wg_mbox *box = &p->feature[s->feature], *view = &d->view[lap];
    bool clip = box->x0 < view->x0 || box->x1 > view->x1 || box->y0 < view->y0 || box->y1 > view->y1;
    for (uint32_t q = p->part[s->feature]; q < p->part[s->feature + 1]; q++)
      for (uint32_t r = p->ring[q]; r < p->ring[q + 1]; r++) {
        for (uint32_t i = p->ref[r]; i < p->ref[r + 1]; i++)
          if (clip)
            put_far_arc(d, p->refs[i], lap);
          else
            put_arc(d, p->refs[i], lap);
        wg_rings_close(&d->rings, r > p->ring[q], clip);
      }
  }
}

/* ---- features ---- */

static wg_status put_seen(struct draw *d, uint32_t feature, uint8_t laps) {
  if (d->n_seen == d->cap_seen) {
    uint32_t cap = d->cap_seen ? d->cap_seen * 2 : 512;
    struct seen *s = realloc(d->seen, cap * sizeof *s);
    if (!s) return WG_NO_MEMORY;
    d->seen = s;
    d->cap_seen = cap;
  }
  d->seen[d->n_seen++] = (struct seen){feature, laps, false, NONE};
  return WG_OK;
}

static bool is_tiny(const struct draw *d, uint32_t f) {
  const wg_mbox *b = &d->p->feature[f];
  int64_t most = (int64_t)TINY << d->shift;
  return (int64_t)b->x1 - b->x0 <= most && (int64_t)b->y1 - b->y0 <= most;
}

/* Searches a margin wider than the buffer, so that a cell that shows has all its members. */
static wg_status find_features(struct draw *d) {
  wg_hits hits = {0};
  wg_mbox wide[3];
  bool has_wide[3];
  for (int lap = 0; lap < 3; lap++) {
    d->view[lap] = wg_tile_world(d->tile, WG_TILE_BUFFER, lap - 1, &d->has_view[lap]);
    wide[lap] = wg_tile_world(d->tile, WG_PYRAMID_MARGIN, lap - 1, &has_wide[lap]);
    if (has_wide[lap]) wg_hits_find(&hits, d->p->tree, wide[lap]);
  }
  wg_status st = wg_hits_sort(&hits);
  for (uint32_t i = 0; !st && i < hits.n; i++) {
    const wg_mbox *box = &d->p->feature[hits.at[i]];
    uint8_t laps = 0;
    bool tiny = is_tiny(d, hits.at[i]);
    for (int lap = 0; lap < 3; lap++)
      if (tiny ? has_wide[lap] && meets(box, &wide[lap]) : d->has_view[lap] && meets(box, &d->view[lap]))
        laps |= (uint8_t)(1 << lap);
    if (laps && (!d->source->want || d->source->want(d->source->ctx, hits.at[i])))
      st = put_seen(d, hits.at[i], laps);
  }
  wg_hits_deinit(&hits);
  return st;
}

struct cell {
  uint64_t key;
  uint32_t first, last; /* NONE: free */
};

/* Links the small features of each cell of 2 × 2 pixels; cells stand on the world, so every tile that shows
 * one joins the same features. */
static wg_status join_tiny(struct draw *d, uint32_t *merged) {
  uint32_t n = 0, slots = 64;
  for (uint32_t i = 0; i < d->n_seen; i++) n += is_tiny(d, d->seen[i].feature);
  if (n < 2) return WG_OK;
  while (slots < 2 * n) slots *= 2;
  struct cell *cells = malloc(slots * sizeof *cells);
  if (!cells) return WG_NO_MEMORY;
  memset(cells, 0xff, slots * sizeof *cells);
  int shift = d->shift + 4; /* 16 units */
  for (uint32_t i = 0; i < d->n_seen; i++) {
    struct seen *s = &d->seen[i];
    if (!is_tiny(d, s->feature)) continue;
    const wg_mbox *b = &d->p->feature[s->feature];
    uint64_t x = (uint64_t)((((int64_t)b->x0 + b->x1) / 2 + ((int64_t)1 << 32)) >> shift);
    uint64_t y = (uint64_t)((((int64_t)b->y0 + b->y1) / 2 + ((int64_t)1 << 32)) >> shift);
    uint64_t key = x << 32 | y, h = wg_mix64(key);
    struct cell *c;
    while ((c = &cells[h & (slots - 1)])->first != NONE && c->key != key) h++;
    if (c->first == NONE) {
      *c = (struct cell){key, i, i};
    } else {
      d->seen[c->last].next = i;
      c->last = i;
      s->follower = true;
      ++*merged;
    }
  }
  free(cells);
  return WG_OK;
}

static void draw_feature(struct draw *d, const struct seen *s) {
  const wg_tile_source *src = d->source;
  wg_rings_reset(&d->rings);
  for (const struct seen *t = s;; t = &d->seen[t->next]) {
    put_feature(d, t);
    if (t->next == NONE) break;
  }
  wg_mvt_begin(d->layer, src->id ? src->id(src->ctx, s->feature) : (uint64_t)s->feature + 1);
  wg_rings_write(&d->rings, d->layer, s->next != NONE);
  if (src->tags && wg_mvt_drawn(d->layer)) src->tags(src->ctx, s->feature, d->layer);
  wg_mvt_end(d->layer);
}

static wg_status draw_features(struct draw *d, wg_tile_drawn *drawn) {
  uint32_t before = wg_mvt_count(d->layer);
  for (uint32_t i = 0; i < d->n_seen; i++) {
    if (d->seen[i].follower) continue;
    if (wg_mvt_count(d->layer) - before >= WG_TILE_FEATURES) {
      drawn->capped = true;
      break;
    }
    draw_feature(d, &d->seen[i]);
    if (d->rings.status) return d->rings.status;
    if (wg_mvt_status(d->layer)) break;
  }
  drawn->features = wg_mvt_count(d->layer) - before;
  return wg_mvt_status(d->layer);
}

wg_status wg_pyramid_tile(const wg_pyramid *p, wg_tile_id t, const wg_tile_source *source, wg_mvt *layer,
                          wg_tile_drawn *drawn) {
  wg_tile_drawn none = {0};
  if (!drawn) drawn = &none;
  *drawn = none;
  if (!wg_tile_valid(t)) return WG_NOT_FOUND;
  static const wg_tile_source everything = {0};
  struct draw d = {.p = p, .source = source ? source : &everything, .tile = t, .layer = layer};
  d.shift = WG_WORLD_BITS - 12 - t.z;
  wg_rings_init(&d.rings);
  int64_t x, half = (int64_t)1 << (d.shift - 1);
  wg_tile_origin(t, &x, &d.origin_y);
  d.origin_y -= half;
  for (int lap = 0; lap < 3; lap++) d.origin_x[lap] = x - half - (lap - 1) * ((int64_t)1 << WG_WORLD_BITS);
  wg_status st = find_features(&d);
  if (!st) st = join_tiny(&d, &drawn->merged);
  if (!st) st = draw_features(&d, drawn);
  wg_rings_deinit(&d.rings);
  free(d.seen);
  return st;
}
