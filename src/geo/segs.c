/* Matching equal and opposite edges, and telling whether segments meet at ends only. */
#include "geo/segs.h"

#include <stdlib.h>
#include <string.h>

#include "geo/boxtree.h"

__int128 wg_ring_area2(const wg_pt *p, uint32_t n) {
  __int128 sum = 0;
  for (uint32_t i = 0; i + 2 < n; i++) sum += wg_turn(p[0], p[i + 1], p[i + 2]);
  return sum;
}

/* --- matching
 * ------------------------------------------------------------------------------------------------ Edges are
 * thrown into buckets by a hash of their two ends, whichever way they run; a bucket is small enough to be
 * matched by a hash table in the cache. */

enum { BUCKETS = 4096, STACK_MAX = 16 };

typedef struct entry {
  uint32_t edge, hash;
} entry;

static bool forward(wg_pt a, wg_pt b) { return a.x < b.x || (a.x == b.x && a.y < b.y); }

static uint64_t mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static uint64_t edge_hash(wg_pt a, wg_pt b) {
  if (!forward(a, b)) {
    wg_pt t = a;
    a = b;
    b = t;
  }
  uint64_t p = (uint64_t)(uint32_t)a.x << 32 | (uint32_t)a.y,
           q = (uint64_t)(uint32_t)b.x << 32 | (uint32_t)b.y;
  return mix(p + 0x9e3779b97f4a7c15u * mix(q));
}

/* Two edges on the same two points, either way. */
static bool same_ends(const wg_shapes *s, const wg_mates *m, uint32_t e, uint32_t f) {
  wg_pt a = s->pts[e], b = s->pts[m->next[e]], c = s->pts[f], d = s->pts[m->next[f]];
  return (wg_pt_same(a, c) && wg_pt_same(b, d)) || (wg_pt_same(a, d) && wg_pt_same(b, c));
}

static bool opposite(const wg_shapes *s, const wg_mates *m, uint32_t e, uint32_t f) {
  return forward(s->pts[e], s->pts[m->next[e]]) != forward(s->pts[f], s->pts[m->next[f]]);
}

typedef struct matcher {
  const wg_shapes *s;
  wg_mates *m;
  uint32_t *slot, slots; /* a power of two; edge or WG_NO_MATE */
  uint32_t *chain;       /* n_pts: the edge put before on the same two points */
} matcher;

/* Puts an edge beside those on the same two points and pairs it with one of them that runs against it. Of a
 * hostile stack only the top is looked through; what stays unpaired cancels in an overlay instead. */
static void match_one(matcher *k, entry e) {
  uint32_t at = e.hash & (k->slots - 1), first, others = 0;
  while ((first = k->slot[at]) != WG_NO_MATE && !same_ends(k->s, k->m, first, e.edge))
    at = (at + 1) & (k->slots - 1);
  k->chain[e.edge] = first;
  k->slot[at] = e.edge;
  for (uint32_t f = first; f != WG_NO_MATE && others < STACK_MAX; f = k->chain[f], others++) {
    if (k->m->mate[f] != WG_NO_MATE || !opposite(k->s, k->m, e.edge, f)) continue;
    k->m->mate[f] = e.edge;
    k->m->mate[e.edge] = f;
    return;
  }
}

static wg_status match_bucket(matcher *k, const entry *e, uint32_t n) {
  uint32_t need = 64;
  while (need < n * 2) need *= 2;
  if (need > k->slots) {
    free(k->slot);
    if (!(k->slot = malloc(need * sizeof *k->slot))) return WG_NO_MEMORY;
  }
  k->slots = need;
  memset(k->slot, 0xff, need * sizeof *k->slot);
  for (uint32_t i = 0; i < n; i++) match_one(k, e[i]);
  return WG_OK;
}

static void list_edges(const wg_shapes *s, wg_mates *m) {
  for (uint32_t r = 0; r < s->n_rings; r++) {
    for (uint32_t v = s->vert[r]; v < s->vert[r + 1]; v++) {
      m->next[v] = v + 1 < s->vert[r + 1] ? v + 1 : s->vert[r];
      m->ring[v] = r;
      m->mate[v] = wg_pt_same(s->pts[v], s->pts[m->next[v]]) ? v : WG_NO_MATE;
    }
  }
}

wg_status wg_mates_find(const wg_shapes *s, wg_mates *out) {
  size_t n = (size_t)s->n_pts + 1;
  entry *sorted = malloc(n * sizeof *sorted);
  uint32_t *start = calloc(BUCKETS + 1, sizeof *start);
  matcher k = {.s = s, .m = out, .chain = malloc(n * sizeof *k.chain)};
  *out = (wg_mates){malloc(n * sizeof(uint32_t)), malloc(n * sizeof(uint32_t)), malloc(n * sizeof(uint32_t))};
  wg_status st = WG_NO_MEMORY;
  if (!sorted || !start || !k.chain || !out->mate || !out->next || !out->ring) goto done;
  list_edges(s, out);
  for (uint32_t v = 0; v < s->n_pts; v++) start[(edge_hash(s->pts[v], s->pts[out->next[v]]) >> 52) + 1]++;
  for (uint32_t b = 0; b < BUCKETS; b++) start[b + 1] += start[b];
  for (uint32_t v = 0; v < s->n_pts; v++) {
    uint64_t h = edge_hash(s->pts[v], s->pts[out->next[v]]);
    sorted[start[h >> 52]++] = (entry){v, (uint32_t)h};
  }
  st = WG_OK;
  for (uint32_t b = 0, from = 0; b < BUCKETS && !st; from = start[b++]) {
    uint32_t kept = from; /* edges without length match themselves already */
    for (uint32_t i = from; i < start[b]; i++)
      if (out->mate[sorted[i].edge] != sorted[i].edge) sorted[kept++] = sorted[i];
    st = match_bucket(&k, sorted + from, kept - from);
  }
done:
  free(sorted);
  free(start);
  free(k.chain);
  free(k.slot);
  if (st) wg_mates_deinit(out);
  return st;
}

void wg_mates_deinit(wg_mates *m) {
  free(m->mate);
  free(m->next);
  free(m->ring);
  *m = (wg_mates){0};
}

/* --- meeting at ends only ------------------------------------------------------------------------ */

static bool between(wg_pt a, wg_pt b, wg_pt p) { /* p is on the line of a, b */
  return (a.x <= p.x ? p.x <= b.x : p.x >= b.x) && (a.y <= p.y ? p.y <= b.y : p.y >= b.y);
}

/* From the same point p to q and r: do they lie on one another? */
static bool overlap_from(wg_pt p, wg_pt q, wg_pt r) {
  if (wg_turn_sign(p, q, r) != 0) return false;
  __int128 dot = (__int128)((int64_t)q.x - p.x) * ((int64_t)r.x - p.x) +
                 (__int128)((int64_t)q.y - p.y) * ((int64_t)r.y - p.y);
  return dot > 0;
}

static bool pair_clean(const wg_seg *s, const wg_seg *t) {
  if (wg_pt_same(s->a, t->a)) return !overlap_from(s->a, s->b, t->b);
  if (wg_pt_same(s->a, t->b)) return !overlap_from(s->a, s->b, t->a);
  if (wg_pt_same(s->b, t->a)) return !overlap_from(s->b, s->a, t->b);
  if (wg_pt_same(s->b, t->b)) return !overlap_from(s->b, s->a, t->a);
  int c = wg_turn_sign(s->a, s->b, t->a), d = wg_turn_sign(s->a, s->b, t->b);
  if (c == d && c) return true;
  int a = wg_turn_sign(t->a, t->b, s->a), b = wg_turn_sign(t->a, t->b, s->b);
  if (a == b && a) return true;
  if (c * d < 0 && a * b < 0) return false;
  return !((!c && between(s->a, s->b, t->a)) || (!d && between(s->a, s->b, t->b)) ||
           (!a && between(t->a, t->b, s->a)) || (!b && between(t->a, t->b, s->b)));
}

typedef struct asker {
  const wg_seg *segs;
  const wg_box *box;
  uint32_t me;
  bool clean;
} asker;

static bool ask_pair(uint32_t id, void *ctx) {
  asker *k = ctx;
  if (id > k->me) k->clean = pair_clean(&k->segs[k->me], &k->segs[id]);
  return k->clean;
}

wg_status wg_segs_clean(const wg_seg *segs, uint32_t n, bool *clean) {
  enum { FEW = 64 };
  wg_box few[FEW], *box = n <= FEW ? few : malloc(n * sizeof *box);
  if (!box) return WG_NO_MEMORY;
  wg_status st = WG_OK;
  wg_boxtree *tree = NULL;
  *clean = true;
  for (uint32_t i = 0; i < n; i++) box[i] = wg_seg_box(segs[i]);
  if (n > FEW && (st = wg_boxtree_new(box, n, &tree))) goto done;
  for (uint32_t i = 0; i < n && *clean; i++) {
    asker k = {segs, box, i, true};
    if (tree)
      wg_boxtree_query(tree, box[i], ask_pair, &k);
    else
      for (uint32_t j = i + 1; j < n && k.clean; j++)
        if (wg_box_meets(box[i], box[j])) ask_pair(j, &k);
    *clean = k.clean;
  }
done:
  wg_boxtree_free(tree);
  if (box != few) free(box);
  return st;
}

/* --- cancelling in place ------------------------------------------------------------------- */

static int by_ends(const void *a, const void *b) {
  /* the same two points together, either way round; then the way */
  const wg_seg *s = a, *t = b;
  bool sf = s->a.x < s->b.x || (s->a.x == s->b.x && s->a.y < s->b.y);
  bool tf = t->a.x < t->b.x || (t->a.x == t->b.x && t->a.y < t->b.y);
  const wg_pt k[4] = {sf ? s->a : s->b, sf ? s->b : s->a, tf ? t->a : t->b, tf ? t->b : t->a};
  if (k[0].x != k[2].x) return k[0].x < k[2].x ? -1 : 1;
  if (k[0].y != k[2].y) return k[0].y < k[2].y ? -1 : 1;
  if (k[1].x != k[3].x) return k[1].x < k[3].x ? -1 : 1;
  if (k[1].y != k[3].y) return k[1].y < k[3].y ? -1 : 1;
  return (int)sf - (int)tf;
}

uint32_t wg_segs_cancel(wg_seg *s, uint32_t n) {
  uint32_t k = 0;
  if (n) qsort(s, n, sizeof *s, by_ends);
  for (uint32_t i = 0; i < n; i++) {
    s[k++] = s[i];
    /* those of one way come first, so opposites meet at the top like brackets */
    while (k > 1 && wg_pt_same(s[k - 1].a, s[k - 2].b) && wg_pt_same(s[k - 1].b, s[k - 2].a)) k -= 2;
  }
  return k;
}
