#include "page.h"

#include <stdlib.h>
#include <string.h>

bool page_init(struct page *p, wg_arena *a, int limit) {
  memset(p, 0, sizeof *p);
  p->limit = limit;
  p->set_size = 64;
  while (p->set_size < 4u * (uint32_t)limit) p->set_size *= 2;
  p->heap = wg_arena_alloc(a, (size_t)limit * sizeof *p->heap);
  p->set = wg_arena_alloc(a, p->set_size * sizeof *p->set);
  return p->heap && p->set;
}

static uint32_t slot(const struct page *p, int64_t id) {
  uint32_t i = (uint32_t)(((uint64_t)id * 0x9E3779B97F4A7C15u) >> 32) & (p->set_size - 1);
  while (p->set[i] && p->set[i] != id) i = (i + 1) & (p->set_size - 1);
  return i;
}

bool page_has(const struct page *p, int64_t id) { return p->set[slot(p, id)] == id; }

/* Linear probing: what follows the hole is put in again. */
static void forget(struct page *p, int64_t id) {
  uint32_t i = slot(p, id);
  p->set[i] = 0;
  for (uint32_t k = (i + 1) & (p->set_size - 1); p->set[k]; k = (k + 1) & (p->set_size - 1)) {
    int64_t moved = p->set[k];
    p->set[k] = 0;
    p->set[slot(p, moved)] = moved;
  }
}

static void sink(struct page *p, int i) {
  int64_t id = p->heap[i];
  for (;;) {
    int c = 2 * i + 1;
    if (c >= p->n) break;
    if (c + 1 < p->n && p->heap[c + 1] < p->heap[c]) c++;
    if (p->heap[c] >= id) break;
    p->heap[i] = p->heap[c];
    i = c;
  }
  p->heap[i] = id;
}

static void rise(struct page *p, int i) {
  int64_t id = p->heap[i];
  for (; i && p->heap[(i - 1) / 2] > id; i = (i - 1) / 2) p->heap[i] = p->heap[(i - 1) / 2];
  p->heap[i] = id;
}

void page_add(struct page *p, int64_t id) {
  if (page_full(p)) {
    if (id < p->heap[0]) return;
    forget(p, p->heap[0]);
    p->heap[0] = id;
    sink(p, 0);
  } else {
    p->heap[p->n] = id;
    rise(p, p->n++);
  }
  p->set[slot(p, id)] = id;
}

static int newest_first(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x < y) - (x > y);
}

void page_sort(struct page *p) { qsort(p->heap, (size_t)p->n, sizeof *p->heap, newest_first); }
