/* Drawing a pyramid's tiles and looking at their edges, for the tile tests. */
#ifndef WG_TESTS_TILE_DRAW_H
#define WG_TESTS_TILE_DRAW_H

#include "tile/cover.h"
#include "tile/pyramid.h"
#include "tile_support.h"

#include "tile_cover_support.h"

enum { LOW = -64, HIGH = 4160 };

/* ---- drawing ---- */

struct span {
  uint32_t from, to;
};

static inline bool in_span(void *ctx, uint32_t i) {
  const struct span *s = ctx;
  return i >= s->from && i < s->to;
}

static inline void draw(const wg_pyramid *p, wg_tile_id id, uint32_t from, uint32_t to, wg_buf *bytes,
                        mvt_tile *t, wg_tile_drawn *drawn) {
  struct span span = {from, to};
  wg_tile_source source = {&span, in_span, NULL, NULL};
  wg_mvt *m = tile_layer("grids");
  assert_int_equal(wg_pyramid_tile(p, id, &source, m, drawn), WG_OK);
  tile_finish(m, bytes, t);
}

static inline wg_pyramid *make(const wg_shapes *s) {
  wg_pyramid *p;
  assert_int_equal(wg_pyramid_new(s, &p), WG_OK);
  return p;
}

/* The lattice box from so many tiles west and north of a tile's corner to so many east and south of it. */
static inline wg_box box_around(wg_tile_id t, double x0, double y0, double x1, double y1) {
  int64_t ox, oy;
  wg_tile_origin(t, &ox, &oy);
  double side = ldexp(1, 31 - t.z);
  wg_pt nw = wg_mercator_back((wg_mpt){(int32_t)(ox + x0 * side), (int32_t)(oy + y0 * side)});
  wg_pt se = wg_mercator_back((wg_mpt){(int32_t)(ox + x1 * side), (int32_t)(oy + y1 * side)});
  return (wg_box){nw.x, se.y, se.x, nw.y};
}

/* ---- edges ---- */

struct edge {
  int64_t x0, y0, x1, y1;
};

struct edges {
  struct edge *at;
  size_t n, cap;
};

static inline int by_edge(const void *a, const void *b) { return memcmp(a, b, sizeof(struct edge)); }

/* Along the clip's side: there the tile ends, and neighbours need not meet. */
static inline bool on_border(const struct edge *e) {
  return (e->x0 == e->x1 && (e->x0 == LOW || e->x0 == HIGH)) ||
         (e->y0 == e->y1 && (e->y0 == LOW || e->y0 == HIGH));
}

static inline void put_edges(struct edges *out, const mvt_tile *t, bool back) {
  for (uint32_t i = 0; t->n_layers && i < t->layers[0].n_features; i++) {
    const mvt_feature *f = &t->layers[0].features[i];
    for (uint32_t k = 0; k < f->n_paths; k++)
      for (uint32_t v = 0; v < f->paths[k].n; v++) {
        const mvt_point *a = &f->pts[f->paths[k].from + v],
                        *b = &f->pts[f->paths[k].from + (v + 1) % f->paths[k].n];
        struct edge e = {a->x, a->y, b->x, b->y};
        if (back) e = (struct edge){b->x, b->y, a->x, a->y};
        if (on_border(&e)) continue;
        if (out->n == out->cap) {
          out->cap = out->cap ? out->cap * 2 : 1024;
          out->at = realloc(out->at, out->cap * sizeof *out->at);
          assert_non_null(out->at);
        }
        out->at[out->n++] = e;
      }
  }
}

static inline size_t times(const struct edges *s, struct edge e) {
  size_t lo = 0, hi = s->n, n = 0;
  while (lo < hi) {
    size_t mid = (lo + hi) / 2;
    if (memcmp(&s->at[mid], &e, sizeof e) < 0)
      lo = mid + 1;
    else
      hi = mid;
  }
  for (; lo < s->n && !memcmp(&s->at[lo], &e, sizeof e); lo++) n++;
  return n;
}

/* Edges that are not walked back by a neighbour as often as forth. */
static inline size_t unglued(struct edges *s) {
  if (s->n) qsort(s->at, s->n, sizeof *s->at, by_edge);
  size_t bad = 0;
  for (size_t i = 0; i < s->n; i++) {
    struct edge e = s->at[i];
    bad += times(s, e) != times(s, (struct edge){e.x1, e.y1, e.x0, e.y0});
  }
  return bad;
}

static inline int64_t total_area2(const mvt_tile *t) {
  int64_t sum = 0;
  for (uint32_t i = 0; t->n_layers && i < t->layers[0].n_features; i++)
    for (uint32_t k = 0; k < t->layers[0].features[i].n_paths; k++)
      sum += t->layers[0].features[i].paths[k].area2;
  return sum;
}

#endif
