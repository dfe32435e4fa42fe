/* What the files that build the resolver's index share. Private to them. */
#ifndef WG_GEO_RESOLVER_BUILDER_H
#define WG_GEO_RESOLVER_BUILDER_H

#include "geo/resolver_internal.h"

/* An edge as a record holds it: its ends in order, and its parts as bits of the record's list. */
typedef struct wg_draft_edge {
  wg_pt a, b;
  uint8_t odd, all;
} wg_draft_edge;

typedef struct wg_builder {
  wg_resolver *r;
  const wg_shapes *s;
  const wg_resolver_budget *budget;
  uint32_t *part_of_ring, *feature_of_part;
  wg_state *state;
  uint64_t pool_cap; /* words */
  uint32_t *small;   /* small records of the top grid, in the order of the sweep */
  uint64_t n_small, cap_small;
} wg_builder;

/* The edges of one cell, sorted out. */
typedef struct wg_draft {
  uint32_t n_parts, n_edges;
  uint32_t part[RECORD_PARTS_MAX];
  wg_draft_edge edges[RECORD_EDGES_MAX];
  bool fits; /* within the limits of a plain record */
} wg_draft;

/* --- records (resolver_record.c) ----------------------------------------------------------------- */

/* Room in the pool for so many words at a multiple of `align` (2 at least, a power of two). */
wg_status wg_builder_room(wg_builder *b, uint64_t words, uint64_t align);
/* Sorts out the edges of a cell whose corner is (x, y) − ½. */
void wg_draft_make(wg_builder *b, wg_draft *d, const wg_meet *meets, uint32_t n, int64_t x, int64_t y);
/* Write what is drafted (small, when it can be), or any edges as they are. */
wg_status wg_record_plain(wg_builder *b, const wg_draft *d, const wg_frame *f, int64_t x, int64_t y,
                          int depth, uint32_t *word);
wg_status wg_record_wide(wg_builder *b, const wg_meet *meets, uint32_t n, uint32_t *word);

/* --- cells (resolver_sweep.c) ---------------------------------------------------------------------- */

/* Lists by counting: counts, then starts of each cell's edges, then their ends once filled. */
void wg_count_meet(void *ctx, uint64_t cell, wg_meet m); /* ctx: uint32_t counts */
bool wg_starts_of_counts(uint32_t *count, uint64_t n, uint64_t *total);
typedef struct wg_meet_filler {
  uint32_t *at;
  wg_meet *meets;
} wg_meet_filler;
void wg_fill_meet(void *ctx, uint64_t cell, wg_meet m); /* ctx: wg_meet_filler */

/* Writes the cells of one row of a frame; the state is that of the row's first corner and is moved to its
 * last. at[c] is where the edges of cell c end in meets, those of the first start at `from`; the words
 * replace it. */
wg_status wg_write_row(wg_builder *b, const wg_frame *f, uint32_t row, uint32_t *at, const wg_meet *meets,
                       uint32_t from, int depth);

#endif
