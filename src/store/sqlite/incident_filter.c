#include "incident_filter.h"

#include <stdlib.h>
#include <string.h>

static int by_text(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool code_set_has(const struct code_set *set, const char *code) {
  return set->n && bsearch(&code, set->code, set->n, sizeof *set->code, by_text) != NULL;
}

static wg_status set_init(struct code_set *set, wg_arena *a, const char *const *codes, wg_err *err) {
  size_t n = 0, kept = 0;
  *set = (struct code_set){NULL, 0};
  while (codes && codes[n]) n++;
  if (!n) return WG_OK;
  const char **list = wg_arena_alloc(a, n * sizeof *list);
  if (!list) return db_no_memory(err);
  for (size_t i = 0; i < n; i++) list[i] = codes[i];
  qsort(list, n, sizeof *list, by_text);
  for (size_t i = 0; i < n; i++) /* each code once */
    if (!kept || strcmp(list[kept - 1], list[i]) != 0) list[kept++] = list[i];
  *set = (struct code_set){list, kept};
  return WG_OK;
}

wg_status filter_init(struct filter *f, wg_arena *a, const wg_incident_query *q, wg_err *err) {
  memset(f, 0, sizeof *f);
  f->q = q;
  f->any_area = !q->areas;
  f->any_area_code = !q->area_codes && !q->area;
  const char *one[2] = {q->area, NULL};
  wg_status st = set_init(&f->areas, a, q->areas, err);
  if (!st) st = set_init(&f->area_codes, a, q->area_codes ? q->area_codes : one, err);
  if (!st) st = set_init(&f->orgs, a, q->party_orgs, err);
  return st;
}

static const char *text(sqlite3_stmt *st, int i) {
  const char *t = (const char *)sqlite3_column_text(st, i);
  return t ? t : "";
}

static bool user_pass(const struct filter *f, sqlite3_stmt *st) {
  const wg_incident_query *q = f->q;
  if (q->states && !(q->states >> col_int(st, F_STATE) & 1)) return false;
  if (q->category && strcmp(text(st, F_CATEGORY), q->category) != 0) return false;
  if (q->grid && strcmp(text(st, F_GRID), q->grid) != 0) return false;
  if (q->network && strcmp(text(st, F_NETWORK), q->network) != 0) return false;
  if (!f->any_area_code && !code_set_has(&f->area_codes, text(st, F_AREA))) return false;
  int64_t received = col_int(st, F_RECEIVED);
  return (!q->since || received >= q->since) && (!q->until || received < q->until);
}

static bool area_pass(const struct filter *f, sqlite3_stmt *st) {
  if (col_int(st, F_CLASS) > (int64_t)f->q->top_class) return false;
  if (f->any_area) return true;
  const char *area = text(st, F_AREA);
  return code_set_has(&f->areas, area) || (f->q->or_no_area && !*area);
}

static wg_status org_party(const struct filter *f, struct db *db, int64_t incident, bool *is, wg_err *err) {
  sqlite3_stmt *st;
  *is = false;
  wg_status status =
      f->orgs.n ? db_stmt(db, "SELECT org FROM incident_party WHERE incident = ?", &st, err) : WG_OK;
  if (status || !f->orgs.n) return status;
  bind_int(st, 1, incident);
  while (!*is) {
    bool row;
    status = db_step(db, st, &row, err);
    if (status || !row) return status;
    *is = code_set_has(&f->orgs, text(st, 0));
  }
  sqlite3_reset(st);
  return WG_OK;
}

static wg_status party(const struct filter *f, struct db *db, sqlite3_stmt *st, bool *is, wg_err *err) {
  const wg_incident_query *q = f->q;
  *is = (q->party_staff && col_int(st, F_RESPONSIBLE) == q->party_staff) ||
        (q->party_account && col_int(st, F_REPORTER) == q->party_account);
  return *is ? WG_OK : org_party(f, db, col_int(st, F_ID), is, err);
}

wg_status filter_pass(const struct filter *f, struct db *db, sqlite3_stmt *st, bool *pass, wg_err *err) {
  *pass = false;
  if (!user_pass(f, st)) return WG_OK;
  if (!f->q->mine && area_pass(f, st)) {
    *pass = true;
    return WG_OK;
  }
  return party(f, db, st, pass, err);
}
