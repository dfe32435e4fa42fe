/* Checks and mends of a coverage: polygons that should share edges exactly, without gap or overlap. */
#ifndef WG_GEO_COVERAGE_H
#define WG_GEO_COVERAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/shape.h"

/* --- before rounding, in the source's own coordinates ------------------------------------------------ */

/* Polygons in doubles, laid out like wg_shapes (same offsets; pts are x, y pairs). Rings are not closed. */
typedef struct wg_raw_shapes {
  uint32_t n, n_parts, n_rings, n_pts;
  uint32_t *part, *ring, *vert;
  double *xy; /* 2 × n_pts */
} wg_raw_shapes;
void wg_raw_shapes_deinit(wg_raw_shapes *s);

/* Inserts every vertex of one ring that lies on an edge of another (within `eps` of the source's units,
 * 0: a default from the extent, about 1e-9 of it) into that edge, so that T-junctions do not open slivers
 * when edges are bent by reprojection or rounding. Replaces the content of s; counts the vertices put in. */
wg_status wg_coverage_node(wg_raw_shapes *s, double eps, uint64_t *inserted);

/* --- on the lattice ------------------------------------------------------------------------------------ */

/* What mending did to a feature, as bits. */
enum {
  WG_MEND_REPEATED = 1, /* repeated points dropped */
  WG_MEND_SPIKE = 2,    /* a spike (out and back on itself) dropped */
  WG_MEND_ORDER = 4,    /* ring direction or nesting set right */
  WG_MEND_RING = 8,     /* a ring without area dropped */
  WG_MEND_SELF = 16     /* it crossed itself: what lies in it by odd crossings is kept */
};
/* Mends feature f of `in` and appends it to `out`. *mended gets the bits. WG_UNPROCESSABLE where nothing with
 * area is left or it cannot be made valid; err says why. GEOS context is made per call site by the room. */
wg_status wg_coverage_mend(const wg_shapes *in, uint32_t f, wg_shapes *out, unsigned *mended, wg_err *err);

typedef enum wg_flaw_kind { WG_FLAW_GAP, WG_FLAW_OVERLAP } wg_flaw_kind;
typedef struct wg_flaw {
  wg_flaw_kind kind;
  uint32_t a, b;  /* overlap: the two features; gap: the two with the longest shared rim (b may be none) */
  double area;    /* m²: wg_drawn_area */
  wg_pt at;       /* a place inside or on it, to look at */
  uint32_t shape; /* index into flaws.shapes: its outline */
} wg_flaw;
typedef struct wg_flaws {
  wg_flaw *flaw;
  uint32_t n;
  wg_shapes shapes;
  double gap_area, overlap_area; /* m², sums; also of what was cut off by max */
  uint64_t gaps, overlaps;       /* how many there are, listed or not */
} wg_flaws;
/* Finds gaps (bounded land in no feature; the outside is no gap) and overlaps (pairs of features that hold
 * the same land). Works from edges that are not matched by an equal opposite edge, so that a clean coverage
 * costs one pass. At most max flaws are listed, the largest first. What is smaller than a hundredth of a
 * square lattice step (1e-6 m²) is taken for rounding and not counted. Features should have been mended. */
wg_status wg_coverage_check(const wg_shapes *s, uint32_t max, wg_flaws *out);
void wg_flaws_deinit(wg_flaws *f);

/* Unions features by group: feature f goes to group[f] (< n_groups, or UINT32_MAX for none); out gets
 * n_groups features. Shared edges cancel exactly; dirty groups are united by GEOS. */
wg_status wg_dissolve(const wg_shapes *s, const uint32_t *group, uint32_t n_groups, wg_shapes *out);

/* A point inside feature f (on its surface), for labels and look-ups. False when it has no part. */
bool wg_shape_inner_point(const wg_shapes *s, uint32_t f, wg_pt *out);

#endif
