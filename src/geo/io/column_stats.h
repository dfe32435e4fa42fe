/* What stands in each column. Private to geo/io. */
#ifndef WG_GEO_IO_COLUMN_STATS_H
#define WG_GEO_IO_COLUMN_STATS_H

#include "base/arena.h"
#include "geo/io/table.h"

typedef struct wg_column_stats {
  uint64_t filled, distinct;  /* distinct by a 64-bit hash */
  uint64_t codes;             /* cells that could be a code, in any script */
  uint64_t plain;             /* … of ASCII letters, digits, . _ - */
  uint64_t digits;            /* … and hold a digit */
  uint64_t numbers, decimals; /* numbers; those with a decimal point */
  uint64_t objects;           /* JSON objects */
  uint32_t min_len, max_len;  /* bytes */
  uint64_t *seen;             /* hash set */
  uint64_t cap;
} wg_column_stats;

typedef struct wg_stats {
  uint64_t rows; /* counted: at most WG_STATS_ROWS */
  int n;
  wg_column_stats *column;
  wg_arena arena; /* the sample */
  const char ***sample;
  uint32_t n_sample;
} wg_stats;

enum { WG_STATS_ROWS = 200000, WG_STATS_SAMPLE = 2000, WG_STATS_SAMPLE_BYTES = 16 << 20 };

/* Reads the table without geometry and rewinds it with. */
wg_status wg_stats_read(wg_table *t, wg_stats *out, wg_err *err);
void wg_stats_deinit(wg_stats *s);
static inline const char *wg_stats_cell(const wg_stats *s, uint32_t row, int column) {
  return s->sample[row][column];
}

#endif
