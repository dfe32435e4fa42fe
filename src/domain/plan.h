/* Plans: versions of the grids of one network. A network (base, safety, …) covers the land with its own
 * grids; a version is immutable once published. */
#ifndef WG_DOMAIN_PLAN_H
#define WG_DOMAIN_PLAN_H

#include "base/arena.h"
#include "base/shape.h"
#include "domain/area.h"

typedef struct wg_grid {
  char code[WG_CODE_LEN];
  char area[WG_CODE_LEN]; /* the community (or whatever lowest area) it belongs to; may be "" */
  char kind[16];          /* "basic" 基础网格, "dedicated" 专属网格 */
  const char *names;      /* name map, JSON text */
  double area_m2;         /* geodesic */
} wg_grid;

/* One version. Grids are sorted by code (bytewise), shapes in the same order. */
typedef struct wg_plan {
  int64_t id;
  char network[WG_CODE_LEN];
  int64_t version;    /* 1, 2, … within the network */
  int64_t valid_from; /* ms */
  const char *source; /* file name it came from; no path */
  wg_grid *grid;
  uint32_t n;
  wg_shapes shapes;
} wg_plan;

uint32_t wg_plan_find(const wg_plan *plan, const char *code); /* index, or WG_NO_INDEX */

#endif
