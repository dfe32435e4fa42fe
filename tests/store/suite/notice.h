/* Notices, letters, webhooks, phrases. */
#ifndef WG_TESTS_STORE_SUITE_NOTICE_H
#define WG_TESTS_STORE_SUITE_NOTICE_H

#include "suite.h"

struct kept {
  int n;
  int64_t id[8], value[8];
};
static wg_status keep_notice(void *ctx, const void *row) {
  struct kept *k = ctx;
  const wg_notice *n = row;
  if (k->n == 8) return WG_INTERNAL;
  k->id[k->n] = n->id;
  k->value[k->n++] = n->seq;
  return WG_OK;
}
static wg_status keep_count(void *ctx, const void *row) {
  struct kept *k = ctx;
  const wg_notice_count *n = row;
  if (k->n == 8) return WG_INTERNAL;
  k->id[k->n] = n->account;
  k->value[k->n++] = n->n;
  return WG_OK;
}
static wg_status keep_letter(void *ctx, const void *row) {
  struct kept *k = ctx;
  const wg_letter *l = row;
  if (k->n == 8) return WG_INTERNAL;
  k->id[k->n] = l->id;
  k->value[k->n++] = l->seq;
  return WG_OK;
}

static int64_t unread_of(struct fix *f, int64_t account) {
  struct kept k = {0};
  OK(f->other->notices_unread(f->other, account, keep_count, &k, &f->err));
  assert_int_equal(k.n, 1);
  return k.value[0];
}

static void notices_are_told_once_and_read(void **state) {
  struct fix *f = *state;
  bool added;
  int64_t seq;
  OK(f->s->follow_get(f->s, "notices", &seq, &f->err));
  assert_int_equal(seq, -1);
  OK(f->s->begin(f->s, &f->err));
  for (int64_t k = 1; k <= 3; k++) {
    wg_notice n = {.account = 4, .incident = 9, .seq = k, .kind = "incident.done", .at = 100 * k};
    OK(f->s->notice_put(f->s, &n, &added, &f->err));
    assert_true(added);
    OK(f->s->notice_put(f->s, &n, &added, &f->err));
    assert_false(added);
  }
  wg_notice_count c = {.account = 5, .kind = "incident.done", .n = 2, .incident = 9, .seq = 2, .at = 200};
  OK(f->s->notice_count_add(f->s, &c, &f->err));
  c.seq = 3;
  OK(f->s->notice_count_add(f->s, &c, &f->err));
  OK(f->s->follow_put(f->s, "notices", 3, &f->err));
  OK(f->s->commit(f->s, &f->err));
  OK(f->other->follow_get(f->other, "notices", &seq, &f->err));
  assert_int_equal(seq, 3);
  assert_int_equal(unread_of(f, 4), 3);
  assert_int_equal(unread_of(f, 5), 4);
  struct kept page = {0}, rest = {0}, everyone = {0};
  OK(f->other->notices(f->other, &f->a, 4, true, 0, 2, keep_notice, &page, &f->err));
  assert_true(page.n == 2 && page.value[0] == 3 && page.value[1] == 2); /* newest first */
  OK(f->other->notices(f->other, &f->a, 4, false, page.id[1], 5, keep_notice, &rest, &f->err));
  assert_true(rest.n == 1 && rest.value[0] == 1);
  OK(f->other->notices_unread(f->other, 0, keep_count, &everyone, &f->err));
  assert_int_equal(everyone.n, 2);

  OK(f->s->begin(f->s, &f->err));
  OK(f->s->notices_read(f->s, 4, page.id[0], 0, 500, &f->err)); /* one */
  OK(f->s->notices_read(f->s, 5, page.id[1], 0, 500, &f->err)); /* somebody else's: nothing */
  OK(f->s->notices_read(f->s, 5, 0, 2, 500, &f->err));          /* older than the newest counted */
  OK(f->s->commit(f->s, &f->err));
  assert_int_equal(unread_of(f, 4), 2);
  assert_int_equal(unread_of(f, 5), 4);
  OK(f->s->begin(f->s, &f->err));
  OK(f->s->notices_read(f->s, 4, 0, 1, 500, &f->err));
  OK(f->s->notices_read(f->s, 5, 0, 3, 500, &f->err));
  OK(f->s->commit(f->s, &f->err));
  assert_int_equal(unread_of(f, 4), 1);
  assert_int_equal(unread_of(f, 5), 0);
  must_be_whole(f, f->s);
}

static void notices_know_whom_nothing_reached(void **state) {
  struct fix *f = *state;
  bool added;
  OK(f->s->begin(f->s, &f->err));
  for (int64_t k = 1; k <= 4; k++) {
    wg_notice n = {.account = k, .incident = 9, .seq = 1, .kind = "incident.done", .at = 100 * k};
    OK(f->s->notice_put(f->s, &n, &added, &f->err));
  }
  OK(f->s->notices_reached(f->s, 1, 0, 1, 900, &f->err));
  OK(f->s->notices_reached(f->s, 2, 1, 7, 900, &f->err)); /* of another event */
  OK(f->s->notices_read(f->s, 3, 0, 1, 900, &f->err));
  OK(f->s->commit(f->s, &f->err));
  struct kept k = {0}, later = {0};
  OK(f->other->notices_unreached(f->other, &f->a, 400, 8, keep_notice, &k, &f->err));
  assert_int_equal(k.n, 1); /* 2; 4 is not that old yet */
  OK(f->other->notices_unreached(f->other, &f->a, 401, 8, keep_notice, &later, &f->err));
  assert_int_equal(later.n, 2);
  OK(f->s->begin(f->s, &f->err));
  OK(f->s->notices_trim(f->s, 400, 2, &f->err));
  OK(f->s->commit(f->s, &f->err));
  assert_int_equal(unread_of(f, 2), 0);
  assert_int_equal(unread_of(f, 4), 1);
}

static int due(struct fix *f, int64_t now, struct kept *k) {
  *k = (struct kept){0};
  OK(f->s->letters_due(f->s, &f->a, 1, now, 8, keep_letter, k, &f->err));
  return k->n;
}

static void letters_keep_their_order(void **state) {
  struct fix *f = *state;
  struct kept k;
  int64_t next = 0, n = 0;
  OK(f->s->letters_next(f->s, &next, &f->err));
  assert_true(next == INT64_MAX);
  OK(f->s->begin(f->s, &f->err));
  for (int64_t i = 1; i <= 3; i++) { /* two of incident 8, one of 9 */
    wg_letter l = {
        .channel = 1, .incident = i == 2 ? 9 : 8, .seq = i, .kind = "incident.done", .at = 1, .next_at = 10};
    OK(f->s->letter_put(f->s, &l, &f->err));
    OK(f->s->letter_put(f->s, &l, &f->err)); /* once is enough */
  }
  OK(f->s->commit(f->s, &f->err));
  assert_int_equal(due(f, 9, &k), 0);
  assert_int_equal(due(f, 10, &k), 2);
  assert_true(k.value[0] == 1 && k.value[1] == 2);
  wg_letter failed = {
      .id = k.id[0], .channel = 1, .incident = 8, .seq = 1, .tries = 1, .next_at = 50, .error = "no"};
  OK(f->s->begin(f->s, &f->err));
  OK(f->s->letter_drop(f->s, k.id[1], &f->err));
  OK(f->s->letter_failed(f->s, &failed, &f->err));
  OK(f->s->commit(f->s, &f->err));
  assert_int_equal(due(f, 49, &k), 0); /* the later one waits for the earlier */
  OK(f->s->letters_next(f->s, &next, &f->err));
  assert_int_equal(next, 50);
  assert_int_equal(due(f, 50, &k), 1);
  failed.dead = true;
  OK(f->s->begin(f->s, &f->err));
  OK(f->s->letter_failed(f->s, &failed, &f->err));
  OK(f->s->commit(f->s, &f->err));
  assert_true(due(f, 50, &k) == 1 && k.value[0] == 3); /* given up: the next may go */
  k = (struct kept){0};
  OK(f->s->letters_dead(f->s, &f->a, 2, 0, 8, keep_letter, &k, &f->err));
  assert_int_equal(k.n, 0);
  OK(f->s->letters_dead(f->s, &f->a, -1, 0, 8, keep_letter, &k, &f->err));
  assert_true(k.n == 1 && k.value[0] == 1);
  OK(f->s->begin(f->s, &f->err));
  OK(f->s->letters_replay(f->s, 0, 2, 60, &n, &f->err));
  assert_int_equal(n, 0);
  OK(f->s->letters_replay(f->s, k.id[0], 1, 60, &n, &f->err));
  assert_int_equal(n, 1);
  OK(f->s->commit(f->s, &f->err));
  assert_true(due(f, 60, &k) == 1 && k.value[0] == 1);
  must_be_whole(f, f->s);
}

static void webhooks_and_phrases_are_kept(void **state) {
  struct fix *f = *state;
  wg_webhook h = {.name = "a", .url = "http://x/", .secret = "s", .area = "9", .kinds = "", .enabled = true},
             *all;
  const char *items = NULL;
  struct kept k;
  int n = 0;
  OK(f->s->begin(f->s, &f->err));
  OK(f->s->webhook_put(f->s, &h, &f->err));
  h.enabled = false;
  OK(f->s->webhook_put(f->s, &h, &f->err));
  OK(f->s->letter_put(f->s, &(wg_letter){.channel = h.id, .seq = 1, .kind = "k", .next_at = 1}, &f->err));
  assert_int_equal(due(f, 5, &k), 1);
  int64_t gone = k.id[0];
  OK(f->s->phrases_put(f->s, 7, "[1]", &f->err));
  OK(f->s->phrases_put(f->s, 7, "[2]", &f->err));
  OK(f->s->commit(f->s, &f->err));
  OK(f->other->webhooks_load(f->other, &f->a, &all, &n, &f->err));
  assert_true(n == 1 && !all[0].enabled && all[0].id == h.id);
  assert_string_equal(all[0].url, "http://x/");
  OK(f->other->phrases_get(f->other, &f->a, 7, &items, &f->err));
  assert_string_equal(items, "[2]");
  OK(f->other->phrases_get(f->other, &f->a, 8, &items, &f->err));
  assert_null(items);
  OK(f->s->begin(f->s, &f->err));
  OK(f->s->webhook_drop(f->s, h.id, &f->err));
  wg_webhook other = {.name = "b", .url = "http://y/", .secret = "s", .kinds = ""};
  OK(f->s->webhook_put(f->s, &other, &f->err));
  OK(f->s->commit(f->s, &f->err));
  assert_true(other.id > h.id); /* nobody else's letters are ever taken for its own */
  assert_int_equal(due(f, 5, &k), 0);
  OK(f->s->begin(f->s, &f->err));
  OK(f->s->letter_put(f->s, &(wg_letter){.channel = h.id, .seq = 2, .kind = "k", .next_at = 1}, &f->err));
  OK(f->s->commit(f->s, &f->err));
  assert_true(due(f, 5, &k) == 1 &&
              k.id[0] > gone); /* what becomes of the one that is gone is not said of this */
}

#define NOTICE_TESTS(T)                                                                                      \
  T(notices_are_told_once_and_read), T(notices_know_whom_nothing_reached), T(letters_keep_their_order),      \
      T(webhooks_and_phrases_are_kept)

#endif
