/* Wall devices: the code's life, and what ends with a device. */
#include "engine/device.h"
#include "unit/engine_support.h"

typedef struct world {
  wg_store *s;
  wg_arena arena;
  wg_device d;
  char code[WG_DEVICE_CODE_LEN];
} world;

static void begin(world *w, const district *d) {
  wg_err err = {0};
  *w = (world){.s = open_store(d), .d = {.name = "hall", .area = "990101001001", .created_at = 1000}};
  wg_arena_init(&w->arena);
  ok(w->s->begin(w->s, &err));
  ok(wg_device_add(w->s, &w->arena, &w->d, w->code, &err));
}

static void end(world *w) {
  w->s->rollback(w->s);
  wg_arena_clear(&w->arena);
  w->s->close(w->s);
}

static wg_status sign_on(world *w, const char *code, int64_t now, int mark) {
  wg_err err = {0};
  wg_device is;
  wg_session x = {0};
  wg_hash(&mark, sizeof mark, x.token_hash);
  return wg_device_sign_on(w->s, &w->arena, code, now, &is, &x, &err);
}

static uint32_t sessions(world *w, unsigned char hash[WG_HASH_LEN]) {
  wg_err err = {0};
  wg_session *all = NULL;
  uint32_t n = 0, mine = 0;
  ok(w->s->sessions_load(w->s, &w->arena, INT64_MAX, &all, &n, &err)); /* a wall's never ends by itself */
  for (uint32_t i = 0; i < n; i++) {
    if (all[i].account != w->d.account) continue;
    assert_string_equal(all[i].kind, "wall");
    memcpy(hash, all[i].token_hash, WG_HASH_LEN);
    mine++;
  }
  return mine;
}

static void a_code_works_once_and_for_a_quarter_of_an_hour(void **state) {
  world w;
  begin(&w, *state);
  assert_int_equal(strlen(w.code), WG_DEVICE_CODE);
  assert_null(strpbrk(w.code, "ILO01"));
  assert_int_equal(sign_on(&w, w.code, 1000 + WG_DEVICE_CODE_MS, 1), WG_UNAUTHENTICATED);
  char typed[32];
  snprintf(typed, sizeof typed, " %.4s - %s", w.code, w.code + 4);
  for (char *p = typed; *p; p++)
    if (*p >= 'A' && *p <= 'Z') *p = (char)(*p + 'a' - 'A');
  assert_int_equal(sign_on(&w, typed, 1000 + WG_DEVICE_CODE_MS - 1, 1), WG_OK);
  assert_int_equal(sign_on(&w, w.code, 1001, 2), WG_UNAUTHENTICATED);
  static const char *const never[] = {"", "AAAA", "IIIIIIII", "AAAAAAAAA", "\xff\xfe", "AAAA\nAAAA"};
  for (size_t k = 0; k < sizeof never / sizeof *never; k++)
    assert_int_equal(sign_on(&w, never[k], 1001, 2), WG_UNAUTHENTICATED);
  end(&w);
}

static void another_code_voids_the_first_and_its_screen_when_used(void **state) {
  wg_err err = {0};
  world w;
  unsigned char one[WG_HASH_LEN], two[WG_HASH_LEN];
  char newer[WG_DEVICE_CODE_LEN];
  begin(&w, *state);
  assert_int_equal(sign_on(&w, w.code, 1001, 1), WG_OK);
  assert_int_equal(sessions(&w, one), 1);
  ok(wg_device_find(w.s, &w.arena, "hall", 0, &w.d, &err));
  ok(wg_device_code(w.s, &w.d, 2000, newer, &err));
  ok(wg_device_code(w.s, &w.d, 2000, w.code, &err));
  assert_int_equal(sign_on(&w, newer, 2001, 2), WG_UNAUTHENTICATED);
  assert_int_equal(sessions(&w, two), 1);
  assert_memory_equal(one, two, WG_HASH_LEN);
  assert_int_equal(sign_on(&w, w.code, 2001, 2), WG_OK);
  assert_int_equal(sessions(&w, two), 1);
  assert_memory_not_equal(one, two, WG_HASH_LEN);
  end(&w);
}

static void what_is_revoked_is_over(void **state) {
  wg_err err = {0};
  world w;
  unsigned char any[WG_HASH_LEN];
  wg_account account;
  begin(&w, *state);
  assert_int_equal(sign_on(&w, w.code, 1001, 1), WG_OK);
  ok(wg_device_find(w.s, &w.arena, NULL, w.d.account, &w.d, &err));
  ok(wg_device_code(w.s, &w.d, 2000, w.code, &err));
  ok(wg_device_revoke(w.s, &w.arena, &w.d, 2001, &err));
  assert_int_equal(sessions(&w, any), 0);
  ok(wg_account_now(w.s, &w.arena, "hall", 0, &account, &err));
  assert_true(account.disabled);
  assert_string_equal(account.password, "");
  assert_int_equal(sign_on(&w, w.code, 2002, 2), WG_UNAUTHENTICATED);
  assert_int_equal(wg_device_code(w.s, &w.d, 2002, w.code, &err), WG_CONFLICT);
  ok(wg_device_revoke(w.s, &w.arena, &w.d, 3000, &err));
  assert_int_equal(w.d.revoked_at, 2001);
  assert_int_equal(wg_device_add(w.s, &w.arena, &w.d, w.code, &err),
                   WG_CONFLICT); /* its name stays its own */
  assert_int_equal(wg_device_find(w.s, &w.arena, "desk", 0, &w.d, &err), WG_NOT_FOUND);
  end(&w);
}

int main(void) {
#define with_district(fn) cmocka_unit_test_setup_teardown(fn, district_up, district_down)
  const struct CMUnitTest tests[] = {with_district(a_code_works_once_and_for_a_quarter_of_an_hour),
                                     with_district(another_code_voids_the_first_and_its_screen_when_used),
                                     with_district(what_is_revoked_is_over)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
