/* What a list, a counter or a tile of incidents is narrowed to by its query: `area`, `network`, `category`,
 * `state`, `since`. It only ever takes away from what the asker may see. */
#ifndef WG_API_NARROW_H
#define WG_API_NARROW_H

#include "api/app.h"

typedef struct wg_narrow {
  const char *area, *network, *category; /* codes, NULL: any. In the request */
  uint32_t within;                       /* the area's index in the picture's land; WG_NO_INDEX: none */
  uint32_t states;                       /* bit set, 0: any */
  int64_t since;                         /* received_at, 0: any */
} wg_narrow;

enum {
  WG_BY_AREA = 1,
  WG_BY_NETWORK = 2,
  WG_BY_CATEGORY = 4,
  WG_BY_STATE = 8,
  WG_BY_SINCE = 16,
  WG_BY_ALL = 31
};
/* Those of `which`; WG_INVALID or WG_NOT_FOUND names the parameter. */
wg_status wg_narrow_read(wg_request *q, unsigned which, wg_narrow *out);
/* The area again, in another land. */
void wg_narrow_in(wg_narrow *n, const wg_areas *areas);
bool wg_narrow_area(const wg_narrow *n, const wg_areas *areas, uint32_t area);
/* Under the live table's lock. */
bool wg_narrow_passes(const wg_narrow *n, const wg_areas *areas, const wg_live_brief *b);
/* Equal ones let the same through; 0: nothing is narrowed. */
uint64_t wg_narrow_hash(const wg_narrow *n);
/* duty.c: how many grids that nobody answers for lie where the sight and the narrowing reach. */
int64_t wg_count_unmanned(wg_request *q, wg_sight *sight, const wg_narrow *narrow);

#endif
