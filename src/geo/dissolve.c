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
  uint8_t *dirty;          /* by group */
  uint32_t *first, *chain; /* features of a group, ascending: first, then chain */
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
  d->dirty = calloc((size_t)d->n_groups + 1, 1);
  d->first = malloc(((size_t)d->n_groups + 1) * sizeof *d->first);
  d->chain = malloc(((size_t)s->n + 1) * sizeof *d->chain);
  if (!d->feature_of_ring || !d->start || !d->dirty || !d->first || !d->chain) return WG_NO_MEMORY;
  memset(d->first, 0xff, ((size_t)d->n_groups + 1) * sizeof *d->first);
  for (uint32_t f = s->n; f-- > 0;) {
    uint32_t g = d->group[f] < d->n_groups ? d->group[f] : d->n_groups;
    d->chain[f] = d->first[g];
    d->first[g] = f;
    for (uint32_t p = s->part[f]; p < s->part[f + 1]; p++)
      for (uint32_t r = s->ring[p]; r < s->ring[p + 1]; r++) d->feature_of_ring[r] = f;
  }
  wg_status st = wg_mates_find(s, &d->mates);
  if (st) return st;
  for (uint32_t i = 0; i < d->mates.n_multi; i++) {
    uint32_t g = group_of(d, d->mates.multi[i]);
    if (g < d->n_groups) d->dirty[g] = 1; /* which edge is whose mate was a matter of luck */
  }
  for (uint32_t e = 0; e < s->n_pts; e++)
    if (bounds(d, e)) d->start[group_of(d, e) + 2]++;
  for (uint32_t g = 0; g < d->n_groups; g++) d->start[g + 2] += d->start[g + 1];
  d->segs = malloc((size_t)(d->start[d->n_groups + 1] + 1) * sizeof *d->segs);
  if (!d->segs) return WG_NO_MEMORY;
  for (uint32_t e = 0; e < s->n_pts; e++)
    if (bounds(d, e)) d->segs[d->start[group_of(d, e) + 1]++] = (wg_seg){s->pts[e], s->pts[d->mates.next[e]]};
  return WG_OK;
}

/* Valid or made so; NULL on failure. Takes the geometry. */
static GEOSGeometry *made_valid(GEOSContextHandle_t g, GEOSGeometry *geometry) {
  if (!geometry || GEOSisValid_r(g, geometry) == 1) return geometry;
  GEOSGeometry *valid = GEOSMakeValid_r(g, geometry);
  GEOSGeom_destroy_r(g, geometry);
  return valid;
}

static GEOSGeometry *collect_group(GEOSContextHandle_t g, const plan *d, uint32_t group) {
  uint32_t n = 0, made = 0;
  for (uint32_t f = d->first[group]; f != UINT32_MAX; f = d->chain[f]) n++;
  GEOSGeometry **all = malloc(((size_t)n + 1) * sizeof(GEOSGeometry *)), *out = NULL;
  if (!all) return NULL;
  for (uint32_t f = d->first[group]; f != UINT32_MAX; f = d->chain[f], made++)
    if (!(all[made] = made_valid(g, wg_geos_feature(g, d->s, f)))) break;
  if (made == n)
    out = GEOSGeom_createCollection_r(g, GEOS_GEOMETRYCOLLECTION, all, n);
  else
    for (uint32_t i = 0; i < made; i++) GEOSGeom_destroy_r(g, all[i]);
  free(all);
  return out;
}

/* Noding on the lattice itself, so that the result is valid there. */
static wg_status unite_by_geos(const plan *d, uint32_t group, wg_shapes *out) {
  GEOSContextHandle_t g = wg_geos_new();
  if (!g) return WG_NO_MEMORY;
  GEOSGeometry *all = collect_group(g, d, group), *one = all ? GEOSUnaryUnionPrec_r(g, all, 1) : NULL;
  wg_status st = one ? wg_geos_append(g, one, out) : WG_INTERNAL;
  GEOSGeom_destroy_r(g, all);
  GEOSGeom_destroy_r(g, one);
  GEOS_finish_r(g);
  return st;
}

wg_status wg_dissolve(const wg_shapes *s, const uint32_t *group, uint32_t n_groups, wg_shapes *out) {
  plan d = {.s = s, .group = group, .n_groups = n_groups};
  wg_shapes_init(out);
  wg_status st = plan_make(&d);
  for (uint32_t g = 0; g < n_groups && !st; g++) {
    bool clean = !d.dirty[g];
    st = wg_shapes_feature(out);
    uint64_t from = d.start[g], n = d.start[g + 1] - from;
    if (!st && clean) st = wg_segs_polygons(d.segs + from, (uint32_t)n, out, &clean, NULL);
    if (!st && !clean) st = unite_by_geos(&d, g, out);
  }
  free(d.feature_of_ring);
  free(d.start);
  free(d.segs);
  free(d.dirty);
  free(d.first);
  free(d.chain);
  wg_mates_deinit(&d.mates);
  if (st) wg_shapes_deinit(out);
  return st;
}
