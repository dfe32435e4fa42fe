/* What the files of this room share. */
#ifndef WG_NOTIFY_INSIDE_H
#define WG_NOTIFY_INSIDE_H

#include <pthread.h>

#include "base/pool.h"
#include "engine/notices.h"
#include "notify/notify.h"

enum { WG_FLYING = 16, WG_FLYING_PER_CHANNEL = 4 };

/* One try to bring one letter: made by the thread that follows, done by one of a pool. */
struct parcel {
  wg_notify *n;
  wg_letter letter;
  char kind[64];
  char *url, *secret, *body;   /* owned; the command has only a body */
  char error[WG_LETTER_ERROR]; /* out; "": it was taken */
  bool done;                   /* under the lock */
  bool busy;
};

struct seat {           /* somebody who may be told */
  int64_t key, account; /* key: staff */
};

struct wg_notify {
  wg_notify_config config;
  wg_engine *engine;
  wg_store *store;
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t more;
  bool started, poked;
  atomic_bool stopping;
  wg_pool *pool;
  struct parcel parcel[WG_FLYING]; /* busy: on its way */
  int64_t seq;                     /* how far the log is followed */
  int64_t second_at, minute_at;    /* when what is done once in a while was done (monotonic, us) */
  int64_t commands, looked_at;     /* for the pace */
  /* who may be told, of one picture's accounts */
  wg_picture *picture; /* follow.c's */
  struct seat *by_staff;
  const wg_viewer **above, **with_org; /* dispatchers and leaders; those with an organisation */
  uint32_t n_by_staff, n_above, n_with_org;
  wg_arena arena; /* of those */
};

/* follow.c: the next run of the log; *more: there is more at once. */
wg_status wg_follow(wg_notify *n, bool *more, wg_err *err);
/* The incident as it is now and its parties, in the arena. */
wg_status wg_follow_incident(wg_notify *n, wg_arena *arena, int64_t id, wg_incident *out,
                             const char *const **orgs, wg_err *err);
/* deliver.c: takes what came back, sends what is due. *next: when to look again, ms. */
wg_status wg_deliver(wg_notify *n, int64_t *next, wg_err *err);
/* Only writes down what came back. */
wg_status wg_deliver_end(wg_notify *n, wg_err *err);
#define WG_STOPPING "stopping" /* the error of a try that was broken off: it does not count */
/* Each fills parcel->error. Pool threads. */
void wg_bring_by_webhook(struct parcel *p);
void wg_bring_by_command(struct parcel *p);

#endif
