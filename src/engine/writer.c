/* The writer: takes what waits, runs it in one transaction, commits once for all.
 *
 * A command that fails leaves nothing behind. Most that fail do so before they have written; so the group
 * runs without savepoints first, and only when one failed after its first write is all undone and run again,
 * each command in a savepoint of its own (a savepoint makes SQLite copy every page it touches). */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/time.h"
#include "engine/inside.h"

enum {
  GROUP_MAX = 512,
  LOOK_MS = 20,         /* how often a foreign commit is looked for when idle */
  SLOW_COMMIT_US = 1000 /* from here on, a commit is worth waiting for company */
};

wg_status wg_txn_emit(wg_txn *txn, const char *kind, const char *subject, int64_t actor, const char *body,
                      const wg_private *priv, int n_priv, int64_t *seq, wg_err *err) {
  struct wg_emitted *m = wg_arena_alloc(txn->arena, sizeof *m);
  if (!m) return WG_NO_MEMORY;
  m->e = (wg_event){.at = txn->now,
                    .actor = actor,
                    .kind = wg_arena_strdup(txn->arena, kind),
                    .subject = wg_arena_strdup(txn->arena, subject),
                    .body = wg_arena_strdup(txn->arena, body)};
  if (!m->e.kind || !m->e.subject || !m->e.body) return WG_NO_MEMORY;
  wg_status st = txn->store->event_append(txn->store, &m->e, priv, n_priv, err);
  if (st) return st;
  if (txn->last)
    txn->last->next = m;
  else
    txn->first = m;
  txn->last = m;
  if (seq) *seq = m->e.seq;
  return WG_OK;
}

wg_status wg_txn_incident(wg_txn *txn, const wg_incident *i, const char *const *orgs) {
  wg_incident *copy = wg_arena_alloc(txn->arena, sizeof *copy);
  if (!copy || !txn->last) return copy ? WG_INTERNAL : WG_NO_MEMORY;
  *copy = *i;
  txn->last->incident = copy;
  txn->last->orgs = orgs;
  return WG_OK;
}

static struct timespec after_us(int64_t us) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  t.tv_nsec += us % 1000000 * 1000;
  t.tv_sec += us / 1000000 + t.tv_nsec / 1000000000;
  t.tv_nsec %= 1000000000;
  return t;
}

/* Where a sync takes long, those just answered who ask again at once should not have to wait for two of them:
 * a quarter of a commit's time is given them to join the group. Under the lock. */
static void gather(wg_engine *e, int wanted) {
  if (!e->first || e->stopping || e->commit_us < SLOW_COMMIT_US) return;
  e->wanted = wanted < GROUP_MAX ? wanted : GROUP_MAX;
  struct timespec until = after_us(e->commit_us / 4);
  while (e->waiting < e->wanted && !e->stopping)
    if (pthread_cond_timedwait(&e->more, &e->lock, &until) == ETIMEDOUT) break;
  e->wanted = 0;
}

/* Waits for commands, the next deadline, or the time to look for foreign commits. NULL: none came. */
static wg_command *take(wg_engine *e, bool *stop) {
  pthread_mutex_lock(&e->lock);
  int wanted = e->waiting + e->answered;
  e->answered = 0;
  if (!e->first && !e->stopping) {
    int64_t wait = LOOK_MS, due = wg_overdue_next(e) - wg_now_ms();
    if (due < wait) wait = due > 0 ? due : 1;
    struct timespec until = after_us(wait * 1000);
    while (!e->first && !e->stopping)
      if (pthread_cond_timedwait(&e->more, &e->lock, &until) == ETIMEDOUT) break;
  }
  gather(e, wanted);
  wg_command *group = e->first, *end = group;
  int n = group ? 1 : 0;
  while (end && end->next && n < GROUP_MAX) end = end->next, n++;
  if (end) {
    e->first = end->next;
    if (!e->first) e->last = NULL;
    end->next = NULL;
    e->waiting -= n;
    e->answered = n;
  }
  *stop = e->stopping && !group;
  pthread_mutex_unlock(&e->lock);
  return group;
}

static void take_back(wg_txn *txn, struct wg_emitted *before) {
  txn->last = before;
  if (before)
    before->next = NULL;
  else
    txn->first = NULL;
}

/* One command without a savepoint. False: it failed and has written, or the whole transaction is gone. */
static bool run_bare(wg_command *c, wg_txn *txn) {
  wg_store *s = txn->store;
  struct wg_emitted *before = txn->last;
  int64_t writes = s->writes(s);
  c->status = c->run(c, txn);
  if (!c->status) return true;
  take_back(txn, before);
  return s->in_transaction(s) && s->writes(s) == writes;
}

/* One command in its savepoint. False: the whole transaction is gone. */
static bool run_saved(wg_command *c, wg_txn *txn) {
  wg_store *s = txn->store;
  struct wg_emitted *before = txn->last;
  wg_status st = s->savepoint(s, &c->err);
  bool saved = !st;
  if (!st) st = c->run(c, txn);
  if (!st) st = s->release(s, &c->err);
  c->status = st;
  if (!st) return true;
  take_back(txn, before); /* what it emitted was undone with it */
  if (!s->in_transaction(s)) return false;
  if (saved) s->rollback_to(s); /* else it would go back to the savepoint of the command before */
  return true;
}

static void fail_all(wg_command *group, wg_status st, const wg_err *err) {
  for (wg_command *c = group; c; c = c->next) {
    if (c->status) continue;
    c->status = st;
    c->err = *err;
  }
}

/* False: a command spoilt the transaction, which is undone; nothing is said of the others yet. */
static bool try_group(wg_engine *e, wg_command *group, wg_txn *txn, bool saved) {
  wg_store *s = e->writer;
  wg_err err = {0};
  wg_status st = s->begin(s, &err);
  if (!st) st = wg_apply_foreign(e, &err);
  txn->picture = e->picture; /* only this thread swaps it */
  for (wg_command *c = group; !st && c; c = c->next) {
    if (saved ? run_saved(c, txn) : run_bare(c, txn)) continue;
    st = c->status; /* saved: a full disk undid the whole group */
    err = c->err;
    if (saved) break;
    if (s->in_transaction(s)) s->rollback(s);
    txn->first = txn->last = NULL;
    return false;
  }
  int64_t start = wg_monotonic_us();
  if (!st) st = s->commit(s, &err);
  if (!st) {
    e->commit_us += (wg_monotonic_us() - start - e->commit_us) / 8;
    return true;
  }
  if (s->in_transaction(s)) s->rollback(s);
  txn->first = txn->last = NULL;
  fail_all(group, st, &err);
  wg_error("engine", "a group was not committed: %s", err.en[0] ? err.en : wg_status_name(st));
  return true;
}

static void start_over(wg_command *group) {
  for (wg_command *c = group; c; c = c->next) {
    c->status = WG_OK;
    c->err = (wg_err){0};
  }
}

/* Runs the group in one transaction; on return each command has its status. */
static void commit_group(wg_engine *e, wg_command *group, wg_txn *txn) {
  start_over(group);
  if (try_group(e, group, txn, false)) return;
  start_over(group);
  try_group(e, group, txn, true);
}

static void finish(wg_command *group) {
  for (wg_command *c = group, *next; c; c = next) {
    next = c->next;
    c->next = NULL;
    c->done(c, c->status);
  }
}

static void count_group(wg_engine *e, const wg_command *group, const wg_txn *txn, int64_t us) {
  int64_t n = 0, failed = 0, events = 0;
  for (const wg_command *c = group; c; c = c->next) n++, failed += c->status != WG_OK;
  for (const struct wg_emitted *m = txn->first; m; m = m->next) events++;
  pthread_mutex_lock(&e->lock);
  e->stats.commits++;
  e->stats.commands += n;
  e->stats.failed += failed;
  e->stats.events += events;
  e->stats.commit_us += us;
  if (n > e->stats.largest_group) e->stats.largest_group = n;
  pthread_mutex_unlock(&e->lock);
}

/* Foreign commits, in a transaction that only reads. */
static void look_around(wg_engine *e) {
  wg_store *s = e->writer;
  wg_err err = {0};
  wg_status st = s->read_begin(s, &err);
  if (!st) {
    st = wg_apply_foreign(e, &err);
    wg_apply_retry(e);
    s->read_end(s);
  }
  if (st) wg_error("engine", "reading other writers' events: %s", err.en[0] ? err.en : wg_status_name(st));
}

static void do_group(wg_engine *e, wg_command *group) {
  look_around(e); /* a large plan is read here, before the lock is taken: the group then finds little left */
  wg_arena arena;
  wg_arena_init(&arena);
  wg_txn txn = {.engine = e, .store = e->writer, .arena = &arena, .now = wg_now_ms()};
  int64_t start = wg_monotonic_us();
  commit_group(e, group, &txn);
  count_group(e, group, &txn, wg_monotonic_us() - start);
  wg_apply_own(e, txn.first);
  finish(group);
  wg_arena_clear(&arena);
}

/* A new day: closed rows of yesterday leave the live table, expired sessions the memory. */
static void turn_day(wg_engine *e) {
  int64_t day = wg_zone_day_start(e->picture->settings->zone, wg_now_ms());
  if (day == e->day_start) return;
  e->day_start = day;
  wg_live_purge(e->live, day);
  wg_sessions_purge(e->sessions, wg_now_ms());
}

void *wg_writer_main(void *engine) {
  wg_engine *e = engine;
  for (;;) {
    bool stop = false;
    wg_command *group = take(e, &stop);
    if (stop) return NULL;
    turn_day(e);
    wg_command *due = wg_overdue_commands(e, wg_now_ms(), GROUP_MAX);
    if (group)
      do_group(e, group);
    else if (!due)
      look_around(e);
    if (due) do_group(e, due);
  }
}
