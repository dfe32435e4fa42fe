/* The engine: one writer thread that commits commands in groups, applies what was committed to the live
 * picture, and publishes it. A command goes down once; an event comes back once. */
#ifndef WG_ENGINE_ENGINE_H
#define WG_ENGINE_ENGINE_H

#include "engine/feed.h"
#include "engine/history.h"
#include "engine/live.h"
#include "engine/picture.h"

typedef struct wg_engine wg_engine;
typedef struct wg_notices wg_notices;

/* What one event changed, for those who draw it. */
typedef struct wg_change {
  int64_t seq, at;
  const char *kind, *subject;
  const wg_incident *now; /* incident events: the row as it is now */
  const char *const *orgs;
  bool was_on_map, is_on_map; /* open, with a position */
  wg_pt was;                  /* where it stood before, when was_on_map */
  const wg_land *old_land;    /* land events: the land before, else NULL */
  bool replay;                /* read again at the start: nothing changes by it */
} wg_change;

typedef struct wg_engine_hooks {
  wg_picture_hooks picture;
  /* Writer thread, after the commit and before anyone is told: marks tiles as changed, fills item->event. The
   * text of an incident's item is left to its first reader; that of the others is set here. */
  void (*render)(void *ctx, const wg_picture *p, const wg_change *c, wg_feed_item *item);
  /* Writer thread: the picture and the live tables were read anew; all that was drawn is stale. */
  void (*renewed)(void *ctx, const wg_picture *p);
  /* Something new is in the feed, or a second has passed: wake the streams. */
  void (*wake)(void *ctx);
  /* All events up to seq are in the picture and the feed (writer thread; also once at the start). */
  void (*applied)(void *ctx, int64_t seq);
  void *applied_ctx;
  /* Every few seconds on the tender's thread, with its connection, after the store was tended. */
  void (*tended)(void *ctx, wg_store *tender);
  void *tended_ctx;
  /* A worker moved (any thread). */
  void (*moved)(void *ctx, wg_pt was, bool had, wg_pt now);
  void *ctx;
} wg_engine_hooks;

typedef struct wg_engine_config {
  wg_store *writer; /* owned by the engine from here on */
  wg_store *tender; /* owned; a second connection for what must not hold up a commit */
  wg_engine_hooks hooks;
  int max_waiting;   /* commands; 0: 4096 */
  bool watches_duty; /* tells of grids that nobody answers for, and passes on what nobody has claimed */
} wg_engine_config;

/* Loads everything; the engine does not write yet. */
wg_status wg_engine_new(const wg_engine_config *config, wg_engine **out, wg_err *err);
wg_status wg_engine_start(wg_engine *e, wg_err *err);
void wg_engine_stop(wg_engine *e); /* does what waits, then stops the threads */
void wg_engine_free(wg_engine *e);

/* Held for the caller: wg_picture_drop. */
wg_picture *wg_engine_picture(wg_engine *e);
wg_live *wg_engine_live(wg_engine *e);
wg_workers *wg_engine_workers(wg_engine *e);
wg_feed *wg_engine_feed(wg_engine *e);
wg_history *wg_engine_history(wg_engine *e);
wg_notices *wg_engine_notices(wg_engine *e); /* engine/notices.h */
int64_t wg_engine_ticks(wg_engine *e);       /* rises by one every 2 s */

typedef struct wg_engine_stats {
  int64_t commits, commands, failed, events, waiting, largest_group, commit_us;
} wg_engine_stats;
void wg_engine_get_stats(wg_engine *e, wg_engine_stats *out);

/* --- commands --------------------------------------------------------------------------------------------
 */
typedef struct wg_txn wg_txn;
typedef struct wg_command wg_command;
struct wg_command {
  /* Writer thread, in the group's transaction. A status that is not WG_OK undoes all that it did. May be run
   * a second time, after all that it wrote the first time was undone. */
  wg_status (*run)(wg_command *c, wg_txn *txn);
  /* Writer thread, once, after the group's commit (WG_OK) or when it failed. May free the command. */
  void (*done)(wg_command *c, wg_status status);
  wg_err err;
  wg_status status; /* private */
  wg_command *next; /* private */
};
/* WG_BUSY when too many wait; done is then not called. */
wg_status wg_engine_submit(wg_engine *e, wg_command *c);
/* The same, and waits for the end. For tests and start-up; never from an epoll thread. */
wg_status wg_engine_do(wg_engine *e, wg_command *c);

struct wg_txn {
  wg_engine *engine;
  wg_store *store;
  const wg_picture *picture;
  wg_arena *arena; /* until the group's end */
  int64_t now;     /* ms: the time of receipt of the group's commands */
  struct wg_emitted *first, *last;
};
/* Appends an event, and remembers what to tell after the commit. The incident (may be NULL) is copied; its
 * seq must be set by the caller from *seq and stored. Texts live until the group's end. */
wg_status wg_txn_emit(wg_txn *txn, const char *kind, const char *subject, int64_t actor, const char *body,
                      const wg_private *priv, int n_priv, int64_t *seq, wg_err *err);
/* The incident as it is after the event just emitted. */
wg_status wg_txn_incident(wg_txn *txn, const wg_incident *i, const char *const *orgs);

/* --- sessions ----------------------------------------------------------------------------------------------
 */
typedef struct wg_session_use {
  bool lasting; /* a wall's: it never expires */
  bool note;    /* a lasting one, and it is time to write down that it was seen (once in ten minutes) */
} wg_session_use;
/* The account behind a bearer token or session cookie, 0: none (unknown or expired). use may be NULL. */
int64_t wg_engine_session(wg_engine *e, const char *token, int64_t now, wg_session_use *use);
/* When a lasting session of the account was last used since the start, 0: never. */
int64_t wg_engine_last_seen(wg_engine *e, int64_t account);
/* Called by a command's done: makes the session known or unknown. */
void wg_engine_session_add(wg_engine *e, const wg_session *s);
void wg_engine_session_remove(wg_engine *e, const unsigned char hash[WG_HASH_LEN]);

#endif
