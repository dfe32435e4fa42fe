/* Rules of categories and working time as the picture holds them. */
#include <stdlib.h>
#include <string.h>

#include "engine/calendars.h"
#include "engine/picture.h"

static const wg_rules none = {0};

const wg_rules *wg_picture_rules(const wg_picture *p, const char *category, int64_t version) {
  const wg_category *c = wg_picture_category(p, category);
  for (uint32_t k = c ? c->n_rules : 0; version && k > 0; k--)
    if (c->all_rules[k - 1].version == version) return &c->all_rules[k - 1];
  return c && c->rules ? c->rules : &none;
}

static int by_org(const void *key, const void *item) { return strcmp(key, ((const wg_org *)item)->code); }

const wg_worktime *wg_picture_worktime(const wg_picture *p, const char *org) {
  const wg_people *all = p->people;
  const wg_org *o =
      org && *org && all->n_orgs ? bsearch(org, all->org, all->n_orgs, sizeof *o, by_org) : NULL;
  const wg_worktime *own = o && o->calendar[0] ? wg_calendar_find(p->settings, o->calendar) : NULL;
  return own ? own : p->settings->work;
}
