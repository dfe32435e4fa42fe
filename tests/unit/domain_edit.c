/* What administrators edit: the catalogue as a table, settings, the calendar — against what they must be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/jw.h"
#include "domain/calendar.h"
#include "domain/category.h"
#include "domain/setting.h"
#include "rules_support.h"

/* --- the catalogue as a table -----------------------------------------------------------------------------
 */

/* Texts that a spreadsheet has trouble with. */
static const char *nasty(uint64_t *seed) {
  static const char *const text[] = {
      "井盖",    "a,b",       "say \"x\"", "two\nlines", " spaces ",   "=1+1",    "'quoted'", "；、，",
      "\\u0000", "{\"a\":1}", "0012",      "tab\there",  "semi;colon", "bar|bar", "-",        "1e5"};
  return text[domain_below(seed, sizeof text / sizeof *text)];
}

static const char *map_of(wg_arena *a, uint64_t *seed) {
  static const char *const tag[] = {"zh", "en", "und", "fr-CA"};
  wg_buf b;
  wg_jw w;
  wg_json *sorted = NULL;
  wg_buf_init(&b, 4096);
  wg_jw_init(&w, &b);
  wg_jw_begin_object(&w);
  uint32_t first = domain_below(seed, 4);
  for (uint32_t k = 0; k < 4; k++)
    if (k == first || domain_below(seed, 2)) wg_jw_member_str(&w, tag[k], nasty(seed));
  wg_jw_end_object(&w);
  assert_int_equal(wg_json_parse_object(a, wg_buf_str(&b), b.len, &sorted, NULL), WG_OK);
  wg_buf_deinit(&b);
  return wg_json_dump(a, sorted);
}

static void same(const wg_category *x, const wg_category *y) {
  assert_string_equal(x->code, y->code);
  assert_string_equal(x->group, y->group);
  assert_string_equal(x->names, y->names);
  assert_string_equal(x->group_names, y->group_names);
  assert_int_equal(x->severity, y->severity);
  assert_int_equal(x->class_, y->class_);
  assert_int_equal(x->retired, y->retired);
  assert_true(wg_rules_equal(x->rules, y->rules));
  assert_string_equal(x->fields, y->fields);
  assert_string_equal(x->filing_standard, y->filing_standard);
  assert_string_equal(x->closing_standard, y->closing_standard);
  assert_string_equal(x->usual_org, y->usual_org);
}

static void table_comes_back(void **state) {
  (void)state;
  uint64_t seed = 11;
  for (int round = 0; round < 200; round++) {
    wg_arena a;
    wg_buf csv;
    wg_category c[6] = {0}, *back = NULL;
    uint32_t n = 1 + domain_below(&seed, 6), n_back = 0;
    wg_err err = {0};
    wg_arena_init(&a);
    wg_buf_init(&csv, 1 << 20);
    for (uint32_t i = 0; i < n; i++) {
      snprintf(c[i].code, sizeof c[i].code, "码%u", i);
      snprintf(c[i].group, sizeof c[i].group, "g%u", domain_below(&seed, 3));
      c[i].names = map_of(&a, &seed);
      c[i].group_names = map_of(&a, &seed);
      c[i].severity = 1 + (int)domain_below(&seed, 3);
      c[i].class_ = (wg_class)domain_below(&seed, WG_CLASSES);
      c[i].retired = domain_below(&seed, 2);
      c[i].rules = domain_some_rules(&a, &seed);
      c[i].fields =
          domain_below(&seed, 2)
              ? "[]"
              : "[{\"code\":\"k\",\"names\":{\"zh\":\"种,类\"},\"type\":\"choice\",\"values\":[\"甲\\\"\"]}]";
      c[i].filing_standard = domain_below(&seed, 2) ? nasty(&seed) : "";
      c[i].closing_standard = domain_below(&seed, 2) ? nasty(&seed) : "";
      snprintf(c[i].usual_org, sizeof c[i].usual_org, "%s", domain_below(&seed, 2) ? "centre" : "");
      assert_int_equal(wg_category_check(&a, &c[i], &err), WG_OK);
    }
    wg_catalogue_write_csv(&csv, &a, c, n);
    assert_int_equal(wg_catalogue_read_csv(&a, csv.data, csv.len, &back, &n_back, &err), WG_OK);
    assert_int_equal(n_back, n);
    for (uint32_t i = 0; i < n; i++) same(&c[i], &back[i]);
    wg_buf_deinit(&csv);
    wg_arena_clear(&a);
  }
}

/* Cut off, or with a byte turned, a table is read or refused; it never falls. */
static void broken_tables(void **state) {
  (void)state;
  static const char good[] =
      "code,group,name_zh,severity,fields\r\nn1,c1,好,2,\"[{\"\"code\"\":\"\"k\"\"}]\"\r\nn2,c1,坏,,\r\n";
  uint64_t seed = 3;
  for (int round = 0; round < 4000; round++) {
    char text[sizeof good];
    wg_arena a;
    wg_category *c = NULL;
    uint32_t n = 0;
    wg_err err = {0};
    memcpy(text, good, sizeof good);
    size_t size = 1 + domain_below(&seed, sizeof good - 1);
    for (uint32_t k = domain_below(&seed, 4); k; k--)
      text[domain_below(&seed, (uint32_t)size)] = (char)domain_random(&seed);
    wg_arena_init(&a);
    wg_status st = wg_catalogue_read_csv(&a, text, size, &c, &n, &err);
    if (st) assert_true(err.en[0] && err.zh[0]);
    for (uint32_t i = 0; !st && i < n; i++) (void)wg_category_check(&a, &c[i], &err);
    wg_arena_clear(&a);
  }
}

/* --- settings ---------------------------------------------------------------------------------------------
 */

static void settings(void **state) {
  (void)state;
  for (int i = 0; i < wg_settings_count; i++) {
    const wg_setting *s = &wg_settings_table[i];
    assert_ptr_equal(wg_setting_find(s->key), s);
    assert_true(i == 0 || strcmp(wg_settings_table[i - 1].key, s->key) < 0);
    assert_int_equal(wg_setting_check(s, s->fallback, NULL), WG_OK);
    assert_true(s->en[0] && s->zh[0] && wg_setting_type_name(s->type)[0]);
  }
  assert_null(wg_setting_find("demo"));
  static const struct {
    const char *key, *text;
    wg_status st;
  } cases[] = {
      {"timezone", "Europe/Berlin", WG_OK},
      {"timezone", "Nowhere", WG_INVALID},
      {"timezone", "", WG_INVALID},
      {"tolerance_m", "0", WG_OK},
      {"tolerance_m", "1e4", WG_OK},
      {"tolerance_m", "10000.1", WG_INVALID},
      {"tolerance_m", "nan", WG_INVALID},
      {"tolerance_m", "0x10", WG_INVALID},
      {"tolerance_m", "", WG_INVALID},
      {"session_hours", "1.5", WG_INVALID},
      {"session_hours", "720", WG_OK},
      {"session_hours", "721", WG_INVALID},
      {"languages", "zh", WG_OK},
      {"languages", "en,zh", WG_OK},
      {"languages", "fr", WG_INVALID},
      {"languages", "zh,en-GB", WG_INVALID},
      {"languages", "zh,en,", WG_INVALID},
      {"languages", "zh,zh", WG_INVALID},
      {"languages", ",", WG_INVALID},
      {"languages", "", WG_INVALID},
      {"languages", "zh en", WG_INVALID},
      {"exclusive_admins", "1", WG_OK},
      {"exclusive_admins", "yes", WG_INVALID},
      {"root_area", "", WG_OK},
      {"root_area", "990101", WG_OK},
      {"root_area", "a/b", WG_INVALID},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    wg_err err = {0};
    assert_int_equal(wg_setting_check(wg_setting_find(cases[i].key), cases[i].text, &err), cases[i].st);
    if (cases[i].st) assert_string_equal(err.field, "value");
  }
  const wg_setting *tolerance = wg_setting_find("tolerance_m");
  assert_true(wg_setting_number(tolerance, "2.5") == 2.5);
  assert_true(wg_setting_number(tolerance, "broken") == 1); /* as nothing stored */
  assert_true(wg_setting_number(tolerance, NULL) == 1);
}

/* --- the calendar -----------------------------------------------------------------------------------------
 */

static wg_status read(wg_arena *a, int year, const char *text, wg_calendar_year *y) {
  wg_json *body = NULL;
  assert_int_equal(wg_json_parse_object(a, text, strlen(text), &body, NULL), WG_OK);
  return wg_calendar_year_read(a, body, year, y, NULL);
}

static void calendar(void **state) {
  (void)state;
  static const char before[] =
      "{\"about\":{\"zh\":\"x\"},\"years\":[{\"year\":2026,\"holidays\":[\"2026-01-01\"],"
      "\"working\":[]}],\"weekdays\":[1,2]}";
  wg_arena a;
  wg_calendar_year y = {0}, *all = NULL;
  const char *after = NULL;
  uint32_t n = 0;
  wg_arena_init(&a);
  assert_int_equal(
      read(&a, 2024, "{\"holidays\":[\"2024-02-28/2024-02-29\"],\"working\":[\"2024-12-31\"]}", &y), WG_OK);
  assert_int_equal(wg_calendar_with(&a, before, &y, &after, NULL), WG_OK);
  assert_int_equal(wg_calendar_years(&a, after, &all, &n, NULL), WG_OK);
  assert_int_equal(n, 2);
  assert_int_equal(all[0].year, 2024);
  assert_string_equal(all[0].holidays, "[\"2024-02-28/2024-02-29\"]");
  assert_string_equal(all[1].holidays, "[\"2026-01-01\"]");
  assert_non_null(strstr(after, "\"about\":{\"zh\":\"x\"}"));
  assert_non_null(strstr(after, "\"weekdays\":[1,2]"));
  assert_int_equal(wg_calendar_with(&a, after, &y, &after, NULL), WG_OK); /* again: in its own place */
  assert_int_equal(wg_calendar_years(&a, after, &all, &n, NULL), WG_OK);
  assert_int_equal(n, 2);
  assert_int_equal(read(&a, 2023, "{\"holidays\":[\"2023-02-29\"],\"working\":[]}", &y), WG_INVALID);
  assert_int_equal(read(&a, 2024, "{\"holidays\":[\"2024-01-01\"],\"working\":[\"2024-01-01\"]}", &y),
                   WG_INVALID);
  assert_int_equal(wg_calendar_years(&a, "[]", &all, &n, NULL), WG_CORRUPT);
  assert_int_equal(wg_calendar_years(&a, "{\"years\":[1]}", &all, &n, NULL), WG_CORRUPT);
  wg_arena_clear(&a);
}

/* --- calendars from files ---------------------------------------------------------------------------------
 */

static wg_status import(wg_arena *a, const char *text, int only, const char *expected, wg_err *err) {
  wg_calendar_year *y = NULL;
  uint32_t n = 0;
  wg_buf b;
  wg_status st = wg_calendar_import(a, text, strlen(text), only, &y, &n, err);
  wg_buf_init(&b, 1 << 20);
  for (uint32_t i = 0; !st && i < n; i++)
    wg_buf_printf(&b, "%d %s %s %s\n", y[i].year, y[i].holidays, y[i].working, y[i].names);
  if (!st) assert_string_equal(wg_buf_str(&b), expected);
  wg_buf_deinit(&b);
  return st;
}

#define ICS(events)    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//EN\r\n" events "END:VCALENDAR\r\n"
#define EVENT(members) "BEGIN:VEVENT\r\nUID:1\r\n" members "END:VEVENT\r\n"

static void calendar_files(void **state) {
  (void)state;
  wg_arena a;
  wg_err err = {0};
  wg_arena_init(&a);
  /* CSV: names of days that follow each other become one span; a year's end parts it */
  assert_int_equal(import(&a,
                          "日期,类型,名称\n2027-10-01,放假,国庆节\n2027/10/2,放假,国庆节\n20271003,,国庆节\n"
                          "2027-10-09,上班,国庆节（班）\n2026-12-31,holiday,\n2027-01-01,holiday,元旦\n",
                          0,
                          "2026 [\"2026-12-31\"] [] []\n"
                          "2027 [\"2027-01-01\",\"2027-10-01/2027-10-03\"] [\"2027-10-09\"] "
                          "[{\"days\":\"2027-01-01\",\"name\":\"元旦\"},{\"days\":\"2027-10-01/2027-10-03\","
                          "\"name\":\"国庆节\"},{\"days\":\"2027-10-09\",\"name\":\"国庆节\"}]\n",
                          &err),
                   WG_OK);
  assert_int_equal(import(&a, "date\n2026-12-31\n2027-01-01\n", 2027, "2027 [\"2027-01-01\"] [] []\n", &err),
                   WG_OK);
  static const struct {
    const char *text, *field;
  } bad[] = {{"date,kind\n2027-02-29,holiday\n", "rows.2"},
             {"date,kind\n2027-02-28,maybe\n", "rows.2"},
             {"kind,name\nholiday,x\n", "rows.1"},
             {"date,kind\n2027-2-1,holiday\n2027-02-01,working\n", "rows.3"},
             {"date\n1889-02-01\n", "rows.2"},
             {"date\n2027-02-01x\n", "rows.2"},
             {"", ""},
             {"date\n", ""},
             {ICS(EVENT("SUMMARY:x\r\n")), "rows.1"},
             {ICS(""), ""},
             {ICS(EVENT("DTSTART;VALUE=DATE:20270101\r\nDTEND;VALUE=DATE:20290101\r\n")), "rows.1"},
             {ICS(EVENT("DTSTART;VALUE=DATE:20270105\r\nDTEND;VALUE=DATE:20270101\r\n")), "rows.1"},
             {"BEGIN:VCALENDAR\r\nBEGIN:VEV", ""}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    wg_status st = import(&a, bad[i].text, 0, "", &err);
    if (st != WG_INVALID || strcmp(err.field, bad[i].field) != 0)
      fail_msg("%zu: %d, field %s", i, st, err.field);
  }
  /* iCalendar: the end is not in it; what is worked is said by a property, a category or the summary */
  assert_int_equal(
      import(&a,
             ICS(EVENT("DTSTART;VALUE=DATE:20270205\r\nDTEND;VALUE=DATE:20270209\r\nSUMMARY:春节（休）\r\n")
                     EVENT("DTSTART;VALUE=DATE:20270131\r\nSUMMARY:春节（班）\r\n")
                         EVENT("DTSTART;VALUE=DATE:20270220\r\nCATEGORIES:WORKING\r\nSUMMARY:x\\, y\r\n")
                             EVENT("DTSTART:20270501T000000\r\nDURATION:P2D\r\nSUMMARY:Labour\r\n Day\r\n")),
             0,
             "2027 [\"2027-02-05/2027-02-08\",\"2027-05-01/2027-05-02\"] [\"2027-01-31\",\"2027-02-20\"] "
             "[{\"days\":\"2027-01-31\",\"name\":\"春节\"},{\"days\":\"2027-02-05/2027-02-08\",\"name\":"
             "\"春节\"},{\"days\":\"2027-02-20\",\"name\":\"x, y\"},{\"days\":\"2027-05-01/2027-05-02\","
             "\"name\":\"LabourDay\"}]\n",
             &err),
      WG_OK);
  /* where some are marked, the others are anniversaries */
  assert_int_equal(
      import(&a,
             ICS(EVENT("DTSTART;VALUE=DATE:20270214\r\nSUMMARY:情人节\r\n") EVENT(
                 "DTSTART;VALUE=DATE:20270101\r\nSUMMARY:元旦\r\nX-APPLE-SPECIAL-DAY:WORK-HOLIDAY\r\n")
                     EVENT("DTSTART;VALUE=DATE:20270103\r\nSUMMARY:元旦\r\nX-APPLE-SPECIAL-DAY:"
                           "ALTERNATE-WORKDAY\r\n")),
             0,
             "2027 [\"2027-01-01\"] [\"2027-01-03\"] [{\"days\":\"2027-01-01\",\"name\":\"元旦\"},{\"days\":"
             "\"2027-01-03\",\"name\":\"元旦\"}]\n",
             &err),
      WG_OK);
  static const char yearly[] =
      ICS(EVENT("DTSTART;VALUE=DATE:20100501\r\nSUMMARY:May\r\nRRULE:FREQ=YEARLY\r\n"));
  assert_int_equal(import(&a, yearly, 0, "", &err), WG_UNPROCESSABLE);
  assert_string_equal(err.code, "recurring");
  assert_int_equal(import(&a, yearly, 2027,
                          "2027 [\"2027-05-01\"] [] [{\"days\":\"2027-05-01\",\"name\":\"May\"}]\n", &err),
                   WG_OK);
  assert_int_equal(
      import(&a, ICS(EVENT("DTSTART;VALUE=DATE:20100501\r\nRRULE:FREQ=SECONDLY\r\n")), 2027, "", &err),
      WG_UNPROCESSABLE);
  wg_arena_clear(&a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(table_comes_back), cmocka_unit_test(broken_tables),  cmocka_unit_test(settings),
      cmocka_unit_test(calendar),         cmocka_unit_test(calendar_files),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
