/* The oracle of the geometry tests: GEOS on the same integers as doubles, part by part. */
#ifndef WG_TESTS_GEO_ORACLE_H
#define WG_TESTS_GEO_ORACLE_H

#include <geos_c.h>
#include <stdbool.h>
#include <stdlib.h>

#include "geo/resolver.h"

typedef struct oracle {
  GEOSContextHandle_t g;
  const wg_shapes *s;
  uint32_t *feature; /* of part */
  GEOSGeometry **part;
  const GEOSPreparedGeometry **prepared;
  GEOSSTRtree *tree;
  GEOSGeometry *point;
  struct oracle_answer {
    uint32_t n, interior; /* features; of them, those that hold the point in their interior */
    uint32_t feature[4096];
    uint8_t on[4096];
  } found;
} oracle;

static inline GEOSGeometry *oracle_ring(GEOSContextHandle_t g, const wg_shapes *s, uint32_t r) {
  uint32_t n = s->vert[r + 1] - s->vert[r];
  GEOSCoordSequence *c = GEOSCoordSeq_create_r(g, n + 1, 2);
  for (uint32_t i = 0; i <= n; i++) {
    wg_pt p = s->pts[s->vert[r] + (i == n ? 0 : i)];
    GEOSCoordSeq_setXY_r(g, c, i, p.x, p.y);
  }
  return GEOSGeom_createLinearRing_r(g, c);
}

static inline GEOSGeometry *oracle_part(GEOSContextHandle_t g, const wg_shapes *s, uint32_t p) {
  uint32_t first = s->ring[p], holes = s->ring[p + 1] - first - 1;
  GEOSGeometry **hole = calloc(holes + 1, sizeof(GEOSGeometry *));
  for (uint32_t i = 0; i < holes; i++) hole[i] = oracle_ring(g, s, first + 1 + i);
  GEOSGeometry *out = GEOSGeom_createPolygon_r(g, oracle_ring(g, s, first), hole, holes);
  free(hole);
  return out;
}

static inline GEOSGeometry *oracle_feature(GEOSContextHandle_t g, const wg_shapes *s, uint32_t f) {
  uint32_t first = s->part[f], n = s->part[f + 1] - first;
  GEOSGeometry **part = calloc(n + 1, sizeof(GEOSGeometry *));
  for (uint32_t i = 0; i < n; i++) part[i] = oracle_part(g, s, first + i);
  GEOSGeometry *out = GEOSGeom_createCollection_r(g, GEOS_MULTIPOLYGON, part, n);
  free(part);
  return out;
}

static inline void oracle_new(oracle *o, const wg_shapes *s) {
  o->g = GEOS_init_r();
  o->s = s;
  o->feature = calloc(s->n_parts + 1, sizeof *o->feature);
  o->part = calloc(s->n_parts + 1, sizeof *o->part);
  o->prepared = calloc(s->n_parts + 1, sizeof *o->prepared);
  o->tree = GEOSSTRtree_create_r(o->g, 10);
  o->point = NULL;
  for (uint32_t f = 0; f < s->n; f++) {
    for (uint32_t p = s->part[f]; p < s->part[f + 1]; p++) {
      o->feature[p] = f;
      o->part[p] = oracle_part(o->g, s, p);
      o->prepared[p] = GEOSPrepare_r(o->g, o->part[p]);
      GEOSSTRtree_insert_r(o->g, o->tree, o->part[p], (void *)(uintptr_t)p);
    }
  }
}

static inline void oracle_free(oracle *o) {
  for (uint32_t p = 0; p < o->s->n_parts; p++) {
    GEOSPreparedGeom_destroy_r(o->g, o->prepared[p]);
    GEOSGeom_destroy_r(o->g, o->part[p]);
  }
  GEOSSTRtree_destroy_r(o->g, o->tree);
  free(o->feature);
  free(o->part);
  free(o->prepared);
  GEOS_finish_r(o->g);
}

/* A feature holds the point in its interior when one of its parts does. */
static inline void oracle_hit(void *item, void *ctx) {
  oracle *o = ctx;
  uint32_t p = (uint32_t)(uintptr_t)item, f = o->feature[p], i = 0;
  if (!GEOSPreparedCovers_r(o->g, o->prepared[p], o->point)) return;
  uint8_t on = !GEOSPreparedContainsProperly_r(o->g, o->prepared[p], o->point);
  struct oracle_answer *a = &o->found;
  while (i < a->n && a->feature[i] < f) i++;
  if (i < a->n && a->feature[i] == f) {
    a->on[i] &= on;
    return;
  }
  for (uint32_t k = a->n++; k > i; k--) {
    a->feature[k] = a->feature[k - 1];
    a->on[k] = a->on[k - 1];
  }
  a->feature[i] = f;
  a->on[i] = on;
}

static inline void oracle_ask(oracle *o, wg_pt p) {
  o->point = GEOSGeom_createPointFromXY_r(o->g, p.x, p.y);
  o->found.n = o->found.interior = 0;
  GEOSSTRtree_query_r(o->g, o->tree, o->point, oracle_hit, o);
  for (uint32_t i = 0; i < o->found.n; i++) o->found.interior += !o->found.on[i];
  GEOSGeom_destroy_r(o->g, o->point);
}

/* Is the resolver's answer, in every form, the oracle's? */
static inline bool oracle_agrees(oracle *o, const wg_resolver *r, wg_pt p) {
  enum { ROOM = 4096 };
  static uint32_t feature[ROOM];
  static uint8_t on[ROOM];
  oracle_ask(o, p);
  const struct oracle_answer *a = &o->found;
  wg_how how = a->n == 0     ? WG_HOW_NONE
               : a->n == 1   ? WG_HOW_INSIDE
               : a->interior ? WG_HOW_OVERLAP
                             : WG_HOW_BOUNDARY;
  wg_hit one = wg_resolve(r, p, 0), many;
  wg_resolve_many(r, &p, 1, 0, &many);
  bool same = one.how == how && one.feature == (a->n ? a->feature[0] : WG_NO_FEATURE) && one.metres == 0;
  same = same && many.how == one.how && many.feature == one.feature;
  uint32_t n = wg_resolve_all(r, p, ROOM, feature, on);
  same = same && n == a->n;
  for (uint32_t i = 0; i < n && same; i++) same = feature[i] == a->feature[i] && on[i] == a->on[i];
  if (!same)
    print_message("at %d, %d: %s %u (%u hold it), GEOS %s %u (%u)\n", p.x, p.y, wg_how_name(one.how),
                  one.feature, n, wg_how_name(how), a->n ? a->feature[0] : WG_NO_FEATURE, a->n);
  return same;
}

#endif
