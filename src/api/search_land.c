/* Search in the picture: grids, areas, staff, by code, name and initials. One walk over each; of equal fits
 * the first codes. */
#include <inttypes.h>
#include <string.h>

#include "api/search.h"
#include "geo/coverage.h"

struct best {
  int fit;
  uint32_t network, index;
};
struct list {
  struct best item[WG_SEARCH_MOST];
  int n, limit;
};

static void keep(struct list *l, struct best b) {
  int k = l->n;
  if (k == l->limit && l->item[k - 1].fit <= b.fit) return;
  if (k < l->limit) l->n++;
  if (k == l->limit) k--;
  for (; k > 0 && l->item[k - 1].fit > b.fit; k--) l->item[k] = l->item[k - 1];
  l->item[k] = b;
}

static void put_shape(wg_found *h, const wg_shapes *shapes, uint32_t f) {
  h->box = wg_shapes_box(shapes, f);
  h->has_position = wg_shape_inner_point(shapes, f, &h->at);
}

static void find_grids(wg_search *s) {
  const wg_land *land = s->a->picture->land;
  struct list l = {.limit = s->limit};
  for (uint32_t n = 0; n < land->n_networks; n++) {
    const wg_network *net = land->network[n];
    for (uint32_t g = 0; net->names && g < net->plan.n; g++) {
      int fit = wg_names_fit(&net->names[g], net->plan.grid[g].code, &s->typed);
      if (fit < WG_FIT_NONE && wg_sight_area(&s->map, land->grid_area[n][g], WG_ORDINARY))
        keep(&l, (struct best){fit, n, g});
    }
  }
  for (int k = 0; k < l.n; k++) {
    const wg_plan *plan = &land->network[l.item[k].network]->plan;
    const wg_grid *g = &plan->grid[l.item[k].index];
    wg_found *h = wg_search_add(s, WG_HIT_GRID);
    h->id = g->code;
    h->names = g->names;
    h->detail = strcmp(plan->network, "base") == 0
                    ? g->code
                    : wg_arena_printf(&s->q->arena, "%s · %s", g->code, plan->network);
    h->area = g->area;
    put_shape(h, &plan->shapes, l.item[k].index);
  }
}

static void find_areas(wg_search *s) {
  const wg_land *land = s->a->picture->land;
  const wg_areas *areas = &land->areas;
  struct list l = {.limit = s->limit};
  for (uint32_t i = 0; land->names && i < areas->n; i++) {
    int fit = wg_names_fit(&land->names[i], areas->item[i].code, &s->typed);
    if (fit < WG_FIT_NONE && wg_sight_area(&s->map, i, WG_ORDINARY)) keep(&l, (struct best){fit, 0, i});
  }
  for (int k = 0; k < l.n; k++) {
    uint32_t i = l.item[k].index;
    wg_found *h = wg_search_add(s, WG_HIT_AREA);
    h->id = areas->item[i].code;
    h->names = areas->item[i].names;
    h->detail = areas->item[i].code;
    if (areas->parent[i] != WG_NO_INDEX && wg_sight_area(&s->map, areas->parent[i], WG_ORDINARY))
      h->area = areas->item[areas->parent[i]].code;
    put_shape(h, &areas->shapes, i);
  }
}

wg_status wg_search_land(wg_search *s) {
  find_grids(s);
  find_areas(s);
  return WG_OK;
}

/* --- staff --------------------------------------------------------------------------------------------- */

/* Where somebody serves first: the title, the grid, and its box. */
static void put_post(wg_search *s, wg_found *h, const wg_post *post) {
  const wg_picture *p = s->a->picture;
  uint32_t index = 0;
  const wg_network *net = wg_picture_network(p, post->network, &index);
  uint32_t g = net ? wg_plan_find(&net->plan, post->grid) : WG_NO_INDEX;
  h->detail = wg_arena_printf(&s->q->arena, "%s · %s", wg_post_title(post->kind, s->q->lang), post->grid);
  if (g == WG_NO_INDEX) return;
  h->area = net->plan.grid[g].area;
  put_shape(h, &net->plan.shapes, g);
}

wg_status wg_search_staff(wg_search *s) {
  const wg_people *people = s->a->picture->people;
  const wg_roster *roster = &people->roster;
  struct list l = {.limit = s->limit};
  if (!people->names || !wg_may(&s->a->picture->land->areas, s->a->viewer, WG_V_SEE_STAFF, NULL, s->a->now))
    return WG_OK;
  for (uint32_t i = 0; i < roster->n_staff; i++) {
    int fit = wg_names_fit(&people->names[i], roster->staff[i].code, &s->typed);
    if (fit < WG_FIT_NONE && wg_sees_person(s->a, roster->staff[i].id)) keep(&l, (struct best){fit, 0, i});
  }
  for (int k = 0; k < l.n; k++) {
    const wg_staff *one = &roster->staff[l.item[k].index];
    uint32_t n = 0;
    const uint32_t *posts = wg_posts_of(people, one->id, &n);
    wg_found *h = wg_search_add(s, WG_HIT_STAFF);
    h->id = wg_arena_printf(&s->q->arena, "%" PRId64, one->id);
    h->names = wg_name_map(&s->q->arena, one->name);
    h->detail = one->code;
    if (n) put_post(s, h, &roster->post[posts[0]]);
    if (!h->id || !h->names || !h->detail) return WG_NO_MEMORY;
  }
  return WG_OK;
}
