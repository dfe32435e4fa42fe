#include "cli/text_index.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a with a finishing mix. */
static uint64_t hash_of(const char *key) {
  uint64_t h = 14695981039346656037u;
  for (; *key; key++) h = (h ^ (unsigned char)*key) * 1099511628211u;
  h ^= h >> 32;
  h *= 0xd6e8feb86659fd93u;
  return h ^ h >> 32;
}

static struct wg_text_entry *find(const wg_text_index *x, const char *key) {
  uint32_t i = (uint32_t)hash_of(key) & (x->cap - 1);
  while (x->slot[i].key && strcmp(x->slot[i].key, key) != 0) i = (i + 1) & (x->cap - 1);
  return &x->slot[i];
}

uint32_t wg_text_index_get(const wg_text_index *x, const char *key) {
  if (!x->cap) return WG_TEXT_NONE;
  const struct wg_text_entry *e = find(x, key);
  return e->key ? e->value : (uint32_t)WG_TEXT_NONE;
}

static wg_status grow(wg_text_index *x) {
  wg_text_index bigger = {.cap = x->cap ? x->cap * 2 : 64, .n = x->n};
  bigger.slot = calloc(bigger.cap, sizeof *bigger.slot);
  if (!bigger.slot) return WG_NO_MEMORY;
  for (uint32_t i = 0; i < x->cap; i++)
    if (x->slot[i].key) *find(&bigger, x->slot[i].key) = x->slot[i];
  free(x->slot);
  *x = bigger;
  return WG_OK;
}

wg_status wg_text_index_put(wg_text_index *x, const char *key, uint32_t value) {
  if (x->n * 2 >= x->cap) {
    wg_status st = grow(x);
    if (st) return st;
  }
  struct wg_text_entry *e = find(x, key);
  x->n += e->key == NULL;
  *e = (struct wg_text_entry){key, value};
  return WG_OK;
}

void wg_text_index_deinit(wg_text_index *x) {
  free(x->slot);
  *x = (wg_text_index){0};
}
