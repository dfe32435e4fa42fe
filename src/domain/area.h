/* Areas: the tree of districts, townships, communities, … Levels are free; rights follow parent links, never
 * the digits of a code (development zones break prefixes). */
#ifndef WG_DOMAIN_AREA_H
#define WG_DOMAIN_AREA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/shape.h"

#define WG_CODE_LEN 65 /* 1–64 bytes of wg_text_code, and the NUL */
#define WG_NO_INDEX UINT32_MAX

typedef struct wg_area {
  char code[WG_CODE_LEN];
  char parent[WG_CODE_LEN]; /* "" at a root */
  char level[WG_CODE_LEN];  /* "county", "township", "village", … as the profile names it; may be "" */
  const char *names;        /* name map, JSON text (base/json.h: wg_name_pick) */
  bool named;               /* false: made because a code named it; nobody has imported it yet */
} wg_area;

/* All areas, sorted by code. Owned by `arena`; immutable once indexed. */
typedef struct wg_areas {
  wg_area *item;
  uint32_t n;
  wg_shapes shapes;        /* n features; one without a part has no polygon */
  uint32_t *parent;        /* index, or WG_NO_INDEX */
  uint32_t *enter, *leave; /* Euler tour: b is a or below it when enter[a] <= enter[b] < leave[a] */
  uint32_t *depth;         /* 0 at a root */
} wg_areas;

/* Sorts by code, links parents, numbers the tour. A parent that does not exist makes a root; a cycle or a
 * code given twice is WG_UNPROCESSABLE. shapes is permuted along. */
wg_status wg_areas_index(wg_arena *arena, wg_areas *areas, wg_err *err);
/* The index, or WG_NO_INDEX. A Chinese code is found by its short and its 12-digit spelling alike. */
uint32_t wg_areas_find(const wg_areas *areas, const char *code);
static inline bool wg_area_under(const wg_areas *areas, uint32_t a, uint32_t root) {
  return a != WG_NO_INDEX && root != WG_NO_INDEX && areas->enter[root] <= areas->enter[a] &&
         areas->enter[a] < areas->leave[root];
}

#endif
