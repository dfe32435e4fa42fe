/* Which calendar an organisation's work is counted by, and that an edit holds at once. */
#include "engine/calendar_edit.h"
#include "engine/calendars.h"
#include "engine/org_edit.h"
#include "unit/engine_support.h"

static const char office[] =
    "{\"timezone\":\"Asia/Shanghai\",\"hours\":[{\"from\":\"08:00\",\"to\":\"12:00\"}]}";
static const char night[] =
    "{\"timezone\":\"Europe/Berlin\",\"hours\":[{\"from\":\"20:00\",\"to\":\"22:00\"}]}";

static int64_t at(const char *text) {
  int64_t ms = 0;
  assert_true(wg_time_parse(text, &ms));
  return ms;
}

/* Working hours of Tuesday 2026-11-24, UTC. */
static double hours_of(district *d, const char *org) {
  wg_picture *p = wg_engine_picture(d->engine);
  int64_t ms =
      wg_work_between(wg_picture_worktime(p, org), at("2026-11-24T00:00:00Z"), at("2026-11-25T00:00:00Z"));
  wg_picture_drop(p);
  return (double)ms / 3600000;
}

static void make_admin(district *d) {
  wg_err err = {0};
  wg_store *s = open_store(d);
  wg_grant grant = {.account = d->account, .role = WG_ADMIN, .area = "990101"};
  wg_event e = {.at = wg_now_ms(), .kind = "account.changed", .subject = "account/1", .body = "{}"};
  wg_org org = {.code = "guard", .names = "{\"zh\":\"值守队\"}", .calendar = "night"};
  ok(s->begin(s, &err));
  ok(s->grant_put(s, &grant, &err));
  ok(s->setting_put(s, "calendar", office, &err));
  ok(s->setting_put(s, "calendar.broken", "{\"weekdays\":[9]}", &err));
  ok(s->setting_put(s, "calendar.night", night, &err));
  ok(s->org_put(s, &org, &err));
  snprintf(org.code, sizeof org.code, "lost");
  snprintf(org.calendar, sizeof org.calendar, "broken");
  ok(s->org_put(s, &org, &err));
  ok(s->event_append(s, &e, NULL, 0, &err));
  ok(s->commit(s, &err));
  s->close(s);
}

static void an_organisation_has_its_own(void **state) {
  district *d = *state;
  wg_err err = {0};
  wg_arena arena;
  assert_true(hours_of(d, "") == 24); /* no calendar is kept: every hour is one of work */
  stop_engine(d);
  make_admin(d);
  start_engine(d);
  assert_true(hours_of(d, "") == 4);
  assert_true(hours_of(d, "guard") == 2);
  assert_true(hours_of(d, "nobody") == 4);
  assert_true(hours_of(d, "lost") == 4); /* its calendar cannot be read: the district's */

  wg_arena_init(&arena);
  wg_calendar_year y = {.year = 2026, .holidays = "[\"2026-11-24\"]", .working = "[]", .names = "[]"};
  wg_calendar_edit x = {.code = "night", .year = &y, .n = 1};
  x.edit = (wg_edit){.actor = d->account, .verb = WG_V_ADMIN, .reason = "test", .arena = &arena};
  ok(wg_calendar_year_put(d->engine, &x, &err));
  assert_true(hours_of(d, "guard") == 0);
  assert_true(hours_of(d, "") == 4);

  char version[WG_VERSION_LEN];
  wg_org was = {.code = "guard", .names = "{\"zh\":\"值守队\"}", .calendar = "night"};
  wg_org_version(&was, version);
  wg_org_edit o = {.code = "guard", .names = was.names, .area = "", .calendar = ""};
  o.edit = (wg_edit){
      .actor = d->account, .verb = WG_V_ADMIN, .reason = "test", .version = version, .arena = &arena};
  ok(wg_org_put(d->engine, &o, &err));
  assert_true(hours_of(d, "guard") == 4);
  wg_arena_clear(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(an_organisation_has_its_own, district_up, district_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
