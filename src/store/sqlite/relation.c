/* What an incident has to do with organisations and with other incidents. */
#include <string.h>

#include "incident.h"

static wg_status on_incident_party(wg_store *s, int64_t incident, const char *org, const char *how,
                                   wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status =
      db_stmt(db, "INSERT OR REPLACE INTO incident_party (incident, org, how) VALUES (?, ?, ?)", &st, err);
  if (status) return status;
  bind_int(st, 1, incident);
  bind_text(st, 2, org);
  bind_text(st, 3, how);
  return db_run(db, st, err);
}

static bool how_parse(const char *text, wg_party_how *out) {
  for (int h = 0; text && h < WG_P_HOWS; h++)
    if (strcmp(text, wg_party_how_name((wg_party_how)h)) == 0) {
      *out = (wg_party_how)h;
      return true;
    }
  return false;
}

/* Up to max of them, by organisation. */
static wg_status on_incident_parties(wg_store *s, int64_t incident, wg_party *out, int max, int *n,
                                     wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  *n = 0;
  wg_status status =
      db_stmt(db, "SELECT org, how FROM incident_party WHERE incident = ? ORDER BY org", &st, err);
  if (status) return status;
  bind_int(st, 1, incident);
  for (;;) {
    bool row;
    status = db_step(db, st, &row, err);
    if (status || !row) return status;
    bool room = *n < max;
    if (room) {
      col_code(st, 0, out[*n].org, sizeof out->org);
      if (!how_parse((const char *)sqlite3_column_text(st, 1), &out[*n].how)) {
        sqlite3_reset(st);
        return db_corrupt(err, "incident_party");
      }
      ++*n;
    } else {
      sqlite3_reset(st);
      return WG_OK;
    }
  }
}

static wg_status on_incident_orgs(wg_store *s, wg_arena *a, int64_t incident, const char *const **out,
                                  wg_err *err) {
  wg_party party[WG_PARTIES_MAX];
  int n = 0;
  wg_status status = on_incident_parties(s, incident, party, WG_PARTIES_MAX, &n, err);
  if (status) return status;
  const char **list = wg_arena_alloc(a, ((size_t)n + 1) * sizeof *list);
  if (!list) return db_no_memory(err);
  for (int k = 0; k < n; k++)
    if (!(list[k] = wg_arena_strdup(a, party[k].org))) return db_no_memory(err);
  list[n] = NULL;
  *out = list;
  return WG_OK;
}

static wg_status on_incident_link(wg_store *s, int64_t a, int64_t b, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_stmt(db, "INSERT OR IGNORE INTO incident_link (a, b) VALUES (?, ?)", &st, err);
  if (status) return status;
  bind_int(st, 1, a < b ? a : b);
  bind_int(st, 2, a < b ? b : a);
  return db_run(db, st, err);
}

static wg_status on_incident_relatives(wg_store *s, int64_t incident, wg_relative *out, int max, int *n,
                                       wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  *n = 0;
  wg_status status =
      db_stmt(db,
              "SELECT r.id, r.kind, i.number, i.state FROM ("
              "SELECT b AS id, 0 AS kind FROM incident_link WHERE a = ?1 UNION ALL "
              "SELECT a, 0 FROM incident_link WHERE b = ?1 UNION ALL "
              "SELECT id, 1 FROM incident WHERE merged_into = ?1 AND merged_into > 0 UNION ALL "
              "SELECT id, 2 FROM incident WHERE parent = ?1 AND parent > 0) r "
              "JOIN incident i ON i.id = r.id ORDER BY r.kind, r.id",
              &st, err);
  if (status) return status;
  bind_int(st, 1, incident);
  for (;;) {
    bool row;
    status = db_step(db, st, &row, err);
    if (status || !row) return status;
    if (*n == max) {
      sqlite3_reset(st);
      return WG_OK;
    }
    wg_relative *r = &out[(*n)++];
    r->id = col_int(st, 0);
    r->kind = (wg_relation)col_int(st, 1);
    col_code(st, 2, r->number, sizeof r->number);
    r->state = (wg_state)col_int(st, 3);
  }
}

static wg_status on_incident_merged(wg_store *s, int64_t incident, int64_t after, int64_t *out, int max,
                                    int *n, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  *n = 0;
  wg_status status = db_stmt(db,
                             "SELECT id FROM incident WHERE merged_into = ?1 AND merged_into > 0 AND id > ?2 "
                             "AND state = ?3 ORDER BY id LIMIT ?4",
                             &st, err);
  if (status) return status;
  bind_int(st, 1, incident);
  bind_int(st, 2, after);
  bind_int(st, 3, WG_S_MERGED);
  bind_int(st, 4, max);
  for (;;) {
    bool row;
    status = db_step(db, st, &row, err);
    if (status || !row) return status;
    out[(*n)++] = col_int(st, 0);
  }
}

static wg_status on_precedent_add(wg_store *s, const char *category, const char *org, int sent, int returned,
                                  int ruled, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status =
      db_stmt(db,
              "INSERT INTO precedent (category, org, sent, returned, ruled) VALUES (?1, ?2, ?3, "
              "?4, ?5) ON CONFLICT DO UPDATE SET sent = sent + ?3, returned = returned + ?4, "
              "ruled = ruled + ?5",
              &st, err);
  if (status) return status;
  bind_text(st, 1, category);
  bind_text(st, 2, org);
  bind_int(st, 3, sent);
  bind_int(st, 4, returned);
  bind_int(st, 5, ruled);
  return db_run(db, st, err);
}

static wg_status on_precedents(wg_store *s, const char *category, wg_precedent *out, int max, int *n,
                               wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  *n = 0;
  wg_status status = db_stmt(db,
                             "SELECT org, sent, returned, ruled FROM precedent WHERE category = ? ORDER BY "
                             "ruled DESC, sent - 2 * returned DESC, org LIMIT ?",
                             &st, err);
  if (status) return status;
  bind_text(st, 1, category);
  bind_int(st, 2, max);
  for (;;) {
    bool row;
    status = db_step(db, st, &row, err);
    if (status || !row) return status;
    wg_precedent *p = &out[(*n)++];
    col_code(st, 0, p->org, sizeof p->org);
    p->sent = col_int(st, 1);
    p->returned = col_int(st, 2);
    p->ruled = col_int(st, 3);
  }
}

void db_fill_relation(wg_store *s) {
  s->incident_party = on_incident_party;
  s->incident_parties = on_incident_parties;
  s->incident_orgs = on_incident_orgs;
  s->incident_link = on_incident_link;
  s->incident_relatives = on_incident_relatives;
  s->incident_merged = on_incident_merged;
  s->precedent_add = on_precedent_add;
  s->precedents = on_precedents;
}
