/* Delaunay triangulation of many points, exact on integers. */
#ifndef WG_CLI_DEMO_DELAUNAY_H
#define WG_CLI_DEMO_DELAUNAY_H

#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

#define DEMO_NONE UINT32_MAX
enum { DEMO_SPAN = 1 << 23 }; /* coordinates lie in −span … span, no two points alike */

typedef struct demo_ipt {
  int32_t x, y;
} demo_ipt;

/* Triangle t has corners corner[3t..], counter-clockwise; beyond[3t+i] is the triangle past the side opposite
 * to corner i. The last three points are the corners of a large triangle around all. */
typedef struct demo_delaunay {
  uint32_t n_points, n_triangles;
  uint32_t *corner, *beyond;
} demo_delaunay;

/* pt has room for n + 3 points; the surrounding three are written behind. In the arena. */
wg_status demo_delaunay_make(wg_arena *arena, demo_ipt *pt, uint32_t n, demo_delaunay *out);

#endif
