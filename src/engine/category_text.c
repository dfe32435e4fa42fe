/* A category as answers show it, member by member, so that an old and a new one can be told apart. */
#include <string.h>

#include "engine/catalogue.h"

enum { VALUE_MAX = 1 << 20 };

static const wg_rules *rules_of(const wg_category *c) {
  static const wg_rules none = {0};
  return c->rules ? c->rules : &none;
}

static void text_or_null(wg_jw *w, const char *text) { wg_jw_str(w, text && text[0] ? text : NULL); }
static void map_of(wg_jw *w, const char *map) { wg_jw_raw(w, map && map[0] ? map : "{}"); }

/* In the order of wg_category_members. */
static void put_name(wg_jw *w, const wg_category *c) { map_of(w, c->names); }
static void put_group(wg_jw *w, const wg_category *c) { wg_jw_str(w, c->group); }
static void put_group_name(wg_jw *w, const wg_category *c) { map_of(w, c->group_names); }
static void put_severity(wg_jw *w, const wg_category *c) { wg_jw_int(w, c->severity); }
static void put_class(wg_jw *w, const wg_category *c) { wg_jw_str(w, wg_class_name(c->class_)); }
static void put_retired(wg_jw *w, const wg_category *c) { wg_jw_bool(w, c->retired); }
static void put_rules(wg_jw *w, const wg_category *c) { wg_rules_write(w, rules_of(c)); }
static void put_fields(wg_jw *w, const wg_category *c) {
  wg_jw_raw(w, c->fields && c->fields[0] ? c->fields : "[]");
}
static void put_filing(wg_jw *w, const wg_category *c) { text_or_null(w, c->filing_standard); }
static void put_closing(wg_jw *w, const wg_category *c) { text_or_null(w, c->closing_standard); }
static void put_usual_org(wg_jw *w, const wg_category *c) { text_or_null(w, c->usual_org); }

static void (*const put_member[])(wg_jw *w, const wg_category *c) = {
    put_name,  put_group,  put_group_name, put_severity, put_class,    put_retired,
    put_rules, put_fields, put_filing,     put_closing,  put_usual_org};

void wg_category_write(wg_jw *w, const wg_category *c) {
  wg_jw_member_str(w, "code", c->code);
  for (size_t k = 0; wg_category_members[k]; k++) {
    wg_jw_key(w, wg_category_members[k]);
    put_member[k](w, c);
  }
}

/* --- changes ----------------------------------------------------------------------------------------------
 */

static void put_verify(wg_jw *w, const wg_category *c) { wg_jw_int(w, rules_of(c)->verify_photos); }
static void put_done(wg_jw *w, const wg_category *c) { wg_jw_int(w, rules_of(c)->done_photos); }
static void put_at_once(wg_jw *w, const wg_category *c) { wg_jw_bool(w, rules_of(c)->at_once); }
static void put_gates(wg_jw *w, const wg_category *c) { wg_rules_write_gates(w, rules_of(c)); }
static void put_posts(wg_jw *w, const wg_category *c) { wg_rules_write_posts(w, rules_of(c)); }
static void put_temporary(wg_jw *w, const wg_category *c) { wg_rules_write_temporary(w, rules_of(c)); }

static const struct {
  const char *name;
  void (*put)(wg_jw *w, const wg_category *c);
} rule_member[] = {{"verify_photos", put_verify}, {"done_photos", put_done}, {"at_once", put_at_once},
                   {"gates", put_gates},          {"posts", put_posts},      {"temporary", put_temporary}};

typedef struct pair {
  wg_jw *w;
  wg_buf was, now;
} pair;

/* The member, where its two texts differ. */
static void write_change(pair *x, const char *before, const char *name) {
  const char *was = wg_buf_str(&x->was), *now = wg_buf_str(&x->now);
  if (strcmp(was, now) == 0) return;
  char member[64];
  wg_buf name_of;
  wg_buf_init(&name_of, sizeof member);
  wg_buf_printf(&name_of, "%s%s", before, name);
  wg_jw_begin_object(x->w);
  wg_jw_member_str(x->w, "member", wg_buf_str(&name_of));
  wg_jw_member_raw(x->w, "was", was);
  wg_jw_member_raw(x->w, "now", now);
  wg_jw_end_object(x->w);
  wg_buf_deinit(&name_of);
}

static void write_member(pair *x, const char *before, const char *name,
                         void (*put)(wg_jw *w, const wg_category *c), const wg_category *was,
                         const wg_category *now) {
  wg_jw w;
  wg_buf_reset(&x->was);
  wg_buf_reset(&x->now);
  wg_jw_init(&w, &x->was);
  put(&w, was);
  wg_jw_init(&w, &x->now);
  put(&w, now);
  write_change(x, before, name);
}

static void write_rule_changes(pair *x, const wg_category *was, const wg_category *now) {
  for (int c = 0; c < WG_CLOCKS; c++) {
    wg_jw w;
    wg_buf_reset(&x->was);
    wg_buf_reset(&x->now);
    wg_jw_init(&w, &x->was);
    wg_rules_write_limit(&w, rules_of(was), (wg_clock)c);
    wg_jw_init(&w, &x->now);
    wg_rules_write_limit(&w, rules_of(now), (wg_clock)c);
    write_change(x, "rules.limits.", wg_clock_name((wg_clock)c));
  }
  for (size_t k = 0; k < sizeof rule_member / sizeof *rule_member; k++)
    write_member(x, "rules.", rule_member[k].name, rule_member[k].put, was, now);
}

void wg_category_write_changes(wg_jw *w, const wg_category *was, const wg_category *now) {
  wg_category_change change;
  wg_category_diff(was, now, &change);
  pair x = {.w = w};
  wg_buf_init(&x.was, VALUE_MAX);
  wg_buf_init(&x.now, VALUE_MAX);
  wg_jw_begin_array(w);
  for (int k = 0; wg_category_members[k]; k++) {
    if (!(change.members >> k & 1)) continue;
    if (put_member[k] == put_rules)
      write_rule_changes(&x, was, now);
    else
      write_member(&x, "", wg_category_members[k], put_member[k], was, now);
  }
  wg_jw_end_array(w);
  wg_buf_deinit(&x.was);
  wg_buf_deinit(&x.now);
}
