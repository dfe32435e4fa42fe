/* Every boundary set of the shared data, imported: rows, faults, gaps, overlaps and land as docs/real-data.md
 * has them, within ranges. */
#include "io_support.h"

#include <math.h>

#include "geo/io/import.h"

typedef struct set {
  const char *file, *layer, *crs, *code, *picks; /* picks: the code field that is to be found */
  bool merge;
  uint32_t read, taken;
  uint64_t gaps_min, gaps_max, overlaps_min, overlaps_max;
  double gap_m2, km2; /* within 1 % */
} set;

static const set sets[] = {
    {.file = "2_tessellations/Providence_blocks.zip",
     .picks = "GEOID10",
     .read = 3014,
     .taken = 3014,
     .km2 = 48.740},
    {.file = "2_tessellations/CT_precincts.zip",
     .picks = "NAME10",
     .read = 739,
     .taken = 739,
     .gaps_min = 100,
     .gaps_max = 330,
     .overlaps_min = 79,
     .overlaps_max = 340,
     .gap_m2 = 12597,
     .km2 = 13262.0},
    {.file = "2_tessellations/nyc_tracts_epsg2263.zip",
     .picks = "BoroCT2010",
     .read = 2165,
     .taken = 2165,
     .gaps_max = 10,
     .gap_m2 = -1,
     .km2 = 783.22},
    {.file = "2_tessellations/lancashire_lsoa.geojson.gz",
     .picks = "LSOA11CD",
     .read = 941,
     .taken = 941,
     .gaps_min = 1,
     .gaps_max = 10,
     .overlaps_min = 1,
     .overlaps_max = 6,
     .gap_m2 = -1,
     .km2 = 3078.3},
    {.file = "1_boundaries/shanghai_districts_gbk.zip",
     .picks = "ADMINCODE",
     .read = 17,
     .taken = 17,
     .km2 = 6849.4},
    {.file = "1_boundaries/shenzhen_500m_grid.zip",
     .code = "LONCOL+LATCOL",
     .picks = "LONCOL+LATCOL",
     .read = 9005,
     .taken = 9005,
     .gaps_min = 1,
     .gaps_max = 1,
     .gap_m2 = 249061,
     .km2 = 2245.8},
    {.file = "1_boundaries/taiwan_villages.topojson.gz",
     .layer = "villages",
     .picks = "VILLCODE",
     .read = 7701,
     .taken = 7701,
     .gaps_min = 8,
     .gaps_max = 12,
     .overlaps_max = 6,
     .gap_m2 = 26.24e6,
     .km2 = 36757.7},
    {.file = "1_boundaries/taiwan_villages.topojson.gz",
     .layer = "towns",
     .picks = "TOWNCODE",
     .read = 368,
     .taken = 368,
     .gaps_max = 8,
     .overlaps_max = 4,
     .gap_m2 = -1,
     .km2 = 36780},
    {.file = "1_boundaries/yuhang_330110_townships_wgs84.geojson",
     .picks = "name",
     .read = 12,
     .taken = 12,
     .km2 = 944.66},
    {.file = "1_boundaries/jinhua_330700_counties.geojson",
     .crs = "gcj02",
     .picks = "adcode",
     .read = 9,
     .taken = 9,
     .km2 = 10920.6},
    {.file = "1_boundaries/wucheng_330702.geojson",
     .crs = "gcj02",
     .picks = "adcode",
     .read = 1,
     .taken = 1,
     .km2 = 1389.7},
    {.file = "3_incidents/lancashire_wards_epsg27700.gpkg",
     .picks = "ward_code",
     .read = 271,
     .taken = 271,
     .km2 = 3068.5},
    {.file = "3_incidents/chicago_police_districts.kml",
     .picks = "Name",
     .merge = true,
     .read = 25,
     .taken = 23,
     .km2 = 608.89},
    {.file = "3_incidents/nyc_community_districts.geojson",
     .picks = "GEOCODE",
     .read = 71,
     .taken = 64,
     .gaps_min = 1,
     .gaps_max = 8,
     .gap_m2 = -1,
     .km2 = 732.531},
};

static void near(const char *file, const char *what, double have, double want) {
  if (fabs(have - want) > 0.01 * want) fail_msg("%s: %s %.3f, not about %.3f", file, what, have, want);
}
static void between(const char *file, const char *what, uint64_t have, uint64_t least, uint64_t most) {
  if (have < least || have > most)
    fail_msg("%s: %s %llu, not %llu … %llu", file, what, (unsigned long long)have, (unsigned long long)least,
             (unsigned long long)most);
}

static void test_set(void **state) {
  const set *s = *state;
  wg_import in;
  wg_err err = {0};
  wg_import_options o = {.path = io_shared(s->file),
                         .layer = s->layer,
                         .crs = s->crs,
                         .merge = s->merge,
                         .check = true,
                         .columns.wanted = {true, true, true, true}};
  o.columns.told[WG_COL_CODE] = s->code;
  io_ok(wg_import_read(&o, &in, &err), &err);
  assert_string_equal(in.pick[WG_COL_CODE].text, s->picks);
  between(s->file, "rows read", in.read, s->read, s->read);
  between(s->file, "rows taken", in.n, s->taken, s->taken);
  between(s->file, "gaps", in.flaws.gaps, s->gaps_min, s->gaps_max);
  between(s->file, "overlaps", in.flaws.overlaps, s->overlaps_min, s->overlaps_max);
  if (s->gap_m2 >= 0) near(s->file, "m² of gaps", in.flaws.gap_area, s->gap_m2);
  near(s->file, "km²", in.total_m2 / 1e6, s->km2);
  print_message("%s: %u of %llu rows, %llu gaps %.2f m², %llu overlaps %.2f m², %.3f km², %llu T, %llu bent, "
                "%llu mended\n",
                s->file, in.n, (unsigned long long)in.read, (unsigned long long)in.flaws.gaps,
                in.flaws.gap_area, (unsigned long long)in.flaws.overlaps, in.flaws.overlap_area,
                in.total_m2 / 1e6, (unsigned long long)in.t_junctions, (unsigned long long)in.bent,
                (unsigned long long)in.mended);
  wg_import_deinit(&in);
}

/* The GBK names come out as Chinese; several layers are told apart. */
static void test_words(void **state) {
  (void)state;
  wg_import in;
  wg_err err = {0};
  wg_import_options o = {.path = io_shared("1_boundaries/shanghai_districts_gbk.zip"),
                         .columns.wanted = {true, true}};
  io_ok(wg_import_read(&o, &in, &err), &err);
  int found = 0;
  for (uint32_t i = 0; i < in.n; i++)
    found += !strcmp(in.row[i].name, "黄浦区") || !strcmp(in.row[i].name, "闸北区");
  assert_int_equal(found, 2);
  assert_string_equal(in.about.encoding, "GB18030");
  wg_import_deinit(&in);
  o.path = io_shared("1_boundaries/taiwan_villages.topojson.gz");
  assert_int_equal(wg_import_read(&o, &in, &err), WG_INVALID);
  io_tells(&err, "villages (7701), towns (368), counties (22), nation (1)");
}

int main(void) {
  enum { N = sizeof sets / sizeof *sets };
  struct CMUnitTest tests[N + 1];
  for (int i = 0; i < N; i++)
    tests[i] = (struct CMUnitTest){
        .name = sets[i].file, .test_func = test_set, .initial_state = (void *)(uintptr_t)&sets[i]};
  tests[N] = (struct CMUnitTest)cmocka_unit_test(test_words);
  return cmocka_run_group_tests(tests, io_setup, io_teardown);
}
