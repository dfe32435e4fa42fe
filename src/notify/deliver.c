/* What is due is packed here, brought by threads of a pool, and what came of it written down here. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jw.h"
#include "base/log.h"
#include "base/time.h"
#include "domain/notify.h"
#include "notify/inside.h"

enum { BODY_MAX = 64 << 10, LOOK = 32, AGAIN_MS = 200 };
static const int64_t backoff_most_ms = 3600000;

/* --- what came back ----------------------------------------------------------------------------------------
 */

struct outcome {
  wg_command command;
  const wg_notify_config *config;
  struct back {
    wg_letter letter;
    char error[WG_LETTER_ERROR];
  } item[WG_FLYING];
  int n;
};

/* Doubled with each try, and up to a quarter more, so that a hundred that failed at once do not come back at
 * once. */
static int64_t wait_ms(const wg_notify_config *c, int64_t tries) {
  int64_t ms = c->backoff_ms;
  uint32_t dice;
  for (int64_t k = 1; k < tries && ms < backoff_most_ms; k++) ms *= 2;
  if (ms > backoff_most_ms) ms = backoff_most_ms;
  wg_random(&dice, sizeof dice);
  return ms + (int64_t)(dice % (uint32_t)(ms / 4 + 1));
}

static wg_status write_outcome(wg_command *c, wg_txn *txn) {
  struct outcome *o = (struct outcome *)c;
  wg_store *s = txn->store;
  wg_status st = WG_OK;
  for (int k = 0; !st && k < o->n; k++) {
    wg_letter l = o->item[k].letter;
    l.error = o->item[k].error;
    if (!l.error[0]) {
      st = s->letter_drop(s, l.id, &c->err);
      if (!st && !l.channel) st = s->notices_reached(s, l.account, l.seq - 1, l.seq, txn->now, &c->err);
      continue;
    }
    l.tries++;
    l.dead = l.tries >= o->config->tries;
    l.next_at = txn->now + wait_ms(o->config, l.tries);
    st = s->letter_failed(s, &l, &c->err);
  }
  return st;
}

static void unpack(struct parcel *p) {
  free(p->url);
  free(p->secret);
  free(p->body);
  p->url = p->secret = p->body = NULL;
  p->busy = p->done = false;
}

/* A parcel stays busy until what came of it is committed, so that it is not sent again meanwhile. */
wg_status wg_deliver_end(wg_notify *n, wg_err *err) {
  struct outcome o = {.command.run = write_outcome, .config = &n->config};
  struct parcel *of[WG_FLYING];
  pthread_mutex_lock(&n->lock);
  for (int k = 0; k < WG_FLYING; k++)
    if (n->parcel[k].busy && n->parcel[k].done && strcmp(n->parcel[k].error, WG_STOPPING) != 0) {
      of[o.n] = &n->parcel[k];
      o.item[o.n].letter = n->parcel[k].letter;
      snprintf(o.item[o.n++].error, WG_LETTER_ERROR, "%s", n->parcel[k].error);
    }
  pthread_mutex_unlock(&n->lock);
  if (!o.n) return WG_OK;
  wg_status st = wg_engine_do(n->engine, &o.command);
  if (st) {
    if (err) *err = o.command.err;
    return st;
  }
  pthread_mutex_lock(&n->lock);
  for (int k = 0; k < o.n; k++) unpack(of[k]);
  pthread_mutex_unlock(&n->lock);
  return WG_OK;
}

/* --- packing -----------------------------------------------------------------------------------------------
 */

struct due {
  wg_notify *n;
  wg_picture *picture;
  wg_arena arena;
  wg_letter letter[LOOK];
  int n_letters;
  wg_webhook *hook;
  int n_hooks;
};

static wg_status keep_letter(void *ctx, const void *row) {
  struct due *d = ctx;
  d->letter[d->n_letters] = *(const wg_letter *)row;
  d->n_letters++;
  return WG_OK;
}

static const wg_webhook *hook_of(const struct due *d, int64_t id) {
  for (int k = 0; k < d->n_hooks; k++)
    if (d->hook[k].id == id) return &d->hook[k];
  return NULL;
}

/* A webhook's body. False: it may not be shown (any more). */
static bool pack_hook(struct due *d, const wg_letter *l, const wg_webhook *h, wg_buf *body) {
  wg_incident i;
  const wg_picture *p = d->picture;
  wg_target t = {0};
  if (wg_follow_incident(d->n, &d->arena, l->incident, &i, &t.orgs, NULL)) return false;
  wg_viewer v = wg_webhook_viewer(h, &p->land->areas);
  t.area = i.area[0] ? wg_areas_find(&p->land->areas, i.area) : WG_NO_INDEX;
  t.class_ = i.class_;
  if (!wg_may(&p->land->areas, &v, WG_V_SEE_INCIDENT, &t, wg_now_ms())) return false;
  wg_jw w;
  wg_jw_init(&w, body);
  wg_jw_begin_object(&w);
  wg_jw_member_str(&w, "id", wg_arena_printf(&d->arena, "%" PRId64 "-%" PRId64, h->id, l->seq));
  wg_jw_member_int(&w, "seq", l->seq);
  wg_jw_member_time(&w, "at", l->at);
  wg_jw_member_str(&w, "kind", l->kind);
  wg_buf summary;
  wg_buf_init(&summary, BODY_MAX);
  d->n->config.summary(p, &i, &summary);
  wg_jw_member_raw(&w, "incident", wg_buf_str(&summary));
  wg_buf_deinit(&summary);
  wg_jw_end_object(&w);
  return wg_buf_status(body) == WG_OK;
}

/* The command's: whom to call, and one line to say. */
static bool pack_call(struct due *d, const wg_letter *l, wg_buf *body) {
  const wg_picture *p = d->picture;
  const wg_telling *t = wg_telling_of(l->kind);
  const wg_viewer *v = wg_picture_viewer(p, l->account);
  const wg_staff *person = v && v->staff ? wg_roster_staff(&p->people->roster, v->staff) : NULL;
  wg_incident i;
  wg_target target = {0};
  if (!t || !person || !person->phone[0]) return false;
  if (wg_follow_incident(d->n, &d->arena, l->incident, &i, &target.orgs, NULL)) return false;
  target.area = i.area[0] ? wg_areas_find(&p->land->areas, i.area) : WG_NO_INDEX;
  target.class_ = i.class_;
  target.reporter = i.reporter;
  target.responsible = i.responsible;
  if (!wg_may(&p->land->areas, v, WG_V_SEE_INCIDENT, &target, wg_now_ms())) return false;
  bool en = strncmp(p->settings->languages, "en", 2) == 0;
  const wg_category *c = wg_picture_category(p, i.category);
  const char *what = c ? wg_name_pick(&d->arena, c->names, en ? "en" : "zh") : i.category;
  const char *text =
      wg_arena_printf(&d->arena, en ? "%s: %s (%s)" : "%s：%s（%s）", en ? t->en : t->zh, what, i.number);
  wg_jw w;
  wg_jw_init(&w, body);
  wg_jw_begin_object(&w);
  wg_jw_key(&w, "to");
  wg_jw_begin_object(&w);
  wg_jw_member_str(&w, "name", person->name);
  wg_jw_member_str(&w, "phone", person->phone);
  wg_jw_end_object(&w);
  wg_jw_member_str(&w, "text", text);
  wg_jw_member_str(&w, "number", i.number);
  wg_jw_member_str(&w, "kind", l->kind);
  wg_jw_member_str(&w, "lang", en ? "en" : "zh");
  wg_jw_end_object(&w);
  return text && wg_buf_status(body) == WG_OK;
}

static void bring(void *what, void *mine) {
  struct parcel *p = what;
  (void)mine;
  p->error[0] = 0;
  if (p->url)
    wg_bring_by_webhook(p);
  else
    wg_bring_by_command(p);
  pthread_mutex_lock(&p->n->lock);
  p->done = true;
  p->n->poked = true;
  pthread_cond_signal(&p->n->more);
  pthread_mutex_unlock(&p->n->lock);
}

/* A free place, unless the letter is on its way already or its channel has enough. */
static struct parcel *place(wg_notify *n, const wg_letter *l) {
  struct parcel *free_one = NULL;
  int same = 0;
  for (int k = 0; k < WG_FLYING; k++) {
    struct parcel *p = &n->parcel[k];
    if (!p->busy) {
      free_one = p;
      continue;
    }
    if (p->letter.id == l->id) return NULL;
    same += p->letter.channel == l->channel;
  }
  return same < WG_FLYING_PER_CHANNEL ? free_one : NULL;
}

struct gone {
  wg_command command;
  int64_t id;
};
static wg_status drop_letter(wg_command *c, wg_txn *txn) {
  return txn->store->letter_drop(txn->store, ((struct gone *)c)->id, &c->err);
}

static wg_status send_one(struct due *d, const wg_letter *l, wg_err *err) {
  wg_notify *n = d->n;
  const wg_webhook *h = l->channel ? hook_of(d, l->channel) : NULL;
  struct parcel *p = place(n, l);
  if (!p) return WG_OK;
  wg_buf body;
  wg_buf_init(&body, BODY_MAX);
  bool packed = l->channel ? h && pack_hook(d, l, h, &body) : n->config.command[0] && pack_call(d, l, &body);
  if (!packed) { /* nobody may have it any more */
    struct gone gone = {.command.run = drop_letter, .id = l->id};
    wg_buf_deinit(&body);
    wg_status st = wg_engine_do(n->engine, &gone.command);
    if (st) *err = gone.command.err;
    return st;
  }
  p->n = n;
  p->letter = *l;
  snprintf(p->kind, sizeof p->kind, "%s", l->kind);
  p->letter.kind = p->kind;
  p->letter.error = "";
  p->body = strdup(wg_buf_str(&body));
  p->url = h ? strdup(h->url) : NULL;
  p->secret = h ? strdup(h->secret) : NULL;
  wg_buf_deinit(&body);
  p->busy = p->body && (!h || (p->url && p->secret));
  if (!p->busy || wg_pool_submit(n->pool, bring, p)) unpack(p); /* tried again at the next look */
  return WG_OK;
}

static wg_status send_channel(struct due *d, int64_t channel, int64_t now, wg_err *err) {
  wg_store *s = d->n->store;
  d->n_letters = 0;
  wg_status st = s->letters_due(s, &d->arena, channel, now, LOOK, keep_letter, d, err);
  for (int k = 0; !st && k < d->n_letters; k++) st = send_one(d, &d->letter[k], err);
  return st;
}

/* Each channel for itself, so that none with much to do, or switched off, stands in the way of another. */
static wg_status send_due(struct due *d, int64_t now, wg_err *err) {
  wg_notify *n = d->n;
  wg_status st = n->store->webhooks_load(n->store, &d->arena, &d->hook, &d->n_hooks, err);
  d->picture = wg_engine_picture(n->engine);
  if (!st) st = send_channel(d, 0, now, err);
  for (int k = 0; !st && k < d->n_hooks; k++)
    if (d->hook[k].enabled) st = send_channel(d, d->hook[k].id, now, err);
  wg_picture_drop(d->picture);
  return st;
}

wg_status wg_deliver(wg_notify *n, int64_t *next, wg_err *err) {
  wg_status st = wg_deliver_end(n, err);
  if (st) return st;
  struct due d = {.n = n};
  int64_t now = wg_now_ms();
  wg_arena_init(&d.arena);
  st = n->store->letters_next(n->store, next, err);
  if (!st && *next <= now) {
    st = send_due(&d, now, err);
    *next = now + AGAIN_MS; /* or when something comes back */
  }
  wg_arena_clear(&d.arena);
  return st;
}
