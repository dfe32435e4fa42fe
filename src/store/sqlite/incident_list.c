/* Lists of incidents, newest first. */
#include <string.h>

#include "incident.h"
#include "incident_filter.h"

/* The full row of each id found, in order. */
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

static wg_status scan(struct db *db, const struct filter *f, int64_t *ids, int *n, wg_err *err) {
  sqlite3_stmt *st;
  wg_status status =
      db_stmt(db, "SELECT " FILTER_COLUMNS " FROM incident WHERE id < ? ORDER BY id DESC", &st, err);
  if (status) return status;
  bind_int(st, 1, f->q->before_id ? f->q->before_id : INT64_MAX);
  while (*n < f->q->limit) {
    bool row, pass;
    status = db_step(db, st, &row, err);
    if (status || !row) return status;
    status = filter_pass(f, db, st, &pass, err);
    if (status) break;
    if (pass) ids[(*n)++] = col_int(st, 0);
  }
  sqlite3_reset(st);
  return status;
}

static wg_status on_incidents(wg_store *s, wg_arena *a, const wg_incident_query *q, wg_row_fn fn, void *ctx,
                              wg_err *err) {
  struct db *db = db_of(s);
  struct filter f;
  int n = 0;
  if (q->limit < 1) return WG_OK;
  int64_t *ids = wg_arena_alloc(a, (size_t)q->limit * sizeof *ids);
  wg_status status = ids ? filter_init(&f, a, q, err) : db_no_memory(err);
  bool inside = s->in_transaction(s);
  if (!status) status = s->read_begin(s, err);
  if (!status) status = scan(db, &f, ids, &n, err);
  for (int i = 0; !status && i < n; i++) status = give(db, ids[i], a, fn, ctx, err);
  if (!inside) s->read_end(s);
  return status;
}

/* --- the live picture --------------------------------------------------------------------------------------
 */

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
  bool inside = s->in_transaction(s);
  wg_status status = s->read_begin(s, err);
  for (int state = 0; !status && state < WG_STATES; state++)
    if (wg_state_open((wg_state)state)) status = live_of_state(db, a, state, fn, ctx, err);
  if (!status)
    status = db_stmt(
        db, "SELECT " INCIDENT_COLUMNS " FROM incident WHERE closed_at > max(?, 0) ORDER BY closed_at", &st,
        err);
  if (!status) {
    bind_int(st, 1, since);
    status = incident_walk(db, st, a, false, only_shut, &c, err);
  }
  if (!inside) s->read_end(s);
  return status;
}

void db_fill_incident_list(wg_store *s) {
  s->incidents = on_incidents;
  s->incidents_live = on_incidents_live;
}
