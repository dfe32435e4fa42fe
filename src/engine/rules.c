/* Rules of categories and working time as the picture holds them. */
#include "engine/picture.h"

static const wg_rules none = {0};

const wg_rules *wg_picture_rules(const wg_picture *p, const char *category, int64_t version) {
  const wg_category *c = wg_picture_category(p, category);
  for (uint32_t k = c ? c->n_rules : 0; version && k > 0; k--)
    if (c->all_rules[k - 1].version == version) return &c->all_rules[k - 1];
  return c && c->rules ? c->rules : &none;
}

const wg_worktime *wg_picture_worktime(const wg_picture *p, const char *org) {
  (void)org;
  return p->settings->work;
}
