/* From rings to shared arcs.
 *
 * 1. Equal vertices get one number (a hash of the lattice point).
 * 2. Each number keeps its first two different neighbours; a third makes it a node, and so does having only
 * one (the tip of a spike). Where exactly two edges meet, every ring that comes by runs along both, so an arc
 *    between nodes has the same owners all along.
 * 3. Rings are cut at nodes. A piece is found again by its first edge, from either end; a ring without a node
 * is one closed arc that starts at its smallest vertex, whoever walks it.
 * 4. Douglas and Peucker (1973) on each arc: a vertex gets the smallest zoom at which it stands farther than
 * the tolerance from the line that would replace it, and never a smaller one than the vertex that split its
 * range, so each zoom's line is a refinement of the zoom above. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tile/pyramid_internal.h"
#include "tile/simplify.h"
#include "tile/tile_internal.h"

#define NONE UINT32_MAX
enum {
  DEEP = 48
}; /* splits at the farthest vertex before it falls back to the middle one: bounds the work */

struct vertex_slot {
  uint64_t key;
  uint32_t id; /* NONE: free */
};

struct arc_slot {
  uint64_t key; /* first vertex << 32 | second */
  uint32_t ref; /* NONE: free */
};

struct build {
  const wg_shapes *in;
  wg_pyramid *p;
  uint32_t *ids;  /* vertex numbers of all rings, repeats left out */
  uint32_t *ring; /* n_rings + 1 → ids */
  wg_pt *at;      /* per vertex number */
  uint32_t n_vertices, cap_vertices;
  struct vertex_slot *vslots;
  uint32_t n_vslots;
  uint32_t *near; /* two per vertex */
  uint8_t *node;  /* per vertex */
  struct arc_slot *aslots;
  uint32_t n_aslots, used_aslots;
  uint32_t cap_arcs, cap_refs, cap_pts, n_pts, n_refs;
  wg_weigher weigher;
};

static bool grow(void *data, uint32_t *cap, uint64_t need, size_t size) {
  if (need <= *cap) return true;
  uint64_t want = *cap ? *cap + *cap / 2ULL : 1024;
  if (want < need) want = need;
  void *q = want < INT32_MAX ? realloc(*(void **)data, want * size) : NULL;
  if (!q) return false;
  *(void **)data = q;
  *cap = (uint32_t)want;
  return true;
}

/* ---- 1: numbers ---- */

static inline uint64_t point_key(wg_pt q) { return (uint64_t)(uint32_t)q.x << 32 | (uint32_t)q.y; }

static bool vertex_table(struct build *b, uint32_t n_slots) {
  struct vertex_slot *old = b->vslots, *slots = malloc(n_slots * sizeof *slots);
  if (!slots) return false;
  memset(slots, 0xff, n_slots * sizeof *slots);
  for (uint32_t i = 0; i < b->n_vslots; i++) {
    if (old[i].id == NONE) continue;
    uint32_t h = (uint32_t)wg_mix64(old[i].key) & (n_slots - 1);
    while (slots[h].id != NONE) h = (h + 1) & (n_slots - 1);
    slots[h] = old[i];
  }
  free(old);
  b->vslots = slots;
  b->n_vslots = n_slots;
  return true;
}

static uint32_t vertex_id(struct build *b, wg_pt q) {
  uint64_t key = point_key(q);
  uint32_t mask = b->n_vslots - 1, h = (uint32_t)wg_mix64(key) & mask;
  while (b->vslots[h].id != NONE) {
    if (b->vslots[h].key == key) return b->vslots[h].id;
    h = (h + 1) & mask;
  }
  if (!grow(&b->at, &b->cap_vertices, (uint64_t)b->n_vertices + 1, sizeof *b->at)) return NONE;
  b->at[b->n_vertices] = q;
  b->vslots[h] = (struct vertex_slot){key, b->n_vertices};
  return b->n_vertices++;
}

static bool number_ring(struct build *b, uint32_t r, uint32_t *n) {
  const wg_shapes *in = b->in;
  uint32_t from = in->vert[r], to = in->vert[r + 1], start = *n;
  for (uint32_t v = from; v < to; v++) {
    if (v + 8 < in->n_pts)
      __builtin_prefetch(&b->vslots[wg_mix64(point_key(in->pts[v + 8])) & (b->n_vslots - 1)]);
    uint32_t id = vertex_id(b, in->pts[v]);
    if (id == NONE) return false;
    if (*n == start || b->ids[*n - 1] != id) b->ids[(*n)++] = id;
  }
  while (*n - start > 1 && b->ids[*n - 1] == b->ids[start]) (*n)--;
  if (*n - start < 3) *n = start;
  return b->n_vertices <= b->n_vslots / 4 * 3 || vertex_table(b, b->n_vslots * 2);
}

static bool number_vertices(struct build *b) {
  const wg_shapes *in = b->in;
  uint32_t slots = 1024, n = 0;
  while (slots < in->n_pts / 4 * 3) slots *= 2;
  b->ids = malloc(((size_t)in->n_pts + 1) * sizeof *b->ids);
  b->ring = malloc(((size_t)in->n_rings + 1) * sizeof *b->ring);
  if (!b->ids || !b->ring || !vertex_table(b, slots)) return false;
  for (uint32_t r = 0; r < in->n_rings; r++) {
    b->ring[r] = n;
    uint32_t k = in->vert[r + 1] - in->vert[r];
    while (b->n_vertices + (uint64_t)k > b->n_vslots / 10 * 9ULL) /* a long ring may outgrow the table */
      if (!vertex_table(b, b->n_vslots * 2)) return false;
    if (!number_ring(b, r, &n)) return false;
  }
  b->ring[in->n_rings] = n;
  free(b->vslots);
  b->vslots = NULL;
  return true;
}

/* ---- 2: nodes ---- */

static inline void meet(struct build *b, uint32_t u, uint32_t v) {
  uint32_t *near = b->near + 2 * (size_t)u;
  if (near[0] == v || near[1] == v) return;
  if (near[0] == NONE)
    near[0] = v;
  else if (near[1] == NONE)
    near[1] = v;
  else
    b->node[u] = 1;
}

static bool find_nodes(struct build *b) {
  size_t n = b->n_vertices ? b->n_vertices : 1;
  b->near = malloc(2 * n * sizeof *b->near);
  b->node = calloc(n, 1);
  if (!b->near || !b->node) return false;
  memset(b->near, 0xff, 2 * n * sizeof *b->near);
  for (uint32_t r = 0; r < b->in->n_rings; r++)
    for (uint32_t i = b->ring[r], to = b->ring[r + 1]; i < to; i++) {
      uint32_t u = b->ids[i], v = b->ids[i + 1 < to ? i + 1 : b->ring[r]];
      meet(b, u, v);
      meet(b, v, u);
    }
  for (uint32_t v = 0; v < b->n_vertices; v++)
    if (b->near[2 * (size_t)v + 1] == NONE) b->node[v] = 1;
  free(b->near);
  b->near = NULL;
  return true;
}

/* ---- 3: arcs ---- */

static struct arc_slot *arc_slot(const struct build *b, uint64_t key) {
  uint32_t mask = b->n_aslots - 1, h = (uint32_t)wg_mix64(key) & mask;
  while (b->aslots[h].ref != NONE && b->aslots[h].key != key) h = (h + 1) & mask;
  return &b->aslots[h];
}

static bool arc_table_room(struct build *b) {
  if (b->used_aslots + 2 <= b->n_aslots / 2) return true;
  struct arc_slot *old = b->aslots;
  uint32_t n_old = b->n_aslots, n = n_old ? n_old * 2 : 4096;
  struct arc_slot *slots = malloc(n * sizeof *slots);
  if (!slots) return false;
  memset(slots, 0xff, n * sizeof *slots);
  b->aslots = slots;
  b->n_aslots = n;
  for (uint32_t i = 0; i < n_old; i++)
    if (old[i].ref != NONE) *arc_slot(b, old[i].key) = old[i];
  free(old);
  return true;
}

static void arc_key(struct build *b, uint32_t u, uint32_t v, uint32_t ref) {
  struct arc_slot *s = arc_slot(b, (uint64_t)u << 32 | v);
  if (s->ref == NONE) b->used_aslots++;
  *s = (struct arc_slot){(uint64_t)u << 32 | v, ref};
}

/* The vertices of a ring, walked from `from` by `step`, going round. */
struct walker {
  const uint32_t *ids;
  uint32_t n;
  bool back;
};

static inline uint32_t walk_at(const struct walker *w, uint32_t i) { /* i < 2n */
  if (i >= w->n) i -= w->n;
  return w->ids[w->back ? w->n - 1 - i : i];
}

static bool new_arc(struct build *b, const struct walker *w, uint32_t from, uint32_t n) {
  wg_pyramid *p = b->p;
  uint32_t cap = b->cap_arcs;
  if (!grow(&p->arc, &cap, (uint64_t)p->n_arcs + 2, sizeof *p->arc)) return false;
  b->cap_arcs = cap;
  cap = b->cap_pts;
  if (!grow(&p->pts, &cap, (uint64_t)b->n_pts + n + 1, sizeof *p->pts)) return false;
  b->cap_pts = cap;
  p->arc[p->n_arcs] = b->n_pts;
  for (uint32_t i = 0; i <= n; i++) p->pts[b->n_pts++] = wg_mercator(b->at[walk_at(w, from + i)]);
  p->arc[++p->n_arcs] = b->n_pts;
  return true;
}

/* Puts the piece of n edges that starts at `from` into the ring, as a new arc or one there is. */
static bool put_piece(struct build *b, const struct walker *w, uint32_t from, uint32_t n) {
  wg_pyramid *p = b->p;
  if (!arc_table_room(b)) return false;
  uint32_t u = walk_at(w, from), v = walk_at(w, from + 1);
  uint32_t ref = arc_slot(b, (uint64_t)u << 32 | v)->ref;
  if (ref == NONE) {
    ref = p->n_arcs << 1;
    if (!new_arc(b, w, from, n)) return false;
    uint32_t end = from + n >= w->n ? from + n - w->n : from + n;
    arc_key(b, walk_at(w, end), walk_at(w, end + w->n - 1), ref | 1);
    arc_key(b, u, v, ref);
  }
  if (!grow(&p->refs, &b->cap_refs, (uint64_t)b->n_refs + 1, sizeof *p->refs)) return false;
  p->refs[b->n_refs++] = ref;
  return true;
}

static bool less(wg_pt a, wg_pt c) { return a.x != c.x ? a.x < c.x : a.y < c.y; }

/* Lattice y grows north, tile y south: a ring that runs the right way on the lattice is walked backward, so
 * that shells have positive area in tile units. */
static bool runs_right(const struct build *b, const uint32_t *ids, uint32_t n, bool hole) {
  double area2 = 0;
  wg_pt o = b->at[ids[0]];
  for (uint32_t i = 1; i + 1 < n; i++) {
    wg_pt q = b->at[ids[i]], r = b->at[ids[i + 1]];
    area2 += ((double)q.x - o.x) * ((double)r.y - o.y) - ((double)q.y - o.y) * ((double)r.x - o.x);
  }
  return hole ? area2 < 0 : area2 > 0;
}

static bool cut_ring(struct build *b, uint32_t r, bool hole) {
  struct walker w = {b->ids + b->ring[r], b->ring[r + 1] - b->ring[r], false};
  if (!w.n) return true;
  w.back = runs_right(b, w.ids, w.n, hole);
  uint32_t start = 0;
  while (start < w.n && !b->node[walk_at(&w, start)]) start++;
  if (start == w.n) {
    start = 0;
    for (uint32_t i = 1; i < w.n; i++)
      if (less(b->at[walk_at(&w, i)], b->at[walk_at(&w, start)])) start = i;
    return put_piece(b, &w, start, w.n);
  }
  for (uint32_t i = 0; i < w.n;) {
    uint32_t k = 1;
    while (i + k < w.n && !b->node[walk_at(&w, start + i + k)]) k++;
    uint32_t from = start + i >= w.n ? start + i - w.n : start + i;
    if (!put_piece(b, &w, from, k)) return false;
    i += k;
  }
  return true;
}

static bool cut_rings(struct build *b) {
  const wg_shapes *in = b->in;
  wg_pyramid *p = b->p;
  p->ref = malloc(((size_t)in->n_rings + 1) * sizeof *p->ref);
  p->arc = malloc(2 * sizeof *p->arc);
  if (!p->ref || !p->arc) return false;
  b->cap_arcs = 2;
  p->arc[0] = 0;
  for (uint32_t q = 0; q < in->n_parts; q++)
    for (uint32_t r = in->ring[q]; r < in->ring[q + 1]; r++) {
      p->ref[r] = b->n_refs;
      if (!cut_ring(b, r, r > in->ring[q])) return false;
    }
  p->ref[in->n_rings] = b->n_refs;
  free(b->aslots);
  b->aslots = NULL;
  return true;
}

/* ---- boxes ---- */

static void widen(wg_mbox *box, wg_mpt q) {
  if (q.x < box->x0) box->x0 = q.x;
  if (q.x > box->x1) box->x1 = q.x;
  if (q.y < box->y0) box->y0 = q.y;
  if (q.y > box->y1) box->y1 = q.y;
}

static wg_mbox box_of(const wg_mpt *pts, uint32_t n) {
  wg_mbox box = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
  for (uint32_t i = 0; i < n; i++) widen(&box, pts[i]);
  return box;
}

static bool make_boxes(struct build *b) {
  wg_pyramid *p = b->p;
  uint32_t blocks = b->n_pts / WG_ARC_BLOCK; /* whole ones */
  p->arc_box = malloc(((size_t)p->n_arcs + 1) * sizeof *p->arc_box);
  p->block = malloc(((size_t)blocks + 1) * sizeof *p->block);
  p->feature = malloc(((size_t)p->n + 1) * sizeof *p->feature);
  p->lattice = malloc(((size_t)p->n + 1) * sizeof *p->lattice);
  if (!p->arc_box || !p->block || !p->feature || !p->lattice) return false;
  for (uint32_t i = 0; i < p->n_arcs; i++)
    p->arc_box[i] = box_of(p->pts + p->arc[i], p->arc[i + 1] - p->arc[i]);
  for (uint32_t i = 0; i < blocks; i++) p->block[i] = box_of(p->pts + i * WG_ARC_BLOCK, WG_ARC_BLOCK);
  for (uint32_t f = 0; f < p->n; f++) {
    wg_mbox box = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
    for (uint32_t r = p->ring[p->part[f]]; r < p->ring[p->part[f + 1]]; r++)
      for (uint32_t i = p->ref[r]; i < p->ref[r + 1]; i++) {
        wg_mbox arc = p->arc_box[p->refs[i] >> 1];
        widen(&box, (wg_mpt){arc.x0, arc.y0});
        widen(&box, (wg_mpt){arc.x1, arc.y1});
      }
    p->feature[f] = box;
    p->lattice[f] = wg_shapes_box(b->in, f);
  }
  return true;
}

/* ---- all ---- */

static uint32_t *copy_offsets(const uint32_t *from, uint32_t n) {
  uint32_t *p = calloc((size_t)n + 1, sizeof *p);
  if (p && n) memcpy(p, from, ((size_t)n + 1) * sizeof *p);
  return p;
}

static void shrink(void *data, size_t size) {
  void *q = realloc(*(void **)data, size ? size : 1);
  if (q) *(void **)data = q;
}

static bool make(struct build *b) {
  wg_pyramid *p = b->p;
  p->n = b->in->n;
  p->n_parts = b->in->n_parts;
  p->n_rings = b->in->n_rings;
  p->part = copy_offsets(b->in->part, p->n);
  p->ring = copy_offsets(b->in->ring, p->n_parts);
  if (!p->part || !p->ring || !number_vertices(b) || !find_nodes(b) || !cut_rings(b)) return false;
  shrink(&p->refs, b->n_refs * sizeof *p->refs);
  shrink(&p->arc, ((size_t)p->n_arcs + 1) * sizeof *p->arc);
  shrink(&p->pts, b->n_pts * sizeof *p->pts);
  p->zoom = malloc((size_t)b->n_pts + 1);
  if (!p->zoom) return false;
  for (uint32_t i = 0; i < p->n_arcs; i++)
    if (wg_weigh_line(&b->weigher, p->pts + p->arc[i], p->zoom + p->arc[i], p->arc[i + 1] - p->arc[i]))
      return false;
  if (!make_boxes(b) || wg_tree_new(p->feature, p->n, &p->tree)) return false;
  p->bytes = sizeof *p + wg_boxtree_bytes(p->tree) +
             ((uint64_t)p->n + p->n_parts + p->n_rings + p->n_arcs + b->n_refs + 4) * sizeof(uint32_t) +
             (uint64_t)b->n_pts * (sizeof(wg_mpt) + 1) +
             ((uint64_t)p->n_arcs + b->n_pts / WG_ARC_BLOCK) * sizeof(wg_mbox) +
             (uint64_t)p->n * (sizeof(wg_mbox) + sizeof(wg_box));
  return true;
}

wg_status wg_pyramid_new(const wg_shapes *shapes, wg_pyramid **out) {
  *out = NULL;
  if (shapes->n_pts > INT32_MAX / 2) return WG_TOO_LARGE;
  struct build b = {.in = shapes, .p = calloc(1, sizeof(wg_pyramid))};
  bool ok = b.p && make(&b);
  free(b.ids);
  free(b.ring);
  free(b.at);
  free(b.vslots);
  free(b.near);
  free(b.node);
  free(b.aslots);
  wg_weigher_deinit(&b.weigher);
  if (ok)
    *out = b.p;
  else
    wg_pyramid_free(b.p);
  return ok ? WG_OK : WG_NO_MEMORY;
}

void wg_pyramid_free(wg_pyramid *p) {
  if (!p) return;
  free(p->part);
  free(p->ring);
  free(p->ref);
  free(p->refs);
  free(p->arc);
  free(p->pts);
  free(p->zoom);
  free(p->arc_box);
  free(p->block);
  free(p->feature);
  free(p->lattice);
  wg_boxtree_free(p->tree);
  free(p);
}

void wg_pyramid_stats_of(const wg_pyramid *p, wg_pyramid_stats *out) {
  *out = (wg_pyramid_stats){p->n, p->n_rings, p->n_arcs, p->arc[p->n_arcs], p->bytes};
}

wg_box wg_pyramid_box(const wg_pyramid *p, uint32_t f) { return p->lattice[f]; }
