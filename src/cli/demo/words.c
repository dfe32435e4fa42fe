#include "cli/demo/words.h"

#include <string.h>

/* Components are found on rounds, events in the streets all day, safety matters at home and in the evening.
 */
static const double hour_share[DEMO_DOMAINS][DEMO_HOURS] = {
    {1, 1, 0, 0, 0, 1, 4, 14, 30, 34, 30, 18, 8, 14, 28, 30, 24, 14, 7, 5, 4, 3, 2, 1},
    {2, 1, 1, 1, 1, 3, 10, 26, 32, 30, 26, 22, 16, 18, 24, 26, 28, 30, 26, 22, 18, 12, 7, 4},
    {3, 2, 1, 1, 1, 2, 4, 8, 16, 24, 24, 16, 10, 10, 16, 20, 20, 22, 26, 30, 28, 20, 12, 6}};

int demo_domain_of(const char *category) { return category[0] == 'c' ? 0 : category[0] == 'e' ? 1 : 2; }

double demo_hour_share(int domain, int hour) { return hour_share[domain][hour]; }

double demo_hours_sum(int domain) {
  double sum = 0;
  for (int h = 0; h < DEMO_HOURS; h++) sum += hour_share[domain][h];
  return sum;
}

double demo_how_often(const char *category, int severity, wg_class class_) {
  static const struct {
    const char *code;
    double share;
  } often[] = {{"e101", 14}, {"e102", 7}, {"e401", 12}, {"e402", 16}, {"e403", 6}, {"e201", 5}, {"e104", 6},
               {"e103", 3},  {"c204", 4}, {"c102", 4},  {"c101", 3},  {"s101", 6}, {"s105", 4}, {"s201", 5},
               {"s207", 6},  {"s301", 3}, {"s303", 4},  {"s304", 3},  {"s102", 2}, {"s202", 3}};
  for (size_t i = 0; i < sizeof often / sizeof *often; i++)
    if (strcmp(category, often[i].code) == 0) return often[i].share;
  return class_ == WG_SEALED ? 0.12 : severity == 3 ? 0.16 : 1;
}

char *demo_words(wg_arena *arena, const char *category, int phrase, const char *where, const char *what) {
  static const char *const things[DEMO_PHRASES] = {"%s附近发现%s，请安排处理。", "%s：%s，已拍照。",
                                                   "巡查至%s，发现%s。",         "群众反映%s有%s问题。",
                                                   "%s：%s，影响通行。",         "%s路口%s，请尽快到场。"};
  static const char *const people[DEMO_PHRASES] = {
      "%s居民反映：%s，请协助处理。", "%s上门走访，登记事项：%s。", "%s：%s，已先行联系当事人。",
      "接%s群众来电，事由：%s。",     "%s：%s，需部门配合。",       "%s走访发现：%s，请跟进。"};
  const char *form = (category[0] == 's' ? people : things)[phrase];
  const char *first = strstr(form, "%s"), *second = strstr(first + 2, "%s");
  return wg_arena_printf(arena, "%.*s%s%.*s%s%s", (int)(first - form), form, where, (int)(second - first - 2),
                         first + 2, what, second + 2);
}
