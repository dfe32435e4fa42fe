/* Who is on duty where, kept as a picture of its own: the base network's grids that nobody answers for, and
 * those that soon will have nobody. A thread of its own looks at each moment that somebody's duty changes,
 * and after each edit; what it finds new is an event (grid.unmanned, grid.manned), once, also after the
 * server was down. */
#ifndef WG_ENGINE_DUTY_H
#define WG_ENGINE_DUTY_H

#include "engine/picture.h"

typedef struct wg_engine wg_engine;

typedef struct wg_duty_grid {
  uint32_t grid; /* index in the base plan of the picture */
  int64_t at;    /* now: since when; soon: from when */
} wg_duty_grid;
typedef struct wg_duty {
  atomic_int refs;
  wg_picture *picture;       /* in which the indices hold; held */
  const wg_network *network; /* its base network; NULL: there is none */
  uint32_t index;            /* of that network in the land */
  wg_duty_grid *now, *soon;  /* in the order of grids */
  uint32_t n_now, n_soon;
  int64_t until; /* how far ahead was looked */
} wg_duty;
/* Held for the caller; NULL: nothing is known yet. */
wg_duty *wg_engine_duty(wg_engine *e);
void wg_duty_hold(wg_duty *d);
void wg_duty_drop(wg_duty *d);

#endif
