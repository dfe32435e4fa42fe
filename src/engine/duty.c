#include "engine/duty.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jw.h"
#include "base/log.h"
#include "base/time.h"
#include "domain/duty.h"
#include "engine/inside.h"

enum {
  AHEAD_MS = 12 * 3600000, /* how far ahead is looked */
  AGAIN_MS = 600000,       /* and how often anew, so that `soon` never ends much earlier */
  MOMENTS = 64,            /* of change in that time; beyond, `soon` ends earlier */
  GROUP = 5000,            /* grids in one event, so that no command holds up the writer */
  LOOK_US = 250000
};

void wg_duty_hold(wg_duty *d) { atomic_fetch_add(&d->refs, 1); }

void wg_duty_drop(wg_duty *d) {
  if (!d || atomic_fetch_sub(&d->refs, 1) != 1) return;
  wg_picture_drop(d->picture);
  free(d->now);
  free(d->soon);
  free(d);
}

/* --- looking ----------------------------------------------------------------------------------------------
 */

/* A network that nobody has a post in keeps no roster: nothing in it is said to be unmanned. */
static bool keeps_roster(const wg_roster *r, const char *network) {
  for (uint32_t i = 0; i < r->n_posts; i++)
    if (strcmp(r->post[i].network, network) == 0) return true;
  return false;
}

static void mark(const wg_roster *r, const wg_plan *plan, int64_t at, uint8_t *manned) {
  wg_local now = wg_zone_local(r->zone, at);
  uint32_t cursor = 0;
  for (uint32_t g = 0; g < plan->n; g++)
    manned[g] = wg_duty_manned(r, plan->network, plan->grid[g].code, at, &now, &cursor);
}

static wg_status look(wg_picture *p, int64_t now, wg_duty **out, int64_t *next) {
  int64_t at[MOMENTS];
  const wg_roster *r = &p->people->roster;
  wg_duty *d = calloc(1, sizeof *d);
  if (!d) return WG_NO_MEMORY;
  atomic_init(&d->refs, 1);
  wg_picture_hold(p);
  d->picture = p;
  d->network = wg_picture_network(p, "base", &d->index);
  uint32_t n = wg_duty_changes(r, now, now + AHEAD_MS, at, MOMENTS);
  d->until = n == MOMENTS ? at[n - 1] : now + AHEAD_MS;
  *next = n && at[0] < now + AGAIN_MS ? at[0] : now + AGAIN_MS;
  *out = d;
  if (!d->network || !keeps_roster(r, "base")) return WG_OK;
  const wg_plan *plan = &d->network->plan;
  uint8_t *was = malloc((size_t)plan->n + 1), *is = malloc((size_t)plan->n + 1),
          *told = calloc(plan->n + 1u, 1);
  d->now = calloc(plan->n + 1u, sizeof *d->now);
  d->soon = calloc(plan->n + 1u, sizeof *d->soon);
  wg_status st = was && is && told && d->now && d->soon ? WG_OK : WG_NO_MEMORY;
  if (!st) mark(r, plan, now, was);
  for (uint32_t g = 0; !st && g < plan->n; g++)
    if (!was[g]) d->now[d->n_now++] = (wg_duty_grid){g, now};
  for (uint32_t k = 0; !st && k < n; k++) {
    mark(r, plan, at[k], is);
    for (uint32_t g = 0; g < plan->n; g++) {
      if (was[g] && !is[g] && !told[g]) d->soon[d->n_soon++] = (wg_duty_grid){g, at[k]}, told[g] = 1;
      was[g] = is[g];
    }
  }
  free(was);
  free(is);
  free(told);
  if (st) wg_duty_drop(d);
  return st;
}

/* --- telling ----------------------------------------------------------------------------------------------
 */

struct tell {
  wg_command command;
  wg_unmanned *grid; /* all of one change */
  uint32_t n;
  bool manned;
  int64_t at; /* out */
};

static wg_status list_of(const struct tell *t, wg_txn *txn, char hex[2 * WG_HASH_LEN + 1], wg_err *err) {
  unsigned char hash[WG_HASH_LEN];
  wg_buf list;
  wg_jw w;
  wg_buf_init(&list, 1 << 20);
  wg_jw_init(&w, &list);
  wg_jw_begin_array(&w);
  for (uint32_t k = 0; k < t->n; k++) wg_jw_str(&w, t->grid[k].grid);
  wg_jw_end_array(&w);
  wg_status st = wg_buf_status(&list);
  if (!st) st = txn->store->content_put(txn->store, wg_buf_str(&list), list.len, hash, err);
  wg_buf_deinit(&list);
  if (!st) wg_hex(hash, WG_HASH_LEN, hex);
  return st;
}

static wg_status run_tell(wg_command *c, wg_txn *txn) {
  struct tell *t = (struct tell *)c;
  char body[200], hex[2 * WG_HASH_LEN + 1] = "", subject[WG_CODE_LEN + 16];
  wg_status st = t->n > 1 ? list_of(t, txn, hex, &c->err) : WG_OK;
  t->at = txn->now;
  for (uint32_t k = 0; !st && k < t->n; k++) {
    wg_unmanned row = t->grid[k];
    row.since = t->manned ? 0 : txn->now;
    st = txn->store->unmanned_put(txn->store, &row, &c->err);
  }
  if (st) return st;
  if (t->n > 1) {
    snprintf(body, sizeof body, "{\"grids\":\"%s\",\"n\":%" PRIu32 ",\"network\":\"base\"}", hex, t->n);
    snprintf(subject, sizeof subject, "grid/base");
  } else {
    snprintf(body, sizeof body, "{\"n\":1,\"network\":\"base\"}");
    snprintf(subject, sizeof subject, "grid/base/%s", t->grid[0].grid);
  }
  return wg_txn_emit(txn, t->manned ? "grid.manned" : "grid.unmanned", subject, 0, body, NULL, 0, NULL,
                     &c->err);
}

static bool room(wg_engine *e, uint32_t n) {
  if (n <= e->cap_unmanned) return true;
  uint32_t cap = n + n / 2 + 64;
  wg_unmanned *more = realloc(e->unmanned, cap * sizeof *more);
  if (!more) return false;
  e->unmanned = more;
  e->cap_unmanned = cap;
  return true;
}

static wg_status keep_row(void *ctx, const void *row) {
  wg_engine *e = ctx;
  const wg_unmanned *x = row;
  if (strcmp(x->network, "base") != 0) return WG_OK;
  if (!room(e, e->n_unmanned + 1)) return WG_NO_MEMORY;
  e->unmanned[e->n_unmanned++] = *x;
  return WG_OK;
}

wg_status wg_duty_load(wg_engine *e, wg_err *err) {
  wg_arena arena;
  wg_arena_init(&arena);
  wg_status st = e->writer->unmanned_load(e->writer, &arena, keep_row, e, err);
  wg_arena_clear(&arena);
  return st;
}

/* Tells of `n` changes in groups. `since` of those told says since when; 0: manned again. */
static wg_status tell(wg_engine *e, wg_unmanned *grid, uint32_t n, bool manned) {
  for (uint32_t k = 0; k < n; k += GROUP) {
    struct tell t = {
        .command = {.run = run_tell}, .grid = grid + k, .n = n - k < GROUP ? n - k : GROUP, .manned = manned};
    wg_status st = wg_engine_do(e, &t.command);
    if (st && st != WG_BUSY) /* busy: at the stop too; it is tried again */
      wg_error("engine", "grids that changed hands were not told of: %s", t.command.err.en);
    if (st) return st;
    for (uint32_t i = 0; i < t.n; i++) t.grid[i].since = manned ? 0 : t.at;
  }
  return WG_OK;
}

static int by_grid(const void *a, const void *b) {
  return strcmp(((const wg_unmanned *)a)->grid, ((const wg_unmanned *)b)->grid);
}

/* What the log says from here on, also when only some of it was told. back is a part of what was, in order.
 */
static void remember(wg_engine *e, const wg_unmanned *back, uint32_t gone, const wg_unmanned *fresh,
                     uint32_t n) {
  uint32_t kept = 0, b = 0;
  for (uint32_t i = 0; i < e->n_unmanned; i++) {
    bool is_back = b < gone && strcmp(back[b].grid, e->unmanned[i].grid) == 0;
    bool told = is_back && !back[b].since;
    b += is_back;
    if (!told) e->unmanned[kept++] = e->unmanned[i];
  }
  for (uint32_t k = 0; k < n; k++)
    if (fresh[k].since) e->unmanned[kept++] = fresh[k];
  e->n_unmanned = kept;
  if (kept) qsort(e->unmanned, kept, sizeof *e->unmanned, by_grid);
}

static wg_unmanned row_of(const wg_plan *plan, uint32_t g) {
  wg_unmanned x = {.network = "base"};
  snprintf(x.grid, sizeof x.grid, "%s", plan->grid[g].code);
  return x;
}

/* Compares what is with what the log last said, both in the order of codes; tells what is new; fills in since
 * when. */
static wg_status settle(wg_engine *e, wg_duty *d) {
  uint32_t n = 0, gone = 0, i = 0;
  wg_unmanned *fresh = calloc(d->n_now + 1u, sizeof *fresh), *back = calloc(e->n_unmanned + 1u, sizeof *back);
  wg_status st = fresh && back && room(e, e->n_unmanned + d->n_now) ? WG_OK : WG_NO_MEMORY;
  for (uint32_t k = 0; !st && k < d->n_now; k++) {
    wg_unmanned row = row_of(&d->network->plan, d->now[k].grid);
    while (i < e->n_unmanned && by_grid(&e->unmanned[i], &row) < 0) back[gone++] = e->unmanned[i++];
    if (i < e->n_unmanned && by_grid(&e->unmanned[i], &row) == 0)
      i++;
    else
      fresh[n++] = row;
  }
  while (!st && i < e->n_unmanned) back[gone++] = e->unmanned[i++];
  if (!st) {
    st = tell(e, back, gone, true);
    if (!st) st = tell(e, fresh, n, false);
    remember(e, back, gone, fresh, n);
  }
  for (uint32_t k = 0; !st && k < d->n_now; k++) d->now[k].at = e->unmanned[k].since;
  free(fresh);
  free(back);
  return st;
}

static void publish(wg_engine *e, wg_duty *d) {
  pthread_mutex_lock(&e->lock);
  wg_duty *old = e->duty;
  e->duty = d;
  pthread_mutex_unlock(&e->lock);
  wg_duty_drop(old);
}

static bool same(const wg_picture *a, const wg_picture *b) {
  return a && a->people == b->people && a->land == b->land && a->settings == b->settings &&
         a->accounts == b->accounts;
}

void *wg_duty_main(void *engine) {
  wg_engine *e = engine;
  int64_t next = 0;
  wg_picture *seen = NULL;
  do {
    wg_picture *p = wg_engine_picture(e);
    int64_t now = wg_now_ms(), then = 0;
    wg_duty *d = NULL;
    if ((now >= next || next > now + AGAIN_MS || !same(seen, p)) && !look(p, now, &d, &then)) {
      if (!settle(e, d)) {
        next = then;
        wg_picture_drop(seen);
        wg_picture_hold(seen = p);
        publish(e, d);
        wg_reassign_all(e, p, now);
      } else {
        wg_duty_drop(d);
      }
    }
    wg_picture_drop(p);
  } while (!wg_engine_rest(e, wg_monotonic_us() + LOOK_US));
  wg_picture_drop(seen);
  return NULL;
}
