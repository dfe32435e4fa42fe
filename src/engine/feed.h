/* The feed's source: the newest committed events in a bounded ring. Readers keep only the
 * seq they have reached, so a slow reader holds no memory; one that falls off the ring starts anew. */
#ifndef WG_ENGINE_FEED_H
#define WG_ENGINE_FEED_H

#include <stdatomic.h>

#include "engine/picture.h"

typedef enum wg_audience {
  WG_TO_NOBODY,  /* accounts, sessions: moves the head only */
  WG_TO_ALL,     /* everyone who may see the map */
  WG_TO_INCIDENT /* by the incident's area, class and parties */
} wg_audience;

/* What is sent of an item. */
typedef struct wg_feed_text {
  char *data;  /* JSON on one line */
  char *tiles; /* whole `tiles` messages; NULL: none */
  size_t data_len, tiles_len;
} wg_feed_text;
void wg_feed_text_free(wg_feed_text *t);

typedef struct wg_feed_item {
  atomic_int refs;
  int64_t seq, at;
  bool last; /* its commit's last event */
  wg_audience audience;
  char event[16]; /* the message's name: "incident", "plan", … */
  const char *kind;
  const wg_incident
      *incident; /* as it was after the event, without attributes and place; NULL: of something else */
  const char *const *orgs;    /* its parties, NULL-terminated, or NULL */
  bool moved;                 /* the map changed by it just now: its tiles are named */
  bool was_on_map, is_on_map; /* open, with a position */
  wg_pt was;                  /* where it stood before, when was_on_map */
  /* written when the first reader asks, by the reader's thread */
  _Atomic(wg_feed_text *) text, nameless; /* nameless: of an incident, for those who see no names */
  size_t size;                            /* of the whole, for the ring's bound */
} wg_feed_item;

typedef struct wg_feed wg_feed;
wg_status wg_feed_new(uint32_t max_items, uint64_t max_bytes, wg_feed **out);
void wg_feed_free(wg_feed *f);
/* Copies all. incident and orgs may be NULL. NULL: no memory. */
wg_feed_item *wg_feed_item_new(int64_t seq, int64_t at, const char *kind, const wg_incident *incident,
                               const char *const *orgs);
void wg_feed_item_drop(wg_feed_item *item);
/* Takes the text (NULL: no memory for one) into `slot`, one of the item's, unless another thread was first;
 * the text that holds, or NULL. */
const wg_feed_text *wg_feed_item_settle(_Atomic(wg_feed_text *) *slot, wg_feed_text *text);
/* Writer only; takes the reference. Items come in order of seq. */
void wg_feed_push(wg_feed *f, wg_feed_item *item);
/* Nothing up to seq can be resumed (start, or after a wholesale reload), and the epoch rises: readers that
 * have seen another one start anew, wherever they stand. */
void wg_feed_floor(wg_feed *f, int64_t seq);
uint64_t wg_feed_epoch(wg_feed *f);
int64_t wg_feed_head(wg_feed *f);

typedef enum wg_feed_got { WG_FEED_NONE, WG_FEED_ITEM, WG_FEED_TOO_OLD } wg_feed_got;
/* The first item after seq, held for the caller, who drops it. */
wg_feed_got wg_feed_after(wg_feed *f, int64_t seq, wg_feed_item **out);

#endif
