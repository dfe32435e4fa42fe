/* Lists of incidents, newest first by id, and the rows of the live picture.
 *
 * A page is found in steps, each over the ids that the time span leaves (incident_block):
 * 1. the newest rows one by one: those above the watermark, which have no keys yet, then a few more. Broad
 *    questions are answered here.
 * 2. if the page is not full, the rest comes by streams of keys (one per area code, grid, state, …) that
 * together hold every row that can pass. Each stream is followed down only as far as the page's oldest id:
 * with thousands of codes this reads little more than a page. Every row met is put to the whole filter, so
 * that a stream may hold too many but never too few. */
#include <string.h>

#include "incident.h"
#include "incident_filter.h"
#include "keys.h"
#include "page.h"

enum { WG_SHORT_WAY = 20000 }; /* rows met one by one by key: 0.05 s */

/* A set of streams that holds every row that can pass. */
enum choice { BY_GRID, BY_PARTY, BY_AREA_CODES, BY_RIGHT, BY_CATEGORY, BY_STATES, CHOICES };

struct search {
  struct db *db;
  const wg_incident_query *q;
  struct filter filter;
  struct page page;
  int64_t low, high; /* ids still to look at */
  bool counting;     /* streams are only counted: `left` falls by one a row, and ends them below zero */
  int64_t left;
  bool sampling; /* the scan counts what would come by each set of streams */
  int64_t sample[CHOICES];
  wg_err *err;
};

/* --- one row ----------------------------------------------------------------------------------------------
 */

static wg_status meet(struct search *x, int64_t id) {
  sqlite3_stmt *st;
  bool row, pass = false;
  if (page_has(&x->page, id)) return WG_OK;
  wg_status status = db_stmt(x->db, "SELECT " FILTER_COLUMNS " FROM incident WHERE id = ?", &st, x->err);
  if (status) return status;
  bind_int(st, 1, id);
  status = db_step(x->db, st, &row, x->err);
  if (!status && row) status = filter_pass(&x->filter, x->db, st, &pass, x->err);
  if (row) sqlite3_reset(st);
  if (pass) page_add(&x->page, id);
  return status;
}

static bool usable(const struct search *x, enum choice c) {
  const struct filter *f = &x->filter;
  switch (c) {
  case BY_GRID:
    return x->q->grid && *x->q->grid;
  case BY_PARTY:
    return x->q->mine;
  case BY_AREA_CODES:
    return !f->any_area_code;
  case BY_RIGHT:
    return !f->any_area && !x->q->mine;
  case BY_CATEGORY:
    return x->q->category != NULL;
  case BY_STATES:
    return x->q->states != 0;
  default:
    return false;
  }
}

/* Whether the row that st stands on would come by these streams (parties by organisation left aside). */
static bool comes_by(const struct search *x, enum choice c, sqlite3_stmt *st) {
  const wg_incident_query *q = x->q;
  const char *area = (const char *)sqlite3_column_text(st, F_AREA);
  bool party = (q->party_staff && col_int(st, F_RESPONSIBLE) == q->party_staff) ||
               (q->party_account && col_int(st, F_REPORTER) == q->party_account);
  switch (c) {
  case BY_GRID:
    return strcmp((const char *)sqlite3_column_text(st, F_GRID), q->grid) == 0;
  case BY_PARTY:
    return party;
  case BY_AREA_CODES:
    return code_set_has(&x->filter.area_codes, area);
  case BY_RIGHT:
    return party || code_set_has(&x->filter.areas, area) || (q->or_no_area && !*area);
  case BY_CATEGORY:
    return strcmp((const char *)sqlite3_column_text(st, F_CATEGORY), q->category) == 0;
  default:
    return q->states >> col_int(st, F_STATE) & 1;
  }
}

/* Rows of ids from high down to low, at most `most` of them; x->high goes down with it. */
static wg_status scan(struct search *x, int64_t low, int64_t high, int64_t most) {
  sqlite3_stmt *st;
  wg_status status = db_stmt(
      x->db, "SELECT " FILTER_COLUMNS " FROM incident WHERE id <= ? AND id >= ? ORDER BY id DESC LIMIT ?",
      &st, x->err);
  if (status) return status;
  bind_int(st, 1, high);
  bind_int(st, 2, low);
  bind_int(st, 3, most);
  x->high = low - 1;
  for (int64_t n = 0; !page_full(&x->page); n++) {
    bool row, pass;
    status = db_step(x->db, st, &row, x->err);
    if (status || !row) return status;
    int64_t id = col_int(st, 0);
    status = filter_pass(&x->filter, x->db, st, &pass, x->err);
    if (status) break;
    if (pass) page_add(&x->page, id);
    for (int c = 0; x->sampling && c < CHOICES; c++)
      x->sample[c] += usable(x, (enum choice)c) && comes_by(x, (enum choice)c, st);
    if (n + 1 == most) x->high = id - 1;
  }
  sqlite3_reset(st);
  return status;
}

/* --- streams -------------------------------------------------------------------------------- */

/* Parameters: 1 and 2 name the stream (bound by the caller), 3 high, 4 low. */
static wg_status follow(struct search *x, sqlite3_stmt *st) {
  bool row = true;
  wg_status status = WG_OK;
  bind_int(st, 3, x->high);
  bind_int(st, 4, x->low > page_floor(&x->page) ? x->low : page_floor(&x->page));
  while (!status && row && x->left >= 0) {
    status = db_step(x->db, st, &row, x->err);
    if (status || !row) return status;
    int64_t id = col_int(st, 0);
    if (x->counting)
      x->left--;
    else if (id >= page_floor(&x->page))
      status = meet(x, id);
    else
      row = false; /* older than the whole page: so is what follows */
  }
  sqlite3_reset(st);
  return status;
}

#define KEY_SQL                                                                                              \
  "SELECT id FROM incident_key WHERE kind = ?1 AND code = ?2 AND id <= ?3 AND id >= ?4 ORDER BY id DESC"

static wg_status by_code(struct search *x, enum key_kind kind, const char *code) {
  sqlite3_stmt *st;
  wg_status status = db_stmt(x->db, KEY_SQL, &st, x->err);
  if (status) return status;
  bind_int(st, 1, kind);
  bind_text(st, 2, code);
  return follow(x, st);
}

static wg_status by_number(struct search *x, enum key_kind kind, int64_t number) {
  sqlite3_stmt *st;
  wg_status status = number ? db_stmt(x->db, KEY_SQL, &st, x->err) : WG_OK;
  if (status || !number) return status;
  bind_int(st, 1, kind);
  bind_int(st, 2, number);
  return follow(x, st);
}

static wg_status by_state(struct search *x, int state) {
  sqlite3_stmt *st;
  wg_status status =
      db_stmt(x->db, "SELECT id FROM incident WHERE state = ?2 AND id <= ?3 AND id >= ?4 ORDER BY id DESC",
              &st, x->err);
  if (status) return status;
  bind_int(st, 2, state);
  return follow(x, st);
}

static wg_status by_org(struct search *x, const char *org) {
  sqlite3_stmt *st;
  wg_status status =
      db_stmt(x->db,
              "SELECT incident FROM incident_party WHERE org = ?2 AND incident <= ?3 AND incident >= ?4 "
              "ORDER BY incident DESC",
              &st, x->err);
  if (status) return status;
  bind_text(st, 2, org);
  return follow(x, st);
}

static wg_status by_codes(struct search *x, const struct code_set *set) {
  wg_status status = WG_OK;
  for (size_t i = 0; !status && i < set->n; i++) status = by_code(x, KEY_AREA, set->code[i]);
  return status;
}

static wg_status by_party(struct search *x) {
  wg_status status = by_number(x, KEY_RESPONSIBLE, x->q->party_staff);
  if (!status) status = by_number(x, KEY_REPORTER, x->q->party_account);
  for (size_t i = 0; !status && i < x->filter.orgs.n; i++) status = by_org(x, x->filter.orgs.code[i]);
  return status;
}

static wg_status by_states(struct search *x) {
  wg_status status = WG_OK;
  for (int s = 0; !status && s < WG_STATES; s++)
    if (x->q->states >> s & 1) status = by_state(x, s);
  return status;
}

/* --- which streams -------------------------------------------------------------------------- */

static wg_status run(struct search *x, enum choice c) {
  wg_status status;
  switch (c) {
  case BY_GRID:
    return by_code(x, KEY_GRID, x->q->grid);
  case BY_PARTY:
    return by_party(x);
  case BY_AREA_CODES:
    return by_codes(x, &x->filter.area_codes);
  case BY_RIGHT:
    status = by_codes(x, &x->filter.areas);
    if (!status && x->q->or_no_area) status = by_code(x, KEY_AREA, "");
    return status ? status : by_party(x);
  case BY_CATEGORY:
    return by_code(x, KEY_CATEGORY, x->q->category);
  default:
    return by_states(x);
  }
}

/* Follows the first set of streams that holds at most `most` rows: counts them first, which costs a fiftieth
 * of meeting them. */
static wg_status try_all(struct search *x, int64_t most, bool *ran) {
  *ran = false;
  for (int c = 0; c < CHOICES; c++) {
    if (!usable(x, (enum choice)c)) continue;
    x->counting = true;
    x->left = most;
    wg_status status = run(x, (enum choice)c);
    x->counting = false;
    if (status) return status;
    if (x->left < 0) continue;
    *ran = true;
    return run(x, (enum choice)c);
  }
  return WG_OK;
}

/* The streams that brought the fewest rows for each hit among the newest rows, when that promises a short
 * way. */
static bool promising(const struct search *x, int64_t hits, enum choice *best) {
  int64_t fewest = INT64_MAX, wanted = x->page.limit - x->page.n;
  for (int c = 0; c < CHOICES; c++)
    if (usable(x, (enum choice)c) && x->sample[c] < fewest) fewest = x->sample[ *best = (enum choice)c];
  return hits >= 5 && fewest != INT64_MAX && fewest * wanted <= hits * WG_SHORT_WAY;
}

/* Narrow streams first; when all are wide, the rows themselves are read faster. */
static wg_status by_streams(struct search *x, int64_t hits) {
  bool ran;
  enum choice best = BY_GRID;
  if (promising(x, hits, &best)) return run(x, best);
  for (int64_t most = 1000; most <= 100000; most *= 10) {
    wg_status status = try_all(x, most, &ran);
    if (status || ran) return status;
  }
  return scan(x, x->low, x->high, INT64_MAX);
}

/* --- the span of time ----------------------------------------------------------------------- */

/* Narrows the ids with keys to the blocks that touch since … until. */
static wg_status narrow(struct search *x) {
  sqlite3_stmt *st;
  bool row;
  if (!x->q->since && !x->q->until) return WG_OK;
  wg_status status = db_stmt(x->db,
                             "SELECT min(block), max(block) FROM incident_block "
                             "WHERE high >= ?1 AND low < ?2 AND block <= ?3",
                             &st, x->err);
  if (status) return status;
  bind_int(st, 1, x->q->since ? x->q->since : INT64_MIN);
  bind_int(st, 2, x->q->until ? x->q->until : INT64_MAX);
  bind_int(st, 3, x->high >> WG_BLOCK_BITS);
  status = db_step(x->db, st, &row, x->err);
  if (status || !row) return status;
  int64_t first = col_int(st, 0) << WG_BLOCK_BITS, last = ((col_int(st, 1) + 1) << WG_BLOCK_BITS) - 1;
  if (col_null(st, 0))
    x->low = x->high + 1; /* none */
  else {
    if (first > x->low) x->low = first;
    if (last < x->high) x->high = last;
  }
  sqlite3_reset(st);
  return WG_OK;
}

static wg_status find(struct search *x) {
  int64_t done = 0, last = 0;
  wg_status status = keys_state(x->db, &done, &last, x->err);
  if (status) return status;
  int64_t newest = x->q->before_id && x->q->before_id <= last ? x->q->before_id - 1 : last;
  x->low = 1;
  x->high = newest;
  if (newest > done) status = scan(x, done + 1, newest, INT64_MAX);
  if (status || page_full(&x->page)) return status;
  if (x->high > done) x->high = done;
  status = narrow(x);
  if (status || x->low > x->high) return status;
  int64_t had = x->page.n;
  x->sampling = true;
  status = scan(x, x->low, x->high, x->db->scan_first);
  x->sampling = false;
  int64_t hits = x->page.n - had, wanted = x->page.limit - x->page.n;
  if (status || page_full(&x->page) || x->low > x->high) return status;
  if (hits * x->db->scan_most >= wanted * x->db->scan_first) /* at this rate the page fills soon */
    status = scan(x, x->low, x->high, x->db->scan_most);
  if (status || page_full(&x->page) || x->low > x->high) return status;
  return by_streams(x, hits);
}

/* --- giving --------------------------------------------------------------------------------- */

static wg_status give(struct db *db, int64_t id, wg_arena *a, wg_row_fn fn, void *ctx, wg_err *err) {
  sqlite3_stmt *st;
  wg_incident i;
  bool row;
  wg_status status = db_stmt(db, "SELECT " INCIDENT_COLUMNS " FROM incident WHERE id = ?", &st, err);
  if (status) return status;
  bind_int(st, 1, id);
  status = db_step(db, st, &row, err);
  if (status || !row) return status;
  status = incident_row(db, st, a, true, &i, err);
  sqlite3_reset(st);
  return status ? status : fn(ctx, &i);
}

static wg_status on_incidents(wg_store *s, wg_arena *a, const wg_incident_query *q, wg_row_fn fn, void *ctx,
                              wg_err *err) {
  struct search x = {.db = db_of(s), .q = q, .err = err};
  if (q->limit < 1) return WG_OK;
  wg_status status = s->read_begin(s, err);
  if (status) return status;
  status = page_init(&x.page, a, q->limit) ? filter_init(&x.filter, a, q, err) : db_no_memory(err);
  if (!status) status = find(&x);
  page_sort(&x.page);
  for (int i = 0; !status && i < x.page.n; i++) status = give(x.db, x.page.heap[i], a, fn, ctx, err);
  s->read_end(s);
  return status;
}

/* --- the live picture ----------------------------------------------------------------------- */

static wg_status live_of_state(struct db *db, wg_arena *a, int state, wg_row_fn fn, void *ctx, wg_err *err) {
  sqlite3_stmt *st;
  wg_status status =
      db_stmt(db, "SELECT " INCIDENT_COLUMNS " FROM incident WHERE state = ? ORDER BY id", &st, err);
  if (status) return status;
  bind_int(st, 1, state);
  return incident_walk(db, st, a, false, fn, ctx, err);
}

struct closed {
  wg_row_fn fn;
  void *ctx;
};

static wg_status only_shut(void *ctx, const void *row) {
  const struct closed *c = ctx;
  const wg_incident *i = row;
  return wg_state_open(i->state) ? WG_OK : c->fn(c->ctx, row); /* open ones were given already */
}

static wg_status on_incidents_live(wg_store *s, wg_arena *a, int64_t since, wg_row_fn fn, void *ctx,
                                   wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  struct closed c = {fn, ctx};
  wg_status status = s->read_begin(s, err);
  if (status) return status;
  for (int state = 0; !status && state < WG_STATES; state++)
    if (wg_state_open((wg_state)state)) status = live_of_state(db, a, state, fn, ctx, err);
  if (!status)
    status = db_stmt(db,
                     "SELECT " INCIDENT_COLUMNS
                     " FROM incident WHERE closed_at > 0 AND closed_at > ? ORDER BY closed_at",
                     &st, err);
  if (!status) {
    bind_int(st, 1, since);
    status = incident_walk(db, st, a, false, only_shut, &c, err);
  }
  s->read_end(s);
  return status;
}

void db_fill_incident_list(wg_store *s) {
  s->incidents = on_incidents;
  s->incidents_live = on_incidents_live;
}
