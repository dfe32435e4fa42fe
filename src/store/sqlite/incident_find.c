/* Incidents by their number, and those of a span of time. Both go by the keys that tend() keeps, and look
 * through the rows above its watermark one by one. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "incident.h"
#include "keys.h"

/* --- by number ----------------------------------------------------------------------------------------- */

enum { FOUND_MOST = 4096 }; /* of one day and serial: one an area */

struct found {
  struct db *db;
  int64_t id[FOUND_MOST];
  int n;
  int64_t done; /* the watermark */
  wg_err *err;
};

/* The ids that the statement gives. */
static wg_status take(struct found *f, sqlite3_stmt *st) {
  for (;;) {
    bool row;
    wg_status status = db_step(f->db, st, &row, f->err);
    if (status || !row) return status;
    if (f->n < FOUND_MOST) f->id[f->n++] = col_int(st, 0);
  }
}

static wg_status keyed(struct found *f, const char *number) {
  sqlite3_stmt *st;
  wg_status status = db_stmt(f->db, "SELECT id FROM incident_key WHERE kind = ?1 AND code = ?2", &st, f->err);
  if (status) return status;
  bind_int(st, 1, KEY_NUMBER);
  bind_text(st, 2, number);
  return take(f, st);
}

static wg_status whole_number(struct found *f, const char *number) {
  sqlite3_stmt *st;
  wg_status status = keyed(f, number);
  if (!status) status = db_stmt(f->db, "SELECT id FROM incident WHERE id > ? AND number = ?", &st, f->err);
  if (status) return status;
  bind_int(st, 1, f->done);
  bind_text(st, 2, number);
  return take(f, st);
}

/* Every area's number of this day and serial: of the areas that came so far on that day. */
static wg_status of_day(struct found *f, int day, int64_t serial) {
  sqlite3_stmt *areas, *tail;
  wg_status status =
      db_stmt(f->db, "SELECT area FROM incident_serial WHERE day = ? AND last >= ?", &areas, f->err);
  if (status) return status;
  bind_int(areas, 1, day);
  bind_int(areas, 2, serial);
  for (;;) {
    bool row;
    char number[WG_NUMBER_LEN];
    status = db_step(f->db, areas, &row, f->err);
    if (status || !row) break;
    snprintf(number, sizeof number, "%.64s-%08d-%04" PRId64, (const char *)sqlite3_column_text(areas, 0), day,
             serial);
    status = keyed(f, number);
    if (status) {
      sqlite3_reset(areas);
      break;
    }
  }
  if (!status)
    status =
        db_stmt(f->db,
                "SELECT id FROM incident WHERE id > ? AND wg_number(number, 1) = ? AND wg_number(number, "
                "2) = ?",
                &tail, f->err);
  if (status) return status;
  bind_int(tail, 1, f->done);
  bind_int(tail, 2, day);
  bind_int(tail, 3, serial);
  return take(f, tail);
}

static int newest_first(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return x > y ? -1 : x < y;
}

static wg_status find(struct found *f, const char *number) {
  int64_t last = 0, serial = 0;
  int day = 0;
  size_t area = 0;
  char guess[WG_NUMBER_LEN + 4];
  wg_status status = keys_state(f->db, &f->done, &last, f->err);
  if (!status) status = whole_number(f, number);
  int n = snprintf(guess, sizeof guess, "x-%s", number);
  if (!status && n < (int)sizeof guess && serial_parse(guess, (size_t)n, &area, &day, &serial) && area == 1)
    status = of_day(f, day, serial);
  qsort(f->id, (size_t)f->n, sizeof *f->id, newest_first);
  return status;
}

static wg_status on_incidents_numbered(wg_store *s, wg_arena *a, const char *number, wg_row_fn fn, void *ctx,
                                       wg_err *err) {
  struct found *f = wg_arena_alloc(a, sizeof *f);
  if (!f) return db_no_memory(err);
  f->db = db_of(s);
  f->err = err;
  wg_status status = s->read_begin(s, err);
  if (status) return status;
  status = find(f, number);
  for (int i = 0; !status && i < f->n; i++) {
    wg_incident one;
    if (i && f->id[i] == f->id[i - 1]) continue;
    status = s->incident_get(s, a, f->id[i], &one, err);
    if (!status) status = fn(ctx, &one);
  }
  s->read_end(s);
  return status;
}

/* --- by time ------------------------------------------------------------------------------------------- */

#define RECEIVED "i.id, i.received_at, i.reporter, i.responsible, i.class, i.area"

static wg_status give(struct db *db, sqlite3_stmt *st, wg_row_fn fn, void *ctx, wg_err *err) {
  for (;;) {
    bool row;
    wg_status status = db_step(db, st, &row, err);
    if (status || !row) return status;
    wg_received r = {.id = col_int(st, 0),
                     .received_at = col_int(st, 1),
                     .reporter = col_int(st, 2),
                     .responsible = col_int(st, 3),
                     .class_ = (wg_class)col_int(st, 4)};
    col_code(st, 5, r.area, sizeof r.area);
    status = fn(ctx, &r);
    if (!status) continue;
    sqlite3_reset(st);
    return status;
  }
}

/* (+i.id: the block bounds the walk, not the watermark) */
static wg_status received(struct db *db, int64_t since, int64_t until, wg_row_fn fn, void *ctx, wg_err *err) {
  sqlite3_stmt *st;
  int64_t done = 0, last = 0;
  wg_status status = keys_state(db, &done, &last, err);
  if (!status)
    status =
        db_stmt(db,
                "SELECT " RECEIVED " FROM incident_block b CROSS JOIN incident i ON i.id >= b.block << 10 "
                "AND i.id < (b.block + 1) << 10 WHERE b.high >= ?1 AND b.low < ?2 AND +i.id <= ?3 AND "
                "i.received_at >= ?1 AND i.received_at < ?2",
                &st, err);
  _Static_assert(WG_BLOCK_BITS == 10, "the statement above shifts by it");
  if (status) return status;
  bind_int(st, 1, since);
  bind_int(st, 2, until);
  bind_int(st, 3, done);
  status = give(db, st, fn, ctx, err);
  if (!status)
    status = db_stmt(db,
                     "SELECT " RECEIVED " FROM incident i WHERE i.id > ?3 AND i.received_at >= ?1 AND "
                     "i.received_at < ?2",
                     &st, err);
  if (status) return status;
  bind_int(st, 1, since);
  bind_int(st, 2, until);
  bind_int(st, 3, done);
  return give(db, st, fn, ctx, err);
}

static wg_status on_incidents_received(wg_store *s, int64_t since, int64_t until, wg_row_fn fn, void *ctx,
                                       wg_err *err) {
  wg_status status = s->read_begin(s, err);
  if (status) return status;
  status = received(db_of(s), since, until, fn, ctx, err);
  s->read_end(s);
  return status;
}

static wg_status on_incidents_began(wg_store *s, int64_t *log, int64_t *first, wg_err *err) {
  struct db *db = db_of(s);
  wg_status status =
      db_int(db, "SELECT coalesce(min(at), 9223372036854775807) FROM event WHERE seq = 1", log, err);
  if (status) return status;
  return db_int(
      db,
      "SELECT min(coalesce((SELECT min(low) FROM incident_block), 9223372036854775807), "
      "coalesce((SELECT min(received_at) FROM incident WHERE id > (SELECT done FROM watermark WHERE "
      "name = 'keys')), 9223372036854775807))",
      first, err);
}

void db_fill_incident_find(wg_store *s) {
  s->incidents_numbered = on_incidents_numbered;
  s->incidents_received = on_incidents_received;
  s->incidents_began = on_incidents_began;
}
