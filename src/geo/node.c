/* Putting vertices into the edges that they lie on, before anything bends or rounds those edges.
 *
 * The plane is divided into cells, crowded cells again, until in every cell few vertices meet few edges;
 * there every pair is tried. A vertex is in one cell, an edge (fattened by eps) in all that it passes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geo/coverage.h"

enum { FEW = 16, PAIRS_FEW = 1024, DEPTH_MAX = 24, PER_CELL = 12, SIDE_MAX = 4096 };

typedef struct hit {
  uint32_t edge, vertex;
  double t; /* how far along the edge, 0 … 1 */
} hit;

typedef struct noder {
  const wg_raw_shapes *s;
  uint32_t *next, *ring; /* of each vertex, which is also the edge that starts there */
  double eps;
  hit *hits;
  size_t n_hits, cap_hits;
} noder;

/* A list of edges and one of vertices in one box. */
typedef struct batch {
  double x0, y0, x1, y1;
  const uint32_t *edge, *vertex;
  uint32_t n_edges, n_vertices;
} batch;

void wg_raw_shapes_deinit(wg_raw_shapes *s) {
  free(s->part);
  free(s->ring);
  free(s->vert);
  free(s->xy);
  memset(s, 0, sizeof *s);
}

/* --- every pair ---------------------------------------------------------------------------------- */

static wg_status add_hit(noder *k, uint32_t edge, uint32_t vertex, double t) {
  if (k->n_hits == k->cap_hits) {
    size_t cap = k->cap_hits ? k->cap_hits * 2 : 1024;
    hit *p = realloc(k->hits, cap * sizeof *p);
    if (!p) return WG_NO_MEMORY;
    k->hits = p;
    k->cap_hits = cap;
  }
  k->hits[k->n_hits++] = (hit){edge, vertex, t};
  return WG_OK;
}

/* Vertices of the edge's own ring are left alone. */
static wg_status try_edge(noder *k, uint32_t e, const batch *b) {
  const double *xy = k->s->xy;
  double ax = xy[2 * e], ay = xy[2 * e + 1], bx = xy[2 * k->next[e]], by = xy[2 * k->next[e] + 1];
  double x0 = fmin(ax, bx) - k->eps, x1 = fmax(ax, bx) + k->eps, y0 = fmin(ay, by) - k->eps,
         y1 = fmax(ay, by) + k->eps;
  double dx = bx - ax, dy = by - ay, length = hypot(dx, dy);
  for (uint32_t i = 0; i < b->n_vertices; i++) {
    uint32_t v = b->vertex[i];
    double x = xy[2 * v], y = xy[2 * v + 1];
    if (x < x0 || x > x1 || y < y0 || y > y1 || k->ring[v] == k->ring[e]) continue;
    double along = ((x - ax) * dx + (y - ay) * dy) / length;
    if (!(along > k->eps && along < length - k->eps)) continue;
    if (fabs((x - ax) * dy - (y - ay) * dx) > k->eps * length) continue;
    wg_status st = add_hit(k, e, v, along / length);
    if (st) return st;
  }
  return WG_OK;
}

/* --- cells --------------------------------------------------------------------------------------- */

typedef struct cells {
  double x0, y0, wx, wy; /* corner, size of a cell */
  uint32_t cols, rows;
} cells;

static uint32_t index_in(double v, double v0, double w, uint32_t n) {
  double i = floor((v - v0) / w);
  return i < 0 ? 0 : i >= n ? n - 1 : (uint32_t)i;
}

static uint64_t cell_of_vertex(const noder *k, const cells *c, uint32_t v) {
  return (uint64_t)index_in(k->s->xy[2 * v + 1], c->y0, c->wy, c->rows) * c->cols +
         index_in(k->s->xy[2 * v], c->x0, c->wx, c->cols);
}

typedef void cell_fn(uint64_t cell, uint32_t edge, void *ctx);

/* Row by row, between where the edge enters and leaves it. The slack is eps and what rounding may do. */
static void cells_of_edge(const noder *k, const cells *c, uint32_t e, cell_fn *fn, void *ctx) {
  const double *p = k->s->xy + 2 * (size_t)e, *q = k->s->xy + 2 * (size_t)k->next[e];
  if (p[1] > q[1]) {
    const double *t = p;
    p = q;
    q = t;
  }
  double slack = k->eps * 2 + 1e-12 * (fabs(c->x0) + fabs(c->y0) + c->wx * c->cols + c->wy * c->rows);
  double right = c->x0 + c->wx * c->cols, top = c->y0 + c->wy * c->rows;
  if (q[1] < c->y0 - slack || p[1] > top + slack || fmax(p[0], q[0]) < c->x0 - slack ||
      fmin(p[0], q[0]) > right + slack)
    return;
  uint32_t r0 = index_in(p[1] - slack, c->y0, c->wy, c->rows),
           r1 = index_in(q[1] + slack, c->y0, c->wy, c->rows);
  double slope = q[1] - p[1] > slack ? (q[0] - p[0]) / (q[1] - p[1]) : 0;
  for (uint32_t r = r0; r <= r1; r++) {
    double lo = fmin(p[0], q[0]), hi = fmax(p[0], q[0]);
    if (r0 != r1 && slope != 0) { /* the border rows are widened to the ends of the edge by the clamps */
      double ya = fmax(p[1], c->y0 + r * c->wy - slack), yb = fmin(q[1], c->y0 + (r + 1) * c->wy + slack);
      double xa = p[0] + slope * (ya - p[1]), xb = p[0] + slope * (yb - p[1]);
      lo = fmax(lo, fmin(xa, xb));
      hi = fmin(hi, fmax(xa, xb));
    }
    if (hi < c->x0 - slack || lo > right + slack) continue;
    uint32_t c0 = index_in(lo - slack, c->x0, c->wx, c->cols),
             c1 = index_in(hi + slack, c->x0, c->wx, c->cols);
    for (uint32_t i = c0; i <= c1; i++) fn((uint64_t)r * c->cols + i, e, ctx);
  }
}

static void count_edge(uint64_t cell, uint32_t edge, void *ctx) {
  (void)edge;
  ((uint32_t *)ctx)[cell + 1]++;
}

typedef struct filler {
  uint32_t *start, *list;
} filler;

static void fill_edge(uint64_t cell, uint32_t edge, void *ctx) {
  filler *f = ctx;
  f->list[f->start[cell]++] = edge;
}

/* Lists sorted by cell: cell i has list[i ? start[i-1] : 0] .. list[start[i]-1]. */
static wg_status sort_edges(const noder *k, const cells *c, const batch *b, uint32_t *start,
                            uint32_t **list) {
  uint64_t n = (uint64_t)c->cols * c->rows, total = 0;
  memset(start, 0, (n + 1) * sizeof *start);
  for (uint32_t i = 0; i < b->n_edges; i++) cells_of_edge(k, c, b->edge[i], count_edge, start);
  for (uint64_t i = 0; i < n; i++) {
    total += start[i + 1];
    if (total > UINT32_MAX) return WG_TOO_LARGE;
    start[i + 1] = (uint32_t)total;
  }
  *list = malloc((total + 1) * sizeof **list);
  if (!*list) return WG_NO_MEMORY;
  filler f = {start, *list};
  for (uint32_t i = 0; i < b->n_edges; i++) cells_of_edge(k, c, b->edge[i], fill_edge, &f);
  return WG_OK;
}

static wg_status sort_vertices(const noder *k, const cells *c, const batch *b, uint32_t *start,
                               uint32_t **list) {
  uint64_t n = (uint64_t)c->cols * c->rows;
  memset(start, 0, (n + 1) * sizeof *start);
  for (uint32_t i = 0; i < b->n_vertices; i++) start[cell_of_vertex(k, c, b->vertex[i]) + 1]++;
  for (uint64_t i = 0; i < n; i++) start[i + 1] += start[i];
  *list = malloc(((size_t)b->n_vertices + 1) * sizeof **list);
  if (!*list) return WG_NO_MEMORY;
  for (uint32_t i = 0; i < b->n_vertices; i++)
    (*list)[start[cell_of_vertex(k, c, b->vertex[i])]++] = b->vertex[i];
  return WG_OK;
}

static wg_status try_batch(noder *k, const batch *b, int depth);

/* Cells for a dozen edges each, but not so small that the edges are listed in many. */
static cells divide(const noder *k, const batch *b) {
  double w = b->x1 - b->x0, h = b->y1 - b->y0, want = (double)b->n_edges / PER_CELL, reach = 0;
  const double *xy = k->s->xy;
  for (uint32_t i = 0; i < b->n_edges; i++) {
    size_t e = b->edge[i], f = k->next[e];
    reach += fmin(fabs(xy[2 * f] - xy[2 * e]), w) + fmin(fabs(xy[2 * f + 1] - xy[2 * e + 1]), h);
  }
  double least = reach / b->n_edges / 3;
  if (least > 0) want = fmin(want, (w > 0 ? w : h) * (h > 0 ? h : w) / (least * least));
  if (want < 4) want = 4;
  /* square cells where the box allows it */
  double side = sqrt((w > 0 ? w : h) * (h > 0 ? h : w) / want);
  double cols = side > 0 ? ceil(w / side) : 1, rows = side > 0 ? ceil(h / side) : 1;
  cells c = {
      b->x0, b->y0, 0, 0, (uint32_t)fmin(fmax(cols, 1), SIDE_MAX), (uint32_t)fmin(fmax(rows, 1), SIDE_MAX)};
  c.wx = w > 0 ? w / c.cols : 1;
  c.wy = h > 0 ? h / c.rows : 1;
  return c;
}

static wg_status try_divided(noder *k, const batch *b, int depth) {
  cells c = divide(k, b);
  uint64_t n = (uint64_t)c.cols * c.rows;
  uint32_t *es = malloc((n + 1) * sizeof *es), *vs = malloc((n + 1) * sizeof *vs), *edges = NULL,
           *vertices = NULL;
  wg_status st = es && vs ? WG_OK : WG_NO_MEMORY;
  if (!st) st = sort_edges(k, &c, b, es, &edges);
  if (!st) st = sort_vertices(k, &c, b, vs, &vertices);
  for (uint64_t i = 0; i < n && !st; i++) {
    uint32_t e0 = i ? es[i - 1] : 0, v0 = i ? vs[i - 1] : 0, col = (uint32_t)(i % c.cols),
             row = (uint32_t)(i / c.cols);
    batch sub = {c.x0 + col * c.wx,
                 c.y0 + row * c.wy,
                 c.x0 + (col + 1) * c.wx,
                 c.y0 + (row + 1) * c.wy,
                 edges + e0,
                 vertices + v0,
                 es[i] - e0,
                 vs[i] - v0};
    st = try_batch(k, &sub, depth + 1);
  }
  free(es);
  free(vs);
  free(edges);
  free(vertices);
  return st;
}

static wg_status try_batch(noder *k, const batch *b, int depth) {
  uint64_t pairs = (uint64_t)b->n_edges * b->n_vertices;
  if (pairs > PAIRS_FEW && b->n_edges > FEW && b->n_vertices > FEW && depth < DEPTH_MAX &&
      fmax(b->x1 - b->x0, b->y1 - b->y0) > 4 * k->eps)
    return try_divided(k, b, depth);
  wg_status st = WG_OK;
  for (uint32_t i = 0; i < b->n_edges && b->n_vertices && !st; i++) st = try_edge(k, b->edge[i], b);
  return st;
}

/* --- putting them in ----------------------------------------------------------------------------- */

static int along_edges(const void *a, const void *b) {
  const hit *p = a, *q = b;
  if (p->edge != q->edge) return p->edge < q->edge ? -1 : 1;
  if (p->t != q->t) return p->t < q->t ? -1 : 1;
  return (p->vertex > q->vertex) - (p->vertex < q->vertex);
}

/* Sorts the hits, and keeps one of those at one place (a vertex of several rings). */
static void settle_hits(noder *k) {
  size_t n = 0;
  if (k->n_hits) qsort(k->hits, k->n_hits, sizeof *k->hits, along_edges);
  for (size_t i = 0; i < k->n_hits; i++) {
    const double *p = k->s->xy + 2 * (size_t)k->hits[i].vertex;
    if (n && k->hits[n - 1].edge == k->hits[i].edge) {
      const double *q = k->s->xy + 2 * (size_t)k->hits[n - 1].vertex;
      if (p[0] == q[0] && p[1] == q[1]) continue;
    }
    k->hits[n++] = k->hits[i];
  }
  k->n_hits = n;
}

static wg_status put_in(noder *k, wg_raw_shapes *s) {
  uint64_t total = (uint64_t)s->n_pts + k->n_hits;
  if (total > INT32_MAX) return WG_TOO_LARGE;
  double *xy = malloc((total + 1) * 2 * sizeof *xy);
  if (!xy) return WG_NO_MEMORY;
  size_t at = 0, h = 0;
  for (uint32_t r = 0; r < s->n_rings; r++) {
    uint32_t v = s->vert[r], end = s->vert[r + 1];
    s->vert[r] = (uint32_t)at;
    for (; v < end; v++) {
      memcpy(xy + 2 * at++, s->xy + 2 * (size_t)v, 2 * sizeof *xy);
      for (; h < k->n_hits && k->hits[h].edge == v; h++)
        memcpy(xy + 2 * at++, s->xy + 2 * (size_t)k->hits[h].vertex, 2 * sizeof *xy);
    }
  }
  s->vert[s->n_rings] = (uint32_t)at;
  s->n_pts = (uint32_t)at;
  free(s->xy);
  s->xy = xy;
  return WG_OK;
}

/* Lists the finite vertices and the edges between two of them; the box is theirs. */
static void list_all(noder *k, uint32_t *edge, uint32_t *vertex, batch *b) {
  const wg_raw_shapes *s = k->s;
  *b = (batch){INFINITY, INFINITY, -INFINITY, -INFINITY, edge, vertex, 0, 0};
  for (uint32_t r = 0; r < s->n_rings; r++) {
    for (uint32_t v = s->vert[r]; v < s->vert[r + 1]; v++) {
      k->ring[v] = r;
      k->next[v] = v + 1 < s->vert[r + 1] ? v + 1 : s->vert[r];
      const double *p = s->xy + 2 * (size_t)v, *q = s->xy + 2 * (size_t)k->next[v];
      if (!isfinite(p[0]) || !isfinite(p[1])) continue;
      vertex[b->n_vertices++] = v;
      b->x0 = fmin(b->x0, p[0]);
      b->x1 = fmax(b->x1, p[0]);
      b->y0 = fmin(b->y0, p[1]);
      b->y1 = fmax(b->y1, p[1]);
      if (isfinite(q[0]) && isfinite(q[1]) && (p[0] != q[0] || p[1] != q[1])) edge[b->n_edges++] = v;
    }
  }
}

wg_status wg_coverage_node(wg_raw_shapes *s, double eps, uint64_t *inserted) {
  size_t n = (size_t)s->n_pts + 1;
  noder k = {.s = s, .next = malloc(n * sizeof *k.next), .ring = malloc(n * sizeof *k.ring)};
  uint32_t *edge = malloc(n * sizeof *edge), *vertex = malloc(n * sizeof *vertex);
  wg_status st = k.next && k.ring && edge && vertex ? WG_OK : WG_NO_MEMORY;
  batch all;
  *inserted = 0;
  if (!st) {
    list_all(&k, edge, vertex, &all);
    k.eps = eps > 0 ? eps : 1e-9 * fmax(all.x1 - all.x0, all.y1 - all.y0);
    if (all.n_edges) st = try_batch(&k, &all, 0);
  }
  if (!st) {
    settle_hits(&k);
    *inserted = k.n_hits;
    if (k.n_hits) st = put_in(&k, s);
  }
  free(k.next);
  free(k.ring);
  free(k.hits);
  free(edge);
  free(vertex);
  return st;
}
