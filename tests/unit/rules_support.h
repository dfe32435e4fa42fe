/* Rules made at random, for what goes out and comes back. */
#ifndef WG_TESTS_RULES_SUPPORT_H
#define WG_TESTS_RULES_SUPPORT_H

#include "domain/rules.h"
#include "domain_support.h"

static wg_rules *domain_some_rules(wg_arena *a, uint64_t *seed) {
  static const char *const consents[] = {"区里同意", "a; b, \"c\"\nd", "'x'"};
  static const int most[WG_UNITS] = {0, 366 * 24 * 60, 10000, 1000};
  wg_rules *r = wg_arena_alloc(a, sizeof *r);
  *r = (wg_rules){.verify_photos = (int)domain_below(seed, 3),
                  .done_photos = (int)domain_below(seed, WG_PHOTOS_MAX + 1),
                  .at_once = domain_below(seed, 2),
                  .gates = domain_below(seed, 8),
                  .posts = domain_below(seed, 1U << WG_POST_KINDS),
                  .n_temporary = (int)domain_below(seed, WG_TEMPORARY_MAX + 1)};
  for (int c = 0; c < WG_CLOCKS; c++)
    for (int s = 0; s <= WG_SEVERITY_MAX; s++) {
      wg_unit unit = (wg_unit)domain_below(seed, WG_UNITS);
      r->limit[c][s].unit = unit;
      r->limit[c][s].n = unit ? 1 + (int)domain_below(seed, (uint32_t)most[unit]) : 0;
    }
  if (wg_rules_sound(r, NULL)) memset(r->limit[WG_C_ACCEPT], 0, sizeof r->limit[WG_C_ACCEPT]);
  for (int k = 0; k < r->n_temporary; k++)
    r->temporary[k] = (wg_temporary){(wg_post_kind)domain_below(seed, WG_POST_KINDS),
                                     20260101 + (int)domain_below(seed, 28), consents[domain_below(seed, 3)]};
  return r;
}

#endif
