/* A heap of things by cost, for cheapest paths. Equal costs go by number, so that no answer depends on its
 * shape. */
#ifndef WG_CLI_DEMO_HEAP_H
#define WG_CLI_DEMO_HEAP_H

#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

typedef struct demo_heap {
  double *cost; /* of every thing; HUGE_VAL: not reached */
  uint32_t *heap, *place, n, things;
} demo_heap;

wg_status demo_heap_make(wg_arena *arena, uint32_t things, demo_heap *out);
void demo_heap_clear(demo_heap *h);
void demo_heap_put(demo_heap *h, uint32_t thing, double cost); /* in, or nearer the top: cost must not rise */
uint32_t demo_heap_pop(demo_heap *h);

#endif
