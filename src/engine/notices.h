/* How many notices each account has unread, in memory: what streams look at. And whom nothing has reached. */
#ifndef WG_ENGINE_NOTICES_H
#define WG_ENGINE_NOTICES_H

#include "engine/engine.h"

wg_status wg_notices_new(wg_notices **out);
void wg_notices_free(wg_notices *n);

/* Rises with every change of any account: whoever has seen this one need not look. */
uint64_t wg_notices_version(wg_notices *n);
/* How many; *version says when that changed last (0: never). Any thread. */
int64_t wg_notices_unread(wg_notices *n, int64_t account, uint64_t *version);
void wg_notices_set(wg_notices *n, int64_t account, int64_t unread);
void wg_notices_add(wg_notices *n, int64_t account, int64_t more);

/* Up to which event all has been told. To be asked before what is shown is read. */
int64_t wg_notices_seq(wg_notices *n);
void wg_notices_put_seq(wg_notices *n, int64_t seq);

/* A page of the account shows what it has of events up to seq: it was reached. Kept until taken. */
typedef struct wg_told {
  int64_t account, after, seq;
} wg_told;
void wg_notices_told(wg_notices *n, int64_t account, int64_t seq);
int wg_notices_take_told(wg_notices *n, wg_told *out, int max);
void wg_notices_give_back(wg_notices *n, const wg_told *told); /* it could not be written down */

/* Whom no channel has reached in time, oldest first; of one incident each. */
typedef struct wg_unreached {
  int64_t account, incident, at;
  char kind[40];
} wg_unreached;
enum { WG_UNREACHED = 5000 };
void wg_notices_put_unreached(wg_notices *n, const wg_unreached *list, int count);
/* Copies at most max; returns how many. */
int wg_notices_unreached(wg_notices *n, wg_unreached *out, int max);

/* --- commands ----------------------------------------------------------------------------------------------
 */
/* What a follower made of a run of the log. All in one transaction with how far it has come, so that nobody
 * is told twice and nothing is lost. */
typedef struct wg_notices_batch {
  wg_command command; /* first */
  int64_t seq;        /* of the last event looked at */
  const wg_notice *notice;
  const wg_notice_count *count;
  const wg_letter *letter;
  int n_notices, n_counts, n_letters;
  bool *added;         /* [n_notices]: room for what comes out */
  wg_notices *notices; /* private */
} wg_notices_batch;
wg_status wg_notices_write(wg_engine *e, wg_notices_batch *b, wg_err *err);

typedef struct wg_notices_reading {
  wg_command command; /* first */
  int64_t account;
  const int64_t *id; /* these, or (n 0) all up to up_to */
  int n;
  int64_t up_to;
  int64_t unread;      /* out */
  wg_notices *notices; /* private */
} wg_notices_reading;
wg_status wg_notices_read(wg_engine *e, wg_notices_reading *r, wg_err *err);

#endif
