/* The catalogue of what can be reported. Data, not code: imported, edited, never assumed. */
#ifndef WG_DOMAIN_CATEGORY_H
#define WG_DOMAIN_CATEGORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "domain/area.h"
#include "domain/rules.h"

typedef enum wg_class { WG_ORDINARY, WG_RESTRICTED, WG_SEALED, WG_CLASSES } wg_class;
const char *wg_class_name(wg_class c);
bool wg_class_parse(const char *text, wg_class *out);

typedef struct wg_category {
  char code[WG_CODE_LEN];
  char group[WG_CODE_LEN];                        /* the major it stands under */
  const char *names;                              /* name map */
  const char *group_names;                        /* name map */
  int severity;                                   /* 1 ordinary, 2 important, 3 urgent */
  wg_class class_;                                /* who may see incidents of it */
  bool retired;                                   /* still accepted, and marked */
  const char *fields;                             /* JSON list of {code, names, type, required}; "[]" */
  const char *filing_standard, *closing_standard; /* when to open and when to close one, in words; "" none */
  char usual_org[WG_CODE_LEN];                    /* who mostly handles it; "" nobody in particular */
  wg_rules *rules;                                /* the newest; NULL: none given */
  wg_rules *all_rules;                            /* every version, by version; where it comes from a store */
  uint32_t n_rules;
} wg_category;

enum { WG_CATEGORIES_MAX = 5000 };
/* Reads a catalogue as data/catalogue.json is written: {groups: [{code, names}], categories: [{code, group,
 * names, severity, class, rules, fields}]}; older files have accept_minutes and handle_minutes for rules.
 * Sorted by code, in the arena. A code twice, an unknown group or a value out of its range is refused. */
wg_status wg_catalogue_parse(wg_arena *arena, const char *text, size_t n, wg_category **out, uint32_t *n_out,
                             wg_err *err);

/* One category as answers show it and edits send it: {name, group, group_name, severity, class, retired,
 * rules (domain/rules.h), fields, filing_standard, closing_standard, usual_org}; c->code is the caller's.
 * group_names is NULL where none were given. What it says is for wg_category_check. */
extern const char *const wg_category_members[];
/* Only `rules` of it; where there are none: rules that say nothing. */
wg_status wg_category_read_rules(wg_arena *arena, const wg_json *row, wg_category *c, wg_err *err);
wg_status wg_category_read(wg_arena *arena, const wg_json *row, wg_category *c, wg_err *err);
/* All that a category must be: codes, names (tag → text), fields with their types and values, limits,
 * lengths. WG_INVALID names the member. */
wg_status wg_category_check(wg_arena *arena, const wg_category *c, wg_err *err);
enum {
  WG_RULE_VERSIONS_MAX = 1000,
  WG_CATEGORY_MINUTES_MAX = 366 * 24 * 60,
  WG_CATEGORY_FIELDS_MAX = 40,
  WG_STANDARD_MAX = 4000
};

/* The catalogue as a table, one row a category: code, group, group_name_zh, …, name_zh, …, severity, class,
 * limit_whole, limit_accept, … (of every clock), verify_photos, done_photos, at_once, gates, posts, temporary
 * (JSON), retired, filing_standard, closing_standard, usual_org, fields (JSON). A column for every language
 * that occurs. Read again it gives the same. Older tables have accept_minutes and handle_minutes. */
void wg_catalogue_write_csv(wg_buf *out, wg_arena *arena, const wg_category *item, uint32_t n);
/* In the order of the rows, which wg_category_check has not seen yet. WG_INVALID names it: "rows.1.severity".
 */
wg_status wg_catalogue_read_csv(wg_arena *arena, const char *text, size_t size, wg_category **out,
                                uint32_t *n, wg_err *err);

/* Are these attributes (a JSON object) those of the category: names it has, values of the field's type and
 * among its choices? null counts as not given. WG_INVALID names attributes.NAME. That a required one is there
 * is not asked: an app that was offline may not know the newest form, and its report is worth more. */
wg_status wg_attributes_check(wg_arena *arena, const wg_category *c, wg_json *attributes, wg_err *err);

#endif
