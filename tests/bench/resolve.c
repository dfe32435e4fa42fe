/* Whose point is it, in process: the resolver against GEOS's STRtree with prepared polygons, in one run.
 *
 * The coverage has 100 000 polygons of 49 vertices. Two sets of points: at random over the whole, which is
 * how reports come; and near edges, every kind that can go wrong (vertices, rounded edge midpoints, points
 * one lattice step beside either). Each round times GEOS, one look-up at a time, and many at once, in turn.
 * The answers must be equal, all of them, and the resolver at least ten times as fast (median of the rounds),
 * or the program fails.
 *
 * usage: bench_resolve [points] [rounds] */
#include <geos_c.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "geo/resolver.h"
#include "tessellation.h"

typedef struct answer {
  uint32_t owner, holders;
} answer;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static GEOSGeometry *polygon(GEOSContextHandle_t g, const wg_shapes *s, uint32_t f) {
  uint32_t first = s->vert[s->ring[s->part[f]]], end = s->vert[s->ring[s->part[f]] + 1], n = end - first;
  GEOSCoordSequence *c = GEOSCoordSeq_create_r(g, n + 1, 2);
  for (uint32_t i = 0; i <= n; i++) {
    wg_pt p = s->pts[first + (i == n ? 0 : i)];
    GEOSCoordSeq_setXY_r(g, c, i, p.x, p.y);
  }
  return GEOSGeom_createPolygon_r(g, GEOSGeom_createLinearRing_r(g, c), NULL, 0);
}

/* What a user would do instead: a tree of boxes, and a prepared polygon for each. */
typedef struct peer {
  GEOSContextHandle_t g;
  GEOSGeometry **polygon;
  const GEOSPreparedGeometry **prepared;
  GEOSSTRtree *tree;
  const GEOSGeometry *point;
  answer found;
} peer;

static void peer_new(peer *p, const wg_shapes *s) {
  p->g = GEOS_init_r();
  p->polygon = malloc(s->n * sizeof *p->polygon);
  p->prepared = malloc(s->n * sizeof *p->prepared);
  p->tree = GEOSSTRtree_create_r(p->g, 10);
  for (uint32_t f = 0; f < s->n; f++) {
    p->polygon[f] = polygon(p->g, s, f);
    p->prepared[f] = GEOSPrepare_r(p->g, p->polygon[f]);
    GEOSSTRtree_insert_r(p->g, p->tree, p->polygon[f], (void *)(uintptr_t)f);
  }
}

static void peer_free(peer *p, uint32_t n) {
  for (uint32_t f = 0; f < n; f++) {
    GEOSPreparedGeom_destroy_r(p->g, p->prepared[f]);
    GEOSGeom_destroy_r(p->g, p->polygon[f]);
  }
  GEOSSTRtree_destroy_r(p->g, p->tree);
  free(p->polygon);
  free(p->prepared);
  GEOS_finish_r(p->g);
}

static void peer_hit(void *item, void *ctx) {
  peer *p = ctx;
  uint32_t f = (uint32_t)(uintptr_t)item;
  if (!GEOSPreparedCovers_r(p->g, p->prepared[f], p->point)) return;
  if (f < p->found.owner) p->found.owner = f;
  p->found.holders++;
}

static answer peer_ask(peer *p, const GEOSGeometry *point) {
  p->point = point;
  p->found = (answer){WG_NO_FEATURE, 0};
  GEOSSTRtree_query_r(p->g, p->tree, point, peer_hit, p);
  return p->found;
}

/* --- the points ------------------------------------------------------------------------------------------
 */

static wg_pt beside(wg_pt p, uint64_t random) {
  return (wg_pt){p.x + (int32_t)(random % 3) - 1, p.y + (int32_t)(random / 3 % 3) - 1};
}

static void make_points(const wg_shapes *s, const tess *t, bool near_edges, wg_pt *p, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    uint64_t a = tess_hash(7, i, 1, near_edges), b = tess_hash(7, i, 2, near_edges);
    uint32_t r = (uint32_t)(a % s->n_rings), len = s->vert[r + 1] - s->vert[r];
    wg_pt v = s->pts[s->vert[r] + (uint32_t)(b % len)], w = s->pts[s->vert[r] + (uint32_t)((b + 1) % len)];
    wg_pt mid = {(int32_t)(((int64_t)v.x + w.x) / 2), (int32_t)(((int64_t)v.y + w.y) / 2)};
    double width = (double)t->box.x1 - t->box.x0, height = (double)t->box.y1 - t->box.y0;
    switch (near_edges ? i % 4 : 4) {
    case 0:
      p[i] = v;
      break;
    case 1:
      p[i] = mid;
      break;
    case 2:
      p[i] = beside(v, b >> 32);
      break;
    case 3:
      p[i] = beside(mid, b >> 32);
      break;
    default:
      p[i].x = t->box.x0 + (int32_t)(width * ((double)(a >> 11) * 0x1p-53));
      p[i].y = t->box.y0 + (int32_t)(height * ((double)(b >> 11) * 0x1p-53));
    }
  }
}

/* --- the run ---------------------------------------------------------------------------------------------
 */

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double print_line(const char *what, double *v, int n) {
  qsort(v, (size_t)n, sizeof *v, by_value);
  printf("%-34s %12.3g %12.3g %12.3g\n", what, v[0], v[n / 2], v[n - 1]);
  return v[n / 2];
}

/* Everything about one set of points. */
typedef struct set {
  uint32_t n;
  wg_pt *p;
  GEOSGeometry **point;
  answer *expected;
  wg_hit *one, *many;
} set;

static void set_new(set *q, peer *geos, const wg_shapes *s, const tess *t, bool near_edges, uint32_t n) {
  *q = (set){n,
             malloc(n * sizeof *q->p),
             malloc(n * sizeof *q->point),
             malloc(n * sizeof *q->expected),
             malloc(n * sizeof *q->one),
             malloc(n * sizeof *q->many)};
  make_points(s, t, near_edges, q->p, n);
  for (uint32_t i = 0; i < n; i++) q->point[i] = GEOSGeom_createPointFromXY_r(geos->g, q->p[i].x, q->p[i].y);
  /* This warms GEOS's lazy indexes as well. */
  for (uint32_t i = 0; i < n; i++) q->expected[i] = peer_ask(geos, q->point[i]);
}

static void set_free(set *q, peer *geos) {
  for (uint32_t i = 0; i < q->n; i++) GEOSGeom_destroy_r(geos->g, q->point[i]);
  free(q->p), free(q->point), free(q->expected), free(q->one), free(q->many);
}

static uint64_t compare(const set *q, uint32_t kinds[4]) {
  uint64_t wrong = 0;
  for (uint32_t i = 0; i < q->n; i++) {
    uint32_t holders = q->expected[i].holders, owner = q->expected[i].owner;
    wg_how how = holders == 0 ? WG_HOW_NONE : holders == 1 ? WG_HOW_INSIDE : WG_HOW_BOUNDARY;
    kinds[how]++;
    wrong += q->one[i].feature != owner || q->one[i].how != how;
    wrong += q->many[i].feature != owner || q->many[i].how != how;
  }
  return wrong;
}

/* Times the three in turn. Returns whether all was equal and fast enough. */
static bool run(const char *title, set *q, peer *geos, const wg_resolver *r, int rounds) {
  double rate_geos[100], rate_one[100], rate_many[100], ratio_one[100], ratio_many[100];
  uint64_t sum = 0;
  for (int k = 0; k < rounds; k++) {
    double t0 = now();
    for (uint32_t i = 0; i < q->n; i++) sum += peer_ask(geos, q->point[i]).owner;
    rate_geos[k] = q->n / (now() - t0);
    t0 = now();
    for (uint32_t i = 0; i < q->n; i++) q->one[i] = wg_resolve(r, q->p[i], 0);
    rate_one[k] = q->n / (now() - t0);
    t0 = now();
    wg_resolve_many(r, q->p, q->n, 0, q->many);
    rate_many[k] = q->n / (now() - t0);
    ratio_one[k] = rate_one[k] / rate_geos[k];
    ratio_many[k] = rate_many[k] / rate_geos[k];
  }
  uint32_t kinds[4] = {0};
  uint64_t wrong = compare(q, kinds);
  printf("\n%s: %u (%u inside, %u boundary, %u none); %llu answers differ (checksum %llx)\n", title, q->n,
         kinds[WG_HOW_INSIDE], kinds[WG_HOW_BOUNDARY], kinds[WG_HOW_NONE], (unsigned long long)wrong,
         (unsigned long long)sum);
  printf("%-34s %12s %12s %12s\n", "points/s, one thread", "min", "median", "max");
  print_line("GEOS STRtree + prepared", rate_geos, rounds);
  print_line("wangge, one at a time", rate_one, rounds);
  print_line("wangge, many at once", rate_many, rounds);
  double typical = print_line("ratio, one at a time", ratio_one, rounds);
  double typical_many = print_line("ratio, many at once", ratio_many, rounds);
  return !wrong && typical >= 10 && typical_many >= 10;
}

static void time_shares(const wg_resolver *r, const set *q) {
  const double accuracy[] = {10, 50, 200};
  printf("\nshares of an inexact position, one thread\n");
  for (int k = 0; k < 3; k++) {
    wg_shares out;
    uint32_t n = 2000, listed = 0;
    double t0 = now();
    for (uint32_t i = 0; i < n; i++)
      if (!wg_resolve_shares(r, q->p[i], accuracy[k], 0.68, &out)) listed += out.n;
    double t1 = now();
    printf("  accuracy %3.0f m: %7.1f us, %.1f candidates\n", accuracy[k], (t1 - t0) / n * 1e6,
           (double)listed / n);
  }
}

int main(int argc, char **argv) {
  uint32_t n = argc > 1 ? (uint32_t)atoi(argv[1]) : 1000000;
  int rounds = argc > 2 ? atoi(argv[2]) : 5;
  if (n < 5000 || rounds < 1 || rounds > 100) return 2;
  tess t = TESS_100K;
  wg_shapes s;
  wg_shapes_init(&s);
  if (tess_make(&t, &s)) return 1;
  double t0 = now();
  wg_resolver *r = NULL;
  if (wg_resolver_new(&s, &r)) return 1;
  printf("%u polygons, %u vertices; resolver built in %.2f s, %.0f MB\n", s.n, s.n_pts, now() - t0,
         (double)wg_resolver_bytes(r) / 1e6);
  t0 = now();
  peer geos;
  peer_new(&geos, &s);
  set random, near;
  set_new(&random, &geos, &s, &t, false, n);
  set_new(&near, &geos, &s, &t, true, n);
  printf("GEOS tree and prepared polygons ready and warm in %.2f s; %d rounds\n", now() - t0, rounds);
  bool good = run("points at random", &random, &geos, r, rounds);
  good = run("points on and beside vertices and edges", &near, &geos, r, rounds) && good;
  time_shares(r, &random);
  if (!good) printf("\nFAILED: answers differ, or less than 10 times as fast\n");
  set_free(&random, &geos);
  set_free(&near, &geos);
  peer_free(&geos, s.n);
  wg_resolver_free(r);
  wg_shapes_deinit(&s);
  return !good;
}
