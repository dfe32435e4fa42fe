/* Search in what lies in the store or in the live table: incidents by number, places by their words. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "api/search.h"
#include "base/json.h"
#include "base/text.h"

/* --- incidents ----------------------------------------------------------------------------------------- */

enum { SERIAL_DIGITS = 6 };

static wg_status add_incident(wg_search *s, const wg_incident *i) {
  wg_arena *arena = &s->q->arena;
  const wg_category *c = wg_picture_category(s->a->picture, i->category);
  wg_found *h = wg_search_add(s, WG_HIT_INCIDENT);
  if (!h) return WG_OK;
  h->id = wg_arena_printf(arena, "%" PRId64, i->id);
  h->names = wg_name_map(arena, i->number);
  const char *what = c ? wg_name_pick(arena, c->names, s->q->lang) : i->category;
  h->detail = wg_arena_printf(arena, "%s · %s", what ? what : "", wg_state_title(i->state, s->q->lang));
  h->has_position = i->has_position;
  h->at = i->at;
  h->area = wg_arena_strdup(arena, i->area);
  return h->id && h->names && h->detail && h->area ? WG_OK : WG_NO_MEMORY;
}

struct stored {
  wg_search *s;
  wg_store *store;
};

static wg_status stored_row(void *ctx, const void *row) {
  struct stored *x = ctx;
  const wg_incident *i = row;
  const char *const *orgs = NULL;
  wg_asker *a = x->s->a;
  wg_status st = x->store->incident_orgs(x->store, &x->s->q->arena, i->id, &orgs, &x->s->q->err);
  return st || !wg_may_see(a->picture, a->viewer, i, orgs, a->now) ? st : add_incident(x->s, i);
}

/* A serial alone says little: those of the live table that have it, the newest first. */
struct newest {
  wg_sight sight;
  int64_t serial;
  wg_incident item[WG_SEARCH_MOST];
  int n, limit;
};

/* Under the lock, and of most rows asked in vain: their last digit is another. */
static bool has_serial(const char *number, int64_t serial) {
  size_t n = strlen(number);
  int64_t there;
  if (!n || number[n - 1] != (char)('0' + serial % 10)) return false;
  const char *dash = strrchr(number, '-');
  return dash && dash[1] != '-' && wg_text_int(dash + 1, &there) && there == serial;
}

static bool live_row(void *ctx, const wg_live_brief *b) {
  struct newest *x = ctx;
  const wg_incident *i = &b->row->i;
  if (!has_serial(i->number, x->serial) || !wg_sight_brief(&x->sight, b)) return true;
  int k = x->n;
  if (k == x->limit && x->item[k - 1].id > i->id) return true;
  if (k < x->limit)
    x->n++;
  else
    k--;
  for (; k > 0 && x->item[k - 1].id < i->id; k--) x->item[k] = x->item[k - 1];
  x->item[k] = *i;
  return true;
}

static wg_status by_serial(wg_search *s, int64_t serial) {
  struct newest *x = wg_arena_alloc(&s->q->arena, sizeof *x);
  if (!x) return WG_NO_MEMORY;
  x->serial = serial;
  x->limit = s->limit;
  wg_status st = wg_sight_init(&x->sight, s->a->picture, s->a->viewer, WG_V_SEE_INCIDENT, s->a->now);
  if (st) return st;
  wg_live_each(wg_engine_live(atomic_load(&s->a->app->engine)), s->a->picture->land, live_row, x);
  wg_sight_deinit(&x->sight);
  for (int k = 0; !st && k < x->n; k++) st = add_incident(s, &x->item[k]);
  return st;
}

wg_status wg_search_incidents(wg_search *s) {
  wg_asker *a = s->a;
  size_t digits = strspn(s->text, "0123456789");
  int64_t serial;
  if (!wg_may(&a->picture->land->areas, a->viewer, WG_V_SEE_INCIDENT, NULL, a->now) ||
      !strpbrk(s->text, "0123456789"))
    return WG_OK;
  struct stored x = {.s = s};
  wg_status st = wg_mine_store(s->q->pool_mine, &x.store, &s->q->err);
  if (!st) st = x.store->incidents_numbered(x.store, &s->q->arena, s->text, stored_row, &x, &s->q->err);
  if (st || s->text[digits] || digits > SERIAL_DIGITS || !wg_text_int(s->text, &serial)) return st;
  return by_serial(s, serial);
}

/* --- places -------------------------------------------------------------------------------------------- */

enum { PLACES_MOST = 3000 }; /* looked through for those that the asker may see */

struct places {
  wg_search *s;
  bool enough;
};

static wg_status place_row(void *ctx, const void *row) {
  struct places *x = ctx;
  const wg_place *p = row;
  wg_search *s = x->s;
  wg_arena *arena = &s->q->arena;
  uint32_t area = p->area[0] ? wg_areas_find(&s->a->picture->land->areas, p->area) : WG_NO_INDEX;
  if (!wg_sight_area(&s->map, area, WG_ORDINARY)) return WG_OK;
  wg_found *h = wg_search_add(s, WG_HIT_PLACE);
  x->enough = h == NULL;
  if (!h) return WG_CONFLICT; /* ends the walk */
  h->id = wg_arena_printf(arena, "%" PRId64, p->id);
  h->names = wg_name_map(arena, p->name);
  h->detail = p->address[0] ? p->address : p->alias;
  h->has_position = p->has_position;
  h->at = p->at;
  h->area = wg_arena_strdup(arena, p->area);
  return h->id && h->names && h->area ? WG_OK : WG_NO_MEMORY;
}

wg_status wg_search_places(wg_search *s) {
  struct places x = {.s = s};
  wg_store *store = NULL;
  wg_status st = wg_mine_store(s->q->pool_mine, &store, &s->q->err);
  if (!st) st = store->places_find(store, &s->q->arena, s->text, PLACES_MOST, place_row, &x, &s->q->err);
  return x.enough ? WG_OK : st;
}
