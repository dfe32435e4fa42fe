/* Rules of categories inside the engine: versions in the picture, what the log tells of them, what is due. */
#include "engine/catalogue.h"
#include "unit/engine_support.h"

static int up(void **state) {
  wg_err err = {0};
  int bad = district_up(state);
  district *d = *state;
  if (bad) return bad;
  stop_engine(d);
  wg_store *s = open_store(d);
  wg_grant grant = {.account = d->account, .role = WG_ADMIN, .area = "990101"};
  ok(s->begin(s, &err));
  ok(s->grant_put(s, &grant, &err));
  ok(s->commit(s, &err));
  s->close(s);
  start_engine(d);
  return 0;
}

/* Sets the category's rules as an administrator would. */
static int64_t put(district *d, const char *code, const wg_rules *rules) {
  wg_err err = {0};
  wg_arena arena;
  char version[WG_VERSION_LEN];
  wg_arena_init(&arena);
  wg_picture *p = wg_engine_picture(d->engine);
  wg_category c = *wg_picture_category(p, code);
  wg_rules own = *rules;
  wg_category_version(&c, version);
  c.rules = &own;
  c.group_names = "{\"zh\":\"大类\"}";
  wg_category_edit x = {.edit = {.actor = d->account,
                                 .verb = WG_V_ADMIN,
                                 .reason = "试一试",
                                 .version = version,
                                 .arena = &arena},
                        .item = &c,
                        .n = 1};
  ok(wg_category_put(d->engine, &x, &err));
  wg_picture_drop(p);
  wg_arena_clear(&arena);
  return own.version;
}

static void versions_are_held_side_by_side(void **state) {
  district *d = *state;
  wg_rules second = {.limit[WG_C_ACCEPT][0] = {WG_U_MINUTES, 5}, .posts = 1U}, third = second;
  third.gates = WG_GATE_CLOSE;
  assert_int_equal(put(d, "A1", &second), 2);
  assert_int_equal(put(d, "A1", &second), 2);
  assert_int_equal(put(d, "A1", &third), 3);
  wg_picture *p = wg_engine_picture(d->engine);
  assert_int_equal(wg_picture_rules(p, "A1", 1)->limit[WG_C_ACCEPT][0].n, 60);
  assert_true(wg_rules_equal(wg_picture_rules(p, "A1", 2), &second));
  for (int i = 0; i < 3; i++) { /* the newest, also where no such version is known */
    static const int64_t asked[] = {0, 3, 99};
    assert_int_equal(wg_picture_rules(p, "A1", asked[i])->version, 3);
    assert_true(wg_rules_equal(wg_picture_rules(p, "A1", asked[i]), &third));
  }
  assert_true(wg_rules_equal(wg_picture_rules(p, "no such category", 2), &(wg_rules){0}));
  wg_picture_drop(p);
}

typedef struct last {
  wg_arena *arena;
  const char *body;
} last;

static wg_status keep_last(void *ctx, const void *row) {
  last *x = ctx;
  const wg_event *e = row;
  if (strcmp(e->kind, "category.changed") == 0) x->body = wg_arena_strdup(x->arena, e->body);
  return WG_OK;
}

/* The content of the event says what became of it: code, rules and their version. */
static void the_log_tells_the_rules(void **state) {
  district *d = *state;
  wg_err err = {0};
  wg_arena arena;
  wg_rules rules = {.limit[WG_C_WHOLE] = {{WG_U_DAYS, 5}, [3] = {WG_U_HOURS, 4}}, .done_photos = 1}, *told;
  int64_t version = put(d, "R1", &rules);
  assert_int_equal(version, 2);
  wg_arena_init(&arena);
  wg_store *s = open_store(d);
  last x = {.arena = &arena};
  ok(s->events_since(s, &arena, 0, 1000, keep_last, &x, &err));
  assert_non_null(x.body);
  wg_json *body = NULL, *list = NULL, *said = NULL;
  const char *hex = NULL, *code = NULL;
  unsigned char hash[WG_HASH_LEN];
  const void *bytes = NULL;
  size_t n = 0;
  ok(wg_json_parse_object(&arena, x.body, strlen(x.body), &body, &err));
  ok(wg_json_str(body, "content", WG_REQUIRED, 64, &hex, &err));
  assert_true(wg_unhex(hex, hash, sizeof hash));
  ok(s->content_get(s, &arena, hash, &bytes, &n, &err));
  ok(wg_json_parse(&arena, bytes, n, &list, &err));
  assert_int_equal(wg_json_len(list), 1);
  ok(wg_json_str(wg_json_at(list, 0), "code", WG_REQUIRED, 64, &code, &err));
  assert_string_equal(code, "R1");
  ok(wg_json_obj(wg_json_at(list, 0), "rules", WG_REQUIRED, &said, &err));
  told = wg_arena_alloc(&arena, sizeof *told);
  ok(wg_rules_read(&arena, said, told, &err));
  assert_int_equal(told->version, version);
  assert_true(wg_rules_equal(told, &rules));
  s->close(s);
  wg_arena_clear(&arena);
}

/* A report is due by the rules of its category and severity. */
static void reports_are_due_by_the_rules(void **state) {
  district *d = *state;
  sent x;
  wg_rules rules = {.limit[WG_C_ACCEPT] = {{WG_U_MINUTES, 30}, [1] = {WG_U_MINUTES, 7}},
                    .limit[WG_C_WHOLE][3] = {WG_U_MINUTES, 1}};
  put(d, "A1", &rules); /* severity 1 */
  assert_int_equal(report(d, &x, "A1", "due-1", STEP / 2, "x"), WG_OK);
  assert_int_equal(x.status, WG_OK);
  assert_int_equal(x.in.incident.accept_due, x.in.incident.received_at + 7 * 60000);
  assert_int_equal(x.in.incident.handle_due, 0); /* only severity 3 has a limit */
}

int main(void) {
#define T(test) cmocka_unit_test_setup_teardown(test, up, district_down)
  const struct CMUnitTest tests[] = {T(versions_are_held_side_by_side), T(the_log_tells_the_rules),
                                     T(reports_are_due_by_the_rules)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
