/* Rules in the cells of a table: what a person can type into a spreadsheet. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/rules.h"

/* --- out --------------------------------------------------------------------------------------------------
 */

static void put_word(wg_buf *out, const char *word) {
  if (out->len) wg_buf_add_str(out, "; ");
  wg_buf_add_str(out, word);
}

void wg_rules_put_limit(wg_buf *out, const wg_rules *r, wg_clock clock) {
  char text[64], by[16];
  for (int s = 0; s <= WG_SEVERITY_MAX; s++) {
    wg_span span = r->limit[clock][s];
    if (span.unit == WG_U_NONE) continue;
    snprintf(by, sizeof by, "%d: ", s);
    snprintf(text, sizeof text, "%s%d %s", s ? by : "", span.n, wg_unit_name(span.unit));
    put_word(out, text);
  }
}

void wg_rules_put_gates(wg_buf *out, const wg_rules *r) {
  for (unsigned gate = 1; gate <= WG_GATE_CLOSE; gate <<= 1)
    if (r->gates & gate) put_word(out, wg_gate_name(gate));
}

void wg_rules_put_posts(wg_buf *out, const wg_rules *r) {
  for (int k = 0; k < WG_POST_KINDS; k++)
    if (r->posts >> k & 1) put_word(out, wg_post_name((wg_post_kind)k));
}

/* --- in ---------------------------------------------------------------------------------------------------
 */

/* The next of the words that ";" parts (or its wide form), without spaces around it, into `word`. False at
 * the end; a word that is too long comes as "?", which nothing is. */
static bool next_word(const char **text, char *word, size_t size) {
  static const char wide[] = "；";
  const char *from = *text;
  while (*from == ' ') from++;
  if (!*from) return false;
  const char *end = from;
  while (*end && *end != ';' && strncmp(end, wide, sizeof wide - 1) != 0) end++;
  *text = *end ? end + (*end == ';' ? 1 : sizeof wide - 1) : end;
  while (end > from && end[-1] == ' ') end--;
  if ((size_t)(end - from) < size)
    snprintf(word, size, "%.*s", (int)(end - from), from);
  else
    snprintf(word, size, "?");
  return true;
}

static bool unit_of(const char *text, wg_unit *out) {
  static const struct {
    const char *word;
    wg_unit unit;
  } words[] = {{"分钟", WG_U_MINUTES},   {"小时", WG_U_NONE},       {"工作小时", WG_U_HOURS},
               {"工作时", WG_U_HOURS},   {"工时", WG_U_HOURS},      {"工作日", WG_U_DAYS},
               {"minute", WG_U_MINUTES}, {"work_hour", WG_U_HOURS}, {"work_day", WG_U_DAYS}};
  if (wg_unit_parse(text, out)) return *out != WG_U_NONE;
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (strcmp(words[k].word, text) == 0) {
      *out = words[k].unit;
      return *out != WG_U_NONE; /* an hour of which clock? */
    }
  return false;
}

/* "3: 10 minutes": for severity 3. */
static int severity_of(char **word) {
  static const char wide[] = "：";
  if ((*word)[0] < '1' || (*word)[0] > '0' + WG_SEVERITY_MAX) return 0;
  size_t mark = (*word)[1] == ':' ? 1 : strncmp(*word + 1, wide, sizeof wide - 1) == 0 ? sizeof wide - 1 : 0;
  if (!mark) return 0;
  int severity = (*word)[0] - '0';
  *word += 1 + mark;
  return severity;
}

static bool take_span(wg_span limit[], char *word) {
  int severity = severity_of(&word);
  while (*word == ' ') word++;
  char *end = word;
  if (*word < '0' || *word > '9') return false;
  long n = strtol(word, &end, 10);
  while (*end == ' ') end++;
  wg_span span = {.n = n > INT32_MAX ? 0 : (int)n};
  if (limit[severity].unit != WG_U_NONE || !unit_of(end, &span.unit) || !wg_span_ok(span)) return false;
  limit[severity] = span;
  return true;
}

bool wg_rules_take_limit(wg_rules *r, wg_clock clock, const char *text) {
  char word[64];
  while (next_word(&text, word, sizeof word))
    if (!take_span(r->limit[clock], word)) return false;
  return true;
}

bool wg_rules_take_gates(wg_rules *r, const char *text) {
  char word[64];
  while (next_word(&text, word, sizeof word)) {
    unsigned gate = wg_gate_parse(word);
    if (!gate) return false;
    r->gates |= gate;
  }
  return true;
}

bool wg_rules_take_posts(wg_rules *r, const char *text) {
  char word[64];
  while (next_word(&text, word, sizeof word)) {
    wg_post_kind post;
    if (!wg_post_parse(word, &post)) return false;
    r->posts |= 1U << post;
  }
  return true;
}
