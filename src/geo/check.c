/* The check of a coverage: gaps and overlaps.
 *
 * Edges that two neighbours share cancel. What remains is the rim: around the whole, around every gap, and
 * along all that overlaps. Where the rim meets itself at ends only and bounds no land twice, there is no
 * overlap, and the gaps are the bounded polygons on its other side: all exact, without GEOS. Otherwise
 * check_dirty.c takes the rim apart. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geo/check_parts.h"
#include "geo/lattice.h"

/* --- the rim ------------------------------------------------------------------------------------- */

static void rim_deinit(wg_rim *r) {
  free(r->seg);
  free(r->owner);
}

static wg_status rim_make(const wg_shapes *s, wg_rim *rim) {
  wg_mates m = {0};
  *rim = (wg_rim){.s = s};
  uint32_t *feature_of_ring = malloc(((size_t)s->n_rings + 1) * sizeof *feature_of_ring);
  if (!feature_of_ring) return WG_NO_MEMORY;
  wg_status st = wg_mates_find(s, &m);
  if (st) goto done;
  for (uint32_t f = 0; f < s->n; f++)
    for (uint32_t p = s->part[f]; p < s->part[f + 1]; p++)
      for (uint32_t r = s->ring[p]; r < s->ring[p + 1]; r++) feature_of_ring[r] = f;
  for (uint32_t e = 0; e < s->n_pts; e++) rim->n += m.mate[e] == WG_NO_MATE;
  rim->seg = malloc(((size_t)rim->n + 4) * sizeof *rim->seg); /* four more for a frame */
  rim->owner = malloc(((size_t)rim->n + 4) * sizeof *rim->owner);
  if (!rim->seg || !rim->owner) {
    st = WG_NO_MEMORY;
    goto done;
  }
  for (uint32_t e = 0, k = 0; e < s->n_pts; e++) {
    if (m.mate[e] != WG_NO_MATE) continue;
    rim->seg[k] = (wg_seg){s->pts[e], s->pts[m.next[e]]};
    rim->owner[k++] = feature_of_ring[m.ring[e]];
  }
done:
  wg_mates_deinit(&m);
  free(feature_of_ring);
  return st;
}

/* --- flaws --------------------------------------------------------------------------------------- */

double wg_seg_length(wg_seg s) {
  double shrink = cos(((double)s.a.y + s.b.y) / 2 / WG_LATTICE * (M_PI / 180));
  return hypot(((double)s.b.x - s.a.x) * shrink, (double)s.b.y - s.a.y);
}

static int by_owner(const void *a, const void *b) {
  const wg_owner_length *p = a, *q = b;
  return (p->owner > q->owner) - (p->owner < q->owner);
}

void wg_longest_owners(wg_owner_length *of, uint32_t n, uint32_t *a, uint32_t *b) {
  double most = -1, second = -1;
  *a = *b = UINT32_MAX;
  if (n) qsort(of, n, sizeof *of, by_owner);
  for (uint32_t i = 0, end; i < n; i = end) {
    double sum = 0;
    for (end = i; end < n && of[end].owner == of[i].owner; end++) sum += of[end].length;
    if (sum > most) {
      second = most;
      *b = *a;
      most = sum;
      *a = of[i].owner;
    } else if (sum > second) {
      second = sum;
      *b = of[i].owner;
    }
  }
}

wg_status wg_found_add(wg_found *f, wg_flaw flaw) {
  if (f->n == f->cap) {
    uint32_t cap = f->cap ? f->cap * 2 : 64;
    wg_flaw *p = realloc(f->flaw, cap * sizeof *p);
    if (!p) return WG_NO_MEMORY;
    f->flaw = p;
    f->cap = cap;
  }
  flaw.shape = f->n;
  f->flaw[f->n++] = flaw;
  return WG_OK;
}

static int largest_first(const void *a, const void *b) {
  const wg_flaw *p = a, *q = b;
  if (p->area != q->area) return p->area > q->area ? -1 : 1;
  return (p->shape > q->shape) - (p->shape < q->shape);
}

static wg_status hand_over(wg_found *found, uint32_t max, wg_flaws *out) {
  wg_status st = WG_OK;
  for (uint32_t i = 0; i < found->n; i++) {
    const wg_flaw *f = &found->flaw[i];
    *(f->kind == WG_FLAW_GAP ? &out->gap_area : &out->overlap_area) += f->area;
    ++*(f->kind == WG_FLAW_GAP ? &out->gaps : &out->overlaps);
  }
  if (found->n) qsort(found->flaw, found->n, sizeof *found->flaw, largest_first);
  out->n = found->n < max ? found->n : max;
  for (uint32_t i = 0; i < out->n && !st; i++) {
    st = wg_shapes_copy(&out->shapes, &found->outlines, found->flaw[i].shape);
    found->flaw[i].shape = i;
  }
  out->flaw = found->flaw;
  found->flaw = NULL;
  return st;
}

/* --- a rim that only touches itself -------------------------------------------------------------- */

/* Turned round and put into a frame, the rim bounds all land that is in no feature. */
static void turn_into_frame(wg_rim *rim) {
  const wg_pt c[4] = {{-2000000000, -1000000000},
                      {2000000000, -1000000000},
                      {2000000000, 1000000000},
                      {-2000000000, 1000000000}};
  for (uint32_t i = 0; i < rim->n; i++) rim->seg[i] = (wg_seg){rim->seg[i].b, rim->seg[i].a};
  for (int i = 0; i < 4; i++) {
    rim->seg[rim->n + (uint32_t)i] = (wg_seg){c[i], c[(i + 1) % 4]};
    rim->owner[rim->n + (uint32_t)i] = UINT32_MAX;
  }
}

static void turn_back(wg_rim *rim) {
  for (uint32_t i = 0; i < rim->n; i++) rim->seg[i] = (wg_seg){rim->seg[i].b, rim->seg[i].a};
}

typedef struct in_part {
  uint32_t part;
  wg_owner_length of;
} in_part;

static int by_part(const void *a, const void *b) {
  const in_part *p = a, *q = b;
  return (p->part > q->part) - (p->part < q->part);
}

/* One flaw for every part of `land` but the outside, with the owners of its rim. */
static wg_status gaps_of_parts(const wg_rim *rim, const wg_shapes *land, const uint32_t *ring_of,
                               wg_found *found) {
  uint32_t n = rim->n, *part_of_ring = malloc(((size_t)land->n_rings + 1) * sizeof *part_of_ring);
  in_part *list = malloc(((size_t)n + 1) * sizeof *list);
  wg_owner_length *of = malloc(((size_t)n + 1) * sizeof *of);
  wg_status st = part_of_ring && list && of ? WG_OK : WG_NO_MEMORY;
  for (uint32_t p = 0; p < land->n_parts && !st; p++)
    for (uint32_t r = land->ring[p]; r < land->ring[p + 1]; r++) part_of_ring[r] = p;
  for (uint32_t i = 0; i < n && !st; i++)
    list[i] = (in_part){part_of_ring[ring_of[i]], {rim->owner[i], wg_seg_length(rim->seg[i])}};
  if (!st && n) qsort(list, n, sizeof *list, by_part);
  uint32_t outside = st ? 0 : part_of_ring[ring_of[n]]; /* that of the frame's first segment */
  for (uint32_t i = 0, end; i < n && !st; i = end) {
    wg_flaw flaw = {.kind = WG_FLAW_GAP};
    uint32_t p = list[i].part;
    for (end = i; end < n && list[end].part == p; end++) of[end - i] = list[end].of;
    if (p == outside) continue;
    wg_longest_owners(of, end - i, &flaw.a, &flaw.b);
    st = wg_shapes_feature(&found->outlines);
    if (!st) st = wg_shapes_part(&found->outlines);
    for (uint32_t r = land->ring[p]; r < land->ring[p + 1] && !st; r++) {
      st = wg_shapes_ring(&found->outlines);
      for (uint32_t v = land->vert[r]; v < land->vert[r + 1] && !st; v++)
        st = wg_shapes_vertex(&found->outlines, land->pts[v]);
    }
    if (st) break;
    flaw.area = wg_drawn_area(&found->outlines, found->outlines.n - 1);
    wg_shape_inner_point(&found->outlines, found->outlines.n - 1, &flaw.at);
    st = wg_found_add(found, flaw);
  }
  free(part_of_ring);
  free(list);
  free(of);
  return st;
}

/* *clean is false, and nothing found, when the rim crosses itself or holds land twice. */
static wg_status check_clean(wg_rim *rim, wg_found *found, bool *clean) {
  wg_shapes land;
  wg_shapes_init(&land);
  uint32_t *ring_of = malloc(((size_t)rim->n + 4) * sizeof *ring_of);
  wg_status st = ring_of ? wg_shapes_feature(&land) : WG_NO_MEMORY;
  turn_into_frame(rim);
  if (!st) st = wg_segs_polygons(rim->seg, rim->n + 4, &land, clean, ring_of);
  if (!st && *clean) st = gaps_of_parts(rim, &land, ring_of, found);
  turn_back(rim);
  free(ring_of);
  wg_shapes_deinit(&land);
  return st;
}

wg_status wg_holds_once(const wg_shapes *s, bool *once) {
  wg_rim rim;
  wg_shapes land;
  wg_shapes_init(&land);
  wg_status st = rim_make(s, &rim);
  if (!st) st = wg_shapes_feature(&land);
  if (!st) st = wg_segs_polygons(rim.seg, rim.n, &land, once, NULL);
  rim_deinit(&rim);
  wg_shapes_deinit(&land);
  return st;
}

wg_status wg_coverage_check(const wg_shapes *s, uint32_t max, wg_flaws *out) {
  wg_rim rim;
  wg_found found = {0};
  bool clean = false;
  memset(out, 0, sizeof *out);
  wg_shapes_init(&out->shapes);
  wg_shapes_init(&found.outlines);
  wg_status st = rim_make(s, &rim);
  if (!st) st = check_clean(&rim, &found, &clean);
  if (!st && !clean) st = wg_check_dirty(&rim, &found);
  if (!st) st = hand_over(&found, max, out);
  rim_deinit(&rim);
  free(found.flaw);
  wg_shapes_deinit(&found.outlines);
  if (st) wg_flaws_deinit(out);
  return st;
}

void wg_flaws_deinit(wg_flaws *f) {
  free(f->flaw);
  wg_shapes_deinit(&f->shapes);
  memset(f, 0, sizeof *f);
}
