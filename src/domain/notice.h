/* What the store keeps of notices and of what brings them. */
#ifndef WG_DOMAIN_NOTICE_H
#define WG_DOMAIN_NOTICE_H

#include "domain/webhook.h"

/* An account is told of an event. */
typedef struct wg_notice {
  int64_t id, account, incident;
  int64_t seq, at;             /* of the event */
  int64_t read_at, reached_at; /* 0: not yet */
  const char *kind;
} wg_notice;

/* What an account has of a kind, unread. */
typedef struct wg_notice_count {
  int64_t account, n;
  int64_t incident, seq, at; /* of the newest */
  const char *kind;
} wg_notice_count;

/* An event on its way to a webhook, or to a person by the command. */
typedef struct wg_letter {
  int64_t id;
  int64_t channel; /* a webhook's id; 0: the command */
  int64_t incident, seq, at;
  int64_t account; /* the command's: who is told */
  int64_t next_at, tries;
  bool dead; /* given up */
  const char *kind;
  const char *error; /* of the last try */
} wg_letter;
enum { WG_LETTER_ERROR = 200, WG_LETTERS_DEAD = 100000 };

#endif
