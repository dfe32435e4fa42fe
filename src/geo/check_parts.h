/* What the two halves of the coverage check share. Private to geo. */
#ifndef WG_GEO_CHECK_PARTS_H
#define WG_GEO_CHECK_PARTS_H

#include <stdbool.h>

#include "geo/boxtree.h"
#include "geo/coverage.h"
#include "geo/segs.h"

/* A coverage's rim: the edges that no neighbour cancels. The number of features that hold a place is the
 * winding number of the rim around it: crossing a cancelled edge leaves one feature for another. */
typedef struct wg_rim {
  const wg_shapes *s;
  wg_seg *seg;     /* feature on the left */
  uint32_t *owner; /* of each */
  uint32_t n;
} wg_rim;

/* Is there no land that two features hold? False also when the rim crosses itself and it would take a check
 * to tell. */
wg_status wg_holds_once(const wg_shapes *s, bool *once);

/* Flaws as they are found; outlines.feature i belongs to flaw i. */
typedef struct wg_found {
  wg_flaw *flaw;
  uint32_t n, cap;
  wg_shapes outlines;
} wg_found;
/* Adds a flaw whose outline has just been appended to outlines. */
wg_status wg_found_add(wg_found *f, wg_flaw flaw);

/* The two owners of the most rim, given (owner, length) in any order. */
typedef struct wg_owner_length {
  uint32_t owner;
  double length;
} wg_owner_length;
void wg_longest_owners(wg_owner_length *of, uint32_t n, uint32_t *a, uint32_t *b);
double wg_seg_length(wg_seg s); /* in steps of latitude */

/* The check of a rim that crosses itself, by GEOS. */
wg_status wg_check_dirty(const wg_rim *rim, wg_found *found);

#endif
