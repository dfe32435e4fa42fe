/* A search for coordinates: the text in any datum, and the point in WGS 84. */
#include <math.h>
#include <string.h>

#include "api/search.h"
#include "geo/coord_text.h"
#include "geo/lattice.h"

/* What had to be done to the numbers. */
struct mended {
  bool swapped, zone;
};

static bool convert(const wg_search *s, const char *crs, double x, double y, wg_pt *out) {
  wg_err err = {0};
  return wg_crs_convert(s->a->app->crs, crs, x, y, out, &err) == WG_OK;
}

static bool near(const wg_search *s, wg_pt p) {
  wg_box b = s->a->picture->land->extent;
  int64_t margin = (int64_t)WG_LATTICE / 2;
  return b.x0 <= b.x1 && p.x >= b.x0 - margin && p.x <= b.x1 + margin && p.y >= b.y0 - margin &&
         p.y <= b.y1 + margin;
}

/* Projected coordinates are written northing first or easting first, with the zone before the easting
 * (40512345) or without: what lies in the district is meant, else the numbers as they stand. */
static bool place_projected(const wg_search *s, const wg_coord_text *c, wg_pt *out, struct mended *m) {
  for (int k = 0; k < 4; k++) {
    bool swapped = k & 1, zone = k >= 2;
    double x = swapped ? c->y : c->x, y = swapped ? c->x : c->y;
    if (zone && (x < 1e6 || x >= 1e8)) continue;
    if (convert(s, c->crs, zone ? fmod(x, 1e6) : x, y, out) && near(s, *out)) {
      *m = (struct mended){.swapped = swapped, .zone = zone};
      return true;
    }
  }
  return convert(s, c->crs, c->x, c->y, out);
}

static bool place_degrees(const wg_search *s, const wg_coord_text *c, wg_pt *out, struct mended *m) {
  bool no_latitude = fabs(c->y) > 90 && fabs(c->x) <= 90;
  m->swapped = !c->sure && (no_latitude || wg_looks_swapped(s->a->picture, c->crs, c->x, c->y));
  return convert(s, c->crs, m->swapped ? c->y : c->x, m->swapped ? c->x : c->y, out);
}

static const char *detail(const wg_search *s, const wg_coord_text *c, const struct mended *m) {
  bool zh = strcmp(s->q->lang, "zh") == 0;
  const char *from = c->named && strcmp(c->crs, "wgs84") != 0 ? c->crs : "";
  const char *turned = wg_crs_by_proj(c->crs) ? "纵横坐标已对调" : "经纬度已对调";
  const char *swapped = !m->swapped ? "" : zh ? turned : "the two numbers were swapped";
  const char *zone = !m->zone ? "" : zh ? "已去掉带号" : "the zone number was taken off";
  return wg_arena_printf(&s->q->arena, "%s%s%s%s%s", from, *from && *swapped ? " · " : "", swapped,
                         *zone && (*from || *swapped) ? " · " : "", zone);
}

wg_status wg_search_coordinate(wg_search *s, bool *sure) {
  wg_coord_text c;
  wg_pt at;
  struct mended m = {0};
  wg_owner owner;
  wg_arena *arena = &s->q->arena;
  const wg_picture *p = s->a->picture;
  *sure = false;
  if (!wg_coord_text_parse(s->text, &c)) return WG_OK;
  bool placed = wg_crs_by_proj(c.crs) ? place_projected(s, &c, &at, &m) : place_degrees(s, &c, &at, &m);
  if (!placed) return WG_OK;
  *sure = c.named || c.sure || near(s, at);
  wg_found *h = wg_search_add(s, WG_HIT_COORDINATE);
  h->at = at;
  h->has_position = true;
  h->id = wg_arena_printf(arena, "%.7f,%.7f", wg_lon(at), wg_lat(at));
  h->names = wg_name_map(arena, h->id ? h->id : "");
  h->detail = detail(s, &c, &m);
  if (!wg_find_owner(p, "base", NULL, true, at, s->a->now, p->settings->tolerance_m, &owner, NULL) &&
      owner.area != WG_NO_INDEX)
    h->area = p->land->areas.item[owner.area].code;
  return h->id && h->names && h->detail ? WG_OK : WG_NO_MEMORY;
}
