/* Uniting features by group. Edges that two features of one group share cancel; what is left of a group
 * bounds it, and is put together exactly. A group whose rest crosses itself, or bounds land twice, goes to
 * GEOS. */
#include <stdlib.h>
#include <string.h>

#include "geo/coverage.h"
#include "geo/geos.h"

typedef struct plan {
  const wg_shapes *s;
  const uint32_t *group;
  uint32_t n_groups;
  uint32_t *feature_of_ring;
  wg_mates mates;
  uint64_t *start; /* n_groups + 1: where a group's segments are */
  wg_seg *segs;
} plan;

static uint32_t group_of(const plan *d, uint32_t edge) {
  return d->group[d->feature_of_ring[d->mates.ring[edge]]];
}

/* Edges within a group cancel; those of no group bound nothing. */
static bool bounds(const plan *d, uint32_t edge) {
  uint32_t g = group_of(d, edge), mate = d->mates.mate[edge];
  if (g >= d->n_groups || mate == edge) return false;
  return mate == WG_NO_MATE || group_of(d, mate) != g;
}

static wg_status plan_make(plan *d) {
  const wg_shapes *s = d->s;
  d->feature_of_ring = malloc(((size_t)s->n_rings + 1) * sizeof *d->feature_of_ring);
  d->start = calloc((size_t)d->n_groups + 2, sizeof *d->start);
  if (!d->feature_of_ring || !d->start) return WG_NO_MEMORY;
  for (uint32_t f = 0; f < s->n; f++)
    for (uint32_t p = s->part[f]; p < s->part[f + 1]; p++)
      for (uint32_t r = s->ring[p]; r < s->ring[p + 1]; r++) d->feature_of_ring[r] = f;
  wg_status st = wg_mates_find(s, &d->mates);
  if (st) return st;
  for (uint32_t e = 0; e < s->n_pts; e++)
    if (bounds(d, e)) d->start[group_of(d, e) + 2]++;
  for (uint32_t g = 0; g < d->n_groups; g++) d->start[g + 2] += d->start[g + 1];
  d->segs = malloc((size_t)(d->start[d->n_groups + 1] + 1) * sizeof *d->segs);
  if (!d->segs) return WG_NO_MEMORY;
  for (uint32_t e = 0; e < s->n_pts; e++)
    if (bounds(d, e)) d->segs[d->start[group_of(d, e) + 1]++] = (wg_seg){s->pts[e], s->pts[d->mates.next[e]]};
  return WG_OK;
}

static bool held(double x, double y, void *ctx) { return wg_winding_at(ctx, x, y) > 0; }

/* The land that any feature of the group holds, from what bounds the group. */
static wg_status unite_by_geos(const wg_seg *segs, uint32_t n, wg_shapes *out) {
  GEOSContextHandle_t g = wg_geos_new();
  wg_winding *w = NULL;
  if (!g) return WG_NO_MEMORY;
  wg_status st = wg_winding_new(segs, n, &w);
  if (!st) st = wg_geos_land(g, segs, n, held, w, out);
  wg_winding_free(w);
  GEOS_finish_r(g);
  return st;
}

wg_status wg_dissolve(const wg_shapes *s, const uint32_t *group, uint32_t n_groups, wg_shapes *out) {
  plan d = {.s = s, .group = group, .n_groups = n_groups};
  wg_shapes_init(out);
  wg_status st = plan_make(&d);
  for (uint32_t g = 0; g < n_groups && !st; g++) {
    bool clean = true;
    st = wg_shapes_feature(out);
    uint64_t from = d.start[g], n = d.start[g + 1] - from;
    if (!st) st = wg_segs_polygons(d.segs + from, (uint32_t)n, out, &clean, NULL);
    if (!st && !clean) st = unite_by_geos(d.segs + from, (uint32_t)n, out);
  }
  free(d.feature_of_ring);
  free(d.start);
  free(d.segs);
  wg_mates_deinit(&d.mates);
  if (st) wg_shapes_deinit(out);
  return st;
}
