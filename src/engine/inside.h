/* What the files of this room share and nobody else sees. */
#ifndef WG_ENGINE_INSIDE_H
#define WG_ENGINE_INSIDE_H

#include <pthread.h>

#include "engine/duty.h"
#include "engine/engine.h"

struct wg_emitted {
  struct wg_emitted *next;
  wg_event e;
  wg_incident *incident;
  const char *const *orgs;
};

typedef struct wg_due {
  int64_t at, id, version; /* version: of the incident that it was reckoned for */
} wg_due;

/* What is due next, a binary heap by time. */
typedef struct wg_due_heap {
  wg_due *item;
  uint32_t n, cap;
} wg_due_heap;
wg_status wg_due_push(wg_due_heap *h, wg_due due);
bool wg_due_pop(wg_due_heap *h, int64_t now, wg_due *out); /* false: nothing is due */

typedef struct wg_sessions wg_sessions;
wg_status wg_sessions_new(wg_sessions **out);
void wg_sessions_free(wg_sessions *s);
void wg_sessions_purge(wg_sessions *s, int64_t now); /* forgets those that have expired */
wg_status wg_sessions_load(wg_sessions *s, wg_store *store, int64_t now, wg_err *err); /* replaces all */

struct wg_engine {
  wg_engine_hooks hooks;
  wg_store *writer, *tender;
  pthread_mutex_t lock; /* guards the queue, the picture pointer, stats, flags */
  pthread_cond_t more;  /* the writer's: a command came, or the end */
  pthread_cond_t end;   /* the other threads': the end */
  wg_command *first, *last;
  int waiting, max_waiting;
  int wanted; /* the writer waits for so many; 0: it does not */
  bool stopping, running, watches_duty;
  pthread_t writer_thread, ticker_thread, tender_thread, duty_thread;
  wg_picture *picture;
  wg_live *live;
  wg_workers *workers;
  wg_feed *feed;
  wg_sessions *sessions;
  wg_history *history;
  wg_notices *notices;
  /* the writer's own */
  int answered;      /* commands of the last group */
  int64_t commit_us; /* what a commit takes, of late */
  int64_t applied;   /* seq of the last event applied */
  bool behind;    /* applying others' events failed midway: try again, whatever the store says of changes */
  unsigned stale; /* parts of the picture that could not be read: tried again, at retry_us (monotonic) */
  int64_t retry_us;
  int64_t day_start;
  wg_due_heap due;
  atomic_llong ticks;
  wg_duty *duty;         /* what is known of duty now; under the lock */
  wg_unmanned *unmanned; /* as the log last said, by grid; the duty thread's own */
  uint32_t n_unmanned, cap_unmanned;
  wg_engine_stats stats;
};

/* writer.c */
void *wg_writer_main(void *engine);
/* apply.c: what was committed → live picture → feed. Writer thread. */
void wg_apply_own(wg_engine *e, struct wg_emitted *first);
wg_status wg_apply_foreign(wg_engine *e, wg_err *err);
void wg_apply_retry(wg_engine *e); /* parts that could not be read before; in a read transaction */
wg_status wg_apply_start(wg_engine *e, wg_err *err);
/* engine.c: sleeps until the moment (monotonic) or the stop; true: stop. */
bool wg_engine_rest(wg_engine *e, int64_t until_us);
/* duty.c */
void *wg_duty_main(void *engine);
wg_status wg_duty_load(wg_engine *e, wg_err *err);
/* reassign.c: what is not claimed and with somebody who has gone off duty; on the duty thread. */
void wg_reassign_all(wg_engine *e, const wg_picture *p, int64_t now);
/* overdue.c */
wg_status wg_overdue_watch(wg_engine *e, const wg_incident *i);
void wg_overdue_renew(wg_engine *e);   /* all that is open is watched anew */
int64_t wg_overdue_next(wg_engine *e); /* ms, or INT64_MAX */
/* Commands for what is due by now, at most max, linked; NULL: none. */
wg_command *wg_overdue_commands(wg_engine *e, int64_t now, int max);

#endif
