#include "tile/hits.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

wg_status wg_tree_new(const wg_mbox *boxes, uint32_t n, wg_boxtree **out) {
  *out = NULL;
  wg_box *copy = malloc(((size_t)n + 1) * sizeof *copy);
  if (!copy) return WG_NO_MEMORY;
  for (uint32_t i = 0; i < n; i++) copy[i] = (wg_box){boxes[i].x0, boxes[i].y0, boxes[i].x1, boxes[i].y1};
  wg_status st = wg_boxtree_new(copy, n, out);
  free(copy);
  return st;
}

void wg_hits_deinit(wg_hits *h) {
  free(h->at);
  memset(h, 0, sizeof *h);
}

static bool put_hit(uint32_t item, void *ctx) {
  wg_hits *h = ctx;
  if (h->n == h->cap) {
    uint32_t cap = h->cap ? h->cap * 2 : 512;
    uint32_t *p = realloc(h->at, cap * sizeof *p);
    if (!p) {
      h->status = WG_NO_MEMORY;
      return false;
    }
    h->at = p;
    h->cap = cap;
  }
  h->at[h->n++] = item;
  return true;
}

wg_status wg_hits_find(wg_hits *h, const wg_boxtree *t, wg_mbox b) {
  if (!h->status && b.x0 <= b.x1 && b.y0 <= b.y1)
    wg_boxtree_query(t, (wg_box){b.x0, b.y0, b.x1, b.y1}, put_hit, h);
  return h->status;
}

/* Sorts keys, least significant byte first. */
static bool radix_sort(uint64_t *keys, uint32_t n, int bytes) {
  uint64_t *other = malloc((n ? n : 1) * sizeof *other), *a = keys, *b = other;
  if (!other) return false;
  for (int byte = 0; byte < bytes; byte++) {
    uint32_t at[257] = {0};
    for (uint32_t i = 0; i < n; i++) at[(a[i] >> 8 * byte & 255) + 1]++;
    for (int i = 0; i < 256; i++) at[i + 1] += at[i];
    for (uint32_t i = 0; i < n; i++) b[at[a[i] >> 8 * byte & 255]++] = a[i];
    uint64_t *t = a;
    a = b;
    b = t;
  }
  if (a != keys) memcpy(keys, a, n * sizeof *keys);
  free(other);
  return true;
}

/* Few hits: insertion; many: by their bytes. */
wg_status wg_hits_sort(wg_hits *h) {
  if (h->status) return h->status;
  if (h->n < 48) {
    for (uint32_t i = 1; i < h->n; i++) {
      uint32_t v = h->at[i], j = i;
      for (; j > 0 && h->at[j - 1] > v; j--) h->at[j] = h->at[j - 1];
      h->at[j] = v;
    }
  } else {
    uint64_t *keys = malloc(h->n * sizeof *keys);
    uint32_t max = 0;
    for (uint32_t i = 0; keys && i < h->n; i++) {
      keys[i] = h->at[i];
      if (h->at[i] > max) max = h->at[i];
    }
    int bytes = max < 1u << 8 ? 1 : max < 1u << 16 ? 2 : max < 1u << 24 ? 3 : 4;
    if (!keys || !radix_sort(keys, h->n, bytes)) {
      free(keys);
      return WG_NO_MEMORY;
    }
    for (uint32_t i = 0; i < h->n; i++) h->at[i] = (uint32_t)keys[i];
    free(keys);
  }
  uint32_t k = 0;
  for (uint32_t i = 0; i < h->n; i++)
    if (!k || h->at[k - 1] != h->at[i]) h->at[k++] = h->at[i];
  h->n = k;
  return WG_OK;
}
