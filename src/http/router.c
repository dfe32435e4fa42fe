/* The routing tree: each node is a place between two segments. Built once, then only read. */
#include "http/router.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct node node;

typedef struct edge {
  const char *text; /* a literal segment, or the ending behind a {name} */
  size_t len;
  node *to;
} edge;

typedef struct leaf { /* the routes that end here, one per method */
  const wg_route **routes;
  size_t n;
} leaf;

struct node {
  edge *literals, *endings;
  size_t n_literals, n_endings;
  node *any; /* {name} */
  leaf here, rest;
};

struct wg_router {
  node root;
};

static void *grow(void *array, size_t n, size_t size) { return reallocarray(array, n + 1, size); }

static node *child(edge **edges, size_t *n, const char *text, size_t len) {
  for (size_t i = 0; i < *n; i++)
    if ((*edges)[i].len == len && !memcmp((*edges)[i].text, text, len)) return (*edges)[i].to;
  edge *more = grow(*edges, *n, sizeof **edges);
  if (!more) return NULL;
  *edges = more;
  node *to = calloc(1, sizeof *to);
  if (to) more[(*n)++] = (edge){text, len, to};
  return to;
}

static wg_status put(leaf *l, const wg_route *route, wg_err *err) {
  for (size_t i = 0; i < l->n; i++)
    if (!strcmp(l->routes[i]->method, route->method))
      return wg_fail(err, WG_INVALID, "routes",
                     WG_T("%s %s stands twice in the routing table", "路由 %s %s 重复"), route->method,
                     route->pattern);
  const wg_route **more = grow(l->routes, l->n, sizeof *l->routes);
  if (!more) return WG_NO_MEMORY;
  l->routes = more;
  more[l->n++] = route;
  return WG_OK;
}

static wg_status malformed(const wg_route *route, wg_err *err) {
  return wg_fail(err, WG_INVALID, "routes", WG_T("the pattern %s %s is malformed", "路由 %s %s 的写法有误"),
                 route->method, route->pattern);
}

/* Adds the segment [s, s+len) below *at; *rest is set for a {name...}. */
static wg_status add_segment(node **at, const char *s, size_t len, int *params, bool *rest,
                             const wg_route *route, wg_err *err) {
  node *to = NULL;
  if (len == 0 || *rest) return malformed(route, err);
  if (*s != '{') {
    if (memchr(s, '{', len) || memchr(s, '}', len)) return malformed(route, err);
    to = child(&(*at)->literals, &(*at)->n_literals, s, len);
  } else {
    const char *close = memchr(s, '}', len);
    if (!close || close == s + 1 || ++*params > WG_PARAMS_MAX) return malformed(route, err);
    const char *ending = close + 1;
    size_t left = len - (size_t)(ending - s);
    if (memchr(ending, '{', left)) return malformed(route, err);
    if (close - s > 4 && !memcmp(close - 3, "...", 3)) {
      if (left) return malformed(route, err);
      *rest = true;
      return WG_OK;
    }
    if (left)
      to = child(&(*at)->endings, &(*at)->n_endings, ending, left);
    else
      to = (*at)->any ? (*at)->any : ((*at)->any = calloc(1, sizeof **at));
  }
  if (!to) return WG_NO_MEMORY;
  *at = to;
  return WG_OK;
}

static wg_status add(wg_router *router, const wg_route *route, wg_err *err) {
  if (!route->method || !route->pattern || !route->handler)
    return wg_fail(err, WG_INVALID, "routes",
                   WG_T("a route lacks its method, pattern or handler", "路由缺少方法、路径或处理函数"));
  if (!route->rule)
    return wg_fail(err, WG_INVALID, "routes", WG_T("%s %s has no rights rule", "路由 %s %s 没有权限规则"),
                   route->method, route->pattern);
  if (!route->en || !*route->en || !route->zh || !*route->zh)
    return wg_fail(err, WG_INVALID, "routes", WG_T("%s %s has no summary", "路由 %s %s 没有说明"),
                   route->method, route->pattern);
  if (route->pattern[0] != '/' || !strcmp(route->method, "HEAD") || !strcmp(route->method, "OPTIONS"))
    return malformed(route, err);
  node *at = &router->root;
  bool rest = false;
  int params = 0, segments = 0;
  const char *s = route->pattern + 1;
  while (*s || s - 1 != route->pattern) { /* "/" alone has no segment */
    size_t len = strcspn(s, "/");
    if (++segments > WG_SEGMENTS_MAX) return malformed(route, err);
    wg_status st = add_segment(&at, s, len, &params, &rest, route, err);
    if (st) return st;
    s += len;
    if (!*s) break;
    s++;
  }
  return put(rest ? &at->rest : &at->here, route, err);
}

static void free_node(node *n) {
  for (size_t i = 0; i < n->n_literals; i++) free_node(n->literals[i].to), free(n->literals[i].to);
  for (size_t i = 0; i < n->n_endings; i++) free_node(n->endings[i].to), free(n->endings[i].to);
  if (n->any) free_node(n->any), free(n->any);
  free(n->literals);
  free(n->endings);
  free(n->here.routes);
  free(n->rest.routes);
}

wg_status wg_router_new(const wg_route *routes, size_t n, wg_router **out, wg_err *err) {
  wg_router *r = calloc(1, sizeof *r);
  if (!r) return WG_NO_MEMORY;
  for (size_t i = 0; i < n; i++) {
    wg_status st = add(r, &routes[i], err);
    if (st) {
      wg_router_free(r);
      return st;
    }
  }
  *out = r;
  return WG_OK;
}

void wg_router_free(wg_router *r) {
  if (!r) return;
  free_node(&r->root);
  free(r);
}

/* --- finding ------------------------------------------------------------------------------------------ */

typedef struct search {
  const char *method; /* HEAD already turned to GET */
  const char *path;
  char *split;
  size_t begin[WG_SEGMENTS_MAX], len[WG_SEGMENTS_MAX]; /* of each segment, from the path's start */
  int n;
  size_t cut[WG_PARAMS_MAX]; /* where a param ends; 0: it is a rest and ends with the path */
  wg_match *m;
  const wg_route *found;
} search;

static void allow(wg_match *m, const char *method) {
  for (const char *at = m->allow; (at = strstr(at, method)); at++) {
    char next = at[strlen(method)];
    if ((at == m->allow || at[-1] == ' ') && (next == 0 || next == ',')) return;
  }
  size_t n = strlen(m->allow);
  snprintf(m->allow + n, sizeof m->allow - n, "%s%s", n ? ", " : "", method);
}

static bool take(search *s, const leaf *l) {
  for (size_t i = 0; i < l->n; i++) {
    if (!strcmp(l->routes[i]->method, s->method)) {
      s->found = l->routes[i];
      return true;
    }
    allow(s->m, l->routes[i]->method);
    if (!strcmp(l->routes[i]->method, "GET")) allow(s->m, "HEAD");
  }
  return false;
}

static bool walk(search *s, const node *at, int i);

static bool walk_param(search *s, const node *to, int i, size_t value_len) {
  wg_match *m = s->m;
  int k = m->n_params;
  m->param[k] = s->split + s->begin[i];
  s->cut[k] = s->begin[i] + value_len;
  m->n_params = k + 1;
  if (walk(s, to, i + 1)) return true;
  m->n_params = k;
  return false;
}

static bool walk(search *s, const node *at, int i) {
  if (i == s->n) return take(s, &at->here);
  const char *text = s->path + s->begin[i];
  size_t len = s->len[i];
  if (!len) return false;
  for (size_t e = 0; e < at->n_literals; e++) {
    const edge *l = &at->literals[e];
    if (l->len == len && !memcmp(l->text, text, len)) {
      if (walk(s, l->to, i + 1)) return true;
      break;
    }
  }
  if (s->m->n_params == WG_PARAMS_MAX) return false; /* add() allows no such pattern */
  for (size_t e = 0; e < at->n_endings; e++) {
    const edge *l = &at->endings[e];
    if (len > l->len && !memcmp(text + len - l->len, l->text, l->len) &&
        walk_param(s, l->to, i, len - l->len))
      return true;
  }
  if (at->any && walk_param(s, at->any, i, len)) return true;
  if (at->rest.n && take(s, &at->rest)) {
    s->m->param[s->m->n_params] = text;
    s->cut[s->m->n_params++] = 0;
    return true;
  }
  return false;
}

void wg_router_find(const wg_router *r, const char *method, const char *path, char *split, wg_match *out) {
  out->route = NULL;
  out->n_params = 0;
  out->allow[0] = 0;
  search s = {.method = strcmp(method, "HEAD") ? method : "GET", .path = path, .split = split, .m = out};
  if (path[0] != '/') return;
  for (const char *p = path + 1; *p;) {
    size_t len = strcspn(p, "/");
    if (s.n == WG_SEGMENTS_MAX) return;
    s.begin[s.n] = (size_t)(p - path);
    s.len[s.n++] = len;
    p += len;
    if (*p && !*++p) { /* a slash at the end: one more, empty segment, which nothing matches */
      if (s.n == WG_SEGMENTS_MAX) return;
      s.begin[s.n] = (size_t)(p - path);
      s.len[s.n++] = 0;
    }
  }
  if (!walk(&s, &r->root, 0)) return;
  for (int k = 0; k < out->n_params; k++)
    if (s.cut[k]) split[s.cut[k]] = 0;
  out->route = s.found;
}
