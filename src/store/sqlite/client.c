/* Who has sent this before, and which serials are taken? incident_client holds the keys of incidents up to
 * the watermark; those above it are held in memory by each connection that asks, read from the table as they
 * appear. Keys are 64-bit hashes: a hit is confirmed on the row. The serials in the rows' numbers go along
 * (serial.c).
 *
 * Entries are pushed at the front of their chain in rising order of ids, so the newest are taken back (a
 * rollback) by popping. */
#include <stdlib.h>
#include <string.h>

#include "keys.h"

enum { WG_TAIL_FIRST = 1024 };

int64_t client_key(int64_t reporter, const char *client_id, size_t n) {
  unsigned char hash[WG_HASH_LEN];
  wg_hasher h;
  wg_hasher_begin(&h);
  wg_hasher_int(&h, reporter);
  wg_hasher_field(&h, client_id, n);
  wg_hasher_end(&h, hash);
  uint64_t key = 0;
  for (int i = 0; i < 8; i++) key |= (uint64_t)hash[i] << (8 * i);
  return (int64_t)key;
}

static uint32_t *chain(struct client_tail *t, int64_t key) { return &t->head[(uint64_t)key & (t->cap - 1)]; }

static wg_status grow(struct client_tail *t) {
  uint32_t cap = t->cap ? t->cap * 2 : WG_TAIL_FIRST;
  struct client_entry *entry = realloc(t->entry, cap * sizeof *entry);
  if (entry) t->entry = entry;
  uint32_t *head = entry ? realloc(t->head, cap * sizeof *head) : NULL;
  if (!head) return WG_NO_MEMORY;
  t->head = head;
  t->cap = cap;
  memset(head, 0, cap * sizeof *head);
  for (uint32_t i = 0; i < t->n; i++) { /* links are index + 1; 0 ends a chain */
    t->entry[i].next = *chain(t, t->entry[i].key);
    *chain(t, t->entry[i].key) = i + 1;
  }
  return WG_OK;
}

static wg_status push(struct client_tail *t, int64_t key, int64_t id) {
  if (t->n == t->cap && grow(t)) return WG_NO_MEMORY;
  t->entry[t->n] = (struct client_entry){key, id, *chain(t, key)};
  *chain(t, key) = ++t->n;
  return WG_OK;
}

static void cut(struct client_tail *t, struct client_mark m) {
  while (t->n > m.n) {
    t->n--;
    *chain(t, t->entry[t->n].key) = t->entry[t->n].next;
  }
  t->last = m.last;
}

static struct client_mark mark(const struct client_tail *t) { return (struct client_mark){t->n, t->last}; }

void client_begin(struct client_tail *t) {
  cut(t, t->committed);
  t->fresh = t->asked.absent = false;
  serial_begin(&t->serials);
}
void client_committed(struct client_tail *t) {
  t->committed = mark(t);
  t->fresh = t->asked.absent = false;
  serial_committed(&t->serials);
}
void client_save(struct client_tail *t) {
  t->saved = mark(t);
  serial_save(&t->serials);
}
void client_back(struct client_tail *t) {
  cut(t, t->saved);
  t->asked.absent = false;
  serial_back(&t->serials);
}

void client_free(struct client_tail *t) {
  free(t->entry);
  free(t->head);
  serial_free(&t->serials);
  memset(t, 0, sizeof *t);
}

/* Everything is forgotten when the watermark has moved: what it passed is in the table now. */
static void restart(struct client_tail *t, int64_t done) {
  struct client_mark none = {0, done};
  cut(t, none);
  t->base = done;
  t->committed = t->saved = none;
  serial_clear(&t->serials);
}

static wg_status read_tail(struct db *db, struct client_tail *t, wg_err *err) {
  sqlite3_stmt *st;
  wg_status status =
      db_stmt(db, "SELECT id, reporter, client_id, number FROM incident WHERE id > ? ORDER BY id", &st, err);
  if (!status) bind_int(st, 1, t->last);
  while (!status) {
    bool row;
    status = db_step(db, st, &row, err);
    if (status || !row) break;
    const char *text = (const char *)sqlite3_column_text(st, 2);
    int64_t id = col_int(st, 0);
    if (text && push(t, client_key(col_int(st, 1), text, (size_t)sqlite3_column_bytes(st, 2)), id)) {
      sqlite3_reset(st);
      return db_no_memory(err);
    }
    const char *number = (const char *)sqlite3_column_text(st, 3);
    if (number && serial_seen(&t->serials, number)) {
      sqlite3_reset(st);
      return db_no_memory(err);
    }
    t->last = id;
  }
  return status;
}

/* Once per transaction, or with every call outside one. */
wg_status client_refresh(struct db *db, wg_err *err) {
  struct client_tail *t = &db->clients;
  bool inside = !sqlite3_get_autocommit(db->h);
  if (inside && t->fresh) return WG_OK;
  int64_t done = 0;
  wg_status status = db_int(db, "SELECT done FROM watermark WHERE name = 'keys'", &done, err);
  if (status) return status;
  if (done != t->base) restart(t, done);
  status = read_tail(db, t, err);
  if (status) {
    restart(t, -1);
    return status;
  }
  t->committed = t->saved = mark(t); /* incident_insert calls this before its row is in */
  t->fresh = inside;
  return WG_OK;
}

static wg_status confirm(struct db *db, int64_t id, int64_t reporter, const char *client_id, bool *is,
                         wg_err *err) {
  sqlite3_stmt *st;
  wg_status status =
      db_stmt(db, "SELECT 1 FROM incident WHERE id = ? AND reporter = ? AND client_id = ?", &st, err);
  if (status) return status;
  bind_int(st, 1, id);
  bind_int(st, 2, reporter);
  bind_text(st, 3, client_id);
  status = db_step(db, st, is, err);
  sqlite3_reset(st);
  return status;
}

static wg_status find_old(struct db *db, int64_t key, int64_t reporter, const char *client_id, int64_t *id,
                          wg_err *err) {
  sqlite3_stmt *st;
  wg_status status = db_stmt(db, "SELECT id FROM incident_client WHERE key = ?", &st, err);
  if (status) return status;
  bind_int(st, 1, key);
  for (;;) {
    bool row, is = false;
    status = db_step(db, st, &row, err);
    if (status || !row) return status;
    int64_t candidate = col_int(st, 0);
    status = confirm(db, candidate, reporter, client_id, &is, err);
    if (is) *id = candidate;
    if (!status && !is) continue;
    sqlite3_reset(st);
    return status;
  }
}

/* The key, kept from the last call: intake asks for one report three times. */
static int64_t key_of(struct client_tail *t, int64_t reporter, const char *client_id) {
  struct client_asked *a = &t->asked;
  if (a->reporter == reporter && *a->client_id && strcmp(a->client_id, client_id) == 0) return a->key;
  size_t n = strlen(client_id);
  int64_t key = client_key(reporter, client_id, n);
  *a = (struct client_asked){.reporter = reporter, .key = key};
  if (n < sizeof a->client_id) memcpy(a->client_id, client_id, n);
  return key;
}

static wg_status find(struct db *db, int64_t key, int64_t reporter, const char *client_id, int64_t *id,
                      wg_err *err) {
  struct client_tail *t = &db->clients;
  wg_status status = client_refresh(db, err);
  for (uint32_t k = status || !t->cap ? 0 : *chain(t, key); !status && k; k = t->entry[k - 1].next) {
    bool is = false;
    if (t->entry[k - 1].key != key) continue;
    status = confirm(db, t->entry[k - 1].id, reporter, client_id, &is, err);
    if (!is) continue;
    *id = t->entry[k - 1].id;
    return status;
  }
  return status ? status : find_old(db, key, reporter, client_id, id, err);
}

wg_status client_find(struct db *db, int64_t reporter, const char *client_id, int64_t *id, wg_err *err) {
  struct client_tail *t = &db->clients;
  *id = 0;
  if (!client_id || !*client_id) return WG_OK;
  int64_t key = key_of(t, reporter, client_id);
  bool inside = !sqlite3_get_autocommit(db->h);
  if (inside && t->asked.absent) return WG_OK;
  wg_status status = find(db, key, reporter, client_id, id, err);
  t->asked.absent = !status && !*id && inside && *t->asked.client_id;
  return status;
}

wg_status client_add(struct db *db, int64_t reporter, const char *client_id, int64_t id, wg_err *err) {
  struct client_tail *t = &db->clients;
  if (client_id && *client_id && push(t, key_of(t, reporter, client_id), id)) return db_no_memory(err);
  t->asked.absent = false;
  t->last = id;
  return WG_OK;
}
