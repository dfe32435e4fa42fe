/* The resolver: whose point is it. See docs/resolve.md for the index and the proofs.
 *
 * Built once from the polygons of one network, immutable after: any number of threads may ask. Features must
 * be sorted by code, so that "the smallest code" is the smallest index. Predicates are exact on the lattice
 * integers; a polygon is closed (its edge belongs to it). A feature is the union of its parts, a part what
 * its rings enclose by odd crossings. Dirty input (overlaps, gaps, self-touching rings) is answered exactly
 * too. */
#ifndef WG_GEO_RESOLVER_H
#define WG_GEO_RESOLVER_H

#include <stdint.h>

#include "base/shape.h"

typedef enum wg_how {
  WG_HOW_NONE,     /* in none, none within the tolerance */
  WG_HOW_INSIDE,   /* in or on exactly one */
  WG_HOW_BOUNDARY, /* on an edge or vertex of several: the smallest index owns it */
  WG_HOW_OVERLAP,  /* several hold it, at least one of them in its interior: the smallest index owns it */
  WG_HOW_NEAREST   /* in none, within the tolerance: the nearest, then the smallest index */
} wg_how;
const char *wg_how_name(wg_how how); /* "inside", … as in the API */

#define WG_NO_FEATURE UINT32_MAX

typedef struct wg_hit {
  wg_how how;
  uint32_t feature; /* the owner, or WG_NO_FEATURE */
  double metres;    /* distance for NEAREST, else 0 */
} wg_hit;

typedef struct wg_resolver wg_resolver;

/* Keeps a pointer to shapes, which must outlive it. */
wg_status wg_resolver_new(const wg_shapes *shapes, wg_resolver **out);
void wg_resolver_free(wg_resolver *r);
uint64_t wg_resolver_bytes(const wg_resolver *r);

/* tolerance in metres (0: no nearest; some kilometres are cheap, but a point in none then looks through all
 * edges within, so limit what strangers may ask). Distances are planar with the metre scale of the point's
 * latitude (wg_lattice_scale): off by less than 1e-6 of the distance within 1 km. */
wg_hit wg_resolve(const wg_resolver *r, wg_pt p, double tolerance);
void wg_resolve_many(const wg_resolver *r, const wg_pt *p, uint64_t n, double tolerance, wg_hit *out);

/* Every feature that holds p, smallest first; on[i] tells "on its edge". At most max are written; returns how
 * many there are. */
uint32_t wg_resolve_all(const wg_resolver *r, wg_pt p, uint32_t max, uint32_t *feature, uint8_t *on);
/* Features whose box meets the box (candidates for drawing, probabilities). At most max; returns how many. */
uint32_t wg_resolver_query(const wg_resolver *r, wg_box box, uint32_t max, uint32_t *feature);

/* The share of a 2-D normal around p that lies in each feature. `accuracy` metres is the radius that holds
 * `level` (0 < level < 1, usually 0.68) of it, so sigma = accuracy / sqrt(-2 ln(1 - level)). Integrated to
 * 1e-6 or better, on plain polygons; where polygons overlap the land goes to the smallest index. Shares and
 * the share outside sum to 1. Sorted by share, then index; shares below 1e-4 are folded into `rest`.
 * An accuracy below 1 mm counts as 1 mm. WG_INVALID for a negative accuracy or a level out of range. Where
 * more than 1024 features of a dirty network lie within 6.5 sigma, land held twice is only scaled down. */
typedef struct wg_share {
  uint32_t feature;
  double probability;
} wg_share;
enum { WG_SHARES_MAX = 64 };
typedef struct wg_shares {
  uint32_t n;
  wg_share share[WG_SHARES_MAX];
  double outside; /* in no feature */
  double rest;    /* in features not listed */
} wg_shares;
wg_status wg_resolve_shares(const wg_resolver *r, wg_pt p, double accuracy, double level, wg_shares *out);

#endif
