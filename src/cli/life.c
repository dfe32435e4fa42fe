/* `wangge life-cycle`: the table of states and actions as docs/life-cycle.md shows it, with a diagram. A test
 * holds the page against this output. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "domain/life.h"

static const char *who_en(const wg_step *s) {
  return s->verb == WG_V_REVIEW   ? "a leader"
         : s->verb == WG_V_DIRECT ? "the centre"
                                  : "the hands, or the centre";
}
static const char *who_zh(const wg_step *s) {
  return s->verb == WG_V_REVIEW ? "领导" : s->verb == WG_V_DIRECT ? "指挥中心" : "承办人或指挥中心";
}

static int all_from(uint32_t from) {
  uint32_t open = 0;
  for (int s = 0; s < WG_STATES; s++)
    if (wg_state_open((wg_state)s)) open |= 1u << s;
  return (from & open) == open;
}

static void print_from(const wg_step *step) {
  bool first = true;
  uint32_t from = step->from;
  if (all_from(from)) {
    printf("every open one");
    first = false;
  }
  for (int s = 0; s < WG_STATES; s++) {
    if (!(from >> s & 1) || (all_from(from) && wg_state_open((wg_state)s))) continue;
    printf("%s%s", first ? "" : ", ", wg_state_name((wg_state)s));
    first = false;
  }
}

static void print_says(const wg_step *step) {
  bool first = true;
  for (int k = 0; k < WG_SAYS; k++) {
    bool needs = step->needs >> k & 1;
    if (!needs && !(step->takes >> k & 1)) continue;
    printf(needs ? "%s**`%s`**" : "%s`%s`", first ? "" : " ", wg_say_name((wg_say)k));
    first = false;
  }
}

static void print_but(const wg_step *step) {
  static const struct {
    unsigned bit;
    const char *en;
  } all[] = {{WG_B_OTHER_HAND, "not by who said done"},
             {WG_B_DONE_PHOTOS, "after-photos where the category asks"},
             {WG_B_VERIFY_PHOTOS, "on-site photos where the category asks"},
             {WG_B_AT_ONCE, "where the category permits"},
             {WG_B_BACK, "back to where it was sent from"},
             {WG_B_WHILE_SUSPENDED, "also while suspended"}};
  bool first = true;
  for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
    if (!(step->but & all[k].bit)) continue;
    printf("%s%s", first ? "" : "; ", all[k].en);
    first = false;
  }
}

static void print_table(void) {
  puts("| action | 操作 | from | to | who 由谁 | says | but | clocks 计时 |");
  puts("| --- | --- | --- | --- | --- | --- | --- | --- |");
  for (int a = 0; a < WG_ACTIONS; a++) {
    const wg_step *s = wg_step_of((wg_action)a);
    printf("| `%s` | %s | ", s->name, s->zh);
    print_from(s);
    printf(" | %s | %s %s | ", s->to == WG_STAYS ? "=" : wg_state_name((wg_state)s->to), who_en(s),
           who_zh(s));
    print_says(s);
    printf(" | ");
    print_but(s);
    printf(" | %s%s%s |\n", s->clocks_en, s->clocks_en[0] ? " " : "", s->clocks_zh);
  }
}

static void print_states(void) {
  puts("| state | 状态 | timed by | may be done 可执行 |");
  puts("| --- | --- | --- | --- |");
  for (int k = 0; k < WG_STATES; k++) {
    wg_incident i = {.state = (wg_state)k};
    wg_clock c = wg_incident_clock(&i);
    printf("| `%s` | %s | %s | ", wg_state_name(i.state), wg_state_title(i.state, "zh"),
           wg_state_open(i.state) && c != WG_C_WHOLE ? wg_clock_name(c) : "–");
    bool first = true;
    for (int a = 0; a < WG_ACTIONS; a++) {
      const wg_step *s = wg_step_of((wg_action)a);
      if (s->to == WG_STAYS || !(s->from >> k & 1)) continue;
      printf("%s`%s`", first ? "" : " ", s->name);
      first = false;
    }
    puts(" |");
  }
}

static void print_diagram(void) {
  puts("```mermaid\nstateDiagram-v2\n  [*] --> reported");
  for (int a = 0; a < WG_ACTIONS; a++) {
    const wg_step *s = wg_step_of((wg_action)a);
    if (s->to == WG_STAYS) continue;
    for (int k = 0; k < WG_STATES; k++)
      if (s->from >> k & 1)
        printf("  %s --> %s: %s\n", wg_state_name((wg_state)k), wg_state_name((wg_state)s->to), s->name);
  }
  puts("```");
}

int wg_cmd_life_cycle(int argc, char **argv) {
  const char *none[1];
  const wg_flag flags[] = {{NULL, NULL, NULL, false}};
  int n, bad = wg_cli_args(argc, argv, flags, none, 0, &n, 0);
  if (bad) return bad;
  puts("<!-- made by `wangge life-cycle` -->");
  print_table();
  puts("");
  print_states();
  puts("");
  print_diagram();
  puts("<!-- end -->");
  return WG_EXIT_OK;
}
