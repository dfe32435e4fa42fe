#include "cli/data.h"

#include <string.h>

#include "cli_data.h"
#include "domain/setting.h"

wg_status wg_cli_put_catalogue(wg_store *store, wg_err *err) {
  wg_arena arena;
  wg_arena_init(&arena);
  wg_category *c = NULL;
  uint32_t n = 0;
  wg_status st = wg_catalogue_parse(&arena, wg_data_catalogue, strlen(wg_data_catalogue), &c, &n, err);
  for (uint32_t i = 0; !st && i < n; i++) st = store->category_put(store, c + i, err);
  wg_arena_clear(&arena);
  return st;
}

/* What a person may change is held to the same table as their edits. */
static wg_status put_setting(wg_store *store, const char *key, const char *value, wg_err *err) {
  const wg_setting *s = wg_setting_find(key);
  wg_status st = s ? wg_setting_check(s, value, err) : WG_OK;
  return st ? st : store->setting_put(store, key, value, err);
}

wg_status wg_cli_put_defaults(wg_store *store, wg_err *err) {
  static const struct {
    const char *key, *value;
  } settings[] = {{"calendar", wg_data_calendar},
                  {"profiles", wg_data_profiles},
                  {"timezone", "Asia/Shanghai"},
                  {"tolerance_m", "1"}};
  wg_status st = WG_OK;
  for (size_t i = 0; !st && i < sizeof settings / sizeof *settings; i++)
    st = put_setting(store, settings[i].key, settings[i].value, err);
  return st;
}
