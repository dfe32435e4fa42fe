/* What edits by administrators share: who, why, what the editor had seen, and what would lose its owner. */
#ifndef WG_ENGINE_EDIT_H
#define WG_ENGINE_EDIT_H

#include "base/jw.h"
#include "engine/engine.h"

/* What a person is shown of a thing, as a few digits: whoever edits it says which it was. The same content
 * has the same version. */
enum { WG_VERSION_DIGITS = 16, WG_VERSION_LEN = WG_VERSION_DIGITS + 1 };
void wg_version_end(wg_hasher *h, char out[WG_VERSION_LEN]);

/* What an edit would leave without an owner: how many, and the first of them by name. */
enum { WG_TOUCHED_NAMES = 5 };
typedef struct wg_touched {
  int64_t n;
  int n_names;
  const char *name[WG_TOUCHED_NAMES]; /* in the edit's arena */
} wg_touched;
/* name NULL: it is only counted. */
void wg_touch(wg_touched *t, wg_arena *arena, const char *name);
typedef enum wg_touch_kind {
  WG_T_INCIDENTS, /* open */
  WG_T_GRIDS,     /* that lose their last manager */
  WG_T_ACCOUNTS,
  WG_T_STAFF,
  WG_T_CATEGORIES,
  WG_TOUCHES
} wg_touch_kind;
const char *wg_touch_name(wg_touch_kind kind); /* "open_incidents", … */

enum { WG_REASON_MIN = 2, WG_REASON_MAX = 200, WG_EDIT_PRIVATES = 4 };
typedef struct wg_edit wg_edit;
struct wg_edit {
  wg_command command; /* first */
  int64_t actor;
  wg_verb verb;        /* asked again by the writer: the right may have gone meanwhile */
  const char *reason;  /* free words: a side row of the event */
  const char *version; /* what the editor saw; NULL: nothing, it is new */
  bool confirm;        /* go on where something loses its owner */
  wg_arena *arena;     /* of the request, whose thread waits: all that comes out lives there */
  /* Checks all, then writes, then tells (wg_edit_begin … wg_edit_emit). It may run twice. */
  wg_status (*write)(wg_edit *x, wg_txn *txn, wg_err *err);
  wg_touched touches[WG_TOUCHES]; /* out: of a refusal "would-orphan" too */
  /* private */
  wg_buf body;
  wg_jw w;
  wg_private priv[WG_EDIT_PRIVATES];
  int n_priv, n_content;
};
/* Runs it through the writer and waits. Not from an epoll thread. */
wg_status wg_edit_do(wg_engine *e, wg_edit *x, wg_err *err);

/* In write: WG_CONFLICT "stale-version" unless the editor saw this one (NULL: the thing is not there). */
wg_status wg_edit_fresh(const wg_edit *x, const char *version, wg_err *err);
/* In write, when touches are counted: WG_CONFLICT "would-orphan" where there are any and nobody confirmed. */
wg_status wg_edit_orphans(const wg_edit *x, wg_err *err);
/* Open incidents into touches: those that a person answers for (0: whoever), in a grid (NULL: anywhere),
 * handed or copied to an organisation (NULL: to any or none). */
typedef struct wg_touch_filter {
  int64_t staff;
  const char *network, *grid, *org;
} wg_touch_filter;
void wg_edit_touch_incidents(wg_edit *x, wg_txn *txn, const wg_touch_filter *filter);

/* The event: begin, members in the order of their names (this is a rule of the log), emit. */
wg_jw *wg_edit_begin(wg_edit *x);
void wg_edit_reason(wg_edit *x);                                       /* the member "reason" */
void wg_edit_private(wg_edit *x, const char *field, const char *text); /* a personal text */
/* A member that names stored content: what is too large, or too free, for a body. */
wg_status wg_edit_content(wg_edit *x, wg_txn *txn, const char *field, const char *text, wg_err *err);
wg_status wg_edit_emit(wg_edit *x, wg_txn *txn, const char *kind, const char *subject, wg_err *err);

#endif
