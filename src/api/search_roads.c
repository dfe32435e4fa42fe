/* Search in the roads of the base map. A road that is drawn in pieces is one hit where the pieces meet. */
#include <inttypes.h>
#include <string.h>

#include "api/land_tiles.h"
#include "api/search.h"

enum { MEET = 20000 }; /* lattice steps, about 200 m */

struct road_hit {
  int fit;
  const wg_road *road;
  int point; /* the first that the asker may see */
  wg_box box;
};
struct road_list {
  struct road_hit item[WG_SEARCH_MOST];
  int n, limit;
};

static bool meet(wg_box a, wg_box b) {
  return (int64_t)a.x0 - MEET <= b.x1 && (int64_t)b.x0 - MEET <= a.x1 && (int64_t)a.y0 - MEET <= b.y1 &&
         (int64_t)b.y0 - MEET <= a.y1;
}

static wg_box both(wg_box a, wg_box b) {
  return (wg_box){a.x0 < b.x0 ? a.x0 : b.x0, a.y0 < b.y0 ? a.y0 : b.y0, a.x1 > b.x1 ? a.x1 : b.x1,
                  a.y1 > b.y1 ? a.y1 : b.y1};
}

static void keep_road(struct road_list *l, struct road_hit h) {
  for (int k = 0; k < l->n; k++)
    if (strcmp(l->item[k].road->names, h.road->names) == 0 && meet(l->item[k].box, h.box)) {
      l->item[k].box = both(l->item[k].box, h.box);
      return;
    }
  int k = l->n;
  if (k == l->limit && l->item[k - 1].fit <= h.fit) return;
  if (k < l->limit) l->n++;
  if (k == l->limit) k--;
  for (; k > 0 && l->item[k - 1].fit > h.fit; k--) l->item[k] = l->item[k - 1];
  l->item[k] = h;
}

static int seen_point(wg_search *s, const wg_road *road) {
  for (int k = 0; k < road->n; k++)
    if (wg_sight_area(&s->map, road->area[k], WG_ORDINARY)) return k;
  return -1;
}

static wg_status add_road(wg_search *s, const wg_roads *roads, const struct road_hit *b) {
  uint32_t area = b->road->area[b->point];
  wg_found *h = wg_search_add(s, WG_HIT_PLACE);
  if (!h) return WG_OK;
  h->id = wg_arena_printf(&s->q->arena, "road-%u", (unsigned)(b->road - roads->item));
  h->names = b->road->names;
  h->detail = strcmp(s->q->lang, "zh") == 0 ? "道路" : "road";
  h->has_position = true;
  h->at = b->road->at[b->point];
  h->box = b->box;
  if (area != WG_NO_INDEX) h->area = s->a->picture->land->areas.item[area].code;
  return h->id ? WG_OK : WG_NO_MEMORY;
}

/* Before the places, and at most half of what is asked for: neither hides the other. */
wg_status wg_search_roads(wg_search *s) {
  const wg_land_tiles *tiles = s->a->picture->land->extra;
  struct road_list l = {.limit = (s->limit + 1) / 2};
  wg_status st = WG_OK;
  for (uint32_t i = 0; tiles && i < tiles->roads.n; i++) {
    const wg_road *road = &tiles->roads.item[i];
    int fit = wg_names_fit(&tiles->roads.made[i], "", &s->typed);
    int point = fit < WG_FIT_NONE ? seen_point(s, road) : -1;
    if (point >= 0) keep_road(&l, (struct road_hit){fit, road, point, road->box});
  }
  for (int k = 0; !st && k < l.n; k++) st = add_road(s, &tiles->roads, &l.item[k]);
  return st;
}
