-- Schema 6 of the SQLite + SpatiaLite store. Times are ms since 1970 UTC. Geometry columns hold SpatiaLite
-- blobs (blob.h), SRID 4326, longitude first; they are registered in geometry_columns without triggers.

-- The log -----------------------------------------------------------------------------------------------
CREATE TABLE event (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor INTEGER NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  prev_hash BLOB NOT NULL,
  hash BLOB NOT NULL
) STRICT;
CREATE INDEX event_subject ON event (subject);

-- Personal texts of events; text and salt are NULL once erased by the event erased_by.
CREATE TABLE event_private (
  seq INTEGER NOT NULL,
  field TEXT NOT NULL,
  salt BLOB,
  text TEXT,
  erased_by INTEGER,
  PRIMARY KEY (seq, field)
) STRICT, WITHOUT ROWID;

-- The last event, said once more, so that a log cut short is seen.
CREATE TABLE event_head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  hash BLOB NOT NULL
) STRICT;
INSERT INTO event_head VALUES (1, 0, 0, zeroblob(32));

-- Large content by the hash of its plain bytes; stored_hash is of the bytes as they lie here.
CREATE TABLE content (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  coding TEXT NOT NULL,
  stored_hash BLOB NOT NULL,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Areas, plans --------------------------------------------------------------------------------------------
CREATE TABLE area (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  parent TEXT NOT NULL,
  level TEXT NOT NULL,
  names TEXT NOT NULL,
  named INTEGER NOT NULL,
  geometry BLOB
) STRICT;

CREATE TABLE plan (
  id INTEGER PRIMARY KEY,
  network TEXT NOT NULL,
  version INTEGER NOT NULL,
  valid_from INTEGER NOT NULL,
  source TEXT NOT NULL,
  grids INTEGER NOT NULL,
  content BLOB NOT NULL REFERENCES content (hash),
  UNIQUE (network, version)
) STRICT;

CREATE TABLE grid (
  id INTEGER PRIMARY KEY,
  plan INTEGER NOT NULL REFERENCES plan (id),
  code TEXT NOT NULL,
  area TEXT NOT NULL,
  kind TEXT NOT NULL,
  names TEXT NOT NULL,
  area_m2 REAL NOT NULL,
  geometry BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX grid_code ON grid (plan, code);

-- Staff, catalogue ----------------------------------------------------------------------------------------
CREATE TABLE org (
  code TEXT PRIMARY KEY,
  names TEXT NOT NULL,
  area TEXT NOT NULL,
  calendar TEXT NOT NULL DEFAULT '' -- '' the district's
) STRICT, WITHOUT ROWID;

CREATE TABLE staff (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  phone TEXT NOT NULL,
  org TEXT NOT NULL,
  full_time INTEGER NOT NULL
) STRICT;

CREATE TABLE post (
  id INTEGER PRIMARY KEY,
  staff INTEGER NOT NULL REFERENCES staff (id),
  network TEXT NOT NULL,
  grid TEXT NOT NULL,
  kind INTEGER NOT NULL
) STRICT;
CREATE INDEX post_staff ON post (staff);

CREATE TABLE shift (
  post INTEGER NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  weekdays INTEGER NOT NULL,
  start INTEGER NOT NULL,
  stop INTEGER NOT NULL,
  PRIMARY KEY (post, weekdays, start, stop)
) STRICT, WITHOUT ROWID;

CREATE TABLE stand_in (
  id INTEGER PRIMARY KEY,
  staff INTEGER NOT NULL REFERENCES staff (id),
  deputy INTEGER NOT NULL REFERENCES staff (id),
  start INTEGER NOT NULL,
  stop INTEGER NOT NULL,
  UNIQUE (staff, deputy, start)
) STRICT;
CREATE INDEX stand_in_deputy ON stand_in (deputy);

CREATE TABLE category (
  code TEXT PRIMARY KEY,
  family TEXT NOT NULL,
  names TEXT NOT NULL,
  family_names TEXT NOT NULL,
  severity INTEGER NOT NULL,
  class INTEGER NOT NULL,
  retired INTEGER NOT NULL,
  fields TEXT NOT NULL,
  filing_standard TEXT NOT NULL DEFAULT '',
  closing_standard TEXT NOT NULL DEFAULT '',
  usual_org TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

-- Accounts ------------------------------------------------------------------------------------------------
CREATE TABLE account (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  password TEXT NOT NULL,
  staff INTEGER REFERENCES staff (id),
  disabled INTEGER NOT NULL,
  demo INTEGER NOT NULL
) STRICT;

CREATE TABLE account_grant (
  account INTEGER NOT NULL REFERENCES account (id),
  role INTEGER NOT NULL,
  org TEXT NOT NULL,
  area TEXT NOT NULL,
  start INTEGER NOT NULL,
  stop INTEGER NOT NULL,
  PRIMARY KEY (account, role, org, area)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
  token_hash BLOB PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account (id),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  kind TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Wall devices: since schema 2.
CREATE TABLE device (
  account INTEGER PRIMARY KEY REFERENCES account (id),
  area TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by INTEGER NOT NULL,
  code_hash BLOB NOT NULL,
  code_expires_at INTEGER NOT NULL,
  signed_on_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  revoked_at INTEGER NOT NULL
) STRICT;

CREATE TABLE access_log (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  account INTEGER NOT NULL,
  name TEXT NOT NULL,
  address TEXT NOT NULL,
  what TEXT NOT NULL,
  detail TEXT NOT NULL,
  ok INTEGER NOT NULL
) STRICT;
CREATE INDEX access_log_sign_in ON access_log (account, at) WHERE what = 'sign-in' AND ok = 1;
CREATE INDEX access_log_at ON access_log (at);

-- Incidents -----------------------------------------------------------------------------------------------
-- Personal texts are not here: they stand in event_private under report_seq.
CREATE TABLE incident (
  id INTEGER PRIMARY KEY,
  number TEXT NOT NULL,
  state INTEGER NOT NULL,
  severity INTEGER NOT NULL,
  class INTEGER NOT NULL,
  geometry BLOB,
  raw_lon REAL,
  raw_lat REAL,
  crs TEXT NOT NULL,
  accuracy_m REAL NOT NULL,
  category TEXT NOT NULL,
  category_retired INTEGER NOT NULL,
  network TEXT NOT NULL,
  grid TEXT NOT NULL,
  area TEXT NOT NULL,
  plan_version INTEGER NOT NULL,
  how INTEGER NOT NULL,
  assign_rule INTEGER NOT NULL,
  assign_staff INTEGER NOT NULL,
  assign_post INTEGER NOT NULL,
  assign_for INTEGER NOT NULL,
  responsible INTEGER NOT NULL,
  occurred_at INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  raw_occurred_at INTEGER NOT NULL,
  accept_due INTEGER NOT NULL,
  handle_due INTEGER NOT NULL,
  closed_at INTEGER NOT NULL,
  overdue INTEGER NOT NULL,
  reporter INTEGER NOT NULL,
  client_id TEXT,
  request_hash BLOB,
  source TEXT NOT NULL,
  version INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  report_seq INTEGER NOT NULL,
  -- how it is worked on: since schema 6
  rule INTEGER NOT NULL DEFAULT 1,
  centre TEXT NOT NULL DEFAULT '',
  org TEXT NOT NULL DEFAULT '',
  held_since INTEGER NOT NULL DEFAULT 0,
  step_due INTEGER NOT NULL DEFAULT 0,
  work_since INTEGER NOT NULL DEFAULT 0,
  work_due INTEGER NOT NULL DEFAULT 0,
  told INTEGER NOT NULL DEFAULT 0,
  urgent INTEGER NOT NULL DEFAULT 0,
  supervised INTEGER NOT NULL DEFAULT 0,
  suspended_at INTEGER NOT NULL DEFAULT 0,
  suspended_until INTEGER NOT NULL DEFAULT 0,
  returns INTEGER NOT NULL DEFAULT 0,
  reworks INTEGER NOT NULL DEFAULT 0,
  ruled INTEGER NOT NULL DEFAULT 0,
  review_from INTEGER NOT NULL DEFAULT 0,
  approved INTEGER NOT NULL DEFAULT 0,
  review_owed INTEGER NOT NULL DEFAULT 0,
  days_asked INTEGER NOT NULL DEFAULT 0,
  days_granted INTEGER NOT NULL DEFAULT 0,
  merged_into INTEGER NOT NULL DEFAULT 0,
  parent INTEGER NOT NULL DEFAULT 0,
  score INTEGER NOT NULL DEFAULT 0,
  doer INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX incident_state ON incident (state);
CREATE INDEX incident_closed ON incident (closed_at) WHERE closed_at > 0;

-- Keys of incidents for lists. Inserting them one by one would touch a page per row and key, so tend() adds them in
-- sorted runs: rows with ids up to the watermark 'keys' have theirs, the few above it are looked through.
-- kind: 1 area, 2 grid, 3 category, 4 responsible, 5 reporter, 6 number (keys.h).
CREATE TABLE incident_key (
  kind INTEGER NOT NULL,
  code ANY NOT NULL,
  id INTEGER NOT NULL,
  PRIMARY KEY (kind, code, id)
) STRICT, WITHOUT ROWID;

-- The hash of reporter and client_id: who has sent this before.
CREATE TABLE incident_client (
  key INTEGER NOT NULL,
  id INTEGER NOT NULL,
  PRIMARY KEY (key, id)
) STRICT, WITHOUT ROWID;

-- Oldest and newest received_at of each 1024 ids, so that a span of time names its ids.
CREATE TABLE incident_block (block INTEGER PRIMARY KEY, low INTEGER NOT NULL, high INTEGER NOT NULL) STRICT;

-- Organisations an incident was handed or copied to.
CREATE TABLE incident_party (
  incident INTEGER NOT NULL REFERENCES incident (id),
  org TEXT NOT NULL,
  how TEXT NOT NULL,
  PRIMARY KEY (incident, org)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_party_org ON incident_party (org, incident);

-- What each account has done to incidents, by its own ids.
CREATE TABLE deed (
  actor INTEGER NOT NULL,
  client_id TEXT NOT NULL,
  incident INTEGER NOT NULL REFERENCES incident (id),
  seq INTEGER NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (actor, client_id)
) STRICT, WITHOUT ROWID;

-- Two incidents that belong together, the smaller id first.
CREATE TABLE incident_link (
  a INTEGER NOT NULL REFERENCES incident (id),
  b INTEGER NOT NULL REFERENCES incident (id),
  PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_link_b ON incident_link (b, a);
CREATE INDEX incident_merged ON incident (merged_into) WHERE merged_into > 0;
CREATE INDEX incident_parent ON incident (parent) WHERE parent > 0;

-- How often matters of a category were handed to an organisation, came back, were ruled to be its own.
CREATE TABLE precedent (
  category TEXT NOT NULL,
  org TEXT NOT NULL,
  sent INTEGER NOT NULL,
  returned INTEGER NOT NULL,
  ruled INTEGER NOT NULL,
  PRIMARY KEY (category, org)
) STRICT, WITHOUT ROWID;

-- The highest serial in the numbers up to the watermark, per area and local day (yyyymmdd).
CREATE TABLE incident_serial (
  area TEXT NOT NULL,
  day INTEGER NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (day, area)
) STRICT, WITHOUT ROWID;

-- Spatial indexes, filled in bulk by tend() as well: rows with ids up to `done` are in.
CREATE VIRTUAL TABLE idx_incident_geometry USING rtree (pkid, xmin, xmax, ymin, ymax);
CREATE VIRTUAL TABLE idx_grid_geometry USING rtree (pkid, xmin, xmax, ymin, ymax);
CREATE VIRTUAL TABLE idx_area_geometry USING rtree (pkid, xmin, xmax, ymin, ymax);
CREATE TABLE watermark (name TEXT PRIMARY KEY, done INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO watermark VALUES ('grid', 0), ('incident', 0), ('keys', 0), ('erased', 0); -- erased: the last erasure

-- Positions, places, base map -----------------------------------------------------------------------------
CREATE TABLE position (
  id INTEGER PRIMARY KEY,
  staff INTEGER NOT NULL,
  device TEXT NOT NULL,
  counter INTEGER NOT NULL,
  x INTEGER NOT NULL,
  y INTEGER NOT NULL,
  raw_lon REAL,
  raw_lat REAL,
  crs TEXT NOT NULL,
  accuracy_m REAL NOT NULL,
  speed REAL NOT NULL,
  heading REAL NOT NULL,
  fixed_at INTEGER NOT NULL,
  received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX position_staff ON position (staff, fixed_at);

-- The newest row of each device.
CREATE TABLE position_last (
  staff INTEGER NOT NULL,
  device TEXT NOT NULL,
  counter INTEGER NOT NULL,
  position INTEGER NOT NULL REFERENCES position (id),
  PRIMARY KEY (staff, device)
) STRICT, WITHOUT ROWID;
CREATE INDEX position_last_position ON position_last (position);

CREATE TABLE place (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  address TEXT NOT NULL,
  kind TEXT NOT NULL,
  x INTEGER,
  y INTEGER,
  area TEXT NOT NULL,
  alias TEXT NOT NULL DEFAULT '' -- other names, separated by ; or 、
) STRICT;
-- name: the words of name and alias, and their initials
CREATE VIRTUAL TABLE place_text USING fts5 (name, address, content='', tokenize='unicode61');

CREATE TABLE basemap (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  class TEXT NOT NULL,
  names TEXT NOT NULL,
  geometry_type INTEGER NOT NULL,
  bytes BLOB NOT NULL
) STRICT;

-- Evidence ------------------------------------------------------------------------------------------------
-- Files on incidents. The bytes lie in FILE.files by their SHA-256; name, note and what the camera wrote are side
-- rows of the event `seq`. erased_by: the event that took the file away, or 0.
CREATE TABLE IF NOT EXISTS attachment (
  id INTEGER PRIMARY KEY,
  incident INTEGER NOT NULL REFERENCES incident (id),
  seq INTEGER NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  account INTEGER NOT NULL,
  kind TEXT NOT NULL,
  hash BLOB NOT NULL,
  size INTEGER NOT NULL,
  media TEXT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  erased_by INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS attachment_incident ON attachment (incident);
CREATE INDEX IF NOT EXISTS attachment_hash ON attachment (hash);
-- Duty: leave, grids covered for a time, and the grids that have nobody as the log last said.
CREATE TABLE staff_leave (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  staff INTEGER NOT NULL REFERENCES staff (id),
  start INTEGER NOT NULL,
  stop INTEGER NOT NULL,
  kind INTEGER NOT NULL
) STRICT;

CREATE TABLE staff_cover (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  staff INTEGER NOT NULL REFERENCES staff (id),
  network TEXT NOT NULL,
  grid TEXT NOT NULL,
  start INTEGER NOT NULL,
  stop INTEGER NOT NULL
) STRICT;

CREATE TABLE unmanned (
  network TEXT NOT NULL,
  grid TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (network, grid)
) STRICT, WITHOUT ROWID;

-- Every version of a category's rules, from 1; the newest is in force. seq: of the event that came with it.
CREATE TABLE category_rule (
  category TEXT NOT NULL,
  version INTEGER NOT NULL,
  rules TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (category, version)
) STRICT, WITHOUT ROWID;

-- Notices ----------------------------------------------------------------------------------------------
-- Who follows the log, and how far it has come.
CREATE TABLE IF NOT EXISTS follow (
  name TEXT PRIMARY KEY,
  seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Who was told of which event. Made from the log: no event of its own. read_at, reached_at 0: not yet.
CREATE TABLE IF NOT EXISTS notice (
  id INTEGER PRIMARY KEY,
  account INTEGER NOT NULL,
  incident INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  read_at INTEGER NOT NULL DEFAULT 0,
  reached_at INTEGER NOT NULL DEFAULT 0,
  UNIQUE (account, seq)
) STRICT;
CREATE INDEX IF NOT EXISTS notice_unread ON notice (account, id) WHERE read_at = 0;
CREATE INDEX IF NOT EXISTS notice_unreached ON notice (at) WHERE reached_at = 0;
CREATE INDEX IF NOT EXISTS notice_at ON notice (at);
-- For the centre: unread ones by kind; incident, seq and at are of the newest.
CREATE TABLE IF NOT EXISTS notice_count (
  account INTEGER NOT NULL,
  kind TEXT NOT NULL,
  n INTEGER NOT NULL,
  incident INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (account, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS webhook (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  secret TEXT NOT NULL,
  area TEXT NOT NULL,
  kinds TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by INTEGER NOT NULL
) STRICT;
-- What waits to be brought by a webhook (channel: its id) or by the command (channel 0), or could not be.
CREATE TABLE IF NOT EXISTS letter (
  id INTEGER PRIMARY KEY AUTOINCREMENT, -- never given again: one may be on its way when its row goes
  channel INTEGER NOT NULL,
  incident INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  account INTEGER NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  dead INTEGER NOT NULL,
  error TEXT NOT NULL,
  UNIQUE (channel, seq, account)
) STRICT;
CREATE INDEX IF NOT EXISTS letter_due ON letter (channel, next_at) WHERE dead = 0;
CREATE INDEX IF NOT EXISTS letter_next ON letter (next_at) WHERE dead = 0;
CREATE INDEX IF NOT EXISTS letter_order ON letter (channel, incident, account, seq) WHERE dead = 0;
CREATE INDEX IF NOT EXISTS letter_dead ON letter (id) WHERE dead = 1;
CREATE TABLE IF NOT EXISTS phrase (
  account INTEGER PRIMARY KEY,
  items TEXT NOT NULL
) STRICT;
