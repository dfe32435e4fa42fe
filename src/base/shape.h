/* The plain memory shape of many polygons, and the lattice their vertices stand on.
 *
 * Coordinates are lattice integers: degrees × 10^7, always x = longitude, y = latitude (WGS 84). A degree
 * of latitude is about 111 km, so a step is about 1.1 cm. Longitude ±180° is ±1.8e9 and fits int32.
 * It lies in base/ because geometry, tiles and the store all hold it and may not include one another. */
#ifndef WG_BASE_SHAPE_H
#define WG_BASE_SHAPE_H

#include <stdint.h>

#include "base/status.h"

#define WG_LATTICE 10000000.0 /* steps in a degree */

typedef struct wg_pt {
  int32_t x, y;
} wg_pt;

typedef struct wg_box {
  int32_t x0, y0, x1, y1; /* closed; empty when x0 > x1 */
} wg_box;

/* n multipolygons in three levels of offsets. Feature f has parts part[f] .. part[f+1]-1; part p has rings
 * ring[p] .. ring[p+1]-1, the first its shell, the rest its holes; ring r has vertices pts[vert[r]] ..
 * pts[vert[r+1]-1], without a repeated closing vertex. Shells run counter-clockwise, holes clockwise
 * (y upward), at least 3 vertices each. A feature may have no part (an area without a polygon). */
typedef struct wg_shapes {
  uint32_t n, n_parts, n_rings, n_pts;
  uint32_t *part, *ring, *vert; /* n+1, n_parts+1, n_rings+1 offsets */
  wg_pt *pts;
  uint32_t cap_n, cap_parts, cap_rings, cap_pts; /* kept by the wg_shapes_* calls */
} wg_shapes;

void wg_shapes_init(wg_shapes *s);
void wg_shapes_deinit(wg_shapes *s);
/* Builders: begin a feature, a part or a ring, then add vertices. WG_NO_MEMORY, or WG_TOO_LARGE past 2^31. */
wg_status wg_shapes_feature(wg_shapes *s);
wg_status wg_shapes_part(wg_shapes *s);
wg_status wg_shapes_ring(wg_shapes *s);
wg_status wg_shapes_vertex(wg_shapes *s, wg_pt p);
/* Appends feature f of `from`. */
wg_status wg_shapes_copy(wg_shapes *s, const wg_shapes *from, uint32_t f);
/* Rings of feature f begin at their smallest vertex (by x, then y): where a file begins them means nothing,
 * and the same land then gives the same bytes. Every stored plan has them so. */
void wg_shapes_turn(wg_shapes *s, uint32_t f);
wg_box wg_shapes_box(const wg_shapes *s, uint32_t f);

/* A compact, canonical, portable byte form of all shapes (delta varints); the same shapes give the same
 * bytes. Decoding is safe on hostile bytes: WG_CORRUPT. */
struct wg_buf;
void wg_shapes_encode(const wg_shapes *s, struct wg_buf *out);
wg_status wg_shapes_decode(const void *bytes, uint64_t n, wg_shapes *out);

#endif
