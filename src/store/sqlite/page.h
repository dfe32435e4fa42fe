/* The newest `limit` ids found so far: a heap with the oldest on top, and a set so that an id counts once. */
#ifndef WG_STORE_SQLITE_PAGE_H
#define WG_STORE_SQLITE_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

struct page {
  int64_t *heap, *set;
  int n, limit;
  uint32_t set_size; /* a power of two, at least 4 × limit; 0 in a slot: free */
};

bool page_init(struct page *p, wg_arena *a, int limit); /* false: memory is out */
static inline bool page_full(const struct page *p) { return p->n == p->limit; }
/* Ids below this one cannot get in any more. */
static inline int64_t page_floor(const struct page *p) { return page_full(p) ? p->heap[0] + 1 : 0; }
bool page_has(const struct page *p, int64_t id);
void page_add(struct page *p, int64_t id); /* id > 0 and not in it; pushes the oldest out when full */
void page_sort(struct page *p);            /* heap[0 … n-1] newest first; the page is then only read */

#endif
