/* The catalogue, and every version of its rules. */
#include <string.h>

#include "db.h"

/* --- reading ----------------------------------------------------------------------------------------------
 */

static wg_status load_category(sqlite3_stmt *st, wg_arena *a, wg_category *c) {
  *c = (wg_category){0};
  col_code(st, 0, c->code, sizeof c->code);
  col_code(st, 1, c->group, sizeof c->group);
  c->names = col_str(st, 2, a);
  c->group_names = col_str(st, 3, a);
  c->severity = (int)col_int(st, 4);
  c->class_ = (wg_class)col_int(st, 5);
  c->retired = col_int(st, 6) != 0;
  c->fields = col_str(st, 7, a);
  c->filing_standard = col_str(st, 8, a);
  c->closing_standard = col_str(st, 9, a);
  col_code(st, 10, c->usual_org, sizeof c->usual_org);
  bool whole = c->names && c->group_names && c->fields && c->filing_standard && c->closing_standard;
  return whole ? WG_OK : WG_NO_MEMORY;
}

static wg_status read_categories(struct db *db, wg_arena *a, wg_category **out, uint32_t *n, wg_err *err) {
  int64_t rows = 0;
  sqlite3_stmt *st;
  wg_status status = db_int(db, "SELECT count(*) FROM category", &rows, err);
  if (status) return status;
  *out = wg_arena_alloc(a, ((size_t)rows + 1) * sizeof **out);
  if (!*out) return db_no_memory(err);
  status = db_stmt(db,
                   "SELECT code, family, names, family_names, severity, class, retired, fields, "
                   "filing_standard, closing_standard, usual_org FROM category ORDER BY code",
                   &st, err);
  while (!status) {
    bool row;
    status = db_step(db, st, &row, err);
    if (status || !row || *n >= rows) break;
    status = load_category(st, a, *out + *n);
    if (status)
      sqlite3_reset(st);
    else
      ++*n;
  }
  return status == WG_NO_MEMORY ? db_no_memory(err) : status;
}

/* The rules in this column; damage is named by its category. */
static wg_status parse_rules(sqlite3_stmt *st, int column, wg_arena *a, const char *category, wg_rules **out,
                             wg_err *err) {
  const char *text = col_str(st, column, a);
  if (!text) return db_no_memory(err);
  wg_status status = wg_rules_parse(a, text, out, NULL);
  if (!status || status == WG_NO_MEMORY) return status ? db_no_memory(err) : WG_OK;
  return wg_fail(err, WG_CORRUPT, "rules",
                 WG_T("the rules of category %.64s cannot be read", "事项 %.64s 的规则无法读取"), category);
}

/* The rows come sorted as the categories are: each takes those of its code. */
struct rules_reader {
  wg_arena *arena;
  wg_category *item;
  uint32_t n, at;
  wg_rules *all;
  uint32_t n_all;
};

static wg_status take_rules(struct rules_reader *x, sqlite3_stmt *st, wg_err *err) {
  char code[WG_CODE_LEN];
  wg_rules *read = NULL;
  col_code(st, 0, code, sizeof code);
  while (x->at < x->n && strcmp(x->item[x->at].code, code) < 0) x->at++;
  if (x->at == x->n || strcmp(x->item[x->at].code, code) != 0) return WG_OK; /* of no category */
  wg_status status = parse_rules(st, 2, x->arena, code, &read, err);
  if (status || !read) return status;
  wg_category *c = &x->item[x->at];
  wg_rules *to = &x->all[x->n_all++];
  *to = *read;
  to->version = col_int(st, 1);
  if (!c->n_rules++) c->all_rules = to;
  c->rules = to;
  return WG_OK;
}

static wg_status read_rules(struct db *db, struct rules_reader *x, wg_err *err) {
  int64_t rows = 0;
  sqlite3_stmt *st;
  wg_status status = db_int(db, "SELECT count(*) FROM category_rule", &rows, err);
  if (status) return status;
  x->all = wg_arena_alloc(x->arena, ((size_t)rows + x->n + 1) * sizeof *x->all);
  if (!x->all) return db_no_memory(err);
  status =
      db_stmt(db, "SELECT category, version, rules FROM category_rule ORDER BY category, version", &st, err);
  for (int64_t k = 0; !status && k <= rows; k++) {
    bool row;
    status = db_step(db, st, &row, err);
    if (status || !row) break;
    if (k < rows) status = take_rules(x, st, err);
    if (status || k == rows) sqlite3_reset(st);
  }
  for (uint32_t i = 0; !status && i < x->n; i++) {
    wg_category *c = &x->item[i];
    if (c->n_rules) continue;
    c->rules = c->all_rules = &x->all[x->n_all++];
    *c->rules = (wg_rules){.version = 1};
    c->n_rules = 1;
  }
  return status;
}

static wg_status on_categories_load(wg_store *s, wg_arena *a, wg_category **out, uint32_t *n, wg_err *err) {
  struct db *db = db_of(s);
  *n = 0;
  wg_status status = s->read_begin(s, err); /* both tables of one moment */
  if (status) return status;
  status = read_categories(db, a, out, n, err);
  struct rules_reader x = {.arena = a, .item = *out, .n = *n};
  if (!status) status = read_rules(db, &x, err);
  s->read_end(s);
  return status;
}

/* --- writing ----------------------------------------------------------------------------------------------
 */

/* The newest version; 0: none yet. *same: it says what `rules` says. */
static wg_status newest(struct db *db, wg_arena *a, const char *category, const wg_rules *rules,
                        int64_t *version, bool *same, wg_err *err) {
  sqlite3_stmt *st;
  bool row = false;
  wg_rules *was = NULL;
  *version = 0;
  *same = false;
  wg_status status =
      db_stmt(db, "SELECT version, rules FROM category_rule WHERE category = ? ORDER BY version DESC LIMIT 1",
              &st, err);
  if (status) return status;
  bind_text(st, 1, category);
  status = db_step(db, st, &row, err);
  if (status || !row) return status;
  *version = col_int(st, 0);
  status = parse_rules(st, 1, a, category, &was, err);
  *same = !status && wg_rules_equal(was, rules);
  sqlite3_reset(st);
  return status;
}

static wg_status put_version(struct db *db, const char *category, int64_t version, const char *text,
                             wg_err *err) {
  sqlite3_stmt *st;
  if (version > WG_RULE_VERSIONS_MAX)
    return wg_fail(err, WG_UNPROCESSABLE, "rules",
                   WG_T("the rules of %.64s have changed %d times already: make a category of its own",
                        "事项 %.64s 的规则已变更 %d 次，请另设新事项"),
                   category, WG_RULE_VERSIONS_MAX);
  wg_status status =
      db_stmt(db, "INSERT INTO category_rule (category, version, rules, seq) VALUES (?, ?, ?, ?)", &st, err);
  if (status) return status;
  bind_text(st, 1, category);
  bind_int(st, 2, version);
  bind_text(st, 3, text);
  bind_int(st, 4, db->head.seq + 1);
  return db_run(db, st, err);
}

static wg_status put_rules(struct db *db, const char *category, wg_rules *rules, wg_err *err) {
  wg_arena a;
  int64_t version;
  bool same;
  wg_arena_init(&a);
  wg_status status = newest(db, &a, category, rules, &version, &same, err);
  if (!status && !same) {
    char *text = wg_rules_text(&a, rules);
    status = text ? put_version(db, category, ++version, text, err) : db_no_memory(err);
  }
  rules->version = version;
  wg_arena_clear(&a);
  return status;
}

/* A category without any rules has a first version that says nothing: incidents may begin under it. */
static wg_status put_none(struct db *db, const char *category, wg_err *err) {
  sqlite3_stmt *st;
  wg_status status = db_stmt(db,
                             "INSERT OR IGNORE INTO category_rule (category, version, rules, seq) SELECT ?1, "
                             "1, '{}', ?2 WHERE NOT EXISTS (SELECT 1 FROM category_rule WHERE category = ?1)",
                             &st, err);
  if (status) return status;
  bind_text(st, 1, category);
  bind_int(st, 2, db->head.seq + 1);
  return db_run(db, st, err);
}

static wg_status on_category_put(wg_store *s, wg_category *c, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status =
      db_stmt(db,
              "INSERT OR REPLACE INTO category (code, family, names, family_names, severity, class, "
              "retired, fields, filing_standard, closing_standard, usual_org) VALUES (?, ?, ?, ?, ?, ?, ?, "
              "?, ?, ?, ?)",
              &st, err);
  if (status) return status;
  bind_text(st, 1, c->code);
  bind_text(st, 2, c->group);
  bind_text(st, 3, c->names);
  bind_text(st, 4, c->group_names);
  bind_int(st, 5, c->severity);
  bind_int(st, 6, c->class_);
  bind_int(st, 7, c->retired);
  bind_text(st, 8, c->fields ? c->fields : "[]");
  bind_text(st, 9, c->filing_standard);
  bind_text(st, 10, c->closing_standard);
  bind_text(st, 11, c->usual_org);
  status = db_run(db, st, err);
  return status ? status : c->rules ? put_rules(db, c->code, c->rules, err) : put_none(db, c->code, err);
}

void db_fill_category(wg_store *s) {
  s->categories_load = on_categories_load;
  s->category_put = on_category_put;
}
