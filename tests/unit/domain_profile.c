/* Country profiles: codes of China and of Germany, level names, calendars, and texts that are none. */
#include "domain/profile.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/time.h"
#include "domain/calendar.h"
#include "domain_support.h"

static wg_arena arena;
static char *stored;
static wg_profile cn, de, none;

static int read_file(void **state) {
  (void)state;
  FILE *f = fopen(WG_SOURCE_DIR "/data/profiles.json", "rb");
  assert_non_null(f);
  stored = calloc(1, 1 << 20);
  assert_non_null(stored);
  assert_true(fread(stored, 1, (1 << 20) - 1, f) > 1000);
  fclose(f);
  wg_arena_init(&arena);
  assert_int_equal(wg_profile_parse(&arena, stored, "cn", &cn, NULL), WG_OK);
  assert_int_equal(wg_profile_parse(&arena, stored, "de", &de, NULL), WG_OK);
  assert_int_equal(wg_profile_parse(&arena, stored, "free", &none, NULL), WG_OK);
  return 0;
}

static int drop_file(void **state) {
  (void)state;
  wg_arena_clear(&arena);
  free(stored);
  return 0;
}

struct code {
  const char *code, *parent, *level;
};

static void holds(const wg_profile *p, const struct code *good, const char *const *bad) {
  char parent[WG_CODE_LEN];
  for (; good->code; good++) {
    if (!wg_profile_parent(p, good->code, parent)) fail_msg("%s has no parent", good->code);
    assert_string_equal(parent, good->parent);
    assert_string_equal(wg_profile_level_code(p, good->code), good->level);
  }
  for (; *bad; bad++) {
    if (wg_profile_parent(p, *bad, parent)) fail_msg("%s has a parent", *bad);
    assert_int_equal(wg_profile_level_of(p, *bad), -1);
    assert_string_equal(wg_profile_level_code(p, *bad), "");
  }
}

static void codes_of_china(void **state) {
  (void)state;
  static const struct code good[] = {
      {"330702001002", "330702001000", "village"},
      {"330702001000", "330702000000", "township"},
      {"330702000000", "330700000000", "county"},
      {"330700000000", "330000000000", "prefecture"},
      {"330000000000", "", "province"},
      {"330702", "3307", "county"},
      {"3307", "33", "prefecture"},
      {"33", "", "province"},
      {"330702001", "330702", "township"},
      {"441900003000", "441900000000", "township"},
      {"441900003001", "441900003000", "village"},
      {"990101001000", "990101000000", "township"},
      {"500100000000", "500000000000", "prefecture"},
      {NULL, NULL, NULL},
  };
  static const char *const bad[] = {
      "",   "3",         "33070",  "3307020010021", "33070200100x",    "000000000000",
      "00", "E05000001", "100000", "３３０７０２",  "330702001002003", NULL};
  holds(&cn, good, bad);
}

/* The Amtlicher Gemeindeschlüssel: a Land without government regions has a 0 there, and none above its
 * Kreise. */
static void codes_of_germany(void **state) {
  (void)state;
  static const struct code good[] = {
      {"06", "", "land"},
      {"065", "06", "regierungsbezirk"},
      {"06531", "065", "kreis"},
      {"06531005", "06531", "gemeinde"},
      {"06411000", "06411", "gemeinde"}, /* Darmstadt, a town that is its own Kreis */
      {"01001", "01", "kreis"},          /* Flensburg */
      {"02000000", "02000", "gemeinde"}, /* Hamburg is Land, Kreis and Gemeinde */
      {"02000", "02", "kreis"},
      {"16077", "16", "kreis"},
      {NULL, NULL, NULL},
  };
  static const char *const bad[] = {"",         "6",       "17",        "00", "060",          "0653",
                                    "065310",   "0653100", "06531005x", "99", "065310050001", "330702",
                                    "17531005", NULL};
  holds(&de, good, bad);
  static const char *const nothing[] = {"06", "330702000000", "", NULL};
  holds(&none, good + sizeof good / sizeof *good - 1, nothing);
}

static void spellings(void **state) {
  (void)state;
  char out[WG_CODE_LEN];
  assert_true(wg_profile_respell(&cn, "330702", 4, out));
  assert_string_equal(out, "330702000000");
  assert_true(wg_profile_respell(&cn, "330702000000", 2, out));
  assert_string_equal(out, "330702");
  assert_true(wg_profile_respell(&cn, "330702000", 2, out));
  assert_false(wg_profile_respell(&cn, "330702001", 2, out)); /* it would lose its township */
  assert_false(wg_profile_respell(&cn, "330702", 2, out));    /* the same */
  assert_false(wg_profile_respell(&cn, "330702", 5, out));
  for (int k = -1; k < 9; k++) { /* 06531 and 06531000 are two areas */
    assert_false(wg_profile_respell(&de, "06531", k, out));
    assert_false(wg_profile_respell(&none, "06531", k, out));
  }
}

static void codes_of_grids(void **state) {
  (void)state;
  static const wg_pt jinhua = {1196000000, 290000000}, giessen = {86700000, 505800000};
  static const struct {
    const wg_profile *p;
    const char *code;
    const wg_pt *at;
    const char *area; /* NULL: of no scheme */
  } cases[] = {
      {&cn, "330702001002003", &jinhua, "330702001002"},
      {&cn, "330702001002000", NULL, "330702001002"},
      {&cn, "330702001002", &jinhua, "330702001000"},
      {&cn, "330702001002003", &giessen, NULL},
      {&cn, "990101001001001", &giessen, "990101001001"},
      {&cn, "330700001002003", &jinhua, NULL},
      {&cn, "065310050001", &jinhua, NULL},
      {&cn, "33070200100200x", &jinhua, NULL},
      {&cn, "", NULL, NULL},
      {&de, "065310050001", &giessen, "06531005"},
      {&de, "065310050001", &jinhua, NULL},
      {&de, "06531005", &giessen, "06531"},
      {&de, "330702001002003", &jinhua, NULL},
      {&de, "065310050", &giessen, NULL},
      {&none, "065310050001", &giessen, NULL},
      {&none, "330702001002003", &jinhua, NULL},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char area[WG_CODE_LEN];
    const wg_pt *at = cases[i].at;
    bool is = wg_profile_grid_area(cases[i].p, cases[i].code, at != NULL, at ? *at : (wg_pt){0, 0}, area);
    if (is != (cases[i].area != NULL)) fail_msg("%s of %s", cases[i].code, cases[i].p->code);
    if (is) assert_string_equal(area, cases[i].area);
  }
}

/* Every level has a name in the three languages, every datum too. */
static void names(void **state) {
  (void)state;
  static const char *const languages[] = {"\"de\":", "\"en\":", "\"zh\":"};
  for (int l = 0; l < 3; l++)
    for (int i = 0; i < cn.n_levels + de.n_levels; i++) {
      const wg_profile_level *level = i < cn.n_levels ? &cn.level[i] : &de.level[i - cn.n_levels];
      assert_non_null(strstr(level->names, languages[l]));
    }
  assert_non_null(strstr(wg_profile_level_names(&de, "kreis"), "kreisfreie Stadt"));
  assert_non_null(strstr(wg_profile_level_names(&cn, "county"), "县"));
  assert_string_equal(wg_profile_level_names(&de, "county"), "{}");
  assert_string_equal(wg_profile_level_names(&none, ""), "{}");
  assert_memory_equal(cn.datums, "[{\"code\":\"gcj02\"", 16);
  assert_memory_equal(de.datums, "[{\"code\":\"EPSG:25832\"", 21);
  assert_non_null(strstr(none.datums, "\"wgs84\""));
}

/* --- calendars ----------------------------------------------------------------------------------------- */

/* The day of the year of Easter Sunday, from 1 (Meeus, Jones, Butcher). */
static int easter(int y) {
  int a = y % 19, b = y / 100, c = y % 100, h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
  int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7, m = (a + 11 * h + 22 * l) / 451;
  int month = (h + l - 7 * m + 114) / 31, day = (h + l - 7 * m + 114) % 31 + 1;
  bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
  return (month == 3 ? 59 : 90) + leap + day;
}

static void german_holidays(void **state) {
  (void)state;
  static const int month_end[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
  static const int moved[] = {-2, 1, 39, 50}; /* Karfreitag, Ostermontag, Himmelfahrt, Pfingstmontag */
  wg_calendar_year *year = NULL;
  uint32_t n = 0;
  assert_int_equal(wg_calendar_years(&arena, de.calendar, &year, &n, NULL), WG_OK);
  assert_int_equal(n, 3);
  for (uint32_t i = 0; i < n; i++) {
    assert_int_equal(year[i].year, 2025 + (int)i);
    for (int k = 0; k < 4; k++) {
      char day[60];
      int at = easter(year[i].year) + moved[k], month = 1; /* none of these years is a leap year */
      while (at > month_end[month]) month++;
      snprintf(day, sizeof day, "\"%04d-%02d-%02d\"", year[i].year, month, at - month_end[month - 1]);
      if (!strstr(year[i].holidays, day)) fail_msg("%s is no holiday: %s", day, year[i].holidays);
    }
    static const char *const fixed[] = {"-01-01\"", "-05-01\"", "-10-03\"", "-12-25/"};
    for (int k = 0; k < 4; k++) assert_non_null(strstr(year[i].holidays, fixed[k]));
    assert_string_equal(year[i].working, "[]");
  }
}

static void calendars(void **state) {
  (void)state;
  static const struct {
    const wg_profile *p;
    const char *zone;
  } zones[] = {{&cn, "Asia/Shanghai"}, {&de, "Europe/Berlin"}, {&none, "UTC"}};
  for (int i = 0; i < 3; i++) {
    wg_json *root = NULL, *row = NULL;
    wg_calendar_year *year = NULL, again;
    const char *zone = "";
    uint32_t n = 0;
    const char *text = zones[i].p->calendar;
    assert_int_equal(wg_json_parse_object(&arena, text, strlen(text), &root, NULL), WG_OK);
    assert_int_equal(wg_json_str(root, "timezone", WG_REQUIRED, 64, &zone, NULL), WG_OK);
    assert_string_equal(zone, zones[i].zone);
    assert_int_equal(wg_calendar_years(&arena, text, &year, &n, NULL), WG_OK);
    for (uint32_t k = 0; k < n; k++) { /* days of that year, none twice: held to the table of edits */
      const char *body =
          wg_arena_printf(&arena, "{\"holidays\":%s,\"working\":%s}", year[k].holidays, year[k].working);
      assert_int_equal(wg_json_parse_object(&arena, body, strlen(body), &row, NULL), WG_OK);
      assert_int_equal(wg_calendar_year_read(&arena, row, year[k].year, &again, NULL), WG_OK);
    }
  }
}

/* The day of 2027, from 0, on which a month of the Chinese calendar begins: that of the new moon in Beijing
 * (J. Meeus, Astronomical Algorithms, chapter 49; k counts new moons from 2000). ICU is a day late for this
 * year's first month, whose new moon is at 23:56. */
static int new_moon(int k) {
  const double rad = 0.017453292519943295, T = k / 1236.85, E = 1 - 0.002516 * T;
  const double m = rad * (2.5534 + 29.10535670 * k),
               p = rad * (201.5643 + 385.81693528 * k + 0.0107582 * T * T);
  const double f = rad * (160.7108 + 390.67050284 * k - 0.0016118 * T * T);
  const double o = rad * (124.7746 - 1.56375588 * k + 0.0020672 * T * T);
  double day = 2451550.09766 + 29.530588861 * k + 0.00015437 * T * T;
  day += -0.40720 * sin(p) + 0.17241 * E * sin(m) + 0.01608 * sin(2 * p) + 0.01039 * sin(2 * f);
  day += 0.00739 * E * sin(p - m) - 0.00514 * E * sin(p + m) + 0.00208 * E * E * sin(2 * m);
  day += -0.00111 * sin(p - 2 * f) - 0.00057 * sin(p + 2 * f) + 0.00056 * E * sin(2 * p + m);
  day += -0.00042 * sin(3 * p) + 0.00042 * E * sin(m + 2 * f) + 0.00038 * E * sin(m - 2 * f);
  day += -0.00024 * E * sin(2 * p - m) - 0.00017 * sin(o);
  double ms = (day - 2440587.5) * 86400000.0 - 71000 + 8 * 3600000; /* TT is 71 s ahead of UT */
  return (int)floor(ms / 86400000.0) - wg_day_number(2027, 1, 1);
}

/* 2027 has what is certain: the days of the law (in its form of 2024), and no make-up days. Its first month
 * begins with new moon 335, and no month before the ninth is a leap month. */
static void chinese_holidays(void **state) {
  (void)state;
  wg_calendar_year *year = NULL;
  unsigned char mark[366], want[366] = {0};
  uint32_t n = 0;
  assert_int_equal(wg_calendar_years(&arena, cn.calendar, &year, &n, NULL), WG_OK);
  const wg_calendar_year *y = &year[n - 1];
  assert_int_equal(y->year, 2027);
  assert_true(y->provisional);
  assert_false(year[n - 2].provisional);
  assert_string_equal(y->working, "[]");
  assert_int_equal(wg_calendar_marks(&arena, y, mark, NULL), WG_OK);
  int first = wg_day_number(2027, 1, 1), spring = new_moon(335);
  const int days[] = {0,
                      spring - 1,
                      spring,
                      spring + 1,
                      spring + 2,
                      wg_day_number(2027, 4, 5) - first,
                      wg_day_number(2027, 5, 1) - first,
                      wg_day_number(2027, 5, 2) - first,
                      new_moon(339) + 4,
                      new_moon(342) + 14,
                      wg_day_number(2027, 10, 1) - first,
                      wg_day_number(2027, 10, 2) - first,
                      wg_day_number(2027, 10, 3) - first};
  for (size_t k = 0; k < sizeof days / sizeof *days; k++) want[days[k]] = WG_DAY_HOLIDAY;
  for (int d = 0; d < 365; d++)
    if (mark[d] != want[d]) fail_msg("day %d of 2027 is %d, not %d", d, mark[d], want[d]);
}

/* --- texts that are none ------------------------------------------------------------------------------- */

static void refused(void **state) {
  (void)state;
  wg_profile p;
  wg_err err = {0};
  assert_int_equal(wg_profile_parse(&arena, stored, "fr", &p, &err), WG_NOT_FOUND);
  assert_string_equal(err.field, "profile");
  assert_int_equal(p.n_levels, 0);
#define ROW(members) "{\"profiles\":[{\"code\":\"x\"," members "}]}"
#define LEVEL        "{\"code\":\"a\",\"names\":{}}"
  static const char *const bad[] = {
      "",
      "[]",
      "{}",
      "{\"profiles\":[1]}",
      "{\"profiles\":[{}]}",
      "{\"profiles\":[{\"code\":\"a\\\"\"}]}",
      ROW("\"levels\":1"),
      ROW("\"levels\":[1]"),
      ROW("\"levels\":[{}]"),
      ROW("\"levels\":[],\"digits\":[2]"),
      ROW("\"levels\":[" LEVEL "],\"digits\":[0]"),
      ROW("\"levels\":[" LEVEL "],\"digits\":[33]"),
      ROW("\"levels\":[" LEVEL "],\"digits\":[\"2\"]"),
      ROW("\"levels\":[" LEVEL "," LEVEL "],\"digits\":[30,30]"),
      ROW("\"levels\":[" LEVEL "," LEVEL "," LEVEL "," LEVEL "," LEVEL "," LEVEL "," LEVEL "," LEVEL "," LEVEL
          "]"),
      ROW("\"levels\":[],\"first\":[100]"),
      ROW("\"levels\":[],\"first\":[-1]"),
      ROW("\"levels\":[],\"padded\":1"),
      ROW("\"levels\":[],\"grid_digits\":3,\"grid_serial\":4"),
      ROW("\"levels\":[],\"grid_serial\":4"),
      ROW("\"levels\":[],\"bounds\":[1]"),
      ROW("\"levels\":[],\"datums\":[{\"code\":\"a\"}]"),
      ROW("\"levels\":[],\"calendar\":[]"),
      ROW("\"levels\":[],\"top\":1"),
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    if (wg_profile_parse(&arena, bad[i], "x", &p, &err) != WG_CORRUPT) fail_msg("taken: %s", bad[i]);
    assert_int_equal(p.n_levels + p.n_digits + p.grid_digits, 0);
  }
}

/* Broken texts and any code: never over an edge. */
static void noise(void **state) {
  (void)state;
  uint64_t seed = 7;
  size_t size = strlen(stored);
  for (int round = 0; round < 300; round++) {
    wg_arena a;
    wg_profile p;
    wg_arena_init(&a);
    char *text = wg_arena_strdup(&a, stored), code[20], out[WG_CODE_LEN];
    for (uint32_t k = domain_below(&seed, 4); k; k--)
      text[domain_below(&seed, (uint32_t)size)] = "09[]{}\",:x"[domain_below(&seed, 10)];
    (void)wg_profile_parse(&a, text, domain_below(&seed, 2) ? "cn" : "de", &p, NULL);
    for (int k = 0; k < 50; k++) {
      uint32_t n = domain_below(&seed, sizeof code);
      for (uint32_t i = 0; i < n; i++) code[i] = (char)('0' + domain_below(&seed, k % 2 ? 2 : 11));
      code[n] = '\0';
      (void)wg_profile_parent(&p, code, out);
      (void)wg_profile_grid_area(&p, code, true, (wg_pt){0, 0}, out);
      for (int l = 0; l < 9; l++) (void)wg_profile_respell(&p, code, l, out);
    }
    wg_arena_clear(&a);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(codes_of_china), cmocka_unit_test(codes_of_germany),
      cmocka_unit_test(spellings),      cmocka_unit_test(codes_of_grids),
      cmocka_unit_test(names),          cmocka_unit_test(german_holidays),
      cmocka_unit_test(calendars),      cmocka_unit_test(chinese_holidays),
      cmocka_unit_test(refused),        cmocka_unit_test(noise),
  };
  return cmocka_run_group_tests(tests, read_file, drop_file);
}
