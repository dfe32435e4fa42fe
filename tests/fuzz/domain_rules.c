/* Rules of categories: as JSON, and the words in the cells of a table. What is read comes out again the same.
 */
#include <string.h>

#include "domain/rules.h"
#include "fuzz/fuzz.h"

static void as_json(const char *text) {
  wg_arena a;
  wg_rules *r = NULL, *again = NULL;
  wg_err err = {0};
  wg_arena_init(&a);
  if (wg_rules_parse(&a, text, &r, &err)) {
    FUZZ_HOLDS(err.en[0] && err.zh[0]);
  } else {
    for (int c = 0; c < WG_CLOCKS; c++)
      for (int s = 0; s <= WG_SEVERITY_MAX; s++) FUZZ_HOLDS(wg_span_ok(r->limit[c][s]));
    FUZZ_HOLDS(r->n_temporary <= WG_TEMPORARY_MAX);
    FUZZ_HOLDS(wg_rules_parse(&a, wg_rules_text(&a, r), &again, &err) == WG_OK && wg_rules_equal(r, again));
  }
  wg_arena_clear(&a);
}

static void in_a_cell(const char *text) {
  wg_rules r = {0}, again = {0};
  wg_buf b;
  wg_buf_init(&b, 1 << 16);
  if (wg_rules_take_limit(&r, WG_C_CHECK, text)) {
    wg_rules_put_limit(&b, &r, WG_C_CHECK);
    FUZZ_HOLDS(wg_rules_take_limit(&again, WG_C_CHECK, wg_buf_str(&b)) && wg_rules_equal(&r, &again));
  }
  wg_buf_reset(&b);
  memset(&again, 0, sizeof again);
  memset(&r, 0, sizeof r);
  if (wg_rules_take_posts(&r, text) || wg_rules_take_gates(&r, text)) {
    wg_rules_put_posts(&b, &r);
    FUZZ_HOLDS(wg_rules_take_posts(&again, wg_buf_str(&b)) && again.posts == r.posts);
  }
  wg_buf_deinit(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  char *text = fuzz_text(bytes, n);
  as_json(text);
  in_a_cell(text);
  free(text);
  return 0;
}
