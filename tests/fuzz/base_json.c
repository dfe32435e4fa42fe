/* JSON in: what parses is dumped, and the dump parses to the same dump. The getters take any value. */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "fuzz/fuzz.h"

static wg_status visit(const char *name, wg_json *value, void *ctx) {
  wg_json *object = ctx, *sub = NULL;
  const char *text = NULL;
  double number = 0;
  int64_t whole = 0;
  bool yes = false;
  FUZZ_HOLDS(wg_text_utf8(name, strlen(name)));
  if (!wg_json_str(object, name, WG_REQUIRED, 64, &text, NULL))
    FUZZ_HOLDS(wg_text_utf8(text, strlen(text)) && strlen(text) <= 64);
  if (!wg_json_num(object, name, WG_REQUIRED, -180, 180, &number, NULL))
    FUZZ_HOLDS(number >= -180 && number <= 180);
  if (!wg_json_int(object, name, WG_REQUIRED, -5, 5, &whole, NULL)) FUZZ_HOLDS(whole >= -5 && whole <= 5);
  wg_json_bool(object, name, WG_OPTIONAL, &yes, NULL);
  wg_json_time(object, name, WG_OPTIONAL, &whole, NULL);
  wg_json_obj(object, name, WG_OPTIONAL, &sub, NULL);
  if (!wg_json_arr(object, name, WG_REQUIRED, 8, &sub, NULL)) {
    FUZZ_HOLDS(wg_json_len(sub) <= 8);
    for (size_t i = 0; i < wg_json_len(sub); i++) wg_json_text(wg_json_at(sub, i));
  }
  return wg_json_is_object(value) ? wg_json_each(value, visit, value) : WG_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  wg_arena arena;
  wg_arena_init(&arena);
  wg_json *value = NULL;
  wg_err err = {0};
  wg_status st = wg_json_parse_object(&arena, (const char *)bytes, n, &value, &err);
  FUZZ_HOLDS(!st || (err.en[0] && err.zh[0] && wg_text_utf8(err.en, strlen(err.en)) &&
                     wg_text_utf8(err.zh, strlen(err.zh))));
  if (!st) {
    wg_json_each(value, visit, value);
    char *once = wg_json_dump(&arena, value);
    wg_json *again = NULL;
    FUZZ_HOLDS(once && !wg_json_parse(&arena, once, strlen(once), &again, NULL));
    char *twice = wg_json_dump(&arena, again);
    FUZZ_HOLDS(twice && strcmp(once, twice) == 0);
    wg_name_pick(&arena, once, "en");
  }
  wg_arena_clear(&arena);
  return 0;
}
