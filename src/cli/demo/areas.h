/* The tree: grids into communities, communities into townships, all of them connected, bounded by rivers and
 * roads where they can be; and their codes. */
#ifndef WG_CLI_DEMO_AREAS_H
#define WG_CLI_DEMO_AREAS_H

#include "cli/demo/graph.h"
#include "domain/area.h"

#define DEMO_ROOT "990101"

typedef enum demo_rank { DEMO_JIEDAO, DEMO_ZHEN, DEMO_XIANG } demo_rank; /* 街道, 镇, 乡 */

typedef struct demo_township {
  char code[WG_CODE_LEN];
  demo_rank rank;
  uint32_t heart; /* the cell of its seat */
  uint32_t grids;
} demo_township;

typedef struct demo_community {
  char code[WG_CODE_LEN];
  uint32_t township, heart, grids;
  bool urban; /* 社区, else 村 */
} demo_community;

typedef struct demo_areas {
  uint32_t n_townships, n_communities, n_grids;
  demo_township *township;
  demo_community *community;      /* by code */
  uint32_t *community_of;         /* of each cell */
  char (*grid_code)[WG_CODE_LEN]; /* of each cell */
  uint32_t *cell;                 /* cells in the order of their codes */
} demo_areas;

/* How many townships and communities so many grids make. */
uint32_t demo_townships_for(uint32_t grids);
uint32_t demo_communities_for(uint32_t grids);
wg_status demo_areas_make(wg_arena *arena, const demo_graph *g, demo_areas *out);

#endif
