/* Rules of categories: every category has some, of versions from 1 without a gap, that can be read. */
#include "check.h"

enum { RULES_SINCE = 6 }; /* the schema */

static wg_status one_version(struct check *c, sqlite3_stmt *st) {
  wg_arena a;
  wg_rules *rules = NULL;
  wg_arena_init(&a);
  const char *text = col_str(st, 2, &a);
  bool whole = text && !wg_rules_parse(&a, text, &rules, NULL) && col_int(st, 1) == col_int(st, 3) &&
               col_int(st, 4) == 1;
  if (!whole)
    check_found(c, 0, "the rules of category %s, version %lld, cannot be read, or one before them is missing",
                "事项 %s 第 %lld 版规则无法读取，或缺少前一版", (const char *)sqlite3_column_text(st, 0),
                (long long)col_int(st, 1));
  wg_arena_clear(&a);
  return WG_OK;
}

static wg_status no_rules(struct check *c, sqlite3_stmt *st) {
  check_found(c, 0, "category %s has no rules", "事项 %s 没有规则", (const char *)sqlite3_column_text(st, 0));
  return WG_OK;
}

wg_status check_rules(struct check *c) {
  int64_t schema = 0;
  wg_status st = db_int(c->db, "PRAGMA user_version", &schema, c->err);
  if (st || schema < RULES_SINCE) return st; /* a backup of before */
  st = check_rows(c,
                  "SELECT category, version, rules, row_number() OVER (PARTITION BY category ORDER BY "
                  "version), EXISTS (SELECT 1 FROM category WHERE code = category_rule.category) FROM "
                  "category_rule ORDER BY category, version",
                  one_version);
  return st ? st
            : check_rows(c,
                         "SELECT code FROM category WHERE NOT EXISTS (SELECT 1 FROM category_rule r WHERE "
                         "r.category = category.code) ORDER BY code",
                         no_rules);
}
