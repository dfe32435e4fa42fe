/* The sweep's state: the set of parts that hold the point where the builder stands, and the sets of features
 * that it has written down.
 *
 * The set is a tree of bits with 64 children a node, so that toggling a part and finding the first take a few
 * steps however many parts there are (a hundred thousand nested polygons are input like any other). */
#include <stdlib.h>
#include <string.h>

#include "geo/resolver_internal.h"

enum { LEVELS_MAX = 6 };

struct wg_state {
  uint32_t n_parts, count;
  const uint32_t *feature_of_part;
  int levels;
  uint64_t *bits[LEVELS_MAX]; /* bits[0] is the parts; a bit above tells that its word below has any */
  uint64_t words[LEVELS_MAX];
  uint64_t version; /* grows with every change */
  uint64_t cell_version;
  uint32_t cell_word; /* the answer at cell_version */
  uint32_t *sets;
  uint64_t set_words, set_cap, set_words_max;
  uint32_t *slot; /* a hash table of sets: index or 0 */
  uint32_t slots, slots_used;
};

wg_status wg_state_new(uint32_t n_parts, const uint32_t *feature_of_part, wg_state **out) {
  wg_state *s = calloc(1, sizeof *s);
  *out = s;
  if (!s) return WG_NO_MEMORY;
  s->n_parts = n_parts;
  s->feature_of_part = feature_of_part;
  s->set_words = 4; /* index 0 stands for none */
  s->set_words_max = 4000000 + (uint64_t)n_parts * 16;
  s->version = 1;
  uint64_t n = n_parts ? n_parts : 1;
  do {
    n = (n + 63) / 64;
    s->words[s->levels] = n;
    s->bits[s->levels] = calloc(n, sizeof(uint64_t));
    if (!s->bits[s->levels++]) goto no_memory;
  } while (n > 1);
  s->slots = 256;
  s->slot = calloc(s->slots, sizeof *s->slot);
  s->set_cap = 256;
  s->sets = calloc(s->set_cap, sizeof *s->sets);
  if (s->slot && s->sets) return WG_OK;
no_memory:
  wg_state_free(s);
  *out = NULL;
  return WG_NO_MEMORY;
}

void wg_state_free(wg_state *s) {
  if (!s) return;
  for (int l = 0; l < s->levels; l++) free(s->bits[l]);
  free(s->slot);
  free(s->sets);
  free(s);
}

void wg_state_toggle(wg_state *s, uint32_t part) {
  uint64_t i = part;
  bool on = !((s->bits[0][i >> 6] >> (i & 63)) & 1);
  s->count += on ? 1 : -1u;
  s->version++;
  for (int l = 0; l < s->levels; l++, i >>= 6) {
    uint64_t *w = &s->bits[l][i >> 6], before = *w;
    *w = on ? before | (uint64_t)1 << (i & 63) : before & ~((uint64_t)1 << (i & 63));
    if ((before != 0) == (*w != 0)) break; /* the level above says the same as before */
  }
}

bool wg_state_has(const wg_state *s, uint32_t part) { return s->bits[0][part >> 6] >> (part & 63) & 1; }

/* The first part at or after `from`, or UINT32_MAX. */
static uint32_t next_part(const wg_state *s, uint64_t from) {
  int l = 0;
  uint64_t i = from;
  for (;;) { /* up, until a word has a bit at or after i */
    if (l == s->levels || i >> 6 >= s->words[l]) return UINT32_MAX;
    uint64_t w = s->bits[l][i >> 6] >> (i & 63);
    if (w) {
      i += (uint64_t)__builtin_ctzll(w);
      break;
    }
    i = (i >> 6) + 1;
    l++;
  }
  for (; l > 0; l--) i = i << 6 | (uint64_t)__builtin_ctzll(s->bits[l - 1][i]);
  return (uint32_t)i;
}

void wg_state_clear(wg_state *s) {
  for (uint32_t p = next_part(s, 0); p != UINT32_MAX; p = next_part(s, (uint64_t)p + 1))
    wg_state_toggle(s, p);
}

static uint64_t set_hash(const uint32_t *words, uint64_t n) {
  uint64_t h = 0x9e3779b97f4a7c15u;
  for (uint64_t i = 0; i < n; i++) h = (h ^ words[i]) * 0xbf58476d1ce4e5b9u, h ^= h >> 29;
  return h;
}

static uint64_t set_size(const uint32_t *set) { return 2 + (uint64_t)set[0]; }

static wg_status rehash(wg_state *s) {
  uint32_t slots = s->slots * 2, *slot = calloc(slots, sizeof *slot);
  if (!slot) return WG_NO_MEMORY;
  for (uint32_t i = 0; i < s->slots; i++) {
    if (!s->slot[i]) continue;
    uint64_t h = set_hash(s->sets + s->slot[i], set_size(s->sets + s->slot[i]));
    while (slot[h & (slots - 1)]) h++;
    slot[h & (slots - 1)] = s->slot[i];
  }
  free(s->slot);
  s->slot = slot;
  s->slots = slots;
  return WG_OK;
}

/* The index of an equal set, written down when it is new. */
static wg_status intern(wg_state *s, const uint32_t *set, uint32_t *out) {
  uint64_t n = set_size(set), h = set_hash(set, n);
  for (;; h++) {
    uint32_t at = s->slot[h & (s->slots - 1)];
    if (!at) break;
    if (s->sets[at] == set[0] && !memcmp(s->sets + at, set, n * sizeof *set)) {
      *out = at;
      return WG_OK;
    }
  }
  if (s->set_words + n >= CELL_SET) return WG_TOO_LARGE;
  if (s->set_words + n > s->set_cap) {
    uint32_t *p = realloc(s->sets, s->set_cap * 2 * sizeof *p);
    if (!p) return WG_NO_MEMORY;
    s->sets = p;
    s->set_cap *= 2;
  }
  *out = (uint32_t)s->set_words;
  memcpy(s->sets + s->set_words, set, n * sizeof *set);
  s->set_words += n;
  s->slot[h & (s->slots - 1)] = *out;
  if (++s->slots_used * 2 > s->slots) return rehash(s);
  return WG_OK;
}

static bool among(uint32_t part, const uint32_t *parts, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    if (parts[i] == part) return true;
  return false;
}

/* The features of the state's parts besides the given ones, as a set. Of very many only the first two are
 * listed: they settle the owner and that it is an overlap. */
static void gather(const wg_state *s, const uint32_t *parts, uint32_t n, uint32_t *set) {
  uint32_t k = 0;
  set[0] = set[1] = 0;
  for (uint32_t p = next_part(s, 0); p != UINT32_MAX; p = next_part(s, (uint64_t)p + 1)) {
    if (n && among(p, parts, n)) continue;
    uint32_t f = s->feature_of_part[p];
    if (k && set[2 + k - 1] == f) continue;
    if (k == SET_LISTED_MAX || (k == 2 && s->set_words > s->set_words_max)) {
      set[1] = SET_MANY;
      k = 2;
      break;
    }
    set[2 + k++] = f;
  }
  set[0] = k;
}

wg_status wg_state_cell(wg_state *s, uint32_t *out) {
  uint32_t set[2 + SET_LISTED_MAX], at;
  wg_status st = WG_OK;
  if (s->cell_version != s->version) {
    gather(s, NULL, 0, set);
    if (set[0] == 0)
      s->cell_word = cell_word(CELL_FEATURE, 0);
    else if (set[0] == 1)
      s->cell_word = cell_word(CELL_FEATURE, set[2] + 1);
    else if (!(st = intern(s, set, &at)))
      s->cell_word = cell_word(CELL_FEATURE, CELL_SET + at);
    if (!st) s->cell_version = s->version;
  }
  *out = s->cell_word;
  return st;
}

wg_status wg_state_set_besides(wg_state *s, const uint32_t *parts, uint32_t n, uint32_t *out) {
  uint32_t set[2 + SET_LISTED_MAX], held = 0;
  *out = 0;
  for (uint32_t i = 0; i < n; i++) held += wg_state_has(s, parts[i]);
  if (held == s->count) return WG_OK;
  gather(s, parts, n, set);
  return intern(s, set, out);
}

void wg_state_take_sets(wg_state *s, uint32_t **sets, uint64_t *words) {
  *sets = s->sets;
  *words = s->set_words;
  s->sets = NULL;
}
