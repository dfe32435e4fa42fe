/* What happened, before it is written: when, where, what, and how it went on. */
#ifndef WG_CLI_DEMO_MATTERS_H
#define WG_CLI_DEMO_MATTERS_H

#include "cli/demo/fill.h"
#include "cli/demo/words.h"
#include "domain/category.h"
#include "domain/incident.h"
#include "domain/life.h"

enum {
  DEMO_STEPS_MAX = 13,
  DEMO_BRIEF = 200000,
  DEMO_LYING = 10000, /* one in so many lies for weeks */
  DEMO_OWN = 5        /* open ones of the account "worker" */
};

typedef struct demo_step {
  int64_t at;
  uint8_t state; /* wg_state after it */
  bool tick;     /* what a clock did; the state stays */
} demo_step;

typedef struct demo_matter {
  int64_t at; /* received */
  wg_pt pos;
  double raw_lon, raw_lat; /* as the phone gave it */
  float accuracy;
  uint32_t cell;     /* where it was meant to lie, DEMO_NONE: outside */
  uint16_t category; /* index */
  uint8_t source, phrase;
  bool gcj; /* the raw position is GCJ-02 */
  uint8_t n_steps;
  demo_step step[DEMO_STEPS_MAX]; /* after the report */
  int64_t id;
} demo_matter;

typedef struct demo_matters {
  demo_matter *item; /* by time */
  uint32_t n;
  const wg_category *category;
  uint32_t n_categories;
} demo_matters;

/* The matter as it was received, as far as its clocks ask; and what a step makes of it. `due`: of a tick,
 * `held`: of a step by hand. */
wg_incident demo_begin(const demo_fill *f, const wg_category *c, const demo_matter *x);
wg_action demo_action(wg_state to);
void demo_go(const demo_fill *f, const wg_category *c, wg_incident *i, const demo_step *t, wg_held *held,
             wg_due_next *due);

extern const char *const demo_sources[4];
/* When this clock of a matter received at `at` runs out; 0: never. */
int64_t demo_due(const demo_fill *f, const wg_category *c, wg_clock clock, int64_t at);
/* In the arena. */
wg_status demo_matters_make(wg_arena *arena, const demo_fill *f, uint32_t n, demo_matters *out);

#endif
