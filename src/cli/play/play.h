/* Plays the demo district through its public API, as phones, a hotline and another system would. One thread,
 * one connection; all memory is taken while it learns the district, so that it stays flat for days. */
#ifndef WG_CLI_PLAY_PLAY_H
#define WG_CLI_PLAY_PLAY_H

#include "base/buf.h"
#include "base/time.h"
#include "cli/demo/random.h"
#include "cli/demo/words.h"
#include "cli/play/link.h"

enum {
  PLAY_PLOTS = 1500,    /* grids played in: the first, whose staff has accounts */
  PLAY_POINTS = 400000, /* of their outlines */
  PLAY_KINDS = 1000,
  PLAY_PEOPLE = 2000,  /* DEMO_WORKER_ACCOUNTS of them have one */
  PLAY_WALKERS = 90,   /* on their feet at once */
  PLAY_RECENT = 12,    /* places where more of the same may be seen */
  PLAY_BODY_MAX = 8000 /* bytes of one request */
};

typedef struct play_point {
  double lon, lat;
} play_point;

/* A grid: its outer ring, and how much happens in it. */
typedef struct play_plot {
  char code[WG_CODE_LEN];
  const char *name; /* Chinese */
  uint32_t first, n;
  play_point centre;
  double heat;
} play_plot;

typedef struct play_kind { /* a category */
  char code[WG_CODE_LEN];
  const char *name; /* Chinese */
  double share;
  bool urgent;
} play_kind;

typedef struct play_person {
  char code[WG_CODE_LEN], id[24]; /* the code is the account's name too */
  uint32_t plot;
  bool busy; /* walks already */
} play_person;

typedef struct play_walker {
  play_person *person; /* NULL: a free place */
  char token[PLAY_TOKEN_LEN];
  play_point at, to;
  double speed;                                   /* m/s of the last stretch */
  int64_t moved_at, rests_until, next_at, ask_at; /* monotonic ms; ask_at: whether still on duty */
} play_walker;

/* Who sends a report: the accounts of two desks, or a walker. The third desk checks what the first has done.
 */
enum { PLAY_HOTLINE, PLAY_OTHER_SYSTEM, PLAY_LEADER, PLAY_DESKS, PLAY_FIELD = PLAY_DESKS };

typedef struct play {
  play_link *link;
  double pace;
  demo_rng rng;
  int64_t now;            /* monotonic ms */
  wg_arena keep, scratch; /* what was learned; of one step */
  wg_zone *zone;
  char desk[PLAY_DESKS][PLAY_TOKEN_LEN]; /* tokens; "": to be signed in */
  bool learned, no_workers;

  play_plot *plot;
  play_point *point;
  play_kind *kind;
  play_person *person;
  uint32_t n_plots, n_points, n_kinds, n_people;
  play_walker walker[PLAY_WALKERS];
  uint32_t turn, fruitless; /* the next person to be asked; in a row, off duty */
  int64_t next_hire;

  struct {
    play_point at;
    uint32_t plot;
    uint16_t kind;
  } recent[PLAY_RECENT];
  uint32_t n_recent;
  int64_t next_report;
  wg_buf report; /* composed and not yet taken */
  int reporter;  /* a desk, or PLAY_FIELD + the walker */
  int64_t next_work;
  uint64_t serial, session, reports, positions, deeds, refused;
} play;

/* Each step returns the HTTP code that ended it (200: all is well); play_later(code): it will be tried again.
 */
int play_greet(play *p, bool *is_demo); /* signs the desks in and asks whether this is a demo */
int play_learn(play *p);                /* land, categories and people, once */
int play_duty(play *p, const play_person *who, bool *on);

int play_hire(play *p);                /* the next one on duty signs in and walks */
int play_walk(play *p, int64_t *next); /* sends what is due; *next: when the next will be */
/* A random place in the plot, not at its very border. */
play_point play_somewhere(play *p, const play_plot *plot);
play_point play_moved(play_point from, double east_m, double north_m);

int play_work(play *p);
/* photo.c: puts a picture of what was done on the incident. Returns the HTTP code. */
int play_photo(play *p, const char *token, const char *incident); /* one step of one matter */
int play_report(play *p); /* composes one, or sends again what could not be sent */

#endif
