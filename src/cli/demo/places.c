/* Places with names and addresses. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "cli/demo/random.h"
#include "cli/demo/sketch.h"

enum { ADDRESSES_MOST = 30000 };

static const char *const class_of[DEMO_FACILITIES] = {
    [DEMO_SCHOOL] = "school",  [DEMO_HOSPITAL] = "hospital", [DEMO_MARKET] = "marketplace",
    [DEMO_PARK] = "park",      [DEMO_STATION] = "station",   [DEMO_POLICE] = "police",
    [DEMO_CENTRE] = "townhall"};

/* Somewhere in a cell: on a line from its site towards a corner. */
static demo_xy in_cell(const demo_graph *g, uint32_t cell, demo_rng *r) {
  demo_xy o = g->site[cell], p = g->vertex[g->corner[g->first[cell] + demo_below(r, g->len[cell])]].at;
  double k = demo_between(r, 0.1, 0.7);
  return (demo_xy){o.x + (p.x - o.x) * k, o.y + (p.y - o.y) * k};
}

static const char *zh_of(const demo_land *l, const char *code, wg_arena *a) {
  for (uint32_t lo = 0, hi = l->n_areas; lo < hi;) {
    uint32_t mid = (lo + hi) / 2;
    int c = strcmp(l->area[mid].code, code);
    if (c == 0) return wg_name_pick(a, l->area[mid].names, "zh");
    if (c < 0)
      lo = mid + 1;
    else
      hi = mid;
  }
  return "";
}

static wg_status put_place(demo_sketch *s, const demo_community *c, demo_xy at, const char *name,
                           const char *kind, uint32_t number) {
  const demo_land *l = s->land;
  const char *township = zh_of(l, l->areas.township[c->township].code, &s->scratch);
  const char *community = zh_of(l, c->code, &s->scratch);
  wg_place p = {.name = name, .kind = kind, .has_position = true, .at = demo_lattice(at)};
  p.address = wg_arena_printf(&s->scratch, "%s%s%u号", township, community, number);
  if (!p.address) return WG_NO_MEMORY;
  if (!name[0]) p.name = p.address;
  snprintf(p.area, sizeof p.area, "%s", c->code);
  return s->store->place_put(s->store, &p, s->err);
}

static wg_status put_facility(demo_sketch *s, const demo_community *c, int what, uint32_t k, demo_rng *r) {
  demo_xy at = in_cell(&s->land->graph, c->heart, r);
  wg_pt p = demo_lattice(at);
  demo_name name = demo_facility_name(s->land->seed, k, what);
  wg_status st = demo_put_points(s, "poi", class_of[what], &name, 1, &p, 1);
  return st ? st : put_place(s, c, at, name.zh, "poi", 1 + demo_below(r, 80));
}

/* How many communities share one. */
static const uint32_t one_in[DEMO_FACILITIES] = {[DEMO_SCHOOL] = 4,   [DEMO_HOSPITAL] = 9, [DEMO_MARKET] = 6,
                                                 [DEMO_STATION] = 60, [DEMO_POLICE] = 14,  [DEMO_CENTRE] = 3};

wg_status demo_draw_places(demo_sketch *s) {
  const demo_land *l = s->land;
  uint32_t count[DEMO_FACILITIES] = {0}, addresses = 0;
  wg_status st = WG_OK;
  for (uint32_t i = 0; !st && i < l->areas.n_communities; i++) {
    const demo_community *c = l->areas.community + i;
    demo_rng r = demo_stream(l->field->seed, 91, i);
    for (int what = 0; !st && what < DEMO_FACILITIES; what++)
      if (one_in[what] && demo_below(&r, one_in[what]) == 0) st = put_facility(s, c, what, count[what]++, &r);
    for (uint32_t n = 0; !st && n < 4 && addresses < ADDRESSES_MOST; n++, addresses++)
      st = put_place(s, c, in_cell(&l->graph, c->heart, &r), "", "address", 1 + 7 * n + demo_below(&r, 7));
    wg_arena_clear(&s->scratch);
  }
  return st;
}
