/* Vertices are numbered through a hash of their coordinates, edges hang in a list at the vertex they leave.
 * An edge that meets its own opposite strikes it out, so what is left is balanced: as many edges come to a
 * vertex as leave it, and it can be walked off in closed loops. Where several leave, the walk takes the one
 * farthest to the left of where it came from (the inside is on the left): it follows the wedge of the inside
 * it is in. A vertex met again closes a loop at once, so loops are simple and touch at vertices only. */
#include "tile/soup.h"

#include <stdlib.h>
#include <string.h>

#include "tile/tile_internal.h"

enum { NONE = UINT32_MAX };
enum { LOW = -WG_TILE_BUFFER, HIGH = WG_TILE_EXTENT + WG_TILE_BUFFER };

struct slot {
  uint64_t key;
  uint32_t stamp, id;
};

struct node {
  wg_tpt at;
  uint32_t out; /* first edge leaving, NONE */
  uint32_t pos; /* place on the walk, NONE */
};

struct edge {
  uint32_t to, next;
};

struct border { /* an edge along side `side` of the clip, from lo to hi (dir 1) or back (dir -1); or a mark
                   (0) */
  int32_t side, at, delta;
};

struct loop {
  uint32_t from, n; /* in loop_pts */
  int64_t area2;    /* > 0 a shell, < 0 a hole */
  int32_t x0, y0, x1, y1;
  uint32_t shell; /* of a hole: its shell's number, NONE */
  uint32_t hole;  /* of a shell: its first hole; of a hole: the next of its shell */
};

struct wg_soup {
  wg_status status;
  struct slot *slots;
  uint32_t n_slots, stamp;
  struct node *nodes;
  uint32_t n_nodes, cap_nodes;
  struct edge *edges;
  uint32_t n_edges, cap_edges;
  struct border *borders;
  uint32_t n_borders, cap_borders;
  uint32_t *path;
  uint32_t cap_path;
  wg_tpt *loop_pts;
  uint32_t n_loop_pts, cap_loop_pts;
  struct loop *loops;
  uint32_t n_loops, cap_loops;
};

wg_soup *wg_soup_new(void) { return calloc(1, sizeof(wg_soup)); }

void wg_soup_free(wg_soup *s) {
  if (!s) return;
  free(s->slots);
  free(s->nodes);
  free(s->edges);
  free(s->borders);
  free(s->path);
  free(s->loop_pts);
  free(s->loops);
  free(s);
}

/* Makes room for `need` elements; false sticks as WG_NO_MEMORY. */
static bool room(wg_soup *s, void *data, uint32_t *cap, uint64_t need, size_t size) {
  if (need <= *cap) return true;
  if (s->status) return false;
  uint64_t want = *cap ? *cap * 2ULL : 256;
  if (want < need) want = need;
  void *p = want < INT32_MAX ? realloc(*(void **)data, want * size) : NULL;
  if (!p) {
    s->status = WG_NO_MEMORY;
    return false;
  }
  *(void **)data = p;
  *cap = (uint32_t)want;
  return true;
}

/* An empty table of points for n of them. */
static bool table_begin(wg_soup *s, uint32_t n) {
  uint32_t want = s->n_slots ? s->n_slots : 256;
  while (want < 2ULL * n && want < (1u << 30)) want *= 2;
  if (want != s->n_slots) {
    struct slot *p = calloc(want, sizeof *p);
    if (!p) return false;
    free(s->slots);
    s->slots = p;
    s->n_slots = want;
    s->stamp = 0;
  }
  if (++s->stamp == 0) { /* the stamps went round */
    memset(s->slots, 0, s->n_slots * sizeof *s->slots);
    s->stamp = 1;
  }
  return true;
}

static inline uint64_t key_of(wg_tpt p) { return (uint64_t)(uint32_t)p.x << 32 | (uint32_t)p.y; }

static inline struct slot *table_find(wg_soup *s, wg_tpt p) {
  uint64_t key = key_of(p), h = key * 0x9e3779b97f4a7c15ULL;
  uint32_t mask = s->n_slots - 1, i = (uint32_t)(h >> 32) & mask;
  while (s->slots[i].stamp == s->stamp && s->slots[i].key != key) i = (i + 1) & mask;
  return &s->slots[i];
}

bool wg_soup_distinct(wg_soup *s, const wg_tpt *pts, uint32_t n) {
  if (!table_begin(s, n)) return false;
  for (uint32_t i = 0; i < n; i++) {
    struct slot *slot = table_find(s, pts[i]);
    if (slot->stamp == s->stamp) return false;
    slot->stamp = s->stamp;
    slot->key = key_of(pts[i]);
  }
  return true;
}

/* ---- edges in ---- */

void wg_soup_begin(wg_soup *s, uint32_t n) {
  s->status = WG_OK;
  s->n_nodes = s->n_edges = s->n_borders = s->n_loop_pts = s->n_loops = 0;
  if (!table_begin(s, n)) s->status = WG_NO_MEMORY;
  room(s, &s->nodes, &s->cap_nodes, n, sizeof *s->nodes);
  room(s, &s->edges, &s->cap_edges, n, sizeof *s->edges);
}

static uint32_t node_of(wg_soup *s, wg_tpt p) {
  struct slot *slot = table_find(s, p);
  if (slot->stamp != s->stamp) {
    slot->stamp = s->stamp;
    slot->key = key_of(p);
    slot->id = s->n_nodes;
    s->nodes[s->n_nodes++] = (struct node){p, NONE, NONE}; /* begin made room for every vertex */
  }
  return slot->id;
}

static void put_edge(wg_soup *s, wg_tpt from, wg_tpt to) {
  uint32_t u = node_of(s, from), v = node_of(s, to);
  for (uint32_t *at = &s->nodes[v].out; *at != NONE; at = &s->edges[*at].next) {
    if (s->edges[*at].to != u) continue;
    *at = s->edges[*at].next;
    return;
  }
  if (!room(s, &s->edges, &s->cap_edges, (uint64_t)s->n_edges + 1, sizeof *s->edges)) return;
  s->edges[s->n_edges] = (struct edge){v, s->nodes[u].out};
  s->nodes[u].out = s->n_edges++;
}

static void put_border(wg_soup *s, int side, int32_t at, int32_t delta) {
  if (!room(s, &s->borders, &s->cap_borders, (uint64_t)s->n_borders + 1, sizeof *s->borders)) return;
  s->borders[s->n_borders++] = (struct border){side, at, delta};
}

/* The sides of the clip: 0 west, 1 east, 2 north, 3 south. */
static bool on_side(wg_tpt p, int side) {
  switch (side) {
  case 0:
    return p.x == LOW;
  case 1:
    return p.x == HIGH;
  case 2:
    return p.y == LOW;
  default:
    return p.y == HIGH;
  }
}

static inline int32_t along(wg_tpt p, int side) { return side < 2 ? p.y : p.x; }

void wg_soup_ring(wg_soup *s, const wg_tpt *pts, uint32_t n) {
  for (uint32_t i = 0; i < n && !s->status; i++) {
    wg_tpt a = pts[i], b = pts[i + 1 < n ? i + 1 : 0];
    int side = 0, border = -1;
    if (a.x == LOW || a.x == HIGH || a.y == LOW || a.y == HIGH)
      for (; side < 4; side++) {
        if (!on_side(a, side)) continue;
        put_border(s, side, along(a, side), 0);
        if (on_side(b, side)) border = side;
      }
    if (border < 0) {
      put_edge(s, a, b);
    } else { /* counts up where the edges run forward, down where they run back */
      int32_t from = along(a, border), to = along(b, border);
      put_border(s, border, from, 1);
      put_border(s, border, to, -1);
    }
  }
}

static int by_place(const void *a, const void *b) {
  const struct border *p = a, *q = b;
  if (p->side != q->side) return p->side < q->side ? -1 : 1;
  return (p->at > q->at) - (p->at < q->at);
}

static wg_tpt side_point(int side, int32_t at) {
  switch (side) {
  case 0:
    return (wg_tpt){LOW, at};
  case 1:
    return (wg_tpt){HIGH, at};
  case 2:
    return (wg_tpt){at, LOW};
  default:
    return (wg_tpt){at, HIGH};
  }
}

/* What runs along each side, net: pieces between neighbouring vertices that more edges walk one way than the
 * other. */
static void settle_borders(wg_soup *s) {
  if (!s->n_borders) return;
  qsort(s->borders, s->n_borders, sizeof *s->borders, by_place);
  int32_t net = 0;
  for (uint32_t i = 0; i < s->n_borders;) {
    struct border here = s->borders[i];
    for (; i < s->n_borders && by_place(&s->borders[i], &here) == 0; i++) net += s->borders[i].delta;
    if (i == s->n_borders || s->borders[i].side != here.side) continue; /* net is 0 at a side's end */
    wg_tpt a = side_point(here.side, here.at), b = side_point(here.side, s->borders[i].at);
    for (int32_t k = net; k > 0; k--) put_edge(s, a, b);
    for (int32_t k = net; k < 0; k++) put_edge(s, b, a);
  }
}

/* ---- loops out ---- */

static inline int64_t cross(wg_tpt a, wg_tpt b) { return (int64_t)a.x * b.y - (int64_t)a.y * b.x; }
static inline int64_t dot(wg_tpt a, wg_tpt b) { return (int64_t)a.x * b.x + (int64_t)a.y * b.y; }
static inline wg_tpt minus(wg_tpt a, wg_tpt b) { return (wg_tpt){a.x - b.x, a.y - b.y}; }

/* Quarters of the turn from `back`, going the way that meets the left side first: 0 the open half, 1 straight
 * on, 2 the other half, 3 back again. */
static int turn_class(wg_tpt back, wg_tpt c) {
  int64_t x = cross(back, c);
  if (x) return x < 0 ? 0 : 2;
  return dot(back, c) < 0 ? 1 : 3;
}

/* Takes the next edge out of `at`; NONE when there is none. */
static uint32_t take_edge(wg_soup *s, uint32_t at, uint32_t before) {
  struct node *v = &s->nodes[at];
  uint32_t *best = &v->out;
  if (*best == NONE) return NONE;
  if (before != NONE && s->edges[*best].next != NONE) {
    wg_tpt back = minus(s->nodes[before].at, v->at);
    wg_tpt c = minus(s->nodes[s->edges[*best].to].at, v->at);
    int cls = turn_class(back, c);
    for (uint32_t *e = &s->edges[*best].next; *e != NONE; e = &s->edges[*e].next) {
      wg_tpt d = minus(s->nodes[s->edges[*e].to].at, v->at);
      int dls = turn_class(back, d);
      if (dls > cls || (dls == cls && cross(c, d) <= 0)) continue;
      best = e;
      c = d;
      cls = dls;
    }
  }
  uint32_t to = s->edges[*best].to;
  *best = s->edges[*best].next;
  return to;
}

static void put_loop(wg_soup *s, const uint32_t *path, uint32_t n) {
  if (n < 3) return; /* cannot be: opposites are struck out */
  if (!room(s, &s->loop_pts, &s->cap_loop_pts, (uint64_t)s->n_loop_pts + n, sizeof *s->loop_pts)) return;
  if (!room(s, &s->loops, &s->cap_loops, (uint64_t)s->n_loops + 1, sizeof *s->loops)) return;
  wg_tpt *pts = s->loop_pts + s->n_loop_pts;
  struct loop l = {s->n_loop_pts, n, 0, INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN, NONE, NONE};
  for (uint32_t i = 0; i < n; i++) {
    pts[i] = s->nodes[path[i]].at;
    if (pts[i].x < l.x0) l.x0 = pts[i].x;
    if (pts[i].x > l.x1) l.x1 = pts[i].x;
    if (pts[i].y < l.y0) l.y0 = pts[i].y;
    if (pts[i].y > l.y1) l.y1 = pts[i].y;
  }
  l.area2 = wg_tile_area2(pts, n);
  if (l.area2 == 0) return;
  s->n_loop_pts += n;
  s->loops[s->n_loops++] = l;
}

static void walk(wg_soup *s, uint32_t start) {
  uint32_t top = 0, at = start;
  s->path[0] = start;
  s->nodes[start].pos = 0;
  while (!s->status) {
    uint32_t to = take_edge(s, at, top ? s->path[top - 1] : NONE);
    if (to == NONE) break;
    uint32_t pos = s->nodes[to].pos;
    if (pos == NONE) {
      s->path[++top] = to;
      s->nodes[to].pos = top;
    } else {
      put_loop(s, s->path + pos, top - pos + 1);
      while (top > pos) s->nodes[s->path[top--]].pos = NONE;
    }
    at = to;
  }
  for (; top > 0; top--) s->nodes[s->path[top]].pos = NONE;
  s->nodes[start].pos = NONE;
}

static void find_loops(wg_soup *s) {
  if (!room(s, &s->path, &s->cap_path, (uint64_t)s->n_nodes + 1, sizeof *s->path)) return;
  /* first from where there is no choice, so that every choice is made with a look back */
  for (int choice = 0; choice < 2; choice++)
    for (uint32_t v = 0; v < s->n_nodes; v++) {
      uint32_t e = s->nodes[v].out;
      if (e != NONE && (choice || s->edges[e].next == NONE)) walk(s, v);
    }
}

/* ---- which hole in which shell ---- */

/* Where 2·p (doubled coordinates q) lies: 1 inside, 0 on the ring, -1 outside. Even-odd rule. */
static int place_of(const wg_tpt *pts, uint32_t n, wg_tpt q) {
  bool in = false;
  for (uint32_t i = 0, j = n - 1; i < n; j = i++) {
    wg_tpt a = {2 * pts[j].x - q.x, 2 * pts[j].y - q.y}, b = {2 * pts[i].x - q.x, 2 * pts[i].y - q.y};
    int64_t x = cross(a, b);
    if (x == 0 && dot(a, b) <= 0) return 0;
    if ((a.y > 0) != (b.y > 0) && (b.y > a.y ? x > 0 : x < 0)) in = !in;
  }
  return in ? 1 : -1;
}

static bool hole_in_shell(const wg_soup *s, const struct loop *hole, const struct loop *shell) {
  if (hole->x0 < shell->x0 || hole->x1 > shell->x1 || hole->y0 < shell->y0 || hole->y1 > shell->y1)
    return false;
  const wg_tpt *h = s->loop_pts + hole->from;
  int place = 0;
  for (uint32_t i = 0; i < hole->n && !place; i++)
    place = place_of(s->loop_pts + shell->from, shell->n, (wg_tpt){2 * h[i].x, 2 * h[i].y});
  for (uint32_t i = 0, j = hole->n - 1; i < hole->n && !place;
       j = i++) /* all vertices on it: the edges' middles */
    place = place_of(s->loop_pts + shell->from, shell->n, (wg_tpt){h[i].x + h[j].x, h[i].y + h[j].y});
  return place > 0;
}

enum { MANY_PAIRS = 1 << 24 }; /* of holes and shells: beyond, what is below a pixel is left out */

/* Hangs each hole on the smallest shell around it, the first hole first. */
static void match_holes(wg_soup *s, uint32_t n_holes) {
  int64_t least = 0;
  if ((uint64_t)n_holes * (s->n_loops - n_holes) > MANY_PAIRS) least = 2 * WG_TILE_PIXEL * WG_TILE_PIXEL;
  for (uint32_t i = s->n_loops; i-- > 0;) {
    struct loop *hole = &s->loops[i];
    if (hole->area2 > -least || hole->area2 > 0) continue;
    for (uint32_t j = 0; j < s->n_loops; j++) {
      const struct loop *shell = &s->loops[j];
      if (shell->area2 <= 0 || shell->area2 < -hole->area2) continue;
      if (hole->shell != NONE && s->loops[hole->shell].area2 <= shell->area2) continue;
      if (hole_in_shell(s, hole, shell)) hole->shell = j;
    }
    if (hole->shell == NONE) continue;
    hole->hole = s->loops[hole->shell].hole;
    s->loops[hole->shell].hole = i;
  }
}

wg_status wg_soup_write(wg_soup *s, wg_mvt *m) {
  if (!s->status) settle_borders(s);
  if (!s->status) find_loops(s);
  if (s->status) return s->status;
  uint32_t n_holes = 0;
  for (uint32_t i = 0; i < s->n_loops; i++) n_holes += s->loops[i].area2 < 0;
  if (n_holes) match_holes(s, n_holes);
  for (uint32_t i = 0; i < s->n_loops; i++) {
    const struct loop *l = &s->loops[i];
    if (l->area2 < 0) continue;
    wg_mvt_clean_ring(m, s->loop_pts + l->from, l->n, false, l->area2);
    for (uint32_t j = l->hole; j != NONE; j = s->loops[j].hole)
      wg_mvt_clean_ring(m, s->loop_pts + s->loops[j].from, s->loops[j].n, true, s->loops[j].area2);
  }
  return WG_OK;
}
