/* Search within the api room. */
#ifndef WG_API_SEARCH_H
#define WG_API_SEARCH_H

#include "api/app.h"
#include "engine/names.h"

/* In the order in which they are answered. */
enum {
  WG_HIT_COORDINATE,
  WG_HIT_GRID,
  WG_HIT_INCIDENT,
  WG_HIT_AREA,
  WG_HIT_PLACE,
  WG_HIT_STAFF,
  WG_HIT_TYPES
};
enum { WG_SEARCH_MOST = 50, WG_SEARCH_USUAL = 12, WG_SEARCH_CHARS = 100 };

/* All texts in the request's arena, or in the picture. */
typedef struct wg_found {
  const char *id, *names; /* names: a name map */
  const char *detail;     /* or NULL */
  bool has_position;
  wg_pt at;
  wg_box box;       /* x0 > x1: none */
  const char *area; /* its code, "" or NULL: none */
} wg_found;

typedef struct wg_search {
  wg_request *q;
  wg_asker *a;
  const char *text; /* as typed, trimmed */
  wg_typed typed;
  wg_sight map; /* which areas the asker sees on the map */
  int limit;
  wg_found hit[WG_HIT_TYPES][WG_SEARCH_MOST];
  int n[WG_HIT_TYPES];
} wg_search;

/* The next free one of its type, without a position or a box; NULL: there are enough. */
wg_found *wg_search_add(wg_search *s, int type);
/* search_coord.c. *sure: it can be nothing else. */
wg_status wg_search_coordinate(wg_search *s, bool *sure);
/* search_land.c */
wg_status wg_search_land(wg_search *s);
wg_status wg_search_staff(wg_search *s);
/* search_roads.c */
wg_status wg_search_roads(wg_search *s);
/* search_rows.c: what lies in the store. */
wg_status wg_search_incidents(wg_search *s);
wg_status wg_search_places(wg_search *s);

#endif
