/* The resolver's index: what its builder writes and its queries read. See docs/resolve.md. */
#ifndef WG_GEO_RESOLVER_INTERNAL_H
#define WG_GEO_RESOLVER_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "geo/boxtree.h"
#include "geo/resolver.h"

/* A grid of cells 2^sx × 2^sy lattice steps large. A cell holds the lattice points x0 + col·2^sx … + 2^sx −
 * 1; as a region of the plane it is the closed box half a step wider, so that no lattice point and no edge
 * along lattice lines ever lies on a cell's rim. */
typedef struct wg_frame {
  int64_t x0, y0;
  int sx, sy;
  uint32_t cols, rows;
} wg_frame;

/* What a cell says, in 32 bits: two for the kind, thirty for the value. */
enum {
  CELL_FEATURE = 0, /* no edge crosses it: see below */
  CELL_RECORD = 1,  /* edges cross it: a record at pool word 2·value */
  CELL_GRID = 2,    /* it is divided: a grid at pool word 2·value */
  CELL_SMALL = 3    /* a few short edges cross it: a small record at pool word 2·value */
};
#define CELL_VALUE_MAX ((1u << 30) - 1)
/* Of CELL_FEATURE: 0 all of it is in no feature; below CELL_SET in one (value − 1); else in several, a set at
 * sets[value − CELL_SET]. */
#define CELL_SET (1u << 29)
static inline uint32_t cell_word(uint32_t kind, uint32_t value) { return value << 2 | kind; }

/* A small record is one line of the cache, 16 words at a multiple of 16:
 *   word 0: ref | parts << 8; words 1–4: the features of up to four parts, ascending
 *   words 5–12: four edges as ax, ay, bx, by in 16 bits, as below; words 13, 14: four `odd`, four `all`
 * Unused edges lie off to the lower left, where no point of the cell is on their line, and belong to no part.
 * The offsets are small enough for 32-bit arithmetic. */
enum { SMALL_WORDS = 16, SMALL_PARTS_MAX = 4, SMALL_EDGES = 4, SMALL_EDGE_AT = 5, SMALL_MASK_AT = 13 };

/* A record, in pool words:
 *   word 0: edges | parts << 8 | ref << 16 | flags << 24
 *   the set of features that hold the whole cell beside, when flags has RECORD_SET
 *   the feature of each part with an edge here (≤ 8, ascending)
 *   per edge: ax, ay, bx, by, twice the offset from the cell's reference point, a before b (x, then y)
 *   per edge two bytes: the parts that it is an edge of an odd number of times, and all that it is an edge of
 * `ref` tells by one bit a part which of them hold the reference point, the cell's lower left corner.
 *
 * A record with RECORD_WIDE, for what does not fit (many parts or edges, huge edges, an edge through the
 * reference point): word 0 flags, word 1 set or 0, word 2 parts, then per part: feature, ref, edges, and per
 * edge the numbers of its two vertices. */
enum { RECORD_SET = 1, RECORD_WIDE = 2 };
enum { RECORD_PARTS_MAX = 8, RECORD_EDGES_MAX = 255 };
#define RECORD_COORD_MAX (1 << 30) /* doubled offsets of edges stay below, */
enum { RECORD_CELL_MAX = 28 }; /* and cells are no larger than 2^28, so that sums of products fit 64 bits */

/* A divided cell in pool words: word 0: log2 of its columns | log2 of its rows << 8, then the cells. */

/* A set: how many features are listed, flags, then the features, ascending. SET_MANY: there are more than are
 * worth listing; the first two stand for them and a query that wants all must search. */
enum { SET_MANY = 1, SET_LISTED_MAX = 64 };

/* Eight by eight cells of the top grid. Their small records lie one after the other, in the order of `bits`,
 * so that a look-up needs this, which stays in the processor's cache, and then either the record or the
 * cell's word, but not both: one wait for memory instead of two. */
typedef struct wg_block {
  uint64_t bits;  /* row by row: which cells have a small record */
  uint32_t first; /* the record of the first of them, counted in small records */
} wg_block;

struct wg_resolver {
  const wg_shapes *shapes;
  wg_frame frame;
  uint32_t width, height; /* of the box of all edges: beyond it there is nothing */
  uint32_t *cell;         /* rows of cols */
  wg_block *block;        /* rows of block_cols */
  uint32_t block_cols, block_rows;
  uint32_t *pool;
  uint64_t pool_words;
  const uint32_t *small; /* in the pool: the small records of the top grid */
  uint32_t *sets;
  uint64_t set_words;
  bool once;                       /* no land is held by two features, for sure */
  wg_boxtree *boxes;               /* of features */
  uint64_t cell_bytes, pool_bytes; /* taken */
};

/* How fine the top grid may be: at most so many cells, and (edge, cell) pairs. Answers never depend on it;
 * tests build with odd ones to reach every kind of cell. */
typedef struct wg_resolver_budget {
  double cells_per_edge, cells;
  double pairs_per_edge, pairs;
} wg_resolver_budget;
wg_status wg_resolver_build(const wg_shapes *shapes, const wg_resolver_budget *budget, wg_resolver **out);

/* --- cells of an edge (resolver_cells.c) --------------------------------------------------------------- */

/* One edge in one cell: from vertex v to the next of its ring. */
typedef struct wg_meet {
  uint32_t v, ring;
} wg_meet;
static inline uint32_t wg_meet_end(const wg_shapes *s, wg_meet m) {
  return m.v + 1 < s->vert[m.ring + 1] ? m.v + 1 : s->vert[m.ring];
}

typedef void wg_cell_fn(void *ctx, uint64_t cell, wg_meet m);
/* Calls fn for every cell of the frame (row · cols + column) whose closed box the edge p q meets, and perhaps
 * for one that it misses by less than a thousandth of a step. */
void wg_cells_of_edge(const wg_frame *f, wg_pt p, wg_pt q, wg_meet m, wg_cell_fn *fn, void *ctx);

/* --- state of the sweep: which parts hold the point where we stand (resolver_state.c) ------------------- */

typedef struct wg_state wg_state;
wg_status wg_state_new(uint32_t n_parts, const uint32_t *feature_of_part, wg_state **out);
void wg_state_free(wg_state *s);
void wg_state_toggle(wg_state *s, uint32_t part);
bool wg_state_has(const wg_state *s, uint32_t part);
void wg_state_clear(wg_state *s);
/* What a cell without edges says here; or, for a record, the set of features besides the given parts (0 when
 * there is none; *out is an index into sets). Equal sets are stored once. */
wg_status wg_state_cell(wg_state *s, uint32_t *out);
wg_status wg_state_set_besides(wg_state *s, const uint32_t *parts, uint32_t n, uint32_t *out);
/* Hands over the sets gathered. */
void wg_state_take_sets(wg_state *s, uint32_t **sets, uint64_t *words);

/* --- exact predicates ------------------------------------------------------------------------------------
 */

/* Twice the signed area of a, b, p given as doubled coordinates below 2^33: positive when p is on the left.
 */
static inline __int128 wg_side(int64_t ax, int64_t ay, int64_t bx, int64_t by, int64_t px, int64_t py) {
  return (__int128)(bx - ax) * (py - ay) - (__int128)(by - ay) * (px - ax);
}

/* The side of a point moved by (ε, ε²) for an ε smaller than anything: never 0 for a real edge. */
static inline int wg_side_moved(int64_t ax, int64_t ay, int64_t bx, int64_t by, int64_t px, int64_t py) {
  __int128 d = wg_side(ax, ay, bx, by, px, py);
  if (d) return d > 0 ? 1 : -1;
  if (ay != by) return by > ay ? -1 : 1;
  return bx > ax ? 1 : -1;
}

/* --- nearest (resolver_near.c) ---------------------------------------------------------------------------
 */
wg_hit wg_resolver_nearest(const wg_resolver *r, wg_pt p, double tolerance);

#endif
