/* Organisations. */
#include <stdio.h>
#include <string.h>

#include "cli/demo/fill.h"

static const struct {
  const char *code, *zh, *en;
} departments[] = {{"dept-urban", "综合行政执法局", "Urban Management"},
                   {"dept-police", "公安分局", "Police"},
                   {"dept-environment", "生态环境分局", "Environment"},
                   {"dept-water", "水务局", "Water"},
                   {"dept-housing", "住房和建设局", "Housing and Construction"},
                   {"dept-transport", "交通运输局", "Transport"},
                   {"dept-emergency", "应急管理局", "Emergency Management"},
                   {"dept-fire", "消防救援大队", "Fire and Rescue"},
                   {"dept-market", "市场监督管理局", "Market Supervision"},
                   {"dept-civil", "民政局", "Civil Affairs"},
                   {"dept-labour", "人力资源和社会保障局", "Labour and Social Security"},
                   {"dept-justice", "司法局", "Justice"},
                   {"dept-parks", "园林绿化中心", "Parks"},
                   {"dept-utilities", "公用事业服务中心", "Public Utilities"},
                   {"dept-agriculture", "农业农村局", "Agriculture"}};

/* By the category's code: the longest beginning that fits. */
const char *demo_department(const char *category) {
  static const struct {
    const char *begins, *org;
  } table[] = {{"c10", "dept-utilities"},  {"c2", "dept-transport"},     {"c3", "dept-urban"},
               {"c4", "dept-parks"},       {"c50", "dept-water"},        {"e105", "dept-environment"},
               {"e106", "dept-parks"},     {"e107", "dept-environment"}, {"e108", "dept-environment"},
               {"e1", "dept-urban"},       {"e2", "dept-urban"},         {"e3", "dept-housing"},
               {"e402", "dept-police"},    {"e404", "dept-civil"},       {"e4", "dept-urban"},
               {"e503", "dept-fire"},      {"e502", "dept-utilities"},   {"e504", "dept-utilities"},
               {"e5", "dept-emergency"},   {"s103", "dept-labour"},      {"s104", "dept-agriculture"},
               {"s1", "dept-justice"},     {"s201", "dept-fire"},        {"s203", "dept-emergency"},
               {"s206", "dept-market"},    {"s208", "dept-transport"},   {"s2", "dept-police"},
               {"s305", "dept-utilities"}, {"s3", "dept-civil"},         {"s402", "dept-agriculture"},
               {"s403", "dept-emergency"}};
  const char *best = "dept-urban";
  size_t most = 0;
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    size_t n = strlen(table[i].begins);
    if (n > most && strncmp(category, table[i].begins, n) == 0) most = n, best = table[i].org;
  }
  return best;
}

static wg_status put_org(demo_fill *f, const char *code, const char *names, const char *area) {
  wg_org org = {.names = names};
  snprintf(org.code, sizeof org.code, "%s", code);
  snprintf(org.area, sizeof org.area, "%s", area);
  return names ? f->store->org_put(f->store, &org, f->err) : WG_NO_MEMORY;
}

wg_status demo_put_orgs(demo_fill *f) {
  wg_arena a;
  wg_arena_init(&a);
  demo_name centre = {"区综合指挥中心（演示）", "District Command Centre (demo)"};
  const char *names = demo_name_map(&a, &centre);
  wg_status st = put_org(f, "centre", names, DEMO_ROOT);
  for (size_t i = 0; !st && i < sizeof departments / sizeof *departments; i++) {
    demo_name n;
    snprintf(n.zh, sizeof n.zh, "%s（演示）", departments[i].zh);
    snprintf(n.en, sizeof n.en, "%s (demo)", departments[i].en);
    names = demo_name_map(&a, &n);
    st = put_org(f, departments[i].code, names, DEMO_ROOT);
  }
  for (uint32_t t = 0; !st && t < f->land->areas.n_townships; t++) {
    const demo_township *x = f->land->areas.township + t;
    demo_name n = demo_township_name(f->land->seed, t, (int)x->rank);
    size_t z = strlen(n.zh), e = strlen(n.en);
    snprintf(n.zh + z, sizeof n.zh - z, "综合指挥室");
    snprintf(n.en + e, sizeof n.en - e, " Command Room");
    names = demo_name_map(&a, &n);
    st = put_org(f, x->code, names, x->code);
  }
  wg_arena_clear(&a);
  return st;
}
