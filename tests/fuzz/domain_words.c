/* The trade's small languages: weekly shifts, area codes, names of states, posts and roles. */
#include <string.h>

#include "domain/account.h"
#include "domain/incident.h"
#include "domain/profile.h"
#include "domain/staff.h"
#include "fuzz/fuzz.h"

enum { SHIFTS = 8 };

static const char profiles[] =
    "{\"profiles\":[{\"code\":\"cn\",\"digits\":[2,2,2,3,3],\"top\":\"c\",\"grid_digits\":15,\"grid_serial\":"
    "3,"
    "\"levels\":[{\"code\":\"a\",\"names\":{}},{\"code\":\"b\",\"names\":{}},{\"code\":\"c\",\"names\":{}},"
    "{\"code\":\"d\",\"names\":{}},{\"code\":\"e\",\"names\":{}}]},"
    "{\"code\":\"de\",\"digits\":[2,1,2,3],\"padded\":false,\"grid_digits\":12,\"grid_serial\":4,"
    "\"levels\":[{\"code\":\"a\",\"names\":{}},{\"code\":\"b\",\"names\":{},\"may_lack\":true},"
    "{\"code\":\"c\",\"names\":{}},{\"code\":\"d\",\"names\":{}}]}]}";

/* From any code up to the highest level, and no further. */
static void climb(const char *code) {
  static const char *const countries[] = {"cn", "de"};
  for (int c = 0; c < 2; c++) {
    wg_arena arena;
    wg_profile p;
    char parent[WG_CODE_LEN], above[WG_CODE_LEN];
    int steps = 0;
    wg_arena_init(&arena);
    FUZZ_HOLDS(wg_profile_parse(&arena, profiles, countries[c], &p, NULL) == WG_OK);
    if (wg_profile_parent(&p, code, parent)) {
      do {
        memcpy(above, parent, sizeof above);
        FUZZ_HOLDS(++steps < 10);
      } while (above[0] && wg_profile_parent(&p, above, parent));
      FUZZ_HOLDS(!above[0] && wg_profile_level_code(&p, code)[0]);
    }
    for (int k = -1; k < 9; k++)
      if (wg_profile_respell(&p, code, k, above)) FUZZ_HOLDS(wg_profile_level_of(&p, above) >= 0);
    if (wg_profile_grid_area(&p, code, false, (wg_pt){0, 0}, above)) FUZZ_HOLDS(above[0]);
    wg_arena_clear(&arena);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  char *text = fuzz_text(bytes, n);
  wg_shift shift[SHIFTS];
  int count = 0;
  wg_err err = {0};
  wg_status st = wg_shifts_parse(text, shift, SHIFTS, &count, &err);
  FUZZ_HOLDS(st ? err.en[0] && err.zh[0] : count >= 0 && count <= SHIFTS);
  for (int i = 0; !st && i < count; i++) {
    FUZZ_HOLDS(shift[i].weekdays > 0 && shift[i].weekdays < 128);
    FUZZ_HOLDS(shift[i].from >= 0 && shift[i].from <= 1440 && shift[i].to >= 0 && shift[i].to <= 1440);
  }
  if (strlen(text) < WG_CODE_LEN) climb(text);
  wg_state state;
  if (wg_state_parse(text, &state)) FUZZ_HOLDS(strcmp(wg_state_name(state), text) == 0);
  wg_role role;
  if (wg_role_parse(text, &role)) FUZZ_HOLDS(strcmp(wg_role_name(role), text) == 0);
  wg_post_kind post;
  if (wg_post_parse(text, &post)) FUZZ_HOLDS(post >= 0 && post < WG_POST_KINDS);
  free(text);
  return 0;
}
