/* Inside of the SQLite store: one connection, its prepared statements, its errors. Each file of this folder
 * fills the callbacks of one subject; the table of all is in db.c. */
#ifndef WG_STORE_SQLITE_DB_H
#define WG_STORE_SQLITE_DB_H

#include <sqlite3.h>

#include "base/arena.h"
#include "domain/store.h"

enum {
  WG_SCHEMA = 6,               /* PRAGMA user_version of this program */
  WG_APPLICATION = 0x77676731, /* PRAGMA application_id: "wgg1" */
  WG_BUSY_MS = 10000,          /* how long a writer waits for another */
  WG_STATEMENTS = 512,         /* slots of the statement cache; a power of two above the number of texts */
  WG_SCAN_FIRST = 1500,
  WG_SCAN_MOST = 20000,
  WG_WAL_PAGES_MOST = 65536 /* a commit checkpoints by itself when nobody tended and the WAL is this long */
};

/* The head of the log as this transaction sees it. Read in begin(), written in commit(). */
struct head {
  int64_t seq, at;
  unsigned char hash[WG_HASH_LEN];
};

/* The clients of incidents above the watermark (client.c). */
struct client_mark {
  uint32_t n;
  int64_t last; /* rows up to this id are in */
};
/* The last serial of each area and day asked for, as far as this connection knows (serial.c). */
struct serials {
  struct serial {
    char area[WG_CODE_LEN];
    int day;
    int64_t last;
    bool whole; /* the table was asked too, not only the rows above the watermark */
  } * slot;
  uint32_t n, cap;
  struct serial_undo {
    uint32_t slot;
    int64_t last;
  } * undo; /* of this transaction */
  uint32_t n_undo, cap_undo, saved;
  int64_t taken; /* serials given out, ever */
};
/* The client asked for last. */
struct client_asked {
  int64_t reporter, key;
  char client_id[WG_CODE_LEN]; /* "": none, or too long a one */
  bool absent;                 /* in this transaction, and nothing was added since */
};
struct client_tail {
  struct client_entry {
    int64_t key, id;
    uint32_t next;
  } * entry;
  uint32_t *head, n, cap;
  int64_t base, last; /* the watermark it starts from */
  struct client_mark committed, saved;
  bool fresh; /* read anew in this transaction */
  struct client_asked asked;
  struct serials serials;
};

struct db {
  wg_store store; /* first: a wg_store * is a struct db * */
  sqlite3 *h;
  char *path;
  int lock;      /* shared flock on PATH.lock, or -1 */
  void *spatial; /* SpatiaLite's cache, or NULL */
  bool writable;
  bool as_is;              /* for reading by restore, whatever older schema it has */
  int reading;             /* read_begin calls not ended yet */
  int64_t cut;             /* the erasure after which this connection last cut the log file */
  struct head head, saved; /* saved: at the savepoint */
  bool head_dirty, head_saved_dirty;
  int64_t expects, saved_expects; /* an incident whose first event must come next, or 0 */
  int64_t data_version;
  int64_t scan_first,
      scan_most; /* incident_list.c: rows read one by one before keys are used; tests lower them */
  int wal_pages;
  int64_t busy_until; /* monotonic µs: when waiting for another writer ends */
  struct client_tail clients;
  int64_t tended; /* the newest incident when this connection last tended */
  int still;      /* calls in a row that found no newer one */
  int64_t swept;  /* positions up to here stay in this round: each is the newest of a device */
  struct {
    const char *sql;
    sqlite3_stmt *st;
  } cache[WG_STATEMENTS];
};

static inline struct db *db_of(wg_store *s) { return (struct db *)(void *)s; }

/* The prepared statement of this very text (a string literal), reset and with no bindings. */
wg_status db_stmt(struct db *db, const char *sql, sqlite3_stmt **out, wg_err *err);
/* Steps a statement that gives no rows (or whose row is not wanted), and resets it. */
wg_status db_run(struct db *db, sqlite3_stmt *st, wg_err *err);
/* Steps to the next row: *row says whether there is one; resets at the end and on failure. */
wg_status db_step(struct db *db, sqlite3_stmt *st, bool *row, wg_err *err);
wg_status db_exec(struct db *db, const char *sql, wg_err *err);
/* One integer of a statement without parameters. */
wg_status db_int(struct db *db, const char *sql, int64_t *out, wg_err *err);
/* A setting as a whole number; *out stays where it is unset, no number or outside: nothing is lost by a slip.
 */
wg_status db_setting_int(struct db *db, const char *key, int64_t least, int64_t most, int64_t *out,
                         wg_err *err);
/* While another connection writes, statements wait for up to WG_BUSY_MS. */
void db_wait_when_busy(struct db *db);
/* The status and the sentence for a result code of SQLite on this connection. */
wg_status db_fail(struct db *db, int rc, wg_err *err);
wg_status db_no_memory(wg_err *err);
wg_status db_corrupt(wg_err *err, const char *what);
/* WG_INTERNAL unless a transaction is open. */
wg_status db_need_txn(struct db *db, wg_err *err);

static inline void bind_text(sqlite3_stmt *st, int i, const char *text) {
  sqlite3_bind_text(st, i, text ? text : "", -1, SQLITE_STATIC);
}
static inline void bind_text_or_null(sqlite3_stmt *st, int i, const char *text) {
  if (text && *text) sqlite3_bind_text(st, i, text, -1, SQLITE_STATIC);
}
static inline void bind_int(sqlite3_stmt *st, int i, int64_t v) { sqlite3_bind_int64(st, i, v); }
static inline void bind_real(sqlite3_stmt *st, int i, double v) { sqlite3_bind_double(st, i, v); }
static inline void bind_blob(sqlite3_stmt *st, int i, const void *bytes, size_t n) {
  sqlite3_bind_blob64(st, i, n ? bytes : "", n, SQLITE_STATIC);
}

static inline int64_t col_int(sqlite3_stmt *st, int i) { return sqlite3_column_int64(st, i); }
static inline double col_real(sqlite3_stmt *st, int i) { return sqlite3_column_double(st, i); }
static inline bool col_null(sqlite3_stmt *st, int i) { return sqlite3_column_type(st, i) == SQLITE_NULL; }
/* A text column in the arena ("" for NULL); NULL when memory is out. */
const char *col_str(sqlite3_stmt *st, int i, wg_arena *a);
/* A text column into a fixed field; too long a text is cut (the schema's writers never make one). */
void col_code(sqlite3_stmt *st, int i, char *out, size_t size);
/* A blob of exactly n bytes; false when it is another. */
bool col_bytes(sqlite3_stmt *st, int i, void *out, size_t n);

/* Fillers of the callbacks, one per file. */
void db_fill_txn(wg_store *s);
void db_fill_log(wg_store *s);
void db_fill_area(wg_store *s);
void db_fill_plan(wg_store *s);
void db_fill_staff(wg_store *s);
void db_fill_duty(wg_store *s);
void db_fill_category(wg_store *s);
void db_fill_account(wg_store *s);
void db_fill_device(wg_store *s);
void db_fill_deed(wg_store *s);
void db_fill_notice(wg_store *s);
void db_fill_letter(wg_store *s);
void db_fill_attachment(wg_store *s);
void db_fill_access(wg_store *s);
void db_fill_incident(wg_store *s);
void db_fill_relation(wg_store *s);
void db_fill_incident_list(wg_store *s);
void db_fill_incident_find(wg_store *s);
void db_fill_position(wg_store *s);
void db_fill_place(wg_store *s);
wg_status place_index_anew(struct db *db, wg_err *err);
void db_fill_tend(wg_store *s);
void db_fill_backup(wg_store *s);
void db_fill_check(wg_store *s);

/* The head read anew from the file. */
wg_status db_head_read(struct db *db, wg_err *err);
wg_status db_head_write(struct db *db, wg_err *err);

/* wg_sqlite_open, with or without the shared lock. For reading without it: as it is, of any older schema. */
wg_status db_open(const char *path, bool writable, bool spatial, bool lock, wg_store **out, wg_err *err);

/* Advisory lock PATH.lock: shared for everyone that has the file open, exclusive for restore. WG_BUSY when
 * refused. *out is -1 where the folder is not writable and no lock file is there. *made: the lock file was
 * not there before. */
wg_status db_lock(const char *path, bool exclusive, int *out, bool *made, wg_err *err);
/* Takes the lock file away again from a path that turned out to be no database. */
void db_unlock_gone(const char *path);
/* A sentence about a path that cannot be used, from errno. */
wg_status db_path_fail(const char *path, int code, wg_err *err);
/* Brings an older schema up to this one; refuses a newer one and files that are not ours. */
wg_status db_migrate(struct db *db, wg_err *err);
/* Keys and R-trees brought up to the newest rows, in short transactions of their own. */
wg_status db_catch_up(wg_store *s, wg_err *err);

#endif
