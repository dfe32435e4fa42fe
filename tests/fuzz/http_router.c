/* Paths from outside: whatever they are, a match's parameters lie in the path that was given, and a path that
 * a pattern does not cover finds nothing. */
#include <string.h>

#include "fuzz/fuzz.h"
#include "http/router.h"

static wg_status handler(wg_request *q, wg_response *r) {
  (void)q, (void)r;
  return WG_OK;
}

static const wg_route routes[] = {
    {"GET", "/", handler, WG_INLINE, 1, 0, "a", "a"},
    {"GET", "/api/v1/incidents", handler, WG_INLINE, 1, 0, "a", "a"},
    {"POST", "/api/v1/incidents", handler, WG_INLINE, 1, 9, "a", "a"},
    {"GET", "/api/v1/incidents/{id}", handler, WG_INLINE, 1, 0, "a", "a"},
    {"GET", "/api/v1/incidents/{id}/events", handler, WG_INLINE, 1, 0, "a", "a"},
    {"GET", "/api/v1/incidents/newest", handler, WG_INLINE, 1, 0, "a", "a"},
    {"GET", "/tiles/{layer}.json", handler, WG_INLINE, 1, 0, "a", "a"},
    {"GET", "/tiles/{layer}/{z}/{x}/{y}.mvt", handler, WG_INLINE, 1, 0, "a", "a"},
    {"GET", "/assets/{name...}", handler, WG_INLINE, 1, 0, "a", "a"},
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  wg_router *router = NULL;
  FUZZ_HOLDS(!wg_router_new(routes, sizeof routes / sizeof *routes, &router, NULL));
  char *path = fuzz_text(bytes, n), *split = fuzz_text(bytes, n);
  size_t len = strlen(path);
  static const char *const methods[] = {"GET", "POST", "HEAD", "DELETE"};
  for (int m = 0; path[0] == '/' && m < 4; m++) {
    memcpy(split, path, len + 1);
    wg_match match;
    wg_router_find(router, methods[m], path, split, &match);
    FUZZ_HOLDS(match.n_params >= 0 && match.n_params <= WG_PARAMS_MAX);
    if (!match.route) continue;
    FUZZ_HOLDS(match.route >= routes && match.route < routes + sizeof routes / sizeof *routes);
    FUZZ_HOLDS(strcmp(match.route->method, m == 2 ? "GET" : methods[m]) == 0);
    for (int i = 0; i < match.n_params; i++) {
      const char *p = match.param[i];
      FUZZ_HOLDS((p >= path && p <= path + len) || (p >= split && p <= split + len));
      FUZZ_HOLDS(*p && strlen(p) <= len);
    }
    if (!strchr(match.route->pattern, '{')) FUZZ_HOLDS(strcmp(match.route->pattern, path) == 0);
  }
  free(path);
  free(split);
  wg_router_free(router);
  return 0;
}
