/* Directed edges in, simple polygons out: see tile/ring.h. Internal to tile/. */
#ifndef WG_TILE_SOUP_H
#define WG_TILE_SOUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "tile/mercator.h"
#include "tile/mvt.h"

typedef struct wg_soup wg_soup;

wg_soup *wg_soup_new(void); /* NULL: no memory */
void wg_soup_free(wg_soup *s);

/* No point comes twice among these (false also when memory is out: then the slow way finds out). */
bool wg_soup_distinct(wg_soup *s, const wg_tpt *pts, uint32_t n);

/* Starts anew, for at most n edges that are not on the clip's border. */
void wg_soup_begin(wg_soup *s, uint32_t n);
void wg_soup_ring(wg_soup *s, const wg_tpt *pts, uint32_t n);
/* Writes shells with their holes into the open feature of m. */
wg_status wg_soup_write(wg_soup *s, wg_mvt *m);

#endif
