#include "cli/data.h"

#include <string.h>

#include "base/json.h"
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

wg_status wg_cli_profile(wg_arena *arena, const char *code, wg_profile *out, wg_err *err) {
  return wg_profile_parse(arena, wg_data_profiles, code, out, err);
}

const char *wg_cli_phrases(void) { return wg_data_phrases; }

static wg_status put_all(wg_store *store, const wg_profile *p, const char *timezone, wg_err *err) {
  const struct {
    const char *key, *value;
  } settings[] = {{"calendar", p->calendar},
                  {"profile", p->code},
                  {"profiles", wg_data_profiles},
                  {"timezone", timezone},
                  {"tolerance_m", "1"}};
  wg_status st = WG_OK;
  for (size_t i = 0; !st && i < sizeof settings / sizeof *settings; i++)
    st = put_setting(store, settings[i].key, settings[i].value, err);
  return st;
}

wg_status wg_cli_put_defaults(wg_store *store, const char *profile, wg_err *err) {
  wg_arena arena;
  wg_profile p;
  wg_json *calendar = NULL;
  const char *timezone = NULL;
  wg_arena_init(&arena);
  wg_status st = wg_cli_profile(&arena, profile, &p, err);
  if (!st) st = wg_json_parse_object(&arena, p.calendar, strlen(p.calendar), &calendar, err);
  if (!st) st = wg_json_str(calendar, "timezone", WG_REQUIRED, 64, &timezone, err);
  if (!st) st = put_all(store, &p, timezone, err);
  wg_arena_clear(&arena);
  return st;
}
