#include <stdlib.h>
#include <string.h>

#include "api/app.h"

enum { NOT_ASKED, NO, YES };

wg_status wg_sight_init(wg_sight *s, const wg_picture *p, const wg_viewer *v, wg_verb verb, int64_t now) {
  *s = (wg_sight){.areas = &p->land->areas, .viewer = v, .verb = verb, .now = now};
  s->memo = calloc((size_t)s->areas->n + 1, WG_CLASSES); /* the last three: in no area */
  return s->memo ? WG_OK : WG_NO_MEMORY;
}

void wg_sight_deinit(wg_sight *s) {
  free(s->memo);
  s->memo = NULL;
}

bool wg_sight_area(wg_sight *s, uint32_t area, wg_class class_) {
  uint32_t slot = area < s->areas->n ? area : s->areas->n;
  uint8_t *known = &s->memo[(size_t)slot * WG_CLASSES + class_];
  if (*known == NOT_ASKED) {
    wg_target t = {.area = area, .class_ = class_};
    *known = wg_may(s->areas, s->viewer, s->verb, &t, s->now) ? YES : NO;
  }
  return *known == YES;
}

bool wg_sight_brief(wg_sight *s, const wg_live_brief *b) {
  if (wg_sight_area(s, b->area, (wg_class)b->class_)) return true;
  const wg_viewer *v = s->viewer;
  bool maybe = b->has_orgs || b->reporter == v->account || (v->staff && b->responsible == v->staff);
  if (!maybe) return false;
  wg_target t = {.area = b->area,
                 .class_ = (wg_class)b->class_,
                 .reporter = b->reporter,
                 .responsible = b->responsible,
                 .orgs = b->row->orgs};
  return wg_may(s->areas, v, s->verb, &t, s->now);
}

bool wg_sight_counts(wg_sight *s, uint32_t area, wg_class class_) {
  return class_ != WG_ORDINARY && wg_sight_area(s, area, WG_ORDINARY);
}

uint64_t wg_sight_hash(const wg_picture *p, const wg_viewer *v, wg_verb verb, int64_t now) {
  wg_hasher h;
  unsigned char hash[WG_HASH_LEN];
  wg_hasher_begin(&h);
  wg_hasher_int(&h, verb);
  wg_hasher_int(&h, v->exclusive);
  wg_hasher_int(&h, wg_nameless(v, now));
  for (int g = 0; g < v->n_grants; g++) {
    if ((v->grant[g].from && v->grant[g].from > now) || (v->grant[g].until && v->grant[g].until <= now))
      continue;
    wg_reach reach = wg_rights_reach(v->grant[g].role, verb);
    if (reach != WG_R_AREA && reach != WG_R_ALL) continue;
    wg_hasher_int(&h, reach);
    wg_hasher_int(&h, wg_rights_class(v->grant[g].role));
    const char *code = v->grant[g].area == WG_NO_INDEX ? "" : p->land->areas.item[v->grant[g].area].code;
    wg_hasher_field(&h, code, strlen(code));
  }
  wg_hasher_end(&h, hash);
  uint64_t out;
  memcpy(&out, hash, sizeof out);
  return out;
}
