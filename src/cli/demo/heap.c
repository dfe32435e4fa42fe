#include "cli/demo/heap.h"

#include <math.h>
#include <stdbool.h>

wg_status demo_heap_make(wg_arena *arena, uint32_t things, demo_heap *out) {
  *out = (demo_heap){.cost = wg_arena_alloc(arena, things * sizeof *out->cost + 1),
                     .heap = wg_arena_alloc(arena, things * sizeof *out->heap + 1),
                     .place = wg_arena_alloc(arena, things * sizeof *out->place + 1),
                     .things = things};
  if (!out->cost || !out->heap || !out->place) return WG_NO_MEMORY;
  demo_heap_clear(out);
  return WG_OK;
}

void demo_heap_clear(demo_heap *h) {
  for (uint32_t i = 0; i < h->things; i++) {
    h->cost[i] = HUGE_VAL;
    h->place[i] = 0; /* where in the heap, plus one */
  }
  h->n = 0;
}

static bool before(const demo_heap *h, uint32_t a, uint32_t b) {
  return h->cost[a] < h->cost[b] || (h->cost[a] == h->cost[b] && a < b);
}

static void put(demo_heap *h, uint32_t i, uint32_t thing) {
  h->heap[i] = thing;
  h->place[thing] = i + 1;
}

void demo_heap_put(demo_heap *h, uint32_t thing, double cost) {
  uint32_t i = h->place[thing] ? h->place[thing] - 1 : h->n++;
  h->cost[thing] = cost;
  while (i && before(h, thing, h->heap[(i - 1) / 2])) {
    put(h, i, h->heap[(i - 1) / 2]);
    i = (i - 1) / 2;
  }
  put(h, i, thing);
}

uint32_t demo_heap_pop(demo_heap *h) {
  uint32_t top = h->heap[0], last = h->heap[--h->n], i = 0;
  h->place[top] = 0;
  if (!h->n) return top;
  for (;;) {
    uint32_t k = 2 * i + 1;
    if (k >= h->n) break;
    if (k + 1 < h->n && before(h, h->heap[k + 1], h->heap[k])) k++;
    if (!before(h, h->heap[k], last)) break;
    put(h, i, h->heap[k]);
    i = k;
  }
  put(h, i, last);
  return top;
}
