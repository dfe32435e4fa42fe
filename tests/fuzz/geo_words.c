/* Coordinates and names as they are typed into a search. */
#include <math.h>
#include <string.h>

#include "base/initials.h"
#include "fuzz/fuzz.h"
#include "geo/coord_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  char *text = fuzz_text(bytes, n);
  wg_coord_text c;
  if (wg_coord_text_parse(text, &c)) {
    FUZZ_HOLDS(isfinite(c.x) && isfinite(c.y) && strlen(c.crs) >= 4 && strlen(c.crs) <= 11);
    if (c.named) FUZZ_HOLDS(strlen(text) > strlen("0 0"));
  }
  wg_buf initials, folded;
  wg_buf_init(&initials, (size_t)1 << 20);
  wg_buf_init(&folded, (size_t)1 << 20);
  wg_initials(text, '\n', &initials);
  wg_fold(text, &folded);
  const char *got = wg_buf_str(&initials);
  FUZZ_HOLDS(strspn(got, "abcdefghijklmnopqrstuvwxyz0123456789\n") == strlen(got));
  FUZZ_HOLDS(strlen(got) <= 4 * strlen(text) + 3);
  FUZZ_HOLDS(wg_buf_status(&folded) || folded.len <= 3 * strlen(text));
  wg_buf_deinit(&initials);
  wg_buf_deinit(&folded);
  free(text);
  return 0;
}
