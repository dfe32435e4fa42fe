/* The rim of a dirty coverage, taken apart by GEOS: noded, turned into faces, and every face judged by the
 * rim's winding number around a point in it: 0 is a gap, 2 or more an overlap. */
#include <math.h>
#include <stdlib.h>

#include "geo/check_parts.h"
#include "geo/geos.h"

#define SPECK 0.01 /* square steps: smaller is rounding */

typedef struct piece {
  uint32_t a, b;
  double area;
  GEOSGeometry *land;
} piece;

typedef struct dirty {
  GEOSContextHandle_t g;
  const wg_rim *rim;
  wg_found *found;
  wg_winding *winding;
  wg_boxtree *features;
  GEOSGeometry **feature; /* made when first needed */
  piece *piece;
  uint32_t n_pieces, cap_pieces;
} dirty;

static wg_box box_of(double x0, double y0, double x1, double y1) {
  return (wg_box){(int32_t)floor(x0), (int32_t)floor(y0), (int32_t)ceil(x1), (int32_t)ceil(y1)};
}

static bool is_speck(const dirty *d, const GEOSGeometry *land) {
  double area = 0;
  return !land || !GEOSArea_r(d->g, land, &area) || area < SPECK;
}

/* --- flaws --------------------------------------------------------------------------------------- */

static wg_status add_flaw(dirty *d, wg_flaw flaw, const GEOSGeometry *land) {
  double x, y;
  wg_shapes *o = &d->found->outlines;
  wg_status st = wg_shapes_feature(o);
  if (!st) st = wg_geos_append(d->g, land, o);
  if (st) return st;
  if (!wg_shape_inner_point(o, o->n - 1, &flaw.at) && wg_geos_point_in(d->g, land, &x, &y))
    flaw.at = (wg_pt){(int32_t)round(x), (int32_t)round(y)};
  return wg_found_add(d->found, flaw);
}

/* The rim edge that a noded piece of it came from: the nearest to its middle. */
typedef struct seek {
  const wg_rim *rim;
  double x, y, best;
  uint32_t owner;
} seek;

static bool seek_owner(uint32_t id, void *ctx) {
  seek *k = ctx;
  wg_seg s = k->rim->seg[id];
  double dx = (double)s.b.x - s.a.x, dy = (double)s.b.y - s.a.y, px = k->x - s.a.x, py = k->y - s.a.y;
  double t = (px * dx + py * dy) / (dx * dx + dy * dy);
  t = t < 0 ? 0 : t > 1 ? 1 : t;
  double d2 = (px - t * dx) * (px - t * dx) + (py - t * dy) * (py - t * dy);
  if (d2 < k->best || (d2 == k->best && k->rim->owner[id] < k->owner)) {
    k->best = d2;
    k->owner = k->rim->owner[id];
  }
  return true;
}

static wg_status ring_owners(const dirty *d, const GEOSGeometry *ring, wg_owner_length **of, uint32_t *n) {
  const GEOSCoordSequence *c = GEOSGeom_getCoordSeq_r(d->g, ring);
  unsigned size = 0;
  if (!c || !GEOSCoordSeq_getSize_r(d->g, c, &size) || size < 2) return WG_OK;
  wg_owner_length *p = realloc(*of, ((size_t)*n + size) * sizeof *p);
  if (!p) return WG_NO_MEMORY;
  *of = p;
  for (unsigned i = 0; i + 1 < size; i++) {
    double x0, y0, x1, y1;
    GEOSCoordSeq_getXY_r(d->g, c, i, &x0, &y0);
    GEOSCoordSeq_getXY_r(d->g, c, i + 1, &x1, &y1);
    seek k = {d->rim, (x0 + x1) / 2, (y0 + y1) / 2, INFINITY, UINT32_MAX};
    wg_boxtree_query(wg_winding_tree(d->winding), box_of(k.x - 1, k.y - 1, k.x + 1, k.y + 1), seek_owner, &k);
    if (k.owner == UINT32_MAX) continue;
    double shrink = cos(k.y / WG_LATTICE * (M_PI / 180));
    p[(*n)++] = (wg_owner_length){k.owner, hypot((x1 - x0) * shrink, y1 - y0)};
  }
  return WG_OK;
}

static wg_status add_gap(dirty *d, const GEOSGeometry *face) {
  wg_flaw flaw = {.kind = WG_FLAW_GAP, .area = wg_geos_area(d->g, face)};
  wg_owner_length *of = NULL;
  uint32_t n = 0;
  wg_status st = ring_owners(d, GEOSGetExteriorRing_r(d->g, face), &of, &n);
  int holes = GEOSGetNumInteriorRings_r(d->g, face);
  for (int i = 0; i < holes && !st; i++) st = ring_owners(d, GEOSGetInteriorRingN_r(d->g, face, i), &of, &n);
  wg_longest_owners(of, n, &flaw.a, &flaw.b);
  free(of);
  return st ? st : add_flaw(d, flaw, face);
}

/* --- overlaps ------------------------------------------------------------------------------------ */

/* What a feature holds of a face. */
typedef struct share {
  uint32_t feature;
  GEOSGeometry *land;
} share;

typedef struct shares {
  share *at;
  uint32_t n, cap;
  bool failed;
} shares;

static bool list_share(uint32_t f, void *ctx) {
  shares *s = ctx;
  if (s->n == s->cap) {
    uint32_t cap = s->cap ? s->cap * 2 : 16;
    share *p = realloc(s->at, cap * sizeof *p);
    if (!p) {
      s->failed = true;
      return false;
    }
    s->at = p;
    s->cap = cap;
  }
  s->at[s->n++] = (share){f, NULL};
  return true;
}

static int by_feature(const void *a, const void *b) {
  const share *p = a, *q = b;
  return (p->feature > q->feature) - (p->feature < q->feature);
}

static const GEOSGeometry *feature_geometry(dirty *d, uint32_t f) {
  if (d->feature[f]) return d->feature[f];
  GEOSGeometry *raw = wg_geos_feature(d->g, d->rim->s, f);
  if (raw && GEOSisValid_r(d->g, raw) != 1) {
    GEOSGeometry *valid = GEOSMakeValid_r(d->g, raw);
    GEOSGeom_destroy_r(d->g, raw);
    raw = valid;
  }
  return d->feature[f] = raw;
}

static GEOSGeometry *intersection(const dirty *d, const GEOSGeometry *a, const GEOSGeometry *b) {
  GEOSGeometry *land = GEOSIntersection_r(d->g, a, b);
  if (!is_speck(d, land)) return land;
  GEOSGeom_destroy_r(d->g, land);
  return NULL;
}

/* Takes the land. */
static wg_status add_piece(dirty *d, uint32_t a, uint32_t b, GEOSGeometry *land) {
  if (!land) return WG_OK;
  if (d->n_pieces == d->cap_pieces) {
    uint32_t cap = d->cap_pieces ? d->cap_pieces * 2 : 64;
    piece *p = realloc(d->piece, cap * sizeof *p);
    if (!p) {
      GEOSGeom_destroy_r(d->g, land);
      return WG_NO_MEMORY;
    }
    d->piece = p;
    d->cap_pieces = cap;
  }
  d->piece[d->n_pieces++] = (piece){a, b, wg_geos_area(d->g, land), land};
  return WG_OK;
}

static bool boxes_meet(const dirty *d, const GEOSGeometry *a, const GEOSGeometry *b) {
  double ax0, ay0, ax1, ay1, bx0, by0, bx1, by1;
  return GEOSGeom_getExtent_r(d->g, a, &ax0, &ay0, &ax1, &ay1) &&
         GEOSGeom_getExtent_r(d->g, b, &bx0, &by0, &bx1, &by1) && ax0 < bx1 && bx0 < ax1 && ay0 < by1 &&
         by0 < ay1;
}

/* A face of winding 2 or more: cancelled edges may cut it, so each pair of features is asked. */
static wg_status split_overlap(dirty *d, const GEOSGeometry *face) {
  shares s = {0};
  double x0, y0, x1, y1;
  wg_status st = WG_OK;
  if (!GEOSGeom_getExtent_r(d->g, face, &x0, &y0, &x1, &y1)) return WG_INTERNAL;
  wg_boxtree_query(d->features, box_of(x0, y0, x1, y1), list_share, &s);
  if (s.n) qsort(s.at, s.n, sizeof *s.at, by_feature);
  const GEOSPreparedGeometry *ready = GEOSPrepare_r(d->g, face);
  uint32_t k = 0;
  for (uint32_t i = 0; i < s.n && ready; i++) {
    const GEOSGeometry *f = feature_geometry(d, s.at[i].feature);
    if (!f || GEOSPreparedIntersects_r(d->g, ready, f) != 1) continue;
    GEOSGeometry *land =
        GEOSPreparedCovers_r(d->g, ready, f) == 1 ? GEOSGeom_clone_r(d->g, f) : intersection(d, face, f);
    if (land) s.at[k++] = (share){s.at[i].feature, land};
  }
  if (s.failed || !ready) st = WG_NO_MEMORY;
  for (uint32_t i = 0; i < k && !st; i++)
    for (uint32_t j = i + 1; j < k && !st; j++)
      if (boxes_meet(d, s.at[i].land, s.at[j].land))
        st = add_piece(d, s.at[i].feature, s.at[j].feature, intersection(d, s.at[i].land, s.at[j].land));
  for (uint32_t i = 0; i < k; i++) GEOSGeom_destroy_r(d->g, s.at[i].land);
  GEOSPreparedGeom_destroy_r(d->g, ready);
  free(s.at);
  return st;
}

static int by_pair(const void *a, const void *b) {
  const piece *p = a, *q = b;
  if (p->a != q->a) return p->a < q->a ? -1 : 1;
  return (p->b > q->b) - (p->b < q->b);
}

/* The pieces of a pair are one flaw. */
static wg_status add_overlaps(dirty *d) {
  wg_status st = WG_OK;
  if (d->n_pieces) qsort(d->piece, d->n_pieces, sizeof *d->piece, by_pair);
  for (uint32_t i = 0, end; i < d->n_pieces && !st; i = end) {
    wg_flaw flaw = {.kind = WG_FLAW_OVERLAP, .a = d->piece[i].a, .b = d->piece[i].b};
    for (end = i; end < d->n_pieces && by_pair(&d->piece[i], &d->piece[end]) == 0; end++)
      flaw.area += d->piece[end].area;
    GEOSGeometry **lands = malloc((end - i) * sizeof(GEOSGeometry *)), *all;
    if (!lands) return WG_NO_MEMORY;
    for (uint32_t k = i; k < end; k++) {
      lands[k - i] = d->piece[k].land;
      d->piece[k].land = NULL;
    }
    all = GEOSGeom_createCollection_r(d->g, GEOS_GEOMETRYCOLLECTION, lands, end - i);
    st = all ? add_flaw(d, flaw, all) : WG_NO_MEMORY;
    GEOSGeom_destroy_r(d->g, all);
    free(lands);
  }
  return st;
}

/* --- faces --------------------------------------------------------------------------------------- */

static wg_status judge_face(GEOSContextHandle_t g, const GEOSGeometry *face, void *ctx) {
  dirty *d = ctx;
  double x, y;
  (void)g;
  if (is_speck(d, face) || !wg_geos_point_in(d->g, face, &x, &y)) return WG_OK;
  int winding = wg_winding_at(d->winding, x, y);
  if (winding <= 0) return add_gap(d, face);
  return winding > 1 ? split_overlap(d, face) : WG_OK;
}

static wg_status plant_trees(dirty *d) {
  const wg_shapes *s = d->rim->s;
  wg_box *box = malloc(((size_t)s->n + 1) * sizeof *box);
  if (!box) return WG_NO_MEMORY;
  for (uint32_t f = 0; f < s->n; f++) box[f] = wg_shapes_box(s, f);
  wg_status st = wg_boxtree_new(box, s->n, &d->features);
  free(box);
  return st ? st : wg_winding_new(d->rim->seg, d->rim->n, &d->winding);
}

wg_status wg_check_dirty(const wg_rim *rim, wg_found *found) {
  dirty d = {.g = wg_geos_new(), .rim = rim, .found = found};
  d.feature = calloc((size_t)rim->s->n + 1, sizeof(GEOSGeometry *));
  wg_status st = d.g && d.feature ? plant_trees(&d) : WG_NO_MEMORY;
  if (!st) st = wg_geos_faces(d.g, rim->seg, rim->n, judge_face, &d);
  if (!st) st = add_overlaps(&d);
  for (uint32_t i = 0; i < d.n_pieces; i++) GEOSGeom_destroy_r(d.g, d.piece[i].land);
  for (uint32_t f = 0; d.feature && f < rim->s->n; f++) GEOSGeom_destroy_r(d.g, d.feature[f]);
  free(d.piece);
  free(d.feature);
  wg_winding_free(d.winding);
  wg_boxtree_free(d.features);
  if (d.g) GEOS_finish_r(d.g);
  return st;
}
