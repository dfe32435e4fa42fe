/* The routing table, compiled into a tree of path segments.
 *
 * Pattern: '/'-led segments, each a literal, a {name} (one whole segment), a {name} with a literal ending
 * ("{y}.mvt"), or, last, a {name...} (all that remains, at least one segment, slashes included). A literal
 * wins over an ending, an ending over a whole {name}, that over the rest; the search backs up where the
 * better one leads nowhere. */
#ifndef WG_HTTP_ROUTER_H
#define WG_HTTP_ROUTER_H

#include "http/http.h"

enum { WG_PARAMS_MAX = 4, WG_SEGMENTS_MAX = 24, WG_ALLOW_LEN = 96 };

typedef struct wg_router wg_router;

/* Refuses (WG_INVALID): a route without rule, handler or summary, a malformed pattern, a route given twice.
 * The routes must outlive the router. */
wg_status wg_router_new(const wg_route *routes, size_t n, wg_router **out, wg_err *err);
void wg_router_free(wg_router *router);

typedef struct wg_match {
  const wg_route *route;            /* NULL: none for this method */
  const char *param[WG_PARAMS_MAX]; /* into `split`, or into `path` for a rest */
  int n_params;
  char allow[WG_ALLOW_LEN]; /* when route is NULL: the path's methods, or empty: no such path */
} wg_match;

/* path: decoded, without dot or empty segments. split: a copy of path that the call cuts at the slashes and
 * that the params point into. HEAD finds GET's route. */
void wg_router_find(const wg_router *router, const char *method, const char *path, char *split,
                    wg_match *out);

#endif
