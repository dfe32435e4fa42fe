/* Being overdue is an event, never a matter of when one asks. What is due next stands in a heap, so that a
 * million open incidents cost nothing while nothing is due. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/jw.h"
#include "base/log.h"
#include "base/time.h"
#include "engine/inside.h"

wg_status wg_due_push(wg_due_heap *h, wg_due due) {
  if (h->n == h->cap) {
    uint32_t cap = h->cap ? h->cap * 2 : 1024;
    wg_due *item = realloc(h->item, cap * sizeof *item);
    if (!item) return WG_NO_MEMORY;
    h->item = item;
    h->cap = cap;
  }
  uint32_t k = h->n++;
  for (; k && h->item[(k - 1) / 2].at > due.at; k = (k - 1) / 2) h->item[k] = h->item[(k - 1) / 2];
  h->item[k] = due;
  return WG_OK;
}

bool wg_due_pop(wg_due_heap *h, int64_t now, wg_due *out) {
  if (!h->n || h->item[0].at > now) return false;
  *out = h->item[0];
  wg_due tail = h->item[--h->n];
  uint32_t k = 0;
  for (uint32_t child; (child = 2 * k + 1) < h->n; k = child) {
    if (child + 1 < h->n && h->item[child + 1].at < h->item[child].at) child++;
    if (h->item[child].at >= tail.at) break;
    h->item[k] = h->item[child];
  }
  if (h->n) h->item[k] = tail;
  return true;
}

/* When the incident will be overdue: the accepting limit while it waits for that, else the handling limit. */
static int64_t due_at(const wg_incident *i) {
  if (!wg_state_open(i->state) || i->overdue) return 0;
  if (i->state == WG_S_REPORTED && i->accept_due) return i->accept_due;
  return i->state == WG_S_DONE || i->state == WG_S_CHECKED ? 0 : i->handle_due;
}

wg_status wg_overdue_watch(wg_engine *e, const wg_incident *i) {
  int64_t at = due_at(i);
  return at ? wg_due_push(&e->due, (wg_due){at, i->id}) : WG_OK;
}

int64_t wg_overdue_next(wg_engine *e) { return e->due.n ? e->due.item[0].at : INT64_MAX; }

struct overdue {
  wg_command command;
  wg_engine *engine;
  int64_t id;
};

enum { AGAIN_MS = 10000 }; /* after a full disk or a held lock */

static wg_status run(wg_command *c, wg_txn *txn) {
  struct overdue *o = (struct overdue *)c;
  wg_incident i;
  wg_store *s = txn->store;
  wg_status st = s->incident_get(s, txn->arena, o->id, &i, &c->err);
  int64_t at = st ? 0 : due_at(&i);
  if (st || !at || at > txn->now) return st == WG_NOT_FOUND ? WG_OK : st; /* moved on since */
  char subject[40], body[160];
  snprintf(subject, sizeof subject, "incident/%" PRId64, i.id);
  snprintf(body, sizeof body, "{\"clock\":\"%s\",\"due\":%" PRId64 ",\"version\":%" PRId64 "}",
           at == i.accept_due && i.state == WG_S_REPORTED ? "accept" : "handle", at, i.version + 1);
  st = wg_txn_emit(txn, "incident.overdue", subject, 0, body, NULL, 0, &i.seq, &c->err);
  i.overdue = true;
  i.version++;
  if (!st) st = s->incident_update(s, &i, &c->err);
  const char *const *orgs = NULL;
  if (!st) st = s->incident_orgs(s, txn->arena, i.id, &orgs, &c->err);
  return st ? st : wg_txn_incident(txn, &i, orgs);
}

static void done(wg_command *c, wg_status st) {
  struct overdue *o = (struct overdue *)c;
  if (st) {
    wg_error("engine", "incident %" PRId64 " was not marked overdue: %s", o->id, c->err.en);
    wg_due_push(&o->engine->due, (wg_due){wg_now_ms() + AGAIN_MS, o->id});
  }
  free(o);
}

wg_command *wg_overdue_commands(wg_engine *e, int64_t now, int max) {
  wg_command *first = NULL;
  wg_due due;
  while (max-- > 0 && wg_due_pop(&e->due, now, &due)) {
    struct overdue *o = calloc(1, sizeof *o);
    if (!o) {
      wg_due_push(&e->due, (wg_due){now + AGAIN_MS, due.id});
      break;
    }
    o->engine = e;
    o->id = due.id;
    o->command = (wg_command){.run = run, .done = done, .next = first};
    first = &o->command;
  }
  return first;
}
