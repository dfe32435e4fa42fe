/* Calendars: files of holidays (iCalendar and CSV), and the text that is kept, counted with. */
#include <string.h>

#include "domain/calendar.h"
#include "domain/worktime.h"
#include "fuzz/fuzz.h"

/* What comes out of a file is what an edit would take, and can be laid out. */
static void import(const char *text, size_t n, int only) {
  wg_arena arena;
  wg_calendar_year *year = NULL;
  uint32_t count = 0;
  wg_err err = {0};
  wg_arena_init(&arena);
  wg_status st = wg_calendar_import(&arena, text, n, only, &year, &count, &err);
  FUZZ_HOLDS(st ? st == WG_NO_MEMORY || (err.en[0] && err.zh[0]) : count > 0);
  for (uint32_t i = 0; !st && i < count; i++) {
    wg_calendar_year again;
    wg_json *body = NULL;
    FUZZ_HOLDS(!only || year[i].year == only);
    const char *sent = wg_arena_printf(&arena, "{\"holidays\":%s,\"working\":%s,\"names\":%s}",
                                       year[i].holidays, year[i].working, year[i].names);
    FUZZ_HOLDS(wg_json_parse_object(&arena, sent, strlen(sent), &body, &err) == WG_OK);
    FUZZ_HOLDS(wg_calendar_year_read(&arena, body, year[i].year, &again, &err) == WG_OK);
  }
  wg_arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  char *text = fuzz_text(bytes, n);
  import(text, n, 0);
  import(text, n, 2027);
  wg_zone *zone = NULL;
  const wg_worktime *w = NULL;
  wg_arena arena;
  wg_arena_init(&arena);
  if (text[0] == '{' && wg_zone_open("Europe/Berlin", &zone, NULL) == WG_OK) {
    if (wg_worktime_read(&arena, text, zone, &w, NULL) == WG_OK) {
      int64_t from = INT64_C(1774740000000), end = wg_work_end(w, from, (wg_span){WG_U_DAYS, 3});
      FUZZ_HOLDS(end == 0 || end > from);
      end = wg_work_after(w, from, 12345678);
      FUZZ_HOLDS(end == 0 || wg_work_between(w, from, end) == 12345678);
    }
  }
  wg_zone_free(zone);
  wg_arena_clear(&arena);
  free(text);
  return 0;
}
