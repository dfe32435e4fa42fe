/* The packed box tree: items sorted into tiles, then levels of nodes of FAN children each, all in one array.
 * Level 0 is the items; a node's children are consecutive in the level below, so no pointers are kept. */
#include "geo/boxtree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FAN = 8, LEVELS_MAX = 12 };

struct wg_boxtree {
  uint32_t n; /* items with a box */
  uint32_t *id;
  wg_box *box; /* levels one after the other */
  int levels;
  uint64_t start[LEVELS_MAX + 1]; /* of level l in box; start[levels] is the total */
};

typedef struct item {
  wg_box box;
  uint32_t id;
} item;

static int64_t mid_x(const wg_box *b) { return (int64_t)b->x0 + b->x1; }
static int64_t mid_y(const wg_box *b) { return (int64_t)b->y0 + b->y1; }

static int by_x(const void *a, const void *b) {
  const item *p = a, *q = b;
  int64_t d = mid_x(&p->box) - mid_x(&q->box);
  return d ? (d > 0) - (d < 0) : (p->id > q->id) - (p->id < q->id);
}

static int by_y(const void *a, const void *b) {
  const item *p = a, *q = b;
  int64_t d = mid_y(&p->box) - mid_y(&q->box);
  return d ? (d > 0) - (d < 0) : (p->id > q->id) - (p->id < q->id);
}

/* Slices by x, each sorted by y: neighbours in the order are neighbours on the plane. */
static void tile(item *items, uint32_t n) {
  uint32_t nodes = (n + FAN - 1) / FAN;
  uint32_t slice = (uint32_t)ceil(sqrt(nodes)) * FAN;
  qsort(items, n, sizeof *items, by_x);
  for (uint32_t i = 0; i < n; i += slice)
    qsort(items + i, n - i < slice ? n - i : slice, sizeof *items, by_y);
}

static void grow(wg_box *a, const wg_box *b) {
  if (b->x0 < a->x0) a->x0 = b->x0;
  if (b->y0 < a->y0) a->y0 = b->y0;
  if (b->x1 > a->x1) a->x1 = b->x1;
  if (b->y1 > a->y1) a->y1 = b->y1;
}

static void fill_levels(wg_boxtree *t) {
  for (int l = 1; l < t->levels; l++) {
    uint64_t below = t->start[l - 1], n = t->start[l] - below;
    for (uint64_t i = 0; i < n; i++) {
      wg_box *node = &t->box[t->start[l] + i / FAN];
      if (i % FAN == 0)
        *node = t->box[below + i];
      else
        grow(node, &t->box[below + i]);
    }
  }
}

wg_status wg_boxtree_new(const wg_box *boxes, uint32_t n, wg_boxtree **out) {
  wg_boxtree *t = calloc(1, sizeof *t);
  item *items = malloc(((size_t)n + 1) * sizeof *items);
  *out = NULL;
  if (!t || !items) goto no_memory;
  for (uint32_t i = 0; i < n; i++)
    if (boxes[i].x0 <= boxes[i].x1 && boxes[i].y0 <= boxes[i].y1) items[t->n++] = (item){boxes[i], i};
  uint64_t total = 0;
  for (uint64_t k = t->n; k; k = k == 1 ? 0 : (k + FAN - 1) / FAN) {
    t->start[t->levels++] = total;
    total += k;
  }
  t->start[t->levels] = total;
  t->id = malloc(((size_t)t->n + 1) * sizeof *t->id);
  t->box = malloc((total + 1) * sizeof *t->box);
  if (!t->id || !t->box) goto no_memory;
  tile(items, t->n);
  for (uint32_t i = 0; i < t->n; i++) {
    t->id[i] = items[i].id;
    t->box[i] = items[i].box;
  }
  fill_levels(t);
  free(items);
  *out = t;
  return WG_OK;
no_memory:
  free(items);
  wg_boxtree_free(t);
  return WG_NO_MEMORY;
}

void wg_boxtree_free(wg_boxtree *t) {
  if (!t) return;
  free(t->id);
  free(t->box);
  free(t);
}

uint64_t wg_boxtree_bytes(const wg_boxtree *t) {
  return sizeof *t + t->n * sizeof *t->id + t->start[t->levels] * sizeof *t->box;
}

/* False: fn asked to stop. */
static bool visit(const wg_boxtree *t, int level, uint64_t from, uint64_t to, wg_box box,
                  bool (*fn)(uint32_t, void *), void *ctx) {
  const wg_box *boxes = t->box + t->start[level];
  for (uint64_t i = from; i < to; i++) {
    if (!wg_box_meets(boxes[i], box)) continue;
    if (level == 0) {
      if (!fn(t->id[i], ctx)) return false;
    } else {
      uint64_t below = t->start[level] - t->start[level - 1], end = (i + 1) * FAN;
      if (!visit(t, level - 1, i * FAN, end < below ? end : below, box, fn, ctx)) return false;
    }
  }
  return true;
}

void wg_boxtree_query(const wg_boxtree *t, wg_box box, bool (*fn)(uint32_t id, void *ctx), void *ctx) {
  if (!t->levels) return;
  int top = t->levels - 1;
  visit(t, top, 0, t->start[top + 1] - t->start[top], box, fn, ctx);
}
