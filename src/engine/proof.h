/* Proofs that leave the house: daily heads of the log, signed, and receipts that lead to them. See
 * docs/event-log.md. */
#ifndef WG_ENGINE_PROOF_H
#define WG_ENGINE_PROOF_H

#include "base/buf.h"
#include "base/files.h"
#include "base/time.h"
#include "domain/store.h"

/* The server's signing key, DB.key (0600), made when it is not there. */
wg_status wg_key_load(const char *db, unsigned char secret[WG_SIGN_SECRET], wg_err *err);
/* A short name of a public key, to be compared by eye: "3f2a 91c0 …" (8 groups). */
enum { WG_KEY_NAME = 40 };
void wg_key_name(const unsigned char key[WG_SIGN_PUBLIC], char out[WG_KEY_NAME]);

/* --- Merkle trees, as RFC 6962 makes them, with BLAKE2b-256 -----------------------------------------------
 */
typedef unsigned char wg_leaf[WG_HASH_LEN];
enum { WG_PATH_MOST = 40 };
void wg_merkle_root(const wg_leaf *leaf, int64_t n, wg_leaf out);
/* The siblings from leaf `index` to the root; returns how many. */
int wg_merkle_path(const wg_leaf *leaf, int64_t n, int64_t index, wg_leaf path[WG_PATH_MOST]);
bool wg_merkle_leads(const wg_leaf leaf, int64_t n, int64_t index, const wg_leaf *path, int n_path,
                     const wg_leaf root);

/* The hashes of the events first … last, as leaves. WG_CORRUPT: some are missing. */
typedef struct wg_leaves {
  wg_leaf *leaf; /* free() it, also after a failure */
  int64_t n, cap;
} wg_leaves;
wg_status wg_leaves_read(wg_store *s, int64_t first, int64_t last, wg_leaves *out, wg_err *err);
wg_status wg_time_of_event(wg_store *s, int64_t seq, int64_t *at, wg_err *err);

/* --- heads ------------------------------------------------------------------------------------------------
 */
typedef struct wg_head {
  char date[11];          /* the local day that it ends; "" : taken in between */
  int64_t first, seq, at; /* it covers the events first … seq; at: of the last */
  wg_leaf hash;           /* of event seq */
  wg_leaf root;           /* over the hashes of all of them */
  unsigned char key[WG_SIGN_PUBLIC];
} wg_head;
/* A line of JSON, signed. */
wg_status wg_head_write(const wg_head *h, const unsigned char secret[WG_SIGN_SECRET], wg_buf *out);
/* WG_INVALID: no head; WG_CORRUPT: its signature does not hold. */
wg_status wg_head_read(const char *path, wg_head *out, wg_err *err);
/* The head over the events first … seq of this store. */
wg_status wg_head_make(wg_store *s, int64_t first, int64_t seq, wg_head *out, wg_err *err);
/* Does the store still hold what the head says? WG_CORRUPT says what is wrong. */
wg_status wg_head_prove(wg_store *s, const wg_head *h, wg_err *err);
/* Writes the head of yesterday (and of days before that have none) into DB.heads, once; *seq: up to where. */
wg_status wg_heads_keep(wg_store *s, const char *db, const wg_zone *zone, int64_t now, wg_err *err);
/* The daily head in DB.heads that covers event seq; WG_NOT_FOUND: none yet. seq 0: the newest there is. */
wg_status wg_heads_find(const char *db, int64_t seq, wg_head *out, wg_err *err);

/* --- receipts ---------------------------------------------------------------------------------------------
 */
typedef struct wg_receipt {
  char number[WG_NUMBER_LEN];
  int64_t seq, at;
  wg_leaf hash;
  unsigned char signature[WG_SIGN_LEN];
  char date[11]; /* of the head that the path leads to; "": there was none yet */
  int64_t index, n;
  wg_leaf path[WG_PATH_MOST];
  int n_path;
} wg_receipt;
enum { WG_RECEIPT_TEXT = 2400 };
/* Fills hash, at, signature and, where a head of DB.heads covers it, the way to that. */
wg_status wg_receipt_make(wg_store *s, const char *db, const char *number, int64_t seq,
                          const unsigned char secret[WG_SIGN_SECRET], wg_receipt *out, wg_err *err);
void wg_receipt_text(const wg_receipt *r, char out[WG_RECEIPT_TEXT]);
wg_status wg_receipt_read(const char *text, wg_receipt *out, wg_err *err);
bool wg_receipt_signed_by(const wg_receipt *r, const unsigned char key[WG_SIGN_PUBLIC]);
bool wg_receipt_in(const wg_receipt *r, const wg_head *h);

#endif
