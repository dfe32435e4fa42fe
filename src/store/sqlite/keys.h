/* Keys of incidents, kept behind a watermark: incident_key, incident_client, incident_block. */
#ifndef WG_STORE_SQLITE_KEYS_H
#define WG_STORE_SQLITE_KEYS_H

#include "db.h"

enum key_kind { KEY_AREA = 1, KEY_GRID, KEY_CATEGORY, KEY_RESPONSIBLE, KEY_REPORTER, KEY_NUMBER };
enum { WG_BLOCK_BITS = 10 }; /* ids of one row of incident_block: 1024 */

/* Registers the SQL functions that the bulk statements use. */
wg_status keys_functions(struct db *db, wg_err *err);
/* Adds the keys of at most `rows` more incidents (0: all). Inside a transaction. */
wg_status keys_add(struct db *db, int64_t rows, bool *more, wg_err *err);
/* Before an incident's row changes: takes along the keys that differ, if it has keys already. */
wg_status keys_move(struct db *db, const wg_incident *next, wg_err *err);
/* The watermark and the newest id. */
wg_status keys_state(struct db *db, int64_t *done, int64_t *last, wg_err *err);

/* The incident that this reporter sent under this client_id, or 0. */
wg_status client_find(struct db *db, int64_t reporter, const char *client_id, int64_t *id, wg_err *err);
/* Takes in what others have committed. Must come before a transaction's first insert. */
wg_status client_refresh(struct db *db, wg_err *err);
/* Remembers a row just inserted, with a client_id or without. */
wg_status client_add(struct db *db, int64_t reporter, const char *client_id, int64_t id, wg_err *err);
void client_begin(struct client_tail *t); /* forgets what was not committed */
void client_committed(struct client_tail *t);
void client_save(struct client_tail *t); /* at a savepoint */
void client_back(struct client_tail *t); /* back to it */
void client_free(struct client_tail *t);
/* The next serial of the area's day: above the table's, and above every number stored since. */
wg_status serial_next(struct db *db, const char *area, int day, int64_t *out, wg_err *err);
wg_status serial_seen(struct serials *s, const char *number); /* a number of a stored row */
void serial_begin(struct serials *s);
void serial_committed(struct serials *s);
void serial_save(struct serials *s);
void serial_back(struct serials *s);
void serial_clear(struct serials *s); /* forgets all */
void serial_free(struct serials *s);
/* "AREA-YYYYMMDD-SERIAL" into its parts; false: the number is of another form. */
bool serial_parse(const char *number, size_t n, size_t *area_len, int *day, int64_t *serial);
int64_t client_key(int64_t reporter, const char *client_id, size_t n);

#endif
