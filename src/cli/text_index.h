/* Texts → numbers: an open hash table of keys kept by the caller. */
#ifndef WG_CLI_TEXT_INDEX_H
#define WG_CLI_TEXT_INDEX_H

#include <stdint.h>

#include "base/status.h"

typedef struct wg_text_index {
  struct wg_text_entry {
    const char *key; /* lives as long as the index */
    uint32_t value;
  } * slot;
  uint32_t n, cap;
} wg_text_index;

enum { WG_TEXT_NONE = UINT32_MAX };

uint32_t wg_text_index_get(const wg_text_index *x, const char *key);            /* WG_TEXT_NONE: not there */
wg_status wg_text_index_put(wg_text_index *x, const char *key, uint32_t value); /* replaces */
void wg_text_index_deinit(wg_text_index *x);

#endif
