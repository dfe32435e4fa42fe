#include "tile/stamps.h"

#include <stdlib.h>
#include <string.h>

#include "tile/tile_internal.h"

enum { FEW = 64 }; /* exact marks per box and zoom */

void wg_stamps_init(wg_stamps *s, uint32_t max) {
  memset(s, 0, sizeof *s);
  s->max = max > 1u << 24 ? 1u << 24 : max;
}

void wg_stamps_deinit(wg_stamps *s) { free(s->slots); }

void wg_stamps_forget(wg_stamps *s) {
  if (s->slots) memset(s->slots, 0, s->n_slots * sizeof *s->slots);
  memset(s->whole, 0, sizeof s->whole);
  s->n = 0;
}

/* 1 (so that none is 0) · deep 1 · layer 6 · z 5 · x 17 · y 17 */
static uint64_t key_of(unsigned layer, wg_tile_id t, bool deep) {
  return 1ULL << 46 | (uint64_t)deep << 45 | (uint64_t)layer << 39 | (uint64_t)t.z << 34 |
         (uint64_t)t.x << 17 | t.y;
}

static struct wg_stamp *slot_of(const wg_stamps *s, uint64_t key) {
  uint32_t mask = s->n_slots - 1, h = (uint32_t)wg_mix64(key) & mask;
  while (s->slots[h].key && s->slots[h].key != key) h = (h + 1) & mask;
  return &s->slots[h];
}

static bool make_room(wg_stamps *s, uint32_t more) {
  if (s->n + more > s->max) return false;
  if ((uint64_t)(s->n + more) * 2 <= s->n_slots) return true;
  uint32_t n = s->n_slots ? s->n_slots : 4096, n_old = s->n_slots;
  while (n < (uint64_t)(s->n + more) * 2) n *= 2;
  struct wg_stamp *old = s->slots, *slots = calloc(n, sizeof *slots);
  if (!slots) return false;
  s->slots = slots;
  s->n_slots = n;
  for (uint32_t i = 0; i < n_old; i++)
    if (old[i].key) *slot_of(s, old[i].key) = old[i];
  free(old);
  return true;
}

static bool mark(wg_stamps *s, unsigned layer, const wg_cover *c, bool deep) {
  uint32_t n = (uint32_t)wg_cover_count(c);
  if (!make_room(s, n)) return false;
  for (uint32_t i = 0; i < n; i++) {
    struct wg_stamp *slot = slot_of(s, key_of(layer, wg_cover_tile(c, i), deep));
    if (!slot->key) s->n++;
    slot->key = key_of(layer, wg_cover_tile(c, i), deep);
    slot->at = s->clock;
  }
  return true;
}

bool wg_stamps_box(wg_stamps *s, unsigned layer, wg_box box, const int *margins) {
  s->clock++;
  wg_cover last = {0};
  for (int z = 0; z < WG_TILE_ZOOMS; z++) {
    wg_cover c = wg_cover_box(box, (uint8_t)z, margins ? margins[z] : WG_TILE_BUFFER);
    if (wg_cover_count(&c) > FEW) return mark(s, layer, &last, true);
    if (!mark(s, layer, &c, false)) return false;
    last = c;
  }
  return true;
}

void wg_stamps_whole(wg_stamps *s, unsigned layer) { s->whole[layer] = ++s->clock; }

bool wg_stamps_newer(const wg_stamps *s, uint64_t layers, wg_tile_id t, uint64_t since) {
  if (since >= s->clock) return false;
  for (unsigned layer = 0; layer < WG_TILE_LAYERS; layer++) {
    if (!(layers >> layer & 1)) continue;
    if (s->whole[layer] > since) return true;
    if (!s->n) continue;
    if (slot_of(s, key_of(layer, t, false))->at > since) return true;
    for (wg_tile_id up = t; up.z > 0;) {
      up = (wg_tile_id){(uint8_t)(up.z - 1), up.x >> 1, up.y >> 1};
      if (slot_of(s, key_of(layer, up, true))->at > since) return true;
    }
  }
  return false;
}
