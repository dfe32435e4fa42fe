/* Made-up names, in Chinese and in pinyin. Each syllable is common in place names; that a pair of them is
 * also a real place somewhere cannot be helped. */
#ifndef WG_CLI_DEMO_NAMES_H
#define WG_CLI_DEMO_NAMES_H

#include <stdint.h>

#include "base/arena.h"

enum { DEMO_NAME_LEN = 96 };
typedef struct demo_name {
  char zh[DEMO_NAME_LEN], en[DEMO_NAME_LEN];
} demo_name;

/* The k-th name of a kind; names of one `place` differ for different k. */
demo_name demo_district_name(uint64_t seed);
demo_name demo_township_name(uint64_t seed, uint32_t k, int rank); /* demo_rank */
demo_name demo_community_name(uint64_t seed, uint32_t township, uint32_t k, int urban);
demo_name demo_grid_name(uint32_t k);                              /* 第一网格 is 0 */
demo_name demo_road_name(uint64_t seed, uint32_t k, int kind);     /* demo_kind */
demo_name demo_water_name(uint64_t seed, uint32_t k, int kind);    /* the river, brooks; kind −1: a lake */
demo_name demo_facility_name(uint64_t seed, uint32_t k, int what); /* demo_facility */
typedef enum demo_facility {
  DEMO_SCHOOL,
  DEMO_HOSPITAL,
  DEMO_MARKET,
  DEMO_PARK,
  DEMO_STATION,
  DEMO_POLICE,
  DEMO_CENTRE,
  DEMO_FACILITIES
} demo_facility;
void demo_person_name(uint64_t seed, uint32_t k, char out[DEMO_NAME_LEN]);
/* 129 and eight digits: no Chinese telephone number begins with 129. */
void demo_phone(uint64_t seed, uint32_t k, char out[16]);

/* Of every account of the demo, and public: such accounts work on this machine only. */
#define DEMO_PASSWORD "wangge-demo"

/* {"en":…,"zh":…} in the arena; NULL: no memory. */
char *demo_name_map(wg_arena *arena, const demo_name *name);

#endif
