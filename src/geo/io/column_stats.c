#include "geo/io/column_stats.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* FNV-1a, then a finishing mix; 0 marks an empty slot. */
static uint64_t hash_of(const char *text) {
  uint64_t h = 14695981039346656037u;
  for (; *text; text++) h = (h ^ (unsigned char)*text) * 1099511628211u;
  h ^= h >> 32;
  h *= 0xd6e8feb86659fd93u;
  h ^= h >> 29;
  return h ? h : 1;
}

static bool slot(uint64_t *seen, uint64_t cap, uint64_t h) {
  for (uint64_t i = h & (cap - 1);; i = (i + 1) & (cap - 1)) {
    if (seen[i] == h) return false;
    if (seen[i]) continue;
    seen[i] = h;
    return true;
  }
}

static wg_status add(wg_column_stats *s, uint64_t h) {
  if (s->distinct * 2 >= s->cap) {
    uint64_t cap = s->cap ? s->cap * 2 : 64, *bigger = calloc(cap, sizeof *bigger);
    if (!bigger) return WG_NO_MEMORY;
    for (uint64_t i = 0; i < s->cap; i++)
      if (s->seen[i]) slot(bigger, cap, s->seen[i]);
    free(s->seen);
    s->seen = bigger;
    s->cap = cap;
  }
  s->distinct += slot(s->seen, s->cap, h);
  return WG_OK;
}

static wg_status count(wg_column_stats *s, const char *cell) {
  uint32_t n = (uint32_t)strlen(cell);
  double v;
  if (!s->filled || n < s->min_len) s->min_len = n;
  if (n > s->max_len) s->max_len = n;
  s->filled++;
  bool number = wg_text_double(cell, &v);
  s->numbers += number;
  s->decimals += number && strpbrk(cell, ".eE") != NULL;
  s->objects += cell[0] == '{';
  s->codes += wg_text_code(cell);
  if (wg_text_plain_code(cell)) {
    s->plain++;
    s->digits += strpbrk(cell, "0123456789") != NULL;
  }
  return add(s, hash_of(cell));
}

static wg_status keep(wg_stats *s, const wg_table_row *row, size_t *bytes) {
  if (s->n_sample == WG_STATS_SAMPLE || *bytes > WG_STATS_SAMPLE_BYTES) return WG_OK;
  const char **copy = wg_arena_alloc(&s->arena, (size_t)s->n * sizeof *copy);
  if (!copy) return WG_NO_MEMORY;
  for (int i = 0; i < s->n; i++) {
    if (!row->cell[i]) continue;
    copy[i] = wg_arena_strdup(&s->arena, row->cell[i]);
    if (!copy[i]) return WG_NO_MEMORY;
    *bytes += strlen(copy[i]) + 1;
  }
  *bytes += (size_t)s->n * sizeof *copy;
  s->sample[s->n_sample++] = copy;
  return WG_OK;
}

wg_status wg_stats_read(wg_table *t, wg_stats *s, wg_err *err) {
  *s = (wg_stats){0};
  wg_arena_init(&s->arena);
  wg_table_columns(t, &s->n);
  s->column = calloc((size_t)s->n + 1, sizeof *s->column);
  s->sample = wg_arena_alloc(&s->arena, WG_STATS_SAMPLE * sizeof *s->sample);
  if (!s->column || !s->sample) return WG_NO_MEMORY;
  wg_table_skip_geometry(t, true);
  wg_status st = wg_table_rewind(t, err);
  size_t bytes = 0;
  while (!st && s->rows < WG_STATS_ROWS) {
    wg_table_row row;
    st = wg_table_next(t, &row, err);
    if (st || !row.number) break;
    s->rows++;
    for (int i = 0; !st && i < s->n; i++)
      if (row.cell[i]) st = count(&s->column[i], row.cell[i]);
    if (!st) st = keep(s, &row, &bytes);
  }
  wg_table_skip_geometry(t, false);
  wg_status again = wg_table_rewind(t, err);
  return st ? st : again;
}

void wg_stats_deinit(wg_stats *s) {
  for (int i = 0; s->column && i < s->n; i++) free(s->column[i].seen);
  free(s->column);
  wg_arena_clear(&s->arena);
  *s = (wg_stats){0};
}
