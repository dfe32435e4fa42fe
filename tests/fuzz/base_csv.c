/* CSV in: the same rows however the bytes are cut into pieces, and what we write reads back as it was. */
#include <string.h>

#include "base/crypto.h"
#include "base/csv.h"
#include "base/text.h"
#include "fuzz/fuzz.h"

typedef struct seen {
  wg_hasher hash;
  uint64_t rows;
  wg_buf *copy; /* the rows written anew, or NULL */
} seen;

static wg_status on_row(void *ctx, const wg_csv_row *row, wg_err *err) {
  (void)err;
  seen *s = ctx;
  FUZZ_HOLDS(row->n > 0 && row->n <= WG_CSV_COLUMNS_MAX);
  s->rows++;
  wg_hasher_int(&s->hash, row->n);
  for (int i = 0; i < row->n; i++) {
    FUZZ_HOLDS(wg_text_utf8(row->cell[i], strlen(row->cell[i])));
    wg_hasher_field(&s->hash, row->cell[i], strlen(row->cell[i]));
    if (s->copy) wg_csv_put(s->copy, row->cell[i], ',', i == 0);
  }
  if (s->copy && row->n == 1 && !row->cell[0][0])
    wg_buf_add_str(s->copy, "\"\""); /* else an empty line: no row */
  if (s->copy) wg_csv_end_row(s->copy);
  return WG_OK;
}

/* Reads all; pieces of `step` bytes. */
static wg_status read_all(const void *bytes, size_t n, size_t step, const wg_csv_options *given, seen *s) {
  wg_csv_options o = *given;
  o.row = on_row;
  o.ctx = s;
  wg_csv *csv = NULL;
  wg_hasher_begin(&s->hash);
  s->rows = 0;
  wg_status st = wg_csv_new(&o, &csv, NULL);
  for (size_t at = 0; at < n && !st; at += step)
    st = wg_csv_feed(csv, (const char *)bytes + at, n - at < step ? n - at : step, NULL);
  if (!st) st = wg_csv_end(csv, NULL);
  wg_csv_free(csv);
  return st;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  unsigned char a[WG_HASH_LEN], b[WG_HASH_LEN];
  wg_buf copy;
  wg_buf_init(&copy, (size_t)16 << 20);
  wg_buf_add_str(
      &copy, "\xEF\xBB\xBF"); /* a first cell may begin with this character, and keeps it behind the mark */
  wg_csv_options utf8 = {.encoding = "UTF-8", .delimiter = ','};
  seen whole = {.copy = &copy}, pieces = {0};
  wg_status st = read_all(bytes, n, n + 1, &utf8, &whole);
  if (!st) {
    wg_hasher_end(&whole.hash, a);
    FUZZ_HOLDS(!read_all(bytes, n, 7, &utf8, &pieces));
    wg_hasher_end(&pieces.hash, b);
    FUZZ_HOLDS(whole.rows == pieces.rows && memcmp(a, b, sizeof a) == 0);
    FUZZ_HOLDS(!wg_buf_status(&copy));
    FUZZ_HOLDS(!read_all(copy.data, copy.len, copy.len + 1, &utf8, &pieces));
    wg_hasher_end(&pieces.hash, b);
    FUZZ_HOLDS(whole.rows == pieces.rows && memcmp(a, b, sizeof a) == 0);
  }
  seen found = {0};
  read_all(bytes, n, 64, &(wg_csv_options){0}, &found); /* encoding and delimiter found */
  wg_buf_deinit(&copy);
  return 0;
}
