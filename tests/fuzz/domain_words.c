/* The trade's small languages: weekly shifts, area codes, names of states, posts and roles. */
#include <string.h>

#include "domain/account.h"
#include "domain/area.h"
#include "domain/incident.h"
#include "domain/staff.h"
#include "fuzz/fuzz.h"

enum { SHIFTS = 8 };

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
  char parent[WG_CODE_LEN], above[WG_CODE_LEN];
  int steps = 0;
  if (strlen(text) < WG_CODE_LEN && wg_area_code_parent_cn(text, parent)) {
    do { /* up to a province, and no further */
      memcpy(above, parent, sizeof above);
      FUZZ_HOLDS(++steps < 10);
    } while (above[0] && wg_area_code_parent_cn(above, parent));
    wg_area_code_level_cn(text);
  }
  wg_state state;
  if (wg_state_parse(text, &state)) FUZZ_HOLDS(strcmp(wg_state_name(state), text) == 0);
  wg_role role;
  if (wg_role_parse(text, &role)) FUZZ_HOLDS(strcmp(wg_role_name(role), text) == 0);
  wg_post_kind post;
  if (wg_post_parse(text, &post)) FUZZ_HOLDS(post >= 0 && post < WG_POST_KINDS);
  free(text);
  return 0;
}
