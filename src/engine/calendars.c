#include "engine/calendars.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "domain/calendar.h"

static const char prefix[] = "calendar.";

const char *wg_calendar_key(wg_arena *arena, const char *code) {
  return strcmp(code, WG_CALENDAR_CODE) == 0 ? "calendar" : wg_arena_printf(arena, "%s%s", prefix, code);
}

struct listing {
  wg_calendar_text *item;
  uint32_t n;
};

static wg_status take(void *ctx, const void *row) {
  struct listing *l = ctx;
  const wg_setting_row *s = row;
  if (l->n <= WG_CALENDARS_MAX) l->item[l->n++] = (wg_calendar_text){s->key + sizeof prefix - 1, s->value};
  return WG_OK;
}

wg_status wg_calendar_texts(wg_store *store, wg_arena *arena, wg_calendar_text **out, uint32_t *n,
                            wg_err *err) {
  struct listing l = {.item = wg_arena_alloc(arena, (WG_CALENDARS_MAX + 1) * sizeof *l.item), .n = 1};
  if (!l.item) return WG_NO_MEMORY;
  l.item[0] = (wg_calendar_text){.code = WG_CALENDAR_CODE};
  wg_status st = store->setting_get(store, arena, "calendar", &l.item[0].text, err);
  if (!st && !l.item[0].text) l.item[0].text = WG_CALENDAR_ALWAYS;
  if (!st) st = store->settings_of(store, arena, prefix, take, &l, err);
  *out = l.item;
  *n = l.n;
  return st;
}

wg_status wg_calendar_text_of(wg_store *store, wg_arena *arena, const char *code, const char **out,
                              wg_err *err) {
  const char *key = wg_calendar_key(arena, code);
  wg_status st = key ? store->setting_get(store, arena, key, out, err) : WG_NO_MEMORY;
  if (!st && !*out && strcmp(code, WG_CALENDAR_CODE) == 0) *out = WG_CALENDAR_ALWAYS;
  return st;
}

/* --- in force ---------------------------------------------------------------------------------------------
 */

static void free_zone(void *zone) { wg_zone_free(zone); }

/* In its own time zone, else the district's. */
static wg_status read_one(wg_settings *s, const char *text, const wg_worktime **out, wg_err *err) {
  wg_calendar_head head;
  wg_zone *own = NULL;
  const char *district = wg_zone_name(s->zone);
  wg_status st = wg_calendar_head_of(&s->arena, text, district, &head, err);
  if (!st && strcmp(head.timezone, district) != 0) {
    st = wg_zone_open(head.timezone, &own, err);
    if (!st && wg_arena_defer(&s->arena, free_zone, own)) st = WG_NO_MEMORY;
  }
  return st ? st : wg_worktime_read(&s->arena, text, own ? own : s->zone, out, err);
}

static wg_status load_others(wg_settings *s, const wg_calendar_text *all, uint32_t n) {
  s->calendar = wg_arena_alloc(&s->arena, n * sizeof *s->calendar);
  if (!s->calendar) return WG_NO_MEMORY;
  for (uint32_t i = 1; i < n; i++) {
    wg_calendar_in_force *c = &s->calendar[s->n_calendars];
    wg_err why = {0};
    wg_status st = read_one(s, all[i].text, &c->work, &why);
    if (st == WG_NO_MEMORY) return st;
    if (st)
      wg_error("engine", "calendar %s is left out: %s", all[i].code, why.en);
    else
      c->code = all[i].code, s->n_calendars++;
  }
  return WG_OK;
}

wg_status wg_calendars_load(wg_store *store, wg_settings *s, wg_err *err) {
  wg_calendar_text *all = NULL;
  uint32_t n = 0;
  wg_status st = wg_calendar_texts(store, &s->arena, &all, &n, err);
  if (st) return st;
  if (strcmp(all[0].text, WG_CALENDAR_ALWAYS) == 0) /* none is kept: nothing has to be laid out */
    st = wg_worktime_read(&s->arena, NULL, s->zone, &s->work, err);
  else
    st = read_one(s, all[0].text, &s->work, err);
  return st ? st : load_others(s, all, n);
}

static int by_code(const void *key, const void *item) {
  return strcmp(key, ((const wg_calendar_in_force *)item)->code);
}

const wg_worktime *wg_calendar_find(const wg_settings *s, const char *code) {
  const wg_calendar_in_force *c =
      s->n_calendars ? bsearch(code, s->calendar, s->n_calendars, sizeof *c, by_code) : NULL;
  return c ? c->work : NULL;
}
