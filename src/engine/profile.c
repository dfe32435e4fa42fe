#include "engine/profile.h"

#include <stdio.h>

#include "domain/setting.h"

static const char no_profiles[] = "{\"profiles\":[]}";

static wg_status find(wg_store *store, wg_arena *arena, const char *code, wg_profile *out, wg_err *err) {
  const char *text = NULL;
  wg_profile_none(out);
  wg_status st = store->setting_get(store, arena, "profiles", &text, err);
  return st ? st : wg_profile_parse(arena, text ? text : no_profiles, code, out, err);
}

wg_status wg_profile_load(wg_store *store, wg_arena *arena, wg_profile *out, wg_err *err) {
  const char *code = NULL;
  wg_profile_none(out);
  wg_status st = store->setting_get(store, arena, "profile", &code, err);
  if (!st) st = find(store, arena, code ? code : wg_setting_find("profile")->fallback, out, err);
  return st == WG_NOT_FOUND ? WG_OK : st;
}

wg_status wg_profile_known(wg_store *store, wg_arena *arena, const char *code, wg_err *err) {
  wg_profile p;
  wg_status st = find(store, arena, code, &p, err);
  if (st == WG_NOT_FOUND && err) snprintf(err->field, sizeof err->field, "value");
  return st;
}
