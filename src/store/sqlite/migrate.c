/* Schema versions: PRAGMA application_id says whose file it is, user_version which schema. */
#include "db.h"

enum { WORDS_SINCE = 4 }; /* words of places with aliases and initials */

/* Step i brings schema i + 1 to i + 2. */
static const char *const steps[] = {
    "CREATE TABLE IF NOT EXISTS device (account INTEGER PRIMARY KEY REFERENCES account (id), area TEXT NOT "
    "NULL, created_at INTEGER NOT NULL, created_by INTEGER NOT NULL, code_hash BLOB NOT NULL, "
    "code_expires_at INTEGER NOT NULL, signed_on_at INTEGER NOT NULL, last_seen_at INTEGER NOT NULL, "
    "revoked_at INTEGER NOT NULL) STRICT;"
    "CREATE INDEX IF NOT EXISTS access_log_at ON access_log (at)",
    "ALTER TABLE category ADD COLUMN filing_standard TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE category ADD COLUMN closing_standard TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE category ADD COLUMN usual_org TEXT NOT NULL DEFAULT '';"
    "CREATE INDEX access_log_sign_in ON access_log (account, at) WHERE what = 'sign-in' AND ok = 1;"
    "CREATE INDEX IF NOT EXISTS access_log_at ON access_log (at)",
    "ALTER TABLE place ADD COLUMN alias TEXT NOT NULL DEFAULT '';"
    "INSERT OR IGNORE INTO incident_key SELECT 6, number, id FROM incident WHERE id <= (SELECT done FROM "
    "watermark WHERE name = 'keys') ORDER BY number, id;",
    "CREATE TABLE IF NOT EXISTS deed (actor INTEGER NOT NULL, client_id TEXT NOT NULL, incident INTEGER NOT "
    "NULL REFERENCES incident (id), seq INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (actor, "
    "client_id)) "
    "STRICT, WITHOUT ROWID;",
    /* 6: an incident is worked to its end */
    /* the minutes of a category become the first version of its rules */
    "CREATE TABLE category_rule (category TEXT NOT NULL, version INTEGER NOT NULL, rules TEXT NOT NULL, seq "
    "INTEGER NOT NULL, PRIMARY KEY (category, version)) STRICT, WITHOUT ROWID;"
    "INSERT INTO category_rule SELECT code, 1, '{\"limits\":{' || "
    "CASE WHEN handle_minutes > 0 THEN '\"whole\":{\"n\":' || handle_minutes || ',\"unit\":\"minutes\"}' "
    "ELSE '' "
    "END || CASE WHEN handle_minutes > 0 AND accept_minutes > 0 THEN ',' ELSE '' END || "
    "CASE WHEN accept_minutes > 0 THEN '\"accept\":{\"n\":' || accept_minutes || ',\"unit\":\"minutes\"}' "
    "ELSE '' "
    "END || '}}', (SELECT ifnull(max(seq), 0) FROM event) FROM category;"
    "ALTER TABLE category DROP COLUMN accept_minutes;"
    "ALTER TABLE category DROP COLUMN handle_minutes;"
    "ALTER TABLE incident ADD COLUMN rule INTEGER NOT NULL DEFAULT 1;"
    "ALTER TABLE incident ADD COLUMN centre TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE incident ADD COLUMN org TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE incident ADD COLUMN held_since INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE incident ADD COLUMN step_due INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE incident ADD COLUMN work_since INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE incident ADD COLUMN work_due INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE incident ADD COLUMN told INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE incident ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE incident ADD COLUMN supervised INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE incident ADD COLUMN suspended_at INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE incident ADD COLUMN suspended_until INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE incident ADD COLUMN returns INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE incident ADD COLUMN reworks INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE incident ADD COLUMN ruled INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE incident ADD COLUMN review_from INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE incident ADD COLUMN approved INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE incident ADD COLUMN review_owed INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE incident ADD COLUMN days_asked INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE incident ADD COLUMN days_granted INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE incident ADD COLUMN merged_into INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE incident ADD COLUMN parent INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE incident ADD COLUMN score INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE incident ADD COLUMN doer INTEGER NOT NULL DEFAULT 0;"
    /* which clock it was is not known; the whole is still to be told of while it runs */
    "UPDATE incident SET told = CASE WHEN handle_due > unixepoch() * 1000 THEN 254 ELSE 255 END WHERE "
    "overdue = 1;"
    "UPDATE incident SET org = ifnull((SELECT max(p.org) FROM incident_party p WHERE p.incident = "
    "incident.id "
    "AND p.how = 'handed' HAVING count(*) = 1), '') WHERE state IN (7, 8, 9, 11, 12);"
    "CREATE TABLE incident_link (a INTEGER NOT NULL REFERENCES incident (id), b INTEGER NOT NULL REFERENCES "
    "incident (id), PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX incident_link_b ON incident_link (b, a);"
    "CREATE INDEX incident_merged ON incident (merged_into) WHERE merged_into > 0;"
    "CREATE INDEX incident_parent ON incident (parent) WHERE parent > 0;"
    "CREATE TABLE precedent (category TEXT NOT NULL, org TEXT NOT NULL, sent INTEGER NOT NULL, returned "
    "INTEGER NOT NULL, ruled INTEGER NOT NULL, PRIMARY KEY (category, org)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS attachment (id INTEGER PRIMARY KEY, incident INTEGER NOT NULL REFERENCES "
    "incident (id), seq INTEGER NOT NULL UNIQUE, at INTEGER NOT NULL, account INTEGER NOT NULL, kind TEXT "
    "NOT NULL, hash BLOB NOT NULL, size INTEGER NOT NULL, media TEXT NOT NULL, width INTEGER NOT NULL, "
    "height "
    "INTEGER NOT NULL, erased_by INTEGER NOT NULL DEFAULT 0) STRICT;"
    "CREATE INDEX IF NOT EXISTS attachment_incident ON attachment (incident);"
    "CREATE INDEX IF NOT EXISTS attachment_hash ON attachment (hash);"
    "CREATE TABLE IF NOT EXISTS staff_leave (id INTEGER PRIMARY KEY AUTOINCREMENT, staff INTEGER NOT NULL "
    "REFERENCES staff "
    "(id), start INTEGER NOT NULL, stop INTEGER NOT NULL, kind INTEGER NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS staff_cover (id INTEGER PRIMARY KEY AUTOINCREMENT, staff INTEGER NOT NULL "
    "REFERENCES staff "
    "(id), network TEXT NOT NULL, grid TEXT NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS unmanned (network TEXT NOT NULL, grid TEXT NOT NULL, since INTEGER NOT NULL, "
    "PRIMARY KEY "
    "(network, grid)) STRICT, WITHOUT ROWID;"
    "ALTER TABLE org ADD COLUMN calendar TEXT NOT NULL DEFAULT '';"
    "CREATE TABLE IF NOT EXISTS follow (name TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS notice (id INTEGER PRIMARY KEY, account INTEGER NOT NULL, incident INTEGER "
    "NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, read_at INTEGER NOT NULL "
    "DEFAULT 0, reached_at INTEGER NOT NULL DEFAULT 0, UNIQUE (account, seq)) STRICT;"
    "CREATE INDEX IF NOT EXISTS notice_unread ON notice (account, id) WHERE read_at = 0;"
    "CREATE INDEX IF NOT EXISTS notice_unreached ON notice (at) WHERE reached_at = 0;"
    "CREATE INDEX IF NOT EXISTS notice_at ON notice (at);"
    "CREATE TABLE IF NOT EXISTS notice_count (account INTEGER NOT NULL, kind TEXT NOT NULL, n INTEGER NOT "
    "NULL, incident INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (account, "
    "kind)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS webhook (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, url TEXT "
    "NOT NULL, secret TEXT NOT NULL, area TEXT NOT NULL, kinds TEXT NOT NULL, enabled INTEGER NOT NULL, "
    "created_at INTEGER NOT NULL, created_by INTEGER NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS letter (id INTEGER PRIMARY KEY AUTOINCREMENT, channel INTEGER NOT NULL, "
    "incident INTEGER "
    "NOT NULL, seq INTEGER NOT NULL, account INTEGER NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, "
    "next_at INTEGER NOT NULL, tries INTEGER NOT NULL, dead INTEGER NOT NULL, error TEXT NOT NULL, UNIQUE "
    "(channel, seq, account)) STRICT;"
    "CREATE INDEX IF NOT EXISTS letter_due ON letter (channel, next_at) WHERE dead = 0;"
    "CREATE INDEX IF NOT EXISTS letter_next ON letter (next_at) WHERE dead = 0;"
    "CREATE INDEX IF NOT EXISTS letter_order ON letter (channel, incident, account, seq) WHERE dead = 0;"
    "CREATE INDEX IF NOT EXISTS letter_dead ON letter (id) WHERE dead = 1;"
    "CREATE TABLE IF NOT EXISTS phrase (account INTEGER PRIMARY KEY, items TEXT NOT NULL) STRICT;",
};

static wg_status step(struct db *db, int64_t from, wg_err *err) {
  char *mark = sqlite3_mprintf("PRAGMA user_version = %d", (int)from + 1);
  if (!mark) return db_no_memory(err);
  wg_status st = db_exec(db, steps[from - 1], err);
  if (!st && from + 1 == WORDS_SINCE) st = place_index_anew(db, err);
  if (!st) st = db_exec(db, mark, err);
  sqlite3_free(mark);
  return st;
}

static wg_status upgrade(struct db *db, wg_err *err) {
  wg_status st = db_exec(db, "BEGIN IMMEDIATE", err);
  if (st) return st;
  int64_t version = 0; /* another process may have done it while this one waited */
  st = db_int(db, "PRAGMA user_version", &version, err);
  for (; !st && version < WG_SCHEMA; version++) st = step(db, version, err);
  if (!st) st = db_exec(db, "COMMIT", err);
  if (st && !sqlite3_get_autocommit(db->h)) db_exec(db, "ROLLBACK", NULL);
  return st;
}

wg_status db_migrate(struct db *db, wg_err *err) {
  int64_t application = 0, version = 0;
  wg_status st = db_int(db, "PRAGMA application_id", &application, err);
  if (!st) st = db_int(db, "PRAGMA user_version", &version, err);
  if (st) return st;
  if (application != WG_APPLICATION || version < 1) return db_fail(db, SQLITE_NOTADB, err);
  if (version > WG_SCHEMA)
    return wg_fail(
        err, WG_UNPROCESSABLE, "db",
        WG_T("%s was written by a newer wangge (schema %lld, this one knows %d): install the newer program",
             "%s 由更新版本的 wangge 写成（模式 %lld，本程序支持到 %d）：请安装新版本"),
        db->path, (long long)version, WG_SCHEMA);
  if (version == WG_SCHEMA || db->as_is) return WG_OK;
  if (!db->writable)
    return wg_fail(err, WG_UNPROCESSABLE, "db",
                   WG_T("%s has an older schema: open it once for writing, for example with `wangge check`",
                        "%s 为旧版模式：请先以可写方式打开一次，例如运行 wangge check"),
                   db->path);
  return upgrade(db, err);
}
