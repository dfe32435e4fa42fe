/* Incidents: one row each, personal texts in the side rows of the reporting event. */
#include "incident.h"

#include <string.h>

#include "blob.h"
#include "keys.h"

/* --- reading -------------------------------------------------------------------------------- */

static wg_status read_codes(sqlite3_stmt *st, wg_arena *a, wg_incident *i) {
  col_code(st, 1, i->number, sizeof i->number);
  col_code(st, 8, i->crs, sizeof i->crs);
  col_code(st, 10, i->category, sizeof i->category);
  col_code(st, 12, i->network, sizeof i->network);
  col_code(st, 13, i->grid, sizeof i->grid);
  col_code(st, 14, i->area, sizeof i->area);
  i->client_id = col_str(st, 31, a);
  i->source = col_str(st, 33, a);
  return i->client_id && i->source ? WG_OK : WG_NO_MEMORY;
}

static bool read_enums(sqlite3_stmt *st, wg_incident *i) {
  int64_t state = col_int(st, 2), class_ = col_int(st, 4), rule = col_int(st, 17), post = col_int(st, 19);
  if (state < 0 || state >= WG_STATES || class_ < 0 || class_ >= WG_CLASSES) return false;
  if (rule < 0 || rule >= WG_ASSIGN_RULES || post < 0 || post >= WG_POST_KINDS) return false;
  i->state = (wg_state)state;
  i->class_ = (wg_class)class_;
  i->assigned = (wg_assignment){(wg_assign_rule)rule, col_int(st, 18), (wg_post_kind)post, col_int(st, 20)};
  return true;
}

static bool read_position(sqlite3_stmt *st, wg_incident *i) {
  i->has_position = !col_null(st, 5);
  if (!i->has_position) return true;
  i->raw_lon = col_real(st, 6);
  i->raw_lat = col_real(st, 7);
  return blob_point_read(sqlite3_column_blob(st, 5), (size_t)sqlite3_column_bytes(st, 5), &i->at) == WG_OK;
}

static void read_numbers(sqlite3_stmt *st, wg_incident *i) {
  i->severity = (int)col_int(st, 3);
  i->accuracy_m = col_real(st, 9);
  i->category_retired = col_int(st, 11) != 0;
  i->plan_version = col_int(st, 15);
  i->how = (int)col_int(st, 16);
  i->responsible = col_int(st, 21);
  i->occurred_at = col_int(st, 22);
  i->received_at = col_int(st, 23);
  i->sent_at = col_int(st, 24);
  i->raw_occurred_at = col_int(st, 25);
  i->accept_due = col_int(st, 26);
  i->handle_due = col_int(st, 27);
  i->closed_at = col_int(st, 28);
  i->overdue = col_int(st, 29) != 0;
  i->reporter = col_int(st, 30);
  i->version = col_int(st, 34);
  i->seq = col_int(st, 35);
}

/* How it is worked on. False: a value that cannot be. */
static bool read_work(sqlite3_stmt *st, wg_incident *i) {
  i->rule = col_int(st, 37);
  col_code(st, 38, i->centre, sizeof i->centre);
  col_code(st, 39, i->org, sizeof i->org);
  i->held_since = col_int(st, 40);
  i->step_due = col_int(st, 41);
  i->work_since = col_int(st, 42);
  i->work_due = col_int(st, 43);
  i->told = (uint32_t)col_int(st, 44);
  i->urgent = col_int(st, 45) != 0;
  int64_t level = col_int(st, 46);
  i->supervised = (wg_supervision)level;
  i->suspended_at = col_int(st, 47);
  i->suspended_until = col_int(st, 48);
  i->returns = (int)col_int(st, 49);
  i->reworks = (int)col_int(st, 50);
  i->ruled = col_int(st, 51) != 0;
  int64_t from = col_int(st, 52);
  i->review_from = (wg_state)from;
  i->approved = col_int(st, 53) != 0;
  i->review_owed = col_int(st, 54) != 0;
  i->days_asked = (int)col_int(st, 55);
  i->days_granted = (int)col_int(st, 56);
  i->merged_into = col_int(st, 57);
  i->parent = col_int(st, 58);
  i->score = (int)col_int(st, 59);
  i->doer = col_int(st, 60);
  return level >= 0 && level < WG_SUPERVISIONS && from >= 0 && from < WG_STATES;
}

/* A text that was never given is ""; one that was erased is NULL. */
static wg_status read_texts(struct db *db, int64_t seq, wg_arena *a, wg_incident *i, wg_err *err) {
  sqlite3_stmt *st;
  i->description = i->attributes = i->place = i->caller = "";
  wg_status status = db_stmt(db, "SELECT field, text FROM event_private WHERE seq = ?", &st, err);
  if (status) return status;
  bind_int(st, 1, seq);
  for (;;) {
    bool row;
    status = db_step(db, st, &row, err);
    if (status || !row) return status;
    const char *field = (const char *)sqlite3_column_text(st, 0);
    const char *text = col_null(st, 1) ? NULL : col_str(st, 1, a);
    if (!field || (!text && !col_null(st, 1))) {
      sqlite3_reset(st);
      return db_no_memory(err);
    }
    if (strcmp(field, "description") == 0)
      i->description = text;
    else if (strcmp(field, "attributes") == 0)
      i->attributes = text;
    else if (strcmp(field, "place") == 0)
      i->place = text;
    else if (strcmp(field, "caller") == 0)
      i->caller = text;
  }
}

wg_status incident_row(struct db *db, sqlite3_stmt *st, wg_arena *a, bool texts, wg_incident *out,
                       wg_err *err) {
  memset(out, 0, sizeof *out);
  out->id = col_int(st, 0);
  if (read_codes(st, a, out)) return db_no_memory(err);
  if (!read_enums(st, out) || !read_position(st, out) || !read_work(st, out))
    return db_corrupt(err, "incident");
  if (!col_null(st, 32) && !col_bytes(st, 32, out->request_hash, sizeof out->request_hash))
    return db_corrupt(err, "incident");
  read_numbers(st, out);
  return texts ? read_texts(db, col_int(st, 36), a, out, err) : WG_OK;
}

wg_status incident_walk(struct db *db, sqlite3_stmt *st, wg_arena *a, bool texts, wg_row_fn fn, void *ctx,
                        wg_err *err) {
  for (;;) {
    bool row;
    wg_incident i;
    wg_status status = db_step(db, st, &row, err);
    if (status || !row) return status;
    status = incident_row(db, st, a, texts, &i, err);
    if (!status) status = fn(ctx, &i);
    if (!status) continue;
    sqlite3_reset(st);
    return status;
  }
}

static wg_status get_one(struct db *db, sqlite3_stmt *st, wg_arena *a, wg_incident *out, wg_err *err) {
  bool row;
  wg_status status = db_step(db, st, &row, err);
  if (status) return status;
  if (!row) return wg_fail(err, WG_NOT_FOUND, "id", WG_T("there is no such incident", "没有该事件"));
  status = incident_row(db, st, a, true, out, err);
  sqlite3_reset(st);
  return status;
}

static wg_status on_incident_get(wg_store *s, wg_arena *a, int64_t id, wg_incident *out, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  wg_status status = db_stmt(db, "SELECT " INCIDENT_COLUMNS " FROM incident WHERE id = ?", &st, err);
  if (status) return status;
  bind_int(st, 1, id);
  return get_one(db, st, a, out, err);
}

static wg_status on_incident_by_client(wg_store *s, wg_arena *a, int64_t reporter, const char *client_id,
                                       wg_incident *out, wg_err *err) {
  int64_t id = 0;
  wg_status status = client_find(db_of(s), reporter, client_id, &id, err);
  if (status) return status;
  if (id) return on_incident_get(s, a, id, out, err);
  return wg_fail(err, WG_NOT_FOUND, "client_id", WG_T("there is no such incident", "没有该事件"));
}

/* --- writing ----------------------------------------------------------------------------------------------
 */

/* Parameters 1–26: what may change over an incident's life. */
static void bind_changing(sqlite3_stmt *st, const wg_incident *i, unsigned char *point) {
  bind_int(st, 1, i->state);
  bind_int(st, 2, i->severity);
  bind_int(st, 3, i->class_);
  if (i->has_position) {
    blob_point(i->at, point);
    bind_blob(st, 4, point, WG_POINT_BLOB);
    bind_real(st, 5, i->raw_lon);
    bind_real(st, 6, i->raw_lat);
  }
  bind_text(st, 7, i->crs);
  bind_real(st, 8, i->accuracy_m);
  bind_text(st, 9, i->category);
  bind_int(st, 10, i->category_retired);
  bind_text(st, 11, i->network);
  bind_text(st, 12, i->grid);
  bind_text(st, 13, i->area);
  bind_int(st, 14, i->plan_version);
  bind_int(st, 15, i->how);
  bind_int(st, 16, i->assigned.rule);
  bind_int(st, 17, i->assigned.staff);
  bind_int(st, 18, i->assigned.post);
  bind_int(st, 19, i->assigned.stands_for);
  bind_int(st, 20, i->responsible);
  bind_int(st, 21, i->accept_due);
  bind_int(st, 22, i->handle_due);
  bind_int(st, 23, i->closed_at);
  bind_int(st, 24, i->overdue);
  bind_int(st, 25, i->version);
  bind_int(st, 26, i->seq);
}

/* Parameters from 28 on of an update: how it is worked on. */
static void bind_work(sqlite3_stmt *st, const wg_incident *i) {
  bind_int(st, 28, i->rule);
  bind_text(st, 29, i->centre);
  bind_text(st, 30, i->org);
  bind_int(st, 31, i->held_since);
  bind_int(st, 32, i->step_due);
  bind_int(st, 33, i->work_since);
  bind_int(st, 34, i->work_due);
  bind_int(st, 35, i->told);
  bind_int(st, 36, i->urgent);
  bind_int(st, 37, i->supervised);
  bind_int(st, 38, i->suspended_at);
  bind_int(st, 39, i->suspended_until);
  bind_int(st, 40, i->returns);
  bind_int(st, 41, i->reworks);
  bind_int(st, 42, i->ruled);
  bind_int(st, 43, i->review_from);
  bind_int(st, 44, i->approved);
  bind_int(st, 45, i->review_owed);
  bind_int(st, 46, i->days_asked);
  bind_int(st, 47, i->days_granted);
  bind_int(st, 48, i->merged_into);
  bind_int(st, 49, i->parent);
  bind_int(st, 50, i->score);
  bind_int(st, 51, i->doer);
}

static wg_status conflict(wg_err *err) {
  return wg_fail(
      err, WG_CONFLICT, NULL,
      WG_T("the incident has changed since you saw it; load it again", "事件已被他人更改；请重新加载"));
}

static wg_status on_incident_insert(wg_store *s, wg_incident *i, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  unsigned char point[WG_POINT_BLOB];
  static const unsigned char none[32];
  wg_status status = db_need_txn(db, err);
  if (!status && db->expects)
    status = wg_fail(err, WG_INTERNAL, NULL,
                     WG_T("incident %lld has no first event yet", "事件 %lld 还没有首条日志"),
                     (long long)db->expects);
  int64_t there = 0;
  if (!status) status = client_refresh(db, err);
  if (!status) status = client_find(db, i->reporter, i->client_id, &there, err);
  if (!status && there)
    status = wg_fail(err, WG_CONFLICT, "client_id",
                     WG_T("this client_id was used already", "该 client_id 已使用过"));
  if (!status)
    status = db_stmt(
        db,
        "INSERT INTO incident (state, severity, class, geometry, raw_lon, raw_lat, crs, accuracy_m, "
        "category, "
        "category_retired, network, grid, area, plan_version, how, assign_rule, assign_staff, assign_post, "
        "assign_for, responsible, accept_due, handle_due, closed_at, overdue, version, seq, report_seq, "
        "number, occurred_at, received_at, sent_at, raw_occurred_at, reporter, client_id, request_hash, "
        "source, rule, parent, told, org) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, "
        "?14, ?15, ?16, ?17, ?18, "
        "?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, "
        "?38, ?39)",
        &st, err);
  if (status) return status;
  i->seq = db->head.seq + 1;
  if (!i->version) i->version = 1;
  bind_changing(st, i, point);
  bind_text(st, 27, i->number);
  bind_int(st, 28, i->occurred_at);
  bind_int(st, 29, i->received_at);
  bind_int(st, 30, i->sent_at);
  bind_int(st, 31, i->raw_occurred_at);
  bind_int(st, 32, i->reporter);
  bind_text_or_null(st, 33, i->client_id);
  if (memcmp(i->request_hash, none, sizeof none) != 0)
    bind_blob(st, 34, i->request_hash, sizeof i->request_hash);
  bind_text(st, 35, i->source);
  bind_int(st, 36, i->rule);
  bind_int(st, 37, i->parent);
  bind_int(st, 38, i->told);
  bind_text(st, 39, i->org);
  status = db_run(db, st, err);
  if (status) return status;
  i->id = db->expects = sqlite3_last_insert_rowid(db->h);
  status = client_add(db, i->reporter, i->client_id, i->id, err);
  if (!status && serial_seen(&db->clients.serials, i->number)) status = db_no_memory(err);
  return status;
}

/* A row that the R-tree holds already is moved there; the others are met by tend(). */
static wg_status reindex(struct db *db, const wg_incident *i, wg_err *err) {
  sqlite3_stmt *st;
  wg_status status = i->has_position
                         ? db_stmt(db,
                                   "INSERT OR REPLACE INTO idx_incident_geometry SELECT ?1, ?2, ?2, ?3, ?3 "
                                   "WHERE ?1 <= (SELECT done FROM watermark WHERE name = 'incident')",
                                   &st, err)
                         : db_stmt(db, "DELETE FROM idx_incident_geometry WHERE pkid = ?1", &st, err);
  if (status) return status;
  bind_int(st, 1, i->id);
  if (i->has_position) {
    bind_real(st, 2, i->at.x / WG_LATTICE);
    bind_real(st, 3, i->at.y / WG_LATTICE);
  }
  return db_run(db, st, err);
}

/* Whether the stored position differs, and the stored version. */
static wg_status stored(struct db *db, const wg_incident *i, bool *moved, int64_t *version, wg_err *err) {
  sqlite3_stmt *st;
  bool row;
  unsigned char point[WG_POINT_BLOB];
  wg_status status = db_stmt(db, "SELECT version, geometry FROM incident WHERE id = ?", &st, err);
  if (status) return status;
  bind_int(st, 1, i->id);
  status = db_step(db, st, &row, err);
  if (status) return status;
  if (!row) return wg_fail(err, WG_NOT_FOUND, "id", WG_T("there is no such incident", "没有该事件"));
  *version = col_int(st, 0);
  blob_point(i->at, point);
  *moved = i->has_position != !col_null(st, 1);
  if (i->has_position && !*moved)
    *moved = sqlite3_column_bytes(st, 1) != WG_POINT_BLOB ||
             memcmp(sqlite3_column_blob(st, 1), point, WG_POINT_BLOB) != 0;
  sqlite3_reset(st);
  return WG_OK;
}

static wg_status on_incident_update(wg_store *s, const wg_incident *i, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  unsigned char point[WG_POINT_BLOB];
  bool moved = false;
  int64_t version = 0;
  wg_status status = db_need_txn(db, err);
  if (!status) status = stored(db, i, &moved, &version, err);
  if (!status && version >= i->version) status = conflict(err);
  if (!status) status = keys_move(db, i, err);
  if (!status)
    status = db_stmt(
        db,
        "UPDATE incident SET state = ?1, severity = ?2, class = ?3, geometry = ?4, raw_lon = ?5, raw_lat = "
        "?6, "
        "crs = ?7, accuracy_m = ?8, category = ?9, category_retired = ?10, network = ?11, grid = ?12, "
        "area = ?13, plan_version = ?14, how = ?15, assign_rule = ?16, assign_staff = ?17, "
        "assign_post = ?18, assign_for = ?19, responsible = ?20, accept_due = ?21, handle_due = ?22, "
        "closed_at = ?23, overdue = ?24, version = ?25, seq = ?26, "
        "rule = ?28, centre = ?29, org = ?30, held_since = ?31, step_due = ?32, work_since = ?33, "
        "work_due = ?34, told = ?35, urgent = ?36, supervised = ?37, suspended_at = ?38, suspended_until = "
        "?39, "
        "returns = ?40, reworks = ?41, ruled = ?42, review_from = ?43, approved = ?44, review_owed = ?45, "
        "days_asked = ?46, days_granted = ?47, merged_into = ?48, parent = ?49, score = ?50, doer = ?51 "
        "WHERE id = ?27",
        &st, err);
  if (status) return status;
  bind_changing(st, i, point);
  bind_int(st, 27, i->id);
  bind_work(st, i);
  status = db_run(db, st, err);
  if (!status && moved) status = reindex(db, i, err);
  return status;
}

static wg_status on_incident_serial(wg_store *s, const char *area, int day, int64_t *out, wg_err *err) {
  struct db *db = db_of(s);
  wg_status status = db_need_txn(db, err);
  return status ? status : serial_next(db, area, day, out, err);
}

void db_fill_incident(wg_store *s) {
  s->incident_serial = on_incident_serial;
  s->incident_insert = on_incident_insert;
  s->incident_update = on_incident_update;
  s->incident_get = on_incident_get;
  s->incident_by_client = on_incident_by_client;
}
