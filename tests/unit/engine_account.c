/* Accounts read inside a transaction, and the end of sessions. */
#include "engine/account.h"
#include "unit/engine_support.h"

static void put_session(wg_store *s, int64_t account, const char *kind, int n) {
  wg_err err = {0};
  wg_session x = {.account = account, .created_at = 1, .expires_at = wg_now_ms() + 60000, .kind = kind};
  wg_hash(&n, sizeof n, x.token_hash);
  ok(s->session_put(s, &x, &err));
}

/* Of two changes in one group the second must see the first, though the picture does not yet. */
static void an_account_is_as_this_transaction_left_it(void **state) {
  district *d = *state;
  wg_err err = {0};
  wg_arena arena;
  wg_account a, again;
  wg_store *s = open_store(d);
  wg_arena_init(&arena);
  ok(s->begin(s, &err));
  ok(wg_account_now(s, &arena, NULL, d->account, &a, &err));
  assert_string_equal(a.name, "desk");
  snprintf(a.password, sizeof a.password, "another");
  ok(s->account_put(s, &a, &err));
  ok(wg_account_now(s, &arena, "desk", 0, &again, &err));
  assert_int_equal(again.id, d->account);
  assert_string_equal(again.password, "another");
  s->rollback(s);
  ok(wg_account_now(s, &arena, "desk", 0, &again, &err));
  assert_string_not_equal(again.password, "another");
  assert_int_equal(wg_account_now(s, &arena, "nobody", 0, &again, &err), WG_NOT_FOUND);
  assert_int_equal(wg_account_now(s, &arena, NULL, 99999, &again, &err), WG_NOT_FOUND);
  wg_arena_clear(&arena);
  s->close(s);
}

static uint32_t left(wg_store *s, const char *kind) {
  wg_err err = {0};
  wg_arena arena;
  wg_session *all = NULL;
  uint32_t n = 0, k = 0;
  wg_arena_init(&arena);
  ok(s->sessions_load(s, &arena, wg_now_ms(), &all, &n, &err));
  for (uint32_t i = 0; i < n; i++) k += strcmp(all[i].kind, kind) == 0;
  wg_arena_clear(&arena);
  return k;
}

/* A group that is undone and run again ends the same ones, and says as many. */
static void sessions_end_and_what_is_kept_stays(void **state) {
  district *d = *state;
  wg_err err = {0};
  wg_arena arena;
  wg_store *s = open_store(d);
  unsigned char own[WG_HASH_LEN];
  int mine = 7;
  wg_hash(&mine, sizeof mine, own);
  wg_arena_init(&arena);
  ok(s->begin(s, &err));
  for (int i = 0; i < 40; i++) put_session(s, d->account, "session", i);
  for (int i = 100; i < 103; i++) put_session(s, d->account, "token", i);
  ok(s->commit(s, &err));
  wg_session_end x = {.account = d->account, .kind = "session", .keep = own};
  for (int run = 0; run < 2; run++) {
    ok(s->begin(s, &err));
    ok(wg_sessions_end(s, &arena, wg_now_ms(), &x, &err));
    assert_int_equal(x.n_ended, 39);
    for (uint32_t i = 0; i < x.n_ended; i++) assert_memory_not_equal(x.ended[i].token_hash, own, WG_HASH_LEN);
    if (run)
      ok(s->commit(s, &err));
    else
      s->rollback(s);
  }
  assert_int_equal(left(s, "session"), 1);
  assert_int_equal(left(s, "token"), 3);
  wg_session one = {0};
  int third = 102;
  wg_hash(&third, sizeof third, one.token_hash);
  char id[WG_TOKEN_ID_LEN];
  wg_token_id(&one, id);
  wg_session_end token = {.account = d->account, .kind = "token", .id = id};
  ok(s->begin(s, &err));
  ok(wg_sessions_end(s, &arena, wg_now_ms(), &token, &err));
  ok(s->commit(s, &err));
  assert_int_equal(token.n_ended, 1);
  assert_int_equal(left(s, "token"), 2);
  wg_arena_clear(&arena);
  s->close(s);
}

int main(void) {
#define with_district(fn) cmocka_unit_test_setup_teardown(fn, district_up, district_down)
  const struct CMUnitTest tests[] = {with_district(an_account_is_as_this_transaction_left_it),
                                     with_district(sessions_end_and_what_is_kept_stays)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
